/* Scans that are asked for, and schedules that ask. */

#include "api/page.h"
#include "api/service.h"
#include "api/v1.h"
#include "jobs/scan_request.h"
#include "jobs/schedule.h"
#include "scan/scope.h"
#include "store/transaction.h"

#define SCANS STR("scans")
#define SCHEDULES STR("scheduled_scans")

enum { FIRST_PHASE = 2 }; /* of the flags */

/* How to scan, with what the body does not say; at most one phase. */
static bool
read_options(struct call *call, struct doc *fields)
{
    static const char *const flags[] = { "clear", "implicit_links", "scan_only_inventory",
                                         "scan_only_links", "scan_only_cliques" };
    size_t                   n_phases = 0;

    doc_set_text(call->arena, fields, "log_level", STR("info"));
    doc_set_text(call->arena, fields, "inventory", STR("inventory"));
    for (size_t i = 0; i < N_ELEMENTS(flags); i++) {
        doc_set_bool(call->arena, fields, flags[i], false);
        n_phases += i >= FIRST_PHASE && doc_truth(doc_get(call->body, flags[i]));
    }
    doc_merge(call->arena, fields, call->body);
    if (n_phases <= 1)
        return true;
    reply_error(call, 400, "only one of scan_only_inventory, scan_only_links, scan_only_cliques");
    return false;
}

/* The object of a scan that is for one is there, and the other options go with it. */
static bool
check_object(struct call *call, const struct doc *fields)
{
    const struct inventory   inventory = { doc_get_text(call->environment, "name"),
                                           doc_get_text(fields, "inventory") };
    const struct scan_object object = { .id = doc_get_text(fields, "object_id"),
                                        .type = doc_get_text(fields, "object_type") };
    struct scan_request      request;
    struct scan_scope        scope = { 0 };
    struct error             err;
    bool                     good;

    if (str_empty(object.id) && !str_empty(object.type)) {
        reply_error(call, 400, "object_id: is missing beside object_type");
        return false;
    }
    good = scan_request_read(call->arena, doc_body(call->arena, fields), &request, &err);
    if (good && !scope_find(&scope, call->store, &inventory, &object, call->arena, &err))
        good = error_prefix(&err, "object_id: ");
    scope_done(&scope);
    if (!good)
        reply_error(call, 400, "%s", err.message);
    return good;
}

/* A document of a collection: of a scan that runs here with how far it is, of a schedule that the
 * original's API made with its recurrence. */
static struct doc *
shown(struct call *call, struct str text)
{
    struct doc          *document = doc_parse(call->arena, text, NULL);
    struct str           recurrence = schedule_recurrence(document);
    struct scan_progress progress;

    if (api_scan_progress(call->api, doc_get_text(document, "_id"), &progress)) {
        struct doc *p = doc_object(call->arena);

        doc_set_text(call->arena, p, "phase", str_from(progress.phase));
        doc_set_int(call->arena, p, "done", (int64_t)progress.n_done);
        doc_set_int(call->arena, p, "total", (int64_t)progress.n_total);
        doc_set_int(call->arena, p, "objects", (int64_t)progress.n_found);
        doc_set_int(call->arena, p, "errors", (int64_t)progress.n_errors);
        if (progress.host[0])
            doc_set_text(call->arena, p, "host", arena_str(call->arena, str_from(progress.host)));
        doc_set(call->arena, document, "progress", p);
    }
    if (!doc_get(document, "recurrence") && !str_empty(recurrence))
        doc_set_text(call->arena, document, "recurrence", recurrence);
    return document;
}

static void
reply_document(struct call *call, struct store *store, struct str collection, struct str id,
               unsigned status)
{
    struct str   text;
    struct error err;

    if (collection_get(store, collection, id, call->arena, &text, &err))
        reply_json(call, status, shown(call, text));
    else
        reply_failure(call, &err);
}

