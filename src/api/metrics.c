/* Figures for Prometheus, in its text format 0.0.4: of the process, the server, the store, and of the
 * environments that whoever asks may see. */

#include <sys/resource.h>
#include <unistd.h>

#include "api/service.h"
#include "api/v1.h"
#include "base/file.h"

#define SECOND 1e6 /* of the store's times */

/* A family of figures begins. */
static void
family(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

/* One without labels. */
static void
figure(struct buf *out, const char *name, const char *type, const char *help, double value)
{
    family(out, name, type, help);
    buf_printf(out, "%s %.17g\n", name, value);
}

/* The value of a label, in quotes. */
static void
add_label(struct buf *out, struct str value)
{
    buf_char(out, '"');
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '\n') {
            buf_add(out, STR("\\n"));
            continue;
        }
        if (value.p[i] == '"' || value.p[i] == '\\')
            buf_char(out, '\\');
        buf_char(out, value.p[i]);
    }
    buf_char(out, '"');
}

/* name{environment="...",KEY="..."} value; key NULL: the first label alone. */
static void
labelled(struct buf *out, const char *name, struct str environment, const char *key,
         struct str label, double value)
{
    buf_printf(out, "%s{environment=", name);
    add_label(out, environment);
    if (key) {
        buf_printf(out, ",%s=", key);
        add_label(out, label);
    }
    buf_printf(out, "} %.17g\n", value);
}

/* --- the process and the server --- */

/* Memory that is really there, in bytes; 0 when the system does not tell. */
static double
resident_memory(void)
{
    AUTO_FD folder = file_open_folder("/proc/self", NULL);
    AUTO_FD file = folder < 0 ? -1 : file_open_inside(folder, "statm", NULL);
    char    text[256] = "";
    long    pages = 0;

    if (file < 0 || read(file, text, sizeof text - 1) <= 0 || sscanf(text, "%*d %ld", &pages) != 1)
        return 0;
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static void
add_process(struct buf *out)
{
    struct rusage used;

    getrusage(RUSAGE_SELF, &used);
    family(out, "calipso_build_info", "gauge", "The version that runs.");
    buf_add(out, STR("calipso_build_info{version=\"" CALIPSO_VERSION "\"} 1\n"));
    figure(out, "process_resident_memory_bytes", "gauge", "Memory in use.", resident_memory());
    figure(out, "process_cpu_seconds_total", "counter", "Processor time, of users and system.",
           (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
               (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / SECOND);
}

static void
add_server(struct buf *out, struct api *api)
{
    const struct server_counts counts = api_server_counts(api);

    figure(out, "calipso_http_requests_total", "counter", "Requests that were answered.",
           (double)counts.n_requests);
    figure(out, "calipso_http_connections", "gauge", "Connections that are open.",
           (double)counts.n_connections);
    figure(out, "calipso_http_late_total", "counter", "Connections closed at a deadline.",
           (double)counts.n_late);
    figure(out, "calipso_http_limited_total", "counter",
           "Requests refused because there were too many.", (double)counts.n_limited);
    figure(out, "calipso_http_queued", "gauge", "Requests that wait for a worker.",
           (double)counts.n_queued);
}

static bool
add_store(struct buf *out, struct store *store, struct error *err)
{
    uint64_t revision;

    if (!store_revision(store, &revision, err))
        return false;
    figure(out, "calipso_store_bytes", "gauge", "Size of the store.", (double)store_size(store));
    figure(out, "calipso_store_revision", "counter", "Commits that changed something.",
           (double)revision);
    return true;
}

/* --- environments --- */

struct environments {
    struct call *call;
    struct doc  *names; /* those that may be seen; their last scans in seconds */
};

static bool
take_environment(void *context, const struct environment_row *row)
{
    struct environments *e = context;
    const struct doc    *document = doc_parse(e->call->arena, row->document, NULL);

    if (access_may(e->call->user, RIGHT_VIEW, doc_get(document, "auth")))
        doc_setn(e->call->arena, e->names, arena_str(e->call->arena, row->name),
                 doc_int(e->call->arena, row->last_scanned));
    return true;
}

struct counting {
    struct buf *out;
    struct str  environment;
};

static bool
add_objects(void *context, struct str type, uint64_t n)
{
    struct counting *c = context;

    labelled(c->out, "calipso_objects", c->environment, "type", type, (double)n);
    return true;
}

static bool
add_messages(void *context, struct str environment, enum message_level level, uint64_t n,
             int64_t last UNUSED)
{
    struct environments *e = context;

    if (doc_getn(e->names, environment))
        labelled(&e->call->reply->body, "calipso_messages", environment, "level",
                 str_from(message_level_name(level)), (double)n);
    return true;
}

/* A scan of any status; counted by environment and status. */
struct scans {
    struct environments *environments;
    struct doc          *counts; /* environment: { status: n } */
};

static bool
take_scan(void *context, struct str id UNUSED, struct str text)
{
    struct scans     *s = context;
    struct arena     *arena = s->environments->call->arena;
    const struct doc *scan = doc_parse(arena, text, NULL);
    struct str        environment = doc_get_text(scan, "environment");
    struct str        status = doc_get_text(scan, "status");
    struct doc       *of = doc_getn(s->counts, environment);

    if (!doc_getn(s->environments->names, environment))
        return true;
    if (!of) {
        of = doc_object(arena);
        doc_setn(arena, s->counts, environment, of);
    }
    doc_setn(arena, of, status, doc_int(arena, doc_number(doc_getn(of, status), 0) + 1));
    return true;
}

static void
write_scans(struct buf *out, const struct scans *s)
{
    struct doc_iter environment = { 0 };

    family(out, "calipso_scans", "gauge", "Scans that were asked for, by what became of them.");
    while (doc_next(s->counts, &environment)) {
        struct doc_iter status = { 0 };

        while (doc_next(environment.value, &status))
            labelled(out, "calipso_scans", environment.key, "status", status.key,
                     (double)doc_number(status.value, 0));
    }
}

static bool
add_environments(struct call *call, struct error *err)
{
    struct buf         *out = &call->reply->body;
    struct environments e = { call, doc_object(call->arena) };
    struct scans        scans = { &e, doc_object(call->arena) };
    struct doc_iter     it = { 0 };

    if (!store_environments(call->store, take_environment, &e, err) ||
        !collection_list(call->store, STR("scans"), take_scan, &scans, err))
        return false;
    family(out, "calipso_last_scan_timestamp_seconds", "gauge",
           "When the last full scan ended; 0: never.");
    while (doc_next(e.names, &it))
        labelled(out, "calipso_last_scan_timestamp_seconds", it.key, NULL, STR_NONE,
                 (double)doc_number(it.value, 0) / SECOND);
    write_scans(out, &scans);
    family(out, "calipso_messages", "gauge", "Messages that are kept.");
    if (!store_count_messages(call->store, 0, add_messages, &e, err))
        return false;
    family(out, "calipso_objects", "gauge", "Objects in the inventory.");
    it = (struct doc_iter){ 0 };
    while (doc_next(e.names, &it)) {
        const struct inventory inventory = { .environment = it.key };
        struct counting        counting = { out, it.key };

        if (!store_count_objects(call->store, &inventory, add_objects, &counting, err))
            return false;
    }
    return true;
}

void
get_metrics(struct call *call)
{
    struct error err;

    add_process(&call->reply->body);
    add_server(&call->reply->body, call->api);
    if (!add_store(&call->reply->body, call->store, &err) || !add_environments(call, &err)) {
        reply_failure(call, &err);
        return;
    }
    call->reply->type = str_from(call->route->media);
}
