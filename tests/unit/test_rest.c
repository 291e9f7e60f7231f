/* REST requests without a server: where they go, and what a body is. What passes between client and
 * server is tested in tests/e2e/test_rest.py. */

#include "testing.h"

#include "base/buf.h"
#include "transport/rest_address.h"
#include "transport/rest_page.h"
#include "transport/rest_session.h"

static void
test_addresses(void **state UNUSED)
{
    static const struct {
        const char *service, *place, *address;
    } cases[] = {
        { "nova", "http://h:8774/v2.1", "http://h:8774/v2.1/x" },
        { "nova", "http://h:8774/v2.1/", "http://h:8774/v2.1/x" },
        { "nova", "http://h:8774", "http://h:8774/v2.1/x" },
        { "nova", "http://h:8774/v2.1/0123456789abcdef0123456789abcdef",
          "http://h:8774/v2.1/0123456789abcdef0123456789abcdef/x" },
        { "nova", "http://h:8774/v2/aa11", "http://h:8774/v2.1/aa11/x" },
        { "nova", "https://api.example/compute/v2.1", "https://api.example/compute/v2.1/x" },
        { "nova", "https://api.example/compute", "https://api.example/compute/v2.1/x" },
        { "nova", "https://api.example/v1/compute/v2.1", "https://api.example/v1/compute/v2.1/x" },
        { "nova", "https://[2001:db8::1]:8774/v2.1?a=b", "https://[2001:db8::1]:8774/v2.1/x" },
        { "nova", "https://v2.example", "https://v2.example/v2.1/x" },
        { "neutron", "http://h:9696", "http://h:9696/v2.0/x" },
        { "neutron", "http://h:9696/", "http://h:9696/v2.0/x" },
        { "neutron", "http://h:9696/v2.0", "http://h:9696/v2.0/x" },
        { "neutron", "https://api.example/networking/", "https://api.example/networking/v2.0/x" },
        { "keystone", "http://h:5000/v3/", "http://h:5000/v3/x" },
        { "keystone", "http://h:5000/v2.0", "http://h:5000/v2.0/x" },
        { "keystone", "http://h/identity", "http://h/identity/v3/x" },
        { "glance", "http://h:9292/v2", "http://h:9292/v2/x" },
        { "glance", "http://h:9292", "http://h:9292/x" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA          arena = arena_new();
        struct rest_place   place = { str_from(cases[i].service), STR("R"),
                                      str_from(cases[i].place) };
        struct rest_session session = { .places = &place, .n_places = 1 };
        struct request      request = { .service = place.service, .path = STR("/x") };
        struct str          address;
        struct error        err = { 0 };

        assert_true(rest_address(&session, &request, arena, &address, &err));
        assert_text(address, cases[i].address);
    }
}

static void
test_places(void **state UNUSED)
{
    AUTO_ARENA          arena = arena_new();
    struct rest_place   places[] = { { STR("nova"), STR("A"), STR("http://a") },
                                     { STR("nova"), STR("B"), STR("http://b") },
                                     { STR("neutron"), STR("B"), STR("http://me:pw@b") } };
    struct rest_session session = { .places = places, .n_places = 3 };
    struct request      request = { .service = STR("nova") };
    struct str          address;
    struct error        err = { 0 };

    assert_true(rest_address(&session, &request, arena, &address, &err));
    assert_text(address, "http://a/v2.1");
    request.region = STR("B");
    assert_true(rest_address(&session, &request, arena, &address, &err));
    assert_text(address, "http://b/v2.1");
    request.region = STR("C");
    assert_false(rest_address(&session, &request, arena, &address, &err));
    assert_has(err.message, "no address of nova in C");
    request = (struct request){ .service = STR("glance") };
    assert_false(rest_address(&session, &request, arena, &address, &err));
    assert_has(err.message, "no address of glance");
    request.service = STR("neutron");
    assert_false(rest_address(&session, &request, arena, &address, &err));
    assert_has(err.message, "user name");
    assert_null(strstr(err.message, "pw"));
}

static void
test_limits(void **state UNUSED)
{
    static const struct {
        const char *form, *query;
    } cases[] = {
        { "nova:/servers/detail?all_tenants=1", "all_tenants=1&limit=1000" },
        { "nova:/servers/detail?limit=5", "limit=5" },
        { "neutron:/ports", "limit=1000" },
        { "neutron:/agents", "" },
        { "nova:/os-services", "" },
        { "keystone:/projects", "" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA     arena = arena_new();
        struct request request;

        assert_true(request_from_text(str_from(cases[i].form), &request));
        assert_text(rest_first_query(&request, arena), cases[i].query);
    }
}

/* Links as Nova 26, Neutron 21 and Keystone 22 give them. */
static void
test_next_pages(void **state UNUSED)
{
    static const struct {
        const char *path, *body, *next;
    } cases[] = {
        { "/servers/detail", "{\"servers\": []}", "" },
        { "/servers/detail",
          "{\"servers\": [{\"id\": 1}], \"servers_links\": [{\"rel\": \"next\", \"href\": "
          "\"http://10.77.0.10:8774/v2.1/servers/detail?all_tenants=1&limit=2&marker=3a77\"}]}",
          "all_tenants=1&limit=2&marker=3a77" },
        { "/ports",
          "{\"ports\": [], \"ports_links\": [{\"rel\": \"previous\", \"href\": "
          "\"http://h:9696/v2.0/ports?limit=1000&marker=2787&page_reverse=True\"}]}",
          "" },
        { "/ports",
          "{\"ports\": [], \"ports_links\": [{\"href\": \"http://h/v2.0/ports?a=1\", \"rel\": "
          "\"previous\"}, {\"rel\": \"next\", \"href\": \"http://evil/net/v2.0/ports/?b=2#f\"}]}",
          "b=2" },
        { "/projects", "{\"projects\": [], \"links\": {\"next\": null, \"self\": \"x\"}}", "" },
        { "/projects",
          "{\"links\": {\"next\": \"http://h/v3/projects?marker=7\"}, \"projects\": [{}]}",
          "marker=7" },
        { "/ports", "{\"ports\": [{\"links\": {\"next\": \"http://h/v2.0/ports?x=1\"}}]}", "" },
        { "/flavors", "{\"flavor\": {\"id\": 1}}", "" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA   arena = arena_new();
        struct str   next = STR("untouched");
        struct error err = { 0 };

        assert_true(rest_page_check(arena, str_from(cases[i].body), str_from(cases[i].path),
                                    STR("secret"), &next, &err));
        assert_text(next, cases[i].next);
    }
}

/* Each of them comes with status 200, and none is an empty list. */
static void
test_no_pages(void **state UNUSED)
{
    static const struct {
        const char *body, *says;
    } cases[] = {
        { "", "an empty body" },
        { " \n", "an empty body" },
        { "<html>\n <b>It\tworks!</b>", "\"<html> <b>It works!</b>\"" },
        { "{\"servers\": [{\"id\": 1}", "no JSON" },
        { "[]", "no JSON object came: \"[]\"" },
        { "null", "no JSON object" },
        { "{\"error\": {\"code\": 500, \"message\": \"the database is away\"}}",
          "the database is away" },
        { "{\"error\": \"gone\", \"servers\": []}", "\"gone\"" },
        { "{\"error\": {\"x\": 1}, \"servers\": []}", "an error came" },
        { "{\"message\": \"busy\", \"code\": \"503\"}", "\"busy\"" },
        { "{\"computeFault\": {\"code\": 500, \"message\": \"oops\"}}", "\"oops\"" },
        { "{\"NeutronError\": {\"type\": \"X\", \"message\": \"no such\", \"detail\": \"\"}}",
          "\"no such\"" },
        { "{\"NeutronError\": \"plain\"}", "\"plain\"" },
        { "\033[31mred\377", "\"[31mred?\"" },
        { "no JSON with the secret in it", "repeats a secret" },
        { "{\"ports\": [], \"ports_links\": [{\"rel\": \"next\", \"href\": "
          "\"http://h/v2.0/networks?b=2\"}]}",
          "no page of this list" },
        { "{\"ports\": [], \"ports_links\": [{\"rel\": \"next\", \"href\": "
          "\"http://h/v2.0/ports\"}]}",
          "no page of this list" },
        { "{\"ports\": [], \"ports_links\": [{\"rel\": \"next\", \"href\": "
          "\"http://h/v2.0/ports?#b\"}]}",
          "no address of its own" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA   arena = arena_new();
        struct str   next = STR("untouched");
        struct error err = { 0 };

        if (rest_page_check(arena, str_from(cases[i].body), STR("/ports"), STR("secret"), &next,
                            &err))
            fail_msg("taken for a page: %s", cases[i].body);
        assert_has(err.message, cases[i].says);
        assert_null(strstr(err.message, "the secret"));
        assert_null(strchr(err.message, '\033'));
    }
}

static void
test_long_bodies_are_cut(void **state UNUSED)
{
    AUTO_ARENA arena = arena_new();
    AUTO_BUF   body = { 0 };
    struct str says;

    buf_add(&body, STR("x"));
    for (int i = 0; i < 1000; i++)
        buf_add(&body, STR("\303\274")); /* ü: 80 bytes end in the middle of one */
    says = rest_page_says(arena, buf_str(&body), STR_NONE);
    assert_int_equal(says.n, 79 + 3);
    assert_true(str_ends(says, STR("\303\274...")));
}

static void
test_faults_that_pass(void **state UNUSED)
{
    static const int pass[] = {
        429, 500, 502, 503, 504, HTTP_FAULT_LOST, HTTP_FAULT_REFUSED, HTTP_FAULT_TIME
    };
    static const int stay[] = { 0,
                                301,
                                400,
                                401,
                                403,
                                404,
                                406,
                                501,
                                HTTP_FAULT_TRUST,
                                HTTP_FAULT_TLS,
                                HTTP_FAULT_SIZE,
                                HTTP_FAULT_CANCELLED };

    for (size_t i = 0; i < N_ELEMENTS(pass); i++)
        assert_true(rest_fault_may_pass(pass[i]));
    for (size_t i = 0; i < N_ELEMENTS(stay); i++)
        assert_false(rest_fault_may_pass(stay[i]));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),        cmocka_unit_test(test_places),
        cmocka_unit_test(test_limits),           cmocka_unit_test(test_next_pages),
        cmocka_unit_test(test_no_pages),         cmocka_unit_test(test_long_bodies_are_cut),
        cmocka_unit_test(test_faults_that_pass),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
