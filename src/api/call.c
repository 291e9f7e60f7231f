/* The way of every request: find its route, find out who asks, ask access.h whether they may, read
 * query and body, call the route's function. What belongs to the web UI is answered at once. */

#include "api/condition.h"
#include "api/lines.h"
#include "api/kept.h"
#include "api/original.h"
#include "api/pages.h"
#include "api/query.h"
#include "api/route.h"
#include "api/schema.h"
#include "api/service.h"
#include "api/session.h"
#include "api/status.h"
#include "base/log.h"

enum {
    MOST_BODY = 1 << 20,
    MICROSECONDS = 1000000,
};

/* A call, and what is needed to end it: the request's context. Copies of the call (a page of a list
 * that is sent whole, what a condition looks at) belong to the same. */
struct running {
    struct call      call;
    enum route_found found;
    unsigned         allowed;
    bool             is_page; /* which everybody may see */
    struct user      user;
    struct store    *writer; /* NULL: not taken */
};

static struct running *
running_of(const struct call *call)
{
    return call->request->context;
}

bool
call_is_original(const struct call *call)
{
    return call->route ? (call->route->flags & ROUTE_ORIGINAL) != 0
                       : route_path_is_original(call->request->path);
}

struct store *
call_writer(struct call *call)
{
    struct running *r = running_of(call);

    if (!r->writer)
        r->writer = api_take_writer(call->api);
    return r->writer;
}

static void
give_back(struct running *r)
{
    if (r->writer)
        api_give_writer(r->call.api);
    r->writer = NULL;
    if (r->call.store) {
        store_snapshot_end(r->call.store);
        api_give_reader(r->call.api, &(struct reader){ r->call.store, r->call.kept });
    }
    r->call.store = NULL;
}

static const struct doc *
find_environment(struct call *call, struct str name)
{
    struct doc            *document = kept_find(call->kept, "environment", name);
    struct environment_row row;
    struct error           err;

    if (document)
        return document;
    if (!store_get_environment(call->store, name, kept_arena(call->kept), &row, &err))
        return NULL;
    document = doc_parse(kept_arena(call->kept), row.document, &err);
    if (document)
        kept_add(call->kept, "environment", name, document);
    return document;
}

const struct doc *
call_environment(struct call *call, struct str name, enum right right)
{
    const struct doc *document = find_environment(call, name);

    return access_may(call->user, right, doc_get(document, "auth")) ? document : NULL;
}

struct inventory
call_inventory(const struct call *call)
{
    return (struct inventory){
        .environment = doc_get_text(call->environment, "name"),
        .space = param_get(&call->query, "space"),
    };
}

bool
call_oid(struct call *call, struct oid *oid)
{
    struct str text = param_get(&call->path, "id");

    if (oid_from_text(text, oid))
        return true;
    reply_error(call, 404, "there is no %.*s: an _id has 24 hexadecimal digits",
                STR_ARG(str_head(text, 60)));
    return false;
}

void
reply_location(struct call *call, struct str folder, struct str name)
{
    http_reply_header(call->reply, call->arena, "Location",
                      arena_join(call->arena, folder, STR("/"), percent_encode(call->arena, name)));
}

/* --- the way --- */

static bool
has_body(const struct call *call)
{
    enum http_method method = call->request->method;

    return method == HTTP_POST || method == HTTP_PUT || method == HTTP_PATCH;
}

static void
plan(void *context, struct http_request *request, struct http_plan *plan)
{
    struct running *r = arena_new_of(request->arena, struct running);

    r->call = (struct call){ .api = context, .arena = request->arena, .request = request };
    r->found = route_find(request->method, request->path, request->arena, &r->call.route,
                          &r->call.path, &r->allowed);
    if (pages_answer(context, request, r->found, r->call.route)) {
        r->found = ROUTE_FOUND;
        r->call.route = page_routes;
    }
    r->is_page = pages_are_at(context, request->path, r->found);
    if (r->is_page && r->found == ROUTE_NO_PATH) {
        r->found = ROUTE_NO_METHOD;
        r->allowed = 1u << HTTP_GET;
    }
    if (str_is(request->path, "*")) { /* what the server knows at all (RFC 9110, 9.3.7) */
        r->found = ROUTE_NO_METHOD;
        r->allowed = (1u << N_HTTP_METHODS) - 1;
    }
    request->context = r;
    plan->most_body = MOST_BODY;
    plan->is_slow = (r->call.route && r->call.route->flags & ROUTE_SLOW) || has_body(&r->call) ||
                    request->method == HTTP_DELETE || session_has_password(&r->call);
}

