/* The cloud's lists: what the recordings of the real lab say, from the API and from the database.
 * Expected values are those of the lab's description and of the raw replies. */

#include "build_world.h"

#include "base/file.h"

/* --- a recorded cloud --- */

static const char *const variants[] = { "ovs", "lxb", "ovs-busy", "ovs-direct" };

static struct docs
recorded(struct world *w, const char *variant, const char *file, const char *key, struct rng *rng)
{
    struct str  path = arena_printf(w->arena, "%s/clouds/%s/%s", TESTS_FOLDER, variant, file), text;
    struct docs docs = { 0 };
    struct error err = { 0 };

    if (!file_read(path.p, 0, SIZE_MAX, 1 << 24, w->arena, &text, &err) ||
        !parse_list(w->arena, text, key, "", &docs, &err))
        fail_msg("%s: %s", path.p, err.message);
    if (rng)
        SHUFFLE(rng, docs.items, docs.n);
    return docs;
}

typedef void add_fn(struct cloud *, const struct docs *, struct built *);

static void
read_into(struct world *w, add_fn *add, const char *variant, const char *file, const char *key,
          struct rng *rng)
{
    struct docs docs = recorded(w, variant, file, key, rng);

    /* In two pages, as a long list comes. */
    struct docs first = { docs.items, docs.n / 2, 0 };
    struct docs second = { docs.items + docs.n / 2, docs.n - docs.n / 2, 0 };

    add(&w->cloud, &first, &w->built);
    add(&w->cloud, &second, &w->built);
}

#define API_NOVA "api/nova/"
#define API_NEUTRON "api/neutron/"

static void
read_cloud(struct world *w, const char *variant, bool use_sql, struct rng *rng)
{
    const char *v = variant;

    world_init(w);
    w->environment.admin_project = STR("admin");
    read_into(w, cloud_add_projects, v, "api/keystone/projects.json", "projects", rng);
    read_into(w, cloud_add_zones, v, API_NOVA "os-availability-zone_detail.json",
              "availabilityZoneInfo", rng);
    read_into(w, cloud_add_services, v, API_NOVA "os-services.json", "services", rng);
    read_into(w, cloud_add_subnets, v, API_NEUTRON "subnets.json", "subnets", rng);
    read_into(w, cloud_add_networks, v, API_NEUTRON "networks.json", "networks", rng);
    read_into(w, cloud_add_ports, v, API_NEUTRON "ports.json", "ports", rng);
    read_into(w, cloud_add_servers, v, API_NOVA "servers_detail_all_tenants=1.json", "servers",
              rng);
    if (use_sql) {
        read_into(w, cloud_add_hypervisors, v, "db/nova/compute_nodes.json", "rows", rng);
        read_into(w, cloud_add_agents, v, "db/neutron/agents.json", "rows", rng);
        read_into(w, cloud_add_routers, v, "db/neutron/routers.json", "rows", rng);
        read_into(w, cloud_add_network_info, v, "db/nova/instance_info_caches.json", "rows", rng);
        if (!str_is(str_from(v), "lxb")) { /* its table is empty */
            struct docs rows = recorded(w, v, "db/neutron/ml2_vxlan_endpoints.json", "rows", rng);

            cloud_add_endpoints(&w->cloud, "vxlan", &rows, &w->built);
        }
    } else {
        read_into(w, cloud_add_hypervisors, v, API_NOVA "os-hypervisors_detail.json", "hypervisors",
                  rng);
        read_into(w, cloud_add_agents, v, API_NEUTRON "agents.json", "agents", rng);
        read_into(w, cloud_add_routers, v, API_NEUTRON "routers.json", "routers", rng);
    }
    cloud_add_endpoints_of_agents(&w->cloud);
    cloud_index(&w->cloud);
}

/* --- what the lab is --- */

