/* A TCP connection, made within a limit.
 *
 * Ownership:  the caller closes the descriptor, which does not block.
 * Errors:     ERROR_TRANSPORT, enum remote_fault. */

#ifndef TRANSPORT_REMOTE_CONNECT_H
#define TRANSPORT_REMOTE_CONNECT_H

#include "base/str.h"
#include "transport/limit.h"

/* To the first address of the host that takes it; -1 on failure. */
int remote_connect(struct str host, unsigned port, const struct limit *, struct error *err);

#endif
