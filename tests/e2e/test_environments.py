#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Environments added and changed, and where their secrets are found: nowhere."""

import base64
import json
import os
import signal
import unittest
import urllib.parse

from cloud_server import PASSWORD, Server
from program import COMPLETED, FAILED, USAGE, Case, shipped
from terminal import Conversation

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
        nameless = document()
        del nameless["name"]
        self.give("add", nameless, "named")
        self.assertEqual(self.shown("named")["name"], "named")

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
        self.give("add", document("other"), "another", expect=FAILED)
        self.give("edit", document(), "nowhere", expect=FAILED)
        for words in (("add",), ("edit", "--file", "-"),
                      ("edit", "there"), ("list", "--file", "-")):
            with self.subTest(words):
                self.program.run("env", *words, expect=USAGE)


FLAGS = ("--distribution", "Debian", "--distribution-version", "12", "--mechanism-drivers", "OVS,LXB",
         "--type-drivers", "vxlan", "--cli-host", "192.0.2.10", "--cli-user", "calipso",
         "--cli-key", "/etc/key")


class OptionCase(Case):
    """Tests of environments that are made of options."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()

    def secret(self, text="s3cret-\u00e4", mode=0o600, name="password"):
        """A file with a password."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text + "\n")
        os.chmod(path, mode)
        return path

    def add(self, *more, expect=COMPLETED):
        """Adds an environment 'cloud' that lacks nothing."""
        return self.program.run("env", "add", "cloud", *FLAGS, "--openstack-host", "192.0.2.1",
                                "--openstack-user", "admin", "--openstack-password-file",
                                self.secret(), *more, expect=expect)

    def shown(self, name="cloud"):
        """The document as people see it."""
        return json.loads(self.program.run("env", "show", name).out)


