/* What was discovered: objects, links, cliques, what changed. Documents are sent as they are
 * stored. */

#include "api/kept.h"
#include "api/page.h"
#include "api/v1.h"
#include "scan/clique_reader.h"

/* The "_id" in the path; false after replying 404: nothing else can be meant by it. */
static void
end_list(struct call *call, struct page_list *list, bool good, const struct error *err)
{
    if (good)
        page_end(list);
    else
        reply_failure(call, err);
}

/* --- objects --- */

struct objects {
    struct page_list     list;
    struct object_filter filter;
};

static bool
add_object(void *context, const struct object_row *row)
{
    struct objects *objects = context;
    struct str      value = objects->filter.order == ORDER_HOST ? row->host : row->name;
    AUTO_BUF        document = { 0 };

    object_row_write(&document, row);
    if (objects->filter.order == ORDER_KEY)
        return page_add(&objects->list, buf_str(&document), row->type, row->id);
    return page_add(&objects->list, buf_str(&document), value,
                    page_key(objects->list.call->arena, row->type, row->id));
}

/* "sort=-name", and where the page before ended. */
static bool
read_order(struct call *call, const struct page *page, struct object_filter *filter)
{
    static const struct {
        const char       *name;
        enum object_order order;
    } orders[] = {
        { "name", ORDER_NAME },
        { "host", ORDER_HOST },
        { "id", ORDER_ID },
    };
    struct str sort = param_get(&call->query, "sort");

    filter->is_descending = str_starts(sort, STR("-"));
    sort = str_skip(sort, filter->is_descending);
    for (size_t i = 0; i < N_ELEMENTS(orders); i++)
        if (str_is(sort, orders[i].name))
            filter->order = orders[i].order;
    filter->limit = page->limit + 1;
    if (filter->order == ORDER_KEY) {
        filter->after_type = page->after[0];
        filter->after_id = page->after[1];
        return true;
    }
    filter->after_value = page->after[0];
    return page_read_key(call, page, &filter->after_type, &filter->after_id);
}

static void
answer_objects(struct call *call, const struct inventory *inventory, const struct page *page,
               struct objects *objects)
{
    struct error err;

    if (!read_order(call, page, &objects->filter))
        return;
    page_begin(&objects->list, call, page);
    if (store_objects(call->store, inventory, &objects->filter, add_object, objects, &err))
        page_end(&objects->list);
    else
        reply_failure(call, &err);
}

/* "where.KEY=VALUE" of the query. */
static void
read_conditions(struct call *call, struct object_filter *filter)
{
    struct condition *where = arena_array(call->arena, struct condition, call->query.n);
    size_t            n = 0;

    for (size_t i = 0; i < call->query.n; i++)
        if (str_starts(call->query.items[i].key, STR("where.")))
            where[n++] = (struct condition){ str_skip(call->query.items[i].key, 6),
                                             call->query.items[i].value };
    filter->where = where;
    filter->n_where = n;
}

void
list_objects(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    const struct params   *q = &call->query;
    struct objects         objects = {
                .filter = {
                    .type = param_get(q, "type"),
                    .id = param_get(q, "id"),
                    .name = param_get(q, "name"),
                    .host = param_get(q, "host"),
                    .parent_type = param_get(q, "parent_type"),
                    .parent_id = param_get(q, "parent_id"),
                    .id_path = param_get(q, "below"),
        },
    };
    struct page page;

    if (!page_read(call, &page))
        return;
    read_conditions(call, &objects.filter);
    answer_objects(call, &inventory, &page, &objects);
}

static bool
find_object(struct call *call, const struct inventory *inventory, struct object_row *row)
{
    struct oid   oid;
    struct error err;

    if (!call_oid(call, &oid))
        return false;
    if (store_object_by_oid(call->store, inventory, oid, call->arena, row, &err))
        return true;
    if (err.domain == ERROR_NOT_FOUND)
        reply_error(call, 404, "there is no object %.*s", STR_ARG(param_get(&call->path, "id")));
    else
        reply_failure(call, &err);
    return false;
}

void
get_object(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    struct object_row      row;

    if (find_object(call, &inventory, &row))
        object_row_write(&call->reply->body, &row);
}

void
list_children(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    struct objects         objects = { .filter.type = param_get(&call->query, "type") };
    struct object_row      parent;
    struct page            page;

    if (!page_read(call, &page) || !find_object(call, &inventory, &parent))
        return;
    objects.filter.parent_type = parent.type;
    objects.filter.parent_id = parent.id;
    answer_objects(call, &inventory, &page, &objects);
}

