/* Collections of documents, and whole stores that come and go as mongoimport and mongoexport have
 * them. */

#include "store_world.h"

/* --- collections --- */

static const char *
collection(struct world *w, const char *name)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, collection_list(w->store, str_from(name), add_text, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static void
put(struct world *w, const char *name, const char *document)
{
    must(w, collection_put(w->store, str_from(name), str_from(document), w->arena, NULL, &w->err));
}

static void
test_collections(void **state)
{
    struct world  *w = *state;
    struct str     id, text;
    struct listing l = { w->arena, STR_NONE, 0 };

    put(w, "clique_types", "{\"_id\":\"cc2\",\"name\":\"b\"}");
    put(w, "clique_types", "{\"_id\":\"cc1\",\"name\":\"a\"}");
    put(w, "clique_types", "{\"name\":\"b2\",\"_id\":\"cc2\"}");
    assert_string_equal(collection(w, "clique_types"), "{\"_id\":\"cc2\",\"name\":\"b2\"}\n"
                                                       "{\"_id\":\"cc1\",\"name\":\"a\"}\n");
    assert_int_equal(revision(w), 3);
    put(w, "clique_types", "{\"_id\":\"cc1\",\"name\":\"a\"}");
    assert_int_equal(revision(w), 3);

    /* Without an id: the same document is the same one, and a constant is told by its name. */
    must(w, collection_put(w->store, STR("link_types"), STR("{\"type\":\"a-b\"}"), w->arena, &id,
                           &w->err));
    assert_int_equal(id.n, 24);
    put(w, "link_types", "{\"type\":\"a-b\"}");
    must(w, collection_get(w->store, STR("link_types"), id, w->arena, &text, &w->err));
    put(w, "constants", "{\"name\":\"levels\",\"data\":[1]}");
    put(w, "constants", "{\"name\":\"levels\",\"data\":[1,2]}");
    must(w, collection_names(w->store, add_count, &l, &w->err));
    assert_text(l.text, "clique_types=2 constants=1 link_types=1 ");
    assert_int_equal(revision(w), 3);

    must(w, collection_remove(w->store, STR("clique_types"), STR("cc2"), &w->err));
    assert_string_equal(collection(w, "clique_types"), "{\"_id\":\"cc1\",\"name\":\"a\"}\n");
    must_fail(w, collection_remove(w->store, STR("clique_types"), STR("cc2"), &w->err),
              ERROR_NOT_FOUND, "cc2");
    must_fail(w, collection_get(w->store, STR("x"), STR("y"), w->arena, &text, &w->err),
              ERROR_NOT_FOUND, "x: nothing with _id y");
    must_fail(w, collection_put(w->store, STR("x"), STR("[1]"), w->arena, NULL, &w->err),
              ERROR_PARSE, "expected a JSON object");
    must_fail(w, collection_put(w->store, STR("x"), STR("{\"_id\":{}}"), w->arena, NULL, &w->err),
              ERROR_PARSE, "_id");
}

static void
test_find(void **state)
{
    struct world *w = *state;
    struct str    text = STR_NONE;
    bool          found;

    put(w, "x", "{\"_id\":\"a\"}");
    must(w, collection_find(w->store, STR("x"), STR("a"), w->arena, &found, &text, &w->err));
    assert_true(found);
    assert_text(text, "{\"_id\":\"a\"}");
    must(w, collection_find(w->store, STR("y"), STR("a"), w->arena, &found, &text, &w->err));
    assert_false(found);
    must(w, collection_find(w->store, STR("x"), STR(""), w->arena, &found, &text, &w->err));
    assert_false(found);
}

/* The latest first, of all environments or of one; a change is no reason to come first. */
static void
test_latest(void **state)
{
    struct world  *w = *state;
    struct listing all = { w->arena, STR_NONE, 0 }, own = all, none = all;

    put(w, "scans", "{\"_id\":\"a\",\"environment\":\"lab\"}");
    put(w, "scans", "{\"_id\":\"b\",\"environment\":\"demo\"}");
    put(w, "x", "{\"_id\":\"d\",\"environment\":\"lab\"}");
    put(w, "scans", "{\"_id\":\"c\",\"environment\":\"lab\"}");
    put(w, "scans", "{\"_id\":\"a\",\"environment\":\"lab\",\"n\":1}");
    must(w, collection_list_latest(w->store, STR("scans"), add_text, &all, &w->err));
    assert_text(all.text, "{\"_id\":\"c\",\"environment\":\"lab\"}\n"
                          "{\"_id\":\"b\",\"environment\":\"demo\"}\n"
                          "{\"_id\":\"a\",\"environment\":\"lab\",\"n\":1}\n");
    must(w, collection_list_scans(w->store, STR("lab"), add_text, &own, &w->err));
    assert_text(own.text, "{\"_id\":\"c\",\"environment\":\"lab\"}\n"
                          "{\"_id\":\"a\",\"environment\":\"lab\",\"n\":1}\n");
    must(w, collection_list_scans(w->store, STR("nowhere"), add_text, &none, &w->err));
    assert_true(str_empty(none.text));
}

/* --- import and export --- */

static void
import(struct world *w, const char *name, const char *const *documents, size_t n)
{
    struct import       *import;
    struct import_counts counts;

    must(w, store_import_begin(w->store, str_from(name), &import, &w->err));
    for (size_t i = 0; i < n; i++)
        must(w, import_document(import, json_text(w->arena, documents[i]), &w->err));
    must(w, import_finish(import, &counts, &w->err));
    assert_int_equal(counts.n_documents, n);
}

static void
test_import_as_mongoexport_writes(void **state)
{
    static const char *const objects[] = {
        "{'_id':{'$oid':'5f0000000000000000000001'},'environment':'lab','type':'host','id':'n1',"
        "'name':'n1','id_path':'/lab/n1','last_scanned':{'$date':'2017-07-03T09:16:47.563Z'},"
        "'clique':true,'os_id':{'$numberLong':'12'},"
        "'ports':{'eth1[dot]103':{'seen':{'$date':{'$numberLong':'1499073407563'}}}}}",
        "{'_id':'5f0000000000000000000002','environment':'demo','type':'host','id':'n2',"
        "'name':'n2','id_path':'/demo/n2'}",
        "{'_id':'5f0000000000000000000003','environment':'lab','type':'vnic','id':'v',"
        "'name':'v','id_path':'/lab/n1/v','stale':true,'last_seen':'x'}",
    };
    static const char *const link_documents[] = {
        "{'_id':{'$oid':'110000000000000000000001'},'environment':'lab','link_type':'host-vnic',"
        "'source':{'$oid':'5f0000000000000000000001'},'target':'5f0000000000000000000003',"
        "'implicit':false,'attributes':{}}",
    };
    static const char *const clique_documents[] = {
        "{'_id':'220000000000000000000001','environment':'lab','focal_point_type':'host',"
        "'focal_point':'5f0000000000000000000001','links':['110000000000000000000001'],"
        "'clique_type':{'$oid':'cc0000000000000000000001'}}",
    };
    struct world *w = *state;

    import(w, "inventory", objects, N_ELEMENTS(objects));
    import(w, "links", link_documents, 1);
    import(w, "cliques", clique_documents, 1);
    assert_string_equal(
        document(w, "host", "n1"),
        "{\"_id\":\"5f0000000000000000000001\",\"clique\":true,\"environment\":\"lab\",\"id\":"
        "\"n1\","
        "\"id_path\":\"/lab/n1\",\"last_scanned\":\"2017-07-03T09:16:47.563Z\",\"name\":\"n1\","
        "\"os_id\":12,\"ports\":{\"eth1.103\":{\"seen\":\"2017-07-03T09:16:47.563+0000\"}},"
        "\"type\":\"host\"}");
    assert_has(document(w, "vnic", "v"), "\"stale\":true");
    assert_string_equal(exported(w, "links"),
                        "{\"_id\":\"110000000000000000000001\",\"attributes\":{},\"environment\":"
                        "\"lab\",\"implicit\":false,\"link_type\":\"host-vnic\",\"source\":"
                        "\"5f0000000000000000000001\",\"target\":\"5f0000000000000000000003\"}\n");
    assert_string_equal(exported(w, "cliques"),
                        "{\"_id\":\"220000000000000000000001\",\"clique_type\":"
                        "\"cc0000000000000000000001\",\"environment\":\"lab\",\"focal_point\":"
                        "\"5f0000000000000000000001\",\"focal_point_type\":\"host\",\"links\":"
                        "[\"110000000000000000000001\"]}\n");
    assert_int_equal(revision(w), 3);
    import(w, "inventory", objects, N_ELEMENTS(objects));
    assert_int_equal(revision(w), 3);
}

/* Tokens neither go nor come, and passwords of users stay where they are. */
static void
test_private(void **state)
{
    static const char *const back[] = {
        "{'_id':'u1','password':{'argon2id':'other'},'services':{},'username':'ann'}",
        "{'_id':'u2','password':'plain','username':'bob'}",
        "{'password':'plain','username':'carl'}",
    };
    static const char *const closed[] = { "tokens", "setup" };
    struct world            *w = *state;
    struct listing           l = { w->arena, STR_NONE, 0 };
    struct import           *import_one;

    put(w, "users", "{\"_id\":\"u1\",\"password\":{\"argon2id\":\"h\"},\"username\":\"ann\"}");
    put(w, "constants", "{\"_id\":\"c\",\"password\":\"x\"}");
    assert_string_equal(exported(w, "users"), "{\"_id\":\"u1\",\"username\":\"ann\"}\n");
    assert_string_equal(exported(w, "constants"), "{\"_id\":\"c\",\"password\":\"x\"}\n");
    import(w, "users", back, N_ELEMENTS(back));
    assert_has(collection(w, "users"),
               "{\"_id\":\"u1\",\"password\":{\"argon2id\":\"h\"},\"username\":\"ann\"}\n"
               "{\"_id\":\"u2\",\"username\":\"bob\"}\n{\"_id\":\"");
    assert_null(strstr(collection(w, "users"), "plain"));
    for (size_t i = 0; i < N_ELEMENTS(closed); i++) {
        put(w, closed[i], "{\"_id\":\"t\"}");
        must_fail(w, store_export(w->store, str_from(closed[i]), STR_NONE, add_text, &l, &w->err),
                  ERROR_USAGE, "neither exported nor imported");
        must(w, store_import_begin(w->store, str_from(closed[i]), &import_one, &w->err));
        must_fail(w, import_document(import_one, STR("{\"_id\":\"u\"}"), &w->err), ERROR_USAGE,
                  "neither exported nor imported");
        import_abort(import_one);
        assert_string_equal(collection(w, closed[i]), "{\"_id\":\"t\"}\n");
    }
    assert_int_equal(l.n, 0);
}

/* What was exported, imported into an empty store and exported again is the same. */
static bool
write_link(void *context, const struct link_row *row)
{
    link_row_write(context, row);
    return true;
}

/* An import may lack what a link joins. */
static void
test_link_to_nowhere(void **state)
{
    static const char *const documents[] = {
        "{'_id':'110000000000000000000001','environment':'lab','link_type':'host-vnic',"
        "'source':'5f0000000000000000000001','target':'5f0000000000000000000003'}",
    };
    const struct link_filter filter = { .with_ends = true };
    struct world            *w = *state;
    AUTO_BUF                 text = { 0 };

    import(w, "links", documents, 1);
    must(w, store_links(w->store, &lab, &filter, write_link, &text, &w->err));
    assert_has(buf_c(&text), "\"source_object\":null,\"target\":");
    assert_has(buf_c(&text), "\"target_object\":null");
}

static void
test_export_and_import_are_inverse(void **state)
{
    static const char *const collections[] = { "inventory",    "links",    "cliques",
                                               "messages",     "RDO",      "environments_config",
                                               "clique_types", "constants" };
    struct world            *w = *state;
    struct cloud             c = cloud_new(w);
    const char              *before[N_ELEMENTS(collections)];
    struct message           m = { .text = STR("x"), .level = MESSAGE_WARN, .timestamp = MORNING };
    struct commit_spec       spec = {
              .environment = STR("lab"), .space = STR("RDO"), .cause = "test", .time = MORNING
    };
    struct commit *commit;

    cloud_commit(w, &c, &everything, MORNING);
    must(w, store_commit_begin(w->store, &spec, &commit, &w->err));
    must(w, commit_object(commit, &c.objects[HOST_2], NULL, &w->err));
    must(w, commit_finish(commit, &everything, NULL, &w->err));
    must(w, store_add_message(w->store, &m, &w->err));
    must(w, store_put_environment(w->store, STR("{\"name\":\"lab\"}"), &w->err));
    put(w, "clique_types", "{\"_id\":\"cc2\",\"name\":\"b\"}");
    put(w, "clique_types", "{\"_id\":\"cc1\",\"name\":\"a\"}");
    put(w, "constants", "{\"name\":\"levels\",\"data\":[1]}");
    for (size_t i = 0; i < N_ELEMENTS(collections); i++) {
        before[i] = exported(w, collections[i]);
        assert_true(strlen(before[i]) > 0);
    }

    snprintf(w->uri, sizeof w->uri, "sqlite:%s/second", w->folder);
    world_reopen(w, STORE_CREATE);
    for (size_t i = 0; i < N_ELEMENTS(collections); i++) {
        struct str     rest = str_from(before[i]), line;
        struct import *import;

        must(w, store_import_begin(w->store, str_from(collections[i]), &import, &w->err));
        while (str_line(&rest, &line))
            must(w, import_document(import, line, &w->err));
        must(w, import_finish(import, NULL, &w->err));
    }
    for (size_t i = 0; i < N_ELEMENTS(collections); i++)
        assert_string_equal(exported(w, collections[i]), before[i]);
}

static void
test_bad_imports(void **state)
{
    static const struct {
        const char *collection;
        const char *document;
        const char *says;
    } cases[] = {
        { "inventory", "{\"environment\":\"lab\",\"type\":\"dragon\",\"id\":\"x\"}", "dragon" },
        { "inventory", "{\"environment\":\"lab\",\"type\":\"host\"}", "id: missing" },
        { "inventory", "{\"type\":\"host\",\"id\":\"x\"}", "environment: missing" },
        { "inventory", "{\"_id\":7,\"environment\":\"lab\",\"type\":\"host\",\"id\":\"x\"}",
          "_id" },
        { "inventory", "[1]", "expected a JSON object" },
        { "inventory", "{\"a\":", "document 2: line 1" },
        { "links", "{\"environment\":\"lab\",\"source\":\"x\"}", "source" },
        { "cliques", "{\"environment\":\"lab\"}", "focal_point" },
        { "environments_config", "{}", "name" },
        { "constants", "7", "expected a JSON object" },
    };
    static const char *const good[] = {
        "{\"environment\":\"lab\",\"type\":\"host\",\"id\":\"a\",\"name\":\"lab\",\"link_type\":"
        "\"host-vnic\",\"source\":\"5f0000000000000000000001\",\"target\":"
        "\"5f0000000000000000000001\",\"focal_point\":\"5f0000000000000000000001\"}",
    };
    struct world  *w = *state;
    struct import *import;

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        must(w, store_import_begin(w->store, str_from(cases[i].collection), &import, &w->err));
        must(w, import_document(import, str_from(good[0]), &w->err));
        must_fail(w, import_document(import, str_from(cases[i].document), &w->err), w->err.domain,
                  cases[i].says);
        import_abort(import);
        assert_string_equal(exported(w, cases[i].collection), "");
    }
    assert_int_equal(revision(w), 0);
}

