/* All that is needed lies in the program: whoever asks, and however the store is, the UI comes up
 * and can say what is wrong. */

#include "api/pages.h"

#include "api/service.h"
#include "server/compress.h"

#define INDEX STR("index.html")
#define ASSETS STR("/assets/")

/* Scripts in files of ours are the only ones that run; a worker's policy is that of its file. */
#define POLICY                                                                                     \
    STR("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "    \
        "connect-src 'self'; worker-src 'self'; font-src 'self'; manifest-src 'self'; "            \
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'")

/* --- which requests --- */

/* Does it want a page, as browsers do that go somewhere? Programs take anything. */
static bool
wants_page(const struct http_request *request)
{
    struct str all = http_header(request, "Accept"), one, type;

    while (str_cut(&all, ',', &one)) {
        str_cut(&one, ';', &type);
        if (str_equal_nocase(str_trim(type), STR("text/html")))
            return true;
    }
    return false;
}

/* The original's API knows its users by these alone; without them it says 401 to everybody. */
static bool
has_credentials(const struct http_request *request)
{
    return !str_empty(http_header(request, "Authorization")) ||
           !str_empty(http_header(request, "X-Auth-Token"));
}

static bool
is_screen(const struct http_request *request, enum route_found found, const struct route *route)
{
    struct str path = request->path;

    if (str_is(path, "/api") || str_starts(path, STR("/api/")) || !wants_page(request))
        return false;
    if (found == ROUTE_NO_PATH)
        return true;
    return found == ROUTE_FOUND && route->flags & ROUTE_ORIGINAL && !has_credentials(request);
}

bool
pages_are_at(const struct api *api, struct str path, enum route_found found)
{
    return str_is(path, "/") || str_starts(path, ASSETS) ||
           (found == ROUTE_NO_PATH && web_files_have(api_web_files(api), str_skip(path, 1)));
}

bool
pages_answer(const struct api *api, const struct http_request *request, enum route_found found,
             const struct route *route)
{
    if (request->method != HTTP_GET && request->method != HTTP_HEAD)
        return false;
    return pages_are_at(api, request->path, found) || is_screen(request, found, route);
}

/* --- answers --- */

static void
reply_file(struct call *call, const struct web_file *file)
{
    struct http_reply *reply = call->reply;

    buf_add(&reply->body, file->bytes);
    reply->type = str_from(file->type);
    reply->is_static = file->has_gzip;
    if (file->has_gzip)
        http_reply_header(reply, call->arena, "Vary", STR("Accept-Encoding"));
    if (file->is_gzip)
        http_reply_header(reply, call->arena, "Content-Encoding", STR("gzip"));
    http_reply_header(reply, call->arena, "Cache-Control",
                      file->is_lasting ? STR("public, max-age=31536000, immutable")
                                       : STR("no-cache"));
}

static void
get_page(struct call *call)
{
    const struct http_request *request = call->request;
    const struct web_files    *files = api_web_files(call->api);
    bool            accepts_gzip = compress_accepted(http_header(request, "Accept-Encoding"));
    struct web_file file;

    http_reply_header(call->reply, call->arena, "Content-Security-Policy", POLICY);
    http_reply_header(call->reply, call->arena, "Cross-Origin-Resource-Policy", STR("same-origin"));
    http_reply_header(call->reply, call->arena, "Referrer-Policy", STR("no-referrer"));
    if (web_files_find(files, str_skip(request->path, 1), accepts_gzip, call->arena, &file) ||
        (!str_starts(request->path, ASSETS) &&
         web_files_find(files, INDEX, accepts_gzip, call->arena, &file))) {
        reply_file(call, &file);
        return;
    }
    http_reply_header(call->reply, call->arena, "Cache-Control", STR("no-store"));
    if (web_files_have(files, INDEX))
        reply_error(call, 404, "there is nothing at this path");
    else
        reply_error(call, 404, "this program has no web UI; its API is at /api/v1");
}

const struct route page_routes[] = {
    ROUTE(GET, "/{page}", NONE, get_page, "The web UI: its files, and its screens",
          .media = "text/html; charset=utf-8", .flags = ROUTE_PAGE),
    { 0 },
};
