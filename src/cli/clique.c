/* calipso clique ID: what a focal point depends on, as a table, a document or a graph. */

#include "base/map.h"
#include "cli/cli.h"
#include "scan/clique_reader.h"

/* --- output --- */

static struct str
label_of(struct arena *arena, const struct doc *nodes, struct str id)
{
    for (size_t i = 0; i < doc_count(nodes); i++) {
        const struct doc *node = doc_at(nodes, i);

        if (str_equal(doc_get_text(node, "id"), id))
            return arena_printf(arena, "%.*s %.*s", STR_ARG(doc_get_text(node, "type")),
                                STR_ARG(doc_get_text(node, "name")));
    }
    return id;
}

/* The nodes in the order in which the links lead to them, the focal point first. */
static void
add_node_rows(struct arena *arena, struct table *table, const struct doc *clique)
{
    const struct doc *nodes = doc_get(clique, "nodes_detailed");
    const struct doc *links = doc_get(clique, "links_detailed");
    AUTO_MAP          by_oid = { 0 };
    struct str       *order = arena_array(arena, struct str, 1 + 2 * doc_count(links));
    size_t            n = 0;

    for (size_t i = 0; i < doc_count(nodes); i++)
        map_put(&by_oid, doc_get_text(doc_at(nodes, i), "_id"), NULL)->pointer = doc_at(nodes, i);
    order[n++] = doc_get_text(clique, "focal_point");
    for (size_t i = 0; i < doc_count(links); i++) {
        order[n++] = doc_get_text(doc_at(links, i), "source");
        order[n++] = doc_get_text(doc_at(links, i), "target");
    }
    for (size_t i = 0; i < n; i++) {
        struct map_entry *entry = map_find(&by_oid, order[i]);

        if (!entry || !entry->pointer)
            continue; /* shown already */

        const struct doc *node = entry->pointer;
        const struct str  cells[] = { doc_get_text(node, "type"), doc_get_text(node, "name"),
                                      doc_get_text(node, "host"), doc_get_text(node, "id") };

        table_add(table, cells);
        entry->pointer = NULL;
    }
}

static void
print_table(struct arena *arena, const struct doc *clique)
{
    static const char *const node_titles[] = { "TYPE", "NAME", "HOST", "ID" };
    static const char *const link_titles[] = { "LINK", "FROM", "TO", "NAME", "STATE" };
    const struct doc        *nodes = doc_get(clique, "nodes_detailed");
    const struct doc        *links = doc_get(clique, "links_detailed");
    struct table            *table = table_new(node_titles, N_ELEMENTS(node_titles));

    add_node_rows(arena, table, clique);
    table_print(table);
    putchar('\n');
    table = table_new(link_titles, N_ELEMENTS(link_titles));
    for (size_t i = 0; i < doc_count(links); i++) {
        const struct doc *link = doc_at(links, i);
        const struct str  cells[] = {
             doc_get_text(link, "link_type"),
             label_of(arena, nodes, doc_get_text(link, "source_id")),
             label_of(arena, nodes, doc_get_text(link, "target_id")),
             doc_get_text(link, "link_name"),
             doc_get_text(link, "state"),
        };

        table_add(table, cells);
    }
    table_print(table);
}

/* A string of the DOT language: quotes and backslashes escaped. */
static void
print_quoted(struct str s)
{
    putchar('"');
    for (size_t from = 0, i = 0; i <= s.n; i++) {
        if (i < s.n && s.p[i] != '"' && s.p[i] != '\\')
            continue;
        print_safely(stdout, str_head(str_skip(s, from), i - from));
        if (i < s.n)
            putchar('\\');
        from = i;
    }
    putchar('"');
}

static void
print_dot_nodes(struct arena *arena, const struct doc *nodes, struct str host)
{
    for (size_t i = 0; i < doc_count(nodes); i++) {
        const struct doc *node = doc_at(nodes, i);

        if (!str_equal(doc_get_text(node, "host"), host))
            continue;
        fputs("    ", stdout);
        print_quoted(doc_get_text(node, "_id"));
        fputs(" [label=", stdout);
        print_quoted(arena_printf(arena, "%.*s: %.*s", STR_ARG(doc_get_text(node, "type")),
                                  STR_ARG(doc_get_text(node, "name"))));
        puts("]");
    }
}

static void
print_dot(struct arena *arena, const struct doc *clique)
{
    const struct doc *nodes = doc_get(clique, "nodes_detailed");
    const struct doc *links = doc_get(clique, "links_detailed");
    AUTO_MAP          hosts = { 0 };
    size_t            n_hosts = 0;

    puts("digraph clique {\n    rankdir=LR\n    node [shape=box, style=rounded]");
    print_dot_nodes(arena, nodes, STR_NONE);
    for (size_t i = 0; i < doc_count(nodes); i++) {
        struct str host = doc_get_text(doc_at(nodes, i), "host");
        bool       is_new = false;

        if (str_empty(host))
            continue;
        map_put(&hosts, host, &is_new);
        if (!is_new)
            continue;
        printf("    subgraph cluster_%zu {\n    label=", n_hosts++);
        print_quoted(host);
        putchar('\n');
        print_dot_nodes(arena, nodes, host);
        puts("    }");
    }
    for (size_t i = 0; i < doc_count(links); i++) {
        const struct doc *link = doc_at(links, i);
        bool              is_down = str_is(doc_get_text(link, "state"), "down");

        fputs("    ", stdout);
        print_quoted(doc_get_text(link, "source"));
        fputs(" -> ", stdout);
        print_quoted(doc_get_text(link, "target"));
        fputs(" [label=", stdout);
        print_quoted(doc_get_text(link, "link_name"));
        puts(is_down ? ", color=red, style=dashed]" : "]");
    }
    puts("}");
}

