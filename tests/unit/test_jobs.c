/* Requests to scan, and the schedules that make them. */

#include "store_world.h"

#include <unistd.h>

#include "access/access.h"
#include "jobs/connection_test.h"
#include "jobs/jobs.h"
#include "jobs/removal.h"
#include "jobs/scan_request.h"
#include "jobs/schedule.h"
#include "scan/host_keys.h"

static void
put(struct world *w, const char *name, const char *document)
{
    must(w, collection_put(w->store, str_from(name), str_from(document), w->arena, NULL, &w->err));
}

/* A member of a document, as text. */
static const char *
member(struct world *w, const char *name, const char *id, const char *key)
{
    struct str text;

    must(w, collection_get(w->store, str_from(name), str_from(id), w->arena, &text, &w->err));
    return arena_str(w->arena, doc_scalar(doc_get(doc_parse(w->arena, text, NULL), key), w->arena))
        .p;
}

static void
put_request(struct world *w, const char *id, const char *environment, const char *time)
{
    put(w, "scans",
        arena_printf(w->arena,
                     "{\"_id\":\"%s\",\"environment\":\"%s\",\"status\":\"pending\","
                     "\"submit_timestamp\":\"2026-03-04T%sZ\"}",
                     id, environment, time)
            .p);
}

static bool
is_not(void *context, struct str environment)
{
    return !str_is(environment, context);
}

/* The "_id" of the request that is taken while somebody scans 'busy'; "" = none. */
static const char *
take(struct world *w, const char *busy)
{
    struct scan_request request;
    bool                found;
    char               *context = (char *)(uintptr_t)busy;

    must(w, scan_request_take(w->store, is_not, context, w->arena, &request, &found, &w->err));
    return found ? arena_str(w->arena, request.id).p : "";
}

/* --- requests --- */

static void
test_the_oldest_comes_first(void **state)
{
    struct world *w = *state;

    put_request(w, "r2", "a", "10:00:01");
    put_request(w, "r1", "a", "10:00:00.5");
    put_request(w, "r3", "b", "10:00:02");
    assert_string_equal(take(w, ""), "r1");
    assert_string_equal(member(w, "scans", "r1", "status"), "running");
    assert_true(strlen(member(w, "scans", "r1", "start_timestamp")) > 20);
    assert_string_equal(take(w, "a"), "r3"); /* one of an environment at a time */
    assert_string_equal(take(w, "a"), "");
    assert_string_equal(take(w, ""), "r2");
    must(w, scan_request_end(w->store, STR("r1"), "completed_with_errors", STR_NONE, &w->err));
    assert_string_equal(member(w, "scans", "r1", "status"), "completed_with_errors");
    assert_true(strlen(member(w, "scans", "r1", "end_timestamp")) > 20);
    must(w, scan_request_end(w->store, STR("r2"), "failed", STR("no way in"), &w->err));
    assert_string_equal(member(w, "scans", "r2", "reason"), "no way in");
    must(w, scan_request_end(w->store, STR("r3"), "pending", STR_NONE, &w->err));
    assert_string_equal(member(w, "scans", "r3", "start_timestamp"), "");
    assert_string_equal(take(w, ""), "r3");
}

