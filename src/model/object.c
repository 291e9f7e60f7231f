/* Objects from complete documents: identity, body, volatile attributes.
 *
 * The body is written once, as canonical text, and edited as text afterwards: the few write-backs of
 * the link rules set one attribute, and parsing a million bodies again for that would cost more than
 * all the links. */

#include "model/object.h"

#include <assert.h>

#include "base/ascii.h"
#include "base/hash.h"

/* What changes between two scans of a cloud in which nothing happened. It is no content: a commit
 * that differs only here writes nothing. Every other attribute of an agent is state (the counters
 * in "configurations" too: they count networks and ports). '*' stands for any member. */
static const struct {
    enum object_type type; /* N_OBJECT_TYPES: all */
    const char      *path;
} volatile_attributes[] = {
    { N_OBJECT_TYPES, "last_scanned" },
    { OBJECT_AVAILABILITY_ZONE, "hosts.*.*.updated_at" },
    { OBJECT_HOST, "services.*.updated_at" },
    { OBJECT_NETWORK_AGENT, "heartbeat_timestamp" },
    { OBJECT_NETWORK_AGENT, "load" },
    { OBJECT_VEDGE, "heartbeat_timestamp" },
    { OBJECT_VEDGE, "load" },
};

/* ... and inside texts: the numbers that follow these words in dumps of interfaces, which objects of
 * these types hold. */
static const uint64_t   dumps = TYPE_BIT(OBJECT_VNIC) | TYPE_BIT(OBJECT_HOST_PNIC);
static const struct str running_numbers[] = { STR("_lft "), STR("_timer ") };

/* --- identity --- */

struct oid
oid_of_object(struct str environment, enum object_type type, struct str stable_key)
{
    return OID(STR("object"), environment, object_type_name(type), stable_key);
}

struct oid
oid_of_link(struct str environment, struct link_type type, struct oid source, struct oid target)
{
    return OID(STR("link"), environment, object_type_name(type.from), object_type_name(type.to),
               oid_bytes(&source), oid_bytes(&target));
}

struct oid
oid_of_clique(struct str environment, struct oid focal_point)
{
    return OID(STR("clique"), environment, oid_bytes(&focal_point));
}

struct str
object_stable_key(struct arena *arena, const struct doc *document, enum object_type type)
{
    struct str name = STR_NONE;

    if (type == OBJECT_VCONNECTOR)
        name = doc_get_text(document, "bridge_name");
    else if (type == OBJECT_HOST_PNIC)
        name = doc_get_text(document, "name");
    if (!str_empty(name))
        return arena_join(arena, doc_get_text(document, "host"), STR(" "), name);
    return doc_scalar(doc_get(document, "id"), arena);
}

/* --- volatile attributes --- */

/* Take 'path' out of 'object', which is copied as far as the path leads because builders share
 * values between documents. '*taken' is an object with just what was there, or NULL. */
static struct doc *
take_out(struct arena *arena, struct doc *object, struct str path, struct doc **taken)
{
    struct str      rest = path, step;
    struct doc     *copy = doc_copy(arena, object);
    struct doc_iter it = { 0 };

    *taken = NULL;
    if (!str_cut(&rest, '.', &step))
        return copy;
    while (doc_next(object, &it)) {
        struct doc *inner = it.value;

        if (!str_is(step, "*") && !str_equal(step, it.key))
            continue;
        if (rest.p && doc_kind(it.value) == DOC_OBJECT)
            doc_setn(arena, copy, it.key, take_out(arena, it.value, rest, &inner));
        else if (!rest.p)
            doc_remove(copy, it.key.p);
        else
            continue;
        if (inner) {
            if (!*taken)
                *taken = doc_object(arena);
            doc_setn(arena, *taken, it.key, inner);
        }
    }
    return copy;
}

static struct str
split_off_volatile(struct arena *arena, struct arena *scratch, struct doc *document,
                   enum object_type type)
{
    struct doc *extra = NULL;

    for (size_t i = 0; i < N_ELEMENTS(volatile_attributes); i++) {
        if (volatile_attributes[i].type != type && volatile_attributes[i].type != N_OBJECT_TYPES)
            continue;

        struct str  rest = str_from(volatile_attributes[i].path), step;
        struct doc *value, *taken;

        if (!str_cut(&rest, '.', &step) || !(value = doc_getn(document, step)))
            continue;
        taken = value;
        if (!rest.p)
            doc_remove(document, step.p);
        else if (doc_kind(value) == DOC_OBJECT)
            doc_setn(scratch, document, step, take_out(scratch, value, rest, &taken));
        else
            continue;
        if (taken) {
            if (!extra)
                extra = doc_object(scratch);
            doc_setn(scratch, extra, step, taken);
        }
    }
    return extra ? doc_body(arena, extra) : STR_NONE;
}

