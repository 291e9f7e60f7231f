/* Hash table with linear probing; entries are never removed. */

#include "base/map.h"

#include <stdlib.h>

#include "base/hash.h"

void
map_done(struct map *m)
{
    free(m->entries);
    *m = (struct map){ 0 };
}

static struct map_entry *
slot(const struct map *m, struct str key, uint64_t hash)
{
    size_t mask = m->capacity - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct map_entry *e = &m->entries[i];

        if (!e->key.p || (e->hash == hash && str_equal(e->key, key)))
            return e;
    }
}

struct map_entry *
map_find(const struct map *m, struct str key)
{
    if (m->n == 0)
        return NULL;

    struct map_entry *e = slot(m, key, hash_text(0, key));

    return e->key.p ? e : NULL;
}

static void
grow(struct map *m)
{
    struct map bigger = { .capacity = m->capacity ? m->capacity * 2 : 64, .n = m->n };

    bigger.entries = xcalloc(bigger.capacity, sizeof *bigger.entries);
    for (size_t i = 0; i < m->capacity; i++) {
        const struct map_entry *e = &m->entries[i];

        if (e->key.p)
            *slot(&bigger, e->key, e->hash) = *e;
    }
    free(m->entries);
    *m = bigger;
}

struct map_entry *
map_put(struct map *m, struct str key, bool *is_new)
{
    if (m->n * 4 >= m->capacity * 3)
        grow(m);

    uint64_t          hash = hash_text(0, key);
    struct map_entry *e = slot(m, key, hash);

    if (is_new)
        *is_new = !e->key.p;
    if (!e->key.p) {
        *e = (struct map_entry){ .key = key.p ? key : STR_NONE, .hash = hash };
        m->n++;
    }
    return e;
}

struct map_entry *
map_put_copy(struct map *m, struct arena *arena, struct str key, bool *is_new)
{
    bool              is_made;
    struct map_entry *e = map_put(m, key, &is_made);

    if (is_made)
        e->key = arena_str(arena, key);
    if (is_new)
        *is_new = is_made;
    return e;
}

void
intern_init(struct intern *t)
{
    *t = (struct intern){ .arena = arena_new() };
}

void
intern_done(struct intern *t)
{
    map_done(&t->map);
    arena_free(t->arena);
    free(t->strings);
    *t = (struct intern){ 0 };
}

uint32_t
intern_find(const struct intern *t, struct str s)
{
    struct map_entry *e = s.n ? map_find(&t->map, s) : NULL;

    return e ? (uint32_t)e->number : 0;
}

uint32_t
intern_add(struct intern *t, struct str s)
{
    if (s.n == 0)
        return 0;

    bool              is_new;
    struct map_entry *e = map_put_copy(&t->map, t->arena, s, &is_new);

    if (!is_new)
        return (uint32_t)e->number;
    e->number = ++t->n;
    if (t->n >= t->capacity) {
        t->capacity = t->capacity ? t->capacity * 2 : 256;
        t->strings = xrealloc(t->strings, sizeof *t->strings * t->capacity);
        t->strings[0] = STR_NONE;
    }
    t->strings[t->n] = e->key;
    return t->n;
}

struct str
intern_str(const struct intern *t, uint32_t id)
{
    return id ? t->strings[id] : STR_NONE;
}
