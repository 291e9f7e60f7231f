/* Finding things in all environments that whoever asks may see, and what changed in one. */

#include "api/page.h"
#include "api/v1.h"

/* --- search --- */

/* One that was searched, and what was found: documents, parted by commas, and where each ends. */
struct searched {
    struct inventory inventory;
    struct buf       found;
    size_t          *ends;
    size_t           n, capacity;
    size_t           share; /* so many are shown */
};

struct search {
    struct call     *call;
    struct searched *items;
    size_t           n, capacity;
    struct searched *now;
    struct str       space;
    size_t           limit;
};

static bool
add_inventory(void *context, const struct inventory *inventory, int64_t last_scanned UNUSED)
{
    struct search *s = context;
    struct arena  *arena = s->call->arena;

    if (!str_equal(inventory->space, s->space))
        return true;
    arena_grow(arena, s->items, s->n, s->capacity);
    s->items[s->n++] = (struct searched){
        .inventory.environment = arena_str(arena, inventory->environment),
        .inventory.space = arena_str(arena, inventory->space),
    };
    return true;
}

static bool
add_found(void *context, const struct object_row *row)
{
    struct search   *s = context;
    struct searched *now = s->now;

    if (now->n)
        buf_add(&now->found, STR(",\n"));
    object_row_write(&now->found, row);
    arena_grow(s->call->arena, now->ends, now->n, now->capacity);
    now->ends[now->n++] = now->found.n;
    return now->n < s->limit;
}

static bool
search_inventory(struct search *s, struct searched *one, struct error *err)
{
    struct str only = param_get(&s->call->query, "environment");

    s->now = one;
    if ((!str_empty(only) && !str_equal(only, one->inventory.environment)) ||
        !call_environment(s->call, one->inventory.environment, RIGHT_VIEW))
        return true;
    return store_search(s->call->store, &one->inventory, param_get(&s->call->query, "q"), s->limit,
                        add_found, s, err) ||
           err->domain == ERROR_USAGE; /* no letter or digit: nothing has that */
}

/* One more of each that has more, until there are enough: much in one must not hide the little, or
 * the exact name, that another has. */
static void
share_out(struct search *s)
{
    size_t left = s->limit, before;

    do {
        before = left;
        for (size_t i = 0; left > 0 && i < s->n; i++)
            if (s->items[i].share < s->items[i].n) {
                s->items[i].share++;
                left--;
            }
    } while (left > 0 && left < before);
}

static void
reply_found(struct search *s)
{
    struct buf *out = &s->call->reply->body;
    bool        any = false;

    share_out(s);
    buf_add(out, STR("{\"objects\":["));
    for (size_t i = 0; i < s->n; i++) {
        const struct searched *one = &s->items[i];

        if (one->share == 0)
            continue;
        if (any)
            buf_add(out, STR(",\n"));
        any = true;
        buf_add(out, str_head(buf_str(&one->found), one->ends[one->share - 1]));
    }
    buf_add(out, STR("]}"));
}

void
search(struct call *call)
{
    struct str    space = param_get(&call->query, "space");
    struct search s = { .call = call, .space = str_empty(space) ? STR("inventory") : space };
    struct page   page;
    struct error  err;
    bool          good;

    if (!page_read(call, &page))
        return;
    s.limit = page.limit;
    good = store_inventories(call->store, add_inventory, &s, &err);
    for (size_t i = 0; good && i < s.n; i++)
        good = search_inventory(&s, &s.items[i], &err);
    if (good)
        reply_found(&s);
    else
        reply_failure(call, &err);
    for (size_t i = 0; i < s.n; i++)
        buf_done(&s.items[i].found);
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
    if (!store_revision(call->store, &now, &err)) {
        reply_failure(call, &err);
        return;
    }
    if ((uint64_t)since > now) {
        reply_error(call, 410, "revision %llu is none of this store: the latest is %llu",
                    (unsigned long long)since, (unsigned long long)now);
        return;
    }
    c.limit = page.limit;
    buf_add(c.out, STR("{\"changes\":["));
    if (!store_changes(call->store, &inventory, (uint64_t)since, add_change, &c, &err)) {
        if (err.domain == ERROR_USAGE)
            reply_error(call, 410, "%s", err.message);
        else
            reply_failure(call, &err);
        return;
    }
    buf_printf(c.out, "],\"until\":%llu,\"more\":%s}",
               (unsigned long long)(c.has_more ? c.last : now), c.has_more ? "true" : "false");
}