static bool
add_version(void *context, const struct object_row *row)
{
    struct buf *out = context;
    AUTO_BUF    document = { 0 };

    object_row_write(&document, row);
    if (out->p[out->n - 1] != '[')
        buf_char(out, ',');
    buf_printf(out, "{\"rev_from\":%llu,\"rev_to\":", (unsigned long long)row->rev_from);
    if (row->rev_to)
        buf_printf(out, "%llu", (unsigned long long)row->rev_to);
    else
        buf_add(out, STR("null"));
    buf_add(out, STR(",\"object\":"));
    buf_add(out, buf_str(&document));
    buf_char(out, '}');
    return true;
}

void
get_history(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    struct buf            *out = &call->reply->body;
    struct oid             oid;
    struct error           err;

    if (!call_oid(call, &oid))
        return;
    buf_add(out, STR("{\"versions\":["));
    if (!store_history(call->store, &inventory, oid, add_version, out, &err)) {
        reply_failure(call, &err);
        return;
    }
    if (out->p[out->n - 1] == '[') {
        reply_error(call, 404, "there is no object %.*s", STR_ARG(param_get(&call->path, "id")));
        return;
    }
    buf_add(out, STR("]}"));
}

/* --- links and cliques --- */

static bool
add_link(void *context, const struct link_row *row)
{
    struct page_list *list = context;
    AUTO_BUF          document = { 0 };

    link_row_write(&document, row);
    return page_add(list, buf_str(&document), row->type, oid_text(row->oid, list->call->arena));
}

/* Each end is looked for: not for those who leave it out. */
static bool
wants_ends(const struct page *page)
{
    bool wants = page->n_fields == 0;

    for (size_t i = 0; i < page->n_fields; i++)
        wants = wants || str_is(page->fields[i], "source_object") ||
                str_is(page->fields[i], "target_object");
    return wants;
}

static bool
read_link_filter(struct call *call, const struct page *page, struct link_filter *filter,
                 struct oid *of)
{
    static const struct {
        const char    *name;
        enum link_side side;
    } ends[] = {
        { "object", LINK_EITHER },
        { "source", LINK_SOURCE },
        { "target", LINK_TARGET },
    };

    *filter = (struct link_filter){
        .type = param_get(&call->query, "type"),
        .host = param_get(&call->query, "host"),
        .explicit_only = str_is(param_get(&call->query, "implicit"), "false"),
        .with_ends = wants_ends(page),
        .after_type = page->after[0],
        .limit = page->limit + 1,
    };
    if (!str_empty(page->after[1]) && !oid_from_text(page->after[1], &filter->after_oid)) {
        reply_error(call, 400, "cursor: this is none of this list");
        return false;
    }
    for (size_t i = 0; i < N_ELEMENTS(ends); i++) {
        struct str text = param_get(&call->query, ends[i].name);

        if (!text.p)
            continue;
        if (filter->of || !oid_from_text(text, of)) {
            reply_error(call, 400, "%s: one of object, source and target is enough", ends[i].name);
            return false;
        }
        filter->of = of;
        filter->side = ends[i].side;
    }
    return true;
}

void
list_links(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    struct link_filter     filter;
    struct oid             of;
    struct page            page;
    struct page_list       list;
    struct error           err;

    if (!page_read(call, &page) || !read_link_filter(call, &page, &filter, &of))
        return;
    page_begin(&list, call, &page);
    end_list(call, &list, store_links(call->store, &inventory, &filter, add_link, &list, &err),
             &err);
}

static bool
find_end(struct call *call, const struct inventory *inventory, struct oid oid, struct link_end *end,
         struct error *err)
{
    struct object_row row;

    if (!store_object_by_oid(call->store, inventory, oid, call->arena, &row, err))
        return err->domain == ERROR_NOT_FOUND;
    *end = (struct link_end){ row.type, row.id, row.name, row.host };
    return true;
}

void
get_link(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    struct link_row        row;
    struct oid             oid;
    struct error           err;

    if (!call_oid(call, &oid))
        return;
    if (!store_link_by_oid(call->store, &inventory, oid, call->arena, &row, &err) ||
        !find_end(call, &inventory, row.source, &row.source_end, &err) ||
        !find_end(call, &inventory, row.target, &row.target_end, &err)) {
        reply_failure(call, &err);
        return;
    }
    row.has_ends = true;
    link_row_write(&call->reply->body, &row);
}

static bool
add_clique(void *context, const struct clique_row *row)
{
    struct page_list *list = context;
    AUTO_BUF          document = { 0 };

    clique_row_write(&document, row);
    return page_add(list, buf_str(&document), oid_text(row->focal_point, list->call->arena),
                    STR_NONE);
}

