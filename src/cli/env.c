/* calipso env: the command, and its verbs that are small. Documents are shown with "***" for secrets. */

#include "cli/env.h"
#include "cli/env_test.h"
#include "cli/env_trust.h"
#include "jobs/removal.h"

enum {
    KEY_PURGE = 0x2000,
    KEY_FILE,
    KEY_CLOUD,
    KEY_REMOVE,
    KEY_YES,
    KEY_REPLACE,
    KEY_FIELD = 0x2100,
};

static const struct argp_option plain_options[] = {
    { "file", KEY_FILE, "FILE", 0,
      "add, edit: the document, as JSON; import: the clouds.yaml. - reads it from standard input",
      1 },
    { "cloud", KEY_CLOUD, "NAME", 0, "import: which of its clouds", 1 },
    { "env", 'e', "NAME", 0, "test, trust: the environment", 1 },
    { "yes", KEY_YES, NULL, 0, "trust: new keys, without asking", 1 },
    { "replace", KEY_REPLACE, NULL, 0, "trust: also keys that have changed", 1 },
    { "purge", KEY_PURGE, NULL, 0,
      "rm: also remove its inventories, their history, its messages and scans", 1 },
    { "remove-target", KEY_REMOVE, "TARGET", 0, "edit: forget mysql, AMQP ...", 1 },
};

/* Groups of fields, by how their options begin; the first has those of no other one. */
static const struct {
    const char *prefix, *title;
} groups[] = {
    { "", "add, edit, import: the cloud" },
    { "openstack-", "Keystone" },
    { "cli-", "Commands on hosts" },
    { "mysql-", "The database (not needed)" },
    { "amqp-", "The message bus (not needed)" },
};

/* The plain ones, those that are fields in groups with titles, and the end. */
static struct argp_option
    env_options[N_ELEMENTS(plain_options) + N_ELEMENTS(groups) + N_ENV_FIELDS + 1];

static size_t
group_of(const struct env_field *field)
{
    for (size_t g = N_ELEMENTS(groups) - 1; g > 0; g--)
        if (str_starts(str_from(field->option), str_from(groups[g].prefix)))
            return g;
    return 0;
}

static void
make_options(void)
{
    size_t n = 0;

    for (; n < N_ELEMENTS(plain_options); n++)
        env_options[n] = plain_options[n];
    for (size_t g = 0; g < N_ELEMENTS(groups); g++) {
        env_options[n++] = (struct argp_option){ .doc = groups[g].title, .group = (int)g + 2 };
        for (size_t i = 0; i < N_ENV_FIELDS; i++)
            if (group_of(&env_fields[i]) == g)
                env_options[n++] = (struct argp_option){
                    .name = env_fields[i].option,
                    .key = KEY_FIELD + (int)i,
                    .arg = env_fields[i].argument,
                    .doc = env_fields[i].help,
                    .group = (int)g + 2,
                };
    }
}

static error_t
parse_env(int key, char *argument, struct argp_state *state)
{
    struct env_query *e = state->input;

    switch (key) {
    case KEY_PURGE:
        e->purge = true;
        return 0;
    case 'e':
        e->name = argument;
        return 0;
    case KEY_FILE:
        e->file = argument;
        return 0;
    case KEY_CLOUD:
        e->cloud = argument;
        return 0;
    case KEY_YES:
        e->yes = true;
        return 0;
    case KEY_REPLACE:
        e->replace = true;
        return 0;
    case KEY_REMOVE:
        arena_grow(e->query.arena, e->removed, e->n_removed, e->removed_capacity);
        e->removed[e->n_removed++] = argument;
        return 0;
    default:
        if (key >= KEY_FIELD && key < KEY_FIELD + N_ENV_FIELDS) {
            e->given[key - KEY_FIELD] = argument ? argument : "";
            return 0;
        }
        return parse_plain(key, argument, state);
    }
}

