/* Walking a clique: link type after link type, from all nodes reached so far.
 *
 * Sets of nodes and links are stamps: a number per node says in which walk it was last seen, so
 * that nothing has to be cleared between walks and a walk costs what it finds. */

#include "topology/clique.h"

#include "base/hash.h"

struct numbers {
    uint32_t *items;
    size_t    n;
    size_t    capacity;
};

/* Which walk has seen a number last. */
struct stamps {
    uint32_t *walks;
    size_t    n;
};

struct clique_walker {
    struct clique_source       source;
    const struct clique_types *types;
    enum policy                policy;

    uint32_t            walk; /* number of the running walk, from 1 */
    struct stamps       seen_nodes;
    struct stamps       seen_links;
    struct numbers      nodes; /* in the order they were reached */
    struct numbers      of_type[N_OBJECT_TYPES];
    struct numbers      links;
    struct clique_value values[N_CONSTRAINTS]; /* of the focal point */

    /* The way back: nodes from which the walk of a focal point may come. */
    struct stamps  behind;
    uint32_t       back;         /* number of the last walk back, from 1 */
    struct numbers focal_points; /* of one type, still to be looked at */
    uint32_t       goal;         /* where it began */
    bool           is_bounded;   /* this walk keeps to nodes behind */
};

static void
add_number(struct numbers *numbers, uint32_t number)
{
    if (numbers->n == numbers->capacity) {
        numbers->capacity = numbers->capacity ? numbers->capacity * 2 : 64;
        numbers->items = xrealloc(numbers->items, sizeof *numbers->items * numbers->capacity);
    }
    numbers->items[numbers->n++] = number;
}

/* True the first time in a walk. */
static bool
stamp(struct stamps *stamps, uint32_t number, uint32_t walk)
{
    if (number >= stamps->n) {
        size_t n = stamps->n ? stamps->n : 1024;

        while (n <= number)
            n *= 2;
        stamps->walks = xrealloc(stamps->walks, sizeof *stamps->walks * n);
        memset(stamps->walks + stamps->n, 0, sizeof *stamps->walks * (n - stamps->n));
        stamps->n = n;
    }
    if (stamps->walks[number] == walk)
        return false;
    stamps->walks[number] = walk;
    return true;
}

static bool
is_stamped(const struct stamps *stamps, uint32_t number, uint32_t walk)
{
    return number < stamps->n && stamps->walks[number] == walk;
}

/* The number of the next walk. After 2^32 of them old stamps would look fresh. */
static uint32_t
next_walk(uint32_t walk, struct stamps *stamps)
{
    if (++walk)
        return walk;
    memset(stamps->walks, 0, sizeof *stamps->walks * stamps->n);
    return 1;
}

struct clique_walker *
clique_walker_new(const struct clique_source *source, const struct clique_types *types,
                  enum policy policy)
{
    struct clique_walker *w = xcalloc(1, sizeof *w);

    w->source = *source;
    w->types = types;
    w->policy = policy;
    return w;
}

void
clique_walker_free(struct clique_walker *w)
{
    if (!w)
        return;
    for (size_t t = 0; t < N_OBJECT_TYPES; t++)
        free(w->of_type[t].items);
    free(w->seen_nodes.walks);
    free(w->seen_links.walks);
    free(w->nodes.items);
    free(w->links.items);
    free(w->behind.walks);
    free(w->focal_points.items);
    free(w);
}

void
clique_walker_freep(struct clique_walker **w)
{
    clique_walker_free(*w);
}

/* --- constraints --- */

static bool
value_passes(const struct clique_value *focal, uint32_t value)
{
    if (value == VALUE_ABSENT)
        return true;
    switch (focal->shape) {
    case FOCAL_UNKNOWN:
        return true;
    case FOCAL_NULL:
        return value == VALUE_NULL;
    case FOCAL_SINGLE:
    case FOCAL_LIST:
        break;
    }
    for (size_t i = 0; i < focal->n; i++)
        if (focal->values[i] == value)
            return true;
    return false;
}

static bool
edge_passes(const struct clique_walker *w, const struct clique_edge *edge)
{
    for (size_t c = 0; c < N_CONSTRAINTS; c++)
        if (!value_passes(&w->values[c], edge->values[c]))
            return false;
    return true;
}

/* --- the walk --- */

static void
start_at(struct clique_walker *w, uint32_t node, enum object_type type)
{
    next_walk(w->walk, &w->seen_links);
    w->walk = next_walk(w->walk, &w->seen_nodes);
    for (size_t t = 0; t < N_OBJECT_TYPES; t++)
        w->of_type[t].n = 0;
    w->nodes.n = 0;
    w->links.n = 0;
    stamp(&w->seen_nodes, node, w->walk);
    add_number(&w->nodes, node);
    add_number(&w->of_type[type], node);
}

