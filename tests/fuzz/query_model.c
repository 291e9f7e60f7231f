/* What a filter means, row by row and without SQL: the sentences of store.h in C. */

#include "fuzz/query_world.h"
#include "store/terms.h"

enum { CONDITIONS_MAX = 32, KEY_MAX = 200, PATH_STEPS_MAX = 64, SEARCH_WORDS_MAX = 16 };

/* --- conditions --- */

static bool
is_scalar_equal(const struct doc *value, struct str wanted, struct arena *arena)
{
    switch (doc_kind(value)) {
    case DOC_NULL:
        return str_is(wanted, "null");
    case DOC_BOOL:
    case DOC_INT:
    case DOC_REAL:
    case DOC_STRING:
        return str_equal(doc_scalar(value, arena), wanted);
    case DOC_ABSENT:
    case DOC_ARRAY:
    case DOC_OBJECT:
        break;
    }
    return false;
}

/* The value as text, or any element of a list. */
static bool
is_equal(const struct doc *value, struct str wanted, struct arena *arena)
{
    if (doc_kind(value) != DOC_ARRAY)
        return is_scalar_equal(value, wanted, arena);
    for (size_t i = 0; i < doc_count(value); i++)
        if (is_scalar_equal(doc_at(value, i), wanted, arena))
            return true;
    return false;
}

/* The member "a" of the member "b" ... of an object. */
static const struct doc *
go_down(const struct doc *value, struct str key)
{
    struct str rest = key, step;

    while (doc_kind(value) == DOC_OBJECT && str_cut(&rest, '.', &step)) {
        value = doc_getn(value, step);
        if (!rest.p)
            return value;
    }
    return NULL;
}

static bool
holds(const struct known_object *o, const struct condition *c, struct arena *arena)
{
    if (str_is(c->key, "_id")) {
        struct oid oid;

        return oid_from_text(c->value, &oid) && oid_equal(oid, o->row.oid);
    }
    if (str_is(c->key, "stale"))
        return str_is(c->value, o->row.stale ? "true" : "false");
    if (str_is(c->key, "clique"))
        return str_is(c->value, o->row.clique ? "true" : "false");
    return is_equal(doc_getn(o->body, c->key), c->value, arena) ||
           is_equal(go_down(o->body, c->key), c->value, arena) ||
           is_equal(doc_getn(o->extra, c->key), c->value, arena);
}

/* --- paths --- */

static struct str
without_slashes(struct str path)
{
    struct str rest = str_starts(path, STR("/")) ? str_skip(path, 1) : path;

    while (str_ends(rest, STR("/")))
        rest = str_head(rest, rest.n - 1);
    return rest;
}

static bool
has_path(const struct known_inventory *known, struct str path)
{
    if (str_equal(path, known->inventory.environment))
        return true;
    for (size_t i = 0; i < known->n_objects; i++)
        if (str_equal(str_skip(doc_get_text(known->objects[i].body, "id_path"), 1), path))
            return true;
    return false;
}

/* The path is an object's (or the root's), and this one's is the same or below. */
static bool
is_below(const struct known_inventory *known, const struct known_object *o, struct str id_path)
{
    struct str path = without_slashes(id_path);
    struct str own = str_skip(doc_get_text(o->body, "id_path"), 1);

    return str_starts(own, path) && (own.n == path.n || own.p[path.n] == '/') &&
           has_path(known, path);
}

/* --- objects --- */

bool
model_refuses(const struct object_filter *f)
{
    struct str rest = without_slashes(f->id_path), step;
    size_t     n_steps = 0;

    while (str_cut(&rest, '/', &step))
        n_steps++;
    if (f->n_where > CONDITIONS_MAX || (!str_empty(f->id_path) && n_steps > PATH_STEPS_MAX))
        return true;
    for (size_t i = 0; i < f->n_where; i++) {
        struct str key = f->where[i].key;
        struct oid oid;

        if (str_empty(key) || key.n > KEY_MAX || str_find_char(key, '"') >= 0 ||
            memchr(key.p, '\0', key.n) ||
            (str_is(key, "_id") && !oid_from_text(f->where[i].value, &oid)))
            return true;
    }
    return false;
}

