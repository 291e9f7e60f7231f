/* libmariadb through its functions that do not block: each is started, and continued whenever the
 * socket is ready, until it is done. So one deadline holds for all of it however slowly bytes drip,
 * and a cancelled scan is noticed in a quarter of a second. Blocking calls with a read time-out
 * would not do: the time-out starts anew with each byte, and when it strikes the connection is gone,
 * although a server may well think for a while before its first row.
 *
 * What the library does on its own and must not:
 *   - it signs in without TLS when the server has none, unless certificates are verified;
 *   - it compares the certificate's name only when certificates to trust are named;
 *   - it leaves the socket blocking, so that TLS blocks (SO_RCVTIMEO ends that), and waits in the
 *     handshake in a way of its own, which can be replaced (MARIADB_OPT_IO_WAIT);
 *   - "localhost" is a local socket, "a,b" two hosts, "a://b" a plugin;
 *   - it sends the password as it is when the server asks for that plugin.
 *
 * Names are resolved in the C library's own time. */

/* Ahead of ours, which forbid what a macro in there calls. */
#include <mysql.h>

#include "transport/database_session.h"

#include <errmsg.h>
#include <mysqld_error.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECT_TIME = 5000,
    CLOSE_TIME = 500,
    WATCH_TIME = 250,     /* between two looks at the cancel flag */
    STACK_SIZE = 1 << 20, /* of the library's calls; looking up a name needs much */
    LARGEST_ROW = 1 << 30,
    SMALLEST_ROW = 1 << 16,
    GREETING_HEAD = 5,  /* to the version of the protocol */
    GREETING_TAIL = 16, /* from the end of the server's version to what it can do */
    LONGEST_GREETING = 1024,
    BLOCK_TIME = 10000, /* us, in a read or write of OpenSSL */
    DRIP_TIME = 10000,  /* us, to the next look at a greeting that is not all there */
};

static const char TRUSTED[] = "/etc/ssl/certs";
/* All that never show the password to a server that is not what it says. */
static const char PLUGINS[] =
    "mysql_native_password,client_ed25519,caching_sha2_password,sha256_password";

/* Why nothing is waited for any more. */
enum stop { STOP_NONE, STOP_TIME, STOP_CANCELLED, STOP_STRANGER, STOP_PLAIN };

struct database_session {
    const struct database_options *options;
    MYSQL                         *mysql;
    MYSQL_RES                     *result;
    struct str                    *cells;
    int64_t                        deadline;
    enum stop                      stop;
    bool                           is_reached; /* somebody took the connection */
    bool                           is_greeted;
    bool                           is_open; /* signed in */
    bool                           is_lost;
};

bool
database_fail(const struct database_options *options, struct error *err, enum database_fault fault,
              const char *format, ...)
{
    char    why[sizeof err->message];
    va_list args;

    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    return error_set(err, ERROR_TRANSPORT, (int)fault, "%.80s:%u: %s", options->host.p,
                     options->port, why);
}

static int64_t
now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
database_session_set_time(struct database_session *s, unsigned ms)
{
    s->deadline = now_ms() + ms;
}

/* --- waiting --- */

enum greeting { GREETING_PART, GREETING_STRANGE, GREETING_PLAIN, GREETING_TLS, GREETING_REFUSAL };

/* What a server says first: a packet with its length (3 bytes) and number (0), the version of the
 * protocol (10 since 1999; 255 is an error, as of too many connections), its own version up to a
 * NUL, a number (4), a challenge (8), a NUL, and what it can do. */
static enum greeting
read_greeting(const unsigned char *p, size_t n)
{
    const unsigned char *end;
    size_t               size;

    if (n < GREETING_HEAD)
        return GREETING_PART;
    size = 4 + (size_t)p[0] + ((size_t)p[1] << 8);
    if (p[2] != 0 || p[3] != 0 || size > LONGEST_GREETING || (p[4] != 10 && p[4] != 255))
        return GREETING_STRANGE;
    if (n < size)
        return GREETING_PART;
    if (p[4] == 255)
        return GREETING_REFUSAL;
    end = memchr(p + GREETING_HEAD, '\0', size - GREETING_HEAD);
    if (!end || (size_t)(end - p) + GREETING_TAIL > size)
        return GREETING_STRANGE;
    return (end[14] | end[15] << 8) & CLIENT_SSL ? GREETING_TLS : GREETING_PLAIN;
}

