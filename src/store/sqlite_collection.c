/* Small collections: documents by "_id", in order of insertion.
 *
 * Clique types and constraints decide what a clique is, so a change of one is a revision and the
 * earlier version is kept; of the others only the present matters. */

#include "store/sqlite.h"

/* Collections whose documents are told by their name when they come without "_id". */
static const char *const named[] = { "constants", "roles" };

static bool
is_named(struct str collection)
{
    for (size_t i = 0; i < N_ELEMENTS(named); i++)
        if (str_is(collection, named[i]))
            return true;
    return false;
}

/* Also those of another space: RDO_clique_types. */
static bool
has_history(struct str collection)
{
    return str_has(collection, STR("clique_types")) ||
           str_has(collection, STR("clique_constraints"));
}

/* The revision of this transaction, made with its first change. */
static bool
document_revision(struct store *store, struct str collection, uint64_t *revision, struct error *err)
{
    if (store->document_revision == 0) {
        AUTO_STATEMENT add = sql_prepare(
            store,
            "INSERT INTO revision (revision, environment, space, time, cause, scope, counts) "
            "VALUES (?, '', '', ?, 'collection', ?, '{}')",
            err);

        if (!add || !next_revision(store, revision, err))
            return false;
        bind_int(add, 1, (int64_t)*revision);
        bind_int(add, 2, store_now());
        bind_text(add, 3, collection);
        if (!sql_finish(store, add, err))
            return false;
        store->document_revision = *revision;
    }
    *revision = store->document_revision;
    return true;
}

static bool
keep_document(struct store *store, struct str collection, struct str id, uint64_t revision,
              struct error *err)
{
    AUTO_STATEMENT keep =
        sql_prepare(store,
                    "INSERT INTO document_old (collection, id, rev_from, rev_to, body) "
                    "SELECT collection, id, rev_from, ?3, body FROM document "
                    "WHERE collection = ?1 AND (?2 = '' OR id = ?2)",
                    err);

    if (!keep)
        return false;
    bind_text(keep, 1, collection);
    bind_text(keep, 2, id);
    bind_int(keep, 3, (int64_t)revision);
    return sql_finish(store, keep, err);
}

/* What the feed tells of, and whom it asks for rights. */
static const struct {
    const char    *collection;
    enum feed_kind kind;
} told[] = {
    { "scans", FEED_SCAN },
    { "scheduled_scans", FEED_SCHEDULE },
    { "connection_tests", FEED_TEST },
    { "users", FEED_RIGHTS },
    { "tokens", FEED_RIGHTS },
};

static enum feed_kind
feed_kind_of(struct str collection)
{
    for (size_t i = 0; i < N_ELEMENTS(told); i++)
        if (str_is(collection, told[i].collection))
            return told[i].kind;
    return N_FEED_KINDS;
}

static void
tell_document(struct store *store, enum feed_kind kind, enum feed_what what, struct str id,
              struct str body)
{
    AUTO_ARENA        arena = arena_new();
    AUTO_BUF          members = { 0 };
    const struct doc *d = kind == FEED_RIGHTS ? NULL : doc_parse(arena, body, NULL);
    struct feed_row   row = {
          .kind = kind, .what = what, .id = id, .environment = doc_get_text(d, "environment")
    };

    if (kind == FEED_TEST) {
        row.type = doc_get_text(d, "user");
        if (!doc_truth(doc_get(d, "is_saved"))) {
            feed_member(&members, "environment", row.environment);
            row.environment = STR_NONE;
        }
    }
    feed_member(&members, "status", doc_get_text(d, "status"));
    row.members = buf_str(&members);
    feed_note(store, &row);
}

/* Those that are about to go. */
static bool
tell_documents(struct store *store, struct str collection, struct str id, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(
        store, "SELECT id, body FROM document WHERE collection = ?1 AND (?2 = '' OR id = ?2)", err);
    bool found;

    if (!find)
        return false;
    bind_text(find, 1, collection);
    bind_text(find, 2, id);
    while (sql_row(store, find, &found, err)) {
        if (!found)
            return true;
        tell_document(store, feed_kind_of(collection), FEED_REMOVED, column_text(find, 0),
                      column_text(find, 1));
    }
    return false;
}