static bool
is_wanted(struct str filter, struct str value)
{
    return str_empty(filter) || str_equal(filter, value);
}

static bool
passes(const struct known_inventory *known, const struct object_filter *f,
       const struct known_object *o)
{
    const struct object_row *row = &o->row;
    AUTO_ARENA               arena = arena_new();

    if (!is_wanted(f->type, row->type) || !is_wanted(f->id, row->id) ||
        !is_wanted(f->name, row->name) || !is_wanted(f->host, row->host) ||
        !is_wanted(f->parent_type, row->parent_type) || !is_wanted(f->parent_id, row->parent_id))
        return false;
    if (!str_empty(f->id_path) && !is_below(known, o, f->id_path))
        return false;
    for (size_t i = 0; i < f->n_where; i++)
        if (!holds(o, &f->where[i], arena))
            return false;
    if (str_empty(f->after_type))
        return true;

    int order = str_compare(row->type, f->after_type);

    return order > 0 || (order == 0 && str_compare(row->id, f->after_id) > 0);
}

size_t
model_next_object(const struct known_inventory *known, const struct object_filter *f, size_t i)
{
    while (i < known->n_objects && !passes(known, f, &known->objects[i]))
        i++;
    return i;
}

/* --- links and cliques --- */

static bool
touches(const struct link_row *link, const struct oid *of, enum link_side side)
{
    return !of || (side != LINK_TARGET && oid_equal(link->source, *of)) ||
           (side != LINK_SOURCE && oid_equal(link->target, *of));
}

static bool
link_passes(const struct link_filter *f, const struct link_row *link)
{
    if (!is_wanted(f->type, link->type) || !is_wanted(f->host, link->host) ||
        (f->explicit_only && link->implicit) || !touches(link, f->of, f->side))
        return false;
    if (str_empty(f->after_type))
        return true;

    int order = str_compare(link->type, f->after_type);

    return order > 0 || (order == 0 && memcmp(&link->oid, &f->after_oid, sizeof link->oid) > 0);
}

size_t
model_next_link(const struct known_inventory *known, const struct link_filter *f, size_t i)
{
    while (i < known->n_links && !link_passes(f, &known->links[i]))
        i++;
    return i;
}

size_t
model_next_clique(const struct known_inventory *known, const struct clique_filter *f, size_t i)
{
    for (; i < known->n_cliques; i++) {
        const struct clique_row *clique = &known->cliques[i];

        if (is_wanted(f->focal_point_type, clique->focal_point_type) &&
            is_wanted(f->clique_type, clique->clique_type) &&
            memcmp(&clique->focal_point, &f->after, sizeof f->after) > 0)
            break;
    }
    return i;
}

/* --- search --- */

bool
model_search_refuses(struct str text)
{
    struct str rest = text, word;

    return !term_next(&rest, &word);
}

/* Is a term of the object, or its beginning, this word? */
static bool
has_word(struct str terms, struct str word)
{
    struct str rest = terms, term;

    while (str_cut(&rest, ' ', &term))
        if (term.n >= word.n && str_equal_nocase(str_head(term, word.n), word))
            return true;
    return false;
}

bool
model_search_finds(const struct known_object *o, struct str text, int *rank)
{
    struct str rest = text, word, wanted = str_trim(text);
    AUTO_BUF   terms = { 0 };

    if (str_ends(o->row.type, STR("_folder")))
        return false;
    terms_of_body(&terms, o->row.body);
    for (size_t n = 0; n < SEARCH_WORDS_MAX && term_next(&rest, &word); n++)
        if (!has_word(buf_str(&terms), word))
            return false;
    if (str_equal_nocase(o->row.id, wanted) || str_equal_nocase(o->row.name, wanted))
        *rank = 0;
    else if (str_equal_nocase(str_head(o->row.name, wanted.n), wanted))
        *rank = 1;
    else
        *rank = 2;
    return true;
}
