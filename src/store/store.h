/* The store: inventories, their links and cliques, with history; environments, messages, small
 * collections. One file of SQLite behind it (sqlite*.c); nothing here says SQL.
 *
 * An inventory is what one environment has in one space (the guide's `-y NAME`; "inventory" unless
 * another is named). A commit changes it as a whole: readers see the revision before or the one
 * after, never between.
 *
 * Units:      times are microseconds since 1970, UTC; 0 = never. Revisions count 1, 2, 3 ...
 * Ownership:  strings handed in are borrowed for the call. Rows given to a callback, and all they
 *             point to, die when it returns; what the other functions return lives in their arena.
 * Threads:    one at a time per handle. Every thread opens its own; any number of readers work
 *             beside the one writer, in this process or another.
 * Errors:     ERROR_STORE; ERROR_BUSY when somebody else holds a lease or the store;
 *             ERROR_NOT_FOUND when what was asked for is not there; ERROR_USAGE for values that
 *             can never work. A commit that fails leaves the revision before it.
 *
 * A callback returns false to end the walk; that is no error. */

#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdatomic.h>

#include "model/object.h"

struct store;

/* --- opening --- */

enum store_mode {
    STORE_READ,   /* must exist, nothing is changed */
    STORE_WRITE,  /* must exist */
    STORE_CREATE, /* made when it does not exist */
};

/* 'uri' is "sqlite:FILE". An older schema is brought up to date (unless STORE_READ); a newer one,
 * or a file that is something else, is an error. NULL on failure. */
struct store *store_open(const char *uri, enum store_mode, struct error *err) MUST_CHECK;
void          store_close(struct store *);
void          store_closep(struct store **);

/* Is the file that was opened still the one at its path? Else what is written goes where nobody finds
 * it. May be asked by any thread. */
bool store_is_in_place(const struct store *, struct error *err) MUST_CHECK;

#define AUTO_STORE CLEANUP(store_closep) struct store *

/* How long writing waits while another process, or handle, writes; two minutes unless this is called. */
void store_set_patience(struct store *, unsigned milliseconds);

/* All reads until the end see the same revision, whatever is committed meanwhile. */
bool store_snapshot_begin(struct store *, struct error *err) MUST_CHECK;
void store_snapshot_end(struct store *);

/* Within a snapshot: a number that is another one when anything in the store has been changed since
 * an earlier snapshot of this handle, by whomever. It costs nothing, and says nothing to others. */
uint64_t store_version(struct store *);

/* The latest revision, 0 in an empty store. */
bool store_revision(struct store *, uint64_t *revision, struct error *err) MUST_CHECK;

/* Size of the store in bytes; and the size it may not outgrow (0: as far as the disk goes). */
uint64_t store_size(struct store *);
void     store_limit_size(struct store *, uint64_t bytes);

/* A copy of the store as it is now into a new file (mode 0600), which has its name only when it is
 * whole. Others go on reading and writing meanwhile. ERROR_CANCELLED soon after 'cancelled' is set. */
bool store_backup(struct store *, const char *path, const atomic_bool *cancelled,
                  struct error *err) MUST_CHECK;

/* Read every page and check every index; false names the first damage. Takes its time. */
bool store_check(struct store *, struct error *err) MUST_CHECK;

/* "2026-03-04T10:00:00.000+0000", as the documents have it. Read are also other fractions, "Z",
 * "+01:00", and no zone at all, which is UTC. Days and times of the day that there are not, and years
 * other than 1970 to 9999, are refused. */
void store_write_time(struct buf *, int64_t time);
bool store_read_time(struct str text, int64_t *time) MUST_CHECK;

/* The time now. */
int64_t store_now(void);

/* --- environments --- */

struct environment_row {
    struct str name;
    struct str document;     /* complete JSON text, secrets sealed */
    bool       scanned;      /* by the last full scan; also in the document */
    int64_t    last_scanned; /* end of the last full scan; also in the document */
};

typedef bool environment_row_fn(void *context, const struct environment_row *);

