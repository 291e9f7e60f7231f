/* What a commit does: the differences it finds, what it leaves alone, and how far its scope reaches.
 * As in all tests of the store, what every engine must do is written against store.h alone, so that
 * another engine runs it with another URI. */

#include "store_world.h"

/* --- commits --- */

static void
test_commit_and_read_back(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct commit_counts counts = cloud_commit(w, &c, &everything, MORNING);
    struct object_row    row;

    assert_counts(counts.objects, N_CLOUD_OBJECTS, 0, 0);
    assert_counts(counts.links, N_CLOUD_LINKS, 0, 0);
    assert_counts(counts.cliques, 1, 0, 0);
    assert_int_equal(counts.revision, 1);
    assert_int_equal(counts.n_duplicates, 0);
    assert_string_equal(names(w, w->store, &all_objects), all_names);

    must(w, store_object_by_oid(w->store, &lab, c.objects[VNIC].oid, w->arena, &row, &w->err));
    assert_text(row.id, "cmp1-tap7d7c2cee-67");
    assert_text(row.environment, "lab");
    assert_text(row.parent_type, "vnics_folder");
    must_fail(w, store_object(w->store, &lab, STR("host"), STR("cmp3"), w->arena, &row, &w->err),
              ERROR_NOT_FOUND, "no host with id cmp3 in environment lab");
}

static void
test_documents_are_complete(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    struct str    oid = oid_text(c.objects[AGENT].oid, w->arena);
    char          expected[700];

    cloud_commit(w, &c, &everything, MORNING);
    /* Volatile attributes are back, members are in byte order. */
    snprintf(
        expected, sizeof expected,
        "{\"_id\":\"%s\",\"binary\":\"neutron-openvswitch-agent\",\"environment\":\"lab\","
        "\"heartbeat_timestamp\":\"2026-03-04 09:59:31\",\"host\":\"cmp2\",\"id\":\"agent-cmp2\","
        "\"id_path\":\"" ZONE "/cmp2/agent-cmp2\","
        "\"last_scanned\":\"2026-03-04T10:00:00.000+0000\",\"load\":3,\"name\":\"agent\","
        "\"parent_id\":\"cmp2\",\"parent_type\":\"host\",\"type\":\"network_agent\"}",
        oid.p);
    assert_string_equal(document(w, "network_agent", "agent-cmp2"), expected);
    assert_has(document(w, "instance", "b68c122e-0917-5513-b76f-e2432c946d34"),
               "\",\"clique\":true,\"environment\":");
    assert_null(strstr(document(w, "host", "cmp1"), "clique"));
}

static void
test_unchanged_scan_makes_no_revision(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct commit_counts counts;
    uint64_t             size;

    cloud_commit(w, &c, &everything, MORNING);
    /* What changes by itself is no change. */
    c.objects[AGENT].extra = STR("{\"heartbeat_timestamp\":\"2026-03-04 10:09:31\",\"load\":9}");
    size = store_size(w->store);
    for (int i = 1; i <= 3; i++) {
        counts = cloud_commit(w, &c, &everything, MORNING + i * 60 * SECOND);
        assert_counts(counts.objects, 0, 0, 0);
        assert_counts(counts.links, 0, 0, 0);
        assert_counts(counts.cliques, 0, 0, 0);
        assert_int_equal(counts.objects.n_unchanged, N_CLOUD_OBJECTS);
        assert_int_equal(counts.revision, 0);
    }
    assert_int_equal(revision(w), 1);
    assert_int_equal(store_size(w->store), size);
    assert_has(document(w, "host", "cmp1"), "\"last_scanned\":\"2026-03-04T10:03:00.000+0000\"");
}

static void
test_one_change_is_one_row(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct commit_counts counts;

    cloud_commit(w, &c, &everything, MORNING);
    cloud_set(w, &c.objects[VNIC], "mac_address", "\"fa:16:3e:99:99:99\"");
    counts = cloud_commit(w, &c, &everything, MORNING + SECOND);
    assert_counts(counts.objects, 0, 1, 0);
    assert_counts(counts.links, 0, 0, 0);
    assert_counts(counts.cliques, 0, 0, 0);
    assert_int_equal(counts.revision, 2);
    assert_has(document(w, "vnic", "cmp1-tap7d7c2cee-67"), "fa:16:3e:99:99:99");
}

/* Imported things may come again with the same "_id" and another type: they are counted by that then,
 * which is looked at when each test has ended. */
