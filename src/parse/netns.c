/* Text of `ip netns list` (ip-netns(8)): one name a line, in newer versions with its number:
 *
 *     qrouter-02a67917-b811-426b-bd77-4fedb7c72f3b (id: 1) */

#include "parse/parse.h"
#include "parse/reply.h"

bool
parse_netns_list(struct arena *arena, struct str reply, struct names *names,
                 struct error *err UNUSED)
{
    struct names found = { 0 };
    struct str   rest = reply_plain(arena, reply), line, name;

    while (str_line(&rest, &line))
        if (str_word(&line, &name))
            names_add(arena, &found, name);
    *names = found;
    return true;
}
