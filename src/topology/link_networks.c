/* host_pnic-network: which NIC carries which network, and the NICs below a tunnel endpoint.
 *
 * The original ties every NIC of a host to every network that has a port there (with "vlan" as the
 * only type driver: every NIC that is a port of the vedge). POLICY_FULL asks how the network leaves
 * the host: by the tunnel endpoint, or by the bridge or device that its physical network is mapped
 * to. Where the host itself shows the wiring, that counts, and not what the agent was configured to
 * do. */

#include "topology/link_rules.h"

static struct link
new_link(enum object_type from, enum object_type to, uint32_t source, uint32_t target,
         struct str host)
{
    return (struct link){
        .source = source,
        .target = target,
        .type = { (uint8_t)from, (uint8_t)to },
        .host = host,
    };
}

/* The NIC that a port or interface stands for: of its name, or of its name without ".vlan". */
static uint32_t
nic_of(struct finder *f, struct str device)
{
    uint32_t  nic = finder_first_here(f, OBJECT_HOST_PNIC, KEY_NAME, device);
    ptrdiff_t dot = str_find_char(device, '.');

    if (nic == NO_OBJECT && dot > 0)
        nic = finder_first_here(f, OBJECT_HOST_PNIC, KEY_NAME, str_head(device, (size_t)dot));
    return nic;
}

/* --- bridges without vNICs --- */

/* Where there is no vNIC (any more) a bridge's name tells its network: Neutron's "brq" and the head of
 * a network's id, Nova's "qbr" and the head of a port's. */
void
find_networks_of_bridges(struct finder *f)
{
    for (size_t i = f->first[OBJECT_VCONNECTOR]; i < f->first[OBJECT_VCONNECTOR + 1]; i++) {
        uint32_t   index = f->of_type[i];
        struct str name = vconnector_facts(f->objects[index])->bridge_name;
        struct str head = str_skip(name, 3);
        uint32_t   found;

        if (f->network[index].p || head.n != ID_HEAD)
            continue;
        if (str_starts(name, STR("brq"))) {
            found = finder_first(f, OBJECT_NETWORK, KEY_ID_HEAD, head);
            if (found != NO_OBJECT)
                f->network[index] = f->objects[found]->id;
        } else if (str_starts(name, STR("qbr"))) {
            found = finder_first(f, OBJECT_PORT, KEY_ID_HEAD, head);
            if (found != NO_OBJECT && !str_empty(port_facts(f->objects[found])->network_id))
                f->network[index] = port_facts(f->objects[found])->network_id;
        }
    }
}

/* --- the NICs below a tunnel address on a bridge of Open vSwitch --- */

/* The bridge that has the device as a port, or is named so itself. */
static struct str
bridge_of_device(const struct vedge_facts *vedge, struct str device)
{
    for (uint32_t i = 0; i < vedge->n_ports; i++)
        if (str_equal(vedge->ports[i].name, device) && !str_empty(vedge->ports[i].bridge))
            return vedge->ports[i].bridge;
    return device;
}

void
find_tunnel_bridge_nics(struct finder *f)
{
    for (size_t i = f->first[OBJECT_OTEP]; i < f->first[OBJECT_OTEP + 1]; i++) {
        uint32_t             index = f->of_type[i];
        const struct object *otep = f->objects[index];
        uint32_t             parent = finder_first(f, OBJECT_VEDGE, KEY_ID, otep->parent_id);
        struct str           name = otep->facts ? otep_facts(otep)->vconnector : STR_NONE;

        if (parent == NO_OBJECT || !str_starts(name, otep->host) || name.n <= otep->host.n + 1 ||
            finder_first_here(f, OBJECT_VCONNECTOR, KEY_NAME, name) != NO_OBJECT)
            continue;

        const struct vedge_facts *vedge = vedge_facts(f->objects[parent]);
        struct str bridge = bridge_of_device(vedge, str_skip(name, otep->host.n + 1));

        for (uint32_t p = 0; p < vedge->n_ports; p++) {
            uint32_t nic = str_equal(vedge->ports[p].bridge, bridge)
                               ? nic_of(f, vedge->ports[p].name)
                               : NO_OBJECT;

            if (nic == NO_OBJECT || finder_has(f, index, nic))
                continue;

            struct link link = new_link(OBJECT_OTEP, OBJECT_HOST_PNIC, index, nic, otep->host);

            link.name = arena_join(f->arena, otep->host, STR("pnic"), f->objects[nic]->name);
            finder_add(f, &link);
        }
    }
}

/* --- which NIC carries which network --- */

/* The endpoint's own bridge (Linux bridge) is what it serves, not what it stands on. */
static bool
stands_on(const struct finder *f, const struct link *link)
{
    return !str_equal(f->objects[link->source]->parent_id, f->objects[link->target]->id);
}

static bool
is_type(const struct link *link, enum object_type from, enum object_type to)
{
    return link->type.from == from && link->type.to == to;
}

/* What the links of this host say of its NICs. */
static void
read_links(struct finder *f)
{
    const struct links *links = f->links;

    for (size_t i = f->first_link; i < links->n; i++) {
        const struct link *link = &links->items[i];

        if (is_type(link, OBJECT_VEDGE, OBJECT_HOST_PNIC))
            f->nics[link->target].vedge_link = (uint32_t)i + 1;
        else if (is_type(link, OBJECT_OTEP, OBJECT_HOST_PNIC) ||
                 (is_type(link, OBJECT_OTEP, OBJECT_VCONNECTOR) && stands_on(f, link)))
            f->nics[link->target].is_below_tunnel = true;
    }
    for (size_t i = f->first_link; i < links->n; i++) {
        const struct link *link = &links->items[i];

        if (is_type(link, OBJECT_VCONNECTOR, OBJECT_HOST_PNIC) &&
            f->nics[link->source].is_below_tunnel)
            f->nics[link->target].is_below_tunnel = true;
    }
}

