/* HTTP requests with limits: of time, of size, of what is trusted.
 *
 * Units:      milliseconds, bytes.
 * Ownership:  answers live in the arena of the call.
 * Threads:    one at a time per handle; a worker keeps one of its own, which keeps connections.
 * Errors:     ERROR_TRANSPORT; the code is an enum http_fault and the message names host, port and
 *             what to look at, never what was sent. */

#ifndef TRANSPORT_HTTP_H
#define TRANSPORT_HTTP_H

#include <stdatomic.h>

#include "base/arena.h"
#include "base/error.h"

enum http_fault {
    HTTP_FAULT_OTHER,
    HTTP_FAULT_NAME,    /* the host's name is not resolved */
    HTTP_FAULT_REFUSED, /* nobody listens there, or no way leads there */
    HTTP_FAULT_TIME,    /* no answer in time */
    HTTP_FAULT_TLS,     /* no TLS is spoken there */
    HTTP_FAULT_TRUST,   /* the certificate, or those that it is held against */
    HTTP_FAULT_SIZE,    /* the answer is larger than allowed */
    HTTP_FAULT_LOST,    /* the connection ended in the middle */
    HTTP_FAULT_CANCELLED,
};

struct http_options {
    struct str ca;             /* file of trusted certificates, "" = those of the system */
    bool       trusts_anybody; /* certificates are not verified */
    unsigned   connect_time;   /* 0: 10 s */
    unsigned   total_time;     /* 0: 60 s */
    size_t     largest;        /* of an answer's body, 0: 64 MiB */

    const atomic_bool *cancelled; /* may be NULL; looked at every second */
};

struct http;

struct http *http_new(const struct http_options *) MUST_CHECK;
void         http_free(struct http *);
void         http_freep(struct http **);

#define AUTO_HTTP CLEANUP(http_freep) struct http *

struct http_request {
    const char       *method; /* "GET", "POST" */
    struct str        url;
    struct str        body;    /* "" = none; JSON */
    const struct str *headers; /* "X-Auth-Token: ..." */
    size_t            n_headers;
    unsigned          time; /* at most, 0: total_time of the options */
};

struct http_answer {
    int        status;
    struct str body;
    struct str headers;     /* as they came, lines end in CR LF */
    unsigned   retry_after; /* what the server asks to wait, in seconds; 0: it does not say */
};

/* True with any status; redirections are not followed. */
bool http_ask(struct http *, const struct http_request *, struct arena *, struct http_answer *,
              struct error *err) MUST_CHECK;

/* "http://host:port" of an address, for messages. */
struct str http_place(struct str url);

/* The value of a header, "" when it is not there. */
struct str http_answer_header(const struct http_answer *, const char *name);

#endif
