/* Finding a request's route; reading its query. */

#ifndef API_ROUTE_H
#define API_ROUTE_H

#include "api/api.h"

enum route_found {
    ROUTE_FOUND,
    ROUTE_NO_PATH,
    ROUTE_NO_METHOD, /* '*allowed' has those there are */
};

/* HEAD finds what GET has. A slash at the end of the path is not counted. */
enum route_found route_find(enum http_method, struct str path, struct arena *,
                            const struct route **found, struct params *path_params,
                            unsigned *allowed);

/* Is it a path of the original's API, or one that is nothing and therefore might be? */
bool route_path_is_original(struct str path);

/* The status of an answer that is no error. */
unsigned route_success(const struct route *);

/* "GET, HEAD, OPTIONS" of bits 1 << method. */
struct str route_methods(struct arena *, unsigned allowed);

const char *http_method_name(enum http_method);

/* "a=1&b=%20" decoded: '+' and %20 are blanks, bytes that are no UTF-8 become U+FFFD, keys without
 * '=' have the value "". False: a '%' without two digits, or more than 200 parameters. */
bool params_read(struct params *, struct arena *, struct str query, struct error *) MUST_CHECK;

/* All but letters, digits and "-._~" as %XX: one segment of a path. */
struct str percent_encode(struct arena *, struct str text);

/* Undo percent-encoding; with 'plus' a '+' is a blank. False: a '%' without two digits. */
bool percent_decode(struct arena *, struct str text, bool plus, struct str *out) MUST_CHECK;

#endif
