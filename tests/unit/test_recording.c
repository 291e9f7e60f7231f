/* Recordings: the shipped ones, and what is read from the entries of an index. */

#include "recording_world.h"

#include <sys/stat.h>

#include "base/work.h"

/* --- the shipped recordings --- */

static void
open_cloud(struct fixture *f, const char *name)
{
    size_t n_faults;

    assert_true(open_folder(f, arena_printf(f->arena, TESTS_FOLDER "/clouds/%s", name).p));
    recording_faults(f->recording, &n_faults);
    assert_int_equal(n_faults, 0);
}

static void
test_real_cloud_answers(void **state)
{
    struct fixture *f = *state;

    open_cloud(f, "ovs");
    assert_text(recording_time(f->recording), "2026-11-22T17:54:46+00:00");
    assert_true(ask(f, "nova:/servers/detail?all_tenants=1"));
    assert_true(str_has(answer_text(&f->answer), STR("\"vm-a1\"")));
    assert_int_equal(f->answer.pages[0].status, 200);
    assert_true(ask(f, "neutron.agents(id,host)|neutron:/agents"));
    assert_int_equal(f->answer.form, 0);
    assert_true(ask(f, "cmp1> ip -j -d link | cmp1> ip -d -j link | cmp1> ip -d link"));
    assert_int_equal(f->answer.form, 0);
    assert_int_equal(f->answer.error.domain, ERROR_NONE);
    assert_true(ask(f, "cmp1>  sudo  ip  '-d'  \"link\" "));

    /* The userspace datapath is no concern of ovs-dpctl. */
    assert_true(ask(f, "cmp1> ovs-dpctl show | cmp1> ovs-appctl dpctl/show"));
    assert_int_equal(f->answer.form, 1);
    assert_false(ask(f, "cmp1> ovs-dpctl show"));
    assert_int_equal(f->answer.kind, ANSWER_FAILED);
    assert_true(error_has(f, "ovs-dpctl show on cmp1: exit status 1: "));
    assert_true(error_has(f, "kernel module is probably not loaded"));

    assert_false(ask(f, "ctl> virsh list --all | ctl> virsh list"));
    assert_int_equal(f->answer.kind, ANSWER_UNKNOWN);
    assert_true(error_has(f, "virsh list --all on ctl: not recorded in any form"));
    assert_false(ask(f, "nova.instances"));
    assert_int_equal(f->answer.kind, ANSWER_UNKNOWN);
}

static void
test_environment_comes_along_or_is_derived(void **state)
{
    const struct str derived_text =
        STR("{\"name\": \"mine\", \"type\": \"environment\", \"environment_type\": \"OpenStack\","
            " \"distribution\": \"Debian\", \"distribution_version\": \"12\","
            " \"mechanism_drivers\": [\"LXB\"], \"type_drivers\": \"vxlan\", \"host_pnics\": "
            "[\"eth*\"],"
            " \"configuration\": [{\"name\": \"OpenStack\", \"host\": \"10.77.0.10\","
            " \"port\": \"5000\"}, {\"name\": \"mysql\"}, {\"name\": \"CLI\"}]}");
    struct fixture *f = *state;
    bool            is_derived;

    open_cloud(f, "lxb");

    struct doc *given =
        recording_environment(f->recording, f->arena, STR("mine"), &is_derived, &f->err);

    assert_false(is_derived);
    assert_text(doc_get_text(given, "name"), "mine");

    /* What a recording of format 1 says about itself; its credentials are no part of it. */
    write_file(f, "t.json", "[]");
    assert_true(open_index(
        f, "\"driver\": \"lxb\", \"packages\": {\"a\": \"1.0\", \"nova-common\": "
           "\"2:26.2.2-1~deb12u5\"},"
           "\"lab\": {\"admin\": {\"user\": \"admin\", \"password\": \"hidden\"}}, \"files\": ["
           "{\"kind\": \"rest\", \"service\": \"keystone\", \"method\": \"POST\", \"status\": 201,"
           " \"url\": \"http://10.77.0.10:5000/v3/auth/tokens\", \"file\": \"t.json\"},"
           "{\"kind\": \"db\", \"database\": \"nova\", \"table\": \"x\", \"rows\": 0}]"));

    struct doc *derived =
        recording_environment(f->recording, f->arena, STR("mine"), &is_derived, &f->err);

    assert_true(is_derived);
    assert_true(doc_equal(doc_parse(f->arena, derived_text, &f->err), derived));
    assert_false(str_has(doc_body(f->arena, derived), STR("hidden")));

    assert_true(open_index(f, "\"files\": []"));
    assert_null(recording_environment(f->recording, f->arena, STR("x"), NULL, &f->err));
    assert_has(f->err.message, "neither an environment nor a driver");
}

