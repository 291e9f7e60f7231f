/* Users as they are kept: documents of the collection "users".
 *
 *     {"_id": "24 hex digits", "username": "NAME", "roles": ["view-env", ...],
 *      "password": {"argon2id": "$argon2id$...", "set": MICROSECONDS}}
 *
 * Documents of the guide's users are read as well: "name" for "username", roles in lists by group,
 * of which the global one counts. "password" is never exported (store/private.c).
 *
 * Ownership:  all that is read lives in the arena. */

#ifndef ACCESS_USER_DOCUMENT_H
#define ACCESS_USER_DOCUMENT_H

#include "access/access.h"

struct user_document {
    struct user user;
    struct str  hash; /* of the password, "" = none, who cannot sign in */
    struct doc *doc;
};

struct user_list {
    struct arena         *arena;
    struct user_document *items;
    size_t                n, capacity;
};

bool users_load(struct store *, struct arena *, struct user_list *, struct error *err) MUST_CHECK;

/* NULL: there is none. */
const struct user_document *users_by_name(const struct user_list *, struct str name);

bool user_document_by_id(struct store *, struct str id, struct arena *, bool *found,
                         struct user_document *, struct error *err) MUST_CHECK;

/* By name or by id, from the store; ERROR_NOT_FOUND. */
bool user_document_find(struct store *, struct str name, struct arena *, struct user_document *,
                        struct error *err) MUST_CHECK;

/* Is there anybody, but for 'except' (an id), who has every role and can sign in? */
bool users_have_administrator(const struct user_list *, struct str except);

bool user_document_put(struct store *, struct arena *, struct doc *, struct error *err) MUST_CHECK;
void user_document_set_roles(struct arena *, struct doc *, unsigned roles);
void user_document_set_password(struct arena *, struct doc *, struct str hash);

/* Take all tokens of a user away; within a transaction. */
bool tokens_remove_of(struct store *, struct str user, struct error *err) MUST_CHECK;

/* Take a user out of the lists of all environments; within a transaction. */
bool environments_forget(struct store *, const struct user *, struct error *err) MUST_CHECK;

/* May there be such a user? */
bool user_check(struct str name, struct str password, unsigned roles, struct error *err) MUST_CHECK;

/* Add a user whose password has that hash, if the name is free; within a transaction. */
bool user_add(struct store *, struct str name, struct str hash, unsigned roles, struct arena *,
              struct user *, struct error *err) MUST_CHECK;

#endif
