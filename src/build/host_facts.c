/* Look-ups within one host. A host has tens of devices and ports, so most of them walk a list; what
 * grows with the cloud is searched by halves or through the cloud's maps. */

#include "build/host_facts.h"

#include <stdlib.h>

#include "parse/reply.h"

struct doc *
host_object(struct built *out, const struct cloud_host *host, const char *type, struct str id)
{
    struct doc *document = doc_object(out->arena);

    doc_set_text(out->arena, document, "type", str_from(type));
    doc_set_text(out->arena, document, "id", id);
    doc_set_text(out->arena, document, "host", host->name);
    docs_add(out->arena, &out->docs, document);
    return document;
}

struct str
host_id(struct arena *arena, const struct cloud_host *host, struct str rest)
{
    return arena_join(arena, host->name, STR("-"), rest);
}

bool
host_is_compute(const struct cloud_host *host)
{
    return host->roles & HOST_COMPUTE || host->n_servers;
}

bool
host_is_network(const struct cloud_host *host)
{
    return host->roles & HOST_NETWORK;
}

const struct cloud_agent *
host_agent(const struct cloud_host *host, const char *type)
{
    for (size_t i = 0; i < host->n_agents; i++)
        if (str_is(host->agents[i]->type, type))
            return host->agents[i];
    return NULL;
}

struct doc *
agent_configurations(const struct cloud_agent *agent)
{
    struct doc *found = agent ? doc_get(agent->row, "configurations") : NULL;

    return doc_kind(found) == DOC_OBJECT ? found : NULL;
}

struct str
agent_tunneling_ip(const struct cloud_agent *agent)
{
    return doc_get_text(agent_configurations(agent), "tunneling_ip");
}

const struct netdevs *
host_devices(const struct host_records *h)
{
    return h->addresses ? h->addresses : h->links;
}

static int
by_index(const void *a, const void *b)
{
    const struct netdev *left = *(const struct netdev *const *)a;
    const struct netdev *right = *(const struct netdev *const *)b;

    if (left->index != right->index)
        return left->index < right->index ? -1 : 1;
    return str_compare(left->name, right->name);
}

const struct netdev **
devices_by_index(struct arena *arena, const struct netdevs *devices)
{
    const struct netdev **sorted = arena_array(arena, const struct netdev *, devices->n);

    for (size_t i = 0; i < devices->n; i++)
        sorted[i] = &devices->items[i];
    if (devices->n)
        qsort(sorted, devices->n, sizeof *sorted, by_index);
    return sorted;
}

bool
is_bond(const struct host_records *h, struct str device)
{
    const struct netdev *link = h->links ? netdev_find(h->links, device) : NULL;

    for (size_t i = 0; i < h->n_bondings; i++)
        if (str_equal(h->bondings[i].name, device))
            return true;
    return link && str_is(link->kind, "bond");
}

bool
is_physical(const struct environment *environment, const struct host_records *h, struct str device)
{
    for (size_t i = 0; i < environment->n_host_pnics; i++)
        if (str_matches(device, environment->host_pnics[i]))
            return true;
    if (environment->n_host_pnics || !h->sysfs)
        return false;
    for (size_t i = 0; i < h->sysfs->n; i++)
        if (str_equal(h->sysfs->items[i].name, device))
            return !h->sysfs->items[i].is_virtual;
    return false;
}

/* What follows the prefix that Neutron and Nova put before a port's id, or "" when it is none:
 * other devices have names like "em1" or "ens1f1", of which the rest would fit any port. */
static struct str
port_id_prefix(struct str device)
{
    static const char *const prefixes[] = { "tap", "qvb", "qvo", "qbr", "qr-", "qg-" };
    struct str               rest = STR_NONE;

    for (size_t i = 0; i < N_ELEMENTS(prefixes) && str_empty(rest); i++)
        if (str_starts(device, str_from(prefixes[i])))
            rest = str_skip(device, 3);
    for (size_t i = 0; i < rest.n; i++)
        if (!strchr("0123456789abcdef-", rest.p[i]))
            return STR_NONE;
    return rest.n >= 8 ? rest : STR_NONE;
}

