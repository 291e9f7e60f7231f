/* Where a REST request goes: the catalog's address, brought to the version that is spoken.
 *
 * Source: reference discovery.md 4.1 and T-13; docs.openstack.org/api-guide/compute/versions. */

#ifndef TRANSPORT_REST_ADDRESS_H
#define TRANSPORT_REST_ADDRESS_H

#include "transport/rest.h"

/* The address without query; an error when the session knows no such place. */
bool rest_address(const struct rest_session *, const struct request *, struct arena *,
                  struct str *address, struct error *err) MUST_CHECK;

/* The query of the first page: with a limit for lists that give pages when they are asked to. */
struct str rest_first_query(const struct request *, struct arena *);

#endif
