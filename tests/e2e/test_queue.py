#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What runs beside the requests of people: scans of the command line among the others."""

import json
import os
import signal
import time
import unittest

from live_cloud import LiveCloud
from program import COMPLETED, TIMEOUT, shipped
from test_serve import ADMIN, ServeCase

CANCELLED = 130


class QueueCase(ServeCase):
    """A server with an administrator."""

    def server(self, program, *options):
        """Returns ask(method, path, body) of the administrator."""
        if not self.has_admin(program):
            self.add_user(program, ADMIN, "all")
        self.service = self.serve(program, *options)
        token = self.sign_in(self.service)
        return lambda method, path, body=None: self.service.ask(method, f"/api/v1{path}", body,
                                                                token)

    @staticmethod
    def has_admin(program):
        """Is there one already?"""
        return os.path.exists(program.file) and ADMIN in program.run("user", "list").out

    @staticmethod
    def wait(ask, path, *statuses):
        """The document once it has one of these statuses."""
        while True:
            document = ask("GET", path).json
            if document["status"] in statuses:
                return document
            time.sleep(0.05)


class CommandLine(QueueCase):
    """`calipso scan` among the scans of the server."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()

    def slow_scan(self):
        """A scan whose hosts do not answer, and who asks the server."""
        cloud = self.enterContext(LiveCloud(forced="sleep 600"))
        cloud.add(self.program, "own", name="lab")
        ask = self.server(self.program)
        process = self.program.start("scan", "-e", "lab")
        self.addCleanup(self.end, process)
        while not (running := ask("GET", "/scans?status=running").json["scans"]):
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        self.assertEqual(len(running), 1)
        self.assertEqual((running[0]["environment"], running[0]["requested_by"]),
                         ("lab", "calipso scan"))
        self.assertEqual(running[0]["owner"].partition(":")[2], str(process.pid))
        return ask, process, running[0]["_id"]

    @staticmethod
    def end(process):
        """Whatever became of it."""
        process.kill()
        process.communicate()

    def test_is_seen_and_ended(self):
        """The server shows it; who cancels it there ends it."""
        ask, process, scan = self.slow_scan()
        self.assertEqual(ask("POST", f"/scans/{scan}/cancel").status, 202)
        process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, CANCELLED)
        done = ask("GET", f"/scans/{scan}").json
        self.assertEqual(done["status"], "aborted", done)
        self.assertIn("end_timestamp", done)
        self.assertEqual(ask("GET", "/environments/lab").json["operational"], "stopped")

    def test_killed(self):
        """It is found to have failed; the environment can be scanned again."""
        ask, process, scan = self.slow_scan()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(ask("GET", f"/scans/{scan}").json["status"], "running")
        self.service.stop(signal.SIGKILL)
        done = self.wait(self.server(self.program), f"/scans/{scan}", "failed")
        self.assertEqual(done["reason"], "the process that scanned has ended")

    def test_every_kind_is_kept(self):
        """Of a recording, of links alone, and one that failed; messages name their scan."""
        self.program.scan(shipped("ovs"))
        self.program.run("scan", "-e", "lab", "--links_only")
        self.program.run("scan", "-e", "lab", expect=1)    # its document has no way in
        failing = self.new_program()
        failing.run("env", "add", "--file", "-", given=json.dumps(
            {"name": "lab", "distribution": "Debian", "distribution_version": "12",
             "mechanism_drivers": ["OVS"], "type_drivers": "vxlan", "configuration": [
                 {"name": "OpenStack", "host": "127.0.0.1", "port": 1, "user": "u", "pwd": "p"},
                 {"name": "CLI", "host": "127.0.0.1", "user": "u", "key": "/etc/key"}]}))
        failing.run("scan", "-e", "lab", expect=1)
        scans = self.server(self.program, "--no-scans")("GET", "/scans").json["scans"]
        self.assertEqual([(scan["status"], scan["scan_only_links"]) for scan in scans],
                         [("completed", False), ("completed", True)])
        origins = [message["origin_id"] for message in
                   self.program.run("messages", "-e", "lab", "-o", "json").document()]
        self.assertEqual(set(origins), {scan["_id"] for scan in scans})
        ask = self.server(failing, "--no-scans")
        scan, = ask("GET", "/scans").json["scans"]
        self.assertEqual(scan["status"], "failed")
        self.assertIn("127.0.0.1", scan["reason"])
        self.assertEqual(ask("GET", "/environments/lab").json["operational"], "error")

    def test_an_environment_that_is_busy(self):
        """Who is refused at once was no scan."""
        ask, _, _ = self.slow_scan()
        self.assertIn("is being scanned", self.program.run("scan", "-e", "lab", expect=1).err)
        self.assertEqual(len(ask("GET", "/scans").json["scans"]), 1)

    def test_operational(self):
        """A living cloud that answered; a recording says nothing about it."""
        with LiveCloud() as cloud:
            cloud.add(self.program, "own", name="lab")
            self.assertEqual(self.operational(), "stopped")
            self.program.run("scan", "-e", "lab", expect=COMPLETED)
        self.assertEqual(self.operational(), "running")
        scanned = self.program.run("env", "show", "lab").document()["last_scanned"]
        self.program.run("scan", "-e", "lab", expect=1)
        shown = self.program.run("env", "show", "lab").document()
        self.assertEqual((shown["operational"], shown["scanned"], shown["last_scanned"]),
                         ("error", False, scanned))
        self.program.scan(shipped("ovs"))
        self.assertEqual(self.operational(), "error")

    def operational(self):
        """As the document says."""
        return self.program.run("env", "show", "lab").document()["operational"]


if __name__ == "__main__":
    unittest.main()
