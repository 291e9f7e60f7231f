/* What bodies of requests may be, and that the schemas name what the program knows. */

#include "testing.h"

#include "api/schema.h"
#include "model/types.h"

static void
test_check(void **state UNUSED)
{
    static const struct {
        const char *schema, *value, *message; /* NULL: it is that */
    } cases[] = {
        { "NewToken", "{}", NULL },
        { "NewToken", "{\"note\":\"\xc3\xa4\",\"days\":3650}", NULL },
        { "NewToken", "{\"days\":0}", "days: expected were 1 to 3650" },
        { "NewToken", "{\"days\":1.5}", "days: a whole number was expected" },
        { "NewToken", "{\"Days\":1}", "Days: there is no such member" },
        { "NewToken", "[]", "a JSON object was expected" },
        { "NewUser", "{\"name\":\"a\"}", "password: is missing" },
        { "NewUser", "{\"name\":\"a\",\"password\":\"seven77\"}",
          "password: expected were 8 to 1024 characters" },
        { "NewUser", "{\"name\":\"a\",\"password\":\"12345678\",\"roles\":[\"view-env\",\"x\"]}",
          "roles[1]: expected was one of: view-env, edit-env, manage-users, manage-link-types, "
          "manage-clique-types, manage-clique-constraints" },
        { "Target", "{\"name\":\"CLI\",\"port\":\"22\",\"hosts\":{\"a\":{\"host\":\"b\"}}}", NULL },
        { "Target", "{\"name\":\"CLI\",\"hosts\":{\"a\":{}}}", "hosts.a.host: is missing" },
        { "Target", "{\"name\":\"CLI\",\"port\":65536}", "port: expected were 0 to 65535" },
        { "Target", "{\"name\":\"OpenStack\",\"interface\":\"x\"}",
          "interface: expected was one of: admin, internal, public" },
        { "Texts", "[\"a\",\"\"]", "[1]: expected were 1 characters at least" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA        arena = arena_new();
        struct error      err = { 0 };
        const struct doc *value = doc_parse(arena, str_from(cases[i].value), &err);
        bool              good = schema_check(cases[i].schema, value, &err);

        assert_non_null(value);
        assert_int_equal(good, cases[i].message == NULL);
        if (cases[i].message)
            assert_string_equal(err.message, cases[i].message);
    }
}

static void
test_object_types(void **state UNUSED)
{
    const struct doc *named = doc_get(doc_get(schemas(), "ObjectType"), "enum");
    enum object_type  type;

    assert_int_equal(doc_count(named), N_OBJECT_TYPES);
    for (size_t i = 0; i < doc_count(named); i++)
        assert_true(object_type_from_name(doc_text(doc_at(named, i)), &type));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_object_types),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
