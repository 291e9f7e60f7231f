/* A server whose answers are asked for in the request, for tests/e2e/test_server.py:
 *
 *     echo_server OPTION=VALUE...
 *
 * Options are those of struct server_options, "body" (bytes a request may have) and "stop" (seconds
 * to wait at the end). It prints the address where it listens, then a line for each request that
 * was logged, until SIGTERM or SIGINT; then what it counted. */

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/doc.h"
#include "server/server.h"

enum { MILLION = 1000000 };

static struct server *_Atomic server;
static size_t                 most_body = 64 << 10;
static atomic_size_t          n_opened, n_closed, n_running, n_at_once; /* streams; slow answers */

/* --- parameters --- */

static struct str
parameter(const struct http_request *r, const char *name)
{
    struct str rest = r->query, one, key;

    while (str_cut(&rest, '&', &one)) {
        struct str value = one;

        if (str_cut(&value, '=', &key) && str_is(key, name))
            return value.p ? value : STR_NONE;
    }
    return STR_NONE;
}

static uint32_t
number(const struct http_request *r, const char *name)
{
    uint32_t n = 0;

    return str_to_u32(parameter(r, name), &n) ? n : 0;
}

static void
pause_ms(uint32_t ms)
{
    struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * MILLION };

    while (nanosleep(&t, &t) < 0 && errno == EINTR)
        continue;
}

/* --- streams --- */

struct pieces {
    uint32_t        n; /* left; of an endless one it stays 0 */
    uint32_t        size, ms;
    bool            is_endless, breaks, never_wakes;
    pthread_t       waker;
    pthread_mutex_t lock; /* of the two below */
    pthread_cond_t  ends;
    bool            has_ended;
    bool            is_due; /* a piece: the waker says so */
};

