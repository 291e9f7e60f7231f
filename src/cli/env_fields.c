/* The options of `calipso env` that are fields of a document: one table for the command line, for
 * prompts and for what is missing. Passwords come from files: arguments are seen in `ps`. */

#include <assert.h>

#include "cli/ask.h"
#include "cli/env.h"

static const char from_file[] = "A file with the password in its first line";

const struct env_field env_fields[] = {
    { NULL, "distribution", "distribution", "NAME", ENV_TEXT, "Debian", "Distribution",
      "What the cloud was installed from" },
    { NULL, "distribution_version", "distribution-version", "VERSION", ENV_TEXT, "12",
      "Version of it", "Its version" },
    { NULL, "mechanism_drivers", "mechanism-drivers", "OVS[,LXB]", ENV_LIST, "OVS",
      "Mechanism drivers of Neutron", "Mechanism drivers of Neutron" },
    { NULL, "type_drivers", "type-drivers", "TYPE", ENV_TEXT, "vxlan", "Type of tenant networks",
      "How tenant networks are carried: vxlan, vlan ..." },
    { NULL, "host_pnics", "host-pnics", "'eth*,...'", ENV_LIST, NULL, NULL,
      "Devices that count as physical" },
    { NULL, "regions", "regions", "NAME,...", ENV_LIST, NULL, NULL, "Only these regions" },
    { NULL, "access", "access", "HOW", ENV_TEXT, NULL, NULL,
      "Hosts are reached through the CLI host (master) or signed in to (direct)" },
    { NULL, "verify", "verify", NULL, ENV_TRUE, NULL, NULL, "Verify certificates" },
    { NULL, "verify", "no-verify", NULL, ENV_FALSE, NULL, NULL, "Trust any certificate" },
    { NULL, "ca", "ca", "FILE", ENV_TEXT, NULL, NULL, "Certificates to trust (absolute path)" },
    { "OpenStack", "host", "openstack-host", "HOST", ENV_TEXT, NULL, "Keystone's host",
      "Keystone's host" },
    { "OpenStack", "port", "openstack-port", "PORT", ENV_NUMBER, "5000", "Keystone's port",
      "Its port (default: 5000)" },
    { "OpenStack", "user", "openstack-user", "NAME", ENV_TEXT, "admin", "Administrator",
      "An administrator" },
    { "OpenStack", "pwd", "openstack-password-file", "FILE", ENV_SECRET, NULL, "Password",
      from_file },
    { "OpenStack", "admin_project", "openstack-project", "NAME", ENV_TEXT, NULL, NULL,
      "The project to sign in to (default: admin)" },
    { NULL, "domain", "openstack-domain", "NAME", ENV_TEXT, NULL, NULL,
      "Domain of user and project (default: Default)" },
    { "CLI", "host", "cli-host", "HOST", ENV_TEXT, NULL, "SSH host that commands go to or through",
      "The host that commands go to, or through" },
    { "CLI", "port", "cli-port", "PORT", ENV_NUMBER, "22", "SSH port",
      "Its port of SSH (default: 22)" },
    { "CLI", "user", "cli-user", "NAME", ENV_TEXT, NULL, "SSH user", "Who runs commands" },
    { "CLI", "key", "cli-key", "FILE", ENV_TEXT, "", "SSH key (absolute path; empty: a password)",
      "Private key (absolute path)" },
    { "CLI", "pwd", "cli-password-file", "FILE", ENV_SECRET, NULL, "SSH password", from_file },
    { "CLI", "passphrase", "cli-passphrase-file", "FILE", ENV_SECRET, NULL, NULL,
      "A file with the passphrase of the key" },
    { "CLI", "agent", "cli-agent", NULL, ENV_TRUE, NULL, NULL, "Take the keys of the SSH agent" },
    { "mysql", "host", "mysql-host", "HOST", ENV_TEXT, NULL, "Database host", "The database host" },
    { "mysql", "port", "mysql-port", "PORT", ENV_NUMBER, "3306", "Database port",
      "Its port (default: 3306)" },
    { "mysql", "user", "mysql-user", "NAME", ENV_TEXT, NULL, "Database user",
      "A user that may read" },
    { "mysql", "pwd", "mysql-password-file", "FILE", ENV_SECRET, NULL, "Database password",
      from_file },
    { "AMQP", "host", "amqp-host", "HOST", ENV_TEXT, NULL, "Message bus host", "Message bus host" },
    { "AMQP", "port", "amqp-port", "PORT", ENV_NUMBER, "5672", "Message bus port",
      "Its port (default: 5672)" },
    { "AMQP", "user", "amqp-user", "NAME", ENV_TEXT, NULL, "Message bus user", "Message bus user" },
    { "AMQP", "pwd", "amqp-password-file", "FILE", ENV_SECRET, NULL, "Message bus password",
      from_file },
};

