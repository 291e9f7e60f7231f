/* The host itself, its agents and its physical NICs: replies of the real lab and of the reference's
 * examples, shortened. Expected values are read off the raw text by hand. */

#include "build_world.h"

static void
set_ethtool(struct world *w, const char *device, const char *reply)
{
    struct ethtool *tools = arena_new_of(w->arena, struct ethtool);
    struct error    err;

    assert_true(parse_ethtool(w->arena, str_from(device), str_from(reply), tools, &err));
    w->h.ethtools = tools;
    w->h.n_ethtools = 1;
}

static void
test_host_with_its_system(void **state UNUSED)
{
    AUTO_WORLD              w;
    const struct os_release os = { .name = STR("Debian GNU/Linux"),
                                   .id = STR("debian"),
                                   .version = STR("12 (bookworm)"),
                                   .architecture = STR("x86_64") };

    world_init(&w);
    world_ready(&w, "ctl", HOST_CONTROLLER | HOST_NETWORK);
    w.host.zone = STR("internal");
    w.host.os_id = STR("2");
    w.host.services = json_of(w.arena, "{'nova-conductor': {'active': true, 'available': true}}");
    build_host(&w.cloud, &w.host, &w.h, &w.built);
    assert_document(&w, w.built.docs.items[0],
                    "{'type': 'host', 'id': 'ctl', 'host': 'ctl', 'name': 'ctl', 'os_id': '2',"
                    " 'zone': 'internal', 'parent_type': 'availability_zone',"
                    " 'parent_id': 'internal', 'host_type': ['Controller', 'Network'],"
                    " 'services': {'nova-conductor': {'active': true, 'available': true}}}");
    w.h.os = &os;
    build_host(&w.cloud, &w.host, &w.h, &w.built);
    assert_members(&w, w.built.docs.items[1],
                   "{'OS': {'name': 'Debian GNU/Linux', 'version': '12 (bookworm)',"
                   "        'ID': 'debian', 'architecure': 'x86_64'}}");
}

static void
test_agents_of_a_host(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    cloud_add_agents(&w.cloud,
                     list(&w, "[{'id': '65a7', 'agent_type': 'L3 agent', 'load': 0, 'host': 'net1',"
                              "  'binary': 'neutron-l3-agent', 'configurations': {'routers': 2}},"
                              " {'id': '2c2d', 'agent_type': 'DHCP agent', 'host': 'net1',"
                              "  'binary': 'neutron-dhcp-agent', 'configurations': null},"
                              " {'id': '9999', 'agent_type': 'DHCP agent', 'host': 'net2',"
                              "  'binary': 'neutron-dhcp-agent', 'configurations': {}}]"),
                     &w.built);
    world_ready(&w, "net1", HOST_NETWORK);
    build_network_agents(&w.cloud, &w.host, &w.built);
    assert_int_equal(w.built.docs.n, 2);
    assert_document(&w, built(&w, "neutron-l3-agent-65a7"),
                    "{'type': 'network_agent', 'id': 'neutron-l3-agent-65a7', 'host': 'net1',"
                    " 'name': 'neutron-l3-agent', 'binary': 'neutron-l3-agent', 'load': 0,"
                    " 'agent_type': 'L3 agent', 'configurations': {'routers': 2}}");
    assert_members(&w, built(&w, "neutron-dhcp-agent-2c2d"), "{'configurations': {}}");
}

/* --- NICs --- */

static const char two_nics[] =
    "2: ens1f0: <BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP\n"
    "    link/ether 52:54:00:AA:bb:01 brd ff:ff:ff:ff:ff:ff\n"
    "3: ens1f1@if9: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN\n"
    "    link/ether 52:54:00:aa:bb:02 brd ff:ff:ff:ff:ff:ff\n"
    "    inet 198.51.100.12/24 brd 198.51.100.255 scope global ens1f1\n"
    "       valid_lft 85981sec preferred_lft 85981sec\n"
    "    inet 198.51.100.13/24 scope global secondary ens1f1\n"
    "    inet6 fe80::1/64 scope link\n"
    "    inet6 2001:db8::12/64 scope global dynamic\n"
    "4: ib0: <BROADCAST,UP> mtu 2044 qdisc mq state UP\n"
    "    link/infiniband 80:00:00:48:fe:80:00:00 brd 00:ff:ff:ff:ff:12:40:1b\n"
    "5: br-ex: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP\n"
    "    link/ether 52:54:00:aa:bb:09 brd ff:ff:ff:ff:ff:ff\n"
    "6: bond0: <BROADCAST,MULTICAST,MASTER,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP\n"
    "    link/ether 52:54:00:aa:bb:01 brd ff:ff:ff:ff:ff:ff\n"
    "    bond mode 802.3ad miimon 100 updelay 0\n"
    "    inet 198.51.100.11/24 scope global bond0\n";

