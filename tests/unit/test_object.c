/* Objects: identity, volatile attributes, bodies as text, digests. */

#include "testing.h"
#include "json_text.h"

#include "model/object.h"

static struct object
object(struct arena *arena, const char *text)
{
    struct object made;
    struct error  err = { 0 };

    if (!object_from_doc(arena, STR("lab"), json_of(arena, text), &made, &err))
        fail_msg("%s", err.message);
    return made;
}

static void
test_fields(void **state UNUSED)
{
    AUTO_ARENA    arena = arena_new();
    struct object o =
        object(arena, "{'type': 'vnic', 'id': 'cmp1-tap1', 'name': 'tap1', 'host': 'cmp1',"
                      " 'parent_id': 'i1-vnics', 'parent_type': 'vnics_folder',"
                      " 'id_path': '/lab/a/cmp1-tap1', 'zeta': 1, 'alpha': [1, 2]}");

    assert_int_equal(o.type, OBJECT_VNIC);
    assert_string_equal(o.id.p, "cmp1-tap1");
    assert_string_equal(o.name.p, "tap1");
    assert_string_equal(o.host.p, "cmp1");
    assert_string_equal(o.parent_id.p, "i1-vnics");
    assert_string_equal(o.parent_type.p, "vnics_folder");
    assert_string_equal(o.id_path.p, "/lab/a/cmp1-tap1");
    assert_string_equal(
        o.body.p, "{\"alpha\":[1,2],\"host\":\"cmp1\",\"id\":\"cmp1-tap1\","
                  "\"id_path\":\"/lab/a/cmp1-tap1\",\"name\":\"tap1\",\"parent_id\":\"i1-vnics\","
                  "\"parent_type\":\"vnics_folder\",\"type\":\"vnic\",\"zeta\":1}");
    assert_int_equal(o.extra.n, 0);
}

