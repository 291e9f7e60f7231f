/* Names are learned where the cloud tells that they are some. Texts are then searched for them,
 * unless they are words of the formats ("link", "active") or names of devices, which tell nothing. */

#include "transport/pseudonym_name.h"

#include "base/ascii.h"
#include "base/buf.h"

static const char *const kind_names[N_NAME_KINDS] = {
    [NAME_NONE] = "name",           [NAME_HOST] = "host",
    [NAME_DOMAIN] = "domain",       [NAME_PROJECT] = "project",
    [NAME_USER] = "user",           [NAME_INSTANCE] = "instance",
    [NAME_NETWORK] = "network",     [NAME_SUBNET] = "subnet",
    [NAME_ROUTER] = "router",       [NAME_PORT] = "port",
    [NAME_AGGREGATE] = "aggregate", [NAME_ZONE] = "zone",
    [NAME_REGION] = "region",       [NAME_GROUP] = "security-group",
    [NAME_FLAVOR] = "flavor",       [NAME_KEY] = "key",
    [NAME_PHYSNET] = "physnet",
};

/* Names that every cloud has. */
/* clang-format off */
static const char *const common[] = {
    "admin", "service", "services", "default", "nova", "neutron", "internal", "RegionOne", "N/A",
    "localhost",
};
/* clang-format on */

/* Words of the formats, in byte order. As names they are changed only where the member tells that
 * it is one. */
/* clang-format off */
static const char *const words[] = {
    "ACTIVE", "ADMIN", "BROADCAST", "BUILD", "Bridge", "Controller", "DHCP", "DOWN", "ERROR",
    "Full", "GNU", "Id", "Interface", "L3", "LOOPBACK", "LOWER_UP", "Link", "Linux", "MULTICAST",
    "Manager", "Metadata", "Mode", "NAME", "NO-CARRIER", "NOARP", "Name", "Nova", "OVS", "Open",
    "OpenStack", "POINTOPOINT", "PROMISC", "Port", "QEMU", "SHUTOFF", "SMP", "STP", "Settings",
    "Speed", "State", "UNKNOWN", "UP", "active", "addr", "address", "addresses", "agent", "alias",
    "allmulti", "any", "auto", "available", "bandwidth", "base", "binary", "bind", "block",
    "bond", "boot", "br", "bridge", "broadcast", "bus", "cache", "centos", "cinder", "client",
    "cloud", "cluster", "command", "compute", "config", "console", "controller", "cpu", "data",
    "datapath", "debian", "default", "dev", "device", "devices", "dhcp", "direct", "disabled",
    "disk", "dns", "domain", "down", "driver", "dynamic", "enabled", "end", "error", "eth",
    "ether", "external", "fdb", "features", "file", "fixed", "flags", "flat", "flavor",
    "floating", "flow", "forever", "gateway", "geneve", "glance", "global", "gre", "group",
    "hairpin", "home", "host", "hosts", "hypervisor", "id", "image", "images", "index", "inet",
    "inet6", "info", "input", "instance", "instances", "interface", "internal", "ip", "ipv4",
    "ipv6", "key", "keystone", "kvm", "l2", "l3", "label", "lib", "libvirt", "link", "links",
    "linux", "lo", "local", "location", "log", "mac", "machine", "management", "master", "memory",
    "meta", "metadata", "mgmt", "mode", "model", "monitor", "mtu", "name", "namespace", "net",
    "netdev", "network", "networks", "neutron", "node", "none", "noqueue", "normal", "nova",
    "off", "on", "openstack", "openvswitch", "options", "os", "other", "ovs", "own", "patch",
    "path", "paused", "pci", "peer", "permanent", "placement", "pool", "port", "ports", "private",
    "project", "promiscuity", "provider", "public", "qemu", "reachable", "read", "region",
    "remote", "root", "route", "router", "routes", "running", "scope", "self", "serial", "server",
    "servers", "service", "shared", "slave", "source", "standalone", "start", "state", "static",
    "status", "storage", "subnet", "subnets", "swap", "system", "table", "tag", "tags", "tap",
    "target", "tcp", "tenant", "test", "timer", "tun", "tunnel", "type", "ubuntu", "udp",
    "unknown", "up", "user", "users", "uuid", "valid_lft", "var", "version", "veth", "virtio",
    "virtual", "vlan", "vxlan", "write", "yes",
};
/* clang-format on */

/* Beginnings of the names of devices, with a digit or a '-' behind them. */
/* clang-format off */
static const char *const devices[] = {
    "eth", "eno", "ens", "enp", "em", "bond", "br", "brq", "tap", "qvo", "qvb", "qbr", "qg", "qr",
    "vlan", "vxlan", "gre", "tun", "team", "veth", "virbr", "ha", "sg", "fg", "rfp", "fpr", "vhu",
    "lo",
};
/* clang-format on */