static void
test_fields(void **state)
{
    struct world       *w = *state;
    struct scan_request r;
    struct queued       queued;
    struct doc         *fields = doc_object(w->arena);
    struct str          id, text;

    doc_set_bool(w->arena, fields, "scan_only_links", true);
    doc_set_bool(w->arena, fields, "scan_only_cliques", false);
    doc_set_text(w->arena, fields, "clear", STR("true"));
    doc_set_text(w->arena, fields, "inventory", STR("RDO"));
    must(w, scan_request_add(w->store, STR("lab"), fields, w->arena, &id, &w->err));
    must(w, collection_get(w->store, STR("scans"), id, w->arena, &text, &w->err));
    must(w, scan_request_read(w->arena, text, &r, &w->err));
    assert_text(r.environment, "lab");
    assert_text(r.space, "RDO");
    assert_int_equal(r.phases, SCAN_LINKS);
    assert_true(r.clear && !r.clear_all && !r.implicit_links);
    must(w, queue_read(w->arena, text, &queued, &w->err));
    assert_true(store_now() - queued.submitted < 60 * INT64_C(1000000));
    assert_string_equal(take(w, ""), arena_str(w->arena, id).p);

    put(w, "scans",
        "{\"_id\":\"two\",\"environment\":\"lab\",\"status\":\"pending\","
        "\"submit_timestamp\":\"2026-03-04T10:00:00Z\",\"scan_only_links\":true,"
        "\"scan_only_inventory\":true}");
    put(w, "scans",
        "{\"_id\":\"when\",\"environment\":\"lab\",\"status\":\"pending\","
        "\"submit_timestamp\":\"tomorrow\"}");
    assert_string_equal(take(w, ""), "");
    assert_string_equal(member(w, "scans", "two", "status"), "failed");
    assert_non_null(strstr(member(w, "scans", "two", "reason"), "scan_only_links"));
    assert_non_null(strstr(member(w, "scans", "when", "reason"), "submit_timestamp"));
}

static void
test_aborting(void **state)
{
    struct world *w = *state;
    bool          is_aborted;

    put_request(w, "r1", "a", "10:00:00");
    put_request(w, "r2", "b", "10:00:01");
    must(w, scan_request_abort(w->store, STR("r2"), &w->err));
    assert_string_equal(member(w, "scans", "r2", "status"), "aborted");
    must_fail(w, scan_request_abort(w->store, STR("r2"), &w->err), ERROR_USAGE, "ended already");
    must_fail(w, scan_request_abort(w->store, STR("r9"), &w->err), ERROR_NOT_FOUND, "r9");
    assert_string_equal(take(w, ""), "r1");
    must(w, scan_request_is_aborted(w->store, STR("r1"), &is_aborted, &w->err));
    assert_false(is_aborted);
    must(w, scan_request_abort(w->store, STR("r1"), &w->err));
    assert_string_equal(member(w, "scans", "r1", "status"), "running");
    must(w, scan_request_is_aborted(w->store, STR("r1"), &is_aborted, &w->err));
    assert_true(is_aborted);
    assert_string_equal(take(w, ""), "");
}

/* Process 1 is never ours; number 4194304 is none of Linux's. */
static void
test_what_a_crash_cut_off(void **state)
{
    static const char running[] =
        "{\"_id\":\"%s\",\"environment\":\"%s\",\"status\":\"running\",\"owner\":\"%s:%s\","
        "\"start_timestamp\":\"%s\",\"submit_timestamp\":\"2026-03-04T10:00:00Z\"}";
    const struct lease_owner owner = { .owner = STR("test"), .pid = 1, .host = STR("elsewhere") };
    struct world            *w = *state;
    struct lease             lease;
    AUTO_BUF                 now = { 0 };
    char                     host[256];
    uint64_t                 n;

    assert_int_equal(gethostname(host, sizeof host), 0);
    store_write_time(&now, store_now());

#define PUT(...) put(w, "scans", arena_printf(w->arena, running, __VA_ARGS__).p)
    PUT("gone", "a", host, "4194304", buf_c(&now));
    PUT("fresh", "b", host, "1", buf_c(&now));             /* its lease is not taken yet */
    PUT("reused", "c", host, "1", "2026-03-04T10:00:00Z"); /* somebody else's number by now */
    PUT("busy", "d", "elsewhere", "7", "2026-03-04T10:00:00Z");
#undef PUT
    must(w, store_lease_acquire(w->store, STR("d"), &owner, store_now(), &lease, &w->err));
    must(w, scan_requests_recover(w->store, &n, &w->err));
    assert_int_equal(n, 2);
    assert_string_equal(member(w, "scans", "gone", "status"), "failed");
    assert_string_equal(member(w, "scans", "fresh", "status"), "running");
    assert_string_equal(member(w, "scans", "reused", "status"), "failed");
    assert_string_equal(member(w, "scans", "busy", "status"), "running");
}

