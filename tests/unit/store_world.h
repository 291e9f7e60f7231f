/* A small cloud for tests of the store: rows made of documents such as a scan commits, and what the
 * store says that it holds. */

#ifndef TESTS_UNIT_STORE_WORLD_H
#define TESTS_UNIT_STORE_WORLD_H

#include "testing.h"
#include "folder.h"
#include "json_text.h"

#include <sqlite3.h>

#include "base/hash.h"
#include "store/store.h"

#define SECOND 1000000
#define MORNING ((int64_t)1772618400 * SECOND) /* 2026-03-04T10:00:00Z */

/* One test's folder, store and memory. */
struct world {
    struct arena *arena;
    struct store *store;
    char          folder[FOLDER_SIZE];
    char          uri[260];
    struct error  err;
    bool          is_damaged; /* on purpose: nothing in it need be true */
};

static inline void
world_close(struct world *w)
{
    store_close(w->store);
    w->store = NULL;
}

static inline void
world_reopen(struct world *w, enum store_mode mode)
{
    world_close(w);
    w->store = store_open(w->uri, mode, &w->err);
    if (!w->store)
        fail_msg("%s", w->err.message);
}

static inline int
world_set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);

    if (folder_make(w->folder, "store") < 0)
        return -1;
    snprintf(w->uri, sizeof w->uri, "sqlite:%s/store", w->folder);
    w->arena = arena_new();
    world_reopen(w, STORE_CREATE);
    *state = w;
    return 0;
}

/* However a test ended, what the store keeps of how many there are is what is there. (Some tests
 * leave nothing behind that is a store.) */
static inline bool
world_has_true_amounts(const struct world *w)
{
    static const char sql[] =
        "WITH there(inventory, kind, type, n) AS ("
        "SELECT inventory, 0, type, count(*) FROM object GROUP BY 1, 3 UNION ALL "
        "SELECT inventory, 1, type, count(*) FROM link GROUP BY 1, 3 UNION ALL "
        "SELECT inventory, 2, focal_point_type, count(*) FROM clique GROUP BY 1, 3), "
        "kept AS (SELECT inventory, kind, type, n FROM amount WHERE n <> 0) "
        "SELECT 'there', * FROM (SELECT * FROM there EXCEPT SELECT * FROM kept) UNION ALL "
        "SELECT 'kept', * FROM (SELECT * FROM kept EXCEPT SELECT * FROM there)";
    sqlite3      *db = NULL;
    sqlite3_stmt *wrong = NULL;
    bool          is_true = true;

    if (sqlite3_open_v2(w->uri + strlen("sqlite:"), &db, SQLITE_OPEN_READWRITE, NULL) ==
            SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &wrong, NULL) == SQLITE_OK &&
        sqlite3_step(wrong) == SQLITE_ROW) {
        is_true = false;
        print_error("%s: inventory %d, kind %d, %s: %d\n", sqlite3_column_text(wrong, 0),
                    sqlite3_column_int(wrong, 1), sqlite3_column_int(wrong, 2),
                    sqlite3_column_text(wrong, 3), sqlite3_column_int(wrong, 4));
    }
    sqlite3_finalize(wrong);
    sqlite3_close(db);
    return is_true;
}

static inline int
world_tear_down(void **state)
{
    struct world *w = *state;

    world_close(w);

    bool is_good = w->is_damaged || world_has_true_amounts(w);

    if (folder_remove(w->folder) < 0)
        return -1;
    arena_free(w->arena);
    free(w);
    return is_good ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, world_set_up, world_tear_down)

