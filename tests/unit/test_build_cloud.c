/* Objects of the cloud as a whole: catalog, projects, zones, networks, ports, aggregates, instances
 * that no host runs. Inputs follow the real lab's replies and the reference's examples. */

#include "build_world.h"

static void
test_regions(void **state UNUSED)
{
    AUTO_WORLD   w;
    struct docs  catalog = { 0 };
    struct error err;

    world_init(&w);
    assert_true(parse_catalog(
        w.arena,
        STR("{\"catalog\": [{\"name\": \"nova\", \"type\": \"compute\", \"endpoints\": ["
            "{\"id\": \"1\", \"interface\": \"public\", \"region\": \"RegionOne\", \"url\": "
            "\"http://p:8774/v2.1\"},"
            "{\"id\": \"2\", \"interface\": \"admin\", \"region\": \"RegionOne\", \"url\": "
            "\"http://a:8774/v2.1\"},"
            "{\"id\": \"3\", \"interface\": \"internal\", \"region\": \"RegionTwo\", \"url\": "
            "\"http://i:8774/v2.1\"}]}]}"),
        &catalog, &err));
    cloud_add_catalog(&w.cloud, &catalog, &w.built);
    build_regions(&w.cloud, &w.built);
    assert_int_equal(w.built.docs.n, 2);
    assert_document(
        &w, built(&w, "RegionOne"),
        "{'type': 'region', 'id': 'RegionOne', 'name': 'RegionOne', 'parent_type': "
        "'regions_folder',"
        " 'parent_id': 'lab-regions', 'endpoints': {'nova': {'service_type': 'compute', 'id': '2',"
        "  'adminURL': 'http://a:8774/v2.1', 'publicURL': 'http://p:8774/v2.1'}}}");
    assert_string_equal(cloud_service_url(&w.cloud, STR("RegionOne"), STR("nova")).p,
                        "http://a:8774/v2.1");
    assert_int_equal(cloud_service_url(&w.cloud, STR("RegionOne"), STR("neutron")).n, 0);
    assert_int_equal(cloud_service_url(&w.cloud, STR("RegionX"), STR("nova")).n, 0);
}

static void
test_only_wanted_regions(void **state UNUSED)
{
    AUTO_WORLD       w;
    const struct str wanted[] = { STR("B") };

    world_init(&w);
    w.environment.regions = wanted;
    w.environment.n_regions = 1;
    cloud_add_catalog(
        &w.cloud,
        list(&w, "[{'region': 'A', 'service': 'nova', 'endpoint': {}},"
                 " {'region': 'B', 'service': 'quantum', 'endpoint': {'adminURL': 'u'}}]"),
        &w.built);
    build_regions(&w.cloud, &w.built);
    assert_int_equal(w.built.docs.n, 1);
    assert_string_equal(cloud_service_url(&w.cloud, STR("B"), STR("neutron")).p, "u");
}

/* The domain above a project is not its parent in the inventory; "services" is left out. */
static void
test_projects(void **state UNUSED)
{
    AUTO_WORLD         w;
    const struct docs *projects;

    world_init(&w);
    projects =
        list(&w, "[{'id': 'a', 'name': 'admin', 'parent_id': 'default', 'enabled': true},"
                 " {'id': 's', 'name': 'services'}, {'id': 't', 'name': 'service'}, {'id': 'x'}]");
    cloud_add_projects(&w.cloud, projects, &w.built);
    build_projects(&w.cloud, projects, &w.built);
    assert_int_equal(w.built.docs.n, 2);
    assert_document(&w, built(&w, "a"),
                    "{'type': 'project', 'id': 'a', 'name': 'admin',"
                    " 'parent_domain_id': 'default', 'enabled': true}");
    built(&w, "t");
    assert_int_equal(w.cloud.n_projects, 2);
    assert_int_equal(w.built.n_notes, 2);
    assert_string_equal(w.built.notes[0].text.p, "project x: name: missing");
}

