/* The search table: words of objects, put in with the row of an object and taken out with it. */

#include "base/ascii.h"
#include "store/sqlite.h"
#include "store/terms.h"

enum {
    N_WORDS = 16,       /* of a search; more make it no narrower */
    N_WHOLE = 20000,    /* candidates that are put in order: with the words as they are, */
    N_BEGINNING = 1000, /* and with words that begin so: of more, typing on is what helps */
};

static void
search_text(sqlite3_context *context, int n_arguments, sqlite3_value **arguments)
{
    struct buf *words = sqlite3_user_data(context);
    const char *body = (const char *)sqlite3_value_text(arguments[0]);
    size_t      n = (size_t)sqlite3_value_bytes(arguments[0]);

    (void)n_arguments;
    buf_clear(words);
    if (body)
        terms_of_body(words, (struct str){ body, n });
    sqlite3_result_text64(context, words->p ? words->p : "", words->n, SQLITE_TRANSIENT,
                          SQLITE_UTF8);
}

static void
free_words(void *words)
{
    buf_done(words);
    free(words);
}

/* The words of the table are there as a table, too: (term, doc = object.n), in the order of words. */
bool
search_init(struct store *store, struct error *err)
{
    struct buf *words = xcalloc(1, sizeof *words);

    buf_init(words, 0);
    if (sqlite3_create_function_v2(store->db, "search_text", 1,
                                   SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, words,
                                   search_text, NULL, NULL, free_words) != SQLITE_OK)
        return sql_failed(store, err);
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
 * an operator. How many they are is returned. */
static size_t
write_expression(struct buf *out, struct str text, const char *behind_word)
{
    struct str rest = text, word;
    size_t     n;

    for (n = 0; n < N_WORDS && term_next(&rest, &word); n++) {
        buf_add(out, STR("\""));
        buf_add(out, word);
        buf_add(out, STR("\""));
        buf_add(out, str_from(behind_word));
        buf_char(out, ' ');
    }
    return n;
}

/* A word as the table has it. */
static void
write_word(struct buf *out, struct str text)
{
    struct str rest = text, word;

    if (term_next(&rest, &word))
        for (size_t i = 0; i < word.n; i++)
            buf_char(out, ascii_lower(word.p[i]));
}

/* Whole words first and on their own: among more candidates than are put in order, an exact name must
 * not be missed. */
#define FIND(begins)                                                                               \
    "WITH hit(n) AS ("                                                                             \
    " SELECT n FROM (SELECT o.n FROM inventory i CROSS JOIN search s CROSS JOIN object o"          \
    "  ON o.n = s.rowid WHERE i.environment = ?1 AND i.space = ?2 AND s.search MATCH ?3"           \
    "  AND o.inventory = i.n LIMIT ?6)"                                                            \
    " UNION"                                                                                       \
    " SELECT n FROM (SELECT o.n FROM inventory i CROSS JOIN " begins                               \
    "  AND i.environment = ?1 AND i.space = ?2 AND o.inventory = i.n LIMIT ?8))"                   \
    "SELECT " OBJECT_COLUMNS                                                                       \
    "FROM hit CROSS JOIN object o ON o.n = hit.n CROSS JOIN inventory i ON i.n = o.inventory "     \
    "ORDER BY CASE WHEN lower(o.id) = lower(?5) OR lower(o.name) = lower(?5) THEN 0 "              \
    "WHEN lower(substr(o.name, 1, length(?5))) = lower(?5) THEN 1 ELSE 2 END, o.type, o.id "       \
    "LIMIT ?7"

static const char find_words[] =
    FIND("search s CROSS JOIN object o ON o.n = s.rowid WHERE s.search MATCH ?4");

/* FTS5 gathers the rows of every word that begins so before it gives the first; the table of words
 * does not. */
static const char find_word[] = FIND("temp.word w CROSS JOIN object o ON o.n = w.doc"
                                     " WHERE w.term >= ?4 AND w.term <= ?4 || char(0x10ffff)");

bool
store_search(struct store *store, const struct inventory *inventory, struct str text, size_t limit,
             object_row_fn *row, void *context, struct error *err)
{
    struct str wanted = str_trim(text);
    AUTO_BUF   exact = { 0 };
    AUTO_BUF   begins = { 0 };
    size_t     n_words = write_expression(&exact, text, "");
    bool       found;

    if (n_words == 0)
        return error_set(err, ERROR_USAGE, 0, "search: no letter or digit to look for");
    if (n_words == 1)
        write_word(&begins, text);
    else
        write_expression(&begins, text, "*");

    AUTO_STATEMENT find = sql_prepare(store, n_words == 1 ? find_word : find_words, err);

    if (!find)
        return false;
    bind_inventory(find, 1, inventory);
    bind_text(find, 3, buf_str(&exact));
    bind_text(find, 4, buf_str(&begins));
    bind_text(find, 5, wanted);
    bind_int(find, 6, N_WHOLE);
    bind_int(find, 8, N_BEGINNING);
    bind_int(find, 7, limit ? (int64_t)limit : -1);
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
