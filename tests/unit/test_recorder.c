/* Recordings as they are written: what is asked of them afterwards, and what a cloud's names do to
 * the names of files. */

#include "recording_world.h"

#include <sys/stat.h>

#include "base/work.h"
#include "transport/recorder.h"

/* A recorder for the fixture's folder. */
struct recording_in_progress {
    struct scrub    *scrub;
    struct doc      *environment;
    struct recorder *recorder;
};

static struct recorder *
begin(struct fixture *f, struct recording_in_progress *p, struct pseudonym *pseudonym)
{
    p->scrub = scrub_new();
    p->environment = doc_parse(f->arena,
                               STR("{\"name\": \"lab\", \"configuration\": [{\"name\": "
                                   "\"OpenStack\", \"host\": \"10.0.0.1\", \"pwd\": \"geheim\"}]}"),
                               &f->err);
    assert_non_null(p->environment);
    assert_true(recorder_new(&(struct recorder_options){ .folder = f->folder,
                                                         .scrub = p->scrub,
                                                         .pseudonym = pseudonym,
                                                         .environment = p->environment },
                             &p->recorder, &f->err));
    return p->recorder;
}

static void
end(struct fixture *f, struct recording_in_progress *p)
{
    assert_true(recorder_finish(p->recorder, STR("2026-11-22T08:20:44+00:00"), &f->err));
    recorder_free(p->recorder);
    scrub_free(p->scrub);
    assert_true(open_folder(f, f->folder));
    assert_int_equal(n_faults(f), 0);
}

static void
add(struct recorder *r, const char *form, const char *text, int status, struct recorded_page page)
{
    struct request     request;
    const struct reply reply = { .text = str_from(text), .status = status };

    assert_true(request_from_text(str_from(form), &request));
    recorder_add(r, &request, &reply, page);
}

static const struct recorded_page whole = { 0, 1 };

static void
test_what_was_added_is_answered(void **state)
{
    struct fixture              *f = *state;
    struct recording_in_progress p;
    struct recorder             *r = begin(f, &p, NULL);

    add(r, "nova:/servers/detail?all_tenants=1", "{\"servers\": [1]}", 200, whole);
    add(r, "neutron:/ports", "{\"ports\": [1]}", 200, (struct recorded_page){ 0, 2 });
    add(r, "neutron:/ports", "{\"ports\": [2]}", 200, (struct recorded_page){ 1, 2 });
    add(r, "nova:/os-hypervisors", "", 404, whole);
    add(r, "neutron.agents(id,host)", "[{}, {}]", 0, whole);
    add(r, "neutron.routers", "[]", 0, whole);
    recorder_add_cli(r, STR("cmp1"), STR("ip -d link"), 0, STR("1: lo"), STR_NONE);
    recorder_add_cli(r, STR("cmp1"), STR("ip netns"), 0, STR_NONE, STR_NONE);
    recorder_add_cli(r, STR("cmp1"), STR("virsh list --all"), 127, STR_NONE,
                     STR("sh: virsh: not found"));
    assert_int_equal(recorder_counts(r).n_replies, 9);
    end(f, &p);

    assert_text(recording_time(f->recording), "2026-11-22T08:20:44+00:00");
    assert_true(ask(f, "nova:/servers/detail?all_tenants=1"));
    assert_true(answer_is(f, "{\"servers\": [1]}"));
    assert_true(ask(f, "neutron:/ports"));
    assert_int_equal(f->answer.n_pages, 2);
    assert_text(f->answer.pages[1].text, "{\"ports\": [2]}");
    assert_false(ask(f, "nova:/os-hypervisors"));
    assert_true(error_has(f, "HTTP status 404"));
    assert_true(ask(f, "neutron.agents"));
    assert_true(answer_is(f, "[{}, {}]"));
    assert_true(ask(f, "neutron.routers"));
    assert_true(answer_is(f, "[]"));
    assert_true(ask(f, "cmp1> ip -d link"));
    assert_true(answer_is(f, "1: lo"));
    assert_true(ask(f, "cmp1> ip netns"));
    assert_true(answer_is(f, ""));
    assert_false(ask(f, "cmp1> virsh list --all"));
    assert_true(error_has(f, "exit status 127: sh: virsh: not found"));

    struct doc *environment =
        recording_environment(f->recording, f->arena, STR_NONE, NULL, &f->err);

    assert_text(doc_body(f->arena, environment),
                "{\"configuration\":[{\"host\":\"10.0.0.1\",\"name\":\"OpenStack\"}],"
                "\"name\":\"lab\"}");
}

/* Names of hosts come from an API: no file is written outside, none over another one. */
static void
test_hostile_names(void **state)
{
    static const char *const     hosts[] = { "../../x",  "/etc",  "..",   ".",   "a/b",
                                             "a_b",      "A_b",   "a\nb", "",    "-x",
                                             "\xff\xfe", "c:\\d", ".git", "a b", "a_b" };
    struct fixture              *f = *state;
    struct recording_in_progress p;
    struct recorder             *r = begin(f, &p, NULL);
    char                         long_name[3000];

    memset(long_name, 'x', sizeof long_name);
    for (size_t i = 0; i < N_ELEMENTS(hosts); i++)
        recorder_add_cli(r, str_from(hosts[i]), STR("cat ../../../etc/passwd"), 0,
                         arena_printf(f->arena, "%zu", i), STR_NONE);
    recorder_add_cli(r, (struct str){ long_name, sizeof long_name },
                     (struct str){ long_name, sizeof long_name }, 0, STR("long"), STR("why"));
    assert_false(recorder_has_failed(r));
    assert_int_equal(recorder_counts(r).n_replies, N_ELEMENTS(hosts) + 1);
    assert_true(recorder_finish(r, STR_NONE, &f->err));
    recorder_free(r);
    scrub_free(p.scrub);
    assert_true(open_folder(f, f->folder)); /* no host is called "" or is no UTF-8: a fault */
    for (size_t i = 0; i < 5; i++) {
        assert_true(ask(f, arena_printf(f->arena, "%s> cat ../../../etc/passwd", hosts[i]).p));
        assert_text(answer_text(&f->answer), arena_printf(f->arena, "%zu", i).p);
    }
    assert_true(ask(f, "A_b> cat ../../../etc/passwd"));
    assert_true(answer_is(f, "6"));
}

