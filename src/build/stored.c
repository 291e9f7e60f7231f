/* The builders' documents, read back. Where an object keeps what the API said, it goes through the
 * functions that read the API; the rest is the reverse of its builder. */

#include "build/stored.h"

#include "build/cloud_read.h"

/* What placing and connecting add to every document. */
static bool
is_structural(struct str key)
{
    static const char *const keys[] = {
        "environment",  "type",        "id",          "name",          "object_name",
        "parent_id",    "parent_type", "id_path",     "name_path",     "show_in_tree",
        "last_scanned", "clique",      "parent_text", "create_object",
    };

    for (size_t i = 0; i < N_ELEMENTS(keys); i++)
        if (str_is(key, keys[i]))
            return true;
    return false;
}

/* A copy of 'document' without structure and without the keys in 'others', which NULL ends. */
static struct doc *
attributes_of(struct arena *arena, const struct doc *document, const char *const *others)
{
    struct doc     *attributes = doc_object(arena);
    struct doc_iter it = { 0 };

    while (doc_next(document, &it)) {
        bool is_other = false;

        for (size_t i = 0; others[i] && !is_other; i++)
            is_other = str_is(it.key, others[i]);
        if (!is_other && !is_structural(it.key))
            doc_setn(arena, attributes, it.key, it.value);
    }
    return attributes;
}

/* "_id" as text, whichever way it is written. */
static struct str
oid_of(const struct doc *document)
{
    const struct doc *id = doc_get(document, "_id");

    return doc_kind(id) == DOC_OBJECT ? doc_get_text(id, "$oid") : doc_text(id);
}

static unsigned
roles_of(const struct doc *host_type)
{
    static const struct {
        const char *name;
        unsigned    role;
    } roles[] = {
        { "Controller", HOST_CONTROLLER },
        { "Compute", HOST_COMPUTE },
        { "Network", HOST_NETWORK },
        { "Kube-node", HOST_KUBE_NODE },
    };
    unsigned found = 0;

    for (size_t i = 0; i < doc_count(host_type); i++)
        for (size_t j = 0; j < N_ELEMENTS(roles); j++)
            if (str_is(doc_text(doc_at(host_type, i)), roles[j].name))
                found |= roles[j].role;
    return found;
}

static void
read_host(struct cloud *c, const struct doc *document, struct cloud_host *host)
{
    struct str name = doc_get_text(document, "id");

    *host = (struct cloud_host){
        .name = name,
        .roles = roles_of(doc_get(document, "host_type")),
        .zone = doc_get_text(document, "zone"),
        .ip_address = doc_get_text(document, "ip_address"),
        .os_id = doc_get_text(document, "os_id"),
    };
    if (doc_kind(doc_get(document, "services")) == DOC_OBJECT)
        host->services = doc_copy(c->arena, doc_get(document, "services"));
    if (doc_kind(doc_get(document, "config")) == DOC_OBJECT)
        host->config = doc_copy(c->arena, doc_get(document, "config"));
    if (!oid_from_text(oid_of(document), &host->oid))
        host->oid = oid_of_object(c->environment->name, OBJECT_HOST, name);
}

static void
add_instance(struct cloud *c, const struct doc *document)
{
    static const char *const known[] = { "uuid",         "host",    "project_id",  "local_name",
                                         "network_info", "network", "mac_address", "ip_address",
                                         "projects",     NULL };
    const struct doc        *network_info = doc_get(document, "network_info");
    struct doc              *attributes = attributes_of(c->arena, document, known);
    struct str               oid = oid_of(document);

    if (!str_empty(oid))
        doc_set_text(c->arena, attributes, "_id", oid);
    arena_grow(c->arena, c->servers, c->n_servers, c->servers_capacity);
    c->servers[c->n_servers++] = (struct cloud_server){
        .id = doc_get_text(document, "id"),
        .name = doc_get_text(document, "name"),
        .host = doc_get_text(document, "host"),
        .project_id = doc_get_text(document, "project_id"),
        .local_name = doc_get_text(document, "local_name"),
        .attributes = attributes,
        .network_info = network_info ? doc_body(c->arena, network_info) : STR_NONE,
    };
}

