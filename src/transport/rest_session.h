/* The session that all who ask share: one of them signs in, the others wait.
 *
 * Ownership:  a pass is a copy in the caller's arena: it stays whole when another session comes.
 * Threads:    many.
 * Errors:     as sign_in gives them. One that asking again cannot heal (a wrong password) is kept
 *             and given to all who come later: clouds lock accounts that fail often. */

#ifndef TRANSPORT_REST_SESSION_H
#define TRANSPORT_REST_SESSION_H

#include "transport/rest.h"

struct rest_keeper;

struct rest_keeper *rest_keeper_new(const struct rest_options *) MUST_CHECK; /* which outlive it */
void                rest_keeper_free(struct rest_keeper *);

/* What one request needs. */
struct rest_pass {
    struct str address;
    struct str token;
    uint64_t   session;  /* its number, from 1 on */
    bool       is_final; /* there is none, and no other try will help */
};

/* Sign in when nobody has, when the token is about to expire, or when it is that of session
 * 'refused', which a service did not take (0: none was refused). */
bool rest_keeper_pass(struct rest_keeper *, uint64_t refused, const struct request *,
                      struct arena *, struct rest_pass *, struct error *err) MUST_CHECK;

/* Nobody shall try to sign in again: this is what they are told from now on. */
void rest_keeper_give_up(struct rest_keeper *, const struct error *why);

/* May the same request be answered when it is asked again? Of a HTTP status or an enum
 * http_fault. */
bool rest_fault_may_pass(int code);

#endif
