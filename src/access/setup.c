/* The first administrator, made with a secret that only who started the server has seen. Its digest
 * is the document of the collection "setup". */

#include "access/password.h"
#include "access/secret.h"
#include "access/user_document.h"
#include "store/transaction.h"

#define SETUP STR("setup")
#define FIRST STR("first")

static bool
has_administrator(struct store *store, bool *found, struct error *err)
{
    AUTO_ARENA       scratch = arena_new();
    struct user_list list;

    if (!users_load(store, scratch, &list, err))
        return false;
    *found = users_have_administrator(&list, STR_NONE);
    return true;
}

static bool
put_secret(struct store *store, struct str digest, bool *is_needed, struct error *err)
{
    AUTO_ARENA  scratch = arena_new();
    struct doc *doc = doc_object(scratch);
    bool        found;

    if (!has_administrator(store, &found, err))
        return false;
    *is_needed = !found;
    if (found)
        return true;
    doc_set_text(scratch, doc, "_id", FIRST);
    doc_set_text(scratch, doc, "digest", digest);
    return collection_put(store, SETUP, doc_body(scratch, doc), scratch, NULL, err);
}

bool
access_setup_secret(struct store *store, struct arena *arena, struct str *secret, struct error *err)
{
    struct str made, digest;
    bool       is_needed = false, found;

    /* Asked first without writing: mostly there is somebody. */
    if (!has_administrator(store, &found, err))
        return false;
    if (found) {
        *secret = STR_NONE;
        return true;
    }
    if (!secret_make(arena, &made, &digest, err) || !write_begin(store, err) ||
        !write_end(store, put_secret(store, digest, &is_needed, err), err))
        return false;
    *secret = is_needed ? made : STR_NONE;
    return true;
}

static bool
check_secret(struct store *store, struct str secret, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    struct str digest, document;
    bool       is_right = false, found;

    if (!has_administrator(store, &found, err))
        return false;
    if (!found && secret_digest(secret, scratch, &digest)) {
        if (!collection_find(store, SETUP, FIRST, scratch, &found, &document, err))
            return false;
        is_right = found && secret_digests_equal(
                                digest, doc_get_text(doc_parse(scratch, document, NULL), "digest"));
    }
    return is_right || error_set(err, ERROR_AUTH, 0, "the setup secret is wrong or was used");
}

static bool
set_up(struct store *store, struct str secret, struct str name, struct str hash,
       struct arena *arena, struct user *user, struct error *err)
{
    return check_secret(store, secret, err) &&
           user_add(store, name, hash, ALL_ROLES, arena, user, err) &&
           collection_remove(store, SETUP, FIRST, err);
}

bool
access_set_up(struct store *store, struct str secret, struct str name, struct str password,
              struct arena *arena, struct user *user, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    struct str hash;

    /* The secret first: who has it not learns nothing, and costs no hash. */
    return check_secret(store, secret, err) && user_check(name, password, ALL_ROLES, err) &&
           password_hash(password, scratch, &hash, err) && write_begin(store, err) &&
           write_end(store, set_up(store, secret, name, hash, arena, user, err), err);
}
