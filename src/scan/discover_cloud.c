/* The cloud-wide lists: each asked once, page by page, joined into struct cloud; and the objects
 * that belong to no host, built of the pages as they pass, so that no list is held whole. */

#include "base/work.h"
#include "build/cloud_read.h"
#include "parse/parse.h"
#include "scan/partition.h"

enum { FORMS = 3 };

/* One list: its equivalent forms, best first. Those with a '.' before any ':' are SQL tables, and
 * only asked where the environment has the target. */
struct cloud_request {
    const char *name;
    const char *forms[FORMS];
    const char *key;      /* of the REST reply's array; SQL rows are a bare array */
    const char *required; /* fields without which an element is of no use */
    uint64_t    missing;  /* TYPE_BIT()s of objects that may be missing without it ... */
    uint64_t    partial;  /* ... and of those that lack attributes */
    bool        is_leaf;  /* nothing hangs below what is built of it */
};

#define BIT(type) TYPE_BIT(OBJECT_##type)

/* clang-format off */
static const struct cloud_request PROJECTS = {
    "projects", { "keystone:/projects" }, "projects", "id,name",
    BIT(PROJECT), 0, false,
};
static const struct cloud_request ZONES = {
    "availability zones", { "nova:/os-availability-zone/detail" }, "availabilityZoneInfo",
    "zoneName",
    BIT(AVAILABILITY_ZONE) | BIT(HOST), BIT(HOST), false,
};
static const struct cloud_request SERVICES = {
    "services", { "nova:/os-services" }, "services", "binary,host",
    BIT(HOST), BIT(HOST), false,
};
static const struct cloud_request HYPERVISORS = {
    "hypervisors",
    { "nova.compute_nodes(id,hypervisor_hostname,host,host_ip,deleted)",
      "nova:/os-hypervisors/detail", "nova:/os-hypervisors" },
    "hypervisors", "id,hypervisor_hostname",
    0, BIT(HOST) | BIT(INSTANCE), false,
};
static const struct cloud_request AGENTS = {
    "agents",
    { "neutron.agents(id,agent_type,binary,topic,host,admin_state_up,created_at,started_at,"
      "heartbeat_timestamp,description,configurations,load,availability_zone,resource_versions)",
      "neutron:/agents" },
    "agents", "id,agent_type,host",
    BIT(NETWORK_AGENT) | BIT(HOST) | BIT(VEDGE) | BIT(OTEP), BIT(HOST) | BIT(VCONNECTOR), false,
};
static const struct cloud_request NETWORKS = {
    "networks", { "neutron:/networks" }, "networks", "id",
    BIT(NETWORK) | BIT(NETWORK_SERVICES_FOLDER), BIT(VSERVICE), false,
};
static const struct cloud_request SUBNETS = {
    "subnets", { "neutron:/subnets" }, "subnets", "id",
    0, BIT(NETWORK) | BIT(INSTANCE) | BIT(VNIC), false,
};
static const struct cloud_request ROUTERS = {
    "routers",
    { "neutron.routers(id,name,project_id,status,admin_state_up,gw_port_id,enable_snat,flavor_id)",
      "neutron:/routers" },
    "routers", "id",
    0, BIT(VSERVICE), false,
};
static const struct cloud_request PORTS = {
    "ports", { "neutron:/ports" }, "ports", "id,network_id",
    BIT(PORT), BIT(VNIC) | BIT(INSTANCE) | BIT(VCONNECTOR), true,
};
static const struct cloud_request SERVERS = {
    "instances", { "nova:/servers/detail?all_tenants=1" }, "servers", "id",
    BIT(INSTANCE) | BIT(VNIC), 0, false,
};
static const struct cloud_request NETWORK_INFO = {
    "network caches of instances", { "nova.instance_info_caches(instance_uuid,network_info,deleted)" },
    NULL, "instance_uuid",
    0, BIT(INSTANCE), false,
};
static const struct cloud_request AGGREGATE_ROWS = {
    "rows of aggregates", { "nova_api.aggregates(id,name,uuid)" }, NULL, "id,name",
    0, 0, false,
};
static const struct cloud_request AGGREGATE_HOST_ROWS = {
    "aggregate hosts", { "nova_api.aggregate_hosts(id,host,aggregate_id)" }, NULL,
    "host,aggregate_id",
    0, 0, false,
};
static const struct cloud_request AGGREGATES = {
    "aggregates", { "nova:/os-aggregates" }, "aggregates", "id,name",
    BIT(AGGREGATE) | BIT(HOST_REF), 0, false,
};
/* clang-format on */

