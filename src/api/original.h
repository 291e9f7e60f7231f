/* The original's REST API, first edition (api.md): what its endpoints share, and what the way of
 * every request does in its own manner for them.
 *
 * Differences on purpose are listed in docs/api-differences.md; statuses and messages are the
 * original's, word for word.
 *
 * Ownership:  all lives in the arena of the call. */

#ifndef API_ORIGINAL_H
#define API_ORIGINAL_H

#include "api/api.h"
#include "api/check.h"

/* --- for the pipeline --- */

/* Who asks, by "Authorization: Basic" or "X-Auth-Token"? False after replying 401. */
bool original_sign_in(struct call *, struct user *);
bool original_has_password(const struct http_request *);

/* Read the query, or the body of a POST; strictly. False after replying 400. */
bool original_read(struct call *);

/* The path is known, the method is not: 405, in other words than those of errors. */
void original_reply_no_method(struct call *);

/* --- for its endpoints --- */

extern const char original_not_found[];

/* The query or the body as a document whose values were checked and converted; NULL after a reply. */
struct doc *original_query(struct call *, const struct check_key *keys);
struct doc *original_body(struct call *, const struct check_key *keys);

/* Check a document that a body has in it; false after replying 'before' and the message. */
bool original_check(struct call *, struct doc *, const struct check_key *keys, const char *before);

/* May whoever asks see what belongs to that environment? To all belongs what has none ("", "ANY"). */
bool original_may_view(struct call *, struct str environment);

/* Nothing was found: 404, or 400 when the environment ("" = none was named) is not known. */
void original_reply_nothing(struct call *, struct str environment);

void original_reply_unknown(struct call *, struct str environment);

/* A whole document: with an "id", and times as the original writes them. */
void original_reply_document(struct call *, struct doc *);

/* 201 and {"message": ...}. */
void original_reply_created(struct call *, const char *format, ...) PRINTF(2, 3);

void original_write_time(struct buf *, int64_t time);

/* The times of a document as the original writes them. */
void original_show_times(struct arena *, struct doc *);

/* The rows of every table of keys that has pages. */
#define ORIGINAL_PAGE                                                                              \
    { .key = "page", CHECK_INT, CHECK_CONVERT, .forms = FORM_COUNT },                              \
    {                                                                                              \
        .key = "page_size", CHECK_INT, CHECK_CONVERT, .forms = FORM_COUNT                          \
    }

/* A page of a list while it is written. */
struct listing {
    struct call *call;
    struct str   environment; /* that was asked for, "" = none */
    uint64_t     skip;        /* so many more */
    uint64_t     left;        /* to take; UINT64_MAX: all */
    size_t       n;
};

void listing_begin(struct listing *, struct call *, const char *name, const struct doc *query,
                   struct str environment);

/* The next row: is it on this page? */
bool listing_takes(struct listing *);

/* ... then it is written as text, or as these fields of a document and an "id"; false when the page
 * is full. */
bool listing_add(struct listing *, struct str json);
bool listing_add_fields(struct listing *, struct doc *, const char *const *fields);

/* Reply, also when there was nothing. */
void listing_end(struct listing *);

/* --- small collections --- */

/* One that can be listed, and asked for a document by its "_id". */
struct original_collection {
    const char             *name;
    const struct check_key *keys;
    const char             *environment_key; /* NULL: it belongs to no environment */
    const char *const      *fields;          /* of an element of a list, ended by NULL */

    /* What API v1 made as the original would have; NULL: it is the same. */
    void (*translate)(struct arena *, struct doc *);
};

void original_answer_collection(struct call *, const struct original_collection *);

/* The document that a checked query names; else NULL, after replying the list or that there is none. */
struct doc *original_find(struct call *, const struct original_collection *,
                          const struct doc *query);

/* Does the document have what the query's filters want? */
bool original_matches(struct arena *, const struct doc *, const struct check_key *keys,
                      const struct doc *query);

/* Call for each document of a collection: those that are stored, else those that come with the
 * program. */
typedef bool original_document_fn(void *context, struct doc *);

bool original_documents(struct store *, struct arena *, const char *name, original_document_fn *,
                        void *context, struct error *) MUST_CHECK;

/* Append a document with a new "_id". False after replying. */
bool original_insert(struct call *, struct store *writer, const char *name, struct doc *,
                     struct str *id);

/* --- environments --- */

/* Check the sections of a "configuration", of which some are needed (a list ended by NULL), and
 * convert their values; false after replying. */
bool original_check_targets(struct call *, struct doc *targets, const char *const *needed);

/* --- endpoints --- */

void original_get_inventory(struct call *);
void original_get_links(struct call *);
void original_get_cliques(struct call *);
void original_get_clique_types(struct call *);
void original_post_clique_type(struct call *);
void original_get_clique_constraints(struct call *);
void original_get_messages(struct call *);
void original_get_scans(struct call *);
void original_post_scan(struct call *);
void original_get_scheduled_scans(struct call *);
void original_post_scheduled_scan(struct call *);
void original_get_constant(struct call *);
void original_get_templates(struct call *);
void original_get_aggregates(struct call *);
void original_get_environments(struct call *);
void original_post_environment(struct call *);
void original_get_connection_tests(struct call *);
void original_post_connection_test(struct call *);
void original_post_token(struct call *);
void original_delete_token(struct call *);

#endif
