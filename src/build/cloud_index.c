/* The join of the cloud-wide lists: who is on which host, and all that builders look up by key.
 *
 * Everything is sorted first, so that the order of pages and elements leaves no trace. What lives
 * on a host is a slice of one array of pointers sorted by host, not a list per host. */

#include "build/cloud_read.h"

#include <assert.h>

/* --- sorting: every list's records begin with their id --- */

static int
compare_ids(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* Sort by id; of records with one id (an element that moved to another page) the first stays. */
static size_t
sort_by_id(void *items, size_t n, size_t size)
{
    unsigned char *at = items;
    size_t         kept = n ? 1 : 0;

    if (n)
        qsort(items, n, size, compare_ids);
    for (size_t i = 1; i < n; i++) {
        if (compare_ids(at + (kept - 1) * size, at + i * size) == 0)
            continue;
        if (kept != i)
            memcpy(at + kept * size, at + i * size, size);
        kept++;
    }
    return kept;
}

static int
compare_documents(const void *a, const void *b)
{
    const struct doc *x = *(struct doc *const *)a, *y = *(struct doc *const *)b;

    return str_compare(doc_get_text(x, "id"), doc_get_text(y, "id"));
}

static int
compare_endpoints(const void *a, const void *b)
{
    static const char *const keys[] = { "type", "host", "ip_address" };
    const struct doc        *x = *(struct doc *const *)a, *y = *(struct doc *const *)b;
    int                      order = 0;

    for (size_t i = 0; order == 0 && i < N_ELEMENTS(keys); i++)
        order = str_compare(doc_get_text(x, keys[i]), doc_get_text(y, keys[i]));
    return order;
}

static void
sort_documents(struct docs *docs, int (*compare)(const void *, const void *))
{
    if (docs->n)
        qsort(docs->items, docs->n, sizeof *docs->items, compare);
}

/* Hosts' services together; of what a zone and the service list say of one, the zone's word first. */
static int
compare_services(const void *a, const void *b)
{
    const struct cloud_service *x = a, *y = b;
    int                         order = str_compare(x->host, y->host);

    if (order == 0)
        order = str_compare(x->binary, y->binary);
    if (order == 0)
        order = (int)x->is_listed - (int)y->is_listed;
    return order ? order : str_compare(x->zone, y->zone);
}

/* Ids of hypervisors are numbers in text: 2 comes before 10. */
static int
compare_hypervisors(const void *a, const void *b)
{
    const struct cloud_hypervisor *x = a, *y = b;

    if (x->id.n != y->id.n)
        return x->id.n < y->id.n ? -1 : 1;
    return str_compare(x->id, y->id);
}

static int
compare_server_hosts(const void *a, const void *b)
{
    const struct cloud_server *x = *(struct cloud_server *const *)a;
    const struct cloud_server *y = *(struct cloud_server *const *)b;
    int                        order = str_compare(x->host, y->host);

    return order ? order : str_compare(x->id, y->id);
}

static int
compare_agent_hosts(const void *a, const void *b)
{
    const struct cloud_agent *x = *(struct cloud_agent *const *)a;
    const struct cloud_agent *y = *(struct cloud_agent *const *)b;
    int                       order = str_compare(x->host, y->host);

    return order ? order : str_compare(x->id, y->id);
}

static int
compare_port_hosts(const void *a, const void *b)
{
    const struct cloud_port *x = *(struct cloud_port *const *)a;
    const struct cloud_port *y = *(struct cloud_port *const *)b;
    int                      order = str_compare(x->host, y->host);

    return order ? order : str_compare(x->id, y->id);
}

/* Interfaces were attached in the order in which their ports were made. */
static int
compare_port_devices(const void *a, const void *b)
{
    const struct cloud_port *x = *(struct cloud_port *const *)a;
    const struct cloud_port *y = *(struct cloud_port *const *)b;
    int                      order = str_compare(x->device_id, y->device_id);

    if (order == 0 && x->created_at != y->created_at)
        order = x->created_at < y->created_at ? -1 : 1;
    return order ? order : str_compare(x->id, y->id);
}

/* --- Neutron --- */

/* Enter a pointer under a key that is not taken. */
static void
enter_first(struct map *map, struct str key, void *pointer)
{
    bool              is_new;
    struct map_entry *entry = map_put(map, key, &is_new);

    if (is_new)
        entry->pointer = pointer;
}

void
cloud_enter_projects(struct cloud *c)
{
    for (size_t i = 0; i < c->n_projects; i++)
        map_put(&c->projects_by_id, c->projects[i].id, NULL)->pointer = &c->projects[i];
}

void
cloud_enter_networks(struct cloud *c)
{
    for (size_t i = 0; i < c->n_networks; i++) {
        struct cloud_network *network = &c->networks[i];

        network->is_left_out = map_find(&c->left_out_projects, network->project_id) != NULL;
        map_put(&c->networks_by_id, network->id, NULL)->pointer = network;
    }
}

static void
index_subnets(struct cloud *c)
{
    sort_documents(&c->subnets, compare_documents);
    for (size_t i = 0; i < c->subnets.n; i++) {
        const struct doc     *subnet = c->subnets.items[i];
        struct cloud_network *network =
            map_get(&c->networks_by_id, doc_get_text(subnet, "network_id"));

        if (network)
            network->n_cidrs++;
    }
    for (size_t i = 0; i < c->n_networks; i++) {
        c->networks[i].cidrs = arena_array(c->arena, struct str, c->networks[i].n_cidrs);
        c->networks[i].n_cidrs = 0;
    }
    for (size_t i = 0; i < c->subnets.n; i++) {
        const struct doc     *subnet = c->subnets.items[i];
        struct cloud_network *network =
            map_get(&c->networks_by_id, doc_get_text(subnet, "network_id"));

        if (network)
            network->cidrs[network->n_cidrs++] = doc_get_text(subnet, "cidr");
    }
}

static void
index_ports(struct cloud *c)
{
    c->n_ports = sort_by_id(c->ports, c->n_ports, sizeof *c->ports);

    struct cloud_port **by_device = xcalloc(c->n_ports, sizeof *by_device);
    size_t              n = 0;

    for (size_t i = 0; i < c->n_ports; i++) {
        struct cloud_port *port = &c->ports[i];

        map_put(&c->ports_by_id, port->id, NULL)->pointer = port;
        if (!str_empty(port->mac))
            enter_first(&c->ports_by_mac, port->mac, port);
        if (!str_empty(port->device_id))
            by_device[n++] = port;
    }
    if (n)
        qsort(by_device, n, sizeof *by_device, compare_port_devices);
    for (size_t i = 0; i < n; i++) {
        if (i == 0 || !str_equal(by_device[i - 1]->device_id, by_device[i]->device_id))
            map_put(&c->ports_by_device, by_device[i]->device_id, NULL)->pointer = by_device[i];
        else
            by_device[i - 1]->next_of_device = by_device[i];
    }
    free(by_device);
}

static void
index_routers(struct cloud *c)
{
    sort_documents(&c->routers, compare_documents);
    for (size_t i = 0; i < c->routers.n; i++)
        enter_first(&c->routers_by_id, doc_get_text(c->routers.items[i], "id"),
                    c->routers.items[i]);
}

/* --- hosts --- */

/* Hosts in the making: names lead to positions because the array still moves. */
struct host_list {
    struct cloud *cloud;
    size_t        capacity;
    struct map    positions; /* name -> position + 1 */
};

static struct cloud_host *
host_named(const struct host_list *l, struct str name)
{
    const struct map_entry *entry = map_find(&l->positions, name);

    return entry ? &l->cloud->hosts[entry->number - 1] : NULL;
}

static struct cloud_host *
host_of(struct host_list *l, struct str name)
{
    struct cloud      *c = l->cloud;
    struct cloud_host *known = host_named(l, name);

    if (known)
        return known;
    arena_grow(c->arena, c->hosts, c->n_hosts, l->capacity);
    assert(c->hosts);
    c->hosts[c->n_hosts] = (struct cloud_host){
        .name = name,
        .oid = oid_of_object(c->environment->name, OBJECT_HOST, name),
    };
    map_put(&l->positions, name, NULL)->number = ++c->n_hosts;
    return &c->hosts[c->n_hosts - 1];
}

/* A conductor makes its host a controller while it lives; a compute service that is dead or
 * disabled still has its instances. A host's zone is that of its compute service. */
static void
hosts_of_services(struct host_list *l)
{
    struct cloud *c = l->cloud;

    if (c->n_services)
        qsort(c->services, c->n_services, sizeof *c->services, compare_services);
    for (size_t i = 0; i < c->n_services; i++) {
        const struct cloud_service *service = &c->services[i];
        struct cloud_host          *host = host_of(l, service->host);
        bool                        is_compute = str_is(service->binary, "nova-compute");

        if (!host->services)
            host->services = doc_object(c->arena);
        if (doc_getn(host->services, service->binary))
            continue;
        doc_setn(c->arena, host->services, service->binary, service->state);
        if (str_is(service->binary, "nova-conductor") && service->is_up)
            host->roles |= HOST_CONTROLLER;
        if (is_compute)
            host->roles |= HOST_COMPUTE;
        if (is_compute || str_empty(host->zone))
            host->zone = service->zone;
    }
}

/* A host that only Neutron's agents name is a network node in the zone of all services. */
static void
hosts_of_agents(struct host_list *l)
{
    static const char *const of_network_nodes[] = { "DHCP agent", "L3 agent", "Metadata agent" };
    struct cloud            *c = l->cloud;

    c->n_agents = sort_by_id(c->agents, c->n_agents, sizeof *c->agents);
    for (size_t i = 0; i < c->n_agents; i++) {
        const struct cloud_agent *agent = &c->agents[i];
        struct cloud_host        *host = host_of(l, agent->host);

        if (!host->services && str_empty(host->zone)) {
            host->zone = STR("internal");
            host->roles |= HOST_NETWORK;
        }
        for (size_t k = 0; k < N_ELEMENTS(of_network_nodes); k++) {
            if (!str_is(agent->type, of_network_nodes[k]))
                continue;
            host->roles |= HOST_NETWORK;
            if (!host->config)
                host->config = doc_object(c->arena);
            if (!doc_getn(host->config, agent->type))
                doc_setn(c->arena, host->config, agent->type,
                         doc_get(agent->row, "configurations"));
        }
    }
}

/* A hypervisor is its compute service's host; where that is not told, the host of its name, else of
 * its name without the domain. */
static void
add_hypervisors(struct host_list *l)
{
    struct cloud *c = l->cloud;

    if (c->n_hypervisors)
        qsort(c->hypervisors, c->n_hypervisors, sizeof *c->hypervisors, compare_hypervisors);
    for (size_t i = 0; i < c->n_hypervisors; i++) {
        const struct cloud_hypervisor *hypervisor = &c->hypervisors[i];
        struct cloud_host             *host = host_named(l, hypervisor->host);
        ptrdiff_t                      dot = str_find_char(hypervisor->name, '.');

        if (!host)
            host = host_named(l, hypervisor->name);
        if (!host && dot > 0)
            host = host_named(l, str_head(hypervisor->name, (size_t)dot));
        if (!host || !str_empty(host->os_id))
            continue;
        host->os_id = hypervisor->id;
        host->ip_address = hypervisor->ip_address;
    }
}

static void
index_hosts(struct cloud *c)
{
    struct host_list list = { .cloud = c, .capacity = c->n_hosts };

    for (size_t i = 0; i < c->n_hosts; i++) /* of an earlier scan: build/stored.h */
        map_put(&list.positions, c->hosts[i].name, NULL)->number = i + 1;
    hosts_of_services(&list);
    hosts_of_agents(&list);
    add_hypervisors(&list);
    map_done(&list.positions);
    c->n_hosts = sort_by_id(c->hosts, c->n_hosts, sizeof *c->hosts);
    for (size_t i = 0; i < c->n_hosts; i++)
        map_put(&c->hosts_by_name, c->hosts[i].name, NULL)->pointer = &c->hosts[i];
}

/* --- what lives on each host --- */

static void
assign_servers(struct cloud *c)
{
    const struct cloud_server **sorted =
        arena_array(c->arena, const struct cloud_server *, c->n_servers);

    for (size_t i = 0; i < c->n_servers; i++)
        sorted[i] = &c->servers[i];
    if (c->n_servers)
        qsort(sorted, c->n_servers, sizeof *sorted, compare_server_hosts);
    for (size_t i = 0; i < c->n_servers; i++) {
        struct cloud_host *host = map_get(&c->hosts_by_name, sorted[i]->host);

        if (host && host->n_servers++ == 0)
            host->servers = &sorted[i];
    }
}

static void
assign_agents(struct cloud *c)
{
    const struct cloud_agent **sorted =
        arena_array(c->arena, const struct cloud_agent *, c->n_agents);

    for (size_t i = 0; i < c->n_agents; i++)
        sorted[i] = &c->agents[i];
    if (c->n_agents)
        qsort(sorted, c->n_agents, sizeof *sorted, compare_agent_hosts);
    for (size_t i = 0; i < c->n_agents; i++) {
        struct cloud_host *host = map_get(&c->hosts_by_name, sorted[i]->host);

        if (host && host->n_agents++ == 0)
            host->agents = &sorted[i];
    }
}

static void
assign_ports(struct cloud *c)
{
    const struct cloud_port **sorted = arena_array(c->arena, const struct cloud_port *, c->n_ports);

    for (size_t i = 0; i < c->n_ports; i++)
        sorted[i] = &c->ports[i];
    if (c->n_ports)
        qsort(sorted, c->n_ports, sizeof *sorted, compare_port_hosts);
    for (size_t i = 0; i < c->n_ports; i++) {
        struct cloud_host *host = map_get(&c->hosts_by_name, sorted[i]->host);

        if (host && host->n_ports++ == 0)
            host->ports = &sorted[i];
    }
}

static void
index_endpoints(struct cloud *c)
{
    sort_documents(&c->endpoints, compare_endpoints);
    for (size_t i = 0; i < c->endpoints.n; i++) {
        const struct doc *endpoint = c->endpoints.items[i];

        enter_first(&c->endpoints_by_host,
                    arena_join(c->arena, doc_get_text(endpoint, "type"), STR(" "),
                               doc_get_text(endpoint, "host")),
                    c->endpoints.items[i]);
    }
}

void
cloud_index(struct cloud *c)
{
    c->n_projects = sort_by_id(c->projects, c->n_projects, sizeof *c->projects);
    cloud_enter_projects(c);
    c->n_networks = sort_by_id(c->networks, c->n_networks, sizeof *c->networks);
    cloud_enter_networks(c);
    index_subnets(c);
    index_ports(c);
    index_routers(c);
    index_endpoints(c);
    c->n_servers = sort_by_id(c->servers, c->n_servers, sizeof *c->servers);
    for (size_t i = 0; i < c->n_servers; i++)
        map_put(&c->servers_by_id, c->servers[i].id, NULL)->pointer = &c->servers[i];
    for (size_t i = 0; i < c->n_caches; i++) {
        struct cloud_server *server = map_get(&c->servers_by_id, c->caches[i].server_id);

        if (server)
            server->network_info = c->caches[i].network_info;
    }
    index_hosts(c);
    assign_servers(c);
    assign_agents(c);
    assign_ports(c);
}

struct str
cloud_project_name(const struct cloud *c, struct str id)
{
    const struct cloud_project *project = map_get(&c->projects_by_id, id);

    return project ? project->name : STR_NONE;
}
