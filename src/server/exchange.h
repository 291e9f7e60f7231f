/* One request and its answer, from the first line to the log.
 *
 * Threads:    an exchange belongs to the thread that carries its connection, or, while the
 *             connection is suspended, to a worker.
 * Ownership:  all of it lives in the arena of its connection until it has been logged. */

#ifndef SERVER_EXCHANGE_H
#define SERVER_EXCHANGE_H

#include <microhttpd.h>

#include "server/connection.h"
#include "server/rate.h"
#include "server/server.h"
#include "server/stream.h"
#include "server/workers.h"

/* What all exchanges of a server share. */
struct desk {
    struct http_handler  handler;
    struct connections   connections;
    struct streams       streams;
    struct rate         *rate; /* NULL: no limit */
    struct workers      *workers;
    bool                 is_encrypted;
    atomic_bool          is_stopping; /* connections end with their answer */
    atomic_size_t        n_running;   /* from the head to the log */
    atomic_uint_fast64_t n_requests, n_late, n_limited;
};

struct exchange {
    struct http_request    request;
    struct task            task;
    struct desk           *desk;
    struct connection     *connection;
    struct MHD_Connection *mhd;
    struct http_plan       plan;
    struct buf             body;
    unsigned               refused; /* with this status; 0: it is not */
    unsigned               wait;    /* seconds after which to try again */
    bool                   has_head;
    bool                   accepts_gzip;
    bool                   was_put_off; /* see hand_over() */
    bool                   was_dropped; /* by workers that ended */
    struct MHD_Response   *response;    /* NULL: not yet made */
    unsigned               status;      /* of the response; 0: there is none yet */
    struct stream         *stream;
    size_t                 n_body;         /* of the response, if it is no stream */
    size_t                 n_ignored;      /* bytes of a body that is too long */
    int64_t                began, started; /* the same moment: as a date, and on the steady clock */
};

/* For libmicrohttpd: the first line has come; more has come; all is over. */
void           *exchange_begin(void *desk, const char *target, struct MHD_Connection *);
enum MHD_Result exchange_step(void *desk, struct MHD_Connection *, const char *target,
                              const char *method, const char *version, const char *body,
                              size_t *body_size, void **exchange);
void            exchange_end(void *desk, struct MHD_Connection *, void **exchange,
                             enum MHD_RequestTerminationCode);

/* For workers. */
void exchange_work(struct task *);
void exchange_drop(struct task *);

#endif
