/* Values of a database as JSON, as Python's PyMySQL and json write them in recordings. */

#ifndef TRANSPORT_SQL_VALUE_H
#define TRANSPORT_SQL_VALUE_H

#include "base/buf.h"

/* How the values of a column come. */
enum sql_kind { SQL_INTEGER, SQL_REAL, SQL_TIME, SQL_TEXT, SQL_BYTES, SQL_BITS };

/* A value whose p is NULL is NULL. */
void sql_value_write(struct buf *, enum sql_kind, struct str value);

#endif
