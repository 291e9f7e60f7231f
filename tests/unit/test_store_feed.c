/* The feed: what it tells of every change, that it tells nothing else, and how long it is kept. */

#include "store_world.h"

#include "base/map.h"

static const char *const kinds[N_FEED_KINDS] = { "object",      "link",     "clique",
                                                 "message",     "scan",     "schedule",
                                                 "environment", "revision", "rights" };
static const char *const whats[N_FEED_WHATS] = { "added", "changed", "removed" };

struct told {
    struct listing lines;
    uint64_t       last; /* place of the last row */
    size_t         most; /* rows; 0 = all */
};

static bool
add_told(void *context, const struct feed_row *row)
{
    struct told *t = context;

    assert_true(row->n > t->last);
    t->last = row->n;
    listing_add_line(&t->lines,
                     arena_printf(t->lines.arena, "%s %s %.*s %.*s", kinds[row->kind],
                                  whats[row->what], STR_ARG(row->environment),
                                  STR_ARG(row->kind == FEED_REVISION ? row->members : row->type)));
    return t->lines.n != t->most;
}

static uint64_t
end_of(struct world *w)
{
    uint64_t id, last;

    must(w, store_feed_end(w->store, &id, &last, &w->err));
    return last;
}

/* What has been told since. */
static const char *
told_since(struct world *w, uint64_t after)
{
    struct told t = { .lines = { w->arena, STR_NONE, 0 }, .last = after };

    must(w, store_feed(w->store, after, add_told, &t, &w->err));
    assert_int_equal(t.last, end_of(w));
    return arena_str(w->arena, t.lines.text).p;
}

static void
test_commits(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    uint64_t      before;

    assert_int_equal(end_of(w), 0);
    assert_string_equal(told_since(w, 0), "");
    cloud_commit(w, &c, &everything, MORNING);
    assert_int_equal(end_of(w), N_CLOUD_OBJECTS + N_CLOUD_LINKS + 2);
    assert_has(told_since(w, 0), "object added lab host\nobject added lab host\n");
    assert_has(told_since(w, N_CLOUD_OBJECTS),
               "link added lab instance-vnic\nlink added lab vnic-vconnector\n"
               "clique added lab instance\nrevision added lab \"cause\":\"test\",\"reload\":false,"
               "\"counts\":{\"objects\":{\"host\":{\"added\":2,\"changed\":0,\"removed\":0},");

    /* No news, no rows. */
    before = end_of(w);
    cloud_commit(w, &c, &everything, MORNING + SECOND);
    assert_string_equal(told_since(w, before), "");

    cloud_set(w, &c.objects[VNIC], "mac_address", "\"fa:16:3e:99:99:99\"");
    c.cliques[0] = clique_of(w, &c.objects[INSTANCE], 1);
    cloud_drop(&c, BRIDGE);
    c.n_links = 1;
    cloud_commit(w, &c, &everything, MORNING + 2 * SECOND);
    assert_string_equal(
        told_since(w, before),
        "object changed lab vnic\nclique changed lab instance\n"
        "link removed lab vnic-vconnector\nobject removed lab vconnector\n"
        "revision added lab \"cause\":\"test\",\"reload\":false,\"counts\":{\"objects\":{"
        "\"vnic\":{\"added\":0,\"changed\":1,\"removed\":0},"
        "\"vconnector\":{\"added\":0,\"changed\":0,\"removed\":1}},\"links\":{"
        "\"vnic-vconnector\":{\"added\":0,\"changed\":0,\"removed\":1}},\"cliques\":{"
        "\"instance\":{\"added\":0,\"changed\":1,\"removed\":0}}}\n");
}

struct one {
    struct arena   *arena;
    struct feed_row row;
};

static bool
take_one(void *context, const struct feed_row *row)
{
    struct one *one = context;

    one->row = *row;
    one->row.id = arena_str(one->arena, row->id);
    one->row.space = arena_str(one->arena, row->space);
    one->row.members = arena_str(one->arena, row->members);
    return false;
}

