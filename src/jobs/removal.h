/* The end of an environment, with all that was to be done with it. */

#ifndef JOBS_REMOVAL_H
#define JOBS_REMOVAL_H

#include "store/store.h"

/* Forget the environment, the keys of its hosts, its schedules and its connection tests. Its scans that
 * wait are aborted, and one that runs is told to end. The inventory, messages and ended scans stay,
 * unless 'purge'. All of it or nothing. */
bool environment_remove(struct store *, struct str name, bool purge, struct error *) MUST_CHECK;

#endif
