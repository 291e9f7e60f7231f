/* Reading links and cliques.
 *
 * A walk from object to object asks for (object, side): "_id" -> row number in object_oid, then one
 * step in link_source or link_target. Of a link's own types and flags the row decides; an object
 * has few links on a side, or nearly all of one type. */

#include "store/members.h"
#include "store/sqlite.h"

#define LINK_COLUMNS "l.oid, l.type, l.host, l.implicit, l.body, l.rev_from "
#define END_COLUMNS ", s.type, s.id, s.name, s.host, d.type, d.id, d.name, d.host "
#define END_JOINS "LEFT JOIN object s ON s.n = l.source LEFT JOIN object d ON d.n = l.target "

enum { FIRST_END = 6, N_END_COLUMNS = 4 }; /* behind LINK_COLUMNS */

void
link_ends_read(struct str body, struct oid *source, struct oid *target)
{
    struct str rest = body, key, value;

    memset(source, 0, sizeof *source);
    memset(target, 0, sizeof *target);
    while (member_next(&rest, &key, &value)) {
        struct str text = str_skip(str_head(value, value.n ? value.n - 1 : 0), 1);

        /* What is no "_id" is no object of ours. */
        if (str_is(key, "source"))
            (void)!oid_from_text(text, source);
        else if (str_is(key, "target"))
            (void)!oid_from_text(text, target);
    }
}

static void
link_row_read(sqlite3_stmt *s, struct link_row *row)
{
    *row = (struct link_row){
        .oid = column_oid(s, 0),
        .type = column_text(s, 1),
        .host = column_text(s, 2),
        .implicit = sqlite3_column_int(s, 3),
        .body = column_text(s, 4),
        .rev_from = column_u64(s, 5),
    };
    link_ends_read(row->body, &row->source, &row->target);
}

static struct link_end
end_read(sqlite3_stmt *s, int column)
{
    return (struct link_end){
        .type = column_text(s, column),
        .id = column_text(s, column + 1),
        .name = column_text(s, column + 2),
        .host = column_text(s, column + 3),
    };
}

#define LINKS_OF                                                                                   \
    "FROM inventory i CROSS JOIN object e INDEXED BY object_oid ON e.inventory = i.n AND "         \
    "e.oid = ?3 CROSS JOIN link l "

/* Their numbers are sorted in the index, and then the rows read in that order, which joins keep
 * ("CROSS"); to sort the rows themselves took several times as long. LIMIT makes the order count. */
#define LINKS_OF_TYPE                                                                              \
    "FROM inventory i CROSS JOIN (SELECT k.n FROM inventory j CROSS JOIN link k INDEXED BY "       \
    "link_key ON k.inventory = j.n AND k.type = ?4 WHERE j.environment = ?1 AND j.space = ?2 "     \
    "ORDER BY k.n LIMIT -1) t CROSS JOIN link l ON l.n = t.n "

/* In the order of what is walked: rows by arrival, or of one type as above. */
static const char *
links_order(const struct link_filter *filter)
{
    if (!filter->by_arrival)
        return "ORDER BY l.type, l.oid";
    return !filter->of && !str_empty(filter->type) ? "" : "ORDER BY l.n";
}

/* The rows by any of the ways to them; ?3 is the object. */
static const char *
links_from(const struct link_filter *filter)
{
    if (!filter->of && filter->by_arrival && str_empty(filter->type))
        return "FROM inventory i CROSS JOIN link l NOT INDEXED ON l.inventory = i.n ";
    if (!filter->of && filter->by_arrival)
        return LINKS_OF_TYPE;
    if (!filter->of)
        return "FROM inventory i CROSS JOIN link l INDEXED BY link_key ON l.inventory = i.n ";
    switch (filter->side) {
    case LINK_SOURCE:
        return LINKS_OF "INDEXED BY link_source ON l.source = e.n ";
    case LINK_TARGET:
        return LINKS_OF "INDEXED BY link_target ON l.target = e.n ";
    case LINK_EITHER:
        break;
    }
    return LINKS_OF "ON l.source = e.n OR l.target = e.n ";
}

