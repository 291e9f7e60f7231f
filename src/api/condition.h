/* Conditional requests (RFC 9110, section 13): ETags of what is shown, and changes only of what has
 * been seen. */

#ifndef API_CONDITION_H
#define API_CONDITION_H

#include "api/api.h"

/* Does the request want to change something only as it was seen? */
bool has_condition(const struct call *);

/* Is what the call would change what its If-Match says? What a GET of the same path answers is what
 * counts. False after replying 404 or 412. */
bool condition_holds(struct call *) MUST_CHECK;

/* Give an answer to a GET its ETag; leave the body out when whoever asks has it already. */
void condition_mark(struct call *);

#endif
