/* Text of `brctl show` (brctl(8)), for hosts whose ip(8) does not tell bridges:
 *
 *     bridge name     bridge id               STP enabled     interfaces
 *     br-ex           8000.525400aabb01       no              ens1f1
 *                                                             p_1a2b3c4d-0
 *     br-int          can't get info Operation not supported
 *
 * Members after the first stand on lines of their own that begin with a tab. What follows a line
 * that is no bridge belongs to none. */

#include "parse/parse.h"
#include "parse/reply.h"

/* "8000.525400aabb01" */
static bool
is_bridge_id(struct str word)
{
    if (word.n != 17)
        return false;
    for (size_t i = 0; i < word.n; i++)
        if (i == 4 ? word.p[i] != '.' : str_find_char(STR("0123456789abcdefABCDEF"), word.p[i]) < 0)
            return false;
    return true;
}

/* "br-ex 8000.525400aabb01 no ens1f1": a new bridge, or NULL. */
static struct bridge *
read_bridge(struct arena *arena, struct bridges *bridges, struct str line)
{
    struct bridge bridge = { 0 };
    struct str    stp, member;

    if (!str_word(&line, &bridge.name) || !str_word(&line, &bridge.id) ||
        !is_bridge_id(bridge.id) || !str_word(&line, &stp))
        return NULL;
    bridge.stp = str_is(stp, "yes");
    if (str_word(&line, &member))
        names_add(arena, &bridge.members, member);
    arena_grow(arena, bridges->items, bridges->n, bridges->capacity);
    bridges->items[bridges->n] = bridge;
    return &bridges->items[bridges->n++];
}

bool
parse_brctl(struct arena *arena, struct str reply, struct bridges *bridges,
            struct error *err UNUSED)
{
    struct bridges found = { 0 };
    struct bridge *current = NULL;
    struct str     rest = reply_plain(arena, reply), line, member;

    while (str_line(&rest, &line)) {
        if (str_empty(str_trim(line)))
            continue;
        if (line.p[0] != '\t' && line.p[0] != ' ')
            current = read_bridge(arena, &found, line);
        else if (current && str_word(&line, &member))
            names_add(arena, &current->members, member);
    }
    *bridges = found;
    return true;
}
