#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The shipped recordings are whole, small, and hold no secret."""

import json
import pathlib
import re
import unittest

CLOUDS = pathlib.Path(__file__).parent / "clouds"
SECRETS = re.compile(rb"lab-(admin|ro|ssh|rabbit)\b|gAAAA|X-Subject-Token|\"password\"|adminPass"
                     rb"|PRIVATE KEY|transport_url")
MOST_BYTES = 1_500_000


class Clouds(unittest.TestCase):
    def each_cloud(self):
        clouds = sorted(path.parent for path in CLOUDS.glob("*/index.json"))
        self.assertEqual([path.name for path in clouds], ["lxb", "ovs", "ovs-busy", "ovs-direct"])
        for cloud in clouds:
            with self.subTest(cloud=cloud.name):
                yield cloud

    def test_index_and_files_agree(self):
        for cloud in self.each_cloud():
            index = json.loads((cloud / "index.json").read_text())
            self.assertEqual(index["format"], 2)
            self.assertEqual(index["environment"]["name"], cloud.name)
            lines = (cloud / index["files"]).read_text().splitlines()
            named = {entry[key] for entry in map(json.loads, lines)
                     for key in ("file", "stderr_file") if key in entry}
            found = {str(path.relative_to(cloud)) for path in cloud.rglob("*") if path.is_file()}
            self.assertEqual(named | {"index.json", index["files"]}, found)

    def test_no_secrets(self):
        for cloud in self.each_cloud():
            for path in cloud.rglob("*"):
                if path.is_file():
                    self.assertIsNone(SECRETS.search(path.read_bytes()), path)
            index = json.loads((cloud / "index.json").read_text())
            self.assertNotIn("lab", index)
            for target in index["environment"]["configuration"]:
                self.assertLessEqual(set(target), {"name", "host", "port"})

    def test_small(self):
        for cloud in self.each_cloud():
            size = sum(path.stat().st_size for path in cloud.rglob("*") if path.is_file())
            self.assertLess(size, MOST_BYTES)


if __name__ == "__main__":
    unittest.main()
