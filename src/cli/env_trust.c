/* calipso env trust: the keys that hosts show, looked at by somebody before they are believed.
 *
 * The master host comes first: the others are reached through it. */

#include "cli/env_trust.h"

#include <unistd.h>

#include "base/work.h"
#include "cli/interrupt.h"
#include "scan/discover.h"
#include "scan/live.h"

enum { KEYS_AT_ONCE = 16 };

enum key_state { KEY_TRUSTED, KEY_NEW, KEY_CHANGED, KEY_NONE };

struct looked_at {
    struct str     host;
    struct str     key;
    enum key_state state;
    struct error   err;
    struct arena  *arena;
};

struct trust {
    struct store               *store;
    const struct environment   *environment;
    const struct trust_options *options;
    struct arena               *arena;
    struct host_keys            keys;
    const atomic_bool          *cancelled;
    struct shell               *shell;
    struct looked_at           *hosts;
    size_t                      n_hosts, capacity;
    int                         status;
};

static void
look(void *context, size_t index)
{
    struct trust     *t = context;
    struct looked_at *l = &t->hosts[index];
    struct str        known = host_keys_find(&t->keys, l->host);

    l->arena = arena_new();
    if (!shell_server_key(t->shell, l->host, l->arena, &l->key, &l->err))
        l->state = KEY_NONE;
    else if (str_empty(known))
        l->state = KEY_NEW;
    else
        l->state = str_equal(known, l->key) ? KEY_TRUSTED : KEY_CHANGED;
}

static void
add_host(struct trust *t, struct str host)
{
    for (size_t i = 0; i < t->n_hosts; i++)
        if (str_equal(t->hosts[i].host, host))
            return;
    arena_grow(t->arena, t->hosts, t->n_hosts, t->capacity);
    t->hosts[t->n_hosts++] = (struct looked_at){ .host = arena_str(t->arena, host) };
}

static void
print_keys(const struct trust *t)
{
    static const char *const titles[] = { "HOST", "KEY", "FINGERPRINT", "STATE" };
    static const char *const states[] = {
        [KEY_TRUSTED] = "trusted", [KEY_NEW] = "new", [KEY_CHANGED] = "CHANGED", [KEY_NONE] = "none"
    };
    struct table *table = table_new(titles, N_ELEMENTS(titles));

    for (size_t i = 0; i < t->n_hosts; i++) {
        const struct looked_at *l = &t->hosts[i];
        struct str              rest = l->key, type = STR_NONE;

        (void)str_word(&rest, &type);

        const struct str cells[] = {
            l->host,
            type,
            l->state == KEY_NONE ? str_from(l->err.message) : remote_fingerprint(t->arena, l->key),
            str_from(states[l->state]),
        };

        table_add(table, cells);
    }
    table_print(table);
    fflush(stdout);
}

