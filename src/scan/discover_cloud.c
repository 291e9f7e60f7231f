/* The cloud-wide lists, each asked once, joined into struct cloud; and the objects that belong to no
 * host, built of the pages as they pass. */

#include "base/work.h"
#include "build/cloud_read.h"
#include "parse/parse.h"
#include "scan/cloud_lists.h"
#include "scan/partition.h"

enum { LISTS_AT_ONCE = 8 }; /* of a live cloud */

#define BIT(type) TYPE_BIT(OBJECT_##type)

/* clang-format off */
static const struct cloud_request PROJECTS = {
    "projects", { "keystone:/projects" }, "projects", "id,name",
    BIT(PROJECT), 0, false, "project", false,
};
static const struct cloud_request ZONES = {
    "availability zones", { "nova:/os-availability-zone/detail" }, "availabilityZoneInfo",
    "zoneName",
    BIT(AVAILABILITY_ZONE) | BIT(HOST), BIT(HOST), false, NULL, false,
};
static const struct cloud_request SERVICES = {
    "services", { "nova:/os-services" }, "services", "binary,host",
    BIT(HOST), BIT(HOST), false, NULL, false,
};
static const struct cloud_request HYPERVISORS = {
    "hypervisors",
    { "nova.compute_nodes(id,hypervisor_hostname,host,host_ip,deleted)",
      "nova:/os-hypervisors/detail", "nova:/os-hypervisors" },
    "hypervisors", "id,hypervisor_hostname",
    0, BIT(HOST) | BIT(INSTANCE), false, NULL, false,
};
static const struct cloud_request AGENTS = {
    "agents",
    { "neutron.agents(id,agent_type,binary,topic,host,admin_state_up,created_at,started_at,"
      "heartbeat_timestamp,description,configurations,load,availability_zone,resource_versions)",
      "neutron:/agents" },
    "agents", "id,agent_type,host",
    BIT(NETWORK_AGENT) | BIT(HOST) | BIT(VEDGE) | BIT(OTEP), BIT(HOST) | BIT(VCONNECTOR), false, NULL, false,
};
static const struct cloud_request AGENT_STATES = { /* which the database does not tell */
    "states of agents", { "neutron:/agents" }, "agents", "id",
    0, 0, false, NULL, true,
};
static const struct cloud_request NETWORKS = {
    "networks", { "neutron:/networks" }, "networks", "id",
    BIT(NETWORK) | BIT(NETWORK_SERVICES_FOLDER), BIT(VSERVICE), false, "network", false,
};
static const struct cloud_request SUBNETS = {
    "subnets", { "neutron:/subnets" }, "subnets", "id",
    0, BIT(NETWORK) | BIT(INSTANCE) | BIT(VNIC), false, NULL, false,
};
static const struct cloud_request ROUTERS = {
    "routers",
    { "neutron.routers(id,name,project_id,status,admin_state_up,gw_port_id,enable_snat,flavor_id)",
      "neutron:/routers" },
    "routers", "id",
    0, BIT(VSERVICE), false, NULL, false,
};
static const struct cloud_request PORTS = {
    "ports", { "neutron:/ports" }, "ports", "id,network_id",
    BIT(PORT), BIT(VNIC) | BIT(INSTANCE) | BIT(VCONNECTOR), true, "port", false,
};
static const struct cloud_request SERVERS = {
    "instances", { "nova:/servers/detail?all_tenants=1" }, "servers", "id",
    BIT(INSTANCE) | BIT(VNIC), 0, false, NULL, false,
};
static const struct cloud_request NETWORK_INFO = {
    "network caches of instances", { "nova.instance_info_caches(instance_uuid,network_info,deleted)" },
    NULL, "instance_uuid",
    0, BIT(INSTANCE), false, NULL, true,
};
static const struct cloud_request AGGREGATE_ROWS = {
    "rows of aggregates", { "nova_api.aggregates(id,name,uuid)" }, NULL, "id,name",
    0, 0, false, NULL, true,
};
static const struct cloud_request AGGREGATE_HOST_ROWS = {
    "aggregate hosts", { "nova_api.aggregate_hosts(id,host,aggregate_id)" }, NULL,
    "host,aggregate_id",
    0, 0, false, NULL, true,
};
static const struct cloud_request AGGREGATES = {
    "aggregates", { "nova:/os-aggregates" }, "aggregates", "id,name",
    BIT(AGGREGATE) | BIT(HOST_REF), 0, false, NULL, false,
};
/* clang-format on */

