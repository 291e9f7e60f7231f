/* calipso scan: discover an environment, connect it, keep it.
 *
 * The options are those of the original's guide, and ours. Progress goes to stderr when that is a
 * terminal; the summary goes to stdout. */

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/file.h"
#include "base/work.h"
#include "cli/cli.h"
#include "cli/interrupt.h"
#include "cli/loud.h"
#include "cli/progress.h"
#include "cli/scan_job.h"
#include "jobs/queue.h"
#include "scan/live.h"
#include "scan/scan.h"
#include "transport/replay.h"

struct scan_arguments {
    struct query query;
    const char  *config; /* -m */
    const char  *type;   /* -t */
    const char  *level;  /* -l */
    const char  *replay;
    const char  *policy;
    unsigned     phases;
    bool         clear, clear_all, implicit_links;
    bool         scans_self;   /* -s */
    const char  *id;           /* -i */
    const char  *id_field;     /* -f */
    uint32_t     jobs;         /* 0: not given */
    struct str   new_document; /* of the environment, where it is new or changes */
};

enum {
    KEY_INVENTORY_ONLY = 0x2000,
    KEY_LINKS_ONLY,
    KEY_CLIQUES_ONLY,
    KEY_CLEAR,
    KEY_CLEAR_ALL,
    KEY_IMPLICIT,
    KEY_REPLAY,
    KEY_POLICY,
    KEY_JOBS,
};

static const struct argp_option scan_options[] = {
    { "env", 'e', "NAME", 0, "The environment to scan", 1 },
    { "replay", KEY_REPLAY, "DIR", 0, "Scan the recording of a cloud instead of the cloud itself",
      1 },
    { "inventory", 'y', "NAME", 0, "The inventory collection to fill (default: inventory)", 1 },
    { "inventory_only", KEY_INVENTORY_ONLY, NULL, 0, "Discover, but find no links and cliques", 2 },
    { "links_only", KEY_LINKS_ONLY, NULL, 0, "Find the links of the inventory as it is", 2 },
    { "cliques_only", KEY_CLIQUES_ONLY, NULL, 0, "Find the cliques of the links as they are", 2 },
    { "clear", KEY_CLEAR, NULL, 0, "Forget what the environment has before filling it anew", 3 },
    { "clear_all", KEY_CLEAR_ALL, NULL, 0, "The same for all environments", 3 },
    { "implicit_links", KEY_IMPLICIT, NULL, 0, "Also make the implicit links", 4 },
    { "policy", KEY_POLICY, "POLICY", 0,
      "Which links and cliques to find: full (default), or as the original (classic) or its "
      "successor (extended)",
      4 },
    { "jobs", KEY_JOBS, "N", 0,
      "How many hosts are asked at the same time (default: 16; with "
      "--replay, where nothing is waited for, one for each processor)",
      5 },
    { "loglevel", 'l', "LEVEL", 0,
      "DEBUG also says what answered each request, INFO and WARNING (default) "
      "show warnings and errors, ERROR and CRITICAL errors only",
      5 },
    { "mongo_config", 'm', "FILE", 0, "Access file of the original: its 'store' line is used", 6 },
    { "id", 'i', "ID", 0, "Scan only the object with this id: ask the cloud and the object's host",
      2 },
    { "type", 't', "TYPE", 0, "... which is of this type (default: whatever has the id)", 2 },
    { "id_field", 'f', "FIELD", 0, "... of which ID is the \"name\" (default: \"id\")", 2 },

    /* Of the original, not needed: -i says so, and the inventory knows parents. */
    { "scan_self", 's', NULL, OPTION_HIDDEN, NULL, 6 },
    { "parent_id", 'p', "ID", OPTION_HIDDEN, NULL, 6 },
    { "parent_type", 'a', "TYPE", OPTION_HIDDEN, NULL, 6 },
    { 0 },
};

