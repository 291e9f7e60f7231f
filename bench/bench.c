/* Time the whole path on a recording, and print one line per figure:
 *
 *     name value unit budget ratio ok|OVER
 *
 * 'ratio' compares with a plain use of the library below, measured in the same run, because
 * machines differ: parsing with plain JSON reading of the same bytes, commits with plain inserts
 * of as many rows of that size. '-' where there is nothing to compare with or no budget.
 *
 * usage: bench SIZE RECORDING STORE_FILE PROGRAM */

#include <fcntl.h>
#include <jansson.h>
#include <spawn.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "model/defaults.h"
#include "scan/collect.h"
#include "store/catalog.h"
#include "scan/scan.h"
#include "topology/graph.h"
#include "transport/replay.h"

/* Budgets in seconds, MB and milliseconds; 0 = none. */
struct size {
    const char *name;
    double      scan, rescan, links_and_cliques, memory_mb;
};

static const struct size sizes[] = {
    { "S100", 1.5, 0.8, 0.1, 400 },
    { "S1k", 8, 4, 0.5, 0 },
    { "S10k", 90, 45, 0, 3000 },
};

static bool is_over;

static double
now(void)
{
    return (double)store_now() * 1e-6;
}

static void
figure(const char *name, double value, const char *unit, double budget, double reference)
{
    bool over = budget > 0 && value > budget;
    char budget_text[32] = "-", ratio_text[32] = "-";

    if (budget > 0)
        snprintf(budget_text, sizeof budget_text, "%g", budget);
    if (reference > 0)
        snprintf(ratio_text, sizeof ratio_text, "%.2f", value / reference);
    printf("%-36s %10.3f %-5s %8s %8s %s\n", name, value, unit, budget_text, ratio_text,
           over ? "OVER" : "ok");
    fflush(stdout);
    is_over |= over;
}

static NORETURN void
give_up(const char *what, const struct error *err)
{
    fprintf(stderr, "bench: %s: %s\n", what, err->message);
    exit(2);
}

/* --- references --- */

/* Plain inserts of 'n' rows with bodies of 'size' bytes, with one index, in one transaction. */
static double
plain_inserts(size_t n, size_t size)
{
    sqlite3      *db;
    sqlite3_stmt *insert;
    char         *body = xmalloc(size + 1);
    double        began;

    memset(body, 'x', size);
    if (sqlite3_open("", &db) != SQLITE_OK)
        abort();
    sqlite3_exec(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, k TEXT, body TEXT); BEGIN", NULL, NULL,
                 NULL);
    sqlite3_exec(db, "CREATE UNIQUE INDEX i ON t(k)", NULL, NULL, NULL);
    sqlite3_prepare_v2(db, "INSERT INTO t(k, body) VALUES(?, ?)", -1, &insert, NULL);
    began = now();
    for (size_t i = 0; i < n; i++) {
        char key[32];
        int  length = snprintf(key, sizeof key, "%zx-%zu", i * 2654435761u % n, i);

        sqlite3_bind_text(insert, 1, key, length, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, body, (int)size, SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
    }
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);

    double seconds = now() - began;

    sqlite3_finalize(insert);
    sqlite3_close(db);
    free(body);
    return seconds;
}

/* Plain jansson reading JSON like that of the hosts' replies; seconds a megabyte. */
static double
plain_json_seconds_per_mb(void)
{
    AUTO_BUF text = { 0 };
    double   began, seconds = 0;

    buf_char(&text, '[');
    for (int i = 0; i < 4000; i++)
        buf_printf(&text,
                   "%s{\"ifindex\":%d,\"ifname\":\"tap%08x-ab\",\"flags\":[\"BROADCAST\",\"UP\"],"
                   "\"mtu\":1450,\"address\":\"fe:16:3e:00:00:01\",\"linkinfo\":{\"info_kind\":"
                   "\"tun\"},\"num_tx_queues\":1,\"gso_max_size\":65536}",
                   i ? "," : "", i, i);
    buf_char(&text, ']');
    for (int i = 0; i < 8; i++) {
        began = now();

        json_t *tree = json_loadb(text.p, text.n, 0, NULL);

        seconds += now() - began;
        if (!tree)
            abort();
        json_decref(tree);
    }
    return seconds / (8.0 * (double)text.n / 1e6);
}

/* --- cliques --- */

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double
quantile(double *values, size_t n, double q)
{
    qsort(values, n, sizeof *values, by_value);
    return n ? values[(size_t)((double)(n - 1) * q)] : 0;
}

struct warm {
    struct collected    *collected;
    struct clique_source source;
    struct clique_types  types;
};

