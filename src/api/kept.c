#include "api/kept.h"

#include "base/map.h"

enum { MOST_BYTES = 8 << 20 };

struct kept {
    struct arena *arena;
    struct map    things; /* by kind and key */
    uint64_t      version;
};

struct kept *
kept_new(void)
{
    struct kept *kept = xcalloc(1, sizeof *kept);

    kept->arena = arena_new();
    return kept;
}

void
kept_free(struct kept *kept)
{
    if (!kept)
        return;
    map_done(&kept->things);
    arena_free(kept->arena);
    free(kept);
}

void
kept_refresh(struct kept *kept, struct store *store)
{
    uint64_t version = store_version(store);

    if (version == kept->version && arena_size(kept->arena) <= MOST_BYTES)
        return;
    kept->version = version;
    map_done(&kept->things);
    kept->things = (struct map){ 0 };
    arena_clear(kept->arena);
}

struct arena *
kept_arena(struct kept *kept)
{
    return kept->arena;
}

void *
kept_find(const struct kept *kept, const char *kind, struct str key)
{
    char       text[256];
    size_t     n_kind = strlen(kind) + 1;
    struct str whole = { text, n_kind + key.n };

    if (whole.n > sizeof text)
        return NULL; /* what has so long a name is none of ours */
    memcpy(text, kind, n_kind);
    if (key.n)
        memcpy(text + n_kind, key.p, key.n);
    return map_get(&kept->things, whole);
}

void
kept_add(struct kept *kept, const char *kind, struct str key, void *thing)
{
    struct str whole = arena_join(kept->arena, str_from(kind), (struct str){ "", 1 }, key);

    map_put(&kept->things, whole, NULL)->pointer = thing;
}
