/* Tokens: documents of the collection "tokens", by the digest of their secret.
 *
 *     {"_id": DIGEST, "user": ID, "method": "credentials", "note": "browser",
 *      "issued": MICROSECONDS, "expires": ..., "last_used": ...}
 *
 * A request that shows a token reads the store and never writes it, or it would wait for a scan that
 * commits. When tokens were last used is noted in memory, and written down now and then. */

#include <pthread.h>

#include "access/secret.h"
#include "access/user_document.h"
#include "base/map.h"
#include "store/transaction.h"

#define TOKENS STR("tokens")
#define MINUTE ((int64_t)60 * 1000000)

enum { NOTE_MOST = 200 };

/* --- last uses that are not written down yet --- */

struct uses {
    struct map    times; /* by token */
    struct arena *arena;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct uses     uses;

/* The later one of 'time' and what is noted. */
static int64_t
last_use(struct str id, int64_t time)
{
    const struct map_entry *entry;

    pthread_mutex_lock(&mutex);
    entry = map_find(&uses.times, id);
    if (entry && (int64_t)entry->number > time)
        time = (int64_t)entry->number;
    pthread_mutex_unlock(&mutex);
    return time;
}

static void
note_use(struct str id, int64_t time)
{
    struct map_entry *entry;

    pthread_mutex_lock(&mutex);
    entry = map_find(&uses.times, id);
    if (!entry) {
        uses.arena = uses.arena ? uses.arena : arena_new();
        entry = map_put(&uses.times, arena_str(uses.arena, id), NULL);
    }
    if ((int64_t)entry->number < time)
        entry->number = (uint64_t)time;
    pthread_mutex_unlock(&mutex);
}

static bool
has_uses(void)
{
    bool any;

    pthread_mutex_lock(&mutex);
    any = uses.times.n > 0;
    pthread_mutex_unlock(&mutex);
    return any;
}

static struct uses
take_uses(void)
{
    struct uses taken;

    pthread_mutex_lock(&mutex);
    taken = uses;
    uses = (struct uses){ 0 };
    pthread_mutex_unlock(&mutex);
    return taken;
}

static void
uses_done(struct uses *u)
{
    map_done(&u->times);
    arena_free(u->arena);
}

static void
give_back(const struct uses *u)
{
    for (size_t i = 0; i < u->times.capacity; i++)
        if (u->times.entries[i].key.p)
            note_use(u->times.entries[i].key, (int64_t)u->times.entries[i].number);
}

/* Of a token that has gone nothing is written, nor what another process knows better. */
static bool
write_use(struct store *store, struct str id, int64_t time, struct error *err)
{
    AUTO_ARENA  scratch = arena_new();
    struct str  document;
    struct doc *doc;
    bool        found;

    if (!collection_find(store, TOKENS, id, scratch, &found, &document, err))
        return false;
    doc = found ? doc_parse(scratch, document, NULL) : NULL;
    if (!doc || doc_number(doc_get(doc, "last_used"), 0) >= time)
        return true;
    doc_set_int(scratch, doc, "last_used", time);
    return collection_put(store, TOKENS, doc_body(scratch, doc), scratch, NULL, err);
}

static bool
write_uses(struct store *store, const struct uses *u, struct error *err)
{
    bool good = true;

    for (size_t i = 0; good && i < u->times.capacity; i++)
        if (u->times.entries[i].key.p)
            good =
                write_use(store, u->times.entries[i].key, (int64_t)u->times.entries[i].number, err);
    return good;
}

/* --- documents --- */

static struct token
read_token(struct arena *arena, struct str document)
{
    const struct doc *doc = doc_parse(arena, document, NULL);
    struct str        id = doc_get_text(doc, "_id");

    return (struct token){
        .id = id,
        .secret = STR_NONE,
        .user = doc_get_text(doc, "user"),
        .method = doc_get_text(doc, "method"),
        .note = doc_get_text(doc, "note"),
        .issued = doc_number(doc_get(doc, "issued"), 0),
        .expires = doc_number(doc_get(doc, "expires"), 0),
        .last_used = last_use(id, doc_number(doc_get(doc, "last_used"), 0)),
    };
}

static struct doc *
token_document(struct arena *arena, const struct token *token)
{
    struct doc *doc = doc_object(arena);

    doc_set_text(arena, doc, "_id", token->id);
    doc_set_text(arena, doc, "user", token->user);
    doc_set_text(arena, doc, "method", token->method);
    doc_set_text(arena, doc, "note", token->note);
    doc_set_int(arena, doc, "issued", token->issued);
    doc_set_int(arena, doc, "expires", token->expires);
    doc_set_int(arena, doc, "last_used", token->last_used);
    return doc;
}

/* --- issuing --- */

/* Between the sign-in and this the user may have gone, or the password been changed because somebody
 * else knew it. */
static bool
put_token(struct store *store, const struct user *user, const struct token *token,
          struct error *err)
{
    AUTO_ARENA           scratch = arena_new();
    struct user_document now;
    bool                 found;

    if (!user_document_by_id(store, user->id, scratch, &found, &now, err))
        return false;
    if (!found)
        return error_set(err, ERROR_AUTH, 0, "the user is no more");
    if (now.user.password_set != user->password_set)
        return error_set(err, ERROR_AUTH, 0, "the password was changed meanwhile");
    return collection_put(store, TOKENS, doc_body(scratch, token_document(scratch, token)), scratch,
                          NULL, err);
}

bool
access_issue_token(struct store *store, const struct user *user, const char *method,
                   struct str note, int64_t lifetime, struct arena *arena, struct token *issued,
                   struct error *err)
{
    struct token token = { .user = arena_str(arena, user->id),
                           .method = arena_str(arena, str_from(method)),
                           .note = arena_str(arena, note),
                           .issued = store_now() };

