/* YAML by events: libyaml's own document loader has no limits. */

#include "base/doc_yaml.h"

#include <yaml.h>

enum { MOST_LEVELS = 32, MOST_VALUES = 20000, MOST_ANCHORS = 1000 };

struct anchor {
    struct str  name;
    struct doc *value;
};

struct reader {
    yaml_parser_t  parser;
    yaml_event_t   event; /* the present one, to be deleted before the next */
    bool           has_event;
    struct arena  *arena;
    struct error  *err;
    struct anchor *anchors;
    size_t         n_anchors, anchors_capacity;
    size_t         n_values;
};

static bool
wrong(struct reader *r, const char *what)
{
    return error_set(r->err, ERROR_PARSE, 0, "line %zu: %s", r->event.start_mark.line + 1, what);
}

static bool
next_event(struct reader *r)
{
    if (r->has_event)
        yaml_event_delete(&r->event);
    r->has_event = yaml_parser_parse(&r->parser, &r->event) == 1;
    if (r->has_event)
        return true;

    /* Not 'problem_value' or the context: they may quote what stands there. Bytes that are no text
     * have no mark. */
    const yaml_mark_t *mark =
        r->parser.error == YAML_READER_ERROR ? &r->parser.mark : &r->parser.problem_mark;

    return error_set(r->err, ERROR_PARSE, 0, "line %zu: no YAML: %s", mark->line + 1,
                     r->parser.problem ? r->parser.problem : "it does not read");
}

/* The anchor of the present event, copied; "" when there is none. */
static struct str
anchor_of(struct reader *r)
{
    const yaml_char_t *name = NULL;

    if (r->event.type == YAML_SCALAR_EVENT)
        name = r->event.data.scalar.anchor;
    else if (r->event.type == YAML_SEQUENCE_START_EVENT)
        name = r->event.data.sequence_start.anchor;
    else if (r->event.type == YAML_MAPPING_START_EVENT)
        name = r->event.data.mapping_start.anchor;
    return arena_str(r->arena, str_from((const char *)name));
}

/* The newest of that name: names may be used again. */
static struct doc *
find_anchor(struct reader *r)
{
    struct str name = str_from((const char *)r->event.data.alias.anchor);

    for (size_t i = r->n_anchors; i-- > 0;)
        if (str_equal(r->anchors[i].name, name))
            return r->anchors[i].value;
    wrong(r, "an alias of nothing that stands before it");
    return NULL;
}

static struct doc *
read_scalar(struct reader *r)
{
    struct str text = { (const char *)r->event.data.scalar.value, r->event.data.scalar.length };
    bool       is_plain = r->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

    if (is_plain && (str_empty(text) || str_is(text, "~") || str_equal_nocase(text, STR("null"))))
        return doc_null();
    return doc_string(r->arena, arena_str(r->arena, text));
}

static struct doc *read_value(struct reader *r, unsigned depth);

static struct doc *
read_sequence(struct reader *r, unsigned depth)
{
    struct doc *list = doc_array(r->arena);

    for (;;) {
        struct doc *value;

        if (!next_event(r))
            return NULL;
        if (r->event.type == YAML_SEQUENCE_END_EVENT)
            return list;
        value = read_value(r, depth + 1);
        if (!value)
            return NULL;
        doc_push(r->arena, list, value);
    }
}

/* "<<: *base": what base has and the mapping lacks so far. Later keys of its own replace that. */
static bool
merge(struct reader *r, struct doc *object, const struct doc *from)
{
    struct doc_iter it = { 0 };

    for (size_t i = 0; doc_kind(from) == DOC_ARRAY && i < doc_count(from); i++)
        if (doc_kind(doc_at(from, i)) != DOC_OBJECT || !merge(r, object, doc_at(from, i)))
            return wrong(r, "a merge key wants mappings");
    if (doc_kind(from) == DOC_ARRAY)
        return true;
    if (doc_kind(from) != DOC_OBJECT)
        return wrong(r, "a merge key wants mappings");
    r->n_values += doc_count(from);
    if (r->n_values > MOST_VALUES)
        return wrong(r, "too many values");
    while (doc_next(from, &it))
        if (!doc_getn(object, it.key))
            doc_setn(r->arena, object, it.key, it.value);
    return true;
}

static struct doc *
read_mapping(struct reader *r, unsigned depth)
{
    struct doc *object = doc_object(r->arena), *value;
    struct str  key;

    for (;;) {
        if (!next_event(r))
            return NULL;
        if (r->event.type == YAML_MAPPING_END_EVENT)
            return object;
        if (r->event.type != YAML_SCALAR_EVENT) {
            wrong(r, "a key that is no text");
            return NULL;
        }
        key = arena_str(r->arena, (struct str){ (const char *)r->event.data.scalar.value,
                                                r->event.data.scalar.length });
        if (str_find_char(key, '\0') >= 0) {
            wrong(r, "a key with a NUL");
            return NULL;
        }
        value = next_event(r) ? read_value(r, depth + 1) : NULL;
        if (!value)
            return NULL;
        if (!str_is(key, "<<"))
            doc_setn(r->arena, object, key, value);
        else if (!merge(r, object, value))
            return NULL;
    }
}

static struct doc *
read_value(struct reader *r, unsigned depth)
{
    struct str  anchor = anchor_of(r);
    struct doc *value = NULL;

    if (depth > MOST_LEVELS || ++r->n_values > MOST_VALUES) {
        wrong(r, depth > MOST_LEVELS ? "nested too deep" : "too many values");
        return NULL;
    }
    if (r->event.type == YAML_ALIAS_EVENT)
        return find_anchor(r);
    if (r->event.type == YAML_SCALAR_EVENT)
        value = read_scalar(r);
    else if (r->event.type == YAML_SEQUENCE_START_EVENT)
        value = read_sequence(r, depth);
    else if (r->event.type == YAML_MAPPING_START_EVENT)
        value = read_mapping(r, depth);
    else
        wrong(r, "a value was expected");
    if (!value || str_empty(anchor))
        return value;
    if (r->n_anchors == MOST_ANCHORS) {
        wrong(r, "too many anchors");
        return NULL;
    }
    arena_grow(r->arena, r->anchors, r->n_anchors, r->anchors_capacity);
    r->anchors[r->n_anchors++] = (struct anchor){ anchor, value };
    return value;
}

/* The stream's start, one document, the stream's end. */
static struct doc *
read_stream(struct reader *r)
{
    struct doc *value;

    if (!next_event(r) || !next_event(r))
        return NULL;
    if (r->event.type == YAML_STREAM_END_EVENT)
        return doc_null();
    value = next_event(r) ? read_value(r, 0) : NULL;
    if (!value || !next_event(r) || !next_event(r)) /* the document's end, and what follows */
        return NULL;
    if (r->event.type != YAML_STREAM_END_EVENT) {
        wrong(r, "more than one document");
        return NULL;
    }
    return value;
}

struct doc *
doc_parse_yaml(struct arena *arena, struct str text, struct error *err)
{
    struct reader r = { .arena = arena, .err = err };
    struct doc   *value;

    if (!yaml_parser_initialize(&r.parser))
        abort(); /* out of memory */
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)text.p, text.n);
    value = read_stream(&r);
    if (r.has_event)
        yaml_event_delete(&r.event);
    yaml_parser_delete(&r.parser);
    return value;
}
