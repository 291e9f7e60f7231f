/* Opening a session: connect, see who is there, sign in. What comes after is the driver's.
 *
 * libssh gets a connected socket and never blocks: it is asked again when the socket has something,
 * so that limit and cancelling hold from the first byte. It reads no file of the user's. */

#include "transport/remote.h"

#include <errno.h>
#include <libssh/libssh.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "transport/remote_connect.h"
#include "transport/remote_driver.h"
#include "transport/remote_login.h"

enum {
    CONNECT_TIME = 10000,
    PORT = 22,
    PIECE = 64 << 10,
};

struct remote {
    struct driver     *driver;
    const atomic_bool *cancelled;
    char               place[160]; /* user@host:port, for messages */
};

static const char every_kind[] = "ssh-ed25519,ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,"
                                 "ecdsa-sha2-nistp521,rsa-sha2-512,rsa-sha2-256";

static unsigned
port_of(const struct remote_options *options)
{
    return options->port ? options->port : PORT;
}

static void
session_freep(ssh_session *session)
{
    if (*session)
        driver_end_session(*session);
}

static void
key_freep(ssh_key *key)
{
    ssh_key_free(*key);
}

#define AUTO_SESSION CLEANUP(session_freep) ssh_session
#define AUTO_KEY CLEANUP(key_freep) ssh_key

/* Which kinds of host key to ask for: first the trusted one's, when there is one, as a server has several
 * and would show another one; then all, so that one that has changed to another kind is shown, too. An
 * RSA key signs with SHA-2. */
static struct str
kinds_for(struct arena *arena, struct str host_key)
{
    struct str type = STR_NONE;

    if (!str_word(&host_key, &type))
        return str_from(every_kind);
    if (str_is(type, "ssh-rsa"))
        type = STR("rsa-sha2-512,rsa-sha2-256");
    return arena_printf(arena, "%.*s,%s", STR_ARG(type), every_kind);
}

/* The host's name is only for what we do not use: resolving, known_hosts. */
static void
set_options(ssh_session session, const struct remote_options *options, int fd)
{
    AUTO_ARENA scratch = arena_new();
    bool       reads_files = false;
    struct str kinds = kinds_for(scratch, options->host_key);

    if (ssh_options_set(session, SSH_OPTIONS_PROCESS_CONFIG, &reads_files) < 0 ||
        ssh_options_set(session, SSH_OPTIONS_HOST, "host") < 0 ||
        ssh_options_set(session, SSH_OPTIONS_USER,
                        str_empty(options->login.user)
                            ? "nobody"
                            : arena_str(scratch, options->login.user).p) < 0 ||
        ssh_options_set(session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null") < 0 ||
        ssh_options_set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null") < 0 ||
        ssh_options_set(session, SSH_OPTIONS_HOSTKEYS, kinds.p) < 0 ||
        ssh_options_set(session, SSH_OPTIONS_FD, &fd) < 0)
        abort(); /* out of memory */
    ssh_set_blocking(session, 0);
}

/* Why there was no key exchange, from libssh's words. */
static bool
explain_connect(ssh_session session, struct error *err)
{
    struct str said = str_from(ssh_get_error(session));

    if (str_has(said, STR("kex error")))
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_SSH, "no algorithm in common (%.*s)",
                         STR_ARG(str_head(said, 120)));
    if (str_has(said, STR("anner")) || str_has(said, STR("rotocol")))
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_SSH,
                         "no SSH server answers there (check the port)");
    return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_LOST,
                     "the connection was closed before the login (%.*s)",
                     STR_ARG(str_head(said, 120)));
}

static bool
exchange_keys(ssh_session session, const struct limit *limit, struct error *err)
{
    int status;

    while ((status = ssh_connect(session)) == SSH_AGAIN)
        if (!remote_login_wait(session, limit, err))
            return false;
    return status == SSH_OK || explain_connect(session, err);
}

static bool
shown_key(ssh_session session, struct arena *arena, struct str *line, struct error *err)
{
    AUTO_KEY key = NULL;
    char    *text = NULL;

    if (ssh_get_server_publickey(session, &key) != SSH_OK ||
        ssh_pki_export_pubkey_base64(key, &text) != SSH_OK)
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_SSH, "the host shows no key");
    *line = arena_printf(arena, "%s %s", ssh_key_type_to_char(ssh_key_type(key)), text);
    ssh_string_free_char(text);
    return true;
}

/* Comments that follow a key do not count. */
static bool
is_same_key(struct str a, struct str b)
{
    struct str word_a, word_b;

    for (int i = 0; i < 2; i++)
        if (!str_word(&a, &word_a) || !str_word(&b, &word_b) || !str_equal(word_a, word_b))
            return false;
    return true;
}

static bool
check_key(ssh_session session, struct str trusted, struct error *err)
{
    AUTO_ARENA scratch = arena_new();
    struct str shown = STR_NONE;

    if (!shown_key(session, scratch, &shown, err))
        return false;
    if (is_same_key(shown, trusted))
        return true;
    return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_CHANGED,
                     "key changed: reinstalled? somebody in between? check, then: calipso env "
                     "trust; was %.*s, now %.*s",
                     STR_ARG(remote_fingerprint(scratch, trusted)),
                     STR_ARG(remote_fingerprint(scratch, shown)));
}

/* A session after the key exchange; NULL on failure. */
static ssh_session
reach(const struct remote_options *options, const struct limit *limit, struct error *err)
{
    int         fd = options->fd;
    ssh_session session;

    if (fd < 0)
        fd = remote_connect(options->host, port_of(options), limit, err);
    if (fd < 0)
        return NULL;
    session = ssh_new();
    if (!session)
        abort();
    set_options(session, options, fd); /* from now on the socket is the session's */
    if (exchange_keys(session, limit, err))
        return session;
    session_freep(&session);
    return NULL;
}

