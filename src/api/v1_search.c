/* Finding things in all environments that whoever asks may see, and what changed in one. */

#include "api/page.h"
#include "api/v1.h"

/* --- search --- */

struct search {
    struct call *call;
    struct str   text;
    struct str   only; /* this environment; "" = all */
    size_t       limit;
    size_t       n;
    bool         good;
    struct error err;
};

static bool
add_found(void *context, const struct object_row *row)
{
    struct search *s = context;
    struct buf    *out = &s->call->reply->body;

    if (s->n++)
        buf_add(out, STR(",\n"));
    object_row_write(out, row);
    return s->n < s->limit;
}

struct inventories {
    struct arena     *arena;
    struct inventory *items;
    size_t            n, capacity;
};

static bool
add_inventory(void *context, const struct inventory *inventory, int64_t last_scanned UNUSED)
{
    struct inventories *all = context;

    arena_grow(all->arena, all->items, all->n, all->capacity);
    all->items[all->n++] = (struct inventory){
        .environment = arena_str(all->arena, inventory->environment),
        .space = arena_str(all->arena, inventory->space),
    };
    return true;
}

static void
search_inventory(struct search *s, const struct inventory *inventory)
{
    bool is_wanted = str_empty(s->only) || str_equal(s->only, inventory->environment);

    if (s->good && s->n < s->limit && is_wanted &&
        call_environment(s->call, inventory->environment, RIGHT_VIEW))
        s->good = store_search(s->call->store, inventory, s->text, s->limit - s->n, add_found, s,
                               &s->err) ||
                  s->err.domain == ERROR_USAGE; /* no letter or digit: nothing has that */
}

void
search(struct call *call)
{
    struct search s = {
        .call = call,
        .text = param_get(&call->query, "q"),
        .only = param_get(&call->query, "environment"),
        .good = true,
    };
    struct inventories all = { .arena = call->arena };
    struct str         space = param_get(&call->query, "space");
    struct page        page;

    if (!page_read(call, &page))
        return;
    s.limit = page.limit;
    buf_add(&call->reply->body, STR("{\"objects\":["));
    s.good = store_inventories(call->store, add_inventory, &all, &s.err);
    for (size_t i = 0; i < all.n; i++)
        if (str_equal(all.items[i].space, str_empty(space) ? STR("inventory") : space))
            search_inventory(&s, &all.items[i]);
    buf_add(&call->reply->body, STR("]}"));
    if (!s.good)
        reply_failure(call, &s.err);
}

/* --- changes --- */

struct changes {
    struct buf  *out;
    struct call *call;
    size_t       n, limit;
    uint64_t     last; /* revision of the last that was written */
    bool         has_more;
};

/* Changes of one revision are never parted: the next page begins behind a revision. */
static bool
add_change(void *context, const struct change *change)
{
    static const char *const kinds[] = { "object", "link", "clique" };
    struct changes          *c = context;

    if (c->n >= c->limit && change->revision != c->last) {
        c->has_more = true;
        return false;
    }
    if (c->n++)
        buf_add(c->out, STR(",\n"));
    c->last = change->revision;
    buf_printf(
        c->out, "{\"kind\":\"%s\",\"removed\":%s,\"revision\":%llu,\"_id\":\"%.*s\",\"type\":",
        kinds[change->kind], change->removed ? "true" : "false",
        (unsigned long long)change->revision, STR_ARG(oid_text(change->oid, c->call->arena)));
    doc_write_text(c->out, change->type);
    buf_add(c->out, STR(",\"id\":"));
    doc_write_text(c->out, change->id);
    buf_char(c->out, '}');
    return true;
}

void
list_changes(struct call *call)
{
    const struct inventory inventory = call_inventory(call);
    int64_t                since = param_number(&call->query, "since", 0);
    struct changes         c = { .out = &call->reply->body, .call = call };
    struct page            page;
    uint64_t               now;
    struct error           err;

    if (!page_read(call, &page))
        return;
    c.limit = page.limit;
    buf_add(c.out, STR("{\"changes\":["));
    if (!store_changes(call->store, &inventory, (uint64_t)since, add_change, &c, &err)) {
        if (err.domain == ERROR_USAGE)
            reply_error(call, 410, "%s", err.message);
        else
            reply_failure(call, &err);
        return;
    }
    if (!store_revision(call->store, &now, &err)) {
        reply_failure(call, &err);
        return;
    }
    buf_printf(c.out, "],\"until\":%llu,\"more\":%s}",
               (unsigned long long)(c.has_more ? c.last : now), c.has_more ? "true" : "false");
}
