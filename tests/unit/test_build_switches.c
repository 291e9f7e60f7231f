/* vedges, vconnectors and oteps, and the NICs in their bridges: replies of the real lab, shortened.
 * Expected values are read off the raw text by hand. */

#include "build_world.h"

#include "parse/reply.h"

/* --- Open vSwitch --- */

#define AGENT_NET1(tunneling_ip)                                                                   \
    "[{'id': 'a1', 'agent_type': 'Open vSwitch agent', 'binary': 'neutron-openvswitch-agent',"     \
    "  'host': 'net1', 'admin_state_up': 1, 'configurations': {'tunneling_ip': '" tunneling_ip     \
    "', 'tunnel_types': ['vxlan'], 'bridge_mappings': {'physnet1': 'br-ex'}}}]"

static const char show_net1[] =
    "c7a89110-27b1-445c-a276-4564980e46c7\n"
    "    Bridge br-data\n"
    "        datapath_type: netdev\n"
    "        Port eth1\n"
    "            Interface eth1\n"
    "        Port br-data\n"
    "            Interface br-data\n"
    "                type: internal\n"
    "    Bridge br-int\n"
    "        Port qr-a8f4101e-cc\n"
    "            tag: 2\n"
    "            Interface qr-a8f4101e-cc\n"
    "                type: internal\n"
    "        Port patch-tun\n"
    "            Interface patch-tun\n"
    "                type: patch\n"
    "                options: {peer=patch-int}\n"
    "    Bridge br-ex\n"
    "        Port eth2\n"
    "            Interface eth2\n"
    "    Bridge br-tun\n"
    "        Port patch-int\n"
    "            Interface patch-int\n"
    "                type: patch\n"
    "                options: {peer=patch-tun}\n"
    "        Port vxlan-0a4e0015\n"
    "            Interface vxlan-0a4e0015\n"
    "                type: vxlan\n"
    "                options: {df_default=\"true\", in_key=flow, local_ip=\"10.78.0.11\","
    " out_key=flow, remote_ip=\"10.78.0.21\"}\n"
    "    ovs_version: \"3.1.0\"\n";

static const char dpctl_net1[] = "netdev@ovs-netdev:\n"
                                 "  lookups: hit:225 missed:104 lost:0\n"
                                 "  port 0: ovs-netdev (tap)\n"
                                 "  port 1: eth1\n"
                                 "  port 2: br-data (tap)\n"
                                 "  port 4: eth2\n"
                                 "  port 11: qr-a8f4101e-cc (tap)\n"
                                 "  port 12: vxlan_sys_4789 (vxlan: packet_type=ptap)\n";

static const char address_net1[] =
    "2: eth0@if7: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP group default\n"
    "    link/ether be:f3:c3:a6:67:ef brd ff:ff:ff:ff:ff:ff link-netnsid 0\n"
    "    inet 10.77.0.11/24 scope global eth0\n"
    "       valid_lft forever preferred_lft forever\n"
    "4: eth2@if13: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1600 qdisc noqueue state UP\n"
    "    link/ether 62:94:e8:1a:5c:ea brd ff:ff:ff:ff:ff:ff link-netnsid 0\n"
    "6: br-data: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1600 qdisc pfifo_fast state UNKNOWN\n"
    "    link/ether 0e:e2:89:35:bc:4e brd ff:ff:ff:ff:ff:ff\n"
    "    inet 10.78.0.11/24 scope global br-data\n"
    "       valid_lft forever preferred_lft forever\n";

