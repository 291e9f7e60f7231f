#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A scan of one object: of its host all that a whole scan would see, of others nothing else."""

import json
import time
import unittest

from program import FAILED, RECORDINGS, USAGE, WITH_ERRORS, Case, differing, shipped

SERVERS = "nova:/servers/detail?all_tenants=1"


class Partial(Case):
    """What most of these tests do."""

    def of(self, program, recording, object_type, object_id, **how):
        """Scans one object."""
        return program.scan(recording, "-t", object_type, "-i", object_id, **how)

    def changes(self, program, scan):
        """What a scan changes: {(type, id): host} of the inventory."""
        before = program.documents("inventory")
        scan()
        after = program.documents("inventory")
        return {key: after.get(key, before.get(key)).get("host", "") for key in differing(before, after)}

    def hosts(self, program):
        """The names of all hosts."""
        return [key[1] for key in program.documents("inventory") if key[0] == "host"]

    def assert_like_whole_scan(self, program, recording):
        """The store is as that of a whole scan on an empty store."""
        self.assert_same_picture(self.scanned(recording).picture(), program.picture())


class NothingNew(Partial):
    """Where nothing has changed, a scan of one object writes nothing."""

    def test_of_every_kind(self):
        """One object of each type on each host, of every recording."""
        for name in RECORDINGS:
            program = self.scanned(shipped(name))
            kinds = {(document["type"], document.get("host")): document
                     for document in program.documents("inventory").values()}
            tables = program.tables()
            self.assertGreater(len(kinds), 40)
            for (kind, host), document in sorted(kinds.items(), key=repr):
                with self.subTest(f"{name}: {kind} {document['id']} of {host}"):
                    result = self.of(program, shipped(name), kind, document["id"])
                    self.assertIn("nothing changed", result.out)
                    self.assertEqual(program.tables(), tables)

    def test_one_id_of_two_hosts(self):
        """NICs of the same device and address are told apart as by a whole scan."""
        recording = self.copy("ovs")
        nics = {d["host"]: d["mac_address"] for d in self.scanned(recording).documents("inventory").values()
                if d["type"] == "host_pnic" and d["name"] == "eth1"}
        recording.replace(nics["cmp2"], nics["cmp1"])
        program = self.scanned(recording)
        self.assertIn(("host_pnic", f"cmp2-eth1-{nics['cmp1']}"), program.documents("inventory"))
        tables = program.tables()
        for host in ("cmp1", "cmp2", "net1"):
            with self.subTest(host):
                self.assertIn("nothing changed", self.of(program, recording, "host", host).out)
                self.assertEqual(program.tables(), tables)

    def test_only_one_host_is_asked(self):
        """Of hosts only that of the object is asked; of an object of no host, none is."""
        program = self.scanned(shipped("ovs"))
        for kind, wanted in (("instance", {"cmp1"}), ("host", {"net1"}), ("network", set())):
            objects = [d for d in program.documents("inventory").values() if d["type"] == kind
                       and (not wanted or d["host"] in wanted)]
            with self.subTest(kind):
                recording = self.copy("ovs")
                recording.entries = [entry for entry in recording.entries if entry["kind"] != "cli"
                                     or entry["host"] in wanted]
                result = self.of(program, recording.save(), kind, objects[0]["id"])
                self.assertIn("nothing changed", result.out)
                self.assertEqual(result.messages("error"), [])


