#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What those who run the server need: its configuration file, figures, backups, what is kept, systemd."""

import contextlib
import json
import os
import re
import socket
import sqlite3
import subprocess
import threading
import time
import unittest

from program import FAILED, USAGE, shipped
from test_serve import ADMIN, ServeCase

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Configuration(ServeCase):
    """Options from a file."""

    def write(self, program, text):
        """A file of that text."""
        path = os.path.join(program.folder, "calipso.ini")
        with open(path, "w", encoding="utf-8") as stream:
            stream.write(text)
        return path

    def refused(self, program, text):
        """What the server says of a file that it cannot read."""
        path = self.write(program, text)
        result = program.run("serve", "--config", path, expect=USAGE)
        self.assertIn(path, result.err)
        return result.err

    def test_options_are_those_of_the_command_line(self):
        """The file's hold; the command line wins."""
        program = self.new_program()
        self.add_user(program, ADMIN, "all")
        path = self.write(program, "; a comment\n[serve]\ntoken-lifetime = 77\nno-scans = true\n"
                          "bind = 127.0.0.1:1\n")
        service = self.serve(program, "--config", path)     # Service gives -b, which wins
        session = service.ask("POST", "/api/v1/session", {"name": ADMIN, "password": "correct horse"})
        self.assertIn("Max-Age=77", session.headers["Set-Cookie"])
        service.stop()
        program.environ["CALIPSO_CONFIG"] = path
        other = self.serve(program, "-t", "88")
        session = other.ask("POST", "/api/v1/session", {"name": ADMIN, "password": "correct horse"})
        self.assertIn("Max-Age=88", session.headers["Set-Cookie"])

    def test_what_is_wrong_is_named(self):
        """File, line, and what."""
        program = self.new_program()
        self.assertIn(":3: there is no option 'frob'",
                      self.refused(program, "[serve]\n\nfrob = 1\n"))
        self.assertIn(":2: there is no section [other]",
                      self.refused(program, "[other]\nbind = x\n"))
        self.assertIn(":1: 'key = value' was expected", self.refused(program, "what is this\n"))
        self.assertIn("no-scans: true or false", self.refused(program, "no-scans = maybe\n"))
        self.assertIn(":2: a line of at most", self.refused(program, "\nbind = " + "x" * 300 + "\n"))
        for text, said in (("\n[serve]\n; why\nrate = many\n", "4: --rate wants a number"),
                           ("rate = 0\nidle = 5\n", "1: --rate wants a number"),
                           ("no-scans = false\nno-scans = true\nscans = x\n", "2: no-scans is there twice"),
                           ("rate = 5\n[serve]\nrate = 5", "3: rate is there twice"),
                           ("rate = 5\n    6\n", "2: rate is there twice"),
                           ("no-scans = false\n\nloglevel = LOUD\n", "3: -l knows")):
            path = self.write(program, text)
            self.assertIn(f"{path}:{said}", self.refused(program, text))
        path = self.write(program, "idle = 5\n")
        self.assertNotIn(path, program.run("serve", "--config", path, "--rate=x", expect=USAGE).err)
        program.run("serve", "--config", "/nonexistent/calipso.ini", expect=USAGE)
        path = self.write(program, "rate = 5\n")
        for words in (("--conf", path), ("--config", path, "--conf=/nonexistent/calipso.ini")):
            self.assertIn("in full", program.run("serve", *words, expect=USAGE).err)

    def test_the_example(self):
        """Every line of the packaged file is an option, also those that are commented out."""
        program = self.new_program()
        with open(os.path.join(ROOT, "packaging/calipso.ini"), encoding="utf-8") as stream:
            text = stream.read()
        text = re.sub(r"(?m)^; (\w[\w-]* = )", r"\1", text)
        lines = [line for line in text.splitlines() if re.match(r"[\w-]+ = ", line)]
        self.assertGreater(len(lines), 8)
        self.assertIn("there is no option 'frob'", self.refused(program, text + "frob = 1\n"))
        helped = program.run("serve", "--help").out
        for line in lines:
            self.assertIn("--" + line.split(" ")[0], helped)


