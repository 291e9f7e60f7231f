/* Walking cliques: policies, constraints, our chains, and the two sources of neighbours. */

#include "testing.h"
#include "topology_world.h"

#include "base/map.h"
#include "topology/cold.h"

/* --- hand-made graphs --- */

struct hand {
    struct world        w;
    struct links        links;
    struct link         found[64];
    size_t              n_found;
    struct clique_types types;
    struct graph       *graph;
};

static void
hand_done(struct hand *h)
{
    graph_free(h->graph);
    world_done(&h->w);
}

#define AUTO_HAND CLEANUP(hand_done) struct hand

/* Objects "type:id type:id ..." in a line. */
static void
hand_init(struct hand *h, const char *objects)
{
    struct str rest = str_from(objects), word, type;

    *h = (struct hand){ 0 };
    world_init(&h->w, "OVS", "vxlan");
    while (str_word(&rest, &word)) {
        str_cut(&word, ':', &type);
        world_add(&h->w, "'type':'%.*s','id':'%.*s','name':'%.*s','network':'%s'", STR_ARG(type),
                  STR_ARG(word), STR_ARG(word), str_is(type, "network") ? "N1" : "");
    }
    world_sort(&h->w);
}

static void
hand_link(struct hand *h, const char *source, const char *target, const char *network)
{
    uint32_t a = world_find(&h->w, source), b = world_find(&h->w, target);

    h->found[h->n_found++] = (struct link){
        .source = a,
        .target = b,
        .type = { (uint8_t)h->w.objects[a]->type, (uint8_t)h->w.objects[b]->type },
        .network = { network, network ? strlen(network) : 0 },
        .name = STR(""),
    };
}

/* The clique of 'focal' by a clique type with these link types, as "source>target ..." . */
static const char *
walk(struct hand *h, enum policy policy, const char *focal, const char *link_types,
     const char *constraints)
{
    uint32_t   node = world_find(&h->w, focal);
    struct str type = object_type_name(h->w.objects[node]->type);
    struct str types = arena_printf(h->w.arena, "[{'name':'t','focal_point_type':'%.*s',%s}]",
                                    STR_ARG(type), link_types);
    struct str constraint = arena_printf(
        h->w.arena, "[{'focal_point_type':'%.*s','constraints':%s}]", STR_ARG(type), constraints);
    struct clique clique;
    AUTO_BUF      text;

    buf_init(&text, 0);
    h->links = (struct links){ .arena = h->w.arena, .objects = h->w.objects, .n_objects = h->w.n };
    links_sort(&h->links, h->found, h->n_found);
    graph_free(h->graph);
    h->graph = graph_new(h->w.environment.name, &h->links, 1);
    clique_types_choose(h->w.arena, &h->w.environment, policy, json_of(h->w.arena, types.p),
                        json_of(h->w.arena, constraint.p), &h->types);

    struct clique_source source = graph_source(h->graph);
    AUTO_WALKER          walker = clique_walker_new(&source, &h->types, policy);

    if (!clique_walk(walker, node, &clique))
        return "nothing";
    for (size_t i = 0; i < clique.n_links; i++) {
        const struct link *link = &h->links.items[clique.links[i]];

        buf_printf(&text, "%s%.*s>%.*s", i ? " " : "", STR_ARG(h->w.objects[link->source]->id),
                   STR_ARG(h->w.objects[link->target]->id));
    }
    return arena_str(h->w.arena, buf_str(&text)).p;
}

/* The first link type that finds nothing ends a classic clique; the others are tried. */
static void
test_gap(void **state UNUSED)
{
    static const char types[] = "'link_types':['instance-vnic','vnic-vconnector','vnic-vedge',"
                                "'vedge-otep']";
    AUTO_HAND         h;

    hand_init(&h, "instance:i vnic:v vedge:e otep:o vconnector:b");
    hand_link(&h, "i", "v", NULL);
    hand_link(&h, "v", "e", NULL);
    hand_link(&h, "e", "o", NULL);
    assert_string_equal(walk(&h, POLICY_CLASSIC, "i", types, "[]"), "i>v");
    assert_string_equal(walk(&h, POLICY_EXTENDED, "i", types, "[]"), "i>v v>e e>o");
    assert_string_equal(walk(&h, POLICY_CLASSIC, "i", "'link_types':['vnic-vedge']", "[]"),
                        "nothing");
}

