/* What the store keeps beside inventories: who scans an environment (leases), environments,
 * messages, times. */

#include "store_world.h"

#include <sys/wait.h>

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
    assert_has(w->err.message, "on here, since 2026-03-04T10:00:00.000+0000)");
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
    listing_add_word(context, row->name);
    return true;
}

static bool
add_inventory(void *context, const struct inventory *inventory, int64_t last_scanned UNUSED)
{
    struct listing *l = context;

    listing_add(l, arena_printf(l->arena, "%.*s/%.*s ", STR_ARG(inventory->environment),
                                STR_ARG(inventory->space)));
    return true;
}

static bool
has_leftovers(struct world *w, const char *name)
{
    bool found;

    must(w, store_has_leftovers(w->store, str_from(name), &found, &w->err));
    return found;
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
    assert_has(row.document.p, "\"last_scanned\":\"2026-03-04T10:00:00.000+0000\"");

    /* Editing the document does not undo the scan. */
    must(w, store_put_environment(w->store, row.document, &w->err));
    must(w, store_get_environment(w->store, STR("lab"), w->arena, &row, &w->err));
    assert_true(row.scanned && row.last_scanned == MORNING);

    /* Who may see it is set alone. */
    must(w, store_set_environment_auth(w->store, STR("lab"), STR("{\"view-env\":[]}"), &w->err));
    must(w, store_set_environment_auth(w->store, STR("lab"), STR("{\"view-env\":[7]}"), &w->err));
    must(w, store_get_environment(w->store, STR("lab"), w->arena, &row, &w->err));
    assert_string_equal(row.document.p,
                        "{\"_id\":\"ee0000000000000000000001\",\"auth\":{\"view-env\":[7]},"
                        "\"configuration\":[{\"name\":\"CLI\",\"user\":\"x\"}],\"last_scanned\":"
                        "\"2026-03-04T10:00:00.000+0000\",\"name\":\"lab\",\"scanned\":true}");
    must_fail(w, store_set_environment_auth(w->store, STR("x"), STR("{}"), &w->err),
              ERROR_NOT_FOUND, "no environment named x");

    must(w, store_environments(w->store, add_environment, &l, &w->err));
    assert_text(l.text, "a lab");
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
    assert_text(l.text, "lab/inventory ");
    must_fail(w, store_remove_environment(w->store, STR("lab"), false, &w->err), ERROR_NOT_FOUND,
              "no environment");
    assert_true(has_leftovers(w, "lab"));
    must(w, store_remove_environment(w->store, STR("lab"), true, &w->err));
    assert_int_equal(count(w, w->store), 0);
    assert_false(has_leftovers(w, "lab"));
    FOUND(w, "vm-a1", "");
    assert_string_equal(history(w, c.objects[HOST_1].oid), "");

    /* Revisions go on counting. */
    assert_int_equal(cloud_commit(w, &c, &everything, MORNING).revision, 2);
    FOUND(w, "vm-a1", "vm-a1");
}

/* Whatever an environment of that name would show is something; purging removes it. */
static void
test_leftovers(void **state)
{
    static const struct {
        const char *collection, *document;
        bool        is_something;
    } cases[] = {
        { "scans", "{\"_id\":\"s\",\"environment\":\"lab\",\"status\":\"completed\"}", true },
        { "scheduled_scans", "{\"_id\":\"t\",\"environment\":\"lab\"}", true },
        { "connection_tests", "{\"_id\":\"saved\",\"environment\":\"lab\",\"is_saved\":true}",
          true },
        { "connection_tests", "{\"_id\":\"imported\",\"environment\":\"lab\"}", true },
        { "connection_tests",
          "{\"_id\":\"own\",\"environment\":\"lab\",\"user\":\"u\",\"is_saved\":false}", false },
    };
    struct world  *w = *state;
    struct message message = { .environment = STR("lab"), .text = STR("x"), .timestamp = 1 };
    struct cloud   c = cloud_new(w);
    uint64_t       n;

    assert_false(has_leftovers(w, "lab"));
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct str collection = str_from(cases[i].collection);

        must(w, collection_put(w->store, collection, str_from(cases[i].document), w->arena, NULL,
                               &w->err));
        assert_int_equal(has_leftovers(w, "lab"), cases[i].is_something);
        must(w, collection_remove(w->store, collection, STR_NONE, &w->err));
    }
    must(w, store_add_message(w->store, &message, &w->err));
    assert_true(has_leftovers(w, "lab"));
    assert_false(has_leftovers(w, "la"));
    must(w, store_remove_messages(w->store, STR("lab"), store_now(), &n, &w->err));
    assert_false(has_leftovers(w, "lab"));

    /* A space alone is enough, and so is what is left of history. */
    cloud_commit(w, &c, &everything, MORNING);
    must(w, collection_put(w->store, STR("scans"), str_from(cases[0].document), w->arena, NULL,
                           &w->err));
    must(w, store_add_message(w->store, &message, &w->err));
    assert_true(has_leftovers(w, "lab"));
    must(w, store_remove_environment(w->store, STR("lab"), true, &w->err));
    assert_false(has_leftovers(w, "lab"));
    must_fail(w, store_remove_environment(w->store, STR("lab"), true, &w->err), ERROR_NOT_FOUND,
              "no environment");
}