static void
test_only_new_or_empty_folders(void **state)
{
    struct fixture  *f = *state;
    AUTO_SCRUB       scrub = scrub_new();
    struct recorder *r = NULL;
    struct stat      status;
    const char      *inside = path_of(f, "new");

    assert_true(
        recorder_new(&(struct recorder_options){ .folder = inside, .scrub = scrub }, &r, &f->err));
    recorder_free(r);
    assert_int_equal(stat(inside, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0700);
    assert_false(recorder_new(&(struct recorder_options){ .folder = f->folder, .scrub = scrub }, &r,
                              &f->err));
    assert_has(f->err.message, "is not empty");
    assert_false(open_folder(f, inside)); /* not finished: no recording */
}

/* Names are known only when all lists are there; nothing is written before. */
static void
test_pseudonyms_wait_for_the_names(void **state)
{
    struct fixture              *f = *state;
    AUTO_PSEUDONYM               pseudonym = pseudonym_new(NULL);
    struct recording_in_progress p;
    struct recorder             *r = begin(f, &p, pseudonym);

    add(r, "nova:/servers/detail?all_tenants=1", "{\"servers\": [{\"name\": \"on cmp1\"}]}", 200,
        whole);
    recorder_add_cli(r, STR("cmp1"), STR("uname -a"), 0, STR("Linux cmp1"), STR_NONE);
    add(r, "nova:/os-services", "{\"services\": [{\"host\": \"cmp1\"}]}", 200, whole);
    assert_int_equal(recorder_counts(r).n_replies, 0);
    recorder_release(r);
    assert_int_equal(recorder_counts(r).n_replies, 3);
    recorder_add_cli(r, STR("cmp1"), STR("arch"), 1, STR_NONE, STR("cmp1: no arch"));
    end(f, &p);
    assert_true(ask(f, "host-1> uname -a"));
    assert_true(answer_is(f, "Linux host-1"));
    assert_true(ask(f, "nova:/os-services"));
    assert_true(answer_is(f, "{\"services\":[{\"host\":\"host-1\"}]}"));
    assert_false(ask(f, "host-1> arch"));
    assert_true(error_has(f, "host-1: no arch"));
}

static void
add_one(void *context, size_t index)
{
    char host[32];

    snprintf(host, sizeof host, "cmp%zu", index % 50);
    recorder_add_cli(context, str_from(host), STR("uname -m"), (int)(index / 50), str_from(host),
                     STR_NONE);
}

static void
test_many_threads(void **state)
{
    enum { N = 500 };
    struct fixture              *f = *state;
    struct recording_in_progress p;

    work_each(8, N, add_one, begin(f, &p, NULL));
    assert_int_equal(recorder_counts(p.recorder).n_replies, N);
    end(f, &p);
    assert_int_equal(recording_n_entries(f->recording), N);
    assert_true(ask(f, "cmp7> uname -m"));
    assert_true(answer_is(f, "cmp7"));
}

/* Form by form: those that fail on the way are kept, and what is worst is told. */
static void
test_transport_that_records(void **state)
{
    struct fixture              *f = *state, copy = { .arena = f->arena };
    struct recording_in_progress p;

    assert_int_equal(folder_make(copy.folder, "recording"), 0);
    write_file(f, "good", "x86_64");
    write_file(f, "why", "arch: no such\n");
    open_entries(f, "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"uname -m\", \"rc\": 2, "
                    "\"bytes\": 0, \"stderr_file\": \"why\"}, {\"kind\": \"cli\", \"host\": \"h\", "
                    "\"command\": \"arch\", \"rc\": 0, \"file\": \"good\"}, {\"kind\": \"cli\", "
                    "\"host\": \"h\", \"command\": \"lost\", \"rc\": 0, \"file\": \"gone\"}");

    struct recorder *r = begin(&copy, &p, NULL);

    f->transport = recorder_wrap(r, f->transport, false);
    assert_true(ask(f, "h> uname -m | h> arch"));
    assert_int_equal(f->answer.form, 1);
    assert_true(answer_is(f, "x86_64"));
    assert_int_equal(f->answer.error.domain, ERROR_NONE);
    assert_false(ask(f, "h> lost | h> uname -m"));
    assert_int_equal(f->answer.kind, ANSWER_BROKEN);
    assert_true(ask(f, "h> lost | h> arch")); /* asked again, but kept once */
    assert_true(error_has(f, "gone"));
    assert_false(ask(f, "h> nothing"));
    assert_int_equal(f->answer.kind, ANSWER_UNKNOWN);
    assert_int_equal(recorder_counts(r).n_replies, 2);
    close_recording(f);
    end(&copy, &p);
    assert_false(ask(&copy, "h> uname -m"));
    assert_true(error_has(&copy, "exit status 2: arch: no such"));
    close_recording(&copy);
    assert_int_equal(folder_remove(copy.folder), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_was_added_is_answered),    TEST(hostile_names), TEST(only_new_or_empty_folders),
        TEST(pseudonyms_wait_for_the_names), TEST(many_threads),  TEST(transport_that_records),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
