/* vservices, vNICs and instances: replies of the real lab, shortened, and the traps of the
 * reference. Expected values are read off the raw text by hand. */

#include "build_world.h"

#include "build/stored.h"

/* --- services --- */

#define NETWORK_A "552956bc-5142-4ddc-960b-f03b54120271"
#define NETWORK_B "a6585550-dd20-4f84-bd48-4ca22c054c1a"

static const char dhcp_text[] =
    "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000\n"
    "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n"
    "    inet 127.0.0.1/8 scope host lo\n"
    "       valid_lft forever preferred_lft forever\n"
    "3: sit0@NONE: <NOARP> mtu 1480 qdisc noop state DOWN group default qlen 1000\n"
    "    link/sit 0.0.0.0 brd 0.0.0.0\n"
    "11: ns-55d62e97-30@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP "
    "group default qlen 1000\n"
    "    link/ether fa:16:3e:c9:0b:2c brd ff:ff:ff:ff:ff:ff link-netnsid 0\n"
    "    inet 169.254.169.254/32 brd 169.254.169.254 scope global ns-55d62e97-30\n"
    "       valid_lft forever preferred_lft forever\n"
    "    inet 192.168.101.2/24 brd 192.168.101.255 scope global ns-55d62e97-30\n"
    "       valid_lft forever preferred_lft forever\n"
    "    inet6 fe80::a9fe:a9fe/64 scope link \n"
    "       valid_lft forever preferred_lft forever\n";

static const char dhcp_json[] =
    "[{\"ifindex\":1,\"ifname\":\"lo\",\"flags\":[\"LOOPBACK\",\"UP\",\"LOWER_UP\"],\"mtu\":65536,"
    "\"qdisc\":\"noqueue\",\"operstate\":\"UNKNOWN\",\"group\":\"default\",\"txqlen\":1000,"
    "\"link_type\":\"loopback\",\"address\":\"00:00:00:00:00:00\","
    "\"broadcast\":\"00:00:00:00:00:00\",\"addr_info\":[]},"
    "{\"ifindex\":11,\"link_index\":7,\"ifname\":\"ns-55d62e97-30\",\"flags\":[\"BROADCAST\","
    "\"MULTICAST\",\"UP\",\"LOWER_UP\"],\"mtu\":1450,\"qdisc\":\"noqueue\",\"operstate\":\"UP\","
    "\"group\":\"default\",\"txqlen\":1000,\"link_type\":\"ether\","
    "\"address\":\"fa:16:3e:c9:0b:2c\",\"broadcast\":\"ff:ff:ff:ff:ff:ff\",\"link_netnsid\":0,"
    "\"addr_info\":[{\"family\":\"inet\",\"local\":\"169.254.169.254\",\"prefixlen\":32,"
    "\"broadcast\":\"169.254.169.254\",\"scope\":\"global\",\"label\":\"ns-55d62e97-30\","
    "\"valid_life_time\":4294967295,\"preferred_life_time\":4294967295},{\"family\":\"inet\","
    "\"local\":\"192.168.101.2\",\"prefixlen\":24,\"broadcast\":\"192.168.101.255\","
    "\"scope\":\"global\",\"label\":\"ns-55d62e97-30\",\"valid_life_time\":4294967295,"
    "\"preferred_life_time\":4294967295},{\"family\":\"inet6\",\"local\":\"fe80::a9fe:a9fe\","
    "\"prefixlen\":64,\"scope\":\"link\",\"valid_life_time\":4294967295,"
    "\"preferred_life_time\":4294967295}]}]";

static const char two_networks_of_one_range[] =
    "[{'id': 's1', 'network_id': '" NETWORK_A "', 'cidr': '192.168.101.0/24'},"
    " {'id': 's2', 'network_id': '" NETWORK_B "', 'cidr': '192.168.101.0/24'}]";

