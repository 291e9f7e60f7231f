#include "api/route.h"

#include <assert.h>
#include <pthread.h>

#include "base/ascii.h"
#include "base/buf.h"

enum {
    MOST_PARAMS = 200,
    MOST_SEGMENTS = 8,     /* of the path of a route */
    MOST_OF_A_LENGTH = 64, /* routes */
};

static const struct route *const lists[] = { original_routes, v1_routes };

static const char *const method_names[] = {
    [HTTP_GET] = "GET",         [HTTP_HEAD] = "HEAD",       [HTTP_POST] = "POST",
    [HTTP_PUT] = "PUT",         [HTTP_PATCH] = "PATCH",     [HTTP_DELETE] = "DELETE",
    [HTTP_OPTIONS] = "OPTIONS", [N_HTTP_METHODS] = "OTHER",
};

const char *
http_method_name(enum http_method method)
{
    return method_names[method];
}

/* --- decoding --- */

struct str
percent_encode(struct arena *arena, struct str text)
{
    AUTO_BUF out = { 0 };

    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        if (ascii_is_alphanumeric(text.p[i]) || (c && strchr("-._~", c)))
            buf_char(&out, text.p[i]);
        else
            buf_printf(&out, "%%%02X", c);
    }
    return arena_str(arena, buf_str(&out));
}

bool
percent_decode(struct arena *arena, struct str text, bool plus, struct str *out)
{
    char  *bytes = arena_alloc(arena, text.n + 1);
    size_t n = 0;

    for (size_t i = 0; i < text.n; i++) {
        int high, low;

        if (text.p[i] != '%') {
            bytes[n++] = plus && text.p[i] == '+' ? ' ' : text.p[i];
            continue;
        }
        if (text.n - i < 3 || (high = ascii_hex(text.p[i + 1])) < 0 ||
            (low = ascii_hex(text.p[i + 2])) < 0)
            return false;
        bytes[n++] = (char)(high << 4 | low);
        i += 2;
    }
    *out = (struct str){ bytes, n };
    return true;
}

/* Names in documents are UTF-8; what is none can name nothing. */
static struct str
clean(struct arena *arena, struct str text)
{
    return doc_text(doc_string(arena, text));
}

bool
params_read(struct params *params, struct arena *arena, struct str query, struct error *err)
{
    size_t     capacity = 0;
    struct str piece;

    *params = (struct params){ 0 };
    while (str_cut(&query, '&', &piece)) {
        struct str   rest = piece, key, value = STR_NONE;
        struct param param;

        if (str_empty(piece))
            continue;
        if (params->n == MOST_PARAMS)
            return error_set(err, ERROR_USAGE, 0, "more than %d parameters", MOST_PARAMS);
        if (str_cut(&rest, '=', &key) && rest.p)
            value = rest;
        if (!percent_decode(arena, key, true, &param.key) ||
            !percent_decode(arena, value, true, &param.value))
            return error_set(err, ERROR_USAGE, 0,
                             "the query has a '%%' without two hexadecimal digits behind it");
        param.key = clean(arena, param.key);
        param.value = clean(arena, param.value);
        arena_grow(arena, params->items, params->n, capacity);
        params->items[params->n++] = param;
    }
    return true;
}

struct str
param_get(const struct params *params, const char *key)
{
    for (size_t i = 0; i < params->n; i++)
        if (str_is(params->items[i].key, key))
            return params->items[i].value;
    return (struct str){ NULL, 0 };
}

bool
param_truth(const struct params *params, const char *key)
{
    return str_is(param_get(params, key), "true");
}

int64_t
param_number(const struct params *params, const char *key, int64_t otherwise)
{
    int64_t number;

    return str_to_i64(param_get(params, key), &number) ? number : otherwise;
}

/* --- routes --- */

unsigned
route_success(const struct route *route)
{
    if (route->status)
        return route->status;
    return route->reply || route->media ? 200 : 204;
}

