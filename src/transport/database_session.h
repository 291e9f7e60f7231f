/* One connection to the cloud's database, and what is read over it: between database.c and libmariadb.
 *
 * Ownership:  a session borrows the options it was opened with; rows are valid until the next one.
 * Threads:    one at a time.
 * Errors:     ERROR_TRANSPORT, enum database_fault. After one that is not about rights or names the
 *             session is lost. */

#ifndef TRANSPORT_DATABASE_SESSION_H
#define TRANSPORT_DATABASE_SESSION_H

#include "transport/database.h"
#include "transport/database_value.h"

struct database_session;

/* NULL on failure. The strings of the options end in a NUL byte. */
struct database_session *database_session_open(const struct database_options *,
                                               struct error *err) MUST_CHECK;
void                     database_session_close(struct database_session *);
bool                     database_session_is_lost(const struct database_session *);

/* How much time there is from now on, for all that is asked. */
void database_session_set_time(struct database_session *, unsigned ms);

/* "MariaDB 10.11.19, TLSv1.3" */
struct str database_session_server(const struct database_session *, struct arena *);

/* Ask; the rows that follow must all be taken before the next question. */
bool       database_session_ask(struct database_session *, struct str statement,
                                struct error *err) MUST_CHECK;
size_t     database_session_n_columns(const struct database_session *);
struct str database_session_column(const struct database_session *, size_t column,
                                   enum database_kind *kind);

/* The next row: '*cells' has a string for each column, whose p is NULL for NULL; itself it is NULL
 * behind the last row. */
bool database_session_row(struct database_session *, const struct str **cells,
                          struct error *err) MUST_CHECK;

/* The message of a fault begins with host and port. */
bool database_fail(const struct database_options *, struct error *err, enum database_fault,
                   const char *format, ...) PRINTF(4, 5);

#endif
