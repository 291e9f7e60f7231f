#include "scan/scope.h"

struct candidates {
    struct arena *arena;
    struct str    type, host; /* of the first */
    struct str    types;      /* of all */
    size_t        n;
};

static bool
take_candidate(void *context, const struct object_row *row)
{
    struct candidates *c = context;

    if (c->n++ == 0) {
        c->type = arena_str(c->arena, row->type);
        c->host = arena_str(c->arena, row->host);
    }
    c->types = arena_join(c->arena, c->types, str_from(c->n > 1 ? ", " : ""), row->type);
    return true;
}

static void
ask(struct scan_scope *scope, struct arena *arena, struct str host)
{
    if (!str_empty(host))
        map_put_copy(&scope->hosts, arena, host, NULL);
}

bool
scope_find(struct scan_scope *scope, struct store *store, const struct inventory *inventory,
           const struct scan_object *wanted, struct arena *arena, struct error *err)
{
    const struct object_filter filter = {
        .type = wanted->type,
        .id = wanted->by_name ? STR_NONE : wanted->id,
        .name = wanted->by_name ? wanted->id : STR_NONE,
        .limit = 4,
    };
    struct candidates found = { .arena = arena, .types = STR_NONE };
    const char       *what = wanted->by_name ? "name" : "id";

    *scope = (struct scan_scope){ .text = STR("environment"), .is_whole = true };
    if (str_empty(wanted->id))
        return true;
    if (!store_objects(store, inventory, &filter, take_candidate, &found, err))
        return false;
    if (found.n == 0)
        return error_set(err, ERROR_NOT_FOUND, 0,
                         "there is no %.*s with the %s %.*s in the inventory of %.*s",
                         STR_ARG(str_empty(wanted->type) ? STR("object") : wanted->type), what,
                         STR_ARG(wanted->id), STR_ARG(inventory->environment));
    if (found.n > 1)
        return error_set(err, ERROR_USAGE, 0, "several objects have the %s %.*s: %.*s", what,
                         STR_ARG(wanted->id), STR_ARG(found.types));
    scope->is_whole = false;
    scope->text = arena_join(arena, found.type, STR(" "), wanted->id);
    ask(scope, arena, found.host);
    return true;
}

/* --- instances that have moved --- */

struct moves {
    struct scan_scope  *scope;
    const struct cloud *cloud;
    struct arena       *arena;
};

/* An instance that was on a host which is asked: where it is now is asked, too. */
static bool
follow(void *context, const struct object_row *row)
{
    struct moves              *m = context;
    const struct cloud_server *server = map_get(&m->cloud->servers_by_id, row->id);

    if (server)
        ask(m->scope, m->arena, server->host);
    return true;
}

/* An instance that is on a host which is asked: where it was is asked, too. */
static bool
follow_back(struct moves *m, struct store *store, const struct inventory *inventory,
            const struct cloud_host *host, struct error *err)
{
    for (size_t i = 0; i < host->n_servers; i++) {
        AUTO_ARENA        scratch = arena_new();
        struct object_row row;

        if (store_object(store, inventory, object_type_name(OBJECT_INSTANCE), host->servers[i]->id,
                         scratch, &row, err))
            ask(m->scope, m->arena, row.host);
        else if (err->domain != ERROR_NOT_FOUND)
            return false;
    }
    return true;
}

bool
scope_follow_moves(struct scan_scope *scope, struct store *store, const struct inventory *inventory,
                   const struct cloud *cloud, struct arena *arena, struct error *err)
{
    struct moves m = { scope, cloud, arena };
    AUTO_MAP     first = { 0 }; /* moves are followed from these, not on and on */

    if (scope->is_whole)
        return true;
    for (size_t i = 0; i < cloud->n_hosts; i++)
        if (scope_asks(scope, cloud->hosts[i].name))
            map_put(&first, cloud->hosts[i].name, NULL);
    for (size_t i = 0; i < cloud->n_hosts; i++) {
        const struct cloud_host   *host = &cloud->hosts[i];
        const struct object_filter instances = { .type = object_type_name(OBJECT_INSTANCE),
                                                 .host = host->name };

        if (map_find(&first, host->name) &&
            (!store_objects(store, inventory, &instances, follow, &m, err) ||
             !follow_back(&m, store, inventory, host, err)))
            return false;
    }
    return true;
}

bool
scope_asks(const struct scan_scope *scope, struct str host)
{
    return scope->is_whole || map_find(&scope->hosts, host);
}

void
scope_done(struct scan_scope *scope)
{
    map_done(&scope->hosts);
}
