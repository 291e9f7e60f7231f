-- Schema 1. PostgreSQL will have the same tables. An applied step is never edited: what changes later
-- is another step in sqlite.c. Times are microseconds since 1970; oid is the "_id" as 12 bytes.
--
-- Why each index is there (every further one costs a commit about a tenth):
--   object_key       identity; lists by type in their order
--   object_oid       "_id" -> row; read alone, without the bodies, it tells a commit what is there
--   object_parent    children, and with them everything below an object
--   object_host      all of one host (--host, scans of one host)
--   object_revision  what a commit changed: search index and feed (grows at its end only)
--   link_key         lists by type, "any link of type T?"; read alone by a commit
--   link_source, link_target
--                    the links of an object: walking a clique without loading the graph
-- Digests are the first 8 bytes: a row is compared with its own predecessor only.
--   *_old_revision   what ended since: feed, search index, pruning (grow at their ends only)
--   object_old_oid   the history of an object

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) WITHOUT ROWID;

-- One environment in one space. The number stands for the two names in every row below.
CREATE TABLE inventory (
    n            INTEGER PRIMARY KEY,
    environment  TEXT NOT NULL,
    space        TEXT NOT NULL,
    last_scanned INTEGER NOT NULL DEFAULT 0,
    UNIQUE (environment, space)
);

CREATE TABLE revision (
    revision    INTEGER PRIMARY KEY,
    environment TEXT NOT NULL,
    space       TEXT NOT NULL,
    time        INTEGER NOT NULL,
    cause       TEXT NOT NULL,
    scope       TEXT NOT NULL,
    counts      TEXT NOT NULL
);

CREATE TABLE object (
    n           INTEGER PRIMARY KEY,
    inventory   INTEGER NOT NULL,
    type        TEXT NOT NULL,
    id          TEXT NOT NULL,
    oid         BLOB NOT NULL,
    digest      BLOB NOT NULL,
    last_seen   INTEGER,                -- NULL: not stale
    rev_from    INTEGER NOT NULL,
    name        TEXT NOT NULL,
    host        TEXT NOT NULL,
    parent_type TEXT NOT NULL,
    parent_id   TEXT NOT NULL,
    body        TEXT NOT NULL,
    extra       TEXT                    -- volatile attributes, written only with the row
);
CREATE UNIQUE INDEX object_key ON object (inventory, type, id);
CREATE INDEX object_oid ON object (inventory, oid, digest, last_seen);
CREATE INDEX object_parent ON object (inventory, parent_id);
CREATE INDEX object_host ON object (inventory, host);
CREATE INDEX object_revision ON object (rev_from);

-- Earlier versions; name, host and parent are read from the body.
CREATE TABLE object_old (
    n         INTEGER PRIMARY KEY,
    object    INTEGER NOT NULL,         -- the row it was
    inventory INTEGER NOT NULL,
    type      TEXT NOT NULL,
    id        TEXT NOT NULL,
    oid       BLOB NOT NULL,
    last_seen INTEGER,
    rev_from  INTEGER NOT NULL,
    rev_to    INTEGER NOT NULL,
    body      TEXT NOT NULL,
    extra     TEXT
);
CREATE INDEX object_old_oid ON object_old (inventory, oid);
CREATE INDEX object_old_revision ON object_old (rev_to);

-- Ends are numbers of objects: neighbours have neighbouring ones, so the two indexes stay small and
-- grow at few places (with "_id"s a link cost twice as much). 0: not there, which only an import
-- leaves so; the "_id"s are in the body.
CREATE TABLE link (
    n         INTEGER PRIMARY KEY,
    inventory INTEGER NOT NULL,
    type      TEXT NOT NULL,
    oid       BLOB NOT NULL,
    digest    BLOB NOT NULL,
    source    INTEGER NOT NULL,
    target    INTEGER NOT NULL,
    implicit  INTEGER NOT NULL,
    rev_from  INTEGER NOT NULL,
    host      TEXT NOT NULL,
    body      TEXT NOT NULL
);
CREATE INDEX link_key ON link (inventory, type, oid, digest);
CREATE INDEX link_source ON link (source);
CREATE INDEX link_target ON link (target);
CREATE INDEX link_revision ON link (rev_from);

