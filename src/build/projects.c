/* project: a Keystone project.
 *
 * Source: GET /v3/projects, or /v2.0/tenants.  Id: Keystone's.  Reference 4.3, 6.3. */

#include "build/cloud_read.h"

void
build_projects(const struct cloud *cloud, const struct docs *projects, struct built *out)
{
    struct arena *arena = out->arena;

    for (size_t i = 0; i < projects->n; i++) {
        struct str  name = doc_get_text(projects->items[i], "name");
        struct doc *document;

        if (str_empty(name)) {
            built_note(out, true, "a project without a name");
            continue;
        }
        if (project_is_left_out(cloud->environment, name))
            continue;
        document = doc_copy(arena, projects->items[i]);
        doc_set_text(arena, document, "type", STR("project"));
        /* The domain or project above, which is not the parent in the inventory. */
        if (doc_get(document, "parent_id")) {
            doc_set(arena, document, "parent_domain_id", doc_get(document, "parent_id"));
            doc_remove(document, "parent_id");
        }
        docs_add(arena, &out->docs, document);
    }
}
