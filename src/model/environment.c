/* Reading environment documents.
 *
 * What a field may hold stands in two tables: of the document, and of the targets in its
 * "configuration". Unknown fields are kept and ignored, since documents of the original carry some
 * that we have no use for. */

#include "model/environment.h"

#include "model/defaults.h"

enum {
    NAME_MAX_SIZE = 64,
    HOST_MAX_SIZE = 255,
    MOST_ITEMS = 1000, /* of a list in a document */
    MOST_HOSTS = 10000,
    SECRETS_DEPTH = 32,
};

enum kind {
    KIND_TEXT,
    KIND_TEXT_OR_LIST, /* of a list the first counts */
    KIND_TEXTS,
    KIND_PATTERNS, /* of device names: letters, digits, "._-@+:", '*' and '?' */
    KIND_BOOL,
    KIND_NUMBER,
    KIND_HOST,
    KIND_PORT,
    KIND_PATH,
    KIND_OBJECT,
    KIND_ACCESS,
    KIND_SCHEME,
    KIND_URL_PATH,
    KIND_SECONDS,
    KIND_INTERFACE,
};

static const char *const expected[] = {
    [KIND_TEXT] = "text",
    [KIND_TEXT_OR_LIST] = "text",
    [KIND_TEXTS] = "a list of at least one text",
    [KIND_PATTERNS] = "a list of device names with * and ?",
    [KIND_BOOL] = "true or false",
    [KIND_NUMBER] = "a number",
    [KIND_HOST] = "a host name or an address",
    [KIND_PORT] = "a port number, 0 to 65535",
    [KIND_PATH] = "an absolute path",
    [KIND_OBJECT] = "a document",
    [KIND_ACCESS] = "\"master\" or \"direct\"",
    [KIND_SCHEME] = "\"http\" or \"https\"",
    [KIND_URL_PATH] = "the path of an address, like /identity,",
    [KIND_SECONDS] = "a number of seconds, 1 to 3600,",
    [KIND_INTERFACE] = "\"admin\", \"internal\" or \"public\"",
};

enum need {
    OPTIONAL,
    REQUIRED,
    FOR_ACCESS,     /* to ask a live cloud */
    FOR_PASSWORD,   /* the same, by those who sign in with user and password */
    FOR_CREDENTIAL, /* the same, by those who sign in with an application credential */
};

struct rule {
    const char *target; /* NULL: of the document itself; "hosts": of each host of CLI.hosts */
    const char *field;
    enum kind   kind;
    enum need   need;
};

