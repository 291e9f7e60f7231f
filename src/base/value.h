/* JSON text, read where it lies: one flat array of values that point into it.
 *
 * A document (base/doc.h) makes an allocation and a hash entry of every member: 4 ms for the
 * devices of a host with 20 instances, of which a scan of 10,000 hosts has no use once the records
 * are made. The array takes a tenth of the time. Objects keep the order of their members. Documents
 * are made from it too, so there is one grammar.
 *
 * Units:      strings in bytes as they came, which need not be UTF-8; numbers as text.
 * Ownership:  values live in the arena and point into the text.
 * Errors:     ERROR_PARSE with line and column (in bytes). A NULL value reads as absent
 *             everywhere. */

#ifndef BASE_VALUE_H
#define BASE_VALUE_H

#include "base/arena.h"
#include "base/error.h"

enum value_kind {
    VALUE_ABSENT,
    VALUE_NULL,
    VALUE_FALSE,
    VALUE_TRUE,
    VALUE_INTEGER,
    VALUE_REAL,
    VALUE_STRING,
    VALUE_ARRAY,
    VALUE_OBJECT,
};

enum { VALUE_MAX_DEPTH = 2048, VALUE_MAX_COUNT = 1 << 24 };

/* What an array or object holds follows at once behind it; a member is a string, its key, and
 * another value. */
struct value {
    enum value_kind kind;
    uint32_t        size; /* in values: itself and all that it holds */
    struct str      text; /* of strings and numbers */
};

/* Strict JSON (RFC 8259, but for NUL in strings), nested at most VALUE_MAX_DEPTH deep, of at most
 * VALUE_MAX_COUNT values. NULL on failure. */
const struct value *value_read(struct arena *, struct str text, struct error *err) MUST_CHECK;

/* The same with strings that had escapes in an arena of their own, each with a NUL behind it. */
const struct value *value_read_apart(struct arena *, struct arena *strings, struct str text,
                                     struct error *err) MUST_CHECK;

static inline enum value_kind
value_kind(const struct value *v)
{
    return v ? v->kind : VALUE_ABSENT;
}

/* An error at the byte 'at' of the text: "line 3, column 14: why". Returns false. */
bool value_fail(struct str text, const char *at, const char *why, struct error *err);

/* The elements of an array or the members of an object:
 *     struct value_iter it = { 0 };
 *     while (value_next(v, &it))
 *         use(it.key, it.value);           // key: "" in an array */
struct value_iter {
    struct str          key;
    const struct value *value;
};

bool value_next(const struct value *, struct value_iter *);

size_t              value_count(const struct value *);
const struct value *value_get(const struct value *object, const char *key);

/* The text of a string, "" for anything else. */
struct str value_text(const struct value *);
struct str value_get_text(const struct value *object, const char *key);

/* Strings and numbers as they are, booleans as "true" and "false", "" for the rest. */
struct str value_scalar(const struct value *);

bool value_truth(const struct value *); /* true, or a number that is not 0 */

/* An integer from 0 to 2^32 - 1; false when it is something else. */
bool value_to_u32(const struct value *, uint32_t *) MUST_CHECK;

/* A member of a known kind. When it is absent the output stays untouched; when it is of another
 * kind that is an error: "mtu: expected a number". */
bool field_text(const struct value *object, const char *key, struct str *,
                struct error *) MUST_CHECK;
bool field_u32(const struct value *object, const char *key, uint32_t *, struct error *) MUST_CHECK;

#endif
