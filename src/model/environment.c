/* Reading environment documents. */

#include "model/environment.h"

#include "model/environment_fields.h"

enum {
    MOST_TARGETS = 1000,
    MOST_HOSTS = 10000,
};

static const char *const target_names[] = { "mysql",      "OpenStack",    "CLI", "AMQP",
                                            "Monitoring", "NFV_provider", "ACI", "Kubernetes",
                                            "VMware",     "Bare-metal" };

static const char *const environment_types[] = { "OpenStack", "Kubernetes", "VMware",
                                                 "Bare-metal" };

/* Which targets an environment cannot do without. "mysql" is no longer among them: the APIs say the
 * same. */
static const struct {
    const char *type; /* of the environment; NULL: any */
    const char *flag; /* only when this field is true; NULL: always */
    const char *target;
} needs[] = {
    { "OpenStack", NULL, "OpenStack" },   { "OpenStack", NULL, "CLI" },
    { "Kubernetes", NULL, "Kubernetes" }, { "Kubernetes", NULL, "CLI" },
    { NULL, "listen", "AMQP" },           { NULL, "aci_enabled", "ACI" },
};

static bool
check_target(const struct doc *target, enum check_for check, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    struct str name = doc_get_text(target, "name");

    return environment_check_fields(target, name.p, arena_join(scratch, name, STR("."), STR_NONE),
                                    check, err);
}

static bool
check_hosts(const struct doc *hosts, struct error *err)
{
    AUTO_ARENA      scratch = arena_new();
    struct doc_iter it = { 0 };

    if (doc_count(hosts) > MOST_HOSTS)
        return error_set(err, ERROR_CONFIG, 0, "CLI.hosts: more than %d hosts", MOST_HOSTS);
    while (doc_next(hosts, &it)) {
        struct str where = arena_printf(scratch, "CLI.hosts.%.*s.", STR_ARG(str_head(it.key, 60)));

        if (!environment_host_name_is_valid(it.key))
            return error_set(err, ERROR_CONFIG, 0, "CLI.hosts: '%.*s' is no name of a host",
                             STR_ARG(str_head(it.key, 60)));
        if (doc_kind(it.value) != DOC_OBJECT)
            return error_set(err, ERROR_CONFIG, 0, "CLI.hosts.%.*s: a document was expected",
                             STR_ARG(str_head(it.key, 60)));
        if (!environment_check_fields(it.value, "hosts", where, CHECK_DOCUMENT, err))
            return false;
    }
    return true;
}

struct doc *
environment_find_target(const struct doc *document, const char *name)
{
    const struct doc *targets = doc_get(document, "configuration");

    for (size_t i = 0; i < doc_count(targets); i++)
        if (str_is(doc_get_text(doc_at(targets, i), "name"), name))
            return doc_at(targets, i);
    return NULL;
}

static bool
check_targets(const struct doc *document, struct error *err)
{
    const struct doc *targets = doc_get(document, "configuration");

    if (doc_kind(targets) != DOC_ARRAY || doc_count(targets) > MOST_TARGETS)
        return error_set(err, ERROR_CONFIG, 0, "configuration: a list of targets was expected");
    for (size_t i = 0; i < doc_count(targets); i++) {
        const struct doc *target = doc_at(targets, i);
        struct str        name = doc_get_text(target, "name");

        if (str_empty(name))
            return error_set(err, ERROR_CONFIG, 0, "configuration: entry %zu has no name", i + 1);
        if (!str_is_one_of(name, target_names, N_ELEMENTS(target_names)))
            return error_set(err, ERROR_CONFIG, 0, "configuration: there is no target %.*s",
                             STR_ARG(str_head(name, 60)));
        if (environment_find_target(document, name.p) != target)
            return error_set(err, ERROR_CONFIG, 0, "configuration: %s is there twice", name.p);
        if (!check_target(target, CHECK_DOCUMENT, err) ||
            !check_hosts(doc_get(target, "hosts"), err))
            return false;
    }
    return true;
}

static bool
check_needs(const struct doc *document, struct str type, struct error *err)
{
    for (size_t i = 0; i < N_ELEMENTS(needs); i++) {
        if ((needs[i].type && !str_is(type, needs[i].type)) ||
            (needs[i].flag && !doc_truth(doc_get(document, needs[i].flag))))
            continue;
        if (!environment_find_target(document, needs[i].target))
            return error_set(err, ERROR_CONFIG, 0, "configuration: target %s is missing%s%s",
                             needs[i].target, needs[i].flag ? ", needed for " : "",
                             needs[i].flag ? needs[i].flag : "");
    }
    return true;
}

static struct str
text_or_first(const struct doc *value)
{
    return doc_text(doc_kind(value) == DOC_ARRAY ? doc_at(value, 0) : value);
}

static const struct str *
texts(struct arena *arena, const struct doc *list, size_t *n)
{
    struct str *items = arena_array(arena, struct str, doc_count(list));

    *n = doc_count(list);
    for (size_t i = 0; i < *n; i++)
        items[i] = doc_text(doc_at(list, i));
    return items;
}

static struct str
text_or(struct str text, struct str otherwise)
{
    return str_empty(text) ? otherwise : text;
}

