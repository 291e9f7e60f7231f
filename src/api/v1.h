/* The functions of API v1, by resource. */

#ifndef API_V1_H
#define API_V1_H

#include "api/api.h"

enum {
    GRAPH_MARKS = 300,
    GRAPH_MARKS_MOST = 5000,
    FOCAL_POINTS = 1000,
    FOCAL_POINTS_MOST = 10000,
};

/* v1_state.c: from good to bad */
enum object_state {
    OBJECT_OK,
    OBJECT_STALE,
    OBJECT_ERROR,
    OBJECT_MISSING, /* named by a link, and not there */
    N_OBJECT_STATES,
};

const char       *object_state_name(enum object_state);
enum object_state object_state(struct str body, bool is_stale);

/* v1_inventory.c */
route_fn list_objects, get_object, list_children, get_history, get_clique, list_links, get_link,
    list_cliques, get_counts, get_object_counts, list_revisions;

/* The cliques that a request asks for: of its environment and space, by its policy. */
struct clique_reader *call_cliques(struct call *);

/* v1_graph.c */
route_fn get_graph;

/* v1_focal_points.c */
route_fn get_focal_points;

/* v1_search.c */
route_fn search, list_changes;

/* v1_environments.c */
route_fn list_environments, get_environment, post_environment, put_environment, patch_environment,
    delete_environment;

/* A secret that nobody shows ("***") may not be sent to another address than before: else whoever may
 * edit could have it sent to themselves. False after replying. 'known' may be NULL. */
bool environment_keeps_directions(struct call *, const struct doc *document,
                                  const struct doc *known) MUST_CHECK;

/* v1_connection_tests.c */
route_fn post_environment_test, post_connection_test, get_connection_test, list_connection_tests;

/* v1_host_keys.c */
route_fn list_host_keys, get_shown_keys, post_host_keys, delete_host_key;

/* v1_feed.c */
route_fn get_feed;

/* v1_scans.c */
route_fn post_scan, list_scans, get_scan, cancel_scan, post_schedule, list_schedules, get_schedule,
    put_schedule, delete_schedule;

/* Of an environment: the scan that runs, else the one that was asked for last, in short; null without
 * any. */
bool find_last_scan(struct call *, struct store *, struct str environment, struct doc **found,
                    struct error *) MUST_CHECK;

/* v1_catalog.c: the route's context says which */
route_fn list_catalog, get_catalog_entry, post_catalog_entry, put_catalog_entry,
    delete_catalog_entry, get_constant;

extern const struct catalog clique_types_catalog, clique_constraints_catalog, link_types_catalog,
    hover_catalog, supported_catalog, constants_catalog;

/* v1_messages.c */
route_fn list_messages, count_messages, get_message, patch_message, post_messages_seen,
    delete_messages;

/* v1_tree.c */
route_fn list_tree, list_ancestors;

/* v1_session.c */
route_fn post_session, get_session, delete_session, get_setup, post_setup, post_token, list_tokens,
    delete_token;

/* v1_users.c */
route_fn list_users, get_user, post_user, patch_user, delete_user, put_grant, put_own_password,
    get_settings, put_settings;

struct doc *user_document(struct arena *, const struct user *);

/* v1_service.c */
route_fn get_health, get_ready, get_description;

/* metrics.c */
route_fn get_metrics;

#endif
