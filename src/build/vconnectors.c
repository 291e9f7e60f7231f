/* vconnector: a Linux bridge. OVS bridges are part of their host's vedge.
 *
 * Sources: `ip -d link` or `brctl show`, Neutron's ports, the Linux bridge agent.  Id:
 * "<host>-<bridge>-<bridge id>".  Reference 4.18, 4.19; a member's port is looked for only when its
 * name is one that Neutron or Nova gives (T-36). */

#include "build/host_facts.h"

#include "parse/reply.h"

static void
set_members(const struct cloud_host *host, const struct bridge *bridge, struct doc *document,
            struct arena *arena)
{
    struct doc  *interfaces = doc_object(arena);
    struct doc  *names = doc_array(arena);
    struct names sorted = { 0 };

    for (size_t i = 0; i < bridge->members.n; i++)
        names_add(arena, &sorted, bridge->members.items[i]);
    names_sort(&sorted);
    for (size_t i = 0; i < sorted.n; i++) {
        const struct cloud_port *port = port_of_device(host, sorted.items[i]);
        struct doc              *interface = doc_object(arena);

        doc_set_text(arena, interface, "name", sorted.items[i]);
        doc_set_text(arena, interface, "mac_address", port ? port->mac : STR_NONE);
        doc_setn(arena, interfaces, sorted.items[i], interface);
        doc_push_text(arena, names, sorted.items[i]);
    }
    doc_set(arena, document, "interfaces", interfaces);
    doc_set(arena, document, "interfaces_names", names);
}

void
build_vconnectors(const struct cloud *cloud, const struct cloud_host *host,
                  const struct host_records *h, struct built *out)
{
    struct arena             *arena = out->arena;
    const struct cloud_agent *agent = host_agent(host, "Linux bridge agent");
    struct doc               *configurations = agent_configurations(agent);

    if ((!host->roles && !host_is_compute(host)) || !h->bridges)
        return;
    if (!agent && environment_has_driver(cloud->environment, "LXB") && h->bridges->n)
        built_note(out, false, "%.*s: no Linux bridge agent is known on this host",
                   STR_ARG(host->name));
    for (size_t i = 0; i < h->bridges->n; i++) {
        const struct bridge *bridge = &h->bridges->items[i];
        struct str           name = host_id(arena, host, bridge->name);
        struct doc          *document =
            host_object(out, host, "vconnector", arena_join(arena, name, STR("-"), bridge->id));

        doc_set_text(arena, document, "name", name);
        doc_set_text(arena, document, "bridge_name", bridge->name);
        doc_set_text(arena, document, "stp_enabled", bridge->stp ? STR("yes") : STR("no"));
        doc_set_text(arena, document, "connector_type", STR("bridge"));
        set_members(host, bridge, document, arena);
        if (configurations)
            doc_set(arena, document, "configurations", configurations);
    }
}
