/* availability_zone: Nova's grouping of hosts, "internal" for those without compute services.
 *
 * Source: GET /os-availability-zone/detail.  Id: the zone's name.  Reference 4.7. */

#include "build/build.h"

void
build_availability_zones(const struct cloud *cloud UNUSED, const struct docs *zones,
                         struct str region, struct built *out)
{
    struct arena *arena = out->arena;

    for (size_t i = 0; i < zones->n; i++) {
        const struct doc *zone = zones->items[i];
        const struct doc *available = doc_path(zone, "zoneState.available");
        struct str        name = doc_get_text(zone, "zoneName");
        struct doc       *document;

        if (str_empty(name)) {
            built_note(out, true, "an availability zone without a name");
            continue;
        }
        document = doc_copy(arena, zone);
        doc_remove(document, "zoneName");
        doc_remove(document, "zoneState");
        doc_set_text(arena, document, "type", STR("availability_zone"));
        doc_set_text(arena, document, "id", name);
        doc_set_text(arena, document, "name", name);
        if (available)
            doc_set_bool(arena, document, "available", doc_truth(available));
        doc_set_text(arena, document, "master_parent_type", STR("region"));
        doc_set_text(arena, document, "master_parent_id", region);
        doc_set_text(arena, document, "parent_type", STR("availability_zones_folder"));
        doc_set_text(arena, document, "parent_id",
                     arena_join(arena, region, STR("-availability_zones"), STR_NONE));
        doc_set_text(arena, document, "parent_text", STR("Availability Zones"));
        docs_add(arena, &out->docs, document);
    }
}
