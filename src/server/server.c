/* libmicrohttpd carries the connections on threads of its own that wait with epoll(7). Around it
 * stand: a thread that accepts connections and looks for late ones, and the workers.
 *
 * What libmicrohttpd refuses by itself, because it cannot read it (no version, a head beyond its
 * memory, broken chunks), it answers itself. */

#include "server/server.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/log.h"
#include "server/clock.h"
#include "server/exchange.h"
#include "server/listen.h"

enum {
    CONNECTION_MEMORY = 40 << 10, /* a head, or the piece of a stream; cleared after each request */
    WAITING_A_WORKER = 16,        /* slow requests */
    OTHER_DESCRIPTORS = 128,      /* of the rest of the program */
    SPARE_CONNECTIONS = 64,       /* of libmicrohttpd, which still counts some that are closed */
    LARGEST_CERTIFICATE = 1 << 20,
    LOOK_AGAIN = 10 * A_MILLISECOND,
};

struct server {
    struct desk        desk;
    struct listener   *listener;
    struct MHD_Daemon *daemon;
    atomic_bool        has_started;
    char               why[160]; /* what libmicrohttpd complained of before it had started */
};

static void
set_default(unsigned *option, unsigned value)
{
    if (*option == 0)
        *option = value;
}

static struct server_options
with_defaults(const struct server_options *given)
{
    struct server_options o = *given;

    set_default(&o.threads, 2);
    set_default(&o.workers, 4);
    set_default(&o.most_connections, 4096);
    set_default(&o.most_of_address, 1024);
    set_default(&o.head_seconds, 10);
    set_default(&o.request_seconds, 30);
    set_default(&o.idle_seconds, 60);
    set_default(&o.burst,
                o.requests_a_second > UINT32_MAX / 10 ? UINT32_MAX : 10 * o.requests_a_second);
    return o;
}

/* As many descriptors as connections need, or as many connections as there may be descriptors. */
static unsigned
descriptors_for(unsigned most_connections)
{
    rlim_t        wanted = (rlim_t)most_connections + OTHER_DESCRIPTORS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
        return most_connections;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= wanted)
        return most_connections;
    return limit.rlim_cur > 2 * OTHER_DESCRIPTORS ? (unsigned)limit.rlim_cur - OTHER_DESCRIPTORS
                                                  : OTHER_DESCRIPTORS;
}

/* --- events --- */

/* Every client can make libmicrohttpd complain, so nothing of that is logged. */
__attribute__((format(printf, 2, 0))) static void
complain(void *server, const char *format, va_list arguments)
{
    struct server *s = server;

    if (!atomic_load(&s->has_started))
        vsnprintf(s->why, sizeof s->why, format, arguments);
}

static bool
may_accept(void *server)
{
    struct server *s = server;

    return connections_have_room(&s->desk.connections);
}

static void
accepted(void *server, int fd, const struct address *peer)
{
    struct server *s = server;
    struct caller  caller = address_caller(&peer->any);

    if (!connections_admit(&s->desk.connections, &caller)) {
        close(fd);
        return;
    }
    /* When it fails it has closed the socket. */
    if (MHD_add_connection(s->daemon, fd, &peer->any, peer->size) != MHD_YES)
        connections_dismiss(&s->desk.connections, &caller);
}

static void
tick(void *server)
{
    struct server *s = server;
    size_t         n_late = connections_look(&s->desk.connections);

    n_late += streams_look(&s->desk.streams);
    atomic_fetch_add(&s->desk.n_late, n_late);
    log_flush();
}

/* libmicrohttpd begins or ends to carry a connection. */
static void
connection_changed(void *server, struct MHD_Connection *mhd, void **connection,
                   enum MHD_ConnectionNotificationCode what)
{
    struct server *s = server;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED)
        connections_remove(&s->desk.connections, *connection);
    else
        *connection = connections_add(
            &s->desk.connections,
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
            MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
}

/* Targets are taken from where they have not yet been decoded. */
static size_t
leave_encoded(void *unused UNUSED, struct MHD_Connection *mhd UNUSED, char *target)
{
    return strlen(target);
}

/* --- starting --- */

static bool
read_pem(struct str path, struct arena *arena, struct str *text, struct error *err)
{
    return file_read(arena_str(arena, path).p, 0, SIZE_MAX, LARGEST_CERTIFICATE, arena, text, err);
}

/* libmicrohttpd only reads it, but has options of one type. */
static struct MHD_OptionItem
text_option(enum MHD_OPTION option, const char *text)
{
    return (struct MHD_OptionItem){ option, 0, (void *)(uintptr_t)text };
}

