/* host_pnic: a physical NIC of the host, or a bond of some.
 *
 * Sources: `ls -l /sys/class/net` or the environment's host_pnics (which devices count), `ip
 * address` or `ip -d link`, ethtool, /proc/net/bonding.  Id: "<name>-<MAC>".  Reference 4.16, 4.17;
 * UP is looked for among the flags (T-31), ethtool's titles cannot replace what makes the object
 * (T-32), bonds have addresses (T-34), every NIC in a bridge of a provider network knows its port
 * number (T-40). */

#include "build/host_facts.h"

/* The document of a NIC that has been built, by name; NULL when there is none. */
static struct doc *
pnic_find(const struct docs *docs, size_t first, struct str name)
{
    for (size_t i = first; i < docs->n; i++)
        if (str_equal(doc_get_text(docs->items[i], "name"), name))
            return docs->items[i];
    return NULL;
}

static struct str
pnic_id(struct arena *arena, struct str name, struct str mac)
{
    return arena_join(arena, name, STR("-"), str_empty(mac) ? STR("unknown_mac") : mac);
}

static void
set_addresses(struct arena *arena, struct doc *document, const struct netdev *device)
{
    const struct address *ipv4 = NULL, *ipv6 = NULL;

    for (size_t i = 0; i < device->n_addresses; i++) {
        const struct address *address = &device->addresses[i];

        if (!address->is_ipv6 && !ipv4)
            ipv4 = address;
        if (address->is_ipv6 && !ipv6 && str_is(address->scope, "global"))
            ipv6 = address;
    }
    if (ipv4)
        doc_set_text(arena, document, "IP Address", ipv4->local);
    if (ipv6)
        doc_set_text(arena, document, "IPv6 Address",
                     arena_printf(arena, "%.*s/%u", STR_ARG(ipv6->local), ipv6->prefix));
}

/* The original's text has the first line twice: as what follows the name, and whole. */
static struct str
data_of(struct arena *arena, const struct netdev *device)
{
    struct str rest = device->lines, first;

    if (!str_line(&rest, &first))
        return STR_NONE;
    return arena_printf(arena, "%.*s\n%u: %.*s%s%.*s: %.*s", STR_ARG(first), device->index,
                        STR_ARG(device->name), str_empty(device->peer) ? "" : "@",
                        STR_ARG(device->peer), STR_ARG(device->lines));
}

static const struct ethtool *
ethtool_of(const struct host_records *h, struct str device)
{
    for (size_t i = 0; i < h->n_ethtools; i++)
        if (str_equal(h->ethtools[i].device, device))
            return &h->ethtools[i];
    return NULL;
}

/* A title that is the name of an attribute which every object gets later, or that others read. */
static bool
is_reserved(struct str title)
{
    static const char *const names[] = {
        "_id",
        "environment",
        "object_name",
        "parent_id",
        "parent_type",
        "parent_text",
        "id_path",
        "name_path",
        "show_in_tree",
        "text",
        "port_id",
        "IP Address",
        "data",
        "IPv6 Address",
        "create_object",
        "members",
        "EtherChannel",
        "EtherChannel Master",
        "master_parent_id",
        "master_parent_type",
    };

    for (size_t i = 0; i < N_ELEMENTS(names); i++)
        if (str_is(title, names[i]))
            return true;
    return false;
}

static void
add_ethtool(struct arena *arena, struct doc *document, const struct ethtool *ethtool)
{
    struct doc_iter it = { 0 };

    while (doc_next(ethtool->attributes, &it))
        if (!is_reserved(it.key) && !doc_getn(document, it.key))
            doc_setn(arena, document, it.key, it.value);
}

static void
add_pnic(const struct cloud_host *host, const struct host_records *h, const struct netdev *device,
         struct built *out)
{
    struct arena *arena = out->arena;
    struct doc   *document =
        host_object(out, host, "host_pnic", pnic_id(arena, device->name, device->mac));
    const struct ethtool *ethtool = ethtool_of(h, device->name);

    doc_set_text(arena, document, "name", device->name);
    doc_set_text(arena, document, "local_name", device->name);
    if (!str_empty(device->mac))
        doc_set_text(arena, document, "mac_address", device->mac);
    doc_set_text(arena, document, "state", netdev_is_up(device) ? STR("UP") : STR("DOWN"));
    doc_set_text(arena, document, "data", data_of(arena, device));
    set_addresses(arena, document, device);
    if (ethtool)
        add_ethtool(arena, document, ethtool);

    /* The link finders read it; the carrier is the same fact. */
    if (!doc_get(document, "Link detected"))
        doc_set_text(arena, document, "Link detected",
                     str_has(device->flags, STR("LOWER_UP")) ? STR("yes") : STR("no"));
}

/* --- bonds --- */

