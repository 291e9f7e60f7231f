/* otep: the host's end of overlay tunnels. With Open vSwitch one per vedge, with Linux bridges one
 * per bridge that has a tunnel device.
 *
 * Sources: the agent's configurations, the tunnel endpoints that Neutron knows, the devices.  Ids:
 * "<host>-otep", "<host>-otep-<device>".  Reference 4.24, 4.25; the UDP port is that of the device,
 * else the endpoint's, else the standard's (T-41), and of a tunnel type only its name is taken from
 * the cloud, if it is one we know. */

#include "build/host_facts.h"

#define VXLAN_PORT 4789 /* RFC 7348 */

/* The first tunnel type of the configurations that we know. */
static struct str
overlay_type(const struct doc *configurations)
{
    static const char *const known[] = { "vxlan", "gre", "geneve" };
    const struct doc        *types = doc_get(configurations, "tunnel_types");

    for (size_t i = 0; i < doc_count(types); i++)
        for (size_t j = 0; j < N_ELEMENTS(known); j++)
            if (str_is(doc_text(doc_at(types, i)), known[j]))
                return doc_text(doc_at(types, i));
    return STR_NONE;
}

static const struct doc *
endpoint_of(const struct cloud *cloud, const struct cloud_host *host, struct str type,
            struct arena *arena)
{
    return map_get(&cloud->endpoints_by_host, arena_join(arena, type, STR(" "), host->name));
}

static uint32_t
udp_port(uint32_t of_device, const struct doc *endpoint, struct str type)
{
    int64_t of_endpoint = doc_number(doc_get(endpoint, "udp_port"), 0);

    if (of_device)
        return of_device;
    if (of_endpoint > 0 && of_endpoint <= UINT16_MAX)
        return (uint32_t)of_endpoint;
    return str_is(type, "vxlan") ? VXLAN_PORT : 0;
}

/* --- Open vSwitch --- */

/* The option of a tunnel, else the number in the name of the datapath's device: vxlan_sys_4789. */
static uint32_t
port_of_tunnels(const struct doc *tunnels, const struct host_records *h, struct str type,
                struct arena *arena)
{
    struct doc_iter it = { 0 };
    uint32_t        lowest = 0, number;
    struct str      device = arena_join(arena, type, STR("_sys_"), STR_NONE);

    while (doc_kind(tunnels) == DOC_OBJECT && doc_next(tunnels, &it)) {
        int64_t option = doc_number(doc_path(it.value, "options.dst_port"), 0);

        if (str_equal(doc_get_text(it.value, "type"), type) && option > 0 && option <= UINT16_MAX &&
            (!lowest || option < lowest))
            lowest = (uint32_t)option;
    }
    for (size_t i = 0; !lowest && h->dp_ports && i < h->dp_ports->n; i++) {
        struct str name = h->dp_ports->items[i].name;

        if (str_starts(name, device) && str_to_u32(str_skip(name, device.n), &number) &&
            number <= UINT16_MAX)
            lowest = number;
    }
    return lowest;
}

/* The device that has the address. A bridge there is the vconnector that the tunnels leave by; the
 * name is kept for others too, it then names no vconnector. */
static struct str
device_with(const struct host_records *h, struct str address, struct arena *arena)
{
    const struct netdev **devices = h->addresses ? devices_by_index(arena, h->addresses) : NULL;

    for (size_t i = 0; devices && i < h->addresses->n; i++)
        for (size_t j = 0; j < devices[i]->n_addresses; j++)
            if (str_equal(devices[i]->addresses[j].local, address))
                return devices[i]->name;
    return STR_NONE;
}

/* Icehouse kept no endpoints; there the host's address was that of its tunnels. */
static bool
is_icehouse(const struct environment *environment)
{
    return str_is(environment->distribution, "Canonical") &&
           str_equal_nocase(environment->version, STR("icehouse"));
}

static void
add_ovs_otep(const struct cloud *cloud, const struct cloud_host *host, const struct host_records *h,
             const struct doc *vedge, struct built *out)
{
    struct arena     *arena = out->arena;
    const struct doc *configurations = doc_get(vedge, "configurations");
    struct doc       *tunnels = doc_get(vedge, "tunnel_ports");
    struct str        tunneling_ip = doc_get_text(configurations, "tunneling_ip");
    struct str        type = overlay_type(configurations);
    const struct doc *endpoint = endpoint_of(cloud, host, type, arena);
    struct str        address =
        is_icehouse(cloud->environment) ? host->ip_address : doc_get_text(endpoint, "ip_address");

    if (str_empty(type) || str_empty(address))
        return;

    struct str  id = host_id(arena, host, STR("otep"));
    struct doc *document = host_object(out, host, "otep", id);
    struct str  device = str_empty(tunneling_ip) ? STR_NONE : device_with(h, tunneling_ip, arena);
    uint32_t    port = udp_port(port_of_tunnels(tunnels, h, type, arena), endpoint, type);

    doc_set_text(arena, document, "name", id);
    doc_set_text(arena, document, "ip_address", address);
    doc_set_text(arena, document, "overlay_type", type);
    doc_set_int(arena, document, "udp_port", port);
    doc_set(arena, document, "ports", tunnels ? tunnels : doc_array(arena));
    if (!str_empty(device))
        doc_set_text(arena, document, "vconnector", host_id(arena, host, device));
    doc_set_text(arena, document, "parent_type", STR("vedge"));
    doc_set(arena, document, "parent_id", doc_get(vedge, "id"));
}

