/* Implicit links: the transitive closure of the explicit ones, so that a clique type can say
 * "instance-network".
 *
 * Each round joins the links of the last round with the explicit ones that start where they end.
 * What a round derives is known by its ends and its constraint attributes: the set of these is
 * finite, so it ends whatever cycles there are, and routes of different networks through a shared
 * object stay apart. The first derivation of a pair is kept, which is a shortest one; an explicit
 * link always wins. */

#include "base/map.h"
#include "topology/link_rules.h"

/* A link as the closure sees it. Strings of attributes are numbers: 0 is absent. */
struct route {
    uint32_t         source;
    uint32_t         target;
    struct link_type type;
    bool             down;
    uint32_t         network;
    uint32_t         physical_network;
    uint32_t         host;
    uint32_t         switch_id;
};

struct key {
    uint32_t parts[4];
};

struct key_set {
    struct key *keys;
    bool       *taken;
    size_t      n;
    size_t      capacity;
};

struct closure {
    struct links *links;
    struct map    numbers; /* of the strings of the explicit links ... */
    struct str   *strings; /* ... which implicit ones borrow; [1..] */
    size_t        n_strings;
    size_t        strings_capacity;
    bool          by_network; /* constraint attributes */
    bool          by_physical_network;
    struct route *explicit; /* canonical order */
    size_t         n_explicit;
    uint32_t      *out;       /* explicit links by source ... */
    size_t        *out_first; /* ... of node i from out_first[i] on */
    struct key_set explicit_ends;
    struct key_set seen; /* ends and attributes */
    struct key_set stored_ends;
    struct link   *found; /* explicit links, then implicit ones; malloc'd */
    size_t         n_found;
    size_t         capacity;
};

static size_t
key_slot(const struct key_set *set, struct key key)
{
    uint64_t h = 0;

    for (size_t i = 0; i < N_ELEMENTS(key.parts); i++) {
        h = (h ^ key.parts[i]) * 0x9e3779b97f4a7c15u;
        h ^= h >> 32;
    }
    for (size_t at = h & (set->capacity - 1);; at = (at + 1) & (set->capacity - 1))
        if (!set->taken[at] || memcmp(&set->keys[at], &key, sizeof key) == 0)
            return at;
}

static bool
key_set_has(const struct key_set *set, struct key key)
{
    return set->n && set->taken[key_slot(set, key)];
}

/* False when it was there. */
static bool
key_set_add(struct key_set *set, struct key key)
{
    if (set->n * 2 >= set->capacity) {
        struct key_set bigger = { .n = set->n,
                                  .capacity = set->capacity ? set->capacity * 2 : 256 };

        bigger.keys = xcalloc(bigger.capacity, sizeof *bigger.keys);
        bigger.taken = xcalloc(bigger.capacity, sizeof *bigger.taken);
        for (size_t i = 0; i < set->capacity; i++) {
            if (!set->taken[i])
                continue;

            size_t at = key_slot(&bigger, set->keys[i]);

            bigger.keys[at] = set->keys[i];
            bigger.taken[at] = true;
        }
        free(set->keys);
        free(set->taken);
        *set = bigger;
    }

    size_t at = key_slot(set, key);

    if (set->taken[at])
        return false;
    set->keys[at] = key;
    set->taken[at] = true;
    set->n++;
    return true;
}

static void
key_set_done(struct key_set *set)
{
    free(set->keys);
    free(set->taken);
}

static uint32_t
number_of(struct closure *c, struct str s)
{
    if (!s.p)
        return 0;

    bool              is_new;
    struct map_entry *e = map_put(&c->numbers, s, &is_new);

    if (is_new) {
        if (c->n_strings + 1 >= c->strings_capacity) {
            c->strings_capacity = c->strings_capacity ? c->strings_capacity * 2 : 256;
            c->strings = xrealloc(c->strings, sizeof *c->strings * c->strings_capacity);
        }
        e->number = ++c->n_strings;
        c->strings[e->number] = s;
    }
    return (uint32_t)e->number;
}

static struct str
string_of(const struct closure *c, uint32_t number)
{
    return number ? c->strings[number] : (struct str){ NULL, 0 };
}

/* "physical_network": null is a value; 0 stays for links without the attribute. */
static uint32_t
physical_number(struct closure *c, const struct link *link)
{
    return link->has_physical ? number_of(c, link->physical_network) + 1 : 0;
}

static struct key
ends_key(const struct route *route)
{
    return (struct key){ { route->source, route->target, 0, 0 } };
}

static struct key
route_key(const struct route *route)
{
    return (
        struct key){ { route->source, route->target, route->network, route->physical_network } };
}

static void
keep(struct closure *c, const struct link *link)
{
    if (c->n_found == c->capacity) {
        c->capacity = c->capacity ? c->capacity * 2 : 256;
        c->found = xrealloc(c->found, sizeof *c->found * c->capacity);
    }
    c->found[c->n_found++] = *link;
}