static void
test_vedge_of_a_userspace_datapath(void **state UNUSED)
{
    AUTO_WORLD        w;
    const struct doc *vedge;

    world_init(&w);
    cloud_add_agents(&w.cloud, list(&w, AGENT_NET1("10.78.0.11")), &w.built);
    world_ready(&w, "net1", HOST_NETWORK);
    set_ovs(&w, show_net1, dpctl_net1);
    build_vedges(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 1);
    vedge = built(&w, "a1");
    assert_members(&w, vedge,
                   "{'type': 'vedge', 'host': 'net1', 'name': 'net1-OVS', 'admin_state_up': true,"
                   " 'agent_type': 'Open vSwitch agent'}");
    assert_document(&w, doc_get(vedge, "ports"),
                    "{'ovs-netdev': {'id': '0', 'name': 'ovs-netdev', 'internal': false},"
                    " 'eth1': {'id': '1', 'name': 'eth1', 'internal': false, 'bridge': 'br-data'},"
                    " 'br-data': {'id': '2', 'name': 'br-data', 'internal': true,"
                    "             'bridge': 'br-data'},"
                    " 'eth2': {'id': '4', 'name': 'eth2', 'internal': false, 'bridge': 'br-ex'},"
                    " 'qr-a8f4101e-cc': {'id': '11', 'name': 'qr-a8f4101e-cc', 'internal': true,"
                    "                    'tag': '2', 'bridge': 'br-int'}}");
    assert_document(
        &w, doc_get(vedge, "tunnel_ports"),
        "{'patch-int': {'name': 'patch-int', 'interface': 'patch-int', 'type': 'patch',"
        "               'options': {'peer': 'patch-tun'}},"
        " 'vxlan-0a4e0015': {'name': 'vxlan-0a4e0015', 'interface': 'vxlan-0a4e0015',"
        "    'type': 'vxlan', 'options': {'df_default': 'true', 'in_key': 'flow',"
        "    'local_ip': '10.78.0.11', 'out_key': 'flow', 'remote_ip': '10.78.0.21'}}}");
    assert_null(doc_get(vedge, "pnic"));
    assert_int_equal(w.built.n_notes, 0);
}

static void
test_vedge_without_numbers(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    cloud_add_agents(&w.cloud, list(&w, AGENT_NET1("10.78.0.11")), &w.built);
    world_ready(&w, "net1", HOST_NETWORK);
    set_ovs(&w, show_net1, NULL);
    build_vedges(&w.cloud, &w.host, &w.h, &w.built);
    assert_document(&w, doc_get(built(&w, "a1"), "ports"),
                    "{'eth1': {'id': '', 'name': 'eth1', 'internal': false, 'bridge': 'br-data'},"
                    " 'br-data': {'id': '', 'name': 'br-data', 'internal': true,"
                    "             'bridge': 'br-data'},"
                    " 'eth2': {'id': '', 'name': 'eth2', 'internal': false, 'bridge': 'br-ex'},"
                    " 'qr-a8f4101e-cc': {'id': '', 'name': 'qr-a8f4101e-cc', 'internal': true,"
                    "                    'tag': '2', 'bridge': 'br-int'}}");
    assert_int_equal(w.built.n_notes, 1);
    assert_false(w.built.notes[0].is_error);

    w.h.ovs_ports = NULL;
    w.built.docs.n = 0;
    build_vedges(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 0);
}

/* The NIC of a provider network: known to the vedge only where there are no tunnels, to the NIC
 * itself always. */
static void
test_nic_of_a_mapped_bridge(void **state UNUSED)
{
    static const char *const tunneling[] = { AGENT_NET1("10.78.0.11"), AGENT_NET1("") };

    for (size_t i = 0; i < N_ELEMENTS(tunneling); i++) {
        AUTO_WORLD              w;
        static const struct str patterns[] = { STR("eth*") };

        world_init(&w);
        w.environment.host_pnics = patterns;
        w.environment.n_host_pnics = 1;
        cloud_add_agents(&w.cloud, list(&w, tunneling[i]), &w.built);
        world_ready(&w, "net1", HOST_NETWORK);
        set_ovs(&w, show_net1, dpctl_net1);
        w.h.addresses = devices(&w, address_net1);
        build_host_pnics(&w.cloud, &w.host, &w.h, &w.built);
        assert_int_equal(w.built.docs.n, 2);
        assert_members(&w, built(&w, "eth2-62:94:e8:1a:5c:ea"), "{'port_id': '4', 'name': 'eth2'}");
        assert_null(doc_get(built(&w, "eth0-be:f3:c3:a6:67:ef"), "port_id"));

        w.built.docs.n = 0;
        build_vedges(&w.cloud, &w.host, &w.h, &w.built);
        if (i == 0)
            assert_null(doc_get(built(&w, "a1"), "pnic"));
        else
            assert_members(&w, built(&w, "a1"), "{'pnic': 'eth2', 'tunnel_ports': {}}");
    }
}

