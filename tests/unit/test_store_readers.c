/* Readers beside the one writer, and the store after a writer that died or found no room: whole
 * revisions, always. */

#include "store_world.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>

struct watch {
    struct world *w;
    struct store *readers[2];
    const char   *seen[2];
    const char   *at;
};

static void
look(void *context, const char *phase)
{
    struct watch *watch = context;

    if (strcmp(phase, watch->at) != 0)
        return;
    for (size_t i = 0; i < N_ELEMENTS(watch->readers); i++)
        watch->seen[i] = names(watch->w, watch->readers[i], &all_objects);
}

static void
test_readers_see_whole_revisions(void **state)
{
    struct world *w = *state;
    struct cloud  c = cloud_new(w);
    struct watch  watch = { .w = w };

    cloud_commit(w, &c, &everything, MORNING);
    for (size_t i = 0; i < N_ELEMENTS(watch.readers); i++) {
        watch.readers[i] = store_open(w->uri, STORE_READ, &w->err);
        assert_non_null(watch.readers[i]);
    }
    cloud_drop(&c, HOST_2);
    cloud_drop(&c, HOST_1);
    store_set_fault(w->store, look, &watch);

    watch.at = "before-commit";
    cloud_commit(w, &c, &everything, MORNING + SECOND);
    assert_string_equal(watch.seen[0], all_names);
    assert_string_equal(watch.seen[1], all_names);

    /* A snapshot keeps what it began with; who has none sees the new one. */
    must(w, store_snapshot_begin(watch.readers[0], &w->err));
    assert_int_equal(count(w, watch.readers[0]), N_CLOUD_OBJECTS - 2);
    c = cloud_new(w);
    watch.at = "after-commit";
    cloud_commit(w, &c, &everything, MORNING + 2 * SECOND);
    assert_string_equal(watch.seen[1], all_names);
    assert_int_equal(count(w, watch.readers[0]), N_CLOUD_OBJECTS - 2);
    store_snapshot_end(watch.readers[0]);
    assert_int_equal(count(w, watch.readers[0]), N_CLOUD_OBJECTS);
    for (size_t i = 0; i < N_ELEMENTS(watch.readers); i++)
        store_close(watch.readers[i]);
}

struct reading {
    pthread_t   thread;
    const char *uri;
    atomic_bool stop;
    unsigned    n_small, n_large, n_other;
};

static bool
count_object(void *context, const struct object_row *row UNUSED)
{
    ++*(size_t *)context;
    return true;
}

static bool
count_link(void *context, const struct link_row *row UNUSED)
{
    ++*(size_t *)context;
    return true;
}

/* A thread with a handle of its own: objects and links must be those of one revision. */
static void *
keep_reading(void *context)
{
    const struct link_filter all_links = { 0 };
    struct reading          *r = context;
    struct error             err;
    struct store            *store = store_open(r->uri, STORE_READ, &err);

    while (store && !atomic_load(&r->stop)) {
        size_t n_objects = 0, n_links = 0;
        bool   ok = store_snapshot_begin(store, &err) &&
                  store_objects(store, &lab, &all_objects, count_object, &n_objects, &err) &&
                  store_links(store, &lab, &all_links, count_link, &n_links, &err);

        store_snapshot_end(store);
        if (ok && n_objects == N_CLOUD_OBJECTS && n_links == N_CLOUD_LINKS)
            r->n_large++;
        else if (ok && n_objects == 1 && n_links == 0)
            r->n_small++;
        else
            r->n_other++;
    }
    store_close(store);
    return NULL;
}

static void
test_readers_beside_the_writer(void **state)
{
    struct world  *w = *state;
    struct cloud   large = cloud_new(w), small = { .n_objects = 1 };
    struct reading readings[2] = { { .uri = w->uri }, { .uri = w->uri } };

    small.objects[0] = large.objects[0];
    cloud_commit(w, &large, &everything, MORNING);
    for (size_t i = 0; i < N_ELEMENTS(readings); i++)
        assert_int_equal(pthread_create(&readings[i].thread, NULL, keep_reading, &readings[i]), 0);
    for (int i = 0; i < 200; i++)
        cloud_commit(w, i % 2 ? &large : &small, &everything, MORNING);
    for (size_t i = 0; i < N_ELEMENTS(readings); i++) {
        atomic_store(&readings[i].stop, true);
        pthread_join(readings[i].thread, NULL);
        assert_int_equal(readings[i].n_other, 0);
        assert_true(readings[i].n_small + readings[i].n_large > 0);
    }
}

