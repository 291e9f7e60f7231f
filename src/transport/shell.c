/* Which way a host is reached, and the sessions with the master that many threads share. */

#include "transport/shell.h"

#include <pthread.h>
#include <unistd.h>

#include "base/file.h"
#include "transport/limit.h"
#include "transport/shell_script.h"

enum {
    CONNECT_TIME = 10000,
    HOST_TIME = 180000,
    LARGEST = 64 << 20,
    LONGEST_NAME = 255,
    PORT = 22,
    MOST_LOSSES = 1, /* of the master's session, before it is given up */
};

/* A session with the master; 'remote' is NULL in a free place. */
struct session {
    struct remote *remote;
    unsigned       n_streams;
    unsigned       n_losses; /* that were noted when its opening began */
    bool           is_lost;  /* gone when the last stream is */
};

struct shell {
    struct shell_options options;
    struct arena        *arena; /* of the options' strings */
    pthread_mutex_t      lock;
    pthread_cond_t       changed;
    struct session       sessions[SHELL_SESSIONS];
    bool                 is_opening;
    bool                 is_full; /* the master takes no more sessions than it has */
    unsigned             n_losses;
    unsigned             n_failures; /* of opening a session; the last one's error: */
    struct error         failure;
};

static struct remote_login
copy_login(struct arena *arena, const struct remote_login *login)
{
    return (struct remote_login){
        .user = arena_str(arena, login->user),
        .key = arena_str(arena, login->key),
        .passphrase = arena_str(arena, login->passphrase),
        .agent = login->agent,
        .password = arena_str(arena, login->password),
    };
}

struct shell *
shell_new(const struct shell_options *options)
{
    struct shell      *s = xcalloc(1, sizeof *s);
    struct shell_host *hosts;

    s->arena = arena_new();
    s->options = *options;
    s->options.master = arena_str(s->arena, options->master);
    s->options.login = copy_login(s->arena, &options->login);
    hosts = arena_array(s->arena, struct shell_host, options->n_hosts);
    for (size_t i = 0; i < options->n_hosts; i++)
        hosts[i] = (struct shell_host){
            .name = arena_str(s->arena, options->hosts[i].name),
            .address = arena_str(s->arena, options->hosts[i].address),
            .port = options->hosts[i].port,
            .login = copy_login(s->arena, &options->hosts[i].login),
        };
    s->options.hosts = hosts;
    if (!s->options.port)
        s->options.port = PORT;
    if (!s->options.connect_time)
        s->options.connect_time = CONNECT_TIME;
    if (!s->options.host_time)
        s->options.host_time = HOST_TIME;
    if (!s->options.largest)
        s->options.largest = LARGEST;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    return s;
}

void
shell_free(struct shell *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < SHELL_SESSIONS; i++)
        remote_close(s->sessions[i].remote);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->lock);
    arena_free(s->arena);
    free(s);
}

static struct str
trusted_key(struct shell *s, struct str host)
{
    return s->options.host_key(s->options.context, host);
}

static struct remote_options
options_of(struct shell *s, struct str address, unsigned port, const struct remote_login *login)
{
    return (struct remote_options){
        .host = address,
        .port = port,
        .login = *login,
        .connect_time = s->options.connect_time,
        .fd = -1,
        .cancelled = s->options.cancelled,
    };
}

static struct remote_options
master_options(struct shell *s)
{
    struct remote_options o = options_of(s, s->options.master, s->options.port, &s->options.login);

    o.host_key = trusted_key(s, STR(SHELL_MASTER));
    return o;
}

static const struct shell_host *
own_way(const struct shell *s, struct str host)
{
    for (size_t i = 0; i < s->options.n_hosts; i++)
        if (str_equal(s->options.hosts[i].name, host))
            return &s->options.hosts[i];
    return NULL;
}

/* Names come from an API, and go to a shell and to the command line of ssh. */
static bool
is_host_name(struct str host)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    if (str_empty(host) || host.n > LONGEST_NAME || !host.p[0] || !strchr(letters, host.p[0]))
        return false;
    for (size_t i = 0; i < host.n; i++)
        if (!host.p[i] || (!strchr(letters, host.p[i]) && !strchr("._-", host.p[i])))
            return false;
    return true;
}

