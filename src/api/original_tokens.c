/* Signing in: at every request, and for a token. */

#include "api/original.h"
#include "api/session.h"

#include <sodium.h>

#include "api/service.h"

enum { SHOWN_MAX = 128 }; /* of what somebody says is a token */

/* --- who asks --- */

/* Wrong, or asked too often: nobody can tell which. */
static bool
refuse(struct call *call, const struct error *err, const char *message)
{
    if (err->domain != ERROR_AUTH) {
        reply_failure(call, err);
        return false;
    }
    reply_error(call, 401, "%s", message);
    if (err->code > 0)
        http_reply_header(call->reply, call->arena, "Retry-After",
                          arena_printf(call->arena, "%d", err->code));
    return false;
}

static bool
refuse_token(struct call *call, struct str token, const struct error *err)
{
    struct str shown = str_head(token, SHOWN_MAX);

    if (err->domain != ERROR_AUTH)
        reply_failure(call, err);
    else if (err->code == TOKEN_EXPIRED)
        reply_error(call, 401, "Token %.*s has expired", STR_ARG(shown));
    else
        reply_error(call, 401, "Token %.*s doesn't exist", STR_ARG(shown));
    return false;
}

static bool
check_token(struct call *call, struct str secret, struct user *user, struct token *token)
{
    struct error err;

    return session_check_token(call, secret, user, token, &err) || refuse_token(call, secret, &err);
}

static bool
check_password(struct call *call, struct str name, struct str password, struct user *user,
               const char *message)
{
    struct error err;

    return access_sign_in(call->store, name, password, call->request->address, call->arena, user,
                          &err) ||
           refuse(call, &err, message);
}

/* "Basic " and base64 of "name:password"; the password may have colons. */
static bool
check_basic(struct call *call, struct str header, struct user *user)
{
    struct str rest = str_trim(str_skip(header, strlen("Basic"))), name;
    char      *plain = arena_alloc(call->arena, rest.n + 1);
    size_t     n = 0;
    struct str password;

    if (sodium_base642bin((unsigned char *)plain, rest.n, rest.p, rest.n, NULL, &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        !memchr(plain, ':', n)) {
        reply_error(call, 401, "Authentication failed");
        return false;
    }
    password = (struct str){ plain, n };
    str_cut(&password, ':', &name);
    return check_password(call, name, password, user, "Authentication failed");
}

bool
original_has_password(const struct http_request *request)
{
    return str_starts(http_header(request, "Authorization"), STR("Basic"));
}

bool
original_sign_in(struct call *call, struct user *user)
{
    struct str   authorization = http_header(call->request, "Authorization");
    struct str   secret = http_header(call->request, "X-Auth-Token");
    struct token token;

    if (original_has_password(call->request))
        return check_basic(call, authorization, user);
    if (str_empty(authorization) && !str_empty(secret))
        return check_token(call, secret, user, &token);
    reply_error(call, 401,
                str_empty(authorization) ? "Authentication required" : "Credentials not provided");
    return false;
}

/* --- POST /auth/tokens --- */

static const char *const methods[] = { "credentials", "token", NULL };

static const struct check_key auth_keys[] = {
    { .key = "methods", CHECK_LIST, CHECK_NEEDED, .values = methods },
    { .key = "credentials", CHECK_DICT },
    { .key = "token", CHECK_TEXT },
    { 0 },
};

static const struct check_key body_keys[] = {
    { .key = "auth", CHECK_DICT },
    { 0 },
};

static const struct check_key credentials_keys[] = {
    { .key = "username", CHECK_TEXT, CHECK_NEEDED },
    { .key = "password", CHECK_TEXT, CHECK_NEEDED },
    { 0 },
};

static bool
has_method(const struct doc *auth, const char *name)
{
    const struct doc *list = doc_get(auth, "methods");

    for (size_t i = 0; i < doc_count(list); i++)
        if (str_is(doc_text(doc_at(list, i)), name))
            return true;
    return false;
}

static struct doc *
read_auth(struct call *call)
{
    struct doc *auth = doc_get(call->body, "auth");

    if (!auth) {
        reply_error(call, 400, "Request must contain auth object");
        return NULL;
    }
    if (!original_check(call, call->body, body_keys, "") ||
        !original_check(call, auth, auth_keys, ""))
        return NULL;
    if (doc_get(auth, "credentials") &&
        !original_check(call, doc_get(auth, "credentials"), credentials_keys, ""))
        return NULL;
    return auth;
}

/* Which method let them in; NULL after a reply. Wrong credentials leave the token, where both may
 * be shown. */
static const char *
sign_in(struct call *call, const struct doc *auth, struct user *user)
{
    const struct doc *credentials = doc_get(auth, "credentials");
    struct str        secret = doc_get_text(auth, "token");
    struct token      token;

    if (!credentials && str_empty(secret)) {
        reply_error(call, 401, "must provide credentials or token");
        return NULL;
    }
    if (has_method(auth, "credentials")) {
        if (!credentials) {
            reply_error(call, 401, "credentials must be provided for credentials method");
            return NULL;
        }
        if (check_password(call, doc_get_text(credentials, "username"),
                           doc_get_text(credentials, "password"), user, "authentication failed"))
            return "credentials";
        if (!has_method(auth, "token") || call->reply->status != 401)
            return NULL;
    }
    if (str_empty(secret)) {
        reply_error(call, 401, "token must be provided for token method");
        return NULL;
    }
    return check_token(call, secret, user, &token) ? "token" : NULL;
}

static void
reply_token(struct call *call, const struct token *token)
{
    struct doc *reply = doc_object(call->arena);
    AUTO_BUF    issued = { 0 }, expires = { 0 };

    original_write_time(&issued, token->issued);
    original_write_time(&expires, token->expires);
    doc_set_text(call->arena, reply, "_id", token->id);
    doc_set_text(call->arena, reply, "token", token->secret);
    doc_set_text(call->arena, reply, "method", token->method);
    doc_set_text(call->arena, reply, "issued_at", buf_str(&issued));
    doc_set_text(call->arena, reply, "expires_at", buf_str(&expires));
    reply_json(call, 201, reply);
}

void
original_post_token(struct call *call)
{
    const struct doc *auth = read_auth(call);
    struct user       user;
    const char       *method = auth ? sign_in(call, auth, &user) : NULL;
    struct store     *writer = method ? call_writer(call) : NULL;
    struct token      token;
    struct error      err;

    if (!writer)
        return;
    if (access_issue_token(writer, &user, method, STR("API"), api_token_lifetime(call->api),
                           call->arena, &token, &err))
        reply_token(call, &token);
    else
        refuse(call, &err, "authentication failed");
}

/* --- DELETE /auth/tokens --- */

void
original_delete_token(struct call *call)
{
    struct str    secret = http_header(call->request, "X-Auth-Token");
    struct store *writer;
    struct user   user;
    struct token  token;
    struct error  err;

    if (str_empty(secret)) {
        reply_error(call, 401, "Authentication failed");
        return;
    }
    if (!check_token(call, secret, &user, &token))
        return;
    writer = call_writer(call);
    if (writer && !access_revoke_token(writer, token.id, &err))
        refuse_token(call, secret, &err);
    else if (writer)
        call->reply->status = 200;
}
