/* JSON values as trees in arenas.
 *
 * An object is an array of members, in the order they were set, which is what most of our uses are
 * quickest with: some ten members, read once or twice. From N_UNINDEXED members on it has a hash
 * index beside it. Values are shared between trees by pointer. */

#include "base/doc_tree.h"
#include "base/hash.h"
#include "base/utf8.h"

enum { N_UNINDEXED = 64 };

/* Nothing changes these, whichever document they are in. */
static struct doc the_null = { .kind = DOC_NULL };
static struct doc the_true = { .kind = DOC_BOOL, .truth = true };
static struct doc the_false = { .kind = DOC_BOOL };

static struct doc *
new_doc(struct arena *arena, enum doc_kind kind)
{
    struct doc *d = arena_new_of(arena, struct doc);

    d->kind = kind;
    return d;
}

/* --- members --- */

/* Where a key is in the index, or would be. */
static uint32_t *
slot_of(const struct doc *object, struct str key)
{
    uint32_t mask = object->n_slots - 1;

    for (uint32_t i = (uint32_t)hash_text(0, key) & mask;; i = (i + 1) & mask) {
        uint32_t *slot = &object->slots[i];

        if (*slot == 0 || str_equal(object->members[*slot - 1].key, key))
            return slot;
    }
}

static void
fill_index(struct doc *object)
{
    memset(object->slots, 0, object->n_slots * sizeof *object->slots);
    for (uint32_t i = 0; i < object->n; i++)
        *slot_of(object, object->members[i].key) = i + 1;
}

static struct member *
find_member(const struct doc *object, struct str key)
{
    if (!object || object->kind != DOC_OBJECT)
        return NULL;
    if (object->n_slots) {
        uint32_t *slot = slot_of(object, key);

        return *slot ? &object->members[*slot - 1] : NULL;
    }
    for (uint32_t i = 0; i < object->n; i++)
        if (str_equal(object->members[i].key, key))
            return &object->members[i];
    return NULL;
}

void
doc_make_room(struct arena *arena, struct doc *d, uint32_t n)
{
    size_t   size = d->kind == DOC_OBJECT ? sizeof *d->members : sizeof(struct doc *);
    uint32_t capacity = d->capacity ? d->capacity : 4;

    if (d->n + n <= d->capacity)
        return;
    while (capacity < d->n + n)
        capacity *= 2;
    if (d->kind == DOC_OBJECT)
        d->members = arena_regrow(arena, d->members, d->n * size, capacity * size);
    else
        d->elements = arena_regrow(arena, d->elements, d->n * size, capacity * size);
    d->capacity = capacity;
    if (d->kind == DOC_OBJECT && capacity > N_UNINDEXED) {
        d->n_slots = capacity * 2;
        d->slots = arena_array(arena, uint32_t, d->n_slots);
        fill_index(d);
    }
}

void
doc_set_member(struct arena *arena, struct doc *object, struct str key, struct doc *value)
{
    struct member *member = find_member(object, key);

    if (!object || object->kind != DOC_OBJECT || !value)
        return;
    if (member) {
        member->value = value;
        return;
    }
    doc_make_room(arena, object, 1);
    object->members[object->n++] = (struct member){ key, value };
    if (object->n_slots)
        *slot_of(object, key) = object->n;
}

/* --- reading --- */

enum doc_kind
doc_kind(const struct doc *d)
{
    return d ? d->kind : DOC_ABSENT;
}

struct doc *
doc_getn(const struct doc *object, struct str key)
{
    const struct member *member = find_member(object, key);

    return member ? member->value : NULL;
}

struct doc *
doc_get(const struct doc *object, const char *key)
{
    return doc_getn(object, str_from(key));
}

struct doc *
doc_path(const struct doc *object, const char *path)
{
    struct str        rest = str_from(path), step;
    const struct doc *value = object;

    while (value && str_cut(&rest, '.', &step))
        value = doc_getn(value, step);
    return (struct doc *)(uintptr_t)value;
}

