/* Adding, changing and removing users. Whoever changes them does so in one transaction with what the
 * change depends on: names that are taken, administrators there are. */

#include <sodium.h>

#include "access/password.h"
#include "access/user_document.h"
#include "store/transaction.h"

enum { NAME_MOST = 64, ID_BYTES = 12 };

bool
user_name_is_valid(struct str name)
{
    struct oid id;

    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
            (!c || !strchr("._-@", c)))
            return false;
    }
    return name.n >= 1 && name.n <= NAME_MOST && !oid_from_text(name, &id);
}

static bool
check_roles(unsigned roles, struct error *err)
{
    return (roles & ~ALL_ROLES) == 0 || error_set(err, ERROR_USAGE, 0, "there is no such role");
}

static bool
check_name(struct str name, struct error *err)
{
    return user_name_is_valid(name) ||
           error_set(err, ERROR_USAGE, 0,
                     "'%.*s' is no name: 1 to %d letters, digits, '.', '_', '-' and '@', and no 24 "
                     "hexadecimal digits",
                     STR_ARG(str_head(name, 80)), NAME_MOST);
}

bool
user_check(struct str name, struct str password, unsigned roles, struct error *err)
{
    return check_name(name, err) && check_roles(roles, err) && password_is_valid(password, err);
}

/* Whatever the case of letters: people cannot tell "Admin" from "admin" in a list. And nobody is named
 * as another one's id, which lists of environments would take for that one. */
static bool
is_taken(const struct user_list *list, struct str name)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_equal_nocase(list->items[i].user.name, name) ||
            str_equal(list->items[i].user.id, name))
            return true;
    return false;
}

bool
user_add(struct store *store, struct str name, struct str hash, unsigned roles, struct arena *arena,
         struct user *user, struct error *err)
{
    AUTO_ARENA       scratch = arena_new();
    struct doc      *doc = doc_object(scratch);
    unsigned char    random[ID_BYTES];
    char             id[2 * ID_BYTES + 1];
    struct user_list list;

    if (!users_load(store, scratch, &list, err))
        return false;
    if (is_taken(&list, name))
        return error_set(err, ERROR_USAGE, USER_IS_TAKEN, "there is a user %.*s already",
                         STR_ARG(name));
    randombytes_buf(random, sizeof random);
    sodium_bin2hex(id, sizeof id, random, sizeof random);
    doc_set_text(scratch, doc, "_id", str_from(id));
    doc_set_text(scratch, doc, "username", name);
    user_document_set_roles(scratch, doc, roles);
    user_document_set_password(scratch, doc, hash);
    if (!user_document_put(store, scratch, doc, err))
        return false;
    *user = (struct user){
        .id = arena_str(arena, str_from(id)),
        .name = arena_str(arena, name),
        .roles = roles,
        .token = STR_NONE,
        .password_set = doc_number(doc_path(doc, "password.set"), 0),
    };
    return true;
}

bool
access_hash_password(struct str password, struct arena *arena, struct str *hash, struct error *err)
{
    return password_is_valid(password, err) && password_hash(password, arena, hash, err);
}

bool
access_add_hashed(struct store *store, struct str name, struct str hash, unsigned roles,
                  struct arena *arena, struct str *id, struct error *err)
{
    struct user user;

    if (!check_name(name, err) || !check_roles(roles, err) || !write_begin(store, err) ||
        !write_end(store, user_add(store, name, hash, roles, arena, &user, err), err))
        return false;
    *id = user.id;
    return true;
}

bool
access_add_user(struct store *store, struct str name, struct str password, unsigned roles,
                struct arena *arena, struct str *id, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    struct str hash;

    return user_check(name, password, roles, err) && password_hash(password, scratch, &hash, err) &&
           access_add_hashed(store, name, hash, roles, arena, id, err);
}

/* --- changes --- */

