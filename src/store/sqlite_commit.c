/* Commits: one transaction, one revision, and of it only what differs.
 *
 * What an inventory holds is read once, as ("_id", digest, row) out of one index; each row that
 * comes is compared in memory. Rows that did not come are then those that ended. Nothing is staged:
 * a commit that is given up, or killed, is rolled back by SQLite. */

#include "store/sqlite_commit.h"

#include <assert.h>

enum { LARGE_COMMIT = 10000 }; /* rows; behind it the page cache is given back */

void
commit_phase(struct commit *c, const char *phase)
{
    if (c->store->fault)
        c->store->fault(c->store->fault_context, phase);
}

/* --- beginning --- */

static const struct {
    const char *phase;
    const char *count;
    const char *rows; /* _id, digest, row, stale? */
} kinds[N_KINDS] = {
    [KIND_OBJECT] = {
        "objects",
        "SELECT count(*) FROM object INDEXED BY object_oid WHERE inventory = ?",
        "SELECT oid, digest, n, last_seen IS NOT NULL FROM object INDEXED BY object_oid "
        "WHERE inventory = ?",
    },
    [KIND_LINK] = {
        "links",
        "SELECT count(*) FROM link INDEXED BY link_key WHERE inventory = ?",
        "SELECT oid, digest, n, 0 FROM link INDEXED BY link_key WHERE inventory = ?",
    },
    [KIND_CLIQUE] = {
        "cliques",
        "SELECT count(*) FROM clique WHERE inventory = ?",
        "SELECT focal_point, digest, 1, 0 FROM clique WHERE inventory = ?",
    },
};

bool
commit_load(struct commit *c, struct target *t, enum kind kind, struct error *err)
{
    if (t->loaded[kind])
        return true;
    if (!c->begun[kind])
        commit_phase(c, kinds[kind].phase);
    c->begun[kind] = true;
    if (c->is_first_load && kind != KIND_CLIQUE) {
        t->loaded[kind] = true;
        return true; /* nothing is there, nor its index */
    }

    AUTO_STATEMENT count = sql_prepare(c->store, kinds[kind].count, err);
    AUTO_STATEMENT rows = sql_prepare(c->store, kinds[kind].rows, err);
    bool           found;

    if (!count || !rows)
        return false;
    bind_int(count, 1, t->number);
    if (!sql_row(c->store, count, &found, err))
        return false;
    known_reserve(&t->known[kind], found ? column_u64(count, 0) : 0);
    bind_int(rows, 1, t->number);
    while (sql_row(c->store, rows, &found, err)) {
        if (!found) {
            t->loaded[kind] = true;
            return true;
        }

        struct oid oid = column_oid(rows, 0);
        uint64_t   digest;
        bool       stale = sqlite3_column_int(rows, 3);

        column_bytes(rows, 1, &digest, sizeof digest);
        if (!known_find(&t->known[kind], &oid))
            known_add(&t->known[kind], &oid, digest, (uint32_t)sqlite3_column_int64(rows, 2),
                      stale ? KNOWN_STALE : 0);
    }
    return false;
}

bool
commit_into(struct commit *c, const struct inventory *inventory, struct error *err)
{
    struct str space = space_of(inventory->space);

    for (struct target *t = c->targets; t; t = t->next) {
        if (str_equal(t->inventory.environment, inventory->environment) &&
            str_equal(t->inventory.space, space)) {
            c->current = t;
            return true;
        }
    }
    if (str_empty(inventory->environment))
        return error_set(err, ERROR_USAGE, 0, "environment: missing");

    struct target *t = arena_new_of(c->arena, struct target);

    t->inventory.environment = arena_str(c->arena, inventory->environment);
    t->inventory.space = arena_str(c->arena, space);
    if (!inventory_number(c->store, &t->inventory, true, &t->number, err))
        return false;

    AUTO_STATEMENT scanned =
        sql_prepare(c->store, "SELECT last_scanned FROM inventory WHERE n = ?", err);
    bool found;

    if (!scanned)
        return false;
    bind_int(scanned, 1, t->number);
    if (!sql_row(c->store, scanned, &found, err))
        return false;
    t->last_scanned = found ? sqlite3_column_int64(scanned, 0) : 0;
    t->next = c->targets;
    c->targets = t;
    c->current = t;
    return true;
}

/* --- the first load --- */

/* Indexes that rows come to in no order. Those of an empty store are made at its first load's end, by
 * sorting, which takes a fraction of the time. (object_key has its rows in order, and finds
 * duplicates.) */
