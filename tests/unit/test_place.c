/* Places in the tree. Ids, paths and names are those of the worked example in the reference
 * (discovery.md, appendix D). */

#include "testing.h"
#include "json_text.h"

#include "model/place.h"

#define HOST_PATH "/demo-env/demo-env-regions/RegionOne/RegionOne-availability_zones/zone-a/cmp-1"
#define HOST_NAMES "/demo-env/Regions/RegionOne/Availability Zones/zone-a/cmp-1"

struct world {
    struct arena *arena;
    struct tree   tree;
};

static void
world_done(struct world *w)
{
    tree_done(&w->tree);
    arena_free(w->arena);
}

#define AUTO_WORLD CLEANUP(world_done) struct world

static void
world_init(struct world *w)
{
    *w = (struct world){ .arena = arena_new() };
    tree_init(&w->tree, w->arena, STR("demo-env"), NULL);
}

static struct str
place(struct world *w, const char *document, const char *type, const char *id)
{
    struct error err = { 0 };
    struct str   note;

    if (!tree_place(&w->tree, json_of(w->arena, document),
                    *type ? tree_find(&w->tree, str_from(type), str_from(id)) : NULL, &note, &err))
        fail_msg("%s", err.message);
    return note;
}

static const struct doc *
placed(const struct world *w, const char *type, const char *id)
{
    for (size_t i = 0; i < w->tree.n_documents; i++) {
        const struct doc *d = w->tree.documents[i];

        if (str_is(doc_get_text(d, "type"), type) && str_is(doc_get_text(d, "id"), id))
            return d;
    }
    fail_msg("no %s %s", type, id);
}

static void
assert_place(const struct world *w, const char *type, const char *id, const char *name,
             const char *object_name, const char *id_path, const char *name_path)
{
    const struct doc *d = placed(w, type, id);

    assert_string_equal(doc_get_text(d, "name").p, name);
    assert_string_equal(doc_get_text(d, "object_name").p, object_name);
    assert_string_equal(doc_get_text(d, "id_path").p, id_path);
    assert_string_equal(doc_get_text(d, "name_path").p, name_path);
    assert_string_equal(doc_get_text(d, "environment").p, "demo-env");
    assert_true(doc_truth(doc_get(d, "show_in_tree")));
    assert_null(doc_get(d, "master_parent_id"));
    assert_null(doc_get(d, "master_parent_type"));
}

/* Region, zone and host of the example. */
static void
place_host(struct world *w)
{
    const struct place *regions =
        tree_folder(&w->tree, "regions_folder", NULL, "regions", "Regions");

    assert_string_equal(regions->id_path.p, "/demo-env/demo-env-regions");
    place(w, "{'type': 'region', 'id': 'RegionOne', 'name': 'RegionOne'}", "regions_folder",
          "demo-env-regions");
    place(w,
          "{'type': 'availability_zone', 'id': 'zone-a', 'name': 'zone-a',"
          " 'master_parent_type': 'region', 'master_parent_id': 'RegionOne',"
          " 'parent_type': 'availability_zones_folder',"
          " 'parent_id': 'RegionOne-availability_zones', 'parent_text': 'Availability Zones'}",
          "", "");
    place(w,
          "{'type': 'host', 'id': 'cmp-1', 'name': 'cmp-1', 'host': 'cmp-1',"
          " 'parent_type': 'availability_zone', 'parent_id': 'zone-a'}",
          "", "");
}

