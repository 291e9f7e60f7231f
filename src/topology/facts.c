/* From a document to the facts that link rules join on.
 *
 * A document is a tree of some kilobytes, of which the rules read a dozen strings. Keeping just
 * these lets a million objects be linked at once, while bodies go to the store as soon as their
 * host is built. */

#include "topology/facts.h"

#include <assert.h>

static const struct str absent = { NULL, 0 };

/* An empty string needs no memory; most optional fields are empty. */
static struct str
keep(struct arena *arena, struct str s)
{
    return str_empty(s) ? STR_NONE : arena_str(arena, s);
}

static struct str
keep_text(struct arena *arena, const struct doc *document, const char *key)
{
    return keep(arena, doc_get_text(document, key));
}

/* Text or a number, absent when the key is missing or null. */
static struct str
keep_optional(struct arena *arena, const struct doc *document, const char *key)
{
    const struct doc *value = doc_get(document, key);

    if (doc_kind(value) == DOC_ABSENT || doc_kind(value) == DOC_NULL)
        return absent;
    return keep(arena, doc_scalar(value, arena));
}

/* Text that counts as absent when it is empty, too. */
static struct str
keep_mac(struct arena *arena, const struct doc *document)
{
    struct str mac = doc_get_text(document, "mac_address");

    return str_empty(mac) ? absent : keep(arena, mac);
}

static bool
list_has(const struct doc *list, const char *text)
{
    if (str_is(doc_text(list), text))
        return true;
    if (doc_kind(list) != DOC_ARRAY)
        return false;
    for (size_t i = 0; i < doc_count(list); i++)
        if (str_is(doc_text(doc_at(list, i)), text))
            return true;
    return false;
}

static void
read_base(struct arena *arena, const struct doc *document, bool is_named, struct facts *facts)
{
    const struct doc *network = doc_get(document, "network");

    if (is_named) {
        struct str name = doc_get_text(document, "object_name");

        if (!str_equal(name, doc_get_text(document, "name")))
            facts->object_name = keep(arena, name);
    }
    if (doc_kind(network) == DOC_STRING) {
        struct str *one = arena_new_of(arena, struct str);

        *one = keep(arena, doc_text(network));
        facts->networks = one;
        facts->n_networks = 1;
        facts->network_shape = FACT_SINGLE;
    } else if (doc_kind(network) == DOC_ARRAY) {
        struct str *all = arena_array(arena, struct str, doc_count(network));

        facts->network_shape = FACT_LIST;
        facts->networks = all;
        for (size_t i = 0; i < doc_count(network); i++)
            if (doc_kind(doc_at(network, i)) == DOC_STRING)
                all[facts->n_networks++] = keep(arena, doc_text(doc_at(network, i)));
    }
}

static struct facts *
read_plain(struct arena *arena, const struct doc *document)
{
    struct facts *facts = arena_new_of(arena, struct facts);

    read_base(arena, document, true, facts);
    return facts;
}

static struct facts *
read_host(struct arena *arena, const struct doc *document)
{
    struct host_facts *host = arena_new_of(arena, struct host_facts);
    const struct doc  *roles = doc_get(document, "host_type");

    host->is_network = list_has(roles, "Network");
    host->is_compute = list_has(roles, "Compute");
    return &host->base;
}

static struct facts *
read_instance(struct arena *arena, const struct doc *document)
{
    struct instance_facts *instance = arena_new_of(arena, struct instance_facts);
    const struct doc      *infos = doc_get(document, "network_info");
    struct network_info   *all = arena_array(arena, struct network_info, doc_count(infos));

    read_base(arena, document, false, &instance->base);
    instance->has_infos = infos && doc_kind(infos) != DOC_NULL;
    instance->infos = all;
    for (size_t i = 0; doc_kind(infos) == DOC_ARRAY && i < doc_count(infos); i++) {
        const struct doc *info = doc_at(infos, i), *network = doc_get(info, "network");

        if (doc_kind(info) != DOC_OBJECT)
            continue;
        all[instance->n_infos++] = (struct network_info){
            .device = keep_text(arena, info, "devname"),
            .mac = keep_text(arena, info, "address"),
            .network = keep_optional(arena, network, "id"),
            .label = keep_optional(arena, network, "label"),
        };
    }
    return &instance->base;
}

