/* What is forgotten by and by: tokens that have expired, old versions of objects, old messages.
 *
 * Threads:  one of its own, since whoever writes waits for a commit that others make, which may take
 *           a minute. */

#ifndef JOBS_HOUSEKEEPING_H
#define JOBS_HOUSEKEEPING_H

#include "store/store.h"

struct housekeeping;

struct housekeeping_options {
    struct str store;         /* URI */
    unsigned   history_days;  /* versions that ended before go */
    unsigned   messages_days; /* likewise; 0 = none go */
};

/* NULL on failure. */
struct housekeeping *housekeeping_start(const struct housekeeping_options *,
                                        struct error *) MUST_CHECK;

/* End it. What waits for somebody else's commit longer than that many seconds is left behind, for the
 * process to end with. */
void housekeeping_stop(struct housekeeping *, unsigned seconds);

#endif
