/* Where the targets of an environment answer and how to sign in, read from its document. */

#include "model/environment.h"

enum { MILLISECONDS = 1000 }; /* in a second */

static const struct {
    const char *target;
    unsigned    port, tls_port;
} ports[] = {
    { "OpenStack", 5000, 5000 }, { "mysql", 3306, 3306 },      { "CLI", 22, 22 },
    { "AMQP", 5672, 5671 },      { "Kubernetes", 6443, 6443 }, { "ACI", 443, 443 },
};

static unsigned
port_of(const char *target, bool tls)
{
    for (size_t i = 0; i < N_ELEMENTS(ports); i++)
        if (strcmp(ports[i].target, target) == 0)
            return tls ? ports[i].tls_port : ports[i].port;
    return 0;
}

static struct environment_target_login
read_login(const struct doc *part, unsigned port)
{
    return (struct environment_target_login){
        .host = doc_get_text(part, "host"),
        .port = (unsigned)doc_number(doc_get(part, "port"), port),
        .user = doc_get_text(part, "user"),
        .password = doc_get_text(part, "pwd"),
        .key = doc_get_text(part, "key"),
        .passphrase = doc_get_text(part, "passphrase"),
        .agent = doc_truth(doc_get(part, "agent")),
        .tls = doc_truth(doc_get(part, "tls")) || str_is(doc_get_text(part, "scheme"), "https"),
        .connect_time = (unsigned)doc_number(doc_get(part, "connect_timeout"), 0) * MILLISECONDS,
        .time = (unsigned)doc_number(doc_get(part, "timeout"), 0) * MILLISECONDS,
    };
}

/* Whose certificates are believed; what the target does not say the document does. */
static void
read_trust(const struct doc *part, const struct doc *document, struct environment_target_login *out)
{
    const struct doc *verify = doc_get(doc_get(part, "verify") ? part : document, "verify");

    out->ca = doc_get_text(doc_get(part, "ca") ? part : document, "ca");
    out->trusts_anybody = doc_kind(verify) == DOC_BOOL && !doc_truth(verify);
}

bool
environment_login(const struct environment *environment, const char *target,
                  struct environment_target_login *out)
{
    const struct doc *part = environment_target(environment, target);

    if (!part)
        return false;
    *out = read_login(part, port_of(target, doc_truth(doc_get(part, "tls"))));
    read_trust(part, environment->document, out);
    return true;
}

static struct environment_target_login
host_login(const struct doc *part, const struct environment_target_login *cli)
{
    struct environment_target_login login = read_login(part, cli->port);

    if (str_empty(login.user))
        login.user = cli->user;
    if (str_empty(login.password) && str_empty(login.key) && !login.agent) {
        login.password = cli->password;
        login.key = cli->key;
        login.passphrase = cli->passphrase;
        login.agent = cli->agent;
    }
    return login;
}

size_t
environment_cli_hosts(const struct environment *environment, struct arena *arena,
                      struct environment_cli_host **out)
{
    const struct doc *hosts = doc_get(environment_target(environment, "CLI"), "hosts");
    struct environment_target_login cli;
    struct doc_iter                 it = { 0 };
    size_t                          n = 0;

    if (!environment_login(environment, "CLI", &cli))
        return 0;
    *out = arena_array(arena, struct environment_cli_host, doc_count(hosts));
    while (doc_next(hosts, &it))
        (*out)[n++] = (struct environment_cli_host){ it.key, host_login(it.value, &cli) };
    return n;
}
