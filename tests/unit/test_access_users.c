/* Users: adding, changing and removing them, their lists in environments, the first and the last
 * administrator, and what leaves the store. */

#include "access_world.h"

static bool
add_name(void *context, const struct user *user)
{
    struct listing *l = context;

    listing_add_word(l, arena_printf(l->arena, "%.*s:%x", STR_ARG(user->name), user->roles));
    return true;
}

/* "NAME:ROLES ...", in order of insertion. */
static const char *
users(struct world *w)
{
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, access_users(w->store, add_name, &l, &w->err));
    return arena_str(w->arena, l.text).p;
}

static bool
can_sign_in(struct world *w, const char *name, struct str password)
{
    struct user user;

    return access_sign_in(w->store, str_from(name), password, STR_NONE, w->arena, &user, &w->err);
}

/* --- adding and changing --- */

static void
test_names(void **state UNUSED)
{
    static const char *const good[] = { "a",
                                        "Bob.Smith_2-x@example.org",
                                        "4711",
                                        "0123456789abcdef0123456", /* 23 digits */
                                        "0123456789abcdef012345678",
                                        "0123456789abcdef0123456g" };
    static const char *const bad[] = { "",
                                       "a b",
                                       "a\n",
                                       "\xc3\xa4",
                                       "a/b",
                                       "a,b",
                                       "a:b",
                                       "*",
                                       "0123456789abcdef01234567",
                                       "0123456789ABCDEF01234567" };
    char                     name[65];

    for (size_t i = 0; i < N_ELEMENTS(good); i++)
        assert_true(user_name_is_valid(str_from(good[i])));
    for (size_t i = 0; i < N_ELEMENTS(bad); i++)
        assert_false(user_name_is_valid(str_from(bad[i])));
    memset(name, 'x', sizeof name);
    assert_true(user_name_is_valid((struct str){ name, 64 }));
    assert_false(user_name_is_valid((struct str){ name, 65 }));
    assert_false(user_name_is_valid((struct str){ "a\0b", 3 }));
}

static void
test_add(void **state)
{
    struct world *w = *state;
    struct str    id = add_user(w, "ann", ALL_ROLES), other;
    struct oid    oid;
    struct user   user;
    char          password[1025];

    assert_true(oid_from_text(id, &oid));
    add_user(w, "bob", 1u << ROLE_VIEW_ENV | 1u << ROLE_MANAGE_USERS);
    add_user(w, "carl", 0);
    assert_string_equal(users(w), "ann:3f bob:5 carl:0");
    user = user_of(w, "ann");
    assert_true(str_equal(user.id, id) && user.roles == ALL_ROLES && str_empty(user.token));
    user = user_of(w, id.p);
    assert_text(user.name, "ann");
    must_fail(w, access_find_user(w->store, STR("dora"), w->arena, &user, &w->err), ERROR_NOT_FOUND,
              "there is no user dora");
    must_fail(w, access_find_user(w->store, STR(""), w->arena, &user, &w->err), ERROR_NOT_FOUND,
              "no user");

    /* Taken, also for eyes that do not see the case of letters. */
    must_fail(w, access_add_user(w->store, STR("Ann"), PASSWORD, 0, w->arena, &other, &w->err),
              ERROR_USAGE, "there is a user Ann already");
    must_fail(w, access_add_user(w->store, STR("a b"), PASSWORD, 0, w->arena, &other, &w->err),
              ERROR_USAGE, "'a b' is no name");
    must_fail(
        w, access_add_user(w->store, STR("x"), PASSWORD, 1u << N_ROLES, w->arena, &other, &w->err),
        ERROR_USAGE, "role");
    memset(password, 'x', sizeof password);
    must_fail(w,
              access_add_user(w->store, STR("x"), (struct str){ password, 7 }, 0, w->arena, &other,
                              &w->err),
              ERROR_USAGE, "8 to 1024 bytes");
    must_fail(w,
              access_add_user(w->store, STR("x"), (struct str){ password, 1025 }, 0, w->arena,
                              &other, &w->err),
              ERROR_USAGE, "8 to 1024 bytes");
    assert_string_equal(users(w), "ann:3f bob:5 carl:0");
    must(w, access_add_user(w->store, STR("least"), (struct str){ password, 8 }, 0, w->arena,
                            &other, &w->err));
    must(w, access_add_user(w->store, STR("most"), (struct str){ password, 1024 }, 0, w->arena,
                            &other, &w->err));
    assert_true(can_sign_in(w, "least", (struct str){ password, 8 }));
    assert_true(can_sign_in(w, "most", (struct str){ password, 1024 }));
    assert_false(can_sign_in(w, "most", (struct str){ password, 1025 }));
    assert_false(can_sign_in(w, "most", (struct str){ password, 1023 }));
}

