/* What nova keeps of an instance's interfaces ("network_info"), from its cache or made anew.
 *
 * Source: reference discovery.md 4.10, A-04; nova/network/model.py. Made anew it has the members that
 * both sources have with the same values; nova's own ("active", "meta", "routes" ...) are left out. */

#include "build/build.h"

static struct doc *
an_address(struct arena *arena, struct str ip, const char *type)
{
    struct doc *d = doc_object(arena);

    doc_set_text(arena, d, "address", ip);
    doc_set_text(arena, d, "type", str_from(type));
    doc_set_int(arena, d, "version", str_find_char(ip, ':') < 0 ? 4 : 6);
    return d;
}

/* One subnet with the port's addresses in it. */
static struct doc *
a_subnet(const struct cloud *c, const struct cloud_port *port, size_t first, struct arena *arena)
{
    struct str        id = port->addresses[first].subnet_id;
    const struct doc *subnet = map_get(&c->subnets_by_id, id);
    struct str        gateway = doc_get_text(subnet, "gateway_ip");
    struct doc       *d = doc_object(arena), *ips = doc_array(arena);

    for (size_t i = first; i < port->n_addresses; i++) {
        if (str_equal(port->addresses[i].subnet_id, id))
            doc_push(arena, ips, an_address(arena, port->addresses[i].ip, "fixed"));
    }
    doc_set(arena, d, "ips", ips);
    if (!subnet)
        return d;
    doc_set_text(arena, d, "cidr", doc_get_text(subnet, "cidr"));
    doc_set_int(arena, d, "version", doc_number(doc_get(subnet, "ip_version"), 4));
    if (!str_empty(gateway))
        doc_set(arena, d, "gateway", an_address(arena, gateway, "gateway"));
    return d;
}

static struct doc *
subnets_of(const struct cloud *c, const struct cloud_port *port, struct arena *arena)
{
    struct doc *subnets = doc_array(arena);

    for (size_t i = 0; i < port->n_addresses; i++) {
        bool is_listed = false;

        for (size_t k = 0; k < i; k++)
            is_listed =
                is_listed || str_equal(port->addresses[k].subnet_id, port->addresses[i].subnet_id);
        if (!is_listed)
            doc_push(arena, subnets, a_subnet(c, port, i, arena));
    }
    return subnets;
}

/* The bridge that the interface is plugged into: OVS names it, Linux bridges follow the network. */
static struct str
bridge_of(const struct cloud_port *port, struct arena *arena)
{
    if (str_is(port->vif_type, "bridge"))
        return arena_join(arena, STR("brq"), str_head(port->network_id, 11), STR_NONE);
    return doc_get_text(port->vif_details, "bridge_name");
}

static struct doc *
an_interface(const struct cloud *c, const struct cloud_port *port, struct arena *arena)
{
    const struct cloud_network *known = map_get(&c->networks_by_id, port->network_id);
    struct str                  bridge = bridge_of(port, arena);
    struct doc                 *d = doc_object(arena), *network = doc_object(arena);

    doc_set_text(arena, network, "id", port->network_id);
    doc_set_text(arena, network, "label", known ? known->name : STR_NONE);
    if (!str_empty(bridge))
        doc_set_text(arena, network, "bridge", bridge);
    doc_set(arena, network, "subnets", subnets_of(c, port, arena));
    doc_set_text(arena, d, "id", port->id);
    doc_set_text(arena, d, "address", port->mac);
    doc_set_text(arena, d, "devname",
                 arena_join(arena, STR("tap"), str_head(port->id, 11), STR_NONE));
    doc_set_text(arena, d, "type", port->vif_type);
    doc_set_text(arena, d, "vnic_type", port->vnic_type);
    doc_set(arena, d, "network", network);
    if (port->vif_details)
        doc_set(arena, d, "details", port->vif_details);
    return d;
}

struct doc *
cloud_network_info(const struct cloud *c, const struct cloud_server *server, struct arena *arena,
                   struct error *err)
{
    if (!str_empty(server->network_info)) {
        struct doc *info = doc_parse(arena, server->network_info, err);

        if (info && doc_kind(info) != DOC_ARRAY) {
            error_set(err, ERROR_PARSE, 0, "expected an array");
            info = NULL;
        }
        if (!info)
            error_prefix(err, "network_info: ");
        return info;
    }

    struct doc *info = doc_array(arena);

    for (const struct cloud_port *port = map_get(&c->ports_by_device, server->id); port;
         port = port->next_of_device)
        doc_push(arena, info, an_interface(c, port, arena));
    return info;
}