static void
test_hosts_of_the_lab(void **state UNUSED)
{
    static const struct {
        const char *name, *zone, *os_id, *ip_address;
        unsigned    roles;
        size_t      n_servers, n_agents;
    } expected[] = {
        { "cmp1", "az1", "1", "10.77.0.21", HOST_COMPUTE, 2, 1 },
        { "cmp2", "az2", "2", "10.77.0.22", HOST_COMPUTE, 2, 1 },
        { "ctl", "internal", "", "", HOST_CONTROLLER, 0, 0 },
        { "net1", "internal", "", "", HOST_NETWORK, 0, 4 },
    };

    for (size_t form = 0; form < 2; form++) {
        AUTO_WORLD w;

        read_cloud(&w, "ovs", form == 0, NULL);
        assert_int_equal(w.cloud.n_hosts, N_ELEMENTS(expected));
        for (size_t i = 0; i < N_ELEMENTS(expected); i++) {
            const struct cloud_host *host = &w.cloud.hosts[i];

            assert_string_equal(host->name.p, expected[i].name);
            assert_string_equal(host->zone.p, expected[i].zone);
            assert_true(str_is(host->os_id, expected[i].os_id));
            assert_true(str_is(host->ip_address, expected[i].ip_address));
            assert_int_equal(host->roles, expected[i].roles);
            assert_int_equal(host->n_servers, expected[i].n_servers);
            assert_int_equal(host->n_agents, expected[i].n_agents);
        }
        assert_int_equal(w.built.n_notes, 0);
    }
}

static void
test_lists_of_the_lab(void **state UNUSED)
{
    static const struct {
        const char *variant;
        size_t      n_networks, n_ports, n_servers, n_routers, n_agents;
    } expected[] = {
        { "ovs", 3, 11, 4, 1, 6 },
        { "lxb", 3, 11, 4, 1, 6 },
        { "ovs-busy", 4, 15, 6, 2, 6 },
    };

    for (size_t i = 0; i < N_ELEMENTS(expected); i++) {
        AUTO_WORLD w;

        read_cloud(&w, expected[i].variant, true, NULL);
        assert_int_equal(w.cloud.n_networks, expected[i].n_networks);
        assert_int_equal(w.cloud.n_ports, expected[i].n_ports);
        assert_int_equal(w.cloud.n_servers, expected[i].n_servers);
        assert_int_equal(w.cloud.routers.n, expected[i].n_routers);
        assert_int_equal(w.cloud.n_agents, expected[i].n_agents);
        assert_int_equal(w.cloud.endpoints.n, 3);
    }
}

static const struct cloud_port *
port_at(const struct map *ports, const char *key)
{
    const struct cloud_port *found = map_get(ports, str_from(key));

    if (!found)
        fail_msg("no port at %s", key);
    return found;
}

/* net-a of the lab: its range, its kind, its ports on both sides of a bridge. */
static void
test_look_ups(void **state UNUSED)
{
    AUTO_WORLD w;

    read_cloud(&w, "ovs", true, NULL);

    const struct cloud_network *network =
        map_get(&w.cloud.networks_by_id, STR("13d37b0a-0799-4d4a-a387-c881caa4a029"));
    const struct cloud_port *port =
        port_at(&w.cloud.ports_by_id, "05bbe8fa-bf3a-4c70-92a6-7e8c898f695b");

    assert_true(network && str_is(network->name, "net-a") && str_is(network->type, "vxlan") &&
                str_empty(network->physical) && network->n_cidrs == 1 &&
                str_is(network->cidrs[0], "192.168.101.0/24"));
    assert_string_equal(port->mac.p, "fa:16:3e:fa:89:07");
    assert_ptr_equal(map_get(&w.cloud.ports_by_mac, STR("fa:16:3e:fa:89:07")), port);
    assert_string_equal(port->host.p, "cmp2");
    assert_string_equal(port->device_id.p, "3e58e273-1e99-4b74-acf8-a85fe1aaba7b");
    assert_ptr_equal(map_get(&w.cloud.ports_by_device, port->device_id), port);
    assert_string_equal(port->vif_type.p, "ovs");
    assert_true(doc_truth(doc_get(port->vif_details, "ovs_hybrid_plug")));
    assert_int_equal(port->n_addresses, 1);
    assert_string_equal(port->addresses[0].ip.p, "192.168.101.186");
    assert_true(network && str_is(cloud_project_name(&w.cloud, network->project_id), "demo"));
    assert_string_equal(
        doc_get_text(map_get(&w.cloud.subnets_by_id, port->addresses[0].subnet_id), "name").p,
        "subnet-a");
    assert_string_equal(
        doc_get_text(map_get(&w.cloud.routers_by_id, STR("5361818f-58ee-4a4b-bfe4-711d48ff3224")),
                     "name")
            .p,
        "r1");
}