class Options(OptionCase):
    """Environments made of options."""

    def test_add(self):
        """Each option is a field; ports have defaults."""
        self.add("--host-pnics", "eth*, ens*", "--regions", "R1", "--no-verify", "--ca", "/ca.pem",
                 "--access", "direct", "--openstack-project", "ops", "--openstack-domain", "dom",
                 "--openstack-port", "35357", "--cli-passphrase-file", self.secret(name="pp"),
                 "--cli-agent", "--mysql-host", "db", "--mysql-user", "u", "--mysql-password-file",
                 self.secret(), "--amqp-host", "mq", "--amqp-user", "u", "--amqp-password-file",
                 self.secret())
        env = self.shown()
        expected = {"distribution": "Debian", "distribution_version": "12", "type_drivers": "vxlan",
                    "mechanism_drivers": ["OVS", "LXB"], "host_pnics": ["eth*", "ens*"],
                    "regions": ["R1"], "verify": False, "ca": "/ca.pem", "access": "direct",
                    "domain": "dom", "type": "environment", "listen": False}
        self.assertEqual({key: env.get(key) for key in expected}, expected)
        self.assertEqual(env["configuration"], [
            {"name": "OpenStack", "host": "192.0.2.1", "port": 35357, "user": "admin",
             "pwd": "***", "admin_project": "ops"},
            {"name": "CLI", "host": "192.0.2.10", "port": 22, "user": "calipso", "key": "/etc/key",
             "passphrase": "***", "agent": True},
            {"name": "mysql", "host": "db", "port": 3306, "user": "u", "pwd": "***"},
            {"name": "AMQP", "host": "mq", "port": 5672, "user": "u", "pwd": "***"}])

    def test_password_files(self):
        """Read by others they are warned of; without a first line they are refused."""
        self.assertFalse(self.add().messages("warning", "read by others"))
        for mode, warned in ((0o600, False), (0o644, True), (0o620, True)):
            result = self.program.run("env", "edit", "cloud", "--openstack-password-file",
                                      self.secret(mode=mode))
            self.assertEqual(bool(result.messages("chmod 600")), warned, oct(mode))
            self.assertNotIn("s3cret", result.out + result.err)
        for path, word in ((self.secret(""), "nothing"), ("/no/such/file", "cannot open")):
            result = self.program.run("env", "edit", "cloud", "--openstack-password-file", path,
                                      expect=FAILED)
            self.assertTrue(result.messages(word), result)
        self.program.run("env", "edit", "cloud", "--openstack-password-file", "/dev/stdin",
                         given="from a pipe\n")

    def test_edit_one_field(self):
        """An option changes just its field; a target can go."""
        self.add()
        before = self.program.run("export", "environments_config").document()
        self.program.run("env", "edit", "cloud", "--access", "direct")
        after = self.program.run("export", "environments_config").document()
        self.assertEqual({**before, "access": "direct"}, after)
        self.program.run("env", "edit", "cloud", "--mysql-host", "db", "--mysql-user", "u",
                         "--mysql-password-file", self.secret())
        self.assertEqual(target(self.shown(), "mysql")["port"], 3306)
        self.program.run("env", "edit", "cloud", "--remove-target", "mysql")
        self.assertEqual(self.program.run("export", "environments_config").document(), after)
        for name in ("mysql", "frob"):
            self.program.run("env", "edit", "cloud", "--remove-target", name, expect=FAILED)
        for words in (("--remove-target", "CLI"), ("--mysql-host", "db")):
            result = self.program.run("env", "edit", "cloud", *words, expect=USAGE)
            self.assertTrue(result.messages("missing", "-user"), result)

    def test_what_is_missing(self):
        """Is named with its option, and nothing is kept."""
        result = self.program.run("env", "add", "cloud", "--cli-host", "h", expect=USAGE)
        for option in ("--distribution,", "--openstack-password-file", "--cli-user",
                       "--cli-key or --cli-password-file"):
            self.assertTrue(result.messages("missing", option), result)
        for words, word in ((("--openstack-port", "x"), "OpenStack.port"),
                            (("--access", "odd"), "access"), (("--cli-key", "k"), "CLI.key"),
                            (("--mechanism-drivers", ","), "mechanism_drivers")):
            result = self.add(*words, expect=FAILED)
            self.assertTrue(result.messages("environment cloud", word), result)
        for words in (("list", "--verify"), ("rm", "x", "--cli-host", "h"), ("add", "x", "y"),
                      ("add", "a/b"), ("add", "x", "--cloud", "c"), ("show", "x", "--purge"),
                      ("add", "x", "--remove-target", "CLI")):
            self.program.run("env", *words, expect=USAGE)
        self.program.run("env", "add", "--file", "-", "--verify", given="[]", expect=FAILED)
        self.assertEqual(self.program.run("export", "environments_config").out, "")
        self.add()
        self.assertTrue(self.add(expect=FAILED).messages("env edit"))