/* Add or replace; the name is the document's "name", its "_id" is kept or made. Its secrets are sealed
 * with the key in $CALIPSO_KEY_FILE, else in the file "<store>.key", which the first secret makes;
 * sealed ones are kept. ERROR_CONFIG when the key is not there, or another one. */
bool store_put_environment(struct store *, struct str document, struct error *err) MUST_CHECK;
bool store_get_environment(struct store *, struct str              name, struct arena *,
                           struct environment_row *, struct error *err) MUST_CHECK;
bool store_environments(struct store *, environment_row_fn *, void *context,
                        struct error *err) MUST_CHECK; /* by name */

/* Replace "auth" of its document (JSON text: who may see and change it), and nothing else: its secrets
 * stay as they are, so no key is needed. */
bool store_set_environment_auth(struct store *, struct str name, struct str auth,
                                struct error *err) MUST_CHECK;

/* A document with its secrets (a password, token or key, by its name) sealed, for a collection that
 * has some; NULL on failure. Environments are sealed without it. */
struct doc *store_seal_secrets(struct store *, struct arena *, const struct doc *document,
                               struct error *err) MUST_CHECK;

/* A document with its secrets open, for those who ask the cloud; NULL on failure. */
struct doc *store_open_secrets(struct store *, struct arena *, struct str document,
                               struct error *err) MUST_CHECK;

/* What a full scan of it came to; the time is kept of one that completed. An environment that is not
 * there is no error. */
bool store_mark_scanned(struct store *, struct str name, bool scanned, int64_t time,
                        struct error *err) MUST_CHECK;

/* Can the cloud be reached? "operational" of its document: "running", or "error". */
bool store_mark_operational(struct store *, struct str name, bool is_running,
                            struct error *err) MUST_CHECK;

/* Forget the environment; its inventory stays. With 'purge' its inventories (all spaces), their
 * history, its messages and scans go too, also of one that was removed before. The feed keeps nothing
 * of it. */
bool store_remove_environment(struct store *, struct str name, bool purge,
                              struct error *err) MUST_CHECK;

/* Is there anything that an environment of this name would show besides its document: an inventory, its
 * history, messages, scans, schedules, connection tests? */
bool store_has_leftovers(struct store *, struct str name, bool *found,
                         struct error *err) MUST_CHECK;

/* --- lease: one scan per environment at a time --- */

#define LEASE_SECONDS 60 /* without a heartbeat it is anybody's */

struct lease_owner {
    struct str owner; /* for people: "calipso scan" */
    int64_t    pid;
    struct str host; /* where that pid lives */
};

struct lease {
    char environment[256];
    char token[33]; /* "" = none held */
};

/* ERROR_BUSY says who holds it, where and since when. A holder on 'host' whose process is gone
 * loses it at once. */
bool store_lease_acquire(struct store *, struct str environment, const struct lease_owner *,
                         int64_t now, struct lease *, struct error *err) MUST_CHECK;
bool store_lease_heartbeat(struct store *, const struct lease *, int64_t now,
                           struct error *err) MUST_CHECK; /* ERROR_BUSY: it was lost */
bool store_lease_release(struct store *, struct lease *, struct error *err);

/* Would it be refused now? Asked without writing; what cannot be found out is told as free. */
bool store_lease_is_held(struct store *, struct str environment);

/* When this process began to use stores, which tells it from one that had its number (pid) before. */
int64_t store_process_began(void);

/* --- rows --- */

struct inventory {
    struct str environment;
    struct str space; /* "" = "inventory" */
};

typedef bool inventory_fn(void *context, const struct inventory *, int64_t last_scanned);

/* All there are, by environment and space, also those whose environment was removed. */
bool store_inventories(struct store *, inventory_fn *, void *context, struct error *err) MUST_CHECK;

struct object_row {
    struct str type;
    struct str id;
    struct str name;
    struct str host;
    struct str parent_type;
    struct str parent_id;
    struct str environment;
    struct oid oid;
    struct str body;   /* attributes without the volatile ones */
    struct str extra;  /* the volatile ones, "" if none */
    bool       clique; /* it is the focal point of a clique */
    bool       stale;
    int64_t    last_seen; /* of a stale one, else 0 */
    int64_t    last_scanned;
    uint64_t   rev_from; /* this version came with that revision ... */
    uint64_t   rev_to;   /* ... and ended with this one, 0 = still there */
};

