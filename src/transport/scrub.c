/* Taking secrets out of texts.
 *
 * Known secrets are plain needles, each in all its spellings, the longest first, so that no part of
 * one is left beside the marks of another. What only looks like a secret is found in one walk over
 * the bytes. */

#include "transport/scrub.h"

#include "base/ascii.h"
#include "base/buf.h"
#include "base/doc.h"
#include "base/utf8.h"

#define MASK STR("***")

struct scrub {
    struct arena *arena;
    struct str   *needles; /* the longest first */
    size_t        n_needles;
    size_t        capacity;
};

struct scrub *
scrub_new(void)
{
    struct scrub *s = xcalloc(1, sizeof *s);

    s->arena = arena_new();
    return s;
}

void
scrub_free(struct scrub *s)
{
    if (!s)
        return;
    arena_free(s->arena);
    free(s);
}

void
scrub_freep(struct scrub **s)
{
    scrub_free(*s);
}

/* --- known secrets --- */

static void
add_needle(struct scrub *s, struct str needle)
{
    if (needle.n < SCRUB_LEAST)
        return;
    for (size_t i = 0; i < s->n_needles; i++)
        if (str_equal(s->needles[i], needle))
            return;
    arena_grow(s->arena, s->needles, s->n_needles, s->capacity);

    size_t at = s->n_needles++;

    for (; at > 0 && s->needles[at - 1].n < needle.n; at--)
        s->needles[at] = s->needles[at - 1];
    s->needles[at] = arena_str(s->arena, needle);
}

/* The inside of a string literal. */
static struct str
json_string(struct arena *arena, struct str text)
{
    AUTO_BUF literal = { 0 };

    doc_write_text(&literal, text);
    return arena_str(arena, str_head(str_skip(buf_str(&literal), 1), literal.n - 2));
}

/* The first character of text that is UTF-8, as what doc_write_text() gives. */
static uint32_t
code_point(struct str text, size_t *n)
{
    unsigned char first = (unsigned char)text.p[0];

    *n = utf8_length(text);
    if (*n <= 1) {
        *n = 1;
        return first;
    }

    uint32_t c = first & (0xffu >> (*n + 1));

    for (size_t i = 1; i < *n; i++)
        c = c << 6 | ((unsigned char)text.p[i] & 0x3fu);
    return c;
}

/* The same where all that is no ASCII is escaped, as Python's writer does by default. */
static struct str
json_ascii(struct arena *arena, struct str escaped)
{
    AUTO_BUF out = { 0 };
    size_t   n;

    for (size_t i = 0; i < escaped.n; i += n) {
        uint32_t c = code_point(str_skip(escaped, i), &n);

        if (c < 0x80)
            buf_char(&out, (char)c);
        else if (c < 0x10000)
            buf_printf(&out, "\\u%04x", c);
        else
            buf_printf(&out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                       0xdc00 + ((c - 0x10000) & 0x3ff));
    }
    return arena_str(arena, buf_str(&out));
}

static void
add_json(struct scrub *s, struct str secret)
{
    struct str escaped = json_string(s->arena, secret);
    struct str ascii = json_ascii(s->arena, escaped);

    add_needle(s, escaped);
    add_needle(s, ascii);
    add_needle(s, json_string(s->arena, escaped)); /* JSON in JSON: columns of tables */
    add_needle(s, json_string(s->arena, ascii));
}

static void
add_xml(struct scrub *s, struct str secret, bool quotes)
{
    static const struct {
        char        c;
        const char *entity;
    } entities[] = {
        { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" }, { '"', "&quot;" }, { '\'', "&apos;" }
    };
    AUTO_BUF escaped = { 0 };

    for (size_t i = 0; i < secret.n; i++) {
        const char *entity = NULL;

        for (size_t k = 0; k < (quotes ? N_ELEMENTS(entities) : 3); k++)
            if (secret.p[i] == entities[k].c)
                entity = entities[k].entity;
        if (entity)
            buf_add(&escaped, str_from(entity));
        else
            buf_char(&escaped, secret.p[i]);
    }
    add_needle(s, buf_str(&escaped));
}

/* 'safe' are the further characters that an encoder leaves as they are: they differ in that. */
static void
add_percent(struct scrub *s, struct str secret, const char *safe, bool lower, bool plus)
{
    AUTO_BUF escaped = { 0 };

    for (size_t i = 0; i < secret.n; i++) {
        char c = secret.p[i];

        if (ascii_is_alphanumeric(c) || (c && strchr(safe, c)))
            buf_char(&escaped, c);
        else if (plus && c == ' ')
            buf_char(&escaped, '+');
        else
            buf_printf(&escaped, lower ? "%%%02x" : "%%%02X", (unsigned char)c);
    }
    add_needle(s, buf_str(&escaped));
}

/* What stands in base64 for the secret with 'before' bytes of something else in front of it: the
 * digits that no other byte has a part in. */
