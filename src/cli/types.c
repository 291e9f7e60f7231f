/* calipso types: what types of objects there are, and how many of each an environment has. */

#include "cli/cli.h"

static const struct argp types_argp = {
    .parser = parse_plain,
    .doc = "List the types of objects, and how many an environment has of each.\v"
           "Example:\n  calipso types -e lab",
    .children = query_children,
};

static bool
take_count(void *context, struct str name, uint64_t n)
{
    uint64_t        *counts = context;
    enum object_type type;

    if (object_type_from_name(name, &type))
        counts[type] = n;
    return true;
}

static bool
take_row(void *context, const struct object_row *row)
{
    uint64_t        *counts = context;
    enum object_type type;

    if (object_type_from_name(row->type, &type))
        counts[type]++;
    return true;
}

/* The store counts whole types by itself; what is filtered has to be looked at. */
static bool
count(const struct query *q, struct store *store, const struct inventory *inventory,
      uint64_t *counts, struct error *err)
{
    const struct object_filter filter = query_filter(q);

    return query_is_filtered(q) ? store_objects(store, inventory, &filter, take_row, counts, err)
                                : store_count_objects(store, inventory, take_count, counts, err);
}

int
command_types(int argc, char **argv)
{
    static const char *const titles[] = { "TYPE", "COUNT", "WHAT IT IS" };
    AUTO_ARENA               arena = arena_new();
    struct query             q = { 0 };
    struct inventory         inventory;
    uint64_t                 counts[N_OBJECT_TYPES] = { 0 };
    struct json_list         json = { 0 };
    struct table            *table = NULL;
    struct error             err;

    query_parse(&q, arena, &types_argp, argc, argv);

    bool is_counted = q.environment || q.space || query_is_filtered(&q);

    if (is_counted) {
        AUTO_STORE store = NULL;
        int        status = query_begin(&q, &store, &inventory);

        if (status != EXIT_COMPLETED)
            return status;
        if (!count(&q, store, &inventory, counts, &err))
            return fail(&err);
    }
    if (q.output == OUTPUT_TABLE)
        table = table_new(titles, N_ELEMENTS(titles));
    for (size_t i = 0; i < N_OBJECT_TYPES; i++) {
        enum object_type type = (enum object_type)i;
        struct str       n =
            is_counted ? arena_printf(arena, "%llu", (unsigned long long)counts[type]) : STR_NONE;
        struct str help = str_from(object_type_help(type));

        if (table) {
            const struct str cells[] = { object_type_name(type), n, help };

            table_add(table, cells);
            continue;
        }

        struct doc *row = doc_object(arena);

        doc_set_text(arena, row, "type", object_type_name(type));
        doc_set_text(arena, row, "description", help);
        if (is_counted)
            doc_set_int(arena, row, "count", (int64_t)counts[type]);
        json_list_add(&json, doc_body(arena, row));
    }
    if (table)
        table_print(table);
    else
        json_list_end(&json);
    return finish_output(EXIT_COMPLETED);
}
