/* What plain jansson says of a text, to hold base/doc.c against. */

#ifndef TESTS_JSON_REFERENCE_H
#define TESTS_JSON_REFERENCE_H

#include <jansson.h>
#include <stdlib.h>

#include "base/doc.h"

/* The text as jansson would write it, keys sorted; free() it. NULL: it is no JSON. */
static inline char *
json_reference(struct str text)
{
    json_t *whole = json_loadb(text.p ? text.p : "", text.n, JSON_DECODE_ANY, NULL);
    char   *written = NULL;

    if (whole)
        written = json_dumps(whole, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY |
                                        JSON_REAL_PRECISION(16));
    json_decref(whole);
    return written;
}

/* Do both take the text for JSON, and for the same? (jansson overlooks a NUL behind a number, where
 * RFC 8259 has none.) */
static inline bool
json_agrees(struct str text)
{
    AUTO_ARENA   arena = arena_new();
    struct error err = { 0 };
    struct doc  *d = doc_parse(arena, text, &err);
    bool         has_nul = text.n && memchr(text.p, 0, text.n);
    char        *reference = has_nul ? NULL : json_reference(text);
    bool         same =
        reference ? d && str_is(doc_body(arena, d), reference) : !d && err.message[0] != '\0';

    free(reference);
    return same;
}

#endif