static void
test_another_type(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);

    cloud_commit(w, &c, &everything, MORNING);
    c.objects[BRIDGE].type = OBJECT_VEDGE;
    c.objects[BRIDGE].digest++;
    c.links[1].type = STR("vnic-vedge");
    c.links[1].digest++;
    c.cliques[0].focal_point_type = STR("vservice");
    c.cliques[0].digest++;
    cloud_commit(w, &c, &everything, MORNING + SECOND);
}

static void
test_what_is_gone_is_removed(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct commit_counts counts;

    cloud_commit(w, &c, &everything, MORNING);
    c.n_links = 1;
    c.n_cliques = 0;
    cloud_drop(&c, BRIDGE);
    counts = cloud_commit(w, &c, &everything, MORNING + SECOND);
    assert_counts(counts.objects, 0, 0, 1);
    assert_counts(counts.links, 0, 0, 1);
    assert_counts(counts.cliques, 0, 0, 1);
    assert_string_equal(names(w, w->store, &all_objects),
                        "cmp1 cmp2 vm-a1 Instances net a agent tap7d7c2cee-67 vNICs");
    FOUND(w, "qbr7d7c2cee-67", "");
    assert_null(strstr(document(w, "instance", "b68c122e-0917-5513-b76f-e2432c946d34"), "clique"));
}

static void
test_abort_leaves_nothing(void **state)
{
    struct world  *w = *state;
    struct cloud   c = cloud_new(w);
    struct commit *commit;

    cloud_commit(w, &c, &everything, MORNING);
    cloud_set(w, &c.objects[HOST_1], "os_id", "\"2\"");
    commit = commit_new(w, MORNING + SECOND);
    commit_rows(w, commit, &c);
    commit_abort(commit);
    assert_int_equal(revision(w), 1);
    assert_null(strstr(document(w, "host", "cmp1"), "\"os_id\":\"2\""));
    assert_counts(cloud_commit(w, &c, &everything, MORNING + SECOND).objects, 0, 1, 0);
}

/* Two bridges that exchange their ids keep their "_id"s. */
static void
test_exchanged_ids(void **state)
{
    struct world        *w = *state;
    struct object        a = object_of(w, "{'environment':'lab','type':'vconnector','id':'x',"
                                                 "'name':'a','host':'cmp1','bridge_name':'a'}");
    struct object        b = object_of(w, "{'environment':'lab','type':'vconnector','id':'y',"
                                                 "'name':'b','host':'cmp1','bridge_name':'b'}");
    struct commit_counts counts;
    struct object_row    row;
    struct link_row      link = link_of(w, "lab", "vconnector-vconnector", &a, &b, "");
    struct str           swap = a.id;
    struct commit       *commit;

    for (int round = 0; round < 2; round++) {
        commit = commit_new(w, MORNING);
        must(w, commit_object(commit, &a, NULL, &w->err));
        must(w, commit_object(commit, &b, NULL, &w->err));
        must(w, commit_link(commit, &link, &w->err));
        must(w, commit_finish(commit, &everything, &counts, &w->err));
        a.id = b.id;
        b.id = swap;
        cloud_set(w, &a, "id", "\"y\"");
        cloud_set(w, &b, "id", "\"x\"");
    }
    assert_int_equal(counts.n_duplicates, 0);
    must(w, store_object(w->store, &lab, STR("vconnector"), STR("x"), w->arena, &row, &w->err));
    assert_true(str_is(row.name, "b") && oid_equal(row.oid, b.oid));
    must(w, store_object(w->store, &lab, STR("vconnector"), STR("y"), w->arena, &row, &w->err));
    assert_true(str_is(row.name, "a") && oid_equal(row.oid, a.oid));
    FOUND(w, "x", "b");
    assert_int_equal(count(w, w->store), 2);

    /* The link still ends at both. */
    assert_string_equal(links(w, &(struct link_filter){ .of = &a.oid, .side = LINK_SOURCE }),
                        "vconnector-vconnector");
    assert_string_equal(links(w, &(struct link_filter){ .of = &b.oid, .side = LINK_TARGET }),
                        "vconnector-vconnector");
}

