/* Messages: what scans, listeners and monitoring said. Those of an environment are seen by who may see
 * it, those of none by who may see every environment. */

#include "api/page.h"
#include "api/v1.h"

/* --- who may see them --- */

/* Environments come again and again: each is asked for once. */
struct sight {
    struct call *call;
    struct doc  *known; /* name: may it be seen? */
};

static bool
may_see(struct sight *sight, struct str environment)
{
    struct call      *call = sight->call;
    const struct doc *known;

    if (str_empty(environment))
        return access_may(call->user, RIGHT_VIEW, NULL);
    known = doc_getn(sight->known, environment);
    if (!known) {
        known = doc_bool(call_environment(call, environment, RIGHT_VIEW) != NULL);
        doc_setn(call->arena, sight->known, arena_str(call->arena, environment),
                 doc_bool(doc_truth(known)));
    }
    return doc_truth(known);
}

/* --- lists --- */

struct messages {
    struct sight     sight;
    struct page_list list;
};

static bool
add_message(void *context, const struct message *message)
{
    struct messages *m = context;
    struct arena    *arena = m->sight.call->arena;
    AUTO_BUF         document = { 0 };

    if (!may_see(&m->sight, message->environment))
        return true;
    message_write(&document, message);
    return page_add(&m->list, buf_str(&document),
                    arena_printf(arena, "%lld", (long long)message->timestamp),
                    arena_printf(arena, "%lld", (long long)message->n));
}

/* To the store 0 is no time at all, and nothing was said before 1970. */
static int64_t
read_time(struct str text)
{
    int64_t time;

    if (!text.p || !store_read_time(text, &time))
        return 0;
    return time > 0 ? time : 1;
}

static int64_t
time_of(const struct call *call, const char *key)
{
    return read_time(param_get(&call->query, key));
}

static struct message_filter
read_filter(const struct call *call)
{
    const struct params  *q = &call->query;
    struct message_filter filter = {
        .environment = param_get(q, "environment"),
        .related_object = param_get(q, "related_object"),
        .origin_id = param_get(q, "origin"),
        .source_system = param_get(q, "source"),
        .text = param_get(q, "text"),
        .from = time_of(call, "from"),
        .until = time_of(call, "until"),
        .unviewed_only = str_is(param_get(q, "viewed"), "false"),
        .latest_first = !str_is(param_get(q, "sort"), "time"),
    };

    (void)!message_level_from_name(param_get(q, "least"), &filter.least);
    filter.is_exact = message_level_from_name(param_get(q, "level"), &filter.least);
    return filter;
}

/* Where the page before ended; false after a reply. */
static bool
read_place(struct call *call, const struct page *page, struct message_filter *filter)
{
    if (!page->after[0].p)
        return true;
    if (str_to_i64(page->after[0], &filter->after_time) &&
        str_to_i64(page->after[1], &filter->after_n) && filter->after_n > 0)
        return true;
    reply_error(call, 400, "cursor: this is none of this list");
    return false;
}

void
list_messages(struct call *call)
{
    struct messages       m = { .sight = { call, doc_object(call->arena) } };
    struct page           page;
    struct message_filter filter;
    struct error          err;

    if (!page_read(call, &page))
        return;
    filter = read_filter(call);
    if (!read_place(call, &page, &filter))
        return;
    page_begin(&m.list, call, &page);
    if (store_messages(call->store, &filter, add_message, &m, &err))
        page_end(&m.list);
    else
        reply_failure(call, &err);
}

/* --- counts --- */

struct counting {
    struct sight sight;
    struct str   only; /* this environment; "" = all that may be seen */
    struct doc  *levels, *environments, *last;
};

static void
add_to(struct arena *arena, struct doc *counts, const char *key, uint64_t n)
{
    doc_set_int(arena, counts, key, doc_number(doc_get(counts, key), 0) + (int64_t)n);
}

static bool
add_count(void *context, struct str environment, enum message_level level, uint64_t n, int64_t last)
{
    struct counting *c = context;
    struct arena    *arena = c->sight.call->arena;
    const char      *name = message_level_name(level);
    AUTO_BUF         time = { 0 };
    struct doc      *of;

    if ((!str_empty(c->only) && !str_equal(c->only, environment)) ||
        !may_see(&c->sight, environment))
        return true;
    of = doc_getn(c->environments, environment);
    if (!of) {
        of = doc_object(arena);
        doc_setn(arena, c->environments, arena_str(arena, environment), of);
    }
    add_to(arena, c->levels, name, n);
    add_to(arena, of, name, n);
    store_write_time(&time, last);
    if (str_compare(buf_str(&time), doc_get_text(c->last, name)) > 0)
        doc_set_text(arena, c->last, name, buf_str(&time));
    return true;
}

void
count_messages(struct call *call)
{
    struct counting c = {
        .sight = { call, doc_object(call->arena) },
        .only = param_get(&call->query, "environment"),
        .levels = doc_object(call->arena),
        .environments = doc_object(call->arena),
        .last = doc_object(call->arena),
    };
    struct doc  *answer = doc_object(call->arena);
    struct error err;

    if (!store_count_messages(call->store, time_of(call, "from"), add_count, &c, &err)) {
        reply_failure(call, &err);
        return;
    }
    doc_set(call->arena, answer, "levels", c.levels);
    doc_set(call->arena, answer, "last", c.last);
    doc_set(call->arena, answer, "environments", c.environments);
    reply_json(call, 200, answer);
}

