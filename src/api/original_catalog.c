/* /constants, /monitoring_config_templates and /aggregates. */

#include "api/original.h"

#include "api/constants.h"

/* --- constants --- */

static const struct check_key constant_keys[] = {
    { .key = "name", CHECK_TEXT, CHECK_NEEDED },
    { 0 },
};

void
original_get_constant(struct call *call)
{
    const struct doc *query = original_query(call, constant_keys);
    struct doc       *constant;
    struct error      err;

    if (!query)
        return;
    constant = constant_find(call->store, call->arena, doc_get_text(query, "name"), &err);
    if (constant)
        original_reply_document(call, constant);
    else if (err.domain == ERROR_NOT_FOUND)
        reply_error(call, 404, "%s", original_not_found);
    else
        reply_failure(call, &err);
}

/* --- templates of monitoring --- */

static const struct check_key template_keys[] = {
    { .key = "id", CHECK_OID, CHECK_CONVERT, .field = "_id" },
    { .key = "order", CHECK_INT, CHECK_CONVERT, .field = "order" },
    { .key = "side", CHECK_TEXT, .constant = "monitoring_sides", .field = "side" },
    { .key = "type", CHECK_TEXT, .field = "type" },
    ORIGINAL_PAGE,
    { 0 },
};

static const char *const template_fields[] = { "side", "type", NULL };

static const struct original_collection templates = {
    .name = "monitoring_config_templates",
    .keys = template_keys,
    .fields = template_fields,
};

void
original_get_templates(struct call *call)
{
    original_answer_collection(call, &templates);
}

/* --- counts --- */

static const char *const aggregate_types[] = { "environment", "message", "constant", NULL };

static const struct check_key aggregate_keys[] = {
    { .key = "env_name", CHECK_TEXT },
    { .key = "type", CHECK_TEXT, .values = aggregate_types },
    { 0 },
};

struct counting {
    struct call *call;
    struct doc  *first, *second;
};

/* One more under this name. */
static void
count_up(struct arena *arena, struct doc *counts, struct str name)
{
    doc_setn(arena, counts, name, doc_int(arena, doc_number(doc_getn(counts, name), 0) + 1));
}

static bool
take_count(void *context, struct str type, uint64_t n)
{
    struct counting *counting = context;
    struct arena    *arena = counting->call->arena;

    doc_setn(arena, counting->first, arena_str(arena, type), doc_int(arena, (int64_t)n));
    return true;
}

static bool
count_objects(struct counting *counting, struct doc *counts, struct str environment,
              struct error *err)
{
    const struct inventory inventory = { .environment = environment };

    doc_set(counting->call->arena, counts, "object_types", counting->first);
    return store_count_objects(counting->call->store, &inventory, take_count, counting, err);
}

/* Messages of environments that may not be seen are none. */
struct seen {
    struct counting *counting;
    struct doc      *environments; /* name: may it be seen? */
};

static bool
take_message(void *context, const struct message *message)
{
    struct seen     *seen = context;
    struct counting *counting = seen->counting;
    struct arena    *arena = counting->call->arena;
    struct str       environment = arena_str(arena, message->environment);

    if (!doc_getn(seen->environments, environment))
        doc_setn(arena, seen->environments, environment,
                 doc_bool(original_may_view(counting->call, environment)));
    if (!doc_truth(doc_getn(seen->environments, environment)))
        return true;
    count_up(arena, counting->first, str_from(message_level_name(message->level)));
    if (!str_empty(environment))
        count_up(arena, counting->second, environment);
    return true;
}

static bool
count_messages(struct counting *counting, struct doc *counts, struct error *err)
{
    const struct message_filter all = { 0 };
    struct arena               *arena = counting->call->arena;
    struct seen                 seen = { counting, doc_object(arena) };

    doc_set(arena, counts, "levels", counting->first);
    doc_set(arena, counts, "environments", counting->second);
    return store_messages(counting->call->store, &all, take_message, &seen, err);
}

static bool
take_constant(void *context, struct doc *document)
{
    struct counting *counting = context;

    doc_setn(counting->call->arena, counting->first, doc_get_text(document, "name"),
             doc_int(counting->call->arena, (int64_t)doc_count(doc_get(document, "data"))));
    return true;
}

static bool
count_constants(struct counting *counting, struct doc *counts, struct error *err)
{
    struct call *call = counting->call;

    doc_set(call->arena, counts, "names", counting->first);
    return original_documents(call->store, call->arena, "constants", take_constant, counting, err);
}

static void
answer_counts(struct call *call, struct str type, struct str environment)
{
    struct counting counting = { call, doc_object(call->arena), doc_object(call->arena) };
    struct doc     *counts = doc_object(call->arena), *reply = doc_object(call->arena);
    struct error    err;
    bool            ok;

    if (str_is(type, "environment"))
        ok = count_objects(&counting, counts, environment, &err);
    else if (str_is(type, "message"))
        ok = count_messages(&counting, counts, &err);
    else
        ok = count_constants(&counting, counts, &err);
    if (!ok) {
        reply_failure(call, &err);
        return;
    }
    doc_set_text(call->arena, reply, "type", type);
    if (str_is(type, "environment"))
        doc_set_text(call->arena, reply, "env_name", environment);
    doc_set(call->arena, reply, "aggregates", counts);
    reply_json(call, 200, reply);
}

void
original_get_aggregates(struct call *call)
{
    const struct doc *query = original_query(call, aggregate_keys);
    struct str        type = doc_get_text(query, "type");
    struct str        environment = doc_get_text(query, "env_name");

    if (!query)
        return;
    if (str_empty(type))
        reply_error(call, 400, "type must be specified: (environment,message,constant)");
    else if (str_is(type, "environment") && str_empty(environment))
        reply_error(call, 400, "env_name must be specified");
    else if (str_is(type, "environment") && !call_environment(call, environment, RIGHT_VIEW))
        original_reply_unknown(call, environment);
    else
        answer_counts(call, type, environment);
}
