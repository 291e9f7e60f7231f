/* One row of a commit: compare with what is known, write only what differs.
 *
 * Rows are told by "_id". An object's (type, id) is unique too: another row that has it, and has
 * not come in this commit, makes room; it is put back if its own "_id" comes later (two bridges
 * that exchanged their ids do so). If it came already, the second is a duplicate and is not taken. */

#include "store/sqlite_commit.h"
#include "store/terms.h"

static const char *const row_statements[N_ROW_STATEMENTS] = {
    [OBJECT_INSERT] =
        "INSERT INTO object (n, inventory, type, id, oid, digest, last_seen, rev_from, name, host, "
        "parent_type, parent_id, body, extra) VALUES "
        "(?14, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    [OBJECT_UPDATE] =
        "UPDATE object SET inventory = ?1, type = ?2, id = ?3, oid = ?4, digest = ?5, "
        "last_seen = CASE WHEN ?6 IS NULL THEN NULL ELSE coalesce(last_seen, ?6) END, "
        "rev_from = ?7, name = ?8, host = ?9, parent_type = ?10, parent_id = ?11, body = ?12, "
        "extra = ?13 WHERE n = ?14",
    [OBJECT_KEEP] =
        "INSERT INTO object_old (object, inventory, type, id, oid, last_seen, rev_from, rev_to, "
        "body, extra) SELECT n, inventory, type, id, oid, last_seen, rev_from, ?2, body, extra "
        "FROM object WHERE n = ?1",
    [OBJECT_DELETE] = "DELETE FROM object WHERE n = ?1",
    [OBJECT_AT_KEY] = "SELECT n, oid FROM object WHERE inventory = ?1 AND type = ?2 AND id = ?3",
    [OBJECT_SOURCE] = "SELECT host, type FROM object WHERE n = ?1",
    [OBJECT_STALE] = "UPDATE object SET last_seen = ?2, rev_from = ?3 WHERE n = ?1",
    [OBJECT_TELL] = "SELECT o.type, o.id, o.name, o.host, o.parent_type, o.parent_id, "
                    "i.environment, o.oid, i.space FROM object o JOIN inventory i "
                    "ON i.n = o.inventory WHERE o.n = ?1",
    [WORDS_ADD] = "INSERT INTO search (rowid, text) VALUES (?1, ?2)",
    [WORDS_DROP] = SEARCH_DROP "WHERE o.n = ?1 AND " SEARCH_NO_FOLDER,
    [LINK_INSERT] =
        "INSERT INTO link (n, inventory, type, oid, digest, source, target, implicit, rev_from, "
        "host, body) VALUES (?11, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    [LINK_UPDATE] = "UPDATE link SET inventory = ?1, type = ?2, oid = ?3, digest = ?4, "
                    "source = ?5, target = ?6, implicit = ?7, rev_from = ?8, host = ?9, "
                    "body = ?10 WHERE n = ?11",
    [LINK_KEEP] = "INSERT INTO link_old (inventory, type, oid, rev_from, rev_to, body) "
                  "SELECT inventory, type, oid, rev_from, ?2, body FROM link WHERE n = ?1",
    [LINK_DELETE] = "DELETE FROM link WHERE n = ?1",
    [LINK_FROM] = "SELECT n FROM link INDEXED BY link_source WHERE source = ?1 LIMIT 1",
    [LINK_TO] = "SELECT n FROM link INDEXED BY link_target WHERE target = ?1 LIMIT 1",
    [LINK_ENDS] = "UPDATE link SET source = ?2, target = ?3 WHERE n = ?1",
    [LINK_TELL] = "SELECT l.type, l.oid, l.body, i.environment, i.space FROM link l "
                  "JOIN inventory i ON i.n = l.inventory WHERE l.n = ?1",
    [CLIQUE_PUT] = "INSERT INTO clique (inventory, focal_point, oid, focal_point_type, "
                   "clique_type, n_nodes, n_links, link_types, digest, rev_from, body) VALUES "
                   "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO UPDATE SET "
                   "oid = ?3, focal_point_type = ?4, clique_type = ?5, n_nodes = ?6, n_links = ?7, "
                   "link_types = ?8, digest = ?9, rev_from = ?10, body = ?11",
    [CLIQUE_KEEP] = "INSERT INTO clique_old (inventory, focal_point, focal_point_type, rev_to) "
                    "SELECT inventory, focal_point, focal_point_type, ?3 FROM clique "
                    "WHERE inventory = ?1 AND focal_point = ?2",
    [CLIQUE_DELETE] = "DELETE FROM clique WHERE inventory = ?1 AND focal_point = ?2",
    [CLIQUE_TELL] = "SELECT focal_point_type FROM clique WHERE inventory = ?1 AND focal_point = ?2",
};

