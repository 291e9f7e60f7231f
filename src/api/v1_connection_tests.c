/* Connection tests: of an environment, or of a document that is none yet. What came of one is seen by
 * whoever asked, and that of an environment by those who may see it. */

#include "api/page.h"
#include "api/service.h"
#include "api/v1.h"
#include "api/waiting_tests.h"
#include "jobs/connection_test.h"
#include "model/environment.h"
#include "scan/target_test.h"

#define TESTS STR("connection_tests")

static bool
may_see(struct call *call, const struct doc *document)
{
    return str_equal(doc_get_text(document, "user"), call->user->id) ||
           (doc_truth(doc_get(document, "is_saved")) &&
            call_environment(call, doc_get_text(document, "environment"), RIGHT_VIEW));
}

/* Without the ways in, which stand in the environment. */
static struct doc *
shown(struct doc *document)
{
    static const char *const hidden[] = { "targets_configuration", "settings", "user", "owner",
                                          "owner_began",           "is_saved" };

    for (size_t i = 0; i < N_ELEMENTS(hidden); i++)
        doc_remove(document, hidden[i]);
    return document;
}

/* --- asking --- */

/* Those that were named, each of which the document must have; else all that can be tried. NULL after
 * replying. */
static struct doc *
read_targets(struct call *call, const struct doc *document)
{
    const struct doc *configuration = doc_get(document, "configuration");
    struct doc       *given = doc_get(call->body, "targets"), *all = doc_array(call->arena);

    for (size_t i = 0; i < doc_count(given); i++) {
        struct str target = doc_text(doc_at(given, i));

        if (environment_find_target(document, target.p))
            continue;
        reply_error(call, 400, "targets: the environment has no %.*s", STR_ARG(target));
        return NULL;
    }
    for (size_t i = 0; i < doc_count(configuration) && !given; i++)
        if (target_has_test(doc_get_text(doc_at(configuration, i), "name")))
            doc_push_text(call->arena, all, doc_get_text(doc_at(configuration, i), "name"));
    if (given || doc_count(all))
        return given ? given : all;
    reply_error(call, 400, "configuration: there is no target that can be tested");
    return NULL;
}

static void
ask(struct call *call, const struct doc *document, bool is_saved)
{
    struct new_connection_test wanted = {
        .environment = doc_get_text(document, "name"),
        .document = document,
        .targets = read_targets(call, document),
        .user = call->user->id,
        .is_saved = is_saved,
    };
    struct store *writer;
    struct str    id, text;
    struct error  err;

    if (!wanted.targets)
        return;
    writer = call_writer(call);
    if (!waiting_tests_have_room(call, writer))
        return;
    if (!connection_test_add(writer, &wanted, call->arena, &id, &err) ||
        !collection_get(writer, TESTS, id, call->arena, &text, &err)) {
        reply_failure(call, &err);
        return;
    }
    api_wake_jobs(call->api);
    reply_json(call, 202, shown(doc_parse(call->arena, text, NULL)));
    reply_location(call, STR("/api/v1/connection-tests"), id);
}

void
post_environment_test(struct call *call)
{
    ask(call, call->environment, true);
}

/* Who may not edit the environment of that name is answered as if there were none. */
void
post_connection_test(struct call *call)
{
    struct doc        *given = doc_get(call->body, "environment"), *document;
    const struct doc  *known = call_environment(call, doc_get_text(given, "name"), RIGHT_EDIT);
    struct environment environment;
    struct error       err;

    if (!environment_keeps_directions(call, given, known))
        return;
    document = environment_unmasked(call->arena, given, known, &err);
    if (document && environment_read_part(call->arena, document, &environment, &err))
        ask(call, document, false);
    else
        reply_failure(call, &err);
}

/* --- looking --- */

void
get_connection_test(struct call *call)
{
    struct str   id = param_get(&call->path, "id"), text;
    struct doc  *document = NULL;
    bool         found;
    struct error err;

    if (!collection_find(call->store, TESTS, id, call->arena, &found, &text, &err)) {
        reply_failure(call, &err);
        return;
    }
    if (found)
        document = doc_parse(call->arena, text, NULL);
    if (document && may_see(call, document))
        reply_json(call, 200, shown(document));
    else
        reply_error(call, 404, "there is no %.*s", STR_ARG(str_head(id, 60)));
}

struct tests {
    struct call     *call;
    struct page_list list;
    struct str       environment, status; /* only these; "" = all */
};

static bool
add_test(void *context, struct str id, struct str text)
{
    struct tests *t = context;
    struct doc   *document;

    if (page_is_before(&t->list, id))
        return true;
    document = doc_parse(t->call->arena, text, NULL);
    if (!may_see(t->call, document) || !page_is_behind(&t->list, id) ||
        (!str_empty(t->environment) &&
         !str_equal(doc_get_text(document, "environment"), t->environment)) ||
        (!str_empty(t->status) && !str_equal(doc_get_text(document, "status"), t->status)))
        return true;
    return page_add(&t->list, doc_body(t->call->arena, shown(document)), id, STR_NONE);
}

void
list_connection_tests(struct call *call)
{
    struct tests t = {
        .call = call,
        .environment = param_get(&call->query, "environment"),
        .status = param_get(&call->query, "status"),
    };
    bool         is_forward = str_is(param_get(&call->query, "sort"), "time");
    struct page  page;
    struct error err;

    if (!page_read(call, &page))
        return;
    page_begin(&t.list, call, &page);
    if (is_forward ? collection_list(call->store, TESTS, add_test, &t, &err)
                   : collection_list_latest(call->store, TESTS, add_test, &t, &err))
        page_end(&t.list);
    else
        reply_failure(call, &err);
}