/* Links may come before the objects they connect, even in another commit. */
static void
test_links_before_objects(void **state)
{
    struct world             *w = *state;
    struct cloud              c = cloud_new(w), links_only = c;
    struct oid                vnic = c.objects[VNIC].oid;
    const struct link_filter  of = { .of = &vnic };
    const struct commit_scope nothing = { 0 };
    struct commit_counts      counts;
    struct commit            *commit = commit_new(w, MORNING);

    for (size_t i = 0; i < c.n_links; i++)
        must(w, commit_link(commit, &c.links[i], &w->err));
    for (size_t i = 0; i < c.n_objects; i++)
        must(w, commit_object(commit, &c.objects[i], NULL, &w->err));
    must(w, commit_finish(commit, &everything, &counts, &w->err));
    assert_string_equal(links(w, &of), "instance-vnic vnic-vconnector");

    must(w, store_remove_environment(w->store, STR("lab"), true, &w->err));
    links_only.n_objects = links_only.n_cliques = 0;
    cloud_commit(w, &links_only, &nothing, MORNING);
    assert_string_equal(links(w, &of), "");
    c.n_links = c.n_cliques = 0;
    counts = cloud_commit(w, &c, &nothing, MORNING);
    assert_counts(counts.links, 0, 0, 0);
    assert_string_equal(links(w, &of), "instance-vnic vnic-vconnector");
}

static void
test_duplicates_are_counted(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct commit_counts counts;
    struct object        other = object_of(w, "{'_id':'5f0000000000000000000001','name':'other',"
                                                     "'environment':'lab','type':'host','id':'cmp1'}");
    struct commit       *commit = commit_new(w, MORNING);

    commit_rows(w, commit, &c);
    must(w, commit_object(commit, &c.objects[HOST_1], NULL, &w->err)); /* the same "_id" */
    must(w, commit_object(commit, &other, NULL, &w->err));             /* the same id */
    must(w, commit_link(commit, &c.links[0], &w->err));
    must(w, commit_finish(commit, &everything, &counts, &w->err));
    assert_int_equal(counts.n_duplicates, 3);
    assert_string_equal(counts.duplicate, "host cmp1");
    assert_counts(counts.objects, N_CLOUD_OBJECTS, 0, 0);
    assert_string_equal(names(w, w->store, &all_objects), all_names);
}

/* An imported object has an "_id" of its own; the next scan gives it the one it derives. */
static void
test_scan_after_import(void **state)
{
    struct world     *w = *state;
    struct cloud      c = cloud_new(w);
    struct object     imported = object_of(w, cloud_documents[HOST_1]);
    struct object_row row;
    struct commit    *commit = commit_new(w, MORNING);

    assert_true(oid_from_text(STR("5f0000000000000000000002"), &imported.oid));
    must(w, commit_object(commit, &imported, NULL, &w->err));
    must(w, commit_finish(commit, &everything, NULL, &w->err));
    cloud_commit(w, &c, &everything, MORNING);
    must(w, store_object(w->store, &lab, STR("host"), STR("cmp1"), w->arena, &row, &w->err));
    assert_true(oid_equal(row.oid, c.objects[HOST_1].oid));
    assert_int_equal(count(w, w->store), N_CLOUD_OBJECTS);
}

/* --- scope --- */

static void
test_failed_source_goes_stale(void **state)
{
    struct world              *w = *state;
    struct cloud               c = cloud_new(w), half = c;
    const struct failed_source failed[] = { { STR("cmp2"), STR_NONE },
                                            { STR("cmp1"), STR("vnic") } };
    struct commit_scope        scope = everything;
    struct commit_counts       counts;

    cloud_commit(w, &c, &everything, MORNING);
    scope.failed = failed;
    scope.n_failed = N_ELEMENTS(failed);
    cloud_drop(&half, AGENT);
    cloud_drop(&half, BRIDGE);
    cloud_drop(&half, VNIC);
    half.n_links = 1;
    counts = cloud_commit(w, &half, &scope, MORNING + 60 * SECOND);
    /* The agent on cmp2 and the vNIC on cmp1 could not be seen; the bridge is gone. */
    assert_counts(counts.objects, 0, 2, 1);
    assert_int_equal(counts.n_stale, 2);
    assert_has(document(w, "network_agent", "agent-cmp2"),
               "\"last_scanned\":\"2026-03-04T10:00:00.000+0000\","
               "\"last_seen\":\"2026-03-04T10:00:00.000+0000\"");
    assert_has(document(w, "vnic", "cmp1-tap7d7c2cee-67"), "\"stale\":true");
    WHERE(w, "stale", "true", "agent tap7d7c2cee-67");

    /* Still failing: it was seen when it was, and nothing is written. */
    counts = cloud_commit(w, &half, &scope, MORNING + 120 * SECOND);
    assert_int_equal(counts.revision, 0);
    assert_int_equal(counts.n_stale, 2);
    assert_has(document(w, "network_agent", "agent-cmp2"),
               "\"last_seen\":\"2026-03-04T10:00:00.000+0000\"");

    /* Back again. */
    counts = cloud_commit(w, &c, &everything, MORNING + 180 * SECOND);
    assert_counts(counts.objects, 1, 2, 0);
    assert_int_equal(counts.n_stale, 0);
    assert_null(strstr(document(w, "network_agent", "agent-cmp2"), "stale"));
}

