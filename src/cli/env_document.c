/* calipso env add and edit: documents from files, from options, from answers.
 *
 * In a document that is edited "***" stands for the secret that is there, so that what was shown can
 * be changed and given back. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/env.h"

enum { MOST_BYTES = 1 << 20 };

static bool
read_all(FILE *f, const char *name, struct arena *arena, struct str *text, struct error *err)
{
    AUTO_BUF read = { 0 };
    char     piece[4096];
    size_t   n;

    while ((n = fread(piece, 1, sizeof piece, f)) > 0 && read.n <= MOST_BYTES)
        buf_add(&read, (struct str){ piece, n });
    if (ferror(f))
        return error_set(err, ERROR_CONFIG, errno, "cannot read %s: %s", name, strerror(errno));
    if (read.n > MOST_BYTES)
        return error_set(err, ERROR_CONFIG, 0, "%s: more than %d bytes are no environment", name,
                         MOST_BYTES);
    *text = arena_str(arena, buf_str(&read));
    return true;
}

bool
env_read_file(const char *file, struct arena *arena, struct str *text, struct error *err)
{
    bool        is_stdin = strcmp(file, "-") == 0;
    const char *name = is_stdin ? "standard input" : file;
    AUTO_FILE   opened = is_stdin ? NULL : fopen(file, "re");

    if (!is_stdin && !opened)
        return error_set(err, ERROR_CONFIG, errno, "cannot open %s: %s", name, strerror(errno));
    return read_all(is_stdin ? stdin : opened, name, arena, text, err);
}

static struct doc *
read_document(const struct env_query *e, struct error *err)
{
    struct doc *document;
    struct str  text = STR_NONE;

    if (!env_read_file(e->file, e->query.arena, &text, err))
        return NULL;
    document = doc_parse(e->query.arena, text, err);
    if (!document)
        error_prefix(err, "%s: ", strcmp(e->file, "-") == 0 ? "standard input" : e->file);
    return document;
}

/* What new documents of the original have, too. */
/* Check a document as a whole before it is kept; a variance that nobody has tried is only told. */
static bool
check_document(struct arena *arena, struct doc *document, struct error *err)
{
    struct environment environment;
    struct str         why;

    if (!environment_read(arena, document, &environment, err) ||
        !environment_check_access(&environment, err))
        return false;
    if (!environment_is_supported(&environment, arena, &why)) {
        fprintf(stderr, "calipso: warning: ");
        print_safely(stderr, why);
        fprintf(stderr, " has not been tried with calipso; scans will say what they miss\n");
    }
    return true;
}

/* --- what is missing --- */

/* Ports are known. */
static void
set_ports(struct arena *arena, struct doc *document)
{
    for (size_t i = 0; i < N_ENV_FIELDS; i++) {
        const struct env_field *field = &env_fields[i];

        if (field->kind == ENV_NUMBER && env_field_lacks(document, field))
            env_field_set(arena, document, field,
                          env_field_read(arena, field, str_from(field->fallback)));
    }
}

static int
tell_missing(const struct doc *document, const char *verb)
{
    AUTO_BUF    options = { 0 };
    const char *between = "";

    for (size_t i = 0; i < N_ENV_FIELDS; i++) {
        if (!env_field_lacks(document, &env_fields[i]))
            continue;
        buf_printf(&options, "%s--%s", between, env_fields[i].option);
        between = env_field_has_alternative(&env_fields[i]) ? " or " : ", ";
    }
    return options.n ? usage_error("env %s: missing %s", verb, buf_c(&options)) : EXIT_COMPLETED;
}

/* Ask where somebody can answer, else tell. */
static int
complete(struct env_query *e, struct doc *document, bool everything)
{
    struct arena *arena = e->query.arena;
    struct error  err;

    if (isatty(STDIN_FILENO)) {
        if (!env_ask(arena, document, everything, &err))
            return fail(&err);
        return EXIT_COMPLETED;
    }
    set_ports(arena, document);
    return tell_missing(document, e->query.arguments[0]);
}

/* --- keeping --- */

static int
keep(struct env_query *e, struct store *store, struct doc *document, const char *said)
{
    struct arena *arena = e->query.arena;
    struct error  err;

    if (!check_document(arena, document, &err) ||
        !store_put_environment(store, doc_body(arena, document), &err))
        return fail(&err);
    printf("%s %.*s\n", said, STR_ARG(doc_get_text(document, "name")));
    return EXIT_COMPLETED;
}

