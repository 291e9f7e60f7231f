/* Replies of `ip -d link` and `ip address` (ip-link(8), ip-address(8)): which of the two forms it
 * is, what both need, and the bridges that the devices make up. */

#include "parse/ip.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "base/map.h"
#include "parse/parse.h"
#include "parse/reply.h"

bool
parse_ip(struct arena *arena, struct str reply, struct netdevs *devices, struct error *err)
{
    return reply_is_json(reply) ? parse_ip_json(arena, reply, devices, err)
                                : parse_ip_text(arena, reply, devices, err);
}

struct str
bridge_id_read(struct arena *arena, struct str text)
{
    char       id[] = "0000.000000000000";
    struct str rest = text, octet;
    size_t     n = 5;

    if (text.n < 5 || text.p[4] != '.')
        return text;
    memcpy(id, text.p, 4);
    rest = str_skip(text, 5);
    while (str_cut(&rest, ':', &octet)) {
        if (octet.n < 1 || octet.n > 2 || n + 2 >= sizeof id)
            return text;
        memcpy(id + n + (2 - octet.n), octet.p, octet.n);
        n += 2;
    }
    return n + 1 == sizeof id ? arena_str(arena, str_from(id)) : text;
}

bool
address_is_valid(bool is_ipv6, struct str local, uint32_t prefix)
{
    char            text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    uint32_t        number;

    if (!is_ipv6)
        return prefix <= 32 && str_to_ipv4(local, &number);
    if (prefix > 128 || str_empty(local) || local.n >= sizeof text || memchr(local.p, 0, local.n))
        return false;
    memcpy(text, local.p, local.n);
    text[local.n] = '\0';
    return inet_pton(AF_INET6, text, &address) == 1;
}

static int
by_name(const void *a, const void *b)
{
    const struct bridge *x = a, *y = b;

    return str_compare(x->name, y->name);
}

/* Sorted by name, as brctl sorts, so that both sources give the same. */
void
bridges_of_netdevs(struct arena *arena, const struct netdevs *devices, struct bridges *bridges)
{
    AUTO_MAP index = { 0 };

    *bridges = (struct bridges){ 0 };
    for (size_t i = 0; i < devices->n; i++) {
        const struct netdev *d = &devices->items[i];

        if (!str_is(d->kind, "bridge"))
            continue;
        arena_grow(arena, bridges->items, bridges->n, bridges->capacity);
        bridges->items[bridges->n++] =
            (struct bridge){ .name = d->name, .id = d->bridge_id, .stp = d->stp };
    }
    if (bridges->n > 1)
        qsort(bridges->items, bridges->n, sizeof *bridges->items, by_name);
    for (size_t i = 0; i < bridges->n; i++) {
        struct map_entry *entry = map_put(&index, bridges->items[i].name, NULL);

        if (!entry->pointer)
            entry->pointer = &bridges->items[i];
    }
    for (size_t i = 0; i < devices->n; i++) {
        const struct netdev *d = &devices->items[i];
        struct bridge       *bridge = str_empty(d->master) ? NULL : map_get(&index, d->master);

        if (bridge)
            names_add(arena, &bridge->members, d->name);
    }
    for (size_t i = 0; i < bridges->n; i++)
        names_sort(&bridges->items[i].members);
}
