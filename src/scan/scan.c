/* The walk: lease, discovery, links, cliques, commit, messages.
 *
 * What is to be committed is collected as pointers to objects in canonical order; the objects stay
 * in the arenas of their partitions until the commit has read them. */

#include "scan/scan.h"

#include <pthread.h>
#include <unistd.h>

#include "base/work.h"
#include "scan/collect.h"
#include "scan/scope.h"
#include "scan/write.h"
#include "store/catalog.h"
#include "topology/graph.h"

enum {
    HOSTS_WAITED_FOR = 16,
    HEARTBEAT_SECONDS = 10,
    SECOND = 1000000, /* microseconds */
};

struct scan {
    struct store              *store;
    struct transport          *transport;
    const struct environment  *environment;
    const struct scan_options *options;
    struct arena              *arena; /* of the result */
    struct arena              *work;  /* of the scan's own tables */
    struct scan_result        *result;
    struct lease               lease;
    pthread_mutex_t            store_lock; /* while others ask the cloud */
    int64_t                    last_heartbeat;
    atomic_bool                is_lost; /* somebody else has the lease */
    struct error               lost;
    int64_t                    started;
    atomic_size_t              n_objects; /* so far, for the progress */
    atomic_size_t              n_errors;
    atomic_uchar              *host_steps; /* enum host_step of each, for the progress */

    struct inventory          inventory;
    struct scan_scope         scope;
    struct discovery          discovery;
    const struct cloud_host **asked;
    struct partition         *hosts; /* of each that is asked */
    size_t                    n_hosts;
    bool                      is_cloud_known;
    struct error              cloud_error;
    struct collected          collected;
    struct links             *links;
    struct graph             *graph;
    struct clique_types       clique_types;
    struct clique_summary    *cliques;
    size_t                    n_cliques;

    struct commit  *commit;
    struct findings findings;
    bool            is_written; /* write_fixed_objects() */
    struct error    write_error;
};

enum host_step { HOST_WAITS, HOST_IS_ASKED, HOST_IS_DONE };

/* They are begun in their order, so the first that is still asked has taken longest. */
static struct str
slowest_host(const struct scan *s)
{
    for (size_t i = 0; i < s->n_hosts; i++)
        if (atomic_load(&s->host_steps[i]) == HOST_IS_ASKED)
            return s->asked[i]->name;
    return STR_NONE;
}

static void
report_progress(struct scan *s, const char *phase, size_t n_done, size_t n_total)
{
    if (!s->options->progress)
        return;

    struct scan_progress progress = {
        .phase = phase,
        .n_done = n_done,
        .n_total = n_total,
        .found = "objects",
        .n_found = atomic_load(&s->n_objects),
        .n_errors = atomic_load(&s->n_errors),
    };

    snprintf(progress.host, sizeof progress.host, "%.*s", STR_ARG(slowest_host(s)));
    s->options->progress(s->options->context, &progress);
}

/* Does this scan do that phase? */
static bool
does(const struct scan *s, enum scan_phase phase)
{
    return s->options->phases == 0 || (s->options->phases & phase) != 0;
}

static void
count_time(struct scan *s, enum scan_stage stage, int64_t since)
{
    s->result->seconds[stage] += (double)(store_now() - since) / SECOND;
}

/* --- messages --- */

static void
store_message(struct scan *s, enum message_level level, struct str text, struct str host)
{
    const struct message message = {
        .environment = s->environment->name,
        .level = level,
        .text = text,
        .related_object = host,
        .related_object_type = str_empty(host) ? STR_NONE : STR("host"),
        .display_context = s->environment->name,
        .origin_id = s->options->request.p ? s->options->request : STR_NONE,
        .origin_type = str_from(s->options->cause),
        .timestamp = store_now(),
    };
    struct error err;

    /* A message that cannot be kept must not end the scan it speaks of. */
    (void)!store_add_message(s->store, &message, &err);
}

static void
add_notes(struct scan *s, const struct str *notes, size_t n, enum message_level level)
{
    for (size_t i = 0; i < n; i++)
        scan_messages_add(&s->result->messages, s->arena, level, notes[i], STR_NONE);
}

