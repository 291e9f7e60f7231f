/* The canonical order of links: explicit before implicit, then link type, source id, target id.
 *
 * Comparing a million pairs of id texts would take as long as finding the links. So ids are ranked
 * once per object (for objects that come in order of their ids that is their position), and the
 * links are sorted by numbers. */

#include "topology/links.h"

#include <assert.h>

/* --- ranks of objects: the order of ids within a type --- */

struct named {
    struct str id;
    uint32_t   object;
};

static int
compare_named(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int                 order = str_compare(x->id, y->id);

    return order ? order : x->object < y->object ? -1 : x->object > y->object;
}

/* Is each id behind those of all objects of its type that come before it? */
static bool
is_in_order(const struct links *links)
{
    const struct object *last[N_OBJECT_TYPES] = { NULL };

    for (size_t i = 0; i < links->n_objects; i++) {
        const struct object *object = links->objects[i];

        if (last[object->type] && str_compare(last[object->type]->id, object->id) > 0)
            return false;
        last[object->type] = object;
    }
    return true;
}

static uint32_t *
rank_objects(const struct links *links)
{
    uint32_t *ranks = xcalloc(links->n_objects, sizeof *ranks);

    if (is_in_order(links)) {
        for (size_t i = 0; i < links->n_objects; i++)
            ranks[i] = (uint32_t)i;
        return ranks;
    }

    struct named *all = xcalloc(links->n_objects, sizeof *all);

    for (size_t i = 0; i < links->n_objects; i++)
        all[i] = (struct named){ links->objects[i]->id, (uint32_t)i };
    qsort(all, links->n_objects, sizeof *all, compare_named);
    for (size_t i = 0; i < links->n_objects; i++)
        ranks[all[i].object] = (uint32_t)i;
    free(all);
    return ranks;
}

/* --- ranks of link types: the order of their names --- */

enum { N_PAIRS = N_OBJECT_TYPES * N_OBJECT_TYPES };

static unsigned
pair_of(struct link_type type)
{
    return (unsigned)type.from * N_OBJECT_TYPES + type.to;
}

/* As texts: "vnic-vedge" before "vnic_x-vedge", for '-' comes before '_'. */
static int
compare_pairs(const void *a, const void *b)
{
    unsigned   x = *(const uint16_t *)a, y = *(const uint16_t *)b;
    char       names[2][128];
    struct str texts[2];

    for (int i = 0; i < 2; i++) {
        unsigned   pair = i == 0 ? x : y;
        struct str from = object_type_name((enum object_type)(pair / N_OBJECT_TYPES));
        struct str to = object_type_name((enum object_type)(pair % N_OBJECT_TYPES));
        int        n = snprintf(names[i], sizeof names[i], "%.*s-%.*s", STR_ARG(from), STR_ARG(to));

        texts[i] = (struct str){ names[i], (size_t)n };
    }
    return str_compare(texts[0], texts[1]);
}

static void
rank_types(const struct link *links, size_t n, uint16_t ranks[N_PAIRS])
{
    uint16_t used[N_PAIRS];
    size_t   n_used = 0;

    memset(ranks, 0, sizeof *ranks * N_PAIRS);
    for (size_t i = 0; i < n; i++)
        ranks[pair_of(links[i].type)] = 1;
    for (unsigned pair = 0; pair < N_PAIRS; pair++)
        if (ranks[pair])
            used[n_used++] = (uint16_t)pair;
    if (n_used)
        qsort(used, n_used, sizeof *used, compare_pairs);
    for (size_t i = 0; i < n_used; i++)
        ranks[used[i]] = (uint16_t)i;
}

/* --- sorting --- */

struct order {
    uint64_t ends; /* ranks of source and target */
    uint32_t kind; /* implicit, then rank of the link type */
    uint32_t link;
};

static int
compare_orders(const void *a, const void *b)
{
    const struct order *x = a, *y = b;

    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    return x->ends < y->ends ? -1 : x->ends > y->ends;
}

void
links_sort(struct links *links, const struct link *found, size_t n)
{
    uint16_t      types[N_PAIRS];
    uint32_t     *ranks = rank_objects(links);
    struct order *orders = xcalloc(n, sizeof *orders);

    static_assert(N_PAIRS < UINT16_MAX, "a link type's rank has 16 bits");
    rank_types(found, n, types);
    for (size_t i = 0; i < n; i++)
        orders[i] = (struct order){
            .ends = (uint64_t)ranks[found[i].source] << 32 | ranks[found[i].target],
            .kind = (uint32_t)found[i].implicit << 16 | types[pair_of(found[i].type)],
            .link = (uint32_t)i,
        };
    if (n)
        qsort(orders, n, sizeof *orders, compare_orders);
    links->items = arena_array(links->arena, struct link, n);
    links->n = n;
    for (size_t i = 0; i < n; i++)
        links->items[i] = found[orders[i].link];
    free(orders);
    free(ranks);
}
