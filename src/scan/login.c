#include "scan/login.h"

enum { CONNECT_TIME = 5000, TOTAL_TIME = 10000, LARGEST = 4 << 20, MOST_SHOWN = 60 };

struct attempt {
    struct http       *http;
    struct arena      *arena;
    struct login      *login;
    struct error      *err;
    struct str         password;
    struct http_answer answer;
};

/* --- which protocol, which version --- */

/* A server that is ill or busy may take the same from us later, and then its status is the code. */
static int
fault_of(const struct http_answer *answer)
{
    return answer->status == 429 || answer->status >= 500 ? answer->status : HTTP_FAULT_OTHER;
}

/* What somebody said who is no Keystone, shortened for a message. */
static bool
not_keystone(const struct attempt *a, struct str address)
{
    struct str text = str_head(str_trim(a->answer.body), MOST_SHOWN);

    return error_set(a->err, ERROR_TRANSPORT, fault_of(&a->answer),
                     "%.*s answers, but not as Keystone does: status %d, \"%.*s\"",
                     STR_ARG(address), a->answer.status, STR_ARG(text));
}

/* The versions that Keystone offers without asking who we are: no secret is sent before it is known
 * that a Keystone is there, and whether it speaks TLS. */
static bool
find_version(struct attempt *a, struct str base)
{
    const struct http_request request = { .method = "GET",
                                          .url = arena_join(a->arena, base, STR("/"), STR_NONE) };
    const struct doc         *versions;
    const char               *found = NULL;

    if (!http_ask(a->http, &request, a->arena, &a->answer, a->err))
        return false;
    versions = doc_path(doc_parse(a->arena, a->answer.body, NULL), "versions.values");
    for (size_t i = 0; i < doc_count(versions); i++) {
        struct str id = doc_get_text(doc_at(versions, i), "id");

        if (str_starts(id, STR("v3")))
            found = "/v3";
        else if (str_starts(id, STR("v2")) && !found)
            found = "/v2.0";
    }
    if (!found)
        return not_keystone(a, base);
    a->login->address = arena_join(a->arena, base, str_from(found), STR_NONE);
    return true;
}

/* With TLS first where the environment speaks of certificates, else without; then the other way. Of
 * two failures the one about certificates is told, else the first. */
static bool
find_keystone(struct attempt *a, struct str place, bool tls_first)
{
    static const char *const schemes[] = { "http://", "https://" };
    struct error             first = { 0 }, second = { 0 };
    struct error            *err = a->err;
    bool                     found = false;

    for (size_t i = 0; i < 2 && !found; i++) {
        const char *scheme = schemes[i ^ tls_first];

        a->err = i ? &second : &first;
        found = find_version(a, arena_join(a->arena, str_from(scheme), place, STR_NONE));
        if (!found && i == 0 &&
            (first.code == HTTP_FAULT_NAME || first.code == HTTP_FAULT_TIME ||
             first.code == HTTP_FAULT_REFUSED)) {
            second = first; /* the same would come of the other */
            break;
        }
    }
    a->err = err;
    if (!found)
        *err = second.code == HTTP_FAULT_TRUST ? second : first;
    return found;
}

/* --- the token --- */

static struct doc *
named(struct arena *arena, struct str name)
{
    struct doc *d = doc_object(arena);

    doc_set_text(arena, d, "name", name);
    return d;
}

static struct doc *
in_domain(struct arena *arena, struct str name, struct str domain)
{
    struct doc *d = named(arena, name);

    doc_set(arena, d, "domain", named(arena, domain));
    return d;
}

static struct doc *
wrapped(struct arena *arena, const char *key, struct doc *value)
{
    struct doc *d = doc_object(arena);

    doc_set(arena, d, key, value);
    return d;
}

static struct str
body_v3(const struct attempt *a)
{
    struct arena       *arena = a->arena;
    const struct login *l = a->login;
    struct doc         *user = in_domain(arena, l->user, l->domain);
    struct doc         *identity, *auth = doc_object(arena), *methods = doc_array(arena);

    doc_set_text(arena, user, "password", a->password);
    doc_push_text(arena, methods, STR("password"));
    identity = wrapped(arena, "password", wrapped(arena, "user", user));
    doc_set(arena, identity, "methods", methods);
    doc_set(arena, auth, "identity", identity);
    doc_set(arena, auth, "scope",
            wrapped(arena, "project", in_domain(arena, l->project, l->domain)));
    return doc_body(arena, wrapped(arena, "auth", auth));
}

