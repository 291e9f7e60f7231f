#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The server and the lab: a client that is made from the API's description does all that one does."""

import json
import os
import unittest

from live import ENVIRONMENT, Case, environment
import node
import program
from test_serve import ADMIN, PASSWORD, ServeCase


class Client(Case):
    """From an empty store to the feed."""

    def test_client(self):
        """It adds the lab, trusts, tests and scans it, reads it; then the store is as after a scan."""
        server = program.Program(program.new_folder(self))
        ServeCase.add_user(server, ADMIN, "all")
        service = ServeCase.serve(self, server)
        file = os.path.join(server.folder, "environment.json")
        with open(file, "w", encoding="utf-8") as stream:
            json.dump(environment(self.lab), stream)
        secrets = {"CALIPSO_TOKEN": ServeCase.sign_in(service), "CALIPSO_NEW_PASSWORD": PASSWORD}
        done = node.run("client.mjs", f"http://{service.address}", file, environ=secrets)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        print(done.stdout)
        self.assertIn("tested: AMQP, CLI, OpenStack, mysql", done.stdout)
        service.stop()
        counts = {row["type"]: row["count"] for row in
                  json.loads(server.run("types", "-e", ENVIRONMENT, "-o", "json").out)}
        self.assertGreater(counts["instance"], 0)
        self.assertEqual(counts["host"], len(self.lab.hosts))


if __name__ == "__main__":
    unittest.main()
