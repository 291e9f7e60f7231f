#include "jobs/queue.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

void
queue_set_time(struct arena *arena, struct doc *document, const char *key, int64_t time)
{
    AUTO_BUF text = { 0 };

    store_write_time(&text, time);
    doc_set_text(arena, document, key, buf_str(&text));
}

bool
queue_read(struct arena *arena, struct str text, struct queued *out, struct error *err)
{
    struct str        kept = arena_str(arena, text);
    const struct doc *document = doc_parse(arena, kept, err);

    if (!document)
        return false;
    *out = (struct queued){
        .id = doc_get_text(document, "_id"),
        .environment = doc_get_text(document, "environment"),
        .owner = doc_get_text(document, "owner"),
        .owner_began = doc_get_text(document, "owner_began"),
        .text = kept,
    };
    if (!store_read_time(doc_get_text(document, "submit_timestamp"), &out->submitted))
        return error_set(err, ERROR_CONFIG, 0, "submit_timestamp: a time was expected");
    if (!store_read_time(doc_get_text(document, "start_timestamp"), &out->started))
        out->started = 0;
    return true;
}

/* When this process began, which tells it from another one that had its number. */
static struct str
began(struct arena *arena)
{
    return arena_printf(arena, "%lld", (long long)store_process_began());
}

/* From now on this process runs it. */
static void
set_running(struct arena *arena, struct doc *document)
{
    char host[256] = "";

    gethostname(host, sizeof host - 1);
    doc_set_text(arena, document, "status", STR("running"));
    doc_set_text(arena, document, "owner", arena_printf(arena, "%s:%d", host, (int)getpid()));
    doc_set_text(arena, document, "owner_began", began(arena));
    queue_set_time(arena, document, "start_timestamp", store_now());
}

bool
queue_add(struct store *store, const struct queue *queue, struct str id, struct doc *document,
          bool runs, struct arena *arena, struct error *err)
{
    doc_set_text(arena, document, "_id", id);
    doc_set_text(arena, document, "status", str_from(queue->waiting));
    queue_set_time(arena, document, "submit_timestamp", store_now());
    if (runs)
        set_running(arena, document);
    return collection_put(store, queue->collection, doc_body(arena, document), arena, NULL, err);
}

/* --- the queue --- */

struct listing {
    struct arena       *arena;
    const struct queue *queue;
    struct queued      *items;
    size_t              n, capacity;
    struct str         *broken; /* "_id"s of those that cannot be run ... */
    struct str         *why;
    size_t              n_broken, broken_capacity, why_capacity;
};

static bool
add_request(void *context, struct str id, struct str text)
{
    struct listing *r = context;
    struct queued   request;
    struct error    err;

    if (queue_read(r->arena, text, &request, &err) &&
        r->queue->check(r->arena, request.text, &err)) {
        arena_grow(r->arena, r->items, r->n, r->capacity);
        r->items[r->n++] = request;
        return true;
    }
    arena_grow(r->arena, r->why, r->n_broken, r->why_capacity);
    r->why[r->n_broken] = arena_str(r->arena, str_from(err.message));
    arena_grow(r->arena, r->broken, r->n_broken, r->broken_capacity);
    r->broken[r->n_broken++] = arena_str(r->arena, id);
    return true;
}

static int
compare_submitted(const void *a, const void *b)
{
    const struct queued *x = a, *y = b;

    if (x->submitted != y->submitted)
        return x->submitted < y->submitted ? -1 : 1;
    return str_compare(x->id, y->id);
}

static bool
make_running(struct store *store, const struct queue *queue, struct arena *arena,
             const struct queued *request, bool *done, struct error *err)
{
    struct doc *document = doc_parse(arena, request->text, err);

    if (!document)
        return false;
    set_running(arena, document);
    return collection_swap(store, queue->collection, request->id, request->text,
                           doc_body(arena, document), done, err);
}

bool
queue_take(struct store *store, const struct queue *queue, is_free_fn *is_free, void *context,
           struct arena *arena, struct queued *out, bool *found, struct error *err)
{
    struct listing r = { .arena = arena, .queue = queue };

    *found = false;
    if (!collection_list_status(store, queue->collection, str_from(queue->waiting), add_request, &r,
                                err))
        return false;
    for (size_t i = 0; i < r.n_broken; i++)
        if (!queue_end(store, queue, r.broken[i], "failed", r.why[i], err))
            return false;
    if (r.n)
        qsort(r.items, r.n, sizeof *r.items, compare_submitted);
    for (size_t i = 0; i < r.n && !*found; i++) {
        if (is_free && !is_free(context, r.items[i].environment))
            continue;
        if (!make_running(store, queue, arena, &r.items[i], found, err))
            return false;
        *out = r.items[i];
    }
    return true;
}

