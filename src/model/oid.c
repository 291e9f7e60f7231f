#include "model/oid.h"

#include <assert.h>
#include <sodium.h>
#include <time.h>

#include "base/ascii.h"

struct oid
oid_of_parts(const struct str *parts, size_t n_parts)
{
    struct oid               oid;
    unsigned char            digest[crypto_generichash_BYTES_MIN];
    crypto_generichash_state state;

    static_assert(sizeof oid.bytes <= sizeof digest, "an _id is the head of a digest");
    crypto_generichash_init(&state, NULL, 0, sizeof digest);
    for (size_t i = 0; i < n_parts; i++) {
        uint64_t n = parts[i].n;

        crypto_generichash_update(&state, (const unsigned char *)&n, sizeof n);
        crypto_generichash_update(&state, (const unsigned char *)parts[i].p, parts[i].n);
    }
    crypto_generichash_final(&state, digest, sizeof digest);
    memcpy(oid.bytes, digest, sizeof oid.bytes);
    return oid;
}

struct str
oid_new(struct arena *arena)
{
    uint32_t   seconds = (uint32_t)time(NULL);
    struct oid oid;

    randombytes_buf(oid.bytes, sizeof oid.bytes);
    for (size_t i = 0; i < sizeof seconds; i++)
        oid.bytes[i] = (unsigned char)(seconds >> (24 - 8 * i));
    return oid_text(oid, arena);
}

struct str
oid_text(struct oid oid, struct arena *arena)
{
    char *text = arena_alloc(arena, 2 * sizeof oid.bytes + 1);

    ascii_write_hex(text, oid.bytes, sizeof oid.bytes);
    return (struct str){ text, 2 * sizeof oid.bytes };
}

bool
oid_from_text(struct str text, struct oid *oid)
{
    struct oid read;

    if (text.n != 2 * sizeof read.bytes)
        return false;
    for (size_t i = 0; i < sizeof read.bytes; i++) {
        int high = ascii_hex(text.p[2 * i]), low = ascii_hex(text.p[2 * i + 1]);

        if (high < 0 || low < 0)
            return false;
        read.bytes[i] = (unsigned char)(high << 4 | low);
    }
    *oid = read;
    return true;
}
