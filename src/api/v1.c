/* The table of API v1: what there is, who may, what answers. The description of the API for
 * programs (/api/v1/openapi.json) and the matrix of rights in the tests are made from it. */

#include "api/v1.h"

#include "api/page.h"

#define ENVIRONMENT "/api/v1/environments/{environment}"

/* --- parameters of queries --- */

#define SPACE PARAMETER("space", "the inventory of that name instead of \"inventory\"")
#define SORT                                                                                       \
    PARAMETER("sort", "by type and id unless it is given; with '-' backwards",                     \
              .choices = "name|-name|host|-host|id|-id")
#define LATEST_FIRST                                                                               \
    PARAMETER("sort", "the latest first, unless it is \"time\"", .choices = "time|-time")
#define LEVELS "debug|info|warn|error|crit"

static const struct parameter space_query[] = { SPACE, { 0 } };

static const struct parameter object_query[] = {
    PARAMETER("type", "objects of this type"),
    PARAMETER("id", "with this id"),
    PARAMETER("name", "with this name"),
    PARAMETER("host", "on this host"),
    PARAMETER("parent_type", "directly below an object of this type"),
    PARAMETER("parent_id", "directly below the object with this id"),
    PARAMETER("below", "the object with this id_path and all below it"),
    PARAMETER("where.*",
              "whose attribute has this value: where.status=ACTIVE, where.address.type=fixed",
              .is_repeatable = true),
    SORT,
    SPACE,
    { 0 },
};

static const struct parameter children_query[] = {
    PARAMETER("type", "objects of this type"),
    SORT,
    SPACE,
    { 0 },
};

static const struct parameter tree_query[] = {
    PARAMETER("of", "below the object with this _id; without it, below the environment",
              .kind = PARAMETER_ID),
    SPACE,
    { 0 },
};

static const struct parameter message_query[] = {
    PARAMETER("environment", "of this environment"),
    PARAMETER("level", "of this level", .choices = LEVELS),
    PARAMETER("least", "of this level and graver ones", .choices = LEVELS),
    PARAMETER("source", "from this system: Calipso, Sensu"),
    PARAMETER("related_object", "about the object with this id"),
    PARAMETER("origin", "of the scan with this _id"),
    PARAMETER("text", "with this in the text"),
    PARAMETER("from", "of this time or later", .kind = PARAMETER_TIME),
    PARAMETER("until", "of this time or earlier", .kind = PARAMETER_TIME),
    PARAMETER("viewed", "false: that nobody has seen", .choices = "false"),
    LATEST_FIRST,
    { 0 },
};

static const struct parameter message_count_query[] = {
    PARAMETER("environment", "of this environment"),
    PARAMETER("from", "of this time or later", .kind = PARAMETER_TIME),
    { 0 },
};

static const struct parameter before_query[] = {
    PARAMETER("before", "only those of before this time", .kind = PARAMETER_TIME),
    { 0 },
};

static const struct parameter link_query[] = {
    PARAMETER("type", "links of this type: instance-vnic"),
    PARAMETER("host", "on this host"),
    PARAMETER("object", "that touch the object with this _id", .kind = PARAMETER_ID),
    PARAMETER("source", "that begin at the object with this _id", .kind = PARAMETER_ID),
    PARAMETER("target", "that end at the object with this _id", .kind = PARAMETER_ID),
    PARAMETER("implicit", "false: only explicit ones", .kind = PARAMETER_BOOL),
    SPACE,
    { 0 },
};

static const struct parameter clique_query[] = {
    PARAMETER("focal_point_type", "cliques of focal points of this type"),
    PARAMETER("clique_type", "of the clique type with this _id"),
    SPACE,
    { 0 },
};

static const struct parameter policy_query[] = {
    PARAMETER("policy", "which links count; by default as the environment was scanned",
              .choices = "full|extended|classic"),
    SPACE,
    { 0 },
};

static const struct parameter graph_query[] = {
    PARAMETER("marks", "how many nodes and stacks at most; 300 unless it is given",
              .kind = PARAMETER_NUMBER, .least = 1, .most = GRAPH_MARKS_MOST),
    PARAMETER("open", "the _id of a stack to be shown opened", .kind = PARAMETER_ID,
              .is_repeatable = true),
    PARAMETER("policy", "which links count; by default as the environment was scanned",
              .choices = "full|extended|classic"),
    SPACE,
    { 0 },
};

