/* Messages: what a scan, a listener or a monitor said, in order of time.
 *
 * A connection has one transaction at a time, and a message must not end with a commit that is
 * given up. So those that come while one is open wait in memory until it is over. */

#include "store/sqlite.h"

enum { SECONDS_A_DAY = 86400 };

static struct message
copy_message(struct arena *arena, const struct message *from)
{
    struct message m = *from;

    m.id = arena_str(arena, from->id);
    m.environment = arena_str(arena, from->environment);
    m.source_system = arena_str(arena, from->source_system);
    m.text = arena_str(arena, from->text);
    m.related_object = arena_str(arena, from->related_object);
    m.related_object_type = arena_str(arena, from->related_object_type);
    m.display_context = arena_str(arena, from->display_context);
    m.origin_id = arena_str(arena, from->origin_id);
    m.origin_type = arena_str(arena, from->origin_type);
    return m;
}

/* "<days>.<seconds>.<microseconds>" since 1970, as the original has it, but of a time that no
 * other message has. */
static bool
make_id(struct store *store, int64_t timestamp, char *id, size_t size, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(store, "SELECT 1 FROM message WHERE id = ?", err);
    bool           found = true;

    if (!find)
        return false;
    /* Many come at once: each takes the time after the last, rather than try all that are taken. */
    for (int64_t time = timestamp > store->last_message ? timestamp : store->last_message + 1;
         found; time++) {
        store->last_message = time;
        snprintf(id, size, "%lld.%lld.%lld", (long long)(time / 1000000 / SECONDS_A_DAY),
                 (long long)(time / 1000000 % SECONDS_A_DAY), (long long)(time % 1000000));
        bind_text(find, 1, str_from(id));
        if (!sql_row(store, find, &found, err))
            return false;
        sqlite3_reset(find);
    }
    return true;
}

static void
tell(struct store *store, enum feed_what what, struct str id, const struct message *m)
{
    enum { MOST_TEXT = 300 }; /* the rest is in the message */

    AUTO_BUF        members = { 0 };
    struct feed_row row = {
        .kind = FEED_MESSAGE,
        .what = what,
        .environment = m->environment,
        .type = str_from(message_level_name(m->level)),
        .id = id,
        .members = STR_NONE,
    };

    if (feed_takes(store)) {
        AUTO_ARENA arena = arena_new();
        AUTO_BUF   time = { 0 };

        store_write_time(&time, m->timestamp);
        feed_member(&members, "timestamp", buf_str(&time));
        /* What was cut may be no UTF-8. */
        feed_member(&members, "message", doc_text(doc_string(arena, str_head(m->text, MOST_TEXT))));
        feed_member(&members, "related_object", m->related_object);
        feed_member(&members, "related_object_type", m->related_object_type);
        row.members = buf_str(&members);
    }
    feed_note(store, &row);
}

static bool
is_there(struct store *store, struct str id, bool *found, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(store, "SELECT 1 FROM message WHERE id = ?", err);

    *found = false;
    if (!find)
        return false;
    bind_text(find, 1, id);
    return str_empty(id) || sql_row(store, find, found, err);
}

/* A message whose id is there already is the same one, imported once more: it is replaced. */
static bool
put_message(struct store *store, const struct message *m, struct error *err)
{
    AUTO_STATEMENT put = sql_prepare(
        store,
        "INSERT INTO message (id, environment, source_system, level, text, related_object, "
        "related_object_type, display_context, origin_id, origin_type, time, received, finished, "
        "viewed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14) "
        "ON CONFLICT (id) DO UPDATE SET environment = ?2, source_system = ?3, level = ?4, "
        "text = ?5, related_object = ?6, related_object_type = ?7, display_context = ?8, "
        "origin_id = ?9, origin_type = ?10, time = ?11, received = ?12, finished = ?13, "
        "viewed = ?14",
        err);
    char id[64];
    bool was_there;

    if (!put || !is_there(store, m->id, &was_there, err))
        return false;
    if (str_empty(m->id) && !make_id(store, m->timestamp, id, sizeof id, err))
        return false;
    bind_text(put, 1, str_empty(m->id) ? str_from(id) : m->id);
    bind_text(put, 2, m->environment);
    bind_text(put, 3, str_empty(m->source_system) ? STR("Calipso") : m->source_system);
    bind_int(put, 4, m->level);
    bind_text(put, 5, m->text);
    bind_text(put, 6, m->related_object);
    bind_text(put, 7, m->related_object_type);
    bind_text(put, 8, m->display_context);
    bind_text(put, 9, m->origin_id);
    bind_text(put, 10, m->origin_type);
    bind_int(put, 11, m->timestamp);
    bind_int(put, 12, m->received);
    bind_int(put, 13, m->finished);
    bind_int(put, 14, m->viewed);
    tell(store, was_there ? FEED_CHANGED : FEED_ADDED, str_empty(m->id) ? str_from(id) : m->id, m);
    return sql_finish(store, put, err);
}

