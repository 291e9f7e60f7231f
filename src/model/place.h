/* Give a fetched document its place in the tree: folder, parent, paths, name.
 *
 * Source:     reference discovery.md 2.3, 2.5, 2.6.
 * Ownership:  documents and paths live in the arena of the tree; a tree of one host may look up
 *             parents in the tree of the cloud, which nobody changes meanwhile. */

#ifndef MODEL_PLACE_H
#define MODEL_PLACE_H

#include "base/map.h"
#include "model/object.h"

/* A place in the tree that objects can hang below. */
struct place {
    struct str type;
    struct str id;
    struct str id_path;
    struct str name_path;
};

struct tree {
    struct arena      *arena;   /* of the places */
    struct arena      *scratch; /* of the documents; tree_init() takes 'arena' for both */
    struct str         environment;
    const struct tree *above;     /* the cloud's tree, or NULL */
    struct map         places;    /* "<type> <id>" -> struct place */
    struct doc       **documents; /* complete documents in the order they were placed */
    size_t             n_documents;
    size_t             capacity;
};

void tree_init(struct tree *, struct arena *, struct str environment, const struct tree *above);
void tree_done(struct tree *);

/* The place of (type, id) here or above, or NULL. */
const struct place *tree_find(const struct tree *, struct str type, struct str id);

/* Place 'document' (it has "type", "id", and parent_* or master_parent_*); 'scanned' is the place
 * whose scanner fetched it. Dynamic folders are made on the way. NULL scanned = the environment.
 *
 * False when it cannot be stored: no id, or its master parent is not in the inventory; 'err' says
 * which. '*note' (may be NULL) is set when it was stored with a remark: the parent is unknown, or
 * the id was taken and "<host>-" was put in front. */
bool tree_place(struct tree *, struct doc *document, const struct place *scanned, struct str *note,
                struct error *err) MUST_CHECK;

/* Make a static folder below 'parent': id "<parent id>-<name>", shown as 'text'. */
const struct place *tree_folder(struct tree *, const char *type, const struct place *parent,
                                const char *name, const char *text);

/* Forget the documents, which have been made objects; the places stay. The next ones may be made in
 * another scratch arena. */
void tree_clear_documents(struct tree *);

/* Let an object of an earlier scan be a parent: its place, without a document. */
void tree_add_place(struct tree *, const struct doc *document);

#endif
