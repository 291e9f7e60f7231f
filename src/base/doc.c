/* JSON values as trees in arenas.
 *
 * An object is an array of members, in the order they were set, which is what most of our uses are
 * quickest with: some ten members, read once or twice. From N_UNINDEXED members on it has a hash
 * index beside it. Values are shared between trees by pointer. */

#include "base/doc.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/value.h"

enum { N_UNINDEXED = 64 };

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

/* Nothing changes these, whichever document they are in. */
static struct doc the_null = { .kind = DOC_NULL };
static struct doc the_true = { .kind = DOC_BOOL, .truth = true };
static struct doc the_false = { .kind = DOC_BOOL };

static struct doc *
new_doc(struct arena *arena, enum doc_kind kind)
{
    struct doc *d = arena_new_of(arena, struct doc);

    d->kind = kind;
    return d;
}

/* --- members --- */

/* Where a key is in the index, or would be. */
static uint32_t *
slot_of(const struct doc *object, struct str key)
{
    uint32_t mask = object->n_slots - 1;

    for (uint32_t i = (uint32_t)hash_text(0, key) & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &object->slots[i];

        if (*slot == 0 || str_equal(object->members[*slot - 1].key, key))
            return slot;
    }
}

static void
fill_index(struct doc *object)
{
    memset(object->slots, 0, object->n_slots * sizeof *object->slots);
    for (uint32_t i = 0; i < object->n; i++)
        *slot_of(object, object->members[i].key) = i + 1;
}

static struct member *
find_member(const struct doc *object, struct str key)
{
    if (!object || object->kind != DOC_OBJECT)
        return NULL;
    if (object->n_slots) {
        uint32_t *slot = slot_of(object, key);

        return *slot ? &object->members[*slot - 1] : NULL;
    }
    for (uint32_t i = 0; i < object->n; i++)
        if (str_equal(object->members[i].key, key))
            return &object->members[i];
    return NULL;
}

/* Room for 'n' more things in an array or object. */
static void
make_room(struct arena *arena, struct doc *d, uint32_t n)
{
    size_t   size = d->kind == DOC_OBJECT ? sizeof *d->members : sizeof(struct doc *);
    uint32_t capacity = d->capacity ? d->capacity : 4;

    if (d->n + n <= d->capacity)
        return;
    while (capacity < d->n + n)
        capacity *= 2;
    if (d->kind == DOC_OBJECT)
        d->members = arena_regrow(arena, d->members, d->n * size, capacity * size);
    else
        d->elements = arena_regrow(arena, d->elements, d->n * size, capacity * size);
    d->capacity = capacity;
    if (d->kind == DOC_OBJECT && capacity > N_UNINDEXED) {
        d->n_slots = capacity * 2;
        d->slots = arena_array(arena, uint32_t, d->n_slots);
        fill_index(d);
    }
}

/* The key is not copied. */
static void
set_member(struct arena *arena, struct doc *object, struct str key, struct doc *value)
{
    struct member *member = find_member(object, key);

    if (!object || object->kind != DOC_OBJECT || !value)
        return;
    if (member) {
        member->value = value;
        return;
    }
    make_room(arena, object, 1);
    object->members[object->n++] = (struct member){ key, value };
    if (object->n_slots)
        *slot_of(object, key) = object->n;
}

/* --- parsing --- */

/* The length of the character at the beginning of 's', as UTF-8 allows it (RFC 3629); 0: it is
 * none. */
static size_t
character_length(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t        n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    unsigned char low = 0x80, high = 0xbf; /* of the second byte */

    if (p[0] > 0xf4 || n > s.n)
        return 0;
    if (p[0] == 0xe0)
        low = 0xa0; /* less would be longer than needed */
    else if (p[0] == 0xed)
        high = 0x9f; /* more would be surrogates */
    else if (p[0] == 0xf0)
        low = 0x90;
    else if (p[0] == 0xf4)
        high = 0x8f; /* more would be beyond U+10FFFF */
    for (size_t i = 1; i < n; i++) {
        if (p[i] < low || p[i] > high)
            return 0;
        low = 0x80;
        high = 0xbf;
    }
    return n;
}

