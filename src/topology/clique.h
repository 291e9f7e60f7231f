/* Cliques: everything that hangs together with a focal point, found by walking links.
 *
 * The walk asks a source for neighbours and costs the size of the clique. Sources are the graph in
 * memory (graph.h) and the rows of a store (cold.h).
 *
 * Ownership:  a walker belongs to one thread; the clique it returns is its own memory and holds
 *             until its next walk.
 * Errors:     a source that fails gives no more links; ask it afterwards.
 * Source:     reference topology.md 8-10. */

#ifndef TOPOLOGY_CLIQUE_H
#define TOPOLOGY_CLIQUE_H

#include "base/buf.h"
#include "topology/clique_types.h"

/* Which end of a link the walk comes from. */
enum walk_side { WALK_FROM_SOURCE, WALK_FROM_TARGET };

/* Constraint values are numbers that the source gives: */
enum {
    VALUE_ABSENT = 0, /* the link does not carry the attribute */
    VALUE_NULL = 1,   /* null, for physical_network: tunnelled networks */
    VALUE_EMPTY = 2,  /* "" */
    VALUE_FIRST = 3,  /* other strings */
};

/* A link seen from one of its ends. */
struct clique_edge {
    uint32_t link;  /* numbers of the source */
    uint32_t other; /* node at the other end */
    uint32_t values[N_CONSTRAINTS];
};

struct clique_node {
    struct oid       oid;
    enum object_type type;
    struct str       id;
    struct str       name;
    struct str       host;
};

/* The value of a focal point for one constraint. */
struct clique_value {
    enum { FOCAL_UNKNOWN, FOCAL_NULL, FOCAL_SINGLE, FOCAL_LIST } shape; /* unknown: all pass */
    const uint32_t *values;
    size_t          n;
};

struct clique_source {
    void      *context;
    struct str environment;

    /* Is there any link of this type in the environment? */
    bool (*any)(void *context, struct link_type, bool implicit);

    /* The links of a type that have 'node' on that side. Borrowed until the walk ends. */
    const struct clique_edge *(*edges)(void *context, struct link_type, enum walk_side,
                                       bool implicit, uint32_t node, size_t *n);

    struct clique_node (*node)(void *context, uint32_t node);
    struct clique_value (*value)(void *context, uint32_t node, enum constraint);
    struct str (*value_text)(void *context, uint32_t value); /* p == NULL: null */

    /* Canonical order of two links of one type; NULL: the order of their numbers. */
    int (*compare)(void *context, uint32_t a, uint32_t b);

    struct oid (*link_oid)(void *context, uint32_t link);
    uint64_t (*link_hash)(void *context, uint32_t link);            /* of its content */
    void (*write_link)(void *context, uint32_t link, struct buf *); /* without "_id" */
};

struct clique {
    uint32_t                  focal;
    const struct clique_type *type;
    const uint32_t           *links;   /* canonical order: position in link_types, then by link */
    size_t                    n_links; /* 0: there is no clique */
    const uint32_t           *nodes;   /* the focal point first */
    size_t                    n_nodes;
    uint64_t link_types; /* bit i: the i-th link type of the clique type has links */
};

/* What is kept of a clique. The digest covers the clique type, the constraints, and the links with
 * their content; names of objects are none of it. */
struct clique_summary {
    uint32_t                  focal;
    uint32_t                  n_links;
    uint32_t                  n_nodes;
    uint64_t                  link_types;
    uint64_t                  digest;
    const struct clique_type *type;
};

struct clique_walker;

struct clique_walker *clique_walker_new(const struct clique_source *, const struct clique_types *,
                                        enum policy) MUST_CHECK;
void                  clique_walker_free(struct clique_walker *);
void                  clique_walker_freep(struct clique_walker **);

#define AUTO_WALKER CLEANUP(clique_walker_freep) struct clique_walker *

/* The clique of a focal point; false when its type has no clique type or nothing was found. */
bool clique_walk(struct clique_walker *, uint32_t focal, struct clique *) MUST_CHECK;

/* Which focal points of a type have a clique that holds a node? Walk back from it, then ask for one
 * after the other; the node itself is none of them. */
void clique_walk_back(struct clique_walker *, uint32_t node, enum object_type focal_type);
bool clique_next_focal_point(struct clique_walker *, uint32_t *focal) MUST_CHECK;

/* Digests can be compared that were made from sources of one kind. */
struct clique_summary clique_summary_of(const struct clique_source *, const struct clique_types *,
                                        const struct clique *);

/* The document of a clique, canonical JSON. 'last_scanned' is left out when empty. */
void clique_write(struct buf *, const struct clique_source *, const struct clique_types *,
                  const struct clique *, struct str last_scanned);

#endif
