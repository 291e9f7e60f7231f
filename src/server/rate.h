/* How many requests an address may make: a bucket of tokens for each, that fills by and by.
 *
 * The table has a fixed size. An address that is not in it takes the place of the one whose bucket
 * is fullest, which loses least by that.
 *
 * Units:    microseconds.
 * Threads:  any. */

#ifndef SERVER_RATE_H
#define SERVER_RATE_H

#include "server/address.h"

struct rate;

struct rate *rate_new(unsigned a_second, unsigned burst) MUST_CHECK;
void         rate_free(struct rate *);

/* Take a token: 0, or after how many seconds there will be one. */
unsigned rate_take(struct rate *, const struct caller *, int64_t now) MUST_CHECK;

#endif