static void
test_names_of_companions(void **state)
{
    struct world *w = *state;

    assert_text(store_companion(w->arena, "links", STR_NONE), "links");
    assert_text(store_companion(w->arena, "links", STR("inventory")), "links");
    assert_text(store_companion(w->arena, "links", STR("RDO")), "RDO_links");
    assert_text(store_companion(w->arena, "cliques", STR("inventory_x")), "cliques_x");
    assert_text(store_companion(w->arena, "inventory", STR("RDO")), "RDO");
    assert_text(store_companion(w->arena, "clique_types", STR("RDO")), "RDO_clique_types");
    assert_text(store_companion(w->arena, "messages", STR("RDO")), "messages");
}

/* Of two that change the same document only one does. */
static void
test_swap(void **state)
{
    struct world  *w = *state;
    struct listing l = { w->arena, STR_NONE, 0 };
    struct str     text;
    bool           done;

    put(w, "scans", "{\"_id\":\"r\",\"status\":\"pending\"}");
    put(w, "scans", "{\"_id\":\"q\",\"status\":\"draft\"}");
    must(w, collection_get(w->store, STR("scans"), STR("r"), w->arena, &text, &w->err));
    must(w, collection_swap(w->store, STR("scans"), STR("r"), text,
                            STR("{\"status\":\"running\",\"_id\":\"r\"}"), &done, &w->err));
    assert_true(done);
    must(w, collection_swap(w->store, STR("scans"), STR("r"), text,
                            STR("{\"_id\":\"r\",\"status\":\"mine\"}"), &done, &w->err));
    assert_false(done);
    must(w, collection_swap(w->store, STR("scans"), STR("none"), text, text, &done, &w->err));
    assert_false(done);
    must(w, collection_list_status(w->store, STR("scans"), STR("running"), add_text, &l, &w->err));
    assert_text(l.text, "{\"_id\":\"r\",\"status\":\"running\"}\n");
    must_fail(w, collection_swap(w->store, STR("scans"), STR("r"), text, STR("{"), &done, &w->err),
              ERROR_PARSE, "scans");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(collections),
        TEST(swap),
        TEST(find),
        TEST(latest),
        TEST(private),
        TEST(import_as_mongoexport_writes),
        TEST(link_to_nowhere),
        TEST(export_and_import_are_inverse),
        TEST(bad_imports),
        TEST(names_of_companions),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
