/* calipso env trust: the keys that hosts show, looked at by somebody before they are believed.
 *
 * The master host comes first: the others are reached through it. */

#include "cli/env_trust.h"

#include <unistd.h>

#include "cli/interrupt.h"
#include "scan/live.h"
#include "scan/shown_keys.h"

struct trust {
    struct store               *store;
    const struct environment   *environment;
    const struct trust_options *options;
    struct arena               *arena;
    struct host_keys            keys;
    const atomic_bool          *cancelled;
    struct shell               *shell;
    struct shown_keys           shown;
    int                         status;
};

static void
print_keys(const struct trust *t)
{
    static const char *const titles[] = { "HOST", "KEY", "FINGERPRINT", "STATE" };
    struct table            *table = table_new(titles, N_ELEMENTS(titles));

    for (size_t i = 0; i < t->shown.n; i++) {
        const struct shown_key *k = &t->shown.items[i];
        struct str              rest = k->key, type = STR_NONE;

        (void)str_word(&rest, &type);

        const struct str cells[] = {
            k->host,
            type,
            k->state == KEY_NONE ? k->why : key_fingerprint(t->arena, k->key),
            k->state == KEY_CHANGED ? STR("CHANGED") : str_from(key_state_name(k->state)),
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
is_wanted(const struct trust *t, const struct shown_key *k)
{
    return k->state == KEY_NEW || (k->state == KEY_CHANGED && t->options->replace);
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
    for (size_t i = 0; i < t->shown.n; i++) {
        const struct shown_key *k = &t->shown.items[i];

        if (is_wanted(t, k) &&
            !host_keys_trust(t->store, t->environment->name, k->host, k->key, &err)) {
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

    shown_keys_look(&t->shown, t->shell, &t->keys, t->arena);
    for (size_t i = 0; i < t->shown.n; i++) {
        n_wanted += is_wanted(t, &t->shown.items[i]);
        n_changed += t->shown.items[i].state == KEY_CHANGED;
        n_none += t->shown.items[i].state == KEY_NONE;
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
    t->shown.n = 0;
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
trust_others(struct trust *t, struct error *err)
{
    const struct trust_options *o = t->options;

    for (size_t i = 0; i < o->n_hosts; i++)
        shown_keys_add(&t->shown, t->arena, str_from(o->hosts[i]));
    if (o->n_hosts == 0 &&
        !shown_keys_add_all(&t->shown, t->environment, &t->keys, t->cancelled, t->arena, err)) {
        if (t->shown.n == 0)
            return error_prefix(err, "the cloud does not tell its hosts: ");
        error_prefix(err, "only the hosts of the document: ");
        print_message(MESSAGE_WARN, str_from(err->message));
        t->status = EXIT_WITH_ERRORS;
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
    struct error err;
    bool         good = open_shell(&t, &err);

    if (good && shown_keys_has_master(environment)) {
        shown_keys_add(&t.shown, arena, STR(SHELL_MASTER));
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
