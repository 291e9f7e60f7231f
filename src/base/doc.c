/* JSON over jansson.
 *
 * jansson counts references and frees values one by one. Here its allocation functions take
 * memory from the arena that the running call was given, and freeing does nothing: a whole reply
 * dies with its arena, and building costs a pointer bump instead of a malloc. */

#include "base/doc.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/value.h"

static _Thread_local struct arena *current;

static void *
take(size_t size)
{
    return arena_take(current, size);
}

static void
leave(void *p UNUSED)
{
}

static void
set_up(void)
{
    json_set_alloc_funcs(take, leave);
    json_object_seed(0);
}

/* Calls of jansson that may allocate run between enter() and the restoring of what it returns. */
static struct arena *
enter(struct arena *arena)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct arena         *before = current;

    current = arena;
    pthread_once(&once, set_up);
    return before;
}

static json_t *
in(const struct doc *d)
{
    return (json_t *)(uintptr_t)d;
}

static struct doc *
out(json_t *j)
{
    return (struct doc *)j;
}

/* A value that is made here may end up in documents of several threads, and putting it there would
 * count references. Nobody frees it, so nobody needs the count: jansson leaves its constants' alone,
 * and so these. */
static json_t *
uncounted(json_t *j)
{
    if (j)
        j->refcount = (size_t)-1;
    return j;
}

static void
leave_uncounted(json_t *whole)
{
    const char *key UNUSED;
    size_t          i;
    json_t         *value;

    uncounted(whole);
    if (json_is_object(whole)) {
        json_object_foreach(whole, key, value) leave_uncounted(value);
    } else {
        json_array_foreach(whole, i, value) leave_uncounted(value);
    }
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
        n = character_length(str_skip(s, i));
        if (n == 0)
            break;
        i += n;
    }
    return i;
}

/* Values from the flat array that value_read() makes: jansson's own reader takes characters one by
 * one, and several times as long. */
struct maker {
    struct str    text; /* for errors */
    struct error *err;
};

static json_t *
make_number(const struct maker *m, const struct value *v)
{
    char   *number = strndup(v->text.p, v->text.n), *end;
    bool    is_real = v->kind == VALUE_REAL;
    json_t *j = NULL;

    if (!number)
        abort();
    errno = 0;
    if (is_real) {
        double real = strtod(number, &end);

        if (isfinite(real))
            j = json_real(real);
    } else {
        long long integer = strtoll(number, &end, 10);

        if (errno == 0)
            j = json_integer(integer);
    }
    free(number);
    if (!j)
        value_fail(m->text, v->text.p, is_real ? "too large a number" : "too large an integer",
                   m->err);
    return j;
}

static json_t *make_value(const struct maker *, const struct value *);

static json_t *
make_array(const struct maker *m, const struct value *v)
{
    json_t           *array = json_array();
    struct value_iter it = { 0 };

    while (value_next(v, &it))
        if (json_array_append_new(array, make_value(m, it.value)) != 0)
            return NULL;
    return array;
}

static json_t *
make_object(const struct maker *m, const struct value *v)
{
    json_t           *object = json_object();
    struct value_iter it = { 0 };

    while (value_next(v, &it))
        if (json_object_setn_new_nocheck(object, it.key.p, it.key.n, make_value(m, it.value)) != 0)
            return NULL;
    return object;
}

/* As deep as value_read() lets texts be. */
static json_t *
make_value(const struct maker *m, const struct value *v)
{
    switch (v->kind) {
    case VALUE_OBJECT:
        return make_object(m, v);
    case VALUE_ARRAY:
        return make_array(m, v);
    case VALUE_STRING:
        return json_stringn_nocheck(v->text.p, v->text.n);
    case VALUE_INTEGER:
    case VALUE_REAL:
        return make_number(m, v);
    case VALUE_TRUE:
        return json_true();
    case VALUE_FALSE:
        return json_false();
    case VALUE_NULL:
    case VALUE_ABSENT:
        break;
    }
    return json_null();
}

struct doc *
doc_parse(struct arena *arena, struct str text, struct error *err)
{
    AUTO_ARENA          scratch = arena_new();
    const struct value *v = value_read(scratch, text, err);
    const struct maker  maker = { text, err };
    size_t              invalid = v ? invalid_at(text) : 0;

    if (!v)
        return NULL;
    if (invalid < text.n) {
        value_fail(text, text.p + invalid, "a byte that is no UTF-8", err);
        return NULL;
    }

    struct arena *before = enter(arena);
    json_t       *j = make_value(&maker, v);

    current = before;
    return out(j);
}

/* --- reading --- */

enum doc_kind
doc_kind(const struct doc *d)
{
    if (!d)
        return DOC_ABSENT;
    switch (json_typeof(in(d))) {
    case JSON_OBJECT:
        return DOC_OBJECT;
    case JSON_ARRAY:
        return DOC_ARRAY;
    case JSON_STRING:
        return DOC_STRING;
    case JSON_INTEGER:
        return DOC_INT;
    case JSON_REAL:
        return DOC_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return DOC_BOOL;
    case JSON_NULL:
        return DOC_NULL;
    }
    return DOC_ABSENT;
}

