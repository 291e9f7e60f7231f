/* Steps that the cloud's partition and those of the hosts have in common: placing what a builder
 * made, turning notes into messages, finishing documents into objects. */

#ifndef SCAN_PARTITION_H
#define SCAN_PARTITION_H

#include "build/build.h"
#include "scan/discover.h"

/* Place all documents below 'scanned' (NULL: below the environment or by their own parents), and
 * note what went wrong. */
void partition_place(struct partition *, struct tree *, const struct built *,
                     const struct place *scanned);

/* Make objects of all documents the tree holds, on 'jobs' threads. */
void partition_finish(struct partition *, const struct tree *, unsigned jobs);

/* Take over all that 'from' has, which is empty then. */
void partition_take(struct partition *, struct partition *from);

#endif
