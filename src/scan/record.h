/* A recording of a cloud: asked as a scan asks, kept instead of committed.
 *
 * Threads:    hosts are asked by 'jobs' workers; progress is reported from the caller's thread.
 * Errors:     a source that fails is a message and missing in the recording; what has been written
 *             stays readable. Only a cloud that answers nothing, a disk that is full and being
 *             cancelled leave a folder that is no recording. */

#ifndef SCAN_RECORD_H
#define SCAN_RECORD_H

#include "scan/scan.h"
#include "transport/recorder.h"

struct record_options {
    unsigned           jobs;
    bool               every_form; /* of hosts; of lists as recorder_wrap() was told */
    const atomic_bool *cancelled;  /* may be NULL */
    struct str         time;       /* "": now; of a recording that is recorded again, its own */
    progress_fn       *progress;   /* may be NULL */
    void              *context;
};

struct record_result {
    struct scan_messages   messages;
    size_t                 n_hosts;
    struct recorder_counts counts;
};

/* Ask the environment through 'transport', which must be one that recorder_wrap() made. Results live
 * in the arena, also when there is no recording. */
bool record_run(struct recorder *, struct transport *, const struct environment *,
                const struct record_options *, struct arena *, struct record_result *,
                struct error *err) MUST_CHECK;

#endif
