#include "jobs/scan_request.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <unistd.h>

#include "scan/scan.h"

#define SCANS STR("scans")

static bool
is_true(const struct doc *document, const char *key)
{
    return doc_truth(doc_get(document, key));
}

static void
set_time(struct arena *arena, struct doc *document, const char *key, int64_t time)
{
    AUTO_BUF text = { 0 };

    store_write_time(&text, time);
    doc_set_text(arena, document, key, buf_str(&text));
}

static struct str
text_or(struct str text, struct str otherwise)
{
    return str_empty(text) ? otherwise : text;
}

bool
scan_request_read(struct arena *arena, struct str text, struct scan_request *out, struct error *err)
{
    static const struct {
        const char     *field;
        enum scan_phase phase;
    } only[] = {
        { "scan_only_inventory", SCAN_INVENTORY },
        { "scan_only_links", SCAN_LINKS },
        { "scan_only_cliques", SCAN_CLIQUES },
    };
    struct str        kept = arena_str(arena, text);
    const struct doc *document = doc_parse(arena, kept, err);

    if (!document)
        return false;
    *out = (struct scan_request){
        .id = doc_get_text(document, "_id"),
        .environment = doc_get_text(document, "environment"),
        .space = text_or(doc_get_text(document, "inventory"), STR("inventory")),
        .object_id = doc_get_text(document, "object_id"),
        .schedule = doc_get_text(document, "schedule"),
        .clear = is_true(document, "clear"),
        .clear_all = is_true(document, "clear_all"),
        .implicit_links = is_true(document, "implicit_links"),
        .is_aborted = is_true(document, "abort"),
        .owner = doc_get_text(document, "owner"),
        .text = kept,
    };
    if (!store_read_time(doc_get_text(document, "submit_timestamp"), &out->submitted))
        return error_set(err, ERROR_CONFIG, 0, "submit_timestamp: a time was expected");
    if (!store_read_time(doc_get_text(document, "start_timestamp"), &out->started))
        out->started = 0;
    for (size_t i = 0; i < N_ELEMENTS(only); i++) {
        if (!is_true(document, only[i].field))
            continue;
        if (out->phases)
            return error_set(err, ERROR_CONFIG, 0, "%s: only one of scan_only_... can be true",
                             only[i].field);
        out->phases = only[i].phase;
    }
    return true;
}

bool
scan_request_add(struct store *store, struct str environment, const struct doc *fields,
                 struct arena *arena, struct str *id, struct error *err)
{
    struct doc *document = doc_object(arena);
    struct oid  chance;

    if (fields)
        doc_merge(arena, document, fields);
    randombytes_buf(&chance, sizeof chance);
    doc_set_text(arena, document, "_id", oid_text(chance, arena));
    doc_set_text(arena, document, "environment", environment);
    doc_set_text(arena, document, "status", STR("pending"));
    set_time(arena, document, "submit_timestamp", store_now());
    return collection_put(store, SCANS, doc_body(arena, document), arena, id, err);
}

/* --- the queue --- */

struct waiting {
    struct arena        *arena;
    struct scan_request *items;
    size_t               n, capacity;
    struct str          *broken; /* "_id"s of those that cannot be read ... */
    struct str          *why;
    size_t               n_broken, broken_capacity, why_capacity;
};

static bool
add_waiting(void *context, struct str id, struct str text)
{
    struct waiting     *w = context;
    struct scan_request request;
    struct error        err;

    if (scan_request_read(w->arena, text, &request, &err)) {
        arena_grow(w->arena, w->items, w->n, w->capacity);
        w->items[w->n++] = request;
        return true;
    }
    arena_grow(w->arena, w->why, w->n_broken, w->why_capacity);
    w->why[w->n_broken] = arena_str(w->arena, str_from(err.message));
    arena_grow(w->arena, w->broken, w->n_broken, w->broken_capacity);
    w->broken[w->n_broken++] = arena_str(w->arena, id);
    return true;
}

static int
compare_submitted(const void *a, const void *b)
{
    const struct scan_request *x = a, *y = b;

    if (x->submitted != y->submitted)
        return x->submitted < y->submitted ? -1 : 1;
    return str_compare(x->id, y->id);
}

static bool
make_running(struct store *store, struct arena *arena, const struct scan_request *request,
             bool *done, struct error *err)
{
    struct doc *document = doc_parse(arena, request->text, err);
    char        host[256] = "";

    if (!document)
        return false;
    gethostname(host, sizeof host - 1);
    doc_set_text(arena, document, "status", STR("running"));
    doc_set_text(arena, document, "owner", arena_printf(arena, "%s:%d", host, (int)getpid()));
    set_time(arena, document, "start_timestamp", store_now());
    return collection_swap(store, SCANS, request->id, request->text, doc_body(arena, document),
                           done, err);
}

bool
scan_request_take(struct store *store, is_free_fn *is_free, void *context, struct arena *arena,
                  struct scan_request *out, bool *found, struct error *err)
{
    struct waiting w = { .arena = arena };