static const char *const late_indexes[] = { "object_oid", "object_parent", "object_host",
                                            "link_key" };

static bool
drop_index(struct commit *c, const char *name, struct str *made_by, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(
        c->store, "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ?", err);
    char drop[64];
    bool found;

    if (!find)
        return false;
    bind_text(find, 1, str_from(name));
    if (!sql_row(c->store, find, &found, err))
        return false;
    *made_by = arena_str(c->arena, column_text(find, 0));
    sqlite3_reset(find);
    snprintf(drop, sizeof drop, "DROP INDEX %s", name);
    return sql_run(c->store, drop, err);
}

static bool
begin_first_load(struct commit *c, struct error *err)
{
    int64_t n_rows;

    if (!sql_number(c->store, "SELECT EXISTS (SELECT 1 FROM object) OR EXISTS (SELECT 1 FROM link)",
                    0, &n_rows, err))
        return false;
    c->is_first_load = n_rows == 0;
    for (size_t i = 0; c->is_first_load && i < N_ELEMENTS(late_indexes); i++)
        if (!drop_index(c, late_indexes[i], &c->late_indexes[i], err))
            return false;
    return true;
}

static bool
end_first_load(struct commit *c, struct error *err)
{
    static_assert(N_ELEMENTS(late_indexes) == N_LATE_INDEXES, "one statement for each");
    if (!c->is_first_load)
        return true;
    commit_phase(c, "indexes");
    for (size_t i = 0; i < N_LATE_INDEXES; i++)
        if (!sql_run(c->store, c->late_indexes[i].p, err))
            return false;
    c->is_first_load = false;
    return true;
}

/* --- beginning and end of the transaction --- */

/* The lease is ours. That is said again at the end, because nobody else can hear a heartbeat while
 * the transaction is open. */
static bool
keep_lease(struct commit *c, struct error *err)
{
    return c->lease.token[0] == '\0' ||
           store_lease_heartbeat(c->store, &c->lease, store_now(), err);
}

static bool
begin(struct commit *c, const struct commit_spec *spec, struct error *err)
{
    struct inventory inventory = { spec->environment, spec->space };

    if (!write_begin(c->store, err))
        return false;
    c->open = true;
    commit_phase(c, "begin");
    return keep_lease(c, err) &&
           sql_number(c->store, "SELECT max(n) + 1 FROM object", 1, &c->next_number[KIND_OBJECT],
                      err) &&
           sql_number(c->store, "SELECT max(n) + 1 FROM link", 1, &c->next_number[KIND_LINK],
                      err) &&
           next_revision(c->store, &c->revision, err) && commit_into(c, &inventory, err) &&
           begin_first_load(c, err);
}

bool
store_commit_begin(struct store *store, const struct commit_spec *spec, struct commit **commit,
                   struct error *err)
{
    if (store->commit || store->depth)
        return error_set(err, ERROR_BUSY, 0, "%s: a commit is open already", store->path);

    struct commit *c = xcalloc(1, sizeof *c);

    c->store = store;
    c->arena = arena_new();
    c->spec = *spec;
    c->spec.environment = arena_str(c->arena, spec->environment);
    c->spec.space = arena_str(c->arena, space_of(spec->space));
    c->spec.scope = arena_str(c->arena, spec->scope);
    c->spec.cause = arena_str(c->arena, str_from(spec->cause)).p;
    if (spec->lease)
        c->lease = *spec->lease;
    store->commit = c;
    if (!begin(c, spec, err)) {
        commit_abort(c);
        return false;
    }
    *commit = c;
    return true;
}

static void
end(struct commit *c)
{
    for (size_t i = 0; i < N_ELEMENTS(c->statements); i++)
        sqlite3_finalize(c->statements[i]);
    for (struct target *t = c->targets; t; t = t->next)
        for (size_t kind = 0; kind < N_KINDS; kind++)
            known_done(&t->known[kind]);
    c->store->commit = NULL;
    arena_free(c->arena);
    free(c);
}

void
commit_abort(struct commit *c)
{
    if (!c)
        return;

    struct store *store = c->store;

    if (c->open && write_end(store, false, NULL))
        abort(); /* it cannot succeed */
    end(c);
    messages_flush(store);
}

/* --- scope --- */

static bool
end_unseen_objects(struct commit *c, struct target *t, const struct commit_scope *scope,
                   struct error *err)
{
    bool keeps_stale = !scope->clear && !scope->clear_all;

