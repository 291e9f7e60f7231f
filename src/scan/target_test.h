/* Trying the ways into a cloud: is somebody there, do they let us in, may we read what a scan reads?
 *
 * Ownership:  texts of a result live in the arena that was handed in.
 * Threads:    one at a time per environment, keys and arena; results come in the caller's thread.
 * Errors:     none: what is wrong is a result. It names host, port and what to look at, never a
 *             password. */

#ifndef SCAN_TARGET_TEST_H
#define SCAN_TARGET_TEST_H

#include <stdatomic.h>

#include "model/environment.h"
#include "scan/host_keys.h"

struct target_result {
    const char *target; /* "OpenStack" */
    struct str
            part; /* of CLI: a host, SHELL_MASTER, or "hosts" when nobody tells which there are */
    bool    good;
    int64_t took;    /* microseconds */
    struct str what; /* what was found, or what is wrong */
};

typedef void target_result_fn(void *context, const struct target_result *);

/* Is there a test of this target? */
bool target_has_test(struct str target);

/* Try those that are named, or all (n 0), of an environment whose secrets are open, in the order in
 * which a scan needs them; those that it does not have are left out. Of CLI there is a result for
 * the master host and one for each host; of very many hosts only for those that fail, and one that
 * counts. Once 'cancelled' is set no further target is tried. */
void targets_test(const struct environment *, struct host_keys *, const char *const *targets,
                  size_t n, const atomic_bool *cancelled, struct arena *, target_result_fn *,
                  void *context);

#endif