static const char networks[] =
    "[{'id': '" NETWORK_A "', 'name': 'net-a'}, {'id': '" NETWORK_B "', 'name': ''}]";

static void
test_services_of_a_network_host(void **state UNUSED)
{
    AUTO_WORLD                     w;
    const struct namespace_records spaces[] = {
        { STR("qdhcp-" NETWORK_A), NULL }, { STR("qdhcp-" NETWORK_B), NULL },
        { STR("qrouter-r1"), NULL },       { STR("qrouter-gone"), NULL },
        { STR("qdhcp-"), NULL },           { STR("qdhcp-$(reboot)"), NULL },
        { STR("haproxy"), NULL },
    };

    world_init(&w);
    cloud_add_networks(&w.cloud, list(&w, networks), &w.built);
    cloud_add_routers(&w.cloud,
                      list(&w, "[{'id': 'r1', 'name': 'edge', 'status': 'ACTIVE', 'host': 'x',"
                               "  'enable_snat': 1}]"),
                      &w.built);
    world_ready(&w, "net1", HOST_NETWORK);
    set_namespaces(&w, spaces, N_ELEMENTS(spaces));
    build_vservices(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 4);
    assert_document(
        &w, built(&w, "net1-qdhcp-" NETWORK_A),
        "{'type': 'vservice', 'id': 'net1-qdhcp-" NETWORK_A "', 'host': 'net1',"
        " 'name': 'qdhcp-net-a', 'local_service_id': 'qdhcp-" NETWORK_A "',"
        " 'service_type': 'dhcp', 'master_parent_type': 'vservices_folder',"
        " 'master_parent_id': 'net1-vservices', 'parent_text': 'DHCP servers',"
        " 'parent_type': 'vservice_dhcps_folder', 'parent_id': 'net1-vservices-dhcps'}");
    assert_members(&w, built(&w, "net1-qdhcp-" NETWORK_B), "{'name': 'qdhcp-" NETWORK_B "'}");
    assert_members(&w, built(&w, "net1-qrouter-r1"),
                   "{'name': 'qrouter-edge', 'status': 'ACTIVE', 'host': 'net1',"
                   " 'enable_snat': true, 'service_type': 'router',"
                   " 'parent_id': 'net1-vservices-routers', 'parent_text': 'Gateways'}");
    assert_members(&w, built(&w, "net1-qrouter-gone"), "{'name': 'qrouter-gone'}");

    w.built.docs.n = 0;
    w.host.roles = HOST_COMPUTE;
    build_vservices(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 0);
}

static const char vnic_of_dhcp[] =
    "{'type': 'vnic', 'id': 'net1-ns-55d62e97-30', 'host': 'net1', 'name': 'ns-55d62e97-30',"
    " 'vnic_type': 'vservice_vnic', 'mac_address': 'fa:16:3e:c9:0b:2c',"
    " 'master_parent_type': 'vservice', 'master_parent_id': 'net1-qdhcp-" NETWORK_A "',"
    " 'parent_type': 'vnics_folder', 'parent_id': 'net1-qdhcp-" NETWORK_A "-vnics',"
    " 'parent_text': 'vNICs', 'IP Address': '192.168.101.2', 'netmask': '255.255.255.0',"
    " 'cidr': '192.168.101.0/24', 'network': '" NETWORK_A "',"
    " 'data': '<BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP group default"
    " qlen 1000\\nlink/ether fa:16:3e:c9:0b:2c brd ff:ff:ff:ff:ff:ff link-netnsid 0\\n"
    "inet 169.254.169.254/32 brd 169.254.169.254 scope global ns-55d62e97-30\\n"
    "valid_lft forever preferred_lft forever\\n"
    "inet 192.168.101.2/24 brd 192.168.101.255 scope global ns-55d62e97-30\\n"
    "valid_lft forever preferred_lft forever\\ninet6 fe80::a9fe:a9fe/64 scope link\\n"
    "valid_lft forever preferred_lft forever'}";

