/* The secrets in environment documents, found by the names of their fields. */

#include "model/environment.h"

#include "base/ascii.h"

enum {
    SECRETS_DEPTH = 32,
    MASKED_DEPTH = 16, /* how deep "***" stands for something */
};

static bool
is_secret(struct str key, const struct doc *value)
{
    static const char *const names[] = { "pwd", "pass", "token", "secret", "private", "community" };
    char                     lower[64];
    size_t                   n = key.n < sizeof lower ? key.n : sizeof lower;

    for (size_t i = 0; i < n; i++)
        lower[i] = ascii_lower(key.p[i]);
    for (size_t i = 0; i < N_ELEMENTS(names); i++)
        if (str_has((struct str){ lower, n }, str_from(names[i])))
            return true;

    /* "key" is the path of a file; a key itself has no business there. */
    return str_is((struct str){ lower, n }, "key") && !str_starts(doc_text(value), STR("/"));
}

struct secrets {
    struct arena *arena;
    secret_fn    *replace;
    void         *context;
};

/* NULL when 'replace' says so. */
static struct doc *
with_secrets(const struct secrets *s, const struct doc *value, unsigned depth)
{
    struct doc_iter it = { 0 };
    bool            is_object = doc_kind(value) == DOC_OBJECT;
    struct doc     *copy, *part;

    if (!is_object && doc_kind(value) != DOC_ARRAY)
        return doc_kind(value) == DOC_ABSENT ? doc_null() : doc_deep_copy(s->arena, value);
    if (depth == SECRETS_DEPTH) /* nobody looks for secrets further down, so all is one */
        return s->replace(s->context, STR("(nested deep)"), value);
    copy = is_object ? doc_object(s->arena) : doc_array(s->arena);
    while (doc_next(value, &it)) {
        part = is_secret(it.key, it.value) ? s->replace(s->context, it.key, it.value)
                                           : with_secrets(s, it.value, depth + 1);
        if (!part)
            return NULL;
        doc_setn(s->arena, copy, it.key, part);
    }
    for (size_t i = 0; !is_object && i < doc_count(value); i++) {
        part = with_secrets(s, doc_at(value, i), depth + 1);
        if (!part)
            return NULL;
        doc_push(s->arena, copy, part);
    }
    return copy;
}

struct doc *
environment_with_secrets(struct arena *arena, const struct doc *document, secret_fn *replace,
                         void *context)
{
    const struct secrets s = { arena, replace, context };

    return with_secrets(&s, document, 0);
}

static struct doc *
mask(void *arena, struct str name UNUSED, const struct doc *value UNUSED)
{
    return doc_string(arena, STR("***"));
}

struct doc *
environment_masked(struct arena *arena, const struct doc *document)
{
    return environment_with_secrets(arena, document, mask, arena);
}

/* The element of 'list' that has the same name, else the same place. */
static const struct doc *
counterpart(const struct doc *list, const struct doc *element, size_t index)
{
    struct str name = doc_get_text(element, "name");

    for (size_t i = 0; !str_empty(name) && i < doc_count(list); i++)
        if (str_equal(doc_get_text(doc_at(list, i), "name"), name))
            return doc_at(list, i);
    return str_empty(name) ? doc_at(list, index) : NULL;
}

/* The document with "***" replaced by what stands in the same place of 'known'. */
static struct doc *
unmasked(struct arena *arena, const struct doc *value, const struct doc *known, struct str where,
         unsigned depth, struct error *err)
{
    struct doc_iter it = { 0 };
    struct doc     *copy, *part;

    if (doc_kind(value) == DOC_STRING && str_is(doc_text(value), "***")) {
        if (!known)
            error_set(err, ERROR_CONFIG, 0,
                      "%.*s: *** stands for the secret that is there, and there is none",
                      STR_ARG(where));
        return known ? doc_deep_copy(arena, known) : NULL;
    }
    if (doc_kind(value) == DOC_OBJECT && depth < MASKED_DEPTH) {
        copy = doc_object(arena);
        while (doc_next(value, &it)) {
            part = unmasked(arena, it.value, doc_getn(known, it.key), it.key, depth + 1, err);
            if (!part)
                return NULL;
            doc_setn(arena, copy, it.key, part);
        }
        return copy;
    }
    if (doc_kind(value) == DOC_ARRAY && depth < MASKED_DEPTH) {
        copy = doc_array(arena);
        for (size_t i = 0; i < doc_count(value); i++) {
            const struct doc *element = doc_at(value, i);

            part = unmasked(arena, element, counterpart(known, element, i), where, depth + 1, err);
            if (!part)
                return NULL;
            doc_push(arena, copy, part);
        }
        return copy;
    }
    return doc_deep_copy(arena, value);
}

struct doc *
environment_unmasked(struct arena *arena, const struct doc *document, const struct doc *known,
                     struct error *err)
{
    return unmasked(arena, document, known, STR_NONE, 0, err);
}
