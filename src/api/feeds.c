#include "api/feeds.h"

#include <pthread.h>

#include "api/service.h"
#include "base/log.h"
#include "base/ticker.h"
#include "server/clock.h"

enum {
    LOOK_EVERY = 250, /* ms */
    MOST_SCANS = 64,
};

/* A scan that runs, as it was last looked at. */
struct running_scan {
    struct str           id, environment;
    struct scan_progress progress;
    uint64_t             version; /* that it got on with */
};

struct running_scans {
    struct arena       *arena;
    struct running_scan items[MOST_SCANS];
    size_t              n;
};

struct feeds {
    struct api          *api;
    struct store        *store;
    int64_t              heartbeat; /* microseconds */
    struct ticker        ticker;
    bool                 was_ill; /* the store could not be read at the last look */
    int64_t              looked_at_scans;
    atomic_uint_fast64_t last, rights;

    pthread_mutex_t      lock; /* of all that follows */
    struct onlooker     *first;
    struct running_scans scans;
    uint64_t             version;
};

/* --- who looks on --- */

void
feeds_join(struct feeds *feeds, struct onlooker *o)
{
    feeds_heard(o);
    pthread_mutex_lock(&feeds->lock);
    o->previous = NULL;
    o->next = feeds->first;
    if (o->next)
        o->next->previous = o;
    feeds->first = o;
    pthread_mutex_unlock(&feeds->lock);
}

void
feeds_leave(struct feeds *feeds, struct onlooker *o)
{
    pthread_mutex_lock(&feeds->lock);
    if (o->next)
        o->next->previous = o->previous;
    *(o->previous ? &o->previous->next : &feeds->first) = o->next;
    pthread_mutex_unlock(&feeds->lock);
}

bool
feeds_is_silent(const struct feeds *feeds, const struct onlooker *o)
{
    return clock_now() - atomic_load(&o->heard) >= feeds->heartbeat;
}

void
feeds_heard(struct onlooker *o)
{
    atomic_store(&o->heard, clock_now());
}

struct feed_news
feeds_news(const struct feeds *feeds)
{
    return (struct feed_news){ atomic_load(&feeds->last), atomic_load(&feeds->rights) };
}

/* Everybody, or those who should hear something again. */
static void
wake(struct feeds *feeds, bool everybody)
{
    pthread_mutex_lock(&feeds->lock);
    for (struct onlooker *o = feeds->first; o; o = o->next)
        if (everybody || feeds_is_silent(feeds, o))
            http_stream_wake(o->stream);
    pthread_mutex_unlock(&feeds->lock);
}

/* --- scans that run --- */

static bool
is_same(const struct scan_progress *a, const struct scan_progress *b)
{
    return strcmp(a->phase, b->phase) == 0 && a->n_done == b->n_done && a->n_total == b->n_total &&
           a->n_found == b->n_found && a->n_errors == b->n_errors && strcmp(a->host, b->host) == 0;
}

static void
add_running(void *context, const struct scan_request *request, const struct scan_progress *progress)
{
    struct running_scans *scans = context;

    if (scans->n == N_ELEMENTS(scans->items))
        return;
    if (!scans->arena)
        scans->arena = arena_new();
    scans->items[scans->n++] = (struct running_scan){
        .id = arena_str(scans->arena, request->id),
        .environment = arena_str(scans->arena, request->environment),
        .progress = *progress,
    };
}

/* The version with which the scan got to where it is: the old one, if it is still there. */
static uint64_t
version_of(const struct feeds *feeds, const struct running_scan *scan)
{
    for (size_t i = 0; i < feeds->scans.n; i++) {
        const struct running_scan *old = &feeds->scans.items[i];

        if (str_equal(old->id, scan->id) && is_same(&old->progress, &scan->progress))
            return old->version;
    }
    return feeds->version + 1;
}

