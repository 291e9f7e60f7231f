/* /clique_types and /clique_constraints. */

#include "api/original.h"

#include "store/catalog.h"
#include "store/transaction.h"

static const char no_distribution[] = "Distribution version without distribution is not allowed";

/* --- clique types --- */

static const struct check_key type_keys[] = {
    { .key = "env_name", CHECK_TEXT, .field = "environment" },
    { .key = "id", CHECK_OID, CHECK_CONVERT, .field = "_id" },
    { .key = "distribution", CHECK_TEXT, .field = "distribution" },
    { .key = "distribution_version", CHECK_TEXT, .field = "distribution_version" },
    { .key = "mechanism_drivers",
      CHECK_TEXT,
      .constant = "mechanism_drivers",
      .field = "mechanism_drivers" },
    { .key = "type_drivers", CHECK_TEXT, .constant = "type_drivers", .field = "type_drivers" },
    { .key = "focal_point_type",
      CHECK_TEXT,
      .constant = "object_types",
      .field = "focal_point_type" },
    { .key = "link_type",
      CHECK_TEXT | CHECK_LIST,
      .constant = "link_types",
      .field = "link_types" },
    { .key = "name", CHECK_TEXT, .field = "name" },
    ORIGINAL_PAGE,
    { 0 },
};

static const char *const type_fields[] = {
    "name",
    "focal_point_type",
    "link_types",
    "environment",
    "distribution",
    "distribution_version",
    "mechanism_drivers",
    "type_drivers",
    "use_implicit_links",
    NULL,
};

static const struct original_collection types = {
    .name = "clique_types",
    .keys = type_keys,
    .environment_key = "env_name",
    .fields = type_fields,
};

void
original_get_clique_types(struct call *call)
{
    const struct doc *query = original_query(call, type_keys);
    struct doc       *found;

    if (!query)
        return;
    if (doc_get(query, "distribution_version") && !doc_get(query, "distribution")) {
        reply_error(call, 400, "%s", no_distribution);
        return;
    }
    found = original_find(call, &types, query);
    if (found)
        original_reply_document(call, found);
}

/* --- a new clique type --- */

static const struct check_key new_type_keys[] = {
    { .key = "environment", CHECK_TEXT },
    { .key = "focal_point_type", CHECK_TEXT, CHECK_NEEDED, .constant = "object_types" },
    { .key = "link_types", CHECK_LIST, CHECK_NEEDED, .constant = "link_types" },
    { .key = "name", CHECK_TEXT, CHECK_NEEDED },
    { .key = "distribution", CHECK_TEXT },
    { .key = "distribution_version", CHECK_TEXT },
    { .key = "mechanism_drivers", CHECK_TEXT, .constant = "mechanism_drivers" },
    { .key = "type_drivers", CHECK_TEXT, .constant = "type_drivers" },
    { .key = "use_implicit_links", CHECK_BOOL },
    { 0 },
};

/* What a clique type is told by beside its focal point: its environment, or the first part of its
 * configuration. */
static struct doc *
identity_of(struct arena *arena, const struct doc *type)
{
    static const char *const parts[] = { "environment", "distribution", "mechanism_drivers",
                                         "type_drivers" };
    struct doc              *identity = doc_object(arena);

    doc_set(arena, identity, "focal_point_type", doc_get(type, "focal_point_type"));
    for (size_t i = 0; i < N_ELEMENTS(parts); i++) {
        bool is_distribution = strcmp(parts[i], "distribution") == 0;

        if (!doc_get(type, parts[i]) || (is_distribution && !doc_get(type, "distribution_version")))
            continue;
        doc_set(arena, identity, parts[i], doc_get(type, parts[i]));
        if (is_distribution)
            doc_set(arena, identity, "distribution_version", doc_get(type, "distribution_version"));
        return identity;
    }
    return NULL;
}

struct twin_search {
    const struct doc *identity;
    bool              found;
};

static bool
is_twin(void *context, struct doc *document)
{
    struct twin_search *search = context;
    struct doc_iter     it = { 0 };

    search->found = true;
    while (doc_next(search->identity, &it))
        search->found = search->found && doc_equal(doc_getn(document, it.key), it.value);
    return !search->found;
}