/* Two quantiles, of which the higher one has a budget. */
static void
figures_of(const char *name, double *values, size_t n, const char *unit, double budget_p99)
{
    char label[64];

    snprintf(label, sizeof label, "%s_p50", name);
    figure(label, quantile(values, n, 0.5), unit, 0, 0);
    snprintf(label, sizeof label, "%s_p99", name);
    figure(label, quantile(values, n, 0.99), unit, budget_p99, 0);
}

/* Walk the cliques of all objects of a type, and write them as JSON. */
static void
time_cliques(struct warm *w, enum object_type type, const char *name)
{
    size_t      n = 0;
    double     *walks = xcalloc(w->collected->n_objects, sizeof *walks);
    double     *wholes = xcalloc(w->collected->n_objects, sizeof *wholes);
    AUTO_WALKER walker = clique_walker_new(&w->source, &w->types, POLICY_FULL);
    AUTO_BUF    text = { 0 };
    char        label[64];
    bool        is_network = type == OBJECT_NETWORK;

    for (size_t i = 0; i < w->collected->n_objects; i++) {
        struct clique clique;
        double        began = now(), walked;

        if (w->collected->objects[i]->type != type || !clique_walk(walker, (uint32_t)i, &clique))
            continue;
        walked = now();
        buf_clear(&text);
        clique_write(&text, &w->source, &w->types, &clique, STR_NONE);
        walks[n] = (walked - began) * 1e6 / (double)clique.n_links;
        wholes[n] = (now() - began) * (is_network ? 1e6 / (double)clique.n_links : 1e3);
        n++;
    }
    if (is_network) {
        figures_of("clique_network_per_link", walks, n, "us", 1);
        figures_of("clique_network_written_per_link", wholes, n, "us", 0);
    } else {
        snprintf(label, sizeof label, "clique_%s", name);
        figures_of(label, wholes, n, "ms", 1);
    }
    free(walks);
    free(wholes);
}

static void
bench_cliques(struct store *store, const struct environment *environment, double budget)
{
    AUTO_ARENA       arena = arena_new();
    struct collected collected;
    struct warm      warm = { .collected = &collected };
    struct doc      *types, *constraints;
    struct error     err;

    if (!collect_stored(&collected, store, STR_NONE, environment, &err) ||
        !catalog_read(store, "clique_types", arena, &types, &err) ||
        !catalog_read(store, "clique_constraints", arena, &constraints, &err))
        give_up("cannot read the store", &err);
    clique_types_choose(arena, environment, POLICY_FULL, types, constraints, &warm.types);

    /* A scan does this beside its writing; here it is timed alone. */
    struct clique_summary *rows;
    double                 began = now(), found;
    struct links          *links =
        links_find(arena, environment, POLICY_FULL, (const struct object *const *)collected.objects,
                   collected.n_objects);

    found = now();

    unsigned   jobs = scan_default_jobs(true);
    AUTO_GRAPH graph = graph_new(environment->name, links, jobs);

    graph_cliques(graph, &warm.types, POLICY_FULL, jobs, arena, &rows);
    figure("links_time", found - began, "s", 0, 0);
    figure("clique_rows", now() - found, "s", 0, 0);
    figure("links_and_cliques", now() - began, "s", budget, 0);
    warm.source = graph_source(graph);
    time_cliques(&warm, OBJECT_INSTANCE, "instance");
    time_cliques(&warm, OBJECT_VSERVICE, "vservice");
    time_cliques(&warm, OBJECT_NETWORK, "network");
    collected_done(&collected);
}

/* The whole program from its start, as from a shell. */
static void
bench_cold(const char *program, const char *uri, struct store *store,
           const struct environment *environment)
{
    enum { ROUNDS = 40 };
    double           times[ROUNDS];
    AUTO_ARENA       arena = arena_new();
    struct collected collected;
    struct error     err;
    struct str       name = arena_str(arena, environment->name);
    size_t           n = 0;

    posix_spawn_file_actions_t quiet;

    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!collect_stored(&collected, store, STR_NONE, environment, &err))
        give_up("cannot read the store", &err);
    for (size_t i = 0; i < collected.n_objects && n < ROUNDS; i++) {
        const struct object *o = collected.objects[i];

        if (o->type != OBJECT_INSTANCE || i % 7)
            continue;

        /* Not fork(): copying the page tables of this process would be most of the time. */
        const char *const words[] = {
            program, "clique", o->id.p, "-e", name.p, "--store", uri, NULL
        };
        double began = now();
        pid_t  child;
        int    status = 0;

        if (posix_spawn(&child, program, &quiet, NULL, (char *const *)(uintptr_t)words, environ) !=
            0)
            give_up("calipso clique", &(struct error){ .message = "cannot be started" });
        waitpid(child, &status, 0);
        if (status != 0)
            give_up("calipso clique", &(struct error){ .message = "it failed" });
        times[n++] = (now() - began) * 1e3;
    }
    posix_spawn_file_actions_destroy(&quiet);
    figure("clique_instance_cold_p50", quantile(times, n, 0.5), "ms", 0, 0);
    figure("clique_instance_cold_p99", quantile(times, n, 0.99), "ms", 100, 0);
    collected_done(&collected);
}

