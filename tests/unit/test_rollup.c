/* Roll-up: whatever is put together, nothing gets lost, and it does not depend on chance. */

#include "testing.h"
#include "topology/rollup.h"

enum { MOST_NODES = 120, MOST_LINKS = 300, ROUNDS = 150 };

static const struct str hosts[] = { STR(""), STR("cmp1"), STR("cmp2"), STR("cmp3"), STR("cmp4") };
static const struct str link_types[] = { STR("instance-vnic"), STR("vnic-vconnector"),
                                         STR("vconnector-host_pnic") };

struct world {
    struct rollup_node nodes[MOST_NODES];
    struct rollup_link links[MOST_LINKS];
    size_t             n_nodes, n_links;
};

static struct rollup_graph
graph_of(const struct world *w)
{
    return (struct rollup_graph){ w->nodes, w->n_nodes, w->links, w->n_links };
}

static struct oid
oid_of_number(const char *what, size_t i)
{
    return OID(str_from(what), (struct str){ (const char *)&i, sizeof i });
}

static void
random_world(struct rng *rng, struct world *w)
{
    size_t n_kinds = 1 + rng_below(rng, 6), n_hosts = 1 + rng_below(rng, N_ELEMENTS(hosts));

    w->n_nodes = 1 + rng_below(rng, MOST_NODES);
    w->n_links = rng_below(rng, MOST_LINKS);
    for (size_t i = 0; i < w->n_nodes; i++)
        w->nodes[i] = (struct rollup_node){
            .oid = oid_of_number("node", i),
            .type = rng_below(rng, 20)
                        ? (enum object_type)(OBJECT_NETWORK + rng_below(rng, n_kinds))
                        : N_OBJECT_TYPES,
            .host = hosts[rng_below(rng, n_hosts)],
        };
    for (size_t i = 0; i < w->n_links; i++)
        w->links[i] = (struct rollup_link){
            .oid = oid_of_number("link", i),
            .source = (uint32_t)rng_below(rng, w->n_nodes),
            .target = (uint32_t)rng_below(rng, w->n_nodes),
            .type = link_types[rng_below(rng, N_ELEMENTS(link_types))],
        };
}

/* Every node is in one mark, every link in one bundle or one stack, and all that a mark says of its
 * members is true. */
static void
check_whole(const struct world *w, const struct rollup *r)
{
    bool   node_seen[MOST_NODES] = { false }, link_seen[MOST_LINKS] = { false };
    size_t n_nodes = 0, n_links = 0;

    for (size_t m = 0; m < r->n_marks; m++) {
        const struct rollup_mark *mark = &r->marks[m];

        for (size_t i = 0; i < mark->n; i++) {
            const struct rollup_node *node = &w->nodes[mark->members[i]];

            assert_false(node_seen[mark->members[i]]);
            node_seen[mark->members[i]] = true;
            assert_true(mark->type == N_OBJECT_TYPES || mark->type == node->type);
            assert_true(str_empty(mark->host) || str_equal(mark->host, node->host));
        }
        if (mark->n == 1)
            assert_true(oid_equal(mark->id, w->nodes[mark->members[0]].oid));
        for (size_t other = 0; other < m; other++)
            assert_false(oid_equal(mark->id, r->marks[other].id));
        n_nodes += mark->n;
        n_links += mark->n_links;
    }
    assert_int_equal(r->marks[0].members[0], 0);
    assert_int_equal(n_nodes, w->n_nodes);
    for (size_t b = 0; b < r->n_bundles; b++) {
        const struct rollup_bundle *bundle = &r->bundles[b];
        bool joins_nodes = r->marks[bundle->source].n == 1 && r->marks[bundle->target].n == 1;

        assert_true(!joins_nodes || bundle->n == 1);
        for (size_t i = 0; i < bundle->n; i++) {
            assert_false(link_seen[bundle->links[i]]);
            link_seen[bundle->links[i]] = true;
            assert_true(
                str_equal(w->links[bundle->links[i]].type, w->links[bundle->links[0]].type));
        }
        for (size_t other = 0; other < b; other++)
            assert_false(oid_equal(bundle->id, r->bundles[other].id));
        n_links += bundle->n;
    }
    assert_int_equal(n_links, w->n_links);
}