static_assert(N_ELEMENTS(env_fields) == N_ENV_FIELDS, "N_ENV_FIELDS counts the rows above");

struct doc *
env_target(struct arena *arena, struct doc *document, const char *name)
{
    struct doc *target = environment_find_target(document, name);

    if (target)
        return target;
    if (doc_kind(doc_get(document, "configuration")) != DOC_ARRAY)
        doc_set(arena, document, "configuration", doc_array(arena));
    target = doc_object(arena);
    doc_set_text(arena, target, "name", str_from(name));
    doc_push(arena, doc_get(document, "configuration"), target);
    return target;
}

const struct doc *
env_field_value(const struct doc *document, const struct env_field *field)
{
    return doc_get(field->target ? environment_find_target(document, field->target) : document,
                   field->key);
}

static struct doc *
list_of(struct arena *arena, struct str text)
{
    struct doc *list = doc_array(arena);
    struct str  piece;

    while (str_cut(&text, ',', &piece))
        if (!str_empty(str_trim(piece)))
            doc_push_text(arena, list, str_trim(piece));
    return list;
}

struct doc *
env_field_read(struct arena *arena, const struct env_field *field, struct str text)
{
    uint32_t number;

    switch (field->kind) {
    case ENV_TEXT:
    case ENV_SECRET:
        return doc_string(arena, text);
    case ENV_NUMBER:
        return str_to_u32(text, &number) ? doc_int(arena, number) : doc_string(arena, text);
    case ENV_LIST:
        return list_of(arena, text);
    case ENV_TRUE:
    case ENV_FALSE:
        return doc_bool(field->kind == ENV_TRUE);
    }
    return NULL;
}

void
env_field_set(struct arena *arena, struct doc *document, const struct env_field *field,
              struct doc *value)
{
    struct doc *part = field->target ? env_target(arena, document, field->target) : document;

    doc_set(arena, part, field->key, value);
}

static bool
is_set(const struct doc *part, const char *key)
{
    return !str_empty(doc_get_text(part, key)) || doc_truth(doc_get(part, key));
}

/* Those of OpenStack and CLI are needed always, those of other targets when the target is there. Of
 * the ways to sign in one is enough. */
bool
env_field_lacks(const struct doc *document, const struct env_field *field)
{
    const struct doc *part =
        field->target ? environment_find_target(document, field->target) : document;
    bool is_cli = field->target && strcmp(field->target, "CLI") == 0;
    bool is_openstack = field->target && strcmp(field->target, "OpenStack") == 0;
    bool is_secret = field->kind == ENV_SECRET;

    if (!field->question || doc_get(part, field->key) ||
        (field->target && !part && !is_cli && !is_openstack))
        return false;
    if (is_cli && doc_count(doc_get(part, "hosts")) > 0)
        return false;
    if (is_cli && (is_secret || strcmp(field->key, "key") == 0))
        return !is_set(part, "key") && !is_set(part, "pwd") && !is_set(part, "agent");
    if (is_openstack && (is_secret || strcmp(field->key, "user") == 0))
        return !is_set(part, "application_credential_id");
    return true;
}

bool
env_field_has_alternative(const struct env_field *field)
{
    return field->fallback && !field->fallback[0];
}

static bool
remove_target(struct arena *arena, struct doc *document, const char *name, struct error *err)
{
    const struct doc *targets = doc_get(document, "configuration");
    struct doc       *others = doc_array(arena);

    for (size_t i = 0; i < doc_count(targets); i++)
        if (!str_is(doc_get_text(doc_at(targets, i), "name"), name))
            doc_push(arena, others, doc_at(targets, i));
    if (doc_count(others) == doc_count(targets))
        return error_set(err, ERROR_CONFIG, 0, "environment %s has no target %s",
                         doc_get_text(document, "name").p, name);
    doc_set(arena, document, "configuration", others);
    return true;
}

bool
env_apply(const struct env_query *e, struct doc *document, struct error *err)
{
    struct arena *arena = e->query.arena;

    if (doc_kind(document) != DOC_OBJECT)
        return error_set(err, ERROR_CONFIG, 0, "an environment is a document");
    for (size_t i = 0; i < e->n_removed; i++)
        if (!remove_target(arena, document, e->removed[i], err))
            return false;
    for (size_t i = 0; i < N_ENV_FIELDS; i++) {
        const struct env_field *field = &env_fields[i];
        struct str              text = str_from(e->given[i]);

        if (!e->given[i])
            continue;
        if (field->kind == ENV_SECRET && !ask_file(e->given[i], arena, &text, err))
            return false;
        env_field_set(arena, document, field, env_field_read(arena, field, text));
    }
    return true;
}