/* Both forms of `ip address` make the same document; the metadata address is no address of the
 * vNIC, and neither lo nor sit0 is one. */
static void
test_service_vnic_from_text_and_json(void **state UNUSED)
{
    static const char *const replies[] = { dhcp_text, dhcp_json };

    for (size_t i = 0; i < N_ELEMENTS(replies); i++) {
        AUTO_WORLD               w;
        struct namespace_records space = { .name = STR("qdhcp-" NETWORK_A) };

        world_init(&w);
        space.devices = devices(&w, replies[i]);
        cloud_add_networks(&w.cloud, list(&w, networks), &w.built);
        cloud_add_subnets(&w.cloud, list(&w, two_networks_of_one_range), &w.built);
        world_ready(&w, "net1", HOST_NETWORK);
        set_namespaces(&w, &space, 1);
        build_vservice_vnics(&w.cloud, &w.host, &w.h, &w.built);
        assert_int_equal(w.built.docs.n, 1);
        assert_document(&w, w.built.docs.items[0], vnic_of_dhcp);
        build_vservices(&w.cloud, &w.host, &w.h, &w.built);
        assert_members(&w, w.built.docs.items[1], "{'network': ['" NETWORK_A "']}");
    }
}

/* A MAC may be used in several networks, a range by several tenants: the network that a DHCP server
 * is named after decides, then what is bound to this host. */
static void
test_network_of_a_service_vnic(void **state UNUSED)
{
    static const struct {
        const char *ports;
        const char *namespace;
        const char *network;
    } cases[] = {
        { "[]", "qdhcp-" NETWORK_B, NETWORK_B },
        { "[]", "qrouter-r1", NETWORK_A },
        { "[{'id': 'p1', 'mac_address': 'fa:16:3e:c9:0b:2c', 'network_id': 'n1'}]", "qrouter-r1",
          "n1" },
        { "[{'id': 'p1', 'mac_address': 'fa:16:3e:c9:0b:2c', 'network_id': 'n1'},"
          " {'id': 'p2', 'mac_address': 'fa:16:3e:c9:0b:2c', 'network_id': 'n2',"
          "  'binding:host_id': 'net1'}]",
          "qrouter-r1", "n2" },
        { "[{'id': 'p1', 'mac_address': 'fa:16:3e:c9:0b:2c', 'network_id': 'n1',"
          "  'binding:host_id': 'net1'},"
          " {'id': 'p2', 'mac_address': 'fa:16:3e:c9:0b:2c', 'network_id': '" NETWORK_B "',"
          "  'binding:host_id': 'net1'}]",
          "qdhcp-" NETWORK_B, NETWORK_B },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_WORLD               w;
        struct namespace_records space = { .name = str_from(cases[i].namespace) };

        world_init(&w);
        space.devices = devices(&w, dhcp_text);
        cloud_add_networks(&w.cloud, list(&w, networks), &w.built);
        cloud_add_subnets(&w.cloud, list(&w, two_networks_of_one_range), &w.built);
        cloud_add_ports(&w.cloud, list(&w, cases[i].ports), &w.built);
        cloud_add_agents(&w.cloud,
                         list(&w, "[{'id': 'a', 'host': 'net1', 'agent_type': 'L3 agent',"
                                  "  'configurations': {}}]"),
                         &w.built);
        world_ready(&w, "net1", HOST_NETWORK);
        set_namespaces(&w, &space, 1);
        build_vservice_vnics(&w.cloud, &w.host, &w.h, &w.built);
        assert_true(str_is(doc_get_text(w.built.docs.items[0], "network"), cases[i].network));
    }
}

/* A gateway also has its floating IPs: the port says which address is its own. One without any
 * address keeps the lines, and its network is still that of its port. */
