/* What somebody probably meant: typing errors, beginnings, and names that are too far away. */

#include "testing.h"

#include "cli/nearest.h"

static struct str
nearest(struct arena *arena, const struct str *items, size_t n, struct str wanted)
{
    struct known_names names = { .arena = arena };

    for (size_t i = 0; i < n; i++)
        known_names_add(&names, items[i]);
    return nearest_name(&names, wanted);
}

static void
test_nearest(void **state UNUSED)
{
    static const struct str names[] = {
        STR("environment"),      STR("host"), STR("host_pnic"), STR("instance"),
        STR("instances_folder"), STR("vnic"), STR("vedge"),     STR("lab")
    };
    static const struct {
        const char *wanted, *meant;
    } cases[] = {
        { "instnce", "instance" },   /* a letter is missing */
        { "insttance", "instance" }, /* one too many */
        { "instamce", "instance" },  /* a wrong one */
        { "isntance", "instance" },  /* two the wrong way round */
        { "isntacne", "instance" },  /* twice */
        { "instances", "instance" }, /* rather than what it is the beginning of */
        { "INSTANCE", "instance" },
        { "inst", "instance" }, /* the others are longer forms of it */
        { "env", "environment" },
        { "ho", "host" },
        { "hs", "host" }, /* two are missing */
        { "host_", "host" },
        { "host_pn", "host_pnic" },
        { "lba", "lab" },
        { "v", "" },    /* two begin so */
        { "xyz", "" },  /* nothing is near */
        { "lxy", "" },  /* two of three letters are wrong */
        { "host", "" }, /* it is there */
        { "", "" },
    };
    AUTO_ARENA arena = arena_new();

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct str meant = nearest(arena, names, N_ELEMENTS(names), str_from(cases[i].wanted));

        if (!str_is(meant, cases[i].meant))
            fail_msg("%s: %.*s", cases[i].wanted, STR_ARG(meant));
    }
}

/* Names of any length and with any bytes may be typed. */
static void
test_odd_names(void **state UNUSED)
{
    AUTO_ARENA       arena = arena_new();
    const struct str endless = arena_printf(arena, "%05000d", 0);
    const struct str names[] = { str_head(endless, 64), STR("caf\303\251") };

    assert_true(str_equal(nearest(arena, names, 2, str_head(endless, 63)), names[0]));
    assert_true(str_empty(nearest(arena, names, 2, str_head(endless, 65))));
    assert_true(str_empty(nearest(arena, names, 2, endless)));
    assert_true(str_equal(nearest(arena, names, 2, STR("cafe")), names[1]));
    assert_true(str_empty(nearest(arena, names, 0, STR("cafe"))));
}

static void
test_did_you_mean(void **state UNUSED)
{
    AUTO_ARENA         arena = arena_new();
    struct known_names names = { .arena = arena };

    known_names_add(&names, STR("list"));
    assert_true(str_is(did_you_mean(&names, STR("lst"), "no"), "did you mean 'list'?"));
    assert_true(str_is(did_you_mean(&names, STR("frobnicate"), "no"), "no"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_odd_names),
        cmocka_unit_test(test_did_you_mean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
