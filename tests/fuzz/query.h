/* A question to the store, and asking it.
 *
 * Ownership:  its texts point into the input.
 * Errors:     a wrong answer is a finding, which ends the program. */

#ifndef FUZZ_QUERY_H
#define FUZZ_QUERY_H

#include "fuzz/query_world.h"

enum { PIECES_MAX = 48 };

struct query {
    struct inventory     inventory;
    struct object_filter objects;
    struct condition     where[PIECES_MAX];
    struct link_filter   links;
    struct oid           of;
    struct clique_filter cliques;
    struct str           search;
    struct str           collection;
    struct str           document_id;
    struct str           documents[PIECES_MAX];
    size_t               n_documents;
    size_t               limit;
    bool                 asks_objects, asks_links, asks_cliques, asks_search;
    bool                 finish; /* the import, instead of giving it up */
};

/* Say what is wrong, and abort. */
NORETURN void finding(const char *what, const char *why);

/* A failure is a finding, too, unless its error blames the asker. */
void check_error(const char *what, const struct error *);

void ask_objects(struct store *, const struct known_world *, const struct query *);
void ask_links(struct store *, const struct known_world *, const struct query *);
void ask_cliques(struct store *, const struct known_world *, const struct query *);
void ask_search(struct store *, const struct known_world *, const struct query *);

/* Write the document of a row, which must be one. */
void write_object(const struct object_row *);

#endif
