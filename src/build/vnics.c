/* vnic: an interface of an instance, as libvirt plugs it, or of a service's namespace.
 *
 * Instance vNIC: source `virsh dumpxml`, joined with Nova's servers by uuid (libvirt's names are not
 * Nova's); id "<host>-<device>".  Reference 4.14: domains are read once per host, running or not,
 * and every part of an interface may be missing (T-28).
 *
 * Service vNIC: source `ip address` inside the namespace, joined with Neutron's ports by MAC; id
 * "<host>-<device>".  Reference 4.13: its network is that of its port, else one that has its
 * address range (T-26); its address is one of its port, never a link-local one. */

#include "build/host_facts.h"
#include "build/service.h"

/* --- of instances --- */

static const struct cloud_server *
server_of(const struct cloud_host *host, struct str uuid)
{
    size_t low = 0, high = host->n_servers;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int    order = str_compare(host->servers[middle]->id, uuid);

        if (order == 0)
            return host->servers[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* An interface whose device libvirt does not name (hostdev; a domain that is shut off) has the name
 * that Nova gave it, else one made of what identifies it. */
static struct str
name_without_device(const struct cloud *cloud, const struct cloud_server *server, struct str type,
                    struct str mac, struct arena *arena)
{
    struct error err;
    struct doc  *network_info = cloud_network_info(cloud, server, arena, &err);

    for (size_t i = 0; i < doc_count(network_info); i++) {
        const struct doc *entry = doc_at(network_info, i);
        struct str        device = doc_get_text(entry, "devname");

        if (!str_empty(device) && str_equal_nocase(doc_get_text(entry, "address"), mac))
            return device;
    }
    return arena_printf(arena, "%.*s-%.*s-%.*s", STR_ARG(server->name), STR_ARG(type),
                        STR_ARG(mac));
}

static struct str
instance_oid(const struct cloud *cloud, const struct cloud_server *server, struct arena *arena)
{
    struct str kept = doc_get_text(server->attributes, "_id");

    return str_empty(kept)
               ? oid_text(oid_of_object(cloud->environment->name, OBJECT_INSTANCE, server->id),
                          arena)
               : kept;
}

static void
add_instance_vnic(const struct cloud *cloud, const struct cloud_host *host,
                  const struct cloud_server *server, const struct doc *interface, struct built *out)
{
    struct arena *arena = out->arena;
    struct str    mac = arena_lower(arena, doc_text(doc_path(interface, "mac.@address")));
    struct str    bridge = doc_text(doc_path(interface, "source.@bridge"));
    struct str    name = doc_text(doc_path(interface, "target.@dev"));

    if (str_empty(name))
        name = name_without_device(cloud, server, doc_get_text(interface, "@type"), mac, arena);

    struct doc *document = host_object(out, host, "vnic", host_id(arena, host, name));

    doc_set_text(arena, document, "name", name);
    doc_set_text(arena, document, "vnic_type", STR("instance_vnic"));
    doc_set_text(arena, document, "instance_id", server->id);
    doc_set_text(arena, document, "instance_db_id", instance_oid(cloud, server, arena));
    if (!str_empty(mac))
        doc_set_text(arena, document, "mac_address", mac);
    if (!str_empty(bridge))
        doc_set_text(arena, document, "source_bridge", bridge);
    doc_set_text(arena, document, "parent_type", STR("vnics_folder"));
    doc_set_text(arena, document, "parent_id",
                 arena_join(arena, server->id, STR("-vnics"), STR_NONE));
    add_attributes(arena, document, interface);
}

void
build_instance_vnics(const struct cloud *cloud, const struct cloud_host *host,
                     const struct host_records *h, struct built *out)
{
    for (size_t i = 0; h->domains && i < h->domains->n; i++) {
        const struct domain       *domain = &h->domains->items[i];
        const struct cloud_server *server = server_of(host, domain->uuid);

        for (size_t j = 0; server && j < domain->n_interfaces; j++)
            add_instance_vnic(cloud, host, server, domain->interfaces[j], out);
    }
}

/* --- of services --- */

static struct doc *
lines_of(struct str text, struct arena *arena)
{
    struct doc *list = doc_array(arena);
    struct str  line;

    while (str_line(&text, &line))
        doc_push_text(arena, list, line);
    return list;
}

static void
add_service_vnic(const struct cloud_host     *host, struct str namespace,
                 const struct service_device *vnic, struct built *out)
{
    struct arena *arena = out->arena;
    struct str    service = host_id(arena, host, namespace);
    struct doc *document = host_object(out, host, "vnic", host_id(arena, host, vnic->device->name));

    doc_set_text(arena, document, "name", vnic->device->name);
    doc_set_text(arena, document, "vnic_type", STR("vservice_vnic"));
    doc_set_text(arena, document, "mac_address", vnic->device->mac);
    doc_set_text(arena, document, "master_parent_type", STR("vservice"));
    doc_set_text(arena, document, "master_parent_id", service);
    doc_set_text(arena, document, "parent_type", STR("vnics_folder"));
    doc_set_text(arena, document, "parent_id", arena_join(arena, service, STR("-vnics"), STR_NONE));
    doc_set_text(arena, document, "parent_text", STR("vNICs"));
    if (vnic->ipv6)
        doc_set_text(arena, document, "IPv6 Address", vnic->ipv6->local);
    if (!str_empty(vnic->network_id))
        doc_set_text(arena, document, "network", vnic->network_id);
    if (!vnic->ipv4) {
        doc_set(arena, document, "lines", lines_of(vnic->device->lines, arena));
        return;
    }
    doc_set_text(arena, document, "IP Address", vnic->ipv4->local);
    doc_set_text(arena, document, "netmask", vnic->netmask);
    doc_set_text(arena, document, "cidr", vnic->cidr);
    doc_set_text(arena, document, "data", vnic->device->lines);
}

void
build_vservice_vnics(const struct cloud *cloud, const struct cloud_host *host,
                     const struct host_records *h, struct built *out)
{
    if (!host_is_network(host))
        return;
    for (size_t i = 0; i < h->n_namespaces; i++) {
        const struct namespace_records *namespace = &h->namespaces[i];
        struct service_device *vnics;
        size_t                 n_vnics;

        if (!is_service_namespace(namespace->name))
            continue;
        service_devices(cloud, host, namespace, out->arena, &vnics, &n_vnics);
        for (size_t j = 0; j < n_vnics; j++)
            add_service_vnic(host, namespace->name, &vnics[j], out);
    }
}
