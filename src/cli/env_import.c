/* calipso env import: what clouds.yaml or the OS_ variables say of a cloud's Keystone.
 *
 * Both are read into a document as a cloud of clouds.yaml has it, and from there into the target
 * OpenStack. Files are those of openstacksdk, found where it finds them. */

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/doc_yaml.h"
#include "cli/env.h"

/* --- files --- */

static const char *
filled(const char *text)
{
    return text && *text ? text : NULL;
}

/* The first that is there of "./NAME", "~/.config/openstack/NAME", "/etc/openstack/NAME" with the
 * endings that openstacksdk knows; NULL when none is. */
static const char *
find_file(struct arena *arena, const char *name)
{
    static const char *const endings[] = { "yaml", "yml", "json" };
    const char              *home = filled(getenv("HOME"));
    const char              *config = filled(getenv("XDG_CONFIG_HOME"));
    const char              *folders[3] = { "." };
    size_t                   n = 1;

    if (config || home)
        folders[n++] = config ? arena_printf(arena, "%s/openstack", config).p
                              : arena_printf(arena, "%s/.config/openstack", home).p;
    folders[n++] = "/etc/openstack";
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < N_ELEMENTS(endings); k++) {
            const char *path = arena_printf(arena, "%s/%s.%s", folders[i], name, endings[k]).p;

            if (access(path, F_OK) == 0)
                return path;
        }
    return NULL;
}

static const struct doc *
read_clouds(struct arena *arena, const char *path, struct error *err)
{
    struct str        text;
    const struct doc *document;

    if (!env_read_file(path, arena, &text, err))
        return NULL;
    document = doc_parse_yaml(arena, text, err);
    if (!document) {
        error_prefix(err, "%s: ", strcmp(path, "-") == 0 ? "standard input" : path);
        return NULL;
    }
    if (doc_kind(doc_get(document, "clouds")) != DOC_OBJECT) {
        error_set(err, ERROR_CONFIG, 0, "%s has no \"clouds\"", path);
        return NULL;
    }
    return doc_get(document, "clouds");
}

/* "a, b and 3 more" */
static struct str
names_of(struct arena *arena, const struct doc *clouds)
{
    enum { MOST_SHOWN = 8 };

    AUTO_BUF        names = { 0 };
    struct doc_iter it = { 0 };
    size_t          n = 0;

    for (; n < MOST_SHOWN && doc_next(clouds, &it); n++)
        buf_printf(&names, "%s%.*s", n ? ", " : "", STR_ARG(str_head(it.key, 40)));
    if (doc_count(clouds) > MOST_SHOWN)
        buf_printf(&names, " and %zu more", doc_count(clouds) - MOST_SHOWN);
    return arena_str(arena, buf_str(&names));
}

/* Which cloud: the one that is named, or the only one. */
static const struct doc *
choose_cloud(struct arena *arena, const struct doc *clouds, const char *wanted, struct str *name,
             struct error *err)
{
    struct doc_iter it = { 0 };

    *name = str_from(wanted);
    if (!wanted && doc_count(clouds) == 1 && doc_next(clouds, &it))
        *name = it.key;
    if (str_empty(*name)) {
        error_set(err, ERROR_USAGE, 0, "there are several clouds; --cloud names one of: %s",
                  names_of(arena, clouds).p);
        return NULL;
    }
    if (doc_kind(doc_getn(clouds, *name)) != DOC_OBJECT) {
        error_set(err, ERROR_CONFIG, 0, "there is no cloud '%.*s'; there is: %s",
                  STR_ARG(str_head(*name, 60)), names_of(arena, clouds).p);
        return NULL;
    }
    return doc_getn(clouds, *name);
}

/* The members of 'over' on top of those of 'under', "auth" likewise. */
static struct doc *
laid_over(struct arena *arena, const struct doc *under, const struct doc *over)
{
    struct doc *cloud = doc_copy(arena, under), *auth;

    auth = doc_kind(doc_get(under, "auth")) == DOC_OBJECT ? doc_copy(arena, doc_get(under, "auth"))
                                                          : doc_object(arena);
    if (doc_kind(over) == DOC_OBJECT)
        doc_merge(arena, cloud, over);
    if (doc_kind(doc_get(over, "auth")) == DOC_OBJECT)
        doc_merge(arena, auth, doc_get(over, "auth"));
    doc_set(arena, cloud, "auth", auth);
    return cloud;
}

/* secure.yaml holds the passwords where clouds.yaml is shared: beside a file that was named, else
 * where it is found. */