static bool
anything(struct arena *arena UNUSED, struct str text UNUSED, struct error *err UNUSED)
{
    return true;
}

/* Whoever was thought to be gone, and was only slow, has the last word. */
static void
test_an_end_is_not_taken_for_a_crash(void **state)
{
    struct world  *w = *state;
    struct queued *items;
    size_t         n;
    bool           done;
    struct queue   queue = {
          .collection = STR("scans"), .waiting = "pending", .ended = "end", .check = anything
    };

    put_request(w, "r1", "a", "10:00:00");
    assert_string_equal(take(w, ""), "r1");
    must(w, queue_cut_off(w->store, &queue, SECOND, w->arena, &items, &n, &w->err));
    assert_int_equal(n, 0); /* it is ours, and has just begun */
    must(w, queue_cut_off(w->store, &queue, 0, w->arena, &items, &n, &w->err));
    assert_int_equal(n, 1);
    must(w, queue_end(w->store, &queue, STR("r1"), "completed", STR_NONE, &w->err));
    must(w, queue_fail(w->store, &queue, &items[0], STR("gone"), &done, &w->err));
    assert_false(done);
    assert_string_equal(member(w, "scans", "r1", "status"), "completed");
}

/* A scan of the command line: nobody else takes it, anybody may end it. */
static void
test_a_scan_that_runs_already(void **state)
{
    struct world *w = *state;
    struct str    id = oid_new(w->arena);
    bool          is_aborted;

    must(w, scan_request_begin(w->store, id, STR("a"), NULL, w->arena, &w->err));
    assert_string_equal(take(w, ""), "");
    assert_string_equal(member(w, "scans", id.p, "status"), "running");
    assert_string_equal(strchr(member(w, "scans", id.p, "owner"), ':') + 1,
                        arena_printf(w->arena, "%d", (int)getpid()).p);
    must(w, scan_request_abort(w->store, id, &w->err));
    must(w, scan_request_is_aborted(w->store, id, &is_aborted, &w->err));
    assert_true(is_aborted);
}

/* --- schedules --- */

static int64_t
at(const char *text)
{
    int64_t time;

    assert_true(store_read_time(str_from(text), &time));
    return time;
}

static size_t
n_requests(struct world *w)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, collection_list_status(w->store, STR("scans"), STR("pending"), add_text, &l, &w->err));
    return l.n;
}

static void
run_at(struct world *w, const char *time)
{
    must(w, schedules_run(w->store, at(time), &w->err));
}

static void
test_a_schedule_asks_for_scans(void **state)
{
    struct world       *w = *state;
    struct scan_request r;
    bool                found;
    char                nobody[] = "";

    put(w, "scheduled_scans",
        "{\"_id\":\"s\",\"environment\":\"lab\",\"freq\":\"DAILY\",\"clear\":true,"
        "\"submit_timestamp\":\"2026-03-04T02:00:00Z\"}");
    run_at(w, "2026-03-04T03:00:00Z");
    assert_int_equal(n_requests(w), 0);
    assert_string_equal(member(w, "scheduled_scans", "s", "scheduled_timestamp"),
                        "2026-03-05T02:00:00.000+0000");
    run_at(w, "2026-03-05T02:00:00.5Z");
    assert_int_equal(n_requests(w), 1);
    assert_string_equal(member(w, "scheduled_scans", "s", "scheduled_timestamp"),
                        "2026-03-06T02:00:00.000+0000");
    must(w, scan_request_take(w->store, is_not, nobody, w->arena, &r, &found, &w->err));
    assert_true(found && r.clear);
    assert_text(r.schedule, "s");
    assert_text(r.environment, "lab");
    assert_string_equal(member(w, "scans", arena_str(w->arena, r.id).p, "interval"), "DAILY");

    /* It still runs the next time: that turn passes. Later all missed turns are one scan. */
    run_at(w, "2026-03-06T02:00:00Z");
    assert_int_equal(n_requests(w), 0);
    assert_string_equal(member(w, "scheduled_scans", "s", "scheduled_timestamp"),
                        "2026-03-07T02:00:00.000+0000");
    must(w, scan_request_end(w->store, r.id, "completed", STR_NONE, &w->err));
    run_at(w, "2026-05-01T12:00:00Z");
    assert_int_equal(n_requests(w), 1);
    assert_string_equal(member(w, "scheduled_scans", "s", "scheduled_timestamp"),
                        "2026-05-02T02:00:00.000+0000");
    run_at(w, "2026-05-01T12:00:01Z");
    assert_int_equal(n_requests(w), 1);
}

