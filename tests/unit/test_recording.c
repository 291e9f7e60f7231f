/* Recordings: the shipped ones, and what index files of strangers may hold. */

#include "testing.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/work.h"
#include "transport/replay.h"
#include "transport/request_key.h"

/* A folder that a test fills with a recording, and the answer to what it asks last. */
struct fixture {
    struct arena     *arena;
    char              folder[64];
    struct recording *recording;
    struct transport *transport;
    struct answer     answer;
    struct error      err;
};

static int
set_up(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);

    f->arena = arena_new();
    snprintf(f->folder, sizeof f->folder, "/tmp/calipso-recording-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    *state = f;
    return 0;
}

static void
close_recording(struct fixture *f)
{
    transport_close(f->transport);
    recording_close(f->recording);
    f->transport = NULL;
    f->recording = NULL;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;
    char            command[128];

    close_recording(f);
    snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    if (system(command) != 0)
        return -1;
    arena_free(f->arena);
    free(f);
    return 0;
}

static const char *
path_of(struct fixture *f, const char *name)
{
    return arena_printf(f->arena, "%s/%s", f->folder, name).p;
}

static void
write_file(struct fixture *f, const char *name, const char *text)
{
    AUTO_FILE file = fopen(path_of(f, name), "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
}

static bool
open_folder(struct fixture *f, const char *folder)
{
    close_recording(f);
    f->err = (struct error){ 0 };
    if (!recording_open(folder, &f->recording, &f->err))
        return false;
    f->transport = replay_open(f->recording);
    return true;
}

static void
open_cloud(struct fixture *f, const char *name)
{
    size_t n_faults;

    assert_true(open_folder(f, arena_printf(f->arena, TESTS_FOLDER "/clouds/%s", name).p));
    recording_faults(f->recording, &n_faults);
    assert_int_equal(n_faults, 0);
}

/* An index.json with these members, and the recording opened. */
static bool
open_index(struct fixture *f, const char *members)
{
    write_file(f, "index.json", arena_printf(f->arena, "{%s}", members).p);
    return open_folder(f, f->folder);
}

static void
open_entries(struct fixture *f, const char *entries)
{
    assert_true(
        open_index(f, arena_printf(f->arena, "\"driver\": \"ovs\", \"files\": [%s]", entries).p));
}

static size_t
n_faults(struct fixture *f)
{
    size_t n;

    recording_faults(f->recording, &n);
    return n;
}

/* Ask for forms as tables write them, separated by '|'; a command is "HOST> COMMAND". */
static bool
ask(struct fixture *f, const char *text)
{
    struct request forms[8];
    struct str     rest = str_from(text), form, host;
    size_t         n = 0;

    while (str_cut(&rest, '|', &form)) {
        form = str_trim(form);
        if (str_find_char(form, '>') < 0) {
            assert_true(request_from_text(form, &forms[n++]));
        } else {
            str_cut(&form, '>', &host);
            forms[n++] = request_command(host, str_trim(form));
        }
    }
    return transport_ask(f->transport, forms, n, f->arena, &f->answer);
}

static bool
answer_is(struct fixture *f, const char *text)
{
    return f->answer.kind == ANSWER_GOOD && str_is(answer_text(&f->answer), text);
}

static bool
error_has(struct fixture *f, const char *text)
{
    return strstr(f->answer.error.message, text) != NULL;
}

/* --- requests --- */

static void
test_forms_are_read(void **state UNUSED)
{
    struct request r;

    assert_true(request_from_text(STR("nova:/servers/detail?all_tenants=1"), &r));
    assert_int_equal(r.kind, REQUEST_REST);
    assert_true(str_is(r.service, "nova") && str_is(r.path, "/servers/detail") &&
                str_is(r.query, "all_tenants=1"));
    assert_true(request_from_text(STR("neutron:/ports"), &r) && str_empty(r.query));
    assert_true(request_from_text(STR("neutron.agents(id,host)"), &r));
    assert_int_equal(r.kind, REQUEST_SQL);
    assert_true(str_is(r.schema, "neutron") && str_is(r.table, "agents") &&
                str_is(r.columns, "id,host"));
    assert_true(request_has_column(&r, STR("host")) && !request_has_column(&r, STR("hos")));
    assert_true(request_from_text(STR("nova.aggregates"), &r) && str_empty(r.columns));
    assert_true(request_has_column(&r, STR("anything")));
    assert_false(request_from_text(STR("nothing"), &r));
    assert_false(request_from_text(STR("a.b(c"), &r));
    assert_false(request_from_text(STR(""), &r));
}

static struct str
key_of_url(struct arena *arena, const char *url, const char *microversion)
{
    struct request r = { .service = STR("s"), .microversion = str_from(microversion) };
    AUTO_BUF       key = { 0 };

    request_set_url(&r, str_from(url));
    request_key(&key, &r);
    return arena_str(arena, buf_str(&key));
}

static void
test_keys_of_addresses(void **state)
{
    static const struct {
        const char *a, *mva, *b, *mvb;
        bool        are_equal;
    } cases[] = {
        { "http://h:8774/v2.1/servers", "", "https://other/v2.1/servers", "", true },
        { "http://h:8774/v2.1/servers", "", "http://h/compute/v2.1/servers/", "", true },
        { "http://h/v2.1/servers", "", "http://h/v2/0123456789abcdef0123456789abcdef/servers", "",
          true },
        { "http://h/v3/projects", "", "http://h/identity/v3/projects", "", true },
        { "http://h/v2.0/ports", "", "http://h/v2.0/ports?limit=2&marker=x", "", true },
        { "http://h/v2.0/ports", "", "http://h/v2.0/ports?fields=id&fields=name", "", true },
        { "http://h/v2.1/s?a=1&b=2", "", "http://h/v2.1/s?b=2&a=1", "", true },
        { "http://h/v2.1/s", "2.1", "http://h/v2.1/s", "compute 2.1", true },
        { "http://h/v2.1/s", "2.93", "http://h/v2.1/s", "compute 2.93", true },
        { "http://h/v2.1/s", "", "http://h/v2.1/s", "2.93", false },
        { "http://h/v2.1/s?a=1", "", "http://h/v2.1/s", "", false },
        { "http://h/v2.1/s?limits=1", "", "http://h/v2.1/s", "", false },
        { "http://h/v3/projects", "", "http://h/v3/project", "", false },
        { "http://h/v3/projects/0123456789abcdef0123456789abcdef", "", "http://h/v3/projects", "",
          false },
        { "http://h/", "", "http://h", "", true },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct str a = key_of_url(f->arena, cases[i].a, cases[i].mva);
        struct str b = key_of_url(f->arena, cases[i].b, cases[i].mvb);

        if (str_equal(a, b) != cases[i].are_equal)
            fail_msg("%s (%s), %s (%s)", cases[i].a, a.p, cases[i].b, b.p);
    }
}

/* --- the shipped recordings --- */

static void
test_real_cloud_answers(void **state)
{
    struct fixture *f = *state;

    open_cloud(f, "ovs");
    assert_true(str_is(recording_time(f->recording), "2026-11-22T08:20:44+00:00"));
    assert_true(ask(f, "nova:/servers/detail?all_tenants=1"));
    assert_true(str_has(answer_text(&f->answer), STR("\"vm-a1\"")));
    assert_int_equal(f->answer.pages[0].status, 200);
    assert_true(ask(f, "neutron.agents(id,host)|neutron:/agents"));
    assert_int_equal(f->answer.form, 0);
    assert_true(ask(f, "neutron.ml2_gre_endpoints"));
    assert_true(answer_is(f, "[]"));
    assert_true(ask(f, "cmp1> ip -j -d link | cmp1> ip -d -j link | cmp1> ip -d link"));
    assert_int_equal(f->answer.form, 1);
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
    struct fixture *f = *state;
    bool            is_derived;

    open_cloud(f, "lxb");

    struct doc *given =
        recording_environment(f->recording, f->arena, STR("mine"), &is_derived, &f->err);

    assert_false(is_derived);
    assert_true(str_is(doc_get_text(given, "name"), "mine"));

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
    assert_true(doc_equal(given, derived));
    assert_false(str_has(doc_body(f->arena, derived), STR("hidden")));

    assert_true(open_index(f, "\"files\": []"));
    assert_null(recording_environment(f->recording, f->arena, STR("x"), NULL, &f->err));
    assert_non_null(strstr(f->err.message, "neither an environment nor a driver"));
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
    assert_true(str_is(f->answer.pages[0].text, "first"));
    assert_true(str_is(f->answer.pages[1].text, "second"));
    assert_true(str_is(f->answer.pages[2].text, "third"));

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

/* --- what must not harm --- */

static void
test_bad_index_is_refused(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "", "index.json: line 1" },
        { "{\"files\": [{\"kind\": \"cli\", \"host\": ", "index.json: line 1" },
        { "[]", "files is missing" },
        { "{\"files\": 7}", "files is neither a list nor the name of a file" },
        { "{\"format\": 3, \"files\": []}", "format 3 is newer than this program" },
        { "{\"format\": \"2\", \"files\": []}", "format is no version number" },
        { "{\"format\": 0, \"files\": []}", "format is no version number" },
        { "{\"files\": \"../entries\"}", "files is outside of the folder" },
        { "{\"files\": \"/etc/passwd\"}", "files is outside of the folder" },
        { "{\"files\": \"entries\"}", "cannot open entries" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        write_file(f, "index.json", cases[i].text);
        assert_false(open_folder(f, f->folder));
        if (!strstr(f->err.message, cases[i].message) || !strstr(f->err.message, f->folder))
            fail_msg("%s: %s", cases[i].text, f->err.message);
    }
    assert_false(open_folder(f, "/nowhere/at/all"));
    assert_non_null(strstr(f->err.message, "cannot open folder /nowhere/at/all"));
    assert_int_equal(unlink(path_of(f, "index.json")), 0);
    assert_false(open_folder(f, f->folder));
    assert_non_null(strstr(f->err.message, "cannot open index.json"));
}

static void
test_bad_entries_are_named(void **state)
{
    static const struct {
        const char *entry, *message;
    } cases[] = {
        { "7", "it has no kind" },
        { "{}", "it has no kind" },
        { "{\"kind\": [1]}", "it has no kind" },
        { "{\"kind\": \"cli\", \"host\": 1}", "host is no text" },
        { "{\"kind\": \"cli\", \"host\": \"h\"}", "command is missing" },
        { "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": \"0\"}",
          "rc is no number" },
        { "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 99999999999}",
          "rc is no number" },
        { "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 0}",
          "file is missing" },
        { "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 0, \"file\": {}}",
          "file is no text" },
        { "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 0, \"file\": \"../x\"}",
          "file is outside" },
        { "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 0, \"file\": \"/x\"}",
          "file is outside" },
        { "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 0, \"file\": "
          "\"a/../../x\"}",
          "file is outside" },
        { "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 1, \"file\": \"x\", "
          "\"stderr_file\": \"../x\"}",
          "stderr_file is outside" },
        { "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 0, \"file\": \"x\", "
          "\"offset\": -1}",
          "offset is no number" },
        { "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 0, \"file\": \"x\", "
          "\"offset\": 0}",
          "bytes is missing" },
        { "{\"kind\": \"rest\", \"service\": \"nova\", \"method\": \"GET\", \"url\": \"u\", "
          "\"file\": \"x\"}",
          "status is missing" },
        { "{\"kind\": \"rest\", \"service\": \"nova\", \"method\": \"GET\", \"url\": 1, \"file\": "
          "\"x\"}",
          "url is no text" },
        { "{\"kind\": \"db\", \"database\": 1, \"table\": \"t\"}", "database is no text" },
        { "{\"kind\": \"db\", \"database\": \"d\", \"table\": \"t\", \"rows\": 2}",
          "file is missing" },
        { "{\"kind\": \"db\", \"database\": \"d\", \"table\": [], \"file\": \"x\"}",
          "table is no text" },
    };
    struct fixture *f = *state;

    write_file(f, "good", "good");
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        size_t            n;
        const struct str *faults;

        open_entries(
            f, arena_printf(f->arena,
                            "%s, {\"kind\": \"db-query\"}, {\"kind\": \"cli\", \"host\": \"h\","
                            "\"command\": \"good\", \"rc\": 0, \"file\": \"good\"}",
                            cases[i].entry)
                   .p);
        faults = recording_faults(f->recording, &n);
        assert_int_equal(n, 1);
        if (!str_starts(faults[0], STR("index.json, entry 1: ")) ||
            !str_has(faults[0], str_from(cases[i].message)))
            fail_msg("%s: %s", cases[i].entry, faults[0].p);
        assert_true(ask(f, "h> good") && answer_is(f, "good"));
    }
}

