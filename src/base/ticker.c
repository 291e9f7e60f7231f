#include "base/ticker.h"

#include <time.h>

/* False: to stop. */
static bool
pause_ticker(struct ticker *t)
{
    struct timespec until;
    bool            goes_on;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(t->pause % 1000) * 1000000;
    until.tv_sec += (time_t)(t->pause / 1000) + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&t->lock);
    while (!t->is_woken && !t->is_stopping &&
           pthread_cond_timedwait(&t->wake, &t->lock, &until) == 0)
        continue;
    t->is_woken = false;
    goes_on = !t->is_stopping;
    pthread_mutex_unlock(&t->lock);
    return goes_on;
}

static void *
run(void *context)
{
    struct ticker *t = context;

    do
        t->tick(t->context);
    while (pause_ticker(t));
    return NULL;
}

void
ticker_start(struct ticker *t, unsigned pause, tick_fn *tick, void *context)
{
    pthread_condattr_t clock;

    *t = (struct ticker){ .tick = tick, .context = context, .pause = pause };
    pthread_mutex_init(&t->lock, NULL);
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&t->wake, &clock);
    pthread_condattr_destroy(&clock);
    pthread_create(&t->thread, NULL, run, t);
}

void
ticker_wake(struct ticker *t)
{
    pthread_mutex_lock(&t->lock);
    t->is_woken = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
}

bool
ticker_stop(struct ticker *t, unsigned seconds)
{
    struct timespec until;

    pthread_mutex_lock(&t->lock);
    t->is_stopping = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
    if (seconds == TICKER_HOWEVER_LONG)
        return pthread_join(t->thread, NULL) == 0;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += seconds;
    return pthread_clockjoin_np(t->thread, NULL, CLOCK_MONOTONIC, &until) == 0;
}

void
ticker_done(struct ticker *t)
{
    pthread_cond_destroy(&t->wake);
    pthread_mutex_destroy(&t->lock);
}