static void
add_member(struct built *out, size_t first, const struct doc *bond, struct str name,
           struct doc *member)
{
    struct arena *arena = out->arena;
    struct doc   *pnic = pnic_find(&out->docs, first, name);
    struct doc   *members = doc_get(bond, "members");
    struct doc   *entry = doc_object(arena);

    doc_set_text(arena, entry, "name", name);
    doc_set(arena, entry, "EtherChannel Master", doc_get(bond, "id"));
    if (pnic) {
        doc_set(arena, entry, "id", doc_get(pnic, "id"));
        if (doc_get(pnic, "mac_address"))
            doc_set(arena, entry, "mac_address", doc_get(pnic, "mac_address"));
        doc_set_bool(arena, pnic, "EtherChannel", true);
        doc_set(arena, pnic, "EtherChannel Master", doc_get(bond, "id"));
    }
    add_attributes(arena, entry, member);
    doc_setn(arena, members, name, entry);
}

static struct doc *
add_bond(const struct cloud_host *host, const struct host_records *h, struct str name,
         struct built *out)
{
    struct arena        *arena = out->arena;
    const struct netdev *link = h->links ? netdev_find(h->links, name) : NULL;
    const struct netdev *with_addresses = h->addresses ? netdev_find(h->addresses, name) : link;
    const struct netdev *known = link ? link : with_addresses;
    struct str           mac = known ? known->mac : STR_NONE;
    bool                 is_up = known && str_equal_nocase(known->state, STR("up"));
    struct doc          *document = host_object(out, host, "host_pnic", pnic_id(arena, name, mac));

    doc_set_text(arena, document, "name", name);
    doc_set_text(arena, document, "local_name", name);
    if (!str_empty(mac))
        doc_set_text(arena, document, "mac_address", mac);
    doc_set_text(arena, document, "Link detected", is_up ? STR("yes") : STR("no"));
    doc_set_bool(arena, document, "EtherChannel", true);
    doc_set_text(arena, document, "EtherChannel Master", STR_NONE);
    doc_set(arena, document, "members", doc_object(arena));
    if (with_addresses)
        set_addresses(arena, document, with_addresses);
    return document;
}

static void
add_described_bond(const struct cloud_host *host, const struct host_records *h,
                   const struct bonding *bonding, size_t first, struct built *out)
{
    struct doc     *document = add_bond(host, h, bonding->name, out);
    struct doc_iter it = { 0 };

    while (doc_next(bonding->members, &it))
        add_member(out, first, document, it.key, it.value);
    add_attributes(out->arena, document, bonding->attributes);
}

/* A bond of which only `ip -d link` tells. */
static void
add_linked_bond(const struct cloud_host *host, const struct host_records *h, struct str name,
                size_t first, struct built *out)
{
    struct doc *document = add_bond(host, h, name, out);

    for (size_t i = 0; i < h->links->n; i++)
        if (str_equal(h->links->items[i].master, name))
            add_member(out, first, document, h->links->items[i].name, NULL);
}

static bool
is_described(const struct host_records *h, struct str name)
{
    for (size_t i = 0; i < h->n_bondings; i++)
        if (str_equal(h->bondings[i].name, name))
            return true;
    return false;
}

/* --- all of them --- */

static void
set_port_ids(const struct cloud *cloud, const struct cloud_host *host, const struct host_records *h,
             size_t first, struct built *out)
{
    struct names nics = { 0 };

    mapped_nics(cloud, host, h, out->arena, &nics);
    for (size_t i = 0; i < nics.n; i++) {
        struct doc           *pnic = pnic_find(&out->docs, first, nics.items[i]);
        const struct dp_port *port = dp_port_find(h, nics.items[i]);

        if (pnic)
            doc_set_text(out->arena, pnic, "port_id", port ? port->number : STR_NONE);
    }
}

void
build_host_pnics(const struct cloud *cloud, const struct cloud_host *host,
                 const struct host_records *h, struct built *out)
{
    const struct netdevs *devices = host_devices(h);
    size_t                first = out->docs.n;

    if (!host_is_network(host) && !host_is_compute(host) && !(host->roles & HOST_KUBE_NODE))
        return;
    for (size_t i = 0; devices && i < devices->n; i++)
        if (is_physical(cloud->environment, h, devices->items[i].name) &&
            !is_bond(h, devices->items[i].name))
            add_pnic(host, h, &devices->items[i], out);
    for (size_t i = 0; i < h->n_bondings; i++)
        add_described_bond(host, h, &h->bondings[i], first, out);
    for (size_t i = 0; h->links && i < h->links->n; i++)
        if (str_is(h->links->items[i].kind, "bond") && !is_described(h, h->links->items[i].name))
            add_linked_bond(host, h, h->links->items[i].name, first, out);
    set_port_ids(cloud, host, h, first, out);
}
