/* Link rules: the reference's examples (topology.md 5), its required corrections (12), and our own
 * rules (POLICY_FULL) on the wiring of the lab. */

#include "testing.h"
#include "topology_world.h"

/* The link between two ids, or NULL. */
static const struct link *
between(const struct links *links, const char *source, const char *target)
{
    for (size_t i = 0; i < links->n; i++) {
        const struct link *link = &links->items[i];

        if (str_is(links->objects[link->source]->id, source) &&
            str_is(links->objects[link->target]->id, target))
            return link;
    }
    return NULL;
}

static size_t
count(const struct links *links, const char *type)
{
    AUTO_ARENA scratch = arena_new();
    size_t     n = 0;

    for (size_t i = 0; i < links->n; i++)
        n += str_is(link_type_text(links->items[i].type, scratch), type);
    return n;
}

static void
assert_text(struct str s, const char *expected)
{
    if (!expected) {
        assert_null(s.p);
        return;
    }
    assert_non_null(s.p);
    if (!str_is(s, expected))
        fail_msg("expected '%s', found '%.*s'", expected, STR_ARG(s));
}

/* A link of that type and name must be there. */
static const struct link *
expect(const struct links *links, const char *type, const char *source, const char *target,
       const char *name)
{
    AUTO_ARENA         scratch = arena_new();
    const struct link *link = between(links, source, target);

    if (!link)
        fail_msg("no link %s -> %s", source, target);
    assert_text(link_type_text(link->type, scratch), type);
    assert_text(link->name, name);
    return link;
}

static void
add_host(struct world *w, const char *host)
{
    world_add(w,
              "'type':'host','id':'%s','name':'%s','host':'%s','host_type':['Compute','Network']",
              host, host, host);
}

/* --- 5.1 --- */

static void
test_instance_vnic(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    add_host(&w, "h7");
    world_add(&w, "'type':'instance','id':'db','name':'db','host':'h7','network_info':[{'devname':"
                  "'tapAA','network':{'id':'N1','label':'red'}}]");
    world_add(&w, "'type':'vnic','id':'h7-tapAA','name':'tapAA','host':'h7','vnic_type':"
                  "'instance_vnic','instance_id':'db'");
    world_add(&w, "'type':'vnic','id':'h7-tapBB','name':'tapBB','host':'h7','vnic_type':"
                  "'instance_vnic','instance_id':'db'");
    world_add(&w, "'type':'vnic','id':'h7-tapCC','name':'tapCC','host':'h7','vnic_type':"
                  "'instance_vnic','instance_id':'gone'");
    world_sort(&w);

    struct links      *links = world_links(&w, POLICY_CLASSIC);
    const struct link *link = expect(links, "instance-vnic", "db", "h7-tapAA", "red");

    assert_text(link->host, "h7");
    assert_text(link->network, "N1");
    assert_false(link->down);
    link = expect(links, "instance-vnic", "db", "h7-tapBB", NULL);
    assert_text(link->network, NULL);
    assert_int_equal(links->n, 2);
    assert_int_equal(links->n_write_backs, 1);
    assert_int_equal(links->write_backs[0].object, world_find(&w, "h7-tapAA"));
    assert_text(links->write_backs[0].network, "N1");
    assert_int_equal(links->n_notes, 1);
    assert_text(links->notes[0], "vnic h7-tapCC: its instance gone is not in the inventory");
}

/* What an earlier run wrote back counts for nothing, and goes when nothing stands behind it. */
static void
test_old_write_backs(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    add_host(&w, "h7");
    world_add(&w, "'type':'instance','id':'db','host':'h7','network_info':[{'devname':'tapAA',"
                  "'network':{'id':'N1','label':'red'}}]");
    world_add(&w, "'type':'vnic','id':'h7-tapAA','name':'tapAA','host':'h7','vnic_type':"
                  "'instance_vnic','instance_id':'db','network':'N1'");
    world_add(&w, "'type':'vnic','id':'h7-tapBB','name':'tapBB','host':'h7','vnic_type':"
                  "'instance_vnic','instance_id':'db','network':'OLD'");
    world_add(&w, "'type':'vconnector','id':'v','host':'h7','interfaces_names':['tapBB'],"
                  "'interfaces':{},'network':'OLD'");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_CLASSIC);

    assert_int_equal(links->n_write_backs, 2);
    assert_null(links->write_backs[0].network.p);
    assert_null(links->write_backs[1].network.p);
    assert_text(expect(links, "vnic-vconnector", "h7-tapBB", "v", "tapBB")->network, NULL);
}