    for (uint32_t i = 0; i < t->known[KIND_OBJECT].capacity; i++) {
        struct known_row *row = &t->known[KIND_OBJECT].rows[i];
        enum unseen       why = UNSEEN_GONE;

        if (!(row->flags & KNOWN_USED) || row->flags & KNOWN_SEEN)
            continue;

        /* A row that is gone had to make room for another one, and did not come back. */
        bool gone = row->flags & KNOWN_GONE;

        if (!gone && keeps_stale && !why_unseen(c, row, scope, &why, err))
            return false;
        if (why == UNSEEN_UNASKED) {
            c->counts.objects.n_unchanged++;
            continue;
        }
        if (why == UNSEEN_FAILED) {
            if (!mark_stale(c, t, row, err))
                return false;
            continue;
        }
        if ((!gone && !remove_object(c, row, err)) || !remove_links_of(c, row->n, err) ||
            (!scope->cliques && !remove_clique(c, t, &row->oid, err)))
            return false;
    }
    return true;
}

static bool
end_unseen_links(struct commit *c, struct target *t, struct error *err)
{
    for (uint32_t i = 0; i < t->known[KIND_LINK].capacity; i++) {
        struct known_row *row = &t->known[KIND_LINK].rows[i];

        if (row->flags & KNOWN_USED && !(row->flags & KNOWN_SEEN) && !remove_link(c, row, err))
            return false;
    }
    return true;
}

static bool
end_unseen_cliques(struct commit *c, struct target *t, struct error *err)
{
    for (uint32_t i = 0; i < t->known[KIND_CLIQUE].capacity; i++) {
        struct known_row *row = &t->known[KIND_CLIQUE].rows[i];

        if (row->flags & KNOWN_USED && !(row->flags & KNOWN_SEEN) &&
            !remove_clique(c, t, &row->oid, err))
            return false;
    }
    return true;
}

/* Tell the feed how many rows of each type are about to go. */
static bool
tell_all(struct commit *c, enum kind kind, const struct inventory *inventory, int64_t number,
         struct error *err)
{
    static const struct {
        enum feed_kind kind;
        const char    *count;
    } all[N_KINDS] = {
        [KIND_OBJECT] = { FEED_OBJECT,
                          "SELECT type, count(*) FROM object WHERE inventory = ? GROUP BY type" },
        [KIND_LINK] = { FEED_LINK,
                        "SELECT type, count(*) FROM link WHERE inventory = ? GROUP BY type" },
        [KIND_CLIQUE] = { FEED_CLIQUE, "SELECT focal_point_type, count(*) FROM clique "
                                       "WHERE inventory = ? GROUP BY focal_point_type" },
    };
    AUTO_STATEMENT count = sql_prepare(c->store, all[kind].count, err);
    bool           found;

    if (!count)
        return false;
    bind_int(count, 1, number);
    while (sql_row(c->store, count, &found, err)) {
        if (!found)
            return true;

        const struct feed_row row = {
            .kind = all[kind].kind,
            .what = FEED_REMOVED,
            .environment = inventory->environment,
            .space = inventory->space,
            .type = column_text(count, 0),
        };

        feed_count(c->store, &row, column_u64(count, 1));
    }
    return false;
}

/* Empty one kind of an inventory that the commit says nothing about. */
static bool
end_all(struct commit *c, enum kind kind, int64_t inventory, struct error *err)
{
    static const struct {
        const char *keep;
        const char *delete;
    } all[N_KINDS] = {
        [KIND_OBJECT] = {
            "INSERT INTO object_old (object, inventory, type, id, oid, last_seen, rev_from, "
            "rev_to, body, extra) SELECT n, inventory, type, id, oid, last_seen, rev_from, ?2, "
            "body, extra FROM object WHERE inventory = ?1",
            "DELETE FROM object WHERE inventory = ?1",
        },
        [KIND_LINK] = {
            "INSERT INTO link_old (inventory, type, oid, rev_from, rev_to, body) "
            "SELECT inventory, type, oid, rev_from, ?2, body FROM link WHERE inventory = ?1",
            "DELETE FROM link WHERE inventory = ?1",
        },
        [KIND_CLIQUE] = {
            "INSERT INTO clique_old (inventory, focal_point, focal_point_type, rev_to) "
            "SELECT inventory, focal_point, focal_point_type, ?2 FROM clique "
            "WHERE inventory = ?1",
            "DELETE FROM clique WHERE inventory = ?1",
        },
    };
    AUTO_STATEMENT keep = sql_prepare(c->store, all[kind].keep, err);
    AUTO_STATEMENT delete = sql_prepare(c->store, all[kind].delete, err);

    if (!keep || !delete || (kind == KIND_OBJECT && !search_forget(c->store, inventory, err)))
        return false;
    bind_int(keep, 1, inventory);
    bind_int(keep, 2, (int64_t)c->revision);
    bind_int(delete, 1, inventory);
    if (!sql_finish(c->store, keep, err) || !sql_finish(c->store, delete, err))
        return false;
    commit_counts_of(c, kind)->n_removed += (uint64_t)sqlite3_changes64(c->store->db);
    return true;
}

