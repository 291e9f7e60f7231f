/* The table of parsers, and records as documents.
 *
 * Where two commands say the same, a "same_" row reads both from one input, whose parts are divided
 * by lines of two hyphens, and fails when the records differ. */

#include "golden/parsers.h"

#include "parse/parse.h"

/* --- records as documents --- */

static struct doc *
doc_of_names(struct arena *arena, const struct names *names)
{
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < names->n; i++)
        doc_push_text(arena, list, names->items[i]);
    return list;
}

/* Text with several lines reads better as a list. */
static struct doc *
doc_of_lines(struct arena *arena, struct str text)
{
    struct doc *list = doc_array(arena);
    struct str  line;

    while (str_line(&text, &line))
        doc_push_text(arena, list, line);
    return list;
}

/* Members that most devices lack are left out when they are unset. */
static void
set_text(struct arena *arena, struct doc *object, const char *key, struct str text)
{
    if (!str_empty(text))
        doc_set_text(arena, object, key, text);
}

static void
set_number(struct arena *arena, struct doc *object, const char *key, int64_t number)
{
    if (number != 0)
        doc_set_int(arena, object, key, number);
}

static struct doc *
doc_of_addresses(struct arena *arena, const struct netdev *d)
{
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < d->n_addresses; i++) {
        const struct address *a = &d->addresses[i];
        struct doc           *o = doc_object(arena);

        doc_set_bool(arena, o, "is_ipv6", a->is_ipv6);
        doc_set_text(arena, o, "local", a->local);
        doc_set_int(arena, o, "prefix", a->prefix);
        doc_set_text(arena, o, "scope", a->scope);
        doc_push(arena, list, o);
    }
    return list;
}

static struct doc *
doc_of_netdev(struct arena *arena, const struct netdev *d)
{
    struct doc *o = doc_object(arena);

    doc_set_int(arena, o, "index", d->index);
    doc_set_text(arena, o, "name", d->name);
    doc_set_text(arena, o, "flags", d->flags);
    doc_set_text(arena, o, "mac", d->mac);
    doc_set_int(arena, o, "mtu", d->mtu);
    doc_set_text(arena, o, "state", d->state);
    doc_set_bool(arena, o, "is_up", netdev_is_up(d));
    set_text(arena, o, "peer", d->peer);
    set_text(arena, o, "master", d->master);
    set_text(arena, o, "kind", d->kind);
    set_text(arena, o, "bridge_id", d->bridge_id);
    set_number(arena, o, "stp", d->stp);
    set_number(arena, o, "vxlan_id", d->vxlan_id);
    set_number(arena, o, "vxlan_port", d->vxlan_port);
    set_text(arena, o, "vxlan_local", d->vxlan_local);
    if (d->n_addresses)
        doc_set(arena, o, "addresses", doc_of_addresses(arena, d));
    doc_set(arena, o, "lines", doc_of_lines(arena, d->lines));
    return o;
}

static struct doc *
doc_of_netdevs(struct arena *arena, const struct netdevs *devices)
{
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < devices->n; i++)
        doc_push(arena, list, doc_of_netdev(arena, &devices->items[i]));
    return list;
}

static struct doc *
doc_of_bridges(struct arena *arena, const struct bridges *bridges)
{
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < bridges->n; i++) {
        struct doc *o = doc_object(arena);

        doc_set_text(arena, o, "name", bridges->items[i].name);
        doc_set_text(arena, o, "id", bridges->items[i].id);
        doc_set_bool(arena, o, "stp", bridges->items[i].stp);
        doc_set(arena, o, "members", doc_of_names(arena, &bridges->items[i].members));
        doc_push(arena, list, o);
    }
    return list;
}

static struct doc *
doc_of_fdb(struct arena *arena, const struct fdb *fdb)
{
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < fdb->n; i++) {
        struct doc *o = doc_object(arena);

        doc_set_text(arena, o, "mac", fdb->items[i].mac);
        doc_set_text(arena, o, "device", fdb->items[i].device);
        doc_set_text(arena, o, "dst", fdb->items[i].dst);
        doc_set_text(arena, o, "rest", fdb->items[i].rest);
        doc_push(arena, list, o);
    }
    return list;
}