static int
print_clique(struct query *q, struct str text)
{
    struct error err;
    struct doc  *clique = doc_parse(q->arena, text, &err);

    if (!clique)
        return fail(&err);
    if (q->output == OUTPUT_JSON)
        puts(arena_str(q->arena, text).p);
    else if (q->output == OUTPUT_DOT)
        print_dot(q->arena, clique);
    else
        print_table(q->arena, clique);
    return EXIT_COMPLETED;
}

/* --- the command --- */

struct clique_query {
    struct query query;
    const char  *policy;
    bool         is_holding;
};

enum { KEY_POLICY = 0x2000, KEY_HOLDING };

static const struct argp_option clique_options[] = {
    { "policy", KEY_POLICY, "POLICY", 0,
      "Walk as full, extended or classic (default: as the environment was scanned)", 1 },
    { "holding", KEY_HOLDING, NULL, 0,
      "List what hangs on the object instead: the focal points whose cliques hold it", 1 },
    { 0 },
};

static error_t
parse_clique(int key, char *argument, struct argp_state *state)
{
    struct clique_query *c = state->input;

    switch (key) {
    case KEY_POLICY:
        c->policy = argument;
        return 0;
    case KEY_HOLDING:
        c->is_holding = true;
        return 0;
    default:
        return parse_plain(key, argument, state);
    }
}

static const struct argp clique_argp = {
    .options = clique_options,
    .parser = parse_clique,
    .args_doc = "ID",
    .doc = "Show the clique of a focal point: everything it depends on, from the VM to the wire."
           "\v-o dot writes a graph for Graphviz. Examples:\n"
           "  calipso clique vm-a1 -e lab\n"
           "  calipso clique --holding cmp1-eth1 -e lab\n"
           "  calipso clique vm-a1 -e lab -o dot | dot -Tsvg > vm-a1.svg",
    .children = query_children,
};

/* What hangs on an object. */
static int
print_holders(struct query *q, const struct clique_holders *holders)
{
    static const char *const titles[] = { "TYPE", "NAME", "HOST", "ID" };
    struct table            *table;

    if (q->output == OUTPUT_JSON) {
        struct doc *list = doc_array(q->arena);

        for (size_t i = 0; i < holders->n; i++) {
            const struct clique_node *point = &holders->focal_points[i];
            struct doc               *row = doc_object(q->arena);

            doc_set_text(q->arena, row, "_id", oid_text(point->oid, q->arena));
            doc_set_text(q->arena, row, "type", object_type_name(point->type));
            doc_set_text(q->arena, row, "name", point->name);
            doc_set_text(q->arena, row, "host", point->host);
            doc_set_text(q->arena, row, "id", point->id);
            doc_push(q->arena, list, row);
        }
        puts(doc_body(q->arena, list).p);
        return EXIT_COMPLETED;
    }
    table = table_new(titles, N_ELEMENTS(titles));
    for (size_t i = 0; i < holders->n; i++) {
        const struct clique_node *point = &holders->focal_points[i];
        const struct str cells[] = { object_type_name(point->type), point->name, point->host,
                                     point->id };

        table_add(table, cells);
    }
    table_print(table);
    return EXIT_COMPLETED;
}

static int
show_holders(struct query *q, struct clique_reader *reader, const struct object_row *row)
{
    struct clique_holders holders;
    struct error          err;

    if (!clique_reader_holders(reader, row->oid, SIZE_MAX, q->arena, &holders, &err))
        return fail(&err);
    if (holders.n == 0) {
        fprintf(stderr, "calipso: nothing hangs on %.*s ", STR_ARG(row->type));
        print_safely(stderr, row->name);
        fputs(": no clique of another object holds it\n", stderr);
    }
    return finish_output(print_holders(q, &holders));
}

int
command_clique(int argc, char **argv)
{
    AUTO_ARENA          arena = arena_new();
    struct clique_query c = {
        .query = { .least_arguments = 1, .most_arguments = 1, .dot_allowed = true }
    };
    struct inventory      inventory;
    struct object_filter  among;
    struct object_row     row = { 0 };
    struct clique_reader *reader;
    bool                  found;
    AUTO_BUF              text = { 0 };
    struct error          err;
    enum policy           policy = POLICY_FULL;

    query_parse(&c.query, arena, &clique_argp, argc, argv);
    if (c.policy && !policy_from_name(str_from(c.policy), &policy))
        return usage_error("--policy knows full, extended and classic, not '%s'", c.policy);

    AUTO_STORE store = NULL;
    int        status = query_begin(&c.query, &store, &inventory);

    if (status != EXIT_COMPLETED)
        return status;
    if (!store_snapshot_begin(store, &err))
        return fail(&err);

    among = query_filter(&c.query);
    status = find_object(&c.query, store, &inventory, &among, NULL, c.query.arguments[0], &row);
    if (status != EXIT_COMPLETED)
        return status;
    reader = clique_reader_new(store, &inventory, c.policy ? &policy : NULL, arena);
    if (c.is_holding)
        return show_holders(&c.query, reader, &row);
    if (!clique_reader_write(reader, row.oid, &text, &found, &err))
        return fail(&err);
    store_snapshot_end(store);
    if (!found) {
        fprintf(stderr, "calipso: %.*s ", STR_ARG(row.type));
        print_safely(stderr, row.name);
        fputs(
            " has no clique: its type has no clique type, or nothing that this names is linked to "
            "it\n",
            stderr);
        return EXIT_FAILED;
    }
    return finish_output(print_clique(&c.query, buf_str(&text)));
}
