/* The feed: what every transaction changed, in order, for those who look on.
 *
 * A transaction notes its changes in memory, and writes them as its last rows: they are there when,
 * and only when, what they tell of is. The tables of an inventory could say what changed, but not that
 * twice, nor what became of a row before it changed again; and messages and documents have no
 * revisions. A large commit costs no rows here: of it only numbers are told. By the same numbers it is
 * kept how many of each type there are. */

#include "store/sqlite.h"

enum { MOST_KEPT = 65536 };

/* How many of one type did what in one inventory. */
struct tally {
    enum feed_kind kind;
    struct str     environment, space, type;
    uint64_t       n[N_FEED_WHATS];
};

struct feed {
    struct arena    *arena;
    struct feed_row *rows;
    size_t           n_rows, rows_capacity;
    struct tally    *tallies;
    size_t           n_tallies, tallies_capacity;
    size_t           last_tally; /* things of one type come one after the other */
    bool             is_full;    /* there were too many: they are told by their numbers */
    bool             has_rights; /* somebody may do something else now */
    uint64_t         revision;
    const char      *cause;
};

/* --- noting --- */

static struct feed *
feed_of(struct store *store)
{
    if (!store->feed) {
        store->feed = xcalloc(1, sizeof *store->feed);
        store->feed->arena = arena_new();
    }
    return store->feed;
}

void
feed_drop(struct store *store)
{
    if (store->feed)
        arena_free(store->feed->arena);
    free(store->feed);
    store->feed = NULL;
}

bool
feed_takes(const struct store *store)
{
    return !store->feed || !store->feed->is_full;
}

static bool
is_tally_of(const struct tally *tally, const struct feed_row *row)
{
    return tally->kind == row->kind && str_equal(tally->type, row->type) &&
           str_equal(tally->environment, row->environment) && str_equal(tally->space, row->space);
}

static struct tally *
tally_of(struct feed *feed, const struct feed_row *row)
{
    size_t i = feed->last_tally;

    if (i < feed->n_tallies && is_tally_of(&feed->tallies[i], row))
        return &feed->tallies[i];
    for (i = 0; i < feed->n_tallies && !is_tally_of(&feed->tallies[i], row); i++)
        continue;
    feed->last_tally = i;
    if (i < feed->n_tallies)
        return &feed->tallies[i];
    arena_grow(feed->arena, feed->tallies, feed->n_tallies, feed->tallies_capacity);
    feed->tallies[feed->n_tallies++] = (struct tally){
        .kind = row->kind,
        .environment = arena_str(feed->arena, row->environment),
        .space = arena_str(feed->arena, row->space),
        .type = arena_str(feed->arena, row->type),
    };
    return &feed->tallies[i];
}

static struct feed_row
copy_row(struct arena *arena, const struct feed_row *from)
{
    struct feed_row row = *from;

    row.environment = arena_str(arena, from->environment);
    row.space = arena_str(arena, from->space);
    row.type = arena_str(arena, from->type);
    row.id = arena_str(arena, from->id);
    row.members = arena_str(arena, from->members);
    return row;
}

void
feed_note(struct store *store, const struct feed_row *row)
{
    struct feed *feed = feed_of(store);

    if (row->kind == FEED_RIGHTS) {
        feed->has_rights = true;
        return;
    }
    tally_of(feed, row)->n[row->what]++;
    feed->is_full = feed->is_full || feed->n_rows == MOST_FEED_ROWS;
    if (feed->is_full)
        return;
    arena_grow(feed->arena, feed->rows, feed->n_rows, feed->rows_capacity);
    feed->rows[feed->n_rows++] = copy_row(feed->arena, row);
}

void
feed_count(struct store *store, const struct feed_row *row, uint64_t n)
{
    struct feed *feed = feed_of(store);

    tally_of(feed, row)->n[row->what] += n;
    feed->is_full = true;
}

void
feed_note_revision(struct store *store, uint64_t revision, const char *cause)
{
    struct feed *feed = feed_of(store);

    feed->revision = revision;
    feed->cause = arena_str(feed->arena, str_from(cause)).p;
}

void
feed_member(struct buf *members, const char *name, struct str text)
{
    if (str_empty(text))
        return;
    if (members->n)
        buf_char(members, ',');
    doc_write_text(members, str_from(name));
    buf_char(members, ':');
    doc_write_text(members, text);
}

/* --- writing --- */

static void
bind_oid_or_null(sqlite3_stmt *statement, int parameter, const struct oid *oid)
{
    static const struct oid none;

    if (oid_equal(*oid, none))
        sqlite3_bind_null(statement, parameter);
    else
        bind_oid(statement, parameter, oid);
}

