/* Lists of addresses to listen at are read here, and peers made readable. */

#include "server/address.h"

#include <arpa/inet.h>

/* The two halves of "ADDRESS:PORT"; brackets around an address of IPv6 are taken off. */
static bool
split(struct str text, struct str *host, uint32_t *port, bool *is_v6)
{
    ptrdiff_t  colon = str_find_last(text, ':');
    struct str h;

    if (colon <= 0 || !str_to_u32(str_skip(text, (size_t)colon + 1), port) || *port > UINT16_MAX)
        return false;
    h = str_head(text, (size_t)colon);
    *is_v6 = h.n > 2 && h.p[0] == '[' && h.p[h.n - 1] == ']';
    *host = *is_v6 ? str_head(str_skip(h, 1), h.n - 2) : h;
    return true;
}

static bool
parse(struct str text, struct address *a)
{
    struct str host;
    uint32_t   port;
    bool       is_v6;
    char       name[INET6_ADDRSTRLEN];

    if (!split(text, &host, &port, &is_v6) || host.n >= sizeof name || memchr(host.p, 0, host.n))
        return false;
    memcpy(name, host.p, host.n);
    name[host.n] = '\0';
    *a = (struct address){ .size = is_v6 ? sizeof a->v6 : sizeof a->v4 };
    if (is_v6) {
        a->v6.sin6_family = AF_INET6;
        a->v6.sin6_port = htons((uint16_t)port);
        return inet_pton(AF_INET6, name, &a->v6.sin6_addr) == 1;
    }
    a->v4.sin_family = AF_INET;
    a->v4.sin_port = htons((uint16_t)port);
    return inet_pton(AF_INET, name, &a->v4.sin_addr) == 1;
}

bool
addresses_parse(struct str list, struct addresses *out, struct error *err)
{
    struct addresses found = { .n = 0 };
    struct str       piece;

    while (str_cut(&list, ',', &piece)) {
        piece = str_trim(piece);
        if (found.n == MOST_ADDRESSES)
            return error_set(err, ERROR_USAGE, 0, "more than %d addresses to listen at",
                             MOST_ADDRESSES);
        if (!parse(piece, &found.items[found.n]))
            return error_set(err, ERROR_USAGE, 0,
                             "'%.*s' is no address to listen at, like 127.0.0.1:8000 or [::1]:8000",
                             STR_ARG(piece));
        found.n++;
    }
    *out = found;
    return true;
}

static const struct sockaddr_in *
as_v4(const struct sockaddr *a)
{
    return (const struct sockaddr_in *)(const void *)a;
}

static const struct sockaddr_in6 *
as_v6(const struct sockaddr *a)
{
    return (const struct sockaddr_in6 *)(const void *)a;
}

struct str
address_host(const struct sockaddr *a, struct arena *arena)
{
    char        text[INET6_ADDRSTRLEN];
    const void *bytes = a->sa_family == AF_INET6 ? (const void *)&as_v6(a)->sin6_addr
                                                 : (const void *)&as_v4(a)->sin_addr;

    return arena_str(arena, str_from(inet_ntop(a->sa_family, bytes, text, sizeof text)));
}

struct str
address_text(const struct sockaddr *a, struct arena *arena)
{
    struct str host = address_host(a, arena);

    if (a->sa_family == AF_INET6)
        return arena_printf(arena, "[%.*s]:%u", STR_ARG(host), ntohs(as_v6(a)->sin6_port));
    return arena_printf(arena, "%.*s:%u", STR_ARG(host), ntohs(as_v4(a)->sin_port));
}

struct caller
address_caller(const struct sockaddr *a)
{
    struct caller c = { { 0 } };

    if (a->sa_family == AF_INET6)
        memcpy(c.bytes, &as_v6(a)->sin6_addr, 8);
    else
        memcpy(c.bytes + 12, &as_v4(a)->sin_addr, 4);
    return c;
}
