/* Questions to the store: filters, pages, conditions, links and cliques, search, history. */

#include "store_world.h"

/* --- reading --- */

static void
test_filters(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct object_filter filter = { .type = STR("host") };

    cloud_commit(w, &c, &everything, MORNING);
    assert_string_equal(names(w, w->store, &filter), "cmp1 cmp2");
    filter = (struct object_filter){ .host = STR("cmp2") };
    assert_string_equal(names(w, w->store, &filter), "cmp2 agent");
    filter.type = STR("host");
    assert_string_equal(names(w, w->store, &filter), "cmp2");
    filter = (struct object_filter){ .parent_type = STR("host"), .parent_id = STR("cmp1") };
    assert_string_equal(names(w, w->store, &filter), "Instances cmp1-qbr7d7c2cee-67");
    filter = (struct object_filter){ .name = STR("vm-a1") };
    assert_string_equal(names(w, w->store, &filter), "vm-a1");
    filter = (struct object_filter){ .id = STR("cmp1-tap7d7c2cee-67") };
    assert_string_equal(names(w, w->store, &filter), "tap7d7c2cee-67");
    filter = (struct object_filter){ .id = STR("cmp1"), .host = STR("cmp2") };
    assert_string_equal(names(w, w->store, &filter), "");
}

static bool
is_first_of_two(void *context, const struct object_row *row UNUSED)
{
    return ++*(int *)context < 2;
}

static void
test_pages(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct object_filter filter = { .limit = 4 };
    int                  n_calls = 0;

    cloud_commit(w, &c, &everything, MORNING);
    assert_string_equal(names(w, w->store, &filter), "cmp1 cmp2 vm-a1 Instances");
    filter.after_type = STR("instances_folder");
    filter.after_id = STR("cmp1-instances");
    assert_string_equal(names(w, w->store, &filter),
                        "net a agent cmp1-qbr7d7c2cee-67 tap7d7c2cee-67");
    filter = (struct object_filter){ .type = STR("host"),
                                     .after_type = STR("host"),
                                     .after_id = STR("cmp1") };
    assert_string_equal(names(w, w->store, &filter), "cmp2");
    must(w, store_objects(w->store, &lab, &all_objects, is_first_of_two, &n_calls, &w->err));
    assert_int_equal(n_calls, 2);
}

#define ARRIVED "tap7d7c2cee-67 cmp2 Instances vm-a1 vNICs cmp1 cmp1-qbr7d7c2cee-67 net a agent"

/* A row keeps its place when it changes. */
static void
test_order_of_arrival(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct object_filter objects = { .order = ORDER_ARRIVAL };
    struct link_filter   by_arrival = { .by_arrival = true };
    struct object        first = c.objects[0];
    struct link_row      link = c.links[0];

    c.links[0] = c.links[1];
    c.links[1] = link;
    c.objects[0] = c.objects[VNIC];
    c.objects[VNIC] = first;
    cloud_commit(w, &c, &everything, MORNING);
    assert_string_equal(names(w, w->store, &objects), ARRIVED);
    assert_string_equal(links(w, &by_arrival), "vnic-vconnector instance-vnic");
    cloud_set(w, &c.objects[0], "mac_address", "\"fa:16:3e:00:00:00\"");
    cloud_commit(w, &c, &everything, MORNING + SECOND);
    assert_string_equal(names(w, w->store, &objects), ARRIVED);

    objects.offset = 1;
    objects.limit = 2;
    assert_string_equal(names(w, w->store, &objects), "cmp2 Instances");
    objects = (struct object_filter){ .order = ORDER_ARRIVAL, .type = STR("host") };
    assert_string_equal(names(w, w->store, &objects), "cmp2 cmp1");
    objects.offset = 2;
    assert_string_equal(names(w, w->store, &objects), "");
    by_arrival.offset = 1;
    assert_string_equal(links(w, &by_arrival), "instance-vnic");
    by_arrival = (struct link_filter){ .by_arrival = true, .type = STR("instance-vnic") };
    assert_string_equal(links(w, &by_arrival), "instance-vnic");
    by_arrival.offset = 1;
    assert_string_equal(links(w, &by_arrival), "");
}