static sqlite3_stmt *
row_statement(struct commit *c, enum row_statement which, struct error *err)
{
    if (!c->statements[which])
        c->statements[which] = sql_prepare_long(c->store, row_statements[which], err);
    return c->statements[which];
}

static void
count_duplicate(struct commit *c, struct str what, struct str key)
{
    if (c->counts.n_duplicates++ == 0)
        snprintf(c->counts.duplicate, sizeof c->counts.duplicate, "%.*s %.*s", STR_ARG(what),
                 STR_ARG(key));
}

/* A number for a new row. Given out here, because a row that had to make room keeps its own. */
static bool
new_number(struct commit *c, enum kind kind, uint32_t *n, struct error *err)
{
    if (c->next_number[kind] > UINT32_MAX)
        return error_set(err, ERROR_STORE, 0, "%s: row numbers are used up", c->store->path);
    *n = (uint32_t)c->next_number[kind]++;
    return true;
}

static void
bind_digest(sqlite3_stmt *statement, int parameter, const uint64_t *digest)
{
    sqlite3_bind_blob(statement, parameter, digest, sizeof *digest, SQLITE_STATIC);
}

/* Run a statement whose only parameters are a row and this revision. */
static bool
run_on_row(struct commit *c, enum row_statement which, uint32_t n, struct error *err)
{
    sqlite3_stmt *statement = row_statement(c, which, err);

    if (!statement)
        return false;
    bind_int(statement, 1, n);
    if (sqlite3_bind_parameter_count(statement) > 1)
        bind_int(statement, 2, (int64_t)c->revision);
    return sql_finish(c->store, statement, err);
}

/* --- objects --- */

/* For the feed; the row's "environment" is not looked at. */
static void
tell_object(struct commit *c, const struct inventory *inventory, enum feed_what what,
            const struct object_row *o)
{
    struct feed_row row = {
        .kind = FEED_OBJECT,
        .what = what,
        .revision = c->revision,
        .environment = inventory->environment,
        .space = inventory->space,
        .type = o->type,
        .id = o->id,
        .oid = o->oid,
    };
    AUTO_BUF members = { 0 };

    if (feed_takes(c->store)) {
        feed_member(&members, "name", o->name);
        feed_member(&members, "host", o->host);
        feed_member(&members, "parent_type", o->parent_type);
        feed_member(&members, "parent_id", o->parent_id);
        row.members = buf_str(&members);
    }
    feed_note(c->store, &row);
}

static void
tell_new_object(struct commit *c, enum feed_what what, const struct object *o)
{
    const struct object_row row = {
        .type = object_type_name(o->type),
        .id = o->id,
        .name = o->name,
        .host = o->host,
        .parent_type = o->parent_type,
        .parent_id = o->parent_id,
        .oid = o->oid,
    };

    tell_object(c, &c->current->inventory, what, &row);
}

