/* Parsers: the bytes of one reply -> records. Pure functions; each .c file opens with the reply it
 * reads and where that is documented.
 *
 * Ownership:  records point into 'reply' or into the arena.
 * Errors:     ERROR_PARSE says where and what ("element 3: ifname: expected a string"); outputs
 *             stay untouched. Text replies are read leniently: a line that makes no sense is
 *             skipped, as is what belongs to it; JSON replies are read strictly.
 * Input:      text may hold CR LF, terminal colour sequences (removed) and bytes that are no
 *             UTF-8. The caller has limited its size. */

#ifndef PARSE_PARSE_H
#define PARSE_PARSE_H

#include "parse/records.h"

/* What "ovs-vsctl list Bridge|Port|Interface" give, joined. */
struct ovs_tables {
    struct str bridges, ports, interfaces; /* three JSON replies */
};

/* --- host commands --- */

bool parse_ip_json(struct arena *, struct str reply, struct netdevs *, struct error *) MUST_CHECK;
bool parse_ip_text(struct arena *, struct str reply, struct netdevs *, struct error *) MUST_CHECK;
/* Either of the two: JSON when the first character that is no blank is '['. */
bool parse_ip(struct arena *, struct str reply, struct netdevs *, struct error *) MUST_CHECK;
bool parse_netns_list(struct arena *, struct str reply, struct names *, struct error *) MUST_CHECK;
bool parse_sysfs_net(struct arena *, struct str reply, struct sysfs_devices *,
                     struct error *) MUST_CHECK;
bool parse_os_release(struct arena *, struct str reply, struct os_release *,
                      struct error *) MUST_CHECK;
/* `uname -m`, `arch` or `uname -a`: the machine word. */
bool parse_architecture(struct arena *, struct str reply, struct str *, struct error *) MUST_CHECK;
bool parse_ethtool(struct arena *, struct str device, struct str reply, struct ethtool *,
                   struct error *) MUST_CHECK;
bool parse_bonding_list(struct arena *, struct str reply, struct names *,
                        struct error *) MUST_CHECK;
bool parse_bonding(struct arena *, struct str name, struct str reply, struct bonding *,
                   struct error *) MUST_CHECK;
bool parse_brctl(struct arena *, struct str reply, struct bridges *, struct error *) MUST_CHECK;
/* Bridges and their members as `ip -d link` knows them, members sorted by name. */
void bridges_of_netdevs(struct arena *, const struct netdevs *, struct bridges *);
bool parse_fdb(struct arena *, struct str reply, struct fdb *, struct error *) MUST_CHECK;
/* Names of the domains, running or not, from `virsh list [--all]`. */
bool parse_virsh_list(struct arena *, struct str reply, struct names *, struct error *) MUST_CHECK;
bool parse_domain(struct arena *, struct str reply, struct domain *, struct error *) MUST_CHECK;
bool parse_ovs_tables(struct arena *, const struct ovs_tables *, struct ovs_ports *,
                      struct error *) MUST_CHECK;
bool parse_ovs_show(struct arena *, struct str reply, struct ovs_ports *,
                    struct error *) MUST_CHECK;
bool parse_dpctl_show(struct arena *, struct str reply, struct dp_ports *,
                      struct error *) MUST_CHECK;

/* --- REST lists and SQL tables --- */

/* The elements of {"<key>": [...]} (REST), or of a bare array (SQL rows): objects that have every
 * field named in 'required' (comma separated, each a non-empty text or a number; "" = none). */
bool parse_list(struct arena *, struct str reply, const char *key, const char *required,
                struct docs *, struct error *) MUST_CHECK;

/* The same, but an element that is not sound costs only itself: it is left out and counted, and
 * '*first' says what the first one lacks. */
bool parse_list_sound(struct arena *, struct str reply, const char *key, const char *required,
                      struct docs *, size_t *n_unsound, struct error *first,
                      struct error *) MUST_CHECK;

/* The one element of {"<key>": {...}}. */
bool parse_one(struct arena *, struct str reply, const char *key, const char *required,
               struct doc **, struct error *) MUST_CHECK;

/* --- Keystone --- */

struct token {
    struct str  id; /* "" in v3, where a header has it */
    struct str  expires;
    int64_t     expires_at; /* seconds since 1970 in UTC; INT64_MAX: never */
    struct doc *project;    /* the scope, NULL if none */
};

/* "2030-01-01T10:00:00Z", with or without a fraction of at most six digits, which is dropped. */
bool parse_time(struct str, int64_t *seconds) MUST_CHECK;

/* The token of a v3 or v2.0 answer. One whose expiry does not read is of no use: an error. */
bool parse_token(struct arena *, struct str reply, struct token *, struct error *) MUST_CHECK;

/* Keystone's catalog: {"catalog": [...]} (v3 GET /auth/catalog), {"token": {"catalog": ...}} (v3
 * token) or {"access": {"serviceCatalog": ...}} (v2): documents {region, service, endpoint}. */
bool parse_catalog(struct arena *, struct str reply, struct docs *, struct error *) MUST_CHECK;

/* The same, but a service that is not sound costs only itself. */
bool parse_catalog_sound(struct arena *, struct str reply, struct docs *, size_t *n_unsound,
                         struct error *first, struct error *) MUST_CHECK;

/* The address with another host; scheme, port and path stay. An empty host changes nothing. */
struct str url_on_host(struct arena *, struct str url, struct str host);

/* The address up to a version (/v2 and later) that follows host and port at once. */
struct str url_without_version(struct str url);

#endif
