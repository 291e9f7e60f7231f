/* What cannot be reached is noted once: no password is tried twice, and a scan does not wait for the
 * same dead server again and again. */

#include "scan/live.h"

#include <pthread.h>

#include "scan/catalog_places.h"
#include "transport/rest.h"

struct live {
    struct transport          transport;
    const struct environment *environment;
    const atomic_bool        *cancelled;
    struct rest              *rest;
    struct database          *database;  /* NULL: not configured */
    struct shell             *shell;     /* NULL: likewise */
    pthread_mutex_t           one_table; /* is asked for at a time */
    pthread_mutex_t           lock;      /* of all below */
    struct error              no_login;
    struct error              no_database;
};

/* What keeps us out is known to all requests that come after. */
static void
note(struct live *live, struct error *where, const struct error *err)
{
    pthread_mutex_lock(&live->lock);
    *where = *err;
    pthread_mutex_unlock(&live->lock);
}

static bool
is_known(struct live *live, const struct error *where, struct error *err)
{
    bool known;

    pthread_mutex_lock(&live->lock);
    known = where->domain != ERROR_NONE;
    if (known)
        *err = *where;
    pthread_mutex_unlock(&live->lock);
    return known;
}

/* --- the APIs --- */

static bool
sign_in(void *context, struct arena *arena, struct rest_session *session, struct error *err)
{
    struct live *live = context;
    struct login login;

    if (!keystone_login(live->environment, live->cancelled, arena, &login, err)) {
        note(live, &live->no_login, err);
        return false;
    }
    if (str_ends(login.address, STR("/v2.0"))) {
        error_set(err, ERROR_TRANSPORT, 0, "%.*s: Keystone offers v2.0 only, and scans need v3",
                  STR_ARG(login.address));
        note(live, &live->no_login, err);
        return false;
    }
    *session = (struct rest_session){
        .token = login.id,
        .expires = login.token.expires_at == INT64_MAX ? 0 : login.token.expires_at,
    };
    catalog_places(live->environment, &login, arena, session);
    return true;
}

/* --- the database --- */

static bool
is_unreachable(int fault)
{
    return fault == DATABASE_FAULT_NAME || fault == DATABASE_FAULT_REFUSED ||
           fault == DATABASE_FAULT_TIME || fault == DATABASE_FAULT_TLS ||
           fault == DATABASE_FAULT_PASSWORD;
}

static bool
ask_table_alone(struct live *live, const struct request *form, struct arena *arena,
                struct answer *answer)
{
    struct str name = request_text(form, arena);

    if (is_known(live, &live->no_database, &answer->error)) {
        answer->kind = ANSWER_BROKEN;
        return false;
    }
    if (database_ask(live->database, form, 1, arena, answer))
        return true;
    if (answer->error.code != DATABASE_FAULT_TABLE)
        answer->kind = ANSWER_BROKEN; /* it is there */
    if (is_unreachable(answer->error.code)) {
        /* Not of this table alone. */
        struct str why = arena_str(arena, str_from(answer->error.message));

        if (str_starts(why, name))
            why = str_skip(why, name.n);
        error_set(&answer->error, ERROR_TRANSPORT, answer->error.code, "mysql%.*s", STR_ARG(why));
        note(live, &live->no_database, &answer->error);
    }
    return false;
}

/* One after the other: who waits while a database cannot be reached need not try it again. */
static bool
ask_table(struct live *live, const struct request *form, struct arena *arena, struct answer *answer)
{
    bool good;

    pthread_mutex_lock(&live->one_table);
    good = ask_table_alone(live, form, arena, answer);
    pthread_mutex_unlock(&live->one_table);
    return good;
}

/* A failed sign-in is the same for all lists. */
static bool
ask_list(struct live *live, const struct request *form, struct arena *arena, struct answer *answer)
{
    if (rest_ask(live->rest, form, 1, arena, answer))
        return true;
    (void)is_known(live, &live->no_login, &answer->error);
    return false;
}

/* --- the transport --- */

static bool
ask_form(struct live *live, const struct request *form, struct arena *arena, struct answer *answer)
{
    *answer = (struct answer){ .kind = ANSWER_UNKNOWN };
    switch (form->kind) {
    case REQUEST_REST:
        return ask_list(live, form, arena, answer);
    case REQUEST_SQL:
        return live->database && ask_table(live, form, arena, answer);
    case REQUEST_CLI: /* hosts are asked by a script */
        break;
    }
    return false;
}

