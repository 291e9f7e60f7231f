/* A recording of a cloud: the inventory half of a scan, whose objects are thrown away. Hosts are
 * known only by what the lists say, and what is asked of a host by what it answered before: so
 * everything is parsed and built, although only replies are wanted. */

#include "scan/record.h"

#include "base/work.h"
#include "scan/discover.h"

struct record {
    struct recorder             *recorder;
    struct transport            *transport;
    const struct environment    *environment;
    const struct record_options *options;
    struct arena                *arena;
    struct record_result        *result;
    struct discovery             discovery;
    struct partition            *hosts;
    atomic_size_t                n_errors;
    bool                         is_known;
    struct error                 cloud_error;
};

static bool
is_over(const struct record *r)
{
    return (r->options->cancelled && atomic_load(r->options->cancelled)) ||
           recorder_has_failed(r->recorder);
}

static void
report_progress(struct record *r, const char *phase, size_t n_done, size_t n_total)
{
    const struct scan_progress progress = {
        .phase = phase,
        .n_done = n_done,
        .n_total = n_total,
        .found = "replies",
        .n_found = recorder_counts(r->recorder).n_replies,
        .n_errors = atomic_load(&r->n_errors),
    };

    if (r->options->progress)
        r->options->progress(r->options->context, &progress);
}

static void
ask_cloud(void *context, size_t index UNUSED)
{
    struct record *r = context;

    r->discovery = (struct discovery){
        .environment = r->environment,
        .transport = r->transport,
        .jobs = r->options->jobs,
        .recorder = r->recorder,
        .every_form = r->options->every_form,
    };
    r->is_known = discover_cloud(&r->discovery, &r->cloud_error);
    atomic_fetch_add(&r->n_errors, partition_errors(&r->discovery.own));
}

static void
watch_cloud(void *context, size_t n_done)
{
    report_progress(context, "cloud", n_done, 1);
}

/* What a host's objects would be is of no interest; its messages are, so the partition stays. */
static void
ask_host(void *context, size_t index)
{
    struct record    *r = context;
    struct partition *p = &r->hosts[index];

    p->arena = arena_new();
    if (is_over(r))
        return;
    discover_host(&r->discovery, &r->discovery.cloud.hosts[index], p);
    atomic_fetch_add(&r->n_errors, partition_errors(p));
}

static void
watch_hosts(void *context, size_t n_done)
{
    struct record *r = context;

    report_progress(r, "hosts", n_done, r->discovery.cloud.n_hosts);
}

static void
ask_hosts(struct record *r)
{
    size_t n = r->discovery.cloud.n_hosts;

    r->result->n_hosts = n;
    r->hosts = arena_array(r->arena, struct partition, n);
    work_watched(r->options->jobs, n, ask_host, watch_hosts, r);
    for (size_t i = 0; i < n; i++) {
        scan_messages_add_all(&r->result->messages, r->arena, &r->hosts[i]);
        partition_done(&r->hosts[i]);
    }
}

static bool
finish(struct record *r, struct error *err)
{
    if (!r->is_known) {
        *err = r->cloud_error;
        return false;
    }
    if (r->options->cancelled && atomic_load(r->options->cancelled))
        return error_set(err, ERROR_CANCELLED, 0, "cancelled; the folder is no recording");
    return recorder_finish(r->recorder, r->options->time, err);
}

bool
record_run(struct recorder *recorder, struct transport *transport,
           const struct environment *environment, const struct record_options *options,
           struct arena *arena, struct record_result *result, struct error *err)
{
    struct record r = {
        .recorder = recorder,
        .transport = transport,
        .environment = environment,
        .options = options,
        .arena = arena,
        .result = result,
    };
    bool good;

    *result = (struct record_result){ 0 };
    work_watched(1, 1, ask_cloud, watch_cloud, &r);
    scan_messages_add_all(&result->messages, arena, &r.discovery.own);
    recorder_release(recorder);
    if (r.is_known && !is_over(&r))
        ask_hosts(&r);
    good = finish(&r, err);
    result->counts = recorder_counts(recorder);
    discovery_done(&r.discovery);
    return good;
}
