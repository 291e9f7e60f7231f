/* What the builders of all hosts may look up: the cloud-wide lists, joined and indexed.
 *
 * Ownership:  belongs to the cloud's arena; nobody changes it once the hosts are built.
 * Threads:    read by all workers. */

#ifndef BUILD_CLOUD_H
#define BUILD_CLOUD_H

#include "base/map.h"
#include "model/environment.h"
#include "parse/records.h"

struct cloud_region {
    struct str  name;
    struct doc *endpoints; /* service name -> endpoint document */
};

struct cloud_project {
    struct str id, name;
};

struct cloud_network {
    struct str  id, name, project_id;
    struct str  type;     /* provider:network_type */
    struct str  physical; /* provider:physical_network, "" if none */
    struct str *cidrs;
    size_t      n_cidrs;
};

struct cloud_port {
    struct str  id, mac, network_id, host, device_id, device_owner, vif_type;
    struct doc *vif_details; /* NULL if none */
    struct doc *fixed_ips;   /* array of {subnet_id, ip_address}, NULL if none */
};

struct cloud_server {
    struct str  id, name, host, project_id, local_name;
    struct doc *attributes;   /* further ones that go into the object as they are, or NULL */
    struct doc *network_info; /* from nova's cache; NULL: rebuilt from the ports */
};

struct cloud_agent {
    struct str  id, type, binary, host;
    struct doc *row; /* all columns; "configurations" is a document, booleans are JSON */
};

enum {
    HOST_CONTROLLER = 1,
    HOST_COMPUTE = 2,
    HOST_NETWORK = 4,
};

struct cloud_host {
    struct str  name;
    unsigned    roles; /* HOST_... */
    struct str  zone;  /* parent: name of the availability zone */
    struct str  ip_address;
    struct str  os_id; /* hypervisor's id as text, "" if none */
    struct doc *services;
    struct doc *config; /* agent type -> its configurations, NULL if none */

    /* What lives here, found once for all builders of this host. */
    const struct cloud_server **servers;
    size_t                      n_servers;
    const struct cloud_agent  **agents;
    size_t                      n_agents;
    const struct cloud_port   **ports;
    size_t                      n_ports;
};

struct cloud {
    struct arena             *arena;
    const struct environment *environment;

    struct cloud_region  *regions;
    size_t                n_regions;
    struct cloud_project *projects;
    size_t                n_projects;
    struct cloud_network *networks;
    size_t                n_networks;
    struct cloud_port    *ports;
    size_t                n_ports;
    struct cloud_server  *servers;
    size_t                n_servers;
    struct cloud_agent   *agents;
    size_t                n_agents;
    struct cloud_host    *hosts;
    size_t                n_hosts;   /* sorted by name */
    struct docs           routers;   /* rows or API documents, all attributes */
    struct docs           endpoints; /* {type, host, ip_address, udp_port} */

    struct map projects_by_id; /* -> struct cloud_project */
    struct map networks_by_id; /* -> struct cloud_network */
    struct map ports_by_id;    /* -> struct cloud_port */
    struct map ports_by_mac;   /* -> the first struct cloud_port with that MAC */
    struct map hosts_by_name;  /* -> struct cloud_host */
    struct map routers_by_id;  /* -> struct doc */
    struct map subnets_by_id;  /* -> struct doc */
};

#endif
