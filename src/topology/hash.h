/* A fast hash of texts, eight bytes at a time. It goes into digests of cliques, so it must not
 * change from one run to the next.
 *
 * Internal to src/topology. */

#ifndef TOPOLOGY_HASH_H
#define TOPOLOGY_HASH_H

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
    uint64_t word;

    if (!s.p)
        return hash_mix(h);
    h ^= s.n + 1;
    for (; s.n >= sizeof word; s = str_skip(s, sizeof word)) {
        memcpy(&word, s.p, sizeof word);
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 32;
    }
    word = 0;
    memcpy(&word, s.p, s.n);
    return hash_mix(h ^ word);
}

#endif
