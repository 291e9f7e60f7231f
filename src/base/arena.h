/* Memory that is freed all at once: one arena per task (a host, a reply, a request).
 *
 * Units:      sizes in bytes.
 * Ownership:  what arena_alloc() and the like return belongs to the arena and dies with it. An
 *             arena has one thread at a time; handing it over hands over all that is in it.
 * Errors:     out of memory aborts; limits on inputs keep peers from causing it. */

#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena;

struct arena *arena_new(void) MUST_CHECK;
void          arena_free(struct arena *);
void          arena_freep(struct arena **);
void          arena_clear(struct arena *);      /* keep the first block for reuse */
size_t        arena_size(const struct arena *); /* bytes taken from the system */

#define AUTO_ARENA CLEANUP(arena_freep) struct arena *

/* Zeroed memory, aligned for any type. */
void *arena_alloc(struct arena *, size_t size) MUST_CHECK __attribute__((malloc, returns_nonnull));

/* The same with whatever lay there before, for what is written at once. */
void *arena_take(struct arena *, size_t size) MUST_CHECK __attribute__((malloc, returns_nonnull));

#define arena_new_of(arena, type) ((type *)arena_alloc(arena, sizeof(type)))
#define arena_array(arena, type, n) ((type *)arena_alloc(arena, sizeof(type) * (n)))

/* Copies end in a NUL byte that is not counted, so that p is a C string too. */
struct str arena_str(struct arena *, struct str);
struct str arena_printf(struct arena *, const char *format, ...) PRINTF(2, 3);
struct str arena_join(struct arena *, struct str, struct str, struct str);
struct str arena_lower(struct arena *, struct str); /* ASCII letters */

/* Make room for one more element of a growing array: items, n and capacity are lvalues. The old
 * block stays in the arena, which costs at most as much again. */
#define arena_grow(arena, items, n, capacity)                                                      \
    do {                                                                                           \
        if ((n) == (capacity)) {                                                                   \
            (capacity) = (capacity) ? (capacity)*2 : 8;                                            \
            (items) =                                                                              \
                arena_regrow(arena, items, sizeof *(items) * (n), sizeof *(items) * (capacity));   \
        }                                                                                          \
    } while (0)

void *arena_regrow(struct arena *, const void *old, size_t old_size, size_t new_size);

/* malloc(), calloc() and realloc() for long-lived state; they abort when memory is out. */
void *xmalloc(size_t size) MUST_CHECK;
void *xcalloc(size_t n, size_t size) MUST_CHECK;
void *xrealloc(void *, size_t size) MUST_CHECK;

#endif
