/* The members of a JSON object as text, without parsing what they hold: documents are spliced and
 * searched as they are stored.
 *
 * Ownership:  keys and values point into the text.
 * Errors:     none; the text was written by doc_write(). Of anything else what comes back is some
 *             of it, never a byte outside. */

#ifndef STORE_MEMBERS_H
#define STORE_MEMBERS_H

#include "base/str.h"

/* The next member of '*rest', which begins as the whole object: its key without quotes (escapes
 * stay as they are) and the text of its value. */
bool member_next(struct str *rest, struct str *key, struct str *value);

/* The next string in '*rest' at any depth, without quotes; keys of objects are none. */
bool string_next(struct str *rest, struct str *string);

#endif