static bool
write_row(struct store *store, sqlite3_stmt *put, const struct feed_row *row, struct error *err)
{
    bind_int(put, 1, store_now());
    bind_int(put, 2, row->kind);
    bind_int(put, 3, row->what);
    bind_int(put, 4, (int64_t)row->revision);
    bind_text(put, 5, row->environment);
    bind_text(put, 6, row->space);
    bind_text(put, 7, row->type);
    bind_text(put, 8, row->id);
    bind_oid_or_null(put, 9, &row->oid);
    bind_oid_or_null(put, 10, &row->source);
    bind_oid_or_null(put, 11, &row->target);
    bind_text(put, 12, row->members);
    return sql_finish(store, put, err);
}

static bool
is_inventory(enum feed_kind kind)
{
    return kind == FEED_OBJECT || kind == FEED_LINK || kind == FEED_CLIQUE;
}

/* Of how many is it told with this one? */
static bool
is_together(const struct tally *a, const struct tally *b)
{
    return str_equal(a->environment, b->environment) && str_equal(a->space, b->space);
}

static void
write_tally(struct buf *out, const struct tally *tally)
{
    static const char *const names[N_FEED_WHATS] = { "added", "changed", "removed" };

    doc_write_text(out, tally->type);
    for (enum feed_what what = 0; what < N_FEED_WHATS; what++)
        buf_printf(out, "%s\"%s\":%llu", what ? "," : ":{", names[what],
                   (unsigned long long)tally->n[what]);
    buf_char(out, '}');
}

/* {"objects":{"instance":{"added":3,"changed":0,"removed":1}}} */
static void
write_counts(struct buf *out, const struct feed *feed, const struct tally *first)
{
    static const char *const names[N_FEED_KINDS] = {
        "objects", "links", "cliques", "messages", "scans", "schedules", "environments", "", "", ""
    };
    size_t n_kinds = 0;

    buf_char(out, '{');
    for (enum feed_kind kind = 0; kind < FEED_REVISION; kind++) {
        size_t n = 0;

        for (const struct tally *t = first; t < feed->tallies + feed->n_tallies; t++) {
            if (t->kind != kind || !is_together(first, t))
                continue;
            if (n++)
                buf_char(out, ',');
            else
                buf_printf(out, "%s\"%s\":{", n_kinds++ ? "," : "", names[kind]);
            write_tally(out, t);
        }
        if (n)
            buf_char(out, '}');
    }
    buf_char(out, '}');
}

/* The tallies of an inventory become one row, at the first of them. */
static bool
write_revision(struct store *store, sqlite3_stmt *put, const struct tally *tally, struct error *err)
{
    const struct feed *feed = store->feed;
    AUTO_BUF           members = { 0 };

    for (const struct tally *t = feed->tallies; t < tally; t++)
        if (is_together(t, tally))
            return true;
    feed_member(&members, "cause", str_from(feed->cause));
    buf_printf(&members, "%s\"reload\":%s,\"counts\":", members.n ? "," : "",
               feed->is_full ? "true" : "false");
    write_counts(&members, feed, tally);

    const struct feed_row row = {
        .kind = FEED_REVISION,
        .what = FEED_ADDED,
        .revision = feed->revision,
        .environment = tally->environment,
        .space = tally->space,
        .members = buf_str(&members),
    };

    return write_row(store, put, &row, err);
}

static bool
trim(struct store *store, struct error *err)
{
    AUTO_STATEMENT delete =
        sql_prepare(store, "DELETE FROM feed WHERE n <= (SELECT max(n) FROM feed) - ?", err);

    if (!delete)
        return false;
    bind_int(delete, 1, MOST_KEPT);
    return sql_finish(store, delete, err);
}

/* What may be done comes first, so that what follows is told to those who may know it now. Of too many
 * changes one may have been of an environment. */
static bool
write_rows(struct store *store, sqlite3_stmt *put, struct error *err)
{
    const struct feed    *feed = store->feed;
    const struct feed_row rights = { .kind = FEED_RIGHTS, .what = FEED_CHANGED };
    bool                  ok = true;

    if (feed->has_rights || feed->is_full)
        ok = write_row(store, put, &rights, err);
    for (size_t i = 0; ok && i < feed->n_rows && !feed->is_full; i++)
        ok = write_row(store, put, &feed->rows[i], err);
    for (size_t i = 0; ok && i < feed->n_tallies; i++)
        if (feed->is_full || is_inventory(feed->tallies[i].kind))
            ok = write_revision(store, put, &feed->tallies[i], err);
    return ok;
}

