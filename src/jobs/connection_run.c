/* One connection test. Each target is a document of an environment that has nothing else, so that
 * what is wrong with one is no fault of the others. */

#include "access/access.h"
#include "base/log.h"
#include "base/work.h"
#include "jobs/connection_test.h"
#include "scan/target_test.h"

enum {
    MOST_RESULTS = 1000, /* of one target that are kept */
    TARGET_SECONDS = 30, /* the ways in have shorter limits of their own, with better words */
    HOSTS_SECONDS = 300, /* for all hosts of a cloud */
    SECOND = 1000000,    /* microseconds */
};

struct one {
    struct run        *run;
    const char        *target;
    struct environment environment;
    struct arena      *arena;
    atomic_bool        cancelled;
    bool               is_late;
    struct doc        *results;
    size_t             n_failed;
    struct str         error; /* the first, "" = none */
};

struct run {
    const struct run_scope *scope;
    struct arena           *arena;
    struct doc             *document; /* of the test, secrets open */
    struct doc             *known;    /* of its environment if the user may edit it, or NULL */
    struct host_keys        keys;
    struct one             *ones;
    size_t                  n;
    int64_t                 began;
};

/* --- one target --- */

static struct str
text_of(struct arena *arena, const struct target_result *result)
{
    return str_empty(result->part)
               ? arena_str(arena, result->what)
               : arena_printf(arena, "%.*s: %.*s", STR_ARG(result->part), STR_ARG(result->what));
}

static void
add_result(void *context, const struct target_result *result)
{
    struct one *one = context;
    struct doc *row = doc_object(one->arena);

    if (!result->good && one->n_failed++ == 0)
        one->error = text_of(one->arena, result);
    if (doc_count(one->results) >= MOST_RESULTS)
        return;
    doc_set_text(one->arena, row, "target", str_from(result->target));
    if (!str_empty(result->part))
        doc_set_text(one->arena, row, "part", result->part);
    doc_set_bool(one->arena, row, "good", result->good);
    doc_set_int(one->arena, row, "ms", result->took / 1000);
    doc_set_text(one->arena, row, "what", result->what);
    doc_push(one->arena, one->results, row);
}

static void
add_section(struct one *one, struct doc *sections, const char *target)
{
    struct doc *found = NULL, *given = doc_get(one->run->document, "targets_configuration");

    for (size_t i = 0; i < doc_count(given) && !found; i++)
        if (str_is(doc_get_text(doc_at(given, i), "name"), target))
            found = doc_at(given, i);
    if (found)
        doc_push(one->arena, sections, doc_deep_copy(one->arena, found));
}

/* An environment with this target, and with the one that tells which hosts there are. */
static struct doc *
document_of(struct one *one)
{
    const struct doc *settings = doc_get(one->run->document, "settings");
    struct doc       *sections = doc_array(one->arena), *document = doc_object(one->arena);

    if (!settings)
        settings = one->run->known;
    if (doc_kind(settings) == DOC_OBJECT)
        doc_merge(one->arena, document, doc_deep_copy(one->arena, settings));
    doc_set_text(one->arena, document, "name", doc_get_text(one->run->document, "environment"));
    add_section(one, sections, one->target);
    if (strcmp(one->target, "CLI") == 0)
        add_section(one, sections, "OpenStack");
    doc_set(one->arena, document, "configuration", sections);
    return document;
}

static bool
prepare(struct one *one, struct error *err)
{
    struct doc *document = document_of(one);

    if (!target_has_test(str_from(one->target)))
        return error_set(err, ERROR_CONFIG, 0, "there is no test of this target");
    if (!environment_find_target(document, one->target))
        return error_set(err, ERROR_CONFIG, 0, "targets_configuration has no entry for it");
    return environment_read_part(one->arena, document, &one->environment, err) &&
           environment_check_access(&one->environment, err);
}

static void
test_one(void *context, size_t index)
{
    struct run  *run = context;
    struct one  *one = &run->ones[index];
    struct error err;

    if (prepare(one, &err))
        targets_test(&one->environment, &run->keys, &one->target, 1, &one->cancelled, one->arena,
                     add_result, one);
    else
        add_result(one,
                   &(struct target_result){ .target = one->target, .what = str_from(err.message) });
}

static bool
is_ending(const struct run *run)
{
    return run->scope->cancelled && atomic_load(run->scope->cancelled);
}

static void
watch(void *context, size_t n_done UNUSED)
{
    struct run *run = context;
    int64_t     took = store_now() - run->began;

    for (size_t i = 0; i < run->n; i++) {
        struct one *one = &run->ones[i];
        int         most = strcmp(one->target, "CLI") == 0 ? HOSTS_SECONDS : TARGET_SECONDS;

        one->is_late = one->is_late || took > most * (int64_t)SECOND;
        if (one->is_late || is_ending(run))
            atomic_store(&one->cancelled, true);
    }
}

/* --- the environment that it is about --- */

/* May whoever asked edit it? Then its document, secrets open. */
static bool
find_known(struct run *run, struct store *store, struct error *err)
{
    struct str             id = doc_get_text(run->document, "user");
    struct environment_row row;
    struct user            user;
    struct error           ignored;
    struct str             name = doc_get_text(run->document, "environment");

    if (str_empty(id) || !access_find_user(store, id, run->arena, &user, &ignored) ||
        !store_get_environment(store, name, run->arena, &row, &ignored) ||
        !access_may(&user, RIGHT_EDIT, doc_get(doc_parse(run->arena, row.document, NULL), "auth")))
        return true;
    run->known = store_open_secrets(store, run->arena, row.document, err);
    return run->known && host_keys_load(store, name, run->arena, &run->keys, err);
}