static struct str
device_of(const struct mappings *mappings, struct str physical_network)
{
    for (uint32_t i = 0; i < mappings->n; i++)
        if (str_equal(mappings->items[i].physical_network, physical_network))
            return mappings->items[i].device;
    return STR_NONE;
}

/* Linux bridge: the NIC in the network's bridge; while there is no such bridge, the NIC that the
 * agent would put into it. */
static bool
carries_by_linux_bridge(struct finder *f, uint32_t nic, const struct object *network)
{
    struct str name = arena_join(f->arena, STR("brq"), str_head(network->id, ID_HEAD), STR_NONE);
    uint32_t   bridge = finder_first_here(f, OBJECT_VCONNECTOR, KEY_BRIDGE_NAME, name);

    if (bridge != NO_OBJECT)
        return finder_has(f, bridge, nic);
    bridge = finder_first_here(f, OBJECT_VCONNECTOR, KEY_MAPPED, STR("yes"));
    if (bridge == NO_OBJECT)
        return false;

    const struct vconnector_facts *agent = vconnector_facts(f->objects[bridge]);
    struct str                     physical_network = network_facts(network)->physical_network;
    struct str                     device = device_of(&agent->interface_mappings, physical_network);

    if (!str_empty(device))
        return nic_of(f, device) == nic;
    device = device_of(&agent->bridge_mappings, physical_network);
    if (str_empty(device))
        return false;
    bridge = finder_first_here(f, OBJECT_VCONNECTOR, KEY_BRIDGE_NAME, device);
    return bridge != NO_OBJECT && finder_has(f, bridge, nic);
}

static bool
carries(struct finder *f, uint32_t nic, const struct object *network)
{
    const struct network_facts *facts = network_facts(network);
    const struct nic_state     *state = &f->nics[nic];

    switch (facts->carrier) {
    case CARRIED_BY_TUNNEL:
        return state->is_below_tunnel;
    case CARRIED_BY_NOTHING:
        return false;
    case CARRIED_BY_NIC:
        break;
    }
    if (state->vedge_link) {
        const struct link *link = &f->links->items[state->vedge_link - 1];

        if (!link->has_physical) /* nobody knows what the port leads to */
            return true;
        if (!str_empty(facts->physical_network) &&
            str_equal(link->physical_network, facts->physical_network))
            return true;
    }
    return carries_by_linux_bridge(f, nic, network);
}

static bool
original_carries(const struct finder *f, uint32_t nic)
{
    return f->nics[nic].vedge_link || !str_is(f->environment->type_drivers, "vlan");
}

static void
add_network_link(struct finder *f, uint32_t nic, uint32_t network)
{
    const struct object          *object = f->objects[nic];
    const struct host_pnic_facts *facts = host_pnic_facts(object);
    struct link link = new_link(OBJECT_HOST_PNIC, OBJECT_NETWORK, nic, network, object->host);

    link.name = arena_join(f->arena, STR("Segment-"), network_facts(f->objects[network])->segment,
                           STR_NONE);
    link.down = !facts->is_up;
    link.network = f->objects[network]->id;
    if (facts->port_id.p)
        link.source_label = arena_join(f->arena, STR("port-"), facts->port_id, STR_NONE);
    finder_add(f, &link);
}

static int
compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

/* The networks that have a port on this host, each once. */
static size_t
networks_of_host(struct finder *f, uint32_t *networks)
{
    size_t n = 0, n_distinct = 0;

    for (size_t i = f->first[OBJECT_PORT]; i < f->first[OBJECT_PORT + 1]; i++) {
        const struct object *port = f->objects[f->of_type[i]];
        struct str           id = port_facts(port)->network_id;
        uint32_t             network = finder_first(f, OBJECT_NETWORK, KEY_ID, id);

        if (network != NO_OBJECT)
            networks[n++] = network;
        else if (!str_empty(id))
            finder_note(f, "port %.*s: its network %.*s is not in the inventory", STR_ARG(port->id),
                        STR_ARG(id));
    }
    if (n)
        qsort(networks, n, sizeof *networks, compare_numbers);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || networks[i] != networks[i - 1])
            networks[n_distinct++] = networks[i];
    return n_distinct;
}

void
find_host_pnic_networks(struct finder *f)
{
    size_t    first = f->first[OBJECT_HOST_PNIC], end = f->first[OBJECT_HOST_PNIC + 1];
    uint32_t *networks;
    size_t    n_networks;

    if (first == end || str_empty(f->objects[f->of_type[first]]->host))
        return;
    networks = xcalloc(f->first[OBJECT_PORT + 1] - f->first[OBJECT_PORT], sizeof *networks);
    n_networks = networks_of_host(f, networks);
    read_links(f);
    for (size_t i = first; i < end; i++) {
        uint32_t nic = f->of_type[i];

        for (size_t n = 0; n < n_networks; n++)
            if (f->policy == POLICY_FULL ? carries(f, nic, f->objects[networks[n]])
                                         : original_carries(f, nic))
                add_network_link(f, nic, networks[n]);
    }
    free(networks);
}
