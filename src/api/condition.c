#include "api/condition.h"

#include <xxhash.h>

#include "api/route.h"
#include "base/ascii.h"

static struct str
digest(struct arena *arena, struct str body)
{
    XXH128_canonical_t hash;
    char              *text = arena_alloc(arena, 2 * sizeof hash.digest);

    XXH128_canonicalFromHash(&hash, XXH3_128bits(body.p, body.n));
    ascii_write_hex(text, hash.digest, sizeof hash.digest);
    return (struct str){ text, 2 * sizeof hash.digest };
}

/* Of a route with members that its editors do not write, the tag has two parts: the first is of what
 * they write, and alone counts for If-Match. */
static struct str
etag_of(struct arena *arena, const struct route *route, struct str body)
{
    struct str  whole = digest(arena, body);
    struct doc *document;

    if (!route->unguarded)
        return arena_join(arena, STR("\""), whole, STR("\""));
    document = doc_parse(arena, body, NULL);
    for (const char *const *member = route->unguarded; *member; member++)
        doc_remove(document, *member);
    return arena_printf(arena, "\"%.*s-%.*s\"", STR_ARG(digest(arena, doc_body(arena, document))),
                        STR_ARG(whole));
}

static struct str
guarded_part(struct str tag)
{
    ptrdiff_t end = str_find_char(tag, '-');

    return end < 0 ? tag : str_head(tag, (size_t)end);
}

/* Is the tag in a list like W/"a", "b"? Compression changes the bytes that are sent, not what they
 * say: weak tags count, too. */
static bool
names_tag(struct str list, struct str tag, bool is_to_change)
{
    struct str one;

    if (str_is(str_trim(list), "*"))
        return true;
    while (str_cut(&list, ',', &one)) {
        one = str_trim(one);
        if (str_starts(one, STR("W/")))
            one = str_skip(one, 2);
        if (is_to_change ? str_equal(guarded_part(one), guarded_part(tag)) : str_equal(one, tag))
            return true;
    }
    return false;
}

bool
has_condition(const struct call *call)
{
    enum http_method method = call->request->method;

    return (method == HTTP_PUT || method == HTTP_PATCH || method == HTTP_DELETE) &&
           !str_empty(http_header(call->request, "If-Match"));
}

bool
condition_holds(struct call *call)
{
    struct http_reply reply = { 0 };
    struct call       seen = *call;
    unsigned          allowed;
    bool              holds;

    if (route_find(HTTP_GET, call->request->path, call->arena, &seen.route, &seen.path, &allowed) !=
        ROUTE_FOUND)
        return true; /* nothing can be seen there */
    seen.reply = &reply;
    seen.query = (struct params){ 0 };
    seen.body = NULL;
    seen.route->answer(&seen);
    holds = (reply.status == 200 || reply.status == 0) &&
            names_tag(http_header(call->request, "If-Match"),
                      etag_of(call->arena, seen.route, buf_str(&reply.body)), true);
    if (reply.status == 404)
        reply_error(call, 404, "there is no such thing");
    else if (!holds)
        reply_error(call, 412, "somebody else has changed it since");
    buf_done(&reply.body);
    return holds;
}

void
condition_mark(struct call *call)
{
    struct http_reply *reply = call->reply;
    struct str         tag, known = http_header(call->request, "If-None-Match");

    if (call->route->method != HTTP_GET || reply->stream.fill ||
        (reply->status != 200 && reply->status != 0))
        return;
    tag = etag_of(call->arena, call->route, buf_str(&reply->body));
    http_reply_header(reply, call->arena, "ETag", tag);
    if (str_empty(known) || !names_tag(known, tag, false))
        return;
    reply->status = 304;
}
