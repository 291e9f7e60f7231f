/* The validator of the original's API: conversions, forms, messages and their order. */

#include "testing.h"
#include "folder.h"
#include "json_text.h"

#include "api/check.h"
#include "api/constants.h"

struct world {
    struct arena *arena;
    struct store *store;
    char          folder[FOLDER_SIZE];
};

static int
set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct error  err;

    if (folder_make(w->folder, "check") < 0)
        return -1;
    w->arena = arena_new();
    w->store =
        store_open(arena_printf(w->arena, "sqlite:%s/store", w->folder).p, STORE_CREATE, &err);
    *state = w;
    return w->store ? 0 : -1;
}

static int
tear_down(void **state)
{
    struct world *w = *state;
    int           result;

    store_close(w->store);
    result = folder_remove(w->folder);
    arena_free(w->arena);
    free(w);
    return result;
}

static const char *const colours[] = { "red", "blue", NULL };

static const struct check_key keys[] = {
    { .key = "name", CHECK_TEXT, CHECK_NEEDED },
    { .key = "size", CHECK_INT, CHECK_CONVERT },
    { .key = "flag", CHECK_BOOL, CHECK_CONVERT },
    { .key = "plain", CHECK_BOOL },
    { .key = "id", CHECK_OID, CHECK_CONVERT },
    { .key = "tags", CHECK_TEXT | CHECK_LIST, .values = colours },
    { .key = "state", CHECK_TEXT, .constant = "link_states" },
    { .key = "when", CHECK_TIME, CHECK_EMPTY },
    { .key = "port", CHECK_INT, CHECK_CONVERT, .forms = FORM_PORT },
    { .key = "host", CHECK_TEXT, .forms = FORM_ADDRESS | FORM_HOST_NAME },
    { .key = "path", CHECK_TEXT, .forms = FORM_PATH },
    { .key = "attributes:", CHECK_TEXT, CHECK_PREFIX },
    { 0 },
};

/* What becomes of a document (single quotes for double ones): "name" is added. */
static const char *
checked(struct world *w, const char *text)
{
    struct doc  *data = json_of(w->arena, text);
    struct str   why;
    struct error err;

    if (!doc_get(data, "name"))
        doc_set_text(w->arena, data, "name", STR("n"));
    if (!check_data(w->store, w->arena, data, keys, &why, &err))
        return arena_str(w->arena, why).p;
    doc_remove(data, "name");
    return arena_str(w->arena, doc_body(w->arena, data)).p;
}

#define CHECKED(w, text, expected) assert_string_equal(checked(w, text), expected)

static void
test_conversions(void **state)
{
    struct world *w = *state;

    CHECKED(w, "{'size': ' 7 '}", "{\"size\":7}");
    CHECKED(w, "{'size': '+7'}", "{\"size\":7}");
    CHECKED(w, "{'size': -3}", "{\"size\":-3}");
    CHECKED(w, "{'size': 1.4}", "{\"size\":1}");
    CHECKED(w, "{'size': '1.4'}", "size must be integer");
    CHECKED(w, "{'size': '99999999999999999999'}", "size must be integer");
    CHECKED(w, "{'flag': 'TRUE'}", "{\"flag\":true}");
    CHECKED(w, "{'flag': 0}", "{\"flag\":false}");
    CHECKED(w, "{'flag': '1'}", "{\"flag\":true}");
    CHECKED(w, "{'flag': 2}", "flag must be boolean");
    CHECKED(w, "{'flag': [true]}", "flag must be boolean");
    CHECKED(w, "{'plain': 'true'}", "plain must be boolean");
    CHECKED(w, "{'plain': false}", "{\"plain\":false}");
    CHECKED(w, "{'id': '58A2406E6A283A8BEE150020'}", "{\"id\":\"58a2406e6a283a8bee150020\"}");
    CHECKED(w, "{'id': '58a2406e6a283a8bee15002'}", "id must be MongoDB ObjectId");
    CHECKED(w, "{'when': '2017-01-25T16:28:31 0200'}",
            "{\"when\":\"2017-01-25T14:28:31.000+0000\"}");
    CHECKED(w, "{'when': '2017-01-25 16:28:31'}", "{\"when\":\"2017-01-25T16:28:31.000+0000\"}");
    CHECKED(w, "{'when': ''}", "{\"when\":\"\"}");
    CHECKED(w, "{'when': 5}",
            "when must follow ISO 8610 date and time format,YYYY-MM-DDThh:mm:ss.sss+hhmm");
}

