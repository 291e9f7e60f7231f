/* One host: ask its questions, parse the answers into records, build and place its objects.
 *
 * Replies, records and documents live in a scratch arena that dies with this task; the partition's
 * arena keeps the finished objects only. */

#include "parse/parse.h"
#include "scan/partition.h"
#include "scan/probe.h"
#include "transport/recorder.h"

#define BIT(type) TYPE_BIT(OBJECT_##type)

/* What a question without an answer costs: objects that are missing, and objects that lack some of
 * their attributes. */
static const struct {
    uint64_t missing, partial;
} costs[N_HOST_ASKS] = {
    [ASK_OS_RELEASE] = { 0, BIT(HOST) },
    [ASK_ARCHITECTURE] = { 0, BIT(HOST) },
    [ASK_LINKS] = { BIT(VCONNECTOR) | BIT(OTEP), BIT(OTEP) | BIT(HOST_PNIC) },
    [ASK_BRCTL] = { BIT(VCONNECTOR), 0 },
    [ASK_ADDRESSES] = { BIT(HOST_PNIC), BIT(HOST_PNIC) | BIT(OTEP) },
    [ASK_SYSFS] = { BIT(HOST_PNIC), 0 },
    [ASK_ETHTOOL] = { 0, BIT(HOST_PNIC) },
    [ASK_BONDS] = { BIT(HOST_PNIC), BIT(HOST_PNIC) },
    [ASK_BONDING] = { 0, BIT(HOST_PNIC) },
    [ASK_NAMESPACES] = { BIT(VSERVICE) | BIT(VNIC), 0 },
    [ASK_NAMESPACE_ADDRESSES] = { BIT(VNIC), BIT(VSERVICE) },
    [ASK_OVS_BRIDGES] = { BIT(VEDGE) | BIT(OTEP), BIT(VEDGE) | BIT(OTEP) | BIT(HOST_PNIC) },
    [ASK_OVS_PORTS] = { BIT(VEDGE) | BIT(OTEP), BIT(VEDGE) | BIT(OTEP) | BIT(HOST_PNIC) },
    [ASK_OVS_INTERFACES] = { BIT(VEDGE) | BIT(OTEP), BIT(VEDGE) | BIT(OTEP) | BIT(HOST_PNIC) },
    [ASK_OVS_SHOW] = { BIT(VEDGE) | BIT(OTEP), BIT(VEDGE) | BIT(OTEP) | BIT(HOST_PNIC) },
    [ASK_DP_PORTS] = { BIT(VEDGE) | BIT(OTEP), BIT(VEDGE) | BIT(OTEP) | BIT(HOST_PNIC) },
    [ASK_FDB] = { 0, BIT(OTEP) },
    [ASK_DOMAINS] = { BIT(VNIC), 0 },
    [ASK_DOMAIN] = { BIT(VNIC), 0 },
};

/* Its substitute tells less: it is missed even when that answered. */
static const uint64_t always_missed = ASK_BIT(ASK_LINKS);

/* A host's task: what it reads and where it puts it. */
struct task {
    const struct discovery  *discovery;
    const struct cloud_host *host;
    struct partition        *partition;
    struct arena            *scratch;
    struct probe_replies    *probe; /* NULL: commands are asked one by one */

    struct answer answers[N_HOST_ASKS]; /* of questions without a loop */
    uint64_t      asked;                /* ASK_BIT()s */
    uint64_t      answered;
    size_t        n_good;
    struct str    first_complaint;

    struct netdevs       links, addresses;
    struct names         namespaces, bonds, domain_names;
    struct sysfs_devices sysfs;
    struct os_release    os;
    struct bridges       bridges;
    struct fdb           fdb;
    struct domains       domains;
    struct ovs_ports     ovs_ports;
    struct dp_ports      dp_ports;
    struct host_records  records;
};

static void
complain(struct task *t, enum host_ask ask, const char *reason)
{
    t->partition->failed_types |= costs[ask].missing;
    t->partition->partial_types |= costs[ask].partial;
    partition_say(t->partition, SEVERITY_ERROR, "%s", reason);
}

