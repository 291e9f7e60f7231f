#include "scan/host_keys.h"

#include "base/buf.h"
#include "base/doc.h"

#define COLLECTION STR("host_keys")

static struct str
id_of(struct arena *arena, struct str environment, struct str host)
{
    return arena_join(arena, environment, STR("/"), host);
}

struct loading {
    struct host_keys *keys;
    struct arena     *arena;
    struct str        environment;
};

static bool
take_key(void *context, struct str id UNUSED, struct str document)
{
    struct loading   *loading = context;
    AUTO_ARENA        scratch = arena_new();
    const struct doc *d = doc_parse(scratch, document, NULL);
    struct str        host = doc_get_text(d, "host"), key = doc_get_text(d, "key");

    if (str_equal(doc_get_text(d, "environment"), loading->environment) && !str_empty(host)) {
        struct str *kept = arena_new_of(loading->arena, struct str);

        *kept = arena_str(loading->arena, key);
        map_put(&loading->keys->by_host, arena_str(loading->arena, host), NULL)->pointer = kept;
    }
    return true;
}

bool
host_keys_load(struct store *store, struct str environment, struct arena *arena,
               struct host_keys *keys, struct error *err)
{
    struct loading loading = { keys, arena, environment };

    *keys = (struct host_keys){ 0 };
    return collection_list(store, COLLECTION, take_key, &loading, err);
}

void
host_keys_done(struct host_keys *keys)
{
    map_done(&keys->by_host);
}

struct str
host_keys_find(const struct host_keys *keys, struct str host)
{
    const struct str *key = map_get(&keys->by_host, host);

    return key ? *key : STR_NONE;
}

bool
host_keys_trust(struct store *store, struct str environment, struct str host, struct str key,
                struct error *err)
{
    AUTO_ARENA  scratch = arena_new();
    AUTO_BUF    time = { 0 };
    struct doc *d = doc_object(scratch);

    store_write_time(&time, store_now());
    doc_set_text(scratch, d, "_id", id_of(scratch, environment, host));
    doc_set_text(scratch, d, "environment", environment);
    doc_set_text(scratch, d, "host", host);
    doc_set_text(scratch, d, "key", key);
    doc_set_text(scratch, d, "trusted", buf_str(&time));
    return collection_put(store, COLLECTION, doc_body(scratch, d), scratch, NULL, err);
}

bool
host_keys_distrust(struct store *store, struct str environment, struct str host, struct error *err)
{
    AUTO_ARENA scratch = arena_new();

    return collection_remove(store, COLLECTION, id_of(scratch, environment, host), err);
}

bool
host_keys_forget(struct store *store, struct str environment, struct error *err)
{
    AUTO_ARENA       scratch = arena_new();
    struct host_keys keys = { 0 };
    bool             good = host_keys_load(store, environment, scratch, &keys, err);

    for (size_t i = 0; good && i < keys.by_host.capacity; i++) {
        struct str host = keys.by_host.entries[i].key;

        if (host.p)
            good = collection_remove(store, COLLECTION, id_of(scratch, environment, host), err);
    }
    host_keys_done(&keys);
    return good;
}
