/* The tree of an inventory, level by level, and the way up from an object. */

#include "api/page.h"
#include "api/v1.h"

struct level {
    struct page_list list;
    struct inventory inventory;
    struct store    *store;
    bool             good;
    struct error     err;
};

static bool
add_node(void *context, const struct object_row *row)
{
    struct level *level = context;
    struct arena *arena = level->list.call->arena;
    struct doc   *node = doc_object(arena);
    struct oid    oid = row->oid;
    uint64_t      n;

    level->good =
        store_count_children(level->store, &level->inventory, row->type, row->id, &n, &level->err);
    if (!level->good)
        return false;
    doc_set_text(arena, node, "_id", oid_text(oid, arena));
    doc_set_text(arena, node, "id", row->id);
    doc_set_text(arena, node, "type", row->type);
    doc_set_text(arena, node, "name", object_row_label(arena, row));
    doc_set_text(arena, node, "host", row->host);
    doc_set_bool(arena, node, "clique", row->clique);
    doc_set_bool(arena, node, "stale", row->stale);
    doc_set_text(arena, node, "state",
                 str_from(object_state_name(object_state(row->body, row->stale))));
    doc_set_int(arena, node, "n_children", (int64_t)n);
    return page_add(&level->list, doc_body(arena, node), row->name,
                    page_key(arena, row->type, row->id));
}

/* Whose children are wanted: those of the object "of", else of the environment itself. */
static bool
find_parent(struct call *call, const struct inventory *inventory, struct object_filter *filter)
{
    struct str        of = param_get(&call->query, "of");
    struct oid        oid;
    struct object_row parent;
    struct error      err;

    if (!oid_from_text(of, &oid)) {
        filter->parent_type = STR("environment");
        filter->parent_id = inventory->environment;
        return true;
    }
    if (!store_object_by_oid(call->store, inventory, oid, call->arena, &parent, &err)) {
        if (err.domain == ERROR_NOT_FOUND)
            reply_error(call, 404, "there is no object %.*s", STR_ARG(of));
        else
            reply_failure(call, &err);
        return false;
    }
    filter->parent_type = parent.type;
    filter->parent_id = parent.id;
    return true;
}

void
list_tree(struct call *call)
{
    struct level level = { .inventory = call_inventory(call), .store = call->store, .good = true };
    struct object_filter filter = { .order = ORDER_NAME };
    struct page          page;
    struct error         err;

    if (!page_read(call, &page) || !find_parent(call, &level.inventory, &filter) ||
        !page_read_key(call, &page, &filter.after_type, &filter.after_id))
        return;
    filter.after_value = page.after[0];
    filter.limit = page.limit + 1;
    page_begin(&level.list, call, &page);
    if (!store_objects(call->store, &level.inventory, &filter, add_node, &level, &err))
        reply_failure(call, &err);
    else if (!level.good)
        reply_failure(call, &level.err);
    else
        page_end(&level.list);
}

/* --- the way up --- */

/* Ids may hold slashes, and imports may have holes: parents are followed one by one. */
enum { DEEPEST = 64 };

static void
add_above(struct call *call, struct doc *above, const struct object_row *row)
{
    struct doc *node = doc_object(call->arena);

    doc_set_text(call->arena, node, "_id", oid_text(row->oid, call->arena));
    doc_set_text(call->arena, node, "id", row->id);
    doc_set_text(call->arena, node, "type", row->type);
    doc_set_text(call->arena, node, "name", object_row_label(call->arena, row));
    doc_push(call->arena, above, node);
}

static struct doc *
reversed(struct arena *arena, const struct doc *list)
{
    struct doc *all = doc_array(arena);

    for (size_t i = doc_count(list); i > 0; i--)
        doc_push(arena, all, doc_at(list, i - 1));
    return all;
}

void
list_ancestors(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    struct doc            *above = doc_array(call->arena), *answer = doc_object(call->arena);
    struct object_row      row;
    struct oid             oid;
    struct error           err;
    bool                   found = oid_from_text(param_get(&call->path, "id"), &oid) &&
                 store_object_by_oid(call->store, &inventory, oid, call->arena, &row, &err);

    if (!found) {
        reply_error(call, 404, "there is no object %.*s",
                    STR_ARG(str_head(param_get(&call->path, "id"), 60)));
        return;
    }
    while (doc_count(above) < DEEPEST && !str_empty(row.parent_id) && !str_empty(row.parent_type) &&
           store_object(call->store, &inventory, row.parent_type, row.parent_id, call->arena, &row,
                        &err))
        add_above(call, above, &row);
    doc_set(call->arena, answer, "ancestors", reversed(call->arena, above));
    reply_json(call, 200, answer);
}
