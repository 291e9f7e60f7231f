/* Text to documents: the flat array of value.c made into a tree. */

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/doc_tree.h"
#include "base/utf8.h"
#include "base/value.h"

/* Values from the flat array that value_read() makes of a copy of the text, which strings point
 * into: each gets a NUL in the place of its quote. */
struct maker {
    struct arena *arena;
    struct str    text; /* the copy */
    struct doc   *next; /* of the values, which lie in one block */
    struct error *err;
};

static struct str
terminated(const struct maker *m, struct str text)
{
    if (text.p > m->text.p && text.p + text.n < m->text.p + m->text.n)
        ((char *)(uintptr_t)text.p)[text.n] = '\0';
    return text;
}

static bool
make_number(const struct maker *m, struct doc *d, const struct value *v)
{
    const char *why;

    errno = 0;
    if (v->kind == VALUE_REAL) {
        d->kind = DOC_REAL;
        d->real = strtod(v->text.p, NULL);
        why = isfinite(d->real) ? NULL : "too large a number";
    } else {
        d->kind = DOC_INT;
        d->integer = strtoll(v->text.p, NULL, 10);
        why = errno == 0 ? NULL : "too large an integer";
    }
    return !why || value_fail(m->text, v->text.p, why, m->err);
}

static bool make_value(struct maker *, struct doc *, const struct value *);

static bool
make_members(struct maker *m, struct doc *d, const struct value *v)
{
    struct value_iter it = { 0 };

    doc_make_room(m->arena, d, (uint32_t)value_count(v));
    while (value_next(v, &it)) {
        struct doc *value = m->next++;

        if (!make_value(m, value, it.value))
            return false;
        if (d->kind == DOC_OBJECT)
            doc_set_member(m->arena, d, terminated(m, it.key), value);
        else
            d->elements[d->n++] = value;
    }
    return true;
}

/* As deep as value_read() lets texts be. */
static bool
make_value(struct maker *m, struct doc *d, const struct value *v)
{
    switch (v->kind) {
    case VALUE_OBJECT:
    case VALUE_ARRAY:
        d->kind = v->kind == VALUE_OBJECT ? DOC_OBJECT : DOC_ARRAY;
        return make_members(m, d, v);
    case VALUE_STRING:
        d->kind = DOC_STRING;
        d->text = terminated(m, v->text);
        return true;
    case VALUE_INTEGER:
    case VALUE_REAL:
        return make_number(m, d, v);
    case VALUE_TRUE:
    case VALUE_FALSE:
        d->kind = DOC_BOOL;
        d->truth = v->kind == VALUE_TRUE;
        return true;
    case VALUE_NULL:
    case VALUE_ABSENT:
        break;
    }
    d->kind = DOC_NULL;
    return true;
}

struct doc *
doc_parse(struct arena *arena, struct str text, struct error *err)
{
    AUTO_ARENA          scratch = arena_new();
    struct maker        maker = { .arena = arena, .text = arena_str(arena, text), .err = err };
    const struct value *v = value_read_apart(scratch, arena, maker.text, err);
    size_t              invalid = v ? utf8_invalid_at(text) : 0;

    if (!v)
        return NULL;
    if (invalid < text.n) {
        value_fail(text, text.p + invalid, "a byte that is no UTF-8", err);
        return NULL;
    }

    struct doc *whole = arena_array(arena, struct doc, v->size);

    maker.next = whole + 1;
    return make_value(&maker, whole, v) ? whole : NULL;
}