/* VPP names vNICs in another way; only POLICY_FULL finds their network, by MAC. */
static void
test_instance_vnic_by_mac(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "VPP", "vlan");
    add_host(&w, "h7");
    world_add(&w, "'type':'instance','id':'db','host':'h7','network_info':[{'devname':'tapAA',"
                  "'address':'m','network':{'id':'N1','label':'red'}}]");
    world_add(&w, "'type':'vnic','id':'h7-db-vhostuser-m','name':'db-vhostuser-m','host':'h7',"
                  "'vnic_type':'instance_vnic','instance_id':'db','mac_address':'m'");
    world_sort(&w);
    expect(world_links(&w, POLICY_EXTENDED), "instance-vnic", "db", "h7-db-vhostuser-m", NULL);
    expect(world_links(&w, POLICY_FULL), "instance-vnic", "db", "h7-db-vhostuser-m", "red");
}

/* --- 5.2 --- */

static void
test_oteps(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    world_add(&w, "'type':'otep','id':'h7-otep','name':'h7-otep','host':'h7','parent_id':'A1',"
                  "'parent_type':'vedge','vconnector':'h7-br-t','ip_address':'10.5.0.7'");
    world_add(&w, "'type':'otep','id':'h8-otep','name':'h8-otep','host':'h8','parent_id':'gone',"
                  "'parent_type':'vedge','ip_address':'10.5.0.8'");
    world_add(&w, "'type':'vedge','id':'A1','name':'h7-OVS','host':'h7'");
    world_add(&w, "'type':'vconnector','id':'h7-br-t-1','name':'h7-br-t','host':'h7'");
    world_add(&w, "'type':'host_pnic','id':'p1-m','name':'p1','host':'h7','IP Address':'10.5.0.7'");
    world_add(&w, "'type':'host_pnic','id':'p1-n','name':'p1','host':'h8','IP Address':'10.5.0.8'");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_CLASSIC);

    expect(links, "vedge-otep", "A1", "h7-otep", "h7-OVS-otep");
    expect(links, "otep-vconnector", "h7-otep", "h7-br-t-1", "h7-otep-h7-br-t");
    expect(links, "otep-host_pnic", "h7-otep", "p1-m", "h7pnicp1");
    expect(links, "otep-host_pnic", "h8-otep", "p1-n", "h8pnicp1"); /* its vedge is unknown */
    assert_int_equal(links->n, 4);
    assert_int_equal(links->n_notes, 1);
}

/* With Linux bridge the parent is a bridge: no vedge-otep, and nothing to tell. */
static void
test_otep_of_bridge(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "LXB", "vxlan");
    world_add(&w, "'type':'otep','id':'o','name':'o','host':'h7','parent_id':'b','parent_type':"
                  "'vconnector','vconnector':'h7-brq1'");
    world_add(&w, "'type':'vconnector','id':'b','name':'h7-brq1','host':'h7'");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_CLASSIC);

    assert_int_equal(links->n, 1);
    expect(links, "otep-vconnector", "o", "b", "o-h7-brq1");
    assert_int_equal(links->n_notes, 0);
}

/* --- 5.3 --- */

/* Correction 2: same host and a MAC that is not empty. */
static void
test_vnic_vconnector_by_mac(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "LXB", "vxlan");
    world_add(&w, "'type':'vnic','id':'a-tap1','name':'tap1','host':'a','mac_address':'m'");
    world_add(&w, "'type':'vnic','id':'a-tap2','name':'tap2','host':'a','mac_address':''");
    world_add(&w, "'type':'vnic','id':'b-tap1','name':'tap1','host':'b','mac_address':'m'");
    world_add(&w, "'type':'vconnector','id':'bb','name':'bb','host':'b','interfaces_names':"
                  "['vxlan-1','x','y'],'interfaces':{'vxlan-1':{'mac_address':''},"
                  "'x':{'mac_address':'m'}}");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_CLASSIC);

    assert_int_equal(links->n, 1);
    expect(links, "vnic-vconnector", "b-tap1", "bb", "m");
}

/* Only the first driver decides. */
static void
test_first_driver_decides(void **state UNUSED)
{
    static const struct str drivers[] = { STR("OVS"), STR("VPP") };
    AUTO_WORLD              w;

    world_init(&w, "OVS", "vxlan");
    w.environment.mechanism_drivers = drivers;
    w.environment.n_mechanism_drivers = 2;
    world_add(&w, "'type':'vnic','id':'a-tap1','name':'tap1','host':'a','mac_address':'m'");
    world_add(&w, "'type':'vconnector','id':'v','name':'v','host':'a','interfaces_names':['other',"
                  "'tap1'],'interfaces':{'other':{'mac_address':'m'}}");
    world_add(&w, "'type':'vedge','id':'e','name':'e','host':'a','ports':{'other':{'id':'1'}}");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_CLASSIC);

    expect(links, "vnic-vconnector", "a-tap1", "v", "m");
    /* ... while this rule asks whether VPP is among them. */
    expect(links, "vconnector-vedge", "v", "e", "port-1");
    assert_int_equal(links->n, 2);
}