/* Look at the greeting before the library does. It would take an SSH server's banner for the length
 * of something huge, and wait for that; and it would sign in without TLS where nothing is verified.
 * False when the greeting is not all there yet. */
static bool
meet(struct database_session *s, int fd, bool is_over)
{
    unsigned char bytes[LONGEST_GREETING];
    ssize_t       n = recv(fd, bytes, sizeof bytes, MSG_PEEK | MSG_DONTWAIT);

    switch (read_greeting(bytes, n > 0 ? (size_t)n : 0)) {
    case GREETING_PART:
        return is_over; /* no more will come */
    case GREETING_STRANGE:
        s->stop = STOP_STRANGER;
        break;
    case GREETING_PLAIN:
        s->stop = s->options->wants_tls ? STOP_PLAIN : STOP_NONE;
        s->is_greeted = true;
        break;
    case GREETING_TLS:
    case GREETING_REFUSAL:
        s->is_greeted = true;
        break;
    }
    return true;
}

static enum stop
look(const struct database_session *s, int64_t *left)
{
    *left = s->deadline - now_ms();
    if (s->options->cancelled && atomic_load(s->options->cancelled))
        return STOP_CANCELLED;
    return *left <= 0 ? STOP_TIME : STOP_NONE;
}

/* Until the socket is ready for 'events', or it is time to stop. */
static bool
wait_for(struct database_session *s, int fd, short events)
{
    struct pollfd p = { .fd = fd, .events = (short)(events | POLLRDHUP) };
    int64_t       left;

    for (;;) {
        s->stop = s->stop == STOP_NONE ? look(s, &left) : s->stop;
        if (s->stop != STOP_NONE)
            return false;
        if (poll(&p, 1, left < WATCH_TIME ? (int)left : WATCH_TIME) <= 0)
            continue;
        if (s->is_greeted || !(events & POLLIN) ||
            meet(s, fd, p.revents & (POLLRDHUP | POLLHUP | POLLERR)))
            return s->stop == STOP_NONE;
        usleep(DRIP_TIME);
    }
}

static bool
is_connected(int fd)
{
    struct sockaddr_storage peer;
    socklen_t               size = sizeof peer;

    return getpeername(fd, (struct sockaddr *)&peer, &size) == 0;
}

/* The library has OpenSSL read from a blocking socket. A read that ends soon is all the same to it as
 * one that finds nothing at once, and then we are asked to wait. */
static void
limit_blocking(int fd)
{
    const struct timeval soon = { .tv_usec = BLOCK_TIME };

    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon);
}

/* What a call of the library that is under way waits for has come. A connection that stands is given
 * back to it with the greeting. When it is time to stop, the call is brought to its end by cutting
 * the connection: none can be left half done. */
static int
next_events(struct database_session *s, int wanted)
{
    int   fd = (int)mysql_get_socket(s->mysql);
    short events = (short)((wanted & MYSQL_WAIT_READ ? POLLIN : 0) |
                           (wanted & MYSQL_WAIT_WRITE ? POLLOUT : 0));
    bool  is_ready = wait_for(s, fd, events);

    if (is_ready && !s->is_reached && is_connected(fd)) {
        s->is_reached = true;
        limit_blocking(fd);
        is_ready = wait_for(s, fd, POLLIN);
    }
    if (is_ready)
        return wanted & ~MYSQL_WAIT_TIMEOUT;
    shutdown(fd, SHUT_RDWR);
    return wanted | MYSQL_WAIT_TIMEOUT;
}

/* The session that this thread connects. */
static _Thread_local struct database_session *connecting;

