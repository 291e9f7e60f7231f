/* The key of a request: one text for all ways to write the same question.
 *
 * REST: service, path below the version segment, query without paging and field selection in any
 * order, microversion, region. SQL: schema and table. CLI: host and command without quotes and
 * further blanks. */

#ifndef TRANSPORT_REQUEST_KEY_H
#define TRANSPORT_REQUEST_KEY_H

#include "base/buf.h"
#include "transport/transport.h"

void request_key(struct buf *, const struct request *);

/* Are these names of one schema? Neutron's has other ones in some clouds. */
bool schema_is_same(struct str, struct str);

/* Take path and query of an address: what stands before the version segment ("/v2.1", "/v3",
 * "/v2.0") is cut off, also a project's 32 hexadecimal digits right behind it. */
void request_set_url(struct request *, struct str url);

/* Is this step of a path a version: "v3", "v2.1"? */
bool step_is_version(struct str step);

/* Is this the query of one page of a list? */
bool query_is_page(struct str query);

/* Host and port of an address, "" where it has none. */
void url_authority(struct str url, struct str *host, struct str *port);

#endif
