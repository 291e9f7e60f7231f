/* Catalogs: small collections that come with the program (data/), and that administrators change:
 * clique_types, clique_constraints, link_types, constants ... As long as nothing of one is stored its
 * defaults hold; the first change stores them. */

#ifndef STORE_CATALOG_H
#define STORE_CATALOG_H

#include "base/doc.h"
#include "store/store.h"

/* All documents, as an array; empty for a collection that has neither. */
bool catalog_read(struct store *, const char *collection, struct arena *, struct doc **all,
                  struct error *err) MUST_CHECK;

/* Store the defaults if nothing is stored yet; to be called within the transaction of the change. */
bool catalog_own(struct store *, const char *collection, struct arena *,
                 struct error *err) MUST_CHECK;

#endif