static const struct rule rules[] = {
    /* target          field                        kind               need */
    { NULL, "type", KIND_TEXT, OPTIONAL },
    { NULL, "environment_type", KIND_TEXT, OPTIONAL },
    { NULL, "distribution", KIND_TEXT, REQUIRED },
    { NULL, "distribution_version", KIND_TEXT_OR_LIST, REQUIRED },
    { NULL, "mechanism_drivers", KIND_TEXTS, REQUIRED },
    { NULL, "type_drivers", KIND_TEXT_OR_LIST, REQUIRED },
    { NULL, "app_path", KIND_TEXT, OPTIONAL },
    { NULL, "listen", KIND_BOOL, OPTIONAL },
    { NULL, "scanned", KIND_BOOL, OPTIONAL },
    { NULL, "enable_monitoring", KIND_BOOL, OPTIONAL },
    { NULL, "aci_enabled", KIND_BOOL, OPTIONAL },
    { NULL, "regions", KIND_TEXTS, OPTIONAL },
    { NULL, "host_pnics", KIND_PATTERNS, OPTIONAL },
    { NULL, "domain", KIND_TEXT, OPTIONAL },
    { NULL, "verify", KIND_BOOL, OPTIONAL },
    { NULL, "ca", KIND_PATH, OPTIONAL },
    { NULL, "access", KIND_ACCESS, OPTIONAL },
    { "OpenStack", "host", KIND_HOST, FOR_ACCESS },
    { "OpenStack", "port", KIND_PORT, FOR_ACCESS },
    { "OpenStack", "scheme", KIND_SCHEME, OPTIONAL },
    { "OpenStack", "path", KIND_URL_PATH, OPTIONAL },
    { "OpenStack", "interface", KIND_INTERFACE, OPTIONAL },
    { "OpenStack", "verify", KIND_BOOL, OPTIONAL },
    { "OpenStack", "ca", KIND_PATH, OPTIONAL },
    { "OpenStack", "user", KIND_TEXT, FOR_PASSWORD },
    { "OpenStack", "pwd", KIND_TEXT, FOR_PASSWORD },
    { "OpenStack", "user_domain", KIND_TEXT, OPTIONAL },
    { "OpenStack", "user_domain_id", KIND_TEXT, OPTIONAL },
    { "OpenStack", "project_id", KIND_TEXT, OPTIONAL },
    { "OpenStack", "project_domain", KIND_TEXT, OPTIONAL },
    { "OpenStack", "project_domain_id", KIND_TEXT, OPTIONAL },
    { "OpenStack", "application_credential_id", KIND_TEXT, OPTIONAL },
    { "OpenStack", "application_credential_secret", KIND_TEXT, FOR_CREDENTIAL },
    { "OpenStack", "admin_token", KIND_TEXT, OPTIONAL },
    { "OpenStack", "admin_project", KIND_TEXT, OPTIONAL },
    { "mysql", "host", KIND_HOST, FOR_ACCESS },
    { "mysql", "port", KIND_PORT, FOR_ACCESS },
    { "mysql", "user", KIND_TEXT, FOR_ACCESS },
    { "mysql", "pwd", KIND_TEXT, FOR_ACCESS },
    { "mysql", "schema", KIND_TEXT, OPTIONAL },
    { "mysql", "connect_timeout", KIND_SECONDS, OPTIONAL },
    { "mysql", "tls", KIND_BOOL, OPTIONAL },
    { "mysql", "verify", KIND_BOOL, OPTIONAL },
    { "mysql", "ca", KIND_PATH, OPTIONAL },
    { "CLI", "host", KIND_HOST, OPTIONAL }, /* what of CLI is needed says check_cli() */
    { "CLI", "port", KIND_PORT, OPTIONAL },
    { "CLI", "user", KIND_TEXT, OPTIONAL },
    { "CLI", "pwd", KIND_TEXT, OPTIONAL },
    { "CLI", "key", KIND_PATH, OPTIONAL },
    { "CLI", "passphrase", KIND_TEXT, OPTIONAL },
    { "CLI", "agent", KIND_BOOL, OPTIONAL },
    { "CLI", "connect_timeout", KIND_SECONDS, OPTIONAL },
    { "CLI", "timeout", KIND_SECONDS, OPTIONAL },
    { "CLI", "hosts", KIND_OBJECT, OPTIONAL },
    { "hosts", "host", KIND_HOST, REQUIRED },
    { "hosts", "port", KIND_PORT, OPTIONAL },
    { "hosts", "user", KIND_TEXT, OPTIONAL },
    { "hosts", "pwd", KIND_TEXT, OPTIONAL },
    { "hosts", "key", KIND_PATH, OPTIONAL },
    { "hosts", "passphrase", KIND_TEXT, OPTIONAL },
    { "hosts", "agent", KIND_BOOL, OPTIONAL },
    { "AMQP", "host", KIND_HOST, FOR_ACCESS },
    { "AMQP", "port", KIND_PORT, FOR_ACCESS },
    { "AMQP", "user", KIND_TEXT, FOR_ACCESS },
    { "AMQP", "pwd", KIND_TEXT, FOR_ACCESS },
    { "AMQP", "vhost", KIND_TEXT, OPTIONAL },
    { "AMQP", "tls", KIND_BOOL, OPTIONAL },
    { "AMQP", "verify", KIND_BOOL, OPTIONAL },
    { "AMQP", "ca", KIND_PATH, OPTIONAL },
    { "Monitoring", "type", KIND_TEXT, FOR_ACCESS },
    { "Monitoring", "provision", KIND_TEXT, FOR_ACCESS },
    { "Monitoring", "env_type", KIND_TEXT, FOR_ACCESS },
    { "Monitoring", "server_ip", KIND_HOST, FOR_ACCESS },
    { "Monitoring", "server_name", KIND_TEXT, FOR_ACCESS },
    { "Monitoring", "config_folder", KIND_PATH, FOR_ACCESS },
    { "Monitoring", "api_port", KIND_PORT, FOR_ACCESS },
    { "Monitoring", "rabbitmq_port", KIND_PORT, FOR_ACCESS },
    { "Monitoring", "rabbitmq_user", KIND_TEXT, FOR_ACCESS },
    { "Monitoring", "rabbitmq_pass", KIND_TEXT, FOR_ACCESS },
    { "Monitoring", "ssh_port", KIND_PORT, OPTIONAL },
    { "Monitoring", "ssh_user", KIND_TEXT, OPTIONAL },
    { "Monitoring", "ssh_password", KIND_TEXT, OPTIONAL },
    { "Monitoring", "install_monitoring_client", KIND_BOOL, OPTIONAL },
    { "ACI", "host", KIND_HOST, FOR_ACCESS },
    { "ACI", "user", KIND_TEXT, FOR_ACCESS },
    { "ACI", "pwd", KIND_TEXT, FOR_ACCESS },
    { "Kubernetes", "host", KIND_HOST, FOR_ACCESS },
    { "Kubernetes", "port", KIND_PORT, FOR_ACCESS },
    { "Kubernetes", "user", KIND_TEXT, FOR_ACCESS },
    { "Kubernetes", "token", KIND_TEXT, FOR_ACCESS },
    { "NFV_provider", "host", KIND_HOST, FOR_ACCESS },
    { "NFV_provider", "port", KIND_PORT, FOR_ACCESS },
    { "NFV_provider", "user", KIND_TEXT, FOR_ACCESS },
    { "NFV_provider", "pwd", KIND_TEXT, FOR_ACCESS },
    { "NFV_provider", "nfv_token", KIND_TEXT, FOR_ACCESS },
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
is_one_of(struct str text, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_is(text, names[i]))
            return true;
    return false;
}

