#include "store/private.h"

/* "services" is where users of the guide have theirs. */
static const struct {
    const char *collection;
    const char *key; /* NULL: the whole collection */
} rules[] = {
    { "tokens", NULL },
    { "setup", NULL },
    { "users", "password" },
    { "users", "services" },
};

bool
private_check(struct str collection, struct error *err)
{
    for (size_t i = 0; i < N_ELEMENTS(rules); i++)
        if (!rules[i].key && str_is(collection, rules[i].collection))
            return error_set(err, ERROR_USAGE, 0, "%.*s: neither exported nor imported",
                             STR_ARG(collection));
    return true;
}

struct str
private_hide(struct str collection, struct str document, struct arena *arena)
{
    for (size_t i = 0; i < N_ELEMENTS(rules); i++)
        if (rules[i].key && str_is(collection, rules[i].collection))
            document = body_remove(arena, document, rules[i].key);
    return document;
}

bool
private_keep(struct store *store, struct str collection, struct doc *d, struct arena *arena,
             struct error *err)
{
    for (size_t i = 0; i < N_ELEMENTS(rules); i++) {
        struct doc *known = NULL;
        struct str  document;
        bool        found;

        if (!rules[i].key || !str_is(collection, rules[i].collection))
            continue;
        if (!collection_find(store, collection, doc_scalar(doc_get(d, "_id"), arena), arena, &found,
                             &document, err))
            return false;
        if (found)
            known = doc_parse(arena, document, NULL);
        doc_remove(d, rules[i].key);
        if (doc_get(known, rules[i].key))
            doc_set(arena, d, rules[i].key, doc_get(known, rules[i].key));
    }
    return true;
}
