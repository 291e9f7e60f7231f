/* libmicrohttpd calls exchange_step() when the head has come, for each piece of the body, and when
 * all has come; and again when a suspended connection is resumed. */

#include "server/exchange.h"

#include <stddef.h>
#include <sys/random.h>

#include "base/ascii.h"
#include "base/rng.h"
#include "server/clock.h"
#include "server/compress.h"
#include "server/head.h"
#include "server/reply.h"

enum {
    MOST_IGNORED = 1 << 20, /* bytes of a body that nobody wants, but that must come first */
    BUSY_WAIT = 2,          /* seconds after which to try again when all workers are busy */
};

/* --- the head --- */

/* The target is there at once, the rest of the head is not: it may be long. */
void *
exchange_begin(void *desk, const char *target, struct MHD_Connection *mhd)
{
    struct connection *c =
        MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
    struct exchange *x = arena_new_of(c->arena, struct exchange);
    struct str       all = arena_str(c->arena, str_from(target));

    *x = (struct exchange){
        .desk = desk, .connection = c, .mhd = mhd, .began = clock_date(), .started = clock_now()
    };
    x->request = (struct http_request){ .method = N_HTTP_METHODS, /* not yet known */
                                        .arena = c->arena,
                                        .path = STR_NONE,
                                        .query = STR_NONE,
                                        .body = STR_NONE,
                                        .address = str_from(c->address),
                                        .is_encrypted = x->desk->is_encrypted };
    if (all.n > MOST_URL)
        x->refused = MHD_HTTP_URI_TOO_LONG;
    else if (!head_target(all, &x->request.path, &x->request.query))
        x->refused = MHD_HTTP_BAD_REQUEST;
    if (x->refused)
        x->request.path = head_path(all);
    connection_enter(c, PHASE_HEAD);
    return x;
}

struct header_list {
    struct arena       *arena;
    struct http_header *first, **end;
};

static enum MHD_Result
add_header(void *context, enum MHD_ValueKind kind UNUSED, const char *name, size_t name_size,
           const char *value, size_t value_size)
{
    struct header_list *list = context;
    struct http_header *h = arena_new_of(list->arena, struct http_header);

    *h = (struct http_header){ .name = { name, name_size },
                               .value = { value ? value : "", value_size } };
    *list->end = h;
    list->end = &h->next;
    return MHD_YES;
}

static const struct http_header *
all_headers(struct exchange *x)
{
    struct header_list list = { .arena = x->request.arena, .end = &list.first };

    MHD_get_connection_values_n(x->mhd, MHD_HEADER_KIND, add_header, &list);
    return list.first;
}

struct str
http_header(const struct http_request *request, const char *name)
{
    for (const struct http_header *h = request->headers; h; h = h->next)
        if (str_equal_nocase(h->name, str_from(name)))
            return str_trim(h->value);
    return STR_NONE;
}

/* No two requests have the same, of this process or another; it is no secret. */
static struct str
new_id(struct arena *arena)
{
    static _Thread_local struct rng    numbers;
    static _Thread_local unsigned char thread[8];
    static _Thread_local bool          is_seeded;
    unsigned char                      bytes[16];
    uint64_t                           number;
    char                              *text = arena_alloc(arena, 2 * sizeof bytes);

    if (!is_seeded && (getrandom(&numbers, sizeof numbers, 0) != sizeof numbers ||
                       getrandom(thread, sizeof thread, 0) != sizeof thread))
        abort();
    is_seeded = true;
    number = rng_next(&numbers);
    memcpy(bytes, thread, sizeof thread);
    memcpy(bytes + sizeof thread, &number, sizeof number);
    ascii_write_hex(text, bytes, sizeof bytes);
    return (struct str){ text, 2 * sizeof bytes };
}

