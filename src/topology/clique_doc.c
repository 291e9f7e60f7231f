/* The document of a clique, as canonical JSON. Links and objects are streamed into it: the clique
 * of a network can hold every link of the network. */

#include "topology/clique.h"

static void
write_member(struct buf *b, const char *key, struct str text)
{
    buf_add(b, str_from(key));
    doc_write_text(b, text);
}

/* --- constraints --- */

static void
write_value(struct buf *b, const struct clique_source *source, uint32_t value)
{
    struct str text = source->value_text(source->context, value);

    if (text.p)
        doc_write_text(b, text);
    else
        buf_add(b, STR("null"));
}

static void
write_focal_value(struct buf *b, const struct clique_source *source, uint32_t focal,
                  enum constraint constraint)
{
    struct clique_value value = source->value(source->context, focal, constraint);

    switch (value.shape) {
    case FOCAL_UNKNOWN:
    case FOCAL_NULL:
        buf_add(b, STR("null"));
        return;
    case FOCAL_SINGLE:
        write_value(b, source, value.values[0]);
        return;
    case FOCAL_LIST:
        break;
    }
    buf_char(b, '[');
    for (size_t i = 0; i < value.n; i++) {
        if (i)
            buf_char(b, ',');
        write_value(b, source, value.values[i]);
    }
    buf_char(b, ']');
}

static int
compare_names(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static void
write_constraints(struct buf *b, const struct clique_source *source,
                  const struct constraint_set *set, uint32_t focal)
{
    AUTO_ARENA  scratch = arena_new();
    struct str *names = arena_array(scratch, struct str, set->n_names);
    const char *separator = "{";

    if (set->n_names) {
        memcpy(names, set->names, sizeof *names * set->n_names);
        qsort(names, set->n_names, sizeof *names, compare_names);
    }
    for (size_t i = 0; i < set->n_names; i++) {
        if (i && str_equal(names[i], names[i - 1]))
            continue;
        buf_add(b, str_from(separator));
        separator = ",";
        doc_write_text(b, names[i]);
        buf_char(b, ':');
        if (str_is(names[i], "network"))
            write_focal_value(b, source, focal, CONSTRAINT_NETWORK);
        else if (str_is(names[i], "physical_network"))
            write_focal_value(b, source, focal, CONSTRAINT_PHYSICAL_NETWORK);
        else
            buf_add(b, STR("null"));
    }
    buf_add(b, set->n_names ? STR("}") : STR("{}"));
}

/* --- links and nodes --- */

static void
write_links(struct buf *b, const struct clique_source *source, const struct clique *clique)
{
    buf_add(b, STR(",\"links\":["));
    for (size_t i = 0; i < clique->n_links; i++) {
        if (i)
            buf_char(b, ',');
        oid_write(b, source->link_oid(source->context, clique->links[i]));
    }
    buf_add(b, STR("],\"links_detailed\":["));
    for (size_t i = 0; i < clique->n_links; i++) {
        buf_add(b, i ? STR(",{\"_id\":") : STR("{\"_id\":"));
        oid_write(b, source->link_oid(source->context, clique->links[i]));

        size_t behind_id = b->n;

        source->write_link(source->context, clique->links[i], b);
        if (behind_id < b->n)
            b->p[behind_id] = ','; /* where the link's own '{' is */
    }
    buf_char(b, ']');
}

static int
compare_nodes(const void *a, const void *b)
{
    return memcmp(&((const struct clique_node *)a)->oid, &((const struct clique_node *)b)->oid,
                  sizeof(struct oid));
}

static void
write_nodes(struct buf *b, const struct clique_source *source, const struct clique *clique)
{
    struct clique_node *nodes = xcalloc(clique->n_nodes, sizeof *nodes);

    for (size_t i = 0; i < clique->n_nodes; i++)
        nodes[i] = source->node(source->context, clique->nodes[i]);
    qsort(nodes, clique->n_nodes, sizeof *nodes, compare_nodes);
    buf_add(b, STR(",\"nodes\":["));
    for (size_t i = 0; i < clique->n_nodes; i++) {
        if (i)
            buf_char(b, ',');
        oid_write(b, nodes[i].oid);
    }
    buf_add(b, STR("],\"nodes_detailed\":["));
    for (size_t i = 0; i < clique->n_nodes; i++) {
        buf_add(b, i ? STR(",{\"_id\":") : STR("{\"_id\":"));
        oid_write(b, nodes[i].oid);
        write_member(b, ",\"host\":", nodes[i].host);
        write_member(b, ",\"id\":", nodes[i].id);
        write_member(b, ",\"name\":", nodes[i].name);
        write_member(b, ",\"type\":", object_type_name(nodes[i].type));
        buf_char(b, '}');
    }
    buf_char(b, ']');
    free(nodes);
}

void
clique_write(struct buf *b, const struct clique_source *source, const struct clique_types *types,
             const struct clique *clique, struct str last_scanned)
{
    struct clique_node focal = source->node(source->context, clique->focal);

    buf_add(b, STR("{\"_id\":"));
    oid_write(b, oid_of_clique(source->environment, focal.oid));
    write_member(b, ",\"clique_type\":", clique->type->oid);
    buf_add(b, STR(",\"constraints\":"));
    write_constraints(b, source, &types->constraints[focal.type], clique->focal);
    write_member(b, ",\"environment\":", source->environment);
    buf_add(b, STR(",\"focal_point\":"));
    oid_write(b, focal.oid);
    write_member(b, ",\"focal_point_object_id\":", focal.id);
    write_member(b, ",\"focal_point_type\":", object_type_name(focal.type));
    if (!str_empty(last_scanned))
        write_member(b, ",\"last_scanned\":", last_scanned);
    write_links(b, source, clique);
    write_nodes(b, source, clique);
    buf_char(b, '}');
}