static bool
start_daemon(struct server *s, const struct server_options *o, struct error *err)
{
    AUTO_ARENA            arena = arena_new();
    struct MHD_OptionItem tls[4] = { text_option(MHD_OPTION_END, NULL) };
    unsigned              flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME |
                     MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG;
    struct str certificate = STR_NONE, key = STR_NONE;

    if (s->desk.is_encrypted) {
        if (!read_pem(o->certificate, arena, &certificate, err) ||
            !read_pem(o->key, arena, &key, err))
            return false;
        flags |= MHD_USE_TLS;
        tls[0] = text_option(MHD_OPTION_HTTPS_MEM_CERT, certificate.p);
        tls[1] = text_option(MHD_OPTION_HTTPS_MEM_KEY, key.p);
        tls[2] =
            text_option(MHD_OPTION_HTTPS_PRIORITIES, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2");
        tls[3] = text_option(MHD_OPTION_END, NULL);
    }
    s->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, exchange_step, &s->desk, MHD_OPTION_EXTERNAL_LOGGER, complain, s,
        MHD_OPTION_URI_LOG_CALLBACK, exchange_begin, &s->desk, MHD_OPTION_NOTIFY_COMPLETED,
        exchange_end, &s->desk, MHD_OPTION_NOTIFY_CONNECTION, connection_changed, s,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_encoded, NULL, MHD_OPTION_THREAD_POOL_SIZE,
        o->threads > 1 ? o->threads : 0, MHD_OPTION_CONNECTION_TIMEOUT, o->idle_seconds,
        MHD_OPTION_CONNECTION_LIMIT, o->most_connections + SPARE_CONNECTIONS * o->threads,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_ARRAY, tls,
        MHD_OPTION_END);
    if (key.n)
        explicit_bzero((void *)(uintptr_t)key.p, key.n);
    atomic_store(&s->has_started, true);
    return s->daemon || error_set(err, ERROR_CONFIG, 0, "the server does not start: %.*s",
                                  STR_ARG(str_trim(str_from(s->why))));
}

static bool
start(struct server *s, const struct server_options *o, struct error *err)
{
    const struct listener_events events = {
        .may_accept = may_accept, .accepted = accepted, .tick = tick, .context = s
    };
    struct addresses addresses;

    if (str_empty(o->certificate) != str_empty(o->key))
        return error_set(err, ERROR_USAGE, 0, "a certificate and a key: both, or none");
    if (!addresses_parse(o->bind, &addresses, err))
        return false;
    s->listener = listener_open(&addresses, err);
    if (!s->listener)
        return false;
    s->desk.workers = workers_new(o->workers, (size_t)o->workers * WAITING_A_WORKER, exchange_work,
                                  exchange_drop);
    if (!s->desk.workers)
        return error_set(err, ERROR_CONFIG, 0, "no thread for a worker");
    return start_daemon(s, o, err) && listener_run(s->listener, &events, err);
}

static void
free_server(struct server *s)
{
    listener_close(s->listener);
    if (s->desk.workers)
        workers_stop(s->desk.workers);
    if (s->daemon)
        MHD_stop_daemon(s->daemon);
    workers_free(s->desk.workers);
    rate_free(s->desk.rate);
    connections_done(&s->desk.connections);
    free(s);
}

struct server *
server_start(const struct server_options *given, const struct http_handler *handler,
             struct error *err)
{
    struct server_options o = with_defaults(given);
    struct server        *s = xcalloc(1, sizeof *s);
    sigset_t              all, before;
    bool                  good;

    o.most_connections = descriptors_for(o.most_connections);
    s->desk.handler = *handler;
    s->desk.is_encrypted = !str_empty(o.certificate);
    s->desk.streams.longest_sleep = (int64_t)o.idle_seconds * A_SECOND;
    connections_init(&s->desk.connections, &o);
    if (o.requests_a_second)
        s->desk.rate = rate_new(o.requests_a_second, o.burst);
    /* Signals are for the threads of the program, not for ours. */
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    good = start(s, &o, err);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!good) {
        free_server(s);
        return NULL;
    }
    log_gather(true);
    return s;
}

struct str
server_address(const struct server *s, struct arena *arena)
{
    return listener_address(s->listener, arena);
}

struct server_counts
server_counts(const struct server *s)
{
    return (struct server_counts){ .n_requests = atomic_load(&s->desk.n_requests),
                                   .n_connections = atomic_load(&s->desk.connections.n),
                                   .n_late = atomic_load(&s->desk.n_late),
                                   .n_limited = atomic_load(&s->desk.n_limited),
                                   .n_queued = workers_waiting(s->desk.workers) };
}

/* --- stopping --- */

static bool
has_finished(struct server *s)
{
    return atomic_load(&s->desk.n_running) == 0;
}

/* Has libmicrohttpd begun to carry all that was accepted? */
static bool
has_taken_all(struct server *s)
{
    return connections_are_complete(&s->desk.connections);
}

static void
await(struct server *s, bool (*is_so)(struct server *), unsigned seconds)
{
    int64_t         until = clock_now() + (int64_t)seconds * A_SECOND;
    struct timespec pause = { .tv_nsec = LOOK_AGAIN * 1000 };

    while (!is_so(s) && clock_now() < until)
        nanosleep(&pause, NULL);
}

void
server_stop(struct server *s, unsigned seconds)
{
    if (!s)
        return;
    atomic_store(&s->desk.is_stopping, true);
    listener_deafen(s->listener);
    streams_end(&s->desk.streams, STREAMS_END_ENDLESS);
    connections_shut_idle(&s->desk.connections);
    await(s, has_finished, seconds);
    listener_close(TAKE(s->listener));
    await(s, has_taken_all, 1); /* what it has not, it would free without a lock */
    connections_shut_all(&s->desk.connections);
    streams_end(&s->desk.streams, STREAMS_BREAK);
    free_server(s);
    log_gather(false);
}