/* For conditions that explain themselves with err. */
#define must(w, call)                                                                              \
    do {                                                                                           \
        if (!(call))                                                                               \
            fail_msg("%s: %s", #call, (w)->err.message);                                           \
    } while (0)

#define must_fail(w, call, with_domain, text)                                                      \
    do {                                                                                           \
        assert_false(call);                                                                        \
        assert_int_equal((w)->err.domain, with_domain);                                            \
        assert_has((w)->err.message, text);                                                        \
    } while (0)

/* --- rows --- */

/* An object of a document with single quotes for double ones. */
static inline struct object
object_of(struct world *w, const char *text)
{
    struct object object = { 0 };
    struct doc   *document = json_of(w->arena, text);

    if (!object_from_doc(w->arena, doc_get_text(document, "environment"), document, &object,
                         &w->err))
        fail_msg("%s: %s", text, w->err.message);
    return object;
}

static inline struct link_row
link_of(struct world *w, const char *environment, const char *type, const struct object *source,
        const struct object *target, const char *name)
{
    struct doc     *d = doc_object(w->arena);
    struct link_row link = {
        .type = str_from(type), .source = source->oid, .target = target->oid, .host = source->host
    };
    struct link_type ends;

    assert_true(link_type_from_name(link.type, &ends));
    link.oid = oid_of_link(str_from(environment), ends, link.source, link.target);
    doc_set_text(w->arena, d, "environment", str_from(environment));
    doc_set_text(w->arena, d, "link_type", link.type);
    doc_set_text(w->arena, d, "link_name", str_from(name));
    doc_set_text(w->arena, d, "source", oid_text(link.source, w->arena));
    doc_set_text(w->arena, d, "target", oid_text(link.target, w->arena));
    doc_set_text(w->arena, d, "source_id", source->id);
    doc_set_text(w->arena, d, "target_id", target->id);
    link.body = doc_body(w->arena, d);
    link.digest = hash_text(0, link.body);
    return link;
}

static inline struct clique_row
clique_of(struct world *w, const struct object *focal_point, uint32_t n_links)
{
    struct str        key = oid_text(focal_point->oid, w->arena);
    struct clique_row clique = { .focal_point = focal_point->oid,
                                 .focal_point_type = object_type_name(focal_point->type),
                                 .clique_type = STR("cc0000000000000000000001"),
                                 .n_nodes = n_links + 1,
                                 .n_links = n_links,
                                 .link_types = 3 };

    clique.oid = OID(STR("clique"), key);
    key = arena_printf(w->arena, "%.*s %u", STR_ARG(key), n_links);
    clique.digest = hash_text(0, key);
    return clique;
}

/* --- the cloud: one instance with its NIC and bridge, its network; two hosts --- */

enum { HOST_1, HOST_2, INSTANCES, INSTANCE, VNICS, VNIC, BRIDGE, NETWORK, AGENT, N_CLOUD_OBJECTS };
enum { N_CLOUD_LINKS = 2 };

#define ZONE "/lab/lab-regions/RegionOne/RegionOne-availability_zones/nova"

static const char *const cloud_documents[N_CLOUD_OBJECTS] = {
    [HOST_1] = "{'environment':'lab','type':'host','id':'cmp1','name':'cmp1','host':'cmp1',"
               "'parent_type':'availability_zone','parent_id':'nova','id_path':'" ZONE "/cmp1',"
               "'host_type':['Compute'],'ip_address':'10.77.0.21','os_id':'1'}",
    [HOST_2] = "{'environment':'lab','type':'host','id':'cmp2','name':'cmp2','host':'cmp2',"
               "'parent_type':'availability_zone','parent_id':'nova','id_path':'" ZONE "/cmp2',"
               "'host_type':['Compute','Network'],'ip_address':'10.77.0.22'}",
    [INSTANCES] = "{'environment':'lab','type':'instances_folder','id':'cmp1-instances',"
                  "'name':'Instances','host':'cmp1','parent_type':'host','parent_id':'cmp1',"
                  "'id_path':'" ZONE "/cmp1/cmp1-instances'}",
    [INSTANCE] =
        "{'environment':'lab','type':'instance',"
        "'id':'b68c122e-0917-5513-b76f-e2432c946d34','name':'vm-a1','host':'cmp1',"
        "'parent_type':'instances_folder','parent_id':'cmp1-instances','id_path':'" ZONE
        "/cmp1/cmp1-instances/b68c122e-0917-5513-b76f-e2432c946d34',"
        "'local_name':'instance-00000007','network':['8ba0f7be-8163-575f-9bf7-39f061a61ffa'],"
        "'network_info':[{'devname':'tap7d7c2cee-67','address':'fa:16:3e:12:34:56',"
        "'network':{'subnets':[{'ips':[{'address':'192.168.50.7'}]}]}}]}",
    [VNICS] = "{'environment':'lab','type':'vnics_folder',"
              "'id':'b68c122e-0917-5513-b76f-e2432c946d34-vnics','name':'vNICs','host':'cmp1',"
              "'parent_type':'instance','parent_id':'b68c122e-0917-5513-b76f-e2432c946d34',"
              "'id_path':'" ZONE "/cmp1/cmp1-instances/b68c122e-0917-5513-b76f-e2432c946d34/"
              "b68c122e-0917-5513-b76f-e2432c946d34-vnics'}",
    [VNIC] = "{'environment':'lab','type':'vnic','id':'cmp1-tap7d7c2cee-67',"
             "'name':'tap7d7c2cee-67','host':'cmp1','parent_type':'vnics_folder',"
             "'parent_id':'b68c122e-0917-5513-b76f-e2432c946d34-vnics','id_path':'" ZONE
             "/cmp1/cmp1-instances/b68c122e-0917-5513-b76f-e2432c946d34/"
             "b68c122e-0917-5513-b76f-e2432c946d34-vnics/cmp1-tap7d7c2cee-67',"
             "'mac_address':'fa:16:3e:12:34:56','IP Address':'192.168.50.7',"
             "'IPv6 Address':'fe80::f816:3eff:fe12:3456'}",
    [BRIDGE] =
        "{'environment':'lab','type':'vconnector',"
        "'id':'cmp1-qbr7d7c2cee-67-8000.525400cc0a01','name':'cmp1-qbr7d7c2cee-67',"
        "'host':'cmp1','bridge_name':'qbr7d7c2cee-67','parent_type':'host',"
        "'parent_id':'cmp1','id_path':'" ZONE "/cmp1/cmp1-qbr7d7c2cee-67-8000.525400cc0a01',"
        "'interfaces':{'eth1.103':{'name':'eth1.103','mac_address':''}},'stp_enabled':false}",
    [NETWORK] =
        "{'environment':'lab','type':'network',"
        "'id':'8ba0f7be-8163-575f-9bf7-39f061a61ffa','name':'net a','parent_type':'project',"
        "'parent_id':'admin','id_path':'/lab/lab-projects/admin/"
        "8ba0f7be-8163-575f-9bf7-39f061a61ffa','provider:network_type':'vxlan',"
        "'provider:physical_network':null,'provider:segmentation_id':101,"
        "'cidrs':['192.168.50.0/24','10.9.0.0/16'],'router:external':true,'status':'ACTIVE'}",
    [AGENT] = "{'environment':'lab','type':'network_agent','id':'agent-cmp2','name':'agent',"
              "'host':'cmp2','parent_type':'host','parent_id':'cmp2','id_path':'" ZONE
              "/cmp2/agent-cmp2','load':3,'heartbeat_timestamp':'2026-03-04 09:59:31',"
              "'binary':'neutron-openvswitch-agent'}",
};

struct cloud {
    struct object     objects[N_CLOUD_OBJECTS + 1];
    size_t            n_objects;
    struct link_row   links[N_CLOUD_LINKS + 1];
    size_t            n_links;
    struct clique_row cliques[2];
    size_t            n_cliques;
};

static inline struct cloud
cloud_new(struct world *w)
{
    struct cloud c = { .n_objects = N_CLOUD_OBJECTS, .n_links = N_CLOUD_LINKS, .n_cliques = 1 };

    for (size_t i = 0; i < N_CLOUD_OBJECTS; i++)
        c.objects[i] = object_of(w, cloud_documents[i]);
    c.links[0] =
        link_of(w, "lab", "instance-vnic", &c.objects[INSTANCE], &c.objects[VNIC], "net a");
    c.links[1] = link_of(w, "lab", "vnic-vconnector", &c.objects[VNIC], &c.objects[BRIDGE],
                         "fa:16:3e:12:34:56");
    c.cliques[0] = clique_of(w, &c.objects[INSTANCE], 2);
    return c;
}

/* Set one attribute of an object, as JSON text. */
static inline void
cloud_set(struct world *w, struct object *object, const char *key, const char *value)
{
    object_set_body(object, body_set(w->arena, object->body, key, str_from(value)));
}

static inline void
cloud_drop(struct cloud *c, size_t object)
{
    memmove(&c->objects[object], &c->objects[object + 1],
            (--c->n_objects - object) * sizeof c->objects[0]);
}

static const struct commit_scope everything = { .objects = true, .links = true, .cliques = true };

static inline struct commit *
commit_new(struct world *w, int64_t time)
{
    struct commit_spec spec = { .environment = STR("lab"), .cause = "test", .time = time };
    struct commit     *commit = NULL;

    must(w, store_commit_begin(w->store, &spec, &commit, &w->err));
    return commit;
}

static inline void
commit_rows(struct world *w, struct commit *commit, const struct cloud *c)
{
    for (size_t i = 0; i < c->n_objects; i++)
        must(w, commit_object(commit, &c->objects[i], NULL, &w->err));
    for (size_t i = 0; i < c->n_links; i++)
        must(w, commit_link(commit, &c->links[i], &w->err));
    for (size_t i = 0; i < c->n_cliques; i++)
        must(w, commit_clique(commit, &c->cliques[i], &w->err));
}

static inline struct commit_counts
cloud_commit(struct world *w, const struct cloud *c, const struct commit_scope *scope, int64_t time)
{
    struct commit_counts counts;
    struct commit       *commit = commit_new(w, time);

    commit_rows(w, commit, c);
    must(w, commit_finish(commit, scope, &counts, &w->err));
    return counts;
}

/* --- what is there, as text --- */

static const struct inventory     lab = { STR("lab"), STR_NONE };
static const struct object_filter all_objects;

static const char all_names[] = "cmp1 cmp2 vm-a1 Instances net a agent "
                                "cmp1-qbr7d7c2cee-67 tap7d7c2cee-67 vNICs";

/* What a walk over rows has shown so far. */
struct listing {
    struct arena *arena;
    struct str    text;
    size_t        n;
};

static inline void
listing_add(struct listing *l, struct str text)
{
    l->text = arena_join(l->arena, l->text, text, STR_NONE);
    l->n++;
}

static inline void
listing_add_word(struct listing *l, struct str word)
{
    listing_add(l, arena_join(l->arena, l->text.n ? STR(" ") : STR_NONE, word, STR_NONE));
}

static inline void
listing_add_line(struct listing *l, struct str line)
{
    listing_add(l, arena_join(l->arena, line, STR("\n"), STR_NONE));
}

static inline bool
add_object(void *context, const struct object_row *row)
{
    listing_add_word(context, row->name);
    return true;
}

static inline bool
add_document(void *context, const struct object_row *row)
{
    AUTO_BUF text = { 0 };

    object_row_write(&text, row);
    listing_add_line(context, buf_str(&text));
    return true;
}

/* The names of objects, in the order the store has. */
static inline const char *
names(struct world *w, struct store *store, const struct object_filter *filter)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_objects(store, &lab, filter, add_object, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

/* How many objects there are. */
static inline size_t
count(struct world *w, struct store *store)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_objects(store, &lab, &all_objects, add_object, &l, &w->err));
    return l.n;
}