static const char sysfs[] =
    "total 0\n"
    "lrwxrwxrwx 1 root root 0 Nov 22 08:20 bond0 -> ../../devices/virtual/net/bond0\n"
    "lrwxrwxrwx 1 root root 0 Nov 22 08:20 br-ex -> ../../devices/virtual/net/br-ex\n"
    "lrwxrwxrwx 1 root root 0 Nov 22 08:20 ens1f0 -> ../../devices/pci0000:00/x/net/ens1f0\n"
    "lrwxrwxrwx 1 root root 0 Nov 22 08:20 ens1f1 -> ../../devices/pci0000:00/y/net/ens1f1\n"
    "lrwxrwxrwx 1 root root 0 Nov 22 08:20 gone0 -> ../../devices/pci0000:00/w/net/gone0\n"
    "lrwxrwxrwx 1 root root 0 Nov 22 08:20 ib0 -> ../../devices/pci0000:00/z/net/ib0\n";

static void
test_physical_nics(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    world_ready(&w, "cmp-1", HOST_COMPUTE);
    set_sysfs(&w, sysfs);
    w.h.addresses = devices(&w, two_nics);
    set_ethtool(&w, "ens1f0",
                "Settings for ens1f0:\n"
                "\tSupported ports: [ FIBRE ]\n"
                "\tSupported link modes:   1000baseT/Full\n"
                "\t                        10000baseT/Full\n"
                "\tname: hostile\n"
                "\tparent_id: hostile\n"
                "\tIP Address: hostile\n"
                "\tLink detected: yes\n");
    build_host_pnics(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 3);
    assert_document(&w, built(&w, "ens1f0-52:54:00:aa:bb:01"),
                    "{'type': 'host_pnic', 'id': 'ens1f0-52:54:00:aa:bb:01', 'host': 'cmp-1',"
                    " 'name': 'ens1f0', 'local_name': 'ens1f0', 'state': 'UP',"
                    " 'mac_address': '52:54:00:aa:bb:01', 'Supported ports': '[ FIBRE ]',"
                    " 'Supported link modes': ['1000baseT/Full', '10000baseT/Full'],"
                    " 'Link detected': 'yes', 'data': '<BROADCAST,MULTICAST,SLAVE,UP,LOWER_UP> mtu"
                    " 1500 qdisc mq master bond0 state UP\\n2: ens1f0: <BROADCAST,MULTICAST,SLAVE,"
                    "UP,LOWER_UP> mtu 1500 qdisc mq master bond0 state UP\\n"
                    "link/ether 52:54:00:AA:bb:01 brd ff:ff:ff:ff:ff:ff'}");
    assert_members(&w, built(&w, "ens1f1-52:54:00:aa:bb:02"),
                   "{'state': 'DOWN', 'Link detected': 'no', 'IP Address': '198.51.100.12',"
                   " 'IPv6 Address': '2001:db8::12/64', 'name': 'ens1f1'}");
    assert_true(str_has(doc_get_text(built(&w, "ens1f1-52:54:00:aa:bb:02"), "data"),
                        STR("\n3: ens1f1@if9: <BROADCAST,MULTICAST> mtu 1500 qdisc noop")));
    assert_null(doc_get(built(&w, "ib0-unknown_mac"), "mac_address"));
}

/* Nested clouds name their NICs by patterns; a controller has no NICs that matter. */
static void
test_which_nics_count(void **state UNUSED)
{
    static const struct str patterns[] = { STR("br-*"), STR("ens?f1") };
    AUTO_WORLD              w;
    struct netdevs         *links;

    world_init(&w);
    w.environment.host_pnics = patterns;
    w.environment.n_host_pnics = 2;
    world_ready(&w, "cmp-1", HOST_COMPUTE);
    set_sysfs(&w, sysfs);
    links = devices(&w, two_nics);
    links->n = 4; /* without the bond */
    w.h.links = links;
    build_host_pnics(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 2);
    assert_members(&w, w.built.docs.items[0], "{'name': 'ens1f1'}");
    assert_members(&w, w.built.docs.items[1], "{'name': 'br-ex'}");

    w.built.docs.n = 0;
    w.host.roles = HOST_CONTROLLER;
    build_host_pnics(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 0);
}

static const char bond_members[] =
    "{'ens1f0': {'name': 'ens1f0', 'EtherChannel Master': 'bond0-52:54:00:aa:bb:01',"
    "            'id': 'ens1f0-52:54:00:aa:bb:01', 'mac_address': '52:54:00:aa:bb:01'%s},"
    " 'ens9': {'name': 'ens9', 'EtherChannel Master': 'bond0-52:54:00:aa:bb:01'%s}}";

