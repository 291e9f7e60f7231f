/* Signing in: passwords, failures that make one wait, tokens. */

#include "access_world.h"

#include <dlfcn.h>
#include <sodium.h>

#include "access/failures.h"
#include "access/password.h"

#define HOUR ((int64_t)3600 * SECOND)

static bool
sign_in(struct world *w, const char *name, struct str password, const char *address)
{
    struct user user;

    return access_sign_in(w->store, str_from(name), password, str_from(address), w->arena, &user,
                          &w->err);
}

static void
must_wait(struct world *w, const char *name, const char *address)
{
    must_fail(w, sign_in(w, name, PASSWORD, address), ERROR_AUTH,
              "too many failed sign-ins: try again in ");
    assert_in_range(w->err.code, 1, 60);
}

static void
must_be_wrong(struct world *w, const char *name, const char *address)
{
    must_fail(w, sign_in(w, name, STR("wrong password"), address), ERROR_AUTH,
              "wrong name or password");
    assert_int_equal(w->err.code, 0);
}

/* --- passwords --- */

static void
test_sign_in(void **state)
{
    struct world *w = *state;
    struct user   user;

    add_user(w, "ann", 1u << ROLE_EDIT_ENV);
    must(w, access_sign_in(w->store, STR("ann"), PASSWORD, STR("192.0.2.1"), w->arena, &user,
                           &w->err));
    assert_text(user.name, "ann");
    assert_true(str_equal(user.id, user_of(w, "ann").id) && str_empty(user.token));
    assert_int_equal(user.roles, 1u << ROLE_EDIT_ENV);

    /* By name alone; and nobody can tell what was wrong. */
    must_be_wrong(w, "ann", "");
    must_be_wrong(w, "nobody", "");
    must_be_wrong(w, "", "");
    must_fail(w, sign_in(w, user.id.p, PASSWORD, ""), ERROR_AUTH, "wrong name or password");
    must_fail(w, sign_in(w, "ANN", PASSWORD, ""), ERROR_AUTH, "wrong name or password");
    must_fail(w, sign_in(w, "ann", STR(""), ""), ERROR_AUTH, "wrong name or password");

    /* Reading is enough for it. */
    world_reopen(w, STORE_READ);
    must(w, sign_in(w, "ann", PASSWORD, ""));
}

static void
test_damaged_hashes(void **state)
{
    static const char *const hashes[] = {
        "''", "7", "'x'", "'$argon2id$'", "'$argon2id$v=19$m=19456,t=3,p=1$x$y'", "{}"
    };
    struct world *w = *state;

    for (size_t i = 0; i < N_ELEMENTS(hashes); i++) {
        const char *document =
            arena_printf(w->arena, "{'_id':'x','username':'odd%zu','password':{'argon2id':%s}}", i,
                         hashes[i])
                .p;

        must(w, collection_put(w->store, STR("users"), json_text(w->arena, document), w->arena,
                               NULL, &w->err));
        must_fail(w, sign_in(w, arena_printf(w->arena, "odd%zu", i).p, PASSWORD, ""), ERROR_AUTH,
                  "wrong name");
        must_fail(w, sign_in(w, arena_printf(w->arena, "odd%zu", i).p, STR(""), ""), ERROR_AUTH,
                  "wrong name");
    }
}

static void
test_password_change(void **state)
{
    struct world *w = *state;
    struct user   before, user;
    struct token  token, checked;

    add_user(w, "bob", 0);
    add_user(w, "other", 0);
    before = user_of(w, "bob");
    must(w, access_issue_token(w->store, &before, "credentials", STR(""), HOUR, w->arena, &token,
                               &w->err));
    must_fail(w, access_set_password(w->store, STR("bob"), STR("short"), &w->err), ERROR_USAGE,
              "8 to 1024");
    must(w, access_check_token(w->store, token.secret, token.issued, w->arena, &user, &checked,
                               &w->err));
    must(w, access_set_password(w->store, STR("bob"), STR("another password"), &w->err));
    must_fail(w, sign_in(w, "bob", PASSWORD, ""), ERROR_AUTH, "wrong");
    must(w, sign_in(w, "bob", STR("another password"), ""));
    must(w, sign_in(w, "other", PASSWORD, ""));
    must_fail(w,
              access_check_token(w->store, token.secret, token.issued, w->arena, &user, &checked,
                                 &w->err),
              ERROR_AUTH, "the token is not known");

    /* Who signed in with the old one a moment ago gets nothing for it. */
    must_fail(w,
              access_issue_token(w->store, &before, "credentials", STR(""), HOUR, w->arena, &token,
                                 &w->err),
              ERROR_AUTH, "changed");
    must_fail(w, access_set_password(w->store, STR("x"), PASSWORD, &w->err), ERROR_NOT_FOUND,
              "no user x");
}