/* Of one that is there. */
static bool
tell_object_row(struct commit *c, enum feed_what what, uint32_t n, struct error *err)
{
    sqlite3_stmt *find = row_statement(c, OBJECT_TELL, err);
    bool          found;

    if (!find)
        return false;
    bind_int(find, 1, n);
    if (!sql_row(c->store, find, &found, err))
        return false;
    if (found) {
        const struct object_row row = {
            .type = column_text(find, 0),
            .id = column_text(find, 1),
            .name = column_text(find, 2),
            .host = column_text(find, 3),
            .parent_type = column_text(find, 4),
            .parent_id = column_text(find, 5),
            .oid = column_oid(find, 7),
        };
        const struct inventory inventory = { column_text(find, 6), column_text(find, 8) };

        tell_object(c, &inventory, what, &row);
    }
    sqlite3_reset(find);
    return true;
}

/* Make sure that no other row has the object's (type, id); '*taken' when one that came before in
 * this commit has it. */
static bool
make_room(struct commit *c, const struct object *o, uint32_t own, bool *taken, struct error *err)
{
    sqlite3_stmt     *find = row_statement(c, OBJECT_AT_KEY, err);
    struct known_row *other = NULL;
    bool              found;

    if (!find)
        return false;
    bind_int(find, 1, c->current->number);
    bind_text(find, 2, object_type_name(o->type));
    bind_text(find, 3, o->id);
    if (!sql_row(c->store, find, &found, err))
        return false;
    if (found && sqlite3_column_int64(find, 0) != own) {
        struct oid oid = column_oid(find, 1);

        other = known_find(&c->current->known[KIND_OBJECT], &oid);
    }
    sqlite3_reset(find);
    *taken = other && other->flags & KNOWN_SEEN;
    return !other || *taken || remove_object(c, other, err);
}

/* Write row 'n', which is there or not. SQLITE_CONSTRAINT is left to the caller. */
static int
write_object(struct commit *c, enum row_statement how, const struct object *o, uint32_t n,
             struct error *err)
{
    sqlite3_stmt  *put = row_statement(c, how, err);
    struct target *t = c->current;
    int64_t        seen = t->last_scanned ? t->last_scanned : c->spec.time;
    int            code;

    if (!put)
        return SQLITE_ERROR;
    bind_int(put, 1, t->number);
    bind_text(put, 2, object_type_name(o->type));
    bind_text(put, 3, o->id);
    bind_oid(put, 4, &o->oid);
    bind_digest(put, 5, &o->digest);
    bind_int_or_null(put, 6, o->stale ? seen : 0);
    bind_int(put, 7, (int64_t)c->revision);
    bind_text(put, 8, o->name);
    bind_text(put, 9, o->host);
    bind_text(put, 10, o->parent_type);
    bind_text(put, 11, o->parent_id);
    bind_text(put, 12, o->body);
    bind_text_or_null(put, 13, o->extra);
    bind_int(put, 14, n);
    code = sqlite3_step(put);
    if (code != SQLITE_DONE && (code & 0xff) != SQLITE_CONSTRAINT)
        sql_failed(c->store, err);
    sqlite3_reset(put);
    return code == SQLITE_DONE ? SQLITE_OK : code & 0xff;
}

/* --- words of objects --- */

void
object_words(struct buf *out, const struct object *o)
{
    if (!object_type_is_folder(o->type))
        terms_of_body(out, o->body);
}

static bool
add_words(struct commit *c, const struct object *o, const struct str *words, uint32_t n,
          struct error *err)
{
    sqlite3_stmt *add = row_statement(c, WORDS_ADD, err);
    AUTO_BUF      made = { 0 };
    AUTO_BUF      text = { 0 };

    if (!add)
        return false;
    if (!words)
        object_words(&made, o);
    search_words(&text, c->current->number, words ? *words : buf_str(&made));
    if (text.n == 0)
        return true;
    bind_int(add, 1, n);
    bind_text(add, 2, buf_str(&text));
    return sql_finish(c->store, add, err);
}

