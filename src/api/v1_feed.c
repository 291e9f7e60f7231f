/* The feed as server-sent events (WHATWG HTML, section 9.2).
 *
 * The id of each event is its place in the feed of this store, and what they could see there: who
 * comes back with it misses nothing and hears nothing twice, also from another process. What whoever listens may know is asked again
 * before anything is told that came after a change of rights. Between events a listener has no handle
 * of the store and a few hundred bytes. */

#include <xxhash.h>

#include "api/feeds.h"
#include "api/service.h"
#include "api/session.h"
#include "api/v1.h"

enum {
    MOST_PIECE = 4 << 10, /* bytes, and a row more: libmicrohttpd keeps the memory that it took */
    MOST_SKIPPED = 4096,  /* rows of others, before connections of others get their turn */
};

/* Environments that a listener may see. */
struct sight {
    struct arena *arena;
    bool          is_all;
    struct str   *names; /* in order, unless it is all */
    size_t        n, capacity;
};

struct listener {
    struct onlooker onlooker;
    struct call    *call; /* its store is given back between pieces */
    uint64_t        store_id;
    uint64_t        place;     /* all before it was told or skipped */
    uint64_t        seen;      /* a digest of the sight with which what they show was read */
    uint64_t        told;      /* the last id that was sent */
    uint64_t        version;   /* of the progress of scans */
    uint64_t        rights;    /* they were asked for at this place ... */
    bool            has_sight; /* ... if they were */
    struct sight    sight;
    int64_t         expires;      /* of the token; 0 = never */
    int64_t         password_set; /* of one who came by password */
    bool            is_new;       /* it is told where it begins */
    unsigned        kinds;        /* bits */
    struct str      type, id;
    struct oid      oid; /* zeros: 'id' is none */
};

/* --- places --- */

static void
add_cursor(struct buf *out, const struct listener *l)
{
    buf_printf(out, "f1-%016llx-%llu-%016llx", (unsigned long long)l->store_id,
               (unsigned long long)l->place, (unsigned long long)l->seen);
}

/* The next of the pieces: 16 hexadecimal digits. */
static bool
read_digest(struct str *text, uint64_t *digest)
{
    struct str piece;

    *digest = 0;
    if (!str_cut(text, '-', &piece) || piece.n != 16)
        return false;
    for (size_t i = 0; i < piece.n; i++) {
        ptrdiff_t digit = str_find_char(STR("0123456789abcdef"), piece.p[i]);

        if (digit < 0)
            return false;
        *digest = *digest << 4 | (uint64_t)digit;
    }
    return true;
}

/* "f1-STORE-PLACE-SIGHT" */
static bool
read_cursor(struct str text, struct listener *l, uint64_t *store_id)
{
    struct str piece;
    int64_t    number;

    if (!str_cut(&text, '-', &piece) || !str_is(piece, "f1") || !read_digest(&text, store_id) ||
        !str_cut(&text, '-', &piece) || !str_to_i64(piece, &number) || number < 0 ||
        !read_digest(&text, &l->seen) || text.p)
        return false;
    l->place = (uint64_t)number;
    return true;
}

/* --- rights --- */

static void
sight_done(struct sight *s)
{
    arena_free(s->arena);
    *s = (struct sight){ 0 };
}

struct look {
    struct sight      *sight;
    const struct user *user;
};

static bool
look_at_environment(void *context, const struct environment_row *row)
{
    struct look      *look = context;
    struct sight     *s = look->sight;
    AUTO_ARENA        scratch = arena_new();
    const struct doc *document = doc_parse(scratch, row->document, NULL);

    if (access_may(look->user, RIGHT_VIEW, doc_get(document, "auth"))) {
        arena_grow(s->arena, s->names, s->n, s->capacity);
        s->names[s->n++] = arena_str(s->arena, row->name);
    }
    return true;
}

static bool
find_sight(struct store *store, const struct user *user, struct sight *sight, struct error *err)
{
    struct look look = { sight, user };

    *sight = (struct sight){ .is_all = access_may(user, RIGHT_VIEW, NULL) };
    if (sight->is_all)
        return true;
    sight->arena = arena_new();
    if (store_environments(store, look_at_environment, &look, err))
        return true;
    sight_done(sight);
    return false;
}

/* The same in every process: it stands in the ids of events. */
static uint64_t
digest(const struct sight *sight)
{
    XXH64_hash_t hash = sight->is_all;

    for (size_t i = 0; i < sight->n; i++)
        hash = XXH3_64bits_withSeed(sight->names[i].p, sight->names[i].n, hash);
    return hash;
}