static void
test_faults_are_limited(void **state)
{
    struct fixture *f = *state;
    AUTO_BUF        entries = { 0 };

    for (unsigned i = 0; i < 5000; i++)
        buf_add(&entries, i ? STR(",1") : STR("1"));
    open_entries(f, buf_c(&entries));
    assert_int_equal(n_faults(f), 100);
}

static void
test_nothing_outside_is_read(void **state)
{
    static const char entry[] =
        "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 0,"
        " \"file\": \"%s\"}";
    struct fixture *f = *state;

    assert_int_equal(symlink("/etc/passwd", path_of(f, "passwd")), 0);
    open_entries(f, arena_printf(f->arena, entry, "passwd").p);
    assert_false(ask(f, "h> c"));
    assert_int_equal(f->answer.kind, ANSWER_BROKEN);
    assert_true(error_has(f, "passwd is outside of its folder"));
    assert_int_equal(symlink("/etc", path_of(f, "etc")), 0);
    open_entries(f, arena_printf(f->arena, entry, "etc/passwd").p);
    assert_false(ask(f, "h> c"));
    assert_true(error_has(f, "etc/passwd is outside of its folder"));

    /* Within the folder a link may lead where it wants. */
    write_file(f, "real", "text");
    assert_int_equal(symlink("real", path_of(f, "link")), 0);
    open_entries(f, arena_printf(f->arena, entry, "link").p);
    assert_true(ask(f, "h> c") && answer_is(f, "text"));

    assert_int_equal(mkdir(path_of(f, "folder"), 0700), 0);
    open_entries(f, arena_printf(f->arena, entry, "folder").p);
    assert_false(ask(f, "h> c"));
    assert_true(error_has(f, "folder is not a regular file"));
    assert_int_equal(mkfifo(path_of(f, "fifo"), 0600), 0);
    open_entries(f, arena_printf(f->arena, entry, "fifo").p);
    assert_false(ask(f, "h> c"));
    assert_true(error_has(f, "fifo is not a regular file"));
}

