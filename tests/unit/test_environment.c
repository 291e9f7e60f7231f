/* Environment documents: what is read, what is refused and with which words. */

#include "testing.h"

#include "model/environment.h"

/* The example of a document in the form the original keeps them. */
static const char example[] =
    "{\"name\": \"demo-env\", \"type\": \"environment\", \"environment_type\": \"OpenStack\","
    " \"distribution\": \"RDO\", \"distribution_version\": \"Mitaka\","
    " \"mechanism_drivers\": [\"OVS\"], \"type_drivers\": \"vxlan\","
    " \"app_path\": \"/home/scan/calipso_prod/app\", \"listen\": false, \"scanned\": false,"
    " \"operational\": \"stopped\", \"enable_monitoring\": false, \"aci_enabled\": false,"
    " \"configuration\": ["
    "  {\"name\": \"OpenStack\", \"host\": \"192.0.2.10\", \"port\": \"5000\", \"user\": \"admin\","
    "   \"pwd\": \"dummy\", \"admin_token\": \"dummy\"},"
    "  {\"name\": \"mysql\", \"host\": \"192.0.2.10\", \"port\": \"3306\", \"user\": \"reader\","
    "   \"pwd\": \"dummy\"},"
    "  {\"name\": \"CLI\", \"host\": \"192.0.2.10\", \"user\": \"scan\", \"key\": "
    "\"/keys/id_rsa\"}]}";

struct fixture {
    struct arena      *arena;
    struct environment environment;
    struct error       err;
};

static int
set_up(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);

    f->arena = arena_new();
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    arena_free(f->arena);
    free(f);
    return 0;
}

static struct doc *
parse(struct fixture *f, const char *text)
{
    struct doc *doc = doc_parse(f->arena, str_from(text), &f->err);

    assert_non_null(doc);
    return doc;
}

/* The example with one field set: 'path' is a field, or "TARGET.field"; value NULL removes it. */
static struct doc *
changed(struct fixture *f, const char *path, const char *value)
{
    struct doc *document = parse(f, example), *part = document;
    struct doc *targets = doc_get(document, "configuration");
    const char *dot = strchr(path, '.');

    for (size_t i = 0; dot && i < doc_count(targets); i++)
        if (str_equal(doc_get_text(doc_at(targets, i), "name"), str_range(path, dot)))
            part = doc_at(targets, i);
    if (value)
        doc_set(f->arena, part, dot ? dot + 1 : path, parse(f, value));
    else
        doc_remove(part, dot ? dot + 1 : path);
    return document;
}

static bool
reads(struct fixture *f, struct doc *document)
{
    f->err = (struct error){ 0 };
    return environment_read(f->arena, document, &f->environment, &f->err);
}

static void
test_example_is_read(void **state)
{
    struct fixture           *f = *state;
    const struct environment *e = &f->environment;

    assert_true(reads(f, parse(f, example)));
    assert_text(e->name, "demo-env");
    assert_text(e->type, "OpenStack");
    assert_text(e->distribution, "RDO");
    assert_text(e->version, "Mitaka");
    assert_text(e->type_drivers, "vxlan");
    assert_text(e->admin_project, "admin");
    assert_true(e->has_sql);
    assert_true(environment_has_driver(e, "OVS"));
    assert_false(environment_has_driver(e, "LXB"));
    assert_int_equal(e->n_host_pnics, 0);
    assert_int_equal(e->n_regions, 0);
    assert_true(environment_check_access(e, &f->err));
}

static void
test_further_keys_are_read(void **state)
{
    struct fixture *f = *state;

    assert_true(reads(f, changed(f, "regions", "[\"RegionOne\", \"two\"]")));
    assert_int_equal(f->environment.n_regions, 2);
    assert_text(f->environment.regions[1], "two");
    assert_true(reads(f, changed(f, "host_pnics", "[\"eth*\", \"en?\"]")));
    assert_int_equal(f->environment.n_host_pnics, 2);
    assert_true(reads(f, changed(f, "OpenStack.admin_project", "\"ops\"")));
    assert_text(f->environment.admin_project, "ops");
    assert_true(reads(f, changed(f, "access", "\"direct\"")));
    assert_true(reads(f, changed(f, "distribution_version", "[\"Liberty\", \"Mitaka\"]")));
    assert_text(f->environment.version, "Liberty");
    assert_true(reads(f, changed(f, "environment_type", NULL)));
    assert_text(f->environment.type, "OpenStack");
    assert_true(reads(f, changed(f, "app_path", NULL)));
    assert_true(reads(f, changed(f, "some_later_key", "{\"a\": 1}")));
}

