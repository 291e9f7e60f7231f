/* Reading objects: one SELECT per question, its conditions put together here, its values bound.
 *
 * Which index a question walks is said, not left to the planner, which has no statistics: an
 * object's id, its parent, its host and the type lists cover every question but those on
 * attributes, and these look at the rows that the others leave. */

#include "store/sqlite.h"

enum {
    CONDITIONS_MAX = 32,
    KEY_MAX = 200,
    PATH_STEPS_MAX = 64,
    N_VALUES = 12 * CONDITIONS_MAX + PATH_STEPS_MAX + 40,
};

/* A statement being put together. */
struct question {
    struct buf    sql;
    struct arena *arena; /* values made on the way */
    struct value {
        enum { VALUE_TEXT, VALUE_INT, VALUE_OID } kind;
        struct str text;
        int64_t    number;
        struct oid oid;
    } values[N_VALUES];
    size_t n_values;
};

static void
ask(struct question *q, const char *sql)
{
    buf_add(&q->sql, str_from(sql));
}

static void
value_text(struct question *q, struct str text)
{
    q->values[q->n_values++] = (struct value){ .kind = VALUE_TEXT, .text = text };
}

static void
value_int(struct question *q, int64_t number)
{
    q->values[q->n_values++] = (struct value){ .kind = VALUE_INT, .number = number };
}

static void
value_oid(struct question *q, struct oid oid)
{
    q->values[q->n_values++] = (struct value){ .kind = VALUE_OID, .oid = oid };
}

static bool
question_prepare(struct store *store, struct question *q, struct loan *loan, struct error *err)
{
    if (!sql_borrow(store, buf_c(&q->sql), loan, err))
        return false;
    for (size_t i = 0; i < q->n_values; i++) {
        const struct value *v = &q->values[i];

        switch (v->kind) {
        case VALUE_TEXT:
            bind_text(loan->statement, (int)i + 1, v->text);
            break;
        case VALUE_INT:
            bind_int(loan->statement, (int)i + 1, v->number);
            break;
        case VALUE_OID:
            bind_oid(loan->statement, (int)i + 1, &v->oid);
            break;
        }
    }
    return true;
}

/* --- conditions on attributes --- */

/* SQLite's path syntax has no way to write a quotation mark in a label. */
static bool
key_is_valid(struct str key, struct error *err)
{
    if (str_empty(key) || key.n > KEY_MAX)
        return error_set(err, ERROR_USAGE, 0, "attribute: expected a name of 1 to %d bytes",
                         KEY_MAX);
    if (str_find_char(key, '"') >= 0 || memchr(key.p, '\0', key.n))
        return error_set(err, ERROR_USAGE, 0, "attribute '%.*s': quotation marks are not allowed",
                         STR_ARG(key));
    return true;
}

/* $."a"."b" of a.b, or of the whole key $."a.b". A label is compared with the text of the body, so it
 * is escaped as that is. */
static struct str
json_path(struct arena *arena, struct str key, bool steps)
{
    struct str rest = key, step;
    AUTO_BUF   path = { 0 };

    buf_char(&path, '$');
    while (str_cut(&rest, steps ? '.' : '\0', &step)) {
        buf_char(&path, '.');
        doc_write_text(&path, step);
    }
    return arena_str(arena, buf_str(&path));
}

/* Would this text stand in JSON as it is? */
static bool
is_plain(struct str value)
{
    for (size_t i = 0; i < value.n; i++)
        if ((unsigned char)value.p[i] < 0x20 || value.p[i] == '"' || value.p[i] == '\\')
            return false;
    return !str_empty(value);
}

/* The value, or an element of the list, at 'path' of a column equals the wanted text. */
static void
ask_value_at(struct question *q, const char *column, struct str path, struct str value)
{
    ask(q, "(");
    if (is_plain(value)) {
        /* Cheap, and false for nearly all rows: their text need not be parsed then. */
        ask(q, "instr(");
        ask(q, column);
        ask(q, ", ?) AND ");
        value_text(q, value);
    }
    ask(q, "EXISTS (SELECT 1 FROM json_each(");
    ask(q, column);
    ask(q, ", ?) j WHERE json_type(");
    value_text(q, path);
    ask(q, column);
    ask(q, ", ?) <> 'object' AND CASE j.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' "
           "WHEN 'null' THEN 'null' ELSE CAST(j.atom AS TEXT) END = ?))");
    value_text(q, path);
    value_text(q, value);
}