static struct doc *
doc_of_ovs_ports(struct arena *arena, const struct ovs_ports *ports)
{
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < ports->n; i++) {
        const struct ovs_port *p = &ports->items[i];
        struct doc            *o = doc_object(arena);

        doc_set_text(arena, o, "bridge", p->bridge);
        doc_set_text(arena, o, "name", p->name);
        doc_set_text(arena, o, "tag", p->tag);
        doc_set_text(arena, o, "interface", p->interface);
        doc_set_text(arena, o, "type", p->type);
        if (p->options)
            doc_set(arena, o, "options", p->options);
        doc_set(arena, o, "interfaces", doc_of_names(arena, &p->interfaces));
        doc_push(arena, list, o);
    }
    return list;
}

/* --- one row each --- */

static bool
dump_ip(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct netdevs devices = { 0 };

    if (!parse_ip(arena, input, &devices, err))
        return false;
    *out = doc_of_netdevs(arena, &devices);
    return true;
}

static bool
dump_bridges(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct netdevs devices = { 0 };
    struct bridges bridges = { 0 };

    if (!parse_ip(arena, input, &devices, err))
        return false;
    bridges_of_netdevs(arena, &devices, &bridges);
    *out = doc_of_bridges(arena, &bridges);
    return true;
}

static bool
dump_netns(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct names names = { 0 };

    if (!parse_netns_list(arena, input, &names, err))
        return false;
    *out = doc_of_names(arena, &names);
    return true;
}

static bool
dump_sysfs(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct sysfs_devices devices = { 0 };

    if (!parse_sysfs_net(arena, input, &devices, err))
        return false;
    *out = doc_array(arena);
    for (size_t i = 0; i < devices.n; i++) {
        struct doc *o = doc_object(arena);

        doc_set_text(arena, o, "name", devices.items[i].name);
        doc_set_bool(arena, o, "is_virtual", devices.items[i].is_virtual);
        doc_push(arena, *out, o);
    }
    return true;
}

static bool
dump_os_release(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct os_release release = { 0 };

    if (!parse_os_release(arena, input, &release, err))
        return false;
    *out = doc_object(arena);
    doc_set_text(arena, *out, "name", release.name);
    doc_set_text(arena, *out, "version", release.version);
    doc_set_text(arena, *out, "id", release.id);
    doc_set_text(arena, *out, "id_like", release.id_like);
    doc_set_text(arena, *out, "architecture", release.architecture);
    return true;
}

static bool
dump_architecture(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct str machine = STR_NONE;

    if (!parse_architecture(arena, input, &machine, err))
        return false;
    *out = doc_string(arena, machine);
    return true;
}

static bool
dump_ethtool(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct ethtool ethtool = { 0 };

    if (!parse_ethtool(arena, STR("eth0"), input, &ethtool, err))
        return false;
    *out = ethtool.attributes;
    return true;
}

static bool
dump_bonding_list(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct names names = { 0 };

    if (!parse_bonding_list(arena, input, &names, err))
        return false;
    *out = doc_of_names(arena, &names);
    return true;
}

static bool
dump_bonding(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct bonding bonding = { 0 };

    if (!parse_bonding(arena, STR("bond0"), input, &bonding, err))
        return false;
    *out = doc_object(arena);
    doc_set(arena, *out, "attributes", bonding.attributes);
    doc_set(arena, *out, "members", bonding.members);
    return true;
}

static bool
dump_brctl(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct bridges bridges = { 0 };

    if (!parse_brctl(arena, input, &bridges, err))
        return false;
    *out = doc_of_bridges(arena, &bridges);
    return true;
}