static bool
check_name(struct str host, struct error *err)
{
    char shown[81];

    if (is_host_name(host))
        return true;
    host = str_head(host, sizeof shown - 1);
    for (size_t i = 0; i < host.n; i++)
        shown[i] = host.p[i] >= ' ' && host.p[i] <= '~' ? host.p[i] : '?';
    shown[host.n] = '\0';
    return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_NAME, "\"%s\" is no name of a host", shown);
}

static bool
no_key(struct str host, struct error *err)
{
    return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_UNKNOWN,
                     "the key of %.*s was never trusted: calipso env trust shows it",
                     STR_ARG(str_head(host, 80)));
}

/* ---- sessions with the master ---- */

/* The first one that has room, so that each is filled before the next is opened. */
static struct session *
with_room(struct shell *s)
{
    for (size_t i = 0; i < SHELL_SESSIONS; i++) {
        struct session *session = &s->sessions[i];

        if (session->remote && !session->is_lost && session->n_streams < REMOTE_STREAMS &&
            remote_is_up(session->remote))
            return session;
    }
    return NULL;
}

static struct session *
free_place(struct shell *s)
{
    for (size_t i = 0; i < SHELL_SESSIONS; i++)
        if (!s->sessions[i].remote)
            return &s->sessions[i];
    return NULL;
}

static bool
has_session(const struct shell *s)
{
    for (size_t i = 0; i < SHELL_SESSIONS; i++)
        if (s->sessions[i].remote && !s->sessions[i].is_lost && remote_is_up(s->sessions[i].remote))
            return true;
    return false;
}

/* Sessions that end together, as all of a master that restarts, are one loss: of those whose opening
 * began before ('n_losses' then) the last one was noted it tells nothing new. */
static void
note_loss(struct shell *s, unsigned n_losses, const struct error *err)
{
    if (n_losses == s->n_losses)
        s->n_losses++;
    s->is_full = false;
    s->failure = *err;
}

/* Note the sessions that have ended. Of one that carried nothing it is no loss. */
static void
look_for_losses(struct shell *s)
{
    for (size_t i = 0; i < SHELL_SESSIONS; i++) {
        struct session *session = &s->sessions[i];
        struct error    err;

        if (!session->remote || session->is_lost || remote_is_up(session->remote))
            continue;
        if (session->n_streams == 0) {
            remote_close(session->remote);
            *session = (struct session){ 0 };
            continue;
        }
        session->is_lost = true;
        error_set(&err, ERROR_TRANSPORT, REMOTE_FAULT_LOST,
                  "the master %.*s: the session was lost again and again",
                  STR_ARG(str_head(s->options.master, 80)));
        note_loss(s, session->n_losses, &err);
    }
}

/* Open one more, without the lock meanwhile. While there are others its failure is nobody's: they
 * carry on, and when they are lost after all, perhaps by what made this fail, it is tried again. */
static void
open_one(struct shell *s, struct session *place)
{
    struct remote_options options = master_options(s);
    struct error          err = { 0 };
    struct remote        *remote;
    unsigned              n_losses = s->n_losses;

    s->is_opening = true;
    pthread_mutex_unlock(&s->lock);
    remote = remote_open(&options, &err);
    if (!remote)
        error_prefix(&err, "the master ");
    pthread_mutex_lock(&s->lock);
    s->is_opening = false;
    if (remote) {
        *place = (struct session){ .remote = remote, .n_losses = n_losses };
    } else if (has_session(s)) {
        s->is_full = true;
    } else if (err.code == REMOTE_FAULT_LOST &&
               s->n_losses + (n_losses == s->n_losses) <= MOST_LOSSES) {
        note_loss(s, n_losses, &err);
    } else {
        s->n_failures++;
        s->failure = err;
        s->is_full = false;
    }
    pthread_cond_broadcast(&s->changed);
}

static void
wait_for_change(struct shell *s, const struct limit *limit)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)limit_slice(limit) * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&s->changed, &s->lock, &until);
}

static bool
check_cancelled(const struct shell *s, struct error *err)
{
    if (s->options.cancelled && atomic_load(s->options.cancelled))
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_CANCELLED, "cancelled");
    return true;
}

/* A place in a session; NULL on failure. Who waits while an attempt to open one fails fails with
 * it, rather than to try in vain after the others. */
