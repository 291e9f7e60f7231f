/* The text of a device from its JSON.
 *
 * iproute2 writes both forms with the same calls, so the members of an object come in the order in
 * which text prints them. A table says how the text of each differs from "title value"; a member
 * that the table does not know is printed just so, which is right for most. Not derivable: the
 * name of another namespace (text: "link-netns NAME", JSON: only its number); not done: the lines
 * of virtual functions and of XDP programs. */

#include "parse/ip.h"

enum { MAX_MEMBERS = 200 }; /* of an object; a bridge has some 50 */

enum shape {
    AS_VALUE,    /* before, value, blank */
    AS_GLUED,    /* before, value, no blank */
    AS_WORD,     /* before, if true */
    AS_ON_OFF,   /* before, "on" or "off", blank */
    AS_NO_WORD,  /* "no" if false, before */
    AS_TIMER,    /* before, seconds "   0.00", blank */
    AS_LIFETIME, /* before, "forever" or "60sec" */
    AS_FLAGS,    /* "<A,B> " */
    AS_LINES,    /* before each */
    AS_LINKINFO,
    AS_ADDRESSES,
    AS_PORT_RANGE,   /* vxlan: two numbers */
    AS_LEARNING,     /* vxlan: "nolearning", if so */
    AS_TOS,          /* vxlan: 0x1 is "inherit" */
    AS_TTL,          /* vxlan: 0 is "auto" */
    AS_DF,           /* vxlan: "unset" is not said; an inherited TTL is not in JSON */
    AS_MCAST_ROUTER, /* bridge port: text repeats "fastleave" behind it */
    AS_BROADCAST,    /* " brd ", of a point-to-point device " peer " */
    NOT_SAID,
};

struct word {
    struct str key;
    struct str before;
    enum shape shape;
};

#define WORD(key, before, shape)                                                                   \
    {                                                                                              \
        { key, sizeof(key) - 1 }, { before, sizeof(before) - 1 }, shape                            \
    }

/* In the order of the members, so that a search that goes on where the last one ended finds at
 * once. */
static const struct word link_words[] = {
    WORD("ifindex", "", NOT_SAID),
    WORD("link_index", "", NOT_SAID),
    WORD("link", "", NOT_SAID),
    WORD("ifname", "", NOT_SAID),
    WORD("flags", "", AS_FLAGS),
    WORD("operstate", "state ", AS_VALUE),
    WORD("operstate_index", "state ", AS_VALUE),
    WORD("linkmode", "mode ", AS_VALUE),
    WORD("linkmode_index", "mode ", AS_VALUE),
    WORD("txqlen", "qlen ", AS_VALUE),
    WORD("link_type", "\nlink/", AS_VALUE),
    WORD("address", "", AS_GLUED),
    WORD("link_pointtopoint", "", NOT_SAID),
    WORD("broadcast", "", AS_BROADCAST),
    WORD("permaddr", " permaddr ", AS_GLUED),
    WORD("link_netnsid", " link-netnsid ", AS_GLUED),
    WORD("proto_down", " protodown on ", AS_WORD),
    WORD("promiscuity", " promiscuity ", AS_VALUE),
    WORD("allmulti", " allmulti ", AS_VALUE),
    WORD("min_mtu", "minmtu ", AS_VALUE),
    WORD("max_mtu", "maxmtu ", AS_VALUE),
    WORD("linkinfo", "", AS_LINKINFO),
    WORD("inet6_addr_gen_mode", "addrgenmode ", AS_VALUE),
    WORD("num_tx_queues", "numtxqueues ", AS_VALUE),
    WORD("num_rx_queues", "numrxqueues ", AS_VALUE),
    WORD("phys_port_name", "portname ", AS_VALUE),
    WORD("phys_port_id", "portid ", AS_VALUE),
    WORD("phys_switch_id", "switchid ", AS_VALUE),
    WORD("ifalias", "\nalias ", AS_GLUED),
    WORD("altnames", "\naltname ", AS_LINES),
    WORD("vfinfo_list", "", NOT_SAID),
    WORD("addr_info", "", AS_ADDRESSES),
};

