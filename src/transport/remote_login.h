/* Signing in to a server that is known already.
 *
 * Errors:  ERROR_TRANSPORT: REMOTE_FAULT_KEY before anything is sent, REMOTE_FAULT_LOGIN; the
 *          message has neither password nor passphrase. */

#ifndef TRANSPORT_REMOTE_LOGIN_H
#define TRANSPORT_REMOTE_LOGIN_H

#include <libssh/libssh.h>

#include "transport/limit.h"
#include "transport/remote.h"

/* The private key of a login, NULL in '*key' when it has none. */
bool remote_login_read_key(const struct remote_login *, ssh_key *key, struct error *err) MUST_CHECK;

/* Try the ways that the login has, in order. The session does not block. */
bool remote_login_try(ssh_session, const struct remote_login *, ssh_key key, const struct limit *,
                      struct error *err) MUST_CHECK;

/* Wait until the session can go on; false when it may not wait any longer. */
bool remote_login_wait(ssh_session, const struct limit *, struct error *err) MUST_CHECK;

#endif
