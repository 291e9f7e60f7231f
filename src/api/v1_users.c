/* Users, for those who manage them; everybody's own password. */

#include "api/page.h"
#include "api/session.h"
#include "api/v1.h"

#define SETTINGS STR("user_settings")
#define LOOK_BACK INT64_C(1209600000) /* milliseconds: 14 days, as the original */

struct doc *
user_document(struct arena *arena, const struct user *user)
{
    struct doc *document = doc_object(arena), *roles = doc_array(arena);

    doc_set_text(arena, document, "_id", user->id);
    doc_set_text(arena, document, "name", user->name);
    for (unsigned i = 0; i < N_ROLES; i++)
        if (user->roles & 1u << i)
            doc_push_text(arena, roles, str_from(role_name((enum role)i)));
    doc_set(arena, document, "roles", roles);
    return document;
}

/* --- rights in environments --- */

/* Of environments that whoever asks may see: of others they learn nothing. */
struct seen_environments {
    struct call *call;
    struct doc  *all; /* their documents */
};

static bool
add_seen(void *context, const struct environment_row *row)
{
    struct seen_environments *seen = context;
    struct doc               *document = doc_parse(seen->call->arena, row->document, NULL);

    if (access_may(seen->call->user, RIGHT_VIEW, doc_get(document, "auth")))
        doc_push(seen->call->arena, seen->all, document);
    return true;
}

static bool
find_seen(struct call *call, struct store *store, struct seen_environments *seen, struct error *err)
{
    *seen = (struct seen_environments){ call, doc_array(call->arena) };
    return store_environments(store, add_seen, seen, err);
}

/* A user as those see them who manage users: with what was granted to them, besides their roles. */
static struct doc *
managed_user(const struct seen_environments *seen, const struct user *user)
{
    struct arena *arena = seen->call->arena;
    struct doc   *document = user_document(arena, user), *grants = doc_array(arena);
    struct user   plain = *user;

    plain.roles = 0;

    for (size_t i = 0; i < doc_count(seen->all); i++) {
        const struct doc *environment = doc_at(seen->all, i);
        const struct doc *auth = doc_get(environment, "auth");
        struct doc       *grant;

        if (!access_may(&plain, RIGHT_VIEW, auth))
            continue;
        grant = doc_object(arena);
        doc_set_text(arena, grant, "environment", doc_get_text(environment, "name"));
        doc_set_bool(arena, grant, "view", true);
        doc_set_bool(arena, grant, "edit", access_may(&plain, RIGHT_EDIT, auth));
        doc_push(arena, grants, grant);
    }
    doc_set(arena, document, "grants", grants);
    return document;
}

/* --- roles --- */

static unsigned
roles_of(const struct doc *body)
{
    const struct doc *list = doc_get(body, "roles");
    unsigned          roles = 0;
    enum role         role;

    for (size_t i = 0; i < doc_count(list); i++)
        if (role_from_name(doc_text(doc_at(list, i)), &role))
            roles |= 1u << role;
    return roles;
}

/* Nobody gives what they do not have: whoever manages users could else make themselves everything. */
static bool
may_give(struct call *call, unsigned roles)
{
    if ((roles & ~call->user->roles) == 0)
        return true;
    reply_error(call, 403, "only roles that one has oneself can be given");
    return false;
}

/* --- who is whose to change --- */

struct comparison {
    struct call       *call;
    const struct user *user;
    bool               has_more; /* may do something that whoever asks may not */
};

static bool
compare_rights(void *context, const struct environment_row *row)
{
    static const enum right rights[] = { RIGHT_VIEW, RIGHT_EDIT };
    struct comparison      *c = context;
    const struct doc       *document = doc_parse(c->call->arena, row->document, NULL);
    const struct doc       *auth = doc_get(document, "auth");

    for (size_t i = 0; i < N_ELEMENTS(rights); i++)
        c->has_more = c->has_more || (access_may(c->user, rights[i], auth) &&
                                      !access_may(c->call->user, rights[i], auth));
    return !c->has_more;
}

/* Whoever can set a password can be that user, and has all they have. Which environment it is stays
 * untold: it may be hidden. False after replying. */
static bool
is_theirs(struct call *call, const struct user *user)
{
    struct comparison c = { .call = call, .user = user };
    struct error      err;

    if ((user->roles & ~call->user->roles) != 0)
        reply_error(call, 403, "%.*s has roles that you do not have", STR_ARG(user->name));
    else if (!store_environments(call->store, compare_rights, &c, &err))
        reply_failure(call, &err);
    else if (c.has_more)
        reply_error(call, 403, "%.*s has rights in environments that you do not have",
                    STR_ARG(user->name));
    else
        return true;
    return false;
}

/* The user in the path; false after replying. Who may do what whoever asks may not is not theirs to
 * change. */
static bool
find_user(struct call *call, bool is_to_change, struct user *user)
{
    struct str   name = param_get(&call->path, "name");
    struct error err;

    if (!access_find_user(call->store, name, call->arena, user, &err)) {
        reply_failure(call, &err);
        return false;
    }
    return !is_to_change || is_theirs(call, user);
}

static void
reply_user(struct call *call, struct store *store, unsigned status, struct str name)
{
    struct seen_environments seen;
    struct user              user;
    struct error             err;

    if (access_find_user(store, name, call->arena, &user, &err) &&
        find_seen(call, store, &seen, &err))
        reply_json(call, status, managed_user(&seen, &user));
    else
        reply_failure(call, &err);
}

/* --- the routes --- */

