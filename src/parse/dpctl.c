/* Text of `ovs-appctl dpctl/show` (all datapaths) and `ovs-dpctl show` (the kernel's):
 *
 *     netdev@ovs-netdev:
 *       lookups: hit:138 missed:71 lost:0
 *       port 2: br-data (tap)
 *       port 5: qvoe195276e-3e
 *       port 7: vxlan_sys_4789 (vxlan: packet_type=ptap) */

#include "parse/parse.h"
#include "parse/reply.h"

static bool
is_number(struct str word)
{
    uint32_t number;

    return str_to_u32(word, &number);
}

bool
parse_dpctl_show(struct arena *arena, struct str reply, struct dp_ports *ports,
                 struct error *err UNUSED)
{
    struct dp_ports found = { 0 };
    struct str      rest = reply_plain(arena, reply), line;

    while (str_line(&rest, &line)) {
        struct str     text = str_trim(line), number;
        struct dp_port port = { 0 };

        if (!str_starts(text, STR("port ")))
            continue;
        text = str_skip(text, strlen("port "));
        if (!str_cut(&text, ':', &number) || !is_number(number) || !text.p)
            continue;
        port.number = number;
        port.name = str_trim(text);

        ptrdiff_t open = str_find(port.name, STR(" ("));

        if (open >= 0) {
            port.suffix = str_skip(port.name, (size_t)open + 2);
            if (str_ends(port.suffix, STR(")")))
                port.suffix.n--;
            port.name = str_trim(str_head(port.name, (size_t)open));
        }
        if (str_empty(port.name) || port.name.p[0] == '(')
            continue;
        arena_grow(arena, found.items, found.n, found.capacity);
        found.items[found.n++] = port;
    }
    *ports = found;
    return true;
}
