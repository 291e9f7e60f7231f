/* Running one scan that was asked for. */

#ifndef JOBS_RUN_H
#define JOBS_RUN_H

#include "jobs/scan_request.h"
#include "scan/scan.h"

struct run_scope {
    struct str         store; /* URI: it opens a handle of its own */
    unsigned           jobs;  /* 0 = as `calipso scan` */
    const atomic_bool *cancelled;
    progress_fn       *progress;
    void              *context;
};

/* From beginning to end; what comes of it stands in the request's status, and in messages. One that
 * was cancelled without being aborted, or whose environment somebody else scans, waits again. */
void run_scan_request(const struct run_scope *, const struct scan_request *);

#endif
