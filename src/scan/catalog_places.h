/* Where the services of a catalog are asked: which of their addresses, and on which host.
 *
 * Source:     reference discovery.md 4.1. */

#ifndef SCAN_CATALOG_PLACES_H
#define SCAN_CATALOG_PLACES_H

#include "scan/login.h"
#include "transport/rest.h"

/* List the places of the services that a scan asks. Services are told by name; one that nobody has is
 * told by its type. Places live in the arena. */
void catalog_places(const struct environment *, const struct login *, struct arena *,
                    struct rest_session *);

#endif
