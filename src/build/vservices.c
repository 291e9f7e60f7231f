/* vservice: a DHCP server or router, one per network namespace of a network host.
 *
 * Sources: `ip netns list`, the devices inside, Neutron's networks and routers.  Id:
 * "<host>-<namespace>".  Reference 4.12; a namespace whose router or network is gone keeps its id as
 * name (T-25). */

#include "build/service.h"

#include "build/host_facts.h"

struct service_type {
    const char *prefix; /* of the namespace */
    const char *name;
    const char *folder;    /* type of the folder it goes into */
    const char *folder_id; /* what follows "<host>-vservices-" */
    const char *folder_text;
};

static const struct service_type service_types[] = {
    { "qdhcp-", "dhcp", "vservice_dhcps_folder", "dhcps", "DHCP servers" },
    { "qrouter-", "router", "vservice_routers_folder", "routers", "Gateways" },
};

static const struct service_type *type_of(struct str namespace)
{
    for (size_t i = 0; i < N_ELEMENTS(service_types); i++)
        if (str_starts(namespace, str_from(service_types[i].prefix)))
            return &service_types[i];
    return NULL;
}

static struct str id_of(struct str namespace)
{
    const struct service_type *type = type_of(namespace);

    return type ? str_skip(namespace, strlen(type->prefix)) : STR_NONE;
}

bool
is_service_namespace(struct str name)
{
    struct str id = id_of(name);

    for (size_t i = 0; i < id.n; i++)
        if (!strchr("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-._", id.p[i]))
            return false;
    return !str_empty(id);
}

/* --- the devices inside --- */

/* Every namespace is born with devices of the kernel: lo, and fallback tunnels where their modules
 * are loaded. They have no MAC of their own. */
static bool
is_vnic(const struct netdev *device)
{
    return device->mac.n == 17 && !str_is(device->mac, "00:00:00:00:00:00") &&
           !str_is(device->name, "lo");
}

static bool
counts(const struct address *address)
{
    uint32_t value;

    if (address->is_ipv6)
        return str_is(address->scope, "global");
    return !str_starts(address->local, STR("169.254.")) && address->prefix <= 32 &&
           str_to_ipv4(address->local, &value);
}

static bool
port_has(const struct cloud_port *port, struct str ip)
{
    for (size_t i = 0; port && i < port->n_addresses; i++)
        if (str_equal_nocase(port->addresses[i].ip, ip))
            return true;
    return false;
}

/* An address of the port; else the first one: agents also add the addresses of their metadata
 * service and of floating IPs. */
static const struct address *
address_of(const struct netdev *device, const struct cloud_port *port, bool is_ipv6)
{
    const struct address *first = NULL;

    for (size_t i = 0; i < device->n_addresses; i++) {
        const struct address *address = &device->addresses[i];

        if (address->is_ipv6 != is_ipv6 || !counts(address))
            continue;
        if (port_has(port, address->local))
            return address;
        if (!first)
            first = address;
    }
    return first;
}

static struct str
dotted(struct arena *arena, uint32_t value)
{
    return arena_printf(arena, "%u.%u.%u.%u", value >> 24, value >> 16 & 255, value >> 8 & 255,
                        value & 255);
}

static void
set_range(struct service_device *vnic, struct arena *arena)
{
    uint32_t prefix = vnic->ipv4->prefix;
    uint32_t mask = prefix ? ~(uint32_t)0 << (32 - prefix) : 0;
    uint32_t value = 0;

    if (!str_to_ipv4(vnic->ipv4->local, &value))
        return;
    vnic->netmask = dotted(arena, mask);
    vnic->cidr = arena_printf(arena, "%.*s/%u", STR_ARG(dotted(arena, value & mask)), prefix);
}

static bool
has_range(const struct cloud_network *network, struct str cidr)
{
    for (size_t i = 0; network && i < network->n_cidrs; i++)
        if (str_equal(network->cidrs[i], cidr))
            return true;
    return false;
}

/* Only for a device whose port Neutron does not list: tenants may use the same range, so the
 * network that a DHCP server is named after comes first. */
static struct str
network_of_range(const struct cloud *cloud, struct str named_after, struct str cidr)
{
    const struct cloud_network *own = map_get(&cloud->networks_by_id, named_after);

    if (has_range(own, cidr))
        return own->id;
    for (size_t i = 0; i < cloud->n_networks; i++)
        if (has_range(&cloud->networks[i], cidr))
            return cloud->networks[i].id;
    return STR_NONE;
}