static void
test_refused(void **state UNUSED)
{
    static const struct {
        const char *document, *message;
    } cases[] = {
        { "{'type': 'vnic'}", "vnic: id: missing" },
        { "{'type': 'vnics', 'id': 'x'}", "type: 'vnics' is no type of object" },
        { "{'id': 'x'}", "type: '' is no type of object" },
        { "{'type': 'vnic', 'id': 'x', '_id': 'zz'}",
          "vnic x: _id: expected 24 hexadecimal digits" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA    arena = arena_new();
        struct object o;
        struct error  err = { 0 };

        assert_false(
            object_from_doc(arena, STR("lab"), json_of(arena, cases[i].document), &o, &err));
        assert_string_equal(err.message, cases[i].message);
    }
}

/* The published id of a bridge and of a NIC holds a MAC; their "_id" does not change with it. */
static void
test_stable_identity(void **state UNUSED)
{
    AUTO_ARENA    arena = arena_new();
    struct object bridge = object(arena, "{'type': 'vconnector', 'id': 'h-br0-8000.1', 'host': 'h',"
                                         " 'bridge_name': 'br0'}");
    struct object same = object(arena, "{'type': 'vconnector', 'id': 'h-br0-8000.2', 'host': 'h',"
                                       " 'bridge_name': 'br0'}");
    struct object other = object(arena, "{'type': 'vconnector', 'id': 'g-br0-8000.1', 'host': 'g',"
                                        " 'bridge_name': 'br0'}");
    struct object domain =
        object(arena, "{'type': 'vconnector', 'id': 'h-vconnector-5', 'host': 'h'}");
    struct object nic =
        object(arena, "{'type': 'host_pnic', 'id': 'eth0-aa', 'host': 'h', 'name': 'eth0'}");
    struct object nic2 =
        object(arena, "{'type': 'host_pnic', 'id': 'eth0-bb', 'host': 'h', 'name': 'eth0'}");
    struct object vnic =
        object(arena, "{'type': 'vnic', 'id': 'eth0-aa', 'host': 'h', 'name': 'eth0'}");

    assert_true(oid_equal(bridge.oid, same.oid));
    assert_false(oid_equal(bridge.oid, other.oid));
    assert_false(oid_equal(bridge.oid, domain.oid));
    assert_true(oid_equal(nic.oid, nic2.oid));
    assert_false(oid_equal(nic.oid, vnic.oid));
    assert_false(oid_equal(vnic.oid, oid_of_object(STR("lab2"), OBJECT_VNIC, STR("eth0-aa"))));
    assert_true(oid_equal(vnic.oid, oid_of_object(STR("lab"), OBJECT_VNIC, STR("eth0-aa"))));
}

static void
test_oid_text(void **state UNUSED)
{
    AUTO_ARENA    arena = arena_new();
    struct object given =
        object(arena, "{'type': 'host', 'id': 'h', '_id': '0123456789abcdef01234567'}");
    struct object wrapped =
        object(arena, "{'type': 'host', 'id': 'h', '_id': {'$oid': '0123456789ABCDEF01234567'}}");
    struct oid read;

    assert_string_equal(oid_text(given.oid, arena).p, "0123456789abcdef01234567");
    assert_true(oid_equal(given.oid, wrapped.oid));
    assert_null(strstr(given.body.p, "_id"));
    assert_false(oid_from_text(STR("0123456789abcdef0123456"), &read));
    assert_false(oid_from_text(STR("0123456789abcdef0123456g"), &read));
}

static void
test_link_identity(void **state UNUSED)
{
    struct link_type type = { OBJECT_INSTANCE, OBJECT_VNIC },
                     back = { OBJECT_VNIC, OBJECT_INSTANCE };
    struct oid a = oid_of_object(STR("lab"), OBJECT_INSTANCE, STR("i1"));
    struct oid b = oid_of_object(STR("lab"), OBJECT_VNIC, STR("h-tap1"));

    assert_true(
        oid_equal(oid_of_link(STR("lab"), type, a, b), oid_of_link(STR("lab"), type, a, b)));
    assert_false(
        oid_equal(oid_of_link(STR("lab"), type, a, b), oid_of_link(STR("lab"), type, b, a)));
    assert_false(
        oid_equal(oid_of_link(STR("lab"), type, a, b), oid_of_link(STR("lab"), back, a, b)));
    assert_false(oid_equal(oid_of_link(STR("lab"), type, a, b), oid_of_link(STR("l"), type, a, b)));
}

/* What runs without anything happening is outside the body, and comes back when it is shown. */
static void
test_volatile_attributes(void **state UNUSED)
{
    static const struct {
        const char *document, *body, *extra;
    } cases[] = {
        { "{'type': 'network_agent', 'id': 'a', 'heartbeat_timestamp': 't', 'load': 2, 'alive': "
          "true}",
          "{\"alive\":true,\"id\":\"a\",\"type\":\"network_agent\"}",
          "{\"heartbeat_timestamp\":\"t\",\"load\":2}" },
        { "{'type': 'host', 'id': 'h', 'services': {"
          " 'nova-compute': {'active': true, 'updated_at': 't1'}, 'nova-x': {'active': false}}}",
          "{\"id\":\"h\",\"services\":{\"nova-compute\":{\"active\":true},\"nova-x\":{\"active\":"
          "false}},"
          "\"type\":\"host\"}",
          "{\"services\":{\"nova-compute\":{\"updated_at\":\"t1\"}}}" },
        { "{'type': 'availability_zone', 'id': 'z', 'hosts': {'h': {'nova-compute':"
          " {'available': true, 'updated_at': 't1'}}, 'odd': 7}, 'last_scanned': 'now'}",
          "{\"hosts\":{\"h\":{\"nova-compute\":{\"available\":true}},\"odd\":7},\"id\":\"z\","
          "\"type\":\"availability_zone\"}",
          "{\"hosts\":{\"h\":{\"nova-compute\":{\"updated_at\":\"t1\"}}},\"last_scanned\":"
          "\"now\"}" },
        { "{'type': 'availability_zone', 'id': 'z', 'hosts': null}",
          "{\"hosts\":null,\"id\":\"z\",\"type\":\"availability_zone\"}", "" },
        /* state, though its name is that of a volatile attribute elsewhere */
        { "{'type': 'network', 'id': 'n', 'updated_at': 't', 'load': 1}",
          "{\"id\":\"n\",\"load\":1,\"type\":\"network\",\"updated_at\":\"t\"}", "" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA    arena = arena_new();
        struct object o = object(arena, cases[i].document);
        struct doc   *whole = json_of(arena, cases[i].document);

        assert_string_equal(o.body.p, cases[i].body);
        assert_string_equal(o.extra.p, cases[i].extra);
        assert_string_equal(body_with_extra(arena, o.body, o.extra).p, doc_body(arena, whole).p);
    }
}

/* Builders put one value into several documents; splitting one must not change the other. */
static void
test_split_leaves_shared_values(void **state UNUSED)
{
    AUTO_ARENA    arena = arena_new();
    struct doc   *services = json_of(arena, "{'nova-compute': {'updated_at': 't'}}");
    struct doc   *document = json_of(arena, "{'type': 'host', 'id': 'h'}");
    struct object o;
    struct error  err;

    doc_set(arena, document, "services", services);
    assert_true(object_from_doc(arena, STR("lab"), document, &o, &err));
    assert_string_equal(doc_body(arena, services).p, "{\"nova-compute\":{\"updated_at\":\"t\"}}");
}

static void
test_body_set(void **state UNUSED)
{
    static const struct {
        const char *body, *key, *value, *result;
    } cases[] = {
        { "{}", "a", "1", "{\"a\":1}" },
        { "{\"b\":1}", "a", "\"x\"", "{\"a\":\"x\",\"b\":1}" },
        { "{\"b\":1}", "c", "[]", "{\"b\":1,\"c\":[]}" },
        { "{\"a\":1,\"c\":{\"b\":[\"]}\\\"\"]}}", "b", "2",
          "{\"a\":1,\"b\":2,\"c\":{\"b\":[\"]}\\\"\"]}}" },
        { "{\"a\":{\"b\":\"},{\"},\"b\":\"old\\\\\",\"c\":3}", "b", "true",
          "{\"a\":{\"b\":\"},{\"},\"b\":true,\"c\":3}" },
        { "{\"network\":null}", "network", "\"n1\"", "{\"network\":\"n1\"}" },
        { "{\"\\u001fx\":1,\"\\\"b\":2}", "a", "3", "{\"\\u001fx\":1,\"\\\"b\":2,\"a\":3}" },
        { "{\"IP Address\":\"1\",\"id\":\"x\"}", "data", "0",
          "{\"IP Address\":\"1\",\"data\":0,\"id\":\"x\"}" },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA arena = arena_new();
        struct str set =
            body_set(arena, str_from(cases[i].body), cases[i].key, str_from(cases[i].value));

        assert_string_equal(set.p, cases[i].result);
    }
}

/* Setting in text gives what setting in the document gives, whatever the members. */
static void
test_body_set_equals_document(void **state UNUSED)
{
    static const char *const keys[] = { "a",  "b",    "name", "name2",    "IP Address", "\\", "\"",
                                        "\n", "\x1f", "zz",   "\xc3\xa4", "A",          "_",  "" };
    struct rng               rng = rng_seeded();

    for (int round = 0; round < 2000; round++) {
        AUTO_ARENA  arena = arena_new();
        struct doc *d = doc_object(arena);
        const char *key = keys[rng_below(&rng, 5)];
        struct str  before, set;

        for (size_t n = rng_below(&rng, 6); n > 0; n--) {
            struct doc *value = rng_below(&rng, 2)
                                    ? json_of(arena, "{'a': ['}', '\\\\'], 'b': 1.5}")
                                    : doc_string(arena, STR("x\x01,\\\"}"));

            doc_set(arena, d, keys[rng_below(&rng, N_ELEMENTS(keys))], value);
        }
        before = doc_body(arena, d);
        set = body_set(arena, before, key, STR("[null]"));
        doc_set(arena, d, key, json_of(arena, "[null]"));
        assert_string_equal(set.p, doc_body(arena, d).p);
    }
}

static bool
same_digest(const char *a, const char *b)
{
    struct object x = { .type = OBJECT_VNIC }, y = { .type = OBJECT_VNIC };

    object_set_body(&x, str_from(a));
    object_set_body(&y, str_from(b));
    return x.digest == y.digest;
}

static void
test_digest_without_running_numbers(void **state UNUSED)
{
    assert_true(
        same_digest("{\"data\":\"inet 10.0.0.1/24 valid_lft 86399sec preferred_lft 3599sec\"}",
                    "{\"data\":\"inet 10.0.0.1/24 valid_lft 86400sec preferred_lft 1sec\"}"));
    assert_true(same_digest("{\"data\":\"hello_timer    0.21 gc_timer  15.2\"}",
                            "{\"data\":\"hello_timer    1.99 gc_timer  9.0\"}"));
    assert_false(same_digest("{\"data\":\"inet 10.0.0.1/24 valid_lft 5sec\"}",
                             "{\"data\":\"inet 10.0.0.2/24 valid_lft 5sec\"}"));
    assert_false(same_digest("{\"data\":\"valid_lft forever\"}", "{\"data\":\"valid_lft 5sec\"}"));
    assert_false(same_digest("{\"mtu\":1500}", "{\"mtu\":1501}"));
    assert_false(same_digest("{\"a\":\"valid_lft 5sec\"}", "{\"b\":\"valid_lft 5sec\"}"));
}

static void
test_members_are_removed(void **state UNUSED)
{
    AUTO_ARENA arena = arena_new();
    struct str body = STR("{\"a\":1,\"b\":{\"c\":[2,3]},\"d\":\"x,y\"}");

    assert_text(body_remove(arena, body, "a"), "{\"b\":{\"c\":[2,3]},\"d\":\"x,y\"}");
    assert_text(body_remove(arena, body, "b"), "{\"a\":1,\"d\":\"x,y\"}");
    assert_text(body_remove(arena, body, "d"), "{\"a\":1,\"b\":{\"c\":[2,3]}}");
    assert_true(str_equal(body_remove(arena, body, "c"), body));
    assert_text(body_remove(arena, STR("{\"a\":1}"), "a"), "{}");
    assert_text(body_remove(arena, STR("{}"), "a"), "{}");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_stable_identity),
        cmocka_unit_test(test_oid_text),
        cmocka_unit_test(test_link_identity),
        cmocka_unit_test(test_volatile_attributes),
        cmocka_unit_test(test_split_leaves_shared_values),
        cmocka_unit_test(test_body_set),
        cmocka_unit_test(test_body_set_equals_document),
        cmocka_unit_test(test_digest_without_running_numbers),
        cmocka_unit_test(test_members_are_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
