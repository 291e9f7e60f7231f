/* port: a Neutron port.
 *
 * Sources: GET /v2.0/ports; the names of projects.  Id: Neutron's.  Reference 4.5. */

#include "build/build.h"

static void
add_port(const struct cloud *cloud, const struct doc *port, bool network_is_known,
         struct built *out)
{
    struct arena *arena = out->arena;
    struct str    network_id = doc_get_text(port, "network_id");
    struct str    mac = arena_lower(arena, doc_get_text(port, "mac_address"));
    struct str    project_id = doc_get_text(port, "tenant_id");
    struct doc   *document = doc_copy(arena, port);

    if (str_empty(project_id))
        project_id = doc_get_text(port, "project_id");

    struct str project = cloud_project_name(cloud, project_id);

    doc_set_text(arena, document, "type", STR("port"));
    if (!str_empty(mac))
        doc_set_text(arena, document, "mac_address", mac);
    doc_set_text(arena, document, "name",
                 network_is_known && !str_empty(mac) ? mac : doc_get_text(port, "id"));
    if (!str_empty(project))
        doc_set_text(arena, document, "project", project);
    doc_set_text(arena, document, "master_parent_type", STR("network"));
    doc_set_text(arena, document, "master_parent_id", network_id);
    doc_set_text(arena, document, "parent_type", STR("ports_folder"));
    doc_set_text(arena, document, "parent_id",
                 arena_join(arena, network_id, STR("-ports"), STR_NONE));
    doc_set_text(arena, document, "parent_text", STR("Ports"));
    docs_add(arena, &out->docs, document);
}

void
build_ports(const struct cloud *cloud, const struct docs *ports, struct built *out)
{
    size_t n_left_out = 0;

    for (size_t i = 0; i < ports->n; i++) {
        const struct doc           *port = ports->items[i];
        struct str                  id = doc_get_text(port, "id");
        struct str                  network_id = doc_get_text(port, "network_id");
        const struct cloud_network *network = map_get(&cloud->networks_by_id, network_id);

        if (str_empty(id) || str_empty(network_id))
            built_note(out, true, "port %.*s has no %s", STR_ARG(id),
                       str_empty(id) ? "id" : "network");
        else if (network && network->is_left_out)
            n_left_out++;
        else
            add_port(cloud, port, network != NULL, out);
    }
    if (n_left_out)
        built_note(out, false, "%zu ports of excluded projects are left out", n_left_out);
}
