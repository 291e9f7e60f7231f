-- Schema 3: the words of an inventory stand behind its number (sqlite_search.c).
INSERT INTO search (search) VALUES ('delete-all');
INSERT INTO search (rowid, text)
SELECT n, search_text(inventory, body) FROM object WHERE substr(type, -7) <> '_folder';
