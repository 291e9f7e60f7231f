/* network: a Neutron network, its subnets within.
 *
 * Sources: GET /v2.0/networks, /v2.0/subnets; the names of projects.  Id: Neutron's.
 * Reference 4.4.  Neutron's own networks (for HA routers) have no project: they hang below the
 * admin project. */

#include "build/build.h"

static struct str
project_of(const struct cloud *cloud, const struct doc *network, struct built *out)
{
    struct str id = doc_get_text(network, "tenant_id");

    if (str_empty(id))
        id = doc_get_text(network, "project_id");
    for (size_t i = 0; str_empty(id) && i < cloud->n_projects; i++) {
        if (str_equal(cloud->projects[i].name, cloud->environment->admin_project))
            id = cloud->projects[i].id;
    }
    if (str_empty(id)) {
        struct str network_id = doc_get_text(network, "id");

        built_note(out, true, "network %.*s has no project, and there is no project %.*s",
                   STR_ARG(network_id), STR_ARG(cloud->environment->admin_project));
    }
    return id;
}

/* "subnets" of the API is a list of ids; that of the object holds the subnets by their names. Two
 * of one name are told apart by the id behind the second's. */
static void
add_subnets(const struct cloud *cloud, const struct doc *network, struct doc *document,
            struct arena *arena)
{
    const struct doc *ids = doc_get(network, "subnets");
    struct doc       *subnets = doc_object(arena), *cidrs = doc_array(arena);
    struct doc       *subnet_ids = doc_array(arena);

    for (size_t i = 0; i < doc_count(ids); i++) {
        struct str  id = doc_text(doc_at(ids, i));
        struct doc *subnet = map_get(&cloud->subnets_by_id, id);
        struct str  name = doc_get_text(subnet, "name");

        if (!subnet)
            continue;
        if (doc_getn(subnets, name))
            name = arena_join(arena, name, STR("-"), id);
        doc_setn(arena, subnets, name, subnet);
        doc_push_text(arena, cidrs, doc_get_text(subnet, "cidr"));
        doc_push_text(arena, subnet_ids, id);
    }
    doc_set(arena, document, "subnets", subnets);
    doc_set(arena, document, "cidrs", cidrs);
    doc_set(arena, document, "subnet_ids", subnet_ids);
}

static void
add_network(const struct cloud *cloud, const struct doc *network, struct built *out)
{
    struct arena *arena = out->arena;
    struct str    id = doc_get_text(network, "id");
    struct str    project_id = project_of(cloud, network, out);
    struct str    project = cloud_project_name(cloud, project_id);
    struct doc   *document = doc_copy(arena, network);

    doc_set_text(arena, document, "type", STR("network"));
    add_subnets(cloud, network, document, arena);
    doc_set_text(arena, document, "network",
                 id); /* so that a constraint on "network" fits it, too */
    if (!str_empty(project))
        doc_set_text(arena, document, "project", project);
    doc_set_text(arena, document, "master_parent_type", STR("project"));
    doc_set_text(arena, document, "master_parent_id", project_id);
    doc_set_text(arena, document, "parent_type", STR("networks_folder"));
    doc_set_text(arena, document, "parent_id",
                 arena_join(arena, project_id, STR("-networks"), STR_NONE));
    doc_set_text(arena, document, "parent_text", STR("Networks"));
    docs_add(arena, &out->docs, document);
}

void
build_networks(const struct cloud *cloud, const struct docs *networks, struct built *out)
{
    size_t n_left_out = 0;

    for (size_t i = 0; i < networks->n; i++) {
        struct str                  id = doc_get_text(networks->items[i], "id");
        const struct cloud_network *known = map_get(&cloud->networks_by_id, id);

        if (known && known->is_left_out)
            n_left_out++;
        else if (!str_empty(id))
            add_network(cloud, networks->items[i], out);
        else
            built_note(out, true, "a network without an id");
    }
    if (n_left_out)
        built_note(out, false, "%zu networks of excluded projects are left out", n_left_out);
}
