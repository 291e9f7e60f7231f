/* Recordings of strangers: what they may hold, and what must not harm. */

#include "recording_world.h"

#include <sys/stat.h>

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
    assert_has(f->err.message, "cannot open folder /nowhere/at/all");
    assert_int_equal(unlink(path_of(f, "index.json")), 0);
    assert_false(open_folder(f, f->folder));
    assert_has(f->err.message, "cannot open index.json");
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
    assert_has(f->err.message, "more than the limit");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(bad_index_is_refused),    TEST(bad_entries_are_named), TEST(faults_are_limited),
        TEST(nothing_outside_is_read), TEST(sizes_are_limited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
