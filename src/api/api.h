/* The REST API: one table of routes, one file per resource. Every request goes the same way
 * (api.c): find the route, read the query, find out who asks, read the body, ask access.h whether
 * they may, call the route's function.
 *
 * Threads:    routes run on many threads at once; a call belongs to one.
 * Ownership:  everything of a call lives in its arena until the reply has been sent. */

#ifndef API_API_H
#define API_API_H

#include "access/access.h"
#include "server/server.h"
#include "store/store.h"

struct api;

/* One parameter of the query, or of the path ("{name}"), decoded. Keys may repeat. */
struct param {
    struct str key;
    struct str value;
};

struct params {
    struct param *items; /* in order */
    size_t        n;
};

/* The first value of a key; "" with p NULL when it is not there. */
struct str param_get(const struct params *, const char *key);

struct route;

/* A request on its way. */
struct call {
    struct api          *api;
    const struct route  *route;
    struct arena        *arena;
    struct http_request *request;
    struct http_reply   *reply;
    struct params        path;        /* of the route's "{...}" */
    struct params        query;       /* as it was sent, also what the route does not know */
    struct doc          *body;        /* what was sent as JSON; NULL: nothing */
    const struct user   *user;        /* NULL: nobody is signed in */
    struct doc          *environment; /* of "{environment}" in the path, secrets sealed */
    struct store        *store;       /* to read; all reads of a call see one revision */
};

/* A handle to write with, for this call alone until it ends: NULL after replying 503. */
struct store *call_writer(struct call *);

/* The document of an environment, secrets sealed, if whoever asks may do that with it; NULL when
 * there is none or they may not, which nobody can tell apart. Replies nothing. */
struct doc *call_environment(struct call *, struct str name, enum right);

/* What 'close' of a stream calls: until then the call keeps its store. */
void call_end_stream(struct call *);

/* --- replies; a call makes one --- */

/* Errors are written as the route's edition wants them: the original's
 * {"error": {"message", "code", "title"}}, or an application/problem+json (RFC 9457). */
void reply_error(struct call *, unsigned status, const char *format, ...) PRINTF(3, 4);

/* As which status an error of the store and the like is answered. */
void reply_failure(struct call *, const struct error *);

void reply_json(struct call *, unsigned status, const struct doc *);
void reply_text(struct call *, unsigned status, struct str json); /* JSON as it stands */

/* --- routes --- */

typedef void route_fn(struct call *);

enum {
    ROUTE_SLOW = 1,     /* hashes passwords, asks clouds, writes */
    ROUTE_ORIGINAL = 2, /* of the original's API: its errors, its way to sign in */
    ROUTE_CHECKS = 4,   /* asks for the right of an environment itself: call_environment() */
};

struct route {
    enum http_method method;
    const char      *path; /* "/api/v1/environments/{name}" */
    enum right       right;
    unsigned         flags;
    route_fn        *answer;
    const char      *summary;
};

/* Lists of routes, each ended by a row without a path. */
extern const struct route original_routes[]; /* original.c: the original's first edition */
extern const struct route v1_routes[];       /* v1.c: ours */

#endif