/* The last vNIC decides the bridge's network; the NIC is the interface up to its first dot. */
static void
test_bridge_with_nic(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    add_host(&w, "h7");
    world_add(&w, "'type':'instance','id':'i','host':'h7','network_info':[{'devname':'tapA',"
                  "'network':{'id':'N1'}},{'devname':'tapB','network':{'id':'N2'}}]");
    world_add(&w, "'type':'vnic','id':'h7-tapA','name':'tapA','host':'h7','vnic_type':"
                  "'instance_vnic','instance_id':'i'");
    world_add(&w, "'type':'vnic','id':'h7-tapB','name':'tapB','host':'h7','vnic_type':"
                  "'instance_vnic','instance_id':'i'");
    world_add(&w, "'type':'vconnector','id':'v','name':'v','host':'h7','interfaces_names':['tapB',"
                  "'eth1.103','tapA'],'interfaces':{}");
    world_add(&w,
              "'type':'host_pnic','id':'eth1-m','name':'eth1','host':'h7','Link detected':'no'");
    world_add(&w, "'type':'host_pnic','id':'eth1-n','name':'eth1','host':'h8'");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_CLASSIC);

    assert_false(expect(links, "vconnector-host_pnic", "v", "eth1-m", "eth1")->down);
    assert_null(between(links, "v", "eth1-n"));
    assert_text(links->write_backs[2].network, "N1");
    /* A bridge of several networks must not be cut out of the cliques of some of them. */
    assert_text(expect(world_links(&w, POLICY_FULL), "vconnector-host_pnic", "v", "eth1-m", "eth1")
                    ->network,
                NULL);
}

/* --- 5.4 --- */

static void
test_vedge_ports(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    world_add(&w, "'type':'vedge','id':'e','name':'h7-OVS','host':'h7','ports':{"
                  "'qvoAA':{'id':12,'tag':3},'qvoBB':{'id':'13'},'tapCC':{'id':'14','tag':'5'},"
                  "'eth1':{'id':'1'},'eth2':{'id':'2'}}");
    world_add(&w, "'type':'vconnector','id':'v1','host':'h7','interfaces_names':['qvbAA'],"
                  "'interfaces':{'qvbAA':{'mac_address':'m'}}");
    world_add(&w, "'type':'vconnector','id':'v2','host':'h7','interfaces_names':['qvbBB']");
    world_add(&w, "'type':'vnic','id':'h7-tapCC','name':'tapCC','host':'h7'");
    world_add(&w, "'type':'host_pnic','id':'p1','name':'eth1','host':'h7','Link detected':'yes'");
    world_add(&w, "'type':'host_pnic','id':'p2','name':'eth2','host':'h7'");
    world_sort(&w);

    struct links      *links = world_links(&w, POLICY_CLASSIC);
    const struct link *link = expect(links, "vconnector-vedge", "v1", "e", "port-12-3");

    assert_text(link->source_label, "qvbAA");
    assert_text(link->target_label, "qvoAA");
    assert_text(link->mac_address, "m");
    assert_text(expect(links, "vconnector-vedge", "v2", "e", "port-13")->mac_address, "Unknown");
    link = expect(links, "vnic-vedge", "h7-tapCC", "e", "tapCC-h7-OVS-5");
    assert_text(link->source_label, "");
    assert_text(link->target_label, "14");
    assert_false(expect(links, "vedge-host_pnic", "e", "p1", "Port-1")->down);
    assert_true(expect(links, "vedge-host_pnic", "e", "p2", "Port-2")->down); /* correction 8 */
    assert_int_equal(links->n, 5);
}

static void
test_vedge_with_pnic(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vlan");
    world_add(&w, "'type':'vedge','id':'e','name':'e','host':'h7','pnic':'bond0','ports':{"
                  "'bond0':{'id':'7'},'eno1':{'id':'8'}}");
    world_add(&w, "'type':'host_pnic','id':'b','name':'bond0','host':'h7','port_id':'7'");
    world_add(&w, "'type':'host_pnic','id':'n','name':'eno1','host':'h7'");
    world_add(&w, "'type':'network','id':'N','name':'N','provider:network_type':'vlan'");
    world_add(&w, "'type':'port','id':'q','network_id':'N','binding:host_id':'h7'");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_CLASSIC);

    expect(links, "vedge-host_pnic", "e", "b", "Port-7");
    assert_text(expect(links, "host_pnic-network", "b", "N", "Segment-None")->source_label,
                "port-7");
    assert_int_equal(links->n, 2);
}

