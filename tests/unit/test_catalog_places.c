/* Where services are asked: what an environment makes of the
 * catalog of a Keystone (v3). */

#include "testing.h"

#include "scan/catalog_places.h"

static const char catalog[] =
    "{\"token\": {\"catalog\": ["
    " {\"type\": \"identity\", \"name\": \"keystone\", \"endpoints\": ["
    "  {\"interface\": \"public\", \"region\": \"One\", \"url\": \"http://pub:5000\"}]},"
    " {\"type\": \"compute\", \"name\": \"nova\", \"endpoints\": ["
    "  {\"interface\": \"public\", \"region\": \"One\", \"url\": \"https://pub/compute/v2.1\"},"
    "  {\"interface\": \"internal\", \"region\": \"One\", \"url\": \"http://int:8774/v2.1\"},"
    "  {\"interface\": \"admin\", \"region\": \"One\", \"url\": \"http://adm:8774/v2.1\"},"
    "  {\"interface\": \"public\", \"region\": \"Two\", \"url\": \"https://two/compute/v2.1\"}]},"
    " {\"type\": \"network\", \"name\": \"my own networks\", \"endpoints\": ["
    "  {\"interface\": \"internal\", \"region\": \"One\", \"url\": \"http://int:9696\"},"
    "  {\"interface\": \"public\", \"region\": \"One\", \"url\": \"https://[2001:db8::1]:9696\"}]},"
    " {\"type\": \"image\", \"name\": \"glance\", \"endpoints\": ["
    "  {\"interface\": \"public\", \"region\": \"One\", \"url\": \"http://pub:9292\"}]}]}}";

/* The places of an environment with this target, a line each: "service region url". */
static struct str
places(struct arena *arena, const char *target)
{
    struct doc         *document = doc_parse(arena, str_from(target), NULL);
    struct environment  environment = { .document = document };
    struct login        login = { .address = STR("http://ks:5000/v3") };
    struct rest_session session = { 0 };
    struct str          text = STR_NONE;
    struct error        err;

    assert_non_null(document);
    assert_true(parse_catalog(arena, str_from(catalog), &login.catalog, &err));
    catalog_places(&environment, &login, arena, &session);
    for (size_t i = 0; i < session.n_places; i++) {
        const struct rest_place *p = &session.places[i];

        text = arena_printf(arena, "%.*s%.*s %.*s %.*s\n", STR_ARG(text), STR_ARG(p->service),
                            STR_ARG(p->region), STR_ARG(p->url));
    }
    return text;
}

/* The administrator's address, else the internal one, else the public one; each on the host that the
 * environment names, with scheme, port and path of the catalog. Neutron under a name of its own is
 * found by its type. */
static void
test_on_the_configured_host(void **state UNUSED)
{
    AUTO_ARENA arena = arena_new();

    assert_text(places(arena, "{\"configuration\": [{\"name\": \"OpenStack\", \"host\": "
                              "\"192.0.2.10\"}]}"),
                "keystone  http://ks:5000/v3\n"
                "nova One http://192.0.2.10:8774/v2.1\n"
                "nova Two https://192.0.2.10/compute/v2.1\n"
                "neutron One http://192.0.2.10:9696\n");
    assert_text(places(arena, "{\"configuration\": [{\"name\": \"OpenStack\", \"host\": "
                              "\"2001:db8::5\"}]}"),
                "keystone  http://ks:5000/v3\n"
                "nova One http://[2001:db8::5]:8774/v2.1\n"
                "nova Two https://[2001:db8::5]/compute/v2.1\n"
                "neutron One http://[2001:db8::5]:9696\n");
}

/* "interface": that one as it is, and a region that lacks it is left out. */
static void
test_of_an_interface(void **state UNUSED)
{
    AUTO_ARENA arena = arena_new();

    assert_text(places(arena, "{\"configuration\": [{\"name\": \"OpenStack\", \"host\": "
                              "\"192.0.2.10\", \"interface\": \"public\"}]}"),
                "keystone  http://ks:5000/v3\n"
                "nova One https://pub/compute/v2.1\n"
                "nova Two https://two/compute/v2.1\n"
                "neutron One https://[2001:db8::1]:9696\n");
    assert_text(places(arena, "{\"configuration\": [{\"name\": \"OpenStack\", \"host\": "
                              "\"192.0.2.10\", \"interface\": \"admin\"}]}"),
                "keystone  http://ks:5000/v3\n"
                "nova One http://adm:8774/v2.1\n");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_on_the_configured_host),
        cmocka_unit_test(test_of_an_interface),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