/* --- what is recorded, and how --- */

static void
test_rest_entries(void **state)
{
    struct fixture *f = *state;

    write_file(f, "a.json", "a");
    write_file(f, "b.json", "b");
    open_entries(
        f, "{\"kind\": \"rest\", \"service\": \"nova\", \"method\": \"GET\", \"status\": 200,"
           " \"url\": \"http://h/v2.1/x\", \"as\": \"demo\", \"file\": \"a.json\"},"
           "{\"kind\": \"rest\", \"service\": \"nova\", \"method\": \"POST\", \"status\": 200,"
           " \"url\": \"http://h/v2.1/x\", \"file\": \"a.json\"},"
           "{\"kind\": \"rest\", \"service\": \"nova\", \"method\": \"GET\", \"status\": 200,"
           " \"url\": \"http://h/v2.1/x\", \"file\": \"a.json\","
           " \"request_headers\": {\"openstack-api-version\": \"compute 2.93\"}},"
           "{\"kind\": \"rest\", \"service\": \"nova\", \"method\": \"GET\", \"status\": 500,"
           " \"url\": \"http://h/v2.1/x\", \"file\": \"a.json\"},"
           "{\"kind\": \"rest\", \"service\": \"nova\", \"method\": \"GET\", \"status\": 200,"
           " \"url\": \"http://h/v2.1/x\", \"file\": \"b.json\", \"as\": \"admin\"},"
           "{\"kind\": \"rest\", \"service\": \"nova\", \"method\": \"GET\", \"status\": 503,"
           " \"url\": \"http://h/v2.1/y\", \"file\": \"b.json\"}");
    assert_int_equal(n_faults(f), 0);
    assert_true(ask(f, "nova:/x"));
    assert_true(answer_is(f, "b"));
    assert_false(ask(f, "nova:/y"));
    assert_true(error_has(f, "nova:/y: HTTP status 503"));
    assert_false(ask(f, "neutron:/x"));
}

static void
test_pages_are_used_in_order(void **state)
{
    static const char page[] =
        "{\"kind\": \"rest\", \"service\": \"neutron\", \"method\": \"GET\", \"status\": %d,"
        " \"url\": \"http://h/v2.0/ports?limit=1%s\", \"file\": \"%s\"}";
    struct fixture *f = *state;
    struct str      one, two, three;

    write_file(f, "z.json", "first");
    write_file(f, "y.json", "second");
    write_file(f, "x.json", "third");
    one = arena_printf(f->arena, page, 200, "", "z.json");
    two = arena_printf(f->arena, page, 200, "&marker=1", "y.json");
    three = arena_printf(f->arena, page, 200, "&marker=2", "x.json");
    open_entries(f, arena_printf(f->arena, "%s,%s,%s", one.p, two.p, three.p).p);
    assert_true(ask(f, "neutron:/ports"));
    assert_int_equal(f->answer.n_pages, 3);
    assert_text(f->answer.pages[0].text, "first");
    assert_text(f->answer.pages[1].text, "second");
    assert_text(f->answer.pages[2].text, "third");

    /* A list with a hole is no list. */
    assert_int_equal(unlink(path_of(f, "y.json")), 0);
    assert_false(ask(f, "neutron:/ports"));
    assert_int_equal(f->answer.kind, ANSWER_BROKEN);
    assert_true(error_has(f, "y.json"));
    three = arena_printf(f->arena, page, 500, "&marker=1", "x.json");
    open_entries(f, arena_printf(f->arena, "%s,%s", one.p, three.p).p);
    assert_false(ask(f, "neutron:/ports"));
    assert_true(error_has(f, "HTTP status 500"));

    /* The list in one reply is better than its pages. */
    open_entries(f, arena_printf(f->arena,
                                 "%s,{\"kind\": \"rest\", \"service\": \"neutron\","
                                 "\"method\": \"GET\", \"status\": 200, \"file\": \"x.json\","
                                 "\"url\": \"http://h/v2.0/ports\"}",
                                 one.p)
                        .p);
    assert_true(ask(f, "neutron:/ports"));
    assert_true(answer_is(f, "third"));
}

