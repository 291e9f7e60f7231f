/* Time linking and clique walking on a generated cloud.
 *
 * usage: bench_topology [HOSTS [INSTANCES_PER_HOST [hybrid|direct|lxb [classic|extended|full]]]]
 *
 * Prints one line per figure: name, value, unit, and its ratio to copying as many bytes as the
 * objects' facts and the links take, in the same run: the machines that this runs on differ. */

#include <time.h>

#include "../tests/unit/topology_world.h"

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double reference; /* seconds to copy 256 MB */

static void
figure(const char *name, double value, const char *unit, double seconds)
{
    printf("%-24s %12.3f %-8s", name, value, unit);
    if (seconds > 0)
        printf(" %8.2f x copy", seconds / reference);
    printf("\n");
}

static double
copy_seconds(void)
{
    enum { SIZE = 64 << 20, ROUNDS = 4 };
    char  *a = xmalloc(SIZE), *b = xmalloc(SIZE);
    double began;

    memset(a, 1, SIZE);
    memset(b, 2, SIZE);
    began = now();
    for (int i = 0; i < ROUNDS; i++) {
        a[i] = (char)i;
        memcpy(b, a, SIZE);
        a[0] = b[SIZE / 2];
    }

    double seconds = now() - began;

    free(a);
    free(b);
    return seconds;
}

static int
compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Each clique of a type, walked one by one. */
static void
time_walks(const struct world *w, const struct graph *graph, const struct clique_types *types,
           enum policy policy, enum object_type type, const char *name)
{
    struct clique_source source = graph_source(graph);
    AUTO_WALKER          walker = clique_walker_new(&source, types, policy);
    double              *times = xcalloc(w->n + 1, sizeof *times), total = 0;
    size_t               n = 0, n_links = 0, largest = 0;
    char                 label[64];

    for (uint32_t i = 0; i < w->n; i++) {
        struct clique clique;
        double        began = now();

        if (w->objects[i]->type != type || !clique_walk(walker, i, &clique))
            continue;
        total += times[n++] = now() - began;
        n_links += clique.n_links;
        largest = clique.n_links > largest ? clique.n_links : largest;
    }
    if (n) {
        qsort(times, n, sizeof *times, compare_doubles);
        snprintf(label, sizeof label, "clique_%s_p50", name);
        figure(label, times[n / 2] * 1e6, "us", 0);
        snprintf(label, sizeof label, "clique_%s_p99", name);
        figure(label, times[n * 99 / 100] * 1e6, "us", 0);
        snprintf(label, sizeof label, "clique_%s_link", name);
        figure(label, total / (double)n_links * 1e9, "ns", 0);
        snprintf(label, sizeof label, "clique_%s_largest", name);
        figure(label, (double)largest, "links", 0);
    }
    free(times);
}

int
main(int argc, char **argv)
{
    struct cloud_plan plan = {
        .n_hosts = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000,
        .n_instances = argc > 2 ? strtoul(argv[2], NULL, 10) : 20,
        .wiring = argc > 3 && strcmp(argv[3], "lxb") == 0      ? WIRED_LINUX_BRIDGE
                  : argc > 3 && strcmp(argv[3], "direct") == 0 ? WIRED_DIRECT
                                                               : WIRED_HYBRID,
        .rng = { 1 },
    };
    enum policy            policy = POLICY_FULL;
    struct world           w;
    struct clique_types    types;
    struct clique_summary *summaries;
    double                 began, links_time, graph_time;

    if (plan.n_hosts == 0 || (argc > 4 && !policy_from_name(str_from(argv[4]), &policy))) {
        fprintf(stderr,
                "usage: %s [HOSTS [INSTANCES_PER_HOST [hybrid|direct|lxb "
                "[classic|extended|full]]]]\n",
                argv[0]);
        return 2;
    }
    plan.n_networks = plan.n_hosts;
    world_make(&w, &plan);
    world_types(&w, policy, &types);
    reference = copy_seconds();
    figure("objects", (double)w.n, "", 0);
    figure("memory_objects", (double)arena_size(w.arena) / 1e6, "MB", 0);

    size_t before = arena_size(w.arena);

    began = now();

    struct links *links = world_links(&w, policy);

    links_time = now() - began;
    figure("links", (double)links->n, "", 0);
    figure("memory_links", (double)(arena_size(w.arena) - before) / 1e6, "MB", 0);
    figure("find_links", links_time, "s", links_time);
    began = now();

    struct graph *graph = graph_new(w.environment.name, links, 1);

    graph_time = now() - began;
    figure("graph", graph_time, "s", graph_time);
    for (unsigned jobs = 1; jobs <= 2; jobs++) {
        began = now();

        size_t n = graph_cliques(graph, &types, policy, jobs, w.arena, &summaries);
        double seconds = now() - began;

        if (jobs == 1)
            figure("cliques", (double)n, "", 0);
        figure(jobs == 1 ? "clique_rows_1_thread" : "clique_rows_2_threads", seconds, "s", seconds);
        if (jobs == 2)
            figure("links_and_cliques", links_time + graph_time + seconds, "s",
                   links_time + graph_time + seconds);
    }
    time_walks(&w, graph, &types, policy, OBJECT_INSTANCE, "instance");
    time_walks(&w, graph, &types, policy, OBJECT_NETWORK, "network");
    graph_free(graph);
    world_done(&w);
    return 0;
}
