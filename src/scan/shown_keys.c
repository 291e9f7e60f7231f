#include "scan/shown_keys.h"

#include "base/work.h"
#include "scan/discover.h"
#include "scan/live.h"

enum { KEYS_AT_ONCE = 16 };

const char *
key_state_name(enum key_state state)
{
    static const char *const names[N_KEY_STATES] = {
        [KEY_TRUSTED] = "trusted", [KEY_NEW] = "new", [KEY_CHANGED] = "changed", [KEY_NONE] = "none"
    };

    return names[state];
}

struct str
key_fingerprint(struct arena *arena, struct str key)
{
    return remote_fingerprint(arena, key);
}

void
shown_keys_add(struct shown_keys *keys, struct arena *arena, struct str host)
{
    for (size_t i = 0; i < keys->n; i++)
        if (str_equal(keys->items[i].host, host))
            return;
    arena_grow(arena, keys->items, keys->n, keys->capacity);
    keys->items[keys->n++] = (struct shown_key){ .host = arena_str(arena, host) };
}

static bool
add_hosts_of_cloud(struct shown_keys *keys, const struct environment *environment,
                   struct host_keys *trusted, const atomic_bool *cancelled, struct arena *arena,
                   struct error *err)
{
    struct transport *transport = live_open(environment, trusted, cancelled);
    struct discovery  discovery = { .environment = environment, .transport = transport };
    bool              good = discover_hosts(&discovery, err);

    for (size_t i = 0; good && i < discovery.cloud.n_hosts; i++)
        shown_keys_add(keys, arena, discovery.cloud.hosts[i].name);
    discovery_done(&discovery);
    transport_close(transport);
    return good;
}

bool
shown_keys_add_all(struct shown_keys *keys, const struct environment *environment,
                   struct host_keys *trusted, const atomic_bool *cancelled, struct arena *arena,
                   struct error *err)
{
    struct environment_cli_host *own;
    size_t                       n = environment_cli_hosts(environment, arena, &own);

    for (size_t i = 0; i < n; i++)
        shown_keys_add(keys, arena, own[i].name);
    return add_hosts_of_cloud(keys, environment, trusted, cancelled, arena, err);
}

bool
shown_keys_has_master(const struct environment *environment)
{
    struct environment_target_login master;

    return environment_login(environment, "CLI", &master) && !str_empty(master.host);
}

/* --- looking --- */

struct look {
    struct shown_keys      *keys;
    struct shell           *shell;
    const struct host_keys *trusted;
    struct arena          **arenas; /* of each key: many look at the same time */
};

static void
look_at(void *context, size_t index)
{
    struct look      *look = context;
    struct shown_key *k = &look->keys->items[index];
    struct str        known = host_keys_find(look->trusted, k->host);
    struct arena     *arena = arena_new();
    struct error      err;

    look->arenas[index] = arena;
    k->key = k->why = STR_NONE;
    if (!shell_server_key(look->shell, k->host, arena, &k->key, &err)) {
        k->state = KEY_NONE;
        k->key = STR_NONE;
        k->why = arena_str(arena, str_from(err.message));
    } else if (str_empty(known)) {
        k->state = KEY_NEW;
    } else {
        k->state = str_equal(known, k->key) ? KEY_TRUSTED : KEY_CHANGED;
    }
}

void
shown_keys_look(struct shown_keys *keys, struct shell *shell, const struct host_keys *trusted,
                struct arena *arena)
{
    struct look look = {
        .keys = keys,
        .shell = shell,
        .trusted = trusted,
        .arenas = arena_array(arena, struct arena *, keys->n),
    };

    work_each(KEYS_AT_ONCE, keys->n, look_at, &look);
    for (size_t i = 0; i < keys->n; i++) {
        keys->items[i].key = arena_str(arena, keys->items[i].key);
        keys->items[i].why = arena_str(arena, keys->items[i].why);
        arena_free(look.arenas[i]);
    }
}
