/* Builders: records of one host and the cloud-wide lists -> documents of inventory objects.
 *
 * A builder returns documents as the reference's fetchers do (section 4): with "type", "id" and
 * either nothing about the parent (it hangs below what was scanned), or parent_id/parent_type, or
 * master_parent_* for a dynamic folder. model/place gives them their place afterwards.
 *
 * Pure: no I/O, no log, no clock. What is odd but no failure becomes a note, which the scan turns
 * into a message.
 *
 * Ownership:  documents live in the arena of 'out' and share values with the cloud and the records,
 *             which must live as long. */

#ifndef BUILD_BUILD_H
#define BUILD_BUILD_H

#include "build/cloud.h"

struct note {
    bool       is_error; /* an object is missing because of it: completed_with_errors */
    struct str text;
};

struct built {
    struct arena *arena;
    struct docs   docs;
    struct note  *notes;
    size_t        n_notes;
    size_t        notes_capacity;
};

void built_note(struct built *, bool is_error, const char *format, ...) PRINTF(3, 4);

/* All that the replies of one host said. A part whose reply is missing is NULL: the builder then
 * does without what depends on it. */
struct namespace_records {
    struct str            name;    /* "qdhcp-<network id>" or "qrouter-<router id>" */
    const struct netdevs *devices; /* NULL: could not be asked */
};

struct host_records {
    const struct os_release        *os;
    const struct netdevs           *links;     /* ip -d link */
    const struct netdevs           *addresses; /* ip address */
    const struct names             *namespace_names;
    const struct namespace_records *namespaces;
    size_t                          n_namespaces;
    const struct sysfs_devices     *sysfs;
    const struct ethtool           *ethtools;
    size_t                          n_ethtools;
    const struct bonding           *bondings;
    size_t                          n_bondings;
    const struct bridges           *bridges; /* from ip -d link, else from brctl */
    const struct fdb               *fdb;
    const struct domains           *domains;
    const struct ovs_ports         *ovs_ports;
    const struct dp_ports          *dp_ports;
};

/* The devices of the host that count as physical NICs: sysfs, or the environment's host_pnics. */
bool is_physical(const struct environment *, const struct host_records *, struct str device);

/* --- cloud-wide: one file per object type --- */

/* Join the lists: fill cloud->hosts from zones, services and agents, and all the indexes. */
void cloud_index(struct cloud *);

void build_regions(const struct cloud *, struct built *out);
void build_availability_zones(const struct cloud *, const struct docs *zones, struct str region,
                              struct built *out);
void build_projects(const struct cloud *, const struct docs *projects, struct built *out);
void build_networks(const struct cloud *, const struct docs *networks, struct built *out);
void build_ports(const struct cloud *, const struct docs *ports, struct built *out);
void build_aggregates(const struct cloud *, const struct docs *aggregates, struct built *out);
/* After cloud_index(): they refer to hosts. */
void build_host_refs(const struct cloud *, const struct docs *aggregates, struct built *out);

/* An instance that no host runs hangs below its project. */
void build_homeless_instances(const struct cloud *, struct built *out);

/* --- of one host --- */

void build_host(const struct cloud *, const struct cloud_host *, const struct host_records *,
                struct built *out);
void build_network_agents(const struct cloud *, const struct cloud_host *, struct built *out);
void build_instances(const struct cloud *, const struct cloud_host *, struct built *out);
void build_instance_vnics(const struct cloud *, const struct cloud_host *,
                          const struct host_records *, struct built *out);
void build_vservices(const struct cloud *, const struct cloud_host *, const struct host_records *,
                     struct built *out);
void build_vservice_vnics(const struct cloud *, const struct cloud_host *,
                          const struct host_records *, struct built *out);
void build_host_pnics(const struct cloud *, const struct cloud_host *, const struct host_records *,
                      struct built *out);
void build_vconnectors(const struct cloud *, const struct cloud_host *, const struct host_records *,
                       struct built *out);
void build_vedges(const struct cloud *, const struct cloud_host *, const struct host_records *,
                  struct built *out);
void build_oteps(const struct cloud *, const struct cloud_host *, const struct host_records *,
                 const struct docs *vedges, const struct docs *vconnectors, struct built *out);

#endif