static struct session *
take_session(struct shell *s, struct error *err)
{
    struct session *session = NULL;
    unsigned        n_failures;

    pthread_mutex_lock(&s->lock);
    n_failures = s->n_failures;
    while (check_cancelled(s, err)) {
        struct session *place;

        look_for_losses(s);
        place = free_place(s);
        session = with_room(s);
        if (session) {
            session->n_streams++;
            break;
        }
        if (!has_session(s) && (s->n_failures != n_failures || s->n_losses > MOST_LOSSES)) {
            if (err)
                *err = s->failure;
            break;
        }
        if (place && !s->is_opening && !(s->is_full && has_session(s))) {
            open_one(s, place);
        } else {
            struct limit limit = limit_new(HOST_TIME, NULL);

            wait_for_change(s, &limit);
        }
    }
    pthread_mutex_unlock(&s->lock);
    return session;
}

static void
give_session(struct shell *s, struct session *session)
{
    struct remote *gone = NULL;

    pthread_mutex_lock(&s->lock);
    look_for_losses(s);
    if (--session->n_streams == 0 && session->is_lost) {
        gone = session->remote;
        *session = (struct session){ 0 };
    }
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    remote_close(gone);
}

/* ---- what a run said ---- */

static struct str
last_line(struct str text)
{
    struct str line, last = STR_NONE;

    while (str_line(&text, &line))
        if (!str_empty(str_trim(line)))
            last = str_trim(line);
    return last;
}

/* The fingerprint that ssh shows of a changed key. */
static struct str
shown_fingerprint(struct str complaint)
{
    ptrdiff_t  at = str_find(complaint, STR("SHA256:"));
    struct str word = STR_NONE, rest;

    if (at >= 0) {
        rest = str_skip(complaint, (size_t)at);
        (void)str_line(&rest, &word);
        word = str_trim(word);
        if (str_ends(word, STR(".")))
            word.n--;
    }
    return str_head(word, 60);
}

static bool
explain_changed(struct shell *s, struct str host, struct str complaint, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    struct str shown = shown_fingerprint(complaint);

    return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_CHANGED,
                     "%.*s, says the master: key changed: reinstalled? somebody in between? check, "
                     "then: calipso env trust; was %.*s, now %.*s",
                     STR_ARG(str_head(host, 40)),
                     STR_ARG(remote_fingerprint(scratch, trusted_key(s, host))),
                     STR_ARG(str_empty(shown) ? STR("of another kind") : shown));
}

/* What the master's ssh said, which ended with 255. */
static bool
explain_ssh(struct shell *s, struct str host, struct str complaint, struct error *err)
{
    static const struct {
        struct str        said;
        enum remote_fault fault;
    } faults[] = {
        { STR("IDENTIFICATION HAS CHANGED"), REMOTE_FAULT_CHANGED },
        { STR("key verification failed"), REMOTE_FAULT_CHANGED }, /* it knows one of another kind */
        { STR("no matching host key type"), REMOTE_FAULT_CHANGED },
        { STR("Could not resolve"), REMOTE_FAULT_NAME },
        { STR("timed out"), REMOTE_FAULT_TIME },
        { STR("not responding"), REMOTE_FAULT_TIME },
        { STR("connect to host"), REMOTE_FAULT_REFUSED },
        { STR("Permission denied"), REMOTE_FAULT_LOGIN },
        { STR("Too many authentication"), REMOTE_FAULT_LOGIN },
        { STR("no matching"), REMOTE_FAULT_SSH },
        { STR("banner"), REMOTE_FAULT_SSH },
    };
    struct str        line = last_line(complaint);
    enum remote_fault fault = REMOTE_FAULT_LOST;

    for (size_t i = 0; i < N_ELEMENTS(faults) && fault == REMOTE_FAULT_LOST; i++)
        if (str_has(complaint, faults[i].said))
            fault = faults[i].fault;
    if (fault == REMOTE_FAULT_CHANGED)
        return explain_changed(s, host, complaint, err);
    return error_set(err, ERROR_TRANSPORT, (int)fault, "%.*s, says the master: %.*s",
                     STR_ARG(str_head(host, 80)), STR_ARG(str_head(line, 130)));
}

