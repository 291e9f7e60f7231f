/* The options that commands share, and what follows from them: the store, the environment. */

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/cli.h"

enum { KEY_STORE = 0x1000, KEY_HOST, KEY_WHERE };

static const struct argp_option store_options[] = {
    { "store", KEY_STORE, "URI", 0,
      "Where inventories are kept: sqlite:FILE (default: $CALIPSO_STORE, else a file of the "
      "user's)",
      10 },
    { NULL, 'h', NULL, 0, "The same as --help", -1 }, /* argp itself knows -? */
    { 0 },
};

static const struct argp_option inventory_options[] = {
    { "env", 'e', "NAME", 0, "The environment (not needed when the store has only one)", 10 },
    { "inventory", 'y', "NAME", 0, "The inventory collection (default: inventory)", 10 },
    { 0 },
};

static const struct argp_option output_options[] = {
    { "output", 'o', "FORMAT", 0, "table (default), json; clique also knows dot", 10 },
    { 0 },
};

static const struct argp_option filter_options[] = {
    { "host", KEY_HOST, "NAME", 0, "Only what lives on this host", 10 },
    { "where", KEY_WHERE, "KEY=VALUE", 0,
      "Only objects with this attribute, e.g. --where 'IP Address=10.0.0.7' (may be repeated)",
      10 },
    { 0 },
};

static void
add_condition(struct query *q, const char *text, struct argp_state *state)
{
    struct str whole = str_from(text);
    ptrdiff_t  at = str_find_char(whole, '=');

    if (at <= 0)
        argp_error(state, "--where wants KEY=VALUE, not '%s'", text);
    arena_grow(q->arena, q->where, q->n_where, q->where_capacity);
    q->where[q->n_where++] = (struct condition){
        .key = str_head(whole, (size_t)at),
        .value = str_skip(whole, (size_t)at + 1),
    };
}

