/* Buckets in sets of a few, as caches have them: looking one up touches one set. */

#include "server/rate.h"

#include <pthread.h>
#include <sys/random.h>

#include "base/hash.h"
#include "server/clock.h"

enum { SETS = 1024, WAYS = 8 };

struct bucket {
    struct caller caller;
    int64_t       tokens; /* millionths; 0 and 'at' 0: nobody has it */
    int64_t       at;     /* when it was last filled */
};

struct rate {
    int64_t         a_second; /* tokens: so many millionths a microsecond */
    int64_t         most;     /* millionths */
    uint64_t        seed;     /* nobody outside knows who shares a set with whom */
    pthread_mutex_t lock;     /* of the sets */
    struct bucket   sets[SETS][WAYS];
};

struct rate *
rate_new(unsigned a_second, unsigned burst)
{
    struct rate *r = xcalloc(1, sizeof *r);

    r->a_second = a_second;
    r->most = (int64_t)burst * A_SECOND;
    if (getrandom(&r->seed, sizeof r->seed, 0) != sizeof r->seed)
        abort();
    pthread_mutex_init(&r->lock, NULL);
    return r;
}

void
rate_free(struct rate *r)
{
    if (!r)
        return;
    pthread_mutex_destroy(&r->lock);
    free(r);
}

static int64_t
tokens_at(const struct rate *r, const struct bucket *b, int64_t now)
{
    int64_t passed = now - b->at;

    if (b->at == 0 || passed > (r->most - b->tokens) / r->a_second)
        return r->most;
    return b->tokens + passed * r->a_second;
}

/* The bucket of a caller, filled up to now. */
static struct bucket *
find(struct rate *r, const struct caller *caller, int64_t now)
{
    struct str     key = { (const char *)caller->bytes, sizeof caller->bytes };
    struct bucket *set = r->sets[hash_text(r->seed, key) % SETS], *fullest = &set[0];

    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].at && memcmp(&set[i].caller, caller, sizeof *caller) == 0) {
            set[i].tokens = tokens_at(r, &set[i], now);
            set[i].at = now;
            return &set[i];
        }
        if (tokens_at(r, &set[i], now) > tokens_at(r, fullest, now))
            fullest = &set[i];
    }
    *fullest = (struct bucket){ .caller = *caller, .tokens = r->most, .at = now };
    return fullest;
}

unsigned
rate_take(struct rate *r, const struct caller *caller, int64_t now)
{
    struct bucket *b;
    int64_t        missing;

    pthread_mutex_lock(&r->lock);
    b = find(r, caller, now);
    missing = A_SECOND - b->tokens;
    if (missing <= 0)
        b->tokens -= A_SECOND;
    pthread_mutex_unlock(&r->lock);
    if (missing <= 0)
        return 0;
    return (unsigned)((missing + r->a_second * A_SECOND - 1) / (r->a_second * A_SECOND));
}
