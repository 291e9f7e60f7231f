/* Any bytes to any parser: the first byte of an input is the number of a row of the golden tests'
 * table. Cases of tests/golden are the seeds (make-corpus). */

#include "golden/parsers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA   arena = arena_new();
    AUTO_BUF     text;
    struct error err = { 0 };
    struct doc  *d = NULL;

    buf_init(&text, 0);
    if (size == 0)
        return 0;

    const struct parser *parser = &parsers[data[0] % n_parsers];
    struct str           input = { (const char *)data + 1, size - 1 };

    if (parser->dump(arena, input, &d, &err))
        doc_write(&text, d);
    else if (err.message[0] == '\0')
        abort(); /* a parser never fails without a message */
    return 0;
}
