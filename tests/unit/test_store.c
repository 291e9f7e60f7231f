/* What every engine of the store must do; written against store.h alone, so that another engine
 * runs it with another URI. */

#include "store_world.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

static const struct inventory     lab = { STR("lab"), STR_NONE };
static const struct object_filter all_objects;

/* --- what is there, as text --- */

struct listing {
    struct arena *arena;
    struct str    text;
    size_t        n;
};

static bool
add_object(void *context, const struct object_row *row)
{
    struct listing *l = context;

    l->text = arena_printf(l->arena, "%.*s%s%.*s", STR_ARG(l->text), l->n++ ? " " : "",
                           STR_ARG(row->name));
    return true;
}

static bool
add_document(void *context, const struct object_row *row)
{
    struct listing *l = context;
    struct buf      text;

    buf_init(&text, 0);
    object_row_write(&text, row);
    l->text = arena_printf(l->arena, "%.*s%.*s\n", STR_ARG(l->text), STR_ARG(buf_str(&text)));
    l->n++;
    buf_done(&text);
    return true;
}

static const char *
names(struct world *w, struct store *store, const struct object_filter *filter)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_objects(store, &lab, filter, add_object, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static size_t
count(struct world *w, struct store *store)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_objects(store, &lab, &all_objects, add_object, &l, &w->err));
    return l.n;
}

static const char *
document(struct world *w, const char *type, const char *id)
{
    struct object_row row;
    struct listing    l = { w->arena, STR_NONE, 0 };

    must(w, store_object(w->store, &lab, str_from(type), str_from(id), w->arena, &row, &w->err));
    add_document(&l, &row);
    return arena_str(w->arena, str_trim(l.text)).p;
}

