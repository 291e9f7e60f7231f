/* What requests ask the store for again and again: whose a token is, who may see an environment, of
 * what its cliques are made. It is kept beside a handle of the store, and forgotten when anything
 * in the store has changed: a right that was taken away, by whatever process, is void with the next
 * request.
 *
 * Threads:    one, that which has the handle.
 * Ownership:  things live in kept_arena() and die with kept_refresh() that finds a change. */

#ifndef API_KEPT_H
#define API_KEPT_H

#include "store/store.h"

struct kept;

struct kept *kept_new(void) MUST_CHECK;
void         kept_free(struct kept *);

/* To be called when a snapshot has begun, always of the same handle. */
void kept_refresh(struct kept *, struct store *);

struct arena *kept_arena(struct kept *);

/* A thing of that kind and key, NULL if there is none. */
void *kept_find(const struct kept *, const char *kind, struct str key);
void  kept_add(struct kept *, const char *kind, struct str key, void *thing);

#endif