/* Ask one question; a fault is a message even when another form answered. */
static bool
ask(struct task *t, enum host_ask id, struct str word, struct answer *answer)
{
    bool good = host_ask(t->discovery->transport, t->probe, t->host->name, &host_requests[id], word,
                         t->scratch, answer);

    t->asked |= ASK_BIT(id);
    if (good) {
        t->n_good++;
        t->answered |= ASK_BIT(id);
    }
    if (answer->error.domain != ERROR_NONE && (good || answer->kind == ANSWER_BROKEN))
        complain(t, id, answer->error.message);
    return good;
}

/* Report a question that has no answer, unless that means "there is none" or another one will do. */
static void
missed(struct task *t, enum host_ask id, const struct answer *answer)
{
    if (host_requests[id].optional || answer->kind == ANSWER_BROKEN)
        return;
    complain(t, id, answer->error.message);
}

static void
misread(struct task *t, enum host_ask id, const struct error *err)
{
    struct error whole = *err;

    error_prefix(&whole, "%s on %.*s: ", host_requests[id].name, STR_ARG(t->host->name));
    complain(t, id, whole.message);
}

/* Has a question that 'id' stands in for no answer? */
static bool
is_needed(const struct task *t, enum host_ask id)
{
    unsigned others = host_requests[id].instead_of;

    return others == 0 || t->discovery->every_form || (t->asked & others & ~t->answered) != 0;
}

static bool
applies(const struct task *t, enum host_ask id)
{
    return host_request_applies(&host_requests[id], t->discovery->environment, t->host->roles);
}

/* Ask all questions that need no word, the substitutes after those they stand in for. */
static void
ask_plain(struct task *t)
{
    for (enum host_ask id = 0; id < N_HOST_ASKS; id++) {
        if (host_requests[id].each != LOOP_NONE || !applies(t, id) || !is_needed(t, id))
            continue;
        (void)!ask(t, id, STR_NONE, &t->answers[id]);
    }

    /* What a substitute answered is not missed. */
    uint64_t excused = 0;

    for (enum host_ask id = 0; id < N_HOST_ASKS; id++)
        if (t->answered & ASK_BIT(id))
            excused |= host_requests[id].instead_of & ~always_missed;
    for (enum host_ask id = 0; id < N_HOST_ASKS; id++) {
        bool is_substitute = host_requests[id].instead_of != 0;

        if (!(t->asked & ASK_BIT(id)) || (t->answered & ASK_BIT(id)) || (excused & ASK_BIT(id)))
            continue;
        if (!is_substitute || t->answers[id].kind == ANSWER_FAILED)
            missed(t, id, &t->answers[id]);
    }
}

static struct str
text_of(const struct task *t, enum host_ask id)
{
    return answer_text(&t->answers[id]);
}

static bool
has(const struct task *t, enum host_ask id)
{
    return (t->answered & ASK_BIT(id)) != 0;
}

/* Parse one reply into 'target'; on failure the records go without it. */
#define READ(t, id, parse, target)                                                                 \
    (has(t, id) && read_or_complain(t, id, parse(t->scratch, text_of(t, id), target, &err), &err))

static bool
read_or_complain(struct task *t, enum host_ask id, bool good, const struct error *err)
{
    if (!good)
        misread(t, id, err);
    return good;
}

static void
read_os(struct task *t)
{
    struct error err;
    struct str   machine;

    if (!READ(t, ASK_OS_RELEASE, parse_os_release, &t->os))
        return;
    t->records.os = &t->os;
    if (str_empty(t->os.architecture) && READ(t, ASK_ARCHITECTURE, parse_architecture, &machine))
        t->os.architecture = machine;
}

/* A form that asks for JSON and gets something else has failed: text is another form's. */
static bool
parse_devices(struct arena *arena, const struct host_request *request, const struct answer *answer,
              struct netdevs *out, struct error *err)
{
    bool is_json = strstr(request->forms[answer->form], " -j ") != NULL;
    bool good = is_json ? parse_ip_json(arena, answer_text(answer), out, err)
                        : parse_ip_text(arena, answer_text(answer), out, err);

    if (good && out->n == 0)
        return error_set(err, ERROR_PARSE, 0, "no device, not even lo");
    return good;
}

static bool
read_ip(struct task *t, enum host_ask id, struct netdevs *out)
{
    struct error err;

    return has(t, id) &&
           read_or_complain(
               t, id, parse_devices(t->scratch, &host_requests[id], &t->answers[id], out, &err),
               &err);
}

