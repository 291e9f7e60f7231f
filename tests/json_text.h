/* JSON as C text holds it best: with single quotes, which become double ones. */

#ifndef TESTS_JSON_TEXT_H
#define TESTS_JSON_TEXT_H

#include "base/doc.h"

static inline struct str
json_text(struct arena *arena, const char *text)
{
    struct str copy = arena_str(arena, str_from(text));
    char      *p = (char *)(uintptr_t)copy.p;

    for (size_t i = 0; i < copy.n; i++)
        if (p[i] == '\'')
            p[i] = '"';
    return copy;
}

/* The document; text that is none is a mistake in the test. */
static inline struct doc *
json_of(struct arena *arena, const char *text)
{
    struct error err;
    struct doc  *d = doc_parse(arena, json_text(arena, text), &err);

    if (!d) {
        fprintf(stderr, "%s in %s\n", err.message, text);
        abort();
    }
    return d;
}

#endif
