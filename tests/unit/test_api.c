/* Lists of the APIs and databases, Keystone's token and catalog, addresses. */

#include "testing.h"

#include "parse/parse.h"

static void
test_lists(void **state UNUSED)
{
    static const struct {
        const char *reply, *required, *message; /* message NULL: two elements */
    } cases[] = {
        { "{\"ports\": [{\"id\": \"a\"}, {\"id\": \"b\"}], \"ports_links\": []}", "id", NULL },
        { "[{\"id\": 1, \"host\": \"h\"}, {\"id\": 2, \"host\": \"g\"}]", "id, host", NULL },
        { "[{}, {}]", "", NULL },
        { "{\"ports\": [{\"id\": \"a\"}, {\"name\": \"b\"}]}", "id", "element 1: id: missing" },
        { "{\"ports\": [{\"id\": \"a\"}, {\"id\": \"\"}]}", "id", "element 1: id: empty" },
        { "{\"ports\": [{\"id\": null}]}", "id", "element 0: id: expected a text or a number" },
        { "{\"ports\": [{\"id\": [1]}]}", "id", "element 0: id: expected a text or a number" },
        { "{\"ports\": [7]}", "id", "element 0: expected an object" },
        { "{\"ports\": {}}", "id", "ports: expected an array" },
        { "{\"error\": {\"code\": 401}}", "id", "ports: missing" },
        { "\"x\"", "id", "reply: expected an array" },
        { "{\"ports\": [", "id", "line 1, column 12: the text ends too early" },
        { "", "id", "line 1, column 1: the text ends too early" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA   arena = arena_new();
        struct docs  docs = { 0 };
        struct error err = { 0 };
        bool         good =
            parse_list(arena, str_from(cases[i].reply), "ports", cases[i].required, &docs, &err);

        assert_int_equal(good, cases[i].message == NULL);
        assert_int_equal(docs.n, good ? 2 : 0);
        if (!good && *cases[i].reply)
            assert_string_equal(err.message, cases[i].message);
        assert_int_equal(err.domain, good ? ERROR_NONE : ERROR_PARSE);
    }
}

static void
test_sound_elements(void **state UNUSED)
{
    AUTO_ARENA   arena = arena_new();
    struct docs  docs = { 0 };
    struct error first, err;
    size_t       n_unsound;

    assert_true(parse_list_sound(arena, STR("{\"x\": [{\"id\": 1}, 7, {\"id\": 2}, {}]}"), "x",
                                 "id", &docs, &n_unsound, &first, &err));
    assert_int_equal(docs.n, 2);
    assert_int_equal(n_unsound, 2);
    assert_string_equal(first.message, "element 1: expected an object");
    assert_false(
        parse_list_sound(arena, STR("{\"y\": []}"), "x", "id", &docs, &n_unsound, &first, &err));
    assert_string_equal(err.message, "x: missing");
}

static void
test_one(void **state UNUSED)
{
    AUTO_ARENA   arena = arena_new();
    struct doc  *port = NULL;
    struct error err;

    assert_true(parse_one(arena, STR("{\"port\": {\"id\": \"p\"}}"), "port", "id", &port, &err));
    assert_string_equal(doc_get_text(port, "id").p, "p");
    assert_false(parse_one(arena, STR("{\"port\": {}}"), "port", "id", &port, &err));
    assert_string_equal(err.message, "port: id: missing");
    assert_false(parse_one(arena, STR("{}"), "port", "id", &port, &err));
    assert_string_equal(err.message, "port: missing");
    assert_false(parse_one(arena, STR("<html>"), "port", "id", &port, &err));
}

static void
test_times(void **state UNUSED)
{
    static const struct {
        const char *text;
        int64_t     seconds; /* -1: no time */
    } cases[] = {
        { "1970-01-01T00:00:00Z", 0 },
        { "2099-10-19T23:21:09Z", 4096135269 },
        { "2099-10-22T00:49:50.445603Z", 4096313390 },
        { "2016-02-29T00:00:00Z", 1456704000 },
        { "2015-02-29T00:00:00Z", -1 },
        { "2016-13-01T00:00:00Z", -1 },
        { "2016-10-19T24:00:00Z", -1 },
        { "2016-10-19T23:60:00Z", -1 },
        { "2016-10-19T23:21:60Z", -1 },
        { "2016-10-19T23:21:09", -1 },
        { "2016-10-19T23:21:09.Z", -1 },
        { "2016-10-19T23:21:09.1234567Z", -1 },
        { "2016-10-19T23:21:09Z ", -1 },
        { "2016-10-19 23:21:09Z", -1 },
        { "216-10-19T23:21:09Z", -1 },
        { "23243423", -1 },
        { "", -1 },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        int64_t seconds = -1;
        bool    good = parse_time(str_from(cases[i].text), &seconds);

        assert_int_equal(good, cases[i].seconds >= 0);
        assert_true(seconds == cases[i].seconds);
    }
}

static void
test_tokens(void **state UNUSED)
{
    AUTO_ARENA   arena = arena_new();
    struct token token;
    struct error err;

    assert_true(parse_token(
        arena,
        STR("{\"access\": {\"token\": {\"id\": \"tok-1\", \"expires\": \"2030-01-01T10:00:00Z\","
            " \"tenant\": {\"id\": \"aa11\"}}}}"),
        &token, &err));
    assert_string_equal(token.id.p, "tok-1");
    assert_true(token.expires_at == 1893492000);
    assert_string_equal(doc_get_text(token.project, "id").p, "aa11");
    assert_true(
        parse_token(arena, STR("{\"token\": {\"expires_at\": null, \"project\": {\"id\": \"b\"}}}"),
                    &token, &err));
    assert_int_equal(token.id.n, 0);
    assert_true(token.expires_at == INT64_MAX);
    assert_false(parse_token(arena, STR("{\"access\": {\"token\": {\"expires\": \"23243423\"}}}"),
                             &token, &err));
    assert_string_equal(err.message, "token: expires: '23243423' is no time");
    assert_false(
        parse_token(arena, STR("{\"access\": {\"token\": {\"expires\": null}}}"), &token, &err));
    assert_false(parse_token(arena, STR("{\"access\": {}}"), &token, &err));
    assert_string_equal(err.message, "no token in the reply");
    assert_false(parse_token(arena, STR("[]"), &token, &err));
}

static void
assert_catalog(const char *reply, const char *expected)
{
    AUTO_ARENA   arena = arena_new();
    AUTO_BUF     text = { 0 };
    struct docs  docs = { 0 };
    struct error err = { 0 };

    if (!parse_catalog(arena, str_from(reply), &docs, &err))
        buf_add(&text, str_from(err.message));
    for (size_t i = 0; i < docs.n; i++) {
        doc_write(&text, docs.items[i]);
        buf_char(&text, '\n');
    }
    assert_string_equal(buf_c(&text), expected);
}

static void
test_catalogs(void **state UNUSED)
{
    const char *v3 =
        "{\"catalog\": [{\"type\": \"image\", \"name\": \"glance\", \"endpoints\": ["
        "{\"id\": \"i\", \"interface\": \"internal\", \"region_id\": \"R\", \"url\": \"http://i\"},"
        "{\"id\": \"a\", \"interface\": \"admin\", \"region_id\": \"R\", \"url\": \"http://a\"},"
        "{\"id\": \"p\", \"interface\": \"public\", \"url\": \"http://p\"}]},"
        "{\"type\": \"dns\"}]}";
    const char *of_v3 =
        "{\"endpoint\":{\"adminURL\":\"http://a\",\"id\":\"a\",\"internalURL\":\"http://i\","
        "\"service_type\":\"image\"},\"region\":\"R\",\"service\":\"glance\"}\n"
        "{\"endpoint\":{\"id\":\"p\",\"publicURL\":\"http://p\",\"service_type\":\"image\"},"
        "\"region\":\"No-Region\",\"service\":\"glance\"}\n";
    char token[1024];

    assert_catalog(v3, of_v3);
    snprintf(token, sizeof token, "{\"token\": %s}", v3);
    assert_catalog(token, of_v3);
    assert_catalog(
        "{\"access\": {\"serviceCatalog\": [{\"name\": \"nova\", \"type\": \"compute\", "
        "\"endpoints\": ["
        "{\"region\": \"R\", \"adminURL\": \"http://1\", \"id\": \"e1\"},"
        "{\"region\": \"R\", \"adminURL\": \"http://2\", \"id\": \"e2\"}]}]}}",
        "{\"endpoint\":{\"adminURL\":\"http://2\",\"id\":\"e2\",\"service_type\":\"compute\"},"
        "\"region\":\"R\",\"service\":\"nova\"}\n");
    assert_catalog("{\"catalog\": []}", "");
    assert_catalog("{\"catalog\": {}}", "catalog: expected an array");
    assert_catalog("{}", "catalog: missing");
    assert_catalog("{\"catalog\": [{\"name\": \"\"}]}", "catalog: element 0: name: missing");
    assert_catalog("{\"catalog\": [{\"name\": \"x\", \"endpoints\": 7}]}",
                   "catalog: element 0: endpoints: expected an array");
    assert_catalog("{\"catalog\": [{\"name\": \"x\", \"endpoints\": [7]}]}",
                   "catalog: element 0: endpoints: element 0: expected an object");
}

static void
test_addresses(void **state UNUSED)
{
    static const struct {
        const char *url, *host, *moved, *unversioned;
    } cases[] = {
        { "http://198.51.100.5:8774/v2/aa11", "192.0.2.10", "http://192.0.2.10:8774/v2/aa11",
          "http://192.0.2.10:8774" },
        { "http://a:8776/v1/aa11", "b", "http://b:8776/v1/aa11", "http://b:8776/v1/aa11" },
        { "http://a:9696", "b", "http://b:9696", "http://b:9696" },
        { "https://api.example/compute/v2.1", "b", "https://b/compute/v2.1",
          "https://b/compute/v2.1" },
        { "https://api.example/v3", "", "https://api.example/v3", "https://api.example" },
        { "http://[fd00::1]:5000/v3", "fd00::2", "http://[fd00::2]:5000/v3",
          "http://[fd00::2]:5000" },
        { "http://[fd00::1]/v3", "[fd00::2]", "http://[fd00::2]/v3", "http://[fd00::2]" },
        { "", "b", "b", "b" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA arena = arena_new();
        struct str moved = url_on_host(arena, str_from(cases[i].url), str_from(cases[i].host));

        assert_true(str_is(moved, cases[i].moved));
        assert_true(str_is(url_without_version(moved), cases[i].unversioned));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lists),     cmocka_unit_test(test_sound_elements),
        cmocka_unit_test(test_one),       cmocka_unit_test(test_times),
        cmocka_unit_test(test_tokens),    cmocka_unit_test(test_catalogs),
        cmocka_unit_test(test_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