/* The forms of a request that this environment has, in 'region'. */
static size_t
forms_of(const struct discovery *d, const struct cloud_request *list, struct str region,
         struct request *forms)
{
    size_t n = 0;

    for (size_t i = 0; i < FORMS && list->forms[i]; i++) {
        struct request form;

        if (!request_from_text(str_from(list->forms[i]), &form) ||
            (form.kind == REQUEST_SQL && !d->environment->has_sql))
            continue;
        form.region = region;
        forms[n++] = form;
    }
    return n;
}

/* A list that another one stands in for: all its forms are in the database. */
static bool
is_optional(const struct cloud_request *list)
{
    return list->key == NULL;
}

static void
missed(struct discovery *d, const struct cloud_request *list)
{
    d->own.failed_types |= list->missing;
    d->own.partial_types |= list->partial;
}

/* Ask a list; a fault is a message even when another form answered. */
static bool
ask_list(struct discovery *d, const struct cloud_request *list, struct str region,
         struct arena *arena, struct answer *answer, struct request *form)
{
    struct request forms[FORMS] = { 0 };
    size_t         n_forms = forms_of(d, list, region, forms);

    if (n_forms == 0) {
        *answer = (struct answer){ .kind = ANSWER_UNKNOWN };
        return false;
    }

    bool good = transport_ask(d->transport, forms, n_forms, arena, answer);
    bool is_missed = !good && (!is_optional(list) || answer->kind == ANSWER_BROKEN);

    *form = forms[answer->form < n_forms ? answer->form : 0];
    d->n_good += good;
    if (answer->error.domain != ERROR_NONE && (good || is_missed)) {
        partition_say(&d->own, SEVERITY_ERROR, "%s", answer->error.message);
        missed(d, list);
    }
    return good;
}

/* Recorded tables may have more columns than are asked for; those must not get into objects. */
static void
keep_columns(const struct request *form, struct arena *arena, struct docs *rows)
{
    for (size_t i = 0; i < rows->n; i++) {
        struct doc     *kept = doc_object(arena);
        struct doc_iter it = { 0 };

        while (doc_next(rows->items[i], &it))
            if (request_has_column(form, it.key))
                doc_setn(arena, kept, it.key, it.value);
        rows->items[i] = kept;
    }
}

/* A page while it is read: parsing needs nothing but the page, so several are parsed at once. */
struct page {
    const struct cloud_request *list;
    const struct request       *form;
    const struct reply         *reply;
    struct arena               *arena;
    struct docs                 docs;
    struct partition            own; /* objects that were built with it */
    bool                        good;
    size_t                      n_unsound;
    struct error                first, err;
};

static void
parse_page_alone(struct page *page)
{
    const struct cloud_request *list = page->list;

    page->good =
        parse_list_sound(page->arena, page->reply->text, list->key ? list->key : "rows",
                         list->required, &page->docs, &page->n_unsound, &page->first, &page->err);
    if (page->good && page->form->kind == REQUEST_SQL)
        keep_columns(page->form, page->arena, &page->docs);
}

/* What was wrong with a parsed page; elements of no use have been left out. */
static bool
check_page(struct discovery *d, const struct page *page)
{
    struct str origin = page->reply->origin;

    if (!page->good)
        partition_say(&d->own, SEVERITY_ERROR, "%s (%.*s): %s", page->list->name, STR_ARG(origin),
                      page->err.message);
    else if (page->n_unsound)
        partition_say(&d->own, SEVERITY_ERROR, "%s (%.*s): %zu left out; %s", page->list->name,
                      STR_ARG(origin), page->n_unsound, page->first.message);
    if (!page->good || page->n_unsound)
        missed(d, page->list);
    return page->good;
}

static bool
parse_page(struct discovery *d, const struct cloud_request *list, const struct request *form,
           const struct reply *reply, struct arena *arena, struct docs *docs)
{
    struct page page = { .list = list, .form = form, .reply = reply, .arena = arena };

    parse_page_alone(&page);
    *docs = page.docs;
    return check_page(d, &page);
}