static void
test_worked_example(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    place_host(&w);
    assert_place(&w, "availability_zones_folder", "RegionOne-availability_zones",
                 "RegionOne-availability_zones", "Availability Zones",
                 "/demo-env/demo-env-regions/RegionOne/RegionOne-availability_zones",
                 "/demo-env/Regions/RegionOne/Availability Zones");
    assert_place(&w, "host", "cmp-1", "cmp-1", "cmp-1", HOST_PATH, HOST_NAMES);

    tree_folder(&w.tree, "vservices_folder", tree_find(&w.tree, STR("host"), STR("cmp-1")),
                "vservices", "vServices");
    place(&w,
          "{'type': 'vservice', 'id': 'cmp-1-qdhcp-n1', 'name': 'qdhcp-blue', 'host': 'cmp-1',"
          " 'master_parent_type': 'vservices_folder', 'master_parent_id': 'cmp-1-vservices',"
          " 'parent_type': 'vservice_dhcps_folder', 'parent_id': 'cmp-1-vservices-dhcps',"
          " 'parent_text': 'DHCP servers'}",
          "", "");
    assert_place(&w, "vservices_folder", "cmp-1-vservices", "vServices", "vServices",
                 HOST_PATH "/cmp-1-vservices", HOST_NAMES "/vServices");
    assert_place(&w, "vservice_dhcps_folder", "cmp-1-vservices-dhcps", "cmp-1-vservices-dhcps",
                 "DHCP servers", HOST_PATH "/cmp-1-vservices/cmp-1-vservices-dhcps",
                 HOST_NAMES "/vServices/DHCP servers");
    assert_place(&w, "vservice", "cmp-1-qdhcp-n1", "qdhcp-blue", "qdhcp-blue",
                 HOST_PATH "/cmp-1-vservices/cmp-1-vservices-dhcps/cmp-1-qdhcp-n1",
                 HOST_NAMES "/vServices/DHCP servers/qdhcp-blue");
    assert_true(
        doc_truth(doc_get(placed(&w, "vservices_folder", "cmp-1-vservices"), "create_object")));
    assert_null(
        doc_get(placed(&w, "vservice_dhcps_folder", "cmp-1-vservices-dhcps"), "create_object"));
}

/* A static folder made after the dynamic one of the same id takes its place and name. */
static void
test_static_after_dynamic(void **state UNUSED)
{
    AUTO_WORLD w;
    size_t     n;

    world_init(&w);
    place(&w, "{'type': 'network', 'id': 'n1', 'name': 'blue'}", "", "");
    place(&w,
          "{'type': 'port', 'id': 'p1', 'name': 'fa:16:3e:00:00:11',"
          " 'master_parent_type': 'network', 'master_parent_id': 'n1',"
          " 'parent_type': 'ports_folder', 'parent_id': 'n1-ports', 'parent_text': 'Ports'}",
          "", "");
    n = w.tree.n_documents;
    assert_string_equal(doc_get_text(placed(&w, "ports_folder", "n1-ports"), "name").p, "n1-ports");
    tree_folder(&w.tree, "ports_folder", tree_find(&w.tree, STR("network"), STR("n1")), "ports",
                "Ports");
    assert_int_equal(w.tree.n_documents, n);
    assert_string_equal(doc_get_text(placed(&w, "ports_folder", "n1-ports"), "name").p, "Ports");
}

/* A region and a zone of one name are two parents. */
static void
test_parents_have_types(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    place(&w, "{'type': 'region', 'id': 'nova', 'name': 'nova'}", "", "");
    place(&w,
          "{'type': 'availability_zone', 'id': 'nova', 'name': 'nova',"
          " 'parent_type': 'region', 'parent_id': 'nova'}",
          "", "");
    place(&w,
          "{'type': 'host', 'id': 'h', 'parent_type': 'availability_zone', 'parent_id': 'nova'}",
          "region", "nova");
    assert_string_equal(doc_get_text(placed(&w, "host", "h"), "id_path").p,
                        "/demo-env/nova/nova/h");
}

static void
test_unknown_parents(void **state UNUSED)
{
    AUTO_WORLD   w;
    struct str   note;
    struct error err;

    world_init(&w);
    note = place(&w,
                 "{'type': 'host', 'id': 'h', 'parent_type': 'availability_zone',"
                 " 'parent_id': 'gone'}",
                 "", "");
    assert_string_equal(note.p, "host h: its parent gone is not in the inventory");
    assert_false(
        tree_place(&w.tree,
                   json_of(w.arena, "{'type': 'port', 'id': 'p', 'master_parent_type': 'network',"
                                    " 'master_parent_id': 'gone', 'parent_type': 'ports_folder',"
                                    " 'parent_id': 'gone-ports', 'parent_text': 'Ports'}"),
                   NULL, NULL, &err));
    assert_string_equal(err.message, "port p: its network gone is not in the inventory");
    assert_false(
        tree_place(&w.tree, json_of(w.arena, "{'type': 'port', 'id': ' '}"), NULL, NULL, &err));
    assert_string_equal(err.message, "a port without an id");
    assert_false(tree_place(&w.tree, json_of(w.arena, "{'id': 'x'}"), NULL, NULL, &err));
    assert_string_equal(err.message, "an object without a type");
}

