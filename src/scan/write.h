/* What a scan found, handed to a commit. */

#ifndef SCAN_WRITE_H
#define SCAN_WRITE_H

#include "store/store.h"
#include "topology/clique.h"
#include "topology/links.h"

struct findings {
    struct str                   environment;
    const struct object *const  *objects; /* in canonical order; links and cliques refer to them */
    size_t                       n_objects; /* 0: none are committed */
    const struct links          *links;     /* NULL: likewise */
    const struct clique_summary *cliques;
    size_t                       n_cliques;
    unsigned                     jobs;
};

/* The store is written to by the calling thread alone; what goes into the rows is made on others
 * meanwhile. Objects that links cannot change may be written while links are still looked for;
 * then the others, and last what connects them. */
bool write_fixed_objects(struct commit *, const struct findings *, struct error *err) MUST_CHECK;
bool write_other_objects(struct commit *, const struct findings *, struct error *err) MUST_CHECK;
bool write_connections(struct commit *, const struct findings *, struct error *err) MUST_CHECK;

#endif