/* An object at the end of a link. */
struct link_end {
    struct str type; /* "": it is not there, which only an import leaves so */
    struct str id;
    struct str name;
    struct str host;
};

struct link_row {
    struct oid oid;
    struct str type; /* "instance-vnic" */
    struct oid source;
    struct oid target;
    struct str host; /* "" if none */
    bool       implicit;
    struct str body;   /* the document without "_id", but with "source" and "target" */
    uint64_t   digest; /* hash of the body; not filled in on reading */
    uint64_t   rev_from;

    bool            has_ends; /* these are filled in, and part of the document */
    struct link_end source_end;
    struct link_end target_end;
};

struct clique_row {
    struct oid oid;
    struct oid focal_point;
    struct str focal_point_type;
    struct str clique_type; /* "_id" of the clique type */
    uint32_t   n_nodes;
    uint32_t   n_links;
    uint64_t   link_types;  /* bit i: the clique type's i-th link type has links in it */
    uint64_t   digest;      /* hash of the content; not filled in on reading */
    struct str body;        /* of an imported clique, without "_id"; else "" */
    struct str environment; /* filled in on reading */
    uint64_t   rev_from;
};

/* The complete documents, with "_id" and what is no part of the body. */
void object_row_write(struct buf *, const struct object_row *);

/* What people read as its name: folders that were made on demand are named by their id, and have a text. */
struct str object_row_label(struct arena *, const struct object_row *);
void       link_row_write(struct buf *, const struct link_row *);
void clique_row_write(struct buf *, const struct clique_row *); /* "" body: what the row knows */

typedef bool object_row_fn(void *context, const struct object_row *);
typedef bool link_row_fn(void *context, const struct link_row *);
typedef bool clique_row_fn(void *context, const struct clique_row *);

/* --- commit --- */

struct commit_spec {
    struct str          environment;
    struct str          space; /* "" = "inventory" */
    const char         *cause; /* kept with the revision: "manual scan" */
    struct str          scope; /* likewise: what was asked, free text or JSON */
    int64_t             time;
    const struct lease *lease; /* must still be ours; NULL: not asked */
};

/* Objects of this type on this host could not be seen. "" matches all. */
struct failed_source {
    struct str host;
    struct str type;
};

/* A host that was asked, "" for all that is of none; 'answered': it was seen at the spec's time. */
struct host_seen {
    struct str name;
    bool       answered;
};

/* What the commit replaces. A kind that is not replaced is only added to: of it, rows go only when
 * what they hang on went (a link without an end, a clique without its focal point). */
struct commit_scope {
    bool                        objects;
    bool                        links;
    bool                        cliques;
    bool                        clear;     /* also what failed sources would have kept */
    bool                        clear_all; /* ... and of all environments in this space */
    const struct failed_source *failed;    /* their objects stay, marked stale */
    size_t                      n_failed;
    const struct host_seen     *hosts; /* objects of other hosts stay as they are; NULL: of none */
    size_t                      n_hosts;
};

struct kind_counts {
    uint64_t n_added;
    uint64_t n_changed;
    uint64_t n_removed;
    uint64_t n_unchanged;
};

struct commit_counts {
    struct kind_counts objects;
    struct kind_counts links;
    struct kind_counts cliques;
    uint64_t           n_stale;      /* objects that are stale now */
    uint64_t           n_duplicates; /* rows whose key had come before in this commit: not taken */
    char               duplicate[200]; /* the first of them, "" if none */
    uint64_t           revision;       /* made by this commit; 0 when nothing changed */
};

struct commit;

/* Only one commit can be open per store, in any process; others wait a while, then get
 * ERROR_BUSY. Reads through this handle see the unfinished commit until it ends. After false from
 * any commit function only commit_abort() is left to call (and must be). */
bool store_commit_begin(struct store *, const struct commit_spec *, struct commit **,
                        struct error *err) MUST_CHECK;

/* The words by which an object is found. They may be made on any thread, so that the one that
 * commits need not wait for them; with words NULL it makes them itself, where they are needed. */
