#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scans of the shipped recordings: complete, true, and the same however the replies are ordered."""

import json
import os
import subprocess
import sys
import unittest

from program import CALIPSO, ENVIRONMENT, RECORDINGS, ROOT, Case, chance, shipped

TRUTH = os.path.join(ROOT, "tests", "truth", "truth.py")


class Replay(Case):
    """What one scan finds."""

    def test_completes_without_errors(self):
        """Neither on stderr nor among the messages that are kept."""
        for name in RECORDINGS:
            with self.subTest(name):
                program = self.new_program()
                result = program.scan(shipped(name))
                self.assertEqual(result.messages("error"), [])
                kept = program.ask("messages")
                self.assertTrue(kept)
                self.assertEqual([m for m in kept if m["level"] == "error"], [])

    def test_agrees_with_the_truth(self):
        """An independent program reads the raw replies and expects the same."""
        for name in RECORDINGS:
            with self.subTest(name):
                program = self.scanned(shipped(name))
                checked = subprocess.run(
                    [sys.executable, TRUTH, "--check-facts", name, "--calipso", CALIPSO,
                     "--store", f"sqlite:{program.file}", "-e", ENVIRONMENT, shipped(name)],
                    capture_output=True, text=True, timeout=300, check=False, env=program.environ)
                self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_second_scan_writes_nothing(self):
        """Neither objects, links, cliques nor a revision; and says so."""
        for name in RECORDINGS:
            with self.subTest(name):
                program = self.scanned(shipped(name))
                tables, picture = program.tables(), program.picture()
                self.assertEqual(program.revisions(), 1)
                result = program.scan(shipped(name))
                self.assertIn("nothing changed", result.out)
                self.assertEqual(program.tables(), tables)
                self.assert_same_picture(program.picture(), picture)

    def test_links_join_what_is_there(self):
        """Both ends of every link, and every node and link of a clique, are in the inventory."""
        for name in RECORDINGS:
            with self.subTest(name):
                program = self.scanned(shipped(name))
                objects = {d["_id"] for d in program.documents("inventory").values()}
                links = program.documents("links").values()
                self.assertTrue(links)
                self.assertEqual([l for l in links if not {l["source"], l["target"]} <= objects],
                                 [])
                ids = {link["_id"] for link in links}
                for clique in program.documents("cliques").values():
                    self.assertIn(clique["focal_point"], objects)
                    self.assertLessEqual(set(clique["links"]), ids)

    def test_cliques_are_connected(self):
        """From the focal point the links of a clique lead to all of its nodes."""
        for name in RECORDINGS:
            with self.subTest(name):
                cliques = self.scanned(shipped(name)).documents("cliques").values()
                self.assertTrue(cliques)
                for clique in cliques:
                    self.assertEqual(unreached(clique), set(), clique["focal_point"])


class Order(Case):
    """The same replies in another order give the same bytes, `_id`s too."""

    def test_jobs(self):
        """One worker or sixteen."""
        for name in RECORDINGS:
            with self.subTest(name):
                pictures = [self.scanned(shipped(name), "--jobs", jobs).picture()
                            for jobs in ("1", "16")]
                self.assert_same_picture(*pictures, name)

    def test_shuffled(self):
        """Rows of lists, members of objects, and the entries of the index."""
        random = chance()
        for name in RECORDINGS:
            with self.subTest(name):
                recording = self.copy(name)
                plain = self.scanned(recording).picture()
                shuffle(recording, random)
                self.assert_same_picture(plain, self.scanned(recording).picture(), name)


class Format(Case):
    """The same recording in all the forms that its format allows."""

    def test_without_environment(self):
        """Format 1: the environment is derived."""
        for name in RECORDINGS:
            with self.subTest(name):
                recording = self.copy(name)
                plain = self.scanned(recording).picture()
                for member in ("format", "environment"):
                    recording.index.pop(member, None)
                recording.index.update(driver=name[:3], files=[],
                                       packages={"neutron-common": "2:21.0.0-7+deb12u1"})
                self.assert_same_picture(plain, self.scanned(recording.save()).picture(), name)

    def test_packed(self):
        """Many replies in one file, and the entries one a line in another."""
        recording = self.copy("ovs")
        plain = self.scanned(recording).picture()
        pack(recording)
        self.assert_same_picture(plain, self.scanned(recording).picture())

    def test_paged(self):
        """A list in pages of one row."""
        for request in ("nova:/servers/detail?all_tenants=1", "neutron:/ports",
                        "neutron:/networks"):
            with self.subTest(request):
                recording = self.copy("ovs")
                plain = self.scanned(recording).picture()
                turn_pages(recording, recording.one(request))
                self.assert_same_picture(plain, self.scanned(recording).picture(), request)


def pack(recording):
    """Puts all replies into one file and the entries into another."""
    replies = b""
    for entry in recording.entries:
        content = recording.read(entry)
        entry.update(file="replies", offset=len(replies), bytes=len(content))
        replies += content
    with open(recording.path("replies"), "wb") as stream:
        stream.write(replies)
    recording.index.update(format=2, files="entries")
    recording.save()


def turn_pages(recording, entry):
    """Gives every row of a list a page of its own, as a client with a limit gets them."""
    (name, rows), = ((name, rows) for name, rows in json.loads(recording.read(entry)).items()
                     if not name.endswith("_links"))
    recording.entries.remove(entry)
    marker = ""
    for number, row in enumerate([*rows, None]):
        gap = "&" if "?" in entry["url"] else "?"
        page = {**entry, "file": f"page-{number}", "url": f"{entry['url']}{gap}limit=1{marker}"}
        recording.write(page, json.dumps({name: [row] if row else []}).encode())
        recording.entries.append(page)
        marker = f"&marker={row['id']}" if row else ""
    recording.save()


def unreached(clique):
    """The ends of links that no way from the focal point leads to."""
    links = [{link["source"], link["target"]} for link in clique["links_detailed"]]
    reached = {clique["focal_point"]}
    for _ in links:
        reached.update(*(ends for ends in links if ends & reached))
    return set().union(*links) - reached


def shuffle(recording, random):
    """Shuffles everything in a recording whose order means nothing."""
    for entry in recording.of_kind("rest", "db"):
        recording.change(entry, lambda document: shuffled(document, random))
    random.shuffle(recording.entries)
    recording.save()


def shuffled(document, random):
    """A reply with its rows and the members of its objects in another order."""
    if isinstance(document, list):
        rows = [shuffled_members(row, random) for row in document]
        random.shuffle(rows)
        return rows
    if isinstance(document, dict):
        return {name: shuffled(value, random) for name, value in document.items()}
    return document


def shuffled_members(value, random):
    """A value with the members of its objects in another order; lists in it stay as they are."""
    if isinstance(value, list):
        return [shuffled_members(item, random) for item in value]
    if isinstance(value, dict):
        names = list(value)
        random.shuffle(names)
        return {name: shuffled_members(value[name], random) for name in names}
    return value


if __name__ == "__main__":
    unittest.main()
