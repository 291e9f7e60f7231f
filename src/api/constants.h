/* The lists of values that keys may have: the collection "constants", and of what is not stored the
 * one that comes with the program.
 *
 * Errors:  ERROR_NOT_FOUND: there is no such list. */

#ifndef API_CONSTANTS_H
#define API_CONSTANTS_H

#include "store/store.h"

/* The document {"name", "data": [{"value", "label"}]}; NULL on failure. */
struct doc *constant_find(struct store *, struct arena *, struct str name,
                          struct error *) MUST_CHECK;

/* Its values alone. */
struct doc *constant_values(struct store *, struct arena *, struct str name,
                            struct error *) MUST_CHECK;

#endif
