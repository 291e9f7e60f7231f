/* calipso record: keep all that a scan asks of a cloud, to be looked at elsewhere. */

#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "scan/live.h"
#include "scan/record.h"
#include "transport/replay.h"

struct record_arguments {
    struct query query;
    const char  *folder; /* -o */
    const char  *replay;
    bool         has_pseudonyms;
    bool         every_form;
    uint32_t     jobs; /* 0: not given */
};

enum { KEY_REPLAY = 0x3000, KEY_PSEUDONYMISE, KEY_EVERY_FORM, KEY_JOBS };

static const struct argp_option record_options[] = {
    { "env", 'e', "NAME", 0, "The environment to record", 1 },
    { "output", 'o', "DIR", 0, "The folder for the recording: made, or empty", 1 },
    { "pseudonymise", KEY_PSEUDONYMISE, NULL, 0,
      "Give names, addresses and MAC addresses others, the same ones everywhere", 2 },
    { "replay", KEY_REPLAY, "DIR", 0,
      "Record from a recording instead of the cloud: what a scan does not ask is left out", 2 },
    { "every-form", KEY_EVERY_FORM, NULL, 0,
      "Ask each question in every way there is (API and database, JSON and text), for tests", 2 },
    { "jobs", KEY_JOBS, "N", 0, "How many hosts are asked at the same time, as for scan", 3 },
    { 0 },
};

static error_t
parse_record(int key, char *argument, struct argp_state *state)
{
    struct record_arguments *a = state->input;

    switch (key) {
    case 'e':
        a->query.environment = argument;
        return 0;
    case 'o':
        a->folder = argument;
        return 0;
    case KEY_PSEUDONYMISE:
        a->has_pseudonyms = true;
        return 0;
    case KEY_EVERY_FORM:
        a->every_form = true;
        return 0;
    case KEY_REPLAY:
        a->replay = argument;
        return 0;
    case KEY_JOBS:
        a->jobs = parse_jobs(argument, state);
        return 0;
    default:
        return parse_plain(key, argument, state);
    }
}

static const struct argp record_argp = {
    .options = record_options,
    .parser = parse_record,
    .doc = "Record what a scan asks of a cloud, without passwords and tokens, for "
           "`calipso scan --replay`.\v"
           "Nothing is stored, and nothing is changed in the cloud. A folder without index.json is "
           "a recording that did not come to its end.\n\n"
           "Exit status: 0 completed, 3 something is missing in the recording, 1 failed, 2 usage, "
           "130 interrupted.\n\n"
           "Examples:\n"
           "  calipso record -e lab -o lab.rec\n"
           "  calipso record -e lab -o to-mail --pseudonymise\n"
           "  calipso record -e lab -o trimmed --replay lab.rec",
    .children = store_children,
};

/* --- the summary --- */

static void
print_faults(const struct str *faults, size_t n)
{
    for (size_t i = 0; i < n; i++)
        print_message(MESSAGE_ERROR, faults[i]);
}

static void
print_summary(const struct record_arguments *a, const struct record_result *r, size_t n_faults)
{
    const struct recorder_counts *c = &r->counts;

    printf("environment %s: recorded in %s\n", a->query.environment, a->folder);
    printf("  %-20s %zu\n  %-20s %llu\n  %-20s %llu\n", "hosts", r->n_hosts, "replies",
           (unsigned long long)c->n_replies, "bytes", (unsigned long long)c->n_bytes);
    printf("  %-20s %llu\n", "secrets taken out", (unsigned long long)c->n_secrets);
    if (r->messages.n + n_faults)
        printf("  %zu errors, %zu warnings\n", r->messages.n_errors + n_faults,
               r->messages.n_warnings);
}

/* --- the environment and its secrets --- */

static bool
choose_environment(struct record_arguments *a, struct store *store,
                   const struct recording *recording, struct environment *environment,
                   struct error *err)
{
    struct arena          *arena = a->query.arena;
    struct str             name = str_from(a->query.environment);
    struct environment_row row;
    struct doc            *document;

    *err = (struct error){ .domain = ERROR_NOT_FOUND };
    if (store && store_get_environment(store, name, arena, &row, err))
        document = store_open_secrets(store, arena, row.document, err);
    else if (err->domain != ERROR_NOT_FOUND)
        return false;
    else if (recording)
        document = recording_environment(recording, arena, name, NULL, err);
    else
        return error_set(err, ERROR_CONFIG, 0,
                         "there is no environment %s; `calipso env add` "
                         "makes one",
                         a->query.environment);
    return document && environment_read(arena, document, environment, err) &&
           (recording || environment_check_access(environment, err));
}

/* Where the secrets of a document are collected. */
struct secrets {
    struct scrub *scrub;
    size_t        n_short;
};

