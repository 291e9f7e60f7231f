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
struct kept;

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
bool       param_truth(const struct params *, const char *key); /* "true" */
int64_t    param_number(const struct params *, const char *key, int64_t otherwise);

struct lines;
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
    struct doc          *body;        /* what was sent as JSON, checked; NULL: nothing */
    const struct user   *user;        /* NULL: nobody is signed in */
    const struct doc    *environment; /* of "{environment}" in the path, secrets sealed */
    struct store        *store;       /* to read; all reads of a call see one revision */
    struct kept         *kept;        /* what was read before and still holds (kept.h) */
    struct lines        *lines;       /* the list is sent whole (lines.h); NULL: one page of it */
};

/* A handle to write with, for this call alone until it ends. */
struct store *call_writer(struct call *);

/* The document of an environment, secrets sealed, if whoever asks may do that with it; NULL when
 * there is none or they may not, which nobody can tell apart. Replies nothing. */
const struct doc *call_environment(struct call *, struct str name, enum right);

/* May whoever asks add an environment of this name, which none has? Who adds it sees all that an earlier
 * one has left: so only those who may see it anyway. False after replying 409. */
bool call_may_take_name(struct call *, struct store *writer, struct str name) MUST_CHECK;

/* Where the thing that was made is: the folder and its name. */
void reply_location(struct call *, struct str folder, struct str name);

/* The environment of the path, in the space of the query. */
struct inventory call_inventory(const struct call *);

/* The "_id" in the path; false after replying that there is no such thing. */
bool call_oid(struct call *, struct oid *) MUST_CHECK;

/* What 'close' of a stream calls, or who answers by one that needs no store: until then the call keeps
 * it. */
void call_end_stream(struct call *);

/* --- replies; a call makes one --- */

/* Errors are written as the route's edition wants them: the original's
 * {"error": {"message", "code", "title"}}, or an application/problem+json (RFC 9457). */
void reply_error(struct call *, unsigned status, const char *format, ...) PRINTF(3, 4);

/* As which status an error of the store and the like is answered. */
void reply_failure(struct call *, const struct error *);

/* 503: to be tried again. */
void reply_busy(struct call *, struct str why);

void reply_json(struct call *, unsigned status, const struct doc *);
void reply_text(struct call *, unsigned status, struct str json); /* JSON as it stands */

/* --- routes --- */

/* A parameter that a query may have. Others are refused before the route's function is called, and so
 * are values that are no such thing. */
enum parameter_kind {
    PARAMETER_TEXT,
    PARAMETER_BOOL,   /* "true" or "false" */
    PARAMETER_NUMBER, /* from 0, or 'least' to 'most' */
    PARAMETER_ID,     /* an "_id": 24 hexadecimal digits */
    PARAMETER_TIME,   /* as store_read_time() reads it */
};

struct parameter {
    const char         *name;    /* "where.*": every key that begins so */
    const char         *what;    /* for people */
    const char         *choices; /* of a text: "full|extended|classic"; NULL: any */
    int64_t             least;   /* of a number ... */
    int64_t             most;    /* ... 0: as large as can be */
    enum parameter_kind kind;
    bool                is_required;
    bool                is_repeatable;
};

/* One of a list; whatever else it has follows: .kind = PARAMETER_ID. */
#define PARAMETER(key, ...)                                                                        \
    {                                                                                              \
        .name = key, .what = __VA_ARGS__                                                           \
    }

typedef void route_fn(struct call *);

enum {
    ROUTE_SLOW = 1, /* takes its time although it only reads; what changes something always does */
    ROUTE_ORIGINAL = 2,      /* of the original's API: its errors, its way to sign in */
    ROUTE_CHECKS = 4,        /* asks for the right of an environment itself: call_environment() */
    ROUTE_NEEDS_NO_BODY = 8, /* without one it is {} */
    ROUTE_PAGE = 16,         /* of the web UI: asks neither who it is nor the store */
};

struct route {
    enum http_method        method;
    enum right              right;
    const char             *path; /* "/api/v1/environments/{name}" */
    route_fn               *answer;
    const void             *context;   /* for 'answer' */
    const char             *name;      /* of the operation: "list_objects" */
    const char             *summary;   /* for people */
    const struct parameter *query;     /* ended by one without a name; NULL: none */
    const char             *list;      /* answers a page: the name of its array (page.h) */
    const char             *body;      /* schema of what is sent; NULL: nothing is */
    const char             *reply;     /* schema of the answer, or of a list's elements */
    const char             *media;     /* of an answer that is no JSON */
    const char *const      *unguarded; /* members of the answer that If-Match does not mind: who
                                        * changes it does not write them; NULL: none */
    unsigned                flags;
    unsigned                status; /* of success; 0 = 200, without an answer 204 */
};

/* One row. A row without a right does not compile. */
#define ROUTE(of_method, of_path, of_right, function, ...)                                         \
    NAMED_ROUTE(#function, of_method, of_path, of_right, function, __VA_ARGS__)

/* ... one of several that one function answers. */
#define NAMED_ROUTE(of_name, of_method, of_path, of_right, function, ...)                          \
    {                                                                                              \
        .method = HTTP_##of_method, .path = of_path, .right = RIGHT_##of_right,                    \
        .answer = function, .name = of_name, .summary = __VA_ARGS__                                \
    }

/* Lists of routes, each ended by a row without a path. */
extern const struct route original_routes[]; /* original.c: the original's first edition */
extern const struct route v1_routes[];       /* v1.c: ours */
extern const struct route page_routes[];     /* pages.c: the web UI */

#endif
