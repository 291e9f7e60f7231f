/* The cloud whose store is queried. Its objects are those of a real one in small, and some that
 * nobody should have: ids with slashes and quotes, keys that mean something in a path of SQLite's
 * JSON functions, values of every kind. */

#include "fuzz/query_world.h"

#include "base/hash.h"
#include "json_text.h"

#define TIME ((int64_t)1772618400 * 1000000) /* 2026-03-04T10:00:00Z */

/* One object: its parent is another row of the table, NOBODY the environment. Attributes are JSON
 * members with ' for " (an apostrophe is \u0027 there). */
struct plan {
    const char *type, *id, *name, *host;
    int         parent;
    const char *attributes;
    bool        stale;
};

enum { NOBODY = -1 };

static const struct plan plans[] = {
    /* type, id, name, host, parent, attributes */
    { "regions_folder", "lab-regions", "Regions", "", NOBODY, "", false },
    { "region", "RegionOne", "RegionOne", "", 0,
      "'endpoints':{'nova':{'adminURL':'http://controller:8774/v2.1','id':'e1'}}", false },
    { "availability_zones_folder", "RegionOne-availability_zones", "Availability Zones", "", 1, "",
      false },
    { "availability_zone", "nova", "nova", "", 2,
      "'available':true,'hosts':{'cmp1':{'nova-compute':{'active':true,"
      "'updated_at':'2026-03-04T09:59:00.000000'}},'cmp.2':null}",
      false },
    { "host", "cmp1", "cmp1", "cmp1", 3,
      "'host_type':['Compute','Network'],'ip_address':'10.77.0.21','OS':'Debian \\\"12\\\"',"
      "'services':{'nova-compute':{'available':true,'updated_at':'2026-03-04T09:59:31.000000'}}",
      false },
    { "host", "cmp2", "cmp2", "cmp2", 3,
      "'host_type':['Compute'],'ip_address':'10.77.0.22','ip.address':'10.77.0.23',"
      "'ip':{'address':'10.77.0.24'}",
      false },
    { "instances_folder", "cmp1-instances", "Instances", "cmp1", 4, "", false },
    { "instance", "b68c122e-0917-5513-b76f-e2432c946d34", "vm-a1", "cmp1", 6,
      "'local_name':'instance-00000007','network':['8ba0f7be-8163-575f-9bf7-39f061a61ffa'],"
      "'network_info':[{'devname':'tap7d7c2cee-67','address':'fa:16:3e:12:34:56'}],"
      "'flavor':{'vcpus':2,'ram':512,'extra_specs':{}},'status':'ACTIVE'",
      false },
    { "instance", "0c7d0b7c-94aa-5bc0-9e5c-6d1ccd2d7a1e", "vm-a2", "cmp1", 6,
      "'local_name':'instance-00000008','network':[],'status':'SHUTOFF','task':null", false },
    { "vnics_folder", "b68c122e-0917-5513-b76f-e2432c946d34-vnics", "vNICs", "cmp1", 7, "", false },
    { "vnic", "cmp1-tap7d7c2cee-67", "tap7d7c2cee-67", "cmp1", 9,
      "'IP Address':'192.168.50.7','IPv6 Address':'fe80::f816:3eff:fe12:3456',"
      "'mac_address':'fa:16:3e:12:34:56','mtu':1450,'addresses':['192.168.50.7','10.9.0.7']",
      false },
    { "vconnectors_folder", "cmp1-vconnectors", "vConnectors", "cmp1", 4, "", false },
    { "vconnector", "cmp1-qbr7d7c2cee-67-8000.525400cc0a01", "cmp1-qbr7d7c2cee-67", "cmp1", 11,
      "'bridge_name':'qbr7d7c2cee-67','interfaces':{'eth1.103':{'name':'eth1.103'},"
      "'tap7d7c2cee-67':{'name':'tap7d7c2cee-67'}},'stp_enabled':false",
      false },
    { "vedges_folder", "cmp1-vedges", "vEdges", "cmp1", 4, "", false },
    { "vedge", "cmp1-vedge", "cmp1-OVS", "cmp1", 13,
      "'agent_type':'Open vSwitch agent','configurations':{'tunnel_types':['vxlan'],"
      "'tunneling_ip':'10.78.0.21'},'heartbeat_timestamp':'2026-03-04 09:59:31',"
      "'load':4,'tunnel_ports':{'vxlan-0a4e0016':{'options':{'remote_ip':'10.78.0.22'}}}",
      false },
    { "otep", "cmp1-otep", "cmp1-otep", "cmp1", 14,
      "'ip_address':'10.78.0.21','overlay_type':'vxlan','vconnector':'cmp1-br-tun','udp_port':4789",
      false },
    { "pnics_folder", "cmp1-pnics", "pNICs", "cmp1", 4, "", false },
    { "host_pnic", "eth0-52:54:00:aa:bb:01", "eth0", "cmp1", 16,
      "'mac_address':'52:54:00:aa:bb:01','Speed':'10000Mb/s','Link detected':'yes',"
      "'Supported ports':'[ TP MII ]','Supports Wake-on':''",
      false },
    { "network_agents_folder", "cmp2-network_agents", "Network agents", "cmp2", 5, "", false },
    { "network_agent", "agent-cmp2", "agent", "cmp2", 18,
      "'binary':'neutron-openvswitch-agent','load':3,'heartbeat_timestamp':'2026-03-04 09:59:31'",
      true },
    { "projects_folder", "lab-projects", "Projects", "", NOBODY, "", false },
    { "project", "a4e9c7d2", "admin", "", 20, "'enabled':true,'description':null", false },
    { "networks_folder", "a4e9c7d2-networks", "Networks", "", 21, "", false },
    { "network", "8ba0f7be-8163-575f-9bf7-39f061a61ffa", "net a", "", 22,
      "'provider:network_type':'vxlan','provider:physical_network':null,"
      "'provider:segmentation_id':101,'cidrs':['192.168.50.0/24','10.9.0.0/16'],"
      "'router:external':true,'subnets':{'sub.a':{'cidr':'192.168.50.0/24','ttl':-1}}",
      false },
    { "network", "net/with/slashes", "net/with", "", 22, "'provider:network_type':'flat'", false },
    { "ports_folder", "net/with/slashes-ports", "Ports", "", 24, "", false },
    { "port", "net/with/slashes/port", "", "cmp1", 25,
      "'status':'DOWN','fixed_ips':[{'ip_address':'192.168.50.7'}],'binding:profile':{}", false },
    { "port", "100%_'; DROP TABLE object; --", "O'Brien \"100%\"", "cmp1", 25,
      "'status':'ACTIVE','tags':['a','b',3,true,null,['a'],{'a':'b'}]", false },
    { "switches_folder", "lab-switches", "Switches", "", NOBODY, "", false },
    { "switch", "odd keys", "odd \n keys\\", "", 28,
      "'o\\u0027brien':'1','$':'2','$.a':'3','a[0]':'4','#':'5','a\\\\b':'6','tab\\there':'7',"
      "'':'8','a..b':'9','a':{'':{'b':'10'},'b':{'c':['11']}},'.':'12','a.':'13','quo\\\"te':'14',"
      "'line\\nend':'15','@>':'16','_id ':'17'",
      false },
    { "switch",
      "Gr\xc3\xb6\xc3\x9f"
      "e",
      "\xe2\x82\xac", "", 28,
      "'Gr\xc3\xb6\xc3\x9f"
      "e':'gro\xc3\x9f','\xf0\x9f\x92\xa1':{'\xe2\x82\xac':1},'del\x7f':'\x7f','back\\\\slash':'"
      "\\\\',"
      "'newline':'a\\nb','quoted':'\\\"','slash':'\\/','empty':'','control':'\\u0001'",
      false },
    { "switch", "numbers", "12", "", 28,
      "'zero':0,'minus':-5,'big':9223372036854775807,'small':-9223372036854775808,'text':'0',"
      "'yes':'true','no':'false','nothing':'null','true':true,'false':false,'null':null",
      false },
    { "aggregates_folder", "RegionOne-aggregates", "Aggregates", "", 1, "", false },
    { "aggregate", "7", "cmp1-and-2", "", 32, "'hosts':['cmp1','cmp2'],'metadata':{}", false },
};