/* By the text of paths, whatever parents there are. */
static void
test_under_a_path(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct object_filter filter = { .under = STR(ZONE "/cmp1"), .order = ORDER_ARRIVAL };

    cloud_drop(&c, INSTANCES);
    cloud_commit(w, &c, &everything, MORNING);
    assert_string_equal(names(w, w->store, &filter),
                        "cmp1 vm-a1 vNICs tap7d7c2cee-67 cmp1-qbr7d7c2cee-67");
    filter.under = STR(ZONE "/cmp");
    assert_string_equal(names(w, w->store, &filter), "");
}

struct nested {
    struct world *w;
    size_t        n, depth;
};

static bool
ask_again(void *context, const struct object_row *row UNUSED)
{
    struct nested *nested = context;

    nested->n++;
    if (nested->depth == 0)
        return true;
    nested->depth--;
    must(nested->w,
         store_objects(nested->w->store, &lab, &all_objects, ask_again, nested, &nested->w->err));
    nested->depth++;
    return true;
}

/* A callback may ask the store, even the same question. */
static void
test_questions_within_questions(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    struct nested nested = { .w = w, .depth = 2 };
    const size_t  n = N_CLOUD_OBJECTS;

    cloud_commit(w, &c, &everything, MORNING);
    must(w, store_objects(w->store, &lab, &all_objects, ask_again, &nested, &w->err));
    assert_int_equal(nested.n, n + n * n + n * n * n);
}

static void
test_below_a_path(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct object_filter filter = { .id_path = STR(ZONE "/cmp1") };

    cloud_commit(w, &c, &everything, MORNING);
    assert_string_equal(names(w, w->store, &filter),
                        "cmp1 vm-a1 Instances cmp1-qbr7d7c2cee-67 tap7d7c2cee-67 vNICs");
    filter.type = STR("vnic");
    assert_string_equal(names(w, w->store, &filter), "tap7d7c2cee-67");
    filter = (struct object_filter){ .id_path = STR(ZONE "/cmp1/cmp1-instances/") };
    assert_string_equal(names(w, w->store, &filter), "vm-a1 Instances tap7d7c2cee-67 vNICs");
    filter.id_path = STR("/lab/cmp1");
    assert_string_equal(names(w, w->store, &filter), "");

    /* The root is no object. */
    cloud_set(w, &c.objects[NETWORK], "parent_id", "\"lab\"");
    cloud_set(w, &c.objects[NETWORK], "parent_type", "\"environment\"");
    c.objects[NETWORK].parent_id = STR("lab");
    c.objects[NETWORK].parent_type = STR("environment");
    cloud_commit(w, &c, &everything, MORNING);
    filter.id_path = STR("/lab");
    assert_string_equal(names(w, w->store, &filter), "net a");
}

/* At any depth, without the object itself; nothing below what is not there. */
static void
test_count_below(void **state)
{
    struct world  *w = *state;
    struct cloud   c = cloud_new(w);
    struct listing host = { w->arena, STR_NONE, 0 }, vnic = host, none = host;

    cloud_commit(w, &c, &everything, MORNING);
    must(w, store_count_below(w->store, &lab, STR("host"), STR("cmp1"), add_count, &host, &w->err));
    assert_text(host.text, "instance=1 instances_folder=1 vconnector=1 vnic=1 vnics_folder=1 ");
    must(w, store_count_below(w->store, &lab, STR("vnic"), c.objects[VNIC].id, add_count, &vnic,
                              &w->err));
    assert_int_equal(vnic.n, 0);
    must(w, store_count_below(w->store, &lab, STR("vnic"), STR("cmp1"), add_count, &none, &w->err));
    assert_int_equal(none.n, 0);
}

