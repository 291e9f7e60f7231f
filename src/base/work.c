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

/* --- in order --- */

struct line {
    work_fn        *make;
    void           *context;
    size_t          n;
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t  made;
    pthread_cond_t  room;
    size_t          next;
    size_t          n_taken;
    bool            is_made[WORK_AHEAD]; /* of the index, modulo WORK_AHEAD */
    bool            stopped;
};

/* The next index to make; false when there is none. */
static bool
line_next(struct line *line, size_t *index)
{
    bool found;

    pthread_mutex_lock(&line->lock);
    while (!line->stopped && line->next < line->n && line->next >= line->n_taken + WORK_AHEAD)
        pthread_cond_wait(&line->room, &line->lock);
    found = !line->stopped && line->next < line->n;
    if (found)
        *index = line->next++;
    pthread_mutex_unlock(&line->lock);
    return found;
}

static void *
maker(void *argument)
{
    struct line *line = argument;
    size_t       index;

    while (line_next(line, &index)) {
        line->make(line->context, index);
        pthread_mutex_lock(&line->lock);
        line->is_made[index % WORK_AHEAD] = true;
        pthread_cond_signal(&line->made);
        pthread_mutex_unlock(&line->lock);
    }
    return NULL;
}

static void
line_await(struct line *line, size_t index)
{
    pthread_mutex_lock(&line->lock);
    while (!line->is_made[index % WORK_AHEAD])
        pthread_cond_wait(&line->made, &line->lock);
    line->is_made[index % WORK_AHEAD] = false;
    pthread_mutex_unlock(&line->lock);
}

static void
line_taken(struct line *line, bool goes_on)
{
    pthread_mutex_lock(&line->lock);
    line->n_taken++;
    line->stopped = !goes_on;
    pthread_cond_broadcast(&line->room);
    pthread_mutex_unlock(&line->lock);
}

bool
work_in_order(unsigned jobs, size_t n, work_fn *make, take_fn *take, void *context)
{
    struct line line = {
        .make = make,
        .context = context,
        .n = n,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .made = PTHREAD_COND_INITIALIZER,
        .room = PTHREAD_COND_INITIALIZER,
    };
    pthread_t threads[WORK_AHEAD];
    unsigned  n_threads = 0;
    bool      good = true;

    while (n_threads < jobs && n_threads < n && n_threads < WORK_AHEAD &&
           pthread_create(&threads[n_threads], NULL, maker, &line) == 0)
        n_threads++;
    for (size_t i = 0; good && i < n; i++) {
        if (n_threads)
            line_await(&line, i);
        else
            make(context, i);
        good = take(context, i);
        line_taken(&line, good);
    }
    for (unsigned i = 0; i < n_threads; i++)
        pthread_join(threads[i], NULL);
    return good;
}
