#include "transport/rest_session.h"

#include <pthread.h>

#include "transport/rest_address.h"

enum {
    EARLY = 60,      /* seconds before a token expires */
    LOOK_UP_MS = 500 /* whether somebody has cancelled */
};

struct rest_keeper {
    const struct rest_options *options;

    pthread_mutex_t     lock; /* of all below */
    pthread_cond_t      changed;
    struct arena       *arena; /* of the session */
    struct rest_session session;
    uint64_t            number; /* of the session, 0: there is none yet */
    bool                is_signing_in;
    struct error        refusal; /* that will not pass */
};

struct rest_keeper *
rest_keeper_new(const struct rest_options *options)
{
    struct rest_keeper *k = xcalloc(1, sizeof *k);
    pthread_condattr_t  attributes;

    k->options = options;
    pthread_mutex_init(&k->lock, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&k->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    return k;
}

void
rest_keeper_free(struct rest_keeper *k)
{
    if (!k)
        return;
    pthread_cond_destroy(&k->changed);
    pthread_mutex_destroy(&k->lock);
    arena_free(k->arena);
    free(k);
}

bool
rest_fault_may_pass(int code)
{
    return code == HTTP_FAULT_REFUSED || code == HTTP_FAULT_TIME || code == HTTP_FAULT_LOST ||
           code == 429 || (code >= 500 && code <= 504 && code != 501);
}

static bool
is_cancelled(const struct rest_keeper *k)
{
    return k->options->cancelled && atomic_load(k->options->cancelled);
}

/* Call sign_in without the lock, but with the right to be the only one. */
static bool
sign_in(struct rest_keeper *k, struct error *err)
{
    struct arena       *arena = arena_new();
    struct rest_session session = { 0 };
    bool                good;

    k->is_signing_in = true;
    pthread_mutex_unlock(&k->lock);
    good = k->options->sign_in(k->options->context, arena, &session, err);
    pthread_mutex_lock(&k->lock);
    k->is_signing_in = false;
    pthread_cond_broadcast(&k->changed);
    if (!good) {
        arena_free(arena);
        if (!rest_fault_may_pass(err->code) && err->code != HTTP_FAULT_CANCELLED)
            k->refusal = *err;
        return false;
    }
    /* A token that is old when it is new: our clock is wrong, or theirs. Then 401 tells. */
    if (session.expires <= (int64_t)time(NULL) + EARLY)
        session.expires = 0;
    arena_free(k->arena);
    k->arena = arena;
    k->session = session;
    k->number++;
    return true;
}

static bool
is_usable(const struct rest_keeper *k, uint64_t refused)
{
    return k->number > refused &&
           (k->session.expires == 0 || (int64_t)time(NULL) + EARLY < k->session.expires);
}

static void
await_change(struct rest_keeper *k)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LOOK_UP_MS * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&k->changed, &k->lock, &until);
}

/* With the lock: be there a session that can be used. */
static bool
have_session(struct rest_keeper *k, uint64_t refused, struct error *err)
{
    while (!is_usable(k, refused)) {
        if (is_cancelled(k))
            return error_set(err, ERROR_TRANSPORT, HTTP_FAULT_CANCELLED, "cancelled");
        if (k->refusal.domain != ERROR_NONE) {
            *err = k->refusal;
            return false;
        }
        if (k->is_signing_in)
            await_change(k);
        else if (!sign_in(k, err))
            return false;
    }
    return true;
}

void
rest_keeper_give_up(struct rest_keeper *k, const struct error *why)
{
    pthread_mutex_lock(&k->lock);
    k->refusal = *why;
    pthread_mutex_unlock(&k->lock);
}

bool
rest_keeper_pass(struct rest_keeper *k, uint64_t refused, const struct request *request,
                 struct arena *arena, struct rest_pass *pass, struct error *err)
{
    bool good;

    pthread_mutex_lock(&k->lock);
    good = have_session(k, refused, err);
    pass->is_final = !good && k->refusal.domain != ERROR_NONE;
    if (good) {
        pass->token = arena_str(arena, k->session.token);
        pass->session = k->number;
        good = rest_address(&k->session, request, arena, &pass->address, err);
    }
    pthread_mutex_unlock(&k->lock);
    return good;
}
