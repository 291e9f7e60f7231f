#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Users on the command line, and where their passwords are found: nowhere."""

import json
import os
import re
import signal
import unittest

from program import COMPLETED, FAILED, TIMEOUT, USAGE, Case
from terminal import Conversation

PASSWORD, OTHER = "Pässword one+1", "another 2nd/one"
ROLES = ["view-env", "edit-env", "manage-users", "manage-link-types", "manage-clique-types",
         "manage-clique-constraints"]


class UserCase(Case):
    """A store of users; at the end no password is found in it, nor in anything that was said."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()
        self.said = []
        self.addCleanup(self.search)

    def search(self):
        """Looks for passwords in all files and all output."""
        for name in sorted(os.listdir(os.path.dirname(self.program.file))):
            path = os.path.join(os.path.dirname(self.program.file), name)
            if os.path.isfile(path):
                with open(path, "rb") as f:
                    self.said.append(f.read().decode("utf-8", "replace"))
        self.assertTrue(any("SQLite format" in text for text in self.said))
        for text in self.said:
            for password in (PASSWORD, OTHER):
                self.assertNotIn(password, text)

    def user(self, *words, **how):
        """Runs a command about users."""
        result = self.program.run("user", *words, **how)
        self.said += [result.out, result.err]
        return result

    def add(self, name, *words, password=PASSWORD, **how):
        """Adds a user with a password from standard input."""
        return self.user("add", name, "--password-file", "-", *words, given=password + "\n", **how)

    def shown(self, name):
        """A user as shown."""
        return self.user("show", name).document()

    def roles(self):
        """{name: roles} of all users."""
        return {u["username"]: u["roles"] for u in self.user("list", "-o", "json").document()}

    def hashes(self):
        """{name: hash of the password}, from the file itself."""
        rows = self.program.rows("SELECT body FROM document WHERE collection = 'users'")
        return {d["username"]: d["password"]["argon2id"]
                for d in (json.loads(body) for (body,) in rows)}

    def add_environment(self, name="lab"):
        """An environment that is nobody's."""
        self.program.run("import", "environments_config", "-",
                         given=json.dumps({"name": name, "auth": {"view-env": ["someone"]}}))

    def auth(self, name="lab"):
        """Who may see an environment, as exported."""
        for line in self.program.run("export", "environments_config").out.splitlines():
            if json.loads(line)["name"] == name:
                return json.loads(line)["auth"]
        return None


