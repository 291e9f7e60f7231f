/* A source of cliques over stored documents.
 *
 * Objects and links get numbers when the walk meets them first. A body is parsed once; of an object
 * only when its values or its names are asked. */

#include "topology/cold.h"

#include "base/hash.h"
#include "base/map.h"
#include "topology/facts.h"

struct cold_object {
    struct oid          oid;
    bool                is_read;
    enum object_type    type; /* N_OBJECT_TYPES: not there, or not read yet */
    const struct doc   *document;
    const struct facts *facts;
};

struct cold_row {
    struct oid        oid;
    struct str        body;
    const struct doc *document;
    struct str        source_id;
    struct str        target_id;
    bool              implicit;
    uint32_t          source;
    uint32_t          target;
    uint32_t          values[N_CONSTRAINTS];
};

struct cold {
    struct arena       *arena;
    struct str          environment;
    struct cold_store   store;
    struct error        err; /* of the first fetch that failed */
    bool                has_failed;
    struct map          node_numbers; /* "_id" bytes -> number + 1 */
    struct cold_object *nodes;
    size_t              n_nodes;
    size_t              nodes_capacity;
    struct map          link_numbers;
    struct cold_row    *links;
    size_t              n_links;
    size_t              links_capacity;
    struct intern       strings;
    struct map          known_types; /* link type, implicit -> 1 none, 2 some */
};

struct cold *
cold_new(struct arena *arena, struct str environment, const struct cold_store *store)
{
    struct cold *c = xcalloc(1, sizeof *c);

    c->arena = arena;
    c->environment = environment;
    c->store = *store;
    intern_init(&c->strings);
    return c;
}

void
cold_free(struct cold *c)
{
    if (!c)
        return;
    map_done(&c->node_numbers);
    map_done(&c->link_numbers);
    map_done(&c->known_types);
    intern_done(&c->strings);
    free(c->nodes);
    free(c->links);
    free(c);
}

void
cold_freep(struct cold **c)
{
    cold_free(*c);
}

bool
cold_error(const struct cold *c, struct error *err)
{
    if (c->has_failed && err)
        *err = c->err;
    return !c->has_failed;
}

static void
fail(struct cold *c, const struct error *err)
{
    if (!c->has_failed)
        c->err = *err;
    c->has_failed = true;
}

/* --- numbers --- */

static struct str
oid_key(struct cold *c, struct oid oid)
{
    return arena_str(c->arena, (struct str){ (const char *)oid.bytes, sizeof oid.bytes });
}

static uint32_t
number_of_node(struct cold *c, struct oid oid)
{
    bool              is_new;
    struct map_entry *e = map_put(&c->node_numbers, oid_key(c, oid), &is_new);

    if (is_new) {
        if (c->n_nodes == c->nodes_capacity) {
            c->nodes_capacity = c->nodes_capacity ? c->nodes_capacity * 2 : 64;
            c->nodes = xrealloc(c->nodes, sizeof *c->nodes * c->nodes_capacity);
        }
        e->number = c->n_nodes;
        c->nodes[c->n_nodes++] = (struct cold_object){ .oid = oid, .type = N_OBJECT_TYPES };
    }
    return (uint32_t)e->number;
}

static uint32_t
value_of(struct cold *c, struct str text)
{
    return str_empty(text) ? VALUE_EMPTY : intern_add(&c->strings, text) + VALUE_FIRST - 1;
}

static uint32_t
value_of_attribute(struct cold *c, const struct doc *attributes, const char *key)
{
    const struct doc *value = doc_get(attributes, key);

    if (!value)
        return VALUE_ABSENT;
    return doc_kind(value) == DOC_NULL ? VALUE_NULL : value_of(c, doc_text(value));
}

static struct doc *
parse(struct cold *c, struct str body)
{
    struct error err;
    struct doc  *document = doc_parse(c->arena, body, &err);

    if (!document)
        fail(c, &err);
    return document;
}

