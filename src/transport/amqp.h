/* A connection to the cloud's message bus.
 *
 * Units:      milliseconds.
 * Ownership:  a connection borrows nothing of its options.
 * Threads:    one at a time.
 * Errors:     ERROR_TRANSPORT; the code is an enum amqp_fault, the message names host, port and what
 *             to look at, never a password.
 * Source:     AMQP 0-9-1; rabbitmq-c 0.11. */

#ifndef TRANSPORT_AMQP_H
#define TRANSPORT_AMQP_H

#include "base/arena.h"
#include "base/error.h"

enum amqp_fault {
    AMQP_FAULT_OTHER,
    AMQP_FAULT_NAME,     /* the host's name is not resolved */
    AMQP_FAULT_REFUSED,  /* nobody listens there, or no way leads there */
    AMQP_FAULT_TIME,     /* no answer in time */
    AMQP_FAULT_STRANGER, /* what answers speaks no AMQP 0-9-1 */
    AMQP_FAULT_TLS,      /* no TLS there, or a certificate that is not trusted */
    AMQP_FAULT_PASSWORD, /* user or password */
    AMQP_FAULT_VHOST,    /* no such virtual host, or not for this user */
    AMQP_FAULT_LOST,     /* the connection was closed without a reason */
};

struct amqp_options {
    struct str host;
    unsigned   port;
    struct str user, password;
    struct str vhost; /* "" = "/" */
    bool       wants_tls;
    struct str ca;             /* file, "" = those of the system; only with TLS */
    bool       trusts_anybody; /* certificates are not verified */
    unsigned   connect_time;   /* for the connection, and again for the login; 0: 5 s */
};

struct amqp;

/* Connect and log in; NULL on failure. */
struct amqp *amqp_open(const struct amqp_options *, struct error *err) MUST_CHECK;
void         amqp_close(struct amqp *);

/* "RabbitMQ 3.10.8" */
struct str amqp_server(const struct amqp *, struct arena *);

/* Connect, log in and leave; '*what' says what was found ("RabbitMQ 3.10.8, TLS, vhost /"). */
bool amqp_test(const struct amqp_options *, struct arena *, struct str *what,
               struct error *err) MUST_CHECK;

#endif