void object_words(struct buf *, const struct object *);
bool commit_object(struct commit *, const struct object *, const struct str *words,
                   struct error *err) MUST_CHECK;

/* Is the object there just as it was? Then it has come with this, and need not be committed. */
bool commit_object_is_known(struct commit *, const struct object *, bool *is_known,
                            struct error *err) MUST_CHECK;

bool commit_link(struct commit *, const struct link_row *, struct error *err) MUST_CHECK;
bool commit_clique(struct commit *, const struct clique_row *, struct error *err) MUST_CHECK;

/* What follows goes into this inventory (for imports; a commit begins in its spec's). */
bool commit_into(struct commit *, const struct inventory *, struct error *err) MUST_CHECK;

/* Remove what was not committed and lies in the scope, and make the revision. The commit is freed
 * in any case by commit_finish() that succeeds and by commit_abort(). An object scope stamps the
 * inventory, or these hosts of it, as scanned at the spec's time. */
bool commit_finish(struct commit *, const struct commit_scope *, struct commit_counts *,
                   struct error *err) MUST_CHECK;
void commit_abort(struct commit *);

/* Tests kill the process, or fail, at a named phase of a commit: "begin", "objects" (before the
 * first row), "links", "cliques", "remove", "before-commit", "after-commit". */
typedef void store_fault_fn(void *context, const char *phase);

void store_set_fault(struct store *, store_fault_fn *, void *context);

/* Forget versions that ended, and rows of the feed that came, before 'time'; what is there now stays. */
bool store_prune(struct store *, int64_t time, uint64_t *n_forgotten, struct error *err) MUST_CHECK;

/* --- reading an inventory --- */

/* An attribute has this value, as text; of a list any element. Dots go down into objects unless
 * the key itself has them. */
struct condition {
    struct str key;
    struct str value;
};

enum object_order {
    ORDER_KEY,     /* (type, id) */
    ORDER_ARRIVAL, /* in the order in which they came first */
    ORDER_NAME,    /* (name, type, id), and so on; looks at all rows that the filter lets pass */
    ORDER_HOST,
    ORDER_ID,
};

/* Empty strings and NULL do not filter. */
struct object_filter {
    struct str type;
    struct str id;
    struct str name;
    struct str host;
    struct str parent_type;
    struct str parent_id;
    struct str id_path; /* the object with this path and all below it */
    struct str under;   /* the same by the text of paths alone: an import may have holes */
    const struct condition *where; /* all of them */
    size_t                  n_where;
    struct str              after_type; /* go on behind (type, id) ... */
    struct str              after_id;
    struct str              after_value; /* ... and that name or host */
    enum object_order       order;
    bool                    is_descending; /* by name, host or id */
    size_t                  offset;        /* leave out so many */
    size_t                  limit;         /* 0 = all */
};

/* Text is ordered by its bytes. */
bool store_objects(struct store *, const struct inventory *, const struct object_filter *,
                   object_row_fn *, void *context, struct error *err) MUST_CHECK;

bool store_object(struct store *, const struct inventory *, struct str type, struct str id,
                  struct arena *, struct object_row *, struct error *err) MUST_CHECK;
bool store_object_by_oid(struct store *, const struct inventory *, struct oid, struct arena *,
                         struct object_row *, struct error *err) MUST_CHECK;

enum link_side { LINK_EITHER, LINK_SOURCE, LINK_TARGET };

struct link_filter {
    struct str        type;
    const struct oid *of;   /* links that touch this object ... */
    enum link_side    side; /* ... on this side */
    struct str        host;
    bool              explicit_only;
    bool              with_ends;
    struct str        after_type; /* go on behind (type, _id) */
    struct oid        after_oid;
    bool              by_arrival; /* in the order in which they came first */
    size_t            offset;     /* leave out so many */
    size_t            limit;
};

/* Ordered by (type, _id), unless it is by arrival. With 'of' it costs what the object has on that
 * side. */
bool store_links(struct store *, const struct inventory *, const struct link_filter *,
                 link_row_fn *, void *context, struct error *err) MUST_CHECK;
