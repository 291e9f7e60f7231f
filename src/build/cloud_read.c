/* Replies -> the lists of a cloud.
 *
 * Pages are read into the small records of cloud.h and die. What repeats (host names, types of
 * interfaces, the details of bindings, most of an agent's configurations) is kept once: a cloud of
 * 10,000 hosts has 240,000 ports but only a handful of different bindings. */

#include "build/cloud_read.h"

#include "parse/parse.h"

void
cloud_init(struct cloud *c, struct arena *arena, const struct environment *environment)
{
    *c = (struct cloud){ .arena = arena, .environment = environment };
}

void
cloud_done(struct cloud *c)
{
    struct map *maps[] = {
        &c->projects_by_id,  &c->networks_by_id,    &c->ports_by_id,       &c->ports_by_mac,
        &c->ports_by_device, &c->servers_by_id,     &c->hosts_by_name,     &c->routers_by_id,
        &c->subnets_by_id,   &c->endpoints_by_host, &c->left_out_projects, &c->texts,
        &c->documents,
    };

    for (size_t i = 0; i < N_ELEMENTS(maps); i++)
        map_done(maps[i]);
}

/* --- what repeats is kept once --- */

static struct str
own_text(struct cloud *c, struct str text)
{
    return str_empty(text) ? STR_NONE : arena_str(c->arena, text);
}

static struct str
shared_text(struct cloud *c, struct str text)
{
    if (str_empty(text))
        return STR_NONE;

    const struct map_entry *known = map_find(&c->texts, text);

    return known ? known->key : map_put(&c->texts, own_text(c, text), NULL)->key;
}

/* The one document of the cloud that says what 'd' says; NULL for nothing and for empty ones. */
static struct doc *
shared_document(struct cloud *c, const struct doc *d)
{
    AUTO_BUF          text = { 0 };
    struct map_entry *entry;

    if (doc_kind(d) == DOC_ABSENT || doc_kind(d) == DOC_NULL)
        return NULL;
    if ((doc_kind(d) == DOC_OBJECT || doc_kind(d) == DOC_ARRAY) && doc_count(d) == 0)
        return NULL;
    doc_write(&text, d);
    entry = map_find(&c->documents, buf_str(&text));
    if (!entry) {
        entry = map_put(&c->documents, own_text(c, buf_str(&text)), NULL);
        entry->pointer = doc_deep_copy(c->arena, d);
    }
    return entry->pointer;
}

/* A copy of 'd' whose members are shared where they are of some size. */
static struct doc *
copy_sharing(struct cloud *c, const struct doc *d)
{
    enum { LARGE = 40 };
    struct doc     *copy = doc_object(c->arena);
    struct doc_iter it = { 0 };

    while (doc_next(d, &it)) {
        enum doc_kind kind = doc_kind(it.value);
        bool          is_large = kind == DOC_OBJECT || kind == DOC_ARRAY ||
                        (kind == DOC_STRING && doc_text(it.value).n > LARGE);
        struct doc *value = is_large ? shared_document(c, it.value) : NULL;

        doc_setn(c->arena, copy, it.key, value ? value : doc_deep_copy(c->arena, it.value));
    }
    return copy;
}

/* --- members --- */

/* The first of the members that is there. */
static const struct doc *
member(const struct doc *d, const char *name, const char *other)
{
    const struct doc *value = doc_get(d, name);

    return doc_kind(value) == DOC_ABSENT || doc_kind(value) == DOC_NULL ? doc_get(d, other) : value;
}

/* Rows that the database keeps after their removal. */
static bool
is_deleted(const struct doc *row)
{
    return doc_truth(doc_get(row, "deleted"));
}

/* The database has 0 and 1 where the API has booleans. */
static void
set_booleans(struct arena *arena, struct doc *row)
{
    static const char *const booleans[] = { "admin_state_up", "enable_snat", "alive" };

    for (size_t i = 0; i < N_ELEMENTS(booleans); i++) {
        const struct doc *value = doc_get(row, booleans[i]);

        if (doc_kind(value) == DOC_INT)
            doc_set_bool(arena, row, booleans[i], doc_truth(value));
    }
}

