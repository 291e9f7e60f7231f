/* Addresses of IPv4 and IPv6: where to listen, and who called.
 *
 * Errors:  ERROR_USAGE; names are not resolved. */

#ifndef SERVER_ADDRESS_H
#define SERVER_ADDRESS_H

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/arena.h"
#include "base/error.h"

struct address {
    union {
        struct sockaddr     any;
        struct sockaddr_in  v4;
        struct sockaddr_in6 v6;
    };
    socklen_t size;
};

enum { MOST_ADDRESSES = 16 };

struct addresses {
    struct address items[MOST_ADDRESSES];
    size_t         n;
};

/* "127.0.0.1:8000,[::1]:8000", with blanks around the pieces. */
bool addresses_parse(struct str list, struct addresses *, struct error *) MUST_CHECK;

/* "127.0.0.1", and with the port: "[::1]:8000". */
struct str address_host(const struct sockaddr *, struct arena *);
struct str address_text(const struct sockaddr *, struct arena *);

/* Whom limits count as one: an address of IPv4, or the 64 bits of IPv6 that one owner has. */
struct caller {
    uint8_t bytes[16];
};

struct caller address_caller(const struct sockaddr *);

#endif
