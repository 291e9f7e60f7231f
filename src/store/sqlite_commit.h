/* A commit in progress: what sqlite_commit.c (beginning, scope, end) and sqlite_commit_rows.c (one
 * row at a time) share. */

#ifndef STORE_SQLITE_COMMIT_H
#define STORE_SQLITE_COMMIT_H

#include "store/known.h"
#include "store/sqlite.h"

enum { N_LATE_INDEXES = 4 };

enum kind { KIND_OBJECT, KIND_LINK, KIND_CLIQUE, N_KINDS };

/* One inventory that the commit writes to, with what was there when it was first touched. */
struct target {
    struct target   *next;
    struct inventory inventory;
    int64_t          number;
    int64_t          last_scanned;
    struct known     known[N_KINDS];
    bool             loaded[N_KINDS];
};

/* Statements that run once per row, prepared when first needed. */
enum row_statement {
    OBJECT_INSERT,
    OBJECT_UPDATE,
    OBJECT_KEEP, /* copy to history */
    OBJECT_DELETE,
    OBJECT_AT_KEY,
    OBJECT_SOURCE,
    OBJECT_STALE,
    OBJECT_TELL, /* what the feed tells of it */
    WORDS_ADD,
    WORDS_DROP,
    LINK_INSERT,
    LINK_UPDATE,
    LINK_KEEP,
    LINK_DELETE,
    LINK_FROM,
    LINK_TO,
    LINK_ENDS,
    LINK_TELL,
    CLIQUE_PUT,
    CLIQUE_KEEP,
    CLIQUE_DELETE,
    CLIQUE_TELL,
    N_ROW_STATEMENTS
};

struct commit {
    struct store        *store;
    struct arena        *arena;
    struct commit_spec   spec;  /* its strings in the arena */
    struct lease         lease; /* token "" = none */
    uint64_t             revision;
    struct target       *targets;
    struct target       *current;
    struct commit_counts counts;
    int64_t              next_number[N_KINDS]; /* of a new row */
    bool                 has_loose_links;      /* some whose ends are not there */
    bool                 begun[N_KINDS];       /* the fault hook was called */
    bool                 open;                 /* the transaction is */
    bool                 is_first_load;
    struct str           late_indexes[N_LATE_INDEXES]; /* the statements that make them */
    sqlite3_stmt        *statements[N_ROW_STATEMENTS];
};

static inline struct kind_counts *
commit_counts_of(struct commit *c, enum kind kind)
{
    struct kind_counts *const counts[] = { &c->counts.objects, &c->counts.links,
                                           &c->counts.cliques };

    return counts[kind];
}

void commit_phase(struct commit *, const char *phase);

/* Know what the target has of this kind. */
bool commit_load(struct commit *, struct target *, enum kind, struct error *err) MUST_CHECK;

/* A row ended: keep it in history and take it out. */
bool remove_object(struct commit *, struct known_row *, struct error *err) MUST_CHECK;
bool remove_link(struct commit *, struct known_row *, struct error *err) MUST_CHECK;
bool remove_clique(struct commit *, struct target *, const struct oid *focal_point,
                   struct error *err) MUST_CHECK;

/* The object went, and its links with it. */
bool remove_links_of(struct commit *, uint32_t object, struct error *err) MUST_CHECK;

/* Look up the ends of a link anew. */
bool settle_link(struct commit *, const struct target *, uint32_t n, const struct oid *source,
                 const struct oid *target, struct error *err) MUST_CHECK;

/* Its source failed: it stays, and is marked unless it was. */
bool mark_stale(struct commit *, struct target *, struct known_row *, struct error *err) MUST_CHECK;

/* Why a row was not seen: it is gone, its source failed, or nobody looked for it. */
enum unseen { UNSEEN_GONE, UNSEEN_FAILED, UNSEEN_UNASKED };

bool why_unseen(struct commit *, const struct known_row *, const struct commit_scope *,
                enum unseen *why, struct error *err) MUST_CHECK;

#endif