static bool
parse_catalog_reply(struct discovery *d, struct arena *arena, struct docs *catalog,
                    struct error *err)
{
    struct request form;
    struct answer  answer;

    if (!request_from_text(STR("keystone:/auth/catalog"), &form))
        return error_set(err, ERROR_CONFIG, 0, "no request for the service catalog");
    if (!transport_ask(d->transport, &form, 1, arena, &answer)) {
        *err = answer.error;
        return false;
    }

    struct error first;
    size_t       n_unsound = 0;

    if (!parse_catalog_sound(arena, answer_text(&answer), catalog, &n_unsound, &first, err))
        return error_prefix(err, "service catalog (%.*s): ", STR_ARG(answer.pages[0].origin));
    if (n_unsound)
        partition_say(&d->own, SEVERITY_ERROR, "service catalog (%.*s): %zu services left out; %s",
                      STR_ARG(answer.pages[0].origin), n_unsound, first.message);
    return true;
}

/* Without a catalog: the regions that an earlier scan saw, else one without a name. */
static bool
recall_regions(struct discovery *d, struct arena *scratch, struct docs *catalog)
{
    struct docs known;

    cloud_recall(d, "region", scratch, &known);
    for (size_t i = 0; i < (known.n ? known.n : 1); i++) {
        struct doc *entry = doc_object(scratch);

        doc_set_text(scratch, entry, "region",
                     known.n ? doc_get_text(known.items[i], "id") : STR("No-Region"));
        docs_add(scratch, catalog, entry);
    }
    return known.n != 0;
}

/* The regions and their endpoints; are there new ones to build? */
static bool
read_catalog(struct discovery *d)
{
    AUTO_ARENA   scratch = arena_new();
    struct docs  catalog = { 0 };
    struct built notes = { .arena = scratch };
    struct error err;
    bool         good = parse_catalog_reply(d, scratch, &catalog, &err);

    if (good)
        d->n_good++;
    else
        partition_say(&d->own, SEVERITY_ERROR, "%s", err.message);
    cloud_add_catalog(&d->cloud, &catalog, &notes);
    cloud_place(d, &notes, NULL);
    if (d->cloud.n_regions > 0)
        return true;
    if (good)
        partition_say(&d->own, SEVERITY_ERROR, "the service catalog names no region");
    d->own.failed_types |= BIT(REGION);
    catalog = (struct docs){ 0 };

    bool is_recalled = recall_regions(d, scratch, &catalog);

    cloud_add_catalog(&d->cloud, &catalog, &notes);
    return !is_recalled;
}

static void
build_regions_of(struct discovery *d, const struct place *folder)
{
    struct built built = { .arena = d->arena };

    build_regions(&d->cloud, &built);
    cloud_place(d, &built, folder);
}

/* Zones are stored under other names than they come. */
static void
recall_zones(struct discovery *d, struct arena *arena)
{
    struct built notes = { .arena = arena };
    struct docs  docs;

    cloud_recall(d, "availability_zone", arena, &docs);
    for (size_t i = 0; i < docs.n; i++) {
        struct doc *state = doc_object(arena);

        doc_set(arena, state, "available", doc_get(docs.items[i], "available"));
        doc_set(arena, docs.items[i], "zoneName", doc_get(docs.items[i], "name"));
        doc_set(arena, docs.items[i], "zoneState", state);
    }
    cloud_add_zones(&d->cloud, &docs, &notes);
}

