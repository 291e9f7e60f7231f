/* What the files of the SQLite engine share: the handle, statements, transactions. */

#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include <sqlite3.h>

#include "store/store.h"
#include "store/transaction.h"

enum { N_KEPT_STATEMENTS = 32 };

/* A statement that outlives its use, because the next question is likely the same: a walk from
 * object to object asks thousands, and each would be compiled ten times longer than it runs. */
struct kept_statement {
    char         *sql;
    sqlite3_stmt *statement;
    bool          lent;
};

/* Once, before anything else is asked of SQLite. */
void sqlite_set_up_library(void);

struct store {
    sqlite3              *db;
    char                 *path;
    dev_t                 device; /* of the file that was opened */
    ino_t                 inode;
    bool                  writable;
    bool                  snapshot;          /* store_snapshot_begin() without its end */
    unsigned              depth;             /* of write_begin() */
    uint64_t              document_revision; /* of the running transaction, 0 = none made */
    struct commit        *commit;            /* the open one, or NULL */
    struct arena         *waiting_arena;     /* messages that came while it was open */
    struct message       *waiting;
    size_t                n_waiting;
    size_t                waiting_capacity;
    int64_t               last_message; /* time in the id of the last one */
    struct kept_statement kept[N_KEPT_STATEMENTS];
    size_t                next_kept;  /* the one to give up next */
    struct checkpoint    *checkpoint; /* the last one, running or done; or NULL */
    struct feed          *feed;       /* what the running transaction has noted, or NULL */
    store_fault_fn       *fault;
    void                 *fault_context;
};

/* --- statements --- */

/* NULL on failure. The text may be dynamic, but values are always bound. */
sqlite3_stmt *sql_prepare(struct store *, const char *sql, struct error *err) MUST_CHECK;
sqlite3_stmt *sql_prepare_long(struct store *, const char *sql, struct error *err) MUST_CHECK;
void          sql_finalize(sqlite3_stmt **);
#define AUTO_STATEMENT CLEANUP(sql_finalize) sqlite3_stmt *

/* The same from those that are kept; a callback may borrow it once more while it is in use. */
struct loan {
    sqlite3_stmt          *statement;
    struct kept_statement *kept; /* NULL: it is the borrower's own */
};

bool sql_borrow(struct store *, const char *sql, struct loan *, struct error *err) MUST_CHECK;
void sql_give_back(struct loan *);
#define AUTO_LOAN CLEANUP(sql_give_back) struct loan

/* A statement without parameters and results, of those that are kept. */
bool sql_run_kept(struct store *, const char *sql, struct error *err) MUST_CHECK;

/* Statements without parameters and results, one after the other. */
bool sql_run(struct store *, const char *sql, struct error *err) MUST_CHECK;

/* Run to the end and make ready for the next time. */
bool sql_finish(struct store *, sqlite3_stmt *, struct error *err) MUST_CHECK;

/* The next row: '*found' is false behind the last one. */
bool sql_row(struct store *, sqlite3_stmt *, bool *found, struct error *err) MUST_CHECK;

/* One number; 'otherwise' when there is no row or it is NULL. */
bool sql_number(struct store *, const char *sql, int64_t otherwise, int64_t *number,
                struct error *err) MUST_CHECK;

/* What the last call of SQLite complained about; false. */
bool sql_failed(struct store *, struct error *err);

void bind_int(sqlite3_stmt *, int parameter, int64_t);
void bind_int_or_null(sqlite3_stmt *, int parameter, int64_t); /* 0 is NULL */
void bind_text(sqlite3_stmt *, int parameter, struct str);
void bind_text_or_null(sqlite3_stmt *, int parameter, struct str); /* "" is NULL */
void bind_oid(sqlite3_stmt *, int parameter, const struct oid *);
void bind_inventory(sqlite3_stmt *, int parameter, const struct inventory *); /* two of them */

struct str column_text(sqlite3_stmt *, int column);
struct oid column_oid(sqlite3_stmt *, int column);
uint64_t   column_u64(sqlite3_stmt *, int column);

