/* Cliques read cold: a walk fetches only the links and objects that it meets. */

#include "scan/clique_walk.h"

#include "model/environment.h"
#include "store/catalog.h"

/* --- the store as a source of links and objects --- */

static bool
any_link(void *context, struct link_type type, bool implicit, bool *found, struct error *err)
{
    struct clique_reader *r = context;
    AUTO_ARENA            scratch = arena_new();

    return store_has_links(r->store, &r->inventory, link_type_text(type, scratch), !implicit, found,
                           err);
}

struct link_rows {
    struct arena     *arena;
    struct cold_link *items;
    size_t            n, capacity;
};

static bool
take_link(void *context, const struct link_row *row)
{
    struct link_rows *rows = context;

    arena_grow(rows->arena, rows->items, rows->n, rows->capacity);
    rows->items[rows->n++] = (struct cold_link){
        .oid = row->oid,
        .source = row->source,
        .target = row->target,
        .body = arena_str(rows->arena, row->body),
    };
    return true;
}

static bool
links_of(void *context, struct oid end, struct link_type type, enum walk_side side, bool implicit,
         struct arena *arena, struct cold_link **links, size_t *n, struct error *err)
{
    struct clique_reader    *r = context;
    struct link_rows         rows = { .arena = arena };
    const struct link_filter filter = {
        .type = link_type_text(type, arena),
        .of = &end,
        .side = side == WALK_FROM_SOURCE ? LINK_SOURCE : LINK_TARGET,
        .explicit_only = !implicit,
    };

    if (!store_links(r->store, &r->inventory, &filter, take_link, &rows, err))
        return false;
    *links = rows.items;
    *n = rows.n;
    return true;
}

/* The body of a row that may be missing. */
static bool
body_or_empty(bool found, const struct object_row *row, struct str *body, struct error *err)
{
    if (!found && err->domain != ERROR_NOT_FOUND)
        return false;
    *body = found ? row->body : STR_NONE;
    return true;
}

static bool
object_of(void *context, struct oid oid, struct arena *arena, struct str *body, struct error *err)
{
    struct clique_reader *r = context;
    struct object_row     row;

    return body_or_empty(store_object_by_oid(r->store, &r->inventory, oid, arena, &row, err), &row,
                         body, err);
}

static bool
network_of(void *context, struct str id, struct arena *arena, struct str *body, struct error *err)
{
    struct clique_reader *r = context;
    struct object_row     row;

    return body_or_empty(
        store_object(r->store, &r->inventory, STR("network"), id, arena, &row, err), &row, body,
        err);
}

/* --- reading --- */

static bool
read_environment(struct clique_reader *r, struct environment *environment, struct error *err)
{
    struct environment_row row;

    if (!store_get_environment(r->store, r->inventory.environment, r->arena, &row, err)) {
        /* Removed, but its inventory was kept: what is generally known of a cloud will do. */
        *environment =
            (struct environment){ .name = r->inventory.environment, .type = STR("OpenStack") };
        return err->domain == ERROR_NOT_FOUND;
    }

    struct doc *document = doc_parse(r->arena, row.document, err);

    return document && environment_read(r->arena, document, environment, err);
}

bool
clique_reader_ready(struct clique_reader *r, struct error *err)
{
    struct environment environment;
    struct doc        *types, *constraints;

    if (r->is_ready)
        return true;
    if (!read_environment(r, &environment, err) ||
        !catalog_read(r->store, "clique_types", r->arena, &types, err) ||
        !catalog_read(r->store, "clique_constraints", r->arena, &constraints, err))
        return false;
    if (r->wanted)
        r->policy = *r->wanted;
    else if (!policy_from_name(doc_get_text(environment.document, "policy"), &r->policy))
        r->policy = POLICY_FULL;
    clique_types_choose(r->arena, &environment, r->policy, types, constraints, &r->types);
    r->is_ready = true;
    return true;
}

struct clique_reader *
clique_reader_new(struct store *store, const struct inventory *inventory, const enum policy *policy,
                  struct arena *arena)
{
    struct clique_reader *r = arena_new_of(arena, struct clique_reader);

    *r = (struct clique_reader){
        .arena = arena,
        .store = store,
        .inventory = *inventory,
        .wanted = policy,
    };
    return r;
}

struct cold *
clique_reader_cold(struct clique_reader *r, struct arena *arena)
{
    const struct cold_store reading = { r, any_link, links_of, object_of, network_of };

    return cold_new(arena, r->inventory.environment, &reading);
}

bool
clique_reader_walk(struct clique_reader *r, struct oid focal_point, struct arena *arena,
                   bool *found, found_clique_fn *take, void *context, struct error *err)
{
    AUTO_COLD     cold = clique_reader_cold(r, arena);
    struct clique clique;
    uint32_t      node;

    if (!cold_node(cold, focal_point, &node, err))
        return false;

    struct clique_source source = cold_source(cold);
    AUTO_WALKER          walker = clique_walker_new(&source, &r->types, r->policy);

    *found = clique_walk(walker, node, &clique);
    if (*found && cold_error(cold, NULL))
        take(context, cold, &source, &r->types, &clique);
    return cold_error(cold, err);
}

bool
clique_reader_imported(struct clique_reader *r, struct oid focal_point, struct arena *arena,
                       struct clique_row *row, bool *found, struct error *err)
{
    if (store_clique(r->store, &r->inventory, focal_point, arena, row, err))
        *found = !str_empty(row->body);
    else if (err->domain == ERROR_NOT_FOUND)
        *found = false;
    else
        return false;
    return true;
}

static void
write_clique(void *text, const struct cold *cold UNUSED, const struct clique_source *source,
             const struct clique_types *types, const struct clique *clique)
{
    clique_write(text, source, types, clique, STR_NONE);
}

bool
clique_reader_write(struct clique_reader *r, struct oid focal_point, struct buf *text, bool *found,
                    struct error *err)
{
    AUTO_ARENA        scratch = arena_new();
    struct clique_row row;

    if (!clique_reader_imported(r, focal_point, scratch, &row, found, err))
        return false;
    if (*found) {
        clique_row_write(text, &row);
        return true;
    }
    return clique_reader_ready(r, err) &&
           clique_reader_walk(r, focal_point, scratch, found, write_clique, text, err);
}
