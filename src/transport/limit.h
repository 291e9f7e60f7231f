/* How long something may take, and whether somebody called it off.
 *
 * Units:  milliseconds. */

#ifndef TRANSPORT_LIMIT_H
#define TRANSPORT_LIMIT_H

#include <stdatomic.h>

#include "base/error.h"

struct limit {
    int64_t            until;     /* of the monotonic clock */
    const atomic_bool *cancelled; /* may be NULL */
};

struct limit limit_new(unsigned time, const atomic_bool *cancelled);

/* How long to wait at most before looking again: 0..250. */
int limit_slice(const struct limit *);

/* May it go on? Otherwise REMOTE_FAULT_TIME or REMOTE_FAULT_CANCELLED. */
bool limit_check(const struct limit *, struct error *err) MUST_CHECK;

/* Wait for events of poll(2) on a descriptor, a slice at most. */
void limit_poll(const struct limit *, int fd, short events);

#endif
