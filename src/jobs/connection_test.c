#include "jobs/connection_test.h"

enum { MOST_TARGETS = 20 };

#define MINUTE INT64_C(60000000) /* microseconds */
#define PATIENCE (15 * MINUTE)   /* longer than any test */
#define KEPT (24 * 60 * MINUTE)

static bool
check(struct arena *arena, struct str text, struct error *err)
{
    const struct doc *document = doc_parse(arena, text, err);
    const struct doc *targets = doc_get(document, "test_targets");

    if (!document)
        return false;
    if (doc_kind(targets) != DOC_ARRAY || doc_count(targets) == 0 ||
        doc_count(targets) > MOST_TARGETS)
        return error_set(err, ERROR_CONFIG, 0, "test_targets: 1 to %d targets were expected",
                         MOST_TARGETS);
    if (doc_kind(doc_get(document, "targets_configuration")) != DOC_ARRAY)
        return error_set(err, ERROR_CONFIG, 0, "targets_configuration: a list was expected");
    return true;
}

const struct queue connection_tests = {
    .collection = STR("connection_tests"),
    .waiting = "request",
    .ended = "response_timestamp",
    .check = check,
};

/* What of an environment's document says how it is asked, besides its targets. */
static struct doc *
settings_of(struct arena *arena, const struct doc *document)
{
    struct doc *settings = doc_copy(arena, document);

    doc_remove(settings, "configuration");
    doc_remove(settings, "auth");
    doc_remove(settings, "_id");
    return settings;
}

bool
connection_test_add(struct store *store, const struct new_connection_test *wanted,
                    struct arena *arena, struct str *id, struct error *err)
{
    struct doc *document = doc_object(arena);

    *id = oid_new(arena);
    doc_set_text(arena, document, "environment", wanted->environment);
    doc_set(arena, document, "test_targets", doc_deep_copy(arena, wanted->targets));
    doc_set(arena, document, "targets_configuration",
            doc_deep_copy(arena, doc_get(wanted->document, "configuration")));
    doc_set(arena, document, "settings", settings_of(arena, wanted->document));
    doc_set_text(arena, document, "user", wanted->user);
    doc_set_bool(arena, document, "is_saved", wanted->is_saved);
    document = store_seal_secrets(store, arena, document, err);
    return document && queue_add(store, &connection_tests, *id, document, false, arena, err);
}

bool
connection_test_take(struct store *store, struct arena *arena, struct queued *out, bool *found,
                     struct error *err)
{
    return queue_take(store, &connection_tests, NULL, NULL, arena, out, found, err);
}

bool
connection_tests_recover(struct store *store, uint64_t *n, struct error *err)
{
    AUTO_ARENA     arena = arena_new();
    struct queued *items;
    size_t         n_items;

    *n = 0;
    if (!queue_cut_off(store, &connection_tests, PATIENCE, arena, &items, &n_items, err))
        return false;
    for (size_t i = 0; i < n_items; i++) {
        bool done;

        if (!queue_fail(store, &connection_tests, &items[i],
                        STR("the process that tested has ended"), &done, err))
            return false;
        *n += done;
    }
    return true;
}

bool
connection_tests_forget(struct store *store, int64_t now, struct error *err)
{
    return queue_forget(store, &connection_tests, now - KEPT, err);
}
