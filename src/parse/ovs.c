/* What the Open vSwitch database says of bridges, ports and interfaces (ovs-vswitchd.conf.db(5)).
 *
 * `ovs-vsctl --format=json list TABLE` gives {"headings": [...], "data": [[...], ...]} with values
 * in the notation of RFC 7047: ["uuid", x], ["set", [...]] (a set of one stands for itself),
 * ["map", [[key, value], ...]]. Rows are joined by uuid. `ovs-vsctl show` is text:
 *
 *     Bridge br-tun
 *         fail_mode: secure
 *         Port "vxlan-c0a80201"
 *             tag: 5
 *             Interface "vxlan-c0a80201"
 *                 type: vxlan
 *                 options: {df_default="true", in_key=flow, remote_ip="192.168.2.1"}
 *
 * where older versions put names that hold a hyphen in quotes. Neither source has an order: ports
 * are sorted by bridge and name, the interfaces of a bond by name. */

#include <stdlib.h>

#include "base/map.h"
#include "base/value.h"
#include "parse/parse.h"
#include "parse/reply.h"

static int
by_bridge_and_name(const void *a, const void *b)
{
    const struct ovs_port *x = a, *y = b;
    int                    order = str_compare(x->bridge, y->bridge);

    return order != 0 ? order : str_compare(x->name, y->name);
}

static void
sort_ports(struct ovs_ports *ports)
{
    if (ports->n > 1)
        qsort(ports->items, ports->n, sizeof *ports->items, by_bridge_and_name);
}

static struct ovs_port *
add_port(struct arena *arena, struct ovs_ports *ports, struct str bridge, struct str name)
{
    arena_grow(arena, ports->items, ports->n, ports->capacity);
    ports->items[ports->n] = (struct ovs_port){ .bridge = bridge, .name = name };
    return &ports->items[ports->n++];
}

/* One more interface of the port; true when it is the one that counts so far. */
static bool
add_interface(struct arena *arena, struct ovs_port *port, struct str name)
{
    if (str_empty(name))
        return false;
    names_add(arena, &port->interfaces, name);
    if (port->interfaces.n > 1 && str_compare(name, port->interface) >= 0)
        return false;
    port->interface = name;
    port->type = STR_NONE;
    port->options = NULL;
    return true;
}

/* --- JSON tables --- */

enum { N_COLUMNS = 3, MAX_ROWS = 200000 };

/* A row: its uuid, and the columns that we ask for in our order. */
struct row {
    struct str          uuid;
    const struct value *cells[N_COLUMNS];
    bool                is_used; /* a port belongs to one bridge, an interface to one port */
};

struct table {
    const char *name;
    const char *columns[N_COLUMNS];
    struct row *rows;
    size_t      n_rows;
    struct map  by_uuid; /* -> struct row */
};

static void
table_done(struct table *table)
{
    map_done(&table->by_uuid);
}

/* What ["uuid", x], ["set", [...]] or ["map", [...]] holds; NULL when the value is none. */
static const struct value *
contents(const struct value *v, const char *notation)
{
    struct value_iter it = { 0 };

    if (value_kind(v) != VALUE_ARRAY || !value_next(v, &it) ||
        !str_is(value_text(it.value), notation) || !value_next(v, &it))
        return NULL;
    return it.value;
}

/* Which of our columns each heading is: N_COLUMNS for "_uuid", more for others. */
static bool
read_headings(struct arena *arena, const struct table *table, const struct value *headings,
              size_t **columns, size_t *n_columns, struct error *err)
{
    struct value_iter it = { 0 };
    unsigned          seen = 0;

    *n_columns = value_count(headings);
    *columns = arena_array(arena, size_t, *n_columns);
    for (size_t i = 0; value_next(headings, &it); i++) {
        size_t column = 0;

        while (column < N_COLUMNS && !str_is(value_text(it.value), table->columns[column]))
            column++;
        if (column == N_COLUMNS && !str_is(value_text(it.value), "_uuid"))
            column++;
        (*columns)[i] = column;
        seen |= 1u << column;
    }
    for (size_t i = 0; i <= N_COLUMNS; i++)
        if (!(seen & 1u << i))
            return error_set(err, ERROR_PARSE, 0, "%s: no column %s", table->name,
                             i < N_COLUMNS ? table->columns[i] : "_uuid");
    return true;
}

static bool
read_row(const struct value *cells, const size_t *columns, size_t n_columns, struct row *row)
{
    struct value_iter it = { 0 };

    if (value_kind(cells) != VALUE_ARRAY || value_count(cells) != n_columns)
        return false;
    for (size_t i = 0; value_next(cells, &it); i++) {
        if (columns[i] < N_COLUMNS)
            row->cells[columns[i]] = it.value;
        else if (columns[i] == N_COLUMNS)
            row->uuid = value_text(contents(it.value, "uuid"));
    }
    return true;
}

