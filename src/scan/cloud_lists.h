/* The lists of a cloud: asked, read page by page, and what is built of a page while it is there.
 *
 * Asking is apart from reading, so that many lists can be asked at once and are read in an order in
 * which each finds what it refers to.
 *
 * Threads:    cloud_ask() from many threads; the rest from the one that discovers the cloud. */

#ifndef SCAN_CLOUD_LISTS_H
#define SCAN_CLOUD_LISTS_H

#include "build/build.h"
#include "scan/discover.h"

enum { CLOUD_FORMS = 3 };

/* One list: its equivalent forms, best first. Those with a '.' before any ':' are SQL tables, and
 * only asked where the environment has the target. */
struct cloud_request {
    const char *name;
    const char *forms[CLOUD_FORMS];
    const char *key;         /* of the REST reply's array; SQL rows are a bare array */
    const char *required;    /* fields without which an element is of no use */
    uint64_t    missing;     /* TYPE_BIT()s of objects that may be missing without it ... */
    uint64_t    partial;     /* ... and of those that lack attributes */
    bool        is_leaf;     /* nothing hangs below what is built of it */
    const char *recalled;    /* type whose objects are stored much as the list has them, or NULL */
    bool        is_optional; /* another list stands in for it, or it only adds to one */
};

/* A list that was asked. */
struct asked {
    const struct cloud_request *list;
    struct request              form; /* that was answered, or failed */
    struct answer               answer;
    bool                        good;
};

void cloud_ask(const struct discovery *, const struct cloud_request *, struct str region,
               struct arena *, struct asked *);

/* Note how it went: a fault is a message even when another form answered. Is there an answer? */
bool cloud_answered(struct discovery *, const struct asked *) MUST_CHECK;

/* Parse a page, without elements that came before. False when it does not read. */
bool cloud_parse_page(struct discovery *, const struct asked *, const struct reply *,
                      struct arena *, struct docs *) MUST_CHECK;

/* What reads the documents of a page: into the cloud, into objects. */
typedef void cloud_add_fn(struct cloud *, const struct docs *, struct built *out);
typedef void cloud_build_fn(const struct cloud *, const struct docs *, struct built *out);

/* Read every page, a few at a time, so that no list is held whole. What is built is placed below
 * 'scanned' (NULL: by its own parents). 'add' and 'build' may be NULL. */
void cloud_read_list(struct discovery *, const struct asked *, cloud_add_fn *add,
                     cloud_build_fn *build, const struct place *scanned);

/* The documents of an earlier scan, for a list that failed: their places are there for others to
 * hang below, the documents themselves stay in the store, marked stale. */
void cloud_recall(struct discovery *, const char *type, struct arena *, struct docs *);

void cloud_place(struct discovery *, const struct built *, const struct place *scanned);

/* Documents become objects, and their arena ends. */
void cloud_finish_batch(struct discovery *);

#endif
