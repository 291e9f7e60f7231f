/* What changed: the feed, versions of an object, revisions, and forgetting old ones.
 *
 * There is no table of changes. Rows say with which revision they came, earlier versions with which
 * they ended, and both are indexed by it; a row that ended and is not there now was removed. */

#include "store/sqlite.h"

static bool
check_is_kept(struct store *store, uint64_t since, struct error *err)
{
    int64_t forgotten;

    if (!sql_number(store, "SELECT value FROM meta WHERE key = 'forgotten'", 0, &forgotten, err))
        return false;
    if (since > 0 && since < (uint64_t)forgotten)
        return error_set(err, ERROR_USAGE, 0,
                         "changes since revision %llu are no longer known, only since %lld",
                         (unsigned long long)since, (long long)forgotten);
    return true;
}

bool
store_changes(struct store *store, const struct inventory *inventory, uint64_t since,
              change_fn *row, void *context, struct error *err)
{
    static const char sql[] =
        "WITH wanted(n) AS (SELECT n FROM inventory WHERE environment = ?1 AND space = ?2) "
        "SELECT 0, 0, o.rev_from AS revision, o.oid, o.type, o.id FROM object o "
        "INDEXED BY object_revision WHERE o.rev_from > ?3 AND o.inventory = (SELECT n FROM wanted) "
        "UNION ALL "
        "SELECT 0, 1, max(x.rev_to), x.oid, x.type, x.id FROM object_old x "
        "INDEXED BY object_old_revision WHERE x.rev_to > ?3 AND x.inventory = (SELECT n FROM "
        "wanted) AND NOT EXISTS (SELECT 1 FROM object o WHERE o.inventory = x.inventory AND "
        "o.oid = x.oid) GROUP BY x.oid "
        "UNION ALL "
        "SELECT 1, 0, l.rev_from, l.oid, l.type, '' FROM link l "
        "INDEXED BY link_revision WHERE l.rev_from > ?3 AND l.inventory = (SELECT n FROM wanted) "
        "UNION ALL "
        "SELECT 1, 1, max(x.rev_to), x.oid, x.type, '' FROM link_old x "
        "INDEXED BY link_old_revision WHERE x.rev_to > ?3 AND x.inventory = (SELECT n FROM "
        "wanted) AND NOT EXISTS (SELECT 1 FROM link l WHERE l.inventory = x.inventory AND "
        "l.type = x.type AND l.oid = x.oid) GROUP BY x.oid "
        "UNION ALL "
        "SELECT 2, 0, c.rev_from, c.focal_point, c.focal_point_type, '' FROM clique c "
        "INDEXED BY clique_revision WHERE c.rev_from > ?3 AND c.inventory = (SELECT n FROM "
        "wanted) "
        "UNION ALL "
        "SELECT 2, 1, max(x.rev_to), x.focal_point, x.focal_point_type, '' FROM clique_old x "
        "INDEXED BY clique_old_revision WHERE x.rev_to > ?3 AND x.inventory = (SELECT n FROM "
        "wanted) AND NOT EXISTS (SELECT 1 FROM clique c WHERE c.inventory = x.inventory AND "
        "c.focal_point = x.focal_point) GROUP BY x.focal_point "
        "ORDER BY revision, 1, 2 DESC, 5, 4";
    AUTO_STATEMENT find = sql_prepare(store, sql, err);
    bool           found;

    if (!find || !check_is_kept(store, since, err))
        return false;
    bind_inventory(find, 1, inventory);
    bind_int(find, 3, (int64_t)since);
    while (sql_row(store, find, &found, err)) {
        struct change change;
        int           kind;

        if (!found)
            return true;
        kind = sqlite3_column_int(find, 0);
        change.kind = kind == 0 ? CHANGE_OBJECT : kind == 1 ? CHANGE_LINK : CHANGE_CLIQUE;
        change.removed = sqlite3_column_int(find, 1);
        change.revision = column_u64(find, 2);
        change.oid = column_oid(find, 3);
        change.type = column_text(find, 4);
        change.id = column_text(find, 5);
        if (!row(context, &change))
            return true;
    }
    return false;
}

