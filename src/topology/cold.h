/* Cliques straight from stored documents, without loading the graph: a walk fetches only the links
 * and objects that it meets.
 *
 * Ownership:  what is fetched stays in the arena until the walk's answer was written.
 * Errors:     the first failing fetch is kept; ask cold_error() after a walk. */

#ifndef TOPOLOGY_COLD_H
#define TOPOLOGY_COLD_H

#include "topology/clique.h"

/* A stored link: what a walk needs of its row. */
struct cold_link {
    struct oid oid;
    struct oid source;
    struct oid target;
    struct str body; /* JSON text, with or without "_id" */
};

/* How to read a store; what is returned lives in the arena given. */
struct cold_store {
    void *context;

    bool (*any)(void *context, struct link_type, bool implicit, bool *found, struct error *err);

    /* The links of a type that have the object 'end' on that side. */
    bool (*links)(void *context, struct oid end, struct link_type, enum walk_side, bool implicit,
                  struct arena *, struct cold_link **links, size_t *n, struct error *err);

    /* The body of an object; empty when it is not there. */
    bool (*object)(void *context, struct oid, struct arena *, struct str *body, struct error *err);

    /* The body of a network by its id; empty when it is not there. */
    bool (*network)(void *context, struct str id, struct arena *, struct str *body,
                    struct error *err);
};

struct cold;

struct cold *cold_new(struct arena *, struct str environment, const struct cold_store *) MUST_CHECK;
void         cold_free(struct cold *);
void         cold_freep(struct cold **);

#define AUTO_COLD CLEANUP(cold_freep) struct cold *

/* The number of a focal point; false when the object is not in the store or cannot be read. */
bool cold_node(struct cold *, struct oid, uint32_t *node, struct error *err) MUST_CHECK;

struct clique_source cold_source(struct cold *);

/* A link that a walk met. */
struct cold_link_met {
    struct oid        oid;
    struct oid        source;
    struct oid        target;
    const struct doc *document; /* with or without "_id" */
};

struct cold_link_met cold_link_met(const struct cold *, uint32_t link);

/* False, and why, when a fetch failed since cold_new(). */
bool cold_error(const struct cold *, struct error *err) MUST_CHECK;

#endif
