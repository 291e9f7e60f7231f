/* The link finder: runs the table of rules as hash joins.
 *
 * Partners are looked up in one hash table for all types and keys, into which a key is put when the
 * first rule asks for it. Hosts are numbers and values are borrowed, so that a look-up touches two
 * cache lines, and a million objects cost some tens of megabytes for the time of the call. */

#include "base/map.h"
#include "topology/hash.h"
#include "topology/link_rules.h"

#include <assert.h>
#include <stdarg.h>

/* --- the table of keys --- */

struct key {
    struct str value;
    uint32_t   host; /* number, 0 = anywhere */
    uint16_t   type;
    uint16_t   key;
};

struct slot {
    struct key key;
    uint32_t   hash;
    uint32_t   object; /* + 1; 0: free */
};

struct key_table {
    struct slot *slots;
    size_t       n;
    size_t       capacity; /* a power of two */
};

/* --- the set of links by their ends --- */

struct pair_slot {
    uint64_t ends; /* source << 32 | target */
    uint32_t link; /* + 1; 0: free */
};

struct pair_table {
    struct pair_slot *slots;
    size_t            capacity;
};

/* struct finder is what rules see of this. */
struct search {
    struct finder     finder;
    struct key_table  keys;
    struct pair_table pairs;
    struct intern     hosts;
    uint32_t         *host;                    /* [object]: number of its host */
    uint64_t          indexed[N_OBJECT_TYPES]; /* bit 2 * key + same host: is in the table */
    size_t            capacity;                /* of links->items, which is malloc'd meanwhile */
};

static_assert(2 * (KEY_CONNECTED_TO + 1) <= 64, "a bit for each key and scope");

static struct search *
search_of(const struct finder *f)
{
    return (struct search *)(uintptr_t)f;
}

static uint32_t
key_hash(const struct key *key)
{
    uint64_t seed = (uint64_t)key->host << 32 | (uint64_t)key->type << 16 | key->key;

    return (uint32_t)hash_text(seed * 0x9e3779b97f4a7c15u, key->value);
}

/* The slot of a key: of the first object that has it, else a free one. */
static struct slot *
find_slot(const struct key_table *keys, const struct key *key, uint32_t hash)
{
    size_t mask = keys->capacity - 1;

    for (size_t i = hash & mask;; i = (i + 1) & mask) {
        struct slot *slot = &keys->slots[i];

        if (!slot->object ||
            (slot->hash == hash && slot->key.host == key->host && slot->key.type == key->type &&
             slot->key.key == key->key && str_equal(slot->key.value, key->value)))
            return slot;
    }
}

static void
grow_keys(struct key_table *keys)
{
    struct key_table bigger = { .n = keys->n,
                                .capacity = keys->capacity ? keys->capacity * 2 : 256 };
    size_t           mask = bigger.capacity - 1;

    bigger.slots = xcalloc(bigger.capacity, sizeof *bigger.slots);
    for (size_t i = 0; i < keys->capacity; i++) {
        size_t at = keys->slots[i].hash & mask;

        if (!keys->slots[i].object)
            continue;
        while (bigger.slots[at].object)
            at = (at + 1) & mask;
        bigger.slots[at] = keys->slots[i];
    }
    free(keys->slots);
    *keys = bigger;
}

/* Put a key of all objects of a type into the table. The first object of a value stays. */
static void
index_key(struct search *s, enum object_type type, enum fact_key fact_key, bool same_host)
{
    uint64_t   bit = UINT64_C(1) << (2 * fact_key + same_host);
    struct key key = { .type = (uint16_t)type, .key = (uint16_t)fact_key };

    if (s->indexed[type] & bit)
        return;
    s->indexed[type] |= bit;
    for (size_t i = s->finder.first[type]; i < s->finder.first[type + 1]; i++) {
        uint32_t object = s->finder.of_type[i];

        key.host = same_host ? s->host[object] : 0;
        if (same_host && !key.host)
            continue;
        for (size_t v = 0; key_value(s->finder.objects[object], fact_key, v, &key.value); v++) {
            if (str_empty(key.value))
                continue;
            if (s->keys.n * 4 >= s->keys.capacity * 3)
                grow_keys(&s->keys);

            uint32_t     hash = key_hash(&key);
            struct slot *slot = find_slot(&s->keys, &key, hash);

            if (!slot->object) {
                *slot = (struct slot){ key, hash, object + 1 };
                s->keys.n++;
            }
        }
    }
}

static uint32_t
look_up(struct search *s, const struct key *key)
{
    if (str_empty(key->value))
        return NO_OBJECT;
    index_key(s, (enum object_type)key->type, (enum fact_key)key->key, key->host != 0);

    const struct slot *slot = s->keys.n ? find_slot(&s->keys, key, key_hash(key)) : NULL;

    return slot && slot->object ? slot->object - 1 : NO_OBJECT;
}

uint32_t
finder_first(struct finder *f, enum object_type type, enum fact_key key, struct str value)
{
    return look_up(search_of(f), &(struct key){ value, 0, (uint16_t)type, (uint16_t)key });
}

static uint32_t
first_on(struct search *s, uint32_t host, enum object_type type, enum fact_key key,
         struct str value)
{
    return host ? look_up(s, &(struct key){ value, host, (uint16_t)type, (uint16_t)key })
                : NO_OBJECT;
}

uint32_t
finder_first_on(struct finder *f, struct str host, enum object_type type, enum fact_key key,
                struct str value)
{
    struct search *s = search_of(f);

    return first_on(s, intern_find(&s->hosts, host), type, key, value);
}

/* --- keeping links --- */

