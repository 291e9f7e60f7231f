/* Environments: the documents of clouds. Secrets go in, and come out as "***". */

#include "api/page.h"
#include "api/service.h"
#include "api/v1.h"
#include "jobs/removal.h"
#include "model/environment.h"
#include "store/transaction.h"

/* --- what is shown --- */

/* What whoever asks may do is shown with it, since nobody else can tell, and how its last scan went.
 * NULL on failure. */
static struct doc *
shown(struct call *call, struct store *store, const struct doc *document, struct error *err)
{
    struct doc *masked = environment_masked(call->arena, document), *scan;

    if (!find_last_scan(call, store, doc_get_text(document, "name"), &scan, err))
        return NULL;
    doc_set(call->arena, masked, "last_scan", scan);
    doc_set_bool(call->arena, masked, "may_edit",
                 access_may(call->user, RIGHT_EDIT, doc_get(document, "auth")));
    return masked;
}

static void
reply_shown(struct call *call, struct store *store, unsigned status, const struct doc *document)
{
    struct error      err;
    const struct doc *all = shown(call, store, document, &err);

    if (all)
        reply_json(call, status, all);
    else
        reply_failure(call, &err);
}

struct environments {
    struct call     *call;
    struct page_list list;
    bool             good;
    struct error     err;
};

static bool
add_environment_row(void *context, const struct environment_row *row)
{
    struct environments *e = context;
    struct doc          *document = doc_parse(e->call->arena, row->document, NULL);
    const struct doc    *all;

    if (!access_may(e->call->user, RIGHT_VIEW, doc_get(document, "auth")))
        return true;
    if (!str_empty(e->list.page->after[0]) && str_compare(row->name, e->list.page->after[0]) <= 0)
        return true;
    all = shown(e->call, e->call->store, document, &e->err);
    e->good = all != NULL;
    return e->good && page_add(&e->list, doc_body(e->call->arena, all), row->name, STR_NONE);
}

void
list_environments(struct call *call)
{
    struct environments e = { .call = call, .good = true };
    struct page         page;
    struct error        err;

    if (!page_read(call, &page))
        return;
    page_begin(&e.list, call, &page);
    if (!store_environments(call->store, add_environment_row, &e, &err))
        reply_failure(call, &err);
    else if (!e.good)
        reply_failure(call, &e.err);
    else
        page_end(&e.list);
}

void
get_environment(struct call *call)
{
    reply_shown(call, call->store, 200, call->environment);
}

/* --- what comes in --- */

/* The members of a target that say where its secrets go. */
static const char *const directions[] = { "host",  "port", "scheme", "path", "interface",
                                          "hosts", "tls",  "verify", "ca",   "server_ip" };

static bool
has_mask(const struct doc *value)
{
    struct doc_iter it = { 0 };

    if (doc_kind(value) == DOC_STRING)
        return str_is(doc_text(value), "***");
    for (size_t i = 0; doc_kind(value) == DOC_ARRAY && i < doc_count(value); i++)
        if (has_mask(doc_at(value, i)))
            return true;
    while (doc_kind(value) == DOC_OBJECT && doc_next(value, &it))
        if (has_mask(it.value))
            return true;
    return false;
}

static bool
equal_masked(struct arena *arena, const struct doc *given, const struct doc *known)
{
    if (!given || !known)
        return given == known;
    return doc_kind(known) == DOC_OBJECT ? doc_equal(given, environment_masked(arena, known))
                                         : doc_equal(given, known);
}

bool
environment_keeps_directions(struct call *call, const struct doc *document, const struct doc *known)
{
    const struct doc *targets = doc_get(document, "configuration");

    for (size_t i = 0; i < doc_count(targets); i++) {
        const struct doc *target = doc_at(targets, i);
        struct str        name = doc_get_text(target, "name");
        const struct doc *before = environment_find_target(known, name.p);

        if (!has_mask(target))
            continue;
        if (!before) {
            reply_error(call, 400, "%.*s: the password is missing: there is none yet that *** is",
                        STR_ARG(name));
            return false;
        }
        for (size_t d = 0; d < N_ELEMENTS(directions); d++) {
            if (equal_masked(call->arena, doc_get(target, directions[d]),
                             doc_get(before, directions[d])))
                continue;
            reply_error(call, 400, "%.*s: with another %s the password must be given anew",
                        STR_ARG(name), directions[d]);
            return false;
        }
    }
    return true;
}

/* What is known of it, and who has rights in it, nobody writes by giving a document: those who manage
 * users give rights, scans see what there is. */
static void
keep_known(struct call *call, struct doc *document, const struct doc *known)
{
    static const char *const ours[] = { "_id",          "auth",        "user", "scanned",
                                        "last_scanned", "operational", "cloud" };

    for (size_t i = 0; i < N_ELEMENTS(ours); i++) {
        struct doc *value = doc_get(known, ours[i]);

        doc_remove(document, ours[i]);
        if (value)
            doc_set(call->arena, document, ours[i], value);
    }
}

