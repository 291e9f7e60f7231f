#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A living cloud whose database may be read, and what may be wrong with it."""

import json
import os
import tempfile
import unittest

from live_cloud import LiveCloud
from program import CLOUDS, ENVIRONMENT, FAILED, WITH_ERRORS, Case, differing
from sql_server import MariaDB, Relay, certificates, insert

PASSWORD = "r3ad-only!"
SCAN = ("scan", "-e", ENVIRONMENT)


def statements(recording):
    """The recorded tables, as statements that make them."""
    text = ""
    for entry in recording.of_kind("db"):
        rows = json.loads(recording.read(entry))
        columns = {name: "BIGINT" if isinstance(value, int) else "LONGTEXT"
                   for row in rows for name, value in row.items() if value is not None}
        for name in (name for row in rows for name in row if name not in columns):
            columns[name] = "LONGTEXT"
        if columns:
            table = f"{entry['database']}.{entry['table']}"
            described = ", ".join(f"`{name}` {kind}" for name, kind in columns.items())
            text += (f"CREATE DATABASE IF NOT EXISTS {entry['database']};\n"
                     f"CREATE TABLE {table} ({described});\n" + insert(table, rows))
    return text


class Database(Case):
    """One database and one cloud for all tests, each with a program of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="calipso-db-"))
        cls.cloud = cls.enterClassContext(LiveCloud(os.path.join(CLOUDS, "ovs")))
        cls.server = MariaDB(folder, certificates(folder))
        cls.addClassCleanup(cls.server.stop)
        cls.server.run(statements(cls.cloud.recording) + f"""
CREATE USER calipso IDENTIFIED BY '{PASSWORD}';
GRANT SELECT ON nova.* TO calipso; GRANT SELECT ON nova_api.* TO calipso;
GRANT SELECT ON neutron.* TO calipso;
CREATE USER half IDENTIFIED BY '{PASSWORD}';
GRANT SELECT ON nova.* TO half; GRANT SELECT ON neutron.agents TO half;
""")

    def known(self, port=None, **changes):
        """A program that knows and trusts the cloud, with its database behind that port."""
        program = self.new_program()
        mysql = {"name": "mysql", "host": "127.0.0.1", "port": port or self.server.port,
                 "user": "calipso", "pwd": PASSWORD, "connect_timeout": 5, **changes}
        document = self.cloud.environment("own")
        document["configuration"].append(mysql)
        program.run("env", "add", "--file", "-", given=json.dumps(document))
        program.run("env", "trust", "-e", ENVIRONMENT, "--yes")
        return program

    def test_as_replayed(self):
        """With a database a cloud is shown as its recording with tables is."""
        replayed, program = self.new_program(), self.known()
        document = self.cloud.environment("own")
        document["configuration"].append({"name": "mysql", "host": "127.0.0.1", "port": 1,
                                          "user": "x", "pwd": "x"})
        replayed.run("env", "add", "--file", "-", given=json.dumps(document))
        replayed.scan(self.cloud.recording)
        program.run(*SCAN)
        for collection in ("inventory", "links", "cliques"):
            odd = differing(replayed.documents(collection), program.documents(collection))
            self.assertEqual(odd - {("region", "RegionOne")}, set(), collection)
        self.assertIn("nothing changed", program.run(*SCAN).out)

    def check_without(self, program, *words):
        """The APIs say the same, and one message says why they had to."""
        result = program.run(*SCAN, expect=WITH_ERRORS)
        self.assertEqual(len(result.messages("mysql", *words)), 1, result)
        self.assertNotIn(PASSWORD, result.err)
        return program.documents("inventory")

    def test_nobody_there(self):
        """Nobody listens, or the password is wrong: nothing is missing but what only it knows."""
        program = self.known()
        program.run(*SCAN)
        keys = program.documents("inventory").keys()
        with Relay(self.server.port) as relay:
            port = relay.port
        self.assertEqual(self.check_without(self.known(port), str(port)).keys(), keys)
        found = self.check_without(self.known(pwd="wr0ng-one"), "password")
        self.assertEqual(found.keys(), keys)

    def test_lost_in_the_middle(self):
        """The connection ends while tables are read."""
        for limit in (200, 2000, 4000, 8000):
            with self.subTest(limit), Relay(self.server.port, "cut", limit) as relay:
                program = self.known(relay.port)
                result = program.run(*SCAN, expect=WITH_ERRORS)
                self.assertTrue(result.messages(str(relay.port)), result)
                types = {key[0] for key in program.documents("inventory")}
                self.assertLessEqual({"host", "vedge", "instance", "network_agent"}, types)

    def test_stalled(self):
        """It accepts, and says nothing: the scan does not wait for it table by table."""
        with Relay(self.server.port, "stall") as relay:
            program = self.known(relay.port, connect_timeout=1)
            self.check_without(program, str(relay.port))
            self.assertLessEqual(relay.n_connections, 2)

    def test_rights(self):
        """What may not be read is named, with the words that would allow it."""
        program = self.known(user="half")
        lines = program.run("env", "test", "-e", ENVIRONMENT, "mysql", expect=FAILED).out
        self.assertIn("GRANT SELECT ON", lines)
        result = program.run(*SCAN, expect=WITH_ERRORS)
        self.assertTrue(result.messages("GRANT SELECT ON"), result)
        self.known().run("env", "test", "-e", ENVIRONMENT, "mysql")


if __name__ == "__main__":
    unittest.main()
