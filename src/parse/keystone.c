/* Keystone's token and service catalog, in the forms of identity v3 and v2.0:
 *
 *   v3 GET /auth/catalog   {"catalog": [{"name", "type", "endpoints": [{"region", "interface", "url", "id"}]}]}
 *   v3 POST /auth/tokens   {"token": {"expires_at", "project": {...}, "catalog": [...]}}, id in a header
 *   v2 POST /tokens        {"access": {"token": {"id", "expires", "tenant": {...}},
 *                            "serviceCatalog": [{"name", "type", "endpoints": [{"region", "adminURL", ...}]}]}}
 *
 * Endpoints are published in the form of v2.0: one document for each region and service with
 * adminURL, internalURL and publicURL. */

#include "parse/parse.h"

/* --- time --- */

static bool
digits(struct str *rest, size_t n, char behind, int *value)
{
    uint32_t number;

    if (!str_to_u32(str_head(*rest, n), &number) || rest->n <= n || rest->p[n] != behind)
        return false;
    *value = (int)number;
    *rest = str_skip(*rest, n + 1);
    return true;
}

bool
parse_time(struct str text, int64_t *seconds)
{
    static const int days_of[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    struct tm        t = { 0 };
    uint32_t         fraction;

    if (!digits(&text, 4, '-', &t.tm_year) || !digits(&text, 2, '-', &t.tm_mon) ||
        !digits(&text, 2, 'T', &t.tm_mday) || !digits(&text, 2, ':', &t.tm_hour) ||
        !digits(&text, 2, ':', &t.tm_min))
        return false;
    if (!digits(&text, 2, 'Z', &t.tm_sec)) {
        if (!digits(&text, 2, '.', &t.tm_sec) || text.n < 2 || text.n > 7 ||
            text.p[text.n - 1] != 'Z' || !str_to_u32(str_head(text, text.n - 1), &fraction))
            return false;
        text = STR_NONE;
    }

    bool is_leap = (t.tm_year % 4 == 0 && t.tm_year % 100 != 0) || t.tm_year % 400 == 0;

    if (text.n || t.tm_mon < 1 || t.tm_mon > 12 || t.tm_mday < 1 ||
        t.tm_mday > days_of[t.tm_mon - 1] + (is_leap && t.tm_mon == 2) || t.tm_hour > 23 ||
        t.tm_min > 59 || t.tm_sec > 59)
        return false;
    t.tm_year -= 1900;
    t.tm_mon--;
    *seconds = timegm(&t);
    return true;
}

/* --- token --- */

bool
parse_token(struct arena *arena, struct str reply, struct token *out, struct error *err)
{
    const struct doc *whole = doc_parse(arena, reply, err);
    const struct doc *v2 = doc_path(whole, "access.token"), *v3 = doc_get(whole, "token");
    const struct doc *expires = v2 ? doc_get(v2, "expires") : doc_get(v3, "expires_at");
    struct token      token = {
             .id = doc_get_text(v2, "id"),
             .expires = doc_text(expires),
             .expires_at = INT64_MAX,
             .project = v2 ? doc_get(v2, "tenant") : doc_get(v3, "project"),
    };

    if (!whole)
        return false;
    if (doc_kind(v2) != DOC_OBJECT && doc_kind(v3) != DOC_OBJECT)
        return error_set(err, ERROR_PARSE, 0, "no token in the reply");
    /* Only v3 knows tokens that never expire. */
    if ((v2 || doc_kind(expires) != DOC_NULL) && !parse_time(token.expires, &token.expires_at))
        return error_set(err, ERROR_PARSE, 0, "token: expires: '%.*s' is no time",
                         STR_ARG(token.expires));
    *out = token;
    return true;
}

/* --- catalog --- */

/* The document of (region, service), made when it is met first. */
static struct doc *
entry_of(struct arena *arena, struct docs *entries, struct str region, struct str service,
         struct str type)
{
    for (size_t i = 0; i < entries->n; i++) {
        if (str_equal(doc_get_text(entries->items[i], "region"), region) &&
            str_equal(doc_get_text(entries->items[i], "service"), service))
            return entries->items[i];
    }

    struct doc *entry = doc_object(arena), *endpoint = doc_object(arena);

    doc_set_text(arena, endpoint, "service_type", type);
    doc_set_text(arena, entry, "region", region);
    doc_set_text(arena, entry, "service", service);
    doc_set(arena, entry, "endpoint", endpoint);
    docs_add(arena, entries, entry);
    return entry;
}

/* An endpoint of v3 is one of three URLs; the id that is kept is the admin one's, or that of the
 * first interface in the order admin, internal, public. */
static void
add_interface(struct arena *arena, struct doc *endpoint, const struct doc *from)
{
    static const struct {
        const char *interface, *attribute;
    } urls[] = { { "admin", "adminURL" },
                 { "internal", "internalURL" },
                 { "public", "publicURL" } };
    bool is_preceded = false;

    for (size_t i = 0; i < N_ELEMENTS(urls); i++) {
        if (str_is(doc_get_text(from, "interface"), urls[i].interface)) {
            doc_set_text(arena, endpoint, urls[i].attribute, doc_get_text(from, "url"));
            if (!is_preceded)
                doc_set_text(arena, endpoint, "id", doc_get_text(from, "id"));
        }
        is_preceded = is_preceded || doc_get(endpoint, urls[i].attribute);
    }
}

/* An endpoint of v2.0 goes in as it is; of several of one service and region the last stays. */
static void
add_urls(struct arena *arena, struct doc *entry, const struct doc *from, struct str type)
{
    struct doc *endpoint = doc_copy(arena, from);

    doc_remove(endpoint, "region");
    doc_set_text(arena, endpoint, "service_type", type);
    doc_set(arena, entry, "endpoint", endpoint);
}

static bool
add_service(struct arena *arena, const struct doc *service, struct docs *entries, struct error *err)
{
    struct str        type = doc_get_text(service, "type");
    struct str        name = doc_get_text(service, "name");
    const struct doc *endpoints = doc_get(service, "endpoints");

    if (str_empty(name))
        name = type;
    if (str_empty(name))
        return error_set(err, ERROR_PARSE, 0, "name: missing");
    if (endpoints && doc_kind(endpoints) != DOC_ARRAY)
        return error_set(err, ERROR_PARSE, 0, "endpoints: expected an array");
    for (size_t i = 0; i < doc_count(endpoints); i++) {
        const struct doc *from = doc_at(endpoints, i);
        struct str        region = doc_get_text(from, "region");

        if (doc_kind(from) != DOC_OBJECT)
            return error_set(err, ERROR_PARSE, 0, "endpoints: element %zu: expected an object", i);
        if (str_empty(region))
            region = doc_get_text(from, "region_id");
        if (str_empty(region))
            region = STR("No-Region");

        struct doc *entry = entry_of(arena, entries, region, name, type);

        if (doc_get(from, "interface"))
            add_interface(arena, doc_get(entry, "endpoint"), from);
        else
            add_urls(arena, entry, from, type);
    }
    return true;
}

bool
parse_catalog_sound(struct arena *arena, struct str reply, struct docs *out, size_t *n_unsound,
                    struct error *first, struct error *err)
{
    const struct doc *whole = doc_parse(arena, reply, err);
    const struct doc *catalog = doc_get(whole, "catalog");

    if (!whole)
        return false;
    if (!catalog)
        catalog = doc_path(whole, "token.catalog");
    if (!catalog)
        catalog = doc_path(whole, "access.serviceCatalog");
    if (doc_kind(catalog) != DOC_ARRAY)
        return error_set(err, ERROR_PARSE, 0, "catalog: %s",
                         catalog ? "expected an array" : "missing");
    *n_unsound = 0;
    for (size_t i = 0; i < doc_count(catalog); i++) {
        struct error why;

        if (!add_service(arena, doc_at(catalog, i), out, &why) && (*n_unsound)++ == 0) {
            error_prefix(&why, "catalog: element %zu: ", i);
            *first = why;
        }
    }
    return true;
}

bool
parse_catalog(struct arena *arena, struct str reply, struct docs *out, struct error *err)
{
    struct docs  entries = { 0 };
    struct error first;
    size_t       n_unsound = 0;

    if (!parse_catalog_sound(arena, reply, &entries, &n_unsound, &first, err))
        return false;
    if (n_unsound) {
        *err = first;
        return false;
    }
    for (size_t i = 0; i < entries.n; i++)
        docs_add(arena, out, entries.items[i]);
    return true;
}

/* --- addresses of services --- */

/* Where the path of an URL begins. */
static size_t
path_of_url(struct str url)
{
    ptrdiff_t scheme = str_find(url, STR("://"));
    size_t    from = scheme < 0 ? 0 : (size_t)scheme + 3;
    ptrdiff_t slash = str_find_char(str_skip(url, from), '/');

    return slash < 0 ? url.n : from + (size_t)slash;
}

struct str
url_on_host(struct arena *arena, struct str url, struct str host)
{
    ptrdiff_t  scheme = str_find(url, STR("://"));
    size_t     path = path_of_url(url), from = scheme < 0 ? 0 : (size_t)scheme + 3;
    struct str authority = str_head(str_skip(url, from), path - from);
    ptrdiff_t  bracket = str_find_last(authority, ']'), colon = str_find_last(authority, ':');
    bool       is_ipv6 = str_find_char(host, ':') >= 0 && !str_starts(host, STR("["));

    if (str_empty(host))
        return url;
    return arena_printf(
        arena, "%.*s%s%.*s%s%.*s%.*s", (int)from, url.p, is_ipv6 ? "[" : "", STR_ARG(host),
        is_ipv6 ? "]" : "", colon > bracket ? (int)authority.n - (int)colon : 0,
        colon > bracket ? authority.p + colon : "", (int)(url.n - path), url.p + path);
}

struct str
url_without_version(struct str url)
{
    size_t     path = path_of_url(url);
    struct str rest = str_skip(url, path);

    if (rest.n >= 3 && str_starts(rest, STR("/v")) && rest.p[2] >= '2' && rest.p[2] <= '9')
        return str_head(url, path);
    return url;
}