/* The user as they are now; false when the token or password with which they came is good no more. */
static bool
find_user(struct listener *l, struct store *store, struct arena *arena, struct user *user,
          struct error *err)
{
    const struct call *call = l->call;
    struct token       token;
    bool               by_cookie;

    if (str_empty(call->user->token)) {
        if (!access_find_user(store, call->user->id, arena, user, err))
            return false;
        return user->password_set == call->user->password_set ||
               error_set(err, ERROR_AUTH, 0, "the password has changed");
    }
    if (!access_check_token(store, session_secret(call->request, &by_cookie), store_now(), arena,
                            user, &token, err))
        return false;
    l->expires = token.expires;
    return true;
}

/* Who sees something else than before is told to begin anew, also when that changed while they were
 * away. */
static bool
ask_rights(struct listener *l, struct store *store, uint64_t at, struct error *err)
{
    AUTO_ARENA   scratch = arena_new();
    struct sight sight;
    struct user  user;

    if (!find_user(l, store, scratch, &user, err) || !find_sight(store, &user, &sight, err))
        return false;
    l->is_new = l->is_new || l->seen != digest(&sight);
    sight_done(&l->sight);
    l->sight = sight;
    l->seen = digest(&sight);
    l->has_sight = true;
    l->rights = at;
    return true;
}

/* What has no environment is for those who see all. */
static bool
sees(const struct listener *l, struct str environment)
{
    if (l->sight.is_all)
        return true;
    for (size_t i = 0; i < l->sight.n; i++)
        if (str_equal(l->sight.names[i], environment))
            return true;
    return false;
}

/* A connection test is also for who asked for it, and one of no environment for nobody else. */
static bool
sees_row(const struct listener *l, const struct feed_row *row)
{
    if (row->kind != FEED_TEST)
        return sees(l, row->environment);
    return str_equal(row->type, l->call->user->id) ||
           (!str_empty(row->environment) && sees(l, row->environment));
}

/* --- filters --- */

static const char *const kind_names[N_FEED_KINDS] = {
    [FEED_OBJECT] = "object",
    [FEED_LINK] = "link",
    [FEED_CLIQUE] = "clique",
    [FEED_MESSAGE] = "message",
    [FEED_SCAN] = "scan",
    [FEED_SCHEDULE] = "schedule",
    [FEED_ENVIRONMENT] = "environment",
    [FEED_REVISION] = "revision",
    [FEED_RIGHTS] = "",
    [FEED_TEST] = "test",
};

static bool
wants_environment(const struct listener *l, struct str environment)
{
    const struct params *query = &l->call->query;
    bool                 has_some = false;

    for (size_t i = 0; i < query->n; i++) {
        if (!str_is(query->items[i].key, "environment"))
            continue;
        has_some = true;
        if (str_equal(query->items[i].value, environment))
            return true;
    }
    return !has_some;
}

static bool
is_about(const struct listener *l, const struct feed_row *row)
{
    static const struct oid none;

    if (str_equal(row->id, l->id))
        return true;
    return !oid_equal(l->oid, none) &&
           (oid_equal(row->oid, l->oid) || oid_equal(row->source, l->oid) ||
            oid_equal(row->target, l->oid));
}

static bool
wants(const struct listener *l, const struct feed_row *row)
{
    bool is_thing = row->kind == FEED_OBJECT || row->kind == FEED_LINK || row->kind == FEED_CLIQUE;

    return row->kind != FEED_RIGHTS && l->kinds & 1u << row->kind &&
           wants_environment(l, row->environment) &&
           (str_empty(l->type) || !is_thing || str_equal(row->type, l->type)) &&
           (str_empty(l->id) || !is_thing || is_about(l, row));
}

/* --- events --- */

static void
add_member(struct buf *out, const char *name, struct str text)
{
    if (!str_empty(text))
        doc_write_member(out, name, text);
}

static void
add_oid(struct buf *out, const char *name, struct oid oid)
{
    static const struct oid none;
    AUTO_ARENA              scratch = arena_new();

    if (!oid_equal(oid, none))
        add_member(out, name, oid_text(oid, scratch));
}

static void
add_id_line(struct listener *l, struct buf *out)
{
    buf_add(out, STR("id: "));
    add_cursor(out, l);
    buf_char(out, '\n');
    l->told = l->place;
}