struct doc *
doc_get(const struct doc *object, const char *key)
{
    return out(json_object_get(in(object), key));
}

struct doc *
doc_getn(const struct doc *object, struct str key)
{
    char  small[256];
    char *name = key.n < sizeof small ? small : xmalloc(key.n + 1);

    if (key.n)
        memcpy(name, key.p, key.n);
    name[key.n] = '\0';

    struct doc *value = doc_get(object, name);

    if (name != small)
        free(name);
    return value;
}

struct doc *
doc_path(const struct doc *object, const char *path)
{
    struct str  rest = str_from(path), step;
    struct doc *value = out(in(object));

    while (value && str_cut(&rest, '.', &step))
        value = doc_getn(value, step);
    return value;
}

struct doc *
doc_at(const struct doc *array, size_t index)
{
    return out(json_array_get(in(array), index));
}

size_t
doc_count(const struct doc *d)
{
    return json_is_object(in(d)) ? json_object_size(in(d)) : json_array_size(in(d));
}

struct str
doc_text(const struct doc *d)
{
    if (!json_is_string(in(d)))
        return STR_NONE;
    return (struct str){ json_string_value(in(d)), json_string_length(in(d)) };
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
        return doc_text(d);
    case DOC_INT:
        return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(in(d)));
    case DOC_REAL:
        return arena_printf(arena, "%.16g", json_real_value(in(d)));
    case DOC_BOOL:
        return json_is_true(in(d)) ? STR("true") : STR("false");
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

    if (json_is_integer(in(d)))
        value = json_integer_value(in(d));
    else if (json_is_string(in(d)) && !str_to_i64(doc_text(d), &value))
        value = otherwise;
    return value;
}

bool
doc_truth(const struct doc *d)
{
    if (json_is_boolean(in(d)))
        return json_is_true(in(d));
    if (json_is_string(in(d)))
        return str_is(doc_text(d), "1") || str_equal_nocase(doc_text(d), STR("true"));
    return json_is_number(in(d)) && json_number_value(in(d)) != 0;
}

bool
doc_equal(const struct doc *a, const struct doc *b)
{
    return a == b || json_equal(in(a), in(b));
}

bool
doc_next(const struct doc *object, struct doc_iter *it)
{
    it->position = it->position ? json_object_iter_next(in(object), it->position)
                                : json_object_iter(in(object));
    if (!it->position)
        return false;
    it->key =
        (struct str){ json_object_iter_key(it->position), json_object_iter_key_len(it->position) };
    it->value = out(json_object_iter_value(it->position));
    return true;
}

/* --- making --- */

struct doc *
doc_object(struct arena *arena)
{
    struct arena *before = enter(arena);
    json_t       *j = uncounted(json_object());

    current = before;
    return out(j);
}

struct doc *
doc_array(struct arena *arena)
{
    struct arena *before = enter(arena);
    json_t       *j = uncounted(json_array());

    current = before;
    return out(j);
}

struct doc *
doc_null(void)
{
    return out(json_null());
}

struct doc *
doc_bool(bool value)
{
    return out(json_boolean(value));
}

struct doc *
doc_int(struct arena *arena, int64_t value)
{
    struct arena *before = enter(arena);
    json_t       *j = uncounted(json_integer(value));

    current = before;
    return out(j);
}

/* 's' with each byte that cannot stand in UTF-8 text, and NUL, replaced by U+FFFD. */
static json_t *
repaired(struct arena *arena, struct str s)
{
    AUTO_BUF   text = { 0 };
    struct str whole;

    while (s.n) {
        size_t n = s.p[0] ? character_length(s) : 0;

        buf_add(&text, n ? str_head(s, n) : STR("\xef\xbf\xbd"));
        s = str_skip(s, n ? n : 1);
    }
    whole = arena_str(arena, buf_str(&text));
    return json_stringn_nocheck(whole.p, whole.n);
}

struct doc *
doc_string(struct arena *arena, struct str s)
{
    struct arena *before = enter(arena);
    bool          is_sound = s.n == 0 || (!memchr(s.p, 0, s.n) && invalid_at(s) == s.n);
    json_t       *j = is_sound ? json_stringn_nocheck(s.p ? s.p : "", s.n) : repaired(arena, s);

    current = before;
    return out(uncounted(j));
}

void
doc_set(struct arena *arena, struct doc *object, const char *key, struct doc *value)
{
    struct arena *before = enter(arena);

    json_object_set(in(object), key, in(value));
    current = before;
}

void
doc_setn(struct arena *arena, struct doc *object, struct str key, struct doc *value)
{
    struct str name = doc_text(doc_string(arena, key));

    doc_set(arena, object, name.p, value);
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
    json_object_del(in(object), key);
}

void
doc_push(struct arena *arena, struct doc *array, struct doc *value)
{
    struct arena *before = enter(arena);

    json_array_append(in(array), in(value));
    current = before;
}

void
doc_push_text(struct arena *arena, struct doc *array, struct str text)
{
    doc_push(arena, array, doc_string(arena, text));
}

