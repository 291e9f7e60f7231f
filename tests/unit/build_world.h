/* What the tests of the builders share: a cloud and a host made of replies, and ways to look at the
 * documents that were built. */

#ifndef TESTS_UNIT_BUILD_WORLD_H
#define TESTS_UNIT_BUILD_WORLD_H

#include "testing.h"
#include "json_text.h"

#include "build/cloud_read.h"
#include "parse/parse.h"

struct world {
    struct arena       *arena;
    struct environment  environment;
    struct cloud        cloud;
    struct cloud_host   host;
    struct host_records h;
    struct built        built;
};

static inline void
world_done(struct world *w)
{
    cloud_done(&w->cloud);
    arena_free(w->arena);
}

#define AUTO_WORLD CLEANUP(world_done) struct world

static inline void
world_init(struct world *w)
{
    *w = (struct world){ .arena = arena_new() };
    w->environment.name = STR("lab");
    w->built.arena = w->arena;
    cloud_init(&w->cloud, w->arena, &w->environment);
}

static inline const struct docs *
list(struct world *w, const char *text)
{
    struct docs      *docs = arena_new_of(w->arena, struct docs);
    const struct doc *array = json_of(w->arena, text);

    for (size_t i = 0; i < doc_count(array); i++)
        docs_add(w->arena, docs, doc_at(array, i));
    return docs;
}

/* The cloud is complete: find the host, which has these roles. */
static inline void
world_ready(struct world *w, const char *name, unsigned roles)
{
    const struct cloud_host *known;

    cloud_index(&w->cloud);
    known = map_get(&w->cloud.hosts_by_name, str_from(name));
    if (known)
        w->host = *known;
    w->host.name = str_from(name);
    w->host.roles = roles;
}

static inline struct netdevs *
devices(struct world *w, const char *reply)
{
    struct netdevs *d = arena_new_of(w->arena, struct netdevs);
    struct error    err;

    assert_true(parse_ip(w->arena, str_from(reply), d, &err));
    return d;
}

static inline void
set_ovs(struct world *w, const char *show, const char *dpctl)
{
    struct ovs_ports *ports = arena_new_of(w->arena, struct ovs_ports);
    struct dp_ports  *numbers = arena_new_of(w->arena, struct dp_ports);
    struct error      err;

    assert_true(parse_ovs_show(w->arena, str_from(show), ports, &err));
    w->h.ovs_ports = ports;
    if (!dpctl)
        return;
    assert_true(parse_dpctl_show(w->arena, str_from(dpctl), numbers, &err));
    w->h.dp_ports = numbers;
}

static inline void
set_sysfs(struct world *w, const char *reply)
{
    struct sysfs_devices *sysfs = arena_new_of(w->arena, struct sysfs_devices);
    struct error          err;

    assert_true(parse_sysfs_net(w->arena, str_from(reply), sysfs, &err));
    w->h.sysfs = sysfs;
}

static inline void
set_namespaces(struct world *w, const struct namespace_records *spaces, size_t n)
{
    struct names *names = arena_new_of(w->arena, struct names);

    names->items = arena_array(w->arena, struct str, n);
    for (size_t i = 0; i < n; i++)
        names->items[names->n++] = spaces[i].name;
    w->h.namespace_names = names;
    w->h.namespaces = spaces;
    w->h.n_namespaces = n;
}

static inline const struct doc *
built(const struct world *w, const char *id)
{
    for (size_t i = 0; i < w->built.docs.n; i++)
        if (str_is(doc_get_text(w->built.docs.items[i], "id"), id))
            return w->built.docs.items[i];
    fail_msg("nothing with id %s was built", id);
}

/* The document has exactly, or at least, these members. */
static inline void
assert_document(struct world *w, const struct doc *d, const char *expected)
{
    assert_string_equal(doc_body(w->arena, d).p, doc_body(w->arena, json_of(w->arena, expected)).p);
}

static inline void
assert_members(struct world *w, const struct doc *d, const char *expected)
{
    const struct doc *members = json_of(w->arena, expected);
    struct doc_iter   it = { 0 };

    while (doc_next(members, &it)) {
        const struct doc *value = doc_getn(d, it.key);

        if (!value)
            fail_msg("no member %s in %s", it.key.p, doc_body(w->arena, d).p);
        assert_string_equal(doc_body(w->arena, value).p, doc_body(w->arena, it.value).p);
    }
}

#endif
