/* rabbitmq-c, blocking: each step has a deadline of its own, however slowly bytes come. Names are
 * resolved in the C library's own time. */

#include "transport/bus.h"

#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_ssl_socket.h>
#include <amqp_tcp_socket.h>
#include <arpa/inet.h>
#include <stdarg.h>
#include <unistd.h>

enum {
    CONNECT_TIME = 5000,
    CLOSE_TIME = 1000,
    MOST_WORDS = 120, /* of the server's own explanation */
};

static const char TRUSTED[] = "/etc/ssl/certs/ca-certificates.crt";

struct bus {
    amqp_connection_state_t connection; /* owns its socket */
};

static bool fail(const struct bus_options *, struct error *err, enum bus_fault, const char *format,
                 ...) PRINTF(4, 5);

/* The message begins with host and port. */
static bool
fail(const struct bus_options *o, struct error *err, enum bus_fault fault, const char *format, ...)
{
    char    why[sizeof err->message];
    va_list args;

    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    return error_set(err, ERROR_TRANSPORT, (int)fault, "%.*s:%u: %s",
                     STR_ARG(str_head(o->host, 80)), o->port, why);
}

static struct timeval
time_of(unsigned ms)
{
    return (struct timeval){ .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
}

static struct timeval
step_time(const struct bus_options *o)
{
    return time_of(o->connect_time ? o->connect_time : CONNECT_TIME);
}

/* --- connecting --- */

/* The library compares a certificate with names only. */
static bool
is_address(const char *host)
{
    struct in6_addr address;

    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1;
}

static bool
explain_socket(const struct bus_options *o, const char *host, int status, struct error *err)
{
    switch (status) {
    case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED:
        return fail(o, err, BUS_FAULT_NAME, "the name is not resolved");
    case AMQP_STATUS_TIMEOUT:
        return fail(o, err, BUS_FAULT_TIME,
                    "no answer in time (check address, port and firewall%s)",
                    o->wants_tls ? "; has it TLS?" : "");
    case AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED:
        return fail(o, err, BUS_FAULT_TLS, "the certificate is not for this host%s",
                    is_address(host) ? " (give the name that stands in it: addresses are not "
                                       "compared)"
                                     : "");
    case AMQP_STATUS_SSL_PEER_VERIFY_FAILED:
        return fail(o, err, BUS_FAULT_TLS,
                    "the certificate is not trusted (name its \"ca\", or set \"verify\": false)");
    case AMQP_STATUS_SSL_CONNECTION_FAILED:
    case AMQP_STATUS_SSL_ERROR:
        return fail(o, err, BUS_FAULT_TLS,
                    "no TLS there, or a certificate that is not trusted (name its \"ca\", or set "
                    "\"verify\": false)");
    default:
        return fail(o, err, BUS_FAULT_REFUSED,
                    "nobody answers there (check address, port and firewall)");
    }
}

static bool
set_tls(const struct bus_options *o, amqp_socket_t *socket, struct arena *scratch,
        struct error *err)
{
    const char *ca = str_empty(o->ca) ? TRUSTED : arena_str(scratch, o->ca).p;

    amqp_ssl_socket_set_ssl_versions(socket, AMQP_TLSv1_2, AMQP_TLSvLATEST);
    amqp_ssl_socket_set_verify_peer(socket, !o->trusts_anybody);
    amqp_ssl_socket_set_verify_hostname(socket, !o->trusts_anybody);
    if (o->trusts_anybody || amqp_ssl_socket_set_cacert(socket, ca) == AMQP_STATUS_OK)
        return true;
    return fail(o, err, BUS_FAULT_TLS, "the file of \"ca\" does not read: %.80s", ca);
}

static bool
connect_socket(struct bus *a, const struct bus_options *o, struct error *err)
{
    AUTO_ARENA     scratch = arena_new();
    const char    *host = arena_str(scratch, o->host).p;
    struct timeval time = step_time(o);
    amqp_socket_t *socket =
        o->wants_tls ? amqp_ssl_socket_new(a->connection) : amqp_tcp_socket_new(a->connection);
    int status;

    if (!socket)
        abort();
    if (o->wants_tls && !set_tls(o, socket, scratch, err))
        return false;
    status = amqp_socket_open_noblock(socket, host, (int)o->port, &time);
    return status == AMQP_STATUS_OK || explain_socket(o, host, status, err);
}

/* --- logging in --- */

/* What the server said when it closed the connection. */
static bool
explain_close(const struct bus_options *o, const amqp_connection_close_t *close, struct error *err)
{
    struct str words = { close->reply_text.bytes, close->reply_text.len };

    words = str_head(words, MOST_WORDS);
    if (close->reply_code == AMQP_ACCESS_REFUSED)
        return fail(o, err, BUS_FAULT_PASSWORD, "user or password is wrong: %.*s", STR_ARG(words));
    if (close->reply_code == AMQP_NOT_ALLOWED)
        return fail(o, err, BUS_FAULT_VHOST,
                    "the virtual host is not there, or not for this user: %.*s", STR_ARG(words));
    return fail(o, err, BUS_FAULT_OTHER, "%d %.*s", close->reply_code, STR_ARG(words));
}

static bool
explain_login(const struct bus_options *o, const amqp_rpc_reply_t *reply, struct error *err)
{
    if (reply->reply_type == AMQP_RESPONSE_SERVER_EXCEPTION &&
        reply->reply.id == AMQP_CONNECTION_CLOSE_METHOD)
        return explain_close(o, reply->reply.decoded, err);
    switch (reply->library_error) {
    case AMQP_STATUS_TIMEOUT:
        return fail(o, err, BUS_FAULT_TIME, "no answer in time (is it RabbitMQ%s?)",
                    o->wants_tls ? "" : ", and without TLS");
    case AMQP_STATUS_BROKER_UNSUPPORTED_SASL_METHOD:
        return fail(o, err, BUS_FAULT_PASSWORD, "the server takes no passwords (PLAIN)");
    case AMQP_STATUS_CONNECTION_CLOSED:
    case AMQP_STATUS_SOCKET_ERROR:
    case AMQP_STATUS_SOCKET_CLOSED:
    case AMQP_STATUS_SSL_ERROR:
    case AMQP_STATUS_TCP_ERROR:
        return fail(o, err, BUS_FAULT_LOST, "the server closed the connection%s",
                    o->wants_tls ? "" : " (is it RabbitMQ, and does it want TLS?)");
    default:
        return fail(o, err, BUS_FAULT_STRANGER, "what answers there speaks no AMQP 0-9-1: %s",
                    amqp_error_string2(reply->library_error));
    }
}

static bool
log_in(struct bus *a, const struct bus_options *o, struct error *err)
{
    enum { CHANNELS = 0, FRAME = AMQP_DEFAULT_FRAME_SIZE, HEARTBEAT = 0 };
    AUTO_ARENA       scratch = arena_new();
    struct timeval   time = step_time(o);
    amqp_rpc_reply_t reply;

    amqp_set_handshake_timeout(a->connection, &time);
    amqp_set_rpc_timeout(a->connection, &time);
    reply = amqp_login(a->connection, str_empty(o->vhost) ? "/" : arena_str(scratch, o->vhost).p,
                       CHANNELS, FRAME, HEARTBEAT, AMQP_SASL_METHOD_PLAIN,
                       arena_str(scratch, o->user).p, arena_str(scratch, o->password).p);
    return reply.reply_type == AMQP_RESPONSE_NORMAL || explain_login(o, &reply, err);
}

/* A server that is well is told; it has a second to say that it heard. */
static void
leave(struct bus *a)
{
    struct timeval time = time_of(CLOSE_TIME);

    amqp_set_rpc_timeout(a->connection, &time);
    amqp_connection_close(a->connection, AMQP_REPLY_SUCCESS);
}

static void
release(struct bus *a)
{
    amqp_destroy_connection(a->connection);
    free(a);
}

struct bus *
bus_open(const struct bus_options *options, struct error *err)
{
    struct bus *a = xcalloc(1, sizeof *a);

    a->connection = amqp_new_connection();
    if (!a->connection)
        abort();
    if (connect_socket(a, options, err) && log_in(a, options, err))
        return a;
    release(a);
    return NULL;
}

void
bus_close(struct bus *a)
{
    if (!a)
        return;
    leave(a);
    release(a);
}

/* --- what it is --- */

static struct str
property(const struct bus *a, const char *name)
{
    const amqp_table_t *table = amqp_get_server_properties(a->connection);

    for (int i = 0; i < table->num_entries; i++) {
        const amqp_table_entry_t *entry = &table->entries[i];
        struct str                key = { entry->key.bytes, entry->key.len };

        if (str_is(key, name) && entry->value.kind == AMQP_FIELD_KIND_UTF8)
            return (struct str){ entry->value.value.bytes.bytes, entry->value.value.bytes.len };
    }
    return STR_NONE;
}

struct str
bus_server(const struct bus *a, struct arena *arena)
{
    struct str product = property(a, "product"), version = property(a, "version");

    return arena_printf(arena, "%.*s%s%.*s",
                        STR_ARG(str_empty(product) ? STR("an AMQP server") : product),
                        str_empty(version) ? "" : " ", STR_ARG(version));
}

bool
bus_test(const struct bus_options *options, struct arena *arena, struct str *what,
         struct error *err)
{
    struct bus *a = bus_open(options, err);

    if (!a)
        return false;
    *what = arena_printf(arena, "%s, %s, vhost %.*s", bus_server(a, arena).p,
                         options->wants_tls ? "TLS" : "no TLS",
                         STR_ARG(str_empty(options->vhost) ? STR("/") : options->vhost));
    bus_close(a);
    return true;
}
