/* calipso links: what is connected with what. */

#include "cli/cli.h"

struct link_query {
    struct query query;
    const char  *type;
    const char  *of;
};

enum { KEY_TYPE = 't', KEY_OF = 0x2000 };

static const struct argp_option link_options[] = {
    { "type", KEY_TYPE, "TYPE", 0, "Only links of this type, e.g. instance-vnic", 1 },
    { "of", KEY_OF, "ID", 0, "Only links that begin or end at this object", 1 },
    { 0 },
};

static error_t
parse_links(int key, char *argument, struct argp_state *state)
{
    struct link_query *l = state->input;

    switch (key) {
    case KEY_TYPE:
        l->type = argument;
        return 0;
    case KEY_OF:
        l->of = argument;
        return 0;
    default:
        return parse_plain(key, argument, state);
    }
}

static const struct argp links_argp = {
    .options = link_options,
    .parser = parse_links,
    .doc = "List links.\v"
           "Examples:\n"
           "  calipso links -e lab --type vedge-otep\n"
           "  calipso links -e lab --of vm-a1",
    .children = query_children,
};

struct listing {
    struct link_query      *query;
    struct store           *store;
    const struct inventory *inventory;
    struct table           *table;
    struct json_list        json;
    size_t                  n;
};

/* What people call an end of a link: its type and name; its id when it cannot be read. */
static struct str
end_of(struct listing *listing, struct oid oid, struct str id)
{
    struct object_row row = { 0 };
    struct error      err;

    if (!store_object_by_oid(listing->store, listing->inventory, oid, listing->query->query.arena,
                             &row, &err))
        return id;
    return arena_printf(listing->query->query.arena, "%.*s %.*s", STR_ARG(row.type),
                        STR_ARG(row.name));
}

static bool
take_row(void *context, const struct link_row *row)
{
    static const char *const unnamed = "";
    struct listing          *listing = context;
    const struct query      *q = &listing->query->query;
    AUTO_ARENA               scratch = arena_new();

    if (q->host && !str_is(row->host, q->host))
        return true;

    const struct doc *document = doc_parse(scratch, row->body, NULL);

    if (!query_matches(q, document))
        return true;
    listing->n++;
    if (q->output == OUTPUT_JSON) {
        AUTO_BUF text = { 0 };

        link_row_write(&text, row);
        json_list_add(&listing->json, buf_str(&text));
        return true;
    }

    const struct str cells[] = {
        row->type,
        end_of(listing, row->source, doc_get_text(document, "source_id")),
        end_of(listing, row->target, doc_get_text(document, "target_id")),
        doc_get_text(document, "link_name"),
        doc_get_text(document, "state"),
        row->implicit ? STR("implicit") : str_from(unnamed),
    };

    table_add(listing->table, cells);
    return true;
}

static bool
take_type(void *context, struct str type, uint64_t n UNUSED)
{
    known_names_add(context, type);
    return true;
}

/* That there is none is no failure: a type may have no links yet. */
static void
note_nothing(struct listing *listing)
{
    struct known_names types = { .arena = listing->query->query.arena };
    const char        *wanted = listing->query->type;
    struct error       err;

    if (!wanted || !store_count_links(listing->store, listing->inventory, take_type, &types, &err))
        types.n = 0;

    struct str hint = did_you_mean(&types, str_from(wanted), "");

    if (str_empty(hint))
        fputs("calipso: no such links; types are named by their ends, as in instance-vnic\n",
              stderr);
    else
        usage_error("links: no type '%s'; %.*s", wanted, STR_ARG(hint));
}

int
command_links(int argc, char **argv)
{
    static const char *const titles[] = { "LINK", "FROM", "TO", "NAME", "STATE", "" };
    AUTO_ARENA               arena = arena_new();
    struct link_query        l = { 0 };
    struct inventory         inventory;
    struct link_filter       filter = { 0 };
    struct object_row        row = { 0 };
    struct error             err;
    struct listing           listing = { .query = &l };

    query_parse(&l.query, arena, &links_argp, argc, argv);

    AUTO_STORE store = NULL;
    int        status = query_begin(&l.query, &store, &inventory);

    if (status != EXIT_COMPLETED)
        return status;
    listing.store = store;
    listing.inventory = &inventory;
    filter.type = str_from(l.type);
    if (l.of) {
        status = find_object(&l.query, store, &inventory, NULL, NULL, l.of, &row);
        if (status != EXIT_COMPLETED)
            return status;
        filter.of = &row.oid;
    }
    if (l.query.output == OUTPUT_TABLE)
        listing.table = table_new(titles, N_ELEMENTS(titles));

    bool good = store_links(store, &inventory, &filter, take_row, &listing, &err);

    if (l.query.output == OUTPUT_JSON)
        json_list_end(&listing.json);
    else
        table_print(listing.table);
    if (good && listing.n == 0)
        note_nothing(&listing);
    return finish_output(good ? EXIT_COMPLETED : fail(&err));
}
