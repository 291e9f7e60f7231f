/* What roles and lists of environments allow. */

#include "access/access.h"

static const char *const roles[N_ROLES] = {
    [ROLE_VIEW_ENV] = "view-env",
    [ROLE_EDIT_ENV] = "edit-env",
    [ROLE_MANAGE_USERS] = "manage-users",
    [ROLE_MANAGE_LINK_TYPES] = "manage-link-types",
    [ROLE_MANAGE_CLIQUE_TYPES] = "manage-clique-types",
    [ROLE_MANAGE_CLIQUE_CONSTRAINTS] = "manage-clique-constraints",
};

/* For messages: "you need ...". */
static const char *const rights[N_RIGHTS] = {
    [RIGHT_NONE] = "nothing",
    [RIGHT_SIGNED_IN] = "to be signed in",
    [RIGHT_VIEW] = "view-env",
    [RIGHT_EDIT] = "edit-env",
    [RIGHT_MANAGE_USERS] = "manage-users",
    [RIGHT_MANAGE_LINK_TYPES] = "manage-link-types",
    [RIGHT_MANAGE_CLIQUE_TYPES] = "manage-clique-types",
    [RIGHT_MANAGE_CLIQUE_CONSTRAINTS] = "manage-clique-constraints",
    [RIGHT_ADMIN] = "every role",
};

const char *
role_name(enum role role)
{
    return roles[role];
}

bool
role_from_name(struct str name, enum role *role)
{
    for (size_t i = 0; i < N_ROLES; i++) {
        if (str_is(name, roles[i])) {
            *role = (enum role)i;
            return true;
        }
    }
    return false;
}

const char *
right_name(enum right right)
{
    return rights[right];
}

static bool
has_role(const struct user *user, enum role role)
{
    return (user->roles & 1u << role) != 0;
}

/* By id, as we write them, or by name, as people do. */
static bool
is_listed(const struct user *user, const struct doc *list)
{
    for (size_t i = 0; i < doc_count(list); i++) {
        struct str entry = doc_text(doc_at(list, i));

        if (!str_empty(entry) && (str_equal(entry, user->id) || str_equal(entry, user->name)))
            return true;
    }
    return false;
}

static bool
may_edit(const struct user *user, const struct doc *auth)
{
    return has_role(user, ROLE_EDIT_ENV) || is_listed(user, doc_get(auth, "edit-env"));
}

static bool
may_view(const struct user *user, const struct doc *auth)
{
    return has_role(user, ROLE_VIEW_ENV) || is_listed(user, doc_get(auth, "view-env")) ||
           may_edit(user, auth);
}

bool
access_may(const struct user *user, enum right right, const struct doc *auth)
{
    if (!user)
        return right == RIGHT_NONE;
    switch (right) {
    case RIGHT_NONE:
    case RIGHT_SIGNED_IN:
        return true;
    case RIGHT_VIEW:
        return may_view(user, auth);
    case RIGHT_EDIT:
        return may_edit(user, auth);
    case RIGHT_MANAGE_USERS:
        return has_role(user, ROLE_MANAGE_USERS);
    case RIGHT_MANAGE_LINK_TYPES:
        return has_role(user, ROLE_MANAGE_LINK_TYPES);
    case RIGHT_MANAGE_CLIQUE_TYPES:
        return has_role(user, ROLE_MANAGE_CLIQUE_TYPES);
    case RIGHT_MANAGE_CLIQUE_CONSTRAINTS:
        return has_role(user, ROLE_MANAGE_CLIQUE_CONSTRAINTS);
    case RIGHT_ADMIN:
        return user->roles == ALL_ROLES;
    case N_RIGHTS:
        break;
    }
    return false;
}