class Users(UserCase):
    """Commands with their answers."""

    def test_life_of_a_user(self):
        """Added, listed, given roles, removed."""
        self.assertEqual(self.add("ann", "--roles", "all").out, "added ann\n")
        self.add("bob", "--roles", "view-env, manage-users")
        self.add("carl")
        self.assertEqual(self.roles(), {"ann": ROLES, "bob": ["view-env", "manage-users"],
                                        "carl": []})
        lines = self.user("list").out.splitlines()
        self.assertEqual([line.split() for line in lines],
                         [["NAME", "ID", "ROLES"], ["ann", self.shown("ann")["_id"], "all"],
                          ["bob", self.shown("bob")["_id"], "view-env,manage-users"],
                          ["carl", self.shown("carl")["_id"], "none"]])
        self.assertRegex(self.shown("ann")["_id"], "^[0-9a-f]{24}$")
        self.user("roles", "bob", "manage-link-types")
        self.user("roles", self.shown("carl")["_id"], "edit-env")
        self.assertEqual(self.roles(), {"ann": ROLES, "bob": ["manage-link-types"],
                                        "carl": ["edit-env"]})
        self.user("roles", "bob", "none")
        self.assertEqual(self.user("rm", "carl").out, "removed carl\n")
        self.assertEqual(self.roles(), {"ann": ROLES, "bob": []})

    def test_last_administrator(self):
        """One stays."""
        self.add("ann", "--roles", "all")
        self.add("bob")
        for words in (("rm", "ann"), ("roles", "ann", "none"), ("roles", "ann", "view-env")):
            result = self.user(*words, expect=USAGE)
            self.assertTrue(result.messages("ann is the last user with every role"), result)
        self.user("roles", "bob", "all")
        self.user("rm", "ann")
        self.user("rm", "bob", expect=USAGE)
        self.assertEqual(self.roles(), {"bob": ROLES})

    def test_grants(self):
        """Viewer, editor, neither; others stay; who goes is taken out."""
        self.add("ann")     # whose hash the search at the end must find
        self.add("bob")
        self.add_environment()
        self.add_environment("two")
        bob = self.shown("bob")["_id"]
        self.assertEqual(self.user("grant", "bob", "-e", "lab").out, "bob is a viewer of lab\n")
        self.assertEqual(self.auth(), {"view-env": ["someone", bob], "edit-env": []})
        self.assertEqual(self.user("grant", "bob", "-e", "lab", "--edit").out,
                         "bob is an editor of lab\n")
        self.assertEqual(self.auth(), {"view-env": ["someone", bob], "edit-env": [bob]})
        self.user("grant", "bob", "-e", "two", "--view")
        shown = self.shown("bob")
        self.assertEqual((shown["view-env"], shown["edit-env"]), (["lab", "two"], ["lab"]))
        self.assertEqual(self.user("grant", "bob", "-e", "lab", "--none").out,
                         "bob is in no list of lab\n")
        self.assertEqual(self.auth(), {"view-env": ["someone"], "edit-env": []})
        self.user("rm", "bob")
        self.assertEqual(self.auth("two"), {"view-env": ["someone"], "edit-env": []})

    def test_passwords_from_files(self):
        """The first line; a new password is another hash; others may not read the file."""
        path = os.path.join(self.folder, "pw")
        with open(path, "w", encoding="utf-8") as f:
            f.write(PASSWORD + "\r\nnot this\n")
        os.chmod(path, 0o600)
        self.assertEqual(self.user("add", "ann", "--password-file", path).err, "")
        before = self.hashes()["ann"]
        self.assertRegex(before, r"^\$argon2id\$v=19\$m=19456,t=3,p=1\$")
        os.chmod(path, 0o644)
        result = self.user("passwd", "ann", "--password-file", path)
        self.assertTrue(result.messages("can be read by others"), result)
        self.assertNotEqual(self.hashes()["ann"], before)
        for content in (b"", b"\n" + PASSWORD.encode(), b"short\n", b"x" * 1025, b"x" * 100000):
            with open(path, "wb") as f:
                f.write(content)
            self.user("add", "bob", "--password-file", path, expect=(FAILED, USAGE))
        self.user("add", "bob", "--password-file", self.folder, expect=FAILED)
        self.user("add", "bob", "--password-file", path + ".x", expect=FAILED)
        self.assertEqual(list(self.roles()), ["ann"])

    def test_refusals(self):
        """They say what is wrong, and what was probably meant."""
        self.add("ann", "--roles", "all")
        self.add_environment()
        for words, said in (
                (("show", "an"), "did you mean 'ann'"), (("rm", "x"), "calipso user list"),
                (("passwd", "x", "--password-file", "-"), "no user x"),
                (("grant", "an", "-e", "lab"), "did you mean 'ann'"),
                (("grant", "ann", "-e", "lob"), "did you mean 'lab'")):
            result = self.user(*words, expect=FAILED)
            self.assertTrue(result.messages(said), result)
        for words, said in (
                (("fly",), "user knows list"), (("show",), "wants a name"),
                (("list", "x"), "wants no name"), (("rm", "a", "b"), "wants a name"),
                (("roles", "ann"), "roles, all or none"), (("grant", "ann"), "wants -e"),
                (("roles", "ann", "vew-env"), "did you mean 'view-env'"),
                (("roles", "ann", "view-env,,"), "no role ''"),
                (("roles", "ann", ""), "no role ''"),
                (("list", "--roles", "all"), "takes no --roles"),
                (("rm", "ann", "--password-file", "x"), "takes no --password-file"),
                (("show", "ann", "-e", "lab"), "takes no -e"),
                (("show", "ann", "-o", "json"), "takes no -o"),
                (("add", "x", "--view"), "takes no --view"),
                (("grant", "ann", "-e", "lab", "--view", "--none"), "one of"),
                (("add", "bob"), "--password-file"), (("passwd", "ann"), "--password-file"),
                (("add", "a b"), "is no name"), (("add", "0" * 24), "is no name"),
                (("add", "ann"), "calipso user passwd"),
                (("add", "b", "--password-file", "-", "--roles", "x"), "no role")):
            result = self.user(*words, expect=USAGE)
            self.assertTrue(result.messages(said), result)
        result = self.add("Ann", expect=USAGE)
        self.assertTrue(result.messages("already"), result)
        self.assertEqual(self.roles(), {"ann": ROLES})

    def test_export_and_import(self):
        """Users go without their passwords, and do not lose them when they come back."""
        self.add("ann", "--roles", "all")
        exported = self.program.run("export", "users").out
        self.assertEqual(json.loads(exported), {"_id": self.shown("ann")["_id"], "username": "ann",
                                                "roles": ROLES})
        fewer = exported.replace('"edit-env",', "")
        result = self.program.run("import", "users", "-", given=fewer, expect=USAGE)
        self.assertTrue(result.messages("every role"), result)       # the last one stays
        self.assertEqual(self.roles(), {"ann": ROLES})
        self.program.run("import", "users", "-", given=json.dumps(
            {"_id": "b" * 24, "username": "bob", "roles": ROLES}) + fewer, expect=FAILED)    # no line
        self.program.run("import", "users", "-", given=json.dumps(
            {"_id": "b" * 24, "username": "bob", "roles": ROLES}) + "\n" + fewer, expect=USAGE)  # no password
        self.assertEqual(self.roles(), {"ann": ROLES})
        self.add("bob", "--roles", "all")
        hashes = self.hashes()
        self.program.run("import", "users", "-", given=fewer)
        self.assertEqual(self.roles(), {"ann": [r for r in ROLES if r != "edit-env"], "bob": ROLES})
        self.assertEqual(self.hashes(), hashes)
        for collection in ("tokens", "setup"):
            self.program.run("export", collection, expect=USAGE)
            self.program.run("import", collection, "-", given='{"_id": "x"}', expect=USAGE)

        other = self.new_program()
        other.run("import", "users", "-", given=exported)
        self.assertEqual([u["username"] for u in
                          other.run("user", "list", "-o", "json").document()], ["ann"])
        other.run("user", "passwd", "ann", "--password-file", "-", given=PASSWORD)

    def test_two_programs_at_once(self):
        """Two administrators remove each other; two add the same name. One of two succeeds."""
        self.add("ann", "--roles", "all")
        self.add("bob", "--roles", "all")
        running = [self.program.start("user", "rm", name) for name in ("ann", "bob")]
        self.assertEqual(sorted(p.wait(TIMEOUT) for p in running), [COMPLETED, USAGE])
        self.said += [text.decode() for p in running for text in p.communicate()]
        self.assertEqual(len(self.roles()), 1)

        path = os.path.join(self.folder, "pw")
        with open(path, "w", encoding="utf-8") as f:
            f.write(PASSWORD)
        running = [self.program.start("user", "add", "carl", "--password-file", path)
                   for _ in range(3)]
        self.assertEqual(sorted(p.wait(TIMEOUT) for p in running), [COMPLETED, USAGE, USAGE])
        self.said += [text.decode() for p in running for text in p.communicate()]
        self.assertEqual(len(self.roles()), 2)