static void
test_bond_of_proc(void **state UNUSED)
{
    static const char reply[] = "Ethernet Channel Bonding Driver: v3.7.1\n"
                                "\n"
                                "Bonding Mode: IEEE 802.3ad Dynamic link aggregation\n"
                                "\n"
                                "802.3ad info\n"
                                "LACP rate: slow\n"
                                "\n"
                                "Slave Interface: ens1f0\n"
                                "MII Status: up\n"
                                "\n"
                                "Slave Interface: ens9\n"
                                "MII Status: down\n";
    AUTO_WORLD        w;
    struct bonding    bonding;
    struct error      err;
    const struct doc *bond;

    world_init(&w);
    world_ready(&w, "cmp-1", HOST_NETWORK);
    set_sysfs(&w, sysfs);
    w.h.addresses = devices(&w, two_nics);
    w.h.links = w.h.addresses;
    assert_true(parse_bonding(w.arena, STR("bond0"), str_from(reply), &bonding, &err));
    w.h.bondings = &bonding;
    w.h.n_bondings = 1;
    build_host_pnics(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 4);
    bond = built(&w, "bond0-52:54:00:aa:bb:01");
    assert_members(&w, bond,
                   "{'type': 'host_pnic', 'host': 'cmp-1', 'name': 'bond0', 'local_name': 'bond0',"
                   " 'mac_address': '52:54:00:aa:bb:01', 'Link detected': 'yes',"
                   " 'EtherChannel': true, 'EtherChannel Master': '',"
                   " 'IP Address': '198.51.100.11', '802.3ad info': {'LACP rate': 'slow'},"
                   " 'Bonding Mode': 'IEEE 802.3ad Dynamic link aggregation'}");
    assert_document(
        &w, doc_get(bond, "members"),
        arena_printf(w.arena, bond_members, ", 'MII Status': 'up'", ", 'MII Status': 'down'").p);
    assert_members(&w, built(&w, "ens1f0-52:54:00:aa:bb:01"),
                   "{'EtherChannel': true, 'EtherChannel Master': 'bond0-52:54:00:aa:bb:01'}");
    assert_null(doc_get(built(&w, "ens1f1-52:54:00:aa:bb:02"), "EtherChannel"));
}

/* Where /proc/net/bonding does not answer, the link layer knows kind and members. */
static void
test_bond_of_links(void **state UNUSED)
{
    AUTO_WORLD      w;
    struct netdevs *links;

    world_init(&w);
    world_ready(&w, "cmp-1", HOST_COMPUTE);
    set_sysfs(&w, sysfs);
    links = devices(&w, two_nics);
    links->items[0].master = STR("bond0");
    links->items[4].kind = STR("bond");
    w.h.links = links;
    build_host_pnics(&w.cloud, &w.host, &w.h, &w.built);
    assert_int_equal(w.built.docs.n, 4);
    assert_members(&w, built(&w, "bond0-52:54:00:aa:bb:01"),
                   "{'EtherChannel': true, 'IP Address': '198.51.100.11', 'members': {'ens1f0':"
                   " {'name': 'ens1f0', 'EtherChannel Master': 'bond0-52:54:00:aa:bb:01',"
                   "  'id': 'ens1f0-52:54:00:aa:bb:01', 'mac_address': '52:54:00:aa:bb:01'}}}");
    assert_members(&w, built(&w, "ens1f0-52:54:00:aa:bb:01"),
                   "{'EtherChannel Master': 'bond0-52:54:00:aa:bb:01'}");
}

/* Builders do without what was not told, and never invent an object. */
static void
test_nothing_of_nothing(void **state UNUSED)
{
    AUTO_WORLD        w;
    const struct docs none = { 0 };

    world_init(&w);
    world_ready(&w, "cmp-1", HOST_CONTROLLER | HOST_COMPUTE | HOST_NETWORK);
    build_network_agents(&w.cloud, &w.host, &w.built);
    build_instances(&w.cloud, &w.host, &w.built);
    build_instance_vnics(&w.cloud, &w.host, &w.h, &w.built);
    build_vservices(&w.cloud, &w.host, &w.h, &w.built);
    build_vservice_vnics(&w.cloud, &w.host, &w.h, &w.built);
    build_host_pnics(&w.cloud, &w.host, &w.h, &w.built);
    build_vconnectors(&w.cloud, &w.host, &w.h, &w.built);
    build_vedges(&w.cloud, &w.host, &w.h, &w.built);
    build_oteps(&w.cloud, &w.host, &w.h, &none, &none, &w.built);
    assert_int_equal(w.built.docs.n, 0);
    assert_int_equal(w.built.n_notes, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_host_with_its_system), cmocka_unit_test(test_agents_of_a_host),
        cmocka_unit_test(test_physical_nics),        cmocka_unit_test(test_which_nics_count),
        cmocka_unit_test(test_bond_of_proc),         cmocka_unit_test(test_bond_of_links),
        cmocka_unit_test(test_nothing_of_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
