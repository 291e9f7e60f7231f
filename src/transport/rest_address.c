/* Catalogs give addresses with and without a version, a project and a prefix:
 *
 *   http://10.77.0.10:8774/v2.1         https://api.example/compute/v2.1/0123...
 *   http://10.77.0.10:9696              http://10.77.0.10:5000/v3/
 *
 * What stands before the version is kept, as is what stands behind Nova's: its project, which clouds
 * before Mitaka want there. */

#include "transport/rest_address.h"

#include "transport/request_key.h"

enum { PAGE = 1000 }; /* Nova gives no more by default */

static const struct rest_place *
find_place(const struct rest_session *session, const struct request *request)
{
    for (size_t i = 0; i < session->n_places; i++) {
        const struct rest_place *place = &session->places[i];

        if (str_equal(place->service, request->service) &&
            (str_empty(request->region) || str_equal(place->region, request->region)))
            return place;
    }
    return NULL;
}

struct parts {
    struct str before, version, behind; /* of "http://h/compute", "v2.1", "/PROJECT" */
};

/* The version is the last step that looks like one: names of prefixes come before it. */
static struct parts
parts_of(struct str url)
{
    ptrdiff_t    end = str_find_char(url, '?');
    ptrdiff_t    scheme = str_find(url, STR("://"));
    struct parts parts = { 0 };

    if (end >= 0)
        url = str_head(url, (size_t)end);
    while (str_ends(url, STR("/")))
        url.n--;
    parts.before = url;

    struct str rest = str_skip(url, scheme < 0 ? 0 : (size_t)scheme + 3), step;

    if (!str_cut(&rest, '/', &step)) /* host and port */
        return parts;
    while (rest.p && str_cut(&rest, '/', &step)) {
        if (!step_is_version(step))
            continue;
        parts.before = str_range(url.p, step.p - 1);
        parts.version = step;
        parts.behind = rest.p ? (struct str){ rest.p - 1, rest.n + 1 } : STR_NONE;
    }
    return parts;
}

static struct str
base_of(struct str service, struct str url, struct arena *arena)
{
    struct parts p = parts_of(url);

    if (str_is(service, "nova"))
        return arena_join(arena, p.before, STR("/v2.1"), p.behind);
    if (str_is(service, "neutron"))
        return arena_join(arena, p.before, STR("/v2.0"), STR_NONE);
    if (str_is(service, "keystone") && str_empty(p.version))
        return arena_join(arena, p.before, STR("/v3"), STR_NONE);
    return str_empty(p.version) ? p.before
                                : arena_printf(arena, "%.*s/%.*s%.*s", STR_ARG(p.before),
                                               STR_ARG(p.version), STR_ARG(p.behind));
}

bool
rest_address(const struct rest_session *session, const struct request *request, struct arena *arena,
             struct str *address, struct error *err)
{
    const struct rest_place *place = find_place(session, request);

    if (!place || str_empty(place->url))
        return error_set(err, ERROR_TRANSPORT, HTTP_FAULT_OTHER,
                         "the catalog has no address of %.*s%s%.*s", STR_ARG(request->service),
                         request->region.n ? " in " : "", STR_ARG(request->region));
    if (str_is(http_place(place->url), "the server"))
        return error_set(err, ERROR_TRANSPORT, HTTP_FAULT_OTHER,
                         "the catalog's address of %.*s has a user name in it, which is not used",
                         STR_ARG(request->service));
    *address =
        arena_join(arena, base_of(request->service, place->url, arena), request->path, STR_NONE);
    return true;
}

struct str
rest_first_query(const struct request *request, struct arena *arena)
{
    static const struct {
        const char *service, *path;
    } paged[] = {
        { "nova", "/servers" },    { "nova", "/servers/detail" }, { "neutron", "/networks" },
        { "neutron", "/subnets" }, { "neutron", "/ports" },       { "neutron", "/routers" },
    };

    for (size_t i = 0; i < N_ELEMENTS(paged) && !query_is_page(request->query); i++)
        if (str_is(request->service, paged[i].service) && str_is(request->path, paged[i].path))
            return arena_printf(arena, "%.*s%slimit=%d", STR_ARG(request->query),
                                request->query.n ? "&" : "", PAGE);
    return request->query;
}