static void
test_address_of_a_service_vnic(void **state UNUSED)
{
    static const char        reply[] = "10: qg-b5a39222-25: <UP> mtu 1500\n"
                                       "    link/ether fa:16:3e:5e:d8:08 brd ff:ff:ff:ff:ff:ff\n"
                                       "    inet 203.0.113.111/32 scope global qg-b5a39222-25\n"
                                       "    inet 203.0.113.119/20 scope global qg-b5a39222-25\n"
                                       "    inet6 2001:db8::5/64 scope global\n"
                                       "    inet6 2001:DB8::7/64 scope global\n"
                                       "2: ha-12345678-9a: <UP> mtu 1450\n"
                                       "    link/ether fa:16:3e:5e:d8:09 brd ff:ff:ff:ff:ff:ff\n"
                                       "    inet 169.254.192.1/18 scope global ha-12345678-9a\n";
    AUTO_WORLD               w;
    struct namespace_records space = { .name = STR("qrouter-r1") };

    world_init(&w);
    space.devices = devices(&w, reply);
    cloud_add_ports(&w.cloud,
                    list(&w,
                         "[{'id': 'p1', 'mac_address': 'fa:16:3e:5e:d8:08', 'network_id': 'ext',"
                         "  'fixed_ips': [{'subnet_id': 's', 'ip_address': '203.0.113.119'},"
                         "                {'subnet_id': 't', 'ip_address': '2001:db8::7'}]},"
                         " {'id': 'p2', 'mac_address': 'fa:16:3e:5e:d8:09', 'network_id': 'ha'}]"),
                    &w.built);
    world_ready(&w, "net1", HOST_NETWORK);
    set_namespaces(&w, &space, 1);
    build_vservice_vnics(&w.cloud, &w.host, &w.h, &w.built);
    assert_members(&w, built(&w, "net1-qg-b5a39222-25"),
                   "{'IP Address': '203.0.113.119', 'netmask': '255.255.240.0',"
                   " 'cidr': '203.0.112.0/20', 'IPv6 Address': '2001:DB8::7', 'network': 'ext'}");
    assert_members(&w, built(&w, "net1-ha-12345678-9a"),
                   "{'network': 'ha', 'lines': ['<UP> mtu 1450',"
                   " 'link/ether fa:16:3e:5e:d8:09 brd ff:ff:ff:ff:ff:ff',"
                   " 'inet 169.254.192.1/18 scope global ha-12345678-9a']}");
    assert_null(doc_get(built(&w, "net1-ha-12345678-9a"), "IP Address"));

    /* In the order of the devices' indexes, not of the reply. */
    build_vservices(&w.cloud, &w.host, &w.h, &w.built);
    assert_members(&w, built(&w, "net1-qrouter-r1"), "{'network': ['ha', 'ext']}");
}

/* --- instances --- */

static const char servers[] =
    "[{'id': '75e4964e', 'name': 'vm-ab', 'tenant_id': 'p1', 'OS-EXT-SRV-ATTR:host': 'cmp2',"
    "  'OS-EXT-SRV-ATTR:instance_name': 'instance-00000004'},"
    " {'id': 'b4b0edbd', 'name': 'vm-a2', 'tenant_id': 'unknown', 'OS-EXT-SRV-ATTR:host': 'cmp2'},"
    " {'id': 'aece5df5', 'name': 'vm-a1', 'tenant_id': 'p1', 'OS-EXT-SRV-ATTR:host': 'cmp1'}]";