/* The text of a member that an element cannot do without; noted when it is not there. */
static bool
need(const struct doc *d, const char *what, const char *name, struct str *text, struct built *out)
{
    *text = doc_scalar(doc_get(d, name), out->arena);
    if (!str_empty(*text))
        return true;

    struct str id = doc_scalar(doc_get(d, "id"), out->arena);

    built_note(out, true, "%s %.*s: %s: missing", what, STR_ARG(str_empty(id) ? STR("?") : id),
               name);
    return false;
}

/* --- Keystone --- */

static bool
is_wanted_region(const struct environment *e, struct str name)
{
    for (size_t i = 0; i < e->n_regions; i++) {
        if (str_equal(e->regions[i], name))
            return true;
    }
    return e->n_regions == 0;
}

static struct cloud_region *
region_of(struct cloud *c, struct str name)
{
    for (size_t i = 0; i < c->n_regions; i++) {
        if (str_equal(c->regions[i].name, name))
            return &c->regions[i];
    }
    arena_grow(c->arena, c->regions, c->n_regions, c->regions_capacity);
    c->regions[c->n_regions] = (struct cloud_region){ own_text(c, name), doc_object(c->arena) };
    return &c->regions[c->n_regions++];
}

void
cloud_add_catalog(struct cloud *c, const struct docs *catalog, struct built *out UNUSED)
{
    for (size_t i = 0; i < catalog->n; i++) {
        const struct doc *entry = catalog->items[i];
        struct str        name = doc_get_text(entry, "region");

        if (is_wanted_region(c->environment, name))
            doc_setn(c->arena, region_of(c, name)->endpoints, doc_get_text(entry, "service"),
                     doc_deep_copy(c->arena, doc_get(entry, "endpoint")));
    }
}

bool
project_is_left_out(const struct environment *e, struct str name)
{
    const struct doc *names = doc_get(e->document, "excluded_projects");

    for (size_t i = 0; i < doc_count(names); i++) {
        if (str_equal(doc_text(doc_at(names, i)), name))
            return true;
    }
    return doc_kind(names) != DOC_ARRAY && str_is(name, "services");
}

void
cloud_add_projects(struct cloud *c, const struct docs *projects, struct built *out)
{
    for (size_t i = 0; i < projects->n; i++) {
        struct str id, name;

        if (!need(projects->items[i], "project", "id", &id, out) ||
            !need(projects->items[i], "project", "name", &name, out))
            continue;
        if (project_is_left_out(c->environment, name)) {
            map_put(&c->left_out_projects, own_text(c, id), NULL);
            continue;
        }
        arena_grow(c->arena, c->projects, c->n_projects, c->projects_capacity);
        c->projects[c->n_projects++] = (struct cloud_project){ own_text(c, id), own_text(c, name) };
    }
    cloud_enter_projects(c);
}

/* --- Nova --- */

static void
add_service(struct cloud *c, struct cloud_service service)
{
    arena_grow(c->arena, c->services, c->n_services, c->services_capacity);
    c->services[c->n_services++] = service;
}

static void
add_zone_host(struct cloud *c, struct str zone, struct str host, const struct doc *services)
{
    struct doc_iter it = { 0 };

    while (doc_next(services, &it)) {
        if (doc_kind(it.value) != DOC_OBJECT)
            continue;
        add_service(c, (struct cloud_service){
                           .host = shared_text(c, host),
                           .zone = shared_text(c, zone),
                           .binary = shared_text(c, it.key),
                           .is_up = doc_truth(doc_get(it.value, "available")) &&
                                    doc_truth(doc_get(it.value, "active")),
                           .state = doc_deep_copy(c->arena, it.value),
                       });
    }
}

void
cloud_add_zones(struct cloud *c, const struct docs *zones, struct built *out)
{
    for (size_t i = 0; i < zones->n; i++) {
        struct str      zone;
        struct doc_iter it = { 0 };

        /* A zone whose hosts are all disabled has null in place of them. */
        if (!need(zones->items[i], "availability zone", "zoneName", &zone, out))
            continue;
        while (doc_next(doc_get(zones->items[i], "hosts"), &it))
            add_zone_host(c, zone, it.key, it.value);
    }
}

