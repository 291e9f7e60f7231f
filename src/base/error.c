/* Errors by value. Messages are cut, never lost; control characters of hostile peers become '?'. */

#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void
make_printable(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

bool
error_set(struct error *err, enum error_domain domain, int code, const char *format, ...)
{
    if (!err)
        return false;

    va_list args;
    int     saved = errno; /* for %m */

    err->domain = domain;
    err->code = code;
    va_start(args, format);
    errno = saved;
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    make_printable(err->message);
    return false;
}

bool
error_prefix(struct error *err, const char *format, ...)
{
    if (!err)
        return false;

    char    prefix[sizeof err->message];
    char    old[sizeof err->message];
    size_t  n; /* of the prefix: half of the room, the message has the rest */
    va_list args;

    va_start(args, format);
    vsnprintf(prefix, sizeof prefix, format, args);
    va_end(args);
    n = strnlen(prefix, sizeof prefix / 2);
    memcpy(old, err->message, sizeof old);
    memcpy(err->message, prefix, n);
    memcpy(err->message + n, old, sizeof old - n);
    err->message[sizeof err->message - 1] = '\0';
    make_printable(err->message);
    return false;
}