bool store_link_by_oid(struct store *, const struct inventory *, struct oid, struct arena *,
                       struct link_row *, struct error *err) MUST_CHECK;

/* Is there any link of this type? */
bool store_has_links(struct store *, const struct inventory *, struct str type, bool explicit_only,
                     bool *found, struct error *err) MUST_CHECK;

struct clique_filter {
    struct str        focal_point_type;
    struct str        clique_type;
    struct oid        after;  /* go on behind this focal point */
    const struct oid *oid;    /* the one with this "_id"; looks at all */
    bool              whole;  /* only imported ones; looks at all */
    size_t            offset; /* leave out so many */
    size_t            limit;
};

/* Ordered by focal point. */
bool store_cliques(struct store *, const struct inventory *, const struct clique_filter *,
                   clique_row_fn *, void *context, struct error *err) MUST_CHECK;
bool store_clique(struct store *, const struct inventory *, struct oid focal_point, struct arena *,
                  struct clique_row *, struct error *err) MUST_CHECK;

typedef bool count_fn(void *context, struct str type, uint64_t n);

/* By type name. */
bool store_count_objects(struct store *, const struct inventory *, count_fn *, void *context,
                         struct error *err) MUST_CHECK;
bool store_count_links(struct store *, const struct inventory *, count_fn *, void *context,
                       struct error *err) MUST_CHECK;
bool store_count_cliques(struct store *, const struct inventory *, count_fn *, void *context,
                         struct error *err) MUST_CHECK; /* by focal point type */

/* How many lie below an object, at any depth, by type name; costs what is there. */
bool store_count_below(struct store *, const struct inventory *, struct str type, struct str id,
                       count_fn *, void *context, struct error *err) MUST_CHECK;

/* How many objects lie directly below one. */
bool store_count_children(struct store *, const struct inventory *, struct str type, struct str id,
                          uint64_t *n, struct error *err) MUST_CHECK;

/* Objects (no folders) that have all words of 'text' in their names, ids or addresses, each as a
 * whole or as the beginning of one of its parts: an exact id or name first, then a name that
 * begins so, then the rest, each by (type, id). */
bool store_search(struct store *, const struct inventory *, struct str text, size_t limit,
                  object_row_fn *, void *context, struct error *err) MUST_CHECK;

/* --- what changed --- */

struct change {
    enum { CHANGE_OBJECT, CHANGE_LINK, CHANGE_CLIQUE } kind;
    bool       removed;
    uint64_t   revision; /* of the latest change of this row */
    struct oid oid;      /* of a clique: its focal point's */
    struct str type;
    struct str id; /* "" for links and cliques */
};

typedef bool change_fn(void *context, const struct change *);

/* Each row that changed after 'since' once, in order of revision. ERROR_USAGE when 'since' is older
 * than what is kept: read everything anew. */
bool store_changes(struct store *, const struct inventory *, uint64_t since, change_fn *,
                   void *context, struct error *err) MUST_CHECK;

/* The versions of one object, the latest first. */
bool store_history(struct store *, const struct inventory *, struct oid, object_row_fn *,
                   void *context, struct error *err) MUST_CHECK;

struct revision_row {
    uint64_t   revision;
    struct str environment;
    struct str space;
    int64_t    time;
    struct str cause;
    struct str scope;
    struct str counts; /* JSON text */
};

typedef bool revision_row_fn(void *context, const struct revision_row *);

/* The latest first, of those before 'before' (0: of all); environment "" = all. */
bool store_revisions(struct store *, struct str environment, uint64_t before, size_t limit,
                     revision_row_fn *, void *context, struct error *err) MUST_CHECK;

/* --- the feed: every change, in order --- */

enum feed_kind {
    FEED_OBJECT,
    FEED_LINK,
    FEED_CLIQUE,
    FEED_MESSAGE,
    FEED_SCAN,        /* a document of "scans" */
    FEED_SCHEDULE,    /* ... of "scheduled_scans" */
    FEED_ENVIRONMENT, /* what was configured, who may see it, when it was scanned */
    FEED_REVISION,    /* behind the changes of a commit: what it came to */
    FEED_RIGHTS, /* users or tokens: nothing to be told, but who may do what has to be asked anew */
    FEED_TEST,   /* a document of "connection_tests" */
    N_FEED_KINDS,
};

