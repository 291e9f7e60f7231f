/* The thread of a session. It alone touches libssh; callers hold the other ends of its streams.
 *
 * Ownership:  the driver owns the session. A stream belongs to its opener, who gives it back with
 *             stream_end(); its descriptor 'fd' is the opener's, too.
 * Threads:    streams are opened from many threads at once, each is used by one.
 * Errors:     ERROR_TRANSPORT, enum remote_fault. */

#ifndef TRANSPORT_REMOTE_DRIVER_H
#define TRANSPORT_REMOTE_DRIVER_H

#include <libssh/libssh.h>

#include "transport/limit.h"
#include "transport/remote.h"

struct driver;

/* End a session that has no driver, or has none any more; its socket is closed. */
void driver_end_session(ssh_session);

struct driver *driver_new(ssh_session) MUST_CHECK; /* signed in */
void           driver_free(struct driver *);
bool           driver_is_up(struct driver *);

struct stream;

/* What a stream was when it ended. */
struct stream_result {
    int          status;     /* of a command, -1: none */
    char         text[4096]; /* of its stderr */
    size_t       n;
    struct error err; /* what cut it short, ERROR_NONE: nothing */
};

/* Start to run a command, or to connect to a port of a host. The descriptor does not block; it
 * reaches its end when the stream does. NULL when there are no more descriptors. */
struct stream *stream_run(struct driver *, struct str command, struct error *err) MUST_CHECK;
struct stream *stream_connect(struct driver *, struct str host, unsigned port,
                              struct error *err) MUST_CHECK;
int            stream_fd(const struct stream *);

/* Wait until it is connected; false when it cannot be. */
bool stream_wait(struct stream *, const struct limit *, struct error *err) MUST_CHECK;

/* Give it back; '*result' may be NULL, and is only whole after the end of the descriptor, which is
 * closed unless 'keeps_fd'. */
void stream_end(struct stream *, bool keeps_fd, struct stream_result *result);

#endif
