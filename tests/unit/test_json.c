/* Reading and writing JSON: the flat array of base/value.c, the documents of base/doc.c. */

#include "testing.h"

#include "base/value.h"
#include "json_reference.h"

static void
test_agrees_with_jansson(void **state UNUSED)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "1.5e+3",
        "1E5",
        "\"\"",
        "\"a\\u00e9\\n\"",
        "null",
        "true",
        " [ ] ",
        "{ }",
        "[1,[2,{\"a\":[]}],{}]",
        "{\"a\":{\"b\":null},\"c\":[false]}",
        "\n[1\t,\r2]",
        "",
        " ",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "[",
        "]",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{1:2}",
        "{\"a\":1 \"b\":2}",
        "[}",
        "{]",
        "nul",
        "truee",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\\u0000\"",
        "\"\t\"",
        "[] []",
        "'a'",
        "NaN",
        "[1]x",
        "{\"a\":1,\"b\":2,\"a\":3}",
        "[1.0,-0.0,1e2,123456789012345678,0.1e-7]",
        "9223372036854775807",
        "-9223372036854775808",
        "9223372036854775808",
        "1e400",
        "[-1e400]",
        "1e-400",
        "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"",
        "\"\xf4\x8f\xbf\xbf\"",
        "\"\xf4\x90\x80\x80\"",
        "\"\xed\xa0\x80\"",
        "\"\xed\x9f\xbf\"",
        "\"\xc0\x80\"",
        "\"\xe0\x9f\xbf\"",
        "\"\xe0\xa0\x80\"",
        "\"\xf0\x8f\xbf\xbf\"",
        "\"\xf0\x90\x80\x80\"",
        "\"\xf5\x80\x80\x80\"",
        "\"\xc3\"",
        "\"12345678\xff\"",
        "{\"\xff\":1}",
        "{\"\":{\"\":\"\"}}",
        "\"\\ud83d\\ude00 \\/ \\b\\f\\r\\t\\\\ \\\" \\u001f \x7f\"",
    };

    for (size_t i = 0; i < N_ELEMENTS(texts); i++)
        if (!json_agrees(str_from(texts[i])))
            fail_msg("%s: differs from jansson", texts[i]);
}

static void
test_nul_is_refused(void **state UNUSED)
{
    assert_true(json_agrees((struct str){ "1\0", 2 }));
    assert_true(json_agrees((struct str){ "\0", 1 }));
    assert_true(json_agrees((struct str){ "[\"a\0\"]", 6 }));
}

static void
test_errors_say_where(void **state UNUSED)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "{\n \"a\": 1,\n \"b\": x}", "line 3, column 7: expected a value" },
        { "[\"\xc3\xa9\",\n\"ab\xff\"]", "line 2, column 4: a byte that is no UTF-8" },
        { "[1,\n 99999999999999999999]", "line 2, column 2: too large an integer" },
        { "{\"a\":[1e999]}", "line 1, column 7: too large a number" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA   arena = arena_new();
        struct error err = { 0 };

        assert_null(doc_parse(arena, str_from(cases[i].text), &err));
        assert_string_equal(err.message, cases[i].message);
    }
}

/* Values read where they lie need not be UTF-8: host names and comments of machines are not. */
static void
test_values_are_bytes(void **state UNUSED)
{
    AUTO_ARENA   arena = arena_new();
    struct error err;

    assert_true(str_is(value_text(value_read(arena, STR("\"a\xff\""), &err)), "a\xff"));
    assert_true(
        str_is(value_text(value_read(arena, STR("\"\xff\\n\\u00e9z\""), &err)), "\xff\n\xc3\xa9z"));
}

static void
test_value_iteration(void **state UNUSED)
{
    AUTO_ARENA          arena = arena_new();
    struct error        err = { 0 };
    struct value_iter   it = { 0 };
    uint32_t            number = 7;
    const struct value *v = value_read(
        arena, STR("{\"a\":[1,[2,3],{}],\"b\":{\"c\":\"d\"},\"e\":4294967296,\"f\":5}"), &err);

    assert_non_null(v);
    assert_int_equal(value_count(v), 4);
    assert_int_equal(value_count(value_get(v, "a")), 3);
    assert_int_equal(value_count(value_get(v, "e")), 0);
    assert_text(value_get_text(value_get(v, "b"), "c"), "d");
    assert_null(value_get(value_get(v, "a"), "a"));
    assert_true(value_next(v, &it) && str_is(it.key, "a"));
    assert_true(value_next(v, &it) && str_is(it.key, "b"));
    assert_true(value_next(v, &it) && str_is(it.key, "e"));
    assert_true(value_next(v, &it) && str_is(it.key, "f") && str_is(value_scalar(it.value), "5"));
    assert_false(value_next(v, &it));
    assert_false(value_to_u32(value_get(v, "e"), &number));
    assert_int_equal(number, 7);
    assert_true(value_to_u32(value_get(v, "f"), &number));
    assert_int_equal(number, 5);
    assert_int_equal(value_kind(value_get(v, "g")), VALUE_ABSENT);
    assert_true(str_empty(value_scalar(NULL)));
    assert_false(value_truth(NULL));
}

static void
test_count_is_limited(void **state UNUSED)
{
    AUTO_BUF     text = { 0 };
    struct error err;

    buf_char(&text, '[');
    for (size_t i = 1; i < VALUE_MAX_COUNT; i++)
        buf_add(&text, STR("1,"));
    buf_add(&text, STR("1]"));

    AUTO_ARENA arena = arena_new();

    assert_null(value_read(arena, buf_str(&text), &err));
    assert_has(err.message, "too many values");
}

/* Large objects are looked up by an index, which has to follow every change. */
static void
test_large_objects(void **state UNUSED)
{
    enum { N = 500 };
    AUTO_ARENA  arena = arena_new();
    struct doc *d = doc_object(arena);

    for (int i = 0; i < N; i++)
        doc_setn(arena, d, arena_printf(arena, "key %d", i), doc_int(arena, i));
    for (int i = 0; i < N; i += 3)
        doc_remove(d, arena_printf(arena, "key %d", i).p);
    for (int i = 1; i < N; i += 3)
        doc_setn(arena, d, arena_printf(arena, "key %d", i), doc_int(arena, -i));
    doc_set_int(arena, d, "key 0", 7); /* comes back, at the end */
    for (int i = 0; i < N; i++) {
        int64_t expected = i == 0 ? 7 : i % 3 == 0 ? 0 : i % 3 == 1 ? -i : i;

        assert_int_equal(doc_number(doc_getn(d, arena_printf(arena, "key %d", i)), 0), expected);
    }
    assert_int_equal(doc_count(d), N - (N + 2) / 3 + 1);

    struct doc *again = doc_parse(arena, doc_body(arena, d), NULL);

    assert_true(doc_equal(d, again) && doc_equal(doc_copy(arena, d), doc_deep_copy(arena, again)));
    doc_set_int(arena, again, "key 1", 0);
    assert_false(doc_equal(d, again));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_agrees_with_jansson), cmocka_unit_test(test_errors_say_where),
        cmocka_unit_test(test_nul_is_refused),      cmocka_unit_test(test_values_are_bytes),
        cmocka_unit_test(test_value_iteration),     cmocka_unit_test(test_large_objects),
        cmocka_unit_test(test_count_is_limited),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