/* Did the script begin? Otherwise somebody else spoke: a shell that is none, ssh of the master. */
static bool
judge(struct shell *s, struct str host, const char *mark, const struct remote_output *output,
      bool is_via, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    struct str begun = arena_printf(scratch, "%s begun", mark);
    struct str unknown = arena_printf(scratch, "%s unknown", mark);
    struct str said;

    if (str_has(output->complaint, unknown))
        return no_key(host, err);
    if (str_has(output->complaint, begun) && !(is_via && output->status == 255))
        return true;
    if (is_via && output->status == 255)
        return explain_ssh(s, host, output->complaint, err);
    said = last_line(str_empty(output->complaint) ? output->text : output->complaint);
    return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_OTHER, "%.*s: no shell there%s%.*s",
                     STR_ARG(str_head(host, 80)), said.n ? ": " : "", STR_ARG(str_head(said, 120)));
}

/* ---- the three ways ---- */

static bool
run_in(struct shell *s, struct remote *remote, struct str host, struct str command,
       struct str script, const char *mark, bool is_via, struct arena *arena, struct str *output,
       struct error *err)
{
    AUTO_ARENA            scratch = arena_new();
    struct remote_output  said;
    struct remote_command run = {
        .command = command,
        .input = shell_input(scratch, script, mark),
        .time = s->options.host_time,
        .largest = s->options.largest,
    };
    bool is_good = remote_run(remote, &run, arena, &said, err);

    *output = said.text;
    if (!is_good)
        return error_prefix(err, "%.*s: ", STR_ARG(str_head(host, 80)));
    return judge(s, host, mark, &said, is_via, err);
}

/* In a session of its own. */
static bool
run_own(struct shell *s, const struct remote_options *options, struct str host, struct str script,
        struct arena *arena, struct str *output, struct error *err)
{
    AUTO_ARENA     scratch = arena_new();
    char           mark[SHELL_MARK_SIZE];
    struct remote *remote;
    bool           is_good;

    remote = remote_open(options, err);
    if (!remote)
        return error_prefix(err, "%.*s: ", STR_ARG(str_head(host, 80)));
    shell_mark(mark);
    is_good = run_in(s, remote, host, shell_command(scratch, mark), script, mark, false, arena,
                     output, err);
    remote_close(remote);
    return is_good;
}

static bool
run_via(struct shell *s, struct remote *master, struct str host, struct str script,
        struct arena *arena, struct str *output, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    char       mark[SHELL_MARK_SIZE];
    struct str key = trusted_key(s, host), command;

    shell_mark(mark);
    command =
        shell_command_via(scratch, mark, host, remote_host_key_is_valid(key) ? key : STR_NONE,
                          (s->options.connect_time + 999) / 1000, s->options.host_time / 1000 + 10);
    return run_in(s, master, host, command, script, mark, true, arena, output, err);
}

/* Options of a session with a host behind the master; their 'fd' is the tunnel, -1 on failure. */
static struct remote_options
tunnel_options(struct shell *s, struct remote *master, struct str host, struct error *err)
{
    struct remote_options o = options_of(s, host, s->options.port, &s->options.login);

    o.host_key = trusted_key(s, host);
    o.fd = remote_tunnel(master, host, s->options.port, s->options.connect_time, err);
    if (o.fd < 0)
        error_prefix(err, "%.*s: ", STR_ARG(str_head(host, 80)));
    return o;
}

static bool
run_direct(struct shell *s, struct remote *master, struct str host, struct str script,
           struct arena *arena, struct str *output, struct error *err)
{
    struct remote_options o;

    if (!remote_host_key_is_valid(trusted_key(s, host)))
        return no_key(host, err);
    o = tunnel_options(s, master, host, err);
    return o.fd >= 0 && run_own(s, &o, host, script, arena, output, err);
}

/* On the master itself. */
static bool
run_here(struct shell *s, struct remote *master, struct str script, struct arena *arena,
         struct str *output, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    char       mark[SHELL_MARK_SIZE];

    shell_mark(mark);
    return run_in(s, master, STR("the master"), shell_command(scratch, mark), script, mark, false,
                  arena, output, err);
}

bool
shell_run(struct shell *s, struct str host, struct str script, struct arena *arena,
          struct str *output, struct error *err)
{
    const struct shell_host *own = own_way(s, host);
    bool                     is_master = str_is(host, SHELL_MASTER);
    struct session          *session;
    bool                     is_good;

