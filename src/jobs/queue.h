/* Requests: documents that wait in a collection until one of several processes takes them.
 *
 * A request waits with the status of its queue. Whoever takes it makes it "running", with itself as
 * the owner, in one step that only one can do; its end gives it another status. */

#ifndef JOBS_QUEUE_H
#define JOBS_QUEUE_H

#include "store/store.h"

struct queue {
    struct str  collection;
    const char *waiting; /* the status of those that wait */
    const char *ended;   /* the member with the time of the end */

    /* Can it be run? ERROR_CONFIG says why not: those that cannot fail when they are looked at. */
    bool (*check)(struct arena *, struct str text, struct error *);
};

struct queued {
    struct str id; /* "_id" */
    struct str environment;
    struct str owner;       /* of a running one: "HOST:PID" ... */
    struct str owner_began; /* ... and when that process began, as it says itself */
    int64_t    submitted, started;
    struct str text; /* the document as it was read */
};

/* ERROR_CONFIG when it has no time at which it was submitted. */
bool queue_read(struct arena *, struct str text, struct queued *, struct error *) MUST_CHECK;

/* Put a new one in with the status of those that wait, or (when 'runs') as taken by this process. */
bool queue_add(struct store *, const struct queue *, struct str id, struct doc *document, bool runs,
               struct arena *, struct error *) MUST_CHECK;

/* The one that has waited longest among those of environments that 'is_free' (NULL: all) lets pass;
 * its status is then "running". '*found' is false when there is none. */
typedef bool is_free_fn(void *context, struct str environment);
bool queue_take(struct store *, const struct queue *, is_free_fn *, void *context, struct arena *,
                struct queued *, bool *found, struct error *) MUST_CHECK;

/* Change a document: again when somebody else was quicker. False from the function: it is not to be
 * changed after all, and 'err' says why. */
typedef bool queue_change_fn(void *context, struct arena *, struct doc *, struct error *);
bool         queue_change(struct store *, const struct queue *, struct str id, queue_change_fn *,
                          void *context, struct error *) MUST_CHECK;

/* Give it another status, with the time of its end (none when it waits again) and, unless it is "",
 * why. */
bool queue_end(struct store *, const struct queue *, struct str id, const char *status,
               struct str why, struct error *) MUST_CHECK;

/* Those that say "running" although whoever took them is gone, or began that long ago
 * (microseconds): process numbers are used again, and other machines cannot be asked. */
bool queue_cut_off(struct store *, const struct queue *, int64_t patience, struct arena *,
                   struct queued **, size_t *n, struct error *) MUST_CHECK;

/* Make such a one "failed", unless it has changed since: '*done' is false then. */
bool queue_fail(struct store *, const struct queue *, const struct queued *, struct str why,
                bool *done, struct error *) MUST_CHECK;

/* Remove those that a process of ours ended before that time; imported ones stay. */
bool queue_forget(struct store *, const struct queue *, int64_t before, struct error *) MUST_CHECK;

/* Set a member to a time. */
void queue_set_time(struct arena *, struct doc *, const char *key, int64_t time);

#endif
