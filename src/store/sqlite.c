/* The SQLite engine: opening and bringing up to date, transactions.
 *
 * WAL lets readers keep the revision they began with while a commit runs. synchronous=NORMAL does
 * not wait for the disk at each commit: after a power cut the last commits may be missing, whole
 * ones, never half of one. Pages of 16 kB hold about ten objects. */

#include "store/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "store/store_amounts.h"
#include "store/store_feed.h"
#include "store/store_hosts.h"
#include "store/store_jobs.h"
#include "store/store_scans.h"
#include "store/store_schema.h"
#include "store/store_search.h"

enum {
    APPLICATION_ID = 0x434c5053, /* "CLPS", in the file's header */
    BUSY_TIMEOUT_MS = 120000,    /* the commit of a large cloud takes a minute */
    CACHE_WRITER_KB = 262144,    /* taken by large commits only, and given back */
    CACHE_READER_KB = 16384,
    OPCODES_A_LOOK = 100000, /* a few milliseconds */
};

/* Step i brings a store from version i to i + 1. Steps are added, never changed. */
static const char *const steps[] = {
    schema_sql, feed_sql, search_sql, scans_sql, amounts_sql, hosts_sql, jobs_sql,
};

/* --- transactions --- */

bool
write_begin(struct store *store, struct error *err)
{
    if (!store->writable)
        return error_set(err, ERROR_STORE, 0, "%s: opened for reading only", store->path);
    if (store->snapshot)
        return error_set(err, ERROR_STORE, 0, "%s: a snapshot is open", store->path);
    if (store->depth == 0 && !sql_run(store, "BEGIN IMMEDIATE", err))
        return false;
    store->depth++;
    return true;
}

