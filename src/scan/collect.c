/* Fresh and stored objects in one canonical order. */

#include "scan/collect.h"

#include "topology/facts.h"

static void
add(struct collected *c, struct object *object)
{
    arena_grow(c->arena, c->objects, c->n_objects, c->capacity);
    c->objects[c->n_objects++] = object;
}

static int
compare(const void *a, const void *b)
{
    const struct object *x = *(struct object *const *)a;
    const struct object *y = *(struct object *const *)b;

    int order;

    if (x->type != y->type)
        return x->type < y->type ? -1 : 1;
    order = str_compare(x->id, y->id);
    return order ? order : str_compare(x->host, y->host);
}

static void
sort(struct collected *c)
{
    if (c->n_objects)
        qsort(c->objects, c->n_objects, sizeof *c->objects, compare);
}

/* --- two hosts that claim one id --- */

static void
set_text(struct collected *c, struct object *o, const char *key, struct str text)
{
    AUTO_BUF value = { 0 };

    doc_write_text(&value, text);
    object_set_body(o, body_set(c->arena, o->body, key, buf_str(&value)));
}

/* NICs are named by device and MAC, which two machines may share: the second gets its host's name in
 * front. Nothing hangs below a NIC that would have to follow. */
static void
rename_object(struct collected *c, struct object *o)
{
    struct str id = arena_printf(c->arena, "%.*s-%.*s", STR_ARG(o->host), STR_ARG(o->id));
    struct str above = str_head(o->id_path, o->id_path.n - o->id.n);

    arena_grow(c->arena, c->notes, c->n_notes, c->notes_capacity);
    c->notes[c->n_notes++] = arena_printf(
        c->arena, "two objects are %.*s %.*s; that of %.*s is stored as %.*s",
        STR_ARG(object_type_name(o->type)), STR_ARG(o->id), STR_ARG(o->host), STR_ARG(id));
    o->id_path = arena_join(c->arena, above, id, STR_NONE);
    o->id = id;
    set_text(c, o, "id", id);
    set_text(c, o, "id_path", o->id_path);
}

static void
sort_and_tell_apart(struct collected *c)
{
    size_t n_before = c->n_notes;

    sort(c);
    for (size_t i = 1, first = 0; i < c->n_objects; i++) {
        struct object *o = c->objects[i];

        if (o->type != c->objects[first]->type || !str_equal(o->id, c->objects[first]->id))
            first = i;
        else if (!str_empty(o->host) && o->id_path.n > o->id.n)
            rename_object(c, o);
    }
    if (c->n_notes > n_before)
        sort(c);
}

void
collected_done(struct collected *c)
{
    arena_free(c->arena);
    *c = (struct collected){ 0 };
}

/* --- objects of earlier scans --- */

struct stored_walk {
    struct collected        *collected;
    const struct map        *fresh; /* "<type> <id>" -> object that this scan saw; NULL: none */
    bool                     stale;
    const struct scan_scope *outside; /* only what it does not ask for ... */
    const struct map        *unasked; /* ... below the hosts with these "id_path"s */
    struct error             err;
    bool                     failed;
};

static struct str
key_of(struct arena *arena, struct str type, struct str id)
{
    return arena_join(arena, type, STR(" "), id);
}

/* Is it of a host that is not asked, or of none, but below such a host, as folders are? */
static bool
is_outside(const struct stored_walk *walk, const struct object_row *row, struct str id_path)
{
    if (!str_empty(row->host))
        return !scope_asks(walk->outside, row->host);
    for (size_t n = 0; n < id_path.n; n++)
        if (id_path.p[n] == '/' && map_find(walk->unasked, str_head(id_path, n)))
            return true;
    return false;
}

/* Objects of two hosts may claim one id: they are told apart later. */
static bool
is_seen(const struct stored_walk *walk, const struct object_row *row, struct str key)
{
    const struct object *seen = map_get(walk->fresh, key);

    return seen && (!walk->outside || memcmp(&seen->oid, &row->oid, sizeof row->oid) == 0);
}

