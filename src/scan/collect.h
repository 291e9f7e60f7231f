/* What a scan commits and connects: the fresh objects of all partitions, and the objects that an
 * earlier scan saw of failed sources and of hosts that are not asked, in canonical order.
 *
 * Ownership:  fresh objects stay in the arenas of their partitions, stored ones in the collection's
 *             own; both must live until the commit is done. */

#ifndef SCAN_COLLECT_H
#define SCAN_COLLECT_H

#include "scan/discover.h"
#include "scan/scope.h"
#include "store/store.h"
#include "topology/links.h"

struct collected {
    struct arena         *arena;
    struct object       **objects; /* by type and id */
    size_t                n_objects;
    size_t                capacity;
    struct failed_source *failed;
    size_t                n_failed;
    size_t                failed_capacity;
    struct str           *notes; /* objects that had to get another id */
    size_t                n_notes;
    size_t                notes_capacity;
};

/* After discovery; 'hosts' are those that the scope asks. With 'clear' nothing of failed sources is
 * taken over. */
bool collect_fresh(struct collected *, struct store *, struct str space, const struct environment *,
                   struct discovery *, const struct scan_scope *, struct partition *hosts,
                   size_t n_hosts, bool clear, struct error *err) MUST_CHECK;

/* The whole inventory as it is in the store, for scans of links or cliques only. */
bool collect_stored(struct collected *, struct store *, struct str space,
                    const struct environment *, struct error *err) MUST_CHECK;
void collected_done(struct collected *);

/* The links between collected objects as they are in the store; NULL on failure. */
struct links *collect_links(struct collected *, struct store *, struct str space,
                            const struct environment *, struct error *err) MUST_CHECK;

/* The link rules found the network of an object (p == NULL: take it out). */
void collected_set_network(struct collected *, size_t index, struct str network);

/* The documents of all objects of a type, as they are in the store. */
bool load_objects(struct store *, struct str space, const struct environment *, const char *type,
                  struct arena *, struct docs *, struct error *err) MUST_CHECK;

#endif
