/* instance, where no host of the inventory runs it: never scheduled, or on a host that no service
 * names any more. It hangs below its project. */

#include "build/instance.h"

void
build_homeless_instances(const struct cloud *cloud, struct built *out)
{
    for (size_t i = 0; i < cloud->n_servers; i++) {
        const struct cloud_server *server = &cloud->servers[i];

        if (map_find(&cloud->hosts_by_name, server->host))
            continue;
        if (!str_empty(server->host))
            built_note(out, false, "instance %.*s runs on %.*s, which is no host of the inventory",
                       STR_ARG(server->id), STR_ARG(server->host));

        struct doc *document = instance_document(cloud, server, out);

        doc_set_text(out->arena, document, "parent_type", STR("project"));
        doc_set_text(out->arena, document, "parent_id", server->project_id);
    }
}
