/* The graph: for each link type and each side one compressed row of edges per node.
 *
 * Links come in canonical order, so those of one type lie together and the edges from its sources
 * are in the order of the links; only the edges from its targets have to be sorted, by counting.
 * Nodes are counted within their type, so that a link type costs no more than its own ends. */

#include "topology/graph.h"

#include <stdatomic.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/work.h"
#include "topology/facts.h"

enum {
    N_PAIRS = N_OBJECT_TYPES * N_OBJECT_TYPES,
    BATCH = 64, /* focal points that a thread takes at once */
};

/* The edges of one link type as seen from one of its sides. */
struct rows {
    uint32_t           *first; /* of the node with that place in its type; one more at the end */
    struct clique_edge *edges;
};

struct link_table {
    struct link_type type;
    bool             implicit;
    struct rows      sides[2]; /* by enum walk_side */
};

/* Values of nodes for one constraint; nodes without any have no entry. */
struct node_values {
    uint32_t *first;  /* [node]; one more at the end */
    uint8_t  *shapes; /* [node] */
    uint32_t *values;
    size_t    n;
    size_t    capacity;
};

struct graph {
    struct str          environment;
    const struct links *links;
    uint32_t           *place; /* [node]: its place within its type */
    uint32_t            n_of_type[N_OBJECT_TYPES];
    struct link_table  *tables;
    size_t              n_tables;
    uint16_t            table_of[2][N_PAIRS]; /* [implicit][pair]: + 1, 0 = none */
    struct intern       strings;
    struct node_values  values[N_CONSTRAINTS];
    struct identity    *identities; /* [link] */
};

static size_t
pair_of(struct link_type type)
{
    return (size_t)type.from * N_OBJECT_TYPES + type.to;
}

/* --- values --- */

static uint32_t
value_of(struct graph *g, struct str text)
{
    if (!text.p)
        return VALUE_NULL;
    return str_empty(text) ? VALUE_EMPTY : intern_add(&g->strings, text) + VALUE_FIRST - 1;
}

static void
add_value(struct node_values *values, uint32_t value)
{
    if (values->n == values->capacity) {
        values->capacity = values->capacity ? values->capacity * 2 : 256;
        values->values = xrealloc(values->values, sizeof *values->values * values->capacity);
    }
    values->values[values->n++] = value;
}

static void
read_networks(struct graph *g)
{
    struct node_values *all = &g->values[CONSTRAINT_NETWORK];
    const struct links *links = g->links;
    size_t              w = 0;

    for (uint32_t i = 0; i < links->n_objects; i++) {
        const struct facts *facts = links->objects[i]->facts;

        all->first[i] = (uint32_t)all->n;
        all->shapes[i] = FOCAL_NULL;
        if (w < links->n_write_backs && links->write_backs[w].object == i) {
            struct str network = links->write_backs[w++].network;

            if (network.p) {
                all->shapes[i] = FOCAL_SINGLE;
                add_value(all, value_of(g, network));
            }
        } else if (facts && facts->network_shape != FACT_ABSENT) {
            all->shapes[i] = facts->network_shape == FACT_SINGLE ? FOCAL_SINGLE : FOCAL_LIST;
            for (uint32_t n = 0; n < facts->n_networks; n++)
                add_value(all, value_of(g, facts->networks[n]));
        }
    }
    all->first[links->n_objects] = (uint32_t)all->n;
}

/* The way that a network leaves a host by, as a value of links. */
static uint32_t
way_of(struct graph *g, const struct network_facts *network)
{
    switch (network->carrier) {
    case CARRIED_BY_TUNNEL:
        return VALUE_NULL;
    case CARRIED_BY_NIC:
        if (!str_empty(network->physical_network))
            return value_of(g, network->physical_network);
        break;
    case CARRIED_BY_NOTHING:
        break;
    }
    return VALUE_ABSENT;
}

enum { NOT_KNOWN = UINT32_MAX };

