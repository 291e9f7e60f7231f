#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recordings whose index is not what it should be."""

import os
import shutil
import unittest

from program import COMPLETED, FAILED, WITH_ERRORS, Case, new_folder
from spoils import NOT_JSON, WRONG_JSON


class Index(Case):
    """The index of a recording is bad."""

    def assert_refused(self, folder, *words):
        """There is nothing to scan."""
        result = self.new_program().scan(folder, expect=FAILED)
        self.assertTrue(result.messages(*words), result)

    def test_no_recording(self):
        """No folder, no index, a file, nothing usable in it."""
        self.assert_refused(os.path.join(self.folder, "nowhere"), "nowhere")
        self.assert_refused(self.folder, "index.json")
        for title, content in {**NOT_JSON, **WRONG_JSON, "a list": b"[]", "an object": b"{}",
                               "no files": b'{"files": 5}'}.items():
            with self.subTest(title):
                with open(os.path.join(self.folder, "index.json"), "wb") as stream:
                    stream.write(content)
                self.assert_refused(self.folder, "index.json")

    def test_later_format(self):
        """A format that is not known yet is not guessed at."""
        recording = self.copy("ovs")
        recording.index["format"] = 99
        self.assert_refused(recording.save(), "format", "99")

    def test_odd_entries(self):
        """Entries that make no sense are named, the others are used."""
        recording = self.copy("ovs")
        good = self.scanned(recording).documents("inventory")
        recording.entries += [{"kind": "cli"}, {"kind": "rest", "file": 5}, {"file": "x"},
                              {"kind": "db", "file": "a", "database": [], "table": {}},
                              {"kind": "cli", "file": "a", "host": "cmp1", "command": "x",
                               "rc": "none", "offset": -1, "bytes": "many"}]
        program = self.new_program()
        result = program.scan(recording.save(), expect=(COMPLETED, WITH_ERRORS))
        self.assertTrue(result.messages("entries.jsonl"), result)
        self.assertEqual(program.documents("inventory"), good)

    def test_entries_that_are_no_objects(self):
        """Likewise."""
        for files, place in ([], "index"), ("entries.jsonl", "entries.jsonl"):
            with self.subTest(place):
                recording = self.copy("ovs")
                recording.index["files"] = files
                recording.entries = [5, None, "x", [], *recording.entries]
                program = self.new_program()
                result = program.scan(recording.save(), expect=(COMPLETED, WITH_ERRORS))
                self.assertTrue(result.messages(place), result)

    def test_outside(self):
        """No file outside the folder is read, by whatever way it is named."""
        recording = self.copy("ovs")
        entry = recording.one("neutron:/networks")
        outside = os.path.join(new_folder(self), "networks.json")
        shutil.copy(recording.path(entry["file"]), outside)
        os.symlink(outside, recording.path("link.json"))
        os.symlink(os.path.dirname(outside), recording.path("folder"))
        for name in (outside, os.path.relpath(outside, recording.folder), "link.json",
                     "folder/networks.json", "api/../../../../../../../../etc/passwd"):
            with self.subTest(name):
                entry["file"] = name
                program = self.new_program()
                result = program.scan(recording.save(), expect=WITH_ERRORS)
                self.assertTrue(result.messages(name) or result.messages("neutron:/networks"),
                                result)
                found = program.documents("inventory")
                self.assertNotIn("network", {key[0] for key in found})
                self.assertIn(("host", "cmp1"), found)

    def test_no_plain_file(self):
        """A folder, a pipe, or a device in place of a file."""
        recording = self.copy("ovs")
        entry = recording.one("neutron:/networks")
        os.mkdir(recording.path("a-folder"))
        os.mkfifo(recording.path("a-pipe"))
        for name in ("a-folder", "a-pipe"):
            with self.subTest(name):
                entry["file"] = name
                result = self.new_program().scan(recording.save(), expect=WITH_ERRORS)
                self.assertTrue(result.messages(name), result)

    def test_slices_beyond_the_end(self):
        """An offset or a length that the file does not have."""
        recording = self.copy("ovs")
        entry = recording.one("neutron:/networks")
        for offset, size in ((1 << 40, 10), (0, 1 << 40), (-5, 10), (5, -10), (1 << 62, 1 << 62)):
            with self.subTest(offset=offset, size=size):
                recording.index["format"] = 2
                entry.update(offset=offset, bytes=size)
                result = self.new_program().scan(recording.save(), expect=WITH_ERRORS)
                self.assertTrue(result.messages(entry["file"]) or result.messages("networks"),
                                result)


if __name__ == "__main__":
    unittest.main()
