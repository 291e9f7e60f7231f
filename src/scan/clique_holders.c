/* The focal points whose clique holds an object: what hangs on it. */

#include "scan/clique_walk.h"

struct search {
    struct clique_reader  *reader;
    struct oid             object;
    size_t                 most;
    struct arena          *arena, *scratch;
    struct clique_holders *holders;
    size_t                 capacity;
    struct error          *err;
};

/* False: enough. */
static bool
add_holder(struct search *s, const struct clique_node *node)
{
    struct clique_holders *holders = s->holders;

    if (holders->n == s->most) {
        holders->is_complete = false;
        return false;
    }
    arena_grow(s->arena, holders->focal_points, holders->n, s->capacity);
    holders->focal_points[holders->n++] = (struct clique_node){
        .oid = node->oid,
        .type = node->type,
        .id = arena_str(s->arena, node->id),
        .name = arena_str(s->arena, node->name),
        .host = arena_str(s->arena, node->host),
    };
    return true;
}

/* --- imported cliques: those that name it --- */

static bool
names_object(const struct doc *nodes, struct oid object)
{
    struct oid oid;

    for (size_t i = 0; doc_kind(nodes) == DOC_ARRAY && i < doc_count(nodes); i++)
        if (oid_from_text(doc_text(doc_at(nodes, i)), &oid) && oid_equal(oid, object))
            return true;
    return false;
}

static bool
look_at_imported(void *context, const struct clique_row *row)
{
    struct search    *s = context;
    AUTO_ARENA        scratch = arena_new();
    const struct doc *document = doc_parse(scratch, row->body, NULL);
    struct object_row focal;
    struct error      err;

    if (oid_equal(row->focal_point, s->object) ||
        !names_object(doc_get(document, "nodes"), s->object))
        return true;
    if (!store_object_by_oid(s->reader->store, &s->reader->inventory, row->focal_point, scratch,
                             &focal, &err))
        return true; /* its focal point has not been imported */

    struct clique_node node = { focal.oid, N_OBJECT_TYPES, focal.id, focal.name, focal.host };

    if (!object_type_from_name(focal.type, &node.type))
        return true;
    return add_holder(s, &node);
}

/* --- walked ones --- */

static bool
look_at_walked(struct search *s, struct clique_source *source, struct clique_walker *walker)
{
    uint32_t node;

    while (s->holders->is_complete && clique_next_focal_point(walker, &node)) {
        struct clique_node focal = source->node(source->context, node);
        struct clique_row  row;
        bool               is_imported;

        if (!clique_reader_imported(s->reader, focal.oid, s->scratch, &row, &is_imported, s->err))
            return false;
        if (!is_imported)
            (void)add_holder(s, &focal);
    }
    return true;
}

static bool
walk_back(struct search *s)
{
    AUTO_COLD            cold = clique_reader_cold(s->reader, s->scratch);
    struct clique_source source = cold_source(cold);
    AUTO_WALKER          walker = clique_walker_new(&source, &s->reader->types, s->reader->policy);
    uint32_t             node;

    if (!cold_node(cold, s->object, &node, s->err))
        return false;
    for (enum object_type t = 0; t < N_OBJECT_TYPES; t++) {
        clique_walk_back(walker, node, t);
        if (!look_at_walked(s, &source, walker))
            return false;
    }
    return cold_error(cold, s->err);
}

static int
compare(const void *a, const void *b)
{
    const struct clique_node *x = a, *y = b;
    int                       order = (x->type > y->type) - (x->type < y->type);

    if (!order)
        order = str_compare(x->name, y->name);
    return order ? order : str_compare(x->id, y->id);
}

bool
clique_reader_holders(struct clique_reader *r, struct oid object, size_t most, struct arena *arena,
                      struct clique_holders *holders, struct error *err)
{
    const struct clique_filter imported = { .whole = true };
    AUTO_ARENA                 scratch = arena_new();
    struct search              s = { .reader = r,
                                     .object = object,
                                     .most = most,
                                     .arena = arena,
                                     .scratch = scratch,
                                     .holders = holders,
                                     .err = err };

    *holders = (struct clique_holders){ .is_complete = true };
    if (!clique_reader_ready(r, err) ||
        !store_cliques(r->store, &r->inventory, &imported, look_at_imported, &s, err) ||
        !walk_back(&s))
        return false;
    if (holders->n)
        qsort(holders->focal_points, holders->n, sizeof *holders->focal_points, compare);
    return true;
}