static bool
has_member(const struct rollup_mark *mark, uint32_t node)
{
    for (size_t i = 0; i < mark->n; i++)
        if (mark->members[i] == node)
            return true;
    return false;
}

/* The ends of a bundle hold the ends of its links. */
static void
check_ends(const struct world *w, const struct rollup *r)
{
    for (size_t b = 0; b < r->n_bundles; b++) {
        for (size_t i = 0; i < r->bundles[b].n; i++) {
            const struct rollup_link *link = &w->links[r->bundles[b].links[i]];

            assert_true(has_member(&r->marks[r->bundles[b].source], link->source));
            assert_true(has_member(&r->marks[r->bundles[b].target], link->target));
        }
    }
}

static void
test_nothing_gets_lost(void **state UNUSED)
{
    struct rng   rng = rng_seeded();
    struct world w;

    for (int round = 0; round < ROUNDS; round++) {
        random_world(&rng, &w);
        for (size_t most = 1; most <= w.n_nodes + 1; most += 1 + rng_below(&rng, 9)) {
            AUTO_ARENA                arena = arena_new();
            const struct rollup_graph graph = graph_of(&w);
            struct rollup             r;

            rollup_make(arena, &graph, most, NULL, 0, &r);
            assert_true(r.n_marks <= most);
            if (most >= w.n_nodes)
                assert_int_equal(r.n_marks, w.n_nodes);
            check_whole(&w, &r);
            check_ends(&w, &r);
        }
    }
}

/* Open every stack there is, again and again: at last there are none. */
static void
test_opening_every_stack_gives_the_whole(void **state UNUSED)
{
    struct rng   rng = rng_seeded();
    struct world w;

    for (int round = 0; round < ROUNDS; round++) {
        AUTO_ARENA          arena = arena_new();
        struct oid          open[8 * MOST_NODES];
        size_t              n_open = 0, n_before = 0, most = 1 + rng_below(&rng, 12);
        struct rollup_graph graph;
        struct rollup       r;

        random_world(&rng, &w);
        graph = graph_of(&w);
        for (;;) {
            size_t n_stacks = 0;

            rollup_make(arena, &graph, most, open, n_open, &r);
            check_whole(&w, &r);
            for (size_t m = 0; m < r.n_marks; m++)
                if (r.marks[m].n > 1 && ++n_stacks && n_open < N_ELEMENTS(open))
                    open[n_open++] = r.marks[m].id;
            if (n_stacks == 0)
                break;
            assert_true(n_open > n_before);
            n_before = n_open;
        }
        assert_int_equal(r.n_marks, w.n_nodes);
        assert_int_equal(r.n_bundles, w.n_links);
    }
}

/* The same graph in another order. */
static void
shuffle_world(struct rng *rng, struct world *w)
{
    uint32_t           place[MOST_NODES], moved[MOST_NODES];
    struct rollup_node nodes[MOST_NODES];

    for (uint32_t i = 0; i < w->n_nodes; i++)
        place[i] = i;
    SHUFFLE(rng, place + 1, w->n_nodes - 1); /* the focal point stays the first */
    for (uint32_t i = 0; i < w->n_nodes; i++) {
        nodes[i] = w->nodes[place[i]];
        moved[place[i]] = i;
    }
    memcpy(w->nodes, nodes, sizeof *nodes * w->n_nodes);
    for (size_t i = 0; i < w->n_links; i++) {
        w->links[i].source = moved[w->links[i].source];
        w->links[i].target = moved[w->links[i].target];
    }
    SHUFFLE(rng, w->links, w->n_links);
}

