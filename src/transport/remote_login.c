/* Keys, agent and passwords. libssh is asked in its way that does not block, again and again until
 * it has an answer, so that a server that says nothing is left in time. */

#include "transport/remote_login.h"

#include <errno.h>
#include <poll.h>

#include "base/buf.h"
#include "base/file.h"

enum { LARGEST_KEY = 1 << 16 };

/* The secrets that libssh wants as C strings are wiped with explicit_bzero(). */
static char *
secret_new(struct str text)
{
    char *copy = xmalloc(text.n + 1);

    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    return copy;
}

static void
secret_freep(char **secret)
{
    if (*secret)
        explicit_bzero(*secret, strlen(*secret));
    free(*secret);
}

#define AUTO_SECRET CLEANUP(secret_freep) char *

/* Keys of ssh-keygen say it in their first field, which is base64 of "openssh-key-v1", the length
 * of the cipher's name, and the name. */
static bool
is_encrypted(struct str key)
{
    if (str_has(key, STR("BEGIN OPENSSH PRIVATE KEY")))
        return !str_has(key, STR("b3BlbnNzaC1rZXktdjEAAAAABG5vbmU"));
    return str_has(key, STR("ENCRYPTED"));
}

/* Without this OpenSSL asks for a passphrase on the terminal. */
static int
give_nothing(const char *prompt UNUSED, char *answer UNUSED, size_t size UNUSED, int echo UNUSED,
             int verify UNUSED, void *context UNUSED)
{
    return -1;
}

bool
remote_login_read_key(const struct remote_login *login, ssh_key *key, struct error *err)
{
    AUTO_ARENA  scratch = arena_new();
    AUTO_SECRET passphrase = NULL;
    AUTO_SECRET text = NULL;
    struct str  path = arena_str(scratch, login->key), read;

    *key = NULL;
    if (str_empty(path))
        return true;
    if (!file_read(path.p, 0, SIZE_MAX, LARGEST_KEY, scratch, &read, err)) {
        if (err)
            err->code = REMOTE_FAULT_KEY;
        return error_prefix(err, "the private key: ");
    }
    text = secret_new(read);
    explicit_bzero((char *)(uintptr_t)read.p, read.n);
    if (!str_has(str_from(text), STR("PRIVATE KEY")))
        return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_KEY, "%.*s is no private key",
                         STR_ARG(path));
    if (is_encrypted(str_from(text))) {
        if (str_empty(login->passphrase))
            return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_KEY,
                             "the private key %.*s needs a passphrase", STR_ARG(path));
        passphrase = secret_new(login->passphrase);
    }
    if (ssh_pki_import_privkey_base64(text, passphrase, give_nothing, NULL, key) == SSH_OK)
        return true;
    return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_KEY, "the private key %.*s does not read%s",
                     STR_ARG(path), passphrase ? " (is the passphrase wrong?)" : "");
}

bool
remote_login_wait(ssh_session session, const struct limit *limit, struct error *err)
{
    bool is_writing = ssh_get_poll_flags(session) & SSH_WRITE_PENDING;

    if (!limit_check(limit, err))
        return false;
    limit_poll(limit, ssh_get_fd(session), is_writing ? POLLIN | POLLOUT : POLLIN);
    return true;
}

/* One way to sign in, once; SSH_AUTH_AGAIN when the answer has not come. */
struct attempt {
    ssh_session session;
    ssh_key     key;
    const char *password;
    bool        is_answered; /* the one prompt of keyboard-interactive */
};

typedef int way_fn(struct attempt *);

static int
try_nothing(struct attempt *a)
{
    return ssh_userauth_none(a->session, NULL);
}

static int
try_key(struct attempt *a)
{
    return ssh_userauth_publickey(a->session, NULL, a->key);
}

static int
try_agent(struct attempt *a)
{
    return ssh_userauth_agent(a->session, NULL);
}

static int
try_password(struct attempt *a)
{
    return ssh_userauth_password(a->session, NULL, a->password);
}

/* PAM asks for the password as its one question; a round without questions may follow. */
static int
try_prompt(struct attempt *a)
{
    int status = ssh_userauth_kbdint(a->session, NULL, NULL);

    if (status != SSH_AUTH_INFO)
        return status;
    switch (ssh_userauth_kbdint_getnprompts(a->session)) {
    case 0:
        return SSH_AUTH_AGAIN;
    case 1:
        if (a->is_answered)
            return SSH_AUTH_DENIED;
        a->is_answered = true;
        ssh_userauth_kbdint_setanswer(a->session, 0, a->password);
        return SSH_AUTH_AGAIN;
    default:
        return SSH_AUTH_DENIED;
    }
}