/* A scan may also hand in what an earlier one saw. */
static void
test_stale_objects_handed_in(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct commit_counts counts;

    cloud_commit(w, &c, &everything, MORNING);
    c.objects[AGENT].stale = true;
    counts = cloud_commit(w, &c, &everything, MORNING + 60 * SECOND);
    assert_counts(counts.objects, 0, 1, 0);
    counts = cloud_commit(w, &c, &everything, MORNING + 120 * SECOND);
    assert_int_equal(counts.revision, 0);
    assert_int_equal(counts.n_stale, 1);
    assert_has(document(w, "network_agent", "agent-cmp2"),
               "\"last_seen\":\"2026-03-04T10:00:00.000+0000\"");
}

static void
test_clear_keeps_nothing_stale(void **state)
{
    struct world              *w = *state;
    struct cloud               c = cloud_new(w);
    const struct failed_source failed[] = { { STR("cmp2"), STR_NONE } };
    struct commit_scope        scope = everything;
    struct commit_counts       counts;

    cloud_commit(w, &c, &everything, MORNING);
    scope.failed = failed;
    scope.n_failed = 1;
    scope.clear = true;
    c.n_objects = AGENT;
    counts = cloud_commit(w, &c, &scope, MORNING + SECOND);
    assert_counts(counts.objects, 0, 0, 1);
    assert_int_equal(counts.objects.n_unchanged, AGENT);
    assert_int_equal(counts.n_stale, 0);
}

static void
test_only_one_kind(void **state)
{
    struct world             *w = *state;
    struct cloud              c = cloud_new(w), none = { 0 }, links;
    const struct commit_scope objects_only = { .objects = true };
    const struct commit_scope links_only = { .links = true };
    const struct commit_scope cliques_only = { .cliques = true };
    struct commit_counts      counts;

    cloud_commit(w, &c, &everything, MORNING);

    /* The bridge goes, and with it its link; the other link and the clique stay. */
    none = c;
    none.n_links = none.n_cliques = 0;
    cloud_drop(&none, BRIDGE);
    counts = cloud_commit(w, &none, &objects_only, MORNING + SECOND);
    assert_counts(counts.objects, 0, 0, 1);
    assert_counts(counts.links, 0, 0, 1);
    assert_counts(counts.cliques, 0, 0, 0);

    /* The instance goes, and with it its clique. */
    cloud_drop(&none, INSTANCE);
    counts = cloud_commit(w, &none, &objects_only, MORNING + 2 * SECOND);
    assert_counts(counts.links, 0, 0, 1);
    assert_counts(counts.cliques, 0, 0, 1);

    cloud_commit(w, &c, &everything, MORNING + 3 * SECOND);
    links = (struct cloud){ .n_links = 1, .links = { c.links[0] } };
    counts = cloud_commit(w, &links, &links_only, MORNING + 4 * SECOND);
    assert_counts(counts.objects, 0, 0, 0);
    assert_counts(counts.links, 0, 0, 1);
    assert_counts(counts.cliques, 0, 0, 0);
    assert_has(document(w, "host", "cmp1"), "T10:00:03.000"); /* no stamp */

    links.n_links = 0;
    counts = cloud_commit(w, &links, &cliques_only, MORNING + 5 * SECOND);
    assert_counts(counts.links, 0, 0, 0);
    assert_counts(counts.cliques, 0, 0, 1);

    /* A write-back of the links phase: objects are added to, none goes. */
    links = (struct cloud){ .n_objects = 1, .objects = { c.objects[VNIC] } };
    cloud_set(w, &links.objects[0], "network", "\"8ba0f7be-8163-575f-9bf7-39f061a61ffa\"");
    counts = cloud_commit(w, &links, &links_only, MORNING + 6 * SECOND);
    assert_counts(counts.objects, 0, 1, 0);
    assert_counts(counts.links, 0, 0, 1);
    assert_int_equal(count(w, w->store), N_CLOUD_OBJECTS);
}