/* The same password is kept as another hash each time, with the parameters we want. */
static void
test_hashes(void **state)
{
    static const char begin[] = "\"password\":{\"argon2id\":\"$argon2id$v=19$m=19456,t=3,p=1$";
    struct world     *w = *state;
    struct listing    l = { w->arena, STR_NONE, 0 };
    struct str        rest, first, second;

    add_user(w, "ann", 0);
    add_user(w, "bob", 0);
    must(w, collection_list(w->store, STR("users"), add_text, &l, &w->err));
    rest = l.text;
    assert_true(str_line(&rest, &first) && str_line(&rest, &second));
    assert_has(arena_str(w->arena, first).p, begin);
    assert_has(arena_str(w->arena, second).p, begin);
    first = str_head(str_skip(first, (size_t)str_find(first, STR("p=1$"))), 26);
    assert_false(str_has(second, first));
    world_close(w);
    assert_false(is_in_files(w, PASSWORD));
    assert_true(is_in_files(w, first)); /* the search itself works */
}

static void
test_roles(void **state)
{
    struct world *w = *state;

    add_user(w, "ann", ALL_ROLES);
    add_user(w, "bob", 0);
    must(w, access_set_roles(w->store, STR("bob"), 1u << ROLE_EDIT_ENV, &w->err));
    assert_string_equal(users(w), "ann:3f bob:2");
    must_fail(w, access_set_roles(w->store, STR("bob"), 64, &w->err), ERROR_USAGE, "role");
    must_fail(w, access_set_roles(w->store, STR("x"), 0, &w->err), ERROR_NOT_FOUND, "no user x");
    must_fail(w, access_set_roles(w->store, STR("x"), ALL_ROLES, &w->err), ERROR_NOT_FOUND,
              "no user x");
    assert_true(can_sign_in(w, "bob", PASSWORD));
}

/* --- the last administrator --- */

static void
test_last_administrator(void **state)
{
    struct world *w = *state;

    add_user(w, "ann", ALL_ROLES);
    add_user(w, "bob", ALL_ROLES & ~1u);
    must_fail(w, access_set_roles(w->store, STR("ann"), ALL_ROLES & ~2u, &w->err), ERROR_USAGE,
              "ann is the last user with every role");
    must_fail(w, access_remove_user(w->store, STR("ann"), &w->err), ERROR_USAGE, "last user");
    must(w, access_set_roles(w->store, STR("ann"), ALL_ROLES, &w->err));
    assert_string_equal(users(w), "ann:3f bob:3e");

    must(w, access_set_roles(w->store, STR("bob"), ALL_ROLES, &w->err));
    must(w, access_set_roles(w->store, STR("ann"), 0, &w->err));
    must_fail(w, access_remove_user(w->store, STR("bob"), &w->err), ERROR_USAGE, "last user");
    must(w, access_remove_user(w->store, STR("ann"), &w->err));
    assert_string_equal(users(w), "bob:3f");

    /* Who has all roles and no password is no help: nobody could sign in. */
    must(w, collection_put(w->store, STR("users"),
                           STR("{\"_id\":\"u\",\"username\":\"carl\",\"roles\":[\"view-env\","
                               "\"edit-env\",\"manage-users\",\"manage-link-types\","
                               "\"manage-clique-types\",\"manage-clique-constraints\"]}"),
                           w->arena, NULL, &w->err));
    assert_string_equal(users(w), "bob:3f carl:3f");
    must_fail(w, access_remove_user(w->store, STR("bob"), &w->err), ERROR_USAGE, "last user");
    must(w, access_set_password(w->store, STR("carl"), PASSWORD, &w->err));
    must(w, access_remove_user(w->store, STR("bob"), &w->err));
}

