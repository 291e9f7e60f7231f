/* Orders hang on the name alone: those that stayed would be carried out for whoever adds an environment
 * of that name, with what they have put there. */

#include "jobs/removal.h"

#include "jobs/scan_request.h"
#include "scan/host_keys.h"
#include "store/transaction.h"

#define SCHEDULES STR("scheduled_scans")
#define TESTS STR("connection_tests")

struct ids {
    struct arena *arena;
    struct str   *items;
    size_t        n, capacity;
};

static void
add_id(struct ids *ids, struct str id)
{
    arena_grow(ids->arena, ids->items, ids->n, ids->capacity);
    ids->items[ids->n++] = arena_str(ids->arena, id);
}

/* --- scans --- */

static bool
add_open_scan(void *context, struct str id, struct str text)
{
    AUTO_ARENA        scratch = arena_new();
    const struct doc *scan = doc_parse(scratch, text, NULL);
    struct str        status = doc_get_text(scan, "status");

    if (str_is(status, "running") || str_is(status, "pending") || str_is(status, "draft"))
        add_id(context, id);
    return true;
}

static bool
abort_scans(struct store *store, struct str name, struct arena *arena, struct error *err)
{
    struct ids open = { .arena = arena };

    if (!collection_list_scans(store, name, add_open_scan, &open, err))
        return false;
    for (size_t i = 0; i < open.n; i++)
        if (!scan_request_abort(store, open.items[i], err))
            return false;
    return true;
}

/* --- schedules and connection tests --- */

static bool
add_schedule(void *context, struct str id, struct str text UNUSED)
{
    add_id(context, id);
    return true;
}

/* Those that others than their askers see. */
static bool
add_test(void *context, struct str id, struct str text)
{
    AUTO_ARENA        scratch = arena_new();
    const struct doc *test = doc_parse(scratch, text, NULL);

    if (doc_truth(doc_get(test, "is_saved")) || str_empty(doc_get_text(test, "user")))
        add_id(context, id);
    return true;
}

static bool
remove_of(struct store *store, struct str collection, struct str name, document_fn *add,
          struct arena *arena, struct error *err)
{
    struct ids found = { .arena = arena };

    if (!collection_list_environment(store, collection, name, add, &found, err))
        return false;
    for (size_t i = 0; i < found.n; i++)
        if (!collection_remove(store, collection, found.items[i], err))
            return false;
    return true;
}

/* --- the whole --- */

static bool
remove_all(struct store *store, struct str name, bool purge, struct error *err)
{
    AUTO_ARENA arena = arena_new();

    return abort_scans(store, name, arena, err) &&
           remove_of(store, SCHEDULES, name, add_schedule, arena, err) &&
           remove_of(store, TESTS, name, add_test, arena, err) &&
           store_remove_environment(store, name, purge, err) && host_keys_forget(store, name, err);
}

bool
environment_remove(struct store *store, struct str name, bool purge, struct error *err)
{
    return write_begin(store, err) && write_end(store, remove_all(store, name, purge, err), err);
}