static bool
read_document(struct arena *arena, struct doc *document, bool is_whole, struct environment *out,
              struct error *err)
{
    struct str name = doc_get_text(document, "name");
    struct str type = text_or(doc_get_text(document, "environment_type"), STR("OpenStack"));

    if (doc_kind(document) != DOC_OBJECT)
        return error_set(err, ERROR_CONFIG, 0, "an environment is a document");
    if (!environment_name_is_valid(name))
        return error_set(err, ERROR_CONFIG, 0,
                         "name: 1 to 64 letters, digits, '.', '_', '-' and blanks were expected, "
                         "a letter or digit first");
    if (!str_is_one_of(type, environment_types, N_ELEMENTS(environment_types)))
        return error_set(err, ERROR_CONFIG, 0, "environment %s: there is no environment_type %.*s",
                         name.p, STR_ARG(str_head(type, 60)));
    if (!environment_check_fields(document, NULL, STR_NONE,
                                  is_whole ? CHECK_DOCUMENT : CHECK_NOTHING, err) ||
        !check_targets(document, err) || (is_whole && !check_needs(document, type, err)))
        return error_prefix(err, "environment %s: ", name.p);

    const struct doc *openstack = environment_find_target(document, "OpenStack");

    *out = (struct environment){
        .name = name,
        .type = type,
        .distribution = doc_get_text(document, "distribution"),
        .version = text_or_first(doc_get(document, "distribution_version")),
        .type_drivers = text_or_first(doc_get(document, "type_drivers")),
        .admin_project = text_or(doc_get_text(openstack, "admin_project"), STR("admin")),
        .has_sql = environment_find_target(document, "mysql") != NULL,
        .access = text_or(doc_get_text(document, "access"), STR("master")),
        .document = document,
    };
    out->mechanism_drivers =
        texts(arena, doc_get(document, "mechanism_drivers"), &out->n_mechanism_drivers);
    out->host_pnics = texts(arena, doc_get(document, "host_pnics"), &out->n_host_pnics);
    out->regions = texts(arena, doc_get(document, "regions"), &out->n_regions);
    return true;
}

bool
environment_read(struct arena *arena, struct doc *document, struct environment *out,
                 struct error *err)
{
    return read_document(arena, document, true, out, err);
}

bool
environment_read_part(struct arena *arena, struct doc *document, struct environment *out,
                      struct error *err)
{
    return read_document(arena, document, false, out, err);
}

const struct doc *
environment_target(const struct environment *environment, const char *name)
{
    return environment_find_target(environment->document, name);
}

/* Can we sign in there? 'where' is "CLI" or "CLI.hosts.NAME". */
static bool
check_login(const struct environment_target_login *login, struct str where, struct error *err)
{
    if (str_empty(login->host))
        return error_set(err, ERROR_CONFIG, 0, "%.*s.host is missing", STR_ARG(where));
    if (str_empty(login->user))
        return error_set(err, ERROR_CONFIG, 0, "%.*s.user is missing", STR_ARG(where));
    if (str_empty(login->password) && str_empty(login->key) && !login->agent)
        return error_set(err, ERROR_CONFIG, 0,
                         "%.*s needs a pwd, the path of a key, or \"agent\": true", STR_ARG(where));
    return true;
}

/* With "hosts" each host has its own way in, and a master host may be missing. */
static bool
check_cli(const struct environment *environment, struct error *err)
{
    AUTO_ARENA                      scratch = arena_new();
    struct environment_cli_host    *hosts;
    struct environment_target_login login;
    size_t                          n = environment_cli_hosts(environment, scratch, &hosts);

    if (!environment_login(environment, "CLI", &login))
        return true;
    if (n == 0)
        return check_login(&login, STR("CLI"), err);
    for (size_t i = 0; i < n; i++)
        if (!check_login(&hosts[i].login,
                         arena_join(scratch, STR("CLI.hosts."), hosts[i].name, STR_NONE), err))
            return false;
    return true;
}

bool
environment_check_access(const struct environment *environment, struct error *err)
{
    const struct doc *targets = doc_get(environment->document, "configuration");

    for (size_t i = 0; i < doc_count(targets); i++)
        if (!check_target(doc_at(targets, i), CHECK_ACCESS, err))
            return error_prefix(err, "environment %s: ", environment->name.p);
    return check_cli(environment, err) ||
           error_prefix(err, "environment %s: ", environment->name.p);
}

bool
environment_has_driver(const struct environment *environment, const char *driver)
{
    for (size_t i = 0; i < environment->n_mechanism_drivers; i++)
        if (str_is(environment->mechanism_drivers[i], driver))
            return true;
    return false;
}

void
environment_set_defaults(struct arena *arena, struct doc *document)
{
    static const struct {
        const char *field, *text; /* NULL: false */
    } defaults[] = { { "type", "environment" },
                     { "environment_type", "OpenStack" },
                     { "operational", "stopped" },
                     { "listen", NULL } };

    for (size_t i = 0; i < N_ELEMENTS(defaults); i++) {
        if (doc_get(document, defaults[i].field))
            continue;
        if (defaults[i].text)
            doc_set_text(arena, document, defaults[i].field, str_from(defaults[i].text));
        else
            doc_set_bool(arena, document, defaults[i].field, false);
    }
}
