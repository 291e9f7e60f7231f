/* The keys that hosts show now, beside those that are trusted: for somebody to look at before they are
 * believed. The master host comes first: others are reached through it.
 *
 * Ownership:  what is found lives in the arena that was handed in. */

#ifndef SCAN_SHOWN_KEYS_H
#define SCAN_SHOWN_KEYS_H

#include <stdatomic.h>

#include "model/environment.h"
#include "scan/host_keys.h"
#include "transport/shell.h"

enum key_state {
    KEY_TRUSTED,
    KEY_NEW,
    KEY_CHANGED, /* another one is trusted */
    KEY_NONE,    /* the host shows none */
    N_KEY_STATES,
};

struct shown_key {
    struct str     host; /* or SHELL_MASTER */
    struct str     key;  /* "ssh-ed25519 AAAA...", "" of KEY_NONE */
    enum key_state state;
    struct str     why; /* of KEY_NONE */
};

struct shown_keys {
    struct shown_key *items;
    size_t            n, capacity;
};

const char *key_state_name(enum key_state); /* "changed" */

/* "SHA256:...", as ssh-keygen -l shows it. */
struct str key_fingerprint(struct arena *, struct str key);

/* A host to be looked at; one that is there already is not added again. */
void shown_keys_add(struct shown_keys *, struct arena *, struct str host);

/* All that are known: of the document, and those that the cloud tells. False when it does not; those of
 * the document are there all the same. */
bool shown_keys_add_all(struct shown_keys *, const struct environment *, struct host_keys *,
                        const atomic_bool *cancelled, struct arena *, struct error *) MUST_CHECK;

/* Is there a master host? */
bool shown_keys_has_master(const struct environment *);

/* Look at each of them, many at the same time. */
void shown_keys_look(struct shown_keys *, struct shell *, const struct host_keys *, struct arena *);

#endif