class Prompts(OptionCase):
    """What is missing is asked for on a terminal."""

    def talk(self, *words):
        """A conversation about environments."""
        return Conversation(self.program, "env", *words)

    def test_add(self):
        """Every question has a proposal where there is one; wrong answers are asked again."""
        with self.talk("add", "cloud") as t:
            t.say("Debian", "")
            t.say("[12]: ", "")
            t.say("(OVS,LXB) [OVS]: ", "LXB, OVS")
            t.say("(vxlan,vlan,flat) [vxlan]: ", "vlan")
            t.say("Keystone's host: ", "")
            t.say("needed", "a b")
            t.say("OpenStack.host: a host name", "192.0.2.1")
            t.say("Keystone's port [5000]: ", "70000")
            t.say("OpenStack.port: a port number", "")
            t.say("Administrator [admin]: ", "boss")
            t.say_hidden("Password: ", SECRETS["OpenStack"])
            t.wait_for("SSH host")
            self.assertTrue(t.echoes())
            t.say("[192.0.2.1]: ", "")
            t.say("[22]: ", "2222")
            t.say("SSH user: ", "calipso")
            t.say("empty: a password): ", "")
            t.say_hidden("SSH password: ", SECRETS["CLI"])
            status, text = t.finish()
            self.assertTrue(t.echoes())
        self.assertEqual(status, COMPLETED, text)
        self.assertFalse(any(secret in text for secret in SECRETS.values()))
        env = self.shown()
        self.assertEqual((env["distribution"], env["mechanism_drivers"], env["type_drivers"]),
                         ("Debian", ["LXB", "OVS"], "vlan"))
        self.assertEqual(env["configuration"], [
            {"name": "OpenStack", "host": "192.0.2.1", "port": 5000, "user": "boss", "pwd": "***"},
            {"name": "CLI", "host": "192.0.2.1", "port": 2222, "user": "calipso", "pwd": "***"}])

    def test_edit_proposes_what_is_there(self):
        """Answering nothing changes nothing, secrets included; an answer changes its field."""
        self.add()
        before = self.program.run("export", "environments_config").document()
        for answer in ("", "192.0.2.7"):
            with self.talk("edit", "cloud") as t:
                for question in ("[Debian]", "[12]", "[OVS,LXB]", "[vxlan]"):
                    t.say(question, "")
                t.say("Keystone's host [192.0.2.1]", answer)
                for question in ("[5000]", "[admin]"):
                    t.say(question, "")
                t.say_hidden("[as it is]", "")
                for question in ("[192.0.2.10]", "[22]", "[calipso]", "[/etc/key]"):
                    t.say(question, "")
                status, text = t.finish()
            self.assertEqual(status, COMPLETED, text)
            after = self.program.run("export", "environments_config").document()
            if answer:
                self.assertEqual(target(after, "OpenStack")["host"], answer)
                target(after, "OpenStack")["host"] = "192.0.2.1"
            self.assertEqual(after, before)

    def test_only_what_is_missing(self):
        """Is asked when options say the rest."""
        with self.talk("add", "cloud", *FLAGS, "--openstack-host", "h", "--openstack-user", "u",
                       "--openstack-port", "1", "--cli-port", "22") as t:
            t.say_hidden("Password: ", SECRETS["OpenStack"])
            status, text = t.finish()
        self.assertEqual(status, COMPLETED, text)

    def test_input_ends(self):
        """Ctrl-D, Ctrl-C and signals change nothing, and the terminal has its echo."""
        for how, expect in (("\x04", FAILED), (signal.SIGINT, -signal.SIGINT),
                            (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)):
            with self.subTest(how), self.talk("add", "cloud", *FLAGS, "--openstack-host", "h",
                                              "--openstack-user", "u", "--openstack-port", "1",
                                              "--cli-port", "22") as t:
                t.wait_for_echo_off("Password: ")
                if isinstance(how, str):
                    os.write(t.master, how.encode())
                else:
                    t.process.send_signal(how)
                status, text = t.finish()
                self.assertEqual(status, expect, text)
                self.assertTrue(t.echoes())
            self.assertEqual(self.program.run("export", "environments_config").out, "")


CLOUDS_YAML = """\
base: &base
  auth: &auth {auth_url: https://cloud.example/identity/v3/, username: admin, password: 0123}
  verify: no
clouds:
  lab:
    <<: *base
    auth:
      <<: *auth
      project_name: ops
      user_domain_name: Users
      project_domain_id: default
    region_name: R1
    identity_api_version: 3
  plain:
    auth: {auth_url: "http://192.0.2.5:5000", username: u, password: p, project_id: 5f1}
    cacert: /etc/ca.pem
    regions: [A, {name: B}]
  six: {auth: {auth_url: "http://[2001:db8::1]:35357/v2.0", username: u, password: p}}
  credential:
    auth_type: v3applicationcredential
    auth: {auth_url: "https://h:5000/v3", application_credential_id: abc,
           application_credential_secret: s3cret-app}
  shared: {auth: {auth_url: "http://h:5000/v3", username: u}}
  vendor: {profile: vexxhost, auth: {username: u, password: s3cret}}
  token: {auth_type: v3token, auth: {auth_url: "http://h/v3", token: s3cret}}
  system: {auth: {auth_url: "http://h/v3", username: u, password: s3cret, system_scope: all}}
  nowhere: {auth: {username: u, password: s3cret}}
  user: {auth: {auth_url: "http://u:s3cret@h/v3", username: u, password: s3cret}}
  port: {auth: {auth_url: "http://h:99999/v3", username: u, password: s3cret}}
  scheme: {auth: {auth_url: "ftp://h/v3", username: u, password: s3cret}}
  text: none
"""


