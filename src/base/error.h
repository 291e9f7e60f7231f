/* What went wrong, by value on the caller's stack: nothing to free, nothing global.
 *
 * error_set() and error_prefix() return false, so that failing is one statement:
 *
 *     if (!file_read(path, limit, arena, &text, err))
 *         return error_prefix(err, "%s: ", path);
 *
 * 'err' may be NULL where a caller does not care. */

#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/compiler.h"

enum error_domain {
    ERROR_NONE,
    ERROR_USAGE,     /* the command line or a parameter */
    ERROR_CONFIG,    /* environment documents, option files */
    ERROR_PARSE,     /* a reply that does not read */
    ERROR_TRANSPORT, /* a request that was not answered */
    ERROR_STORE,     /* the database */
    ERROR_BUSY,      /* somebody else holds the lease */
    ERROR_NOT_FOUND,
    ERROR_CANCELLED, /* somebody asked to stop */
    ERROR_AUTH,      /* a sign-in or a token that is refused */
};

struct error {
    enum error_domain domain;
    int               code;         /* errno or a library's code, 0 when there is none */
    char              message[240]; /* one line for a human, no full stop */
};

bool error_set(struct error *, enum error_domain, int code, const char *format, ...) PRINTF(4, 5);
bool error_prefix(struct error *, const char *format, ...) PRINTF(2, 3);

#endif
