/* Our own link rules (POLICY_FULL) on the wiring of the lab, and the laws of all rules. */

#include "links_world.h"

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

/* The network that was found for an object, "" = none. */
static struct str
network_found(const struct links *links, const char *id)
{
    for (size_t i = 0; i < links->n_write_backs; i++)
        if (str_is(links->objects[links->write_backs[i].object]->id, id))
            return links->write_backs[i].network;
    return STR_NONE;
}

/* The last vNIC has gone: Neutron's bridges are named after their network, Nova's after a port. */
static void
test_full_networks_of_empty_bridges(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "LXB", "vxlan");
    world_add(&w, "'type':'network','id':'677c74f3-cc0d-41d4','provider:network_type':'vxlan'");
    world_add(&w, "'type':'port','id':'26b2d3ea-3b1c-4d1e','network_id':'677c74f3-cc0d-41d4'");
    world_add(&w, "'type':'host_pnic','id':'eth2','name':'eth2','host':'h'");
    world_add(&w, "'type':'vconnector','id':'b','name':'h-brq677c74f3-cc','host':'h',"
                  "'bridge_name':'brq677c74f3-cc','interfaces_names':['eth2'],'interfaces':{}");
    world_add(&w, "'type':'vconnector','id':'q','name':'h-qbr26b2d3ea-3b','host':'h',"
                  "'bridge_name':'qbr26b2d3ea-3b','interfaces_names':[],'interfaces':{}");
    world_add(&w, "'type':'vconnector','id':'x','name':'h-brq00000000-00','host':'h',"
                  "'bridge_name':'brq00000000-00','interfaces_names':[],'interfaces':{}");
    world_add(&w, "'type':'port','id':'11111111-22'");
    world_add(&w, "'type':'vconnector','id':'z','name':'h-qbr11111111-22','host':'h',"
                  "'bridge_name':'qbr11111111-22','interfaces_names':[],'interfaces':{}");
    world_add(&w, "'type':'vconnector','id':'y','name':'h-677c74f3-cc','host':'h',"
                  "'bridge_name':'677c74f3-cc','interfaces_names':[],'interfaces':{}");
    world_sort(&w);

    struct links *links = world_links(&w, POLICY_FULL);

    assert_text(network_found(links, "b"), "677c74f3-cc0d-41d4");
    assert_text(network_found(links, "q"), "677c74f3-cc0d-41d4");
    assert_text(network_found(links, "x"), "");
    assert_text(network_found(links, "y"), "");
    assert_int_equal(links->n_write_backs, 2);
    assert_text(expect(links, "vconnector-host_pnic", "b", "eth2", "eth2")->network,
                "677c74f3-cc0d-41d4");
    assert_int_equal(world_links(&w, POLICY_EXTENDED)->n_write_backs, 0);
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

            SHUFFLE(&rng, w.objects, w.n);
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
        cmocka_unit_test(test_full_on_the_lab),
        cmocka_unit_test(test_full_tunnel_devices),
        cmocka_unit_test(test_full_networks_of_empty_bridges),
        cmocka_unit_test(test_full_linux_bridge),
        cmocka_unit_test(test_full_stopped_instance),
        cmocka_unit_test(test_links_ignore_order),
        cmocka_unit_test(test_links_host_by_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
