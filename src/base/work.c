/* A bounded pool for one call: the threads take the next index until none is left. */

#include "base/work.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/arena.h"

enum { MOST_THREADS = 256 };

struct work {
    work_fn      *run;
    void         *context;
    size_t        n;
    atomic_size_t next;
};

static void *
worker(void *argument)
{
    struct work *work = argument;

    for (;;) {
        size_t index = atomic_fetch_add(&work->next, 1);

        if (index >= work->n)
            return NULL;
        work->run(work->context, index);
    }
}

void
work_each(unsigned jobs, size_t n, work_fn *run, void *context)
{
    struct work work = { .run = run, .context = context, .n = n };
    pthread_t   threads[MOST_THREADS];
    unsigned    n_threads = 0;

    if (jobs > MOST_THREADS)
        jobs = MOST_THREADS;
    if (jobs > n)
        jobs = (unsigned)n;
    while (n_threads + 1 < jobs && pthread_create(&threads[n_threads], NULL, worker, &work) == 0)
        n_threads++;
    worker(&work);
    for (unsigned i = 0; i < n_threads; i++)
        pthread_join(threads[i], NULL);
}