/* --- the database and the API say the same --- */

/* Each member of 'a' that 'b' has, too, has the same value, but for some. */
static void
assert_in_common(struct world *w, const struct doc *a, const struct doc *b, const char *const *but)
{
    struct doc_iter it = { 0 };

    while (doc_next(a, &it)) {
        const struct doc *other = doc_getn(b, it.key);
        bool              is_free = !other;

        for (size_t i = 0; but[i]; i++)
            is_free = is_free || str_is(it.key, but[i]);
        if (is_free)
            continue;
        if (!doc_equal(it.value, other))
            fail_msg("%s: %s and %s", it.key.p, doc_body(w->arena, it.value).p,
                     doc_body(w->arena, other).p);
    }
}

/* Everything that 'part' says is said in 'whole', too. */
static void
assert_within(struct world *w, const struct doc *part, const struct doc *whole)
{
    struct doc_iter it = { 0 };

    if (doc_kind(part) == DOC_OBJECT) {
        while (doc_next(part, &it))
            assert_within(w, it.value, doc_getn(whole, it.key));
    } else if (doc_kind(part) == DOC_ARRAY) {
        assert_int_equal(doc_count(part), doc_count(whole));
        for (size_t i = 0; i < doc_count(part); i++)
            assert_within(w, doc_at(part, i), doc_at(whole, i));
    } else if (!whole || !doc_equal(part, whole)) {
        fail_msg("%s and %s", doc_body(w->arena, part).p,
                 whole ? doc_body(w->arena, whole).p : "nothing");
    }
}

static void
compare_hosts(struct world *sql, struct world *api)
{
    static const char *const none[] = { NULL };

    assert_int_equal(sql->cloud.n_hosts, api->cloud.n_hosts);
    for (size_t i = 0; i < sql->cloud.n_hosts; i++) {
        const struct cloud_host *a = &sql->cloud.hosts[i], *b = &api->cloud.hosts[i];

        assert_true(str_equal(a->name, b->name));
        assert_true(str_equal(a->zone, b->zone));
        assert_true(str_equal(a->os_id, b->os_id));
        assert_true(str_equal(a->ip_address, b->ip_address));
        assert_true(oid_equal(a->oid, b->oid));
        assert_int_equal(a->roles, b->roles);
        assert_true(doc_equal(a->services, b->services));
        assert_int_equal(!a->config, !b->config);
        assert_in_common(sql, a->config, b->config, none);
        assert_int_equal(doc_count(a->config), doc_count(b->config));
    }
}

static void
compare_agents(struct world *sql, struct world *api)
{
    static const char *const running[] = { "heartbeat_timestamp", NULL };

    assert_int_equal(sql->cloud.n_agents, api->cloud.n_agents);
    for (size_t i = 0; i < sql->cloud.n_agents; i++) {
        const struct doc *a = sql->cloud.agents[i].row, *b = api->cloud.agents[i].row;

        assert_in_common(sql, a, b, running);
        assert_true(doc_kind(doc_get(a, "admin_state_up")) == DOC_BOOL);
        assert_true(doc_count(doc_get(a, "configurations")) > 0);
    }
    assert_int_equal(sql->cloud.endpoints.n, api->cloud.endpoints.n);
    for (size_t i = 0; i < sql->cloud.endpoints.n; i++)
        assert_in_common(sql, sql->cloud.endpoints.items[i], api->cloud.endpoints.items[i],
                         (const char *const[]){ NULL });
}

/* "active" is nova's own, and stale: the API has no word for it. */
static void
compare_instances(struct world *sql, struct world *api)
{
    assert_int_equal(sql->cloud.n_servers, api->cloud.n_servers);
    for (size_t i = 0; i < sql->cloud.n_servers; i++) {
        struct error err;
        struct doc  *cached =
            cloud_network_info(&sql->cloud, &sql->cloud.servers[i], sql->arena, &err);
        struct doc *made =
            cloud_network_info(&api->cloud, &api->cloud.servers[i], api->arena, &err);

        assert_non_null(cached);
        assert_within(sql, made, cached);
    }
}

