/* region: where the service catalog has endpoints.
 *
 * Source: the catalog.  Id: its name.  Reference 4.2. */

#include "build/build.h"

void
build_regions(const struct cloud *cloud, struct built *out)
{
    struct arena *arena = out->arena;
    struct str    folder = arena_join(arena, cloud->environment->name, STR("-regions"), STR_NONE);

    for (size_t i = 0; i < cloud->n_regions; i++) {
        const struct cloud_region *region = &cloud->regions[i];
        struct doc                *document = doc_object(arena);

        doc_set_text(arena, document, "type", STR("region"));
        doc_set_text(arena, document, "id", region->name);
        doc_set_text(arena, document, "name", region->name);
        doc_set(arena, document, "endpoints", region->endpoints);
        doc_set_text(arena, document, "parent_type", STR("regions_folder"));
        doc_set_text(arena, document, "parent_id", folder);
        docs_add(arena, &out->docs, document);
    }
}

struct str
cloud_service_url(const struct cloud *cloud, struct str region, struct str service)
{
    for (size_t i = 0; i < cloud->n_regions; i++) {
        const struct doc *endpoints = cloud->regions[i].endpoints;
        const struct doc *endpoint = doc_getn(endpoints, service);

        if (!str_equal(cloud->regions[i].name, region))
            continue;
        if (!endpoint && str_is(service, "neutron"))
            endpoint = doc_get(endpoints, "quantum"); /* its first name */
        return doc_get_text(endpoint, "adminURL");
    }
    return STR_NONE;
}
