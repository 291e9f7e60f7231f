#include "api/schema.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "model/defaults.h"

#define REFERENCE STR("#/components/schemas/")

enum { MOST_WHERE = 200 };

/* --- the schemas --- */

static struct arena *schema_arena; /* as long as the program; known, so that it counts as no leak */
static const struct doc *all_schemas;
static pthread_once_t    once = PTHREAD_ONCE_INIT;

static void
parse_schemas(void)
{
    struct error err;

    schema_arena = arena_new();
    all_schemas = doc_parse(schema_arena, default_collection("api_schemas"), &err);
    if (!all_schemas)
        abort(); /* it is embedded, and every test of the API would see this */
}

const struct doc *
schemas(void)
{
    pthread_once(&once, parse_schemas);
    return all_schemas;
}

/* --- checking --- */

/* Where in the value we are: "configuration[2].port". */
struct place {
    const struct place *above; /* NULL: the whole value */
    struct str          key;   /* of an object */
    size_t              index; /* of an array, when 'key' is "" */
};

static void
write_place(struct buf *out, const struct place *place)
{
    if (!place->above)
        return;
    write_place(out, place->above);
    if (!place->key.p)
        buf_printf(out, "[%zu]", place->index);
    else
        buf_printf(out, "%s%.*s", out->n ? "." : "", STR_ARG(str_head(place->key, 60)));
}

static bool
refuse(struct error *err, const struct place *place, const char *what, struct str more)
{
    AUTO_BUF where = { 0 };

    write_place(&where, place);
    return error_set(err, ERROR_USAGE, 0, "%.*s%s%s%.*s",
                     STR_ARG(str_head(buf_str(&where), MOST_WHERE)), where.n ? ": " : "", what,
                     STR_ARG(more));
}

static const struct {
    const char   *name;
    enum doc_kind kind;
    const char   *expected;
} types[] = {
    { "object", DOC_OBJECT, "a JSON object was expected" },
    { "array", DOC_ARRAY, "a list was expected" },
    { "string", DOC_STRING, "text was expected" },
    { "integer", DOC_INT, "a whole number was expected" },
    { "number", DOC_REAL, "a number was expected" },
    { "boolean", DOC_BOOL, "true or false was expected" },
    { "null", DOC_NULL, "null was expected" },
};

static bool
is_of_type(struct str type, enum doc_kind kind, const char **expected)
{
    for (size_t i = 0; i < N_ELEMENTS(types); i++) {
        if (!str_is(type, types[i].name))
            continue;
        *expected = types[i].expected;
        return kind == types[i].kind || (kind == DOC_INT && types[i].kind == DOC_REAL);
    }
    return false;
}

/* The first of several types is the one that is named. */
static bool
check_type(const struct doc *type, const struct doc *value, const struct place *place,
           struct error *err)
{
    const char *expected = "", *first = NULL;
    size_t      n = doc_kind(type) == DOC_ARRAY ? doc_count(type) : 1;

    for (size_t i = 0; i < n; i++) {
        const struct doc *one = doc_kind(type) == DOC_ARRAY ? doc_at(type, i) : type;

        if (is_of_type(doc_text(one), doc_kind(value), &expected))
            return true;
        first = first ? first : expected;
    }
    return refuse(err, place, first, STR_NONE);
}

static bool
check_enum(const struct doc *values, const struct doc *value, const struct place *place,
           struct error *err)
{
    AUTO_BUF all = { 0 };

    for (size_t i = 0; i < doc_count(values); i++)
        if (doc_equal(doc_at(values, i), value))
            return true;
    for (size_t i = 0; i < doc_count(values); i++)
        if (doc_kind(doc_at(values, i)) == DOC_STRING)
            buf_printf(&all, "%s%.*s", all.n ? ", " : "", STR_ARG(doc_text(doc_at(values, i))));
    return refuse(err, place, "expected was one of: ", buf_str(&all));
}

