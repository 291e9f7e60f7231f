/* Keys of hosts: what is trusted, what hosts show now. A key is believed only by its fingerprint, which
 * somebody has looked at: never because it is what is shown. */

#include <stdatomic.h>

#include "api/page.h"
#include "api/v1.h"
#include "base/work.h"
#include "model/environment.h"
#include "scan/live.h"
#include "scan/shown_keys.h"

#define KEYS STR("host_keys")

enum {
    LOOK_SECONDS = 20, /* for all hosts of one request */
    MOST_LOOKS = 2,    /* at the same time: others have slow requests, too */
    SECOND = 1000000,  /* microseconds */
};

/* "ssh-ed25519" and fingerprint of a key. */
static void
set_key(struct call *call, struct doc *row, struct str key)
{
    struct str rest = key, type = STR_NONE;

    if (!str_word(&rest, &type))
        return;
    doc_set_text(call->arena, row, "type", type);
    doc_set_text(call->arena, row, "fingerprint", key_fingerprint(call->arena, key));
}

/* --- what is trusted --- */

struct trusted_list {
    struct call     *call;
    struct page_list list;
};

static bool
add_trusted(void *context, struct str id, struct str text)
{
    struct trusted_list *t = context;
    const struct doc    *document = doc_parse(t->call->arena, text, NULL);
    struct doc          *row = doc_object(t->call->arena);

    if (!page_is_behind(&t->list, id))
        return true;
    doc_set_text(t->call->arena, row, "host", doc_get_text(document, "host"));
    set_key(t->call, row, doc_get_text(document, "key"));
    doc_set_text(t->call->arena, row, "trusted", doc_get_text(document, "trusted"));
    return page_add(&t->list, doc_body(t->call->arena, row), id, STR_NONE);
}

void
list_host_keys(struct call *call)
{
    struct trusted_list t = { .call = call };
    struct page         page;
    struct error        err;

    if (!page_read(call, &page))
        return;
    page_begin(&t.list, call, &page);
    if (collection_list_environment(call->store, KEYS, doc_get_text(call->environment, "name"),
                                    add_trusted, &t, &err))
        page_end(&t.list);
    else
        reply_failure(call, &err);
}

void
delete_host_key(struct call *call)
{
    struct error err;

    if (!host_keys_distrust(call_writer(call), doc_get_text(call->environment, "name"),
                            param_get(&call->path, "host"), &err))
        reply_failure(call, &err);
}

/* --- what hosts show now --- */

struct look {
    struct call       *call;
    struct environment environment;
    struct host_keys   trusted;
    struct shown_keys  shown;
    bool               wants_all;  /* also those that only the cloud knows */
    struct error       incomplete; /* why it did not tell them */
    atomic_bool        cancelled;
    int64_t            began;
    bool               is_late;
};

static void
look_at_hosts(void *context, size_t index UNUSED)
{
    struct look  *look = context;
    struct arena *arena = look->call->arena;
    struct shell *shell = live_shell(&look->environment, &look->trusted, &look->cancelled);

    if (look->wants_all && shown_keys_has_master(&look->environment))
        shown_keys_add(&look->shown, arena, STR(SHELL_MASTER));
    if (look->wants_all && !shown_keys_add_all(&look->shown, &look->environment, &look->trusted,
                                               &look->cancelled, arena, &look->incomplete))
        error_prefix(&look->incomplete, "the cloud does not tell its hosts: ");
    shown_keys_look(&look->shown, shell, &look->trusted, arena);
    shell_free(shell);
}

static void
watch(void *context, size_t n_done UNUSED)
{
    struct look *look = context;

    look->is_late = look->is_late || store_now() - look->began > LOOK_SECONDS * (int64_t)SECOND;
    if (look->is_late)
        atomic_store(&look->cancelled, true);
}

static atomic_int n_looks;