struct users {
    struct page_list         list;
    struct seen_environments seen;
};

static bool
add_user(void *context, const struct user *user)
{
    struct users *users = context;

    if (str_compare(user->name, users->list.page->after[0]) <= 0)
        return true;
    return page_add(&users->list,
                    doc_body(users->seen.call->arena, managed_user(&users->seen, user)), user->name,
                    STR_NONE);
}

void
list_users(struct call *call)
{
    struct page  page;
    struct users users;
    struct error err;

    if (!page_read(call, &page))
        return;
    page_begin(&users.list, call, &page);
    if (find_seen(call, call->store, &users.seen, &err) &&
        access_users(call->store, add_user, &users, &err))
        page_end(&users.list);
    else
        reply_failure(call, &err);
}

void
get_user(struct call *call)
{
    reply_user(call, call->store, 200, param_get(&call->path, "name"));
}

/* Before the writer is taken, on which others wait. False after replying. */
static bool
hash_password(struct call *call, struct str password, struct str *hash)
{
    struct error err;

    *hash = STR_NONE;
    if (str_empty(password) || access_hash_password(password, call->arena, hash, &err))
        return true;
    reply_failure(call, &err);
    return false;
}

void
post_user(struct call *call)
{
    struct str    name = doc_get_text(call->body, "name"), id, hash;
    unsigned      roles = roles_of(call->body);
    struct user   user = { .name = name, .id = STR_NONE, .roles = roles };
    struct store *writer;
    struct error  err;

    /* Environments may have lists with the names of users who are not there yet. */
    if (!may_give(call, roles) || !is_theirs(call, &user) ||
        !hash_password(call, doc_get_text(call->body, "password"), &hash))
        return;
    writer = call_writer(call);
    if (access_add_hashed(writer, name, hash, roles, call->arena, &id, &err))
        reply_user(call, writer, 201, name);
    else if (err.domain == ERROR_USAGE && err.code == USER_IS_TAKEN)
        reply_error(call, 409, "%s", err.message);
    else
        reply_failure(call, &err);
}

void
patch_user(struct call *call)
{
    unsigned      roles = roles_of(call->body);
    struct str    hash;
    struct user   user;
    struct store *writer;
    struct error  err;

    if (!may_give(call, roles) || !find_user(call, true, &user) ||
        !hash_password(call, doc_get_text(call->body, "password"), &hash))
        return;
    writer = call_writer(call);
    if (access_change_user(writer, user.name, doc_get(call->body, "roles") ? &roles : NULL, hash,
                           &err))
        reply_user(call, writer, 200, user.name);
    else
        reply_failure(call, &err);
}

void
delete_user(struct call *call)
{
    struct user  user;
    struct error err;

    if (!find_user(call, true, &user))
        return;
    if (!access_remove_user(call_writer(call), user.name, &err))
        reply_failure(call, &err);
}

/* A right in an environment is given and taken by who has it; false after replying. */
static bool
may_grant(struct call *call, struct str environment, const struct user *user, bool edit)
{
    const struct doc *seen = call_environment(call, environment, RIGHT_VIEW), *auth;

    if (!seen) {
        reply_error(call, 404, "no environment named %.*s", STR_ARG(environment));
        return false;
    }
    auth = doc_get(seen, "auth");
    if (access_may(call->user, RIGHT_EDIT, auth) || (!edit && !access_may(user, RIGHT_EDIT, auth)))
        return true;
    reply_error(call, 403, "only who may edit an environment gives and takes that right in it");
    return false;
}

void
put_grant(struct call *call)
{
    bool         view = doc_truth(doc_get(call->body, "view"));
    bool         edit = doc_truth(doc_get(call->body, "edit"));
    struct str   environment = param_get(&call->path, "of");
    struct user  user;
    struct error err;

    if (find_user(call, false, &user) && may_grant(call, environment, &user, edit) &&
        !access_grant(call_writer(call), user.name, environment, view || edit, edit, &err))
        reply_failure(call, &err);
}

void
put_own_password(struct call *call)
{
    struct user  user;
    struct str   hash;
    struct error err;

    if (!access_sign_in(call->store, call->user->name, doc_get_text(call->body, "old"),
                        call->request->address, call->arena, &user, &err))
        session_reply_refused(call, &err);
    else if (hash_password(call, doc_get_text(call->body, "new"), &hash) &&
             !access_change_user(call_writer(call), user.name, NULL, hash, &err))
        reply_failure(call, &err);
}

/* --- one's own settings --- */

void
get_settings(struct call *call)
{
    struct doc  *settings = doc_object(call->arena);
    struct str   text;
    bool         found;
    struct error err;

    if (!collection_find(call->store, SETTINGS, call->user->id, call->arena, &found, &text, &err)) {
        reply_failure(call, &err);
        return;
    }
    doc_set_int(call->arena, settings, "messages_view_backward_delta", LOOK_BACK);
    if (found)
        doc_merge(call->arena, settings, doc_parse(call->arena, text, NULL));
    doc_remove(settings, "_id");
    doc_remove(settings, "user_id");
    reply_json(call, 200, settings);
}

void
put_settings(struct call *call)
{
    struct doc  *settings = doc_copy(call->arena, call->body);
    struct error err;

    doc_set_text(call->arena, settings, "_id", call->user->id);
    doc_set_text(call->arena, settings, "user_id", call->user->id);
    if (collection_put(call_writer(call), SETTINGS, doc_body(call->arena, settings), call->arena,
                       NULL, &err))
        reply_json(call, 200, call->body);
    else
        reply_failure(call, &err);
}