static void
start(struct clique_walker *w, uint32_t focal, enum object_type type)
{
    start_at(w, focal, type);
    for (enum constraint c = 0; c < N_CONSTRAINTS; c++)
        w->values[c] = w->types->constraints[type].has[c]
                           ? w->source.value(w->source.context, focal, c)
                           : (struct clique_value){ .shape = FOCAL_UNKNOWN };
}

static void
take_edges(struct clique_walker *w, const struct clique_edge *edges, size_t n,
           enum object_type other)
{
    for (size_t i = 0; i < n; i++) {
        if (!edge_passes(w, &edges[i]) || !stamp(&w->seen_links, edges[i].link, w->walk))
            continue;
        add_number(&w->links, edges[i].link);
        if (w->is_bounded && !is_stamped(&w->behind, edges[i].other, w->back))
            continue;
        if (stamp(&w->seen_nodes, edges[i].other, w->walk)) {
            add_number(&w->nodes, edges[i].other);
            add_number(&w->of_type[other], edges[i].other);
        }
    }
}

/* Follow the links of one stored type from the nodes at one side; how many were found. */
static size_t
follow(struct clique_walker *w, struct link_type type, enum walk_side side, bool implicit_too)
{
    enum object_type from = (enum object_type)(side == WALK_FROM_SOURCE ? type.from : type.to);
    enum object_type other = (enum object_type)(side == WALK_FROM_SOURCE ? type.to : type.from);
    size_t           n_before = w->links.n;
    size_t           n_nodes = w->of_type[from].n; /* not those found on the way */

    for (size_t i = 0; i < n_nodes; i++) {
        for (int implicit = 0; implicit <= implicit_too; implicit++) {
            size_t                    n = 0;
            const struct clique_edge *edges = w->source.edges(
                w->source.context, type, side, implicit, w->of_type[from].items[i], &n);

            take_edges(w, edges, n, other);
        }
    }
    return w->links.n - n_before;
}

static bool
any(const struct clique_walker *w, struct link_type type, bool implicit_too)
{
    return w->source.any(w->source.context, type, false) ||
           (implicit_too && w->source.any(w->source.context, type, true));
}

/* Clique types name a link type in either direction. Which one is stored is asked of the whole
 * environment, not of the nodes at hand. */
static size_t
extend(struct clique_walker *w, struct link_type type, bool implicit_too)
{
    struct link_type reversed = { type.to, type.from };

    if (type.from == type.to) {
        size_t found = follow(w, type, WALK_FROM_SOURCE, implicit_too);

        return found || w->policy == POLICY_CLASSIC
                   ? found
                   : follow(w, type, WALK_FROM_TARGET, implicit_too);
    }
    if (any(w, reversed, implicit_too))
        return follow(w, reversed, WALK_FROM_TARGET, implicit_too);
    return follow(w, type, WALK_FROM_SOURCE, implicit_too);
}

static int
compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return x < y ? -1 : x > y;
}

static int
compare_by_source(const void *a, const void *b, void *source)
{
    const struct clique_source *s = source;

    return s->compare(s->context, *(const uint32_t *)a, *(const uint32_t *)b);
}

static void
sort_links(struct clique_walker *w, size_t from)
{
    size_t    n = w->links.n - from, sorted = 1;
    uint32_t *links;

    if (n < 2)
        return;
    links = w->links.items + from;
    if (w->source.compare) {
        qsort_r(links, n, sizeof *links, compare_by_source, &w->source);
        return;
    }
    while (sorted < n && links[sorted - 1] < links[sorted])
        sorted++;
    if (sorted < n)
        qsort(links, n, sizeof *links, compare_numbers);
}

/* Walk the steps of a clique type from its focal point; bit i: the i-th link type found links. */
static uint64_t
walk_steps(struct clique_walker *w, const struct clique_type *type)
{
    uint64_t found_types = 0;

    for (size_t i = 0; i < type->n_steps; i++) {
        const struct clique_step *step = &type->steps[i];
        size_t                    before = w->links.n;
        size_t found = step->is_valid ? extend(w, step->type, type->use_implicit_links) : 0;

        if (found)
            found_types |= UINT64_C(1) << (i < 63 ? i : 63);
        else if (w->policy == POLICY_CLASSIC)
            break;
        sort_links(w, before);
    }
    return found_types;
}

