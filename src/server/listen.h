/* Listening sockets, and the thread that accepts what comes there. It also looks up regularly, for
 * deadlines.
 *
 * Ownership:  accepted sockets are handed over.
 * Errors:     ERROR_CONFIG with errno. */

#ifndef SERVER_LISTEN_H
#define SERVER_LISTEN_H

#include "server/address.h"

struct listener_events {
    bool (*may_accept)(void *context); /* is there room for another connection? */
    void (*accepted)(void *context, int fd, const struct address *peer);
    void (*tick)(void *context); /* four times a second */
    void *context;
};

struct listener;

/* Nothing is accepted before listener_run(). */
struct listener *listener_open(const struct addresses *, struct error *) MUST_CHECK;
bool listener_run(struct listener *, const struct listener_events *, struct error *) MUST_CHECK;

/* "127.0.0.1:8000,...": with the ports there really are. */
struct str listener_address(const struct listener *, struct arena *);

void listener_deafen(struct listener *); /* accept no more, but go on with tick() */
void listener_close(struct listener *);  /* end the thread; frees it */

#endif
