/* What a scan asks: the whole cloud, or its lists and only the hosts that one object is on.
 *
 * A scan of one object replaces the objects of these hosts, and those of no host, which the lists
 * tell. Objects of other hosts, and what lies below these hosts, stay as they are. */

#ifndef SCAN_SCOPE_H
#define SCAN_SCOPE_H

#include "build/cloud.h"
#include "scan/scan.h"
#include "store/store.h"

struct scan_scope {
    struct str text; /* "environment", or "instance 4711" */
    bool       is_whole;
    struct map hosts; /* names of those that are asked, unless it is whole */
};

/* Find the object in the inventory; ERROR_NOT_FOUND when there is none, ERROR_USAGE when several
 * are meant. scope_done() ends it in either case. */
bool scope_find(struct scan_scope *, struct store *, const struct inventory *,
                const struct scan_object *, struct arena *, struct error *) MUST_CHECK;

/* Once the lists are known: an instance that has moved is asked for where it was and where it is. */
bool scope_follow_moves(struct scan_scope *, struct store *, const struct inventory *,
                        const struct cloud *, struct arena *, struct error *) MUST_CHECK;

bool scope_asks(const struct scan_scope *, struct str host);
void scope_done(struct scan_scope *);

#endif
