/* A scan: ask a cloud, build its inventory, connect it, keep what changed.
 *
 * Threads:    hosts are asked, parsed and built by 'jobs' workers; everything else runs in the
 *             caller's thread, from which progress is reported.
 * Errors:     a source that fails costs its own data and a message; only what leaves nothing to
 *             scan (no environment, no service catalog, no store) fails the scan. */

#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include <stdatomic.h>

#include "scan/messages.h"
#include "topology/links.h"
#include "transport/transport.h"

enum scan_stage { STAGE_CLOUD, STAGE_HOSTS, STAGE_COMMIT, N_SCAN_STAGES };

enum scan_phase { SCAN_INVENTORY = 1, SCAN_LINKS = 2, SCAN_CLIQUES = 4 };

struct scan_progress {
    const char *phase; /* "cloud", "hosts", "links", "commit" */
    size_t      n_done;
    size_t      n_total;
    const char *found; /* of what: "objects", of a recording "replies" */
    size_t      n_found;
    size_t      n_errors;
    char        host[256]; /* the one that has been asked for longest; "" = none is */
};

typedef void progress_fn(void *context, const struct scan_progress *);

/* The object that a scan is for; 'id' "" = the whole environment. */
struct scan_object {
    struct str id;   /* or its name */
    struct str type; /* "" = whatever has the id, if only one has */
    bool       by_name;
};

struct scan_options {
    struct str         environment;
    struct str         new_document; /* of the environment, to be kept first; "" = as it is */
    struct str         space;        /* "inventory" unless another collection is wanted */
    const char        *cause;        /* recorded with the revision: "manual scan" */
    struct str         request;      /* "_id" of its document in "scans", for messages; "" = none */
    unsigned           phases;       /* SCAN_..., 0 = all */
    struct scan_object object;       /* with all phases: scan only this, as scan/scope.h says */
    bool               clear;        /* empty the environment's part first, in the same commit */
    bool               clear_all;    /* ... of all environments */
    bool               implicit_links;
    const struct str  *faults; /* what is wrong with the recording: errors of this scan */
    size_t             n_faults;
    enum policy        policy;
    unsigned           jobs;       /* at least 1; scan_default_jobs() */
    const atomic_bool *cancelled;  /* may be NULL; when set the scan ends without a commit */
    struct str         started_by; /* for whoever finds the environment busy: "calipso scan" */
    bool is_live; /* the cloud itself is asked: whether it answers is kept as "operational" */

    /* Called when the environment is ours, before all else; false: there is no scan after all. */
    bool (*begun)(void *context, struct error *); /* may be NULL */
    progress_fn *progress;                        /* may be NULL */
    void        *context;
};

enum scan_status { SCAN_COMPLETED, SCAN_COMPLETED_WITH_ERRORS, SCAN_FAILED };

struct scan_result {
    enum scan_status     status;
    struct scan_messages messages;
    size_t               n_hosts;
    size_t               n_objects;
    size_t               n_links;
    size_t               n_cliques;
    size_t               n_of_type[N_OBJECT_TYPES];
    struct commit_counts commit;
    double               seconds[N_SCAN_STAGES];
    double               parse_seconds; /* of processor time, over all hosts */
    double               build_seconds;
};

/* 16, because hosts are mostly waited for; of a replay only as many as there are processors. */
unsigned scan_default_jobs(bool is_replay);

/* Scan one environment through 'transport' (NULL when only links or cliques are wanted) and
 * commit to 'store'. Results live in the arena. False only when the scan could not run at all, or
 * was cancelled (ERROR_CANCELLED): 'err' says why, and the inventory is as before. */
bool scan_run(struct store *, struct transport *, const struct environment *,
              const struct scan_options *, struct arena *, struct scan_result *,
              struct error *err) MUST_CHECK;

#endif
