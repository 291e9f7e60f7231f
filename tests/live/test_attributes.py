#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What objects of the shipped recordings say about themselves is what the raw replies say.

No lab is needed: a recording is read in place of it.
"""

import os
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
for FOLDER in ("e2e", "truth"):
    sys.path.insert(0, os.path.join(HERE, "..", FOLDER))

import program                                              # noqa: E402 - found through sys.path
import raw                                                  # noqa: E402
import truth                                                # noqa: E402
from attributes import SHOWN, Facts, differences            # noqa: E402


class Attributes(program.Case):
    def facts(self, recording, has_sql):
        cloud = raw.Recording(str(recording))
        return Facts(truth.Truth(cloud, program.ENVIRONMENT), cloud, has_sql).all()

    def each_cloud(self):
        """(recording, has_sql, program that scanned it), with the database and without."""
        for name in program.RECORDINGS:
            for has_sql in (True, False):
                recording = self.copy(name)
                if not has_sql:
                    recording.entries = [entry for entry in recording.entries
                                         if entry["kind"] != "db"]
                    targets = recording.index["environment"]["configuration"]
                    targets[:] = [one for one in targets if one["name"] != "mysql"]
                    recording.save()
                with self.subTest(recording=name, has_sql=has_sql):
                    yield recording, has_sql, self.scanned(recording)

    def test_nothing_differs(self):
        for recording, has_sql, one in self.each_cloud():
            for type_, facts in self.facts(recording, has_sql).items():
                documents = one.ask("list", type_)
                self.assertEqual(facts.keys(), {document["id"] for document in documents}, type_)
                self.assertEqual(differences(type_, facts, documents), [])

    def test_each_fact_counts(self):
        """A fact that were another one would be noticed."""
        one = self.scanned(program.shipped("ovs"))
        for type_, facts in self.facts(program.shipped("ovs"), True).items():
            documents = one.ask("list", type_)
            for id_, fact in facts.items():
                for name, value in fact.items():
                    if (name, value) == ("last beat", None):
                        continue
                    other = {id_: {**fact, name: "something else"}}
                    self.assertEqual(len(differences(type_, other, documents)), 1, (id_, name))

    def test_every_type_has_facts(self):
        seen = set()
        for name in program.RECORDINGS:
            facts = self.facts(program.shipped(name), True)
            seen |= {type_ for type_, some in facts.items() if some}
        self.assertEqual(seen, SHOWN.keys())


if __name__ == "__main__":
    unittest.main(warnings="ignore")    # raw.Recording keeps its files open