/* The row is as the object is now. */
static void
note_object(struct known_row *known, const struct object *o)
{
    known_set_digest(known, o->digest);
    known->flags = (uint8_t)(KNOWN_USED | KNOWN_SEEN | (o->stale ? KNOWN_STALE : 0));
}

static bool
change_object(struct commit *c, const struct object *o, const struct str *words,
              struct known_row *known, struct error *err)
{
    bool taken;

    if (!make_room(c, o, known->n, &taken, err))
        return false;
    if (taken) {
        count_duplicate(c, object_type_name(o->type), o->id);
        return true;
    }
    if (!run_on_row(c, OBJECT_KEEP, known->n, err) || !run_on_row(c, WORDS_DROP, known->n, err) ||
        write_object(c, OBJECT_UPDATE, o, known->n, err) != SQLITE_OK ||
        !add_words(c, o, words, known->n, err))
        return false;
    note_object(known, o);
    tell_new_object(c, FEED_CHANGED, o);
    c->counts.objects.n_changed++;
    return true;
}

/* 'known' is a row that had to make room and comes back, or NULL. */
static bool
add_object(struct commit *c, const struct object *o, const struct str *words,
           struct known_row *known, struct error *err)
{
    uint32_t n = known ? known->n : 0;
    bool     taken = false;

    if (!known && !new_number(c, KIND_OBJECT, &n, err))
        return false;

    /* Nearly always the key is free, so it is not looked up before. */
    int code = write_object(c, OBJECT_INSERT, o, n, err);

    if (code == SQLITE_CONSTRAINT) {
        if (!make_room(c, o, n, &taken, err))
            return false;
        if (taken) {
            count_duplicate(c, object_type_name(o->type), o->id);
            return true;
        }
        code = write_object(c, OBJECT_INSERT, o, n, err);
        if (code == SQLITE_CONSTRAINT)
            return sql_failed(c->store, err);
    }
    if (code != SQLITE_OK || !add_words(c, o, words, n, err))
        return false;
    if (!known)
        known = known_add(&c->current->known[KIND_OBJECT], &o->oid, o->digest, n, 0);
    note_object(known, o);
    tell_new_object(c, FEED_ADDED, o);
    c->counts.objects.n_added++;
    return true;
}

bool
commit_object_is_known(struct commit *c, const struct object *o, bool *is_known, struct error *err)
{
    if (!commit_load(c, c->current, KIND_OBJECT, err))
        return false;

    struct known_row *known = known_find(&c->current->known[KIND_OBJECT], &o->oid);
    bool              was_stale = known && known->flags & KNOWN_STALE;

    *is_known = known && !(known->flags & (KNOWN_GONE | KNOWN_SEEN)) &&
                known_is(known, o->digest) && was_stale == o->stale;
    if (*is_known) {
        known->flags |= KNOWN_SEEN;
        c->counts.objects.n_unchanged++;
    }
    return true;
}

bool
commit_object(struct commit *c, const struct object *o, const struct str *words, struct error *err)
{
    bool is_known;

    if (!commit_object_is_known(c, o, &is_known, err))
        return false;
    if (is_known)
        return true;

    struct known_row *known = known_find(&c->current->known[KIND_OBJECT], &o->oid);

    if (!known || known->flags & KNOWN_GONE)
        return add_object(c, o, words, known, err);
    if (known->flags & KNOWN_SEEN) {
        count_duplicate(c, object_type_name(o->type), o->id);
        return true;
    }
    return change_object(c, o, words, known, err);
}

bool
remove_object(struct commit *c, struct known_row *known, struct error *err)
{
    if (!tell_object_row(c, FEED_REMOVED, known->n, err) ||
        !run_on_row(c, OBJECT_KEEP, known->n, err) || !run_on_row(c, WORDS_DROP, known->n, err) ||
        !run_on_row(c, OBJECT_DELETE, known->n, err))
        return false;
    known->flags = KNOWN_USED | KNOWN_GONE;
    c->counts.objects.n_removed++;
    return true;
}

