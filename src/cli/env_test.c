/* calipso env test: try the ways into a cloud, one after the other, and say what is wrong. */

#include "cli/env_test.h"

#include "base/work.h"
#include "cli/interrupt.h"
#include "scan/discover.h"
#include "scan/host_check.h"
#include "scan/live.h"
#include "scan/login.h"
#include "transport/bus.h"

enum { HOSTS_AT_ONCE = 16, MOST_ROWS = 100 };

struct trial {
    const struct environment *environment;
    struct host_keys         *keys;
    const atomic_bool        *cancelled;
    struct arena             *arena;
    struct table             *table;
    struct shell             *shell;
    struct host_trial        *hosts;
    size_t                    n_hosts;
    bool                      has_failed;
};

static void
add_row(struct trial *t, struct str target, bool good, int64_t took, struct str what)
{
    const struct str cells[] = {
        target,
        good ? STR("ok") : STR("FAILED"),
        arena_printf(t->arena, "%lld ms", (long long)took / 1000),
        what,
    };

    table_add(t->table, cells);
    t->has_failed = t->has_failed || !good;
}

static void
add_outcome(struct trial *t, const char *target, bool good, int64_t began, struct str what,
            const struct error *err)
{
    add_row(t, str_from(target), good, store_now() - began, good ? what : str_from(err->message));
}

/* Nobody should forget that certificates are not looked at. */
static struct str
with_trust(const struct trial *t, const char *target, bool has_tls, struct str what)
{
    struct environment_target_login login;

    if (!has_tls || !environment_login(t->environment, target, &login) || !login.trusts_anybody)
        return what;
    return arena_join(t->arena, what, STR(", certificates are NOT verified"), STR_NONE);
}

/* Lists that only an administrator, or a reader of everything, may see: one of each service. */
static bool
may_read(const struct trial *t, struct error *err)
{
    static const char *const lists[] = { "keystone:/projects", "nova:/os-services",
                                         "neutron:/agents" };
    struct transport        *transport = live_open(t->environment, t->keys, t->cancelled);
    bool                     good = true;

    for (size_t i = 0; good && i < N_ELEMENTS(lists); i++) {
        struct request form;
        struct answer  answer;

        good = request_from_text(str_from(lists[i]), &form) &&
               transport_ask(transport, &form, 1, t->arena, &answer);
        if (!good)
            *err = answer.error;
    }
    transport_close(transport);
    return good || error_prefix(err, "signed in, but ");
}

static void
test_openstack(struct trial *t)
{
    int64_t      began = store_now();
    struct login login;
    struct error err;
    struct str   what = STR_NONE;
    bool         good =
        keystone_login(t->environment, t->cancelled, t->arena, &login, &err) && may_read(t, &err);

    if (good)
        what = with_trust(t, "OpenStack", str_starts(login.address, STR("https:")),
                          arena_printf(t->arena, "%.*s: user %.*s, project %.*s, %zu services",
                                       STR_ARG(login.address), STR_ARG(login.user),
                                       STR_ARG(login.project), login.catalog.n));
    add_outcome(t, "OpenStack", good, began, what, &err);
}

/* May every table be read? One that this release does not have is no fault. */
static bool
may_read_tables(struct database *database, struct error *err)
{
    struct request tables[MOST_TABLES];
    size_t         n = discover_tables(tables);

    for (size_t i = 0; i < n; i++)
        if (!database_may_read(database, &tables[i], err) && err->code != DATABASE_FAULT_TABLE)
            return false;
    return true;
}

static void
test_sql(struct trial *t)
{
    int64_t          began = store_now();
    struct database *database = live_database(t->environment, t->cancelled);
    struct error     err;
    struct str       what = STR_NONE;
    bool good = database_test(database, t->arena, &what, &err) && may_read_tables(database, &err);

    what = with_trust(t, "mysql", str_find(what, STR("no TLS")) < 0, what);
    add_outcome(t, "mysql", good, began, what, &err);
    database_free(database);
}

static void
test_amqp(struct trial *t)
{
    int64_t                         began = store_now();
    struct environment_target_login login;
    struct error                    err;
    struct str                      what = STR_NONE;
    bool                            good;

    (void)environment_login(t->environment, "AMQP", &login);

    const struct bus_options options = {
        .host = login.host,
        .port = login.port,
        .user = login.user,
        .password = login.password,
        .vhost = doc_get_text(environment_target(t->environment, "AMQP"), "vhost"),
        .wants_tls = login.tls,
        .ca = login.ca,
        .trusts_anybody = login.trusts_anybody,
    };

    good = bus_test(&options, t->arena, &what, &err);
    what = with_trust(t, "AMQP", login.tls, what);
    add_outcome(t, "AMQP", good, began, what, &err);
}

