/* Open addressing with linear probing, at most four fifths full. Room for what the store holds is
 * made once, at exactly its size; only a first load grows, by quarters.
 *
 * A hash of eight bytes suffices: a row is compared with its own predecessor only, so two contents
 * that share them would have to follow each other in one object. */

#include "store/known.h"

#include <assert.h>

static uint32_t
home(const struct known *k, const struct oid *oid)
{
    uint64_t a;
    uint32_t b;

    /* Ids of imported documents count upwards; the product spreads them. */
    memcpy(&a, oid->bytes, sizeof a);
    memcpy(&b, oid->bytes + sizeof a, sizeof b);
    a = (a ^ b) * 0x9e3779b97f4a7c15u;
    a = (a ^ a >> 32) * 0xbf58476d1ce4e5b9u;
    return (uint32_t)(((a >> 32) * k->capacity) >> 32);
}

static struct known_row *
slot(const struct known *k, const struct oid *oid)
{
    for (uint32_t i = home(k, oid);; i = i + 1 == k->capacity ? 0 : i + 1) {
        struct known_row *row = &k->rows[i];

        if (!(row->flags & KNOWN_USED) || memcmp(&row->oid, oid, sizeof *oid) == 0)
            return row;
    }
}

static void
resize(struct known *k, uint64_t capacity)
{
    struct known bigger = { .capacity = (uint32_t)capacity, .n = k->n };

    assert(capacity < UINT32_MAX);
    bigger.rows = xcalloc(bigger.capacity, sizeof *bigger.rows);
    for (uint32_t i = 0; i < k->capacity; i++)
        if (k->rows[i].flags & KNOWN_USED)
            *slot(&bigger, &k->rows[i].oid) = k->rows[i];
    free(k->rows);
    *k = bigger;
}

void
known_reserve(struct known *k, uint64_t n)
{
    uint64_t needed = (k->n + n) * 5 / 4 + 16;

    if (needed > k->capacity)
        resize(k, needed);
}

void
known_done(struct known *k)
{
    free(k->rows);
    *k = (struct known){ 0 };
}

struct known_row *
known_find(const struct known *k, const struct oid *oid)
{
    struct known_row *row = k->n ? slot(k, oid) : NULL;

    return row && row->flags & KNOWN_USED ? row : NULL;
}

struct known_row *
known_add(struct known *k, const struct oid *oid, uint64_t digest, uint32_t n, uint8_t flags)
{
    if ((uint64_t)k->n * 5 >= (uint64_t)k->capacity * 4)
        resize(k, (uint64_t)k->capacity * 5 / 4 + 4096);

    struct known_row *row = slot(k, oid);

    *row = (struct known_row){ .oid = *oid, .n = n, .flags = flags | KNOWN_USED };
    known_set_digest(row, digest);
    k->n++;
    return row;
}