static void
test_otep_of_open_vswitch(void **state UNUSED)
{
    AUTO_WORLD  w;
    struct docs vedges;

    world_init(&w);
    cloud_add_agents(&w.cloud, list(&w, AGENT_NET1("10.78.0.11")), &w.built);
    cloud_add_endpoints(&w.cloud, "vxlan",
                        list(&w,
                             "[{'ip_address': '10.78.0.21', 'udp_port': 4789, 'host': 'cmp1'},"
                             " {'ip_address': '10.78.0.11', 'udp_port': 8472, 'host': 'net1'}]"),
                        &w.built);
    world_ready(&w, "net1", HOST_NETWORK);
    set_ovs(&w, show_net1, dpctl_net1);
    w.h.addresses = devices(&w, address_net1);
    build_vedges(&w.cloud, &w.host, &w.h, &w.built);
    vedges = w.built.docs;
    w.built.docs = (struct docs){ 0 };

    /* The device (vxlan_sys_4789) knows better than the table. */
    build_oteps(&w.cloud, &w.host, &w.h, &vedges, NULL, &w.built);
    assert_int_equal(w.built.docs.n, 1);
    assert_members(&w, built(&w, "net1-otep"),
                   "{'type': 'otep', 'name': 'net1-otep', 'host': 'net1', 'udp_port': 4789,"
                   " 'ip_address': '10.78.0.11', 'overlay_type': 'vxlan',"
                   " 'vconnector': 'net1-br-data', 'parent_type': 'vedge', 'parent_id': 'a1'}");
    assert_int_equal(doc_count(doc_get(built(&w, "net1-otep"), "ports")), 2);

    w.h.dp_ports = NULL;
    build_oteps(&w.cloud, &w.host, &w.h, &vedges, NULL, &w.built);
    assert_members(&w, w.built.docs.items[1], "{'udp_port': 8472}");
}

/* No endpoint, no tunnel type that we know, no configurations: no otep. */
static void
test_oteps_that_are_none(void **state UNUSED)
{
    static const char *const vedges[] = {
        "[{'id': 'a1', 'configurations': {'tunneling_ip': '10.78.0.12',"
        "  'tunnel_types': ['geneve']}}]",
        "[{'id': 'a1', 'configurations': {'tunneling_ip': '10.78.0.11',"
        "  'tunnel_types': ['vxlan; DROP TABLE x']}}]",
        "[{'id': 'a1', 'configurations': {'tunneling_ip': '10.78.0.11', 'tunnel_types': []}}]",
        "[{'id': 'a1'}]",
    };

    for (size_t i = 0; i < N_ELEMENTS(vedges); i++) {
        AUTO_WORLD w;

        world_init(&w);
        cloud_add_endpoints(&w.cloud, "vxlan",
                            list(&w, "[{'ip_address': '10.78.0.11', 'host': 'net1'}]"), &w.built);
        world_ready(&w, "net1", HOST_NETWORK);
        build_oteps(&w.cloud, &w.host, &w.h, list(&w, vedges[i]), NULL, &w.built);
        assert_int_equal(w.built.docs.n, 0);
    }
}

/* --- Linux bridge --- */