void
doc_merge(struct arena *arena, struct doc *object, const struct doc *from)
{
    struct arena *before = enter(arena);

    json_object_update(in(object), in(from));
    current = before;
}

struct doc *
doc_copy(struct arena *arena, const struct doc *object)
{
    struct doc *copy = doc_object(arena);

    doc_merge(arena, copy, object);
    return copy;
}

struct doc *
doc_deep_copy(struct arena *arena, const struct doc *d)
{
    struct arena *before = enter(arena);
    json_t       *j = json_deep_copy(in(d));

    leave_uncounted(j);
    current = before;
    return out(j);
}

/* --- writing --- */

static int
add_piece(const char *piece, size_t n, void *b)
{
    buf_add(b, (struct str){ piece, n });
    return 0;
}

/* 16 digits write the fractions of replies (1.0, 0.1) as they came. */
static void
write_as(struct buf *b, const struct doc *d, size_t flags)
{
    AUTO_ARENA    scratch = arena_new(); /* the sorted keys */
    struct arena *before = enter(scratch);

    json_dump_callback(in(d), add_piece, b,
                       flags | JSON_SORT_KEYS | JSON_ENCODE_ANY | JSON_REAL_PRECISION(16));
    current = before;
}

/* Canonical text is written here and not by jansson: every object of an inventory is, and jansson
 * looks each member up again after sorting and hands over a few bytes at a time. */
struct member {
    struct str key;
    json_t    *value;
};

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

/* How many bytes from the beginning stand in a JSON string as they are: all but control characters,
 * quotes and backslashes. Eight are looked at together. */
static size_t
plain_length(const char *p, size_t n)
{
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    size_t         i = 0;

    for (; n - i >= sizeof ones; i += sizeof ones) {
        uint64_t word, quote, backslash;

        memcpy(&word, p + i, sizeof word);
        quote = word ^ ones * '"';
        backslash = word ^ ones * '\\';
        if ((((word - ones * ' ') & ~word) | ((quote - ones) & ~quote) |
             ((backslash - ones) & ~backslash)) &
            highs)
            break;
    }
    while (i < n && (unsigned char)p[i] >= ' ' && p[i] != '"' && p[i] != '\\')
        i++;
    return i;
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
write_integer(struct buf *b, json_int_t integer)
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

static void write_value(struct buf *, json_t *, struct arena *scratch);

static void
write_object(struct buf *b, json_t *object, struct arena *scratch)
{
    struct member *members = arena_array(scratch, struct member, json_object_size(object));
    size_t         n = 0;

    for (void *it = json_object_iter(object); it; it = json_object_iter_next(object, it))
        members[n++] = (struct member){ { json_object_iter_key(it), json_object_iter_key_len(it) },
                                        json_object_iter_value(it) };
    sort_members(members, n);
    buf_char(b, '{');
    for (size_t i = 0; i < n; i++) {
        if (i)
            buf_char(b, ',');
        write_string(b, members[i].key.p, members[i].key.n);
        buf_char(b, ':');
        write_value(b, members[i].value, scratch);
    }
    buf_char(b, '}');
}

static void
write_array(struct buf *b, json_t *array, struct arena *scratch)
{
    buf_char(b, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i)
            buf_char(b, ',');
        write_value(b, json_array_get(array, i), scratch);
    }
    buf_char(b, ']');
}

/* As deep as doc_parse() lets texts be. */
static void
write_value(struct buf *b, json_t *j, struct arena *scratch)
{
    switch (json_typeof(j)) {
    case JSON_OBJECT:
        write_object(b, j, scratch);
        break;
    case JSON_ARRAY:
        write_array(b, j, scratch);
        break;
    case JSON_STRING:
        write_string(b, json_string_value(j), json_string_length(j));
        break;
    case JSON_INTEGER:
        write_integer(b, json_integer_value(j));
        break;
    case JSON_REAL:
        write_as(b, out(j), JSON_COMPACT);
        break;
    case JSON_TRUE:
        buf_add(b, STR("true"));
        break;
    case JSON_FALSE:
        buf_add(b, STR("false"));
        break;
    case JSON_NULL:
        buf_add(b, STR("null"));
        break;
    }
}

void
doc_write(struct buf *b, const struct doc *d)
{
    AUTO_ARENA scratch = arena_new();

    if (d)
        write_value(b, in(d), scratch);
}

struct str
doc_body(struct arena *arena, const struct doc *d)
{
    AUTO_BUF b;

    buf_init(&b, 0);
    doc_write(&b, d);
    return arena_str(arena, buf_str(&b));
}

void
doc_write_pretty(struct buf *b, const struct doc *d)
{
    write_as(b, d, JSON_INDENT(2));
}

void
doc_write_text(struct buf *b, struct str s)
{
    if (invalid_at(s) == s.n && (s.n == 0 || !memchr(s.p, 0, s.n))) {
        write_string(b, s.p, s.n);
        return;
    }

    AUTO_ARENA scratch = arena_new();

    doc_write(b, doc_string(scratch, s));
}
