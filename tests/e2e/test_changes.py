#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a second scan writes when something changed in the cloud, or only seems to have."""

import json
import unittest

from program import COLLECTIONS, Case, differing, shipped

FINITE, LATER = 86000, 85000    # seconds an address is still valid


class Volatile(Case):
    """Values that change by themselves are no news."""

    def assert_nothing_written(self, program, recording):
        """A scan leaves every row as it is."""
        tables = program.tables()
        self.assertIn("nothing changed", program.scan(recording).out)
        self.assertEqual(program.tables(), tables)

    def test_times_of_services_and_agents(self):
        """Heartbeats, the load of agents, and when a service was seen last."""
        for name in ("ovs", "lxb"):
            with self.subTest(name):
                recording = self.copy(name)
                program = self.scanned(recording)
                self.assertGreater(set_later(recording), 10)
                self.assert_nothing_written(program, recording)

    def test_lifetimes_of_addresses(self):
        """Leased addresses count down, in text and in JSON."""
        for name in ("ovs", "lxb"):
            with self.subTest(name):
                recording = self.copy(name)
                set_lifetime(recording, "forever", "4294967295", FINITE)
                program = self.scanned(recording)
                set_lifetime(recording, f"{FINITE}sec", f"{FINITE}", LATER)
                self.assert_nothing_written(program, recording)


class OneMac(Case):
    """One changed address changes what shows it, in one revision, and nothing else."""

    def change(self, recording, old, new):
        """Scans before and after: {collection: (before, keys that differ)}."""
        program = self.scanned(recording)
        before = {name: program.documents(name) for name in COLLECTIONS}
        self.assertTrue(any(old in text_of(d) for d in before["inventory"].values()))
        recording.replace(old, new)
        recording.replace(old.replace("fa:", "fe:", 1), new.replace("fa:", "fe:", 1))
        result = program.scan(recording)
        self.assertRegex(result.out, r"revision 2: \d+ added, \d+ changed, \d+ deleted")
        self.assertEqual(program.revisions(), 2)
        return {name: (before[name], after, differing(before[name], after))
                for name, after in ((n, program.documents(n)) for n in COLLECTIONS)}

    def assert_only_showing(self, changes, old, new):
        """What differs is what shows the old or the new address."""
        for name, (before, after, keys) in changes.items():
            showing = {key for documents in (before, after) for key, document in documents.items()
                       if old in text_of(document) or new in text_of(document)}
            self.assertEqual(keys, showing, name)

    def test_of_a_port(self):
        """The port, its instance, vNIC, and the bridge that lists its address."""
        recording = self.copy("ovs")
        port = next(p for p in recording.reply("neutron:/ports")["ports"]
                    if p["device_owner"].startswith("compute:"))
        old, new = port["mac_address"], "fa:16:3e:aa:bb:cc"
        changes = self.change(recording, old, new)
        self.assert_only_showing(changes, old, new)
        types = {key[0] for key in changes["inventory"][2]}
        self.assertEqual(types, {"port", "instance", "vnic", "vconnector"})
        self.assertEqual(len(changes["inventory"][2]), 4)

    def test_of_a_nic(self):
        """The NIC, whose id has its address, the links to it and the cliques it is in."""
        recording = self.copy("ovs")
        program = self.scanned(shipped("ovs"))
        old = next(d["mac_address"] for d in program.documents("inventory").values()
                   if d["type"] == "host_pnic" and d["host"] == "cmp1" and d["name"] == "eth1")
        new = "02:00:00:aa:bb:cc"
        changes = self.change(recording, old, new)
        self.assert_only_showing(changes, old, new)
        self.assertEqual(changes["inventory"][2],
                         {("host_pnic", f"eth1-{old}"), ("host_pnic", f"eth1-{new}")})
        types = {key[0] for key in changes["links"][2]}
        self.assertIn("otep-host_pnic", types)
        self.assertEqual([t for t in types if "host_pnic" not in t], [])
        self.assertIn("instance", {key[0] for key in changes["cliques"][2]})

    def test_ids_survive(self):
        """A NIC with another address is still the same NIC: its `_id` stays."""
        recording = self.copy("ovs")
        program = self.scanned(recording)
        nics = {d["_id"]: d for d in program.documents("inventory").values()
                if d["type"] == "host_pnic"}
        for nic in nics.values():
            recording.replace(nic["mac_address"], "02" + nic["mac_address"][2:])
        program.scan(recording)
        after = {d["_id"]: d for d in program.documents("inventory").values()
                 if d["type"] == "host_pnic"}
        self.assertEqual(after.keys(), nics.keys())
        self.assertTrue(all(after[i]["id"] != nics[i]["id"] for i in nics))


def text_of(document):
    """A document as text, to look for an address."""
    return json.dumps(document)


def set_later(recording):
    """Lets a minute pass for services and agents; returns how many values were changed."""
    changed = 0
    for request, names in (("nova:/os-services", {"updated_at"}),
                           ("nova:/os-availability-zone/detail", {"updated_at"}),
                           ("neutron:/agents", {"heartbeat_timestamp"}),
                           ("neutron.agents", {"heartbeat_timestamp", "load"}),
                           ("nova.services", {"updated_at", "last_seen_up", "report_count"}),
                           ("nova.compute_nodes", {"updated_at"}),
                           ("nova.instance_info_caches", {"updated_at"})):
        for entry in recording.find(request):
            document = json.loads(recording.read(entry))
            changed += pass_time(document, names)
            recording.write(entry, json.dumps(document).encode())
    return changed


def pass_time(value, names):
    """Changes the members of these names, at any depth; returns how many."""
    if isinstance(value, list):
        return sum(pass_time(item, names) for item in value)
    if not isinstance(value, dict):
        return 0
    changed = 0
    for name, member in value.items():
        if name in names and isinstance(member, (int, str)):
            value[name] = later(member)
            changed += 1
        else:
            changed += pass_time(member, names)
    return changed


def later(value):
    """A counter some steps on, a time a year on."""
    return value + 7 if isinstance(value, int) else value.replace("2026-", "2027-")


def set_lifetime(recording, old_text, old_number, seconds):
    """Gives all addresses another lifetime."""
    for word in ("valid", "preferred"):
        recording.replace(f"{word}_lft {old_text}", f"{word}_lft {seconds}sec")
        for gap in ("", " "):
            recording.replace(f'"{word}_life_time":{gap}{old_number}',
                              f'"{word}_life_time":{gap}{seconds}')


if __name__ == "__main__":
    unittest.main()
