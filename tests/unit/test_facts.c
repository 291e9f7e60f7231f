/* What the adapter takes from documents, in the shapes they come in. */

#include "testing.h"
#include "topology_world.h"

static const struct object *
only(struct world *w, const char *document)
{
    world_add(w, "%s", document);
    return w->objects[w->n - 1];
}

static void
test_vconnector_shapes(void **state UNUSED)
{
    static const char *const documents[] = {
        "'type':'vconnector','id':'v1','host':'h7','interfaces_names':['eth1.103','qvbAA'],"
        "'interfaces':{'qvbAA':{'mac_address':'m'},'eth1.103':{'mac_address':''}}",
        "'type':'vconnector','id':'v2','host':'h7','interfaces_names':['eth1.103','qvbAA'],"
        "'interfaces':{'eth1[dot]103':{'mac_address':''},'qvbAA':{'mac_address':'m'}}",
        "'type':'vconnector','id':'v3','host':'h7','interfaces_names':['eth1.103','qvbAA'],"
        "'interfaces':[{'name':'qvbAA','mac_address':'m'},{'name':'eth1.103','mac_address':''}]",
        "'type':'vconnector','id':'v4','host':'h7',"
        "'interfaces':[{'name':'eth1.103','mac_address':''},{'name':'qvbAA','mac_address':'m'}]",
        "'type':'vconnector','id':'v5','host':'h7',"
        "'interfaces':{'eth1[dot]103':{'mac_address':''},'qvbAA':{'mac_address':'m'}}",
    };
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    for (size_t i = 0; i < N_ELEMENTS(documents); i++) {
        const struct vconnector_facts *v = vconnector_facts(only(&w, documents[i]));

        assert_int_equal(v->n_interfaces, 2);
        assert_text(v->interfaces[0].name, "eth1.103");
        assert_text(v->interfaces[0].mac, "");
        assert_text(v->interfaces[1].name, "qvbAA");
        assert_text(v->interfaces[1].mac, "m");
    }
}

static void
test_interface_without_mac(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");

    const struct vconnector_facts *v =
        vconnector_facts(only(&w, "'type':'vconnector','id':'v','interfaces_names':['a','b',7],"
                                  "'interfaces':{'b':{'name':'b'}}"));

    assert_int_equal(v->n_interfaces, 2);
    assert_text(v->interfaces[0].mac, NULL);
    assert_text(v->interfaces[1].mac, NULL);
}

static void
test_vedge_shapes(void **state UNUSED)
{
    static const char *const documents[] = {
        "'type':'vedge','id':'e1','ports':{'b':{'id':'12','name':'b','tag':'3'},"
        "'a':{'id':'9','name':'a','bridge':'br-int'}}",
        "'type':'vedge','id':'e2','ports':[{'id':12,'name':'b','tag':3},"
        "{'id':9,'name':'a','bridge':'br-int'}]",
        "'type':'vedge','id':'e3','ports':{'b':{'id':12,'tag':3},'a':{'id':9,'bridge':'br-int',"
        "'tag':null},'c':'odd'}",
    };
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    for (size_t i = 0; i < N_ELEMENTS(documents); i++) {
        const struct vedge_facts *v = vedge_facts(only(&w, documents[i]));

        assert_int_equal(v->n_ports, 2);
        assert_text(v->ports[0].name, "a");
        assert_text(v->ports[0].id, "9");
        assert_text(v->ports[0].tag, NULL);
        assert_text(v->ports[0].bridge, "br-int");
        assert_text(v->ports[1].name, "b");
        assert_text(v->ports[1].id, "12");
        assert_text(v->ports[1].tag, "3");
    }
}

/* vedge.pnic restricts only where the agent has no tunnel. */
static void
test_pnic_of_vedge(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vlan");
    assert_text(vedge_facts(only(&w, "'type':'vedge','id':'a','pnic':'bond0',"
                                     "'configurations':{'tunneling_ip':''}"))
                    ->pnic,
                "bond0");
    assert_text(vedge_facts(only(&w, "'type':'vedge','id':'b','pnic':'bond0'"))->pnic, "bond0");
    assert_text(vedge_facts(only(&w, "'type':'vedge','id':'c','pnic':'bond0',"
                                     "'configurations':{'tunneling_ip':'10.0.0.1'}"))
                    ->pnic,
                NULL);
    assert_text(vedge_facts(only(&w, "'type':'vedge','id':'d'"))->pnic, NULL);
}