/* Too large, malformed, or one too many? */
static unsigned
refusal_of(struct exchange *x, const struct head *head)
{
    size_t size =
        MHD_get_connection_info(x->mhd, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;

    if (size > MOST_HEAD)
        return MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE;
    if (!head->is_valid)
        return MHD_HTTP_BAD_REQUEST;
    if (x->desk->rate)
        x->wait = rate_take(x->desk->rate, &x->connection->caller, x->started);
    return x->wait ? MHD_HTTP_TOO_MANY_REQUESTS : 0;
}

/* Does what is refused get its answer before its body has come? That ends the connection. */
static bool
is_refused_at_once(const struct exchange *x, const struct head *head)
{
    switch (x->refused) {
    case 0:
        return false;
    case MHD_HTTP_TOO_MANY_REQUESTS:
    case MHD_HTTP_CONTENT_TOO_LARGE:
        return head->has_body && (head->expects || head->length > MOST_IGNORED);
    default:
        return true; /* nobody knows where its body ends */
    }
}

/* Read the head, and let the handler decide what is to come of it; true when it is to be answered
 * now. */
static bool
take_head(struct exchange *x, const char *method, const char *version)
{
    struct desk *desk = x->desk;
    struct head  head;

    x->has_head = true;
    atomic_fetch_add(&desk->n_running, 1);
    atomic_fetch_add(&desk->n_requests, 1);
    x->request.method = head_method(method);
    x->request.headers = all_headers(x);
    head = head_read(x->request.headers, strcmp(version, MHD_HTTP_VERSION_1_0) != 0);
    x->request.id = str_empty(head.id) ? new_id(x->request.arena) : head.id;
    x->accepts_gzip = compress_accepted(http_header(&x->request, "Accept-Encoding"));
    if (!x->refused)
        x->refused = refusal_of(x, &head);
    if (!x->refused) {
        desk->handler.plan(desk->handler.context, &x->request, &x->plan);
        if (head.length > x->plan.most_body || (head.is_chunked && x->plan.most_body == 0))
            x->refused = MHD_HTTP_CONTENT_TOO_LARGE;
    }
    if (head.has_body)
        connection_enter(x->connection, PHASE_BODY);
    return is_refused_at_once(x, &head);
}

/* --- the body --- */

/* False when it is so long that the connection is to be closed. */
static bool
take_body(struct exchange *x, struct str piece)
{
    if (!x->refused && piece.n > x->plan.most_body - x->body.n) {
        x->refused = MHD_HTTP_CONTENT_TOO_LARGE;
        buf_done(&x->body);
    }
    if (x->refused)
        x->n_ignored += piece.n;
    else
        buf_add(&x->body, piece);
    return x->n_ignored <= MOST_IGNORED;
}

/* --- the answer --- */

static void
make_answer(struct exchange *x)
{
    const struct http_handler *handler = &x->desk->handler;
    struct http_reply          reply = { .type = STR_NONE };

    if (x->refused) {
        handler->refuse(handler->context, &x->request, x->refused, &reply);
        reply.status = x->refused;
    } else {
        handler->answer(handler->context, &x->request, &reply);
    }
    if (x->wait) {
        http_reply_header(&reply, x->request.arena, "Retry-After",
                          arena_printf(x->request.arena, "%u", x->wait));
        atomic_fetch_add(&x->desk->n_limited, 1);
    }
    reply_make(x, &reply);
}

static struct exchange *
exchange_of(struct task *task)
{
    return (struct exchange *)(void *)((char *)task - offsetof(struct exchange, task));
}

void
exchange_work(struct task *task)
{
    struct exchange *x = exchange_of(task);

    make_answer(x);
    MHD_resume_connection(x->mhd);
}

void
exchange_drop(struct task *task)
{
    struct exchange *x = exchange_of(task);

    x->was_dropped = true;
    MHD_resume_connection(x->mhd);
}

/* Give it to a worker, while the connection sleeps: but not before libmicrohttpd has asked once
 * more. Only then it knows that it wants an answer; else it would read when it is resumed, and close
 * the connection of a client that sends no more. */
static void
hand_over(struct exchange *x)
{
    if (!x->was_put_off) {
        x->was_put_off = true;
        return;
    }
    MHD_suspend_connection(x->mhd);
    if (workers_add(x->desk->workers, &x->task))
        return;
    x->refused = MHD_HTTP_SERVICE_UNAVAILABLE;
    x->wait = BUSY_WAIT;
    make_answer(x);
    MHD_resume_connection(x->mhd);
}

/* The response stays ours too: libmicrohttpd does not take it when it is about to end. */
static enum MHD_Result
send_answer(struct exchange *x)
{
    return MHD_queue_response(x->mhd, x->status, x->response);
}

static enum MHD_Result
answer(struct exchange *x)
{
    connection_enter(x->connection, PHASE_ANSWER);
    x->request.body = buf_str(&x->body);
    if (!x->refused && x->plan.is_slow) {
        hand_over(x);
        return MHD_YES;
    }
    make_answer(x);
    return send_answer(x);
}

enum MHD_Result
exchange_step(void *desk UNUSED, struct MHD_Connection *mhd UNUSED, const char *target UNUSED,
              const char *method, const char *version, const char *body, size_t *body_size,
              void **exchange)
{
    struct exchange *x = *exchange;
    struct str       piece = { body, *body_size };

    if (x->was_dropped)
        return MHD_NO;
    if (x->response)
        return send_answer(x); /* a worker made it */
    if (!x->has_head)
        return take_head(x, method, version) ? answer(x) : MHD_YES;
    if (piece.n == 0)
        return answer(x);
    *body_size = 0; /* all of it is taken */
    return take_body(x, piece) ? MHD_YES : MHD_NO;
}

/* --- the end --- */

static uint64_t
n_sent(const struct exchange *x, enum MHD_RequestTerminationCode why)
{
    if (x->stream)
        return stream_sent(x->stream);
    if (why != MHD_REQUEST_TERMINATED_COMPLETED_OK || x->request.method == HTTP_HEAD ||
        x->status == MHD_HTTP_NOT_MODIFIED)
        return 0;
    return x->n_body;
}

static unsigned
final_status(const struct exchange *x)
{
    if (x->status)
        return x->status;
    return connection_is_shut(x->connection) && !atomic_load(&x->desk->is_stopping)
               ? MHD_HTTP_REQUEST_TIMEOUT
               : 0;
}

void
exchange_end(void *desk UNUSED, struct MHD_Connection *mhd UNUSED, void **exchange,
             enum MHD_RequestTerminationCode why)
{
    struct exchange           *x = *exchange;
    struct desk               *d;
    struct connection         *c;
    const struct http_handler *handler;

    if (!x)
        return;
    d = x->desk;
    c = x->connection;
    handler = &d->handler;
    *exchange = NULL;
    if (why == MHD_REQUEST_TERMINATED_TIMEOUT_REACHED)
        atomic_fetch_add(&d->n_late, 1);
    if (x->stream)
        stream_close(x->stream); /* while there is the request that it may point into */
    if (str_empty(x->request.id))
        x->request.id = new_id(x->request.arena); /* its head has not come */
    handler->log(handler->context, &x->request, final_status(x), n_sent(x, why), x->began,
                 clock_now() - x->started);
    if (x->response)
        MHD_destroy_response(x->response);
    buf_done(&x->body);
    if (x->has_head)
        atomic_fetch_sub(&d->n_running, 1);
    arena_clear(c->arena); /* with the exchange */
    connection_enter(c, PHASE_IDLE);
}