/* An import may have objects that lie in each other. */
static void
test_count_below_a_circle(void **state)
{
    struct world  *w = *state;
    struct cloud   c = cloud_new(w);
    struct listing l = { w->arena, STR_NONE, 0 };

    cloud_set(w, &c.objects[INSTANCE], "parent_type", "\"vnic\"");
    cloud_set(w, &c.objects[INSTANCE], "parent_id", "\"cmp1-tap7d7c2cee-67\"");
    c.objects[INSTANCE].parent_type = STR("vnic");
    c.objects[INSTANCE].parent_id = STR("cmp1-tap7d7c2cee-67");
    cloud_commit(w, &c, &everything, MORNING);
    must(w, store_count_below(w->store, &lab, STR("instance"), c.objects[INSTANCE].id, add_count,
                              &l, &w->err));
    assert_text(l.text, "vnic=1 vnics_folder=1 ");
}

static void
test_where(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);

    cloud_commit(w, &c, &everything, MORNING);
    WHERE(w, "IP Address", "192.168.50.7", "tap7d7c2cee-67");
    WHERE(w, "provider:network_type", "vxlan", "net a");
    WHERE(w, "provider:segmentation_id", "101", "net a");
    WHERE(w, "provider:segmentation_id", "10", "");
    WHERE(w, "router:external", "true", "net a");
    WHERE(w, "stp_enabled", "false", "cmp1-qbr7d7c2cee-67");
    WHERE(w, "provider:physical_network", "null", "net a");
    WHERE(w, "cidrs", "10.9.0.0/16", "net a"); /* an element of a list */
    WHERE(w, "host_type", "Compute", "cmp1 cmp2");
    WHERE(w, "interfaces.eth1.103.name", "eth1.103", ""); /* which dots are steps? */
    WHERE(w, "load", "3", "agent");                       /* kept aside */
    WHERE(w, "clique", "true", "vm-a1");
    WHERE(w, "_id", oid_text(c.objects[HOST_2].oid, w->arena).p, "cmp2");
    WHERE(w, "interfaces", "eth1.103", ""); /* objects have no value */
}

static void
test_where_is_no_sql(void **state)
{
    static const char *const keys[] = {
        "name' OR '1'='1",
        "name) OR (1=1",
        "$.name",
        "name\\",
        "a]b[0]",
        "%",
        "na--me",
        "'",
        ";",
        "x; DROP TABLE object; --",
        "$",
        ".",
        "..",
        "name.",
        ".name",
        "\xff\xfe",
    };
    static const char *const values[] = {
        "' OR '1'='1", "\" OR \"\"=\"", "x'); DROP TABLE object; --", "%", "*", "\\", "", "\xff",
    };
    struct world              *w = *state;
    struct cloud               c = cloud_new(w);
    const struct condition     quoted = { STR("na\"me"), STR("x") };
    const struct object_filter filter = { .where = &quoted, .n_where = 1 };
    struct condition           many[40];
    const struct object_filter too_many = { .where = many, .n_where = 40 };
    struct listing             l = { w->arena, STR_NONE, 0 };

    cloud_commit(w, &c, &everything, MORNING);
    for (size_t i = 0; i < N_ELEMENTS(keys); i++)
        for (size_t j = 0; j < N_ELEMENTS(values); j++)
            WHERE(w, keys[i], values[j], "");
    for (size_t i = 0; i < N_ELEMENTS(values); i++) {
        struct object_filter hostile = { .type = str_from(values[i]),
                                         .id = str_from(values[i]),
                                         .host = str_from(values[i]) };

        if (*values[i])
            assert_string_equal(names(w, w->store, &hostile), "");
    }
    must_fail(w, store_objects(w->store, &lab, &filter, add_object, &l, &w->err), ERROR_USAGE,
              "quotation marks are not allowed");
    for (size_t i = 0; i < N_ELEMENTS(many); i++)
        many[i] = (struct condition){ STR("a"), STR("b") };
    must_fail(w, store_objects(w->store, &lab, &too_many, add_object, &l, &w->err), ERROR_USAGE,
              "more than 32 conditions");
    assert_int_equal(count(w, w->store), N_CLOUD_OBJECTS);
}

static bool
write_link(void *context, const struct link_row *row)
{
    link_row_write(context, row);
    return true;
}