static bool
demote(struct racer *r, struct arena *arena UNUSED)
{
    static const struct str names[] = { STR("ann"), STR("bob") };

    return access_set_roles(r->store, names[r->number], 0, &r->err);
}

static bool
remove_one(struct racer *r, struct arena *arena UNUSED)
{
    static const struct str names[] = { STR("ann"), STR("bob") };

    return access_remove_user(r->store, names[r->number], &r->err);
}

/* Two administrators who throw each other out at the same time: one stays. */
static void
test_last_administrators_at_once(void **state)
{
    struct world *w = *state;
    struct racer  racers[MOST_THREADS];

    add_user(w, "ann", ALL_ROLES);
    add_user(w, "bob", ALL_ROLES);
    for (unsigned round = 0; round < 25; round++) {
        assert_int_equal(race(w, 2, demote, NULL, racers), 1);
        assert_int_equal(racers[racers[0].good].err.domain, ERROR_USAGE);
        must(w, access_set_roles(w->store, STR("ann"), ALL_ROLES, &w->err));
        must(w, access_set_roles(w->store, STR("bob"), ALL_ROLES, &w->err));
    }
    assert_int_equal(race(w, 2, remove_one, NULL, racers), 1);
    assert_has(racers[racers[0].good].err.message, "last user");
}

static bool
add_same(struct racer *r, struct arena *arena)
{
    struct str id;

    return access_add_user(r->store, STR("carl"), PASSWORD, 0, arena, &id, &r->err);
}

static void
test_same_name_at_once(void **state)
{
    struct world *w = *state;
    struct racer  racers[MOST_THREADS];

    assert_int_equal(race(w, 6, add_same, NULL, racers), 1);
    for (size_t i = 0; i < 6; i++)
        if (!racers[i].good)
            assert_has(racers[i].err.message, "already");
    assert_string_equal(users(w), "carl:0");
}

/* --- environments --- */

static void
assert_auth(struct world *w, const char *environment, const char *expected)
{
    assert_string_equal(doc_body(w->arena, auth_of(w, environment)).p,
                        json_text(w->arena, expected).p);
}

