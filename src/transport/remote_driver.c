/* One loop: poll(2) over the session's socket, a socket by which openers wake it, and its ends of
 * the streams' socketpairs; then whatever can move is moved.
 *
 * Back-pressure: nothing is read from a channel before the socketpair took what was read last, and
 * libssh then holds at most a window (1.25 MiB) of it. Nothing is read from a socketpair that the
 * other side's window, or the session's socket, has no room for. */

#include "transport/remote_driver.h"

#include <errno.h>
#include <libssh/callbacks.h>
#include <poll.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

enum {
    CHUNK = 32 << 10,
    MOST_STREAMS = 64, /* far more than any server allows */
    OPENING_WAIT = 10, /* ms */
    TURNS = 64,        /* packets' worth of reading before the streams get their turn */
};

enum stream_state { STREAM_NEW, STREAM_OPENING, STREAM_ASKING, STREAM_OPEN, STREAM_ENDED };

struct stream {
    struct driver *driver;
    char          *text; /* command, or host */
    unsigned       port; /* 0: a command */
    int            fd;   /* the opener's end */

    /* Of the thread alone. */
    enum stream_state                   state;
    ssh_channel                         channel;
    int                                 end; /* the thread's end */
    char                                chunk[CHUNK];
    size_t                              from, to; /* what of 'chunk' waits to be written to 'end' */
    bool                                sent_eof, is_closed;
    struct ssh_channel_callbacks_struct callbacks;

    /* Under the driver's lock. */
    bool                 is_connected, has_ended, is_left;
    struct stream_result result;
};

struct driver {
    pthread_t       thread;
    pthread_mutex_t lock;
    pthread_cond_t  changed;
    int             wake[2]; /* [0] is the thread's */
    struct stream  *fresh[MOST_STREAMS];
    size_t          n_fresh;
    bool            stops, is_up;

    /* Of the thread alone. */
    ssh_session    session;
    ssh_event      event;
    struct stream *streams[MOST_STREAMS];
    size_t         n_streams;
    bool           is_stirred; /* there is something to move already */
};

/* The thread is done with a stream: the opener sees the end of its descriptor, and then the
 * result. What is left of it goes with drop(). */
static void
end_stream(struct driver *d, struct stream *s, const struct error *err)
{
    if (s->channel) {
        ssh_remove_channel_callbacks(s->channel, &s->callbacks);
        ssh_channel_free(s->channel); /* closes it */
        s->channel = NULL;
    }
    s->state = STREAM_ENDED;
    pthread_mutex_lock(&d->lock);
    if (err)
        s->result.err = *err;
    s->has_ended = true;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
    close(s->end);
}

/* One of the two who hold a stream lets go of it. */
static void
drop(struct driver *d, struct stream *s)
{
    bool was_left;

    pthread_mutex_lock(&d->lock);
    was_left = s->is_left;
    s->is_left = true;
    pthread_mutex_unlock(&d->lock);
    if (!was_left)
        return;
    free(s->text);
    free(s);
}

static void
fail_stream(struct driver *d, struct stream *s, enum remote_fault fault, const char *what)
{
    struct error err;

    error_set(&err, ERROR_TRANSPORT, (int)fault, "%s", what);
    end_stream(d, s, &err);
}

/* What the session got while one stream was moved may be for another one: there is then no need
 * to wait for the socket, and no use in it. */
static int
take_data(ssh_session session UNUSED, ssh_channel channel UNUSED, void *data UNUSED,
          uint32_t n UNUSED, int is_stderr UNUSED, void *context)
{
    struct stream *s = context;

    s->driver->is_stirred = true;
    return 0; /* it stays in the channel */
}

static void
take_status(ssh_session session UNUSED, ssh_channel channel UNUSED, int status, void *context)
{
    struct stream *s = context;

    pthread_mutex_lock(&s->driver->lock);
    s->result.status = status;
    pthread_mutex_unlock(&s->driver->lock);
}

static void
take_close(ssh_session session UNUSED, ssh_channel channel UNUSED, void *context)
{
    struct stream *s = context;

    s->is_closed = true;
    s->driver->is_stirred = true;
}

static void
take_eof(ssh_session session UNUSED, ssh_channel channel UNUSED, void *context)
{
    struct stream *s = context;

    s->driver->is_stirred = true;
}