static bool
is_target(const struct commit *c, int64_t inventory)
{
    for (const struct target *t = c->targets; t; t = t->next)
        if (t->number == inventory)
            return true;
    return false;
}

/* Without objects there are no links and no cliques. */
static bool
clear_others(struct commit *c, const struct commit_scope *scope, struct error *err)
{
    bool           ends[N_KINDS] = { scope->objects, scope->links || scope->objects,
                                     scope->cliques || scope->objects };
    AUTO_STATEMENT others =
        sql_prepare(c->store, "SELECT n, environment FROM inventory WHERE space = ?", err);
    bool found;

    if (!others)
        return false;
    bind_text(others, 1, c->spec.space);
    while (sql_row(c->store, others, &found, err)) {
        if (!found)
            return true;

        int64_t                n = sqlite3_column_int64(others, 0);
        const struct inventory inventory = { column_text(others, 1), c->spec.space };

        for (enum kind kind = 0; kind < N_KINDS; kind++)
            if (ends[kind] && !is_target(c, n) &&
                (!tell_all(c, kind, &inventory, n, err) || !end_all(c, kind, n, err)))
                return false;
    }
    return false;
}

/* Links may come before the objects that they connect; an import even leaves them without. Once
 * there are new objects their ends are looked up again. */
static bool
settle_loose_links_of(struct commit *c, const struct target *t, struct error *err)
{
    struct loose {
        uint32_t   n;
        struct oid source;
        struct oid target;
    } *loose = NULL;
    AUTO_STATEMENT find = sql_prepare(
        c->store,
        "SELECT n, body FROM link INDEXED BY link_source WHERE source = 0 AND inventory = ?1 UNION "
        "SELECT n, body FROM link INDEXED BY link_target WHERE target = 0 AND inventory = ?1",
        err);
    AUTO_ARENA arena = arena_new();
    size_t     n = 0, capacity = 0;
    bool       found = true;

    if (!find)
        return false;
    bind_int(find, 1, t->number);
    while (found) {
        if (!sql_row(c->store, find, &found, err))
            return false;
        if (found) {
            arena_grow(arena, loose, n, capacity);
            loose[n].n = (uint32_t)sqlite3_column_int64(find, 0);
            link_ends_read(column_text(find, 1), &loose[n].source, &loose[n].target);
            n++;
        }
    }
    for (size_t i = 0; i < n; i++)
        if (!settle_link(c, t, loose[i].n, &loose[i].source, &loose[i].target, err))
            return false;
    return true;
}

static bool
settle_loose_links(struct commit *c, struct error *err)
{
    if (!c->has_loose_links && c->counts.objects.n_added == 0)
        return true;
    for (const struct target *t = c->targets; t; t = t->next)
        if (t->loaded[KIND_OBJECT] && !settle_loose_links_of(c, t, err))
            return false;
    return true;
}

static bool
apply_scope(struct commit *c, const struct commit_scope *scope, struct error *err)
{
    for (struct target *t = c->targets; t; t = t->next) {
        if ((scope->objects && !commit_load(c, t, KIND_OBJECT, err)) ||
            (scope->links && !commit_load(c, t, KIND_LINK, err)) ||
            (scope->cliques && !commit_load(c, t, KIND_CLIQUE, err)))
            return false;
    }
    commit_phase(c, "remove");
    for (struct target *t = c->targets; t; t = t->next) {
        /* Links first: what is left of an object's then goes with it. */
        if ((scope->links && !end_unseen_links(c, t, err)) ||
            (scope->objects && !end_unseen_objects(c, t, scope, err)) ||
            (scope->cliques && !end_unseen_cliques(c, t, err)))
            return false;
        for (uint32_t i = 0; i < t->known[KIND_OBJECT].capacity; i++)
            if (t->known[KIND_OBJECT].rows[i].flags & KNOWN_STALE)
                c->counts.n_stale++;
    }
    return (!scope->clear_all || clear_others(c, scope, err)) && settle_loose_links(c, err);
}

