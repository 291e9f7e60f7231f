/* The validator of check.h. Forms are recognised by small functions instead of the original's
 * regular expressions, of which that for IPv6 matched nothing. */

#include "api/check.h"

#include <arpa/inet.h>

#include "api/constants.h"

enum {
    LABEL_MAX = 63, /* of a host name */
    PORT_MAX = 65535,
};

struct checking {
    struct store *store;
    struct arena *arena;
    struct doc   *data;
    struct str   *why;
    struct error *err;
};

/* --- words --- */

struct str
check_join(struct arena *arena, const struct doc *list, const char *separator)
{
    AUTO_BUF text = { 0 };

    for (size_t i = 0; i < doc_count(list); i++) {
        if (i)
            buf_add(&text, str_from(separator));
        buf_add(&text, doc_scalar(doc_at(list, i), arena));
    }
    return arena_str(arena, buf_str(&text));
}

struct name {
    unsigned    bit;
    const char *text;
};

static const struct name types[] = {
    { CHECK_TEXT, "string" },        { CHECK_BOOL, "boolean" }, { CHECK_INT, "integer" },
    { CHECK_LIST, "list" },          { CHECK_DICT, "dict" },    { CHECK_OID, "MongoDB ObjectId" },
    { CHECK_TIME, "date and time" },
};

static const struct name forms[] = {
    { FORM_PORT, "port number" },        { FORM_ADDRESS, "ipv4/ipv6 address" },
    { FORM_HOST_NAME, "host name" },     { FORM_PATH, "path" },
    { FORM_COUNT, "number, 0 or more" },
};

static struct str
names_of(struct arena *arena, unsigned bits, const struct name *names, size_t n)
{
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < n; i++)
        if (bits & names[i].bit)
            doc_push_text(arena, list, str_from(names[i].text));
    return check_join(arena, list, " or ");
}

/* --- keys --- */

static bool
is_word(struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];

        /* Letters of other scripts are letters, too. */
        if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && c != '_' &&
            c < 0x80)
            return false;
    }
    return !str_empty(text);
}

static bool
is_key(const struct check_key *key, struct str name)
{
    struct str text = str_from(key->key);

    if (key->flags & CHECK_PREFIX)
        return str_starts(name, text) && is_word(str_skip(name, text.n));
    return str_equal(name, text);
}

static bool
check_names(const struct checking *c, const struct check_key *keys)
{
    struct doc_iter it = { 0 };
    struct doc     *unknown = doc_array(c->arena);

    while (doc_next(c->data, &it)) {
        bool is_known = false;

        for (const struct check_key *key = keys; key->key && !is_known; key++)
            is_known = is_key(key, it.key);
        if (!is_known)
            doc_push_text(c->arena, unknown, it.key);
    }
    if (doc_count(unknown) == 0)
        return true;
    *c->why = arena_join(c->arena, STR("Invalid key(s): "), check_join(c->arena, unknown, " and "),
                         STR_NONE);
    return false;
}

/* --- types --- */

/* An integer as Python reads one: blanks around it, a sign. */
static bool
read_integer(struct str text, int64_t *number)
{
    text = str_trim(text);
    if (str_starts(text, STR("+")) && !str_starts(text, STR("+-")))
        text = str_skip(text, 1);
    return str_to_i64(text, number);
}

static struct doc *
to_integer(struct arena *arena, const struct doc *value)
{
    int64_t number;

    if (doc_kind(value) == DOC_BOOL)
        return doc_int(arena, doc_truth(value));
    if (doc_kind(value) == DOC_REAL)
        return str_to_i64(
                   str_head(doc_scalar(value, arena), strcspn(doc_scalar(value, arena).p, ".eE")),
                   &number)
                   ? doc_int(arena, number)
                   : NULL;
    return read_integer(doc_text(value), &number) ? doc_int(arena, number) : NULL;
}

static struct doc *
to_boolean(struct arena *arena, const struct doc *value)
{
    struct str text = doc_kind(value) == DOC_STRING || doc_kind(value) == DOC_INT
                          ? doc_scalar(value, arena)
                          : STR_NONE;

    if (str_equal_nocase(text, STR("true")) || str_is(text, "1"))
        return doc_bool(true);
    if (str_equal_nocase(text, STR("false")) || str_is(text, "0"))
        return doc_bool(false);
    return NULL;
}

