#include "scan/messages.h"

#include "scan/discover.h"

void
scan_messages_add(struct scan_messages *m, struct arena *arena, enum message_level level,
                  struct str text, struct str host)
{
    arena_grow(arena, m->items, m->n, m->capacity);
    m->items[m->n++] = (struct scan_message){
        .level = level,
        .text = arena_str(arena, text),
        .host = arena_str(arena, host),
    };
    m->n_errors += level == MESSAGE_ERROR;
    m->n_warnings += level == MESSAGE_WARN;
}

void
scan_messages_add_all(struct scan_messages *m, struct arena *arena, const struct partition *p)
{
    for (size_t i = 0; i < p->n_messages; i++)
        scan_messages_add(m, arena,
                          p->messages[i].severity == SEVERITY_ERROR ? MESSAGE_ERROR : MESSAGE_WARN,
                          p->messages[i].text, p->host.p ? p->host : STR_NONE);
}

size_t
partition_errors(const struct partition *p)
{
    size_t n = 0;

    for (size_t i = 0; i < p->n_messages; i++)
        n += p->messages[i].severity == SEVERITY_ERROR;
    return n;
}