class Import(Case):
    """calipso env import."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()
        self.file = self.write("clouds.yaml", CLOUDS_YAML)

    def write(self, name, text):
        """A file of the test."""
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def bring(self, cloud, *more, expect=COMPLETED, **how):
        """Imports a cloud of the file."""
        return self.program.run("env", "import", "--file", self.file, "--cloud", cloud, *FLAGS,
                                *more, expect=expect, **how)

    def shown(self, name):
        """The document as people see it."""
        return json.loads(self.program.run("env", "show", name).out)

    def test_clouds(self):
        """Address, user, project and domains as they are written; versions are found out."""
        expected = {
            "lab": {"scheme": "https", "host": "cloud.example", "port": 443, "path": "/identity",
                    "user": "admin", "pwd": "***", "admin_project": "ops", "user_domain": "Users",
                    "project_domain_id": "default"},
            "plain": {"scheme": "http", "host": "192.0.2.5", "port": 5000, "user": "u",
                      "pwd": "***", "project_id": "5f1"},
            "six": {"scheme": "http", "host": "2001:db8::1", "port": 35357, "user": "u",
                    "pwd": "***"},
            "credential": {"scheme": "https", "host": "h", "port": 5000,
                           "application_credential_id": "abc",
                           "application_credential_secret": "***"},
        }
        for name, fields in expected.items():
            with self.subTest(name):
                self.bring(name)
                self.assertEqual(target(self.shown(name), "OpenStack"),
                                 {"name": "OpenStack", **fields})
        lab, plain = self.shown("lab"), self.shown("plain")
        self.assertEqual((lab["verify"], lab["regions"], lab.get("ca")), (False, ["R1"], None))
        self.assertEqual((plain.get("verify"), plain["regions"], plain["ca"]),
                         (None, ["A", "B"], "/etc/ca.pem"))

    def test_change(self):
        """An environment that is there gets another way to Keystone, and keeps the rest."""
        self.bring("lab")
        self.program.run("env", "edit", "lab", "--access", "direct", "--regions", "X")
        self.program.run("env", "import", "--file", self.file, "--cloud", "credential", "lab")
        env = self.shown("lab")
        self.assertEqual((env["access"], env["regions"], target(env, "CLI")["key"]),
                         ("direct", ["X"], "/etc/key"))
        self.assertEqual(target(env, "OpenStack"), {
            "name": "OpenStack", "scheme": "https", "host": "h", "port": 5000,
            "application_credential_id": "abc", "application_credential_secret": "***"})

    def test_sign_in(self):
        """What was imported is what Keystone wants to hear."""
        with Server() as server:
            self.file = self.write("c.yaml", "clouds: {a: {auth: {auth_url: "
                                   f"'http://127.0.0.1:{server.port}/v3', username: admin, "
                                   f"password: {PASSWORD}, user_domain_id: default, "
                                   "project_domain_name: Default}}}")
            self.bring("a")
            self.program.run("env", "test", "-e", "a", "OpenStack")

    def test_refusals(self):
        """What cannot be imported is said, without what is secret in it."""
        for name, word in (("vendor", "profile"), ("token", "v3token"), ("system", "system_scope"),
                           ("nowhere", "auth_url"), ("user", "auth_url"), ("port", "port"),
                           ("scheme", "scheme"), ("text", "no cloud 'text'"),
                           ("frob", "there is: lab, plain")):
            with self.subTest(name):
                result = self.bring(name, expect=FAILED)
                self.assertTrue(result.messages(word), result)
                self.assertNotIn("s3cret", result.out + result.err)
        result = self.bring("shared", expect=USAGE)
        self.assertTrue(result.messages("--openstack-password-file"), result)
        result = self.program.run("env", "import", "--file", self.file, expect=USAGE)
        self.assertTrue(result.messages("--cloud", "lab, plain", "more"), result)
        self.assertEqual(self.program.run("export", "environments_config").out, "")

    def test_hostile_files(self):
        """No YAML, too deep, too much, aliases of aliases: told with a line, in little memory."""
        laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
            f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
        merged = "m0: &m0 {a: 1, b: 2}\n" + "".join(
            f"m{n}: &m{n} {{<<: [{','.join([f'*m{n - 1}'] * 9)}]}}\n" for n in range(1, 12))
        self.file = self.write("laughs.yaml", laughs + merged + CLOUDS_YAML)
        self.bring("lab")
        wide = "{" + ", ".join(f"k{n}: v" for n in range(9000)) + "}"
        for text, word in (("clouds: [", "line 2"), ("{" * 3000, "line 1"), ("[" * 100, "deep"),
                           ("a: 1\n---\nb: 2\n", "more than one"), ("", "clouds"), ("- x\n", "clouds"),
                           ("a: *a\n", "alias"), ("a: &a [*a]\n", "alias"),
                           ("? [a]\n: b\n", "no text"), ("<<: x\n", "merge"),
                           ("x\n" * 30000 + ": [", "line"), ("clouds: {}\n", "cloud"),
                           ("a: [" + "x, " * 25000 + "]", "too many values"),
                           (f"a: &a {wide}\nb: {{<<: *a}}\nc: {{<<: *a}}\n", "too many values"),
                           ("a: \x07\n", "line 1"), ("a: \"\\xzz s3cret\"\n", "line 1"),
                           (" " * (1 << 21), "bytes")):
            with self.subTest(text[:40]):
                self.file = self.write("hostile.yaml", text)
                result = self.bring("lab", expect=FAILED)
                self.assertTrue(result.messages(word), result)
                self.assertNotIn("s3cret", result.err)

    def test_where_files_are_found(self):
        """As openstacksdk does; passwords may be in secure.yaml."""
        home = os.path.join(self.folder, "home")
        environ = {"HOME": home, "PWD": home}
        self.write("home/.config/openstack/clouds.yaml",
                   'clouds: {only: {auth: {auth_url: "http://h:5000/v3", username: u}}}')
        result = self.program.run("env", "import", *FLAGS, environ=environ, expect=USAGE)
        self.assertTrue(result.messages("--openstack-password-file"), result)
        self.write("home/.config/openstack/secure.yaml", "clouds: {only: {auth: {password: p}}}")
        self.program.run("env", "import", *FLAGS, environ=environ)
        self.assertEqual(target(self.shown("only"), "OpenStack")["host"], "h")
        self.program.run("env", "import", "second", *FLAGS,
                         environ={**environ, "OS_CLIENT_CONFIG_FILE": self.file, "OS_CLOUD": "six"})
        self.assertEqual(target(self.shown("second"), "OpenStack")["port"], 35357)
        self.write("secure.yaml", "clouds: {shared: {auth: {password: p}}}")
        self.bring("shared")
        result = self.program.run("env", "import", expect=FAILED)
        self.assertTrue(result.messages("no clouds.yaml"), result)

    def test_variables(self):
        """OS_AUTH_URL and the like, when neither a file nor a cloud is named."""
        environ = {"OS_AUTH_URL": "https://h:13000/v3", "OS_USERNAME": "u", "OS_PASSWORD": "s3cret",
                   "OS_TENANT_NAME": "t", "OS_USER_DOMAIN_NAME": "Default", "OS_INSECURE": "true",
                   "OS_PROJECT_DOMAIN_NAME": "Other", "OS_REGION_NAME": "R", "OS_CACERT": "/ca.pem",
                   "OS_IDENTITY_API_VERSION": "3"}
        self.program.run("env", "import", *FLAGS, environ=environ, expect=USAGE)
        self.program.run("env", "import", "v", *FLAGS, environ=environ)
        env = self.shown("v")
        self.assertEqual(target(env, "OpenStack"), {
            "name": "OpenStack", "scheme": "https", "host": "h", "port": 13000, "user": "u",
            "pwd": "***", "admin_project": "t", "user_domain": "Default",
            "project_domain": "Other"})
        self.assertEqual((env["verify"], env["ca"], env["regions"]), (False, "/ca.pem", ["R"]))
        for name, value in (("OS_AUTH_TYPE", "v3oidcpassword"), ("OS_IDENTITY_API_VERSION", "4"),
                            ("OS_SYSTEM_SCOPE", "all"), ("OS_AUTH_URL", "nothing")):
            result = self.program.run("env", "import", "w", *FLAGS, expect=FAILED,
                                      environ={**environ, name: value})
            self.assertNotIn("s3cret", result.err)


if __name__ == "__main__":
    unittest.main()
