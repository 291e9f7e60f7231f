/* Streams, their sleep and how they are woken.
 *
 * libmicrohttpd wants a connection to be resumed only when it is suspended. Therefore suspending,
 * resuming, and the state that tells which it is, are under one lock: that of the table of all
 * streams, which tells the stream of a context. It is held for some instructions only. */

#include "server/stream.h"

#include <poll.h>
#include <pthread.h>

#include "base/hash.h"
#include "server/clock.h"

enum { SLOTS = 1024 };

struct stream {
    struct stream         *next_of_slot;    /* in 'table' */
    struct stream         *next, *previous; /* of its server */
    struct streams        *streams;
    struct http_stream     of; /* the handler's */
    bool                   no_limits;
    struct MHD_Connection *mhd;
    int                    fd;

    /* What the lock guards. */
    bool    is_asleep; /* so the connection is suspended */
    bool    is_woken;  /* since it was last filled */
    bool    is_cut;
    int64_t asleep_since;

    /* What only the thread of the connection sees. */
    struct buf piece;
    size_t     n_taken; /* of the piece */
    bool       is_last, is_closed;
    uint64_t   n_sent;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct stream  *table[SLOTS]; /* by context */

static struct stream **
slot_of(const void *context)
{
    return &table[hash_mix((uintptr_t)context) % SLOTS];
}

struct stream *
stream_new(struct streams *streams, const struct http_stream *of, bool no_limits,
           struct MHD_Connection *mhd, int fd)
{
    struct stream  *s = xcalloc(1, sizeof *s);
    struct stream **slot = slot_of(of->context);

    *s = (struct stream){
        .streams = streams, .of = *of, .no_limits = no_limits, .mhd = mhd, .fd = fd
    };
    buf_init(&s->piece, 0);
    pthread_mutex_lock(&lock);
    s->next_of_slot = *slot;
    *slot = s;
    s->next = streams->first;
    if (s->next)
        s->next->previous = s;
    streams->first = s;
    pthread_mutex_unlock(&lock);
    return s;
}

void
stream_close(struct stream *s)
{
    struct stream **link = slot_of(s->of.context);

    if (s->is_closed)
        return;
    s->is_closed = true;
    pthread_mutex_lock(&lock);
    while (*link != s)
        link = &(*link)->next_of_slot;
    *link = s->next_of_slot;
    if (s->next)
        s->next->previous = s->previous;
    *(s->previous ? &s->previous->next : &s->streams->first) = s->next;
    pthread_mutex_unlock(&lock);
    s->of.close(s->of.context);
}

void
stream_free(void *stream)
{
    struct stream *s = stream;

    stream_close(s);
    buf_done(&s->piece);
    free(s);
}

uint64_t
stream_sent(const struct stream *s)
{
    return s->n_sent;
}

/* --- sleeping; the lock is held --- */

static void
resume(struct stream *s)
{
    s->is_woken = true;
    if (!s->is_asleep)
        return;
    s->is_asleep = false;
    MHD_resume_connection(s->mhd);
}

/* How it is to end, if it is. */
static enum stream_end
end_of(const struct stream *s)
{
    if (s->is_cut || s->streams->end == STREAMS_BREAK)
        return STREAMS_BREAK;
    return s->no_limits ? s->streams->end : STREAMS_GO_ON;
}

/* Sleep, unless somebody woke it since it was filled, or it is to end. It may be awake again when
 * this returns: that makes no difference to the thread of the connection. */
static bool
sleep_now(struct stream *s)
{
    bool sleeps;

    buf_done(&s->piece); /* thousands may sleep */
    pthread_mutex_lock(&lock);
    sleeps = !s->is_woken && end_of(s) == STREAMS_GO_ON;
    if (sleeps) {
        s->is_asleep = true;
        s->asleep_since = clock_now();
        MHD_suspend_connection(s->mhd);
    }
    pthread_mutex_unlock(&lock);
    return sleeps;
}

void
http_stream_wake(void *context)
{
    pthread_mutex_lock(&lock);
    for (struct stream *s = *slot_of(context); s; s = s->next_of_slot)
        if (s->of.context == context)
            resume(s);
    pthread_mutex_unlock(&lock);
}

/* --- filling --- */

/* Ask the handler for a piece. False: there is none, *result tells why. */
static bool
fill(struct stream *s, ssize_t *result)
{
    enum stream_end end;

    pthread_mutex_lock(&lock);
    s->is_woken = false;
    end = end_of(s);
    pthread_mutex_unlock(&lock);
    *result =
        end == STREAMS_BREAK ? MHD_CONTENT_READER_END_WITH_ERROR : MHD_CONTENT_READER_END_OF_STREAM;
    if (s->is_last || end != STREAMS_GO_ON)
        return false;
    buf_clear(&s->piece);
    s->n_taken = 0;
    switch (s->of.fill(s->of.context, &s->piece)) {
    case HTTP_PIECE:
        return true;
    case HTTP_LATER:
        *result = 0;
        return s->piece.n || !sleep_now(s); /* what it gave is sent first */
    case HTTP_END:
        s->is_last = true;
        return true;
    case HTTP_BREAK:
        break;
    }
    *result = MHD_CONTENT_READER_END_WITH_ERROR;
    return false;
}

ssize_t
stream_read(void *stream, uint64_t position UNUSED, char *out, size_t size)
{
    struct stream *s = stream;
    ssize_t        result;

    while (s->n_taken == s->piece.n)
        if (!fill(s, &result))
            return result;
    if (size > s->piece.n - s->n_taken)
        size = s->piece.n - s->n_taken;
    memcpy(out, s->piece.p + s->n_taken, size);
    s->n_taken += size;
    s->n_sent += size;
    return (ssize_t)size;
}

/* --- all of a server --- */

/* Has the client of a suspended connection gone? Nobody else looks at it. One that only sends no
 * more cannot be told from one that has gone, before something is sent to it: that of a stream
 * which may sleep for ever has gone. */
static bool
is_abandoned(const struct stream *s)
{
    struct pollfd p = { .fd = s->fd, .events = s->no_limits ? POLLRDHUP : 0 };

    return poll(&p, 1, 0) > 0;
}

size_t
streams_look(struct streams *streams)
{
    int64_t now = clock_now();
    size_t  n_late = 0;

    pthread_mutex_lock(&lock);
    for (struct stream *s = streams->first; s; s = s->next) {
        bool is_late = !s->no_limits && now - s->asleep_since > streams->longest_sleep;

        if (!s->is_asleep || (!is_late && !is_abandoned(s)))
            continue;
        s->is_cut = true;
        n_late += is_late;
        resume(s);
    }
    pthread_mutex_unlock(&lock);
    return n_late;
}

void
streams_end(struct streams *streams, enum stream_end end)
{
    pthread_mutex_lock(&lock);
    streams->end = end;
    for (struct stream *s = streams->first; s; s = s->next)
        if (end_of(s) != STREAMS_GO_ON)
            resume(s);
    pthread_mutex_unlock(&lock);
}
