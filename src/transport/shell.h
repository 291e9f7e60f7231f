/* The shells of a cloud's hosts: how each is reached, and a script run there in one session and one
 * command.
 *
 * A host is reached in one of three ways:
 *   - it stands in "hosts" of the target: straight to the address there, with the login there;
 *   - access "direct": through the master host (a tunnel), with the target's own login;
 *   - access "master", the default: the master host runs `ssh -- HOST`, with what the master has.
 *     The master itself needs no second step.
 *
 * Threads:    many may run at the same time. Sessions with the master are opened one after another,
 *             each when the ones before it carry REMOTE_STREAMS commands, at most SHELL_SESSIONS.
 * Errors:     ERROR_TRANSPORT, enum remote_fault, as remote.h; the message names the host and the
 *             way.
 * Source:     reference discovery.md 5; sshd_config(5) MaxSessions, MaxStartups. */

#ifndef TRANSPORT_SHELL_H
#define TRANSPORT_SHELL_H

#include "transport/remote.h"

enum { SHELL_SESSIONS = 8 };

/* A host's own way in. */
struct shell_host {
    struct str          name; /* as the cloud calls it */
    struct str          address;
    unsigned            port;
    struct remote_login login;
};

struct shell_options {
    struct str               master; /* address; "" when every host has its own way */
    unsigned                 port;
    struct remote_login      login;
    bool                     is_direct;
    const struct shell_host *hosts;
    size_t                   n_hosts;

    /* The trusted key of a host ("" = none). The master host goes by SHELL_MASTER. The answer must
     * stay valid. Called from many threads. */
    struct str (*host_key)(void *context, struct str host);
    void              *context;
    unsigned           connect_time; /* ms, 0: 10 s */
    unsigned           host_time;    /* ms for a host's whole script, 0: 3 min */
    size_t             largest;      /* bytes of output of one script, 0: 64 MiB */
    const atomic_bool *cancelled;
};

#define SHELL_MASTER "(master)" /* no host can be called so */

struct shell;

struct shell *shell_new(const struct shell_options *) MUST_CHECK;
void          shell_free(struct shell *);

/* Run a POSIX sh script on a host, or on SHELL_MASTER. False when it did not come to its end;
 * '*output' is what it wrote until then. Host names are as an API gave them: one that is no host name
 * is refused. */
bool shell_run(struct shell *, struct str host, struct str script, struct arena *,
               struct str *output, struct error *err) MUST_CHECK;

/* The key that a host (or SHELL_MASTER) shows now, whatever is trusted; for others than the master
 * and those with an own address the master must be trusted already. */
bool shell_server_key(struct shell *, struct str host, struct arena *, struct str *key,
                      struct error *err) MUST_CHECK;

#endif