/* Say that a piece is due, again and again; with 'ms' 0 as often as it can. */
static void *
wake(void *context)
{
    struct pieces  *p = context;
    struct timespec until;

    pthread_mutex_lock(&p->lock);
    while (!p->has_ended) {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += (long)(p->ms % 1000) * MILLION;
        until.tv_sec += p->ms / 1000 + until.tv_nsec / (1000 * MILLION);
        until.tv_nsec %= 1000 * MILLION;
        pthread_cond_timedwait(&p->ends, &p->lock, &until);
        p->is_due = true;
        pthread_mutex_unlock(&p->lock);
        http_stream_wake(p);
        pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

static enum http_piece
fill(void *context, struct buf *piece)
{
    struct pieces *p = context;
    bool           is_due;

    pthread_mutex_lock(&p->lock);
    is_due = p->is_due && !p->never_wakes;
    p->is_due = false;
    pthread_mutex_unlock(&p->lock);
    if (!is_due)
        return HTTP_LATER;
    for (uint32_t i = 0; i < p->size; i++)
        buf_char(piece, (char)('a' + i % 26));
    if (p->is_endless || --p->n)
        return HTTP_PIECE;
    return p->breaks ? HTTP_BREAK : HTTP_END;
}

/* The same without sleep. */
static enum http_piece
fill_at_once(void *context, struct buf *piece)
{
    ((struct pieces *)context)->is_due = true;
    return fill(context, piece);
}

static void
close_pieces(void *context)
{
    struct pieces *p = context;

    if (p->waker) {
        pthread_mutex_lock(&p->lock);
        p->has_ended = true;
        pthread_cond_signal(&p->ends);
        pthread_mutex_unlock(&p->lock);
        pthread_join(p->waker, NULL);
    }
    pthread_cond_destroy(&p->ends);
    pthread_mutex_destroy(&p->lock);
    free(p);
    atomic_fetch_add(&n_closed, 1);
}

/* /stream?n=PIECES&size=BYTES; with "ms" each is made after a sleep; without n it has no end, and
 * with "deaf" it sleeps for ever. */
static void
answer_stream(struct http_request *r, struct http_reply *reply, bool breaks)
{
    struct pieces *p = xcalloc(1, sizeof *p);
    bool           sleeps = parameter(r, "ms").n > 0;

    *p = (struct pieces){ .n = number(r, "n"),
                          .size = number(r, "size"),
                          .ms = number(r, "ms"),
                          .breaks = breaks,
                          .never_wakes = parameter(r, "deaf").n > 0,
                          .lock = PTHREAD_MUTEX_INITIALIZER,
                          .ends = PTHREAD_COND_INITIALIZER };
    p->is_endless = p->n == 0;
    if (p->is_endless && p->size == 0)
        p->size = 1; /* who reads it would never see that it goes on */
    atomic_fetch_add(&n_opened, 1);
    reply->type = STR("text/plain");
    reply->no_limits = parameter(r, "endless").n > 0;
    reply->stream = (struct http_stream){ .fill = sleeps ? fill : fill_at_once,
                                          .close = close_pieces,
                                          .context = p };
    if (sleeps && pthread_create(&p->waker, NULL, wake, p) != 0)
        abort();
}

/* --- other answers --- */

static void
add_member(struct buf *out, const char *name, struct str value)
{
    buf_printf(out, "%s\"%s\":", out->n > 1 ? "," : "", name);
    doc_write_text(out, value);
}

static void
answer_echo(struct http_request *r, struct http_reply *reply)
{
    static const char *const methods[] = { "GET",   "HEAD",   "POST",    "PUT",
                                           "PATCH", "DELETE", "OPTIONS", "another" };

    buf_char(&reply->body, '{');
    add_member(&reply->body, "method", str_from(methods[r->method]));
    add_member(&reply->body, "path", r->path);
    add_member(&reply->body, "query", r->query);
    add_member(&reply->body, "body", r->body);
    add_member(&reply->body, "address", r->address);
    add_member(&reply->body, "id", r->id);
    add_member(&reply->body, "asked", http_header(r, "X-Ask"));
    add_member(&reply->body, "encrypted", r->is_encrypted ? STR("yes") : STR("no"));
    buf_char(&reply->body, '}');
}

/* /big?size=BYTES&type=TYPE&static=1 */
static void
answer_big(struct http_request *r, struct http_reply *reply)
{
    uint32_t size = number(r, "size");
    AUTO_BUF block = { 0 };

    for (uint32_t i = 0; block.n < 5000; i++)
        buf_printf(&block, "%u ", i * 2654435761u);
    while (reply->body.n < size)
        buf_add(&reply->body, str_head(buf_str(&block), size - reply->body.n));
    reply->type = parameter(r, "type");
    reply->is_static = parameter(r, "static").n > 0;
}

/* How many slow answers were made at once is for /counts. */
static void
answer_slow(struct http_request *r, struct http_reply *reply)
{
    size_t n = atomic_fetch_add(&n_running, 1) + 1, most = atomic_load(&n_at_once);

    while (n > most && !atomic_compare_exchange_weak(&n_at_once, &most, n))
        continue;
    pause_ms(number(r, "ms"));
    atomic_fetch_sub(&n_running, 1);
    answer_echo(r, reply);
}

/* /header?HEXADECIMAL: a reply header of these bytes. */
static void
answer_header(struct http_request *r, struct http_reply *reply)
{
    char  *value = arena_alloc(r->arena, r->query.n);
    size_t n = 0;

    for (; 2 * n + 1 < r->query.n; n++) {
        char pair[3] = { r->query.p[2 * n], r->query.p[2 * n + 1], '\0' };

        value[n] = (char)strtoul(pair, NULL, 16);
    }
    http_reply_header(reply, r->arena, "X-Value", (struct str){ value, n });
    buf_add(&reply->body, STR("{}"));
}

static void
print_counts(struct buf *out)
{
    struct server_counts c = server_counts(server);

    buf_printf(out,
               "{\"requests\":%llu,\"connections\":%llu,\"late\":%llu,\"limited\":%llu,"
               "\"queued\":%llu,\"opened\":%zu,\"closed\":%zu,\"running\":%zu,\"at_once\":%zu}",
               (unsigned long long)c.n_requests, (unsigned long long)c.n_connections,
               (unsigned long long)c.n_late, (unsigned long long)c.n_limited,
               (unsigned long long)c.n_queued, atomic_load(&n_opened), atomic_load(&n_closed),
               atomic_load(&n_running), atomic_load(&n_at_once));
}

/* --- the handler --- */

static void
plan(void *context UNUSED, struct http_request *r, struct http_plan *p)
{
    r->context = r->arena; /* to see that it is there at the end */
    p->most_body = r->method == HTTP_GET ? 0 : most_body;
    p->is_slow = str_is(r->path, "/slow");
}

static void
answer(void *context UNUSED, struct http_request *r, struct http_reply *reply)
{
    if (str_is(r->path, "/stream"))
        answer_stream(r, reply, false);
    else if (str_is(r->path, "/abort"))
        answer_stream(r, reply, true);
    else if (str_is(r->path, "/big"))
        answer_big(r, reply);
    else if (str_is(r->path, "/slow"))
        answer_slow(r, reply);
    else if (str_is(r->path, "/header"))
        answer_header(r, reply);
    else if (str_is(r->path, "/counts"))
        print_counts(&reply->body);
    else if (str_is(r->path, "/status"))
        reply->status = number(r, "n");
    else
        answer_echo(r, reply);
}

static void
refuse(void *context UNUSED, struct http_request *r, unsigned status, struct http_reply *reply)
{
    buf_printf(&reply->body, "{\"refused\":%u,\"planned\":%s}", status,
               r->context ? "true" : "false");
}

static void
print_request(void *context UNUSED, const struct http_request *r, unsigned status, uint64_t n_sent,
              int64_t began, int64_t took)
{
    flockfile(stdout);
    printf("%u %llu %lld %lld %.*s %.*s %.*s\n", status, (unsigned long long)n_sent,
           (long long)began, (long long)took, STR_ARG(r->address), STR_ARG(r->id),
           STR_ARG(r->path));
    fflush(stdout);
    funlockfile(stdout);
}

/* --- options --- */

static bool
set_option(struct server_options *o, uint32_t *stop, const char *argument)
{
    const struct {
        const char *name;
        unsigned   *value;
    } numbers[] = { { "threads", &o->threads },
                    { "workers", &o->workers },
                    { "most_connections", &o->most_connections },
                    { "most_of_address", &o->most_of_address },
                    { "head_seconds", &o->head_seconds },
                    { "request_seconds", &o->request_seconds },
                    { "idle_seconds", &o->idle_seconds },
                    { "requests_a_second", &o->requests_a_second },
                    { "burst", &o->burst },
                    { "stop", stop } };
    struct str value = str_from(argument), name;
    uint32_t   n = 0;

    if (!str_cut(&value, '=', &name) || !value.p)
        return false;
    for (size_t i = 0; i < N_ELEMENTS(numbers); i++)
        if (str_is(name, numbers[i].name))
            return str_to_u32(value, numbers[i].value);
    if (str_is(name, "body")) {
        most_body = str_to_u32(value, &n) ? n : 0;
        return true;
    }
    if (str_is(name, "bind"))
        o->bind = value;
    else if (str_is(name, "certificate"))
        o->certificate = value;
    else if (str_is(name, "key"))
        o->key = value;
    else
        return false;
    return true;
}

int
main(int argc, char **argv)
{
    const struct http_handler handler = {
        .plan = plan, .answer = answer, .refuse = refuse, .log = print_request
    };
    struct server_options o = { .bind = STR("127.0.0.1:0"),
                                .certificate = STR_NONE,
                                .key = STR_NONE };
    AUTO_ARENA            arena = arena_new();
    AUTO_BUF              counts = { 0 };
    uint32_t              stop = 10;
    struct error          err;
    sigset_t              signals;
    int                   which;

    for (int i = 1; i < argc; i++)
        if (!set_option(&o, &stop, argv[i])) {
            fprintf(stderr, "what is %s?\n", argv[i]);
            return 2;
        }
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    server = server_start(&o, &handler, &err);
    if (!server) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    printf("%.*s\n", STR_ARG(server_address(server, arena)));
    fflush(stdout);
    sigwait(&signals, &which);
    print_counts(&counts);
    server_stop(server, stop);
    printf("%s\nopened %zu closed %zu\n", buf_c(&counts), atomic_load(&n_opened),
           atomic_load(&n_closed));
    return 0;
}
