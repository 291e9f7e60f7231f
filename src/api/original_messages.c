/* GET /messages: in the order of time, which is that of their arrival. */

#include "api/original.h"

static const struct check_key keys[] = {
    { .key = "env_name", CHECK_TEXT, CHECK_NEEDED },
    { .key = "source_system", CHECK_TEXT },
    { .key = "id", CHECK_TEXT },
    { .key = "level", CHECK_TEXT, .constant = "messages_severity" },
    { .key = "related_object", CHECK_TEXT },
    { .key = "related_object_type", CHECK_TEXT, .constant = "object_types" },
    { .key = "start_time", CHECK_TIME },
    { .key = "end_time", CHECK_TIME },
    ORIGINAL_PAGE,
    { 0 },
};

struct walk {
    struct call   *call;
    struct str     source_system, level, related_object_type; /* "" = any */
    struct listing listing;
    struct doc    *found;
    bool           is_detail;
};

static bool
is_wanted(struct str found, struct str wanted)
{
    return str_empty(wanted) || str_equal(found, wanted);
}

static bool
add_message(struct walk *walk, const struct message *message)
{
    AUTO_ARENA  arena = arena_new();
    struct doc *element = doc_object(arena);

    doc_set_text(arena, element, "id", message->id);
    doc_set_text(arena, element, "environment", message->environment);
    doc_set_text(arena, element, "source_system", message->source_system);
    doc_set_text(arena, element, "level", str_from(message_level_name(message->level)));
    return listing_add(&walk->listing, doc_body(arena, element));
}

static bool
take_message(void *context, const struct message *message)
{
    struct walk *walk = context;
    AUTO_BUF     text = { 0 };

    if (!is_wanted(message->source_system, walk->source_system) ||
        !is_wanted(message->related_object_type, walk->related_object_type) ||
        !is_wanted(str_from(message_level_name(message->level)), walk->level))
        return true;
    if (!walk->is_detail)
        return !listing_takes(&walk->listing) || add_message(walk, message);
    message_write(&text, message);
    walk->found = doc_parse(walk->call->arena, arena_str(walk->call->arena, buf_str(&text)), NULL);
    return false;
}

void
original_get_messages(struct call *call)
{
    const struct doc     *query = original_query(call, keys);
    struct str            environment = doc_get_text(query, "env_name");
    struct message_filter filter = { .id = doc_get_text(query, "id"),
                                     .environment = environment,
                                     .related_object = doc_get_text(query, "related_object") };
    struct walk           walk = { .call = call,
                                   .source_system = doc_get_text(query, "source_system"),
                                   .level = doc_get_text(query, "level"),
                                   .related_object_type = doc_get_text(query, "related_object_type"),
                                   .is_detail = doc_get(query, "id") };
    struct error          err;

    if (!query)
        return;
    if (!original_may_view(call, environment)) {
        original_reply_unknown(call, environment);
        return;
    }
    if (!store_read_time(doc_get_text(query, "start_time"), &filter.from))
        filter.from = 0;
    if (!store_read_time(doc_get_text(query, "end_time"), &filter.until))
        filter.until = 0;
    if (!walk.is_detail)
        listing_begin(&walk.listing, call, "messages", query, environment);
    if (!store_messages(call->store, &filter, take_message, &walk, &err))
        reply_failure(call, &err);
    else if (!walk.is_detail)
        listing_end(&walk.listing);
    else if (walk.found)
        original_reply_document(call, walk.found);
    else
        original_reply_nothing(call, environment);
}