/* Put the members of 'from' into 'object', objects into objects. Both come from take_out(), whose
 * depth the table above limits. */
static void
put_back(struct arena *arena, struct doc *object, const struct doc *from)
{
    struct doc_iter it = { 0 };

    while (doc_next(from, &it)) {
        struct doc *known = doc_getn(object, it.key);

        if (doc_kind(known) == DOC_OBJECT && doc_kind(it.value) == DOC_OBJECT)
            put_back(arena, known, it.value);
        else
            doc_setn(arena, object, it.key, it.value);
    }
}

struct str
body_with_extra(struct arena *arena, struct str body, struct str extra)
{
    if (str_empty(extra))
        return body;

    struct doc *object = doc_parse(arena, body, NULL);
    struct doc *more = doc_parse(arena, extra, NULL);

    if (doc_kind(object) != DOC_OBJECT || doc_kind(more) != DOC_OBJECT)
        return body;
    put_back(arena, object, more);
    return doc_body(arena, object);
}

/* --- from a document --- */

static bool
read_oid(struct doc *document, struct oid *oid, struct error *err)
{
    const struct doc *given = doc_get(document, "_id");
    struct str text = doc_text(doc_kind(given) == DOC_OBJECT ? doc_get(given, "$oid") : given);

    if (!oid_from_text(text, oid))
        return error_set(err, ERROR_PARSE, 0, "_id: expected 24 hexadecimal digits");
    doc_remove(document, "_id");
    return true;
}

bool
object_from_doc(struct arena *arena, struct str environment, struct doc *document,
                struct object *object, struct error *err)
{
    AUTO_ARENA    scratch = arena_new();
    struct object made = { 0 };
    struct str    type = doc_get_text(document, "type");

    if (!object_type_from_name(type, &made.type))
        return error_set(err, ERROR_PARSE, 0, "type: '%.*s' is no type of object", STR_ARG(type));
    made.id = arena_str(arena, doc_scalar(doc_get(document, "id"), scratch));
    if (str_empty(made.id))
        return error_set(err, ERROR_PARSE, 0, "%.*s: id: missing", STR_ARG(type));
    if (!doc_get(document, "_id"))
        made.oid =
            oid_of_object(environment, made.type, object_stable_key(scratch, document, made.type));
    else if (!read_oid(document, &made.oid, err))
        return error_prefix(err, "%.*s %.*s: ", STR_ARG(type), STR_ARG(made.id));
    made.name = arena_str(arena, doc_get_text(document, "name"));
    made.host = arena_str(arena, doc_get_text(document, "host"));
    made.parent_id = arena_str(arena, doc_get_text(document, "parent_id"));
    made.parent_type = arena_str(arena, doc_get_text(document, "parent_type"));
    made.id_path = arena_str(arena, doc_get_text(document, "id_path"));
    made.extra = split_off_volatile(arena, scratch, document, made.type);
    object_set_body(&made, doc_body(arena, document));
    *object = made;
    return true;
}

/* --- bodies as text --- */

/* The position behind the JSON string that starts at 'at'. */
static size_t
end_of_string(struct str body, size_t at)
{
    for (size_t i = at + 1; i < body.n; i++) {
        if (body.p[i] == '"')
            return i + 1;
        if (body.p[i] == '\\')
            i++;
    }
    return body.n;
}

/* The position of the comma or bracket behind the value that starts at 'at'. */
static size_t
end_of_value(struct str body, size_t at)
{
    size_t depth = 0;

    for (size_t i = at; i < body.n;) {
        char c = body.p[i];

        if (c == '"') {
            i = end_of_string(body, i);
            continue;
        }
        if (depth == 0 && (c == ',' || c == '}' || c == ']'))
            return i;
        if (c == '{' || c == '[')
            depth++;
        else if (c == '}' || c == ']')
            depth--;
        i++;
    }
    return body.n;
}

/* Byte order of a key as it stands in canonical text (where quotes, backslashes and control
 * characters are escaped) and a plain one. */
