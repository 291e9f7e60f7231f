/* Strings, buffers, maps, documents: the ground that everything stands on. */

#include "testing.h"

#include <ctype.h>

#include "base/ascii.h"
#include "base/doc.h"
#include "base/file.h"
#include "base/map.h"
#include "base/work.h"

static void
test_cut_and_lines(void **state UNUSED)
{
    struct str rest = STR("a,,b"), piece;

    assert_true(str_cut(&rest, ',', &piece) && str_is(piece, "a"));
    assert_true(str_cut(&rest, ',', &piece) && str_empty(piece));
    assert_true(str_cut(&rest, ',', &piece) && str_is(piece, "b"));
    assert_false(str_cut(&rest, ',', &piece));

    rest = STR("one\r\ntwo\n\nlast");
    assert_true(str_line(&rest, &piece) && str_is(piece, "one"));
    assert_true(str_line(&rest, &piece) && str_is(piece, "two"));
    assert_true(str_line(&rest, &piece) && str_empty(piece));
    assert_true(str_line(&rest, &piece) && str_is(piece, "last"));
    assert_false(str_line(&rest, &piece));
}

static void
test_patterns(void **state UNUSED)
{
    assert_true(str_matches(STR("eth10"), STR("eth*")));
    assert_true(str_matches(STR("eth1"), STR("eth?")));
    assert_false(str_matches(STR("eth10"), STR("eth?")));
    assert_true(str_matches(STR("enp3s0f1"), STR("en*f1")));
    assert_true(str_matches(STR(""), STR("*")));
    assert_false(str_matches(STR("veth1"), STR("eth*")));
}

/* Every character, against the C library in the locale "C". */
static void
test_kinds_of_characters(void **state UNUSED)
{
    for (int c = -128; c < 128; c++) {
        int is_ascii = c >= 0;

        assert_int_equal(ascii_is_digit((char)c), is_ascii && isdigit(c));
        assert_int_equal(ascii_is_alphanumeric((char)c), is_ascii && isalnum(c));
        assert_int_equal(ascii_is_hex((char)c), is_ascii && isxdigit(c));
        assert_int_equal(ascii_lower((char)c), is_ascii ? tolower(c) : c);
    }
    assert_int_equal(ascii_hex('7'), 7);
    assert_int_equal(ascii_hex('a'), 10);
    assert_int_equal(ascii_hex('F'), 15);
}

static void
test_what_texts_hold(void **state UNUSED)
{
    static const char *const some[] = { "eth", "ens" };

    assert_true(str_is_one_of(STR("ens"), some, N_ELEMENTS(some)));
    assert_false(str_is_one_of(STR("en"), some, N_ELEMENTS(some)));
    assert_true(str_holds_only(STR("node-1"), "-"));
    assert_true(str_holds_only(STR("node1"), ""));
    assert_false(str_holds_only(STR("node-1"), ""));
    assert_false(str_holds_only(STR("n\0"), "-"));
    assert_false(str_holds_only(STR("n\xc3\xb6"), "-"));
    assert_false(str_holds_only(STR_NONE, "-"));
}

static void
test_numbers_know_their_range(void **state UNUSED)
{
    uint32_t value = 7;
    int64_t  big = 7;

    assert_true(str_to_u32(STR("4294967295"), &value) && value == UINT32_MAX);
    value = 7;
    assert_false(str_to_u32(STR("4294967296"), &value));
    assert_false(str_to_u32(STR(""), &value));
    assert_false(str_to_u32(STR("12x"), &value));
    assert_int_equal(value, 7);
    assert_true(str_to_i64(STR("-12"), &big) && big == -12);
    assert_true(str_to_ipv4(STR("10.77.0.21"), &value) && value == 0x0a4d0015);
    assert_false(str_to_ipv4(STR("10.77.0.256"), &value));
    assert_false(str_to_ipv4(STR("10.77.0"), &value));
    assert_false(str_to_ipv4(STR("10.77.0.1.2"), &value));
}

static void
test_buf_keeps_its_maximum(void **state UNUSED)
{
    AUTO_BUF b;

    buf_init(&b, 8);
    buf_add(&b, STR("12345"));
    buf_printf(&b, "%d", 678);
    assert_false(b.full);
    buf_char(&b, '9');
    assert_true(b.full);
    assert_string_equal(buf_c(&b), "12345678");
}

