/* Statements of the SQLite engine, and what its errors mean to people.
 *
 * Statements are compiled for one use and dropped by scope, which is a tenth of a millisecond; those
 * of walks are kept (sql_borrow), those of a commit belong to it. */

#include "store/sqlite.h"

bool
sql_failed(struct store *store, struct error *err)
{
    int         code = sqlite3_extended_errcode(store->db);
    const char *path = store->path;

    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return error_set(err, ERROR_BUSY, code, "%s: another process is writing to it", path);
    case SQLITE_FULL:
        return error_set(err, ERROR_STORE, code,
                         "%s: no room: the disk is full or the store has reached its limit", path);
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return error_set(err, ERROR_STORE, code, "%s: cannot be written: %s", path,
                         sqlite3_errmsg(store->db));
    case SQLITE_NOTADB:
        return error_set(err, ERROR_STORE, code, "%s: not a Calipso store (no SQLite database)",
                         path);
    case SQLITE_CORRUPT:
        return error_set(err, ERROR_STORE, code, "%s: the file is damaged: %s", path,
                         sqlite3_errmsg(store->db));
    case SQLITE_CANTOPEN:
        return error_set(err, ERROR_STORE, code, "cannot open %s: %s", path,
                         strerror(sqlite3_system_errno(store->db)));
    case SQLITE_IOERR:
        return error_set(err, ERROR_STORE, code, "%s: %s: %s", path, sqlite3_errmsg(store->db),
                         strerror(sqlite3_system_errno(store->db)));
    default:
        return error_set(err, ERROR_STORE, code, "%s: %s", path, sqlite3_errmsg(store->db));
    }
}

/* --- statements --- */

static sqlite3_stmt *
prepare(struct store *store, const char *sql, unsigned flags, struct error *err)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v3(store->db, sql, -1, flags, &statement, NULL) != SQLITE_OK)
        sql_failed(store, err);
    return statement;
}

sqlite3_stmt *
sql_prepare(struct store *store, const char *sql, struct error *err)
{
    return prepare(store, sql, 0, err);
}

sqlite3_stmt *
sql_prepare_long(struct store *store, const char *sql, struct error *err)
{
    return prepare(store, sql, SQLITE_PREPARE_PERSISTENT, err);
}

void
sql_finalize(sqlite3_stmt **statement)
{
    sqlite3_finalize(*statement);
    *statement = NULL;
}

bool
sql_borrow(struct store *store, const char *sql, struct loan *loan, struct error *err)
{
    struct kept_statement *kept = &store->kept[store->next_kept];

    for (size_t i = 0; i < N_ELEMENTS(store->kept); i++) {
        struct kept_statement *k = &store->kept[i];

        if (k->statement && !k->lent && strcmp(k->sql, sql) == 0) {
            k->lent = true;
            *loan = (struct loan){ k->statement, k };
            return true;
        }
    }
    *loan = (struct loan){ .statement = sql_prepare_long(store, sql, err) };
    if (!loan->statement)
        return false;
    store->next_kept = (store->next_kept + 1) % N_ELEMENTS(store->kept);
    if (kept->lent)
        return true;
    sqlite3_finalize(kept->statement);
    free(kept->sql);
    *kept = (struct kept_statement){ xmalloc(strlen(sql) + 1), loan->statement, true };
    memcpy(kept->sql, sql, strlen(sql) + 1);
    loan->kept = kept;
    return true;
}

void
sql_give_back(struct loan *loan)
{
    if (loan->kept) {
        sqlite3_reset(loan->statement);
        sqlite3_clear_bindings(loan->statement);
        loan->kept->lent = false;
    } else {
        sqlite3_finalize(loan->statement);
    }
    *loan = (struct loan){ 0 };
}

bool
sql_run_kept(struct store *store, const char *sql, struct error *err)
{
    AUTO_LOAN loan = { 0 };

    return sql_borrow(store, sql, &loan, err) && sql_finish(store, loan.statement, err);
}

bool
sql_run(struct store *store, const char *sql, struct error *err)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return sql_failed(store, err);
    return true;
}

bool
sql_finish(struct store *store, sqlite3_stmt *statement, struct error *err)
{
    int code;

    do
        code = sqlite3_step(statement);
    while (code == SQLITE_ROW);
    if (code != SQLITE_DONE)
        sql_failed(store, err);
    sqlite3_reset(statement);
    return code == SQLITE_DONE;
}

bool
sql_row(struct store *store, sqlite3_stmt *statement, bool *found, struct error *err)
{
    int code = sqlite3_step(statement);

    *found = code == SQLITE_ROW;
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return sql_failed(store, err);
    return true;
}

bool
sql_number(struct store *store, const char *sql, int64_t otherwise, int64_t *number,
           struct error *err)
{
    AUTO_STATEMENT statement = sql_prepare(store, sql, err);
    bool           found;

    if (!statement || !sql_row(store, statement, &found, err))
        return false;
    *number = found && sqlite3_column_type(statement, 0) != SQLITE_NULL
                  ? sqlite3_column_int64(statement, 0)
                  : otherwise;
    return true;
}

void
bind_int(sqlite3_stmt *statement, int parameter, int64_t value)
{
    sqlite3_bind_int64(statement, parameter, value);
}

void
bind_int_or_null(sqlite3_stmt *statement, int parameter, int64_t value)
{
    if (value)
        sqlite3_bind_int64(statement, parameter, value);
    else
        sqlite3_bind_null(statement, parameter);
}

void
bind_text(sqlite3_stmt *statement, int parameter, struct str text)
{
    sqlite3_bind_text64(statement, parameter, text.p ? text.p : "", text.n, SQLITE_STATIC,
                        SQLITE_UTF8);
}

void
bind_text_or_null(sqlite3_stmt *statement, int parameter, struct str text)
{
    if (str_empty(text))
        sqlite3_bind_null(statement, parameter);
    else
        bind_text(statement, parameter, text);
}

void
bind_oid(sqlite3_stmt *statement, int parameter, const struct oid *oid)
{
    sqlite3_bind_blob(statement, parameter, oid->bytes, sizeof oid->bytes, SQLITE_STATIC);
}

void
bind_inventory(sqlite3_stmt *statement, int parameter, const struct inventory *inventory)
{
    bind_text(statement, parameter, inventory->environment);
    bind_text(statement, parameter + 1, space_of(inventory->space));
}

struct str
column_text(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);

    return text ? (struct str){ text, (size_t)sqlite3_column_bytes(statement, column) } : STR_NONE;
}

void
column_bytes(sqlite3_stmt *statement, int column, void *bytes, size_t size)
{
    const void *blob = sqlite3_column_blob(statement, column);

    memset(bytes, 0, size);
    if (blob && (size_t)sqlite3_column_bytes(statement, column) == size)
        memcpy(bytes, blob, size);
}

struct oid
column_oid(sqlite3_stmt *statement, int column)
{
    struct oid oid = { 0 };

    column_bytes(statement, column, oid.bytes, sizeof oid.bytes);
    return oid;
}

uint64_t
column_u64(sqlite3_stmt *statement, int column)
{
    return (uint64_t)sqlite3_column_int64(statement, column);
}
