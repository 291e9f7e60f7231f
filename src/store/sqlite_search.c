/* The search table: words of objects, put in with the row of an object and taken out with it.
 *
 * Each word stands behind the number of its inventory, "3=node-1": those of one inventory are together,
 * and what others have, however much, is not looked at. */

#include "base/ascii.h"
#include "store/sqlite.h"
#include "store/terms.h"

enum {
    N_WORDS = 16,       /* of a search; more make it no narrower */
    N_WHOLE = 20000,    /* candidates that are put in order: with the words as they are, */
    N_BEGINNING = 1000, /* and with words that begin so: of more, typing on is what helps */
};

void
search_words(struct buf *out, int64_t inventory, struct str words)
{
    struct str word;

    while (term_next(&words, &word)) {
        buf_number(out, inventory);
        buf_char(out, '=');
        buf_add(out, word);
        buf_char(out, ' ');
    }
}

/* What search_text() makes: words of a body, and these with their inventory. */
struct text {
    struct buf words, all;
};

static void
search_text(sqlite3_context *context, int n_arguments, sqlite3_value **arguments)
{
    struct text *text = sqlite3_user_data(context);
    const char  *body = (const char *)sqlite3_value_text(arguments[1]);
    size_t       n = (size_t)sqlite3_value_bytes(arguments[1]);

    (void)n_arguments;
    buf_clear(&text->words);
    buf_clear(&text->all);
    if (body)
        terms_of_body(&text->words, (struct str){ body, n });
    search_words(&text->all, sqlite3_value_int64(arguments[0]), buf_str(&text->words));
    sqlite3_result_text64(context, text->all.p ? text->all.p : "", text->all.n, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
}

static void
free_text(void *context)
{
    struct text *text = context;

    buf_done(&text->words);
    buf_done(&text->all);
    free(text);
}

bool
search_init(struct store *store, struct error *err)
{
    return sqlite3_create_function_v2(
               store->db, "search_text", 2, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
               xcalloc(1, sizeof(struct text)), search_text, NULL, NULL, free_text) == SQLITE_OK ||
           sql_failed(store, err);
}

/* The words of the table are there as a table, too: (term, doc = object.n), in the order of words. */
bool
search_open(struct store *store, struct error *err)
{
    return sql_run(store, "CREATE VIRTUAL TABLE temp.word USING fts5vocab(main, search, instance)",
                   err);
}

bool
search_forget(struct store *store, int64_t inventory, struct error *err)
{
    AUTO_STATEMENT drop =
        sql_prepare(store, SEARCH_DROP "WHERE o.inventory = ? AND " SEARCH_NO_FOLDER, err);

    if (!drop)
        return false;
    bind_int(drop, 1, inventory);
    return sql_finish(store, drop, err);
}

/* The words as an expression of FTS5, all of which must match; quoted, so that nothing in them is
 * an operator. */
static void
write_expression(struct buf *out, struct str words, const char *behind_word)
{
    struct str word;

    while (term_next(&words, &word)) {
        buf_add(out, STR("\""));
        buf_add(out, word);
        buf_add(out, STR("\""));
        buf_add(out, str_from(behind_word));
        buf_char(out, ' ');
    }
}

/* The words of a search as the table has them; how many is returned. */
static size_t
write_words(struct buf *out, int64_t inventory, struct str text)
{
    struct str rest = text, word;
    size_t     n;

    for (n = 0; n < N_WORDS && term_next(&rest, &word); n++)
        search_words(out, inventory, word);
    for (size_t i = 0; i < out->n; i++)
        out->p[i] = ascii_lower(out->p[i]);
    return n;
}

/* Whole words first and on their own: among more candidates than are put in order, an exact name must
 * not be missed. */
#define FIND(begins)                                                                               \
    "WITH hit(n) AS ("                                                                             \
    " SELECT n FROM (SELECT rowid AS n FROM search WHERE search MATCH ?1 LIMIT ?4)"                \
    " UNION"                                                                                       \
    " SELECT n FROM (" begins " LIMIT ?5))"                                                        \
    "SELECT " OBJECT_COLUMNS                                                                       \
    "FROM hit CROSS JOIN object o ON o.n = hit.n CROSS JOIN inventory i ON i.n = o.inventory "     \
    "ORDER BY CASE WHEN lower(o.id) = lower(?3) OR lower(o.name) = lower(?3) THEN 0 "              \
    "WHEN lower(substr(o.name, 1, length(?3))) = lower(?3) THEN 1 ELSE 2 END, o.type, o.id "       \
    "LIMIT ?6"

static const char find_words[] = FIND("SELECT rowid AS n FROM search WHERE search MATCH ?2");

/* FTS5 gathers the rows of every word that begins so before it gives the first; the table of words
 * does not. An object may have many of them. */
static const char find_word[] = FIND("SELECT DISTINCT doc AS n FROM temp.word "
                                     "WHERE term >= ?2 AND term <= ?2 || char(0x10ffff)");

bool
store_search(struct store *store, const struct inventory *inventory, struct str text, size_t limit,
             object_row_fn *row, void *context, struct error *err)
{
    struct str wanted = str_trim(text);
    AUTO_BUF   words = { 0 };
    AUTO_BUF   exact = { 0 };
    AUTO_BUF   begins = { 0 };
    int64_t    number;
    size_t     n_words;
    bool       found;

    if (!inventory_number(store, inventory, false, &number, err))
        return false;
    n_words = write_words(&words, number, text);
    if (n_words == 0)
        return error_set(err, ERROR_USAGE, 0, "search: no letter or digit to look for");
    write_expression(&exact, buf_str(&words), "");
    if (n_words == 1)
        buf_add(&begins, str_trim(buf_str(&words)));
    else
        write_expression(&begins, buf_str(&words), "*");

    AUTO_STATEMENT find = sql_prepare(store, n_words == 1 ? find_word : find_words, err);

    if (!find)
        return false;
    bind_text(find, 1, buf_str(&exact));
    bind_text(find, 2, buf_str(&begins));
    bind_text(find, 3, wanted);
    bind_int(find, 4, N_WHOLE);
    bind_int(find, 5, N_BEGINNING);
    bind_int(find, 6, limit ? (int64_t)limit : -1);
    while (sql_row(store, find, &found, err)) {
        struct object_row object;

        if (!found)
            return true;
        object_row_read(find, &object);
        if (!row(context, &object))
            return true;
    }
    return false;
}