static void
add_base64(struct scrub *s, struct str secret, size_t before, const char *digits)
{
    AUTO_BUF text = { 0 };
    uint32_t bits = 0;
    unsigned n_bits = 0;
    size_t   skipped = before == 0 ? 0 : before == 1 ? 2 : 3; /* digits with foreign bits */

    for (size_t i = 0; i < before + secret.n; i++) {
        bits = bits << 8 | (i < before ? 0 : (unsigned char)secret.p[i - before]);
        for (n_bits += 8; n_bits >= 6; n_bits -= 6) {
            char digit = digits[bits >> (n_bits - 6) & 63];

            if (skipped > 0)
                skipped--;
            else
                buf_char(&text, digit);
        }
    }
    add_needle(s, buf_str(&text));
}

bool
scrub_add(struct scrub *s, struct str secret)
{
    static const char standard[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    static const char for_urls[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    if (secret.n < SCRUB_LEAST)
        return false;
    add_needle(s, secret);
    add_json(s, secret);
    add_xml(s, secret, false);
    add_xml(s, secret, true);
    for (unsigned i = 0; i < 4; i++) {
        add_percent(s, secret, "-_.~", (i & 1) != 0, (i & 2) != 0);
        add_percent(s, secret, "-_.~/", (i & 1) != 0, (i & 2) != 0);
        add_percent(s, secret, "-_.~!$&'()*+,;=:", (i & 1) != 0, (i & 2) != 0);
    }
    for (size_t before = 0; before < 3; before++) {
        add_base64(s, secret, before, standard);
        add_base64(s, secret, before, for_urls);
    }
    return true;
}

static struct str
replace_all(struct arena *arena, struct str text, struct str needle, size_t *n)
{
    ptrdiff_t at = str_find(text, needle);

    if (at < 0)
        return text;

    AUTO_BUF out = { 0 };

    for (; at >= 0; at = str_find(text, needle)) {
        buf_add(&out, str_head(text, (size_t)at));
        buf_add(&out, MASK);
        text = str_skip(text, (size_t)at + needle.n);
        ++*n;
    }
    buf_add(&out, text);
    return arena_str(arena, buf_str(&out));
}

/* --- what looks like a secret --- */

/* A walk over a text: what is to be masked is copied as the mask, all between as it is. */
struct walk {
    struct str text;
    size_t     copied; /* up to there it is in 'out' */
    size_t     n;
    struct buf out;
};

static size_t
mask(struct walk *w, size_t from, size_t to)
{
    struct str secret = str_head(str_skip(w->text, from), to - from);

    if (str_empty(secret) || str_equal(secret, MASK))
        return to;
    buf_add(&w->out, str_head(str_skip(w->text, w->copied), from - w->copied));
    buf_add(&w->out, MASK);
    w->copied = to;
    w->n++;
    return to;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static size_t
n_backslashes_before(struct str text, size_t at)
{
    size_t n = 0;

    while (n < at && text.p[at - n - 1] == '\\')
        n++;
    return n;
}

static bool
names_secret(struct str key)
{
    static const char *const ends[] = { "password",      "passwd",     "passphrase", "adminpass",
                                        "user_data",     "key_data",   "secret",     "secret_key",
                                        "private_key",   "auth_token", "token",      "credentials",
                                        "transport_url", "private-key" };

    for (size_t i = 0; i < N_ELEMENTS(ends); i++) {
        struct str end = str_from(ends[i]);

        if (key.n >= end.n && str_equal_nocase(str_skip(key, key.n - end.n), end))
            return true;
    }
    return false;
}

/* The quote that closes a string which was opened by one with 'level' backslashes before it: JSON in
 * a string of JSON has one, its own quotes in strings three. */
static size_t
closing_quote(struct str text, size_t from, size_t level)
{
    for (size_t i = from; i < text.n; i++) {
        size_t n = text.p[i] == '"' ? n_backslashes_before(text, i) : 0;

        if (text.p[i] == '"' && n >= level && (n - level) % (2 * (level + 1)) == 0)
            return i - level;
    }
    return text.n;
}

/* "password": "..." at the colon. Where to go on. */
static size_t
mask_member(struct walk *w, size_t colon)
{
    struct str t = w->text;
    size_t     end = colon, begin, level;

    while (end > 0 && is_blank(t.p[end - 1]))
        end--;
    if (end == 0 || t.p[end - 1] != '"')
        return colon + 1;
    end--;
    level = n_backslashes_before(t, end);
    end -= level;
    for (begin = end; begin > 0 && t.p[begin - 1] != '"'; begin--)
        continue;
    if (!names_secret(str_head(str_skip(t, begin), end - begin)))
        return colon + 1;
    for (begin = colon + 1; begin < t.n && is_blank(t.p[begin]); begin++)
        continue;
    for (size_t i = 0; i < level && begin < t.n && t.p[begin] == '\\'; i++)
        begin++;
    if (begin == t.n || t.p[begin] != '"')
        return colon + 1;
    return mask(w, begin + 1, closing_quote(t, begin + 1, level));
}

/* passwd='...' of XML and "password = ..." of option files, at the equals sign. */
static size_t
mask_assignment(struct walk *w, size_t sign)
{
    struct str t = w->text;
    size_t     end = sign, begin;

    while (end > 0 && t.p[end - 1] == ' ')
        end--;
    for (begin = end; begin > 0 && (ascii_is_alphanumeric(t.p[begin - 1]) ||
                                    t.p[begin - 1] == '_' || t.p[begin - 1] == '-');
         begin--)
        continue;
    if (!names_secret(str_head(str_skip(t, begin), end - begin)))
        return sign + 1;
    for (begin = sign + 1; begin < t.n && t.p[begin] == ' '; begin++)
        continue;

    char quote = begin < t.n && (t.p[begin] == '"' || t.p[begin] == '\'') ? t.p[begin] : '\0';

    if (quote)
        begin++;
    for (end = begin; end < t.n; end++)
        if (quote ? t.p[end] == quote : is_blank(t.p[end]) || strchr("\"',;<>&", t.p[end]) != NULL)
            break;
    return mask(w, begin, end);
}

/* What stands between "://" and '@'. */
static size_t
mask_login(struct walk *w, size_t from)
{
    for (size_t i = from; i < w->text.n; i++) {
        char c = w->text.p[i];

        if (c == '@')
            return mask(w, from, i);
        if (is_blank(c) || c == '/' || c == '"' || c == '\'' || c == '<' || c == '\\')
            break;
    }
    return from;
}

static size_t
end_of_word(struct str text, size_t from, const char *others)
{
    while (from < text.n && text.p[from] &&
           (ascii_is_alphanumeric(text.p[from]) || strchr(others, text.p[from])))
        from++;
    return from;
}

/* Tokens of Keystone. */
static size_t
mask_fernet(struct walk *w, size_t at)
{
    enum { LEAST = 25 };
    size_t end = end_of_word(w->text, at, "-_=");

    return end - at >= LEAST ? mask(w, at, end) : at + 1;
}

/* Digests of passwords: "$6$salt$...". */
static size_t
mask_digest(struct walk *w, size_t at)
{
    static const char *const kinds[] = { "$1$", "$2a$", "$2b$", "$2y$",   "$5$",
                                         "$6$", "$7$",  "$y$",  "$argon2" };

    for (size_t i = 0; i < N_ELEMENTS(kinds); i++)
        if (str_starts(str_skip(w->text, at), str_from(kinds[i])))
            return mask(w, at, end_of_word(w->text, at, "$./+=,-_"));
    return at + 1;
}

static size_t
mask_private_key(struct walk *w, size_t at)
{
    struct str rest = str_skip(w->text, at);
    ptrdiff_t  is_key = str_find(str_head(rest, 64), STR("PRIVATE KEY-----"));
    ptrdiff_t  last = str_find(rest, STR("-----END "));
    size_t     end = at + (size_t)(is_key < 0 ? 1 : is_key) + strlen("PRIVATE KEY-----");

    if (is_key < 0)
        return at + 1;
    if (last >= 0) {
        end = at + (size_t)last + strlen("-----END ");
        last = str_find(str_skip(w->text, end), STR("-----"));
        end = last >= 0 ? end + (size_t)last + strlen("-----") : w->text.n;
    } else {
        while (end < w->text.n && w->text.p[end] != '"' && w->text.p[end] != '<')
            end++;
    }
    return mask(w, at, end);
}

/* Look at one byte; where to go on. */
static size_t
step(struct walk *w, size_t i)
{
    struct str rest = str_skip(w->text, i);

    switch (rest.p[0]) {
    case ':':
        return str_starts(rest, STR("://")) ? mask_login(w, i + 3) : mask_member(w, i);
    case '=':
        return mask_assignment(w, i);
    case 'g':
        return str_starts(rest, STR("gAAAA")) ? mask_fernet(w, i) : i + 1;
    case '$':
        return mask_digest(w, i);
    case '-':
        return str_starts(rest, STR("-----BEGIN ")) ? mask_private_key(w, i) : i + 1;
    default:
        return i + 1;
    }
}

static struct str
mask_lookalikes(struct arena *arena, struct str text, size_t *n)
{
    struct walk w = { .text = text };
    struct str  result = text;

    buf_init(&w.out, 0);
    for (size_t i = 0; i < text.n;)
        i = step(&w, i);
    if (w.n > 0) {
        buf_add(&w.out, str_skip(text, w.copied));
        result = arena_str(arena, buf_str(&w.out));
    }
    *n += w.n;
    buf_done(&w.out);
    return result;
}

struct str
scrub_text(const struct scrub *s, struct arena *arena, struct str text, size_t *n)
{
    for (size_t i = 0; i < s->n_needles; i++)
        text = replace_all(arena, text, s->needles[i], n);
    return mask_lookalikes(arena, text, n);
}
