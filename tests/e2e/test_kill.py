#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scans that are killed: the store has the revision before or the one after, never between.

TEST_KILLS says how often (100 unless given); 42 of 100 are inside a commit, by the program's own
fault hook, which names the phase it dies in, the others at random times.
"""

import os
import re
import subprocess
import threading
import time
import unittest
from collections import Counter

from program import TIMEOUT, Case, chance

KILLS = int(os.environ.get("TEST_KILLS", "100"))
BEFORE = ("begin", "objects", "links", "cliques", "remove", "before-commit")
AFTER = ("after-commit",)
SIGKILL = -9


class TwoStates(Case):
    """A cloud that is now like this and now like that."""

    def setUp(self):
        super().setUp()
        plain, other = self.copy("ovs"), self.copy("ovs")
        change(other)
        self.program = self.scanned(plain)
        self.recordings = [plain, other]
        self.pictures = [self.program.picture()]
        self.timed_scan(other)
        self.pictures.append(self.program.picture())
        self.now = 1    # which of the two the store has

    def timed_scan(self, recording):
        """A whole scan, and how long that takes now."""
        started = time.monotonic()
        result = self.program.scan(recording)
        self.seconds = time.monotonic() - started
        return result


class States(TwoStates):
    """The two states are worth changing between."""

    def test_they_differ(self):
        """Objects, links and cliques come, go and change between them."""
        for name, text in self.pictures[0].items():
            self.assertNotEqual(text, self.pictures[1][name], name)
        self.program.scan(self.recordings[0])
        self.assert_same_picture(self.program.picture(), self.pictures[0])


class Kill(TwoStates):
    """kill -9 while a scan changes one state into the other."""

    def test_inside_the_commit(self):
        """At every phase, as often as the others."""
        hit = Counter()
        phases = BEFORE + AFTER
        for turn in range(max(len(phases), KILLS * 42 // 100)):
            phase = phases[turn % len(phases)]
            with self.subTest(turn=turn, phase=phase):
                hit[self.killed_by_fault(phase)] += 1
                self.assert_state({self.now} if phase in BEFORE else {1 - self.now})
                self.go_on()
        print("\nkilled inside the commit:", sum(hit.values()), dict(hit), flush=True)

    def test_at_any_time(self):
        """At random times of the scan."""
        random = chance()
        killed = 0
        for turn in range(KILLS * 3):
            if killed >= KILLS - KILLS * 42 // 100:
                break
            with self.subTest(turn=turn):
                killed += self.killed_after(random.uniform(0, self.seconds))
                self.assert_state({0, 1})
                self.go_on()
        print("\nkilled at random times:", killed, flush=True)
        self.assertGreaterEqual(killed, KILLS - KILLS * 42 // 100)

    def start_scan(self, **environ):
        """Starts the scan that changes the state."""
        return self.program.start("scan", "-e", "lab", "--replay",
                                  str(self.recordings[1 - self.now]), environ=environ)

    def killed_by_fault(self, phase):
        """Lets the program kill itself; returns the phase it says."""
        _, said = (process := self.start_scan(CALIPSO_FAULT=phase)).communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, SIGKILL, said.decode())
        return re.search(r"^fault: (.*)$", said.decode(), re.M)[1]

    def killed_after(self, seconds):
        """Kills the scan after some time; was it still running?"""
        process = self.start_scan()
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        return process.returncode == SIGKILL

    def assert_state(self, allowed):
        """The store is whole, and shows one of these states."""
        self.program.check_integrity()
        picture = self.program.picture()
        found = [state for state in (0, 1) if picture == self.pictures[state]]
        self.assertEqual(len(found), 1, "neither the revision before nor the one after")
        self.assertIn(found[0], allowed)

    def go_on(self):
        """The next scan is clean, whatever the last one left behind."""
        result = self.timed_scan(self.recordings[1 - self.now])
        self.assertEqual(result.messages("error"), [])
        self.now = 1 - self.now
        self.assert_state({self.now})


class Readers(TwoStates):
    """Reading while scans write."""

    def test_no_half_scan(self):
        """Every export is one of the two states."""
        scanning = threading.Thread(target=self.scan_in_turn, args=(20,))
        scanning.start()
        seen = Counter()
        while scanning.is_alive():
            for name in ("inventory", "links"):
                text = self.program.export(name)
                states = [state for state in (0, 1) if text == self.pictures[state][name]]
                self.assertEqual(len(states), 1, f"{name} is neither the one nor the other")
                seen[states[0]] += 1
        scanning.join()
        print("\nread while scanning:", dict(seen), flush=True)

    def scan_in_turn(self, times):
        """Lets the state change to and fro."""
        for turn in range(times):
            self.program.scan(self.recordings[turn % 2])


def change(recording):
    """Renames an instance, removes another, and gives a NIC another address."""
    def servers(reply):
        reply["servers"][0]["name"] = "renamed"
        del reply["servers"][1]

    recording.change(recording.one("nova:/servers/detail?all_tenants=1"), servers)
    links = recording.reply("ip -d -j link", "cmp1")
    mac = next(link["address"] for link in links if link.get("ifname") == "eth1")
    recording.replace(mac, "02:00:00:aa:bb:cc")
    recording.save()


if __name__ == "__main__":
    unittest.main()
