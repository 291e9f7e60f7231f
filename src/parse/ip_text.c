/* Text of `ip -d link show`, `ip link show` and `ip address show` (iproute2 of all ages):
 *
 *     9: vxlan-70@eth1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue master brq1 ...
 *         link/ether 06:e4:20:75:53:5e brd ff:ff:ff:ff:ff:ff promiscuity 1
 *         vxlan id 70 local 10.78.0.21 dev eth1 srcport 0 0 dstport 8472 ttl auto
 *         bridge_slave state forwarding priority 32 ...
 *         inet 10.78.0.21/24 brd 10.78.0.255 scope global eth1
 *            valid_lft forever preferred_lft forever
 *
 * A section is a header and the indented lines below it. Values stand behind their titles; titles
 * that we do not know count as one word, so that new ones do no harm. */

#include "parse/ip.h"
#include "parse/parse.h"
#include "parse/reply.h"

struct section {
    struct netdev *device;     /* NULL: between sections, or in one whose header was no good */
    bool           below_link; /* the line before was "link/..." */
    struct buf     lines;
    size_t         capacity; /* of device->addresses */
};

static void
section_done(struct section *s)
{
    buf_done(&s->lines);
}

/* The word behind 'title' when the next word of '*rest' is that title. */
static bool
take_value(struct str word, const char *title, struct str *rest, struct str *value)
{
    return str_is(word, title) && str_word(rest, value);
}

static void
read_flags_line(struct netdev *d, struct str line)
{
    ptrdiff_t  end = str_find_char(line, '>');
    struct str word, value, rest = line;

    if (str_starts(line, STR("<")) && end > 0) {
        d->flags = str_head(str_skip(line, 1), (size_t)end - 1);
        rest = str_skip(line, (size_t)end + 1);
    }
    while (str_word(&rest, &word)) {
        if (take_value(word, "mtu", &rest, &value)) {
            if (!str_to_u32(value, &d->mtu))
                d->mtu = 0;
        } else if (take_value(word, "master", &rest, &value)) {
            d->master = value;
        } else if (take_value(word, "state", &rest, &value)) {
            d->state = value;
        } else if (str_is(word, "qdisc") || str_is(word, "mode") || str_is(word, "group") ||
                   str_is(word, "qlen")) {
            str_word(&rest, &value);
        }
    }
}

/* "9: vxlan-70@eth1: <...>": a new device, or false. */
static bool
read_header(struct arena *arena, struct section *s, struct netdevs *devices, struct str line)
{
    struct str rest = line, index, name;
    uint32_t   number;

    if (!str_cut(&rest, ':', &index) || !str_to_u32(index, &number) || !str_starts(rest, STR(" ")))
        return false;
    rest = str_skip(rest, 1);
    if (!str_cut(&rest, ':', &name) || str_empty(name) || !rest.p || !str_starts(rest, STR(" ")))
        return false;
    rest = str_trim(rest);
    if (str_empty(rest))
        return false;
    arena_grow(arena, devices->items, devices->n, devices->capacity);

    struct netdev *d = &devices->items[devices->n++];
    ptrdiff_t      at = str_find_last(name, '@');

    *d = (struct netdev){ .index = number, .name = name };
    if (at > 0) {
        d->name = str_head(name, (size_t)at);
        d->peer = str_skip(name, (size_t)at + 1);
    }
    read_flags_line(d, rest);
    *s = (struct section){ .device = d, .lines = s->lines };
    buf_clear(&s->lines);
    buf_add(&s->lines, rest);
    return true;
}