static const struct word bridge_words[] = {
    WORD("root_id", "designated_root ", AS_VALUE),
    WORD("hello_timer", "hello_timer ", AS_TIMER),
    WORD("tcn_timer", "tcn_timer ", AS_TIMER),
    WORD("topology_change_timer", "topology_change_timer ", AS_TIMER),
    WORD("gc_timer", "gc_timer ", AS_TIMER),
    WORD("group_addr", "group_address ", AS_VALUE),
    WORD("mcast_last_member_cnt", "mcast_last_member_count ", AS_VALUE),
    WORD("mcast_startup_query_cnt", "mcast_startup_query_count ", AS_VALUE),
    WORD("mcast_last_member_intvl", "mcast_last_member_interval ", AS_VALUE),
    WORD("mcast_membership_intvl", "mcast_membership_interval ", AS_VALUE),
    WORD("mcast_querier_intvl", "mcast_querier_interval ", AS_VALUE),
    WORD("mcast_query_intvl", "mcast_query_interval ", AS_VALUE),
    WORD("mcast_query_response_intvl", "mcast_query_response_interval ", AS_VALUE),
    WORD("mcast_startup_query_intvl", "mcast_startup_query_interval ", AS_VALUE),
};

static const struct word bridge_port_words[] = {
    WORD("hairpin", "hairpin ", AS_ON_OFF),
    WORD("guard", "guard ", AS_ON_OFF),
    WORD("root_block", "root_block ", AS_ON_OFF),
    WORD("fastleave", "fastleave ", AS_ON_OFF),
    WORD("learning", "learning ", AS_ON_OFF),
    WORD("flood", "flood ", AS_ON_OFF),
    WORD("id", "port_id ", AS_VALUE),
    WORD("no", "port_no ", AS_VALUE),
    WORD("bridge_id", "designated_bridge ", AS_VALUE),
    WORD("root_id", "designated_root ", AS_VALUE),
    WORD("hold_timer", "hold_timer ", AS_TIMER),
    WORD("message_age_timer", "message_age_timer ", AS_TIMER),
    WORD("forward_delay_timer", "forward_delay_timer ", AS_TIMER),
    WORD("proxy_arp", "proxy_arp ", AS_ON_OFF),
    WORD("proxy_arp_wifi", "proxy_arp_wifi ", AS_ON_OFF),
    WORD("multicast_router", "mcast_router ", AS_MCAST_ROUTER),
    WORD("mcast_flood", "mcast_flood ", AS_ON_OFF),
    WORD("bcast_flood", "bcast_flood ", AS_ON_OFF),
    WORD("mcast_to_unicast", "mcast_to_unicast ", AS_ON_OFF),
    WORD("neigh_suppress", "neigh_suppress ", AS_ON_OFF),
    WORD("vlan_tunnel", "vlan_tunnel ", AS_ON_OFF),
    WORD("isolated", "isolated ", AS_ON_OFF),
    WORD("locked", "locked ", AS_ON_OFF),
};

static const struct word vxlan_words[] = {
    WORD("group6", "group ", AS_VALUE),
    WORD("remote6", "remote ", AS_VALUE),
    WORD("local6", "local ", AS_VALUE),
    WORD("link", "dev ", AS_VALUE),
    WORD("port_range", "srcport ", AS_PORT_RANGE),
    WORD("port", "dstport ", AS_VALUE),
    WORD("learning", "nolearning ", AS_LEARNING),
    WORD("tos", "tos ", AS_TOS),
    WORD("ttl", "ttl ", AS_TTL),
    WORD("df", "df ", AS_DF),
    WORD("label", "flowlabel ", AS_VALUE),
    WORD("limit", "maxaddr ", AS_VALUE),
    WORD("udp_csum", "udpcsum ", AS_NO_WORD),
    WORD("udp_zero_csum6_tx", "udp6zerocsumtx ", AS_NO_WORD),
    WORD("udp_zero_csum6_rx", "udp6zerocsumrx ", AS_NO_WORD),
    WORD("remcsum_tx", "remcsumtx ", AS_WORD),
    WORD("remcsum_rx", "remcsumrx ", AS_WORD),
};

static const struct word tun_words[] = {
    WORD("pi", "pi ", AS_ON_OFF),
    WORD("vnet_hdr", "vnet_hdr ", AS_ON_OFF),
    WORD("persist", "persist ", AS_ON_OFF),
};

static const struct word address_words[] = {
    WORD("family", "\n", AS_VALUE),
    WORD("local", "", AS_GLUED),
    WORD("address", " peer ", AS_GLUED),
    WORD("prefixlen", "/", AS_VALUE),
    WORD("broadcast", "brd ", AS_VALUE),
    WORD("anycast", "any ", AS_VALUE),
    WORD("ifa_flags", "flags ", AS_VALUE),
    WORD("protocol", "proto ", AS_VALUE),
    WORD("label", "", AS_GLUED),
    WORD("valid_life_time", "\nvalid_lft ", AS_LIFETIME),
    WORD("preferred_life_time", " preferred_lft ", AS_LIFETIME),
};