static void
read_devices(struct task *t)
{
    struct error err;

    if (read_ip(t, ASK_LINKS, &t->links)) {
        t->records.links = &t->links;
        bridges_of_netdevs(t->scratch, &t->links, &t->bridges);
        t->records.bridges = &t->bridges;
    } else if (READ(t, ASK_BRCTL, parse_brctl, &t->bridges)) {
        t->records.bridges = &t->bridges;
    }
    if (read_ip(t, ASK_ADDRESSES, &t->addresses))
        t->records.addresses = &t->addresses;
    if (READ(t, ASK_SYSFS, parse_sysfs_net, &t->sysfs))
        t->records.sysfs = &t->sysfs;
    if (READ(t, ASK_FDB, parse_fdb, &t->fdb))
        t->records.fdb = &t->fdb;
}

static void
read_ovs(struct task *t)
{
    struct error err;

    if (has(t, ASK_OVS_BRIDGES) && has(t, ASK_OVS_PORTS) && has(t, ASK_OVS_INTERFACES)) {
        const struct ovs_tables tables = { text_of(t, ASK_OVS_BRIDGES), text_of(t, ASK_OVS_PORTS),
                                           text_of(t, ASK_OVS_INTERFACES) };

        if (read_or_complain(t, ASK_OVS_BRIDGES,
                             parse_ovs_tables(t->scratch, &tables, &t->ovs_ports, &err), &err))
            t->records.ovs_ports = &t->ovs_ports;
    } else if (READ(t, ASK_OVS_SHOW, parse_ovs_show, &t->ovs_ports)) {
        t->records.ovs_ports = &t->ovs_ports;
    }
    if (READ(t, ASK_DP_PORTS, parse_dpctl_show, &t->dp_ports))
        t->records.dp_ports = &t->dp_ports;
}

static void
read_namespaces(struct task *t)
{
    struct error err;

    if (!READ(t, ASK_NAMESPACES, parse_netns_list, &t->namespaces))
        return;

    struct namespace_records *spaces =
        arena_array(t->scratch, struct namespace_records, t->namespaces.n);
    size_t n = 0;

    for (size_t i = 0; i < t->namespaces.n; i++) {
        struct str      name = t->namespaces.items[i];
        struct netdevs *devices = arena_new_of(t->scratch, struct netdevs);
        struct answer   answer;

        if (!str_starts(name, STR("qdhcp-")) && !str_starts(name, STR("qrouter-")))
            continue;
        spaces[n] = (struct namespace_records){ .name = name };
        if (!host_word_is_valid(name)) {
            partition_say(t->partition, SEVERITY_ERROR,
                          "%.*s: a namespace with a name that no command may hold is left out",
                          STR_ARG(t->host->name));
            continue;
        }
        if (!ask(t, ASK_NAMESPACE_ADDRESSES, name, &answer))
            missed(t, ASK_NAMESPACE_ADDRESSES, &answer);
        else if (parse_devices(t->scratch, &host_requests[ASK_NAMESPACE_ADDRESSES], &answer,
                               devices, &err))
            spaces[n].devices = devices;
        else
            misread(t, ASK_NAMESPACE_ADDRESSES, &err);
        n++;
    }
    t->records.namespace_names = &t->namespaces;
    t->records.namespaces = spaces;
    t->records.n_namespaces = n;
}

static void
read_nics(struct task *t)
{
    if (!t->records.addresses || !applies(t, ASK_ETHTOOL))
        return;

    struct ethtool *tools = arena_array(t->scratch, struct ethtool, t->addresses.n);
    size_t          n = 0;

    for (size_t i = 0; i < t->addresses.n; i++) {
        struct str    device = t->addresses.items[i].name;
        struct answer answer;
        struct error  err;

        if (!is_physical(t->discovery->environment, &t->records, device) ||
            !host_word_is_valid(device))
            continue;
        if (!ask(t, ASK_ETHTOOL, device, &answer))
            missed(t, ASK_ETHTOOL, &answer);
        else if (parse_ethtool(t->scratch, device, answer_text(&answer), &tools[n], &err))
            n++;
        else
            misread(t, ASK_ETHTOOL, &err);
    }
    t->records.ethtools = tools;
    t->records.n_ethtools = n;
}