static bool
answers_yes(const char *question)
{
    char answer[16];

    fprintf(stderr, "%s [y/N] ", question);
    return fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

static bool
is_wanted(const struct trust *t, const struct looked_at *l)
{
    return l->state == KEY_NEW || (l->state == KEY_CHANGED && t->options->replace);
}

/* Keep what is wanted; false when that was not possible, or not allowed. */
static bool
keep_keys(struct trust *t, size_t n_wanted)
{
    AUTO_ARENA   scratch = arena_new();
    struct error err;
    bool         asks = !t->options->yes;

    if (asks && !isatty(STDIN_FILENO)) {
        t->status =
            usage_error("nobody is there to ask whether these keys are right: look at them, "
                        "then say --yes");
        return false;
    }
    if (asks &&
        !answers_yes(
            arena_printf(scratch, "Trust %zu key%s?", n_wanted, n_wanted == 1 ? "" : "s").p)) {
        fprintf(stderr, "calipso: nothing was changed\n");
        t->status = EXIT_FAILED;
        return false;
    }
    for (size_t i = 0; i < t->n_hosts; i++) {
        struct looked_at *l = &t->hosts[i];

        if (is_wanted(t, l) &&
            !host_keys_trust(t->store, t->environment->name, l->host, l->key, &err)) {
            t->status = fail(&err);
            return false;
        }
    }
    printf("trusted %zu key%s\n", n_wanted, n_wanted == 1 ? "" : "s");
    return true;
}

/* Look at the keys of the hosts that were added, and ask. */
static bool
trust_round(struct trust *t)
{
    size_t n_wanted = 0, n_changed = 0, n_none = 0;
    bool   good = true;

    work_each(KEYS_AT_ONCE, t->n_hosts, look, t);
    for (size_t i = 0; i < t->n_hosts; i++) {
        n_wanted += is_wanted(t, &t->hosts[i]);
        n_changed += t->hosts[i].state == KEY_CHANGED;
        n_none += t->hosts[i].state == KEY_NONE;
    }
    print_keys(t);
    if (n_changed && !t->options->replace)
        fprintf(
            stderr,
            "calipso: %zu key%s changed: was the host installed anew, or does somebody stand in "
            "between? If you know, --replace trusts the new one\n",
            n_changed, n_changed == 1 ? " has" : "s have");
    if (n_none || (n_changed && !t->options->replace))
        t->status = EXIT_WITH_ERRORS;
    if (n_wanted)
        good = keep_keys(t, n_wanted);
    for (size_t i = 0; i < t->n_hosts; i++)
        arena_free(t->hosts[i].arena);
    t->n_hosts = 0;
    return good;
}

/* The shell with the keys that are trusted now. */
static bool
open_shell(struct trust *t, struct error *err)
{
    shell_free(t->shell);
    t->shell = NULL;
    host_keys_done(&t->keys);
    if (!host_keys_load(t->store, t->environment->name, t->arena, &t->keys, err))
        return false;
    t->shell = live_shell(t->environment, &t->keys, t->cancelled);
    return t->shell || error_set(err, ERROR_CONFIG, 0, "%.*s has no target CLI to reach hosts by",
                                 STR_ARG(t->environment->name));
}

static bool
add_hosts_of_cloud(struct trust *t, struct error *err)
{
    struct transport *transport = live_open(t->environment, &t->keys, t->cancelled);
    struct discovery  discovery = { .environment = t->environment, .transport = transport };
    bool              good = discover_hosts(&discovery, err);

    for (size_t i = 0; good && i < discovery.cloud.n_hosts; i++)
        add_host(t, discovery.cloud.hosts[i].name);
    discovery_done(&discovery);
    transport_close(transport);
    return good;
}

/* The hosts of the document are known without the cloud. */
static void
add_own_hosts(struct trust *t)
{
    struct environment_cli_host *own;
    size_t                       n = environment_cli_hosts(t->environment, t->arena, &own);

    for (size_t i = 0; i < n; i++)
        add_host(t, own[i].name);
}

static bool
trust_others(struct trust *t, struct error *err)
{
    const struct trust_options *o = t->options;

    for (size_t i = 0; i < o->n_hosts; i++)
        add_host(t, str_from(o->hosts[i]));
    if (o->n_hosts == 0) {
        add_own_hosts(t);
        if (!add_hosts_of_cloud(t, err)) {
            if (t->n_hosts == 0)
                return error_prefix(err, "the cloud does not tell its hosts: ");
            error_prefix(err, "only the hosts of the document: ");
            print_message(MESSAGE_WARN, str_from(err->message));
            t->status = EXIT_WITH_ERRORS;
        }
    }
    (void)!trust_round(t);
    return true;
}

int
trust_environment(struct store *store, const struct environment *environment,
                  const struct trust_options *options, struct arena *arena)
{
    struct trust t = {
        .store = store,
        .environment = environment,
        .options = options,
        .arena = arena,
        .cancelled = catch_interrupts(),
    };
    struct environment_target_login master;
    struct error                    err;
    bool                            good = open_shell(&t, &err);

    if (good && environment_login(environment, "CLI", &master) && !str_empty(master.host)) {
        add_host(&t, STR(SHELL_MASTER));
        good = trust_round(&t) && open_shell(&t, &err);
        if (!good && t.status == EXIT_COMPLETED)
            t.status = fail(&err);
    } else if (!good) {
        t.status = fail(&err);
    }
    if (good && !trust_others(&t, &err))
        t.status = fail(&err);
    shell_free(t.shell);
    host_keys_done(&t.keys);
    return t.status;
}
