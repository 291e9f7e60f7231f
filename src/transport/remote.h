/* SSH sessions with hosts. Each is driven by a thread of its own, which carries several streams at
 * once: commands, and connections to other hosts through this one.
 *
 * Units:      milliseconds, bytes.
 * Ownership:  the caller owns sessions; strings of options are copied.
 * Threads:    remote_run(), remote_tunnel() from many threads at once.
 * Errors:     ERROR_TRANSPORT; the code is an enum remote_fault, the message names user, host and
 *             port and what to look at, never a password or passphrase.
 * Source:     libssh 0.10; RFC 4251-4254. */

#ifndef TRANSPORT_REMOTE_H
#define TRANSPORT_REMOTE_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/error.h"

enum remote_fault {
    REMOTE_FAULT_OTHER,
    REMOTE_FAULT_NAME,    /* the name is not resolved */
    REMOTE_FAULT_REFUSED, /* nobody listens, or no way there */
    REMOTE_FAULT_TIME,    /* no answer in time */
    REMOTE_FAULT_SSH,     /* somebody else answers, or no algorithm in common */
    REMOTE_FAULT_UNKNOWN, /* this host's key was never trusted */
    REMOTE_FAULT_CHANGED, /* another key than the trusted one */
    REMOTE_FAULT_KEY,     /* the private key: no file, unreadable, wrong passphrase */
    REMOTE_FAULT_LOGIN,   /* user, password or key refused */
    REMOTE_FAULT_LOST,    /* the session ended in the middle */
    REMOTE_FAULT_SIZE,    /* more output than allowed; what came so far is given */
    REMOTE_FAULT_CANCELLED,
};

/* How to sign in; what is "" is not tried. Tried in this order. */
struct remote_login {
    struct str user;
    struct str key;        /* path of a private key: ed25519, ECDSA, RSA */
    struct str passphrase; /* of an encrypted key */
    bool       agent;      /* ask the agent of $SSH_AUTH_SOCK */
    struct str password;
};

struct remote_options {
    struct str          host;
    unsigned            port; /* 0: 22 */
    struct remote_login login;
    struct str          host_key;     /* "ssh-ed25519 AAAA...": the only one accepted */
    unsigned            connect_time; /* connect, key exchange and login, 0: 10 s */
    int                 fd;           /* a connected stream to use (owned then), -1: connect */
    const atomic_bool  *cancelled;    /* may be NULL; looked at at least four times a second */
};

struct remote;

struct remote *remote_open(const struct remote_options *,
                           struct error *err) MUST_CHECK; /* NULL on failure */
void           remote_close(struct remote *);
bool           remote_is_up(struct remote *); /* is the session still there? */

enum { REMOTE_STREAMS = 8 }; /* at once in one session: MaxSessions is 10 by default */

/* One command in one channel. */
struct remote_command {
    struct str command;
    struct str input;   /* fed to its standard input, which then stays open until it ends */
    unsigned   time;    /* for all of it */
    size_t     largest; /* of its stdout */
};

struct remote_output {
    struct str text;      /* stdout, also what came before a fault */
    struct str complaint; /* the first 4 kB of stderr */
    int        status;    /* exit status, -1: none (killed, cut off) */
};

/* False when the command did not come to its end; 'output' is filled as far as it came. However it
 * ends, its standard input is closed, by which a script notices that nobody waits any more. */
bool remote_run(struct remote *, const struct remote_command *, struct arena *,
                struct remote_output *, struct error *err) MUST_CHECK;

/* A connection from that host to another one (direct-tcpip), as a stream socket; -1 on failure. */
int remote_tunnel(struct remote *, struct str host, unsigned port, unsigned time,
                  struct error *err);

/* The key that a server shows, without signing in: "ssh-ed25519 AAAA...". As options say, but
 * neither login nor host_key is used. */
bool remote_server_key(const struct remote_options *, struct arena *, struct str *key,
                       struct error *err) MUST_CHECK;

/* "SHA256:..." of a key, as ssh-keygen -l shows it; "" when it is none. */
struct str remote_fingerprint(struct arena *, struct str key);

/* Is this a public key line of a kind that we accept ("TYPE BASE64")? */
bool remote_host_key_is_valid(struct str key);

#endif
