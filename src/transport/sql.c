/* Which table, which columns, which rows. */

#include "transport/sql.h"

#include <pthread.h>

#include "base/buf.h"
#include "base/doc.h"
#include "transport/sql_session.h"

enum {
    TABLE_TIME = 300000,
    LARGEST = 512 << 20,
    LONGEST_NAME = 64, /* of MariaDB's */
};

struct column {
    struct str table, name;
    bool       is_text;
};

/* What there is in a schema, as far as we may see it. */
struct schema {
    struct str     name;
    struct column *columns; /* table by table, in their order */
    size_t         n, capacity;
};

struct sql {
    pthread_mutex_t     lock; /* of all that follows */
    struct arena       *arena;
    struct sql_options  options;
    struct sql_session *session; /* NULL: not connected */
    struct arena       *known;   /* what was learnt over this connection: */
    struct str         *names;   /* of schemas */
    size_t              n_names, names_capacity;
    struct schema      *schemas;
    size_t              n_schemas, schemas_capacity;
    bool                has_rows; /* some of the table came */
};

struct sql *
sql_new(const struct sql_options *options)
{
    struct sql *s = xcalloc(1, sizeof *s);

    pthread_mutex_init(&s->lock, NULL);
    s->arena = arena_new();
    s->known = arena_new();
    s->options = *options;
    s->options.host = arena_str(s->arena, options->host);
    s->options.user = arena_str(s->arena, options->user);
    s->options.password = arena_str(s->arena, options->password);
    s->options.ca = arena_str(s->arena, options->ca);
    return s;
}

static void
disconnect(struct sql *s)
{
    sql_session_close(s->session);
    s->session = NULL;
    arena_clear(s->known);
    s->names = NULL;
    s->schemas = NULL;
    s->n_names = s->names_capacity = s->n_schemas = s->schemas_capacity = 0;
}

void
sql_free(struct sql *s)
{
    if (!s)
        return;
    disconnect(s);
    /* The password's copy; nobody else has it. */
    explicit_bzero((char *)(uintptr_t)s->options.password.p, s->options.password.n);
    arena_free(s->known);
    arena_free(s->arena);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* --- names --- */

/* Fit to stand between backticks. */
static bool
is_name(struct str name)
{
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i], letter = (char)(c | 0x20);

        if ((letter < 'a' || letter > 'z') && (c < '0' || c > '9') && c != '_' && c != '$' &&
            c != '-')
            return false;
    }
    return name.n > 0 && name.n <= LONGEST_NAME;
}

static bool
read_names(struct sql *s, struct error *err)
{
    const struct str *cells;

    if (s->n_names > 0)
        return true;
    if (!sql_session_ask(s->session, STR("SHOW DATABASES"), err))
        return false;
    for (;;) {
        if (!sql_session_row(s->session, &cells, err))
            return false;
        if (!cells)
            return true;
        arena_grow(s->known, s->names, s->n_names, s->names_capacity);
        s->names[s->n_names++] = arena_str(s->known, cells[0]);
    }
}

static struct str
listed(const struct str *names, size_t n, struct arena *arena)
{
    AUTO_BUF list = { 0 };

    for (size_t i = 0; i < n; i++) {
        buf_add(&list, i ? STR(", ") : STR_NONE);
        buf_add(&list, names[i]);
    }
    return arena_str(arena, n ? buf_str(&list) : STR("none"));
}

/* The schema of Neutron has a name of its own in some clouds: ovs_neutron, neutron_ml2. */
static bool
find_neutron(struct sql *s, struct str *name, struct error *err)
{
    AUTO_ARENA  scratch = arena_new();
    struct str *found = NULL;
    size_t      n = 0, capacity = 0;

    if (!read_names(s, err))
        return false;
    for (size_t i = 0; i < s->n_names; i++) {
        if (!str_has(s->names[i], STR("neutron")))
            continue;
        arena_grow(scratch, found, n, capacity);
        found[n++] = s->names[i];
    }
    if (n == 0)
        return sql_fail(
            &s->options, err, SQL_FAULT_TABLE,
            "user %.40s sees no schema of Neutron (a name with \"neutron\" in it; there "
            "are: %.90s)",
            s->options.user.p, listed(s->names, s->n_names, scratch).p);
    if (n > 1)
        return sql_fail(&s->options, err, SQL_FAULT_TABLE,
                        "several schemas may be Neutron's (let user %.40s see only one): %.90s",
                        s->options.user.p, listed(found, n, scratch).p);
    *name = found[0];
    return true;
}

