/* Statuses, and how errors look. */

#ifndef API_STATUS_H
#define API_STATUS_H

#include "api/api.h"

const char *status_title(unsigned status);

/* The body of an error, as the original has them or as problem details. */
void status_write(struct http_reply *, const struct http_request *, bool is_original,
                  unsigned status, struct str message);

/* Is this asked in the original's way? Of an unknown path: everything but /api. */
bool call_is_original(const struct call *);

#endif