static struct facts *
read_vnic(struct arena *arena, const struct doc *document)
{
    struct vnic_facts *vnic = arena_new_of(arena, struct vnic_facts);
    struct str         kind = doc_get_text(document, "vnic_type");

    read_base(arena, document, true, &vnic->base);
    vnic->kind = str_is(kind, "instance_vnic")   ? VNIC_OF_INSTANCE
                 : str_is(kind, "vservice_vnic") ? VNIC_OF_SERVICE
                                                 : VNIC_OTHER;
    vnic->mac = keep_mac(arena, document);
    vnic->instance_id = keep_text(arena, document, "instance_id");
    vnic->source_bridge = keep_text(arena, document, "source_bridge");
    return &vnic->base;
}

static struct facts *
read_network(struct arena *arena, const struct doc *document)
{
    struct network_facts *network = arena_new_of(arena, struct network_facts);
    struct str            type = doc_get_text(document, "provider:network_type");
    struct str            segment = keep_optional(arena, document, "provider:segmentation_id");

    read_base(arena, document, false, &network->base);
    network->carrier = str_is(type, "flat") || str_is(type, "vlan") ? CARRIED_BY_NIC
                       : str_is(type, "local")                      ? CARRIED_BY_NOTHING
                                                                    : CARRIED_BY_TUNNEL;
    network->physical_network = keep_text(arena, document, "provider:physical_network");
    network->segment = segment.p ? segment : STR("None");
    return &network->base;
}

static struct facts *
read_port(struct arena *arena, const struct doc *document)
{
    struct port_facts *port = arena_new_of(arena, struct port_facts);

    port->network_id = keep_text(arena, document, "network_id");
    port->host = keep_text(arena, document, "binding:host_id");
    return &port->base;
}

static struct mappings
read_mappings(struct arena *arena, const struct doc *document, const char *path)
{
    const struct doc *from = doc_path(document, path);
    struct mapping   *items = arena_array(arena, struct mapping, doc_count(from));
    struct doc_iter   it = { 0 };
    uint32_t          n = 0;

    while (doc_kind(from) == DOC_OBJECT && doc_next(from, &it))
        items[n++] = (struct mapping){ keep(arena, it.key), keep(arena, doc_text(it.value)) };
    return (struct mappings){ items, n };
}

/* A name as key of a document that went through a database without dots in its keys. */
static struct str
undotted(struct arena *arena, struct str name)
{
    struct str rest = name, piece, key = STR_NONE;

    while (str_cut(&rest, '.', &piece))
        key = arena_join(arena, key, piece, rest.p ? STR("[dot]") : STR_NONE);
    return key;
}

static struct str
dotted(struct arena *arena, struct str key)
{
    ptrdiff_t at;

    while ((at = str_find(key, STR("[dot]"))) >= 0)
        key = arena_join(arena, str_head(key, (size_t)at), STR("."), str_skip(key, (size_t)at + 5));
    return key;
}

/* The member of a keyed object or of a list of objects with a "name". */
static const struct doc *
member(struct arena *arena, const struct doc *members, struct str name)
{
    if (doc_kind(members) == DOC_OBJECT) {
        const struct doc *found = doc_getn(members, name);

        return found || str_find_char(name, '.') < 0 ? found
                                                     : doc_getn(members, undotted(arena, name));
    }
    for (size_t i = 0; doc_kind(members) == DOC_ARRAY && i < doc_count(members); i++)
        if (str_equal(doc_get_text(doc_at(members, i), "name"), name))
            return doc_at(members, i);
    return NULL;
}

