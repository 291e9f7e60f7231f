/* Catalogs: clique types, clique constraints, link types, and what is only read of them. One set of
 * functions for all; the route tells which (v1.c). */

#include "api/constants.h"
#include "api/page.h"
#include "api/v1.h"
#include "model/types.h"
#include "store/catalog.h"
#include "store/transaction.h"

/* A document that is new, or changed, and all others. */
typedef bool catalog_check_fn(struct call *, const struct doc *document, const struct doc *all);

struct catalog {
    const char       *collection;
    const char       *what;  /* for people: "clique type" */
    catalog_check_fn *check; /* false after a reply; NULL: it is only read */
};

static const struct catalog *
catalog_of(const struct call *call)
{
    return call->route->context;
}

/* --- reading --- */

static struct doc *
read_all(struct call *call, struct store *store)
{
    struct doc  *all;
    struct error err;

    if (catalog_read(store, catalog_of(call)->collection, call->arena, &all, &err))
        return all;
    reply_failure(call, &err);
    return NULL;
}

/* Is it for all environments, or for one that is there and may be seen? */
static bool
has_environment(struct call *call, const struct doc *document)
{
    struct str environment = doc_get_text(document, "environment");

    return str_empty(environment) || str_is(environment, "ANY") ||
           call_environment(call, environment, RIGHT_VIEW);
}

/* Of an environment that one may not see there are none. One that is not there might be anybody's. */
static bool
may_see(struct call *call, const struct doc *document)
{
    return access_may(call->user, RIGHT_VIEW, NULL) || has_environment(call, document);
}

static const struct doc *
find_by(const struct doc *all, const char *key, struct str value)
{
    for (size_t i = 0; i < doc_count(all); i++)
        if (str_equal(doc_get_text(doc_at(all, i), key), value))
            return doc_at(all, i);
    return NULL;
}

/* The document in the path; NULL after a reply. */
static const struct doc *
find_one(struct call *call, const struct doc *all)
{
    struct str        id = param_get(&call->path, "id");
    const struct doc *found = find_by(all, "_id", id);

    if (found && may_see(call, found))
        return found;
    reply_error(call, 404, "there is no %s %.*s", catalog_of(call)->what,
                STR_ARG(str_head(id, 60)));
    return NULL;
}

void
list_catalog(struct call *call)
{
    const struct doc *all = read_all(call, call->store);
    struct page       page;
    struct page_list  list;

    if (!all || !page_read(call, &page))
        return;
    page_begin(&list, call, &page);
    for (size_t i = 0, n_seen = 0; i < doc_count(all); i++) {
        const struct doc *one = doc_at(all, i);
        struct str        place = arena_printf(call->arena, "%zu", n_seen);

        if (!may_see(call, one))
            continue;
        n_seen++;
        if (page_is_behind(&list, place) &&
            !page_add(&list, doc_body(call->arena, one), place, STR_NONE))
            break;
    }
    page_end(&list);
}

void
get_catalog_entry(struct call *call)
{
    const struct doc *all = read_all(call, call->store);
    const struct doc *found = all ? find_one(call, all) : NULL;

    if (found)
        reply_json(call, 200, found);
}

/* --- changing --- */

/* Put the body in as a new one or in the place of one that is there. */
static bool
put_body(struct call *call, struct store *writer, struct str *id, struct error *err)
{
    const struct doc *all = read_all(call, writer);
    struct str        place = param_get(&call->path, "id");

    if (!all || (place.p && !find_one(call, all)))
        return false;
    *id = place.p ? place : oid_new(call->arena);
    doc_set_text(call->arena, call->body, "_id", *id);
    if (!catalog_of(call)->check(call, call->body, all))
        return false;
    if (catalog_own(writer, catalog_of(call)->collection, call->arena, err) &&
        collection_put(writer, str_from(catalog_of(call)->collection),
                       doc_body(call->arena, call->body), call->arena, NULL, err))
        return true;
    reply_failure(call, err);
    return false;
}

static void
change(struct call *call, bool (*does)(struct call *, struct store *, struct str *, struct error *),
       unsigned     status)
{
    struct store *writer = call_writer(call);
    struct str    id = STR_NONE;
    struct error  err;
    bool          is_done;

    if (!write_begin(writer, &err)) {
        reply_failure(call, &err);
        return;
    }
    is_done = does(call, writer, &id, &err);
    if (!write_end(writer, is_done, &err)) {
        if (is_done)
            reply_failure(call, &err);
        return;
    }
    if (status == 204)
        return;
    reply_json(call, status, call->body);
    if (status == 201)
        reply_location(call, str_from(call->route->path), id);
}

void
post_catalog_entry(struct call *call)
{
    change(call, put_body, 201);
}

void
put_catalog_entry(struct call *call)
{
    change(call, put_body, 200);
}

/* With the last one gone the defaults would hold again, which is not what was meant. */
static bool
remove_one(struct call *call, struct store *writer, struct str *id UNUSED, struct error *err)
{
    const struct doc *all = read_all(call, writer);
    const struct doc *found = all ? find_one(call, all) : NULL;

    if (!found)
        return false;
    if (doc_count(all) == 1) {
        reply_error(call, 409, "the last %s stays: change it", catalog_of(call)->what);
        return false;
    }
    if (catalog_own(writer, catalog_of(call)->collection, call->arena, err) &&
        collection_remove(writer, str_from(catalog_of(call)->collection),
                          doc_get_text(found, "_id"), err))
        return true;
    reply_failure(call, err);
    return false;
}

