/* JSON into a flat array, without recursion: the open containers are a stack of their positions. */

#include "base/value.h"

struct reader {
    struct arena *arena;
    struct arena *strings;
    const char   *begin, *p, *end;
    struct value *values;
    size_t        n, capacity;
    size_t        open[VALUE_MAX_DEPTH]; /* positions of the containers around */
    size_t        depth;
    struct error *err;
};

bool
value_fail(struct str text, const char *at, const char *why, struct error *err)
{
    const char *line = text.p;
    size_t      n_lines = 1;

    for (const char *p = text.p; p < at; p++) {
        if (*p == '\n') {
            line = p + 1;
            n_lines++;
        }
    }
    return error_set(err, ERROR_PARSE, 0, "line %zu, column %zu: %s", n_lines,
                     (size_t)(at - line) + 1, why);
}

static bool
fail(struct reader *r, const char *why)
{
    return value_fail(str_range(r->begin, r->end), r->p, why, r->err);
}

static void
skip_blanks(struct reader *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' || *r->p == '\r' || *r->p == '\t'))
        r->p++;
}

static bool
take(struct reader *r, char c)
{
    if (r->p == r->end || *r->p != c)
        return false;
    r->p++;
    return true;
}

static bool
add(struct reader *r, enum value_kind kind, struct str text)
{
    if (r->n == VALUE_MAX_COUNT)
        return fail(r, "too many values");
    arena_grow(r->arena, r->values, r->n, r->capacity);
    r->values[r->n++] = (struct value){ .kind = kind, .size = 1, .text = text };
    return true;
}

static bool
is_digit(const struct reader *r)
{
    return r->p < r->end && *r->p >= '0' && *r->p <= '9';
}

static bool
take_digits(struct reader *r)
{
    if (!is_digit(r))
        return fail(r, "expected a digit");
    while (is_digit(r))
        r->p++;
    return true;
}

static bool
take_number(struct reader *r)
{
    const char     *begin = r->p;
    enum value_kind kind = VALUE_INTEGER;

    take(r, '-');
    if (!take(r, '0') && !take_digits(r))
        return false;
    if (take(r, '.')) {
        kind = VALUE_REAL;
        if (!take_digits(r))
            return false;
    }
    if (take(r, 'e') || take(r, 'E')) {
        kind = VALUE_REAL;
        if (!take(r, '+'))
            take(r, '-');
        if (!take_digits(r))
            return false;
    }
    return add(r, kind, str_range(begin, r->p));
}

static bool
take_word(struct reader *r, struct str word, enum value_kind kind)
{
    if (!str_starts(str_range(r->p, r->end), word))
        return fail(r, "expected a value");
    r->p += word.n;
    return add(r, kind, STR_NONE);
}

/* Four hexadecimal digits. */
static bool
take_unit(struct reader *r, uint32_t *unit)
{
    *unit = 0;
    for (int i = 0; i < 4; i++, r->p++) {
        char c = r->p < r->end ? *r->p : '\0';

        if (c >= '0' && c <= '9')
            *unit = *unit << 4 | (uint32_t)(c - '0');
        else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
            *unit = *unit << 4 | (uint32_t)((c | 32) - 'a' + 10);
        else
            return fail(r, "expected a hexadecimal digit");
    }
    return true;
}

/* One code point as UTF-8. */
static size_t
encode(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xc0 | code >> 6);
        out[1] = (char)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xe0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 63));
        out[2] = (char)(0x80 | (code & 63));
        return 3;
    }
    out[0] = (char)(0xf0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 63));
    out[2] = (char)(0x80 | (code >> 6 & 63));
    out[3] = (char)(0x80 | (code & 63));
    return 4;
}