static struct remote *
open_session(const struct remote_options *options, const struct limit *limit, struct error *err)
{
    AUTO_KEY       key = NULL;
    AUTO_SESSION   session = NULL;
    struct remote *remote;

    if (!remote_login_read_key(&options->login, &key, err)) {
        if (options->fd >= 0)
            close(options->fd);
        return NULL;
    }
    session = reach(options, limit, err);
    if (!session || !check_key(session, options->host_key, err) ||
        !remote_login_try(session, &options->login, key, limit, err))
        return NULL;
    remote = xcalloc(1, sizeof *remote);
    remote->driver = driver_new(TAKE(session));
    remote->cancelled = options->cancelled;
    return remote;
}

static struct limit
limit_of(const struct remote_options *options)
{
    return limit_new(options->connect_time ? options->connect_time : CONNECT_TIME,
                     options->cancelled);
}

struct remote *
remote_open(const struct remote_options *options, struct error *err)
{
    struct limit   limit = limit_of(options);
    char           place[sizeof((struct remote *)NULL)->place];
    struct remote *remote;

    snprintf(place, sizeof place, "%.*s@%.*s:%u", STR_ARG(str_head(options->login.user, 20)),
             STR_ARG(str_head(options->host, 60)), port_of(options));
    if (!remote_host_key_is_valid(options->host_key)) {
        if (options->fd >= 0)
            close(options->fd);
        error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_UNKNOWN,
                  "%s: the key of this host was never trusted: calipso env trust shows it", place);
        return NULL;
    }
    remote = open_session(options, &limit, err);
    if (remote)
        memcpy(remote->place, place, sizeof place);
    else
        error_prefix(err, "%s: ", place);
    return remote;
}

void
remote_close(struct remote *remote)
{
    if (!remote)
        return;
    driver_free(remote->driver);
    free(remote);
}

bool
remote_is_up(struct remote *remote)
{
    return driver_is_up(remote->driver);
}

bool
remote_server_key(const struct remote_options *options, struct arena *arena, struct str *key,
                  struct error *err)
{
    struct remote_options any = *options;
    struct limit          limit = limit_of(options);
    AUTO_SESSION          session = NULL;

    any.host_key = STR_NONE;
    session = reach(&any, &limit, err);
    if (session && shown_key(session, arena, key, err))
        return true;
    return error_prefix(err, "%.*s:%u: ", STR_ARG(str_head(options->host, 80)), port_of(options));
}

/* What is there to be read; false when it is more than allowed. */
static bool
take(int fd, struct buf *output, bool *has_ended, struct error *err)
{
    char    piece[PIECE];
    ssize_t n = recv(fd, piece, sizeof piece, MSG_DONTWAIT);

    *has_ended = n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR);
    if (n > 0) {
        size_t left = output->max - output->n;

        buf_add(output, (struct str){ piece, (size_t)n < left ? (size_t)n : left });
        if ((size_t)n > left)
            return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_SIZE,
                             "more than %zu bytes of output", output->max);
    }
    return true;
}

/* Write input and read output until the end. */
static bool
exchange(int fd, struct str input, struct buf *output, const struct limit *limit, struct error *err)
{
    for (bool has_ended = false; !has_ended;) {
        if (!limit_check(limit, err))
            return false;
        limit_poll(limit, fd, input.n ? POLLIN | POLLOUT : POLLIN);
        if (input.n) {
            ssize_t n = send(fd, input.p, input.n, MSG_NOSIGNAL | MSG_DONTWAIT);

            if (n > 0)
                input = str_skip(input, (size_t)n);
        }
        if (!take(fd, output, &has_ended, err))
            return false;
    }
    return true;
}

bool
remote_run(struct remote *remote, const struct remote_command *command, struct arena *arena,
           struct remote_output *output, struct error *err)
{
    struct limit         limit = limit_new(command->time, remote->cancelled);
    AUTO_BUF             text = { 0 };
    struct stream_result result;
    struct stream       *stream = stream_run(remote->driver, command->command, err);
    bool                 is_good;

    *output = (struct remote_output){ .status = -1 };
    if (!stream)
        return error_prefix(err, "%s: ", remote->place);
    buf_init(&text, command->largest);
    is_good = exchange(stream_fd(stream), command->input, &text, &limit, err);
    stream_end(stream, false, &result);
    output->text = arena_str(arena, buf_str(&text));
    output->complaint = arena_str(arena, (struct str){ result.text, result.n });
    output->status = result.status;
    if (is_good && result.err.domain != ERROR_NONE) {
        is_good = false;
        if (err)
            *err = result.err;
    } else if (is_good && result.status < 0) {
        is_good = error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_LOST, "the command was killed");
    }
    return is_good || error_prefix(err, "%s: ", remote->place);
}

int
remote_tunnel(struct remote *remote, struct str host, unsigned port, unsigned time,
              struct error *err)
{
    struct limit   limit = limit_new(time, remote->cancelled);
    struct stream *stream = stream_connect(remote->driver, host, port, err);
    int            fd = -1;

    if (stream) {
        bool is_connected = stream_wait(stream, &limit, err);

        if (is_connected)
            fd = stream_fd(stream);
        stream_end(stream, is_connected, NULL);
    }
    if (fd < 0)
        error_prefix(err, "%s: %.*s:%u: ", remote->place, STR_ARG(str_head(host, 80)), port);
    return fd;
}
