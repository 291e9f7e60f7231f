/* Constants are asked for by name, a few at each request, and are read anew each time: one that an
 * administrator changes holds at once. */

#include "api/constants.h"

#include "model/defaults.h"

#define COLLECTION "constants"

struct search {
    struct arena *arena;
    struct str    name;
    struct doc   *found;
};

static bool
is_it(void *context, struct str id UNUSED, struct str text)
{
    struct search *search = context;
    struct doc    *document;

    if (!str_has(text, search->name))
        return true; /* cheaper than reading it */
    document = doc_parse(search->arena, text, NULL);
    if (str_equal(doc_get_text(document, "name"), search->name))
        search->found = document;
    return !search->found;
}

static struct doc *
find_default(struct arena *arena, struct str name)
{
    struct doc *all = doc_parse(arena, default_collection(COLLECTION), NULL);

    for (size_t i = 0; i < doc_count(all); i++)
        if (str_equal(doc_get_text(doc_at(all, i), "name"), name))
            return doc_at(all, i);
    return NULL;
}

struct doc *
constant_find(struct store *store, struct arena *arena, struct str name, struct error *err)
{
    struct search search = { arena, name, NULL };

    if (!collection_list(store, STR(COLLECTION), is_it, &search, err))
        return NULL;
    if (!search.found)
        search.found = find_default(arena, name);
    if (!search.found)
        error_set(err, ERROR_NOT_FOUND, 0, "there is no constant %.*s", STR_ARG(name));
    return search.found;
}

struct doc *
constant_values(struct store *store, struct arena *arena, struct str name, struct error *err)
{
    const struct doc *document = constant_find(store, arena, name, err);
    const struct doc *data = doc_get(document, "data");
    struct doc       *values;

    if (!document)
        return NULL;
    values = doc_array(arena);
    for (size_t i = 0; i < doc_count(data); i++)
        doc_push_text(arena, values, doc_scalar(doc_get(doc_at(data, i), "value"), arena));
    return values;
}