static bool
holds_only(struct str text, const char *others)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if ((c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') &&
            (c == '\0' || !strchr(others, c)))
            return false;
    }
    return text.n > 0;
}

bool
environment_name_is_valid(struct str name)
{
    return name.n <= NAME_MAX_SIZE && holds_only(name, "._- ") && holds_only(str_head(name, 1), "");
}

static bool
is_list_of(const struct doc *value, bool (*fits)(struct str))
{
    if (doc_kind(value) != DOC_ARRAY || doc_count(value) == 0 || doc_count(value) > MOST_ITEMS)
        return false;
    for (size_t i = 0; i < doc_count(value); i++)
        if (!fits(doc_text(doc_at(value, i))))
            return false;
    return true;
}

static bool
is_filled(struct str text)
{
    return !str_empty(text);
}

static bool
is_pattern(struct str text)
{
    return text.n <= HOST_MAX_SIZE && holds_only(text, "._-@+:*?");
}

static bool
fits(enum kind kind, const struct doc *value)
{
    struct str text = doc_text(value);
    int64_t    number = doc_number(value, -1);

    switch (kind) {
    case KIND_TEXT:
        return doc_kind(value) == DOC_STRING;
    case KIND_TEXT_OR_LIST:
        return is_filled(text) || is_list_of(value, is_filled);
    case KIND_TEXTS:
        return is_list_of(value, is_filled);
    case KIND_PATTERNS:
        return is_list_of(value, is_pattern) ||
               (doc_kind(value) == DOC_ARRAY && doc_count(value) == 0);
    case KIND_BOOL:
        return doc_kind(value) == DOC_BOOL;
    case KIND_NUMBER:
        return number >= 0;
    case KIND_HOST:
        return text.n <= HOST_MAX_SIZE && holds_only(text, "._-:%");
    case KIND_PORT:
        return number >= 0 && number <= 65535;
    case KIND_PATH:
        return str_starts(text, STR("/"));
    case KIND_OBJECT:
        return doc_kind(value) == DOC_OBJECT;
    case KIND_ACCESS:
        return str_is(text, "master") || str_is(text, "direct");
    case KIND_SCHEME:
        return str_is(text, "http") || str_is(text, "https");
    case KIND_SECONDS:
        return number >= 1 && number <= 3600;
    case KIND_INTERFACE:
        return str_is(text, "admin") || str_is(text, "internal") || str_is(text, "public");
    case KIND_URL_PATH:
        return text.n <= HOST_MAX_SIZE && str_starts(text, STR("/")) && holds_only(text, "/._~%-");
    }
    return false;
}

