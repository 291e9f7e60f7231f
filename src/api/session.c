#include "api/session.h"

#include <sodium.h>

#include "api/kept.h"
#include "api/original.h"
#include "api/status.h"

enum { CSRF_BYTES = 16 };

struct str
session_csrf(struct arena *arena, struct str secret)
{
    static const char label[] = "csrf";
    unsigned char     digest[CSRF_BYTES];
    char             *text = arena_alloc(arena, 2 * sizeof digest + 1);

    crypto_generichash(
        digest, sizeof digest, (const unsigned char *)label, sizeof label - 1,
        (const unsigned char *)secret.p,
        secret.n < crypto_generichash_KEYBYTES_MAX ? secret.n : crypto_generichash_KEYBYTES_MAX);
    sodium_bin2hex(text, 2 * sizeof digest + 1, digest, sizeof digest);
    return str_from(text);
}

struct str
session_cookie(struct arena *arena, struct str secret, int64_t seconds, bool is_encrypted)
{
    return arena_printf(arena, "%s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Strict%s",
                        SESSION_COOKIE, STR_ARG(secret), (long long)seconds,
                        is_encrypted ? "; Secure" : "");
}

static struct str
find_cookie(const struct http_request *request)
{
    struct str rest = http_header(request, "Cookie"), piece, name;

    while (str_cut(&rest, ';', &piece)) {
        piece = str_trim(piece);
        if (str_cut(&piece, '=', &name) && str_is(name, SESSION_COOKIE) && piece.p)
            return piece;
    }
    return STR_NONE;
}

struct str
session_secret(const struct http_request *request, bool *by_cookie)
{
    struct str authorization = http_header(request, "Authorization");

    *by_cookie = false;
    if (str_equal_nocase(str_head(authorization, 7), STR("Bearer ")))
        return str_trim(str_skip(authorization, 7));
    if (!str_empty(http_header(request, "X-Auth-Token")))
        return http_header(request, "X-Auth-Token");
    *by_cookie = true;
    return find_cookie(request);
}

/* Of the same length always, so that time tells nothing. */
static bool
has_csrf_token(struct call *call, struct str secret)
{
    struct str wanted = session_csrf(call->arena, secret);
    struct str shown = http_header(call->request, "X-CSRF-Token");

    return shown.n == wanted.n && sodium_memcmp(shown.p, wanted.p, wanted.n) == 0;
}

static bool
changes_something(enum http_method method)
{
    return method != HTTP_GET && method != HTTP_HEAD && method != HTTP_OPTIONS;
}

/* What the store says of a token. */
struct known_token {
    struct user  user;
    struct token token;
};

static struct known_token *
find_token(struct call *call, struct str id, struct error *err)
{
    struct known_token *known = kept_find(call->kept, "token", id);

    if (known)
        return known;
    known = arena_new_of(kept_arena(call->kept), struct known_token);
    if (!access_find_token(call->store, id, kept_arena(call->kept), &known->user, &known->token,
                           err))
        return NULL;
    kept_add(call->kept, "token", id, known);
    return known;
}

/* The call outlives its hold on what is kept: the log and feeds ask who it was. */
static struct user
copy_user(struct arena *arena, const struct user *user)
{
    struct user copy = *user;

    copy.id = arena_str(arena, user->id);
    copy.name = arena_str(arena, user->name);
    copy.token = arena_str(arena, user->token);
    return copy;
}

bool
session_check_token(struct call *call, struct str secret, struct user *user, struct token *token,
                    struct error *err)
{
    struct known_token *known;
    struct str          id;

    if (!access_token_id(secret, call->arena, &id))
        return error_set(err, ERROR_AUTH, 0, "the token is not known");
    known = find_token(call, id, err);
    if (!known || !access_use_token(&known->token, store_now(), err))
        return false;
    *user = copy_user(call->arena, &known->user);
    *token = known->token;
    return true;
}

/* A cookie that is no longer good is as none: the page that signs in must be reached with it. */
static enum session
find_by_token(struct call *call, struct str secret, bool by_cookie, struct user *user)
{
    struct token token;
    struct error err;

    if (!session_check_token(call, secret, user, &token, &err)) {
        if (by_cookie && err.domain == ERROR_AUTH)
            return SESSION_NOBODY;
        reply_failure(call, &err);
        return SESSION_REFUSED;
    }
    if (by_cookie && changes_something(call->request->method) && !has_csrf_token(call, secret)) {
        reply_error(call, 403, "X-CSRF-Token is missing, or not that of this session");
        return SESSION_REFUSED;
    }
    return SESSION_USER;
}