void
cloud_add_services(struct cloud *c, const struct docs *services, struct built *out)
{
    for (size_t i = 0; i < services->n; i++) {
        const struct doc *d = services->items[i];
        bool              is_up = str_is(doc_get_text(d, "state"), "up");
        bool              is_active = !str_is(doc_get_text(d, "status"), "disabled");
        struct str        host, binary;
        struct doc       *state;

        if (!need(d, "service", "host", &host, out) || !need(d, "service", "binary", &binary, out))
            continue;
        state = doc_object(c->arena);
        doc_set_bool(c->arena, state, "active", is_active);
        doc_set_bool(c->arena, state, "available", is_up);
        if (doc_get(d, "updated_at"))
            doc_set(c->arena, state, "updated_at",
                    doc_deep_copy(c->arena, doc_get(d, "updated_at")));
        add_service(c, (struct cloud_service){
                           .host = shared_text(c, host),
                           .zone = shared_text(c, doc_get_text(d, "zone")),
                           .binary = shared_text(c, binary),
                           .is_up = is_up && is_active,
                           .is_listed = true,
                           .state = state,
                       });
    }
}

void
cloud_add_hypervisors(struct cloud *c, const struct docs *hypervisors, struct built *out)
{
    for (size_t i = 0; i < hypervisors->n; i++) {
        const struct doc *d = hypervisors->items[i];
        struct str        id, name, host = doc_text(doc_path(d, "service.host"));

        if (is_deleted(d) || !need(d, "hypervisor", "id", &id, out) ||
            !need(d, "hypervisor", "hypervisor_hostname", &name, out))
            continue;
        if (str_empty(host))
            host = doc_get_text(d, "host");
        arena_grow(c->arena, c->hypervisors, c->n_hypervisors, c->hypervisors_capacity);
        c->hypervisors[c->n_hypervisors++] = (struct cloud_hypervisor){
            .name = shared_text(c, name),
            .host = shared_text(c, host),
            .id = own_text(c, id),
            .ip_address = own_text(c, doc_text(member(d, "host_ip", "ip_address"))),
        };
    }
}

/* What the object shows of an instance beside its names: names as in the successor. */
static struct doc *
server_attributes(struct cloud *c, const struct doc *d)
{
    static const struct {
        const char *attribute, *extension;
    } kept[] = {
        { "vm_state", "OS-EXT-STS:vm_state" },
        { "power_state", "OS-EXT-STS:power_state" },
        { "task_state", "OS-EXT-STS:task_state" },
        { "availability_zone", "OS-EXT-AZ:availability_zone" },
    };
    AUTO_ARENA  scratch = arena_new();
    struct doc *attributes = doc_object(scratch);

    for (size_t i = 0; i < N_ELEMENTS(kept); i++) {
        const struct doc *value = member(d, kept[i].extension, kept[i].attribute);

        if (value)
            doc_set(scratch, attributes, kept[i].attribute, doc_deep_copy(scratch, value));
    }
    return shared_document(c, attributes);
}

void
cloud_add_servers(struct cloud *c, const struct docs *servers, struct built *out)
{
    for (size_t i = 0; i < servers->n; i++) {
        const struct doc *d = servers->items[i];
        bool              is_row = doc_get(d, "uuid");
        struct str        id;

        if (is_deleted(d) || !need(d, "server", is_row ? "uuid" : "id", &id, out))
            continue;
        arena_grow(c->arena, c->servers, c->n_servers, c->servers_capacity);
        c->servers[c->n_servers++] = (struct cloud_server){
            .id = own_text(c, id),
            .name = own_text(c, doc_text(member(d, "display_name", "name"))),
            .host = shared_text(c, doc_text(member(d, "OS-EXT-SRV-ATTR:host", "host"))),
            .project_id = shared_text(c, doc_text(member(d, "tenant_id", "project_id"))),
            .local_name = own_text(c, doc_get_text(d, "OS-EXT-SRV-ATTR:instance_name")),
            .attributes = server_attributes(c, d),
        };
    }
}

