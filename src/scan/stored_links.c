/* Links as the store has them, for scans of cliques only. */

#include "scan/collect.h"
#include "topology/link_rules.h"

struct link_walk {
    struct arena *arena;
    struct link  *found;
    size_t        n, capacity;
    struct map    by_oid; /* bytes of "_id" -> index into the objects + 1 */
};

static struct str
oid_key(const struct oid *oid)
{
    return (struct str){ (const char *)oid->bytes, sizeof oid->bytes };
}

/* A string that may be absent, as the rules leave it. */
static struct str
optional(struct arena *arena, const struct doc *value)
{
    return doc_kind(value) == DOC_STRING ? arena_str(arena, doc_text(value))
                                         : (struct str){ NULL, 0 };
}

static bool
take_link(void *context, const struct link_row *row)
{
    struct link_walk       *walk = context;
    struct arena           *arena = walk->arena;
    AUTO_ARENA              scratch = arena_new();
    const struct map_entry *source = map_find(&walk->by_oid, oid_key(&row->source));
    const struct map_entry *target = map_find(&walk->by_oid, oid_key(&row->target));
    const struct doc       *document = doc_parse(scratch, row->body, NULL);
    const struct doc       *attributes = doc_get(document, "attributes");
    struct link             link = { .implicit = row->implicit };

    if (!source || !target || !link_type_from_name(row->type, &link.type))
        return true; /* its end is of a type that this version does not connect */
    link.source = (uint32_t)source->number - 1;
    link.target = (uint32_t)target->number - 1;
    link.down = str_is(doc_get_text(document, "state"), "down");
    link.has_physical = doc_get(attributes, "physical_network") != NULL;
    link.physical_network = optional(arena, doc_get(attributes, "physical_network"));
    link.name = optional(arena, doc_get(document, "link_name"));
    link.network = optional(arena, doc_get(attributes, "network"));
    link.source_label = optional(arena, doc_get(attributes, "source_label"));
    link.target_label = optional(arena, doc_get(attributes, "target_label"));
    link.mac_address = optional(arena, doc_get(attributes, "mac_address"));
    link.host = optional(arena, doc_get(document, "host"));
    link.switch_id = optional(arena, doc_get(document, "switch"));
    arena_grow(arena, walk->found, walk->n, walk->capacity);
    walk->found[walk->n++] = link;
    return true;
}

struct links *
collect_links(struct collected *c, struct store *store, struct str space,
              const struct environment *environment, struct error *err)
{
    const struct inventory   inventory = { environment->name, space };
    const struct link_filter all = { 0 };
    struct link_walk         walk = { .arena = c->arena };
    struct links            *links = arena_new_of(c->arena, struct links);

    links->arena = c->arena;
    links->objects = (const struct object *const *)c->objects;
    links->n_objects = c->n_objects;
    for (size_t i = 0; i < c->n_objects; i++)
        map_put(&walk.by_oid, oid_key(&c->objects[i]->oid), NULL)->number = i + 1;

    bool good = store_links(store, &inventory, &all, take_link, &walk, err);

    map_done(&walk.by_oid);
    if (!good)
        return NULL;
    links_sort(links, walk.found, walk.n);
    return links;
}
