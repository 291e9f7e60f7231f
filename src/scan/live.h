/* A live cloud as a transport: its APIs, its database where the environment has one, the shells of
 * its hosts.
 *
 * Threads:    as transport.h.
 * Source:     reference discovery.md 4.1, 4.29, 5. */

#ifndef SCAN_LIVE_H
#define SCAN_LIVE_H

#include <stdatomic.h>

#include "model/environment.h"
#include "scan/host_keys.h"
#include "transport/shell.h"
#include "transport/database.h"
#include "transport/transport.h"

/* All three must stay; 'environment' has open secrets. Nothing is asked yet. */
struct transport *live_open(const struct environment *, struct host_keys *,
                            const atomic_bool *cancelled) MUST_CHECK;

/* The parts alone, for whoever tests connections; NULL when the environment has no such target. */
struct database *live_database(const struct environment *, const atomic_bool *cancelled) MUST_CHECK;
struct shell    *live_shell(const struct environment *, struct host_keys *,
                            const atomic_bool *cancelled) MUST_CHECK;

#endif