static const char link_cmp1[] =
    "5: brq6e03372e-dc: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP\n"
    "    link/ether 06:e4:20:75:53:5e brd ff:ff:ff:ff:ff:ff promiscuity 0\n"
    "    bridge forward_delay 0 stp_state 0 priority 32768 bridge_id 8000.6:e4:20:75:53:5e\n"
    "8: tap5313c61b-85: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 master brq6e03372e-dc state UP\n"
    "    link/ether fe:16:3e:31:7b:33 brd ff:ff:ff:ff:ff:ff promiscuity 1\n"
    "    tun type tap pi off vnet_hdr on persist off\n"
    "9: vxlan-1355: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 master brq6e03372e-dc state "
    "UNKNOWN\n"
    "    link/ether 06:e4:20:75:53:5e brd ff:ff:ff:ff:ff:ff promiscuity 1\n"
    "    vxlan id 1355 local 10.78.0.21 dev eth1 srcport 0 0 dstport 8472 ttl auto ageing 300\n"
    "11: em1: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 master brq6e03372e-dc state UP\n"
    "    link/ether 06:e4:20:75:53:99 brd ff:ff:ff:ff:ff:ff\n";

static const char fdb_cmp1[] = "1a:ae:09:da:72:b7 dev vxlan-1355 dst 10.78.0.99 self \n"
                               "fa:16:3e:a8:25:4f dev vxlan-1355 dst 10.78.0.22 self permanent\n"
                               "00:00:00:00:00:00 dev vxlan-1355 dst 10.78.0.22 self permanent\n"
                               "00:00:00:00:00:00 dev vxlan-1355 dst 10.78.0.11 self permanent\n";

static const char agent_lxb[] =
    "[{'id': 'l1', 'agent_type': 'Linux bridge agent', 'binary': 'neutron-linuxbridge-agent',"
    "  'host': 'cmp1', 'configurations': {'tunneling_ip': '10.78.0.21',"
    "  'tunnel_types': ['vxlan'], 'interface_mappings': {'physnet1': 'eth2'}}}]";

static void
test_linux_bridge_and_its_tunnel(void **state UNUSED)
{
    AUTO_WORLD        w;
    struct bridges    bridges;
    struct fdb        fdb;
    struct error      err;
    struct docs       vconnectors;
    const struct doc *otep;

    world_init(&w);
    cloud_add_agents(&w.cloud, list(&w, agent_lxb), &w.built);
    cloud_add_ports(&w.cloud,
                    list(&w, "[{'id': '5313c61b-8541-4bcf-94da-817914eaac75',"
                             "  'mac_address': 'FA:16:3E:31:7B:33', 'binding:host_id': 'cmp1'},"
                             " {'id': '5313c61b-0000-4bcf-94da-817914eaac75',"
                             "  'mac_address': 'fa:16:3e:00:00:01', 'binding:host_id': 'cmp1'},"
                             " {'id': 'c9aa580b-d4b3-4490-a9bb-83ba0a62cd6b',"
                             "  'mac_address': 'fa:16:3e:52:0a:86', 'binding:host_id': 'cmp2'}]"),
                    &w.built);
    world_ready(&w, "cmp1", HOST_COMPUTE);
    w.h.links = devices(&w, link_cmp1);
    bridges_of_netdevs(w.arena, w.h.links, &bridges);
    w.h.bridges = &bridges;
    assert_true(parse_fdb(w.arena, str_from(fdb_cmp1), &fdb, &err));
    w.h.fdb = &fdb;
    build_vconnectors(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 1);
    assert_document(&w, w.built.docs.items[0],
                    "{'type': 'vconnector', 'host': 'cmp1', 'name': 'cmp1-brq6e03372e-dc',"
                    " 'id': 'cmp1-brq6e03372e-dc-8000.06e42075535e', 'stp_enabled': 'no',"
                    " 'bridge_name': 'brq6e03372e-dc', 'connector_type': 'bridge',"
                    " 'interfaces': {'em1': {'name': 'em1', 'mac_address': ''},"
                    "  'tap5313c61b-85': {'name': 'tap5313c61b-85',"
                    "                     'mac_address': 'fa:16:3e:31:7b:33'},"
                    "  'vxlan-1355': {'name': 'vxlan-1355', 'mac_address': ''}},"
                    " 'interfaces_names': ['em1', 'tap5313c61b-85', 'vxlan-1355'],"
                    " 'configurations': {'tunneling_ip': '10.78.0.21', 'tunnel_types': ['vxlan'],"
                    "                    'interface_mappings': {'physnet1': 'eth2'}}}");

    vconnectors = w.built.docs;
    w.built.docs = (struct docs){ 0 };
    build_oteps(&w.cloud, &w.host, &w.h, NULL, &vconnectors, &w.built);
    assert_int_equal(w.built.docs.n, 1);
    otep = built(&w, "cmp1-otep-vxlan-1355");
    assert_members(&w, otep,
                   "{'ip_address': '10.78.0.21', 'udp_port': 8472, 'overlay_type': 'vxlan',"
                   " 'mac_address': '06:e4:20:75:53:5e', 'state': 'UP', 'mtu': '1450',"
                   " 'bridge dst': '10.78.0.11 self permanent',"
                   " 'vconnector': 'cmp1-brq6e03372e-dc', 'parent_type': 'vconnector',"
                   " 'parent_id': 'cmp1-brq6e03372e-dc-8000.06e42075535e'}");
    assert_true(str_starts(doc_get_text(otep, "data"), STR("<BROADCAST,MULTICAST,UP,LOWER_UP> ")));
}

