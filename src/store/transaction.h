/* Several calls of store.h as one transaction: for the parts of the store that no engine needs to
 * know, and for access, whose changes depend on what else is there. */

#ifndef STORE_TRANSACTION_H
#define STORE_TRANSACTION_H

#include "store/store.h"

/* Open a transaction for writing, or take part in the one that is open. Either end closes it when
 * it was the outermost: false and rolled back if 'ok' is false. */
bool write_begin(struct store *, struct error *err) MUST_CHECK;
bool write_end(struct store *, bool ok, struct error *err) MUST_CHECK;

#endif