/* "inet 10.0.0.1/24 brd ...", "inet 10.0.0.1 peer 10.0.0.2/32 scope link tun0" */
static void
read_address(struct arena *arena, struct section *s, bool is_ipv6, struct str rest)
{
    struct netdev *d = s->device;
    struct address a = { .is_ipv6 = is_ipv6 };
    struct str     word, value, prefix;

    if (!str_word(&rest, &prefix))
        return;
    str_cut(&prefix, '/', &a.local);
    while (str_word(&rest, &word)) {
        if (take_value(word, "peer", &rest, &prefix))
            str_cut(&prefix, '/', &value);
        else if (take_value(word, "scope", &rest, &a.scope))
            break;
        else if (str_is(word, "brd") || str_is(word, "any") || str_is(word, "metric"))
            str_word(&rest, &value);
    }
    if (!prefix.p || !str_to_u32(prefix, &a.prefix) ||
        !address_is_valid(is_ipv6, a.local, a.prefix))
        return;
    arena_grow(arena, d->addresses, d->n_addresses, s->capacity);
    d->addresses[d->n_addresses++] = a;
}

/* Lines that can follow "link/..." where the device has no kind. */
static bool
is_kind(struct str word)
{
    static const char *const others[] = { "alias", "altname", "inet", "inet6", "vf", "RX:", "TX:" };

    for (size_t i = 0; i < N_ELEMENTS(others); i++)
        if (str_is(word, others[i]))
            return false;
    return !str_ends(word, STR("_slave")) && !str_has(word, STR("/"));
}

static void
read_vxlan(struct netdev *d, struct str rest)
{
    struct str word, value;

    while (str_word(&rest, &word)) {
        if (take_value(word, "id", &rest, &value)) {
            if (!str_to_u32(value, &d->vxlan_id))
                d->vxlan_id = 0;
        } else if (take_value(word, "dstport", &rest, &value)) {
            if (!str_to_u32(value, &d->vxlan_port))
                d->vxlan_port = 0;
        } else if (take_value(word, "local", &rest, &value)) {
            d->vxlan_local = value;
        } else if (str_is(word, "dev") || str_is(word, "group") || str_is(word, "remote")) {
            str_word(&rest, &value);
        }
    }
}

static void
read_bridge(struct arena *arena, struct netdev *d, struct str rest)
{
    struct str word, value;

    while (str_word(&rest, &word)) {
        if (take_value(word, "bridge_id", &rest, &value))
            d->bridge_id = bridge_id_read(arena, value);
        else if (take_value(word, "stp_state", &rest, &value))
            d->stp = !str_is(value, "0");
    }
}

static void
read_line(struct arena *arena, struct section *s, struct str line)
{
    struct netdev *d = s->device;
    bool           below_link = s->below_link;
    struct str     rest = line, word, value;

    s->below_link = false;
    if (!str_word(&rest, &word))
        return;
    if (str_starts(word, STR("link/"))) {
        s->below_link = true;
        if (str_is(word, "link/ether") && str_word(&rest, &value))
            mac_read(arena, value, &d->mac);
    } else if (str_is(word, "inet") || str_is(word, "inet6")) {
        read_address(arena, s, str_is(word, "inet6"), rest);
    } else if (below_link && is_kind(word)) {
        d->kind = word;
        if (str_is(word, "vxlan"))
            read_vxlan(d, rest);
        else if (str_is(word, "bridge"))
            read_bridge(arena, d, rest);
    }
}

static void
finish(struct arena *arena, struct section *s)
{
    if (s->device)
        s->device->lines = arena_str(arena, buf_str(&s->lines));
    s->device = NULL;
}

bool
parse_ip_text(struct arena *arena, struct str reply, struct netdevs *devices, struct error *err)
{
    CLEANUP(section_done) struct section s = { 0 };
    struct netdevs                       found = { 0 };
    struct str                           rest = reply_plain(arena, reply), line;

    while (str_line(&rest, &line)) {
        struct str text = str_trim(line);

        if (str_empty(text))
            continue;
        if (line.p[0] != ' ' && line.p[0] != '\t') {
            finish(arena, &s);
            if (read_header(arena, &s, &found, line) && found.n > MAX_DEVICES)
                return error_set(err, ERROR_PARSE, 0, "more than %d devices", MAX_DEVICES);
        } else if (s.device) {
            buf_char(&s.lines, '\n');
            buf_add(&s.lines, text);
            read_line(arena, &s, text);
        }
    }
    finish(arena, &s);
    *devices = found;
    return true;
}