/* An OVS bond has several interfaces; each is a port of the datapath. Old Mirantis installers plug
 * NICs into bridges through ports whose names end with that of the NIC. */
static void
test_nics_behind_bonds_and_patches(void **state UNUSED)
{
    static const char show[] = "    Bridge br-ex\n"
                               "        Port bond0\n"
                               "            tag: 7\n"
                               "            Interface eth3\n"
                               "            Interface eth2\n"
                               "        Port br-ex--br-eth1\n"
                               "            Interface br-ex--br-eth1\n";
    static const char dpctl[] = "  port 8: eth2\n  port 9: eth3\n  port 10: eth1\n";
    static const char sysfs[] =
        "lrwxrwxrwx 1 root root 0 Jul 5 eth1 -> ../../devices/pci0/net/eth1\n"
        "lrwxrwxrwx 1 root root 0 Jul 5 eth2 -> ../../devices/pci0/net/eth2\n"
        "lrwxrwxrwx 1 root root 0 Jul 5 eth3 -> ../../devices/pci0/net/eth3\n";
    AUTO_WORLD w;

    world_init(&w);
    cloud_add_agents(&w.cloud, list(&w, AGENT_NET1("")), &w.built);
    world_ready(&w, "net1", HOST_NETWORK);
    set_ovs(&w, show, dpctl);
    set_sysfs(&w, sysfs);
    build_vedges(&w.cloud, &w.host, &w.h, &w.built);
    assert_members(&w, built(&w, "a1"),
                   "{'pnic': 'eth3', 'ports': {"
                   " 'eth1': {'id': '10', 'name': 'eth1', 'internal': false},"
                   " 'eth2': {'id': '8', 'name': 'eth2', 'internal': false, 'tag': '7',"
                   "          'bridge': 'br-ex'},"
                   " 'eth3': {'id': '9', 'name': 'eth3', 'internal': false, 'tag': '7',"
                   "          'bridge': 'br-ex'}}}");

    w.built.docs.n = 0;
    w.environment.distribution = STR("Mirantis");
    w.environment.version = STR("8.0");
    build_vedges(&w.cloud, &w.host, &w.h, &w.built);
    assert_members(&w, built(&w, "a1"), "{'pnic': 'eth1'}");
}

/* --- order --- */