static void
test_rows_say_which(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    struct one    one = { .arena = w->arena };

    cloud_commit(w, &c, &everything, MORNING);
    must(w, store_feed(w->store, INSTANCE, take_one, &one, &w->err));
    assert_int_equal(one.row.n, INSTANCE + 1);
    assert_int_equal(one.row.revision, 1);
    assert_true(oid_equal(one.row.oid, c.objects[INSTANCE].oid));
    assert_text(one.row.id, "b68c122e-0917-5513-b76f-e2432c946d34");
    assert_text(one.row.space, "inventory");
    assert_text(one.row.members, "\"name\":\"vm-a1\",\"host\":\"cmp1\","
                                 "\"parent_type\":\"instances_folder\",\"parent_id\":"
                                 "\"cmp1-instances\"");
    must(w, store_feed(w->store, N_CLOUD_OBJECTS, take_one, &one, &w->err));
    assert_true(oid_equal(one.row.oid, c.links[0].oid));
    assert_true(oid_equal(one.row.source, c.objects[INSTANCE].oid));
    assert_true(oid_equal(one.row.target, c.objects[VNIC].oid));

    /* The same of one that went. */
    c.n_links = 0;
    cloud_commit(w, &c, &everything, MORNING + SECOND);
    must(w, store_feed(w->store, N_CLOUD_OBJECTS + N_CLOUD_LINKS + 2, take_one, &one, &w->err));
    assert_int_equal(one.row.kind, FEED_LINK);
    assert_false(oid_equal(one.row.source, (struct oid){ 0 }));
    assert_false(oid_equal(one.row.target, (struct oid){ 0 }));
}

static void
test_what_is_given_up_is_not_told(void **state)
{
    struct world  *w = *state;
    struct cloud   c = cloud_new(w);
    struct commit *commit = commit_new(w, MORNING);

    commit_rows(w, commit, &c);
    commit_abort(commit);
    assert_string_equal(told_since(w, 0), "");
    must_fail(w, collection_put(w->store, STR("scans"), STR("["), w->arena, NULL, &w->err),
              ERROR_PARSE, "scans");
    assert_string_equal(told_since(w, 0), "");
}

static void
test_stale_and_cleared(void **state)
{
    struct world        *w = *state;
    struct cloud         c = cloud_new(w), none = { .n_objects = 0 };
    struct failed_source failed = { .host = STR("cmp2") };
    struct commit_scope  scope = everything;
    uint64_t             before;

    cloud_commit(w, &c, &everything, MORNING);
    before = end_of(w);
    scope.failed = &failed;
    scope.n_failed = 1;
    cloud_drop(&c, AGENT);
    cloud_commit(w, &c, &scope, MORNING + SECOND);
    assert_has(told_since(w, before), "object changed lab network_agent\nrevision added");

    /* What is emptied whole is told whole. */
    before = end_of(w);
    scope = (struct commit_scope){ .objects = true, .clear_all = true };

    struct commit_spec spec = { .environment = STR("other"), .cause = "test", .time = MORNING };
    struct commit     *commit;

    must(w, store_commit_begin(w->store, &spec, &commit, &w->err));
    commit_rows(w, commit, &none);
    must(w, commit_finish(commit, &scope, NULL, &w->err));
    assert_has(told_since(w, before),
               "rights changed  \nrevision added lab \"cause\":\"test\",\"reload\":true,"
               "\"counts\":{\"objects\":{\"host\":{\"added\":0,\"changed\":0,\"removed\":2},");
}

