#include "jobs/housekeeping.h"

#include <pthread.h>
#include <time.h>

#include "access/access.h"
#include "base/log.h"

#define SECOND INT64_C(1000000) /* of the store's times */

enum {
    LOOK_SECONDS = 60,     /* for tokens */
    FORGET_SECONDS = 3600, /* for versions and messages */
};

struct housekeeping {
    struct housekeeping_options options;
    struct store               *store;
    int64_t                     forgotten; /* when versions and messages were last looked at */
    pthread_t                   thread;
    pthread_mutex_t             lock;
    pthread_cond_t              wake;
    bool                        is_stopping;
};

static int64_t
days_ago(int64_t now, unsigned days)
{
    return now - days * INT64_C(86400) * SECOND;
}

static bool
forget_old(struct housekeeping *h, int64_t now, struct error *err)
{
    uint64_t n_versions, n_messages = 0;

    if (!store_prune(h->store, days_ago(now, h->options.history_days), &n_versions, err) ||
        (h->options.messages_days &&
         !store_remove_messages(h->store, STR_NONE, days_ago(now, h->options.messages_days),
                                &n_messages, err)))
        return false;
    if (n_versions + n_messages)
        log_line(LOG_INFO, "old ones are forgotten", LOG_NUMBER("versions", n_versions),
                 LOG_NUMBER("messages", n_messages));
    return true;
}

static void
keep_house(struct housekeeping *h)
{
    int64_t      now = store_now();
    struct error err;

    if (!access_forget_expired(h->store, now, &err))
        log_line(LOG_WARNING, "tokens cannot be cleaned up",
                 LOG_TEXT("error", str_from(err.message)));

    /* Also when the clock has been put back. */
    if (now >= h->forgotten && now - h->forgotten < FORGET_SECONDS * SECOND)
        return;
    if (forget_old(h, now, &err))
        h->forgotten = now;
    else
        log_line(LOG_WARNING, "old versions and messages cannot be forgotten",
                 LOG_TEXT("error", str_from(err.message)));
}

/* Until it is time again; false: to stop. */
static bool
wait_a_while(struct housekeeping *h)
{
    struct timespec until;
    bool            goes_on;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LOOK_SECONDS;
    pthread_mutex_lock(&h->lock);
    while (!h->is_stopping && pthread_cond_timedwait(&h->wake, &h->lock, &until) == 0)
        continue;
    goes_on = !h->is_stopping;
    pthread_mutex_unlock(&h->lock);
    return goes_on;
}

static void *
keep_always(void *context)
{
    struct housekeeping *h = context;

    do
        keep_house(h);
    while (wait_a_while(h));
    return NULL;
}

struct housekeeping *
housekeeping_start(const struct housekeeping_options *options, struct error *err)
{
    struct housekeeping *h = xcalloc(1, sizeof *h);
    pthread_condattr_t   clock;

    h->options = *options;
    h->store = store_open(options->store.p, STORE_WRITE, err);
    if (!h->store) {
        free(h);
        return NULL;
    }
    pthread_mutex_init(&h->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&h->wake, &clock);
    pthread_condattr_destroy(&clock);
    pthread_create(&h->thread, NULL, keep_always, h);
    return h;
}

void
housekeeping_stop(struct housekeeping *h, unsigned seconds)
{
    struct timespec until;

    if (!h)
        return;
    pthread_mutex_lock(&h->lock);
    h->is_stopping = true;
    pthread_cond_signal(&h->wake);
    pthread_mutex_unlock(&h->lock);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += seconds;
    if (pthread_timedjoin_np(h->thread, NULL, &until) != 0)
        return;
    store_close(h->store);
    pthread_cond_destroy(&h->wake);
    pthread_mutex_destroy(&h->lock);
    free(h);
}