void
list_cliques(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    struct clique_filter   filter = {
          .focal_point_type = param_get(&call->query, "focal_point_type"),
          .clique_type = param_get(&call->query, "clique_type"),
    };
    struct page      page;
    struct page_list list;
    struct error     err;

    if (!page_read(call, &page))
        return;
    if (!str_empty(page.after[0]) && !oid_from_text(page.after[0], &filter.after)) {
        reply_error(call, 400, "cursor: this is none of this list");
        return;
    }
    filter.limit = page.limit + 1;
    page_begin(&list, call, &page);
    end_list(call, &list, store_cliques(call->store, &inventory, &filter, add_clique, &list, &err),
             &err);
}

struct clique_reader *
call_cliques(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    struct arena          *arena = kept_arena(call->kept);
    struct str             name = param_get(&call->query, "policy");
    struct str             key = arena_printf(call->arena, "%.*s\n%.*s\n%.*s", STR_ARG(name),
                                              STR_ARG(inventory.environment), STR_ARG(inventory.space));
    struct clique_reader  *reader = kept_find(call->kept, "cliques", key);
    enum policy           *policy;

    if (reader)
        return reader;
    policy = arena_new_of(arena, enum policy);
    if (!policy_from_name(name, policy))
        policy = NULL;
    reader = clique_reader_new(call->store,
                               &(struct inventory){ arena_str(arena, inventory.environment),
                                                    arena_str(arena, inventory.space) },
                               policy, arena);
    kept_add(call->kept, "cliques", key, reader);
    return reader;
}

void
get_clique(struct call *call)
{
    struct oid   oid;
    bool         found;
    struct error err;

    if (!call_oid(call, &oid))
        return;
    if (!clique_reader_write(call_cliques(call), oid, &call->reply->body, &found, &err))
        reply_failure(call, &err);
    else if (!found)
        reply_error(call, 404, "the object has no clique");
}

/* --- counts, search, changes --- */

static bool
add_count(void *context, struct str type, uint64_t n)
{
    struct buf *out = context;

    if (out->p[out->n - 1] != '{')
        buf_char(out, ',');
    doc_write_text(out, type);
    buf_printf(out, ":%llu", (unsigned long long)n);
    return true;
}

void
get_counts(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    struct buf            *out = &call->reply->body;
    struct error           err;
    bool                   good;

    buf_add(out, STR("{\"objects\":{"));
    good = store_count_objects(call->store, &inventory, add_count, out, &err);
    buf_add(out, STR("},\"links\":{"));
    good = good && store_count_links(call->store, &inventory, add_count, out, &err);
    buf_add(out, STR("},\"cliques\":{"));
    good = good && store_count_cliques(call->store, &inventory, add_count, out, &err);
    buf_add(out, STR("}}"));
    if (!good)
        reply_failure(call, &err);
}

void
get_object_counts(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    struct buf            *out = &call->reply->body;
    struct object_row      top;
    struct error           err;

    if (!find_object(call, &inventory, &top))
        return;
    buf_add(out, STR("{\"objects\":{"));
    if (store_count_below(call->store, &inventory, top.type, top.id, add_count, out, &err))
        buf_add(out, STR("}}"));
    else
        reply_failure(call, &err);
}

static bool
add_revision(void *context, const struct revision_row *row)
{
    struct page_list *list = context;
    AUTO_BUF          out = { 0 };

    buf_printf(&out, "{\"revision\":%llu,\"environment\":", (unsigned long long)row->revision);
    doc_write_text(&out, row->environment);
    buf_add(&out, STR(",\"space\":"));
    doc_write_text(&out, row->space);
    buf_add(&out, STR(",\"time\":\""));
    store_write_time(&out, row->time);
    buf_add(&out, STR("\",\"cause\":"));
    doc_write_text(&out, row->cause);
    buf_add(&out, STR(",\"scope\":"));
    doc_write_text(&out, row->scope);
    buf_add(&out, STR(",\"counts\":"));
    buf_add(&out, row->counts);
    buf_char(&out, '}');
    return page_add(list, buf_str(&out),
                    arena_printf(list->call->arena, "%llu", (unsigned long long)row->revision),
                    STR_NONE);
}

void
list_revisions(struct call *call)
{
    struct page      page;
    struct page_list list;
    struct error     err;
    int64_t          before = 0;

    if (!page_read(call, &page))
        return;
    if (!str_empty(page.after[0]) && (!str_to_i64(page.after[0], &before) || before < 1)) {
        reply_error(call, 400, "cursor: this is none of this list");
        return;
    }
    page_begin(&list, call, &page);

    bool good = store_revisions(call->store, doc_get_text(call->environment, "name"),
                                (uint64_t)before, page.limit + 1, add_revision, &list, &err);

    end_list(call, &list, good, &err);
}