static uint32_t
number_of_link(struct cold *c, const struct cold_link *from)
{
    bool              is_new;
    struct map_entry *e = map_put(&c->link_numbers, oid_key(c, from->oid), &is_new);

    if (!is_new)
        return (uint32_t)e->number;
    if (c->n_links == c->links_capacity) {
        c->links_capacity = c->links_capacity ? c->links_capacity * 2 : 64;
        c->links = xrealloc(c->links, sizeof *c->links * c->links_capacity);
    }

    const struct doc *document = parse(c, from->body);
    const struct doc *attributes = doc_get(document, "attributes");

    e->number = c->n_links;
    c->links[c->n_links++] = (struct cold_row){
        .oid = from->oid,
        .body = from->body,
        .document = document,
        .source_id = doc_get_text(document, "source_id"),
        .target_id = doc_get_text(document, "target_id"),
        .implicit = doc_truth(doc_get(document, "implicit")),
        .source = number_of_node(c, from->source),
        .target = number_of_node(c, from->target),
        .values = {
            [CONSTRAINT_NETWORK] = value_of_attribute(c, attributes, "network"),
            [CONSTRAINT_PHYSICAL_NETWORK] = value_of_attribute(c, attributes, "physical_network"),
        },
    };
    return (uint32_t)e->number;
}

/* --- objects --- */

static const struct cold_object *
read_node(struct cold *c, uint32_t node)
{
    struct cold_object *object = &c->nodes[node];
    struct str          body = STR_NONE;
    struct error        err;

    if (object->is_read)
        return object;
    object->is_read = true;
    if (!c->store.object(c->store.context, object->oid, c->arena, &body, &err)) {
        fail(c, &err);
    } else if (!str_empty(body)) {
        object->document = parse(c, body);
        if (!object_type_from_name(doc_get_text(object->document, "type"), &object->type))
            object->type = N_OBJECT_TYPES;
        object->facts = facts_from_doc(c->arena, object->document);
    }
    return object;
}

bool
cold_node(struct cold *c, struct oid oid, uint32_t *node, struct error *err)
{
    uint32_t number = number_of_node(c, oid);

    if (read_node(c, number)->type == N_OBJECT_TYPES) {
        AUTO_ARENA scratch = arena_new();

        if (!cold_error(c, err))
            return false;
        return error_set(err, ERROR_NOT_FOUND, 0, "there is no object %.*s",
                         STR_ARG(oid_text(oid, scratch)));
    }
    *node = number;
    return true;
}

static struct clique_node
cold_clique_node(void *context, uint32_t node)
{
    struct cold              *c = context;
    const struct cold_object *object = read_node(c, node);

    return (struct clique_node){
        .oid = object->oid,
        .type = object->type,
        .id = doc_get_text(object->document, "id"),
        .name = doc_get_text(object->document, "name"),
        .host = doc_get_text(object->document, "host"),
    };
}

/* --- values --- */

static struct clique_value
networks_of(struct cold *c, const struct facts *facts)
{
    uint32_t *values = arena_array(c->arena, uint32_t, facts->n_networks);

    for (uint32_t i = 0; i < facts->n_networks; i++)
        values[i] = value_of(c, facts->networks[i]);
    return (struct clique_value){
        .shape = facts->network_shape == FACT_SINGLE ? FOCAL_SINGLE
                 : facts->network_shape == FACT_LIST ? FOCAL_LIST
                                                     : FOCAL_NULL,
        .values = values,
        .n = facts->n_networks,
    };
}

/* The facts of a network by its id, NULL when it is not there. */
static const struct network_facts *
read_network(struct cold *c, struct str id)
{
    struct str    body = STR_NONE;
    struct error  err;
    struct object object = { .type = OBJECT_NETWORK };

    if (!c->store.network(c->store.context, id, c->arena, &body, &err)) {
        fail(c, &err);
        return NULL;
    }
    object.facts = str_empty(body) ? NULL : facts_from_doc(c->arena, parse(c, body));
    return network_facts(&object);
}

/* As graph.c has it: the ways of all networks, and all links pass when one is not known. */
static struct clique_value
physical_networks_of(struct cold *c, const struct facts *facts)
{
    uint32_t *values = arena_array(c->arena, uint32_t, facts->n_networks);
    size_t    n = 0;

    for (uint32_t i = 0; i < facts->n_networks; i++) {
        const struct network_facts *network = read_network(c, facts->networks[i]);
        uint32_t                    way = VALUE_NULL;
        bool                        is_new = true;

        if (!network ||
            (network->carrier == CARRIED_BY_NIC && str_empty(network->physical_network)))
            return (struct clique_value){ .shape = FOCAL_UNKNOWN };
        if (network->carrier == CARRIED_BY_NOTHING)
            continue;
        if (network->carrier == CARRIED_BY_NIC)
            way = value_of(c, network->physical_network);
        for (size_t k = 0; k < n; k++)
            is_new &= values[k] != way;
        if (is_new)
            values[n++] = way;
    }
    return (struct clique_value){ .shape = facts->n_networks ? FOCAL_LIST : FOCAL_UNKNOWN,
                                  .values = values,
                                  .n = n };
}

