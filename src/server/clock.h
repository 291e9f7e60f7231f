/* The two clocks of the server, in microseconds. */

#ifndef SERVER_CLOCK_H
#define SERVER_CLOCK_H

#include "base/compiler.h"

enum { A_SECOND = 1000000, A_MILLISECOND = 1000 };

static inline int64_t
clock_read(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * A_SECOND + t.tv_nsec / 1000;
}

/* Of what lasts: it never jumps. */
static inline int64_t
clock_now(void)
{
    return clock_read(CLOCK_MONOTONIC);
}

/* Since 1970. */
static inline int64_t
clock_date(void)
{
    return clock_read(CLOCK_REALTIME);
}

#endif