enum { N_PLANS = N_ELEMENTS(plans) };

static const struct {
    const char *type;
    int         source, target;
    bool        implicit;
    const char *host;
} link_plans[] = {
    { "instance-vnic", 7, 10, false, "cmp1" },     { "instance-vnic", 8, 10, true, "cmp1" },
    { "vnic-instance", 10, 7, false, "cmp1" },     { "vnic-vconnector", 10, 12, false, "cmp1" },
    { "vconnector-vedge", 12, 14, false, "cmp1" }, { "vedge-otep", 14, 15, false, "cmp1" },
    { "vedge-host_pnic", 14, 17, false, "cmp1" },  { "host_pnic-network", 17, 23, false, "" },
    { "otep-host_pnic", 15, 17, false, "cmp1" },   { "instance-network", 7, 23, true, "" },
    { "vnic-vedge", 10, 14, true, "cmp1" },        { "otep-otep", 15, 15, true, "cmp1" },
    { "vnic-network", 10, 23, true, "cmp2" },
};

static const int clique_plans[] = { 7, 10, 12, 23 }; /* their focal points */

/* A space of its own has fewer objects, another environment a few of the same names. */
static const struct {
    const char *environment, *space;
    size_t      n_objects;
} inventory_plans[N_KNOWN_INVENTORIES] = {
    { "lab", "inventory", N_PLANS },
    { "lab", "RDO", 12 },
    { "lab 2", "inventory", 5 },
};