static void
test_grant(void **state)
{
    struct world *w = *state;
    struct user   bob;
    const char   *id;

    add_user(w, "bob", 0);
    bob = user_of(w, "bob");
    id = bob.id.p;
    add_environment(w, "{'name':'lab','distribution':'Debian'}");
    assert_false(access_may(&bob, RIGHT_VIEW, NULL));

    must(w, access_grant(w->store, STR("bob"), STR("lab"), true, false, &w->err));
    assert_auth(w, "lab", arena_printf(w->arena, "{'edit-env':[],'view-env':['%s']}", id).p);
    assert_true(access_may(&bob, RIGHT_VIEW, auth_of(w, "lab")));
    assert_false(access_may(&bob, RIGHT_EDIT, auth_of(w, "lab")));
    must(w, access_grant(w->store, bob.id, STR("lab"), false, true, &w->err));
    must(w, access_grant(w->store, STR("bob"), STR("lab"), true, true, &w->err));
    assert_auth(w, "lab",
                arena_printf(w->arena, "{'edit-env':['%s'],'view-env':['%s']}", id, id).p);
    must(w, access_grant(w->store, STR("bob"), STR("lab"), false, false, &w->err));
    assert_auth(w, "lab", "{'edit-env':[],'view-env':[]}");

    /* What others are, and what else there is, stays. */
    add_environment(w, "{'name':'two','auth':{'edit-env':['x','bob'],'owner':'y','view-env':"
                       "['bob','x']},'configuration':[{'name':'CLI','user':'u'}]}");
    must(w, access_grant(w->store, STR("bob"), STR("two"), true, false, &w->err));
    assert_auth(
        w, "two",
        arena_printf(w->arena, "{'edit-env':['x'],'owner':'y','view-env':['x','%s']}", id).p);
    assert_has(exported(w, "environments_config"), "\"configuration\":[{\"name\":\"CLI\"");

    must_fail(w, access_grant(w->store, STR("x"), STR("lab"), true, true, &w->err), ERROR_NOT_FOUND,
              "no user x");
    must_fail(w, access_grant(w->store, STR("bob"), STR("lob"), true, true, &w->err),
              ERROR_NOT_FOUND, "no environment named lob");
}

/* Whoever gets the name later does not get the rights. */
static void
test_removed_from_environments(void **state)
{
    struct world *w = *state;
    struct str    id;

    add_user(w, "bob", 0);
    id = user_of(w, "bob").id;
    add_environment(w, "{'name':'a','auth':{'view-env':['bob','x'],'edit-env':['bob']}}");
    add_environment(w, "{'name':'b','auth':{'view-env':['x'],'edit-env':[]}}");
    add_environment(w, "{'name':'c'}");
    must(w, access_grant(w->store, STR("bob"), STR("c"), true, true, &w->err));
    must(w, access_remove_user(w->store, STR("bob"), &w->err));
    assert_auth(w, "a", "{'edit-env':[],'view-env':['x']}");
    assert_auth(w, "b", "{'edit-env':[],'view-env':['x']}");
    assert_auth(w, "c", "{'edit-env':[],'view-env':[]}");
    assert_false(str_has(str_from(exported(w, "environments_config")), id));
    assert_string_equal(users(w), "");
    must_fail(w, access_remove_user(w->store, STR("bob"), &w->err), ERROR_NOT_FOUND, "no user bob");
    add_user(w, "bob", 0);
    assert_false(str_equal(user_of(w, "bob").id, id));
}

/* Secrets of environments are not touched: who has lost the key can still take rights away. */
static void
test_grant_without_the_key(void **state)
{
    struct world *w = *state;
    struct str    key = arena_printf(w->arena, "%s/store.key", w->folder);
    const char   *before;

    add_user(w, "bob", 0);
    add_environment(w, "{'name':'lab','configuration':[{'name':'CLI','pwd':'s3cret-word'}]}");
    before = exported(w, "environments_config");
    assert_has(before, "sealed:");
    assert_int_equal(unlink(key.p), 0);
    must(w, access_grant(w->store, STR("bob"), STR("lab"), true, true, &w->err));
    assert_true(
        access_may(&(struct user){ .id = user_of(w, "bob").id }, RIGHT_EDIT, auth_of(w, "lab")));
    must(w, access_remove_user(w->store, STR("bob"), &w->err));
    assert_has(exported(w, "environments_config"), strstr(before, "\"configuration\""));
}

/* --- the first start --- */