/* VPP: two ports of one bridge domain are one link, with the labels of the later port. */
static void
test_vpp_ports(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "VPP", "vlan");
    world_add(&w,
              "'type':'vedge','id':'e','name':'e','host':'h7','ports':{'Gi0/8/0.20':{'id':'121'}"
              ",'VE0/0/0':{'id':'2'},'Gi0/8/0':{'id':'1'}}");
    world_add(&w, "'type':'vconnector','id':'v','host':'h7','interfaces_names':['VE0/0/0',"
                  "'Gi0/8/0.20'],'interfaces':{'Gi0/8/0.20':{'mac_address':''}}");
    world_add(&w, "'type':'host_pnic','id':'p','name':'Gi0/8/0','host':'h7'");
    world_sort(&w);

    struct links      *links = world_links(&w, POLICY_CLASSIC);
    const struct link *link = expect(links, "vconnector-vedge", "v", "e", "port-121");

    assert_text(link->source_label, "Gi0/8/0.20");
    assert_text(link->mac_address, "");
    expect(links, "vconnector-host_pnic", "v", "p", "Gi0/8/0");
    expect(links, "vedge-host_pnic", "e", "p", "Port-1");
    assert_int_equal(links->n, 3);
}

/* --- 5.5, 5.6 --- */

static void
test_services(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    add_host(&w, "h1");
    world_add(&w,
              "'type':'vservice','id':'h1-qrouter-R','name':'r1','object_name':'r1','host':'h1'");
    world_add(&w, "'type':'network','id':'N1','name':'red'");
    world_add(&w, "'type':'vnic','id':'h1-qr-AA','name':'qr-AA','object_name':'qr-AA','host':'h1',"
                  "'vnic_type':'vservice_vnic','parent_id':'h1-qrouter-R-vnics','network':'N1'");
    world_add(&w, "'type':'vnic','id':'h1-qg-BB','name':'qg-BB','object_name':'qg-BB','host':'h1',"
                  "'vnic_type':'vservice_vnic','parent_id':'h1-qrouter-R-vnics'");
    world_add(&w, "'type':'vnic','id':'h1-qg-CC','name':'qg-CC','object_name':'qg-CC','host':'h1',"
                  "'vnic_type':'vservice_vnic','parent_id':'h1-qrouter-R-vnics','network':'NX'");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_CLASSIC);

    assert_text(expect(links, "vservice-vnic", "h1-qrouter-R", "h1-qr-AA", "red")->network, "N1");
    assert_text(expect(links, "vservice-vnic", "h1-qrouter-R", "h1-qg-BB", "r1-qg-BB")->network,
                NULL);
    assert_text(expect(links, "vservice-vnic", "h1-qrouter-R", "h1-qg-CC", "r1-qg-CC")->network,
                NULL); /* correction 11 */
    assert_int_equal(links->n, 3);
    assert_int_equal(links->n_write_backs, 0);
}

/* Correction 5: an unknown network is skipped, the others are linked. */
static void
test_networks_of_host(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    world_add(&w, "'type':'host_pnic','id':'p','name':'eth0','host':'h7','port_id':''");
    world_add(&w, "'type':'network','id':'N1','provider:segmentation_id':7");
    world_add(&w, "'type':'network','id':'N2'");
    world_add(&w, "'type':'port','id':'1','network_id':'N0','binding:host_id':'h7'");
    world_add(&w, "'type':'port','id':'2','network_id':'N1','binding:host_id':'h7'");
    world_add(&w, "'type':'port','id':'3','network_id':'N1','binding:host_id':'h7'");
    world_add(&w, "'type':'port','id':'4','network_id':'N2','binding:host_id':'h8'");
    world_sort(&w);

    struct links      *links = world_links(&w, POLICY_CLASSIC);
    const struct link *link = expect(links, "host_pnic-network", "p", "N1", "Segment-7");

    assert_int_equal(links->n, 1);
    assert_true(link->down);
    assert_text(link->source_label, "port-");
    assert_text(link->host, "h7");
    assert_int_equal(links->n_notes, 1);
}

