/* calipso show [TYPE] ID: one object with all its attributes. */

#include "cli/cli.h"

static const struct argp show_argp = {
    .parser = parse_plain,
    .args_doc = "[TYPE] ID",
    .doc = "Show one object with all its attributes. The id may be a name that only one object has."
           "\vExamples:\n"
           "  calipso show cmp1 -e lab\n"
           "  calipso show host_pnic eth0-52:54:00:aa:bb:01 -e lab -o json",
    .children = query_children,
};

/* --- attributes as lines ---
 *
 * No table of libsmartcols: one long name deep inside would move the values of all others to the
 * right. Here only names of the same object are lined up. */

enum {
    STEP = 2,     /* blanks that what is nested is deeper */
    DEEPEST = 16, /* what is nested deeper stays JSON; imported documents may nest as they like */
    LINE_OF_LIST = 60, /* bytes, when another value would begin behind them a new line begins */
};

static bool
is_nested(const struct doc *value)
{
    return (doc_kind(value) == DOC_OBJECT || doc_kind(value) == DOC_ARRAY) && doc_count(value) > 0;
}

/* A list of plain values? */
static bool
is_plain_list(const struct doc *value)
{
    for (size_t i = 0; i < doc_count(value); i++)
        if (doc_kind(value) != DOC_ARRAY || is_nested(doc_at(value, i)))
            return false;
    return is_nested(value);
}

/* Does the value stand behind its name rather than below it? */
static bool
is_beside(const struct doc *value, size_t depth)
{
    return !is_nested(value) || is_plain_list(value) || depth >= DEEPEST;
}

static struct str
text_of(struct arena *arena, const struct doc *value)
{
    bool is_plain = doc_kind(value) != DOC_OBJECT && doc_kind(value) != DOC_ARRAY;

    return is_plain ? doc_scalar(value, arena) : doc_body(arena, value);
}

static void
print_blanks(size_t n)
{
    printf("%*s", (int)n, "");
}

/* Text of several lines: those behind the first begin at 'column'. */
static void
print_text(struct str text, size_t column)
{
    struct str line;

    for (bool is_first = true; str_line(&text, &line); is_first = false) {
        if (!is_first) {
            putchar('\n');
            print_blanks(column);
        }
        print_safely(stdout, line);
    }
}

/* With commas between; lines behind the first begin at 'column'. */
static void
print_list(struct arena *arena, const struct doc *list, size_t column)
{
    size_t n_printed = 0;

    for (size_t i = 0; i < doc_count(list); i++) {
        struct str text = text_of(arena, doc_at(list, i));
        bool       is_last = i + 1 == doc_count(list);

        if (n_printed > 0 && n_printed + text.n > LINE_OF_LIST) {
            putchar('\n');
            print_blanks(column);
            n_printed = 0;
        } else if (n_printed > 0) {
            putchar(' ');
        }
        print_safely(stdout, text);
        fputs(is_last ? "" : ",", stdout);
        n_printed += text.n + 2;
    }
}

static void print_below(struct arena *, const struct doc *value, size_t indent, size_t depth);

/* What follows a name that ends at 'end', up to the end of the line or of all that is nested. */
static void
print_value(struct arena *arena, const struct doc *value, size_t end, size_t column, size_t indent,
            size_t depth)
{
    bool       is_list = is_plain_list(value);
    struct str text = is_beside(value, depth) && !is_list ? text_of(arena, value) : STR_NONE;

    if (is_list || !str_empty(text))
        print_blanks(column - end);
    if (is_list)
        print_list(arena, value, column);
    print_text(text, column);
    putchar('\n');
    if (!is_beside(value, depth))
        print_below(arena, value, indent + STEP, depth + 1);
}

/* Of the names with a value beside them. */
static size_t
longest_name(const struct doc *object, size_t depth)
{
    struct doc_iter it = { 0 };
    size_t          longest = 0;

    while (doc_next(object, &it))
        if (is_beside(it.value, depth) && it.key.n > longest)
            longest = it.key.n;
    return longest;
}

/* The members of an object; as an element of a list it has a dash before the first. */
static void
print_members(struct arena *arena, const struct doc *object, size_t indent, bool is_element,
              size_t depth)
{
    struct doc_iter it = { 0 };
    size_t          column = indent + longest_name(object, depth) + 2;

    for (bool is_first = true; doc_next(object, &it); is_first = false) {
        bool has_dash = is_element && is_first;

        print_blanks(has_dash ? indent - STEP : indent);
        fputs(has_dash ? "- " : "", stdout);
        print_safely(stdout, it.key);
        print_value(arena, it.value, indent + it.key.n, column, indent, depth);
    }
}

static void
print_below(struct arena *arena, const struct doc *value, size_t indent, size_t depth)
{
    if (doc_kind(value) == DOC_OBJECT)
        print_members(arena, value, indent, false, depth);
    for (size_t i = 0; doc_kind(value) == DOC_ARRAY && i < doc_count(value); i++) {
        const struct doc *element = doc_at(value, i);

        if (doc_kind(element) == DOC_OBJECT && !is_beside(element, depth)) {
            print_members(arena, element, indent + STEP, true, depth + 1);
            continue;
        }
        print_blanks(indent);
        putchar('-');
        print_value(arena, element, indent + 1, indent + STEP, indent, depth);
    }
}

static void
print_attributes(struct arena *arena, const struct doc *document)
{
    printf("%-*s  VALUE\n", (int)longest_name(document, 0), "ATTRIBUTE");
    print_members(arena, document, 0, false, 0);
}

int
command_show(int argc, char **argv)
{
    AUTO_ARENA        arena = arena_new();
    struct query      q = { .least_arguments = 1, .most_arguments = 2 };
    struct inventory  inventory;
    struct object_row row = { 0 };
    struct error      err;
    AUTO_BUF          text = { 0 };

    query_parse(&q, arena, &show_argp, argc, argv);

    AUTO_STORE store = NULL;
    int        status = query_begin(&q, &store, &inventory);

    if (status != EXIT_COMPLETED)
        return status;

    const struct object_filter among = query_filter(&q);
    bool                       has_type = q.n_arguments == 2;
    struct doc                *document;

    status = find_object(&q, store, &inventory, &among, has_type ? q.arguments[0] : NULL,
                         q.arguments[has_type ? 1 : 0], &row);
    if (status != EXIT_COMPLETED)
        return status;
    object_row_write(&text, &row);
    document = doc_parse(arena, buf_str(&text), &err);
    if (!document)
        return fail(&err);
    if (q.output == OUTPUT_JSON) {
        buf_clear(&text);
        doc_write_pretty(&text, document);
        puts(buf_c(&text));
    } else {
        print_attributes(arena, document);
    }
    return finish_output(EXIT_COMPLETED);
}
