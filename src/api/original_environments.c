/* /environment_configs. Secrets are never shown, and are sealed before they are stored. */

#include "api/original.h"

#include "model/environment.h"

/* --- listing --- */

static const struct check_key keys[] = {
    { .key = "name", CHECK_TEXT, .field = "name" },
    { .key = "distribution", CHECK_TEXT, .constant = "distributions", .field = "distribution" },
    { .key = "distribution_version",
      CHECK_TEXT,
      .constant = "distribution_versions",
      .field = "distribution_version" },
    { .key = "mechanism_drivers",
      CHECK_TEXT | CHECK_LIST,
      .constant = "mechanism_drivers",
      .field = "mechanism_drivers" },
    { .key = "type_drivers", CHECK_TEXT, .constant = "type_drivers", .field = "type_drivers" },
    { .key = "user", CHECK_TEXT, .field = "user" },
    { .key = "listen", CHECK_BOOL, CHECK_CONVERT, .field = "listen" },
    { .key = "scanned", CHECK_BOOL, CHECK_CONVERT, .field = "scanned" },
    { .key = "monitoring_setup_done", CHECK_BOOL, CHECK_CONVERT, .field = "monitoring_setup_done" },
    { .key = "operational",
      CHECK_TEXT,
      .constant = "environment_operational_status",
      .field = "operational" },
    { .key = "environment_type",
      CHECK_TEXT,
      .constant = "environment_types",
      .field = "environment_type" },
    ORIGINAL_PAGE,
    { 0 },
};

struct found {
    struct call      *call;
    const struct doc *query;
    struct doc      **items;
    size_t            n, capacity;
};

static bool
take_environment(void *context, const struct environment_row *row)
{
    struct found *found = context;
    struct arena *arena = found->call->arena;
    struct doc   *document = doc_parse(arena, arena_str(arena, row->document), NULL);

    if (!original_matches(arena, document, keys, found->query) ||
        !access_may(found->call->user, RIGHT_VIEW, doc_get(document, "auth")))
        return true;
    arena_grow(arena, found->items, found->n, found->capacity);
    found->items[found->n++] = document;
    return true;
}

/* "_id"s that a MongoDB made begin with the time, and so are in the order of arrival. */
static int
compare_ids(const void *a, const void *b)
{
    return str_compare(doc_get_text(*(struct doc *const *)a, "_id"),
                       doc_get_text(*(struct doc *const *)b, "_id"));
}

static void
list_environments(const struct found *found)
{
    static const char *const fields[] = { "name", "distribution", NULL };
    struct listing           l;
    bool                     goes_on = true;

    listing_begin(&l, found->call, "environment_configs", found->query, STR_NONE);
    for (size_t i = 0; i < found->n && goes_on; i++) {
        AUTO_ARENA  arena = arena_new();
        struct doc *element = doc_object(arena);

        if (!listing_takes(&l))
            continue;
        for (const char *const *field = fields; *field; field++)
            doc_set(arena, element, *field, doc_get(found->items[i], *field));
        goes_on = listing_add(&l, doc_body(arena, element));
    }
    listing_end(&l);
}

static void
show_environment(struct call *call, const struct doc *document)
{
    struct doc *shown = environment_masked(call->arena, document);

    original_show_times(call->arena, shown);
    reply_json(call, 200, shown);
}

void
original_get_environments(struct call *call)
{
    struct found found = { .call = call, .query = original_query(call, keys) };
    struct error err;

    if (!found.query)
        return;
    if (!store_environments(call->store, take_environment, &found, &err)) {
        reply_failure(call, &err);
        return;
    }
    if (found.n > 0)
        qsort(found.items, found.n, sizeof(struct doc *), compare_ids);
    if (!doc_get(found.query, "name"))
        list_environments(&found);
    else if (found.n > 0)
        show_environment(call, found.items[0]);
    else
        reply_error(call, 404, "%s", original_not_found);
}

