/* The table of link rules, and what its functions may ask of the finder that runs it (links.c) for
 * one host after the other, and for what is on no host.
 *
 * A rule joins two types on equal keys: for each object of one type and each value of its key, the
 * first object of the partner type whose key has that value. Code is for what this cannot say.
 *
 * Internal to src/topology. */

#ifndef TOPOLOGY_LINK_RULES_H
#define TOPOLOGY_LINK_RULES_H

#include "topology/facts.h"
#include "topology/links.h"

/* What of an object is compared. A key may have no, one or many values; empty ones never match. */
enum fact_key {
    KEY_ID,
    KEY_NAME,
    KEY_PARENT_ID,
    KEY_MAC,
    KEY_IP,            /* otep: its address; host_pnic: "IP Address" */
    KEY_INSTANCE_ID,   /* vnic of an instance */
    KEY_SERVICE_ID,    /* vnic of a service: parent_id without "-vnics" */
    KEY_DEVICE,        /* vnic: its id without the host in front */
    KEY_SOURCE_BRIDGE, /* vnic: the bridge that the definition of its instance names */
    KEY_SERVICE_PORT,  /* vnic ns-X, qr-X, qg-X in a namespace: X, the head of the port id */
    KEY_VCONNECTOR,    /* otep: the bridge that has its address */
    KEY_TUNNEL_DEVICE, /* otep: the same without the host, and without ".vlan" */
    KEY_INTERFACES,    /* vconnector */
    KEY_INTERFACE_MACS,
    KEY_UNNAMED_MACS,      /* of interfaces that are not named after their port */
    KEY_INTERFACE_DEVICES, /* interfaces without ".vlan" */
    KEY_INTERFACE_TAPS,    /* interface tapX: X */
    KEY_INTERFACE_VETHS,   /* interface qvbX: X */
    KEY_BRIDGE_NAME,       /* vconnector: "brq..." */
    KEY_MAPPED,            /* vconnector: "yes" when its agent has mappings */
    KEY_PORTS,             /* vedge */
    KEY_PORT_TAPS,
    KEY_PORT_VETHS,   /* port qvoX: X */
    KEY_PORT_DEVICES, /* ports with a ".vlan", without it */
    KEY_CONNECTED_TO, /* switch_pnic */
    KEY_ID_HEAD,      /* network, port: what names of devices have of its id */
};

/* The i-th value of a key, "" for one that does not count; false behind the last. */
bool key_value(const struct object *, enum fact_key, size_t i, struct str *value);

/* When a rule holds. The original asks the environment's mechanism drivers in different ways. */
enum {
    CLASSIC = 1 << POLICY_CLASSIC,
    EXTENDED = 1 << POLICY_EXTENDED,
    FULL = 1 << POLICY_FULL,
    ORIGINAL = CLASSIC | EXTENDED,
    EVERY = ORIGINAL | FULL,

    SAME_HOST = 1 << 8, /* the partner is on the host of 'each' */

    FIRST_IS_OVS = 1 << 16, /* only if ... */
    FIRST_IS_NOT_OVS = 1 << 17,
    WITH_VPP = 1 << 18,
    WITHOUT_VPP = 1 << 19,

    NOTED = 1 << 24, /* a partner that is named but missing is told */
};

/* What the links of a host made so far say of a NIC, or of the bridge above it. */
struct nic_state {
    uint32_t vedge_link; /* its vedge-host_pnic link + 1, 0 = none */
    bool     is_below_tunnel;
};

struct finder {
    struct arena               *arena; /* of the links */
    const struct environment   *environment;
    enum policy                 policy;
    const struct object *const *objects;
    size_t                      n_objects;
    const uint32_t             *of_type; /* the host's objects by type, in their order ... */
    size_t                      first[N_OBJECT_TYPES + 1]; /* ... those of t from first[t] on */
    struct links               *links;
    size_t                      first_link; /* of this host */
    struct str                 *network;    /* [object]: of vNICs and vconnectors, as found */
    bool                       *is_mixed;   /* [object]: vconnector with several networks */
    struct nic_state           *nics;       /* [object] */
};

/* A rule found this pair. */
struct match {
    const struct object *each;
    const struct object *partner;
    uint32_t             each_index;
    uint32_t             partner_index;
    size_t               value; /* which value of the key of 'each' */
};

/* Fill in a link: type, ends, host of 'each' and state up are set. False: no link after all. */
typedef bool describe_fn(struct finder *, const struct match *, struct link *);

/* Make links by code. */
typedef void find_fn(struct finder *);

struct link_rule {
    enum object_type from; /* the link */
    enum object_type to;
    enum object_type each; /* the end that is walked over */
    enum fact_key    key;
    enum fact_key    partner_key; /* of the other end, which is looked up */
    unsigned         when;
    describe_fn     *describe;
    find_fn         *find; /* instead of the join */
};

extern const struct link_rule link_rules[];
extern const size_t           n_link_rules;

enum { NO_OBJECT = UINT32_MAX };

/* The first object of a type with that value of a key, or NO_OBJECT: anywhere, or on the host. */
uint32_t finder_first(struct finder *, enum object_type, enum fact_key, struct str value);
uint32_t finder_first_here(struct finder *, enum object_type, enum fact_key, struct str value);

/* Keep a link; one between the same two objects is replaced. */
void finder_add(struct finder *, const struct link *);

/* Has this host a link between these? */
bool finder_has(const struct finder *, uint32_t source, uint32_t target);

void finder_note(struct finder *, const char *format, ...) PRINTF(2, 3);

/* link_networks.c: which NIC carries which network, and what bridges without vNICs are for. */
find_fn find_host_pnic_networks, find_tunnel_bridge_nics, find_networks_of_bridges;

/* Neutron and Nova name devices by two or three letters and this many characters of an id. */
enum { ID_HEAD = 11 };

#endif