static void
add_event(struct listener *l, struct buf *out, const struct feed_row *row)
{
    static const char *const whats[N_FEED_WHATS] = { "added", "changed", "removed" };
    bool                     is_document =
        row->kind == FEED_SCAN || row->kind == FEED_SCHEDULE || row->kind == FEED_TEST;

    buf_printf(out, "event: %s\n", kind_names[row->kind]);
    add_id_line(l, out);
    buf_printf(out, "data: {\"what\":\"%s\"", whats[row->what]);
    add_member(out, "environment", row->environment);
    add_member(out, "space", row->space);
    if (row->revision)
        buf_printf(out, ",\"revision\":%llu", (unsigned long long)row->revision);
    add_oid(out, row->kind == FEED_CLIQUE ? "focal_point" : "_id", row->oid);
    if (row->kind != FEED_TEST)
        add_member(out, row->kind == FEED_MESSAGE ? "level" : "type", row->type);
    add_member(out, is_document ? "_id" : "id", row->id);
    add_oid(out, "source", row->source);
    add_oid(out, "target", row->target);
    if (row->members.n) {
        buf_char(out, ',');
        buf_add(out, row->members);
    }
    buf_add(out, STR("}\n\n"));
}

/* Where it begins: who hears this reads anew what they show. */
static bool
add_begin(struct listener *l, struct store *store, struct buf *out, struct error *err)
{
    uint64_t revision;

    if (!store_revision(store, &revision, err))
        return false;
    buf_add(out, STR("event: begin\n"));
    add_id_line(l, out);
    buf_add(out, STR("data: {\"cursor\":\""));
    add_cursor(out, l);
    buf_printf(out, "\",\"revision\":%llu}\n\n", (unsigned long long)revision);
    l->is_new = false;
    return true;
}

struct progress_walk {
    struct listener *l;
    struct buf      *out;
};

/* Without an id: it is of the moment. */
static void
add_progress(void *context, const struct scan_request *request, const struct scan_progress *p)
{
    const struct progress_walk *walk = context;
    struct buf                 *out = walk->out;
    const struct feed_row       row = { .kind = FEED_SCAN, .environment = request->environment };

    if (!sees(walk->l, row.environment) || !wants(walk->l, &row))
        return;
    buf_add(out, STR("event: scan\ndata: {\"what\":\"progress\""));
    add_member(out, "environment", request->environment);
    add_member(out, "_id", request->id);
    buf_printf(out,
               ",\"progress\":{\"phase\":\"%s\",\"done\":%zu,\"total\":%zu,\"objects\":%zu,"
               "\"errors\":%zu",
               p->phase, p->n_done, p->n_total, p->n_found, p->n_errors);
    add_member(out, "host", str_from(p->host));
    buf_add(out, STR("}}\n\n"));
}

/* --- filling --- */

struct piece {
    struct listener *l;
    struct buf      *out;
    uint64_t         last; /* not beyond this place: rights are known until there */
    size_t           n;
    bool             is_full;
};

static bool
add_row(void *context, const struct feed_row *row)
{
    struct piece    *p = context;
    struct listener *l = p->l;

    if (row->n > p->last)
        return false;
    l->place = row->n;
    if (wants(l, row) && sees_row(l, row))
        add_event(l, p->out, row);
    p->is_full = ++p->n == MOST_SKIPPED || p->out->n >= MOST_PIECE;
    return !p->is_full;
}

/* '*is_full': there is more. */
static bool
read_piece(struct listener *l, struct store *store, const struct feed_news *news, struct buf *out,
           bool *is_full, struct error *err)
{
    struct piece p = { .l = l, .out = out, .last = news->last };

    *is_full = false;
    if ((!l->has_sight || news->rights > l->rights ||
         feeds_is_silent(api_feeds(l->call->api), &l->onlooker)) &&
        !ask_rights(l, store, news->rights, err))
        return false;
    if (l->is_new && !add_begin(l, store, out, err))
        return false;
    if (news->last > l->place && !store_feed(store, l->place, add_row, &p, err))
        return false;
    *is_full = p.is_full;
    return true;
}

/* Is there anything that the store must be asked for? */
static bool
has_news(const struct listener *l, const struct feed_news *news)
{
    return !l->has_sight || l->is_new || news->last > l->place || news->rights > l->rights ||
           feeds_is_silent(api_feeds(l->call->api), &l->onlooker);
}

