/* What users may see and do through the original's API: everything else is as if it were not there. */

#include "testing.h"
#include "folder.h"

#include "fixtures/api_standin.h"

#define API "Mirantis-Liberty-API"
#define OTHER "Mirantis-Liberty"

struct world {
    struct arena *arena;
    struct store *store;
    struct user   guest, other, viewer, editor; /* none has a role; the last two were granted API */
    char          folder[FOLDER_SIZE];
};

static struct user
add_user(struct world *w, const char *name, bool view, bool edit)
{
    struct user  user;
    struct str   id;
    struct error err;

    if (!access_add_user(w->store, str_from(name), STR("long enough"), 0, w->arena, &id, &err) ||
        (view && !access_grant(w->store, str_from(name), STR(API), view, edit, &err)) ||
        !access_find_user(w->store, id, w->arena, &user, &err))
        standin_die(name, &err);
    return user;
}

static int
set_up(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct error  err;

    if (folder_make(w->folder, "rights") < 0)
        return -1;
    w->arena = arena_new();
    w->store =
        store_open(arena_printf(w->arena, "sqlite:%s/store", w->folder).p, STORE_CREATE, &err);
    if (!w->store)
        return -1;
    standin_load(w->store, w->arena,
                 standin_read_json(w->arena, TESTS_FOLDER "/fixtures/cases/api", "_database.json"));
    w->guest = add_user(w, "guest", false, false);
    w->other = add_user(w, "other", false, false);
    w->viewer = add_user(w, "viewer", true, false);
    w->editor = add_user(w, "editor", true, true);
    *state = w;
    return 0;
}

static int
tear_down(void **state)
{
    struct world *w = *state;
    int           result;

    store_close(w->store);
    result = folder_remove(w->folder);
    arena_free(w->arena);
    free(w);
    return result;
}

/* "STATUS BODY" of a GET, or of a POST with that body (single quotes for double ones). */
static const char *
asked(struct world *w, const struct user *user, const char *method, const char *path,
      const char *input)
{
    struct standin    standin = { .request = { .arena = w->arena }, .writer = w->store };
    struct http_reply reply = { .status = 200 };
    struct call       call = {
              .arena = w->arena, .request = &standin.request, .reply = &reply, .store = w->store
    };
    struct str  text = arena_str(w->arena, str_from(input));
    char       *quotes = arena_alloc(w->arena, text.n + 1);
    const char *answer;

    for (size_t i = 0; i < text.n; i++)
        quotes[i] = text.p[i] == '\'' ? '"' : text.p[i];
    if (strcmp(method, "POST") == 0)
        standin.request.body = str_from(quotes);
    else
        standin.request.query = text;
    standin_answer(&call, str_from(method), str_from(path), user);
    answer = arena_printf(w->arena, "%u %.*s", reply.status, STR_ARG(buf_str(&reply.body))).p;
    buf_done(&reply.body);
    return answer;
}

#define GET(user, path, query) asked(w, &w->user, "GET", path, query)
#define POST(user, path, body) asked(w, &w->user, "POST", path, body)
#define UNKNOWN(name)                                                                              \
    "400 {\"error\":{\"message\":\"unknown environment: " name                                     \
    "\",\"code\":\"400\",\"title\":\"Bad Request\"}}"
#define NOT_FOUND                                                                                  \
    "404 {\"error\":{\"message\":\"Requested resource not "                                        \
    "found\",\"code\":\"404\",\"title\":\"Not Found\"}}"

#define LINK "58a2406e6a283a8bee150020"
#define CLIQUE "58a2406e6a283a8bee150030"
#define SCAN "58a2406e6a283a8bee150060"