/* --- a new one --- */

static const struct check_key new_keys[] = {
    { .key = "app_path", CHECK_TEXT, CHECK_NEEDED },
    { .key = "configuration", CHECK_LIST, CHECK_NEEDED },
    { .key = "distribution", CHECK_TEXT, CHECK_NEEDED, .constant = "distributions" },
    { .key = "distribution_version", CHECK_TEXT, CHECK_NEEDED },
    { .key = "listen", CHECK_BOOL, CHECK_CONVERT | CHECK_NEEDED },
    { .key = "mechanism_drivers", CHECK_LIST, CHECK_NEEDED, .constant = "mechanism_drivers" },
    { .key = "name", CHECK_TEXT, CHECK_NEEDED },
    { .key = "operational",
      CHECK_TEXT,
      CHECK_NEEDED,
      .constant = "environment_operational_status" },
    { .key = "scanned", CHECK_BOOL, CHECK_CONVERT },
    { .key = "last_scanned", CHECK_TIME, CHECK_EMPTY },
    { .key = "type", CHECK_TEXT, CHECK_NEEDED },
    { .key = "type_drivers", CHECK_TEXT, CHECK_NEEDED, .constant = "type_drivers" },
    { .key = "enable_monitoring", CHECK_BOOL, CHECK_CONVERT },
    { .key = "monitoring_setup_done", CHECK_BOOL, CHECK_CONVERT },
    { .key = "aci_enabled", CHECK_BOOL, CHECK_CONVERT },
    { .key = "auth", CHECK_DICT },
    { .key = "user", CHECK_TEXT },
    { .key = "environment_type", CHECK_TEXT, CHECK_EMPTY, .constant = "environment_types" },
    { 0 },
};

static const struct check_key auth_keys[] = {
    { .key = "view-env", CHECK_LIST, CHECK_NEEDED },
    { .key = "edit-env", CHECK_LIST, CHECK_NEEDED },
    { 0 },
};

static const char *const *
needed_targets(struct str type)
{
    static const char *const openstack[] = { "OpenStack", "mysql", "CLI", NULL };
    static const char *const kubernetes[] = { "Kubernetes", "CLI", NULL };
    static const char *const none[] = { NULL };

    return str_is(type, "OpenStack") ? openstack : str_is(type, "Kubernetes") ? kubernetes : none;
}

/* --- what is supported --- */

struct support {
    struct arena     *arena;
    const struct doc *environment;
    bool              scanning, monitoring, listening;
};

/* One value, or a list of them, which have one in common. */
static bool
have_common(const struct doc *a, const struct doc *b)
{
    const struct doc *list = doc_kind(a) == DOC_ARRAY ? a : b, *other = list == a ? b : a;
    bool              found = doc_kind(list) != DOC_ARRAY && doc_equal(a, b);

    for (size_t i = 0; doc_kind(list) == DOC_ARRAY && i < doc_count(list) && !found; i++)
        found = doc_kind(other) == DOC_ARRAY ? have_common(doc_at(list, i), other)
                                             : doc_equal(doc_at(list, i), other);
    return found;
}

static bool
take_support(void *context, struct doc *row)
{
    static const char *const parts[] = { "distribution", "distribution_version", "type_drivers",
                                         "mechanism_drivers" };
    struct support          *support = context;
    const struct doc        *variance = doc_get(row, "environment");

    for (size_t i = 0; i < N_ELEMENTS(parts); i++)
        if (!have_common(doc_get(variance, parts[i]), doc_get(support->environment, parts[i])))
            return true;
    support->scanning |= doc_truth(doc_path(row, "features.scanning"));
    support->monitoring |= doc_truth(doc_path(row, "features.monitoring"));
    support->listening |= doc_truth(doc_path(row, "features.listening"));
    return true;
}