static void
add_servers(struct world *w)
{
    cloud_add_projects(&w->cloud, list(w, "[{'id': 'p1', 'name': 'demo'}]"), &w->built);
    cloud_add_servers(&w->cloud, list(w, servers), &w->built);
    cloud_add_network_info(
        &w->cloud,
        list(w, "[{'instance_uuid': '75e4964e', 'network_info':"
                "  [{'id': '81834724-2492', 'address': 'FA:16:3E:73:CC:B8',"
                "    'devname': 'tap81834724-24', 'network': {'id': 'n-a', 'label': 'net-a'}},"
                "   {'id': '21b6629f-7340', 'address': 'fa:16:3e:b5:17:fe',"
                "    'devname': 'tap21b6629f-73', 'network': {'id': 'n-b'}},"
                "   {'id': 'x', 'network': {'id': 'n-a'}}, {'id': 'y'}]}]"),
        &w->built);
    cloud_add_services(&w->cloud,
                       list(w, "[{'host': 'cmp2', 'binary': 'nova-compute',"
                               "  'state': 'down', 'status': 'enabled'}]"),
                       &w->built);
    cloud_add_hypervisors(&w->cloud,
                          list(w, "[{'id': 2, 'hypervisor_hostname': 'cmp2',"
                                  "  'host_ip': '10.77.0.22'}]"),
                          &w->built);
}

/* The compute service is down; its instances are there all the same. */
static void
test_instances_of_a_host(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    add_servers(&w);
    world_ready(&w, "cmp2", 0);
    build_instances(&w.cloud, &w.host, &w.built);
    assert_int_equal(w.built.docs.n, 2);
    assert_members(&w, built(&w, "75e4964e"),
                   "{'type': 'instance', 'uuid': '75e4964e', 'name': 'vm-ab', 'host': 'cmp2',"
                   " 'local_name': 'instance-00000004', 'ip_address': '10.77.0.22',"
                   " 'project_id': 'p1', 'projects': ['demo'], 'network': ['n-a', 'n-b'],"
                   " 'mac_address': 'fa:16:3e:73:cc:b8', 'parent_type': 'instances_folder',"
                   " 'parent_id': 'cmp2-instances'}");
    assert_members(&w, built(&w, "b4b0edbd"),
                   "{'projects': ['Unknown'], 'network': [], 'network_info': []}");
    assert_null(doc_get(built(&w, "b4b0edbd"), "mac_address"));
}

static void
test_instance_with_a_broken_cache(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    add_servers(&w);
    cloud_add_network_info(&w.cloud,
                           list(&w, "[{'instance_uuid': 'b4b0edbd',"
                                    "  'network_info': '[{oops'}]"),
                           &w.built);
    world_ready(&w, "cmp2", HOST_COMPUTE);
    build_instances(&w.cloud, &w.host, &w.built);
    assert_int_equal(w.built.docs.n, 2);
    assert_null(doc_get(built(&w, "b4b0edbd"), "network_info"));
    assert_int_equal(w.built.n_notes, 1);
    assert_true(w.built.notes[0].is_error);
    assert_true(str_has(w.built.notes[0].text, STR("b4b0edbd")));
}

static void
add_domain(struct world *w, struct domains *domains, const char *xml)
{
    struct error err;

    arena_grow(w->arena, domains->items, domains->n, domains->capacity);
    assert_true(parse_domain(w->arena, str_from(xml), &domains->items[domains->n++], &err));
}

/* Hybrid plug, direct plug (no source), a device that is passed through (no name but Nova's, or
 * none at all), and a domain that is no instance of this host. */