/* Nobody's id is lost: the second of one id gets its host's name in front, or its parent's. */
static void
test_one_id_claimed_twice(void **state UNUSED)
{
    AUTO_WORLD  w;
    struct str  note;
    struct tree upper;

    world_init(&w);
    place(&w, "{'type': 'host_pnic', 'id': 'eth3-unknown_mac', 'host': 'a'}", "", "");
    note = place(&w, "{'type': 'host_pnic', 'id': 'eth3-unknown_mac', 'host': 'b'}", "", "");
    assert_string_equal(note.p,
                        "two objects are host_pnic eth3-unknown_mac; the second is stored as "
                        "b-eth3-unknown_mac");
    place(&w, "{'type': 'host_pnic', 'id': 'eth3-unknown_mac', 'host': 'b'}", "", "");
    placed(&w, "host_pnic", "b-b-eth3-unknown_mac");
    place(&w, "{'type': 'vnic', 'id': 'eth3-unknown_mac', 'host': 'b'}", "", "");
    placed(&w, "vnic", "eth3-unknown_mac");
    place(&w, "{'type': 'project', 'id': 'x'}", "", "");
    place(&w, "{'type': 'project', 'id': 'x'}", "", "");
    placed(&w, "project", "demo-env-x");

    upper = w.tree;
    tree_init(&w.tree, w.arena, STR("demo-env"), &upper);
    place(&w, "{'type': 'vnic', 'id': 'eth3-unknown_mac', 'host': 'c'}", "", "");
    placed(&w, "vnic", "c-eth3-unknown_mac");
    tree_done(&upper);
}

static void
test_names(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    place(&w, "{'type': 'project', 'id': 7}", "", "");
    assert_place(&w, "project", "7", "7", "7", "/demo-env/7", "/demo-env/7");
    place(&w, "{'type': 'network', 'id': 'n', 'name': ''}", "", "");
    assert_place(&w, "network", "n", "n", "n", "/demo-env/n", "/demo-env/n");
    place(&w, "{'type': 'network', 'id': 'm', 'name': 'a/b'}", "", "");
    assert_place(&w, "network", "m", "a/b", "a/b", "/demo-env/m", "/demo-env/a/b");
    place(&w, "{'type': 'switch', 'id': 's', 'name': 'x', 'text': 'Shown', 'object_name': 'kept'}",
          "", "");
    assert_place(&w, "switch", "s", "Shown", "kept", "/demo-env/s", "/demo-env/Shown");
}

/* A document that is only a step of paths is no object, but others hang below it. */
static void
test_steps(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    place(&w, "{'type': 'host', 'id': 'h', 'create_object': false}", "", "");
    assert_int_equal(w.tree.n_documents, 0);
    place(&w, "{'type': 'vnic', 'id': 'v', 'parent_type': 'host', 'parent_id': 'h'}", "", "");
    assert_place(&w, "vnic", "v", "v", "v", "/demo-env/h/v", "/demo-env/h/v");
}

/* A host's tree hangs below an earlier scan's places and the cloud's. */
static void
test_earlier_places(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    tree_add_place(&w.tree,
                   json_of(w.arena, "{'type': 'host', 'id': 'cmp-1', 'id_path': '" HOST_PATH "',"
                                    " 'name_path': '" HOST_NAMES "'}"));
    place(&w, "{'type': 'vedge', 'id': 'v', 'name': 'cmp-1-OVS'}", "host", "cmp-1");
    assert_place(&w, "vedge", "v", "cmp-1-OVS", "cmp-1-OVS", HOST_PATH "/v",
                 HOST_NAMES "/cmp-1-OVS");
    assert_string_equal(doc_get_text(placed(&w, "vedge", "v"), "parent_id").p, "cmp-1");
    assert_string_equal(doc_get_text(placed(&w, "vedge", "v"), "parent_type").p, "host");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_worked_example),
        cmocka_unit_test(test_static_after_dynamic),
        cmocka_unit_test(test_parents_have_types),
        cmocka_unit_test(test_unknown_parents),
        cmocka_unit_test(test_one_id_claimed_twice),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_earlier_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
