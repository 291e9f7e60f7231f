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
#include "base/str.h"

/* Like the one of cmocka, but the compiler sees that the test ends here. */
#undef fail_msg
#define fail_msg(format, ...)                                                                      \
    do {                                                                                           \
        print_error("ERROR: " format "\n", ##__VA_ARGS__);                                         \
        fail();                                                                                    \
        abort(); /* never reached */                                                               \
    } while (0)

/* The text is this; NULL: there is none. Macros, so that the line told is that of the test. */
#define assert_text(s, expected)                                                                   \
    do {                                                                                           \
        struct str  found_ = (s);                                                                  \
        const char *expected_ = (expected);                                                        \
        if (expected_ ? !found_.p || !str_is(found_, expected_) : found_.p != NULL)                \
            fail_msg("expected '%s', found '%.*s'", expected_ ? expected_ : "nothing",             \
                     STR_ARG(found_));                                                             \
    } while (0)

#define assert_has(text, part)                                                                     \
    do {                                                                                           \
        const char *text_ = (text), *part_ = (part);                                               \
        if (!strstr(text_, part_))                                                                 \
            fail_msg("'%s' does not have '%s'", text_, part_);                                     \
    } while (0)

/* A generator whose seed is printed, and can be set: TEST_SEED=n replays a failure. */
static inline struct rng
rng_seeded(void)
{
    const char *given = getenv("TEST_SEED");
    uint64_t    seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);

    printf("# TEST_SEED=%llu\n", (unsigned long long)seed);
    return (struct rng){ seed };
}

/* Put the elements of an array in any order. */
#define SHUFFLE(rng, items, n)                                                                     \
    do {                                                                                           \
        for (size_t i_ = (n); i_ > 1; i_--) {                                                      \
            size_t                 j_ = rng_below(rng, i_);                                        \
            __typeof__((items)[0]) other_ = (items)[i_ - 1];                                       \
            (items)[i_ - 1] = (items)[j_];                                                         \
            (items)[j_] = other_;                                                                  \
        }                                                                                          \
    } while (0)

#endif