/* ways[v]: of the network with value v; NOT_KNOWN when nothing can be said of it. */
static uint32_t *
read_ways(struct graph *g)
{
    const struct links *links = g->links;
    uint32_t           *ways = xcalloc(g->strings.n + VALUE_FIRST, sizeof *ways);
    uint32_t            n = g->strings.n + VALUE_FIRST;

    for (uint32_t v = 0; v < n; v++)
        ways[v] = NOT_KNOWN;
    for (uint32_t i = 0; i < links->n_objects; i++) {
        const struct object *object = links->objects[i];

        if (object->type != OBJECT_NETWORK || !object->facts)
            continue;

        uint32_t number = intern_find(&g->strings, object->id);
        uint32_t value = number + VALUE_FIRST - 1, way = way_of(g, network_facts(object));

        if (number && value < n && (way || network_facts(object)->carrier == CARRIED_BY_NOTHING))
            ways[value] = way;
    }
    return ways;
}

/* The ways of the networks of each node. A network of which nothing is known lets all links pass,
 * so that what is there can still be seen. */
static void
read_physical_networks(struct graph *g)
{
    const struct node_values *networks = &g->values[CONSTRAINT_NETWORK];
    struct node_values       *all = &g->values[CONSTRAINT_PHYSICAL_NETWORK];
    uint32_t                 *ways = read_ways(g);
    size_t                    n_nodes = g->links->n_objects;

    for (size_t i = 0; i < n_nodes; i++) {
        size_t begin = all->n;

        all->first[i] = (uint32_t)begin;
        all->shapes[i] = networks->first[i] == networks->first[i + 1] ? FOCAL_UNKNOWN : FOCAL_LIST;
        for (uint32_t v = networks->first[i]; v < networks->first[i + 1]; v++) {
            uint32_t way = ways[networks->values[v]];
            bool     is_new = true;

            if (way == NOT_KNOWN)
                all->shapes[i] = FOCAL_UNKNOWN;
            for (size_t k = begin; k < all->n; k++)
                is_new &= all->values[k] != way;
            if (is_new && way != VALUE_ABSENT && way != NOT_KNOWN)
                add_value(all, way);
        }
    }
    all->first[n_nodes] = (uint32_t)all->n;
    free(ways);
}

/* --- edges --- */

static void
fill_rows(const struct graph *g, struct link_table *table, const struct clique_edge *edges,
          const uint32_t *ends, size_t n, enum walk_side side)
{
    enum object_type type =
        (enum object_type)(side == WALK_FROM_SOURCE ? table->type.from : table->type.to);
    struct rows *rows = &table->sides[side];

    rows->first = xcalloc((size_t)g->n_of_type[type] + 2, sizeof *rows->first);
    rows->edges = xcalloc(n, sizeof *rows->edges);
    for (size_t i = 0; i < n; i++)
        rows->first[g->place[ends[i]] + 2]++;
    for (size_t i = 2; i < (size_t)g->n_of_type[type] + 2; i++)
        rows->first[i] += rows->first[i - 1];
    for (size_t i = 0; i < n; i++)
        rows->edges[rows->first[g->place[ends[i]] + 1]++] = edges[i];
}

static void
make_table(struct graph *g, size_t first, size_t n)
{
    const struct link  *links = &g->links->items[first];
    struct link_table  *table = &g->tables[g->n_tables++];
    struct clique_edge *edges = xcalloc(n, sizeof *edges);
    uint32_t           *ends = xcalloc(n, sizeof *ends);

    *table = (struct link_table){ .type = links->type, .implicit = links->implicit };
    g->table_of[links->implicit][pair_of(links->type)] = (uint16_t)g->n_tables;
    for (size_t i = 0; i < n; i++) {
        edges[i].link = (uint32_t)(first + i);
        if (links[i].network.p)
            edges[i].values[CONSTRAINT_NETWORK] = value_of(g, links[i].network);
        if (links[i].has_physical)
            edges[i].values[CONSTRAINT_PHYSICAL_NETWORK] = value_of(g, links[i].physical_network);
    }
    for (enum walk_side side = WALK_FROM_SOURCE; side <= WALK_FROM_TARGET; side++) {
        for (size_t i = 0; i < n; i++) {
            ends[i] = side == WALK_FROM_SOURCE ? links[i].source : links[i].target;
            edges[i].other = side == WALK_FROM_SOURCE ? links[i].target : links[i].source;
        }
        fill_rows(g, table, edges, ends, n, side);
    }
    free(edges);
    free(ends);
}