static bool
read_table(struct arena *arena, struct str reply, struct table *table, struct error *err)
{
    const struct value *root = value_read(arena, reply, err);
    const struct value *headings = value_get(root, "headings"), *data = value_get(root, "data");
    struct value_iter   it = { 0 };
    size_t             *columns, n_columns;

    if (!root)
        return error_prefix(err, "%s: ", table->name);
    if (value_kind(headings) != VALUE_ARRAY || value_kind(data) != VALUE_ARRAY)
        return error_set(err, ERROR_PARSE, 0, "%s: expected headings and data", table->name);
    if (!read_headings(arena, table, headings, &columns, &n_columns, err))
        return false;
    table->n_rows = value_count(data);
    if (table->n_rows > MAX_ROWS)
        return error_set(err, ERROR_PARSE, 0, "%s: more than %d rows", table->name, MAX_ROWS);
    table->rows = arena_array(arena, struct row, table->n_rows);
    for (size_t i = 0; value_next(data, &it); i++) {
        if (!read_row(it.value, columns, n_columns, &table->rows[i]))
            return error_set(err, ERROR_PARSE, 0, "%s: row %zu: expected %zu cells", table->name, i,
                             n_columns);
        if (!str_empty(table->rows[i].uuid))
            map_put(&table->by_uuid, table->rows[i].uuid, NULL)->pointer = &table->rows[i];
    }
    return true;
}

/* The row of ["uuid", x]; NULL when there is none, or when it was given out before: else a small
 * reply could make ports that hold the same large map thousands of times. */
static struct row *
claim_row(const struct table *table, const struct value *reference)
{
    struct row *row = map_get(&table->by_uuid, value_text(contents(reference, "uuid")));

    if (!row || row->is_used)
        return NULL;
    row->is_used = true;
    return row;
}

/* The next row that a column refers to: ["uuid", x] or a set of them; NULL at the end. */
static struct row *
next_row(const struct table *table, const struct value *references, struct value_iter *it)
{
    const struct value *set = contents(references, "set");
    struct row         *row = NULL;

    if (!set && !it->value) {
        it->value = references;
        return claim_row(table, references);
    }
    while (set && !row && value_next(set, it))
        row = claim_row(table, it->value);
    return row;
}

/* A map as an object of strings, NULL when it is empty. */
static struct doc *
object_of_map(struct arena *arena, const struct value *v)
{
    struct doc       *object = NULL;
    struct value_iter pairs = { 0 };

    while (value_next(contents(v, "map"), &pairs)) {
        struct value_iter pair = { 0 };

        if (!value_next(pairs.value, &pair) || str_empty(value_text(pair.value)))
            continue;

        struct str key = value_text(pair.value);

        if (!value_next(pairs.value, &pair))
            continue;
        if (!object)
            object = doc_object(arena);
        doc_setn(arena, object, key, doc_string(arena, value_scalar(pair.value)));
    }
    return object;
}

enum { NAME, PORTS = 1, TAG = 1, INTERFACES = 2, TYPE = 1, OPTIONS = 2 };

static void
join_port(struct arena *arena, const struct table *interfaces, const struct row *row,
          struct ovs_port *port)
{
    struct value_iter it = { 0 };
    struct row       *interface;

    port->tag = value_scalar(row->cells[TAG]);
    while ((interface = next_row(interfaces, row->cells[INTERFACES], &it)) != NULL) {
        if (!add_interface(arena, port, value_text(interface->cells[NAME])))
            continue;
        port->type = value_text(interface->cells[TYPE]);
        port->options = object_of_map(arena, interface->cells[OPTIONS]);
    }
    names_sort(&port->interfaces);
}

bool
parse_ovs_tables(struct arena *arena, const struct ovs_tables *replies, struct ovs_ports *ports,
                 struct error *err)
{
    CLEANUP(table_done)
    struct table bridges = { .name = "bridges", .columns = { "name", "ports", "datapath_type" } };
    CLEANUP(table_done)
    struct table all = { .name = "ports", .columns = { "name", "tag", "interfaces" } };
    CLEANUP(table_done)
    struct table interfaces = { .name = "interfaces", .columns = { "name", "type", "options" } };
    struct ovs_ports found = { 0 };
    struct row      *row;