/* --- what a hash costs --- */

/* The functions of libsodium, with a count of how often they were called, and how often at once. */
static pthread_mutex_t counting = PTHREAD_MUTEX_INITIALIZER;
static unsigned        n_hashes, n_at_once, most_at_once;

static void
count_begin(void)
{
    pthread_mutex_lock(&counting);
    n_hashes++;
    n_at_once++;
    if (most_at_once < n_at_once)
        most_at_once = n_at_once;
    pthread_mutex_unlock(&counting);
}

static void
count_end(void)
{
    pthread_mutex_lock(&counting);
    n_at_once--;
    pthread_mutex_unlock(&counting);
}

static void
real(const char *name, void *function)
{
    void *found = dlsym(RTLD_NEXT, name);

    assert_non_null(found);
    memcpy(function, &found, sizeof found);
}

int
crypto_pwhash(unsigned char *const out, unsigned long long n_out, const char *const password,
              unsigned long long n, const unsigned char *const salt, unsigned long long passes,
              size_t memory, int algorithm)
{
    __typeof__(crypto_pwhash) *work;
    int                        status;

    /* As much work as the check of a password is. */
    assert_int_equal(passes, 3);
    assert_int_equal(memory, 19456 * 1024);
    assert_int_equal(algorithm, crypto_pwhash_ALG_ARGON2ID13);
    real("crypto_pwhash", &work);
    count_begin();
    status = work(out, n_out, password, n, salt, passes, memory, algorithm);
    count_end();
    return status;
}

int
crypto_pwhash_str_alg(char out[crypto_pwhash_STRBYTES], const char *const password,
                      unsigned long long n, unsigned long long passes, size_t memory, int algorithm)
{
    __typeof__(crypto_pwhash_str_alg) *work;
    int                                status;

    real("crypto_pwhash_str_alg", &work);
    count_begin();
    status = work(out, password, n, passes, memory, algorithm);
    count_end();
    return status;
}

int
crypto_pwhash_str_verify(const char text[crypto_pwhash_STRBYTES], const char *const password,
                         unsigned long long n)
{
    __typeof__(crypto_pwhash_str_verify) *work;
    int                                   status;

    real("crypto_pwhash_str_verify", &work);
    count_begin();
    status = work(text, password, n);
    count_end();
    return status;
}

/* A password is checked whether or not there is such a user, or one with a password; and none is
 * while one has to wait. */
static void
test_unknown_names_cost_the_same(void **state)
{
    static const char *const names[] = { "carl", "nobody-2", "no-password" };
    struct world            *w = *state;

    add_user(w, "carl", 0);
    must(w,
         collection_put(w->store, STR("users"), STR("{\"_id\":\"x\",\"username\":\"no-password\"}"),
                        w->arena, NULL, &w->err));
    for (size_t i = 0; i < N_ELEMENTS(names); i++) {
        for (unsigned n = 0; n < 5; n++) {
            n_hashes = 0;
            must_be_wrong(w, names[i], "");
            assert_int_equal(n_hashes, 1);
        }
        n_hashes = 0;
        must_wait(w, names[i], "");
        assert_int_equal(n_hashes, 0);
    }
}

