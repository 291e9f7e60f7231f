#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Environments added and changed, and where their secrets are found: nowhere."""

import base64
import json
import os
import unittest
import urllib.parse

from program import COMPLETED, FAILED, USAGE, Case, shipped

SECRETS = {"OpenStack": "op3n/stack+Pässword", "mysql": "my%sql=Password", "CLI": "ssh Pass\"word"}


def document(name="cloud"):
    """An environment with every target that discovery asks."""
    return {
        "name": name, "distribution": "Debian", "distribution_version": "12",
        "mechanism_drivers": ["OVS"], "type_drivers": "vxlan",
        "configuration": [
            {"name": "OpenStack", "host": "192.0.2.10", "port": 5000, "user": "admin",
             "pwd": SECRETS["OpenStack"], "admin_token": ""},
            {"name": "mysql", "host": "192.0.2.10", "port": "3306", "user": "reader",
             "pwd": SECRETS["mysql"]},
            {"name": "CLI", "host": "192.0.2.10", "user": "calipso", "pwd": SECRETS["CLI"],
             "hosts": {"cmp1": {"host": "192.0.2.21", "user": "root", "key": "/etc/key"}}},
        ],
    }


def forms(secret):
    """How a secret may be written: plain, as JSON, base64 at any offset, URL-encoded."""
    raw = secret.encode()
    yield raw
    yield json.dumps(secret)[1:-1].encode()
    yield urllib.parse.quote(secret, safe="").encode()
    yield urllib.parse.quote_plus(secret).encode()
    for shift in range(3):
        text = base64.b64encode(b"\0" * shift + raw)
        yield text[4 if shift else 0:-4]    # whole groups that hold nothing else


def target(env, name):
    """The target of that name."""
    return next(t for t in env["configuration"] if t["name"] == name)


