/* What the builders of all hosts may look up: the cloud-wide lists, joined and indexed.
 *
 * A large cloud has hundreds of thousands of ports and servers, so what is kept of them is small:
 * repeated texts and documents exist once (build/cloud_read.h fills the lists page by page, and the
 * pages die), long texts are parsed again where they are needed.
 *
 * Ownership:  belongs to the cloud's arena; nobody changes it once the hosts are built.
 * Threads:    read by all workers. */

#ifndef BUILD_CLOUD_H
#define BUILD_CLOUD_H

#include "base/map.h"
#include "model/environment.h"
#include "model/object.h"
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
    bool        is_left_out; /* its project is excluded: no object, but builders know its name */
};

struct cloud_address { /* an element of "fixed_ips" */
    struct str subnet_id, ip;
};

struct cloud_port {
    struct str                  id, mac, network_id, host, device_id, device_owner;
    struct str                  vif_type, vnic_type;
    int64_t                     created_at;  /* seconds since 1970, 0 unknown */
    struct doc                 *vif_details; /* one for all ports with equal ones; NULL if none */
    const struct cloud_address *addresses;
    uint32_t                    n_addresses;
    const struct cloud_port    *next_of_device; /* in order of creation */
};

struct cloud_server {
    struct str  id, name, host, project_id, local_name;
    struct doc *attributes; /* further ones that go into the object as they are, shared; or NULL */
    struct str  network_info; /* text of nova's cache; "" if unknown: use cloud_network_info() */
};

struct cloud_agent {
    struct str  id, type, binary, host;
    struct doc *row; /* all columns; "configurations" is a document, booleans are JSON */
};

struct cloud_service { /* a nova service on a host, as zones and service lists tell it */
    struct str  host, zone, binary;
    bool        is_up;     /* available and active */
    bool        is_listed; /* from the service list, which a zone's word precedes */
    struct doc *state;     /* {available, active, updated_at} */
};

struct cloud_cache { /* of an instance's network_info */
    struct str server_id;
    struct str network_info;
};

struct cloud_hypervisor {
    struct str name; /* hypervisor_hostname, often with a domain */
    struct str host; /* name of the compute service's host, "" if not told */
    struct str id, ip_address;
};

enum {
    HOST_CONTROLLER = 1,
    HOST_COMPUTE = 2,
    HOST_NETWORK = 4,
    HOST_KUBE_NODE = 8, /* of Kubernetes; no OpenStack service makes one */
};

struct cloud_host {
    struct str  name;
    struct oid  oid;   /* of its inventory object */
    unsigned    roles; /* HOST_... */
    struct str  zone;  /* parent: name of the availability zone */
    struct str  ip_address;
    struct str  os_id;    /* hypervisor's id as text, "" if none */
    struct doc *services; /* binary -> state, NULL if no nova service names this host */
    struct doc *config;   /* agent type -> its configurations, NULL if none */

    /* What lives here, found once for all builders of this host; each sorted by id. */
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

    /* Sorted by id once they are indexed, hosts by name; regions stay in the catalog's order. */
    struct cloud_region     *regions;
    size_t                   n_regions, regions_capacity;
    struct cloud_project    *projects;
    size_t                   n_projects, projects_capacity;
    struct cloud_network    *networks;
    size_t                   n_networks, networks_capacity;
    struct cloud_port       *ports;
    size_t                   n_ports, ports_capacity;
    struct cloud_server     *servers;
    size_t                   n_servers, servers_capacity;
    struct cloud_agent      *agents;
    size_t                   n_agents, agents_capacity;
    struct cloud_service    *services;
    size_t                   n_services, services_capacity;
    struct cloud_hypervisor *hypervisors;
    size_t                   n_hypervisors, hypervisors_capacity;
    struct cloud_cache      *caches;
    size_t                   n_caches, caches_capacity;
    struct cloud_host       *hosts;
    size_t                   n_hosts;
    struct docs              subnets;
    struct docs              routers;   /* rows or API documents, all attributes */
    struct docs              endpoints; /* {type, host, ip_address, udp_port} */

    struct map projects_by_id;    /* -> struct cloud_project */
    struct map networks_by_id;    /* -> struct cloud_network */
    struct map ports_by_id;       /* -> struct cloud_port */
    struct map ports_by_mac;      /* -> the first struct cloud_port with that MAC */
    struct map ports_by_device;   /* -> the first struct cloud_port of that device */
    struct map servers_by_id;     /* -> struct cloud_server */
    struct map hosts_by_name;     /* -> struct cloud_host */
    struct map routers_by_id;     /* -> struct doc */
    struct map subnets_by_id;     /* -> struct doc */
    struct map endpoints_by_host; /* "<type> <host>" -> struct doc, the one of lowest address */

    struct map left_out_projects; /* ids of the projects that are not discovered */
    struct map texts;             /* texts that repeat, each once */
    struct map documents;         /* canonical text -> the one document that says it */
};

void cloud_init(struct cloud *, struct arena *, const struct environment *);
void cloud_done(struct cloud *); /* the maps; the rest dies with the arena */

/* The catalog's admin address of a service in a region; "" when it has none. */
struct str cloud_service_url(const struct cloud *, struct str region, struct str service);

/* "" when the project is unknown or left out. */
struct str cloud_project_name(const struct cloud *, struct str id);

/* What nova knows of an instance's interfaces: its cache, else made of the instance's ports with the
 * same members where Neutron has them. An array, empty when there are none; NULL when the cache does
 * not read, with the reason in 'err'. */
struct doc *cloud_network_info(const struct cloud *, const struct cloud_server *, struct arena *,
                               struct error *err);

#endif
