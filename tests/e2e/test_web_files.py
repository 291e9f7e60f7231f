#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The files of the web UI, of the program and of a folder, and which paths are its screens'."""

import gzip
import http.client
import os
import subprocess
import unittest

from program import ROOT, Program, new_folder
from test_serve import ADMIN, PASSWORD, ServeCase, Service

DIST = os.path.join(ROOT, "web", "dist")
PAGE = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
GZIP = {"Accept-Encoding": "gzip, deflate, br"}
POLICY = {"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:",
          "connect-src 'self'", "worker-src 'self'", "font-src 'self'", "manifest-src 'self'", "base-uri 'none'",
          "form-action 'self'", "frame-ancestors 'none'"}
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
         ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml; charset=utf-8", ".png": "image/png",
         ".json": "application/json; charset=utf-8", ".txt": "text/plain; charset=utf-8",
         ".webmanifest": "application/manifest+json; charset=utf-8"}
SCREENS = ("/", "/environments", "/environments/a/b%20c/", "/sign-in?to=%2Fscans", "/scans", "/inventory", "/setup", "/x.html",
           "/%2e%2e/x", "/apis")
OF_THE_API = ("/healthz", "/readyz", "/metrics", "/api/v1/environments", "/api/v1/nothing", "/api", "/api/", "/api/v2/x")
# None of them names a file, however it is read.
TRICKS = ("/assets/../index.html", "/assets/..%2findex.html", "/assets/%2e%2e/index.html", "/assets//",
          "/assets/.", "/assets/..", "/assets/", "/assets/..\\index.html",
          "/assets/....//index.html", "/assets/;/x.js", "/assets//etc/passwd", "/assets/INDEX.HTML")


def files_of(folder):
    """{name: content}"""
    found = {}
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as stream:
                found[os.path.relpath(os.path.join(path, name), folder)] = stream.read()
    return found


class WebCase(ServeCase):
    """Requests whose paths nobody tidies up."""

    def get(self, service, path, headers=(), method="GET"):
        """Status, headers, body as they came."""
        connection = http.client.HTTPConnection(service.address, timeout=60)
        self.addCleanup(connection.close)
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in dict(headers).items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()

    def check_page(self, service, path, headers=()):
        """It is the page that all screens begin with."""
        status, head, body = self.get(service, path, headers)
        self.assertEqual((status, head["Content-Type"]), (200, TYPES[".html"]), path)
        self.assertIn(b"<script type=\"module\"", body, path)
        self.check_head(head)
        self.assertEqual(head["Cache-Control"], "no-cache")
        return body

    def check_head(self, head):
        """What every file is sent with."""
        self.assertEqual({one.strip() for one in head["Content-Security-Policy"].split(";")}, POLICY)
        self.assertEqual(head["X-Content-Type-Options"], "nosniff")
        self.assertEqual(head["Referrer-Policy"], "no-referrer")
        self.assertEqual(head["Cross-Origin-Resource-Policy"], "same-origin")
        self.assertIsNone(head["Set-Cookie"])

    def check_problem(self, found, status):
        """It is an error, for programs."""
        self.assertEqual((found[0], found[1]["Content-Type"]), (status, "application/problem+json"), found)