static void
start(struct driver *d, struct stream *s)
{
    s->channel = ssh_channel_new(d->session);
    if (!s->channel) {
        fail_stream(d, s, REMOTE_FAULT_LOST, "the session has ended");
        return;
    }
    ssh_channel_set_blocking(s->channel, 0);
    ssh_callbacks_init(&s->callbacks);
    s->callbacks.userdata = s;
    s->callbacks.channel_data_function = take_data;
    s->callbacks.channel_eof_function = take_eof;
    s->callbacks.channel_exit_status_function = take_status;
    s->callbacks.channel_close_function = take_close;
    ssh_set_channel_callbacks(s->channel, &s->callbacks);
    s->state = STREAM_OPENING;
}

static void
set_open(struct driver *d, struct stream *s)
{
    s->state = STREAM_OPEN;
    pthread_mutex_lock(&d->lock);
    s->is_connected = true;
    pthread_cond_broadcast(&d->changed);
    pthread_mutex_unlock(&d->lock);
}

/* The opening failed: for a reason of its own, unless the session is over, as all streams are told
 * when the loop sees it. */
static void
fail_opening(struct driver *d, struct stream *s, enum remote_fault fault, const char *what)
{
    if (ssh_is_connected(d->session))
        fail_stream(d, s, fault, what);
}

/* Ahead with opening, as far as answers have come. */
static void
open_further(struct driver *d, struct stream *s)
{
    int status;

    if (s->state == STREAM_NEW)
        start(d, s);
    if (s->state == STREAM_OPENING) {
        status = s->port
                     ? ssh_channel_open_forward(s->channel, s->text, (int)s->port, "127.0.0.1", 0)
                     : ssh_channel_open_session(s->channel);
        if (status == SSH_OK && s->port)
            set_open(d, s);
        else if (status == SSH_OK)
            s->state = STREAM_ASKING;
        else if (status != SSH_AGAIN)
            fail_opening(d, s, s->port ? REMOTE_FAULT_REFUSED : REMOTE_FAULT_OTHER,
                         ssh_get_error(d->session));
    }
    if (s->state == STREAM_ASKING) {
        status = ssh_channel_request_exec(s->channel, s->text);
        if (status == SSH_OK)
            set_open(d, s);
        else if (status != SSH_AGAIN)
            fail_opening(d, s, REMOTE_FAULT_OTHER, "the command is refused");
    }
}

/* The first bytes of stderr are kept, the rest is let go: it shares the window with stdout. */
static void
take_complaint(struct driver *d, struct stream *s)
{
    char piece[4096];
    int  n;

    while ((n = ssh_channel_read_nonblocking(s->channel, piece, sizeof piece, 1)) > 0) {
        struct stream_result *r = &s->result;

        pthread_mutex_lock(&d->lock);
        if ((size_t)n > sizeof r->text - r->n)
            n = (int)(sizeof r->text - r->n);
        memcpy(r->text + r->n, piece, (size_t)n);
        r->n += (size_t)n;
        pthread_mutex_unlock(&d->lock);
    }
}

/* Returns whether the opener still wants it. */
static bool
give(struct stream *s)
{
    ssize_t n = send(s->end, s->chunk + s->from, s->to - s->from, MSG_NOSIGNAL);

    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    s->from += (size_t)n;
    return true;
}

static bool
read_channel(struct driver *d, struct stream *s)
{
    take_complaint(d, s);
    for (;;) {
        int n;

        if (s->from < s->to && !give(s))
            return false;
        if (s->from < s->to)
            return true;
        n = ssh_channel_read_nonblocking(s->channel, s->chunk, sizeof s->chunk, 0);
        if (n <= 0)
            return true;
        s->from = 0;
        s->to = (size_t)n;
    }
}

/* How much the session takes of a stream now. */
static size_t
room(const struct driver *d, const struct stream *s)
{
    size_t window = ssh_channel_window_size(s->channel);

    if (s->state != STREAM_OPEN || s->sent_eof ||
        (ssh_get_poll_flags(d->session) & SSH_WRITE_PENDING))
        return 0;
    return window < CHUNK ? window : CHUNK;
}

/* Returns whether the opener still wants it. */
static bool
write_channel(struct driver *d, struct stream *s)
{
    char    piece[CHUNK];
    size_t  most = room(d, s);
    ssize_t n;

    if (most == 0)
        return true;
    n = recv(s->end, piece, most, MSG_DONTWAIT);
    if (n < 0)
        return errno == EAGAIN || errno == EINTR;
    if (n == 0) {
        s->sent_eof = true;
        ssh_channel_send_eof(s->channel);
        return s->port != 0; /* who runs a command keeps its end open until he sees the end */
    }
    return ssh_channel_write(s->channel, piece, (uint32_t)n) == n || !ssh_is_connected(d->session);
}