static void
test_bad_link_type(void **state UNUSED)
{
    static const char types[] = "'link_types':['instance-vnic','no-such-type','vnic-vedge']";
    AUTO_HAND         h;

    hand_init(&h, "instance:i vnic:v vedge:e");
    hand_link(&h, "i", "v", NULL);
    hand_link(&h, "v", "e", NULL);
    assert_string_equal(walk(&h, POLICY_CLASSIC, "i", types, "[]"), "i>v");
    assert_string_equal(walk(&h, POLICY_EXTENDED, "i", types, "[]"), "i>v v>e");
}

/* Clique types may name the direction that is not stored; which one is stored is asked of the whole
 * environment: one vedge-vnic link anywhere turns the question round for all. */
static void
test_direction(void **state UNUSED)
{
    AUTO_HAND h;

    hand_init(&h, "instance:i vnic:v vnic:x vedge:e vedge:f");
    hand_link(&h, "i", "v", NULL);
    hand_link(&h, "v", "e", NULL);
    assert_string_equal(
        walk(&h, POLICY_CLASSIC, "e", "'link_types':['vedge-vnic','vnic-instance']", "[]"),
        "v>e i>v");
    assert_string_equal(walk(&h, POLICY_CLASSIC, "v", "'link_types':['vnic-vedge']", "[]"), "v>e");
    hand_link(&h, "f", "x", NULL);
    assert_string_equal(walk(&h, POLICY_EXTENDED, "x", "'link_types':['vnic-vedge']", "[]"), "f>x");
    assert_string_equal(walk(&h, POLICY_EXTENDED, "v", "'link_types':['vnic-vedge']", "[]"),
                        "nothing");
}

/* T-T: forward; the extended policies turn round when that finds nothing. One step a time. */
static void
test_same_type(void **state UNUSED)
{
    static const char once[] = "'link_types':['switch_pnic-switch_pnic']";
    static const char twice[] =
        "'link_types':['switch_pnic-switch_pnic','switch_pnic-switch_pnic']";
    AUTO_HAND h;

    hand_init(&h, "switch_pnic:a switch_pnic:b switch_pnic:c");
    hand_link(&h, "a", "b", NULL);
    hand_link(&h, "b", "c", NULL);
    assert_string_equal(walk(&h, POLICY_CLASSIC, "a", once, "[]"), "a>b");
    assert_string_equal(walk(&h, POLICY_CLASSIC, "a", twice, "[]"), "a>b b>c");
    assert_string_equal(walk(&h, POLICY_CLASSIC, "c", once, "[]"), "nothing");
    assert_string_equal(walk(&h, POLICY_EXTENDED, "c", once, "[]"), "b>c");
}

/* Implicit links only where the clique type allows them; they come after explicit ones. */
static void
test_implicit(void **state UNUSED)
{
    AUTO_HAND h;

    hand_init(&h, "instance:i network:n network:m");
    hand_link(&h, "i", "m", NULL);
    hand_link(&h, "i", "n", NULL);
    h.found[0].implicit = true;
    assert_string_equal(walk(&h, POLICY_CLASSIC, "i", "'link_types':['instance-network']", "[]"),
                        "i>n");
    assert_string_equal(walk(&h, POLICY_CLASSIC, "i",
                             "'link_types':['instance-network'],'use_implicit_links':true", "[]"),
                        "i>n i>m");
}

