#include "api/service.h"

#include "api/kept.h"

#include <pthread.h>

#include "server/clock.h"
#include "server/rate.h"

enum {
    MOST_IDLE = 64, /* handles that are kept open */
    BURST = 10,     /* seconds of a user's rate at once */
    TOKEN_LIFETIME = 86400,
    HEARTBEAT = 15,       /* seconds; proxies take a minute of silence for an end */
    PATIENCE = 10000,     /* ms that one who writes waits for other processes ... */
    BEHIND = 2,           /* seconds that others wait behind them */
    LOOK_AGAIN = 2000000, /* ns */
};

struct api {
    struct api_options options;
    struct server     *server;
    pthread_mutex_t    lock; /* of the idle handles */
    struct reader      idle[MOST_IDLE];
    size_t             n_idle;
    pthread_mutex_t    writing;
    struct store      *writer;
    struct feeds      *feeds;
    struct rate       *users; /* NULL: no limit */
    struct web_files  *web;
};

static void
reader_close(struct reader *reader)
{
    store_close(reader->store);
    kept_free(reader->kept);
}

bool
api_take_reader(struct api *api, struct reader *reader, struct error *err)
{
    *reader = (struct reader){ 0 };
    pthread_mutex_lock(&api->lock);
    if (api->n_idle)
        *reader = api->idle[--api->n_idle];
    pthread_mutex_unlock(&api->lock);
    if (reader->store)
        return true;
    reader->store = store_open(api->options.store.p, STORE_READ, err);
    if (reader->store)
        reader->kept = kept_new();
    return reader->store;
}

void
api_give_reader(struct api *api, struct reader *reader)
{
    pthread_mutex_lock(&api->lock);
    if (api->n_idle < MOST_IDLE) {
        api->idle[api->n_idle++] = *reader;
        *reader = (struct reader){ 0 };
    }
    pthread_mutex_unlock(&api->lock);
    reader_close(reader);
}

bool
api_store_is_in_place(struct api *api, struct error *err)
{
    return store_is_in_place(api->writer, err);
}

struct store *
api_take_writer(struct api *api)
{
    pthread_mutex_lock(&api->writing);
    return api->writer;
}

bool
api_writer_comes_free(struct api *api)
{
    const struct timespec pause = { .tv_nsec = LOOK_AGAIN };
    int64_t               until = clock_now() + BEHIND * A_SECOND;

    /* Not pthread_mutex_clocklock(), which ThreadSanitizer does not know. */
    while (pthread_mutex_trylock(&api->writing) != 0) {
        if (clock_now() >= until)
            return false;
        nanosleep(&pause, NULL);
    }
    pthread_mutex_unlock(&api->writing);
    return true;
}

void
api_give_writer(struct api *api)
{
    pthread_mutex_unlock(&api->writing);
    feeds_wake(api->feeds);
}

void
api_wake_jobs(struct api *api)
{
    if (api->options.jobs)
        jobs_wake(api->options.jobs);
}

bool
api_scan_progress(struct api *api, struct str request, struct scan_progress *progress)
{
    return api->options.jobs && jobs_progress(api->options.jobs, request, progress);
}

const struct web_files *
api_web_files(const struct api *api)
{
    return api->web;
}

struct server_counts
api_server_counts(const struct api *api)
{
    return server_counts(api->server);
}

void
api_running_scans(struct api *api, running_fn *fn, void *context)
{
    if (api->options.jobs)
        jobs_running(api->options.jobs, fn, context);
}

struct feeds *
api_feeds(struct api *api)
{
    return api->feeds;
}

/* Users are told apart by their "_id"s, as callers are by their addresses. */
unsigned
api_user_must_wait(struct api *api, const struct user *user)
{
    struct caller caller = { 0 };
    struct oid    id;

    if (!api->users || !oid_from_text(user->id, &id))
        return 0;
    memcpy(caller.bytes, id.bytes, sizeof id.bytes);
    return rate_take(api->users, &caller, clock_now());
}

int64_t
api_token_lifetime(const struct api *api)
{
    int64_t seconds = api->options.token_lifetime ? api->options.token_lifetime : TOKEN_LIFETIME;

    return seconds * 1000000;
}

static void
api_free(struct api *api)
{
    feeds_stop(api->feeds);
    while (api->n_idle)
        reader_close(&api->idle[--api->n_idle]);
    store_close(api->writer);
    rate_free(api->users);
    web_files_close(api->web);
    pthread_mutex_destroy(&api->lock);
    pthread_mutex_destroy(&api->writing);
    free(api);
}

struct api *
api_start(const struct api_options *options, struct error *err)
{
    struct api *api = xcalloc(1, sizeof *api);

    api->options = *options;
    pthread_mutex_init(&api->lock, NULL);
    pthread_mutex_init(&api->writing, NULL);
    if (options->user_rate)
        api->users = rate_new(options->user_rate, BURST * options->user_rate);
    api->web = web_files_open(options->web, err);
    if (api->web)
        api->writer = store_open(options->store.p, STORE_CREATE, err);
    if (api->writer)
        store_set_patience(api->writer, PATIENCE);
    if (api->writer)
        api->feeds = feeds_start(api, options->store.p,
                                 options->heartbeat ? options->heartbeat : HEARTBEAT, err);
    if (api->feeds) {
        const struct http_handler handler = call_handler(api);

        api->server = server_start(&options->server, &handler, err);
    }
    if (api->server)
        return api;
    api_free(api);
    return NULL;
}

struct str
api_address(const struct api *api, struct arena *arena)
{
    return server_address(api->server, arena);
}

void
api_stop(struct api *api, unsigned seconds)
{
    server_stop(api->server, seconds);
    api_free(api);
}