static bool
hash_and_check(struct racer *r, struct arena *arena)
{
    struct str  text;
    struct user user;

    for (unsigned i = 0; i < 3; i++)
        if (!password_hash(PASSWORD, arena, &text, &r->err) ||
            !access_sign_in(r->store, STR("paul"), PASSWORD, STR_NONE, arena, &user, &r->err))
            return false;
    return true;
}

static void
test_two_at_once(void **state)
{
    struct world *w = *state;
    struct racer  racers[MOST_THREADS];

    add_user(w, "paul", 0);
    n_hashes = most_at_once = 0;
    assert_int_equal(race(w, MOST_THREADS, hash_and_check, NULL, racers), MOST_THREADS);
    assert_int_equal(n_hashes, 6 * MOST_THREADS);
    assert_int_equal(most_at_once, 2);
}

/* --- failures --- */

static struct oid
key_of(unsigned n)
{
    return OID(((struct str){ (const char *)&n, sizeof n }));
}

static void
test_waits(void **state UNUSED)
{
    static const unsigned  waits[] = { 0, 0, 0, 0, 10, 20, 30, 40, 50, 60, 60, 60 };
    static struct failures f = FAILURES_NONE;
    struct oid             key = key_of(1);
    int64_t                now = 5 * SECOND;

    assert_int_equal(failures_wait(&f, key, 5, now), 0);
    for (size_t i = 0; i < N_ELEMENTS(waits); i++) {
        failures_add(&f, key, now);
        assert_int_equal(failures_wait(&f, key, 5, now), waits[i]);
        assert_int_equal(failures_wait(&f, key_of(2), 5, now), 0);
        if (waits[i] > 0) {
            assert_int_equal(failures_wait(&f, key, 5, now + 1), waits[i]);
            assert_int_equal(failures_wait(&f, key, 5, now + waits[i] * SECOND - 1), 1);
        }
        now += waits[i] * SECOND;
        assert_int_equal(failures_wait(&f, key, 5, now), 0);
    }
    /* More are free to others. */
    assert_int_equal(failures_wait(&f, key, 20, now), 0);

    failures_forget(&f, key);
    for (unsigned i = 0; i < 5; i++) {
        assert_int_equal(failures_wait(&f, key, 5, now), 0);
        failures_add(&f, key, now);
    }
    assert_int_equal(failures_wait(&f, key, 5, now), 10);
    now += (int64_t)FAILURES_MEMORY_SECONDS * SECOND;
    failures_add(&f, key, now);
    assert_int_equal(failures_wait(&f, key, 5, now), 0);
    failures_forget(&f, key_of(3));
}

/* Strangers cannot fill the table for ever: the one that failed longest ago goes. */
static void
test_full_table(void **state UNUSED)
{
    static struct failures f = FAILURES_NONE;

    for (unsigned n = 0; n < FAILURES_KEPT; n++)
        for (unsigned i = 0; i < 5; i++)
            failures_add(&f, key_of(n), SECOND + n);
    assert_int_equal(failures_wait(&f, key_of(0), 5, SECOND), 10);
    failures_add(&f, key_of(FAILURES_KEPT), 2 * SECOND);
    assert_int_equal(failures_wait(&f, key_of(0), 5, 2 * SECOND), 0);
    for (unsigned n = 1; n < FAILURES_KEPT; n++)
        assert_true(failures_wait(&f, key_of(n), 5, 2 * SECOND) > 0);
    for (unsigned i = 0; i < 4; i++)
        failures_add(&f, key_of(FAILURES_KEPT), 2 * SECOND);
    assert_int_equal(failures_wait(&f, key_of(FAILURES_KEPT), 5, 2 * SECOND), 10);
}

static void
test_failures_of_names(void **state)
{
    struct world *w = *state;

    add_user(w, "dora", 0);
    add_user(w, "emil", 0);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 4; i++)
            must_be_wrong(w, "dora", "");
        must(w, sign_in(w, "dora", PASSWORD, "")); /* and all is forgotten */
    }
    for (unsigned i = 0; i < 5; i++) {
        must_be_wrong(w, "dora", "");
        must_be_wrong(w, "nobody-3", "");
    }
    must_wait(w, "dora", "");
    must_wait(w, "dora", "192.0.2.9");
    must_wait(w, "nobody-3", ""); /* or one could tell that there is no such user */
    must(w, sign_in(w, "emil", PASSWORD, ""));
}

