/* Documents of the inventory -> the lists of a cloud: a scan of a part takes from the last revision
 * what it does not ask for. Call it like the functions of cloud_read.h, before cloud_index().
 *
 * Known are hosts, projects, networks, ports, instances, network agents, routers (vservices) and
 * tunnel endpoints (oteps); what only one host's builders look at is asked again.
 *
 * Ownership:  what is kept of instances, agents and hosts is shared with the documents, which must
 *             live as long as the cloud. */

#ifndef BUILD_STORED_H
#define BUILD_STORED_H

#include "build/build.h"

void cloud_add_stored(struct cloud *, const struct docs *documents, struct built *out);

#endif
