#include "jobs/scan_request.h"

#include <unistd.h>

#include "scan/scan.h"

static bool
is_true(const struct doc *document, const char *key)
{
    return doc_truth(doc_get(document, key));
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
        .object_type = doc_get_text(document, "object_type"),
        .schedule = doc_get_text(document, "schedule"),
        .clear = is_true(document, "clear"),
        .clear_all = is_true(document, "clear_all"),
        .implicit_links = is_true(document, "implicit_links"),
    };
    for (size_t i = 0; i < N_ELEMENTS(only); i++) {
        if (!is_true(document, only[i].field))
            continue;
        if (out->phases)
            return error_set(err, ERROR_CONFIG, 0, "%s: only one of scan_only_... can be true",
                             only[i].field);
        out->phases = only[i].phase;
    }
    if (!str_empty(out->object_id) && (out->phases || out->clear || out->clear_all))
        return error_set(err, ERROR_CONFIG, 0,
                         "object_id: a scan of one object does all, and clears nothing");
    return true;
}

static bool
check(struct arena *arena, struct str text, struct error *err)
{
    struct scan_request ignored;

    return scan_request_read(arena, text, &ignored, err);
}

#define KEPT (90 * 86400 * INT64_C(1000000)) /* microseconds: a quarter to look back at */

static const struct queue scans = {
    .collection = STR("scans"),
    .waiting = "pending",
    .ended = "end_timestamp",
    .check = check,
};

static bool
add(struct store *store, struct str id, struct str environment, const struct doc *fields, bool runs,
    struct arena *arena, struct error *err)
{
    struct doc *document = doc_object(arena);

    if (fields)
        doc_merge(arena, document, fields);
    doc_set_text(arena, document, "environment", environment);
    return queue_add(store, &scans, id, document, runs, arena, err);
}

bool
scan_request_add(struct store *store, struct str environment, const struct doc *fields,
                 struct arena *arena, struct str *id, struct error *err)
{
    *id = oid_new(arena);
    return add(store, *id, environment, fields, false, arena, err);
}

bool
scan_request_begin(struct store *store, struct str id, struct str environment,
                   const struct doc *fields, struct arena *arena, struct error *err)
{
    return add(store, id, environment, fields, true, arena, err);
}

bool
scan_request_take(struct store *store, is_free_fn *is_free, void *context, struct arena *arena,
                  struct scan_request *out, bool *found, struct error *err)
{
    struct queued request;

    return queue_take(store, &scans, is_free, context, arena, &request, found, err) &&
           (!*found || scan_request_read(arena, request.text, out, err));
}

bool
scan_request_end(struct store *store, struct str id, const char *status, struct str why,
                 struct error *err)
{
    return queue_end(store, &scans, id, status, why, err);
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
    queue_set_time(arena, document, "end_timestamp", store_now());
    return true;
}

bool
scan_request_abort(struct store *store, struct str id, struct error *err)
{
    return queue_change(store, &scans, id, abort_request, NULL, err);
}

bool
scan_request_is_aborted(struct store *store, struct str id, bool *is_aborted, struct error *err)
{
    AUTO_ARENA arena = arena_new();
    struct str text;

    if (!collection_get(store, scans.collection, id, arena, &text, err))
        return false;
    *is_aborted = doc_truth(doc_get(doc_parse(arena, text, NULL), "abort"));
    return true;
}

/* --- after a crash --- */

enum { PATIENCE = 120 * 1000000 }; /* microseconds between a beginning and its lease, at the most */

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

static bool
recover(struct store *store, struct arena *arena, const struct queued *request, bool *done,
        struct error *err)
{
    struct scan_request scan;
    struct error        ignored;

    if (!scan_request_read(arena, request->text, &scan, err) ||
        !queue_fail(store, &scans, request, STR("the process that scanned has ended"), done, err))
        return false;
    if (*done && str_empty(scan.object_id) && scan.phases == 0)
        (void)!store_mark_scanned(store, scan.environment, false, store_now(), &ignored);
    return true;
}

bool
scan_requests_recover(struct store *store, uint64_t *n, struct error *err)
{
    AUTO_ARENA     arena = arena_new();
    struct queued *items;
    size_t         n_items;

    *n = 0;
    if (!queue_cut_off(store, &scans, PATIENCE, arena, &items, &n_items, err))
        return false;
    for (size_t i = 0; i < n_items; i++) {
        bool done;

        if (!is_idle(store, items[i].environment))
            continue;
        if (!recover(store, arena, &items[i], &done, err))
            return false;
        *n += done;
    }
    return true;
}

bool
scan_requests_forget(struct store *store, int64_t now, struct error *err)
{
    return queue_forget(store, &scans, now - KEPT, err);
}