static void
move_stream(struct driver *d, struct stream *s, short events)
{
    bool has_all, is_wanted = true;

    if (s->state < STREAM_OPEN && !(events & POLLHUP))
        open_further(d, s);
    if (s->state == STREAM_ENDED)
        return;
    if (s->state < STREAM_OPEN) {
        if (events & POLLHUP)
            end_stream(d, s, NULL);
        return;
    }
    has_all = s->is_closed || (s->port && ssh_channel_is_eof(s->channel));
    if (events & (POLLIN | POLLHUP))
        is_wanted = write_channel(d, s) && !(events & POLLHUP);
    if (!is_wanted || !read_channel(d, s) || (has_all && s->from == s->to))
        end_stream(d, s, NULL);
}

static bool
take_fresh(struct driver *d)
{
    bool stops;

    (void)recv(d->wake[0], &(char[64]){ 0 }, 64, MSG_DONTWAIT);
    pthread_mutex_lock(&d->lock);
    while (d->n_fresh && d->n_streams < MOST_STREAMS) {
        d->streams[d->n_streams++] = d->fresh[--d->n_fresh];
        d->is_stirred = true;
    }
    stops = d->stops;
    pthread_mutex_unlock(&d->lock);
    return !stops;
}

static short
wanted(const struct driver *d, const struct stream *s)
{
    short events = 0;

    if (s->state == STREAM_OPEN && s->from < s->to)
        events |= POLLOUT;
    if (s->state == STREAM_OPEN && room(d, s))
        events |= POLLIN;
    return events;
}

/* Let libssh read what came and write what waits. False when the session is over. */
static bool
move_session(struct driver *d)
{
    struct pollfd p = { .fd = ssh_get_fd(d->session), .events = POLLIN };

    for (int turn = 0; turn < TURNS; turn++) {
        if (ssh_event_dopoll(d->event, 0) == SSH_ERROR || !ssh_is_connected(d->session))
            return false;
        if (poll(&p, 1, 0) <= 0)
            break;
    }
    return true;
}

static void
move_streams(struct driver *d, const struct pollfd *p)
{
    size_t n = 0;

    d->is_stirred = false;
    for (size_t i = 0; i < d->n_streams; i++)
        move_stream(d, d->streams[i], p ? p[i].revents : 0);
    for (size_t i = 0; i < d->n_streams; i++) {
        if (d->streams[i]->state == STREAM_ENDED)
            drop(d, d->streams[i]);
        else
            d->streams[n++] = d->streams[i];
    }
    d->n_streams = n;
}

/* How long nothing may happen. Of a channel that is being opened the answer may have come while
 * another one was moved, and nobody tells. */
static int
longest_wait(const struct driver *d)
{
    if (d->is_stirred)
        return 0;
    for (size_t i = 0; i < d->n_streams; i++)
        if (d->streams[i]->state < STREAM_OPEN)
            return OPENING_WAIT;
    return -1;
}

/* One turn of the loop. False when the session is over. */
static bool
turn(struct driver *d)
{
    struct pollfd p[2 + MOST_STREAMS];
    int           flags = ssh_get_poll_flags(d->session);

    p[0] = (struct pollfd){ .fd = d->wake[0], .events = POLLIN };
    p[1] = (struct pollfd){ .fd = ssh_get_fd(d->session),
                            .events = flags & SSH_WRITE_PENDING ? POLLIN | POLLOUT : POLLIN };
    for (size_t i = 0; i < d->n_streams; i++)
        p[2 + i] = (struct pollfd){ .fd = d->streams[i]->end, .events = wanted(d, d->streams[i]) };
    if (poll(p, 2 + d->n_streams, longest_wait(d)) < 0)
        return errno == EINTR;
    if (!move_session(d))
        return false;
    move_streams(d, p + 2);
    return ssh_is_connected(d->session); /* moving them may have met its end */
}

static void *
run(void *context)
{
    struct driver *d = context;

    while (take_fresh(d) && turn(d))
        ;
    pthread_mutex_lock(&d->lock);
    d->is_up = false;
    pthread_mutex_unlock(&d->lock);
    take_fresh(d);
    move_streams(d, NULL); /* what came before the end */
    for (size_t i = 0; i < d->n_streams; i++) {
        fail_stream(d, d->streams[i], REMOTE_FAULT_LOST, "the session was lost");
        drop(d, d->streams[i]);
    }
    return NULL;
}

