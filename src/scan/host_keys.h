/* The trusted host keys of an environment: the small collection "host_keys", a document for each
 * host:
 *
 *     {"_id": "lab/cmp1", "environment": "lab", "host": "cmp1", "key": "ssh-ed25519 AAAA...",
 *      "trusted": "2026-11-22T08:20:44Z"}
 *
 * The master host goes by the name SHELL_MASTER.
 *
 * Ownership:  keys live in the arena they were loaded into; host_keys_done() frees the map. */

#ifndef SCAN_HOST_KEYS_H
#define SCAN_HOST_KEYS_H

#include "base/map.h"
#include "store/store.h"

struct host_keys {
    struct map by_host; /* -> struct str, the key */
};

bool host_keys_load(struct store *, struct str environment, struct arena *, struct host_keys *,
                    struct error *err) MUST_CHECK;
void host_keys_done(struct host_keys *);

#define AUTO_HOST_KEYS CLEANUP(host_keys_done) struct host_keys

/* The key of a host, "" when none is trusted. */
struct str host_keys_find(const struct host_keys *, struct str host);

/* Trust this key of a host from now on, and no other. */
bool host_keys_trust(struct store *, struct str environment, struct str host, struct str key,
                     struct error *err) MUST_CHECK;

/* Trust none of a host any more; ERROR_NOT_FOUND when none was. */
bool host_keys_distrust(struct store *, struct str environment, struct str host,
                        struct error *err) MUST_CHECK;

/* Forget the keys of an environment that is removed. */
bool host_keys_forget(struct store *, struct str environment, struct error *err) MUST_CHECK;

#endif