static bool
needs_environment(const struct route *route)
{
    return (route->right == RIGHT_VIEW || route->right == RIGHT_EDIT) &&
           !(route->flags & ROUTE_CHECKS);
}

/* An environment that may not be seen is answered as one that is not there. */
static bool
may(struct call *call)
{
    const struct route *route = call->route;
    struct str          name = param_get(&call->path, "environment");

    if (route->flags & ROUTE_CHECKS || route->right == RIGHT_NONE)
        return true;
    if (needs_environment(route)) {
        const struct doc *seen = call_environment(call, name, RIGHT_VIEW);

        if (!seen) {
            reply_error(call, 404, "there is no environment %.*s", STR_ARG(name));
            return false;
        }
        call->environment = seen;
        if (!access_may(call->user, route->right, doc_get(seen, "auth"))) {
            reply_error(call, 403, "this needs the right %s in environment %.*s",
                        right_name(route->right), STR_ARG(name));
            return false;
        }
        return true;
    }
    if (access_may(call->user, route->right, NULL))
        return true;
    reply_error(call, 403, "this needs the right %s", right_name(route->right));
    return false;
}

static bool
read_body(struct call *call)
{
    struct error err;

    if (!has_body(call) || !call->route->body)
        return true;
    if (str_empty(call->request->body) && call->route->flags & ROUTE_NEEDS_NO_BODY)
        call->body = doc_object(call->arena);
    else
        call->body = doc_parse(call->arena, call->request->body, &err);
    if (!call->body) {
        reply_error(call, 400, "the body is no JSON: %s", err.message);
        return false;
    }
    if (schema_check(call->route->body, call->body, &err))
        return true;
    reply_failure(call, &err);
    return false;
}

static bool
read_query(struct call *call)
{
    struct error err;

    if (params_read(&call->query, call->arena, call->request->query, &err))
        return query_check(call);
    reply_error(call, 400, "%s", err.message);
    return false;
}

/* From now on all reads of the call see one revision, the latest. */
static bool
begin_reading(struct call *call)
{
    struct error err;

    store_snapshot_end(call->store);
    if (!store_snapshot_begin(call->store, &err)) {
        reply_failure(call, &err);
        return false;
    }
    kept_refresh(call->kept, call->store);
    return true;
}

/* Has this user asked too much? */
static bool
is_in_time(struct call *call)
{
    unsigned seconds = api_user_must_wait(call->api, call->user);

    if (seconds == 0)
        return true;
    reply_error(call, 429, "too many requests of this user; wait a little");
    http_reply_header(call->reply, call->arena, "Retry-After",
                      arena_printf(call->arena, "%u", seconds));
    return false;
}

static bool
sign_in(struct running *r)
{
    struct call *call = &r->call;

    switch (session_find(call, &r->user)) {
    case SESSION_USER:
        call->user = &r->user;
        return is_in_time(call);
    case SESSION_NOBODY:
        if (call->route && call->route->right == RIGHT_NONE)
            return true;
        if (call_is_original(call))
            reply_error(call, 401, "Authentication required");
        else
            reply_error(call, 401, "nobody is signed in");
        if (!call_is_original(call))
            http_reply_header(call->reply, call->arena, "WWW-Authenticate", STR("Bearer"));
        return false;
    case SESSION_REFUSED:
        return false;
    }
    return false;
}

/* What is read of a token holds for the whole call. A password takes its time, and may have to wait
 * for others: what is read before is old then. */
static bool
find_user(struct running *r)
{
    if (session_has_password(&r->call))
        return sign_in(r) && begin_reading(&r->call);
    return begin_reading(&r->call) && sign_in(r);
}

