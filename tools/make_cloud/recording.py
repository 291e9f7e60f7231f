# SPDX-License-Identifier: Apache-2.0
"""The folder of a recording, format 2: replies in files, one index entry per line.

Replies are written as they are made; only the text and the index of one host are in memory.
"""
import json
import os
import re

from . import texts

RECORDED = "2026-11-22T08:20:44+00:00"


class Recording:
    def __init__(self, folder):
        os.makedirs(folder, exist_ok=True)
        if os.listdir(folder):
            raise ValueError(f"{folder} is not empty")
        self.folder = folder
        self.bytes = 0
        self.index = open(os.path.join(folder, "index.jsonl"), "w", encoding="ascii", newline="")
        self.folders = set()

    def _write(self, file, chunks):
        path = os.path.join(self.folder, file)
        parent = os.path.dirname(path)
        if parent not in self.folders:
            os.makedirs(parent, exist_ok=True)
            self.folders.add(parent)
        with open(path, "w", encoding="ascii", newline="") as out:
            size = sum(map(out.write, chunks))      # the texts are ASCII: a character is a byte
        self.bytes += size
        return size

    def _entry(self, **entry):
        self.index.write(json.dumps(entry) + "\n")

    def rest(self, service, url, chunks, page=1):
        """One reply of an API.  'page' only tells the files of a list's pages apart."""
        name = re.sub(r"^http://[^/]*/|[?&](limit|marker)=[^&]*", "", url)
        name = re.sub(r"[^A-Za-z0-9._=-]+", "_", name)
        file = f"api/{service}/GET_{name}{'' if page == 1 else f'-page{page}'}.json"
        self._write(file, chunks)
        self._entry(file=file, kind="rest", service=service, method="GET", url=url,
                    **{"as": "admin"}, request_headers={}, status=200)

    def tables(self, database, tables):
        """A database: {table: (number of rows, texts of the rows)}."""
        counts = {table: number for table, (number, _) in tables.items()}
        for table, (number, rows) in tables.items():
            if not number:
                continue                    # an empty table has a count and no file
            file = f"db/{database}/{table}.json"
            self._write(file, _rows(rows))
            self._entry(file=file, kind="db", database=database, table=table, rows=number,
                        query=f"SELECT * FROM {database}.{table}")
        file = f"db/{database}/_counts.json"
        self._write(file, [json.dumps(counts, indent=1)])
        self._entry(file=file, kind="db", database=database,
                    query="row count of every table (0 = no file)")

    def host(self, name, sections):
        """All commands of one host in one file; a section is (command, its output)."""
        file = f"cli/{name}.txt"
        offset, output, lines = 0, [], []
        for command, text in sections:
            size = len(text)
            lines.append(f'{{"file": "{file}", "kind": "cli", "host": "{name}", '
                         f'"command": "{command}", "rc": 0, '
                         f'"offset": {offset}, "bytes": {size}}}\n')
            output.append(text)
            offset += size
        self._write(file, output)
        self.index.writelines(lines)

    def close(self, driver, environment):
        self.index.close()
        self.bytes += os.path.getsize(self.index.name)
        head = {"format": 2, "recorded": RECORDED, "driver": driver, "environment": environment,
                "packages": texts.PACKAGES, "files": "index.jsonl"}
        self._write("index.json", [json.dumps(head, indent=1), "\n"])


def _rows(rows):
    """The layout of json.dumps(rows, indent=1)."""
    before = "[\n"
    for row in rows:
        yield before + row
        before = ",\n"
    yield "\n]"
