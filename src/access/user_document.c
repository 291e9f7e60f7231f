#include "access/user_document.h"

#define USERS STR("users")

/* Users of the guide had roles in groups. */
static unsigned
read_roles(const struct doc *roles)
{
    unsigned  bits = 0;
    enum role role;

    if (doc_kind(roles) == DOC_OBJECT)
        roles = doc_get(roles, "__global_roles__");
    for (size_t i = 0; i < doc_count(roles); i++)
        if (role_from_name(doc_text(doc_at(roles, i)), &role))
            bits |= 1u << role;
    return bits;
}

static struct user_document
read_user(struct doc *doc)
{
    struct str        username = doc_get_text(doc, "username");
    const struct doc *password = doc_get(doc, "password");

    return (struct user_document){
        .user = { .id = doc_get_text(doc, "_id"),
                  .name = str_empty(username) ? doc_get_text(doc, "name") : username,
                  .roles = read_roles(doc_get(doc, "roles")),
                  .token = STR_NONE,
                  .password_set = doc_number(doc_get(password, "set"), 0) },
        .hash = doc_get_text(password, "argon2id"),
        .doc = doc,
    };
}

/* Who was imported without a name is not. */
static bool
is_somebody(const struct user_document *user)
{
    return !str_empty(user->user.id) && !str_empty(user->user.name);
}

static bool
take_user(void *context, struct str id UNUSED, struct str document)
{
    struct user_list    *list = context;
    struct doc          *doc = doc_parse(list->arena, arena_str(list->arena, document), NULL);
    struct user_document user = read_user(doc);

    if (!is_somebody(&user))
        return true;
    arena_grow(list->arena, list->items, list->n, list->capacity);
    list->items[list->n++] = user;
    return true;
}

bool
users_load(struct store *store, struct arena *arena, struct user_list *list, struct error *err)
{
    *list = (struct user_list){ .arena = arena };
    return collection_list(store, USERS, take_user, list, err);
}

const struct user_document *
users_by_name(const struct user_list *list, struct str name)
{
    for (size_t i = 0; i < list->n; i++)
        if (str_equal(list->items[i].user.name, name))
            return &list->items[i];
    return NULL;
}

bool
user_document_by_id(struct store *store, struct str id, struct arena *arena, bool *found,
                    struct user_document *user, struct error *err)
{
    struct str document;

    if (!collection_find(store, USERS, id, arena, found, &document, err))
        return false;
    if (!*found)
        return true;
    *user = read_user(doc_parse(arena, document, NULL));
    *found = is_somebody(user);
    return true;
}

bool
user_document_find(struct store *store, struct str name, struct arena *arena,
                   struct user_document *found, struct error *err)
{
    struct user_list            list;
    const struct user_document *user;
    bool                        is_id;

    if (!users_load(store, arena, &list, err))
        return false;
    user = users_by_name(&list, name);
    if (user) {
        *found = *user;
        return true;
    }
    if (!user_document_by_id(store, name, arena, &is_id, found, err))
        return false;
    return is_id ||
           error_set(err, ERROR_NOT_FOUND, 0, "there is no user %.*s", STR_ARG(str_head(name, 80)));
}

bool
users_have_administrator(const struct user_list *list, struct str except)
{
    for (size_t i = 0; i < list->n; i++) {
        const struct user_document *u = &list->items[i];

        if (u->user.roles == ALL_ROLES && !str_empty(u->hash) && !str_equal(u->user.id, except))
            return true;
    }
    return false;
}

bool
user_document_put(struct store *store, struct arena *arena, struct doc *doc, struct error *err)
{
    return collection_put(store, USERS, doc_body(arena, doc), arena, NULL, err);
}

void
user_document_set_roles(struct arena *arena, struct doc *doc, unsigned roles)
{
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < N_ROLES; i++)
        if (roles & 1u << i)
            doc_push_text(arena, list, str_from(role_name((enum role)i)));
    doc_set(arena, doc, "roles", list);
}

void
user_document_set_password(struct arena *arena, struct doc *doc, struct str hash)
{
    struct doc *password = doc_object(arena);

    doc_set_text(arena, password, "argon2id", hash);
    doc_set_int(arena, password, "set", store_now());
    doc_set(arena, doc, "password", password);
}
