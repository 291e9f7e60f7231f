#include "jobs/run.h"

#include "base/log.h"
#include "base/work.h"
#include "scan/host_keys.h"
#include "scan/live.h"

static bool
read_environment(struct store *store, struct arena *arena, const struct scan_request *request,
                 struct environment *environment, struct error *err)
{
    struct environment_row row;
    struct doc            *document;

    if (!store_get_environment(store, request->environment, arena, &row, err))
        return false;
    document = store_open_secrets(store, arena, row.document, err);
    return document && environment_read(arena, document, environment, err) &&
           environment_check_access(environment, err);
}

/* Does it ask the cloud? */
static bool
is_live(const struct scan_request *request)
{
    return request->phases == 0 || request->phases == SCAN_INVENTORY;
}

static enum policy
policy_of(const struct environment *environment)
{
    enum policy policy;

    return policy_from_name(doc_get_text(environment->document, "policy"), &policy) ? policy
                                                                                    : POLICY_FULL;
}

static const char *
cause_of(const struct scan_request *request)
{
    return str_empty(request->schedule) ? "manual scan" : "scheduled scan";
}

static bool
run_scan(const struct run_scope *scope, struct store *store, const struct scan_request *request,
         struct arena *arena, struct scan_result *result, bool *has_begun, struct error *err)
{
    AUTO_HOST_KEYS     keys = { 0 };
    struct environment environment;
    struct transport  *transport = NULL;
    bool               good;

    if (!read_environment(store, arena, request, &environment, err) ||
        !host_keys_load(store, environment.name, arena, &keys, err))
        return false;
    if (is_live(request))
        transport = live_open(&environment, &keys, scope->cancelled);

    const struct scan_options options = {
        .environment = environment.name,
        .space = request->space,
        .cause = cause_of(request),
        .request = request->id,
        .phases = request->phases,
        .object = { .id = request->object_id, .type = request->object_type },
        .clear = request->clear,
        .clear_all = request->clear_all,
        .implicit_links = request->implicit_links,
        .policy = policy_of(&environment),
        .jobs = scope->jobs ? scope->jobs : scan_default_jobs(false),
        .cancelled = scope->cancelled,
        .is_live = transport != NULL,
        .started_by = STR("calipso serve"),
        .progress = scope->progress,
        .context = scope->context,
    };

    *has_begun = true;
    work_give_way();
    good = scan_run(store, transport, &environment, &options, arena, result, err);
    transport_close(transport);
    return good;
}

/* The status after a scan that failed; "" why when it only waits again. */
static const char *
status_of_failure(struct store *store, const struct scan_request *request, struct error *why)
{
    struct error err;
    bool         is_aborted = false;

    if (why->domain == ERROR_BUSY) {
        why->message[0] = '\0';
        return "pending";
    }
    if (why->domain != ERROR_CANCELLED)
        return "failed";
    if (!scan_request_is_aborted(store, request->id, &is_aborted, &err) || is_aborted)
        return "aborted";
    why->message[0] = '\0';
    return "pending";
}

/* A scan that does not even begin must be found by those who look at messages, too. */
static void
note_failure(struct store *store, const struct scan_request *request, const struct error *why)
{
    const struct message message = {
        .environment = request->environment,
        .level = MESSAGE_ERROR,
        .text = str_from(why->message),
        .display_context = request->environment,
        .origin_id = request->id,
        .origin_type = str_from(cause_of(request)),
        .timestamp = store_now(),
    };
    struct error ignored;

    (void)!store_add_message(store, &message, &ignored);
}

void
run_scan_request(const struct run_scope *scope, const struct scan_request *request)
{
    AUTO_ARENA         arena = arena_new();
    struct error       err = { 0 }, failed;
    AUTO_STORE         store = store_open(scope->store.p, STORE_WRITE, &err);
    struct scan_result result = { 0 };
    const char        *status;
    bool               has_begun = false;

    log_line(LOG_INFO, "scan begins", LOG_TEXT("environment", request->environment),
             LOG_TEXT("request", request->id));
    if (store && run_scan(scope, store, request, arena, &result, &has_begun, &err)) {
        status = result.status == SCAN_COMPLETED ? "completed" : "completed_with_errors";
        err.message[0] = '\0';
    } else {
        status = store ? status_of_failure(store, request, &err) : "failed";
        if (store && !has_begun && strcmp(status, "failed") == 0)
            note_failure(store, request, &err);
    }
    log_line(LOG_INFO, "scan ends", LOG_TEXT("environment", request->environment),
             LOG_TEXT("request", request->id), LOG_TEXT("status", str_from(status)),
             LOG_TEXT("error", str_from(err.message)));
    if (!store || !scan_request_end(store, request->id, status, str_from(err.message), &failed))
        log_line(LOG_ERROR, "the end of a scan cannot be kept", LOG_TEXT("request", request->id),
                 LOG_TEXT("error", str_from(store ? failed.message : err.message)));
}
