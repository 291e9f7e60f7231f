#include "store/catalog.h"

#include "model/defaults.h"

struct walk {
    struct arena *arena;
    struct doc   *all;
    struct error *err;
    bool          good;
};

static bool
take_document(void *context, struct str id UNUSED, struct str text)
{
    struct walk *walk = context;
    struct doc  *document = doc_parse(walk->arena, text, walk->err);

    walk->good = document != NULL;
    if (document)
        doc_push(walk->arena, walk->all, document);
    return walk->good;
}

bool
catalog_read(struct store *store, const char *collection, struct arena *arena, struct doc **all,
             struct error *err)
{
    struct walk walk = { arena, doc_array(arena), err, true };
    struct str  defaults = default_collection(collection);

    if (!collection_list(store, str_from(collection), take_document, &walk, err) || !walk.good)
        return false;
    *all = walk.all;
    if (doc_count(walk.all) == 0 && !str_empty(defaults))
        *all = doc_parse(arena, defaults, err);
    return *all || error_prefix(err, "default %s: ", collection);
}

static bool
note_one(void *context, struct str id UNUSED, struct str text UNUSED)
{
    *(bool *)context = true;
    return false;
}

bool
catalog_own(struct store *store, const char *collection, struct arena *arena, struct error *err)
{
    bool        has_some = false;
    struct doc *all;

    if (!collection_list(store, str_from(collection), note_one, &has_some, err))
        return false;
    if (has_some)
        return true;
    if (!catalog_read(store, collection, arena, &all, err))
        return false;
    for (size_t i = 0; i < doc_count(all); i++)
        if (!collection_put(store, str_from(collection), doc_body(arena, doc_at(all, i)), arena,
                            NULL, err))
            return false;
    return true;
}