void
service_devices(const struct cloud *cloud, const struct cloud_host      *host,
                const struct namespace_records *namespace, struct arena *arena,
                struct service_device **devices, size_t *n_devices)
{
    *devices = NULL;
    *n_devices = 0;
    if (!namespace->devices)
        return;

    const struct netdev  **sorted = devices_by_index(arena, namespace->devices);
    struct str             named_after = id_of(namespace->name);
    bool                   is_dhcp = str_starts(namespace->name, STR("qdhcp-"));
    struct service_device *list = arena_array(arena, struct service_device, namespace->devices->n);

    for (size_t i = 0; i < namespace->devices->n; i++) {
        if (!is_vnic(sorted[i]))
            continue;

        struct service_device   *vnic = &list[(*n_devices)++];
        const struct cloud_port *port =
            port_of_mac(cloud, host, sorted[i]->mac, is_dhcp ? named_after : STR_NONE);

        vnic->device = sorted[i];
        vnic->ipv4 = address_of(sorted[i], port, false);
        vnic->ipv6 = address_of(sorted[i], port, true);
        if (vnic->ipv4)
            set_range(vnic, arena);
        if (port)
            vnic->network_id = port->network_id;
        else if (vnic->ipv4)
            vnic->network_id = network_of_range(cloud, named_after, vnic->cidr);
    }
    *devices = list;
}

/* --- the service --- */

static struct str
name_of(const struct cloud *cloud, const struct service_type *type, struct str id,
        const struct doc *router, struct arena *arena)
{
    const struct cloud_network *network = map_get(&cloud->networks_by_id, id);
    struct str name = router ? doc_get_text(router, "name") : network ? network->name : STR_NONE;

    return arena_join(arena, str_from(type->prefix), str_empty(name) ? id : name, STR_NONE);
}

static const struct namespace_records *
namespace_find(const struct host_records *h, struct str name)
{
    for (size_t i = 0; i < h->n_namespaces; i++)
        if (str_equal(h->namespaces[i].name, name))
            return &h->namespaces[i];
    return NULL;
}

/* The networks that the service is in, each once; NULL when none is known. */
static struct doc *
networks_of(const struct cloud *cloud, const struct cloud_host      *host,
            const struct namespace_records *namespace, struct arena *arena)
{
    struct service_device *vnics;
    size_t                 n_vnics;
    struct doc            *list = doc_array(arena);

    if (!namespace)
        return NULL;
    service_devices(cloud, host, namespace, arena, &vnics, &n_vnics);
    for (size_t i = 0; i < n_vnics; i++)
        push_once(arena, list, vnics[i].network_id);
    return doc_count(list) ? list : NULL;
}

static void
add_vservice(const struct cloud *cloud, const struct cloud_host *host, const struct host_records *h,
             const struct service_type *type, struct str namespace, struct built *out)
{
    struct arena     *arena = out->arena;
    struct str        id = id_of(namespace);
    bool              is_router = str_is(str_from(type->name), "router");
    const struct doc *router = is_router ? map_get(&cloud->routers_by_id, id) : NULL;
    struct doc *document = host_object(out, host, "vservice", host_id(arena, host, namespace));
    struct doc *networks = networks_of(cloud, host, namespace_find(h, namespace), arena);
    struct str  folder = host_id(arena, host, STR("vservices"));

    doc_set_text(arena, document, "name", name_of(cloud, type, id, router, arena));
    doc_set_text(arena, document, "local_service_id", namespace);
    doc_set_text(arena, document, "service_type", str_from(type->name));
    if (networks)
        doc_set(arena, document, "network", networks);
    doc_set_text(arena, document, "master_parent_type", STR("vservices_folder"));
    doc_set_text(arena, document, "master_parent_id", folder);
    doc_set_text(arena, document, "parent_type", str_from(type->folder));
    doc_set_text(arena, document, "parent_id",
                 arena_join(arena, folder, STR("-"), str_from(type->folder_id)));
    doc_set_text(arena, document, "parent_text", str_from(type->folder_text));
    add_attributes(arena, document, router);
}

void
build_vservices(const struct cloud *cloud, const struct cloud_host *host,
                const struct host_records *h, struct built *out)
{
    if (!host_is_network(host) || !h->namespace_names)
        return;
    for (size_t i = 0; i < h->namespace_names->n; i++) {
        struct str namespace = h->namespace_names->items[i];
        const struct service_type *type = type_of(namespace);

        if (type && is_service_namespace(namespace))
            add_vservice(cloud, host, h, type, namespace, out);
    }
}