static void
must(bool good, const struct error *err)
{
    if (good)
        return;
    fprintf(stderr, "the cloud: %s\n", err->message);
    abort();
}

static struct object
make_object(struct arena *arena, struct str environment, const struct plan *plan,
            const struct object *objects)
{
    struct error         err;
    struct object        object;
    const struct object *parent = plan->parent == NOBODY ? NULL : &objects[plan->parent];
    struct doc          *d =
        json_of(arena, arena_join(arena, STR("{"), str_from(plan->attributes), STR("}")).p);

    doc_set_text(arena, d, "environment", environment);
    doc_set_text(arena, d, "type", str_from(plan->type));
    doc_set_text(arena, d, "id", str_from(plan->id));
    doc_set_text(arena, d, "name", str_from(plan->name));
    doc_set_text(arena, d, "host", str_from(plan->host));
    doc_set_text(arena, d, "parent_type",
                 parent ? object_type_name(parent->type) : STR("environment"));
    doc_set_text(arena, d, "parent_id", parent ? parent->id : environment);
    doc_set_text(
        arena, d, "id_path",
        arena_join(arena,
                   parent ? parent->id_path : arena_join(arena, STR("/"), environment, STR_NONE),
                   STR("/"), str_from(plan->id)));
    must(object_from_doc(arena, environment, d, &object, &err), &err);
    object.stale = plan->stale;
    return object;
}

static struct link_row
make_link(struct arena *arena, struct str environment, size_t i, const struct object *objects)
{
    const struct object *source = &objects[link_plans[i].source];
    const struct object *target = &objects[link_plans[i].target];
    struct link_row      link = { .type = str_from(link_plans[i].type),
                                  .source = source->oid,
                                  .target = target->oid,
                                  .host = str_from(link_plans[i].host),
                                  .implicit = link_plans[i].implicit };
    struct doc          *d = doc_object(arena);
    struct link_type     type;

    if (!link_type_from_name(link.type, &type))
        abort();
    link.oid = oid_of_link(environment, type, link.source, link.target);
    doc_set_text(arena, d, "environment", environment);
    doc_set_text(arena, d, "link_type", link.type);
    doc_set_text(arena, d, "source", oid_text(link.source, arena));
    doc_set_text(arena, d, "target", oid_text(link.target, arena));
    doc_set_text(arena, d, "source_id", source->id);
    doc_set_text(arena, d, "target_id", target->id);
    doc_set_bool(arena, d, "implicit", link.implicit);
    doc_set_text(arena, d, "host", link.host);
    link.body = doc_body(arena, d);
    link.digest = hash_text(0, link.body);
    return link;
}