static void
test_readers_cannot_write(void **state)
{
    struct world      *w = *state;
    struct commit_spec spec = { .environment = STR("lab"), .cause = "test", .time = MORNING };
    struct commit     *commit;

    world_reopen(w, STORE_READ);
    must_fail(w, store_commit_begin(w->store, &spec, &commit, &w->err), ERROR_STORE,
              "opened for reading only");
}

static void
die_at(void *context, const char *phase)
{
    if (strcmp(phase, context) == 0)
        raise(SIGKILL);
}

/* Whenever the process dies, the store is at the revision before or after. */
static void
test_killed_at_any_phase(void **state)
{
    static const char *const phases[] = { "begin",  "objects",       "links",       "cliques",
                                          "remove", "before-commit", "after-commit" };
    struct world            *w = *state;
    struct cloud             c = cloud_new(w), changed;

    for (size_t i = 0; i < N_ELEMENTS(phases); i++) {
        bool is_after = strcmp(phases[i], "after-commit") == 0;
        int  status = 0;

        world_reopen(w, STORE_WRITE);
        cloud_commit(w, &c, &everything, MORNING);
        world_close(w);

        pid_t child = fork();

        if (child == 0) {
            world_reopen(w, STORE_WRITE);
            changed = c;
            cloud_set(w, &changed.objects[HOST_1], "os_id", "\"77\"");
            cloud_drop(&changed, HOST_2);
            changed.n_links = 1;
            changed.n_cliques = 0;
            store_set_fault(w->store, die_at, (void *)(uintptr_t)phases[i]);
            cloud_commit(w, &changed, &everything, MORNING + SECOND);
            _exit(0);
        }
        assert_true(child > 0 && waitpid(child, &status, 0) == child);
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        world_reopen(w, STORE_WRITE);
        must(w, store_check(w->store, &w->err));
        assert_int_equal(count(w, w->store), N_CLOUD_OBJECTS - is_after);
        FOUND(w, "cmp2", is_after ? "agent" : "cmp2 agent");
        assert_int_equal(strstr(document(w, "host", "cmp1"), "\"77\"") != NULL, is_after);
    }
}

static void
test_full_disk_loses_nothing(void **state)
{
    struct world      *w = *state;
    struct cloud       c = cloud_new(w);
    struct commit_spec spec = { .environment = STR("lab"), .cause = "test", .time = MORNING };
    struct commit     *commit;
    bool               ok = true;

    cloud_commit(w, &c, &everything, MORNING);
    store_limit_size(w->store, store_size(w->store) + 400000);
    must(w, store_commit_begin(w->store, &spec, &commit, &w->err));
    for (int i = 0; ok && i < 100000; i++) {
        struct object object = c.objects[HOST_1];

        object.id = arena_printf(w->arena, "host-%d", i);
        object.oid = oid_of_object(STR("lab"), OBJECT_HOST, object.id);
        cloud_set(w, &object, "id", arena_printf(w->arena, "\"host-%d\"", i).p);
        ok = commit_object(commit, &object, NULL, &w->err);
    }
    assert_false(ok);
    assert_int_equal(w->err.domain, ERROR_STORE);
    assert_has(w->err.message, "no room");
    commit_abort(commit);
    must(w, store_check(w->store, &w->err));
    assert_string_equal(names(w, w->store, &all_objects), all_names);

    /* With room again the next scan goes through. */
    store_limit_size(w->store, 0);
    cloud_set(w, &c.objects[HOST_1], "os_id", "\"5\"");
    assert_counts(cloud_commit(w, &c, &everything, MORNING).objects, 0, 1, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(readers_see_whole_revisions), TEST(readers_beside_the_writer),
        TEST(readers_cannot_write),        TEST(killed_at_any_phase),
        TEST(full_disk_loses_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
