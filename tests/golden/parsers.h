/* The parsers as one table, for golden tests and fuzzing: what each makes of an input, as a
 * document.
 *
 * Ownership:  the document lives in the arena; it may point into the input.
 * Errors:     those of the parser; an input that needs several parts and has too few is one, too. */

#ifndef GOLDEN_PARSERS_H
#define GOLDEN_PARSERS_H

#include "base/doc.h"

struct parser {
    const char *name; /* the folder of its cases */
    bool (*dump)(struct arena *, struct str input, struct doc **out, struct error *err);
};

extern const struct parser parsers[];
extern const size_t        n_parsers;

#endif