void
cloud_add_network_info(struct cloud *c, const struct docs *rows, struct built *out)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct doc *info = doc_get(rows->items[i], "network_info");
        struct str        id;

        if (is_deleted(rows->items[i]) ||
            !need(rows->items[i], "instance_info_caches", "instance_uuid", &id, out))
            continue;
        arena_grow(c->arena, c->caches, c->n_caches, c->caches_capacity);
        c->caches[c->n_caches++] = (struct cloud_cache){
            .server_id = own_text(c, id),
            .network_info = doc_kind(info) == DOC_ARRAY ? doc_body(c->arena, info)
                                                        : own_text(c, doc_text(info)),
        };
    }
}

void
aggregates_of_rows(struct arena *arena, const struct docs *aggregates,
                   const struct docs *aggregate_hosts, struct docs *out)
{
    AUTO_MAP by_id = { 0 };

    for (size_t i = 0; i < aggregates->n; i++) {
        const struct doc *row = aggregates->items[i];
        struct doc       *d = doc_object(arena);

        if (is_deleted(row))
            continue;
        doc_set(arena, d, "id", doc_deep_copy(arena, doc_get(row, "id")));
        doc_set_text(arena, d, "name", doc_get_text(row, "name"));
        doc_set(arena, d, "hosts", doc_array(arena));
        docs_add(arena, out, d);
        map_put(&by_id, doc_scalar(doc_get(row, "id"), arena), NULL)->pointer = d;
    }
    for (size_t i = 0; i < aggregate_hosts->n; i++) {
        const struct doc *row = aggregate_hosts->items[i];
        struct doc       *d = map_get(&by_id, doc_scalar(doc_get(row, "aggregate_id"), arena));

        if (d && !is_deleted(row))
            doc_push_text(arena, doc_get(d, "hosts"), doc_get_text(row, "host"));
    }
}

/* --- Neutron --- */

void
cloud_add_networks(struct cloud *c, const struct docs *networks, struct built *out)
{
    for (size_t i = 0; i < networks->n; i++) {
        const struct doc *d = networks->items[i];
        const struct doc *segment = doc_at(doc_get(d, "segments"), 0);
        const struct doc *provider = segment ? segment : d;
        struct str        id;

        if (!need(d, "network", "id", &id, out))
            continue;
        arena_grow(c->arena, c->networks, c->n_networks, c->networks_capacity);
        c->networks[c->n_networks++] = (struct cloud_network){
            .id = shared_text(c, id),
            .name = own_text(c, doc_get_text(d, "name")),
            .project_id = shared_text(c, doc_text(member(d, "tenant_id", "project_id"))),
            .type = shared_text(c, doc_get_text(provider, "provider:network_type")),
            .physical = shared_text(c, doc_get_text(provider, "provider:physical_network")),
        };
    }
    cloud_enter_networks(c);
}

void
cloud_add_subnets(struct cloud *c, const struct docs *subnets, struct built *out)
{
    for (size_t i = 0; i < subnets->n; i++) {
        struct str  id;
        struct doc *subnet;

        if (!need(subnets->items[i], "subnet", "id", &id, out) || map_find(&c->subnets_by_id, id))
            continue;
        subnet = doc_deep_copy(c->arena, subnets->items[i]);
        docs_add(c->arena, &c->subnets, subnet);
        map_put(&c->subnets_by_id, doc_get_text(subnet, "id"), NULL)->pointer = subnet;
    }
}

static void
read_addresses(struct cloud *c, struct cloud_port *port, const struct doc *fixed_ips)
{
    size_t                n = doc_kind(fixed_ips) == DOC_ARRAY ? doc_count(fixed_ips) : 0;
    struct cloud_address *addresses = arena_array(c->arena, struct cloud_address, n);

    for (size_t i = 0; i < n; i++) {
        const struct doc *d = doc_at(fixed_ips, i);

        addresses[i].subnet_id = shared_text(c, doc_get_text(d, "subnet_id"));
        addresses[i].ip = own_text(c, doc_get_text(d, "ip_address"));
    }
    port->addresses = addresses;
    port->n_addresses = (uint32_t)n;
}

