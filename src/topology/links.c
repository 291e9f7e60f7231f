/* The link finder: runs the table of rules as hash joins.
 *
 * It goes host by host, and for each host through the rules in their order: no rule joins two
 * hosts, and what one host has fits into a processor's cache, while twenty passes over the objects
 * of a whole cloud would wait for memory each time. Partners on the host are looked up in a table
 * that is filled for that host alone, those anywhere in one for the whole environment; a key is put
 * into a table when the first rule asks for it. */

#include "base/hash.h"
#include "base/map.h"
#include "topology/link_rules.h"

#include <assert.h>
#include <stdarg.h>

/* --- tables of keys --- */

struct key_slot {
    struct str value; /* borrowed from the object */
    uint32_t   hash;
    uint32_t   object;
    uint32_t   generation; /* of the table when this was put in; others are free */
    uint16_t   type;
    uint16_t   key;
};

/* Emptied by counting up its generation. */
struct key_table {
    struct key_slot *slots;
    size_t           n;
    size_t           capacity; /* a power of two */
    uint32_t         generation;
    uint64_t         indexed[N_OBJECT_TYPES]; /* bit: this key is in the table */
};

static_assert(KEY_CONNECTED_TO < 64, "a bit for each key");

/* --- the set of links of a host by their ends --- */

struct pair_slot {
    uint64_t ends; /* source << 32 | target */
    uint32_t link;
    uint32_t generation;
};

struct pair_table {
    struct pair_slot *slots;
    size_t            n;
    size_t            capacity;
    uint32_t          generation;
};

/* struct finder is what rules see of this. */
struct search {
    struct finder     finder;
    struct key_table  anywhere;
    struct key_table  here;
    struct pair_table pairs;
    bool              has_host; /* the objects at hand are on a host */
    uint32_t         *by_type;  /* objects with facts by type ... */
    size_t            type_first[N_OBJECT_TYPES + 1];
    uint32_t         *by_host;  /* ... and by host, then type */
    size_t            capacity; /* of links->items, malloc'd meanwhile */
};

static struct search *
search_of(const struct finder *f)
{
    return (struct search *)(uintptr_t)f;
}

static struct key_slot *
find_key(const struct key_table *t, uint32_t hash, enum object_type type, enum fact_key key,
         struct str value)
{
    size_t mask = t->capacity - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct key_slot *slot = &t->slots[i];

        if (slot->generation != t->generation ||
            (slot->hash == hash && slot->type == type && slot->key == key &&
             str_equal(slot->value, value)))
            return slot;
    }
}

static void
grow_keys(struct key_table *t)
{
    struct key_table bigger = *t;

    bigger.capacity = t->capacity ? t->capacity * 2 : 1024;
    bigger.slots = xcalloc(bigger.capacity, sizeof *bigger.slots);
    for (size_t i = 0; i < t->capacity; i++) {
        const struct key_slot *slot = &t->slots[i];

        if (slot->generation == t->generation)
            *find_key(&bigger, slot->hash, (enum object_type)slot->type, (enum fact_key)slot->key,
                      slot->value) = *slot;
    }
    free(t->slots);
    *t = bigger;
}

static uint32_t
key_hash(enum object_type type, enum fact_key key, struct str value)
{
    return (uint32_t)hash_text(((uint64_t)type << 8 | key) * 0x9e3779b97f4a7c15u, value);
}

/* Put a key of some objects of one type into a table. The first object of a value stays. */
static void
index_key(struct key_table *t, const struct finder *f, const uint32_t *objects, size_t n,
          enum object_type type, enum fact_key key)
{
    for (size_t i = 0; i < n; i++) {
        struct str value;

        for (size_t v = 0; key_value(f->objects[objects[i]], key, v, &value); v++) {
            if (str_empty(value))
                continue;
            if (t->n * 2 >= t->capacity)
                grow_keys(t);

            uint32_t         hash = key_hash(type, key, value);
            struct key_slot *slot = find_key(t, hash, type, key, value);

            if (slot->generation != t->generation) {
                *slot = (struct key_slot){ value,         hash,           objects[i],
                                           t->generation, (uint16_t)type, (uint16_t)key };
                t->n++;
            }
        }
    }
}

