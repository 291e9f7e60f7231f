/* Lists in pages: how many, which fields, where to go on. */

#ifndef API_PAGE_H
#define API_PAGE_H

#include "api/api.h"

enum { PAGE_DEFAULT = 100, PAGE_MOST = 1000, CURSOR_PARTS = 2 };

struct page {
    size_t     limit;
    struct str after[CURSOR_PARTS]; /* of the cursor; "" at the beginning */
    struct str fields[64];          /* only these members of each element; none = all */
    size_t     n_fields;
};

/* From "limit", "cursor" and "fields"; false after replying 400. 'kind' keeps cursors of one list
 * from being taken for those of another. */
bool page_read(struct call *, const char *kind, struct page *) MUST_CHECK;

/* Are all parameters of the query among these (NULL-terminated), "limit", "cursor" and "fields"?
 * False after replying 400, which names the first that is not. */
bool page_knows(struct call *, const char *const *names) MUST_CHECK;

/* The opaque text of a place in a list. */
struct str page_cursor(struct arena *, const char *kind, struct str first, struct str second);

/* A list on its way out: {"objects":[...],"next":"..."}. An element more than the limit is
 * recognized, and not written. */
struct page_list {
    struct call       *call;
    const char        *kind;
    const struct page *page;
    size_t             n;
    struct str         last[CURSOR_PARTS]; /* of the last that was written */
    bool               has_more;
};

void page_begin(struct page_list *, struct call *, const char *kind, const struct page *);

/* False when the page is full: the walk can end. */
bool page_add(struct page_list *, struct str document, struct str first, struct str second);
void page_end(struct page_list *);

#endif