bool
store_add_message(struct store *store, const struct message *message, struct error *err)
{
    if (store->commit) {
        if (!store->waiting_arena)
            store->waiting_arena = arena_new();
        if (store->n_waiting == store->waiting_capacity) {
            store->waiting_capacity = store->waiting_capacity * 2 + 16;
            store->waiting =
                xrealloc(store->waiting, store->waiting_capacity * sizeof *store->waiting);
        }
        store->waiting[store->n_waiting++] = copy_message(store->waiting_arena, message);
        return true;
    }
    messages_flush(store);
    if (!write_begin(store, err))
        return false;
    return write_end(store, put_message(store, message, err), err);
}

void
messages_flush(struct store *store)
{
    bool ok = true;

    if (store->n_waiting == 0 || !write_begin(store, NULL))
        return;
    for (size_t i = 0; ok && i < store->n_waiting; i++)
        ok = put_message(store, &store->waiting[i], NULL);
    if (!write_end(store, ok, NULL))
        return;
    store->n_waiting = 0;
    arena_clear(store->waiting_arena);
}

bool
store_messages(struct store *store, const struct message_filter *filter, message_fn *row,
               void *context, struct error *err)
{
    char sql[1400];
    bool found;

    snprintf(
        sql, sizeof sql,
        "SELECT id, environment, source_system, level, text, related_object, "
        "related_object_type, display_context, origin_id, origin_type, time, received, "
        "finished, viewed, n FROM message WHERE level >= ?1 AND time >= ?2 "
        "AND (?3 = 0 OR time <= ?3) AND (?4 = '' OR id = ?4) "
        "AND (?5 = '' OR environment = ?5) AND (?6 = '' OR related_object = ?6) "
        "AND (?7 = '' OR origin_id = ?7) AND (?9 = 0 OR level = ?1) "
        "AND (?10 = '' OR source_system = ?10) AND (?11 = '' OR instr(lower(text), lower(?11))) "
        "AND (?13 = 0 OR (time, n) %s (?12, ?13))%s ORDER BY time %s, n %s LIMIT ?8",
        filter->latest_first ? "<" : ">", filter->unviewed_only ? " AND viewed = 0" : "",
        filter->latest_first ? "DESC" : "ASC", filter->latest_first ? "DESC" : "ASC");

    AUTO_STATEMENT find = sql_prepare(store, sql, err);

    if (!find)
        return false;
    bind_int(find, 1, filter->least);
    bind_int(find, 2, filter->from);
    bind_int(find, 3, filter->until);
    bind_text(find, 4, filter->id);
    bind_text(find, 5, filter->environment);
    bind_text(find, 6, filter->related_object);
    bind_text(find, 7, filter->origin_id);
    bind_int(find, 8, filter->limit ? (int64_t)filter->limit : -1);
    bind_int(find, 9, filter->is_exact);
    bind_text(find, 10, filter->source_system);
    bind_text(find, 11, filter->text);
    bind_int(find, 12, filter->after_time);
    bind_int(find, 13, filter->after_n);
    while (sql_row(store, find, &found, err)) {
        if (!found)
            return true;

        struct message message = {
            .id = column_text(find, 0),
            .environment = column_text(find, 1),
            .source_system = column_text(find, 2),
            .level = (enum message_level)sqlite3_column_int(find, 3),
            .text = column_text(find, 4),
            .related_object = column_text(find, 5),
            .related_object_type = column_text(find, 6),
            .display_context = column_text(find, 7),
            .origin_id = column_text(find, 8),
            .origin_type = column_text(find, 9),
            .timestamp = sqlite3_column_int64(find, 10),
            .received = sqlite3_column_int64(find, 11),
            .finished = sqlite3_column_int64(find, 12),
            .viewed = sqlite3_column_int(find, 13),
            .n = sqlite3_column_int64(find, 14),
        };

        if (!row(context, &message))
            return true;
    }
    return false;
}

