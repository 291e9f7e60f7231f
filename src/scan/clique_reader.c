/* Cliques read cold: a walk fetches only the links and objects that it meets. */

#include "scan/clique_reader.h"

#include "model/environment.h"
#include "store/catalog.h"
#include "topology/cold.h"

struct clique_reader {
    struct arena       *arena;
    struct store       *store;
    struct inventory    inventory;
    const enum policy  *wanted;   /* NULL: as the environment was scanned */
    bool                is_ready; /* policy and types have been read */
    enum policy         policy;
    struct clique_types types;
};

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

/* What a walk needs, read when there is one: inventories without an environment may hold imported
 * cliques. */
static bool
get_ready(struct clique_reader *r, struct error *err)
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

static bool
walk(struct clique_reader *r, struct oid focal_point, struct buf *text, bool *found,
     struct error *err)
{
    const struct cold_store reading = { r, any_link, links_of, object_of, network_of };
    AUTO_ARENA              scratch = arena_new();
    AUTO_COLD               cold = cold_new(scratch, r->inventory.environment, &reading);
    struct clique           clique;
    uint32_t                node;

    if (!cold_node(cold, focal_point, &node, err))
        return false;

    struct clique_source source = cold_source(cold);
    AUTO_WALKER          walker = clique_walker_new(&source, &r->types, r->policy);

    *found = clique_walk(walker, node, &clique);
    if (*found)
        clique_write(text, &source, &r->types, &clique, STR_NONE);
    return cold_error(cold, err);
}

bool
clique_reader_write(struct clique_reader *r, struct oid focal_point, struct buf *text, bool *found,
                    struct error *err)
{
    AUTO_ARENA        scratch = arena_new();
    struct clique_row row;

    if (store_clique(r->store, &r->inventory, focal_point, scratch, &row, err)) {
        if (!str_empty(row.body)) {
            clique_row_write(text, &row);
            *found = true;
            return true;
        }
    } else if (err->domain != ERROR_NOT_FOUND) {
        return false;
    }
    return get_ready(r, err) && walk(r, focal_point, text, found, err);
}
