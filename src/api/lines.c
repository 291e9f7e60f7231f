#include "api/lines.h"

#include "api/page.h"
#include "base/log.h"

enum { LINES_A_PIECE = 100 };

struct walk {
    struct call  *call; /* as it came */
    struct lines  lines;
    struct arena *arena; /* of the piece that was made last */
    struct buf    first;
    bool          is_begun;
};

bool
lines_wanted(const struct call *call)
{
    return call->route->list &&
           str_has(http_header(call->request, "Accept"), STR("application/x-ndjson"));
}

/* The parameters as they came, but where this piece begins and how long it is. */
static struct params
piece_query(struct walk *walk, struct arena *arena)
{
    const struct params *came = &walk->call->query;
    struct params        query = { .items = arena_array(arena, struct param, came->n + 2) };
    struct str           cursor = str_empty(walk->lines.next) ? param_get(came, "cursor")
                                                              : arena_str(arena, walk->lines.next);

    for (size_t i = 0; i < came->n; i++)
        if (!str_is(came->items[i].key, "cursor") && !str_is(came->items[i].key, "limit"))
            query.items[query.n++] = came->items[i];
    query.items[query.n++] =
        (struct param){ STR("limit"), arena_printf(arena, "%d", LINES_A_PIECE) };
    if (cursor.p)
        query.items[query.n++] = (struct param){ STR("cursor"), cursor };
    return query;
}

/* The next page; its reply is an error when the route's function says so. */
static void
make_piece(struct walk *walk, struct http_reply *reply)
{
    struct arena *arena = arena_new();
    struct call   call = *walk->call;

    call.arena = arena;
    call.reply = reply;
    call.query = piece_query(walk, arena);
    call.lines = &walk->lines;
    call.route->answer(&call);
    arena_free(walk->arena); /* the cursor that led here */
    walk->arena = arena;
}

static enum http_piece
fill(void *context, struct buf *piece)
{
    struct walk      *walk = context;
    struct http_reply reply = { 0 };

    if (!walk->is_begun) {
        walk->is_begun = true;
        buf_add(piece, buf_str(&walk->first));
        buf_done(&walk->first);
    } else {
        make_piece(walk, &reply);
        buf_add(piece, buf_str(&reply.body));
        buf_done(&reply.body);
    }
    if (reply.status >= 400) {
        log_line(LOG_ERROR, "a list broke off", LOG_TEXT("id", walk->call->request->id));
        return HTTP_BREAK;
    }
    return str_empty(walk->lines.next) ? HTTP_END : HTTP_PIECE;
}

static void
end(void *context)
{
    struct walk *walk = context;

    buf_done(&walk->first);
    arena_free(walk->arena);
    call_end_stream(walk->call);
}

void
lines_answer(struct call *call)
{
    struct walk *walk = arena_new_of(call->arena, struct walk);

    if (param_get(&call->query, "limit").p) {
        reply_error(call, 400, "limit: as lines a list is sent whole");
        return;
    }
    walk->call = call;
    make_piece(walk, call->reply);
    if (call->reply->status >= 400) {
        arena_free(walk->arena);
        return;
    }
    walk->first = call->reply->body;
    call->reply->body = (struct buf){ 0 };
    call->reply->type = STR("application/x-ndjson");
    call->reply->stream = (struct http_stream){ .fill = fill, .close = end, .context = walk };
}