static void
check_same(const struct world *a, const struct rollup *x, const struct world *b,
           const struct rollup *y)
{
    assert_int_equal(x->n_marks, y->n_marks);
    assert_int_equal(x->n_bundles, y->n_bundles);
    for (size_t m = 0; m < x->n_marks; m++) {
        assert_true(oid_equal(x->marks[m].id, y->marks[m].id));
        assert_int_equal(x->marks[m].n, y->marks[m].n);
        assert_int_equal(x->marks[m].n_links, y->marks[m].n_links);
        for (size_t i = 0; i < x->marks[m].n; i++)
            assert_true(oid_equal(a->nodes[x->marks[m].members[i]].oid,
                                  b->nodes[y->marks[m].members[i]].oid));
    }
    for (size_t i = 0; i < x->n_bundles; i++) {
        assert_true(oid_equal(x->bundles[i].id, y->bundles[i].id));
        assert_int_equal(x->bundles[i].source, y->bundles[i].source);
        assert_int_equal(x->bundles[i].target, y->bundles[i].target);
        assert_int_equal(x->bundles[i].n, y->bundles[i].n);
    }
}

static void
test_order_does_not_matter(void **state UNUSED)
{
    struct rng   rng = rng_seeded();
    struct world w, other;

    for (int round = 0; round < ROUNDS; round++) {
        AUTO_ARENA          arena = arena_new();
        struct rollup       first, second;
        struct rollup_graph graph;
        size_t              most;
        struct oid          open;

        random_world(&rng, &w);
        other = w;
        shuffle_world(&rng, &other);
        most = 1 + rng_below(&rng, w.n_nodes);
        graph = graph_of(&w);
        rollup_make(arena, &graph, most, NULL, 0, &first);
        open = first.marks[rng_below(&rng, first.n_marks)].id;
        rollup_make(arena, &graph, most, &open, 1, &first);
        graph = graph_of(&other);
        rollup_make(arena, &graph, most, &open, 1, &second);
        check_same(&w, &first, &other, &second);
    }
}

/* --- what is put together first --- */

/* A network with a NIC on each of two hosts, behind each a switch with three vNICs, of which one has
 * no instance. */
static void
small_world(struct world *w)
{
    *w = (struct world){ .n_nodes = 1 };
    w->nodes[0] = (struct rollup_node){ oid_of_number("n", 0), OBJECT_NETWORK, STR_NONE };
    for (uint32_t h = 1; h <= 2; h++) {
        uint32_t pnic = (uint32_t)w->n_nodes, edge = pnic + 1;

        w->nodes[w->n_nodes++] =
            (struct rollup_node){ oid_of_number("pnic", h), OBJECT_HOST_PNIC, hosts[h] };
        w->nodes[w->n_nodes++] =
            (struct rollup_node){ oid_of_number("edge", h), OBJECT_VEDGE, hosts[h] };
        w->links[w->n_links++] = (struct rollup_link){ oid_of_number("a", h), 0, pnic, STR("a") };
        w->links[w->n_links++] =
            (struct rollup_link){ oid_of_number("b", h), pnic, edge, STR("b") };
        for (uint32_t i = 0; i < 3; i++) {
            uint32_t vnic = (uint32_t)w->n_nodes;

            w->nodes[w->n_nodes++] =
                (struct rollup_node){ oid_of_number("vnic", 10 * h + i), OBJECT_VNIC, hosts[h] };
            w->links[w->n_links++] =
                (struct rollup_link){ oid_of_number("c", vnic), edge, vnic, STR("c") };
            if (i == 2)
                continue;
            w->nodes[w->n_nodes++] =
                (struct rollup_node){ oid_of_number("vm", 10 * h + i), OBJECT_INSTANCE, hosts[h] };
            w->links[w->n_links++] =
                (struct rollup_link){ oid_of_number("d", vnic), vnic, vnic + 1, STR("d") };
        }
    }
}

