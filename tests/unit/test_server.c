/* What of the server needs no socket: addresses, the rate of requests, heads, compression. The rest
 * is tested in tests/e2e/test_server.py. */

#include "testing.h"

#include <zlib.h>

#include "base/buf.h"
#include "server/address.h"
#include "server/clock.h"
#include "server/compress.h"
#include "server/head.h"
#include "server/rate.h"

/* --- addresses --- */

static void
test_addresses(void **state UNUSED)
{
    static const struct {
        const char *list, *first, *last;
        size_t      n;
    } cases[] = {
        { "127.0.0.1:8000", "127.0.0.1:8000", "127.0.0.1:8000", 1 },
        { "0.0.0.0:0", "0.0.0.0:0", "0.0.0.0:0", 1 },
        { "[::1]:65535", "[::1]:65535", "[::1]:65535", 1 },
        { " 127.0.0.1:80 , [2001:db8::0:1]:443", "127.0.0.1:80", "[2001:db8::1]:443", 2 },
        { "10.0.0.1:1,10.0.0.2:2,10.0.0.3:3", "10.0.0.1:1", "10.0.0.3:3", 3 },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA       arena = arena_new();
        struct addresses a;
        struct error     err;

        if (!addresses_parse(str_from(cases[i].list), &a, &err))
            fail_msg("%s: %s", cases[i].list, err.message);
        assert_int_equal(a.n, cases[i].n);
        assert_text(address_text(&a.items[0].any, arena), cases[i].first);
        assert_text(address_text(&a.items[a.n - 1].any, arena), cases[i].last);
    }
}

static void
test_no_addresses(void **state UNUSED)
{
    static const char *const lists[] = {
        "",
        "8000",
        ":8000",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:-1",
        "127.0.0.1:65536",
        "127.0.0.1:80x",
        "127.1:80",
        "127.0.0.256:80",
        "localhost:80",
        "::1:80",
        "[::1]",
        "[]:80",
        "[::1:80",
        "[127.0.0.1]:80",
        "[1:2:3:4:5:6:7:8:9]:80",
        "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:80",
        "127.0.0.1:80,",
        ",127.0.0.1:80",
        "127.0.0.1:80,,127.0.0.1:81",
        ("0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,"
         "0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,0.0.0.0:0,1.1.1.1:"
         "0"),
    };

    for (size_t i = 0; i < N_ELEMENTS(lists); i++) {
        struct addresses a = { .n = 99 };
        struct error     err = { .message = "" };

        if (addresses_parse(str_from(lists[i]), &a, &err))
            fail_msg("'%s' was taken", lists[i]);
        assert_int_equal(err.domain, ERROR_USAGE);
        assert_int_equal(a.n, 99);
    }
    assert_false(
        addresses_parse((struct str){ "1.2.3.4\0:80", 11 }, &(struct addresses){ .n = 0 }, NULL));
}

/* The caller at an address. */
static struct caller
caller_at(const char *text)
{
    struct addresses a;

    if (!addresses_parse(str_from(text), &a, NULL))
        fail_msg("%s is no address", text);
    return address_caller(&a.items[0].any);
}

static bool
same_caller(const char *a, const char *b)
{
    struct caller first = caller_at(a), second = caller_at(b);

    return memcmp(&first, &second, sizeof first) == 0;
}

static void
test_callers(void **state UNUSED)
{
    assert_true(same_caller("192.0.2.1:1", "192.0.2.1:2"));
    assert_false(same_caller("192.0.2.1:1", "192.0.2.2:1"));
    assert_true(same_caller("[2001:db8:1:2::1]:1", "[2001:db8:1:2:ffff::2]:1"));
    assert_false(same_caller("[2001:db8:1:2::1]:1", "[2001:db8:1:3::1]:1"));
}

/* --- rate --- */