static struct clique_row
make_clique(struct arena *arena, const struct object *focal_point)
{
    struct str        key = oid_text(focal_point->oid, arena);
    struct clique_row clique = { .focal_point = focal_point->oid,
                                 .focal_point_type = object_type_name(focal_point->type),
                                 .clique_type =
                                     arena_join(arena, STR("type of "),
                                                object_type_name(focal_point->type), STR_NONE),
                                 .n_nodes = 3,
                                 .n_links = 2,
                                 .link_types = 3,
                                 .digest = hash_text(0, key) };

    clique.oid = OID(STR("clique"), key);
    return clique;
}

/* --- reading back --- */

struct reading {
    struct arena           *arena;
    struct known_inventory *known;
};

static struct doc *
parsed(struct arena *arena, struct str text)
{
    struct error err;
    struct doc  *d = doc_parse(arena, text, &err);

    must(d != NULL, &err);
    return d;
}

static bool
take_object(void *context, const struct object_row *row)
{
    struct reading         *r = context;
    struct known_inventory *k = r->known;
    struct object_row       copy = *row;

    copy.type = arena_str(r->arena, row->type);
    copy.id = arena_str(r->arena, row->id);
    copy.name = arena_str(r->arena, row->name);
    copy.host = arena_str(r->arena, row->host);
    copy.parent_type = arena_str(r->arena, row->parent_type);
    copy.parent_id = arena_str(r->arena, row->parent_id);
    copy.environment = arena_str(r->arena, row->environment);
    copy.body = arena_str(r->arena, row->body);
    copy.extra = arena_str(r->arena, row->extra);
    arena_grow(r->arena, k->objects, k->n_objects, k->objects_capacity);
    k->objects[k->n_objects++] = (struct known_object){
        .row = copy,
        .body = parsed(r->arena, copy.body),
        .extra = str_empty(copy.extra) ? NULL : parsed(r->arena, copy.extra),
    };
    return true;
}

static bool
take_link(void *context, const struct link_row *row)
{
    struct reading         *r = context;
    struct known_inventory *k = r->known;
    struct link_row         copy = *row;

    copy.type = arena_str(r->arena, row->type);
    copy.host = arena_str(r->arena, row->host);
    copy.body = arena_str(r->arena, row->body);
    arena_grow(r->arena, k->links, k->n_links, k->links_capacity);
    k->links[k->n_links++] = copy;
    return true;
}

static bool
take_clique(void *context, const struct clique_row *row)
{
    struct reading         *r = context;
    struct known_inventory *k = r->known;
    struct clique_row       copy = *row;

    copy.focal_point_type = arena_str(r->arena, row->focal_point_type);
    copy.clique_type = arena_str(r->arena, row->clique_type);
    copy.body = arena_str(r->arena, row->body);
    copy.environment = arena_str(r->arena, row->environment);
    arena_grow(r->arena, k->cliques, k->n_cliques, k->cliques_capacity);
    k->cliques[k->n_cliques++] = copy;
    return true;
}

static const struct known_object *
find_known(const struct known_inventory *known, const struct object *object)
{
    for (size_t i = 0; i < known->n_objects; i++)
        if (oid_equal(known->objects[i].row.oid, object->oid))
            return &known->objects[i];
    return NULL;
}

/* What came back is what was put in, in the promised order. */
static void
check_known(const struct known_inventory *known, const struct object *objects, size_t n_objects,
            size_t n_links, size_t n_cliques)
{
    if (known->n_objects != n_objects || known->n_links != n_links || known->n_cliques != n_cliques)
        abort();
    for (size_t i = 0; i < n_objects; i++) {
        const struct known_object *k = find_known(known, &objects[i]);

        if (!k || !str_equal(k->row.id, objects[i].id) ||
            !str_equal(k->row.body, objects[i].body) ||
            !str_equal(k->row.extra, objects[i].extra) || k->row.stale != objects[i].stale)
            abort();
    }
    for (size_t i = 1; i < n_objects; i++) {
        const struct object_row *a = &known->objects[i - 1].row, *b = &known->objects[i].row;
        int                      order = str_compare(a->type, b->type);

        if (order > 0 || (order == 0 && str_compare(a->id, b->id) >= 0))
            abort();
    }
}

/* --- filling --- */