static void
read_bonds(struct task *t)
{
    struct error err;

    if (!READ(t, ASK_BONDS, parse_bonding_list, &t->bonds))
        return;

    struct bonding *bondings = arena_array(t->scratch, struct bonding, t->bonds.n);
    size_t          n = 0;

    for (size_t i = 0; i < t->bonds.n; i++) {
        struct answer answer;
        struct str    bond = t->bonds.items[i];

        if (!host_word_is_valid(bond))
            continue;
        if (!ask(t, ASK_BONDING, bond, &answer))
            missed(t, ASK_BONDING, &answer);
        else if (parse_bonding(t->scratch, bond, answer_text(&answer), &bondings[n], &err))
            n++;
        else
            misread(t, ASK_BONDING, &err);
    }
    t->records.bondings = bondings;
    t->records.n_bondings = n;
}

static void
read_domains(struct task *t)
{
    struct error err;

    if (!READ(t, ASK_DOMAINS, parse_virsh_list, &t->domain_names))
        return;
    t->domains.items = arena_array(t->scratch, struct domain, t->domain_names.n);
    for (size_t i = 0; i < t->domain_names.n; i++) {
        struct str    name = t->domain_names.items[i];
        struct answer answer;

        if (!host_word_is_valid(name)) {
            partition_say(t->partition, SEVERITY_ERROR,
                          "%.*s: a domain with a name that no command may hold is left out",
                          STR_ARG(t->host->name));
            continue;
        }
        if (!ask(t, ASK_DOMAIN, name, &answer))
            missed(t, ASK_DOMAIN, &answer);
        else if (parse_domain(t->scratch, answer_text(&answer), &t->domains.items[t->domains.n],
                              &err))
            t->domains.n++;
        else
            misread(t, ASK_DOMAIN, &err);
    }
    t->records.domains = &t->domains;
}

/* The folders that every host has, in the order of the original's scanner table. */
static void
make_folders(struct tree *tree, const struct place *host)
{
    tree_folder(tree, "vservices_folder", host, "vservices", "vServices");
    tree_folder(tree, "instances_folder", host, "instances", "Instances");
    tree_folder(tree, "pnics_folder", host, "host_pnics", "host_pNICs");
    tree_folder(tree, "vconnectors_folder", host, "vconnectors", "vConnectors");
    tree_folder(tree, "vedges_folder", host, "vedges", "vEdges");
    tree_folder(tree, "network_agents_folder", host, "network_agents", "Network agents");
}

static struct built
begin(struct task *t)
{
    return (struct built){ .arena = t->scratch };
}

/* Place what a builder made below the host's folder of that type (NULL: by its own parents). */
static void
place(struct task *t, struct tree *tree, const struct built *built, const char *folder_type,
      const char *folder)
{
    const struct place *scanned = NULL;

    if (folder)
        scanned = tree_find(tree, str_from(folder_type),
                            arena_printf(t->scratch, "%.*s-%s", STR_ARG(t->host->name), folder));
    partition_place(t->partition, tree, built, scanned);
}

static void
build_all(struct task *t, struct tree *tree)
{
    const struct cloud        *cloud = &t->discovery->cloud;
    const struct cloud_host   *host = t->host;
    const struct host_records *records = &t->records;
    struct built               built = begin(t);

    build_host(cloud, host, records, &built);
    partition_place(t->partition, tree, &built, NULL);

    const struct place *place_of_host = tree_find(tree, STR("host"), host->name);

    if (!place_of_host)
        return;
    make_folders(tree, place_of_host);

    built = begin(t);
    build_network_agents(cloud, host, &built);
    place(t, tree, &built, "network_agents_folder", "network_agents");

    built = begin(t);
    build_instances(cloud, host, &built);
    place(t, tree, &built, "instances_folder", "instances");
    for (size_t i = 0; i < built.docs.n; i++) {
        const struct place *instance =
            tree_find(tree, STR("instance"), doc_get_text(built.docs.items[i], "id"));

        if (instance)
            tree_folder(tree, "vnics_folder", instance, "vnics", "vNICs");
    }

    built = begin(t);
    build_vservices(cloud, host, records, &built);
    place(t, tree, &built, "vservices_folder", "vservices");

    built = begin(t);
    build_vservice_vnics(cloud, host, records, &built);
    place(t, tree, &built, NULL, NULL);

    built = begin(t);
    build_instance_vnics(cloud, host, records, &built);
    place(t, tree, &built, NULL, NULL);

    built = begin(t);
    build_host_pnics(cloud, host, records, &built);
    place(t, tree, &built, "pnics_folder", "host_pnics");

    struct built vconnectors = begin(t), vedges = begin(t);

    build_vconnectors(cloud, host, records, &vconnectors);
    place(t, tree, &vconnectors, "vconnectors_folder", "vconnectors");
    build_vedges(cloud, host, records, &vedges);
    place(t, tree, &vedges, "vedges_folder", "vedges");

    built = begin(t);
    build_oteps(cloud, host, records, &vedges.docs, &vconnectors.docs, &built);
    place(t, tree, &built, NULL, NULL);
}