static bool
ask_condition(struct question *q, const struct condition *condition, struct error *err)
{
    struct str key = condition->key, value = condition->value;
    struct oid oid;

    if (!key_is_valid(key, err))
        return false;
    ask(q, " AND ");
    if (str_is(key, "_id")) {
        if (!oid_from_text(value, &oid))
            return error_set(err, ERROR_USAGE, 0, "_id: expected 24 hexadecimal digits");
        ask(q, "o.oid = ?");
        value_oid(q, oid);
    } else if (str_is(key, "stale")) {
        ask(q, "iif(o.last_seen IS NULL, 'false', 'true') = ?");
        value_text(q, value);
    } else if (str_is(key, "clique")) {
        ask(q, "iif(EXISTS (SELECT 1 FROM clique c WHERE c.inventory = o.inventory AND "
               "c.focal_point = o.oid), 'true', 'false') = ?");
        value_text(q, value);
    } else {
        struct str path = json_path(q->arena, key, false);

        ask(q, "(");
        ask_value_at(q, "o.body", path, value);
        if (str_find_char(key, '.') >= 0) {
            ask(q, " OR ");
            ask_value_at(q, "o.body", json_path(q->arena, key, true), value);
        }
        ask(q, " OR ");
        ask_value_at(q, "o.extra", path, value);
        ask(q, ")");
    }
    return true;
}

/* --- where to look --- */

/* Every type that the inventory has, each found by one step in the index. */
#define TYPES                                                                                      \
    "types(inventory, type) AS ("                                                                  \
    " SELECT i.n, (SELECT min(type) FROM object WHERE inventory = i.n) FROM inventory i"           \
    "  WHERE i.environment = ? AND i.space = ?"                                                    \
    " UNION ALL"                                                                                   \
    " SELECT t.inventory, (SELECT min(type) FROM object WHERE inventory = t.inventory"             \
    "  AND type > t.type) FROM types t WHERE t.type IS NOT NULL) "

static void
value_inventory(struct question *q, const struct inventory *inventory)
{
    value_text(q, inventory->environment);
    value_text(q, space_of(inventory->space));
}

/* An id without a type: a step in the index for each type. */
static void
ask_by_id(struct question *q, const struct inventory *inventory, struct str id)
{
    ask(q, "WITH RECURSIVE " TYPES "SELECT " OBJECT_COLUMNS "FROM types t CROSS JOIN object o "
           "INDEXED BY object_key ON o.inventory = t.inventory AND o.type = t.type AND o.id = ? "
           "CROSS JOIN inventory i ON i.n = o.inventory WHERE TRUE");
    value_inventory(q, inventory);
    value_text(q, id);
}

/* The object with this path and, from parent to child, all below it. The path is in no column (it
 * would cost a fifth of the store): its last steps are an id, which one shows when the object is
 * looked at; ids may hold slashes. */
static bool
ask_below(struct question *q, const struct inventory *inventory, struct str path, struct error *err)
{
    struct str rest = str_starts(path, STR("/")) ? str_skip(path, 1) : path;
    size_t     n_steps = 0;

    while (str_ends(rest, STR("/")))
        rest = str_head(rest, rest.n - 1);
    ask(q, "WITH RECURSIVE " TYPES ", top(type, id) AS (SELECT o.type, o.id FROM types t "
           "CROSS JOIN object o INDEXED BY object_key ON o.inventory = t.inventory "
           "AND o.type = t.type AND o.id IN (");
    value_inventory(q, inventory);
    for (struct str id = rest;; id = str_skip(id, (size_t)str_find_char(id, '/') + 1)) {
        if (++n_steps > PATH_STEPS_MAX)
            return error_set(err, ERROR_USAGE, 0, "id_path: more than %d steps", PATH_STEPS_MAX);
        ask(q, n_steps > 1 ? ", ?" : "?");
        value_text(q, id);
        if (str_find_char(id, '/') < 0)
            break;
    }
    ask(q, ") WHERE o.body ->> '$.id_path' = ? "
           "UNION ALL SELECT 'environment', ? WHERE ? = ?), "
           "below(n, type, id) AS (SELECT NULL, type, id FROM top UNION "
           "SELECT o.n, o.type, o.id FROM below b CROSS JOIN inventory i CROSS JOIN object o "
           "INDEXED BY object_parent ON o.inventory = i.n AND o.parent_id = b.id "
           "AND o.parent_type = b.type WHERE i.environment = ? AND i.space = ?), "
           "rows(n) AS (SELECT n FROM below WHERE n IS NOT NULL UNION SELECT o.n FROM top "
           "CROSS JOIN inventory i CROSS JOIN object o INDEXED BY object_key ON "
           "o.inventory = i.n AND o.type = top.type AND o.id = top.id "
           "WHERE i.environment = ? AND i.space = ?) "
           "SELECT " OBJECT_COLUMNS "FROM rows r CROSS JOIN object o ON o.n = r.n "
           "CROSS JOIN inventory i ON i.n = o.inventory WHERE TRUE");
    value_text(q, arena_join(q->arena, STR("/"), rest, STR_NONE));
    value_text(q, inventory->environment);
    value_text(q, rest);
    value_text(q, inventory->environment);
    value_inventory(q, inventory);
    value_inventory(q, inventory);
    return true;
}

