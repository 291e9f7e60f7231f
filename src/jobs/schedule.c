#include "jobs/schedule.h"

#include "jobs/scan_request.h"

#define SCHEDULES STR("scheduled_scans")

/* The turn from which all are counted: the one before may be off, because a month was too short or the
 * clocks were changed. And when it asked last. */
#define FIRST "first_timestamp"
#define LAST "last_timestamp"

#define CLOCK_SLACK INT64_C(60000000) /* clocks are set a little all the time; microseconds */

static bool
find_recurrence(const struct doc *document, enum recurrence *recurrence)
{
    struct str name = doc_get_text(document, "recurrence");

    return recurrence_from_name(str_empty(name) ? doc_get_text(document, "freq") : name,
                                recurrence);
}

struct str
schedule_recurrence(const struct doc *document)
{
    enum recurrence recurrence;

    return find_recurrence(document, &recurrence) ? str_from(recurrence_name(recurrence))
                                                  : STR_NONE;
}

static bool
read_recurrence(const struct doc *document, enum recurrence *recurrence, struct error *err)
{
    return find_recurrence(document, recurrence) ||
           error_set(err, ERROR_CONFIG, 0,
                     "recurrence: ONCE, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY was expected");
}

/* 'otherwise' when the field is not there. */
static bool
read_time(const struct doc *document, const char *field, int64_t otherwise, int64_t *time,
          struct error *err)
{
    const struct doc *value = doc_get(document, field);

    *time = otherwise;
    return doc_kind(value) <= DOC_NULL || store_read_time(doc_text(value), time) ||
           error_set(err, ERROR_CONFIG, 0, "%s: a time was expected", field);
}

static void
set_time(struct arena *arena, struct doc *document, const char *field, int64_t time)
{
    AUTO_BUF text = { 0 };

    store_write_time(&text, time);
    doc_set_text(arena, document, field, buf_str(&text));
}

bool
schedule_prepare(struct arena *arena, struct doc *document, int64_t now, struct error *err)
{
    enum recurrence recurrence;
    int64_t         submitted, next, first;

    if (!read_recurrence(document, &recurrence, err) ||
        !read_time(document, "submit_timestamp", now, &submitted, err) ||
        !read_time(document, "scheduled_timestamp", 0, &next, err) ||
        !read_time(document, FIRST, next, &first, err))
        return false;
    if (str_empty(doc_get_text(document, "environment")))
        return error_set(err, ERROR_CONFIG, 0, "environment is missing");
    if (next == 0)
        next = recurrence == RECURRENCE_ONCE ? submitted
                                             : recurrence_next(recurrence, submitted, submitted);
    if (str_empty(doc_get_text(document, "_id")))
        doc_set_text(arena, document, "_id", oid_new(arena));
    if (str_empty(doc_get_text(document, "status")))
        doc_set_text(arena, document, "status", STR("upcoming"));
    set_time(arena, document, "submit_timestamp", submitted);
    set_time(arena, document, "scheduled_timestamp", next);
    set_time(arena, document, FIRST, first ? first : next);
    return true;
}

/* --- running them --- */

struct schedules {
    struct arena *arena;
    struct str   *texts;
    size_t        n, capacity;
};

static bool
add_schedule(void *context, struct str id UNUSED, struct str text)
{
    struct schedules *s = context;

    arena_grow(s->arena, s->texts, s->n, s->capacity);
    s->texts[s->n++] = arena_str(s->arena, text);
    return true;
}

/* Is its last request still waiting, or running? */
static bool
is_at_work(struct store *store, struct arena *arena, const struct doc *document)
{
    struct str   text, status;
    struct error ignored;

    if (!collection_get(store, STR("scans"), doc_get_text(document, "last_scan"), arena, &text,
                        &ignored))
        return false;
    status = doc_get_text(doc_parse(arena, text, NULL), "status");
    return str_is(status, "pending") || str_is(status, "running");
}

/* The fields of a request that a schedule hands on. */
static struct doc *
request_fields(struct arena *arena, const struct doc *document, enum recurrence recurrence)
{
    static const char *const handed[] = { "log_level",       "clear",
                                          "clear_all",       "scan_only_inventory",
                                          "scan_only_links", "scan_only_cliques",
                                          "implicit_links",  "inventory" };
    struct doc              *fields = doc_object(arena);

    doc_set_text(arena, fields, "log_level", STR("info"));
    for (size_t i = 0; i < N_ELEMENTS(handed); i++)
        if (doc_kind(doc_get(document, handed[i])) > DOC_NULL)
            doc_set(arena, fields, handed[i], doc_get(document, handed[i]));
    doc_set_text(arena, fields, "interval", str_from(recurrence_name(recurrence)));
    doc_set_text(arena, fields, "schedule", doc_get_text(document, "_id"));
    return fields;
}

