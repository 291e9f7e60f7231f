/* Seeded random numbers for tests, tools and waiting times (splitmix64); never for secrets. */

#ifndef BASE_RNG_H
#define BASE_RNG_H

#include "base/compiler.h"

struct rng {
    uint64_t state;
};

static inline uint64_t
rng_next(struct rng *rng)
{
    uint64_t z = rng->state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* A number below 'limit', which is not 0. */
static inline size_t
rng_below(struct rng *rng, size_t limit)
{
    return (size_t)(rng_next(rng) % limit);
}

#endif