/* What all parts had to say; also of a scan that fails half way, to tell why. */
static void
collect_messages(struct scan *s)
{
    struct scan_messages *m = &s->result->messages;

    add_notes(s, s->options->faults, s->options->n_faults, MESSAGE_ERROR);
    scan_messages_add_all(m, s->arena, &s->discovery.own);
    for (size_t i = 0; i < s->n_hosts; i++)
        scan_messages_add_all(m, s->arena, &s->hosts[i]);
    add_notes(s, s->collected.notes, s->collected.n_notes, MESSAGE_WARN);
    if (s->links)
        add_notes(s, s->links->notes, s->links->n_notes, MESSAGE_WARN);
    add_notes(s, s->clique_types.notes, s->clique_types.n_notes, MESSAGE_WARN);
    if (s->result->commit.n_duplicates)
        scan_messages_add(m, s->arena, MESSAGE_WARN, str_from(s->result->commit.duplicate),
                          STR_NONE);
    for (size_t i = 0; i < m->n; i++)
        store_message(s, m->items[i].level, m->items[i].text, m->items[i].host);
}

/* --- while others are waited for --- */

static bool
is_cancelled(const struct scan *s)
{
    return s->options->cancelled && atomic_load(s->options->cancelled);
}

/* Is there still somebody for whom to go on? */
static bool
goes_on(struct scan *s, struct error *err)
{
    if (is_cancelled(s))
        return error_set(err, ERROR_CANCELLED, 0, "cancelled; the inventory is as it was before");
    if (atomic_load(&s->is_lost)) {
        *err = s->lost;
        return false;
    }
    return true;
}

static void
heartbeat(struct scan *s)
{
    int64_t now = store_now();

    if (now - s->last_heartbeat < HEARTBEAT_SECONDS * (int64_t)SECOND)
        return;
    s->last_heartbeat = now;
    pthread_mutex_lock(&s->store_lock);
    if (!store_lease_heartbeat(s->store, &s->lease, now, &s->lost))
        atomic_store(&s->is_lost, true);
    pthread_mutex_unlock(&s->store_lock);
}

static void
watch_cloud(void *context, size_t n_done)
{
    struct scan *s = context;

    report_progress(s, "cloud", n_done, 1);
    heartbeat(s);
}

static void
watch_hosts(void *context, size_t n_done)
{
    struct scan *s = context;

    report_progress(s, "hosts", n_done, s->n_hosts);
    heartbeat(s);
}

/* --- inventory --- */

static void
scan_host(void *context, size_t index)
{
    struct scan      *s = context;
    struct partition *p = &s->hosts[index];

    p->arena = arena_new();
    if (is_cancelled(s) || atomic_load(&s->is_lost))
        return;
    atomic_store(&s->host_steps[index], HOST_IS_ASKED);
    discover_host(&s->discovery, s->asked[index], p);
    atomic_store(&s->host_steps[index], HOST_IS_DONE);
    atomic_fetch_add(&s->n_objects, p->n_objects);
    atomic_fetch_add(&s->n_errors, partition_errors(p));
}

static bool
scan_hosts(struct scan *s, struct error *err)
{
    int64_t             since = store_now();
    const struct cloud *cloud = &s->discovery.cloud;

    s->asked = arena_array(s->work, const struct cloud_host *, cloud->n_hosts);
    s->host_steps = arena_array(s->work, atomic_uchar, cloud->n_hosts);
    s->hosts = arena_array(s->work, struct partition, cloud->n_hosts);
    for (size_t i = 0; i < cloud->n_hosts; i++)
        if (scope_asks(&s->scope, cloud->hosts[i].name))
            s->asked[s->n_hosts++] = &cloud->hosts[i];
    s->result->n_hosts = s->n_hosts;
    work_watched(s->options->jobs, s->n_hosts, scan_host, watch_hosts, s);
    for (size_t i = 0; i < s->n_hosts; i++) {
        s->result->parse_seconds += s->hosts[i].parse_seconds;
        s->result->build_seconds += s->hosts[i].build_seconds;
    }
    count_time(s, STAGE_HOSTS, since);
    return goes_on(s, err);
}

/* By which a cloud is known again, whatever address it is reached at: the ids of the endpoints in
 * its catalog. */
static struct doc *
cloud_identity(struct arena *arena, const struct cloud *cloud)
{
    struct doc *ids = doc_array(arena);

    for (size_t i = 0; i < cloud->n_regions; i++) {
        struct doc_iter it = { 0 };

        while (doc_next(cloud->regions[i].endpoints, &it))
            if (!str_empty(doc_get_text(it.value, "id")))
                doc_push_text(arena, ids, doc_get_text(it.value, "id"));
    }
    return ids;
}

static bool
array_has(const struct doc *array, struct str text)
{
    for (size_t i = 0; i < doc_count(array); i++)
        if (str_equal(doc_text(doc_at(array, i)), text))
            return true;
    return false;
}

