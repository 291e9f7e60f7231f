/* Users for tests of access: a store with some, and what several threads do at the same time. */

#ifndef TESTS_UNIT_ACCESS_WORLD_H
#define TESTS_UNIT_ACCESS_WORLD_H

#include "store_world.h"

#include <pthread.h>

#include "access/access.h"
#include "base/file.h"

#define PASSWORD STR("correct horse 1")

static inline struct str
add_user(struct world *w, const char *name, unsigned roles)
{
    struct str id;

    must(w, access_add_user(w->store, str_from(name), PASSWORD, roles, w->arena, &id, &w->err));
    return id;
}

static inline struct user
user_of(struct world *w, const char *name)
{
    struct user user;

    must(w, access_find_user(w->store, str_from(name), w->arena, &user, &w->err));
    return user;
}

static inline void
add_environment(struct world *w, const char *document)
{
    must(w, store_put_environment(w->store, json_text(w->arena, document), &w->err));
}

/* "auth" of an environment. */
static inline const struct doc *
auth_of(struct world *w, const char *environment)
{
    struct environment_row row;
    struct doc            *document;

    must(w, store_get_environment(w->store, str_from(environment), w->arena, &row, &w->err));
    document = doc_parse(w->arena, row.document, &w->err);
    must(w, document != NULL);
    return doc_get(document, "auth");
}

/* --- at the same time --- */

enum { MOST_THREADS = 8 };

/* One of several that begin together, each with a handle of its own. */
struct racer {
    struct store      *store;
    size_t             number;
    pthread_barrier_t *start;
    bool (*run)(struct racer *, struct arena *);
    const void  *context;
    bool         good; /* what run() returned */
    struct error err;
};

static inline void *
racer_main(void *argument)
{
    struct racer *r = argument;
    AUTO_ARENA    arena = arena_new();

    pthread_barrier_wait(r->start);
    r->good = r->run(r, arena);
    return NULL;
}

/* How many of them succeeded. */
static inline size_t
race(struct world *w, size_t n, bool (*run)(struct racer *, struct arena *), const void *context,
     struct racer racers[MOST_THREADS])
{
    pthread_barrier_t start;
    pthread_t         threads[MOST_THREADS];
    size_t            n_good = 0;

    assert_true(n <= MOST_THREADS);
    pthread_barrier_init(&start, NULL, (unsigned)n);
    for (size_t i = 0; i < n; i++) {
        racers[i] = (struct racer){ .number = i, .start = &start, .run = run, .context = context };
        racers[i].store = store_open(w->uri, STORE_WRITE, &w->err);
        must(w, racers[i].store != NULL);
        assert_int_equal(pthread_create(&threads[i], NULL, racer_main, &racers[i]), 0);
    }
    for (size_t i = 0; i < n; i++) {
        pthread_join(threads[i], NULL);
        store_closep(&racers[i].store);
        n_good += racers[i].good;
    }
    pthread_barrier_destroy(&start);
    return n_good;
}

/* --- secrets --- */

/* Does any file of the store hold this text? */
static inline bool
is_in_files(struct world *w, struct str text)
{
    static const char *const ends[] = { "", "-wal", "-journal" };
    bool                     found = false, any = false;

    for (size_t i = 0; i < N_ELEMENTS(ends); i++) {
        struct str path = arena_printf(w->arena, "%s/store%s", w->folder, ends[i]), bytes;

        if (access(path.p, F_OK) != 0)
            continue;
        must(w, file_read(path.p, 0, SIZE_MAX, 64 << 20, w->arena, &bytes, &w->err));
        any = any || bytes.n > 0;
        found = found || str_has(bytes, text);
    }
    assert_true(any);
    return found;
}

#endif