static bool
read_columns(struct sql *s, struct schema *schema, struct error *err)
{
    AUTO_BUF          statement = { 0 };
    const struct str *cells;

    buf_printf(&statement,
               "SELECT table_name, column_name, character_maximum_length IS NOT NULL FROM "
               "information_schema.columns WHERE table_schema = '%.*s' "
               "ORDER BY table_name, ordinal_position",
               STR_ARG(schema->name));
    if (!sql_session_ask(s->session, buf_str(&statement), err))
        return false;
    for (;;) {
        if (!sql_session_row(s->session, &cells, err))
            return false;
        if (!cells)
            return true;
        arena_grow(s->known, schema->columns, schema->n, schema->capacity);
        schema->columns[schema->n++] = (struct column){
            .table = arena_str(s->known, cells[0]),
            .name = arena_str(s->known, cells[1]),
            .is_text = str_is(cells[2], "1"),
        };
    }
}

static const struct schema *
find_schema(struct sql *s, struct str name, struct error *err)
{
    struct schema schema = { .name = name };

    if (str_is(name, "neutron") && !find_neutron(s, &schema.name, err))
        return NULL;
    for (size_t i = 0; i < s->n_schemas; i++)
        if (str_equal(s->schemas[i].name, schema.name))
            return &s->schemas[i];
    if (!is_name(schema.name)) {
        sql_fail(&s->options, err, SQL_FAULT_TABLE, "no name of a schema: %.*s",
                 STR_ARG(str_head(schema.name, LONGEST_NAME)));
        return NULL;
    }
    schema.name = arena_str(s->known, schema.name);
    if (!read_columns(s, &schema, err))
        return NULL;
    arena_grow(s->known, s->schemas, s->n_schemas, s->schemas_capacity);
    s->schemas[s->n_schemas] = schema;
    return &s->schemas[s->n_schemas++];
}

/* --- the statement --- */

static const struct column *
find_column(const struct schema *schema, struct str table, struct str name)
{
    for (size_t i = 0; i < schema->n; i++)
        if (str_equal(schema->columns[i].table, table) && str_equal(schema->columns[i].name, name))
            return &schema->columns[i];
    return NULL;
}

static void
add_column(struct buf *list, struct str name)
{
    buf_printf(list, "%s`%.*s`", list->n ? "," : "", STR_ARG(name));
}

/* The columns that are asked for and exist, in the order of the table. */
static void
add_columns(struct buf *list, const struct schema *schema, const struct request *r)
{
    for (size_t i = 0; i < schema->n; i++)
        if (str_equal(schema->columns[i].table, r->table) && is_name(schema->columns[i].name) &&
            request_has_column(r, schema->columns[i].name))
            add_column(list, schema->columns[i].name);
}

/* Nova keeps what was deleted. The mark is a number, of which any but 0 means deleted, or a text
 * that is empty, 0 or false until then. */
static void
add_condition(struct buf *statement, const struct schema *schema, struct str table)
{
    const struct column *mark = find_column(schema, table, STR("deleted"));

    if (mark)
        buf_add(statement, mark->is_text ? STR(" WHERE `deleted` IN ('', '0', 'false')")
                                         : STR(" WHERE `deleted` = 0"));
}

/* The question; false when it would have no columns. Then it asks for no row: the server knows
 * whether the table is not there or not ours. */
static bool
make_statement(const struct schema *schema, const struct request *r, struct buf *statement)
{
    AUTO_BUF columns = { 0 };

    add_columns(&columns, schema, r);
    buf_printf(statement, "SELECT %.*s FROM `%.*s`.`%.*s`",
               STR_ARG(columns.n ? buf_str(&columns) : STR("NULL")), STR_ARG(schema->name),
               STR_ARG(r->table));
    if (columns.n)
        add_condition(statement, schema, r->table);
    else
        buf_add(statement, STR(" LIMIT 0"));
    return columns.n > 0;
}

