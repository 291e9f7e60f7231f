/* A thread that ticks: at once, when woken, in time, and no more after it has been stopped. */

#include "base/ticker.h"

#include <stdatomic.h>

#include "testing.h"

enum { AN_HOUR = 3600000, A_BIT = 1 /* ms */, A_MINUTE = 60 /* s */ };

struct clockwork {
    struct ticker   ticker;
    pthread_mutex_t holds; /* a tick that waits for it takes long */
    atomic_int      n;
};

static void
tick(void *context)
{
    struct clockwork *c = context;

    atomic_fetch_add(&c->n, 1);
    pthread_mutex_lock(&c->holds);
    pthread_mutex_unlock(&c->holds);
}

static void
await(struct clockwork *c, int n)
{
    struct timespec pause = { .tv_nsec = 1000000 };

    while (atomic_load(&c->n) < n)
        nanosleep(&pause, NULL);
}

static void
test_once_and_when_woken(void **state UNUSED)
{
    struct clockwork c = { .holds = PTHREAD_MUTEX_INITIALIZER };

    ticker_start(&c.ticker, AN_HOUR, tick, &c);
    await(&c, 1);
    ticker_wake(&c.ticker);
    await(&c, 2);
    pthread_mutex_lock(&c.holds);
    ticker_wake(&c.ticker);
    await(&c, 3);
    ticker_wake(&c.ticker); /* while it ticks: once more */
    ticker_wake(&c.ticker);
    pthread_mutex_unlock(&c.holds);
    await(&c, 4);
    assert_true(ticker_stop(&c.ticker, TICKER_HOWEVER_LONG));
    ticker_wake(&c.ticker);
    ticker_done(&c.ticker);
    assert_int_equal(atomic_load(&c.n), 4);
}

static void
test_in_time(void **state UNUSED)
{
    struct clockwork c = { .holds = PTHREAD_MUTEX_INITIALIZER };

    ticker_start(&c.ticker, A_BIT, tick, &c);
    await(&c, 5);
    assert_true(ticker_stop(&c.ticker, TICKER_HOWEVER_LONG));
    ticker_done(&c.ticker);
}

/* However it is waited for, what the thread did has been done before. */
static void
test_end_is_waited_for(void **state UNUSED)
{
    struct clockwork *c = test_calloc(1, sizeof *c);

    pthread_mutex_init(&c->holds, NULL);
    ticker_start(&c->ticker, AN_HOUR, tick, c);
    await(c, 1);
    assert_true(ticker_stop(&c->ticker, A_MINUTE));
    ticker_done(&c->ticker);
    pthread_mutex_destroy(&c->holds);
    test_free(c);
}

static void
test_what_takes_too_long(void **state UNUSED)
{
    struct clockwork c = { .holds = PTHREAD_MUTEX_INITIALIZER };

    pthread_mutex_lock(&c.holds);
    ticker_start(&c.ticker, AN_HOUR, tick, &c);
    await(&c, 1);
    assert_false(ticker_stop(&c.ticker, 0));
    pthread_mutex_unlock(&c.holds);
    assert_true(ticker_stop(&c.ticker, TICKER_HOWEVER_LONG));
    ticker_done(&c.ticker);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_once_and_when_woken),
        cmocka_unit_test(test_in_time),
        cmocka_unit_test(test_end_is_waited_for),
        cmocka_unit_test(test_what_takes_too_long),
    };

    return cmocka_run_group_tests_name("ticker", tests, NULL, NULL);
}