    if (!read_table(arena, replies->bridges, &bridges, err) ||
        !read_table(arena, replies->ports, &all, err) ||
        !read_table(arena, replies->interfaces, &interfaces, err))
        return false;
    for (size_t i = 0; i < bridges.n_rows; i++) {
        const struct row *bridge = &bridges.rows[i];
        struct value_iter it = { 0 };

        while ((row = next_row(&all, bridge->cells[PORTS], &it)) != NULL)
            join_port(arena, &interfaces, row,
                      add_port(arena, &found, value_text(bridge->cells[NAME]),
                               value_text(row->cells[NAME])));
    }
    sort_ports(&found);
    *ports = found;
    return true;
}

/* --- ovs-vsctl show --- */

/* An atom of the notation of ovs-vsctl, bare or a JSON string; '*rest' is what follows. */
static struct str
take_atom(struct arena *arena, struct str *rest)
{
    size_t n = 0;

    if (!str_starts(*rest, STR("\""))) {
        while (n < rest->n && str_find_char(STR(",=}"), rest->p[n]) < 0)
            n++;

        struct str atom = str_trim(str_head(*rest, n));

        *rest = str_skip(*rest, n);
        return atom;
    }

    bool has_escapes = false;

    for (n = 1; n < rest->n && rest->p[n] != '"'; n++)
        if (rest->p[n] == '\\' && n + 1 < rest->n) {
            has_escapes = true;
            n++;
        }

    struct str          quoted = str_head(*rest, n + 1);
    const struct value *text = has_escapes ? value_read(arena, quoted, NULL) : NULL;

    *rest = str_skip(*rest, n + 1);
    if (text)
        return value_text(text);
    quoted = str_skip(quoted, 1);
    if (str_ends(quoted, STR("\"")))
        quoted.n--;
    return quoted;
}

static struct str
atom(struct arena *arena, struct str text)
{
    text = str_trim(text);
    return str_starts(text, STR("\"")) ? take_atom(arena, &text) : text;
}

static void
skip_all(struct str *rest, struct str characters)
{
    while (rest->n && str_find_char(characters, rest->p[0]) >= 0)
        *rest = str_skip(*rest, 1);
}

/* "{df_default="true", in_key=flow}" as an object of strings, NULL when it is empty. */
static struct doc *
read_options(struct arena *arena, struct str text)
{
    struct doc *object = NULL;

    skip_all(&text, STR(" {"));
    while (text.n && text.p[0] != '}') {
        struct str key = take_atom(arena, &text), value = STR_NONE;

        if (str_starts(text, STR("="))) {
            text = str_skip(text, 1);
            value = take_atom(arena, &text);
        }
        if (!str_empty(key)) {
            if (!object)
                object = doc_object(arena);
            doc_setn(arena, object, key, doc_string(arena, value));
        }

        size_t before = text.n;

        skip_all(&text, STR(", ="));
        if (text.n == before) /* neither separator nor end: give up */
            break;
    }
    return object;
}

/* Where we are in the text: all but 'port' may be unset. */
struct place {
    struct str       bridge;
    struct ovs_port *port;
    bool             is_first; /* in the interface that counts of this port */
};

static void
read_show_line(struct arena *arena, struct place *at, struct ovs_ports *found, size_t depth,
               struct str text)
{
    struct str rest = text, title;

    if (!str_word(&rest, &title))
        return;
    if (depth == 4) {
        *at = (struct place){ 0 };
        if (str_is(title, "Bridge"))
            at->bridge = atom(arena, rest);
    } else if (depth == 8) {
        struct str name = atom(arena, rest);

        at->port = NULL;
        if (str_is(title, "Port") && !str_empty(at->bridge) && !str_empty(name))
            at->port = add_port(arena, found, at->bridge, name);
    } else if (!at->port) {
        return;
    } else if (depth == 12) {
        at->is_first = false;
        if (str_is(title, "tag:")) {
            at->port->tag = atom(arena, rest);
        } else if (str_is(title, "Interface")) {
            at->is_first = add_interface(arena, at->port, atom(arena, rest));
        }
    } else if (depth == 16 && at->is_first) {
        if (str_is(title, "type:"))
            at->port->type = atom(arena, rest);
        else if (str_is(title, "options:"))
            at->port->options = read_options(arena, rest);
    }
}

bool
parse_ovs_show(struct arena *arena, struct str reply, struct ovs_ports *ports,
               struct error *err UNUSED)
{
    struct ovs_ports found = { 0 };
    struct place     at = { 0 };
    struct str       rest = reply_plain(arena, reply), line;

    while (str_line(&rest, &line)) {
        size_t depth = 0;

        while (depth < line.n && line.p[depth] == ' ')
            depth++;
        read_show_line(arena, &at, &found, depth, str_trim(line));
    }
    for (size_t i = 0; i < found.n; i++)
        names_sort(&found.items[i].interfaces);
    sort_ports(&found);
    *ports = found;
    return true;
}
