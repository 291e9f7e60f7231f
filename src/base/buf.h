/* Growing text with a maximum.
 *
 * Ownership:  a buf owns its memory; buf_done() frees it. buf_str() borrows.
 * Errors:     appending beyond the maximum sets 'full' and drops the rest; the writer checks once
 *             at the end. */

#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

struct buf {
    char  *p;
    size_t n;
    size_t capacity;
    size_t max;  /* bytes; 0 = BUF_MAX */
    bool   full; /* something did not fit */
};

#define BUF_MAX ((size_t)1 << 30)

void buf_init(struct buf *, size_t max);
void buf_done(struct buf *);
void buf_clear(struct buf *);

#define AUTO_BUF CLEANUP(buf_done) struct buf

/* 'n' bytes more, for the caller to fill; NULL when the maximum forbids it. */
char *buf_extend(struct buf *, size_t n);

void buf_add(struct buf *, struct str);
void buf_char(struct buf *, char);
void buf_number(struct buf *, int64_t); /* decimal */
void buf_printf(struct buf *, const char *format, ...) PRINTF(2, 3);

static inline struct str
buf_str(const struct buf *b)
{
    return (struct str){ b->p ? b->p : "", b->n };
}

/* The text with a NUL behind it. */
const char *buf_c(struct buf *);

#endif
