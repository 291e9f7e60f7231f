#include "jobs/jobs.h"

#include <pthread.h>

#include "base/log.h"
#include "base/ticker.h"
#include "jobs/connection_test.h"
#include "jobs/run.h"
#include "jobs/schedule.h"
#include "jobs/scan_request.h"

enum {
    MOST_SCANS = 64,
    TEST_SLOTS = 4, /* connection tests at the same time: they do not wait behind scans */
    DEFAULT_SCANS = 2,
    DEFAULT_INTERVAL = 1000,      /* ms */
    PATIENCE = 10000,             /* ms that who looks for work waits for others who write */
    RECOVER_EVERY = 60 * 1000000, /* microseconds */
};

/* A scan or a connection test that runs, or room for one. */
struct slot {
    struct jobs         *jobs;
    bool                 is_test; /* of which kind, for good */
    pthread_t            thread;
    bool                 has_thread;
    bool                 is_used;  /* the thread is to be joined */
    bool                 is_ended; /* ... and will not wait */
    struct arena        *arena;
    struct scan_request  scan;
    struct queued        test;
    atomic_bool          cancelled;
    struct scan_progress progress; /* of a scan */
};

struct jobs {
    struct jobs_options options;
    struct store       *store;
    struct ticker       ticker; /* looks for work */
    pthread_mutex_t     lock;   /* of the slots */
    size_t              n_slots;
    struct slot         slots[TEST_SLOTS + MOST_SCANS];
    int64_t             recovered;
};

static void
warn(const char *what, const struct error *err)
{
    log_line(LOG_WARNING, what, LOG_TEXT("error", str_from(err->message)));
}

/* --- one scan, one test --- */

static void
keep_progress(void *context, const struct scan_progress *progress)
{
    struct slot *slot = context;

    pthread_mutex_lock(&slot->jobs->lock);
    slot->progress = *progress;
    pthread_mutex_unlock(&slot->jobs->lock);
}

static void *
run_slot(void *context)
{
    struct slot     *slot = context;
    struct jobs     *jobs = slot->jobs;
    struct run_scope scope = {
        .store = jobs->options.store,
        .jobs = jobs->options.scan_jobs,
        .cancelled = &slot->cancelled,
        .progress = keep_progress,
        .context = slot,
    };

    if (slot->is_test)
        connection_test_run(&scope, &slot->test);
    else
        run_scan_request(&scope, &slot->scan);
    pthread_mutex_lock(&jobs->lock);
    slot->is_ended = true;
    pthread_mutex_unlock(&jobs->lock);
    ticker_wake(&jobs->ticker);
    return NULL;
}

static void
clear_slot(struct slot *slot)
{
    if (slot->has_thread)
        pthread_join(slot->thread, NULL);
    pthread_mutex_lock(&slot->jobs->lock);
    slot->is_used = false;
    slot->is_ended = false;
    pthread_mutex_unlock(&slot->jobs->lock);
    arena_free(slot->arena);
    slot->arena = NULL;
}

/* --- looking for work --- */

static bool
has_ended(struct slot *slot)
{
    bool has;

    pthread_mutex_lock(&slot->jobs->lock);
    has = slot->is_used && slot->is_ended;
    pthread_mutex_unlock(&slot->jobs->lock);
    return has;
}

static struct slot *
free_slot(struct jobs *jobs, bool for_test)
{
    struct slot *found = NULL;

    for (size_t i = 0; i < jobs->n_slots; i++) {
        struct slot *slot = &jobs->slots[i];

        if (has_ended(slot))
            clear_slot(slot);
        if (!slot->is_used && slot->is_test == for_test && !found)
            found = slot;
    }
    return found;
}

/* One scan of an environment at a time, whoever runs it. */
static bool
is_free(void *context, struct str environment)
{
    struct jobs *jobs = context;

    for (size_t i = 0; i < jobs->n_slots; i++) {
        const struct slot *slot = &jobs->slots[i];

        if (slot->is_used && !slot->is_test && str_equal(slot->scan.environment, environment))
            return false;
    }
    return !store_lease_is_held(jobs->store, environment);
}

static bool
take(struct jobs *jobs, struct slot *slot, struct arena *arena, bool *found, struct error *err)
{
    if (slot->is_test)
        return connection_test_take(jobs->store, arena, &slot->test, found, err);
    return scan_request_take(jobs->store, is_free, jobs, arena, &slot->scan, found, err);
}

static bool
begin(struct jobs *jobs, struct slot *slot)
{
    struct arena *arena = arena_new();
    struct error  err;
    bool          found;

    if (!take(jobs, slot, arena, &found, &err)) {
        warn("requests cannot be read", &err);
        found = false;
    }
    if (!found) {
        arena_free(arena);
        return false;
    }
    slot->arena = arena;
    slot->progress = (struct scan_progress){ .phase = "cloud", .found = "objects" };
    atomic_store(&slot->cancelled, false);
    pthread_mutex_lock(&jobs->lock);
    slot->is_used = true;
    pthread_mutex_unlock(&jobs->lock);
    slot->has_thread = pthread_create(&slot->thread, NULL, run_slot, slot) == 0;
    if (!slot->has_thread)
        run_slot(slot); /* the others wait */
    return true;
}

