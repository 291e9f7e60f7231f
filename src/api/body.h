/* Members of a body, read and checked. Each false comes after a reply of 400 that names the member. */

#ifndef API_BODY_H
#define API_BODY_H

#include "api/api.h"

/* Is the body an object that has no other members than these (ended by NULL)? */
bool body_has_only(struct call *, const char *const *names) MUST_CHECK;

/* Text that must be there, and is not empty. */
bool body_text(struct call *, const char *name, struct str *) MUST_CHECK;

/* ... that may be missing: '*text' keeps what it has. */
bool body_optional_text(struct call *, const char *name, struct str *text) MUST_CHECK;
bool body_optional_bool(struct call *, const char *name, bool *value) MUST_CHECK;

#endif
