/* Why a search found an object: which attribute, and what of its value. */

#include "testing.h"

#include "cli/match.h"

static void
test_match(void **state UNUSED)
{
#define UUID "21b6629f-7340-4845-a1c0-b0a33310020a"
#define THIRTY "123456789-123456789-123456789-"
    static const struct {
        const char *searched, *body, *match;
    } cases[] = {
        /* id and name come first, the others by their key. */
        { "vm", "{\"a\":\"vm\",\"id\":\"vm-1\",\"name\":\"vm-1\"}", "id: vm-1" },
        { "vm", "{\"id\":\"x\",\"local_name\":\"vm-1\",\"name\":\"vm-1\"}", "name: vm-1" },
        { "10.0.0.5", "{\"b\":\"10.0.0.5\",\"c\":\"10.0.0.5\",\"id\":\"x\"}", "b: 10.0.0.5" },
        { "VM-A", "{\"name\":\"vm-a1\"}", "name: vm-a1" },
        /* An id that holds the word somewhere is not why. */
        { "a1", "{\"id\":\"" UUID "\",\"name\":\"vm-a1\"}", "name: vm-a1" },
        { "21b6", "{\"id\":\"" UUID "\",\"name\":\"vm-a1\"}", "id: " UUID },
        /* Several words: the attribute that has most of them. */
        { "vm 10.0", "{\"ip\":\"10.0.0.5\",\"name\":\"vm-1\"}", "name: vm-1" },
        { "of rack", "{\"id\":\"of-1\",\"name\":\"end of rack\"}", "name: end of rack" },
        /* In lists and objects: the string that has it. */
        { "10.0.0.6", "{\"ips\":[{\"ip\":\"10.0.0.5\"},{\"ip\":\"10.0.0.6\"}]}", "ips: 10.0.0.6" },
        /* Long values. */
        { "12", "{\"name\":\"" THIRTY THIRTY "\"}", "name: " THIRTY "123456789-..." },
        { "end", "{\"name\":\"" THIRTY THIRTY "-end\"}", "name: ...end" },
        { "end", "{\"name\":\"" THIRTY "-end of " THIRTY "\"}", "name: " THIRTY "-end of 12..." },
        { "12", "{\"name\":\"" THIRTY "123456789\303\244\303\244\"}",
          "name: " THIRTY "123456789..." },
        /* Nothing has it. */
        { "x", "{\"name\":\"vm\"}", "" },
        { "x", "{}", "" },
        { "x", "no document", "" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA arena = arena_new();
        struct str match = match_of(arena, str_from(cases[i].searched), str_from(cases[i].body));

        if (!str_is(match, cases[i].match))
            fail_msg("%s in %s: %.*s", cases[i].searched, cases[i].body, STR_ARG(match));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_match) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
