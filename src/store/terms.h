/* The words under which an object is found.
 *
 * Both sides are made of the same words: those of an object, and those that somebody types. A word
 * is what stands between blanks and odd characters; "10.77.0.21", a MAC and a uuid are one word.
 * Since a search takes words by their beginning, a name is there also without its first parts:
 * "node-1-vm-a1" as "vm-a1" and "a1". No word begins at a short number inside a name: every cloud
 * is full of those. */

#ifndef STORE_TERMS_H
#define STORE_TERMS_H

#include "base/buf.h"

/* Words of a body, a blank behind each. What they are may only change together with a migration
 * that fills the search table anew: the words of a row are taken out as they were put in. */
void terms_of_body(struct buf *, struct str body);

/* The next word of what somebody typed. */
bool term_next(struct str *rest, struct str *word);

#endif
