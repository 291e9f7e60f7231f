/* What hangs on an object: the focal points whose cliques hold it. */

#include "api/v1.h"
#include "scan/clique_reader.h"

static void
write_types(struct buf *out, const struct clique_holders *holders)
{
    const struct clique_node *points = holders->focal_points;
    const char               *separator = "";

    buf_add(out, STR("\"types\":{"));
    for (size_t i = 0, n; i < holders->n; i += n) {
        for (n = 1; i + n < holders->n && points[i + n].type == points[i].type;)
            n++;
        buf_add(out, str_from(separator));
        separator = ",";
        doc_write_text(out, object_type_name(points[i].type));
        buf_printf(out, ":%zu", n);
    }
    buf_char(out, '}');
}

static void
write_holders(struct buf *out, const struct clique_holders *holders)
{
    buf_char(out, '{');
    write_types(out, holders);
    buf_printf(out, ",\"is_complete\":%s,\"focal_points\":[",
               holders->is_complete ? "true" : "false");
    for (size_t i = 0; i < holders->n; i++) {
        const struct clique_node *point = &holders->focal_points[i];

        buf_add(out, i ? STR(",\n{\"_id\":") : STR("{\"_id\":"));
        oid_write(out, point->oid);
        doc_write_member(out, "id", point->id);
        doc_write_member(out, "name", point->name);
        doc_write_member(out, "type", object_type_name(point->type));
        doc_write_member(out, "host", point->host);
        buf_char(out, '}');
    }
    buf_add(out, STR("]}"));
}

void
get_focal_points(struct call *call)
{
    size_t                most = (size_t)param_number(&call->query, "limit", FOCAL_POINTS);
    struct clique_holders holders;
    struct oid            object;
    struct error          err;

    if (!call_oid(call, &object))
        return;
    if (clique_reader_holders(call_cliques(call), object, most, call->arena, &holders, &err))
        write_holders(&call->reply->body, &holders);
    else
        reply_failure(call, &err);
}
