/* A thread that does something again and again: at once, then whenever the time is up or it is woken.
 *
 * Ownership:  the ticker is the owner's, and must stay where it is until ticker_done().
 * Threads:    all but ticker_start() and ticker_done() from any; the tick from the ticker's own. */

#ifndef BASE_TICKER_H
#define BASE_TICKER_H

#include <limits.h>
#include <pthread.h>
#include <stdbool.h>

typedef void tick_fn(void *context);

struct ticker {
    tick_fn        *tick;
    void           *context;
    unsigned        pause; /* milliseconds */
    pthread_t       thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t  wake, end;
    bool            is_woken, is_stopping, has_ended;
};

#define TICKER_HOWEVER_LONG UINT_MAX

/* Tick, and again each time 'pause' milliseconds have passed since. */
void ticker_start(struct ticker *, unsigned pause, tick_fn *, void *context);

/* Tick now; when it ticks already, once more. Nothing after ticker_stop(). */
void ticker_wake(struct ticker *);

/* No tick after this one. False when it takes longer than so many seconds: the thread is left behind,
 * with all that it uses. */
bool ticker_stop(struct ticker *, unsigned seconds);

/* After it has stopped, and when nobody wakes it any more. */
void ticker_done(struct ticker *);

#endif
