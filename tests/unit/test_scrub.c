/* Secrets taken out of texts. */

#include "testing.h"

#include "transport/scrub.h"

struct fixture {
    struct arena *arena;
    struct scrub *scrub;
    size_t        n;
};

static int
set_up(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);

    f->arena = arena_new();
    f->scrub = scrub_new();
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    arena_free(f->arena);
    scrub_free(f->scrub);
    free(f);
    return 0;
}

static struct str
scrubbed(struct fixture *f, const char *text)
{
    f->n = 0;
    return scrub_text(f->scrub, f->arena, str_from(text), &f->n);
}

#define assert_scrubbed(f, text, expected, count)                                                  \
    do {                                                                                           \
        assert_text(scrubbed(f, text), expected);                                                  \
        assert_int_equal((f)->n, count);                                                           \
    } while (0)

/* Expected spellings are those of Python's json, urllib.parse and base64. */
static void
test_known_secrets_in_every_spelling(void **state)
{
    struct fixture *f = *state;

    assert_true(scrub_add(f->scrub, STR("p\xc3\xa4ss/w\"rd &1")));
    assert_scrubbed(f, "a p\xc3\xa4ss/w\"rd &1 b", "a *** b", 1);
    assert_scrubbed(f, "{\"x\": \"p\xc3\xa4ss/w\\\"rd &1\"}", "{\"x\": \"***\"}", 1);
    assert_scrubbed(f, "{\"x\": \"p\\u00e4ss/w\\\"rd &1\"}", "{\"x\": \"***\"}", 1);
    assert_scrubbed(f, "\"{\\\"x\\\": \\\"p\\\\u00e4ss/w\\\\\\\"rd &1\\\"}\"",
                    "\"{\\\"x\\\": \\\"***\\\"}\"", 1);
    assert_scrubbed(f, "?p=p%C3%A4ss%2Fw%22rd%20%261&", "?p=***&", 1);
    assert_scrubbed(f, "?p=p%C3%A4ss/w%22rd+%261&", "?p=***&", 1);
    assert_scrubbed(f, "?p=p%c3%a4ss%2fw%22rd+%261&", "?p=***&", 1);
    assert_scrubbed(f, "<a>p\xc3\xa4ss/w\"rd &amp;1</a>", "<a>***</a>", 1);
    assert_scrubbed(f, "<a b='p\xc3\xa4ss/w&quot;rd &amp;1'/>", "<a b='***'/>", 1);
    assert_scrubbed(f, "cMOkc3MvdyJyZCAmMQ==", "***Q==", 1); /* the rest is 4 of the last bits */
    assert_scrubbed(f, "bWU6cMOkc3MvdyJyZCAmMQ==", "bWU6***Q==", 1);
    assert_scrubbed(f, "Om3DpHA6cMOkc3MvdyJyZCAmMTo=", "Om3DpHA6***To=", 1);
}

static void
test_longest_first(void **state)
{
    struct fixture *f = *state;

    assert_true(scrub_add(f->scrub, STR("secret")));
    assert_true(scrub_add(f->scrub, STR("secret-of-all")));
    assert_scrubbed(f, "secret-of-all secret secrets", "*** *** ***s", 3);
    assert_false(scrub_add(f->scrub, STR("abc")));
    assert_scrubbed(f, "abc", "abc", 0);
}

static void
test_fields_with_names_of_secrets(void **state)
{
    struct fixture *f = *state;

    assert_scrubbed(f, "{\"adminPass\": \"x y\", \"a\": \"b\"}",
                    "{\"adminPass\": \"***\", \"a\": \"b\"}", 1);
    assert_scrubbed(f, "{\"OS-EXT-SRV-ATTR:user_data\":\"IyE=\"}",
                    "{\"OS-EXT-SRV-ATTR:user_data\":\"***\"}", 1);
    assert_scrubbed(f, "{\"password\": \"a\\\"b\\\\\", \"c\": 1}",
                    "{\"password\": \"***\", \"c\": 1}", 1);
    assert_scrubbed(f, "\"{\\\"DB_Password\\\": \\\"a\\\\\\\"b\\\", \\\"c\\\": 1}\"",
                    "\"{\\\"DB_Password\\\": \\\"***\\\", \\\"c\\\": 1}\"", 1);
    assert_scrubbed(f, "{\"password\": null, \"has_password\": true, \"password\": \"\"}",
                    "{\"password\": null, \"has_password\": true, \"password\": \"\"}", 0);
    assert_scrubbed(f, "{\"tokens\": \"3\", \"passwords\": \"4\"}",
                    "{\"tokens\": \"3\", \"passwords\": \"4\"}", 0);
    assert_scrubbed(f, "<graphics type='vnc' passwd='geheim' port=\"5900\"/>",
                    "<graphics type='vnc' passwd='***' port=\"5900\"/>", 1);
    assert_scrubbed(f, "admin_password = geheim\nhost = a", "admin_password = ***\nhost = a", 1);
    assert_scrubbed(f, "\"password\":", "\"password\":", 0);
    assert_scrubbed(f, "\"password\": \"open", "\"password\": \"***", 1);
    assert_scrubbed(f, "password=", "password=", 0);
}

static void
test_what_looks_like_a_secret(void **state)
{
    struct fixture *f = *state;

    assert_scrubbed(f, "mysql+pymysql://nova:geheim@10.0.0.1/nova?charset=utf8",
                    "mysql+pymysql://***@10.0.0.1/nova?charset=utf8", 1);
    assert_scrubbed(f, "http://10.0.0.1:8774/v2.1/me@home", "http://10.0.0.1:8774/v2.1/me@home", 0);
    assert_scrubbed(f, "token gAAAAABnQDmU0123456789_-abcdef== end", "token *** end", 1);
    assert_scrubbed(f, "gAAAA and gaps", "gAAAA and gaps", 0);
    assert_scrubbed(f, "root:$6$salt$abc/def.:19000", "root:***:19000", 1);
    assert_scrubbed(
        f, "x -----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\ny",
        "x ***\ny", 1);
    assert_scrubbed(f, "{\"k\": \"-----BEGIN RSA PRIVATE KEY-----\\nMII\"}", "{\"k\": \"***\"}", 1);
    assert_scrubbed(f, "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----", 0);
    assert_scrubbed(f, "", "", 0);
}

/* Whatever comes, a walk ends, and what has been searched once holds nothing more. */
static void
test_random_texts(void **state)
{
    static const char alphabet[] = "\"\\:=@/ -gA$6{}'\nptokenpassword";
    struct fixture   *f = *state;
    struct rng        rng = rng_seeded();

    assert_true(scrub_add(f->scrub, STR("pass/\"x")));
    for (int round = 0; round < 20000; round++) {
        char   text[64];
        size_t size = rng_below(&rng, sizeof text);

        for (size_t i = 0; i < size; i++)
            text[i] = alphabet[rng_below(&rng, sizeof alphabet - 1)];
        f->n = 0;

        struct str once = scrub_text(f->scrub, f->arena, (struct str){ text, size }, &f->n);

        assert_true(f->n > 0 || str_equal(once, (struct str){ text, size }));
        assert_false(str_has(once, STR("pass/\"x")));
        arena_clear(f->arena);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(known_secrets_in_every_spelling),
        TEST(longest_first),
        TEST(fields_with_names_of_secrets),
        TEST(what_looks_like_a_secret),
        TEST(random_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