bool
store_links(struct store *store, const struct inventory *inventory,
            const struct link_filter *filter, link_row_fn *row, void *context, struct error *err)
{
    char      sql[1400];
    bool      found, goes_on = !str_empty(filter->after_type);
    AUTO_LOAN find = { 0 };

    snprintf(sql, sizeof sql,
             "SELECT " LINK_COLUMNS "%s%s%s WHERE i.environment = ?1 AND i.space = ?2%s%s%s%s "
             "%s LIMIT ?8 OFFSET ?9",
             filter->with_ends ? END_COLUMNS : "", links_from(filter),
             filter->with_ends ? END_JOINS : "", str_empty(filter->type) ? "" : " AND l.type = ?4",
             str_empty(filter->host) ? "" : " AND l.host = ?5",
             filter->explicit_only ? " AND l.implicit = 0" : "",
             !goes_on                                      ? ""
             : str_equal(filter->type, filter->after_type) ? " AND l.oid > ?7"
                                                           : " AND (l.type, l.oid) > (?6, ?7)",
             links_order(filter));

    if (!sql_borrow(store, sql, &find, err))
        return false;
    bind_inventory(find.statement, 1, inventory);
    if (filter->of)
        bind_oid(find.statement, 3, filter->of);
    bind_text(find.statement, 4, filter->type);
    bind_text(find.statement, 5, filter->host);
    bind_text(find.statement, 6, filter->after_type);
    bind_oid(find.statement, 7, &filter->after_oid);
    bind_int(find.statement, 8, filter->limit ? (int64_t)filter->limit : -1);
    bind_int(find.statement, 9, (int64_t)filter->offset);
    while (sql_row(store, find.statement, &found, err)) {
        struct link_row link;

        if (!found)
            return true;
        link_row_read(find.statement, &link);
        if (filter->with_ends) {
            link.has_ends = true;
            link.source_end = end_read(find.statement, FIRST_END);
            link.target_end = end_read(find.statement, FIRST_END + N_END_COLUMNS);
        }
        if (!row(context, &link))
            return true;
    }
    return false;
}

/* Every link type of an inventory, each found by one step in the index. */
#define LINK_TYPES                                                                                 \
    "WITH RECURSIVE types(inventory, type) AS ("                                                   \
    " SELECT i.n, (SELECT min(type) FROM link WHERE inventory = i.n) FROM inventory i"             \
    "  WHERE i.environment = ? AND i.space = ?"                                                    \
    " UNION ALL"                                                                                   \
    " SELECT t.inventory, (SELECT min(type) FROM link WHERE inventory = t.inventory"               \
    "  AND type > t.type) FROM types t WHERE t.type IS NOT NULL) "

bool
store_link_by_oid(struct store *store, const struct inventory *inventory, struct oid oid,
                  struct arena *arena, struct link_row *row, struct error *err)
{
    static const char sql[] =
        LINK_TYPES "SELECT " LINK_COLUMNS "FROM types t CROSS JOIN link l INDEXED BY link_key "
                   "ON l.inventory = t.inventory AND l.type = t.type AND l.oid = ?";
    AUTO_LOAN find = { 0 };
    bool      found;