static void
test_regions(void **state)
{
    static const char entry[] =
        "{\"kind\": \"rest\", \"service\": \"nova\", \"method\": \"GET\", \"status\": 200,"
        " \"url\": \"http://h/v2.1/x\", \"file\": \"%s\"%s}";
    struct fixture *f = *state;
    struct request  request;

    write_file(f, "one", "1");
    write_file(f, "two", "2");
    open_entries(f, arena_printf(f->arena, "%s,%s", arena_printf(f->arena, entry, "one", "").p,
                                 arena_printf(f->arena, entry, "two", ",\"region\":\"R2\"").p)
                        .p);
    assert_true(request_from_text(STR("nova:/x"), &request));
    request.region = STR("R2");
    assert_true(transport_ask(f->transport, &request, 1, f->arena, &f->answer));
    assert_true(answer_is(f, "2"));
    request.region = STR("R1");
    assert_true(transport_ask(f->transport, &request, 1, f->arena, &f->answer));
    assert_true(answer_is(f, "1"));
}

static void
test_row_counts(void **state)
{
    struct fixture *f = *state;

    assert_int_equal(mkdir(path_of(f, "db"), 0700), 0);
    write_file(f, "db/_counts.json", "{\"none\": 0, \"some\": 3, \"both\": 0, \"odd\": \"x\"}");
    write_file(f, "db/both.json", "[1]");
    open_entries(f, "{\"kind\": \"db\", \"database\": \"n\", \"file\": \"db/_counts.json\"},"
                    "{\"kind\": \"db\", \"database\": \"n\", \"table\": \"both\", \"rows\": 1,"
                    " \"file\": \"db/both.json\"},"
                    "{\"kind\": \"db\", \"database\": \"n\", \"table\": \"plain\", \"rows\": 0},"
                    "{\"kind\": \"db\", \"file\": \"db/both.json\"}");
    assert_int_equal(n_faults(f), 0);
    assert_true(ask(f, "n.none") && answer_is(f, "[]"));
    assert_true(ask(f, "n.both") && answer_is(f, "[1]"));
    assert_true(ask(f, "n.plain") && answer_is(f, "[]"));
    assert_false(ask(f, "n.some"));
    assert_int_equal(f->answer.kind, ANSWER_UNKNOWN);
    assert_false(ask(f, "n.odd"));

    /* Without the counts nobody knows which tables are empty. */
    assert_int_equal(unlink(path_of(f, "db/_counts.json")), 0);
    assert_false(ask(f, "n.none"));
    assert_int_equal(f->answer.kind, ANSWER_BROKEN);
    assert_true(error_has(f, "n.none: cannot open db/_counts.json"));
    assert_true(ask(f, "n.none|n.both") && answer_is(f, "[1]"));
    assert_true(error_has(f, "db/_counts.json"));
    assert_true(ask(f, "n.both"));
    assert_int_equal(f->answer.error.domain, ERROR_NONE);
    write_file(f, "db/_counts.json", "[");
    assert_false(ask(f, "n.none"));
    assert_true(error_has(f, "n.none: db/_counts.json: line 1"));
}

static void
test_schema_of_neutron_has_other_names(void **state)
{
    struct fixture *f = *state;

    write_file(f, "a.json", "[1]");
    open_entries(f, "{\"kind\": \"db\", \"database\": \"ovs_neutron\", \"table\": \"agents\","
                    " \"rows\": 1, \"file\": \"a.json\"}");
    assert_true(ask(f, "neutron.agents") && answer_is(f, "[1]"));
}