/* The object has its subnets by their names; one that has only address ranges gets such subnets. */
static void
add_network(struct cloud *c, const struct doc *document, struct built *out)
{
    struct docs       networks = { 0 }, subnets = { 0 };
    const struct doc *cidrs = doc_get(document, "cidrs");
    struct doc_iter   it = { 0 };

    while (doc_kind(doc_get(document, "subnets")) == DOC_OBJECT &&
           doc_next(doc_get(document, "subnets"), &it))
        docs_add(out->arena, &subnets, it.value);
    for (size_t i = 0; subnets.n == 0 && i < doc_count(cidrs); i++) {
        struct doc *subnet = doc_object(out->arena);
        struct str  cidr = doc_text(doc_at(cidrs, i));
        struct str  network_id = doc_get_text(document, "id");

        doc_set_text(out->arena, subnet, "id", arena_join(out->arena, network_id, STR(" "), cidr));
        doc_set_text(out->arena, subnet, "network_id", network_id);
        doc_set_text(out->arena, subnet, "cidr", cidr);
        docs_add(out->arena, &subnets, subnet);
    }
    docs_add(out->arena, &networks, doc_copy(out->arena, document));
    cloud_add_networks(c, &networks, out);
    cloud_add_subnets(c, &subnets, out);
}

static void
add_agent(struct cloud *c, const struct doc *document, struct built *out)
{
    static const char *const none[] = { "_id", NULL };
    struct docs              agents = { 0 };
    struct doc              *row = attributes_of(out->arena, document, none);
    struct str               binary = doc_get_text(document, "binary");
    struct str               id = doc_get_text(document, "id");

    if (str_starts(id, binary) && str_starts(str_skip(id, binary.n), STR("-")))
        id = str_skip(id, binary.n + 1);
    doc_set_text(out->arena, row, "id", id);
    docs_add(out->arena, &agents, row);
    cloud_add_agents(c, &agents, out);
}

static void
add_router(struct cloud *c, const struct doc *document, struct built *out)
{
    static const char *const known[] = { "_id",          "host",    "local_service_id",
                                         "service_type", "network", NULL };
    struct docs              routers = { 0 };
    struct doc              *row = attributes_of(out->arena, document, known);
    struct str               id = doc_get_text(document, "local_service_id");
    struct str               name = doc_get_text(document, "name");

    if (!str_starts(id, STR("qrouter-")))
        return;
    doc_set_text(out->arena, row, "id", str_skip(id, strlen("qrouter-")));
    if (str_starts(name, STR("qrouter-")))
        doc_set_text(out->arena, row, "name", str_skip(name, strlen("qrouter-")));
    docs_add(out->arena, &routers, row);
    cloud_add_routers(c, &routers, out);
}

static void
add_endpoint(struct cloud *c, const struct doc *document, struct built *out)
{
    struct docs rows = { 0 };
    struct str  type = arena_str(out->arena, doc_get_text(document, "overlay_type"));

    docs_add(out->arena, &rows, doc_copy(out->arena, document));
    cloud_add_endpoints(c, type.p, &rows, out);
}

static void
add_document(struct cloud *c, struct doc *document, struct built *out)
{
    struct docs one = { .items = &document, .n = 1 };
    struct str  type = doc_get_text(document, "type");

    if (str_is(type, "project"))
        cloud_add_projects(c, &one, out);
    else if (str_is(type, "port"))
        cloud_add_ports(c, &one, out);
    else if (str_is(type, "network"))
        add_network(c, document, out);
    else if (str_is(type, "instance"))
        add_instance(c, document);
    else if (str_is(type, "network_agent"))
        add_agent(c, document, out);
    else if (str_is(type, "vservice"))
        add_router(c, document, out);
    else if (str_is(type, "otep"))
        add_endpoint(c, document, out);
}

static bool
is_host(const struct doc *document)
{
    return str_is(doc_get_text(document, "type"), "host") &&
           !str_empty(doc_get_text(document, "id"));
}

void
cloud_add_stored(struct cloud *c, const struct docs *documents, struct built *out)
{
    size_t n_hosts = c->n_hosts;

    for (size_t i = 0; i < documents->n; i++)
        if (is_host(documents->items[i]))
            n_hosts++;

    struct cloud_host *hosts = arena_array(c->arena, struct cloud_host, n_hosts);

    if (c->n_hosts)
        memcpy(hosts, c->hosts, sizeof *hosts * c->n_hosts);
    c->hosts = hosts;
    for (size_t i = 0; i < documents->n; i++) {
        if (is_host(documents->items[i]))
            read_host(c, documents->items[i], &c->hosts[c->n_hosts++]);
        else
            add_document(c, documents->items[i], out);
    }
}