/* What belongs to a project that is left out is counted, not lost in silence. */
static void
test_excluded_projects(void **state UNUSED)
{
    AUTO_WORLD         w;
    const struct docs *networks, *ports;

    world_init(&w);
    w.environment.document = json_of(w.arena, "{'excluded_projects': ['service', 'demo']}");
    cloud_add_projects(
        &w.cloud, list(&w, "[{'id': 's', 'name': 'services'}, {'id': 't', 'name': 'service'}]"),
        &w.built);
    assert_int_equal(w.cloud.n_projects, 1);
    networks = list(
        &w, "[{'id': 'n1', 'tenant_id': 's'}, {'id': 'n2', 'tenant_id': 't', 'name': 'hidden'}]");
    cloud_add_networks(&w.cloud, networks, &w.built);
    build_networks(&w.cloud, networks, &w.built);
    ports = list(&w, "[{'id': 'p1', 'network_id': 'n1'}, {'id': 'p2', 'network_id': 'n2'},"
                     " {'id': 'p3', 'network_id': 'n2'}]");
    build_ports(&w.cloud, ports, &w.built);
    assert_int_equal(w.built.docs.n, 2);
    built(&w, "n1");
    built(&w, "p1");
    assert_int_equal(w.built.n_notes, 2);
    assert_string_equal(w.built.notes[0].text.p, "1 networks of excluded projects are left out");
    assert_string_equal(w.built.notes[1].text.p, "2 ports of excluded projects are left out");
    assert_false(w.built.notes[0].is_error);
}

static void
test_availability_zones(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    build_availability_zones(&w.cloud,
                             list(&w,
                                  "[{'zoneName': 'az1', 'zoneState': {'available': true}, 'hosts': "
                                  "{'cmp1': {'nova-compute':"
                                  "   {'available': true, 'active': true, 'updated_at': 't'}}}},"
                                  " {'zoneName': 'off', 'zoneState': {'available': false}, "
                                  "'hosts': null}, {'zoneName': 'odd'}, {}]"),
                             STR("RegionOne"), &w.built);
    assert_int_equal(w.built.docs.n, 3);
    assert_document(
        &w, built(&w, "az1"),
        "{'type': 'availability_zone', 'id': 'az1', 'name': 'az1', 'available': true,"
        " 'hosts': {'cmp1': {'nova-compute': {'available': true, 'active': true, 'updated_at': "
        "'t'}}},"
        " 'master_parent_type': 'region', 'master_parent_id': 'RegionOne',"
        " 'parent_type': 'availability_zones_folder', 'parent_id': 'RegionOne-availability_zones',"
        " 'parent_text': 'Availability Zones'}");
    assert_members(&w, built(&w, "off"), "{'hosts': null, 'available': false}");
    assert_null(doc_get(built(&w, "odd"), "available"));
    assert_int_equal(w.built.n_notes, 1);
}

static void
test_networks(void **state UNUSED)
{
    AUTO_WORLD         w;
    const struct docs *networks;

    world_init(&w);
    w.environment.admin_project = STR("admin");
    cloud_add_projects(&w.cloud, list(&w, "[{'id': 'aa11', 'name': 'admin'}]"), &w.built);
    cloud_add_subnets(
        &w.cloud,
        list(&w, "[{'id': 's1', 'name': 'v4', 'cidr': '203.0.113.0/28', 'network_id': 'n1'},"
                 " {'id': 's2', 'name': 'v4', 'cidr': '198.51.100.0/24', 'network_id': 'n1'}]"),
        &w.built);
    networks =
        list(&w, "[{'id': 'n1', 'name': 'blue', 'tenant_id': 'aa11', 'subnets': ['s1', 'gone', "
                 "'s2'], 'mtu': 1450},"
                 " {'id': 'ha', 'name': 'HA network tenant x', 'tenant_id': '', 'subnets': []},"
                 " {'id': 'far', 'name': 'far', 'tenant_id': 'zz'}, {'name': 'no id'}]");
    cloud_add_networks(&w.cloud, networks, &w.built);
    build_networks(&w.cloud, networks, &w.built);
    assert_int_equal(w.built.docs.n, 3);
    assert_document(
        &w, built(&w, "n1"),
        "{'type': 'network', 'id': 'n1', 'name': 'blue', 'tenant_id': 'aa11', 'mtu': 1450, "
        "'network': 'n1',"
        " 'project': 'admin', 'cidrs': ['203.0.113.0/28', '198.51.100.0/24'], 'subnet_ids': ['s1', "
        "'s2'],"
        " 'subnets': {'v4': {'id': 's1', 'name': 'v4', 'cidr': '203.0.113.0/28', 'network_id': "
        "'n1'},"
        "  'v4-s2': {'id': 's2', 'name': 'v4', 'cidr': '198.51.100.0/24', 'network_id': 'n1'}},"
        " 'master_parent_type': 'project', 'master_parent_id': 'aa11', 'parent_type': "
        "'networks_folder',"
        " 'parent_id': 'aa11-networks', 'parent_text': 'Networks'}");
    assert_members(&w, built(&w, "ha"),
                   "{'tenant_id': '', 'master_parent_id': 'aa11', 'project': 'admin',"
                   " 'parent_id': 'aa11-networks', 'subnets': {}}");
    assert_members(&w, built(&w, "far"), "{'master_parent_id': 'zz', 'parent_id': 'zz-networks'}");
    assert_null(doc_get(built(&w, "far"), "project"));
    assert_int_equal(w.built.n_notes, 2);
    assert_string_equal(w.built.notes[1].text.p, "a network without an id");
}

