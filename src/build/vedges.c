/* vedge: the Open vSwitch of a host, all its bridges together.
 *
 * Sources: the agent in Neutron (identity, configurations), OVSDB (tags, types, bridges, tunnels),
 * `dpctl/show` (the ports' numbers).  Id: the agent's.  Reference 4.21; ports of userspace datapaths
 * count, results are always documents (T-39), mapped bridges are always looked at (T-40). */

#include "build/host_facts.h"

#define TUNNEL_BRIDGE "br-tun"

/* OVSDB's ports by the names that the datapath knows, which are those of the interfaces: a bond has
 * several. */
static void
index_ports(const struct ovs_ports *ports, struct map *by_name)
{
    for (size_t i = 0; i < ports->n; i++)
        for (size_t j = 0; j < ports->items[i].interfaces.n; j++) {
            struct map_entry *entry = map_put(by_name, ports->items[i].interfaces.items[j], NULL);

            if (!entry->pointer)
                entry->pointer = &ports->items[i];
        }
}

/* "vxlan: packet_type=ptap" -> "vxlan" */
static struct str
suffix_type(struct str suffix)
{
    struct str type = suffix;

    return str_cut(&suffix, ':', &type) ? str_trim(type) : type;
}

static void
add_port(struct arena *arena, struct doc *ports, struct str name, struct str number,
         bool is_internal, const struct ovs_port *known)
{
    struct doc *port = doc_object(arena);

    doc_set_text(arena, port, "id", number);
    doc_set_text(arena, port, "name", name);
    doc_set_bool(arena, port, "internal", is_internal);
    if (known && !str_empty(known->tag))
        doc_set_text(arena, port, "tag", known->tag);
    if (known && !str_empty(known->bridge))
        doc_set_text(arena, port, "bridge", known->bridge);
    doc_setn(arena, ports, name, port);
}

static struct doc *
ports_of_datapath(const struct host_records *h, struct arena *arena)
{
    struct doc *ports = doc_object(arena);
    AUTO_MAP    by_name = { 0 };

    if (h->ovs_ports)
        index_ports(h->ovs_ports, &by_name);
    for (size_t i = 0; i < h->dp_ports->n; i++) {
        const struct dp_port  *port = &h->dp_ports->items[i];
        const struct ovs_port *known = map_get(&by_name, port->name);
        struct str             type = suffix_type(port->suffix);

        if (!is_tunnel_type(type))
            add_port(arena, ports, port->name, port->number,
                     known ? str_is(known->type, "internal") : str_is(type, "internal"), known);
    }
    return ports;
}

/* What would be ports of the datapath: patches and tunnels are none. */
static struct doc *
ports_of_database(const struct host_records *h, struct arena *arena)
{
    struct doc *ports = doc_object(arena);

    for (size_t i = 0; i < h->ovs_ports->n; i++) {
        const struct ovs_port *port = &h->ovs_ports->items[i];

        if (str_is(port->type, "patch") || is_tunnel_type(port->type))
            continue;
        for (size_t j = 0; j < port->interfaces.n; j++)
            add_port(arena, ports, port->interfaces.items[j], STR_NONE,
                     str_is(port->type, "internal"), port);
    }
    return ports;
}

static struct doc *
tunnel_ports(const struct host_records *h, struct str tunneling_ip, struct arena *arena)
{
    struct doc *ports = doc_object(arena);

    for (size_t i = 0; h->ovs_ports && !str_empty(tunneling_ip) && i < h->ovs_ports->n; i++) {
        const struct ovs_port *port = &h->ovs_ports->items[i];

        if (!str_is(port->bridge, TUNNEL_BRIDGE))
            continue;

        struct doc *tunnel = doc_object(arena);

        doc_set_text(arena, tunnel, "name", port->name);
        doc_set_text(arena, tunnel, "interface", port->interface);
        if (!str_empty(port->type))
            doc_set_text(arena, tunnel, "type", port->type);
        if (doc_count(port->options))
            doc_set(arena, tunnel, "options", port->options);
        doc_setn(arena, ports, port->name, tunnel);
    }
    return ports;
}

static void
add_vedge(const struct cloud *cloud, const struct cloud_host *host, const struct host_records *h,
          const struct cloud_agent *agent, struct built *out)
{
    struct arena *arena = out->arena;
    struct str    tunneling_ip = agent_tunneling_ip(agent);
    struct doc   *document = host_object(out, host, "vedge", agent->id);
    struct names  nics = { 0 };

    doc_set_text(arena, document, "name", host_id(arena, host, STR("OVS")));
    doc_set(arena, document, "ports",
            h->dp_ports ? ports_of_datapath(h, arena) : ports_of_database(h, arena));
    doc_set(arena, document, "tunnel_ports", tunnel_ports(h, tunneling_ip, arena));

    /* It restricts the vedge's links to this NIC, which is wrong where tunnels use another. */
    if (str_empty(tunneling_ip)) {
        mapped_nics(cloud, host, h, arena, &nics);
        if (nics.n)
            doc_set_text(arena, document, "pnic", nics.items[nics.n - 1]);
    }
    add_attributes(arena, document, agent->row);
}

void
build_vedges(const struct cloud *cloud, const struct cloud_host *host, const struct host_records *h,
             struct built *out)
{
    bool has_agent = false;

    if (!host_is_network(host) && !host_is_compute(host))
        return;
    if (!h->ovs_ports && !h->dp_ports)
        return;
    for (size_t i = 0; i < host->n_agents; i++) {
        if (!str_is(host->agents[i]->type, "Open vSwitch agent"))
            continue;
        has_agent = true;
        add_vedge(cloud, host, h, host->agents[i], out);
    }
    if (has_agent && !h->dp_ports)
        built_note(out, false, "%.*s: the datapath's ports are not known, so ports have no numbers",
                   STR_ARG(host->name));
}
