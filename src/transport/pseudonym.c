/* Replies of APIs and tables are walked as documents: there the member says what kind of name a text
 * is, and a network called "public" is told from the word. All other texts are rewritten token by
 * token, in pseudonym_text.c, by what is known of names (pseudonym_name.c) and addresses
 * (pseudonym_address.c). */

#include "transport/pseudonym.h"

#include "base/doc.h"
#include "transport/pseudonym_text.h"

/* Which texts are names: of a member with this key, in an object that is (an element of) the member
 * 'parent'. Elements of an array count as the array's member. */
static const struct {
    const char    *parent; /* NULL: any */
    const char    *key;
    enum name_kind kind;
} named[] = {
    { "projects", "name", NAME_PROJECT },
    { "servers", "name", NAME_INSTANCE },
    { "networks", "name", NAME_NETWORK },
    { "network", "label", NAME_NETWORK },
    { "subnets", "name", NAME_SUBNET },
    { "routers", "name", NAME_ROUTER },
    { "ports", "name", NAME_PORT },
    { "aggregates", "name", NAME_AGGREGATE },
    { "security_groups", "name", NAME_GROUP },
    { "flavor", "original_name", NAME_FLAVOR },
    { NULL, "key_name", NAME_KEY },
    { NULL, "zoneName", NAME_ZONE },
    { NULL, "availability_zone", NAME_ZONE },
    { NULL, "availability_zones", NAME_ZONE },
    { NULL, "availability_zone_hints", NAME_ZONE },
    { NULL, "OS-EXT-AZ:availability_zone", NAME_ZONE },
    { NULL, "zone", NAME_ZONE },
    { NULL, "host", NAME_HOST },
    { NULL, "hosts", NAME_HOST },
    { NULL, "hypervisor_hostname", NAME_HOST },
    { NULL, "binding:host_id", NAME_HOST },
    { NULL, "OS-EXT-SRV-ATTR:host", NAME_HOST },
    { NULL, "OS-EXT-SRV-ATTR:hypervisor_hostname", NAME_HOST },
    { "resource_provider_hypervisors", NULL, NAME_HOST },
    { NULL, "OS-EXT-SRV-ATTR:hostname", NAME_INSTANCE },
    { NULL, "dns_name", NAME_HOST },
    { NULL, "hostname", NAME_HOST },
    { NULL, "fqdn", NAME_HOST },
    { NULL, "dns_domain", NAME_DOMAIN },
    { NULL, "region", NAME_REGION },
    { NULL, "region_id", NAME_REGION },
    { NULL, "regions", NAME_REGION },
    { NULL, "admin_project", NAME_PROJECT },
    { NULL, "project_name", NAME_PROJECT },
    { NULL, "tenant_name", NAME_PROJECT },
    { NULL, "user_name", NAME_USER },
    { NULL, "username", NAME_USER },
    { NULL, "physical_network", NAME_PHYSNET },
    { NULL, "provider:physical_network", NAME_PHYSNET },
};

/* Objects whose keys are names. */
static const struct {
    const char    *key;
    enum name_kind kind;
} keyed[] = {
    { "hosts", NAME_HOST },
    { "addresses", NAME_NETWORK },
    { "bridge_mappings", NAME_PHYSNET },
    { "interface_mappings", NAME_PHYSNET },
};

/* What people wrote, and nobody needs to find the way in a cloud. */
/* clang-format off */
static const char *const prose[] = {
    "description", "disabled_reason", "fault", "tags", "extra_dhcp_opts", "display_description",
    "binding:profile", "properties",
};
/* clang-format on */

struct pseudonym *
pseudonym_new(const unsigned char *key)
{
    struct pseudonym *p = xcalloc(1, sizeof *p);

    p->arena = arena_new();
    p->names.arena = p->arena;
    permutation_init(&p->addresses, key);
    return p;
}

void
pseudonym_free(struct pseudonym *p)
{
    if (!p)
        return;
    permutation_done(&p->addresses);
    renaming_done(&p->names);
    map_done(&p->tunnels);
    arena_free(p->arena);
    free(p);
}