static my_bool
wait_in_handshake(my_socket fd, my_bool is_read, int timeout UNUSED)
{
    return connecting && wait_for(connecting, (int)fd, is_read ? POLLIN : POLLOUT);
}

/* --- faults --- */

static const struct {
    unsigned            code;
    enum database_fault fault;
} faults[] = {
    { CR_UNKNOWN_HOST, DATABASE_FAULT_NAME },
    { CR_CONNECTION_ERROR, DATABASE_FAULT_REFUSED },
    { CR_CONN_HOST_ERROR, DATABASE_FAULT_REFUSED },
    { CR_IPSOCK_ERROR, DATABASE_FAULT_REFUSED },
    { CR_SSL_CONNECTION_ERROR, DATABASE_FAULT_TLS },
    { CR_NET_PACKET_TOO_LARGE, DATABASE_FAULT_SIZE },
    { CR_SERVER_GONE_ERROR, DATABASE_FAULT_LOST },
    { CR_SERVER_LOST, DATABASE_FAULT_LOST },
    { CR_SERVER_LOST_EXTENDED, DATABASE_FAULT_LOST },
    { CR_ERR_NET_READ, DATABASE_FAULT_LOST },
    { CR_ERR_NET_WRITE, DATABASE_FAULT_LOST },
    { CR_MALFORMED_PACKET, DATABASE_FAULT_LOST },
    { CR_SECURE_AUTH, DATABASE_FAULT_PASSWORD },
    { CR_AUTH_PLUGIN_CANNOT_LOAD, DATABASE_FAULT_PASSWORD },
    { CR_AUTH_PLUGIN_ERR, DATABASE_FAULT_PASSWORD },
    { CR_PLUGIN_NOT_ALLOWED, DATABASE_FAULT_PASSWORD },
    { ER_ACCESS_DENIED_ERROR, DATABASE_FAULT_PASSWORD },
    { ER_ACCESS_DENIED_NO_PASSWORD_ERROR, DATABASE_FAULT_PASSWORD },
    { ER_HOST_NOT_PRIVILEGED, DATABASE_FAULT_PASSWORD },
    { ER_MUST_CHANGE_PASSWORD_LOGIN, DATABASE_FAULT_PASSWORD },
    { ER_DBACCESS_DENIED_ERROR, DATABASE_FAULT_RIGHT },
    { ER_TABLEACCESS_DENIED_ERROR, DATABASE_FAULT_RIGHT },
    { ER_COLUMNACCESS_DENIED_ERROR, DATABASE_FAULT_RIGHT },
    { ER_SPECIFIC_ACCESS_DENIED_ERROR, DATABASE_FAULT_RIGHT },
    { ER_BAD_DB_ERROR, DATABASE_FAULT_TABLE },
    { ER_NO_SUCH_TABLE, DATABASE_FAULT_TABLE },
    { ER_BAD_FIELD_ERROR, DATABASE_FAULT_TABLE },
    { ER_STATEMENT_TIMEOUT, DATABASE_FAULT_TIME },
    { ER_SERVER_SHUTDOWN, DATABASE_FAULT_LOST },
    { ER_CONNECTION_KILLED, DATABASE_FAULT_LOST },
};

static enum database_fault
fault_of(unsigned code)
{
    for (size_t i = 0; i < N_ELEMENTS(faults); i++)
        if (faults[i].code == code)
            return faults[i].fault;
    return DATABASE_FAULT_OTHER;
}

static bool
explain_tls(const struct database_session *s, struct error *err)
{
    return database_fail(s->options, err, DATABASE_FAULT_TLS,
                         "%.100s (name the certificate's \"ca\", or set \"verify\": false)",
                         mysql_error(s->mysql));
}

