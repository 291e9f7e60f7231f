/* Who may see and change an environment: the lists in its document. */

#include "access/user_document.h"
#include "store/transaction.h"

static const char *const lists[] = { "view-env", "edit-env" };

/* The list without the user, by id and by name. */
static struct doc *
others(struct arena *arena, const struct doc *list, const struct user *user)
{
    struct doc *rest = doc_array(arena);

    for (size_t i = 0; i < doc_count(list); i++) {
        struct str entry = doc_text(doc_at(list, i));

        if (!str_equal(entry, user->id) && !str_equal(entry, user->name))
            doc_push(arena, rest, doc_at(list, i));
    }
    return rest;
}

/* "auth" with the user in the lists as wanted. */
static struct doc *
with_user(struct arena *arena, const struct doc *auth, const struct user *user, bool view,
          bool edit)
{
    const bool  wanted[] = { view || edit, edit };
    struct doc *changed = doc_kind(auth) == DOC_OBJECT ? doc_copy(arena, auth) : doc_object(arena);

    for (size_t i = 0; i < N_ELEMENTS(lists); i++) {
        struct doc *list = others(arena, doc_get(auth, lists[i]), user);

        if (wanted[i])
            doc_push_text(arena, list, user->id);
        doc_set(arena, changed, lists[i], list);
    }
    return changed;
}

static bool
grant(struct store *store, struct str name, struct str environment, bool view, bool edit,
      struct error *err)
{
    AUTO_ARENA             scratch = arena_new();
    struct environment_row row;
    struct user_document   user;
    const struct doc      *document;

    if (!user_document_find(store, name, scratch, &user, err) ||
        !store_get_environment(store, environment, scratch, &row, err))
        return false;
    document = doc_parse(scratch, row.document, err);
    return document && store_set_environment_auth(
                           store, environment,
                           doc_body(scratch, with_user(scratch, doc_get(document, "auth"),
                                                       &user.user, view, edit)),
                           err);
}

bool
access_grant(struct store *store, struct str name, struct str environment, bool view, bool edit,
             struct error *err)
{
    return write_begin(store, err) &&
           write_end(store, grant(store, name, environment, view, edit, err), err);
}

/* --- users who go --- */

struct listed_in {
    struct arena      *arena;
    const struct user *user;
    struct place {
        struct str environment, auth;
    } * items;
    size_t n, capacity;
};

static bool
take_environment(void *context, const struct environment_row *row)
{
    struct listed_in *in = context;
    const struct doc *auth = doc_get(doc_parse(in->arena, row->document, NULL), "auth");
    bool              is_listed = false;

    for (size_t i = 0; i < N_ELEMENTS(lists); i++) {
        const struct doc *list = doc_get(auth, lists[i]);

        is_listed = is_listed || doc_count(others(in->arena, list, in->user)) < doc_count(list);
    }
    if (!is_listed)
        return true;
    arena_grow(in->arena, in->items, in->n, in->capacity);
    in->items[in->n++] = (struct place){
        .environment = arena_str(in->arena, row->name),
        .auth = doc_body(in->arena, with_user(in->arena, auth, in->user, false, false)),
    };
    return true;
}

bool
environments_forget(struct store *store, const struct user *user, struct error *err)
{
    AUTO_ARENA       scratch = arena_new();
    struct listed_in in = { .arena = scratch, .user = user };
    bool             good = store_environments(store, take_environment, &in, err);

    for (size_t i = 0; good && i < in.n; i++)
        good = store_set_environment_auth(store, in.items[i].environment, in.items[i].auth, err);
    return good;
}
