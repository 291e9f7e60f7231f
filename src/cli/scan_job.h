/* A scan of the command line among those that the server runs: a document in "scans" from its
 * beginning to its end, so that everybody sees it, and may end it. */

#ifndef CLI_SCAN_JOB_H
#define CLI_SCAN_JOB_H

#include "scan/scan.h"

struct scan_job {
    struct store *store;     /* borrowed: the one that the scan writes to */
    const char   *store_uri; /* a handle of its own looks whether somebody wants it to end */
    struct str    environment;
    struct str    id;     /* of the document */
    struct doc   *fields; /* what else is in it */
    struct arena *arena;
    progress_fn  *progress; /* to be shown, may be NULL */

    struct store *reader;
    int64_t       looked;
    bool          has_begun;
};

/* For the options of the scan, with the job as their context. Once somebody wants it to end, it is
 * as if they had pressed Ctrl-C. */
bool scan_job_begin(void *job, struct error *) MUST_CHECK;
void scan_job_watch(void *job, const struct scan_progress *);

/* Write down what came of it; 'err' of a scan that is not good. */
void scan_job_end(struct scan_job *, bool good, const struct scan_result *, const struct error *);

#endif
