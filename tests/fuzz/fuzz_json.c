/* Any bytes as JSON: what base/doc.c reads of them and writes again is what plain jansson does. */

#include "json_reference.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!json_agrees((struct str){ (const char *)data, size }))
        abort();
    return 0;
}
