/* JSON Schema: what bodies of requests may be, and what answers are. The schemas are those of
 * data/api_schemas.json, which the description of the API (openapi.c) shows to programs.
 *
 * Of JSON Schema 2020-12 it knows: $ref (into "#/components/schemas/"), type, enum, properties,
 * required, additionalProperties, items, minimum, maximum, minLength, maxLength (in characters),
 * minItems, maxItems. Others are for the reader. */

#ifndef API_SCHEMA_H
#define API_SCHEMA_H

#include "base/doc.h"

/* All of them, by name; read by any thread, it lives as long as the program. */
const struct doc *schemas(void);

/* Is the value what the schema of that name says? ERROR_USAGE names the member that is not, and what
 * was expected of it. */
bool schema_check(const char *name, const struct doc *value, struct error *) MUST_CHECK;

#endif
