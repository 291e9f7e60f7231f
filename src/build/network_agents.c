/* network_agent: a Neutron agent as the server knows it.
 *
 * Source: neutron.agents or GET /v2.0/agents.  Id: "<binary>-<agent's id>".  Reference 4.11. */

#include "build/host_facts.h"

void
build_network_agents(const struct cloud *cloud UNUSED, const struct cloud_host *host,
                     struct built *out)
{
    struct arena *arena = out->arena;

    for (size_t i = 0; i < host->n_agents; i++) {
        const struct cloud_agent *agent = host->agents[i];
        struct str                id = arena_join(arena, agent->binary, STR("-"), agent->id);
        struct doc               *document = host_object(out, host, "network_agent", id);

        doc_set_text(arena, document, "name", agent->binary);
        add_attributes(arena, document, agent->row);
    }
}
