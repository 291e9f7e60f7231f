/* Who may do what: every right for every kind of user. */

#include "access_world.h"

enum { NOBODY, PLAIN, VIEWER, EDITOR, BY_ROLE, ADMIN = BY_ROLE + N_ROLES, N_KINDS };

/* Columns: nobody, a user, a viewer and an editor of the environment; with the roles view-env,
 * edit-env, manage-users, -link-types, -clique-types, -clique-constraints; with all of them. */
static const struct {
    enum right  right;
    const char *in_environment;
    const char *elsewhere; /* in one that has no lists, or not those two */
} table[] = {
    { RIGHT_NONE, "YYYY YYYYYY Y", "YYYY YYYYYY Y" },
    { RIGHT_SIGNED_IN, "-YYY YYYYYY Y", "-YYY YYYYYY Y" },
    { RIGHT_VIEW, "--YY YY---- Y", "---- YY---- Y" },
    { RIGHT_EDIT, "---Y -Y---- Y", "---- -Y---- Y" },
    { RIGHT_MANAGE_USERS, "---- --Y--- Y", "---- --Y--- Y" },
    { RIGHT_MANAGE_LINK_TYPES, "---- ---Y-- Y", "---- ---Y-- Y" },
    { RIGHT_MANAGE_CLIQUE_TYPES, "---- ----Y- Y", "---- ----Y- Y" },
    { RIGHT_MANAGE_CLIQUE_CONSTRAINTS, "---- -----Y Y", "---- -----Y Y" },
    { RIGHT_ADMIN, "---- ------ Y", "---- ------ Y" },
};

static const struct user *
user_of_kind(unsigned kind, struct user *user)
{
    *user = (struct user){ .id = STR("0123456789abcdef01234567"), .name = STR("bob") };
    if (kind == NOBODY)
        return NULL;
    if (kind == VIEWER)
        user->id = STR("aaaaaaaaaaaaaaaaaaaaaaaa");
    if (kind == EDITOR)
        user->id = STR("bbbbbbbbbbbbbbbbbbbbbbbb");
    if (kind >= BY_ROLE && kind < ADMIN)
        user->roles = 1u << (kind - BY_ROLE);
    if (kind == ADMIN)
        user->roles = ALL_ROLES;
    return user;
}

/* A row as the table has it. */
static const char *
row_of(enum right right, const struct doc *auth, char text[N_KINDS + 3])
{
    struct user user;
    size_t      n = 0;

    for (unsigned kind = 0; kind < N_KINDS; kind++) {
        if (kind == BY_ROLE || kind == ADMIN)
            text[n++] = ' ';
        text[n++] = access_may(user_of_kind(kind, &user), right, auth) ? 'Y' : '-';
    }
    text[n] = '\0';
    return text;
}

static void
test_matrix(void **state)
{
    static const char *const elsewhere[] = {
        "{}",
        "{'view-env':[],'edit-env':[]}",
        "{'view-env':['cccccccccccccccccccccccc'],'edit-env':['',7,null,['bob']]}",
        "{'view-env':'aaaaaaaaaaaaaaaaaaaaaaaa','edit-env':{'bob':'bob'}}",
        "'bbbbbbbbbbbbbbbbbbbbbbbb'",
    };
    struct world     *w = *state;
    const struct doc *auth = json_of(w->arena, "{'view-env':['aaaaaaaaaaaaaaaaaaaaaaaa'],"
                                               "'edit-env':['bbbbbbbbbbbbbbbbbbbbbbbb']}");
    char              text[N_KINDS + 3];

    assert_int_equal(N_ELEMENTS(table), N_RIGHTS);
    for (size_t i = 0; i < N_ELEMENTS(table); i++) {
        assert_string_equal(row_of(table[i].right, auth, text), table[i].in_environment);
        assert_string_equal(row_of(table[i].right, NULL, text), table[i].elsewhere);
        for (size_t j = 0; j < N_ELEMENTS(elsewhere); j++)
            assert_string_equal(row_of(table[i].right, json_of(w->arena, elsewhere[j]), text),
                                table[i].elsewhere);
    }
}

/* People write names into lists. */
static void
test_lists_of_names(void **state)
{
    struct world     *w = *state;
    const struct doc *auth = json_of(w->arena, "{'view-env':['ann','bob'],'edit-env':['carl']}");
    struct user       bob, carl, other = { .id = STR("x"), .name = STR("Bob") };

    user_of_kind(PLAIN, &bob);
    carl = bob;
    carl.name = STR("carl");
    assert_true(access_may(&bob, RIGHT_VIEW, auth));
    assert_false(access_may(&bob, RIGHT_EDIT, auth));
    assert_true(access_may(&carl, RIGHT_VIEW, auth));
    assert_true(access_may(&carl, RIGHT_EDIT, auth));
    assert_false(access_may(&other, RIGHT_VIEW, auth));

    /* An entry without a name is nobody's, and neither is a user without one. */
    other = (struct user){ .id = STR_NONE, .name = STR_NONE };
    assert_false(access_may(&other, RIGHT_VIEW, json_of(w->arena, "{'view-env':['']}")));
}

static void
test_names_of_roles(void **state UNUSED)
{
    static const char *const names[] = { "view-env",
                                         "edit-env",
                                         "manage-users",
                                         "manage-link-types",
                                         "manage-clique-types",
                                         "manage-clique-constraints" };
    enum role                role;

    assert_int_equal(N_ELEMENTS(names), N_ROLES);
    for (size_t i = 0; i < N_ROLES; i++) {
        assert_string_equal(role_name((enum role)i), names[i]);
        assert_true(role_from_name(str_from(names[i]), &role));
        assert_int_equal(role, i);
    }
    assert_false(role_from_name(STR("view-env "), &role));
    assert_false(role_from_name(STR(""), &role));
    for (size_t i = 0; i < N_RIGHTS; i++)
        assert_true(strlen(right_name((enum right)i)) > 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { TEST(matrix), TEST(lists_of_names), TEST(names_of_roles) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
