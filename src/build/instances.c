/* instance: a virtual machine that Nova says runs on the host.
 *
 * Sources: nova servers, nova.instance_info_caches or the cloud's ports.  Id: Nova's uuid.
 * Reference 4.10; the first interface gives the MAC (T-29), an instance without interfaces or with
 * an unreadable cache is kept (T-23).
 *
 * There is no gate by role: what the list says runs here is shown, though nova-compute be dead. */

#include "build/host_facts.h"
#include "build/instance.h"

/* The networks of the interfaces, each once, in their order. */
static struct doc *
networks_of(const struct doc *network_info, struct arena *arena)
{
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < doc_count(network_info); i++)
        push_once(arena, list, doc_text(doc_path(doc_at(network_info, i), "network.id")));
    return list;
}

static void
add_interfaces(const struct cloud *cloud, const struct cloud_server *server, struct doc *document,
               struct built *out)
{
    struct arena *arena = out->arena;
    struct error  err;
    struct doc   *network_info = cloud_network_info(cloud, server, arena, &err);

    if (!network_info) {
        built_note(out, true, "instance %.*s: %s", STR_ARG(server->id), err.message);
        return;
    }

    struct str mac = doc_get_text(doc_at(network_info, 0), "address");

    doc_set(arena, document, "network_info", network_info);
    doc_set(arena, document, "network", networks_of(network_info, arena));
    if (!str_empty(mac))
        doc_set_text(arena, document, "mac_address", arena_lower(arena, mac));
}

struct doc *
instance_document(const struct cloud *cloud, const struct cloud_server *server, struct built *out)
{
    struct arena *arena = out->arena;
    struct str    project = cloud_project_name(cloud, server->project_id);
    struct doc   *document = doc_object(arena);
    struct doc   *projects = doc_array(arena);

    docs_add(arena, &out->docs, document);
    doc_set_text(arena, document, "type", STR("instance"));
    doc_set_text(arena, document, "id", server->id);
    doc_set_text(arena, document, "uuid", server->id);
    if (!str_empty(server->name))
        doc_set_text(arena, document, "name", server->name);
    if (!str_empty(server->local_name))
        doc_set_text(arena, document, "local_name", server->local_name);
    if (!str_empty(server->project_id))
        doc_set_text(arena, document, "project_id", server->project_id);
    doc_push_text(arena, projects, str_empty(project) ? STR("Unknown") : project);
    doc_set(arena, document, "projects", projects);
    add_interfaces(cloud, server, document, out);
    add_attributes(arena, document, server->attributes);
    return document;
}

void
build_instances(const struct cloud *cloud, const struct cloud_host *host, struct built *out)
{
    struct arena *arena = out->arena;

    for (size_t i = 0; i < host->n_servers; i++) {
        struct doc *document = instance_document(cloud, host->servers[i], out);

        doc_set_text(arena, document, "host", host->name);
        if (!str_empty(host->ip_address))
            doc_set_text(arena, document, "ip_address", host->ip_address);
        doc_set_text(arena, document, "parent_type", STR("instances_folder"));
        doc_set_text(arena, document, "parent_id", host_id(arena, host, STR("instances")));
    }
}