static const char *
end_of(struct world *w, const char *side, const struct object *o)
{
    return arena_printf(w->arena,
                        "\"%s_object\":{\"host\":\"%.*s\",\"id\":\"%.*s\",\"name\":\"%.*s\","
                        "\"type\":\"%.*s\"}",
                        side, STR_ARG(o->host), STR_ARG(o->id), STR_ARG(o->name),
                        STR_ARG(object_type_name(o->type)))
        .p;
}

/* What they join comes with them when it is wanted, by whatever way they are found. */
static void
test_ends(void **state)
{
    struct world            *w = *state;
    struct cloud             c = cloud_new(w);
    const struct link_filter ways[] = {
        { .with_ends = true, .type = c.links[0].type },
        { .with_ends = true, .of = &c.links[0].source },
        { .with_ends = true, .of = &c.links[0].source, .side = LINK_SOURCE },
        { .with_ends = true, .by_arrival = true, .type = c.links[0].type },
        { .with_ends = true, .by_arrival = true, .limit = 1 },
    };

    cloud_commit(w, &c, &everything, MORNING);
    for (size_t i = 0; i < N_ELEMENTS(ways); i++) {
        AUTO_BUF text = { 0 };

        must(w, store_links(w->store, &lab, &ways[i], write_link, &text, &w->err));
        assert_has(buf_c(&text), end_of(w, "source", &c.objects[INSTANCE]));
        assert_has(buf_c(&text), end_of(w, "target", &c.objects[VNIC]));
    }
}

static void
test_links_and_cliques(void **state)
{
    struct world      *w = *state;
    struct cloud       c = cloud_new(w);
    struct oid         vnic = c.objects[VNIC].oid;
    struct link_filter filter = { 0 };
    struct link_row    link;
    struct clique_row  clique;
    struct listing     l = { w->arena, STR_NONE, 0 };
    struct buf         text;
    bool               found;

    c.links[1].implicit = true;
    cloud_commit(w, &c, &everything, MORNING);
    assert_string_equal(links(w, &filter), "instance-vnic vnic-vconnector");
    filter.of = &vnic;
    assert_string_equal(links(w, &filter), "instance-vnic vnic-vconnector");
    filter.side = LINK_SOURCE;
    assert_string_equal(links(w, &filter), "vnic-vconnector");
    filter.explicit_only = true;
    assert_string_equal(links(w, &filter), "");
    filter.side = LINK_TARGET;
    filter.type = STR("instance-vnic");
    assert_string_equal(links(w, &filter), "instance-vnic");
    filter.type = STR("vnic-vedge");
    assert_string_equal(links(w, &filter), "");
    filter = (struct link_filter){ .after_type = c.links[0].type, .after_oid = c.links[0].oid };
    assert_string_equal(links(w, &filter), "vnic-vconnector");
    filter = (struct link_filter){ .host = STR("cmp2") };
    assert_string_equal(links(w, &filter), "");

    must(w, store_has_links(w->store, &lab, STR("vnic-vconnector"), false, &found, &w->err));
    assert_true(found);
    must(w, store_has_links(w->store, &lab, STR("vnic-vconnector"), true, &found, &w->err));
    assert_false(found);

    must(w, store_link_by_oid(w->store, &lab, c.links[1].oid, w->arena, &link, &w->err));
    buf_init(&text, 0);
    link_row_write(&text, &link);
    assert_has(buf_c(&text), oid_text(c.links[1].oid, w->arena).p);
    assert_has(buf_c(&text), "\"link_type\":\"vnic-vconnector\"");
    buf_done(&text);
    must_fail(w, store_link_by_oid(w->store, &lab, vnic, w->arena, &link, &w->err), ERROR_NOT_FOUND,
              "no link");

    must(w, store_clique(w->store, &lab, c.objects[INSTANCE].oid, w->arena, &clique, &w->err));
    assert_int_equal(clique.n_links, 2);
    assert_int_equal(clique.link_types, 3);
    assert_text(clique.clique_type, "cc0000000000000000000001");
    must_fail(w, store_clique(w->store, &lab, vnic, w->arena, &clique, &w->err), ERROR_NOT_FOUND,
              "no clique");

    must(w, store_count_links(w->store, &lab, add_count, &l, &w->err));
    assert_text(l.text, "instance-vnic=1 vnic-vconnector=1 ");
    l.text = STR_NONE;
    must(w, store_count_cliques(w->store, &lab, add_count, &l, &w->err));
    assert_text(l.text, "instance=1 ");
    l.text = STR_NONE;
    must(w, store_count_objects(w->store, &lab, add_count, &l, &w->err));
    assert_true(str_starts(l.text, STR("host=2 instance=1 instances_folder=1 ")));
}