bool
store_history(struct store *store, const struct inventory *inventory, struct oid oid,
              object_row_fn *row, void *context, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(
        store,
        "SELECT * FROM (SELECT " OBJECT_COLUMNS ", o.rev_from AS began FROM inventory i CROSS JOIN "
        "object o INDEXED BY object_oid ON o.inventory = i.n "
        "WHERE i.environment = ?1 AND i.space = ?2 AND o.oid = ?3 "
        "UNION ALL SELECT " OBJECT_OLD_COLUMNS ", o.rev_from FROM inventory i CROSS JOIN "
        "object_old o INDEXED BY object_old_oid ON o.inventory = i.n "
        "WHERE i.environment = ?1 AND i.space = ?2 AND o.oid = ?3) ORDER BY began DESC",
        err);
    bool found;

    if (!find)
        return false;
    bind_inventory(find, 1, inventory);
    bind_oid(find, 3, &oid);
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

bool
store_revisions(struct store *store, struct str environment, uint64_t before, size_t limit,
                revision_row_fn *row, void *context, struct error *err)
{
    AUTO_STATEMENT find =
        sql_prepare(store,
                    "SELECT revision, environment, space, time, cause, scope, counts FROM revision "
                    "WHERE (?1 = '' OR environment = ?1) AND (?3 = 0 OR revision < ?3) "
                    "ORDER BY revision DESC LIMIT ?2",
                    err);
    bool found;

    if (!find)
        return false;
    bind_text(find, 1, environment);
    bind_int(find, 2, limit ? (int64_t)limit : -1);
    bind_int(find, 3, (int64_t)before);
    while (sql_row(store, find, &found, err)) {
        if (!found)
            return true;

        struct revision_row revision = {
            .revision = column_u64(find, 0),
            .environment = column_text(find, 1),
            .space = column_text(find, 2),
            .time = sqlite3_column_int64(find, 3),
            .cause = column_text(find, 4),
            .scope = column_text(find, 5),
            .counts = column_text(find, 6),
        };

        if (!row(context, &revision))
            return true;
    }
    return false;
}

/* Revisions that a row of today began with stay, and the last one, from which the next is counted. */
static const char forget_revisions[] =
    "DELETE FROM revision WHERE revision <= ?1 AND revision < (SELECT max(revision) FROM revision) "
    "AND NOT EXISTS (SELECT 1 FROM object WHERE rev_from = revision) "
    "AND NOT EXISTS (SELECT 1 FROM link WHERE rev_from = revision)";

static bool
forget(struct store *store, int64_t last, uint64_t *n_forgotten, struct error *err)
{
    static const char *const statements[] = {
        "DELETE FROM object_old WHERE rev_to <= ?1",
        "DELETE FROM link_old WHERE rev_to <= ?1",
        "DELETE FROM clique_old WHERE rev_to <= ?1",
        "DELETE FROM document_old WHERE rev_to <= ?1",
        forget_revisions,
        "INSERT OR REPLACE INTO meta (key, value) VALUES ('forgotten', ?1)",
    };
    enum { N_VERSIONS = 4 }; /* of the statements: those that forget versions */

    *n_forgotten = 0;
    for (size_t i = 0; i < N_ELEMENTS(statements); i++) {
        AUTO_STATEMENT statement = sql_prepare(store, statements[i], err);

        if (!statement)
            return false;
        bind_int(statement, 1, last);
        if (!sql_finish(store, statement, err))
            return false;
        if (i < N_VERSIONS)
            *n_forgotten += (uint64_t)sqlite3_changes64(store->db);
    }
    return true;
}

static bool
last_before(struct store *store, int64_t time, int64_t *last, struct error *err)
{
    AUTO_STATEMENT find =
        sql_prepare(store, "SELECT max(revision) FROM revision WHERE time < ?", err);
    bool found;

    if (!find)
        return false;
    bind_int(find, 1, time);
    if (!sql_row(store, find, &found, err))
        return false;
    *last = found ? sqlite3_column_int64(find, 0) : 0;
    return true;
}

bool
store_prune(struct store *store, int64_t time, uint64_t *n_forgotten, struct error *err)
{
    uint64_t n = 0;
    int64_t  last;

    if (!write_begin(store, err))
        return false;

    bool ok = last_before(store, time, &last, err) && (last == 0 || forget(store, last, &n, err)) &&
              feed_prune(store, time, err);

    if (!write_end(store, ok, err))
        return false;
    if (n_forgotten)
        *n_forgotten = n;
    return true;
}