static void
read_zones(struct discovery *d, const struct asked *asked, struct str region)
{
    AUTO_ARENA scratch = arena_new();

    if (!cloud_answered(d, asked)) {
        recall_zones(d, scratch);
        return;
    }
    for (size_t i = 0; i < asked->answer.n_pages; i++) {
        struct built notes = { .arena = scratch }, built = { .arena = scratch };
        struct docs  docs;

        if (!cloud_parse_page(d, asked, &asked->answer.pages[i], scratch, &docs))
            continue;
        cloud_add_zones(&d->cloud, &docs, &notes);
        cloud_place(d, &notes, NULL);
        d->tree.scratch = scratch;
        build_availability_zones(&d->cloud, &docs, region, &built);
        cloud_place(d, &built, NULL);
        cloud_finish_batch(d);
        d->tree.scratch = d->arena;
    }
}

/* A network's folders are there even when it has no port. Those before 'first' are of other regions
 * and have theirs. */
static void
make_network_folders(struct discovery *d, size_t first)
{
    for (size_t i = first; i < d->cloud.n_networks; i++) {
        const struct place *network = tree_find(&d->tree, STR("network"), d->cloud.networks[i].id);

        if (!network)
            continue;
        tree_folder(&d->tree, "ports_folder", network, "ports", "Ports");
        tree_folder(&d->tree, "network_services_folder", network, "network_services",
                    "Network vServices");
    }
}

/* The only page of a list that is never long. */
static bool
read_whole(struct discovery *d, const struct cloud_request *list, struct str region,
           struct arena *arena, struct docs *docs)
{
    struct asked asked;

    cloud_ask(d, list, region, arena, &asked);
    return cloud_answered(d, &asked) && asked.answer.n_pages > 0 &&
           cloud_parse_page(d, &asked, &asked.answer.pages[0], arena, docs);
}

/* Since Ocata the table in the database 'nova' is there and empty, so that is not looked at: clouds
 * that are older answer the API just as well. */
static bool
aggregates_from_database(struct discovery *d, struct arena *arena, struct docs *out)
{
    struct docs rows, hosts;

    if (!read_whole(d, &AGGREGATE_ROWS, STR_NONE, arena, &rows) ||
        !read_whole(d, &AGGREGATE_HOST_ROWS, STR_NONE, arena, &hosts))
        return false;
    aggregates_of_rows(arena, &rows, &hosts, out);
    return true;
}

/* After the hosts are known, which aggregates refer to. */
static void
read_aggregates(struct discovery *d, struct str name)
{
    AUTO_ARENA          scratch = arena_new();
    struct docs         docs = { 0 };
    struct str          region = d->cloud.n_regions == 1 ? STR_NONE : name;
    const struct place *place = tree_find(&d->tree, STR("region"), name);
    const struct place *folder =
        place ? tree_folder(&d->tree, "aggregates_folder", place, "aggregates", "Aggregates")
              : NULL;

    struct docs again;
    bool        good = aggregates_from_database(d, scratch, &docs);

    if (!good && !read_whole(d, &AGGREGATES, region, scratch, &docs))
        return;
    if (good && d->every_form)
        (void)!read_whole(d, &AGGREGATES, region, scratch, &again);

    struct built built = { .arena = scratch }, refs = { .arena = scratch };

    d->tree.scratch = scratch;
    build_aggregates(&d->cloud, &docs, &built);
    cloud_place(d, &built, folder);
    build_host_refs(&d->cloud, &docs, &refs);
    cloud_place(d, &refs, folder);
    cloud_finish_batch(d);
    d->tree.scratch = d->arena;
}

/* Tunnel endpoints: the tables of the tunnel types that agents speak of, else what the agents say
 * themselves. */
