/* Clique types and constraints: which links a clique of a focal point takes, in which order.
 *
 * The collections are data that administrators change; the ones we ship are in data/.
 *
 * Ownership:  all lives in the arena passed in; strings are copied.
 * Errors:     none; what is odd in a document becomes a note, the rest of it holds.
 * Source:     reference topology.md 7, 8. Our own: a document with "policy": "full" counts only
 *             under that policy, and there wins over equals that name none. */

#ifndef TOPOLOGY_CLIQUE_TYPES_H
#define TOPOLOGY_CLIQUE_TYPES_H

#include "model/environment.h"
#include "model/types.h"
#include "topology/links.h"

/* One entry of link_types. */
struct clique_step {
    struct link_type type;
    bool             is_valid; /* false: matches nothing; ends a classic clique */
};

struct clique_type {
    struct str                oid; /* "_id" as text, "" if none */
    struct str                name;
    enum object_type          focal_point_type;
    bool                      use_implicit_links;
    const struct clique_step *steps;
    size_t                    n_steps;
    int                       score;
};

/* Attributes that links and focal points are compared by. Only these two occur in links; another
 * name in a constraint document never excludes anything and is noted. */
enum constraint { CONSTRAINT_NETWORK, CONSTRAINT_PHYSICAL_NETWORK, N_CONSTRAINTS };

struct constraint_set {
    bool              has[N_CONSTRAINTS];
    const struct str *names; /* all names as given, for the clique document */
    size_t            n_names;
};

/* The clique types that hold in one environment: at most one for each focal point type. */
struct clique_types {
    const struct clique_type *of[N_OBJECT_TYPES]; /* NULL: no cliques */
    struct constraint_set     constraints[N_OBJECT_TYPES];
    const struct str         *attributes; /* union, for implicit links */
    size_t                    n_attributes;
    struct str               *notes;
    size_t                    n_notes;
};

/* Read the collections (arrays of documents) and choose for an environment and policy. */
void clique_types_choose(struct arena *, const struct environment *, enum policy,
                         const struct doc *types, const struct doc *constraints,
                         struct clique_types *);

/* How well a clique type suits an environment (reference 7.3); 0 = not at all. */
int clique_type_score(const struct doc *type, const struct environment *, enum policy);

#endif
