/* The head of a request: what libmicrohttpd lets pass and we do not, and what it says of the body.
 * Two servers that read one head differently can be played off against each other, so what is
 * ambiguous is refused. */

#ifndef SERVER_HEAD_H
#define SERVER_HEAD_H

#include "server/server.h"

enum {
    MOST_URL = 8 << 10,   /* bytes */
    MOST_HEAD = 32 << 10, /* bytes, with the first line */
};

struct head {
    bool       is_valid;
    bool       has_body, is_chunked;
    bool       expects; /* "100-continue": the body comes when it is asked for */
    uint64_t   length;  /* of the body, unless it is chunked */
    struct str id;      /* X-Request-Id, if it may be used */
};

enum http_method head_method(const char *name);

/* Cut the target of a request ("/path?query", or the same after "http://host") into the two;
 * false when it is malformed. */
bool head_target(struct str target, struct str *path, struct str *query) MUST_CHECK;

/* The path of a target that is refused, for its answer and the log: its beginning, as far as it can
 * be shown. */
struct str head_path(struct str target);

/* What the headers say together. */
struct head head_read(const struct http_header *, bool is_http_1_1);

#endif
