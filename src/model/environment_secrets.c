/* The secrets in environment documents, found by the names of their fields. */

#include "model/environment.h"

#include "base/ascii.h"

enum { SECRETS_DEPTH = 32 };

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