static void
test_lists(void **state)
{
    struct world *w = *state;

    CHECKED(w, "{'tags': 'red'}", "{\"tags\":\"red\"}");
    CHECKED(w, "{'tags': ['red', 'blue']}", "{\"tags\":[\"red\",\"blue\"]}");
    CHECKED(w, "{'tags': ['red', 'green']}", "The possible value of tags is red or blue");
    CHECKED(w, "{'tags': [{'red': 1}]}", "The possible value of tags is red or blue");
    CHECKED(w, "{'tags': 1}", "tags must be string or list");
    CHECKED(w, "{'tags': []}", "Invalid data: value of tags key doesn't exist ");
}

/* Stored constants hold at once, and instead of those that come with the program. */
static void
test_constants(void **state)
{
    struct world *w = *state;
    struct error  err;

    CHECKED(w, "{'state': 'up'}", "{\"state\":\"up\"}");
    CHECKED(w, "{'state': 'wet'}", "The possible value of state is up or down");
    assert_true(collection_put(w->store, STR("constants"),
                               STR("{\"name\":\"link_states\",\"data\":[{\"value\":\"wet\"}]}"),
                               w->arena, NULL, &err));
    CHECKED(w, "{'state': 'wet'}", "{\"state\":\"wet\"}");
    CHECKED(w, "{'state': 'up'}", "The possible value of state is wet");
    assert_non_null(constant_find(w->store, w->arena, STR("log_levels"), &err));
    assert_null(constant_find(w->store, w->arena, STR("no such"), &err));
    assert_int_equal(err.domain, ERROR_NOT_FOUND);
}

#define HOST_IS(w, host, is_good)                                                                  \
    CHECKED(w, "{'host': '" host "'}",                                                             \
            is_good ? "{\"host\":\"" host "\"}"                                                    \
                    : "host must be a valid ipv4/ipv6 address or host name")

static void
test_forms(void **state)
{
    struct world *w = *state;

    HOST_IS(w, "10.0.0.1", true);
    HOST_IS(w, "2001:db8::1", true);
    HOST_IS(w, "::1", true);
    HOST_IS(w, "a-b.example.com", true);
    HOST_IS(w, "999.1.1.1", true); /* a name */
    HOST_IS(w, "-bad-.", false);
    HOST_IS(w, "a_b", false);
    HOST_IS(w, "a..b", false);
    HOST_IS(w, "a.", false);
    HOST_IS(w, "2001:db8::1::2", false);
    HOST_IS(w, "a123456789012345678901234567890123456789012345678901234567890123", false);
    HOST_IS(w, "b12345678901234567890123456789012345678901234567890123456789012", true);
    CHECKED(w, "{'port': '0065535'}", "{\"port\":65535}");
    CHECKED(w, "{'port': 65536}", "port must be a valid port number");
    CHECKED(w, "{'port': -1}", "port must be a valid port number");
    CHECKED(w, "{'port': 'x'}", "port must be integer");
    CHECKED(w, "{'path': '/a b/c/'}", "{\"path\":\"/a b/c/\"}");
    CHECKED(w, "{'path': '/'}", "path must be a valid path");
    CHECKED(w, "{'path': '//a'}", "path must be a valid path");
    CHECKED(w, "{'path': 'a'}", "path must be a valid path");
}

static void
test_order(void **state)
{
    struct world *w = *state;

    CHECKED(w, "{'x': 1, 'size': 'x', 'y': 2}", "Invalid key(s): x and y");
    CHECKED(w, "{'attributes:a_1': 'v'}", "{\"attributes:a_1\":\"v\"}");
    CHECKED(w, "{'attributes:a b': 'v'}", "Invalid key(s): attributes:a b");
    CHECKED(w, "{'attributes:': 'v'}", "Invalid key(s): attributes:");
    CHECKED(w, "{'attributes:a': ['v', 'w']}", "attributes:a must be string");
    CHECKED(w, "{'flag': 'x', 'size': 'x'}", "size must be integer");
    CHECKED(w, "{'name': '', 'size': 'x'}", "Invalid data: value of name key doesn't exist ");
    CHECKED(w, "{'name': null}", "Invalid data: value of name key doesn't exist ");
    CHECKED(w, "{'name': 0}", "name must be string");
}

static void
test_mandatory(void **state)
{
    struct world *w = *state;
    struct str    why;
    struct error  err;

    assert_false(check_data(w->store, w->arena, doc_object(w->arena), keys, &why, &err));
    assert_text(why, "name must be specified");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_conversions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lists, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_constants, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_forms, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_order, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mandatory, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
