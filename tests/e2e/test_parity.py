#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Different sources of the same facts: SQL or API, JSON or text."""

import re
import shutil
import unittest

from program import FORMS, RECORDINGS, Case, differing

# Attributes that differ between the sources: they were asked one after the other.
DIFFERENT = {"heartbeat_timestamp"}
# Attributes that only one of the sources has: columns of the tables, and members of the replies.
ONE_SIDED = {
    "network_agent": {"load", "resource_versions", "alive", "resources_synced"},
    "vedge": {"load", "resource_versions", "alive", "resources_synced"},
    "vservice": {"gw_port_id", "enable_snat", "external_gateway_info", "tenant_id", "description",
                 "availability_zones", "availability_zone_hints", "distributed", "ha", "routes",
                 "tags", "created_at", "updated_at", "revision_number"},
}


class SqlOrApi(Case):
    """With and without the database."""

    def documents(self, name):
        """Both pictures of a recording, as documents: with the tables, and with the API alone."""
        recording = self.copy(name)
        with_sql = self.scanned(recording)
        without_database(recording)
        return with_sql, self.scanned(recording)

    def test_same_objects_links_and_cliques(self):
        """Types, ids, names, parents; links and cliques as a whole."""
        for name in RECORDINGS:
            with self.subTest(name):
                sql, api = self.documents(name)
                self.assertEqual(places(sql), places(api))
                for collection in ("links", "cliques"):
                    odd = differing(sql.documents(collection), api.documents(collection))
                    self.assertEqual(odd, set(), collection)

    def test_same_attributes(self):
        """What both sources have is equal; what only one has is known."""
        for name in RECORDINGS:
            with self.subTest(name):
                sql, api = (p.documents("inventory") for p in self.documents(name))
                for key in sorted(sql):
                    self.assertEqual(differences(sql[key], api[key]), [], key)
                    odd = sql[key].keys() ^ api[key].keys()
                    self.assertEqual(odd - ONE_SIDED.get(key[0], set()), set(), key)

    def test_booleans(self):
        """The 0 and 1 of SQL are false and true."""
        sql, _ = self.documents("ovs")
        flags = [value for document in sql.documents("inventory").values()
                 for name, value in document.items() if name in ("admin_state_up", "enable_snat")]
        self.assertTrue(flags)
        self.assertEqual({type(value) for value in flags}, {bool})


class JsonOrText(Case):
    """Commands that can print JSON, and their text."""

    def test_same_documents(self):
        """Whichever of the two was recorded, every document is the same."""
        for name in RECORDINGS:
            with self.subTest(name):
                recording = self.copy(name)
                whole = recording.entries
                recording.entries = [e for e in whole if not is_json(e.get("command", ""))]
                text = self.scanned(recording.save()).picture()
                recording.entries = without_text(whole)
                self.assertLess(len(recording.entries), len(whole))
                self.assert_same_picture(text, self.scanned(recording.save()).picture(), name)


def without_database(recording):
    """Takes the database out of a recording and out of its environment."""
    recording.entries = [e for e in recording.entries if not e["kind"].startswith("db")]
    environment = recording.index.get("environment")
    if environment:
        environment["configuration"] = [target for target in environment["configuration"]
                                        if target["name"] != "mysql"]
    shutil.rmtree(recording.path("db"), ignore_errors=True)
    recording.save()


def places(program):
    """Where everything is: {(type, id): (name, parent, paths)}."""
    return {key: [document.get(name) for name in (
                "_id", "name", "object_name", "parent_id", "parent_type", "id_path", "name_path")]
            for key, document in program.documents("inventory").items()}


def differences(one, other, name=""):
    """Where two values differ in what both of them have."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [found for key in one.keys() & other.keys() - DIFFERENT
                for found in differences(one[key], other[key], f"{name}.{key}")]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [found for a, b in zip(one, other) for found in differences(a, b, name + "[]")]
    return [] if one == other and isinstance(one, bool) == isinstance(other, bool) else [
        f"{name}: {one!r} and {other!r}"]


def is_json(command):
    """Is this the form of a command that prints JSON?"""
    return " -j " in command or "--format=json" in command


def without_text(entries):
    """The entries without the text of commands whose JSON was recorded on the same host."""
    recorded = {(e.get("host"), e.get("command")) for e in entries if e.get("rc") == 0}
    return [entry for entry in entries if is_json(entry.get("command", ""))
            or not any((entry.get("host"), form) in recorded for form in json_forms(entry))]


def json_forms(entry):
    """The JSON forms of the command of an entry."""
    for forms in FORMS:
        for form in forms:
            pattern = re.escape(form).replace(r"\{\}", r"(\S+)")
            match = re.fullmatch(pattern, entry.get("command", ""))
            if match:
                word = match[1] if match.groups() else ""
                return [f.replace("{}", word) for f in forms if is_json(f)]
    return []


if __name__ == "__main__":
    unittest.main()