/* A cheap look at the text of the body first, as of any attribute. */
static void
ask_under(struct question *q, struct str path)
{
    static const char text[] = "o.body ->> '$.id_path'";
    AUTO_BUF          member = { 0 };

    buf_add(&member, STR("\"id_path\":"));
    doc_write_text(&member, path);
    member.n--; /* there may be more behind the path */
    ask(q, " AND instr(o.body, ?) AND (");
    value_text(q, arena_str(q->arena, buf_str(&member)));
    ask(q, text);
    ask(q, " = ? OR substr(");
    value_text(q, path);
    ask(q, text);
    ask(q, ", 1, length(?)) = ?)");
    value_text(q, arena_join(q->arena, path, STR("/"), STR_NONE));
    q->values[q->n_values] = q->values[q->n_values - 1];
    q->n_values++;
}

/* Where the page before ended. */
static void
ask_after(struct question *q, const struct object_filter *filter)
{
    static const char *const columns[] = { [ORDER_NAME] = "o.name, ", [ORDER_HOST] = "o.host, " };

    if (str_empty(filter->after_type))
        return;
    if (filter->order == ORDER_KEY && str_equal(filter->type, filter->after_type)) {
        ask(q, " AND o.id > ?"); /* a range that the index knows */
        value_text(q, filter->after_id);
        return;
    }
    ask(q, " AND (");
    if (filter->order == ORDER_NAME || filter->order == ORDER_HOST)
        ask(q, columns[filter->order]);
    ask(q, filter->order == ORDER_ID ? "o.id, o.type)" : "o.type, o.id)");
    ask(q, filter->is_descending ? " < (?, ?" : " > (?, ?");
    if (filter->order == ORDER_NAME || filter->order == ORDER_HOST) {
        ask(q, ", ?");
        value_text(q, filter->after_value);
    }
    ask(q, ")");
    value_text(q, filter->order == ORDER_ID ? filter->after_id : filter->after_type);
    value_text(q, filter->order == ORDER_ID ? filter->after_type : filter->after_id);
}

/* Row numbers are given in the order of arrival, and kept. */
static void
ask_order(struct question *q, const struct object_filter *filter)
{
    static const char *const orders[] = {
        [ORDER_KEY] = "o.type, o.id",          [ORDER_ARRIVAL] = "o.n",
        [ORDER_NAME] = "o.name, o.type, o.id", [ORDER_HOST] = "o.host, o.type, o.id",
        [ORDER_ID] = "o.id, o.type",
    };
    static const char *const back[] = {
        [ORDER_KEY] = "o.type, o.id",
        [ORDER_ARRIVAL] = "o.n",
        [ORDER_NAME] = "o.name DESC, o.type DESC, o.id DESC",
        [ORDER_HOST] = "o.host DESC, o.type DESC, o.id DESC",
        [ORDER_ID] = "o.id DESC, o.type DESC",
    };

    ask(q, " ORDER BY ");
    ask(q, filter->is_descending ? back[filter->order] : orders[filter->order]);
    if (!filter->limit && !filter->offset)
        return;
    ask(q, " LIMIT ? OFFSET ?");
    value_int(q, filter->limit ? (int64_t)filter->limit : -1);
    value_int(q, (int64_t)filter->offset);
}