    *found = false;
    if (!collection_list_where(store, SCANS, "status", STR("pending"), add_waiting, &w, err))
        return false;
    for (size_t i = 0; i < w.n_broken; i++)
        if (!scan_request_end(store, w.broken[i], "failed", w.why[i], err))
            return false;
    if (w.n)
        qsort(w.items, w.n, sizeof *w.items, compare_submitted);
    for (size_t i = 0; i < w.n && !*found; i++) {
        if (!is_free(context, w.items[i].environment))
            continue;
        if (!make_running(store, arena, &w.items[i], found, err))
            return false;
        *out = w.items[i];
    }
    return true;
}

/* --- other statuses --- */

/* A change of a request; false: it is not to be changed after all, and 'err' says why. */
typedef bool change_fn_of_request(void *context, struct arena *, struct doc *, struct error *);

/* Read, change and put back, again when somebody else was quicker. */
static bool
change_request(struct store *store, struct str id, change_fn_of_request *change, void *context,
               struct error *err)
{
    for (bool done = false; !done;) {
        AUTO_ARENA  arena = arena_new();
        struct str  text;
        struct doc *document;

        if (!collection_get(store, SCANS, id, arena, &text, err) ||
            !(document = doc_parse(arena, text, err)) || !change(context, arena, document, err) ||
            !collection_swap(store, SCANS, id, text, doc_body(arena, document), &done, err))
            return false;
    }
    return true;
}

struct ending {
    const char *status;
    struct str  why;
};

static bool
end_request(void *context, struct arena *arena, struct doc *document, struct error *err UNUSED)
{
    const struct ending *ending = context;

    doc_set_text(arena, document, "status", str_from(ending->status));
    if (strcmp(ending->status, "pending") == 0) {
        doc_remove(document, "start_timestamp");
        doc_remove(document, "owner");
    } else {
        set_time(arena, document, "end_timestamp", store_now());
    }
    if (!str_empty(ending->why))
        doc_set_text(arena, document, "reason", ending->why);
    return true;
}

bool
scan_request_end(struct store *store, struct str id, const char *status, struct str why,
                 struct error *err)
{
    struct ending ending = { status, why };

    return change_request(store, id, end_request, &ending, err);
}

static bool
abort_request(void *context UNUSED, struct arena *arena, struct doc *document, struct error *err)
{
    struct str status = doc_get_text(document, "status");

    if (str_is(status, "running")) {
        doc_set_bool(arena, document, "abort", true);
        return true;
    }
    if (!str_is(status, "pending") && !str_is(status, "draft"))
        return error_set(err, ERROR_USAGE, 0, "the scan has ended already: %.*s", STR_ARG(status));
    doc_set_text(arena, document, "status", STR("aborted"));
    set_time(arena, document, "end_timestamp", store_now());
    return true;
}

bool
scan_request_abort(struct store *store, struct str id, struct error *err)
{
    return change_request(store, id, abort_request, NULL, err);
}

bool
scan_request_is_aborted(struct store *store, struct str id, bool *is_aborted, struct error *err)
{
    AUTO_ARENA arena = arena_new();
    struct str text;

    if (!collection_get(store, SCANS, id, arena, &text, err))
        return false;
    *is_aborted = doc_truth(doc_get(doc_parse(arena, text, NULL), "abort"));
    return true;
}

/* --- after a crash --- */

enum { PATIENCE = 120 * 1000000 }; /* microseconds between a beginning and its lease, at the most */

/* Is whoever took the request gone? "HOST:PID". */
static bool
is_owner_gone(struct str owner)
{
    char       host[256] = "";
    struct str name;
    uint32_t   pid;

    gethostname(host, sizeof host - 1);
    return str_cut(&owner, ':', &name) && str_is(name, host) && owner.p &&
           str_to_u32(owner, &pid) && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

/* Does nobody scan this environment? */
static bool
is_idle(struct store *store, struct str environment)
{
    char               host[256] = "";
    struct lease_owner owner = { .owner = STR("calipso serve"), .pid = getpid() };
    struct lease       lease;
    struct error       ignored;

    gethostname(host, sizeof host - 1);
    owner.host = str_from(host);
    if (!store_lease_acquire(store, environment, &owner, store_now(), &lease, &ignored))
        return false;
    (void)!store_lease_release(store, &lease, &ignored);
    return true;
}

bool
scan_requests_recover(struct store *store, uint64_t *n, struct error *err)
{
    AUTO_ARENA     arena = arena_new();
    struct waiting w = { .arena = arena };
    struct error   ignored;

    *n = 0;
    if (!collection_list_where(store, SCANS, "status", STR("running"), add_waiting, &w, err))
        return false;
    for (size_t i = 0; i < w.n; i++) {
        const struct scan_request *request = &w.items[i];

        if ((!is_owner_gone(request->owner) && store_now() - request->started < PATIENCE) ||
            !is_idle(store, request->environment))
            continue;
        if (!scan_request_end(store, request->id, "failed",
                              STR("the process that scanned has ended"), err))
            return false;
        if (str_empty(request->object_id))
            (void)!store_mark_scanned(store, request->environment, false, store_now(), &ignored);
        ++*n;
    }
    return true;
}
