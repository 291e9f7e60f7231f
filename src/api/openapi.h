/* The description of API v1 for programs, OpenAPI 3.1, made of the table of routes and the schemas. */

#ifndef API_OPENAPI_H
#define API_OPENAPI_H

#include "base/doc.h"

/* Append it as JSON. Beside what OpenAPI wants each operation has "x-right": what whoever asks must
 * be allowed to do (access.h), as in right_name(). */
void openapi_write(struct buf *, struct arena *);

#endif
