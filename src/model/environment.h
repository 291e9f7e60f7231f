/* An environment: one cloud that is scanned, as its document in environments_config says.
 *
 * Ownership:  all strings belong to the arena the environment was read into.
 * Source:     reference discovery.md 1; the further keys are regions, domain, verify, ca, access,
 *             host_pnics, and those of docs/environments.md. */

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
    struct str        access;        /* "master" unless given, or "direct" */
    struct doc       *document;      /* as it came */
};

/* Read a document; ERROR_CONFIG names the field that is wrong. Access data may be missing, as in
 * the documents of recordings, but what is there must be right. */
bool environment_read(struct arena *, struct doc *document, struct environment *,
                      struct error *err) MUST_CHECK;

/* The same of one that may lack targets and fields: for those who only try some ways in. */
bool environment_read_part(struct arena *, struct doc *document, struct environment *,
                           struct error *err) MUST_CHECK;

/* Is this a value for that field of a document (target NULL) or of a target? Unknown fields are. */
bool environment_check_field(const char *target, const char *field, const struct doc *value,
                             struct error *err) MUST_CHECK;

/* Can this environment be asked: has every target it needs, and each of them what it needs? */
bool environment_check_access(const struct environment *, struct error *err) MUST_CHECK;

/* 1-64 characters: letters, digits, '.', '_', '-', blank; the first is a letter or digit. */
bool environment_name_is_valid(struct str name);

/* The entry of "configuration" with that name, or NULL: of an environment, and of a document that need
 * not be right. */
const struct doc *environment_target(const struct environment *, const char *name);
struct doc       *environment_find_target(const struct doc *document, const char *name);

/* Where a target answers, and how to sign in there. Passwords and passphrases are as the document
 * has them: open only in one whose secrets are open. */
struct environment_target_login {
    struct str host;
    unsigned   port; /* the protocol's own unless given; 0: none is known */
    struct str user, password;
    struct str key;        /* path of a private key */
    struct str passphrase; /* of an encrypted key */
    bool       agent;      /* ask the agent of SSH for keys */
    bool       tls;
    struct str ca;             /* path of trusted certificates, "" = those of the system */
    bool       trusts_anybody; /* certificates are not verified */
    unsigned   connect_time;   /* ms, 0: not said */
    unsigned   time;           /* ms for all that is asked of a host, 0: not said */
};

/* False when there is no such target. */
bool environment_login(const struct environment *, const char *target,
                       struct environment_target_login *out);

/* The hosts with a way in of their own (CLI.hosts), in the document's order; returns how many. User
 * and port are those of CLI where a host has none, and so are password, key, passphrase and agent
 * where it has none of them. */
struct environment_cli_host {
    struct str                      name;
    struct environment_target_login login;
};

size_t environment_cli_hosts(const struct environment *, struct arena *,
                             struct environment_cli_host **out);

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

/* The document with each "***" replaced by what stands in the same place of 'known' (NULL: nothing
 * does), so that what was shown can be changed and given back. NULL, with ERROR_CONFIG, where there
 * is nothing that it could stand for. */
struct doc *environment_unmasked(struct arena *, const struct doc *document,
                                 const struct doc *known, struct error *err) MUST_CHECK;

/* What the original writes into every new document, where it is missing. */
void environment_set_defaults(struct arena *, struct doc *document);

#endif