static void
test_setup(void **state)
{
    struct world *w = *state;
    struct str    first, second;
    struct user   user;

    must(w, access_setup_secret(w->store, w->arena, &first, &w->err));
    assert_int_equal(first.n, 64);
    must(w, access_setup_secret(w->store, w->arena, &second, &w->err));
    assert_false(str_equal(first, second));
    must_fail(w, access_set_up(w->store, first, STR("ann"), PASSWORD, w->arena, &user, &w->err),
              ERROR_AUTH, "wrong or was used");
    must_fail(w, access_set_up(w->store, STR(""), STR("ann"), PASSWORD, w->arena, &user, &w->err),
              ERROR_AUTH, "wrong");
    must_fail(w,
              access_set_up(w->store, str_head(second, 63), STR("ann"), PASSWORD, w->arena, &user,
                            &w->err),
              ERROR_AUTH, "wrong");

    /* A mistake does not use it up, and is told only to who has it. */
    must_fail(w, access_set_up(w->store, second, STR("a b"), PASSWORD, w->arena, &user, &w->err),
              ERROR_USAGE, "name");
    must_fail(w,
              access_set_up(w->store, second, STR("ann"), STR("short"), w->arena, &user, &w->err),
              ERROR_USAGE, "8 to");
    must_fail(w, access_set_up(w->store, first, STR("a b"), STR("short"), w->arena, &user, &w->err),
              ERROR_AUTH, "wrong");
    world_reopen(w, STORE_WRITE);
    must(w, access_set_up(w->store, second, STR("ann"), PASSWORD, w->arena, &user, &w->err));
    assert_text(user.name, "ann");
    assert_int_equal(user.roles, ALL_ROLES);
    assert_true(can_sign_in(w, "ann", PASSWORD));
    must_fail(w, access_set_up(w->store, second, STR("eve"), PASSWORD, w->arena, &user, &w->err),
              ERROR_AUTH, "used");
    must(w, access_setup_secret(w->store, w->arena, &first, &w->err));
    assert_text(first, "");
    assert_string_equal(users(w), "ann:3f");

    /* Not even when that administrator is lost. */
    must(w, collection_remove(w->store, STR("users"), user.id, &w->err));
    must_fail(w, access_set_up(w->store, second, STR("eve"), PASSWORD, w->arena, &user, &w->err),
              ERROR_AUTH, "used");
    world_close(w);
    assert_false(is_in_files(w, second));
}

/* An administrator who came in another way makes the secret void. */
static void
test_setup_too_late(void **state)
{
    struct world *w = *state;
    struct str    secret;
    struct user   user;

    add_user(w, "bob", 0);
    must(w, access_setup_secret(w->store, w->arena, &secret, &w->err));
    assert_int_equal(secret.n, 64);
    add_user(w, "ann", ALL_ROLES);
    must_fail(w, access_set_up(w->store, secret, STR("eve"), PASSWORD, w->arena, &user, &w->err),
              ERROR_AUTH, "wrong");
    assert_string_equal(users(w), "bob:0 ann:3f");
}

static bool
set_up(struct racer *r, struct arena *arena)
{
    struct str  name = arena_printf(arena, "admin%zu", r->number);
    struct user user;

    return access_set_up(r->store, *(const struct str *)r->context, name, PASSWORD, arena, &user,
                         &r->err);
}

static void
test_setup_at_once(void **state)
{
    struct world  *w = *state;
    struct racer   racers[MOST_THREADS];
    struct str     secret;
    struct listing l = { w->arena, STR_NONE, 0 };

    must(w, access_setup_secret(w->store, w->arena, &secret, &w->err));
    assert_int_equal(race(w, 4, set_up, &secret, racers), 1);
    for (size_t i = 0; i < 4; i++)
        if (!racers[i].good)
            assert_int_equal(racers[i].err.domain, ERROR_AUTH);
    must(w, access_users(w->store, add_name, &l, &w->err));
    assert_int_equal(l.n, 1);
}

/* --- what leaves the store --- */

static bool
import(struct world *w, const char *collection, const char *document)
{
    struct import *import;

    if (!store_import_begin(w->store, str_from(collection), &import, &w->err))
        return false;
    if (import_document(import, json_text(w->arena, document), &w->err) &&
        import_finish(import, NULL, &w->err))
        return true;
    import_abort(import);
    return false;
}