class Environments(Case):
    """calipso env add, edit, show; the key file."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()
        self.input = self.program.file + ".json"

    def give(self, verb, env, *names, expect=COMPLETED):
        """Add or edit with a document (or a text) in a file."""
        with open(self.input, "w", encoding="utf-8") as f:
            f.write(env if isinstance(env, str) else json.dumps(env))
        result = self.program.run("env", verb, *names, "--file", self.input, expect=expect)
        os.remove(self.input)
        return result

    def shown(self, name="cloud"):
        """The document as people see it."""
        return json.loads(self.program.run("env", "show", name).out)

    def files_of_store(self):
        """All bytes that the program left behind, but the key."""
        folder = os.path.dirname(self.program.file)
        for name in sorted(os.listdir(folder)):
            if not name.endswith(".key"):
                with open(os.path.join(folder, name), "rb") as f:
                    yield name, f.read()

    def test_round_trip(self):
        """What is added is shown, but for its secrets, and has what documents of old have."""
        self.give("add", document())
        env = self.shown()
        for name in SECRETS:
            self.assertEqual(target(env, name)["pwd"], "***")
        self.assertEqual(target(env, "OpenStack")["admin_token"], "***")
        self.assertEqual(target(env, "CLI")["hosts"]["cmp1"]["key"], "/etc/key")
        self.assertEqual((env["type"], env["environment_type"], env["operational"], env["listen"]),
                         ("environment", "OpenStack", "stopped", False))
        self.assertIn("cloud", self.program.run("env", "list").out)

    def test_secrets_stay_inside(self):
        """No form of a secret is in the store, in its log, in an export or in any output."""
        raw = json.dumps(document(), ensure_ascii=False).encode()
        for secret in SECRETS.values():     # the search finds what is there
            self.assertTrue(any(form in raw for form in forms(secret)))
        outputs = [self.give("add", document())]
        outputs += [self.program.run(*words) for words in (
            ("env", "show", "cloud"), ("env", "list", "-o", "json"),
            ("export", "environments_config"), ("messages",))]
        texts = [("output", (r.out + r.err).encode()) for r in outputs]
        for where, text in texts + list(self.files_of_store()):
            for name, secret in SECRETS.items():
                for form in forms(secret):
                    self.assertNotIn(form, text, f"{name} in {where}")

    def test_edit_keeps_what_is_masked(self):
        """A document that was shown can be changed and given back; secrets can be changed, too."""
        self.give("add", document())
        exported = self.program.run("export", "environments_config").out
        env = self.shown()
        self.give("edit", env, "cloud")
        self.assertEqual(self.program.run("export", "environments_config").out, exported)
        target(env, "OpenStack")["host"] = "192.0.2.99"
        self.give("edit", env, "cloud")
        self.assertEqual(target(self.shown(), "OpenStack")["host"], "192.0.2.99")
        target(env, "OpenStack")["pwd"] = "another"
        self.give("edit", env, "cloud")
        before, after = (json.loads(text) for text in
                         (exported, self.program.run("export", "environments_config").out))
        self.assertNotEqual(target(before, "OpenStack")["pwd"], target(after, "OpenStack")["pwd"])
        self.assertEqual(target(before, "mysql")["pwd"], target(after, "mysql")["pwd"])

    def test_key_file(self):
        """Made with the first secret, for its owner alone; needed, and told, when it is lost."""
        key = self.program.file + ".key"
        self.program.scan(shipped("ovs"))
        self.assertFalse(os.path.exists(key))
        self.give("add", document())
        self.assertEqual(os.stat(key).st_mode & 0o777, 0o600)
        with open(key, encoding="ascii") as f:
            self.assertRegex(f.read(), r"\A[0-9a-f]{64}\n\Z")
        os.rename(key, key + ".lost")
        result = self.give("add", document("other"), expect=FAILED)
        self.assertTrue(result.messages(key), result)
        self.assertFalse(os.path.exists(key))
        self.shown()    # nothing is opened to show it
        os.rename(key + ".lost", key)
        os.chmod(key, 0o644)
        result = self.give("add", document("other"), expect=FAILED)
        self.assertTrue(result.messages("chmod 600"), result)
        os.chmod(key, 0o600)
        self.give("add", document("other"))

    def test_another_key(self):
        """Secrets that were sealed with another key are named."""
        self.give("add", document())
        with open(self.program.file + ".key", "w", encoding="ascii") as f:
            f.write("00" * 32 + "\n")
        result = self.give("edit", self.shown(), "cloud", expect=FAILED)
        self.assertTrue(result.messages("another key"), result)
        with open(self.program.file + ".key", "w", encoding="ascii") as f:
            f.write("no key\n")
        result = self.give("edit", self.shown(), "cloud", expect=FAILED)
        self.assertTrue(result.messages("64 hexadecimal digits"), result)

    def test_refusals(self):
        """What is wrong is named, and nothing is kept."""
        self.give("add", document("there"))
        no_cli, odd_port, no_pwd, masked = (document() for _ in range(4))
        no_cli["configuration"].pop()
        target(odd_port, "OpenStack")["port"] = 70000
        del target(no_pwd, "mysql")["pwd"]
        target(masked, "CLI")["pwd"] = "***"
        for env, word in ((document("there"), "env edit"), (no_cli, "CLI"), (odd_port, "port"),
                          (no_pwd, "mysql.pwd"), (masked, "***"), (document("a/b"), "name"),
                          ("{", "line 1"), ("[]", "document"), (" " * (1 << 21), "bytes")):
            with self.subTest(word):
                result = self.give("add", env, expect=FAILED)
                self.assertTrue(result.messages(word), result)
                self.assertFalse(any(s in result.err for s in SECRETS.values()))
        self.assertEqual([json.loads(line)["name"] for line in
                          self.program.run("export", "environments_config").out.splitlines()],
                         ["there"])
        self.give("edit", document("other"), "there", expect=FAILED)
        self.give("edit", document(), "nowhere", expect=FAILED)
        for words in (("add",), ("add", "x", "--file", "-"), ("edit", "--file", "-"),
                      ("edit", "there"), ("list", "--file", "-")):
            with self.subTest(words):
                self.program.run("env", *words, expect=USAGE)


if __name__ == "__main__":
    unittest.main()
