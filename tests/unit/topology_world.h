/* What the tests and the benchmark of the topology share: inventories written as JSON, and a
 * generated cloud of any size with the wiring of a real one. */

#ifndef TESTS_UNIT_TOPOLOGY_WORLD_H
#define TESTS_UNIT_TOPOLOGY_WORLD_H

#include <stdarg.h>

#include "../json_text.h"
#include "base/rng.h"
#include "model/defaults.h"
#include "topology/facts.h"
#include "topology/graph.h"

struct world {
    struct arena         *arena;
    struct environment    environment;
    const struct object **objects;
    size_t                n;
    size_t                capacity;
};

static inline void
world_done(struct world *w)
{
    arena_free(w->arena);
}

#define AUTO_WORLD CLEANUP(world_done) struct world

static inline NORETURN void
world_fail(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    abort();
}

/* An environment "lab" with one mechanism driver. */
static inline void
world_init(struct world *w, const char *driver, const char *type_drivers)
{
    *w = (struct world){ .arena = arena_new() };

    struct str *drivers = arena_new_of(w->arena, struct str);

    *drivers = str_from(driver);
    w->environment = (struct environment){
        .name = STR("lab"),
        .type = STR("OpenStack"),
        .distribution = STR("Debian"),
        .version = STR("Zed"),
        .mechanism_drivers = drivers,
        .n_mechanism_drivers = 1,
        .type_drivers = str_from(type_drivers),
    };
}

static inline void
world_add_doc(struct world *w, struct doc *document)
{
    struct object *object = arena_new_of(w->arena, struct object);
    struct facts  *facts = facts_from_doc(w->arena, document);
    struct error   err;

    if (!object_from_doc(w->arena, w->environment.name, document, object, &err))
        world_fail("object", err.message);
    object->facts = facts;
    object->body = STR_NONE;
    arena_grow(w->arena, w->objects, w->n, w->capacity);
    w->objects[w->n++] = object;
}

static inline void world_add(struct world *, const char *format, ...) PRINTF(2, 3);

/* Add an object: its document without the braces. */
static inline void
world_add(struct world *w, const char *format, ...)
{
    AUTO_ARENA scratch = arena_new();
    char       text[16384];
    va_list    args;

    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text)
        world_fail("object", "too long");
    world_add_doc(w, json_of(scratch, arena_printf(scratch, "{%s}", text).p));
}

static inline int
compare_world_objects(const void *a, const void *b)
{
    const struct object *x = *(const struct object *const *)a;
    const struct object *y = *(const struct object *const *)b;

    return x->type != y->type ? (x->type < y->type ? -1 : 1) : str_compare(x->id, y->id);
}

/* Into canonical order, after the last object. */
static inline void
world_sort(struct world *w)
{
    if (w->n)
        qsort(w->objects, w->n, sizeof *w->objects, compare_world_objects);
}

static inline struct links *
world_links(struct world *w, enum policy policy)
{
    return links_find(w->arena, &w->environment, policy, w->objects, w->n);
}

/* The clique types that come with the program. */
static inline void
world_types(struct world *w, enum policy policy, struct clique_types *types)
{
    struct error err;
    struct doc  *all = doc_parse(w->arena, default_collection("clique_types"), &err);
    struct doc  *constraints = doc_parse(w->arena, default_collection("clique_constraints"), &err);

    if (!all || !constraints)
        world_fail("defaults", err.message);
    clique_types_choose(w->arena, &w->environment, policy, all, constraints, types);
}

/* The object with that id; of several types the first. */
static inline uint32_t
world_find(const struct world *w, const char *id)
{
    for (size_t i = 0; i < w->n; i++)
        if (str_is(w->objects[i]->id, id))
            return (uint32_t)i;
    world_fail("no object", id);
}

/* --- a generated cloud --- */

enum wiring { WIRED_HYBRID, WIRED_DIRECT, WIRED_LINUX_BRIDGE };

struct cloud_plan {
    enum wiring wiring;
    size_t      n_hosts;
    size_t      n_instances; /* per host */
    size_t      n_networks;  /* overlay ones; every eighth host also serves the flat one */
    struct rng  rng;
};

/* The id of a port, in the form of a UUID whose head is its number. */
static inline struct str
plan_uuid(struct world *w, char kind, size_t number)
{
    return arena_printf(w->arena, "%08zx-%c000-4000-8000-%012zx",
                        number * 2654435761u % 0xffffffffu, kind, number);
}