static void
test_large_commits_are_told_by_numbers(void **state)
{
    struct world  *w = *state;
    struct commit *commit = commit_new(w, MORNING);
    uint64_t       before;

    for (int i = 0; i < MOST_FEED_ROWS; i++) {
        struct str    text = arena_printf(w->arena, "{'type':'network','id':'%d','name':'n'}", i);
        struct object o = object_of(w, text.p);

        o.oid = OID(STR("n"), o.id);
        must(w, commit_object(commit, &o, NULL, &w->err));
    }
    must(w, commit_finish(commit, &everything, NULL, &w->err));
    assert_int_equal(end_of(w), MOST_FEED_ROWS + 1);

    /* One more. */
    struct cloud none = { .n_objects = 1, .objects[0] = object_of(w, cloud_documents[HOST_1]) };

    before = end_of(w);
    cloud_commit(w, &none, &everything, MORNING + SECOND);
    assert_string_equal(told_since(w, before),
                        "rights changed  \nrevision added lab \"cause\":\"test\",\"reload\":true,"
                        "\"counts\":{\"objects\":{\"host\":{\"added\":1,\"changed\":0,\"removed\":"
                        "0},\"network\":{\"added\":0,\"changed\":0,\"removed\":1000}}}\n");
}

static void
test_messages(void **state)
{
    struct world        *w = *state;
    const struct message message = { .environment = STR("lab"),
                                     .level = MESSAGE_WARN,
                                     .text = STR("a \"quoted\" text"),
                                     .related_object = STR("cmp1"),
                                     .timestamp = MORNING };
    struct one           one = { .arena = w->arena };
    uint64_t             n;

    must(w, store_add_message(w->store, &message, &w->err));
    must(w, store_feed(w->store, 0, take_one, &one, &w->err));
    assert_text(one.row.members,
                "\"timestamp\":\"2026-03-04T10:00:00.000+0000\","
                "\"message\":\"a \\\"quoted\\\" text\",\"related_object\":\"cmp1\"");
    must(w, store_mark_viewed(w->store, one.row.id, true, &w->err));
    must(w, store_remove_messages(w->store, STR("lab"), MORNING + SECOND, &n, &w->err));
    assert_string_equal(told_since(w, 0), "message added lab warn\nmessage changed lab warn\n"
                                          "message removed lab \n");

    /* While a commit is open it waits; then it is told behind it. */
    struct commit *commit = commit_new(w, MORNING);

    must(w, store_add_message(w->store, &message, &w->err));
    commit_abort(commit);
    assert_string_equal(told_since(w, 3), "message added lab warn\n");
}

static void
test_documents_and_environments(void **state)
{
    struct world *w = *state;

    must(w, collection_put(w->store, STR("scans"),
                           STR("{\"_id\":\"s\",\"environment\":\"lab\",\"status\":\"pending\"}"),
                           w->arena, NULL, &w->err));
    must(w, collection_put(w->store, STR("scheduled_scans"), STR("{\"_id\":\"t\"}"), w->arena, NULL,
                           &w->err));
    must(w,
         collection_put(w->store, STR("users"), STR("{\"_id\":\"u\"}"), w->arena, NULL, &w->err));
    must(w,
         collection_put(w->store, STR("roles"), STR("{\"_id\":\"r\"}"), w->arena, NULL, &w->err));
    must(w, collection_remove(w->store, STR("scans"), STR_NONE, &w->err));
    assert_string_equal(told_since(w, 0), "scan added lab \nschedule added  \nrights changed  \n"
                                          "scan removed lab \n");
    must(w, store_put_environment(w->store, STR("{\"name\":\"lab\"}"), &w->err));
    must(w, store_put_environment(w->store, STR("{\"name\":\"lab\"}"), &w->err));
    must(w, store_set_environment_auth(w->store, STR("lab"), STR("{}"), &w->err));
    must(w, store_mark_scanned(w->store, STR("lab"), true, MORNING, &w->err));
    must(w, store_mark_scanned(w->store, STR("none"), true, MORNING, &w->err));
    must(w, store_remove_environment(w->store, STR("lab"), true, &w->err));
    assert_false(store_remove_environment(w->store, STR("lab"), true, &w->err));
    assert_string_equal(told_since(w, 4), "environment added lab \nenvironment changed lab \n"
                                          "environment changed lab \nenvironment removed lab \n");

    /* What was told of it is told no more, in whatever name. */
    assert_string_equal(told_since(w, 0),
                        "rights changed  \nschedule added  \nrights changed  \nrights changed  \n"
                        "environment added lab \nenvironment changed lab \n"
                        "environment changed lab \nenvironment removed lab \n");
}