/* Both what was tried and what the server allows. */
static bool
explain(ssh_session session, const struct buf *tried, bool is_lost, struct error *err)
{
    static const struct {
        int         bit;
        const char *name;
    } methods[] = { { SSH_AUTH_METHOD_PUBLICKEY, "publickey" },
                    { SSH_AUTH_METHOD_PASSWORD, "password" },
                    { SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive" },
                    { SSH_AUTH_METHOD_HOSTBASED, "hostbased" },
                    { SSH_AUTH_METHOD_GSSAPI_MIC, "gssapi" } };
    AUTO_BUF allowed = { 0 };
    int      bits = ssh_userauth_list(session, NULL);

    for (size_t i = 0; i < N_ELEMENTS(methods); i++)
        if (bits & methods[i].bit)
            buf_printf(&allowed, "%s%s", allowed.n ? ", " : "", methods[i].name);
    if (is_lost)
        return error_set(err, ERROR_TRANSPORT,
                         str_has(str_from(ssh_get_error(session)), STR("authentication failures"))
                             ? REMOTE_FAULT_LOGIN
                             : REMOTE_FAULT_LOST,
                         "no login: the server hung up (%s); tried: %.*s", ssh_get_error(session),
                         STR_ARG(buf_str(tried)));
    return error_set(err, ERROR_TRANSPORT, REMOTE_FAULT_LOGIN,
                     "login refused; the server allows: %.*s; tried: %.*s (check user, key and "
                     "password)",
                     STR_ARG(buf_str(&allowed)), STR_ARG(buf_str(tried)));
}

/* SSH_AUTH_SUCCESS, SSH_AUTH_DENIED or SSH_AUTH_ERROR; SSH_AUTH_AGAIN: no longer. */
static int
try_way(struct attempt *a, way_fn *way, const struct limit *limit, struct error *err)
{
    int status;

    while ((status = way(a)) == SSH_AUTH_AGAIN)
        if (!remote_login_wait(a->session, limit, err))
            return SSH_AUTH_AGAIN;
    return status == SSH_AUTH_SUCCESS || status == SSH_AUTH_ERROR ? status : SSH_AUTH_DENIED;
}

bool
remote_login_try(ssh_session session, const struct remote_login *login, ssh_key key,
                 const struct limit *limit, struct error *err)
{
    AUTO_SECRET    password = secret_new(login->password);
    struct attempt attempt = { .session = session, .key = key, .password = password };
    AUTO_BUF       tried = { 0 };
    bool           has_password = !str_empty(login->password), is_asked = false;
    const struct {
        way_fn     *run;
        bool        is_given;
        int         method;
        const char *name;
    } ways[] = {
        { try_key, key != NULL, SSH_AUTH_METHOD_PUBLICKEY, "key" },
        { try_agent, login->agent, SSH_AUTH_METHOD_PUBLICKEY, "agent" },
        { try_password, has_password, SSH_AUTH_METHOD_PASSWORD, "password" },
        { try_prompt, has_password, SSH_AUTH_METHOD_INTERACTIVE, "keyboard-interactive" },
        { try_nothing, !key && !login->agent && !has_password, 0, "nothing" },
    };

    for (size_t i = 0; i < N_ELEMENTS(ways); i++) {
        int status;

        if (!ways[i].is_given)
            continue;
        /* What is allowed is known after the first refusal. */
        if (is_asked && !(ssh_userauth_list(session, NULL) & ways[i].method))
            continue;
        status = try_way(&attempt, ways[i].run, limit, err);
        if (status == SSH_AUTH_SUCCESS)
            return true;
        if (status == SSH_AUTH_AGAIN)
            return false;
        buf_printf(&tried, "%s%s", tried.n ? ", " : "", ways[i].name);
        if (ways[i].run == try_key)
            buf_printf(&tried, " %.*s", STR_ARG(str_head(login->key, 80)));
        if (status == SSH_AUTH_ERROR)
            return explain(session, &tried, !ssh_is_connected(session), err);
        is_asked = true;
    }
    return explain(session, &tried, false, err);
}