void
cloud_add_ports(struct cloud *c, const struct docs *ports, struct built *out)
{
    const struct doc *last_details = NULL; /* most ports repeat those of the one before */
    struct doc       *kept_details = NULL;

    for (size_t i = 0; i < ports->n; i++) {
        const struct doc *d = ports->items[i], *details = doc_get(d, "binding:vif_details");
        struct str        id;

        if (!need(d, "port", "id", &id, out))
            continue;
        if (!last_details || !doc_equal(details, last_details))
            kept_details = shared_document(c, details);
        last_details = details;

        struct cloud_port port = {
            .id = own_text(c, id),
            .mac = arena_lower(c->arena, doc_get_text(d, "mac_address")),
            .network_id = shared_text(c, doc_get_text(d, "network_id")),
            .host = shared_text(c, doc_get_text(d, "binding:host_id")),
            .device_id = own_text(c, doc_get_text(d, "device_id")),
            .device_owner = shared_text(c, doc_get_text(d, "device_owner")),
            .vif_type = shared_text(c, doc_get_text(d, "binding:vif_type")),
            .vnic_type = shared_text(c, doc_get_text(d, "binding:vnic_type")),
            .vif_details = kept_details,
        };

        if (!parse_time(doc_get_text(d, "created_at"), &port.created_at))
            port.created_at = 0;
        read_addresses(c, &port, doc_get(d, "fixed_ips"));
        arena_grow(c->arena, c->ports, c->n_ports, c->ports_capacity);
        c->ports[c->n_ports++] = port;
    }
}

void
cloud_add_routers(struct cloud *c, const struct docs *routers, struct built *out)
{
    for (size_t i = 0; i < routers->n; i++) {
        struct str id;

        if (!need(routers->items[i], "router", "id", &id, out))
            continue;

        struct doc *row = copy_sharing(c, routers->items[i]);

        set_booleans(c->arena, row);
        docs_add(c->arena, &c->routers, row);
    }
}

/* The configurations as a document: the database has them as text. NULL when they do not read. */
static struct doc *
configurations_of(struct cloud *c, const struct doc *agent, struct arena *scratch,
                  struct error *err)
{
    const struct doc *given = doc_get(agent, "configurations"), *read = given;

    if (doc_kind(given) == DOC_STRING)
        read = doc_parse(scratch, doc_text(given), err);
    else if (!given || doc_kind(given) == DOC_NULL)
        error_set(err, ERROR_PARSE, 0, "none given");
    else if (doc_kind(given) != DOC_OBJECT)
        error_set(err, ERROR_PARSE, 0, "expected an object");
    return doc_kind(read) == DOC_OBJECT ? copy_sharing(c, read) : NULL;
}

void
cloud_add_agents(struct cloud *c, const struct docs *agents, struct built *out)
{
    AUTO_ARENA scratch = arena_new();

    for (size_t i = 0; i < agents->n; i++) {
        const struct doc *d = agents->items[i];
        struct error      err = { .message = "expected an object" };
        struct str        id, host;

        if (!need(d, "agent", "id", &id, out) || !need(d, "agent", "host", &host, out))
            continue;

        struct doc *row = copy_sharing(c, d), *configurations;

        configurations = configurations_of(c, d, scratch, &err);
        if (!configurations) {
            built_note(out, false, "agent %.*s on %.*s: configurations: %s", STR_ARG(id),
                       STR_ARG(host), err.message);
            configurations = doc_object(c->arena);
        }
        doc_set(c->arena, row, "configurations", configurations);
        set_booleans(c->arena, row);
        arena_grow(c->arena, c->agents, c->n_agents, c->agents_capacity);
        c->agents[c->n_agents++] = (struct cloud_agent){
            .id = own_text(c, id),
            .type = shared_text(c, doc_get_text(d, "agent_type")),
            .binary = shared_text(c, doc_get_text(d, "binary")),
            .host = shared_text(c, host),
            .row = row,
        };
        arena_clear(scratch);
    }
}