class News(Partial):
    """What is new on the hosts that are asked is found, and nothing else."""

    def other_addresses(self, recording):
        """Another address for a NIC of each host; returns the hosts."""
        program = self.scanned(recording)
        nics = [d for d in program.documents("inventory").values() if d["type"] == "host_pnic"]
        for nic in nics:
            recording.replace(nic["mac_address"], "06" + nic["mac_address"][2:],
                              [e for e in recording.entries if e.get("host") == nic["host"]])
        return program, {nic["host"] for nic in nics}

    def test_host_by_host(self):
        """Once every host has been scanned alone, all is as after a whole scan."""
        for name in ("ovs", "lxb"):
            recording = self.copy(name)
            program, hosts = self.other_addresses(recording)
            self.assertGreater(len(hosts), 2)
            for host in sorted(hosts):
                with self.subTest(f"{name} {host}"):
                    changed = self.changes(program,
                                           lambda host=host: self.of(program, recording, "host", host))
                    self.assertEqual(set(changed.values()), {host})
            self.assert_like_whole_scan(program, recording)

    def test_of_the_lists(self):
        """What the cloud's lists tell is news, whatever is scanned; a host's port, too."""
        recording = self.copy("ovs")
        program = self.scanned(recording)
        recording.replace('"net-a"', '"net-z"')
        network = next(key[1] for key, d in program.documents("inventory").items()
                       if key[0] == "network" and d["name"] == "net-a")
        self.of(program, recording, "network", network)
        self.assertEqual(program.documents("inventory")["network", network]["name"], "net-z")
        for host in self.hosts(program):    # its instances show the name
            self.of(program, recording, "host", host)
        self.assert_like_whole_scan(program, recording)

    def servers(self, recording):
        """Those of the recording, as the store has them: {name: id}."""
        return {s["name"]: s["id"] for s in recording.reply(SERVERS)["servers"]}

    def change_server(self, recording, server, function):
        """Changes the list of servers: function gets the list and the one."""
        def change(document):
            function(document["servers"], next(s for s in document["servers"] if s["id"] == server))
        recording.change(recording.one(SERVERS), change)
        return recording.save()

    def test_an_instance_that_moved(self):
        """Wherever it is looked for, it is found where it is now, and gone where it was."""
        def move(_, server):
            server["OS-EXT-SRV-ATTR:host"] = "cmp2"
            server["OS-EXT-SRV-ATTR:hypervisor_hostname"] = "cmp2"

        for kind, name in (("instance", None), ("host", "cmp1"), ("host", "cmp2")):
            recording = self.copy("ovs")
            program = self.scanned(recording)
            server = self.servers(recording)["vm-a1"]
            self.assertEqual(program.documents("inventory")["instance", server]["host"], "cmp1")
            self.change_server(recording, server, move)
            with self.subTest(f"{kind} {name}"):
                self.of(program, recording, kind, name or server, expect=(0, WITH_ERRORS))
                self.assertEqual(program.documents("inventory")["instance", server]["host"], "cmp2")
                again = self.new_program()
                again.scan(recording, expect=(0, WITH_ERRORS))
                self.assert_same_picture(again.picture(), program.picture())

    def test_an_instance_that_went(self):
        """It stays until its host is scanned, or itself."""
        for kind in ("host", "instance"):
            recording = self.copy("ovs")
            program = self.scanned(recording)
            server = self.servers(recording)["vm-a1"]
            self.change_server(recording, server, lambda servers, one: servers.remove(one))
            self.of(program, recording, "host", "cmp2")
            self.assertIn(("instance", server), program.documents("inventory"))
            with self.subTest(kind):
                self.of(program, recording, kind, "cmp1" if kind == "host" else server)
                self.assertNotIn(("instance", server), program.documents("inventory"))

    def test_a_whole_scan_follows(self):
        """Nothing is left behind of what was put together from scans of one object."""
        recording = self.copy("ovs")
        program, _ = self.other_addresses(recording)
        self.of(program, recording, "host", "cmp1")
        program.scan(recording)
        self.assert_like_whole_scan(program, recording)


