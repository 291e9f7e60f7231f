/* Import and export of collections as the guide's administrators know them from MongoDB: JSON
 * lines, one document each, written by mongoexport or by us. Works on any engine. */

#include "store/transaction.h"

#include "base/hash.h"
#include "store/private.h"

enum { DEPTH_MAX = 500 };

enum kind { OBJECTS, LINKS, CLIQUES, MESSAGES, ENVIRONMENTS, SMALL, UNKNOWN };

struct import {
    struct store        *store;
    struct arena        *lasting;
    struct arena        *arena; /* of the current document */
    struct str           collection;
    struct str           space;
    enum kind            kind;
    struct commit       *commit; /* of the first three kinds, begun with the first document */
    bool                 in_transaction; /* of the others */
    struct import_counts counts;
};

/* --- names --- */

/* These belong to a space; all others are shared by all. */
static const char *const companions[] = {
    "cliques", "clique_constraints", "clique_types", "links", "monitoring_config", "statistics",
};

struct str
store_companion(struct arena *arena, const char *collection, struct str space)
{
    struct str name = str_from(collection);
    bool       has_space = false;

    if (str_is(name, "inventory"))
        return arena_str(arena, str_empty(space) ? name : space);
    for (size_t i = 0; i < N_ELEMENTS(companions); i++)
        has_space = has_space || str_is(name, companions[i]);
    if (str_empty(space) || !has_space)
        return arena_str(arena, name);
    if (str_starts(space, STR("inventory")))
        return arena_join(arena, name, str_skip(space, strlen("inventory")), STR_NONE);
    return arena_join(arena, space, STR("_"), name);
}

/* Is 'name' the companion 'collection' of some space? */
static bool
is_companion(struct arena *arena, struct str name, const char *collection, struct str *space)
{
    struct str base = str_from(collection);
    struct str behind = arena_join(arena, STR("_"), base, STR_NONE);

    if (str_starts(name, base) && (name.n == base.n || name.p[base.n] == '_')) {
        *space = arena_join(arena, STR("inventory"), str_skip(name, base.n), STR_NONE);
        return true;
    }
    if (str_ends(name, behind) && name.n > behind.n) {
        *space = arena_str(arena, str_head(name, name.n - behind.n));
        return true;
    }
    return false;
}

static enum kind
kind_of(struct arena *arena, struct str collection, struct str *space)
{
    *space = STR("inventory");
    if (str_starts(collection, STR("inventory"))) {
        *space = arena_str(arena, collection);
        return OBJECTS;
    }
    if (is_companion(arena, collection, "links", space))
        return LINKS;
    if (is_companion(arena, collection, "cliques", space))
        return CLIQUES;
    if (str_is(collection, "messages"))
        return MESSAGES;
    if (str_is(collection, "environments_config"))
        return ENVIRONMENTS;
    return UNKNOWN;
}

/* --- documents --- */

static bool
looks_like_date(struct arena *arena, const struct doc *value, struct str *text)
{
    const struct doc *since = doc_get(value, "$numberLong");
    int64_t           milliseconds = doc_number(since ? since : value, -1);
    AUTO_BUF          written = { 0 };

    if (doc_kind(value) == DOC_STRING) {
        *text = doc_text(value);
        return true;
    }
    if (milliseconds < 0 || milliseconds > INT64_MAX / 1000)
        return false;
    store_write_time(&written, milliseconds * 1000);
    *text = arena_str(arena, buf_str(&written));
    return true;
}

/* Mongo cannot have dots in keys; the original wrote "[dot]". */
static struct str
plain_key(struct arena *arena, struct str key)
{
    AUTO_BUF   out = { 0 };
    struct str rest = key;
    ptrdiff_t  at;

    if (!str_has(key, STR("[dot]")))
        return key;
    while ((at = str_find(rest, STR("[dot]"))) >= 0) {
        buf_add(&out, str_head(rest, (size_t)at));
        buf_char(&out, '.');
        rest = str_skip(rest, (size_t)at + strlen("[dot]"));
    }
    buf_add(&out, rest);
    return arena_str(arena, buf_str(&out));
}