static struct facts *
read_vconnector(struct arena *arena, const struct doc *document)
{
    struct vconnector_facts *vconnector = arena_new_of(arena, struct vconnector_facts);
    const struct doc        *names = doc_get(document, "interfaces_names");
    const struct doc        *members = doc_get(document, "interfaces");
    size_t                   n_most = doc_count(names) + doc_count(members);
    struct interface        *all = arena_array(arena, struct interface, n_most);
    struct doc_iter          it = { 0 };

    read_base(arena, document, false, &vconnector->base);
    vconnector->bridge_name = keep_text(arena, document, "bridge_name");
    vconnector->interfaces = all;
    for (size_t i = 0; doc_kind(names) == DOC_ARRAY && i < doc_count(names); i++) {
        struct str name = doc_text(doc_at(names, i));

        if (!str_empty(name))
            all[vconnector->n_interfaces++] = (struct interface){
                keep(arena, name),
                keep_optional(arena, member(arena, members, name), "mac_address"),
            };
    }
    while (!names && doc_kind(members) == DOC_OBJECT && doc_next(members, &it))
        all[vconnector->n_interfaces++] = (struct interface){
            keep(arena, dotted(arena, it.key)),
            keep_optional(arena, it.value, "mac_address"),
        };
    for (size_t i = 0; !names && doc_kind(members) == DOC_ARRAY && i < doc_count(members); i++)
        all[vconnector->n_interfaces++] = (struct interface){
            keep_text(arena, doc_at(members, i), "name"),
            keep_optional(arena, doc_at(members, i), "mac_address"),
        };
    vconnector->interface_mappings =
        read_mappings(arena, document, "configurations.interface_mappings");
    vconnector->bridge_mappings = read_mappings(arena, document, "configurations.bridge_mappings");
    return &vconnector->base;
}

/* By number, so that no result depends on the order of keys; text that is no number goes last. */
static int
compare_ports(const void *a, const void *b)
{
    const struct vedge_port *x = a, *y = b;
    int64_t                  m = INT64_MAX, n = INT64_MAX;

    if (!str_to_i64(x->id, &m))
        m = INT64_MAX;
    if (!str_to_i64(y->id, &n))
        n = INT64_MAX;
    if (m != n)
        return m < n ? -1 : 1;

    int order = str_compare(x->id, y->id);

    return order ? order : str_compare(x->name, y->name);
}

static void
read_port_of_vedge(struct arena *arena, struct str key, const struct doc *from,
                   struct vedge_facts *vedge, struct vedge_port *all)
{
    struct str name = doc_get_text(from, "name");

    if (str_empty(name))
        name = dotted(arena, key);
    if (str_empty(name) || doc_kind(from) != DOC_OBJECT)
        return;

    struct str id = keep_optional(arena, from, "id");

    all[vedge->n_ports++] = (struct vedge_port){
        .name = keep(arena, name),
        .id = id.p ? id : STR_NONE,
        .tag = keep_optional(arena, from, "tag"),
        .bridge = keep_text(arena, from, "bridge"),
    };
}

static struct facts *
read_vedge(struct arena *arena, const struct doc *document)
{
    struct vedge_facts *vedge = arena_new_of(arena, struct vedge_facts);
    const struct doc   *ports = doc_get(document, "ports");
    struct vedge_port  *all = arena_array(arena, struct vedge_port, doc_count(ports));
    struct doc_iter     it = { 0 };

    read_base(arena, document, false, &vedge->base);
    while (doc_kind(ports) == DOC_OBJECT && doc_next(ports, &it))
        read_port_of_vedge(arena, it.key, it.value, vedge, all);
    for (size_t i = 0; doc_kind(ports) == DOC_ARRAY && i < doc_count(ports); i++)
        read_port_of_vedge(arena, STR_NONE, doc_at(ports, i), vedge, all);
    if (vedge->n_ports)
        qsort(all, vedge->n_ports, sizeof *all, compare_ports);
    vedge->ports = all;
    vedge->has_tunnel = !str_empty(doc_text(doc_path(document, "configurations.tunneling_ip")));
    vedge->pnic = vedge->has_tunnel ? absent : keep_optional(arena, document, "pnic");
    vedge->bridge_mappings = read_mappings(arena, document, "configurations.bridge_mappings");
    return &vedge->base;
}

