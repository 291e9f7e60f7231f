/* calipso show [TYPE] ID: one object with all its attributes. */

#include "cli/cli.h"

static const struct argp show_argp = {
    .parser = parse_plain,
    .args_doc = "[TYPE] ID",
    .doc = "Show one object with all its attributes. The id may be a name that only one object has."
           "\vExamples:\n"
           "  calipso show cmp1 -e lab\n"
           "  calipso show host_pnic eth0-52:54:00:aa:bb:01 -e lab -o json",
    .children = query_children,
};

/* Attributes as lines; what is structured stays JSON. */
static void
print_attributes(struct arena *arena, const struct doc *document)
{
    static const char *const attribute_titles[] = { "ATTRIBUTE", "VALUE" };
    struct table            *table = table_new(attribute_titles, N_ELEMENTS(attribute_titles));
    struct doc_iter          it = { 0 };

    while (doc_next(document, &it)) {
        bool is_nested = doc_kind(it.value) == DOC_OBJECT || doc_kind(it.value) == DOC_ARRAY;
        const struct str cells[] = {
            it.key,
            is_nested ? doc_body(arena, it.value) : doc_scalar(it.value, arena),
        };

        table_add(table, cells);
    }
    table_print(table);
}

int
command_show(int argc, char **argv)
{
    AUTO_ARENA        arena = arena_new();
    struct query      q = { .least_arguments = 1, .most_arguments = 2 };
    struct inventory  inventory;
    struct object_row row;
    struct error      err;
    AUTO_BUF          text = { 0 };

    query_parse(&q, arena, &show_argp, argc, argv);

    AUTO_STORE store = NULL;
    int        status = query_begin(&q, &store, &inventory);

    if (status != EXIT_COMPLETED)
        return status;

    const struct object_filter among = query_filter(&q);
    bool                       has_type = q.n_arguments == 2;
    struct doc                *document;

    status = find_object(&q, store, &inventory, &among, has_type ? q.arguments[0] : NULL,
                         q.arguments[has_type ? 1 : 0], &row);
    if (status != EXIT_COMPLETED)
        return status;
    object_row_write(&text, &row);
    document = doc_parse(arena, buf_str(&text), &err);
    if (!document)
        return fail(&err);
    if (q.output == OUTPUT_JSON) {
        buf_clear(&text);
        doc_write_pretty(&text, document);
        puts(buf_c(&text));
    } else {
        print_attributes(arena, document);
    }
    return finish_output(EXIT_COMPLETED);
}