/* --- rows as JSON --- */

/* What stands ahead of a column's values. */
struct heading {
    struct str    text; /* "\"host\":" */
    enum sql_kind kind;
};

static struct heading *
read_headings(struct sql *s, struct arena *arena)
{
    size_t          n = sql_session_n_columns(s->session);
    struct heading *headings = arena_array(arena, struct heading, n);

    for (size_t i = 0; i < n; i++) {
        AUTO_BUF   text = { 0 };
        struct str name = sql_session_column(s->session, i, &headings[i].kind);

        doc_write_text(&text, name);
        buf_char(&text, ':');
        headings[i].text = arena_str(arena, buf_str(&text));
    }
    return headings;
}

static bool
read_rows(struct sql *s, struct buf *out, struct error *err)
{
    AUTO_ARENA            scratch = arena_new();
    const struct heading *headings = read_headings(s, scratch);
    size_t                n = sql_session_n_columns(s->session);
    const struct str     *cells;

    buf_char(out, '[');
    for (size_t row = 0; !out->full; row++) {
        if (!sql_session_row(s->session, &cells, err))
            return false;
        if (!cells)
            break;
        s->has_rows = true;
        buf_add(out, row ? STR(",\n{") : STR("{"));
        for (size_t i = 0; i < n; i++) {
            buf_add(out, i ? STR(",") : STR_NONE);
            buf_add(out, headings[i].text);
            sql_value_write(out, headings[i].kind, cells[i]);
        }
        buf_char(out, '}');
    }
    buf_char(out, ']');
    if (out->full) {
        disconnect(s); /* and with it from the rest of the rows */
        return sql_fail(&s->options, err, SQL_FAULT_SIZE, "the table is larger than %zu bytes",
                        out->max);
    }
    return true;
}

/* --- asking --- */

/* 'calipso'@'%', as a GRANT wants it: the account that we were let in by. */
static struct str
account(struct sql *s, struct arena *arena)
{
    const struct str *cells;
    struct str        user = s->options.user, found = STR_NONE;
    ptrdiff_t         at = -1;

    if (sql_session_ask(s->session, STR("SELECT CURRENT_USER()"), NULL))
        while (sql_session_row(s->session, &cells, NULL) && cells)
            found = arena_str(arena, cells[0]);
    at = str_find_last(found, '@');
    if (at < 0)
        return arena_printf(arena, "'%.*s'", STR_ARG(user));
    return arena_printf(arena, "'%.*s'@'%.*s'", STR_ARG(str_head(found, (size_t)at)),
                        STR_ARG(str_skip(found, (size_t)at + 1)));
}

static bool
explain_right(struct sql *s, struct str schema, struct str table, struct error *err)
{
    AUTO_ARENA scratch = arena_new();

    return sql_fail(&s->options, err, SQL_FAULT_RIGHT,
                    "user %.40s may not read %.*s.%.*s (GRANT SELECT ON %.*s.%.*s TO %s)",
                    s->options.user.p, STR_ARG(schema), STR_ARG(table), STR_ARG(schema),
                    STR_ARG(table), account(s, scratch).p);
}

static bool
read_table(struct sql *s, const struct request *r, struct buf *out, struct error *err)
{
    AUTO_BUF             statement = { 0 };
    const struct schema *schema;
    bool                 has_columns;

    if (!is_name(r->table))
        return sql_fail(&s->options, err, SQL_FAULT_TABLE, "no name of a table: %.*s",
                        STR_ARG(str_head(r->table, LONGEST_NAME)));
    schema = find_schema(s, r->schema, err);
    if (!schema)
        return false;
    has_columns = make_statement(schema, r, &statement);
    if (!sql_session_ask(s->session, buf_str(&statement), err))
        return err->code == SQL_FAULT_RIGHT ? explain_right(s, schema->name, r->table, err) : false;
    if (!read_rows(s, out, err))
        return false;
    if (!has_columns)
        return sql_fail(&s->options, err, SQL_FAULT_TABLE, "%.*s.%.*s has none of the columns %.*s",
                        STR_ARG(schema->name), STR_ARG(r->table),
                        STR_ARG(str_head(r->columns, LONGEST_NAME)));
    return true;
}

