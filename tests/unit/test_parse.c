/* What the golden tests of the parsers do not reach: limits, outputs that stay untouched on
 * failure, the functions on records. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "parse/parse.h"
#include "parse/value.h"

/* 'begin', 'n' times 'line', 'end' */
static struct str
repeated(struct arena *arena, const char *begin, const char *line, size_t n, const char *end)
{
    AUTO_BUF text;

    buf_init(&text, 0);
    buf_add(&text, str_from(begin));
    for (size_t i = 0; i < n; i++)
        buf_add(&text, str_from(line));
    buf_add(&text, str_from(end));
    return arena_str(arena, buf_str(&text));
}

static void
test_device_limit(void **state UNUSED)
{
    AUTO_ARENA     arena = arena_new();
    struct netdevs devices = { 0 };
    struct error   err = { 0 };

    assert_true(parse_ip(arena, repeated(arena, "", "1: a: <UP>\n", 100000, ""), &devices, &err));
    assert_int_equal(devices.n, 100000);
    assert_false(parse_ip(arena, repeated(arena, "", "1: a: <UP>\n", 100001, ""), &devices, &err));
    assert_string_equal(err.message, "more than 100000 devices");
    assert_int_equal(devices.n, 100000);
    assert_false(parse_ip(arena, repeated(arena, "[", "{\"ifname\":\"a\"},", 100001, "{}]"),
                          &devices, &err));
    assert_string_equal(err.message, "more than 100000 devices");
    assert_int_equal(devices.n, 100000);
}

static void
test_line_limits(void **state UNUSED)
{
    AUTO_ARENA     arena = arena_new();
    struct ethtool ethtool = { .device = STR("before") };
    struct bonding bonding = { .name = STR("before") };
    struct error   err = { 0 };

    assert_false(parse_ethtool(arena, STR("eth0"), repeated(arena, "", "\ta: b\n", 10001, ""),
                               &ethtool, &err));
    assert_string_equal(err.message, "more than 10000 lines");
    assert_true(str_is(ethtool.device, "before"));
    assert_false(parse_bonding(arena, STR("bond0"), repeated(arena, "", "a: b\n", 100001, ""),
                               &bonding, &err));
    assert_string_equal(err.message, "more than 100000 lines");
    assert_true(str_is(bonding.name, "before"));
}

static void
test_domain_limit(void **state UNUSED)
{
    AUTO_ARENA    arena = arena_new();
    struct domain domain = { .name = STR("before") };
    struct error  err = { 0 };

    assert_false(parse_domain(arena,
                              repeated(arena, "<domain><uuid>u</uuid><interface>", "<a/>", 100001,
                                       "</interface></domain>"),
                              &domain, &err));
    assert_string_equal(err.message, "line 1: too many elements in an interface");
    assert_true(str_is(domain.name, "before"));
}

static void
test_row_limit(void **state UNUSED)
{
    AUTO_ARENA        arena = arena_new();
    struct ovs_ports  ports = { .n = 7 };
    struct error      err = { 0 };
    struct ovs_tables tables = {
        .bridges = repeated(arena,
                            "{\"headings\":[\"_uuid\",\"name\",\"ports\",\"datapath_type\"],"
                            "\"data\":[",
                            "[1,2,3,4],", 200000, "[1,2,3,4]]}"),
    };

    assert_false(parse_ovs_tables(arena, &tables, &ports, &err));
    assert_string_equal(err.message, "bridges: more than 200000 rows");
    assert_int_equal(ports.n, 7);
}

/* A small reply must not become large records: an interface belongs to one port only. */
static void
test_interface_belongs_to_one_port(void **state UNUSED)
{
    AUTO_ARENA        arena = arena_new();
    struct ovs_ports  ports = { 0 };
    struct error      err = { 0 };
    struct ovs_tables tables = {
        .bridges = STR("{\"headings\":[\"_uuid\",\"name\",\"ports\",\"datapath_type\"],\"data\":["
                       "[[\"uuid\",\"b\"],\"br\",[\"set\",[[\"uuid\",\"p\"],[\"uuid\",\"q\"]]],"
                       "\"\"]]}"),
        .ports = STR("{\"headings\":[\"_uuid\",\"name\",\"tag\",\"interfaces\"],\"data\":["
                     "[[\"uuid\",\"p\"],\"p\",1,[\"uuid\",\"i\"]],"
                     "[[\"uuid\",\"q\"],\"q\",2,[\"uuid\",\"i\"]]]}"),
        .interfaces = STR("{\"headings\":[\"_uuid\",\"name\",\"type\",\"options\"],\"data\":["
                          "[[\"uuid\",\"i\"],\"i\",\"\",[\"map\",[[\"a\",\"b\"]]]]]}"),
    };

    assert_true(parse_ovs_tables(arena, &tables, &ports, &err));
    assert_int_equal(ports.n, 2);
    assert_int_equal(ports.items[0].interfaces.n, 1);
    assert_non_null(ports.items[0].options);
    assert_int_equal(ports.items[1].interfaces.n, 0);
    assert_null(ports.items[1].options);
}

