/* The link rules in the order in which they run.
 *
 * The order matters: rules 1 and 2 find the networks of vNICs and of bridges, which later links
 * carry as an attribute. Each function below fills in what its links have besides their ends.
 *
 * Under POLICY_FULL links also carry what keeps a clique to its own networks where objects are
 * shared: "network" on links of a bridge that serves one network, "physical_network" on the ways
 * out of a vedge (null: by tunnel). */

#include "topology/link_rules.h"

static describe_fn instance_vnic, vnic_vconnector, vnic_vconnector_of_stopped, vconnector_host_pnic,
    vedge_otep, otep_vconnector, otep_host_pnic, vnic_vedge, vconnector_vedge, vedge_host_pnic,
    vedge_host_pnic_of_vlan, vservice_vnic, host_pnic_switch_pnic, switch_switch_pnic,
    switch_pnic_switch_pnic;

/* clang-format off */
/* clang-format off */
/*       link from    to           for each     its key            = the other's key
 *       when                                                      described by */
#define JOIN(from, to, each, key, partner_key, when, describe)                                     \
    { OBJECT_##from, OBJECT_##to, OBJECT_##each, KEY_##key, KEY_##partner_key, when, describe, NULL }
#define FIND(from, to, when, find)                                                                 \
    { OBJECT_##from, OBJECT_##to, N_OBJECT_TYPES, KEY_ID, KEY_ID, when, NULL, find }

const struct link_rule link_rules[] = {
    /* 1: vNICs of instances, and their networks */
    JOIN(INSTANCE,    VNIC,        VNIC,        INSTANCE_ID,       ID,
         EVERY | NOTED,                                            instance_vnic),

    /* 2: bridges, and their networks */
    JOIN(VNIC,        VCONNECTOR,  VCONNECTOR,  INTERFACES,        DEVICE,
         ORIGINAL | SAME_HOST | FIRST_IS_OVS,                      vnic_vconnector),
    JOIN(VNIC,        VCONNECTOR,  VCONNECTOR,  INTERFACE_MACS,    MAC,
         ORIGINAL | SAME_HOST | FIRST_IS_NOT_OVS,                  vnic_vconnector),
    JOIN(VNIC,        VCONNECTOR,  VCONNECTOR,  INTERFACES,        DEVICE,
         FULL | SAME_HOST,                                         vnic_vconnector),
    JOIN(VNIC,        VCONNECTOR,  VCONNECTOR,  INTERFACE_TAPS,    SERVICE_PORT,
         FULL | SAME_HOST,                                         vnic_vconnector),
    JOIN(VNIC,        VCONNECTOR,  VCONNECTOR,  UNNAMED_MACS,      MAC,
         FULL | SAME_HOST,                                         vnic_vconnector),
    JOIN(VNIC,        VCONNECTOR,  VNIC,        SOURCE_BRIDGE,     BRIDGE_NAME,
         FULL | SAME_HOST,                                         vnic_vconnector_of_stopped),
    FIND(VNIC,        VCONNECTOR,  FULL, find_networks_of_bridges),
    JOIN(VCONNECTOR,  HOST_PNIC,   VCONNECTOR,  INTERFACE_DEVICES, NAME,
         EVERY | SAME_HOST,                                        vconnector_host_pnic),

    /* 3: tunnel endpoints */
    JOIN(VEDGE,       OTEP,        OTEP,        PARENT_ID,         ID,
         EVERY | NOTED,                                            vedge_otep),
    JOIN(OTEP,        VCONNECTOR,  OTEP,        VCONNECTOR,        NAME,
         EVERY | SAME_HOST,                                        otep_vconnector),
    JOIN(OTEP,        HOST_PNIC,   OTEP,        IP,                IP,
         EVERY | SAME_HOST,                                        otep_host_pnic),
    JOIN(OTEP,        HOST_PNIC,   OTEP,        TUNNEL_DEVICE,     NAME,
         FULL | SAME_HOST,                                         otep_host_pnic),
    FIND(OTEP,        HOST_PNIC,   FULL, find_tunnel_bridge_nics),

    /* 4: virtual switches */
    JOIN(VNIC,        VEDGE,       VEDGE,       PORTS,             DEVICE,
         EVERY | SAME_HOST,                                        vnic_vedge),
    JOIN(VNIC,        VEDGE,       VEDGE,       PORT_TAPS,         SERVICE_PORT,
         FULL | SAME_HOST,                                         vnic_vedge),
    JOIN(VCONNECTOR,  VEDGE,       VEDGE,       PORT_VETHS,        INTERFACE_VETHS,
         EVERY | SAME_HOST | WITHOUT_VPP,                          vconnector_vedge),
    JOIN(VCONNECTOR,  VEDGE,       VEDGE,       PORTS,             INTERFACES,
         EVERY | SAME_HOST | WITH_VPP,                             vconnector_vedge),
    JOIN(VEDGE,       HOST_PNIC,   VEDGE,       PORTS,             NAME,
         EVERY | SAME_HOST,                                        vedge_host_pnic),
    JOIN(VEDGE,       HOST_PNIC,   VEDGE,       PORT_DEVICES,      NAME,
         FULL | SAME_HOST,                                         vedge_host_pnic_of_vlan),

    /* 5: vNICs of services */
    JOIN(VSERVICE,    VNIC,        VNIC,        SERVICE_ID,        ID,
         EVERY | NOTED,                                            vservice_vnic),

    /* 6: physical NICs and switches */
    FIND(HOST_PNIC,   NETWORK,     EVERY, find_host_pnic_networks),
    JOIN(HOST_PNIC,   SWITCH_PNIC, HOST_PNIC,   MAC,               MAC,
         EVERY,                                                    host_pnic_switch_pnic),
    JOIN(SWITCH,      SWITCH_PNIC, SWITCH_PNIC, PARENT_ID,         ID,
         EVERY | NOTED,                                            switch_switch_pnic),
    JOIN(SWITCH_PNIC, SWITCH_PNIC, SWITCH_PNIC, CONNECTED_TO,      ID,
         EVERY | NOTED,                                            switch_pnic_switch_pnic),
};
/* clang-format on */

/* clang-format on */

const size_t n_link_rules = N_ELEMENTS(link_rules);

static struct str
join3(struct finder *f, struct str a, const char *b, struct str c)
{
    return arena_join(f->arena, a, str_from(b), c);
}

static const struct host_facts *
host_of(struct finder *f, struct str host, const struct object **object)
{
    uint32_t index = finder_first(f, OBJECT_HOST, KEY_ID, host);

    if (index == NO_OBJECT)
        return NULL;
    *object = f->objects[index];
    return host_facts(f->objects[index]);
}

/* --- 1 --- */

static bool
is_info_of(const struct finder *f, const struct network_info *info, const struct object *vnic)
{
    struct str device;

    if (!info->network.p)
        return false;
    if (key_value(vnic, KEY_DEVICE, 0, &device) && !str_empty(device) &&
        str_equal(device, info->device))
        return true;
    /* VPP names its vNICs in another way; the original leaves these without a network. */
    return f->policy == POLICY_FULL && !str_empty(info->mac) &&
           str_equal_nocase(info->mac, vnic_facts(vnic)->mac);
}

static bool
instance_vnic(struct finder *f, const struct match *m, struct link *link)
{
    const struct instance_facts *instance = instance_facts(m->partner);
    const struct object         *host_object;
    const struct host_facts     *host = host_of(f, m->partner->host, &host_object);

    if (!instance->has_infos) {
        finder_note(f, "instance %.*s has no network_info", STR_ARG(m->partner->id));
        return false;
    }
    if (!host || !(host->is_network || host->is_compute))
        return false;
    link->host = host_object->name;
    for (uint32_t i = 0; i < instance->n_infos; i++) {
        const struct network_info *info = &instance->infos[i];

        if (is_info_of(f, info, m->each)) {
            link->name = info->label;
            link->network = info->network;
            f->network[m->each_index] = info->network;
            break;
        }
    }
    return true;
}

/* --- 2 --- */

static bool
vnic_vconnector(struct finder *f, const struct match *m, struct link *link)
{
    const struct vnic_facts *vnic = vnic_facts(m->partner);
    struct str               network = f->network[m->partner_index];
    struct str              *ours = &f->network[m->each_index];

    link->name = vnic->mac.p ? vnic->mac : m->partner->name;
    if (network.p) {
        link->network = network;
        f->is_mixed[m->each_index] |= ours->p && !str_equal(*ours, network);
        *ours = network;
    }
    return true;
}

/* The tap of an instance that does not run is in no bridge; its definition says where it will be. */
static bool
vnic_vconnector_of_stopped(struct finder *f, const struct match *m, struct link *link)
{
    const struct match turned = {
        .each = m->partner,
        .each_index = m->partner_index,
        .partner = m->each,
        .partner_index = m->each_index,
    };
    struct str device;

    if (!key_value(m->each, KEY_DEVICE, 0, &device) ||
        finder_first_here(f, OBJECT_VCONNECTOR, KEY_INTERFACES, device) != NO_OBJECT)
        return false;
    return vnic_vconnector(f, &turned, link);
}

/* The network of a bridge for links that are not its vNICs': only when it serves just one. */
static struct str
own_network(const struct finder *f, uint32_t vconnector)
{
    if (f->policy != POLICY_FULL || f->is_mixed[vconnector])
        return (struct str){ NULL, 0 };
    return f->network[vconnector];
}

static bool
vconnector_host_pnic(struct finder *f, const struct match *m, struct link *link)
{
    link->name = m->partner->name;
    link->network = own_network(f, m->each_index);
    return true;
}

/* --- 3 --- */

static bool
vedge_otep(struct finder *f, const struct match *m, struct link *link)
{
    link->name = join3(f, m->partner->name, "-otep", STR_NONE);
    link->host = m->partner->host;
    link->has_physical = f->policy == POLICY_FULL;
    return true;
}

/* With Linux bridge each network has an endpoint of its own, in the network's bridge. */
static struct str
network_of_otep(struct finder *f, const struct object *otep)
{
    uint32_t bridge = f->policy != POLICY_FULL
                          ? NO_OBJECT
                          : finder_first(f, OBJECT_VCONNECTOR, KEY_ID, otep->parent_id);

    return bridge == NO_OBJECT ? (struct str){ NULL, 0 } : own_network(f, bridge);
}

static bool
otep_vconnector(struct finder *f, const struct match *m, struct link *link)
{
    link->name = join3(f, m->each->name, "-", otep_facts(m->each)->vconnector);
    link->network = network_of_otep(f, m->each);
    return true;
}

static bool
otep_host_pnic(struct finder *f, const struct match *m, struct link *link)
{
    link->name = join3(f, m->each->host, "pnic", m->partner->name);
    link->network = network_of_otep(f, m->each);
    return true;
}

/* --- 4 --- */

static bool
is_port_of_vnic(struct finder *f, const struct vedge_port *port)
{
    return finder_first_here(f, OBJECT_VNIC, KEY_DEVICE, port->name) != NO_OBJECT;
}

static struct str
with_tag(struct finder *f, struct str name, const struct vedge_port *port)
{
    return port->tag.p ? join3(f, name, "-", port->tag) : name;
}

static bool
vnic_vedge(struct finder *f, const struct match *m, struct link *link)
{
    const struct vedge_port *port = &vedge_facts(m->each)->ports[m->value];
    const struct vnic_facts *vnic = vnic_facts(m->partner);

    link->name = with_tag(f, join3(f, m->partner->name, "-", m->each->name), port);
    link->source_label = vnic->mac.p ? vnic->mac : STR_NONE;
    link->target_label = port->id;
    if (f->policy == POLICY_FULL)
        link->network = f->network[m->partner_index];
    return true;
}

/* The interface of a bridge that is the other end of a port: of the same name with VPP, the peer
 * of a veth elsewhere. */
static const struct interface *
interface_of_port(const struct vconnector_facts *vconnector, struct str port)
{
    for (uint32_t i = 0; i < vconnector->n_interfaces; i++)
        if (str_equal(vconnector->interfaces[i].name, port))
            return &vconnector->interfaces[i];
    for (uint32_t i = 0; i < vconnector->n_interfaces; i++)
        if (str_starts(vconnector->interfaces[i].name, STR("qvb")) &&
            str_equal(str_skip(vconnector->interfaces[i].name, 3), str_skip(port, 3)))
            return &vconnector->interfaces[i];
    return NULL;
}

static bool
vconnector_vedge(struct finder *f, const struct match *m, struct link *link)
{
    const struct vedge_port *port = &vedge_facts(m->each)->ports[m->value];
    const struct interface *interface = interface_of_port(vconnector_facts(m->partner), port->name);

    if (!interface || is_port_of_vnic(f, port))
        return false;
    link->name = with_tag(f, join3(f, STR("port-"), "", port->id), port);
    link->source_label = interface->name;
    link->target_label = port->name;
    link->mac_address = interface->mac.p ? interface->mac : STR("Unknown");
    link->network =
        f->policy == POLICY_FULL ? own_network(f, m->partner_index) : f->network[m->partner_index];
    return true;
}

static struct str
physical_network_of_bridge(const struct mappings *mappings, struct str bridge)
{
    for (uint32_t i = 0; i < mappings->n; i++)
        if (str_equal(mappings->items[i].device, bridge))
            return mappings->items[i].physical_network;
    return STR_NONE;
}

/* Which provider network a port leads to, "" for none: known by its bridge; in an inventory that
 * does not tell bridges, when there is not more than one to choose from. */
static void
set_physical_network(const struct vedge_facts *vedge, const struct vedge_port *port,
                     struct link *link)
{
    const struct mappings *mappings = &vedge->bridge_mappings;

    link->has_physical = true;
    if (!str_empty(port->bridge))
        link->physical_network = physical_network_of_bridge(mappings, port->bridge);
    else if (mappings->n == 1)
        link->physical_network = mappings->items[0].physical_network;
    else if (mappings->n == 0 && vedge->has_tunnel)
        link->physical_network = STR_NONE;
    else
        link->has_physical = false;
}

static bool
vedge_host_pnic(struct finder *f, const struct match *m, struct link *link)
{
    const struct vedge_facts *vedge = vedge_facts(m->each);
    const struct vedge_port  *port = &vedge->ports[m->value];
    bool                      knows_bridge = f->policy == POLICY_FULL && !str_empty(port->bridge);

    if (is_port_of_vnic(f, port))
        return false;
    if (vedge->pnic.p && !knows_bridge && !str_equal(vedge->pnic, port->name))
        return false;
    link->name = join3(f, STR("Port-"), "", port->id);
    link->down = !host_pnic_facts(m->partner)->is_up;
    if (f->policy == POLICY_FULL)
        set_physical_network(vedge, port, link);
    return true;
}

/* Port eth1.100 lies on eth1, unless there is a NIC of that very name. */
static bool
vedge_host_pnic_of_vlan(struct finder *f, const struct match *m, struct link *link)
{
    struct str name = vedge_facts(m->each)->ports[m->value].name;

    return finder_first_here(f, OBJECT_HOST_PNIC, KEY_NAME, name) == NO_OBJECT &&
           vedge_host_pnic(f, m, link);
}

/* --- 5 --- */

static bool
vservice_vnic(struct finder *f, const struct match *m, struct link *link)
{
    const struct object     *host_object;
    const struct host_facts *host = host_of(f, m->each->host, &host_object);
    struct str               network = f->network[m->each_index];

    if (!host || !host->is_network)
        return false;

    uint32_t known = network.p ? finder_first(f, OBJECT_NETWORK, KEY_ID, network) : NO_OBJECT;

    if (known != NO_OBJECT) {
        link->name = f->objects[known]->name;
        link->network = network;
        return true;
    }
    if (network.p)
        finder_note(f, "vnic %.*s: its network %.*s is not in the inventory", STR_ARG(m->each->id),
                    STR_ARG(network));
    link->name = join3(f, object_name_of(m->partner), "-", object_name_of(m->each));
    return true;
}

/* --- 6 --- */

static bool
host_pnic_switch_pnic(struct finder *f, const struct match *m, struct link *link)
{
    link->name = join3(f, m->each->host, "-", m->partner->parent_id);
    link->down = !host_pnic_facts(m->each)->is_up;
    return true;
}

static bool
switch_switch_pnic(struct finder *f, const struct match *m, struct link *link)
{
    link->name = join3(f, object_name_of(m->partner), "=", object_name_of(m->each));
    link->host = (struct str){ NULL, 0 };
    link->switch_id = m->partner->id;
    return true;
}

/* The id ends in the port's name: ...-leaf-eth1__49 is eth1/49. */
static bool
switch_pnic_switch_pnic(struct finder *f, const struct match *m, struct link *link)
{
    struct str id = m->each->id;
    ptrdiff_t  begin = str_find(id, STR("eth")), at;

    if (begin >= 0) {
        id = str_skip(id, (size_t)begin);
        while ((at = str_find(id, STR("__"))) >= 0)
            id = join3(f, str_head(id, (size_t)at), "/", str_skip(id, (size_t)at + 2));
    }
    link->name = id;
    link->host = (struct str){ NULL, 0 };
    link->switch_id = switch_pnic_facts(m->each)->switch_id;
    return true;
}