/* The way to the rows; without an index they come by arrival. */
static const char *
way_to(const struct object_filter *filter)
{
    if (!str_empty(filter->id))
        return "INDEXED BY object_key";
    if (!str_empty(filter->parent_id))
        return "INDEXED BY object_parent";
    if (!str_empty(filter->host))
        return "INDEXED BY object_host";
    return filter->order == ORDER_ARRIVAL && str_empty(filter->type) ? "NOT INDEXED"
                                                                     : "INDEXED BY object_key";
}

static bool
ask_objects(struct question *q, const struct inventory *inventory,
            const struct object_filter *filter, struct error *err)
{
    if (filter->n_where > CONDITIONS_MAX)
        return error_set(err, ERROR_USAGE, 0, "more than %d conditions", CONDITIONS_MAX);
    if (!str_empty(filter->id_path)) {
        if (!ask_below(q, inventory, filter->id_path, err))
            return false;
    } else if (!str_empty(filter->id) && str_empty(filter->type)) {
        ask_by_id(q, inventory, filter->id);
    } else {
        ask(q, "SELECT " OBJECT_COLUMNS "FROM inventory i CROSS JOIN object o ");
        ask(q, way_to(filter));
        ask(q, " ON o.inventory = i.n WHERE i.environment = ? AND i.space = ?");
        value_inventory(q, inventory);
    }

    const struct {
        const char *sql;
        struct str  value;
    } equals[] = {
        { " AND o.type = ?", filter->type },
        { " AND o.id = ?", filter->id },
        { " AND o.name = ?", filter->name },
        { " AND o.host = ?", filter->host },
        { " AND o.parent_type = ?", filter->parent_type },
        { " AND o.parent_id = ?", filter->parent_id },
    };

    for (size_t i = 0; i < N_ELEMENTS(equals); i++) {
        if (!str_empty(equals[i].value)) {
            ask(q, equals[i].sql);
            value_text(q, equals[i].value);
        }
    }
    for (size_t i = 0; i < filter->n_where; i++)
        if (!ask_condition(q, &filter->where[i], err))
            return false;
    ask_after(q, filter);
    if (!str_empty(filter->under))
        ask_under(q, filter->under);
    ask_order(q, filter);
    return true;
}

/* --- reading --- */

void
object_row_read(sqlite3_stmt *s, struct object_row *row)
{
    *row = (struct object_row){
        .type = column_text(s, 0),
        .id = column_text(s, 1),
        .name = column_text(s, 2),
        .host = column_text(s, 3),
        .parent_type = column_text(s, 4),
        .parent_id = column_text(s, 5),
        .environment = column_text(s, 6),
        .oid = column_oid(s, 7),
        .body = column_text(s, 8),
        .extra = column_text(s, 9),
        .clique = sqlite3_column_int(s, 10),
        .stale = sqlite3_column_type(s, 11) != SQLITE_NULL,
        .last_seen = sqlite3_column_int64(s, 11),
        .last_scanned = sqlite3_column_int64(s, 12),
        .rev_from = column_u64(s, 13),
        .rev_to = column_u64(s, 14),
    };
}

bool
store_objects(struct store *store, const struct inventory *inventory,
              const struct object_filter *filter, object_row_fn *row, void *context,
              struct error *err)
{
    AUTO_ARENA      arena = arena_new();
    struct question q = { .arena = arena };
    AUTO_LOAN       loan = { 0 };
    bool            ok, found;

    ok = ask_objects(&q, inventory, filter, err) && question_prepare(store, &q, &loan, err);
    buf_done(&q.sql);
    while (ok && sql_row(store, loan.statement, &found, err)) {
        struct object_row object;

        if (!found)
            return true;
        object_row_read(loan.statement, &object);
        if (!row(context, &object))
            return true;
    }
    return false;
}

/* Rows that outlive their statement. */
static void
copy_row(struct arena *arena, const struct object_row *from, struct object_row *to)
{
    *to = *from;
    to->type = arena_str(arena, from->type);
    to->id = arena_str(arena, from->id);
    to->name = arena_str(arena, from->name);
    to->host = arena_str(arena, from->host);
    to->parent_type = arena_str(arena, from->parent_type);
    to->parent_id = arena_str(arena, from->parent_id);
    to->environment = arena_str(arena, from->environment);
    to->body = arena_str(arena, from->body);
    to->extra = arena_str(arena, from->extra);
}

