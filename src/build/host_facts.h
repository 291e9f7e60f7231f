/* What several builders of one host look up: its devices, its agents, the Neutron port behind a
 * device, and which NICs lie under provider networks.
 *
 * Ownership:  results point into the cloud or the host's records; lists live in the arena given. */

#ifndef BUILD_HOST_FACTS_H
#define BUILD_HOST_FACTS_H

#include "build/build.h"

/* A new document in 'out' with type, id and host. */
struct doc *host_object(struct built *out, const struct cloud_host *, const char *type,
                        struct str id);

/* "<host>-<rest>", as most ids on a host are formed. */
struct str host_id(struct arena *, const struct cloud_host *, struct str rest);

/* The gates of reference 4.31. A host that runs servers is a compute host, though its nova-compute
 * be dead. */
bool host_is_compute(const struct cloud_host *);
bool host_is_network(const struct cloud_host *);

/* The host's first agent of that type ("Open vSwitch agent"), or NULL. */
const struct cloud_agent *host_agent(const struct cloud_host *, const char *type);

/* An agent's configurations; NULL when they are none or no document. */
struct doc *agent_configurations(const struct cloud_agent *);

/* The agent's end of tunnels, "" if it has none. */
struct str agent_tunneling_ip(const struct cloud_agent *);

/* Devices with their addresses where the host told them, else without. NULL if neither. */
const struct netdevs *host_devices(const struct host_records *);

/* The devices in order of their index, which is the order of text output. */
const struct netdev **devices_by_index(struct arena *, const struct netdevs *);

/* Does the host have a bond of that name? */
bool is_bond(const struct host_records *, struct str device);

/* The port that the device was made for: "tap1f72bd15-8a" begins the port's id after a known
 * prefix. Only ports bound to this host; NULL when there is none. */
const struct cloud_port *port_of_device(const struct cloud_host *, struct str device);

/* The port with that MAC. MACs are unique within a network only: one of 'network_id' (may be "")
 * is preferred, then one bound to this host. NULL when there is none. */
const struct cloud_port *port_of_mac(const struct cloud *, const struct cloud_host *,
                                     struct str mac, struct str network_id);

/* The physical NICs in the OVS bridges that the agent maps to provider networks, in the order of
 * the networks' names and within a bridge of the NICs' names. */
void mapped_nics(const struct cloud *, const struct cloud_host *, const struct host_records *,
                 struct arena *, struct names *out);

/* The datapath's port of that name, or NULL. */
const struct dp_port *dp_port_find(const struct host_records *, struct str name);

/* Is it the type of an OVS interface, or suffix of a datapath port, that makes tunnels? */
bool is_tunnel_type(struct str type);

/* Add to an array of strings what it does not have yet; "" is left out. */
void push_once(struct arena *, struct doc *array, struct str text);

/* Set in 'object' the members of 'from' that it does not have: columns and attributes of a source,
 * which must not overwrite what makes the object. */
void add_attributes(struct arena *, struct doc *object, const struct doc *from);

#endif
