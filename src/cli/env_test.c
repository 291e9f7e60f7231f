/* calipso env test: try the ways into a cloud, one after the other, and say what is wrong. */

#include "cli/env_test.h"

#include "cli/interrupt.h"
#include "scan/target_test.h"

struct results {
    struct table *table;
    struct arena *arena;
    bool          has_failed;
};

static void
add_row(void *context, const struct target_result *result)
{
    struct results  *r = context;
    struct str       target = str_from(result->target);
    const struct str cells[] = {
        str_empty(result->part) ? target : arena_join(r->arena, target, STR(" "), result->part),
        result->good ? STR("ok") : STR("FAILED"),
        arena_printf(r->arena, "%lld ms", (long long)result->took / 1000),
        result->what,
    };

    table_add(r->table, cells);
    r->has_failed = r->has_failed || !result->good;
}

static int
check_targets(const struct environment *environment, const char *const *targets, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!target_has_test(str_from(targets[i])))
            return usage_error("env test: there is no target '%s'", targets[i]);
        if (!environment_target(environment, targets[i]))
            return usage_error("env test: %.*s has no target %s", STR_ARG(environment->name),
                               targets[i]);
    }
    return EXIT_COMPLETED;
}

int
test_environment(const struct environment *environment, struct host_keys *keys,
                 const char *const *targets, size_t n, struct arena *arena)
{
    static const char *const titles[] = { "TARGET", "RESULT", "TIME", "WHAT" };
    struct results           r = { .arena = arena };
    int                      status = check_targets(environment, targets, n);
    const atomic_bool       *cancelled;

    if (status != EXIT_COMPLETED)
        return status;
    cancelled = catch_interrupts();
    r.table = table_new(titles, N_ELEMENTS(titles));
    targets_test(environment, keys, targets, n, cancelled, arena, add_row, &r);
    table_print(r.table);
    if (atomic_load(cancelled))
        return EXIT_CANCELLED;
    return r.has_failed ? EXIT_FAILED : EXIT_COMPLETED;
}