static void
test_database_and_api_agree(void **state UNUSED)
{
    for (size_t i = 0; i < N_ELEMENTS(variants); i++) {
        AUTO_WORLD sql;
        AUTO_WORLD api;

        read_cloud(&sql, variants[i], true, NULL);
        read_cloud(&api, variants[i], false, NULL);
        compare_hosts(&sql, &api);
        compare_agents(&sql, &api);
        compare_instances(&sql, &api);
        assert_int_equal(sql.cloud.routers.n, api.cloud.routers.n);
        for (size_t k = 0; k < sql.cloud.routers.n; k++)
            assert_in_common(&sql, sql.cloud.routers.items[k], api.cloud.routers.items[k],
                             (const char *const[]){ NULL });
    }
}

static void
test_aggregates_agree(void **state UNUSED)
{
    for (size_t i = 0; i < N_ELEMENTS(variants); i++) {
        AUTO_WORLD  w;
        struct docs api, rows, hosts, made = { 0 };

        world_init(&w);
        api = recorded(&w, variants[i], API_NOVA "os-aggregates.json", "aggregates", NULL);
        rows = recorded(&w, variants[i], "db/nova_api/aggregates.json", "rows", NULL);
        hosts = recorded(&w, variants[i], "db/nova_api/aggregate_hosts.json", "rows", NULL);
        aggregates_of_rows(w.arena, &rows, &hosts, &made);
        assert_int_equal(made.n, 2);
        assert_int_equal(made.n, api.n);
        for (size_t k = 0; k < made.n; k++)
            assert_in_common(&w, made.items[k], api.items[k], (const char *const[]){ NULL });
    }
}

/* --- order leaves no trace --- */

/* All that builders can see of a cloud, as text. */
static struct str
everything(struct world *w)
{
    struct buf   text = { 0 };
    struct error err;
    struct str   whole;

    for (size_t i = 0; i < w->cloud.n_hosts; i++) {
        const struct cloud_host *h = &w->cloud.hosts[i];

        buf_printf(&text, "%.*s %u %.*s %.*s %.*s\n", STR_ARG(h->name), h->roles, STR_ARG(h->zone),
                   STR_ARG(h->os_id), STR_ARG(h->ip_address));
        for (size_t k = 0; k < h->n_ports; k++)
            buf_printf(&text, "  %.*s\n", STR_ARG(h->ports[k]->id));
        for (size_t k = 0; k < h->n_agents; k++)
            buf_printf(&text, "  %s\n", doc_body(w->arena, h->agents[k]->row).p);
        build_instances(&w->cloud, h, &w->built);
        build_host(&w->cloud, h, &w->h, &w->built);
    }
    build_homeless_instances(&w->cloud, &w->built);
    for (size_t i = 0; i < w->cloud.n_networks; i++) {
        const struct cloud_network *n = &w->cloud.networks[i];

        buf_printf(&text, "%.*s %.*s\n", STR_ARG(n->id), STR_ARG(n->name));
        for (size_t k = 0; k < n->n_cidrs; k++)
            buf_printf(&text, "  %.*s\n", STR_ARG(n->cidrs[k]));
    }
    for (size_t i = 0; i < w->cloud.n_servers; i++)
        doc_write(&text, cloud_network_info(&w->cloud, &w->cloud.servers[i], w->arena, &err));
    for (size_t i = 0; i < w->cloud.endpoints.n; i++)
        doc_write(&text, w->cloud.endpoints.items[i]);
    for (size_t i = 0; i < w->built.docs.n; i++)
        doc_write(&text, w->built.docs.items[i]);
    whole = arena_str(w->arena, buf_str(&text));
    buf_done(&text);
    return whole;
}

static void
test_order_leaves_no_trace(void **state UNUSED)
{
    struct rng rng = rng_seeded();

    for (size_t i = 0; i < 40; i++) {
        const char *variant = variants[i % N_ELEMENTS(variants)];
        bool        use_sql = i / N_ELEMENTS(variants) % 2;
        AUTO_WORLD  sorted;
        AUTO_WORLD  shuffled;

        read_cloud(&sorted, variant, use_sql, NULL);
        read_cloud(&shuffled, variant, use_sql, &rng);
        assert_string_equal(everything(&sorted).p, everything(&shuffled).p);
    }
}