/* --- one --- */

struct one {
    struct call *call;
    struct doc  *document; /* NULL: not found */
};

static bool
take_one(void *context, const struct message *message)
{
    struct one *one = context;
    AUTO_BUF    text = { 0 };

    message_write(&text, message);
    one->document = doc_parse(one->call->arena, buf_str(&text), NULL);
    return false;
}

/* The message in the path, if whoever asks has that right in its environment; NULL after a reply. */
static struct doc *
find_message(struct call *call, struct store *store, enum right right)
{
    const struct message_filter filter = { .id = param_get(&call->path, "id"), .limit = 1 };
    struct one                  one = { .call = call };
    struct sight                sight = { call, doc_object(call->arena) };
    struct str                  environment;
    struct error                err;

    if (!str_empty(filter.id) && !store_messages(store, &filter, take_one, &one, &err)) {
        reply_failure(call, &err);
        return NULL;
    }
    environment = doc_get_text(one.document, "environment");
    if (!one.document || !may_see(&sight, environment)) {
        reply_error(call, 404, "there is no message %.*s", STR_ARG(str_head(filter.id, 60)));
        return NULL;
    }
    if (str_empty(environment) ? access_may(call->user, right, NULL)
                               : call_environment(call, environment, right) != NULL)
        return one.document;
    reply_error(call, 403, "this needs the right %s in its environment", right_name(right));
    return NULL;
}

void
get_message(struct call *call)
{
    struct doc *document = find_message(call, call->store, RIGHT_VIEW);

    if (document)
        reply_json(call, 200, document);
}

/* Who sees a message may say that it has been seen. */
void
patch_message(struct call *call)
{
    const struct doc *document = find_message(call, call->store, RIGHT_VIEW);
    struct doc       *shown;
    struct store     *writer;
    struct error      err;

    if (!document)
        return;
    writer = call_writer(call);
    if (!store_mark_viewed(writer, doc_get_text(document, "id"),
                           doc_truth(doc_get(call->body, "viewed")), &err)) {
        reply_failure(call, &err);
        return;
    }
    shown = find_message(call, writer, RIGHT_VIEW);
    if (shown)
        reply_json(call, 200, shown);
}

/* --- many at once --- */

enum { MOST_AT_ONCE = 10000 };

struct unseen {
    struct sight sight;
    struct str  *ids;
    size_t       n, capacity;
    bool         has_more;
};

static bool
add_unseen(void *context, const struct message *message)
{
    struct unseen *unseen = context;
    struct arena  *arena = unseen->sight.call->arena;

    if (!may_see(&unseen->sight, message->environment))
        return true;
    unseen->has_more = unseen->n == MOST_AT_ONCE;
    if (unseen->has_more)
        return false;
    arena_grow(arena, unseen->ids, unseen->n, unseen->capacity);
    unseen->ids[unseen->n++] = arena_str(arena, message->id);
    return true;
}

/* Those that the body tells by their ids, or else by what they are. */
static bool
find_unseen(struct call *call, struct store *store, struct unseen *unseen, struct error *err)
{
    const struct doc     *ids = doc_get(call->body, "ids");
    struct message_filter filter = {
        .environment = doc_get_text(call->body, "environment"),
        .until = read_time(doc_get_text(call->body, "until")),
        .unviewed_only = true,
        .latest_first = true,
    };

    for (size_t i = 0; i < doc_count(ids); i++) {
        arena_grow(call->arena, unseen->ids, unseen->n, unseen->capacity);
        unseen->ids[unseen->n++] = doc_text(doc_at(ids, i));
    }
    if (ids)
        return true;
    (void)!message_level_from_name(doc_get_text(call->body, "least"), &filter.least);
    filter.is_exact = message_level_from_name(doc_get_text(call->body, "level"), &filter.least);
    if (doc_get(call->body, "until") && !filter.until)
        return error_set(err, ERROR_USAGE, 0,
                         "until: a time like 2026-03-04T10:00:00Z was expected");
    return store_messages(store, &filter, add_unseen, unseen, err);
}

static bool
may_mark(void *context, struct str environment)
{
    return may_see(context, environment);
}

/* What one may not see is as not there. */
void
post_messages_seen(struct call *call)
{
    struct unseen unseen = { .sight = { call, doc_object(call->arena) } };
    struct store *writer = call_writer(call);
    uint64_t      n;
    struct error  err;

    if (doc_get(call->body, "ids") && doc_count(call->body) > 1)
        reply_error(call, 400, "ids: they stand alone");
    else if (!find_unseen(call, writer, &unseen, &err) ||
             !store_mark_all_viewed(writer, unseen.ids, unseen.n, may_mark, &unseen.sight, &n,
                                    &err))
        reply_failure(call, &err);
    else
        reply_text(call, 200,
                   arena_printf(call->arena, "{\"seen\":%llu,\"more\":%s}", (unsigned long long)n,
                                unseen.has_more ? "true" : "false"));
}

void
delete_messages(struct call *call)
{
    int64_t      before = time_of(call, "before");
    uint64_t     n;
    struct error err;

    if (!store_remove_messages(call_writer(call), doc_get_text(call->environment, "name"),
                               before ? before : INT64_MAX, &n, &err))
        reply_failure(call, &err);
    else
        reply_text(call, 200,
                   arena_printf(call->arena, "{\"removed\":%llu}", (unsigned long long)n));
}