    *output = STR_NONE;
    if (!is_master && !check_name(host, err))
        return false;
    if (own) {
        struct remote_options o = options_of(s, own->address, own->port, &own->login);

        o.host_key = trusted_key(s, host);
        if (!remote_host_key_is_valid(o.host_key))
            return no_key(host, err);
        return run_own(s, &o, host, script, arena, output, err);
    }
    session = take_session(s, err);
    if (!session)
        return !is_master && error_prefix(err, "%.*s: ", STR_ARG(str_head(host, 80)));
    if (is_master)
        is_good = run_here(s, session->remote, script, arena, output, err);
    else if (s->options.is_direct)
        is_good = run_direct(s, session->remote, host, script, arena, output, err);
    else
        is_good = run_via(s, session->remote, host, script, arena, output, err);
    give_session(s, session);
    return is_good;
}

/* ---- keys ---- */

/* Of what ssh-keyscan printed the best kind, as remote_server_key() prefers them. */
static struct str
best_key(struct arena *arena, struct str text)
{
    static const struct str kinds[] = { STR("ssh-ed25519 "), STR("ecdsa-"), STR("ssh-rsa ") };

    for (size_t i = 0; i < N_ELEMENTS(kinds); i++) {
        struct str rest = text, line, name;

        while (str_line(&rest, &line)) {
            line = str_trim(line);
            if (str_starts(line, STR("#")) || !str_word(&line, &name))
                continue;
            line = str_trim(line);
            if (str_starts(line, kinds[i]) && remote_host_key_is_valid(line))
                return arena_str(arena, line);
        }
    }
    return STR_NONE;
}

static bool
key_via(struct shell *s, struct remote *master, struct str host, struct arena *arena,
        struct str *key, struct error *err)
{
    AUTO_ARENA            scratch = arena_new();
    char                  mark[SHELL_MARK_SIZE];
    struct remote_output  said;
    struct remote_command run = { .time = s->options.connect_time * 2, .largest = 1 << 16 };

    shell_mark(mark);
    run.command = shell_command_keys(scratch, mark, host, (s->options.connect_time + 999) / 1000);
    if (!remote_run(master, &run, scratch, &said, err))
        return error_prefix(err, "%.*s: ", STR_ARG(str_head(host, 80)));
    if (str_has(said.complaint, arena_printf(scratch, "%s self", mark))) {
        *key = arena_str(arena, trusted_key(s, STR(SHELL_MASTER)));
        return true;
    }
    *key = best_key(arena, said.text);
    if (!str_empty(*key))
        return true;
    said.complaint = last_line(said.complaint);
    return error_set(
        err, ERROR_TRANSPORT, REMOTE_FAULT_REFUSED, "%.*s, says the master's ssh-keyscan: %.*s",
        STR_ARG(str_head(host, 80)),
        STR_ARG(str_empty(said.complaint) ? STR("no key in time") : str_head(said.complaint, 120)));
}

static bool
key_direct(struct shell *s, struct remote *master, struct str host, struct arena *arena,
           struct str *key, struct error *err)
{
    struct remote_options o = tunnel_options(s, master, host, err);

    return o.fd >= 0 && remote_server_key(&o, arena, key, err);
}

bool
shell_server_key(struct shell *s, struct str host, struct arena *arena, struct str *key,
                 struct error *err)
{
    const struct shell_host *own = own_way(s, host);
    struct session          *session;
    bool                     is_good;

    if (str_is(host, SHELL_MASTER)) {
        struct remote_options o = master_options(s);

        return remote_server_key(&o, arena, key, err);
    }
    if (!check_name(host, err))
        return false;
    if (own) {
        struct remote_options o = options_of(s, own->address, own->port, &own->login);

        return remote_server_key(&o, arena, key, err) ||
               error_prefix(err, "%.*s: ", STR_ARG(str_head(host, 80)));
    }
    session = take_session(s, err);
    if (!session)
        return error_prefix(err, "%.*s: ", STR_ARG(str_head(host, 80)));
    is_good = s->options.is_direct ? key_direct(s, session->remote, host, arena, key, err)
                                   : key_via(s, session->remote, host, arena, key, err);
    give_session(s, session);
    return is_good;
}
