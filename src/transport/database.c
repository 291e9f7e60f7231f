/* Which table, which columns, which rows. */

#include "transport/database.h"

#include <pthread.h>

#include "base/buf.h"
#include "base/doc.h"
#include "transport/database_session.h"

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

struct database {
    pthread_mutex_t          lock; /* of all that follows */
    struct arena            *arena;
    struct database_options  options;
    struct database_session *session; /* NULL: not connected */
    struct arena            *known;   /* what was learnt over this connection: */
    struct str              *names;   /* of schemas */
    size_t                   n_names, names_capacity;
    struct schema           *schemas;
    size_t                   n_schemas, schemas_capacity;
    bool                     has_rows; /* some of the table came */
};

struct database *
database_new(const struct database_options *options)
{
    struct database *d = xcalloc(1, sizeof *d);

    pthread_mutex_init(&d->lock, NULL);
    d->arena = arena_new();
    d->known = arena_new();
    d->options = *options;
    d->options.host = arena_str(d->arena, options->host);
    d->options.user = arena_str(d->arena, options->user);
    d->options.password = arena_str(d->arena, options->password);
    d->options.ca = arena_str(d->arena, options->ca);
    return d;
}

static void
disconnect(struct database *d)
{
    database_session_close(d->session);
    d->session = NULL;
    arena_clear(d->known);
    d->names = NULL;
    d->schemas = NULL;
    d->n_names = d->names_capacity = d->n_schemas = d->schemas_capacity = 0;
}

void
database_free(struct database *d)
{
    if (!d)
        return;
    disconnect(d);
    /* The password's copy; nobody else has it. */
    explicit_bzero((char *)(uintptr_t)d->options.password.p, d->options.password.n);
    arena_free(d->known);
    arena_free(d->arena);
    pthread_mutex_destroy(&d->lock);
    free(d);
}

/* --- names --- */

/* Fit to stand between backticks. */
static bool
is_name(struct str name)
{
    return name.n <= LONGEST_NAME && str_holds_only(name, "_$-");
}

/* The next row of an answer. False behind the last one, and when something failed ('*good'), be it
 * the question. */
static bool
next_row(struct database *d, bool *good, const struct str **cells, struct error *err)
{
    *good = *good && database_session_row(d->session, cells, err);
    return *good && *cells;
}

