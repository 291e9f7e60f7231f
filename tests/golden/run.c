/* Golden tests of the parsers: for each CASE.in in the folder of a parser, what the parser makes of
 * it is compared with CASE.out. UPDATE_GOLDEN=1 writes the .out files instead: read the difference
 * before committing it, and compare with the input, not with what the parser said before.
 *
 * Each input is read a second time cut off at many places, which must end in records or in an error
 * with a message, and as a copy without anything behind its end, so that a sanitizer sees it when a
 * parser reads on.
 *
 * usage: run FOLDER [PARSER...] */

#include <dirent.h>
#include <stdlib.h>

#include "base/file.h"
#include "golden/parsers.h"

enum { MAX_CASE = 16 << 20, N_CUTS = 64 };

struct run {
    const char *folder;
    bool        update;
    int         n_cases;
    int         n_failed;
};

static struct str
expected_of(struct arena *arena, const struct parser *parser, struct str input)
{
    struct error err = { 0 };
    struct doc  *d = NULL;
    AUTO_BUF     text;

    buf_init(&text, 0);
    if (!parser->dump(arena, input, &d, &err)) {
        if (err.domain != ERROR_PARSE || err.message[0] == '\0')
            return STR("failed without a message\n");
        d = doc_object(arena);
        doc_set_text(arena, d, "error", str_from(err.message));
    }
    doc_write_pretty(&text, d);
    buf_char(&text, '\n');
    return arena_str(arena, buf_str(&text));
}

static bool
survives_cuts(const struct parser *parser, struct str input)
{
    bool survived = true;

    for (size_t i = 0; i < N_CUTS && i <= input.n; i++) {
        AUTO_ARENA arena = arena_new();
        size_t     n = input.n * i / N_CUTS;
        char      *copy = xmalloc(n);

        if (n)
            memcpy(copy, input.p, n);
        survived &=
            !str_starts(expected_of(arena, parser, (struct str){ copy, n }), STR("failed without"));
        free(copy);
    }
    return survived;
}

static bool
write_file(const char *path, struct str text)
{
    FILE *f = fopen(path, "wbe");

    if (!f)
        return false;

    bool written = fwrite(text.p, 1, text.n, f) == text.n;

    return fclose(f) == 0 && written;
}

static void
report(struct run *run, bool passed, const struct parser *parser, struct str name, const char *why)
{
    run->n_failed += !passed;
    printf("%s %d - %s/%.*s%s%s\n", passed ? "ok" : "not ok", ++run->n_cases, parser->name,
           STR_ARG(name), passed ? "" : ": ", passed ? "" : why);
}

/* The first line in which the two differ, as a comment. */
static void
show_difference(struct str expected, struct str got)
{
    struct str a, b;
    int        line = 1;

    for (;; line++) {
        bool has_a = str_line(&expected, &a), has_b = str_line(&got, &b);

        if (!has_a)
            a = STR_NONE;
        if (!has_b)
            b = STR_NONE;
        if ((!has_a && !has_b) || !str_equal(a, b))
            break;
    }
    printf("# line %d\n# expected: %.*s\n# got:      %.*s\n", line, STR_ARG(a), STR_ARG(b));
}

static void
run_case(struct run *run, const struct parser *parser, struct str name)
{
    AUTO_ARENA   arena = arena_new();
    struct error err = { 0 };
    struct str   input, expected = STR_NONE;
    struct str in = arena_printf(arena, "%s/%s/%.*s.in", run->folder, parser->name, STR_ARG(name));
    struct str out =
        arena_printf(arena, "%s/%s/%.*s.out", run->folder, parser->name, STR_ARG(name));

    if (!file_read(in.p, 0, SIZE_MAX, MAX_CASE, arena, &input, &err)) {
        report(run, false, parser, name, err.message);
        return;
    }

    struct str got = expected_of(arena, parser, input);

    if (run->update) {
        report(run, write_file(out.p, got), parser, name, "cannot write the .out file");
    } else if (!file_read(out.p, 0, SIZE_MAX, MAX_CASE, arena, &expected, &err)) {
        report(run, false, parser, name, err.message);
    } else if (!str_equal(expected, got)) {
        report(run, false, parser, name, "differs");
        show_difference(expected, got);
    } else {
        report(run, survives_cuts(parser, input), parser, name, "a cut input fails in silence");
    }
}

static int
is_input(const struct dirent *entry)
{
    return str_ends(str_from(entry->d_name), STR(".in"));
}

static void
run_parser(struct run *run, const struct parser *parser)
{
    AUTO_ARENA      arena = arena_new();
    struct str      path = arena_printf(arena, "%s/%s", run->folder, parser->name);
    struct dirent **entries = NULL;
    int             n = scandir(path.p, &entries, is_input, alphasort);

    if (n <= 0)
        report(run, false, parser, STR("*"), "no case");
    for (int i = 0; i < n; i++) {
        struct str file = str_from(entries[i]->d_name);

        run_case(run, parser, str_head(file, file.n - strlen(".in")));
        free(entries[i]);
    }
    free(entries);
}

static bool
is_wanted(const struct parser *parser, int n_names, char **names)
{
    for (int i = 0; i < n_names; i++)
        if (strcmp(names[i], parser->name) == 0)
            return true;
    return n_names == 0;
}

int
main(int argc, char **argv)
{
    const char *update = getenv("UPDATE_GOLDEN");
    struct run  run = { .update = update && update[0] == '1' };

    if (argc < 2) {
        fprintf(stderr, "usage: %s FOLDER [PARSER...]\n", argv[0]);
        return 2;
    }
    run.folder = argv[1];
    for (size_t i = 0; i < n_parsers; i++)
        if (is_wanted(&parsers[i], argc - 2, argv + 2))
            run_parser(&run, &parsers[i]);
    printf("1..%d\n", run.n_cases);
    return run.n_failed ? 1 : 0;
}
