/* calipso user: who may sign in to the server, and what they may do there. The command itself asks
 * nobody for a password: who can write the store may do all of this. */

#include <unistd.h>

#include "access/access.h"
#include "access/password.h"
#include "cli/ask.h"
#include "cli/cli.h"

enum { KEY_PASSWORD_FILE = 0x2000, KEY_ROLES, KEY_VIEW, KEY_EDIT, KEY_NONE };

struct user_query {
    struct query query;
    const char  *password_file;
    const char  *roles;
    const char  *environment;
    int          grant;  /* KEY_VIEW, KEY_EDIT, KEY_NONE; 0: not given */
    bool         is_odd; /* more than one of them */
};

static const struct argp_option options[] = {
    { "password-file", KEY_PASSWORD_FILE, "FILE", 0,
      "add, passwd: a file with the password in its first line; - reads standard input", 1 },
    { "roles", KEY_ROLES, "ROLE,...", 0, "add: its roles, or all (default: none)", 1 },
    { "env", 'e', "NAME", 0, "grant: the environment", 1 },
    { "view", KEY_VIEW, NULL, 0, "grant: see the environment (default)", 1 },
    { "edit", KEY_EDIT, NULL, 0, "grant: see, change and scan it", 1 },
    { "none", KEY_NONE, NULL, 0, "grant: neither any more", 1 },
    { 0 },
};

static error_t
parse_user(int key, char *argument, struct argp_state *state)
{
    struct user_query *u = state->input;

    switch (key) {
    case KEY_PASSWORD_FILE:
        u->password_file = argument;
        return 0;
    case KEY_ROLES:
        u->roles = argument;
        return 0;
    case 'e':
        u->environment = argument;
        return 0;
    case KEY_VIEW:
    case KEY_EDIT:
    case KEY_NONE:
        u->is_odd = u->is_odd || (u->grant && u->grant != key);
        u->grant = key;
        return 0;
    default:
        return parse_plain(key, argument, state);
    }
}

static const struct argp user_argp = {
    .options = options,
    .parser = parse_user,
    .args_doc = "list\nshow NAME\nadd NAME\npasswd NAME\nroles NAME ROLE,...|all|none\n"
                "grant NAME -e ENV [--view|--edit|--none]\nrm NAME",
    .doc = "List, show, add, change or remove the users of the server. Passwords are asked for "
           "twice on a terminal, or come from a file. A new password, and rm, sign the user out "
           "everywhere.\v"
           "Roles: view-env and edit-env (every environment), manage-users, manage-link-types, "
           "manage-clique-types, manage-clique-constraints. Who has all of them is an "
           "administrator; the last one stays. docs/users.md says more.\n\n"
           "Examples:\n"
           "  calipso user add ann --roles all\n"
           "  calipso user add bob --password-file pw\n"
           "  calipso user grant bob -e lab --edit\n"
           "  calipso user roles bob view-env,manage-users\n"
           "  calipso user passwd bob\n"
           "  calipso user list\n"
           "  calipso user rm bob",
    .children = output_children,
};

/* --- names --- */

static bool
take_name(void *context, const struct user *user)
{
    known_names_add(context, user->name);
    return true;
}

static int
no_user(struct query *q, struct store *store, const char *name)
{
    struct known_names names = { .arena = q->arena };
    struct str         hint = STR("`calipso user list` shows them");
    struct error       err;

    if (access_users(store, take_name, &names, &err))
        hint = did_you_mean(&names, str_from(name), hint.p);
    error_set(&err, ERROR_NOT_FOUND, 0, "there is no user %.80s; %.*s", name, STR_ARG(hint));
    return fail(&err);
}

/* The user that the command is about; returns an exit status. */
static int
find_user(struct user_query *u, struct store *store, struct user *user)
{
    const char  *name = u->query.arguments[1];
    struct error err;

    if (access_find_user(store, str_from(name), u->query.arena, user, &err))
        return EXIT_COMPLETED;
    return err.domain == ERROR_NOT_FOUND ? no_user(&u->query, store, name) : fail(&err);
}

/* --- roles --- */