static bool
explain_stop(const struct database_session *s, struct error *err)
{
    if (s->stop == STOP_CANCELLED)
        return database_fail(s->options, err, DATABASE_FAULT_OTHER, "cancelled");
    if (s->stop == STOP_STRANGER)
        return database_fail(s->options, err, DATABASE_FAULT_OTHER,
                             "what answers there is no MariaDB or MySQL (check address and port)");
    if (s->stop == STOP_PLAIN)
        return database_fail(s->options, err, DATABASE_FAULT_TLS,
                             "the server has no TLS (switch it on there, or set \"tls\": false)");
    return database_fail(s->options, err, DATABASE_FAULT_TIME, "%s",
                         s->is_greeted   ? "no answer in time"
                         : s->is_reached ? "no greeting in time (is it a MariaDB or MySQL?)"
                                         : "nobody answers there in time (check address, port and "
                                           "firewall)");
}

/* What went wrong in the last call. */
static bool
explain(struct database_session *s, struct error *err)
{
    enum database_fault fault = fault_of(mysql_errno(s->mysql));
    const char         *why = mysql_error(s->mysql);

    if (fault == DATABASE_FAULT_TLS && s->is_open)
        fault = DATABASE_FAULT_LOST; /* cut off without TLS's own farewell */
    s->is_lost = s->stop != STOP_NONE || s->result ||
                 (fault != DATABASE_FAULT_RIGHT && fault != DATABASE_FAULT_TABLE);
    if (s->stop != STOP_NONE)
        return explain_stop(s, err);
    switch (fault) {
    case DATABASE_FAULT_NAME:
        return database_fail(s->options, err, fault, "the name is not resolved");
    case DATABASE_FAULT_REFUSED:
        return database_fail(s->options, err, fault,
                             "nobody answers there (check address, port and firewall)");
    case DATABASE_FAULT_TLS:
        return explain_tls(s, err);
    case DATABASE_FAULT_PASSWORD:
        return database_fail(s->options, err, fault,
                             "user or password is wrong, or not for TLS or "
                             "this machine: %s",
                             why);
    case DATABASE_FAULT_LOST:
        return database_fail(s->options, err, fault, "the connection was lost%s",
                             s->is_greeted ? "" : " before a greeting");
    case DATABASE_FAULT_SIZE:
        return database_fail(s->options, err, fault, "a row is larger than allowed");
    case DATABASE_FAULT_OTHER:
    case DATABASE_FAULT_TIME:
    case DATABASE_FAULT_RIGHT:
    case DATABASE_FAULT_TABLE:
        break;
    }
    return database_fail(s->options, err, fault, "%s", why);
}

/* --- connecting --- */

static void
set_up(void)
{
    if (mysql_library_init(0, NULL, NULL) != 0)
        abort();
}

static void
set_tls(MYSQL *mysql, const struct database_options *options)
{
    my_bool yes = 1, verifies = !options->trusts_anybody;

    mysql_options(mysql, MYSQL_OPT_SSL_ENFORCE, &yes);
    mysql_options(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verifies);
    mysql_options(mysql, MARIADB_OPT_TLS_VERSION, "TLSv1.2,TLSv1.3");
    if (verifies && !str_empty(options->ca))
        mysql_options(mysql, MYSQL_OPT_SSL_CA, options->ca.p);
    else if (verifies)
        mysql_options(mysql, MYSQL_OPT_SSL_CAPATH, TRUSTED);
}