static void
test_vnics_of_instances(void **state UNUSED)
{
    AUTO_WORLD     w;
    struct domains domains = { 0 };

    world_init(&w);
    add_servers(&w);
    world_ready(&w, "cmp2", HOST_COMPUTE);
    add_domain(&w, &domains,
               "<domain><name>instance-00000004</name><uuid>75e4964e</uuid><devices>"
               "<interface type='bridge'><mac address='FA:16:3e:c5:f9:e4'/>"
               "<source bridge='qbre195276e-3e'/><target dev='tape195276e-3e'/></interface>"
               "<interface type='ethernet'><mac address='fa:16:3e:0e:21:78'/>"
               "<target dev='tap449e3c9d-7b'/></interface>"
               "<interface type='hostdev'><mac address='fa:16:3e:b5:17:fe'/></interface>"
               "<interface type='hostdev'><mac address='fa:16:3e:00:00:01'/></interface>"
               "</devices></domain>");
    add_domain(&w, &domains,
               "<domain><uuid>aece5df5</uuid><devices><interface type='bridge'>"
               "<target dev='tapx'/></interface></devices></domain>");
    w.h.domains = &domains;
    build_instance_vnics(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 4);
    assert_document(
        &w, built(&w, "cmp2-tape195276e-3e"),
        arena_printf(
            w.arena,
            "{'type': 'vnic', 'id': 'cmp2-tape195276e-3e', 'host': 'cmp2',"
            " 'name': 'tape195276e-3e', 'vnic_type': 'instance_vnic',"
            " 'instance_id': '75e4964e', 'instance_db_id': '%.*s',"
            " 'mac_address': 'fa:16:3e:c5:f9:e4',"
            " 'source_bridge': 'qbre195276e-3e', '@type': 'bridge',"
            " 'mac': {'@address': 'FA:16:3e:c5:f9:e4'},"
            " 'source': {'@bridge': 'qbre195276e-3e'},"
            " 'target': {'@dev': 'tape195276e-3e'},"
            " 'parent_type': 'vnics_folder', 'parent_id': '75e4964e-vnics'}",
            STR_ARG(oid_text(oid_of_object(STR("lab"), OBJECT_INSTANCE, STR("75e4964e")), w.arena)))
            .p);
    assert_null(doc_get(built(&w, "cmp2-tap449e3c9d-7b"), "source_bridge"));
    assert_members(&w, built(&w, "cmp2-tap21b6629f-73"), "{'name': 'tap21b6629f-73'}");
    assert_members(&w, built(&w, "cmp2-vm-ab-hostdev-fa:16:3e:00:00:01"),
                   "{'mac_address': 'fa:16:3e:00:00:01'}");
}

/* --- documents of an earlier scan --- */

/* What is built from documents read back is what was built before: the same instance with its
 * "_id", the same names of services. */
