-- Schema 2: every change in order, for those who look on (sqlite_feed.c). A row is written in the
-- transaction that makes the change, and goes when there are too many. The number of the last one
-- counts on for ever, so the last row always stays. 'source' and 'target' are "_id"s of a link's ends;
-- 'members' is JSON text, what else is told.
CREATE TABLE feed (
    n           INTEGER PRIMARY KEY,
    time        INTEGER NOT NULL,
    kind        INTEGER NOT NULL,
    what        INTEGER NOT NULL,
    revision    INTEGER NOT NULL,       -- 0: of none
    environment TEXT NOT NULL,
    space       TEXT NOT NULL,
    type        TEXT NOT NULL,
    id          TEXT NOT NULL,
    oid         BLOB,
    source      BLOB,
    target      BLOB,
    members     TEXT NOT NULL
);

-- Which store it is: a place in the feed of another one means nothing.
INSERT INTO meta (key, value) VALUES ('feed', random());
