#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The API's description of itself (/api/v1/openapi.json), held against by a reader that is not ours:
what every test of the server asked and was answered must be as it says.

API_TESTS names the tests that keep what they saw (exchanges.py); those that have not been run with
this program are run first."""

import os
import subprocess
import sys
import unittest

import exchanges
import node
from program import CALIPSO, new_folder
from test_serve import ServeCase

HERE = os.path.dirname(os.path.abspath(__file__))
API_TESTS = os.environ.get("API_TESTS", "serve").split(":")


class Description(ServeCase):
    """Of all operations."""

    def read(self, folder):
        """The description, in a file."""
        file = os.path.join(folder, "openapi.json")
        answer = self.serve(self.new_program(), "--no-scans").ask("GET", "/api/v1/openapi.json")
        self.assertEqual(answer.status, 200)
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(answer.text)
        return file

    def exchanges(self, name):
        """The file of what a test saw."""
        script = os.path.join(HERE, f"test_{name}.py")
        file = exchanges.file_of(script)
        if not os.path.exists(file) or os.path.getmtime(file) < max(map(os.path.getmtime, (CALIPSO, script))):
            done = subprocess.run([sys.executable, script], capture_output=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
        return file

    def test_answers(self):
        """Each is described; each operation has succeeded at least once."""
        if not exchanges.FOLDER:
            os.environ["EXCHANGES"] = exchanges.FOLDER = new_folder(self)
        files = [self.exchanges(name) for name in API_TESTS]
        description = self.read(new_folder(self))
        done = node.run("check.mjs", description, *files, exchanges.file_of(__file__))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
