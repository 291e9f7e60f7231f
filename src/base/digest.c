/* Digests through libsodium's generic hash. */

#include "base/digest.h"

#include <sodium.h>

struct digest
digest_of(const struct str *parts, size_t n_parts)
{
    struct digest            digest;
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, DIGEST_SIZE);
    for (size_t i = 0; i < n_parts; i++) {
        uint64_t n = parts[i].n;

        crypto_generichash_update(&state, (const unsigned char *)&n, sizeof n);
        crypto_generichash_update(&state, (const unsigned char *)parts[i].p, parts[i].n);
    }
    crypto_generichash_final(&state, digest.bytes, DIGEST_SIZE);
    return digest;
}