static bool
set_password(struct store *store, struct str name, struct str hash, struct error *err)
{
    AUTO_ARENA           scratch = arena_new();
    struct user_document user;

    if (!user_document_find(store, name, scratch, &user, err))
        return false;
    user_document_set_password(scratch, user.doc, hash);
    return user_document_put(store, scratch, user.doc, err) &&
           tokens_remove_of(store, user.user.id, err);
}

bool
access_set_password(struct store *store, struct str name, struct str password, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    struct str hash;

    return access_hash_password(password, scratch, &hash, err) &&
           access_change_user(store, name, NULL, hash, err);
}

/* The user, if the others can do without an administrator who has that user's roles no more. */
static bool
find_dispensable(struct store *store, struct str name, struct arena *arena,
                 struct user_document *user, struct error *err)
{
    struct user_list list;

    if (!user_document_find(store, name, arena, user, err) || !users_load(store, arena, &list, err))
        return false;
    return user->user.roles != ALL_ROLES || users_have_administrator(&list, user->user.id) ||
           error_set(err, ERROR_USAGE, 0,
                     "%.*s is the last user with every role: give them to another one first",
                     STR_ARG(user->user.name));
}

static bool
set_roles(struct store *store, struct str name, unsigned roles, struct error *err)
{
    AUTO_ARENA           scratch = arena_new();
    struct user_document user;

    if (roles == ALL_ROLES ? !user_document_find(store, name, scratch, &user, err)
                           : !find_dispensable(store, name, scratch, &user, err))
        return false;
    user_document_set_roles(scratch, user.doc, roles);
    return user_document_put(store, scratch, user.doc, err);
}

bool
access_set_roles(struct store *store, struct str name, unsigned roles, struct error *err)
{
    return access_change_user(store, name, &roles, STR_NONE, err);
}

static bool
change(struct store *store, struct str name, const unsigned *roles, struct str hash,
       struct error *err)
{
    return (!roles || set_roles(store, name, *roles, err)) &&
           (str_empty(hash) || set_password(store, name, hash, err));
}

bool
access_change_user(struct store *store, struct str name, const unsigned *roles, struct str hash,
                   struct error *err)
{
    return (!roles || check_roles(*roles, err)) && write_begin(store, err) &&
           write_end(store, change(store, name, roles, hash, err), err);
}

/* What they chose for themselves; many have chosen nothing. */
static bool
remove_settings(struct store *store, struct arena *scratch, struct str id, struct error *err)
{
    const struct str settings = STR("user_settings");
    struct str       text;
    bool             found;

    return collection_find(store, settings, id, scratch, &found, &text, err) &&
           (!found || collection_remove(store, settings, id, err));
}

static bool
remove_user(struct store *store, struct str name, struct error *err)
{
    AUTO_ARENA           scratch = arena_new();
    struct user_document user;

    return find_dispensable(store, name, scratch, &user, err) &&
           tokens_remove_of(store, user.user.id, err) &&
           environments_forget(store, &user.user, err) &&
           remove_settings(store, scratch, user.user.id, err) &&
           collection_remove(store, STR("users"), user.user.id, err);
}

bool
access_remove_user(struct store *store, struct str name, struct error *err)
{
    return write_begin(store, err) && write_end(store, remove_user(store, name, err), err);
}

/* --- reading --- */

bool
access_has_administrator(struct store *store, bool *has, struct error *err)
{
    AUTO_ARENA       scratch = arena_new();
    struct user_list list;

    if (!users_load(store, scratch, &list, err))
        return false;
    *has = users_have_administrator(&list, STR_NONE);
    return true;
}

bool
access_find_user(struct store *store, struct str name, struct arena *arena, struct user *user,
                 struct error *err)
{
    struct user_document found;

    if (!user_document_find(store, name, arena, &found, err))
        return false;
    *user = found.user;
    return true;
}

bool
access_users(struct store *store, user_fn *row, void *context, struct error *err)
{
    AUTO_ARENA       scratch = arena_new();
    struct user_list list;

    if (!users_load(store, scratch, &list, err))
        return false;
    for (size_t i = 0; i < list.n && row(context, &list.items[i].user); i++)
        continue;
    return true;
}