static uint32_t
look_up(const struct key_table *t, enum object_type type, enum fact_key key, struct str value)
{
    if (t->n == 0 || str_empty(value))
        return NO_OBJECT;

    const struct key_slot *slot = find_key(t, key_hash(type, key, value), type, key, value);

    return slot->generation == t->generation ? slot->object : NO_OBJECT;
}

uint32_t
finder_first(struct finder *f, enum object_type type, enum fact_key key, struct str value)
{
    struct search *s = search_of(f);

    if (!(s->anywhere.indexed[type] >> key & 1)) {
        s->anywhere.indexed[type] |= UINT64_C(1) << key;
        index_key(&s->anywhere, f, s->by_type + s->type_first[type],
                  s->type_first[type + 1] - s->type_first[type], type, key);
    }
    return look_up(&s->anywhere, type, key, value);
}

uint32_t
finder_first_here(struct finder *f, enum object_type type, enum fact_key key, struct str value)
{
    struct search *s = search_of(f);

    if (!s->has_host)
        return NO_OBJECT;
    if (!(s->here.indexed[type] >> key & 1)) {
        s->here.indexed[type] |= UINT64_C(1) << key;
        index_key(&s->here, f, f->of_type + f->first[type], f->first[type + 1] - f->first[type],
                  type, key);
    }
    return look_up(&s->here, type, key, value);
}

/* --- keeping links --- */

static struct pair_slot *
find_pair(const struct pair_table *pairs, uint64_t ends)
{
    size_t mask = pairs->capacity - 1;

    for (size_t i = hash_mix(ends) & mask;; i = (i + 1) & mask)
        if (pairs->slots[i].generation != pairs->generation || pairs->slots[i].ends == ends)
            return &pairs->slots[i];
}

static void
grow_pairs(struct pair_table *pairs)
{
    struct pair_table bigger = *pairs;

    bigger.capacity = pairs->capacity ? pairs->capacity * 2 : 1024;
    bigger.slots = xcalloc(bigger.capacity, sizeof *bigger.slots);
    for (size_t i = 0; i < pairs->capacity; i++)
        if (pairs->slots[i].generation == pairs->generation)
            *find_pair(&bigger, pairs->slots[i].ends) = pairs->slots[i];
    free(pairs->slots);
    *pairs = bigger;
}

static uint64_t
ends_of(uint32_t source, uint32_t target)
{
    return (uint64_t)source << 32 | target;
}

bool
finder_has(const struct finder *f, uint32_t source, uint32_t target)
{
    const struct pair_table *pairs = &search_of(f)->pairs;

    return pairs->n && find_pair(pairs, ends_of(source, target))->generation == pairs->generation;
}

void
finder_add(struct finder *f, const struct link *link)
{
    struct search *s = search_of(f);
    struct links  *links = f->links;

    if (s->pairs.n * 2 >= s->pairs.capacity)
        grow_pairs(&s->pairs);

    uint64_t          ends = ends_of(link->source, link->target);
    struct pair_slot *slot = find_pair(&s->pairs, ends);

    if (slot->generation != s->pairs.generation) {
        if (links->n == s->capacity) {
            s->capacity = s->capacity ? s->capacity * 2 : 256;
            links->items = xrealloc(links->items, sizeof *links->items * s->capacity);
        }
        *slot = (struct pair_slot){ ends, (uint32_t)links->n++, s->pairs.generation };
        s->pairs.n++;
    }

    struct link *kept = &links->items[slot->link];

    *kept = *link;
    if (str_empty(kept->host))
        kept->host = (struct str){ NULL, 0 };
}

void
finder_note(struct finder *f, const char *format, ...)
{
    struct links *links = f->links;
    char          text[400];
    va_list       args;

    links->n_left_out++;
    if (links->n_notes == LINK_NOTES)
        return;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!links->notes)
        links->notes = arena_array(links->arena, struct str, LINK_NOTES);
    links->notes[links->n_notes++] = arena_str(links->arena, str_from(text));
}

/* --- running the rules --- */

