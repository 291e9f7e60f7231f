/* Implicit links: the closure ends on any graph, and is what the reference's rules define. */

#include "testing.h"
#include "topology_world.h"

/* --- a naive closure to compare with --- */

struct fact {
    uint32_t source, target;
    uint32_t network; /* number in networks[], 0 = none */
};

static const struct str networks[] = { { NULL, 0 }, STR("N1"), STR("N2"), STR("N3") };

static uint32_t
number_of(struct str network)
{
    for (uint32_t i = 0; i < N_ELEMENTS(networks); i++)
        if (networks[i].p && network.p && str_equal(networks[i], network))
            return i;
    return 0;
}

static bool
has_fact(const struct fact *facts, size_t n, struct fact fact)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(&facts[i], &fact, sizeof fact) == 0)
            return true;
    return false;
}

static bool
joins(const struct links *links, uint32_t source, uint32_t target, bool implicit)
{
    for (size_t i = 0; i < links->n; i++)
        if (links->items[i].source == source && links->items[i].target == target &&
            links->items[i].implicit == implicit)
            return true;
    return false;
}

/* All (source, target, network) that can be derived, by trying everything until nothing is new. */
static size_t
naive_closure(const struct world *w, const struct links *links, struct fact *facts, size_t most)
{
    size_t n = 0, n_explicit;

    for (size_t i = 0; i < links->n; i++)
        if (!links->items[i].implicit)
            facts[n++] = (struct fact){ links->items[i].source, links->items[i].target,
                                        number_of(links->items[i].network) };
    n_explicit = n;
    for (size_t a = 0; a < n; a++) {
        for (size_t b = 0; b < n_explicit; b++) {
            struct fact made = { facts[a].source, facts[b].target,
                                 facts[a].network ? facts[a].network : facts[b].network };
            bool        same_type =
                w->objects[facts[a].source]->type == w->objects[facts[b].source]->type &&
                w->objects[facts[a].target]->type == w->objects[facts[b].target]->type;

            if (facts[a].target != facts[b].source || same_type ||
                facts[a].source == facts[b].target ||
                (facts[a].network && facts[b].network && facts[a].network != facts[b].network) ||
                joins(links, made.source, made.target, false) ||
                has_fact(facts + n_explicit, n - n_explicit, made))
                continue;
            assert_true(n < most);
            facts[n++] = made;
        }
    }
    memmove(facts, facts + n_explicit, (n - n_explicit) * sizeof *facts);
    return n - n_explicit;
}

/* --- random graphs, cycles and all --- */

static void
random_world(struct world *w, struct rng *rng, size_t n)
{
    static const char *const types[] = { "host_pnic", "otep", "vconnector", "vedge" };

    world_init(w, "OVS", "vxlan");
    for (size_t i = 0; i < n; i++)
        world_add(w, "'type':'%s','id':'o%02zu'", types[rng_below(rng, N_ELEMENTS(types))], i);
    world_sort(w);
}

static struct links *
random_links(struct world *w, struct rng *rng, size_t n)
{
    struct links *links = arena_new_of(w->arena, struct links);
    struct link  *all = arena_array(w->arena, struct link, n);
    size_t        n_made = 0;

    *links = (struct links){ .arena = w->arena, .objects = w->objects, .n_objects = w->n };
    for (size_t i = 0; i < n; i++) {
        struct link link = { .source = (uint32_t)rng_below(rng, w->n),
                             .target = (uint32_t)rng_below(rng, w->n),
                             .name = STR("x"),
                             .down = rng_below(rng, 4) == 0,
                             .network = networks[rng_below(rng, N_ELEMENTS(networks))] };
        bool        is_new = link.source != link.target;

        link.type.from = (uint8_t)w->objects[link.source]->type;
        link.type.to = (uint8_t)w->objects[link.target]->type;
        for (size_t k = 0; k < n_made; k++)
            is_new &= all[k].source != link.source || all[k].target != link.target;
        if (is_new)
            all[n_made++] = link;
    }
    links_sort(links, all, n_made);
    return links;
}

