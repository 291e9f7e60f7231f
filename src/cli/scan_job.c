#include "cli/scan_job.h"

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "jobs/scan_request.h"

enum { LOOK_EVERY = 1000000 }; /* microseconds */

bool
scan_job_begin(void *context, struct error *err)
{
    struct scan_job *job = context;

    job->looked = store_now();
    job->has_begun =
        scan_request_begin(job->store, job->id, job->environment, job->fields, job->arena, err);
    return job->has_begun;
}

/* The scan's own handle is busy with the scan; short scans need no second one. */
static void
look_for_abort(struct scan_job *job)
{
    int64_t      now = store_now();
    bool         is_aborted = false;
    struct error ignored;

    if (now - job->looked < LOOK_EVERY && now >= job->looked)
        return;
    job->looked = now;
    if (!job->reader)
        job->reader = store_open(job->store_uri, STORE_READ, &ignored);
    if (job->reader && scan_request_is_aborted(job->reader, job->id, &is_aborted, &ignored) &&
        is_aborted)
        interrupt();
}

void
scan_job_watch(void *context, const struct scan_progress *progress)
{
    struct scan_job *job = context;

    if (job->progress)
        job->progress(NULL, progress);
    look_for_abort(job);
}

void
scan_job_end(struct scan_job *job, bool good, const struct scan_result *result,
             const struct error *err)
{
    const char  *status;
    struct error failed;

    store_close(job->reader);
    job->reader = NULL;
    if (!job->has_begun)
        return;
    if (good)
        status = result->status == SCAN_COMPLETED ? "completed" : "completed_with_errors";
    else
        status = err->domain == ERROR_CANCELLED ? "aborted" : "failed";
    if (!scan_request_end(job->store, job->id, status, good ? STR_NONE : str_from(err->message),
                          &failed))
        print_message(MESSAGE_WARN, str_from(failed.message));
}
