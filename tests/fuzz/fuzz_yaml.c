/* Any bytes as YAML: read within limits, or refused with a line. */

#include <stdlib.h>

#include "base/doc_yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA   arena = arena_new();
    struct error err = { 0 };
    struct doc  *document = doc_parse_yaml(arena, (struct str){ (const char *)data, size }, &err);

    if (!document && err.message[0] == '\0')
        abort();
    return 0;
}