static void
test_rate(void **state UNUSED)
{
    struct rate  *rate = rate_new(2, 5); /* a token each half second */
    struct caller one = caller_at("192.0.2.1:1"), other = caller_at("192.0.2.2:1");
    int64_t       now = 1000 * (int64_t)A_SECOND;

    for (int i = 0; i < 5; i++)
        assert_int_equal(rate_take(rate, &one, now), 0);
    assert_int_equal(rate_take(rate, &one, now), 1);
    assert_int_equal(rate_take(rate, &other, now), 0);
    assert_int_equal(rate_take(rate, &one, now + A_SECOND / 2 - 2), 1);
    assert_int_equal(rate_take(rate, &one, now + A_SECOND / 2), 0);
    assert_int_equal(rate_take(rate, &one, now + A_SECOND / 2), 1);
    /* A long time fills it, but with no more than it holds. */
    now += 1000000 * (int64_t)A_SECOND;
    for (int i = 0; i < 5; i++)
        assert_int_equal(rate_take(rate, &one, now), 0);
    assert_int_equal(rate_take(rate, &one, now), 1);
    rate_free(rate);
}

static void
test_slow_rate(void **state UNUSED)
{
    struct rate  *rate = rate_new(1, 1);
    struct caller one = caller_at("[2001:db8::1]:1");
    int64_t       now = 1000 * (int64_t)A_SECOND;

    assert_int_equal(rate_take(rate, &one, now), 0);
    assert_int_equal(rate_take(rate, &one, now), 1);
    assert_int_equal(rate_take(rate, &one, now + A_SECOND), 0);
    rate_free(rate);
}

/* However many callers there are, one that has spent all stays refused: it is the others, whose
 * buckets are fuller, that lose their places. */
static void
test_many_callers(void **state UNUSED)
{
    struct rate  *rate = rate_new(1, 4);
    struct caller one = caller_at("192.0.2.1:1");
    int64_t       now = 1000 * (int64_t)A_SECOND;

    for (int i = 0; i < 4; i++)
        assert_int_equal(rate_take(rate, &one, now), 0);
    for (uint32_t i = 0; i < 100000; i++) {
        struct caller other = { { 1 } };

        memcpy(other.bytes + 8, &i, sizeof i);
        assert_int_equal(rate_take(rate, &other, now), 0);
    }
    assert_int_equal(rate_take(rate, &one, now), 1);
    rate_free(rate);
}

/* --- heads --- */

static void
test_targets(void **state UNUSED)
{
    static const struct {
        const char *target, *path, *query;
    } cases[] = {
        { "/", "/", "" },
        { "/a/b?c=d&e", "/a/b", "c=d&e" },
        { "/a?", "/a", "" },
        { "/a?b?c", "/a", "b?c" },
        { "/%41%2f", "/%41%2f", "" },
        { "/a?%", "/a", "%" }, /* the handler's to read */
        { "/\xc3\xa4", "/\xc3\xa4", "" },
        { "*", "*", "" },
        { "http://h:80/a?b", "/a", "b" },
        { "HTTPS://h", "/", "" },
    };
    static const char *const wrong[] = {
        "", "a", "?a", "//\x01", "/a b", "/%", "/%4", "/%4g", "/%00", "/\x7f", "ftp://h/", "/a?\t",
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct str path, query;

        if (!head_target(str_from(cases[i].target), &path, &query))
            fail_msg("%s was refused", cases[i].target);
        assert_text(path, cases[i].path);
        assert_text(query, cases[i].query);
    }
    for (size_t i = 0; i < N_ELEMENTS(wrong); i++) {
        struct str path, query;

        if (head_target(str_from(wrong[i]), &path, &query))
            fail_msg("'%s' was taken", wrong[i]);
    }
}

/* Of what is refused the log and the answer still know where it went. */
static void
test_path_of_what_is_refused(void **state UNUSED)
{
    static const struct {
        const char *target, *path;
    } cases[] = {
        { "", "" },
        { "/api/v1/x/%", "/api/v1/x/%" },
        { "/a/%zz?secret=1", "/a/%zz" },
        { "/a\x01b", "/a" },
        { "/a b", "/a" },
        { "http://h/%", "/%" },
    };
    char       longest[10000];
    struct str all = { longest, sizeof longest };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++)
        assert_text(head_path(str_from(cases[i].target)), cases[i].path);
    memset(longest, 'a', sizeof longest);
    assert_int_equal(head_path(all).n, 255);
}