static inline void
plan_network(struct world *w, size_t number, bool is_flat)
{
    struct str id = plan_uuid(w, 'a', number);

    world_add(w,
              "'type':'network','id':'%.*s','name':'net-%zu','network':'%.*s',"
              "'provider:network_type':'%s','provider:physical_network':%s,"
              "'provider:segmentation_id':%zu",
              STR_ARG(id), number, STR_ARG(id), is_flat ? "flat" : "vxlan",
              is_flat ? "'physnet1'" : "null", 1000 + number);
}

static inline void
plan_host(struct world *w, const struct cloud_plan *plan, size_t h)
{
    bool lxb = plan->wiring == WIRED_LINUX_BRIDGE;

    world_add(w,
              "'type':'host','id':'h%05zu','name':'h%05zu','host':'h%05zu','host_type':"
              "['Compute','Network']",
              h, h, h);
    for (size_t n = 0; n < 3; n++)
        world_add(
            w,
            "'type':'host_pnic','id':'eth%zu-%02zx:%02zx:%02zx','name':'eth%zu','host':'h%05zu',"
            "'mac_address':'02:%02zx:00:00:%02zx:%02zx','Link detected':'yes'"
            "%s",
            n, n, h >> 8, h & 255, n, h, n, h >> 8, h & 255,
            n == 1 && lxb ? ",'IP Address':'10.78.0.1'" : "");
    if (lxb)
        return;
    world_add(w,
              "'type':'otep','id':'h%05zu-otep','name':'h%05zu-otep','host':'h%05zu',"
              "'parent_id':'vedge-%05zu','parent_type':'vedge','ip_address':'10.78.0.1',"
              "'vconnector':'h%05zu-br-data'",
              h, h, h, h, h);
}

/* The vedge's document is text that grows with the ports of the host. */
static inline void
plan_port(struct buf *ports, size_t *n_ports, const char *name, const char *bridge, size_t tag)
{
    buf_printf(ports, "%s'%s':{'id':'%zu','name':'%s','bridge':'%s'", *n_ports ? "," : "", name,
               *n_ports, name, bridge);
    if (tag)
        buf_printf(ports, ",'tag':'%zu'", tag);
    buf_char(ports, '}');
    ++*n_ports;
}

static inline void
plan_linux_bridge(struct world *w, struct str host, struct str network, size_t tag,
                  const struct buf *members, struct buf *names)
{
    world_add(w,
              "'type':'vconnector','id':'%.*s-brq%.11s','name':'%.*s-brq%.11s','host':'%.*s',"
              "'bridge_name':'brq%.11s','interfaces':{%.*s},'interfaces_names':[%.*s],"
              "'configurations':{'interface_mappings':{'physnet1':'eth2'}}",
              STR_ARG(host), network.p, STR_ARG(host), network.p, STR_ARG(host), network.p,
              STR_ARG(buf_str(members)), STR_ARG(buf_str(names)));
    if (tag)
        world_add(w,
                  "'type':'otep','id':'%.*s-otep-vxlan-%zu','name':'%.*s-otep-vxlan-%zu',"
                  "'host':'%.*s','parent_id':'%.*s-brq%.11s','parent_type':'vconnector',"
                  "'ip_address':'10.78.0.1','vconnector':'%.*s-brq%.11s'",
                  STR_ARG(host), tag, STR_ARG(host), tag, STR_ARG(host), STR_ARG(host), network.p,
                  STR_ARG(host), network.p);
}

/* An instance with one vNIC on one network, wired as the plan says. */
static inline void
plan_instance(struct world *w, const struct cloud_plan *plan, size_t number, struct str host,
              struct str network, size_t tag, struct buf *ports, size_t *n_ports)
{
    struct str id = plan_uuid(w, 'b', number), port = plan_uuid(w, 'c', number);
    char       mac[24], tap[20], qvo[20];