/* The next turn, after it has run at 'time'. */
static const char *
next_after(struct world *w, const char *time)
{
    run_at(w, time);
    return member(w, "scheduled_scans", "s", "scheduled_timestamp");
}

static void
test_a_short_month_is_not_the_rule(void **state)
{
    struct world *w = *state;

    put(w, "scheduled_scans",
        "{\"_id\":\"s\",\"environment\":\"lab\",\"recurrence\":\"MONTHLY\","
        "\"scheduled_timestamp\":\"2026-01-31T02:00:00Z\"}");
    assert_string_equal(next_after(w, "2026-01-31T02:00:01Z"), "2026-02-28T02:00:00.000+0000");
    assert_string_equal(next_after(w, "2026-02-28T02:00:01Z"), "2026-03-31T02:00:00.000+0000");
    assert_string_equal(next_after(w, "2026-03-31T02:00:01Z"), "2026-04-30T02:00:00.000+0000");
}

/* A clock that was years ahead for a while does not end a schedule for years. */
static void
test_the_clock_is_put_back(void **state)
{
    struct world *w = *state;

    put(w, "scheduled_scans",
        "{\"_id\":\"s\",\"environment\":\"lab\",\"recurrence\":\"HOURLY\","
        "\"scheduled_timestamp\":\"2026-01-31T02:30:00Z\"}");
    assert_string_equal(next_after(w, "2029-01-01T00:00:00Z"), "2029-01-01T00:30:00.000+0000");
    assert_string_equal(next_after(w, "2026-03-01T10:00:00Z"), "2026-03-01T10:30:00.000+0000");
    assert_string_equal(next_after(w, "2026-03-01T10:29:59Z"), "2026-03-01T10:30:00.000+0000");
    assert_string_equal(next_after(w, "2026-03-01T10:30:00Z"), "2026-03-01T11:30:00.000+0000");

    /* One that has not run yet waits, however far away its first turn is. */
    put(w, "scheduled_scans",
        "{\"_id\":\"s\",\"environment\":\"lab\",\"recurrence\":\"HOURLY\","
        "\"scheduled_timestamp\":\"2036-01-31T02:30:00Z\"}");
    assert_string_equal(next_after(w, "2026-03-01T12:00:00Z"), "2036-01-31T02:30:00.000+0000");
}

static void
test_once(void **state)
{
    struct world *w = *state;

    put(w, "scheduled_scans",
        "{\"_id\":\"s\",\"environment\":\"lab\",\"recurrence\":\"ONCE\","
        "\"submit_timestamp\":\"2026-03-04T02:00:00Z\","
        "\"scheduled_timestamp\":\"2026-03-10T00:00:00Z\"}");
    run_at(w, "2026-03-09T00:00:00Z");
    assert_int_equal(n_requests(w), 0);
    assert_string_equal(member(w, "scheduled_scans", "s", "status"), "upcoming");
    run_at(w, "2026-03-11T00:00:00Z");
    run_at(w, "2026-03-12T00:00:00Z");
    assert_int_equal(n_requests(w), 1);
    assert_string_equal(member(w, "scheduled_scans", "s", "status"), "finished");
}

