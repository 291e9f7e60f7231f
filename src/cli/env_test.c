/* calipso env test: try the ways into a cloud, one after the other, and say what is wrong. */

#include "cli/env_test.h"

#include "scan/login.h"

struct outcome {
    struct str text;
    bool       good;
};

typedef struct outcome test_fn(const struct environment *, struct arena *);

static struct outcome
failed(struct arena *arena, const struct error *err)
{
    return (struct outcome){ arena_str(arena, str_from(err->message)), false };
}

static struct outcome
test_openstack(const struct environment *environment, struct arena *arena)
{
    struct login login;
    struct error err;

    if (!keystone_login(environment, arena, &login, &err))
        return failed(arena, &err);
    return (struct outcome){ arena_printf(arena, "%.*s: user %.*s, project %.*s, %zu services",
                                          STR_ARG(login.address), STR_ARG(login.user),
                                          STR_ARG(login.project), login.catalog.n),
                             true };
}

/* In the order in which a scan needs them; those without a test cannot be tried yet. */
static const struct {
    const char *target;
    test_fn    *test;
} tests[] = {
    { "OpenStack", test_openstack },
    { "mysql", NULL },
    { "CLI", NULL },
    { "AMQP", NULL },
};

static bool
is_wanted(const char *const *targets, size_t n, const char *target)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(targets[i], target) == 0)
            return true;
    return n == 0;
}

static int
check_targets(const struct environment *environment, const char *const *targets, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool is_known = false;

        for (size_t k = 0; k < N_ELEMENTS(tests); k++)
            is_known = is_known || strcmp(tests[k].target, targets[i]) == 0;
        if (!is_known)
            return usage_error("env test: there is no target '%s'", targets[i]);
        if (!environment_target(environment, targets[i]))
            return usage_error("env test: %.*s has no target %s", STR_ARG(environment->name),
                               targets[i]);
    }
    return EXIT_COMPLETED;
}

int
test_environment(const struct environment *environment, const char *const *targets, size_t n,
                 struct arena *arena)
{
    static const char *const titles[] = { "TARGET", "RESULT", "TIME", "WHAT" };
    struct table            *table;
    int                      status = check_targets(environment, targets, n);

    if (status != EXIT_COMPLETED)
        return status;
    table = table_new(titles, N_ELEMENTS(titles));
    for (size_t i = 0; i < N_ELEMENTS(tests); i++) {
        int64_t        began = store_now();
        struct outcome outcome = { STR("this version cannot try it yet"), true };

        if (!is_wanted(targets, n, tests[i].target) ||
            !environment_target(environment, tests[i].target))
            continue;
        if (tests[i].test)
            outcome = tests[i].test(environment, arena);

        const struct str cells[] = {
            str_from(tests[i].target),
            !tests[i].test ? STR("not yet")
            : outcome.good ? STR("ok")
                           : STR("FAILED"),
            arena_printf(arena, "%lld ms", (long long)(store_now() - began) / 1000),
            outcome.text,
        };

        table_add(table, cells);
        status = outcome.good ? status : EXIT_FAILED;
    }
    table_print(table);
    return status;
}
