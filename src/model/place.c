/* The saving rules of the original, without its silent mistakes: parents are looked up by type and
 * id, an unknown parent is reported, two objects that claim one id are both kept. */

#include "model/place.h"

void
tree_init(struct tree *tree, struct arena *arena, struct str environment, const struct tree *above)
{
    *tree = (struct tree){
        .arena = arena,
        .scratch = arena,
        .environment = environment,
        .above = above,
    };
}

void
tree_done(struct tree *tree)
{
    map_done(&tree->places);
    *tree = (struct tree){ 0 };
}

static struct str
place_key(struct arena *arena, struct str type, struct str id)
{
    return arena_join(arena, type, STR(" "), id);
}

static const struct place *
find_key(const struct tree *tree, struct str key)
{
    for (; tree; tree = tree->above) {
        const struct place *place = map_get(&tree->places, key);

        if (place)
            return place;
    }
    return NULL;
}

const struct place *
tree_find(const struct tree *tree, struct str type, struct str id)
{
    char       small[512];
    struct str key = { small, type.n + 1 + id.n };

    if (key.n > sizeof small)
        return NULL;
    memcpy(small, type.p, type.n);
    small[type.n] = ' ';
    if (id.n)
        memcpy(small + type.n + 1, id.p, id.n);
    return find_key(tree, key);
}

/* Nothing ever hangs below these, so their places need no paths: they only say that the id is
 * taken. There are as many of them as of all others together. */
static bool
is_leaf(struct str type)
{
    static const char *const leaves[] = { "port", "vnic", "host_ref", "network_agent", "otep" };

    for (size_t i = 0; i < N_ELEMENTS(leaves); i++)
        if (str_is(type, leaves[i]))
            return true;
    return false;
}

static struct place *
add_place(struct tree *tree, struct str type, struct str id, struct str id_path,
          struct str name_path)
{
    struct place *place = arena_new_of(tree->arena, struct place);
    struct str    key = place_key(tree->arena, type, id);

    place->type = str_head(key, type.n);
    place->id = str_skip(key, type.n + 1);
    if (!is_leaf(type)) {
        place->id_path = arena_str(tree->arena, id_path);
        place->name_path = arena_str(tree->arena, name_path);
    }
    map_put(&tree->places, key, NULL)->pointer = place;
    return place;
}

void
tree_add_place(struct tree *tree, const struct doc *document)
{
    add_place(tree, doc_get_text(document, "type"), doc_get_text(document, "id"),
              doc_get_text(document, "id_path"), doc_get_text(document, "name_path"));
}

static struct place
environment_place(const struct tree *tree)
{
    struct str path = arena_join(tree->scratch, STR("/"), tree->environment, STR_NONE);

    return (struct place){ STR("environment"), tree->environment, path, path };
}

static void
keep(struct tree *tree, struct doc *document)
{
    arena_grow(tree->scratch, tree->documents, tree->n_documents, tree->capacity);
    tree->documents[tree->n_documents++] = document;
}

static struct str
path_of(struct tree *tree, struct str parent, struct str step)
{
    return arena_join(tree->scratch, parent, STR("/"), step);
}

/* Folders are made once; a static one made after a dynamic one of the same id takes its name. */
static const struct place *
add_folder(struct tree *tree, struct str type, struct str id, struct str name, struct str text,
           const struct place *parent, bool is_static)
{
    const struct place *known = tree_find(tree, type, id);

    if (known && !is_static)
        return known;

    struct arena *arena = tree->scratch;
    struct doc   *folder = doc_object(arena);
    struct str    id_path = path_of(tree, parent->id_path, id);
    struct str    name_path = path_of(tree, parent->name_path, text);

    doc_set_text(arena, folder, "type", type);
    doc_set_text(arena, folder, "id", id);
    doc_set_text(arena, folder, "environment", tree->environment);
    doc_set_text(arena, folder, "name", name);
    doc_set_text(arena, folder, "object_name", text);
    doc_set_text(arena, folder, "text", text);
    doc_set_text(arena, folder, "parent_id", parent->id);
    doc_set_text(arena, folder, "parent_type", parent->type);
    doc_set_text(arena, folder, "id_path", id_path);
    doc_set_text(arena, folder, "name_path", name_path);
    doc_set_bool(arena, folder, "show_in_tree", true);
    if (is_static)
        doc_set_bool(arena, folder, "create_object", true);
    if (known) {
        for (size_t i = 0; i < tree->n_documents; i++) {
            if (str_equal(doc_get_text(tree->documents[i], "id"), id) &&
                str_equal(doc_get_text(tree->documents[i], "type"), type)) {
                tree->documents[i] = folder;
                return known;
            }
        }
    }
    keep(tree, folder);
    return add_place(tree, type, id, id_path, name_path);
}

