/* Borrowed strings: searching, cutting and converting without copying. */

#include "base/str.h"

#include "base/ascii.h"

int
str_compare(struct str a, struct str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int    order = n ? memcmp(a.p, b.p, n) : 0;

    if (order != 0)
        return order < 0 ? -1 : 1;
    return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}

bool
str_starts(struct str a, struct str prefix)
{
    return a.n >= prefix.n && (prefix.n == 0 || memcmp(a.p, prefix.p, prefix.n) == 0);
}

bool
str_ends(struct str a, struct str suffix)
{
    return a.n >= suffix.n &&
           (suffix.n == 0 || memcmp(a.p + a.n - suffix.n, suffix.p, suffix.n) == 0);
}

bool
str_equal_nocase(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (ascii_lower(a.p[i]) != ascii_lower(b.p[i]))
            return false;
    return true;
}

bool
str_is_one_of(struct str a, const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(a, texts[i]))
            return true;
    return false;
}

bool
str_holds_only(struct str a, const char *others)
{
    for (size_t i = 0; i < a.n; i++)
        if (!ascii_is_alphanumeric(a.p[i]) && (a.p[i] == '\0' || !strchr(others, a.p[i])))
            return false;
    return a.n > 0;
}

struct str
str_skip(struct str a, size_t n)
{
    return n >= a.n ? STR_NONE : (struct str){ a.p + n, a.n - n };
}

struct str
str_head(struct str a, size_t n)
{
    return n >= a.n ? a : (struct str){ a.p, n };
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str a)
{
    while (a.n && is_blank(a.p[0])) {
        a.p++;
        a.n--;
    }
    while (a.n && is_blank(a.p[a.n - 1]))
        a.n--;
    return a;
}

ptrdiff_t
str_find(struct str a, struct str needle)
{
    if (needle.n == 0)
        return 0;
    if (a.n < needle.n)
        return -1;

    const char *found = memmem(a.p, a.n, needle.p, needle.n);

    return found ? found - a.p : -1;
}

ptrdiff_t
str_find_char(struct str a, char c)
{
    const char *found = a.n ? memchr(a.p, c, a.n) : NULL;

    return found ? found - a.p : -1;
}

ptrdiff_t
str_find_last(struct str a, char c)
{
    const char *found = a.n ? memrchr(a.p, c, a.n) : NULL;

    return found ? found - a.p : -1;
}

bool
str_cut(struct str *rest, char separator, struct str *head)
{
    if (!rest->p)
        return false;

    ptrdiff_t at = str_find_char(*rest, separator);

    if (at < 0) {
        *head = *rest;
        *rest = (struct str){ NULL, 0 };
    } else {
        *head = (struct str){ rest->p, (size_t)at };
        *rest = (struct str){ rest->p + at + 1, rest->n - (size_t)at - 1 };
    }
    return true;
}

bool
str_line(struct str *rest, struct str *line)
{
    if (rest->n == 0)
        return false;

    ptrdiff_t at = str_find_char(*rest, '\n');

    if (at < 0) {
        *line = *rest;
        *rest = (struct str){ rest->p + rest->n, 0 };
    } else {
        *line = (struct str){ rest->p, (size_t)at };
        *rest = (struct str){ rest->p + at + 1, rest->n - (size_t)at - 1 };
    }
    if (line->n && line->p[line->n - 1] == '\r')
        line->n--;
    return true;
}

bool
str_word(struct str *rest, struct str *word)
{
    size_t begin = 0;

    while (begin < rest->n && is_blank(rest->p[begin]))
        begin++;
    if (begin == rest->n)
        return false;

    size_t end = begin;

    while (end < rest->n && !is_blank(rest->p[end]))
        end++;
    *word = (struct str){ rest->p + begin, end - begin };
    *rest = (struct str){ rest->p + end, rest->n - end };
    return true;
}

bool
str_matches(struct str a, struct str pattern)
{
    size_t i = 0, j = 0;
    size_t star = SIZE_MAX, mark = 0; /* where to go back to after a '*' */

    while (i < a.n) {
        if (j < pattern.n && pattern.p[j] == '*') {
            star = j++;
            mark = i;
        } else if (j < pattern.n && (pattern.p[j] == '?' || pattern.p[j] == a.p[i])) {
            i++;
            j++;
        } else if (star != SIZE_MAX) {
            j = star + 1;
            i = ++mark;
        } else {
            return false;
        }
    }
    while (j < pattern.n && pattern.p[j] == '*')
        j++;
    return j == pattern.n;
}

bool
str_to_u32(struct str a, uint32_t *out)
{
    uint64_t value = 0;

    if (a.n == 0 || a.n > 10)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (!ascii_is_digit(a.p[i]))
            return false;
        value = value * 10 + (uint64_t)(a.p[i] - '0');
    }
    if (value > UINT32_MAX)
        return false;
    *out = (uint32_t)value;
    return true;
}

bool
str_to_i64(struct str a, int64_t *out)
{
    bool     negative = a.n && a.p[0] == '-';
    uint64_t value = 0;

    if (negative)
        a = str_skip(a, 1);
    if (a.n == 0 || a.n > 18)
        return false;
    for (size_t i = 0; i < a.n; i++) {
        if (!ascii_is_digit(a.p[i]))
            return false;
        value = value * 10 + (uint64_t)(a.p[i] - '0');
    }
    *out = negative ? -(int64_t)value : (int64_t)value;
    return true;
}

bool
str_to_ipv4(struct str a, uint32_t *out)
{
    uint32_t   address = 0;
    size_t     n_octets = 0;
    struct str octet;

    while (str_cut(&a, '.', &octet)) {
        uint32_t value;

        if (++n_octets > 4 || octet.n > 3 || !str_to_u32(octet, &value) || value > 255)
            return false;
        address = address << 8 | value;
    }
    if (n_octets != 4)
        return false;
    *out = address;
    return true;
}