    if (note.n > NOTE_MOST)
        return error_set(err, ERROR_USAGE, 0, "a token's note has at most %d bytes", NOTE_MOST);
    if (lifetime <= 0 || lifetime > INT64_MAX - token.issued)
        return error_set(err, ERROR_USAGE, 0, "a token cannot live for that time");
    token.expires = token.issued + lifetime;
    if (!secret_make(arena, &token.secret, &token.id, err) || !write_begin(store, err) ||
        !write_end(store, put_token(store, user, &token, err), err))
        return false;
    *issued = token;
    return true;
}

/* --- checking --- */

static bool
unknown(struct error *err)
{
    return error_set(err, ERROR_AUTH, 0, "the token is not known");
}

bool
access_token_id(struct str secret, struct arena *arena, struct str *id)
{
    return secret_digest(secret, arena, id);
}

bool
access_find_token(struct store *store, struct str id, struct arena *arena, struct user *user,
                  struct token *token, struct error *err)
{
    struct user_document owner;
    struct token         shown;
    struct str           document;
    bool                 found;

    if (!collection_find(store, TOKENS, id, arena, &found, &document, err))
        return false;
    if (!found)
        return unknown(err);
    shown = read_token(arena, document);
    if (!user_document_by_id(store, shown.user, arena, &found, &owner, err))
        return false;
    if (!found)
        return unknown(err);
    *token = shown;
    *user = owner.user;
    user->token = shown.id;
    return true;
}

bool
access_use_token(struct token *token, int64_t now, struct error *err)
{
    if (now > token->expires)
        return error_set(err, ERROR_AUTH, TOKEN_EXPIRED, "the token has expired");
    if (now - token->last_used >= MINUTE) {
        note_use(token->id, now);
        token->last_used = now;
    }
    return true;
}

bool
access_check_token(struct store *store, struct str secret, int64_t now, struct arena *arena,
                   struct user *user, struct token *token, struct error *err)
{
    struct str   id;
    struct user  owner;
    struct token shown = { 0 };

    if (!access_token_id(secret, arena, &id))
        return unknown(err);
    if (!access_find_token(store, id, arena, &owner, &shown, err) ||
        !access_use_token(&shown, now, err))
        return false;
    *token = shown;
    *user = owner;
    return true;
}

/* --- lists --- */

struct walk {
    struct str user;
    token_fn  *row;
    void      *context;
};

static bool
give_token(void *context, struct str id UNUSED, struct str document)
{
    const struct walk *walk = context;
    AUTO_ARENA         scratch = arena_new();
    struct token       token = read_token(scratch, document);

    return !str_equal(token.user, walk->user) || walk->row(walk->context, &token);
}

bool
access_tokens(struct store *store, const struct user *user, token_fn *row, void *context,
              struct error *err)
{
    struct walk walk = { user->id, row, context };

    return collection_list(store, TOKENS, give_token, &walk, err);
}

bool
access_revoke_token(struct store *store, struct str id, struct error *err)
{
    if (str_empty(id)) /* would be all of them */
        return error_set(err, ERROR_NOT_FOUND, 0, "a token has an id");
    return collection_remove(store, TOKENS, id, err);
}

/* Those of one user, or those that are over. */
struct going {
    struct arena *arena;
    struct str    user; /* "" = of anybody, expired */
    int64_t       now;
    struct str   *ids;
    size_t        n, capacity;
};

static bool
take_going(void *context, struct str id, struct str document)
{
    struct going *going = context;
    AUTO_ARENA    scratch = arena_new();
    struct token  token = read_token(scratch, document);
    bool          is_theirs = !str_empty(going->user) && str_equal(token.user, going->user);
    bool          is_over = str_empty(going->user) && going->now > token.expires;

    if (!is_theirs && !is_over)
        return true;
    arena_grow(going->arena, going->ids, going->n, going->capacity);
    going->ids[going->n++] = arena_str(going->arena, id);
    return true;
}

static bool
remove_going(struct store *store, struct going *going, struct error *err)
{
    bool good = collection_list(store, TOKENS, take_going, going, err);

    for (size_t i = 0; good && i < going->n; i++)
        good = collection_remove(store, TOKENS, going->ids[i], err);
    return good;
}

bool
tokens_remove_of(struct store *store, struct str user, struct error *err)
{
    AUTO_ARENA   scratch = arena_new();
    struct going going = { .arena = scratch, .user = user };

    return remove_going(store, &going, err);
}

bool
access_forget_expired(struct store *store, int64_t now, struct error *err)
{
    AUTO_ARENA   scratch = arena_new();
    struct going going = { .arena = scratch, .now = now };
    struct uses  taken;
    bool         good;

    if (!collection_list(store, TOKENS, take_going, &going, err))
        return false;
    if (going.n == 0 && !has_uses())
        return true;
    if (!write_begin(store, err))
        return false;
    going.n = 0; /* asked again: others may have taken them away */
    taken = take_uses();
    good =
        write_end(store, remove_going(store, &going, err) && write_uses(store, &taken, err), err);
    if (!good)
        give_back(&taken);
    uses_done(&taken);
    return good;
}