static void
test_switches(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vlan");
    world_add(&w, "'type':'host_pnic','id':'eth1-m','name':'eth1','host':'h7','mac_address':'m',"
                  "'Link detected':'yes'");
    world_add(&w, "'type':'host_pnic','id':'eth2','name':'eth2','host':'h7'");
    world_add(&w, "'type':'switch','id':'leaf','object_name':'leaf'");
    world_add(&w, "'type':'switch','id':'spine','object_name':'spine'");
    world_add(&w, "'type':'switch_pnic','id':'leaf-eth1__5-m','object_name':'eth1/5','parent_id':"
                  "'leaf','role':'hostlink','mac_address':'m','switch':'leaf'");
    world_add(&w, "'type':'switch_pnic','id':'leaf-eth1__49','object_name':'eth1/49','parent_id':"
                  "'leaf','role':'uplink','connected_to':'spine-eth1__1','switch':'leaf'");
    world_add(&w, "'type':'switch_pnic','id':'spine-eth1__1','object_name':'eth1/1','parent_id':"
                  "'spine','role':'downlink','connected_to':'leaf-eth1__49','switch':'spine'");
    world_add(&w, "'type':'switch_pnic','id':'leaf-uplink','object_name':'u','parent_id':'gone',"
                  "'role':'uplink','connected_to':'spine-eth1__1'");
    world_sort(&w);

    struct links      *links = world_links(&w, POLICY_CLASSIC);
    const struct link *link =
        expect(links, "host_pnic-switch_pnic", "eth1-m", "leaf-eth1__5-m", "h7-leaf");

    assert_text(link->host, "h7");
    link = expect(links, "switch-switch_pnic", "leaf", "leaf-eth1__49", "leaf=eth1/49");
    assert_text(link->switch_id, "leaf");
    assert_null(link->host.p);
    link = expect(links, "switch_pnic-switch_pnic", "leaf-eth1__49", "spine-eth1__1", "eth1/49");
    assert_text(link->switch_id, "leaf");
    expect(links, "switch_pnic-switch_pnic", "leaf-uplink", "spine-eth1__1", "leaf-uplink");
    assert_int_equal(count(links, "switch_pnic-switch_pnic"), 2);
    assert_int_equal(links->n, 6);
}

/* --- our own rules --- */

/* A compute of the lab: the tunnel address is on br-data, which has eth1; br-ex has eth2. */
static void
add_lab_host(struct world *w)
{
    add_host(w, "cmp1");
    for (int n = 0; n < 3; n++)
        world_add(w,
                  "'type':'host_pnic','id':'eth%d','name':'eth%d','host':'cmp1',"
                  "'Link detected':'yes'",
                  n, n);
    world_add(w, "'type':'vedge','id':'E','name':'cmp1-OVS','host':'cmp1','configurations':"
                 "{'tunneling_ip':'10.78.0.21','bridge_mappings':{'physnet1':'br-ex'}},'ports':{"
                 "'eth1':{'id':'1','bridge':'br-data'},'br-data':{'id':'2','bridge':'br-data'},"
                 "'br-int':{'id':'3','bridge':'br-int'},'eth2':{'id':'4','bridge':'br-ex'},"
                 "'tapAA':{'id':'5','bridge':'br-int','tag':'1'}}");
    world_add(w, "'type':'otep','id':'cmp1-otep','name':'cmp1-otep','host':'cmp1','parent_id':'E',"
                 "'parent_type':'vedge','ip_address':'10.78.0.21','vconnector':'cmp1-br-data'");
    world_add(w, "'type':'network','id':'NV','name':'net-a','provider:network_type':'vxlan'");
    world_add(w, "'type':'network','id':'NF','name':'ext','provider:network_type':'flat',"
                 "'provider:physical_network':'physnet1'");
    world_add(w, "'type':'network','id':'NX','name':'other','provider:network_type':'vlan',"
                 "'provider:physical_network':'physnet2'");
    world_add(w, "'type':'network','id':'NL','name':'local','provider:network_type':'local'");
    for (int n = 0; n < 4; n++)
        world_add(w, "'type':'port','id':'p%d','network_id':'%s','binding:host_id':'cmp1'", n,
                  ((const char *const[]){ "NV", "NF", "NX", "NL" })[n]);
}