static void
test_sizes_are_limited(void **state)
{
    struct fixture *f = *state;
    AUTO_BUF        line = { 0 };

    write_file(f, "huge", "");
    assert_int_equal(truncate(path_of(f, "huge"), (off_t)600 << 20), 0);
    open_entries(f, "{\"kind\": \"cli\", \"host\": \"h\", \"command\": \"c\", \"rc\": 0,"
                    " \"file\": \"huge\"}");
    assert_false(ask(f, "h> c"));
    assert_int_equal(f->answer.kind, ANSWER_BROKEN);
    assert_true(error_has(f, "huge: 629145600 bytes, more than the limit of 536870912"));

    /* A line without end, and one that is just long; the entry behind them counts. */
    write_file(f, "index.json", "{\"files\": \"lines\"}");
    buf_add(&line, STR("{\"kind\": \""));
    for (unsigned i = 0; i < 200000; i++)
        buf_char(&line, 'x');
    buf_add(&line,
            STR("\"}\n{\"kind\":\"cli\",\"host\":\"h\",\"command\":\"c\",\"rc\":0,\"bytes\":0}\n"));
    write_file(f, "lines", buf_c(&line));
    assert_true(open_folder(f, f->folder));
    assert_int_equal(n_faults(f), 1);
    assert_true(ask(f, "h> c") && answer_is(f, ""));

    assert_int_equal(unlink(path_of(f, "index.json")), 0);
    write_file(f, "index.json", "");
    assert_int_equal(truncate(path_of(f, "index.json"), (off_t)65 << 20), 0);
    assert_false(open_folder(f, f->folder));
    assert_non_null(strstr(f->err.message, "more than the limit"));
}

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

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(forms_are_read),
        TEST(keys_of_addresses),
        TEST(real_cloud_answers),
        TEST(environment_comes_along_or_is_derived),
        TEST(rest_entries),
        TEST(pages_are_used_in_order),
        TEST(regions),
        TEST(row_counts),
        TEST(schema_of_neutron_has_other_names),
        TEST(lost_files_are_faults),
        TEST(lines_and_slices),
        TEST(bad_index_is_refused),
        TEST(bad_entries_are_named),
        TEST(faults_are_limited),
        TEST(nothing_outside_is_read),
        TEST(sizes_are_limited),
        TEST(many_threads_ask),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
