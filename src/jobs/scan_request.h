/* Requests to scan: documents of the collection "scans", with the original's fields and statuses.
 *
 * A request waits as "pending". Whoever takes it makes it "running", in one step that only one can
 * do; its end makes it "completed", "completed_with_errors", "failed" or "aborted". Scans of the
 * command line stand there too; they are running from the beginning. */

#ifndef JOBS_SCAN_REQUEST_H
#define JOBS_SCAN_REQUEST_H

#include "jobs/queue.h"

struct scan_request {
    struct str id; /* "_id" */
    struct str environment;
    struct str space;                  /* "inventory" unless the request has another */
    struct str object_id, object_type; /* scan only this; "" = all, of any type */
    struct str schedule;               /* "_id" of the schedule that asked, "" = somebody */
    unsigned   phases;                 /* SCAN_..., 0 = all */
    bool       clear, clear_all, implicit_links;
};

/* ERROR_CONFIG names the field that is wrong. */
bool scan_request_read(struct arena *, struct str text, struct scan_request *,
                       struct error *) MUST_CHECK;

/* A new one, pending; 'fields' are members of the document besides (may be NULL). Its "_id" is made
 * of chance. */
bool scan_request_add(struct store *, struct str environment, const struct doc *fields,
                      struct arena *, struct str *id, struct error *) MUST_CHECK;

/* The same of a scan that this process runs from now on; scan_request_end() ends it. 'id' is of
 * oid_new(). */
bool scan_request_begin(struct store *, struct str id, struct str environment,
                        const struct doc *fields, struct arena *, struct error *) MUST_CHECK;

/* The request that has waited longest among those of environments that 'is_free' lets pass; its
 * status is then "running". '*found' is false when there is none. */
bool scan_request_take(struct store *, is_free_fn *, void *context, struct arena *,
                       struct scan_request *, bool *found, struct error *) MUST_CHECK;

/* Give it another status ("completed", and "pending" of one that could not be begun), with the time
 * of its end and, unless it is "", why. */
bool scan_request_end(struct store *, struct str id, const char *status, struct str why,
                      struct error *) MUST_CHECK;

/* Make a pending one aborted at once, and tell a running one to end. ERROR_NOT_FOUND, ERROR_USAGE
 * when it has ended already. */
bool scan_request_abort(struct store *, struct str id, struct error *) MUST_CHECK;

/* Does somebody want this running one to end? */
bool scan_request_is_aborted(struct store *, struct str id, bool *is_aborted,
                             struct error *) MUST_CHECK;

/* Those that say "running" although nobody scans their environment (its lease is free) and whoever
 * took them is gone, or had two minutes to begin: a crash cut them off. They become "failed", and
 * environments that were scanned whole "scanned": false. */
bool scan_requests_recover(struct store *, uint64_t *n, struct error *) MUST_CHECK;

/* Remove those that ended 90 days ago or earlier; imported ones stay. */
bool scan_requests_forget(struct store *, int64_t now, struct error *) MUST_CHECK;

#endif
