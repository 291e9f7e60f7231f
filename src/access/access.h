/* Users, their passwords and tokens, and what they may do: the one place that decides.
 *
 * Users are documents of the collection "users", tokens of "tokens" (by the hash of the token).
 * Rights in an environment are lists of user ids in its document, auth.view-env and auth.edit-env,
 * as in the guide.
 *
 * Units:      times are the store's: microseconds since 1970; a lifetime is in microseconds, too.
 * Threads:    as the store's: one at a time per handle. Password hashes are worked out by at most
 *             two threads of the process at once; others wait.
 * Errors:     ERROR_USAGE for what can never work, ERROR_NOT_FOUND, ERROR_AUTH for a sign-in that is
 *             refused (it never tells whether the name or the password was wrong). */

#ifndef ACCESS_ACCESS_H
#define ACCESS_ACCESS_H

#include "store/store.h"

/* Roles that a user may have; the names are those of the guide. */
enum role {
    ROLE_VIEW_ENV,                  /* "view-env": see every environment */
    ROLE_EDIT_ENV,                  /* "edit-env" */
    ROLE_MANAGE_USERS,              /* "manage-users" */
    ROLE_MANAGE_LINK_TYPES,         /* "manage-link-types" */
    ROLE_MANAGE_CLIQUE_TYPES,       /* "manage-clique-types" */
    ROLE_MANAGE_CLIQUE_CONSTRAINTS, /* "manage-clique-constraints" */
    N_ROLES,
};

#define ALL_ROLES ((1u << N_ROLES) - 1)

const char *role_name(enum role);
bool        role_from_name(struct str name, enum role *) MUST_CHECK;

struct user {
    struct str id; /* 24 hex digits */
    struct str name;
    unsigned   roles;        /* bits */
    struct str token;        /* id of the token by which the user is here, "" = by password */
    int64_t    password_set; /* when; no token is issued once it has been set anew */
};

/* What a request may need. */
enum right {
    RIGHT_NONE,      /* nobody need be signed in */
    RIGHT_SIGNED_IN, /* any user */
    RIGHT_VIEW,      /* see this environment: role view-env, or in one of its lists */
    RIGHT_EDIT,      /* change or scan it: role edit-env, or in its auth.edit-env */
    RIGHT_MANAGE_USERS,
    RIGHT_MANAGE_LINK_TYPES,
    RIGHT_MANAGE_CLIQUE_TYPES,
    RIGHT_MANAGE_CLIQUE_CONSTRAINTS,
    RIGHT_ADMIN, /* every role */
    N_RIGHTS,
};

const char *right_name(enum right);

/* May this user (NULL: nobody) do that? 'auth' is the environment document's "auth" for RIGHT_VIEW
 * and RIGHT_EDIT; NULL: an environment without lists, or none. Who may edit may view. */
bool access_may(const struct user *, enum right, const struct doc *auth);

/* --- users --- */

/* 1 to 64 characters: letters, digits, '.', '_', '-', '@'; no 24 hex digits. */
bool user_name_is_valid(struct str name);

/* Passwords have 8 to 1024 bytes. ERROR_USAGE says what is wrong; a name that is taken is one, too, with
 * this code. */
enum { USER_IS_TAKEN = 1 };

bool access_add_user(struct store *, struct str name, struct str password, unsigned roles,
                     struct arena *, struct str *id, struct error *) MUST_CHECK;
bool access_set_password(struct store *, struct str name, struct str password,
                         struct error *) MUST_CHECK; /* and revoke all tokens of the user */

/* The same in two steps, for those on whose handle others wait: first the hash of a password that may
 * be one, which takes its time; then the user with it. A change is made whole or not at all: of the
 * roles (NULL: they stay) and the password ("": it stays). */
bool access_hash_password(struct str password, struct arena *, struct str *hash,
                          struct error *) MUST_CHECK;
bool access_add_hashed(struct store *, struct str name, struct str hash, unsigned roles,
                       struct arena *, struct str *id, struct error *) MUST_CHECK;
bool access_change_user(struct store *, struct str name, const unsigned *roles, struct str hash,
                        struct error *) MUST_CHECK;

/* The last user with every role keeps them, and stays. */
bool access_set_roles(struct store *, struct str name, unsigned roles, struct error *) MUST_CHECK;
bool access_remove_user(struct store *, struct str name, struct error *) MUST_CHECK;

/* Is there anybody who has every role, and a password? */
bool access_has_administrator(struct store *, bool *has, struct error *) MUST_CHECK;

/* By name or by id. */
bool access_find_user(struct store *, struct str name, struct arena *, struct user *,
                      struct error *) MUST_CHECK;

typedef bool user_fn(void *context, const struct user *);

bool access_users(struct store *, user_fn *, void *context, struct error *) MUST_CHECK;

/* Give or take rights in one environment: neither, view, or view and edit. */
bool access_grant(struct store *, struct str name, struct str environment, bool view, bool edit,
                  struct error *) MUST_CHECK;

/* --- signing in --- */

/* ERROR_AUTH when name or password is wrong, or after too many failures of that name or from that
 * address ("" = not limited): then err->code is the number of seconds to wait. */
bool access_sign_in(struct store *, struct str name, struct str password, struct str address,
                    struct arena *, struct user *, struct error *) MUST_CHECK;

struct token {
    struct str id;     /* of the document */
    struct str secret; /* 64 hex digits: only when it is made */
    struct str user;   /* id */
    struct str method; /* "credentials", "token", "setup" */
    struct str note;   /* for people: "browser", "backup script" */
    int64_t    issued, expires, last_used;
};

bool access_issue_token(struct store *, const struct user *, const char *method, struct str note,
                        int64_t lifetime, struct arena *, struct token *,
                        struct error *) MUST_CHECK;

/* Whose token is this? ERROR_AUTH: unknown, revoked or expired (then err->code is TOKEN_EXPIRED).
 * Nothing is written: last use, to the minute, is kept in memory until access_forget_expired(). */
enum { TOKEN_EXPIRED = -1 };

bool access_check_token(struct store *, struct str secret, int64_t now, struct arena *,
                        struct user *, struct token *, struct error *) MUST_CHECK;

/* The same in steps, for those who keep what the store says of a token as long as it does not change:
 * its id (false: there can be none), what is stored of it, and whether that holds now. */
bool access_token_id(struct str secret, struct arena *, struct str *id) MUST_CHECK;
bool access_find_token(struct store *, struct str id, struct arena *, struct user *, struct token *,
                       struct error *) MUST_CHECK;
bool access_use_token(struct token *, int64_t now, struct error *) MUST_CHECK;

typedef bool token_fn(void *context, const struct token *);

bool access_tokens(struct store *, const struct user *, token_fn *, void *context,
                   struct error *) MUST_CHECK;
bool access_revoke_token(struct store *, struct str id, struct error *) MUST_CHECK;

/* To be called every few minutes; also writes down when tokens were last used. */
bool access_forget_expired(struct store *, int64_t now, struct error *) MUST_CHECK;

/* --- the first start --- */

/* Is there nobody yet who has every role, and a password? Then the one-time secret that makes the
 * first one; it is another one each time, and the one before is void. "" when there is somebody. */
bool access_setup_secret(struct store *, struct arena *, struct str *secret,
                         struct error *) MUST_CHECK;

/* Make the first administrator; ERROR_AUTH for a wrong or used secret. */
bool access_set_up(struct store *, struct str secret, struct str name, struct str password,
                   struct arena *, struct user *, struct error *) MUST_CHECK;

#endif