static const char *
secure_file(struct arena *arena, const char *beside)
{
    const char *given = filled(getenv("OS_CLIENT_SECURE_FILE"));
    ptrdiff_t   slash = str_find_last(str_from(beside), '/');
    const char *path;

    if (given)
        return given;
    if (!beside)
        return find_file(arena, "secure");
    path = arena_printf(arena, "%.*ssecure.yaml", (int)(slash + 1), beside).p;
    return strcmp(beside, "-") != 0 && access(path, F_OK) == 0 ? path : NULL;
}

static struct doc *
cloud_of_files(const struct env_query *e, struct str *name, struct error *err)
{
    struct arena     *arena = e->query.arena;
    const char       *beside = e->file ? e->file : filled(getenv("OS_CLIENT_CONFIG_FILE"));
    const char       *path = beside ? beside : find_file(arena, "clouds");
    const char       *secure = secure_file(arena, beside);
    const char       *wanted = e->cloud ? e->cloud : filled(getenv("OS_CLOUD"));
    const struct doc *clouds, *cloud, *secrets = NULL;

    if (!path) {
        error_set(err, ERROR_CONFIG, 0,
                  "there is no clouds.yaml here, in ~/.config/openstack or in /etc/openstack, and "
                  "no OS_AUTH_URL; --file names one");
        return NULL;
    }
    clouds = read_clouds(arena, path, err);
    cloud = clouds ? choose_cloud(arena, clouds, wanted, name, err) : NULL;
    if (cloud && secure) {
        secrets = read_clouds(arena, secure, err);
        if (!secrets)
            return NULL;
    }
    return cloud ? laid_over(arena, cloud, doc_getn(secrets, *name)) : NULL;
}

/* --- variables --- */

static struct doc *
cloud_of_variables(struct arena *arena)
{
    static const struct {
        const char *variable, *key;
        bool        is_auth;
    } variables[] = {
        { "OS_AUTH_URL", "auth_url", true },
        { "OS_USERNAME", "username", true },
        { "OS_USER_ID", "user_id", true },
        { "OS_PASSWORD", "password", true },
        { "OS_TENANT_NAME", "project_name", true },
        { "OS_PROJECT_NAME", "project_name", true },
        { "OS_TENANT_ID", "project_id", true },
        { "OS_PROJECT_ID", "project_id", true },
        { "OS_DEFAULT_DOMAIN", "default_domain", true },
        { "OS_USER_DOMAIN_NAME", "user_domain_name", true },
        { "OS_USER_DOMAIN_ID", "user_domain_id", true },
        { "OS_PROJECT_DOMAIN_NAME", "project_domain_name", true },
        { "OS_PROJECT_DOMAIN_ID", "project_domain_id", true },
        { "OS_SYSTEM_SCOPE", "system_scope", true },
        { "OS_APPLICATION_CREDENTIAL_ID", "application_credential_id", true },
        { "OS_APPLICATION_CREDENTIAL_NAME", "application_credential_name", true },
        { "OS_APPLICATION_CREDENTIAL_SECRET", "application_credential_secret", true },
        { "OS_AUTH_TYPE", "auth_type", false },
        { "OS_REGION_NAME", "region_name", false },
        { "OS_CACERT", "cacert", false },
        { "OS_INSECURE", "insecure", false },
        { "OS_IDENTITY_API_VERSION", "identity_api_version", false },
    };
    struct doc *cloud = doc_object(arena), *auth = doc_object(arena);

    for (size_t i = 0; i < N_ELEMENTS(variables); i++) {
        const char *value = filled(getenv(variables[i].variable));

        if (value)
            doc_set_text(arena, variables[i].is_auth ? auth : cloud, variables[i].key,
                         str_from(value));
    }
    doc_set(arena, cloud, "auth", auth);
    return cloud;
}

/* --- what a cloud means --- */

/* What is no cloud that we can sign in to, with a reason. */
static bool
check_cloud(const struct doc *cloud, struct error *err)
{
    static const char *const types[] = { "password", "v2password", "v3password",
                                         "v3applicationcredential" };
    const struct doc        *auth = doc_get(cloud, "auth");
    struct str               type = doc_get_text(cloud, "auth_type");
    struct str               version = doc_get_text(cloud, "identity_api_version");
    bool                     is_known = str_empty(type);

    for (size_t i = 0; i < N_ELEMENTS(types); i++)
        is_known = is_known || str_is(type, types[i]);
    if (doc_get(cloud, "profile") || doc_get(cloud, "cloud"))
        return error_set(err, ERROR_CONFIG, 0,
                         "profiles of vendors are not known here: write auth_url and the like of "
                         "\"profile\" into clouds.yaml");
    if (!is_known)
        return error_set(err, ERROR_CONFIG, 0,
                         "auth_type %.*s is not supported: password and v3applicationcredential "
                         "are",
                         STR_ARG(str_head(type, 40)));
    if (!str_empty(version) && !str_starts(version, STR("2")) && !str_starts(version, STR("3")))
        return error_set(err, ERROR_CONFIG, 0, "identity_api_version %.*s is neither 2 nor 3",
                         STR_ARG(str_head(version, 20)));
    if (doc_get(auth, "system_scope"))
        return error_set(err, ERROR_CONFIG, 0,
                         "system_scope is not supported: name a project of an administrator");
    if (doc_get(auth, "user_id"))
        return error_set(err, ERROR_CONFIG, 0, "user_id is not supported: give username");
    if (doc_get(auth, "application_credential_name") && !doc_get(auth, "application_credential_id"))
        return error_set(err, ERROR_CONFIG, 0,
                         "application_credential_name is not supported: give "
                         "application_credential_id");
    return true;
}