enum feed_what { FEED_ADDED, FEED_CHANGED, FEED_REMOVED, N_FEED_WHATS };

/* A transaction that changes more than MOST_FEED_ROWS things is told by its FEED_REVISION alone, which
 * then says "reload":true; also when it made no revision. */
enum { MOST_FEED_ROWS = 1000 };

struct feed_row {
    uint64_t       n; /* its place: later ones have greater numbers */
    enum feed_kind kind;
    enum feed_what what;
    uint64_t       revision;    /* 0 = of none */
    struct str     environment; /* of a test: when it is one of an environment that is there */
    struct str     space;       /* of inventories */
    struct str     type;        /* of a message its level, of a test the "_id" of who asked */
    struct str     id;
    struct oid     oid;            /* of a clique its focal point's; zeros = none */
    struct oid     source, target; /* of a link */
    struct str     members;        /* JSON: "name":"vm-a1","host":"cmp1" */
};

typedef bool feed_row_fn(void *context, const struct feed_row *);

/* Where the feed of this store ends now; '*store_id' tells it from others. */
bool store_feed_end(struct store *, uint64_t *store_id, uint64_t *last,
                    struct error *err) MUST_CHECK;

/* What came behind place 'after', in order. ERROR_USAGE when that is older than what is kept (or not
 * yet there): read everything anew. */
bool store_feed(struct store *, uint64_t after, feed_row_fn *, void *context,
                struct error *err) MUST_CHECK;

/* --- messages --- */

enum message_level { MESSAGE_DEBUG, MESSAGE_INFO, MESSAGE_WARN, MESSAGE_ERROR, MESSAGE_CRIT };

const char *message_level_name(enum message_level); /* "warn" */
bool        message_level_from_name(struct str name, enum message_level *) MUST_CHECK;

struct message {
    struct str         id;            /* given by the store when "" */
    struct str         environment;   /* "" = none */
    struct str         source_system; /* "" = "Calipso" */
    enum message_level level;
    struct str         text;
    struct str         related_object; /* id, "" = none */
    struct str         related_object_type;
    struct str         display_context;
    struct str         origin_id;
    struct str         origin_type; /* "manual scan" ... */
    int64_t            timestamp;
    int64_t            received; /* 0 = null */
    int64_t            finished;
    bool               viewed;
    int64_t            n; /* of its row; filled in on reading */
};

typedef bool message_fn(void *context, const struct message *);

/* Kept whatever becomes of a commit: while one is open on this handle it waits in memory and is
 * written behind it, whether that succeeds or not. */
bool store_add_message(struct store *, const struct message *, struct error *err) MUST_CHECK;

struct message_filter {
    struct str         id;
    struct str         environment;
    struct str         related_object;
    struct str         origin_id;
    struct str         source_system;
    struct str         text;       /* part of it, ASCII letters in any case */
    enum message_level least;      /* this level and graver ones */
    bool               is_exact;   /* ... and no other */
    int64_t            from;       /* 0 = from the beginning; both ends count */
    int64_t            until;      /* 0 = to the end */
    int64_t            after_time; /* go on behind the message with this time and number */
    int64_t            after_n;    /* 0 = from the beginning */
    bool               unviewed_only;
    bool               latest_first;
    size_t             limit;
};

/* How many messages there are of a level in one environment ("" = of none), and when the last was. */
typedef bool message_count_fn(void *context, struct str environment, enum message_level, uint64_t n,
                              int64_t last);

bool store_count_messages(struct store *, int64_t from, message_count_fn *, void *context,
                          struct error *err) MUST_CHECK;

bool store_messages(struct store *, const struct message_filter *, message_fn *, void *context,
                    struct error *err) MUST_CHECK;
bool store_mark_viewed(struct store *, struct str id, bool viewed, struct error *err) MUST_CHECK;

/* Those of them that are there, that nobody has seen, and that 'may' says yes to. */
typedef bool may_mark_fn(void *context, struct str environment);