const struct place *
tree_folder(struct tree *tree, const char *type, const struct place *parent, const char *name,
            const char *text)
{
    struct place root = environment_place(tree);

    if (!parent)
        parent = &root;
    return add_folder(tree, str_from(type),
                      arena_join(tree->scratch, parent->id, STR("-"), str_from(name)),
                      str_from(text), str_from(text), parent, true);
}

/* The folder that master_parent_* and parent_* of a document describe. */
static bool
place_in_folder(struct tree *tree, struct doc *document, struct error *err)
{
    struct str          type = doc_get_text(document, "master_parent_type");
    struct str          id = doc_get_text(document, "master_parent_id");
    struct place        root = environment_place(tree);
    const struct place *master = str_is(type, "environment") ? &root : tree_find(tree, type, id);

    if (!master)
        return error_set(err, ERROR_NOT_FOUND, 0, "its %.*s %.*s is not in the inventory",
                         STR_ARG(type), STR_ARG(id));

    struct str folder = doc_get_text(document, "parent_id");

    add_folder(tree, doc_get_text(document, "parent_type"), folder, folder,
               doc_get_text(document, "parent_text"), master, false);
    doc_remove(document, "master_parent_type");
    doc_remove(document, "master_parent_id");
    return true;
}

/* The name rule: the text of folders, else the name, else the id. */
static struct str
name_of(const struct doc *document, struct str id)
{
    struct str text = doc_get_text(document, "text");
    struct str name = doc_get_text(document, "name");

    return !str_empty(text) ? text : !str_empty(name) ? name : id;
}

void
tree_clear_documents(struct tree *tree)
{
    tree->documents = NULL;
    tree->n_documents = tree->capacity = 0;
}

bool
tree_place(struct tree *tree, struct doc *document, const struct place *scanned, struct str *note,
           struct error *err)
{
    struct arena *arena = tree->scratch;
    struct place  root = environment_place(tree);
    struct str    type = doc_get_text(document, "type");
    struct str    id = doc_scalar(doc_get(document, "id"), arena);

    if (note)
        *note = STR_NONE;
    if (str_empty(type))
        return error_set(err, ERROR_PARSE, 0, "an object without a type");
    if (str_empty(str_trim(id)))
        return error_set(err, ERROR_PARSE, 0, "a %.*s without an id", STR_ARG(type));
    if (!scanned)
        scanned = &root;
    if (doc_get(document, "master_parent_type") && !place_in_folder(tree, document, err))
        return error_prefix(err, "%.*s %.*s: ", STR_ARG(type), STR_ARG(id));

    const struct place *parent = scanned;
    struct str          parent_id = doc_get_text(document, "parent_id");

    struct str parent_type = doc_get_text(document, "parent_type");

    if (str_empty(parent_id)) {
        doc_set_text(arena, document, "parent_id", scanned->id);
        doc_set_text(arena, document, "parent_type", scanned->type);
    } else if (!str_equal(parent_id, scanned->id) ||
               (!str_empty(parent_type) && !str_equal(parent_type, scanned->type))) {
        const struct place *found = tree_find(tree, parent_type, parent_id);

        if (found)
            parent = found;
        else if (note)
            *note = arena_printf(arena, "%.*s %.*s: its parent %.*s is not in the inventory",
                                 STR_ARG(type), STR_ARG(id), STR_ARG(parent_id));
    }

    if (tree_find(tree, type, id)) {
        struct str other = id, owner = doc_get_text(document, "host");

        if (str_empty(owner)) /* what is on no host is told apart by its parent */
            owner = doc_get_text(document, "parent_id");
        while (tree_find(tree, type, id))
            id = arena_join(arena, owner, STR("-"), id);
        if (note)
            *note = arena_printf(arena, "two objects are %.*s %.*s; the second is stored as %.*s",
                                 STR_ARG(type), STR_ARG(other), STR_ARG(id));
    }

    struct str name = name_of(document, id);
    struct str id_path = path_of(tree, parent->id_path, str_trim(id));
    struct str name_path = path_of(tree, parent->name_path, name);

    doc_set_text(arena, document, "id", id);
    doc_set_text(arena, document, "environment", tree->environment);
    doc_set_text(arena, document, "name", name);
    doc_set_bool(arena, document, "show_in_tree", true);
    doc_set_text(arena, document, "id_path", id_path);
    doc_set_text(arena, document, "name_path", name_path);
    if (!doc_get(document, "object_name"))
        doc_set_text(arena, document, "object_name", name);
    /* One that says so is only a step in the paths of others. */
    if (!doc_get(document, "create_object") || doc_truth(doc_get(document, "create_object")))
        keep(tree, document);
    add_place(tree, type, id, id_path, name_path);
    return true;
}
