/* What only the SQLite engine can get wrong: its file, and what it writes to it. */

#include "store_world.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "store/sqlite.h"

static const char *
file_of(const struct world *w)
{
    return w->uri + strlen("sqlite:");
}

/* Run SQL on the file of the closed store, as another program would. */
static void
tamper(struct world *w, const char *sql)
{
    sqlite3 *db;
    char    *message = NULL;

    world_close(w);
    assert_int_equal(sqlite3_open(file_of(w), &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &message) != SQLITE_OK)
        fail_msg("%s", message);
    sqlite3_close(db);
}

static int64_t
number(struct world *w, const char *sql)
{
    int64_t value;

    must(w, sql_number(w->store, sql, -1, &value, &w->err));
    return value;
}

#define must_not_open(w, mode, text)                                                               \
    must_fail(w, ((w)->store = store_open((w)->uri, mode, &(w)->err)) != NULL, ERROR_STORE, text)

static void
write_file(struct world *w, const char *bytes, size_t n)
{
    int fd = open(file_of(w), O_WRONLY | O_CREAT | O_TRUNC, 0600);

    world_close(w);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
}

/* A scan of a cloud in which nothing happened writes its stamp, and nothing else. */
static void
test_unchanged_scan_writes_one_row(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    int64_t       before;

    cloud_commit(w, &c, &everything, MORNING);
    before = sqlite3_total_changes64(w->store->db);
    for (int i = 1; i <= 5; i++) {
        cloud_commit(w, &c, &everything, MORNING + i * SECOND);
        assert_int_equal(sqlite3_total_changes64(w->store->db) - before, i);
    }
    assert_int_equal(number(w, "SELECT count(*) FROM object_old"), 0);
    assert_int_equal(number(w, "SELECT count(*) FROM revision"), 1);
}

/* One changed attribute: its row, its history, the words out and in, revision, stamp. */
static void
test_one_change_writes_little(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    int64_t       before;

    cloud_commit(w, &c, &everything, MORNING);
    before = sqlite3_total_changes64(w->store->db);
    cloud_set(w, &c.objects[HOST_1], "os_id", "\"9\"");
    cloud_commit(w, &c, &everything, MORNING + SECOND);
    assert_true(sqlite3_total_changes64(w->store->db) - before < 20);
    assert_int_equal(number(w, "SELECT count(*) FROM object_old"), 1);
    assert_int_equal(number(w, "SELECT count(*) FROM object WHERE rev_from = 2"), 1);
    assert_int_equal(number(w, "SELECT count(*) FROM link WHERE rev_from = 2"), 0);
}

static void
test_settings(void **state)
{
    struct world  *w = *state;
    struct stat    file;
    AUTO_STATEMENT mode = sql_prepare(w->store, "PRAGMA journal_mode", &w->err);
    bool           found;

    must(w, sql_row(w->store, mode, &found, &w->err));
    assert_text(column_text(mode, 0), "wal");
    assert_int_equal(number(w, "PRAGMA page_size"), 16384);
    assert_int_equal(number(w, "PRAGMA synchronous"), 1);

    /* It holds environments, so it is its owner's. */
    assert_int_equal(stat(file_of(w), &file), 0);
    assert_int_equal(file.st_mode & 0777, 0600);
}

/* Every question that is asked often walks an index. */
static void
test_indexes_are_used(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    static const struct {
        const char *question;
        const char *plan;
    } questions[] = {
        { "SELECT 1 FROM object WHERE inventory = 1 AND type = 'host' AND id = 'x'",
          "SEARCH object USING COVERING INDEX object_key (inventory=? AND type=? AND id=?)" },
        { "SELECT 1 FROM link WHERE source = 1",
          "SEARCH link USING COVERING INDEX link_source (source=?)" },
        { "SELECT oid, digest, n, last_seen FROM object INDEXED BY object_oid WHERE inventory = 1",
          "SEARCH object USING COVERING INDEX object_oid (inventory=?)" },
        { "SELECT oid, digest, n, 0 FROM link INDEXED BY link_key WHERE inventory = 1",
          "SEARCH link USING COVERING INDEX link_key (inventory=?)" },
    };

    cloud_commit(w, &c, &everything, MORNING);
    for (size_t i = 0; i < N_ELEMENTS(questions); i++) {
        struct str     sql = arena_printf(w->arena, "EXPLAIN QUERY PLAN %s", questions[i].question);
        AUTO_STATEMENT plan = sql_prepare(w->store, sql.p, &w->err);
        bool           found;

        must(w, sql_row(w->store, plan, &found, &w->err));
        assert_string_equal(column_text(plan, 3).p, questions[i].plan);
    }
}