CREATE TABLE link_old (
    n         INTEGER PRIMARY KEY,
    inventory INTEGER NOT NULL,
    type      TEXT NOT NULL,
    oid       BLOB NOT NULL,
    rev_from  INTEGER NOT NULL,
    rev_to    INTEGER NOT NULL,
    body      TEXT NOT NULL
);
CREATE INDEX link_old_revision ON link_old (rev_to);

-- A clique follows from objects, links and clique types of its revision, so it has no history of
-- its own; that it ended is kept for the feed.
CREATE TABLE clique (
    inventory        INTEGER NOT NULL,
    focal_point      BLOB NOT NULL,
    oid              BLOB NOT NULL,
    focal_point_type TEXT NOT NULL,
    clique_type      TEXT NOT NULL,
    n_nodes          INTEGER NOT NULL,
    n_links          INTEGER NOT NULL,
    link_types       INTEGER NOT NULL,
    digest           BLOB NOT NULL,
    rev_from         INTEGER NOT NULL,
    body             TEXT,              -- of an imported one, until the next clique phase
    PRIMARY KEY (inventory, focal_point)
) WITHOUT ROWID;
CREATE INDEX clique_revision ON clique (rev_from);

CREATE TABLE clique_old (
    n                INTEGER PRIMARY KEY,
    inventory        INTEGER NOT NULL,
    focal_point      BLOB NOT NULL,
    focal_point_type TEXT NOT NULL,
    rev_to           INTEGER NOT NULL
);
CREATE INDEX clique_old_revision ON clique_old (rev_to);

-- Words of objects (search_text() in terms.c), row number = object.n. The table keeps no text, and
-- of a word only in which rows it is: words are made so that one of them is always enough.
CREATE VIRTUAL TABLE search USING fts5(
    text, content='', columnsize=0, detail=none,
    tokenize="ascii tokenchars '-_.:/@+~#%='"
);
-- Segments are merged sixteen at a time rather than four: each word is written less often.
INSERT INTO search (search, rank) VALUES ('automerge', 0);

CREATE TABLE environment (
    name         TEXT PRIMARY KEY,
    body         TEXT NOT NULL,
    scanned      INTEGER NOT NULL DEFAULT 0,
    last_scanned INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE lease (
    environment TEXT PRIMARY KEY,
    token       TEXT NOT NULL,
    owner       TEXT NOT NULL,
    pid         INTEGER NOT NULL,
    host        TEXT NOT NULL,
    since       INTEGER NOT NULL,
    heartbeat   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE message (
    n                   INTEGER PRIMARY KEY,
    id                  TEXT NOT NULL UNIQUE,
    environment         TEXT NOT NULL,
    source_system       TEXT NOT NULL,
    level               INTEGER NOT NULL,
    text                TEXT NOT NULL,
    related_object      TEXT NOT NULL,
    related_object_type TEXT NOT NULL,
    display_context     TEXT NOT NULL,
    origin_id           TEXT NOT NULL,
    origin_type         TEXT NOT NULL,
    time                INTEGER NOT NULL,
    received            INTEGER NOT NULL,
    finished            INTEGER NOT NULL,
    viewed              INTEGER NOT NULL
);
CREATE INDEX message_time ON message (time);

-- Small collections, in order of insertion.
CREATE TABLE document (
    n          INTEGER PRIMARY KEY,
    collection TEXT NOT NULL,
    id         TEXT NOT NULL,
    rev_from   INTEGER NOT NULL,
    body       TEXT NOT NULL,
    UNIQUE (collection, id)
);

-- Earlier clique types and constraints: with them, old cliques can be worked out.
CREATE TABLE document_old (
    n          INTEGER PRIMARY KEY,
    collection TEXT NOT NULL,
    id         TEXT NOT NULL,
    rev_from   INTEGER NOT NULL,
    rev_to     INTEGER NOT NULL,
    body       TEXT NOT NULL
);