/* --- hosts by the rules --- */

static const struct cloud_host *
host(const struct world *w, const char *name)
{
    const struct cloud_host *found = map_get(&w->cloud.hosts_by_name, str_from(name));

    if (!found)
        fail_msg("no host %s", name);
    return found;
}

static void
test_one_host_in_two_zones(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    cloud_add_zones(&w.cloud,
                    list(&w,
                         "[{'zoneName': 'nova', 'hosts': {'aio': {'nova-compute': {'available': "
                         "true, 'active': true}}}},"
                         " {'zoneName': 'internal', 'hosts': {'aio': {'nova-conductor': "
                         "{'available': true, 'active': true},"
                         "  'nova-scheduler': {'available': true, 'active': true}}}},"
                         " {'zoneName': 'off', 'zoneState': {'available': false}, 'hosts': null}]"),
                    &w.built);
    cloud_add_hypervisors(
        &w.cloud,
        list(&w, "[{'id': 10, 'hypervisor_hostname': 'aio.example.com', 'host_ip': '10.0.0.10'},"
                 " {'id': 9, 'hypervisor_hostname': 'aio.example.org', 'host_ip': '10.0.0.9'},"
                 " {'id': 8, 'hypervisor_hostname': 'ai.example.org', 'host_ip': '10.0.0.8'},"
                 " {'id': 7, 'hypervisor_hostname': 'aio', 'host_ip': '10.0.0.7', 'deleted': 7}]"),
        &w.built);
    cloud_index(&w.cloud);
    assert_int_equal(w.cloud.n_hosts, 1);
    assert_int_equal(host(&w, "aio")->roles, HOST_COMPUTE | HOST_CONTROLLER);
    assert_string_equal(host(&w, "aio")->zone.p, "nova");
    assert_int_equal(doc_count(host(&w, "aio")->services), 3);
    assert_string_equal(host(&w, "aio")->os_id.p, "9");
    assert_string_equal(host(&w, "aio")->ip_address.p, "10.0.0.9");
}

/* The service list knows the disabled hosts that a zone hides, and the zone's word comes first. */
static void
test_services_complete_zones(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    cloud_add_services(&w.cloud,
                       list(&w, "[{'binary': 'nova-compute', 'host': 'a', 'zone': 'z', 'status': "
                                "'enabled', 'state': 'up'},"
                                " {'binary': 'nova-compute', 'host': 'b', 'zone': 'z', 'status': "
                                "'disabled', 'state': 'down'},"
                                " {'binary': 'nova-conductor', 'host': 'c', 'zone': 'internal', "
                                "'status': 'enabled', 'state': 'up'},"
                                " {'binary': 'nova-conductor', 'host': 'd', 'zone': 'internal', "
                                "'status': 'enabled', 'state': 'down'},"
                                " {'binary': 'nova-conductor', 'zone': 'internal'}]"),
                       &w.built);
    cloud_add_zones(&w.cloud,
                    list(&w, "[{'zoneName': 'z', 'hosts': {'a': {'nova-compute': {'available': "
                             "false, 'active': true}}}},"
                             " {'zoneState': {}}]"),
                    &w.built);
    cloud_index(&w.cloud);
    assert_int_equal(w.cloud.n_hosts, 4);
    assert_document(&w, host(&w, "a")->services,
                    "{'nova-compute': {'available': false, 'active': true}}");
    assert_document(&w, host(&w, "b")->services,
                    "{'nova-compute': {'available': false, 'active': false}}");
    assert_int_equal(host(&w, "a")->roles, HOST_COMPUTE); /* dead, but its instances are there */
    assert_int_equal(host(&w, "b")->roles, HOST_COMPUTE);
    assert_int_equal(host(&w, "c")->roles, HOST_CONTROLLER);
    assert_int_equal(host(&w, "d")->roles, 0);
    assert_int_equal(w.built.n_notes, 2);
    assert_string_equal(w.built.notes[0].text.p, "service ?: host: missing");
    assert_string_equal(w.built.notes[1].text.p, "availability zone ?: zoneName: missing");
}

