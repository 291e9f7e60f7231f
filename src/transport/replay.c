/* Answers from a recording.
 *
 * Of the forms of a request the first is taken that was recorded with success. A recorded answer
 * that cannot be read is a fault even when another form helps: somebody has lost a file and wants to
 * know. Pages of a list count only together: a list with a hole would look like things deleted. */

#include "transport/replay.h"

struct replay {
    struct transport        transport;
    const struct recording *recording;
};

/* What is known of a request while its forms are tried. */
struct trial {
    const struct recording *recording;
    struct arena           *arena;
    struct answer          *answer;
};

static void
note_problem(struct trial *trial, enum answer_kind kind, const struct request *request,
             const struct error *why)
{
    struct answer *answer = trial->answer;

    /* The worst counts (the kinds are in this order), and of equals the first. */
    if (answer->kind >= kind)
        return;
    answer->kind = kind;
    error_set(&answer->error, ERROR_TRANSPORT, why->code, "%.110s: %s",
              request_text(request, trial->arena).p, why->message);
}

static void
note_failure(struct trial *trial, const struct request *request, const struct recorded *entry)
{
    struct str   complaint = recording_complaint(trial->recording, entry, trial->arena);
    struct error why;

    if (trial->answer->kind < ANSWER_FAILED)
        trial->answer->refused = (struct reply){ .status = entry->status, .complaint = complaint };
    error_set(&why, ERROR_TRANSPORT, entry->status, "%s %d%s%.*s",
              request->kind == REQUEST_REST ? "HTTP status" : "exit status", entry->status,
              str_empty(complaint) ? "" : ": ", STR_ARG(complaint));
    note_problem(trial, ANSWER_FAILED, request, &why);
}

static bool
read_page(struct trial *trial, const struct request *request, const struct recorded *entry,
          struct reply *page)
{
    struct error why;

    if (!recording_read(trial->recording, entry, trial->arena, &page->text, &why)) {
        note_problem(trial, ANSWER_BROKEN, request, &why);
        return false;
    }
    page->status = entry->status;
    page->complaint = STR_NONE;
    page->origin = str_from(entry->file);
    return true;
}

/* All pages of a list, none of which may be missing. */
static bool
read_pages(struct trial *trial, const struct request *request, const struct recorded *first)
{
    struct reply *pages = NULL;
    size_t        n = 0, capacity = 0;

    for (const struct recorded *e = first; e; e = recording_next(trial->recording, e)) {
        if (!e->is_page)
            continue;
        arena_grow(trial->arena, pages, n, capacity);
        if (!e->is_good) {
            note_failure(trial, request, e);
            return false;
        }
        if (!read_page(trial, request, e, &pages[n++]))
            return false;
    }
    trial->answer->pages = pages;
    trial->answer->n_pages = n;
    return n > 0;
}

static void
take_empty_table(struct trial *trial)
{
    trial->answer->pages = arena_new_of(trial->arena, struct reply);
    trial->answer->pages[0].text = STR("[]");
    trial->answer->n_pages = 1;
}

static bool
try_form(struct trial *trial, const struct request *request)
{
    const struct recorded *first = recording_find(trial->recording, request);
    bool                   has_pages = false;
    struct error           why;

    if (!first && request->kind == REQUEST_SQL) {
        if (recording_table_is_empty(trial->recording, request, &why)) {
            take_empty_table(trial);
            return true;
        }
        if (why.domain != ERROR_NONE)
            note_problem(trial, ANSWER_BROKEN, request, &why);
    }

    /* The whole list in one reply is preferred to its pages. */
    for (const struct recorded *e = first; e; e = recording_next(trial->recording, e)) {
        struct reply *page;

        has_pages = has_pages || e->is_page;
        if (e->is_page || !e->is_good)
            continue;
        page = arena_new_of(trial->arena, struct reply);
        if (read_page(trial, request, e, page)) {
            trial->answer->pages = page;
            trial->answer->n_pages = 1;
            return true;
        }
    }
    if (has_pages)
        return read_pages(trial, request, first);
    if (first)
        note_failure(trial, request, first);
    return false;
}

static bool
replay_ask(struct transport *t, const struct request *forms, size_t n_forms, struct arena *arena,
           struct answer *answer)
{
    const struct replay *replay = (const struct replay *)t;
    struct trial         trial = { replay->recording, arena, answer };

    *answer = (struct answer){ .kind = ANSWER_GOOD };
    for (size_t i = 0; i < n_forms; i++) {
        answer->form = i;
        if (try_form(&trial, &forms[i])) {
            /* A form that failed is what forms are for; one that is lost is a fault. */
            if (answer->kind != ANSWER_BROKEN)
                answer->error = (struct error){ 0 };
            answer->kind = ANSWER_GOOD;
            return true;
        }
    }
    if (answer->kind == ANSWER_GOOD && n_forms > 0) {
        struct error why;

        error_set(&why, ERROR_TRANSPORT, 0,
                  n_forms > 1 ? "not recorded in any form" : "not recorded");
        note_problem(&trial, ANSWER_UNKNOWN, &forms[0], &why);
    }
    return false;
}

static void
replay_close(struct transport *t)
{
    free(t);
}

static const struct transport_kind replay_kind = {
    .name = "replay",
    .ask = replay_ask,
    .close = replay_close,
};

struct transport *
replay_open(const struct recording *recording)
{
    struct replay *replay = xcalloc(1, sizeof *replay);

    replay->transport.kind = &replay_kind;
    replay->recording = recording;
    return &replay->transport;
}