static error_t
parse_scan(int key, char *argument, struct argp_state *state)
{
    struct scan_arguments *a = state->input;

    switch (key) {
    case 'e':
        a->query.environment = argument;
        return 0;
    case 'y':
        a->query.space = argument;
        return 0;
    case 'm':
        a->config = argument;
        return 0;
    case 't':
        a->type = argument;
        return 0;
    case 'l':
        a->level = argument;
        return 0;
    case 's':
        a->scans_self = true;
        return 0;
    case 'i':
        a->id = argument;
        return 0;
    case 'f':
        a->id_field = argument;
        return 0;
    case 'p':
    case 'a':
        return 0;
    case KEY_INVENTORY_ONLY:
    case KEY_LINKS_ONLY:
    case KEY_CLIQUES_ONLY:
        if (a->phases)
            argp_error(state, "only one of --inventory_only, --links_only, --cliques_only");
        a->phases = key == KEY_INVENTORY_ONLY ? SCAN_INVENTORY
                    : key == KEY_LINKS_ONLY   ? SCAN_LINKS
                                              : SCAN_CLIQUES;
        return 0;
    case KEY_CLEAR:
        a->clear = true;
        return 0;
    case KEY_CLEAR_ALL:
        a->clear_all = true;
        return 0;
    case KEY_IMPLICIT:
        a->implicit_links = true;
        return 0;
    case KEY_REPLAY:
        a->replay = argument;
        return 0;
    case KEY_POLICY:
        a->policy = argument;
        return 0;
    case KEY_JOBS:
        a->jobs = parse_jobs(argument, state);
        return 0;
    default:
        return parse_plain(key, argument, state);
    }
}

static const struct argp scan_argp = {
    .options = scan_options,
    .parser = parse_scan,
    .doc = "Scan an environment: discover its inventory, find links and cliques, keep what changed."
           "\vExit status: 0 completed, 3 completed with errors, 1 failed, 2 usage, 130 "
           "interrupted.\n\n"
           "Examples:\n"
           "  calipso scan -e lab --replay tests/clouds/ovs\n"
           "  calipso scan -e lab --links_only --policy classic",
    .children = store_children,
};

/* --- what to scan --- */

/* The 'store' line of the original's access file; its keys for MongoDB get a warning. */
static bool
read_access_file(struct scan_arguments *a, struct error *err)
{
    struct str text, line;

    if (!file_read(a->config, 0, SIZE_MAX, 1 << 20, a->query.arena, &text, err))
        return false;
    for (bool warned = false; str_line(&text, &line);) {
        struct str key;

        line = str_trim(line);
        if (str_empty(line) || line.p[0] == '#' || !str_word(&line, &key))
            continue;
        if (str_is(key, "store")) {
            a->query.store_uri = arena_str(a->query.arena, str_trim(line)).p;
        } else if (!warned) {
            /* Not even the key is shown: "pwd=..." without blanks would be a password. */
            fprintf(stderr, "calipso: warning: %s: keys for MongoDB are ignored\n", a->config);
            warned = true;
        }
    }
    return true;
}

static bool
unknown_environment(const struct scan_arguments *a, struct store *store, struct error *err)
{
    struct arena *arena = a->query.arena;
    const char   *name = a->query.environment;
    struct str    hint =
        suggest_environment(store, arena, str_from(name), "`calipso env add` makes one");

    return error_set(err, ERROR_CONFIG, 0, "there is no environment %s; %.*s", name, STR_ARG(hint));
}

/* Does this scan ask a cloud? */
static bool
is_live(const struct scan_arguments *a)
{
    return !a->replay && (a->phases == 0 || a->phases == SCAN_INVENTORY);
}

/* The environment: as the store has it, else as the recording says. */
static bool
choose_environment(struct scan_arguments *a, struct store *store, const struct recording *recording,
                   struct environment *environment, struct error *err)
{
    struct arena          *arena = a->query.arena;
    struct str             name = str_from(a->query.environment);
    struct environment_row row;
    struct doc            *document, *recorded = NULL;
    bool                   is_new;

    if (recording && !(recorded = recording_environment(recording, arena, name, NULL, err)))
        return false;
    is_new = !store_get_environment(store, name, arena, &row, err);
    if (is_new && err->domain != ERROR_NOT_FOUND)
        return false;
    if (is_new && !recorded)
        return unknown_environment(a, store, err);
    if (is_new)
        document = recorded;
    else if (recorded || !is_live(a))
        document = doc_parse(arena, row.document, err);
    else
        document = store_open_secrets(store, arena, row.document, err);
    if (!document)
        return false;