static struct facts *
read_otep(struct arena *arena, const struct doc *document)
{
    struct otep_facts *otep = arena_new_of(arena, struct otep_facts);

    otep->ip_address = keep_text(arena, document, "ip_address");
    otep->vconnector = keep_optional(arena, document, "vconnector");
    return &otep->base;
}

static struct facts *
read_host_pnic(struct arena *arena, const struct doc *document)
{
    struct host_pnic_facts *pnic = arena_new_of(arena, struct host_pnic_facts);

    pnic->mac = keep_mac(arena, document);
    pnic->ip_address = keep_text(arena, document, "IP Address");
    pnic->port_id = keep_optional(arena, document, "port_id");
    pnic->is_up = str_is(doc_get_text(document, "Link detected"), "yes");
    return &pnic->base;
}

static struct facts *
read_switch_pnic(struct arena *arena, const struct doc *document)
{
    struct switch_pnic_facts *pnic = arena_new_of(arena, struct switch_pnic_facts);

    read_base(arena, document, true, &pnic->base);
    pnic->mac = keep_mac(arena, document);
    pnic->connected_to = keep_text(arena, document, "connected_to");
    pnic->switch_id = keep_optional(arena, document, "switch");
    pnic->is_uplink = str_is(doc_get_text(document, "role"), "uplink");
    return &pnic->base;
}

struct str
object_name_of(const struct object *object)
{
    return object->facts && !str_empty(object->facts->object_name) ? object->facts->object_name
                                                                   : object->name;
}

typedef struct facts *facts_fn(struct arena *, const struct doc *);

static facts_fn *const readers[N_OBJECT_TYPES] = {
    [OBJECT_HOST] = read_host,
    [OBJECT_INSTANCE] = read_instance,
    [OBJECT_VNIC] = read_vnic,
    [OBJECT_VSERVICE] = read_plain,
    [OBJECT_NETWORK] = read_network,
    [OBJECT_PORT] = read_port,
    [OBJECT_VCONNECTOR] = read_vconnector,
    [OBJECT_VEDGE] = read_vedge,
    [OBJECT_OTEP] = read_otep,
    [OBJECT_HOST_PNIC] = read_host_pnic,
    [OBJECT_SWITCH] = read_plain,
    [OBJECT_SWITCH_PNIC] = read_switch_pnic,
};

struct facts *
facts_from_doc(struct arena *arena, const struct doc *document)
{
    enum object_type type;

    if (!object_type_from_name(doc_get_text(document, "type"), &type) || !readers[type])
        return NULL;
    return readers[type](arena, document);
}

/* Each reader makes a struct that starts with struct facts, so its address is the address of the
 * whole; the type says which. */
#define ACCESSOR(constant, name)                                                                   \
    const struct name##_facts *name##_facts(const struct object *object)                           \
    {                                                                                              \
        assert(object->type == OBJECT_##constant);                                                 \
        return (const struct name##_facts *)object->facts;                                         \
    }

ACCESSOR(HOST, host)
ACCESSOR(INSTANCE, instance)
ACCESSOR(VNIC, vnic)
ACCESSOR(NETWORK, network)
ACCESSOR(PORT, port)
ACCESSOR(VCONNECTOR, vconnector)
ACCESSOR(VEDGE, vedge)
ACCESSOR(OTEP, otep)
ACCESSOR(HOST_PNIC, host_pnic)
ACCESSOR(SWITCH_PNIC, switch_pnic)
