/* Tables of the cloud's database, each once and whole, with named columns; never a change.
 *
 * A reply is a JSON array of objects, a row each, as recordings have it (docs/formats/recording.md):
 * numbers as numbers, times as "YYYY-MM-DD HH:MM:SS", decimals as text, NULL as null, bytes that are
 * no UTF-8 as "0x...".
 *
 * Ownership:  answers live in the arena of the call.
 * Threads:    many may ask at the same time; one is served after the other.
 * Errors:     ERROR_TRANSPORT; the code is an enum sql_fault, the message names host, port and
 *             what to look at, never a password.
 * Source:     reference discovery.md 4.29; MariaDB Connector/C. */

#ifndef TRANSPORT_SQL_H
#define TRANSPORT_SQL_H

#include <stdatomic.h>

#include "transport/transport.h"

enum sql_fault {
    SQL_FAULT_OTHER,
    SQL_FAULT_NAME,
    SQL_FAULT_REFUSED,
    SQL_FAULT_TIME,
    SQL_FAULT_TLS,      /* no TLS there, or a certificate that is not trusted */
    SQL_FAULT_PASSWORD, /* user or password */
    SQL_FAULT_RIGHT,    /* the user may not read the table; the message shows the GRANT */
    SQL_FAULT_TABLE,    /* no such schema, table or column */
    SQL_FAULT_LOST,     /* the connection ended in the middle */
    SQL_FAULT_SIZE,     /* the table is larger than allowed */
};

struct sql_options {
    struct str         host;
    unsigned           port;
    struct str         user, password;
    bool               wants_tls; /* never go on without */
    struct str         ca;        /* file, "" = those of the system; only with TLS */
    bool               trusts_anybody;
    unsigned           connect_time; /* ms, 0: 5 s */
    unsigned           table_time;   /* ms, for one table, 0: 5 min */
    size_t             largest;      /* bytes of JSON of one table, 0: 512 MiB */
    const atomic_bool *cancelled;    /* may be NULL; looked at at least every second */
};

struct sql;

/* Nothing is connected yet: that happens with the first question, and again when a connection was
 * lost in between. */
struct sql *sql_new(const struct sql_options *) MUST_CHECK;
void        sql_free(struct sql *);

/* As transport_ask(), for forms that are SQL requests. Rows marked as deleted are left out, columns
 * that this release does not have too. The schema "neutron" is the one whose name contains it. */
bool sql_ask(struct sql *, const struct request *forms, size_t n_forms, struct arena *,
             struct answer *) MUST_CHECK;

/* Connect and see whether the schemas are there; '*what' says what was found ("MariaDB 10.11.6, TLS,
 * nova, nova_api, neutron"). */
bool sql_test(struct sql *, struct arena *, struct str *what, struct error *err) MUST_CHECK;

#endif