static void
test_a_schedule_that_is_wrong(void **state)
{
    struct world *w = *state;

    put(w, "scheduled_scans", "{\"_id\":\"a\",\"environment\":\"lab\",\"freq\":\"SOMETIMES\"}");
    put(w, "scheduled_scans",
        "{\"_id\":\"b\",\"environment\":\"lab\",\"freq\":\"DAILY\","
        "\"scheduled_timestamp\":\"soon\"}");
    put(w, "scheduled_scans", "{\"_id\":\"c\",\"freq\":\"DAILY\"}");
    put(w, "scheduled_scans",
        "{\"_id\":\"d\",\"environment\":\"lab\",\"freq\":\"HOURLY\","
        "\"submit_timestamp\":\"2026-03-04T02:00:00Z\"}");
    run_at(w, "2026-03-05T00:00:00Z");
    assert_int_equal(n_requests(w), 1); /* that of d: the others do not keep it from running */
    assert_non_null(strstr(member(w, "scheduled_scans", "a", "reason"), "recurrence"));
    assert_non_null(strstr(member(w, "scheduled_scans", "b", "reason"), "scheduled_timestamp"));
    assert_non_null(strstr(member(w, "scheduled_scans", "c", "reason"), "environment"));
    assert_string_equal(member(w, "scheduled_scans", "c", "status"), "failed");
}

/* --- the threads --- */

/* Requests of environments that cannot be scanned end, with a reason and a message; none is left. */
static void
test_requests_that_cannot_run(void **state)
{
    struct world             *w = *state;
    const struct jobs_options options = { .store = str_from(w->uri), .interval = 10 };
    struct jobs              *jobs;
    struct str                ids[6];

    for (size_t i = 0; i < N_ELEMENTS(ids); i++)
        must(w, scan_request_add(w->store, i % 2 ? STR("one") : STR("two"), NULL, w->arena, &ids[i],
                                 &w->err));
    jobs = jobs_start(&options, &w->err);
    assert_non_null(jobs);
    for (size_t i = 0; i < N_ELEMENTS(ids); i++)
        while (strcmp(member(w, "scans", ids[i].p, "status"), "failed") != 0)
            usleep(10000);
    jobs_stop(jobs);
    assert_non_null(strstr(member(w, "scans", ids[0].p, "reason"), "two"));
}

/* --- connection tests --- */

/* Nobody listens at port 1. */
static const char cloud_document[] =
    "{\"name\":\"lab\",\"distribution\":\"Debian\",\"distribution_version\":\"12\","
    "\"mechanism_drivers\":[\"OVS\"],\"type_drivers\":\"vxlan\",\"operational\":\"stopped\","
    "\"configuration\":["
    "{\"name\":\"OpenStack\",\"host\":\"127.0.0.1\",\"port\":1,\"user\":\"u\",\"pwd\":\"geheim\"},"
    "{\"name\":\"AMQP\",\"host\":\"127.0.0.1\",\"port\":1,\"user\":\"u\",\"pwd\":\"geheim\"},"
    "{\"name\":\"CLI\",\"host\":\"127.0.0.1\",\"port\":1,\"user\":\"u\",\"key\":\"/none\"}]}";

static const char *
ask_for_test(struct world *w, const char *document, const char *targets, const char *user)
{
    const struct new_connection_test wanted = {
        .environment = STR("lab"),
        .document = doc_parse(w->arena, str_from(document), &w->err),
        .targets = doc_parse(w->arena, str_from(targets), &w->err),
        .user = str_from(user),
    };
    struct str id;

    must(w, connection_test_add(w->store, &wanted, w->arena, &id, &w->err));
    return id.p;
}

