/* Time the store alone on rows that are made up on the way, and print one line per figure:
 *
 *     name value unit ratio
 *
 * 'ratio' compares a commit with plain inserts of the same bodies into a table with one index, in
 * the same run.
 *
 * usage: store_bench [OBJECTS] [FOLDER] */

#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/hash.h"
#include "store/store.h"

enum { OBJECTS_OF_HOST = 100, DATA_BYTES = 330 };

static const char *const types[] = { "instance",   "vnic", "vnic", "vnics_folder", "vconnector",
                                     "vconnector", "port", "port", "host_pnic",    "vservice" };

struct bench {
    struct store *store;
    size_t        n_hosts;
    struct error  err;
};

static NORETURN void
give_up(struct bench *b)
{
    fprintf(stderr, "store_bench: %s\n", b->err.message);
    exit(1);
}

#define must(b, call)                                                                              \
    do {                                                                                           \
        if (!(call))                                                                               \
            give_up(b);                                                                            \
    } while (0)

static double
now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void
figure(const char *name, double value, const char *unit, double ratio)
{
    printf("%-34s %12.3f %-10s", name, value, unit);
    if (ratio > 0)
        printf(" %6.2f", ratio);
    putchar('\n');
    fflush(stdout);
}

/* --- made-up rows --- */

static struct object
object_at(struct arena *arena, size_t host, size_t i, unsigned generation)
{
    const char   *type = types[i % N_ELEMENTS(types)];
    struct object o = { 0 };
    struct str    data = arena_printf(arena, "%0*zu", DATA_BYTES, i);
    uint64_t      salt = hash_text(0, arena_printf(arena, "%zu %zu", host, i));
    unsigned      a = (unsigned)(salt & 0xff), b = (unsigned)(salt >> 8 & 0xff);

    if (!object_type_from_name(str_from(type), &o.type))
        abort();
    o.host = arena_printf(arena, "node-%zu", host);
    o.id = arena_printf(arena, "node-%zu-%016llx-%zu", host, (unsigned long long)salt, i);
    o.name = arena_printf(arena, "%s-%zx-%zu", type, host, i);
    o.oid = oid_of_object(STR("bench"), o.type, o.id);
    o.parent_type = STR("host");
    o.parent_id = arena_printf(arena, "node-%zu-%s", host, type);
    object_set_body(
        &o,
        arena_printf(
            arena,
            "{\"data\":\"%s\",\"environment\":\"bench\",\"host\":\"%s\",\"id\":\"%s\",\"id_path\":"
            "\"/bench/bench-regions/R/zones/nova/%s/%s/%s\",\"ip_address\":\"10.%u.%u.%zu\","
            "\"mac_address\":\"fa:16:3e:%02x:%02x:%02x\",\"mtu\":%u,\"name\":\"%s\",\"object_"
            "name\":"
            "\"%s\",\"parent_id\":\"%s\",\"parent_type\":\"host\",\"show_in_tree\":true,\"type\":"
            "\"%"
            "s\"}",
            data.p, o.host.p, o.id.p, o.host.p, o.parent_id.p, o.id.p, a, b, i % 250, a, b,
            (unsigned)i & 0xff, 1500 + generation, o.name.p, o.name.p, o.parent_id.p, type));
    return o;
}

static struct link_row
link_at(struct arena *arena, const struct object *source, const struct object *target)
{
    struct link_row  l = { .type = STR("instance-vnic"),
                           .source = source->oid,
                           .target = target->oid,
                           .host = source->host };
    struct link_type type = { (uint8_t)source->type, (uint8_t)target->type };

    l.type =
        arena_join(arena, object_type_name(source->type), STR("-"), object_type_name(target->type));
    l.oid = oid_of_link(STR("bench"), type, l.source, l.target);
    l.body = arena_printf(
        arena,
        "{\"attributes\":{\"network\":\"8ba0f7be-8163-575f-9bf7-39f061a61ffa\"},\"environment\":"
        "\"bench\",\"host\":\"%s\",\"implicit\":false,\"link_name\":\"net-%s\",\"link_type\":\"%"
        "s\","
        "\"link_weight\":0,\"source\":\"%s\",\"source_id\":\"%s\",\"source_label\":\"\",\"state\":"
        "\"up\",\"target\":\"%s\",\"target_id\":\"%s\",\"target_label\":\"\"}",
        l.host.p, l.host.p, l.type.p, oid_text(l.source, arena).p, source->id.p,
        oid_text(l.target, arena).p, target->id.p);
    l.digest = hash_text(0, l.body);
    return l;
}

/* --- commits --- */

/* When each phase of a commit's end began. */
struct phases {
    double remove, search, commit, done;
};

static void
note_phase(void *context, const char *phase)
{
    struct phases *p = context;

    if (strcmp(phase, "remove") == 0)
        p->remove = p->search = p->commit = now();
    else if (strcmp(phase, "search") == 0)
        p->search = p->commit = now();
    else if (strcmp(phase, "before-commit") == 0)
        p->commit = now();
    else if (strcmp(phase, "after-commit") == 0)
        p->done = now();
}

