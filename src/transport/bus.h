/* A connection to the cloud's message bus.
 *
 * Units:      milliseconds.
 * Ownership:  a connection borrows nothing of its options.
 * Threads:    one at a time.
 * Errors:     ERROR_TRANSPORT; the code is an enum bus_fault, the message names host, port and what
 *             to look at, never a password.
 * Source:     AMQP 0-9-1; rabbitmq-c 0.11. */

#ifndef TRANSPORT_BUS_H
#define TRANSPORT_BUS_H

#include "base/arena.h"
#include "base/error.h"

enum bus_fault {
    BUS_FAULT_OTHER,
    BUS_FAULT_NAME,     /* the host's name is not resolved */
    BUS_FAULT_REFUSED,  /* nobody listens there, or no way leads there */
    BUS_FAULT_TIME,     /* no answer in time */
    BUS_FAULT_STRANGER, /* what answers speaks no AMQP 0-9-1 */
    BUS_FAULT_TLS,      /* no TLS there, or a certificate that is not trusted */
    BUS_FAULT_PASSWORD, /* user or password */
    BUS_FAULT_VHOST,    /* no such virtual host, or not for this user */
    BUS_FAULT_LOST,     /* the connection was closed without a reason */
};

struct bus_options {
    struct str host;
    unsigned   port;
    struct str user, password;
    struct str vhost; /* "" = "/" */
    bool       wants_tls;
    struct str ca;             /* file, "" = those of the system; only with TLS */
    bool       trusts_anybody; /* certificates are not verified */
    unsigned   connect_time;   /* for the connection, and again for the login; 0: 5 s */
};

struct bus;

/* Connect and log in; NULL on failure. */
struct bus *bus_open(const struct bus_options *, struct error *err) MUST_CHECK;
void        bus_close(struct bus *);

/* "RabbitMQ 3.10.8" */
struct str bus_server(const struct bus *, struct arena *);

/* Connect, log in and leave; '*what' says what was found ("RabbitMQ 3.10.8, TLS, vhost /"). */
bool bus_test(const struct bus_options *, struct arena *, struct str *what,
              struct error *err) MUST_CHECK;

#endif