void
delete_catalog_entry(struct call *call)
{
    change(call, remove_one, 204);
}

/* --- what holds of each --- */

static bool
is_other(const struct doc *a, const struct doc *b)
{
    return !str_equal(doc_get_text(a, "_id"), doc_get_text(b, "_id"));
}

static bool
equal_in(const struct doc *a, const struct doc *b, const char *key)
{
    const struct doc *x = doc_get(a, key), *y = doc_get(b, key);

    return (!x && !y) || (x && y && doc_equal(x, y));
}

static bool
check_object_type(struct call *call, const struct doc *document, const char *key)
{
    struct str       name = doc_get_text(document, key);
    enum object_type type;

    if (object_type_from_name(name, &type))
        return true;
    reply_error(call, 400, "%s: there is no type of objects '%.*s'", key,
                STR_ARG(str_head(name, 60)));
    return false;
}

/* Links that a clique type names must be known, in either direction. */
static bool
check_link_types(struct call *call, const struct doc *names)
{
    struct doc  *known;
    struct error err;

    if (!catalog_read(call->store, "link_types", call->arena, &known, &err)) {
        reply_failure(call, &err);
        return false;
    }
    for (size_t i = 0; i < doc_count(names); i++) {
        struct str name = doc_text(doc_at(names, i));

        if (find_by(known, "type", name))
            continue;
        reply_error(call, 400, "link_types: there is no link type '%.*s'",
                    STR_ARG(str_head(name, 60)));
        return false;
    }
    return true;
}

/* Where two clique types would be for the same. */
static bool
is_for_the_same(const struct doc *a, const struct doc *b)
{
    static const char *const keys[] = { "environment",       "distribution", "distribution_version",
                                        "mechanism_drivers", "type_drivers", "policy" };

    for (size_t i = 0; i < N_ELEMENTS(keys); i++)
        if (!equal_in(a, b, keys[i]))
            return false;
    return true;
}

static bool
check_clique_type(struct call *call, const struct doc *type, const struct doc *all)
{
    if (!check_object_type(call, type, "focal_point_type") ||
        !check_link_types(call, doc_get(type, "link_types")))
        return false;
    if (!has_environment(call, type)) {
        reply_error(call, 400, "environment: there is no environment %.*s",
                    STR_ARG(doc_get_text(type, "environment")));
        return false;
    }
    for (size_t i = 0; i < doc_count(all); i++) {
        const struct doc *other = doc_at(all, i);

        if (!is_other(type, other) || !is_for_the_same(type, other) ||
            (!equal_in(type, other, "focal_point_type") && !equal_in(type, other, "name")))
            continue;
        reply_error(call, 409, "there is a clique type for this already: %.*s, of %.*s",
                    STR_ARG(doc_get_text(other, "name")),
                    STR_ARG(doc_get_text(other, "focal_point_type")));
        return false;
    }
    return true;
}

static bool
check_constraint(struct call *call, const struct doc *constraint, const struct doc *all)
{
    const struct doc *other =
        find_by(all, "focal_point_type", doc_get_text(constraint, "focal_point_type"));

    if (!check_object_type(call, constraint, "focal_point_type"))
        return false;
    if (!other || !is_other(constraint, other))
        return true;
    reply_error(call, 409, "there is a constraint for %.*s already",
                STR_ARG(doc_get_text(constraint, "focal_point_type")));
    return false;
}

static bool
check_link_type(struct call *call, const struct doc *type, const struct doc *all)
{
    struct str        name = doc_get_text(type, "type");
    struct str        wanted = arena_join(call->arena, doc_get_text(type, "endPointA"), STR("-"),
                                          doc_get_text(type, "endPointB"));
    const struct doc *other = find_by(all, "type", name);

    if (!check_object_type(call, type, "endPointA") || !check_object_type(call, type, "endPointB"))
        return false;
    if (!str_equal(name, wanted)) {
        reply_error(call, 400, "type: '%.*s' was expected, after its ends", STR_ARG(wanted));
        return false;
    }
    if (!other || !is_other(type, other))
        return true;
    reply_error(call, 409, "there is a link type %.*s already", STR_ARG(name));
    return false;
}

const struct catalog clique_types_catalog = { "clique_types", "clique type", check_clique_type };
const struct catalog clique_constraints_catalog = { "clique_constraints", "clique constraint",
                                                    check_constraint };
const struct catalog link_types_catalog = { "link_types", "link type", check_link_type };
const struct catalog hover_catalog = { "attributes_for_hover_on_data", "list of attributes", NULL };
const struct catalog supported_catalog = { "supported_environments", "environment", NULL };

/* --- constants --- */

const struct catalog constants_catalog = { "constants", "constant", NULL };

void
get_constant(struct call *call)
{
    struct error      err;
    const struct doc *constant =
        constant_find(call->store, call->arena, param_get(&call->path, "name"), &err);

    if (constant)
        reply_json(call, 200, constant);
    else
        reply_failure(call, &err);
}
