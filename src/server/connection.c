/* The list of connections, and their phases. */

#include "server/connection.h"

#include <sys/random.h>

#include "base/hash.h"
#include "server/clock.h"

void
connections_init(struct connections *c, const struct server_options *o)
{
    *c = (struct connections){ .lock = PTHREAD_MUTEX_INITIALIZER,
                               .head_time = (int64_t)o->head_seconds * A_SECOND,
                               .request_time = (int64_t)o->request_seconds * A_SECOND,
                               .idle_time = (int64_t)o->idle_seconds * A_SECOND,
                               .most = o->most_connections,
                               .most_of_caller = o->most_of_address };
    if (getrandom(&c->seed, sizeof c->seed, 0) != sizeof c->seed)
        abort();
}

void
connections_done(struct connections *c)
{
    pthread_mutex_destroy(&c->lock);
}

/* --- counting --- */

static atomic_uint *
count_of(struct connections *all, const struct caller *caller)
{
    struct str key = { (const char *)caller->bytes, sizeof caller->bytes };

    return &all->counts[hash_text(all->seed, key) % N_COUNTS];
}

bool
connections_have_room(const struct connections *all)
{
    return atomic_load(&all->n) < all->most;
}

bool
connections_admit(struct connections *all, const struct caller *caller)
{
    atomic_uint *count = count_of(all, caller);

    if (atomic_load(count) >= all->most_of_caller)
        return false; /* only the thread that accepts counts up */
    atomic_fetch_add(count, 1);
    atomic_fetch_add(&all->n, 1);
    return true;
}

void
connections_dismiss(struct connections *all, const struct caller *caller)
{
    atomic_fetch_sub(count_of(all, caller), 1);
    atomic_fetch_sub(&all->n, 1);
}

/* --- the list --- */

struct connection *
connections_add(struct connections *all, int fd, const struct sockaddr *peer)
{
    struct connection *c = xcalloc(1, sizeof *c);
    AUTO_ARENA         scratch = arena_new();
    struct str         host = address_host(peer, scratch);

    memcpy(c->address, host.p, host.n);
    c->fd = fd;
    c->arena = arena_new();
    c->caller = address_caller(peer);
    c->idle_phase = phase_word(PHASE_IDLE, clock_now()); /* by when nothing has been received */
    atomic_init(&c->phase, c->idle_phase);
    pthread_mutex_lock(&all->lock);
    c->next = all->first;
    if (c->next)
        c->next->previous = c;
    all->first = c;
    all->n_listed++;
    pthread_mutex_unlock(&all->lock);
    return c;
}

void
connections_remove(struct connections *all, struct connection *c)
{
    pthread_mutex_lock(&all->lock);
    if (c->next)
        c->next->previous = c->previous;
    *(c->previous ? &c->previous->next : &all->first) = c->next;
    all->n_listed--;
    connections_dismiss(all, &c->caller);
    pthread_mutex_unlock(&all->lock);
    arena_free(c->arena);
    free(c);
}

bool
connections_are_complete(struct connections *all)
{
    bool are_complete;

    pthread_mutex_lock(&all->lock);
    are_complete = all->n_listed == atomic_load(&all->n);
    pthread_mutex_unlock(&all->lock);
    return are_complete;
}

void
connection_enter(struct connection *c, enum phase next)
{
    uint64_t word = atomic_load(&c->phase), new;

    do {
        enum phase now = phase_of(word);
        bool       goes_on = now == PHASE_HEAD && (next == PHASE_HEAD || next == PHASE_BODY);

        if (now == PHASE_SHUT)
            return;
        new = phase_word(next, goes_on ? phase_since(word) : clock_now());
    } while (!atomic_compare_exchange_weak(&c->phase, &word, new));
}

bool
connection_is_shut(const struct connection *c)
{
    return phase_of(atomic_load(&c->phase)) == PHASE_SHUT;
}