static enum session
find_by_password(struct call *call, struct str encoded, struct user *user)
{
    char        *plain = arena_alloc(call->arena, encoded.n + 1);
    size_t       n = 0;
    struct str   password, name;
    struct error err;

    if (sodium_base642bin((unsigned char *)plain, encoded.n, encoded.p, encoded.n, NULL, &n, NULL,
                          sodium_base64_VARIANT_ORIGINAL) < 0) {
        reply_error(call, 401, "Authorization: no base64");
        return SESSION_REFUSED;
    }
    password = (struct str){ plain, n };
    if (!str_cut(&password, ':', &name) || !password.p) {
        reply_error(call, 401, "Authorization: no ':' between name and password");
        return SESSION_REFUSED;
    }
    if (access_sign_in(call->store, name, password, call->request->address, call->arena, user,
                       &err))
        return SESSION_USER;
    session_reply_refused(call, &err);
    return SESSION_REFUSED;
}

void
session_reply_refused(struct call *call, const struct error *err)
{
    if (err->domain != ERROR_AUTH || err->code <= 0) {
        reply_failure(call, err);
        return;
    }
    reply_error(call, 429, "%s", err->message);
    http_reply_header(call->reply, call->arena, "Retry-After",
                      arena_printf(call->arena, "%d", err->code));
}

bool
session_has_password(const struct call *call)
{
    struct str authorization = http_header(call->request, "Authorization");

    if (call_is_original(call))
        return original_has_password(call->request);
    return str_equal_nocase(str_head(authorization, 6), STR("Basic "));
}

/* --- where a sign-in comes from --- */

/* "[::1]:8000" -> "[::1]": cookies know no ports. */
static struct str
without_port(struct str authority)
{
    struct str rest = authority, host;

    if (str_starts(rest, STR("["))) {
        (void)!str_cut(&rest, ']', &host);
        return (struct str){ host.p, host.n + (rest.p != NULL) };
    }
    (void)!str_cut(&rest, ':', &host);
    return host;
}

static bool
is_host_of(struct str host, struct str origin)
{
    struct str scheme, nothing;

    if (str_empty(host) || !str_cut(&origin, '/', &scheme) || !str_cut(&origin, '/', &nothing))
        return false; /* also "null" */
    return str_equal_nocase(without_port(host), without_port(origin));
}

/* Programs send none of these headers, and no page can make its browser leave out or change them. */
static bool
is_from_here(const struct http_request *request)
{
    struct str site = http_header(request, "Sec-Fetch-Site");
    struct str origin = http_header(request, "Origin");

    if (!str_empty(site))
        return str_is(site, "same-origin") || str_is(site, "none");
    return str_empty(origin) || is_host_of(http_header(request, "Host"), origin) ||
           is_host_of(http_header(request, "X-Forwarded-Host"), origin);
}

/* What a form of any site can send is none. */
static bool
is_json(const struct http_request *request)
{
    struct str rest = http_header(request, "Content-Type"), type;

    return str_empty(rest) || (str_cut(&rest, ';', &type) &&
                               str_equal_nocase(str_trim(type), STR("application/json")));
}

bool
session_may_begin(struct call *call)
{
    if (!is_from_here(call->request))
        reply_error(call, 403, "a page of another site wants this (Origin is not this host)");
    else if (!is_json(call->request))
        reply_error(call, 415, "Content-Type: application/json was expected");
    else
        return true;
    return false;
}

enum session
session_find(struct call *call, struct user *user)
{
    struct str secret;
    bool       by_cookie;

    if (call_is_original(call)) {
        if (call->route && call->route->right == RIGHT_NONE)
            return SESSION_NOBODY;
        return original_sign_in(call, user) ? SESSION_USER : SESSION_REFUSED;
    }
    if (session_has_password(call))
        return find_by_password(
            call, str_trim(str_skip(http_header(call->request, "Authorization"), 6)), user);
    secret = session_secret(call->request, &by_cookie);
    return str_empty(secret) ? SESSION_NOBODY : find_by_token(call, secret, by_cookie, user);
}