static void
test_errors_name_the_field(void **state)
{
    static const struct {
        const char *path, *value, *message;
    } cases[] = {
        { "name", "\"\"", "name: 1 to 64" },
        { "name", "\"a/b\"", "name: 1 to 64" },
        { "name", "12", "name: 1 to 64" },
        { "distribution", NULL, "distribution is missing" },
        { "distribution", "7", "distribution: text was expected" },
        { "distribution", "\"\"", "distribution: text was expected" },
        { "distribution_version", "12", "distribution_version: text was expected" },
        { "mechanism_drivers", "[]", "mechanism_drivers: a list of at least one text" },
        { "mechanism_drivers", "\"OVS\"", "mechanism_drivers: a list of at least one text" },
        { "mechanism_drivers", "[\"OVS\", 1]", "mechanism_drivers: a list of at least one text" },
        { "type_drivers", "null", "type_drivers is missing" },
        { "listen", "\"yes\"", "listen: true or false" },
        { "host_pnics", "[\"$(reboot)\"]", "host_pnics: a list of device names" },
        { "host_pnics", "[\"a b\"]", "host_pnics: a list of device names" },
        { "regions", "{}", "regions: a list" },
        { "verify", "1", "verify: true or false" },
        { "ca", "\"ca.pem\"", "ca: an absolute path" },
        { "access", "\"none\"", "access: \"master\" or \"direct\"" },
        { "environment_type", "\"Cloud\"", "no environment_type Cloud" },
        { "configuration", NULL, "configuration: a list" },
        { "configuration", "{}", "configuration: a list" },
        { "configuration", "[]", "target OpenStack is missing" },
        { "configuration", "[{\"host\": \"x\"}]", "configuration: entry 1 has no name" },
        { "configuration", "[{\"name\": \"VECS\"}]", "configuration: there is no target VECS" },
        { "configuration", "[{\"name\": \"CLI\"}, {\"name\": \"CLI\"}]", "CLI is there twice" },
        { "configuration", "[{\"name\": \"OpenStack\"}]", "target CLI is missing" },
        { "listen", "true", "target AMQP is missing, needed for listen" },
        { "aci_enabled", "true", "target ACI is missing, needed for aci_enabled" },
        { "OpenStack.port", "\"70000\"", "OpenStack.port: a port number" },
        { "OpenStack.port", "-1", "OpenStack.port: a port number" },
        { "OpenStack.host", "\"a b\"", "OpenStack.host: a host name" },
        { "mysql.host", "\"x;y\"", "mysql.host: a host name" },
        { "CLI.key", "\"id_rsa\"", "CLI.key: an absolute path" },
        { "CLI.pwd", "5", "environment demo-env: CLI.pwd: text was expected" },
        { "CLI.passphrase", "[]", "CLI.passphrase: text was expected" },
        { "CLI.agent", "\"yes\"", "CLI.agent: true or false" },
        { "CLI.hosts", "[]", "CLI.hosts: a document" },
        { "CLI.hosts", "{\"-x\": {\"host\": \"h\"}}", "CLI.hosts: '-x' is no name of a host" },
        { "CLI.hosts", "{\"a b\": {\"host\": \"h\"}}", "CLI.hosts: 'a b' is no name" },
        { "CLI.hosts", "{\"\": {\"host\": \"h\"}}", "CLI.hosts: '' is no name" },
        { "CLI.hosts", "{\"a\": \"h\"}", "CLI.hosts.a: a document was expected" },
        { "CLI.hosts", "{\"a\": {}}", "environment demo-env: CLI.hosts.a.host is missing" },
        { "CLI.hosts", "{\"a\": {\"host\": \"a b\"}}", "CLI.hosts.a.host: a host name" },
        { "CLI.hosts", "{\"a\": {\"host\": \"h\", \"port\": 70000}}", "CLI.hosts.a.port: a port" },
        { "CLI.hosts", "{\"a\": {\"host\": \"h\", \"key\": \"k\"}}",
          "CLI.hosts.a.key: an absolute" },
        { "mysql.tls", "1", "mysql.tls: true or false" },
        { "OpenStack.scheme", "\"ftp\"", "OpenStack.scheme: \"http\" or \"https\"" },
        { "OpenStack.path", "\"identity\"", "OpenStack.path: the path of an address" },
        { "OpenStack.path", "\"/a?b\"", "OpenStack.path: the path of an address" },
        { "OpenStack.project_domain", "5", "OpenStack.project_domain: text" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        assert_false(reads(f, changed(f, cases[i].path, cases[i].value)));
        assert_int_equal(f->err.domain, ERROR_CONFIG);
        if (!strstr(f->err.message, cases[i].message))
            fail_msg("%s = %s: %s", cases[i].path, cases[i].value, f->err.message);
    }
    assert_false(reads(f, parse(f, "[]")));
}

static void
test_access_data_may_lack_until_it_is_used(void **state)
{
    static const struct {
        const char *path, *message;
    } cases[] = {
        { "OpenStack.pwd", "OpenStack.pwd is missing" },
        { "OpenStack.host", "OpenStack.host is missing" },
        { "mysql.user", "mysql.user is missing" },
        { "CLI.user", "CLI.user is missing" },
        { "CLI.host", "demo-env: CLI.host is missing" },
        { "CLI.key", "demo-env: CLI needs a pwd, the path of a key, or \"agent\"" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        assert_true(reads(f, changed(f, cases[i].path, NULL)));
        assert_false(environment_check_access(&f->environment, &f->err));
        assert_has(f->err.message, cases[i].message);
    }
    assert_true(reads(f, changed(f, "mysql.pwd", "\"\"")));
    assert_false(environment_check_access(&f->environment, &f->err));
    assert_true(reads(f, changed(f, "CLI.hosts", "{}")));
    assert_true(environment_check_access(&f->environment, &f->err));
}

/* Without "hosts" the master has to be there, with it each host: what is not its own is CLI's. */
static void
test_hosts_have_ways_in(void **state)
{
    static const struct {
        const char *cli, *message; /* NULL: good */
    } cases[] = {
        { "{\"agent\": true, \"host\": \"h\", \"user\": \"u\"}", NULL },
        { "{\"agent\": false, \"host\": \"h\", \"user\": \"u\"}", "CLI needs" },
        { "{\"hosts\": {}}", "CLI.host is missing" },
        { "{\"hosts\": {\"a\": {\"host\": \"h\"}}}", "CLI.hosts.a.user is missing" },
        { "{\"hosts\": {\"a\": {\"host\": \"h\"}}, \"user\": \"u\"}", "CLI.hosts.a needs" },
        { "{\"hosts\": {\"a\": {\"host\": \"h\"}}, \"user\": \"u\", \"pwd\": \"p\"}", NULL },
        { "{\"hosts\": {\"a\": {\"host\": \"h\", \"user\": \"u\", \"agent\": true}}}", NULL },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct doc *document = parse(f, example), *cli = parse(f, cases[i].cli);
        bool        good;

        doc_set_text(f->arena, cli, "name", STR("CLI"));
        doc_push(f->arena, doc_get(document, "configuration"), cli);
        doc_set_text(f->arena, doc_at(doc_get(document, "configuration"), 2), "name", STR("ACI"));
        doc_set_text(f->arena, doc_at(doc_get(document, "configuration"), 2), "pwd", STR("p"));
        assert_true(reads(f, document));
        good = environment_check_access(&f->environment, &f->err);
        if (good != !cases[i].message || (!good && !strstr(f->err.message, cases[i].message)))
            fail_msg("%s: %s", cases[i].cli, good ? "good" : f->err.message);
    }
}

/* An application credential stands for user, password and project. */
static void
test_application_credentials(void **state)
{
    struct fixture *f = *state;
    struct doc     *document = changed(f, "OpenStack.application_credential_id", "\"5f1\"");
    struct doc     *target = doc_at(doc_get(document, "configuration"), 0);

    doc_remove(target, "user");
    doc_remove(target, "pwd");
    assert_true(reads(f, document));
    assert_false(environment_check_access(&f->environment, &f->err));
    assert_has(f->err.message, "OpenStack.application_credential_secret is missing");
    doc_set_text(f->arena, target, "application_credential_secret", STR("s"));
    assert_true(environment_check_access(&f->environment, &f->err));
}

static void
test_logins(void **state)
{
    struct fixture                 *f = *state;
    struct environment_target_login login;

    assert_true(reads(f, parse(f, example)));
    assert_true(environment_login(&f->environment, "OpenStack", &login));
    assert_text(login.host, "192.0.2.10");
    assert_int_equal(login.port, 5000);
    assert_text(login.user, "admin");
    assert_text(login.password, "dummy");
    assert_text(login.key, "");
    assert_false(login.tls || login.agent);
    assert_true(environment_login(&f->environment, "CLI", &login));
    assert_int_equal(login.port, 22);
    assert_text(login.key, "/keys/id_rsa");
    assert_false(environment_login(&f->environment, "AMQP", &login));

    assert_true(reads(f, changed(f, "mysql.port", NULL)));
    assert_true(environment_login(&f->environment, "mysql", &login));
    assert_int_equal(login.port, 3306);
    assert_true(reads(f, changed(f, "mysql.tls", "true")));
    assert_true(environment_login(&f->environment, "mysql", &login));
    assert_true(login.tls);
    assert_true(reads(f, changed(f, "OpenStack.scheme", "\"https\"")));
    assert_true(environment_login(&f->environment, "OpenStack", &login));
    assert_true(login.tls);
    assert_true(
        reads(f, changed(f, "configuration",
                         "[{\"name\": \"OpenStack\"}, {\"name\": \"CLI\", \"agent\": true,"
                         " \"passphrase\": \"pp\"}, {\"name\": \"AMQP\", \"tls\": true}]")));
    assert_true(environment_login(&f->environment, "CLI", &login));
    assert_true(login.agent);
    assert_text(login.passphrase, "pp");
    assert_true(environment_login(&f->environment, "AMQP", &login));
    assert_int_equal(login.port, 5671);
}

static void
test_hosts_of_cli(void **state)
{
    struct fixture              *f = *state;
    struct environment_cli_host *hosts;

    assert_true(reads(f, parse(f, example)));
    assert_int_equal(environment_cli_hosts(&f->environment, f->arena, &hosts), 0);
    assert_true(reads(f, changed(f, "CLI.hosts",
                                 "{\"b\": {\"host\": \"192.0.2.2\", \"user\": \"root\", \"port\": "
                                 "\"2222\", \"pwd\": \"p\"}, \"a\": {\"host\": \"192.0.2.1\"}}")));
    assert_int_equal(environment_cli_hosts(&f->environment, f->arena, &hosts), 2);
    assert_text(hosts[0].name, "b");
    assert_text(hosts[0].login.host, "192.0.2.2");
    assert_text(hosts[0].login.user, "root");
    assert_int_equal(hosts[0].login.port, 2222);
    assert_text(hosts[0].login.password, "p");
    assert_text(hosts[0].login.key, "");
    assert_text(hosts[1].name, "a");
    assert_text(hosts[1].login.user, "scan");
    assert_int_equal(hosts[1].login.port, 22);
    assert_text(hosts[1].login.key, "/keys/id_rsa");
}

static struct environment_target_login
login_at(const struct fixture *f, const char *target)
{
    struct environment_target_login login;

    assert_true(environment_login(&f->environment, target, &login));
    return login;
}

static void
test_trust(void **state)
{
    struct fixture *f = *state;

    assert_true(reads(f, parse(f, example)));
    assert_text(f->environment.access, "master");
    assert_text(login_at(f, "OpenStack").ca, "");
    assert_false(login_at(f, "OpenStack").trusts_anybody);
    assert_true(reads(f, changed(f, "access", "\"direct\"")));
    assert_text(f->environment.access, "direct");
    assert_true(reads(f, changed(f, "ca", "\"/etc/ca.pem\"")));
    assert_text(login_at(f, "mysql").ca, "/etc/ca.pem");
    assert_true(reads(f, changed(f, "verify", "true")));
    assert_false(login_at(f, "OpenStack").trusts_anybody);
    assert_true(reads(f, changed(f, "verify", "false")));
    assert_true(login_at(f, "OpenStack").trusts_anybody);
}

/* What a target says of certificates holds for it alone. */
static void
test_trust_of_a_target(void **state)
{
    struct fixture *f = *state;

    assert_true(reads(f, changed(f, "configuration",
                                 "[{\"name\": \"OpenStack\", \"verify\": false},"
                                 " {\"name\": \"CLI\"},"
                                 " {\"name\": \"mysql\", \"ca\": \"/etc/db.pem\"}]")));
    assert_true(login_at(f, "OpenStack").trusts_anybody);
    assert_false(login_at(f, "mysql").trusts_anybody);
    assert_text(login_at(f, "OpenStack").ca, "");
    assert_text(login_at(f, "mysql").ca, "/etc/db.pem");
}

static void
test_sql_is_optional(void **state)
{
    struct fixture *f = *state;

    assert_true(
        reads(f, changed(f, "configuration", "[{\"name\": \"OpenStack\"}, {\"name\": \"CLI\"}]")));
    assert_false(f->environment.has_sql);
}

static void
test_names(void **state UNUSED)
{
    char long_name[65];

    memset(long_name, 'a', sizeof long_name);
    assert_true(environment_name_is_valid(STR("x")));
    assert_false(environment_name_is_valid(STR("cloud@site")));
    assert_true(environment_name_is_valid(STR("My cloud 7_b.c-d")));
    assert_true(environment_name_is_valid((struct str){ long_name, 64 }));
    assert_false(environment_name_is_valid((struct str){ long_name, 65 }));
    assert_false(environment_name_is_valid(STR("")));
    assert_false(environment_name_is_valid(STR(" x")));
    assert_false(environment_name_is_valid(STR("-x")));
    assert_false(environment_name_is_valid(STR("a\nb")));
}

/* Rows of the original's table, of its successor's, and our own. */
static void
test_variances(void **state)
{
    static const struct {
        const char *distribution, *version, *drivers, *type, *why;
    } cases[] = {
        { "RDO", "Mitaka", "[\"OVS\"]", "vxlan", NULL },
        { "Stratoscale", "2.1.6", "[\"OVS\"]", "vlan", NULL },
        { "Kolla", "train", "[\"LXB\"]", "gre", NULL },
        { "Mercury", "19312", "[\"OVS\", \"VPP\"]", "vlan", NULL },
        { "Debian", "12", "[\"LXB\"]", "vxlan", NULL },
        { "Gentoo", "1", "[\"OVS\"]", "vxlan", "distribution Gentoo" },
        { "RDO", "Zed", "[\"OVS\"]", "vxlan", "version Zed of RDO" },
        { "RDO", "Mitaka", "[\"LXB\"]", "vxlan", "mechanism driver LXB on RDO Mitaka" },
        { "Mercury", "10239", "[\"OVS\", \"VPP\"]", "vlan",
          "mechanism driver VPP on Mercury 10239" },
        { "Apex", "Euphrates", "[\"OVS\"]", "vlan", "type driver vlan with OVS on Apex Euphrates" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct doc *document = parse(f, example);
        struct str  why = STR_NONE;

        doc_set_text(f->arena, document, "distribution", str_from(cases[i].distribution));
        doc_set_text(f->arena, document, "distribution_version", str_from(cases[i].version));
        doc_set(f->arena, document, "mechanism_drivers", parse(f, cases[i].drivers));
        doc_set_text(f->arena, document, "type_drivers", str_from(cases[i].type));
        assert_true(reads(f, document));
        assert_int_equal(environment_is_supported(&f->environment, f->arena, &why), !cases[i].why);
        if (cases[i].why)
            assert_string_equal(why.p, cases[i].why);
    }
}

static void
test_secrets_are_masked(void **state)
{
    struct fixture *f = *state;
    struct doc     *document = parse(
            f, "{\"name\": \"x\", \"configuration\": ["
                   " {\"name\": \"OpenStack\", \"user\": \"u\", \"pwd\": \"s3cret\", \"admin_token\": "
                   "\"s3cret\"},"
                   " {\"name\": \"CLI\", \"key\": \"/keys/id\", \"hosts\": {\"a\": {\"PWD\": \"s3cret\", "
                   "\"passphrase\": "
                   "\"s3cret\"}}}, {\"application_credential_id\": \"5f1\", "
                   "\"application_credential_secret\": \"s3cret\"},"
                   " {\"name\": \"Monitoring\", \"rabbitmq_pass\": \"s3cret\", \"ssh_password\": "
                   "[\"s3cret\"]},"
                   " {\"name\": \"Kubernetes\", \"token\": \"s3cret\"}, {\"key\": \"s3cret-----BEGIN\"}],"
                   " \"auth\": {\"view-env\": [\"me\"]}, \"empty\": null}");
    struct str before = doc_body(f->arena, document);
    struct str text = doc_body(f->arena, environment_masked(f->arena, document));

    assert_false(str_has(text, STR("s3cret")));
    assert_true(str_has(text, STR("\"pwd\":\"***\"")));
    assert_true(str_has(text, STR("/keys/id")));
    assert_true(str_has(text, STR("\"user\":\"u\"")));
    assert_true(str_has(text, STR("\"application_credential_id\":\"5f1\"")));
    assert_true(str_has(text, STR("\"view-env\":[\"me\"]")));
    assert_true(str_has(text, STR("\"empty\":null")));
    assert_true(str_equal(doc_body(f->arena, document), before));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_example_is_read),
        cmocka_unit_test(test_further_keys_are_read),
        cmocka_unit_test(test_errors_name_the_field),
        cmocka_unit_test(test_access_data_may_lack_until_it_is_used),
        cmocka_unit_test(test_hosts_have_ways_in),
        cmocka_unit_test(test_application_credentials),
        cmocka_unit_test(test_logins),
        cmocka_unit_test(test_hosts_of_cli),
        cmocka_unit_test(test_trust),
        cmocka_unit_test(test_trust_of_a_target),
        cmocka_unit_test(test_sql_is_optional),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_variances),
        cmocka_unit_test(test_secrets_are_masked),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
