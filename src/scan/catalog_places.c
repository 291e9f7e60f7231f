#include "scan/catalog_places.h"

/* The names by which requests call services, and the types by which catalogs do. */
static const struct {
    const char *service, *type;
} services[] = { { "nova", "compute" }, { "neutron", "network" } };

/* The address in an entry of the catalog. As the original has it the administrator's, on the host
 * that the environment names: names in catalogs often mean something inside the cloud only. With
 * "interface" it is that one, as it is. */
static struct str
address_of(const struct environment *environment, const struct doc *endpoint, struct arena *arena)
{
    static const char *const kinds[] = { "adminURL", "internalURL", "publicURL" };
    const struct doc        *target = environment_target(environment, "OpenStack");
    struct str               wanted = doc_get_text(target, "interface"), url = STR_NONE;

    if (!str_empty(wanted))
        return doc_text(doc_getn(endpoint, arena_join(arena, wanted, STR("URL"), STR_NONE)));
    for (size_t i = 0; i < N_ELEMENTS(kinds) && str_empty(url); i++)
        url = doc_get_text(endpoint, kinds[i]);
    return url_on_host(arena, url, doc_get_text(target, "host"));
}

static void
add_place(struct rest_session *session, const char *service, struct str region, struct str url)
{
    if (!str_empty(url))
        session->places[session->n_places++] =
            (struct rest_place){ .service = str_from(service), .region = region, .url = url };
}

void
catalog_places(const struct environment *environment, const struct login *login,
               struct arena *arena, struct rest_session *session)
{
    session->places =
        arena_array(arena, struct rest_place, login->catalog.n * N_ELEMENTS(services) + 1);
    add_place(session, "keystone", STR_NONE, login->address);
    for (size_t k = 0; k < N_ELEMENTS(services); k++) {
        size_t before = session->n_places;

        for (int by_type = 0; by_type < 2 && session->n_places == before; by_type++) {
            for (size_t i = 0; i < login->catalog.n; i++) {
                const struct doc *entry = login->catalog.items[i];
                const struct doc *endpoint = doc_get(entry, "endpoint");
                struct str        what = by_type ? doc_get_text(endpoint, "service_type")
                                                 : doc_get_text(entry, "service");

                if (str_is(what, by_type ? services[k].type : services[k].service))
                    add_place(session, services[k].service, doc_get_text(entry, "region"),
                              address_of(environment, endpoint, arena));
            }
        }
    }
}