/* Which words an object has: those of its kind, where it has one. */
struct vocabulary {
    const char        *kind;
    const struct word *words;
    size_t             n;
};

#define VOCABULARY(kind, words)                                                                    \
    {                                                                                              \
        kind, words, N_ELEMENTS(words)                                                             \
    }

static const struct vocabulary of_link = VOCABULARY(NULL, link_words);
static const struct vocabulary of_address = VOCABULARY(NULL, address_words);
static const struct vocabulary of_others = { NULL, NULL, 0 };

static const struct vocabulary of_data[] = {
    VOCABULARY("bridge", bridge_words),
    VOCABULARY("vxlan", vxlan_words),
    VOCABULARY("tun", tun_words),
};

static const struct vocabulary of_slave_data[] = {
    VOCABULARY("bridge", bridge_port_words),
};

static const struct vocabulary *
vocabulary_of(const struct vocabulary *all, size_t n, struct str kind)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(kind, all[i].kind))
            return &all[i];
    return &of_others;
}

static const struct word *
find_word(const struct vocabulary *v, size_t *cursor, struct str key)
{
    for (size_t i = 0; i < v->n; i++) {
        size_t at = (*cursor + i) % v->n;

        if (str_equal(key, v->words[at].key)) {
            *cursor = at + 1;
            return &v->words[at];
        }
    }
    return NULL;
}

static void
write_list(struct buf *b, const struct value *list)
{
    struct value_iter it = { 0 };
    bool              is_first = true;

    buf_char(b, '<');
    while (value_next(list, &it)) {
        if (!is_first)
            buf_char(b, ',');
        is_first = false;
        buf_add(b, value_scalar(it.value));
    }
    buf_add(b, STR("> "));
}

static void
trim_end(struct buf *b)
{
    while (b->n && (b->p[b->n - 1] == ' ' || b->p[b->n - 1] == '\t'))
        b->n--;
}

/* What stands before a value; where it begins a line, the one before must not end in blanks. */
static void
write_before(struct buf *b, struct str before)
{
    if (str_starts(before, STR("\n")))
        trim_end(b);
    buf_add(b, before);
}

static void
write_lines(struct buf *b, struct str before, const struct value *list)
{
    struct value_iter it = { 0 };

    while (value_next(list, &it)) {
        write_before(b, before);
        buf_add(b, value_scalar(it.value));
    }
}

/* "296.9" as " 296.90": four places before the point, two behind it. */
static void
write_timer(struct buf *b, const struct value *v)
{
    struct str fraction = value_scalar(v), seconds;

    if (!str_cut(&fraction, '.', &seconds) || !fraction.p)
        fraction = STR_NONE;
    for (size_t n = seconds.n; n < 4; n++)
        buf_char(b, ' ');
    buf_add(b, seconds);
    buf_char(b, '.');
    buf_add(b, str_head(fraction, 2));
    for (size_t n = fraction.n; n < 2; n++)
        buf_char(b, '0');
    buf_char(b, ' ');
}

/* A member that no table knows: "title value ", a true one "title ", a list "title <A,B> ". */
static void
write_unknown(struct buf *b, struct str key, const struct value *v)
{
    switch (v->kind) {
    case VALUE_TRUE:
        buf_add(b, key);
        buf_char(b, ' ');
        break;
    case VALUE_INTEGER:
    case VALUE_REAL:
    case VALUE_STRING:
        buf_add(b, key);
        buf_char(b, ' ');
        buf_add(b, v->text);
        buf_char(b, ' ');
        break;
    case VALUE_ARRAY:
        buf_add(b, key);
        buf_char(b, ' ');
        write_list(b, v);
        break;
    case VALUE_ABSENT:
    case VALUE_NULL:
    case VALUE_FALSE:
    case VALUE_OBJECT:
        break;
    }
}

static void write_members(struct buf *, const struct vocabulary *, const struct value *object);