/* The table of reference 8. */
static void
test_constraints(void **state UNUSED)
{
    static const struct {
        const char *network; /* of the focal point */
        const char *clique;
    } cases[] = {
        { "'network':['N1','N2'],", "i>v1 i>v2 i>v4" },
        { "'network':['N1'],", "i>v1 i>v4" },
        { "'network':'N2',", "i>v2 i>v4" },
        { "'network':[],", "i>v4" },
        { "", "i>v4" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_HAND h;

        hand_init(&h, "vnic:v1 vnic:v2 vnic:v3 vnic:v4");
        world_add(&h.w, "%s'type':'instance','id':'i'", cases[i].network);
        world_sort(&h.w);
        hand_link(&h, "i", "v1", "N1");
        hand_link(&h, "i", "v2", "N2");
        hand_link(&h, "i", "v3", "N3");
        hand_link(&h, "i", "v4", NULL);
        assert_string_equal(
            walk(&h, POLICY_CLASSIC, "i", "'link_types':['instance-vnic']", "['network']"),
            cases[i].clique);
        assert_string_equal(walk(&h, POLICY_CLASSIC, "i", "'link_types':['instance-vnic']", "[]"),
                            "i>v1 i>v2 i>v3 i>v4");
    }
}

/* --- our chains --- */

/* The types of a clique's nodes, in the order they are reached. */
static const char *
chain(struct world *w, const char *focal, enum policy policy)
{
    struct clique_types types;
    struct links       *links = world_links(w, policy);
    AUTO_GRAPH          graph = graph_new(w->environment.name, links, 1);
    struct clique       clique;
    AUTO_BUF            text;

    world_types(w, policy, &types);

    struct clique_source source = graph_source(graph);
    AUTO_WALKER          walker = clique_walker_new(&source, &types, policy);

    buf_init(&text, 0);
    if (!clique_walk(walker, world_find(w, focal), &clique))
        return "nothing";
    for (size_t i = 0; i < clique.n_nodes; i++) {
        const struct object *object = w->objects[clique.nodes[i]];

        buf_printf(&text, "%s%.*s", i ? " " : "", STR_ARG(object_type_name(object->type)));
        if (object->type == OBJECT_HOST_PNIC)
            buf_printf(&text, "(%.*s)", STR_ARG(object->name));
    }
    return arena_str(w->arena, buf_str(&text)).p;
}

static void
test_chains(void **state UNUSED)
{
    static const struct {
        enum wiring wiring;
        const char *overlay, *provider;
    } cases[] = {
        { WIRED_HYBRID, "instance vnic vconnector vedge otep host_pnic(eth1) network",
          "instance vnic vconnector vedge host_pnic(eth2) network" },
        { WIRED_DIRECT, "instance vnic vedge otep host_pnic(eth1) network",
          "instance vnic vedge host_pnic(eth2) network" },
        { WIRED_LINUX_BRIDGE, "instance vnic vconnector otep host_pnic(eth1) network",
          "instance vnic vconnector host_pnic(eth2) network" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct cloud_plan plan = {
            .wiring = cases[i].wiring, .n_hosts = 2, .n_instances = 4, .n_networks = 3, .rng = { 7 }
        };
        AUTO_WORLD w;

        world_make(&w, &plan);
        /* The first network of the first host is the flat one; instances 0 and 1 are on it. */
        assert_string_equal(chain(&w, plan_uuid(&w, 'b', 0).p, POLICY_FULL), cases[i].provider);
        assert_string_equal(chain(&w, plan_uuid(&w, 'b', 2).p, POLICY_FULL), cases[i].overlay);
    }
}

/* Each instance of the fixtures' kind reaches its own networks and no others' under POLICY_FULL. */
static void
test_full_keeps_to_its_networks(void **state UNUSED)
{
    struct rng rng = rng_seeded();

    for (int round = 0; round < 20; round++) {
        struct cloud_plan plan = {
            .wiring = (enum wiring)rng_below(&rng, 3),
            .n_hosts = 1 + rng_below(&rng, 9),
            .n_instances = 1 + rng_below(&rng, 6),
            .n_networks = 1 + rng_below(&rng, 6),
            .rng = { rng_next(&rng) },
        };
        AUTO_WORLD          w;
        struct clique_types types;

        world_make(&w, &plan);
        world_types(&w, POLICY_FULL, &types);

        struct links        *links = world_links(&w, POLICY_FULL);
        AUTO_GRAPH           graph = graph_new(w.environment.name, links, 1);
        struct clique_source source = graph_source(graph);
        AUTO_WALKER          walker = clique_walker_new(&source, &types, POLICY_FULL);

        for (uint32_t i = 0; i < w.n; i++) {
            struct clique clique;
            bool          network_is_reached = false;

            if (w.objects[i]->type != OBJECT_INSTANCE)
                continue;
            assert_true(clique_walk(walker, i, &clique));
            for (size_t n = 0; n < clique.n_nodes; n++) {
                const struct object *object = w.objects[clique.nodes[n]];

                if (object->type == OBJECT_NETWORK) {
                    assert_true(str_equal(object->id, w.objects[i]->facts->networks[0]));
                    network_is_reached = true;
                }
                if (object->type == OBJECT_INSTANCE)
                    assert_int_equal(clique.nodes[n], i);
            }
            assert_true(network_is_reached);
        }
    }
}

/* --- laws --- */

static uint32_t
root_of(uint32_t *parents, uint32_t node)
{
    while (parents[node] != node)
        node = parents[node] = parents[parents[node]];
    return node;
}

/* Every clique is connected, and all its nodes are ends of its links. */
static void
assert_connected(const struct world *w, const struct links *links, const struct clique *clique)
{
    uint32_t *parents = xcalloc(w->n, sizeof *parents);
    bool     *is_end = xcalloc(w->n, sizeof *is_end);

    for (uint32_t i = 0; i < w->n; i++)
        parents[i] = i;
    for (size_t i = 0; i < clique->n_links; i++) {
        const struct link *link = &links->items[clique->links[i]];

        parents[root_of(parents, link->source)] = root_of(parents, link->target);
        is_end[link->source] = is_end[link->target] = true;
    }
    for (size_t i = 0; i < clique->n_nodes; i++) {
        assert_true(is_end[clique->nodes[i]]);
        assert_int_equal(root_of(parents, clique->nodes[i]), root_of(parents, clique->focal));
        is_end[clique->nodes[i]] = false;
    }
    for (size_t i = 0; i < w->n; i++)
        assert_false(is_end[i]);
    free(parents);
    free(is_end);
}

/* --- a store in memory, for the cold source --- */

struct fake_store {
    const struct world *w;
    const struct links *links;
    struct map          bodies; /* "_id" as text -> body */
    bool                fails;
};

static bool
fake_any(void *context, struct link_type type, bool implicit, bool *found, struct error *err UNUSED)
{
    const struct fake_store *s = context;

    *found = false;
    for (size_t i = 0; i < s->links->n; i++)
        *found |= link_type_equal(s->links->items[i].type, type) &&
                  s->links->items[i].implicit == implicit;
    return true;
}

/* In no useful order, as a store may give them. */
static bool
fake_links(void *context, struct oid end, struct link_type type, enum walk_side side, bool implicit,
           struct arena *arena, struct cold_link **rows, size_t *n, struct error *err)
{
    const struct fake_store *s = context;
    struct cold_link        *all = arena_array(arena, struct cold_link, s->links->n);

    *n = 0;
    if (s->fails)
        return error_set(err, ERROR_STORE, 0, "no disk");
    for (size_t i = s->links->n; i-- > 0;) {
        const struct link   *link = &s->links->items[i];
        const struct object *source = s->links->objects[link->source];
        const struct object *target = s->links->objects[link->target];

        if (!link_type_equal(link->type, type) || link->implicit != implicit ||
            !oid_equal(side == WALK_FROM_SOURCE ? source->oid : target->oid, end))
            continue;

        AUTO_BUF b;

        buf_init(&b, 0);
        if (i % 2)
            link_write(&b, s->w->environment.name, s->links, link);
        else
            link_write_body(&b, s->w->environment.name, s->links, link);
        all[(*n)++] = (struct cold_link){
            link_oid(s->w->environment.name, s->links, link),
            source->oid,
            target->oid,
            arena_str(arena, buf_str(&b)),
        };
    }
    *rows = all;
    return true;
}

static bool
fake_object(void *context, struct oid oid, struct arena *arena, struct str *body,
            struct error *err UNUSED)
{
    const struct fake_store *s = context;
    const struct str        *found = map_get(&s->bodies, oid_text(oid, arena));

    *body = found ? *found : STR_NONE;
    return true;
}

static bool
fake_network(void *context, struct str id, struct arena *arena, struct str *body, struct error *err)
{
    const struct fake_store *s = context;

    for (size_t i = 0; i < s->w->n; i++)
        if (s->w->objects[i]->type == OBJECT_NETWORK && str_equal(s->w->objects[i]->id, id))
            return fake_object(context, s->w->objects[i]->oid, arena, body, err);
    *body = STR_NONE;
    return true;
}

static const struct cold_store fake = {
    .any = fake_any, .links = fake_links, .object = fake_object, .network = fake_network
};

/* What the walker asks of an object's body. */
static void
fill_fake(struct fake_store *s, const struct world *w, const struct links *links)
{
    *s = (struct fake_store){ .w = w, .links = links };
    for (size_t i = 0; i < w->n; i++) {
        const struct object *o = w->objects[i];
        struct doc          *d = doc_object(w->arena);
        struct str          *body = arena_new_of(w->arena, struct str);

        doc_set_text(w->arena, d, "type", object_type_name(o->type));
        doc_set_text(w->arena, d, "id", o->id);
        doc_set_text(w->arena, d, "name", o->name);
        doc_set_text(w->arena, d, "host", o->host);
        if (o->facts && o->facts->network_shape == FACT_SINGLE)
            doc_set_text(w->arena, d, "network", o->facts->networks[0]);
        if (o->facts && o->facts->network_shape == FACT_LIST) {
            struct doc *list = doc_array(w->arena);

            for (uint32_t n = 0; n < o->facts->n_networks; n++)
                doc_push_text(w->arena, list, o->facts->networks[n]);
            doc_set(w->arena, d, "network", list);
        }
        if (o->type == OBJECT_NETWORK && network_facts(o)->carrier == CARRIED_BY_NIC) {
            doc_set_text(w->arena, d, "provider:network_type", STR("flat"));
            doc_set_text(w->arena, d, "provider:physical_network",
                         network_facts(o)->physical_network);
        }
        *body = doc_body(w->arena, d);
        map_put(&s->bodies, oid_text(o->oid, w->arena), NULL)->pointer = body;
    }
}

/* Random clouds, all policies, with and without implicit links: cliques are connected, and the cold
 * source gives the same document, byte for byte, as the graph. */
static void
test_laws(void **state UNUSED)
{
    struct rng rng = rng_seeded();

    for (int round = 0; round < 24; round++) {
        struct cloud_plan plan = {
            .wiring = (enum wiring)rng_below(&rng, 3),
            .n_hosts = 1 + rng_below(&rng, 4),
            .n_instances = rng_below(&rng, 5),
            .n_networks = 1 + rng_below(&rng, 4),
            .rng = { rng_next(&rng) },
        };
        enum policy         policy = (enum policy)rng_below(&rng, 3);
        AUTO_WORLD          w;
        struct clique_types types;
        struct fake_store   store;
        struct error        err;

        world_make(&w, &plan);
        world_types(&w, policy, &types);

        struct links *links = world_links(&w, policy);

        if (rng_below(&rng, 2))
            links_add_implicit(links, types.attributes, types.n_attributes);
        fill_fake(&store, &w, links);

        struct cold_store    reading = fake;
        AUTO_GRAPH           graph = graph_new(w.environment.name, links, 1);
        struct clique_source warm = graph_source(graph);
        AUTO_WALKER          walker = clique_walker_new(&warm, &types, policy);

        reading.context = &store;
        for (uint32_t i = 0; i < w.n; i++) {
            struct clique        clique, same;
            AUTO_COLD            cold = cold_new(w.arena, w.environment.name, &reading);
            struct clique_source source = cold_source(cold);
            AUTO_WALKER          other = clique_walker_new(&source, &types, policy);
            uint32_t             node;
            AUTO_BUF             a, b;

            buf_init(&a, 0);
            buf_init(&b, 0);
            assert_true(cold_node(cold, w.objects[i]->oid, &node, &err));
            if (!clique_walk(walker, i, &clique)) {
                assert_false(clique_walk(other, node, &same));
                continue;
            }
            assert_connected(&w, links, &clique);
            assert_true(clique_walk(other, node, &same));
            clique_write(&a, &warm, &types, &clique, STR("2000-01-01T00:00:00Z"));
            clique_write(&b, &source, &types, &same, STR("2000-01-01T00:00:00Z"));
            assert_true(cold_error(cold, &err));
            assert_true(str_equal(buf_str(&a), buf_str(&b)));

            struct doc *document = doc_parse(w.arena, buf_str(&a), &err);

            assert_non_null(document);
            assert_true(str_equal(buf_str(&a), doc_body(w.arena, document)));
        }
        map_done(&store.bodies);
    }
}

/* --- the way back --- */

/* For each node, the focal points that the walk back finds are those whose walk meets it. */
static void
assert_way_back(const struct clique_source *source, const struct clique_types *types,
                enum policy policy, uint32_t n)
{
    AUTO_WALKER forth = clique_walker_new(source, types, policy);
    AUTO_WALKER back = clique_walker_new(source, types, policy);
    bool       *holds = xcalloc((size_t)n * n, sizeof *holds); /* [focal point * n + node] */

    for (uint32_t focal = 0; focal < n; focal++) {
        struct clique clique;

        if (clique_walk(forth, focal, &clique))
            for (size_t i = 1; i < clique.n_nodes; i++)
                holds[(size_t)focal * n + clique.nodes[i]] = true;
    }
    for (uint32_t node = 0; node < n; node++) {
        uint32_t focal;

        for (enum object_type t = 0; t < N_OBJECT_TYPES; t++) {
            clique_walk_back(back, node, t);
            while (clique_next_focal_point(back, &focal)) {
                assert_int_equal(source->node(source->context, focal).type, t);
                assert_true(holds[(size_t)focal * n + node]);
                holds[(size_t)focal * n + node] = false;
            }
        }
        for (focal = 0; focal < n; focal++)
            assert_false(holds[(size_t)focal * n + node]);
    }
    free(holds);
}

/* Real wiring, and what the shipped clique types make of it. */
static void
test_way_back(void **state UNUSED)
{
    struct rng rng = rng_seeded();

    for (int round = 0; round < 24; round++) {
        struct cloud_plan plan = {
            .wiring = (enum wiring)rng_below(&rng, 3),
            .n_hosts = 1 + rng_below(&rng, 4),
            .n_instances = rng_below(&rng, 5),
            .n_networks = 1 + rng_below(&rng, 4),
            .rng = { rng_next(&rng) },
        };
        enum policy         policy = (enum policy)rng_below(&rng, 3);
        AUTO_WORLD          w;
        struct clique_types types;

        world_make(&w, &plan);
        world_types(&w, policy, &types);

        struct links *links = world_links(&w, policy);

        if (rng_below(&rng, 2))
            links_add_implicit(links, types.attributes, types.n_attributes);

        AUTO_GRAPH           graph = graph_new(w.environment.name, links, 1);
        struct clique_source source = graph_source(graph);

        assert_way_back(&source, &types, policy, (uint32_t)w.n);
    }
}

/* Any graph of three types, any clique types: also links within a type and in both directions. */
static void
test_way_back_anywhere(void **state UNUSED)
{
    static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i" };
    static const char *const networks[] = { NULL, "N1", "N2" };
    static const char *const types[] = { "network", "vnic", "switch_pnic" };
    struct rng               rng = rng_seeded();

    for (int round = 0; round < 2000; round++) {
        enum policy policy = (enum policy)rng_below(&rng, 3);
        AUTO_HAND   h;
        AUTO_BUF    steps = { 0 };

        hand_init(&h, "network:a network:b network:c vnic:d vnic:e vnic:f switch_pnic:g "
                      "switch_pnic:h switch_pnic:i");
        for (size_t i = 2 + rng_below(&rng, 20); i-- > 0;)
            hand_link(&h, names[rng_below(&rng, 9)], names[rng_below(&rng, 9)],
                      networks[rng_below(&rng, 3)]);
        buf_init(&steps, 0);
        buf_add(&steps, STR("'link_types':["));
        for (size_t i = 1 + rng_below(&rng, 6); i-- > 0;)
            buf_printf(&steps, "'%s-%s'%s", types[rng_below(&rng, 3)], types[rng_below(&rng, 3)],
                       i ? "," : "]");
        (void)walk(&h, policy, names[rng_below(&rng, 9)], arena_str(h.w.arena, buf_str(&steps)).p,
                   rng_below(&rng, 2) ? "['network']" : "[]");

        struct clique_source source = graph_source(h.graph);

        assert_way_back(&source, &h.types, policy, (uint32_t)h.w.n);
    }
}

static void
test_cold_failures(void **state UNUSED)
{
    struct cloud_plan   plan = { .n_hosts = 1, .n_instances = 1, .n_networks = 1, .rng = { 1 } };
    AUTO_WORLD          w;
    struct clique_types types;
    struct fake_store   store;
    struct cold_store   reading = fake;
    struct clique       clique;
    struct error        err;
    uint32_t            node;

    world_make(&w, &plan);
    world_types(&w, POLICY_FULL, &types);
    fill_fake(&store, &w, world_links(&w, POLICY_FULL));
    store.fails = true;
    reading.context = &store;

    AUTO_COLD            cold = cold_new(w.arena, w.environment.name, &reading);
    struct clique_source source = cold_source(cold);
    AUTO_WALKER          walker = clique_walker_new(&source, &types, POLICY_FULL);

    assert_false(cold_node(cold, (struct oid){ { 1 } }, &node, &err));
    assert_int_equal(err.domain, ERROR_NOT_FOUND);
    assert_true(
        cold_node(cold, w.objects[world_find(&w, plan_uuid(&w, 'b', 0).p)]->oid, &node, &err));
    assert_false(clique_walk(walker, node, &clique));
    assert_false(cold_error(cold, &err));
    assert_string_equal(err.message, "no disk");
    map_done(&store.bodies);
}

/* --- summaries --- */

static size_t
summaries_of(struct world *w, unsigned jobs, struct clique_summary **summaries)
{
    struct clique_types types;
    AUTO_GRAPH          graph = graph_new(w->environment.name, world_links(w, POLICY_FULL), 1);

    world_types(w, POLICY_FULL, &types);
    return graph_cliques(graph, &types, POLICY_FULL, jobs, w->arena, summaries);
}

static const struct clique_summary *
summary_of(const struct clique_summary *summaries, size_t n, uint32_t focal)
{
    for (size_t i = 0; i < n; i++)
        if (summaries[i].focal == focal)
            return &summaries[i];
    world_fail("no summary", "of the focal point");
}

/* The same from any number of threads; and one changed NIC changes the digests of those that hang
 * on it and of no others. */
static void
test_summaries(void **state UNUSED)
{
    struct cloud_plan plan = { .n_hosts = 40, .n_instances = 5, .n_networks = 12, .rng = { 3 } };
    struct clique_summary *one, *many, *changed;
    AUTO_WORLD             w;
    size_t                 n, n_changed = 0;

    world_make(&w, &plan);
    n = summaries_of(&w, 1, &one);
    assert_int_equal(n, summaries_of(&w, 7, &many));
    assert_true(n >= 200);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(one[i].focal, many[i].focal);
        assert_int_equal(one[i].n_links, many[i].n_links);
        assert_int_equal(one[i].n_nodes, many[i].n_nodes);
        assert_int_equal(one[i].link_types, many[i].link_types);
        assert_true(one[i].digest == many[i].digest);
    }

    ((struct host_pnic_facts *)w.objects[world_find(&w, "eth1-01:00:05")]->facts)->is_up = false;
    assert_int_equal(n, summaries_of(&w, 2, &changed));
    for (size_t i = 0; i < n; i++) {
        struct str host = w.objects[one[i].focal]->host;
        bool       differs = one[i].digest != changed[i].digest;

        if (w.objects[one[i].focal]->type == OBJECT_INSTANCE)
            assert_int_equal(differs, str_is(host, "h00005"));
        n_changed += differs;
    }
    assert_true(n_changed > 5); /* its instances, and the networks it serves */

    /* One bit for each of the clique type's link types that has links. */
    const struct clique_summary *instance =
        summary_of(one, n, world_find(&w, plan_uuid(&w, 'b', 7).p));

    assert_int_equal(instance->n_links, 6);
    assert_int_equal(instance->n_nodes, 7);
    assert_int_equal(__builtin_popcountll(instance->link_types), 6);
    assert_int_equal(instance->link_types & 3, 3); /* instance-vnic, vnic-vconnector */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_gap),       cmocka_unit_test(test_bad_link_type),
        cmocka_unit_test(test_direction), cmocka_unit_test(test_same_type),
        cmocka_unit_test(test_implicit),  cmocka_unit_test(test_constraints),
        cmocka_unit_test(test_chains),    cmocka_unit_test(test_full_keeps_to_its_networks),
        cmocka_unit_test(test_laws),      cmocka_unit_test(test_cold_failures),
        cmocka_unit_test(test_way_back),  cmocka_unit_test(test_way_back_anywhere),
        cmocka_unit_test(test_summaries),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
