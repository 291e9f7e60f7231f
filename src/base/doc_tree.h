/* What a document is in memory: for doc.c, doc_parse.c and doc_write.c alone. */

#ifndef BASE_DOC_TREE_H
#define BASE_DOC_TREE_H

#include "base/doc.h"

struct member {
    struct str  key;
    struct doc *value;
};

struct doc {
    enum doc_kind kind;
    uint32_t      n;        /* members or elements */
    uint32_t      capacity; /* of what follows */
    uint32_t      n_slots;  /* of the index; 0: none, else a power of two */
    union {
        bool           truth;
        int64_t        integer;
        double         real;
        struct str     text;
        struct doc   **elements;
        struct member *members;
    };
    uint32_t *slots; /* number of a member + 1, 0 = free */
};

/* Room for 'n' more things in an array or object. */
void doc_make_room(struct arena *, struct doc *, uint32_t n);

/* Set a member of an object; the key is not copied. */
void doc_set_member(struct arena *, struct doc *object, struct str key, struct doc *value);

/* A copy, with each byte that cannot stand in UTF-8 text, and NUL, replaced by U+FFFD. */
struct str doc_own_text(struct arena *, struct str);

#endif