bool store_mark_all_viewed(struct store *, const struct str *ids, size_t n, may_mark_fn *,
                           void *context, uint64_t *n_marked, struct error *err) MUST_CHECK;

bool store_remove_messages(struct store *, struct str environment, int64_t before,
                           uint64_t *n_removed, struct error *err) MUST_CHECK;

/* The document of the collection "messages". */
void message_write(struct buf *, const struct message *);

/* --- small collections: clique_types, link_types, constants ... --- */

/* 'document' is complete JSON text with its "_id". */
typedef bool document_fn(void *context, struct str id, struct str document);

/* Put a document (a JSON object) in: replace the one with its "_id" where it stands, else append.
 * Without "_id" one is made of its "name" where names are unique in that collection, else of its
 * content. '*id' (may be NULL) receives it. */
bool collection_put(struct store *, struct str collection, struct str document, struct arena *,
                    struct str *id, struct error *err) MUST_CHECK;
bool collection_get(struct store *, struct str collection, struct str id, struct arena *,
                    struct str *document, struct error *err) MUST_CHECK;

/* The same when it need not be there. */
bool collection_find(struct store *, struct str collection, struct str id, struct arena *,
                     bool *found, struct str *document, struct error *err) MUST_CHECK;
bool collection_list(struct store *, struct str collection, document_fn *, void *context,
                     struct error *err) MUST_CHECK; /* in order of insertion */

/* Those of an environment, by their member of that name. */
bool collection_list_environment(struct store *, struct str collection, struct str environment,
                                 document_fn *, void *context, struct error *err) MUST_CHECK;

/* Those of a status, of "scans" and "connection_tests"; costs what is found. */
bool collection_list_status(struct store *, struct str collection, struct str status, document_fn *,
                            void *context, struct error *err) MUST_CHECK;

/* The latest first. */
bool collection_list_latest(struct store *, struct str collection, document_fn *, void *context,
                            struct error *err) MUST_CHECK;

/* The documents of "scans" of one environment, the latest first; costs what is looked at. */
bool collection_list_scans(struct store *, struct str environment, document_fn *, void *context,
                           struct error *err) MUST_CHECK;

/* Put 'after' (a JSON object with the same "_id") where 'before' stands, as it was read; '*done' is
 * false when somebody else has changed or removed the document since. */
bool collection_swap(struct store *, struct str collection, struct str id, struct str before,
                     struct str after, bool *done, struct error *err) MUST_CHECK;

bool collection_remove(struct store *, struct str collection, struct str id,
                       struct error *err) MUST_CHECK; /* id "" = all of them */
bool collection_names(struct store *, count_fn *, void *context, struct error *err) MUST_CHECK;

/* --- import and export: any collection by its name in the guide --- */

/* inventory, links, cliques (also of a space: RDO, RDO_links, links_x), messages,
 * environments_config; every other name is a small collection. An unknown name whose first document
 * is an object of a tree (it has "id_path") is the inventory of that space. One document after the
 * other, one transaction for all; what mongoexport writes for ids, dates and numbers, and "[dot]"
 * in keys, is read as what it stands for. */
struct import;

struct import_counts {
    uint64_t             n_documents;
    struct commit_counts commit; /* of inventory, links and cliques */
};

/* As with a commit: after false from the next two only import_abort() is left to call, and must be. */
bool store_import_begin(struct store *, struct str collection, struct import **,
                        struct error *err) MUST_CHECK;
bool import_document(struct import *, struct str text, struct error *err) MUST_CHECK;
bool import_finish(struct import *, struct import_counts *, struct error *err) MUST_CHECK;
void import_abort(struct import *);

/* Complete documents, ids kept; environment "" = all. */
bool store_export(struct store *, struct str collection, struct str environment, document_fn *,
                  void *context, struct error *err) MUST_CHECK;

/* Name of a collection in a space: ("links", "RDO") -> "RDO_links", ("links", "inventory_x") ->
 * "links_x", ("inventory", "RDO") -> "RDO"; collections that all spaces share keep their name. */
struct str store_companion(struct arena *, const char *collection, struct str space);

#endif