    if (!sql_borrow(store, sql, &find, err))
        return false;
    bind_inventory(find.statement, 1, inventory);
    bind_oid(find.statement, 3, &oid);
    if (!sql_row(store, find.statement, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_NOT_FOUND, 0, "no link with _id %.*s in environment %.*s",
                         STR_ARG(oid_text(oid, arena)), STR_ARG(inventory->environment));
    link_row_read(find.statement, row);
    row->type = arena_str(arena, row->type);
    row->host = arena_str(arena, row->host);
    row->body = arena_str(arena, row->body);
    return true;
}

bool
store_has_links(struct store *store, const struct inventory *inventory, struct str type,
                bool explicit_only, bool *found, struct error *err)
{
    static const char sql[] =
        "SELECT 1 FROM inventory i CROSS JOIN link l INDEXED BY link_key ON l.inventory = i.n "
        "WHERE i.environment = ? AND i.space = ? AND l.type = ? AND l.implicit <= ? LIMIT 1";
    AUTO_LOAN find = { 0 };

    if (!sql_borrow(store, sql, &find, err))
        return false;
    bind_inventory(find.statement, 1, inventory);
    bind_text(find.statement, 3, type);
    bind_int(find.statement, 4, !explicit_only);
    return sql_row(store, find.statement, found, err);
}

/* --- cliques --- */

#define CLIQUE_COLUMNS                                                                             \
    "c.oid, c.focal_point, c.focal_point_type, c.clique_type, c.n_nodes, c.n_links, "              \
    "c.link_types, c.body, c.rev_from, i.environment "

static void
clique_row_read(sqlite3_stmt *s, struct clique_row *row)
{
    *row = (struct clique_row){
        .oid = column_oid(s, 0),
        .focal_point = column_oid(s, 1),
        .focal_point_type = column_text(s, 2),
        .clique_type = column_text(s, 3),
        .n_nodes = (uint32_t)sqlite3_column_int64(s, 4),
        .n_links = (uint32_t)sqlite3_column_int64(s, 5),
        .link_types = column_u64(s, 6),
        .body = column_text(s, 7),
        .rev_from = column_u64(s, 8),
        .environment = column_text(s, 9),
    };
}

bool
store_cliques(struct store *store, const struct inventory *inventory,
              const struct clique_filter *filter, clique_row_fn *row, void *context,
              struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(
        store,
        "SELECT " CLIQUE_COLUMNS "FROM inventory i CROSS JOIN clique c ON c.inventory = i.n "
        "WHERE i.environment = ?1 AND i.space = ?2 AND c.focal_point > ?3 "
        "AND (?4 = '' OR c.focal_point_type = ?4) AND (?5 = '' OR c.clique_type = ?5) "
        "AND (?6 IS NULL OR c.oid = ?6) AND (NOT ?7 OR c.body IS NOT NULL) "
        "ORDER BY c.focal_point LIMIT ?8 OFFSET ?9",
        err);
    bool found;

    if (!find)
        return false;
    bind_inventory(find, 1, inventory);
    bind_oid(find, 3, &filter->after);
    bind_text(find, 4, filter->focal_point_type);
    bind_text(find, 5, filter->clique_type);
    if (filter->oid)
        bind_oid(find, 6, filter->oid);
    bind_int(find, 7, filter->whole);
    bind_int(find, 8, filter->limit ? (int64_t)filter->limit : -1);
    bind_int(find, 9, (int64_t)filter->offset);
    while (sql_row(store, find, &found, err)) {
        struct clique_row clique;

        if (!found)
            return true;
        clique_row_read(find, &clique);
        if (!row(context, &clique))
            return true;
    }
    return false;
}

bool
store_clique(struct store *store, const struct inventory *inventory, struct oid focal_point,
             struct arena *arena, struct clique_row *row, struct error *err)
{
    static const char sql[] =
        "SELECT " CLIQUE_COLUMNS "FROM inventory i CROSS JOIN clique c ON c.inventory = i.n "
        "WHERE i.environment = ? AND i.space = ? AND c.focal_point = ?";
    AUTO_LOAN find = { 0 };
    bool      found;

    if (!sql_borrow(store, sql, &find, err))
        return false;
    bind_inventory(find.statement, 1, inventory);
    bind_oid(find.statement, 3, &focal_point);
    if (!sql_row(store, find.statement, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_NOT_FOUND, 0, "no clique of %.*s in environment %.*s",
                         STR_ARG(oid_text(focal_point, arena)), STR_ARG(inventory->environment));
    clique_row_read(find.statement, row);
    row->focal_point_type = arena_str(arena, row->focal_point_type);
    row->clique_type = arena_str(arena, row->clique_type);
    row->body = arena_str(arena, row->body);
    row->environment = arena_str(arena, row->environment);
    return true;
}

/* --- counts --- */

static bool
count_by_type(struct store *store, enum feed_kind kind, const struct inventory *inventory,
              count_fn *row, void *context, struct error *err)
{
    AUTO_LOAN count = { 0 };
    bool      found;

    if (!sql_borrow(store,
                    "SELECT a.type, a.n FROM inventory i CROSS JOIN amount a ON a.inventory = i.n "
                    "WHERE i.environment = ? AND i.space = ? AND a.kind = ? AND a.n > 0 "
                    "ORDER BY a.type",
                    &count, err))
        return false;
    bind_inventory(count.statement, 1, inventory);
    bind_int(count.statement, 3, kind);
    while (sql_row(store, count.statement, &found, err))
        if (!found ||
            !row(context, column_text(count.statement, 0), column_u64(count.statement, 1)))
            return true;
    return false;
}

bool
store_count_objects(struct store *store, const struct inventory *inventory, count_fn *row,
                    void *context, struct error *err)
{
    return count_by_type(store, FEED_OBJECT, inventory, row, context, err);
}

bool
store_count_links(struct store *store, const struct inventory *inventory, count_fn *row,
                  void *context, struct error *err)
{
    return count_by_type(store, FEED_LINK, inventory, row, context, err);
}

bool
store_count_cliques(struct store *store, const struct inventory *inventory, count_fn *row,
                    void *context, struct error *err)
{
    return count_by_type(store, FEED_CLIQUE, inventory, row, context, err);
}