bool
store_count_children(struct store *store, const struct inventory *inventory, struct str type,
                     struct str id, uint64_t *n, struct error *err)
{
    static const char sql[] =
        "SELECT count(*) FROM inventory i CROSS JOIN object o INDEXED BY object_parent "
        "ON o.inventory = i.n AND o.parent_id = ?3 AND o.parent_type = ?4 "
        "WHERE i.environment = ?1 AND i.space = ?2";
    AUTO_LOAN count = { 0 };
    bool      found;

    if (!sql_borrow(store, sql, &count, err))
        return false;
    bind_text(count.statement, 1, inventory->environment);
    bind_text(count.statement, 2, space_of(inventory->space));
    bind_text(count.statement, 3, id);
    bind_text(count.statement, 4, type);
    if (!sql_row(store, count.statement, &found, err))
        return false;
    *n = column_u64(count.statement, 0);
    return true;
}

bool
store_count_below(struct store *store, const struct inventory *inventory, struct str type,
                  struct str id, count_fn *row, void *context, struct error *err)
{
    /* From parent to child in the index, as ask_below() goes. */
    static const char sql[] =
        "WITH RECURSIVE below(type, id) AS (VALUES (?3, ?4) UNION "
        "SELECT o.type, o.id FROM below b CROSS JOIN inventory i CROSS JOIN object o "
        "INDEXED BY object_parent ON o.inventory = i.n AND o.parent_id = b.id "
        "AND o.parent_type = b.type WHERE i.environment = ?1 AND i.space = ?2) "
        "SELECT type, count(*) FROM below WHERE (type, id) <> (?3, ?4) GROUP BY type ORDER BY type";
    AUTO_LOAN count = { 0 };
    bool      found;

    if (!sql_borrow(store, sql, &count, err))
        return false;
    bind_inventory(count.statement, 1, inventory);
    bind_text(count.statement, 3, type);
    bind_text(count.statement, 4, id);
    while (sql_row(store, count.statement, &found, err))
        if (!found ||
            !row(context, column_text(count.statement, 0), column_u64(count.statement, 1)))
            return true;
    return false;
}

struct one {
    struct arena      *arena;
    struct object_row *row;
    bool               found;
};

static bool
take_first(void *context, const struct object_row *row)
{
    struct one *one = context;

    copy_row(one->arena, row, one->row);
    one->found = true;
    return false;
}

bool
store_object(struct store *store, const struct inventory *inventory, struct str type, struct str id,
             struct arena *arena, struct object_row *row, struct error *err)
{
    struct object_filter filter = { .type = type, .id = id, .limit = 1 };
    struct one           one = { arena, row, false };

    if (str_empty(type) || str_empty(id))
        return error_set(err, ERROR_USAGE, 0, "an object is told by its type and its id");
    if (!store_objects(store, inventory, &filter, take_first, &one, err))
        return false;
    if (!one.found)
        return error_set(err, ERROR_NOT_FOUND, 0, "no %.*s with id %.*s in environment %.*s",
                         STR_ARG(type), STR_ARG(id), STR_ARG(inventory->environment));
    return true;
}

bool
store_object_by_oid(struct store *store, const struct inventory *inventory, struct oid oid,
                    struct arena *arena, struct object_row *row, struct error *err)
{
    static const char sql[] =
        "SELECT " OBJECT_COLUMNS "FROM inventory i CROSS JOIN object o INDEXED BY object_oid "
        "ON o.inventory = i.n WHERE i.environment = ? AND i.space = ? AND o.oid = ?";
    AUTO_LOAN         find = { 0 };
    struct object_row object;
    bool              found;

    if (!sql_borrow(store, sql, &find, err))
        return false;
    bind_inventory(find.statement, 1, inventory);
    bind_oid(find.statement, 3, &oid);
    if (!sql_row(store, find.statement, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_NOT_FOUND, 0, "no object with _id %.*s in environment %.*s",
                         STR_ARG(oid_text(oid, arena)), STR_ARG(inventory->environment));
    object_row_read(find.statement, &object);
    copy_row(arena, &object, row);
    return true;
}