static bool
put_document(struct store *store, struct str collection, struct str id, struct str body,
             struct error *err)
{
    AUTO_STATEMENT find =
        sql_prepare(store, "SELECT body = ?3 FROM document WHERE collection = ?1 AND id = ?2", err);
    AUTO_STATEMENT put = sql_prepare(
        store,
        "INSERT INTO document (collection, id, rev_from, body, environment, status) "
        "VALUES (?1, ?2, ?4, ?3, "
        "iif(?1 = 'scans', coalesce(?3 ->> '$.environment', ''), ''), "
        "iif(?1 IN ('scans', 'connection_tests'), coalesce(?3 ->> '$.status', ''), '')) "
        "ON CONFLICT (collection, id) DO UPDATE SET rev_from = excluded.rev_from, "
        "body = excluded.body, environment = excluded.environment, "
        "status = excluded.status",
        err);
    uint64_t revision = 0;
    bool     found;

    if (!find || !put)
        return false;
    bind_text(find, 1, collection);
    bind_text(find, 2, id);
    bind_text(find, 3, body);
    if (!sql_row(store, find, &found, err))
        return false;
    if (found && sqlite3_column_int(find, 0))
        return true;
    sqlite3_reset(find);
    if (has_history(collection) &&
        (!document_revision(store, collection, &revision, err) ||
         (found && !keep_document(store, collection, id, revision, err))))
        return false;
    bind_text(put, 1, collection);
    bind_text(put, 2, id);
    bind_text(put, 3, body);
    bind_int(put, 4, (int64_t)revision);
    if (feed_kind_of(collection) != N_FEED_KINDS)
        tell_document(store, feed_kind_of(collection), found ? FEED_CHANGED : FEED_ADDED, id, body);
    return sql_finish(store, put, err);
}

bool
collection_put(struct store *store, struct str collection, struct str document, struct arena *arena,
               struct str *id, struct error *err)
{
    struct doc *d = doc_parse(arena, document, err);
    struct str  key;

    if (!d)
        return error_prefix(err, "%.*s: ", STR_ARG(collection));
    if (doc_kind(d) != DOC_OBJECT || str_empty(collection))
        return error_set(err, ERROR_PARSE, 0, "%.*s: expected a JSON object", STR_ARG(collection));
    key = doc_scalar(doc_get(d, "_id"), arena);
    if (doc_get(d, "_id") && str_empty(key))
        return error_set(err, ERROR_PARSE, 0, "%.*s: _id: expected a string", STR_ARG(collection));
    if (str_empty(key)) {
        struct str name = doc_get_text(d, "name");
        struct str content = is_named(collection) && name.n ? name : doc_body(arena, d);

        key = oid_text(OID(collection, content), arena);
        doc_set_text(arena, d, "_id", key);
    }
    if (!write_begin(store, err) ||
        !write_end(store, put_document(store, collection, key, doc_body(arena, d), err), err))
        return false;
    if (id)
        *id = key;
    return true;
}

bool
collection_find(struct store *store, struct str collection, struct str id, struct arena *arena,
                bool *found, struct str *document, struct error *err)
{
    AUTO_LOAN find = { 0 };

    if (!sql_borrow(store, "SELECT body FROM document WHERE collection = ? AND id = ?", &find, err))
        return false;
    bind_text(find.statement, 1, collection);
    bind_text(find.statement, 2, id);
    if (!sql_row(store, find.statement, found, err))
        return false;
    if (*found)
        *document = arena_str(arena, column_text(find.statement, 0));
    return true;
}

bool
collection_get(struct store *store, struct str collection, struct str id, struct arena *arena,
               struct str *document, struct error *err)
{
    bool found;

    if (!collection_find(store, collection, id, arena, &found, document, err))
        return false;
    return found || error_set(err, ERROR_NOT_FOUND, 0, "%.*s: nothing with _id %.*s",
                              STR_ARG(collection), STR_ARG(id));
}

/* Those that a statement finds for a collection and, where it asks for one, a text more. */
static bool
list(struct store *store, const char *sql, struct str collection, struct str which,
     document_fn *row, void *context, struct error *err)
{
    AUTO_LOAN find = { 0 };
    bool      found;

    if (!sql_borrow(store, sql, &find, err))
        return false;
    bind_text(find.statement, 1, collection);
    if (sqlite3_bind_parameter_count(find.statement) > 1)
        bind_text(find.statement, 2, which);
    while (sql_row(store, find.statement, &found, err))
        if (!found || !row(context, column_text(find.statement, 0), column_text(find.statement, 1)))
            return true;
    return false;
}