static int64_t
count_characters(struct str text)
{
    int64_t n = 0;

    for (; !str_empty(text); n++)
        text = str_skip(text, utf8_length(text));
    return n;
}

/* A number, the length of a text, or how many elements a list has. */
static bool
check_bounds(const struct doc *schema, const char *least, const char *most, int64_t n,
             const char *unit, const struct place *place, struct error *err)
{
    AUTO_BUF bounds = { 0 };
    int64_t  from = doc_number(doc_get(schema, least), INT64_MIN);
    int64_t  to = doc_number(doc_get(schema, most), INT64_MAX);

    if (n >= from && n <= to)
        return true;
    if (to == INT64_MAX)
        buf_printf(&bounds, "%lld%s at least", (long long)from, unit);
    else
        buf_printf(&bounds, "%lld to %lld%s", (long long)(from == INT64_MIN ? 0 : from),
                   (long long)to, unit);
    return refuse(err, place, "expected were ", buf_str(&bounds));
}

static bool check(const struct doc *schema, const struct doc *value, const struct place *,
                  struct error *);

static bool
check_object(const struct doc *schema, const struct doc *value, const struct place *place,
             struct error *err)
{
    const struct doc *properties = doc_get(schema, "properties");
    const struct doc *others = doc_get(schema, "additionalProperties");
    const struct doc *required = doc_get(schema, "required");
    struct doc_iter   it = { 0 };

    for (size_t i = 0; i < doc_count(required); i++)
        if (!doc_getn(value, doc_text(doc_at(required, i))))
            return refuse(err,
                          &(struct place){ .above = place, .key = doc_text(doc_at(required, i)) },
                          "is missing", STR_NONE);
    while (doc_next(value, &it)) {
        const struct place here = { .above = place, .key = it.key };
        const struct doc  *member = doc_getn(properties, it.key);

        if (!member && doc_kind(others) == DOC_BOOL && !doc_truth(others))
            return refuse(err, &here, "there is no such member", STR_NONE);
        if (!member && doc_kind(others) == DOC_OBJECT)
            member = others;
        if (member && !check(member, it.value, &here, err))
            return false;
    }
    return true;
}

static bool
check_array(const struct doc *schema, const struct doc *value, const struct place *place,
            struct error *err)
{
    const struct doc *items = doc_get(schema, "items");

    for (size_t i = 0; items && i < doc_count(value); i++)
        if (!check(items, doc_at(value, i), &(struct place){ .above = place, .index = i }, err))
            return false;
    return check_bounds(schema, "minItems", "maxItems", (int64_t)doc_count(value), " elements",
                        place, err);
}

static bool
check(const struct doc *schema, const struct doc *value, const struct place *place,
      struct error *err)
{
    struct str        reference = doc_get_text(schema, "$ref");
    const struct doc *type, *values;

    if (!str_empty(reference))
        return check(doc_getn(schemas(), str_skip(reference, REFERENCE.n)), value, place, err);
    type = doc_get(schema, "type");
    values = doc_get(schema, "enum");
    if ((type && !check_type(type, value, place, err)) ||
        (values && !check_enum(values, value, place, err)))
        return false;
    switch (doc_kind(value)) {
    case DOC_OBJECT:
        return check_object(schema, value, place, err);
    case DOC_ARRAY:
        return check_array(schema, value, place, err);
    case DOC_STRING:
        return check_bounds(schema, "minLength", "maxLength", count_characters(doc_text(value)),
                            " characters", place, err);
    case DOC_INT:
        return check_bounds(schema, "minimum", "maximum", doc_number(value, 0), "", place, err);
    case DOC_ABSENT:
    case DOC_NULL:
    case DOC_BOOL:
    case DOC_REAL:
        break;
    }
    return true;
}

bool
schema_check(const char *name, const struct doc *value, struct error *err)
{
    return check(doc_get(schemas(), name), value, &(struct place){ 0 }, err);
}