    snprintf(mac, sizeof mac, "fa:16:3e:%02zx:%02zx:%02zx", number >> 16 & 255, number >> 8 & 255,
             number & 255);
    snprintf(tap, sizeof tap, "tap%.11s", port.p);
    snprintf(qvo, sizeof qvo, "qvo%.11s", port.p);
    world_add(w,
              "'type':'instance','id':'%.*s','name':'vm-%zu','host':'%.*s','network':['%.*s'],"
              "'network_info':[{'devname':'%s','address':'%s','network':{'id':'%.*s',"
              "'label':'net'}}]",
              STR_ARG(id), number, STR_ARG(host), STR_ARG(network), tap, mac, STR_ARG(network));
    world_add(w, "'type':'vnics_folder','id':'%.*s-vnics','name':'vNICs'", STR_ARG(id));
    world_add(w,
              "'type':'port','id':'%.*s','name':'%s','network_id':'%.*s','binding:host_id':'%.*s'",
              STR_ARG(port), mac, STR_ARG(network), STR_ARG(host));
    world_add(w,
              "'type':'vnic','id':'%.*s-%s','name':'%s','host':'%.*s','vnic_type':'instance_vnic',"
              "'instance_id':'%.*s','mac_address':'%s','parent_id':'%.*s-vnics'",
              STR_ARG(host), tap, tap, STR_ARG(host), STR_ARG(id), mac, STR_ARG(id));
    if (plan->wiring == WIRED_DIRECT)
        plan_port(ports, n_ports, tap, "br-int", tag);
    if (plan->wiring != WIRED_HYBRID)
        return;
    plan_port(ports, n_ports, qvo, "br-int", tag);
    world_add(w,
              "'type':'vconnector','id':'%.*s-qbr%.11s','name':'%.*s-qbr%.11s','host':'%.*s',"
              "'bridge_name':'qbr%.11s','interfaces':{'qvb%.11s':{'name':'qvb%.11s','mac_address':"
              "'%s'},'tap%.11s':{'name':'tap%.11s','mac_address':'%s'}},'interfaces_names':"
              "['qvb%.11s','tap%.11s']",
              STR_ARG(host), port.p, STR_ARG(host), port.p, STR_ARG(host), port.p, port.p, port.p,
              mac, port.p, port.p, mac, port.p, port.p);
}

/* The networks of a host are a few neighbours, so that a network spans a few hosts. */
static inline void
plan_machine(struct world *w, struct cloud_plan *plan, size_t h, size_t *number)
{
    struct str host = arena_printf(w->arena, "h%05zu", h);
    size_t     n_ports = 0, n_local = plan->n_networks < 4 ? plan->n_networks : 4;
    size_t     first = rng_below(&plan->rng, plan->n_networks);
    AUTO_BUF   ports, members, names;

    buf_init(&ports, 0);
    buf_init(&members, 0);
    buf_init(&names, 0);
    plan_host(w, plan, h);
    plan_port(&ports, &n_ports, "br-int", "br-int", 0);
    plan_port(&ports, &n_ports, "br-data", "br-data", 0);
    plan_port(&ports, &n_ports, "eth1", "br-data", 0);
    plan_port(&ports, &n_ports, "eth2", "br-ex", 0);
    for (size_t l = 0; l < n_local; l++) {
        bool       is_flat = h % 8 == 0 && l == 0;
        size_t     net = is_flat ? plan->n_networks : (first + l) % plan->n_networks;
        struct str network = plan_uuid(w, 'a', net);

        buf_clear(&members);
        buf_clear(&names);
        buf_printf(&members, "'%s':{'name':'x','mac_address':''}", is_flat ? "eth2" : "vxlan-1");
        buf_add(&names, is_flat ? STR("'eth2'") : STR("'vxlan-1'"));
        for (size_t i = l; i < plan->n_instances; i += n_local) {
            struct str port = plan_uuid(w, 'c', *number);

            buf_printf(&members, ",'tap%.11s':{'name':'tap%.11s','mac_address':''}", port.p,
                       port.p);
            buf_printf(&names, ",'tap%.11s'", port.p);
            plan_instance(w, plan, (*number)++, host, network, l + 1, &ports, &n_ports);
        }
        if (plan->wiring == WIRED_LINUX_BRIDGE)
            plan_linux_bridge(w, host, network, is_flat ? 0 : 1000 + net, &members, &names);
    }
    if (plan->wiring != WIRED_LINUX_BRIDGE)
        world_add(
            w,
            "'type':'vedge','id':'vedge-%05zu','name':'%.*s-OVS','host':'%.*s','ports':{%.*s},"
            "'configurations':{'tunneling_ip':'10.78.0.1','bridge_mappings':"
            "{'physnet1':'br-ex'}}",
            h, STR_ARG(host), STR_ARG(host), STR_ARG(buf_str(&ports)));
}

/* A whole cloud, in canonical order; about n_hosts * (5 * n_instances + 6) objects. */
static inline void
world_make(struct world *w, struct cloud_plan *plan)
{
    size_t number = 0;

    world_init(w, plan->wiring == WIRED_LINUX_BRIDGE ? "LXB" : "OVS", "vxlan");
    for (size_t n = 0; n <= plan->n_networks; n++)
        plan_network(w, n, n == plan->n_networks);
    for (size_t h = 0; h < plan->n_hosts; h++)
        plan_machine(w, plan, h, &number);
    world_sort(w);
}

#endif
