-- Schema 6: when a host was last seen, if that was in a scan of one object since the inventory was
-- scanned whole; '' is what the cloud's lists tell of.
CREATE TABLE host_scanned (
    inventory INTEGER NOT NULL,
    host      TEXT NOT NULL,
    time      INTEGER NOT NULL,
    PRIMARY KEY (inventory, host)
) WITHOUT ROWID;