class Failures(Partial):
    """A host that does not answer, an object that is not there."""

    def test_a_silent_host(self):
        """Its objects are stale, those of others are not; a whole scan says the same."""
        recording = self.copy("ovs")
        program = self.scanned(recording)
        recording.entries = [e for e in recording.entries if e.get("host") not in ("cmp1", "cmp2")]
        recording.save()
        result = self.of(program, recording, "host", "cmp1", expect=WITH_ERRORS)
        self.assertTrue(result.messages("cmp1"))
        self.assertEqual(result.messages("cmp2"), [])
        stale = {d["host"] for d in program.documents("inventory").values() if d.get("stale")}
        self.assertEqual(stale, {"cmp1"})
        before = program.documents("inventory")
        self.of(program, recording, "host", "net1")     # says nothing about cmp1
        self.assertEqual(differing(before, program.documents("inventory")), set())
        self.of(program, shipped("ovs"), "host", "cmp1")
        self.assert_like_whole_scan(program, shipped("ovs"))

    def test_what_cannot_be_scanned(self):
        """Each refusal says why, and leaves all as it is."""
        program = self.scanned(shipped("ovs"))
        tables = program.tables()
        for words, status, said in (
                (("-i", "nobody"), FAILED, "there is no object with the id nobody"),
                (("-t", "host", "-i", "nobody"), FAILED, "there is no host with the id nobody"),
                (("-t", "host", "-f", "name", "-i", "nobody"), FAILED, "with the name nobody"),
                (("-f", "name", "-i", "cmp1"), USAGE, "several objects have the name cmp1"),
                (("-t", "vm", "-i", "cmp1"), USAGE, "there is no type of objects 'vm'"),
                (("-s",), USAGE, "-i ID"),
                (("-t", "host"), USAGE, "-i ID"),
                (("-f", "kind", "-i", "cmp1"), USAGE, "-f knows id and name"),
                (("-i", "cmp1", "--clear"), USAGE, "clears nothing"),
                (("-i", "cmp1", "--links_only"), USAGE, "does all")):
            with self.subTest(" ".join(words)):
                result = program.scan(shipped("ovs"), *words, expect=status)
                self.assertTrue(result.messages(said), str(result))
                self.assertEqual(program.tables(), tables)

    def test_the_environment(self):
        """Whether it has been scanned is said by whole scans alone."""
        program = self.scanned(shipped("ovs"))
        marked = program.rows("SELECT scanned, last_scanned FROM environment")
        self.of(program, shipped("ovs"), "host", "nobody", expect=FAILED)
        self.of(program, shipped("ovs"), "host", "cmp1")
        program.scan(shipped("ovs"), "--inventory_only")
        self.assertEqual(program.rows("SELECT scanned, last_scanned FROM environment"), marked)
        program = self.scanned(shipped("ovs"), "--inventory_only")
        self.assertEqual(program.rows("SELECT scanned, last_scanned FROM environment"), [(0, 0)])


class Words(Partial):
    """As the original's command line said it, and what is shown of such a scan."""

    def test_the_original(self):
        """-s with type, id and parent; projects by name."""
        program = self.scanned(shipped("ovs"))
        for words in (("-s", "-t", "host", "-i", "cmp1", "-p", "az1", "-a", "availability_zone"),
                      ("-s", "-t", "project", "-f", "name", "-i", "demo"),
                      ("-t", "environment", "-i", "")):
            with self.subTest(" ".join(words)):
                self.assertIn("nothing changed", program.scan(shipped("ovs"), *words).out)
        text = program.run("scan", "--help").out + program.run("scan", "--usage").out
        for option in ("--scan_self", "--parent_id", "--parent_type"):  # do nothing
            self.assertNotIn(option, text)

    def test_last_scanned(self):
        """An object says when it was seen, not when its environment was."""
        program = self.scanned(shipped("ovs"))

        def times():
            lines = program.run("export", "inventory", "-e", "lab").out.splitlines()
            return {d["host"] if "host" in d else "": d["last_scanned"] for d in map(json.loads, lines)}

        first = times()
        time.sleep(0.01)
        self.of(program, shipped("ovs"), "host", "cmp1")
        second = times()
        self.assertEqual({host for host in first if first[host] != second[host]}, {"", "cmp1"})
        time.sleep(0.01)
        program.scan(shipped("ovs"))
        self.assertEqual(len(set(times().values())), 1)

    def test_the_revision_and_the_message(self):
        """What was scanned is kept with what changed."""
        recording = self.copy("ovs")
        program = self.scanned(recording)
        nic = next(d for d in program.documents("inventory").values()
                   if d["type"] == "host_pnic" and d["host"] == "cmp1")
        recording.replace(nic["mac_address"], "06" + nic["mac_address"][2:])
        self.of(program, recording, "host", "cmp1")
        self.assertEqual(program.rows("SELECT scope FROM revision ORDER BY revision"),
                         [("environment",), ("host cmp1",)])
        self.assertIn("scan of host cmp1 completed", program.run("messages", "-e", "lab").out)


if __name__ == "__main__":
    unittest.main()
