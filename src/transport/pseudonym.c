/* Other names and addresses.
 *
 * Replies of APIs and tables are walked as documents: there the member says what kind of name a text
 * is, and a network called "public" is told from the word. All other texts are rewritten token by
 * token: addresses by their form, and words that are a name of the cloud, unless they are words of
 * the formats ("link", "active"), which tell nothing. */

#include "transport/pseudonym.h"

#include <arpa/inet.h>
#include <assert.h>
#include <sodium.h>

#include "base/buf.h"
#include "base/doc.h"
#include "base/map.h"

enum kind {
    KIND_NONE,
    KIND_HOST,
    KIND_DOMAIN, /* what follows the first '.' of a host's name */
    KIND_PROJECT,
    KIND_USER,
    KIND_INSTANCE,
    KIND_NETWORK,
    KIND_SUBNET,
    KIND_ROUTER,
    KIND_PORT,
    KIND_AGGREGATE,
    KIND_ZONE,
    KIND_REGION,
    KIND_GROUP,
    KIND_FLAVOR,
    KIND_KEY,
    KIND_PHYSNET,
    N_KINDS
};

static const char *const kind_names[N_KINDS] = {
    [KIND_NONE] = "name",           [KIND_HOST] = "host",
    [KIND_DOMAIN] = "domain",       [KIND_PROJECT] = "project",
    [KIND_USER] = "user",           [KIND_INSTANCE] = "instance",
    [KIND_NETWORK] = "network",     [KIND_SUBNET] = "subnet",
    [KIND_ROUTER] = "router",       [KIND_PORT] = "port",
    [KIND_AGGREGATE] = "aggregate", [KIND_ZONE] = "zone",
    [KIND_REGION] = "region",       [KIND_GROUP] = "security-group",
    [KIND_FLAVOR] = "flavor",       [KIND_KEY] = "key",
    [KIND_PHYSNET] = "physnet",
};

/* Which texts are names: of a member with this key, in an object that is (an element of) the member
 * 'parent'. Elements of an array count as the array's member. */
static const struct {
    const char *parent; /* NULL: any */
    const char *key;
    enum kind   kind;
} named[] = {
    { "projects", "name", KIND_PROJECT },
    { "servers", "name", KIND_INSTANCE },
    { "networks", "name", KIND_NETWORK },
    { "network", "label", KIND_NETWORK },
    { "subnets", "name", KIND_SUBNET },
    { "routers", "name", KIND_ROUTER },
    { "ports", "name", KIND_PORT },
    { "aggregates", "name", KIND_AGGREGATE },
    { "security_groups", "name", KIND_GROUP },
    { "flavor", "original_name", KIND_FLAVOR },
    { NULL, "key_name", KIND_KEY },
    { NULL, "zoneName", KIND_ZONE },
    { NULL, "availability_zone", KIND_ZONE },
    { NULL, "availability_zones", KIND_ZONE },
    { NULL, "availability_zone_hints", KIND_ZONE },
    { NULL, "OS-EXT-AZ:availability_zone", KIND_ZONE },
    { NULL, "zone", KIND_ZONE },
    { NULL, "host", KIND_HOST },
    { NULL, "hosts", KIND_HOST },
    { NULL, "hypervisor_hostname", KIND_HOST },
    { NULL, "binding:host_id", KIND_HOST },
    { NULL, "OS-EXT-SRV-ATTR:host", KIND_HOST },
    { NULL, "OS-EXT-SRV-ATTR:hypervisor_hostname", KIND_HOST },
    { "resource_provider_hypervisors", NULL, KIND_HOST },
    { NULL, "OS-EXT-SRV-ATTR:hostname", KIND_INSTANCE },
    { NULL, "dns_name", KIND_HOST },
    { NULL, "hostname", KIND_HOST },
    { NULL, "fqdn", KIND_HOST },
    { NULL, "dns_domain", KIND_DOMAIN },
    { NULL, "region", KIND_REGION },
    { NULL, "region_id", KIND_REGION },
    { NULL, "regions", KIND_REGION },
    { NULL, "admin_project", KIND_PROJECT },
    { NULL, "project_name", KIND_PROJECT },
    { NULL, "tenant_name", KIND_PROJECT },
    { NULL, "user_name", KIND_USER },
    { NULL, "username", KIND_USER },
    { NULL, "physical_network", KIND_PHYSNET },
    { NULL, "provider:physical_network", KIND_PHYSNET },
};

/* Objects whose keys are names. */
static const struct {
    const char *key;
    enum kind   kind;
} keyed[] = {
    { "hosts", KIND_HOST },
    { "addresses", KIND_NETWORK },
    { "bridge_mappings", KIND_PHYSNET },
    { "interface_mappings", KIND_PHYSNET },
};

