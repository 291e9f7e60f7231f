/* Signing in and out, the first administrator, tokens for programs. */

#include "api/page.h"
#include "api/service.h"
#include "api/session.h"
#include "api/v1.h"

#define SECOND INT64_C(1000000)

/* A session for the browser: the token goes into the cookie, and nowhere else. */
static void
begin_session(struct call *call, struct store *writer, const struct user *user, const char *method)
{
    int64_t      lifetime = api_token_lifetime(call->api);
    struct token token;
    struct error err;
    struct doc  *document = doc_object(call->arena);

    if (!access_issue_token(writer, user, method, STR("browser"), lifetime, call->arena, &token,
                            &err)) {
        reply_failure(call, &err);
        return;
    }
    doc_set(call->arena, document, "user", user_document(call->arena, user));
    doc_set_text(call->arena, document, "csrf", session_csrf(call->arena, token.secret));
    reply_json(call, 201, document);
    http_reply_header(
        call->reply, call->arena, "Set-Cookie",
        session_cookie(call->arena, token.secret, lifetime / SECOND, call->request->is_encrypted));
}

void
post_session(struct call *call)
{
    struct user  user;
    struct error err;

    if (!session_may_begin(call))
        return;
    if (!access_sign_in(call->store, doc_get_text(call->body, "name"),
                        doc_get_text(call->body, "password"), call->request->address, call->arena,
                        &user, &err)) {
        session_reply_refused(call, &err);
        return;
    }
    begin_session(call, call_writer(call), &user, "credentials");
}

void
get_session(struct call *call)
{
    struct doc *document = doc_object(call->arena);
    bool        by_cookie;
    struct str  secret = session_secret(call->request, &by_cookie);

    doc_set(call->arena, document, "user", user_document(call->arena, call->user));
    if (by_cookie && !str_empty(secret))
        doc_set_text(call->arena, document, "csrf", session_csrf(call->arena, secret));
    reply_json(call, 200, document);
}

void
delete_session(struct call *call)
{
    struct error err;

    if (!str_empty(call->user->token) &&
        !access_revoke_token(call_writer(call), call->user->token, &err)) {
        reply_failure(call, &err);
        return;
    }
    http_reply_header(call->reply, call->arena, "Set-Cookie",
                      session_cookie(call->arena, STR_NONE, 0, call->request->is_encrypted));
}

/* --- the first administrator --- */

static bool
is_administrator(void *context, const struct user *user)
{
    bool *found = context;

    *found = *found || user->roles == ALL_ROLES;
    return !*found;
}

void
get_setup(struct call *call)
{
    bool         found = false;
    struct error err;

    if (!access_users(call->store, is_administrator, &found, &err))
        reply_failure(call, &err);
    else
        reply_text(call, 200, found ? STR("{\"needed\":false}") : STR("{\"needed\":true}"));
}

void
post_setup(struct call *call)
{
    struct user   user;
    struct store *writer;
    struct error  err;

    if (!session_may_begin(call))
        return;
    writer = call_writer(call);
    if (access_set_up(writer, doc_get_text(call->body, "secret"), doc_get_text(call->body, "name"),
                      doc_get_text(call->body, "password"), call->arena, &user, &err))
        begin_session(call, writer, &user, "setup");
    else
        session_reply_refused(call, &err);
}

/* --- tokens for programs --- */

static struct doc *
token_document(struct arena *arena, const struct token *token)
{
    static const char *const names[] = { "issued", "expires", "last_used" };
    const int64_t            times[] = { token->issued, token->expires, token->last_used };
    struct doc              *document = doc_object(arena);

    doc_set_text(arena, document, "id", token->id);
    doc_set_text(arena, document, "note", token->note);
    doc_set_text(arena, document, "method", token->method);
    for (size_t i = 0; i < N_ELEMENTS(names); i++) {
        AUTO_BUF text = { 0 };

        store_write_time(&text, times[i]);
        if (times[i])
            doc_set_text(arena, document, names[i], buf_str(&text));
        else
            doc_set(arena, document, names[i], doc_null());
    }
    return document;
}

void
post_token(struct call *call)
{
    int64_t      days = doc_number(doc_get(call->body, "days"), 1);
    struct token token;
    struct error err;
    struct doc  *document;

    if (!access_issue_token(call_writer(call), call->user, "token",
                            doc_get_text(call->body, "note"), days * 86400 * SECOND, call->arena,
                            &token, &err)) {
        reply_failure(call, &err);
        return;
    }
    document = token_document(call->arena, &token);
    doc_set_text(call->arena, document, "token", token.secret);
    reply_json(call, 201, document);
}

struct tokens {
    struct call *call;
    struct doc  *all;
};

static bool
add_token(void *context, const struct token *token)
{
    struct tokens *t = context;
    struct arena  *arena = t->call->arena;
    struct doc    *document = token_document(arena, token);

    doc_set_bool(arena, document, "current", str_equal(token->id, t->call->user->token));
    doc_push(arena, t->all, document);
    return true;
}

static struct doc *
own_tokens(struct call *call)
{
    struct tokens t = { call, doc_array(call->arena) };
    struct error  err;

    if (access_tokens(call->store, call->user, add_token, &t, &err))
        return t.all;
    reply_failure(call, &err);
    return NULL;
}

void
list_tokens(struct call *call)
{
    struct doc      *all = own_tokens(call);
    struct page      page;
    struct page_list list;

    if (!all || !page_read(call, &page))
        return;
    page_begin(&list, call, &page);
    for (size_t i = 0; i < doc_count(all); i++) {
        const struct doc *token = doc_at(all, i);
        struct str        id = doc_get_text(token, "id");

        if (page_is_behind(&list, id) &&
            !page_add(&list, doc_body(call->arena, token), id, STR_NONE))
            break;
    }
    page_end(&list);
}

/* Only one's own: others' are as not there. */
void
delete_token(struct call *call)
{
    struct str   id = param_get(&call->path, "id");
    struct doc  *all = own_tokens(call);
    struct error err;

    for (size_t i = 0; all && i < doc_count(all); i++) {
        if (!str_equal(doc_get_text(doc_at(all, i), "id"), id))
            continue;
        if (!access_revoke_token(call_writer(call), id, &err))
            reply_failure(call, &err);
        return;
    }
    if (all)
        reply_error(call, 404, "there is no such token");
}
