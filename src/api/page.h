/* Lists in pages: how many, which fields, where to go on. */

#ifndef API_PAGE_H
#define API_PAGE_H

#include "api/api.h"

enum { PAGE_DEFAULT = 100, PAGE_MOST = 1000, CURSOR_PARTS = 2 };

/* The parameter "limit", of lists and of what is like one. */
#define PAGE_LIMIT(more)                                                                           \
    PARAMETER("limit", "how many at most, up to 1000; 100 unless it is given" more,                \
              .kind = PARAMETER_NUMBER, .least = 1, .most = PAGE_MOST)

struct page {
    size_t     limit;
    struct str after[CURSOR_PARTS]; /* of the cursor; "" at the beginning */
    struct str fields[64];          /* only these members of each element; none = all */
    size_t     n_fields;
};

/* From "limit", "cursor" and "fields"; false after replying 400. A cursor of one kind of list
 * (route.list) is none of another, nor of the same in another order. */
bool page_read(struct call *, struct page *) MUST_CHECK;

/* A second part of two texts, where the first has the value that the list is sorted by; and back,
 * false after replying 400. */
struct str page_key(struct arena *, struct str type, struct str id);
bool page_read_key(struct call *, const struct page *, struct str *type, struct str *id) MUST_CHECK;

/* A list on its way out: {"objects":[...],"next":"..."}. An element more than the limit is
 * recognized, and not written. */
struct page_list {
    struct call       *call;
    const struct page *page;
    size_t             n;
    struct str         last[CURSOR_PARTS]; /* of the last that was written */
    bool               has_more;
    bool               is_walked; /* page_is_behind() was asked */
    bool               is_behind; /* the cursor has been passed */
};

void page_begin(struct page_list *, struct call *, const struct page *);

/* False when the page is full: the walk can end. */
bool page_add(struct page_list *, struct str document, struct str first, struct str second);

/* For lists that are walked from their beginning, once for each element that whoever asks may see: does
 * the page begin before it? When no element was at the cursor, page_end() replies 400: where to go on
 * is not known. */
bool page_is_behind(struct page_list *, struct str place);

/* The same for any element, to spare a look at those that come before the cursor. Only of the one at the
 * cursor and those behind it is it asked who may see them: a cursor at what one may not see must be
 * answered as one at what is not there. */
bool page_is_before(struct page_list *, struct str place);

void page_end(struct page_list *);

#endif
