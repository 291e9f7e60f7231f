/* An HTTP/1.1 server: sockets, TLS, limits, deadlines, compression. What is answered is the
 * handler's; nothing here knows of clouds.
 *
 * Threads:    a few threads carry all connections; short answers are made on them. What a handler
 *             calls slow is answered by workers, while its connection sleeps. Handlers are called
 *             from many threads at once.
 * Ownership:  a request and all it points to live until its answer has been sent.
 * Errors:     what is wrong with a request (too large, too slow, malformed) is answered, or the
 *             connection closed, without the handler. */

#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum http_method {
    HTTP_GET,
    HTTP_HEAD, /* answered as GET, the body is left out by the server */
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OPTIONS,
    N_HTTP_METHODS, /* any other */
};

struct http_header {
    struct http_header *next;
    struct str          name;
    struct str          value;
};

struct http_request {
    struct arena    *arena; /* of this request */
    enum http_method method;
    struct str       path;    /* as sent: percent-encoded, without the query */
    struct str       query;   /* as sent, without '?' */
    struct str       body;    /* whole; "" while it is planned */
    struct str       address; /* the peer's: "192.0.2.1" */
    struct str       id;      /* of this request: in the log, and in X-Request-Id */
    bool             is_encrypted;
    void            *context; /* the handler's own, from plan() to log() */

    const struct http_header *headers; /* in order */
};

/* The first header of that name, in any case of letters; "" when there is none. */
struct str http_header(const struct http_request *, const char *name);

enum http_piece {
    HTTP_PIECE, /* there is more */
    HTTP_LATER, /* nothing now: asleep until http_stream_wake() */
    HTTP_END,   /* this was the last */
    HTTP_BREAK, /* cut the connection off: what was sent is no whole answer */
};

/* A reply that is made while it is sent. */
struct http_stream {
    /* Append the next piece to 'piece' (empty when called), up to about 64 kB. */
    enum http_piece (*fill)(void *context, struct buf *piece);
    void (*close)(void *context); /* always called once, from any thread */
    void *context;
};

struct http_reply {
    unsigned           status; /* 200 unless set */
    struct str         type;   /* Content-Type; "" = application/json; charset=UTF-8 */
    struct buf         body;
    struct http_stream stream;    /* with 'fill': instead of the body */
    bool               is_static; /* 'body' is compressed already, or must not be */
    bool               no_limits; /* a stream without end: it may sleep for ever (a feed) */

    struct http_header *headers; /* in order; http_reply_header() adds them */
};

/* Add a header. Control characters (CR and LF could end it) are not taken, an empty value is none;
 * Content-Length, Connection, Date and X-Request-Id are the server's. */
void http_reply_header(struct http_reply *, struct arena *, const char *name, struct str value);

/* Wake a sleeping stream of that context; from any thread, also when it does not sleep. */
void http_stream_wake(void *context);

/* How a request is to be treated, decided when its head has come. */
struct http_plan {
    size_t most_body; /* bytes; a longer one is answered 413 */
    bool   is_slow;   /* answered by a worker */
};

struct http_handler {
    void (*plan)(void *context, struct http_request *, struct http_plan *);
    void (*answer)(void *context, struct http_request *, struct http_reply *);

    /* The reply to what the server itself refuses: 400, 413, 414, 429, 431, 503. Only with 413 and
     * 503 plan() was called before. */
    void (*refuse)(void *context, struct http_request *, unsigned status, struct http_reply *);

    /* When all has been sent, or the connection broke. Times in microseconds; 'n_sent' is of the
     * body, 0 when it broke off and was no stream. Status 408: the request came too slowly; 0: the connection
     * broke before an answer, or the head could not even be read (then it has no method). */
    void (*log)(void *context, const struct http_request *, unsigned status, uint64_t n_sent,
                int64_t began, int64_t took);
    void *context;
};

/* [::] is all of IPv6, and nothing of IPv4. */
struct server_options {
    struct str bind;             /* "ADDRESS:PORT[,...]"; "[::1]:8000"; port 0: any free one */
    struct str certificate, key; /* files (PEM); "" = no TLS */
    unsigned   threads;          /* that carry connections; 0 = 2 */
    unsigned   workers;          /* for slow answers; 0 = 4 */
    unsigned   most_connections; /* 0 = 4096 */
    unsigned   most_of_address;  /* connections; 0 = 1024 */
    unsigned   head_seconds; /* from the first byte of a request to the end of its head; 0 = 10 */
    unsigned   request_seconds; /* ... to the end of its body; 0 = 30 */
    unsigned   idle_seconds;    /* between requests, and for a reader that does not read; 0 = 60 */
    unsigned   requests_a_second; /* of an address, on average; 0 = no limit */
    unsigned   burst;             /* ... at once; 0 = ten times that */
};

struct server;

/* NULL on failure. A request that is being answered counts as running until log(). */
struct server *server_start(const struct server_options *, const struct http_handler *,
                            struct error *) MUST_CHECK;

/* "127.0.0.1:8000,...": where it really listens. */
struct str server_address(const struct server *, struct arena *);

/* How much is going on, for figures. */
struct server_counts {
    uint64_t n_requests;
    uint64_t n_connections; /* open now */
    uint64_t n_late;        /* closed at a deadline */
    uint64_t n_limited;     /* answered 429 or 503 */
    uint64_t n_queued;      /* slow requests that wait for a worker now */
};

struct server_counts server_counts(const struct server *);

/* Take no new connections, let running requests end (at most that long), end streams, free it. What
 * the handler does at that moment is waited for. */
void server_stop(struct server *, unsigned seconds);

#endif
