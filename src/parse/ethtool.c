/* Text of `ethtool DEV` (ethtool(8)):
 *
 *     Settings for ens1f0:
 *             Supported ports: [ FIBRE ]
 *             Supported link modes:   1000baseT/Full
 *                                     10000baseT/Full
 *             Current message level: 0x00000007 (7)
 *                                    drv probe link
 *
 * An indented line without a title goes on with the one above: its value becomes a list. */

#include "parse/parse.h"
#include "parse/reply.h"

enum { MAX_LINES = 10000 };

/* "Title: value"; a colon inside a word ("aa:bb") makes no title. The title is the key as the
 * document has it: in valid UTF-8. */
static bool
split_title(struct arena *arena, struct str text, struct str *title, struct str *value)
{
    struct str rest = text, head;

    if (!str_cut(&rest, ':', &head) || !rest.p)
        return false;
    head = str_trim(head);
    if (str_empty(head) || (rest.n && rest.p[0] != ' ' && rest.p[0] != '\t'))
        return false;
    *title = doc_text(doc_string(arena, head));
    *value = str_trim(rest);
    return true;
}

/* One more line of the attribute 'title'. */
static void
add_line(struct arena *arena, struct doc *attributes, struct str title, struct str text)
{
    struct doc *old = doc_getn(attributes, title);
    struct doc *list = old;

    if (doc_kind(old) != DOC_ARRAY) {
        list = doc_array(arena);
        doc_push(arena, list, old);
        doc_setn(arena, attributes, title, list);
    }
    doc_push_text(arena, list, text);
}

bool
parse_ethtool(struct arena *arena, struct str device, struct str reply, struct ethtool *ethtool,
              struct error *err)
{
    struct ethtool found = { .device = device, .attributes = doc_object(arena) };
    struct str     rest = reply_plain(arena, reply), line;
    struct str     title = STR_NONE;
    size_t         n_lines = 0;

    while (str_line(&rest, &line)) {
        struct str text = str_trim(line), value;

        if (str_empty(text) || (line.p[0] != ' ' && line.p[0] != '\t'))
            continue; /* "Settings for ...", and what programs say in between */
        if (++n_lines > MAX_LINES)
            return error_set(err, ERROR_PARSE, 0, "more than %d lines", MAX_LINES);
        if (split_title(arena, text, &title, &value))
            doc_setn(arena, found.attributes, title, doc_string(arena, value));
        else if (!str_empty(title))
            add_line(arena, found.attributes, title, text);
    }
    *ethtool = found;
    return true;
}
