/* Nodes are sorted once, by all that they are put together by. Every group of every way is then a
 * range of that order, and its parts are ranges within it. */

#include "topology/rollup.h"

#include "base/hash.h"

enum way { WAY_NODE, WAY_ALIKE, WAY_HOST, WAY_TYPE, WAY_OTHERS, WAY_ALL };

enum { N_KINDS = N_OBJECT_TYPES + 1 }; /* with those that are not known */

/* A node in the order. */
struct place {
    uint32_t                  node;
    uint64_t                  around; /* hash of what its neighbours are */
    const struct rollup_node *of;
};

struct range {
    size_t first, n;
};

struct roller {
    struct arena              *arena;
    const struct rollup_graph *graph;
    struct place              *order;
    uint32_t                  *members; /* the nodes of 'order' */
    const struct oid          *open;
    size_t                     n_open;
    struct rollup             *out;
    size_t                     marks_capacity;
    size_t                     bundles_capacity;
};

/* --- what neighbours are --- */

static int
compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return x < y ? -1 : x > y;
}

/* The focal point is like nobody else. */
static uint64_t
kind_of(const struct rollup_graph *graph, uint32_t node)
{
    const struct rollup_node *n = &graph->nodes[node];

    if (node == 0)
        return hash_mix(N_KINDS + 1);
    return hash_text(hash_mix((uint64_t)n->type + 1), n->host);
}

/* A set as a number: how many neighbours of a kind there are does not count. */
static uint64_t
hash_set(uint64_t *kinds, size_t n)
{
    uint64_t h = 0;

    qsort(kinds, n, sizeof *kinds, compare_numbers);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || kinds[i] != kinds[i - 1])
            h = hash_mix(h ^ kinds[i]);
    return h;
}

/* Which side a neighbour is on tells nothing: links of two types have one direction. */
static void
look_around(const struct rollup_graph *graph, uint64_t *around)
{
    size_t   *first = xcalloc(graph->n_nodes + 2, sizeof *first);
    uint64_t *kinds = xcalloc(2 * graph->n_links + 1, sizeof *kinds);

    for (size_t i = 0; i < graph->n_links; i++) {
        first[graph->links[i].source + 2]++;
        first[graph->links[i].target + 2]++;
    }
    for (size_t i = 2; i < graph->n_nodes + 2; i++)
        first[i] += first[i - 1];
    for (size_t i = 0; i < graph->n_links; i++) {
        const struct rollup_link *link = &graph->links[i];

        kinds[first[link->source + 1]++] = kind_of(graph, link->target);
        kinds[first[link->target + 1]++] = kind_of(graph, link->source);
    }
    for (size_t i = 0; i < graph->n_nodes; i++)
        around[i] = hash_set(kinds + first[i], first[i + 1] - first[i]);
    free(kinds);
    free(first);
}

/* --- the order --- */

static int
compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    int                 order;

    if ((x->node == 0) != (y->node == 0))
        return x->node == 0 ? -1 : 1;
    if (x->of->type != y->of->type)
        return x->of->type < y->of->type ? -1 : 1;
    order = str_compare(x->of->host, y->of->host);
    if (order)
        return order;
    if (x->around != y->around)
        return x->around < y->around ? -1 : 1;
    return memcmp(&x->of->oid, &y->of->oid, sizeof x->of->oid);
}

static void
put_in_order(struct roller *r)
{
    const struct rollup_graph *graph = r->graph;
    uint64_t                  *around = xcalloc(graph->n_nodes, sizeof *around);

    look_around(graph, around);
    r->order = arena_array(r->arena, struct place, graph->n_nodes);
    r->members = arena_array(r->arena, uint32_t, graph->n_nodes);
    for (uint32_t i = 0; i < graph->n_nodes; i++)
        r->order[i] = (struct place){ i, around[i], &graph->nodes[i] };
    qsort(r->order, graph->n_nodes, sizeof *r->order, compare_places);
    for (size_t i = 0; i < graph->n_nodes; i++)
        r->members[i] = r->order[i].node;
    free(around);
}

