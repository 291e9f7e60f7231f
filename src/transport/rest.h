/* Lists of REST APIs, asked as an administrator: pages, versions, tokens, and patience with servers
 * that are busy.
 *
 * Ownership:  answers live in the arena of the call.
 * Threads:    many may ask at the same time; each call takes a connection of its own.
 * Errors:     as transport.h says, in the answer. Messages name service and address, never a token.
 * Source:     docs.openstack.org/api-guide/compute (paging, microversions), RFC 9110 (Retry-After). */

#ifndef TRANSPORT_REST_H
#define TRANSPORT_REST_H

#include <stdatomic.h>

#include "transport/http.h"
#include "transport/transport.h"

/* Where a service answers in a region, with or without its version and project: what stands behind
 * host and port is made fit for the request. */
struct rest_place {
    struct str service; /* "nova" */
    struct str region;
    struct str url; /* "http://10.77.0.10:8774/v2.1" */
};

/* What signing in gives. */
struct rest_session {
    struct str         token;   /* a secret */
    int64_t            expires; /* seconds since 1970, 0: unknown */
    struct rest_place *places;
    size_t             n_places;
};

struct rest_options {
    struct http_options http;

    /* Called for the first request, when a token is about to expire, and when a service says 401;
     * by one thread at a time. The code of its errors is a HTTP status or an enum http_fault: what
     * may pass is tried again, anything else is final, lest the account be locked. */
    bool (*sign_in)(void *context, struct arena *, struct rest_session *, struct error *err);
    void *context;

    unsigned           list_time; /* all pages of one list with retries, ms; 0: 10 min */
    unsigned           tries;     /* of one request that 429, 5xx or the network fails; 0: 4 */
    const atomic_bool *cancelled; /* may be NULL; looked at at least every second */

    unsigned most_pages; /* of one list, 0: 100,000 */
    size_t   most_bytes; /* of all its pages, 0: 512 MiB */
};

struct rest;

/* The options are copied, but not what they point to. */
struct rest *rest_new(const struct rest_options *) MUST_CHECK;
void         rest_free(struct rest *);

/* As transport_ask(), for forms that are REST requests. Each form is asked until one answers; a page
 * is a reply with its address as origin. The code of the error is the HTTP status, or an enum
 * http_fault: HTTP_FAULT_CANCELLED when 'cancelled' was seen. */
bool rest_ask(struct rest *, const struct request *forms, size_t n_forms, struct arena *,
              struct answer *) MUST_CHECK;

#endif