static const struct parameter focal_point_query[] = {
    PARAMETER("limit", "how many focal points at most; 1000 unless it is given",
              .kind = PARAMETER_NUMBER, .least = 1, .most = FOCAL_POINTS_MOST),
    PARAMETER("policy", "which links count; by default as the environment was scanned",
              .choices = "full|extended|classic"),
    SPACE,
    { 0 },
};

static const struct parameter change_query[] = {
    PARAMETER("since", "the revision behind which to begin", .kind = PARAMETER_NUMBER),
    PAGE_LIMIT("; changes of one revision are never parted"),
    SPACE,
    { 0 },
};

static const struct parameter search_query[] = {
    PARAMETER("q", "beginnings of words: a name, an id, an address", .is_required = true),
    PARAMETER("environment", "only in this environment"),
    PAGE_LIMIT(""),
    SPACE,
    { 0 },
};

static const struct parameter purge_query[] = {
    PARAMETER("purge", "also what was discovered, its history, messages and scans",
              .kind = PARAMETER_BOOL),
    { 0 },
};

static const struct parameter scan_query[] = {
    PARAMETER("environment", "of this environment"),
    PARAMETER("status", "with this status",
              .choices = "pending|running|completed|completed_with_errors|failed|aborted"),
    LATEST_FIRST,
    { 0 },
};

static const struct parameter schedule_query[] = {
    PARAMETER("environment", "of this environment"),
    PARAMETER("status", "with this status", .choices = "upcoming|finished|failed"),
    { 0 },
};

static const struct parameter test_query[] = {
    PARAMETER("environment", "of the environment with this name"),
    PARAMETER("status", "with this status", .choices = "request|running|response|failed"),
    LATEST_FIRST,
    { 0 },
};

static const struct parameter feed_query[] = {
    PARAMETER("cursor", "where to go on: the id of the last event; Last-Event-ID goes before it"),
    PARAMETER("environment", "of this environment", .is_repeatable = true),
    PARAMETER("kind", "events of this kind",
              .choices = "object|link|clique|message|scan|schedule|environment|revision|test",
              .is_repeatable = true),
    PARAMETER("type", "objects, links and cliques of this type only"),
    PARAMETER("id", "of objects the one with this id or _id, its links and its clique only"),
    { 0 },
};

/* What a scan writes into an environment: no editor's change is refused for it. */
static const char *const written_by_scans[] = { "cloud",       "last_scan", "last_scanned",
                                                "operational", "scanned",   NULL };

/* --- the table --- */

/* All that one does with a catalog. */
#define CATALOG(of_path, one, manage, of, of_list, schema)                                         \
    NAMED_ROUTE("list_" one "s", GET, of_path, SIGNED_IN, list_catalog, "List " of_list,           \
                .list = of_list, .reply = schema, .context = &of),                                 \
        NAMED_ROUTE("post_" one, POST, of_path, manage, post_catalog_entry, "Add a " one,          \
                    .body = "New" schema, .reply = schema, .status = 201, .context = &of),         \
        NAMED_ROUTE("get_" one, GET, of_path "/{id}", SIGNED_IN, get_catalog_entry, "One " one,    \
                    .reply = schema, .context = &of),                                              \
        NAMED_ROUTE("put_" one, PUT, of_path "/{id}", manage, put_catalog_entry, "Change a " one,  \
                    .body = "New" schema, .reply = schema, .context = &of),                        \
        NAMED_ROUTE("delete_" one, DELETE, of_path "/{id}", manage, delete_catalog_entry,          \
                    "Remove a " one, .context = &of)

