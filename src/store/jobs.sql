-- Schema 7: the scans and connection tests of a status, so that who looks for work every second reads
-- those that wait, not all that ever ran. Of other collections nobody asks so, and the column is ''.
ALTER TABLE document ADD COLUMN status TEXT NOT NULL DEFAULT '';
UPDATE document SET status = coalesce(body ->> '$.status', '')
    WHERE collection IN ('scans', 'connection_tests');
CREATE INDEX document_status ON document (collection, status) WHERE status <> '';