static void
test_newer_version(void **state)
{
    struct world *w = *state;

    tamper(w, "PRAGMA user_version = 99");
    must_not_open(w, STORE_WRITE,
                  "written by a newer calipso: its schema is version 99, this program knows "
                  "versions up to 7");
    must_not_open(w, STORE_READ, "99");
    must_not_open(w, STORE_CREATE, "99");
    tamper(w, "PRAGMA user_version = 7");
    world_reopen(w, STORE_WRITE);
}

/* A store without its schema is brought up to date when it is opened for writing. */
static void
test_older_version(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);

    tamper(w,
           "DROP TABLE meta; DROP TABLE inventory; DROP TABLE revision; DROP TABLE object; "
           "DROP TABLE object_old; DROP TABLE link; DROP TABLE link_old; DROP TABLE clique; "
           "DROP TABLE clique_old; DROP TABLE search; DROP TABLE environment; "
           "DROP TABLE lease; DROP TABLE message; DROP TABLE document; "
           "DROP TABLE document_old; DROP TABLE feed; DROP TABLE amount; DROP TABLE host_scanned; "
           "PRAGMA user_version = 0");
    must_not_open(w, STORE_READ, "its schema is version 0, this program reads version 7");
    world_reopen(w, STORE_WRITE);
    cloud_commit(w, &c, &everything, MORNING);
    assert_int_equal(number(w, "PRAGMA user_version"), 7);
}

static bool
count_document(void *context, struct str id UNUSED, struct str text UNUSED)
{
    ++*(size_t *)context;
    return true;
}

/* One from before there was a feed, and with words that know no inventory: what it holds stays and is
 * found, scans by their environment, too, and its feed begins. */
static void
test_older_version_with_data(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    size_t        n_scans = 0;

    cloud_commit(w, &c, &everything, MORNING);
    must(w, collection_put(w->store, STR("scans"),
                           STR("{\"environment\":\"lab\",\"status\":\"pending\"}"), w->arena, NULL,
                           &w->err));
    tamper(w, "DROP TABLE feed; DELETE FROM meta WHERE key = 'feed'; "
              "INSERT INTO search (search) VALUES ('delete-all'); "
              "INSERT INTO search (rowid, text) SELECT n, name FROM object; "
              "DROP INDEX document_scan; ALTER TABLE document DROP COLUMN environment; "
              "DROP INDEX document_status; ALTER TABLE document DROP COLUMN status; "
              "DROP TABLE host_scanned; DROP TABLE amount; DROP TRIGGER object_type; DROP TRIGGER "
              "link_type; "
              "DROP TRIGGER clique_type; "
              "PRAGMA user_version = 1");
    must_not_open(w, STORE_READ, "its schema is version 1, this program reads version 7");
    world_reopen(w, STORE_WRITE);
    assert_int_equal(count(w, w->store), N_CLOUD_OBJECTS);
    FOUND(w, "vm-a1", "vm-a1");
    assert_int_equal(number(w, "SELECT count(*) FROM feed"), 0);
    must(w, collection_list_scans(w->store, STR("lab"), count_document, &n_scans, &w->err));
    assert_int_equal(n_scans, 1);
    must(w, collection_list_status(w->store, STR("scans"), STR("pending"), count_document, &n_scans,
                                   &w->err));
    assert_int_equal(n_scans, 2);
    cloud_drop(&c, AGENT);
    cloud_commit(w, &c, &everything, MORNING + SECOND);
    assert_int_equal(number(w, "SELECT count(*) FROM feed"), 2);
}

static void
test_not_ours(void **state)
{
    struct world *w = *state;
    char          noise[20000];

    tamper(w, "PRAGMA application_id = 7");
    must_not_open(w, STORE_CREATE, "a SQLite database of something else");
    memset(noise, 'x', sizeof noise);
    write_file(w, noise, sizeof noise);
    must_not_open(w, STORE_CREATE, "not a Calipso store (no SQLite database)");
    must_not_open(w, STORE_READ, "not a Calipso store (no SQLite database)");
    write_file(w, "", 0);
    must_not_open(w, STORE_WRITE, "it is empty");
    must_not_open(w, STORE_READ, "it is empty");
    world_reopen(w, STORE_CREATE);
}