const struct cloud_port *
port_of_device(const struct cloud_host *host, struct str device)
{
    struct str prefix = port_id_prefix(device);
    size_t     low = 0, high = host->n_ports;

    if (str_empty(prefix))
        return NULL;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (str_compare(host->ports[middle]->id, prefix) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low < host->n_ports && str_starts(host->ports[low]->id, prefix) ? host->ports[low]
                                                                           : NULL;
}

const struct cloud_port *
port_of_mac(const struct cloud *cloud, const struct cloud_host *host, struct str mac,
            struct str network_id)
{
    const struct cloud_port *found = map_get(&cloud->ports_by_mac, mac);
    bool fits = found && (str_empty(network_id) ? str_equal(found->host, host->name)
                                                : str_equal(found->network_id, network_id));

    if (!found || fits)
        return found;

    /* The map has one port of each MAC; another one may be nearer. */
    bool is_near = str_equal(found->host, host->name);

    for (size_t i = 0; i < host->n_ports; i++) {
        const struct cloud_port *port = host->ports[i];

        if (!str_equal(port->mac, mac))
            continue;
        if (!str_empty(network_id) && str_equal(port->network_id, network_id))
            return port;
        if (!is_near) {
            found = port;
            is_near = true;
        }
    }
    return found;
}

/* Old Mirantis installers plugged NICs into a bridge through a patch port whose name ends with that
 * of the NIC, and only these count there. */
static struct str
nic_behind(const struct environment *environment, struct str bridge, struct str interface)
{
    static const char *const versions[] = { "6.0", "7.0", "8.0" };

    if (!str_is(environment->distribution, "Mirantis"))
        return interface;
    for (size_t i = 0; i < N_ELEMENTS(versions); i++) {
        if (!str_is(environment->version, versions[i]))
            continue;

        struct str rest = str_skip(interface, bridge.n);

        return str_starts(interface, bridge) && str_starts(rest, STR("--br-"))
                   ? str_skip(rest, strlen("--br-"))
                   : STR_NONE;
    }
    return interface;
}

static void
add_nics_of_bridge(const struct cloud *cloud, const struct host_records *h, struct str bridge,
                   struct arena *arena, struct names *out)
{
    struct names nics = { 0 };

    for (size_t i = 0; i < h->ovs_ports->n; i++) {
        const struct ovs_port *port = &h->ovs_ports->items[i];

        for (size_t j = 0; str_equal(port->bridge, bridge) && j < port->interfaces.n; j++) {
            struct str nic = nic_behind(cloud->environment, bridge, port->interfaces.items[j]);

            if (!str_empty(nic) && (is_physical(cloud->environment, h, nic) || is_bond(h, nic)))
                names_add(arena, &nics, nic);
        }
    }
    names_sort(&nics);
    for (size_t i = 0; i < nics.n; i++)
        names_add(arena, out, nics.items[i]);
}

void
mapped_nics(const struct cloud *cloud, const struct cloud_host *host, const struct host_records *h,
            struct arena *arena, struct names *out)
{
    const struct cloud_agent *agent = host_agent(host, "Open vSwitch agent");
    const struct doc         *mappings = doc_get(agent_configurations(agent), "bridge_mappings");
    struct names              networks = { 0 };
    struct doc_iter           it = { 0 };

    if (doc_kind(mappings) != DOC_OBJECT || !h->ovs_ports)
        return;
    while (doc_next(mappings, &it))
        names_add(arena, &networks, it.key);
    names_sort(&networks);
    for (size_t i = 0; i < networks.n; i++)
        add_nics_of_bridge(cloud, h, doc_text(doc_getn(mappings, networks.items[i])), arena, out);
}

const struct dp_port *
dp_port_find(const struct host_records *h, struct str name)
{
    for (size_t i = 0; h->dp_ports && i < h->dp_ports->n; i++)
        if (str_equal(h->dp_ports->items[i].name, name))
            return &h->dp_ports->items[i];
    return NULL;
}

bool
is_tunnel_type(struct str type)
{
    static const char *const types[] = { "vxlan", "gre", "geneve", "ip6gre",  "erspan", "ip6erspan",
                                         "lisp",  "stt", "gtpu",   "bareudp", "srv6" };

    for (size_t i = 0; i < N_ELEMENTS(types); i++)
        if (str_is(type, types[i]))
            return true;
    return false;
}

void
push_once(struct arena *arena, struct doc *array, struct str text)
{
    bool is_known = str_empty(text);

    for (size_t i = 0; i < doc_count(array) && !is_known; i++)
        is_known = str_equal(doc_text(doc_at(array, i)), text);
    if (!is_known)
        doc_push_text(arena, array, text);
}

void
add_attributes(struct arena *arena, struct doc *object, const struct doc *from)
{
    struct doc_iter it = { 0 };

    while (doc_kind(from) == DOC_OBJECT && doc_next(from, &it))
        if (!doc_getn(object, it.key))
            doc_setn(arena, object, it.key, it.value);
}
