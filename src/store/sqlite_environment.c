/* Environments, and the lease that lets one scan at a time work on each.
 *
 * Secrets are sealed before they get here (seal.c), and come out sealed: who asks a cloud opens them.
 *
 * "scanned" and "last_scanned" are what happened, not what somebody configured: they are columns,
 * so that a finished scan does not rewrite a document with secrets in it. */

#include "store/sqlite.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>

#include "model/environment.h"
#include "store/seal.h"

/* --- documents --- */

#define ENVIRONMENT_COLUMNS "name, body, scanned, last_scanned "

static void
environment_row_read(sqlite3_stmt *s, struct arena *arena, struct environment_row *row)
{
    struct str body = arena_str(arena, column_text(s, 1));
    AUTO_BUF   time = { 0 };

    /* A damaged page may hold anything; who reads an empty document says what it lacks. */
    if (doc_kind(doc_parse(arena, body, NULL)) != DOC_OBJECT)
        body = STR("{}");

    *row = (struct environment_row){
        .name = arena_str(arena, column_text(s, 0)),
        .scanned = sqlite3_column_int(s, 2),
        .last_scanned = sqlite3_column_int64(s, 3),
    };
    if (row->last_scanned) {
        buf_char(&time, '"');
        store_write_time(&time, row->last_scanned);
        buf_char(&time, '"');
        body = body_set(arena, body, "last_scanned", buf_str(&time));
    }
    row->document = body_set(arena, body, "scanned", row->scanned ? STR("true") : STR("false"));
}

static void
tell(struct store *store, struct str name, enum feed_what what)
{
    const struct feed_row row = { .kind = FEED_ENVIRONMENT, .what = what, .environment = name };

    feed_note(store, &row);
}

static bool
is_there(struct store *store, struct str name, bool *found, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(store, "SELECT 1 FROM environment WHERE name = ?", err);

    if (!find)
        return false;
    bind_text(find, 1, name);
    return sql_row(store, find, found, err);
}

static bool
put_row(struct store *store, struct str name, struct str body, bool scanned, int64_t last_scanned,
        struct error *err)
{
    AUTO_STATEMENT put = sql_prepare(store,
                                     "INSERT INTO environment (name, body, scanned, last_scanned) "
                                     "VALUES (?1, ?2, ?3, ?4) "
                                     "ON CONFLICT (name) DO UPDATE SET body = ?2 WHERE body <> ?2",
                                     err);
    bool           was_there;

    if (!put || !is_there(store, name, &was_there, err))
        return false;
    bind_text(put, 1, name);
    bind_text(put, 2, body);
    bind_int(put, 3, scanned);
    bind_int(put, 4, last_scanned);
    if (!sql_finish(store, put, err))
        return false;
    if (sqlite3_changes64(store->db))
        tell(store, name, was_there ? FEED_CHANGED : FEED_ADDED);
    return true;
}

struct doc *
store_seal_secrets(struct store *store, struct arena *arena, const struct doc *document,
                   struct error *err)
{
    int64_t has_sealed = 0;

    if (!sql_number(store,
                    "SELECT EXISTS (SELECT 1 FROM environment WHERE body LIKE '%\"sealed:%') OR "
                    "EXISTS (SELECT 1 FROM document WHERE collection = 'connection_tests' AND "
                    "body LIKE '%\"sealed:%')",
                    0, &has_sealed, err))
        return NULL;
    return seal_secrets(store->path, has_sealed, arena, document, err);
}

bool
store_put_environment(struct store *store, struct str document, struct error *err)
{
    AUTO_ARENA  arena = arena_new();
    struct doc *d = doc_parse(arena, document, err);
    struct str  name = doc_get_text(d, "name");
    bool        scanned = doc_truth(doc_get(d, "scanned"));
    int64_t     last_scanned = 0;

    if (!d)
        return error_prefix(err, "environment: ");
    if (!environment_name_is_valid(name))
        return error_set(err, ERROR_CONFIG, 0,
                         "environment: name: expected 1 to 64 letters, digits, '.', '_', '-' or "
                         "blanks");
    if (!doc_get(d, "_id"))
        doc_set_text(arena, d, "_id", oid_text(OID(STR("environment"), name), arena));
    if (!store_read_time(doc_get_text(d, "last_scanned"), &last_scanned))
        last_scanned = 0; /* documents of the original have a text there that is no time */
    doc_remove(d, "scanned");
    doc_remove(d, "last_scanned");
    d = store_seal_secrets(store, arena, d, err);
    if (!d)
        return error_prefix(err, "environment %.*s: ", STR_ARG(name));
    if (!write_begin(store, err))
        return false;
    return write_end(store, put_row(store, name, doc_body(arena, d), scanned, last_scanned, err),
                     err);
}