/* --- messages --- */

static bool
add_message(void *context, const struct message *message)
{
    AUTO_BUF text = { 0 };

    message_write(&text, message);
    listing_add_line(context, buf_str(&text));
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
    assert_has(text, "\"display_context\":null,\"environment\":\"lab\","
                     "\"finished_timestamp\":null,\"id\":\"20516.36000.563988\","
                     "\"level\":\"info\",\"message\":\"Scan \\\"complete\\\"\","
                     "\"origin_id\":null,\"origin_type\":\"manual scan\","
                     "\"received_timestamp\":null,\"related_object\":null,"
                     "\"related_object_type\":null,\"source_system\":\"Calipso\","
                     "\"timestamp\":\"2026-03-04T10:00:00.563+0000\","
                     "\"viewed\":false}");
    filter = (struct message_filter){ .environment = STR("lab") };
    assert_int_equal(n_messages(w, &filter, &text), 2);
    filter = (struct message_filter){ .least = MESSAGE_WARN };
    assert_int_equal(n_messages(w, &filter, &text), 1);
    assert_has(text, "\"related_object\":\"cmp1\"");
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
    assert_has(text, "second");
}

/* --- times --- */

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
        { "2026-03-05T09:59:00+23:59", MORNING },
        { "2026-03-03T22:00:00-12:00", MORNING },
        { "1970-01-01T00:00:00Z", 0 },
        { "1970-01-01T01:00:00+01:00", 0 },
        { "2024-02-29T00:00:00Z", INT64_C(1709164800) * SECOND },
        { "2000-02-29T23:59:59Z", INT64_C(951868799) * SECOND },
        { "9999-12-31T23:59:59.999999Z", INT64_C(253402300800) * SECOND - 1 },
    };
    static const char *const bad[] = {
        "",
        "2026",
        "2026-03-04",
        "2026-13-04T10:00:00",
        "2026-00-04T10:00:00",
        "2026-03-00T10:00:00",
        "2026-03-32T10:00:00",
        "2026-04-31T10:00:00",
        "2026-02-29T10:00:00",
        "2026-02-30T10:00:00",
        "2100-02-29T10:00:00",
        "2026-03-04T24:00:00",
        "2026-03-04T25:00:00Z",
        "2026-03-04T10:60:00",
        "2026-03-04T10:00:61",
        "2026-12-31T23:59:60Z",
        "2026-03-04T10:00:00+24:00",
        "2026-03-04T10:00:00+2500",
        "2026-03-04T10:00:00-0160",
        "2026-03-04T10:00:00x",
        "2026-03-04T10:00:00.000+00",
        "1969-12-31T23:59:59Z",
        "1970-01-01T00:00:00+01:00",
        "9999-12-31T23:59:59-01:00",
        "yesterday",
    };
    int64_t    time;
    struct buf text;

    for (size_t i = 0; i < N_ELEMENTS(good); i++) {
        assert_true(store_read_time(str_from(good[i].text), &time));
        assert_int_equal(time, good[i].time);
    }
    for (size_t i = 0; i < N_ELEMENTS(bad); i++)
        if (store_read_time(str_from(bad[i]), &time))
            fail_msg("%s was read as %lld", bad[i], (long long)time);
    buf_init(&text, 0);
    store_write_time(&text, MORNING + 123456);
    assert_string_equal(buf_c(&text), "2026-03-04T10:00:00.123+0000");
    buf_done(&text);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(lease),    TEST(lease_of_the_dead),           TEST(environments), TEST(leftovers),
        TEST(messages), TEST(messages_outlive_the_commit), TEST(times),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