static void
add_secrets(struct secrets *s, const struct doc *value)
{
    struct doc_iter it = { 0 };

    if (doc_kind(value) == DOC_STRING && !str_empty(doc_text(value)) &&
        !scrub_add(s->scrub, doc_text(value)))
        s->n_short++;
    for (size_t i = 0; doc_kind(value) == DOC_ARRAY && i < doc_count(value); i++)
        add_secrets(s, doc_at(value, i));
    while (doc_kind(value) == DOC_OBJECT && doc_next(value, &it))
        add_secrets(s, it.value);
}

static struct doc *
take_secret(void *context, struct str name UNUSED, const struct doc *value)
{
    add_secrets(context, value);
    return doc_null();
}

static void
know_secrets(struct scrub *scrub, struct arena *arena, const struct environment *environment)
{
    struct secrets secrets = { .scrub = scrub };

    (void)!environment_with_secrets(arena, environment->document, take_secret, &secrets);
    if (secrets.n_short)
        fprintf(stderr,
                "calipso: warning: %zu secrets of the environment are shorter than %d characters; "
                "such a text stands in every reply and is not taken out\n",
                secrets.n_short, SCRUB_LEAST);
}

/* --- the command --- */

static int
check(const struct record_arguments *a)
{
    if (!a->query.environment)
        return usage_error("which environment? -e NAME is missing");
    if (!environment_name_is_valid(str_from(a->query.environment)))
        return usage_error("'%s' is no name for an environment: 1 to 64 letters, digits, '.', '_', "
                           "'-' or blanks",
                           a->query.environment);
    if (!a->folder)
        return usage_error("where to? -o DIR is missing");
    return EXIT_COMPLETED;
}

static int
record(struct record_arguments *a, const struct environment *environment,
       const struct recording *recording, struct transport *inner, const atomic_bool *cancelled)
{
    AUTO_SCRUB           scrub = scrub_new();
    AUTO_PSEUDONYM       pseudonym = a->has_pseudonyms ? pseudonym_new(NULL) : NULL;
    AUTO_RECORDER        recorder = NULL;
    struct record_result result;
    struct error         err;
    size_t               n_faults = 0;
    const struct str    *faults = recording ? recording_faults(recording, &n_faults) : NULL;

    const struct recorder_options to = {
        .folder = a->folder,
        .scrub = scrub,
        .pseudonym = pseudonym,
        .environment = environment->document,
    };
    const struct record_options options = {
        .jobs = a->jobs ? a->jobs : scan_default_jobs(recording != NULL),
        .every_form = a->every_form,
        .cancelled = cancelled,
        .time = recording ? recording_time(recording) : STR_NONE,
        .progress = progress_shown(),
    };

    know_secrets(scrub, a->query.arena, environment);
    if (!recorder_new(&to, &recorder, &err)) {
        transport_close(inner);
        return fail(&err);
    }

    struct transport *transport = recorder_wrap(recorder, inner, a->every_form);
    bool              good =
        record_run(recorder, transport, environment, &options, a->query.arena, &result, &err);

    progress_end();
    transport_close(transport);
    print_faults(faults, n_faults);
    print_messages(&result.messages, MESSAGE_WARN, NULL);
    if (!good)
        return run_failed(&err);
    print_summary(a, &result, n_faults);
    return result.messages.n_errors + n_faults ? EXIT_WITH_ERRORS : EXIT_COMPLETED;
}

static int
run(struct record_arguments *a)
{
    AUTO_RECORDING     recording = NULL;
    AUTO_HOST_KEYS     keys = { 0 };
    AUTO_STORE         store = NULL;
    struct environment environment = { 0 };
    struct error       err;
    const atomic_bool *cancelled = catch_interrupts();
    struct transport  *transport;

    if (a->replay && !recording_open(a->replay, &recording, &err))
        return fail(&err);
    if (!recording || query_has_store(&a->query)) {
        store = query_open(&a->query, STORE_READ);
        if (!store)
            return EXIT_FAILED;
    }
    if (!choose_environment(a, store, recording, &environment, &err))
        return fail(&err);
    if (recording)
        transport = replay_open(recording);
    else if (host_keys_load(store, environment.name, a->query.arena, &keys, &err))
        transport = live_open(&environment, &keys, cancelled);
    else
        return fail(&err);
    return record(a, &environment, recording, transport, cancelled);
}

int
command_record(int argc, char **argv)
{
    AUTO_ARENA              arena = arena_new();
    struct record_arguments a = { 0 };

    query_parse(&a.query, arena, &record_argp, argc, argv);

    int status = check(&a);

    return status == EXIT_COMPLETED ? finish_output(run(&a)) : status;
}
