/* Records: what one reply says, typed, before anything is joined.
 *
 * Ownership:  every str points into the reply or into the arena of the host's task.
 * Units:      mtu in bytes; MAC addresses are lower-case text. */

#ifndef PARSE_RECORDS_H
#define PARSE_RECORDS_H

#include "base/doc.h"

/* --- network devices: `ip -d link`, `ip address`, in JSON or text --- */

struct address {
    bool       is_ipv6;
    struct str local; /* without prefix length */
    uint32_t   prefix;
    struct str scope; /* "global", "link", "host" */
};

struct netdev {
    uint32_t        index;
    struct str      name;  /* without the "@if4" of text output */
    struct str      peer;  /* what followed '@', "" if nothing */
    struct str      flags; /* "BROADCAST,MULTICAST,UP,LOWER_UP" */
    struct str      mac;   /* lower-case, "" when there is none */
    uint32_t        mtu;
    struct str      state;      /* operstate: "UP", "DOWN", "UNKNOWN" */
    struct str      master;     /* bridge or bond it is a member of */
    struct str      kind;       /* "bridge", "veth", "vxlan", "bond" ...; "" = plain */
    struct str      bridge_id;  /* "8000.726627f12016" as brctl prints it; bridges only */
    bool            stp;        /* bridges only */
    uint32_t        vxlan_id;   /* vxlan devices only */
    uint32_t        vxlan_port; /* UDP destination port of a vxlan device, 0 unknown */
    struct str      vxlan_local;
    struct address *addresses;
    size_t          n_addresses;
    struct str      lines; /* the dump, one trimmed line each, joined by '\n', as
                                         * `ip address show` prints it after the name: first line
                                         * is "<FLAGS> mtu ..." */
};

struct netdevs {
    struct netdev *items;
    size_t         n;
    size_t         capacity;
};

const struct netdev *netdev_find(const struct netdevs *, struct str name);

static inline bool
netdev_is_up(const struct netdev *d)
{
    return str_is(d->flags, "UP") || str_starts(d->flags, STR("UP,")) ||
           str_has(d->flags, STR(",UP,")) || str_ends(d->flags, STR(",UP"));
}

/* --- other host replies --- */

struct names { /* a plain list: namespaces, bonds ... */
    struct str *items;
    size_t      n;
    size_t      capacity;
};

struct sysfs_device { /* a line of `ls -l /sys/class/net` */
    struct str name;
    bool       is_virtual; /* its target lies below /devices/virtual/ */
};

struct sysfs_devices {
    struct sysfs_device *items;
    size_t               n;
    size_t               capacity;
};

struct os_release {
    struct str name, version, id, id_like, architecture; /* "" when not given */
};

struct bridge { /* a Linux bridge, from `ip -d link` or `brctl show` */
    struct str   name;
    struct str   id; /* "8000.525400aabb01" */
    bool         stp;
    struct names members;
};

struct bridges {
    struct bridge *items;
    size_t         n;
    size_t         capacity;
};

struct fdb_entry { /* `bridge fdb show` */
    struct str mac;
    struct str device;
    struct str dst;  /* remote tunnel address, "" if none */
    struct str rest; /* what the text form prints after "dst ": "10.78.0.11 self permanent" */
};

struct fdb {
    struct fdb_entry *items;
    size_t            n;
    size_t            capacity;
};

struct domain { /* `virsh dumpxml` */
    struct str   name;
    struct str   uuid;
    struct doc **interfaces; /* converted as the reference says: "@type", "mac": {"@address"} */
    size_t       n_interfaces;
};

struct domains {
    struct domain *items;
    size_t         n;
    size_t         capacity;
};

struct ovs_port { /* a port of a bridge in OVSDB; bonds have several interfaces */
    struct str   bridge;
    struct str   name;
    struct str   tag;        /* "" when untagged */
    struct str   interface;  /* the first one's name, in byte order */
    struct str   type;       /* "", "internal", "patch", "vxlan" ... */
    struct doc  *options;    /* object of strings, NULL when there are none */
    struct names interfaces; /* of all, sorted */
};

struct ovs_ports {
    struct ovs_port *items;
    size_t           n;
    size_t           capacity;
};

struct dp_port { /* `dpctl/show`: a port of the datapath */
    struct str number;
    struct str name;
    struct str suffix; /* what stood in parentheses: "internal", "tap", "vxlan: ..." */
};

struct dp_ports {
    struct dp_port *items;
    size_t          n;
    size_t          capacity;
};

struct ethtool { /* `ethtool DEV`: titles to text, or to an array of lines */
    struct str  device;
    struct doc *attributes;
};

struct bonding { /* /proc/net/bonding/NAME */
    struct str  name;
    struct doc *attributes; /* of the bond itself, nested info sections included */
    struct doc *members;    /* name -> its attributes */
};

/* --- lists of the APIs and tables of the databases: one document per element ---
 * The parser has checked that what identifies an element is there and of the right type. */

struct docs {
    struct doc **items;
    size_t       n;
    size_t       capacity;
};

void docs_add(struct arena *, struct docs *, struct doc *);

#endif