static void
test_lost_files_are_faults(void **state)
{
    struct fixture *f = *state;

    write_file(f, "one.txt", "one");
    write_file(f, "two.txt", "two");
    open_entries(
        f, "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"a\", \"rc\": 0,"
           " \"bytes\": 99, \"file\": \"one.txt\"},"
           "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"b\", \"rc\": 0,"
           " \"file\": \"two.txt\"},"
           "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"none\", \"rc\": 0, \"bytes\": 0},"
           "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"bad\", \"rc\": 127,"
           " \"bytes\": 0, \"stderr_file\": \"two.txt\"}");
    assert_true(ask(f, "h> a | h> b") && answer_is(f, "one"));
    assert_true(ask(f, "h> none") && answer_is(f, ""));
    assert_false(ask(f, "h> bad"));
    assert_true(error_has(f, "bad on h: exit status 127: two"));
    assert_int_equal(unlink(path_of(f, "one.txt")), 0);
    assert_true(ask(f, "h> a | h> b") && answer_is(f, "two"));
    assert_int_equal(f->answer.form, 1);
    assert_true(error_has(f, "a on h: cannot open one.txt"));
    assert_false(ask(f, "h> bad | h> a"));
    assert_int_equal(f->answer.kind, ANSWER_BROKEN);
    assert_true(error_has(f, "one.txt"));
}

static void
test_lines_and_slices(void **state)
{
    struct fixture *f = *state;

    write_file(f, "index.json", "{\"format\": 2, \"files\": \"entries.jsonl\"}");
    write_file(f, "all.bin", "onetwothree");
    write_file(f, "entries.jsonl",
               "{\"kind\":\"cli\",\"host\":\"h\",\"command\":\"1\",\"rc\":0,\"file\":\"all.bin\","
               "\"offset\":0,\"bytes\":3}\n"
               "{\"kind\":\"cli\",\"host\":\"h\",\"command\":\"2\",\"rc\":0,\"file\":\"all.bin\","
               "\"offset\":3,\"bytes\":3}\r\n"
               "\n"
               "{\"kind\":\"cli\",\"host\":\"h\",\"command\":\"3\",\"rc\":0,\"file\":\"all.bin\","
               "\"offset\":6,\"bytes\":5}\n"
               "{\"kind\":\"cli\",\"host\":\"h\",\"command\":\"4\",\"rc\":0,\"file\":\"all.bin\","
               "\"offset\":6,\"bytes\":6}\n"
               "{\"kind\":\"cli\",\"host\":\"h\",\"command\":\"5\",\"rc\":0,\"file\":\"all.bin\","
               "\"offset\":99,\"bytes\":1}\n"
               "{\"kind\":\"cli\",\"host\":\"h\",\"comm");
    assert_true(open_folder(f, f->folder));
    assert_int_equal(recording_n_entries(f->recording), 5);
    assert_true(ask(f, "h> 1") && answer_is(f, "one"));
    assert_true(ask(f, "h> 2") && answer_is(f, "two"));
    assert_true(ask(f, "h> 3") && answer_is(f, "three"));
    assert_false(ask(f, "h> 4"));
    assert_true(error_has(f, "all.bin has 11 bytes, 6 from byte 6 were expected"));
    assert_false(ask(f, "h> 5"));

    size_t            n;
    const struct str *faults = recording_faults(f->recording, &n);

    assert_int_equal(n, 1);
    assert_true(str_starts(faults[0], STR("entries.jsonl, entry 7: ")));
}

/* --- threads --- */

/* Many threads ask one recording; the sanitizers watch. */
static void
ask_all(void *context, size_t index)
{
    static const char *const commands[] = { "ip -d link", "ip -j address", "virsh list --all",
                                            "ovs-dpctl show", "nothing" };
    AUTO_ARENA               arena = arena_new();
    struct fixture          *f = context;
    struct request           request =
        request_command(STR("cmp1"), str_from(commands[index % N_ELEMENTS(commands)]));
    struct answer answer;
    bool          good = transport_ask(f->transport, &request, 1, arena, &answer);

    if (good != (index % N_ELEMENTS(commands) < 3))
        abort();
}

static void
test_many_threads_ask(void **state)
{
    struct fixture *f = *state;

    open_cloud(f, "ovs-direct");
    work_each(8, 400, ask_all, f);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(real_cloud_answers),
        TEST(environment_comes_along_or_is_derived),
        TEST(rest_entries),
        TEST(pages_are_used_in_order),
        TEST(regions),
        TEST(row_counts),
        TEST(schema_of_neutron_has_other_names),
        TEST(lost_files_are_faults),
        TEST(lines_and_slices),
        TEST(many_threads_ask),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