static bool
dump_fdb(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct fdb fdb = { 0 };

    if (!parse_fdb(arena, input, &fdb, err))
        return false;
    *out = doc_of_fdb(arena, &fdb);
    return true;
}

static bool
dump_virsh_list(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct names names = { 0 };

    if (!parse_virsh_list(arena, input, &names, err))
        return false;
    *out = doc_of_names(arena, &names);
    return true;
}

static bool
dump_domain(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct domain domain = { 0 };
    struct doc   *interfaces = doc_array(arena);

    if (!parse_domain(arena, input, &domain, err))
        return false;
    for (size_t i = 0; i < domain.n_interfaces; i++)
        doc_push(arena, interfaces, domain.interfaces[i]);
    *out = doc_object(arena);
    doc_set_text(arena, *out, "name", domain.name);
    doc_set_text(arena, *out, "uuid", domain.uuid);
    doc_set(arena, *out, "interfaces", interfaces);
    return true;
}

static bool
dump_dpctl_show(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct dp_ports ports = { 0 };

    if (!parse_dpctl_show(arena, input, &ports, err))
        return false;
    *out = doc_array(arena);
    for (size_t i = 0; i < ports.n; i++) {
        struct doc *o = doc_object(arena);

        doc_set_text(arena, o, "number", ports.items[i].number);
        doc_set_text(arena, o, "name", ports.items[i].name);
        doc_set_text(arena, o, "suffix", ports.items[i].suffix);
        doc_push(arena, *out, o);
    }
    return true;
}

static bool
dump_ovs_show(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct ovs_ports ports = { 0 };

    if (!parse_ovs_show(arena, input, &ports, err))
        return false;
    *out = doc_of_ovs_ports(arena, &ports);
    return true;
}

/* --- replies of the APIs --- */

static struct doc *
doc_of_docs(struct arena *arena, const struct docs *docs)
{
    struct doc *list = doc_array(arena);

    for (size_t i = 0; i < docs->n; i++)
        doc_push(arena, list, docs->items[i]);
    return list;
}

/* The first line holds the key of the list and the fields that an element must have. */
static bool
dump_list(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct docs  docs = { 0 };
    struct str   line = STR_NONE, key = STR_NONE, required = STR_NONE;
    struct error first = { 0 };
    size_t       n_unsound = 0;

    if (str_line(&input, &line) && str_word(&line, &key))
        required = str_trim(line);
    if (!parse_list_sound(arena, input, arena_str(arena, key).p, arena_str(arena, required).p,
                          &docs, &n_unsound, &first, err))
        return false;
    *out = doc_object(arena);
    doc_set(arena, *out, "elements", doc_of_docs(arena, &docs));
    if (n_unsound) {
        doc_set_int(arena, *out, "n_unsound", (int64_t)n_unsound);
        doc_set_text(arena, *out, "first", str_from(first.message));
    }
    return true;
}

static bool
dump_catalog(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct docs docs = { 0 };

    if (!parse_catalog(arena, input, &docs, err))
        return false;
    *out = doc_of_docs(arena, &docs);
    return true;
}

static bool
dump_token(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct token token = { 0 };

    if (!parse_token(arena, input, &token, err))
        return false;
    *out = doc_object(arena);
    doc_set_text(arena, *out, "id", token.id);
    doc_set_text(arena, *out, "expires", token.expires);
    doc_set_int(arena, *out, "expires_at", token.expires_at);
    if (token.project)
        doc_set(arena, *out, "project", token.project);
    return true;
}

/* --- inputs of several parts --- */

enum { MAX_PARTS = 4 };

/* Divide the input at lines of two hyphens into exactly 'n' parts. */
static bool
divide(struct str input, struct str *parts, size_t n, struct error *err)
{
    struct str line, rest = input;
    size_t     n_parts = 1;

    parts[0] = (struct str){ input.p, 0 };
    while (str_line(&rest, &line)) {
        if (!str_is(line, "--")) {
            parts[n_parts - 1].n = (size_t)(line.p + line.n - parts[n_parts - 1].p);
        } else if (n_parts == n) {
            n_parts++;
            break;
        } else {
            parts[n_parts++] = (struct str){ rest.p, 0 };
        }
    }
    return n_parts == n || error_set(err, ERROR_PARSE, 0, "the case needs %zu parts", n);
}