static void
test_map_and_intern(void **state UNUSED)
{
    AUTO_INTERN t;
    char        name[16];

    intern_init(&t);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 1; i <= 5000; i++) {
            int n = snprintf(name, sizeof name, "key%u", i);

            assert_int_equal(intern_add(&t, (struct str){ name, (size_t)n }), i);
        }
    }
    assert_int_equal(intern_add(&t, STR_NONE), 0);
    assert_int_equal(intern_find(&t, STR("nobody")), 0);
    assert_true(str_is(intern_str(&t, 5000), "key5000"));
}

static void
test_maps_copy_keys(void **state UNUSED)
{
    AUTO_ARENA        arena = arena_new();
    AUTO_MAP          map = { 0 };
    char              name[] = "one";
    bool              is_new;
    struct map_entry *one = map_put_copy(&map, arena, str_from(name), &is_new);

    assert_true(is_new);
    name[0] = 'x';
    assert_ptr_equal(map_find(&map, STR("one")), one);
    assert_ptr_equal(map_put_copy(&map, arena, STR("one"), &is_new), one);
    assert_false(is_new);
    assert_null(map_find(&map, STR("xne")));
}

static void
test_arena_survives_growth(void **state UNUSED)
{
    AUTO_ARENA arena = arena_new();
    struct str words[3000];

    for (size_t i = 0; i < N_ELEMENTS(words); i++)
        words[i] = arena_printf(arena, "word %zu", i * i);
    for (size_t i = 0; i < N_ELEMENTS(words); i++) {
        char expected[32];

        snprintf(expected, sizeof expected, "word %zu", i * i);
        assert_true(str_is(words[i], expected));
    }
    memset(arena_alloc(arena, 5 << 20), 1, 5 << 20);
    arena_clear(arena);
    assert_true(arena_size(arena) <= 5 << 20);
}

static struct str
rewritten(struct arena *arena, const char *text)
{
    struct error err;
    struct doc  *d = doc_parse(arena, str_from(text), &err);

    return d ? doc_body(arena, d) : arena_printf(arena, "error: %s", err.message);
}

static void
test_bodies_are_canonical(void **state UNUSED)
{
    AUTO_ARENA arena = arena_new();

    assert_text(
        rewritten(
            arena,
            " {\"b\" : [1, 2.5, 1.0, 0.1, null],\n \"a\": {\"z\": true, \"y\": \"\\u00e9\\n\"}} "),
        "{\"a\":{\"y\":\"\xc3\xa9\\n\",\"z\":true},\"b\":[1,2.5,1.0,0.1,null]}");
    assert_true(str_starts(rewritten(arena, "{\"a\": }"), STR("error: line 1, column")));
    assert_true(str_starts(rewritten(arena, ""), STR("error: ")));
    assert_true(str_starts(rewritten(arena, "[1] x"), STR("error: ")));
    assert_true(str_starts(rewritten(arena, "[\"\\u0000\"]"), STR("error: ")));
    assert_true(str_starts(rewritten(arena, "['a']"), STR("error: ")));
}

static void
test_deep_nesting_is_refused(void **state UNUSED)
{
    AUTO_ARENA arena = arena_new();
    AUTO_BUF   deep;

    buf_init(&deep, 0);
    for (int i = 0; i < 100000; i++)
        buf_char(&deep, '[');
    assert_null(doc_parse(arena, buf_str(&deep), NULL));
}

static void
test_strings_become_utf8(void **state UNUSED)
{
    AUTO_ARENA  arena = arena_new();
    struct doc *d = doc_array(arena);

    doc_push_text(arena, d, STR("ok \xc3\xa9"));
    doc_push_text(arena, d, STR("bad \xff\xc3 end"));
    doc_push_text(arena, d, (struct str){ "nul\0x", 5 });
    assert_text(doc_text(doc_at(d, 0)), "ok \xc3\xa9");
    assert_text(doc_text(doc_at(d, 1)), "bad \xef\xbf\xbd\xef\xbf\xbd end");
    assert_text(doc_text(doc_at(d, 2)), "nul\xef\xbf\xbdx");
}

static void
test_doc_reading(void **state UNUSED)
{
    AUTO_ARENA  arena = arena_new();
    struct doc *d = doc_parse(
        arena, STR("{\"linkinfo\":{\"info_kind\":\"veth\"},\"n\":\"12\",\"on\":1}"), NULL);

    assert_text(doc_text(doc_path(d, "linkinfo.info_kind")), "veth");
    assert_null(doc_path(d, "linkinfo.other.deeper"));
    assert_int_equal(doc_number(doc_get(d, "n"), 0), 12);
    assert_int_equal(doc_number(doc_get(d, "linkinfo"), -1), -1);
    assert_true(doc_truth(doc_get(d, "on")));
    assert_int_equal(doc_kind(doc_get(d, "absent")), DOC_ABSENT);
    assert_true(str_empty(doc_get_text(NULL, "x")));
}

