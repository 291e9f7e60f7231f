#include "access/password.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>

/* More than OWASP asks of argon2id: 12 MiB with three passes, or 19 MiB with two. */
enum {
    PASSES = 3,
    MEMORY = 19 << 20,
    MOST_TURNS = 2,
};

/* --- turns --- */

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t  turn_ended = PTHREAD_COND_INITIALIZER;
static unsigned        n_turns;

void
password_turn_begin(void)
{
    pthread_mutex_lock(&mutex);
    while (n_turns == MOST_TURNS)
        pthread_cond_wait(&turn_ended, &mutex);
    n_turns++;
    pthread_mutex_unlock(&mutex);
}

void
password_turn_end(void)
{
    pthread_mutex_lock(&mutex);
    n_turns--;
    pthread_cond_signal(&turn_ended);
    pthread_mutex_unlock(&mutex);
}

/* --- hashes --- */

bool
password_is_valid(struct str password, struct error *err)
{
    if (password.n < PASSWORD_LEAST || password.n > PASSWORD_MOST)
        return error_set(err, ERROR_USAGE, 0, "a password has %d to %d bytes", PASSWORD_LEAST,
                         PASSWORD_MOST);
    return true;
}

static bool
is_ready(struct error *err)
{
    return sodium_init() >= 0 ||
           error_set(err, ERROR_CONFIG, 0, "no random numbers for passwords on this machine");
}

static bool
no_memory(struct error *err)
{
    return error_set(err, ERROR_CONFIG, ENOMEM, "no memory to work out a password's hash");
}

bool
password_hash(struct str password, struct arena *arena, struct str *hash, struct error *err)
{
    char text[crypto_pwhash_STRBYTES];
    bool good;

    if (!is_ready(err))
        return false;
    password_turn_begin();
    good = crypto_pwhash_str_alg(text, password.p, password.n, PASSES, MEMORY,
                                 crypto_pwhash_ALG_ARGON2ID13) == 0;
    password_turn_end();
    if (!good)
        return no_memory(err);
    *hash = arena_str(arena, str_from(text));
    return true;
}

/* The work of a check, for nothing. */
static bool
work(struct str password)
{
    static const unsigned char salt[crypto_pwhash_SALTBYTES];
    unsigned char              out[32];

    return crypto_pwhash(out, sizeof out, password.p, password.n, salt, PASSES, MEMORY,
                         crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool
password_verify(struct str hash, struct str password, bool *is_right, struct error *err)
{
    char text[crypto_pwhash_STRBYTES] = { 0 };

    *is_right = false;
    if (!is_ready(err))
        return false;
    if (password.n > PASSWORD_MOST)
        password.n = 0; /* which is nobody's */
    if (str_empty(hash) || hash.n >= sizeof text)
        return work(password) || no_memory(err);
    memcpy(text, hash.p, hash.n);
    errno = 0;
    *is_right = crypto_pwhash_str_verify(text, password.p, password.n) == 0;
    return *is_right || errno != ENOMEM || no_memory(err);
}
