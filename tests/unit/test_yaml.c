/* YAML as documents: all scalars are text, merge keys give way, limits hold. */

#include "testing.h"

#include "base/doc_yaml.h"

static void
test_texts_are_read(void **state UNUSED)
{
    static const struct {
        const char *yaml, *json;
    } cases[] = {
        { "a: 0123\nb: no\nc: 'x y'\nd: 1.0\n",
          "{\"a\":\"0123\",\"b\":\"no\",\"c\":\"x y\",\"d\":\"1.0\"}" },
        { "a: ~\nb:\nc: null\nd: 'null'\ne: ''\n",
          "{\"a\":null,\"b\":null,\"c\":null,\"d\":\"null\",\"e\":\"\"}" },
        { "- [a, {b: c}]\n- \"\\u00e4\\n\"\n", "[[\"a\",{\"b\":\"c\"}],\"ä\\n\"]" },
        { "{\"json\": [1, true]}", "{\"json\":[\"1\",\"true\"]}" },
        { "%YAML 1.1\n---\na: |\n  x\n  y\nb: >-\n  x\n  y\n...\n",
          "{\"a\":\"x\\ny\\n\",\"b\":\"x y\"}" },
        { "", "null" },
        { "a: 1\na: 2\n", "{\"a\":\"2\"}" },
        { "x: &x [1]\ny: *x\nz: &x 2\nw: *x\n",
          "{\"w\":\"2\",\"x\":[\"1\"],\"y\":[\"1\"],\"z\":\"2\"}" },
        { "x: &x {a: 1, b: 2}\ny: {b: 3, <<: *x}\nz: {<<: *x, b: 4}\n",
          "{\"x\":{\"a\":\"1\",\"b\":\"2\"},\"y\":{\"a\":\"1\",\"b\":\"3\"},"
          "\"z\":{\"a\":\"1\",\"b\":\"4\"}}" },
        { "x: &x {a: 1}\ny: &y {a: 2, b: 2}\nz: {<<: [*x, *y]}\n",
          "{\"x\":{\"a\":\"1\"},\"y\":{\"a\":\"2\",\"b\":\"2\"},"
          "\"z\":{\"a\":\"1\",\"b\":\"2\"}}" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA   arena = arena_new();
        struct error err = { 0 };
        struct doc  *document = doc_parse_yaml(arena, str_from(cases[i].yaml), &err);

        if (!document)
            fail_msg("%s: %s", cases[i].yaml, err.message);
        assert_text(doc_body(arena, document), cases[i].json);
    }
}

static void
test_errors_have_a_line(void **state UNUSED)
{
    static const struct {
        const char *yaml, *message;
    } cases[] = {
        { "a: b\nc: [\n", "line 3: no YAML" },
        { "a: \"\\q\"\n", "line 1: no YAML" },
        { "a: b\nc: \xff\n", "no YAML" },
        { "a: *b\n", "line 1: an alias of nothing" },
        { "a: &a {b: *a}\n", "line 1: an alias of nothing" },
        { "? {a: b}\n: c\n", "line 1: a key that is no text" },
        { "a: b\n--- c\n", "line 2: more than one document" },
        { "<<: a\n", "a merge key wants mappings" },
        { "<<: [[{a: b}]]\n", "a merge key wants mappings" },
        { "\"a\\0b\": c\n", "a key with a NUL" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA   arena = arena_new();
        struct error err = { 0 };

        assert_null(doc_parse_yaml(arena, str_from(cases[i].yaml), &err));
        assert_int_equal(err.domain, ERROR_PARSE);
        assert_has(err.message, cases[i].message);
    }
}

/* One more is refused. */
static void
test_limits(void **state UNUSED)
{
    static const struct {
        const char *piece;
        size_t      most;
        const char *message;
    } cases[] = {
        { "[", 33, "nested too deep" },
        { "- a\n", 19999, "too many values" },
        { "- &a b\n", 1000, "too many anchors" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++)
        for (size_t more = 0; more < 2; more++) {
            AUTO_ARENA   arena = arena_new();
            AUTO_BUF     text = { 0 };
            struct error err = { 0 };
            struct doc  *document;

            for (size_t n = 0; n < cases[i].most + more; n++)
                buf_add(&text, str_from(cases[i].piece));
            for (size_t n = 0; cases[i].piece[0] == '[' && n < cases[i].most + more; n++)
                buf_char(&text, ']');
            document = doc_parse_yaml(arena, buf_str(&text), &err);
            assert_int_equal(document == NULL, more);
            if (more)
                assert_has(err.message, cases[i].message);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_texts_are_read),
        cmocka_unit_test(test_errors_have_a_line),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