/* Behind "\u": one unit, or two that are a pair; at most as long as its escape. */
static bool
take_code(struct reader *r, char *out, size_t *n)
{
    uint32_t code, low;

    if (!take_unit(r, &code))
        return false;
    if (code == 0)
        return fail(r, "a NUL in a string");
    if (code >= 0xd800 && code < 0xdc00) {
        if (!take(r, '\\') || !take(r, 'u') || !take_unit(r, &low) || low < 0xdc00 || low > 0xdfff)
            return fail(r, "half of a surrogate pair");
        code = 0x10000 + ((code - 0xd800) << 10 | (low - 0xdc00));
    } else if (code >= 0xdc00 && code <= 0xdfff) {
        return fail(r, "half of a surrogate pair");
    }
    *n += encode(code, out + *n);
    return true;
}

/* A string with escapes; they are longer than what they stand for, so its source is room enough. */
static bool
take_escaped(struct reader *r, const char *begin, const char *end)
{
    static const char names[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
    char             *out = arena_take(r->strings, (size_t)(end - begin) + 1);
    size_t            n = 0;

    for (r->p = begin; r->p < end;) {
        const char *plain = r->p;

        while (r->p < end && *r->p != '\\')
            r->p++;
        memcpy(out + n, plain, (size_t)(r->p - plain));
        n += (size_t)(r->p - plain);
        if (!take(r, '\\'))
            break;

        const char *name = r->p < end ? memchr(names, *r->p, sizeof names - 1) : NULL;

        if (name) {
            out[n++] = meant[name - names];
            r->p++;
        } else if (!take(r, 'u')) {
            return fail(r, "an unknown escape");
        } else if (!take_code(r, out, &n)) {
            return false;
        }
    }
    out[n] = '\0';
    r->p = end + 1;
    return add(r, VALUE_STRING, (struct str){ out, n });
}

static bool
take_string(struct reader *r)
{
    if (!take(r, '"'))
        return fail(r, "expected a string");

    const char *begin = r->p;
    bool        has_escapes = false;

    for (;; r->p++) {
        if (r->p == r->end)
            return fail(r, "a string without end");
        if (*r->p == '"')
            break;
        if ((unsigned char)*r->p < ' ')
            return fail(r, "a control character in a string");
        if (*r->p == '\\') {
            has_escapes = true;
            if (++r->p == r->end)
                return fail(r, "a string without end");
        }
    }
    if (has_escapes)
        return take_escaped(r, begin, r->p);
    r->p++;
    return add(r, VALUE_STRING, str_range(begin, r->p - 1));
}

/* The key and colon of a member, where the container around is an object. */
static bool
take_key(struct reader *r)
{
    if (r->depth == 0 || r->values[r->open[r->depth - 1]].kind != VALUE_OBJECT)
        return true;
    skip_blanks(r);
    if (!take_string(r))
        return false;
    skip_blanks(r);
    return take(r, ':') || fail(r, "expected ':'");
}

/* A value, or the beginning of an array or object: '*opened' then. */
static bool
take_value(struct reader *r, bool *opened)
{
    skip_blanks(r);
    *opened = false;
    if (r->p == r->end)
        return fail(r, "the text ends too early");
    switch (*r->p) {
    case '{':
    case '[':
        if (r->depth == VALUE_MAX_DEPTH)
            return fail(r, "nested too deep");
        r->open[r->depth++] = r->n;
        *opened = true;
        return add(r, *r->p++ == '{' ? VALUE_OBJECT : VALUE_ARRAY, STR_NONE);
    case '"':
        return take_string(r);
    case 't':
        return take_word(r, STR("true"), VALUE_TRUE);
    case 'f':
        return take_word(r, STR("false"), VALUE_FALSE);
    case 'n':
        return take_word(r, STR("null"), VALUE_NULL);
    default:
        return is_digit(r) || *r->p == '-' ? take_number(r) : fail(r, "expected a value");
    }
}

/* Close the container around, if its end comes next. */
static bool
take_end(struct reader *r)
{
    size_t position = r->open[r->depth - 1];

    skip_blanks(r);
    if (!take(r, r->values[position].kind == VALUE_OBJECT ? '}' : ']'))
        return false;
    r->values[position].size = (uint32_t)(r->n - position);
    r->depth--;
    return true;
}

const struct value *
value_read(struct arena *arena, struct str text, struct error *err)
{
    return value_read_apart(arena, arena, text, err);
}

const struct value *
value_read_apart(struct arena *arena, struct arena *strings, struct str text, struct error *err)
{
    struct reader r = { .arena = arena, .strings = strings, .err = err };
    bool          opened = true;

    if (!text.p)
        text = STR_NONE;
    r.begin = r.p = text.p;
    r.end = text.p + text.n;
    r.capacity = text.n / 8 + 8; /* replies hold a value in some 10 bytes */
    r.values = arena_take(arena, r.capacity * sizeof *r.values);
    do {
        if (!take_key(&r) || !take_value(&r, &opened))
            return NULL;
        if (opened && !take_end(&r))
            continue;
        while (r.depth && take_end(&r))
            ;
        if (r.depth && !take(&r, ',')) {
            fail(&r, "expected ',' or an end");
            return NULL;
        }
    } while (r.depth);
    skip_blanks(&r);
    if (r.p < r.end) {
        fail(&r, "text behind the end");
        return NULL;
    }
    return r.values;
}

bool
value_next(const struct value *v, struct value_iter *it)
{
    if (value_kind(v) != VALUE_ARRAY && value_kind(v) != VALUE_OBJECT)
        return false;

    const struct value *next = it->value ? it->value + it->value->size : v + 1;

    if (next == v + v->size)
        return false;
    it->key = STR_NONE;
    if (v->kind == VALUE_OBJECT)
        it->key = next++->text;
    it->value = next;
    return true;
}

size_t
value_count(const struct value *v)
{
    struct value_iter it = { 0 };
    size_t            n = 0;

    while (value_next(v, &it))
        n++;
    return n;
}

const struct value *
value_get(const struct value *object, const char *key)
{
    struct value_iter it = { 0 };
    struct str        wanted = str_from(key);

    if (value_kind(object) != VALUE_OBJECT)
        return NULL;
    while (value_next(object, &it))
        if (str_equal(it.key, wanted))
            return it.value;
    return NULL;
}

struct str
value_text(const struct value *v)
{
    return value_kind(v) == VALUE_STRING ? v->text : STR_NONE;
}

struct str
value_get_text(const struct value *object, const char *key)
{
    return value_text(value_get(object, key));
}

struct str
value_scalar(const struct value *v)
{
    switch (value_kind(v)) {
    case VALUE_STRING:
    case VALUE_INTEGER:
    case VALUE_REAL:
        return v->text;
    case VALUE_TRUE:
        return STR("true");
    case VALUE_FALSE:
        return STR("false");
    case VALUE_ABSENT:
    case VALUE_NULL:
    case VALUE_ARRAY:
    case VALUE_OBJECT:
        break;
    }
    return STR_NONE;
}

bool
value_truth(const struct value *v)
{
    return value_kind(v) == VALUE_TRUE || (value_kind(v) == VALUE_INTEGER && !str_is(v->text, "0"));
}

bool
value_to_u32(const struct value *v, uint32_t *number)
{
    return value_kind(v) == VALUE_INTEGER && str_to_u32(v->text, number);
}

bool
field_text(const struct value *object, const char *key, struct str *text, struct error *err)
{
    const struct value *v = value_get(object, key);

    if (!v)
        return true;
    if (v->kind != VALUE_STRING)
        return error_set(err, ERROR_PARSE, 0, "%s: expected a string", key);
    *text = v->text;
    return true;
}

bool
field_u32(const struct value *object, const char *key, uint32_t *number, struct error *err)
{
    const struct value *v = value_get(object, key);

    if (!v)
        return true;
    if (v->kind != VALUE_INTEGER)
        return error_set(err, ERROR_PARSE, 0, "%s: expected a number", key);
    return value_to_u32(v, number) ||
           error_set(err, ERROR_PARSE, 0, "%s: number out of range", key);
}
