/* Replies that are made while they are sent, and may sleep in between: then libmicrohttpd does not
 * look at their connection until they are woken.
 *
 * Threads:    a stream is filled by the thread that carries its connection. One lock guards the
 *             sleep of all streams, so that a waking one is never closed in the same moment.
 * Ownership:  stream_new() to stream_free(); what the handler gave is closed by stream_close(). */

#ifndef SERVER_STREAM_H
#define SERVER_STREAM_H

#include <microhttpd.h>

#include "server/server.h"

/* The streams of one server. */
struct streams {
    struct stream *first;
    enum stream_end {
        STREAMS_GO_ON,
        STREAMS_END_ENDLESS, /* those without limits end */
        STREAMS_BREAK,       /* all are cut off */
    } end;
    int64_t longest_sleep; /* microseconds; of those with limits */
};

struct stream;

struct stream *stream_new(struct streams *, const struct http_stream *, bool no_limits,
                          struct MHD_Connection *, int fd);

ssize_t  stream_read(void *stream, uint64_t position, char *out, size_t size);
uint64_t stream_sent(const struct stream *);
void     stream_close(struct stream *); /* may be called again; the stream is still there */
void     stream_free(void *stream);

/* Cut off what sleeps too long, and what has nobody who reads it any more: how many slept too
 * long? */
size_t streams_look(struct streams *);

void streams_end(struct streams *, enum stream_end);

#endif