/* One environment is one cloud: another one would look like everything gone and all new. Services
 * come and go, so half of the endpoints that were known is enough. */
static bool
check_cloud(struct scan *s, struct error *err)
{
    struct doc       *identity = cloud_identity(s->work, &s->discovery.cloud);
    const struct doc *known = doc_get(s->environment->document, "cloud");
    struct doc       *document;
    size_t            n_same = 0;

    if (doc_count(identity) == 0)
        return true; /* no catalog: nothing to tell by */
    for (size_t i = 0; i < doc_count(known); i++)
        n_same += array_has(identity, doc_text(doc_at(known, i)));
    if (n_same * 2 < doc_count(known))
        return error_set(err, ERROR_CONFIG, 0,
                         "environment %.*s is another cloud than the one that answered; "
                         "scan it under another name",
                         STR_ARG(s->environment->name));
    if (doc_equal(identity, known))
        return true;
    document = doc_copy(s->work, s->environment->document);
    doc_set(s->work, document, "cloud", identity);
    return store_put_environment(s->store, doc_body(s->work, document), err);
}

static bool
recall_documents(void *context, const char *type, struct arena *arena, struct docs *docs)
{
    struct scan *s = context;
    struct error err;
    bool         good;

    if (s->options->clear || s->options->clear_all)
        return false;
    pthread_mutex_lock(&s->store_lock);
    good = load_objects(s->store, s->options->space, s->environment, type, arena, docs, &err);
    pthread_mutex_unlock(&s->store_lock);
    return good;
}

static void
scan_cloud(void *context, size_t index UNUSED)
{
    struct scan        *s = context;
    const struct recall recall = { s, recall_documents };

    s->discovery = (struct discovery){
        .environment = s->environment,
        .transport = s->transport,
        .recall = &recall,
        .jobs = s->options->jobs,
    };
    s->is_cloud_known = discover_cloud(&s->discovery, &s->cloud_error);
    s->discovery.recall = NULL;
}

static bool
scan_inventory(struct scan *s, struct error *err)
{
    int64_t since = store_now();

    work_watched(1, 1, scan_cloud, watch_cloud, s);
    if (!goes_on(s, err))
        return false;
    if (!s->is_cloud_known) {
        *err = s->cloud_error;
        return false;
    }
    if (!check_cloud(s, err))
        return false;
    atomic_store(&s->n_objects, s->discovery.own.n_objects);
    atomic_store(&s->n_errors, s->options->n_faults + partition_errors(&s->discovery.own));
    count_time(s, STAGE_CLOUD, since);
    return scope_follow_moves(&s->scope, s->store, &s->inventory, &s->discovery.cloud, s->work,
                              err) &&
           scan_hosts(s, err) &&
           collect_fresh(&s->collected, s->store, s->options->space, s->environment, &s->discovery,
                         &s->scope, s->hosts, s->n_hosts,
                         s->options->clear || s->options->clear_all, err);
}

/* --- links and cliques --- */

static void
scan_links(struct scan *s)
{
    s->links =
        links_find(s->work, s->environment, s->options->policy,
                   (const struct object *const *)s->collected.objects, s->collected.n_objects);
    if (s->options->implicit_links)
        links_add_implicit(s->links, s->clique_types.attributes, s->clique_types.n_attributes);
    if (does(s, SCAN_LINKS))
        s->result->n_links = s->links->n;
}

static void
scan_cliques(struct scan *s)
{
    s->graph = graph_new(s->environment->name, s->links, s->options->jobs);
    s->n_cliques = graph_cliques(s->graph, &s->clique_types, s->options->policy, s->options->jobs,
                                 s->work, &s->cliques);
    s->result->n_cliques = s->n_cliques;
}

/* Connect what was collected. A scan of the inventory only looks for links all the same: they tell
 * the networks of some objects, which would else be lost until the next scan of links. */
static void
connect_objects(struct scan *s)
{
    if (does(s, SCAN_INVENTORY) || does(s, SCAN_LINKS))
        scan_links(s);
    if (does(s, SCAN_CLIQUES))
        scan_cliques(s);
}

/* --- commit --- */

/* Of objects, links and cliques those that are there by now. Links write networks into some objects,
 * so objects are part of every phase but the last. */
static struct findings
findings_of(const struct scan *s)
{
    return (struct findings){
        .environment = s->environment->name,
        .objects = (const struct object *const *)s->collected.objects,
        .n_objects = does(s, SCAN_INVENTORY) || does(s, SCAN_LINKS) ? s->collected.n_objects : 0,
        .links = does(s, SCAN_LINKS) ? s->links : NULL,
        .cliques = s->cliques,
        .n_cliques = does(s, SCAN_CLIQUES) ? s->n_cliques : 0,
        .jobs = s->options->jobs,
    };
}