bool
collection_list(struct store *store, struct str collection, document_fn *row, void *context,
                struct error *err)
{
    return list(store, "SELECT id, body FROM document WHERE collection = ? ORDER BY n", collection,
                STR_NONE, row, context, err);
}

bool
collection_list_environment(struct store *store, struct str collection, struct str environment,
                            document_fn *row, void *context, struct error *err)
{
    return list(store,
                "SELECT id, body FROM document WHERE collection = ?1 AND "
                "body ->> '$.environment' = ?2 ORDER BY n",
                collection, environment, row, context, err);
}

bool
collection_list_status(struct store *store, struct str collection, struct str status,
                       document_fn *row, void *context, struct error *err)
{
    return list(store,
                "SELECT id, body FROM document INDEXED BY document_status "
                "WHERE collection = ?1 AND status = ?2 AND status <> '' ORDER BY n",
                collection, status, row, context, err);
}

/* Backwards as they stand in the table or its index: nothing is sorted, and the walk ends when the
 * caller has enough. */
bool
collection_list_latest(struct store *store, struct str collection, document_fn *row, void *context,
                       struct error *err)
{
    return list(store,
                "SELECT id, body FROM document NOT INDEXED WHERE collection = ? "
                "ORDER BY n DESC",
                collection, STR_NONE, row, context, err);
}

bool
collection_list_scans(struct store *store, struct str environment, document_fn *row, void *context,
                      struct error *err)
{
    return list(store,
                "SELECT id, body FROM document INDEXED BY document_scan "
                "WHERE collection = ?1 AND collection = 'scans' AND environment = ?2 "
                "ORDER BY n DESC",
                STR("scans"), environment, row, context, err);
}

static bool
swap_document(struct store *store, struct str collection, struct str id, struct str before,
              struct str after, bool *done, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(
        store, "SELECT 1 FROM document WHERE collection = ? AND id = ? AND body = ?", err);

    if (!find)
        return false;
    bind_text(find, 1, collection);
    bind_text(find, 2, id);
    bind_text(find, 3, before);
    return sql_row(store, find, done, err) &&
           (!*done || put_document(store, collection, id, after, err));
}

bool
collection_swap(struct store *store, struct str collection, struct str id, struct str before,
                struct str after, bool *done, struct error *err)
{
    AUTO_ARENA  arena = arena_new();
    struct doc *d = doc_parse(arena, after, err);

    if (!d)
        return error_prefix(err, "%.*s: ", STR_ARG(collection));
    return write_begin(store, err) &&
           write_end(store,
                     swap_document(store, collection, id, before, doc_body(arena, d), done, err),
                     err);
}

static bool
remove_documents(struct store *store, struct str collection, struct str id, struct error *err)
{
    AUTO_STATEMENT delete = sql_prepare(
        store, "DELETE FROM document WHERE collection = ?1 AND (?2 = '' OR id = ?2)", err);
    uint64_t revision;

    if (!delete)
        return false;
    if (has_history(collection) && (!document_revision(store, collection, &revision, err) ||
                                    !keep_document(store, collection, id, revision, err)))
        return false;
    if (feed_kind_of(collection) != N_FEED_KINDS && !tell_documents(store, collection, id, err))
        return false;
    bind_text(delete, 1, collection);
    bind_text(delete, 2, id);
    if (!sql_finish(store, delete, err))
        return false;
    if (!str_empty(id) && sqlite3_changes64(store->db) == 0)
        return error_set(err, ERROR_NOT_FOUND, 0, "%.*s: nothing with _id %.*s",
                         STR_ARG(collection), STR_ARG(id));
    return true;
}

bool
collection_remove(struct store *store, struct str collection, struct str id, struct error *err)
{
    return write_begin(store, err) &&
           write_end(store, remove_documents(store, collection, id, err), err);
}

bool
collection_names(struct store *store, count_fn *row, void *context, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(
        store, "SELECT collection, count(*) FROM document GROUP BY collection ORDER BY collection",
        err);
    bool found;

    if (!find)
        return false;
    while (sql_row(store, find, &found, err))
        if (!found || !row(context, column_text(find, 0), column_u64(find, 1)))
            return true;
    return false;
}
