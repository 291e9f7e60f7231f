/* Documents of links, as canonical JSON: members in byte order of their keys. */

#include "base/ascii.h"
#include "topology/links.h"

static const char *const policies[] = {
    [POLICY_CLASSIC] = "classic",
    [POLICY_EXTENDED] = "extended",
    [POLICY_FULL] = "full",
};

bool
policy_from_name(struct str name, enum policy *policy)
{
    for (size_t i = 0; i < N_ELEMENTS(policies); i++) {
        if (str_is(name, policies[i])) {
            *policy = (enum policy)i;
            return true;
        }
    }
    return false;
}

const char *
policy_name(enum policy policy)
{
    return policies[policy];
}

struct str
link_type_text(struct link_type type, struct arena *arena)
{
    return arena_join(arena, object_type_name((enum object_type)type.from), STR("-"),
                      object_type_name((enum object_type)type.to));
}

struct oid
link_oid(struct str environment, const struct links *links, const struct link *link)
{
    return oid_of_link(environment, link->type, links->objects[link->source]->oid,
                       links->objects[link->target]->oid);
}

void
oid_write(struct buf *b, struct oid oid)
{
    char *out = buf_extend(b, 2 * sizeof oid.bytes + 2);

    if (!out)
        return;
    *out++ = '"';
    out = ascii_write_hex(out, oid.bytes, sizeof oid.bytes);
    *out = '"';
}

static void
write_text(struct buf *b, const char *key, struct str text)
{
    buf_add(b, str_from(key));
    doc_write_text(b, text);
}

static void
write_attribute(struct buf *b, bool *is_first, const char *key, struct str text)
{
    if (!text.p)
        return;
    if (!*is_first)
        buf_char(b, ',');
    *is_first = false;
    write_text(b, key, text);
}

static void
write_attributes(struct buf *b, const struct link *link)
{
    bool is_first = true;

    buf_add(b, STR("\"attributes\":{"));
    write_attribute(b, &is_first, "\"mac_address\":", link->mac_address);
    write_attribute(b, &is_first, "\"network\":", link->network);
    if (link->has_physical && !link->physical_network.p) {
        buf_add(b, is_first ? STR("\"physical_network\":null") : STR(",\"physical_network\":null"));
        is_first = false;
    } else if (link->has_physical) {
        write_attribute(b, &is_first, "\"physical_network\":", link->physical_network);
    }
    write_attribute(b, &is_first, "\"source_label\":", link->source_label);
    write_attribute(b, &is_first, "\"target_label\":", link->target_label);
    buf_char(b, '}');
}

static struct str
or_empty(struct str s)
{
    return s.p ? s : STR_NONE;
}

static void
write_members(struct buf *b, struct str environment, const struct links *links,
              const struct link *link)
{
    const struct object *source = links->objects[link->source];
    const struct object *target = links->objects[link->target];
    struct str           from = object_type_name((enum object_type)link->type.from);
    struct str           to = object_type_name((enum object_type)link->type.to);

    write_attributes(b, link);
    write_text(b, ",\"environment\":", environment);
    if (link->host.p)
        write_text(b, ",\"host\":", link->host);
    buf_add(b, link->implicit ? STR(",\"implicit\":true") : STR(",\"implicit\":false"));
    if (link->name.p)
        write_text(b, ",\"link_name\":", link->name);
    else
        buf_add(b, STR(",\"link_name\":null"));
    buf_add(b, STR(",\"link_type\":\""));
    buf_add(b, from);
    buf_char(b, '-');
    buf_add(b, to);
    buf_add(b, STR("\",\"link_weight\":0,\"source\":"));
    oid_write(b, source->oid);
    write_text(b, ",\"source_id\":", source->id);
    write_text(b, ",\"source_label\":", or_empty(link->source_label));
    buf_add(b, link->down ? STR(",\"state\":\"down\"") : STR(",\"state\":\"up\""));
    if (link->switch_id.p)
        write_text(b, ",\"switch\":", link->switch_id);
    buf_add(b, STR(",\"target\":"));
    oid_write(b, target->oid);
    write_text(b, ",\"target_id\":", target->id);
    write_text(b, ",\"target_label\":", or_empty(link->target_label));
    buf_char(b, '}');
}

void
link_write(struct buf *b, struct str environment, const struct links *links,
           const struct link *link)
{
    buf_add(b, STR("{\"_id\":"));
    oid_write(b, link_oid(environment, links, link));
    buf_char(b, ',');
    write_members(b, environment, links, link);
}

void
link_write_body(struct buf *b, struct str environment, const struct links *links,
                const struct link *link)
{
    buf_char(b, '{');
    write_members(b, environment, links, link);
}