/* However many words of one object begin so, the others are found, too. */
static void
test_search_among_many_words(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    struct buf    many = { 0 };

    for (int i = 0; i < 1200; i++)
        buf_printf(&many, "%s\"10.0.%d.%d\"", i ? "," : "[", i / 100, i % 100);
    buf_char(&many, ']');
    cloud_set(w, &c.objects[VNIC], "many", buf_c(&many));
    buf_done(&many);
    cloud_commit(w, &c, &everything, MORNING);
    FOUND(w, "10.", "cmp1 cmp2 net a tap7d7c2cee-67");
}

static void
test_search(void **state)
{
    struct world  *w = *state;
    struct cloud   c = cloud_new(w);
    struct listing l = { w->arena, STR_NONE, 0 };

    cloud_commit(w, &c, &everything, MORNING);
    FOUND(w, "vm-a1", "vm-a1");
    FOUND(w, "VM-A", "vm-a1");
    FOUND(w, "a1", "vm-a1"); /* a part of a name */
    FOUND(w, "10.77.0.21", "cmp1");
    FOUND(w, "10.77.0.2", "cmp1 cmp2");
    FOUND(w, "fa:16:3e:12:34:56", "vm-a1 tap7d7c2cee-67");
    FOUND(w, "12:34:56", "vm-a1 tap7d7c2cee-67"); /* the half on the label */
    FOUND(w, "fe80::f816:3eff:fe12:3456", "tap7d7c2cee-67");
    FOUND(w, "192.168.50.7", "vm-a1 tap7d7c2cee-67");
    FOUND(w, "192.168.50.0/24", "net a");
    FOUND(w, "8ba0f7be-8163-575f-9bf7-39f061a61ffa", "net a");
    FOUND(w, "8ba0f7be", "net a");
    FOUND(w, "tap7d7c2cee-67", "tap7d7c2cee-67");
    FOUND(w, "qbr7d7", "cmp1-qbr7d7c2cee-67");
    FOUND(w, "instance-00000007", "vm-a1");
    FOUND(w, "net a", "net a");
    FOUND(w, "cmp1 tap7d7", "tap7d7c2cee-67");                   /* all words */
    FOUND(w, "cmp1", "cmp1 cmp1-qbr7d7c2cee-67 tap7d7c2cee-67"); /* exact, name begins, rest */
    FOUND(w, "Instances", "");                                   /* folders are not searched */
    FOUND(w, "openvswitch", "");
    FOUND(w, "nothing-like-it", "");
    FOUND(w, "\" OR * NEAR(a b) AND -x {}()^:", ""); /* no language, only words */
    FOUND(w, "\xff\xfe", "");
    must_fail(w, store_search(w->store, &lab, STR(" () "), 0, add_object, &l, &w->err), ERROR_USAGE,
              "no letter or digit");

    /* The index follows what changes. */
    cloud_set(w, &c.objects[INSTANCE], "name", "\"vm-b2\"");
    c.objects[INSTANCE].name = STR("vm-b2");
    cloud_commit(w, &c, &everything, MORNING);
    FOUND(w, "vm-a1", "");
    FOUND(w, "vm-b2", "vm-b2");
    FOUND(w, "12:34:56", "vm-b2 tap7d7c2cee-67");
}

/* --- what changed --- */

static bool
add_change(void *context, const struct change *change)
{
    static const char kinds[] = "OLC";
    struct listing   *l = context;

    listing_add(l, arena_printf(l->arena, "%llu%c%c%.*s ", (unsigned long long)change->revision,
                                change->removed ? '-' : '+', kinds[change->kind],
                                STR_ARG(change->type)));
    return true;
}

