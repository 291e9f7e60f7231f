/* GET /cliques. Most cliques are kept as a row each; what is in them is walked when it is asked for.
 * Imported ones have all of it in their documents. */

#include "api/original.h"

#include "scan/clique_reader.h"

static const struct check_key keys[] = {
    { .key = "env_name", CHECK_TEXT, CHECK_NEEDED },
    { .key = "id", CHECK_OID, CHECK_CONVERT },
    { .key = "focal_point", CHECK_OID, CHECK_CONVERT },
    { .key = "focal_point_type", CHECK_TEXT, .constant = "object_types" },
    { .key = "link_type", CHECK_TEXT, .constant = "link_types" },
    { .key = "link_id", CHECK_OID, CHECK_CONVERT },
    ORIGINAL_PAGE,
    { 0 },
};

struct walk {
    struct call          *call;
    struct inventory      inventory;
    struct clique_reader *reader;
    struct doc           *types;     /* the collection clique_types */
    struct str            link_type; /* "" = any */
    struct oid            link;
    bool                  has_link;
    struct listing        listing;
    struct doc           *found;
    bool                  is_detail;
    bool                  failed;
    struct error          err;
};

/* --- what a clique has in it --- */

static struct doc *
read_clique(struct walk *walk, struct oid focal_point, struct arena *arena)
{
    AUTO_BUF    text = { 0 };
    struct doc *document = NULL;
    bool        found;

    if (!clique_reader_write(walk->reader, focal_point, &text, &found, &walk->err))
        walk->failed = true;
    else if (found)
        document = doc_parse(arena, arena_str(arena, buf_str(&text)), NULL);
    return document;
}

/* "a-b" and "b-a" are one step of a clique type: links are walked in both directions. */
static bool
is_step(struct str step, struct str link_type)
{
    ptrdiff_t hyphen = str_find_char(link_type, '-');
    size_t    n = hyphen < 0 ? link_type.n : (size_t)hyphen;
    AUTO_BUF  reversed = { 0 };

    if (str_equal(step, link_type))
        return true;
    buf_add(&reversed, str_skip(link_type, n + 1));
    buf_char(&reversed, '-');
    buf_add(&reversed, str_head(link_type, n));
    return str_equal(step, buf_str(&reversed));
}

/* Which steps of its clique type have links is kept with a clique. */
static bool
may_have_type(const struct walk *walk, const struct clique_row *row, struct str link_type)
{
    const struct doc *steps = NULL;

    for (size_t i = 0; i < doc_count(walk->types) && !steps; i++)
        if (str_equal(doc_get_text(doc_at(walk->types, i), "_id"), row->clique_type))
            steps = doc_get(doc_at(walk->types, i), "link_types");
    for (size_t i = 0; i < doc_count(steps) && i < 64; i++)
        if (row->link_types >> i & 1 && is_step(doc_text(doc_at(steps, i)), link_type))
            return true;
    return false;
}

static bool
has_link(const struct doc *clique, const char *key, struct str value)
{
    const struct doc *links = doc_get(clique, "links_detailed");

    for (size_t i = 0; i < doc_count(links); i++)
        if (str_equal(doc_get_text(doc_at(links, i), key), value))
            return true;
    return false;
}

static bool
has_wanted_links(struct walk *walk, const struct clique_row *row)
{
    AUTO_ARENA  arena = arena_new();
    struct doc *clique;

    if (str_empty(walk->link_type) && !walk->has_link)
        return true;
    if (str_empty(row->body) && !str_empty(walk->link_type) &&
        !may_have_type(walk, row, walk->link_type))
        return false;
    clique = read_clique(walk, row->focal_point, arena);
    return (str_empty(walk->link_type) || has_link(clique, "link_type", walk->link_type)) &&
           (!walk->has_link || has_link(clique, "_id", oid_text(walk->link, arena)));
}

/* --- rows --- */

static void
add_row(struct walk *walk, const struct clique_row *row, bool *goes_on)
{
    AUTO_ARENA  arena = arena_new();
    struct doc *element = doc_object(arena);

    doc_set_text(arena, element, "id", oid_text(row->oid, arena));
    doc_set_text(arena, element, "focal_point_type", row->focal_point_type);
    doc_set_text(arena, element, "environment", row->environment);
    *goes_on = listing_add(&walk->listing, doc_body(arena, element));
}

static bool
take_row(void *context, const struct clique_row *row)
{
    struct walk *walk = context;
    bool         goes_on = true;

    if (!has_wanted_links(walk, row))
        return !walk->failed;
    if (walk->is_detail) {
        walk->found = read_clique(walk, row->focal_point, walk->call->arena);
        return false;
    }
    if (listing_takes(&walk->listing))
        add_row(walk, row, &goes_on);
    return goes_on;
}

/* With nothing to look for in the cliques the store itself turns the pages. */
static void
turn_page(struct walk *walk, struct clique_filter *filter)
{
    struct listing *l = &walk->listing;

    if (walk->is_detail || !str_empty(walk->link_type) || walk->has_link)
        return;
    filter->offset = l->skip > INT64_MAX ? INT64_MAX : (size_t)l->skip;
    l->skip = 0;
}

static bool
walk_cliques(struct walk *walk, const struct doc *query)
{
    struct clique_filter filter = { .focal_point_type = doc_get_text(query, "focal_point_type") };
    struct clique_row    row;
    struct oid           id, focal_point;
    struct store        *store = walk->call->store;

    if (oid_from_text(doc_get_text(query, "id"), &id))
        filter.oid = &id;
    if (!oid_from_text(doc_get_text(query, "focal_point"), &focal_point)) {
        turn_page(walk, &filter);
        return store_cliques(store, &walk->inventory, &filter, take_row, walk, &walk->err);
    }
    if (!store_clique(store, &walk->inventory, focal_point, walk->call->arena, &row, &walk->err))
        return walk->err.domain == ERROR_NOT_FOUND;
    if ((!filter.oid || oid_equal(row.oid, id)) &&
        (str_empty(filter.focal_point_type) ||
         str_equal(filter.focal_point_type, row.focal_point_type)))
        (void)take_row(walk, &row);
    return true;
}

static bool
take_type(void *context, struct doc *document)
{
    struct walk *walk = context;

    doc_push(walk->call->arena, walk->types, document);
    return true;
}

void
original_get_cliques(struct call *call)
{
    const struct doc *query = original_query(call, keys);
    struct str        environment = doc_get_text(query, "env_name");
    struct walk       walk = { .call = call,
                               .inventory = { .environment = environment },
                               .types = doc_array(call->arena),
                               .link_type = doc_get_text(query, "link_type"),
                               .is_detail = doc_get(query, "id") };

    if (!query)
        return;
    if (!original_may_view(call, environment)) {
        original_reply_unknown(call, environment);
        return;
    }
    walk.has_link = oid_from_text(doc_get_text(query, "link_id"), &walk.link);
    walk.reader = clique_reader_new(call->store, &walk.inventory, NULL, call->arena);
    if (!walk.is_detail)
        listing_begin(&walk.listing, call, "cliques", query, environment);
    if (!original_documents(call->store, call->arena, "clique_types", take_type, &walk,
                            &walk.err) ||
        !walk_cliques(&walk, query) || walk.failed)
        reply_failure(call, &walk.err);
    else if (!walk.is_detail)
        listing_end(&walk.listing);
    else if (walk.found)
        original_reply_document(call, walk.found);
    else
        original_reply_nothing(call, environment);
}