/* scheme://host:port/path, the version at its end taken away. */
static bool
set_address(struct arena *arena, struct doc *target, struct str url, struct error *err)
{
    struct str scheme, rest, place, path, port = STR_NONE;
    ptrdiff_t  at = str_find(url, STR("://")), slash, colon;
    uint32_t   number;

    if (at < 0 || str_find_char(url, '@') >= 0 || str_find_char(url, '?') >= 0)
        return error_set(err, ERROR_CONFIG, 0,
                         at < 0 ? "auth_url is missing, or no address like https://HOST:5000/v3"
                                : "auth_url: neither users nor queries may stand in it");
    scheme = arena_lower(arena, str_head(url, (size_t)at));
    rest = str_skip(url, (size_t)at + 3);
    slash = str_find_char(rest, '/');
    place = slash < 0 ? rest : str_head(rest, (size_t)slash);
    path = slash < 0 ? STR_NONE : str_skip(rest, (size_t)slash);
    while (str_ends(path, STR("/")))
        path.n--;
    at = str_find_last(path, '/');
    if (at >= 0 && (str_starts(str_skip(path, (size_t)at), STR("/v3")) ||
                    str_starts(str_skip(path, (size_t)at), STR("/v2"))))
        path = str_head(path, (size_t)at);
    while (str_ends(path, STR("/")))
        path.n--;

    colon = str_find_last(place, ':');
    at = str_find_last(place, ']');
    if (colon > at) {
        port = str_skip(place, (size_t)colon + 1);
        place = str_head(place, (size_t)colon);
    }
    if (str_starts(place, STR("[")) && str_ends(place, STR("]")))
        place = str_head(str_skip(place, 1), place.n - 2);
    number = str_is(scheme, "https") ? 443 : 80;
    if (!str_empty(port) && (!str_to_u32(port, &number) || number > 65535))
        return error_set(err, ERROR_CONFIG, 0, "auth_url: the port is no number to 65535");
    doc_set_text(arena, target, "scheme", scheme);
    doc_set_text(arena, target, "host", arena_str(arena, place));
    doc_set_int(arena, target, "port", number);
    if (!str_empty(path))
        doc_set_text(arena, target, "path", arena_str(arena, path));
    return true;
}

/* The keys of the target that come from elsewhere, and from where; later rows count more. */
static const struct {
    const char *from, *key;
} imported[] = {
    { NULL, "scheme" },
    { NULL, "host" },
    { NULL, "port" },
    { NULL, "path" },
    { "username", "user" },
    { "password", "pwd" },
    { "tenant_name", "admin_project" },
    { "project_name", "admin_project" },
    { "tenant_id", "project_id" },
    { "project_id", "project_id" },
    { "default_domain", "user_domain" },
    { "default_domain_name", "user_domain" },
    { "user_domain_name", "user_domain" },
    { "default_domain_id", "user_domain_id" },
    { "user_domain_id", "user_domain_id" },
    { "default_domain", "project_domain" },
    { "default_domain_name", "project_domain" },
    { "project_domain_name", "project_domain" },
    { "default_domain_id", "project_domain_id" },
    { "project_domain_id", "project_domain_id" },
    { "application_credential_id", "application_credential_id" },
    { "application_credential_secret", "application_credential_secret" },
};