/* --- the whole path --- */

static struct scan_result
scan(struct store *store, const char *folder, struct arena *arena, struct environment *environment,
     double *seconds)
{
    AUTO_RECORDING     recording = NULL;
    struct error       err;
    struct scan_result result;
    double             began = now();

    if (!recording_open(folder, &recording, &err))
        give_up(folder, &err);

    struct doc *document = recording_environment(recording, arena, STR("bench"), NULL, &err);

    if (!document || !environment_read(arena, document, environment, &err) ||
        !store_put_environment(store, doc_body(arena, document), &err))
        give_up("environment", &err);

    struct transport         *transport = replay_open(recording);
    const struct scan_options options = {
        .environment = environment->name,
        .cause = "bench",
        .jobs = scan_default_jobs(true),
        .policy = POLICY_FULL,
        .started_by = STR("bench"),
    };

    if (!scan_run(store, transport, environment, &options, arena, &result, &err))
        give_up("scan", &err);
    transport_close(transport);
    *seconds = now() - began;
    for (size_t i = 0; i < result.messages.n && i < 3; i++)
        fprintf(stderr, "bench: %.*s\n", STR_ARG(result.messages.items[i].text));
    return result;
}

/* Rows of all kinds, and that of the revision. */
static double
n_written(const struct commit_counts *c)
{
    const struct kind_counts *kinds[] = { &c->objects, &c->links, &c->cliques };
    uint64_t                  n = c->revision != 0;

    for (size_t i = 0; i < N_ELEMENTS(kinds); i++)
        n += kinds[i]->n_added + kinds[i]->n_changed + kinds[i]->n_removed;
    return (double)n;
}

static double
peak_mb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

int
main(int argc, char **argv)
{
    const struct size *size = NULL;
    struct error       err;
    AUTO_ARENA         arena = arena_new();
    struct environment environment;
    double             seconds, rescan_seconds;

    for (size_t i = 0; argc == 5 && i < N_ELEMENTS(sizes); i++)
        if (strcmp(argv[1], sizes[i].name) == 0)
            size = &sizes[i];
    if (!size) {
        fprintf(stderr, "usage: bench S100|S1k|S10k RECORDING STORE_FILE PROGRAM\n");
        return 2;
    }

    const char *uri = arena_printf(arena, "sqlite:%s", argv[3]).p;
    AUTO_STORE  store = store_open(uri, STORE_CREATE, &err);

    if (!store)
        give_up("store", &err);

    struct scan_result first = scan(store, argv[2], arena, &environment, &seconds);
    double             memory = peak_mb();
    size_t             n_rows = first.n_objects + first.n_links;
    double             inserts = plain_inserts(n_rows, 600);
    double             json = plain_json_seconds_per_mb();

    printf("%-36s %10s %-5s %8s %8s\n", size->name, "value", "unit", "budget", "ratio");
    figure("objects", (double)first.n_objects, "", 0, 0);
    figure("links", (double)first.n_links, "", 0, 0);
    figure("cliques", (double)first.n_cliques, "", 0, 0);
    figure("plain_json", 1 / json, "MB/s", 0, 0);
    figure("plain_inserts", inserts, "s", 0, 0);
    figure("cloud_lists", first.seconds[STAGE_CLOUD], "s", 0, 0);
    figure("hosts", first.seconds[STAGE_HOSTS], "s", 0, 0);
    figure("parse_cpu", first.parse_seconds, "s", 0, 0);
    figure("build_cpu", first.build_seconds, "s", 0, 0);
    figure("commit", first.seconds[STAGE_COMMIT], "s", 0, inserts);
    figure("scan", seconds, "s", size->scan, inserts);
    figure("peak_memory", memory, "MB", size->memory_mb, 0);
    figure("file_size", (double)store_size(store) / 1e6, "MB", 0, 0);

    struct scan_result second = scan(store, argv[2], arena, &environment, &rescan_seconds);

    figure("rescan_unchanged", rescan_seconds, "s", size->rescan, inserts);
    figure("rescan_commit", second.seconds[STAGE_COMMIT], "s", 0, 0);
    figure("rescan_rows_written", n_written(&second.commit), "", 0.5, 0);
    bench_cliques(store, &environment, size->links_and_cliques);
    bench_cold(argv[4], uri, store, &environment);
    return is_over ? 1 : 0;
}