const struct route v1_routes[] = {
    ROUTE(GET, "/api/v1/openapi.json", NONE, get_description, "This API, as OpenAPI 3.1",
          .reply = "Anything"),

    ROUTE(GET, "/healthz", NONE, get_health, "Does the server run?", .reply = "Status"),
    ROUTE(GET, "/readyz", NONE, get_ready, "Can it read its store, and is that where it was?",
          .reply = "Status"),
    ROUTE(GET, "/metrics", SIGNED_IN, get_metrics, "Figures for Prometheus", .flags = ROUTE_SLOW,
          .media = "text/plain; version=0.0.4; charset=utf-8"),

    ROUTE(GET, "/api/v1/setup", NONE, get_setup, "Is there an administrator yet?",
          .reply = "Setup"),
    ROUTE(POST, "/api/v1/setup", NONE, post_setup, "Make the first administrator",
          .body = "FirstUser", .reply = "Session", .status = 201),
    ROUTE(POST, "/api/v1/session", NONE, post_session, "Sign in", .body = "SignIn",
          .reply = "Session", .status = 201),
    ROUTE(GET, "/api/v1/session", SIGNED_IN, get_session, "Who is signed in", .reply = "Session"),
    ROUTE(DELETE, "/api/v1/session", SIGNED_IN, delete_session, "Sign out"),
    ROUTE(PUT, "/api/v1/session/password", SIGNED_IN, put_own_password, "Change one's own password",
          .body = "NewPassword"),
    ROUTE(GET, "/api/v1/tokens", SIGNED_IN, list_tokens, "One's own tokens", .list = "tokens",
          .reply = "Token"),
    ROUTE(POST, "/api/v1/tokens", SIGNED_IN, post_token, "Make a token for a program",
          .flags = ROUTE_NEEDS_NO_BODY, .body = "NewToken", .reply = "Token", .status = 201),
    ROUTE(DELETE, "/api/v1/tokens/{id}", SIGNED_IN, delete_token, "Revoke a token"),

    ROUTE(GET, "/api/v1/users", MANAGE_USERS, list_users, "List users", .list = "users",
          .reply = "User"),
    ROUTE(POST, "/api/v1/users", MANAGE_USERS, post_user, "Add a user", .body = "NewUser",
          .reply = "User", .status = 201),
    ROUTE(GET, "/api/v1/users/{name}", MANAGE_USERS, get_user, "One user", .reply = "User"),
    ROUTE(PATCH, "/api/v1/users/{name}", MANAGE_USERS, patch_user,
          "Change roles or password of a user", .body = "UserChange", .reply = "User"),
    ROUTE(DELETE, "/api/v1/users/{name}", MANAGE_USERS, delete_user, "Remove a user"),
    ROUTE(PUT, "/api/v1/users/{name}/grants/{of}", MANAGE_USERS, put_grant,
          "Give or take a user's rights in an environment", .body = "Grant"),

    ROUTE(GET, "/api/v1/environments", SIGNED_IN, list_environments,
          "The environments that one may see", .list = "environments", .reply = "Environment"),
    ROUTE(POST, "/api/v1/environments", SIGNED_IN, post_environment, "Add an environment",
          .body = "EnvironmentDocument", .reply = "Environment", .status = 201),
    ROUTE(GET, ENVIRONMENT, VIEW, get_environment, "One environment", .reply = "Environment",
          .unguarded = written_by_scans),
    ROUTE(PUT, ENVIRONMENT, EDIT, put_environment, "Change an environment",
          .body = "EnvironmentDocument", .reply = "Environment"),
    ROUTE(PATCH, ENVIRONMENT, EDIT, patch_environment,
          "Change members of an environment (JSON merge patch)", .body = "EnvironmentPatch",
          .reply = "Environment"),
    ROUTE(DELETE, ENVIRONMENT, EDIT, delete_environment,
          "Forget an environment; with purge=true all it has, too", .query = purge_query),

    ROUTE(POST, ENVIRONMENT "/tests", EDIT, post_environment_test,
          "Try the ways into its cloud; all, or some targets", .flags = ROUTE_NEEDS_NO_BODY,
          .body = "TestTargets", .reply = "ConnectionTest", .status = 202),
    ROUTE(POST, "/api/v1/connection-tests", SIGNED_IN, post_connection_test,
          "Try the ways into a cloud that is no environment yet, or changed", .body = "NewTest",
          .reply = "ConnectionTest", .status = 202),
    ROUTE(
        GET, "/api/v1/connection-tests", SIGNED_IN, list_connection_tests,
        "One's own connection tests, and those of environments that one may see; the latest first",
        .query = test_query, .list = "connection_tests", .reply = "ConnectionTest"),
    ROUTE(GET, "/api/v1/connection-tests/{id}", SIGNED_IN, get_connection_test,
          "One connection test", .reply = "ConnectionTest"),

    ROUTE(GET, ENVIRONMENT "/host-keys", EDIT, list_host_keys, "The keys of hosts that are trusted",
          .list = "host_keys", .reply = "HostKey"),
    ROUTE(GET, ENVIRONMENT "/host-keys/shown", EDIT, get_shown_keys,
          "The keys that its hosts show now", .flags = ROUTE_SLOW, .reply = "ShownKeys"),
    ROUTE(POST, ENVIRONMENT "/host-keys", EDIT, post_host_keys,
          "Trust the keys with these fingerprints, if the hosts show them", .body = "NewHostKeys",
          .reply = "ShownKeys"),
    ROUTE(DELETE, ENVIRONMENT "/host-keys/{host}", EDIT, delete_host_key,
          "Trust a host's key no more"),

    ROUTE(POST, ENVIRONMENT "/scans", EDIT, post_scan, "Ask for a scan",
          .flags = ROUTE_NEEDS_NO_BODY, .body = "ScanOptions", .reply = "Scan", .status = 202),
    ROUTE(GET, "/api/v1/scans", SIGNED_IN, list_scans,
          "Scans that were asked for, the latest first", .query = scan_query, .list = "scans",
          .reply = "Scan"),
    ROUTE(GET, "/api/v1/scans/{id}", VIEW, get_scan, "One scan, with how far it is",
          .flags = ROUTE_CHECKS, .reply = "Scan"),
    ROUTE(POST, "/api/v1/scans/{id}/cancel", EDIT, cancel_scan, "End a scan", .flags = ROUTE_CHECKS,
          .reply = "Scan", .status = 202),
    ROUTE(POST, ENVIRONMENT "/schedules", EDIT, post_schedule, "Scan at times",
          .body = "NewSchedule", .reply = "Schedule", .status = 201),
    ROUTE(GET, "/api/v1/schedules", SIGNED_IN, list_schedules, "List schedules",
          .query = schedule_query, .list = "schedules", .reply = "Schedule"),
    ROUTE(GET, "/api/v1/schedules/{id}", VIEW, get_schedule, "One schedule", .flags = ROUTE_CHECKS,
          .reply = "Schedule"),
    ROUTE(PUT, "/api/v1/schedules/{id}", EDIT, put_schedule, "Change a schedule",
          .flags = ROUTE_CHECKS, .body = "NewSchedule", .reply = "Schedule"),
    ROUTE(DELETE, "/api/v1/schedules/{id}", EDIT, delete_schedule, "Remove a schedule",
          .flags = ROUTE_CHECKS),

    ROUTE(GET, ENVIRONMENT "/objects", VIEW, list_objects, "List objects", .query = object_query,
          .list = "objects", .reply = "Object"),
    ROUTE(GET, ENVIRONMENT "/objects/{id}", VIEW, get_object, "One object", .query = space_query,
          .reply = "Object"),
    ROUTE(GET, ENVIRONMENT "/objects/{id}/children", VIEW, list_children,
          "What lies directly below an object", .query = children_query, .list = "objects",
          .reply = "Object"),
    ROUTE(GET, ENVIRONMENT "/objects/{id}/counts", VIEW, get_object_counts,
          "How many objects of each type lie below an object, at any depth", .query = space_query,
          .flags = ROUTE_SLOW, .reply = "ObjectCounts"),
    ROUTE(GET, ENVIRONMENT "/objects/{id}/history", VIEW, get_history,
          "The versions of an object, the latest first", .query = space_query, .reply = "History"),
    ROUTE(GET, ENVIRONMENT "/objects/{id}/clique", VIEW, get_clique, "What an object depends on",
          .query = policy_query, .reply = "Clique"),
    ROUTE(GET, ENVIRONMENT "/objects/{id}/graph", VIEW, get_graph,
          "What an object depends on, to be drawn in a number of marks", .query = graph_query,
          .reply = "Graph"),
    ROUTE(GET, ENVIRONMENT "/objects/{id}/focal-points", VIEW, get_focal_points,
          "What hangs on an object: the focal points whose cliques hold it",
          .query = focal_point_query, .flags = ROUTE_SLOW, .reply = "FocalPoints"),
    ROUTE(GET, ENVIRONMENT "/objects/{id}/ancestors", VIEW, list_ancestors,
          "What an object lies in, from the top", .query = space_query, .reply = "Ancestors"),
    ROUTE(GET, ENVIRONMENT "/tree", VIEW, list_tree, "One level of the tree, by name",
          .query = tree_query, .list = "nodes", .reply = "TreeNode"),
    ROUTE(GET, ENVIRONMENT "/links", VIEW, list_links, "List links", .query = link_query,
          .list = "links", .reply = "Link"),
    ROUTE(GET, ENVIRONMENT "/links/{id}", VIEW, get_link, "One link", .query = space_query,
          .reply = "Link"),
    ROUTE(GET, ENVIRONMENT "/cliques", VIEW, list_cliques, "List cliques", .query = clique_query,
          .list = "cliques", .reply = "Clique"),
    ROUTE(GET, ENVIRONMENT "/counts", VIEW, get_counts,
          "How many objects, links and cliques there are of each type", .query = space_query,
          .reply = "Counts"),
    ROUTE(GET, ENVIRONMENT "/revisions", VIEW, list_revisions,
          "What was committed, the latest first", .list = "revisions", .reply = "Revision"),
    ROUTE(GET, ENVIRONMENT "/changes", VIEW, list_changes, "What changed since a revision",
          .query = change_query, .reply = "Changes"),

    ROUTE(GET, "/api/v1/messages", SIGNED_IN, list_messages, "List messages, the latest first",
          .query = message_query, .list = "messages", .reply = "Message"),
    ROUTE(GET, "/api/v1/messages/counts", SIGNED_IN, count_messages,
          "How many messages there are of each level, and when the last was",
          .query = message_count_query, .reply = "MessageCounts"),
    ROUTE(GET, "/api/v1/messages/{id}", VIEW, get_message, "One message", .flags = ROUTE_CHECKS,
          .reply = "Message"),
    ROUTE(PATCH, "/api/v1/messages/{id}", VIEW, patch_message, "Say that a message has been seen",
          .flags = ROUTE_CHECKS, .body = "MessageChange", .reply = "Message"),
    ROUTE(POST, "/api/v1/messages/seen", SIGNED_IN, post_messages_seen,
          "Say that messages have been seen: these, or all that are so", .body = "MessagesSeen",
          .reply = "Seen"),
    ROUTE(DELETE, ENVIRONMENT "/messages", EDIT, delete_messages, "Remove messages",
          .query = before_query, .reply = "Removed"),

    CATALOG("/api/v1/clique-types", "clique_type", MANAGE_CLIQUE_TYPES, clique_types_catalog,
            "clique_types", "CliqueType"),
    CATALOG("/api/v1/clique-constraints", "clique_constraint", MANAGE_CLIQUE_CONSTRAINTS,
            clique_constraints_catalog, "clique_constraints", "CliqueConstraint"),
    CATALOG("/api/v1/link-types", "link_type", MANAGE_LINK_TYPES, link_types_catalog, "link_types",
            "LinkType"),
    NAMED_ROUTE("list_constants", GET, "/api/v1/constants", SIGNED_IN, list_catalog,
                "The values that keys may have", .list = "constants", .reply = "Constant",
                .context = &constants_catalog),
    ROUTE(GET, "/api/v1/constants/{name}", SIGNED_IN, get_constant, "The values of one key",
          .reply = "Constant"),
    NAMED_ROUTE("list_supported_environments", GET, "/api/v1/supported-environments", SIGNED_IN,
                list_catalog, "Distributions with their versions and drivers, and what works there",
                .list = "supported_environments", .reply = "SupportedEnvironment",
                .context = &supported_catalog),
    NAMED_ROUTE("list_hover_attributes", GET, "/api/v1/hover-attributes", SIGNED_IN, list_catalog,
                "Which attributes of a type tell most", .list = "hover_attributes",
                .reply = "HoverAttributes", .context = &hover_catalog),
    ROUTE(GET, "/api/v1/settings", SIGNED_IN, get_settings, "One's own settings",
          .reply = "Settings"),
    ROUTE(PUT, "/api/v1/settings", SIGNED_IN, put_settings, "Change one's own settings",
          .body = "Settings", .reply = "Settings"),

    ROUTE(GET, "/api/v1/search", SIGNED_IN, search, "Find objects by name, id or address",
          .query = search_query, .reply = "Objects"),
    ROUTE(GET, "/api/v1/feed", SIGNED_IN, get_feed,
          "What happens from now on, as server-sent events; docs/server.md says which",
          .query = feed_query, .media = "text/event-stream"),
    { 0 },
};