void
post_scan(struct call *call)
{
    struct doc   *fields = doc_object(call->arena);
    struct store *writer;
    struct str    id;
    struct error  err;

    if (!read_options(call, fields) || !check_object(call, fields))
        return;
    doc_set_text(call->arena, fields, "requested_by", call->user->name);
    writer = call_writer(call);
    if (!scan_request_add(writer, doc_get_text(call->environment, "name"), fields, call->arena, &id,
                          &err)) {
        reply_failure(call, &err);
        return;
    }
    api_wake_jobs(call->api);
    reply_document(call, writer, SCANS, id, 202);
    reply_location(call, STR("/api/v1/scans"), id);
}

/* --- lists --- */

struct documents {
    struct call     *call;
    struct page_list list;
    struct str       environment, status; /* only these; "" = all */
};

typedef bool document_walk(struct documents *, struct error *);

static bool
add_document(void *context, struct str id, struct str text)
{
    struct documents *d = context;
    const struct doc *document;
    struct str        environment;

    if (page_is_before(&d->list, id))
        return true;
    document = doc_parse(d->call->arena, text, NULL);
    environment = doc_get_text(document, "environment");
    if (!call_environment(d->call, environment, RIGHT_VIEW) || !page_is_behind(&d->list, id) ||
        (!str_empty(d->environment) && !str_equal(environment, d->environment)) ||
        (!str_empty(d->status) && !str_equal(doc_get_text(document, "status"), d->status)))
        return true;
    return page_add(&d->list, doc_body(d->call->arena, shown(d->call, text)), id, STR_NONE);
}

static void
list_collection(struct call *call, document_walk *walk)
{
    struct documents d = {
        .call = call,
        .environment = param_get(&call->query, "environment"),
        .status = param_get(&call->query, "status"),
    };
    struct page  page;
    struct error err;

    if (!page_read(call, &page))
        return;
    page_begin(&d.list, call, &page);
    if (walk(&d, &err))
        page_end(&d.list);
    else
        reply_failure(call, &err);
}

static bool
walk_scans(struct documents *d, struct error *err)
{
    struct store *store = d->call->store;

    if (str_is(param_get(&d->call->query, "sort"), "time"))
        return collection_list(store, SCANS, add_document, d, err);
    if (str_empty(d->environment))
        return collection_list_latest(store, SCANS, add_document, d, err);
    return collection_list_scans(store, d->environment, add_document, d, err);
}

void
list_scans(struct call *call)
{
    list_collection(call, walk_scans);
}

static bool
walk_schedules(struct documents *d, struct error *err)
{
    return collection_list(d->call->store, SCHEDULES, add_document, d, err);
}

void
list_schedules(struct call *call)
{
    list_collection(call, walk_schedules);
}

/* --- the last one --- */

struct last {
    struct call *call;
    struct doc  *scan; /* NULL: none */
};

/* Of those that are for the whole environment, and more than a draft. One that runs goes before those
 * that wait behind it. */
static bool
take_last(void *context, struct str id UNUSED, struct str text)
{
    struct last *last = context;
    struct doc  *scan = shown(last->call, text);
    struct str   status = doc_get_text(scan, "status");

    if (!str_empty(doc_get_text(scan, "object_id")) || str_is(status, "draft"))
        return true;
    if (!last->scan || str_is(status, "running"))
        last->scan = scan;
    return str_is(status, "pending");
}

bool
find_last_scan(struct call *call, struct store *store, struct str environment, struct doc **found,
               struct error *err)
{
    static const char *const members[] = {
        "_id",           "status",  "reason", "submit_timestamp", "start_timestamp",
        "end_timestamp", "progress"
    };
    struct last last = { .call = call };

    if (!collection_list_scans(store, environment, take_last, &last, err))
        return false;
    *found = last.scan ? doc_object(call->arena) : doc_null();
    for (size_t i = 0; i < N_ELEMENTS(members); i++)
        if (doc_get(last.scan, members[i]))
            doc_set(call->arena, *found, members[i], doc_get(last.scan, members[i]));
    return true;
}

/* --- one --- */

