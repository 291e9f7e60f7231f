/* What a handler replied, made into a response of libmicrohttpd: headers, compression, streams. */

#ifndef SERVER_REPLY_H
#define SERVER_REPLY_H

#include "server/exchange.h"

/* Sets the exchange's response, status, stream and n_body; empties the reply. */
void reply_make(struct exchange *, struct http_reply *);

#endif