static bool
read_store(struct listener *l, struct buf *out, bool *is_full)
{
    struct api            *api = l->call->api;
    const struct feed_news news = feeds_news(api_feeds(api));
    struct reader          reader;
    struct error           err;
    bool                   good;

    *is_full = false;
    if (!has_news(l, &news))
        return true;
    if (!api_take_reader(api, &reader, &err))
        return false;
    good = store_snapshot_begin(reader.store, &err) &&
           read_piece(l, reader.store, &news, out, is_full, &err);
    store_snapshot_end(reader.store);
    api_give_reader(api, &reader);
    return good;
}

/* Whoever is cut off comes back with the last id, and hears then why there is nothing more: 401 for a
 * token that is good no more, 410 for what is no longer kept. */
static enum http_piece
fill(void *context, struct buf *out)
{
    struct listener     *l = context;
    struct feeds        *feeds = api_feeds(l->call->api);
    struct progress_walk walk = { l, out };
    bool                 is_full;

    if ((l->expires && store_now() > l->expires) || !read_store(l, out, &is_full))
        return HTTP_END;
    feeds_progress(feeds, &l->version, add_progress, &walk);
    if (out->n == 0 && (is_full || (l->place != l->told && feeds_is_silent(feeds, &l->onlooker)))) {
        add_id_line(l, out); /* so that one who waits for others' events does not fall behind */
        buf_char(out, '\n');
    } else if (out->n == 0 && feeds_is_silent(feeds, &l->onlooker)) {
        buf_add(out, STR(":\n\n"));
    }
    if (out->n)
        feeds_heard(&l->onlooker);
    return is_full ? HTTP_PIECE : HTTP_LATER;
}

static void
free_listener(struct listener *l)
{
    sight_done(&l->sight);
    free(l);
}

static void
end_listening(void *context)
{
    struct listener *l = context;

    feeds_leave(api_feeds(l->call->api), &l->onlooker);
    free_listener(l);
}

/* --- the route --- */

static unsigned
wanted_kinds(const struct params *query)
{
    unsigned kinds = 0;

    for (size_t i = 0; i < query->n; i++)
        for (unsigned kind = 0; kind < N_ELEMENTS(kind_names); kind++)
            if (str_is(query->items[i].key, "kind") &&
                str_is(query->items[i].value, kind_names[kind]))
                kinds |= 1u << kind;
    return kinds ? kinds : ~0u;
}

static bool
end_walk(void *context UNUSED, const struct feed_row *row UNUSED)
{
    return false;
}

/* From where they left off; false after a reply. */
static bool
resume(struct call *call, struct listener *l, struct str cursor)
{
    uint64_t     store_id;
    struct error err;

    if (!read_cursor(cursor, l, &store_id)) {
        reply_error(call, 400, "the cursor is none of this feed");
        return false;
    }
    if (store_id != l->store_id) {
        reply_error(call, 410,
                    "the cursor is one of another store: read everything anew, and "
                    "begin without a cursor");
        return false;
    }
    if (store_feed(call->store, l->place, end_walk, NULL, &err))
        return true;
    if (err.domain == ERROR_USAGE)
        reply_error(call, 410, "%s: read everything anew, and begin without a cursor", err.message);
    else
        reply_failure(call, &err);
    return false;
}

/* The browser's own memory is newer than what its page was opened with. */
static struct str
shown_cursor(const struct call *call)
{
    struct str last = http_header(call->request, "Last-Event-ID");

    return str_empty(last) ? param_get(&call->query, "cursor") : last;
}

/* False after a reply. */
static bool
begin(struct call *call, struct listener *l)
{
    struct str   cursor = shown_cursor(call);
    struct error err;

    l->is_new = !cursor.p;
    if (!store_feed_end(call->store, &l->store_id, &l->place, &err)) {
        reply_failure(call, &err);
        return false;
    }
    return l->is_new || resume(call, l, cursor);
}

void
get_feed(struct call *call)
{
    struct listener *l = xcalloc(1, sizeof *l); /* the call's memory would grow by more */

    l->call = call;
    l->onlooker.stream = l;
    l->kinds = wanted_kinds(&call->query);
    l->type = param_get(&call->query, "type");
    l->id = param_get(&call->query, "id");
    if (!oid_from_text(l->id, &l->oid))
        l->oid = (struct oid){ 0 };
    if (!begin(call, l)) {
        free_listener(l);
        return;
    }
    l->told = l->place;
    feeds_join(api_feeds(call->api), &l->onlooker);
    call->reply->type = STR("text/event-stream");
    call->reply->no_limits = true;
    call->reply->stream =
        (struct http_stream){ .fill = fill, .close = end_listening, .context = l };
    http_reply_header(call->reply, call->arena, "X-Accel-Buffering", STR("no")); /* of proxies */
    call_end_stream(call);
}
