/* What the tests of link rules share: looking for links, and asserting what they say. */

#ifndef TESTS_UNIT_LINKS_WORLD_H
#define TESTS_UNIT_LINKS_WORLD_H

#include "testing.h"
#include "topology_world.h"

/* The link between two ids, or NULL. */
static inline const struct link *
between(const struct links *links, const char *source, const char *target)
{
    for (size_t i = 0; i < links->n; i++) {
        const struct link *link = &links->items[i];

        if (str_is(links->objects[link->source]->id, source) &&
            str_is(links->objects[link->target]->id, target))
            return link;
    }
    return NULL;
}

static inline size_t
count(const struct links *links, const char *type)
{
    AUTO_ARENA scratch = arena_new();
    size_t     n = 0;

    for (size_t i = 0; i < links->n; i++)
        n += str_is(link_type_text(links->items[i].type, scratch), type);
    return n;
}

/* A link of that type and name must be there. */
static inline const struct link *
expect(const struct links *links, const char *type, const char *source, const char *target,
       const char *name)
{
    AUTO_ARENA         scratch = arena_new();
    const struct link *link = between(links, source, target);

    if (!link)
        world_fail("no link", arena_printf(scratch, "%s -> %s", source, target).p);
    assert_text(link_type_text(link->type, scratch), type);
    assert_text(link->name, name);
    return link;
}

static inline void
add_host(struct world *w, const char *host)
{
    world_add(w,
              "'type':'host','id':'%s','name':'%s','host':'%s','host_type':['Compute','Network']",
              host, host, host);
}

#endif
