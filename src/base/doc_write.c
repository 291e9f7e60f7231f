/* Documents to canonical text. */

#include <stdlib.h>

#include "base/doc_tree.h"
#include "base/utf8.h"

static int
compare_members(const void *a, const void *b)
{
    return str_compare(((const struct member *)a)->key, ((const struct member *)b)->key);
}

/* Most objects have some ten members, for which qsort() costs more than the comparisons. */
static void
sort_members(struct member *members, size_t n)
{
    enum { FEW = 24 };

    if (n > FEW) {
        qsort(members, n, sizeof *members, compare_members);
        return;
    }
    for (size_t i = 1; i < n; i++) {
        struct member moved = members[i];
        size_t        k = i;

        for (; k > 0 && str_compare(members[k - 1].key, moved.key) > 0; k--)
            members[k] = members[k - 1];
        members[k] = moved;
    }
}

/* Eight bytes at once: is any of them below 'low'? Is any of them 'byte'? (All below 0x80.) */
static const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;

static inline uint64_t
has_less(uint64_t word, unsigned char low)
{
    return (word - ones * low) & ~word & highs;
}

static inline uint64_t
has_byte(uint64_t word, unsigned char byte)
{
    return has_less(word ^ ones * byte, 1);
}

static inline bool
is_plain(unsigned char c)
{
    return c >= ' ' && c != '"' && c != '\\';
}

/* How many bytes from the beginning stand in a JSON string as they are: all but control characters,
 * quotes and backslashes. */
static size_t
plain_length(const char *p, size_t n)
{
    size_t i = 0;

    for (; n - i >= sizeof ones; i += sizeof ones) {
        uint64_t word;

        memcpy(&word, p + i, sizeof word);
        if (has_less(word, ' ') | has_byte(word, '"') | has_byte(word, '\\'))
            break;
    }
    while (i < n && is_plain((unsigned char)p[i]))
        i++;
    return i;
}

/* Is it ASCII that stands in a JSON string as it is? Nearly all names and ids are. */
static bool
is_plain_ascii(struct str s)
{
    size_t   i = 0;
    uint64_t word, wrong = 0;

    for (; s.n - i >= sizeof word; i += sizeof word) {
        memcpy(&word, s.p + i, sizeof word);
        wrong |= (word & highs) | has_less(word, ' ') | has_byte(word, '"') | has_byte(word, '\\');
    }
    if (i > 0 && i < s.n) { /* the last eight once more, with the rest */
        memcpy(&word, s.p + s.n - sizeof word, sizeof word);
        wrong |= (word & highs) | has_less(word, ' ') | has_byte(word, '"') | has_byte(word, '\\');
        i = s.n;
    }
    for (; i < s.n; i++)
        wrong |= !is_plain((unsigned char)s.p[i]) || (unsigned char)s.p[i] >= 0x80;
    return wrong == 0;
}

static void
write_string(struct buf *b, const char *p, size_t n)
{
    static const char escapes[] = "btn\0fr"; /* of the bytes 8 to 13; 11 has none */

    buf_char(b, '"');
    while (n) {
        size_t plain = plain_length(p, n);

        buf_add(b, (struct str){ p, plain });
        if (plain == n)
            break;

        unsigned char c = (unsigned char)p[plain];

        buf_char(b, '\\');
        if (c >= ' ')
            buf_char(b, (char)c);
        else if (c >= 8 && c <= 13 && c != 11)
            buf_char(b, escapes[c - 8]);
        else
            buf_printf(b, "u%04X", c);
        p += plain + 1;
        n -= plain + 1;
    }
    buf_char(b, '"');
}

static void
write_integer(struct buf *b, int64_t integer)
{
    char     digits[24];
    size_t   at = sizeof digits;
    uint64_t rest = integer < 0 ? -(uint64_t)integer : (uint64_t)integer;

    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (integer < 0)
        digits[--at] = '-';
    buf_add(b, (struct str){ digits + at, sizeof digits - at });
}