static void
test_spaces_are_apart(void **state)
{
    struct world          *w = *state;
    struct cloud           c = cloud_new(w);
    const struct inventory other = { STR("lab"), STR("RDO") };
    struct oid             vnic = c.objects[VNIC].oid;
    struct link_filter     of = { .of = &vnic };
    struct commit_spec     spec = {
            .environment = STR("lab"), .space = STR("RDO"), .cause = "test", .time = MORNING
    };
    struct commit_counts counts;
    struct commit       *commit;
    struct listing       l = { w->arena, STR_NONE, 0 };

    cloud_commit(w, &c, &everything, MORNING);
    must(w, store_commit_begin(w->store, &spec, &commit, &w->err));
    must(w, commit_object(commit, &c.objects[HOST_2], NULL, &w->err));
    must(w, commit_object(commit, &c.objects[VNIC], NULL, &w->err));
    must(w, commit_link(commit, &c.links[0], &w->err));
    must(w, commit_finish(commit, &everything, &counts, &w->err));
    assert_counts(counts.objects, 2, 0, 0);
    assert_int_equal(count(w, w->store), N_CLOUD_OBJECTS);
    must(w, store_objects(w->store, &other, &all_objects, add_object, &l, &w->err));
    assert_text(l.text, "cmp2 tap7d7c2cee-67");

    /* The vNIC has one link more in the other space. */
    l = (struct listing){ w->arena, STR_NONE, 0 };
    must(w, store_links(w->store, &other, &of, add_link, &l, &w->err));
    assert_text(l.text, "instance-vnic");
    assert_string_equal(links(w, &of), "instance-vnic vnic-vconnector");
}

static void
test_clear_all_empties_the_others(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w);
    struct commit_spec   spec = { .environment = STR("other"), .cause = "test", .time = MORNING };
    struct commit_scope  scope = everything;
    struct object        host = object_of(w, "{'environment':'other','type':'host','id':'h',"
                                                    "'name':'h','host':'h'}");
    struct commit_counts counts;
    struct commit       *commit;

    cloud_commit(w, &c, &everything, MORNING);
    scope.clear_all = true;
    must(w, store_commit_begin(w->store, &spec, &commit, &w->err));
    must(w, commit_object(commit, &host, NULL, &w->err));
    must(w, commit_finish(commit, &scope, &counts, &w->err));
    assert_counts(counts.objects, 1, 0, N_CLOUD_OBJECTS);
    assert_counts(counts.links, 0, 0, N_CLOUD_LINKS);
    assert_counts(counts.cliques, 0, 0, 1);
    assert_int_equal(count(w, w->store), 0);
    FOUND(w, "vm-a1", "");
}

/* --- any series --- */

static bool
has(const struct cloud *c, const struct oid *oid)
{
    for (size_t i = 0; i < c->n_objects; i++)
        if (oid_equal(c->objects[i].oid, *oid))
            return true;
    return false;
}

/* Random clouds: after any series of commits the store is what a fresh one would be. */
static void
test_any_series_of_commits(void **state)
{
    struct world *w = *state;
    struct rng    rng = rng_seeded();
    struct cloud  whole = cloud_new(w), c;
    const char   *stored, *fresh;
    size_t        n_links;

    for (int round = 0; round < 25; round++) {
        c = whole;
        for (size_t i = c.n_objects; i-- > 0;) {
            if (rng_below(&rng, 3) == 0)
                cloud_drop(&c, i);
            else if (rng_below(&rng, 3) == 0)
                cloud_set(w, &c.objects[i], "os_id", rng_below(&rng, 2) ? "1" : "2");
        }
        SHUFFLE(&rng, c.objects, c.n_objects);
        c.n_links = 0;
        for (size_t i = 0; i < whole.n_links; i++)
            if (has(&c, &whole.links[i].source) && has(&c, &whole.links[i].target))
                c.links[c.n_links++] = whole.links[i];
        n_links = c.n_links;
        c.n_cliques = rng_below(&rng, 2);
        cloud_commit(w, &c, &everything, MORNING);
        must(w, store_check(w->store, &w->err));
    }
    stored = exported(w, "inventory");
    assert_int_equal(strlen(exported(w, "links")) > 0, n_links > 0);
    snprintf(w->uri, sizeof w->uri, "sqlite:%s/fresh", w->folder);
    world_reopen(w, STORE_CREATE);
    cloud_commit(w, &c, &everything, MORNING);
    fresh = exported(w, "inventory");
    assert_string_equal(stored, fresh);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(commit_and_read_back),
        TEST(documents_are_complete),
        TEST(unchanged_scan_makes_no_revision),
        TEST(one_change_is_one_row),
        TEST(another_type),
        TEST(what_is_gone_is_removed),
        TEST(abort_leaves_nothing),
        TEST(exchanged_ids),
        TEST(links_before_objects),
        TEST(duplicates_are_counted),
        TEST(scan_after_import),
        TEST(failed_source_goes_stale),
        TEST(stale_objects_handed_in),
        TEST(clear_keeps_nothing_stale),
        TEST(only_one_kind),
        TEST(spaces_are_apart),
        TEST(clear_all_empties_the_others),
        TEST(any_series_of_commits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