static void
test_networks(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");

    const struct network_facts *vxlan = network_facts(
        only(&w, "'type':'network','id':'n1','network':'n1','provider:network_type':'vxlan',"
                 "'provider:segmentation_id':101,'provider:physical_network':null"));
    const struct network_facts *flat = network_facts(
        only(&w, "'type':'network','id':'n2','provider:network_type':'flat',"
                 "'provider:segmentation_id':null,'provider:physical_network':'physnet1'"));
    const struct network_facts *local =
        network_facts(only(&w, "'type':'network','id':'n3','provider:network_type':'local'"));

    assert_int_equal(vxlan->carrier, CARRIED_BY_TUNNEL);
    assert_text(vxlan->segment, "101");
    assert_int_equal(vxlan->base.network_shape, FACT_SINGLE);
    assert_text(vxlan->base.networks[0], "n1");
    assert_int_equal(flat->carrier, CARRIED_BY_NIC);
    assert_text(flat->physical_network, "physnet1");
    assert_text(flat->segment, "None");
    assert_int_equal(flat->base.network_shape, FACT_ABSENT);
    assert_int_equal(local->carrier, CARRIED_BY_NOTHING);
    assert_text(local->segment, "None");
}

static void
test_instances(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");

    const struct instance_facts *two = instance_facts(
        only(&w, "'type':'instance','id':'a','network':['N1','N2',3],'network_info':[{'devname':"
                 "'tapAA','address':'m','network':{'id':'N1','label':null}},'odd',{'network':7}]"));

    assert_true(two->has_infos);
    assert_int_equal(two->n_infos, 2);
    assert_text(two->infos[0].device, "tapAA");
    assert_text(two->infos[0].network, "N1");
    assert_text(two->infos[0].label, NULL);
    assert_text(two->infos[1].network, NULL);
    assert_int_equal(two->base.network_shape, FACT_LIST);
    assert_int_equal(two->base.n_networks, 2);

    assert_false(instance_facts(only(&w, "'type':'instance','id':'b'"))->has_infos);
    assert_false(
        instance_facts(only(&w, "'type':'instance','id':'c','network_info':null"))->has_infos);
    assert_true(
        instance_facts(only(&w, "'type':'instance','id':'d','network_info':[]"))->has_infos);
}

/* Types that no rule looks at have no facts; a document of odd types must not matter. */
static void
test_odd_documents(void **state UNUSED)
{
    static const char *const types[] = {
        "host",       "instance", "vnic", "vservice",  "network", "port",
        "vconnector", "vedge",    "otep", "host_pnic", "switch",  "switch_pnic",
    };
    AUTO_ARENA arena = arena_new();
    AUTO_WORLD w;

    world_init(&w, "OVS", "vxlan");
    assert_null(only(&w, "'type':'region','id':'r'")->facts);
    assert_null(facts_from_doc(arena, NULL));
    for (size_t i = 0; i < N_ELEMENTS(types); i++) {
        char text[1000];

        snprintf(text, sizeof text,
                 "'type':'%s','id':'x','host':7,'host_type':'Network','network':{},"
                 "'network_info':'x','mac_address':[1],'interfaces':7,'interfaces_names':{'a':1},"
                 "'ports':'no','configurations':[],'pnic':{},'vconnector':{},'port_id':null,"
                 "'Link detected':true,'role':1,'connected_to':[],'provider:segmentation_id':{}",
                 types[i]);
        assert_non_null(only(&w, text)->facts);
    }
    /* ... and linking them must not fail. */
    for (enum policy policy = POLICY_CLASSIC; policy <= POLICY_FULL; policy++)
        assert_int_equal(world_links(&w, policy)->n, 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vconnector_shapes), cmocka_unit_test(test_interface_without_mac),
        cmocka_unit_test(test_vedge_shapes),      cmocka_unit_test(test_pnic_of_vedge),
        cmocka_unit_test(test_networks),          cmocka_unit_test(test_instances),
        cmocka_unit_test(test_odd_documents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