static struct pair_slot *
find_pair(const struct pair_table *pairs, uint64_t ends)
{
    size_t mask = pairs->capacity - 1;

    for (size_t i = hash_mix(ends) & mask;; i = (i + 1) & mask)
        if (!pairs->slots[i].link || pairs->slots[i].ends == ends)
            return &pairs->slots[i];
}

static void
grow_pairs(struct pair_table *pairs)
{
    struct pair_table bigger = { .capacity = pairs->capacity ? pairs->capacity * 2 : 256 };

    bigger.slots = xcalloc(bigger.capacity, sizeof *bigger.slots);
    for (size_t i = 0; i < pairs->capacity; i++)
        if (pairs->slots[i].link)
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
    const struct search *s = search_of(f);

    return s->pairs.capacity && find_pair(&s->pairs, ends_of(source, target))->link;
}

void
finder_add(struct finder *f, const struct link *link)
{
    struct search *s = search_of(f);
    struct links  *links = f->links;

    if (links->n * 2 >= s->pairs.capacity)
        grow_pairs(&s->pairs);

    struct pair_slot *slot = find_pair(&s->pairs, ends_of(link->source, link->target));

    if (slot->link) {
        links->items[slot->link - 1] = *link;
        return;
    }
    if (links->n == s->capacity) {
        s->capacity = s->capacity ? s->capacity * 2 : 256;
        links->items = xrealloc(links->items, sizeof *links->items * s->capacity);
    }
    links->items[links->n++] = *link;
    *slot = (struct pair_slot){ ends_of(link->source, link->target), (uint32_t)links->n };
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
    struct search   *s = search_of(f);
    bool             forward = rule->each == rule->from;
    enum object_type partner_type = forward ? rule->to : rule->from;

    for (size_t i = f->first[rule->each]; i < f->first[rule->each + 1]; i++) {
        struct match m = { .each_index = f->of_type[i], .each = f->objects[f->of_type[i]] };
        struct str   value;

        for (; key_value(m.each, rule->key, m.value, &value); m.value++) {
            m.partner_index =
                rule->when & SAME_HOST
                    ? first_on(s, s->host[m.each_index], partner_type, rule->partner_key, value)
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

/* Objects by type, each type in the order given. */
static void
group_by_type(struct finder *f, uint32_t *of_type)
{
    size_t next[N_OBJECT_TYPES];

    for (size_t i = 0; i < f->n_objects; i++)
        f->first[f->objects[i]->type + 1]++;
    for (size_t t = 0; t < N_OBJECT_TYPES; t++) {
        f->first[t + 1] += f->first[t];
        next[t] = f->first[t];
    }
    for (size_t i = 0; i < f->n_objects; i++)
        of_type[next[f->objects[i]->type]++] = (uint32_t)i;
    f->of_type = of_type;
}

/* The networks of service vNICs come with their documents; those of instances' vNICs and of bridges
 * are found by the rules, and what an earlier run wrote back counts for nothing. */
static void
start_networks(struct finder *f)
{
    for (size_t i = f->first[OBJECT_VNIC]; i < f->first[OBJECT_VNIC + 1]; i++) {
        const struct object *object = f->objects[f->of_type[i]];

        if (object->facts && vnic_facts(object)->kind != VNIC_OF_INSTANCE &&
            object->facts->network_shape == FACT_SINGLE)
            f->network[f->of_type[i]] = object->facts->networks[0];
    }
}

static bool
is_written_back(const struct object *object)
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

        if (!is_written_back(object))
            continue;

        struct str before = object->facts->network_shape == FACT_SINGLE ? object->facts->networks[0]
                                                                        : (struct str){ NULL, 0 };
        struct str now = f->network[i];

        if (!now.p == !before.p && str_equal(now, before))
            continue;
        arena_grow(links->arena, links->write_backs, links->n_write_backs, capacity);
        links->write_backs[links->n_write_backs++] = (struct write_back){ (uint32_t)i, now };
    }
}

struct links *
links_find(struct arena *arena, const struct environment *environment, enum policy policy,
           const struct object *const *objects, size_t n_objects)
{
    struct links *links = arena_new_of(arena, struct links);
    uint32_t     *of_type = xcalloc(n_objects, sizeof *of_type);
    struct search s = {
        .finder = { .arena = arena,
                    .environment = environment,
                    .policy = policy,
                    .objects = objects,
                    .n_objects = n_objects,
                    .links = links },
    };

    *links = (struct links){ .arena = arena, .objects = objects, .n_objects = n_objects };
    s.finder.network = xcalloc(n_objects, sizeof *s.finder.network);
    s.finder.is_mixed = xcalloc(n_objects, sizeof *s.finder.is_mixed);
    s.host = xcalloc(n_objects, sizeof *s.host);
    intern_init(&s.hosts);
    for (size_t i = 0; i < n_objects; i++)
        s.host[i] = objects[i]->facts ? intern_add(&s.hosts, objects[i]->host) : 0;
    group_by_type(&s.finder, of_type);
    start_networks(&s.finder);
    for (size_t i = 0; i < n_link_rules; i++) {
        if (!holds(&s.finder, link_rules[i].when))
            continue;
        if (link_rules[i].find)
            link_rules[i].find(&s.finder);
        else
            join(&s.finder, &link_rules[i]);
    }
    collect_write_backs(&s.finder);

    struct link *found = links->items;

    links->items = NULL;
    links_sort(links, found, links->n);
    free(found);
    free(of_type);
    free(s.finder.network);
    free(s.finder.is_mixed);
    free(s.host);
    intern_done(&s.hosts);
    free(s.keys.slots);
    free(s.pairs.slots);
    return links;
}
