#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`calipso serve` among those who drip, flood, pull the plug and fill the disk."""

import contextlib
import os
import random
import resource
import signal
import socket
import sqlite3
import subprocess
import threading
import time
import unittest

from live_cloud import LiveCloud
from program import SEED, shipped
from test_bad_stores import fill
from test_serve import ADMIN, ServeCase

DRIPPERS = 2000
KILLS = 100
HEAD_SECONDS = 10       # as docs/server.md has it


class Slow(ServeCase):
    """Thousands that send a byte now and then."""

    def test_dripping_heads(self):
        """All are closed at the deadline; whoever asks properly is answered all the time."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if hard < DRIPPERS + 200:
            self.skipTest("not enough open files are allowed here")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        program = self.new_program()
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        token = self.sign_in(service)
        host, port = service.address.split(":")
        drippers = {}
        for n in range(DRIPPERS):
            sock = socket.socket()
            sock.bind((f"127.0.1.{n % 4 + 1}", 0))      # each address has a limit of its own
            sock.connect((host, int(port)))
            sock.sendall(b"GET /api/v1/session HTTP/1.1\r\nX-Slow: ")
            sock.setblocking(False)
            drippers[sock] = time.monotonic()
            self.addCleanup(sock.close)
        answered, longest = 0, 0
        while drippers:
            self.assertEqual(service.ask("GET", "/api/v1/session", token=token).status, 200)
            answered += 1
            for sock, began in list(drippers.items()):
                try:
                    sock.send(b"x")
                    if sock.recv(4096) != b"":
                        continue
                except BlockingIOError:
                    continue
                except OSError:
                    pass
                longest = max(longest, time.monotonic() - began)
                del drippers[sock]
            time.sleep(0.2)
        self.assertGreater(answered, 5)
        self.assertGreater(longest, HEAD_SECONDS / 2, "closed at once is no deadline")
        figures = service.ask("GET", "/metrics", token=token).text
        late = next(line for line in figures.splitlines() if line.startswith("calipso_http_late_total"))
        self.assertGreaterEqual(float(late.split()[1]), DRIPPERS)
        self.assertEqual(service.stop(), 0)

    def test_readers_that_do_not_read(self):
        """A whole list as lines, to many that take nothing: others are served, memory stays."""
        program = self.new_program()
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        token = self.sign_in(service)
        host, port = service.address.split(":")
        for _ in range(200):
            sock = socket.create_connection((host, int(port)))
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.sendall(f"GET /api/v1/environments/ovs/objects HTTP/1.1\r\nHost: x\r\n"
                         f"Authorization: Bearer {token}\r\nAccept: application/x-ndjson\r\n\r\n"
                         .encode())
            self.addCleanup(sock.close)
        for _ in range(20):
            self.assertEqual(service.ask("GET", "/api/v1/environments/ovs/counts",
                                         token=token).status, 200)
        figures = service.ask("GET", "/metrics", token=token).text
        memory = next(line for line in figures.splitlines()
                      if line.startswith("process_resident_memory_bytes"))
        self.assertLess(float(memory.split()[1]), 1 << 30)
        self.assertEqual(service.stop(), 0)


class Killed(ServeCase):
    """kill -9 at any moment."""

    def ask_until_cut(self, service, token, began):
        """Writes until the server is gone; the last number that was acknowledged."""
        number = began
        try:
            while True:
                answer = service.ask("PUT", "/api/v1/settings",
                                     {"messages_view_backward_delta": number + 1}, token)
                if answer.status != 200:
                    raise AssertionError(answer)
                number += 1
        except OSError:
            return number

    def test_nothing_that_was_acknowledged_is_lost(self):
        """Scans and writes, cut off again and again: what was answered is there, requests recover."""
        print(f"TEST_SEED={SEED}")
        chance = random.Random(SEED)
        program = self.new_program()
        cloud = self.enterContext(LiveCloud())
        name = cloud.add(program, "own")["name"]
        program.run("scan", "-e", name)
        whole = program.run("export", "inventory", "-e", name).out.count("\n")
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        token = self.sign_in(service)
        number, asked = 0, []
        for kill in range(KILLS):
            answer = service.ask("POST", f"/api/v1/environments/{name}/scans",
                                 {"clear": bool(kill % 2)}, token)
            self.assertEqual(answer.status, 202, answer)
            asked.append(answer.json["_id"])
            cut = threading.Timer(chance.uniform(0, 0.6), service.process.send_signal,
                                  [signal.SIGKILL])
            cut.start()
            number = self.ask_until_cut(service, token, number)
            cut.join()
            service.stop()
            service = self.serve(program)
            seen = service.ask("GET", "/api/v1/settings", token=token).json
            self.assertIn(seen["messages_view_backward_delta"] - number, (0, 1), "lost or invented")
            number = seen["messages_view_backward_delta"]
            listed = service.ask("GET", f"/api/v1/environments/{name}/counts", token=token).json
            self.assertGreater(listed["objects"]["instance"], 0)
        for scan in asked:
            while (document := service.ask("GET", f"/api/v1/scans/{scan}", token=token).json)[
                    "status"] in ("pending", "running"):
                time.sleep(0.05)
            self.assertIn(document["status"], ("completed", "failed"), document)
        last = service.ask("POST", f"/api/v1/environments/{name}/scans", {}, token).json["_id"]
        while (document := service.ask("GET", f"/api/v1/scans/{last}", token=token).json)[
                "status"] in ("pending", "running"):
            time.sleep(0.05)
        self.assertEqual(document["status"], "completed", document)
        self.assertEqual(service.stop(), 0)
        program.check_integrity()
        self.assertEqual(program.run("export", "inventory", "-e", name).out.count("\n"), whole)


class FullDisk(ServeCase):
    """No room."""

    def test_full_disk(self):
        """Writing is refused with the reason, reading goes on; when there is room again all works."""
        program = self.new_program()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", program.folder],
                                 capture_output=True, text=True, check=False)
        if mounted.returncode:
            self.skipTest(f"no small disk can be mounted here: {mounted.stderr.strip()}")
        self.addCleanup(subprocess.run, ["umount", program.folder], check=True)
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        token = self.sign_in(service)
        filler = os.path.join(program.folder, "filler")
        fill(filler)
        answers = []
        while not answers or answers[-1].status == 201:
            answers.append(service.ask("POST", "/api/v1/environments/ovs/schedules",
                                       {"recurrence": "YEARLY"}, token))
        self.assertEqual(answers[-1].status, 503, answers[-1])
        self.assertTrue("full" in answers[-1].json["detail"] or "space" in answers[-1].json["detail"],
                        answers[-1])
        listed = service.ask("GET", "/api/v1/schedules?limit=1000", token=token).json["schedules"]
        self.assertEqual(len(listed), len(answers) - 1)
        self.assertEqual(service.ask("GET", "/api/v1/environments/ovs/counts", token=token).status, 200)
        os.unlink(filler)
        answer = service.ask("POST", "/api/v1/environments/ovs/schedules", {"recurrence": "DAILY"},
                             token)
        self.assertEqual(answer.status, 201, answer)
        self.assertEqual(service.stop(), 0)
        program.check_integrity()


class Locked(ServeCase):
    """Another process writes for long, as in the commit of a large cloud."""

    def test_writers_are_told_to_come_back(self):
        """Nobody waits behind those who want to write; nor does the end of the server."""
        program = self.new_program()
        program.run("scan", "-e", "lab", "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        token = self.sign_in(service)
        other = sqlite3.connect(program.file, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        answers = []

        def write():
            answers.append(service.ask("PUT", "/api/v1/settings", {}, token))

        writers = [threading.Thread(target=write) for _ in range(12)]
        for writer in writers:
            writer.start()
        for path in ("/metrics", "/api/v1/environments/lab/objects", "/readyz"):   # the first by a worker
            self.assertEqual(service.ask("GET", path, token=token).status, 200, path)
        self.assertLess(len(answers), len(writers), "all writers were waited for")
        for writer in writers:
            writer.join()
        for answer in answers:
            self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "5"), answer)
            self.assertIn("try again", answer.json["detail"])
        writers = [threading.Thread(target=self.may_fail, args=(write,)) for _ in range(4)]
        for writer in writers:
            writer.start()
        self.assertEqual(service.stop(), 0)     # while the other still writes
        for writer in writers:
            writer.join()
        other.execute("ROLLBACK")
        other.close()

    @staticmethod
    def may_fail(ask):
        """The server ends meanwhile."""
        with contextlib.suppress(OSError):
            ask()


class Hostile(ServeCase):
    """Requests that are no requests."""

    def test_paths_headers_and_sizes(self):
        """Refused, with nothing of it in the answer's head; the server lives."""
        program = self.new_program()
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        token = self.sign_in(service)
        host, port = service.address.split(":")

        def raw(text):
            with socket.create_connection((host, int(port)), timeout=60) as sock:
                answer = b""
                with contextlib.suppress(OSError):      # what is too large is not read to its end
                    sock.sendall(text)
                with contextlib.suppress(OSError):
                    while piece := sock.recv(65536):
                        answer += piece
            return answer

        auth = f"Authorization: Bearer {token}\r\nHost: x\r\nConnection: close\r\n".encode()
        for path in (b"/../../etc/passwd", b"/api/v1/../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd",
                     b"//etc/passwd", b"/api/v1/environments/..%2f..%2fetc", b"/\\..\\..\\etc"):
            answer = raw(b"GET " + path + b" HTTP/1.1\r\n" + auth + b"\r\n")
            self.assertRegex(answer, rb"^HTTP/1.1 4\d\d ")
            self.assertNotIn(b"root:", answer)
        injected = raw(b"GET /api/v1/environments/a%0d%0aX-Evil:%201 HTTP/1.1\r\n" + auth + b"\r\n")
        self.assertNotIn(b"\r\nX-Evil", injected.split(b"\r\n\r\n")[0])
        injected = raw(b"GET /healthz HTTP/1.1\r\nX-Request-Id: a\x0bb\r\n" + auth + b"\r\n")
        self.assertNotIn(b"\x0b", injected.split(b"\r\n\r\n")[0])
        huge = raw(b"GET /healthz HTTP/1.1\r\nX: " + b"a" * 100000 + b"\r\n\r\n")
        self.assertRegex(huge, rb"^(HTTP/1.1 4\d\d |$)")
        for body, status in ((b"{" * 100000, b"400"), (b'"' + b"a" * (2 << 20) + b'"', b"413"),
                             (b"\xff\xfe", b"400"), (b"null", b"400"), (b"", b"400")):
            answer = raw(b"POST /api/v1/users HTTP/1.1\r\n" + auth +
                         f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            self.assertEqual(answer[9:12], status, answer[:300])
        for query in ("q=" + "a" * 5000, "q=%00", "q=%ff%fe", "&".join("q=a" for _ in range(150)),
                      "q=a&cursor=" + "A" * 5000, "q=a&limit=99999999999999999999"):
            answer = service.ask("GET", f"/api/v1/search?{query}", token=token)
            self.assertIn(answer.status, (200, 400), answer)
        self.assertEqual(service.ask("GET", "/healthz").status, 200)
        log = service.said()
        self.assertNotIn(token, log)
        for line in log.splitlines():
            self.assertNotIn("\x0b", line)
        self.assertEqual(service.stop(), 0)


if __name__ == "__main__":
    unittest.main()
