/* What reading cliques has in common, for the files of clique_reader.h alone.
 *
 * Ownership:  as in clique_reader.h; what a walk fetches lives in the arena it was given. */

#ifndef SCAN_CLIQUE_WALK_H
#define SCAN_CLIQUE_WALK_H

#include "scan/clique_reader.h"
#include "topology/cold.h"

struct clique_reader {
    struct arena       *arena;
    struct store       *store;
    struct inventory    inventory;
    const enum policy  *wanted;   /* NULL: as the environment was scanned */
    bool                is_ready; /* policy and types have been read */
    enum policy         policy;
    struct clique_types types;
};

/* What a walk needs, read when there is one: inventories without an environment may hold imported
 * cliques. */
bool clique_reader_ready(struct clique_reader *, struct error *err) MUST_CHECK;

/* The store as a source of links and objects. */
struct cold *clique_reader_cold(struct clique_reader *, struct arena *) MUST_CHECK;

typedef void found_clique_fn(void *context, const struct cold *, const struct clique_source *,
                             const struct clique_types *, const struct clique *);

/* Call for the clique of a focal point, if it has one. */
bool clique_reader_walk(struct clique_reader *, struct oid focal_point, struct arena *, bool *found,
                        found_clique_fn *, void *context, struct error *err) MUST_CHECK;

/* The row of a clique that was imported, whole; not found: walk it. */
bool clique_reader_imported(struct clique_reader *, struct oid focal_point, struct arena *,
                            struct clique_row *, bool *found, struct error *err) MUST_CHECK;

#endif