/* The headers of a text: lines of "name: value". */
static const struct http_header *
headers_of(struct arena *arena, const char *text)
{
    struct http_header *first = NULL, **end = &first;
    struct str          rest = str_from(text), line, name;

    while (str_line(&rest, &line)) {
        *end = arena_new_of(arena, struct http_header);
        if (!str_cut(&line, ':', &name))
            fail_msg("an empty line");
        (*end)->name = name;
        (*end)->value = str_trim(line);
        end = &(*end)->next;
    }
    return first;
}

static struct head
head_of(struct arena *arena, const char *text)
{
    return head_read(headers_of(arena, text), true);
}

static void
test_heads(void **state UNUSED)
{
    AUTO_ARENA  arena = arena_new();
    struct head h = head_of(arena, "Host: a\nAccept: */*\nX-Odd!#$%&'*+.^_`|~9: \x80\t;");

    assert_true(h.is_valid && !h.has_body && !h.expects && str_empty(h.id));
    h = head_of(arena, "host: a\nCONTENT-LENGTH: 12\nexpect: 100-Continue");
    assert_true(h.is_valid && h.has_body && !h.is_chunked && h.expects);
    assert_int_equal(h.length, 12);
    h = head_of(arena, "Host: a\nContent-Length: 0");
    assert_true(h.is_valid && !h.has_body);
    h = head_of(arena, "Host: a\nTransfer-Encoding: Chunked");
    assert_true(h.is_valid && h.has_body && h.is_chunked);
    assert_true(head_read(NULL, false).is_valid); /* HTTP/1.0 needs no Host */
}

static void
test_wrong_heads(void **state UNUSED)
{
    static const char *const wrong[] = {
        "Accept: a",
        "Host: a\nHost: a",
        "Host: a\nContent-Length: 1\nContent-Length: 1",
        "Host: a\nContent-Length: 1\nTransfer-Encoding: chunked",
        "Host: a\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked",
        "Host: a\nTransfer-Encoding: gzip, chunked",
        "Host: a\nTransfer-Encoding: identity",
        "Host: a\nContent-Length: -1",
        "Host: a\nContent-Length: +1",
        "Host: a\nContent-Length: 1,1",
        "Host: a\nContent-Length: ",
        "Host: a\nContent-Length: 99999999999999999999",
        "Host : a",
        "Host: a\n: a",
        "Host: a\nX: a\rb",
        "Host: a\nX: \x01",
        "Host: a\nX\x80: a",
        "Host: a\n(X): a",
    };

    for (size_t i = 0; i < N_ELEMENTS(wrong); i++) {
        AUTO_ARENA arena = arena_new();

        if (head_of(arena, wrong[i]).is_valid)
            fail_msg("taken: %s", wrong[i]);
    }
    AUTO_ARENA arena = arena_new();
    assert_false(head_read(headers_of(arena, "Transfer-Encoding: chunked"), false).is_valid);
}

static void
test_ids(void **state UNUSED)
{
    static const char longest[] =
        "X-Request-Id: "
        "0123456789abcdefghijABCDEFGHIJ._-0123456789abcdefghijABCDEFGHIJ0";
    AUTO_ARENA arena = arena_new();

    assert_text(head_of(arena, "X-Request-Id: a.B_9-").id, "a.B_9-");
    assert_text(head_of(arena, longest).id, longest + strlen("X-Request-Id: "));
    assert_true(str_empty(head_of(arena, "X-Request-Id: a b").id));
    assert_true(str_empty(head_of(arena, "X-Request-Id: \"").id));
    assert_true(
        str_empty(head_of(arena, arena_printf(arena, "%s%s", longest, "1").p).id)); /* 65 bytes */
}

static void
test_methods(void **state UNUSED)
{
    assert_int_equal(head_method("GET"), HTTP_GET);
    assert_int_equal(head_method("OPTIONS"), HTTP_OPTIONS);
    assert_int_equal(head_method("get"), N_HTTP_METHODS);
    assert_int_equal(head_method("TRACE"), N_HTTP_METHODS);
}

/* --- replies --- */

