/* All connections, what each of them is doing, and until when it may.
 *
 * libmicrohttpd only ends what is silent: a client that sends a byte now and then would hold its
 * connection for ever. So the phase of each connection is noted with its beginning, and somebody
 * looks regularly (connections_look()). A connection that is late is shut down; the thread that
 * carries it sees that, and closes it.
 *
 * Units:      microseconds.
 * Threads:    a connection belongs to the thread that carries it; connections_...() are for any.
 * Ownership:  connections_add() to connections_remove(), which frees it; the socket is open between. */

#ifndef SERVER_CONNECTION_H
#define SERVER_CONNECTION_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/address.h"
#include "server/server.h"

enum phase {
    PHASE_IDLE,   /* nothing of a request has come */
    PHASE_HEAD,   /* its head is coming */
    PHASE_BODY,   /* its body is */
    PHASE_ANSWER, /* it has come */
    PHASE_SHUT,   /* the connection was shut down: this is the last phase */
};

struct connection {
    struct connection   *next, *previous; /* of all */
    int                  fd;
    atomic_uint_fast64_t phase;        /* and since when, in one word: they change together */
    uint64_t             idle_phase;   /* the word of the idle time that was last looked at ... */
    uint64_t             n_received;   /* ... and what had been received at its beginning */
    bool                 has_finished; /* then its client, which sends no more */
    struct arena        *arena;        /* of the request that it carries */
    struct caller        caller;
    char                 address[INET6_ADDRSTRLEN]; /* the peer's, without its port */
};

static inline uint64_t
phase_word(enum phase phase, int64_t since)
{
    return (uint64_t)since << 3 | phase;
}

static inline enum phase
phase_of(uint64_t word)
{
    return (enum phase)(word & 7);
}

static inline int64_t
phase_since(uint64_t word)
{
    return (int64_t)(word >> 3);
}

/* Callers are counted by a hash: two may share a count, but nobody can bring that about. */
enum { N_COUNTS = 1 << 14 };

struct connections {
    pthread_mutex_t    lock; /* of the list */
    struct connection *first;
    size_t             n_listed;
    int64_t            head_time, request_time, idle_time;
    size_t             most, most_of_caller;
    atomic_size_t      n;
    uint64_t           seed;
    atomic_uint        counts[N_COUNTS];
};

void connections_init(struct connections *, const struct server_options *);
void connections_done(struct connections *);

/* Is there room for another one? */
bool connections_have_room(const struct connections *);

/* Count one of that caller; false when it has too many already. What was counted is added, or
 * dismissed. */
bool connections_admit(struct connections *, const struct caller *) MUST_CHECK;
void connections_dismiss(struct connections *, const struct caller *);

struct connection *connections_add(struct connections *, int fd, const struct sockaddr *peer);
void               connections_remove(struct connections *, struct connection *);

/* A phase begins now, unless the connection is shut; the time of a body runs from the beginning of its head. */
void connection_enter(struct connection *, enum phase);
bool connection_is_shut(const struct connection *);

/* Has every one that was admitted been added? */
bool connections_are_complete(struct connections *);

/* Shut down what is late; how many? */
size_t connections_look(struct connections *);

void connections_shut_idle(struct connections *);
void connections_shut_all(struct connections *);

#endif