static size_t
count_marks(const struct rollup *r, enum object_type type, size_t n)
{
    size_t found = 0;

    for (size_t m = 0; m < r->n_marks; m++)
        found += r->marks[m].type == type && r->marks[m].n == n;
    return found;
}

static void
test_most_numerous_first(void **state UNUSED)
{
    AUTO_ARENA          arena = arena_new();
    struct world        w;
    struct rollup_graph graph;
    struct rollup       r;

    small_world(&w);
    graph = graph_of(&w);
    assert_int_equal(w.n_nodes, 15);

    /* Of six vNICs those with an instance, by host: the others are unlike them. */
    rollup_make(arena, &graph, 14, NULL, 0, &r);
    assert_int_equal(r.n_marks, 13);
    assert_int_equal(count_marks(&r, OBJECT_VNIC, 2), 2);
    assert_int_equal(count_marks(&r, OBJECT_VNIC, 1), 2);
    assert_int_equal(count_marks(&r, OBJECT_INSTANCE, 1), 4);

    /* Then all of a host; then instances; at last all of a type. */
    rollup_make(arena, &graph, 11, NULL, 0, &r);
    assert_int_equal(count_marks(&r, OBJECT_INSTANCE, 2), 2);
    assert_int_equal(count_marks(&r, OBJECT_VEDGE, 1), 2);
    rollup_make(arena, &graph, 5, NULL, 0, &r);
    assert_int_equal(r.n_marks, 5);
    assert_int_equal(count_marks(&r, OBJECT_VNIC, 6), 1);
    assert_int_equal(r.n_bundles, 4);

    /* There are four types beside the network. */
    rollup_make(arena, &graph, 4, NULL, 0, &r);
    assert_int_equal(r.n_marks, 2);
    assert_int_equal(r.marks[0].n, 1);
    assert_int_equal(r.marks[1].n_links, w.n_links - 2);
    rollup_make(arena, &graph, 1, NULL, 0, &r);
    assert_int_equal(r.n_marks, 1);
    assert_int_equal(r.marks[0].n_links, w.n_links);
    assert_int_equal(r.n_bundles, 0);
}

/* A stack is opened to the groups it was made of, and others stay. */
static void
test_open_one(void **state UNUSED)
{
    AUTO_ARENA          arena = arena_new();
    struct world        w;
    struct rollup_graph graph;
    struct rollup       r;
    struct oid          open[2];

    small_world(&w);
    graph = graph_of(&w);
    rollup_make(arena, &graph, 5, NULL, 0, &r);
    for (size_t m = 0; m < r.n_marks; m++)
        if (r.marks[m].type == OBJECT_VNIC)
            open[0] = r.marks[m].id;
    rollup_make(arena, &graph, 5, open, 1, &r);
    assert_int_equal(r.n_marks, 6);
    assert_int_equal(count_marks(&r, OBJECT_VNIC, 3), 2);
    assert_int_equal(count_marks(&r, OBJECT_INSTANCE, 4), 1);
    for (size_t m = 0; m < r.n_marks; m++)
        if (r.marks[m].type == OBJECT_VNIC && str_is(r.marks[m].host, "cmp2"))
            open[1] = r.marks[m].id;
    rollup_make(arena, &graph, 5, open, 2, &r);
    assert_int_equal(count_marks(&r, OBJECT_VNIC, 3), 1);
    assert_int_equal(count_marks(&r, OBJECT_VNIC, 2), 1);
    assert_int_equal(count_marks(&r, OBJECT_VNIC, 1), 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing_gets_lost),
        cmocka_unit_test(test_opening_every_stack_gives_the_whole),
        cmocka_unit_test(test_order_does_not_matter),
        cmocka_unit_test(test_most_numerous_first),
        cmocka_unit_test(test_open_one),
    };

    return cmocka_run_group_tests_name("rollup", tests, NULL, NULL);
}
