/* Arenas: a chain of blocks that double in size up to 1 MiB; nothing is freed one by one. */

#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/ascii.h"

enum {
    FIRST_BLOCK = 4096,
    LARGEST_BLOCK = 1 << 20,
    ALIGNMENT = 16,
};

struct block {
    struct block *next; /* older */
    size_t        size; /* of data[] */
    size_t        used;
    _Alignas(16) unsigned char data[];
};

struct arena {
    struct block *block; /* newest */
    size_t        total;
};

static void
out_of_memory(size_t size)
{
    fprintf(stderr, "calipso: out of memory (%zu bytes)\n", size);
    abort();
}

void *
xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);

    if (!p)
        out_of_memory(size);
    return p;
}

void *
xcalloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);

    if (!p)
        out_of_memory(n * size);
    return p;
}

void *
xrealloc(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);

    if (!p)
        out_of_memory(size);
    return p;
}

static struct block *
add_block(struct arena *arena, size_t at_least)
{
    size_t size = arena->block ? arena->block->size * 2 : FIRST_BLOCK;

    if (size > LARGEST_BLOCK)
        size = LARGEST_BLOCK;
    if (size < at_least)
        size = at_least;

    struct block *block = xmalloc(sizeof *block + size);

    block->size = size;
    block->used = 0;
    block->next = arena->block;
    arena->block = block;
    arena->total += size;
    return block;
}

struct arena *
arena_new(void)
{
    return xcalloc(1, sizeof(struct arena));
}

void
arena_free(struct arena *arena)
{
    if (!arena)
        return;
    for (struct block *block = arena->block; block;) {
        struct block *next = block->next;

        free(block);
        block = next;
    }
    free(arena);
}

void
arena_freep(struct arena **arena)
{
    arena_free(*arena);
}

void
arena_clear(struct arena *arena)
{
    struct block *keep = arena->block;

    if (!keep)
        return;
    for (struct block *block = keep->next; block;) {
        struct block *next = block->next;

        free(block);
        block = next;
    }
    keep->next = NULL;
    keep->used = 0;
    arena->total = keep->size;
}

size_t
arena_size(const struct arena *arena)
{
    return arena->total;
}

void *
arena_take(struct arena *arena, size_t size)
{
    struct block *block = arena->block;

    size = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (!block || block->size - block->used < size)
        block = add_block(arena, size);

    void *p = block->data + block->used;

    block->used += size;
    return p;
}

void *
arena_alloc(struct arena *arena, size_t size)
{
    return memset(arena_take(arena, size), 0, size);
}

void *
arena_regrow(struct arena *arena, const void *old, size_t old_size, size_t new_size)
{
    assert(new_size >= old_size);

    unsigned char *p = arena_take(arena, new_size);

    if (old_size)
        memcpy(p, old, old_size);
    memset(p + old_size, 0, new_size - old_size);
    return p;
}

struct str
arena_str(struct arena *arena, struct str s)
{
    char *p = arena_take(arena, s.n + 1);

    if (s.n)
        memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (struct str){ p, s.n };
}

struct str
arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);

    int n = vsnprintf(NULL, 0, format, args);

    assert(n >= 0);

    char *p = arena_take(arena, (size_t)n + 1);

    vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    va_end(args);
    return (struct str){ p, (size_t)n };
}

struct str
arena_join(struct arena *arena, struct str a, struct str b, struct str c)
{
    char *p = arena_take(arena, a.n + b.n + c.n + 1);

    if (a.n)
        memcpy(p, a.p, a.n);
    if (b.n)
        memcpy(p + a.n, b.p, b.n);
    if (c.n)
        memcpy(p + a.n + b.n, c.p, c.n);
    p[a.n + b.n + c.n] = '\0';
    return (struct str){ p, a.n + b.n + c.n };
}

struct str
arena_lower(struct arena *arena, struct str s)
{
    char *p = arena_take(arena, s.n + 1);

    for (size_t i = 0; i < s.n; i++)
        p[i] = ascii_lower(s.p[i]);
    p[s.n] = '\0';
    return (struct str){ p, s.n };
}
