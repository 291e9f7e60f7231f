/* What every unit test includes: cmocka, which wants these headers before its own. */

#ifndef TESTS_TESTING_H
#define TESTS_TESTING_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/compiler.h"
#include "base/rng.h"

/* A generator whose seed is printed, and can be set: TEST_SEED=n replays a failure. */
static inline struct rng
rng_seeded(void)
{
    const char *given = getenv("TEST_SEED");
    uint64_t    seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);

    printf("# TEST_SEED=%llu\n", (unsigned long long)seed);
    return (struct rng){ seed };
}

#endif