static void
answer_no_route(struct running *r)
{
    struct call *call = &r->call;

    if (r->found == ROUTE_NO_METHOD) {
        struct str allowed = route_methods(call->arena, r->allowed);

        if (call->request->method == HTTP_OPTIONS)
            call->reply->status = 204;
        else if (call_is_original(call))
            original_reply_no_method(call);
        else
            reply_error(call, 405, "this path knows %.*s", STR_ARG(allowed));
        http_reply_header(call->reply, call->arena, "Allow", allowed);
    } else if (call_is_original(call)) {
        call->reply->status = 404;
    } else {
        reply_error(call, 404, "there is nothing at this path");
    }
}

static bool
may_write(struct call *call)
{
    enum http_method method = call->request->method;

    if (method == HTTP_GET || method == HTTP_HEAD || api_writer_comes_free(call->api))
        return true;
    reply_busy(call, STR("the store is being written to"));
    return false;
}

static void
answer_route(struct running *r)
{
    struct call *call = &r->call;

    if (!may_write(call))
        return;
    if (call_is_original(call)) {
        if (original_read(call) && may(call))
            call->route->answer(call);
        return;
    }
    if (has_condition(call)) {
        call_writer(call); /* from here on nobody else changes it */
        if (!begin_reading(call))
            return;
    }
    if (!may(call) || !read_query(call) || !read_body(call) ||
        (has_condition(call) && !condition_holds(call)))
        return;
    if (lines_wanted(call))
        lines_answer(call);
    else
        call->route->answer(call);
    if (call->reply->status == 0)
        call->reply->status = route_success(call->route);
    condition_mark(call);
}

static void
answer(void *context, struct http_request *request, struct http_reply *reply)
{
    struct running *r = request->context;
    struct call    *call = &r->call;
    struct reader   reader;
    struct error    err;

    call->reply = reply;
    http_reply_header(reply, call->arena, "X-Content-Type-Options", STR("nosniff"));
    if (call->route && call->route->flags & ROUTE_PAGE) {
        call->route->answer(call);
        condition_mark(call);
        return;
    }
    http_reply_header(reply, call->arena, "Cache-Control", STR("no-store"));
    if (!api_take_reader(context, &reader, &err)) {
        reply_failure(call, &err);
        return;
    }
    call->store = reader.store;
    call->kept = reader.kept;
    if (r->found == ROUTE_NO_METHOD && (request->method == HTTP_OPTIONS || r->is_page))
        answer_no_route(r); /* says nothing that needs a right */
    else if (find_user(r) && r->found == ROUTE_FOUND)
        answer_route(r);
    else if (reply->status == 0)
        answer_no_route(r);
    if (!reply->stream.fill)
        give_back(r);
}

void
call_end_stream(struct call *call)
{
    give_back(running_of(call));
}

static void
refuse(void *context UNUSED, struct http_request *request, unsigned status,
       struct http_reply *reply)
{
    static const struct {
        unsigned    status;
        const char *why;
    } reasons[] = {
        { 400, "the request is malformed" },
        { 408, "the request took too long" },
        { 413, "the body is too large" },
        { 414, "the address is too long" },
        { 429, "too many requests; wait a little" },
        { 431, "the head of the request is too large" },
        { 503, "too much to do; try again soon" },
    };
    const char *why = status_title(status);

    for (size_t i = 0; i < N_ELEMENTS(reasons); i++)
        if (reasons[i].status == status)
            why = reasons[i].why;
    status_write(reply, request, route_path_is_original(request->path), status, str_from(why));
}

static void
log_request(void *context UNUSED, const struct http_request *request, unsigned status,
            uint64_t n_sent, int64_t began UNUSED, int64_t took)
{
    const struct running *r = request->context;

    log_line(LOG_INFO, "request", LOG_TEXT("id", request->id),
             LOG_TEXT("method", str_from(http_method_name(request->method))),
             LOG_TEXT("path", request->path), LOG_NUMBER("status", status),
             LOG_NUMBER("bytes", n_sent), LOG_NUMBER("us", took),
             LOG_TEXT("address", request->address),
             LOG_TEXT("user", r && r->call.user ? r->call.user->name : STR_NONE));
}

struct http_handler
call_handler(struct api *api)
{
    return (struct http_handler){
        .plan = plan,
        .answer = answer,
        .refuse = refuse,
        .log = log_request,
        .context = api,
    };
}
