#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recordings of the lab: replayed they are the lab, and nothing secret is in them, nor anywhere else."""

import base64
import json
import os
import re
import unittest
import urllib.parse
import urllib.request

from live import ENVIRONMENT, Case, environment
import program

# Bodies are without what changes from minute to minute.
TABLES = {"object": "type, id, oid, name, host, parent_type, parent_id, body",
          "link": "type, oid, implicit, host, body",
          "clique": "focal_point, oid, clique_type, n_nodes, n_links, digest"}
TOKEN = re.compile(rb"gAAAAA[\w-]{40,}")        # Fernet, as Keystone makes them
LEAST = 6                                       # characters of a piece of base64 that count


def forms(secret):
    """The ways in which a secret may stand in a text."""
    raw = secret.encode()
    yield raw
    yield urllib.parse.quote(secret, safe="").replace("-", "%2D").encode()
    for shift in range(3):
        # What of its base64 does not depend on what stands before and behind it.
        whole = base64.b64encode(b"\0" * shift + raw)
        piece = whole[(4, 4, 4)[shift] if shift else 0:len(whole) // 4 * 4 - 4]
        if len(piece) >= LEAST:
            yield piece


def found(secrets, data):
    """Which secrets are in these bytes."""
    odd = [name for name, secret in secrets.items()
           if any(form in data for form in forms(secret))]
    return odd + (["a token"] if TOKEN.search(data) else [])


def files_of(folder):
    """(path, content) of all files below a folder."""
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            with open(path, "rb") as stream:
                yield path, stream.read()


class Recordings(Case):
    """`calipso record` of the lab."""

    def secrets(self):
        """{what: secret} of the environment's document, and the key that opens the hosts."""
        facts = self.lab.facts
        with open(facts["ssh"]["key"], encoding="ascii") as stream:
            key = "".join(stream.read().split("\n")[1:-2])
        return {"the password of OpenStack": facts["admin"]["password"],
                "the password of mysql": facts["mysql"]["password"],
                "the password of AMQP": facts["amqp"]["password"], "the SSH key": key[-60:]}

    def raw_capture(self):
        """What goes over the wire when somebody signs in: a request and its answer."""
        facts = self.lab.facts["admin"]
        password = facts["password"]
        body = json.dumps({"auth": {
            "identity": {"methods": ["password"], "password": {"user": {
                "name": facts["user"], "domain": {"name": facts["domain"]},
                "password": password}}},
            "scope": {"project": {"name": facts["project"],
                                  "domain": {"name": facts["domain"]}}}}}).encode()
        request = urllib.request.Request(self.lab.facts["auth_url"] + "/auth/tokens", data=body,
                                         headers={"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            token = answer.headers["X-Subject-Token"].encode()
        basic = base64.b64encode(f"{facts['user']}:{password}".encode())
        return body, token, basic, f"pwd={urllib.parse.quote(password)}".encode()

    def test_a_replay_is_the_lab(self):
        """The same objects, links and cliques as a scan of the lab itself has."""
        one = self.new_environment()
        self.scan_at_rest(one)
        folder = os.path.join(program.new_folder(self), "recording")
        one.run("record", "-e", ENVIRONMENT, "-o", folder)
        replayed = self.new_environment()
        replayed.run("scan", "-e", ENVIRONMENT, "--replay", folder)
        for table, columns in TABLES.items():
            query = f"SELECT {columns} FROM {table} ORDER BY oid"
            mine, others = one.rows(query), replayed.rows(query)
            self.assertTrue(mine, table)
            self.assertEqual(mine, others, table)

    def test_nothing_secret_is_kept(self):
        """Neither in the recording, plain or with pseudonyms, nor in the store, nor in any output."""
        secrets = self.secrets()
        request, token, basic, query = self.raw_capture()
        self.assertEqual(found(secrets, request), ["the password of OpenStack"])
        self.assertEqual(found(secrets, token), ["a token"])
        self.assertEqual(found(secrets, basic), ["the password of OpenStack"])
        self.assertEqual(found(secrets, query), ["the password of OpenStack"])
        document = json.dumps(environment(self.lab)).encode()
        self.assertEqual(len(found(secrets, document)), 3)

        one = self.new_environment()
        recordings = program.new_folder(self)
        said = [one.test(), one.scan_live("-l", "DEBUG"), one.run("env", "show", ENVIRONMENT),
                one.run("export", "environments_config"), one.run("messages", "-e", ENVIRONMENT)]
        for words in ((), ("--pseudonymise",), ("--every-form",)):
            folder = os.path.join(recordings, f"r{len(said)}")
            said.append(one.run("record", "-e", ENVIRONMENT, "-o", folder, *words))
        for result in said:
            self.assertEqual(found(secrets, (result.out + result.err).encode()), [], result)
        n_files = 0
        for path, content in files_of(recordings):
            self.assertEqual(found(secrets, content), [], path)
            n_files += 1
        self.assertGreater(n_files, 100)
        for path, content in files_of(one.folder):
            if os.path.basename(path) != "environment.json":    # the test's own
                self.assertEqual(found(secrets, content), [], path)


if __name__ == "__main__":
    unittest.main()