static void
set_options(MYSQL *mysql, const struct database_options *options)
{
    unsigned tcp = MYSQL_PROTOCOL_TCP, none = 0;
    my_bool  no = 0;
    size_t   stack = STACK_SIZE, largest = LARGEST_ROW;

    if (options->largest && options->largest < largest)
        largest = options->largest > SMALLEST_ROW ? options->largest : SMALLEST_ROW;
    mysql_options(mysql, MYSQL_OPT_NONBLOCK, &stack);
    mysql_options(mysql, MARIADB_OPT_IO_WAIT, (const void *)(uintptr_t)wait_in_handshake);
    mysql_options(mysql, MYSQL_OPT_PROTOCOL, &tcp);
    mysql_options(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    mysql_options(mysql, MYSQL_OPT_LOCAL_INFILE, &none);
    mysql_options(mysql, MYSQL_OPT_RECONNECT, &no);
    mysql_options(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &largest);
    mysql_options(mysql, MARIADB_OPT_RESTRICTED_AUTH, PLUGINS);
    if (options->wants_tls)
        set_tls(mysql, options);
}

/* What the library would understand otherwise, or explain badly. */
static bool
check_options(const struct database_options *options, struct error *err)
{
    if (str_empty(options->host) ||
        strspn(options->host.p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                ".-_:%") != options->host.n)
        return database_fail(options, err, DATABASE_FAULT_NAME, "this is no host name");
    if (options->wants_tls && !options->trusts_anybody && !str_empty(options->ca) &&
        access(options->ca.p, R_OK) != 0)
        return database_fail(options, err, DATABASE_FAULT_TLS,
                             "the file of \"ca\" does not read: %.60s: %m", options->ca.p);
    return true;
}

static bool
connect_session(struct database_session *s, struct error *err)
{
    const struct database_options *o = s->options;
    MYSQL                         *connected = NULL;
    int                            wanted;

    connecting = s;
    wanted = mysql_real_connect_start(&connected, s->mysql, o->host.p, o->user.p, o->password.p,
                                      NULL, o->port, NULL, 0);
    while (wanted)
        wanted = mysql_real_connect_cont(&connected, s->mysql, next_events(s, wanted));
    connecting = NULL;
    if (!connected || s->stop != STOP_NONE)
        return explain(s, err);
    limit_blocking((int)mysql_get_socket(s->mysql)); /* which connecting undid */
    s->is_open = s->is_greeted = true;
    if (o->wants_tls && !mysql_get_ssl_cipher(s->mysql))
        return database_fail(o, err, DATABASE_FAULT_TLS, "the library went on without TLS");
    /* Each table is one statement, which sees the table as it was at one moment; a transaction
     * around all of them would keep the server from forgetting old rows for a whole scan. */
    return database_session_ask(s, STR("SET SESSION TRANSACTION READ ONLY"), err);
}

struct database_session *
database_session_open(const struct database_options *options, struct error *err)
{
    static pthread_once_t    once = PTHREAD_ONCE_INIT;
    struct database_session *s;

    if (!check_options(options, err))
        return NULL;
    pthread_once(&once, set_up);
    s = xcalloc(1, sizeof *s);
    s->options = options;
    s->mysql = mysql_init(NULL);
    if (!s->mysql)
        abort();
    set_options(s->mysql, options);
    database_session_set_time(s, options->connect_time ? options->connect_time : CONNECT_TIME);
    if (connect_session(s, err))
        return s;
    s->is_lost = true;
    database_session_close(s);
    return NULL;
}

/* A server that is well is told; one that is not gets no time to keep us waiting. */
void
database_session_close(struct database_session *s)
{
    int fd, wanted;

    if (!s)
        return;
    fd = (int)mysql_get_socket(s->mysql);
    if ((s->is_lost || s->result) && fd >= 0)
        shutdown(fd, SHUT_RDWR);
    s->stop = STOP_NONE;
    database_session_set_time(s, CLOSE_TIME);
    if (s->result)
        mysql_free_result(s->result);
    wanted = mysql_close_start(s->mysql);
    while (wanted)
        wanted = mysql_close_cont(s->mysql, next_events(s, wanted));
    free(s->cells);
    free(s);
}

bool
database_session_is_lost(const struct database_session *s)
{
    return s->is_lost;
}

struct str
database_session_server(const struct database_session *s, struct arena *arena)
{
    struct str  version = str_from(mysql_get_server_info(s->mysql)), number;
    const char *tls = NULL;

    mariadb_get_infov(s->mysql, MARIADB_CONNECTION_TLS_VERSION, (void *)&tls);
    number = str_head(version, strspn(version.p, "0123456789."));
    return arena_printf(arena, "%s %.*s, %s", mariadb_connection(s->mysql) ? "MariaDB" : "MySQL",
                        STR_ARG(number), tls ? tls : "no TLS");
}

/* --- asking --- */

bool
database_session_ask(struct database_session *s, struct str statement, struct error *err)
{
    int failed = 0, wanted;

    wanted = mysql_real_query_start(&failed, s->mysql, statement.p, statement.n);
    while (wanted)
        wanted = mysql_real_query_cont(&failed, s->mysql, next_events(s, wanted));
    if (failed || s->stop != STOP_NONE)
        return explain(s, err);
    s->result = mysql_use_result(s->mysql);
    if (!s->result)
        return mysql_errno(s->mysql) == 0 || explain(s, err);
    free(s->cells);
    s->cells = xcalloc(mysql_num_fields(s->result) + 1, sizeof *s->cells);
    return true;
}

size_t
database_session_n_columns(const struct database_session *s)
{
    return mysql_num_fields(s->result);
}

struct str
database_session_column(const struct database_session *s, size_t column, enum database_kind *kind)
{
    static const struct {
        enum enum_field_types type;
        enum database_kind    kind;
    } kinds[] = {
        { MYSQL_TYPE_TINY, DATABASE_INTEGER },     { MYSQL_TYPE_SHORT, DATABASE_INTEGER },
        { MYSQL_TYPE_INT24, DATABASE_INTEGER },    { MYSQL_TYPE_LONG, DATABASE_INTEGER },
        { MYSQL_TYPE_LONGLONG, DATABASE_INTEGER }, { MYSQL_TYPE_YEAR, DATABASE_INTEGER },
        { MYSQL_TYPE_FLOAT, DATABASE_REAL },       { MYSQL_TYPE_DOUBLE, DATABASE_REAL },
        { MYSQL_TYPE_DATETIME, DATABASE_TIME },    { MYSQL_TYPE_TIMESTAMP, DATABASE_TIME },
        { MYSQL_TYPE_BIT, DATABASE_BITS },         { MYSQL_TYPE_TINY_BLOB, DATABASE_BYTES },
        { MYSQL_TYPE_BLOB, DATABASE_BYTES },       { MYSQL_TYPE_MEDIUM_BLOB, DATABASE_BYTES },
        { MYSQL_TYPE_LONG_BLOB, DATABASE_BYTES },  { MYSQL_TYPE_STRING, DATABASE_BYTES },
        { MYSQL_TYPE_VAR_STRING, DATABASE_BYTES }, { MYSQL_TYPE_VARCHAR, DATABASE_BYTES },
        { MYSQL_TYPE_GEOMETRY, DATABASE_BYTES },
    };
    enum { BINARY = 63 }; /* the character set of what has none */
    const MYSQL_FIELD *field = mysql_fetch_field_direct(s->result, (unsigned)column);

    *kind = DATABASE_TEXT;
    for (size_t i = 0; i < N_ELEMENTS(kinds); i++)
        if (kinds[i].type == field->type)
            *kind = kinds[i].kind;
    if (*kind == DATABASE_BYTES && field->charsetnr != BINARY)
        *kind = DATABASE_TEXT;
    return (struct str){ field->name, field->name_length };
}

bool
database_session_row(struct database_session *s, const struct str **cells, struct error *err)
{
    MYSQL_ROW            row = NULL;
    const unsigned long *lengths;
    int                  wanted = mysql_fetch_row_start(&row, s->result);

    while (wanted)
        wanted = mysql_fetch_row_cont(&row, s->result, next_events(s, wanted));
    if (s->stop == STOP_NONE) {
        int64_t left;

        s->stop = look(s, &left); /* rows that are there already are not waited for */
    }
    if (s->stop != STOP_NONE || (!row && mysql_errno(s->mysql) != 0))
        return explain(s, err);
    *cells = NULL;
    if (!row) {
        mysql_free_result(s->result);
        s->result = NULL;
        return true;
    }
    lengths = mysql_fetch_lengths(s->result);
    for (size_t i = 0; i < mysql_num_fields(s->result); i++)
        s->cells[i] = (struct str){ row[i], row[i] ? lengths[i] : 0 };
    *cells = s->cells;
    return true;
}