/* An element counts once: pages of a list that changes meanwhile may overlap, and regions may share
 * a service. */
static void
drop_repeated(struct discovery *d, const struct cloud_request *list, struct docs *docs)
{
    size_t n = 0, n_repeated = 0;

    if (!str_starts(str_from(list->required), STR("id")))
        return;
    for (size_t i = 0; i < docs->n; i++) {
        struct str id = doc_scalar(doc_get(docs->items[i], "id"), d->arena);
        struct str key = arena_printf(d->arena, "%s %.*s", list->name, STR_ARG(id));
        bool       is_new;

        map_put(&d->seen, key, &is_new);
        if (is_new)
            docs->items[n++] = docs->items[i];
        else
            n_repeated++;
    }
    docs->n = n;
    if (n_repeated)
        partition_say(&d->own, SEVERITY_WARNING, "%s: %zu were given twice", list->name,
                      n_repeated);
}

typedef void add_fn(struct cloud *, const struct docs *, struct built *out);
typedef void build_fn(const struct cloud *, const struct docs *, struct built *out);

static void
place_built(struct discovery *d, const struct built *built, const struct place *scanned)
{
    partition_place(&d->own, &d->tree, built, scanned);
}

/* Documents become objects, and their arena ends. */
static void
finish_batch(struct discovery *d)
{
    partition_finish(&d->own, &d->tree, d->jobs);
    tree_clear_documents(&d->tree);
}

/* The documents of an earlier scan, for a list that failed: their places are there for others to
 * hang below, the documents themselves stay in the store, marked stale. */
static void
recall_places(struct discovery *d, const char *type, struct arena *arena, struct docs *docs)
{
    *docs = (struct docs){ 0 };
    if (!d->recall || !d->recall->documents(d->recall->context, type, arena, docs))
        return;
    for (size_t i = 0; i < docs->n; i++)
        tree_add_place(&d->tree, docs->items[i]);
}

/* What builders look up of a list that failed: networks, ports and projects are stored much as they
 * came. */
static void
recall_list(struct discovery *d, const struct cloud_request *list, add_fn *add)
{
    AUTO_ARENA   scratch = arena_new();
    struct built notes = { .arena = scratch };
    struct docs  docs;
    const char  *type = list == &PROJECTS   ? "project"
                        : list == &NETWORKS ? "network"
                        : list == &PORTS    ? "port"
                                            : NULL;

    if (!type)
        return;
    recall_places(d, type, scratch, &docs);
    add(&d->cloud, &docs, &notes);
}

/* A list while its pages are read: made by several threads, taken in order. */
struct list_reading {
    struct discovery           *d;
    const struct cloud_request *list;
    const struct request       *form;
    const struct answer        *answer;
    add_fn                     *add;
    build_fn                   *build;
    const struct place         *scanned;
    struct page                *pages;
};

/* Objects below which nothing hangs are built and finished with their page, on its thread: all they
 * need is there before. */
static void
build_apart(const struct list_reading *r, struct page *page)
{
    const struct discovery *d = r->d;
    struct built            built = { .arena = page->arena };
    struct tree             tree;

    page->own.arena = arena_new();
    r->build(&d->cloud, &page->docs, &built);
    tree_init(&tree, page->arena, d->environment->name, &d->tree);
    partition_place(&page->own, &tree, &built, r->scanned);
    partition_finish(&page->own, &tree, 1);
    tree_done(&tree);
}

static void
make_page(void *context, size_t index)
{
    const struct list_reading *r = context;
    struct page               *page = &r->pages[index];

    *page = (struct page){
        .list = r->list, .form = r->form, .reply = &r->answer->pages[index], .arena = arena_new()
    };
    parse_page_alone(page);
    if (page->good && r->list->is_leaf)
        build_apart(r, page);
}

/* Add what builders look up of a page, and build its objects below 'scanned'. */
static void
read_page(const struct list_reading *r, struct page *page)
{
    struct discovery *d = r->d;
    struct built      notes = { .arena = page->arena }, built = { .arena = page->arena };

    if (r->add)
        r->add(&d->cloud, &page->docs, &notes);
    place_built(d, &notes, NULL);
    if (page->own.arena) {
        partition_take(&d->own, &page->own);
    } else if (r->build) {
        d->tree.scratch = page->arena;
        r->build(&d->cloud, &page->docs, &built);
        place_built(d, &built, r->scanned);
        finish_batch(d);
        d->tree.scratch = d->arena;
    }
}

