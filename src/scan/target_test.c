/* One target after the other, since people read them so. Hosts are tried beside each other. */

#include "scan/target_test.h"

#include "base/work.h"
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
    target_result_fn         *add;
    void                     *context;
    struct shell             *shell;
    struct host_trial        *hosts;
    size_t                    n_hosts;
};

static void
add_outcome(struct trial *t, const char *target, struct str part, bool good, int64_t began,
            struct str what, const struct error *err)
{
    const struct target_result result = {
        .target = target,
        .part = part,
        .good = good,
        .took = store_now() - began,
        .what = good ? what : arena_str(t->arena, str_from(err->message)),
    };

    t->add(t->context, &result);
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
    add_outcome(t, "OpenStack", STR_NONE, good, began, what, &err);
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
    add_outcome(t, "mysql", STR_NONE, good, began, what, &err);
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
    add_outcome(t, "AMQP", STR_NONE, good, began, what, &err);
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

static void
add_host(struct trial *t, const struct host_trial *host)
{
    const struct target_result result = {
        .target = "CLI",
        .part = host->name,
        .good = host->good,
        .took = host->took,
        .what = arena_str(t->arena, host->what),
    };

    t->add(t->context, &result);
}

/* Of many hosts only those that fail have results of their own. */
static void
add_hosts(struct trial *t)
{
    size_t n_good = 0;

    for (size_t i = 0; i < t->n_hosts; i++) {
        struct host_trial *host = &t->hosts[i];

        n_good += host->good;
        if (!host->good || t->n_hosts <= MOST_ROWS)
            add_host(t, host);
        arena_free(host->arena);
    }
    if (t->n_hosts > MOST_ROWS) {
        const struct target_result result = {
            .target = "CLI",
            .good = true,
            .what = arena_printf(t->arena, "%zu of %zu hosts", n_good, t->n_hosts),
        };

        t->add(t->context, &result);
    }
}

static void
try_hosts(struct trial *t, size_t n)
{
    t->n_hosts = n;
    work_each(HOSTS_AT_ONCE, n, try_host, t);
    add_hosts(t);
}

static void
test_hosts_of_cloud(struct trial *t)
{
    int64_t           began = store_now();
    struct transport *transport = live_open(t->environment, t->keys, t->cancelled);
    struct discovery  discovery = { .environment = t->environment, .transport = transport };
    struct error      err;

    if (discover_hosts(&discovery, &err)) {
        const struct cloud *cloud = &discovery.cloud;

        t->hosts = arena_array(t->arena, struct host_trial, cloud->n_hosts);
        for (size_t i = 0; i < cloud->n_hosts; i++)
            t->hosts[i] = (struct host_trial){ .name = arena_str(t->arena, cloud->hosts[i].name),
                                               .roles = cloud->hosts[i].roles };
        try_hosts(t, cloud->n_hosts);
    } else {
        error_prefix(&err, "the cloud does not tell its hosts: ");
        add_outcome(t, "CLI", STR("hosts"), false, began, STR_NONE, &err);
    }
    discovery_done(&discovery);
    transport_close(transport);
}

/* Where nobody can be asked which hosts there are: those with a way in of their own. */
static void
test_own_hosts(struct trial *t)
{
    struct environment_cli_host *own;
    size_t                       n = environment_cli_hosts(t->environment, t->arena, &own);

    t->hosts = arena_array(t->arena, struct host_trial, n);
    for (size_t i = 0; i < n; i++)
        t->hosts[i] = (struct host_trial){ .name = own[i].name };
    try_hosts(t, n);
}

static void
test_hosts(struct trial *t)
{
    struct environment_target_login master;

    t->shell = live_shell(t->environment, t->keys, t->cancelled);
    if (environment_login(t->environment, "CLI", &master) && !str_empty(master.host)) {
        t->hosts = arena_new_of(t->arena, struct host_trial);
        t->hosts[0].name = STR(SHELL_MASTER);
        try_hosts(t, 1);
    }
    if (environment_target(t->environment, "OpenStack"))
        test_hosts_of_cloud(t);
    else
        test_own_hosts(t);
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

bool
target_has_test(struct str target)
{
    for (size_t i = 0; i < N_ELEMENTS(tests); i++)
        if (str_is(target, tests[i].target))
            return true;
    return false;
}

static bool
is_wanted(const char *const *targets, size_t n, const char *target)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(targets[i], target) == 0)
            return true;
    return n == 0;
}

void
targets_test(const struct environment *environment, struct host_keys *keys,
             const char *const *targets, size_t n, const atomic_bool *cancelled,
             struct arena *arena, target_result_fn *add, void *context)
{
    struct trial t = {
        .environment = environment,
        .keys = keys,
        .cancelled = cancelled,
        .arena = arena,
        .add = add,
        .context = context,
    };

    for (size_t i = 0; i < N_ELEMENTS(tests) && !atomic_load(cancelled); i++)
        if (is_wanted(targets, n, tests[i].target) &&
            environment_target(environment, tests[i].target))
            tests[i].test(&t);
}