static void
test_full_on_the_lab(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    add_lab_host(&w);
    world_add(&w, "'type':'vnic','id':'cmp1-tapAA','name':'tapAA','host':'cmp1','vnic_type':"
                  "'vservice_vnic','network':'NV','parent_id':'x-vnics'");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_FULL);

    expect(links, "otep-host_pnic", "cmp1-otep", "eth1", "cmp1pniceth1");
    assert_int_equal(count(links, "otep-host_pnic"), 1);
    expect(links, "host_pnic-network", "eth1", "NV", "Segment-None");
    expect(links, "host_pnic-network", "eth2", "NF", "Segment-None");
    assert_int_equal(count(links, "host_pnic-network"), 2);
    assert_text(expect(links, "vnic-vedge", "cmp1-tapAA", "E", "tapAA-cmp1-OVS-1")->network, "NV");

    const struct link *link = expect(links, "vedge-otep", "E", "cmp1-otep", "cmp1-OVS-otep");

    assert_true(link->has_physical);
    assert_null(link->physical_network.p);
    assert_text(expect(links, "vedge-host_pnic", "E", "eth2", "Port-4")->physical_network,
                "physnet1");
    assert_text(expect(links, "vedge-host_pnic", "E", "eth1", "Port-1")->physical_network, "");

    /* The original ties each NIC to each network. */
    links = world_links(&w, POLICY_EXTENDED);
    assert_int_equal(count(links, "host_pnic-network"), 12);
    assert_int_equal(count(links, "otep-host_pnic"), 0);
    assert_null(expect(links, "vnic-vedge", "cmp1-tapAA", "E", "tapAA-cmp1-OVS-1")->network.p);
}

/* The address on a VLAN device or a bond, which have no "IP Address" in the inventory. */
static void
test_full_tunnel_devices(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    world_add(&w, "'type':'vedge','id':'E','name':'E','host':'h','ports':{'bond1.7':{'id':'1',"
                  "'bridge':'br-ex'}},'configurations':{'bridge_mappings':{'p':'br-ex'}}");
    world_add(&w, "'type':'otep','id':'o','name':'o','host':'h','parent_id':'E','vconnector':"
                  "'h-bond0.30'");
    world_add(&w, "'type':'host_pnic','id':'b0','name':'bond0','host':'h'");
    world_add(&w, "'type':'host_pnic','id':'b1','name':'bond1','host':'h'");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_FULL);

    expect(links, "otep-host_pnic", "o", "b0", "hpnicbond0");
    assert_text(expect(links, "vedge-host_pnic", "E", "b1", "Port-1")->physical_network, "p");
    assert_int_equal(links->n, 3);
}

/* Linux bridge in the lab: DHCP and router ends in namespaces, their taps in the bridge. */
static void
test_full_linux_bridge(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "LXB", "vxlan");
    add_host(&w, "net1");
    world_add(&w, "'type':'host_pnic','id':'eth1','name':'eth1','host':'net1','IP Address':"
                  "'10.78.0.11'");
    world_add(&w, "'type':'host_pnic','id':'eth2','name':'eth2','host':'net1'");
    world_add(&w, "'type':'network','id':'677c74f3-cc0d','provider:network_type':'vxlan'");
    world_add(&w, "'type':'network','id':'9d86ce78-d5d7','provider:network_type':'flat',"
                  "'provider:physical_network':'physnet1'");
    world_add(&w, "'type':'network','id':'00000000-0000','provider:network_type':'flat',"
                  "'provider:physical_network':'physnet1'");
    world_add(&w, "'type':'port','id':'1','network_id':'677c74f3-cc0d','binding:host_id':'net1'");
    world_add(&w, "'type':'port','id':'2','network_id':'9d86ce78-d5d7','binding:host_id':'net1'");
    world_add(&w, "'type':'port','id':'3','network_id':'00000000-0000','binding:host_id':'net1'");
    world_add(&w, "'type':'vnic','id':'net1-ns-26b2d3ea-3b','name':'ns-26b2d3ea-3b','host':'net1',"
                  "'vnic_type':'vservice_vnic','network':'677c74f3-cc0d','mac_address':'m1'");
    world_add(&w, "'type':'vnic','id':'net1-qg-a2f7aee9-67','name':'qg-a2f7aee9-67','host':'net1',"
                  "'vnic_type':'vservice_vnic','network':'9d86ce78-d5d7'");
    world_add(&w,
              "'type':'vconnector','id':'b1','name':'net1-brq677c74f3-cc','host':'net1',"
              "'bridge_name':'brq677c74f3-cc','interfaces_names':['tap26b2d3ea-3b','vxlan-1262'],"
              "'interfaces':{},'configurations':{'interface_mappings':{'physnet1':'eth2'}}");
    world_add(&w, "'type':'vconnector','id':'b2','name':'net1-brq9d86ce78-d5','host':'net1',"
                  "'bridge_name':'brq9d86ce78-d5','interfaces_names':['eth2','tapa2f7aee9-67'],"
                  "'interfaces':{}");
    world_add(&w, "'type':'otep','id':'o','name':'o','host':'net1','parent_id':'b1','parent_type':"
                  "'vconnector','ip_address':'10.78.0.11','vconnector':'net1-brq677c74f3-cc'");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_FULL);

    expect(links, "vnic-vconnector", "net1-ns-26b2d3ea-3b", "b1", "m1");
    expect(links, "vnic-vconnector", "net1-qg-a2f7aee9-67", "b2", "qg-a2f7aee9-67");
    assert_text(expect(links, "otep-host_pnic", "o", "eth1", "net1pniceth1")->network,
                "677c74f3-cc0d");
    assert_text(expect(links, "otep-vconnector", "o", "b1", "o-net1-brq677c74f3-cc")->network,
                "677c74f3-cc0d");
    assert_text(expect(links, "vconnector-host_pnic", "b2", "eth2", "eth2")->network,
                "9d86ce78-d5d7");
    expect(links, "host_pnic-network", "eth1", "677c74f3-cc0d", "Segment-None");
    expect(links, "host_pnic-network", "eth2", "9d86ce78-d5d7", "Segment-None");
    /* No bridge of this network yet: the NIC that the agent would take. */
    expect(links, "host_pnic-network", "eth2", "00000000-0000", "Segment-None");
    assert_int_equal(count(links, "host_pnic-network"), 3);
}

