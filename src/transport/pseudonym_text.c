/* Token by token: addresses by their form, and words that begin a name of the cloud. */

#include "transport/pseudonym_text.h"

#include <arpa/inet.h>

#include "base/ascii.h"
#include "base/buf.h"

struct rewriting {
    const struct pseudonym *p;
    struct str              text;
    size_t                  at;
    struct buf              out;
};

static struct str
rest_of(const struct rewriting *r)
{
    return str_skip(r->text, r->at);
}

static bool
ends_word(struct str text, size_t at)
{
    return at >= text.n || !word_may_have(text.p[at]);
}

/* --- addresses --- */

/* 'n' bytes of two digits each, with a separator (0: none) between them. */
static bool
read_hex(struct str text, size_t n, char separator, unsigned char *bytes)
{
    size_t step = separator ? 3 : 2;

    if (text.n < n * step - (separator ? 1 : 0))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *c = text.p + i * step;
        int         high = ascii_hex(c[0]), low = ascii_hex(c[1]);

        if (high < 0 || low < 0 || (separator && i + 1 < n && c[2] != separator))
            return false;
        bytes[i] = (unsigned char)(high << 4 | low);
    }
    return true;
}

static void
add_hex(struct buf *out, const unsigned char *bytes, size_t n, const char *separator)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%02x", i ? separator : "", bytes[i]);
}

/* fa:16:3e:aa:bb:cc, or with '-'. */
static bool
take_mac(struct rewriting *r)
{
    enum { SIZE = 17 };
    struct str    rest = rest_of(r);
    unsigned char mac[6];
    char          separator = rest.n > 2 ? rest.p[2] : '\0';

    if ((separator != ':' && separator != '-') || !read_hex(rest, 6, separator, mac) ||
        !ends_word(rest, SIZE) ||
        (rest.n > SIZE + 1 && rest.p[SIZE] == ':' && ascii_is_hex(rest.p[SIZE + 1])))
        return false;
    permutation_mac(&r->p->addresses, mac);
    add_hex(&r->out, mac, 6, separator == ':' ? ":" : "-");
    r->at += SIZE;
    return true;
}

/* 8000.fa163eaabbcc: a bridge and its priority. */
static bool
take_bridge(struct rewriting *r)
{
    enum { SIZE = 17 };
    struct str    rest = rest_of(r);
    unsigned char priority[2], mac[6];

    if (rest.n < SIZE || rest.p[4] != '.' || !read_hex(rest, 2, 0, priority) ||
        !read_hex(str_skip(rest, 5), 6, 0, mac) || !ends_word(rest, SIZE))
        return false;
    permutation_mac(&r->p->addresses, mac);
    buf_add(&r->out, str_head(rest, 5));
    add_hex(&r->out, mac, 6, "");
    r->at += SIZE;
    return true;
}

/* The bits behind "/LEN", 'n_bits' where there is none. */
static unsigned
length_behind(struct str rest, unsigned n_bits)
{
    size_t   n = 1;
    uint32_t length;

    if (str_empty(rest) || rest.p[0] != '/')
        return n_bits;
    while (n < rest.n && ascii_is_digit(rest.p[n]))
        n++;
    return str_to_u32(str_head(str_skip(rest, 1), n - 1), &length) && length < n_bits ? length
                                                                                      : n_bits;
}

static bool
take_ipv4(struct rewriting *r)
{
    struct str    rest = rest_of(r);
    size_t        n = 0;
    unsigned char a[4];

    if (r->at > 1 && rest.p[-1] == '.' && ascii_is_digit(rest.p[-2])) /* of something longer */
        return false;
    while (n < rest.n && (ascii_is_digit(rest.p[n]) || rest.p[n] == '.'))
        n++;
    while (n > 0 && rest.p[n - 1] == '.') /* the end of a sentence */
        n--;
    if (!ends_word(rest, n) || !address_read_ipv4(str_head(rest, n), a))
        return false;
    permutation_ipv4(&r->p->addresses, a, length_behind(str_skip(rest, n), 32));
    buf_printf(&r->out, "%u.%u.%u.%u", a[0], a[1], a[2], a[3]);
    r->at += n;
    return true;
}

static bool
take_ipv6(struct rewriting *r)
{
    struct str    rest = rest_of(r);
    size_t        n = 0;
    char          text[INET6_ADDRSTRLEN];
    unsigned char a[16];

    while (n < rest.n && (ascii_is_hex(rest.p[n]) || rest.p[n] == ':' || rest.p[n] == '.'))
        n++;
    while (n > 0 &&
           (rest.p[n - 1] == '.' || (rest.p[n - 1] == ':' && n > 1 && rest.p[n - 2] != ':')))
        n--;
    if (!ends_word(rest, n) || !address_read_ipv6(str_head(rest, n), a))
        return false;
    permutation_ipv6(&r->p->addresses, a, length_behind(str_skip(rest, n), 128));
    buf_add(&r->out, str_from(inet_ntop(AF_INET6, a, text, sizeof text)));
    r->at += n;
    return true;
}

void
pseudonym_learn_tunnel(struct pseudonym *p, struct str address)
{
    unsigned char a[4];

    if (address_read_ipv4(address, a))
        map_put_copy(&p->tunnels, p->arena, (struct str){ (const char *)a, sizeof a }, NULL);
}

