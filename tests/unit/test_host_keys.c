/* Trusted host keys in the store: what comes back, whose they are, and how they go. */

#include "store_world.h"

#include "scan/host_keys.h"

static void
trust(struct world *w, const char *environment, const char *host, const char *key)
{
    must(w,
         host_keys_trust(w->store, str_from(environment), str_from(host), str_from(key), &w->err));
}

/* The key that is trusted now, "" for none. */
static const char *
trusted(struct world *w, const char *environment, const char *host)
{
    AUTO_HOST_KEYS keys = { 0 };

    must(w, host_keys_load(w->store, str_from(environment), w->arena, &keys, &w->err));
    return arena_str(w->arena, host_keys_find(&keys, str_from(host))).p;
}

static void
test_round_trip(void **state)
{
    struct world *w = *state;

    assert_string_equal(trusted(w, "lab", "cmp1"), "");
    trust(w, "lab", "cmp1", "ssh-ed25519 AAAA1");
    trust(w, "lab", "cmp2", "ssh-ed25519 AAAA2");
    trust(w, "lab", "*master*", "ssh-rsa AAAA3");
    world_reopen(w, STORE_READ);
    assert_string_equal(trusted(w, "lab", "cmp1"), "ssh-ed25519 AAAA1");
    assert_string_equal(trusted(w, "lab", "cmp2"), "ssh-ed25519 AAAA2");
    assert_string_equal(trusted(w, "lab", "*master*"), "ssh-rsa AAAA3");
    assert_string_equal(trusted(w, "lab", "cmp"), "");
}

static void
test_the_last_one_counts(void **state)
{
    struct world *w = *state;

    trust(w, "lab", "cmp1", "ssh-ed25519 AAAA1");
    trust(w, "lab", "cmp1", "ssh-ed25519 BBBB1");
    assert_string_equal(trusted(w, "lab", "cmp1"), "ssh-ed25519 BBBB1");
}

/* Two clouds may have hosts of one name, and clouds names that begin alike. */
static void
test_environments_are_apart(void **state)
{
    struct world *w = *state;

    trust(w, "lab", "cmp1", "ssh-ed25519 AAAA1");
    trust(w, "lab 2", "cmp1", "ssh-ed25519 BBBB1");
    assert_string_equal(trusted(w, "lab", "cmp1"), "ssh-ed25519 AAAA1");
    assert_string_equal(trusted(w, "lab 2", "cmp1"), "ssh-ed25519 BBBB1");

    must(w, host_keys_forget(w->store, STR("lab"), &w->err));
    assert_string_equal(trusted(w, "lab", "cmp1"), "");
    assert_string_equal(trusted(w, "lab 2", "cmp1"), "ssh-ed25519 BBBB1");
    must(w, host_keys_forget(w->store, STR("lab"), &w->err));
}

/* Imported by hand, or damaged: such a key is none, and keeps nobody from the others. */
static void
test_odd_documents(void **state)
{
    static const char *const odd[] = {
        "{\"_id\":\"lab/a\",\"environment\":\"lab\",\"key\":\"ssh-ed25519 AAAA\"}",
        "{\"_id\":\"lab/b\",\"environment\":\"lab\",\"host\":\"b\"}",
        "{\"_id\":\"lab/c\",\"environment\":\"lab\",\"host\":[\"c\"],\"key\":7}",
        "{\"_id\":\"lab/d\",\"host\":\"d\",\"key\":\"ssh-ed25519 AAAA\"}",
    };
    static const char *const hosts[] = { "", "a", "b", "c", "d" };
    struct world            *w = *state;

    trust(w, "lab", "cmp1", "ssh-ed25519 AAAA1");
    for (size_t i = 0; i < N_ELEMENTS(odd); i++)
        must(w,
             collection_put(w->store, STR("host_keys"), str_from(odd[i]), w->arena, NULL, &w->err));
    for (size_t i = 0; i < N_ELEMENTS(hosts); i++)
        assert_string_equal(trusted(w, "lab", hosts[i]), "");
    assert_string_equal(trusted(w, "lab", "cmp1"), "ssh-ed25519 AAAA1");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(round_trip),
        TEST(the_last_one_counts),
        TEST(environments_are_apart),
        TEST(odd_documents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
