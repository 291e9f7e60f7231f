/* calipso import|export COLLECTION: collections as JSON lines, the form of mongoexport. */

#include <errno.h>

#include "access/access.h"
#include "base/file.h"
#include "cli/cli.h"
#include "scan/clique_reader.h"
#include "store/transaction.h"

enum { LONGEST_LINE = 64 << 20 };

static const struct argp export_argp = {
    .parser = parse_plain,
    .args_doc = "COLLECTION",
    .doc = "Write a collection as JSON lines: inventory, links, cliques, messages, "
           "environments_config, clique_types, clique_constraints ...\v"
           "-e limits it to one environment. Example:\n"
           "  calipso export inventory -e lab > inventory.jsonl",
    .children = export_children,
};

static bool
print_document(void *context UNUSED, struct str id UNUSED, struct str document)
{
    fwrite(document.p, 1, document.n, stdout);
    putchar('\n');
    return !ferror(stdout);
}

/* --- cliques are kept as rows, and walked to be complete documents --- */

struct clique_rows {
    struct arena *arena;
    struct doc  **items;
    size_t        n, capacity;
};

static bool
take_clique(void *context, struct str id UNUSED, struct str document)
{
    struct clique_rows *rows = context;
    struct doc         *row = doc_parse(rows->arena, document, NULL);

    arena_grow(rows->arena, rows->items, rows->n, rows->capacity);
    rows->items[rows->n++] = row;
    return true;
}

/* Is this the collection of cliques of a space ("cliques", "cliques_x", "RDO_cliques")? */
static bool
is_cliques(struct arena *arena, struct str collection, struct str *space)
{
    const struct str name = STR("cliques"), first = STR("cliques_"), last = STR("_cliques");

    *space = STR_NONE;
    if (str_equal(collection, name))
        return true;
    if (str_starts(collection, first)) {
        *space = arena_join(arena, STR("inventory_"), str_skip(collection, first.n), STR_NONE);
        return true;
    }
    if (!str_ends(collection, last))
        return false;
    *space = str_head(collection, collection.n - last.n);
    return true;
}

static bool
export_cliques(struct store *store, struct str collection, struct str environment, struct str space,
               struct arena *arena, struct error *err)
{
    struct clique_rows    rows = { .arena = arena };
    struct inventory      inventory = { .space = space };
    struct clique_reader *reader = NULL;
    AUTO_BUF              text = { 0 };

    if (!store_export(store, collection, environment, take_clique, &rows, err))
        return false;
    for (size_t i = 0; i < rows.n; i++) {
        struct str name = doc_get_text(rows.items[i], "environment");
        struct oid focal_point;
        bool       found;

        if (!reader || !str_equal(name, inventory.environment)) {
            inventory.environment = name;
            reader = clique_reader_new(store, &inventory, NULL, arena);
        }
        buf_clear(&text);
        if (!oid_from_text(doc_get_text(rows.items[i], "focal_point"), &focal_point) ||
            !clique_reader_write(reader, focal_point, &text, &found, err))
            return false;
        if (found)
            puts(buf_c(&text));
    }
    return true;
}

int
command_export(int argc, char **argv)
{
    AUTO_ARENA   arena = arena_new();
    struct query q = { .least_arguments = 1, .most_arguments = 1 };
    struct error err;

    query_parse(&q, arena, &export_argp, argc, argv);

    AUTO_STORE store = query_open(&q, STORE_READ);

    if (!store)
        return EXIT_FAILED;

    struct str collection = str_from(q.arguments[0]);

    if (q.space)
        collection = store_companion(arena, q.arguments[0], str_from(q.space));

    struct str environment = str_from(q.environment), space;
    bool       good;

    if (!store_snapshot_begin(store, &err))
        return fail(&err);
    good = is_cliques(arena, collection, &space)
               ? export_cliques(store, collection, environment, space, arena, &err)
               : store_export(store, collection, environment, print_document, NULL, &err);
    store_snapshot_end(store);
    return finish_output(good ? EXIT_COMPLETED : fail(&err));
}

static const struct argp import_argp = {
    .parser = parse_plain,
    .args_doc = "COLLECTION [FILE]",
    .doc = "Read a collection of JSON lines from a file, or from standard input (-); ids are kept."
           "\vExample:\n"
           "  calipso import clique_types my_clique_types.jsonl",
    .children = store_children,
};

static bool
import_lines(struct import *import, FILE *f, struct error *err)
{
    char  *line = NULL;
    size_t capacity = 0, number = 0;
    bool   good = true;

    for (ssize_t n; good && (n = getline(&line, &capacity, f)) >= 0;) {
        struct str text = str_trim((struct str){ line, (size_t)n });

        number++;
        if (text.n > LONGEST_LINE)
            good = error_set(err, ERROR_PARSE, 0, "longer than %d bytes", LONGEST_LINE);
        else if (!str_empty(text))
            good = import_document(import, text, err);
    }
    free(line);
    if (good && ferror(f))
        return error_set(err, ERROR_CONFIG, errno, "cannot read: %m");
    return good || error_prefix(err, "line %zu: ", number);
}

static bool
import_all(struct store *store, struct str collection, FILE *f, struct import_counts *counts,
           struct error *err)
{
    struct import *import;

    if (!store_import_begin(store, collection, &import, err))
        return false;
    if (import_lines(import, f, err) && import_finish(import, counts, err))
        return true;
    import_abort(import);
    return false;
}

/* The last one with every role stays, as for `user rm`: nobody could give roles after them. */
static bool
keep_administrator(struct store *store, FILE *f, struct import_counts *counts, struct error *err)
{
    bool had = false, has = true;

    return access_has_administrator(store, &had, err) &&
           import_all(store, STR("users"), f, counts, err) &&
           access_has_administrator(store, &has, err) &&
           (has || !had ||
            error_set(err, ERROR_USAGE, 0,
                      "nobody would have every role any more: give them to another user first"));
}

static bool
import_users(struct store *store, FILE *f, struct import_counts *counts, struct error *err)
{
    return write_begin(store, err) &&
           write_end(store, keep_administrator(store, f, counts, err), err);
}

int
command_import(int argc, char **argv)
{
    AUTO_ARENA           arena = arena_new();
    struct query         q = { .least_arguments = 1, .most_arguments = 2 };
    struct import_counts counts;
    struct error         err;

    query_parse(&q, arena, &import_argp, argc, argv);

    bool      is_file = q.n_arguments == 2 && strcmp(q.arguments[1], "-") != 0;
    AUTO_FILE opened = is_file ? fopen(q.arguments[1], "re") : NULL;

    if (is_file && !opened) {
        error_set(&err, ERROR_CONFIG, errno, "cannot open %s: %m", q.arguments[1]);
        return fail(&err);
    }

    AUTO_STORE store = query_open(&q, STORE_CREATE);

    if (!store)
        return EXIT_FAILED;

    struct str collection = str_from(q.arguments[0]);
    FILE      *f = is_file ? opened : stdin;

    if (str_is(collection, "users") ? !import_users(store, f, &counts, &err)
                                    : !import_all(store, collection, f, &counts, &err))
        return fail(&err);
    printf("%llu documents imported\n", (unsigned long long)counts.n_documents);
    return finish_output(EXIT_COMPLETED);
}