    struct str policy = doc_get_text(document, "policy");
    bool       changes_policy = a->policy && !str_is(policy, a->policy);

    if (changes_policy)
        doc_set_text(arena, document, "policy", str_from(a->policy));
    else if (!a->policy && !str_empty(policy))
        a->policy = policy.p;
    if (!environment_read(arena, document, environment, err))
        return false;
    if (is_new || changes_policy)
        a->new_document = doc_body(arena, document);
    return !is_live(a) || environment_check_access(environment, err);
}

/* --- the summary --- */

/* -l ERROR and CRITICAL leave warnings to `calipso messages`. */
static void
print_notes(const struct scan_arguments *a, const struct scan_messages *messages)
{
    struct str level = str_from(a->level);
    bool       errors_only =
        str_equal_nocase(level, STR("error")) || str_equal_nocase(level, STR("critical"));
    struct str rest =
        arena_printf(a->query.arena, "`calipso messages -e %s` has them all", a->query.environment);

    print_messages(messages, errors_only ? MESSAGE_ERROR : MESSAGE_WARN, rest.p);
}

static void
print_summary(const struct scan_arguments *a, const struct scan_result *r)
{
    static const enum object_type shown[] = {
        OBJECT_REGION,    OBJECT_PROJECT,    OBJECT_AVAILABILITY_ZONE,
        OBJECT_AGGREGATE, OBJECT_HOST,       OBJECT_NETWORK,
        OBJECT_PORT,      OBJECT_INSTANCE,   OBJECT_VSERVICE,
        OBJECT_VNIC,      OBJECT_VCONNECTOR, OBJECT_VEDGE,
        OBJECT_OTEP,      OBJECT_HOST_PNIC,  OBJECT_NETWORK_AGENT,
    };
    const struct commit_counts *c = &r->commit;
    double                      seconds = 0;

    for (size_t i = 0; i < N_SCAN_STAGES; i++)
        seconds += r->seconds[i];
    printf("environment %s: %s in %.2f s\n", a->query.environment,
           r->status == SCAN_COMPLETED ? "completed" : "completed with errors", seconds);
    for (size_t i = 0; i < N_ELEMENTS(shown); i++)
        if (r->n_of_type[shown[i]])
            printf("  %-20.*s %zu\n", STR_ARG(object_type_name(shown[i])), r->n_of_type[shown[i]]);
    printf("  %-20s %zu\n  %-20s %zu\n", "links", r->n_links, "cliques", r->n_cliques);
    if (r->messages.n)
        printf("  %zu errors, %zu warnings (calipso messages -e %s)\n", r->messages.n_errors,
               r->messages.n_warnings, a->query.environment);
    if (c->n_stale)
        printf("  %llu objects are stale: their sources failed\n", (unsigned long long)c->n_stale);
    if (c->revision == 0) {
        printf("nothing changed\n");
        return;
    }
    printf("revision %llu: %llu added, %llu changed, %llu deleted\n",
           (unsigned long long)c->revision,
           (unsigned long long)(c->objects.n_added + c->links.n_added + c->cliques.n_added),
           (unsigned long long)(c->objects.n_changed + c->links.n_changed + c->cliques.n_changed),
           (unsigned long long)(c->objects.n_removed + c->links.n_removed + c->cliques.n_removed));
}

/* --- faults for tests --- */

struct fault {
    struct str phase;
    uint32_t   countdown;
};

/* $CALIPSO_FAULT=PHASE[:N]: die at the Nth passing of a phase of the commit. */
static void
maybe_die(void *context, const char *phase)
{
    struct fault *fault = context;

    if (!str_is(fault->phase, phase) || --fault->countdown > 0)
        return;
    fprintf(stderr, "fault: %s\n", phase);
    kill(getpid(), SIGKILL);
}

static void
set_fault(struct store *store, struct fault *fault)
{
    struct str rest = str_from(getenv("CALIPSO_FAULT"));

    if (str_empty(rest) || !str_cut(&rest, ':', &fault->phase))
        return;
    if (!rest.p || !str_to_u32(rest, &fault->countdown) || fault->countdown == 0)
        fault->countdown = 1;
    store_set_fault(store, maybe_die, fault);
}