/* One host in 'changed_every' has another generation of its objects. */
static void
commit(struct bench *b, const char *what, size_t changed_every, double reference)
{
    const struct commit_scope scope = { .objects = true, .links = true, .cliques = true };
    struct commit_spec   spec = { .environment = STR("bench"), .cause = what, .time = store_now() };
    AUTO_ARENA           arena = arena_new();
    struct commit       *c;
    struct commit_counts counts;
    struct phases        end = { 0 };
    double               began, seconds[3] = { 0 };
    size_t               n = b->n_hosts * OBJECTS_OF_HOST;
    char                 name[64];

    must(b, store_commit_begin(b->store, &spec, &c, &b->err));
    for (size_t host = 0; host < b->n_hosts; host++) {
        unsigned        generation = changed_every && host % changed_every == 0;
        struct object   objects[OBJECTS_OF_HOST];
        struct link_row links[OBJECTS_OF_HOST];

        arena_clear(arena);
        for (size_t i = 0; i < OBJECTS_OF_HOST; i++)
            objects[i] = object_at(arena, host, i, generation);
        for (size_t i = 0; i < OBJECTS_OF_HOST; i++)
            links[i] = link_at(arena, &objects[i], &objects[(i + 1) % OBJECTS_OF_HOST]);

        double start = now(), middle;

        for (size_t i = 0; i < OBJECTS_OF_HOST; i++)
            must(b, commit_object(c, &objects[i], NULL, &b->err));
        middle = now();
        for (size_t i = 0; i < OBJECTS_OF_HOST; i++)
            must(b, commit_link(c, &links[i], &b->err));
        seconds[0] += middle - start;
        seconds[1] += now() - middle;
    }
    began = now();
    store_set_fault(b->store, note_phase, &end);
    must(b, commit_finish(c, &scope, &counts, &b->err));
    store_set_fault(b->store, NULL, NULL);
    seconds[2] = now() - began;
    snprintf(name, sizeof name, "%s: objects", what);
    figure(name, (double)n / seconds[0], "rows/s", reference > 0 ? reference / seconds[0] : 0);
    snprintf(name, sizeof name, "%s: links", what);
    figure(name, (double)n / seconds[1], "rows/s", 0);
    snprintf(name, sizeof name, "%s: what is gone", what);
    figure(name, end.search - end.remove, "s", 0);
    snprintf(name, sizeof name, "%s: search index", what);
    figure(name, end.commit - end.search, "s", 0);
    snprintf(name, sizeof name, "%s: end of transaction", what);
    figure(name, end.done - end.commit, "s", 0);
    snprintf(name, sizeof name, "%s: whole", what);
    figure(name, seconds[0] + seconds[1] + seconds[2], "s", 0);
    printf("# %llu objects added, %llu changed; %llu links added\n",
           (unsigned long long)counts.objects.n_added, (unsigned long long)counts.objects.n_changed,
           (unsigned long long)counts.links.n_added);
}

/* The same bodies into a table with one index. */
static double
plain_inserts(struct bench *b, const char *path)
{
    AUTO_ARENA    arena = arena_new();
    sqlite3      *db;
    sqlite3_stmt *insert;
    double        seconds = 0, start;

    unlink(path);
    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; "
                     "PRAGMA synchronous = NORMAL; CREATE TABLE t (n INTEGER PRIMARY KEY, "
                     "id TEXT, body TEXT); CREATE INDEX t_id ON t (id); BEGIN",
                     NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "INSERT INTO t (id, body) VALUES (?, ?)", -1, &insert, NULL) !=
            SQLITE_OK)
        abort();
    for (size_t host = 0; host < b->n_hosts; host++) {
        arena_clear(arena);
        for (size_t i = 0; i < OBJECTS_OF_HOST; i++) {
            struct object o = object_at(arena, host, i, 0);

            start = now();
            sqlite3_bind_text(insert, 1, o.id.p, (int)o.id.n, SQLITE_STATIC);
            sqlite3_bind_text(insert, 2, o.body.p, (int)o.body.n, SQLITE_STATIC);
            if (sqlite3_step(insert) != SQLITE_DONE)
                abort();
            sqlite3_reset(insert);
            seconds += now() - start;
        }
    }
    start = now();
    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    seconds += now() - start;
    sqlite3_finalize(insert);
    sqlite3_close(db);
    unlink(path);
    return seconds;
}

/* --- questions --- */

static const struct inventory bench_inventory = { STR("bench"), STR_NONE };

static bool
count_row(void *context, const struct object_row *row UNUSED)
{
    ++*(size_t *)context;
    return true;
}

static bool
count_link(void *context, const struct link_row *row UNUSED)
{
    ++*(size_t *)context;
    return true;
}

static bool
count_type(void *context, struct str type UNUSED, uint64_t n)
{
    *(size_t *)context += n;
    return true;
}