static bool
is_new(struct env_query *e, struct store *store, struct str name, struct error *err)
{
    struct environment_row row;

    if (store_get_environment(store, name, e->query.arena, &row, err))
        return error_set(err, ERROR_CONFIG, 0,
                         "environment %.*s is there already; `calipso env edit` changes it",
                         STR_ARG(name));
    return err->domain == ERROR_NOT_FOUND;
}

int
env_keep_new(struct env_query *e, struct store *store, struct doc *document)
{
    struct str   name = doc_get_text(document, "name");
    struct error err;
    int          status;

    if (!environment_name_is_valid(name))
        return usage_error("'%.*s' is no name: 1 to 64 letters, digits, '.', '_', '-' and blanks, "
                           "a letter or digit first",
                           STR_ARG(str_head(name, 80)));
    if (!is_new(e, store, name, &err) || !env_apply(e, document, &err))
        return fail(&err);
    environment_set_defaults(e->query.arena, document);
    status = complete(e, document, false);
    return status == EXIT_COMPLETED ? keep(e, store, document, "added") : status;
}

int
env_keep_changed(struct env_query *e, struct store *store, struct doc *document, bool is_whole)
{
    struct error err;
    int          status = EXIT_COMPLETED;

    if (!env_apply(e, document, &err))
        return fail(&err);
    if (!is_whole)
        status = complete(e, document, false);
    return status == EXIT_COMPLETED ? keep(e, store, document, "changed") : status;
}

/* --- add and edit --- */

/* The document of a file, made to be one of the environment that is named on the command line. Masked
 * secrets are those of 'known'. */
static struct doc *
named_document(struct env_query *e, const struct doc *known, struct error *err)
{
    struct arena *arena = e->query.arena;
    const char   *name = e->query.n_arguments > 1 ? e->query.arguments[1] : NULL;
    struct doc   *document = read_document(e, err);

    if (!document)
        return NULL;
    if (name && doc_get(document, "name") && !str_is(doc_get_text(document, "name"), name)) {
        error_set(err, ERROR_CONFIG, 0,
                  "the document is of environment '%.*s', not of '%s': a name stays",
                  STR_ARG(doc_get_text(document, "name")), name);
        return NULL;
    }
    if (name && doc_kind(document) == DOC_OBJECT)
        doc_set_text(arena, document, "name", str_from(name));
    environment_set_defaults(arena, document);
    return environment_unmasked(arena, document, known, err);
}

static int
add_file(struct env_query *e, struct store *store)
{
    struct arena *arena = e->query.arena;
    struct error  err;
    struct doc   *document = named_document(e, NULL, &err);

    if (!document || !env_apply(e, document, &err) || !check_document(arena, document, &err) ||
        !is_new(e, store, doc_get_text(document, "name"), &err) ||
        !store_put_environment(store, doc_body(arena, document), &err))
        return fail(&err);
    printf("added %.*s\n", STR_ARG(doc_get_text(document, "name")));
    return EXIT_COMPLETED;
}

int
add_environment(struct env_query *e, struct store *store)
{
    struct doc *document = doc_object(e->query.arena);

    if (e->file)
        return add_file(e, store);
    if (e->query.n_arguments < 2)
        return usage_error("env add wants a name, or --file");
    doc_set_text(e->query.arena, document, "name", str_from(e->query.arguments[1]));
    return env_keep_new(e, store, document);
}

static bool
has_options(const struct env_query *e)
{
    for (size_t i = 0; i < N_ENV_FIELDS; i++)
        if (e->given[i])
            return true;
    return e->n_removed > 0;
}

int
edit_environment(struct env_query *e, struct store *store)
{
    struct arena          *arena = e->query.arena;
    const char            *name = e->query.arguments[1];
    struct environment_row row;
    struct error           err;
    struct doc            *document;
    int                    status;

    if (!e->file && !has_options(e) && !isatty(STDIN_FILENO))
        return usage_error("env edit wants --file or options that say what to change");
    if (!store_get_environment(store, str_from(name), arena, &row, &err))
        return failed_for(&e->query, store, name, &err);
    document = doc_parse(arena, row.document, &err);
    if (document && e->file)
        document = named_document(e, document, &err);
    if (!document)
        return fail(&err);
    if (!e->file && !has_options(e)) {
        status = complete(e, document, true);
        return status == EXIT_COMPLETED ? keep(e, store, document, "changed") : status;
    }
    return env_keep_changed(e, store, document, e->file != NULL);
}
