/* A small cloud in a store, and the same cloud in memory: what the store must answer is told from
 * the latter by plain comparison (query_model.c).
 *
 * Ownership:  rows and documents live in the arena that was handed in.
 * Errors:     none; what fails here aborts. */

#ifndef FUZZ_QUERY_WORLD_H
#define FUZZ_QUERY_WORLD_H

#include "store/store.h"

struct known_object {
    struct object_row row;
    struct doc       *body;
    struct doc       *extra; /* NULL if none */
};

/* One inventory as the store gives it, in the store's order. */
struct known_inventory {
    struct inventory     inventory;
    struct known_object *objects;
    size_t               n_objects, objects_capacity;
    struct link_row     *links;
    size_t               n_links, links_capacity;
    struct clique_row   *cliques;
    size_t               n_cliques, cliques_capacity;
};

enum { N_KNOWN_INVENTORIES = 3 };

struct known_world {
    struct known_inventory inventories[N_KNOWN_INVENTORIES];
    struct object         *objects; /* of the first, in the order of the table they come from */
    size_t                 n_objects;
};

/* Fill a new store, and read it back. */
void query_world_fill(struct store *, struct arena *, struct known_world *);

/* NULL when there is no such inventory. */
const struct known_inventory *query_world_find(const struct known_world *,
                                               const struct inventory *);

/* --- what a filter must find (query_model.c) --- */

/* Does the store have to refuse this filter? */
bool model_refuses(const struct object_filter *);

/* The position of the next row at or behind 'i' that the filter lets through, 'n_objects' when
 * there is none. The limit is the caller's. */
size_t model_next_object(const struct known_inventory *, const struct object_filter *, size_t i);
size_t model_next_link(const struct known_inventory *, const struct link_filter *, size_t i);
size_t model_next_clique(const struct known_inventory *, const struct clique_filter *, size_t i);

/* Does a search for the text find the object, and how far in front (0 to 2)? */
bool model_search_finds(const struct known_object *, struct str text, int *rank);
bool model_search_refuses(struct str text);

#endif
