/* Routes of the original's API; reading its queries and bodies. */

#include "api/original.h"

#include "base/ascii.h"
#include "base/utf8.h"

enum {
    IN_ENVIRONMENTS = ROUTE_ORIGINAL | ROUTE_CHECKS,
    MOST_FIELDS = 200, /* of a query */
};

/* Rights in environments are asked for where their names are known: by the functions. */
const struct route original_routes[] = {
    ROUTE(POST, "/auth/tokens", NONE, original_post_token, "Get a token", .flags = ROUTE_ORIGINAL),
    ROUTE(DELETE, "/auth/tokens", NONE, original_delete_token, "Give a token back",
          .flags = ROUTE_ORIGINAL),
    ROUTE(GET, "/inventory", VIEW, original_get_inventory, "Objects", .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/links", VIEW, original_get_links, "Links", .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/cliques", VIEW, original_get_cliques, "Cliques", .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/clique_types", SIGNED_IN, original_get_clique_types, "Clique types",
          .flags = IN_ENVIRONMENTS),
    ROUTE(POST, "/clique_types", MANAGE_CLIQUE_TYPES, original_post_clique_type,
          "Make a clique type", .flags = ROUTE_ORIGINAL),
    ROUTE(GET, "/clique_constraints", SIGNED_IN, original_get_clique_constraints,
          "Clique constraints", .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/messages", VIEW, original_get_messages, "Messages", .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/scans", VIEW, original_get_scans, "Requests of scans", .flags = IN_ENVIRONMENTS),
    ROUTE(POST, "/scans", EDIT, original_post_scan, "Request a scan", .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/scheduled_scans", VIEW, original_get_scheduled_scans, "Schedules of scans",
          .flags = IN_ENVIRONMENTS),
    ROUTE(POST, "/scheduled_scans", EDIT, original_post_scheduled_scan, "Make a schedule of scans",
          .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/constants", SIGNED_IN, original_get_constant, "The values that keys may have",
          .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/monitoring_config_templates", SIGNED_IN, original_get_templates,
          "Templates of monitoring", .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/aggregates", SIGNED_IN, original_get_aggregates, "Counts",
          .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/environment_configs", SIGNED_IN, original_get_environments, "Environments",
          .flags = IN_ENVIRONMENTS),
    ROUTE(POST, "/environment_configs", SIGNED_IN, original_post_environment, "Make an environment",
          .flags = IN_ENVIRONMENTS),
    ROUTE(GET, "/connection_tests", SIGNED_IN, original_get_connection_tests,
          "Tests of connections", .flags = IN_ENVIRONMENTS),
    ROUTE(POST, "/connection_tests", SIGNED_IN, original_post_connection_test,
          "Request a test of connections", .flags = IN_ENVIRONMENTS),
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

void
original_reply_no_method(struct call *call)
{
    reply_text(call, 405, STR("{\"title\":\"405 Method Not Allowed\"}"));
}