class Embedded(WebCase):
    """Those that the program carries."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        program = Program(new_folder(cls))
        cls.add_user(program, ADMIN, "all")
        cls.service = Service(program, "--no-scans")
        cls.addClassCleanup(cls.service.stop)

    def test_all_files(self):
        """Each is there as it was built, packed for whoever can read that; the type is that of the name."""
        files = files_of(DIST)
        self.assertIn("index.html", files)
        for name, content in files.items():
            with self.subTest(name=name):
                status, head, body = self.get(self.service, f"/{name}")
                self.assertEqual((status, body), (200, content))
                self.assertEqual(head["Content-Type"], TYPES[os.path.splitext(name)[1]])
                self.assertIsNone(head["Content-Encoding"])
                self.check_head(head)
                lasts = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
                self.assertEqual(head["Cache-Control"], lasts)
                status, small, packed = self.get(self.service, f"/{name}", GZIP)
                if small["Content-Encoding"]:
                    self.assertEqual(small["Content-Encoding"], "gzip")
                    self.assertLess(len(packed), len(content))
                    packed = gzip.decompress(packed)
                    self.assertNotEqual(head["ETag"], small["ETag"])
                    self.assertEqual(head["Vary"], small["Vary"])
                    self.assertIn("Accept-Encoding", head["Vary"])
                self.assertEqual((status, packed), (200, content))

    def test_packed(self):
        """What is long and text is sent packed."""
        name = max((name for name in files_of(DIST) if name.endswith(".js")), key=lambda name: len(files_of(DIST)[name]))
        self.assertEqual(self.get(self.service, f"/{name}", GZIP)[1]["Content-Encoding"], "gzip")
        refused = self.get(self.service, f"/{name}", {"Accept-Encoding": "gzip;q=0, br"})
        self.assertIsNone(refused[1]["Content-Encoding"])

    def test_again(self):
        """Who has it is told so; HEAD is GET without the body."""
        for path in ("/", *(f"/{name}" for name in files_of(DIST))):
            for more in ({}, GZIP):
                with self.subTest(path=path, more=more):
                    _, head, body = self.get(self.service, path, more)
                    status, same, nothing = self.get(self.service, path, {"If-None-Match": head["ETag"], **more})
                    self.assertEqual((status, nothing), (304, b""))
                    self.assertEqual((same["ETag"], same["Cache-Control"]), (head["ETag"], head["Cache-Control"]))
                    self.assertEqual(self.get(self.service, path, {"If-None-Match": '"other"', **more})[2], body)
                    status, only, nothing = self.get(self.service, path, more, "HEAD")
                    self.assertEqual((status, nothing), (200, b""))
                    self.assertEqual(only["Content-Length"], str(len(body)))
                    self.assertEqual(only["ETag"], head["ETag"])

    def test_screens(self):
        """Wherever a browser goes, but not to the API, the UI comes up; a session is not asked for."""
        index = self.check_page(self.service, "/")
        for path in SCREENS:
            with self.subTest(path=path):
                self.assertEqual(self.check_page(self.service, path, PAGE), index)
                self.assertEqual(self.check_page(self.service, path, {**PAGE, "Cookie": "calipso_session=" + "0" * 64}),
                                 index)

    def test_api_is_not_hidden(self):
        """What the API answers, it goes on answering, also to a browser; and what programs ask."""
        for path in OF_THE_API:
            with self.subTest(path=path):
                plain, page = self.get(self.service, path), self.get(self.service, path, PAGE)
                self.assertEqual((plain[0], plain[1]["Content-Type"]), (page[0], page[1]["Content-Type"]))
                self.assertNotIn("html", page[1]["Content-Type"] or "")
        token = self.sign_in(self.service)
        for path in ("/inventory?env_name=x", "/scans?env_name=x", "/constants?name=object_types"):
            plain = self.get(self.service, path, {"X-Auth-Token": token})
            page = self.get(self.service, path, {**PAGE, "X-Auth-Token": token})
            self.assertEqual((plain[0], plain[2]), (page[0], page[2]), path)
            self.assertEqual(self.get(self.service, path)[0], 401, path)
        for path in ("/nothing", "/environments", "/assetss"):
            self.assertEqual(self.get(self.service, path)[0], 401, path)
            self.assertEqual(self.get(self.service, path, {"X-Auth-Token": token})[0], 404, path)
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            status, head, _ = self.get(self.service, "/environments", {**PAGE, "X-Auth-Token": token}, method)
            self.assertEqual((status, head["Content-Security-Policy"]), (404, None), method)

    def test_tricks(self):
        """Only names of files name a file; what is none is nothing, also for a browser."""
        for path in TRICKS:
            for more in ({}, PAGE, GZIP):
                with self.subTest(path=path, more=more):
                    self.check_problem(self.get(self.service, path, more), 404)
        for path in ("/assets/%00", "/assets/index%00.js", "/%00"):
            with self.subTest(path=path):
                self.assertEqual(self.get(self.service, path, PAGE)[0], 400)
        for path in ("/../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/.git/config", "/..%5c..%5cx"):
            with self.subTest(path=path):
                self.assertEqual(self.get(self.service, path)[0], 401)

    def test_wrong_credentials(self):
        """Whoever cannot sign in can see the page that says so."""
        wrong = {"Authorization": "Bearer " + "0" * 64, **PAGE}
        self.check_page(self.service, "/", wrong)
        self.check_page(self.service, "/environments", wrong)


class Folder(WebCase):
    """Those of a folder, while they are being worked on."""

    def setUp(self):
        super().setUp()
        program = self.new_program()
        self.add_user(program, ADMIN, "all", password=PASSWORD)
        self.folder = os.path.join(program.folder, "web")
        self.outside = os.path.join(program.folder, "outside.js")
        os.makedirs(os.path.join(self.folder, "assets", "deep"))
        self.write("index.html", "<script type=\"module\" src=\"/assets/a.js\"></script>")
        self.write("assets/a.js", "1")
        self.write("assets/deep/b.css", "x{}")
        self.write(".secret", "no")
        self.write("assets/.secret.js", "no")
        self.write("../outside.js", "no")
        self.service = self.serve(program, "--no-scans", "--web", self.folder)

    def write(self, name, text):
        """A file of the folder."""
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as stream:
            stream.write(text)

    def test_files_as_they_are_now(self):
        """What is written is served at once; nothing is kept for long."""
        self.check_page(self.service, "/environments", PAGE)
        for name, text, kind in (("assets/a.js", "1", ".js"), ("assets/deep/b.css", "x{}", ".css"),
                                 ("assets/a.js", "2", ".js"), ("new.txt", "new" * 1000, ".txt")):
            self.write(name, text)
            status, head, body = self.get(self.service, f"/{name}")
            self.assertEqual((status, body.decode(), head["Content-Type"]), (200, text, TYPES[kind]))
            self.assertEqual(head["Cache-Control"], "no-cache")
            self.check_head(head)
        packed = self.get(self.service, "/new.txt", GZIP)
        self.assertEqual((packed[1]["Content-Encoding"], gzip.decompress(packed[2])), ("gzip", b"new" * 1000))

    def test_nothing_else(self):
        """Neither what lies outside, nor what is hidden, nor what is no file."""
        os.symlink(self.outside, os.path.join(self.folder, "assets", "link.js"))
        os.symlink(os.path.dirname(self.outside), os.path.join(self.folder, "assets", "up"))
        os.symlink("a.js", os.path.join(self.folder, "assets", "inside.js"))
        os.mkfifo(os.path.join(self.folder, "assets", "pipe.js"))
        for path in (*TRICKS, "/assets/link.js", "/assets/up/outside.js", "/assets/.secret.js", "/assets/../../outside.js",
                     "/assets/..%2f..%2foutside.js", "/assets/pipe.js", "/assets/deep", "/assets/" + "x" * 2000):
            with self.subTest(path=path):
                self.check_problem(self.get(self.service, path), 404)
        self.assertEqual(self.get(self.service, "/assets/inside.js")[2], b"1")
        for path in ("/.secret", "/../outside.js", f"/{self.outside}", "/assets"):
            self.assertEqual(self.get(self.service, path)[0], 401, path)

    def test_no_page(self):
        """Without its first page the UI is not there, and the API says so."""
        os.remove(os.path.join(self.folder, "index.html"))
        found = self.get(self.service, "/", PAGE)
        self.check_problem(found, 404)
        self.assertIn(b"no web UI", found[2])

    def test_no_folder(self):
        """The server does not start."""
        result = self.new_program().run("serve", "-b", "127.0.0.1:0", "--web", "/nowhere", expect=1)
        self.assertTrue(result.messages("/nowhere"), result)


class Packing(WebCase):
    """What the program carries is made of the files alone."""

    FILES = {"index.html": b"<p>", "assets/a.js": b"1;" * 5000, "assets/picture.png": bytes(range(256))}

    def pack(self, files, more=""):
        """Into a new folder; what came of it."""
        folder = os.path.join(new_folder(self), f"with a blank{more}")
        for name, content in files.items():
            path = os.path.join(folder, "dist", name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as stream:
                stream.write(content)
            os.utime(path, (len(more), len(more)))
        os.makedirs(folder, exist_ok=True)
        results = ("table.h", "packed.bin", "packed.S")
        subprocess.run([os.path.join(ROOT, "tools", "pack-web"), "dist", *results, "dependencies"], cwd=folder, check=True)
        return [files_of(folder)[name] for name in results]

    def test_same_files(self):
        """Neither place nor order nor time count."""
        first = self.pack(self.FILES)
        self.assertEqual(first, self.pack(dict(reversed(self.FILES.items())), more="s"))
        self.assertNotEqual(first, self.pack({**self.FILES, "index.html": b"<b>"}))
        table, packed, source = first
        self.assertEqual(table.count(b"\n    {"), len(self.FILES))
        self.assertLess(len(packed), 1000)          # the script is packed, the picture as it is
        self.assertIn(self.FILES["assets/picture.png"], packed)
        self.assertIn(b'.incbin "packed.bin"', source)

    def test_no_files(self):
        """The program then has no web UI."""
        table, packed, _ = self.pack({})
        self.assertIn(b"NULL", table)
        self.assertEqual(packed, b"")


if __name__ == "__main__":
    unittest.main()