/* --- end --- */

static uint64_t
n_differences(const struct kind_counts *counts)
{
    return counts->n_added + counts->n_changed + counts->n_removed;
}

static void
write_counts(struct buf *out, const char *name, const struct kind_counts *counts)
{
    buf_printf(out, "%c\"%s\":{\"added\":%llu,\"changed\":%llu,\"removed\":%llu}",
               out->n ? ',' : '{', name, (unsigned long long)counts->n_added,
               (unsigned long long)counts->n_changed, (unsigned long long)counts->n_removed);
}

static bool
add_revision(struct commit *c, struct error *err)
{
    AUTO_STATEMENT add = sql_prepare(
        c->store,
        "INSERT INTO revision (revision, environment, space, time, cause, scope, counts) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        err);
    AUTO_BUF counts = { 0 };

    if (!add)
        return false;
    write_counts(&counts, "objects", &c->counts.objects);
    write_counts(&counts, "links", &c->counts.links);
    write_counts(&counts, "cliques", &c->counts.cliques);
    buf_char(&counts, '}');
    bind_int(add, 1, (int64_t)c->revision);
    bind_text(add, 2, c->spec.environment);
    bind_text(add, 3, c->spec.space);
    bind_int(add, 4, c->spec.time);
    bind_text(add, 5, str_from(c->spec.cause));
    bind_text(add, 6, c->spec.scope);
    bind_text(add, 7, buf_str(&counts));
    return sql_finish(c->store, add, err);
}

static bool
stamp_whole(struct commit *c, const struct target *t, struct error *err)
{
    AUTO_STATEMENT stamp =
        sql_prepare(c->store, "UPDATE inventory SET last_scanned = ?2 WHERE n = ?1", err);
    AUTO_STATEMENT forget =
        sql_prepare(c->store, "DELETE FROM host_scanned WHERE inventory = ?1", err);

    if (!stamp || !forget)
        return false;
    bind_int(stamp, 1, t->number);
    bind_int(stamp, 2, c->spec.time);
    bind_int(forget, 1, t->number);
    return sql_finish(c->store, stamp, err) && sql_finish(c->store, forget, err);
}

static bool
stamp_hosts(struct commit *c, const struct target *t, const struct commit_scope *scope,
            struct error *err)
{
    AUTO_STATEMENT stamp =
        sql_prepare(c->store, "INSERT OR REPLACE INTO host_scanned VALUES (?, ?, ?)", err);

    if (!stamp)
        return false;
    for (size_t i = 0; i < scope->n_hosts; i++) {
        if (!scope->hosts[i].answered)
            continue;
        bind_int(stamp, 1, t->number);
        bind_text(stamp, 2, scope->hosts[i].name);
        bind_int(stamp, 3, c->spec.time);
        if (!sql_finish(c->store, stamp, err))
            return false;
    }
    return true;
}

static bool
stamp_targets(struct commit *c, const struct commit_scope *scope, struct error *err)
{
    for (struct target *t = c->targets; t; t = t->next)
        if (scope->hosts ? !stamp_hosts(c, t, scope, err) : !stamp_whole(c, t, err))
            return false;
    return true;
}

bool
commit_finish(struct commit *c, const struct commit_scope *scope, struct commit_counts *counts,
              struct error *err)
{
    struct store *store = c->store;
    uint64_t      n;

    if (!end_first_load(c, err) || !apply_scope(c, scope, err))
        return false;
    n = n_differences(&c->counts.objects) + n_differences(&c->counts.links) +
        n_differences(&c->counts.cliques);
    if (n > 0) {
        if (!add_revision(c, err))
            return false;
        c->counts.revision = c->revision;
        feed_note_revision(store, c->revision, c->spec.cause);
    }
    if ((scope->objects && !stamp_targets(c, scope, err)) || !keep_lease(c, err))
        return false;
    commit_phase(c, "before-commit");
    c->open = false;
    if (!write_end(store, true, err))
        return false;
    commit_phase(c, "after-commit");
    if (counts)
        *counts = c->counts;
    end(c);
    if (n > LARGE_COMMIT)
        sqlite3_db_release_memory(store->db);
    messages_flush(store);
    return true;
}
