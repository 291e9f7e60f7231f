/* A TCP connection, made within a limit.
 *
 * Ownership:  the caller closes the descriptor, which does not block.
 * Errors:     ERROR_TRANSPORT, enum ssh_fault. */

#ifndef TRANSPORT_SSH_CONNECT_H
#define TRANSPORT_SSH_CONNECT_H

#include "base/str.h"
#include "transport/limit.h"

/* To the first address of the host that takes it; -1 on failure. */
int ssh_connect_tcp(struct str host, unsigned port, const struct limit *, struct error *err);

#endif