static bool
holds(const struct finder *f, unsigned when)
{
    const struct environment *e = f->environment;
    bool ovs = e->n_mechanism_drivers && str_is(e->mechanism_drivers[0], "OVS");
    bool vpp = environment_has_driver(e, "VPP");

    return when & 1u << f->policy && !(when & FIRST_IS_OVS && !ovs) &&
           !(when & FIRST_IS_NOT_OVS && ovs) && !(when & WITH_VPP && !vpp) &&
           !(when & WITHOUT_VPP && vpp);
}

/* A Linux bridge is a parent of oteps, too, and no missing vedge. */
static void
note_missing(struct finder *f, const struct link_rule *rule, const struct object *each,
             struct str value)
{
    enum object_type partner = rule->each == rule->from ? rule->to : rule->from;
    struct str       type = object_type_name(partner), parent = each->parent_type;

    if (rule->key == KEY_PARENT_ID && !str_empty(parent) && !str_equal(parent, type))
        return;
    finder_note(f, "%.*s %.*s: its %.*s %.*s is not in the inventory",
                STR_ARG(object_type_name(each->type)), STR_ARG(each->id), STR_ARG(type),
                STR_ARG(value));
}

static void
join(struct finder *f, const struct link_rule *rule)
{
    bool             forward = rule->each == rule->from;
    enum object_type partner_type = forward ? rule->to : rule->from;

    for (size_t i = f->first[rule->each]; i < f->first[rule->each + 1]; i++) {
        struct match m = { .each_index = f->of_type[i], .each = f->objects[f->of_type[i]] };
        struct str   value;

        for (; key_value(m.each, rule->key, m.value, &value); m.value++) {
            m.partner_index = rule->when & SAME_HOST
                                  ? finder_first_here(f, partner_type, rule->partner_key, value)
                                  : finder_first(f, partner_type, rule->partner_key, value);
            if (m.partner_index == NO_OBJECT) {
                if (rule->when & NOTED && !str_empty(value))
                    note_missing(f, rule, m.each, value);
                continue;
            }
            m.partner = f->objects[m.partner_index];

            struct link link = {
                .source = forward ? m.each_index : m.partner_index,
                .target = forward ? m.partner_index : m.each_index,
                .type = { (uint8_t)rule->from, (uint8_t)rule->to },
                .host = m.each->host,
            };

            if (rule->describe(f, &m, &link))
                finder_add(f, &link);
        }
    }
}

/* The host an object belongs to: ports are the cloud's own, and say where they are bound. */
static struct str
home_of(const struct object *object)
{
    return object->type == OBJECT_PORT ? port_facts(object)->host : object->host;
}

static void
group_by_type(struct search *s)
{
    const struct finder *f = &s->finder;
    size_t               next[N_OBJECT_TYPES];

    for (size_t i = 0; i < f->n_objects; i++)
        if (f->objects[i]->facts)
            s->type_first[f->objects[i]->type + 1]++;
    for (size_t t = 0; t < N_OBJECT_TYPES; t++) {
        s->type_first[t + 1] += s->type_first[t];
        next[t] = s->type_first[t];
    }
    s->by_type = xcalloc(s->type_first[N_OBJECT_TYPES], sizeof *s->by_type);
    for (size_t i = 0; i < f->n_objects; i++)
        if (f->objects[i]->facts)
            s->by_type[next[f->objects[i]->type]++] = (uint32_t)i;
}

/* The objects of host number h lie from host_first[h] to host_first[h + 1]; 0 is no host. */
static size_t *
group_by_host(struct search *s, size_t *n_hosts)
{
    size_t        n = s->type_first[N_OBJECT_TYPES], *first;
    uint32_t     *numbers = xcalloc(n, sizeof *numbers);
    struct intern hosts;

    intern_init(&hosts);
    for (size_t i = 0; i < n; i++)
        numbers[i] = intern_add(&hosts, home_of(s->finder.objects[s->by_type[i]]));
    *n_hosts = hosts.n + 1;
    first = xcalloc(*n_hosts + 2, sizeof *first);
    for (size_t i = 0; i < n; i++)
        first[numbers[i] + 2]++;
    for (size_t h = 2; h < *n_hosts + 2; h++)
        first[h] += first[h - 1];
    s->by_host = xcalloc(n, sizeof *s->by_host);
    for (size_t i = 0; i < n; i++)
        s->by_host[first[numbers[i] + 1]++] = s->by_type[i];
    free(numbers);
    intern_done(&hosts);
    return first;
}

