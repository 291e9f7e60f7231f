/* Which connections are late. The kernel is asked how many bytes have come while a connection is
 * idle, since libmicrohttpd does not tell when the first byte of a request comes. */

#include <linux/tcp.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "server/clock.h"
#include "server/connection.h"

static uint64_t
n_received(int fd)
{
    struct tcp_info info = { 0 };
    socklen_t       size = sizeof info;

    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) < 0)
        return 0;
    return info.tcpi_bytes_received; /* 0 where it is not known: then only idleness counts */
}

/* Shut it down, unless its phase has changed meanwhile. */
static bool
shut(struct connection *c, uint64_t word)
{
    if (!atomic_compare_exchange_strong(&c->phase, &word, phase_word(PHASE_SHUT, clock_now())))
        return false;
    shutdown(c->fd, SHUT_RDWR);
    return true;
}

/* Has the client said that it sends no more, and has all been read? */
static bool
has_finished(int fd)
{
    struct pollfd p = { .fd = fd, .events = POLLRDHUP };
    int           n_unread = 0;

    return poll(&p, 1, 0) > 0 && ioctl(fd, FIONREAD, &n_unread) == 0 && n_unread == 0;
}

/* Has the first byte of a request come since it became idle? Then its head is coming. And when no
 * request can come any more it ends: libmicrohttpd overlooks that, if the end came together with
 * the last request. */
static void
look_at_idle(struct connection *c, uint64_t word, int64_t now)
{
    uint64_t n = n_received(c->fd);
    bool     is_new = c->idle_phase != word, had_finished = c->has_finished;

    c->has_finished = has_finished(c->fd);
    if (is_new) {
        c->idle_phase = word;
        c->n_received = n;
    } else if (c->has_finished && had_finished) {
        shut(c, word);
    } else if (c->n_received != n && !c->has_finished) {
        atomic_compare_exchange_strong(&c->phase, &word, phase_word(PHASE_HEAD, now));
    }
}

static bool
is_late(const struct connections *all, uint64_t word, int64_t now)
{
    int64_t lasted = now - phase_since(word);

    switch (phase_of(word)) {
    case PHASE_IDLE:
        /* An idle connection is ended by libmicrohttpd; this one has received something. */
        return lasted > all->idle_time + all->head_time;
    case PHASE_HEAD:
        return lasted > all->head_time;
    case PHASE_BODY:
        return lasted > all->request_time;
    case PHASE_ANSWER:
    case PHASE_SHUT:
        break;
    }
    return false;
}

size_t
connections_look(struct connections *all)
{
    int64_t now = clock_now();
    size_t  n_late = 0;

    pthread_mutex_lock(&all->lock);
    for (struct connection *c = all->first; c; c = c->next) {
        uint64_t word = atomic_load(&c->phase);

        if (phase_of(word) == PHASE_IDLE)
            look_at_idle(c, word, now);
        if (is_late(all, word, now) && shut(c, word))
            n_late++;
    }
    pthread_mutex_unlock(&all->lock);
    return n_late;
}

void
connections_shut_idle(struct connections *all)
{
    pthread_mutex_lock(&all->lock);
    for (struct connection *c = all->first; c; c = c->next) {
        uint64_t word = atomic_load(&c->phase);

        if (phase_of(word) == PHASE_IDLE)
            shut(c, word);
    }
    pthread_mutex_unlock(&all->lock);
}

void
connections_shut_all(struct connections *all)
{
    pthread_mutex_lock(&all->lock);
    for (struct connection *c = all->first; c; c = c->next)
        while (!connection_is_shut(c))
            shut(c, atomic_load(&c->phase));
    pthread_mutex_unlock(&all->lock);
}