void
cloud_add_agent_states(struct cloud *c, const struct docs *agents, struct built *out UNUSED)
{
    AUTO_MAP rows = { 0 };

    for (size_t i = 0; i < c->n_agents; i++)
        map_put(&rows, c->agents[i].id, NULL)->pointer = c->agents[i].row;
    for (size_t i = 0; i < agents->n; i++) {
        const struct doc *alive = doc_get(agents->items[i], "alive");
        struct doc       *row = map_get(&rows, doc_get_text(agents->items[i], "id"));

        if (row && doc_kind(alive) == DOC_BOOL)
            doc_set_bool(c->arena, row, "alive", doc_truth(alive));
    }
}

static struct doc *
add_endpoint(struct cloud *c, struct str type, struct str host, struct str ip_address)
{
    struct doc *endpoint = doc_object(c->arena);

    doc_set_text(c->arena, endpoint, "type", type);
    doc_set_text(c->arena, endpoint, "host", host);
    doc_set_text(c->arena, endpoint, "ip_address", ip_address);
    docs_add(c->arena, &c->endpoints, endpoint);
    return endpoint;
}

void
cloud_add_endpoints(struct cloud *c, const char *type, const struct docs *rows, struct built *out)
{
    for (size_t i = 0; i < rows->n; i++) {
        const struct doc *row = rows->items[i];
        int64_t           port = doc_number(doc_get(row, "udp_port"), 0);
        struct str        ip_address;

        if (!need(row, "tunnel endpoint", "ip_address", &ip_address, out))
            continue;

        struct doc *endpoint =
            add_endpoint(c, str_from(type), doc_get_text(row, "host"), ip_address);

        if (port)
            doc_set_int(c->arena, endpoint, "udp_port", port);
    }
}

static struct str
endpoint_key(struct arena *arena, const struct doc *endpoint)
{
    return arena_join(arena, doc_get_text(endpoint, "type"), STR(" "),
                      doc_get_text(endpoint, "host"));
}

void
cloud_add_endpoints_of_agents(struct cloud *c)
{
    AUTO_ARENA scratch = arena_new();
    AUTO_MAP   known = { 0 };

    for (size_t i = 0; i < c->endpoints.n; i++)
        map_put(&known, endpoint_key(scratch, c->endpoints.items[i]), NULL);
    for (size_t i = 0; i < c->n_agents; i++) {
        const struct cloud_agent *agent = &c->agents[i];
        const struct doc         *configurations = doc_get(agent->row, "configurations");
        const struct doc         *types = doc_get(configurations, "tunnel_types");
        struct str                ip_address = doc_get_text(configurations, "tunneling_ip");

        for (size_t k = 0; !str_empty(ip_address) && k < doc_count(types); k++) {
            struct str type = doc_text(doc_at(types, k));

            if (!map_find(&known, arena_join(scratch, type, STR(" "), agent->host)))
                add_endpoint(c, type, agent->host, ip_address);
        }
    }
}

bool
neutron_schema(const struct names *databases, struct str *schema, struct error *err)
{
    static const char *const known[] = { "neutron", "ovs_neutron", "neutron_ml2",
                                         "neutron_linux_bridge" };
    struct str               found = STR_NONE;
    size_t                   n = 0;

    for (size_t k = 0; k < N_ELEMENTS(known); k++) {
        for (size_t i = 0; i < databases->n; i++) {
            if (str_is(databases->items[i], known[k])) {
                *schema = databases->items[i];
                return true;
            }
        }
    }
    for (size_t i = 0; i < databases->n; i++) {
        if (str_has(databases->items[i], STR("neutron"))) {
            found = databases->items[i];
            n++;
        }
    }
    if (n != 1)
        return error_set(err, ERROR_NOT_FOUND, (int)n,
                         n ? "several databases may be Neutron's" : "no database is Neutron's");
    *schema = found;
    return true;
}
