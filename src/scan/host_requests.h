/* What a scan asks of each host: one table for the probe, for replay, and for whoever joins the
 * replies. A row is one question with its equivalent commands, best first.
 *
 * Ownership:  the table is constant; answers live in the arena passed in. */

#ifndef SCAN_HOST_REQUESTS_H
#define SCAN_HOST_REQUESTS_H

#include "build/cloud.h"
#include "transport/transport.h"

enum host_ask {
    ASK_OS_RELEASE,
    ASK_ARCHITECTURE,
    ASK_LINKS,
    ASK_BRCTL,
    ASK_ADDRESSES,
    ASK_SYSFS,
    ASK_ETHTOOL,
    ASK_BONDS,
    ASK_BONDING,
    ASK_NAMESPACES,
    ASK_NAMESPACE_ADDRESSES,
    ASK_OVS_BRIDGES,
    ASK_OVS_PORTS,
    ASK_OVS_INTERFACES,
    ASK_OVS_SHOW,
    ASK_DP_PORTS,
    ASK_FDB,
    ASK_DOMAINS,
    ASK_DOMAIN,
    N_HOST_ASKS
};

/* What "{}" in a command runs over: words that the answer to an earlier question names. The probe
 * takes them from it on the host; replay is asked word by word. */
enum host_loop {
    LOOP_NONE,
    LOOP_NICS,       /* devices that sysfs or the environment's host_pnics call physical */
    LOOP_BONDS,      /* files in /proc/net/bonding */
    LOOP_NAMESPACES, /* qdhcp-* and qrouter-* */
    LOOP_DOMAINS,    /* libvirt domains, running or not, by name */
};

enum { MOST_FORMS = 4 };

#define ASK_BIT(ask) (1u << (ask))

struct host_request {
    enum host_ask  id;
    const char    *name;              /* stable: messages, fuzz corpus */
    const char    *forms[MOST_FORMS]; /* equivalent commands, best first; NULL = no more */
    const char    *mechanism;         /* only in environments with this driver; NULL = all */
    enum host_loop each;
    unsigned       roles; /* only on hosts with one of these HOST_* roles; 0 = all */

    /* ASK_BIT()s: asked only when one of these has no answer, and none of them is missed when this
     * one has. */
    unsigned instead_of;

    bool optional; /* no answer means "there are none", not a fault */
    bool needs_root;
};

/* In the order of asking; host_requests[i].id == i. */
extern const struct host_request host_requests[N_HOST_ASKS];

size_t host_request_n_forms(const struct host_request *);

/* Does the question apply to a host with these roles in this environment? */
bool host_request_applies(const struct host_request *, const struct environment *, unsigned roles);

/* May this word stand in a command? Letters, digits and "._:@+-", not first a '-', at most 255:
 * names come from replies of hosts, and a shell reads the commands. */
bool host_word_is_valid(struct str word);

/* Host names come from an API: ^[A-Za-z0-9][A-Za-z0-9._-]*$, at most 255. */
bool host_name_is_valid(struct str host);

/* The command of a form with its word. */
struct str host_command(const char *form, struct str word, struct arena *);

struct probe_replies;

/* Ask one question of one host: of the sections of its probe where there are any ('probe' not
 * NULL), else of the transport. */
bool host_ask(struct transport *, const struct probe_replies *probe, struct str host,
              const struct host_request *, struct str word, struct arena *,
              struct answer *) MUST_CHECK;

#endif