/* Those who want a scan to end write so into its request, also from other processes. */
static void
look_for_aborts(struct jobs *jobs)
{
    for (size_t i = 0; i < jobs->n_slots; i++) {
        struct slot *slot = &jobs->slots[i];
        bool         is_aborted;
        struct error err;

        if (slot->is_used && !slot->is_test &&
            scan_request_is_aborted(jobs->store, slot->scan.id, &is_aborted, &err) && is_aborted)
            atomic_store(&slot->cancelled, true);
    }
}

static void
recover(struct jobs *jobs)
{
    int64_t      now = store_now();
    uint64_t     n;
    struct error err;

    if (now - jobs->recovered < RECOVER_EVERY && now >= jobs->recovered)
        return;
    jobs->recovered = now;
    if (!scan_requests_recover(jobs->store, &n, &err))
        warn("scans that were cut off cannot be found", &err);
    else if (n)
        log_line(LOG_WARNING, "scans had been cut off", LOG_NUMBER("scans", n));
    if (!scan_requests_forget(jobs->store, now, &err))
        warn("scans of long ago cannot be forgotten", &err);
    if (!connection_tests_recover(jobs->store, &n, &err) ||
        !connection_tests_forget(jobs->store, now, &err))
        warn("connection tests cannot be cleaned up", &err);
}

static void
begin_all(struct jobs *jobs, bool tests)
{
    struct slot *slot;

    while ((slot = free_slot(jobs, tests)) != NULL && begin(jobs, slot))
        continue;
}

static void
look_for_work(void *context)
{
    struct jobs *jobs = context;
    struct error err;

    recover(jobs);
    if (!schedules_run(jobs->store, store_now(), &err))
        warn("schedules cannot be run", &err);
    look_for_aborts(jobs);
    begin_all(jobs, true);
    begin_all(jobs, false);
}

/* --- from outside --- */

struct jobs *
jobs_start(const struct jobs_options *options, struct error *err)
{
    struct jobs *jobs = xcalloc(1, sizeof *jobs);

    jobs->options = *options;
    jobs->n_slots = options->most ? options->most : DEFAULT_SCANS;
    if (jobs->n_slots > MOST_SCANS)
        jobs->n_slots = MOST_SCANS;
    jobs->n_slots += TEST_SLOTS;
    for (size_t i = 0; i < jobs->n_slots; i++) {
        jobs->slots[i].jobs = jobs;
        jobs->slots[i].is_test = i < TEST_SLOTS;
    }
    jobs->store = store_open(options->store.p, STORE_CREATE, err);
    if (!jobs->store) {
        free(jobs);
        return NULL;
    }
    store_set_patience(jobs->store, PATIENCE);
    pthread_mutex_init(&jobs->lock, NULL);
    ticker_start(&jobs->ticker, options->interval ? options->interval : DEFAULT_INTERVAL,
                 look_for_work, jobs);
    return jobs;
}

void
jobs_wake(struct jobs *jobs)
{
    ticker_wake(&jobs->ticker);
}

void
jobs_stop(struct jobs *jobs)
{
    ticker_stop(&jobs->ticker, TICKER_HOWEVER_LONG);
    for (size_t i = 0; i < jobs->n_slots; i++)
        atomic_store(&jobs->slots[i].cancelled, true);
    for (size_t i = 0; i < jobs->n_slots; i++)
        if (jobs->slots[i].is_used)
            clear_slot(&jobs->slots[i]);
    ticker_done(&jobs->ticker);
    store_close(jobs->store);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}

bool
jobs_progress(struct jobs *jobs, struct str request, struct scan_progress *progress)
{
    bool found = false;

    pthread_mutex_lock(&jobs->lock);
    for (size_t i = 0; i < jobs->n_slots && !found; i++) {
        const struct slot *slot = &jobs->slots[i];

        found =
            slot->is_used && !slot->is_ended && !slot->is_test && str_equal(slot->scan.id, request);
        if (found)
            *progress = slot->progress;
    }
    pthread_mutex_unlock(&jobs->lock);
    return found;
}

void
jobs_running(struct jobs *jobs, running_fn *fn, void *context)
{
    pthread_mutex_lock(&jobs->lock);
    for (size_t i = 0; i < jobs->n_slots; i++) {
        const struct slot *slot = &jobs->slots[i];

        if (slot->is_used && !slot->is_ended && !slot->is_test)
            fn(context, &slot->scan, &slot->progress);
    }
    pthread_mutex_unlock(&jobs->lock);
}