/* A whole document, checked; NULL after replying. */
static struct doc *
read_document(struct call *call, const struct doc *known)
{
    struct environment environment;
    struct doc        *document;
    struct error       err;

    doc_remove(call->body, "may_edit");
    doc_remove(call->body, "last_scan");
    keep_known(call, call->body, known);
    environment_set_defaults(call->arena, call->body);
    if (!environment_keeps_directions(call, call->body, known))
        return NULL;
    document = environment_unmasked(call->arena, call->body, known, &err);
    if (document && environment_read(call->arena, document, &environment, &err) &&
        environment_check_access(&environment, &err))
        return document;
    reply_failure(call, &err);
    return NULL;
}

/* Who may see and change it are told by their ids. */
static void
set_owner(struct call *call, struct doc *document)
{
    static const char *const rights[] = { "view-env", "edit-env" };
    struct doc              *auth = doc_object(call->arena);

    for (size_t i = 0; i < N_ELEMENTS(rights); i++) {
        struct doc *users = doc_array(call->arena);

        doc_push_text(call->arena, users, call->user->id);
        doc_set(call->arena, auth, rights[i], users);
    }
    doc_set(call->arena, document, "auth", auth);
    doc_set_text(call->arena, document, "user", call->user->name);
}

static void
reply_kept(struct call *call, struct store *writer, unsigned status, struct str name)
{
    struct environment_row row;
    struct error           err;

    if (!store_get_environment(writer, name, call->arena, &row, &err)) {
        reply_failure(call, &err);
        return;
    }
    reply_shown(call, writer, status, doc_parse(call->arena, row.document, NULL));
}

void
post_environment(struct call *call)
{
    struct doc            *document = read_document(call, NULL);
    struct str             name = doc_get_text(document, "name");
    struct environment_row row;
    struct store          *writer;
    struct error           err;
    bool                   is_taken, is_refused, is_kept;

    if (!document)
        return;
    set_owner(call, document);
    writer = call_writer(call);
    if (!write_begin(writer, &err)) {
        reply_failure(call, &err);
        return;
    }
    is_taken = store_get_environment(writer, name, call->arena, &row, &err);
    is_refused =
        !is_taken && err.domain == ERROR_NOT_FOUND && !call_may_take_name(call, writer, name);
    is_kept = !is_taken && !is_refused && err.domain == ERROR_NOT_FOUND &&
              store_put_environment(writer, doc_body(call->arena, document), &err);
    if (!write_end(writer, is_kept, &err)) {
        if (is_taken)
            reply_error(call, 409, "there is an environment %.*s already", STR_ARG(name));
        else if (!is_refused)
            reply_failure(call, &err);
        return;
    }
    reply_kept(call, writer, 201, name);
    reply_location(call, STR("/api/v1/environments"), name);
}

/* JSON merge patch (RFC 7396). */
static struct doc *
merged(struct arena *arena, const struct doc *target, const struct doc *patch)
{
    struct doc     *result = doc_object(arena);
    struct doc_iter it = { 0 };

    if (doc_kind(target) == DOC_OBJECT)
        doc_merge(arena, result, target);
    while (doc_next(patch, &it)) {
        struct doc *value = it.value;

        if (doc_kind(value) == DOC_OBJECT)
            value = merged(arena, doc_getn(result, it.key), value);
        if (doc_kind(value) == DOC_NULL)
            doc_removen(result, it.key);
        else
            doc_setn(arena, result, it.key, value);
    }
    return result;
}

/* What is to be kept, of what there is now; NULL after replying. A patch is of what is shown, with the
 * members of the body: lists as a whole. */
static struct doc *
read_change(struct call *call, struct store *writer, struct str name)
{
    struct environment_row row;
    struct doc            *known, *document;
    struct error           err;

    if (!store_get_environment(writer, name, call->arena, &row, &err)) {
        reply_failure(call, &err);
        return NULL;
    }
    known = doc_parse(call->arena, row.document, NULL);
    if (call->route->method == HTTP_PATCH)
        call->body = merged(call->arena, environment_masked(call->arena, known), call->body);
    document = read_document(call, known);
    if (!document || str_equal(doc_get_text(document, "name"), name))
        return document;
    reply_error(call, 400, "name: a name stays");
    return NULL;
}

/* In one transaction: another editor's change in between, or a scan's, would else be lost. */
void
put_environment(struct call *call)
{
    struct str    name = doc_get_text(call->environment, "name");
    struct store *writer = call_writer(call);
    struct doc   *document;
    struct error  err;
    bool          is_kept;

    if (!write_begin(writer, &err)) {
        reply_failure(call, &err);
        return;
    }
    document = read_change(call, writer, name);
    is_kept = document && store_put_environment(writer, doc_body(call->arena, document), &err);
    if (write_end(writer, is_kept, &err))
        reply_kept(call, writer, 200, name);
    else if (document)
        reply_failure(call, &err);
}

void
patch_environment(struct call *call)
{
    put_environment(call);
}

void
delete_environment(struct call *call)
{
    struct str    name = doc_get_text(call->environment, "name");
    struct store *writer = call_writer(call);
    struct error  err;

    if (environment_remove(writer, name, param_truth(&call->query, "purge"), &err))
        api_wake_jobs(call->api);
    else
        reply_failure(call, &err);
}