/* Two tasks that share nothing but the objects, which both only read. */
static void
connect_or_write(void *context, size_t task)
{
    struct scan *s = context;

    if (task == 0)
        connect_objects(s);
    else
        s->is_written = write_fixed_objects(s->commit, &s->findings, &s->write_error);
}

static bool
connect_and_write(struct scan *s, struct error *err)
{
    report_progress(s, "links", 0, 1);
    s->findings = findings_of(s);
    work_each(s->options->jobs, 2, connect_or_write, s);
    if (!s->is_written) {
        *err = s->write_error;
        return false;
    }
    for (size_t i = 0; s->links && i < s->links->n_write_backs; i++) {
        const struct write_back *w = &s->links->write_backs[i];

        collected_set_network(&s->collected, w->object, w->network);
    }
    report_progress(s, "commit", 0, 1);
    s->findings = findings_of(s);
    return write_other_objects(s->commit, &s->findings, err) &&
           write_connections(s->commit, &s->findings, err);
}

static bool
has_answered(const struct scan *s, struct str host)
{
    for (size_t i = 0; i < s->n_hosts; i++)
        if (str_equal(s->asked[i]->name, host))
            return !s->hosts[i].is_silent;
    return false;
}

/* Of a scan of one object: the hosts that were to be asked, and "" for what the lists tell. One that
 * is no longer in the lists is gone with all it had. */
static struct host_seen *
hosts_seen(struct scan *s, size_t *n)
{
    const struct map *hosts = &s->scope.hosts;
    struct host_seen *seen = arena_array(s->work, struct host_seen, hosts->n + 1);

    *n = 0;
    if (s->scope.is_whole)
        return NULL;
    seen[(*n)++] = (struct host_seen){ STR_NONE, true };
    for (size_t i = 0; i < hosts->capacity; i++) {
        struct str host = hosts->entries[i].key;

        if (host.p)
            seen[(*n)++] = (struct host_seen){ host, has_answered(s, host) };
    }
    return seen;
}

static bool
scan_commit(struct scan *s, struct error *err)
{
    int64_t                  since = store_now();
    size_t                   n_hosts;
    const struct host_seen  *hosts = hosts_seen(s, &n_hosts);
    const struct commit_spec spec = {
        .environment = s->environment->name,
        .space = s->options->space,
        .cause = s->options->cause,
        .scope = s->scope.text,
        .time = since,
        .lease = &s->lease,
    };
    const struct commit_scope scope = {
        .objects = does(s, SCAN_INVENTORY),
        .links = does(s, SCAN_LINKS),
        .cliques = does(s, SCAN_CLIQUES),
        .clear = s->options->clear,
        .clear_all = s->options->clear_all,
        .failed = s->collected.failed,
        .n_failed = s->collected.n_failed,
        .hosts = hosts,
        .n_hosts = n_hosts,
    };

    if (!store_commit_begin(s->store, &spec, &s->commit, err))
        return false;
    if (!connect_and_write(s, err) || !commit_finish(s->commit, &scope, &s->result->commit, err)) {
        commit_abort(s->commit);
        return false;
    }
    count_time(s, STAGE_COMMIT, since);
    return true;
}

/* --- the whole --- */

static bool
load_clique_types(struct scan *s, struct error *err)
{
    struct doc *types, *constraints;

    if (!catalog_read(s->store, "clique_types", s->work, &types, err) ||
        !catalog_read(s->store, "clique_constraints", s->work, &constraints, err))
        return false;
    clique_types_choose(s->work, s->environment, s->options->policy, types, constraints,
                        &s->clique_types);
    return true;
}

/* What there is to connect: discovered, or as it is stored. */
static bool
collect_objects(struct scan *s, struct error *err)
{
    if (does(s, SCAN_INVENTORY)) {
        if (!scan_inventory(s, err))
            return false;
    } else if (!collect_stored(&s->collected, s->store, s->options->space, s->environment, err)) {
        return false;
    }
    for (size_t i = 0; i < s->collected.n_objects; i++)
        s->result->n_of_type[s->collected.objects[i]->type]++;
    s->result->n_objects = s->collected.n_objects;
    if (does(s, SCAN_INVENTORY) || does(s, SCAN_LINKS))
        return true;
    s->links = collect_links(&s->collected, s->store, s->options->space, s->environment, err);
    return s->links != NULL;
}

