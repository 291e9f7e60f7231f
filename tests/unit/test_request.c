/* Requests: their text in tables, and the keys by which equal ones are told. */

#include "testing.h"

#include "transport/request_key.h"

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
test_keys_of_addresses(void **state UNUSED)
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
    AUTO_ARENA arena = arena_new();

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct str a = key_of_url(arena, cases[i].a, cases[i].mva);
        struct str b = key_of_url(arena, cases[i].b, cases[i].mvb);

        if (str_equal(a, b) != cases[i].are_equal)
            fail_msg("%s (%s), %s (%s)", cases[i].a, a.p, cases[i].b, b.p);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms_are_read),
        cmocka_unit_test(test_keys_of_addresses),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