static bool
live_ask(struct transport *t, const struct request *forms, size_t n_forms, struct arena *arena,
         struct answer *answer)
{
    struct live  *live = (struct live *)t;
    struct answer worst = { .kind = ANSWER_UNKNOWN };

    for (size_t i = 0; i < n_forms; i++) {
        if (ask_form(live, &forms[i], arena, answer)) {
            answer->form = i;
            if (worst.kind == ANSWER_BROKEN)
                answer->error = worst.error;
            return true;
        }
        answer->form = i;
        if (i == 0 || answer->kind > worst.kind)
            worst = *answer;
    }
    *answer = worst;
    return false;
}

static bool
live_run(struct transport *t, struct str host, struct str script, struct arena *arena,
         struct str *output, struct error *err)
{
    struct live *live = (struct live *)t;

    if (live->shell)
        return shell_run(live->shell, host, script, arena, output, err);
    return error_set(err, ERROR_CONFIG, 0, "%.*s: the environment has no target CLI to reach it by",
                     STR_ARG(host));
}

static void
live_close(struct transport *t)
{
    struct live *live = (struct live *)t;

    rest_free(live->rest);
    database_free(live->database);
    shell_free(live->shell);
    pthread_mutex_destroy(&live->lock);
    pthread_mutex_destroy(&live->one_table);
    free(live);
}

static const struct transport_kind live_kind = {
    .name = "live",
    .ask = live_ask,
    .run = live_run,
    .close = live_close,
};

struct database *
live_database(const struct environment *environment, const atomic_bool *cancelled)
{
    struct environment_target_login login;

    if (!environment_login(environment, "mysql", &login))
        return NULL;
    return database_new(&(struct database_options){
        .host = login.host,
        .port = login.port,
        .user = login.user,
        .password = login.password,
        .wants_tls = login.tls,
        .ca = login.ca,
        .trusts_anybody = login.trusts_anybody,
        .connect_time = login.connect_time,
        .cancelled = cancelled,
    });
}

static struct remote_login
remote_login_of(const struct environment_target_login *login)
{
    return (struct remote_login){
        .user = login->user,
        .key = login->key,
        .passphrase = login->passphrase,
        .agent = login->agent,
        .password = login->password,
    };
}

static struct str
find_key(void *context, struct str host)
{
    return host_keys_find(context, host);
}

struct shell *
live_shell(const struct environment *environment, struct host_keys *keys,
           const atomic_bool *cancelled)
{
    AUTO_ARENA                      scratch = arena_new();
    struct environment_target_login login;
    struct environment_cli_host    *own;
    struct shell_host              *hosts;
    size_t                          n;

    if (!environment_login(environment, "CLI", &login))
        return NULL;
    n = environment_cli_hosts(environment, scratch, &own);
    hosts = arena_array(scratch, struct shell_host, n);
    for (size_t i = 0; i < n; i++)
        hosts[i] = (struct shell_host){
            .name = own[i].name,
            .address = own[i].login.host,
            .port = own[i].login.port,
            .login = remote_login_of(&own[i].login),
        };
    return shell_new(&(struct shell_options){
        .master = login.host,
        .port = login.port,
        .login = remote_login_of(&login),
        .is_direct = str_is(environment->access, "direct"),
        .hosts = hosts,
        .n_hosts = n,
        .host_key = find_key,
        .context = keys,
        .connect_time = login.connect_time,
        .host_time = login.time,
        .cancelled = cancelled,
    });
}

struct transport *
live_open(const struct environment *environment, struct host_keys *keys,
          const atomic_bool *cancelled)
{
    struct live                    *live = xcalloc(1, sizeof *live);
    struct environment_target_login keystone = { 0 };

    live->transport.kind = &live_kind;
    live->environment = environment;
    live->cancelled = cancelled;
    pthread_mutex_init(&live->lock, NULL);
    pthread_mutex_init(&live->one_table, NULL);
    (void)environment_login(environment, "OpenStack", &keystone);
    live->rest = rest_new(&(struct rest_options){
        .http = { .ca = keystone.ca, .trusts_anybody = keystone.trusts_anybody },
        .sign_in = sign_in,
        .context = live,
        .cancelled = cancelled,
    });
    live->database = live_database(environment, cancelled);
    live->shell = live_shell(environment, keys, cancelled);
    return &live->transport;
}
