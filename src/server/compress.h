/* Making replies smaller, for clients that can read that. */

#ifndef SERVER_COMPRESS_H
#define SERVER_COMPRESS_H

#include "base/buf.h"

/* Does a client that sent this Accept-Encoding read gzip? */
bool compress_accepted(struct str accept_encoding);

/* Is it worth trying: text or JSON, and more than a kilobyte? */
bool compress_is_worth(struct str type, size_t size);

/* Replace the text by its gzip form; false when that is not smaller, and it stays as it is. */
bool compress_gzip(struct buf *);

#endif
