-- Schema 4: the scans of an environment, the latest first, without a look at those of others. Of other
-- collections nobody asks so, and the column is ''. (An index on an expression would need functions
-- that a schema may not use.)
ALTER TABLE document ADD COLUMN environment TEXT NOT NULL DEFAULT '';
UPDATE document SET environment = coalesce(body ->> '$.environment', '') WHERE collection = 'scans';
CREATE INDEX document_scan ON document (environment) WHERE collection = 'scans';
