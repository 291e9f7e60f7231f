/* Resolving and connecting by hand: libssh's own resolving cannot be called off.
 *
 * getaddrinfo() cannot be, either. A name is therefore resolved in a thread of its own, which is
 * left behind when nobody waits for it any more, and then frees what it found. */

#include "transport/remote_connect.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "transport/remote.h"

struct lookup {
    pthread_mutex_t  lock;
    char            *host;
    char             port[8];
    struct addrinfo *found;
    int              status;
    int              done[2]; /* sockets: the thread writes a byte when it is done */
    bool             is_left; /* by one of the two; the other one frees it */
};

static void
lookup_leave(struct lookup *l)
{
    bool was_left;

    pthread_mutex_lock(&l->lock);
    was_left = l->is_left;
    l->is_left = true;
    pthread_mutex_unlock(&l->lock);
    if (!was_left)
        return;
    if (l->found)
        freeaddrinfo(l->found);
    pthread_mutex_destroy(&l->lock);
    free(l->host);
    free(l);
}

static int
look_up(struct lookup *l, int flags)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV | flags };

    return getaddrinfo(l->host, l->port, &hints, &l->found);
}

static void *
lookup_run(void *context)
{
    struct lookup *l = context;
    int            done = l->done[1];

    l->status = look_up(l, 0);
    (void)send(done, "", 1, MSG_NOSIGNAL);
    close(done);
    lookup_leave(l);
    return NULL;
}

static bool
wait_for(int fd, short events, const struct limit *limit, struct error *err)
{
    for (;;) {
        struct pollfd p = { .fd = fd, .events = events };

        if (poll(&p, 1, limit_slice(limit)) > 0)
            return true;
        if (!limit_check(limit, err))
            return false;
    }
}

/* Numbers at once, names in a thread. The thread holds the other half of 'l' once it runs. */
static bool
resolve(struct lookup *l, const struct limit *limit, struct error *err)
{
    AUTO_FD   ended = -1;
    pthread_t thread;

    l->status = look_up(l, AI_NUMERICHOST);
    if (l->status == 0) {
        l->is_left = true; /* there is no thread */
        return true;
    }
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, l->done) < 0) {
        l->is_left = true;
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_OTHER, "no more sockets: %m");
    }
    ended = l->done[0];
    if (pthread_create(&thread, NULL, lookup_run, l) != 0) {
        close(l->done[1]);
        l->is_left = true;
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_OTHER, "no more threads");
    }
    pthread_detach(thread);
    if (!wait_for(ended, POLLIN, limit, err))
        return false;
    /* What the thread wrote before is seen now; after the end it has closed its descriptor, too. */
    while (recv(ended, &(char){ 0 }, 1, 0) > 0)
        ;
    return l->status == 0 || error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_NAME,
                                       "the name is not resolved (%s)", gai_strerror(l->status));
}

static bool
explain(int code, struct error *err)
{
    if (code == ETIMEDOUT)
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_TIME, "no answer in time");
    return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_REFUSED,
                     "nobody answers there (%s; check address, port and firewall)", strerror(code));
}

static bool
finish(int fd, const struct limit *limit, struct error *err)
{
    int       code = 0;
    socklen_t size = sizeof code;

    if (!wait_for(fd, POLLOUT, limit, err))
        return false;
    getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &size);
    return code == 0 || explain(code, err);
}

/* Hand a descriptor on that would be closed at the end of its scope. */
static int
take_fd(int *fd)
{
    int taken = *fd;

    *fd = -1;
    return taken;
}

static int
connect_to(const struct addrinfo *address, const struct limit *limit, struct error *err)
{
    AUTO_FD fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int     on = 1;
    int idle = 20, between = 10, times = 3; /* seconds: a peer that is gone is noticed in 50 s */

    if (fd < 0) {
        explain(errno, err);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &between, sizeof between);
    setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &times, sizeof times);
    if (connect(fd, address->ai_addr, address->ai_addrlen) < 0) {
        if (errno != EINPROGRESS) {
            explain(errno, err);
            return -1;
        }
        if (!finish(fd, limit, err))
            return -1;
    }
    return take_fd(&fd);
}

int
remote_connect(struct str host, unsigned port, const struct limit *limit, struct error *err)
{
    struct lookup *l = xcalloc(1, sizeof *l);
    int            fd = -1;

    pthread_mutex_init(&l->lock, NULL);
    l->host = strndup(host.p, host.n);
    if (!l->host)
        abort();
    snprintf(l->port, sizeof l->port, "%u", port % 65536);
    if (resolve(l, limit, err))
        for (const struct addrinfo *a = l->found; a && fd < 0; a = a->ai_next)
            fd = connect_to(a, limit, err);
    lookup_leave(l);
    return fd;
}