/* False after replying. The hosts to look at are in 'shown', or all are wanted. */
static bool
look(struct look *look)
{
    struct call *call = look->call;
    struct str   text = doc_body(call->arena, call->environment);
    struct doc  *document;
    struct error err;

    if (!(document = store_open_secrets(call->store, call->arena, text, &err)) ||
        !environment_read(call->arena, document, &look->environment, &err) ||
        !environment_check_access(&look->environment, &err) ||
        !host_keys_load(call->store, look->environment.name, call->arena, &look->trusted, &err)) {
        reply_failure(call, &err);
        return false;
    }
    if (!environment_target(&look->environment, "CLI")) {
        reply_error(call, 400, "the environment has no target CLI to reach hosts by");
        return false;
    }
    if (atomic_fetch_add(&n_looks, 1) < MOST_LOOKS) {
        look->began = store_now();
        work_watched(1, 1, look_at_hosts, watch, look);
    } else {
        reply_error(call, 503, "others are looking at keys of hosts; try again soon");
    }
    atomic_fetch_sub(&n_looks, 1);
    return call->reply->status == 0;
}

static struct doc *
rows_of(struct look *look)
{
    struct arena *arena = look->call->arena;
    struct doc   *rows = doc_array(arena);

    for (size_t i = 0; i < look->shown.n; i++) {
        const struct shown_key *k = &look->shown.items[i];
        struct doc             *row = doc_object(arena);

        doc_set_text(arena, row, "host", k->host);
        doc_set_text(arena, row, "state", str_from(key_state_name(k->state)));
        set_key(look->call, row, k->key);
        if (k->state == KEY_NONE)
            doc_set_text(arena, row, "why",
                         look->is_late ? STR("it did not answer in time") : k->why);
        doc_push(arena, rows, row);
    }
    return rows;
}

void
get_shown_keys(struct call *call)
{
    struct look l = { .call = call, .wants_all = true };
    struct doc *reply = doc_object(call->arena);

    if (look(&l)) {
        doc_set(call->arena, reply, "host_keys", rows_of(&l));
        if (l.incomplete.domain)
            doc_set_text(call->arena, reply, "incomplete", str_from(l.incomplete.message));
        reply_json(call, 200, reply);
    }
    host_keys_done(&l.trusted);
}

/* --- trusting --- */

/* Does each host show what is to be trusted, and no other than before unless that is wanted? False
 * after replying. */
static bool
are_as_given(struct look *look, const struct doc *given)
{
    struct call *call = look->call;
    bool         replaces = doc_truth(doc_get(call->body, "replace"));

    for (size_t i = 0; i < doc_count(given); i++) {
        struct str              host = doc_get_text(doc_at(given, i), "host");
        struct str              fingerprint = doc_get_text(doc_at(given, i), "fingerprint");
        const struct shown_key *k = look->shown.items;

        while (!str_equal(k->host, host))
            k++;
        if (k->state == KEY_NONE)
            reply_error(call, 409, "%.*s shows no key: %.*s", STR_ARG(host), STR_ARG(k->why));
        else if (!str_equal(key_fingerprint(call->arena, k->key), fingerprint))
            reply_error(call, 409, "%.*s shows another key: %.*s", STR_ARG(host),
                        STR_ARG(key_fingerprint(call->arena, k->key)));
        else if (k->state == KEY_CHANGED && !replaces)
            reply_error(call, 409, "%.*s has another key than the one that is trusted; replace it?",
                        STR_ARG(host));
        else
            continue;
        return false;
    }
    return true;
}

static void
keep(struct look *look)
{
    struct call  *call = look->call;
    struct store *writer = call_writer(call);
    struct doc   *reply = doc_object(call->arena);
    struct error  err;

    for (size_t i = 0; i < look->shown.n; i++) {
        struct shown_key *k = &look->shown.items[i];

        if (k->state != KEY_TRUSTED &&
            !host_keys_trust(writer, look->environment.name, k->host, k->key, &err)) {
            reply_failure(call, &err);
            return;
        }
        k->state = KEY_TRUSTED;
    }
    doc_set(call->arena, reply, "host_keys", rows_of(look));
    reply_json(call, 200, reply);
}

void
post_host_keys(struct call *call)
{
    const struct doc *given = doc_get(call->body, "host_keys");
    struct look       l = { .call = call };

    for (size_t i = 0; i < doc_count(given); i++)
        shown_keys_add(&l.shown, call->arena, doc_get_text(doc_at(given, i), "host"));
    if (look(&l) && are_as_given(&l, given))
        keep(&l);
    host_keys_done(&l.trusted);
}
