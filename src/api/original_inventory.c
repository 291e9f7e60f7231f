/* GET /inventory and GET /links: rows are filtered and shortened as text, in the order in which they
 * came, and only as many are read as the page needs, as far as there is an index. */

#include "api/original.h"

#include "store/members.h"

enum { STEPS_MAX = 64 }; /* of a path */

/* Append these members of a JSON object, as they stand, to an open object. */
static void
copy_members(struct buf *out, struct str body, const char *const *names)
{
    struct str rest = body, key, value;

    while (member_next(&rest, &key, &value))
        for (const char *const *name = names; *name; name++)
            if (str_is(key, *name)) {
                buf_printf(out, "%s\"%s\":", out->n > 1 ? "," : "", *name);
                buf_add(out, value);
            }
}

/* The text of a member's value, "" when it is not there. */
static struct str
member(struct str object, struct str wanted)
{
    struct str rest = object, key, value;

    while (member_next(&rest, &key, &value))
        if (str_equal(key, wanted))
            return value;
    return STR_NONE;
}

/* A text as it stands in a body. */
static struct str
literal(struct arena *arena, struct str text)
{
    AUTO_BUF out = { 0 };

    doc_write_text(&out, text);
    return arena_str(arena, buf_str(&out));
}

/* --- objects --- */

static const struct check_key object_keys[] = {
    { .key = "env_name", CHECK_TEXT, CHECK_NEEDED },
    { .key = "id", CHECK_TEXT },
    { .key = "parent_id", CHECK_TEXT },
    { .key = "id_path", CHECK_TEXT },
    { .key = "parent_path", CHECK_TEXT },
    { .key = "sub_tree", CHECK_BOOL, CHECK_CONVERT },
    ORIGINAL_PAGE,
    { 0 },
};

struct object_walk {
    struct call   *call;
    struct str     id_path;     /* as it stands in a body, "" = any */
    struct str     parent_path; /* the same, of which direct children are wanted */
    struct listing listing;
    struct doc    *found;
    bool           is_detail;
};

/* Is 'path' that of a child of 'parent'? Both are literals with quotes. */
static bool
is_child(struct str path, struct str parent)
{
    struct str above = str_head(parent, parent.n - 1);
    struct str rest = str_skip(path, above.n);

    return str_starts(path, above) && str_starts(rest, STR("/")) && rest.n > strlen("/\"") &&
           str_find_char(str_skip(rest, 1), '/') < 0;
}

static bool
object_matches(const struct object_walk *walk, struct str body)
{
    struct str path = str_empty(walk->id_path) && str_empty(walk->parent_path)
                          ? STR_NONE
                          : member(body, STR("id_path"));

    return (str_empty(walk->id_path) || str_equal(path, walk->id_path)) &&
           (str_empty(walk->parent_path) || is_child(path, walk->parent_path));
}

static bool
add_object(struct object_walk *walk, const struct object_row *row)
{
    static const char *const fields[] = { "id", "name", "name_path", NULL };
    AUTO_BUF                 element = { 0 };

    buf_char(&element, '{');
    copy_members(&element, row->body, fields);
    buf_char(&element, '}');
    return listing_add(&walk->listing, buf_str(&element));
}

static bool
take_object(void *context, const struct object_row *row)
{
    struct object_walk *walk = context;
    AUTO_BUF            text = { 0 };

    if (!object_matches(walk, row->body))
        return true;
    if (!walk->is_detail)
        return !listing_takes(&walk->listing) || add_object(walk, row);
    object_row_write(&text, row);
    walk->found = doc_parse(walk->call->arena, arena_str(walk->call->arena, buf_str(&text)), NULL);
    return false;
}

/* A path ends in an id, which may have slashes in it: ask for each that it may be. */
static bool
walk_ends(struct object_walk *walk, const struct inventory *inventory, struct object_filter *filter,
          struct str *wanted, struct str path, struct error *err)
{
    size_t n = path.n;

    for (unsigned step = 0; step < STEPS_MAX && n > 0 && !walk->found; step++) {
        ptrdiff_t slash = str_find_last(str_head(path, n), '/');

        *wanted = str_skip(path, (size_t)(slash + 1));
        n = slash < 0 ? 0 : (size_t)slash;
        if (!str_empty(*wanted) &&
            !store_objects(walk->call->store, inventory, filter, take_object, walk, err))
            return false;
        if (!walk->is_detail && (walk->listing.left == 0 || walk->call->reply->body.full))
            break;
    }
    return true;
}

/* What the store can filter it also counts for the pages. */
static void
turn_page(struct listing *l, size_t *offset, size_t *limit)
{
    *offset = l->skip > INT64_MAX ? INT64_MAX : (size_t)l->skip;
    *limit = l->left > INT64_MAX ? 0 : (size_t)l->left;
    l->skip = 0;
}

