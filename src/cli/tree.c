/* calipso tree [ID]: what lies below an object, as a tree. */

#include "base/map.h"
#include "cli/cli.h"

struct node {
    struct str    type, id, name;
    bool          stale;
    bool          is_hidden; /* neither it nor anything below it is asked for */
    struct node  *parent;
    struct node **children;
    size_t        n_children, capacity;
};

struct forest {
    struct arena    *arena;
    struct node    **nodes;
    size_t           n, capacity;
    struct map       by_key;      /* "<type> <id>" */
    struct str      *parent_keys; /* of each node */
    size_t           keys_capacity;
    struct json_list json;
    bool             as_json;
};

static struct str
key_of(struct arena *arena, struct str type, struct str id)
{
    return arena_join(arena, type, STR(" "), id);
}

static bool
take_row(void *context, const struct object_row *row)
{
    struct forest *f = context;

    if (f->as_json) {
        AUTO_BUF document = { 0 };

        object_row_write(&document, row);
        json_list_add(&f->json, buf_str(&document));
        return true;
    }

    struct node *node = arena_new_of(f->arena, struct node);
    size_t       n_keys = f->n;

    node->type = arena_str(f->arena, row->type);
    node->id = arena_str(f->arena, row->id);
    node->name = arena_str(f->arena, object_row_label(f->arena, row));
    node->stale = row->stale;
    arena_grow(f->arena, f->nodes, f->n, f->capacity);
    f->nodes[f->n++] = node;
    arena_grow(f->arena, f->parent_keys, n_keys, f->keys_capacity);
    f->parent_keys[n_keys] = key_of(f->arena, row->parent_type, row->parent_id);
    map_put(&f->by_key, key_of(f->arena, row->type, row->id), NULL)->pointer = node;
    return true;
}

static void
add_child(struct arena *arena, struct node *parent, struct node *child)
{
    arena_grow(arena, parent->children, parent->n_children, parent->capacity);
    parent->children[parent->n_children++] = child;
}

static int
by_name(const void *a, const void *b)
{
    const struct node *x = *(struct node *const *)a, *y = *(struct node *const *)b;
    int                order = str_compare(x->name, y->name);

    return order ? order : str_compare(x->id, y->id);
}

/* An object that was asked for is shown with all that is above it. */
static bool
take_shown(void *context, const struct object_row *row)
{
    struct forest *f = context;
    AUTO_ARENA     scratch = arena_new();
    struct node   *node = map_get(&f->by_key, key_of(scratch, row->type, row->id));

    for (; node && node->is_hidden; node = node->parent)
        node->is_hidden = false;
    return true;
}

/* Types make about ten levels; imported documents may name any parents. */
enum { DEEPEST = 64 };

static void
print(const struct node *node, struct str indent, struct arena *arena, size_t depth, bool is_last)
{
    bool             is_root = depth == 0;
    enum object_type type;
    bool is_folder = object_type_from_name(node->type, &type) && object_type_is_folder(type);

    if (!is_root)
        printf("%.*s%s", STR_ARG(indent), is_last ? "└─ " : "├─ ");
    print_safely(stdout, node->name);
    if (is_folder)
        printf(" (%zu)\n", node->n_children);
    else
        printf("  [%.*s]%s\n", STR_ARG(node->type), node->stale ? "  stale" : "");
    if (node->n_children)
        qsort(node->children, node->n_children, sizeof *node->children, by_name);

    struct str deeper =
        is_root ? STR_NONE : arena_join(arena, indent, is_last ? STR("   ") : STR("│  "), STR_NONE);

    for (size_t i = 0; i < node->n_children && depth < DEEPEST; i++)
        print(node->children[i], deeper, arena, depth + 1, i + 1 == node->n_children);
}

static const struct argp tree_argp = {
    .parser = parse_plain,
    .args_doc = "[ID]",
    .doc = "Show everything, or what lies below one object, as a tree.\v"
           "Examples:\n"
           "  calipso tree -e lab\n"
           "  calipso tree cmp1 -e lab",
    .children = query_children,
};

int
command_tree(int argc, char **argv)
{
    AUTO_ARENA           arena = arena_new();
    struct query         q = { .most_arguments = 1 };
    struct inventory     inventory;
    struct object_filter filter = { 0 };
    struct object_row    row = { 0 };
    struct forest        f = { .arena = arena };
    struct error         err;

    query_parse(&q, arena, &tree_argp, argc, argv);
    AUTO_STORE store = NULL;
    int        status = query_begin(&q, &store, &inventory);

    if (status != EXIT_COMPLETED)
        return status;

    struct node root = { .type = STR("environment"), .name = inventory.environment };

    if (q.n_arguments) {
        status = find_object(&q, store, &inventory, NULL, NULL, q.arguments[0], &row);
        if (status != EXIT_COMPLETED)
            return status;
        filter.id_path = doc_get_text(doc_parse(arena, row.body, NULL), "id_path");
    }

    struct object_filter shown = query_filter(&q);

    shown.id_path = filter.id_path;
    f.as_json = q.output == OUTPUT_JSON;
    if (!store_snapshot_begin(store, &err) ||
        !store_objects(store, &inventory, f.as_json ? &shown : &filter, take_row, &f, &err))
        return fail(&err);
    if (f.as_json) {
        json_list_end(&f.json);
        return finish_output(EXIT_COMPLETED);
    }
    for (size_t i = 0; i < f.n; i++) {
        struct node *parent = map_get(&f.by_key, f.parent_keys[i]);

        f.nodes[i]->parent = parent && parent != f.nodes[i] ? parent : &root;
        f.nodes[i]->is_hidden = query_is_filtered(&q);
    }
    if (query_is_filtered(&q) && !store_objects(store, &inventory, &shown, take_shown, &f, &err))
        return fail(&err);
    store_snapshot_end(store);
    for (size_t i = 0; i < f.n; i++)
        if (!f.nodes[i]->is_hidden)
            add_child(arena, f.nodes[i]->parent, f.nodes[i]);

    bool has_one_root = q.n_arguments && root.n_children == 1;

    print(has_one_root ? root.children[0] : &root, STR_NONE, arena, 0, true);
    map_done(&f.by_key);
    return finish_output(EXIT_COMPLETED);
}
