#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A client that is made from the API's description (tests/openapi/client.mjs), on a living cloud."""

import json
import os
import unittest

import node
from live_cloud import LiveCloud
from test_serve import ADMIN, PASSWORD, ServeCase


class Client(ServeCase):
    """From an empty store to a schedule."""

    def test_client(self):
        """Whichever way hosts are reached."""
        for access in ("own", "master"):
            with self.subTest(access=access):
                program = self.new_program()
                cloud = self.enterContext(LiveCloud())
                self.add_user(program, ADMIN, "all")
                service = self.serve(program)
                file = os.path.join(program.folder, "environment.json")
                with open(file, "w", encoding="utf-8") as stream:
                    json.dump(cloud.environment(access), stream)
                secrets = {"CALIPSO_TOKEN": self.sign_in(service), "CALIPSO_NEW_PASSWORD": PASSWORD}
                done = node.run("client.mjs", f"http://{service.address}", file, environ=secrets, timeout=120)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                for step in ("environment", "trusted", "tested", "scanned", "found", "scheduled", "user", "feed"):
                    self.assertIn(f"{step}: ", done.stdout)
                self.assertEqual(program.run("user", "list").out.count("guest"), 1)


if __name__ == "__main__":
    unittest.main()
