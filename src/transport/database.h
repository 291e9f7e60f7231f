/* Tables of the cloud's database, each once and whole, with named columns; never a change.
 *
 * A reply is a JSON array of objects, a row each, as recordings have it (docs/formats/recording.md):
 * numbers as numbers, times as "YYYY-MM-DD HH:MM:SS", decimals as text, NULL as null, bytes that are
 * no UTF-8 as "0x...".
 *
 * Ownership:  answers live in the arena of the call.
 * Threads:    many may ask at the same time; one is served after the other.
 * Errors:     ERROR_TRANSPORT; the code is an enum database_fault, the message names host, port and
 *             what to look at, never a password.
 * Source:     reference discovery.md 4.29; MariaDB Connector/C. */

#ifndef TRANSPORT_DATABASE_H
#define TRANSPORT_DATABASE_H

#include <stdatomic.h>

#include "transport/transport.h"

enum database_fault {
    DATABASE_FAULT_OTHER,
    DATABASE_FAULT_NAME,
    DATABASE_FAULT_REFUSED,
    DATABASE_FAULT_TIME,
    DATABASE_FAULT_TLS,      /* no TLS there, or a certificate that is not trusted */
    DATABASE_FAULT_PASSWORD, /* user or password */
    DATABASE_FAULT_RIGHT,    /* the user may not read the table; the message shows the GRANT */
    DATABASE_FAULT_TABLE,    /* no such schema, table or column */
    DATABASE_FAULT_LOST,     /* the connection ended in the middle */
    DATABASE_FAULT_SIZE,     /* the table is larger than allowed */
};

struct database_options {
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

struct database;

/* Nothing is connected yet: that happens with the first question, and again when a connection was
 * lost in between. */
struct database *database_new(const struct database_options *) MUST_CHECK;
void             database_free(struct database *);

/* As transport_ask(), for forms that are SQL requests. Rows marked as deleted are left out, columns
 * that this release does not have too. The schema "neutron" is the one whose name contains it. */
bool database_ask(struct database *, const struct request *forms, size_t n_forms, struct arena *,
                  struct answer *) MUST_CHECK;

/* Connect and see whether the schemas are there; '*what' says what was found ("MariaDB 10.11.6, TLS,
 * nova, nova_api, neutron"). */
bool database_test(struct database *, struct arena *, struct str *what,
                   struct error *err) MUST_CHECK;

/* Would this table be answered? No row is read. */
bool database_may_read(struct database *, const struct request *form, struct error *err) MUST_CHECK;

#endif