static bool
take_page(void *context, size_t index)
{
    const struct list_reading *r = context;
    struct page               *page = &r->pages[index];
    size_t                     n = page->docs.n;

    if (check_page(r->d, page)) {
        drop_repeated(r->d, r->list, &page->docs);
        if (page->docs.n < n) /* it was built with them */
            partition_done(&page->own);
        read_page(r, page);
    }
    partition_done(&page->own);
    arena_free(page->arena);
    return true;
}

/* Every page of a list, a few at a time, so that no list is held whole. */
static void
read_list(struct discovery *d, const struct cloud_request *list, struct str region, add_fn *add,
          build_fn *build, const struct place *scanned)
{
    AUTO_ARENA          replies = arena_new();
    struct answer       answer;
    struct request      form;
    struct list_reading r = { d, list, &form, &answer, add, build, scanned, NULL };

    if (!ask_list(d, list, region, replies, &answer, &form)) {
        recall_list(d, list, add);
        return;
    }
    r.pages = arena_array(replies, struct page, answer.n_pages);
    if (!work_in_order(d->jobs, answer.n_pages, make_page, take_page, &r))
        abort(); /* take_page() takes all */
}

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

    recall_places(d, "region", scratch, &known);
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
    place_built(d, &notes, NULL);
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
    place_built(d, &built, folder);
}

/* Zones are stored under other names than they come. */
static void
recall_zones(struct discovery *d, struct arena *arena)
{
    struct built notes = { .arena = arena };
    struct docs  docs;

    recall_places(d, "availability_zone", arena, &docs);
    for (size_t i = 0; i < docs.n; i++) {
        struct doc *state = doc_object(arena);

        doc_set(arena, state, "available", doc_get(docs.items[i], "available"));
        doc_set(arena, docs.items[i], "zoneName", doc_get(docs.items[i], "name"));
        doc_set(arena, docs.items[i], "zoneState", state);
    }
    cloud_add_zones(&d->cloud, &docs, &notes);
}

