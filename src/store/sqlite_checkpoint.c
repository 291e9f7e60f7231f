/* Checkpoints: what commits left in the log goes into the file.
 *
 * SQLite would do that inside the commit that made the log long, and the commit of a whole cloud
 * would wait for all of it to be written a second time. It is done beside, on a connection of its
 * own: readers and writers go on meanwhile. */

#include <pthread.h>

#include "store/sqlite.h"

enum { LONG_LOG = 1000 /* pages, as SQLite itself has it */ };

struct checkpoint {
    pthread_t thread;
    sqlite3  *db;
    bool      is_done; /* read and written atomically */
};

static void *
run(void *argument)
{
    struct checkpoint *c = argument;

    /* One that fails leaves the log as it is, which the next one finds. */
    sqlite3_wal_checkpoint_v2(c->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    __atomic_store_n(&c->is_done, true, __ATOMIC_RELEASE);
    return NULL;
}

void
checkpoint_end(struct store *store)
{
    struct checkpoint *c = store->checkpoint;

    if (!c)
        return;
    pthread_join(c->thread, NULL);
    sqlite3_close(c->db);
    free(c);
    store->checkpoint = NULL;
}

static bool
begin(struct store *store)
{
    struct checkpoint *c = xcalloc(1, sizeof *c);

    if (sqlite3_open_v2(store->path, &c->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) ==
            SQLITE_OK &&
        sqlite3_exec(c->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL) == SQLITE_OK &&
        pthread_create(&c->thread, NULL, run, c) == 0) {
        store->checkpoint = c;
        return true;
    }
    sqlite3_close(c->db);
    free(c);
    return false;
}

static int
log_grew(void *context, sqlite3 *db, const char *schema, int n_pages)
{
    struct store *store = context;

    if (n_pages < LONG_LOG)
        return SQLITE_OK;
    if (store->checkpoint && !__atomic_load_n(&store->checkpoint->is_done, __ATOMIC_ACQUIRE))
        return SQLITE_OK;
    checkpoint_end(store);
    if (!begin(store))
        sqlite3_wal_checkpoint_v2(db, schema, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    return SQLITE_OK;
}

void
checkpoint_beside(struct store *store)
{
    sqlite3_wal_hook(store->db, log_grew, store);
}