static bool
walk_objects(struct object_walk *walk, const struct doc *query, struct error *err)
{
    const struct inventory inventory = { .environment = doc_get_text(query, "env_name") };
    struct str             path = doc_get_text(query, "parent_path");
    struct object_filter   filter = { .id = doc_get_text(query, "id"),
                                      .parent_id = doc_get_text(query, "parent_id"),
                                      .order = ORDER_ARRIVAL };

    while (str_ends(path, STR("/")))
        path = str_head(path, path.n - 1);
    if (doc_truth(doc_get(query, "sub_tree")))
        filter.under = path;
    else if (!str_empty(path))
        walk->parent_path = literal(walk->call->arena, path);
    if (!str_empty(doc_get_text(query, "id_path"))) {
        walk->id_path = literal(walk->call->arena, doc_get_text(query, "id_path"));
        if (str_empty(filter.id))
            return walk_ends(walk, &inventory, &filter, &filter.id, doc_get_text(query, "id_path"),
                             err);
    } else if (!str_empty(walk->parent_path)) {
        if (str_empty(filter.parent_id))
            return walk_ends(walk, &inventory, &filter, &filter.parent_id, path, err);
    } else if (!walk->is_detail) {
        turn_page(&walk->listing, &filter.offset, &filter.limit);
    }
    return store_objects(walk->call->store, &inventory, &filter, take_object, walk, err);
}

void
original_get_inventory(struct call *call)
{
    const struct doc  *query = original_query(call, object_keys);
    struct str         environment = doc_get_text(query, "env_name");
    struct object_walk walk = { .call = call, .is_detail = doc_get(query, "id") };
    struct error       err;

    if (!query)
        return;
    if (!original_may_view(call, environment)) {
        original_reply_unknown(call, environment);
        return;
    }
    if (!walk.is_detail)
        listing_begin(&walk.listing, call, "objects", query, environment);
    if (!walk_objects(&walk, query, &err))
        reply_failure(call, &err);
    else if (!walk.is_detail)
        listing_end(&walk.listing);
    else if (walk.found)
        original_reply_document(call, walk.found);
    else
        original_reply_nothing(call, environment);
}

/* --- links --- */

#define ATTRIBUTES "attributes:"

static const struct check_key link_keys[] = {
    { .key = "env_name", CHECK_TEXT, CHECK_NEEDED },
    { .key = "id", CHECK_OID, CHECK_CONVERT },
    { .key = "host", CHECK_TEXT },
    { .key = "link_name", CHECK_TEXT, .field = "link_name" },
    { .key = "link_type", CHECK_TEXT, .constant = "link_types" },
    { .key = "source_id", CHECK_TEXT, .field = "source_id" },
    { .key = "target_id", CHECK_TEXT, .field = "target_id" },
    { .key = "state", CHECK_TEXT, .constant = "link_states", .field = "state" },
    { .key = ATTRIBUTES, CHECK_TEXT, CHECK_PREFIX },
    ORIGINAL_PAGE,
    { 0 },
};

struct link_walk {
    struct call       *call;
    const struct doc  *query;
    const struct doc  *attributes; /* name: text as it stands in a body */
    const struct doc  *members;    /* the same of the link itself */
    struct link_filter filter;
    struct inventory   inventory;
    struct listing     listing;
    struct doc        *found;
    bool               is_detail;
};

static bool
has_members(struct str object, const struct doc *wanted)
{
    struct doc_iter it = { 0 };

    while (doc_next(wanted, &it))
        if (!str_equal(member(object, it.key), doc_text(it.value)))
            return false;
    return true;
}

static bool
link_matches(const struct link_walk *walk, struct str body)
{
    return has_members(body, walk->members) &&
           (doc_count(walk->attributes) == 0 ||
            has_members(member(body, STR("attributes")), walk->attributes));
}

static bool
add_link(struct link_walk *walk, const struct link_row *row)
{
    static const char *const fields[] = { "environment", "host", "link_name", "link_type", NULL };
    AUTO_ARENA               arena = arena_new();
    AUTO_BUF                 element = { 0 };

    buf_printf(&element, "{\"id\":\"%s\"", oid_text(row->oid, arena).p);
    copy_members(&element, row->body, fields);
    buf_char(&element, '}');
    return listing_add(&walk->listing, buf_str(&element));
}

static void
show_link(struct link_walk *walk, const struct link_row *row)
{
    AUTO_BUF text = { 0 };

    link_row_write(&text, row);
    walk->found = doc_parse(walk->call->arena, arena_str(walk->call->arena, buf_str(&text)), NULL);
}