static void
ask(struct bench *b, const char *name, const struct object_filter *filter)
{
    size_t n = 0;
    double start = now();

    must(b, store_objects(b->store, &bench_inventory, filter, count_row, &n, &b->err));
    figure(name, (now() - start) * 1000, "ms", 0);
    printf("# %zu rows\n", n);
}

static void
search(struct bench *b, const char *text)
{
    size_t n = 0;
    double start = now();
    char   name[64];

    must(b, store_search(b->store, &bench_inventory, str_from(text), 50, count_row, &n, &b->err));
    snprintf(name, sizeof name, "search %s", text);
    figure(name, (now() - start) * 1000, "ms", 0);
    printf("# %zu rows\n", n);
}

static void
questions(struct bench *b)
{
    AUTO_ARENA             arena = arena_new();
    struct object          o = object_at(arena, b->n_hosts / 2, 1, 0);
    const struct condition condition = { STR("ip_address"), STR("10.1.1.7") };
    struct object_row      row;
    struct link_filter     links = { .of = &o.oid };
    size_t                 n = 0;
    double                 start = now();

    for (int i = 0; i < 1000; i++)
        must(b, store_object(b->store, &bench_inventory, object_type_name(o.type), o.id, arena,
                             &row, &b->err));
    figure("object by (type, id)", (now() - start) * 1000, "us", 0);
    start = now();
    for (int i = 0; i < 1000; i++)
        must(b, store_object_by_oid(b->store, &bench_inventory, o.oid, arena, &row, &b->err));
    figure("object by _id", (now() - start) * 1000, "us", 0);
    start = now();
    for (int i = 0; i < 1000; i++)
        must(b, store_links(b->store, &bench_inventory, &links, count_link, &n, &b->err));
    figure("links of an object", (now() - start) * 1000, "us", 0);
    links.type = STR("instance-vnic");
    links.side = LINK_TARGET;
    start = now();
    for (int i = 0; i < 1000; i++)
        must(b, store_links(b->store, &bench_inventory, &links, count_link, &n, &b->err));
    figure("links of an object, type and side", (now() - start) * 1000, "us", 0);
    ask(b, "page of 500", &(struct object_filter){ .type = STR("vnic"), .limit = 500 });
    ask(b, "page of 500, half way",
        &(struct object_filter){
            .type = STR("vnic"), .limit = 500, .after_type = STR("vnic"), .after_id = o.id });
    ask(b, "id without type", &(struct object_filter){ .id = o.id });
    ask(b, "of a host", &(struct object_filter){ .host = o.host });
    ask(b, "children", &(struct object_filter){ .parent_id = o.parent_id });
    ask(b, "where, among a type",
        &(struct object_filter){ .type = STR("vnic"), .where = &condition, .n_where = 1 });
    ask(b, "where, among all", &(struct object_filter){ .where = &condition, .n_where = 1 });
    ask(b, "all objects", &(struct object_filter){ .limit = 0 });
    n = 0;
    start = now();
    must(b, store_count_objects(b->store, &bench_inventory, count_type, &n, &b->err));
    figure("count by type", (now() - start) * 1000, "ms", 0);
    n = 0;
    start = now();
    must(b, store_count_links(b->store, &bench_inventory, count_type, &n, &b->err));
    figure("count links by type", (now() - start) * 1000, "ms", 0);
    search(b, o.id.p);
    search(b, o.name.p);
    search(b, "10.1.1.7");
    search(b, "fa:16:3e:01");
    search(b, "vnic-1");
    search(b, "vnic");
}

int
main(int argc, char **argv)
{
    size_t        n = argc > 1 ? strtoull(argv[1], NULL, 10) : 100000;
    const char   *folder = argc > 2 ? argv[2] : ".";
    struct bench  b = { .n_hosts = n / OBJECTS_OF_HOST };
    struct rusage usage;
    double        reference;
    char          path[500], uri[520];

    snprintf(path, sizeof path, "%s/store_bench.plain", folder);
    reference = plain_inserts(&b, path);
    figure("plain inserts", (double)n / reference, "rows/s", 0);

    snprintf(path, sizeof path, "%s/store_bench.store", folder);
    snprintf(uri, sizeof uri, "sqlite:%s", path);
    unlink(path);
    b.store = store_open(uri, STORE_CREATE, &b.err);
    if (!b.store)
        give_up(&b);
    commit(&b, "first", 0, reference);
    figure("size of the store", (double)store_size(b.store) / 1e6, "MB", 0);
    commit(&b, "unchanged", 0, 0);
    commit(&b, "1 % changed", 100, 0);
    getrusage(RUSAGE_SELF, &usage);
    figure("peak memory", (double)usage.ru_maxrss / 1e3, "MB", 0);
    store_close(b.store);
    b.store = store_open(uri, STORE_READ, &b.err);
    if (!b.store)
        give_up(&b);
    questions(&b);
    store_close(b.store);
    unlink(path);
    return 0;
}