/* --- hosts --- */

struct host_trial {
    struct str    name;
    unsigned      roles;
    struct arena *arena;
    struct str    what;
    int64_t       took;
    bool          good;
};

static void
try_host(void *context, size_t index)
{
    struct trial      *t = context;
    struct host_trial *host = &t->hosts[index];
    int64_t            began = store_now();
    struct str         output;
    struct error       err;

    host->arena = arena_new();
    if (shell_run(t->shell, host->name, host_check_script(host->arena, t->environment, host->roles),
                  host->arena, &output, &err))
        host->good = host_check_read(host->arena, output, &host->what);
    else
        host->what = arena_str(host->arena, str_from(err.message));
    host->took = store_now() - began;
}

/* Of many hosts only those that fail have rows of their own. */
static void
add_hosts(struct trial *t)
{
    size_t n_good = 0;

    for (size_t i = 0; i < t->n_hosts; i++) {
        struct host_trial *host = &t->hosts[i];

        n_good += host->good;
        if (!host->good || t->n_hosts <= MOST_ROWS)
            add_row(t, arena_join(t->arena, STR("CLI "), host->name, STR_NONE), host->good,
                    host->took, arena_str(t->arena, host->what));
        arena_free(host->arena);
    }
    if (t->n_hosts > MOST_ROWS)
        add_row(t, STR("CLI"), true, 0,
                arena_printf(t->arena, "%zu of %zu hosts", n_good, t->n_hosts));
}

static void
test_hosts_of_cloud(struct trial *t)
{
    int64_t           began = store_now();
    struct transport *transport = live_open(t->environment, t->keys, t->cancelled);
    struct discovery  discovery = { .environment = t->environment, .transport = transport };
    struct error      err;

    if (discover_hosts(&discovery, &err)) {
        t->n_hosts = discovery.cloud.n_hosts;
        t->hosts = arena_array(t->arena, struct host_trial, t->n_hosts);
        for (size_t i = 0; i < t->n_hosts; i++)
            t->hosts[i] = (struct host_trial){ .name = discovery.cloud.hosts[i].name,
                                               .roles = discovery.cloud.hosts[i].roles };
        work_each(HOSTS_AT_ONCE, t->n_hosts, try_host, t);
        add_hosts(t);
    } else {
        error_prefix(&err, "the cloud does not tell its hosts: ");
        add_outcome(t, "CLI hosts", false, began, STR_NONE, &err);
    }
    discovery_done(&discovery);
    transport_close(transport);
}

static void
test_hosts(struct trial *t)
{
    struct environment_target_login master;

    t->shell = live_shell(t->environment, t->keys, t->cancelled);
    if (environment_login(t->environment, "CLI", &master) && !str_empty(master.host)) {
        t->hosts = arena_new_of(t->arena, struct host_trial);
        t->hosts[0].name = STR(SHELL_MASTER);
        t->n_hosts = 1;
        try_host(t, 0);
        add_hosts(t);
    }
    test_hosts_of_cloud(t);
    shell_free(t->shell);
}

/* In the order in which a scan needs them. */
static const struct {
    const char *target;
    void (*test)(struct trial *);
} tests[] = {
    { "OpenStack", test_openstack },
    { "mysql", test_sql },
    { "CLI", test_hosts },
    { "AMQP", test_amqp },
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
test_environment(const struct environment *environment, struct host_keys *keys,
                 const char *const *targets, size_t n, struct arena *arena)
{
    static const char *const titles[] = { "TARGET", "RESULT", "TIME", "WHAT" };
    struct trial             t = {
                    .environment = environment,
                    .keys = keys,
                    .arena = arena,
    };
    int status = check_targets(environment, targets, n);

    if (status != EXIT_COMPLETED)
        return status;
    t.cancelled = catch_interrupts();
    t.table = table_new(titles, N_ELEMENTS(titles));
    for (size_t i = 0; i < N_ELEMENTS(tests) && !atomic_load(t.cancelled); i++)
        if (is_wanted(targets, n, tests[i].target) &&
            environment_target(environment, tests[i].target))
            tests[i].test(&t);
    table_print(t.table);
    if (atomic_load(t.cancelled))
        return EXIT_CANCELLED;
    return t.has_failed ? EXIT_FAILED : EXIT_COMPLETED;
}
