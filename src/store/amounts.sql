-- Schema 5: how many objects (kind 0), links (1) and cliques (2) of each type an inventory has: to count
-- them anew takes seconds where there are millions. What a transaction adds and removes is taken into
-- account at its end (sqlite_feed.c), what gets another type at once.
CREATE TABLE amount (
    inventory INTEGER NOT NULL,
    kind      INTEGER NOT NULL,
    type      TEXT NOT NULL,
    n         INTEGER NOT NULL,
    PRIMARY KEY (inventory, kind, type)
) WITHOUT ROWID;

INSERT INTO amount SELECT inventory, 0, type, count(*) FROM object GROUP BY inventory, type;
INSERT INTO amount SELECT inventory, 1, type, count(*) FROM link GROUP BY inventory, type;
INSERT INTO amount SELECT inventory, 2, focal_point_type, count(*) FROM clique
    GROUP BY inventory, focal_point_type;

CREATE TRIGGER object_type AFTER UPDATE OF type ON object WHEN new.type <> old.type BEGIN
    INSERT INTO amount VALUES (old.inventory, 0, old.type, -1), (new.inventory, 0, new.type, 1)
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER link_type AFTER UPDATE OF type ON link WHEN new.type <> old.type BEGIN
    INSERT INTO amount VALUES (old.inventory, 1, old.type, -1), (new.inventory, 1, new.type, 1)
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
CREATE TRIGGER clique_type AFTER UPDATE OF focal_point_type ON clique
WHEN new.focal_point_type <> old.focal_point_type BEGIN
    INSERT INTO amount VALUES (old.inventory, 2, old.focal_point_type, -1),
                              (new.inventory, 2, new.focal_point_type, 1)
        ON CONFLICT DO UPDATE SET n = n + excluded.n;
END;