void
pseudonym_freep(struct pseudonym **p)
{
    pseudonym_free(*p);
}

uint32_t
pseudonym_ipv4(const struct pseudonym *p, uint32_t number)
{
    unsigned char a[4];

    address_from_number(number, a);
    permutation_ipv4(&p->addresses, a, 32);
    return (uint32_t)a[0] << 24 | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3];
}

void
pseudonym_ipv6(const struct pseudonym *p, unsigned char address[static 16])
{
    permutation_ipv6(&p->addresses, address, 128);
}

void
pseudonym_mac(const struct pseudonym *p, unsigned char mac[static 6])
{
    permutation_mac(&p->addresses, mac);
}

struct str
pseudonym_host(const struct pseudonym *p, struct arena *arena, struct str host)
{
    return pseudonym_name(p, arena, NAME_HOST, host);
}

struct str
pseudonym_region(const struct pseudonym *p, struct arena *arena, struct str region)
{
    return pseudonym_name(p, arena, NAME_REGION, region);
}

/* --- members --- */

static enum name_kind
kind_of_text(struct str parent, struct str key)
{
    for (size_t i = 0; i < N_ELEMENTS(named); i++)
        if ((!named[i].parent || str_is(parent, named[i].parent)) &&
            (!named[i].key || str_is(key, named[i].key)))
            return named[i].kind;
    return NAME_NONE;
}

static enum name_kind
kind_of_keys(struct str key)
{
    for (size_t i = 0; i < N_ELEMENTS(keyed); i++)
        if (str_is(key, keyed[i].key))
            return keyed[i].kind;
    return NAME_NONE;
}

/* JSON in a text, as tables have it. */
static struct doc *
inner_document(struct arena *arena, struct str text)
{
    struct error ignored;

    return str_starts(text, STR("{")) || str_starts(text, STR("["))
               ? doc_parse(arena, text, &ignored)
               : NULL;
}

/* Rows of tables have no member that holds them: it is called as the table's rows are recognised. */
static struct str
list_of_rows(const struct doc *rows)
{
    const struct doc *row = doc_at(rows, 0);

    if (doc_get(row, "gw_port_id"))
        return STR("routers");
    if (doc_get(row, "uuid") && doc_get(row, "name"))
        return STR("aggregates");
    return STR_NONE;
}

/* --- learning --- */

/* The host of an address like "http://keystone.example.com:5000/v3". */
static struct str
host_of_url(struct str text)
{
    ptrdiff_t at = str_find(text, STR("://"));
    size_t    n = 0;

    if (at <= 0 || at > 8)
        return STR_NONE;
    text = str_skip(text, (size_t)at + 3);
    while (n < text.n && text.p[n] != ':' && text.p[n] != '/' && text.p[n] != '[')
        n++;
    return str_head(text, n);
}

static void learn_document(struct pseudonym *, const struct doc *, struct str parent,
                           struct str key);

static void
learn_text(struct pseudonym *p, struct str text, struct str parent, struct str key)
{
    AUTO_ARENA        scratch = arena_new();
    const struct doc *inner = inner_document(scratch, text);
    enum name_kind    kind = kind_of_text(parent, key);

    if (inner)
        learn_document(p, inner, parent, key);
    else if (kind != NAME_NONE)
        renaming_learn(&p->names, kind, text);
    else if (str_is(key, "OS-EXT-SRV-ATTR:instance_name"))
        renaming_learn(&p->names, NAME_INSTANCE, text);
    else if (str_is(key, "cidr"))
        permutation_learn_subnet(&p->addresses, p->arena, text);
    else if (str_is(key, "tunneling_ip") || str_is(key, "ip_address") || str_is(key, "local_ip"))
        pseudonym_learn_tunnel(p, text);
    else if (!str_empty(host_of_url(text)))
        renaming_learn(&p->names, NAME_HOST, host_of_url(text));
}

