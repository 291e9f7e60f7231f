/* calipso list TYPE, search TEXT: objects as tables or documents. */

#include "cli/cli.h"
#include "cli/match.h"

/* Where the rows of a walk go: a table or a JSON list. */
struct listing {
    struct query    *query;
    struct table    *table;
    struct json_list json;
    size_t           n;
    struct str       searched; /* "" = nothing: there is no column that says why */
};

static const char *const titles[] = { "TYPE", "NAME", "HOST", "ID", "" };
static const char *const found_titles[] = { "TYPE", "NAME", "HOST", "ID", "MATCH", "" };

static struct str
marks_of(const struct object_row *row)
{
    if (row->stale)
        return row->clique ? STR("clique, stale") : STR("stale");
    return row->clique ? STR("clique") : STR_NONE;
}

/* A port is in no host of the tree, but Neutron has bound it to one. */
static struct str
host_of(struct arena *scratch, const struct object_row *row)
{
    if (!str_empty(row->host) || !str_equal(row->type, object_type_name(OBJECT_PORT)))
        return row->host;
    return doc_get_text(doc_parse(scratch, row->body, NULL), "binding:host_id");
}

static void
add_row(struct listing *listing, const struct object_row *row)
{
    AUTO_ARENA scratch = arena_new();
    struct str cells[N_ELEMENTS(found_titles)] = { row->type, row->name, host_of(scratch, row),
                                                   row->id };
    size_t     n = 4;

    if (!str_empty(listing->searched))
        cells[n++] = match_of(scratch, listing->searched, row->body);
    cells[n] = marks_of(row);
    table_add(listing->table, cells);
}

static bool
take_row(void *context, const struct object_row *row)
{
    struct listing *listing = context;
    AUTO_BUF        document = { 0 };

    listing->n++;
    if (listing->query->output == OUTPUT_JSON) {
        object_row_write(&document, row);
        json_list_add(&listing->json, buf_str(&document));
    } else {
        add_row(listing, row);
    }
    return true;
}

static void
begin(struct listing *listing, struct query *q, struct str searched)
{
    *listing = (struct listing){ .query = q, .searched = searched };
    if (q->output == OUTPUT_TABLE)
        listing->table = str_empty(searched) ? table_new(titles, N_ELEMENTS(titles))
                                             : table_new(found_titles, N_ELEMENTS(found_titles));
}

static void
end(struct listing *listing)
{
    if (listing->query->output == OUTPUT_JSON)
        json_list_end(&listing->json);
    else
        table_print(listing->table);
}

/* --- list --- */

static const struct argp list_argp = {
    .parser = parse_plain,
    .args_doc = "TYPE",
    .doc = "List all objects of a type.\v"
           "Examples:\n"
           "  calipso list instance -e lab\n"
           "  calipso list vnic -e lab --host cmp1 -o json\n"
           "  calipso list port -e lab --where status=DOWN\n"
           "`calipso types` tells which types there are.",
    .children = query_children,
};

int
command_list(int argc, char **argv)
{
    AUTO_ARENA           arena = arena_new();
    struct query         q = { .least_arguments = 1, .most_arguments = 1 };
    struct inventory     inventory;
    struct object_filter filter = { 0 };
    enum object_type     type;
    struct listing       listing;
    struct error         err;

    query_parse(&q, arena, &list_argp, argc, argv);
    if (!object_type_from_name(str_from(q.arguments[0]), &type))
        return usage_error("list: no type '%s'; %.*s", q.arguments[0],
                           STR_ARG(suggest_type(arena, str_from(q.arguments[0]))));

    AUTO_STORE store = NULL;
    int        status = query_begin(&q, &store, &inventory);

    if (status != EXIT_COMPLETED)
        return status;
    filter = query_filter(&q);
    filter.type = object_type_name(type);
    begin(&listing, &q, STR_NONE);

    bool good = store_objects(store, &inventory, &filter, take_row, &listing, &err);

    end(&listing);
    return finish_output(good ? EXIT_COMPLETED : fail(&err));
}

/* --- search --- */

enum { MOST_FOUND = 1000 };

/* The store knows no other filter on what a search finds. */
static bool
take_found(void *context, const struct object_row *row)
{
    struct listing     *listing = context;
    const struct query *q = listing->query;

    if (q->host && !str_is(row->host, q->host))
        return true;
    if (q->n_where) {
        AUTO_ARENA scratch = arena_new();
        AUTO_BUF   document = { 0 };

        object_row_write(&document, row);
        if (!query_matches(q, doc_parse(scratch, buf_str(&document), NULL)))
            return true;
    }
    return take_row(context, row) && listing->n < MOST_FOUND;
}

static const struct argp search_argp = {
    .parser = parse_plain,
    .args_doc = "TEXT",
    .doc = "Find objects by name, id, MAC or IP address, or by the beginning of one of their parts."
           "\vThe column MATCH says which attribute has the text. Examples:\n"
           "  calipso search vm-a1 -e lab\n"
           "  calipso search fa:16:3e:c5 -e lab\n"
           "  calipso search 10.78.0 -e lab -o json",
    .children = query_children,
};

int
command_search(int argc, char **argv)
{
    AUTO_ARENA       arena = arena_new();
    struct query     q = { .least_arguments = 1, .most_arguments = 1 };
    struct inventory inventory;
    struct listing   listing;
    struct error     err;

    query_parse(&q, arena, &search_argp, argc, argv);
    AUTO_STORE store = NULL;
    int        status = query_begin(&q, &store, &inventory);

    if (status != EXIT_COMPLETED)
        return status;

    struct str searched = str_from(q.arguments[0]);

    begin(&listing, &q, searched);

    bool good = store_search(store, &inventory, searched, query_is_filtered(&q) ? 0 : MOST_FOUND,
                             take_found, &listing, &err);

    end(&listing);
    if (good && listing.n == 0)
        fputs("calipso: nothing found\n", stderr);
    if (good && listing.n == MOST_FOUND)
        fprintf(stderr, "calipso: only the first %d are shown\n", MOST_FOUND);
    return finish_output(good ? EXIT_COMPLETED : fail(&err));
}