/* Let the rules see the objects of one host, which are in the order of their types. */
static void
enter_host(struct search *s, size_t begin, size_t end, bool is_host)
{
    struct finder *f = &s->finder;

    f->of_type = s->by_host + begin;
    f->first_link = f->links->n;
    s->has_host = is_host;
    memset(f->first, 0, sizeof f->first);
    for (size_t i = begin; i < end; i++)
        f->first[f->objects[s->by_host[i]]->type + 1]++;
    for (size_t t = 0; t < N_OBJECT_TYPES; t++)
        f->first[t + 1] += f->first[t];
    s->here.n = 0;
    s->here.generation++;
    memset(s->here.indexed, 0, sizeof s->here.indexed);
    s->pairs.n = 0;
    s->pairs.generation++;
}

/* The networks of service vNICs come with their documents; those of instances' vNICs and of bridges
 * are found by the rules, and what an earlier run wrote back counts for nothing. */
static void
start_networks(struct search *s)
{
    for (size_t i = s->type_first[OBJECT_VNIC]; i < s->type_first[OBJECT_VNIC + 1]; i++) {
        const struct object *object = s->finder.objects[s->by_type[i]];

        if (vnic_facts(object)->kind != VNIC_OF_INSTANCE &&
            object->facts->network_shape == FACT_SINGLE)
            s->finder.network[s->by_type[i]] = object->facts->networks[0];
    }
}

bool
links_may_change(const struct object *object)
{
    if (!object->facts)
        return false;
    return object->type == OBJECT_VCONNECTOR ||
           (object->type == OBJECT_VNIC && vnic_facts(object)->kind == VNIC_OF_INSTANCE);
}

static void
collect_write_backs(struct finder *f)
{
    struct links *links = f->links;
    size_t        capacity = 0;

    for (size_t i = 0; i < f->n_objects; i++) {
        const struct object *object = f->objects[i];

        if (!links_may_change(object))
            continue;

        struct str before = object->facts->network_shape == FACT_SINGLE ? object->facts->networks[0]
                                                                        : (struct str){ NULL, 0 };
        struct str now = f->network[i];

        if (now.p && before.p ? str_equal(now, before) : now.p == before.p)
            continue;
        arena_grow(links->arena, links->write_backs, links->n_write_backs, capacity);
        links->write_backs[links->n_write_backs++] = (struct write_back){ (uint32_t)i, now };
    }
}

static void
run_rules(struct finder *f)
{
    for (size_t i = 0; i < n_link_rules; i++) {
        if (!holds(f, link_rules[i].when))
            continue;
        if (link_rules[i].find)
            link_rules[i].find(f);
        else
            join(f, &link_rules[i]);
    }
}

struct links *
links_find(struct arena *arena, const struct environment *environment, enum policy policy,
           const struct object *const *objects, size_t n_objects)
{
    struct links *links = arena_new_of(arena, struct links);
    struct search s = {
        .finder = { .arena = arena,
                    .environment = environment,
                    .policy = policy,
                    .objects = objects,
                    .n_objects = n_objects,
                    .links = links },
        .anywhere = { .generation = 1 },
    };
    size_t n_hosts;

    *links = (struct links){ .arena = arena, .objects = objects, .n_objects = n_objects };
    s.finder.network = xcalloc(n_objects, sizeof *s.finder.network);
    s.finder.is_mixed = xcalloc(n_objects, sizeof *s.finder.is_mixed);
    s.finder.nics = xcalloc(n_objects, sizeof *s.finder.nics);
    group_by_type(&s);
    start_networks(&s);

    size_t *host_first = group_by_host(&s, &n_hosts);

    for (size_t h = 0; h < n_hosts; h++) {
        enter_host(&s, host_first[h], host_first[h + 1], h > 0);
        run_rules(&s.finder);
    }
    collect_write_backs(&s.finder);

    struct link *found = links->items;

    links_sort(links, found, links->n);
    free(found);
    free(host_first);
    free(s.by_type);
    free(s.by_host);
    free(s.finder.network);
    free(s.finder.is_mixed);
    free(s.finder.nics);
    free(s.here.slots);
    free(s.anywhere.slots);
    free(s.pairs.slots);
    return links;
}
