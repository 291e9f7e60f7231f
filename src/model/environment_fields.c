/* What the fields of an environment's document may hold: a row for each field, of the document or of
 * a target in its "configuration". Unknown fields are kept and ignored, since documents of the
 * original carry some that we have no use for. */

#include "model/environment_fields.h"

#include "model/environment.h"

enum {
    NAME_MAX_SIZE = 64,
    HOST_MAX_SIZE = 255,
    MOST_ITEMS = 1000, /* of a list in a document */
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

bool
environment_name_is_valid(struct str name)
{
    return name.n <= NAME_MAX_SIZE && str_holds_only(name, "._- ") &&
           str_holds_only(str_head(name, 1), "");
}

bool
environment_host_name_is_valid(struct str name)
{
    return name.n <= HOST_MAX_SIZE && str_holds_only(name, "._-") &&
           str_holds_only(str_head(name, 1), "");
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
    return text.n <= HOST_MAX_SIZE && str_holds_only(text, "._-@+:*?");
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
        return text.n <= HOST_MAX_SIZE && str_holds_only(text, "._-:%");
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
        return text.n <= HOST_MAX_SIZE && str_starts(text, STR("/")) &&
               str_holds_only(text, "/._~%-");
    }
    return false;
}

static bool
is_needed(const struct rule *rule, const struct doc *part, enum check_for check)
{
    bool has_credential = !str_empty(doc_get_text(part, "application_credential_id"));

    switch (rule->need) {
    case OPTIONAL:
        return false;
    case REQUIRED:
        return check != CHECK_NOTHING;
    case FOR_ACCESS:
        return check == CHECK_ACCESS;
    case FOR_PASSWORD:
        return check == CHECK_ACCESS && !has_credential;
    case FOR_CREDENTIAL:
        return check == CHECK_ACCESS && has_credential;
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
bool
environment_check_fields(const struct doc *part, const char *target, struct str where,
                         enum check_for check, struct error *err)
{
    for (size_t i = 0; i < N_ELEMENTS(rules); i++) {
        const struct rule *rule = &rules[i];
        const struct doc  *value = doc_get(part, rule->field);
        bool               needed = is_needed(rule, part, check);

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