static struct clique_value
cold_value(void *context, uint32_t node, enum constraint constraint)
{
    struct cold              *c = context;
    static const struct facts none = { .network_shape = FACT_ABSENT };
    const struct facts       *facts = read_node(c, node)->facts;

    if (!facts)
        facts = &none;
    return constraint == CONSTRAINT_NETWORK ? networks_of(c, facts)
                                            : physical_networks_of(c, facts);
}

static struct str
cold_value_text(void *context, uint32_t value)
{
    const struct cold *c = context;

    if (value < VALUE_FIRST)
        return value == VALUE_EMPTY ? STR_NONE : (struct str){ NULL, 0 };
    return intern_str(&c->strings, value - VALUE_FIRST + 1);
}

/* --- links --- */

static bool
cold_any(void *context, struct link_type type, bool implicit)
{
    struct cold      *c = context;
    char              key[3] = { (char)type.from, (char)type.to, (char)implicit };
    bool              is_new, found = false;
    struct error      err;
    struct map_entry *e =
        map_put(&c->known_types, arena_str(c->arena, (struct str){ key, sizeof key }), &is_new);

    if (is_new) {
        if (!c->store.any(c->store.context, type, implicit, &found, &err))
            fail(c, &err);
        e->number = found ? 2 : 1;
    }
    return e->number == 2;
}

static const struct clique_edge *
cold_edges(void *context, struct link_type type, enum walk_side side, bool implicit, uint32_t node,
           size_t *n)
{
    struct cold      *c = context;
    struct cold_link *links = NULL;
    struct error      err;

    *n = 0;
    if (!c->store.links(c->store.context, c->nodes[node].oid, type, side, implicit, c->arena,
                        &links, n, &err)) {
        *n = 0;
        fail(c, &err);
        return NULL;
    }

    struct clique_edge *edges = arena_array(c->arena, struct clique_edge, *n);

    for (size_t i = 0; i < *n; i++) {
        uint32_t               number = number_of_link(c, &links[i]);
        const struct cold_row *row = &c->links[number];

        edges[i].link = number;
        edges[i].other = side == WALK_FROM_SOURCE ? row->target : row->source;
        memcpy(edges[i].values, row->values, sizeof edges[i].values);
    }
    return edges;
}

static int
cold_compare(void *context, uint32_t a, uint32_t b)
{
    const struct cold     *c = context;
    const struct cold_row *x = &c->links[a], *y = &c->links[b];
    int                    order;

    if (x->implicit != y->implicit)
        return x->implicit ? 1 : -1;
    order = str_compare(x->source_id, y->source_id);
    return order ? order : str_compare(x->target_id, y->target_id);
}

static struct oid
cold_link_oid(void *context, uint32_t link)
{
    const struct cold *c = context;

    return c->links[link].oid;
}

static uint64_t
cold_link_hash(void *context, uint32_t link)
{
    const struct cold *c = context;

    return hash_text(0, c->links[link].body);
}

/* Bodies come with or without "_id", which stands first in canonical text; a clique's document puts
 * it there itself. */
static void
cold_write_link(void *context, uint32_t link, struct buf *b)
{
    const struct cold *c = context;
    struct str         body = c->links[link].body;
    struct str         start = STR("{\"_id\":\"");

    if (str_starts(body, start)) {
        buf_char(b, '{');
        body = str_skip(body, start.n + 2 * sizeof(struct oid) + 2);
    }
    buf_add(b, body);
}

struct cold_link_met
cold_link_met(const struct cold *c, uint32_t link)
{
    const struct cold_row *row = &c->links[link];

    return (struct cold_link_met){
        .oid = row->oid,
        .source = c->nodes[row->source].oid,
        .target = c->nodes[row->target].oid,
        .document = row->document,
    };
}

struct clique_source
cold_source(struct cold *c)
{
    return (struct clique_source){
        .context = c,
        .environment = c->environment,
        .any = cold_any,
        .edges = cold_edges,
        .node = cold_clique_node,
        .value = cold_value,
        .value_text = cold_value_text,
        .compare = cold_compare,
        .link_oid = cold_link_oid,
        .link_hash = cold_link_hash,
        .write_link = cold_write_link,
    };
}
