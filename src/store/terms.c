/* Words of names and addresses.
 *
 * Not left to a tokenizer of the database: one that cuts "10.77.0.21" in four must then find the
 * four in a row, which needs positions in the index and reads the lists of "10" and "0" of a whole
 * cloud. One that does not cut "node-1-vm-a1" cannot find "vm-a1". */

#include "store/terms.h"

#include "base/ascii.h"
#include "store/members.h"

enum {
    NAME_MAX_BYTES = 256, /* of a name; what is longer is no name */
    SHORT_NUMBER = 3,     /* digits */
    N_PARTS = 24,         /* of a name that are words of their own */
    TERMS_MAX = 16384,    /* bytes of one object */
    UUID_LENGTH = 36,
    MAC_LENGTH = 17,
};

/* Attributes whose value is a name: top-level ones, the rest is looked through for addresses. */
static const char *const names[] = { "id", "local_name", "local_service_id", "name",
                                     "object_name" };

/* Attributes that hold the addresses of others: every tunnel end of the cloud on every host. */
static const char *const foreign[] = { "configurations", "data", "tunnel_ports" };

static bool
is_alnum(char c)
{
    return ascii_is_alphanumeric(c) || (unsigned char)c >= 0x80;
}

/* The same characters as in the tokenizer of the table "search". */
static bool
is_of_word(char c)
{
    return is_alnum(c) || (c && strchr("-_.:/@+~#%=", c));
}

bool
term_next(struct str *rest, struct str *word)
{
    while (rest->n > 0 && !is_of_word(rest->p[0]))
        *rest = str_skip(*rest, 1);

    size_t n = 0;

    while (n < rest->n && is_of_word(rest->p[n]))
        n++;
    *word = str_head(*rest, n);
    *rest = str_skip(*rest, n);
    return n > 0;
}

static bool
is_uuid(struct str s)
{
    if (s.n != UUID_LENGTH)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? s.p[i] != '-' : !ascii_is_hex(s.p[i]))
            return false;
    }
    return true;
}

static bool
is_mac(struct str s)
{
    if (s.n != MAC_LENGTH)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (i % 3 == 2 ? s.p[i] != ':' : !ascii_is_hex(s.p[i]))
            return false;
    return true;
}

/* An IPv4 or IPv6 address, with or without "/length": told by its characters. */
static bool
is_address(struct str s)
{
    size_t dots = 0, colons = 0, digits = 0;

    if (s.n < 3 || s.n > 49)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.')
            dots++;
        else if (s.p[i] == ':')
            colons++;
        else if (s.p[i] == '/' && i > 0)
            break;
        else if (!ascii_is_hex(s.p[i]) || (colons == 0 && dots > 0 && s.p[i] > '9'))
            return false;
        else
            digits++;
    }
    return (dots == 3 && digits >= 4) || (colons >= 2 && digits > 0);
}

static void
add(struct buf *out, struct str word)
{
    buf_add(out, word);
    buf_char(out, ' ');
}

static void
add_mac(struct buf *out, struct str mac)
{
    add(out, mac);
    add(out, str_skip(mac, 9)); /* the half that tells two NICs of one maker apart */
}

/* Where the next part of a name begins; 'n' is set to the length of its first run of letters and
 * digits, '*is_number' if these are digits. */
static struct str
next_part(struct str word, size_t *n, bool *is_number)
{
    size_t begin = 0, end;

    while (begin < word.n && is_alnum(word.p[begin]))
        begin++;
    while (begin < word.n && !is_alnum(word.p[begin]))
        begin++;
    *is_number = true;
    for (end = begin; end < word.n && is_alnum(word.p[end]); end++)
        *is_number = *is_number && ascii_is_digit(word.p[end]);
    *n = end - begin;
    return str_skip(word, begin);
}

static void
add_word_of_name(struct buf *out, struct str word)
{
    bool   is_number = false;
    size_t n = word.n;

    for (size_t parts = 0; parts < N_PARTS && word.n > 1; parts++) {
        if (is_mac(word)) {
            add_mac(out, word);
            return;
        }
        if (is_uuid(word) || is_address(word)) {
            add(out, word);
            return;
        }
        if (!is_number || n > SHORT_NUMBER)
            add(out, word);
        word = next_part(word, &n, &is_number);
    }
}

static void
add_name(struct buf *out, struct str name)
{
    struct str rest = str_head(name, NAME_MAX_BYTES), word;

    while (term_next(&rest, &word)) {
        add_word_of_name(out, word);
        if (word.n == 1)
            add(out, word);
    }
}

static void
add_addresses(struct buf *out, struct str value)
{
    struct str rest = value, text;

    while (string_next(&rest, &text)) {
        if (is_mac(text))
            add_mac(out, text);
        else if (is_address(text))
            add(out, text);
    }
}

/* Does 'longer' end in 'name', as "cmp1-tap1" does in "tap1"? Then its words are all there (unless
 * it begins with a number, which might be a short one). Both are JSON strings with their quotes. */
static bool
covers(struct str longer, struct str name)
{
    struct str tail = str_skip(name, 1);

    if (str_equal(longer, name))
        return true;
    if (tail.n < 2 || longer.n <= tail.n || ascii_is_digit(tail.p[0]))
        return false;
    return str_ends(longer, tail) && !is_alnum(longer.p[longer.n - tail.n - 1]);
}

void
terms_of_body(struct buf *out, struct str body)
{
    struct str rest = body, key, value, taken[N_ELEMENTS(names)];
    size_t     max = out->max, n_taken = 0;

    out->max = out->n + TERMS_MAX;
    while (member_next(&rest, &key, &value)) {
        bool is_known = false;

        if (str_is_one_of(key, foreign, N_ELEMENTS(foreign)))
            continue;
        if (!str_is_one_of(key, names, N_ELEMENTS(names)) || !str_starts(value, STR("\""))) {
            add_addresses(out, value);
            continue;
        }
        for (size_t i = 0; i < n_taken; i++)
            is_known = is_known || covers(taken[i], value);
        if (is_known)
            continue;
        add_name(out, value);
        if (n_taken < N_ELEMENTS(taken))
            taken[n_taken++] = value;
    }
    out->max = max;
    out->full = false;
}