/* A host that only agents name is a network node; agents give a Nova host their role. */
static void
test_hosts_of_agents(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w);
    cloud_add_zones(&w.cloud,
                    list(&w, "[{'zoneName': 'z', 'hosts':"
                             " {'a': {'nova-compute': {'available': true, 'active': true}},"
                             "  'b': {'nova-compute': {'available': true, 'active': true}}}}]"),
                    &w.built);
    cloud_add_agents(
        &w.cloud,
        list(&w,
             "[{'id': '1', 'agent_type': 'L3 agent', 'host': 'a', 'configurations': '{\\\"x\\\": "
             "1}'},"
             " {'id': '2', 'agent_type': 'DHCP agent', 'host': 'a', 'configurations': {'y': 2}},"
             " {'id': '3', 'agent_type': 'Open vSwitch agent', 'host': 'b', 'configurations': "
             "'{\\\"x\\\"'},"
             " {'id': '4', 'agent_type': 'Open vSwitch agent', 'host': 'c', 'configurations': null,"
             "  'admin_state_up': 1},"
             " {'id': '5', 'agent_type': 'Open vSwitch agent'}]"),
        &w.built);
    cloud_index(&w.cloud);
    assert_int_equal(host(&w, "a")->roles, HOST_COMPUTE | HOST_NETWORK);
    assert_document(&w, host(&w, "a")->config, "{'L3 agent': {'x': 1}, 'DHCP agent': {'y': 2}}");
    assert_int_equal(host(&w, "b")->roles, HOST_COMPUTE);
    assert_null(host(&w, "b")->config);
    assert_int_equal(host(&w, "c")->roles, HOST_NETWORK);
    assert_string_equal(host(&w, "c")->zone.p, "internal");
    assert_int_equal(host(&w, "c")->os_id.n, 0);
    assert_document(
        &w, host(&w, "c")->agents[0]->row,
        "{'id': '4', 'agent_type': 'Open vSwitch agent', 'host': 'c', 'configurations': {},"
        " 'admin_state_up': true}");
    assert_int_equal(w.built.n_notes, 3);
    assert_false(w.built.notes[0].is_error);
    assert_string_equal(w.built.notes[1].text.p, "agent 4 on c: configurations: none given");
    assert_string_equal(w.built.notes[2].text.p, "agent 5: host: missing");
}

/* --- odd lists --- */

/* An element on two pages is one; several ports with one MAC are found by the lowest id. */
static void
test_duplicates(void **state UNUSED)
{
    AUTO_WORLD               w;
    const struct cloud_port *port;

    world_init(&w);
    for (int page = 0; page < 2; page++) {
        cloud_add_ports(&w.cloud,
                        list(&w, "[{'id': 'p2', 'mac_address': 'FA:16:3E:00:00:01', 'device_id': "
                                 "'d', 'created_at': '2030-01-01T00:00:01Z'},"
                                 " {'id': 'p1', 'mac_address': 'fa:16:3e:00:00:01', 'device_id': "
                                 "'d', 'created_at': '2030-01-01T00:00:02Z'},"
                                 " {'mac_address': 'fa:16:3e:00:00:03'}]"),
                        &w.built);
        cloud_add_servers(
            &w.cloud, list(&w, "[{'id': 's', 'name': 'a'}, {'id': 't', 'deleted': 3}]"), &w.built);
    }
    cloud_index(&w.cloud);
    assert_int_equal(w.cloud.n_ports, 2);
    assert_int_equal(w.cloud.n_servers, 1);
    port = port_at(&w.cloud.ports_by_mac, "fa:16:3e:00:00:01");
    assert_string_equal(port->id.p, "p1");
    port = port_at(&w.cloud.ports_by_device, "d");
    assert_string_equal(port->id.p, "p2"); /* made first */
    port = port->next_of_device;
    assert_non_null(port);
    assert_true(port && str_is(port->id, "p1") && !port->next_of_device);
    assert_string_equal(w.built.notes[0].text.p, "port ?: id: missing");
}