static bool
is_same_table(const struct link *a, const struct link *b)
{
    return a->implicit == b->implicit && link_type_equal(a->type, b->type);
}

static void
make_tables(struct graph *g)
{
    const struct link *items = g->links->items;
    size_t             n_tables = 0;

    for (size_t i = 0; i < g->links->n; i++)
        n_tables += i == 0 || !is_same_table(&items[i], &items[i - 1]);
    g->tables = xcalloc(n_tables, sizeof *g->tables);
    for (size_t i = 0, next; i < g->links->n; i = next) {
        for (next = i + 1; next < g->links->n && is_same_table(&items[i], &items[next]);)
            next++;
        make_table(g, i, next - i);
    }
}

/* --- identities of links --- */

struct identity {
    struct oid oid;
    uint64_t   hash;
};

static uint64_t
hash_link(const struct links *links, const struct link *link)
{
    const struct object *source = links->objects[link->source];
    const struct object *target = links->objects[link->target];
    uint64_t             h = (uint64_t)link->type.from << 24 | (uint64_t)link->type.to << 8 |
                 (uint64_t)link->implicit << 2 | (uint64_t)link->down << 1 | link->has_physical;

    h = hash_text(h, oid_bytes(&source->oid));
    h = hash_text(h, oid_bytes(&target->oid));
    h = hash_text(h, source->id);
    h = hash_text(h, target->id);
    h = hash_text(h, link->name);
    h = hash_text(h, link->network);
    h = hash_text(h, link->physical_network);
    h = hash_text(h, link->source_label);
    h = hash_text(h, link->target_label);
    h = hash_text(h, link->mac_address);
    h = hash_text(h, link->host);
    return hash_text(h, link->switch_id);
}

enum { LINKS_AT_ONCE = 4096 };

static void
identify_slice(void *context, size_t index)
{
    struct graph *g = context;
    size_t        first = index * LINKS_AT_ONCE, left = g->links->n - first;

    for (size_t i = first; i < first + (left < LINKS_AT_ONCE ? left : LINKS_AT_ONCE); i++) {
        const struct link *link = &g->links->items[i];

        g->identities[i].oid = link_oid(g->environment, g->links, link);
        g->identities[i].hash = hash_link(g->links, link);
    }
}

/* --- the graph --- */

struct graph *
graph_new(struct str environment, const struct links *links, unsigned jobs)
{
    struct graph *g = xcalloc(1, sizeof *g);
    size_t        n = links->n_objects;

    g->environment = environment;
    g->links = links;
    intern_init(&g->strings);
    g->place = xcalloc(n, sizeof *g->place);
    for (size_t i = 0; i < n; i++)
        g->place[i] = g->n_of_type[links->objects[i]->type]++;
    for (size_t c = 0; c < N_CONSTRAINTS; c++) {
        g->values[c].first = xcalloc(n + 1, sizeof *g->values[c].first);
        g->values[c].shapes = xcalloc(n, sizeof *g->values[c].shapes);
    }
    read_networks(g);
    read_physical_networks(g);
    make_tables(g);
    g->identities = xcalloc(links->n, sizeof *g->identities);
    work_each(jobs, (links->n + LINKS_AT_ONCE - 1) / LINKS_AT_ONCE, identify_slice, g);
    return g;
}

void
graph_free(struct graph *g)
{
    if (!g)
        return;
    for (size_t i = 0; i < g->n_tables; i++) {
        for (size_t side = 0; side < 2; side++) {
            free(g->tables[i].sides[side].first);
            free(g->tables[i].sides[side].edges);
        }
    }
    for (size_t c = 0; c < N_CONSTRAINTS; c++) {
        free(g->values[c].first);
        free(g->values[c].shapes);
        free(g->values[c].values);
    }
    free(g->tables);
    free(g->place);
    free(g->identities);
    intern_done(&g->strings);
    free(g);
}

void
graph_freep(struct graph **g)
{
    graph_free(*g);
}

/* --- as a source of cliques --- */

static bool
graph_any(void *context, struct link_type type, bool implicit)
{
    const struct graph *g = context;

    return g->table_of[implicit][pair_of(type)] != 0;
}

