/* What the parsers of host replies share: cleaning text, MAC addresses, lists of names.
 *
 * Ownership:  results point into the reply or into the arena. */

#ifndef PARSE_REPLY_H
#define PARSE_REPLY_H

#include "parse/records.h"

/* The reply without terminal control sequences; the reply itself when there are none. */
struct str reply_plain(struct arena *, struct str reply);

/* Is it JSON rather than text: is the first character that is no blank a '['? */
bool reply_is_json(struct str reply);

/* A MAC address "52:54:00:AA:bb:01" in lower-case; false when it is none. */
bool mac_read(struct arena *, struct str text, struct str *mac);

void names_add(struct arena *, struct names *, struct str name);
void names_sort(struct names *);

#endif
