/* A graph in as many marks as people can look at: nodes that are alike are put into stacks, and links
 * with the same ends into bundles, until there are no more marks than wanted.
 *
 * There are five ways to put nodes together, each of which joins whole groups of the one before:
 *
 *     1  same type, same host, neighbours of the same types and hosts
 *     2  same type, same host
 *     3  same type
 *     4  everything but the focal point
 *     5  everything
 *
 * The type with most marks is put together first, so that what there is little of stays as it is. A
 * stack that is held open shows the groups of the way before, and at last its nodes.
 *
 * Ownership:  marks and bundles live in the arena; strings are borrowed from the graph.
 * Errors:     none. The same graph gives the same marks, whatever the order of its nodes and links;
 *             the "_id" of a stack depends neither on how many marks were wanted nor on what is open. */

#ifndef TOPOLOGY_ROLLUP_H
#define TOPOLOGY_ROLLUP_H

#include "model/oid.h"
#include "model/types.h"

struct rollup_node {
    struct oid       oid;
    enum object_type type; /* N_OBJECT_TYPES: not known */
    struct str       host; /* "" if none */
};

struct rollup_link {
    struct oid oid;
    uint32_t   source, target; /* nodes */
    struct str type;
};

struct rollup_graph {
    const struct rollup_node *nodes; /* the focal point first; at least that */
    size_t                    n_nodes;
    const struct rollup_link *links;
    size_t                    n_links;
};

struct rollup_mark {
    struct oid       id;      /* of a node its own */
    enum object_type type;    /* of all members; N_OBJECT_TYPES: of several */
    struct str       host;    /* of all members; "" none, or several */
    const uint32_t  *members; /* nodes, the focal point first, then by type, host ... */
    size_t           n;       /* 1: a node, more: a stack */
    size_t           n_links; /* between its members */
};

/* Links of one type between two marks, of which one at least is a stack; or one link of two nodes. */
struct rollup_bundle {
    struct oid      id;             /* of one link its own, if it joins two nodes */
    uint32_t        source, target; /* marks */
    const uint32_t *links;
    size_t          n;
};

struct rollup {
    struct rollup_mark   *marks; /* the one with the focal point first, then by type, host ... */
    size_t                n_marks;
    struct rollup_bundle *bundles; /* by source, target, type */
    size_t                n_bundles;
};

/* At most 'most' marks (1 or more), not counting what the open stacks add. An "_id" in 'open' that
 * is none of a stack is not heeded. */
void rollup_make(struct arena *, const struct rollup_graph *, size_t most, const struct oid *open,
                 size_t n_open, struct rollup *);

#endif