static const struct argp env_argp = {
    .options = env_options,
    .parser = parse_env,
    .args_doc = "list\nshow NAME\nadd NAME\nadd [NAME] --file FILE\nedit NAME\nimport [NAME]\n"
                "trust -e NAME [HOST...]\ntest -e NAME [TARGET...]\nrm NAME",
    .doc =
        "List, show, add, change, import, trust, test or remove environments. add and edit take "
        "options, or a document, and ask on a terminal for what is missing; edit without options "
        "asks for everything. import takes what clouds.yaml, or else OS_AUTH_URL and the like, say "
        "of Keystone. trust shows the keys of its hosts, and asks whether they are right. test "
        "tries the ways into the cloud. rm keeps the inventory unless --purge is given.\v"
        "A document says what the cloud is and how to reach it; docs/environments.md lists its "
        "keys:\n"
        "  {\"name\": \"lab\", \"distribution\": \"Debian\", \"distribution_version\": \"12\",\n"
        "   \"mechanism_drivers\": [\"OVS\"], \"type_drivers\": \"vxlan\", \"configuration\": [\n"
        "    {\"name\": \"OpenStack\", \"host\": \"10.0.0.10\", \"port\": 5000, \"user\": "
        "\"admin\",\n"
        "     \"pwd\": \"...\"},\n"
        "    {\"name\": \"CLI\", \"host\": \"10.0.0.10\", \"user\": \"calipso\", \"key\": "
        "\"/path\"}]}\n"
        "Its passwords are sealed in the store with a key in a file beside it (STORE.key, or "
        "$CALIPSO_KEY_FILE): back that up, too. They are shown as ***, which in a document for "
        "edit stands for the password that is there.\n\n"
        "Examples:\n"
        "  calipso env list\n"
        "  calipso env add lab\n"
        "  calipso env add lab --distribution Debian --distribution-version 12 \\\n"
        "    --mechanism-drivers OVS --type-drivers vxlan --openstack-host 10.0.0.10 \\\n"
        "    --openstack-user admin --openstack-password-file pw --cli-host 10.0.0.10 \\\n"
        "    --cli-user calipso --cli-key /path\n"
        "  calipso env import --cloud lab\n"
        "  calipso env show lab > lab.json\n"
        "  calipso env edit lab --file lab.json\n"
        "  calipso env edit lab --access direct --remove-target mysql\n"
        "  calipso env trust -e lab\n"
        "  calipso env test -e lab OpenStack CLI\n"
        "  calipso env rm lab --purge",
    .children = output_children,
};

struct listing {
    struct query    *query;
    struct table    *table;
    struct json_list json;
};

static struct doc *
document_of(struct arena *arena, const struct environment_row *row)
{
    struct error err;
    struct doc  *document = doc_parse(arena, row->document, &err);

    return document ? environment_masked(arena, document) : NULL;
}

static struct str
joined(struct arena *arena, const struct doc *list)
{
    struct str text = STR_NONE;

    for (size_t i = 0; i < doc_count(list); i++)
        text = arena_join(arena, text, i ? STR(",") : STR_NONE, doc_text(doc_at(list, i)));
    return text;
}

static bool
take_environment(void *context, const struct environment_row *row)
{
    struct listing   *listing = context;
    AUTO_ARENA        scratch = arena_new();
    const struct doc *document = document_of(scratch, row);
    AUTO_BUF          time = { 0 };

    if (listing->query->output == OUTPUT_JSON) {
        json_list_add(&listing->json, doc_body(scratch, document));
        return true;
    }
    if (row->last_scanned)
        store_write_time(&time, row->last_scanned);

    const struct str cells[] = {
        row->name,
        doc_get_text(document, "distribution"),
        doc_get_text(document, "distribution_version"),
        joined(scratch, doc_get(document, "mechanism_drivers")),
        doc_get_text(document, "type_drivers"),
        buf_str(&time),
    };

    table_add(listing->table, cells);
    return true;
}

static int
list_environments(struct env_query *e, struct store *store)
{
    struct query *q = &e->query;

    static const char *const titles[] = { "NAME",        "DISTRIBUTION",
                                          "VERSION",     "MECHANISM DRIVERS",
                                          "TYPE DRIVER", "LAST SCANNED" };
    struct listing           listing = { .query = q };
    struct error             err;

    if (q->output == OUTPUT_TABLE)
        listing.table = table_new(titles, N_ELEMENTS(titles));

    bool good = store_environments(store, take_environment, &listing, &err);

    if (listing.table)
        table_print(listing.table);
    else
        json_list_end(&listing.json);
    return good ? EXIT_COMPLETED : fail(&err);
}

int
failed_for(struct query *q, struct store *store, const char *name, const struct error *err)
{
    return err->domain == ERROR_NOT_FOUND ? no_environment(q, store, str_from(name)) : fail(err);
}

static int
show_environment(struct env_query *e, struct store *store)
{
    struct query *q = &e->query;

    struct environment_row row;
    struct error           err;
    AUTO_BUF               text = { 0 };

    if (!store_get_environment(store, str_from(q->arguments[1]), q->arena, &row, &err))
        return failed_for(q, store, q->arguments[1], &err);
    doc_write_pretty(&text, document_of(q->arena, &row));
    puts(buf_c(&text));
    return EXIT_COMPLETED;
}

static int
remove_environment(struct env_query *e, struct store *store)
{
    struct error err;
    const char  *name = e->query.arguments[1];

    if (!environment_remove(store, str_from(name), e->purge, &err))
        return failed_for(&e->query, store, name, &err);
    printf("removed %s%s\n", name, e->purge ? " and all its data" : "; its inventory is kept");
    return EXIT_COMPLETED;
}

/* --- trust and test --- */

static int
trust_hosts(struct env_query *e, struct store *store)
{
    struct environment         environment;
    int                        status = open_environment(&e->query, store, e->name, &environment);
    const struct trust_options options = {
        .hosts = e->query.arguments + 1,
        .n_hosts = e->query.n_arguments - 1,
        .yes = e->yes,
        .replace = e->replace,
    };

    return status != EXIT_COMPLETED
               ? status
               : trust_environment(store, &environment, &options, e->query.arena);
}

