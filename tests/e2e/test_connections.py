#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Connection tests: what works, and for what does not a cause that a person can act on."""

import json
import socket
import unittest

from cloud_server import CREDENTIAL, PASSWORD, Server, certificate
from program import COMPLETED, FAILED, USAGE, Case


class OpenStack(Case):
    """calipso env test -e NAME OpenStack."""

    def outcome(self, port, expect=COMPLETED, host="127.0.0.1", pwd=PASSWORD, target=None,
                **changes):
        """The result of a test of an environment that is made for it; a None takes a key out."""
        openstack = {"name": "OpenStack", "host": host, "port": port, "user": "admin", "pwd": pwd,
                     **(target or {})}
        openstack = {key: value for key, value in openstack.items() if value is not None}
        program = self.new_program()
        env = {"name": "cloud", "distribution": "Debian", "distribution_version": "12",
               "mechanism_drivers": ["OVS"], "type_drivers": "vxlan", "configuration": [
                   openstack,
                   {"name": "CLI", "host": host, "user": "calipso", "key": "/etc/key"}], **changes}
        program.run("env", "add", "--file", "-", given=json.dumps(env))
        result = program.run("env", "test", "-e", "cloud", "OpenStack", expect=expect)
        self.assertNotIn(PASSWORD, result.out + result.err)
        self.assertNotIn("t-secret", result.out + result.err)
        return result.out

    def assert_says(self, text, *words):
        """All the words are there."""
        for word in words:
            self.assertIn(word, text)

    def test_v3_and_v2(self):
        """The newest version that is offered is spoken; with v2.0 alone there is no scan."""
        with Server(versions=("v3.14", "v2.0")) as server:
            self.assert_says(self.outcome(server.port), "ok", f"127.0.0.1:{server.port}/v3",
                             "user admin", "project admin", "3 services")
            self.assertEqual(server.seen[:2], ["/", "/v3/auth/tokens"])
        with Server(versions=("v2.0",)) as server:
            self.assert_says(self.outcome(server.port, expect=FAILED), "FAILED", "v2.0", "v3")
            self.assertEqual(server.seen[:2], ["/", "/v2.0/tokens"])

    def test_missing_right(self):
        """Somebody who may sign in, but not read what a scan needs."""
        with Server("forbidden") as server:
            self.assert_says(self.outcome(server.port, expect=FAILED), "FAILED", "signed in, but",
                             "nova:/os-services", "403")

    def test_wrong_credentials(self):
        """The password, and everything else that may be wrong with a user."""
        with Server() as server:
            for changes in ({"pwd": "wrong"}, {"domain": "other"}):
                with self.subTest(changes):
                    self.assert_says(self.outcome(server.port, expect=FAILED, **changes), "FAILED",
                                     "password is wrong", "user admin", "project admin")

    def test_somebody_else_answers(self):
        """It is not told our password."""
        for illness, words in (("html", ("not as Keystone", "It works!")),
                               ("cut", ("broke off",)), ("huge", ("larger than",))):
            with self.subTest(illness), Server(illness) as server:
                self.assert_says(self.outcome(server.port, expect=FAILED), "FAILED", *words)
                self.assertTrue(all(path == "/" for path in server.seen), server.seen)

    def test_keystone_is_ill(self):
        """Its own words, or what its answer lacks."""
        for illness, words in (("broken", ("503", "the database is away")),
                               ("tokenless", ("no token",))):
            with self.subTest(illness), Server(illness) as server:
                self.assert_says(self.outcome(server.port, expect=FAILED), "FAILED", *words)

    def test_nobody_answers(self):
        """A port without a server, a name without an address, a server without an answer."""
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.assert_says(self.outcome(unused.getsockname()[1], expect=FAILED), "FAILED",
                             "nobody answers there")
        self.assert_says(self.outcome(5000, expect=FAILED, host="no-such-host.invalid"), "FAILED",
                         "no-such-host.invalid", "not resolved")
        with Server("silent") as server:
            self.assert_says(self.outcome(server.port, expect=FAILED), "FAILED", "in time")

    def test_tls(self):
        """Verified unless that is switched off, found where nobody said that it is there."""
        pem = certificate(self.folder)
        with Server(pem=pem) as server:
            self.assert_says(self.outcome(server.port, expect=FAILED), "FAILED",
                             "certificate is not trusted", '"ca"')
            self.assertEqual(server.seen, [])
            self.assert_says(self.outcome(server.port, ca=pem[0]), "ok",
                             f"https://127.0.0.1:{server.port}/v3")
            self.assert_says(self.outcome(server.port, verify=False), "ok", "https://")
            self.assert_says(self.outcome(server.port, expect=FAILED, ca="/no/such/file"), "FAILED",
                             '"ca"')

    def test_scheme_and_path(self):
        """Where they are given nothing is guessed."""
        pem = certificate(self.folder)
        with Server(prefix="/identity", pem=pem) as server:
            for path in ("/identity", "/identity/"):
                self.assert_says(self.outcome(server.port, ca=pem[0],
                                              target={"scheme": "https", "path": path}), "ok",
                                 f"https://127.0.0.1:{server.port}/identity/v3")
            self.assertEqual({path for path in server.seen if "v3" in path or path.endswith("/")},
                             {"/identity/", "/identity/v3/auth/tokens", "/identity/v3/projects"})
            self.assert_says(self.outcome(server.port, ca=pem[0], expect=FAILED,
                                          target={"scheme": "http", "path": "/identity"}), "FAILED")
            self.assert_says(self.outcome(server.port, ca=pem[0], expect=FAILED,
                                          target={"scheme": "https"}), "not as Keystone")

    def test_domains_and_projects(self):
        """By name or by id, the user's and the project's apart."""
        cases = (
            ({"user_domain": "Default", "project_domain": "Default"}, {"domain": "other"}, COMPLETED),
            ({"user_domain_id": "default", "project_domain_id": "default"}, {}, COMPLETED),
            ({"project_id": "p1", "admin_project": "x"}, {}, COMPLETED),
            ({"user_domain": "other"}, {}, FAILED), ({"project_domain": "other"}, {}, FAILED),
            ({"project_id": "p2"}, {}, FAILED))
        with Server() as server:
            for target, changes, expect in cases:
                with self.subTest(target):
                    self.assert_says(self.outcome(server.port, target=target, expect=expect,
                                                  **changes), "project admin" if not expect else "FAILED")

    def test_application_credential(self):
        """In place of user, password and project."""
        target = {"application_credential_id": CREDENTIAL, "user": None,
                  "application_credential_secret": PASSWORD}
        with Server() as server:
            self.assert_says(self.outcome(server.port, pwd=None, target=target), "ok", CREDENTIAL,
                             "project admin")
            target["application_credential_secret"] = "wrong"
            self.assert_says(self.outcome(server.port, pwd=None, target=target, expect=FAILED),
                             "FAILED", f"refuses application credential {CREDENTIAL}", "secret")
        target["application_credential_secret"] = PASSWORD
        with Server(versions=("v2.0",)) as server:
            self.assert_says(self.outcome(server.port, pwd=None, target=target, expect=FAILED),
                             "FAILED", "v2.0 knows no application credentials")
            self.assertEqual(server.seen, ["/"])

    def test_targets(self):
        """Those that there are, unless some are named."""
        program = self.new_program()
        with Server() as server:
            env = {"name": "cloud", "distribution": "Debian", "distribution_version": "12",
                   "mechanism_drivers": ["OVS"], "type_drivers": "vxlan", "configuration": [
                       {"name": "OpenStack", "host": "127.0.0.1", "port": server.port,
                        "user": "admin", "pwd": PASSWORD},
                       {"name": "CLI", "host": "h", "user": "u", "key": "/etc/key"}]}
            program.run("env", "add", "--file", "-", given=json.dumps(env))
            lines = program.run("env", "test", "-e", "cloud", expect=FAILED).out.splitlines()
            self.assertEqual([line.split()[0] for line in lines[1:]], ["OpenStack", "CLI"])
            self.assertIn("never trusted", lines[2])
        for words in (("-e", "cloud", "mysql"), ("-e", "cloud", "frob"), ()):
            program.run("env", "test", *words, expect=USAGE)
        program.run("env", "test", "-e", "nowhere", expect=FAILED)


if __name__ == "__main__":
    unittest.main()