/* What mongoexport's wrappers stand for. Nesting was limited by the parser. */
static struct doc *
plain(struct arena *arena, struct doc *value)
{
    struct doc_iter it = { 0 };
    struct doc     *copy;
    struct str      text;
    int64_t         number;

    switch (doc_kind(value)) {
    case DOC_ARRAY:
        copy = doc_array(arena);
        for (size_t i = 0; i < doc_count(value); i++)
            doc_push(arena, copy, plain(arena, doc_at(value, i)));
        return copy;
    case DOC_OBJECT:
        break;
    case DOC_ABSENT:
    case DOC_NULL:
    case DOC_BOOL:
    case DOC_INT:
    case DOC_REAL:
    case DOC_STRING:
        return value;
    }
    if (doc_count(value) == 1 && doc_get(value, "$oid"))
        return doc_get(value, "$oid");
    if (doc_count(value) == 1 && looks_like_date(arena, doc_get(value, "$date"), &text))
        return doc_string(arena, text);
    if (doc_count(value) == 1 && (str_to_i64(doc_get_text(value, "$numberLong"), &number) ||
                                  str_to_i64(doc_get_text(value, "$numberInt"), &number)))
        return doc_int(arena, number);
    copy = doc_object(arena);
    while (doc_next(value, &it))
        doc_setn(arena, copy, plain_key(arena, it.key), plain(arena, it.value));
    return copy;
}

static bool
read_oid(const struct doc *d, const char *key, struct oid *oid, struct error *err)
{
    if (!oid_from_text(doc_get_text(d, key), oid))
        return error_set(err, ERROR_PARSE, 0, "%s: expected 24 hexadecimal digits", key);
    return true;
}

static bool
import_object(struct import *import, struct doc *d, struct error *err)
{
    struct object object;
    bool          stale = doc_truth(doc_get(d, "stale"));

    /* No attributes but what we say about the object. */
    doc_remove(d, "clique");
    doc_remove(d, "stale");
    doc_remove(d, "last_seen");
    if (!object_from_doc(import->arena, doc_get_text(d, "environment"), d, &object, err))
        return false;
    object.stale = stale;
    return commit_object(import->commit, &object, NULL, err);
}

static bool
import_link(struct import *import, struct doc *d, struct error *err)
{
    struct link_row  link = { .type = doc_get_text(d, "link_type"),
                              .host = doc_get_text(d, "host"),
                              .implicit = doc_truth(doc_get(d, "implicit")) };
    struct link_type type;

    if (!read_oid(d, "source", &link.source, err) || !read_oid(d, "target", &link.target, err))
        return false;
    if (str_empty(link.type))
        return error_set(err, ERROR_PARSE, 0, "link_type: missing");
    if (doc_get(d, "_id")) {
        if (!read_oid(d, "_id", &link.oid, err))
            return false;
        doc_remove(d, "_id");
    } else if (link_type_from_name(link.type, &type)) {
        link.oid = oid_of_link(doc_get_text(d, "environment"), type, link.source, link.target);
    } else {
        return error_set(err, ERROR_PARSE, 0, "link_type: '%.*s' is no type of link",
                         STR_ARG(link.type));
    }
    link.body = doc_body(import->arena, d);
    link.digest = hash_text(0, link.body);
    return commit_link(import->commit, &link, err);
}

static bool
import_clique(struct import *import, struct doc *d, struct error *err)
{
    struct clique_row clique = { .focal_point_type = doc_get_text(d, "focal_point_type"),
                                 .clique_type = doc_get_text(d, "clique_type"),
                                 .n_nodes = (uint32_t)doc_count(doc_get(d, "nodes")),
                                 .n_links = (uint32_t)doc_count(doc_get(d, "links")) };

    if (!read_oid(d, "focal_point", &clique.focal_point, err))
        return false;
    clique.oid = oid_of_clique(doc_get_text(d, "environment"), clique.focal_point);
    if (doc_get(d, "_id") && !read_oid(d, "_id", &clique.oid, err))
        return false;
    doc_remove(d, "_id");
    clique.body = doc_body(import->arena, d);
    clique.digest = hash_text(0, clique.body);
    return commit_clique(import->commit, &clique, err);
}

static int64_t
time_of(const struct doc *d, const char *key)
{
    int64_t time;

    return store_read_time(doc_get_text(d, key), &time) ? time : 0;
}

static bool
import_message(struct import *import, struct doc *d, struct error *err)
{
    const struct doc *text = doc_get(d, "message");
    struct message    message = {
           .id = doc_scalar(doc_get(d, "id"), import->arena),
           .environment = doc_get_text(d, "environment"),
           .source_system = doc_get_text(d, "source_system"),
           .level = MESSAGE_INFO,
           .text = doc_kind(text) == DOC_OBJECT ? doc_body(import->arena, text) : doc_text(text),
           .related_object = doc_get_text(d, "related_object"),
           .related_object_type = doc_get_text(d, "related_object_type"),
           .display_context = doc_get_text(d, "display_context"),
           .origin_id = doc_scalar(doc_get(d, "origin_id"), import->arena),
           .origin_type = doc_get_text(d, "origin_type"),
           .timestamp = time_of(d, "timestamp"),
           .received = time_of(d, "received_timestamp"),
           .finished = time_of(d, "finished_timestamp"),
           .viewed = doc_truth(doc_get(d, "viewed")),
    };

    if (!message_level_from_name(doc_get_text(d, "level"), &message.level))
        message.level = MESSAGE_INFO;
    return store_add_message(import->store, &message, err);
}