struct doc *
doc_at(const struct doc *array, size_t index)
{
    return doc_kind(array) == DOC_ARRAY && index < array->n ? array->elements[index] : NULL;
}

size_t
doc_count(const struct doc *d)
{
    return doc_kind(d) == DOC_ARRAY || doc_kind(d) == DOC_OBJECT ? d->n : 0;
}

struct str
doc_text(const struct doc *d)
{
    return doc_kind(d) == DOC_STRING ? d->text : STR_NONE;
}

struct str
doc_get_text(const struct doc *object, const char *key)
{
    return doc_text(doc_get(object, key));
}

struct str
doc_scalar(const struct doc *d, struct arena *arena)
{
    switch (doc_kind(d)) {
    case DOC_STRING:
        return d->text;
    case DOC_INT:
        return arena_printf(arena, "%lld", (long long)d->integer);
    case DOC_REAL:
        return arena_printf(arena, "%.16g", d->real);
    case DOC_BOOL:
        return d->truth ? STR("true") : STR("false");
    case DOC_ABSENT:
    case DOC_NULL:
    case DOC_ARRAY:
    case DOC_OBJECT:
        break;
    }
    return STR_NONE;
}

int64_t
doc_number(const struct doc *d, int64_t otherwise)
{
    int64_t value = otherwise;

    if (doc_kind(d) == DOC_INT)
        value = d->integer;
    else if (doc_kind(d) == DOC_STRING && !str_to_i64(d->text, &value))
        value = otherwise;
    return value;
}

bool
doc_truth(const struct doc *d)
{
    switch (doc_kind(d)) {
    case DOC_BOOL:
        return d->truth;
    case DOC_STRING:
        return str_is(d->text, "1") || str_equal_nocase(d->text, STR("true"));
    case DOC_INT:
        return d->integer != 0;
    case DOC_REAL:
        return d->real != 0;
    case DOC_ABSENT:
    case DOC_NULL:
    case DOC_ARRAY:
    case DOC_OBJECT:
        break;
    }
    return false;
}

static bool
have_equal_members(const struct doc *a, const struct doc *b)
{
    if (a->n != b->n)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (!doc_equal(a->members[i].value, doc_getn(b, a->members[i].key)))
            return false;
    return true;
}

static bool
have_equal_elements(const struct doc *a, const struct doc *b)
{
    if (a->n != b->n)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (!doc_equal(a->elements[i], b->elements[i]))
            return false;
    return true;
}

bool
doc_equal(const struct doc *a, const struct doc *b)
{
    if (a == b)
        return true;
    if (doc_kind(a) != doc_kind(b))
        return false;
    switch (doc_kind(a)) {
    case DOC_STRING:
        return str_equal(a->text, b->text);
    case DOC_INT:
        return a->integer == b->integer;
    case DOC_REAL:
        return a->real == b->real;
    case DOC_BOOL:
        return a->truth == b->truth;
    case DOC_OBJECT:
        return have_equal_members(a, b);
    case DOC_ARRAY:
        return have_equal_elements(a, b);
    case DOC_ABSENT:
    case DOC_NULL:
        break;
    }
    return true;
}

bool
doc_next(const struct doc *object, struct doc_iter *it)
{
    if (doc_kind(object) != DOC_OBJECT || it->position >= object->n)
        return false;
    it->key = object->members[it->position].key;
    it->value = object->members[it->position].value;
    it->position++;
    return true;
}

/* --- making --- */

struct doc *
doc_object(struct arena *arena)
{
    return new_doc(arena, DOC_OBJECT);
}

struct doc *
doc_array(struct arena *arena)
{
    return new_doc(arena, DOC_ARRAY);
}

struct doc *
doc_null(void)
{
    return &the_null;
}

struct doc *
doc_bool(bool value)
{
    return value ? &the_true : &the_false;
}

struct doc *
doc_int(struct arena *arena, int64_t value)
{
    struct doc *d = new_doc(arena, DOC_INT);

    d->integer = value;
    return d;
}