bool
mark_stale(struct commit *c, struct target *t, struct known_row *known, struct error *err)
{
    if (known->flags & KNOWN_STALE) {
        c->counts.objects.n_unchanged++;
        return true;
    }

    sqlite3_stmt *mark = row_statement(c, OBJECT_STALE, err);

    if (!mark || !tell_object_row(c, FEED_CHANGED, known->n, err) ||
        !run_on_row(c, OBJECT_KEEP, known->n, err))
        return false;
    bind_int(mark, 1, known->n);
    bind_int(mark, 2, t->last_scanned ? t->last_scanned : c->spec.time);
    bind_int(mark, 3, (int64_t)c->revision);
    if (!sql_finish(c->store, mark, err))
        return false;
    known->flags |= KNOWN_STALE;
    c->counts.objects.n_changed++;
    return true;
}

static bool
is_of_failed_source(const struct commit_scope *scope, struct str host, struct str type)
{
    for (size_t i = 0; i < scope->n_failed; i++) {
        const struct failed_source *failed = &scope->failed[i];

        if ((str_empty(failed->host) || str_equal(failed->host, host)) &&
            (str_empty(failed->type) || str_equal(failed->type, type)))
            return true;
    }
    return false;
}

static bool
is_unasked(const struct commit_scope *scope, struct str host)
{
    for (size_t i = 0; i < scope->n_hosts; i++)
        if (str_equal(scope->hosts[i].name, host))
            return false;
    return scope->hosts;
}

bool
why_unseen(struct commit *c, const struct known_row *known, const struct commit_scope *scope,
           enum unseen *why, struct error *err)
{
    sqlite3_stmt *source;
    bool          found;

    *why = UNSEEN_GONE;
    if (scope->n_failed == 0 && !scope->hosts)
        return true;
    source = row_statement(c, OBJECT_SOURCE, err);
    if (!source)
        return false;
    bind_int(source, 1, known->n);
    if (!sql_row(c->store, source, &found, err))
        return false;

    struct str host = column_text(source, 0), type = column_text(source, 1);

    if (found && is_unasked(scope, host))
        *why = UNSEEN_UNASKED;
    else if (found && is_of_failed_source(scope, host, type))
        *why = UNSEEN_FAILED;
    sqlite3_reset(source);
    return true;
}

/* --- links --- */

static void
tell_link(struct commit *c, const struct inventory *inventory, enum feed_what what,
          const struct link_row *link)
{
    const struct feed_row row = {
        .kind = FEED_LINK,
        .what = what,
        .revision = c->revision,
        .environment = inventory->environment,
        .space = inventory->space,
        .type = link->type,
        .oid = link->oid,
        .source = link->source,
        .target = link->target,
    };

    feed_note(c->store, &row);
}

/* Of one that is about to go. */
static bool
tell_link_row(struct commit *c, uint32_t n, struct error *err)
{
    sqlite3_stmt *find = row_statement(c, LINK_TELL, err);
    bool          found;

    if (!find)
        return false;
    bind_int(find, 1, n);
    if (!sql_row(c->store, find, &found, err))
        return false;
    if (found) {
        struct link_row  link = { .type = column_text(find, 0), .oid = column_oid(find, 1) };
        struct inventory inventory = { column_text(find, 3), column_text(find, 4) };

        if (feed_takes(c->store))
            link_ends_read(column_text(find, 2), &link.source, &link.target);
        tell_link(c, &inventory, FEED_REMOVED, &link);
    }
    sqlite3_reset(find);
    return true;
}

/* The number of an object; 0 when it is not there (yet). */
static uint32_t
number_of(const struct target *t, const struct oid *object)
{
    const struct known_row *known = known_find(&t->known[KIND_OBJECT], object);

    return known && !(known->flags & KNOWN_GONE) ? known->n : 0;
}

