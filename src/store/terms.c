/* Words of names and addresses.
 *
 * Not left to a tokenizer of the database: one that cuts "10.77.0.21" in four must then find the
 * four in a row, which needs positions in the index and reads the lists of "10" and "0" of a whole
 * cloud. One that does not cut "node-1-vm-a1" cannot find "vm-a1". */

#include "store/terms.h"

#include "store/members.h"

enum {
    NAME_MAX_BYTES = 256, /* of a name; what is longer is no name */
    N_PARTS = 16,         /* of a name that are words of their own */
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
is_one_of(struct str key, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(key, list[i]))
            return true;
    return false;
}

static bool
is_alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
}

/* The same characters as in the tokenizer of the table "search". */
static bool
is_of_word(char c)
{
    return is_alnum((unsigned char)c) || (c && strchr("-_.:/@+~#%=", c));
}

static bool
is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
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

        if (dash ? s.p[i] != '-' : !is_hex(s.p[i]))
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
        if (i % 3 == 2 ? s.p[i] != ':' : !is_hex(s.p[i]))
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
        else if (!is_hex(s.p[i]) || (colons == 0 && dots > 0 && s.p[i] > '9'))
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

static void
add_word_of_name(struct buf *out, struct str word)
{
    for (size_t parts = 0; parts < N_PARTS; parts++) {
        if (is_mac(word)) {
            add_mac(out, word);
            return;
        }
        add(out, word);
        if (is_uuid(word) || is_address(word))
            return;

        size_t i = 0;

        while (i < word.n && is_alnum((unsigned char)word.p[i]))
            i++;
        while (i < word.n && !is_alnum((unsigned char)word.p[i]))
            i++;
        word = str_skip(word, i);
        if (word.n < 2)
            return;
    }
}

static void
add_name(struct buf *out, struct str name)
{
    struct str rest = str_head(name, NAME_MAX_BYTES), word;

    while (term_next(&rest, &word))
        add_word_of_name(out, word);
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

void
terms_of_body(struct buf *out, struct str body)
{
    struct str rest = body, key, value, last = STR_NONE;
    size_t     max = out->max;

    out->max = out->n + TERMS_MAX;
    while (member_next(&rest, &key, &value)) {
        if (is_one_of(key, foreign, N_ELEMENTS(foreign)))
            continue;
        if (!is_one_of(key, names, N_ELEMENTS(names)) || !str_starts(value, STR("\""))) {
            add_addresses(out, value);
        } else if (!str_equal(value, last)) {
            add_name(out, value);
            last = value; /* "name" and "object_name" are mostly the same */
        }
    }
    out->max = max;
    out->full = false;
}