static void
read_explicit(struct closure *c)
{
    const struct links *links = c->links;

    c->explicit = xcalloc(links->n, sizeof *c->explicit);
    for (size_t i = 0; i < links->n; i++) {
        const struct link *link = &links->items[i];

        if (link->implicit)
            continue;
        keep(c, link);
        c->explicit[c->n_explicit] = (struct route){
            .source = link->source,
            .target = link->target,
            .type = link->type,
            .down = link->down,
            .network = c->by_network ? number_of(c, link->network) : 0,
            .physical_network = c->by_physical_network ? physical_number(c, link) : 0,
            .host = number_of(c, link->host),
            .switch_id = number_of(c, link->switch_id),
        };
        key_set_add(&c->explicit_ends, ends_key(&c->explicit[c->n_explicit++]));
    }

    c->out = xcalloc(c->n_explicit, sizeof *c->out);
    c->out_first = xcalloc(links->n_objects + 2, sizeof *c->out_first);
    for (size_t i = 0; i < c->n_explicit; i++)
        c->out_first[c->explicit[i].source + 2]++;
    for (size_t i = 2; i < links->n_objects + 2; i++)
        c->out_first[i] += c->out_first[i - 1];
    for (size_t i = 0; i < c->n_explicit; i++)
        c->out[c->out_first[c->explicit[i].source + 1]++] = (uint32_t)i;
}

static bool
agree(uint32_t a, uint32_t b)
{
    return !a || !b || a == b;
}

static uint32_t
either(uint32_t a, uint32_t b)
{
    return a ? a : b;
}

/* The host or switch of a derived link: what only one side has, or both agree on. */
static uint32_t
common(uint32_t a, uint32_t b)
{
    return agree(a, b) ? either(a, b) : 0;
}

static bool
combine(const struct route *a, const struct route *b, struct route *made)
{
    if (link_type_equal(a->type, b->type) || a->source == b->target ||
        !agree(a->network, b->network) || !agree(a->physical_network, b->physical_network))
        return false;
    *made = (struct route){
        .source = a->source,
        .target = b->target,
        .type = { a->type.from, b->type.to },
        .down = a->down || b->down,
        .network = either(a->network, b->network),
        .physical_network = either(a->physical_network, b->physical_network),
        .host = common(a->host, b->host),
        .switch_id = common(a->switch_id, b->switch_id),
    };
    return true;
}

static void
store(struct closure *c, const struct route *route)
{
    struct link link = {
        .source = route->source,
        .target = route->target,
        .type = route->type,
        .implicit = true,
        .down = route->down,
        .name = STR_NONE,
        .network = string_of(c, route->network),
        .has_physical = route->physical_network != 0,
        .host = string_of(c, route->host),
        .switch_id = string_of(c, route->switch_id),
    };

    if (link.has_physical)
        link.physical_network = string_of(c, route->physical_network - 1);
    keep(c, &link);
}

struct round {
    struct route *routes;
    size_t        n;
    size_t        capacity;
};

/* Join the routes of one round with the explicit links into those of the next. */
static void
extend(struct closure *c, const struct route *routes, size_t n, struct round *next)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t end = routes[i].target;

        for (size_t o = c->out_first[end]; o < c->out_first[end + 1]; o++) {
            struct route made;

            if (!combine(&routes[i], &c->explicit[c->out[o]], &made) ||
                key_set_has(&c->explicit_ends, ends_key(&made)) ||
                !key_set_add(&c->seen, route_key(&made)))
                continue;
            if (next->n == next->capacity) {
                next->capacity = next->capacity ? next->capacity * 2 : 256;
                next->routes = xrealloc(next->routes, sizeof *next->routes * next->capacity);
            }
            next->routes[next->n++] = made;
            if (key_set_add(&c->stored_ends, ends_key(&made)))
                store(c, &made);
        }
    }
}

void
links_add_implicit(struct links *links, const struct str *attributes, size_t n_attributes)
{
    struct closure c = { .links = links };
    struct round   rounds[2] = { { 0 } };
    unsigned       current = 0;

    for (size_t i = 0; i < n_attributes; i++) {
        c.by_network |= str_is(attributes[i], "network");
        c.by_physical_network |= str_is(attributes[i], "physical_network");
    }
    read_explicit(&c);
    extend(&c, c.explicit, c.n_explicit, &rounds[current]);
    while (rounds[current].n) {
        rounds[!current].n = 0;
        extend(&c, rounds[current].routes, rounds[current].n, &rounds[!current]);
        current = !current;
    }
    links_sort(links, c.found, c.n_found);

    free(rounds[0].routes);
    free(rounds[1].routes);
    free(c.found);
    free(c.explicit);
    free(c.out);
    free(c.out_first);
    key_set_done(&c.explicit_ends);
    key_set_done(&c.seen);
    key_set_done(&c.stored_ends);
    map_done(&c.numbers);
    free(c.strings);
}