static struct object *
fill_inventory(struct store *store, struct arena *arena, size_t which,
               struct known_inventory *known)
{
    static const struct commit_scope everything = { .objects = true,
                                                    .links = true,
                                                    .cliques = true };
    const struct object_filter       all_objects = { 0 };
    const struct link_filter         all_links = { 0 };
    const struct clique_filter       all_cliques = { 0 };
    struct object                   *objects = arena_array(arena, struct object, N_PLANS);
    size_t                           n = inventory_plans[which].n_objects;
    bool                             whole = n == N_PLANS;
    struct commit_counts             counts;
    struct commit                   *commit;
    struct error                     err;
    struct reading                   reading = { arena, known };

    known->inventory.environment = str_from(inventory_plans[which].environment);
    known->inventory.space = str_from(inventory_plans[which].space);

    struct commit_spec spec = { .environment = known->inventory.environment,
                                .space = known->inventory.space,
                                .cause = "fuzz",
                                .time = TIME };

    must(store_commit_begin(store, &spec, &commit, &err), &err);
    for (size_t i = 0; i < n; i++) {
        objects[i] = make_object(arena, spec.environment, &plans[i], objects);
        must(commit_object(commit, &objects[i], NULL, &err), &err);
    }
    for (size_t i = 0; whole && i < N_ELEMENTS(link_plans); i++) {
        struct link_row link = make_link(arena, spec.environment, i, objects);

        must(commit_link(commit, &link, &err), &err);
    }
    for (size_t i = 0; whole && i < N_ELEMENTS(clique_plans); i++) {
        struct clique_row clique = make_clique(arena, &objects[clique_plans[i]]);

        must(commit_clique(commit, &clique, &err), &err);
    }
    must(commit_finish(commit, &everything, &counts, &err), &err);
    must(store_objects(store, &known->inventory, &all_objects, take_object, &reading, &err), &err);
    must(store_links(store, &known->inventory, &all_links, take_link, &reading, &err), &err);
    must(store_cliques(store, &known->inventory, &all_cliques, take_clique, &reading, &err), &err);
    check_known(known, objects, n, whole ? N_ELEMENTS(link_plans) : 0,
                whole ? N_ELEMENTS(clique_plans) : 0);
    return objects;
}

void
query_world_fill(struct store *store, struct arena *arena, struct known_world *world)
{
    static const struct {
        const char *collection, *document;
    } documents[] = {
        { "clique_types", "{'environment':'ANY','focal_point_type':'instance',"
                          "'link_types':['instance-vnic','vnic-vconnector'],'name':'instance'}" },
        { "clique_types", "{'_id':'cc0000000000000000000001','name':'vnic','link_types':[]}" },
        { "constants", "{'name':'log_levels','data':[{'value':'debug','label':'Debug'}]}" },
        { "link_types", "{'_id':7,'type':'instance-vnic'}" },
    };
    const struct message message = { .environment = STR("lab"),
                                     .text = STR("vedges: no answer from 'cmp2'"),
                                     .level = MESSAGE_WARN,
                                     .timestamp = TIME };
    struct error         err;

    world->objects = fill_inventory(store, arena, 0, &world->inventories[0]);
    world->n_objects = N_PLANS;
    for (size_t i = 1; i < N_KNOWN_INVENTORIES; i++)
        fill_inventory(store, arena, i, &world->inventories[i]);
    for (size_t i = 0; i < N_ELEMENTS(documents); i++) {
        struct str text = json_text(arena, documents[i].document);

        must(collection_put(store, str_from(documents[i].collection), text, arena, NULL, &err),
             &err);
    }
    must(store_add_message(store, &message, &err), &err);
    must(store_put_environment(store, STR("{\"name\":\"lab\",\"type\":\"environment\"}"), &err),
         &err);
}

const struct known_inventory *
query_world_find(const struct known_world *world, const struct inventory *inventory)
{
    struct str space = str_empty(inventory->space) ? STR("inventory") : inventory->space;

    for (size_t i = 0; i < N_KNOWN_INVENTORIES; i++) {
        const struct known_inventory *known = &world->inventories[i];

        if (str_equal(known->inventory.environment, inventory->environment) &&
            str_equal(known->inventory.space, space))
            return known;
    }
    return NULL;
}