/* --- the command --- */

static bool
is_of_object(const struct scan_arguments *a)
{
    return a->id && !(a->type && strcmp(a->type, "environment") == 0);
}

static struct scan_object
object_of(const struct scan_arguments *a)
{
    if (!is_of_object(a))
        return (struct scan_object){ .id = STR_NONE, .type = STR_NONE };
    return (struct scan_object){
        .id = str_from(a->id),
        .type = str_from(a->type),
        .by_name = a->id_field && strcmp(a->id_field, "name") == 0,
    };
}

/* What its document says of it besides. */
static struct doc *
job_fields(const struct scan_arguments *a)
{
    const struct {
        const char *name;
        bool        value;
    } flags[] = {
        { "clear", a->clear },
        { "clear_all", a->clear_all },
        { "implicit_links", a->implicit_links },
        { "scan_only_inventory", a->phases == SCAN_INVENTORY },
        { "scan_only_links", a->phases == SCAN_LINKS },
        { "scan_only_cliques", a->phases == SCAN_CLIQUES },
    };
    struct arena      *arena = a->query.arena;
    struct doc        *fields = doc_object(arena);
    struct scan_object object = object_of(a);

    doc_set_text(arena, fields, "inventory",
                 a->query.space ? str_from(a->query.space) : STR("inventory"));
    for (size_t i = 0; i < N_ELEMENTS(flags); i++)
        doc_set_bool(arena, fields, flags[i].name, flags[i].value);
    if (object.id.n)
        doc_set_text(arena, fields, "object_id", object.id);
    if (object.type.n)
        doc_set_text(arena, fields, "object_type", object.type);
    doc_set_text(arena, fields, "requested_by", STR("calipso scan"));
    return fields;
}

static bool
is_level(const char *level)
{
    static const char *const levels[] = { "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL" };

    for (size_t i = 0; i < N_ELEMENTS(levels); i++)
        if (str_equal_nocase(str_from(level), str_from(levels[i])))
            return true;
    return false;
}

/* An inventory's name stands where import and export know collections by theirs ("RDO_links"). */
static bool
space_is_valid(struct str space)
{
    static const char *const taken[] = { "messages", "environments_config", "clique_types",
                                         "clique_constraints" };
    static const char *const companions[] = { "links", "cliques" };

    if (!environment_name_is_valid(space) || str_find_char(space, ' ') >= 0)
        return false;
    for (size_t i = 0; i < N_ELEMENTS(taken); i++)
        if (str_is(space, taken[i]))
            return false;
    for (size_t i = 0; i < N_ELEMENTS(companions); i++)
        if (str_starts(space, str_from(companions[i])) || str_ends(space, str_from(companions[i])))
            return false;
    return true;
}

/* Is it clear which object to scan, and that it can be? Else it has been said why not. */
static bool
object_is_valid(const struct scan_arguments *a)
{
    enum object_type type;

    if (!a->id &&
        (a->scans_self || a->id_field || (a->type && strcmp(a->type, "environment") != 0)))
        usage_error("the id of the object is missing: -i ID");
    else if (is_of_object(a) && a->type && !object_type_from_name(str_from(a->type), &type))
        usage_error("there is no type of objects '%s'", a->type);
    else if (a->id_field && strcmp(a->id_field, "id") != 0 && strcmp(a->id_field, "name") != 0)
        usage_error("-f knows id and name, not '%s'", a->id_field);
    else if (is_of_object(a) && (a->phases || a->clear || a->clear_all))
        usage_error("a scan of one object (-i) does all, and clears nothing");
    else
        return true;
    return false;
}

