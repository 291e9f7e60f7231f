#include "access/secret.h"

#include <sodium.h>

enum { SIZE = 32 };

static struct str
hex(struct arena *arena, const unsigned char bytes[SIZE])
{
    char *text = arena_take(arena, 2 * SIZE + 1);

    sodium_bin2hex(text, 2 * SIZE + 1, bytes, SIZE);
    return (struct str){ text, 2 * SIZE };
}

static struct str
digest_of(struct arena *arena, const unsigned char secret[SIZE])
{
    unsigned char digest[SIZE];

    crypto_generichash(digest, sizeof digest, secret, SIZE, NULL, 0);
    return hex(arena, digest);
}

bool
secret_make(struct arena *arena, struct str *secret, struct str *digest, struct error *err)
{
    unsigned char bytes[SIZE];

    if (sodium_init() < 0)
        return error_set(err, ERROR_CONFIG, 0, "no random numbers for secrets on this machine");
    randombytes_buf(bytes, sizeof bytes);
    *secret = hex(arena, bytes);
    *digest = digest_of(arena, bytes);
    sodium_memzero(bytes, sizeof bytes);
    return true;
}

bool
secret_digest(struct str secret, struct arena *arena, struct str *digest)
{
    unsigned char bytes[SIZE];
    size_t        n = 0;

    if (secret.n != 2 * SIZE ||
        sodium_hex2bin(bytes, sizeof bytes, secret.p, secret.n, NULL, &n, NULL) != 0 || n != SIZE)
        return false;
    *digest = digest_of(arena, bytes);
    sodium_memzero(bytes, sizeof bytes);
    return true;
}

bool
secret_digests_equal(struct str a, struct str b)
{
    return a.n == b.n && sodium_memcmp(a.p, b.p, a.n) == 0;
}