/* What the inventories have more or less of since the transaction began. */
static bool
write_amounts(struct store *store, struct error *err)
{
    const struct feed *feed = store->feed;
    AUTO_STATEMENT     add =
        sql_prepare(store,
                    "INSERT INTO amount SELECT n, ?3, ?4, ?5 FROM inventory WHERE environment = ?1 "
                    "AND space = ?2 ON CONFLICT DO UPDATE SET n = n + excluded.n",
                    err);

    if (!add)
        return false;
    for (size_t i = 0; i < feed->n_tallies; i++) {
        const struct tally *t = &feed->tallies[i];

        if (!is_inventory(t->kind) || t->n[FEED_ADDED] == t->n[FEED_REMOVED])
            continue;
        bind_text(add, 1, t->environment);
        bind_text(add, 2, t->space);
        bind_int(add, 3, t->kind);
        bind_text(add, 4, t->type);
        bind_int(add, 5, (int64_t)t->n[FEED_ADDED] - (int64_t)t->n[FEED_REMOVED]);
        if (!sql_finish(store, add, err))
            return false;
    }
    return true;
}

bool
feed_write(struct store *store, struct error *err)
{
    if (!store->feed)
        return true;

    AUTO_STATEMENT put = sql_prepare(
        store,
        "INSERT INTO feed (time, kind, what, revision, environment, space, type, id, oid, source, "
        "target, members) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        err);

    return put && write_amounts(store, err) && write_rows(store, put, err) && trim(store, err);
}

bool
feed_prune(struct store *store, int64_t time, struct error *err)
{
    /* They come in order of time; a clock that was set back ends the walk too early, no more. */
    AUTO_STATEMENT delete =
        sql_prepare(store,
                    "DELETE FROM feed WHERE n < coalesce((SELECT min(n) FROM feed WHERE time >= "
                    "?), (SELECT max(n) FROM feed))",
                    err);

    if (!delete)
        return false;
    bind_int(delete, 1, time);
    return sql_finish(store, delete, err);
}

/* --- reading --- */

bool
store_feed_end(struct store *store, uint64_t *store_id, uint64_t *last, struct error *err)
{
    AUTO_LOAN find = { 0 };
    bool      found;

    if (!sql_borrow(store,
                    "SELECT (SELECT value FROM meta WHERE key = 'feed'), "
                    "(SELECT max(n) FROM feed)",
                    &find, err) ||
        !sql_row(store, find.statement, &found, err))
        return false;
    *store_id = column_u64(find.statement, 0);
    *last = column_u64(find.statement, 1);
    return true;
}

static bool
check_is_kept(struct store *store, uint64_t after, struct error *err)
{
    AUTO_LOAN find = { 0 };
    bool      found;

    if (!sql_borrow(store, "SELECT (SELECT min(n) FROM feed), (SELECT max(n) FROM feed)", &find,
                    err) ||
        !sql_row(store, find.statement, &found, err))
        return false;

    uint64_t first = column_u64(find.statement, 0), last = column_u64(find.statement, 1);

    if (after > last || after + 1 < first)
        return error_set(err, ERROR_USAGE, 0,
                         "what came behind place %llu of the feed is not known: %llu to %llu are "
                         "kept",
                         (unsigned long long)after, (unsigned long long)first,
                         (unsigned long long)last);
    return true;
}

static bool
read_row(sqlite3_stmt *s, struct feed_row *row)
{
    int kind = sqlite3_column_int(s, 1), what = sqlite3_column_int(s, 2);

    if (kind < 0 || kind >= N_FEED_KINDS || what < 0 || what >= N_FEED_WHATS)
        return false; /* not written by us */
    *row = (struct feed_row){
        .n = column_u64(s, 0),
        .kind = (enum feed_kind)kind,
        .what = (enum feed_what)what,
        .revision = column_u64(s, 3),
        .environment = column_text(s, 4),
        .space = column_text(s, 5),
        .type = column_text(s, 6),
        .id = column_text(s, 7),
        .oid = column_oid(s, 8),
        .source = column_oid(s, 9),
        .target = column_oid(s, 10),
        .members = column_text(s, 11),
    };
    return true;
}

bool
store_feed(struct store *store, uint64_t after, feed_row_fn *fn, void *context, struct error *err)
{
    AUTO_LOAN       find = { 0 };
    struct feed_row row;
    bool            found;

    if (!check_is_kept(store, after, err) ||
        !sql_borrow(store,
                    "SELECT n, kind, what, revision, environment, space, type, id, oid, source, "
                    "target, members FROM feed WHERE n > ? ORDER BY n",
                    &find, err))
        return false;
    bind_int(find.statement, 1, (int64_t)after);
    while (sql_row(store, find.statement, &found, err))
        if (!found || (read_row(find.statement, &row) && !fn(context, &row)))
            return true;
    return false;
}