static error_t
parse_store(int key, char *argument, struct argp_state *state)
{
    struct query *q = state->input;

    switch (key) {
    case KEY_STORE:
        q->store_uri = argument;
        return 0;
    case 'h':
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
        return 0;
    case ARGP_KEY_ARG:
        if (q->n_arguments >= q->most_arguments)
            argp_error(state, "'%s' is one argument too many", argument);
        q->arguments[q->n_arguments++] = argument;
        return 0;
    case ARGP_KEY_END:
        if (q->n_arguments < q->least_arguments)
            argp_error(state, "%s is missing",
                       q->n_arguments ? "one more argument" : "an argument");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t
parse_query(int key, char *argument, struct argp_state *state)
{
    struct query *q = state->input;

    switch (key) {
    case 'e':
        q->environment = argument;
        return 0;
    case 'y':
        q->space = argument;
        return 0;
    case 'o':
        q->output_name = argument;
        return 0;
    case KEY_HOST:
        q->host = argument;
        return 0;
    case KEY_WHERE:
        add_condition(q, argument, state);
        return 0;
    case ARGP_KEY_END:
        if (!q->output_name || strcmp(q->output_name, "table") == 0)
            q->output = OUTPUT_TABLE;
        else if (strcmp(q->output_name, "json") == 0)
            q->output = OUTPUT_JSON;
        else if (q->dot_allowed && strcmp(q->output_name, "dot") == 0)
            q->output = OUTPUT_DOT;
        else
            argp_error(state, "-o knows table%s json, not '%s'",
                       q->dot_allowed ? ", dot and" : " and", q->output_name);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp store_argp = { .options = store_options, .parser = parse_store };
static const struct argp inventory_argp = { .options = inventory_options, .parser = parse_query };
static const struct argp output_argp = { .options = output_options, .parser = parse_query };
static const struct argp filter_argp = { .options = filter_options, .parser = parse_query };

const struct argp_child store_children[] = { { .argp = &store_argp }, { 0 } };
const struct argp_child export_children[] = { { .argp = &store_argp },
                                              { .argp = &inventory_argp },
                                              { 0 } };
const struct argp_child output_children[] = { { .argp = &store_argp },
                                              { .argp = &output_argp },
                                              { 0 } };
const struct argp_child query_children[] = { { .argp = &store_argp },
                                             { .argp = &inventory_argp },
                                             { .argp = &output_argp },
                                             { .argp = &filter_argp },
                                             { 0 } };

error_t
parse_plain(int key, char *argument UNUSED, struct argp_state *state)
{
    if (key != ARGP_KEY_INIT)
        return ARGP_ERR_UNKNOWN;

    /* Not those of state->root_argp, which is argp's own around the command's. */
    const struct query *q = state->input;

    for (size_t i = 0; q->argp->children[i].argp; i++)
        state->child_inputs[i] = state->input;
    return 0;
}

void
query_parse(struct query *q, struct arena *arena, const struct argp *argp, int argc, char **argv)
{
    q->arena = arena;
    q->argp = argp;
    q->arguments = arena_array(arena, const char *, (size_t)argc + 2);
    argp_err_exit_status = EXIT_USAGE;
    if (argp_parse(argp, argc, argv, 0, NULL, q) != 0)
        exit(EXIT_USAGE);
}

/* --- filters --- */

struct object_filter
query_filter(const struct query *q)
{
    return (struct object_filter){
        .host = str_from(q->host),
        .where = q->where,
        .n_where = q->n_where,
    };
}

bool
query_is_filtered(const struct query *q)
{
    return q->host || q->n_where;
}

static bool
has_value(const struct doc *value, struct str wanted, struct arena *scratch)
{
    if (doc_kind(value) != DOC_ARRAY)
        return value && str_equal(doc_scalar(value, scratch), wanted);
    for (size_t i = 0; i < doc_count(value); i++)
        if (str_equal(doc_scalar(doc_at(value, i), scratch), wanted))
            return true;
    return false;
}

bool
query_matches(const struct query *q, const struct doc *document)
{
    AUTO_ARENA scratch = arena_new();

    for (size_t i = 0; i < q->n_where; i++) {
        const struct doc *value = doc_getn(document, q->where[i].key);

        if (!value)
            value = doc_path(document, arena_str(scratch, q->where[i].key).p);
        if (!has_value(value, q->where[i].value, scratch))
            return false;
    }
    return true;
}

/* --- messages --- */

int
fail(const struct error *err)
{
    fputs("calipso: ", stderr);
    print_safely(stderr, str_from(err->message)); /* with words of servers in it */
    putc('\n', stderr);
    return err->domain == ERROR_USAGE ? EXIT_USAGE : EXIT_FAILED;
}

void
print_message(enum message_level level, struct str text)
{
    fprintf(stderr, "calipso: %s: ", level == MESSAGE_ERROR ? "error" : "warning");
    print_safely(stderr, text);
    putc('\n', stderr);
}

/* One printable line, whatever a name on the command line holds. */
int
usage_error(const char *format, ...)
{
    va_list args;
    char   *text;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    for (char *c = text; c && *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    fprintf(stderr, "calipso: %s\n", text ? text : "wrong usage");
    free(text);
    return EXIT_USAGE;
}

/* Has the reader of a pipe gone? errno no longer tells when the write failed some time ago. */
static bool
is_reader_gone(void)
{
    struct pollfd out = { .fd = STDOUT_FILENO, .events = POLLOUT };

    return poll(&out, 1, 0) == 1 && (out.revents & (POLLERR | POLLHUP)) != 0;
}

int
finish_output(int status)
{
    bool was_broken = ferror(stdout) != 0;
    bool is_flushed = fflush(stdout) == 0;

    if ((is_flushed && !was_broken) || errno == EPIPE || is_reader_gone())
        return status;
    fprintf(stderr, "calipso: cannot write the output: %s\n",
            is_flushed ? "an earlier part of it was lost" : strerror(errno));
    return EXIT_FAILED;
}

/* --- the store --- */

static bool
make_folders(char *path)
{
    for (char *at = path + 1; *at; at++) {
        if (*at != '/')
            continue;
        *at = '\0';
        if (mkdir(path, 0700) < 0 && errno != EEXIST)
            return false;
        *at = '/';
    }
    return true;
}

/* The user's own store: a file under the state directory (XDG base directory specification). */
static const char *
default_uri(const struct query *q)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");

    if (!home) {
        const struct passwd *user = getpwuid(getuid());

        home = user ? user->pw_dir : "/";
    }
    if (state && state[0] == '/')
        return arena_printf(q->arena, "sqlite:%s/calipso/calipso.db", state).p;
    return arena_printf(q->arena, "sqlite:%s/.local/state/calipso/calipso.db", home).p;
}

/* Is there no file yet where the store should be? */
static bool
is_missing(const char *uri)
{
    struct str path = str_from(uri), scheme;

    return str_cut(&path, ':', &scheme) && path.p && access(path.p, F_OK) < 0 && errno == ENOENT;
}

/* The store that was asked for, NULL: none was. */
static const char *
given_uri(const struct query *q)
{
    const char *given = q->store_uri ? q->store_uri : getenv("CALIPSO_STORE");

    return given && given[0] ? given : NULL;
}

struct str
query_uri(const struct query *q)
{
    const char *given = given_uri(q);

    return str_from(given ? given : default_uri(q));
}

bool
query_has_store(const struct query *q)
{
    return !is_missing(query_uri(q).p);
}

struct store *
query_open(const struct query *q, enum store_mode mode)
{
    const char *given = given_uri(q);
    const char *uri = query_uri(q).p;

    if (!given && mode == STORE_CREATE) {
        AUTO_BUF path = { 0 };

        buf_add(&path, str_skip(str_from(uri), strlen("sqlite:")));
        if (!make_folders((char *)(uintptr_t)buf_c(&path))) {
            fprintf(stderr, "calipso: cannot make the folder of %s: %m\n", uri);
            return NULL;
        }
    }

    struct error  err;
    struct store *store = store_open(uri, mode, &err);

    if (!store && mode != STORE_CREATE && is_missing(uri))
        fprintf(stderr,
                "calipso: there is no inventory in %s yet; "
                "`calipso scan -e NAME --replay DIR` makes one\n",
                uri);
    else if (!store)
        fail(&err);
    return store;
}

/* --- names that are none --- */

struct str
suggest_type(struct arena *arena, struct str wanted)
{
    struct known_names names = { .arena = arena };

    for (size_t i = 0; i < N_OBJECT_TYPES; i++)
        known_names_add(&names, object_type_name((enum object_type)i));
    return did_you_mean(&names, wanted, "`calipso types` lists them");
}

static bool
take_name(void *context, const struct environment_row *row)
{
    known_names_add(context, row->name);
    return true;
}

struct str
suggest_environment(struct store *store, struct arena *arena, struct str wanted,
                    const char *otherwise)
{
    struct known_names names = { .arena = arena };
    struct error       err;

    if (!store_environments(store, take_name, &names, &err))
        return str_from(otherwise);
    return did_you_mean(&names, wanted, otherwise);
}

/* --- the environment --- */

int
no_environment(struct query *q, struct store *store, struct str name)
{
    struct str   hint = suggest_environment(store, q->arena, name, "`calipso env list` shows them");
    struct error err;

    error_set(&err, ERROR_NOT_FOUND, 0, "there is no environment %.*s; %.*s",
              STR_ARG(str_head(name, 100)), STR_ARG(hint));
    return fail(&err);
}

int
open_environment(struct query *q, struct store *store, const char *name,
                 struct environment *environment)
{
    struct environment_row row;
    struct error           err;
    struct doc            *document;

    if (!store_get_environment(store, str_from(name), q->arena, &row, &err))
        return err.domain == ERROR_NOT_FOUND ? no_environment(q, store, str_from(name))
                                             : fail(&err);
    document = store_open_secrets(store, q->arena, row.document, &err);
    if (!document || !environment_read(q->arena, document, environment, &err) ||
        !environment_check_access(environment, &err))
        return fail(&err);
    return EXIT_COMPLETED;
}

struct any_object {
    bool found;
};

static bool
take_any(void *context, const struct object_row *row UNUSED)
{
    ((struct any_object *)context)->found = true;
    return false;
}

/* A name that is neither an environment's nor that of an inventory that one left behind. */
static int
check_environment(struct query *q, struct store *store, const struct inventory *inventory)
{
    const struct object_filter one = { .limit = 1 };
    struct any_object          any = { 0 };
    struct environment_row     row;
    struct error               err;

    if (store_get_environment(store, inventory->environment, q->arena, &row, &err))
        return EXIT_COMPLETED;
    if (err.domain != ERROR_NOT_FOUND)
        return fail(&err);
    if (!store_objects(store, inventory, &one, take_any, &any, &err))
        return fail(&err);
    if (any.found)
        return EXIT_COMPLETED;
    return no_environment(q, store, inventory->environment);
}

static struct str
joined(const struct known_names *names)
{
    struct str text = STR_NONE;

    for (size_t i = 0; i < names->n; i++)
        text = arena_join(names->arena, text, i ? STR(", ") : STR_NONE, names->items[i]);
    return text;
}

static int
query_inventory(struct query *q, struct store *store, struct inventory *inventory)
{
    struct known_names found = { .arena = q->arena };
    struct error       err;

    inventory->space = q->space ? str_from(q->space) : STR_NONE;
    if (q->environment) {
        inventory->environment = str_from(q->environment);
        return check_environment(q, store, inventory);
    }
    if (!store_environments(store, take_name, &found, &err))
        return fail(&err);
    if (found.n == 1) {
        inventory->environment = found.items[0];
        return EXIT_COMPLETED;
    }
    if (found.n == 0)
        return usage_error("the store has no environment yet; `calipso scan -e NAME --replay DIR` "
                           "makes one");
    return usage_error("which environment? -e takes one of: %.*s", STR_ARG(joined(&found)));
}

int
query_begin(struct query *q, struct store **store, struct inventory *inventory)
{
    *store = query_open(q, STORE_READ);
    return *store ? query_inventory(q, *store, inventory) : EXIT_FAILED;
}

/* --- one object --- */

struct match {
    struct arena *arena;
    struct str    type, id; /* of the first */
    struct str    all;      /* "vnic node-1-tap1, port 77..." */
    size_t        n;
};

static bool
take_match(void *context, const struct object_row *row)
{
    struct match *found = context;
    struct str    entry =
        arena_printf(found->arena, "%.*s %.*s", STR_ARG(row->type), STR_ARG(row->id));

    if (found->n++ == 0) {
        found->type = arena_str(found->arena, row->type);
        found->id = arena_str(found->arena, row->id);
        found->all = entry;
    } else {
        found->all = arena_join(found->arena, found->all, STR(", "), entry);
    }
    return found->n < 20;
}

static int
no_object(struct query *q, const struct inventory *inventory, const char *type, const char *id)
{
    enum object_type known;
    struct error     err;

    if (!type || object_type_from_name(str_from(type), &known)) {
        fprintf(stderr,
                "calipso: no %s in %.*s has the id or name %s; `calipso search` looks for parts\n",
                type ? type : "object", STR_ARG(inventory->environment), id);
        return EXIT_FAILED;
    }
    error_set(&err, ERROR_NOT_FOUND, 0, "no type '%.100s'; %.*s", type,
              STR_ARG(suggest_type(q->arena, str_from(type))));
    return fail(&err);
}

int
find_object(struct query *q, struct store *store, const struct inventory *inventory,
            const struct object_filter *among, const char *type, const char *id,
            struct object_row *row)
{
    struct object_filter by_id = among ? *among : (struct object_filter){ 0 };
    struct object_filter by_name = by_id;
    struct match         found = { .arena = q->arena };
    struct error         err;

    if (!id[0])
        return usage_error("the id is empty");
    by_id.type = by_name.type = str_from(type);
    by_id.id = by_name.name = str_from(id);
    if (!store_objects(store, inventory, &by_id, take_match, &found, &err) ||
        (found.n == 0 && !store_objects(store, inventory, &by_name, take_match, &found, &err)))
        return fail(&err);
    if (found.n == 0)
        return no_object(q, inventory, type, id);
    if (found.n > 1)
        return usage_error("%s is ambiguous, say which: %.*s", id, STR_ARG(found.all));
    if (!store_object(store, inventory, found.type, found.id, q->arena, row, &err))
        return fail(&err);
    return EXIT_COMPLETED;
}