static int
no_role(struct arena *arena, struct str name)
{
    struct known_names names = { .arena = arena };

    for (size_t i = 0; i < N_ROLES; i++)
        known_names_add(&names, str_from(role_name((enum role)i)));
    return usage_error("there is no role '%.*s'; %.*s", STR_ARG(str_head(name, 80)),
                       STR_ARG(did_you_mean(&names, name, "`calipso user --help` lists them")));
}

/* "all", "none" or names with commas between them; returns an exit status. */
static int
read_roles(struct arena *arena, const char *text, unsigned *roles)
{
    struct str rest = str_from(text), name;
    enum role  role;

    *roles = 0;
    if (str_is(rest, "none"))
        return EXIT_COMPLETED;
    if (str_is(rest, "all")) {
        *roles = ALL_ROLES;
        return EXIT_COMPLETED;
    }
    while (str_cut(&rest, ',', &name)) {
        if (!role_from_name(str_trim(name), &role))
            return no_role(arena, str_trim(name));
        *roles |= 1u << role;
    }
    return EXIT_COMPLETED;
}

static struct str
roles_text(struct arena *arena, unsigned roles)
{
    struct str text = STR_NONE;

    if (roles == ALL_ROLES)
        return STR("all");
    for (size_t i = 0; i < N_ROLES; i++)
        if (roles & 1u << i)
            text = arena_join(arena, text, text.n ? STR(",") : STR_NONE,
                              str_from(role_name((enum role)i)));
    return text.n ? text : STR("none");
}

/* --- list and show --- */

static struct doc *
document_of(struct arena *arena, const struct user *user)
{
    struct doc *document = doc_object(arena), *roles = doc_array(arena);

    for (size_t i = 0; i < N_ROLES; i++)
        if (user->roles & 1u << i)
            doc_push_text(arena, roles, str_from(role_name((enum role)i)));
    doc_set_text(arena, document, "_id", user->id);
    doc_set_text(arena, document, "username", user->name);
    doc_set(arena, document, "roles", roles);
    return document;
}

struct listing {
    struct table    *table; /* NULL: JSON */
    struct json_list json;
};

static bool
take_user(void *context, const struct user *user)
{
    struct listing *listing = context;
    AUTO_ARENA      scratch = arena_new();

    if (listing->table) {
        const struct str cells[] = { user->name, user->id, roles_text(scratch, user->roles) };

        table_add(listing->table, cells);
    } else {
        json_list_add(&listing->json, doc_body(scratch, document_of(scratch, user)));
    }
    return true;
}

static int
list_users(struct user_query *u, struct store *store)
{
    static const char *const titles[] = { "NAME", "ID", "ROLES" };
    struct listing           listing = { 0 };
    struct error             err;

    if (u->query.output == OUTPUT_TABLE)
        listing.table = table_new(titles, N_ELEMENTS(titles));

    bool good = access_users(store, take_user, &listing, &err);

    if (listing.table)
        table_print(listing.table);
    else
        json_list_end(&listing.json);
    return good ? EXIT_COMPLETED : fail(&err);
}

/* Environments that the user may see or change because their lists say so, whatever its roles. */
struct granted {
    struct arena *arena;
    struct user   user;
    struct doc   *view, *edit;
};

static bool
take_environment(void *context, const struct environment_row *row)
{
    struct granted   *granted = context;
    AUTO_ARENA        scratch = arena_new();
    const struct doc *auth = doc_get(doc_parse(scratch, row->document, NULL), "auth");

    if (access_may(&granted->user, RIGHT_VIEW, auth))
        doc_push_text(granted->arena, granted->view, row->name);
    if (access_may(&granted->user, RIGHT_EDIT, auth))
        doc_push_text(granted->arena, granted->edit, row->name);
    return true;
}

static int
show_user(struct user_query *u, struct store *store)
{
    struct arena  *arena = u->query.arena;
    struct granted granted = { arena, .view = doc_array(arena), .edit = doc_array(arena) };
    int            status = find_user(u, store, &granted.user);
    AUTO_BUF       text = { 0 };
    struct error   err;
    struct doc    *document;

    if (status != EXIT_COMPLETED)
        return status;
    document = document_of(arena, &granted.user);
    granted.user.roles = 0;
    if (!store_environments(store, take_environment, &granted, &err))
        return fail(&err);
    doc_set(arena, document, "view-env", granted.view);
    doc_set(arena, document, "edit-env", granted.edit);
    doc_write_pretty(&text, document);
    puts(buf_c(&text));
    return EXIT_COMPLETED;
}