/* What the target had of its own from a former import goes: a path, say, or another user's domain. */
static bool
set_target(struct arena *arena, struct doc *target, const struct doc *cloud, struct error *err)
{
    const struct doc *auth = doc_get(cloud, "auth");
    bool              has_credential = !str_empty(doc_get_text(auth, "application_credential_id"));

    for (size_t i = 0; i < N_ELEMENTS(imported); i++)
        doc_remove(target, imported[i].key);
    for (size_t i = 0; i < N_ELEMENTS(imported); i++) {
        struct str value = doc_get_text(auth, imported[i].from ? imported[i].from : "");

        if (str_empty(value) && imported[i].from)
            value = doc_get_text(cloud, imported[i].from); /* where openstacksdk looks, too */
        if (imported[i].from && !str_empty(value))
            doc_set_text(arena, target, imported[i].key, value);
    }
    if (has_credential)
        for (size_t i = 0; i < N_ELEMENTS(imported); i++)
            if (imported[i].from && !str_starts(str_from(imported[i].key), STR("application")))
                doc_remove(target, imported[i].key);
    return set_address(arena, target, doc_get_text(auth, "auth_url"), err);
}

static bool
is_no(struct str text)
{
    return str_equal_nocase(text, STR("false")) || str_equal_nocase(text, STR("no")) ||
           str_equal_nocase(text, STR("off")) || str_is(text, "0");
}

/* "~/ca.pem", and paths from here, as absolute ones. */
static struct str
absolute(struct arena *arena, struct str path)
{
    const char *home = filled(getenv("HOME"));
    char        here[PATH_MAX];

    if (str_starts(path, STR("~/")) && home)
        return arena_join(arena, str_from(home), str_skip(path, 1), STR_NONE);
    if (str_starts(path, STR("/")) || !getcwd(here, sizeof here))
        return path;
    return arena_join(arena, str_from(here), STR("/"), path);
}

/* Certificates, which belong to the address. */
static void
set_trust(struct arena *arena, struct doc *document, const struct doc *cloud)
{
    struct str ca = doc_get_text(cloud, "cacert"), verify = doc_get_text(cloud, "verify");
    struct str insecure = doc_get_text(cloud, "insecure");

    if (!str_empty(ca))
        doc_set_text(arena, document, "ca", absolute(arena, ca));
    if (!str_empty(verify))
        doc_set_bool(arena, document, "verify", !is_no(verify));
    if (!str_empty(insecure))
        doc_set_bool(arena, document, "verify", is_no(insecure));
}

/* "region_name", or "regions": names, or documents with a name. */
static void
set_regions(struct arena *arena, struct doc *document, const struct doc *cloud)
{
    const struct doc *given = doc_get(cloud, "regions");
    struct doc       *regions = doc_array(arena);
    struct str        name = doc_get_text(cloud, "region_name");

    if (!str_empty(name))
        doc_push_text(arena, regions, name);
    for (size_t i = 0; str_empty(name) && doc_kind(given) == DOC_ARRAY && i < doc_count(given);
         i++) {
        const struct doc *region = doc_at(given, i);
        struct str        text =
            doc_kind(region) == DOC_OBJECT ? doc_get_text(region, "name") : doc_text(region);

        if (!str_empty(text))
            doc_push_text(arena, regions, text);
    }
    if (doc_count(regions) > 0)
        doc_set(arena, document, "regions", regions);
}

/* --- the verb --- */

/* The environment of that name, or a new document; NULL on failure. */
static struct doc *
present_document(struct env_query *e, struct store *store, struct str name, bool *is_new,
                 struct error *err)
{
    struct arena          *arena = e->query.arena;
    struct environment_row row;
    struct doc            *document = doc_object(arena);

    *is_new = !store_get_environment(store, name, arena, &row, err);
    if (!*is_new)
        return doc_parse(arena, row.document, err);
    if (err->domain != ERROR_NOT_FOUND)
        return NULL;
    doc_set_text(arena, document, "name", name);
    return document;
}

int
import_environment(struct env_query *e, struct store *store)
{
    struct arena *arena = e->query.arena;
    bool          from_files = e->file || e->cloud || !filled(getenv("OS_AUTH_URL")), is_new;
    struct str    name = STR_NONE;
    struct error  err;
    struct doc   *cloud = from_files ? cloud_of_files(e, &name, &err) : cloud_of_variables(arena);
    struct doc   *document;

    if (!cloud)
        return fail(&err);
    if (e->query.n_arguments > 1)
        name = str_from(e->query.arguments[1]);
    if (str_empty(name))
        return usage_error("env import wants a name for what the OS_ variables describe");
    if (!check_cloud(cloud, &err))
        return fail(&err);
    document = present_document(e, store, name, &is_new, &err);
    if (!document)
        return fail(&err);
    if (!set_target(arena, env_target(arena, document, "OpenStack"), cloud, &err))
        return fail(&err);
    set_trust(arena, document, cloud);
    if (is_new)
        set_regions(arena, document, cloud);
    return is_new ? env_keep_new(e, store, document) : env_keep_changed(e, store, document, false);
}