static const struct clique_edge *
graph_edges(void *context, struct link_type type, enum walk_side side, bool implicit, uint32_t node,
            size_t *n)
{
    const struct graph *g = context;
    size_t              table = g->table_of[implicit][pair_of(type)];

    *n = 0;
    if (!table)
        return NULL;

    const struct rows *rows = &g->tables[table - 1].sides[side];
    const uint32_t    *first = &rows->first[g->place[node]];

    *n = first[1] - first[0];
    return rows->edges + first[0];
}

static struct clique_node
graph_node(void *context, uint32_t node)
{
    const struct graph  *g = context;
    const struct object *object = g->links->objects[node];

    return (struct clique_node){ object->oid, object->type, object->id, object->name,
                                 object->host };
}

static struct clique_value
graph_value(void *context, uint32_t node, enum constraint constraint)
{
    const struct graph       *g = context;
    const struct node_values *all = &g->values[constraint];
    struct clique_value       value = { .shape = all->shapes[node],
                                        .n = all->first[node + 1] - all->first[node] };

    if (value.n)
        value.values = all->values + all->first[node];
    return value;
}

static struct str
graph_value_text(void *context, uint32_t value)
{
    const struct graph *g = context;

    if (value < VALUE_FIRST)
        return value == VALUE_EMPTY ? STR_NONE : (struct str){ NULL, 0 };
    return intern_str(&g->strings, value - VALUE_FIRST + 1);
}

static struct oid
graph_link_oid(void *context, uint32_t link)
{
    const struct graph *g = context;

    return g->identities[link].oid;
}

static uint64_t
graph_link_hash(void *context, uint32_t link)
{
    const struct graph *g = context;

    return g->identities[link].hash;
}

static void
graph_write_link(void *context, uint32_t link, struct buf *b)
{
    const struct graph *g = context;

    link_write_body(b, g->environment, g->links, &g->links->items[link]);
}

struct clique_source
graph_source(const struct graph *g)
{
    return (struct clique_source){
        .context = (void *)(uintptr_t)g,
        .environment = g->environment,
        .any = graph_any,
        .edges = graph_edges,
        .node = graph_node,
        .value = graph_value,
        .value_text = graph_value_text,
        .link_oid = graph_link_oid,
        .link_hash = graph_link_hash,
        .write_link = graph_write_link,
    };
}

/* --- all cliques --- */

struct all_cliques {
    struct clique_source       source;
    const struct clique_types *types;
    enum policy                policy;
    const uint32_t            *focal_points;
    size_t                     n;
    struct clique_summary     *summaries; /* [focal point]; n_links 0: none */
    atomic_size_t              next;
};

/* One thread: a walker of its own, batches of focal points until none is left. */
static void
walk_batches(void *context, size_t index UNUSED)
{
    struct all_cliques *all = context;
    AUTO_WALKER         walker = clique_walker_new(&all->source, all->types, all->policy);
    struct clique       clique;

    for (;;) {
        size_t first = atomic_fetch_add(&all->next, BATCH);

        if (first >= all->n)
            return;
        for (size_t i = first; i < all->n && i < first + BATCH; i++)
            if (clique_walk(walker, all->focal_points[i], &clique))
                all->summaries[i] = clique_summary_of(&all->source, all->types, &clique);
    }
}

size_t
graph_cliques(const struct graph *g, const struct clique_types *types, enum policy policy,
              unsigned jobs, struct arena *arena, struct clique_summary **summaries)
{
    uint32_t          *focal_points = xcalloc(g->links->n_objects, sizeof *focal_points);
    struct all_cliques all = {
        .source = graph_source(g), .types = types, .policy = policy, .focal_points = focal_points
    };
    size_t n_found = 0;

    for (uint32_t i = 0; i < g->links->n_objects; i++)
        if (types->of[g->links->objects[i]->type])
            focal_points[all.n++] = i;
    all.summaries = arena_array(arena, struct clique_summary, all.n);
    work_each(jobs ? jobs : 1, jobs ? jobs : 1, walk_batches, &all);
    for (size_t i = 0; i < all.n; i++)
        if (all.summaries[i].n_links)
            all.summaries[n_found++] = all.summaries[i];
    free(focal_points);
    *summaries = all.summaries;
    return n_found;
}