/* Does this way put the two together? */
static bool
is_together(const struct place *a, const struct place *b, enum way way)
{
    if (way == WAY_ALL)
        return true;
    if (way == WAY_NODE || a->node == 0 || b->node == 0)
        return false;
    if (way == WAY_OTHERS)
        return true;
    if (a->of->type != b->of->type)
        return false;
    if (way == WAY_TYPE)
        return true;
    if (!str_equal(a->of->host, b->of->host))
        return false;
    return way == WAY_HOST || a->around == b->around;
}

/* The group that begins at 'first', no further than 'end'. */
static struct range
group_at(const struct roller *r, size_t first, size_t end, enum way way)
{
    struct range range = { first, 1 };

    while (first + range.n < end && is_together(&r->order[first], &r->order[first + range.n], way))
        range.n++;
    return range;
}

/* --- marks --- */

/* The first way that puts a group of several together: groups that two ways make are one. As they
 * are sorted, its ends tell. */
static enum way
way_of(const struct roller *r, struct range range)
{
    enum way way = WAY_ALIKE;

    while (!is_together(&r->order[range.first], &r->order[range.first + range.n - 1], way))
        way++;
    return way;
}

static struct oid
id_of_stack(const struct roller *r, struct range range, enum way way)
{
    const struct place *first = &r->order[range.first];
    const char          number[] = { (char)('0' + way), 0 };
    const bool          has_type = way <= WAY_TYPE, has_host = way <= WAY_HOST;
    const uint64_t      around = way == WAY_ALIKE ? first->around : 0;
    struct str          type = STR_NONE;

    if (has_type && first->of->type < N_OBJECT_TYPES)
        type = object_type_name(first->of->type);
    return OID(STR("stack"), oid_bytes(&r->graph->nodes[0].oid), str_from(number), type,
               has_host ? first->of->host : STR_NONE,
               (struct str){ (const char *)&around, sizeof around });
}

static bool
is_open(const struct roller *r, struct oid id)
{
    for (size_t i = 0; i < r->n_open; i++)
        if (oid_equal(r->open[i], id))
            return true;
    return false;
}

static void
add_mark(struct roller *r, struct range range, enum way way, struct oid id)
{
    const struct rollup_node *first = r->order[range.first].of;

    arena_grow(r->arena, r->out->marks, r->out->n_marks, r->marks_capacity);
    r->out->marks[r->out->n_marks++] = (struct rollup_mark){
        .id = id,
        .type = way <= WAY_TYPE ? first->type : N_OBJECT_TYPES,
        .host = way <= WAY_HOST ? first->host : STR_NONE,
        .members = r->members + range.first,
        .n = range.n,
    };
}

/* The marks of a range, put together in this way. */
static void
show(struct roller *r, struct range whole, enum way way)
{
    size_t end = whole.first + whole.n;

    for (size_t first = whole.first; first < end;) {
        struct range range = group_at(r, first, end, way);

        first += range.n;
        if (range.n == 1) {
            add_mark(r, range, WAY_NODE, r->order[range.first].of->oid);
            continue;
        }

        enum way   finest = way_of(r, range);
        struct oid id = id_of_stack(r, range, finest);

        if (is_open(r, id))
            show(r, range, finest - 1);
        else
            add_mark(r, range, finest, id);
    }
}

/* --- how much is put together --- */

struct counts {
    size_t n[WAY_OTHERS]; /* marks of a type, by way */
};

static void
count_groups(const struct roller *r, struct counts *kinds)
{
    for (size_t i = 1; i < r->graph->n_nodes; i++) {
        const struct place *here = &r->order[i];

        for (enum way way = WAY_NODE; way < WAY_OTHERS; way++)
            if (!is_together(here, here - 1, way))
                kinds[here->of->type].n[way]++;
    }
}

/* The type that has most marks and can have fewer; N_KINDS: none. */
static size_t
largest(const struct counts *kinds, const enum way *ways)
{
    size_t found = N_KINDS, most = 1;

    for (size_t k = 0; k < N_KINDS; k++) {
        if (ways[k] < WAY_TYPE && kinds[k].n[ways[k]] > most) {
            most = kinds[k].n[ways[k]];
            found = k;
        }
    }
    return found;
}