/* What people wrote, and nobody needs to find the way in a cloud. */
/* clang-format off */
static const char *const prose[] = {
    "description", "disabled_reason", "fault", "tags", "extra_dhcp_opts", "display_description",
    "binding:profile", "properties",
};
/* clang-format on */

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

/* A name of the cloud; those that begin with the same word are a chain, the longest first. */
struct entry {
    struct str    name; /* from its first letter or digit on */
    struct str    other;
    struct entry *next;
};

struct pseudonym {
    struct arena *arena;
    struct map    names;   /* kind and name -> what it becomes, a struct str */
    struct map    words;   /* first word -> struct entry, of names that texts are searched for */
    struct map    subnets; /* kind of address, length and first bits */
    struct map    tunnels; /* addresses in the names of tunnel devices, as 4 bytes */
    unsigned      n[N_KINDS];
    unsigned char key[PSEUDONYM_KEY_SIZE];
};

static_assert(PSEUDONYM_KEY_SIZE == crypto_shorthash_KEYBYTES, "SipHash");

struct pseudonym *
pseudonym_new(const unsigned char *key)
{
    struct pseudonym *p = xcalloc(1, sizeof *p);

    p->arena = arena_new();
    if (key)
        memcpy(p->key, key, sizeof p->key);
    else
        randombytes_buf(p->key, sizeof p->key);
    return p;
}

void
pseudonym_free(struct pseudonym *p)
{
    if (!p)
        return;
    map_done(&p->names);
    map_done(&p->words);
    map_done(&p->subnets);
    map_done(&p->tunnels);
    sodium_memzero(p->key, sizeof p->key);
    arena_free(p->arena);
    free(p);
}

void
pseudonym_freep(struct pseudonym **p)
{
    pseudonym_free(*p);
}

/* --- addresses --- */

/* A number that nobody knows without the key. */
static uint64_t
secret_number(const struct pseudonym *p, char purpose, unsigned round, const void *data, size_t n)
{
    unsigned char text[32] = { (unsigned char)purpose, (unsigned char)round };
    unsigned char digest[crypto_shorthash_BYTES];
    uint64_t      number;

    memcpy(text + 2, data, n);
    crypto_shorthash(digest, text, n + 2, p->key);
    memcpy(&number, digest, sizeof number);
    return number;
}

static bool
bit_of(const unsigned char *address, unsigned at)
{
    return (address[at / 8] >> (7 - at % 8) & 1) != 0;
}

static void
keep_bits(unsigned char *address, unsigned n_bytes, unsigned n_bits)
{
    for (unsigned i = 0; i < n_bytes; i++)
        if (i * 8 + 8 > n_bits)
            address[i] &= (unsigned char)(i * 8 >= n_bits ? 0 : 0xff00u >> (n_bits - i * 8));
}

struct prefix {
    unsigned char bytes[4];
    unsigned      n_bits;
    bool          is_fixed; /* all in it stays; else only these bits do */
};

static const struct prefix prefixes4[] = {
    { { 0 }, 8, true },          /* this network, and no address */
    { { 127 }, 8, true },        /* the host itself */
    { { 169, 254 }, 16, true },  /* link-local; the metadata service */
    { { 224 }, 3, true },        /* multicast, reserved, masks */
    { { 10 }, 8, false },        /* private addresses stay private */
    { { 100, 64 }, 10, false },  /* shared by providers */
    { { 172, 16 }, 12, false },  /* private */
    { { 192, 168 }, 16, false }, /* private */
};

static const struct prefix prefixes6[] = {
    { { 0 }, 8, true },           /* ::, ::1 */
    { { 0xfe, 0x80 }, 10, true }, /* link-local */
    { { 0xff }, 8, true },        /* multicast */
    { { 0x20 }, 3, false },       /* global */
    { { 0xfc }, 7, false },       /* local to a site */
};

static bool
has_same_bits(const unsigned char *a, const unsigned char *b, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (bit_of(a, i) != bit_of(b, i))
            return false;
    return true;
}

/* Must the bit behind the first 'n' stay, since it tells special addresses from others? */
static bool
is_given(const struct prefix *prefixes, size_t n_prefixes, const unsigned char *address, unsigned n)
{
    for (size_t i = 0; i < n_prefixes; i++) {
        bool is_longer = n >= prefixes[i].n_bits;

        if ((!is_longer || prefixes[i].is_fixed) &&
            has_same_bits(address, prefixes[i].bytes, is_longer ? prefixes[i].n_bits : n))
            return true;
    }
    return false;
}

enum { SUBNET_KEY = 18 };