bool
store_count_messages(struct store *store, int64_t from, message_count_fn *count, void *context,
                     struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(store,
                                      "SELECT environment, level, count(*), max(time) FROM message "
                                      "WHERE time >= ? GROUP BY environment, level",
                                      err);
    bool           found;

    if (!find)
        return false;
    bind_int(find, 1, from);
    while (sql_row(store, find, &found, err)) {
        if (!found ||
            !count(context, column_text(find, 0), (enum message_level)sqlite3_column_int(find, 1),
                   column_u64(find, 2), sqlite3_column_int64(find, 3)))
            return true;
    }
    return false;
}

static bool
mark_viewed(struct store *store, struct str id, bool viewed, struct error *err)
{
    AUTO_LOAN     loan = { 0 };
    sqlite3_stmt *mark;
    bool          found;

    if (!sql_borrow(store,
                    "UPDATE message SET viewed = ?2 WHERE id = ?1 RETURNING environment, level",
                    &loan, err))
        return false;
    mark = loan.statement;
    bind_text(mark, 1, id);
    bind_int(mark, 2, viewed);
    if (!sql_row(store, mark, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_NOT_FOUND, 0, "no message with id %.*s", STR_ARG(id));

    const struct feed_row row = {
        .kind = FEED_MESSAGE,
        .what = FEED_CHANGED,
        .environment = column_text(mark, 0),
        .type = str_from(message_level_name((enum message_level)sqlite3_column_int(mark, 1))),
        .id = id,
        .members = viewed ? STR("\"viewed\":true") : STR("\"viewed\":false"),
    };

    feed_note(store, &row);
    return sql_finish(store, mark, err);
}

bool
store_mark_viewed(struct store *store, struct str id, bool viewed, struct error *err)
{
    return write_begin(store, err) && write_end(store, mark_viewed(store, id, viewed, err), err);
}

static bool
mark_if_unseen(struct store *store, struct str id, may_mark_fn *may, void *context,
               uint64_t *n_marked, struct error *err)
{
    AUTO_LOAN find = { 0 };
    bool      found;

    if (!sql_borrow(store, "SELECT environment FROM message WHERE id = ? AND viewed = 0", &find,
                    err))
        return false;
    bind_text(find.statement, 1, id);
    if (!sql_row(store, find.statement, &found, err))
        return false;
    if (!found || !may(context, column_text(find.statement, 0)))
        return true;
    ++*n_marked;
    return mark_viewed(store, id, true, err);
}

bool
store_mark_all_viewed(struct store *store, const struct str *ids, size_t n, may_mark_fn *may,
                      void *context, uint64_t *n_marked, struct error *err)
{
    bool good = true;

    *n_marked = 0;
    if (!write_begin(store, err))
        return false;
    for (size_t i = 0; good && i < n; i++)
        good = mark_if_unseen(store, ids[i], may, context, n_marked, err);
    return write_end(store, good, err);
}

/* Those that are about to go, of each environment at once. */
static bool
tell_removed(struct store *store, struct str environment, int64_t before, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(store,
                                      "SELECT DISTINCT environment FROM message "
                                      "WHERE (?1 = '' OR environment = ?1) AND time < ?2",
                                      err);
    AUTO_BUF       time = { 0 }, members = { 0 };
    bool           found;

    if (!find)
        return false;
    bind_text(find, 1, environment);
    bind_int(find, 2, before);
    store_write_time(&time, before);
    feed_member(&members, "before", buf_str(&time));
    while (sql_row(store, find, &found, err)) {
        if (!found)
            return true;

        const struct feed_row row = { .kind = FEED_MESSAGE,
                                      .what = FEED_REMOVED,
                                      .environment = column_text(find, 0),
                                      .members = buf_str(&members) };

        feed_note(store, &row);
    }
    return false;
}

bool
store_remove_messages(struct store *store, struct str environment, int64_t before,
                      uint64_t *n_removed, struct error *err)
{
    AUTO_STATEMENT delete = sql_prepare(
        store, "DELETE FROM message WHERE (?1 = '' OR environment = ?1) AND time < ?2", err);

    if (!delete || !write_begin(store, err))
        return false;
    bind_text(delete, 1, environment);
    bind_int(delete, 2, before);

    bool     ok = tell_removed(store, environment, before, err) && sql_finish(store, delete, err);
    uint64_t n = (uint64_t)sqlite3_changes64(store->db);

    if (!write_end(store, ok, err))
        return false;
    if (n_removed)
        *n_removed = n;
    return true;
}
