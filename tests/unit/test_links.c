/* Link rules: the reference's examples (topology.md 5) and its required corrections (12). */

#include "links_world.h"

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
    struct doc *expected = json_of(w.arena, text);

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
        cmocka_unit_test(test_document),
        cmocka_unit_test(test_policy_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