static int
check(const struct scan_arguments *a, enum policy *policy)
{
    if (!a->query.environment)
        return usage_error("which environment? -e NAME is missing");
    if (!environment_name_is_valid(str_from(a->query.environment)))
        return usage_error("'%s' is no name for an environment: 1 to 64 letters, digits, '.', '_', "
                           "'-' or blanks",
                           a->query.environment);
    if (a->query.space && !space_is_valid(str_from(a->query.space)))
        return usage_error("'%s' is no name for an inventory: 1 to 64 letters, digits, '.', '_' or "
                           "'-', and none of another collection",
                           a->query.space);
    if (!object_is_valid(a))
        return EXIT_USAGE;
    if (a->level && !is_level(a->level))
        return usage_error("-l knows DEBUG, INFO, WARNING, ERROR and CRITICAL, not '%s'", a->level);
    if (a->clear && a->clear_all)
        return usage_error("only one of --clear and --clear_all");
    if (a->policy && !policy_from_name(str_from(a->policy), policy))
        return usage_error("--policy knows full, extended and classic, not '%s'", a->policy);
    return EXIT_COMPLETED;
}

static int
run(struct scan_arguments *a, enum policy policy)
{
    AUTO_RECORDING     recording = NULL;
    struct environment environment = { 0 };
    struct scan_result result;
    struct fault       fault = { 0 };
    struct error       err;
    AUTO_STORE         store = query_open(&a->query, STORE_CREATE);

    if (!store)
        return EXIT_FAILED;
    set_fault(store, &fault);
    if (a->replay && !recording_open(a->replay, &recording, &err))
        return fail(&err);
    if (!choose_environment(a, store, recording, &environment, &err))
        return fail(&err);
    if (a->policy && !policy_from_name(str_from(a->policy), &policy))
        policy = POLICY_FULL;

    AUTO_HOST_KEYS     keys = { 0 };
    const atomic_bool *cancelled = catch_interrupts();
    struct transport  *transport = NULL;
    struct str         why;

    if (recording)
        transport = replay_open(recording);
    else if (!host_keys_load(store, environment.name, a->query.arena, &keys, &err))
        return fail(&err);
    else if (is_live(a))
        transport = live_open(&environment, &keys, cancelled);
    if (!environment_is_supported(&environment, a->query.arena, &why))
        fprintf(stderr, "calipso: note: %.*s; scanned all the same\n", STR_ARG(why));
    if (transport && a->level && str_equal_nocase(str_from(a->level), STR("debug")))
        transport = loud_open(transport);

    size_t            n_faults = 0;
    const struct str *faults = recording ? recording_faults(recording, &n_faults) : NULL;

    struct scan_job job = {
        .store = store,
        .store_uri = query_uri(&a->query).p,
        .environment = environment.name,
        .id = oid_new(a->query.arena),
        .fields = job_fields(a),
        .arena = a->query.arena,
        .progress = progress_shown(),
    };
    const struct scan_options options = {
        .environment = environment.name,
        .new_document = a->new_document,
        .faults = faults,
        .n_faults = n_faults,
        .space = str_from(a->query.space),
        .cause = "manual scan",
        .request = job.id,
        .phases = a->phases,
        .object = object_of(a),
        .clear = a->clear,
        .clear_all = a->clear_all,
        .implicit_links = a->implicit_links,
        .policy = policy,
        .jobs = a->jobs ? a->jobs : scan_default_jobs(a->replay != NULL),
        .cancelled = cancelled,
        .started_by = STR("calipso scan"),
        .is_live = is_live(a),
        .begun = scan_job_begin,
        .progress = scan_job_watch,
        .context = &job,
    };
    bool good;

    work_give_way();
    good = scan_run(store, transport, &environment, &options, a->query.arena, &result, &err);

    scan_job_end(&job, good, &result, &err);
    progress_end();
    transport_close(transport);
    print_notes(a, &result.messages);
    if (!good)
        return run_failed(&err);
    print_summary(a, &result);
    return result.status == SCAN_COMPLETED ? EXIT_COMPLETED : EXIT_WITH_ERRORS;
}

int
command_scan(int argc, char **argv)
{
    AUTO_ARENA            arena = arena_new();
    struct scan_arguments a = { 0 };
    enum policy           policy = POLICY_FULL;
    struct error          err;

    query_parse(&a.query, arena, &scan_argp, argc, argv);

    int status = check(&a, &policy);

    if (status != EXIT_COMPLETED)
        return status;
    if (a.config && !read_access_file(&a, &err))
        return fail(&err);
    return finish_output(run(&a, policy));
}
