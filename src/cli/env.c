/* calipso env list|show|add|edit|rm: the environments of a store.
 *
 * Documents are shown with "***" for secrets; in a document that is edited "***" stands for the
 * secret that is there, so that what was shown can be changed and given back. */

#include <errno.h>
#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/env_test.h"
#include "cli/env_trust.h"
#include "model/environment.h"

struct env_query {
    struct query query;
    bool         purge;
    const char  *file; /* "-": standard input */
    const char  *name; /* -e */
};

enum { KEY_PURGE = 0x2000, KEY_FILE, MOST_BYTES = 1 << 20, MOST_LEVELS = 16 };

static const struct argp_option env_options[] = {
    { "file", KEY_FILE, "FILE", 0,
      "add, edit: the document, as JSON; - reads it from standard input", 1 },
    { "env", 'e', "NAME", 0, "test: the environment", 1 },
    { "purge", KEY_PURGE, NULL, 0,
      "rm: also remove its inventories, their history and its messages", 1 },
    { 0 },
};

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
    default:
        return parse_plain(key, argument, state);
    }
}

static const struct argp env_argp = {
    .options = env_options,
    .parser = parse_env,
    .args_doc = "list\nshow NAME\nadd --file FILE\nedit NAME --file FILE\ntest -e NAME "
                "[TARGET...]\nrm NAME",
    .doc =
        "List, show, add, change, test or remove environments. test tries the ways into the cloud. "
        "rm keeps the inventory unless --purge is "
        "given.\v"
        "A document says what the cloud is and how to reach it:\n"
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
        "  calipso env add --file lab.json\n"
        "  calipso env show lab > lab.json\n"
        "  calipso env edit lab --file lab.json\n"
        "  calipso env test -e lab OpenStack\n"
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

/* The one that was named might not be there. */
static int
failed_for(struct query *q, struct store *store, const struct error *err)
{
    return err->domain == ERROR_NOT_FOUND ? no_environment(q, store, str_from(q->arguments[1]))
                                          : fail(err);
}

static int
show_environment(struct env_query *e, struct store *store)
{
    struct query *q = &e->query;

    struct environment_row row;
    struct error           err;
    AUTO_BUF               text = { 0 };

    if (!store_get_environment(store, str_from(q->arguments[1]), q->arena, &row, &err))
        return failed_for(q, store, &err);
    doc_write_pretty(&text, document_of(q->arena, &row));
    puts(buf_c(&text));
    return EXIT_COMPLETED;
}

static int
remove_environment(struct env_query *e, struct store *store)
{
    struct error err;
    const char  *name = e->query.arguments[1];

    if (!store_remove_environment(store, str_from(name), e->purge, &err))
        return failed_for(&e->query, store, &err);
    printf("removed %s%s\n", name, e->purge ? " and all its data" : "; its inventory is kept");
    return EXIT_COMPLETED;
}

/* --- add and edit --- */

static bool
read_all(FILE *f, const char *name, struct arena *arena, struct str *text, struct error *err)
{
    AUTO_BUF read = { 0 };
    char     piece[4096];
    size_t   n;

    while ((n = fread(piece, 1, sizeof piece, f)) > 0 && read.n <= MOST_BYTES)
        buf_add(&read, (struct str){ piece, n });
    if (ferror(f))
        return error_set(err, ERROR_CONFIG, errno, "cannot read %s: %s", name, strerror(errno));
    if (read.n > MOST_BYTES)
        return error_set(err, ERROR_CONFIG, 0, "%s: more than %d bytes are no environment", name,
                         MOST_BYTES);
    *text = arena_str(arena, buf_str(&read));
    return true;
}

static struct doc *
read_document(const struct env_query *e, struct error *err)
{
    bool        is_stdin = strcmp(e->file, "-") == 0;
    const char *name = is_stdin ? "standard input" : e->file;
    AUTO_FILE   opened = is_stdin ? NULL : fopen(e->file, "re");
    struct doc *document;
    struct str  text = STR_NONE;

    if (!is_stdin && !opened) {
        error_set(err, ERROR_CONFIG, errno, "cannot open %s: %s", name, strerror(errno));
        return NULL;
    }
    if (!read_all(is_stdin ? stdin : opened, name, e->query.arena, &text, err))
        return NULL;
    document = doc_parse(e->query.arena, text, err);
    if (!document)
        error_prefix(err, "%s: ", name);
    return document;
}

/* What new documents of the original have, too. */
static void
set_defaults(struct arena *arena, struct doc *document)
{
    static const struct {
        const char *field, *text; /* NULL: false */
    } defaults[] = { { "type", "environment" },
                     { "environment_type", "OpenStack" },
                     { "operational", "stopped" },
                     { "listen", NULL } };

    for (size_t i = 0; i < N_ELEMENTS(defaults); i++) {
        if (doc_get(document, defaults[i].field))
            continue;
        if (defaults[i].text)
            doc_set_text(arena, document, defaults[i].field, str_from(defaults[i].text));
        else
            doc_set_bool(arena, document, defaults[i].field, false);
    }
}

/* The element of 'list' that has the same name, else the same place. */
static const struct doc *
counterpart(const struct doc *list, const struct doc *element, size_t index)
{
    struct str name = doc_get_text(element, "name");

    for (size_t i = 0; !str_empty(name) && i < doc_count(list); i++)
        if (str_equal(doc_get_text(doc_at(list, i), "name"), name))
            return doc_at(list, i);
    return str_empty(name) ? doc_at(list, index) : NULL;
}

/* The document with "***" replaced by what stands in the same place of 'known'. */
static struct doc *
unmasked(struct arena *arena, const struct doc *value, const struct doc *known, struct str where,
         unsigned depth, struct error *err)
{
    struct doc_iter it = { 0 };
    struct doc     *copy, *part;

    if (doc_kind(value) == DOC_STRING && str_is(doc_text(value), "***")) {
        if (!known)
            error_set(err, ERROR_CONFIG, 0,
                      "%.*s: *** stands for the secret that is there, and there is none",
                      STR_ARG(where));
        return known ? doc_deep_copy(arena, known) : NULL;
    }
    if (doc_kind(value) == DOC_OBJECT && depth < MOST_LEVELS) {
        copy = doc_object(arena);
        while (doc_next(value, &it)) {
            part = unmasked(arena, it.value, doc_getn(known, it.key), it.key, depth + 1, err);
            if (!part)
                return NULL;
            doc_setn(arena, copy, it.key, part);
        }
        return copy;
    }
    if (doc_kind(value) == DOC_ARRAY && depth < MOST_LEVELS) {
        copy = doc_array(arena);
        for (size_t i = 0; i < doc_count(value); i++) {
            const struct doc *element = doc_at(value, i);

            part = unmasked(arena, element, counterpart(known, element, i), where, depth + 1, err);
            if (!part)
                return NULL;
            doc_push(arena, copy, part);
        }
        return copy;
    }
    return doc_deep_copy(arena, value);
}

/* Check a document as a whole before it is kept; a variance that nobody has tried is only told. */
static bool
check_document(struct arena *arena, struct doc *document, struct error *err)
{
    struct environment environment;
    struct str         why;

    if (!environment_read(arena, document, &environment, err) ||
        !environment_check_access(&environment, err))
        return false;
    if (!environment_is_supported(&environment, arena, &why)) {
        fprintf(stderr, "calipso: warning: ");
        print_safely(stderr, why);
        fprintf(stderr, " has not been tried with calipso; scans will say what they miss\n");
    }
    return true;
}

static int
add_environment(struct env_query *e, struct store *store)
{
    struct arena          *arena = e->query.arena;
    struct environment_row row;
    struct error           err;
    struct doc            *document = read_document(e, &err);

    if (!document)
        return fail(&err);
    set_defaults(arena, document);
    document = unmasked(arena, document, NULL, STR_NONE, 0, &err);
    if (!document || !check_document(arena, document, &err))
        return fail(&err);

    struct str name = doc_get_text(document, "name");

    if (store_get_environment(store, name, arena, &row, &err)) {
        error_set(&err, ERROR_CONFIG, 0,
                  "environment %.*s is there already; `calipso env edit` changes it",
                  STR_ARG(name));
        return fail(&err);
    }
    if (err.domain != ERROR_NOT_FOUND ||
        !store_put_environment(store, doc_body(arena, document), &err))
        return fail(&err);
    printf("added %.*s\n", STR_ARG(name));
    return EXIT_COMPLETED;
}

static int
edit_environment(struct env_query *e, struct store *store)
{
    struct arena          *arena = e->query.arena;
    const char            *name = e->query.arguments[1];
    struct environment_row row;
    struct error           err;
    struct doc            *document, *known;

    if (!store_get_environment(store, str_from(name), arena, &row, &err))
        return failed_for(&e->query, store, &err);
    known = doc_parse(arena, row.document, &err);
    document = known ? read_document(e, &err) : NULL;
    if (!document)
        return fail(&err);
    if (doc_get(document, "name") && !str_is(doc_get_text(document, "name"), name)) {
        error_set(&err, ERROR_CONFIG, 0,
                  "the document is of environment '%.*s', not of '%s': a name stays",
                  STR_ARG(doc_get_text(document, "name")), name);
        return fail(&err);
    }
    doc_set_text(arena, document, "name", str_from(name));
    set_defaults(arena, document);
    document = unmasked(arena, document, known, STR_NONE, 0, &err);
    if (!document || !check_document(arena, document, &err) ||
        !store_put_environment(store, doc_body(arena, document), &err))
        return fail(&err);
    printf("changed %s\n", name);
    return EXIT_COMPLETED;
}

/* --- test --- */

static int
try_environment(struct env_query *e, struct store *store)
{
    struct arena          *arena = e->query.arena;
    struct environment_row row;
    struct environment     environment;
    struct error           err;
    struct doc            *document;

    if (!store_get_environment(store, str_from(e->name), arena, &row, &err))
        return fail(&err);
    document = store_open_secrets(store, arena, row.document, &err);
    if (!document || !environment_read(arena, document, &environment, &err) ||
        !environment_check_access(&environment, &err))
        return fail(&err);
    struct host_keys keys;
    if (!host_keys_load(store, environment.name, arena, &keys, &err))
        return fail(&err);
    return test_environment(&environment, &keys, e->query.arguments + 1, e->query.n_arguments - 1,
                            arena);
}

static int
trust_it(struct env_query *e, struct store *store)
{
    struct arena          *arena = e->query.arena;
    struct environment_row row;
    struct environment     environment;
    struct error           err;
    struct doc            *document;

    if (!store_get_environment(store, str_from(e->name), arena, &row, &err))
        return fail(&err);
    document = store_open_secrets(store, arena, row.document, &err);
    if (!document || !environment_read(arena, document, &environment, &err) ||
        !environment_check_access(&environment, &err))
        return fail(&err);
    const struct trust_options options = { .hosts = e->query.arguments + 1,
                                           .n_hosts = e->query.n_arguments - 1,
                                           .yes = true };
    return trust_environment(store, &environment, &options, arena);
}

/* --- the command --- */

struct verb {
    const char     *name;
    bool            wants_name; /* as an argument */
    bool            wants_file;
    bool            wants_env; /* -e, and any arguments */
    enum store_mode mode;
    int (*run)(struct env_query *, struct store *);
};

static const struct verb verbs[] = {
    { "list", false, false, false, STORE_READ, list_environments },
    { "show", true, false, false, STORE_READ, show_environment },
    { "add", false, true, false, STORE_CREATE, add_environment },
    { "edit", true, true, false, STORE_WRITE, edit_environment },
    { "test", false, false, true, STORE_READ, try_environment },
    { "trust", false, false, true, STORE_WRITE, trust_it },
    { "rm", true, false, false, STORE_WRITE, remove_environment },
};

static const struct verb *
find_verb(const char *name)
{
    for (size_t i = 0; i < N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

int
command_env(int argc, char **argv)
{
    AUTO_ARENA       arena = arena_new();
    struct env_query e = { .query = { .least_arguments = 1, .most_arguments = MOST_ARGUMENTS } };

    query_parse(&e.query, arena, &env_argp, argc, argv);

    const char        *name = e.query.arguments[0];
    const struct verb *verb = find_verb(name);

    if (!verb)
        return usage_error("env knows list, show, add, edit, test and rm, not '%s'", name);
    if (verb->wants_env != (e.name != NULL))
        return usage_error(verb->wants_env ? "env %s wants -e NAME" : "env %s takes no -e", name);
    if (!verb->wants_env && e.query.n_arguments != (verb->wants_name ? 2 : 1))
        return usage_error(verb->wants_name ? "env %s wants a name" : "env %s takes no name", name);
    if (verb->wants_file != (e.file != NULL))
        return usage_error(verb->wants_file ? "env %s wants --file" : "env %s takes no --file",
                           name);

    AUTO_STORE store = query_open(&e.query, verb->mode);

    if (!store)
        return EXIT_FAILED;
    return finish_output(verb->run(&e, store));
}
