/* Records: the few functions on them that more than one module needs. */

#include "parse/records.h"

const struct netdev *
netdev_find(const struct netdevs *devices, struct str name)
{
    if (!devices)
        return NULL;
    for (size_t i = 0; i < devices->n; i++)
        if (str_equal(devices->items[i].name, name))
            return &devices->items[i];
    return NULL;
}

void
docs_add(struct arena *arena, struct docs *docs, struct doc *d)
{
    arena_grow(arena, docs->items, docs->n, docs->capacity);
    docs->items[docs->n++] = d;
}
