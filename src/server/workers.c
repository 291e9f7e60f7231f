/* A list under a lock; each thread takes its head. */

#include "server/workers.h"

#include <pthread.h>

#include "base/arena.h"

enum { MOST_THREADS = 256 };

struct workers {
    task_fn        *run, *drop;
    size_t          most_waiting;
    pthread_mutex_t lock; /* of all below, but the threads */
    pthread_cond_t  came;
    struct task    *first, **end; /* where the next one is linked */
    size_t          n_waiting;
    bool            is_stopping;
    pthread_t       threads[MOST_THREADS];
    unsigned        n_threads;
};

/* The task that waits longest; NULL when the workers are to end. */
static struct task *
next_task(struct workers *w)
{
    struct task *task;

    pthread_mutex_lock(&w->lock);
    while (!w->first && !w->is_stopping)
        pthread_cond_wait(&w->came, &w->lock);
    task = w->first;
    if (task) {
        w->first = task->next;
        w->n_waiting--;
        if (!w->first)
            w->end = &w->first;
    }
    pthread_mutex_unlock(&w->lock);
    return task;
}

static void *
work(void *context)
{
    struct workers *w = context;
    struct task    *task;

    while ((task = next_task(w)))
        w->run(task);
    return NULL;
}

struct workers *
workers_new(unsigned n_threads, size_t most_waiting, task_fn *run, task_fn *drop)
{
    struct workers *w = xcalloc(1, sizeof *w);

    *w = (struct workers){ .run = run,
                           .drop = drop,
                           .most_waiting = most_waiting,
                           .lock = PTHREAD_MUTEX_INITIALIZER,
                           .came = PTHREAD_COND_INITIALIZER,
                           .end = &w->first };
    while (w->n_threads < n_threads && w->n_threads < MOST_THREADS &&
           pthread_create(&w->threads[w->n_threads], NULL, work, w) == 0)
        w->n_threads++;
    if (w->n_threads)
        return w;
    workers_free(w);
    return NULL;
}

bool
workers_add(struct workers *w, struct task *task)
{
    bool has_room;

    pthread_mutex_lock(&w->lock);
    has_room = !w->is_stopping && w->n_waiting < w->most_waiting;
    if (has_room) {
        task->next = NULL;
        *w->end = task;
        w->end = &task->next;
        w->n_waiting++;
        pthread_cond_signal(&w->came);
    }
    pthread_mutex_unlock(&w->lock);
    return has_room;
}

size_t
workers_waiting(struct workers *w)
{
    size_t n;

    pthread_mutex_lock(&w->lock);
    n = w->n_waiting;
    pthread_mutex_unlock(&w->lock);
    return n;
}

void
workers_stop(struct workers *w)
{
    struct task *dropped, *next;

    pthread_mutex_lock(&w->lock);
    w->is_stopping = true;
    dropped = w->first;
    w->first = NULL;
    w->end = &w->first;
    w->n_waiting = 0;
    pthread_cond_broadcast(&w->came);
    pthread_mutex_unlock(&w->lock);
    for (; dropped; dropped = next) {
        next = dropped->next; /* who is dropped may be gone */
        w->drop(dropped);
    }
    for (unsigned i = 0; i < w->n_threads; i++)
        pthread_join(w->threads[i], NULL);
    w->n_threads = 0;
}

void
workers_free(struct workers *w)
{
    if (!w)
        return;
    pthread_cond_destroy(&w->came);
    pthread_mutex_destroy(&w->lock);
    free(w);
}
