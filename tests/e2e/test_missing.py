#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replies that are missing: named, and what hung on them stays as it was last seen."""

import unittest

from program import (DISPENSABLE, RECORDINGS, WITH_ERRORS, Case, chance, forms_of,
                     request_of)

SAMPLE = 12    # requests tried of every recording but "ovs"

# What goes stale without a source: request, host, and the types of what only it shows.
SOURCES = (
    ("nova:/servers/detail?all_tenants=1", None, {"instance"}),
    ("keystone:/projects", None, {"project"}),
    ("neutron:/networks", None, {"network"}),
    ("neutron:/ports", None, {"port"}),
    ("nova:/os-availability-zone/detail", None, {"availability_zone"}),
    ("nova_api.aggregates", None, {"aggregate"}),
    ("neutron.agents", None, {"network_agent"}),
    ("ip netns list", "net1", {"vservice"}),
    ("virsh list --all", "cmp1", {"vnic"}),
    ("ovs-vsctl show", "cmp1", {"vedge"}),
)


class Missing(Case):
    """Every single thing a scan asks for."""

    def asked(self, name):
        """A copy of a recording, the program that scanned it, and the files to do without."""
        recording, program = self.copy(name), self.new_program()
        files = sorted(program.asked(recording))
        if name != "ovs":
            files = sorted(chance().sample(files, min(SAMPLE, len(files))))
        return recording, program, files

    def test_file(self):
        """Without the file the scan names it; with it all is well again."""
        for name in RECORDINGS:
            recording, program, files = self.asked(name)
            before = program.picture()
            for file in files:
                with self.subTest(name, file=file), recording.without(file):
                    result = program.scan(recording, expect=WITH_ERRORS)
                    self.assertTrue(result.messages(file), result)
            program.scan(recording)
            self.assert_same_picture(before, program.picture(), name)

    def test_request(self):
        """Without any form of a request in the index the scan names it, and loses nothing."""
        for name in RECORDINGS:
            recording, program, files = self.asked(name)
            whole, before = recording.entries, program.picture()
            keys = {collection: program.documents(collection).keys()
                    for collection in ("inventory", "links")}
            for request, host in requests_for(recording, files):
                with self.subTest(name, request=request, host=host):
                    recording.entries = whole
                    recording.forget(*forms_of(request), host=host)
                    result = program.scan(recording.save(), expect=WITH_ERRORS)
                    self.assert_named(result, request, host)
                    self.assert_nothing_lost(keys, program)
            recording.entries = whole
            program.scan(recording.save())
            self.assert_same_picture(before, program.picture(), name)

    def assert_named(self, result, request, host):
        """Some form of the request is named, and the host when it is one's."""
        named = [line for form in forms_of(request) for line in result.messages(form, host or "")]
        self.assertTrue(named, result)

    def assert_nothing_lost(self, before, program):
        """Objects and links of an earlier scan are all still there."""
        for collection, keys in before.items():
            lost = keys - program.documents(collection).keys()
            self.assertEqual(lost, set(), f"lost {collection}")

    def test_tables_missing(self):
        """What the API has as well is not lost with its tables, nor to older, empty ones."""
        recording = self.copy("ovs")
        program = self.scanned(recording)
        before = program.documents("inventory").keys()
        recording.forget("nova_api.aggregates", "nova_api.aggregate_hosts")
        program.scan(recording.save())
        self.assertEqual(program.documents("inventory").keys(), before)


class Stale(Case):
    """The marks on what could not be seen again."""

    def test_marks_come_and_go(self):
        """`stale` and `last_seen` while the source is missing, and neither afterwards."""
        recording = self.copy("ovs")
        program = self.scanned(recording)
        whole, before = recording.entries, program.picture()
        for request, host, types in SOURCES:
            with self.subTest(request=request, host=host):
                recording.entries = whole
                recording.forget(*forms_of(request), host=host)
                program.scan(recording.save(), expect=WITH_ERRORS)
                self.assert_stale(program.documents("inventory").values(), types, host)
                recording.entries = whole
                program.scan(recording.save())
                self.assert_same_picture(before, program.picture(), "when it is back")

    def assert_stale(self, documents, types, host):
        """All objects of these types, on that host if one is given, are marked."""
        concerned = [d for d in documents
                     if d["type"] in types and host in (None, d.get("host"))]
        self.assertEqual({d["type"] for d in concerned}, types)
        for document in concerned:
            self.assertIs(document.get("stale"), True, document["id"])
            self.assertTrue(document.get("last_seen"), document["id"])

    def test_only_what_hangs_on_it_is_stale(self):
        """A command missing on one host marks nothing of another."""
        recording = self.copy("ovs")
        program = self.scanned(recording)
        recording.forget(*forms_of("ip -j -d link"), host="cmp1")
        program.scan(recording.save(), expect=WITH_ERRORS)
        stale = [d for d in program.documents("inventory").values() if d.get("stale")]
        self.assertEqual({d.get("host") for d in stale}, {"cmp1"})

    def test_silent_host(self):
        """A host the API knows and that answers nothing stays, with all that is on it."""
        recording = self.copy("ovs")
        program = self.scanned(recording)
        whole, before = recording.entries, program.documents("inventory")
        recording.entries = [e for e in whole if e.get("host") != "cmp2"]
        result = program.scan(recording.save(), expect=WITH_ERRORS)
        self.assertTrue(result.messages("cmp2"), result)
        after = program.documents("inventory")
        self.assertEqual(after.keys(), before.keys())
        for type_ in ("vnic", "vconnector", "host_pnic"):
            marks = {d.get("stale") for d in after.values()
                     if d["type"] == type_ and d["host"] == "cmp2"}
            self.assertEqual(marks, {True}, type_)

    def test_gone_is_not_stale(self):
        """What a source that answers no longer has is deleted, not kept."""
        recording = self.copy("ovs")
        program = self.scanned(recording)
        servers = recording.reply("nova:/servers/detail?all_tenants=1")["servers"]
        gone = servers[0]["id"]
        recording.change(recording.one("nova:/servers/detail?all_tenants=1"),
                         lambda reply: {"servers": reply["servers"][1:]})
        program.scan(recording)
        after = program.documents("inventory")
        self.assertNotIn(("instance", gone), after)
        self.assertEqual([d for d in after.values() if d.get("stale")], [])


def requests_for(recording, files):
    """The requests that some files answer, as (request, host), without the dispensable ones."""
    answered = {(request_of(entry), entry.get("host")) for entry in recording.entries
                if entry.get("file") in files and request_of(entry)}
    return sorted((pair for pair in answered if pair[0] not in DISPENSABLE), key=str)


if __name__ == "__main__":
    unittest.main()