/* --- passwords --- */

/* Twice the same, until it is one. */
static bool
ask_password(struct arena *arena, const char *name, struct str *password, struct error *err)
{
    char       first[LONGEST_ANSWER], second[LONGEST_ANSWER];
    struct str one, two;
    bool       is_same = false;

    while (!is_same) {
        fprintf(stderr, "Password for %s: ", name);
        if (!ask_hidden(first, &one))
            return error_set(err, ERROR_CONFIG, 0, "the input ended; nothing was changed");
        if (!password_is_valid(one, err)) {
            fprintf(stderr, "%s\n", err->message);
            continue;
        }
        fputs("The same again: ", stderr);
        if (!ask_hidden(second, &two))
            return error_set(err, ERROR_CONFIG, 0, "the input ended; nothing was changed");
        is_same = str_equal(one, two);
        if (!is_same)
            fputs("these were two different ones\n", stderr);
    }
    *password = arena_str(arena, one);
    explicit_bzero(first, sizeof first);
    explicit_bzero(second, sizeof second);
    return true;
}

/* Returns an exit status. */
static int
get_password(struct user_query *u, const char *name, struct str *password)
{
    struct arena *arena = u->query.arena;
    struct error  err;

    if (!u->password_file && !isatty(STDIN_FILENO))
        return usage_error("user %s wants --password-file (- reads standard input), or a terminal "
                           "to ask on",
                           u->query.arguments[0]);
    if (u->password_file ? !ask_file(u->password_file, arena, password, &err)
                         : !ask_password(arena, name, password, &err))
        return fail(&err);
    return EXIT_COMPLETED;
}

static int
add_user(struct user_query *u, struct store *store)
{
    const char  *name = u->query.arguments[1];
    struct str   password = STR_NONE, id;
    struct user  other;
    struct error err;
    unsigned     roles = 0;
    int          status = EXIT_COMPLETED;

    if (u->roles)
        status = read_roles(u->query.arena, u->roles, &roles);
    if (status != EXIT_COMPLETED)
        return status;
    /* Nobody is asked for a password in vain. */
    if (access_find_user(store, str_from(name), u->query.arena, &other, &err))
        return usage_error("there is a user %s already; `calipso user passwd` changes its password",
                           name);
    if (err.domain != ERROR_NOT_FOUND)
        return fail(&err);
    if (!user_name_is_valid(str_from(name)))
        return usage_error("'%.80s' is no name: 1 to 64 letters, digits, '.', '_', '-' and '@', "
                           "and no 24 hexadecimal digits",
                           name);
    status = get_password(u, name, &password);
    if (status != EXIT_COMPLETED)
        return status;
    if (!access_add_user(store, str_from(name), password, roles, u->query.arena, &id, &err))
        return fail(&err);
    printf("added %s\n", name);
    return EXIT_COMPLETED;
}

static int
change_password(struct user_query *u, struct store *store)
{
    struct str   password = STR_NONE;
    struct user  user;
    struct error err;
    int          status = find_user(u, store, &user);

    if (status == EXIT_COMPLETED)
        status = get_password(u, u->query.arguments[1], &password);
    if (status != EXIT_COMPLETED)
        return status;
    if (!access_set_password(store, user.id, password, &err))
        return fail(&err);
    printf("changed the password of %s; it is signed out everywhere\n", u->query.arguments[1]);
    return EXIT_COMPLETED;
}

/* --- rights --- */

static int
set_roles(struct user_query *u, struct store *store)
{
    struct user  user;
    struct error err;
    unsigned     roles;
    int          status = read_roles(u->query.arena, u->query.arguments[2], &roles);

    if (status == EXIT_COMPLETED)
        status = find_user(u, store, &user);
    if (status != EXIT_COMPLETED)
        return status;
    if (!access_set_roles(store, user.id, roles, &err))
        return fail(&err);
    printf("roles of %s: %.*s\n", u->query.arguments[1],
           STR_ARG(roles_text(u->query.arena, roles)));
    return EXIT_COMPLETED;
}