static int
compare_key(struct str raw, struct str plain)
{
    size_t i = 0, j = 0;

    while (i < raw.n && j < plain.n) {
        unsigned char c = (unsigned char)raw.p[i++], d = (unsigned char)plain.p[j++];

        if (c == '\\' && i < raw.n) {
            static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
            const char       *name = strchr(names, raw.p[i++]);

            if (name && *name) {
                c = (unsigned char)bytes[name - names];
            } else if (i + 4 <= raw.n) { /* \u00XX: control characters */
                int high = ascii_hex(raw.p[i + 2]), low = ascii_hex(raw.p[i + 3]);

                c = high < 0 || low < 0 ? '?' : (unsigned char)(high << 4 | low);
                i += 4;
            }
        }
        if (c != d)
            return c < d ? -1 : 1;
    }
    return (i < raw.n) - (j < plain.n);
}

/* Where a member stands in a canonical body, or would stand: from 'begin' to 'end'. */
static bool
find_member(struct str body, struct str key, size_t *begin, size_t *end)
{
    size_t at = 1;

    assert(body.n >= 2 && body.p[0] == '{' && body.p[body.n - 1] == '}');
    *begin = *end = body.n - 1;
    while (at < body.n - 1) {
        size_t     colon = end_of_string(body, at);
        struct str raw = { body.p + at + 1, colon - at - 2 };
        size_t     behind = end_of_value(body, colon + 1);
        int        order = compare_key(raw, key);

        if (order >= 0) {
            *begin = at;
            *end = order == 0 ? behind : at;
            return order == 0;
        }
        at = behind + 1;
    }
    return false;
}

struct str
body_set(struct arena *arena, struct str body, const char *key, struct str value)
{
    struct str plain = str_from(key);
    size_t     begin, end;
    bool       is_member = find_member(body, plain, &begin, &end);
    AUTO_BUF   text = { 0 };

    buf_add(&text, str_head(body, begin));
    if (begin == body.n - 1 && body.n > 2)
        buf_char(&text, ',');
    doc_write_text(&text, plain);
    buf_char(&text, ':');
    buf_add(&text, value);
    if (!is_member && end < body.n - 1)
        buf_char(&text, ',');
    buf_add(&text, str_skip(body, end));
    return arena_str(arena, buf_str(&text));
}

struct str
body_remove(struct arena *arena, struct str body, const char *key)
{
    size_t begin, end;

    if (!find_member(body, str_from(key), &begin, &end))
        return body;
    if (body.p[end] == ',')
        end++; /* the comma behind it goes, too */
    else if (begin > 1)
        begin--; /* the last member: the comma before it */
    return arena_join(arena, str_head(body, begin), str_skip(body, end), STR_NONE);
}

/* The first running number at or behind 'from': its position and, in '*end', where it ends. */
static size_t
next_running_number(struct str body, size_t from, size_t *end)
{
    size_t first = body.n;

    for (size_t w = 0; w < N_ELEMENTS(running_numbers); w++) {
        struct str word = running_numbers[w];

        for (size_t at = from; at < first;) {
            const char *hit = memmem(body.p + at, body.n - at, word.p, word.n);
            size_t      i;

            if (!hit)
                break;
            i = (size_t)(hit - body.p) + word.n;
            while (i < body.n && body.p[i] == ' ')
                i++;
            if (i < body.n && ascii_is_digit(body.p[i])) {
                if (i < first)
                    first = i;
                break;
            }
            at = i;
        }
    }
    *end = first;
    while (*end < body.n && (ascii_is_digit(body.p[*end]) || body.p[*end] == '.'))
        ++*end;
    return first;
}

static uint64_t
digest_of_dump(struct str body)
{
    size_t   end, from = 0, at = next_running_number(body, 0, &end);
    AUTO_BUF masked = { 0 };

    if (at == body.n)
        return hash_text(0, body);
    for (; at < body.n; at = next_running_number(body, from, &end)) {
        buf_add(&masked, str_head(str_skip(body, from), at - from));
        from = end;
    }
    buf_add(&masked, str_skip(body, from));
    return hash_text(0, buf_str(&masked));
}

void
object_set_body(struct object *object, struct str body)
{
    object->body = body;
    object->digest = dumps & TYPE_BIT(object->type) ? digest_of_dump(body) : hash_text(0, body);
    /* The values of volatile attributes are no news, but that there are some again is. */
    if (!str_empty(object->extra))
        object->digest = ~object->digest;
}