static void
test_headers_stay_one_line(void **state UNUSED)
{
    AUTO_ARENA        arena = arena_new();
    struct http_reply reply = { .status = 0 };

    http_reply_header(&reply, arena, "A",
                      (struct str){ " a\r\nSet-Cookie: b\0c\x7f\xc3\xa4 ", 23 });
    http_reply_header(&reply, arena, "None", STR("\r\n"));
    http_reply_header(&reply, arena, "B", STR("b"));
    assert_text(reply.headers->name, "A");
    assert_text(reply.headers->value, "aSet-Cookie: bc\xc3\xa4");
    assert_text(reply.headers->next->value, "b");
    assert_null(reply.headers->next->next);
}

static void
test_accepted(void **state UNUSED)
{
    static const char *const yes[] = { "gzip",
                                       "GZip",
                                       "deflate, gzip;q=1.0, *;q=0.5",
                                       "x-gzip",
                                       "*",
                                       "br;q=1, *;q=0.1",
                                       "gzip ; q=0.01",
                                       "a, gzip, b, ",
                                       "gzip;level=0" };
    static const char *const no[] = { "",           "identity",      "br, deflate", "gzip;q=0",
                                      "gzip;q=0.0", "gzip; Q=0.000", "*;q=0",       "*, gzip;q=0",
                                      "gzipped",    ",;,",           "q=1" };

    for (size_t i = 0; i < N_ELEMENTS(yes); i++)
        if (!compress_accepted(str_from(yes[i])))
            fail_msg("'%s' accepts gzip", yes[i]);
    for (size_t i = 0; i < N_ELEMENTS(no); i++)
        if (compress_accepted(str_from(no[i])))
            fail_msg("'%s' does not accept gzip", no[i]);
}

static void
test_worth(void **state UNUSED)
{
    assert_true(compress_is_worth(STR("application/json; charset=UTF-8"), 1025));
    assert_false(compress_is_worth(STR("application/json"), 1024));
    assert_true(compress_is_worth(STR("application/problem+json"), 2000));
    assert_true(compress_is_worth(STR("text/event-stream"), 2000));
    assert_false(compress_is_worth(STR("image/png"), 2000));
    assert_false(compress_is_worth(STR(""), 2000));
}

/* What comes out of gzip is what went in, of any size; noise stays as it is. */
static void
test_gzip(void **state UNUSED)
{
    static const size_t sizes[] = { 1025, 2048, 2049, 5000, 32768, 40000, 3000000 };
    struct rng          rng = rng_seeded();

    for (size_t i = 0; i < N_ELEMENTS(sizes); i++) {
        AUTO_BUF text = { 0 }, noise = { 0 }, back = { 0 };
        AUTO_BUF packed = { 0 };
        z_stream z = { .next_in = NULL };

        while (text.n < sizes[i])
            buf_printf(&text, "{\"id\": %zu, \"name\": \"instance\"}, ", rng_below(&rng, 1000));
        while (noise.n < sizes[i])
            buf_char(&noise, (char)rng_next(&rng));
        assert_false(compress_gzip(&noise));
        assert_true(noise.n >= sizes[i]);
        buf_add(&packed, buf_str(&text));
        assert_true(compress_gzip(&packed));
        assert_true(packed.n < text.n);
        z.next_in = (Bytef *)packed.p;
        z.avail_in = (uInt)packed.n;
        z.next_out = (Bytef *)buf_extend(&back, text.n);
        z.avail_out = (uInt)text.n;
        assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
        assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
        assert_int_equal(z.total_out, text.n);
        assert_memory_equal(back.p, text.p, text.n);
        inflateEnd(&z);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_no_addresses),
        cmocka_unit_test(test_callers),
        cmocka_unit_test(test_rate),
        cmocka_unit_test(test_slow_rate),
        cmocka_unit_test(test_many_callers),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_path_of_what_is_refused),
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_wrong_heads),
        cmocka_unit_test(test_ids),
        cmocka_unit_test(test_methods),
        cmocka_unit_test(test_headers_stay_one_line),
        cmocka_unit_test(test_accepted),
        cmocka_unit_test(test_worth),
        cmocka_unit_test(test_gzip),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
