/* Run a function for each of n tasks on several threads.
 *
 * Threads:  tasks are called once for each index, in no order, from 'jobs' threads; they share
 *           nothing but what they only read. Each function returns when all threads have ended. */

#ifndef BASE_WORK_H
#define BASE_WORK_H

#include "base/compiler.h"

typedef void work_fn(void *context, size_t index);

void work_each(unsigned jobs, size_t n, work_fn *run, void *context);

/* As work_each(), but this thread does not work: it calls 'watch' four times a second, and a last
 * time when all is done, with the number of tasks that are done by then. */
typedef void watch_fn(void *context, size_t n_done);

void work_watched(unsigned jobs, size_t n, work_fn *run, watch_fn *watch, void *context);

/* Make things on 'jobs' threads and take them on this one, in order, while later ones are made: at
 * most WORK_AHEAD are made and not yet taken. False when 'take' returned false, which ends it:
 * things may then have been made that are not taken. */
enum { WORK_AHEAD = 16 };

typedef bool take_fn(void *context, size_t index);

bool work_in_order(unsigned jobs, size_t n, work_fn *make, take_fn *take, void *context) MUST_CHECK;

/* From here on the calling thread, and those it starts, leave the processors to others that want them:
 * for what takes long and nobody waits for to the millisecond. It cannot be undone. */
void work_give_way(void);

#endif