static void
read_endpoints(struct discovery *d)
{
    static const char *const types[] = { "vxlan", "gre", "geneve" };

    for (size_t i = 0; i < N_ELEMENTS(types) && d->environment->has_sql; i++) {
        AUTO_ARENA   scratch = arena_new();
        struct built notes = { .arena = scratch };
        struct docs  docs;
        bool         is_used = false;
        struct str   form = arena_printf(scratch, "neutron.ml2_%s_endpoints", types[i]);
        const struct cloud_request list = { "tunnel endpoints",
                                            { form.p },
                                            NULL,
                                            "host,ip_address",
                                            0,
                                            BIT(OTEP),
                                            false,
                                            NULL,
                                            false };

        for (size_t j = 0; j < d->cloud.n_agents && !is_used; j++) {
            const struct doc *list_of_types =
                doc_path(d->cloud.agents[j].row, "configurations.tunnel_types");

            for (size_t k = 0; k < doc_count(list_of_types) && !is_used; k++)
                is_used = str_is(doc_text(doc_at(list_of_types, k)), types[i]);
        }
        if (is_used && read_whole(d, &list, STR_NONE, scratch, &docs))
            cloud_add_endpoints(&d->cloud, types[i], &docs, &notes);
        cloud_place(d, &notes, NULL);
    }
    cloud_add_endpoints_of_agents(&d->cloud);
}

static bool
wants_region(const struct environment *environment, struct str region)
{
    for (size_t i = 0; i < environment->n_regions; i++)
        if (str_equal(environment->regions[i], region))
            return true;
    return environment->n_regions == 0;
}

/* The lists of a cloud in an order in which each finds what it refers to. */
struct step {
    const struct cloud_request *list;
    cloud_add_fn               *add;
    cloud_build_fn             *build;
};

static const struct step first_steps[] = { { &PROJECTS, cloud_add_projects, build_projects } };
static const struct step region_steps[] = {
    { &ZONES, NULL, NULL }, /* read_zones() */
    { &SERVICES, cloud_add_services, NULL },
    { &HYPERVISORS, cloud_add_hypervisors, NULL },
    { &AGENTS, cloud_add_agents, NULL },
    { &AGENT_STATES, cloud_add_agent_states, NULL },
    { &SUBNETS, cloud_add_subnets, NULL },
    { &NETWORKS, cloud_add_networks, build_networks },
    { &PORTS, cloud_add_ports, build_ports },
    { &ROUTERS, cloud_add_routers, NULL },
    { &SERVERS, cloud_add_servers, NULL },
};
/* Those that name hosts and say what runs there. */
static const struct step host_steps[] = {
    { &ZONES, NULL, NULL },
    { &SERVICES, cloud_add_services, NULL },
    { &HYPERVISORS, cloud_add_hypervisors, NULL },
    { &AGENTS, cloud_add_agents, NULL },
};
static const struct step last_steps[] = { { &NETWORK_INFO, cloud_add_network_info, NULL } };

/* A step in its region, and what was answered. */
struct errand {
    const struct step  *step;
    struct str          region; /* asked for, "" = the only one */
    struct str          name;   /* of the region */
    const struct place *folder;
    struct arena       *arena;
    struct asked        asked;
};

struct errands {
    struct discovery *d;
    struct errand    *items;
    size_t            n, capacity;
};

static void
add_errands(struct errands *e, const struct step *steps, size_t n_steps, struct errand errand)
{
    for (size_t i = 0; i < n_steps; i++) {
        errand.step = &steps[i];
        if (steps[i].list == &AGENT_STATES && !e->d->environment->has_sql)
            continue; /* AGENTS has them */
        arena_grow(e->d->arena, e->items, e->n, e->capacity);
        e->items[e->n++] = errand;
    }
}

static void
run_errand(void *context, size_t index)
{
    struct errands *e = context;
    struct errand  *errand = &e->items[index];

    errand->arena = arena_new();
    cloud_ask(e->d, errand->step->list, errand->region, errand->arena, &errand->asked);
}

static bool
take_errand(void *context, size_t index)
{
    struct errands   *e = context;
    struct errand    *errand = &e->items[index];
    struct discovery *d = e->d;
    size_t            n_networks = d->cloud.n_networks;

    if (errand->step->list == &ZONES)
        read_zones(d, &errand->asked, errand->name);
    else
        cloud_read_list(d, &errand->asked, errand->step->add, errand->step->build, errand->folder);
    if (errand->step->list == &NETWORKS)
        make_network_folders(d, n_networks);
    arena_free(errand->arena);
    return true;
}