static void
test_export(void **state)
{
    struct world  *w = *state;
    struct listing l = { w->arena, STR_NONE, 0 };
    struct token   token;
    struct user    user;
    struct str     secret;

    must(w, access_setup_secret(w->store, w->arena, &secret, &w->err));
    add_user(w, "ann", 1u << ROLE_VIEW_ENV);
    user = user_of(w, "ann");
    must(w, access_issue_token(w->store, &user, "credentials", STR("x"), SECOND, w->arena, &token,
                               &w->err));
    assert_string_equal(
        exported(w, "users"),
        json_text(w->arena,
                  arena_printf(w->arena, "{'_id':'%s','roles':['view-env'],'username':'ann'}\n",
                               user.id.p)
                      .p)
            .p);
    must_fail(w, store_export(w->store, STR("tokens"), STR_NONE, add_text, &l, &w->err),
              ERROR_USAGE, "neither exported");
    must_fail(w, store_export(w->store, STR("setup"), STR_NONE, add_text, &l, &w->err), ERROR_USAGE,
              "neither exported");
    assert_int_equal(l.n, 0);
    must_fail(w, import(w, "tokens", "{'_id':'x','user':'y'}"), ERROR_USAGE, "nor imported");
    must_fail(w, import(w, "setup", "{'_id':'first','digest':'y'}"), ERROR_USAGE, "nor imported");
}

/* What was exported can be given back: passwords stay those that are there, and come with nobody. */
static void
test_import(void **state)
{
    struct world *w = *state;
    const char   *before, *text;

    add_user(w, "ann", 0);
    before = exported(w, "users");
    text = arena_printf(
               w->arena,
               "{'_id':'%s','username':'ann','roles':['edit-env'],'password':{'argon2id':'x'}}",
               user_of(w, "ann").id.p)
               .p;
    must(w, import(w, "users", text));
    assert_string_equal(users(w), "ann:2");
    assert_true(can_sign_in(w, "ann", PASSWORD));
    must(w, import(w, "users", before));
    assert_string_equal(users(w), "ann:0");
    assert_true(can_sign_in(w, "ann", PASSWORD));

    /* As the guide's user interface kept them. */
    must(w,
         import(
             w, "users",
             "{'_id':'wNLeBJxNDyw8G7Ssg','username':'old','services':{'password':{'bcrypt':"
             "'$2b$10$abc'}},'profile':{'name':'old'},'roles':{'__global_roles__':['manage-users',"
             "'view-env','dance'],'other':['edit-env']}}"));
    must(w, import(w, "users", "{'_id':'second','name':'older','password':'plain text'}"));
    must(w, import(w, "users", "{'_id':'third'}"));
    assert_string_equal(users(w), "ann:0 old:5 older:0");
    assert_null(strstr(exported(w, "users"), "bcrypt"));
    assert_false(can_sign_in(w, "old", STR("")));
    assert_false(can_sign_in(w, "older", STR("plain text")));
    must(w, access_set_password(w->store, STR("old"), PASSWORD, &w->err));
    assert_true(can_sign_in(w, "old", PASSWORD));
    world_close(w);
    assert_false(is_in_files(w, STR("bcrypt")) || is_in_files(w, STR("plain text")));

    /* A name that is somebody's id would get that one's rights. */
    world_reopen(w, STORE_WRITE);
    must_fail(w,
              access_add_user(w->store, STR("wNLeBJxNDyw8G7Ssg"), PASSWORD, 0, w->arena,
                              &(struct str){ 0 }, &w->err),
              ERROR_USAGE, "already");
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        TEST(add),
        TEST(hashes),
        TEST(roles),
        TEST(last_administrator),
        TEST(last_administrators_at_once),
        TEST(same_name_at_once),
        TEST(grant),
        TEST(removed_from_environments),
        TEST(grant_without_the_key),
        TEST(setup),
        TEST(setup_too_late),
        TEST(setup_at_once),
        TEST(export),
        TEST(import),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