static void
test_failure_leaves_outputs(void **state UNUSED)
{
    AUTO_ARENA   arena = arena_new();
    struct fdb   fdb = { .n = 3 };
    struct str   machine = STR("before");
    struct error err = { 0 };

    assert_false(parse_fdb(arena, STR("[1]"), &fdb, &err));
    assert_int_equal(fdb.n, 3);
    assert_false(parse_architecture(arena, STR(""), &machine, &err));
    assert_true(str_is(machine, "before"));
}

static void
test_records(void **state UNUSED)
{
    AUTO_ARENA     arena = arena_new();
    struct netdevs devices = { 0 };
    struct docs    docs = { 0 };
    struct error   err = { 0 };

    assert_true(parse_ip(arena, STR("1: lo: <UP>\n2: eth0: <UP>\n"), &devices, &err));
    assert_ptr_equal(netdev_find(&devices, STR("eth0")), &devices.items[1]);
    assert_null(netdev_find(&devices, STR("eth")));
    assert_null(netdev_find(NULL, STR("eth0")));
    for (size_t i = 0; i < 100; i++)
        docs_add(arena, &docs, doc_int(arena, (int64_t)i));
    assert_int_equal(docs.n, 100);
    assert_int_equal(doc_number(docs.items[99], -1), 99);
}

/* The reader of host replies and the one of API replies take the same texts for JSON. */
static void
test_values_agree_with_documents(void **state UNUSED)
{
    static const char *const texts[] = {
        "0",
        "-0",
        "1.5e+3",
        "1E5",
        "\"\"",
        "\"a\\u00e9\\n\"",
        "null",
        "true",
        " [ ] ",
        "{ }",
        "[1,[2,{\"a\":[]}],{}]",
        "{\"a\":{\"b\":null},\"c\":[false]}",
        "\n[1\t,\r2]",
        "",
        " ",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "[",
        "]",
        "[1",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{",
        "}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{1:2}",
        "{\"a\":1 \"b\":2}",
        "[}",
        "{]",
        "nul",
        "truee",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\ud800\\u0041\"",
        "\"\\udc00\"",
        "\"\\u0000\"",
        "\"\t\"",
        "[] []",
        "'a'",
        "NaN",
        "[1]x",
    };

    for (size_t i = 0; i < N_ELEMENTS(texts); i++) {
        AUTO_ARENA   arena = arena_new();
        struct error err = { 0 };
        bool         is_document = doc_parse(arena, str_from(texts[i]), &err) != NULL;
        bool         is_value = value_read(arena, str_from(texts[i]), &err) != NULL;

        if (is_document != is_value)
            fail_msg("%s: document %d, value %d", texts[i], is_document, is_value);
    }
}

static void
test_value_iteration(void **state UNUSED)
{
    AUTO_ARENA          arena = arena_new();
    struct error        err = { 0 };
    struct value_iter   it = { 0 };
    uint32_t            number = 7;
    const struct value *v = value_read(
        arena, STR("{\"a\":[1,[2,3],{}],\"b\":{\"c\":\"d\"},\"e\":4294967296,\"f\":5}"), &err);

    assert_non_null(v);
    assert_int_equal(value_count(v), 4);
    assert_int_equal(value_count(value_get(v, "a")), 3);
    assert_int_equal(value_count(value_get(v, "e")), 0);
    assert_true(str_is(value_get_text(value_get(v, "b"), "c"), "d"));
    assert_null(value_get(value_get(v, "a"), "a"));
    assert_true(value_next(v, &it) && str_is(it.key, "a"));
    assert_true(value_next(v, &it) && str_is(it.key, "b"));
    assert_true(value_next(v, &it) && str_is(it.key, "e"));
    assert_true(value_next(v, &it) && str_is(it.key, "f") && str_is(value_scalar(it.value), "5"));
    assert_false(value_next(v, &it));
    assert_false(value_to_u32(value_get(v, "e"), &number));
    assert_int_equal(number, 7);
    assert_true(value_to_u32(value_get(v, "f"), &number));
    assert_int_equal(number, 5);
    assert_int_equal(value_kind(value_get(v, "g")), VALUE_ABSENT);
    assert_true(str_empty(value_scalar(NULL)));
    assert_false(value_truth(NULL));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_device_limit),
        cmocka_unit_test(test_line_limits),
        cmocka_unit_test(test_domain_limit),
        cmocka_unit_test(test_row_limit),
        cmocka_unit_test(test_interface_belongs_to_one_port),
        cmocka_unit_test(test_failure_leaves_outputs),
        cmocka_unit_test(test_records),
        cmocka_unit_test(test_values_agree_with_documents),
        cmocka_unit_test(test_value_iteration),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
