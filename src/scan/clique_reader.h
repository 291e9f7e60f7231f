/* Complete clique documents of a stored inventory. Only a row is kept of each clique; the document is
 * walked from the stored links when somebody asks. Imported cliques are given as they came.
 *
 * Ownership:  the reader and what it fetches live in the arena; the store must stay open.
 * Threads:    one. A snapshot of the store makes several reads see the same revision. */

#ifndef SCAN_CLIQUE_READER_H
#define SCAN_CLIQUE_READER_H

#include "store/store.h"
#include "topology/links.h"

struct clique_reader;

/* 'policy' NULL: as the environment was scanned. */
struct clique_reader *clique_reader_new(struct store *, const struct inventory *,
                                        const enum policy *policy, struct arena *) MUST_CHECK;

/* Append the document of the clique of a focal point; '*found' is false when it has none. */
bool clique_reader_write(struct clique_reader *, struct oid focal_point, struct buf *, bool *found,
                         struct error *err) MUST_CHECK;

#endif
