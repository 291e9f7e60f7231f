/* "_id"s: 12 bytes, written as 24 hexadecimal digits. Ours are heads of BLAKE2b digests (libsodium)
 * of what identifies the thing; documents that are imported keep theirs. */

#ifndef MODEL_OID_H
#define MODEL_OID_H

#include "base/arena.h"

struct oid {
    unsigned char bytes[12];
};

/* From the parts one after the other, each with its length, so that ("ab","c") and ("a","bc")
 * differ. */
struct oid oid_of_parts(const struct str *parts, size_t n_parts);

#define OID(...)                                                                                   \
    oid_of_parts((const struct str[]){ __VA_ARGS__ },                                              \
                 sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))

/* The text of a new one that nobody has, made as MongoDB does: the seconds since 1970, then chance. */
struct str oid_new(struct arena *);

struct str oid_text(struct oid, struct arena *);
bool       oid_from_text(struct str, struct oid *) MUST_CHECK;

static inline bool
oid_equal(struct oid a, struct oid b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

/* Its bytes as a part of another one. */
static inline struct str
oid_bytes(const struct oid *oid)
{
    return (struct str){ (const char *)oid->bytes, sizeof oid->bytes };
}

#endif