/* 16 digits write the fractions of replies (1.0, 0.1) as they came; a real stays one. */
static void
write_real(struct buf *b, double real)
{
    char       digits[32];
    int        n = snprintf(digits, sizeof digits, "%.16g", real);
    struct str text = { digits, (size_t)n };
    ptrdiff_t  e = str_find_char(text, 'e');

    if (e < 0) {
        buf_add(b, text);
        if (str_find_char(text, '.') < 0)
            buf_add(b, STR(".0"));
        return;
    }

    struct str exponent = str_skip(text, (size_t)e + 2); /* "e+07" is "e7" */

    while (str_starts(exponent, STR("0")))
        exponent = str_skip(exponent, 1);
    buf_add(b, str_head(text, (size_t)e + 1));
    if (digits[e + 1] == '-')
        buf_char(b, '-');
    buf_add(b, exponent);
}

struct writer {
    struct buf   *out;
    struct arena *scratch; /* of sorted members */
    bool          is_pretty;
    size_t        depth;
};

static void
write_break(const struct writer *w)
{
    if (!w->is_pretty)
        return;
    buf_char(w->out, '\n');
    for (size_t i = 0; i < w->depth; i++)
        buf_add(w->out, STR("  "));
}

static void write_value(struct writer *, const struct doc *);

static void
write_object(struct writer *w, const struct doc *object)
{
    struct member *members = arena_take(w->scratch, sizeof *members * object->n);

    if (object->n)
        memcpy(members, object->members, sizeof *members * object->n);
    sort_members(members, object->n);
    buf_char(w->out, '{');
    w->depth++;
    for (uint32_t i = 0; i < object->n; i++) {
        if (i)
            buf_char(w->out, ',');
        write_break(w);
        write_string(w->out, members[i].key.p, members[i].key.n);
        buf_add(w->out, w->is_pretty ? STR(": ") : STR(":"));
        write_value(w, members[i].value);
    }
    w->depth--;
    if (object->n)
        write_break(w);
    buf_char(w->out, '}');
}

static void
write_array(struct writer *w, const struct doc *array)
{
    buf_char(w->out, '[');
    w->depth++;
    for (uint32_t i = 0; i < array->n; i++) {
        if (i)
            buf_char(w->out, ',');
        write_break(w);
        write_value(w, array->elements[i]);
    }
    w->depth--;
    if (array->n)
        write_break(w);
    buf_char(w->out, ']');
}

/* As deep as doc_parse() lets texts be. */
static void
write_value(struct writer *w, const struct doc *d)
{
    switch (d->kind) {
    case DOC_OBJECT:
        write_object(w, d);
        break;
    case DOC_ARRAY:
        write_array(w, d);
        break;
    case DOC_STRING:
        write_string(w->out, d->text.p, d->text.n);
        break;
    case DOC_INT:
        write_integer(w->out, d->integer);
        break;
    case DOC_REAL:
        write_real(w->out, d->real);
        break;
    case DOC_BOOL:
        buf_add(w->out, d->truth ? STR("true") : STR("false"));
        break;
    case DOC_NULL:
    case DOC_ABSENT:
        buf_add(w->out, STR("null"));
        break;
    }
}

static void
write_whole(struct buf *b, const struct doc *d, bool is_pretty)
{
    AUTO_ARENA    scratch = arena_new();
    struct writer w = { .out = b, .scratch = scratch, .is_pretty = is_pretty };

    if (d)
        write_value(&w, d);
}

void
doc_write(struct buf *b, const struct doc *d)
{
    write_whole(b, d, false);
}

void
doc_write_pretty(struct buf *b, const struct doc *d)
{
    write_whole(b, d, true);
}

struct str
doc_body(struct arena *arena, const struct doc *d)
{
    AUTO_BUF b = { 0 };

    doc_write(&b, d);
    return arena_str(arena, buf_str(&b));
}

void
doc_write_text(struct buf *b, struct str s)
{
    if (is_plain_ascii(s)) {
        char *out = buf_extend(b, s.n + 2);

        if (!out)
            return;
        out[0] = '"';
        if (s.n)
            memcpy(out + 1, s.p, s.n);
        out[s.n + 1] = '"';
        return;
    }

    AUTO_ARENA scratch = arena_new();

    s = doc_own_text(scratch, s);
    write_string(b, s.p, s.n);
}

void
doc_write_member(struct buf *b, const char *key, struct str s)
{
    buf_add(b, STR(",\""));
    buf_add(b, str_from(key));
    buf_add(b, STR("\":"));
    doc_write_text(b, s);
}
