/* /scans and /scheduled_scans: requests are documents, which the scan manager looks for. */

#include "api/original.h"

#include "jobs/schedule.h"

static const char *const frequencies[] = { "YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", NULL };

/* --- scans --- */

static const struct check_key scan_keys[] = {
    { .key = "env_name", CHECK_TEXT, CHECK_NEEDED, .field = "environment" },
    { .key = "id", CHECK_OID, CHECK_CONVERT, .field = "_id" },
    { .key = "base_object", CHECK_TEXT, .field = "object_id" },
    { .key = "status", CHECK_TEXT, .constant = "scans_statuses", .field = "status" },
    ORIGINAL_PAGE,
    { 0 },
};

static const char *const scan_fields[] = { "environment", "status", NULL };

static const struct original_collection scans = {
    .name = "scans",
    .keys = scan_keys,
    .environment_key = "env_name",
    .fields = scan_fields,
};

static const struct check_key new_scan_keys[] = {
    { .key = "status", CHECK_TEXT, CHECK_NEEDED, .constant = "scans_statuses" },
    { .key = "log_level", CHECK_TEXT, .constant = "log_levels" },
    { .key = "clear", CHECK_BOOL, CHECK_CONVERT },
    { .key = "scan_only_inventory", CHECK_BOOL, CHECK_CONVERT },
    { .key = "scan_only_links", CHECK_BOOL, CHECK_CONVERT },
    { .key = "scan_only_cliques", CHECK_BOOL, CHECK_CONVERT },
    { .key = "environment", CHECK_TEXT, CHECK_NEEDED },
    { .key = "inventory", CHECK_TEXT },
    { .key = "object_id", CHECK_TEXT },
    { 0 },
};

void
original_get_scans(struct call *call)
{
    original_answer_collection(call, &scans);
}

/* Only one part of a scan can be wanted alone; false after a reply. */
static bool
check_parts(struct call *call, const struct doc *scan)
{
    static const char *const parts[] = { "scan_only_inventory", "scan_only_links",
                                         "scan_only_cliques" };
    struct doc              *found = doc_array(call->arena);

    for (size_t i = 0; i < N_ELEMENTS(parts); i++)
        if (doc_truth(doc_get(scan, parts[i])))
            doc_push_text(call->arena, found, str_from(parts[i]));
    if (doc_count(found) < 2)
        return true;
    reply_error(call, 400, "multiple scan_only_* flags found: %.*s. only one of them can be set.",
                STR_ARG(check_join(call->arena, found, ", ")));
    return false;
}

/* What becomes of a scan is said by who runs it: false after a reply. */
static bool
check_status(struct call *call, const struct doc *scan)
{
    struct str status = doc_get_text(scan, "status");

    if (str_is(status, "pending") || str_is(status, "draft"))
        return true;
    reply_error(call, 400, "a new scan is pending or a draft, not %.*s", STR_ARG(status));
    return false;
}

/* May whoever asks have this environment scanned? To others it is not there. */
static bool
check_environment(struct call *call, struct str environment)
{
    if (call_environment(call, environment, RIGHT_EDIT))
        return true;
    original_reply_unknown(call, environment);
    return false;
}

void
original_post_scan(struct call *call)
{
    struct doc   *scan = original_body(call, new_scan_keys);
    struct str    environment = doc_get_text(scan, "environment"), id;
    struct store *writer;
    AUTO_BUF      now = { 0 };

    if (!scan || !check_parts(call, scan) || !check_status(call, scan) ||
        !check_environment(call, environment))
        return;
    store_write_time(&now, store_now());
    doc_set_text(call->arena, scan, "submit_timestamp", buf_str(&now));
    writer = call_writer(call);
    if (writer && original_insert(call, writer, scans.name, scan, &id))
        original_reply_created(call, "created a new scan for environment %.*s",
                               STR_ARG(environment));
}

/* --- schedules --- */

static const struct check_key schedule_keys[] = {
    { .key = "environment", CHECK_TEXT, CHECK_NEEDED, .field = "environment" },
    { .key = "id", CHECK_OID, CHECK_CONVERT, .field = "_id" },
    { .key = "freq", CHECK_TEXT, .values = frequencies, .field = "freq" },
    ORIGINAL_PAGE,
    { 0 },
};

static const char *const schedule_fields[] = { "environment", "freq", "scheduled_timestamp", NULL };

/* Also ONCE is shown, which the original does not know. */
static void
name_frequency(struct arena *arena, struct doc *schedule)
{
    struct str recurrence = schedule_recurrence(schedule);

    if (!doc_get(schedule, "freq") && !str_empty(recurrence))
        doc_set_text(arena, schedule, "freq", recurrence);
}

static const struct original_collection schedules = {
    .name = "scheduled_scans",
    .keys = schedule_keys,
    .environment_key = "environment",
    .fields = schedule_fields,
    .translate = name_frequency,
};

static const struct check_key new_schedule_keys[] = {
    { .key = "environment", CHECK_TEXT, CHECK_NEEDED },
    { .key = "scan_only_links", CHECK_BOOL, CHECK_CONVERT },
    { .key = "scan_only_cliques", CHECK_BOOL, CHECK_CONVERT },
    { .key = "scan_only_inventory", CHECK_BOOL, CHECK_CONVERT },
    { .key = "freq", CHECK_TEXT, CHECK_NEEDED, .values = frequencies },
    { .key = "submit_timestamp", CHECK_TIME, CHECK_NEEDED },
    { .key = "log_level", CHECK_TEXT, .constant = "log_levels" },
    { .key = "clear", CHECK_BOOL, CHECK_CONVERT },
    { 0 },
};

void
original_get_scheduled_scans(struct call *call)
{
    original_answer_collection(call, &schedules);
}

void
original_post_scheduled_scan(struct call *call)
{
    struct doc   *schedule = original_body(call, new_schedule_keys);
    struct str    environment = doc_get_text(schedule, "environment"), id;
    struct store *writer;

    if (!schedule || !check_parts(call, schedule) || !check_environment(call, environment))
        return;
    writer = call_writer(call);
    if (writer && original_insert(call, writer, schedules.name, schedule, &id))
        original_reply_created(call, "created a new scheduled scan for environment %.*s",
                               STR_ARG(environment));
}
