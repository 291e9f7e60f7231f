/* The graph of an object, ready to be drawn: its clique as nodes and links, those that are alike put
 * together into stacks and bundles (topology/rollup.h). */

#include "api/v1.h"
#include "scan/clique_reader.h"
#include "store/members.h"
#include "topology/rollup.h"

enum {
    MOST_SAMPLES = 10, /* members that a stack names */
};

struct wanted {
    struct oid  focal_point;
    struct oid *open; /* stacks */
    size_t      n_open;
};

/* --- the query --- */

static void
read_open(struct call *call, struct wanted *wanted)
{
    const struct params *query = &call->query;

    wanted->open = arena_array(call->arena, struct oid, query->n);
    for (size_t i = 0; i < query->n; i++)
        if (str_is(query->items[i].key, "open") &&
            oid_from_text(query->items[i].value, &wanted->open[wanted->n_open]))
            wanted->n_open++;
}

/* --- states --- */

static enum object_state
state_of(const struct clique_graph_node *node)
{
    return str_empty(node->body) ? OBJECT_MISSING : object_state(node->body, node->is_stale);
}

/* --- writing --- */

struct writer {
    struct buf                *out;
    const struct clique_graph *graph;
    const struct rollup       *rollup;
    int                        layers[N_OBJECT_TYPES + 1]; /* -1: the walk never met one */
};

static void
write_flag(struct buf *out, const char *key, bool value)
{
    buf_add(out, str_from(key));
    buf_add(out, value ? STR("true") : STR("false"));
}

static struct str
type_name(enum object_type type)
{
    return type < N_OBJECT_TYPES ? object_type_name(type) : STR_NONE;
}

static void
write_layer(const struct writer *w, enum object_type type)
{
    if (w->layers[type] < 0)
        buf_add(w->out, STR(",\"layer\":null"));
    else
        buf_printf(w->out, ",\"layer\":%d", w->layers[type]);
}

static void
write_name(struct buf *out, const struct clique_graph_node *node)
{
    buf_add(out, STR("{\"_id\":"));
    oid_write(out, node->oid);
    doc_write_member(out, "id", node->id);
    doc_write_member(out, "name", node->name);
}

static void
write_node(const struct writer *w, uint32_t number)
{
    const struct clique_graph_node *node = &w->graph->nodes[number];

    write_name(w->out, node);
    doc_write_member(w->out, "type", type_name(node->type));
    doc_write_member(w->out, "host", node->host);
    buf_printf(w->out, ",\"state\":\"%s\"", object_state_name(state_of(node)));
    write_flag(w->out, ",\"is_focal\":", number == 0);
    write_layer(w, node->type);
    buf_char(w->out, '}');
}

static void
write_states(const struct writer *w, const struct rollup_mark *mark)
{
    size_t n[N_OBJECT_STATES] = { 0 };

    for (size_t i = 0; i < mark->n; i++)
        n[state_of(&w->graph->nodes[mark->members[i]])]++;
    for (enum object_state s = 0; s < N_OBJECT_STATES; s++)
        buf_printf(w->out, "%s\"%s\":%zu", s ? "," : ",\"states\":{", object_state_name(s), n[s]);
    buf_char(w->out, '}');
}

static void
write_stack(const struct writer *w, const struct rollup_mark *mark)
{
    buf_add(w->out, STR("{\"_id\":"));
    oid_write(w->out, mark->id);
    doc_write_member(w->out, "type", type_name(mark->type));
    doc_write_member(w->out, "host", mark->host);
    buf_printf(w->out, ",\"count\":%zu,\"n_links\":%zu", mark->n, mark->n_links);
    write_states(w, mark);
    write_flag(w->out, ",\"is_focal\":", mark->members[0] == 0);
    write_layer(w, mark->type);
    buf_add(w->out, STR(",\"of\":["));
    for (size_t i = 0; i < mark->n && i < MOST_SAMPLES; i++) {
        if (i)
            buf_char(w->out, ',');
        write_name(w->out, &w->graph->nodes[mark->members[i]]);
        buf_char(w->out, '}');
    }
    buf_add(w->out, STR("]}"));
}

/* Members of a link's document as they stand; those that it lacks are null. */
static void
write_members(struct buf *out, const struct doc *document)
{
    static const char *const names[] = { "link_name", "state",        "implicit",  "link_weight",
                                         "host",      "attributes",   "source_id", "source_label",
                                         "target_id", "target_label", "switch" };

    for (size_t i = 0; i < N_ELEMENTS(names); i++) {
        const struct doc *value = doc_get(document, names[i]);

        buf_printf(out, ",\"%s\":", names[i]);
        if (value)
            doc_write(out, value);
        else
            buf_add(out, STR("null"));
    }
}

static void
write_ends(const struct writer *w, const struct rollup_bundle *bundle)
{
    const struct clique_graph_link *link = &w->graph->links[bundle->links[0]];

    buf_add(w->out, STR("{\"_id\":"));
    oid_write(w->out, bundle->id);
    buf_add(w->out, STR(",\"source\":"));
    oid_write(w->out, w->rollup->marks[bundle->source].id);
    buf_add(w->out, STR(",\"target\":"));
    oid_write(w->out, w->rollup->marks[bundle->target].id);
    doc_write_member(w->out, "link_type", link->type);
}

static void
write_link(const struct writer *w, const struct rollup_bundle *bundle)
{
    write_ends(w, bundle);
    write_members(w->out, w->graph->links[bundle->links[0]].document);
    buf_char(w->out, '}');
}

