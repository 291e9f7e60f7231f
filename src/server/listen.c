/* One thread in poll(2). The sockets could be given to libmicrohttpd, which then accepts by itself;
 * but it has one socket a daemon, and knows no limit for all of them together. */

#include "server/listen.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/buf.h"
#include "server/clock.h"

enum {
    TICK = 250 * A_MILLISECOND,
    WAITING = 1024,        /* connections that the kernel holds for us */
    ACCEPTED_AT_ONCE = 16, /* before it is looked whether there is still room */
};

struct listener {
    int         fds[MOST_ADDRESSES];
    size_t      n;
    int         wake; /* an eventfd: one of the two below has changed */
    atomic_bool is_deaf, is_ending;
    bool        is_exhausted; /* no descriptor or memory was left: rest until the next tick */
    struct listener_events events;
    pthread_t              thread;
    bool                   has_thread;
};

static bool
open_socket(const struct address *a, int *out, struct error *err)
{
    int        family = a->any.sa_family, on = 1;
    int        fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    AUTO_ARENA scratch = arena_new();
    struct str text = address_text(&a->any, scratch);

    if (fd < 0)
        return error_set(err, ERROR_CONFIG, errno, "cannot listen at %.*s: %m", STR_ARG(text));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, &a->any, a->size) < 0 || listen(fd, WAITING) < 0) {
        error_set(err, ERROR_CONFIG, errno, "cannot listen at %.*s: %m", STR_ARG(text));
        close(fd);
        return false;
    }
    *out = fd;
    return true;
}

struct listener *
listener_open(const struct addresses *addresses, struct error *err)
{
    struct listener *l = xcalloc(1, sizeof *l);

    l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (l->wake < 0)
        error_set(err, ERROR_CONFIG, errno, "no eventfd: %m");
    while (l->wake >= 0 && l->n < addresses->n &&
           open_socket(&addresses->items[l->n], &l->fds[l->n], err))
        l->n++;
    if (l->wake >= 0 && l->n == addresses->n)
        return l;
    listener_close(l);
    return NULL;
}

static void
close_sockets(struct listener *l)
{
    for (size_t i = 0; i < l->n; i++)
        close(l->fds[i]);
    l->n = 0;
}

/* Take what waits at a socket. */
static void
accept_some(struct listener *l, int fd)
{
    for (int i = 0; i < ACCEPTED_AT_ONCE; i++) {
        struct address peer = { .size = sizeof peer.v6 };
        int            client = accept4(fd, &peer.any, &peer.size, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (client >= 0)
            l->events.accepted(l->events.context, client, &peer);
        else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
            l->is_exhausted = true;
        if (client < 0 && errno != ECONNABORTED && errno != EINTR)
            return;
    }
}

/* Wait for connections, but not beyond the next tick. */
static void
await(struct listener *l, int64_t until)
{
    struct pollfd polled[MOST_ADDRESSES + 1] = { { .fd = l->wake, .events = POLLIN } };
    int64_t       left = until - clock_now();
    bool          accepts = !l->is_exhausted && l->events.may_accept(l->events.context);
    size_t        n = 0;
    uint64_t      unused;

    for (; accepts && n < l->n; n++)
        polled[n + 1] = (struct pollfd){ .fd = l->fds[n], .events = POLLIN };
    if (poll(polled, n + 1, left > 0 ? (int)(left / A_MILLISECOND) + 1 : 0) <= 0)
        return;
    if (polled[0].revents && read(l->wake, &unused, sizeof unused) < 0)
        return; /* somebody wrote it, nobody else reads it */
    for (size_t i = 0; i < n; i++)
        if (polled[i + 1].revents && !atomic_load(&l->is_deaf))
            accept_some(l, l->fds[i]);
}

static void *
run(void *context)
{
    struct listener *l = context;
    int64_t          next = clock_now() + TICK;

    while (!atomic_load(&l->is_ending)) {
        if (atomic_load(&l->is_deaf))
            close_sockets(l);
        await(l, next);
        if (clock_now() < next)
            continue;
        l->events.tick(l->events.context);
        l->is_exhausted = false;
        next = clock_now() + TICK;
    }
    return NULL;
}

bool
listener_run(struct listener *l, const struct listener_events *events, struct error *err)
{
    l->events = *events;
    errno = pthread_create(&l->thread, NULL, run, l);
    l->has_thread = errno == 0;
    return l->has_thread || error_set(err, ERROR_CONFIG, errno, "no thread to listen: %m");
}

struct str
listener_address(const struct listener *l, struct arena *arena)
{
    AUTO_BUF text = { 0 };

    for (size_t i = 0; i < l->n; i++) {
        struct address a = { .size = sizeof a.v6 };

        if (getsockname(l->fds[i], &a.any, &a.size) < 0)
            abort();
        if (i)
            buf_char(&text, ',');
        buf_add(&text, address_text(&a.any, arena));
    }
    return arena_str(arena, buf_str(&text));
}

static void
wake(const struct listener *l)
{
    uint64_t one = 1;

    if (write(l->wake, &one, sizeof one) != sizeof one)
        abort(); /* it can only be full, of 2^64 */
}

void
listener_deafen(struct listener *l)
{
    atomic_store(&l->is_deaf, true);
    wake(l);
}

void
listener_close(struct listener *l)
{
    if (!l)
        return;
    atomic_store(&l->is_ending, true);
    if (l->has_thread) {
        wake(l);
        pthread_join(l->thread, NULL);
    }
    close_sockets(l);
    if (l->wake >= 0)
        close(l->wake);
    free(l);
}
