/* Waiting in slices, so that a flag that somebody else sets is seen in time. */

#include "transport/limit.h"

#include <poll.h>

#include "transport/remote.h"

enum { SLICE = 250 };

static int64_t
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

struct limit
limit_new(unsigned time, const atomic_bool *cancelled)
{
    return (struct limit){ .until = now() + time, .cancelled = cancelled };
}

int
limit_slice(const struct limit *limit)
{
    int64_t left = limit->until - now();

    return left <= 0 ? 0 : left < SLICE ? (int)left : SLICE;
}

bool
limit_check(const struct limit *limit, struct error *err)
{
    if (limit->cancelled && atomic_load(limit->cancelled))
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_CANCELLED, "cancelled");
    if (limit_slice(limit) == 0)
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_TIME, "no answer in time");
    return true;
}

void
limit_poll(const struct limit *limit, int fd, short events)
{
    struct pollfd p = { .fd = fd, .events = events };

    poll(&p, 1, limit_slice(limit));
}