static int
grant(struct user_query *u, struct store *store)
{
    bool         edit = u->grant == KEY_EDIT, view = u->grant != KEY_NONE;
    struct user  user;
    struct error err;
    int          status = find_user(u, store, &user);

    if (status != EXIT_COMPLETED)
        return status;
    if (!access_grant(store, user.id, str_from(u->environment), view, edit, &err))
        return err.domain == ERROR_NOT_FOUND
                   ? no_environment(&u->query, store, str_from(u->environment))
                   : fail(&err);
    printf("%s is %s %s\n", u->query.arguments[1],
           edit   ? "an editor of"
           : view ? "a viewer of"
                  : "in no list of",
           u->environment);
    return EXIT_COMPLETED;
}

static int
remove_user(struct user_query *u, struct store *store)
{
    struct user  user;
    struct error err;
    int          status = find_user(u, store, &user);

    if (status != EXIT_COMPLETED)
        return status;
    if (!access_remove_user(store, user.id, &err))
        return fail(&err);
    printf("removed %s\n", u->query.arguments[1]);
    return EXIT_COMPLETED;
}

/* --- the command --- */

enum takes {
    TAKES_PASSWORD = 1,
    TAKES_ROLES = 2,
    TAKES_GRANT = 4, /* -e, needed, and what is granted */
    TAKES_OUTPUT = 8,
};

struct verb {
    const char     *name;
    size_t          n_arguments; /* with the verb */
    unsigned        takes;       /* enum takes */
    enum store_mode mode;
    const char     *wants;
    int (*run)(struct user_query *, struct store *);
};

static const struct verb verbs[] = {
    { "list", 1, TAKES_OUTPUT, STORE_READ, "no name", list_users },
    { "show", 2, 0, STORE_READ, "a name", show_user },
    { "add", 2, TAKES_PASSWORD | TAKES_ROLES, STORE_CREATE, "a name", add_user },
    { "passwd", 2, TAKES_PASSWORD, STORE_WRITE, "a name", change_password },
    { "roles", 3, 0, STORE_WRITE, "a name, and roles, all or none", set_roles },
    { "grant", 2, TAKES_GRANT, STORE_WRITE, "a name", grant },
    { "rm", 2, 0, STORE_WRITE, "a name", remove_user },
};

static const struct verb *
find_verb(const char *name)
{
    for (size_t i = 0; i < N_ELEMENTS(verbs); i++)
        if (strcmp(verbs[i].name, name) == 0)
            return &verbs[i];
    return NULL;
}

static int
check_usage(const struct user_query *u, const struct verb *verb)
{
    const struct {
        bool        is_given;
        unsigned    taken;
        const char *option;
    } given[] = {
        { u->password_file != NULL, TAKES_PASSWORD, "--password-file" },
        { u->roles != NULL, TAKES_ROLES, "--roles" },
        { u->environment != NULL, TAKES_GRANT, "-e" },
        { u->grant != 0, TAKES_GRANT, "--view, --edit or --none" },
        { u->query.output_name != NULL, TAKES_OUTPUT, "-o" },
    };

    for (size_t i = 0; i < N_ELEMENTS(given); i++)
        if (given[i].is_given && !(verb->takes & given[i].taken))
            return usage_error("user %s takes no %s", verb->name, given[i].option);
    if (u->query.n_arguments != verb->n_arguments)
        return usage_error("user %s wants %s", verb->name, verb->wants);
    if ((verb->takes & TAKES_GRANT) && !u->environment)
        return usage_error("user %s wants -e ENV", verb->name);
    if (u->is_odd)
        return usage_error("user %s takes one of --view, --edit and --none", verb->name);
    return EXIT_COMPLETED;
}

int
command_user(int argc, char **argv)
{
    AUTO_ARENA        arena = arena_new();
    struct user_query u = { .query = { .least_arguments = 1, .most_arguments = (size_t)argc } };

    query_parse(&u.query, arena, &user_argp, argc, argv);

    const struct verb *verb = find_verb(u.query.arguments[0]);

    if (!verb)
        return usage_error("user knows list, show, add, passwd, roles, grant and rm, not '%s'",
                           u.query.arguments[0]);
    if (check_usage(&u, verb) != EXIT_COMPLETED)
        return EXIT_USAGE;

    AUTO_STORE store = query_open(&u.query, verb->mode);

    if (!store)
        return EXIT_FAILED;
    return finish_output(verb->run(&u, store));
}