/* A host that said nothing at all: one message stands for all that is not known. */
static void
be_silent(struct task *t, const struct error *why)
{
    struct partition *p = t->partition;

    for (enum host_ask id = 0; id < N_HOST_ASKS; id++) {
        if (!applies(t, id))
            continue;
        p->failed_types |= costs[id].missing;
        p->partial_types |= costs[id].partial;
    }
    partition_say(p, SEVERITY_ERROR, "%s", why->message);
}

static void
record_sections(const struct task *t, const struct probe_replies *replies)
{
    for (size_t i = 0; t->discovery->recorder && i < replies->n_sections; i++) {
        const struct probe_section *s = &replies->sections[i];

        if (map_get(&replies->by_command, s->command) == s)
            recorder_add_cli(t->discovery->recorder, t->host->name, s->command, s->status, s->text,
                             s->complaint);
    }
}

/* All questions in one script. What came before a script broke off counts; what did not come is told
 * question by question. */
static bool
run_probe(struct task *t, struct probe_replies *replies)
{
    const struct discovery *d = t->discovery;
    char                    boundary[PROBE_BOUNDARY_SIZE];
    struct probe_limits     limits = probe_limits_default;
    struct str              script, output = STR_NONE;
    struct error            broken, err;
    bool                    has_ended;

    limits.every_form = d->every_form;
    probe_boundary(boundary);
    script = probe_script(t->scratch, d->environment, t->host->roles, boundary, &limits);
    has_ended = transport_run(d->transport, t->host->name, script, t->scratch, &output, &broken);
    if (!probe_read(t->scratch, output, boundary, &limits, replies, &err)) {
        error_prefix(&err, "%.*s: ", STR_ARG(t->host->name));
        be_silent(t, has_ended ? &err : &broken);
        return false;
    }
    if (!has_ended)
        partition_say(t->partition, SEVERITY_ERROR, "%s", broken.message);
    t->probe = replies;
    record_sections(t, replies);
    return true;
}

static void
read_all(struct task *t)
{
    ask_plain(t);
    read_os(t);
    read_devices(t);
    read_ovs(t);
    read_namespaces(t);
    read_nics(t);
    read_bonds(t);
    read_domains(t);
}

static double
processor_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void
discover_host(const struct discovery *discovery, const struct cloud_host *host,
              struct partition *partition)
{
    AUTO_ARENA         scratch = arena_new();
    AUTO_PROBE_REPLIES replies = { 0 };
    struct tree        tree;
    struct task        t = {
               .discovery = discovery,
               .host = host,
               .partition = partition,
               .scratch = scratch,
    };

    double began = processor_seconds();

    partition->host = host->name;
    if (!host_name_is_valid(host->name)) {
        partition_say(partition, SEVERITY_ERROR, "host %.*s: left out, no host has such a name",
                      STR_ARG(host->name));
        return;
    }
    if (!transport_has_shells(discovery->transport) || run_probe(&t, &replies))
        read_all(&t);
    partition->is_silent = t.n_good == 0;
    partition->parse_seconds = processor_seconds() - began;
    began = processor_seconds();

    tree_init(&tree, scratch, discovery->environment->name, &discovery->tree);
    build_all(&t, &tree);
    partition_finish(partition, &tree, 1);
    tree_done(&tree);
    partition->build_seconds = processor_seconds() - began;
}