static bool
write_link(struct commit *c, enum row_statement how, const struct link_row *link, uint32_t n,
           struct error *err)
{
    sqlite3_stmt *put = row_statement(c, how, err);
    uint32_t      source = number_of(c->current, &link->source);
    uint32_t      target = number_of(c->current, &link->target);

    if (!put)
        return false;
    c->has_loose_links = c->has_loose_links || !source || !target;
    bind_int(put, 1, c->current->number);
    bind_text(put, 2, link->type);
    bind_oid(put, 3, &link->oid);
    bind_digest(put, 4, &link->digest);
    bind_int(put, 5, source);
    bind_int(put, 6, target);
    bind_int(put, 7, link->implicit);
    bind_int(put, 8, (int64_t)c->revision);
    bind_text(put, 9, link->host);
    bind_text(put, 10, link->body);
    bind_int(put, 11, n);
    return sql_finish(c->store, put, err);
}

bool
commit_link(struct commit *c, const struct link_row *link, struct error *err)
{
    struct known *links = &c->current->known[KIND_LINK];

    /* The objects are where the ends are looked up. */
    if (!commit_load(c, c->current, KIND_OBJECT, err) ||
        !commit_load(c, c->current, KIND_LINK, err))
        return false;

    struct known_row *known = known_find(links, &link->oid);
    uint32_t          n = 0;

    if (known && known->flags & KNOWN_SEEN) {
        count_duplicate(c, STR("link"), link->type);
        return true;
    }
    if (known && known_is(known, link->digest)) {
        known->flags |= KNOWN_SEEN;
        c->counts.links.n_unchanged++;
        return true;
    }
    if (known) {
        if (!run_on_row(c, LINK_KEEP, known->n, err) ||
            !write_link(c, LINK_UPDATE, link, known->n, err))
            return false;
        known_set_digest(known, link->digest);
        known->flags |= KNOWN_SEEN;
        tell_link(c, &c->current->inventory, FEED_CHANGED, link);
        c->counts.links.n_changed++;
        return true;
    }
    if (!new_number(c, KIND_LINK, &n, err) || !write_link(c, LINK_INSERT, link, n, err))
        return false;
    known_add(links, &link->oid, link->digest, n, KNOWN_SEEN);
    tell_link(c, &c->current->inventory, FEED_ADDED, link);
    c->counts.links.n_added++;
    return true;
}

static bool
remove_link_row(struct commit *c, uint32_t n, struct error *err)
{
    if (!tell_link_row(c, n, err) || !run_on_row(c, LINK_KEEP, n, err) ||
        !run_on_row(c, LINK_DELETE, n, err))
        return false;
    c->counts.links.n_removed++;
    return true;
}

bool
remove_link(struct commit *c, struct known_row *known, struct error *err)
{
    known->flags |= KNOWN_GONE;
    return remove_link_row(c, known->n, err);
}

bool
remove_links_of(struct commit *c, uint32_t object, struct error *err)
{
    for (enum row_statement side = LINK_FROM; side <= LINK_TO; side++) {
        sqlite3_stmt *next = row_statement(c, side, err);

        /* Asked anew for each, because the rows under the statement are deleted. */
        for (;;) {
            uint32_t n;
            bool     found;

            if (!next)
                return false;
            bind_int(next, 1, object);
            if (!sql_row(c->store, next, &found, err))
                return false;
            n = found ? (uint32_t)sqlite3_column_int64(next, 0) : 0;
            sqlite3_reset(next);
            if (!found)
                break;
            if (!remove_link_row(c, n, err))
                return false;
        }
    }
    return true;
}

bool
settle_link(struct commit *c, const struct target *t, uint32_t n, const struct oid *source,
            const struct oid *target, struct error *err)
{
    sqlite3_stmt *ends = row_statement(c, LINK_ENDS, err);

    if (!ends)
        return false;
    bind_int(ends, 1, n);
    bind_int(ends, 2, number_of(t, source));
    bind_int(ends, 3, number_of(t, target));
    return sql_finish(c->store, ends, err);
}