static const char *
changes(struct world *w, uint64_t since)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_changes(w->store, &lab, since, add_change, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static bool
add_revision(void *context, const struct revision_row *row)
{
    struct listing *l = context;

    listing_add(l, arena_printf(l->arena, "%llu %.*s %.*s|", (unsigned long long)row->revision,
                                STR_ARG(row->cause), STR_ARG(row->counts)));
    return true;
}

static void
test_history_and_changes(void **state)
{
    struct world  *w = *state;
    struct cloud   c = cloud_new(w), first = c;
    struct oid     host = c.objects[HOST_1].oid, bridge = c.objects[BRIDGE].oid;
    struct listing l = { w->arena, STR_NONE, 0 };
    uint64_t       n;

    cloud_commit(w, &c, &everything, MORNING); /* 1 */
    cloud_set(w, &c.objects[HOST_1], "name", "\"renamed\"");
    c.objects[HOST_1].name = STR("renamed");
    c.n_links = 1;
    c.n_cliques = 0;
    cloud_drop(&c, BRIDGE);
    cloud_commit(w, &c, &everything, MORNING + 10 * SECOND);     /* 2 */
    cloud_commit(w, &c, &everything, MORNING + 20 * SECOND);     /* no revision */
    cloud_commit(w, &first, &everything, MORNING + 30 * SECOND); /* 3 */

    assert_string_equal(history(w, host), "cmp1:3-0 renamed:2-3 cmp1:1-2 ");
    assert_string_equal(history(w, bridge), "cmp1-qbr7d7c2cee-67:3-0 cmp1-qbr7d7c2cee-67:1-2 ");
    assert_string_equal(changes(w, 3), "");
    assert_string_equal(changes(w, 2), "3+Ohost 3+Ovconnector 3+Lvnic-vconnector 3+Cinstance ");
    /* Removed in 2, back in 3: it is there. */
    assert_string_equal(changes(w, 1), "3+Ohost 3+Ovconnector 3+Lvnic-vconnector 3+Cinstance ");
    must(w, store_revisions(w->store, STR("lab"), 0, 1, add_revision, &l, &w->err));
    assert_string_equal(l.text.p,
                        "3 test {\"objects\":{\"added\":1,\"changed\":1,\"removed\":0},\"links\":"
                        "{\"added\":1,\"changed\":0,\"removed\":0},\"cliques\":{\"added\":1,"
                        "\"changed\":0,\"removed\":0}}|");

    /* What ended before the second commit is forgotten, which is the versions that ended with 1. */
    must(w, store_prune(w->store, MORNING + 10 * SECOND, &n, &w->err));
    assert_int_equal(n, 0);
    must(w, store_prune(w->store, MORNING + 30 * SECOND, &n, &w->err));
    assert_int_equal(n, 4); /* host, bridge, link, clique */
    assert_string_equal(history(w, host), "cmp1:3-0 renamed:2-3 ");
    l.text = STR_NONE;
    must_fail(w, store_changes(w->store, &lab, 1, add_change, &l, &w->err), ERROR_USAGE,
              "only since 2");
    assert_string_equal(changes(w, 2), "3+Ohost 3+Ovconnector 3+Lvnic-vconnector 3+Cinstance ");
    must(w, store_prune(w->store, MORNING + 3600 * (int64_t)SECOND, &n, &w->err));
    assert_int_equal(revision(w), 3);

    c.n_objects = 1;
    c.n_links = 0;
    cloud_commit(w, &c, &everything, MORNING + 40 * SECOND); /* 4 */
    assert_has(changes(w, 3), "4-Ovnic ");
    assert_has(changes(w, 3), "4-Linstance-vnic ");
    assert_has(changes(w, 3), "4-Cinstance ");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(filters),
        TEST(pages),
        TEST(questions_within_questions),
        TEST(order_of_arrival),
        TEST(under_a_path),
        TEST(below_a_path),
        TEST(count_below),
        TEST(count_below_a_circle),
        TEST(where),
        TEST(where_is_no_sql),
        TEST(ends),
        TEST(links_and_cliques),
        TEST(search),
        TEST(search_among_many_words),
        TEST(history_and_changes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