static size_t
count_segments(struct str path)
{
    size_t n = 0;

    for (size_t i = 0; i < path.n; i++)
        n += path.p[i] == '/';
    return n;
}

/* Routes whose paths have so many segments, in the order of the tables. A request asks one after the
 * other whether it fits. */
struct same_length {
    const struct route *routes[MOST_OF_A_LENGTH];
    size_t              n;
};

static struct same_length by_length[MOST_SEGMENTS + 1];

static void
sort_by_length(void)
{
    for (size_t l = 0; l < N_ELEMENTS(lists); l++) {
        for (const struct route *route = lists[l]; route->path; route++) {
            size_t              n = count_segments(str_from(route->path));
            struct same_length *same = &by_length[n];

            assert(n <= MOST_SEGMENTS && same->n < MOST_OF_A_LENGTH);
            same->routes[same->n++] = route;
        }
    }
}

/* Does the path fit "/api/v1/environments/{name}"? A parameter is one segment. Nothing is decoded
 * before all fits. */
static bool
fits(const char *pattern, struct str path, struct arena *arena, struct params *params)
{
    struct param found[4];
    size_t       n = 0, at = 0;

    while (*pattern) {
        size_t begin = at;

        if (*pattern != '{') {
            if (at == path.n || path.p[at++] != *pattern++)
                return false;
            continue;
        }
        while (at < path.n && path.p[at] != '/')
            at++;
        if (at == begin)
            return false;
        found[n].key = str_head(str_from(pattern + 1), strcspn(pattern + 1, "}"));
        found[n].value = str_range(path.p + begin, path.p + at);
        pattern += found[n++].key.n + 2;
    }
    if (at != path.n)
        return false;
    params->n = n;
    params->items = arena_array(arena, struct param, n);
    for (size_t i = 0; i < n; i++) {
        if (!percent_decode(arena, found[i].value, false, &found[i].value))
            return false;
        params->items[i] = (struct param){ found[i].key, clean(arena, found[i].value) };
    }
    return true;
}

enum route_found
route_find(enum http_method method, struct str path, struct arena *arena,
           const struct route **found, struct params *path_params, unsigned *allowed)
{
    static pthread_once_t     once = PTHREAD_ONCE_INIT;
    enum http_method          wanted = method == HTTP_HEAD ? HTTP_GET : method;
    const struct same_length *same;
    size_t                    n_segments;

    pthread_once(&once, sort_by_length);
    *allowed = 0;
    if (path.n > 1 && path.p[path.n - 1] == '/')
        path.n--;
    n_segments = count_segments(path);
    if (n_segments > MOST_SEGMENTS)
        return ROUTE_NO_PATH;
    same = &by_length[n_segments];
    for (size_t i = 0; i < same->n; i++) {
        const struct route *route = same->routes[i];

        if (!fits(route->path, path, arena, path_params))
            continue;
        *allowed |= 1u << route->method;
        if (route->method != wanted)
            continue;
        *found = route;
        return ROUTE_FOUND;
    }
    return *allowed ? ROUTE_NO_METHOD : ROUTE_NO_PATH;
}

bool
route_path_is_original(struct str path)
{
    if (str_empty(path) || str_starts(path, STR("/api/")))
        return false;
    for (const struct route *route = v1_routes; route->path; route++)
        if (str_is(path, route->path))
            return false;
    return true;
}

struct str
route_methods(struct arena *arena, unsigned allowed)
{
    struct str all = STR_NONE;

    if (allowed & 1u << HTTP_GET)
        allowed |= 1u << HTTP_HEAD;
    allowed |= 1u << HTTP_OPTIONS;
    for (unsigned m = 0; m < N_HTTP_METHODS; m++)
        if (allowed & 1u << m)
            all = arena_join(arena, all, str_from(all.n ? ", " : ""), str_from(method_names[m]));
    return all;
}