static int
try_environment(struct env_query *e, struct store *store)
{
    AUTO_HOST_KEYS     keys = { 0 };
    struct environment environment;
    struct error       err;
    int                status = open_environment(&e->query, store, e->name, &environment);

    if (status != EXIT_COMPLETED)
        return status;
    if (!host_keys_load(store, environment.name, e->query.arena, &keys, &err))
        return fail(&err);
    return test_environment(&environment, &keys, e->query.arguments + 1, e->query.n_arguments - 1,
                            e->query.arena);
}

/* --- the command --- */

enum takes {
    TAKES_NAME = 1,    /* one argument */
    TAKES_NO_NAME = 2, /* none */
    TAKES_FILE = 4,
    TAKES_FIELDS = 8,
    TAKES_CLOUD = 16,
    TAKES_ENV = 32, /* -e, needed, and any arguments */
    TAKES_REMOVE = 64,
    TAKES_PURGE = 128,
    TAKES_TRUST = 256, /* --yes, --replace */
};

struct verb {
    const char     *name;
    unsigned        takes; /* enum takes */
    enum store_mode mode;
    int (*run)(struct env_query *, struct store *);
};

static const struct verb verbs[] = {
    { "list", TAKES_NO_NAME, STORE_READ, list_environments },
    { "show", TAKES_NAME, STORE_READ, show_environment },
    { "add", TAKES_NAME | TAKES_NO_NAME | TAKES_FILE | TAKES_FIELDS, STORE_CREATE,
      add_environment },
    { "edit", TAKES_NAME | TAKES_FILE | TAKES_FIELDS | TAKES_REMOVE, STORE_WRITE,
      edit_environment },
    { "import", TAKES_NAME | TAKES_NO_NAME | TAKES_FILE | TAKES_CLOUD | TAKES_FIELDS, STORE_CREATE,
      import_environment },
    { "trust", TAKES_ENV | TAKES_TRUST, STORE_WRITE, trust_hosts },
    { "test", TAKES_ENV, STORE_READ, try_environment },
    { "rm", TAKES_NAME | TAKES_PURGE, STORE_WRITE, remove_environment },
};

static const struct verb *
find_verb(const char *name)
{
    for (size_t i = 0; i < N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

/* An option that the verb does not take; NULL: there is none. */
static const char *
odd_option(const struct env_query *e, unsigned takes)
{
    const struct {
        bool        is_given;
        unsigned    taken;
        const char *option;
    } options[] = {
        { e->name != NULL, TAKES_ENV, "-e" },
        { e->file != NULL, TAKES_FILE, "--file" },
        { e->cloud != NULL, TAKES_CLOUD, "--cloud" },
        { e->n_removed > 0, TAKES_REMOVE, "--remove-target" },
        { e->purge, TAKES_PURGE, "--purge" },
        { e->yes, TAKES_TRUST, "--yes" },
        { e->replace, TAKES_TRUST, "--replace" },
    };

    for (size_t i = 0; i < N_ELEMENTS(options); i++)
        if (options[i].is_given && !(takes & options[i].taken))
            return options[i].option;
    for (size_t i = 0; i < N_ENV_FIELDS && !(takes & TAKES_FIELDS); i++)
        if (e->given[i])
            return arena_join(e->query.arena, STR("--"), str_from(env_fields[i].option), STR_NONE)
                .p;
    return NULL;
}

static int
check_usage(const struct env_query *e, const struct verb *verb)
{
    const char *name = verb->name, *odd = odd_option(e, verb->takes);
    bool        has_name = e->query.n_arguments > 1;

    if (odd)
        return usage_error("env %s takes no %s", name, odd);
    if ((verb->takes & TAKES_ENV) && !e->name)
        return usage_error("env %s wants -e NAME", name);
    if (verb->takes & TAKES_ENV)
        return EXIT_COMPLETED;
    if (e->query.n_arguments > 2)
        return usage_error("env %s: '%s' is one argument too many", name, e->query.arguments[2]);
    if (!(verb->takes & (has_name ? TAKES_NAME : TAKES_NO_NAME)))
        return usage_error(has_name ? "env %s takes no name" : "env %s wants a name", name);
    return EXIT_COMPLETED;
}

int
command_env(int argc, char **argv)
{
    AUTO_ARENA       arena = arena_new();
    struct env_query e = { .query = { .least_arguments = 1, .most_arguments = (size_t)argc } };

    make_options();
    query_parse(&e.query, arena, &env_argp, argc, argv);

    const char        *name = e.query.arguments[0];
    const struct verb *verb = find_verb(name);

    if (!verb)
        return usage_error("env knows list, show, add, edit, import, trust, test and rm, not '%s'",
                           name);
    if (check_usage(&e, verb) != EXIT_COMPLETED)
        return EXIT_USAGE;

    AUTO_STORE store = query_open(&e.query, verb->mode);

    if (!store)
        return EXIT_FAILED;
    return finish_output(verb->run(&e, store));
}