static void
wake(struct driver *d)
{
    (void)send(d->wake[1], "", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
}

/* libssh closes a socket that it was given when that fails, and leaves it open otherwise. Its number
 * may then be somebody else's: whether it is still ours tells the inode. */
void
driver_end_session(ssh_session session)
{
    int         fd = ssh_get_fd(session);
    struct stat before, after;
    bool        is_open = fd >= 0 && fstat(fd, &before) == 0;

    ssh_disconnect(session);
    ssh_free(session);
    if (is_open && fstat(fd, &after) == 0 && before.st_dev == after.st_dev &&
        before.st_ino == after.st_ino)
        close(fd);
}

struct driver *
driver_new(ssh_session session)
{
    struct driver *d = xcalloc(1, sizeof *d);

    d->session = session;
    d->is_up = true;
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->changed, NULL);
    d->event = ssh_event_new();
    if (!d->event || ssh_event_add_session(d->event, session) != SSH_OK)
        abort();
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, d->wake) < 0 ||
        pthread_create(&d->thread, NULL, run, d) != 0)
        abort(); /* neither descriptors nor threads are left */
    return d;
}

void
driver_free(struct driver *d)
{
    if (!d)
        return;
    pthread_mutex_lock(&d->lock);
    d->stops = true;
    pthread_mutex_unlock(&d->lock);
    wake(d);
    pthread_join(d->thread, NULL);
    ssh_event_remove_session(d->event, d->session);
    ssh_event_free(d->event);
    driver_end_session(d->session);
    close(d->wake[0]);
    close(d->wake[1]);
    pthread_cond_destroy(&d->changed);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

bool
driver_is_up(struct driver *d)
{
    bool is_up;

    pthread_mutex_lock(&d->lock);
    is_up = d->is_up;
    pthread_mutex_unlock(&d->lock);
    return is_up;
}

/* Hand a new stream to the thread. */
static bool
hand_over(struct driver *d, struct stream *s, struct error *err)
{
    bool is_up, fits;

    pthread_mutex_lock(&d->lock);
    is_up = d->is_up && !d->stops;
    fits = d->n_fresh < MOST_STREAMS;
    if (is_up && fits)
        d->fresh[d->n_fresh++] = s;
    pthread_mutex_unlock(&d->lock);
    if (!is_up)
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_LOST, "the session was lost");
    if (!fits)
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_OTHER, "too many streams at once");
    wake(d);
    return true;
}

static struct stream *
stream_new(struct driver *d, struct str text, unsigned port, struct error *err)
{
    int            ends[2];
    struct stream *s;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0) {
        error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_OTHER, "no more sockets: %m");
        return NULL;
    }
    s = xcalloc(1, sizeof *s);
    s->driver = d;
    s->text = strndup(text.p, text.n);
    if (!s->text)
        abort();
    s->port = port;
    s->fd = ends[0];
    s->end = ends[1];
    s->result.status = -1;
    if (hand_over(d, s, err))
        return s;
    close(ends[0]);
    close(ends[1]);
    free(s->text);
    free(s);
    return NULL;
}

struct stream *
stream_run(struct driver *d, struct str command, struct error *err)
{
    return stream_new(d, command, 0, err);
}

struct stream *
stream_connect(struct driver *d, struct str host, unsigned port, struct error *err)
{
    return stream_new(d, host, port, err);
}

int
stream_fd(const struct stream *s)
{
    return s->fd;
}

/* Wait for a change; the driver's lock is held. */
static void
wait_for_change(struct driver *d, const struct limit *limit)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)limit_slice(limit) * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&d->changed, &d->lock, &until);
}

bool
stream_wait(struct stream *s, const struct limit *limit, struct error *err)
{
    struct driver *d = s->driver;
    bool           is_good = true;

    pthread_mutex_lock(&d->lock);
    while (is_good && !s->is_connected && !s->has_ended) {
        is_good = limit_check(limit, err);
        if (is_good)
            wait_for_change(d, limit);
    }
    if (is_good && !s->is_connected) {
        is_good = false;
        if (err)
            *err = s->result.err;
    }
    pthread_mutex_unlock(&d->lock);
    return is_good;
}

void
stream_end(struct stream *s, bool keeps_fd, struct stream_result *result)
{
    struct driver *d = s->driver;

    pthread_mutex_lock(&d->lock);
    if (result)
        *result = s->result;
    pthread_mutex_unlock(&d->lock);
    if (!keeps_fd)
        close(s->fd);
    drop(d, s);
}
