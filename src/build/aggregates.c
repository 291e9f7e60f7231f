/* aggregate: a Nova host aggregate.  host_ref: a host as its member.
 *
 * Sources: nova_api.aggregates and aggregate_hosts, nova's own tables of old releases, or
 * GET /os-aggregates, all as documents {id, name, hosts}.  Ids: the aggregate's number;
 * "aggregate-<aggregate's name>-<host>".  Reference 4.8, 4.9. */

#include "build/build.h"

void
build_aggregates(const struct cloud *cloud UNUSED, const struct docs *aggregates, struct built *out)
{
    struct arena *arena = out->arena;

    for (size_t i = 0; i < aggregates->n; i++) {
        struct doc *document = doc_object(arena);

        doc_set_text(arena, document, "type", STR("aggregate"));
        doc_set(arena, document, "id", doc_get(aggregates->items[i], "id"));
        doc_set_text(arena, document, "name", doc_get_text(aggregates->items[i], "name"));
        docs_add(arena, &out->docs, document);
    }
}

static void
add_host_ref(const struct cloud *cloud, const struct doc *aggregate, struct str name,
             struct built *out)
{
    struct arena            *arena = out->arena;
    const struct cloud_host *host = map_get(&cloud->hosts_by_name, name);
    struct str               of = doc_get_text(aggregate, "name");
    struct doc              *document = doc_object(arena);

    doc_set_text(arena, document, "type", STR("host_ref"));
    doc_set_text(arena, document, "id",
                 arena_printf(arena, "aggregate-%.*s-%.*s", STR_ARG(of), STR_ARG(name)));
    doc_set_text(arena, document, "name", name);
    if (host)
        doc_set_text(arena, document, "ref_id", oid_text(host->oid, arena));
    else
        built_note(out, false, "aggregate %.*s: its host %.*s is not in the inventory", STR_ARG(of),
                   STR_ARG(name));
    doc_set_text(arena, document, "parent_type", STR("aggregate"));
    doc_set_text(arena, document, "parent_id", doc_scalar(doc_get(aggregate, "id"), arena));
    docs_add(arena, &out->docs, document);
}

void
build_host_refs(const struct cloud *cloud, const struct docs *aggregates, struct built *out)
{
    for (size_t i = 0; i < aggregates->n; i++) {
        const struct doc *hosts = doc_get(aggregates->items[i], "hosts");

        for (size_t k = 0; k < doc_count(hosts); k++) {
            struct str name = doc_text(doc_at(hosts, k));

            if (!str_empty(name))
                add_host_ref(cloud, aggregates->items[i], name, out);
        }
    }
}