/* Does this target say whether the cloud can be scanned? */
static bool
counts(const struct one *one)
{
    return strcmp(one->target, "OpenStack") == 0 || strcmp(one->target, "mysql") == 0 ||
           strcmp(one->target, "CLI") == 0;
}

/* What was tried must be what the environment has: else it says nothing about it. */
static void
mark_environment(struct run *run, struct store *store)
{
    size_t       n = 0, n_good = 0;
    struct error ignored;

    for (size_t i = 0; i < run->n; i++) {
        const struct one *one = &run->ones[i];
        const struct doc *tried = environment_find_target(one->environment.document, one->target);

        if (!counts(one))
            continue;
        if (!tried || !doc_equal(tried, environment_find_target(run->known, one->target)))
            return;
        n++;
        n_good += str_empty(one->error);
    }
    if (run->known && n)
        (void)!store_mark_operational(store, doc_get_text(run->document, "environment"),
                                      n == n_good, &ignored);
}

/* --- the whole --- */

static void
end_one(struct one *one)
{
    if (one->is_late)
        one->error = arena_printf(one->arena, "it did not come to its end in time%s%.*s",
                                  str_empty(one->error) ? "" : "; ", STR_ARG(one->error));
    else if (one->n_failed > 1)
        one->error =
            arena_printf(one->arena, "%.*s; and %zu more", STR_ARG(one->error), one->n_failed - 1);
}

static struct doc *
answer_of(struct run *run)
{
    int64_t     took = store_now() - run->began;
    struct doc *answer = doc_object(run->arena), *results = doc_object(run->arena),
               *errors = doc_object(run->arena), *rows = doc_array(run->arena);

    for (size_t i = 0; i < run->n; i++) {
        struct one *one = &run->ones[i];

        end_one(one);
        doc_set_bool(run->arena, results, one->target, str_empty(one->error));
        if (!str_empty(one->error))
            doc_set_text(run->arena, errors, one->target, one->error);
        for (size_t k = 0; k < doc_count(one->results); k++)
            doc_push(run->arena, rows, doc_deep_copy(run->arena, doc_at(one->results, k)));
    }
    doc_set(run->arena, answer, "test_results", results);
    doc_set(run->arena, answer, "errors", errors);
    doc_set(run->arena, answer, "results", rows);
    doc_set_text(run->arena, answer, "response_time",
                 arena_printf(run->arena, "%lld:%02lld:%02lld.%06lld",
                              (long long)(took / SECOND / 3600),
                              (long long)(took / SECOND / 60 % 60), (long long)(took / SECOND % 60),
                              (long long)(took % SECOND)));
    return answer;
}

static bool
take_answer(void *context, struct arena *arena, struct doc *document, struct error *err UNUSED)
{
    const struct doc *answer = context;

    doc_merge(arena, document, answer);
    doc_set_text(arena, document, "status", STR("response"));
    queue_set_time(arena, document, connection_tests.ended, store_now());
    return true;
}

static void
begin_ones(struct run *run)
{
    const struct doc *targets = doc_get(run->document, "test_targets");

    run->n = doc_count(targets);
    run->ones = arena_array(run->arena, struct one, run->n);
    for (size_t i = 0; i < run->n; i++) {
        struct one *one = &run->ones[i];

        one->run = run;
        one->target = arena_str(run->arena, doc_text(doc_at(targets, i))).p;
        one->arena = arena_new();
        one->results = doc_array(one->arena);
        one->error = STR_NONE;
    }
}

static bool
run_test(struct run *run, struct store *store, const struct queued *test, struct error *err)
{
    bool good;

    run->document = store_open_secrets(store, run->arena, test->text, err);
    if (!run->document || !find_known(run, store, err))
        return false;
    begin_ones(run);
    run->began = store_now();
    work_watched((unsigned)run->n, run->n, test_one, watch, run);
    if (is_ending(run)) {
        good = queue_end(store, &connection_tests, test->id, "request", STR_NONE, err);
    } else {
        struct doc *answer = answer_of(run);

        mark_environment(run, store);
        good = queue_change(store, &connection_tests, test->id, take_answer, answer, err);
    }
    for (size_t i = 0; i < run->n; i++)
        arena_free(run->ones[i].arena);
    return good;
}

void
connection_test_run(const struct run_scope *scope, const struct queued *test)
{
    AUTO_ARENA   arena = arena_new();
    struct error err, failed;
    AUTO_STORE   store = store_open(scope->store.p, STORE_WRITE, &err);
    struct run   run = { .scope = scope, .arena = arena };
    bool         good = store && run_test(&run, store, test, &err);
    bool         is_gone = !good && err.domain == ERROR_NOT_FOUND; /* with its environment */

    host_keys_done(&run.keys);
    log_line(LOG_INFO, "connection test ends", LOG_TEXT("environment", test->environment),
             LOG_TEXT("request", test->id),
             LOG_TEXT("error", good ? STR_NONE : str_from(err.message)));
    if (store && !good && !is_gone &&
        !queue_end(store, &connection_tests, test->id, "failed", str_from(err.message), &failed))
        log_line(LOG_ERROR, "the end of a connection test cannot be kept",
                 LOG_TEXT("request", test->id), LOG_TEXT("error", str_from(failed.message)));
}