void
renaming_done(struct renaming *r)
{
    map_done(&r->by_kind);
    map_done(&r->by_word);
}

bool
name_is_common(struct str name)
{
    return str_is_one_of(name, common, N_ELEMENTS(common));
}

bool
word_may_have(char c)
{
    return ascii_is_alphanumeric(c) || c == '_' || c == '-' || (unsigned char)c >= 0x80;
}

struct str
word_at(struct str text)
{
    size_t n = 0;

    while (n < text.n && word_may_have(text.p[n]))
        n++;
    return str_head(text, n);
}

static int
compare_word(const void *name, const void *word)
{
    return str_compare(*(const struct str *)name, str_from(*(const char *const *)word));
}

static bool
is_word(struct str name)
{
    return bsearch(&name, words, N_ELEMENTS(words), sizeof *words, compare_word) != NULL;
}

static bool
is_device(struct str name)
{
    for (size_t i = 0; i < N_ELEMENTS(devices); i++) {
        struct str rest = str_skip(name, strlen(devices[i]));

        if (str_starts(name, str_from(devices[i])) && !str_empty(rest) &&
            (ascii_is_digit(rest.p[0]) || rest.p[0] == '-'))
            return true;
    }
    return false;
}

static bool
is_number(struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!ascii_is_digit(name.p[i]) && name.p[i] != '.')
            return false;
    return true;
}

/* Nova's names for domains: they say no more than a number. */
static bool
is_nova_domain(struct str name)
{
    enum { DIGITS = 8 };
    struct str digits = str_skip(name, strlen("instance-"));

    if (!str_starts(name, STR("instance-")) || digits.n != DIGITS)
        return false;
    for (size_t i = 0; i < digits.n; i++)
        if (!ascii_is_hex(digits.p[i]) || digits.p[i] != ascii_lower(digits.p[i]))
            return false;
    return true;
}

/* From now on texts are searched for this name. */
static void
search_for(struct renaming *r, struct str name, struct str other)
{
    enum { LEAST = 2 };

    while (!str_empty(name) && !word_may_have(name.p[0]))
        name = str_skip(name, 1);
    if (name.n < LEAST || is_word(name) || is_device(name) || is_number(name) ||
        name_is_common(name))
        return;

    struct map_entry *chain = map_put(&r->by_word, word_at(name), NULL);
    struct renamed  **at = (struct renamed **)&chain->pointer;

    while (*at && (*at)->name.n > name.n)
        at = &(*at)->next;
    if (*at && str_equal((*at)->name, name))
        return; /* of another kind: the first counts */

    struct renamed *renamed = arena_new_of(r->arena, struct renamed);

    *renamed = (struct renamed){ name, other, *at };
    *at = renamed;
}

static struct str
key_of(struct buf *key, enum name_kind kind, struct str name)
{
    buf_char(key, (char)('A' + kind));
    buf_add(key, name);
    return buf_str(key);
}

static void
learn_part(struct renaming *r, enum name_kind kind, struct str name)
{
    AUTO_BUF key = { 0 };
    bool     is_new;

    if (str_empty(name) || name_is_common(name))
        return;

    struct map_entry *entry =
        map_put_copy(&r->by_kind, r->arena, key_of(&key, kind, name), &is_new);

    if (!is_new)
        return;

    struct str *other = arena_new_of(r->arena, struct str);

    *other = arena_printf(r->arena, "%s-%u", kind_names[kind], ++r->n[kind]);
    entry->pointer = other;
    search_for(r, str_skip(entry->key, 1), *other);
}

bool
name_cut_domain(enum name_kind kind, struct str name, struct str *host, struct str *domain)
{
    ptrdiff_t dot = kind == NAME_HOST ? str_find_char(name, '.') : -1;
    uint32_t  address;

    if (dot <= 0 || (size_t)dot + 1 == name.n || str_to_ipv4(name, &address))
        return false;
    *host = str_head(name, (size_t)dot);
    *domain = str_skip(name, (size_t)dot + 1);
    return true;
}

void
renaming_learn(struct renaming *r, enum name_kind kind, struct str name)
{
    struct str host, domain;
    uint32_t   address;

    if (str_to_ipv4(name, &address) || str_find_char(name, ':') >= 0 || is_nova_domain(name))
        return;
    if (name_cut_domain(kind, name, &host, &domain)) {
        learn_part(r, NAME_HOST, host);
        learn_part(r, NAME_DOMAIN, domain);
    } else {
        learn_part(r, kind, name);
    }
}

const struct str *
renaming_find(const struct renaming *r, enum name_kind kind, struct str name)
{
    AUTO_BUF key = { 0 };

    return map_get(&r->by_kind, key_of(&key, kind, name));
}

const struct renamed *
renaming_of_word(const struct renaming *r, struct str word)
{
    return map_get(&r->by_word, word);
}
