/* The questions to hosts. Machine-readable forms come first; nothing is filtered by grep, whose
 * exit status would hide that of the command. A form needs no shell: it is split at blanks. */

#include "scan/host_requests.h"

#include "base/ascii.h"
#include "scan/probe.h"

enum {
    NODES = HOST_COMPUTE | HOST_NETWORK,
    NAME_MAX_SIZE = 255,
};

#define OVS_TABLES (ASK_BIT(ASK_OVS_BRIDGES) | ASK_BIT(ASK_OVS_PORTS) | ASK_BIT(ASK_OVS_INTERFACES))

/* clang-format off */
const struct host_request host_requests[N_HOST_ASKS] = {
    /* id, name, forms,
     *   mechanism each             roles         instead_of          optional needs_root */
    { ASK_OS_RELEASE, "os_release",
      { "cat /etc/os-release" },
      NULL,     LOOP_NONE,        0,            0,                  false,   false },
    { ASK_ARCHITECTURE, "architecture",
      { "uname -m", "arch", "uname -a" },
      NULL,     LOOP_NONE,        0,            0,                  false,   false },
    { ASK_LINKS, "ip_link",
      { "ip -j -d link", "ip -d -j link", "ip -d link show", "ip -d link" },
      NULL,     LOOP_NONE,        0,            0,                  false,   false },
    { ASK_BRCTL, "brctl",
      { "brctl show" },
      NULL,     LOOP_NONE,        0,            ASK_BIT(ASK_LINKS), false,   true },
    { ASK_ADDRESSES, "ip_address",
      { "ip -j address", "ip address show", "ip address" },
      NULL,     LOOP_NONE,        0,            0,                  false,   false },
    { ASK_SYSFS, "sysfs_net",
      { "ls -l /sys/class/net" },
      NULL,     LOOP_NONE,        NODES,        0,                  false,   false },
    { ASK_ETHTOOL, "ethtool",
      { "ethtool {}" },
      NULL,     LOOP_NICS,        NODES,        0,                  false,   true },
    { ASK_BONDS, "bonds",
      { "ls -1 /proc/net/bonding" },
      NULL,     LOOP_NONE,        NODES,        0,                  true,    false },
    { ASK_BONDING, "bonding",
      { "cat /proc/net/bonding/{}" },
      NULL,     LOOP_BONDS,       NODES,        0,                  false,   false },
    { ASK_NAMESPACES, "namespaces",
      { "ip netns list", "ip netns" },
      NULL,     LOOP_NONE,        HOST_NETWORK, 0,                  false,   false },
    { ASK_NAMESPACE_ADDRESSES, "namespace_address",
      { "ip netns exec {} ip -j address", "ip netns exec {} ip address show",
        "ip netns exec {} ip address" },
      NULL,     LOOP_NAMESPACES,  HOST_NETWORK, 0,                  false,   true },
    { ASK_OVS_BRIDGES, "ovs_bridges",
      { "ovs-vsctl --format=json --columns=_uuid,name,ports,datapath_type list Bridge" },
      "OVS",    LOOP_NONE,        NODES,        0,                  false,   true },
    { ASK_OVS_PORTS, "ovs_ports",
      { "ovs-vsctl --format=json --columns=_uuid,name,tag,interfaces list Port" },
      "OVS",    LOOP_NONE,        NODES,        0,                  false,   true },
    { ASK_OVS_INTERFACES, "ovs_interfaces",
      { "ovs-vsctl --format=json --columns=_uuid,name,type,options list Interface" },
      "OVS",    LOOP_NONE,        NODES,        0,                  false,   true },
    { ASK_OVS_SHOW, "ovs_show",
      { "ovs-vsctl show" },
      "OVS",    LOOP_NONE,        NODES,        OVS_TABLES,         false,   true },
    { ASK_DP_PORTS, "datapath",
      { "ovs-appctl dpctl/show", "ovs-dpctl show" },
      "OVS",    LOOP_NONE,        NODES,        0,                  false,   true },
    { ASK_FDB, "fdb",
      { "bridge -j fdb show", "bridge fdb show" },
      "LXB",    LOOP_NONE,        NODES,        0,                  false,   false },
    { ASK_DOMAINS, "domains",
      { "virsh list --all" },
      NULL,     LOOP_NONE,        HOST_COMPUTE, 0,                  false,   true },
    { ASK_DOMAIN, "domain",
      { "virsh dumpxml {}" },
      NULL,     LOOP_DOMAINS,     HOST_COMPUTE, 0,                  false,   true },
};
/* clang-format on */

size_t
host_request_n_forms(const struct host_request *request)
{
    size_t n = 0;

    while (n < MOST_FORMS && request->forms[n])
        n++;
    return n;
}

bool
host_request_applies(const struct host_request *request, const struct environment *environment,
                     unsigned roles)
{
    return (request->roles == 0 || (request->roles & roles) != 0) &&
           (!request->mechanism || environment_has_driver(environment, request->mechanism));
}

bool
host_word_is_valid(struct str word)
{
    /* "." and ".." would climb out of /proc/net/bonding. */
    return word.n <= NAME_MAX_SIZE && str_holds_only(word, "._:@+-") && word.p[0] != '-' &&
           word.p[0] != '.';
}

bool
host_name_is_valid(struct str host)
{
    return host.n <= NAME_MAX_SIZE && str_holds_only(host, "._-") &&
           ascii_is_alphanumeric(host.p[0]);
}

struct str
host_command(const char *form, struct str word, struct arena *arena)
{
    struct str text = str_from(form);
    ptrdiff_t  at = str_find(text, STR("{}"));

    if (at < 0)
        return text;
    return arena_join(arena, str_head(text, (size_t)at), word, str_skip(text, (size_t)at + 2));
}

bool
host_ask(struct transport *transport, const struct probe_replies *probe, struct str host,
         const struct host_request *question, struct str word, struct arena *arena,
         struct answer *answer)
{
    struct request forms[MOST_FORMS];
    size_t         n_forms = host_request_n_forms(question);

    for (size_t i = 0; i < n_forms; i++)
        forms[i] = request_command(host, host_command(question->forms[i], word, arena));
    return probe ? probe_ask(probe, forms, n_forms, arena, answer)
                 : transport_ask(transport, forms, n_forms, arena, answer);
}
