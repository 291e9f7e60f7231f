/* What the golden tests of the parsers do not reach: limits, outputs that stay untouched on
 * failure, the functions on records. */

#include "testing.h"

#include "parse/parse.h"

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
    assert_text(ethtool.device, "before");
    assert_false(parse_bonding(arena, STR("bond0"), repeated(arena, "", "a: b\n", 100001, ""),
                               &bonding, &err));
    assert_string_equal(err.message, "more than 100000 lines");
    assert_text(bonding.name, "before");
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
    assert_text(domain.name, "before");
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
    assert_text(machine, "before");
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
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