static void
test_file_names_stay_inside(void **state UNUSED)
{
    assert_true(file_name_is_inside(STR("cli/cmp1/ip_link.txt")));
    assert_false(file_name_is_inside(STR("../secret")));
    assert_false(file_name_is_inside(STR("/etc/passwd")));
    assert_false(file_name_is_inside(STR("a/../../b")));
    assert_false(file_name_is_inside(STR("a//b")));
    assert_false(file_name_is_inside(STR("")));
    assert_false(file_name_is_inside((struct str){ "a\0b", 3 }));
}

static void
square(void *context, size_t index)
{
    ((size_t *)context)[index] = index * index;
}

static void
test_work_does_every_task_once(void **state UNUSED)
{
    size_t squares[1000] = { 0 };

    work_each(16, N_ELEMENTS(squares), square, squares);
    for (size_t i = 0; i < N_ELEMENTS(squares); i++)
        assert_int_equal(squares[i], i * i);
    work_each(4, 0, square, squares);
}

struct watched {
    size_t squares[300];
    size_t n_done, n_looks;
};

static void
make_watched(void *context, size_t index)
{
    square(((struct watched *)context)->squares, index);
}

static void
look(void *context, size_t n_done)
{
    struct watched *w = context;

    assert_true(n_done >= w->n_done);
    w->n_done = n_done;
    w->n_looks++;
}

static void
test_watched_work_is_looked_at(void **state UNUSED)
{
    for (unsigned jobs = 0; jobs < 20; jobs += 3) {
        struct watched w = { 0 };

        work_watched(jobs, N_ELEMENTS(w.squares), make_watched, look, &w);
        assert_int_equal(w.n_done, N_ELEMENTS(w.squares));
        assert_true(w.n_looks > 0);
        for (size_t i = 0; i < N_ELEMENTS(w.squares); i++)
            assert_int_equal(w.squares[i], i * i);
    }
    work_watched(4, 0, make_watched, look, NULL);
}

struct ordered {
    size_t squares[1000];
    size_t n_taken;
    size_t stop_at;
};

static void
make_square(void *context, size_t index)
{
    square(((struct ordered *)context)->squares, index);
}

static bool
take_square(void *context, size_t index)
{
    struct ordered *o = context;

    assert_int_equal(o->n_taken, index);
    assert_int_equal(o->squares[index], index * index);
    return ++o->n_taken != o->stop_at;
}

static void
test_work_is_taken_in_order(void **state UNUSED)
{
    for (unsigned jobs = 0; jobs < 40; jobs += 3) {
        struct ordered all = { 0 }, some = { .stop_at = 70 };

        assert_true(work_in_order(jobs, N_ELEMENTS(all.squares), make_square, take_square, &all));
        assert_int_equal(all.n_taken, N_ELEMENTS(all.squares));
        assert_false(
            work_in_order(jobs, N_ELEMENTS(some.squares), make_square, take_square, &some));
        assert_int_equal(some.n_taken, 70);
        assert_true(work_in_order(jobs, 0, make_square, take_square, &some));
    }
}

static void
test_errors_are_one_printable_line(void **state UNUSED)
{
    struct error err = { 0 };

    assert_false(error_set(&err, ERROR_PARSE, 3, "bad\nreply \x1b[31m%s", "here"));
    assert_string_equal(err.message, "bad?reply ?[31mhere");
    error_prefix(&err, "node-%d: ", 3);
    assert_string_equal(err.message, "node-3: bad?reply ?[31mhere");
    for (int i = 0; i < 100; i++)
        error_prefix(&err, "again and again: ");
    assert_true(strlen(err.message) < sizeof err.message);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_and_lines),
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_kinds_of_characters),
        cmocka_unit_test(test_what_texts_hold),
        cmocka_unit_test(test_numbers_know_their_range),
        cmocka_unit_test(test_buf_keeps_its_maximum),
        cmocka_unit_test(test_map_and_intern),
        cmocka_unit_test(test_maps_copy_keys),
        cmocka_unit_test(test_arena_survives_growth),
        cmocka_unit_test(test_bodies_are_canonical),
        cmocka_unit_test(test_deep_nesting_is_refused),
        cmocka_unit_test(test_strings_become_utf8),
        cmocka_unit_test(test_doc_reading),
        cmocka_unit_test(test_file_names_stay_inside),
        cmocka_unit_test(test_work_does_every_task_once),
        cmocka_unit_test(test_watched_work_is_looked_at),
        cmocka_unit_test(test_work_is_taken_in_order),
        cmocka_unit_test(test_errors_are_one_printable_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
