/* Questions and their answers, row by row beside what is known. */

#include "fuzz/query.h"

void
finding(const char *what, const char *why)
{
    fprintf(stderr, "%s: %s\n", what, why);
    abort();
}

void
check_error(const char *what, const struct error *err)
{
    if (err->message[0] == '\0')
        finding(what, "it failed without a message");
    switch (err->domain) {
    case ERROR_USAGE:
    case ERROR_CONFIG:
    case ERROR_PARSE:
    case ERROR_NOT_FOUND:
        return;
    case ERROR_NONE:
    case ERROR_TRANSPORT:
    case ERROR_STORE:
    case ERROR_BUSY:
    case ERROR_CANCELLED:
    case ERROR_AUTH:
        break;
    }
    finding(what, err->message);
}

/* A walk over rows beside the same walk through what is known. */
struct walk {
    const struct query           *query;
    const struct known_inventory *known; /* NULL: nothing may come */
    size_t                        at;    /* where the next known row is looked for */
    size_t                        n;
};

/* The limit is a number of the asker's, and none when it is 0 or has no meaning to SQL. */
static bool
is_at_limit(const struct walk *w)
{
    size_t limit = w->query->limit;

    return limit > 0 && limit <= INT64_MAX && w->n >= limit;
}

static void
expect_end(const char *what, const struct walk *w, size_t next, size_t n_known)
{
    if (w->known && next < n_known && !is_at_limit(w))
        finding(what, "a row is missing");
}

static void
compare_object(const struct object_row *a, const struct object_row *b)
{
    if (!oid_equal(a->oid, b->oid) || !str_equal(a->type, b->type) || !str_equal(a->id, b->id) ||
        !str_equal(a->name, b->name) || !str_equal(a->host, b->host) ||
        !str_equal(a->body, b->body) || !str_equal(a->extra, b->extra) ||
        !str_equal(a->environment, b->environment) || a->stale != b->stale ||
        a->clique != b->clique)
        finding("objects", "another row than the filter lets through");
}

void
write_object(const struct object_row *row)
{
    AUTO_ARENA   arena = arena_new();
    AUTO_BUF     text = { 0 };
    struct error err;

    object_row_write(&text, row);
    if (!doc_parse(arena, buf_str(&text), &err))
        finding("object_row_write", err.message);
}

static bool
see_object(void *context, const struct object_row *row)
{
    struct walk *w = context;

    if (!w->known || is_at_limit(w))
        finding("objects", "more rows than there may be");
    w->at = model_next_object(w->known, &w->query->objects, w->at);
    if (w->at == w->known->n_objects)
        finding("objects", "a row that the filter does not let through");
    compare_object(row, &w->known->objects[w->at++].row);
    write_object(row);
    w->n++;
    return true;
}

static bool
see_link(void *context, const struct link_row *row)
{
    struct walk *w = context;

    if (!w->known || is_at_limit(w))
        finding("links", "more rows than there may be");
    w->at = model_next_link(w->known, &w->query->links, w->at);
    if (w->at == w->known->n_links || !oid_equal(row->oid, w->known->links[w->at].oid) ||
        !str_equal(row->body, w->known->links[w->at].body))
        finding("links", "a row that the filter does not let through");
    w->at++;
    w->n++;
    return true;
}

static bool
see_clique(void *context, const struct clique_row *row)
{
    struct walk *w = context;

    if (!w->known || is_at_limit(w))
        finding("cliques", "more rows than there may be");
    w->at = model_next_clique(w->known, &w->query->cliques, w->at);
    if (w->at == w->known->n_cliques || !oid_equal(row->oid, w->known->cliques[w->at].oid))
        finding("cliques", "a row that the filter does not let through");
    w->at++;
    w->n++;
    return true;
}

void
ask_objects(struct store *store, const struct known_world *world, const struct query *q)
{
    struct walk  w = { .query = q, .known = query_world_find(world, &q->inventory) };
    struct error err = { 0 };
    bool         good = store_objects(store, &q->inventory, &q->objects, see_object, &w, &err);

    if (!good)
        check_error("objects", &err);
    if (good == model_refuses(&q->objects))
        finding("objects", good ? "taken, though it cannot work" : err.message);
    if (good && w.known)
        expect_end("objects", &w, model_next_object(w.known, &q->objects, w.at),
                   w.known->n_objects);
}

void
ask_links(struct store *store, const struct known_world *world, const struct query *q)
{
    struct walk  w = { .query = q, .known = query_world_find(world, &q->inventory) };
    struct error err = { 0 };

    if (!store_links(store, &q->inventory, &q->links, see_link, &w, &err))
        finding("links", err.message);
    if (w.known)
        expect_end("links", &w, model_next_link(w.known, &q->links, w.at), w.known->n_links);
}

void
ask_cliques(struct store *store, const struct known_world *world, const struct query *q)
{
    struct walk  w = { .query = q, .known = query_world_find(world, &q->inventory) };
    struct error err = { 0 };

    if (!store_cliques(store, &q->inventory, &q->cliques, see_clique, &w, &err))
        finding("cliques", err.message);
    if (w.known)
        expect_end("cliques", &w, model_next_clique(w.known, &q->cliques, w.at),
                   w.known->n_cliques);
}

/* --- search --- */

struct found {
    struct walk walk;
    int         rank; /* of the last one */
    size_t      last; /* which known object it is */
    bool        is_ranked;
    bool        is_seen[64]; /* which known objects came */
};

/* May known object 'i' come behind those that came? They are known by type and id. */
static bool
is_behind(const struct found *f, size_t i, int rank)
{
    return !f->is_ranked || f->walk.n == 0 || rank > f->rank || (rank == f->rank && i > f->last);
}

static bool
see_found(void *context, const struct object_row *row)
{
    struct found *f = context;
    struct walk  *w = &f->walk;
    size_t        i = 0;
    int           rank;

    if (!w->known || is_at_limit(w))
        finding("search", "more rows than there may be");
    while (i < w->known->n_objects && !oid_equal(w->known->objects[i].row.oid, row->oid))
        i++;
    if (i == w->known->n_objects || f->is_seen[i] ||
        !model_search_finds(&w->known->objects[i], w->query->search, &rank))
        finding("search", "a row that does not have the words");

    if (!is_behind(f, i, rank))
        finding("search", "rows out of order");
    f->is_seen[i] = true;
    f->rank = rank;
    f->last = i;
    w->n++;
    return true;
}

/* SQL counts characters where the model counts bytes, and takes a NUL for the end. */
static bool
is_ascii(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] <= 0)
            return false;
    return true;
}

void
ask_search(struct store *store, const struct known_world *world, const struct query *q)
{
    struct found f = { .walk = { .query = q, .known = query_world_find(world, &q->inventory) },
                       .is_ranked = is_ascii(q->search) };
    struct error err = { 0 };
    int          rank;
    bool good = store_search(store, &q->inventory, q->search, q->limit, see_found, &f, &err);

    if (!good)
        check_error("search", &err);
    if (good == model_search_refuses(q->search))
        finding("search", good ? "taken, though there is no word in it" : err.message);
    for (size_t i = 0; good && f.walk.known && i < f.walk.known->n_objects; i++) {
        if (f.is_seen[i] || !model_search_finds(&f.walk.known->objects[i], q->search, &rank))
            continue;
        expect_end("search", &f.walk, i, f.walk.known->n_objects);
        if (!is_behind(&f, i, rank))
            finding("search", "the limit cut off a better row");
    }
}