static void
test_what_is_kept(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    struct told   t = { .lines = { w->arena, STR_NONE, 0 }, .most = 3 };
    uint64_t      id, again, last;

    cloud_commit(w, &c, &everything, MORNING);
    must_fail(w, store_feed(w->store, end_of(w) + 1, add_told, &t, &w->err), ERROR_USAGE,
              "is not known");
    must(w, store_feed(w->store, 0, add_told, &t, &w->err));
    assert_int_equal(t.last, 3);

    must(w, store_prune(w->store, store_now() + SECOND, NULL, &w->err));
    must(w, store_feed_end(w->store, &id, &last, &w->err));
    must_fail(w, store_feed(w->store, last - 2, add_told, &t, &w->err), ERROR_USAGE,
              "is not known");
    assert_string_equal(told_since(w, last), "");

    /* Numbers are not given out again, and the store is the same. */
    world_reopen(w, STORE_WRITE);
    must(w, store_feed_end(w->store, &again, &last, &w->err));
    assert_true(id == again && id != 0);
    cloud_drop(&c, AGENT);
    cloud_commit(w, &c, &everything, MORNING + SECOND);
    assert_has(told_since(w, last), "object removed lab network_agent\nrevision added");
}

/* --- told in full --- */

/* What is there, from what was told alone. */
struct replay {
    struct arena *arena;
    struct map    revisions; /* by "_id" */
};

static bool
replay_row(void *context, const struct feed_row *row)
{
    struct replay    *r = context;
    struct map_entry *entry;
    bool              is_new;

    if (row->kind != FEED_OBJECT)
        return true;
    entry = map_put_copy(&r->revisions, r->arena, oid_text(row->oid, r->arena), &is_new);
    assert_int_equal(row->what == FEED_ADDED, is_new || entry->number == 0);
    entry->number = row->what == FEED_REMOVED ? 0 : row->revision;
    return true;
}

static bool
compare_row(void *context, const struct object_row *row)
{
    struct replay    *r = context;
    struct map_entry *entry = map_find(&r->revisions, oid_text(row->oid, r->arena));

    assert_non_null(entry);
    assert_int_equal(entry->number, row->rev_from);
    entry->number = 0; /* then those that are left should not be there */
    return true;
}

static void
test_told_is_what_is_there(void **state)
{
    struct world *w = *state;
    struct cloud  all = cloud_new(w);
    struct rng    rng = rng_seeded();
    uint64_t      seen = 0;

    for (int round = 0; round < 30; round++) {
        struct cloud  some = { .n_objects = 0 };
        struct replay r = { .arena = w->arena };

        for (size_t i = 0; i < N_CLOUD_OBJECTS; i++) {
            if (rng_below(&rng, 3) == 0)
                continue;
            some.objects[some.n_objects] = all.objects[i];
            if (rng_below(&rng, 2) == 0)
                cloud_set(w, &some.objects[some.n_objects], "x", round % 2 ? "1" : "2");
            some.n_objects++;
        }
        cloud_commit(w, &some, &everything, MORNING + round * SECOND);
        must(w, store_feed(w->store, 0, replay_row, &r, &w->err));
        must(w, store_objects(w->store, &lab, &all_objects, compare_row, &r, &w->err));
        for (size_t i = 0; i < r.revisions.capacity; i++)
            assert_true(!r.revisions.entries[i].key.p || r.revisions.entries[i].number == 0);
        map_done(&r.revisions);
        assert_true(end_of(w) >= seen);
        seen = end_of(w);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(commits),
        TEST(rows_say_which),
        TEST(what_is_given_up_is_not_told),
        TEST(stale_and_cleared),
        TEST(large_commits_are_told_by_numbers),
        TEST(messages),
        TEST(documents_and_environments),
        TEST(what_is_kept),
        TEST(told_is_what_is_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
