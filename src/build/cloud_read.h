/* Fill the lists of a cloud from replies: REST documents and SQL rows of the same fact end as the
 * same record. Each function may be called once for every page; it copies what it keeps, so the
 * page may die afterwards.
 *
 * Projects, networks and subnets can be looked up at once, so that networks and ports are built while
 * their pages pass; hosts and all else only after cloud_index().
 *
 * An element that lacks what it cannot be of use without (its id) is left out, with a note.
 *
 * Source:  reference discovery.md 4.2-4.11, 4.29, 6.3. */

#ifndef BUILD_CLOUD_READ_H
#define BUILD_CLOUD_READ_H

#include "build/build.h"

void cloud_add_catalog(struct cloud *, const struct docs *catalog, struct built *out);
void cloud_add_projects(struct cloud *, const struct docs *projects, struct built *out);
void cloud_add_zones(struct cloud *, const struct docs *zones, struct built *out);
void cloud_add_services(struct cloud *, const struct docs *services, struct built *out);
/* os-hypervisors, os-hypervisors/detail, or nova.compute_nodes. */
void cloud_add_hypervisors(struct cloud *, const struct docs *hypervisors, struct built *out);
void cloud_add_networks(struct cloud *, const struct docs *networks, struct built *out);
void cloud_add_subnets(struct cloud *, const struct docs *subnets, struct built *out);
void cloud_add_ports(struct cloud *, const struct docs *ports, struct built *out);
void cloud_add_routers(struct cloud *, const struct docs *routers, struct built *out);
void cloud_add_agents(struct cloud *, const struct docs *agents, struct built *out);

/* Which of the agents that are there already are alive, as the API's list says. */
void cloud_add_agent_states(struct cloud *, const struct docs *agents, struct built *out);

void cloud_add_servers(struct cloud *, const struct docs *servers, struct built *out);

/* Rows of nova.instance_info_caches; the servers they speak of have been added before. */
void cloud_add_network_info(struct cloud *, const struct docs *rows, struct built *out);

/* Rows of neutron.ml2_<type>_endpoints. */
void cloud_add_endpoints(struct cloud *, const char *type, const struct docs *rows,
                         struct built *out);

/* The same from the agents' configurations, for hosts of which no table spoke. */
void cloud_add_endpoints_of_agents(struct cloud *);

/* Projects that hold only the cloud's own service users are left out: "services", or those that
 * the environment names in "excluded_projects". Clouds that call theirs "service" keep it. */
bool project_is_left_out(const struct environment *, struct str name);

/* Enter the records in the maps; for cloud_index() and the functions above. */
void cloud_enter_projects(struct cloud *);
void cloud_enter_networks(struct cloud *);

/* {id, name, hosts: [...]} of each aggregate that is not deleted, from the two tables. */
void aggregates_of_rows(struct arena *, const struct docs *aggregates,
                        const struct docs *aggregate_hosts, struct docs *out);

/* Which of the databases is Neutron's: a known name, else the only one that contains "neutron". */
bool neutron_schema(const struct names *databases, struct str *schema,
                    struct error *err) MUST_CHECK;

#endif