static struct doc *
document_of(struct world *w, const char *id)
{
    struct str text;

    must(w,
         collection_get(w->store, STR("connection_tests"), str_from(id), w->arena, &text, &w->err));
    return doc_parse(w->arena, text, &w->err);
}

/* Until it has ended. */
static struct doc *
tested(struct world *w, const char *id)
{
    while (strcmp(member(w, "connection_tests", id, "status"), "response") != 0)
        usleep(10000);
    return document_of(w, id);
}

static const char *
operational(struct world *w)
{
    struct environment_row row;

    must(w, store_get_environment(w->store, STR("lab"), w->arena, &row, &w->err));
    return doc_get_text(doc_parse(w->arena, row.document, &w->err), "operational").p;
}

static struct jobs *
start_jobs(struct world *w)
{
    const struct jobs_options options = { .store = str_from(w->uri), .interval = 10 };
    struct jobs              *jobs = jobs_start(&options, &w->err);

    assert_non_null(jobs);
    return jobs;
}

/* What is wrong with one target is no fault of the others; secrets are sealed, and nowhere else. */
static void
test_targets_are_tried(void **state)
{
    struct world *w = *state;
    const char   *id =
        ask_for_test(w, cloud_document, "[\"AMQP\",\"OpenStack\",\"mysql\",\"frob\"]", "");
    struct str   before = doc_body(w->arena, document_of(w, id));
    struct jobs *jobs = start_jobs(w);
    struct doc  *done = tested(w, id), *errors = doc_get(done, "errors");

    jobs_stop(jobs);
    assert_true(str_find(before, STR("geheim")) < 0);
    assert_true(str_find(doc_body(w->arena, done), STR("geheim")) < 0);
    assert_int_equal(doc_count(doc_get(done, "test_results")), 4);
    assert_int_equal(doc_kind(doc_path(done, "test_results.AMQP")), DOC_BOOL);
    assert_false(doc_truth(doc_path(done, "test_results.AMQP")));
    assert_has(doc_get_text(errors, "AMQP").p, "127.0.0.1");
    assert_has(doc_get_text(errors, "OpenStack").p, "127.0.0.1");
    assert_has(doc_get_text(errors, "mysql").p, "no entry");
    assert_has(doc_get_text(errors, "frob").p, "no test");
    assert_int_equal(doc_count(doc_get(done, "results")), 4);
    assert_true(strlen(member(w, "connection_tests", id, "response_timestamp")) > 20);
    assert_has(member(w, "connection_tests", id, "response_time"), "0:00:");
}

/* Only what the environment really has, tested by somebody who may edit it, says how it is. */
static void
test_who_says_how_an_environment_is(void **state)
{
    struct world *w = *state;
    char         *other = strdup(cloud_document);
    struct str    editor, stranger;
    struct jobs  *jobs;

    must(w, access_add_user(w->store, STR("editor"), STR("12345678"), 1u << ROLE_EDIT_ENV, w->arena,
                            &editor, &w->err));
    must(w, access_add_user(w->store, STR("stranger"), STR("12345678"), 0, w->arena, &stranger,
                            &w->err));
    must(w, store_put_environment(w->store, str_from(cloud_document), &w->err));
    jobs = start_jobs(w);

    tested(w, ask_for_test(w, cloud_document, "[\"OpenStack\"]", stranger.p));
    assert_string_equal(operational(w), "stopped");
    memcpy(strstr(other, "\"u\""), "\"v\"", 3); /* another user of Keystone */
    tested(w, ask_for_test(w, other, "[\"OpenStack\"]", editor.p));
    assert_string_equal(operational(w), "stopped");
    tested(w, ask_for_test(w, cloud_document, "[\"AMQP\"]", editor.p)); /* not needed for a scan */
    assert_string_equal(operational(w), "stopped");
    tested(w, ask_for_test(w, cloud_document, "[\"OpenStack\"]", editor.p));
    assert_string_equal(operational(w), "error");
    jobs_stop(jobs);
    free(other);
}

