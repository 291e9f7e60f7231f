/* Rows of a commit: made in batches on several threads, written in order by one. */

#include "scan/write.h"

#include "base/hash.h"
#include "base/work.h"

enum { BATCH = 512, MAKERS = 4 /* more only wait for the one that writes */ };

struct batch {
    struct arena    *arena; /* NULL: not made, or written already */
    struct str      *words;
    struct link_row *links;
    size_t           first, n;
};

struct writing {
    struct commit         *commit;
    const struct findings *findings;
    struct arena          *arena;
    const struct object  **changed;
    size_t                 n_changed;
    struct batch          *batches;
    struct error          *err;
};

/* Make and take all batches of 'n' things; false when one could not be taken. */
static bool
write_batches(struct writing *w, size_t n, work_fn *make, take_fn *take)
{
    size_t   n_batches = (n + BATCH - 1) / BATCH;
    unsigned jobs = w->findings->jobs < MAKERS ? w->findings->jobs : MAKERS;
    bool     good;

    w->batches = arena_array(w->arena, struct batch, n_batches);
    for (size_t i = 0; i < n_batches; i++) {
        w->batches[i].first = i * BATCH;
        w->batches[i].n = n - i * BATCH < BATCH ? n - i * BATCH : BATCH;
    }
    good = work_in_order(jobs, n_batches, make, take, w);
    for (size_t i = 0; i < n_batches; i++)
        arena_free(w->batches[i].arena);
    return good;
}

static bool
batch_done(struct batch *b, bool good)
{
    arena_free(b->arena);
    b->arena = NULL;
    return good;
}

/* --- objects --- */

static void
make_words(void *context, size_t index)
{
    const struct writing *w = context;
    struct batch         *b = &w->batches[index];
    AUTO_BUF              words = { 0 };

    b->arena = arena_new();
    b->words = arena_array(b->arena, struct str, b->n);
    for (size_t i = 0; i < b->n; i++) {
        buf_clear(&words);
        object_words(&words, w->changed[b->first + i]);
        b->words[i] = arena_str(b->arena, buf_str(&words));
    }
}

static bool
take_objects(void *context, size_t index)
{
    const struct writing *w = context;
    struct batch         *b = &w->batches[index];
    bool                  good = true;

    for (size_t i = 0; good && i < b->n; i++)
        good = commit_object(w->commit, w->changed[b->first + i], &b->words[i], w->err);
    return batch_done(b, good);
}

static bool
write_objects(struct writing *w, bool fixed)
{
    const struct findings *f = w->findings;

    w->changed = arena_array(w->arena, const struct object *, f->n_objects);
    for (size_t i = 0; i < f->n_objects; i++) {
        bool is_known;

        if (links_may_change(f->objects[i]) == fixed)
            continue;
        if (!commit_object_is_known(w->commit, f->objects[i], &is_known, w->err))
            return false;
        if (!is_known)
            w->changed[w->n_changed++] = f->objects[i];
    }
    return write_batches(w, w->n_changed, make_words, take_objects);
}

/* --- links --- */

static struct link_row
link_row_of(const struct findings *f, const struct link *link, struct arena *arena,
            struct buf *body)
{
    struct str text;

    buf_clear(body);
    link_write_body(body, f->environment, f->links, link);
    text = arena_str(arena, buf_str(body));
    return (struct link_row){
        .oid = link_oid(f->environment, f->links, link),
        .type = link_type_text(link->type, arena),
        .source = f->links->objects[link->source]->oid,
        .target = f->links->objects[link->target]->oid,
        .host = link->host.p ? link->host : STR_NONE,
        .implicit = link->implicit,
        .body = text,
        .digest = hash_text(0, text),
    };
}

static void
make_links(void *context, size_t index)
{
    const struct writing *w = context;
    struct batch         *b = &w->batches[index];
    AUTO_BUF              body = { 0 };

    b->arena = arena_new();
    b->links = arena_array(b->arena, struct link_row, b->n);
    for (size_t i = 0; i < b->n; i++)
        b->links[i] =
            link_row_of(w->findings, &w->findings->links->items[b->first + i], b->arena, &body);
}

static bool
take_links(void *context, size_t index)
{
    const struct writing *w = context;
    struct batch         *b = &w->batches[index];
    bool                  good = true;

    for (size_t i = 0; good && i < b->n; i++)
        good = commit_link(w->commit, &b->links[i], w->err);
    return batch_done(b, good);
}

/* --- cliques --- */

static bool
write_cliques(struct commit *commit, const struct findings *f, struct error *err)
{
    for (size_t i = 0; i < f->n_cliques; i++) {
        const struct clique_summary *c = &f->cliques[i];
        const struct object         *focal = f->objects[c->focal];
        const struct clique_row      row = {
                 .oid = oid_of_clique(f->environment, focal->oid),
                 .focal_point = focal->oid,
                 .focal_point_type = object_type_name(focal->type),
                 .clique_type = c->type->oid,
                 .n_nodes = c->n_nodes,
                 .n_links = c->n_links,
                 .link_types = c->link_types,
                 .digest = c->digest,
        };

        if (!commit_clique(commit, &row, err))
            return false;
    }
    return true;
}

/* --- the whole --- */

bool
write_fixed_objects(struct commit *commit, const struct findings *findings, struct error *err)
{
    AUTO_ARENA     arena = arena_new();
    struct writing w = { .commit = commit, .findings = findings, .arena = arena, .err = err };

    return write_objects(&w, true);
}

bool
write_other_objects(struct commit *commit, const struct findings *findings, struct error *err)
{
    AUTO_ARENA     arena = arena_new();
    struct writing w = { .commit = commit, .findings = findings, .arena = arena, .err = err };

    return write_objects(&w, false);
}

bool
write_connections(struct commit *commit, const struct findings *findings, struct error *err)
{
    AUTO_ARENA     arena = arena_new();
    struct writing w = { .commit = commit, .findings = findings, .arena = arena, .err = err };

    return (!findings->links || write_batches(&w, findings->links->n, make_links, take_links)) &&
           write_cliques(commit, findings, err);
}
