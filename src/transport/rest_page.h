/* One page of a REST list: is it one, and is there another? And what a service says that gives none.
 *
 * Ownership:  what is returned lives in the arena or points into the body.
 * Errors:     ERROR_TRANSPORT with what came instead, shortened and fit for a terminal. */

#ifndef TRANSPORT_REST_PAGE_H
#define TRANSPORT_REST_PAGE_H

#include "base/arena.h"
#include "base/error.h"

/* Check the body of a good answer to 'path' (below the version). '*next' becomes the query of the
 * next page, "" on the last one. Only that much of the link is used: a page may not send us, and
 * with us the token, to another server, nor to another list. 'secret', what was sent, is not
 * repeated. */
bool rest_page_check(struct arena *, struct str body, struct str path, struct str secret,
                     struct str *next, struct error *err) MUST_CHECK;

/* What a body says, in one short line: the message of an OpenStack error in any of its forms, else
 * the first characters. */
struct str rest_page_says(struct arena *, struct str body, struct str secret);

#endif
