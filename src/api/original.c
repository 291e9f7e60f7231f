/* Routes of the original's API; reading its queries and bodies. */

#include "api/original.h"

#include "base/ascii.h"
#include "base/utf8.h"

enum {
    WRITES = ROUTE_ORIGINAL | ROUTE_CHECKS | ROUTE_SLOW,
    READS = ROUTE_ORIGINAL | ROUTE_CHECKS,
    MOST_FIELDS = 200, /* of a query */
};

/* Rights in environments are asked for where their names are known: by the functions. */
const struct route original_routes[] = {
    { HTTP_POST, "/auth/tokens", RIGHT_NONE, ROUTE_ORIGINAL | ROUTE_SLOW, original_post_token,
      "Get a token" },
    { HTTP_DELETE, "/auth/tokens", RIGHT_NONE, ROUTE_ORIGINAL | ROUTE_SLOW, original_delete_token,
      "Give a token back" },
    { HTTP_GET, "/inventory", RIGHT_VIEW, READS, original_get_inventory, "Objects" },
    { HTTP_GET, "/links", RIGHT_VIEW, READS, original_get_links, "Links" },
    { HTTP_GET, "/cliques", RIGHT_VIEW, READS, original_get_cliques, "Cliques" },
    { HTTP_GET, "/clique_types", RIGHT_SIGNED_IN, READS, original_get_clique_types,
      "Clique types" },
    { HTTP_POST, "/clique_types", RIGHT_MANAGE_CLIQUE_TYPES, ROUTE_ORIGINAL | ROUTE_SLOW,
      original_post_clique_type, "Make a clique type" },
    { HTTP_GET, "/clique_constraints", RIGHT_SIGNED_IN, READS, original_get_clique_constraints,
      "Clique constraints" },
    { HTTP_GET, "/messages", RIGHT_VIEW, READS, original_get_messages, "Messages" },
    { HTTP_GET, "/scans", RIGHT_VIEW, READS, original_get_scans, "Requests of scans" },
    { HTTP_POST, "/scans", RIGHT_EDIT, WRITES, original_post_scan, "Request a scan" },
    { HTTP_GET, "/scheduled_scans", RIGHT_VIEW, READS, original_get_scheduled_scans,
      "Schedules of scans" },
    { HTTP_POST, "/scheduled_scans", RIGHT_EDIT, WRITES, original_post_scheduled_scan,
      "Make a schedule of scans" },
    { HTTP_GET, "/constants", RIGHT_SIGNED_IN, READS, original_get_constant,
      "The values that keys may have" },
    { HTTP_GET, "/monitoring_config_templates", RIGHT_SIGNED_IN, READS, original_get_templates,
      "Templates of monitoring" },
    { HTTP_GET, "/aggregates", RIGHT_SIGNED_IN, READS, original_get_aggregates, "Counts" },
    { HTTP_GET, "/environment_configs", RIGHT_SIGNED_IN, READS, original_get_environments,
      "Environments" },
    { HTTP_POST, "/environment_configs", RIGHT_SIGNED_IN, WRITES, original_post_environment,
      "Make an environment" },
    { HTTP_GET, "/connection_tests", RIGHT_SIGNED_IN, READS, original_get_connection_tests,
      "Tests of connections" },
    { HTTP_POST, "/connection_tests", RIGHT_SIGNED_IN, WRITES, original_post_connection_test,
      "Request a test of connections" },
    { 0 },
};

/* --- query --- */

/* Escapes that are none stay as they are; bytes that are no UTF-8, and NUL, become U+FFFD. */
static struct str
decode(struct arena *arena, struct str text)
{
    AUTO_BUF out = { 0 };

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '+') {
            c = ' ';
        } else if (c == '%' && i + 2 < text.n && ascii_hex(text.p[i + 1]) >= 0 &&
                   ascii_hex(text.p[i + 2]) >= 0) {
            c = (char)(ascii_hex(text.p[i + 1]) * 16 + ascii_hex(text.p[i + 2]));
            i += 2;
        }
        if (c == '\0')
            buf_add(&out, STR("\xef\xbf\xbd"));
        else
            buf_char(&out, c);
    }
    return doc_text(doc_string(arena, buf_str(&out)));
}

static bool
add_param(struct call *call, struct str field, size_t *capacity)
{
    struct params *query = &call->query;
    struct str     rest = field, key;

    if (str_find_char(field, '=') < 0) {
        reply_error(call, 400, "Invalid query string: bad query field: '%.*s'",
                    STR_ARG(decode(call->arena, field)));
        return false;
    }
    if (query->n == MOST_FIELDS) {
        reply_error(call, 400, "Invalid query string: more than %d fields", MOST_FIELDS);
        return false;
    }
    str_cut(&rest, '=', &key);
    arena_grow(call->arena, query->items, query->n, *capacity);
    query->items[query->n++] =
        (struct param){ decode(call->arena, key), decode(call->arena, rest) };
    return true;
}

static bool
read_query(struct call *call)
{
    struct str rest = call->request->query, field;
    size_t     capacity = 0;

    if (str_empty(rest))
        return true;
    while (str_cut(&rest, '&', &field))
        if (!add_param(call, field, &capacity))
            return false;
    return true;
}

/* --- body --- */

static bool
read_body(struct call *call)
{
    struct str   text = call->request->body;
    struct error err;

    if (str_empty(text)) {
        reply_error(call, 400, "No data found in the request body");
        return false;
    }
    call->body = doc_parse(call->arena, text, &err);
    if (doc_kind(call->body) == DOC_OBJECT)
        return true;
    reply_error(call, 400, "%s",
                call->body ? "The data in the request body must be an object"
                           : "The request can not be fulfilled due to bad syntax");
    return false;
}

bool
original_read(struct call *call)
{
    return call->request->method == HTTP_POST ? read_body(call) : read_query(call);
}