static void
test_network_without_any_project(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    w.environment.admin_project = STR("admin");
    build_networks(&w.cloud, list(&w, "[{'id': 'n1'}]"), &w.built);
    assert_int_equal(w.built.n_notes, 1);
    assert_true(w.built.notes[0].is_error);
    assert_string_equal(w.built.notes[0].text.p,
                        "network n1 has no project, and there is no project admin");
}

static void
test_ports(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    cloud_add_projects(&w.cloud, list(&w, "[{'id': 'aa11', 'name': 'admin'}]"), &w.built);
    cloud_add_networks(&w.cloud, list(&w, "[{'id': 'n1', 'tenant_id': 'aa11'}]"), &w.built);
    build_ports(
        &w.cloud,
        list(&w,
             "[{'id': 'p1', 'name': 'web', 'mac_address': 'FA:16:3E:00:00:11', 'network_id': 'n1',"
             "  'tenant_id': 'aa11', 'binding:host_id': 'cmp-1'},"
             " {'id': 'p2', 'mac_address': 'fa:16:3e:00:00:12', 'network_id': 'gone', 'tenant_id': "
             "''},"
             " {'id': 'p3', 'network_id': 'n1', 'project_id': 'aa11'},"
             " {'id': 'p4'}, {'network_id': 'n1'}]"),
        &w.built);
    assert_int_equal(w.built.docs.n, 3);
    assert_document(
        &w, built(&w, "p1"),
        "{'type': 'port', 'id': 'p1', 'name': 'fa:16:3e:00:00:11', 'mac_address': "
        "'fa:16:3e:00:00:11',"
        " 'network_id': 'n1', 'tenant_id': 'aa11', 'binding:host_id': 'cmp-1', 'project': 'admin',"
        " 'master_parent_type': 'network', 'master_parent_id': 'n1', 'parent_type': 'ports_folder',"
        " 'parent_id': 'n1-ports', 'parent_text': 'Ports'}");
    assert_members(&w, built(&w, "p2"), "{'name': 'p2', 'master_parent_id': 'gone'}");
    assert_null(doc_get(built(&w, "p2"), "project"));
    assert_members(&w, built(&w, "p3"), "{'name': 'p3', 'project': 'admin'}");
    assert_int_equal(w.built.n_notes, 2);
    assert_string_equal(w.built.notes[0].text.p, "port p4 has no network");
    assert_string_equal(w.built.notes[1].text.p, "port  has no id");
}