/* --- cliques --- */

static void
tell_clique(struct commit *c, const struct target *t, enum feed_what what, struct str type,
            const struct oid *focal_point)
{
    const struct feed_row row = {
        .kind = FEED_CLIQUE,
        .what = what,
        .revision = c->revision,
        .environment = t->inventory.environment,
        .space = t->inventory.space,
        .type = type,
        .oid = *focal_point,
    };

    feed_note(c->store, &row);
}

/* Of one that is about to go, if there is one. */
static bool
tell_clique_row(struct commit *c, const struct target *t, const struct oid *focal_point,
                struct error *err)
{
    sqlite3_stmt *find = row_statement(c, CLIQUE_TELL, err);
    bool          found;

    if (!find)
        return false;
    bind_int(find, 1, t->number);
    bind_oid(find, 2, focal_point);
    if (!sql_row(c->store, find, &found, err))
        return false;
    if (found)
        tell_clique(c, t, FEED_REMOVED, column_text(find, 0), focal_point);
    sqlite3_reset(find);
    return true;
}

bool
commit_clique(struct commit *c, const struct clique_row *clique, struct error *err)
{
    if (!commit_load(c, c->current, KIND_CLIQUE, err))
        return false;

    struct known     *cliques = &c->current->known[KIND_CLIQUE];
    struct known_row *known = known_find(cliques, &clique->focal_point);
    sqlite3_stmt     *put;

    if (known && known->flags & KNOWN_SEEN) {
        count_duplicate(c, STR("clique of"), clique->focal_point_type);
        return true;
    }
    if (known && known_is(known, clique->digest)) {
        known->flags |= KNOWN_SEEN;
        c->counts.cliques.n_unchanged++;
        return true;
    }
    put = row_statement(c, CLIQUE_PUT, err);
    if (!put)
        return false;
    bind_int(put, 1, c->current->number);
    bind_oid(put, 2, &clique->focal_point);
    bind_oid(put, 3, &clique->oid);
    bind_text(put, 4, clique->focal_point_type);
    bind_text(put, 5, clique->clique_type);
    bind_int(put, 6, clique->n_nodes);
    bind_int(put, 7, clique->n_links);
    bind_int(put, 8, (int64_t)clique->link_types);
    bind_digest(put, 9, &clique->digest);
    bind_int(put, 10, (int64_t)c->revision);
    bind_text_or_null(put, 11, clique->body);
    if (!sql_finish(c->store, put, err))
        return false;
    tell_clique(c, c->current, known ? FEED_CHANGED : FEED_ADDED, clique->focal_point_type,
                &clique->focal_point);
    if (known) {
        known_set_digest(known, clique->digest);
        known->flags |= KNOWN_SEEN;
        c->counts.cliques.n_changed++;
    } else {
        known_add(cliques, &clique->focal_point, clique->digest, 1, KNOWN_SEEN);
        c->counts.cliques.n_added++;
    }
    return true;
}

bool
remove_clique(struct commit *c, struct target *t, const struct oid *focal_point, struct error *err)
{
    sqlite3_stmt *keep = row_statement(c, CLIQUE_KEEP, err);
    sqlite3_stmt *delete = row_statement(c, CLIQUE_DELETE, err);

    if (!keep || !delete || !tell_clique_row(c, t, focal_point, err))
        return false;
    bind_int(keep, 1, t->number);
    bind_oid(keep, 2, focal_point);
    bind_int(keep, 3, (int64_t)c->revision);
    bind_int(delete, 1, t->number);
    bind_oid(delete, 2, focal_point);
    if (!sql_finish(c->store, keep, err) || !sql_finish(c->store, delete, err))
        return false;
    c->counts.cliques.n_removed += (uint64_t)sqlite3_changes64(c->store->db);
    return true;
}
