/* Fast hashes (XXH3) of texts: for hash tables, and for the digests that tell whether something
 * changed. They guard against change, not against an enemy. Some are stored, so they are the
 * same in every run. */

#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <xxhash.h>

#include "base/str.h"

static inline uint64_t
hash_mix(uint64_t h)
{
    h = (h ^ h >> 30) * 0xbf58476d1ce4e5b9u;
    h = (h ^ h >> 27) * 0x94d049bb133111ebu;
    return h ^ h >> 31;
}

/* 'h' with a text added; absent (p == NULL) and empty differ. */
static inline uint64_t
hash_text(uint64_t h, struct str s)
{
    return s.p ? XXH3_64bits_withSeed(s.p, s.n, h) : hash_mix(h);
}

#endif
