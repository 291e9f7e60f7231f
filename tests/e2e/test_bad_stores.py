#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Stores that are damaged, full, too new, or in use."""

import os
import socket
import subprocess
import sys
import time
import unittest

from program import COMPLETED, FAILED, USAGE, WITH_ERRORS, Case, chance, shipped


class Stores(Case):
    """The store is bad, full, or somebody else's."""

    def test_newer_version(self):
        """A store that a later program made is left alone."""
        program = self.scanned(shipped("ovs"))
        version = program.rows("PRAGMA user_version")[0][0]
        self.assertGreater(version, 0)
        program.change_rows(f"PRAGMA user_version = {version + 1}")
        for words in (("list", "host"), ("scan", "--replay", shipped("ovs"))):
            result = program.run(*words, "-e", "lab", expect=FAILED)
            self.assertTrue(result.messages("newer"), result)
        self.assertEqual(program.rows("PRAGMA user_version")[0][0], version + 1)

    def test_no_store(self):
        """Not a database, another one's database, a folder, no folder to put it in."""
        program = self.new_program()
        with open(program.file, "w", encoding="utf-8") as stream:
            stream.write("This is a letter, not a database.\n" * 100)
        for words in (("list", "host"), ("scan", "--replay", shipped("ovs"))):
            result = program.run(*words, "-e", "lab", expect=FAILED)
            self.assertTrue(result.messages(program.file), result)
        os.unlink(program.file)
        program.change_rows("CREATE TABLE letters (text)")
        self.assertTrue(program.scan(shipped("ovs"), expect=FAILED).err.strip())
        for place in (self.folder, "/nowhere/at/all.db"):
            result = program.scan(shipped("ovs"), "--store", f"sqlite:{place}", expect=FAILED)
            self.assertTrue(result.messages(place), result)
        result = program.scan(shipped("ovs"), "--store", "mongodb://x", expect=(FAILED, USAGE))
        self.assertTrue(result.messages("mongodb"), result)

    def test_damaged_file(self):
        """Pages that were overwritten: an error, no crash."""
        random = chance()
        program = self.scanned(shipped("ovs"))
        size = os.path.getsize(program.file)
        for _ in range(10):
            with open(program.file, "r+b") as stream:
                stream.seek(random.randrange(100, size))
                stream.write(random.randbytes(2000))
            program.scan(shipped("ovs"), expect=(COMPLETED, WITH_ERRORS, FAILED))
            program.run("list", "port", "-e", "lab", expect=(COMPLETED, FAILED))

    def test_held_lease(self):
        """Who comes second is told who is first, and changes nothing."""
        program = self.scanned(shipped("ovs"))
        holder = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        try:
            hold_lease(program, holder.pid)
            tables = program.tables()
            result = program.scan(shipped("ovs-busy"), expect=FAILED)
            self.assertTrue(result.messages(str(holder.pid)), result)
            self.assertEqual(program.tables(), tables)
        finally:
            holder.kill()
            holder.wait()
        program.scan(shipped("ovs"))    # the holder is gone

    def test_many_at_once(self):
        """Of several scans at once some are refused; the store is as after one."""
        program = self.new_program()
        running = [program.start("scan", "-e", "lab", "--replay", shipped("ovs"))
                   for _ in range(6)]
        ends = [(*p.communicate(timeout=60), p.returncode) for p in running]
        self.assertLessEqual({status for _, _, status in ends}, {COMPLETED, FAILED}, ends)
        self.assertIn(COMPLETED, [status for _, _, status in ends])
        for _, said, status in ends:
            self.assertTrue(status == COMPLETED or said.strip(), "refused without a word")
        program.check_integrity()
        self.assertEqual(program.revisions(), 1)
        self.assert_same_picture(self.scanned(shipped("ovs")).picture(), program.picture())

    def test_full_disk(self):
        """The revision before stays, and when there is room again all goes on."""
        program = self.on_small_disk(8 << 20)
        program.scan(shipped("ovs"))
        before = program.picture()
        filler = os.path.join(program.folder, "filler")
        fill(filler)
        result = program.scan(shipped("ovs-busy"), expect=FAILED)
        self.assertTrue(result.messages("full") or result.messages("space"), result)
        os.unlink(filler)
        program.check_integrity()
        self.assert_same_picture(before, program.picture())
        program.scan(shipped("ovs-busy"))

    def test_disk_too_small(self):
        """There never was room."""
        program = self.on_small_disk(128 << 10)
        result = program.scan(shipped("ovs"), expect=FAILED)
        self.assertTrue(result.messages("full") or result.messages("space"), result)

    def on_small_disk(self, size):
        """The program with its store on a disk of its own."""
        program = self.new_program()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs",
                                  program.folder], capture_output=True, text=True, check=False)
        if mounted.returncode:
            self.skipTest(f"no small disk can be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", program.folder], check=True)
        return program


def hold_lease(program, pid):
    """Writes the lease of another process into the store."""
    now = int(time.time() * 1e6)
    program.change_rows("INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?, ?, ?, ?)", "lab",
                        "0" * 32, "another scan", pid, socket.gethostname(), now, now)


def fill(path):
    """Writes a file until the disk is full."""
    with open(path, "wb", buffering=0) as stream:
        for size in (1 << 16, 1 << 12):
            try:
                while True:
                    stream.write(bytes(size))
            except OSError:
                pass


if __name__ == "__main__":
    unittest.main()
