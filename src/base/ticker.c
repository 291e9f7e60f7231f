#include "base/ticker.h"

#include <stdint.h>
#include <stdlib.h>
#include <time.h>

static struct timespec
in_ms(uint64_t ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += (time_t)(ms / 1000) + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return until;
}

/* False: to stop. */
static bool
pause_ticker(struct ticker *t)
{
    const struct timespec until = in_ms(t->pause);
    bool                  goes_on;

    pthread_mutex_lock(&t->lock);
    while (!t->is_woken && !t->is_stopping &&
           pthread_cond_timedwait(&t->wake, &t->lock, &until) == 0)
        continue;
    t->is_woken = false;
    goes_on = !t->is_stopping;
    t->has_ended = !goes_on;
    pthread_cond_signal(&t->end);
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
    pthread_cond_init(&t->end, &clock);
    pthread_condattr_destroy(&clock);
    if (pthread_create(&t->thread, NULL, run, t) != 0)
        abort(); /* as without memory */
}

void
ticker_wake(struct ticker *t)
{
    pthread_mutex_lock(&t->lock);
    t->is_woken = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
}

/* Not left to pthread_clockjoin_np(3): to the thread sanitizer what that waits for goes on running. */
bool
ticker_stop(struct ticker *t, unsigned seconds)
{
    const struct timespec until = in_ms((uint64_t)seconds * 1000);
    bool                  has_ended;

    pthread_mutex_lock(&t->lock);
    t->is_stopping = true;
    pthread_cond_signal(&t->wake);
    while (!t->has_ended && pthread_cond_timedwait(&t->end, &t->lock, &until) == 0)
        continue;
    has_ended = t->has_ended;
    pthread_mutex_unlock(&t->lock);
    return has_ended && pthread_join(t->thread, NULL) == 0;
}

void
ticker_done(struct ticker *t)
{
    pthread_cond_destroy(&t->end);
    pthread_cond_destroy(&t->wake);
    pthread_mutex_destroy(&t->lock);
}