static void
learn_document(struct pseudonym *p, const struct doc *value, struct str parent, struct str key)
{
    struct doc_iter it = { 0 };
    enum name_kind  of_keys = kind_of_keys(key);

    for (size_t i = 0; doc_kind(value) == DOC_ARRAY && i < doc_count(value); i++)
        learn_document(p, doc_at(value, i), parent, key);
    if (doc_kind(value) == DOC_STRING)
        learn_text(p, doc_text(value), parent, key);
    if (doc_kind(value) != DOC_OBJECT)
        return;
    while (doc_next(value, &it)) {
        if (of_keys != NAME_NONE)
            renaming_learn(&p->names, of_keys, it.key);
        learn_document(p, it.value, key, it.key);
    }
}

void
pseudonym_learn(struct pseudonym *p, struct str reply)
{
    AUTO_ARENA        scratch = arena_new();
    struct error      ignored;
    const struct doc *doc = doc_parse(scratch, reply, &ignored);

    if (doc)
        learn_document(p, doc, STR_NONE, list_of_rows(doc));
}

/* --- rewriting --- */

static struct doc *rewrite(const struct pseudonym *, struct arena *, const struct doc *,
                           struct str parent, struct str key);

static struct doc *
rewrite_text(const struct pseudonym *p, struct arena *arena, struct str text, struct str parent,
             struct str key)
{
    enum name_kind    kind = kind_of_text(parent, key);
    const struct doc *inner = inner_document(arena, text);

    if (inner)
        return doc_string(arena, doc_body(arena, rewrite(p, arena, inner, parent, key)));
    if (kind != NAME_NONE)
        return doc_string(arena, pseudonym_name(p, arena, kind, text));
    return doc_string(arena, pseudonym_text(p, arena, text));
}

/* What is left of an object that people fill as they like: the zone of an aggregate. */
static struct doc *
rewrite_metadata(const struct pseudonym *p, struct arena *arena, const struct doc *value)
{
    struct doc *kept = doc_object(arena);
    struct str  zone = doc_get_text(value, "availability_zone");

    if (!str_empty(zone))
        doc_set_text(arena, kept, "availability_zone", pseudonym_name(p, arena, NAME_ZONE, zone));
    return kept;
}

static struct doc *
emptied(struct arena *arena, const struct doc *value)
{
    switch (doc_kind(value)) {
    case DOC_STRING:
        return doc_string(arena, STR_NONE);
    case DOC_ARRAY:
        return doc_array(arena);
    case DOC_OBJECT:
        return doc_object(arena);
    case DOC_ABSENT:
    case DOC_NULL:
    case DOC_BOOL:
    case DOC_INT:
    case DOC_REAL:
        break;
    }
    return doc_deep_copy(arena, value);
}

static struct doc *
rewrite(const struct pseudonym *p, struct arena *arena, const struct doc *value, struct str parent,
        struct str key)
{
    struct doc_iter it = { 0 };
    struct doc     *made;

    if (str_is_one_of(key, prose, N_ELEMENTS(prose)))
        return emptied(arena, value);
    if (str_is(key, "metadata") && doc_kind(value) == DOC_OBJECT)
        return rewrite_metadata(p, arena, value);
    if (doc_kind(value) == DOC_STRING)
        return rewrite_text(p, arena, doc_text(value), parent, key);
    if (doc_kind(value) == DOC_ARRAY) {
        made = doc_array(arena);
        for (size_t i = 0; i < doc_count(value); i++)
            doc_push(arena, made, rewrite(p, arena, doc_at(value, i), parent, key));
        return made;
    }
    if (doc_kind(value) != DOC_OBJECT)
        return doc_deep_copy(arena, value);
    made = doc_object(arena);

    enum name_kind of_keys = kind_of_keys(key);

    while (doc_next(value, &it)) {
        struct str name = of_keys != NAME_NONE ? pseudonym_name(p, arena, of_keys, it.key) : it.key;

        doc_setn(arena, made, name, rewrite(p, arena, it.value, key, it.key));
    }
    return made;
}

struct str
pseudonym_reply(const struct pseudonym *p, struct arena *arena, struct str reply)
{
    struct error      ignored;
    const struct doc *doc = doc_parse(arena, reply, &ignored);

    if (!doc)
        return STR("(a reply that is no JSON was here)");
    return doc_body(arena, rewrite(p, arena, doc, STR_NONE, list_of_rows(doc)));
}
