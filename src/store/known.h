/* What an inventory holds, by "_id": as much of each row as it takes to see whether it changed.
 * About 28 bytes a row, so that a million rows fit beside the commit that compares them.
 *
 * Ownership:  the table owns its rows; a pointer into it is good until the next known_add(). */

#ifndef STORE_KNOWN_H
#define STORE_KNOWN_H

#include "model/object.h"

enum {
    KNOWN_USED = 1,
    KNOWN_SEEN = 2, /* it came in this commit */
    KNOWN_STALE = 4,
    KNOWN_GONE = 8, /* its row was deleted in this commit; the number stays its own */
};

struct known_row {
    struct oid oid;
    uint32_t   n;         /* number of its row */
    uint8_t    digest[8]; /* uint64_t without its alignment */
    uint8_t    flags;
};

struct known {
    struct known_row *rows;
    uint32_t          n;
    uint32_t          capacity;
};

/* Make room for 'n' rows more. */
void known_reserve(struct known *, uint64_t n);
void known_done(struct known *);

struct known_row *known_find(const struct known *, const struct oid *);

/* A row that is not there yet. */
struct known_row *known_add(struct known *, const struct oid *, uint64_t digest, uint32_t n,
                            uint8_t flags);

static inline bool
known_is(const struct known_row *row, uint64_t digest)
{
    return memcmp(row->digest, &digest, sizeof digest) == 0;
}

static inline void
known_set_digest(struct known_row *row, uint64_t digest)
{
    memcpy(row->digest, &digest, sizeof digest);
}

#endif