/* What is asked for that is not supported, or "". */
static const char *
missing_support(const struct support *support)
{
    const struct doc *environment = support->environment;
    const struct doc *bus = environment_find_target(environment, "AMQP");

    if (!support->scanning)
        return "scanning is not supported in this environment";
    if (!support->monitoring && environment_find_target(environment, "Monitoring"))
        return "monitoring is not supported in this environment, please remove the Monitoring "
               "configuration";
    if (!support->listening && bus)
        return "listening is not supported in this environment, please remove the AMQP "
               "configuration";
    if (doc_truth(doc_get(environment, "listen")) && !bus)
        return "must provide AMQP configuration to listen the environment";
    return "";
}

static bool
check_support(struct call *call, const struct doc *environment)
{
    struct support support = { .arena = call->arena, .environment = environment };
    struct error   err;
    const char    *missing;

    if (!original_documents(call->store, call->arena, "supported_environments", take_support,
                            &support, &err)) {
        reply_failure(call, &err);
        return false;
    }
    missing = missing_support(&support);
    if (*missing)
        reply_error(call, 400, "configuration not accepted: %s", missing);
    return !*missing;
}

/* --- */

/* Whoever made it may see and change it, if not for a role then by name. */
static void
grant(struct call *call, struct doc *environment)
{
    static const char *const lists[] = { "view-env", "edit-env" };
    struct arena            *arena = call->arena;
    struct doc              *auth = doc_get(environment, "auth");

    if (access_may(call->user, RIGHT_EDIT, auth))
        return;
    auth = auth ? doc_copy(arena, auth) : doc_object(arena);
    doc_set(arena, environment, "auth", auth);
    for (size_t i = 0; i < N_ELEMENTS(lists); i++) {
        struct doc *list = doc_get(auth, lists[i]);

        if (!list)
            list = doc_array(arena);
        doc_push_text(arena, list, call->user->id);
        doc_set(arena, auth, lists[i], list);
    }
}

static bool
check_new(struct call *call, struct doc *environment)
{
    struct doc *auth = doc_get(environment, "auth");

    if (str_empty(doc_get_text(environment, "environment_type")))
        doc_set_text(call->arena, environment, "environment_type", STR("OpenStack"));
    if (!doc_get(environment, "scanned"))
        doc_set_bool(call->arena, environment, "scanned", false);
    return original_check_targets(call, doc_get(environment, "configuration"),
                                  needed_targets(doc_get_text(environment, "environment_type"))) &&
           check_support(call, environment) &&
           (!auth || original_check(call, auth, auth_keys, "auth error: "));
}

/* Names are one to each, whoever may see them: to overwrite another one would be worse than to say
 * that it is there. */
static void
put_environment(struct call *call, struct store *writer, struct doc *environment)
{
    struct str             name = doc_get_text(environment, "name");
    struct environment_row row;
    struct error           err;

    if (store_get_environment(writer, name, call->arena, &row, &err))
        reply_error(call, 409, "The key value ('%.*s',) already exists", STR_ARG(name));
    else if (err.domain == ERROR_NOT_FOUND && !call_may_take_name(call, writer, name))
        return;
    else if (err.domain != ERROR_NOT_FOUND ||
             !store_put_environment(writer, doc_body(call->arena, environment), &err))
        reply_failure(call, &err);
    else
        original_reply_created(call, "created environment_config for %.*s", STR_ARG(name));
}

void
original_post_environment(struct call *call)
{
    struct doc   *environment = original_body(call, new_keys);
    struct store *writer;

    if (!environment || !check_new(call, environment))
        return;
    if (!environment_name_is_valid(doc_get_text(environment, "name"))) {
        reply_error(call, 400,
                    "name must have 1 to 64 letters, digits, '.', '_', '-' or blanks, and begin "
                    "with a letter or digit");
        return;
    }
    grant(call, environment);
    writer = call_writer(call);
    if (writer)
        put_environment(call, writer, environment);
}