/* Cut off, imported, broken, and old ones. */
static void
test_tests_that_are_over(void **state)
{
    struct world *w = *state;
    char          host[256];
    uint64_t      n;
    struct queued test;
    bool          found;

    assert_int_equal(gethostname(host, sizeof host), 0);
    put(w, "connection_tests",
        arena_printf(w->arena,
                     "{\"_id\":\"cut\",\"environment\":\"lab\",\"status\":\"running\","
                     "\"owner\":\"%s:4194304\",\"test_targets\":[\"CLI\"],"
                     "\"targets_configuration\":[],"
                     "\"submit_timestamp\":\"2026-03-04T10:00:00Z\"}",
                     host)
            .p);
    put(w, "connection_tests",
        "{\"_id\":\"imported\",\"status\":\"response\","
        "\"response_timestamp\":\"2026-03-04T10:00:00Z\"}");
    put(w, "connection_tests",
        "{\"_id\":\"broken\",\"status\":\"request\",\"test_targets\":[],"
        "\"submit_timestamp\":\"2026-03-04T10:00:00Z\"}");
    must(w, connection_test_take(w->store, w->arena, &test, &found, &w->err));
    assert_false(found);
    must(w, connection_tests_recover(w->store, &n, &w->err));
    assert_int_equal(n, 1);
    assert_string_equal(member(w, "connection_tests", "cut", "status"), "failed");
    assert_string_equal(member(w, "connection_tests", "broken", "status"), "failed");
    assert_has(member(w, "connection_tests", "broken", "reason"), "test_targets");
    must(w, connection_tests_forget(w->store, store_now(), &w->err));
    assert_string_equal(member(w, "connection_tests", "cut", "status"), "failed");
    must(w, connection_tests_forget(w->store, store_now() + 25 * INT64_C(3600000000), &w->err));
    assert_string_equal(member(w, "connection_tests", "imported", "status"), "response");
    must_fail(w,
              collection_get(w->store, STR("connection_tests"), STR("cut"), w->arena, &test.text,
                             &w->err),
              ERROR_NOT_FOUND, "cut");
}

static void
test_scans_of_long_ago(void **state)
{
    struct world *w = *state;
    struct str    text;
    int64_t       day = 86400 * INT64_C(1000000);

    put(w, "scans",
        "{\"_id\":\"imported\",\"status\":\"completed\","
        "\"end_timestamp\":\"2017-03-04T10:00:00Z\"}");
    put(w, "scans",
        "{\"_id\":\"ours\",\"status\":\"completed\",\"owner\":\"host:1\","
        "\"end_timestamp\":\"2026-03-04T10:00:00Z\"}");
    must(w, scan_requests_forget(w->store, at("2026-03-04T10:00:00Z") + 89 * day, &w->err));
    assert_string_equal(member(w, "scans", "ours", "status"), "completed");
    must(w, scan_requests_forget(w->store, at("2026-03-04T10:00:00Z") + 91 * day, &w->err));
    assert_string_equal(member(w, "scans", "imported", "status"), "completed");
    must_fail(w, collection_get(w->store, STR("scans"), STR("ours"), w->arena, &text, &w->err),
              ERROR_NOT_FOUND, "ours");
}

