/* JSON of `ip -d -j link` and `ip -j address` (iproute2 >= 4.13): an array with one object for
 * each device. Empty objects stand for devices that a filter left out. */

#include "parse/ip.h"
#include "parse/parse.h"
#include "parse/reply.h"

static bool
read_vxlan(struct netdev *d, const struct value *data, struct error *err)
{
    return field_u32(data, "id", &d->vxlan_id, err) &&
           field_u32(data, "port", &d->vxlan_port, err) &&
           field_text(data, "local", &d->vxlan_local, err) &&
           field_text(data, "local6", &d->vxlan_local, err);
}

static bool
read_bridge(struct arena *arena, struct netdev *d, const struct value *data, struct error *err)
{
    uint32_t   stp = 0;
    struct str id = STR_NONE;

    if (!field_text(data, "bridge_id", &id, err) || !field_u32(data, "stp_state", &stp, err))
        return false;
    d->bridge_id = bridge_id_read(arena, id);
    d->stp = stp != 0;
    return true;
}

static bool
read_kind(struct arena *arena, struct netdev *d, const struct value *element, struct error *err)
{
    const struct value *info = value_get(element, "linkinfo");
    const struct value *data = value_get(info, "info_data");

    if (!field_text(info, "info_kind", &d->kind, err))
        return false;
    if (str_is(d->kind, "vxlan"))
        return read_vxlan(d, data, err);
    return !str_is(d->kind, "bridge") || read_bridge(arena, d, data, err);
}

static bool
read_mac(struct arena *arena, struct netdev *d, const struct value *element, struct error *err)
{
    struct str type = STR_NONE, address = STR_NONE;

    if (!field_text(element, "link_type", &type, err) ||
        !field_text(element, "address", &address, err))
        return false;
    if (str_is(type, "ether"))
        mac_read(arena, address, &d->mac);
    return true;
}

/* What text output puts behind '@': the device below, or its index in another namespace. */
static bool
read_peer(struct arena *arena, struct netdev *d, const struct value *element, struct error *err)
{
    const struct value *link = value_get(element, "link");
    uint32_t            index = 0;

    if (!field_u32(element, "link_index", &index, err))
        return false;
    if (index)
        d->peer = arena_printf(arena, "if%u", index);
    else if (value_kind(link) == VALUE_NULL)
        d->peer = STR("NONE");
    else
        return field_text(element, "link", &d->peer, err);
    return true;
}

static bool
read_address(struct netdev *d, const struct value *info, struct error *err)
{
    struct address a = { 0 };
    struct str     family = STR_NONE;

    if (!field_text(info, "family", &family, err))
        return false;
    a.is_ipv6 = str_is(family, "inet6");
    if (!a.is_ipv6 && !str_is(family, "inet"))
        return true;
    if (!field_text(info, "local", &a.local, err) ||
        !field_u32(info, "prefixlen", &a.prefix, err) || !field_text(info, "scope", &a.scope, err))
        return false;
    if (!address_is_valid(a.is_ipv6, a.local, a.prefix))
        return error_set(err, ERROR_PARSE, 0, "local: expected an address");
    d->addresses[d->n_addresses++] = a;
    return true;
}

static bool
read_addresses(struct arena *arena, struct netdev *d, const struct value *element,
               struct error *err)
{
    const struct value *list = value_get(element, "addr_info");
    struct value_iter   it = { 0 };
    size_t              n = value_count(list);

    if (n == 0)
        return true;
    d->addresses = arena_array(arena, struct address, n);
    for (n = 0; value_next(list, &it); n++)
        if (!read_address(d, it.value, err))
            return error_prefix(err, "addr_info: element %zu: ", n);
    return true;
}

static bool
read_device(struct arena *arena, struct netdev *d, const struct value *element, struct error *err)
{
    if (value_kind(element) != VALUE_OBJECT)
        return error_set(err, ERROR_PARSE, 0, "expected an object");
    if (!field_text(element, "ifname", &d->name, err))
        return false;
    if (str_empty(d->name))
        return error_set(err, ERROR_PARSE, 0, "ifname: expected a name");
    return field_u32(element, "ifindex", &d->index, err) &&
           field_u32(element, "mtu", &d->mtu, err) &&
           field_text(element, "master", &d->master, err) &&
           field_text(element, "operstate", &d->state, err) && read_mac(arena, d, element, err) &&
           read_peer(arena, d, element, err) && read_kind(arena, d, element, err) &&
           read_addresses(arena, d, element, err);
}

/* The flags are the beginning of the lines, "<UP,LOWER_UP> mtu ...". */
static struct str
flags_of_lines(struct str lines)
{
    ptrdiff_t end = str_find_char(lines, '>');

    return str_starts(lines, STR("<")) && end > 0 ? str_head(str_skip(lines, 1), (size_t)end - 1)
                                                  : STR_NONE;
}

bool
parse_ip_json(struct arena *arena, struct str reply, struct netdevs *devices, struct error *err)
{
    AUTO_BUF            lines;
    struct netdevs      found = { 0 };
    const struct value *list = value_read(arena, reply, err);
    struct value_iter   it = { 0 };

    buf_init(&lines, 0);
    if (!list)
        return false;
    if (value_kind(list) != VALUE_ARRAY)
        return error_set(err, ERROR_PARSE, 0, "expected an array");
    found.capacity = value_count(list);
    if (found.capacity > MAX_DEVICES)
        return error_set(err, ERROR_PARSE, 0, "more than %d devices", MAX_DEVICES);
    found.items = arena_array(arena, struct netdev, found.capacity);
    for (size_t n = 0; value_next(list, &it); n++) {
        struct netdev *d = &found.items[found.n];

        if (it.value->kind == VALUE_OBJECT && it.value->size == 1)
            continue;
        if (!read_device(arena, d, it.value, err))
            return error_prefix(err, "element %zu: ", n);
        buf_clear(&lines);
        ip_write_lines(&lines, it.value);
        d->lines = arena_str(arena, buf_str(&lines));
        d->flags = flags_of_lines(d->lines);
        found.n++;
    }
    *devices = found;
    return true;
}