static struct str
subnet_key(char key[static SUBNET_KEY], char family, unsigned n_bits, const unsigned char *address,
           unsigned n_bytes)
{
    key[0] = family;
    key[1] = (char)n_bits;
    memcpy(key + 2, address, n_bytes);
    keep_bits((unsigned char *)key + 2, n_bytes, n_bits);
    return (struct str){ key, n_bytes + 2 };
}

/* Flip bits of the first 'most', each as the key and the bits before it say; from where a subnet
 * that the cloud knows begins, no more. */
static void
permute(const struct pseudonym *p, char family, const struct prefix *prefixes, size_t n_prefixes,
        unsigned char *address, unsigned n_bytes, unsigned most)
{
    unsigned char from[16];

    memcpy(from, address, n_bytes);
    for (unsigned i = 0; i < most; i++) {
        unsigned char before[16];
        char          key[SUBNET_KEY];

        if (map_find(&p->subnets, subnet_key(key, family, i, from, n_bytes)))
            return;
        if (is_given(prefixes, n_prefixes, from, i))
            continue;
        memcpy(before, from, n_bytes);
        keep_bits(before, n_bytes, i);
        if (secret_number(p, family, i, before, n_bytes) & 1)
            address[i / 8] ^= (unsigned char)(0x80u >> i % 8);
    }
}

uint32_t
pseudonym_ipv4(const struct pseudonym *p, uint32_t number)
{
    enum { MOST = 24 };
    unsigned char a[4] = { (unsigned char)(number >> 24), (unsigned char)(number >> 16),
                           (unsigned char)(number >> 8), (unsigned char)number };

    permute(p, '4', prefixes4, N_ELEMENTS(prefixes4), a, 4, MOST);
    return (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
}

static void
permute_bytes4(const struct pseudonym *p, unsigned char *bytes)
{
    uint32_t number =
        (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];

    number = pseudonym_ipv4(p, number);
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(number >> (24 - 8 * i));
}

/* The last three bytes of a MAC address: a Feistel network of two halves of 12 bits. */
static void
permute_tail(const struct pseudonym *p, unsigned char *tail)
{
    enum { ROUNDS = 8 };
    uint32_t left = (uint32_t)tail[0] << 4 | tail[1] >> 4;
    uint32_t right = (tail[1] & 0x0fu) << 8 | tail[2];

    for (unsigned i = 0; i < ROUNDS; i++) {
        uint32_t next = left ^ ((uint32_t)secret_number(p, 'M', i, &right, sizeof right) & 0xfff);

        left = right;
        right = next;
    }
    tail[0] = (unsigned char)(left >> 4);
    tail[1] = (unsigned char)(left << 4 | right >> 8);
    tail[2] = (unsigned char)right;
}

void
pseudonym_mac(const struct pseudonym *p, unsigned char mac[static 6])
{
    static const unsigned char neighbours[] = { 0x33, 0x33, 0xff };
    bool                       is_group = (mac[0] & 1) != 0;
    bool                       is_none = true;

    for (unsigned i = 0; i < 6; i++)
        is_none = is_none && mac[i] == 0;
    if (is_none || (is_group && memcmp(mac, neighbours, sizeof neighbours) != 0))
        return;
    permute_tail(p, mac + 3);
}

void
pseudonym_ipv6(const struct pseudonym *p, unsigned char a[static 16])
{
    enum { MOST = 64 };
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    static const unsigned char neighbours[13] = { 0xff, 0x02, [11] = 0x01, [12] = 0xff };

    if (memcmp(a, mapped, sizeof mapped) == 0) {
        permute_bytes4(p, a + 12);
        return;
    }
    permute(p, '6', prefixes6, N_ELEMENTS(prefixes6), a, 16, MOST);
    if ((a[0] != 0xff && a[11] == 0xff && a[12] == 0xfe) ||
        memcmp(a, neighbours, sizeof neighbours) == 0)
        permute_tail(p, a + 13);
}

/* --- names --- */

static bool
is_one_of(struct str name, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(name, list[i]))
            return true;
    return false;
}