/* A forbidden environment is answered as an unknown one. */
static void
test_forbidden_is_unknown(void **state)
{
    static const char *const reads[][2] = {
        { "/inventory", "env_name=" },
        { "/inventory", "id=node-6.example.com&env_name=" },
        { "/links", "env_name=" },
        { "/links", "id=" LINK "&env_name=" },
        { "/cliques", "env_name=" },
        { "/cliques", "id=" CLIQUE "&env_name=" },
        { "/messages", "env_name=" },
        { "/messages", "id=17678.55917.5562&env_name=" },
        { "/scans", "env_name=" },
        { "/scans", "id=" SCAN "&env_name=" },
        { "/scheduled_scans", "environment=" },
        { "/connection_tests", "env_name=" },
        { "/connection_tests", "id=58a2406e6a283a8bee1500a0&env_name=" },
        { "/aggregates", "type=environment&env_name=" },
        { "/clique_types", "env_name=" },
    };
    struct world *w = *state;

    for (size_t i = 0; i < N_ELEMENTS(reads); i++) {
        const char *api = arena_printf(w->arena, "%s" API, reads[i][1]).p;
        const char *none = arena_printf(w->arena, "%snone", reads[i][1]).p;

        assert_string_equal(GET(guest, reads[i][0], api), UNKNOWN(API));
        assert_string_equal(GET(guest, reads[i][0], none), UNKNOWN("none"));
        assert_memory_equal(GET(viewer, reads[i][0], api), "200", 3);
    }
}

static void
test_lists_have_what_may_be_seen(void **state)
{
    struct world *w = *state;

    assert_string_equal(GET(guest, "/environment_configs", ""), NOT_FOUND);
    assert_string_equal(GET(guest, "/environment_configs", "name=" API), NOT_FOUND);
    assert_string_equal(GET(viewer, "/environment_configs", "name=" OTHER), NOT_FOUND);
    assert_string_equal(GET(viewer, "/environment_configs", ""),
                        "200 {\"environment_configs\":[{\"distribution\":\"Mirantis\",\"name\":"
                        "\"" API "\"}]}");
    assert_string_equal(GET(guest, "/aggregates", "type=message"),
                        "200 {\"aggregates\":{\"environments\":{},\"levels\":{}},\"type\":"
                        "\"message\"}");
    assert_string_equal(GET(viewer, "/aggregates", "type=message"),
                        "200 {\"aggregates\":{\"environments\":{\"" API "\":2},\"levels\":"
                        "{\"info\":1,\"warn\":1}},\"type\":\"message\"}");
    assert_null(strstr(GET(guest, "/clique_types", ""), "vnic_clique"));
    assert_has(GET(guest, "/clique_types", ""), "instance_mirantis");
    assert_has(GET(viewer, "/clique_types", ""), "vnic_clique");
}

static void
test_scans_need_the_right_to_edit(void **state)
{
    static const char scan[] = "{'environment':'" API "','status':'pending'}";
    static const char schedule[] = "{'environment':'" API "','freq':'DAILY',"
                                   "'submit_timestamp':'2026-03-04T10:00:00Z'}";
    struct world     *w = *state;

    assert_string_equal(POST(guest, "/scans", scan), UNKNOWN(API));
    assert_string_equal(POST(viewer, "/scans", scan), UNKNOWN(API));
    assert_memory_equal(POST(editor, "/scans", scan), "201", 3);
    assert_string_equal(POST(viewer, "/scheduled_scans", schedule), UNKNOWN(API));
    assert_memory_equal(POST(editor, "/scheduled_scans", schedule), "201", 3);
    assert_has(POST(editor, "/scans",
                    "{'environment':'" API "','status':'pending','scan_only_links':true,"
                    "'scan_only_cliques':'1'}"),
               "multiple scan_only_* flags found: scan_only_links, scan_only_cliques. only one of "
               "them can be set.");
    assert_memory_equal(POST(editor, "/scans",
                             "{'environment':'" API "','status':'pending',"
                             "'scan_only_links':false,'scan_only_cliques':true}"),
                        "201", 3);
}

static void
test_clique_types_need_a_role(void **state)
{
    static const char type[] = "{'focal_point_type':'instance','name':'n','mechanism_drivers':"
                               "'VPP','link_types':['instance-vnic']}";
    struct world     *w = *state;
    struct user       manager = w->guest;

    assert_memory_equal(POST(editor, "/clique_types", type), "403", 3);
    manager.roles = 1u << ROLE_MANAGE_CLIQUE_TYPES;
    assert_memory_equal(asked(w, &manager, "POST", "/clique_types", type), "201", 3);
    assert_has(asked(w, &manager, "POST", "/clique_types", type),
               "Clique type with configuration '{'focal_point_type': 'instance', "
               "'mechanism_drivers': 'VPP'}' is already registered");
}