/* vxlan-0a4e0015: the other end of a tunnel in hexadecimal digits, as Neutron's agent names it. */
static bool
take_tunnel(struct rewriting *r)
{
    static const char *const kinds[] = { "vxlan-", "gre-", "geneve-", "stt-" };
    struct str               rest = rest_of(r);

    for (size_t i = 0; i < N_ELEMENTS(kinds); i++) {
        size_t        n = strlen(kinds[i]);
        unsigned char a[4];

        if (!str_starts(rest, str_from(kinds[i])) || !read_hex(str_skip(rest, n), 4, 0, a) ||
            !ends_word(rest, n + 8))
            continue;
        if (!map_find(&r->p->tunnels, (struct str){ (const char *)a, sizeof a }))
            return false; /* the number of a network, all digits */
        permutation_ipv4(&r->p->addresses, a, 32);
        buf_add(&r->out, str_from(kinds[i]));
        add_hex(&r->out, a, 4, "");
        r->at += n + 8;
        return true;
    }
    return false;
}

/* --- names --- */

/* The key of a member in JSON that a host wrote is no name. */
static bool
is_member_key(const struct rewriting *r, size_t n)
{
    return r->at > 0 && r->text.p[r->at - 1] == '"' && r->at + n + 1 < r->text.n &&
           r->text.p[r->at + n] == '"' && r->text.p[r->at + n + 1] == ':';
}

static bool
take_name(struct rewriting *r, struct str word)
{
    struct str            rest = rest_of(r);
    const struct renamed *known = renaming_of_word(&r->p->names, word);

    for (; known; known = known->next) {
        if (!str_starts(rest, known->name) || !ends_word(rest, known->name.n) ||
            is_member_key(r, known->name.n))
            continue;
        buf_add(&r->out, known->other);
        r->at += known->name.n;
        return true;
    }
    return false;
}

/* Where libvirt keeps a name of Nova's: the element tells that it is one. */
struct element {
    const char    *begin;
    bool           is_open; /* up to '>' there are further attributes */
    char           end;     /* what follows the name */
    enum name_kind kind;
};

/* The length of the element's beginning, 0 when it does not stand here. */
static size_t
begin_of(const struct element *element, struct str rest)
{
    enum { LONGEST_TAG = 4096 }; /* lest a text of beginnings be searched to its end for each */

    if (!str_starts(rest, str_from(element->begin)))
        return 0;
    if (element->is_open)
        return (size_t)(str_find_char(str_head(rest, LONGEST_TAG), '>') + 1);
    return strlen(element->begin);
}

/* Also names that no list has. */
static bool
take_element(struct rewriting *r)
{
    static const struct element elements[] = {
        { "<nova:name>", false, '<', NAME_INSTANCE },
        { "<nova:flavor name=\"", false, '"', NAME_FLAVOR },
        { "<nova:user ", true, '<', NAME_USER },
        { "<nova:project ", true, '<', NAME_PROJECT },
        { "<title>", false, '<', NAME_NONE },
        { "<description>", false, '<', NAME_NONE },
    };
    struct str rest = rest_of(r);

    for (size_t i = 0; i < N_ELEMENTS(elements); i++) {
        size_t begin = begin_of(&elements[i], rest), end = begin;

        if (begin == 0)
            continue;
        while (end < rest.n && rest.p[end] != elements[i].end)
            end++;

        struct str        name = str_head(str_skip(rest, begin), end - begin);
        const struct str *other = renaming_find(&r->p->names, elements[i].kind, name);

        buf_add(&r->out, str_head(rest, begin));
        buf_add(&r->out, other ? *other : name_is_common(name) ? name : STR("removed"));
        r->at += end;
        return true;
    }
    return false;
}

/* --- the whole --- */

static void
take_word(struct rewriting *r)
{
    struct str word = word_at(rest_of(r));

    if (take_mac(r) || take_bridge(r) || take_ipv6(r) || take_ipv4(r) || take_tunnel(r) ||
        take_name(r, word))
        return;
    buf_add(&r->out, word);
    r->at += word.n;
}

/* A ':' begins an IPv6 address only where nothing stands before it. */
static bool
may_begin_address(const struct rewriting *r)
{
    return r->text.p[r->at] == ':' && r->at + 1 < r->text.n && r->text.p[r->at + 1] == ':' &&
           (r->at == 0 || !word_may_have(r->text.p[r->at - 1]));
}

struct str
pseudonym_text(const struct pseudonym *p, struct arena *arena, struct str text)
{
    struct rewriting r = { .p = p, .text = text };
    struct str       result;

    buf_init(&r.out, 0);
    while (r.at < text.n) {
        char c = text.p[r.at];

        if (word_may_have(c))
            take_word(&r);
        else if (!(c == '<' && take_element(&r)) && !(may_begin_address(&r) && take_ipv6(&r)))
            buf_char(&r.out, text.p[r.at++]);
    }
    result = arena_str(arena, buf_str(&r.out));
    buf_done(&r.out);
    return result;
}

static struct str
other_part(const struct pseudonym *p, struct arena *arena, enum name_kind kind, struct str name)
{
    const struct str *other = renaming_find(&p->names, kind, name);

    return other ? *other : pseudonym_text(p, arena, name);
}

struct str
pseudonym_name(const struct pseudonym *p, struct arena *arena, enum name_kind kind, struct str name)
{
    struct str host, domain;

    if (str_empty(name) || name_is_common(name))
        return name;
    if (name_cut_domain(kind, name, &host, &domain))
        return arena_join(arena, other_part(p, arena, NAME_HOST, host), STR("."),
                          other_part(p, arena, NAME_DOMAIN, domain));
    return other_part(p, arena, kind, name);
}
