/* The body's memory goes to libmicrohttpd as it is. */

#include "server/reply.h"

#include "server/compress.h"

enum { PIECE = 64 << 10 };

void
http_reply_header(struct http_reply *reply, struct arena *arena, const char *name, struct str value)
{
    struct http_header *h = arena_new_of(arena, struct http_header), **end = &reply->headers;
    char               *kept = arena_alloc(arena, value.n + 1);
    size_t              n = 0;

    value = str_trim(value);
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] >= ' ' && value.p[i] != 0x7f)
            kept[n++] = value.p[i];
    h->name = arena_str(arena, str_from(name));
    h->value = arena_str(arena, str_trim((struct str){ kept, n }));
    while (*end)
        end = &(*end)->next;
    if (h->value.n)
        *end = h;
}

static struct str
type_of(const struct http_reply *reply)
{
    return str_empty(reply->type) ? STR("application/json; charset=UTF-8") : reply->type;
}

/* 304 has the headers of a body, length and all; libmicrohttpd leaves the body out. */
static bool
has_body(const struct http_reply *reply)
{
    return reply->stream.fill || reply->body.n;
}

/* The same content in other bytes: the tag no longer stands for these. */
static void
weaken_tag(struct http_reply *reply, struct arena *arena)
{
    for (struct http_header *h = reply->headers; h; h = h->next)
        if (str_is(h->name, "ETag") && !str_starts(h->value, STR("W/")))
            h->value = arena_join(arena, STR("W/"), h->value, STR_NONE);
}

/* Compress the body if that is wanted, and say so. */
static void
compress(struct exchange *x, struct http_reply *reply)
{
    struct arena *arena = x->request.arena;

    if (reply->is_static || !compress_is_worth(type_of(reply), reply->body.n))
        return;
    http_reply_header(reply, arena, "Vary", STR("Accept-Encoding"));
    if (!x->accepts_gzip || !compress_gzip(&reply->body))
        return;
    http_reply_header(reply, arena, "Content-Encoding", STR("gzip"));
    weaken_tag(reply, arena);
}

static struct MHD_Response *
make_stream(struct exchange *x, const struct http_reply *reply)
{
    struct MHD_Response *r;

    x->stream =
        stream_new(&x->desk->streams, &reply->stream, reply->no_limits, x->mhd, x->connection->fd);
    r = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE, stream_read, x->stream,
                                          stream_free);
    /* To HEAD libmicrohttpd would send the end of a chunked body, which is not to have one. */
    if (r && x->request.method == HTTP_HEAD)
        MHD_set_response_options(r, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
    return r;
}

static struct MHD_Response *
make_body(struct exchange *x, struct http_reply *reply)
{
    static char nothing[1];

    x->n_body = reply->body.n;
    if (reply->body.n == 0)
        return MHD_create_response_from_buffer(0, nothing, MHD_RESPMEM_PERSISTENT);
    return MHD_create_response_from_buffer(reply->body.n, TAKE(reply->body.p),
                                           MHD_RESPMEM_MUST_FREE);
}

void
reply_make(struct exchange *x, struct http_reply *reply)
{
    struct arena *arena = x->request.arena;

    compress(x, reply);
    http_reply_header(reply, arena, "X-Request-Id", x->request.id);
    if (has_body(reply))
        http_reply_header(reply, arena, "Content-Type", type_of(reply));
    if (atomic_load(&x->desk->is_stopping))
        http_reply_header(reply, arena, "Connection", STR("close"));
    x->response = reply->stream.fill ? make_stream(x, reply) : make_body(x, reply);
    if (!x->response)
        abort(); /* no memory */
    for (const struct http_header *h = reply->headers; h; h = h->next)
        MHD_add_response_header(x->response, h->name.p, h->value.p);
    x->status = reply->status ? reply->status : 200;
    buf_done(&reply->body);
}
