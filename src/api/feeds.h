/* The live feed: one thread that looks for news, for all who look on, and wakes them.
 *
 * Who looks on sleeps as a stream, without a handle of the store, and reads for itself when it is
 * woken: what it has read tells it where to go on, so nothing has to be kept for it here.
 *
 * Units:      times in microseconds, of the steady clock.
 * Threads:    any; news are for the thread that fills a stream.
 * Ownership:  an onlooker belongs to its stream; it is listed from feeds_join() to feeds_leave(). */

#ifndef API_FEEDS_H
#define API_FEEDS_H

#include <stdatomic.h>

#include "jobs/jobs.h"
#include "store/store.h"

struct api;
struct feeds;

struct onlooker {
    struct onlooker *next, *previous; /* of all */
    void            *stream;          /* context of the stream to wake */
    atomic_llong     heard;           /* when something was last sent */
};

/* NULL on failure. 'heartbeat' in seconds. */
struct feeds *feeds_start(struct api *, const char *store, unsigned heartbeat,
                          struct error *) MUST_CHECK;
void          feeds_stop(struct feeds *); /* behind the last stream's end */

/* Something may have been written: look at once. */
void feeds_wake(struct feeds *);

void feeds_join(struct feeds *, struct onlooker *);
void feeds_leave(struct feeds *, struct onlooker *);

/* Has it been silent for so long that it should be heard? */
bool feeds_is_silent(const struct feeds *, const struct onlooker *);
void feeds_heard(struct onlooker *);

/* How far the feed of the store goes, and the last place at which rights have changed, as it was last
 * looked at. */
struct feed_news {
    uint64_t last, rights;
};

struct feed_news feeds_news(const struct feeds *);

/* Scans that run in this process and got on since '*version', which is then that of now. Called under
 * a lock. */
void feeds_progress(struct feeds *, uint64_t *version, running_fn *, void *context);

#endif
