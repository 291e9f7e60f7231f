/* What the link rules read of an object.
 *
 * One adapter, facts_from_doc(), takes it from a complete inventory document, so that fresh
 * scans, stored documents and fixtures are linked by the same code. Both shapes that documents
 * come in are read: ports and interfaces keyed by name or as a list, numbers or text.
 *
 * Ownership:  facts and their strings belong to the arena passed in.
 * Errors:     none; a field that is missing or of another type reads as absent. A string that may
 *             be absent says so with p == NULL.
 * Source:     reference topology.md 4. */

#ifndef TOPOLOGY_FACTS_H
#define TOPOLOGY_FACTS_H

#include "model/object.h"

/* The attribute "network", which clique constraints compare: one value, a list, or none. */
enum fact_shape { FACT_ABSENT, FACT_SINGLE, FACT_LIST };

/* The start of the facts of every type; the accessors below lead to the rest. */
struct facts {
    struct str        object_name; /* of vservice, vnic, switch, switch_pnic */
    const struct str *networks;
    uint32_t          n_networks;
    enum fact_shape   network_shape;
};

struct host_facts {
    struct facts base;
    bool         is_network;
    bool         is_compute;
};

/* An entry of instance.network_info. */
struct network_info {
    struct str device; /* "devname" */
    struct str mac;
    struct str network; /* absent: no "network.id" */
    struct str label;   /* absent: null */
};

struct instance_facts {
    struct facts               base;
    const struct network_info *infos;
    uint32_t                   n_infos;
    bool                       has_infos; /* the key "network_info" is there */
};

enum vnic_kind { VNIC_OTHER, VNIC_OF_INSTANCE, VNIC_OF_SERVICE };

/* base.networks of an instance's vNIC is what an earlier run wrote back; the rules find it anew. */
struct vnic_facts {
    struct facts   base;
    enum vnic_kind kind;
    struct str     mac; /* may be absent */
    struct str     instance_id;
    struct str     source_bridge; /* "" when its definition names none */
};

/* How a network leaves a host. */
enum network_carrier {
    CARRIED_BY_TUNNEL,  /* vxlan, gre, geneve; also when nothing is said */
    CARRIED_BY_NIC,     /* flat, vlan */
    CARRIED_BY_NOTHING, /* local */
};

struct network_facts {
    struct facts         base;
    enum network_carrier carrier;
    struct str           physical_network; /* of a network carried by a NIC, "" if not named */
    struct str           segment;          /* segmentation id as text, "None" */
};

struct port_facts {
    struct facts base;
    struct str   network_id;
    struct str   host; /* "binding:host_id" */
};

/* One physical network of an agent: the bridge or device it is mapped to. */
struct mapping {
    struct str physical_network;
    struct str device;
};

struct mappings {
    const struct mapping *items;
    uint32_t              n;
};

struct interface {
    struct str name;
    struct str mac; /* absent: the interface or its key is missing */
};

struct vconnector_facts {
    struct facts            base;
    struct str              bridge_name; /* "" when it is no Linux bridge */
    const struct interface *interfaces;  /* in the order of interfaces_names */
    uint32_t                n_interfaces;
    struct mappings         interface_mappings;
    struct mappings         bridge_mappings;
};

struct vedge_port {
    struct str name;
    struct str id;
    struct str tag;    /* absent: none */
    struct str bridge; /* "" when it is not known */
};

struct vedge_facts {
    struct facts             base;
    const struct vedge_port *ports; /* by number, then by name */
    uint32_t                 n_ports;
    bool                     has_tunnel; /* its agent has an address for tunnels */
    struct str               pnic;       /* absent: any NIC; said only without a tunnel */
    struct mappings          bridge_mappings;
};

struct otep_facts {
    struct facts base;
    struct str   ip_address;
    struct str   vconnector; /* absent: no such key */
};

struct host_pnic_facts {
    struct facts base;
    struct str   mac; /* may be absent */
    struct str   ip_address;
    struct str   port_id; /* absent: no such key; "" is a value */
    bool         is_up;   /* "Link detected" is "yes" */
};

struct switch_pnic_facts {
    struct facts base;
    struct str   mac; /* may be absent */
    struct str   connected_to;
    struct str   switch_id; /* absent: no such key */
    bool         is_uplink;
};

/* The facts of a document, or NULL for a type that no rule looks at. */
struct facts *facts_from_doc(struct arena *, const struct doc *document) MUST_CHECK;

/* The attribute "object_name" of a vservice, vnic, switch or switch_pnic; else the name. */
struct str object_name_of(const struct object *);

/* The facts of an object of the type in the name; NULL when the object has none. */
const struct host_facts        *host_facts(const struct object *);
const struct instance_facts    *instance_facts(const struct object *);
const struct vnic_facts        *vnic_facts(const struct object *);
const struct network_facts     *network_facts(const struct object *);
const struct port_facts        *port_facts(const struct object *);
const struct vconnector_facts  *vconnector_facts(const struct object *);
const struct vedge_facts       *vedge_facts(const struct object *);
const struct otep_facts        *otep_facts(const struct object *);
const struct host_pnic_facts   *host_pnic_facts(const struct object *);
const struct switch_pnic_facts *switch_pnic_facts(const struct object *);

#endif