static void
test_aggregates(void **state UNUSED)
{
    AUTO_WORLD  w;
    struct docs aggregates = { 0 };
    struct str  oid;

    world_init(&w);
    cloud_add_agents(&w.cloud, list(&w, "[{'id': '1', 'host': 'cmp-1', 'configurations': {}}]"),
                     &w.built);
    cloud_index(&w.cloud);
    aggregates_of_rows(
        w.arena, list(&w, "[{'id': 3, 'name': 'fast'}, {'id': 4, 'name': 'old', 'deleted': 4}]"),
        list(&w, "[{'aggregate_id': 3, 'host': 'cmp-1'}, {'aggregate_id': 3, 'host': 'cmp-9'},"
                 " {'aggregate_id': 4, 'host': 'cmp-1'}, {'aggregate_id': 3, 'host': 'x', "
                 "'deleted': 1}]"),
        &aggregates);
    build_aggregates(&w.cloud, &aggregates, &w.built);
    build_host_refs(&w.cloud, &aggregates, &w.built);
    assert_int_equal(w.built.docs.n, 3);
    assert_document(&w, w.built.docs.items[0], "{'type': 'aggregate', 'id': 3, 'name': 'fast'}");
    oid = oid_text(oid_of_object(STR("lab"), OBJECT_HOST, STR("cmp-1")), w.arena);
    assert_string_equal(doc_get_text(built(&w, "aggregate-fast-cmp-1"), "ref_id").p, oid.p);
    assert_document(&w, built(&w, "aggregate-fast-cmp-9"),
                    "{'type': 'host_ref', 'id': 'aggregate-fast-cmp-9', 'name': 'cmp-9',"
                    " 'parent_type': 'aggregate', 'parent_id': '3'}");
    assert_int_equal(w.built.n_notes, 1);
    assert_string_equal(w.built.notes[0].text.p,
                        "aggregate fast: its host cmp-9 is not in the inventory");
}

/* Never scheduled, or on a host that is gone: below the project; the others are their hosts'. */
static void
test_homeless_instances(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    cloud_add_projects(&w.cloud, list(&w, "[{'id': 'aa11', 'name': 'admin'}]"), &w.built);
    cloud_add_agents(&w.cloud, list(&w, "[{'id': '1', 'host': 'cmp-1', 'configurations': {}}]"),
                     &w.built);
    cloud_add_servers(
        &w.cloud,
        list(
            &w,
            "[{'id': 'u1', 'name': 'vm-error', 'tenant_id': 'aa11', 'OS-EXT-SRV-ATTR:host': null,"
            "  'OS-EXT-SRV-ATTR:instance_name': 'instance-00000001', 'OS-EXT-STS:vm_state': "
            "'error',"
            "  'OS-EXT-STS:power_state': 0, 'OS-EXT-STS:task_state': null, "
            "'OS-EXT-AZ:availability_zone': ''},"
            " {'id': 'u2', 'name': 'lost', 'tenant_id': 'aa11', 'OS-EXT-SRV-ATTR:host': 'cmp-9'},"
            " {'id': 'u3', 'name': 'fine', 'tenant_id': 'aa11', 'OS-EXT-SRV-ATTR:host': 'cmp-1'}]"),
        &w.built);
    cloud_index(&w.cloud);
    build_homeless_instances(&w.cloud, &w.built);
    assert_int_equal(w.built.docs.n, 2);
    assert_members(
        &w, built(&w, "u1"),
        "{'type': 'instance', 'name': 'vm-error', 'parent_type': 'project', 'parent_id': 'aa11',"
        " 'projects': ['admin'], 'vm_state': 'error', 'power_state': 0, 'local_name': "
        "'instance-00000001'}");
    assert_null(doc_get(built(&w, "u1"), "host"));
    built(&w, "u2");
    assert_int_equal(w.built.n_notes, 1);
    assert_string_equal(w.built.notes[0].text.p,
                        "instance u2 runs on cmp-9, which is no host of the inventory");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_regions),
        cmocka_unit_test(test_only_wanted_regions),
        cmocka_unit_test(test_projects),
        cmocka_unit_test(test_excluded_projects),
        cmocka_unit_test(test_availability_zones),
        cmocka_unit_test(test_networks),
        cmocka_unit_test(test_network_without_any_project),
        cmocka_unit_test(test_ports),
        cmocka_unit_test(test_aggregates),
        cmocka_unit_test(test_homeless_instances),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
