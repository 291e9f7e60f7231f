/* What small collections keep to themselves when they are exported and imported: tokens, and the
 * passwords of users, though only their hashes are there. */

#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include "store/store.h"

/* False, with an error, for a collection that neither goes nor comes. */
bool private_check(struct str collection, struct error *err) MUST_CHECK;

/* A document as others may see it. */
struct str private_hide(struct str collection, struct str document, struct arena *);

/* A document that was imported, with what the one that is there keeps to itself; its own does not
 * count. */
bool private_keep(struct store *, struct str collection, struct doc *, struct arena *,
                  struct error *err) MUST_CHECK;

#endif