static void
test_failures_of_addresses(void **state)
{
    struct world *w = *state;

    add_user(w, "fritz", 0);
    for (unsigned i = 0; i < 20; i++) {
        must_be_wrong(w, arena_printf(w->arena, "guess%u", i).p, "198.51.100.7");
        must_be_wrong(w, arena_printf(w->arena, "guess%u", i).p, "2001:db8:1:2::7");
        if (i == 10) /* one password that is known does not help */
            must(w, sign_in(w, "fritz", PASSWORD, "198.51.100.7"));
    }
    must_wait(w, "fritz", "198.51.100.7");
    must_wait(w, "fritz", "2001:db8:1:2:ffff::1"); /* the same network */
    must(w, sign_in(w, "fritz", PASSWORD, "198.51.100.8"));
    must(w, sign_in(w, "fritz", PASSWORD, "2001:db8:1:3::7"));
    must(w, sign_in(w, "fritz", PASSWORD, "::ffff:198.51.100.8"));
    must(w, sign_in(w, "fritz", PASSWORD, ""));
    for (unsigned i = 0; i < 21; i++)
        must_be_wrong(w, arena_printf(w->arena, "other%u", i).p, "");
    must(w, sign_in(w, "fritz", PASSWORD, ""));
}

static bool
guess(struct racer *r, struct arena *arena)
{
    struct user user;
    size_t     *n_checked = &((size_t *)(uintptr_t)r->context)[r->number];

    for (unsigned i = 0; i < 3; i++) {
        if (access_sign_in(r->store, STR("gerd"), STR("wrong password"), STR_NONE, arena, &user,
                           &r->err))
            return true;
        *n_checked += r->err.code == 0;
    }
    return false;
}

/* Guesses made at the same time are no more than those made one by one, but for the one that is being
 * checked beside the last. */
static void
test_guesses_at_once(void **state)
{
    struct world *w = *state;
    struct racer  racers[MOST_THREADS];
    size_t        n_checked[MOST_THREADS] = { 0 }, n = 0;

    add_user(w, "gerd", 0);
    assert_int_equal(race(w, MOST_THREADS, guess, n_checked, racers), 0);
    for (size_t i = 0; i < MOST_THREADS; i++)
        n += n_checked[i];
    assert_in_range(n, 5, 6);
    must_wait(w, "gerd", "");
}

/* --- tokens --- */

static bool
add_token(void *context, const struct token *token)
{
    struct listing *l = context;

    assert_true(str_empty(token->secret));
    listing_add_word(
        l, arena_printf(l->arena, "%.*s/%.*s/%lld", STR_ARG(token->method), STR_ARG(token->note),
                        (long long)(token->last_used ? token->last_used - token->issued : -1)));
    return true;
}

