/* Run a function for each of n tasks on several threads.
 *
 * Threads:  'run' is called once for each index, in no order, from 'jobs' threads; tasks share
 *           nothing but what they only read. work_each() returns when all are done. */

#ifndef BASE_WORK_H
#define BASE_WORK_H

#include "base/compiler.h"

typedef void work_fn(void *context, size_t index);

void work_each(unsigned jobs, size_t n, work_fn *run, void *context);

#endif
