/* One GET with patience: tries, back-off, a new token; and the connections that are kept.
 *
 * Threads:    many may ask at the same time; each call takes a connection of its own.
 * Errors:     ERROR_TRANSPORT; the code is the HTTP status or an enum http_fault. */

#ifndef TRANSPORT_REST_HTTP_H
#define TRANSPORT_REST_HTTP_H

#include "transport/rest_session.h"

struct rest_http;

struct rest_http *rest_http_new(const struct rest_options *) MUST_CHECK; /* which outlive it */
void              rest_http_free(struct rest_http *);

/* Where the time of a list ends, as rest_now() counts. */
int64_t rest_now(void); /* ms */

/* Ask for 'query' of the request's path. '*page' is filled with body and origin, '*next' with the
 * query of the next page ("": it was the last). */
bool rest_http_get(struct rest_http *, const struct request *, struct str query, int64_t deadline,
                   struct arena *, struct reply *page, struct str *next,
                   struct error *err) MUST_CHECK;

#endif