static struct str
body_v2(const struct attempt *a)
{
    struct arena *arena = a->arena;
    struct doc   *auth = doc_object(arena), *credentials = doc_object(arena);

    doc_set_text(arena, credentials, "username", a->login->user);
    doc_set_text(arena, credentials, "password", a->password);
    doc_set(arena, auth, "passwordCredentials", credentials);
    doc_set_text(arena, auth, "tenantName", a->login->project);
    return doc_body(arena, wrapped(arena, "auth", auth));
}

static bool
refused(const struct attempt *a)
{
    const struct login *l = a->login;
    struct str          why;

    if (a->answer.status == 401)
        return error_set(a->err, ERROR_TRANSPORT, HTTP_FAULT_OTHER,
                         "%.*s refuses user %.*s (domain %.*s) for project %.*s: the password is "
                         "wrong, or there is no such user or project",
                         STR_ARG(l->address), STR_ARG(l->user), STR_ARG(l->domain),
                         STR_ARG(l->project));
    why = doc_text(doc_path(doc_parse(a->arena, a->answer.body, NULL), "error.message"));
    if (str_empty(why))
        return not_keystone(a, l->address);
    return error_set(a->err, ERROR_TRANSPORT, fault_of(&a->answer), "%.*s: status %d: %.*s",
                     STR_ARG(l->address), a->answer.status, STR_ARG(str_head(why, 2 * MOST_SHOWN)));
}

static bool
ask_token(struct attempt *a)
{
    struct login             *l = a->login;
    bool                      is_v3 = str_ends(l->address, STR("/v3"));
    const struct http_request request = {
        .method = "POST",
        .url = arena_join(a->arena, l->address, is_v3 ? STR("/auth/tokens") : STR("/tokens"),
                          STR_NONE),
        .body = is_v3 ? body_v3(a) : body_v2(a),
    };

    if (!http_ask(a->http, &request, a->arena, &a->answer, a->err))
        return false;
    if (a->answer.status != (is_v3 ? 201 : 200) && a->answer.status != 200)
        return refused(a);
    if (!parse_token(a->arena, a->answer.body, &l->token, a->err) ||
        !parse_catalog(a->arena, a->answer.body, &l->catalog, a->err))
        return error_prefix(a->err, "%.*s: ", STR_ARG(l->address));
    l->id = is_v3 ? http_header(&a->answer, "X-Subject-Token") : l->token.id;
    return !str_empty(l->id) || error_set(a->err, ERROR_TRANSPORT, HTTP_FAULT_OTHER,
                                          "%.*s gave no token", STR_ARG(l->address));
}

bool
keystone_login(const struct environment *environment, struct arena *arena, struct login *login,
               struct error *err)
{
    const struct doc         *document = environment->document;
    const struct doc         *target = environment_target(environment, "OpenStack");
    struct str                host = doc_get_text(target, "host");
    struct str                domain = doc_get_text(document, "domain");
    const struct http_options options = {
        .ca = doc_get_text(document, "ca"),
        .trusts_anybody = doc_get(document, "verify") && !doc_truth(doc_get(document, "verify")),
        .connect_time = CONNECT_TIME,
        .total_time = TOTAL_TIME,
        .largest = LARGEST,
    };
    bool           speaks_of_tls = doc_get(document, "verify") || !str_empty(options.ca);
    bool           is_ipv6 = str_find_char(host, ':') >= 0;
    AUTO_HTTP      http = http_new(&options);
    struct attempt a = { .http = http,
                         .arena = arena,
                         .login = login,
                         .err = err,
                         .password = doc_get_text(target, "pwd") };
    struct str     place = arena_printf(arena, is_ipv6 ? "[%.*s]:%.*s" : "%.*s:%.*s", STR_ARG(host),
                                        STR_ARG(doc_scalar(doc_get(target, "port"), arena)));

    *login = (struct login){ .user = doc_get_text(target, "user"),
                             .project = environment->admin_project,
                             .domain = str_empty(domain) ? STR("Default") : domain };
    return find_keystone(&a, place, speaks_of_tls) && ask_token(&a);
}