/* Where the first byte is that belongs to no character; the end when there is none. */
static size_t
invalid_at(struct str s)
{
    size_t i = 0;

    while (i < s.n) {
        uint64_t eight;
        size_t   n;

        if (s.n - i >= sizeof eight) {
            memcpy(&eight, s.p + i, sizeof eight);
            if (!(eight & 0x8080808080808080u)) {
                i += sizeof eight;
                continue;
            }
        }
        n = (unsigned char)s.p[i] < 0x80 ? 1 : character_length(str_skip(s, i));
        if (n == 0)
            break;
        i += n;
    }
    return i;
}

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

    make_room(m->arena, d, (uint32_t)value_count(v));
    while (value_next(v, &it)) {
        struct doc *value = m->next++;

        if (!make_value(m, value, it.value))
            return false;
        if (d->kind == DOC_OBJECT)
            set_member(m->arena, d, terminated(m, it.key), value);
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
    size_t              invalid = v ? invalid_at(text) : 0;

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

/* --- reading --- */

enum doc_kind
doc_kind(const struct doc *d)
{
    return d ? d->kind : DOC_ABSENT;
}

struct doc *
doc_getn(const struct doc *object, struct str key)
{
    const struct member *member = find_member(object, key);

    return member ? member->value : NULL;
}

struct doc *
doc_get(const struct doc *object, const char *key)
{
    return doc_getn(object, str_from(key));
}

struct doc *
doc_path(const struct doc *object, const char *path)
{
    struct str        rest = str_from(path), step;
    const struct doc *value = object;

    while (value && str_cut(&rest, '.', &step))
        value = doc_getn(value, step);
    return (struct doc *)(uintptr_t)value;
}

struct doc *
doc_at(const struct doc *array, size_t index)
{
    return doc_kind(array) == DOC_ARRAY && index < array->n ? array->elements[index] : NULL;
}

size_t
doc_count(const struct doc *d)
{
    return doc_kind(d) == DOC_ARRAY || doc_kind(d) == DOC_OBJECT ? d->n : 0;
}

struct str
doc_text(const struct doc *d)
{
    return doc_kind(d) == DOC_STRING ? d->text : STR_NONE;
}

struct str
doc_get_text(const struct doc *object, const char *key)
{
    return doc_text(doc_get(object, key));
}

struct str
doc_scalar(const struct doc *d, struct arena *arena)
{
    switch (doc_kind(d)) {
    case DOC_STRING:
        return d->text;
    case DOC_INT:
        return arena_printf(arena, "%lld", (long long)d->integer);
    case DOC_REAL:
        return arena_printf(arena, "%.16g", d->real);
    case DOC_BOOL:
        return d->truth ? STR("true") : STR("false");
    case DOC_ABSENT:
    case DOC_NULL:
    case DOC_ARRAY:
    case DOC_OBJECT:
        break;
    }
    return STR_NONE;
}

int64_t
doc_number(const struct doc *d, int64_t otherwise)
{
    int64_t value = otherwise;

    if (doc_kind(d) == DOC_INT)
        value = d->integer;
    else if (doc_kind(d) == DOC_STRING && !str_to_i64(d->text, &value))
        value = otherwise;
    return value;
}

bool
doc_truth(const struct doc *d)
{
    switch (doc_kind(d)) {
    case DOC_BOOL:
        return d->truth;
    case DOC_STRING:
        return str_is(d->text, "1") || str_equal_nocase(d->text, STR("true"));
    case DOC_INT:
        return d->integer != 0;
    case DOC_REAL:
        return d->real != 0;
    case DOC_ABSENT:
    case DOC_NULL:
    case DOC_ARRAY:
    case DOC_OBJECT:
        break;
    }
    return false;
}

static bool
have_equal_members(const struct doc *a, const struct doc *b)
{
    if (a->n != b->n)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (!doc_equal(a->members[i].value, doc_getn(b, a->members[i].key)))
            return false;
    return true;
}

static bool
have_equal_elements(const struct doc *a, const struct doc *b)
{
    if (a->n != b->n)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (!doc_equal(a->elements[i], b->elements[i]))
            return false;
    return true;
}

bool
doc_equal(const struct doc *a, const struct doc *b)
{
    if (a == b)
        return true;
    if (doc_kind(a) != doc_kind(b))
        return false;
    switch (doc_kind(a)) {
    case DOC_STRING:
        return str_equal(a->text, b->text);
    case DOC_INT:
        return a->integer == b->integer;
    case DOC_REAL:
        return a->real == b->real;
    case DOC_BOOL:
        return a->truth == b->truth;
    case DOC_OBJECT:
        return have_equal_members(a, b);
    case DOC_ARRAY:
        return have_equal_elements(a, b);
    case DOC_ABSENT:
    case DOC_NULL:
        break;
    }
    return true;
}

bool
doc_next(const struct doc *object, struct doc_iter *it)
{
    if (doc_kind(object) != DOC_OBJECT || it->position >= object->n)
        return false;
    it->key = object->members[it->position].key;
    it->value = object->members[it->position].value;
    it->position++;
    return true;
}

/* --- making --- */

struct doc *
doc_object(struct arena *arena)
{
    return new_doc(arena, DOC_OBJECT);
}

struct doc *
doc_array(struct arena *arena)
{
    return new_doc(arena, DOC_ARRAY);
}

struct doc *
doc_null(void)
{
    return &the_null;
}

struct doc *
doc_bool(bool value)
{
    return value ? &the_true : &the_false;
}

struct doc *
doc_int(struct arena *arena, int64_t value)
{
    struct doc *d = new_doc(arena, DOC_INT);

    d->integer = value;
    return d;
}

/* A copy, with each byte that cannot stand in UTF-8 text, and NUL, replaced by U+FFFD. */
static struct str
repaired(struct arena *arena, struct str s)
{
    AUTO_BUF text = { 0 };

    while (s.n) {
        size_t n = s.p[0] ? character_length(s) : 0;

        buf_add(&text, n ? str_head(s, n) : STR("\xef\xbf\xbd"));
        s = str_skip(s, n ? n : 1);
    }
    return arena_str(arena, buf_str(&text));
}

static struct str
own_text(struct arena *arena, struct str s)
{
    bool is_sound = s.n == 0 || (!memchr(s.p, 0, s.n) && invalid_at(s) == s.n);

    return is_sound ? arena_str(arena, s) : repaired(arena, s);
}

struct doc *
doc_string(struct arena *arena, struct str s)
{
    struct doc *d = new_doc(arena, DOC_STRING);

    d->text = own_text(arena, s);
    return d;
}

void
doc_setn(struct arena *arena, struct doc *object, struct str key, struct doc *value)
{
    set_member(arena, object, own_text(arena, key), value);
}

void
doc_set(struct arena *arena, struct doc *object, const char *key, struct doc *value)
{
    doc_setn(arena, object, str_from(key), value);
}

void
doc_set_text(struct arena *arena, struct doc *object, const char *key, struct str text)
{
    doc_set(arena, object, key, doc_string(arena, text));
}

void
doc_set_int(struct arena *arena, struct doc *object, const char *key, int64_t value)
{
    doc_set(arena, object, key, doc_int(arena, value));
}

void
doc_set_bool(struct arena *arena, struct doc *object, const char *key, bool value)
{
    doc_set(arena, object, key, doc_bool(value));
}

void
doc_remove(struct doc *object, const char *key)
{
    struct member *member = find_member(object, str_from(key));

    if (!member)
        return;
    object->n--;
    memmove(member, member + 1, (size_t)(object->members + object->n - member) * sizeof *member);
    if (object->n_slots)
        fill_index(object);
}

void
doc_push(struct arena *arena, struct doc *array, struct doc *value)
{
    if (doc_kind(array) != DOC_ARRAY || !value)
        return;
    make_room(arena, array, 1);
    array->elements[array->n++] = value;
}

void
doc_push_text(struct arena *arena, struct doc *array, struct str text)
{
    doc_push(arena, array, doc_string(arena, text));
}

void
doc_merge(struct arena *arena, struct doc *object, const struct doc *from)
{
    struct doc_iter it = { 0 };

    while (doc_next(from, &it))
        set_member(arena, object, it.key, it.value);
}

struct doc *
doc_copy(struct arena *arena, const struct doc *object)
{
    struct doc *copy = doc_object(arena);

    make_room(arena, copy, (uint32_t)doc_count(object) + 8); /* most copies are added to */
    doc_merge(arena, copy, object);
    return copy;
}

struct doc *
doc_deep_copy(struct arena *arena, const struct doc *d)
{
    struct doc_iter it = { 0 };
    struct doc     *copy;

    if (!d)
        return NULL;
    copy = new_doc(arena, d->kind);
    if (d->kind == DOC_OBJECT || d->kind == DOC_ARRAY) {
        make_room(arena, copy, d->n);
    } else {
        *copy = *d;
        if (d->kind == DOC_STRING)
            copy->text = arena_str(arena, d->text);
    }
    while (doc_next(d, &it))
        set_member(arena, copy, arena_str(arena, it.key), doc_deep_copy(arena, it.value));
    for (size_t i = 0; d->kind == DOC_ARRAY && i < d->n; i++)
        copy->elements[copy->n++] = doc_deep_copy(arena, d->elements[i]);
    return copy;
}

/* --- writing --- */

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

    s = own_text(scratch, s);
    write_string(b, s.p, s.n);
}