/* One member of a document, and nothing else: its secrets stay as they are, so no key is needed. */
static bool
set_member(struct store *store, struct str name, const char *member, struct str value,
           struct error *err)
{
    AUTO_ARENA     arena = arena_new();
    AUTO_STATEMENT find = sql_prepare(store, "SELECT body FROM environment WHERE name = ?", err);
    AUTO_STATEMENT put =
        sql_prepare(store, "UPDATE environment SET body = ?2 WHERE name = ?1 AND body <> ?2", err);
    bool found;

    if (!find || !put)
        return false;
    bind_text(find, 1, name);
    if (!sql_row(store, find, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_NOT_FOUND, 0, "no environment named %.*s", STR_ARG(name));
    bind_text(put, 1, name);
    bind_text(put, 2, body_set(arena, column_text(find, 0), member, value));
    tell(store, name, FEED_CHANGED);
    return sql_finish(store, put, err);
}

bool
store_set_environment_auth(struct store *store, struct str name, struct str auth, struct error *err)
{
    return write_begin(store, err) &&
           write_end(store, set_member(store, name, "auth", auth, err), err);
}

bool
store_mark_operational(struct store *store, struct str name, bool is_running, struct error *err)
{
    struct str value = is_running ? STR("\"running\"") : STR("\"error\"");

    return write_begin(store, err) &&
           write_end(store, set_member(store, name, "operational", value, err), err);
}

struct doc *
store_open_secrets(struct store *store, struct arena *arena, struct str document, struct error *err)
{
    struct doc *d = doc_parse(arena, document, err);

    return d ? open_secrets(store->path, arena, d, err) : NULL;
}

bool
store_get_environment(struct store *store, struct str name, struct arena *arena,
                      struct environment_row *row, struct error *err)
{
    AUTO_LOAN find = { 0 };
    bool      found;

    if (!sql_borrow(store, "SELECT " ENVIRONMENT_COLUMNS "FROM environment WHERE name = ?", &find,
                    err))
        return false;
    bind_text(find.statement, 1, name);
    if (!sql_row(store, find.statement, &found, err))
        return false;
    if (!found)
        return error_set(err, ERROR_NOT_FOUND, 0, "no environment named %.*s", STR_ARG(name));
    environment_row_read(find.statement, arena, row);
    return true;
}

bool
store_environments(struct store *store, environment_row_fn *row, void *context, struct error *err)
{
    AUTO_STATEMENT find =
        sql_prepare(store, "SELECT " ENVIRONMENT_COLUMNS "FROM environment ORDER BY name", err);
    AUTO_ARENA arena = arena_new();
    bool       found;

    if (!find)
        return false;
    while (sql_row(store, find, &found, err)) {
        struct environment_row environment;

        if (!found)
            return true;
        arena_clear(arena);
        environment_row_read(find, arena, &environment);
        if (!row(context, &environment))
            return true;
    }
    return false;
}

bool
store_mark_scanned(struct store *store, struct str name, bool scanned, int64_t time,
                   struct error *err)
{
    AUTO_STATEMENT mark =
        sql_prepare(store,
                    "UPDATE environment SET scanned = ?2, "
                    "last_scanned = CASE WHEN ?2 THEN ?3 ELSE last_scanned END WHERE name = ?1",
                    err);

    if (!mark || !write_begin(store, err))
        return false;
    bind_text(mark, 1, name);
    bind_int(mark, 2, scanned);
    bind_int(mark, 3, time);

    bool ok = sql_finish(store, mark, err);

