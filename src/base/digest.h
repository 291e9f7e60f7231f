/* BLAKE2b digests (libsodium) of bodies and keys. */

#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/str.h"

enum { DIGEST_SIZE = 16 };

struct digest {
    unsigned char bytes[DIGEST_SIZE];
};

/* Digest of the parts one after the other, each with its length, so that ("ab","c") and
 * ("a","bc") differ. */
struct digest digest_of(const struct str *parts, size_t n_parts);

#define DIGEST(...)                                                                                \
    digest_of((const struct str[]){ __VA_ARGS__ },                                                 \
              sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))

static inline bool
digest_equal(const struct digest *a, const struct digest *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

#endif