class Prompts(UserCase):
    """Passwords are asked for on a terminal, and not seen there."""

    def talk(self, *words):
        """A conversation about users."""
        return Conversation(self.program, "user", *words)

    def seen_of(self, process):
        """What others see of a process."""
        for name in ("cmdline", "environ"):
            with open(f"/proc/{process.pid}/{name}", "rb") as f:
                self.said.append(f.read().decode("utf-8", "replace"))

    def test_add(self):
        """Twice the same; what is none is asked again."""
        with self.talk("add", "ann", "--roles", "all") as t:
            t.say_hidden("Password for ann: ", "short")
            t.say_hidden("8 to 1024 bytes\r\nPassword for ann: ", PASSWORD)
            t.say_hidden("The same again: ", OTHER)
            t.say_hidden("two different ones\r\nPassword for ann: ", OTHER)
            t.wait_for_echo_off("The same again: ")
            self.seen_of(t.process)
            os.write(t.master, OTHER.encode() + b"\n")
            status, text = t.finish()
            self.assertTrue(t.echoes())
            self.said.append(text)
        self.assertEqual(status, COMPLETED, text)
        self.assertTrue(re.search("added ann", text), text)
        self.assertEqual(self.roles(), {"ann": ROLES})

    def test_passwd(self):
        """The hash changes; a name that is none is not asked about."""
        self.add("ann")
        before = self.hashes()
        with self.talk("passwd", "ann") as t:
            t.say_hidden("Password for ann: ", OTHER)
            t.say_hidden("The same again: ", OTHER)
            status, text = t.finish()
            self.said.append(text)
        self.assertEqual(status, COMPLETED, text)
        self.assertNotEqual(self.hashes(), before)
        for words in (("passwd", "nobody"), ("add", "ann"), ("add", "a b")):
            with self.talk(*words) as t:
                status, text = t.finish()
            self.assertIn(status, (FAILED, USAGE))
            self.assertNotIn("Password", text)

    def test_interrupted(self):
        """Ctrl-C and the end of the input change nothing, and give the echo back."""
        self.add("ann")
        before = self.hashes()
        for how, expected in (("\x04", FAILED), ("\x03", -signal.SIGINT)):
            for answers in ((), (OTHER,)):
                with self.talk("passwd", "ann") as t:
                    questions = ["Password for ann: ", "The same again: "]
                    for question, answer in zip(questions, answers):
                        t.say_hidden(question, answer)
                    t.wait_for_echo_off(questions[len(answers)])
                    if expected == FAILED:
                        os.write(t.master, how.encode())
                    else:
                        t.process.send_signal(signal.SIGINT)
                    status, text = t.finish()
                    self.assertEqual(status, expected, text)
                    self.assertTrue(t.echoes())
                    self.said.append(text)
        self.assertEqual(self.hashes(), before)


if __name__ == "__main__":
    unittest.main()