static void
scan_done(struct scan *s)
{
    scope_done(&s->scope);
    graph_free(s->graph);
    collected_done(&s->collected);
    for (size_t i = 0; i < s->n_hosts; i++)
        partition_done(&s->hosts[i]);
    if (s->discovery.arena)
        discovery_done(&s->discovery);
    arena_free(s->work);
}

/* "scan", or "scan of instance 4711". */
static struct str
what_scan(const struct scan *s)
{
    struct str id = s->options->object.id;

    if (str_empty(id))
        return STR("scan");
    return arena_join(s->arena, STR("scan of "), s->scope.is_whole ? id : s->scope.text, STR_NONE);
}

static void
note_end(struct scan *s, bool good, const struct error *err)
{
    const struct scan_result *r = s->result;
    struct str                what = what_scan(s), text;

    if (!good)
        text = arena_printf(s->arena, "%.*s %s%s", STR_ARG(what),
                            err->domain == ERROR_CANCELLED ? "" : "failed: ", err->message);
    else
        text = arena_printf(
            s->arena, "%.*s %s: %zu hosts, %zu objects, %zu links, %zu cliques, %zu errors",
            STR_ARG(what), r->status == SCAN_COMPLETED ? "completed" : "completed with errors",
            r->n_hosts, r->n_objects, r->n_links, r->n_cliques, r->messages.n_errors);
    store_message(s, good ? MESSAGE_INFO : MESSAGE_ERROR, text, STR_NONE);
}

/* What is known of the environment now. A scan that somebody ended says nothing about it, and one of
 * a part little. */
static void
mark_environment(struct scan *s, bool good, const struct error *err)
{
    struct str   name = s->environment->name;
    struct error ignored;

    bool is_whole = s->options->phases == 0 && str_empty(s->options->object.id);

    if (!does(s, SCAN_INVENTORY) ||
        (!good && (err->domain == ERROR_CANCELLED || err->domain == ERROR_BUSY)))
        return;
    if (is_whole)
        (void)!store_mark_scanned(s->store, name, good, store_now(), &ignored);
    if (s->options->is_live && (good || err->domain == ERROR_TRANSPORT))
        (void)!store_mark_operational(s->store, name, good, &ignored);
}

static bool
is_begun(struct scan *s, struct error *err)
{
    return !s->options->begun || s->options->begun(s->options->context, err);
}

unsigned
scan_default_jobs(bool is_replay)
{
    long n_processors = sysconf(_SC_NPROCESSORS_ONLN);

    return !is_replay ? HOSTS_WAITED_FOR : n_processors > 0 ? (unsigned)n_processors : 1;
}

bool
scan_run(struct store *store, struct transport *transport, const struct environment *environment,
         const struct scan_options *options, struct arena *arena, struct scan_result *result,
         struct error *err)
{
    char               host_name[256] = "";
    struct lease_owner owner = { .owner = options->started_by, .pid = getpid() };
    struct scan        s = {
               .store = store,
               .transport = transport,
               .environment = environment,
               .options = options,
               .arena = arena,
               .result = result,
               .inventory = { environment->name, options->space },
               .started = store_now(),
               .store_lock = PTHREAD_MUTEX_INITIALIZER,
    };

    *result = (struct scan_result){ .status = SCAN_FAILED };
    gethostname(host_name, sizeof host_name - 1);
    owner.host = str_from(host_name);
    if (!store_lease_acquire(store, environment->name, &owner, s.started, &s.lease, err))
        return false;

    struct error ignored;

    if (!is_begun(&s, err)) {
        (void)!store_lease_release(store, &s.lease, &ignored);
        return false;
    }
    s.work = arena_new();
    s.last_heartbeat = s.started;

    bool good = (str_empty(options->new_document) ||
                 store_put_environment(store, options->new_document, err)) &&
                scope_find(&s.scope, store, &s.inventory, &options->object, s.work, err);

    store_message(&s, MESSAGE_INFO, arena_join(s.work, what_scan(&s), STR(" started"), STR_NONE),
                  STR_NONE);
    good = good && load_clique_types(&s, err) && collect_objects(&s, err) && scan_commit(&s, err);

    if (good || err->domain != ERROR_CANCELLED)
        collect_messages(&s);
    if (good)
        result->status = result->messages.n_errors ? SCAN_COMPLETED_WITH_ERRORS : SCAN_COMPLETED;
    note_end(&s, good, err);
    mark_environment(&s, good, err);
    (void)!store_lease_release(store, &s.lease, &ignored);
    scan_done(&s);
    return good;
}
