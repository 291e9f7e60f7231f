/* host: a machine that services of the cloud name; the API knows its roles, the machine its
 * operating system.
 *
 * Sources: zones, services, hypervisors and agents (joined in the cloud's lists), /etc/os-release.
 * Id: the host's name as Nova or Neutron spell it.  Reference 4.6. */

#include "build/host_facts.h"

static struct doc *
host_type(const struct cloud_host *host, struct arena *arena)
{
    static const struct {
        unsigned    role;
        const char *name;
    } names[] = {
        { HOST_CONTROLLER, "Controller" },
        { HOST_COMPUTE, "Compute" },
        { HOST_NETWORK, "Network" },
        { HOST_KUBE_NODE, "Kube-node" },
    };
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < N_ELEMENTS(names); i++)
        if (host->roles & names[i].role)
            doc_push_text(arena, list, str_from(names[i].name));
    return list;
}

static void
set_given(struct arena *arena, struct doc *object, const char *key, struct str text)
{
    if (!str_empty(text))
        doc_set_text(arena, object, key, text);
}

static struct doc *
operating_system(const struct os_release *os, struct arena *arena)
{
    struct doc *document = doc_object(arena);

    set_given(arena, document, "name", os->name);
    set_given(arena, document, "version", os->version);
    set_given(arena, document, "ID", os->id);
    set_given(arena, document, "ID_LIKE", os->id_like);
    set_given(arena, document, "architecure", os->architecture); /* spelt so since ever */
    return document;
}

void
build_host(const struct cloud *cloud UNUSED, const struct cloud_host *host,
           const struct host_records *h, struct built *out)
{
    struct arena *arena = out->arena;
    struct doc   *document = host_object(out, host, "host", host->name);

    doc_set_text(arena, document, "name", host->name);
    doc_set_text(arena, document, "zone", host->zone);
    doc_set_text(arena, document, "parent_type", STR("availability_zone"));
    doc_set_text(arena, document, "parent_id", host->zone);
    doc_set(arena, document, "host_type", host_type(host, arena));
    if (host->services)
        doc_set(arena, document, "services", host->services);
    if (host->config)
        doc_set(arena, document, "config", host->config);
    set_given(arena, document, "os_id", host->os_id);
    set_given(arena, document, "ip_address", host->ip_address);
    if (h && h->os)
        doc_set(arena, document, "OS", operating_system(h->os, arena));
}
