/* Text of /proc/net/bonding/NAME (the kernel's bonding.rst), and the list of these files:
 *
 *     Bonding Mode: IEEE 802.3ad Dynamic link aggregation
 *     802.3ad info
 *     LACP rate: slow
 *     Active Aggregator Info:
 *             Aggregator ID: 1
 *
 *     Slave Interface: ens1f0
 *     MII Status: up
 *
 * A line that ends in "info" opens a section within the current one; a member's line opens the
 * attributes of that member. Nothing closes a section but the next member. */

#include "parse/parse.h"
#include "parse/reply.h"

enum { MAX_LINES = 100000, MAX_DEPTH = 8 };

bool
parse_bonding_list(struct arena *arena, struct str reply, struct names *names,
                   struct error *err UNUSED)
{
    struct names found = { 0 };
    struct str   rest = reply_plain(arena, reply), line, name, more;

    /* Names hold no blanks; "ls: cannot access ..." does. */
    while (str_line(&rest, &line))
        if (str_word(&line, &name) && !str_word(&line, &more))
            names_add(arena, &found, name);
    *names = found;
    return true;
}

/* The title of a section, or "" when the line opens none. */
static struct str
section_title(struct str line)
{
    struct str title = str_ends(line, STR(":")) ? str_head(line, line.n - 1) : line;

    if (title.n < 4 || str_find_char(title, ':') >= 0 ||
        !str_equal_nocase(str_skip(title, title.n - 4), STR("info")))
        return STR_NONE;
    return title;
}

/* The document that 'object' has under this title, made when there is none. */
static struct doc *
member(struct arena *arena, struct doc *object, struct str title)
{
    title = doc_text(doc_string(arena, title)); /* as keys are kept: in valid UTF-8 */

    struct doc *inner = doc_getn(object, title);

    if (doc_kind(inner) != DOC_OBJECT) {
        inner = doc_object(arena);
        doc_setn(arena, object, title, inner);
    }
    return inner;
}

bool
parse_bonding(struct arena *arena, struct str name, struct str reply, struct bonding *bonding,
              struct error *err)
{
    struct bonding found = { .name = name,
                             .attributes = doc_object(arena),
                             .members = doc_object(arena) };
    struct doc    *current = found.attributes; /* NULL: a member without a name */
    struct str     rest = reply_plain(arena, reply), line;
    size_t         depth = 0, n_lines = 0;

    while (str_line(&rest, &line)) {
        struct str text = str_trim(line), title = section_title(text), key;

        if (str_empty(text))
            continue;
        if (++n_lines > MAX_LINES)
            return error_set(err, ERROR_PARSE, 0, "more than %d lines", MAX_LINES);
        if (str_starts(text, STR("Slave Interface:"))) {
            struct str slave = str_trim(str_skip(text, strlen("Slave Interface:")));

            current = str_empty(slave) ? NULL : member(arena, found.members, slave);
            depth = 0;
        } else if (current && !str_empty(title)) {
            if (depth < MAX_DEPTH) {
                current = member(arena, current, title);
                depth++;
            }
        } else if (current && str_cut(&text, ':', &key) && text.p && !str_empty(str_trim(key))) {
            doc_setn(arena, current, str_trim(key), doc_string(arena, str_trim(text)));
        }
    }
    *bonding = found;
    return true;
}