    if (ok && sqlite3_changes64(store->db))
        tell(store, name, FEED_CHANGED);
    return write_end(store, ok, err);
}

/* --- lease --- */

struct holder {
    char    owner[128];
    char    host[256];
    int64_t pid;
    int64_t since;
    int64_t heartbeat;
};

static bool
find_holder(struct store *store, struct str environment, bool *held, struct holder *holder,
            struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(
        store, "SELECT owner, host, pid, since, heartbeat FROM lease WHERE environment = ?", err);

    if (!find)
        return false;
    bind_text(find, 1, environment);
    if (!sql_row(store, find, held, err))
        return false;
    if (*held) {
        struct str owner = column_text(find, 0), host = column_text(find, 1);

        snprintf(holder->owner, sizeof holder->owner, "%.*s", STR_ARG(owner));
        snprintf(holder->host, sizeof holder->host, "%.*s", STR_ARG(host));
        holder->pid = sqlite3_column_int64(find, 2);
        holder->since = sqlite3_column_int64(find, 3);
        holder->heartbeat = sqlite3_column_int64(find, 4);
    }
    return true;
}

static bool
is_over(const struct holder *holder, struct str host, int64_t now)
{
    /* Only on its own machine can a process be asked for. EPERM means that it lives. After a crash in
     * a container we may well have the number of the one that held it. */
    if (str_is(host, holder->host) && holder->pid > 0 &&
        ((kill((pid_t)holder->pid, 0) != 0 && errno == ESRCH) ||
         (holder->pid == getpid() && holder->since < store_process_began())))
        return true;
    return now - holder->heartbeat > (int64_t)LEASE_SECONDS * 1000000;
}

static bool
say_who(struct str environment, const struct holder *holder, struct error *err)
{
    AUTO_BUF since = { 0 };

    store_write_time(&since, holder->since);
    return error_set(
        err, ERROR_BUSY, 0, "environment %.*s is being scanned by %s (pid %lld on %s, since %s)",
        STR_ARG(environment), holder->owner, (long long)holder->pid, holder->host, buf_c(&since));
}

static bool
take_lease(struct store *store, struct str environment, const struct lease_owner *owner,
           int64_t now, struct lease *lease, struct error *err)
{
    AUTO_STATEMENT put = sql_prepare(
        store,
        "INSERT OR REPLACE INTO lease (environment, token, owner, pid, host, since, heartbeat) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        err);
    unsigned char random[16];

    if (!put)
        return false;
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(lease->token, sizeof lease->token, random, sizeof random);
    snprintf(lease->environment, sizeof lease->environment, "%.*s", STR_ARG(environment));
    bind_text(put, 1, environment);
    bind_text(put, 2, str_from(lease->token));
    bind_text(put, 3, owner->owner);
    bind_int(put, 4, owner->pid);
    bind_text(put, 5, owner->host);
    bind_int(put, 6, now);
    return sql_finish(store, put, err);
}

/* False, with the holder's name, when somebody holds it. */
static bool
find_free_lease(struct store *store, struct str environment, struct str host, int64_t now,
                struct error *err)
{
    struct holder holder;
    bool          held;

    return find_holder(store, environment, &held, &holder, err) &&
           (!held || is_over(&holder, host, now) || say_who(environment, &holder, err));
}

bool
store_lease_is_held(struct store *store, struct str environment)
{
    char          host[256] = "";
    struct holder holder;
    struct error  ignored;
    bool          held;

    gethostname(host, sizeof host - 1);
    return find_holder(store, environment, &held, &holder, &ignored) && held &&
           !is_over(&holder, str_from(host), store_now());
}

bool
store_lease_acquire(struct store *store, struct str environment, const struct lease_owner *owner,
                    int64_t now, struct lease *lease, struct error *err)
{
    struct lease taken = { 0 };

    if (str_empty(environment) || environment.n >= sizeof lease->environment)
        return error_set(err, ERROR_USAGE, 0, "lease: no environment can have that name");
    /* Asked first without writing: whoever holds it may be in a commit that takes a minute, and
     * the answer need not wait for that. */
    if (!find_free_lease(store, environment, owner->host, now, err) || !write_begin(store, err))
        return false;

    bool ok = find_free_lease(store, environment, owner->host, now, err);

    ok = ok && take_lease(store, environment, owner, now, &taken, err);
    if (!write_end(store, ok, err))
        return false;
    *lease = taken;
    return true;
}

bool
store_lease_heartbeat(struct store *store, const struct lease *lease, int64_t now,
                      struct error *err)
{
    AUTO_STATEMENT beat = sql_prepare(
        store, "UPDATE lease SET heartbeat = ?3 WHERE environment = ?1 AND token = ?2", err);

    if (!beat || !write_begin(store, err))
        return false;
    bind_text(beat, 1, str_from(lease->environment));
    bind_text(beat, 2, str_from(lease->token));
    bind_int(beat, 3, now);

    bool ok = sql_finish(store, beat, err);

    if (ok && sqlite3_changes64(store->db) == 0)
        ok = error_set(err, ERROR_BUSY, 0,
                       "the lease on environment %s was lost: another scan has taken over",
                       lease->environment);
    return write_end(store, ok, err);
}

bool
store_lease_release(struct store *store, struct lease *lease, struct error *err)
{
    AUTO_STATEMENT release =
        sql_prepare(store, "DELETE FROM lease WHERE environment = ?1 AND token = ?2", err);

    if (!release || !write_begin(store, err))
        return false;
    bind_text(release, 1, str_from(lease->environment));
    bind_text(release, 2, str_from(lease->token));
    if (!write_end(store, sql_finish(store, release, err), err))
        return false;
    lease->token[0] = '\0';
    return true;
}

/* --- removal --- */

static bool
purge_inventory(struct store *store, int64_t inventory, struct error *err)
{
    static const char *const statements[] = {
        "DELETE FROM object WHERE inventory = ?", "DELETE FROM object_old WHERE inventory = ?",
        "DELETE FROM link WHERE inventory = ?",   "DELETE FROM link_old WHERE inventory = ?",
        "DELETE FROM clique WHERE inventory = ?", "DELETE FROM clique_old WHERE inventory = ?",
        "DELETE FROM amount WHERE inventory = ?", "DELETE FROM host_scanned WHERE inventory = ?",
        "DELETE FROM inventory WHERE n = ?",
    };

    if (!search_forget(store, inventory, err))
        return false;
    for (size_t i = 0; i < N_ELEMENTS(statements); i++) {
        AUTO_STATEMENT statement = sql_prepare(store, statements[i], err);

        if (!statement)
            return false;
        bind_int(statement, 1, inventory);
        if (!sql_finish(store, statement, err))
            return false;
    }
    return true;
}

static bool
run_named(struct store *store, const char *sql, struct str name, struct error *err)
{
    AUTO_STATEMENT statement = sql_prepare(store, sql, err);

    if (!statement)
        return false;
    bind_text(statement, 1, name);
    return sql_finish(store, statement, err);
}

bool
store_has_leftovers(struct store *store, struct str name, bool *found, struct error *err)
{
    AUTO_STATEMENT find = sql_prepare(
        store,
        "SELECT 1 FROM inventory WHERE environment = ?1 UNION ALL "
        "SELECT 1 FROM revision WHERE environment = ?1 UNION ALL "
        "SELECT 1 FROM message WHERE environment = ?1 UNION ALL "
        "SELECT 1 FROM document WHERE collection = 'scans' AND environment = ?1 UNION ALL "
        "SELECT 1 FROM document WHERE collection = 'scheduled_scans' AND "
        "body ->> '$.environment' = ?1 UNION ALL "
        "SELECT 1 FROM document WHERE collection = 'connection_tests' AND "
        "body ->> '$.environment' = ?1 AND "
        "(body ->> '$.is_saved' = 1 OR coalesce(body ->> '$.user', '') = '') LIMIT 1",
        err);

    if (!find)
        return false;
    bind_text(find, 1, name);
    return sql_row(store, find, found, err);
}

/* Places in the feed stay, since they count on; what they told goes. */
static const char forget_told[] =
    "UPDATE feed SET kind = ?2, what = ?3, environment = '', space = '', type = '', id = '', "
    "oid = NULL, source = NULL, target = NULL, members = '' WHERE environment = ?1 AND kind <> ?4";

static bool
forget_feed(struct store *store, struct str name, struct error *err)
{
    AUTO_STATEMENT forget = sql_prepare(store, forget_told, err);

    if (!forget)
        return false;
    bind_text(forget, 1, name);
    bind_int(forget, 2, FEED_RIGHTS);
    bind_int(forget, 3, FEED_CHANGED);
    bind_int(forget, 4, FEED_ENVIRONMENT);
    return sql_finish(store, forget, err);
}

/* The revisions stay, nameless: the next one is counted from them. */
static bool
purge(struct store *store, struct str name, struct error *err)
{
    static const char        nameless[] = "UPDATE revision SET environment = '', space = '', "
                                          "scope = '', counts = '{}' WHERE environment = ?";
    static const char *const statements[] = {
        nameless,
        "DELETE FROM document WHERE collection = 'scans' AND environment = ?",
        "DELETE FROM message WHERE environment = ?",
    };

    for (;;) {
        AUTO_STATEMENT find =
            sql_prepare(store, "SELECT n FROM inventory WHERE environment = ? LIMIT 1", err);
        bool    found;
        int64_t inventory;

        if (!find)
            return false;
        bind_text(find, 1, name);
        if (!sql_row(store, find, &found, err))
            return false;
        if (!found)
            break;
        inventory = sqlite3_column_int64(find, 0);
        sqlite3_reset(find);
        if (!purge_inventory(store, inventory, err))
            return false;
    }
    for (size_t i = 0; i < N_ELEMENTS(statements); i++)
        if (!run_named(store, statements[i], name, err))
            return false;
    return true;
}

bool
store_remove_environment(struct store *store, struct str name, bool with_data, struct error *err)
{
    char host[256] = "";
    bool had_data = false;

    gethostname(host, sizeof host - 1);
    if (!write_begin(store, err))
        return false;

    bool ok = find_free_lease(store, name, str_from(host), store_now(), err) &&
              run_named(store, "DELETE FROM lease WHERE environment = ?", name, err) &&
              run_named(store, "DELETE FROM environment WHERE name = ?", name, err);
    bool was_there = ok && sqlite3_changes64(store->db) > 0;

    ok = ok &&
         (!with_data ||
          (store_has_leftovers(store, name, &had_data, err) && purge(store, name, err))) &&
         forget_feed(store, name, err);
    if (ok && !was_there && !had_data)
        ok = error_set(err, ERROR_NOT_FOUND, 0, "no environment named %.*s", STR_ARG(name));
    tell(store, name, FEED_REMOVED);
    return write_end(store, ok, err);
}