/* The ways of all types by which there are at most so many marks; false: there are too many types. */
static bool
choose_ways(const struct roller *r, size_t most, enum way *ways)
{
    struct counts kinds[N_KINDS] = { 0 };
    size_t        n = r->graph->n_nodes;

    count_groups(r, kinds);
    while (n > most) {
        size_t k = largest(kinds, ways);

        if (k == N_KINDS)
            return false;
        n -= kinds[k].n[ways[k]];
        ways[k]++;
        n += kinds[k].n[ways[k]];
    }
    return true;
}

static void
make_marks(struct roller *r, size_t most)
{
    enum way     ways[N_KINDS] = { WAY_NODE };
    struct range all = { 0, r->graph->n_nodes };

    if (!choose_ways(r, most, ways)) {
        show(r, all, most > 1 ? WAY_OTHERS : WAY_ALL);
        return;
    }
    show(r, (struct range){ 0, 1 }, WAY_NODE);
    for (size_t first = 1; first < all.n;) {
        struct range range = group_at(r, first, all.n, WAY_TYPE);

        show(r, range, ways[r->order[first].of->type]);
        first += range.n;
    }
}

/* --- bundles --- */

/* A link between marks. */
struct line {
    uint32_t                  source, target;
    bool                      is_single; /* joins two nodes */
    uint32_t                  link;
    const struct rollup_link *of;
};

static int
compare_lines(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    int                order;

    if (x->source != y->source)
        return x->source < y->source ? -1 : 1;
    if (x->target != y->target)
        return x->target < y->target ? -1 : 1;
    order = str_compare(x->of->type, y->of->type);
    return order ? order : memcmp(&x->of->oid, &y->of->oid, sizeof x->of->oid);
}

static bool
is_same_bundle(const struct line *a, const struct line *b)
{
    return !a->is_single && a->source == b->source && a->target == b->target &&
           str_equal(a->of->type, b->of->type);
}

static size_t
draw_lines(struct roller *r, struct line *lines)
{
    const struct rollup_graph *graph = r->graph;
    struct rollup_mark        *marks = r->out->marks;
    uint32_t                  *mark_of = xcalloc(graph->n_nodes, sizeof *mark_of);
    size_t                     n = 0;

    for (uint32_t m = 0; m < r->out->n_marks; m++)
        for (size_t i = 0; i < marks[m].n; i++)
            mark_of[marks[m].members[i]] = m;
    for (uint32_t i = 0; i < graph->n_links; i++) {
        const struct rollup_link *link = &graph->links[i];
        uint32_t                  source = mark_of[link->source], target = mark_of[link->target];
        bool                      is_single = marks[source].n == 1 && marks[target].n == 1;

        if (source == target && !is_single)
            marks[source].n_links++;
        else
            lines[n++] = (struct line){ source, target, is_single, i, link };
    }
    free(mark_of);
    return n;
}

static void
make_bundles(struct roller *r)
{
    struct line *lines = xcalloc(r->graph->n_links + 1, sizeof *lines);
    size_t       n = draw_lines(r, lines);
    uint32_t    *links = arena_array(r->arena, uint32_t, n);

    qsort(lines, n, sizeof *lines, compare_lines);
    for (size_t i = 0; i < n; i++) {
        const struct line *line = &lines[i];

        links[i] = line->link;
        if (i && is_same_bundle(line, line - 1)) {
            r->out->bundles[r->out->n_bundles - 1].n++;
            continue;
        }
        arena_grow(r->arena, r->out->bundles, r->out->n_bundles, r->bundles_capacity);
        r->out->bundles[r->out->n_bundles++] = (struct rollup_bundle){
            .id = line->is_single ? line->of->oid
                                  : OID(STR("bundle"), oid_bytes(&r->out->marks[line->source].id),
                                        oid_bytes(&r->out->marks[line->target].id), line->of->type),
            .source = line->source,
            .target = line->target,
            .links = &links[i],
            .n = 1,
        };
    }
    free(lines);
}

void
rollup_make(struct arena *arena, const struct rollup_graph *graph, size_t most,
            const struct oid *open, size_t n_open, struct rollup *out)
{
    struct roller r = {
        .arena = arena, .graph = graph, .open = open, .n_open = n_open, .out = out
    };

    *out = (struct rollup){ 0 };
    put_in_order(&r);
    make_marks(&r, most);
    make_bundles(&r);
}
