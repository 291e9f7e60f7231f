/* Public keys of hosts as text: "TYPE BASE64". */

#include <sodium.h>

#include "transport/remote.h"

static const struct str types[] = {
    STR("ssh-ed25519"),
    STR("ecdsa-sha2-nistp256"),
    STR("ecdsa-sha2-nistp384"),
    STR("ecdsa-sha2-nistp521"),
    STR("ssh-rsa"),
};

enum { LARGEST_BLOB = 4096 };

/* The key's bytes, which begin with the length and name of its type; 0 when they do not. */
static size_t
decode(struct str key, unsigned char blob[static LARGEST_BLOB])
{
    struct str  type, text;
    const char *end = NULL;
    size_t      n = 0;

    if (!str_word(&key, &type) || !str_word(&key, &text) ||
        sodium_base642bin(blob, LARGEST_BLOB, text.p, text.n, NULL, &n, &end,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        end != text.p + text.n)
        return 0;
    for (size_t i = 0; i < N_ELEMENTS(types); i++)
        if (str_equal(type, types[i]))
            return n > 4 + type.n && blob[0] == 0 && blob[1] == 0 && blob[2] == 0 &&
                           blob[3] == type.n && memcmp(blob + 4, type.p, type.n) == 0
                       ? n
                       : 0;
    return 0;
}

bool
remote_host_key_is_valid(struct str key)
{
    unsigned char blob[LARGEST_BLOB];

    return str_find_char(key, '\n') < 0 && decode(key, blob) > 0;
}

struct str
remote_fingerprint(struct arena *arena, struct str key)
{
    unsigned char blob[LARGEST_BLOB], hash[crypto_hash_sha256_BYTES];
    char   text[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];
    size_t n = decode(key, blob);

    if (n == 0)
        return STR_NONE;
    crypto_hash_sha256(hash, blob, n);
    sodium_bin2base64(text, sizeof text, hash, sizeof hash,
                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    return arena_printf(arena, "SHA256:%s", text);
}