bool
write_end(struct store *store, bool ok, struct error *err)
{
    if (--store->depth > 0)
        return ok;
    store->document_revision = 0;
    ok = ok && feed_write(store, err);
    feed_drop(store);
    if (ok && sql_run(store, "COMMIT", err))
        return true;
    /* Some failures (a full disk) have rolled back already. */
    if (!sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

bool
store_snapshot_begin(struct store *store, struct error *err)
{
    if (store->depth || store->snapshot)
        return error_set(err, ERROR_STORE, 0, "%s: a transaction is open", store->path);

    /* A deferred transaction takes its view of the store with its first read. */
    if (!sql_run_kept(store, "BEGIN", err))
        return false;
    store->snapshot = true;
    if (sql_run_kept(store, "SELECT max(revision) FROM revision", err))
        return true;
    store_snapshot_end(store);
    return false;
}

void
store_snapshot_end(struct store *store)
{
    if (store->snapshot && !sql_run_kept(store, "ROLLBACK", NULL))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->snapshot = false;
}

uint64_t
store_version(struct store *store)
{
    unsigned version = 0;

    sqlite3_file_control(store->db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
    return version;
}

/* --- what every part needs --- */

struct str
space_of(struct str space)
{
    return str_empty(space) ? STR("inventory") : space;
}

bool
inventory_number(struct store *store, const struct inventory *inventory, bool make, int64_t *number,
                 struct error *err)
{
    AUTO_STATEMENT find =
        sql_prepare(store, "SELECT n FROM inventory WHERE environment = ? AND space = ?", err);
    bool found;

    if (!find)
        return false;
    bind_inventory(find, 1, inventory);
    if (!sql_row(store, find, &found, err))
        return false;
    *number = found ? sqlite3_column_int64(find, 0) : 0;
    if (found || !make)
        return true;

    AUTO_STATEMENT add =
        sql_prepare(store, "INSERT INTO inventory (environment, space) VALUES (?, ?)", err);

    if (!add)
        return false;
    bind_inventory(add, 1, inventory);
    if (!sql_finish(store, add, err))
        return false;
    *number = sqlite3_last_insert_rowid(store->db);
    return true;
}

bool
store_inventories(struct store *store, inventory_fn *row, void *context, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(
        store, "SELECT environment, space, last_scanned FROM inventory ORDER BY environment, space",
        err);
    bool found;

    if (!find)
        return false;
    while (sql_row(store, find, &found, err)) {
        if (!found)
            return true;

        struct inventory inventory = { column_text(find, 0), column_text(find, 1) };

        if (!row(context, &inventory, sqlite3_column_int64(find, 2)))
            return true;
    }
    return false;
}

bool
store_revision(struct store *store, uint64_t *revision, struct error *err)
{
    int64_t number;

    if (!sql_number(store, "SELECT max(revision) FROM revision", 0, &number, err))
        return false;
    *revision = (uint64_t)number;
    return true;
}

bool
next_revision(struct store *store, uint64_t *revision, struct error *err)
{
    if (!store_revision(store, revision, err))
        return false;
    ++*revision;
    return true;
}

uint64_t
store_size(struct store *store)
{
    struct stat file;

    return stat(store->path, &file) == 0 ? (uint64_t)file.st_size : 0;
}

bool
store_is_in_place(const struct store *store, struct error *err)
{
    struct stat file;

    if (stat(store->path, &file) < 0)
        return error_set(err, ERROR_STORE, errno, "%s: the store's file is gone: %s", store->path,
                         strerror(errno));
    return (file.st_dev == store->device && file.st_ino == store->inode) ||
           error_set(err, ERROR_STORE, 0, "%s: another file is in the place of the store's",
                     store->path);
}

void
store_set_patience(struct store *store, unsigned milliseconds)
{
    sqlite3_busy_timeout(store->db, (int)milliseconds);
}

void
store_limit_size(struct store *store, uint64_t bytes)
{
    int64_t page = 16384, pages;
    char    sql[64];

    if (!sql_number(store, "PRAGMA page_size", page, &page, NULL))
        return;
    pages = bytes ? (int64_t)(bytes / (uint64_t)page) : INT32_MAX - 1;
    snprintf(sql, sizeof sql, "PRAGMA max_page_count = %lld", (long long)pages);
    sqlite3_exec(store->db, sql, NULL, NULL, NULL);
}

bool
store_check(struct store *store, struct error *err)
{
    AUTO_STATEMENT check = sql_prepare(store, "PRAGMA integrity_check(1)", err);
    bool           found;

    if (!check || !sql_row(store, check, &found, err))
        return false;

    struct str answer = found ? column_text(check, 0) : STR_NONE;

    if (!str_is(answer, "ok"))
        return error_set(err, ERROR_STORE, SQLITE_CORRUPT, "%s: the file is damaged: %.*s",
                         store->path, STR_ARG(answer));
    return true;
}

static bool
file_error(const char *path, struct error *err)
{
    return error_set(err, ERROR_STORE, errno, "%s: %s", path, strerror(errno));
}

/* Onto the disk, both what is in the file and, with the folder, its name. */
static bool
sync_path(const char *path, int flags, struct error *err)
{
    int  fd = open(path, O_RDONLY | O_CLOEXEC | flags);
    bool good = fd >= 0 && fsync(fd) == 0;

    if (!good)
        file_error(path, err);
    if (fd >= 0)
        close(fd);
    return good;
}

/* SQLite asks this now and then. */
static int
is_cancelled(void *context)
{
    return atomic_load((const atomic_bool *)context);
}

/* SQLite writes into a file that is empty. VACUUM INTO reads one snapshot; the backup API would begin
 * anew with each commit of another process. */
static bool
copy_into(struct store *store, const char *path, const atomic_bool *cancelled, struct error *err)
{
    AUTO_STATEMENT copy = sql_prepare(store, "VACUUM INTO ?", err);
    bool           good;
    int            fd;

    if (!copy)
        return false;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return file_error(path, err);
    close(fd);
    bind_text(copy, 1, str_from(path));
    sqlite3_progress_handler(store->db, OPCODES_A_LOOK, is_cancelled, (void *)(uintptr_t)cancelled);
    good = sql_finish(store, copy, err);
    sqlite3_progress_handler(store->db, 0, NULL, NULL);
    if (!good && atomic_load(cancelled))
        return error_set(err, ERROR_CANCELLED, 0, "cancelled");
    return good && sync_path(path, 0, err);
}

bool
store_backup(struct store *store, const char *path, const atomic_bool *cancelled, struct error *err)
{
    AUTO_ARENA  arena = arena_new();
    const char *part = arena_printf(arena, "%s.part%ld", path, (long)getpid()).p;
    ptrdiff_t   slash = str_find_last(str_from(path), '/');
    struct str  folder = slash < 0 ? STR(".") : str_head(str_from(path), (size_t)slash + 1);
    bool        good = copy_into(store, part, cancelled, err);

    /* Unlike rename() this does not replace a file. */
    if (good && link(part, path) < 0)
        good = file_error(path, err);
    unlink(part);
    return good && sync_path(arena_str(arena, folder).p, O_DIRECTORY, err);
}

int64_t
store_now(void)
{
    struct timeval now;

    gettimeofday(&now, NULL);
    return (int64_t)now.tv_sec * 1000000 + now.tv_usec;
}

void
store_set_fault(struct store *store, store_fault_fn *fault, void *context)
{
    store->fault = fault;
    store->fault_context = context;
}

/* --- opening --- */

static bool
bring_up_to_date(struct store *store, struct error *err)
{
    int64_t version = 0;
    char    mark[96];
    bool    ok;

    if (!write_begin(store, err))
        return false;

    /* Asked again inside the transaction: another process may have been quicker. */
    ok = sql_number(store, "PRAGMA user_version", 0, &version, err);
    for (size_t i = (size_t)version; ok && i < N_ELEMENTS(steps); i++) {
        ok = sql_run(store, steps[i], err);
        if (!ok)
            error_prefix(err, "schema %zu: ", i + 1);
    }
    snprintf(mark, sizeof mark, "PRAGMA application_id = %d; PRAGMA user_version = %zu",
             APPLICATION_ID, N_ELEMENTS(steps));
    ok = ok && sql_run(store, mark, err);
    return write_end(store, ok, err);
}

static bool
check_version(struct store *store, enum store_mode mode, struct error *err)
{
    int64_t application, version, n_tables;
    int     newest = (int)N_ELEMENTS(steps);

    if (!sql_number(store, "PRAGMA application_id", 0, &application, err) ||
        !sql_number(store, "PRAGMA user_version", 0, &version, err) ||
        !sql_number(store, "SELECT count(*) FROM sqlite_master", 0, &n_tables, err))
        return false;

    bool is_empty = application == 0 && version == 0 && n_tables == 0;

    if (is_empty && mode != STORE_CREATE)
        return error_set(err, ERROR_STORE, 0, "%s: not a Calipso store (it is empty)", store->path);
    if (!is_empty && application != APPLICATION_ID)
        return error_set(err, ERROR_STORE, 0,
                         "%s: not a Calipso store (a SQLite database of something else)",
                         store->path);
    if (version > newest || version < 0)
        return error_set(err, ERROR_STORE, 0,
                         "%s: written by a newer calipso: its schema is version %d, this program "
                         "knows versions up to %d",
                         store->path, (int)version, newest);
    if (version == newest)
        return true;
    if (mode == STORE_READ)
        return error_set(err, ERROR_STORE, 0,
                         "%s: its schema is version %d, this program reads version %d; it is "
                         "brought up to date when it is next opened for writing",
                         store->path, (int)version, newest);
    if (is_empty && !sql_run(store, "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL", err))
        return false;
    return bring_up_to_date(store, err);
}

/* Made by us rather than by SQLite so that nobody else can read it: it holds environments. The
 * files beside it get the same mode. */
static bool
make_file(const char *path, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0 && errno != EEXIST)
        return error_set(err, ERROR_STORE, errno, "cannot make %s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return true;
}

static bool
set_up(struct store *store, enum store_mode mode, struct error *err)
{
    char pragmas[256];

    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_timeout(store->db, BUSY_TIMEOUT_MS);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    if (!search_init(store, err) || !check_version(store, mode, err))
        return false;

    /* A commit of a whole cloud leaves a log of its size behind: it is cut when next used. */
    snprintf(pragmas, sizeof pragmas,
             "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864; "
             "PRAGMA threads = 2; PRAGMA cache_size = -%d", /* threads: for sorting */
             store->writable ? CACHE_WRITER_KB : CACHE_READER_KB);
    if (store->writable)
        checkpoint_beside(store);
    return sql_run(store, pragmas, err) && search_open(store, err);
}

static bool
know_file(struct store *store, struct error *err)
{
    struct stat file;

    if (stat(store->path, &file) < 0)
        return file_error(store->path, err);
    store->device = file.st_dev;
    store->inode = file.st_ino;
    return true;
}

struct store *
store_open(const char *uri, enum store_mode mode, struct error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct str            rest = str_from(uri);

    pthread_once(&once, sqlite_set_up_library);
    if (!str_starts(rest, STR("sqlite:")) || rest.n == strlen("sqlite:")) {
        error_set(err, ERROR_USAGE, 0, "store '%s': expected sqlite:FILE", uri);
        return NULL;
    }
    rest = str_skip(rest, strlen("sqlite:"));

    struct store *store = xcalloc(1, sizeof *store);
    int           flags = SQLITE_OPEN_NOMUTEX;

    /* A name like ":memory:" means something to SQLite; with a folder in front it is a file. */
    store->path = xmalloc(rest.n + 3);
    snprintf(store->path, rest.n + 3, "%s%s", rest.p[0] == '/' ? "" : "./", rest.p);
    store->writable = mode != STORE_READ;
    flags |= store->writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if ((mode == STORE_CREATE && !make_file(store->path, err)) ||
        (sqlite3_open_v2(store->path, &store->db, flags, NULL) != SQLITE_OK &&
         !sql_failed(store, err)) ||
        !know_file(store, err) || !set_up(store, mode, err)) {
        store_close(store);
        return NULL;
    }
    if (sqlite3_db_readonly(store->db, "main") == 1 && store->writable) {
        error_set(err, ERROR_STORE, EACCES, "%s: cannot be written: permission denied",
                  store->path);
        store_close(store);
        return NULL;
    }
    return store;
}

void
store_close(struct store *store)
{
    if (!store)
        return;
    commit_abort(store->commit);
    checkpoint_end(store);
    store_snapshot_end(store);
    messages_flush(store);
    feed_drop(store);
    for (size_t i = 0; i < N_ELEMENTS(store->kept); i++) {
        sqlite3_finalize(store->kept[i].statement);
        free(store->kept[i].sql);
    }
    sqlite3_close(store->db);
    arena_free(store->waiting_arena);
    free(store->waiting);
    free(store->path);
    free(store);
}

void
store_closep(struct store **store)
{
    store_close(*store);
    *store = NULL;
}