/* A copy, with each byte that cannot stand in UTF-8 text, and NUL, replaced by U+FFFD. */
static struct str
repaired(struct arena *arena, struct str s)
{
    AUTO_BUF text = { 0 };

    while (s.n) {
        size_t n = s.p[0] ? utf8_length(s) : 0;

        buf_add(&text, n ? str_head(s, n) : STR("\xef\xbf\xbd"));
        s = str_skip(s, n ? n : 1);
    }
    return arena_str(arena, buf_str(&text));
}

struct str
doc_own_text(struct arena *arena, struct str s)
{
    bool is_sound = s.n == 0 || (!memchr(s.p, 0, s.n) && utf8_invalid_at(s) == s.n);

    return is_sound ? arena_str(arena, s) : repaired(arena, s);
}

struct doc *
doc_string(struct arena *arena, struct str s)
{
    struct doc *d = new_doc(arena, DOC_STRING);

    d->text = doc_own_text(arena, s);
    return d;
}

void
doc_setn(struct arena *arena, struct doc *object, struct str key, struct doc *value)
{
    doc_set_member(arena, object, doc_own_text(arena, key), value);
}

void
doc_set(struct arena *arena, struct doc *object, const char *key, struct doc *value)
{
    doc_setn(arena, object, str_from(key), value);
}

void
doc_set_text(struct arena *arena, struct doc *object, const char *key, struct str text)
{
    doc_set(arena, object, key, doc_string(arena, text));
}

void
doc_set_int(struct arena *arena, struct doc *object, const char *key, int64_t value)
{
    doc_set(arena, object, key, doc_int(arena, value));
}

void
doc_set_bool(struct arena *arena, struct doc *object, const char *key, bool value)
{
    doc_set(arena, object, key, doc_bool(value));
}

void
doc_remove(struct doc *object, const char *key)
{
    doc_removen(object, str_from(key));
}

void
doc_removen(struct doc *object, struct str key)
{
    struct member *member = find_member(object, key);

    if (!member)
        return;
    object->n--;
    memmove(member, member + 1, (size_t)(object->members + object->n - member) * sizeof *member);
    if (object->n_slots)
        fill_index(object);
}

void
doc_push(struct arena *arena, struct doc *array, struct doc *value)
{
    if (doc_kind(array) != DOC_ARRAY || !value)
        return;
    doc_make_room(arena, array, 1);
    array->elements[array->n++] = value;
}

void
doc_push_text(struct arena *arena, struct doc *array, struct str text)
{
    doc_push(arena, array, doc_string(arena, text));
}

void
doc_merge(struct arena *arena, struct doc *object, const struct doc *from)
{
    struct doc_iter it = { 0 };

    while (doc_next(from, &it))
        doc_set_member(arena, object, it.key, it.value);
}

struct doc *
doc_copy(struct arena *arena, const struct doc *object)
{
    struct doc *copy = doc_object(arena);

    doc_make_room(arena, copy, (uint32_t)doc_count(object) + 8); /* most copies are added to */
    doc_merge(arena, copy, object);
    return copy;
}

struct doc *
doc_deep_copy(struct arena *arena, const struct doc *d)
{
    struct doc_iter it = { 0 };
    struct doc     *copy;

    if (!d)
        return NULL;
    copy = new_doc(arena, d->kind);
    if (d->kind == DOC_OBJECT || d->kind == DOC_ARRAY) {
        doc_make_room(arena, copy, d->n);
    } else {
        *copy = *d;
        if (d->kind == DOC_STRING)
            copy->text = arena_str(arena, d->text);
    }
    while (doc_next(d, &it))
        doc_set_member(arena, copy, arena_str(arena, it.key), doc_deep_copy(arena, it.value));
    for (size_t i = 0; d->kind == DOC_ARRAY && i < d->n; i++)
        copy->elements[copy->n++] = doc_deep_copy(arena, d->elements[i]);
    return copy;
}