/* Errands of each region that is wanted. */
static void
add_regions(struct errands *e, const struct step *steps, size_t n_steps)
{
    const struct cloud *cloud = &e->d->cloud;

    for (size_t i = 0; i < cloud->n_regions; i++) {
        struct str name = cloud->regions[i].name;

        if (wants_region(e->d->environment, name))
            add_errands(
                e, steps, n_steps,
                (struct errand){ .region = cloud->n_regions == 1 ? STR_NONE : name, .name = name });
    }
}

/* A live cloud is asked for several lists at once, each of which is mostly waited for; of files one
 * is held at a time. */
static void
run_errands(struct errands *e)
{
    unsigned jobs = transport_has_shells(e->d->transport) ? LISTS_AT_ONCE : 0;

    if (!work_in_order(jobs, e->n, run_errand, take_errand, e))
        abort(); /* take_errand() takes all */
}

static void
begin(struct discovery *d)
{
    d->arena = arena_new();
    d->own.arena = arena_new();
    cloud_init(&d->cloud, d->arena, d->environment);
    tree_init(&d->tree, d->arena, d->environment->name, NULL);
}

/* Was anything answered at all? */
static bool
is_there(const struct discovery *d, struct error *err)
{
    return d->n_good > 0 ||
           error_set(err, ERROR_TRANSPORT, 0, "nothing was answered; first of all: %.*s",
                     STR_ARG(d->own.messages[0].text));
}

size_t
discover_tables(struct request tables[static MOST_TABLES])
{
    static const struct cloud_request *const lists[MOST_TABLES] = {
        &HYPERVISORS, &AGENTS, &ROUTERS, &NETWORK_INFO, &AGGREGATE_ROWS, &AGGREGATE_HOST_ROWS,
    };
    size_t n = 0;

    for (size_t i = 0; i < MOST_TABLES && lists[i]; i++)
        if (request_from_text(str_from(lists[i]->forms[0]), &tables[n]))
            n++;
    return n;
}

bool
discover_hosts(struct discovery *d, struct error *err)
{
    struct errands e = { .d = d };

    begin(d);
    (void)read_catalog(d);
    add_regions(&e, host_steps, N_ELEMENTS(host_steps));
    run_errands(&e);
    cloud_index(&d->cloud);
    return is_there(d, err);
}

bool
discover_cloud(struct discovery *d, struct error *err)
{
    struct errands e = { .d = d };

    begin(d);

    const struct place *regions =
        tree_folder(&d->tree, "regions_folder", NULL, "regions", "Regions");
    const struct place *projects =
        tree_folder(&d->tree, "projects_folder", NULL, "projects", "Projects");

    if (read_catalog(d))
        build_regions_of(d, regions);
    add_errands(&e, first_steps, N_ELEMENTS(first_steps), (struct errand){ .folder = projects });
    add_regions(&e, region_steps, N_ELEMENTS(region_steps));
    add_errands(&e, last_steps, N_ELEMENTS(last_steps), (struct errand){ 0 });
    run_errands(&e);
    read_endpoints(d);
    cloud_index(&d->cloud);
    for (size_t i = 0; i < d->cloud.n_regions; i++)
        if (wants_region(d->environment, d->cloud.regions[i].name))
            read_aggregates(d, d->cloud.regions[i].name);

    struct built homeless = { .arena = d->arena };

    build_homeless_instances(&d->cloud, &homeless);
    cloud_place(d, &homeless, NULL);
    cloud_finish_batch(d);
    return is_there(d, err);
}

void
discovery_done(struct discovery *d)
{
    tree_done(&d->tree);
    cloud_done(&d->cloud);
    map_done(&d->seen);
    partition_done(&d->own);
    arena_free(d->arena);
}
