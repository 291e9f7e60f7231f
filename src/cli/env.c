/* calipso env list|show|rm: the environments of a store. */

#include "cli/cli.h"
#include "model/environment.h"

struct env_query {
    struct query query;
    bool         purge;
};

enum { KEY_PURGE = 0x2000 };

static const struct argp_option env_options[] = {
    { "purge", KEY_PURGE, NULL, 0,
      "rm: also remove its inventories, their history and its messages", 1 },
    { 0 },
};

static error_t
parse_env(int key, char *argument, struct argp_state *state)
{
    struct env_query *e = state->input;

    if (key != KEY_PURGE)
        return parse_plain(key, argument, state);
    e->purge = true;
    return 0;
}

static const struct argp env_argp = {
    .options = env_options,
    .parser = parse_env,
    .args_doc = "list\nshow NAME\nrm NAME",
    .doc = "List, show or remove environments. rm keeps the inventory unless --purge is given.\v"
           "Examples:\n"
           "  calipso env list\n"
           "  calipso env show lab -o json\n"
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
list_environments(struct query *q, struct store *store)
{
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

static int
show_environment(struct query *q, struct store *store)
{
    struct environment_row row;
    struct error           err;
    AUTO_BUF               text = { 0 };

    if (!store_get_environment(store, str_from(q->arguments[1]), q->arena, &row, &err))
        return fail(&err);
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
        return fail(&err);
    printf("removed %s%s\n", name, e->purge ? " and all its data" : "; its inventory is kept");
    return EXIT_COMPLETED;
}

int
command_env(int argc, char **argv)
{
    AUTO_ARENA       arena = arena_new();
    struct env_query e = { .query = { .least_arguments = 1, .most_arguments = 2 } };
    int              status;

    query_parse(&e.query, arena, &env_argp, argc, argv);

    const char *verb = e.query.arguments[0];
    bool        is_list = strcmp(verb, "list") == 0;
    bool        is_show = strcmp(verb, "show") == 0;
    bool        is_remove = strcmp(verb, "rm") == 0;

    if (!is_list && !is_show && !is_remove)
        return usage_error("env knows list, show and rm, not '%s'", verb);
    if (is_list != (e.query.n_arguments == 1))
        return usage_error(is_list ? "env list takes no name" : "env %s wants a name", verb);

    AUTO_STORE store = query_open(&e.query, is_remove ? STORE_WRITE : STORE_READ);

    if (!store)
        return EXIT_FAILED;
    status = is_list   ? list_environments(&e.query, store)
             : is_show ? show_environment(&e.query, store)
                       : remove_environment(&e, store);
    return finish_output(status);
}