/* The document, if whoever asks has that right in its environment; else as one that is not there. */
static struct doc *
find_document(struct call *call, struct str collection, enum right right)
{
    struct str   id = param_get(&call->path, "id"), text;
    struct doc  *document = NULL;
    struct error err;

    if (collection_get(call->store, collection, id, call->arena, &text, &err))
        document = shown(call, text);
    else if (err.domain != ERROR_NOT_FOUND) {
        reply_failure(call, &err);
        return NULL;
    }
    if (!document || !call_environment(call, doc_get_text(document, "environment"), RIGHT_VIEW)) {
        reply_error(call, 404, "there is no %.*s", STR_ARG(str_head(id, 60)));
        return NULL;
    }
    if (call_environment(call, doc_get_text(document, "environment"), right))
        return document;
    reply_error(call, 403, "this needs the right %s in its environment", right_name(right));
    return NULL;
}

static void
get_document(struct call *call, struct str collection)
{
    struct doc *document = find_document(call, collection, RIGHT_VIEW);

    if (document)
        reply_json(call, 200, document);
}

void
get_scan(struct call *call)
{
    get_document(call, SCANS);
}

void
get_schedule(struct call *call)
{
    get_document(call, SCHEDULES);
}

void
cancel_scan(struct call *call)
{
    struct doc   *document = find_document(call, SCANS, RIGHT_EDIT);
    struct str    id = doc_get_text(document, "_id");
    struct store *writer;
    struct error  err;

    if (!document)
        return;
    writer = call_writer(call);
    if (!scan_request_abort(writer, id, &err)) {
        if (err.domain == ERROR_USAGE)
            reply_error(call, 409, "%s", err.message);
        else
            reply_failure(call, &err);
        return;
    }
    api_wake_jobs(call->api);
    reply_document(call, writer, SCANS, id, 202);
}

/* --- schedules --- */

/* With an "_id" in the place of another, which is still there: who has removed it meant that. */
static bool
put_schedule_document(struct call *call, struct store *writer, const struct doc *document,
                      struct str *id, struct error *err)
{
    struct str old;

    return (str_empty(*id) || collection_get(writer, SCHEDULES, *id, call->arena, &old, err)) &&
           collection_put(writer, SCHEDULES, doc_body(call->arena, document), call->arena, id, err);
}

/* A new one, or (with an "_id") one in the place of another. */
static void
keep_schedule(struct call *call, struct str environment, struct str id, unsigned status)
{
    struct doc   *document = doc_object(call->arena);
    struct store *writer;
    struct error  err;

    if (!read_options(call, document))
        return;
    doc_set_text(call->arena, document, "environment", environment);
    doc_set_text(call->arena, document, "requested_by", call->user->name);
    if (!str_empty(id))
        doc_set_text(call->arena, document, "_id", id);
    if (!schedule_prepare(call->arena, document, store_now(), &err)) {
        reply_failure(call, &err);
        return;
    }
    writer = call_writer(call);
    if (!write_begin(writer, &err) ||
        !write_end(writer, put_schedule_document(call, writer, document, &id, &err), &err)) {
        reply_failure(call, &err);
        return;
    }
    api_wake_jobs(call->api);
    reply_document(call, writer, SCHEDULES, id, status);
}

void
post_schedule(struct call *call)
{
    keep_schedule(call, doc_get_text(call->environment, "name"), STR_NONE, 201);
}

/* What it asks for, and when: its runs are counted anew. */
void
put_schedule(struct call *call)
{
    const struct doc *document = find_document(call, SCHEDULES, RIGHT_EDIT);

    if (document)
        keep_schedule(call, doc_get_text(document, "environment"), doc_get_text(document, "_id"),
                      200);
}

void
delete_schedule(struct call *call)
{
    struct doc  *document = find_document(call, SCHEDULES, RIGHT_EDIT);
    struct error err;

    if (!document)
        return;
    if (!collection_remove(call_writer(call), SCHEDULES, doc_get_text(document, "_id"), &err))
        reply_failure(call, &err);
}