static bool
is_needed(const struct rule *rule, const struct doc *part, bool for_access)
{
    bool has_credential = !str_empty(doc_get_text(part, "application_credential_id"));

    switch (rule->need) {
    case OPTIONAL:
        return false;
    case REQUIRED:
        return true;
    case FOR_ACCESS:
        return for_access;
    case FOR_PASSWORD:
        return for_access && !has_credential;
    case FOR_CREDENTIAL:
        return for_access && has_credential;
    }
    return false;
}

static bool
is_rule_of(const struct rule *rule, const char *target)
{
    return target && rule->target ? strcmp(rule->target, target) == 0 : rule->target == target;
}

/* Check the fields of a part of the document by the rules of that target (NULL: the document's own).
 * 'where' is what messages put before a field's name: "CLI.". */
static bool
check_fields(const struct doc *part, const char *target, struct str where, bool for_access,
             struct error *err)
{
    for (size_t i = 0; i < N_ELEMENTS(rules); i++) {
        const struct rule *rule = &rules[i];
        const struct doc  *value = doc_get(part, rule->field);
        bool               needed = is_needed(rule, part, for_access);

        if (!is_rule_of(rule, target))
            continue;
        if (doc_kind(value) == DOC_ABSENT || doc_kind(value) == DOC_NULL) {
            if (needed)
                return error_set(err, ERROR_CONFIG, 0, "%.*s%s is missing", STR_ARG(where),
                                 rule->field);
        } else if (!fits(rule->kind, value) ||
                   (needed && rule->kind == KIND_TEXT && str_empty(doc_text(value)))) {
            return error_set(err, ERROR_CONFIG, 0, "%.*s%s: %s was expected", STR_ARG(where),
                             rule->field, expected[rule->kind]);
        }
    }
    return true;
}

bool
environment_check_field(const char *target, const char *field, const struct doc *value,
                        struct error *err)
{
    for (size_t i = 0; i < N_ELEMENTS(rules); i++)
        if (is_rule_of(&rules[i], target) && strcmp(rules[i].field, field) == 0)
            return (fits(rules[i].kind, value) &&
                    (rules[i].kind != KIND_TEXT || !str_empty(doc_text(value)))) ||
                   error_set(err, ERROR_CONFIG, 0, "%s%s%s: %s was expected", target ? target : "",
                             target ? "." : "", field, expected[rules[i].kind]);
    return true;
}

static bool
check_target(const struct doc *target, bool for_access, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    struct str name = doc_get_text(target, "name");

    return check_fields(target, name.p, arena_join(scratch, name, STR("."), STR_NONE), for_access,
                        err);
}

/* Names of hosts come to command lines, so they are held to what DNS allows. */
static bool
is_host_name(struct str name)
{
    return name.n <= HOST_MAX_SIZE && holds_only(name, "._-") && holds_only(str_head(name, 1), "");
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

        if (!is_host_name(it.key))
            return error_set(err, ERROR_CONFIG, 0, "CLI.hosts: '%.*s' is no name of a host",
                             STR_ARG(str_head(it.key, 60)));
        if (doc_kind(it.value) != DOC_OBJECT)
            return error_set(err, ERROR_CONFIG, 0, "CLI.hosts.%.*s: a document was expected",
                             STR_ARG(str_head(it.key, 60)));
        if (!check_fields(it.value, "hosts", where, false, err))
            return false;
    }
    return true;
}

