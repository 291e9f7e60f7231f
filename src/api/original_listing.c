/* What the endpoints of the original's API share: checked input, lists, documents, collections. */

#include "api/original.h"

#include <stdarg.h>

#include "store/catalog.h"

enum {
    PAGE_SIZE = 1000,
    MOST_OF_LIST = 256 << 20, /* bytes */
};

const char original_not_found[] = "Requested resource not found";

/* --- input --- */

bool
original_check(struct call *call, struct doc *data, const struct check_key *keys,
               const char *before)
{
    struct error err;
    struct str   why;

    if (check_data(call->store, call->arena, data, keys, &why, &err))
        return true;
    if (str_empty(why))
        reply_failure(call, &err);
    else
        reply_error(call, 400, "%s%.*s", before, STR_ARG(why));
    return false;
}

/* A key that repeats has a list as its value. */
static struct doc *
query_document(struct call *call)
{
    struct arena *arena = call->arena;
    struct doc   *document = doc_object(arena);

    for (size_t i = 0; i < call->query.n; i++) {
        const struct param *param = &call->query.items[i];
        struct doc         *value = doc_string(arena, param->value);
        struct doc         *before = doc_getn(document, param->key);
        struct doc         *list = before;

        if (doc_kind(before) == DOC_STRING) {
            list = doc_array(arena);
            doc_push(arena, list, before);
            doc_setn(arena, document, param->key, list);
        }
        if (list)
            doc_push(arena, list, value);
        else
            doc_setn(arena, document, param->key, value);
    }
    return document;
}

struct doc *
original_query(struct call *call, const struct check_key *keys)
{
    struct doc *query = query_document(call);

    return original_check(call, query, keys, "") ? query : NULL;
}

struct doc *
original_body(struct call *call, const struct check_key *keys)
{
    return original_check(call, call->body, keys, "") ? call->body : NULL;
}

/* --- replies --- */

bool
original_may_view(struct call *call, struct str environment)
{
    return str_empty(environment) || str_is(environment, "ANY") ||
           access_may(call->user, RIGHT_VIEW, NULL) ||
           call_environment(call, environment, RIGHT_VIEW);
}

void
original_reply_unknown(struct call *call, struct str environment)
{
    reply_error(call, 400, "unknown environment: %.*s", STR_ARG(environment));
}

void
original_reply_nothing(struct call *call, struct str environment)
{
    if (!str_empty(environment) && !call_environment(call, environment, RIGHT_VIEW))
        original_reply_unknown(call, environment);
    else
        reply_error(call, 404, "%s", original_not_found);
}

void
original_reply_created(struct call *call, const char *format, ...)
{
    struct doc *reply = doc_object(call->arena);
    char        message[400];
    va_list     args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    doc_set_text(call->arena, reply, "message", str_from(message));
    reply_json(call, 201, reply);
}

void
original_write_time(struct buf *out, int64_t time)
{
    AUTO_BUF text = { 0 };

    store_write_time(&text, time);
    buf_add(out, str_head(buf_str(&text), strlen("2026-03-04T10:00:00")));
    buf_printf(out, ".%06d", (int)(time > 0 ? time % 1000000 : 0));
}

/* The store keeps times as text, and so may say anything; these are times in the original. */
void
original_show_times(struct arena *arena, struct doc *document)
{
    static const char *const keys[] = {
        "last_scanned",        "last_seen",          "timestamp",        "received_timestamp",
        "finished_timestamp",  "submit_timestamp",   "start_timestamp",  "end_timestamp",
        "scheduled_timestamp", "response_timestamp", "status_timestamp", "first_timestamp",
        "last_timestamp",
    };

    for (size_t i = 0; i < N_ELEMENTS(keys); i++) {
        AUTO_BUF text = { 0 };
        int64_t  time;

        if (!store_read_time(doc_get_text(document, keys[i]), &time))
            continue;
        original_write_time(&text, time);
        doc_set_text(arena, document, keys[i], buf_str(&text));
    }
}

/* The id that people know, else that of the database. */
static struct doc *
id_of(const struct doc *document)
{
    struct doc *id = doc_get(document, "id");

    return id ? id : doc_get(document, "_id");
}

void
original_reply_document(struct call *call, struct doc *document)
{
    original_show_times(call->arena, document);
    doc_set(call->arena, document, "id", id_of(document));
    reply_json(call, 200, document);
}

/* --- lists --- */

void
listing_begin(struct listing *l, struct call *call, const char *name, const struct doc *query,
              struct str environment)
{
    uint64_t page = (uint64_t)doc_number(doc_get(query, "page"), 0);
    uint64_t size = (uint64_t)doc_number(doc_get(query, "page_size"), PAGE_SIZE);

    *l = (struct listing){ call, environment, 0, size ? size : UINT64_MAX, 0 };
    if (__builtin_mul_overflow(page, size, &l->skip))
        l->skip = UINT64_MAX;
    buf_init(&call->reply->body, MOST_OF_LIST);
    buf_printf(&call->reply->body, "{\"%s\":[", name);
}

bool
listing_takes(struct listing *l)
{
    if (l->skip == 0)
        return true;
    l->skip--;
    return false;
}

bool
listing_add(struct listing *l, struct str json)
{
    struct buf *out = &l->call->reply->body;

    if (l->n++)
        buf_char(out, ',');
    buf_add(out, json);
    return !out->full && --l->left > 0;
}