static const char *
found_by(struct world *w, const char *text)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_search(w->store, &lab, str_from(text), 0, add_object, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static const char *
where(struct world *w, const char *key, const char *value)
{
    const struct condition     condition = { str_from(key), str_from(value) };
    const struct object_filter filter = { .where = &condition, .n_where = 1 };

    return names(w, w->store, &filter);
}

static bool
add_link(void *context, const struct link_row *row)
{
    struct listing *l = context;

    l->text = arena_printf(l->arena, "%.*s%s%.*s", STR_ARG(l->text), l->n++ ? " " : "",
                           STR_ARG(row->type));
    return true;
}

static const char *
links(struct world *w, const struct link_filter *filter)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_links(w->store, &lab, filter, add_link, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static uint64_t
revision(struct world *w)
{
    uint64_t number;

    must(w, store_revision(w->store, &number, &w->err));
    return number;
}

static void
assert_counts(struct kind_counts counts, unsigned added, unsigned changed, unsigned removed)
{
    assert_int_equal(counts.n_added, added);
    assert_int_equal(counts.n_changed, changed);
    assert_int_equal(counts.n_removed, removed);
}

#define FOUND(w, text, expected) assert_string_equal(found_by(w, text), expected)
#define WHERE(w, key, value, expected) assert_string_equal(where(w, key, value), expected)

static const char all_names[] = "cmp1 cmp2 vm-a1 Instances net a agent "
                                "cmp1-qbr7d7c2cee-67 tap7d7c2cee-67 vNICs";

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
    assert_true(str_is(row.id, "cmp1-tap7d7c2cee-67"));
    assert_true(str_is(row.environment, "lab"));
    assert_true(str_is(row.parent_type, "vnics_folder"));
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
    assert_non_null(strstr(document(w, "instance", "b68c122e-0917-5513-b76f-e2432c946d34"),
                           "\",\"clique\":true,\"environment\":"));
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
    assert_non_null(
        strstr(document(w, "host", "cmp1"), "\"last_scanned\":\"2026-03-04T10:03:00.000+0000\""));
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
    assert_non_null(strstr(document(w, "vnic", "cmp1-tap7d7c2cee-67"), "fa:16:3e:99:99:99"));
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
    assert_non_null(strstr(document(w, "network_agent", "agent-cmp2"),
                           "\"last_scanned\":\"2026-03-04T10:00:00.000+0000\","
                           "\"last_seen\":\"2026-03-04T10:00:00.000+0000\""));
    assert_non_null(strstr(document(w, "vnic", "cmp1-tap7d7c2cee-67"), "\"stale\":true"));
    WHERE(w, "stale", "true", "agent tap7d7c2cee-67");

    /* Still failing: it was seen when it was, and nothing is written. */
    counts = cloud_commit(w, &half, &scope, MORNING + 120 * SECOND);
    assert_int_equal(counts.revision, 0);
    assert_int_equal(counts.n_stale, 2);
    assert_non_null(strstr(document(w, "network_agent", "agent-cmp2"),
                           "\"last_seen\":\"2026-03-04T10:00:00.000+0000\""));

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
    assert_non_null(strstr(document(w, "network_agent", "agent-cmp2"),
                           "\"last_seen\":\"2026-03-04T10:00:00.000+0000\""));
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
    assert_non_null(strstr(document(w, "host", "cmp1"), "T10:00:03.000")); /* no stamp */

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
    assert_true(str_is(l.text, "cmp2 tap7d7c2cee-67"));

    /* The vNIC has one link more in the other space. */
    l = (struct listing){ w->arena, STR_NONE, 0 };
    must(w, store_links(w->store, &other, &of, add_link, &l, &w->err));
    assert_true(str_is(l.text, "instance-vnic"));
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

/* --- readers --- */

struct watch {
    struct world *w;
    struct store *readers[2];
    const char   *seen[2];
    const char   *at;
};

static void
look(void *context, const char *phase)
{
    struct watch *watch = context;

    if (strcmp(phase, watch->at) != 0)
        return;
    for (size_t i = 0; i < N_ELEMENTS(watch->readers); i++)
        watch->seen[i] = names(watch->w, watch->readers[i], &all_objects);
}

static void
test_readers_see_whole_revisions(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    struct watch  watch = { .w = w };

    cloud_commit(w, &c, &everything, MORNING);
    for (size_t i = 0; i < N_ELEMENTS(watch.readers); i++) {
        watch.readers[i] = store_open(w->uri, STORE_READ, &w->err);
        assert_non_null(watch.readers[i]);
    }
    cloud_drop(&c, HOST_2);
    cloud_drop(&c, HOST_1);
    store_set_fault(w->store, look, &watch);

    watch.at = "before-commit";
    cloud_commit(w, &c, &everything, MORNING + SECOND);
    assert_string_equal(watch.seen[0], all_names);
    assert_string_equal(watch.seen[1], all_names);

    /* A snapshot keeps what it began with; who has none sees the new one. */
    must(w, store_snapshot_begin(watch.readers[0], &w->err));
    assert_int_equal(count(w, watch.readers[0]), N_CLOUD_OBJECTS - 2);
    c = cloud_new(w);
    watch.at = "after-commit";
    cloud_commit(w, &c, &everything, MORNING + 2 * SECOND);
    assert_string_equal(watch.seen[1], all_names);
    assert_int_equal(count(w, watch.readers[0]), N_CLOUD_OBJECTS - 2);
    store_snapshot_end(watch.readers[0]);
    assert_int_equal(count(w, watch.readers[0]), N_CLOUD_OBJECTS);
    for (size_t i = 0; i < N_ELEMENTS(watch.readers); i++)
        store_close(watch.readers[i]);
}

struct reading {
    pthread_t   thread;
    const char *uri;
    atomic_bool stop;
    unsigned    n_small, n_large, n_other;
};

static bool
count_object(void *context, const struct object_row *row UNUSED)
{
    ++*(size_t *)context;
    return true;
}

static bool
count_link(void *context, const struct link_row *row UNUSED)
{
    ++*(size_t *)context;
    return true;
}

/* A thread with a handle of its own: objects and links must be those of one revision. */
static void *
keep_reading(void *context)
{
    const struct link_filter all_links = { 0 };
    struct reading          *r = context;
    struct error             err;
    struct store            *store = store_open(r->uri, STORE_READ, &err);

    while (store && !atomic_load(&r->stop)) {
        size_t n_objects = 0, n_links = 0;
        bool   ok = store_snapshot_begin(store, &err) &&
                  store_objects(store, &lab, &all_objects, count_object, &n_objects, &err) &&
                  store_links(store, &lab, &all_links, count_link, &n_links, &err);

        store_snapshot_end(store);
        if (ok && n_objects == N_CLOUD_OBJECTS && n_links == N_CLOUD_LINKS)
            r->n_large++;
        else if (ok && n_objects == 1 && n_links == 0)
            r->n_small++;
        else
            r->n_other++;
    }
    store_close(store);
    return NULL;
}

static void
test_readers_beside_the_writer(void **state)
{
    struct world  *w = *state;
    struct cloud   large = cloud_new(w), small = { .n_objects = 1 };
    struct reading readings[2] = { { .uri = w->uri }, { .uri = w->uri } };

    small.objects[0] = large.objects[0];
    cloud_commit(w, &large, &everything, MORNING);
    for (size_t i = 0; i < N_ELEMENTS(readings); i++)
        assert_int_equal(pthread_create(&readings[i].thread, NULL, keep_reading, &readings[i]), 0);
    for (int i = 0; i < 200; i++)
        cloud_commit(w, i % 2 ? &large : &small, &everything, MORNING);
    for (size_t i = 0; i < N_ELEMENTS(readings); i++) {
        atomic_store(&readings[i].stop, true);
        pthread_join(readings[i].thread, NULL);
        assert_int_equal(readings[i].n_other, 0);
        assert_true(readings[i].n_small + readings[i].n_large > 0);
    }
}

static void
test_readers_cannot_write(void **state)
{
    struct world      *w = *state;
    struct commit_spec spec = { .environment = STR("lab"), .cause = "test", .time = MORNING };
    struct commit     *commit;

    world_reopen(w, STORE_READ);
    must_fail(w, store_commit_begin(w->store, &spec, &commit, &w->err), ERROR_STORE,
              "opened for reading only");
}

static void
die_at(void *context, const char *phase)
{
    if (strcmp(phase, context) == 0)
        raise(SIGKILL);
}

/* Whenever the process dies, the store is at the revision before or after. */
static void
test_killed_at_any_phase(void **state)
{
    static const char *const phases[] = { "begin",  "objects",       "links",       "cliques",
                                          "remove", "before-commit", "after-commit" };
    struct world            *w = *state;
    struct cloud             c = cloud_new(w), changed;

    for (size_t i = 0; i < N_ELEMENTS(phases); i++) {
        bool is_after = strcmp(phases[i], "after-commit") == 0;
        int  status = 0;

        world_reopen(w, STORE_WRITE);
        cloud_commit(w, &c, &everything, MORNING);
        store_close(w->store);
        w->store = NULL;

        pid_t child = fork();

        if (child == 0) {
            world_reopen(w, STORE_WRITE);
            changed = c;
            cloud_set(w, &changed.objects[HOST_1], "os_id", "\"77\"");
            cloud_drop(&changed, HOST_2);
            changed.n_links = 1;
            changed.n_cliques = 0;
            store_set_fault(w->store, die_at, (void *)(uintptr_t)phases[i]);
            cloud_commit(w, &changed, &everything, MORNING + SECOND);
            _exit(0);
        }
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        world_reopen(w, STORE_WRITE);
        must(w, store_check(w->store, &w->err));
        assert_int_equal(count(w, w->store), N_CLOUD_OBJECTS - is_after);
        FOUND(w, "cmp2", is_after ? "agent" : "cmp2 agent");
        assert_int_equal(strstr(document(w, "host", "cmp1"), "\"77\"") != NULL, is_after);
    }
}

static void
test_full_disk_loses_nothing(void **state)
{
    struct world      *w = *state;
    struct cloud       c = cloud_new(w);
    struct commit_spec spec = { .environment = STR("lab"), .cause = "test", .time = MORNING };
    struct commit     *commit;
    bool               ok = true;

    cloud_commit(w, &c, &everything, MORNING);
    store_limit_size(w->store, store_size(w->store) + 400000);
    must(w, store_commit_begin(w->store, &spec, &commit, &w->err));
    for (int i = 0; ok && i < 100000; i++) {
        struct object object = c.objects[HOST_1];

        object.id = arena_printf(w->arena, "host-%d", i);
        object.oid = oid_of_object(STR("lab"), OBJECT_HOST, object.id);
        cloud_set(w, &object, "id", arena_printf(w->arena, "\"host-%d\"", i).p);
        ok = commit_object(commit, &object, NULL, &w->err);
    }
    assert_false(ok);
    assert_int_equal(w->err.domain, ERROR_STORE);
    assert_non_null(strstr(w->err.message, "no room"));
    commit_abort(commit);
    must(w, store_check(w->store, &w->err));
    assert_string_equal(names(w, w->store, &all_objects), all_names);

    /* With room again the next scan goes through. */
    store_limit_size(w->store, 0);
    cloud_set(w, &c.objects[HOST_1], "os_id", "\"5\"");
    assert_counts(cloud_commit(w, &c, &everything, MORNING).objects, 0, 1, 0);
}

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
add_count(void *context, struct str type, uint64_t n)
{
    struct listing *l = context;

    l->text = arena_printf(l->arena, "%.*s%.*s=%llu ", STR_ARG(l->text), STR_ARG(type),
                           (unsigned long long)n);
    return true;
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
    assert_non_null(strstr(buf_c(&text), oid_text(c.links[1].oid, w->arena).p));
    assert_non_null(strstr(buf_c(&text), "\"link_type\":\"vnic-vconnector\""));
    buf_done(&text);
    must_fail(w, store_link_by_oid(w->store, &lab, vnic, w->arena, &link, &w->err), ERROR_NOT_FOUND,
              "no link");

    must(w, store_clique(w->store, &lab, c.objects[INSTANCE].oid, w->arena, &clique, &w->err));
    assert_int_equal(clique.n_links, 2);
    assert_int_equal(clique.link_types, 3);
    assert_true(str_is(clique.clique_type, "cc0000000000000000000001"));
    must_fail(w, store_clique(w->store, &lab, vnic, w->arena, &clique, &w->err), ERROR_NOT_FOUND,
              "no clique");

    must(w, store_count_links(w->store, &lab, add_count, &l, &w->err));
    assert_true(str_is(l.text, "instance-vnic=1 vnic-vconnector=1 "));
    l.text = STR_NONE;
    must(w, store_count_cliques(w->store, &lab, add_count, &l, &w->err));
    assert_true(str_is(l.text, "instance=1 "));
    l.text = STR_NONE;
    must(w, store_count_objects(w->store, &lab, add_count, &l, &w->err));
    assert_true(str_starts(l.text, STR("host=2 instance=1 instances_folder=1 ")));
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

    l->text = arena_printf(l->arena, "%.*s%llu%c%c%.*s ", STR_ARG(l->text),
                           (unsigned long long)change->revision, change->removed ? '-' : '+',
                           kinds[change->kind], STR_ARG(change->type));
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
add_version(void *context, const struct object_row *row)
{
    struct listing *l = context;

    l->text = arena_printf(l->arena, "%.*s%.*s:%llu-%llu ", STR_ARG(l->text), STR_ARG(row->name),
                           (unsigned long long)row->rev_from, (unsigned long long)row->rev_to);
    return true;
}

static const char *
history(struct world *w, struct oid oid)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_history(w->store, &lab, oid, add_version, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static bool
add_revision(void *context, const struct revision_row *row)
{
    struct listing *l = context;

    l->text =
        arena_printf(l->arena, "%.*s%llu %.*s %.*s|", STR_ARG(l->text),
                     (unsigned long long)row->revision, STR_ARG(row->cause), STR_ARG(row->counts));
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
    must(w, store_revisions(w->store, STR("lab"), 1, add_revision, &l, &w->err));
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
    assert_non_null(strstr(changes(w, 3), "4-Ovnic "));
    assert_non_null(strstr(changes(w, 3), "4-Linstance-vnic "));
    assert_non_null(strstr(changes(w, 3), "4-Cinstance "));
}

/* --- lease --- */

static void
test_lease(void **state)
{
    struct world      *w = *state;
    struct lease_owner us = { STR("calipso scan"), getpid(), STR("here") };
    struct lease_owner them = { STR("calipso serve"), 4711, STR("elsewhere") };
    struct store      *other = store_open(w->uri, STORE_WRITE, &w->err);
    struct lease       first, second;
    struct commit_spec spec = { .environment = STR("lab"), .cause = "test", .time = MORNING };
    struct commit     *commit;

    assert_non_null(other);
    must(w, store_lease_acquire(w->store, STR("lab"), &us, MORNING, &first, &w->err));
    must_fail(w, store_lease_acquire(other, STR("lab"), &them, MORNING + SECOND, &second, &w->err),
              ERROR_BUSY, "environment lab is being scanned by calipso scan (pid ");
    assert_non_null(strstr(w->err.message, "on here, since 2026-03-04T10:00:00.000+0000)"));
    must(w, store_lease_acquire(other, STR("lab 2"), &them, MORNING, &second, &w->err));
    must(w, store_lease_release(other, &second, &w->err));

    /* A heartbeat keeps it; without one it is over after a minute. */
    must(w, store_lease_heartbeat(w->store, &first, MORNING + 50 * SECOND, &w->err));
    must_fail(
        w, store_lease_acquire(other, STR("lab"), &them, MORNING + 70 * SECOND, &second, &w->err),
        ERROR_BUSY, "is being scanned");
    spec.lease = &first;
    must(w, store_commit_begin(w->store, &spec, &commit, &w->err));
    commit_abort(commit);
    must(w,
         store_lease_acquire(other, STR("lab"), &them, MORNING + 111 * SECOND, &second, &w->err));
    must_fail(w, store_lease_heartbeat(w->store, &first, MORNING + 112 * SECOND, &w->err),
              ERROR_BUSY, "was lost");
    must_fail(w, store_commit_begin(w->store, &spec, &commit, &w->err), ERROR_BUSY, "was lost");

    /* Who lost it cannot release it for the other. */
    must(w, store_lease_release(w->store, &first, &w->err));
    must(w, store_lease_heartbeat(other, &second, MORNING + 113 * SECOND, &w->err));
    must(w, store_lease_release(other, &second, &w->err));
    must(w,
         store_lease_acquire(w->store, STR("lab"), &us, MORNING + 114 * SECOND, &first, &w->err));
    store_close(other);
}

static void
test_lease_of_the_dead(void **state)
{
    struct world      *w = *state;
    struct lease_owner dead = { STR("calipso scan"), 0, STR("here") };
    struct lease_owner us = { STR("calipso scan"), getpid(), STR("here") };
    struct lease_owner away = { STR("calipso scan"), getpid(), STR("elsewhere") };
    struct lease       lease;
    pid_t              child = fork();

    if (child == 0)
        _exit(0);
    assert_true(child > 0 && waitpid(child, NULL, 0) == child);
    dead.pid = child;
    must(w, store_lease_acquire(w->store, STR("lab"), &dead, MORNING, &lease, &w->err));
    /* Another machine cannot know that it is dead. */
    must_fail(w,
              store_lease_acquire(w->store, STR("lab"), &away, MORNING + SECOND, &lease, &w->err),
              ERROR_BUSY, "on here");
    must(w, store_lease_acquire(w->store, STR("lab"), &us, MORNING + SECOND, &lease, &w->err));
}

/* --- environments --- */

static bool
add_environment(void *context, const struct environment_row *row)
{
    struct listing *l = context;

    l->text = arena_printf(l->arena, "%.*s%.*s ", STR_ARG(l->text), STR_ARG(row->name));
    return true;
}

static bool
add_inventory(void *context, const struct inventory *inventory, int64_t last_scanned UNUSED)
{
    struct listing *l = context;

    l->text = arena_printf(l->arena, "%.*s%.*s/%.*s ", STR_ARG(l->text),
                           STR_ARG(inventory->environment), STR_ARG(inventory->space));
    return true;
}

static void
test_environments(void **state)
{
    struct world          *w = *state;
    struct cloud           c = cloud_new(w);
    struct environment_row row;
    struct listing         l = { w->arena, STR_NONE, 0 };

    must(w, store_put_environment(
                w->store,
                STR("{\"name\":\"lab\",\"configuration\":[{\"name\":\"CLI\",\"user\":\"x\"}],"
                    "\"scanned\":false,\"_id\":\"ee0000000000000000000001\"}"),
                &w->err));
    must(w, store_put_environment(w->store, STR("{\"name\":\"a\"}"), &w->err));
    must(w, store_get_environment(w->store, STR("lab"), w->arena, &row, &w->err));
    assert_string_equal(row.document.p,
                        "{\"_id\":\"ee0000000000000000000001\",\"configuration\":[{\"name\":"
                        "\"CLI\",\"user\":\"x\"}],\"name\":\"lab\",\"scanned\":false}");
    must(w, store_mark_scanned(w->store, STR("lab"), true, MORNING, &w->err));
    must(w, store_get_environment(w->store, STR("lab"), w->arena, &row, &w->err));
    assert_true(row.scanned && row.last_scanned == MORNING);
    assert_non_null(strstr(row.document.p, "\"last_scanned\":\"2026-03-04T10:00:00.000+0000\""));

    /* Editing the document does not undo the scan. */
    must(w, store_put_environment(w->store, row.document, &w->err));
    must(w, store_get_environment(w->store, STR("lab"), w->arena, &row, &w->err));
    assert_true(row.scanned && row.last_scanned == MORNING);

    must(w, store_environments(w->store, add_environment, &l, &w->err));
    assert_true(str_is(l.text, "a lab "));
    must_fail(w, store_put_environment(w->store, STR("{\"name\":\"../x\"}"), &w->err), ERROR_CONFIG,
              "name");
    must_fail(w, store_put_environment(w->store, STR("[]"), &w->err), ERROR_CONFIG, "name");
    must_fail(w, store_put_environment(w->store, STR("{"), &w->err), ERROR_PARSE, "environment: ");

    /* The inventory outlives the environment until it is purged. */
    cloud_commit(w, &c, &everything, MORNING);
    must(w, store_remove_environment(w->store, STR("lab"), false, &w->err));
    must_fail(w, store_get_environment(w->store, STR("lab"), w->arena, &row, &w->err),
              ERROR_NOT_FOUND, "no environment named lab");
    assert_int_equal(count(w, w->store), N_CLOUD_OBJECTS);
    l.text = STR_NONE;
    must(w, store_inventories(w->store, add_inventory, &l, &w->err));
    assert_true(str_is(l.text, "lab/inventory "));
    must_fail(w, store_remove_environment(w->store, STR("lab"), false, &w->err), ERROR_NOT_FOUND,
              "no environment");
    must(w, store_remove_environment(w->store, STR("lab"), true, &w->err));
    assert_int_equal(count(w, w->store), 0);
    FOUND(w, "vm-a1", "");
    assert_string_equal(history(w, c.objects[HOST_1].oid), "");

    /* Revisions go on counting. */
    assert_int_equal(cloud_commit(w, &c, &everything, MORNING).revision, 2);
    FOUND(w, "vm-a1", "vm-a1");
}

/* --- messages --- */

static bool
add_message(void *context, const struct message *message)
{
    struct listing *l = context;
    struct buf      text;

    buf_init(&text, 0);
    message_write(&text, message);
    l->text = arena_printf(l->arena, "%.*s%.*s\n", STR_ARG(l->text), STR_ARG(buf_str(&text)));
    l->n++;
    buf_done(&text);
    return true;
}

static size_t
n_messages(struct world *w, const struct message_filter *filter, const char **text)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_messages(w->store, filter, add_message, &l, &w->err));
    *text = arena_str(w->arena, l.text).p;
    return l.n;
}

static void
test_messages(void **state)
{
    struct world         *w = *state;
    const char           *text;
    struct message_filter filter = { 0 };
    struct message        m = { .environment = STR("lab"),
                                .level = MESSAGE_INFO,
                                .text = STR("Scan \"complete\""),
                                .timestamp = MORNING + 563988,
                                .origin_type = STR("manual scan") };
    uint64_t              n;

    must(w, store_add_message(w->store, &m, &w->err));
    must(w, store_add_message(w->store, &m, &w->err));
    m.level = MESSAGE_ERROR;
    m.environment = STR("other");
    m.related_object = STR("cmp1");
    m.related_object_type = STR("host");
    must(w, store_add_message(w->store, &m, &w->err));

    /* 2026-03-04 is day 20516 since 1970, and 10:00 its second 36000. */
    filter.id = STR("20516.36000.563988");
    assert_int_equal(n_messages(w, &filter, &text), 1);
    assert_non_null(strstr(text, "\"display_context\":null,\"environment\":\"lab\","
                                 "\"finished_timestamp\":null,\"id\":\"20516.36000.563988\","
                                 "\"level\":\"info\",\"message\":\"Scan \\\"complete\\\"\","
                                 "\"origin_id\":null,\"origin_type\":\"manual scan\","
                                 "\"received_timestamp\":null,\"related_object\":null,"
                                 "\"related_object_type\":null,\"source_system\":\"Calipso\","
                                 "\"timestamp\":\"2026-03-04T10:00:00.563+0000\","
                                 "\"viewed\":false}"));
    filter = (struct message_filter){ .environment = STR("lab") };
    assert_int_equal(n_messages(w, &filter, &text), 2);
    filter = (struct message_filter){ .least = MESSAGE_WARN };
    assert_int_equal(n_messages(w, &filter, &text), 1);
    assert_non_null(strstr(text, "\"related_object\":\"cmp1\""));
    filter = (struct message_filter){ .from = MORNING, .until = MORNING + SECOND };
    assert_int_equal(n_messages(w, &filter, &text), 3);
    filter.until = MORNING;
    assert_int_equal(n_messages(w, &filter, &text), 0);

    must(w, store_mark_viewed(w->store, STR("20516.36000.563988"), true, &w->err));
    filter = (struct message_filter){ .unviewed_only = true };
    assert_int_equal(n_messages(w, &filter, &text), 2);
    must_fail(w, store_mark_viewed(w->store, STR("1.2.3"), true, &w->err), ERROR_NOT_FOUND,
              "1.2.3");
    must(w, store_remove_messages(w->store, STR("lab"), MORNING + SECOND, &n, &w->err));
    assert_int_equal(n, 2);
}

static void
test_messages_outlive_the_commit(void **state)
{
    struct world         *w = *state;
    const char           *text;
    struct cloud          c = cloud_new(w);
    struct message_filter filter = { .latest_first = true, .limit = 1 };
    struct message        m = { .environment = STR("lab"),
                                .level = MESSAGE_ERROR,
                                .text = STR("cmp2 does not answer"),
                                .timestamp = MORNING };
    struct commit        *commit = commit_new(w, MORNING);

    must(w, store_add_message(w->store, &m, &w->err));
    commit_rows(w, commit, &c);
    commit_abort(commit);
    assert_int_equal(n_messages(w, &filter, &text), 1);
    assert_int_equal(count(w, w->store), 0);
    commit = commit_new(w, MORNING);
    m.text = STR("second");
    m.timestamp += SECOND;
    must(w, store_add_message(w->store, &m, &w->err));
    must(w, commit_finish(commit, &everything, NULL, &w->err));
    assert_int_equal(n_messages(w, &filter, &text), 1);
    assert_non_null(strstr(text, "second"));
}

/* --- collections --- */

static bool
add_text(void *context, struct str id UNUSED, struct str document)
{
    struct listing *l = context;

    l->text = arena_printf(l->arena, "%.*s%.*s\n", STR_ARG(l->text), STR_ARG(document));
    l->n++;
    return true;
}

static const char *
collection(struct world *w, const char *name)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, collection_list(w->store, str_from(name), add_text, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static void
put(struct world *w, const char *name, const char *document)
{
    must(w, collection_put(w->store, str_from(name), str_from(document), w->arena, NULL, &w->err));
}

static void
test_collections(void **state)
{
    struct world  *w = *state;
    struct str     id, text;
    struct listing l = { w->arena, STR_NONE, 0 };

    put(w, "clique_types", "{\"_id\":\"cc2\",\"name\":\"b\"}");
    put(w, "clique_types", "{\"_id\":\"cc1\",\"name\":\"a\"}");
    put(w, "clique_types", "{\"name\":\"b2\",\"_id\":\"cc2\"}");
    assert_string_equal(collection(w, "clique_types"), "{\"_id\":\"cc2\",\"name\":\"b2\"}\n"
                                                       "{\"_id\":\"cc1\",\"name\":\"a\"}\n");
    assert_int_equal(revision(w), 3);
    put(w, "clique_types", "{\"_id\":\"cc1\",\"name\":\"a\"}");
    assert_int_equal(revision(w), 3);

    /* Without an id: the same document is the same one, and a constant is told by its name. */
    must(w, collection_put(w->store, STR("link_types"), STR("{\"type\":\"a-b\"}"), w->arena, &id,
                           &w->err));
    assert_int_equal(id.n, 24);
    put(w, "link_types", "{\"type\":\"a-b\"}");
    must(w, collection_get(w->store, STR("link_types"), id, w->arena, &text, &w->err));
    put(w, "constants", "{\"name\":\"levels\",\"data\":[1]}");
    put(w, "constants", "{\"name\":\"levels\",\"data\":[1,2]}");
    must(w, collection_names(w->store, add_count, &l, &w->err));
    assert_true(str_is(l.text, "clique_types=2 constants=1 link_types=1 "));
    assert_int_equal(revision(w), 3);

    must(w, collection_remove(w->store, STR("clique_types"), STR("cc2"), &w->err));
    assert_string_equal(collection(w, "clique_types"), "{\"_id\":\"cc1\",\"name\":\"a\"}\n");
    must_fail(w, collection_remove(w->store, STR("clique_types"), STR("cc2"), &w->err),
              ERROR_NOT_FOUND, "cc2");
    must_fail(w, collection_get(w->store, STR("x"), STR("y"), w->arena, &text, &w->err),
              ERROR_NOT_FOUND, "x: nothing with _id y");
    must_fail(w, collection_put(w->store, STR("x"), STR("[1]"), w->arena, NULL, &w->err),
              ERROR_PARSE, "expected a JSON object");
    must_fail(w, collection_put(w->store, STR("x"), STR("{\"_id\":{}}"), w->arena, NULL, &w->err),
              ERROR_PARSE, "_id");
}

/* --- import and export --- */

static void
import(struct world *w, const char *name, const char *const *documents, size_t n)
{
    struct import       *import;
    struct import_counts counts;

    must(w, store_import_begin(w->store, str_from(name), &import, &w->err));
    for (size_t i = 0; i < n; i++) {
        char *json = (char *)(uintptr_t)arena_str(w->arena, str_from(documents[i])).p;

        for (char *p = json; *p; p++)
            if (*p == '\'')
                *p = '"';
        must(w, import_document(import, str_from(json), &w->err));
    }
    must(w, import_finish(import, &counts, &w->err));
    assert_int_equal(counts.n_documents, n);
}

static const char *
exported(struct world *w, const char *name)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_export(w->store, str_from(name), STR_NONE, add_text, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static void
test_import_as_mongoexport_writes(void **state)
{
    static const char *const objects[] = {
        "{'_id':{'$oid':'5f0000000000000000000001'},'environment':'lab','type':'host','id':'n1',"
        "'name':'n1','id_path':'/lab/n1','last_scanned':{'$date':'2017-07-03T09:16:47.563Z'},"
        "'clique':true,'os_id':{'$numberLong':'12'},"
        "'ports':{'eth1[dot]103':{'seen':{'$date':{'$numberLong':'1499073407563'}}}}}",
        "{'_id':'5f0000000000000000000002','environment':'demo','type':'host','id':'n2',"
        "'name':'n2','id_path':'/demo/n2'}",
        "{'_id':'5f0000000000000000000003','environment':'lab','type':'vnic','id':'v',"
        "'name':'v','id_path':'/lab/n1/v','stale':true,'last_seen':'x'}",
    };
    static const char *const link_documents[] = {
        "{'_id':{'$oid':'110000000000000000000001'},'environment':'lab','link_type':'host-vnic',"
        "'source':{'$oid':'5f0000000000000000000001'},'target':'5f0000000000000000000003',"
        "'implicit':false,'attributes':{}}",
    };
    static const char *const clique_documents[] = {
        "{'_id':'220000000000000000000001','environment':'lab','focal_point_type':'host',"
        "'focal_point':'5f0000000000000000000001','links':['110000000000000000000001'],"
        "'clique_type':{'$oid':'cc0000000000000000000001'}}",
    };
    struct world *w = *state;

    import(w, "inventory", objects, N_ELEMENTS(objects));
    import(w, "links", link_documents, 1);
    import(w, "cliques", clique_documents, 1);
    assert_string_equal(
        document(w, "host", "n1"),
        "{\"_id\":\"5f0000000000000000000001\",\"clique\":true,\"environment\":\"lab\",\"id\":"
        "\"n1\","
        "\"id_path\":\"/lab/n1\",\"last_scanned\":\"2017-07-03T09:16:47.563Z\",\"name\":\"n1\","
        "\"os_id\":12,\"ports\":{\"eth1.103\":{\"seen\":\"2017-07-03T09:16:47.563+0000\"}},"
        "\"type\":\"host\"}");
    assert_non_null(strstr(document(w, "vnic", "v"), "\"stale\":true"));
    assert_string_equal(exported(w, "links"),
                        "{\"_id\":\"110000000000000000000001\",\"attributes\":{},\"environment\":"
                        "\"lab\",\"implicit\":false,\"link_type\":\"host-vnic\",\"source\":"
                        "\"5f0000000000000000000001\",\"target\":\"5f0000000000000000000003\"}\n");
    assert_string_equal(exported(w, "cliques"),
                        "{\"_id\":\"220000000000000000000001\",\"clique_type\":"
                        "\"cc0000000000000000000001\",\"environment\":\"lab\",\"focal_point\":"
                        "\"5f0000000000000000000001\",\"focal_point_type\":\"host\",\"links\":"
                        "[\"110000000000000000000001\"]}\n");
    assert_int_equal(revision(w), 3);
    import(w, "inventory", objects, N_ELEMENTS(objects));
    assert_int_equal(revision(w), 3);
}

/* What was exported, imported into an empty store and exported again is the same. */
static void
test_export_and_import_are_inverse(void **state)
{
    static const char *const collections[] = { "inventory",    "links",    "cliques",
                                               "messages",     "RDO",      "environments_config",
                                               "clique_types", "constants" };
    struct world            *w = *state;
    struct cloud             c = cloud_new(w);
    const char              *before[N_ELEMENTS(collections)];
    struct message           m = { .text = STR("x"), .level = MESSAGE_WARN, .timestamp = MORNING };
    struct commit_spec       spec = {
              .environment = STR("lab"), .space = STR("RDO"), .cause = "test", .time = MORNING
    };
    struct commit *commit;

    cloud_commit(w, &c, &everything, MORNING);
    must(w, store_commit_begin(w->store, &spec, &commit, &w->err));
    must(w, commit_object(commit, &c.objects[HOST_2], NULL, &w->err));
    must(w, commit_finish(commit, &everything, NULL, &w->err));
    must(w, store_add_message(w->store, &m, &w->err));
    must(w, store_put_environment(w->store, STR("{\"name\":\"lab\"}"), &w->err));
    put(w, "clique_types", "{\"_id\":\"cc2\",\"name\":\"b\"}");
    put(w, "clique_types", "{\"_id\":\"cc1\",\"name\":\"a\"}");
    put(w, "constants", "{\"name\":\"levels\",\"data\":[1]}");
    for (size_t i = 0; i < N_ELEMENTS(collections); i++) {
        before[i] = exported(w, collections[i]);
        assert_true(strlen(before[i]) > 0);
    }

    snprintf(w->uri, sizeof w->uri, "sqlite:%s/second", w->folder);
    world_reopen(w, STORE_CREATE);
    for (size_t i = 0; i < N_ELEMENTS(collections); i++) {
        struct str     rest = str_from(before[i]), line;
        struct import *import;

        must(w, store_import_begin(w->store, str_from(collections[i]), &import, &w->err));
        while (str_line(&rest, &line))
            must(w, import_document(import, line, &w->err));
        must(w, import_finish(import, NULL, &w->err));
    }
    for (size_t i = 0; i < N_ELEMENTS(collections); i++)
        assert_string_equal(exported(w, collections[i]), before[i]);
}

static void
test_bad_imports(void **state)
{
    static const struct {
        const char *collection;
        const char *document;
        const char *says;
    } cases[] = {
        { "inventory", "{\"environment\":\"lab\",\"type\":\"dragon\",\"id\":\"x\"}", "dragon" },
        { "inventory", "{\"environment\":\"lab\",\"type\":\"host\"}", "id: missing" },
        { "inventory", "{\"type\":\"host\",\"id\":\"x\"}", "environment: missing" },
        { "inventory", "{\"_id\":7,\"environment\":\"lab\",\"type\":\"host\",\"id\":\"x\"}",
          "_id" },
        { "inventory", "[1]", "expected a JSON object" },
        { "inventory", "{\"a\":", "document 2: line 1" },
        { "links", "{\"environment\":\"lab\",\"source\":\"x\"}", "source" },
        { "cliques", "{\"environment\":\"lab\"}", "focal_point" },
        { "environments_config", "{}", "name" },
        { "constants", "7", "expected a JSON object" },
    };
    static const char *const good[] = {
        "{\"environment\":\"lab\",\"type\":\"host\",\"id\":\"a\",\"name\":\"lab\",\"link_type\":"
        "\"host-vnic\",\"source\":\"5f0000000000000000000001\",\"target\":"
        "\"5f0000000000000000000001\",\"focal_point\":\"5f0000000000000000000001\"}",
    };
    struct world  *w = *state;
    struct import *import;

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        must(w, store_import_begin(w->store, str_from(cases[i].collection), &import, &w->err));
        must(w, import_document(import, str_from(good[0]), &w->err));
        must_fail(w, import_document(import, str_from(cases[i].document), &w->err), w->err.domain,
                  cases[i].says);
        import_abort(import);
        assert_string_equal(exported(w, cases[i].collection), "");
    }
    assert_int_equal(revision(w), 0);
}

static void
test_names_of_companions(void **state)
{
    struct world *w = *state;

    assert_true(str_is(store_companion(w->arena, "links", STR_NONE), "links"));
    assert_true(str_is(store_companion(w->arena, "links", STR("inventory")), "links"));
    assert_true(str_is(store_companion(w->arena, "links", STR("RDO")), "RDO_links"));
    assert_true(str_is(store_companion(w->arena, "cliques", STR("inventory_x")), "cliques_x"));
    assert_true(str_is(store_companion(w->arena, "inventory", STR("RDO")), "RDO"));
    assert_true(str_is(store_companion(w->arena, "clique_types", STR("RDO")), "RDO_clique_types"));
    assert_true(str_is(store_companion(w->arena, "messages", STR("RDO")), "messages"));
}

static void
test_times(void **state UNUSED)
{
    static const struct {
        const char *text;
        int64_t     time;
    } good[] = {
        { "2026-03-04T10:00:00.000+0000", MORNING },
        { "2026-03-04T10:00:00Z", MORNING },
        { "2026-03-04 11:30:00+01:30", MORNING },
        { "2026-03-04T10:00:00.123456", MORNING + 123456 },
        { "2026-03-04T10:00:00.5-0000", MORNING + 500000 },
    };
    static const char *const bad[] = { "",
                                       "2026",
                                       "2026-03-04",
                                       "2026-13-04T10:00:00",
                                       "2026-03-04T10:00:00x",
                                       "2026-03-04T10:00:00.000+00",
                                       "yesterday" };
    int64_t                  time;
    struct buf               text;

    for (size_t i = 0; i < N_ELEMENTS(good); i++) {
        assert_true(store_read_time(str_from(good[i].text), &time));
        assert_int_equal(time, good[i].time);
    }
    for (size_t i = 0; i < N_ELEMENTS(bad); i++)
        assert_false(store_read_time(str_from(bad[i]), &time));
    buf_init(&text, 0);
    store_write_time(&text, MORNING + 123456);
    assert_string_equal(buf_c(&text), "2026-03-04T10:00:00.123+0000");
    buf_done(&text);
}

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
        for (size_t i = c.n_objects; i-- > 1;) { /* in any order */
            size_t        j = rng_below(&rng, i + 1);
            struct object object = c.objects[i];

            c.objects[i] = c.objects[j];
            c.objects[j] = object;
        }
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
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, world_set_up, world_tear_down)
    const struct CMUnitTest tests[] = {
        TEST(commit_and_read_back),
        TEST(documents_are_complete),
        TEST(unchanged_scan_makes_no_revision),
        TEST(one_change_is_one_row),
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
        TEST(readers_see_whole_revisions),
        TEST(readers_beside_the_writer),
        TEST(readers_cannot_write),
        TEST(killed_at_any_phase),
        TEST(full_disk_loses_nothing),
        TEST(filters),
        TEST(pages),
        TEST(questions_within_questions),
        TEST(below_a_path),
        TEST(where),
        TEST(where_is_no_sql),
        TEST(links_and_cliques),
        TEST(search),
        TEST(history_and_changes),
        TEST(lease),
        TEST(lease_of_the_dead),
        TEST(environments),
        TEST(messages),
        TEST(messages_outlive_the_commit),
        TEST(collections),
        TEST(import_as_mongoexport_writes),
        TEST(export_and_import_are_inverse),
        TEST(bad_imports),
        TEST(names_of_companions),
        TEST(times),
        TEST(any_series_of_commits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
