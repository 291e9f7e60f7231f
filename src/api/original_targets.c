/* The sections of a "configuration": of an environment, and of a test of connections. */

#include "api/original.h"

#define ADDRESS (FORM_ADDRESS | FORM_HOST_NAME)
#define HOST                                                                                       \
    {                                                                                              \
        .key = "host", CHECK_TEXT, CHECK_NEEDED, .forms = ADDRESS                                  \
    }
#define PORT                                                                                       \
    {                                                                                              \
        .key = "port", CHECK_INT, CHECK_CONVERT | CHECK_NEEDED, .forms = FORM_PORT                 \
    }
#define TEXT(word)                                                                                 \
    {                                                                                              \
        .key = word, CHECK_TEXT, CHECK_NEEDED                                                      \
    }

static const struct check_key openstack[] = {
    TEXT("name"), HOST, TEXT("admin_token"), PORT, TEXT("pwd"), TEXT("user"), { 0 },
};

static const struct check_key mysql[] = {
    TEXT("name"), HOST, TEXT("pwd"), PORT, TEXT("user"), { 0 },
};

static const struct check_key cli[] = {
    TEXT("name"),
    HOST,
    TEXT("user"),
    { .key = "pwd", CHECK_TEXT },
    { .key = "key", CHECK_TEXT, .forms = FORM_PATH },
    { 0 },
};

static const struct check_key amqp[] = {
    TEXT("name"), HOST, TEXT("pwd"), PORT, TEXT("user"), { 0 },
};

static const struct check_key monitoring[] = {
    TEXT("name"),
    { .key = "config_folder", CHECK_TEXT, CHECK_NEEDED, .forms = FORM_PATH },
    { .key = "provision", CHECK_TEXT, CHECK_NEEDED, .constant = "environment_provision_types" },
    { .key = "env_type", CHECK_TEXT, CHECK_NEEDED, .constant = "env_types" },
    { .key = "api_port", CHECK_INT, CHECK_CONVERT | CHECK_NEEDED },
    TEXT("rabbitmq_pass"),
    TEXT("rabbitmq_user"),
    { .key = "rabbitmq_port", CHECK_INT, CHECK_CONVERT | CHECK_NEEDED, .forms = FORM_PORT },
    { .key = "ssh_port", CHECK_INT, CHECK_CONVERT, .forms = FORM_PORT },
    { .key = "ssh_user", CHECK_TEXT },
    { .key = "ssh_password", CHECK_TEXT },
    { .key = "server_ip", CHECK_TEXT, CHECK_NEEDED, .forms = ADDRESS },
    TEXT("server_name"),
    { .key = "type", CHECK_TEXT, CHECK_NEEDED, .constant = "environment_monitoring_types" },
    { .key = "install_monitoring_client", CHECK_BOOL, CHECK_CONVERT },
    { 0 },
};

static const struct check_key aci[] = { TEXT("name"), HOST, TEXT("user"), TEXT("pwd"), { 0 } };

static const struct check_key nfv_provider[] = {
    TEXT("name"), HOST, TEXT("nfv_token"), PORT, TEXT("user"), TEXT("pwd"), { 0 },
};

static const struct check_key kubernetes[] = {
    TEXT("name"), HOST, PORT, TEXT("user"), TEXT("token"), { 0 },
};

/* Of these kinds of clouds nothing is known yet. */
static const struct check_key name_alone[] = { TEXT("name"), { 0 } };

static const struct target {
    const char             *name;
    const struct check_key *keys;
} targets[] = {
    { "OpenStack", openstack },
    { "mysql", mysql },
    { "CLI", cli },
    { "AMQP", amqp },
    { "Monitoring", monitoring },
    { "ACI", aci },
    { "NFV_provider", nfv_provider },
    { "Kubernetes", kubernetes },
    { "VMware", name_alone },
    { "Bare-metal", name_alone },
};

static const struct target *
find_target(struct str name)
{
    for (size_t i = 0; i < N_ELEMENTS(targets); i++)
        if (str_is(name, targets[i].name))
            return &targets[i];
    return NULL;
}

/* Each has a name, a known one, and no other has it; false after a reply. */
static bool
check_names(struct call *call, const struct doc *list)
{
    struct doc *unknown = doc_array(call->arena);

    for (size_t i = 0; i < doc_count(list); i++)
        if (str_empty(doc_get_text(doc_at(list, i), "name"))) {
            reply_error(call, 400, "configuration must have name");
            return false;
        }
    for (size_t i = 0; i < doc_count(list); i++)
        if (!find_target(doc_get_text(doc_at(list, i), "name")))
            doc_push(call->arena, unknown, doc_get(doc_at(list, i), "name"));
    if (doc_count(unknown) > 0) {
        reply_error(call, 400, "Unknown configurations: %.*s",
                    STR_ARG(check_join(call->arena, unknown, " and ")));
        return false;
    }
    for (size_t i = 0; i < doc_count(list); i++)
        for (size_t k = 0; k < i; k++)
            if (doc_equal(doc_get(doc_at(list, i), "name"), doc_get(doc_at(list, k), "name"))) {
                reply_error(call, 400,
                            "environment configurations can only contain one configuration for "
                            "%.*s",
                            STR_ARG(doc_get_text(doc_at(list, i), "name")));
                return false;
            }
    return true;
}

/* A sealed secret would be opened by whoever has the key: the program itself, which would show it to
 * the host that this section names. A masked one is none. */
static bool
has_plain_secrets(struct call *call, const struct doc *target)
{
    struct doc_iter it = { 0 };

    while (doc_next(target, &it)) {
        struct str text = doc_text(it.value);

        if (!str_starts(text, STR("sealed:")) && !str_is(text, "***"))
            continue;
        reply_error(call, 400, "%.*s error: %.*s must be given itself",
                    STR_ARG(doc_get_text(target, "name")), STR_ARG(it.key));
        return false;
    }
    return true;
}

static bool
check_target(struct call *call, struct doc *target)
{
    const struct target *kind = find_target(doc_get_text(target, "name"));
    struct str           before = arena_printf(call->arena, "%s error: ", kind->name);

    if (!original_check(call, target, kind->keys, before.p) || !has_plain_secrets(call, target))
        return false;
    if (kind->keys != cli || doc_get(target, "key") || doc_get(target, "pwd"))
        return true;
    reply_error(call, 400, "CLI error: either key or pwd must be provided");
    return false;
}

/* Are all of them there? */
static bool
has_all(const struct doc *list, const char *const *names)
{
    for (; *names; names++) {
        bool found = false;

        for (size_t i = 0; i < doc_count(list) && !found; i++)
            found = str_is(doc_get_text(doc_at(list, i), "name"), *names);
        if (!found)
            return false;
    }
    return true;
}

bool
original_check_targets(struct call *call, struct doc *list, const char *const *needed)
{
    struct doc *names = doc_array(call->arena);

    if (!check_names(call, list))
        return false;
    if (!has_all(list, needed)) {
        for (; *needed; needed++)
            doc_push_text(call->arena, names, str_from(*needed));
        reply_error(call, 400, "configurations for (%.*s)are mandatory for this environment type",
                    STR_ARG(check_join(call->arena, names, ", ")));
        return false;
    }
    for (size_t i = 0; i < doc_count(list); i++)
        if (!check_target(call, doc_at(list, i)))
            return false;
    return true;
}