bool
listing_add_fields(struct listing *l, struct doc *document, const char *const *fields)
{
    AUTO_ARENA  arena = arena_new();
    struct doc *element = doc_object(arena);

    original_show_times(arena, document);
    doc_set(arena, element, "id", id_of(document));
    for (; *fields; fields++)
        if (doc_get(document, *fields))
            doc_set(arena, element, *fields, doc_get(document, *fields));
    return listing_add(l, doc_body(arena, element));
}

void
listing_end(struct listing *l)
{
    struct buf *out = &l->call->reply->body;

    buf_add(out, STR("]}"));
    if (out->full) {
        buf_done(out);
        reply_error(l->call, 400, "page_size: the answer is too long, ask for smaller pages");
    } else if (l->n == 0) {
        buf_clear(out);
        original_reply_nothing(l->call, l->environment);
    } else {
        l->call->reply->status = 200;
    }
}

/* --- filters --- */

/* Writers disagree about numbers and booleans, some of which they keep as text. */
static bool
is_value(struct arena *arena, const struct doc *found, const struct doc *wanted)
{
    struct str a = doc_scalar(found, arena), b = doc_scalar(wanted, arena);

    return !str_empty(b) &&
           (str_equal(a, b) || (doc_kind(wanted) == DOC_BOOL && str_equal_nocase(a, b)));
}

/* Is it the value, or in the list? */
static bool
holds(struct arena *arena, const struct doc *found, const struct doc *wanted)
{
    for (size_t i = 0; doc_kind(found) == DOC_ARRAY && i < doc_count(found); i++)
        if (is_value(arena, doc_at(found, i), wanted))
            return true;
    return is_value(arena, found, wanted);
}

static bool
holds_all(struct arena *arena, const struct doc *found, const struct doc *wanted)
{
    if (doc_kind(wanted) != DOC_ARRAY)
        return holds(arena, found, wanted);
    for (size_t i = 0; i < doc_count(wanted); i++)
        if (!holds(arena, found, doc_at(wanted, i)))
            return false;
    return true;
}

bool
original_matches(struct arena *arena, const struct doc *document, const struct check_key *keys,
                 const struct doc *query)
{
    for (const struct check_key *key = keys; key->key; key++) {
        const struct doc *wanted = doc_get(query, key->key);

        if (key->field && wanted && !holds_all(arena, doc_get(document, key->field), wanted))
            return false;
    }
    return true;
}

/* --- small collections --- */

bool
original_documents(struct store *store, struct arena *arena, const char *name,
                   original_document_fn *take, void *context, struct error *err)
{
    struct doc *all;

    if (!catalog_read(store, name, arena, &all, err))
        return false;
    for (size_t i = 0; i < doc_count(all) && take(context, doc_at(all, i)); i++)
        continue;
    return true;
}

bool
original_insert(struct call *call, struct store *writer, const char *name, struct doc *document,
                struct str *id)
{
    struct error err;

    *id = oid_new(call->arena);
    doc_set_text(call->arena, document, "_id", *id);
    if (collection_put(writer, str_from(name), doc_body(call->arena, document), call->arena, NULL,
                       &err))
        return true;
    reply_failure(call, &err);
    return false;
}

struct collection_walk {
    struct call                      *call;
    const struct original_collection *collection;
    const struct doc                 *query;
    struct listing                    listing;
    bool                              is_detail;
    struct doc                       *found;
};

/* Who asked for something may see it, also before there is an environment to it; then nobody else may,
 * whoever makes one of that name. */
static bool
may_see(struct call *call, const struct doc *document)
{
    struct str asker = doc_get_text(document, "user");

    if (call->user && str_equal(asker, call->user->id))
        return true;
    return (str_empty(asker) || doc_truth(doc_get(document, "is_saved"))) &&
           original_may_view(call, doc_get_text(document, "environment"));
}

static bool
take_document(void *context, struct doc *document)
{
    struct collection_walk *walk = context;

    if (walk->collection->translate)
        walk->collection->translate(walk->call->arena, document);
    if (!original_matches(walk->call->arena, document, walk->collection->keys, walk->query) ||
        !may_see(walk->call, document))
        return true;
    if (walk->is_detail)
        walk->found = document;
    else if (listing_takes(&walk->listing))
        return listing_add_fields(&walk->listing, document, walk->collection->fields);
    return !walk->found;
}

struct doc *
original_find(struct call *call, const struct original_collection *collection,
              const struct doc *query)
{
    struct collection_walk walk = { .call = call, .collection = collection, .query = query };
    struct str             environment =
        collection->environment_key ? doc_get_text(query, collection->environment_key) : STR_NONE;
    struct error err;

    walk.is_detail = doc_get(query, "id");
    if (!walk.is_detail)
        listing_begin(&walk.listing, call, collection->name, query, environment);
    if (!original_documents(call->store, call->arena, collection->name, take_document, &walk, &err))
        reply_failure(call, &err);
    else if (!walk.is_detail)
        listing_end(&walk.listing);
    else if (!walk.found)
        original_reply_nothing(call, environment);
    return walk.found;
}

void
original_answer_collection(struct call *call, const struct original_collection *collection)
{
    const struct doc *query = original_query(call, collection->keys);
    struct doc       *found = query ? original_find(call, collection, query) : NULL;

    if (found)
        original_reply_document(call, found);
}