/* --- other statuses --- */

bool
queue_change(struct store *store, const struct queue *queue, struct str id, queue_change_fn *change,
             void *context, struct error *err)
{
    for (bool done = false; !done;) {
        AUTO_ARENA  arena = arena_new();
        struct str  text;
        struct doc *document;

        if (!collection_get(store, queue->collection, id, arena, &text, err) ||
            !(document = doc_parse(arena, text, err)) || !change(context, arena, document, err) ||
            !collection_swap(store, queue->collection, id, text, doc_body(arena, document), &done,
                             err))
            return false;
    }
    return true;
}

struct ending {
    const struct queue *queue;
    const char         *status;
    struct str          why;
};

static bool
end_request(void *context, struct arena *arena, struct doc *document, struct error *err UNUSED)
{
    const struct ending *ending = context;

    doc_set_text(arena, document, "status", str_from(ending->status));
    if (strcmp(ending->status, ending->queue->waiting) == 0) {
        doc_remove(document, "start_timestamp");
        doc_remove(document, "owner");
        doc_remove(document, "owner_began");
    } else {
        queue_set_time(arena, document, ending->queue->ended, store_now());
    }
    if (str_empty(ending->why))
        doc_remove(document, "reason");
    else
        doc_set_text(arena, document, "reason", ending->why);
    return true;
}

bool
queue_end(struct store *store, const struct queue *queue, struct str id, const char *status,
          struct str why, struct error *err)
{
    struct ending ending = { queue, status, why };

    return queue_change(store, queue, id, end_request, &ending, err);
}

/* --- after a crash --- */

/* Is whoever took the request gone? "HOST:PID"; one of our own number may have been before us. */
static bool
is_owner_gone(struct arena *arena, const struct queued *request)
{
    struct str owner = request->owner, name;
    char       host[256] = "";
    uint32_t   pid;

    gethostname(host, sizeof host - 1);
    if (!str_cut(&owner, ':', &name) || !str_is(name, host) || !owner.p || !str_to_u32(owner, &pid))
        return false;
    if ((pid_t)pid == getpid())
        return !str_equal(request->owner_began, began(arena));
    return kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

bool
queue_cut_off(struct store *store, const struct queue *queue, int64_t patience, struct arena *arena,
              struct queued **out, size_t *n, struct error *err)
{
    struct listing r = { .arena = arena, .queue = queue };

    if (!collection_list_status(store, queue->collection, STR("running"), add_request, &r, err))
        return false;
    *n = 0;
    *out = r.items;
    for (size_t i = 0; i < r.n; i++)
        if (is_owner_gone(arena, &r.items[i]) || store_now() - r.items[i].started >= patience)
            r.items[(*n)++] = r.items[i];
    return true;
}

bool
queue_fail(struct store *store, const struct queue *queue, const struct queued *request,
           struct str why, bool *done, struct error *err)
{
    AUTO_ARENA    arena = arena_new();
    struct ending ending = { queue, "failed", why };
    struct doc   *document = doc_parse(arena, request->text, err);

    return document && end_request(&ending, arena, document, err) &&
           collection_swap(store, queue->collection, request->id, request->text,
                           doc_body(arena, document), done, err);
}

/* --- forgetting --- */

struct old {
    struct arena       *arena;
    const struct queue *queue;
    int64_t             before;
    struct str         *ids;
    size_t              n, capacity;
};

/* Did a process of ours end it, long ago? */
static bool
add_old(void *context, struct str id, struct str text)
{
    struct old       *old = context;
    AUTO_ARENA        scratch = arena_new();
    const struct doc *document = doc_parse(scratch, text, NULL);
    int64_t           ended;

    if ((!doc_get(document, "owner") && !doc_get(document, "reason")) ||
        !store_read_time(doc_get_text(document, old->queue->ended), &ended) || ended >= old->before)
        return true;
    arena_grow(old->arena, old->ids, old->n, old->capacity);
    old->ids[old->n++] = arena_str(old->arena, id);
    return true;
}

bool
queue_forget(struct store *store, const struct queue *queue, int64_t before, struct error *err)
{
    AUTO_ARENA arena = arena_new();
    struct old old = { .arena = arena, .queue = queue, .before = before };

    if (!collection_list(store, queue->collection, add_old, &old, err))
        return false;
    for (size_t i = 0; i < old.n; i++)
        if (!collection_remove(store, queue->collection, old.ids[i], err) &&
            err->domain != ERROR_NOT_FOUND)
            return false;
    return true;
}