bool
clique_walk(struct clique_walker *w, uint32_t focal, struct clique *clique)
{
    enum object_type          focal_type = w->source.node(w->source.context, focal).type;
    const struct clique_type *type = focal_type < N_OBJECT_TYPES ? w->types->of[focal_type] : NULL;
    uint64_t                  found_types;

    if (!type)
        return false;
    w->is_bounded = false;
    start(w, focal, focal_type);
    found_types = walk_steps(w, type);
    if (!w->links.n)
        return false;
    *clique = (struct clique){
        .focal = focal,
        .type = type,
        .links = w->links.items,
        .n_links = w->links.n,
        .nodes = w->nodes.items,
        .n_nodes = w->nodes.n,
        .link_types = found_types,
    };
    return true;
}

/* --- the way back --- */

/* From a node that the step has reached to those it may have come from. */
static void
retreat(struct clique_walker *w, struct link_type type, bool implicit_too)
{
    struct link_type reversed = { type.to, type.from };

    if (type.from == type.to) {
        follow(w, type, WALK_FROM_SOURCE, implicit_too);
        follow(w, type, WALK_FROM_TARGET, implicit_too);
    } else if (any(w, reversed, implicit_too)) {
        follow(w, reversed, WALK_FROM_SOURCE, implicit_too);
    } else {
        follow(w, type, WALK_FROM_TARGET, implicit_too);
    }
}

void
clique_walk_back(struct clique_walker *w, uint32_t node, enum object_type focal_type)
{
    enum object_type          node_type = w->source.node(w->source.context, node).type;
    const struct clique_type *type = w->types->of[focal_type];

    w->focal_points.n = 0;
    if (!type || node_type >= N_OBJECT_TYPES)
        return;
    w->is_bounded = false;
    start_at(w, node, node_type);
    for (enum constraint c = 0; c < N_CONSTRAINTS; c++)
        w->values[c] = (struct clique_value){ .shape = FOCAL_UNKNOWN };
    for (size_t i = type->n_steps; i-- > 0;)
        if (type->steps[i].is_valid)
            retreat(w, type->steps[i].type, type->use_implicit_links);
    w->back = next_walk(w->back, &w->behind);
    for (size_t i = 0; i < w->nodes.n; i++)
        stamp(&w->behind, w->nodes.items[i], w->back);
    for (size_t i = 0; i < w->of_type[focal_type].n; i++)
        add_number(&w->focal_points, w->of_type[focal_type].items[i]);
    w->goal = node;
}

/* Whether a step finds anything at all matters to some: those see the whole clique. */
static bool
is_told_by_paths(const struct clique_walker *w, const struct clique_type *type)
{
    if (w->policy == POLICY_CLASSIC)
        return false;
    for (size_t i = 0; i < type->n_steps; i++)
        if (type->steps[i].type.from == type->steps[i].type.to)
            return false;
    return true;
}

bool
clique_next_focal_point(struct clique_walker *w, uint32_t *focal)
{
    while (w->focal_points.n) {
        enum object_type          focal_type;
        const struct clique_type *type;

        *focal = w->focal_points.items[--w->focal_points.n];
        focal_type = w->source.node(w->source.context, *focal).type;
        if (*focal == w->goal || focal_type >= N_OBJECT_TYPES)
            continue;
        type = w->types->of[focal_type];
        w->is_bounded = is_told_by_paths(w, type);
        start(w, *focal, focal_type);
        walk_steps(w, type);
        if (is_stamped(&w->seen_nodes, w->goal, w->walk))
            return true;
    }
    return false;
}

/* --- what is kept of it --- */

struct clique_summary
clique_summary_of(const struct clique_source *source, const struct clique_types *types,
                  const struct clique *clique)
{
    struct clique_summary summary = {
        .focal = clique->focal,
        .n_links = (uint32_t)clique->n_links,
        .n_nodes = (uint32_t)clique->n_nodes,
        .link_types = clique->link_types,
        .type = clique->type,
    };
    const struct constraint_set *set = &types->constraints[clique->type->focal_point_type];
    uint64_t                     h = hash_text(0, clique->type->oid);

    h = hash_text(h, clique->type->name);
    for (enum constraint c = 0; c < N_CONSTRAINTS; c++) {
        if (!set->has[c])
            continue;

        struct clique_value value = source->value(source->context, clique->focal, c);

        h = hash_mix(h ^ (uint64_t)value.shape);
        for (size_t i = 0; i < value.n; i++)
            h = hash_text(h, source->value_text(source->context, value.values[i]));
    }
    /* A hundred thousand cliques share their links, whose content is hashed once. */
    for (size_t i = 0; i < clique->n_links; i++)
        h = hash_mix(h ^ source->link_hash(source->context, clique->links[i]));
    summary.digest = h;
    return summary;
}
