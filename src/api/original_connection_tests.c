/* /connection_tests: requests are documents, which the manager looks for. The environment need not
 * be there yet, so whoever asked for a test may see it. */

#include "api/original.h"

#include "api/waiting_tests.h"
#include "model/environment.h"

static const struct check_key keys[] = {
    { .key = "env_name", CHECK_TEXT, CHECK_NEEDED, .field = "environment" },
    { .key = "id", CHECK_OID, CHECK_CONVERT, .field = "_id" },
    { .key = "status", CHECK_TEXT, .field = "status" },
    { .key = "test_targets", CHECK_TEXT | CHECK_LIST, .constant = "configuration_targets" },
    { .key = "test_results", CHECK_BOOL, CHECK_CONVERT },
    ORIGINAL_PAGE,
    { 0 },
};

static const char *const fields[] = { "test_targets", "test_results", NULL };

/* What is kept for the run. */
static void
hide_inner(struct arena *arena UNUSED, struct doc *test)
{
    static const char *const hidden[] = { "settings", "is_saved", "owner", "owner_began" };

    for (size_t i = 0; i < N_ELEMENTS(hidden); i++)
        doc_remove(test, hidden[i]);
}

static const struct original_collection tests = {
    .name = "connection_tests",
    .keys = keys,
    .environment_key = "env_name",
    .fields = fields,
    .translate = hide_inner,
};

/* --- what of a test is shown --- */

static bool
is_in(const struct doc *list, struct str name)
{
    for (size_t i = 0; doc_kind(list) == DOC_ARRAY && i < doc_count(list); i++)
        if (str_equal(doc_text(doc_at(list, i)), name))
            return true;
    return str_equal(doc_text(list), name);
}

/* Is this target, with this result, asked for? */
static bool
is_wanted(const struct doc *query, const struct doc *results, struct str target)
{
    const struct doc *wanted = doc_get(query, "test_targets");
    const struct doc *result = doc_get(query, "test_results");

    return (!wanted || is_in(wanted, target)) &&
           (!result || (doc_getn(results, target) &&
                        doc_truth(doc_getn(results, target)) == doc_truth(result)));
}

/* The elements of a list that are wanted; they are names, or documents that have one. */
static struct doc *
wanted_of(struct arena *arena, const struct doc *list, const struct doc *query,
          const struct doc *results)
{
    struct doc *kept = doc_array(arena);

    for (size_t i = 0; i < doc_count(list); i++) {
        struct doc *element = doc_at(list, i);
        struct str  target =
            doc_kind(element) == DOC_OBJECT ? doc_get_text(element, "name") : doc_text(element);

        if (is_wanted(query, results, target))
            doc_push(arena, kept, element);
    }
    return kept;
}

static void
keep_wanted(struct arena *arena, struct doc *test, const struct doc *query)
{
    static const char *const lists[] = { "test_targets", "targets_configuration" };
    const struct doc        *results = doc_get(test, "test_results");
    struct doc              *kept = doc_object(arena);
    struct doc_iter          it = { 0 };

    if (!doc_get(query, "test_targets") && !doc_get(query, "test_results"))
        return;
    for (size_t i = 0; i < N_ELEMENTS(lists); i++)
        if (doc_get(test, lists[i]))
            doc_set(arena, test, lists[i],
                    wanted_of(arena, doc_get(test, lists[i]), query, results));
    while (doc_next(results, &it))
        if (is_wanted(query, results, it.key))
            doc_setn(arena, kept, it.key, it.value);
    if (results)
        doc_set(arena, test, "test_results", kept);
}

void
original_get_connection_tests(struct call *call)
{
    const struct doc *query = original_query(call, keys);
    struct doc       *found = query ? original_find(call, &tests, query) : NULL;

    if (!found)
        return;
    found = environment_masked(call->arena, found);
    keep_wanted(call->arena, found, query);
    original_reply_document(call, found);
}

/* --- a new one --- */

static const struct check_key new_keys[] = {
    { .key = "environment", CHECK_TEXT, CHECK_NEEDED },
    { .key = "test_targets", CHECK_LIST, CHECK_NEEDED, .constant = "configuration_targets" },
    { .key = "targets_configuration", CHECK_LIST, CHECK_NEEDED },
    { 0 },
};

/* Each target has its section. */
static bool
check_sections(struct call *call, const struct doc *test)
{
    const struct doc *targets = doc_get(test, "test_targets");
    const struct doc *sections = doc_get(test, "targets_configuration");

    for (size_t i = 0; i < doc_count(targets); i++) {
        bool found = false;

        for (size_t k = 0; k < doc_count(sections) && !found; k++)
            found = doc_equal(doc_get(doc_at(sections, k), "name"), doc_at(targets, i));
        if (found)
            continue;
        reply_error(call, 400, "targets_configuration should contain an entry for target '%.*s'",
                    STR_ARG(doc_text(doc_at(targets, i))));
        return false;
    }
    return true;
}

static void
reply_made(struct call *call, struct str id, struct str environment)
{
    struct doc *reply = doc_object(call->arena);

    doc_set_text(call->arena, reply, "id", id);
    doc_set_text(call->arena, reply, "message",
                 arena_printf(call->arena, "Created a new connection test for environment %.*s",
                              STR_ARG(environment)));
    reply_json(call, 201, reply);
}

void
original_post_connection_test(struct call *call)
{
    static const char *const none_needed[] = { NULL };
    struct doc              *test = original_body(call, new_keys);
    struct store            *writer;
    struct error             err;
    struct str               id;
    AUTO_BUF                 now = { 0 };

    if (!test || !check_sections(call, test) ||
        !original_check_targets(call, doc_get(test, "targets_configuration"), none_needed))
        return;
    store_write_time(&now, store_now());
    doc_set_text(call->arena, test, "submit_timestamp", buf_str(&now));
    doc_set_text(call->arena, test, "status", STR("request"));
    doc_set_text(call->arena, test, "user", call->user->id);
    doc_set_bool(call->arena, test, "is_saved",
                 call_environment(call, doc_get_text(test, "environment"), RIGHT_EDIT) != NULL);
    writer = call_writer(call);
    if (!writer || !waiting_tests_have_room(call, writer))
        return;
    test = store_seal_secrets(writer, call->arena, test, &err);
    if (!test)
        reply_failure(call, &err);
    else if (original_insert(call, writer, tests.name, test, &id))
        reply_made(call, id, doc_get_text(test, "environment"));
}
