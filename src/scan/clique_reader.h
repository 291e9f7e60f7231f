/* Cliques of a stored inventory: as complete documents, as graphs to be drawn, and which of them hold
 * an object. Only a row is kept of each clique; it is walked from the stored links when somebody asks.
 * Imported cliques are given as they came.
 *
 * Ownership:  the reader and what it fetches live in the arena; the store must stay open.
 * Threads:    one. A snapshot of the store makes several reads see the same revision. */

#ifndef SCAN_CLIQUE_READER_H
#define SCAN_CLIQUE_READER_H

#include "store/store.h"
#include "topology/clique.h"

struct clique_reader;

/* 'policy' NULL: as the environment was scanned. */
struct clique_reader *clique_reader_new(struct store *, const struct inventory *,
                                        const enum policy *policy, struct arena *) MUST_CHECK;

/* Append the document of the clique of a focal point; '*found' is false when it has none. */
bool clique_reader_write(struct clique_reader *, struct oid focal_point, struct buf *, bool *found,
                         struct error *err) MUST_CHECK;

struct clique_graph_node {
    struct oid       oid;
    enum object_type type; /* N_OBJECT_TYPES: not known */
    struct str       id, name, host;
    struct str       body; /* JSON text; "": links name it, but it is not there */
    bool             is_stale;
};

struct clique_graph_link {
    struct oid        oid;
    struct str        type;
    uint32_t          source, target; /* nodes */
    const struct doc *document;
};

struct clique_graph {
    bool                      is_clique; /* false: an object and its direct links */
    struct clique_graph_node *nodes;     /* the focal point first, then as links lead to them */
    size_t                    n_nodes;
    struct clique_graph_link *links; /* in the order of the clique */
    size_t                    n_links;
    enum object_type          kinds[N_OBJECT_TYPES]; /* of nodes, from the focal point outwards */
    size_t                    n_kinds;
};

/* The clique of any object, in the arena; of one that is the focal point of none, its direct links.
 * ERROR_NOT_FOUND: there is no such object. */
bool clique_reader_graph(struct clique_reader *, struct oid   focal_point, struct arena *,
                         struct clique_graph *, struct error *err) MUST_CHECK;

struct clique_holders {
    struct clique_node *focal_points; /* by type, name and id */
    size_t              n;
    bool                is_complete; /* false: there are more */
};

/* The focal points whose clique holds an object, other than itself; at most so many.
 * ERROR_NOT_FOUND: there is no such object. */
bool clique_reader_holders(struct clique_reader *, struct oid object, size_t most, struct arena *,
                           struct clique_holders *, struct error *err) MUST_CHECK;

#endif