static void
write_linkinfo(struct buf *b, const struct value *info)
{
    struct str kind = value_get_text(info, "info_kind");
    struct str slave_kind = value_get_text(info, "info_slave_kind");

    if (!str_empty(kind)) {
        write_before(b, STR("\n"));
        buf_add(b, kind);
        buf_char(b, ' ');
        write_members(b, vocabulary_of(of_data, N_ELEMENTS(of_data), kind),
                      value_get(info, "info_data"));
    }
    if (!str_empty(slave_kind)) {
        write_before(b, STR("\n"));
        buf_add(b, slave_kind);
        buf_add(b, STR("_slave "));
        write_members(b, vocabulary_of(of_slave_data, N_ELEMENTS(of_slave_data), slave_kind),
                      value_get(info, "info_slave_data"));
    }
}

static void
write_member(struct buf *b, const struct word *word, const struct value *v,
             const struct value *object)
{
    struct value_iter it = { 0 };

    switch (word->shape) {
    case AS_VALUE:
        write_before(b, word->before);
        buf_add(b, value_scalar(v));
        buf_char(b, ' ');
        break;
    case AS_GLUED:
        write_before(b, word->before);
        buf_add(b, value_scalar(v));
        break;
    case AS_WORD:
        if (value_truth(v))
            write_before(b, word->before);
        break;
    case AS_ON_OFF:
        write_before(b, word->before);
        buf_add(b, value_truth(v) ? STR("on ") : STR("off "));
        break;
    case AS_NO_WORD:
        buf_add(b, value_truth(v) ? STR("") : STR("no"));
        write_before(b, word->before);
        break;
    case AS_TIMER:
        write_before(b, word->before);
        write_timer(b, v);
        break;
    case AS_LIFETIME:
        write_before(b, word->before);
        if (str_is(value_scalar(v), "4294967295")) {
            buf_add(b, STR("forever"));
        } else {
            buf_add(b, value_scalar(v));
            buf_add(b, STR("sec"));
        }
        break;
    case AS_FLAGS:
        write_list(b, v);
        break;
    case AS_LINES:
        write_lines(b, word->before, v);
        break;
    case AS_LINKINFO:
        write_linkinfo(b, v);
        break;
    case AS_ADDRESSES:
        while (value_next(v, &it))
            write_members(b, &of_address, it.value);
        break;
    case AS_PORT_RANGE:
        write_before(b, word->before);
        buf_add(b, value_scalar(value_get(v, "low")));
        buf_char(b, ' ');
        buf_add(b, value_scalar(value_get(v, "high")));
        buf_char(b, ' ');
        break;
    case AS_LEARNING:
        if (!value_truth(v))
            write_before(b, word->before);
        break;
    case AS_TOS:
        write_before(b, word->before);
        buf_add(b, str_is(value_text(v), "0x1") ? STR("inherit") : value_text(v));
        buf_char(b, ' ');
        break;
    case AS_TTL:
        write_before(b, word->before);
        buf_add(b, value_truth(v) ? value_scalar(v) : STR("auto"));
        buf_char(b, ' ');
        break;
    case AS_DF:
        if (!value_get(object, "ttl"))
            buf_add(b, STR("ttl inherit "));
        if (!str_is(value_text(v), "unset")) {
            write_before(b, word->before);
            buf_add(b, value_scalar(v));
            buf_char(b, ' ');
        }
        break;
    case AS_MCAST_ROUTER:
        write_before(b, word->before);
        buf_add(b, value_scalar(v));
        buf_add(b, value_truth(value_get(object, "fastleave")) ? STR(" mcast_fast_leave on ")
                                                               : STR(" mcast_fast_leave off "));
        break;
    case AS_BROADCAST:
        buf_add(b,
                value_truth(value_get(object, "link_pointtopoint")) ? STR(" peer ") : STR(" brd "));
        buf_add(b, value_scalar(v));
        break;
    case NOT_SAID:
        break;
    }
}

/* Nests no deeper than device, linkinfo, data: only the words of links lead to other objects. Some
 * words look for another member, which is quadratic in an object without end. */
static void
write_members(struct buf *b, const struct vocabulary *v, const struct value *object)
{
    struct value_iter it = { 0 };
    size_t            cursor = 0;

    if (value_kind(object) != VALUE_OBJECT || value_count(object) > MAX_MEMBERS)
        return;
    while (value_next(object, &it)) {
        const struct word *word = find_word(v, &cursor, it.key);

        if (word)
            write_member(b, word, it.value, object);
        else
            write_unknown(b, it.key, it.value);
    }
}

void
ip_write_lines(struct buf *b, const struct value *element)
{
    write_members(b, &of_link, element);
    trim_end(b);
}