static const struct doc *
find_target(const struct doc *document, const char *name)
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

    if (doc_kind(targets) != DOC_ARRAY || doc_count(targets) > MOST_ITEMS)
        return error_set(err, ERROR_CONFIG, 0, "configuration: a list of targets was expected");
    for (size_t i = 0; i < doc_count(targets); i++) {
        const struct doc *target = doc_at(targets, i);
        struct str        name = doc_get_text(target, "name");

        if (str_empty(name))
            return error_set(err, ERROR_CONFIG, 0, "configuration: entry %zu has no name", i + 1);
        if (!is_one_of(name, target_names, N_ELEMENTS(target_names)))
            return error_set(err, ERROR_CONFIG, 0, "configuration: there is no target %.*s",
                             STR_ARG(str_head(name, 60)));
        if (find_target(document, name.p) != target)
            return error_set(err, ERROR_CONFIG, 0, "configuration: %s is there twice", name.p);
        if (!check_target(target, false, err) || !check_hosts(doc_get(target, "hosts"), err))
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
        if (!find_target(document, needs[i].target))
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

bool
environment_read(struct arena *arena, struct doc *document, struct environment *out,
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
    if (!is_one_of(type, environment_types, N_ELEMENTS(environment_types)))
        return error_set(err, ERROR_CONFIG, 0, "environment %s: there is no environment_type %.*s",
                         name.p, STR_ARG(str_head(type, 60)));
    if (!check_fields(document, NULL, STR_NONE, false, err) || !check_targets(document, err) ||
        !check_needs(document, type, err))
        return error_prefix(err, "environment %s: ", name.p);

    const struct doc *openstack = find_target(document, "OpenStack");

    *out = (struct environment){
        .name = name,
        .type = type,
        .distribution = doc_get_text(document, "distribution"),
        .version = text_or_first(doc_get(document, "distribution_version")),
        .type_drivers = text_or_first(doc_get(document, "type_drivers")),
        .admin_project = text_or(doc_get_text(openstack, "admin_project"), STR("admin")),
        .has_sql = find_target(document, "mysql") != NULL,
        .access = text_or(doc_get_text(document, "access"), STR("master")),
        .document = document,
    };
    out->mechanism_drivers =
        texts(arena, doc_get(document, "mechanism_drivers"), &out->n_mechanism_drivers);
    out->host_pnics = texts(arena, doc_get(document, "host_pnics"), &out->n_host_pnics);
    out->regions = texts(arena, doc_get(document, "regions"), &out->n_regions);
    return true;
}

const struct doc *
environment_target(const struct environment *environment, const char *name)
{
    return find_target(environment->document, name);
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
        if (!check_target(doc_at(targets, i), true, err))
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

/* --- supported variances --- */

/* A field of a variance holds one value, or several. */
static bool
holds(const struct doc *field, struct str value)
{
    for (size_t i = 0; doc_kind(field) == DOC_ARRAY && i < doc_count(field); i++)
        if (str_equal(doc_text(doc_at(field, i)), value))
            return true;
    return str_equal(doc_text(field), value);
}

/* How many of distribution, version, mechanism driver and type driver, in this order, the best row
 * has in common with the environment. */
static unsigned
best_match(const struct doc *rows, const struct environment *environment, struct str driver)
{
    unsigned best = 0;

    for (size_t i = 0; i < doc_count(rows); i++) {
        const struct doc *row = doc_at(rows, i), *variance = doc_get(row, "environment");
        unsigned          n = 0;

        if (!doc_truth(doc_path(row, "features.scanning")))
            continue;
        if (holds(doc_get(variance, "distribution"), environment->distribution) && ++n &&
            holds(doc_get(variance, "distribution_version"), environment->version) && ++n &&
            holds(doc_get(variance, "mechanism_drivers"), driver) && ++n &&
            holds(doc_get(variance, "type_drivers"), environment->type_drivers))
            n++;
        best = n > best ? n : best;
    }
    return best;
}

bool
environment_is_supported(const struct environment *environment, struct arena *arena,
                         struct str *why)
{
    const struct doc *rows = doc_parse(arena, default_collection("supported_environments"), NULL);

    for (size_t i = 0; i < environment->n_mechanism_drivers; i++) {
        struct str driver = environment->mechanism_drivers[i];

        switch (best_match(rows, environment, driver)) {
        case 0:
            *why = arena_printf(arena, "distribution %.*s", STR_ARG(environment->distribution));
            return false;
        case 1:
            *why = arena_printf(arena, "version %.*s of %.*s", STR_ARG(environment->version),
                                STR_ARG(environment->distribution));
            return false;
        case 2:
            *why = arena_printf(arena, "mechanism driver %.*s on %.*s %.*s", STR_ARG(driver),
                                STR_ARG(environment->distribution), STR_ARG(environment->version));
            return false;
        case 3:
            *why = arena_printf(arena, "type driver %.*s with %.*s on %.*s %.*s",
                                STR_ARG(environment->type_drivers), STR_ARG(driver),
                                STR_ARG(environment->distribution), STR_ARG(environment->version));
            return false;
        default:
            break;
        }
    }
    return true;
}

/* --- secrets --- */

static bool
is_secret(struct str key, const struct doc *value)
{
    static const char *const names[] = { "pwd", "pass", "token", "secret", "private", "community" };
    char                     lower[64];
    size_t                   n = key.n < sizeof lower ? key.n : sizeof lower;

    for (size_t i = 0; i < n; i++)
        lower[i] = key.p[i] >= 'A' && key.p[i] <= 'Z' ? (char)(key.p[i] + 32) : key.p[i];
    for (size_t i = 0; i < N_ELEMENTS(names); i++)
        if (str_has((struct str){ lower, n }, str_from(names[i])))
            return true;

    /* "key" is the path of a file; a key itself has no business there. */
    return str_is((struct str){ lower, n }, "key") && !str_starts(doc_text(value), STR("/"));
}

struct secrets {
    struct arena *arena;
    secret_fn    *replace;
    void         *context;
};

/* NULL when 'replace' says so. */
static struct doc *
with_secrets(const struct secrets *s, const struct doc *value, unsigned depth)
{
    struct doc_iter it = { 0 };
    bool            is_object = doc_kind(value) == DOC_OBJECT;
    struct doc     *copy, *part;

    if (!is_object && doc_kind(value) != DOC_ARRAY)
        return doc_kind(value) == DOC_ABSENT ? doc_null() : doc_deep_copy(s->arena, value);
    if (depth == SECRETS_DEPTH) /* nobody looks for secrets further down, so all is one */
        return s->replace(s->context, STR("(nested deep)"), value);
    copy = is_object ? doc_object(s->arena) : doc_array(s->arena);
    while (doc_next(value, &it)) {
        part = is_secret(it.key, it.value) ? s->replace(s->context, it.key, it.value)
                                           : with_secrets(s, it.value, depth + 1);
        if (!part)
            return NULL;
        doc_setn(s->arena, copy, it.key, part);
    }
    for (size_t i = 0; !is_object && i < doc_count(value); i++) {
        part = with_secrets(s, doc_at(value, i), depth + 1);
        if (!part)
            return NULL;
        doc_push(s->arena, copy, part);
    }
    return copy;
}

struct doc *
environment_with_secrets(struct arena *arena, const struct doc *document, secret_fn *replace,
                         void *context)
{
    const struct secrets s = { arena, replace, context };

    return with_secrets(&s, document, 0);
}

static struct doc *
mask(void *arena, struct str name UNUSED, const struct doc *value UNUSED)
{
    return doc_string(arena, STR("***"));
}

struct doc *
environment_masked(struct arena *arena, const struct doc *document)
{
    return environment_with_secrets(arena, document, mask, arena);
}