/* A blob of another size was not written by us: it reads as zeros. */
void column_bytes(sqlite3_stmt *, int column, void *bytes, size_t size);

/* The number of an inventory; made when absent if 'make', else 0. */
bool inventory_number(struct store *, const struct inventory *, bool make, int64_t *number,
                      struct error *err) MUST_CHECK;

/* The number that the next revision has. */
bool next_revision(struct store *, uint64_t *revision, struct error *err) MUST_CHECK;

/* "" is the default space. */
struct str space_of(struct str space);

/* --- rows --- */

/* Columns of an object 'o' of the inventory 'i', and the reader of them. */
#define OBJECT_COLUMNS                                                                             \
    "o.type, o.id, o.name, o.host, o.parent_type, o.parent_id, i.environment, o.oid, o.body, "     \
    "o.extra, EXISTS (SELECT 1 FROM clique c WHERE c.inventory = o.inventory AND "                 \
    "c.focal_point = o.oid), o.last_seen, coalesce((SELECT h.time FROM host_scanned h WHERE "      \
    "h.inventory = o.inventory AND h.host = o.host), i.last_scanned), o.rev_from, 0 "

/* The same of an earlier version, which keeps less in columns. */
#define OBJECT_OLD_COLUMNS                                                                         \
    "o.type, o.id, coalesce(o.body ->> '$.name', ''), coalesce(o.body ->> '$.host', ''), "         \
    "coalesce(o.body ->> '$.parent_type', ''), coalesce(o.body ->> '$.parent_id', ''), "           \
    "i.environment, o.oid, o.body, o.extra, 0, o.last_seen, i.last_scanned, o.rev_from, o.rev_to "

void object_row_read(sqlite3_stmt *, struct object_row *);

/* The ends of a link, from its body; zeros when they are not there. */
void link_ends_read(struct str body, struct oid *source, struct oid *target);

/* --- checkpoints --- */

/* From now on, long logs are written into the file by a thread beside the one that commits. */
void checkpoint_beside(struct store *);

/* Wait for the one that runs. */
void checkpoint_end(struct store *);

/* --- search table --- */

/* Make the SQL function search_text(inventory, body) known to the connection: before its schema is brought
 * up to date, which may need it; search_open() when it is. */
bool search_init(struct store *, struct error *err) MUST_CHECK;
bool search_open(struct store *, struct error *err) MUST_CHECK;

/* Words as the search table has them. */
void search_words(struct buf *, int64_t inventory, struct str words);

/* The table keeps no text of its own (it would double the store), so words are taken out by saying
 * again what was put in: a statement that ends in a condition on the objects 'o'. */
#define SEARCH_DROP                                                                                \
    "INSERT INTO search (search, rowid, text) "                                                    \
    "SELECT 'delete', o.n, search_text(o.inventory, o.body) FROM object o "

/* Folders bear the names of their parents. */
#define SEARCH_NO_FOLDER "substr(o.type, -7) <> '_folder'"

/* Take out the words of a whole inventory. */
bool search_forget(struct store *, int64_t inventory, struct error *err) MUST_CHECK;

/* --- the feed --- */

/* Note a change of the running transaction; it is copied. */
void feed_note(struct store *, const struct feed_row *);

/* Are changes still kept one by one? Else their 'members' need not be made: they are only counted. */
bool feed_takes(const struct store *);

/* Note so many at once, which nobody looked at one by one. */
void feed_count(struct store *, const struct feed_row *, uint64_t n);

/* The revision that the transaction makes, and why. */
void feed_note_revision(struct store *, uint64_t revision, const char *cause);

/* Append a member to the text of JSON members. */
void feed_member(struct buf *members, const char *name, struct str text);

/* Write down what was noted, as the last thing in a transaction; forget it behind its end. */
bool feed_write(struct store *, struct error *err) MUST_CHECK;
void feed_drop(struct store *);

/* Forget what came before 'time'. */
bool feed_prune(struct store *, int64_t time, struct error *err) MUST_CHECK;

/* --- messages --- */

/* Write the messages that waited for the end of a commit. Those that cannot be written wait on. */
void messages_flush(struct store *);

#endif