static bool
take_stored(void *context, const struct object_row *row)
{
    struct stored_walk *walk = context;
    struct arena       *arena = walk->collected->arena;
    AUTO_ARENA          scratch = arena_new();
    struct object       object = { .oid = row->oid, .stale = walk->stale || row->stale };

    if (!object_type_from_name(row->type, &object.type))
        return true; /* a type of a later issue's import: kept, never connected */
    if (walk->fresh && is_seen(walk, row, key_of(scratch, row->type, row->id)))
        return true;

    struct doc *document = doc_parse(scratch, row->body, &walk->err);

    if (!document) {
        walk->failed = true;
        return error_prefix(&walk->err, "stored %.*s %.*s: ", STR_ARG(row->type), STR_ARG(row->id));
    }
    if (walk->outside && !is_outside(walk, row, doc_get_text(document, "id_path")))
        return true;
    object.id = arena_str(arena, row->id);
    object.name = arena_str(arena, row->name);
    object.host = arena_str(arena, row->host);
    object.parent_id = arena_str(arena, row->parent_id);
    object.parent_type = arena_str(arena, row->parent_type);
    object.id_path = arena_str(arena, doc_get_text(document, "id_path"));
    object.extra = arena_str(arena, row->extra);
    object_set_body(&object, arena_str(arena, row->body));
    object.facts = facts_from_doc(arena, document);

    struct object *kept = arena_new_of(arena, struct object);

    *kept = object;
    add(walk->collected, kept);
    return true;
}

static bool
walk_stored(struct stored_walk *walk, struct store *store, const struct inventory *inventory,
            const struct object_filter *filter, struct error *err)
{
    if (!store_objects(store, inventory, filter, take_stored, walk, err))
        return false;
    if (walk->failed) {
        *err = walk->err;
        return false;
    }
    return true;
}

static bool
read_stored(struct collected *c, struct store *store, const struct inventory *inventory,
            const struct object_filter *filter, const struct map *fresh, bool stale,
            struct error *err)
{
    struct stored_walk walk = { .collected = c, .fresh = fresh, .stale = stale };

    return walk_stored(&walk, store, inventory, filter, err);
}

bool
collect_stored(struct collected *c, struct store *store, struct str space,
               const struct environment *environment, struct error *err)
{
    const struct inventory     inventory = { environment->name, space };
    const struct object_filter all = { 0 };

    *c = (struct collected){ .arena = arena_new() };
    if (!read_stored(c, store, &inventory, &all, NULL, false, err))
        return false;
    sort(c);
    return true;
}

/* --- failed sources --- */

static void
add_failed(struct collected *c, struct str host, struct str type)
{
    arena_grow(c->arena, c->failed, c->n_failed, c->failed_capacity);
    c->failed[c->n_failed++] = (struct failed_source){ host, type };
}

static void
add_failed_types(struct collected *c, struct str host, uint64_t types)
{
    for (size_t type = 0; type < N_OBJECT_TYPES; type++)
        if (types & TYPE_BIT(type))
            add_failed(c, host, object_type_name((enum object_type)type));
}

/* What the cloud's failures leave unseen. Without the list of hosts nothing of them was asked. */
static uint64_t
types_unseen(uint64_t failed)
{
    if (failed & TYPE_BIT(OBJECT_HOST))
        for (size_t type = 0; type < N_OBJECT_TYPES; type++)
            if (type != OBJECT_PORT && type != OBJECT_NETWORK && type != OBJECT_PROJECT)
                failed |= TYPE_BIT(type);
    return failed;
}

static void
find_failed(struct collected *c, const struct discovery *d, const struct partition *hosts,
            size_t n_hosts)
{
    add_failed_types(c, STR_NONE, types_unseen(d->own.failed_types));
    for (size_t i = 0; i < n_hosts; i++) {
        if (hosts[i].is_silent)
            add_failed(c, hosts[i].host, STR_NONE);
        else
            add_failed_types(c, hosts[i].host, hosts[i].failed_types);
    }
}