static bool
dump_ovs_tables(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct str       parts[MAX_PARTS];
    struct ovs_ports ports = { 0 };

    if (!divide(input, parts, 3, err) ||
        !parse_ovs_tables(arena, &(struct ovs_tables){ parts[0], parts[1], parts[2] }, &ports, err))
        return false;
    *out = doc_of_ovs_ports(arena, &ports);
    return true;
}

/* The records of both, when they are the same; else where they begin to differ. */
static bool
same(struct arena *arena, struct doc *a, struct doc *b, struct doc **out, struct error *err)
{
    struct str x = doc_body(arena, a), y = doc_body(arena, b);
    size_t     at = 0;

    *out = a;
    if (str_equal(x, y))
        return true;
    while (at < x.n && at < y.n && x.p[at] == y.p[at])
        at++;
    at = at < 40 ? 0 : at - 40;
    return error_set(err, ERROR_PARSE, 0, "differ: %.*s | %.*s",
                     STR_ARG(str_head(str_skip(x, at), 100)),
                     STR_ARG(str_head(str_skip(y, at), 100)));
}

static bool
dump_same(struct arena *arena, struct str input,
          bool (*dump)(struct arena *, struct str, struct doc **, struct error *),
          bool (*other)(struct arena *, struct str, struct doc **, struct error *),
          struct doc **out, struct error *err)
{
    struct str  parts[MAX_PARTS];
    struct doc *a, *b;

    return divide(input, parts, 2, err) && dump(arena, parts[0], &a, err) &&
           other(arena, parts[1], &b, err) && same(arena, a, b, out, err);
}

static bool
dump_same_ip(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    return dump_same(arena, input, dump_ip, dump_ip, out, err);
}

static bool
dump_same_bridges(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    return dump_same(arena, input, dump_bridges, dump_brctl, out, err);
}

static bool
dump_same_fdb(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    return dump_same(arena, input, dump_fdb, dump_fdb, out, err);
}

static bool
dump_same_ovs(struct arena *arena, struct str input, struct doc **out, struct error *err)
{
    struct str       parts[MAX_PARTS];
    struct ovs_ports tables = { 0 }, show = { 0 };

    return divide(input, parts, 4, err) &&
           parse_ovs_tables(arena, &(struct ovs_tables){ parts[0], parts[1], parts[2] }, &tables,
                            err) &&
           parse_ovs_show(arena, parts[3], &show, err) &&
           same(arena, doc_of_ovs_ports(arena, &tables), doc_of_ovs_ports(arena, &show), out, err);
}

/* New rows go to the end: the first byte of a fuzzing input is the number of a row. */
const struct parser parsers[] = {
    { "ip", dump_ip },
    { "bridges", dump_bridges },
    { "netns_list", dump_netns },
    { "sysfs_net", dump_sysfs },
    { "os_release", dump_os_release },
    { "architecture", dump_architecture },
    { "ethtool", dump_ethtool },
    { "bonding_list", dump_bonding_list },
    { "bonding", dump_bonding },
    { "brctl", dump_brctl },
    { "fdb", dump_fdb },
    { "virsh_list", dump_virsh_list },
    { "domain", dump_domain },
    { "ovs_tables", dump_ovs_tables },
    { "ovs_show", dump_ovs_show },
    { "dpctl_show", dump_dpctl_show },
    { "same_ip", dump_same_ip },
    { "same_bridges", dump_same_bridges },
    { "same_fdb", dump_same_fdb },
    { "same_ovs", dump_same_ovs },
    { "list", dump_list },
    { "catalog", dump_catalog },
    { "token", dump_token },
};

const size_t n_parsers = N_ELEMENTS(parsers);