static void
read_zones(struct discovery *d, struct str region)
{
    AUTO_ARENA     replies = arena_new();
    struct answer  answer;
    struct request form;

    if (!ask_list(d, &ZONES, region, replies, &answer, &form)) {
        recall_zones(d, replies);
        return;
    }
    for (size_t i = 0; i < answer.n_pages; i++) {
        struct built notes = { .arena = replies }, built = { .arena = replies };
        struct docs  docs;

        if (!parse_page(d, &ZONES, &form, &answer.pages[i], replies, &docs))
            continue;
        cloud_add_zones(&d->cloud, &docs, &notes);
        place_built(d, &notes, NULL);
        d->tree.scratch = replies;
        build_availability_zones(&d->cloud, &docs,
                                 str_empty(region) ? d->cloud.regions[0].name : region, &built);
        place_built(d, &built, NULL);
        finish_batch(d);
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

/* Rows of a table that only the database has, from the first of its homes. */
static bool
read_rows(struct discovery *d, const struct cloud_request *list, struct arena *arena,
          struct docs *docs)
{
    struct answer  answer;
    struct request form;

    if (!ask_list(d, list, STR_NONE, arena, &answer, &form) || answer.n_pages == 0 ||
        !parse_page(d, list, &form, &answer.pages[0], arena, docs))
        return false;
    drop_repeated(d, list, docs);
    return true;
}

/* Since Ocata the table in the database 'nova' is there and empty, so that is not looked at: clouds
 * that are older answer the API just as well. */
static bool
aggregates_from_database(struct discovery *d, struct arena *arena, struct docs *out)
{
    struct docs rows, hosts;

    if (!read_rows(d, &AGGREGATE_ROWS, arena, &rows) ||
        !read_rows(d, &AGGREGATE_HOST_ROWS, arena, &hosts))
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
    struct answer       answer;
    struct request      form;
    struct str          region = d->cloud.n_regions == 1 ? STR_NONE : name;
    const struct place *place = tree_find(&d->tree, STR("region"), name);
    const struct place *folder =
        place ? tree_folder(&d->tree, "aggregates_folder", place, "aggregates", "Aggregates")
              : NULL;

    if (!aggregates_from_database(d, scratch, &docs) &&
        (!ask_list(d, &AGGREGATES, region, scratch, &answer, &form) || answer.n_pages == 0 ||
         !parse_page(d, &AGGREGATES, &form, &answer.pages[0], scratch, &docs)))
        return;
    drop_repeated(d, &AGGREGATES, &docs);

    struct built built = { .arena = scratch }, refs = { .arena = scratch };

    d->tree.scratch = scratch;
    build_aggregates(&d->cloud, &docs, &built);
    place_built(d, &built, folder);
    build_host_refs(&d->cloud, &docs, &refs);
    place_built(d, &refs, folder);
    finish_batch(d);
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
        const struct cloud_request list = {
            "tunnel endpoints", { form.p }, NULL, "host,ip_address", 0, BIT(OTEP), false
        };

        for (size_t j = 0; j < d->cloud.n_agents && !is_used; j++) {
            const struct doc *list_of_types =
                doc_path(d->cloud.agents[j].row, "configurations.tunnel_types");

            for (size_t k = 0; k < doc_count(list_of_types) && !is_used; k++)
                is_used = str_is(doc_text(doc_at(list_of_types, k)), types[i]);
        }
        if (is_used && read_rows(d, &list, scratch, &docs))
            cloud_add_endpoints(&d->cloud, types[i], &docs, &notes);
        place_built(d, &notes, NULL);
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

/* The lists of one region, in an order in which each finds what it refers to. */
static void
read_region(struct discovery *d, struct str name)
{
    struct str region = d->cloud.n_regions == 1 ? STR_NONE : name;
    size_t     n_networks = d->cloud.n_networks;

    read_zones(d, region);
    read_list(d, &SERVICES, region, cloud_add_services, NULL, NULL);
    read_list(d, &HYPERVISORS, region, cloud_add_hypervisors, NULL, NULL);
    read_list(d, &AGENTS, region, cloud_add_agents, NULL, NULL);
    read_list(d, &SUBNETS, region, cloud_add_subnets, NULL, NULL);
    read_list(d, &NETWORKS, region, cloud_add_networks, build_networks, NULL);
    make_network_folders(d, n_networks);
    read_list(d, &PORTS, region, cloud_add_ports, build_ports, NULL);
    read_list(d, &ROUTERS, region, cloud_add_routers, NULL, NULL);
    read_list(d, &SERVERS, region, cloud_add_servers, NULL, NULL);
}

bool
discover_cloud(struct discovery *d, const struct environment *environment,
               struct transport *transport, const struct recall *recall, unsigned jobs,
               struct error *err)
{
    *d = (struct discovery){
        .environment = environment,
        .transport = transport,
        .recall = recall,
        .jobs = jobs,
    };
    d->arena = arena_new();
    d->own.arena = arena_new();
    cloud_init(&d->cloud, d->arena, environment);
    tree_init(&d->tree, d->arena, environment->name, NULL);

    const struct place *regions =
        tree_folder(&d->tree, "regions_folder", NULL, "regions", "Regions");
    const struct place *projects =
        tree_folder(&d->tree, "projects_folder", NULL, "projects", "Projects");

    if (read_catalog(d))
        build_regions_of(d, regions);
    read_list(d, &PROJECTS, STR_NONE, cloud_add_projects, build_projects, projects);
    for (size_t i = 0; i < d->cloud.n_regions; i++)
        if (wants_region(environment, d->cloud.regions[i].name))
            read_region(d, d->cloud.regions[i].name);
    read_list(d, &NETWORK_INFO, STR_NONE, cloud_add_network_info, NULL, NULL);
    read_endpoints(d);
    cloud_index(&d->cloud);
    for (size_t i = 0; i < d->cloud.n_regions; i++)
        if (wants_region(environment, d->cloud.regions[i].name))
            read_aggregates(d, d->cloud.regions[i].name);

    struct built homeless = { .arena = d->arena };

    build_homeless_instances(&d->cloud, &homeless);
    place_built(d, &homeless, NULL);
    finish_batch(d);
    if (d->n_good == 0)
        return error_set(err, ERROR_TRANSPORT, 0, "nothing was answered; first of all: %.*s",
                         STR_ARG(d->own.messages[0].text));
    return true;
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