/* "METHOD/NOTE/TIME FROM ISSUE TO LAST USE" of each token. */
static const char *
tokens(struct world *w, const char *name)
{
    struct listing l = { w->arena, STR_NONE, 0 };
    struct user    user = user_of(w, name);

    must(w, access_tokens(w->store, &user, add_token, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static struct token
issue(struct world *w, const char *name, const char *method, const char *note, int64_t lifetime)
{
    struct user  user = user_of(w, name);
    struct token token;

    must(w, access_issue_token(w->store, &user, method, str_from(note), lifetime, w->arena, &token,
                               &w->err));
    return token;
}

static bool
check(struct world *w, struct str secret, int64_t now)
{
    struct user  user;
    struct token token;

    return access_check_token(w->store, secret, now, w->arena, &user, &token, &w->err);
}

static void
test_tokens(void **state)
{
    struct world *w = *state;
    struct token  first, second, token;
    struct user   user;

    add_user(w, "ann", 1u << ROLE_VIEW_ENV);
    add_user(w, "bob", 0);
    first = issue(w, "ann", "credentials", "browser", HOUR);
    second = issue(w, "ann", "token", "backup script", 2 * HOUR);
    issue(w, "bob", "setup", "", HOUR);
    assert_int_equal(first.secret.n, 64);
    assert_int_equal(first.expires - first.issued, HOUR);
    assert_false(str_equal(first.secret, second.secret) || str_equal(first.secret, first.id));

    must(w, access_check_token(w->store, first.secret, first.issued, w->arena, &user, &token,
                               &w->err));
    assert_text(user.name, "ann");
    assert_int_equal(user.roles, 1u << ROLE_VIEW_ENV);
    assert_true(str_equal(user.token, first.id) && str_equal(token.id, first.id) &&
                str_equal(token.user, user.id));
    assert_text(token.method, "credentials");
    assert_text(token.note, "browser");
    assert_text(token.secret, "");
    assert_true(token.issued == first.issued && token.expires == first.expires);

    /* Neither its id nor anything else is one. */
    must_fail(w, check(w, first.id, first.issued), ERROR_AUTH, "the token is not known");
    must_fail(w, check(w, str_head(first.secret, 63), first.issued), ERROR_AUTH, "not known");
    must_fail(w, check(w, STR(""), first.issued), ERROR_AUTH, "not known");
    must_fail(w,
              check(w, STR("zz00000000000000000000000000000000000000000000000000000000000000"),
                    first.issued),
              ERROR_AUTH, "not known");

    /* Roles are those of now. */
    must(w, access_set_roles(w->store, STR("ann"), 0, &w->err));
    must(w, access_check_token(w->store, first.secret, first.issued, w->arena, &user, &token,
                               &w->err));
    assert_int_equal(user.roles, 0);

    must(w, access_revoke_token(w->store, first.id, &w->err));
    must_fail(w, check(w, first.secret, first.issued), ERROR_AUTH, "not known");
    must_fail(w, access_revoke_token(w->store, first.id, &w->err), ERROR_NOT_FOUND, "");
    must_fail(w, access_revoke_token(w->store, STR(""), &w->err), ERROR_NOT_FOUND, "");
    must(w, check(w, second.secret, second.issued));
    assert_string_equal(tokens(w, "bob"), "setup//-1");

    world_close(w);
    assert_false(is_in_files(w, second.secret));
    assert_true(is_in_files(w, second.id));
}

static void
test_expiry(void **state)
{
    struct world *w = *state;
    struct token  short_one, long_one;

    add_user(w, "ann", 0);
    short_one = issue(w, "ann", "credentials", "short", SECOND);
    long_one = issue(w, "ann", "credentials", "long", HOUR);
    must(w, check(w, short_one.secret, short_one.expires));
    must_fail(w, check(w, short_one.secret, short_one.expires + 1), ERROR_AUTH,
              "the token has expired");
    must(w, check(w, short_one.secret, short_one.expires)); /* it is still there ... */
    must(w, access_forget_expired(w->store, short_one.expires, &w->err));
    must(w, check(w, short_one.secret, short_one.expires));
    must(w, access_forget_expired(w->store, short_one.expires + 1, &w->err));
    must_fail(w, check(w, short_one.secret, short_one.expires), ERROR_AUTH,
              "not known"); /* ... until then */
    must(w, check(w, long_one.secret, long_one.expires));
    must(w, access_forget_expired(w->store, short_one.expires + 1, &w->err));
}

static void
test_bad_tokens(void **state)
{
    struct world *w = *state;
    struct user   user, gone;
    struct token  token;
    char          note[201];

    add_user(w, "ann", 0);
    user = user_of(w, "ann");
    memset(note, 'x', sizeof note);
    must_fail(w,
              access_issue_token(w->store, &user, "token", STR(""), 0, w->arena, &token, &w->err),
              ERROR_USAGE, "live");
    must_fail(w,
              access_issue_token(w->store, &user, "token", STR(""), -1, w->arena, &token, &w->err),
              ERROR_USAGE, "live");
    must_fail(
        w,
        access_issue_token(w->store, &user, "token", STR(""), INT64_MAX, w->arena, &token, &w->err),
        ERROR_USAGE, "live");
    must_fail(w,
              access_issue_token(w->store, &user, "token", (struct str){ note, 201 }, HOUR,
                                 w->arena, &token, &w->err),
              ERROR_USAGE, "200 bytes");
    must(w, access_issue_token(w->store, &user, "token", (struct str){ note, 200 }, HOUR, w->arena,
                               &token, &w->err));

    /* A user who goes takes them along. */
    add_user(w, "bob", 0);
    gone = user_of(w, "bob");
    must(w, access_issue_token(w->store, &gone, "token", STR(""), HOUR, w->arena, &token, &w->err));
    must(w, access_remove_user(w->store, STR("bob"), &w->err));
    must_fail(w, check(w, token.secret, token.issued), ERROR_AUTH, "not known");
    must_fail(
        w, access_issue_token(w->store, &gone, "token", STR(""), HOUR, w->arena, &token, &w->err),
        ERROR_AUTH, "no more");
    world_close(w);
    world_reopen(w, STORE_WRITE);
    add_user(w, "bob", 0);
    assert_string_equal(tokens(w, "bob"), "");
}

/* Last use costs no writing until it is asked for, and is there after the next start. */
static void
test_last_use(void **state)
{
    struct world *w = *state;
    struct token  token;
    const int64_t minute = 60 * SECOND;

    add_user(w, "ann", 0);
    token = issue(w, "ann", "credentials", "", HOUR);
    assert_string_equal(tokens(w, "ann"), "credentials//-1");
    world_reopen(w, STORE_READ);
    must(w, store_snapshot_begin(w->store, &w->err));
    must(w, check(w, token.secret, token.issued + minute));
    must(w, check(w, token.secret, token.issued + 2 * minute - 1)); /* not yet a minute later */
    store_snapshot_end(w->store);
    assert_string_equal(tokens(w, "ann"), "credentials//60000000");
    must(w, check(w, token.secret, token.issued + 2 * minute));
    assert_string_equal(tokens(w, "ann"), "credentials//120000000");

    /* Not written, not lost. */
    must_fail(w, access_forget_expired(w->store, token.issued, &w->err), ERROR_STORE,
              "reading only");
    world_reopen(w, STORE_WRITE);
    must(w, access_forget_expired(w->store, token.issued, &w->err));
    assert_string_equal(tokens(w, "ann"), "credentials//120000000");
    assert_true(is_in_files(
        w, arena_printf(w->arena, "\"last_used\":%lld", (long long)(token.issued + 2 * minute))));
}

/* Many threads show the same token, as a browser does. */
static bool
show(struct racer *r, struct arena *arena)
{
    const struct token *token = r->context;
    struct user         user;
    struct token        found;

    for (int64_t i = 0; i < 20; i++)
        if (!access_check_token(r->store, token->secret, token->issued + i * 60 * SECOND, arena,
                                &user, &found, &r->err) ||
            (r->number == 0 && !access_forget_expired(r->store, token->issued, &r->err)))
            return false;
    return true;
}

static void
test_token_on_many_threads(void **state)
{
    struct world *w = *state;
    struct racer  racers[MOST_THREADS];
    struct token  token;

    add_user(w, "ann", 0);
    token = issue(w, "ann", "credentials", "", HOUR);
    assert_int_equal(race(w, MOST_THREADS, show, &token, racers), MOST_THREADS);
    must(w, access_forget_expired(w->store, token.issued, &w->err));
    assert_string_equal(tokens(w, "ann"), "credentials//1140000000");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sign_in),
        TEST(damaged_hashes),
        TEST(password_change),
        TEST(unknown_names_cost_the_same),
        TEST(two_at_once),
        cmocka_unit_test(test_waits),
        cmocka_unit_test(test_full_table),
        TEST(failures_of_names),
        TEST(failures_of_addresses),
        TEST(guesses_at_once),
        TEST(tokens),
        TEST(expiry),
        TEST(bad_tokens),
        TEST(last_use),
        TEST(token_on_many_threads),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