static bool
read_names(struct database *d, struct error *err)
{
    const struct str *cells;
    bool              good;

    if (d->n_names > 0)
        return true;
    good = database_session_ask(d->session, STR("SHOW DATABASES"), err);
    while (next_row(d, &good, &cells, err)) {
        arena_grow(d->known, d->names, d->n_names, d->names_capacity);
        d->names[d->n_names++] = arena_str(d->known, cells[0]);
    }
    return good;
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
find_neutron(struct database *d, struct str *name, struct error *err)
{
    AUTO_ARENA  scratch = arena_new();
    struct str *found = NULL;
    size_t      n = 0, capacity = 0;

    if (!read_names(d, err))
        return false;
    for (size_t i = 0; i < d->n_names; i++) {
        if (!str_has(d->names[i], STR("neutron")))
            continue;
        arena_grow(scratch, found, n, capacity);
        found[n++] = d->names[i];
    }
    if (n == 0)
        return database_fail(
            &d->options, err, DATABASE_FAULT_TABLE,
            "user %.40s sees no schema of Neutron (a name with \"neutron\" in it; there "
            "are: %.90s)",
            d->options.user.p, listed(d->names, d->n_names, scratch).p);
    if (n > 1)
        return database_fail(
            &d->options, err, DATABASE_FAULT_TABLE,
            "several schemas may be Neutron's (let user %.40s see only one): %.90s",
            d->options.user.p, listed(found, n, scratch).p);
    *name = found[0];
    return true;
}

static bool
read_columns(struct database *d, struct schema *schema, struct error *err)
{
    AUTO_BUF          statement = { 0 };
    const struct str *cells;
    bool              good;

    buf_printf(&statement,
               "SELECT table_name, column_name, character_maximum_length IS NOT NULL FROM "
               "information_schema.columns WHERE table_schema = '%.*s' "
               "ORDER BY table_name, ordinal_position",
               STR_ARG(schema->name));
    good = database_session_ask(d->session, buf_str(&statement), err);
    while (next_row(d, &good, &cells, err)) {
        arena_grow(d->known, schema->columns, schema->n, schema->capacity);
        schema->columns[schema->n++] = (struct column){
            .table = arena_str(d->known, cells[0]),
            .name = arena_str(d->known, cells[1]),
            .is_text = str_is(cells[2], "1"),
        };
    }
    return good;
}

static const struct schema *
find_schema(struct database *d, struct str name, struct error *err)
{
    struct schema schema = { .name = name };

    if (str_is(name, "neutron") && !find_neutron(d, &schema.name, err))
        return NULL;
    for (size_t i = 0; i < d->n_schemas; i++)
        if (str_equal(d->schemas[i].name, schema.name))
            return &d->schemas[i];
    if (!is_name(schema.name)) {
        database_fail(&d->options, err, DATABASE_FAULT_TABLE, "no name of a schema: %.*s",
                      STR_ARG(str_head(schema.name, LONGEST_NAME)));
        return NULL;
    }
    schema.name = arena_str(d->known, schema.name);
    if (!read_columns(d, &schema, err))
        return NULL;
    arena_grow(d->known, d->schemas, d->n_schemas, d->schemas_capacity);
    d->schemas[d->n_schemas] = schema;
    return &d->schemas[d->n_schemas++];
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
    struct str         text; /* "\"host\":" */
    enum database_kind kind;
};

static struct heading *
read_headings(struct database *d, struct arena *arena)
{
    size_t          n = database_session_n_columns(d->session);
    struct heading *headings = arena_array(arena, struct heading, n);

    for (size_t i = 0; i < n; i++) {
        AUTO_BUF   text = { 0 };
        struct str name = database_session_column(d->session, i, &headings[i].kind);

        doc_write_text(&text, name);
        buf_char(&text, ':');
        headings[i].text = arena_str(arena, buf_str(&text));
    }
    return headings;
}

static bool
read_rows(struct database *d, struct buf *out, struct error *err)
{
    AUTO_ARENA            scratch = arena_new();
    const struct heading *headings = read_headings(d, scratch);
    size_t                n = database_session_n_columns(d->session);
    const struct str     *cells;
    bool                  good = true;

    buf_char(out, '[');
    while (!out->full && next_row(d, &good, &cells, err)) {
        d->has_rows = true;
        buf_add(out, out->n > 1 ? STR(",\n{") : STR("{"));
        for (size_t i = 0; i < n; i++) {
            buf_add(out, i ? STR(",") : STR_NONE);
            buf_add(out, headings[i].text);
            database_value_write(out, headings[i].kind, cells[i]);
        }
        buf_char(out, '}');
    }
    if (!good)
        return false;
    buf_char(out, ']');
    if (out->full) {
        disconnect(d); /* and with it from the rest of the rows */
        return database_fail(&d->options, err, DATABASE_FAULT_SIZE,
                             "the table is larger than %zu bytes", out->max);
    }
    return true;
}

/* --- asking --- */

/* 'calipso'@'%', as a GRANT wants it: the account that we were let in by. */
static struct str
account(struct database *d, struct arena *arena)
{
    const struct str *cells;
    struct str        user = d->options.user, found = STR_NONE;
    ptrdiff_t         at = -1;
    bool              good = database_session_ask(d->session, STR("SELECT CURRENT_USER()"), NULL);

    while (next_row(d, &good, &cells, NULL))
        found = arena_str(arena, cells[0]);
    at = str_find_last(found, '@');
    if (at < 0)
        return arena_printf(arena, "'%.*s'", STR_ARG(user));
    return arena_printf(arena, "'%.*s'@'%.*s'", STR_ARG(str_head(found, (size_t)at)),
                        STR_ARG(str_skip(found, (size_t)at + 1)));
}

/* Ask for a table's rows; when we may not, say what would help. */
static bool
ask_for_rows(struct database *d, struct str schema, struct str table, struct str statement,
             struct error *err)
{
    AUTO_ARENA scratch = arena_new();

    if (database_session_ask(d->session, statement, err))
        return true;
    if (err->code != DATABASE_FAULT_RIGHT)
        return false;
    return database_fail(&d->options, err, DATABASE_FAULT_RIGHT,
                         "user %.40s may not read %.*s.%.*s (GRANT SELECT ON %.*s.%.*s TO %s)",
                         d->options.user.p, STR_ARG(schema), STR_ARG(table), STR_ARG(schema),
                         STR_ARG(table), account(d, scratch).p);
}

static bool
read_table(struct database *d, const struct request *r, struct buf *out, struct error *err)
{
    AUTO_BUF             statement = { 0 };
    const struct schema *schema;
    bool                 has_columns;

    if (!is_name(r->table))
        return database_fail(&d->options, err, DATABASE_FAULT_TABLE, "no name of a table: %.*s",
                             STR_ARG(str_head(r->table, LONGEST_NAME)));
    schema = find_schema(d, r->schema, err);
    if (!schema)
        return false;
    has_columns = make_statement(schema, r, &statement);
    if (!ask_for_rows(d, schema->name, r->table, buf_str(&statement), err) ||
        !read_rows(d, out, err))
        return false;
    if (!has_columns)
        return database_fail(&d->options, err, DATABASE_FAULT_TABLE,
                             "%.*s.%.*s has none of the columns %.*s", STR_ARG(schema->name),
                             STR_ARG(r->table), STR_ARG(str_head(r->columns, LONGEST_NAME)));
    return true;
}

static bool
open_session(struct database *d, struct error *err)
{
    if (!d->session)
        d->session = database_session_open(&d->options, err);
    if (!d->session)
        return false;
    database_session_set_time(d->session,
                              d->options.table_time ? d->options.table_time : TABLE_TIME);
    return true;
}

static bool
try_table(struct database *d, const struct request *r, struct buf *out, struct error *err)
{
    bool is_good;

    buf_clear(out);
    d->has_rows = false;
    is_good = open_session(d, err) && read_table(d, r, out, err);
    if (d->session && database_session_is_lost(d->session))
        disconnect(d);
    return is_good;
}

/* Proxies and servers end connections that nobody used for a while, which shows at the next
 * question: then it is asked once more. */
static bool
ask_table(struct database *d, const struct request *r, struct buf *out, struct error *err)
{
    bool was_connected = d->session != NULL;

    if (try_table(d, r, out, err))
        return true;
    if (!was_connected || err->code != DATABASE_FAULT_LOST || d->has_rows)
        return false;
    return try_table(d, r, out, err);
}

static bool
ask_form(struct database *d, const struct request *form, struct arena *arena, struct answer *answer)
{
    AUTO_BUF out;

    buf_init(&out, d->options.largest ? d->options.largest : LARGEST);
    if (!ask_table(d, form, &out, &answer->error)) {
        answer->kind = ANSWER_FAILED;
        if (answer->error.code == DATABASE_FAULT_RIGHT ||
            answer->error.code == DATABASE_FAULT_TABLE)
            return false; /* these name it */
        return error_prefix(&answer->error, "%.*s.%.*s: ", STR_ARG(form->schema),
                            STR_ARG(form->table));
    }
    answer->pages = arena_new_of(arena, struct reply);
    answer->pages[0].text = arena_str(arena, buf_str(&out));
    answer->pages[0].origin =
        arena_printf(arena, "%s:%u %.*s.%.*s", d->options.host.p, d->options.port,
                     STR_ARG(form->schema), STR_ARG(form->table));
    answer->n_pages = 1;
    answer->kind = ANSWER_GOOD;
    answer->error = (struct error){ 0 };
    return true;
}

bool
database_ask(struct database *d, const struct request *forms, size_t n_forms, struct arena *arena,
             struct answer *answer)
{
    bool is_good = false;

    *answer = (struct answer){ .kind = ANSWER_UNKNOWN };
    pthread_mutex_lock(&d->lock);
    for (size_t i = 0; i < n_forms && !is_good; i++) {
        if (forms[i].kind != REQUEST_SQL)
            continue;
        answer->form = i;
        is_good = ask_form(d, &forms[i], arena, answer);
    }
    pthread_mutex_unlock(&d->lock);
    return is_good;
}

/* --- trying --- */

/* As read_table(), of no row. */
static bool
look_at(struct database *d, const struct request *r, struct error *err)
{
    AUTO_BUF             statement = { 0 }, rows = { 0 };
    const struct schema *schema = find_schema(d, r->schema, err);

    if (!schema)
        return false;
    if (make_statement(schema, r, &statement))
        buf_add(&statement, STR(" LIMIT 0"));
    return ask_for_rows(d, schema->name, r->table, buf_str(&statement), err) &&
           read_rows(d, &rows, err);
}

bool
database_may_read(struct database *d, const struct request *form, struct error *err)
{
    bool is_good;

    pthread_mutex_lock(&d->lock);
    is_good = open_session(d, err) && look_at(d, form, err);
    if (d->session && database_session_is_lost(d->session))
        disconnect(d);
    pthread_mutex_unlock(&d->lock);
    return is_good;
}

static bool
test_schemas(struct database *d, struct arena *arena, struct str *what, struct error *err)
{
    static const char *const wanted[] = { "nova", "nova_api" };
    struct str               found[N_ELEMENTS(wanted) + 1];
    size_t                   n = 0;

    if (!open_session(d, err) || !find_neutron(d, &found[n], err))
        return false;
    n++;
    for (size_t i = 0; i < N_ELEMENTS(wanted); i++)
        for (size_t k = 0; k < d->n_names; k++)
            if (str_is(d->names[k], wanted[i]))
                found[n++] = d->names[k];
    if (n == 1)
        return database_fail(&d->options, err, DATABASE_FAULT_TABLE,
                             "user %.40s does not see the schema nova (there are: %.90s)",
                             d->options.user.p, listed(d->names, d->n_names, arena).p);
    *what = arena_printf(arena, "%s, %s", database_session_server(d->session, arena).p,
                         listed(found, n, arena).p);
    return true;
}

bool
database_test(struct database *d, struct arena *arena, struct str *what, struct error *err)
{
    bool is_good;

    pthread_mutex_lock(&d->lock);
    disconnect(d); /* to see whether one gets in now */
    is_good = test_schemas(d, arena, what, err);
    if (d->session && database_session_is_lost(d->session))
        disconnect(d);
    pthread_mutex_unlock(&d->lock);
    return is_good;
}