static bool
take_link(void *context, const struct link_row *row)
{
    struct link_walk *walk = context;

    return !link_matches(walk, row->body) || !listing_takes(&walk->listing) || add_link(walk, row);
}

struct ends {
    struct arena *arena;
    struct oid   *items;
    size_t        n, capacity;
};

static bool
take_end(void *context, const struct object_row *row)
{
    struct ends *ends = context;

    arena_grow(ends->arena, ends->items, ends->n, ends->capacity);
    ends->items[ends->n++] = row->oid;
    return true;
}

/* Links of the objects with an id are found through these, when there are some: an imported link may
 * have an end that is not there. */
static bool
walk_links_of(struct link_walk *walk, struct str id, enum link_side side, bool *is_done,
              struct error *err)
{
    const struct object_filter objects = { .id = id };
    struct ends                ends = { .arena = walk->call->arena };
    bool ok = store_objects(walk->call->store, &walk->inventory, &objects, take_end, &ends, err);

    *is_done = ends.n > 0;
    walk->filter.side = side;
    for (size_t i = 0; ok && i < ends.n && walk->listing.left > 0; i++) {
        walk->filter.of = &ends.items[i];
        ok = store_links(walk->call->store, &walk->inventory, &walk->filter, take_link, walk, err);
    }
    walk->filter.of = NULL;
    return ok;
}

static bool
walk_links(struct link_walk *walk, struct error *err)
{
    struct str source = doc_get_text(walk->query, "source_id");
    struct str target = doc_get_text(walk->query, "target_id");
    bool       is_done = false;

    if (!str_empty(source) && !walk_links_of(walk, source, LINK_SOURCE, &is_done, err))
        return false;
    if (str_empty(source) && !str_empty(target) &&
        !walk_links_of(walk, target, LINK_TARGET, &is_done, err))
        return false;
    if (is_done)
        return true;
    if (doc_count(walk->members) == 0 && doc_count(walk->attributes) == 0)
        turn_page(&walk->listing, &walk->filter.offset, &walk->filter.limit);
    return store_links(walk->call->store, &walk->inventory, &walk->filter, take_link, walk, err);
}

static bool
find_link(struct link_walk *walk, struct error *err)
{
    struct link_row row;
    struct oid      oid;

    if (!oid_from_text(doc_get_text(walk->query, "id"), &oid))
        return true;
    if (!store_link_by_oid(walk->call->store, &walk->inventory, oid, walk->call->arena, &row, err))
        return err->domain == ERROR_NOT_FOUND;
    if (link_matches(walk, row.body) &&
        (str_empty(walk->filter.type) || str_equal(walk->filter.type, row.type)) &&
        (str_empty(walk->filter.host) || str_equal(walk->filter.host, row.host)))
        show_link(walk, &row);
    return true;
}

/* What is wanted of a link's members and of its attributes, as it stands in a body. */
static void
read_wanted(struct link_walk *walk)
{
    struct arena   *arena = walk->call->arena;
    struct doc     *members = doc_object(arena), *attributes = doc_object(arena);
    struct doc_iter it = { 0 };

    for (const struct check_key *key = link_keys; key->key; key++)
        if (key->field && doc_get(walk->query, key->key))
            doc_set_text(arena, members, key->field,
                         literal(arena, doc_get_text(walk->query, key->key)));
    while (doc_next(walk->query, &it))
        if (str_starts(it.key, STR(ATTRIBUTES)))
            doc_setn(arena, attributes, str_skip(it.key, strlen(ATTRIBUTES)),
                     doc_string(arena, literal(arena, doc_text(it.value))));
    walk->members = members;
    walk->attributes = attributes;
}

void
original_get_links(struct call *call)
{
    const struct doc *query = original_query(call, link_keys);
    struct str        environment = doc_get_text(query, "env_name");
    struct link_walk  walk = { .call = call,
                               .query = query,
                               .filter = { .type = doc_get_text(query, "link_type"),
                                           .host = doc_get_text(query, "host"),
                                           .by_arrival = true },
                               .inventory = { .environment = environment },
                               .is_detail = doc_get(query, "id") };
    struct error      err;

    if (!query)
        return;
    if (!original_may_view(call, environment)) {
        original_reply_unknown(call, environment);
        return;
    }
    read_wanted(&walk);
    if (!walk.is_detail)
        listing_begin(&walk.listing, call, "links", query, environment);
    if (!(walk.is_detail ? find_link(&walk, &err) : walk_links(&walk, &err)))
        reply_failure(call, &err);
    else if (!walk.is_detail)
        listing_end(&walk.listing);
    else if (walk.found)
        original_reply_document(call, walk.found);
    else
        original_reply_nothing(call, environment);
}
