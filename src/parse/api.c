/* Replies of the REST APIs and of the databases: lists of elements.
 *
 * REST:  {"ports": [{"id": "21b6...", ...}, ...]}     SQL:  [{"id": "17a0...", ...}, ...]
 * Source: docs.openstack.org/api-ref: identity v2.0 and v3, compute v2.1, networking v2.0.
 *
 * Elements stay documents: most of what they hold goes into objects as it is, and which members
 * there are differs from release to release. Checked is only what identifies an element. */

#include "parse/parse.h"

/* Is 'field' of the element a number or a text that is not empty? */
static bool
has_field(const struct doc *element, struct str field, struct error *err)
{
    const struct doc *value = doc_getn(element, field);

    switch (doc_kind(value)) {
    case DOC_INT:
    case DOC_REAL:
        return true;
    case DOC_STRING:
        if (!str_empty(doc_text(value)))
            return true;
        return error_set(err, ERROR_PARSE, 0, "%.*s: empty", STR_ARG(field));
    case DOC_ABSENT:
        return error_set(err, ERROR_PARSE, 0, "%.*s: missing", STR_ARG(field));
    case DOC_NULL:
    case DOC_BOOL:
    case DOC_ARRAY:
    case DOC_OBJECT:
        break;
    }
    return error_set(err, ERROR_PARSE, 0, "%.*s: expected a text or a number", STR_ARG(field));
}

static bool
is_sound(const struct doc *element, const char *required, struct error *err)
{
    struct str rest = str_from(required), field;

    if (doc_kind(element) != DOC_OBJECT)
        return error_set(err, ERROR_PARSE, 0, "expected an object");
    while (rest.n && str_cut(&rest, ',', &field)) {
        if (!has_field(element, str_trim(field), err))
            return false;
    }
    return true;
}

/* The array of elements, however it is wrapped. */
static struct doc *
list_of(struct arena *arena, struct str reply, const char *key, struct error *err)
{
    struct doc *whole = doc_parse(arena, reply, err);
    struct doc *list = doc_kind(whole) == DOC_OBJECT ? doc_get(whole, key) : whole;

    if (!whole)
        return NULL;
    if (doc_kind(list) == DOC_ARRAY)
        return list;
    if (!list)
        error_set(err, ERROR_PARSE, 0, "%s: missing", key);
    else
        error_set(err, ERROR_PARSE, 0, "%s: expected an array", list == whole ? "reply" : key);
    return NULL;
}

bool
parse_list(struct arena *arena, struct str reply, const char *key, const char *required,
           struct docs *out, struct error *err)
{
    struct doc *list = list_of(arena, reply, key, err);

    if (!list)
        return false;
    for (size_t i = 0; i < doc_count(list); i++) {
        if (!is_sound(doc_at(list, i), required, err))
            return error_prefix(err, "element %zu: ", i);
    }
    for (size_t i = 0; i < doc_count(list); i++)
        docs_add(arena, out, doc_at(list, i));
    return true;
}

bool
parse_list_sound(struct arena *arena, struct str reply, const char *key, const char *required,
                 struct docs *out, size_t *n_unsound, struct error *first, struct error *err)
{
    struct doc *list = list_of(arena, reply, key, err);

    if (!list)
        return false;
    *n_unsound = 0;
    for (size_t i = 0; i < doc_count(list); i++) {
        struct error why;

        if (is_sound(doc_at(list, i), required, &why)) {
            docs_add(arena, out, doc_at(list, i));
        } else if ((*n_unsound)++ == 0) {
            error_prefix(&why, "element %zu: ", i);
            *first = why;
        }
    }
    return true;
}

bool
parse_one(struct arena *arena, struct str reply, const char *key, const char *required,
          struct doc **out, struct error *err)
{
    struct doc *whole = doc_parse(arena, reply, err);
    struct doc *element = doc_get(whole, key);

    if (!whole)
        return false;
    if (!element)
        return error_set(err, ERROR_PARSE, 0, "%s: missing", key);
    if (!is_sound(element, required, err))
        return error_prefix(err, "%s: ", key);
    *out = element;
    return true;
}