/* All documents of the host, as text in order of their ids. */
static struct str
everything(struct world *w, struct rng *rng)
{
    struct netdevs   *links = devices(w, link_cmp1), *addresses = devices(w, address_net1);
    struct bridges    bridges;
    struct fdb        fdb;
    struct error      err;
    struct built      vconnectors = { .arena = w->arena }, vedges = vconnectors;
    struct names      texts = { 0 };
    struct ovs_ports *ports;
    struct dp_ports  *numbers;
    AUTO_BUF          all = { 0 };

    set_ovs(w, show_net1, dpctl_net1);
    ports = arena_new_of(w->arena, struct ovs_ports);
    numbers = arena_new_of(w->arena, struct dp_ports);
    *ports = *w->h.ovs_ports;
    *numbers = *w->h.dp_ports;
    bridges_of_netdevs(w->arena, links, &bridges);
    assert_true(parse_fdb(w->arena, str_from(fdb_cmp1), &fdb, &err));
    SHUFFLE(rng, links->items, links->n);
    SHUFFLE(rng, addresses->items, addresses->n);
    SHUFFLE(rng, bridges.items[0].members.items, bridges.items[0].members.n);
    SHUFFLE(rng, fdb.items, fdb.n);
    SHUFFLE(rng, ports->items, ports->n);
    SHUFFLE(rng, numbers->items, numbers->n);
    w->h = (struct host_records){ .links = links,
                                  .addresses = addresses,
                                  .bridges = &bridges,
                                  .fdb = &fdb,
                                  .ovs_ports = ports,
                                  .dp_ports = numbers };
    build_vconnectors(&w->cloud, &w->host, &w->h, &vconnectors);
    build_vedges(&w->cloud, &w->host, &w->h, &vedges);
    w->built.docs.n = 0;
    build_host_pnics(&w->cloud, &w->host, &w->h, &w->built);
    build_oteps(&w->cloud, &w->host, &w->h, &vedges.docs, &vconnectors.docs, &w->built);
    for (size_t i = 0; i < vconnectors.docs.n; i++)
        docs_add(w->arena, &w->built.docs, vconnectors.docs.items[i]);
    for (size_t i = 0; i < vedges.docs.n; i++)
        docs_add(w->arena, &w->built.docs, vedges.docs.items[i]);
    for (size_t i = 0; i < w->built.docs.n; i++)
        names_add(w->arena, &texts, doc_body(w->arena, w->built.docs.items[i]));
    names_sort(&texts);
    for (size_t i = 0; i < texts.n; i++)
        buf_add(&all, texts.items[i]);
    return arena_str(w->arena, buf_str(&all));
}

/* The order in which a host tells its devices, ports and entries leaves no trace. */
static void
test_order_leaves_no_trace(void **state UNUSED)
{
    static const struct str patterns[] = { STR("eth*") };
    struct rng              rng = rng_seeded();
    AUTO_WORLD              w;

    world_init(&w);
    w.environment.host_pnics = patterns;
    w.environment.n_host_pnics = 1;
    cloud_add_agents(&w.cloud, list(&w, AGENT_NET1("10.78.0.11")), &w.built);
    cloud_add_agents(&w.cloud, list(&w, agent_lxb), &w.built);
    cloud_add_endpoints(&w.cloud, "vxlan",
                        list(&w, "[{'ip_address': '10.78.0.11', 'host': 'net1'}]"), &w.built);
    world_ready(&w, "net1", HOST_NETWORK);
    w.host.n_agents = 2;
    w.host.agents = arena_array(w.arena, const struct cloud_agent *, 2);
    w.host.agents[0] = &w.cloud.agents[0];
    w.host.agents[1] = &w.cloud.agents[1];

    struct str expected = everything(&w, &rng);

    assert_true(str_has(expected, STR("net1-otep-vxlan-1355")));
    for (int round = 0; round < 50; round++)
        assert_string_equal(everything(&w, &rng).p, expected.p);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vedge_of_a_userspace_datapath),
        cmocka_unit_test(test_vedge_without_numbers),
        cmocka_unit_test(test_nic_of_a_mapped_bridge),
        cmocka_unit_test(test_nics_behind_bonds_and_patches),
        cmocka_unit_test(test_otep_of_open_vswitch),
        cmocka_unit_test(test_oteps_that_are_none),
        cmocka_unit_test(test_linux_bridge_and_its_tunnel),
        cmocka_unit_test(test_order_leaves_no_trace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