static void
test_network_info_from_ports(void **state UNUSED)
{
    AUTO_WORLD          w;
    struct error        err;
    struct cloud_server server = { .id = STR("i1") };
    struct cloud_server broken = { .id = STR("i2"), .network_info = STR("[{\"id\"") };
    struct cloud_server odd = { .id = STR("i3"), .network_info = STR("{}") };

    world_init(&w);
    cloud_add_networks(&w.cloud, list(&w, "[{'id': '6e03372e-dc11-aa', 'name': 'net-a'}]"),
                       &w.built);
    cloud_add_subnets(
        &w.cloud,
        list(&w, "[{'id': 's4', 'network_id': '6e03372e-dc11-aa',"
                 " 'cidr': '192.168.101.0/24', 'ip_version': 4, 'gateway_ip': '192.168.101.1'}]"),
        &w.built);
    cloud_add_ports(&w.cloud,
                    list(&w,
                         "[{'id': '5313c61b-8511-bb', 'device_id': 'i1',"
                         " 'mac_address': 'fa:16:3e:00:00:01', 'network_id': '6e03372e-dc11-aa',"
                         " 'binding:vif_type': 'bridge', 'binding:vnic_type': 'normal', "
                         "'binding:vif_details': {'x': 1},"
                         " 'fixed_ips': [{'subnet_id': 's4', 'ip_address': '192.168.101.5'},"
                         "  {'subnet_id': 's4', 'ip_address': '192.168.101.6'}, {'subnet_id': "
                         "'s6', 'ip_address': 'fd00::5'}]}]"),
                    &w.built);
    cloud_index(&w.cloud);
    assert_document(
        &w, cloud_network_info(&w.cloud, &server, w.arena, &err),
        "[{'id': '5313c61b-8511-bb', 'address': 'fa:16:3e:00:00:01', 'devname': 'tap5313c61b-85',"
        "  'type': 'bridge', 'vnic_type': 'normal', 'details': {'x': 1}, 'network': {'id': "
        "'6e03372e-dc11-aa',"
        "  'label': 'net-a', 'bridge': 'brq6e03372e-dc', 'subnets': [{'cidr': '192.168.101.0/24', "
        "'version': 4,"
        "   'gateway': {'address': '192.168.101.1', 'type': 'gateway', 'version': 4},"
        "   'ips': [{'address': '192.168.101.5', 'type': 'fixed', 'version': 4},"
        "           {'address': '192.168.101.6', 'type': 'fixed', 'version': 4}]},"
        "  {'ips': [{'address': 'fd00::5', 'type': 'fixed', 'version': 6}]}]}}]");
    assert_null(cloud_network_info(&w.cloud, &broken, w.arena, &err));
    assert_memory_equal(err.message, "network_info: line 1", 20);
    assert_null(cloud_network_info(&w.cloud, &odd, w.arena, &err));
    assert_string_equal(err.message, "network_info: expected an array");
}

static void
test_neutron_schema(void **state UNUSED)
{
    static const struct {
        const char *databases, *schema;
        int         code;
    } cases[] = {
        { "keystone nova neutron neutron_old", "neutron", 0 },
        { "neutron_ml2 nova", "neutron_ml2", 0 },
        { "my_neutron nova", "my_neutron", 0 },
        { "my_neutron old_neutron", NULL, 2 },
        { "nova", NULL, 0 },
    };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        AUTO_ARENA   arena = arena_new();
        struct names names = { 0 };
        struct str   rest = str_from(cases[i].databases), word, schema;
        struct error err = { 0 };

        while (str_word(&rest, &word)) {
            arena_grow(arena, names.items, names.n, names.capacity);
            names.items[names.n++] = word;
        }
        if (cases[i].schema) {
            assert_true(neutron_schema(&names, &schema, &err));
            assert_true(str_is(schema, cases[i].schema));
        } else {
            assert_false(neutron_schema(&names, &schema, &err));
            assert_int_equal(err.code, cases[i].code);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hosts_of_the_lab),
        cmocka_unit_test(test_lists_of_the_lab),
        cmocka_unit_test(test_look_ups),
        cmocka_unit_test(test_database_and_api_agree),
        cmocka_unit_test(test_aggregates_agree),
        cmocka_unit_test(test_order_leaves_no_trace),
        cmocka_unit_test(test_one_host_in_two_zones),
        cmocka_unit_test(test_services_complete_zones),
        cmocka_unit_test(test_hosts_of_agents),
        cmocka_unit_test(test_duplicates),
        cmocka_unit_test(test_network_info_from_ports),
        cmocka_unit_test(test_neutron_schema),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
