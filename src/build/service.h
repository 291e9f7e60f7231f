/* What the devices of a service's namespace mean: the vNICs of a DHCP server or router and the
 * networks they serve. The vservice lists the networks, its vNICs have them: one reading for both.
 *
 * Ownership:  results live in the arena given or point into the records. */

#ifndef BUILD_SERVICE_H
#define BUILD_SERVICE_H

#include "build/build.h"

struct service_device {
    const struct netdev  *device;
    const struct address *ipv4; /* NULL if it has none that counts */
    const struct address *ipv6;
    struct str            netmask;    /* dotted, of ipv4 */
    struct str            cidr;       /* its network address and prefix length */
    struct str            network_id; /* "" if unknown */
};

/* "qdhcp-<id>" or "qrouter-<id>" with an id that nothing has to be afraid of. */
bool is_service_namespace(struct str name);

/* The namespace's devices but for the kernel's own (lo, sit0 ...), in order of their index. */
void service_devices(const struct cloud *, const struct cloud_host *,
                     const struct namespace_records *, struct arena *,
                     struct service_device **devices, size_t *n_devices);

#endif
