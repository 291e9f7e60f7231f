/* The graph of one environment in memory: objects as 32-bit numbers, links by type in compressed
 * rows.
 *
 * Units:      node n is objects[n]; link n is links->items[n], so numbers are in canonical order.
 * Ownership:  the graph owns its tables (graph_free); objects and links are borrowed and must live
 *             as long.
 * Threads:    once built nobody changes it; any number of walkers may read.
 * Source:     design 5; reference topology.md 11. */

#ifndef TOPOLOGY_GRAPH_H
#define TOPOLOGY_GRAPH_H

#include "topology/clique.h"
#include "topology/links.h"

struct graph;

/* 'jobs' threads work out the identities of the links. */
struct graph *graph_new(struct str environment, const struct links *, unsigned jobs) MUST_CHECK;
void          graph_free(struct graph *);
void          graph_freep(struct graph **);

#define AUTO_GRAPH CLEANUP(graph_freep) struct graph *

/* The graph as a source of cliques; valid as long as the graph. */
struct clique_source graph_source(const struct graph *);

/* What is kept of the cliques of all focal points that have one, by object; on 'jobs' threads. */
size_t graph_cliques(const struct graph *, const struct clique_types *, enum policy, unsigned jobs,
                     struct arena *, struct clique_summary **);

#endif