/* --- the fresh, and what is better recalled --- */

struct fresh_walk {
    struct collected       *collected;
    struct store           *store;
    const struct inventory *inventory;
    struct map              keys; /* "<type> <id>" -> object, of all that was collected */
    struct arena           *scratch;
};

static struct str
key_of_object(struct arena *arena, const struct object *o)
{
    return key_of(arena, object_type_name(o->type), o->id);
}

static void
note_keys(struct fresh_walk *walk, size_t first)
{
    for (size_t i = first; i < walk->collected->n_objects; i++) {
        struct object *o = walk->collected->objects[i];

        map_put(&walk->keys, key_of_object(walk->scratch, o), NULL)->pointer = o;
    }
}

static bool
recall(struct fresh_walk *walk, const struct object_filter *filter, bool stale, struct error *err)
{
    size_t first = walk->collected->n_objects;

    if (!read_stored(walk->collected, walk->store, walk->inventory, filter, &walk->keys, stale,
                     err))
        return false;
    note_keys(walk, first);
    return true;
}

/* Do they say the same, but for the network that the link rules write into some? */
static bool
is_same(struct arena *arena, const struct object *stored, const struct object *fresh)
{
    struct object a = *stored, b = *fresh;

    a.extra = b.extra = STR_NONE;
    object_set_body(&a, body_remove(arena, a.body, "network"));
    object_set_body(&b, body_remove(arena, b.body, "network"));
    return a.digest == b.digest;
}

/* An object that lacks attributes because a source failed: what an earlier scan saw of it is better,
 * unless it is the same. */
static bool
add_partial(struct fresh_walk *walk, struct object *fresh, struct error *err)
{
    struct collected          *c = walk->collected;
    size_t                     before = c->n_objects;
    const struct object_filter filter = { .type = object_type_name(fresh->type), .id = fresh->id };

    if (!read_stored(c, walk->store, walk->inventory, &filter, NULL, true, err))
        return false;
    if (c->n_objects == before) {
        add(c, fresh);
        return true;
    }

    if (is_same(walk->scratch, c->objects[before], fresh))
        c->objects[before] = fresh;
    return true;
}

static bool
add_partition(struct fresh_walk *walk, struct partition *p, uint64_t partial, bool clear,
              struct error *err)
{
    for (size_t i = 0; i < p->n_objects; i++) {
        struct object *o = &p->objects[i];

        if (p->is_silent && o->type == OBJECT_HOST)
            o->stale = true;
        if ((partial & TYPE_BIT(o->type)) && !clear) {
            if (!add_partial(walk, o, err))
                return false;
        } else {
            add(walk->collected, o);
        }
    }
    return true;
}

/* The parents of what was recalled, up to one that is there: folders belong to no host, and are only
 * found in this way. */
static bool
recall_parents(struct fresh_walk *walk, size_t first, bool stale, struct error *err)
{
    for (size_t i = first; i < walk->collected->n_objects; i++) {
        const struct object       *o = walk->collected->objects[i];
        const struct object_filter parent = { .type = o->parent_type, .id = o->parent_id };

        if (str_is(o->parent_type, "environment") || str_empty(o->parent_id) ||
            map_find(&walk->keys, key_of(walk->scratch, o->parent_type, o->parent_id)))
            continue;
        if (!recall(walk, &parent, stale, err))
            return false;
    }
    return true;
}

static bool
recall_failed(struct fresh_walk *walk, struct error *err)
{
    struct collected *c = walk->collected;
    size_t            n_fresh = c->n_objects;

    for (size_t i = 0; i < c->n_failed; i++) {
        const struct object_filter filter = { .type = c->failed[i].type,
                                              .host = c->failed[i].host };

        if (!recall(walk, &filter, true, err))
            return false;
    }
    return recall_parents(walk, n_fresh, true, err);
}