/* --- Linux bridge --- */

static bool
is_group(struct str address)
{
    uint32_t value;

    return str_starts(address, STR("ff")) || (str_to_ipv4(address, &value) && value >> 28 == 0xe);
}

/* Does 'a' stand before 'b'? Those of MAC 0, which stand for all addresses that the device has not
 * learnt, come first; of these the multicast group. */
static bool
is_before(const struct fdb_entry *a, const struct fdb_entry *b)
{
    int order = str_compare(a->mac, b->mac);

    if (order == 0)
        order = (int)is_group(b->dst) - (int)is_group(a->dst);
    return order < 0 || (order == 0 && str_compare(a->rest, b->rest) < 0);
}

/* Where the device sends what it has no better address for. The list has no order that lasts and
 * holds what was learnt a moment ago, so the first entry of ours is taken, not of the list. */
static const struct fdb_entry *
destination_of(const struct fdb *fdb, struct str device)
{
    const struct fdb_entry *first = NULL;

    for (size_t i = 0; fdb && i < fdb->n; i++) {
        const struct fdb_entry *entry = &fdb->items[i];

        if (!str_empty(entry->dst) && str_equal(entry->device, device) &&
            (!first || is_before(entry, first)))
            first = entry;
    }
    return first;
}

static void
add_lxb_otep(const struct cloud *cloud, const struct cloud_host *host, const struct host_records *h,
             const struct doc *vconnector, struct str name, struct built *out)
{
    struct arena        *arena = out->arena;
    const struct doc    *configurations = doc_get(vconnector, "configurations");
    struct str           type = overlay_type(configurations);
    struct str           id = host_id(arena, host, arena_join(arena, STR("otep"), STR("-"), name));
    struct doc          *document = host_object(out, host, "otep", id);
    const struct netdev *device = h->links ? netdev_find(h->links, name) : NULL;
    const struct fdb_entry *destination = destination_of(h->fdb, name);
    uint32_t                port =
        udp_port(device ? device->vxlan_port : 0, endpoint_of(cloud, host, type, arena), type);

    doc_set_text(arena, document, "name", id);
    doc_set_text(arena, document, "ip_address", doc_get_text(configurations, "tunneling_ip"));
    doc_set_text(arena, document, "overlay_type", type);
    doc_set_int(arena, document, "udp_port", port);
    doc_set_text(arena, document, "vconnector", doc_get_text(vconnector, "name"));
    doc_set_text(arena, document, "mac_address", device ? device->mac : STR_NONE);
    doc_set_text(arena, document, "state",
                 device && netdev_is_up(device) ? STR("UP") : STR("DOWN"));
    doc_set_text(arena, document, "data", device ? device->lines : STR_NONE);
    if (device && device->mtu)
        doc_set_text(arena, document, "mtu", arena_printf(arena, "%u", device->mtu));
    if (destination)
        doc_set_text(arena, document, "bridge dst", destination->rest);
    doc_set_text(arena, document, "parent_type", STR("vconnector"));
    doc_set(arena, document, "parent_id", doc_get(vconnector, "id"));
}

static void
add_lxb_oteps(const struct cloud *cloud, const struct cloud_host *host,
              const struct host_records *h, const struct doc *vconnector, struct built *out)
{
    struct str        type = overlay_type(doc_get(vconnector, "configurations"));
    struct str        prefix = arena_join(out->arena, type, STR("-"), STR_NONE);
    const struct doc *interfaces = doc_get(vconnector, "interfaces_names");

    for (size_t i = 0; !str_empty(type) && i < doc_count(interfaces); i++) {
        struct str name = doc_text(doc_at(interfaces, i));

        if (str_starts(name, prefix))
            add_lxb_otep(cloud, host, h, vconnector, name, out);
    }
}

void
build_oteps(const struct cloud *cloud, const struct cloud_host *host, const struct host_records *h,
            const struct docs *vedges, const struct docs *vconnectors, struct built *out)
{
    for (size_t i = 0; vedges && i < vedges->n; i++)
        add_ovs_otep(cloud, host, h, vedges->items[i], out);
    for (size_t i = 0; vconnectors && i < vconnectors->n; i++)
        add_lxb_oteps(cloud, host, h, vconnectors->items[i], out);
}