/* A '+' before the zone that was sent as it is came here as a blank. */
static struct doc *
to_time(struct arena *arena, struct str text)
{
    ptrdiff_t blank = str_find_last(text, ' ');
    int64_t   time;
    AUTO_BUF  out = { 0 };

    if (blank > (ptrdiff_t)strlen("YYYY-MM-DD"))
        text = arena_join(arena, str_head(text, (size_t)blank), STR("+"),
                          str_skip(text, (size_t)blank + 1));
    if (!store_read_time(text, &time))
        return NULL;
    store_write_time(&out, time);
    return doc_string(arena, buf_str(&out));
}

static bool
is_oid(const struct doc *value)
{
    struct oid oid;

    return oid_from_text(doc_text(value), &oid);
}

static bool
has_type(const struct doc *value, unsigned types_)
{
    switch (doc_kind(value)) {
    case DOC_STRING:
        return types_ & CHECK_TEXT;
    case DOC_BOOL:
        return types_ & CHECK_BOOL;
    case DOC_INT:
        return types_ & CHECK_INT;
    case DOC_ARRAY:
        return types_ & CHECK_LIST;
    case DOC_OBJECT:
        return types_ & CHECK_DICT;
    case DOC_REAL:
    case DOC_NULL:
    case DOC_ABSENT:
        break;
    }
    return false;
}

/* The value as a type that the key may have; NULL when it is none. */
static struct doc *
convert(const struct checking *c, const struct check_key *key, struct doc *value)
{
    struct doc *converted = NULL;

    if (key->types & CHECK_OID && is_oid(value))
        return doc_string(c->arena, arena_lower(c->arena, doc_text(value)));
    if (has_type(value, key->types))
        return value;
    if (key->flags & CHECK_CONVERT && key->types & CHECK_BOOL)
        converted = to_boolean(c->arena, value);
    if (!converted && key->flags & CHECK_CONVERT && key->types & CHECK_INT)
        converted = to_integer(c->arena, value);
    return converted;
}

static bool
check_type(const struct checking *c, const struct check_key *key, struct str name,
           struct doc **value)
{
    struct doc *converted;

    if (key->types & CHECK_TIME) {
        converted = doc_kind(*value) == DOC_STRING ? to_time(c->arena, doc_text(*value)) : NULL;
        if (!converted)
            *c->why = arena_printf(c->arena,
                                   "%.*s must follow ISO 8610 date and time "
                                   "format,YYYY-MM-DDThh:mm:ss.sss+hhmm",
                                   STR_ARG(name));
    } else {
        converted = convert(c, key, *value);
        if (!converted)
            *c->why =
                arena_printf(c->arena, "%.*s must be %.*s", STR_ARG(name),
                             STR_ARG(names_of(c->arena, key->types, types, N_ELEMENTS(types))));
    }
    if (!converted)
        return false;
    *value = converted;
    doc_setn(c->arena, c->data, name, converted);
    return true;
}

/* --- values --- */

static bool
is_one_of(struct arena *arena, const struct doc *value, const struct doc *list)
{
    struct str text = doc_scalar(value, arena);

    for (size_t i = 0; i < doc_count(list); i++)
        if (!str_empty(text) && str_equal(doc_text(doc_at(list, i)), text))
            return true;
    return false;
}

static struct doc *
values_of(const struct checking *c, const struct check_key *key)
{
    struct doc *list;

    if (key->constant)
        return constant_values(c->store, c->arena, str_from(key->constant), c->err);
    list = doc_array(c->arena);
    for (const char *const *value = key->values; *value; value++)
        doc_push_text(c->arena, list, str_from(*value));
    return list;
}

static bool
check_list(const struct checking *c, const struct check_key *key, struct str name,
           const struct doc *value)
{
    const struct doc *list = values_of(c, key);
    bool              is_good = true;

    if (!list)
        return false;
    if (doc_kind(value) != DOC_ARRAY)
        is_good = is_one_of(c->arena, value, list);
    for (size_t i = 0; doc_kind(value) == DOC_ARRAY && i < doc_count(value); i++)
        is_good = is_good && is_one_of(c->arena, doc_at(value, i), list);
    if (is_good)
        return true;
    *c->why = arena_printf(c->arena, "The possible value of %.*s is %.*s", STR_ARG(name),
                           STR_ARG(check_join(c->arena, list, " or ")));
    return false;
}