static bool
connect_sql(struct sql *s, struct error *err)
{
    if (!s->session)
        s->session = sql_session_open(&s->options, err);
    if (!s->session)
        return false;
    sql_session_set_time(s->session, s->options.table_time ? s->options.table_time : TABLE_TIME);
    return true;
}

static bool
try_table(struct sql *s, const struct request *r, struct buf *out, struct error *err)
{
    bool is_good;

    buf_clear(out);
    s->has_rows = false;
    is_good = connect_sql(s, err) && read_table(s, r, out, err);
    if (s->session && sql_session_is_lost(s->session))
        disconnect(s);
    return is_good;
}

/* Proxies and servers end connections that nobody used for a while, which shows at the next
 * question: then it is asked once more. */
static bool
ask_table(struct sql *s, const struct request *r, struct buf *out, struct error *err)
{
    bool was_connected = s->session != NULL;

    if (try_table(s, r, out, err))
        return true;
    if (!was_connected || err->code != SQL_FAULT_LOST || s->has_rows)
        return false;
    return try_table(s, r, out, err);
}

static bool
ask_form(struct sql *s, const struct request *form, struct arena *arena, struct answer *answer)
{
    AUTO_BUF out;

    buf_init(&out, s->options.largest ? s->options.largest : LARGEST);
    if (!ask_table(s, form, &out, &answer->error)) {
        answer->kind = ANSWER_FAILED;
        if (answer->error.code == SQL_FAULT_RIGHT || answer->error.code == SQL_FAULT_TABLE)
            return false; /* these name it */
        return error_prefix(&answer->error, "%.*s.%.*s: ", STR_ARG(form->schema),
                            STR_ARG(form->table));
    }
    answer->pages = arena_new_of(arena, struct reply);
    answer->pages[0].text = arena_str(arena, buf_str(&out));
    answer->pages[0].origin =
        arena_printf(arena, "%s:%u %.*s.%.*s", s->options.host.p, s->options.port,
                     STR_ARG(form->schema), STR_ARG(form->table));
    answer->n_pages = 1;
    answer->kind = ANSWER_GOOD;
    answer->error = (struct error){ 0 };
    return true;
}

bool
sql_ask(struct sql *s, const struct request *forms, size_t n_forms, struct arena *arena,
        struct answer *answer)
{
    bool is_good = false;

    *answer = (struct answer){ .kind = ANSWER_UNKNOWN };
    pthread_mutex_lock(&s->lock);
    for (size_t i = 0; i < n_forms && !is_good; i++) {
        if (forms[i].kind != REQUEST_SQL)
            continue;
        answer->form = i;
        is_good = ask_form(s, &forms[i], arena, answer);
    }
    pthread_mutex_unlock(&s->lock);
    return is_good;
}

/* --- trying --- */

static bool
test_schemas(struct sql *s, struct arena *arena, struct str *what, struct error *err)
{
    static const char *const wanted[] = { "nova", "nova_api" };
    struct str               found[N_ELEMENTS(wanted) + 1];
    size_t                   n = 0;

    if (!connect_sql(s, err) || !find_neutron(s, &found[n], err))
        return false;
    n++;
    for (size_t i = 0; i < N_ELEMENTS(wanted); i++)
        for (size_t k = 0; k < s->n_names; k++)
            if (str_is(s->names[k], wanted[i]))
                found[n++] = s->names[k];
    if (n == 1)
        return sql_fail(&s->options, err, SQL_FAULT_TABLE,
                        "user %.40s does not see the schema nova (there are: %.90s)",
                        s->options.user.p, listed(s->names, s->n_names, arena).p);
    *what = arena_printf(arena, "%s, %s", sql_session_server(s->session, arena).p,
                         listed(found, n, arena).p);
    return true;
}

bool
sql_test(struct sql *s, struct arena *arena, struct str *what, struct error *err)
{
    bool is_good;

    pthread_mutex_lock(&s->lock);
    disconnect(s); /* to see whether one gets in now */
    is_good = test_schemas(s, arena, what, err);
    if (s->session && sql_session_is_lost(s->session))
        disconnect(s);
    pthread_mutex_unlock(&s->lock);
    return is_good;
}
