#include "scan/login.h"

#include "transport/rest_page.h"

enum { CONNECT_TIME = 5000, TOTAL_TIME = 10000, LARGEST = 4 << 20 };

struct attempt {
    struct http       *http;
    struct arena      *arena;
    struct login      *login;
    struct error      *err;
    const struct doc  *target;
    struct http_answer answer;
};

/* --- which protocol, which version --- */

/* A server that is ill or busy may take the same from us later, and then its status is the code. */
static int
fault_of(const struct http_answer *answer)
{
    return answer->status == 429 || answer->status >= 500 ? answer->status : HTTP_FAULT_OTHER;
}

static struct str
credential_of(const struct attempt *a)
{
    return doc_get_text(a->target, "application_credential_id");
}

/* What was answered, in a line; some repeat what they were sent, and that was a secret. */
static struct str
said(const struct attempt *a)
{
    const char *secret = str_empty(credential_of(a)) ? "pwd" : "application_credential_secret";

    return rest_page_says(a->arena, a->answer.body, doc_get_text(a->target, secret));
}

/* Somebody answered who is no Keystone. */
static bool
not_keystone(const struct attempt *a, struct str address)
{
    return error_set(a->err, ERROR_TRANSPORT, fault_of(&a->answer),
                     "%.*s answers, but not as Keystone does: status %d, \"%.*s\"",
                     STR_ARG(address), a->answer.status, STR_ARG(said(a)));
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
guess_scheme(struct attempt *a, struct str place, bool tls_first)
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

static bool
find_keystone(struct attempt *a, struct str place, bool tls_first)
{
    struct str scheme = doc_get_text(a->target, "scheme");

    return str_empty(scheme) ? guess_scheme(a, place, tls_first)
                             : find_version(a, arena_join(a->arena, scheme, STR("://"), place));
}

/* --- the token --- */

static struct doc *
wrapped(struct arena *arena, const char *key, struct doc *value)
{
    struct doc *d = doc_object(arena);

    doc_set(arena, d, key, value);
    return d;
}

static struct doc *
one_field(struct arena *arena, const char *key, struct str text)
{
    return wrapped(arena, key, doc_string(arena, text));
}

/* A domain by the id of that key of the target, else by name. */
static struct doc *
domain_of(const struct attempt *a, const char *id_key, struct str name)
{
    struct str id = doc_get_text(a->target, id_key);

    return str_empty(id) ? one_field(a->arena, "name", name) : one_field(a->arena, "id", id);
}

static struct doc *
user_v3(const struct attempt *a)
{
    struct doc *user = one_field(a->arena, "name", a->login->user);

    doc_set(a->arena, user, "domain", domain_of(a, "user_domain_id", a->login->domain));
    doc_set_text(a->arena, user, "password", doc_get_text(a->target, "pwd"));
    return wrapped(a->arena, "user", user);
}

static struct doc *
project_v3(const struct attempt *a)
{
    struct str  id = doc_get_text(a->target, "project_id");
    struct str  domain = doc_get_text(a->target, "project_domain");
    struct doc *project;

    if (!str_empty(id))
        return one_field(a->arena, "id", id);
    project = one_field(a->arena, "name", a->login->project);
    doc_set(a->arena, project, "domain",
            domain_of(a, "project_domain_id", str_empty(domain) ? a->login->domain : domain));
    return project;
}

static struct doc *
credential_v3(const struct attempt *a)
{
    struct doc *credential = one_field(a->arena, "id", credential_of(a));

    doc_set_text(a->arena, credential, "secret",
                 doc_get_text(a->target, "application_credential_secret"));
    return credential;
}

/* An application credential belongs to one project already, and must not name a scope. */
static struct str
body_v3(const struct attempt *a)
{
    struct arena *arena = a->arena;
    bool          has_credential = !str_empty(credential_of(a));
    const char   *method = has_credential ? "application_credential" : "password";
    struct doc   *methods = doc_array(arena), *auth = doc_object(arena);
    struct doc   *identity = wrapped(arena, method, has_credential ? credential_v3(a) : user_v3(a));

    doc_push_text(arena, methods, str_from(method));
    doc_set(arena, identity, "methods", methods);
    doc_set(arena, auth, "identity", identity);
    if (!has_credential)
        doc_set(arena, auth, "scope", wrapped(arena, "project", project_v3(a)));
    return doc_body(arena, wrapped(arena, "auth", auth));
}

static struct str
body_v2(const struct attempt *a)
{
    struct arena *arena = a->arena;
    struct doc   *auth = doc_object(arena), *credentials = doc_object(arena);

    doc_set_text(arena, credentials, "username", a->login->user);
    doc_set_text(arena, credentials, "password", doc_get_text(a->target, "pwd"));
    doc_set(arena, auth, "passwordCredentials", credentials);
    doc_set_text(arena, auth, "tenantName", a->login->project);
    return doc_body(arena, wrapped(arena, "auth", auth));
}

static bool
refused(const struct attempt *a)
{
    const struct login *l = a->login;

    if (a->answer.status == 401 && !str_empty(credential_of(a)))
        return error_set(a->err, ERROR_TRANSPORT, HTTP_FAULT_OTHER,
                         "%.*s refuses application credential %.*s: its secret is wrong, it has "
                         "expired, or there is none of this id",
                         STR_ARG(l->address), STR_ARG(credential_of(a)));
    if (a->answer.status == 401)
        return error_set(a->err, ERROR_TRANSPORT, HTTP_FAULT_OTHER,
                         "%.*s refuses user %.*s (domain %.*s) for project %.*s: the password is "
                         "wrong, or there is no such user or project",
                         STR_ARG(l->address), STR_ARG(l->user), STR_ARG(l->domain),
                         STR_ARG(l->project));
    if (str_empty(doc_text(doc_path(doc_parse(a->arena, a->answer.body, NULL), "error.message"))))
        return not_keystone(a, l->address);
    return error_set(a->err, ERROR_TRANSPORT, fault_of(&a->answer), "%.*s: status %d: %.*s",
                     STR_ARG(l->address), a->answer.status, STR_ARG(said(a)));
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

    if (!is_v3 && !str_empty(credential_of(a)))
        return error_set(a->err, ERROR_TRANSPORT, HTTP_FAULT_OTHER,
                         "%.*s: identity v2.0 knows no application credentials",
                         STR_ARG(l->address));
    if (!http_ask(a->http, &request, a->arena, &a->answer, a->err))
        return false;
    if (a->answer.status != (is_v3 ? 201 : 200) && a->answer.status != 200)
        return refused(a);
    if (!parse_token(a->arena, a->answer.body, &l->token, a->err) ||
        !parse_catalog(a->arena, a->answer.body, &l->catalog, a->err))
        return error_prefix(a->err, "%.*s: ", STR_ARG(l->address));
    l->id = is_v3 ? http_answer_header(&a->answer, "X-Subject-Token") : l->token.id;
    return !str_empty(l->id) || error_set(a->err, ERROR_TRANSPORT, HTTP_FAULT_OTHER,
                                          "%.*s gave no token", STR_ARG(l->address));
}

/* "host:port/path" */
static struct str
place_of(const struct environment *environment, const struct doc *target, struct arena *arena)
{
    struct environment_target_login login;
    struct str                      path = doc_get_text(target, "path");

    if (!environment_login(environment, "OpenStack", &login))
        return STR_NONE;
    while (str_ends(path, STR("/")))
        path.n--;
    return arena_printf(arena,
                        str_find_char(login.host, ':') >= 0 ? "[%.*s]:%u%.*s" : "%.*s:%u%.*s",
                        STR_ARG(login.host), login.port, STR_ARG(path));
}

/* Whose token it is: for people, and in what is sent with a password. */
static struct login
login_of(const struct environment *environment, const struct doc *target, struct arena *arena)
{
    struct str credential = doc_get_text(target, "application_credential_id");
    struct str domain = doc_get_text(target, "user_domain");

    if (str_empty(domain))
        domain = doc_get_text(environment->document, "domain");
    return (struct login){
        .user = str_empty(credential)
                    ? doc_get_text(target, "user")
                    : arena_join(arena, STR("of application credential "), credential, STR_NONE),
        .project = environment->admin_project,
        .domain = str_empty(domain) ? STR("Default") : domain,
    };
}

bool
keystone_login(const struct environment *environment, const atomic_bool *cancelled,
               struct arena *arena, struct login *login, struct error *err)
{
    const struct doc               *target = environment_target(environment, "OpenStack");
    struct environment_target_login way = { 0 };

    (void)environment_login(environment, "OpenStack", &way);

    const struct http_options options = {
        .ca = way.ca,
        .trusts_anybody = way.trusts_anybody,
        .connect_time = CONNECT_TIME,
        .total_time = TOTAL_TIME,
        .largest = LARGEST,
        .cancelled = cancelled,
    };
    bool speaks_of_tls =
        doc_get(environment->document, "verify") || doc_get(target, "verify") || options.ca.n > 0;
    AUTO_HTTP      http = http_new(&options);
    struct attempt a = {
        .http = http, .arena = arena, .login = login, .err = err, .target = target
    };

    *login = login_of(environment, target, arena);
    if (!find_keystone(&a, place_of(environment, target, arena), speaks_of_tls) || !ask_token(&a))
        return false;

    /* The token knows better: a project may have been named by its id, or by a credential. */
    struct str project = doc_get_text(login->token.project, "name");

    login->project = str_empty(project) ? login->project : project;
    return true;
}