/* {'focal_point_type': 'vnic', 'mechanism_drivers': 'OVS'}, as Python shows it. */
static struct str
show(struct arena *arena, const struct doc *identity)
{
    struct doc_iter it = { 0 };
    AUTO_BUF        text = { 0 };

    while (doc_next(identity, &it))
        buf_printf(&text, "%s'%.*s': '%.*s'", text.n ? ", " : "{", STR_ARG(it.key),
                   STR_ARG(doc_text(it.value)));
    buf_char(&text, '}');
    return arena_str(arena, buf_str(&text));
}

static void
reply_twin(struct call *call, const struct doc *identity)
{
    struct str environment = doc_get_text(identity, "environment");

    if (!str_empty(environment))
        reply_error(call, 400,
                    "Clique type with focal point %.*s is already registered for environment %.*s",
                    STR_ARG(doc_get_text(identity, "focal_point_type")), STR_ARG(environment));
    else
        reply_error(call, 400, "Clique type with configuration '%.*s' is already registered",
                    STR_ARG(show(call->arena, identity)));
}

/* The rules that no table can say; false after a reply. */
static bool
check_type(struct call *call, const struct doc *type)
{
    struct str  environment = doc_get_text(type, "environment");
    struct doc *without = doc_copy(call->arena, type);

    if (doc_get(type, "distribution_version") && !doc_get(type, "distribution")) {
        reply_error(call, 400, "%s", no_distribution);
        return false;
    }
    doc_remove(without, "environment");
    if (!str_empty(environment) && identity_of(call->arena, without)) {
        reply_error(call, 400,
                    "Either environment or configuration should be specified (not both).");
        return false;
    }
    if (str_equal_nocase(environment, STR("ANY"))) {
        reply_error(call, 400, "Environment name '%.*s' is reserved", STR_ARG(environment));
        return false;
    }
    if (!str_empty(environment) && !call_environment(call, environment, RIGHT_VIEW)) {
        reply_error(call, 400, "Unknown environment: %.*s", STR_ARG(environment));
        return false;
    }
    if (str_empty(environment) && !identity_of(call->arena, type)) {
        reply_error(call, 400, "Either environment or configuration should be specified.");
        return false;
    }
    return true;
}

/* Look for a twin and add it, in one transaction. False after a reply. */
static bool
add_type(struct call *call, struct store *writer, struct doc *type)
{
    struct twin_search search = { .identity = identity_of(call->arena, type) };
    struct error       err;
    struct str         id;

    if (!original_documents(writer, call->arena, types.name, is_twin, &search, &err)) {
        reply_failure(call, &err);
        return false;
    }
    if (search.found) {
        reply_twin(call, search.identity);
        return false;
    }
    if (!catalog_own(writer, types.name, call->arena, &err)) {
        reply_failure(call, &err);
        return false;
    }
    return original_insert(call, writer, types.name, type, &id);
}

void
original_post_clique_type(struct call *call)
{
    struct doc   *type = original_body(call, new_type_keys);
    struct store *writer;
    struct error  err;
    bool          is_added;

    if (!type || !check_type(call, type))
        return;
    writer = call_writer(call);
    if (!writer)
        return;
    if (!write_begin(writer, &err)) {
        reply_failure(call, &err);
        return;
    }
    is_added = add_type(call, writer, type);
    if (write_end(writer, is_added, &err))
        original_reply_created(call, "created a new clique_type");
    else if (is_added)
        reply_failure(call, &err);
}

/* --- constraints --- */

static const struct check_key constraint_keys[] = {
    { .key = "id", CHECK_OID, CHECK_CONVERT, .field = "_id" },
    { .key = "focal_point_type",
      CHECK_TEXT,
      .constant = "object_types",
      .field = "focal_point_type" },
    { .key = "constraint", CHECK_TEXT | CHECK_LIST, .field = "constraints" },
    ORIGINAL_PAGE,
    { 0 },
};

static const char *const no_fields[] = { NULL };

static const struct original_collection constraints = {
    .name = "clique_constraints",
    .keys = constraint_keys,
    .fields = no_fields,
};

void
original_get_clique_constraints(struct call *call)
{
    original_answer_collection(call, &constraints);
}