/* The tap of a stopped instance is in no bridge; a running one's place counts more than its XML. */
static void
test_full_stopped_instance(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    world_add(&w,
              "'type':'vnic','id':'h-tapA','name':'tapA','host':'h','vnic_type':'instance_vnic',"
              "'source_bridge':'qbrA','mac_address':'m'");
    world_add(&w,
              "'type':'vnic','id':'h-tapB','name':'tapB','host':'h','vnic_type':'instance_vnic',"
              "'source_bridge':'qbrA','mac_address':'n'");
    world_add(&w, "'type':'vconnector','id':'va','name':'h-qbrA','host':'h','bridge_name':'qbrA',"
                  "'interfaces_names':['qvbA'],'interfaces':{'qvbA':{'mac_address':'m'}}");
    world_add(&w, "'type':'vconnector','id':'vb','name':'h-qbrB','host':'h','bridge_name':'qbrB',"
                  "'interfaces_names':['tapB'],'interfaces':{}");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_FULL);

    expect(links, "vnic-vconnector", "h-tapA", "va", "m");
    expect(links, "vnic-vconnector", "h-tapB", "vb", "n");
    assert_int_equal(links->n, 2);
}

/* --- documents --- */

static void
test_document(void **state UNUSED)
{
    AUTO_WORLD w;
    AUTO_BUF   b, body;

    buf_init(&b, 0);
    buf_init(&body, 0);
    world_init(&w, "OVS", "vxlan");
    world_add(&w, "'type':'vedge','_id':'5f000000000000000000000c','id':'e','name':'h7-OVS',"
                  "'host':'h7','ports':{'qvo\\\"\\u00e4':{'id':'12','tag':'3'}}");
    world_add(&w, "'type':'vconnector','_id':'5f0000000000000000000018','id':'v','host':'h7',"
                  "'interfaces_names':['qvb\\\"\\u00e4'],"
                  "'interfaces':{'qvb\\\"\\u00e4':{'mac_address':'m'}}");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_CLASSIC);
    struct error  err;
    const char   *text =
        "{'attributes':{'mac_address':'m','source_label':'qvb\\\"\xc3\xa4','target_label':"
        "'qvo\\\"\xc3\xa4'},'environment':'lab','host':'h7','implicit':false,'link_name':'port-12-"
        "3',"
        "'link_type':'vconnector-vedge','link_weight':0,'source':'5f0000000000000000000018',"
        "'source_id':'v','source_label':'qvb\\\"\xc3\xa4','state':'up','target':"
        "'5f000000000000000000000c','target_id':'e','target_label':'qvo\\\"\xc3\xa4'}";
    struct doc *expected = json_of(w.arena, str_from(text));

    assert_int_equal(links->n, 1);
    link_write_body(&body, w.environment.name, links, &links->items[0]);
    assert_true(str_equal(buf_str(&body), doc_body(w.arena, expected)));

    /* With its "_id" the document is canonical, too. */
    link_write(&b, w.environment.name, links, &links->items[0]);

    struct doc *document = doc_parse(w.arena, buf_str(&b), &err);

    assert_non_null(document);
    assert_true(str_equal(buf_str(&b), doc_body(w.arena, document)));
    assert_true(
        str_equal(doc_get_text(document, "_id"),
                  oid_text(link_oid(w.environment.name, links, &links->items[0]), w.arena)));
}

