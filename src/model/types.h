/* Every type of inventory object once: names, folders and documentation come from here. */

#ifndef MODEL_TYPES_H
#define MODEL_TYPES_H

#include "base/str.h"

/*    constant                  name                             what it is, for `calipso types` */
#define OBJECT_TYPES(X)                                                                            \
    X(ENVIRONMENT, "environment", "a cloud, root of the tree")                                     \
    X(REGION, "region", "region of the service catalog")                                           \
    X(PROJECT, "project", "Keystone project (tenant)")                                             \
    X(AVAILABILITY_ZONE, "availability_zone", "Nova availability zone")                            \
    X(AGGREGATE, "aggregate", "Nova host aggregate")                                               \
    X(HOST_REF, "host_ref", "host as member of an aggregate")                                      \
    X(HOST, "host", "machine that runs services")                                                  \
    X(NETWORK, "network", "Neutron network")                                                       \
    X(PORT, "port", "Neutron port")                                                                \
    X(INSTANCE, "instance", "virtual machine")                                                     \
    X(VSERVICE, "vservice", "DHCP server or router namespace")                                     \
    X(VNIC, "vnic", "virtual NIC of one of these")                                                 \
    X(VCONNECTOR, "vconnector", "Linux bridge on a host")                                          \
    X(VEDGE, "vedge", "virtual switch of a host")                                                  \
    X(OTEP, "otep", "overlay tunnel endpoint")                                                     \
    X(HOST_PNIC, "host_pnic", "physical NIC of a host")                                            \
    X(NETWORK_AGENT, "network_agent", "Neutron agent")                                             \
    X(SWITCH, "switch", "physical switch")                                                         \
    X(SWITCH_PNIC, "switch_pnic", "port of a physical switch")                                     \
    X(NAMESPACE, "namespace", "Kubernetes namespace")                                              \
    X(REGIONS_FOLDER, "regions_folder", "folder")                                                  \
    X(PROJECTS_FOLDER, "projects_folder", "folder")                                                \
    X(NAMESPACES_FOLDER, "namespaces_folder", "folder")                                            \
    X(AGGREGATES_FOLDER, "aggregates_folder", "folder")                                            \
    X(AVAILABILITY_ZONES_FOLDER, "availability_zones_folder", "folder")                            \
    X(NETWORKS_FOLDER, "networks_folder", "folder")                                                \
    X(PORTS_FOLDER, "ports_folder", "folder")                                                      \
    X(NETWORK_SERVICES_FOLDER, "network_services_folder", "folder")                                \
    X(VSERVICES_FOLDER, "vservices_folder", "folder")                                              \
    X(VSERVICE_DHCPS_FOLDER, "vservice_dhcps_folder", "folder")                                    \
    X(VSERVICE_ROUTERS_FOLDER, "vservice_routers_folder", "folder")                                \
    X(VSERVICE_MISC_FOLDER, "vservice_miscellenaous_folder", "folder")                             \
    X(INSTANCES_FOLDER, "instances_folder", "folder")                                              \
    X(PNICS_FOLDER, "pnics_folder", "folder")                                                      \
    X(VCONNECTORS_FOLDER, "vconnectors_folder", "folder")                                          \
    X(VEDGES_FOLDER, "vedges_folder", "folder")                                                    \
    X(NETWORK_AGENTS_FOLDER, "network_agents_folder", "folder")                                    \
    X(VNICS_FOLDER, "vnics_folder", "folder")                                                      \
    X(SWITCHES_FOLDER, "switches_folder", "folder")

#define OBJECT_TYPE_CONSTANT(constant, name, help) OBJECT_##constant,

enum object_type { OBJECT_TYPES(OBJECT_TYPE_CONSTANT) N_OBJECT_TYPES };

#undef OBJECT_TYPE_CONSTANT

/* Sets of types are bits of a uint64_t. */
#define TYPE_BIT(type) (UINT64_C(1) << (type))
_Static_assert(N_OBJECT_TYPES <= 64, "a bit per object type");

struct str  object_type_name(enum object_type);
const char *object_type_help(enum object_type);
bool        object_type_is_folder(enum object_type);

/* False when no type has that name. */
bool object_type_from_name(struct str name, enum object_type *type) MUST_CHECK;

/* A link type is the pair of its ends' types: "instance-vnic". */
struct link_type {
    uint8_t from;
    uint8_t to;
};

static inline bool
link_type_equal(struct link_type a, struct link_type b)
{
    return a.from == b.from && a.to == b.to;
}

/* Reads "A-B", exactly one hyphen, both ends known. */
bool link_type_from_name(struct str name, struct link_type *) MUST_CHECK;

#endif