/* Nothing that was to be done with it is done for whoever adds one of its name. */
static void
test_an_environment_goes(void **state)
{
    static const char *const gone[] = { "scheduled_scans/nightly", "connection_tests/saved",
                                        "host_keys/lab/cmp1" };
    static const char *const scans[] = { "waits", "runs", "done" };
    const struct lease_owner owner = { .owner = STR("another"),
                                       .pid = 1,
                                       .host = STR("elsewhere") };
    struct world            *w = *state;
    struct lease             lease;
    struct str               text;

    put_request(w, "waits", "lab", "10:00:00");
    put_request(w, "runs", "lab", "10:00:01");
    put_request(w, "other", "other", "10:00:02");
    put(w, "scans",
        "{\"_id\":\"done\",\"environment\":\"lab\",\"status\":\"completed\","
        "\"submit_timestamp\":\"2026-03-04T10:00:00Z\"}");
    put(w, "scans",
        "{\"_id\":\"runs\",\"environment\":\"lab\",\"status\":\"running\","
        "\"submit_timestamp\":\"2026-03-04T10:00:00Z\"}");
    put(w, "scheduled_scans", "{\"_id\":\"nightly\",\"environment\":\"lab\",\"freq\":\"DAILY\"}");
    put(w, "scheduled_scans", "{\"_id\":\"others\",\"environment\":\"other\",\"freq\":\"DAILY\"}");
    put(w, "connection_tests",
        "{\"_id\":\"saved\",\"environment\":\"lab\",\"user\":\"u\",\"is_saved\":true}");
    put(w, "connection_tests",
        "{\"_id\":\"own\",\"environment\":\"lab\",\"user\":\"u\",\"is_saved\":false}");
    must(w, host_keys_trust(w->store, STR("lab"), STR("cmp1"), STR("ssh-ed25519 A"), &w->err));

    /* All or nothing. */
    must_fail(w, environment_remove(w->store, STR("lab"), false, &w->err), ERROR_NOT_FOUND, "lab");
    assert_string_equal(member(w, "scans", "waits", "status"), "pending");

    must(w, store_put_environment(w->store, STR("{\"name\":\"lab\"}"), &w->err));
    must(w, environment_remove(w->store, STR("lab"), false, &w->err));
    assert_string_equal(member(w, "scans", "waits", "status"), "aborted");
    assert_string_equal(member(w, "scans", "runs", "abort"), "true");
    assert_string_equal(member(w, "scans", "other", "status"), "pending");
    assert_string_equal(member(w, "scans", "done", "status"), "completed");
    assert_string_equal(member(w, "scheduled_scans", "others", "environment"), "other");
    assert_string_equal(member(w, "connection_tests", "own", "environment"), "lab");
    for (size_t i = 0; i < N_ELEMENTS(gone); i++) {
        struct str id = str_from(gone[i]), collection;

        assert_true(str_cut(&id, '/', &collection));
        must_fail(w, collection_get(w->store, collection, id, w->arena, &text, &w->err),
                  ERROR_NOT_FOUND, "nothing with _id");
    }

    /* Not while it is scanned; then all goes, also what only says that it runs. */
    must(w, store_lease_acquire(w->store, STR("lab"), &owner, store_now(), &lease, &w->err));
    must_fail(w, environment_remove(w->store, STR("lab"), true, &w->err), ERROR_BUSY,
              "being scanned by another");
    must(w, store_lease_release(w->store, &lease, &w->err));
    must(w, environment_remove(w->store, STR("lab"), true, &w->err));
    for (size_t i = 0; i < N_ELEMENTS(scans); i++)
        must_fail(
            w, collection_get(w->store, STR("scans"), str_from(scans[i]), w->arena, &text, &w->err),
            ERROR_NOT_FOUND, scans[i]);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_oldest_comes_first),
        TEST(fields),
        TEST(aborting),
        TEST(what_a_crash_cut_off),
        TEST(an_end_is_not_taken_for_a_crash),
        TEST(a_scan_that_runs_already),
        TEST(scans_of_long_ago),
        TEST(a_schedule_asks_for_scans),
        TEST(a_short_month_is_not_the_rule),
        TEST(the_clock_is_put_back),
        TEST(once),
        TEST(a_schedule_that_is_wrong),
        TEST(requests_that_cannot_run),
        TEST(targets_are_tried),
        TEST(who_says_how_an_environment_is),
        TEST(tests_that_are_over),
        TEST(an_environment_goes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
