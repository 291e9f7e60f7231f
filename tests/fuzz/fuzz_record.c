/* Any bytes as what a recording is made of: a line with a secret, then a text, as a reply of an API
 * and as one of a host. No secret is left; what was JSON stays JSON; nothing takes for ever. */

#include <stdlib.h>

#include "base/doc.h"
#include "transport/pseudonym.h"
#include "transport/scrub.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
scrub(struct arena *arena, struct str secret, struct str text)
{
    AUTO_SCRUB scrub = scrub_new();
    size_t     n = 0;
    bool       is_known = scrub_add(scrub, secret);
    struct str left = scrub_text(scrub, arena, text, &n);

    /* The stars that stand for a secret may complete one that has stars. */
    if (is_known && str_find_char(secret, '*') < 0 && str_has(left, secret))
        abort();
}

static void
rename_all(struct arena *arena, struct str text)
{
    static const unsigned char key[PSEUDONYM_KEY_SIZE] = { 1 };
    AUTO_PSEUDONYM             pseudonym = pseudonym_new(key);
    struct str                 reply;

    pseudonym_learn(pseudonym, text);
    reply = pseudonym_reply(pseudonym, arena, text);
    if (doc_parse(arena, text, NULL) && !doc_parse(arena, reply, NULL))
        abort();
    (void)pseudonym_text(pseudonym, arena, text);
    (void)pseudonym_host(pseudonym, arena, text);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena = arena_new();
    struct str text = { (const char *)data, size }, secret = STR_NONE;

    if (str_line(&text, &secret))
        scrub(arena, secret, text);
    rename_all(arena, text);
    return 0;
}