/* --- what was not asked for --- */

struct unasked_hosts {
    const struct scan_scope *scope;
    struct arena            *arena;
    struct map               paths; /* "id_path" of each */
};

static bool
note_host(void *context, const struct object_row *row)
{
    struct unasked_hosts *hosts = context;
    AUTO_ARENA            scratch = arena_new();
    const struct doc     *document = doc_parse(scratch, row->body, NULL);

    if (!scope_asks(hosts->scope, row->host))
        map_put_copy(&hosts->paths, hosts->arena, doc_get_text(document, "id_path"), NULL);
    return true;
}

static bool
recall_unasked(struct fresh_walk *walk, const struct scan_scope *scope, struct error *err)
{
    const struct object_filter all = { 0 };
    const struct object_filter all_hosts = { .type = object_type_name(OBJECT_HOST) };
    size_t                     n_fresh = walk->collected->n_objects;
    struct unasked_hosts       hosts = { .scope = scope, .arena = walk->scratch };
    struct stored_walk         stored = { .collected = walk->collected,
                                          .fresh = &walk->keys,
                                          .outside = scope,
                                          .unasked = &hosts.paths };
    bool good = store_objects(walk->store, walk->inventory, &all_hosts, note_host, &hosts, err) &&
                walk_stored(&stored, walk->store, walk->inventory, &all, err);

    map_done(&hosts.paths);
    if (!good)
        return false;
    note_keys(walk, n_fresh);
    return recall_parents(walk, n_fresh, false, err);
}

bool
collect_fresh(struct collected *c, struct store *store, struct str space,
              const struct environment *environment, struct discovery *d,
              const struct scan_scope *scope, struct partition *hosts, size_t n_hosts, bool clear,
              struct error *err)
{
    const struct inventory inventory = { environment->name, space };
    AUTO_ARENA             scratch = arena_new();
    struct fresh_walk      walk = {
             .collected = c, .store = store, .inventory = &inventory, .scratch = scratch
    };
    uint64_t partial = d->own.partial_types;
    bool     good;

    *c = (struct collected){ .arena = arena_new() };
    find_failed(c, d, hosts, n_hosts);
    good = add_partition(&walk, &d->own, partial, clear, err);
    for (size_t i = 0; good && i < n_hosts; i++)
        good = add_partition(&walk, &hosts[i], partial | hosts[i].partial_types, clear, err);
    if (!scope->is_whole || (c->n_failed && !clear))
        note_keys(&walk, 0);
    if (good && !scope->is_whole)
        good = recall_unasked(&walk, scope, err);
    if (good && c->n_failed && !clear)
        good = recall_failed(&walk, err);
    map_done(&walk.keys);
    sort_and_tell_apart(c);
    return good;
}

void
collected_set_network(struct collected *c, size_t index, struct str network)
{
    struct object *object = c->objects[index];
    AUTO_BUF       value = { 0 };

    if (!network.p) {
        object_set_body(object, body_remove(c->arena, object->body, "network"));
        return;
    }
    doc_write_text(&value, network);
    object_set_body(object, body_set(c->arena, object->body, "network", buf_str(&value)));
}

/* --- documents --- */

struct documents_walk {
    struct arena *arena;
    struct docs  *docs;
};

static bool
take_body(void *context, const struct object_row *row)
{
    struct documents_walk *walk = context;
    struct doc            *document = doc_parse(walk->arena, row->body, NULL);

    if (document)
        docs_add(walk->arena, walk->docs, document);
    return true;
}

bool
load_objects(struct store *store, struct str space, const struct environment *environment,
             const char *type, struct arena *arena, struct docs *docs, struct error *err)
{
    const struct inventory     inventory = { environment->name, space };
    const struct object_filter filter = { .type = str_from(type) };
    struct documents_walk      walk = { arena, docs };

    return store_objects(store, &inventory, &filter, take_body, &walk, err);
}