static inline const char *
document(struct world *w, const char *type, const char *id)
{
    struct object_row row;
    struct listing    l = { w->arena, STR_NONE, 0 };

    must(w, store_object(w->store, &lab, str_from(type), str_from(id), w->arena, &row, &w->err));
    add_document(&l, &row);
    return arena_str(w->arena, str_trim(l.text)).p;
}

static inline const char *
found_by(struct world *w, const char *text)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_search(w->store, &lab, str_from(text), 0, add_object, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

#define FOUND(w, text, expected) assert_string_equal(found_by(w, text), expected)

static inline const char *
where(struct world *w, const char *key, const char *value)
{
    const struct condition     condition = { str_from(key), str_from(value) };
    const struct object_filter filter = { .where = &condition, .n_where = 1 };

    return names(w, w->store, &filter);
}

#define WHERE(w, key, value, expected) assert_string_equal(where(w, key, value), expected)

static inline bool
add_link(void *context, const struct link_row *row)
{
    listing_add_word(context, row->type);
    return true;
}

/* The types of links. */
static inline const char *
links(struct world *w, const struct link_filter *filter)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_links(w->store, &lab, filter, add_link, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static inline uint64_t
revision(struct world *w)
{
    uint64_t number;

    must(w, store_revision(w->store, &number, &w->err));
    return number;
}

static inline void
assert_counts(struct kind_counts counts, unsigned added, unsigned changed, unsigned removed)
{
    assert_int_equal(counts.n_added, added);
    assert_int_equal(counts.n_changed, changed);
    assert_int_equal(counts.n_removed, removed);
}

static inline bool
add_count(void *context, struct str type, uint64_t n)
{
    struct listing *l = context;

    listing_add(l, arena_printf(l->arena, "%.*s=%llu ", STR_ARG(type), (unsigned long long)n));
    return true;
}

static inline bool
add_version(void *context, const struct object_row *row)
{
    struct listing *l = context;

    listing_add(l,
                arena_printf(l->arena, "%.*s:%llu-%llu ", STR_ARG(row->name),
                             (unsigned long long)row->rev_from, (unsigned long long)row->rev_to));
    return true;
}

/* The versions of an object: "NAME:FROM-TO ", the newest first. */
static inline const char *
history(struct world *w, struct oid oid)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_history(w->store, &lab, oid, add_version, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static inline bool
add_text(void *context, struct str id UNUSED, struct str document)
{
    listing_add_line(context, document);
    return true;
}

/* All documents of a collection, a line each. */
static inline const char *
exported(struct world *w, const char *name)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, store_export(w->store, str_from(name), STR_NONE, add_text, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

#endif
