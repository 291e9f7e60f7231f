/* Threads that do what takes long, and the bounded queue of what waits for them.
 *
 * Ownership:  a task is the caller's; the queue links it until it is run or dropped, which happens
 *             once to each that was taken.
 * Threads:    any. */

#ifndef SERVER_WORKERS_H
#define SERVER_WORKERS_H

#include "base/compiler.h"

struct task {
    struct task *next;
};

typedef void task_fn(struct task *);

struct workers;

/* NULL when not even one thread can be started. */
struct workers *workers_new(unsigned n_threads, size_t most_waiting, task_fn *run,
                            task_fn *drop) MUST_CHECK;

/* False when the queue is full, or workers_stop() was called. */
bool workers_add(struct workers *, struct task *) MUST_CHECK;

size_t workers_waiting(struct workers *);

/* Drop what waits, and wait for what runs. */
void workers_stop(struct workers *);
void workers_free(struct workers *); /* after workers_stop() */

#endif
