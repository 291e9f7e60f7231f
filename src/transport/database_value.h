/* Values of a database as JSON, as Python's PyMySQL and json write them in recordings. */

#ifndef TRANSPORT_DATABASE_VALUE_H
#define TRANSPORT_DATABASE_VALUE_H

#include "base/buf.h"

/* How the values of a column come. */
enum database_kind {
    DATABASE_INTEGER,
    DATABASE_REAL,
    DATABASE_TIME,
    DATABASE_TEXT,
    DATABASE_BYTES,
    DATABASE_BITS
};

/* A value whose p is NULL is NULL. */
void database_value_write(struct buf *, enum database_kind, struct str value);

#endif
