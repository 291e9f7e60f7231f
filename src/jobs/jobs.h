/* What runs beside the requests of people: scans and connection tests that were asked for, and
 * schedules that ask.
 *
 * Several processes may serve one store: a request is taken by one of them.
 *
 * Threads:    one that looks for work, and one for each scan or test that runs. The functions below may be
 *             called from any thread. */

#ifndef JOBS_JOBS_H
#define JOBS_JOBS_H

#include "jobs/scan_request.h"
#include "scan/scan.h"

struct jobs;

struct jobs_options {
    struct str store;     /* URI */
    unsigned   most;      /* scans at the same time, of different environments; 0 = 2 */
    unsigned   interval;  /* milliseconds between two looks for work; 0 = 1000 */
    unsigned   scan_jobs; /* hosts at the same time of one scan; 0 = as `calipso scan` */
};

/* Fails requests that a crash cut off, and goes on with those that wait. NULL on failure. */
struct jobs *jobs_start(const struct jobs_options *, struct error *) MUST_CHECK;

/* Cancel what runs (it waits again as pending), and end. */
void jobs_stop(struct jobs *);

/* There is work: do not wait for the next look. */
void jobs_wake(struct jobs *);

/* How far the scan of a request is; false when this process does not run it. 'p->phase' and
 * 'p->found' are texts of the program. */
bool jobs_progress(struct jobs *, struct str request, struct scan_progress *p);

/* The same of each scan that this process runs. Called under a lock. */
typedef void running_fn(void *context, const struct scan_request *, const struct scan_progress *);

void jobs_running(struct jobs *, running_fn *, void *context);

#endif