static void
note_skipped(struct store *store, const struct doc *document)
{
    const struct message message = {
        .environment = doc_get_text(document, "environment"),
        .level = MESSAGE_WARN,
        .text = STR("a scheduled scan was left out: the one before has not ended yet"),
        .display_context = doc_get_text(document, "environment"),
        .origin_id = doc_get_text(document, "_id"),
        .origin_type = STR("scheduled scan"),
        .timestamp = store_now(),
    };
    struct error ignored;

    (void)!store_add_message(store, &message, &ignored);
}

/* Write down the next turn before the scan is asked for: a crash between the two loses one scan, and
 * never makes two. */
static bool
run_one(struct store *store, struct arena *arena, struct str text, struct doc *document,
        enum recurrence recurrence, int64_t first, int64_t now, struct error *err)
{
    int64_t    next = recurrence_next(recurrence, first, now);
    struct str id = doc_get_text(document, "_id"), request;
    bool       is_busy = is_at_work(store, arena, document), done;

    doc_set_text(arena, document, "status", next ? STR("upcoming") : STR("finished"));
    set_time(arena, document, LAST, now);
    if (next)
        set_time(arena, document, "scheduled_timestamp", next);
    if (!collection_swap(store, SCHEDULES, id, text, doc_body(arena, document), &done, err))
        return false;
    if (!done)
        return true; /* somebody else has it, or changed it: the next look tells */
    if (is_busy) {
        note_skipped(store, document);
        return true;
    }
    text = doc_body(arena, document);
    if (!scan_request_add(store, doc_get_text(document, "environment"),
                          request_fields(arena, document, recurrence), arena, &request, err))
        return false;
    doc_set_text(arena, document, "last_scan", request);
    return collection_swap(store, SCHEDULES, id, text, doc_body(arena, document), &done, err);
}

static bool
mark_failed(struct store *store, struct arena *arena, struct str text, struct doc *document,
            const struct error *why, struct error *err)
{
    bool done;

    doc_set_text(arena, document, "status", STR("failed"));
    doc_set_text(arena, document, "reason", str_from(why->message));
    return collection_swap(store, SCHEDULES, doc_get_text(document, "_id"), text,
                           doc_body(arena, document), &done, err);
}

/* Imported ones have not been prepared; those of other sites run there. */
static bool
look_at(struct store *store, struct arena *arena, struct str text, int64_t now, struct error *err)
{
    struct doc     *document = doc_parse(arena, text, err);
    struct str      status = doc_get_text(document, "status"), before = text;
    enum recurrence recurrence;
    int64_t         next, first, last;
    bool            done = true;
    struct error    why;

    if (!document)
        return false;
    if (str_is(status, "finished") || str_is(status, "failed") ||
        doc_truth(doc_get(document, "send_to_remote")))
        return true;
    if (!schedule_prepare(arena, document, now, &why) ||
        !read_recurrence(document, &recurrence, &why) ||
        !read_time(document, "scheduled_timestamp", 0, &next, &why) ||
        !read_time(document, FIRST, 0, &first, &why) || !read_time(document, LAST, 0, &last, &why))
        return mark_failed(store, arena, text, document, &why, err);
    if (last > now + CLOCK_SLACK) {
        /* The clock was wrong then: what was planned by it may be years away. */
        next = recurrence_next(recurrence, first, now);
        set_time(arena, document, "scheduled_timestamp", next);
        set_time(arena, document, LAST, now);
    }
    text = doc_body(arena, document);
    if (!str_equal(text, before) &&
        !collection_swap(store, SCHEDULES, doc_get_text(document, "_id"), before, text, &done, err))
        return false;
    if (!done)
        return true;
    return next > now || run_one(store, arena, text, document, recurrence, first, now, err);
}

bool
schedules_run(struct store *store, int64_t now, struct error *err)
{
    AUTO_ARENA       arena = arena_new();
    struct schedules all = { .arena = arena };

    if (!collection_list(store, SCHEDULES, add_schedule, &all, err))
        return false;
    for (size_t i = 0; i < all.n; i++)
        if (!look_at(store, arena, all.texts[i], now, err))
            return false;
    return true;
}
