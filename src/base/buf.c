/* Growing text: doubles its memory, never passes its maximum. */

#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

void
buf_init(struct buf *b, size_t max)
{
    *b = (struct buf){ .max = max };
}

void
buf_done(struct buf *b)
{
    free(b->p);
    *b = (struct buf){ 0 };
}

void
buf_clear(struct buf *b)
{
    b->n = 0;
    b->full = false;
}

/* Room for 'n' more bytes and a NUL; false when the maximum forbids it. */
static bool
reserve(struct buf *b, size_t n)
{
    size_t max = b->max ? b->max : BUF_MAX;

    if (n > max - b->n) {
        b->full = true;
        return false;
    }
    if (b->n + n + 1 > b->capacity) {
        size_t capacity = b->capacity ? b->capacity * 2 : 256;

        while (capacity < b->n + n + 1)
            capacity *= 2;
        b->p = xrealloc(b->p, capacity);
        b->capacity = capacity;
    }
    return true;
}

char *
buf_extend(struct buf *b, size_t n)
{
    if (!reserve(b, n))
        return NULL;
    b->n += n;
    return b->p + b->n - n;
}

void
buf_add(struct buf *b, struct str s)
{
    if (!reserve(b, s.n))
        return;
    if (s.n)
        memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
}

void
buf_char(struct buf *b, char c)
{
    if (reserve(b, 1))
        b->p[b->n++] = c;
}

void
buf_number(struct buf *b, int64_t number)
{
    char     text[24];
    char    *end = text + sizeof text, *p = end;
    uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

    do
        *--p = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        *--p = '-';
    buf_add(b, (struct str){ p, (size_t)(end - p) });
}

void
buf_printf(struct buf *b, const char *format, ...)
{
    va_list args, again;

    va_start(args, format);
    va_copy(again, args);

    int n = vsnprintf(NULL, 0, format, args);

    if (n > 0 && reserve(b, (size_t)n)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, format, again);
        b->n += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

const char *
buf_c(struct buf *b)
{
    if (!b->p && !reserve(b, 0))
        return "";
    if (!b->p)
        return "";
    b->p[b->n] = '\0';
    return b->p;
}