static bool
is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool
is_label(struct str label)
{
    if (label.n == 0 || label.n > LABEL_MAX || label.p[0] == '-' || label.p[label.n - 1] == '-')
        return false;
    for (size_t i = 0; i < label.n; i++)
        if (!is_letter_or_digit(label.p[i]) && label.p[i] != '-')
            return false;
    return true;
}

static bool
is_host_name(struct str name)
{
    struct str rest = name, label;

    while (str_cut(&rest, '.', &label))
        if (!is_label(label))
            return false;
    return true;
}

static bool
is_address(struct arena *arena, struct str text)
{
    struct in6_addr six;
    uint32_t        four;

    return str_to_ipv4(text, &four) ||
           (!memchr(text.p, '\0', text.n) && inet_pton(AF_INET6, arena_str(arena, text).p, &six));
}

/* Absolute, not "/" alone, no empty step but one at the end. */
static bool
is_path(struct str text)
{
    return text.n > 1 && text.p[0] == '/' && !str_has(text, STR("//")) &&
           !memchr(text.p, '\0', text.n);
}

static bool
has_form(const struct checking *c, unsigned bits, const struct doc *value)
{
    struct str text = doc_scalar(value, c->arena);
    int64_t    number;
    bool       is_number = str_to_i64(text, &number) && number >= 0;

    return (bits & FORM_PORT && is_number && number <= PORT_MAX) ||
           (bits & FORM_COUNT && is_number) ||
           (bits & FORM_ADDRESS && is_address(c->arena, text)) ||
           (bits & FORM_HOST_NAME && is_host_name(text)) || (bits & FORM_PATH && is_path(text));
}

static bool
check_form(const struct checking *c, const struct check_key *key, struct str name,
           const struct doc *value)
{
    if (has_form(c, key->forms, value))
        return true;
    *c->why = arena_printf(c->arena, "%.*s must be a valid %.*s", STR_ARG(name),
                           STR_ARG(names_of(c->arena, key->forms, forms, N_ELEMENTS(forms))));
    return false;
}

/* --- the order --- */

static bool
is_empty(const struct doc *value)
{
    switch (doc_kind(value)) {
    case DOC_STRING:
        return str_empty(doc_text(value));
    case DOC_ARRAY:
    case DOC_OBJECT:
        return doc_count(value) == 0;
    case DOC_NULL:
        return true;
    case DOC_ABSENT:
    case DOC_BOOL:
    case DOC_INT:
    case DOC_REAL:
        break;
    }
    return false;
}

static bool
check_value(const struct checking *c, const struct check_key *key, struct str name,
            struct doc *value)
{
    if (is_empty(value)) {
        if (key->flags & CHECK_EMPTY)
            return true;
        *c->why =
            arena_printf(c->arena, "Invalid data: value of %.*s key doesn't exist ", STR_ARG(name));
        return false;
    }
    return check_type(c, key, name, &value) &&
           ((!key->constant && !key->values) || check_list(c, key, name, value)) &&
           (!key->forms || check_form(c, key, name, value));
}

/* All keys that begin so. */
static bool
check_many(const struct checking *c, const struct check_key *key)
{
    struct doc_iter it = { 0 };

    while (doc_next(c->data, &it))
        if (is_key(key, it.key) && !check_value(c, key, it.key, it.value))
            return false;
    return true;
}

static bool
check_one(const struct checking *c, const struct check_key *key)
{
    struct doc *value = doc_get(c->data, key->key);

    if (key->flags & CHECK_PREFIX)
        return check_many(c, key);
    if (value)
        return check_value(c, key, str_from(key->key), value);
    if (!(key->flags & CHECK_NEEDED))
        return true;
    *c->why = arena_printf(c->arena, "%s must be specified", key->key);
    return false;
}

bool
check_data(struct store *store, struct arena *arena, struct doc *data, const struct check_key *keys,
           struct str *why, struct error *err)
{
    const struct checking c = { store, arena, data, why, err };

    *why = STR_NONE;
    if (!check_names(&c, keys))
        return false;
    for (const struct check_key *key = keys; key->key; key++)
        if (!check_one(&c, key))
            return false;
    return true;
}
