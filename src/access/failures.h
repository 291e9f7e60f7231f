/* Failures by key (a name, an address): after some of them one has to wait, each time longer.
 *
 * Units:      times in microseconds of any clock that does not go back.
 * Ownership:  a fixed table; when it is full, the key that failed longest ago is forgotten.
 * Threads:    any. */

#ifndef ACCESS_FAILURES_H
#define ACCESS_FAILURES_H

#include <pthread.h>

#include "model/oid.h"

enum {
    FAILURES_KEPT = 4096,          /* keys */
    FAILURES_STEP_SECONDS = 10,    /* the first wait; each further one is longer by that ... */
    FAILURES_LONGEST_SECONDS = 60, /* ... up to this */
    FAILURES_MEMORY_SECONDS = 900, /* without a failure for so long, all is forgotten */
};

struct failure {
    struct oid key;
    unsigned   n; /* 0: a free place */
    int64_t    last;
};

struct failures {
    pthread_mutex_t mutex;
    struct failure  items[FAILURES_KEPT];
};

#define FAILURES_NONE                                                                              \
    {                                                                                              \
        .mutex = PTHREAD_MUTEX_INITIALIZER                                                         \
    }

/* How many seconds the key has to wait when 'most' failures are free; 0: none. */
unsigned failures_wait(struct failures *, struct oid key, unsigned most, int64_t now);

void failures_add(struct failures *, struct oid key, int64_t now);
void failures_forget(struct failures *, struct oid key);

#endif
