/* A bounded pool for one call: the threads take the next index until none is left. */

#include "base/work.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"

enum { MOST_THREADS = 256, WATCH_NANOSECONDS = 250000000, SECOND = 1000000000 };

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

/* --- watched --- */

struct watched {
    work_fn        *run;
    void           *context;
    pthread_mutex_t lock; /* of n_done */
    pthread_cond_t  done;
    size_t          n_done;
};

static void
run_watched(void *argument, size_t index)
{
    struct watched *w = argument;

    w->run(w->context, index);
    pthread_mutex_lock(&w->lock);
    w->n_done++;
    pthread_cond_signal(&w->done);
    pthread_mutex_unlock(&w->lock);
}

/* Wait for the next task to end, but not for long; how many have? */
static size_t
await_some(struct watched *w, size_t n)
{
    struct timespec until;
    size_t          n_done;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += WATCH_NANOSECONDS;
    until.tv_sec += until.tv_nsec / SECOND;
    until.tv_nsec %= SECOND;
    pthread_mutex_lock(&w->lock);
    while (w->n_done < n && pthread_cond_timedwait(&w->done, &w->lock, &until) == 0)
        continue;
    n_done = w->n_done;
    pthread_mutex_unlock(&w->lock);
    return n_done;
}

void
work_watched(unsigned jobs, size_t n, work_fn *run, watch_fn *watch, void *context)
{
    struct watched     w = { .run = run, .context = context, .lock = PTHREAD_MUTEX_INITIALIZER };
    struct work        work = { .run = run_watched, .context = &w, .n = n };
    pthread_condattr_t monotonic;
    pthread_t          threads[MOST_THREADS];
    unsigned           n_threads = 0;

    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&w.done, &monotonic);
    while (n_threads < jobs && n_threads < n && n_threads < MOST_THREADS &&
           pthread_create(&threads[n_threads], NULL, worker, &work) == 0)
        n_threads++;
    if (n_threads == 0)
        worker(&work);
    for (size_t n_done = 0; n_done < n;) {
        n_done = await_some(&w, n);
        watch(context, n_done);
    }
    for (unsigned i = 0; i < n_threads; i++)
        pthread_join(threads[i], NULL);
    pthread_cond_destroy(&w.done);
    pthread_condattr_destroy(&monotonic);
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

void
work_give_way(void)
{
    enum { A_TENTH = 10 }; /* what such a thread gets beside another, see sched(7) */

    /* Linux has a niceness for each thread; one that is nice already stays so. */
    if (getpriority(PRIO_PROCESS, 0) < A_TENTH)
        (void)setpriority(PRIO_PROCESS, 0, A_TENTH);
}