class Figures(ServeCase):
    """/metrics."""

    def test_prometheus(self):
        """What one may see, in a form that can be read."""
        program = self.new_program()
        for name in ("one", "two"):
            program.run("scan", "-e", name, "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        self.add_user(program, "viewer")
        program.run("user", "grant", "viewer", "-e", "one", "--view")
        service = self.serve(program)
        self.assertEqual(service.ask("GET", "/metrics").status, 401)
        answer = service.ask("GET", "/metrics", token=self.sign_in(service))
        self.assertEqual(answer.headers["Content-Type"],
                         "text/plain; version=0.0.4; charset=utf-8")
        figures, types = {}, {}
        for line in answer.text.splitlines():
            if line.startswith("# TYPE "):
                types[line.split()[2]] = line.split()[3]
            elif not line.startswith("#"):
                found = re.fullmatch(r'(\w+)(\{(?:\w+="(?:[^"\\]|\\.)*",?)+\})? (-?[\d.e+-]+)', line)
                self.assertTrue(found, line)
                self.assertIn(found[1], types)
                self.assertNotIn(found[1] + (found[2] or ""), figures)
                figures[found[1] + (found[2] or "")] = float(found[3])
        counts = json.loads(program.run("types", "-e", "one", "-o", "json").out)
        wanted = next(row["count"] for row in counts if row["type"] == "vnic")
        self.assertEqual(figures['calipso_objects{environment="one",type="vnic"}'], wanted)
        self.assertEqual(figures['calipso_objects{environment="two",type="vnic"}'], wanted)
        self.assertGreater(figures["process_resident_memory_bytes"], 1 << 20)
        self.assertGreater(figures["calipso_http_requests_total"], 0)
        self.assertGreater(figures['calipso_last_scan_timestamp_seconds{environment="one"}'], 1e9)
        seen = service.ask("GET", "/metrics", token=self.sign_in(service, "viewer")).text
        self.assertIn('environment="one"', seen)
        self.assertNotIn('environment="two"', seen)


class Backup(ServeCase):
    """A copy of a store that is in use."""

    def test_while_others_write(self):
        """It is whole, of one moment, and opens; a file that is there stays."""
        program = self.new_program()
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        stop = threading.Event()

        def write():
            while not stop.is_set():
                program.run("scan", "-e", "other", "--replay", shipped("ovs"), "--clear")

        writer = threading.Thread(target=write)
        writer.start()
        copies = []
        try:
            for n in range(5):
                copies.append(os.path.join(program.folder, f"copy{n}.db"))
                program.run("backup", copies[-1])
        finally:
            stop.set()
            writer.join()
        listed = program.run("list", "vnic", "-e", "ovs", "-o", "json").out
        for copy in copies:
            self.assertEqual(os.stat(copy).st_mode & 0o777, 0o600)
            with sqlite3.connect(copy) as database:
                self.assertEqual(database.execute("PRAGMA integrity_check").fetchone(), ("ok",))
            self.assertEqual(program.run("list", "vnic", "-e", "ovs", "-o", "json", "--store",
                                         f"sqlite:{copy}").out, listed)
            found = program.run("search", "vm-a1", "-e", "ovs", "--store", f"sqlite:{copy}").out
            self.assertIn("vm-a1", found)
        again = program.run("backup", copies[0], expect=FAILED)
        self.assertIn("exists", again.err)
        program.run("backup", os.path.join(program.folder, "none", "copy.db"), expect=FAILED)
        self.assertEqual([name for name in os.listdir(program.folder) if ".part" in name], [])
        self.assertEqual(service.stop(), 0)


class Keeping(ServeCase):
    """What is older than it is to be kept goes."""

    def test_old_messages_and_versions(self):
        """Messages by their time; versions that ended long ago, never what is there."""
        program = self.new_program()
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        rows = [{"id": f"1.{n}.0", "environment": "ovs", "level": "info", "message": "x",
                 "timestamp": time} for n, time in enumerate(("2017-07-03T09:00:00.000+0000",
                                                              "2035-07-03T09:00:00.000+0000"))]
        program.run("import", "messages", "-", given="".join(json.dumps(row) + "\n" for row in rows))
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs-busy"))
        with sqlite3.connect(program.file) as database:
            old = database.execute("SELECT count(*) FROM object_old").fetchone()[0]
            self.assertGreater(old, 0)
            there = database.execute("SELECT count(*) FROM object").fetchone()[0]
            database.execute("UPDATE revision SET time = time - 40 * 86400 * 1000000")
        self.add_user(program, ADMIN, "all")
        service = self.serve(program, "--keep-history", "50")
        self.sign_in(service)
        service.stop()
        with sqlite3.connect(program.file) as database:
            self.assertEqual(database.execute("SELECT count(*) FROM object_old").fetchone()[0], old)
        service = self.serve(program, "--keep-messages", "30")
        token = self.sign_in(service)
        while "old ones are forgotten" not in service.said():
            self.assertIsNone(service.process.poll())
        said = service.ask("GET", "/api/v1/messages?text=x&limit=1000", token=token).json["messages"]
        self.assertEqual([row["id"] for row in said if row["id"].startswith("1.")], ["1.1.0"])
        service.stop()
        with sqlite3.connect(program.file) as database:
            self.assertEqual(database.execute("SELECT count(*) FROM object_old").fetchone()[0], 0)
            self.assertEqual(database.execute("SELECT count(*) FROM object").fetchone()[0], there)


class Systemd(ServeCase):
    """Being watched over."""

    def test_notifications(self):
        """Ready when it answers, alive in time, and when it stops."""
        program = self.new_program()
        self.add_user(program, ADMIN, "all")
        path = os.path.join(program.folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(path)
            notify.settimeout(60)
            program.environ.update(NOTIFY_SOCKET=path, WATCHDOG_USEC="400000")
            service = self.serve(program)
            said = [notify.recv(4096).decode() for _ in range(4)]
            self.assertEqual(said, ["READY=1"] + 3 * ["WATCHDOG=1"])
            service.stop()
            last = ""
            while last != "STOPPING=1":
                last = notify.recv(4096).decode()

    def test_a_store_that_is_not_where_it_was(self):
        """Moved, or another in its place: the server is not ready, and says so once; put back it is."""
        program = self.new_program()
        self.add_user(program, ADMIN, "all")
        program.environ.update(NOTIFY_SOCKET=os.path.join(program.folder, "none"), WATCHDOG_USEC="100000")
        service = self.serve(program)
        self.assertEqual(service.ask("GET", "/readyz").status, 200)
        os.rename(program.file, program.file + ".moved")
        for said in ("is gone", "another file"):
            answer = service.ask("GET", "/readyz")
            self.assertEqual(answer.status, 503, answer)
            self.assertIn(said, answer.json["detail"])
            time.sleep(0.5)
            with open(program.file, "wb"):
                pass
        self.assertEqual(service.said().count("the store is not where it was"), 1)
        os.rename(program.file + ".moved", program.file)
        self.assertEqual(service.ask("GET", "/readyz").status, 200)

    def test_alive_while_somebody_else_writes(self):
        """A commit that takes its time is no reason to be restarted."""
        program = self.new_program()
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        path = os.path.join(program.folder, "notify")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify, \
                contextlib.closing(sqlite3.connect(program.file, isolation_level=None)) as writer:
            notify.bind(path)
            notify.settimeout(30)
            program.environ.update(NOTIFY_SOCKET=path, WATCHDOG_USEC="400000")
            writer.execute("BEGIN IMMEDIATE")
            service = self.serve(program)
            said = [notify.recv(4096).decode() for _ in range(6)]
            self.assertEqual(said, ["READY=1"] + 5 * ["WATCHDOG=1"])
            writer.execute("ROLLBACK")
            self.assertEqual(service.stop(), 0)

    def test_the_unit_is_sound(self):
        """systemd itself finds nothing wrong with it, where there is one."""
        unit = os.path.join(ROOT, "packaging/calipso.service")
        with open(unit, encoding="utf-8") as stream:
            self.assertIn("ProtectSystem=strict", stream.read())
        try:
            result = subprocess.run(["systemd-analyze", "security", "--offline=true",
                                     "--threshold=20", unit], check=False, capture_output=True)
        except FileNotFoundError:
            self.skipTest("no systemd-analyze here")
        self.assertEqual(result.returncode, 0, result.stdout[-2000:])


if __name__ == "__main__":
    unittest.main()