static void
write_bundle(const struct writer *w, const struct rollup_bundle *bundle)
{
    size_t n_down = 0;

    for (size_t i = 0; i < bundle->n; i++)
        n_down += str_is(doc_get_text(w->graph->links[bundle->links[i]].document, "state"), "down");
    write_ends(w, bundle);
    buf_printf(w->out, ",\"count\":%zu,\"n_down\":%zu}", bundle->n, n_down);
}

static bool
joins_nodes(const struct rollup *rollup, const struct rollup_bundle *bundle)
{
    return rollup->marks[bundle->source].n == 1 && rollup->marks[bundle->target].n == 1;
}

static void
write_marks(const struct writer *w, const char *key, bool stacks)
{
    const char *separator = "";

    buf_printf(w->out, ",\"%s\":[", key);
    for (size_t m = 0; m < w->rollup->n_marks; m++) {
        const struct rollup_mark *mark = &w->rollup->marks[m];

        if ((mark->n > 1) != stacks)
            continue;
        buf_add(w->out, str_from(separator));
        separator = ",\n";
        if (stacks)
            write_stack(w, mark);
        else
            write_node(w, mark->members[0]);
    }
    buf_char(w->out, ']');
}

static void
write_lines(const struct writer *w, const char *key, bool bundles)
{
    const char *separator = "";

    buf_printf(w->out, ",\"%s\":[", key);
    for (size_t b = 0; b < w->rollup->n_bundles; b++) {
        const struct rollup_bundle *bundle = &w->rollup->bundles[b];

        if (joins_nodes(w->rollup, bundle) == bundles)
            continue;
        buf_add(w->out, str_from(separator));
        separator = ",\n";
        if (bundles)
            write_bundle(w, bundle);
        else
            write_link(w, bundle);
    }
    buf_char(w->out, ']');
}

/* Of the whole graph, however much of it is put together. */
static void
write_totals(const struct writer *w)
{
    size_t      n[N_OBJECT_TYPES + 1] = { 0 };
    const char *separator = "";

    for (size_t i = 0; i < w->graph->n_nodes; i++)
        n[w->graph->nodes[i].type]++;
    buf_printf(w->out, ",\"n_nodes\":%zu,\"n_links\":%zu,\"n_marks\":%zu,\"types\":{",
               w->graph->n_nodes, w->graph->n_links, w->rollup->n_marks);
    for (enum object_type t = 0; t <= N_OBJECT_TYPES; t++) {
        if (n[t] == 0)
            continue;
        buf_add(w->out, str_from(separator));
        separator = ",";
        doc_write_text(w->out, type_name(t));
        buf_printf(w->out, ":%zu", n[t]);
    }
    buf_char(w->out, '}');
}

static void
write_graph(struct call *call, const struct clique_graph *graph, const struct rollup *rollup)
{
    struct writer w = { .out = &call->reply->body, .graph = graph, .rollup = rollup };

    for (size_t i = 0; i < N_ELEMENTS(w.layers); i++)
        w.layers[i] = -1;
    for (size_t i = 0; i < graph->n_kinds; i++)
        w.layers[graph->kinds[i]] = (int)i;
    buf_add(w.out, STR("{\"environment\":"));
    doc_write_text(w.out, doc_get_text(call->environment, "name"));
    buf_add(w.out, STR(",\"focal_point\":"));
    oid_write(w.out, graph->nodes[0].oid);
    doc_write_member(w.out, "focal_point_type", type_name(graph->nodes[0].type));
    write_flag(w.out, ",\"is_clique\":", graph->is_clique);
    write_totals(&w);
    write_marks(&w, "nodes", false);
    write_marks(&w, "stacks", true);
    write_lines(&w, "links", false);
    write_lines(&w, "bundles", true);
    buf_char(w.out, '}');
}

/* --- the route --- */

static struct rollup_graph
plain_graph(struct arena *arena, const struct clique_graph *graph)
{
    struct rollup_node *nodes = arena_array(arena, struct rollup_node, graph->n_nodes);
    struct rollup_link *links = arena_array(arena, struct rollup_link, graph->n_links);

    for (size_t i = 0; i < graph->n_nodes; i++)
        nodes[i] =
            (struct rollup_node){ graph->nodes[i].oid, graph->nodes[i].type, graph->nodes[i].host };
    for (size_t i = 0; i < graph->n_links; i++)
        links[i] = (struct rollup_link){ graph->links[i].oid, graph->links[i].source,
                                         graph->links[i].target, graph->links[i].type };
    return (struct rollup_graph){ nodes, graph->n_nodes, links, graph->n_links };
}

void
get_graph(struct call *call)
{
    struct wanted       wanted = { 0 };
    struct clique_graph graph;
    struct rollup_graph plain;
    struct rollup       rollup;
    struct error        err;

    read_open(call, &wanted);
    if (!call_oid(call, &wanted.focal_point))
        return;
    if (!clique_reader_graph(call_cliques(call), wanted.focal_point, call->arena, &graph, &err)) {
        reply_failure(call, &err);
        return;
    }
    plain = plain_graph(call->arena, &graph);
    rollup_make(call->arena, &plain, (uint32_t)param_number(&call->query, "marks", GRAPH_MARKS),
                wanted.open, wanted.n_open, &rollup);
    write_graph(call, &graph, &rollup);
}
