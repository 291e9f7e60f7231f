#include "cli/config.h"

#include <ini.h>

#include "base/file.h"

enum {
    MOST_BYTES = 1 << 20,
    MOST_LINE = 199, /* inih cuts longer lines off */
};

struct reading {
    const char        *section;
    const struct argp *argp;
    struct arena      *arena;
    struct str         rest; /* lines that are not read yet */
    unsigned           line;
    char             **options;
    size_t             n, capacity;
    unsigned          *lines; /* of the options */
    size_t             n_lines, lines_capacity;
    const char       **keys; /* that were there */
    size_t             n_keys, keys_capacity;
    struct error       err;
};

static const struct argp_option *
find_option(const struct argp *argp, const char *name)
{
    for (const struct argp_option *o = argp->options; o && (o->name || o->key || o->doc); o++)
        if (o->name && strcmp(o->name, name) == 0)
            return o;
    for (const struct argp_child *child = argp->children; child && child->argp; child++) {
        const struct argp_option *found = find_option(child->argp, name);

        if (found)
            return found;
    }
    return NULL;
}

static void
add(struct reading *r, struct str option)
{
    arena_grow(r->arena, r->options, r->n, r->capacity);
    r->options[r->n++] = (char *)(uintptr_t)option.p; /* argp takes them so, and changes none */
    arena_grow(r->arena, r->lines, r->n_lines, r->lines_capacity);
    r->lines[r->n_lines++] = r->line;
}

static bool
add_key(struct reading *r, const char *name)
{
    for (size_t i = 0; i < r->n_keys; i++)
        if (strcmp(r->keys[i], name) == 0)
            return error_set(&r->err, ERROR_CONFIG, 0, "%s is there twice", name);
    arena_grow(r->arena, r->keys, r->n_keys, r->keys_capacity);
    r->keys[r->n_keys++] = arena_str(r->arena, str_from(name)).p;
    return true;
}

/* Called by inih for each line: they are counted so. */
static char *
next_line(char *out, int size, void *context)
{
    struct reading *r = context;
    struct str      line;

    if (!str_line(&r->rest, &line))
        return NULL;
    r->line++;
    snprintf(out, (size_t)size, "%.*s", STR_ARG(line));
    return out;
}

/* Called by inih for each line with a key. */
static int
take_line(void *context, const char *section, const char *name, const char *value)
{
    struct reading           *r = context;
    const struct argp_option *option = find_option(r->argp, name);

    if (*section && strcmp(section, r->section) != 0)
        return error_set(&r->err, ERROR_CONFIG, 0, "there is no section [%s], only [%s]", section,
                         r->section);
    if (!option || strcmp(name, "config") == 0)
        return error_set(&r->err, ERROR_CONFIG, 0, "there is no option '%s'", name);
    if (!add_key(r, name))
        return 0;
    if (option->arg)
        add(r, arena_printf(r->arena, "--%s=%s", name, value));
    else if (strcmp(value, "true") == 0)
        add(r, arena_printf(r->arena, "--%s", name));
    else if (strcmp(value, "false") != 0)
        return error_set(&r->err, ERROR_CONFIG, 0, "%s: true or false was expected", name);
    return 1;
}

static bool
check_lines(const char *path, struct str text, struct error *err)
{
    struct str line;

    for (unsigned n = 1; str_line(&text, &line); n++)
        if (line.n > MOST_LINE || memchr(line.p, '\0', line.n))
            return error_set(err, ERROR_CONFIG, 0,
                             "%s:%u: a line of at most %d characters was "
                             "expected",
                             path, n, MOST_LINE);
    return true;
}

bool
config_read(const char *path, const char *section, const struct argp *argp, struct arena *arena,
            int *argc, char ***argv, struct config_places *places, struct error *err)
{
    struct reading r = { .section = section, .argp = argp, .arena = arena };
    char         **all;
    int            line;

    if (!file_read(path, 0, SIZE_MAX, MOST_BYTES, arena, &r.rest, err) ||
        !check_lines(path, r.rest, err))
        return false;
    line = ini_parse_stream(next_line, &r, take_line, &r);
    if (line)
        return error_set(err, ERROR_CONFIG, 0, "%s:%d: %s", path, line,
                         r.err.domain ? r.err.message : "'key = value' was expected");
    all = arena_array(arena, char *, r.n + (size_t)*argc + 1);
    all[0] = (*argv)[0];
    for (size_t i = 0; i < r.n; i++)
        all[1 + i] = r.options[i];
    for (int i = 1; i < *argc; i++)
        all[r.n + (size_t)i] = (*argv)[i];
    all[r.n + (size_t)*argc] = NULL;
    *argc += (int)r.n;
    *argv = all;
    *places = (struct config_places){ path, r.lines, r.n };
    return true;
}

const char *
config_place(const struct config_places *places, int index, struct arena *arena)
{
    if (index < 1 || (size_t)index > places->n)
        return "";
    return arena_printf(arena, "%s:%u: ", places->path, places->lines[index - 1]).p;
}