static void
test_policy_names(void **state UNUSED)
{
    for (enum policy policy = POLICY_CLASSIC; policy <= POLICY_FULL; policy++) {
        enum policy read;

        assert_true(policy_from_name(str_from(policy_name(policy)), &read));
        assert_int_equal(read, policy);
    }

    enum policy none;

    assert_false(policy_from_name(STR("fuller"), &none));
}

/* --- laws --- */

static struct cloud_plan
random_plan(struct rng *rng)
{
    return (struct cloud_plan){
        .wiring = (enum wiring)rng_below(rng, 3),
        .n_hosts = 1 + rng_below(rng, 10),
        .n_instances = rng_below(rng, 6),
        .n_networks = 1 + rng_below(rng, 5),
        .rng = { rng_next(rng) },
    };
}

static struct str
text_of_links(struct arena *arena, struct str environment, const struct links *links)
{
    AUTO_BUF b;

    buf_init(&b, 0);
    for (size_t i = 0; i < links->n; i++) {
        link_write(&b, environment, links, &links->items[i]);
        buf_char(&b, '\n');
    }
    return arena_str(arena, buf_str(&b));
}

static void
shuffle_objects(struct rng *rng, struct world *w)
{
    for (size_t i = w->n; i > 1; i--) {
        size_t               j = rng_below(rng, i);
        const struct object *kept = w->objects[i - 1];

        w->objects[i - 1] = w->objects[j];
        w->objects[j] = kept;
    }
}

/* Whatever the order in which objects were found, the links are the same. */
static void
test_links_ignore_order(void **state UNUSED)
{
    struct rng rng = rng_seeded();

    for (int round = 0; round < 30; round++) {
        struct cloud_plan plan = random_plan(&rng);
        AUTO_WORLD        w;

        world_make(&w, &plan);
        for (enum policy policy = POLICY_CLASSIC; policy <= POLICY_FULL; policy++) {
            struct str before = text_of_links(w.arena, w.environment.name, world_links(&w, policy));

            shuffle_objects(&rng, &w);
            assert_true(str_equal(
                before, text_of_links(w.arena, w.environment.name, world_links(&w, policy))));
            world_sort(&w);
        }
    }
}

/* Linking host by host, each with the cloud's own objects, finds the same links as all at once: a
 * partial scan may link one host. */
static void
test_links_host_by_host(void **state UNUSED)
{
    struct rng rng = rng_seeded();

    for (int round = 0; round < 20; round++) {
        struct cloud_plan plan = random_plan(&rng);
        AUTO_WORLD        w;
        size_t            n_links = 0;

        world_make(&w, &plan);

        struct links *whole = world_links(&w, POLICY_FULL);

        for (size_t h = 0; h < plan.n_hosts; h++) {
            struct str            host = arena_printf(w.arena, "h%05zu", h);
            const struct object **some = arena_array(w.arena, const struct object *, w.n);
            size_t                n = 0;

            for (size_t i = 0; i < w.n; i++)
                if (str_empty(w.objects[i]->host) || str_equal(w.objects[i]->host, host))
                    some[n++] = w.objects[i];

            struct links *part = links_find(w.arena, &w.environment, POLICY_FULL, some, n);

            for (size_t i = 0; i < part->n; i++) {
                const struct object *source = some[part->items[i].source];
                const struct object *target = some[part->items[i].target];

                assert_non_null(between(whole, source->id.p, target->id.p));
            }
            n_links += part->n;
        }
        assert_int_equal(n_links, whole->n);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_instance_vnic),
        cmocka_unit_test(test_old_write_backs),
        cmocka_unit_test(test_instance_vnic_by_mac),
        cmocka_unit_test(test_oteps),
        cmocka_unit_test(test_otep_of_bridge),
        cmocka_unit_test(test_vnic_vconnector_by_mac),
        cmocka_unit_test(test_first_driver_decides),
        cmocka_unit_test(test_bridge_with_nic),
        cmocka_unit_test(test_vedge_ports),
        cmocka_unit_test(test_vedge_with_pnic),
        cmocka_unit_test(test_vpp_ports),
        cmocka_unit_test(test_services),
        cmocka_unit_test(test_networks_of_host),
        cmocka_unit_test(test_switches),
        cmocka_unit_test(test_full_on_the_lab),
        cmocka_unit_test(test_full_tunnel_devices),
        cmocka_unit_test(test_full_linux_bridge),
        cmocka_unit_test(test_full_stopped_instance),
        cmocka_unit_test(test_document),
        cmocka_unit_test(test_policy_names),
        cmocka_unit_test(test_links_ignore_order),
        cmocka_unit_test(test_links_host_by_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
