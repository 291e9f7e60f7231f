/* Signing in at Keystone: which protocol and version it speaks, a token for the administrator's
 * project, the catalog of services.
 *
 * Source: reference discovery.md 4.1; docs.openstack.org/api-ref/identity (v3, v2.0). */

#ifndef SCAN_LOGIN_H
#define SCAN_LOGIN_H

#include "model/environment.h"
#include "parse/parse.h"
#include "transport/http.h"

struct login {
    struct str   address; /* "https://keystone:5000/v3" */
    struct str   user, project, domain;
    struct str   id;      /* of the token: a secret */
    struct token token;   /* its expiry and project */
    struct docs  catalog; /* {region, service, endpoint} */
};

/* Sign in with the target "OpenStack" of an environment whose secrets are open. Errors say what to
 * look at: name, address, TLS, user or password, or what answered instead. Their code is an enum
 * http_fault, or the HTTP status of a server that may answer later. 'cancelled' may be NULL. */
bool keystone_login(const struct environment *, const atomic_bool *cancelled, struct arena *,
                    struct login *, struct error                  *err) MUST_CHECK;

#endif
