/* What all transports share: the text form of requests. */

#include "transport/transport.h"

bool
request_from_text(struct str form, struct request *request)
{
    struct request r = { 0 };
    ptrdiff_t      at = str_find(form, STR(":/"));

    if (at > 0) {
        struct str rest = str_skip(form, (size_t)at + 1);

        r.kind = REQUEST_REST;
        r.service = str_head(form, (size_t)at);
        if (!str_cut(&rest, '?', &r.path))
            return false;
        r.query = rest.p ? rest : STR_NONE;
        *request = r;
        return true;
    }

    struct str rest = form;

    r.kind = REQUEST_SQL;
    if (!str_cut(&rest, '.', &r.schema) || str_empty(r.schema) || !rest.p ||
        !str_cut(&rest, '(', &r.table) || str_empty(r.table))
        return false;
    if (rest.p) {
        if (!str_ends(rest, STR(")")))
            return false;
        r.columns = str_head(rest, rest.n - 1);
    }
    *request = r;
    return true;
}

bool
request_has_column(const struct request *r, struct str column)
{
    struct str rest = r->columns, name;

    if (str_empty(rest))
        return true;
    while (str_cut(&rest, ',', &name))
        if (str_equal(str_trim(name), column))
            return true;
    return false;
}

struct request
request_command(struct str host, struct str command)
{
    return (struct request){ .kind = REQUEST_CLI, .host = host, .command = command };
}

struct str
request_text(const struct request *r, struct arena *arena)
{
    switch (r->kind) {
    case REQUEST_REST:
        return arena_printf(arena, "%.*s:%.*s%s%.*s%s%.*s", STR_ARG(r->service), STR_ARG(r->path),
                            r->query.n ? "?" : "", STR_ARG(r->query), r->region.n ? " in " : "",
                            STR_ARG(r->region));
    case REQUEST_SQL:
        return arena_printf(arena, "%.*s.%.*s", STR_ARG(r->schema), STR_ARG(r->table));
    case REQUEST_CLI:
        return arena_printf(arena, "%.*s on %.*s", STR_ARG(r->command), STR_ARG(r->host));
    }
    return STR_NONE;
}

void
transport_close(struct transport *transport)
{
    if (transport)
        transport->kind->close(transport);
}
