/* One connection to the cloud's database, and what is read over it: between sql.c and libmariadb.
 *
 * Ownership:  a session borrows the options it was opened with; rows are valid until the next one.
 * Threads:    one at a time.
 * Errors:     ERROR_TRANSPORT, enum sql_fault. After one that is not about rights or names the
 *             session is lost. */

#ifndef TRANSPORT_SQL_SESSION_H
#define TRANSPORT_SQL_SESSION_H

#include "transport/sql.h"
#include "transport/sql_value.h"

struct sql_session;

/* NULL on failure. The strings of the options end in a NUL byte. */
struct sql_session *sql_session_open(const struct sql_options *, struct error *err) MUST_CHECK;
void                sql_session_close(struct sql_session *);
bool                sql_session_is_lost(const struct sql_session *);

/* How much time there is from now on, for all that is asked. */
void sql_session_set_time(struct sql_session *, unsigned ms);

/* "MariaDB 10.11.19, TLSv1.3" */
struct str sql_session_server(const struct sql_session *, struct arena *);

/* Ask; the rows that follow must all be taken before the next question. */
bool   sql_session_ask(struct sql_session *, struct str statement, struct error *err) MUST_CHECK;
size_t sql_session_n_columns(const struct sql_session *);
struct str sql_session_column(const struct sql_session *, size_t column, enum sql_kind *kind);

/* The next row: '*cells' has a string for each column, whose p is NULL for NULL; itself it is NULL
 * behind the last row. */
bool sql_session_row(struct sql_session *, const struct str **cells, struct error *err) MUST_CHECK;

/* The message of a fault begins with host and port. */
bool sql_fail(const struct sql_options *, struct error *err, enum sql_fault, const char *format,
              ...) PRINTF(4, 5);

#endif