static void
test_documents_read_back(void **state UNUSED)
{
    static const char inventory[] =
        "[{'type': 'host', 'id': 'cmp2', 'name': 'cmp2', 'host_type': ['Compute', 'Network'],"
        "  'zone': 'az2', 'ip_address': '10.77.0.22', '_id': '58a23ff389174f43ddaa7dfe'},"
        " {'type': 'project', 'id': 'p1', 'name': 'demo'},"
        " {'type': 'network', 'id': '" NETWORK_A
        "', 'name': 'net-a', 'cidrs': ['192.168.101.0/24']},"
        " {'type': 'network', 'id': 'n2', 'name': 'net-b', 'subnets': {'sub': {'id': 's9',"
        "  'network_id': 'n2', 'cidr': '10.0.0.0/8'}}},"
        " {'type': 'port', 'id': '5313c61b-85', 'mac_address': 'fa:16:3e:31:7b:33',"
        "  'binding:host_id': 'cmp2', 'network_id': 'n2'},"
        " {'type': 'vservice', 'id': 'cmp2-qrouter-r1', 'name': 'qrouter-edge', 'host': 'cmp2',"
        "  'local_service_id': 'qrouter-r1', 'service_type': 'router', 'status': 'ACTIVE'},"
        " {'type': 'network_agent', 'id': 'neutron-l3-agent-a7', 'name': 'neutron-l3-agent',"
        "  'binary': 'neutron-l3-agent', 'agent_type': 'L3 agent', 'host': 'cmp2',"
        "  'configurations': {'routers': 1}, 'id_path': '/lab/x', 'clique': true},"
        " {'type': 'otep', 'id': 'cmp2-otep', 'host': 'cmp2', 'overlay_type': 'vxlan',"
        "  'ip_address': '10.78.0.22', 'udp_port': 4789},"
        " {'type': 'instance', 'id': 'i1', 'uuid': 'i1', 'name': 'vm', 'host': 'cmp2',"
        "  'project_id': 'p1', 'projects': ['demo'], 'vm_state': 'active', 'parent_id': 'x',"
        "  '_id': {'$oid': '5806817e4a0a8a3fbe3bee8b'}, 'network': ['n2'],"
        "  'network_info': [{'address': 'fa:16:3e:31:7b:33', 'network': {'id': 'n2'}}]}]";
    AUTO_WORLD                     w;
    struct domains                 domains = { 0 };
    const struct namespace_records space = { STR("qrouter-r1"), NULL };
    const struct doc              *endpoint;

    world_init(&w);
    cloud_add_stored(&w.cloud, list(&w, inventory), &w.built);
    cloud_index(&w.cloud);
    assert_int_equal(w.built.n_notes, 0);
    assert_int_equal(w.cloud.n_hosts, 1);

    const struct cloud_host *host = &w.cloud.hosts[0];

    assert_int_equal(host->roles, HOST_COMPUTE | HOST_NETWORK);
    assert_string_equal(oid_text(host->oid, w.arena).p, "58a23ff389174f43ddaa7dfe");
    assert_int_equal(host->n_ports, 1);
    build_instances(&w.cloud, host, &w.built);
    assert_members(&w, built(&w, "i1"),
                   "{'_id': '5806817e4a0a8a3fbe3bee8b', 'name': 'vm', 'ip_address': '10.77.0.22',"
                   " 'projects': ['demo'], 'vm_state': 'active', 'network': ['n2'],"
                   " 'mac_address': 'fa:16:3e:31:7b:33', 'parent_id': 'cmp2-instances'}");
    add_domain(&w, &domains,
               "<domain><uuid>i1</uuid><devices><interface type='bridge'>"
               "<target dev='tapx'/></interface></devices></domain>");
    w.h.domains = &domains;
    build_instance_vnics(&w.cloud, host, &w.h, &w.built);
    assert_members(&w, built(&w, "cmp2-tapx"), "{'instance_db_id': '5806817e4a0a8a3fbe3bee8b'}");
    set_namespaces(&w, &space, 1);
    build_vservices(&w.cloud, host, &w.h, &w.built);
    assert_members(&w, built(&w, "cmp2-qrouter-r1"),
                   "{'name': 'qrouter-edge', 'status': 'ACTIVE', 'service_type': 'router'}");
    build_network_agents(&w.cloud, host, &w.built);
    assert_document(&w, built(&w, "neutron-l3-agent-a7"),
                    "{'type': 'network_agent', 'id': 'neutron-l3-agent-a7', 'host': 'cmp2',"
                    " 'name': 'neutron-l3-agent', 'binary': 'neutron-l3-agent',"
                    " 'agent_type': 'L3 agent', 'configurations': {'routers': 1}}");
    endpoint = map_get(&w.cloud.endpoints_by_host, STR("vxlan cmp2"));
    assert_members(&w, endpoint, "{'ip_address': '10.78.0.22', 'udp_port': 4789}");

    const struct cloud_network *network = map_get(&w.cloud.networks_by_id, STR("n2"));

    assert_true(network && str_is(network->cidrs[0], "10.0.0.0/8"));
    network = map_get(&w.cloud.networks_by_id, STR(NETWORK_A));
    assert_true(network && str_is(network->cidrs[0], "192.168.101.0/24"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_services_of_a_network_host),
        cmocka_unit_test(test_service_vnic_from_text_and_json),
        cmocka_unit_test(test_network_of_a_service_vnic),
        cmocka_unit_test(test_address_of_a_service_vnic),
        cmocka_unit_test(test_instances_of_a_host),
        cmocka_unit_test(test_instance_with_a_broken_cache),
        cmocka_unit_test(test_vnics_of_instances),
        cmocka_unit_test(test_documents_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