/* --- import --- */

bool
store_import_begin(struct store *store, struct str collection, struct import **made,
                   struct error *err)
{
    if (str_empty(collection))
        return error_set(err, ERROR_USAGE, 0, "import: which collection?");

    struct import *import = xcalloc(1, sizeof *import);

    import->store = store;
    import->lasting = arena_new();
    import->arena = arena_new();
    import->collection = arena_str(import->lasting, collection);
    import->kind = kind_of(import->lasting, collection, &import->space);
    *made = import;
    return true;
}

/* Open what the documents go into, for the first of them, and make it theirs for the others. */
static bool
make_ready(struct import *import, const struct doc *d, struct error *err)
{
    struct inventory inventory = { doc_get_text(d, "environment"), import->space };

    switch (import->kind) {
    case UNKNOWN:
        import->kind = doc_get(d, "id_path") && inventory.environment.n ? OBJECTS : SMALL;
        if (import->kind == OBJECTS)
            import->space = import->collection;
        return make_ready(import, d, err);
    case OBJECTS:
    case LINKS:
    case CLIQUES: {
        struct commit_spec spec = {
            .environment = inventory.environment,
            .space = import->space,
            .cause = "import",
            .scope = import->collection,
            .time = store_now(),
        };

        if (str_empty(inventory.environment))
            return error_set(err, ERROR_PARSE, 0, "environment: missing");
        return import->commit ? commit_into(import->commit, &inventory, err)
                              : store_commit_begin(import->store, &spec, &import->commit, err);
    }
    case MESSAGES:
    case ENVIRONMENTS:
    case SMALL:
        break;
    }
    if (!import->in_transaction && !write_begin(import->store, err))
        return false;
    import->in_transaction = true;
    return true;
}

static bool
put(struct import *import, struct doc *d, struct error *err)
{
    switch (import->kind) {
    case OBJECTS:
        return import_object(import, d, err);
    case LINKS:
        return import_link(import, d, err);
    case CLIQUES:
        return import_clique(import, d, err);
    case MESSAGES:
        return import_message(import, d, err);
    case ENVIRONMENTS:
        return store_put_environment(import->store, doc_body(import->arena, d), err);
    case SMALL:
    case UNKNOWN:
        break;
    }
    return private_check(import->collection, err) &&
           private_keep(import->store, import->collection, d, import->arena, err) &&
           collection_put(import->store, import->collection, doc_body(import->arena, d),
                          import->arena, NULL, err);
}

/* The parser takes more levels than SQLite's JSON functions, which fail on the whole inventory when
 * they come to such a row (1000 there, 2000 before 3.45). What a scan stores has at most 64. */
static bool
is_flat_enough(struct str text, struct error *err)
{
    size_t depth = 0;
    bool   in_string = false;

    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];

        if (c == '\\')
            i++; /* stands in strings only */
        else if (c == '"')
            in_string = !in_string;
        else if (in_string)
            continue;
        else if ((c == '[' || c == '{') && ++depth > DEPTH_MAX)
            return error_set(err, ERROR_PARSE, 0, "nested more than %d deep", DEPTH_MAX);
        else if ((c == ']' || c == '}') && depth > 0)
            depth--;
    }
    return true;
}

static bool
is_object(const struct doc *d, struct error *err)
{
    return doc_kind(d) == DOC_OBJECT || error_set(err, ERROR_PARSE, 0, "expected a JSON object");
}

bool
import_document(struct import *import, struct str text, struct error *err)
{
    struct doc *d;

    arena_clear(import->arena);
    d = is_flat_enough(text, err) ? doc_parse(import->arena, text, err) : NULL;
    if (d && (str_has(text, STR("\"$")) || str_has(text, STR("[dot]"))))
        d = plain(import->arena, d);
    if (!d || !is_object(d, err) || !make_ready(import, d, err) || !put(import, d, err))
        return error_prefix(err,
                            "document %llu: ", (unsigned long long)import->counts.n_documents + 1);
    import->counts.n_documents++;
    return true;
}

static void
done(struct import *import)
{
    arena_free(import->arena);
    arena_free(import->lasting);
    free(import);
}

bool
import_finish(struct import *import, struct import_counts *counts, struct error *err)
{
    const struct commit_scope nothing = { 0 };
    bool                      ok = true;

    if (import->commit) {
        ok = commit_finish(import->commit, &nothing, &import->counts.commit, err);
        if (ok)
            import->commit = NULL;
    } else if (import->in_transaction) {
        import->in_transaction = false;
        ok = write_end(import->store, true, err);
    }
    if (!ok)
        return false;
    if (counts)
        *counts = import->counts;
    done(import);
    return true;
}