/* Did any scan get on? */
static bool
look_at_scans(struct feeds *feeds)
{
    struct running_scans now = { 0 };
    bool                 got_on = false;

    api_running_scans(feeds->api, add_running, &now);
    pthread_mutex_lock(&feeds->lock);
    for (size_t i = 0; i < now.n; i++) {
        now.items[i].version = version_of(feeds, &now.items[i]);
        got_on = got_on || now.items[i].version > feeds->version;
    }
    feeds->version += got_on;
    arena_free(feeds->scans.arena);
    feeds->scans = now;
    pthread_mutex_unlock(&feeds->lock);
    return got_on;
}

void
feeds_progress(struct feeds *feeds, uint64_t *version, running_fn *fn, void *context)
{
    pthread_mutex_lock(&feeds->lock);
    for (size_t i = 0; i < feeds->scans.n; i++) {
        const struct running_scan *scan = &feeds->scans.items[i];
        const struct scan_request  request = { .id = scan->id, .environment = scan->environment };

        if (scan->version > *version)
            fn(context, &request, &scan->progress);
    }
    *version = feeds->version;
    pthread_mutex_unlock(&feeds->lock);
}

/* --- the store --- */

struct look {
    uint64_t last, rights;
};

static bool
look_at_row(void *context, const struct feed_row *row)
{
    struct look *look = context;

    look->last = row->n;
    if (row->kind == FEED_RIGHTS || row->kind == FEED_ENVIRONMENT)
        look->rights = row->n;
    return true;
}

/* Is there anything new? When more came than is kept, rights may have changed with it. */
static bool
read_news(struct feeds *feeds, bool *found, struct error *err)
{
    struct look look = { .last = atomic_load(&feeds->last), .rights = atomic_load(&feeds->rights) };
    uint64_t    id, last;

    if (!store_feed_end(feeds->store, &id, &last, err))
        return false;
    *found = last != look.last;
    if (!*found)
        return true;
    if (!store_feed(feeds->store, look.last, look_at_row, &look, err)) {
        if (err->domain != ERROR_USAGE)
            return false;
        look = (struct look){ last, last };
    }
    atomic_store(&feeds->rights, look.rights);
    atomic_store(&feeds->last, look.last);
    return true;
}

static bool
look_at_store(struct feeds *feeds)
{
    struct error err = { 0 };
    bool         found = false, is_ill = !read_news(feeds, &found, &err);

    if (is_ill && !feeds->was_ill)
        log_line(LOG_WARNING, "the feed cannot be read", LOG_TEXT("error", str_from(err.message)));
    feeds->was_ill = is_ill;
    return !is_ill && found;
}

/* --- the thread --- */

static void
look(void *context)
{
    struct feeds *feeds = context;
    bool          has_news = look_at_store(feeds);

    /* Not at each of many commits. */
    if (clock_now() - feeds->looked_at_scans >= (int64_t)LOOK_EVERY * 1000) {
        feeds->looked_at_scans = clock_now();
        has_news = look_at_scans(feeds) || has_news;
    }
    wake(feeds, has_news);
}

void
feeds_wake(struct feeds *feeds)
{
    ticker_wake(&feeds->ticker);
}

struct feeds *
feeds_start(struct api *api, const char *store, unsigned heartbeat, struct error *err)
{
    struct feeds *feeds = xcalloc(1, sizeof *feeds);
    uint64_t      id, last = 0;

    feeds->api = api;
    feeds->heartbeat = (int64_t)heartbeat * A_SECOND;
    feeds->store = store_open(store, STORE_READ, err);
    if (!feeds->store || !store_feed_end(feeds->store, &id, &last, err)) {
        store_close(feeds->store);
        free(feeds);
        return NULL;
    }
    atomic_init(&feeds->last, last);
    atomic_init(&feeds->rights, last);
    pthread_mutex_init(&feeds->lock, NULL);
    ticker_start(&feeds->ticker, LOOK_EVERY, look, feeds);
    return feeds;
}

void
feeds_stop(struct feeds *feeds)
{
    if (!feeds)
        return;
    ticker_stop(&feeds->ticker, TICKER_HOWEVER_LONG);
    ticker_done(&feeds->ticker);
    store_close(feeds->store);
    arena_free(feeds->scans.arena);
    pthread_mutex_destroy(&feeds->lock);
    free(feeds);
}
