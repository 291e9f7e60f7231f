/* Cleaning of text replies, MAC addresses, lists of names. */

#include "parse/reply.h"

#include <stdlib.h>

#include "base/ascii.h"

enum { ESCAPE = 0x1b, BELL = 0x07 };

static bool
is_between(struct str text, char low, char high)
{
    return text.n && text.p[0] >= low && text.p[0] <= high;
}

/* What follows a control sequence; 'text' begins behind its escape character. A sequence that
 * breaks off takes with it only what belongs to it. */
static struct str
after_sequence(struct str text)
{
    if (text.n && text.p[0] == '[') {
        text = str_skip(text, 1);
        while (is_between(text, '0', '?'))
            text = str_skip(text, 1);
        while (is_between(text, ' ', '/'))
            text = str_skip(text, 1);
        return is_between(text, '@', '~') ? str_skip(text, 1) : text;
    }
    if (text.n && text.p[0] == ']') { /* a title: up to BEL or ESC \, within its line */
        while (text.n && text.p[0] != BELL && text.p[0] != ESCAPE && text.p[0] != '\n')
            text = str_skip(text, 1);
        if (str_starts(text, STR("\x1b\\")))
            return str_skip(text, 2);
        return is_between(text, BELL, BELL) ? str_skip(text, 1) : text;
    }
    while (is_between(text, ' ', '/'))
        text = str_skip(text, 1);
    return is_between(text, '0', '~') ? str_skip(text, 1) : text;
}

struct str
reply_plain(struct arena *arena, struct str reply)
{
    ptrdiff_t at = str_find_char(reply, ESCAPE);

    if (at < 0)
        return reply;

    AUTO_BUF plain;

    buf_init(&plain, 0);
    while (at >= 0) {
        buf_add(&plain, str_head(reply, (size_t)at));
        reply = after_sequence(str_skip(reply, (size_t)at + 1));
        at = str_find_char(reply, ESCAPE);
    }
    buf_add(&plain, reply);
    return arena_str(arena, buf_str(&plain));
}

bool
reply_is_json(struct str reply)
{
    return str_starts(str_trim(reply), STR("["));
}

bool
mac_read(struct arena *arena, struct str text, struct str *mac)
{
    bool has_capitals = false;

    if (text.n != 17)
        return false;
    for (size_t i = 0; i < text.n; i++) {
        if (i % 3 == 2 ? text.p[i] != ':' : !ascii_is_hex(text.p[i]))
            return false;
        has_capitals |= text.p[i] >= 'A' && text.p[i] <= 'F';
    }
    *mac = has_capitals ? arena_lower(arena, text) : text;
    return true;
}

void
names_add(struct arena *arena, struct names *names, struct str name)
{
    arena_grow(arena, names->items, names->n, names->capacity);
    names->items[names->n++] = name;
}

static int
by_name(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

void
names_sort(struct names *names)
{
    if (names->n > 1)
        qsort(names->items, names->n, sizeof *names->items, by_name);
}
