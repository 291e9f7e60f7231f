/* Graphs to be drawn: cliques, and of what has none its direct links. */

#include "scan/clique_walk.h"

#include "base/map.h"

struct drawing {
    struct clique_reader *reader;
    struct arena         *arena;
    struct clique_graph  *graph;
    struct map            numbers; /* "_id" bytes -> number of the node */
    size_t                nodes_capacity;
    size_t                links_capacity;
};

static void
drawing_done(struct drawing *d)
{
    map_done(&d->numbers);
}

static uint32_t
number_of(struct drawing *d, struct oid oid)
{
    struct arena        *arena = d->arena;
    struct clique_graph *graph = d->graph;
    bool                 is_new;
    struct map_entry    *entry = map_put_copy(&d->numbers, arena, oid_bytes(&oid), &is_new);

    if (is_new) {
        arena_grow(arena, graph->nodes, graph->n_nodes, d->nodes_capacity);
        entry->number = graph->n_nodes;
        graph->nodes[graph->n_nodes++] =
            (struct clique_graph_node){ .oid = oid, .type = N_OBJECT_TYPES };
    }
    return (uint32_t)entry->number;
}

static bool
is_among(const struct clique_graph *graph, enum object_type type)
{
    for (size_t i = 0; i < graph->n_kinds; i++)
        if (graph->kinds[i] == type)
            return true;
    return false;
}

/* Both ends of a type of link: first the one that is known. */
static void
add_kinds(struct clique_graph *graph, struct link_type type)
{
    bool                   turn = is_among(graph, (enum object_type)type.to);
    const enum object_type ends[] = { (enum object_type)(turn ? type.to : type.from),
                                      (enum object_type)(turn ? type.from : type.to) };

    for (size_t i = 0; i < N_ELEMENTS(ends); i++)
        if (!is_among(graph, ends[i]))
            graph->kinds[graph->n_kinds++] = ends[i];
}

/* What a link says of an end holds until that is read, or if it is not there. */
static void
name_end(struct clique_graph_node *node, struct str id, uint8_t type)
{
    if (!str_empty(node->body))
        return;
    node->id = id;
    node->type = (enum object_type)type;
}

static void
draw_link(struct drawing *d, struct oid oid, struct oid source, struct oid target,
          const struct doc *document)
{
    struct clique_graph     *graph = d->graph;
    struct clique_graph_link link = {
        .oid = oid,
        .type = doc_get_text(document, "link_type"),
        .source = number_of(d, source),
        .target = number_of(d, target),
        .document = document,
    };
    struct link_type type = { N_OBJECT_TYPES, N_OBJECT_TYPES };

    if (link_type_from_name(link.type, &type))
        add_kinds(graph, type);
    name_end(&graph->nodes[link.source], doc_get_text(document, "source_id"), type.from);
    name_end(&graph->nodes[link.target], doc_get_text(document, "target_id"), type.to);
    arena_grow(d->arena, graph->links, graph->n_links, d->links_capacity);
    graph->links[graph->n_links++] = link;
}

static void
draw_clique(void *context, const struct cold *cold, const struct clique_source *source UNUSED,
            const struct clique_types *types UNUSED, const struct clique *clique)
{
    struct drawing *d = context;

    for (size_t i = 0; i < clique->n_links; i++) {
        struct cold_link_met link = cold_link_met(cold, clique->links[i]);

        draw_link(d, link.oid, link.source, link.target, link.document);
    }
}

/* Of an imported clique what it holds; links that have no ends are not drawn. */
static bool
draw_imported(struct drawing *d, struct str body, struct error *err)
{
    const struct doc *document = doc_parse(d->arena, body, err);
    const struct doc *links = doc_get(document, "links_detailed");
    const struct doc *nodes = doc_get(document, "nodes");
    struct oid        oid, source, target;

    if (!document)
        return false;
    for (size_t i = 0; doc_kind(links) == DOC_ARRAY && i < doc_count(links); i++) {
        const struct doc *link = doc_at(links, i);

        if (oid_from_text(doc_get_text(link, "_id"), &oid) &&
            oid_from_text(doc_get_text(link, "source"), &source) &&
            oid_from_text(doc_get_text(link, "target"), &target))
            draw_link(d, oid, source, target, link);
    }
    for (size_t i = 0; doc_kind(nodes) == DOC_ARRAY && i < doc_count(nodes); i++)
        if (oid_from_text(doc_text(doc_at(nodes, i)), &oid))
            number_of(d, oid);
    return true;
}

static bool
draw_row(void *context, const struct link_row *row)
{
    struct drawing   *d = context;
    const struct doc *document = doc_parse(d->arena, arena_str(d->arena, row->body), NULL);

    draw_link(d, row->oid, row->source, row->target, document);
    return true;
}

static bool
draw_direct_links(struct drawing *d, struct oid of, struct error *err)
{
    const struct link_filter filter = { .of = &of, .side = LINK_EITHER };

    return store_links(d->reader->store, &d->reader->inventory, &filter, draw_row, d, err);
}

static bool
read_node(struct drawing *d, struct clique_graph_node *node, struct error *err)
{
    struct clique_reader *r = d->reader;
    struct object_row     row;

    if (!store_object_by_oid(r->store, &r->inventory, node->oid, d->arena, &row, err))
        return err->domain == ERROR_NOT_FOUND;
    node->body = row.body;
    node->id = row.id;
    node->name = row.name;
    node->host = row.host;
    node->is_stale = row.stale;
    if (!object_type_from_name(row.type, &node->type))
        node->type = N_OBJECT_TYPES;
    return true;
}

/* All but the focal point, which is read. */
static bool
read_nodes(struct drawing *d, struct error *err)
{
    for (size_t i = 1; i < d->graph->n_nodes; i++)
        if (!read_node(d, &d->graph->nodes[i], err))
            return false;
    return true;
}

static bool
draw(struct drawing *d, struct oid focal_point, struct error *err)
{
    struct clique_reader *r = d->reader;
    bool                 *is_clique = &d->graph->is_clique;
    struct clique_row     row;

    if (!clique_reader_imported(r, focal_point, d->arena, &row, is_clique, err))
        return false;
    if (*is_clique)
        return draw_imported(d, row.body, err);
    return clique_reader_ready(r, err) &&
           clique_reader_walk(r, focal_point, d->arena, is_clique, draw_clique, d, err) &&
           (*is_clique || draw_direct_links(d, focal_point, err));
}

bool
clique_reader_graph(struct clique_reader *r, struct oid focal_point, struct arena *arena,
                    struct clique_graph *graph, struct error *err)
{
    CLEANUP(drawing_done) struct drawing d = { .reader = r, .arena = arena, .graph = graph };

    *graph = (struct clique_graph){ 0 };
    number_of(&d, focal_point);
    if (!read_node(&d, &graph->nodes[0], err))
        return false;
    if (str_empty(graph->nodes[0].body)) {
        AUTO_ARENA scratch = arena_new();

        return error_set(err, ERROR_NOT_FOUND, 0, "there is no object %.*s",
                         STR_ARG(oid_text(focal_point, scratch)));
    }
    if (graph->nodes[0].type < N_OBJECT_TYPES)
        graph->kinds[graph->n_kinds++] = graph->nodes[0].type;
    return draw(&d, focal_point, err) && read_nodes(&d, err);
}