static bool
is_common(struct str name)
{
    return is_one_of(name, common, N_ELEMENTS(common));
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
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Letters, digits, '_', '-' and all that is no ASCII make words. */
static bool
is_word_char(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || (unsigned char)c >= 0x80;
}

static bool
is_device(struct str name)
{
    for (size_t i = 0; i < N_ELEMENTS(devices); i++) {
        struct str rest = str_skip(name, strlen(devices[i]));

        if (str_starts(name, str_from(devices[i])) && !str_empty(rest) &&
            (is_digit(rest.p[0]) || rest.p[0] == '-'))
            return true;
    }
    return false;
}

static bool
is_number(struct str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (!is_digit(name.p[i]) && name.p[i] != '.')
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
        if (!is_digit(digits.p[i]) && !(digits.p[i] >= 'a' && digits.p[i] <= 'f'))
            return false;
    return true;
}

static struct str
word_at(struct str text)
{
    size_t n = 0;

    while (n < text.n && is_word_char(text.p[n]))
        n++;
    return str_head(text, n);
}

/* From now on texts are searched for this name. */
static void
search_for(struct pseudonym *p, struct str name, struct str other)
{
    enum { LEAST = 2 };

    while (!str_empty(name) && !is_word_char(name.p[0]))
        name = str_skip(name, 1);
    if (name.n < LEAST || is_word(name) || is_device(name) || is_number(name) || is_common(name))
        return;

    struct map_entry *chain = map_put(&p->words, word_at(name), NULL);
    struct entry    **at = (struct entry **)&chain->pointer;
    struct entry     *entry = arena_new_of(p->arena, struct entry);

    while (*at && (*at)->name.n > name.n)
        at = &(*at)->next;
    if (*at && str_equal((*at)->name, name))
        return; /* of another kind: the first counts */
    *entry = (struct entry){ name, other, *at };
    *at = entry;
}

static struct str
name_key(struct buf *key, enum kind kind, struct str name)
{
    buf_clear(key);
    buf_char(key, (char)('A' + kind));
    buf_add(key, name);
    return buf_str(key);
}

static void
learn_plain(struct pseudonym *p, enum kind kind, struct str name)
{
    AUTO_BUF key = { 0 };
    bool     is_new;

    if (str_empty(name) || is_common(name))
        return;
    struct map_entry *entry = map_put(&p->names, name_key(&key, kind, name), &is_new);

    if (!is_new)
        return;
    entry->key = arena_str(p->arena, entry->key);

    struct str *other = arena_new_of(p->arena, struct str);

    *other = arena_printf(p->arena, "%s-%u", kind_names[kind], ++p->n[kind]);
    entry->pointer = other;
    search_for(p, str_skip(entry->key, 1), *other);
}

/* A host by name and domain: "cmp1.example.com" and "cmp1" stay the same host. */
static bool
cut_domain(enum kind kind, struct str name, struct str *host, struct str *domain)
{
    ptrdiff_t dot = kind == KIND_HOST ? str_find_char(name, '.') : -1;

    if (dot <= 0 || (size_t)dot + 1 == name.n)
        return false;
    *host = str_head(name, (size_t)dot);
    *domain = str_skip(name, (size_t)dot + 1);
    return true;
}

static void
learn_name(struct pseudonym *p, enum kind kind, struct str name)
{
    struct str host, domain;
    uint32_t   number;

    if (str_to_ipv4(name, &number) || str_find_char(name, ':') >= 0 || is_nova_domain(name))
        return;
    if (cut_domain(kind, name, &host, &domain)) {
        learn_plain(p, KIND_HOST, host);
        learn_plain(p, KIND_DOMAIN, domain);
    } else {
        learn_plain(p, kind, name);
    }
}

static struct str
other_plain(const struct pseudonym *p, struct arena *arena, enum kind kind, struct str name)
{
    AUTO_BUF key = { 0 };

    const struct str *other = map_get(&p->names, name_key(&key, kind, name));

    return other ? *other : pseudonym_text(p, arena, name);
}

static struct str
other_name(const struct pseudonym *p, struct arena *arena, enum kind kind, struct str name)
{
    struct str host, domain;
    uint32_t   number;

    if (str_empty(name) || is_common(name))
        return name;
    if (!str_to_ipv4(name, &number) && cut_domain(kind, name, &host, &domain))
        return arena_join(arena, other_plain(p, arena, KIND_HOST, host), STR("."),
                          other_plain(p, arena, KIND_DOMAIN, domain));
    return other_plain(p, arena, kind, name);
}

struct str
pseudonym_host(const struct pseudonym *p, struct arena *arena, struct str host)
{
    return other_name(p, arena, KIND_HOST, host);
}

struct str
pseudonym_region(const struct pseudonym *p, struct arena *arena, struct str region)
{
    return other_name(p, arena, KIND_REGION, region);
}

/* --- documents --- */

static enum kind
kind_of_text(struct str parent, struct str key)
{
    for (size_t i = 0; i < N_ELEMENTS(named); i++)
        if ((!named[i].parent || str_is(parent, named[i].parent)) &&
            (!named[i].key || str_is(key, named[i].key)))
            return named[i].kind;
    return KIND_NONE;
}

static enum kind
kind_of_keys(struct str key)
{
    for (size_t i = 0; i < N_ELEMENTS(keyed); i++)
        if (str_is(key, keyed[i].key))
            return keyed[i].kind;
    return KIND_NONE;
}

/* JSON in a text, as tables have it. */
static struct doc *
inner_document(struct arena *arena, struct str text)
{
    struct error ignored;

    return str_starts(text, STR("{")) || str_starts(text, STR("["))
               ? doc_parse(arena, text, &ignored)
               : NULL;
}

/* Only subnets of a usual size: else one of 10.0.0.0/8 would leave everybody's addresses. */
static void
learn_subnet(struct pseudonym *p, struct str cidr)
{
    enum { LEAST_4 = 20, LEAST_6 = 48 };
    struct str    address, rest = cidr;
    unsigned char bytes[16] = { 0 };
    char          key[SUBNET_KEY];
    uint32_t      n_bits;
    bool          is_6 = str_find_char(cidr, ':') >= 0;

    if (!str_cut(&rest, '/', &address) || !rest.p || !str_to_u32(rest, &n_bits) ||
        n_bits > (is_6 ? 128 : 32) || n_bits < (is_6 ? LEAST_6 : LEAST_4) ||
        inet_pton(is_6 ? AF_INET6 : AF_INET, arena_str(p->arena, address).p, bytes) != 1)
        return;

    struct str made = subnet_key(key, is_6 ? '6' : '4', n_bits, bytes, is_6 ? 16 : 4);
    bool       is_new;

    struct map_entry *entry = map_put(&p->subnets, made, &is_new);

    if (is_new)
        entry->key = arena_str(p->arena, made);
}

static void
learn_tunnel(struct pseudonym *p, struct str text)
{
    uint32_t number;
    bool     is_new;

    if (!str_to_ipv4(text, &number))
        return;

    struct str        key = { (const char *)&number, sizeof number };
    struct map_entry *entry = map_put(&p->tunnels, key, &is_new);

    if (is_new)
        entry->key = arena_str(p->arena, key);
}

/* The host of an address like "http://keystone.example.com:5000/v3". */
static struct str
host_of_url(struct str text)
{
    ptrdiff_t at = str_find(text, STR("://"));
    size_t    n = 0;

    if (at <= 0 || at > 8)
        return STR_NONE;
    text = str_skip(text, (size_t)at + 3);
    while (n < text.n && text.p[n] != ':' && text.p[n] != '/' && text.p[n] != '[')
        n++;
    return str_head(text, n);
}

static void learn_document(struct pseudonym *, const struct doc *, struct str parent,
                           struct str key);

static void
learn_text(struct pseudonym *p, struct str text, struct str parent, struct str key)
{
    AUTO_ARENA        scratch = arena_new();
    const struct doc *inner = inner_document(scratch, text);
    enum kind         kind = kind_of_text(parent, key);

    if (inner)
        learn_document(p, inner, parent, key);
    else if (kind != KIND_NONE)
        learn_name(p, kind, text);
    else if (str_is(key, "OS-EXT-SRV-ATTR:instance_name"))
        learn_name(p, KIND_INSTANCE, text);
    else if (str_is(key, "cidr"))
        learn_subnet(p, text);
    else if (str_is(key, "tunneling_ip") || str_is(key, "ip_address") || str_is(key, "local_ip"))
        learn_tunnel(p, text);
    else if (!str_empty(host_of_url(text)))
        learn_name(p, KIND_HOST, host_of_url(text));
}

static void
learn_document(struct pseudonym *p, const struct doc *value, struct str parent, struct str key)
{
    struct doc_iter it = { 0 };
    enum kind       of_keys = kind_of_keys(key);

    for (size_t i = 0; doc_kind(value) == DOC_ARRAY && i < doc_count(value); i++)
        learn_document(p, doc_at(value, i), parent, key);
    if (doc_kind(value) == DOC_STRING)
        learn_text(p, doc_text(value), parent, key);
    if (doc_kind(value) != DOC_OBJECT)
        return;
    while (doc_next(value, &it)) {
        if (of_keys != KIND_NONE)
            learn_name(p, of_keys, it.key);
        learn_document(p, it.value, key, it.key);
    }
}

/* Rows of tables have no member that holds them: it is called as the table's rows are recognised. */
static struct str
list_of_rows(const struct doc *rows)
{
    const struct doc *row = doc_at(rows, 0);

    if (doc_get(row, "gw_port_id"))
        return STR("routers");
    if (doc_get(row, "uuid") && doc_get(row, "name"))
        return STR("aggregates");
    return STR_NONE;
}

void
pseudonym_learn(struct pseudonym *p, struct str reply)
{
    AUTO_ARENA        scratch = arena_new();
    struct error      ignored;
    const struct doc *doc = doc_parse(scratch, reply, &ignored);

    if (doc)
        learn_document(p, doc, STR_NONE, list_of_rows(doc));
}

static struct doc *rewrite(const struct pseudonym *, struct arena *, const struct doc *,
                           struct str parent, struct str key);

static struct doc *
rewrite_text(const struct pseudonym *p, struct arena *arena, struct str text, struct str parent,
             struct str key)
{
    enum kind         kind = kind_of_text(parent, key);
    const struct doc *inner = inner_document(arena, text);

    if (inner)
        return doc_string(arena, doc_body(arena, rewrite(p, arena, inner, parent, key)));
    if (kind != KIND_NONE)
        return doc_string(arena, other_name(p, arena, kind, text));
    return doc_string(arena, pseudonym_text(p, arena, text));
}

/* What is left of an object that people fill as they like: the zone of an aggregate. */
static struct doc *
rewrite_metadata(const struct pseudonym *p, struct arena *arena, const struct doc *value)
{
    struct doc *kept = doc_object(arena);
    struct str  zone = doc_get_text(value, "availability_zone");

    if (!str_empty(zone))
        doc_set_text(arena, kept, "availability_zone", other_name(p, arena, KIND_ZONE, zone));
    return kept;
}

static struct doc *
emptied(struct arena *arena, const struct doc *value)
{
    switch (doc_kind(value)) {
    case DOC_STRING:
        return doc_string(arena, STR_NONE);
    case DOC_ARRAY:
        return doc_array(arena);
    case DOC_OBJECT:
        return doc_object(arena);
    case DOC_ABSENT:
    case DOC_NULL:
    case DOC_BOOL:
    case DOC_INT:
    case DOC_REAL:
        break;
    }
    return doc_deep_copy(arena, value);
}

static struct doc *
rewrite(const struct pseudonym *p, struct arena *arena, const struct doc *value, struct str parent,
        struct str key)
{
    struct doc_iter it = { 0 };
    struct doc     *made;

    if (is_one_of(key, prose, N_ELEMENTS(prose)))
        return emptied(arena, value);
    if (str_is(key, "metadata") && doc_kind(value) == DOC_OBJECT)
        return rewrite_metadata(p, arena, value);
    if (doc_kind(value) == DOC_STRING)
        return rewrite_text(p, arena, doc_text(value), parent, key);
    if (doc_kind(value) == DOC_ARRAY) {
        made = doc_array(arena);
        for (size_t i = 0; i < doc_count(value); i++)
            doc_push(arena, made, rewrite(p, arena, doc_at(value, i), parent, key));
        return made;
    }
    if (doc_kind(value) != DOC_OBJECT)
        return doc_deep_copy(arena, value);
    made = doc_object(arena);

    enum kind of_keys = kind_of_keys(key);

    while (doc_next(value, &it)) {
        struct str name = of_keys != KIND_NONE ? other_name(p, arena, of_keys, it.key) : it.key;

        doc_setn(arena, made, name, rewrite(p, arena, it.value, key, it.key));
    }
    return made;
}

struct str
pseudonym_reply(const struct pseudonym *p, struct arena *arena, struct str reply)
{
    struct error      ignored;
    const struct doc *doc = doc_parse(arena, reply, &ignored);

    if (!doc)
        return STR("(a reply that is no JSON was here)");
    return doc_body(arena, rewrite(p, arena, doc, STR_NONE, list_of_rows(doc)));
}

/* --- texts --- */

struct rewriting {
    const struct pseudonym *p;
    struct str              text;
    size_t                  at;
    struct buf              out;
};

static struct str
rest_of(const struct rewriting *r)
{
    return str_skip(r->text, r->at);
}

static bool
ends_word(struct str text, size_t at)
{
    return at >= text.n || !is_word_char(text.p[at]);
}

static bool
is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static unsigned
hex_value(char c)
{
    return is_digit(c) ? (unsigned)(c - '0') : ((unsigned)c | 0x20u) - 'a' + 10;
}

/* 'n' bytes of two digits each, with a separator (0: none) between them. */
static bool
read_hex(struct str text, size_t n, char separator, unsigned char *bytes)
{
    size_t step = separator ? 3 : 2;

    if (text.n < n * step - (separator ? 1 : 0))
        return false;
    for (size_t i = 0; i < n; i++) {
        const char *c = text.p + i * step;

        if (!is_hex(c[0]) || !is_hex(c[1]) || (separator && i + 1 < n && c[2] != separator))
            return false;
        bytes[i] = (unsigned char)(hex_value(c[0]) << 4 | hex_value(c[1]));
    }
    return true;
}

static void
add_hex(struct buf *out, const unsigned char *bytes, size_t n, const char *separator)
{
    for (size_t i = 0; i < n; i++)
        buf_printf(out, "%s%02x", i ? separator : "", bytes[i]);
}

/* fa:16:3e:aa:bb:cc, or with '-'. */
static bool
take_mac(struct rewriting *r)
{
    enum { SIZE = 17 };
    struct str    rest = rest_of(r);
    unsigned char mac[6];
    char          separator = rest.n > 2 ? rest.p[2] : '\0';

    if ((separator != ':' && separator != '-') || !read_hex(rest, 6, separator, mac) ||
        !ends_word(rest, SIZE) ||
        (rest.n > SIZE && rest.p[SIZE] == ':' && rest.n > SIZE + 1 && is_hex(rest.p[SIZE + 1])))
        return false;
    pseudonym_mac(r->p, mac);
    add_hex(&r->out, mac, 6, separator == ':' ? ":" : "-");
    r->at += SIZE;
    return true;
}

/* 8000.fa163eaabbcc: a bridge and its priority. */
static bool
take_bridge(struct rewriting *r)
{
    enum { SIZE = 17 };
    struct str    rest = rest_of(r);
    unsigned char priority[2], mac[6];

    if (rest.n < SIZE || rest.p[4] != '.' || !read_hex(rest, 2, 0, priority) ||
        !read_hex(str_skip(rest, 5), 6, 0, mac) || !ends_word(rest, SIZE))
        return false;
    pseudonym_mac(r->p, mac);
    buf_add(&r->out, str_head(rest, 5));
    add_hex(&r->out, mac, 6, "");
    r->at += SIZE;
    return true;
}

/* The bits behind "/LEN", 'n_bits' where there is none. */
static unsigned
length_behind(struct str rest, unsigned n_bits)
{
    size_t   n = 1;
    uint32_t length;

    if (str_empty(rest) || rest.p[0] != '/')
        return n_bits;
    while (n < rest.n && is_digit(rest.p[n]))
        n++;
    return str_to_u32(str_head(str_skip(rest, 1), n - 1), &length) && length < n_bits ? length
                                                                                      : n_bits;
}

/* An address that names a network names one afterwards, too. */
static void
keep_network(const unsigned char *before, unsigned char *after, unsigned n_bytes, unsigned length)
{
    unsigned char network[16];

    memcpy(network, before, n_bytes);
    keep_bits(network, n_bytes, length);
    if (memcmp(network, before, n_bytes) == 0)
        keep_bits(after, n_bytes, length);
}

static bool
take_ipv4(struct rewriting *r)
{
    struct str    rest = rest_of(r);
    size_t        n = 0;
    uint32_t      number;
    unsigned char before[4], after[4];

    if (r->at > 1 && rest.p[-1] == '.' && is_digit(rest.p[-2])) /* of something longer */
        return false;
    while (n < rest.n && (is_digit(rest.p[n]) || rest.p[n] == '.'))
        n++;
    while (n > 0 && rest.p[n - 1] == '.') /* the end of a sentence */
        n--;
    if (!ends_word(rest, n) || !str_to_ipv4(str_head(rest, n), &number))
        return false;
    for (unsigned i = 0; i < 4; i++)
        before[i] = after[i] = (unsigned char)(number >> (24 - 8 * i));
    permute_bytes4(r->p, after);
    keep_network(before, after, 4, length_behind(str_skip(rest, n), 32));
    buf_printf(&r->out, "%u.%u.%u.%u", after[0], after[1], after[2], after[3]);
    r->at += n;
    return true;
}

static bool
take_ipv6(struct rewriting *r)
{
    struct str    rest = rest_of(r);
    size_t        n = 0, n_colons = 0;
    char          text[INET6_ADDRSTRLEN];
    unsigned char before[16], after[16];

    while (n < rest.n && (is_hex(rest.p[n]) || rest.p[n] == ':' || rest.p[n] == '.'))
        n_colons += rest.p[n++] == ':';
    while (n > 0 &&
           (rest.p[n - 1] == '.' || (rest.p[n - 1] == ':' && n > 1 && rest.p[n - 2] != ':'))) {
        n_colons -= rest.p[n - 1] == ':';
        n--;
    }
    if (n_colons < 2 || n >= sizeof text || !ends_word(rest, n))
        return false;
    memcpy(text, rest.p, n);
    text[n] = '\0';
    if (inet_pton(AF_INET6, text, before) != 1)
        return false;
    memcpy(after, before, sizeof after);
    pseudonym_ipv6(r->p, after);
    keep_network(before, after, 16, length_behind(str_skip(rest, n), 128));
    buf_add(&r->out, str_from(inet_ntop(AF_INET6, after, text, sizeof text)));
    r->at += n;
    return true;
}

/* vxlan-0a4e0015: the other end of a tunnel in hexadecimal digits, as Neutron's agent names it. */
static bool
take_tunnel(struct rewriting *r)
{
    static const char *const kinds[] = { "vxlan-", "gre-", "geneve-", "stt-" };
    struct str               rest = rest_of(r);

    for (size_t i = 0; i < N_ELEMENTS(kinds); i++) {
        size_t        n = strlen(kinds[i]);
        unsigned char a[4];

        if (!str_starts(rest, str_from(kinds[i])) || !read_hex(str_skip(rest, n), 4, 0, a) ||
            !ends_word(rest, n + 8))
            continue;

        uint32_t number = (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
        struct str key = { (const char *)&number, sizeof number };

        if (!map_find(&r->p->tunnels, key)) /* the number of a network, all digits */
            return false;
        permute_bytes4(r->p, a);
        buf_add(&r->out, str_from(kinds[i]));
        add_hex(&r->out, a, 4, "");
        r->at += n + 8;
        return true;
    }
    return false;
}

/* The key of a member in JSON that a host wrote is no name. */
static bool
is_member_key(const struct rewriting *r, size_t n)
{
    return r->at > 0 && r->text.p[r->at - 1] == '"' && r->at + n + 1 < r->text.n &&
           r->text.p[r->at + n] == '"' && r->text.p[r->at + n + 1] == ':';
}

static bool
take_name(struct rewriting *r)
{
    struct str          rest = rest_of(r);
    const struct entry *entry = map_get(&r->p->words, word_at(rest));

    for (; entry; entry = entry->next) {
        if (!str_starts(rest, entry->name) || !ends_word(rest, entry->name.n) ||
            is_member_key(r, entry->name.n))
            continue;
        buf_add(&r->out, entry->other);
        r->at += entry->name.n;
        return true;
    }
    return false;
}

/* What libvirt keeps of Nova's names, where the element tells that it is one. */
static bool
take_element(struct rewriting *r)
{
    static const struct {
        const char *begin;
        char        end;
        enum kind   kind;
    } elements[] = {
        { "<nova:name>", '<', KIND_INSTANCE },
        { "<nova:flavor name=\"", '"', KIND_FLAVOR },
        { "<title>", '<', KIND_NONE },
        { "<description>", '<', KIND_NONE },
    };
    static const struct {
        const char *begin;
        enum kind   kind;
    } owners[] = { { "<nova:user ", KIND_USER }, { "<nova:project ", KIND_PROJECT } };
    enum { LONGEST_TAG = 4096 }; /* lest a text of beginnings be searched to its end for each */
    struct str rest = rest_of(r);
    enum kind  kind = KIND_NONE;
    size_t     begin = 0, end;
    char       last = '<';

    for (size_t i = 0; i < N_ELEMENTS(elements); i++)
        if (str_starts(rest, str_from(elements[i].begin))) {
            begin = strlen(elements[i].begin);
            last = elements[i].end;
            kind = elements[i].kind;
        }
    for (size_t i = 0; i < N_ELEMENTS(owners); i++)
        if (str_starts(rest, str_from(owners[i].begin))) {
            begin = (size_t)(str_find_char(str_head(rest, LONGEST_TAG), '>') + 1);
            kind = owners[i].kind;
        }
    if (begin == 0)
        return false;
    for (end = begin; end < rest.n && rest.p[end] != last; end++)
        continue;

    struct str name = str_head(str_skip(rest, begin), end - begin);
    AUTO_BUF   key = { 0 };

    const struct str *other = map_get(&r->p->names, name_key(&key, kind, name));

    buf_add(&r->out, str_head(rest, begin));
    buf_add(&r->out, other ? *other : is_common(name) ? name : STR("removed"));
    r->at += end;
    return true;
}

static void
take_word(struct rewriting *r)
{
    struct str word = word_at(rest_of(r));

    if (take_mac(r) || take_bridge(r) || take_ipv6(r) || take_ipv4(r) || take_tunnel(r) ||
        take_name(r))
        return;
    buf_add(&r->out, word);
    r->at += word.n;
}

/* A ':' begins an IPv6 address only where nothing stands before it. */
static bool
may_begin_address(const struct rewriting *r)
{
    return r->text.p[r->at] == ':' && r->at + 1 < r->text.n && r->text.p[r->at + 1] == ':' &&
           (r->at == 0 || !is_word_char(r->text.p[r->at - 1]));
}

struct str
pseudonym_text(const struct pseudonym *p, struct arena *arena, struct str text)
{
    struct rewriting r = { .p = p, .text = text };
    struct str       result;

    buf_init(&r.out, 0);
    while (r.at < text.n) {
        char c = text.p[r.at];

        if (is_word_char(c))
            take_word(&r);
        else if (!(c == '<' && take_element(&r)) && !(may_begin_address(&r) && take_ipv6(&r)))
            buf_char(&r.out, text.p[r.at++]);
    }
    result = arena_str(arena, buf_str(&r.out));
    buf_done(&r.out);
    return result;
}