static void
test_damaged_file(void **state)
{
    struct world     *w = *state;
    struct cloud      c = cloud_new(w);
    struct rng        rng = rng_seeded();
    struct object_row row;
    char             *bytes;
    const char       *path = file_of(w);
    struct stat       file;
    int               fd, n_noticed = 0;

    w->is_damaged = true;
    cloud_commit(w, &c, &everything, MORNING);
    world_close(w);
    assert_int_equal(stat(path, &file), 0);
    bytes = malloc((size_t)file.st_size);
    fd = open(path, O_RDONLY);
    assert_int_equal(read(fd, bytes, (size_t)file.st_size), file.st_size);
    close(fd);

    /* Whatever is broken: an error or an answer, never a crash. */
    for (int round = 0; round < 60; round++) {
        char *broken = malloc((size_t)file.st_size);
        bool  fine;

        memcpy(broken, bytes, (size_t)file.st_size);
        for (int i = 0; i < 40; i++)
            broken[100 + rng_below(&rng, (size_t)file.st_size - 100)] = (char)rng_next(&rng);
        write_file(w, broken, (size_t)file.st_size - rng_below(&rng, 2) * 9000);
        free(broken);
        w->store = store_open(w->uri, STORE_WRITE, &w->err);
        fine = w->store &&
               store_object(w->store, &lab, STR("host"), STR("cmp1"), w->arena, &row, &w->err) &&
               store_check(w->store, &w->err);
        if (w->store && fine) {
            struct commit_spec spec = { .environment = STR("lab"), .cause = "x", .time = MORNING };
            struct commit     *commit;

            fine = store_commit_begin(w->store, &spec, &commit, &w->err);
            for (size_t i = 0; fine && i < c.n_objects; i++)
                fine = commit_object(commit, &c.objects[i], NULL, &w->err);
            if (fine)
                fine = commit_finish(commit, &everything, NULL, &w->err);
            if (!fine)
                commit_abort(w->store->commit);
        }
        n_noticed += !fine;
        if (!fine)
            assert_true(strlen(w->err.message) > 0);
        world_close(w);
    }
    free(bytes);
    assert_true(n_noticed > 0);
}

static void
test_places_that_cannot_be(void **state)
{
    struct world *w = *state;
    struct store *store;
    char          uri[600];

    store = store_open("mongodb://localhost", STORE_READ, &w->err);
    assert_null(store);
    assert_int_equal(w->err.domain, ERROR_USAGE);
    store = store_open("sqlite:", STORE_CREATE, &w->err);
    assert_null(store);
    snprintf(uri, sizeof uri, "sqlite:%s/no/such/folder", w->folder);
    store = store_open(uri, STORE_CREATE, &w->err);
    assert_null(store);
    assert_has(w->err.message, "No such file or directory");
    snprintf(uri, sizeof uri, "sqlite:%s/absent", w->folder);
    store = store_open(uri, STORE_READ, &w->err);
    assert_null(store);
    assert_has(w->err.message, "No such file or directory");
    snprintf(uri, sizeof uri, "sqlite:%s", w->folder);
    store = store_open(uri, STORE_CREATE, &w->err);
    assert_null(store);
    assert_int_equal(w->err.domain, ERROR_STORE);
}

static void
test_write_protected(void **state)
{
    struct world *w = *state;

    world_close(w);
    assert_int_equal(chmod(file_of(w), 0444), 0);

    /* Root may write anything, so it becomes nobody for a moment. */
    bool is_root = geteuid() == 0;

    if (is_root) {
        assert_int_equal(chmod(w->folder, 0755), 0);
        assert_int_equal(seteuid(65534), 0);
    }
    must_not_open(w, STORE_WRITE, "cannot be written");
    if (is_root)
        assert_int_equal(seteuid(0), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unchanged_scan_writes_one_row),
        TEST(one_change_writes_little),
        TEST(settings),
        TEST(indexes_are_used),
        TEST(newer_version),
        TEST(older_version),
        TEST(older_version_with_data),
        TEST(not_ours),
        TEST(damaged_file),
        TEST(places_that_cannot_be),
        TEST(write_protected),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