static void
test_closure_of_random_graphs(void **state UNUSED)
{
    enum { MOST = 4000 };
    struct rng       rng = rng_seeded();
    const struct str attributes[] = { STR("network") };
    struct fact     *facts = xcalloc(MOST, sizeof *facts);

    for (int round = 0; round < 300; round++) {
        AUTO_WORLD w;
        size_t     n_explicit, n_facts, n_pairs = 0;

        random_world(&w, &rng, 2 + rng_below(&rng, 14));

        struct links *links = random_links(&w, &rng, rng_below(&rng, 30));

        n_explicit = links->n;
        links_add_implicit(links, attributes, N_ELEMENTS(attributes));
        n_facts = naive_closure(&w, links, facts, MOST);

        for (size_t i = 0; i < links->n; i++) {
            const struct link *link = &links->items[i];

            assert_int_equal(link->implicit, i >= n_explicit); /* explicit ones first, all kept */
            if (!link->implicit)
                continue;
            assert_true(
                has_fact(facts, n_facts,
                         (struct fact){ link->source, link->target, number_of(link->network) }));
            for (size_t k = 0; k < i; k++)
                assert_false(links->items[k].source == link->source &&
                             links->items[k].target == link->target);
        }
        for (size_t i = 0; i < n_facts; i++) {
            bool is_first = true;

            for (size_t k = 0; k < i; k++)
                is_first &=
                    facts[k].source != facts[i].source || facts[k].target != facts[i].target;
            n_pairs += is_first;
            assert_true(joins(links, facts[i].source, facts[i].target, true));
        }
        assert_int_equal(links->n - n_explicit, n_pairs);
    }
    free(facts);
}

/* The cycle that the original never left: bridge -> otep -> bridge. */
static void
test_closure_ends_on_a_cycle(void **state UNUSED)
{
    AUTO_WORLD   w;
    struct links links;

    world_init(&w, "LXB", "vxlan");
    world_add(&w, "'type':'vnic','id':'v'");
    world_add(&w, "'type':'vconnector','id':'b'");
    world_add(&w, "'type':'otep','id':'o'");
    world_add(&w, "'type':'instance','id':'i'");
    world_sort(&w);

    const struct link found[] = {
        { world_find(&w, "i"),
          world_find(&w, "v"),
          { OBJECT_INSTANCE, OBJECT_VNIC },
          .name = STR("") },
        { world_find(&w, "v"),
          world_find(&w, "b"),
          { OBJECT_VNIC, OBJECT_VCONNECTOR },
          .name = STR("") },
        { world_find(&w, "b"),
          world_find(&w, "o"),
          { OBJECT_VEDGE, OBJECT_OTEP },
          .name = STR("") },
        { world_find(&w, "o"),
          world_find(&w, "b"),
          { OBJECT_OTEP, OBJECT_VCONNECTOR },
          .down = true },
    };

    links = (struct links){ .arena = w.arena, .objects = w.objects, .n_objects = w.n };
    links_sort(&links, found, N_ELEMENTS(found));
    links_add_implicit(&links, NULL, 0);
    /* instance-vconnector, instance-otep, vnic-otep; the other two are explicit */
    assert_int_equal(links.n, 4 + 3);
}

/* State, host and constraint attributes of a derived link; labels and names are not carried. */
static void
test_attributes(void **state UNUSED)
{
    AUTO_WORLD       w;
    struct links     links;
    const struct str attributes[] = { STR("network") };

    world_init(&w, "OVS", "vxlan");
    world_add(&w, "'type':'vnic','id':'v'");
    world_add(&w, "'type':'vconnector','id':'b'");
    world_add(&w, "'type':'host_pnic','id':'p'");
    world_sort(&w);

    uint32_t          v = world_find(&w, "v"), b = world_find(&w, "b"), p = world_find(&w, "p");
    const struct link found[] = {
        { v,
          b,
          { OBJECT_VNIC, OBJECT_VCONNECTOR },
          .name = STR("m"),
          .network = STR("N1"),
          .source_label = STR("x"),
          .host = STR("h") },
        { b, p, { OBJECT_VCONNECTOR, OBJECT_HOST_PNIC }, .name = STR("p"), .down = true },
    };

    links = (struct links){ .arena = w.arena, .objects = w.objects, .n_objects = w.n };
    links_sort(&links, found, N_ELEMENTS(found));
    links_add_implicit(&links, attributes, 1);
    assert_int_equal(links.n, 3);

    const struct link *made = &links.items[2];

    assert_true(made->implicit);
    assert_true(made->down);
    assert_int_equal(made->type.from, OBJECT_VNIC);
    assert_int_equal(made->type.to, OBJECT_HOST_PNIC);
    assert_true(str_is(made->name, "") && made->name.p);
    assert_text(made->network, "N1");
    assert_text(made->host, "h");
    assert_null(made->source_label.p);

    /* Without constraint attributes none is carried. */
    links_sort(&links, found, N_ELEMENTS(found));
    links_add_implicit(&links, NULL, 0);
    assert_null(links.items[2].network.p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closure_of_random_graphs),
        cmocka_unit_test(test_closure_ends_on_a_cycle),
        cmocka_unit_test(test_attributes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