void
import_abort(struct import *import)
{
    if (!import)
        return;
    commit_abort(import->commit);
    if (import->in_transaction && write_end(import->store, false, NULL))
        abort(); /* it cannot succeed */
    done(import);
}

/* --- export --- */

struct export
{
    struct store *store;
    enum kind     kind;
    struct str    space;
    struct str    environment; /* "" = all */
    document_fn  *row;
    void         *context;
    struct buf    text;
    struct arena *arena;
    struct error *err;
    bool          failed;
    bool          stopped; /* by the callback */
};

static bool
give(struct export *e, struct str id)
{
    e->stopped = !e->row(e->context, id, buf_str(&e->text));
    arena_clear(e->arena);
    buf_clear(&e->text);
    return !e->stopped;
}

static bool
export_object(void *context, const struct object_row *row)
{
    struct export *e = context;

    object_row_write(&e->text, row);
    return give(e, oid_text(row->oid, e->arena));
}

static bool
export_link(void *context, const struct link_row *row)
{
    struct export *e = context;

    link_row_write(&e->text, row);
    return give(e, oid_text(row->oid, e->arena));
}

static bool
export_clique(void *context, const struct clique_row *row)
{
    struct export *e = context;

    clique_row_write(&e->text, row);
    return give(e, oid_text(row->oid, e->arena));
}

static bool
export_message(void *context, const struct message *message)
{
    struct export *e = context;

    message_write(&e->text, message);
    return give(e, message->id);
}

static bool
export_environment(void *context, const struct environment_row *row)
{
    struct export *e = context;

    if (!str_empty(e->environment) && !str_equal(e->environment, row->name))
        return true;
    buf_add(&e->text, row->document);
    return give(e, row->name);
}

static bool
export_inventory(void *context, const struct inventory *inventory, int64_t last_scanned UNUSED)
{
    const struct object_filter objects = { 0 };
    const struct link_filter   links = { 0 };
    const struct clique_filter cliques = { 0 };
    struct export             *e = context;
    bool                       ok = true;

    if (!str_equal(inventory->space, e->space) ||
        (!str_empty(e->environment) && !str_equal(e->environment, inventory->environment)))
        return true;
    if (e->kind == OBJECTS)
        ok = store_objects(e->store, inventory, &objects, export_object, e, e->err);
    else if (e->kind == LINKS)
        ok = store_links(e->store, inventory, &links, export_link, e, e->err);
    else
        ok = store_cliques(e->store, inventory, &cliques, export_clique, e, e->err);
    e->failed = !ok;
    return ok && !e->stopped;
}

struct space_search {
    struct str name;
    bool       found;
};

static bool
is_that_space(void *context, const struct inventory *inventory, int64_t last_scanned UNUSED)
{
    struct space_search *search = context;

    search->found = str_equal(inventory->space, search->name);
    return !search->found;
}

struct small {
    struct export *e;
    struct str     collection;
};

static bool
export_small(void *context, struct str id, struct str document)
{
    const struct small *small = context;
    struct export      *e = small->e;

    buf_add(&e->text, private_hide(small->collection, document, e->arena));
    return give(e, id);
}

static bool
export_kind(struct export *e, struct str collection)
{
    const struct message_filter messages = { .environment = e->environment };
    struct small                small = { e, collection };

    switch (e->kind) {
    case OBJECTS:
    case LINKS:
    case CLIQUES:
        return store_inventories(e->store, export_inventory, e, e->err) && !e->failed;
    case MESSAGES:
        return store_messages(e->store, &messages, export_message, e, e->err);
    case ENVIRONMENTS:
        return store_environments(e->store, export_environment, e, e->err);
    case SMALL:
    case UNKNOWN:
        break;
    }
    return private_check(collection, e->err) &&
           collection_list(e->store, collection, export_small, &small, e->err);
}

bool
store_export(struct store *store, struct str collection, struct str environment, document_fn *row,
             void *context, struct error *err)
{
    AUTO_ARENA          names = arena_new();
    AUTO_ARENA          arena = arena_new();
    struct space_search search = { .name = collection };
    struct export e = { .store = store,
                        .environment = environment,
                        .row = row,
                        .context = context,
                        .arena = arena,
                        .err = err };
    bool ok;

    e.kind = kind_of(names, collection, &e.space);
    if (e.kind == UNKNOWN) {
        if (!store_inventories(store, is_that_space, &search, err))
            return false;
        if (search.found) {
            e.kind = OBJECTS;
            e.space = collection;
        }
    }
    ok = export_kind(&e, collection);
    buf_done(&e.text);
    return ok;
}
