/* How the library SQLite is set up, once in a process. */

#include "store/sqlite.h"

#include <pthread.h>

/* SQLite's mutexes, of threads that wait a little before they sleep. All connections of a process to a
 * file begin and end reading under one of them, which is held for a system call or two: with those of
 * the library two threads of a server are asleep for half of the time.
 * The kinds are those of sqlite3_mutex_alloc(). */
struct sqlite3_mutex {
    pthread_mutex_t mutex;
};

enum { N_STATIC = SQLITE_MUTEX_STATIC_VFS3 - SQLITE_MUTEX_STATIC_MAIN + 1 };

static struct sqlite3_mutex of_library[N_STATIC] = {
    [0 ... N_STATIC - 1] = { PTHREAD_ADAPTIVE_MUTEX_INITIALIZER_NP },
};

static int
do_nothing(void)
{
    return SQLITE_OK;
}

static sqlite3_mutex *
make(int kind)
{
    struct sqlite3_mutex *m;
    pthread_mutexattr_t   attributes;

    if (kind >= SQLITE_MUTEX_STATIC_MAIN)
        return &of_library[kind - SQLITE_MUTEX_STATIC_MAIN];
    m = xcalloc(1, sizeof *m);
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, kind == SQLITE_MUTEX_RECURSIVE
                                               ? PTHREAD_MUTEX_RECURSIVE
                                               : PTHREAD_MUTEX_ADAPTIVE_NP);
    pthread_mutex_init(&m->mutex, &attributes);
    pthread_mutexattr_destroy(&attributes);
    return m;
}

static void
drop(sqlite3_mutex *m)
{
    pthread_mutex_destroy(&m->mutex);
    free(m);
}

static void
enter(sqlite3_mutex *m)
{
    pthread_mutex_lock(&m->mutex);
}

static int
try(sqlite3_mutex *m)
{
    return pthread_mutex_trylock(&m->mutex) == 0 ? SQLITE_OK : SQLITE_BUSY;
}

static void
leave(sqlite3_mutex *m)
{
    pthread_mutex_unlock(&m->mutex);
}

static int64_t began;

int64_t
store_process_began(void)
{
    return began;
}

void
sqlite_set_up_library(void)
{
    static const sqlite3_mutex_methods methods = {
        .xMutexInit = do_nothing,
        .xMutexEnd = do_nothing,
        .xMutexAlloc = make,
        .xMutexFree = drop,
        .xMutexEnter = enter,
        .xMutexTry = try,
        .xMutexLeave = leave,
    };

    began = store_now();
    sqlite3_config(SQLITE_CONFIG_MUTEX, &methods);
    /* Nobody asks how much memory SQLite has, and counting it takes a lock for each piece. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
