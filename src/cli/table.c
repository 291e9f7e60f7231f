/* Output for people and programs: tables through libsmartcols, JSON lists by hand. */

#include <libsmartcols.h>
#include <unistd.h>

#include "cli/cli.h"

struct table {
    struct libscols_table *table;
    size_t                 n_columns;
    size_t                 n_rows;
};

struct table *
table_new(const char *const *titles, size_t n_titles)
{
    struct table *t = xcalloc(1, sizeof *t);

    t->table = scols_new_table();
    if (!t->table)
        abort();
    t->n_columns = n_titles;
    for (size_t i = 0; i < n_titles; i++)
        scols_table_new_column(t->table, titles[i], 0, i + 1 == n_titles ? SCOLS_FL_WRAP : 0);
    scols_table_set_column_separator(t->table, "  ");
    if (!isatty(STDOUT_FILENO))
        scols_table_set_termforce(t->table, SCOLS_TERMFORCE_NEVER);
    return t;
}

void
table_add(struct table *t, const struct str *cells)
{
    struct libscols_line *line = scols_table_new_line(t->table, NULL);
    AUTO_BUF              text = { 0 };

    for (size_t i = 0; line && i < t->n_columns; i++) {
        buf_clear(&text);
        buf_add(&text, cells[i]);
        scols_line_set_data(line, i, buf_c(&text));
    }
    t->n_rows++;
}

void
table_print(struct table *t)
{
    if (t->n_rows)
        scols_print_table(t->table);
    scols_unref_table(t->table);
    free(t);
}

void
print_safely(FILE *f, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        unsigned char next = i + 1 < text.n ? (unsigned char)text.p[i + 1] : 0;

        if (c < 0x20 || c == 0x7f) {
            putc('?', f);
        } else if (c == 0xc2 && next >= 0x80 && next < 0xa0) { /* U+0080 to U+009F */
            putc('?', f);
            i++;
        } else {
            putc(c, f);
        }
    }
}

void
json_list_add(struct json_list *list, struct str document)
{
    fputs(list->n++ ? ",\n" : "[\n", stdout);
    fwrite(document.p, 1, document.n, stdout);
}

void
json_list_end(struct json_list *list)
{
    fputs(list->n ? "\n]\n" : "[]\n", stdout);
}