#define ENVIRONMENT(name)                                                                          \
    "{'name':'" name "','type':'environment','app_path':'/a','distribution':'Mirantis',"           \
    "'distribution_version':'8.0','type_drivers':'vxlan','mechanism_drivers':['OVS'],"             \
    "'listen':false,'operational':'stopped','configuration':["                                     \
    "{'name':'OpenStack','host':'h','port':5000,'user':'u','pwd':'hidden-1','admin_token':'t'},"   \
    "{'name':'mysql','host':'h','port':1,'user':'u','pwd':'hidden-2'},"                            \
    "{'name':'CLI','host':'h','user':'u','pwd':'hidden-3'}]}"

static void
test_creator_may_edit(void **state)
{
    struct world          *w = *state;
    struct environment_row row;
    struct error           err;
    const char            *shown;

    assert_memory_equal(POST(guest, "/environment_configs", ENVIRONMENT("mine")), "201", 3);
    shown = GET(guest, "/environment_configs", "name=mine");
    assert_memory_equal(shown, "200", 3);
    assert_has(shown, arena_printf(w->arena, "\"auth\":{\"edit-env\":[\"%.*s\"],\"view-env\":",
                                   STR_ARG(w->guest.id))
                          .p);
    assert_null(strstr(shown, "hidden"));
    assert_true(store_get_environment(w->store, STR("mine"), w->arena, &row, &err));
    assert_false(str_has(row.document, STR("hidden")));
    assert_string_equal(GET(other, "/environment_configs", "name=mine"), NOT_FOUND);
    assert_memory_equal(POST(other, "/environment_configs", ENVIRONMENT("mine")), "409", 3);
    assert_memory_equal(POST(guest, "/scans", "{'environment':'mine','status':'pending'}"), "201",
                        3);
}

/* Before there is an environment, and to nobody else. */
static void
test_own_connection_tests(void **state)
{
    struct world *w = *state;
    const char   *made, *id, *query;

    made = POST(guest, "/connection_tests",
                "{'environment':'new','test_targets':['CLI'],'targets_configuration':[{'name':"
                "'CLI','host':'h','user':'u','pwd':'hidden'}]}");
    assert_memory_equal(made, "201", 3);
    id = strstr(made, "\"id\":\"");
    assert_non_null(id);
    query = arena_printf(w->arena, "env_name=new&id=%.24s", id + strlen("\"id\":\"")).p;
    assert_has(GET(guest, "/connection_tests", query), "\"pwd\":\"***\"");
    assert_has(GET(guest, "/connection_tests", query), "\"status\":\"request\"");
    assert_has(GET(guest, "/connection_tests", "env_name=new"), "\"test_targets\":[\"CLI\"]");
    assert_string_equal(GET(other, "/connection_tests", query), UNKNOWN("new"));
    assert_has(POST(guest, "/connection_tests",
                    "{'environment':'new','test_targets':['CLI'],'targets_configuration':[{'name':"
                    "'CLI','host':'h','user':'u','pwd':'sealed:AAAA'}]}"),
               "CLI error: pwd must be given itself");
}

/* An environment whose name begins as another's is another one; so are paths. */
static void
test_paths_are_literal(void **state)
{
#define REGIONS "parent_path=/" API "/" API "-regions"
    struct world *w = *state;

    assert_has(GET(viewer, "/inventory", "env_name=" API "&" REGIONS), "\"RegionOne\"");
    assert_null(strstr(GET(viewer, "/inventory", "env_name=" API "&" REGIONS), "internal"));
    assert_has(GET(viewer, "/inventory", "env_name=" API "&sub_tree=true&" REGIONS), "internal");
    assert_string_equal(GET(viewer, "/inventory", "env_name=" API "&" REGIONS "/Region.ne"),
                        NOT_FOUND);
    assert_string_equal(
        GET(viewer, "/inventory", "env_name=" API "&sub_tree=true&" REGIONS "/Region"), NOT_FOUND);
    assert_has(GET(viewer, "/inventory", "env_name=" API "&id_path=/" API "/" API "-regions"),
               "\"Regions\"");
    assert_string_equal(GET(viewer, "/inventory", "env_name=" API "&id_path=/" API "-regions"),
                        NOT_FOUND);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_forbidden_is_unknown, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_lists_have_what_may_be_seen, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_scans_need_the_right_to_edit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_clique_types_need_a_role, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_creator_may_edit, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_own_connection_tests, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_paths_are_literal, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
