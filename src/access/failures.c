#include "access/failures.h"

#define SECOND ((int64_t)1000000)

/* Compared with a password's hash, walking the whole table costs nothing. NULL: it is not there. */
static struct failure *
find(struct failures *f, struct oid key)
{
    for (size_t i = 0; i < N_ELEMENTS(f->items); i++)
        if (f->items[i].n && oid_equal(f->items[i].key, key))
            return &f->items[i];
    return NULL;
}

static bool
is_over(const struct failure *failure, int64_t now)
{
    return now - failure->last >= FAILURES_MEMORY_SECONDS * SECOND;
}

static struct failure *
find_place(struct failures *f)
{
    struct failure *oldest = &f->items[0];

    for (size_t i = 0; i < N_ELEMENTS(f->items) && oldest->n; i++)
        if (f->items[i].n == 0 || f->items[i].last < oldest->last)
            oldest = &f->items[i];
    return oldest;
}

unsigned
failures_wait(struct failures *f, struct oid key, unsigned most, int64_t now)
{
    const struct failure *failure;
    int64_t               wait = 0;

    pthread_mutex_lock(&f->mutex);
    failure = find(f, key);
    if (failure && failure->n >= most && !is_over(failure, now)) {
        wait = (int64_t)FAILURES_STEP_SECONDS * (failure->n - most + 1);
        if (wait > FAILURES_LONGEST_SECONDS)
            wait = FAILURES_LONGEST_SECONDS;
        wait = failure->last + wait * SECOND - now;
    }
    pthread_mutex_unlock(&f->mutex);
    return wait > 0 ? (unsigned)((wait + SECOND - 1) / SECOND) : 0;
}

void
failures_add(struct failures *f, struct oid key, int64_t now)
{
    struct failure *failure;

    pthread_mutex_lock(&f->mutex);
    failure = find(f, key);
    if (!failure || is_over(failure, now)) {
        failure = failure ? failure : find_place(f);
        *failure = (struct failure){ .key = key };
    }
    failure->n++;
    failure->last = now;
    pthread_mutex_unlock(&f->mutex);
}

void
failures_forget(struct failures *f, struct oid key)
{
    struct failure *failure;

    pthread_mutex_lock(&f->mutex);
    failure = find(f, key);
    if (failure)
        failure->n = 0;
    pthread_mutex_unlock(&f->mutex);
}
