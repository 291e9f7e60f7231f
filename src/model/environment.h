/* An environment: one cloud that is scanned, as its document in environments_config says.
 *
 * Ownership:  all strings belong to the arena the environment was read into.
 * Source:     reference discovery.md 1; the further keys are regions, domain, verify, ca, access,
 *             host_pnics. */

#ifndef MODEL_ENVIRONMENT_H
#define MODEL_ENVIRONMENT_H

#include "base/doc.h"

struct environment {
    struct str        name;
    struct str        type; /* "OpenStack" unless given */
    struct str        distribution;
    struct str        version;
    const struct str *mechanism_drivers; /* "OVS", "LXB", "VPP" ... */
    size_t            n_mechanism_drivers;
    struct str        type_drivers; /* "vxlan", "vlan" ... */
    const struct str *host_pnics;   /* patterns of device names that count as physical */
    size_t            n_host_pnics;
    const struct str *regions; /* only these; none = all */
    size_t            n_regions;
    struct str        admin_project; /* "admin" unless given */
    bool              has_sql;       /* the target "mysql" is configured */
    struct doc       *document;      /* as it came */
};

/* Read a document; ERROR_CONFIG names the field that is wrong. Access data may be missing, as in
 * the documents of recordings, but what is there must be right. */
bool environment_read(struct arena *, struct doc *document, struct environment *,
                      struct error *err) MUST_CHECK;

/* Can this environment be asked: has every target it needs, and each of them what it needs? */
bool environment_check_access(const struct environment *, struct error *err) MUST_CHECK;

/* 1-64 characters: letters, digits, '.', '_', '-', blank; the first is a letter or digit. */
bool environment_name_is_valid(struct str name);

/* The entry of "configuration" with that name, or NULL. */
const struct doc *environment_target(const struct environment *, const char *name);

bool environment_has_driver(const struct environment *, const char *driver);

/* Is this variance in the table of supported ones (distribution, version, every mechanism driver,
 * type driver)? '*why' names the first thing that is not. */
bool environment_is_supported(const struct environment *, struct arena *, struct str *why);

/* A copy of the document with each secret (a password, token or key, by its name) replaced by what
 * the function makes of it; NULL when that returns NULL. */
typedef struct doc *secret_fn(void *context, struct str name, const struct doc *value);

struct doc *environment_with_secrets(struct arena *, const struct doc *document, secret_fn *,
                                     void *context);

/* The document without secrets: passwords, tokens and keys shown as "***". */
struct doc *environment_masked(struct arena *, const struct doc *document);

#endif
