/* Hash table from strings to numbers or pointers, and the interning of strings as numbers.
 *
 * Ownership:  keys are borrowed: the caller keeps them alive as long as the map. The table itself
 *             is malloc'd; map_done() frees it. intern copies its strings.
 * Threads:    none may write while another reads. */

#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/arena.h"

struct map_entry {
    struct str key; /* p == NULL: free */
    uint64_t   hash;
    union {
        void    *pointer;
        uint64_t number;
    };
};

struct map {
    struct map_entry *entries;
    size_t            n;
    size_t            capacity; /* a power of two */
};

void map_done(struct map *);

#define AUTO_MAP CLEANUP(map_done) struct map

/* The entry of 'key', or NULL. */
struct map_entry *map_find(const struct map *, struct str key);

/* The entry of 'key', made with value 0 when absent; '*is_new' (may be NULL) tells which. */
struct map_entry *map_put(struct map *, struct str key, bool *is_new);

/* The same; the key of a new entry is copied into the arena. */
struct map_entry *map_put_copy(struct map *, struct arena *, struct str key, bool *is_new);

static inline void *
map_get(const struct map *m, struct str key)
{
    struct map_entry *e = map_find(m, key);

    return e ? e->pointer : NULL;
}

/* For walking: for (size_t i = 0; i < m.capacity; i++) if (m.entries[i].key.p) ... */

/* Strings as numbers 1, 2, 3 ... in order of first appearance; 0 is the empty string. */
struct intern {
    struct map    map;
    struct arena *arena;
    struct str   *strings; /* [1..n] */
    uint32_t      n;
    uint32_t      capacity;
};

void       intern_init(struct intern *);
void       intern_done(struct intern *);
uint32_t   intern_add(struct intern *, struct str);
uint32_t   intern_find(const struct intern *, struct str); /* 0 when it was never added */
struct str intern_str(const struct intern *, uint32_t);

#define AUTO_INTERN CLEANUP(intern_done) struct intern

#endif
