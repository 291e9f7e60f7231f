/* Borrowed strings: a pointer and a length into text that somebody else owns.
 *
 * Units:      lengths in bytes.
 * Ownership:  a str owns nothing; it lives as long as the text it points into.
 * Errors:     the conversions return false and leave '*out' untouched. */

#ifndef BASE_STR_H
#define BASE_STR_H

#include <string.h>

#include "base/compiler.h"

struct str {
    const char *p;
    size_t      n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_ARG(s) (int)(s).n, (s).p
#define STR_NONE ((struct str){ "", 0 })

static inline struct str
str_from(const char *text)
{
    return text ? (struct str){ text, strlen(text) } : STR_NONE;
}

static inline struct str
str_range(const char *begin, const char *end)
{
    return (struct str){ begin, (size_t)(end - begin) };
}

static inline bool
str_equal(struct str a, struct str b)
{
    /* Names that differ often do so at their end. */
    return a.n == b.n && (a.n == 0 || (a.p[a.n - 1] == b.p[b.n - 1] && memcmp(a.p, b.p, a.n) == 0));
}

static inline bool
str_is(struct str a, const char *text)
{
    return str_equal(a, str_from(text));
}

static inline bool
str_empty(struct str a)
{
    return a.n == 0;
}

/* Is it one of the 'n' texts? */
bool str_is_one_of(struct str a, const char *const *texts, size_t n);

/* Has it something, and nothing but ASCII letters, digits and the characters 'others'? */
bool str_holds_only(struct str a, const char *others);

/* Byte order, a shorter string before its continuations: -1, 0 or 1. */
int str_compare(struct str a, struct str b);

bool str_starts(struct str a, struct str prefix);
bool str_ends(struct str a, struct str suffix);
bool str_equal_nocase(struct str a, struct str b); /* ASCII letters */

/* The rest of 'a' after its first 'n' bytes; empty when it is shorter. */
struct str str_skip(struct str a, size_t n);
struct str str_head(struct str a, size_t n);

struct str str_trim(struct str a); /* blanks, tabs, CR, LF at both ends */

/* Position of the first 'needle', or -1. */
ptrdiff_t str_find(struct str a, struct str needle);
ptrdiff_t str_find_char(struct str a, char c);
ptrdiff_t str_find_last(struct str a, char c);

static inline bool
str_has(struct str a, struct str needle)
{
    return str_find(a, needle) >= 0;
}

/* Cut '*rest' at the first 'separator': '*head' is what stood before it, '*rest' what follows.
 * False when '*rest' is exhausted (its p is then NULL). A string without the separator is its own
 * last piece. */
bool str_cut(struct str *rest, char separator, struct str *head);

/* The next line without its end (LF or CR LF); false at the end of the text. */
bool str_line(struct str *rest, struct str *line);

/* The next word between blanks and tabs; false when only blanks are left. */
bool str_word(struct str *rest, struct str *word);

/* Shell-like pattern with '*' and '?' against the whole string. */
bool str_matches(struct str a, struct str pattern);

/* Decimal numbers without sign or blanks, within range. */
bool str_to_u32(struct str a, uint32_t *out) MUST_CHECK;
bool str_to_i64(struct str a, int64_t *out) MUST_CHECK; /* an optional '-' first */

/* Is this a dotted IPv4 address, each octet 0..255? */
bool str_to_ipv4(struct str a, uint32_t *out) MUST_CHECK;

#endif
