/* The store's helpers that need no database: members of documents, words of objects, known rows. */

#include "testing.h"

#include "store/known.h"
#include "store/members.h"
#include "store/terms.h"

static const char *
terms(const char *body, struct buf *out)
{
    buf_clear(out);
    terms_of_body(out, str_from(body));
    return buf_c(out);
}

static void
test_members(void **state UNUSED)
{
    struct str rest = STR("{\"a\":{\"b\":[1,\"}\",{}]},\"c\\\"d\":\"x\\\\\",\"e\":null}");
    struct str key, value;

    assert_true(member_next(&rest, &key, &value));
    assert_true(str_is(key, "a") && str_is(value, "{\"b\":[1,\"}\",{}]}"));
    assert_true(member_next(&rest, &key, &value));
    assert_true(str_is(key, "c\\\"d") && str_is(value, "\"x\\\\\""));
    assert_true(member_next(&rest, &key, &value));
    assert_true(str_is(key, "e") && str_is(value, "null"));
    assert_false(member_next(&rest, &key, &value));
    rest = STR("{}");
    assert_false(member_next(&rest, &key, &value));
}

static void
test_strings(void **state UNUSED)
{
    struct str rest = STR("{\"k\":[\"one\",2,{\"l\":\"two\"}],\"m\":\"\"}"), text;

    assert_true(string_next(&rest, &text) && str_is(text, "one"));
    assert_true(string_next(&rest, &text) && str_is(text, "two"));
    assert_true(string_next(&rest, &text) && str_is(text, ""));
    assert_false(string_next(&rest, &text));
}

static void
test_words(void **state UNUSED)
{
    static const struct {
        const char *body;
        const char *words;
    } cases[] = {
        { "{\"name\":\"node-1-vm-a1\"}", "node-1-vm-a1 vm-a1 a1 " },
        { "{\"id\":\"cmp1-tap7d7c2cee-67\",\"name\":\"tap7d7c2cee-67\"}",
          "cmp1-tap7d7c2cee-67 tap7d7c2cee-67 " },
        { "{\"id\":\"8ba0f7be-8163-575f-9bf7-39f061a61ffa\"}",
          "8ba0f7be-8163-575f-9bf7-39f061a61ffa " },
        { "{\"id\":\"cmp1-qdhcp-8ba0f7be-8163-575f-9bf7-39f061a61ffa\"}",
          "cmp1-qdhcp-8ba0f7be-8163-575f-9bf7-39f061a61ffa "
          "qdhcp-8ba0f7be-8163-575f-9bf7-39f061a61ffa 8ba0f7be-8163-575f-9bf7-39f061a61ffa " },
        { "{\"id\":\"eth0-52:54:00:aa:bb:01\"}",
          "eth0-52:54:00:aa:bb:01 52:54:00:aa:bb:01 aa:bb:01 " },
        { "{\"name\":\"net a (old)\"}", "net a old " },
        { "{\"name\":\"7\"}", "7 " },
        { "{\"name\":\"web-10.77.0.21\"}", "web-10.77.0.21 10.77.0.21 " },
        { "{\"addresses\":[\"10.0.0.1\",\"x.y.z.w\",\"1.2.3\"],\"gw\":\"10.0.0.0/24\"}",
          "10.0.0.1 10.0.0.0/24 " },
        { "{\"v6\":\"fe80::1/64\",\"no\":\"12:30\",\"time\":\"2026-03-04T10:00:00\"}",
          "fe80::1/64 " },
        { "{\"tunnel_ports\":{\"a\":{\"remote_ip\":\"10.0.0.9\"}},\"data\":\"10.0.0.8\"}", "" },
        { "{\"id\":7,\"name\":null,\"host\":\"cmp1\"}", "" },
    };
    struct buf out;

    buf_init(&out, 0);
    for (size_t i = 0; i < N_ELEMENTS(cases); i++)
        assert_string_equal(terms(cases[i].body, &out), cases[i].words);
    buf_done(&out);
}

/* Text that nobody of us wrote: some answer, nothing read outside. */
static void
test_any_bytes(void **state UNUSED)
{
    static const char good[] = "{\"id\":\"cmp1-tap-8000.52\",\"n\":[{\"a\":\"10.0.0.1\"},\"\\\\\"],"
                               "\"name\":\"x\",\"z\":\"fa:16:3e:00:00:01\"}";
    struct rng        rng = rng_seeded();
    struct buf        out;

    buf_init(&out, 0);
    for (int round = 0; round < 20000; round++) {
        size_t     n = rng_below(&rng, sizeof good);
        char      *bytes = malloc(n ? n : 1); /* exactly as long, for the sanitizer */
        struct str rest = { bytes, n }, text, key;

        memcpy(bytes, good, n);
        for (size_t i = rng_below(&rng, 4); i > 0 && n > 0; i--)
            bytes[rng_below(&rng, n)] = (char)"{}[],:\"\\a0."[rng_below(&rng, 11)];
        buf_clear(&out);
        terms_of_body(&out, rest);
        while (member_next(&rest, &key, &text))
            assert_true(text.p >= bytes && text.p + text.n <= bytes + n);
        rest = (struct str){ bytes, n };
        while (string_next(&rest, &text))
            assert_true(text.p >= bytes && text.p + text.n <= bytes + n);
        free(bytes);
    }
    buf_done(&out);
}

static void
test_words_are_limited(void **state UNUSED)
{
    struct buf body, out;

    buf_init(&body, 0);
    buf_init(&out, 0);
    buf_add(&body, STR("{\"name\":\""));
    for (int i = 0; i < 100000; i++)
        buf_add(&body, STR("ab-"));
    buf_add(&body, STR("\",\"x\":["));
    for (int i = 0; i < 100000; i++)
        buf_add(&body, STR("\"10.0.0.1\","));
    buf_add(&body, STR("1]}"));
    terms_of_body(&out, buf_str(&body));
    assert_true(out.n <= 16384);
    assert_false(out.full);
    buf_done(&body);
    buf_done(&out);
}

static void
test_known_rows(void **state UNUSED)
{
    enum { N = 50000 };
    struct known known = { 0 };
    struct oid   oid = { 0 };

    assert_null(known_find(&known, &oid));
    known_reserve(&known, 100);
    for (uint32_t i = 0; i < N; i++) { /* as MongoDB numbers them */
        oid.bytes[9] = (unsigned char)(i >> 16);
        oid.bytes[10] = (unsigned char)(i >> 8);
        oid.bytes[11] = (unsigned char)i;
        assert_null(known_find(&known, &oid));
        known_add(&known, &oid, i * 7u, i + 1, 0);
    }
    assert_int_equal(known.n, N);
    for (uint32_t i = 0; i < N; i++) {
        const struct known_row *row;

        oid.bytes[9] = (unsigned char)(i >> 16);
        oid.bytes[10] = (unsigned char)(i >> 8);
        oid.bytes[11] = (unsigned char)i;
        row = known_find(&known, &oid);
        assert_true(row && row->n == i + 1 && known_is(row, i * 7u));
    }
    oid.bytes[0] = 1;
    assert_null(known_find(&known, &oid));
    known_done(&known);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_members),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_any_bytes),
        cmocka_unit_test(test_words_are_limited),
        cmocka_unit_test(test_known_rows),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
