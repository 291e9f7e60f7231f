#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`calipso serve`: API v1 of recorded clouds, users and their rights, scans of a living cloud."""

import base64
import gzip
import http.client
import json
import os
import re
import select
import signal
import time
import unittest
import urllib.error
import urllib.request

import exchanges
from live_cloud import LiveCloud
from program import TIMEOUT, Case, Program, new_folder, shipped

ADMIN, PASSWORD = "admin", "correct horse"


class Answer:
    """What came back: status, headers, and the body, parsed if it is JSON."""

    def __init__(self, status, headers, body):
        self.status, self.headers = status, headers
        is_packed = body and headers["Content-Encoding"] == "gzip"
        self.text = (gzip.decompress(body) if is_packed else body).decode()
        self.type = (headers["Content-Type"] or "").split(";")[0]
        is_json = self.text and self.type in ("application/json", "application/problem+json")
        self.json = json.loads(self.text) if is_json else None

    def __repr__(self):
        return f"{self.status} {self.text[:500]}"


class Service:
    """A server process on a store of its own."""

    def __init__(self, program, *options):
        self.program = program
        self.log = open(os.path.join(program.folder, "serve.log"), "ab")     # pylint: disable=R1732
        begin = self.log.tell()
        self.process = program.start("serve", "-b", "127.0.0.1:0", *options, stdout=self.log,
                                     stderr=self.log)
        while not (found := re.search(r"msg=listening address=(\S+)", self.said(begin))):
            if self.process.poll() is not None:
                raise RuntimeError(self.said(begin))
            time.sleep(0.02)
        self.address = found[1]
        secret = re.search(r"with this secret:\s+(\S+)", self.said(begin))
        self.secret = secret and secret[1]

    def said(self, begin=0):
        """What the server wrote."""
        with open(self.log.name, encoding="utf-8") as stream:
            stream.seek(begin)
            return stream.read()

    def ask(self, method, path, body=None, token=None, headers=(), user=None):
        """One request."""
        text = None if body is None else json.dumps(body)
        kind = {"Content-Type": "application/json"} if text else {}
        request = urllib.request.Request(
            f"http://{self.address}{path}", method=method, headers={**kind, **dict(headers)},
            data=text and text.encode())
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if user:
            plain = base64.b64encode(":".join(user).encode()).decode()
            request.add_header("Authorization", f"Basic {plain}")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found = Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            found = Answer(error.code, error.headers, error.read())
        exchanges.keep(method, path, text, found)
        return found

    def stop(self, number=signal.SIGTERM):
        """Ask it to end, and say how it did."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        status = self.process.wait(60)
        self.log.close()
        return status


class ServeCase(Case):
    """Tests with a server."""

    def serve(self, program, *options):
        """A server that ends with the test."""
        service = Service(program, *options)
        self.addCleanup(service.stop)
        return service

    @staticmethod
    def sign_in(service, name=ADMIN, password=PASSWORD):
        """A token for programs."""
        session = service.ask("POST", "/api/v1/session", {"name": name, "password": password})
        assert session.status == 201, session
        cookie = session.headers["Set-Cookie"].split(";")[0]
        made = service.ask("POST", "/api/v1/tokens", {"note": "tests"},
                           headers={"Cookie": cookie, "X-CSRF-Token": session.json["csrf"]})
        assert made.status == 201, made
        return made.json["token"]

    @staticmethod
    def add_user(program, name, *roles, password=PASSWORD):
        """A user, by the command line."""
        program.run("user", "add", name, "--password-file", "-", "--roles",
                    ",".join(roles) or "none", given=password + "\n")


class Setup(ServeCase):
    """The first administrator."""

    def test_first_administrator(self):
        """There is no password until the secret of the first start has made one; it works once."""
        service = self.serve(self.new_program())
        self.assertEqual(service.ask("GET", "/api/v1/setup").json, {"needed": True})
        self.assertEqual(service.ask("GET", "/api/v1/environments").status, 401)
        wanted = {"name": ADMIN, "password": PASSWORD}
        for secret, status in (("0" * 64, 401), (service.secret, 201), (service.secret, 401)):
            answer = service.ask("POST", "/api/v1/setup", {"secret": secret, **wanted})
            self.assertEqual(answer.status, status, answer)
        self.assertEqual(service.ask("GET", "/api/v1/setup").json, {"needed": False})
        token = self.sign_in(service)
        me = service.ask("GET", "/api/v1/session", token=token).json
        self.assertEqual(me["user"]["name"], ADMIN)
        self.assertIn("manage-users", me["user"]["roles"])
        self.assertNotIn(PASSWORD, service.said())
        self.assertNotIn(token, service.said())
        self.assertIn(f"http://{service.address}/setup#{service.secret}\n", service.said())
        page = service.ask("GET", "/setup", headers={"Accept": "text/html"})
        self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
        self.assertEqual(page.text, service.ask("GET", "/").text)
        self.assertEqual(service.stop(), 0)

    def test_secret_is_offered_until_used(self):
        """Another one with each start; none once there is an administrator."""
        program = self.new_program()
        first = self.serve(program)
        first.stop()
        second = self.serve(program)
        self.assertNotEqual(first.secret, second.secret)
        second.stop()
        self.add_user(program, ADMIN, "all")
        third = self.serve(program)
        self.assertIsNone(third.secret)


class Inventory(ServeCase):
    """What was discovered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = Program(new_folder(cls))
        cls.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        cls.add_user(cls.program, ADMIN, "all")
        cls.service = Service(cls.program)
        cls.addClassCleanup(cls.service.stop)
        cls.token = cls.sign_in(cls.service)

    def get(self, path, status=200):
        """An answer to the administrator."""
        answer = self.service.ask("GET", path, token=self.token)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def everything(self, kind, path):
        """A list, page by page."""
        found, cursor = [], ""
        while cursor is not None:
            page = self.get(f"{path}{'&' if '?' in path else '?'}limit=7" +
                            (f"&cursor={cursor}" if cursor else ""))
            self.assertLessEqual(len(page[kind]), 7)
            found += page[kind]
            cursor = page["next"]
        return found

    def test_objects_are_those_of_the_command_line(self):
        """Type by type, by pages, and one by one."""
        counts = self.get("/api/v1/environments/ovs/counts")["objects"]
        for kind in ("instance", "vnic", "host", "port", "network"):
            listed = json.loads(self.program.run("list", kind, "-e", "ovs", "-o", "json").out)
            found = self.everything("objects", f"/api/v1/environments/ovs/objects?type={kind}")
            self.assertEqual(found, listed)
            self.assertEqual(len(found), counts[kind])
        one = listed[0]
        self.assertEqual(self.get(f"/api/v1/environments/ovs/objects/{one['_id']}"), one)
        history = self.get(f"/api/v1/environments/ovs/objects/{one['_id']}/history")["versions"]
        self.assertEqual([version["object"] for version in history], [one])

    def test_filters_and_fields(self):
        """As the command line has them."""
        path = "/api/v1/environments/ovs/objects"
        listed = json.loads(self.program.run("list", "vnic", "-e", "ovs", "--host", "cmp1", "-o",
                                             "json").out)
        self.assertEqual(self.get(f"{path}?type=vnic&host=cmp1")["objects"], listed)
        down = self.get(f"{path}?type=port&where.status=ACTIVE&fields=id,status")["objects"]
        self.assertTrue(down)
        self.assertTrue(all(set(port) == {"id", "status"} for port in down))
        for query in ("frob=1", "limit=0", "limit=1001", "limit=x", "cursor=AAAA", "cursor=!",
                      "type=a%2"):
            self.get(f"{path}?{query}", 400)
        links = self.get("/api/v1/environments/ovs/links?limit=1")["next"]
        self.get(f"{path}?cursor={links}", 400)

    def test_children(self):
        """What lies directly below."""
        host = self.get("/api/v1/environments/ovs/objects?type=host&id=cmp1")["objects"][0]
        children = self.get(f"/api/v1/environments/ovs/objects/{host['_id']}/children")["objects"]
        self.assertTrue(children)
        self.assertTrue(all(child["parent_id"] == "cmp1" for child in children))

    def test_links_and_cliques(self):
        """As the command line has them."""
        listed = json.loads(self.program.run("links", "-e", "ovs", "-o", "json").out)
        found = self.everything("links", "/api/v1/environments/ovs/links")
        self.assertEqual(sorted(link["_id"] for link in found),
                         sorted(link["_id"] for link in listed))
        one = found[0]
        self.assertEqual(self.get(f"/api/v1/environments/ovs/links/{one['_id']}"), one)
        objects = {thing["_id"]: {key: thing.get(key, "") for key in ("id", "name", "type", "host")}
                   for thing in self.everything("objects", "/api/v1/environments/ovs/objects")}
        plain = {link["_id"]: link for link in listed}
        for link in found:
            ends = {f"{side}_object": objects[link[side]] for side in ("source", "target")}
            self.assertEqual(link, {**plain[link["_id"]], **ends})
        for fields in (["_id", "source_id"], ["_id", "target_object"]):
            some = self.everything("links", f"/api/v1/environments/ovs/links?fields={','.join(fields)}")
            self.assertEqual(some, [{key: link[key] for key in fields if key in link} for link in found])
        touching = self.everything("links",
                                   f"/api/v1/environments/ovs/links?object={one['source']}")
        self.assertEqual({link["_id"] for link in touching},
                         {link["_id"] for link in found
                          if one["source"] in (link["source"], link["target"])})
        instance = json.loads(self.program.run("show", "vm-a1", "-e", "ovs", "-o", "json").out)
        clique = json.loads(self.program.run("clique", "vm-a1", "-e", "ovs", "-o", "json").out)
        self.assertEqual(
            self.get(f"/api/v1/environments/ovs/objects/{instance['_id']}/clique"), clique)
        self.assertIn(instance["_id"], {row["focal_point"] for row in
                                        self.everything("cliques",
                                                        "/api/v1/environments/ovs/cliques")})
        self.get(f"/api/v1/environments/ovs/objects/{'0' * 24}/clique", 404)
        self.get("/api/v1/environments/ovs/objects/vm-a1", 404)

    def test_search(self):
        """In all environments."""
        found = self.get("/api/v1/search?q=vm-a1")["objects"]
        self.assertEqual(found[0]["name"], "vm-a1")
        self.assertEqual(self.get("/api/v1/search?q=vm-a1&environment=other")["objects"], [])
        self.assertEqual(self.get("/api/v1/search?q=%2d%2e")["objects"], [])
        self.get("/api/v1/search", 400)

    def test_changes(self):
        """All of the first revision; nothing behind it."""
        revisions = self.get("/api/v1/environments/ovs/revisions")["revisions"]
        first = self.get("/api/v1/environments/ovs/changes?since=0&limit=1000")
        self.assertTrue(first["changes"])
        self.assertEqual(first["until"], revisions[0]["revision"])
        self.assertEqual(self.get(f"/api/v1/environments/ovs/changes?since={first['until']}")
                         ["changes"], [])
        for future in (revisions[0]["revision"] + 1, 99999999):
            self.assertIn("latest", self.get(f"/api/v1/environments/ovs/changes?since={future}", 410)["detail"])

    def test_methods_and_paths(self):
        """404, 405, HEAD, OPTIONS."""
        ask = self.service.ask
        self.get("/api/v1/frob", 404)
        answer = ask("DELETE", "/api/v1/environments/ovs/objects", token=self.token)
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET, HEAD, OPTIONS"))
        answer = ask("POST", "/links", {}, user=(ADMIN, PASSWORD))
        self.assertEqual((answer.status, answer.headers["Allow"], answer.json),
                         (405, "GET, HEAD, OPTIONS", {"title": "405 Method Not Allowed"}))
        answer = ask("OPTIONS", "/api/v1/users")
        self.assertEqual((answer.status, answer.headers["Allow"]),
                         (204, "GET, HEAD, POST, OPTIONS"))
        head = ask("HEAD", "/api/v1/environments/ovs/counts", token=self.token)
        whole = ask("GET", "/api/v1/environments/ovs/counts", token=self.token)
        self.assertEqual((head.status, head.text), (200, ""))
        self.assertEqual(head.headers["Content-Length"], str(len(whole.text)))
        self.assertEqual(ask("GET", "/healthz").status, 200)
        self.assertEqual(ask("GET", "/readyz").status, 200)
        for method in ("POST", "DELETE", "OPTIONS"):
            for path in ("/", "/index.html", "/assets/x.js"):
                answer = ask(method, path)
                self.assertEqual((answer.status, answer.headers["Allow"]),
                                 (204 if method == "OPTIONS" else 405, "GET, HEAD, OPTIONS"), (method, path))
        connection = http.client.HTTPConnection(self.service.address)
        connection.request("OPTIONS", "*")
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.headers["Allow"]),
                         (204, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"))
        connection.close()
        problem = ask("GET", "/api/v1/users", headers={"X-Request-Id": "abc"})
        self.assertEqual(problem.headers["Content-Type"], "application/problem+json")
        self.assertEqual(problem.json["instance"], "abc")


class Passwords(ServeCase):
    """Requests that bring a password along."""

    def test_nobody_waits_for_hashes(self):
        """What takes its time is done beside those who carry connections, however Basic is spelt."""
        program = self.new_program()
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        secret = base64.b64encode(f"{ADMIN}:{PASSWORD}".encode()).decode()
        for scheme in ("Basic", "basic"):
            with self.subTest(scheme):
                slow = [http.client.HTTPConnection(service.address, timeout=60) for _ in range(12)]
                both = [http.client.HTTPConnection(service.address, timeout=60) for _ in range(2)]
                for quick in both:
                    quick.connect()     # one by each thread
                for connection in slow:
                    connection.request("GET", "/api/v1/session", headers={"Authorization": f"{scheme} {secret}"})
                for quick in 4 * both:
                    quick.request("GET", "/healthz")
                    self.assertTrue(quick.getresponse().read())
                answered = select.select([connection.sock for connection in slow], [], [], 0)[0]
                self.assertLess(len(answered), len(slow), "they waited for all hashes")
                for connection in slow:
                    self.assertEqual(connection.getresponse().status, 200)
                for connection in slow + both:
                    connection.close()


class Rights(ServeCase):
    """Who may what."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()
        for name in ("one", "two"):
            self.program.run("scan", "-e", name, "--replay", shipped("ovs"))
        self.add_user(self.program, ADMIN, "all")
        self.add_user(self.program, "viewer")
        self.add_user(self.program, "nobody")
        self.program.run("user", "grant", "viewer", "-e", "one", "--view")
        self.service = self.serve(self.program)

    def test_search_shows_something_of_each(self):
        """What one environment has does not hide what others have, whatever the limit."""
        token = self.sign_in(self.service)
        everything, few, one = ([row["environment"] for row in self.service.ask(
            "GET", f"/api/v1/search?q=cmp1&limit={limit}", token=token).json["objects"]] for limit in (1000, 5, 1))
        half = len(everything) // 2
        self.assertGreater(half, 5)
        self.assertEqual(everything, half * ["one"] + half * ["two"])
        self.assertEqual((few, one), (3 * ["one"] + 2 * ["two"], ["one"]))

    def test_an_environment_one_may_not_see_is_not_there(self):
        """By name, in lists, by search; its answers are those of one that is not there."""
        ask = self.service.ask
        viewer, nobody = (self.sign_in(self.service, name) for name in ("viewer", "nobody"))
        for token, names in ((viewer, ["one"]), (nobody, [])):
            answer = ask("GET", "/api/v1/environments", token=token).json["environments"]
            self.assertEqual([environment["name"] for environment in answer], names)
            found = ask("GET", "/api/v1/search?q=vm-a1", token=token).json["objects"]
            self.assertEqual({row["environment"] for row in found}, set(names))
        for path in ("", "/objects", "/counts", "/links", "/cliques", "/revisions", "/changes"):
            hidden, missing = (ask("GET", f"/api/v1/environments/{name}{path}", token=viewer)
                               for name in ("two", "non"))
            self.assertEqual(hidden.status, 404)
            self.assertEqual(hidden.json["detail"].replace("two", "non"), missing.json["detail"])
            self.assertEqual(ask("GET", f"/api/v1/environments/one{path}", token=viewer).status,
                             200)

    def test_what_another_process_takes_is_void_at_once(self):
        """Rights, roles and users, though the server has just been asked with the same token."""
        ask, run = self.service.ask, self.program.run
        viewer = self.sign_in(self.service, "viewer")
        path = "/api/v1/environments/one/counts"

        def status(token):
            """Of many requests: any thread may answer, each of which has seen the token before."""
            found = {ask("GET", path, token=token).status for _ in range(20)}
            self.assertEqual(len(found), 1)
            return found.pop()

        self.assertEqual(status(viewer), 200)
        for _ in range(3):
            run("user", "grant", "viewer", "-e", "one", "--none")
            self.assertEqual(status(viewer), 404)
            run("user", "grant", "viewer", "-e", "one", "--view")
            self.assertEqual(status(viewer), 200)
        run("user", "grant", "viewer", "-e", "one", "--none")
        run("user", "roles", "viewer", "view-env")
        self.assertEqual(status(viewer), 200)
        run("user", "roles", "viewer", "none")
        self.assertEqual(status(viewer), 404)
        run("user", "rm", "viewer")
        self.assertEqual(status(viewer), 401)

    def test_a_revoked_token_is_void_at_once(self):
        """Also one that has just been used."""
        ask, token = self.service.ask, self.sign_in(self.service, "viewer")
        made = ask("POST", "/api/v1/tokens", {}, token=token).json
        for _ in range(20):
            self.assertEqual(ask("GET", "/api/v1/session", token=made["token"]).status, 200)
        self.assertEqual(ask("DELETE", f"/api/v1/tokens/{made['id']}", token=token).status, 204)
        for _ in range(20):
            self.assertEqual(ask("GET", "/api/v1/session", token=made["token"]).status, 401)

    def test_who_sees_may_not_change(self):
        """403 where one sees; then the right is given."""
        ask = self.service.ask
        viewer, admin = (self.sign_in(self.service, name) for name in ("viewer", ADMIN))
        for method, path, body in (("POST", "/scans", {}), ("DELETE", "", None),
                                   ("POST", "/schedules", {"recurrence": "DAILY"}),
                                   ("PUT", "", {})):
            answer = ask(method, f"/api/v1/environments/one{path}", body, viewer)
            self.assertEqual(answer.status, 403, answer)
        self.assertEqual(ask("GET", "/api/v1/users", token=viewer).status, 403)
        answer = ask("PUT", "/api/v1/users/viewer/grants/one", {"edit": True}, admin)
        self.assertEqual(answer.status, 204, answer)
        answer = ask("POST", "/api/v1/environments/one/schedules", {"recurrence": "DAILY"}, viewer)
        self.assertEqual(answer.status, 201, answer)

    def test_cookies_need_their_csrf_token(self):
        """What changes something is refused without; what reads is not."""
        ask = self.service.ask
        session = ask("POST", "/api/v1/session", {"name": ADMIN, "password": PASSWORD})
        cookie = session.headers["Set-Cookie"]
        self.assertIn("HttpOnly", cookie)
        self.assertIn("SameSite=Strict", cookie)
        shown = {"Cookie": cookie.split(";")[0]}
        self.assertEqual(ask("GET", "/api/v1/session", headers=shown).json["csrf"],
                         session.json["csrf"])
        self.assertEqual(ask("POST", "/api/v1/tokens", {}, headers=shown).status, 403)
        shown["X-CSRF-Token"] = session.json["csrf"]
        self.assertEqual(ask("POST", "/api/v1/tokens", {}, headers=shown).status, 201)
        self.assertEqual(ask("DELETE", "/api/v1/session", headers=shown).status, 204)
        self.assertEqual(ask("GET", "/api/v1/session", headers=shown).status, 401)

    def test_pages_of_other_sites_sign_nobody_in(self):
        """Programs do, and pages of this server, also behind a proxy that gives it another name."""
        here, there = f"http://{self.service.address}", "http://other.example"
        hidden = {"Origin": here, "Host": "backend:8000"}
        for headers, status in (({}, 201), ({"Origin": here}, 201), ({"Origin": "http://127.0.0.1"}, 201),
                                ({"Origin": there}, 403), ({"Origin": "null"}, 403), ({"Origin": "http://127.0.0.1.example"}, 403),
                                ({"Origin": there, "Host": there}, 403), (hidden, 403),
                                ({**hidden, "X-Forwarded-Host": self.service.address}, 201),
                                ({**hidden, "Sec-Fetch-Site": "same-origin"}, 201),
                                ({"Origin": here, "Sec-Fetch-Site": "cross-site"}, 403),
                                ({"Origin": here, "Sec-Fetch-Site": "same-site"}, 403),
                                ({"Origin": "http://[::1]:1", "Host": "[::1]:2"}, 201),
                                ({"Origin": "http://[::1]", "Host": "[::2]"}, 403),
                                ({"Origin": "http://[", "Host": "["}, 201), ({"Origin": "http://", "Host": "a"}, 403),
                                ({"Content-Type": "text/plain"}, 415),
                                ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
                                ({"Content-Type": "Application/JSON; charset=utf-8"}, 201)):
            answer = self.service.ask("POST", "/api/v1/session", {"name": "viewer", "password": PASSWORD}, headers=headers)
            self.assertEqual(answer.status, status, f"{headers} {answer}")
            self.assertEqual("Set-Cookie" in answer.headers, status == 201)
        for headers, status in (({"Origin": there}, 403), ({"Content-Type": "text/plain"}, 415), ({}, 401)):
            answer = self.service.ask("POST", "/api/v1/setup", {"secret": "0" * 64, "name": "x", "password": PASSWORD},
                                      headers=headers)
            self.assertEqual(answer.status, status, f"{headers} {answer}")

    def test_tokens(self):
        """Wrong, foreign and revoked ones; a password that changed."""
        ask = self.service.ask
        viewer, admin = (self.sign_in(self.service, name) for name in ("viewer", ADMIN))
        self.assertEqual(ask("GET", "/api/v1/session", token="0" * 64).status, 401)
        mine = ask("GET", "/api/v1/tokens", token=viewer).json["tokens"]
        other = ask("GET", "/api/v1/tokens", token=admin).json["tokens"]
        self.assertNotIn(viewer, json.dumps(mine))
        self.assertEqual(ask("DELETE", f"/api/v1/tokens/{other[0]['id']}", token=viewer).status,
                         404)
        for token in mine:
            if token["note"] == "tests":
                self.assertEqual(
                    ask("DELETE", f"/api/v1/tokens/{token['id']}", token=viewer).status, 204)
        self.assertEqual(ask("GET", "/api/v1/session", token=viewer).status, 401)
        self.program.run("user", "passwd", ADMIN, "--password-file", "-", given="another one\n")
        self.assertEqual(ask("GET", "/api/v1/session", token=admin).status, 401)
        self.assertEqual(ask("GET", "/api/v1/session", user=(ADMIN, PASSWORD)).status, 401)
        self.assertEqual(ask("GET", "/api/v1/session", user=(ADMIN, "another one")).status, 200)

    def test_a_user_may_ask_so_much(self):
        """From wherever; others are not kept waiting by that."""
        service = self.serve(self.program, "--user-rate", "1")
        viewer, admin = (self.sign_in(service, name) for name in ("viewer", ADMIN))
        answers = [service.ask("GET", "/api/v1/session", token=viewer) for _ in range(30)]
        refused = [answer for answer in answers if answer.status == 429]
        self.assertTrue(refused and answers[0].status == 200, answers)
        self.assertGreater(int(refused[0].headers["Retry-After"]), 0)
        self.assertEqual(service.ask("GET", "/api/v1/session", token=admin).status, 200)

    def test_nobody_gives_what_they_lack(self):
        """Who manages users is not everything by that."""
        ask = self.service.ask
        self.add_user(self.program, "clerk", "manage-users")
        clerk = self.sign_in(self.service, "clerk")
        new = {"name": "new", "password": PASSWORD}
        self.assertEqual(ask("POST", "/api/v1/users", {**new, "roles": ["edit-env"]}, clerk).status,
                         403)
        self.assertEqual(ask("POST", "/api/v1/users", {**new, "roles": []}, clerk).status, 201)
        self.assertEqual(ask("PATCH", f"/api/v1/users/{ADMIN}", {"password": PASSWORD}, clerk).status,
                         403)
        self.assertEqual(ask("DELETE", f"/api/v1/users/{ADMIN}", token=clerk).status, 403)
        for method, path, body in (("PATCH", "viewer", {"password": PASSWORD}), ("PATCH", "viewer", {"roles": []}),
                                   ("DELETE", "viewer", None)):
            answer = ask(method, f"/api/v1/users/{path}", body, clerk)
            self.assertEqual(answer.status, 403, answer)
            self.assertNotIn("one", answer.json["detail"].split())
        admin = self.sign_in(self.service)
        self.assertEqual(ask("DELETE", f"/api/v1/users/{ADMIN}", token=admin).status, 400)
        self.assertEqual(ask("DELETE", "/api/v1/users/clerk", token=admin).status, 204)
        self.assertEqual(ask("GET", "/api/v1/session", token=clerk).status, 401)


    def test_nobody_gives_rights_they_lack(self):
        """In environments: not to see what is hidden from them, not to edit what they may only see."""
        ask = self.service.ask
        self.add_user(self.program, "clerk", "manage-users")
        clerk = self.sign_in(self.service, "clerk")

        def give(right, of="one", to="clerk"):
            return ask("PUT", f"/api/v1/users/{to}/grants/{of}", {right: True}, clerk)

        hidden, missing = give("view"), give("view", "non")
        self.assertEqual((hidden.status, missing.status), (404, 404))
        self.assertEqual(hidden.json["detail"].replace("one", "non"), missing.json["detail"])
        self.program.run("user", "grant", "clerk", "-e", "one", "--view")
        self.assertEqual([give("view", to="nobody").status, give("edit", to="nobody").status], [204, 403])
        self.assertEqual(give("edit").status, 403)
        change = {"password": PASSWORD}
        self.assertEqual(ask("PATCH", "/api/v1/users/viewer", change, clerk).status, 200)
        self.program.run("user", "grant", "viewer", "-e", "one", "--edit")
        self.assertEqual(ask("PATCH", "/api/v1/users/viewer", change, clerk).status, 403)
        self.assertEqual(give("view", to="viewer").status, 403)      # it would take the other right
        self.program.run("user", "grant", "clerk", "-e", "one", "--edit")
        self.assertEqual(ask("PATCH", "/api/v1/users/viewer", change, clerk).status, 200)
        self.assertEqual(give("view", to="viewer").status, 204)

    def test_nobody_makes_who_is_waited_for(self):
        """Lists of environments may name users who are not there yet."""
        self.program.change_rows("UPDATE environment SET body = json_set(body, '$.auth.\"view-env\"', json('[\"late\"]')) "
                                 "WHERE name = 'one'")
        self.add_user(self.program, "clerk", "manage-users")
        clerk = self.sign_in(self.service, "clerk")
        for name, status in (("late", 403), ("other", 201)):
            answer = self.service.ask("POST", "/api/v1/users", {"name": name, "password": PASSWORD, "roles": []}, clerk)
            self.assertEqual(answer.status, status, answer)


class Scans(ServeCase):
    """Scans that are asked for."""

    def wait(self, service, token, scan):
        """Until it has ended."""
        until = time.monotonic() + TIMEOUT
        while (document := service.ask("GET", f"/api/v1/scans/{scan}", token=token).json)["status"] in (
                "pending", "running"):
            assert time.monotonic() < until, f"it does not end: {document}"
            time.sleep(0.05)
        return document

    def test_a_living_cloud(self):
        """Added, asked for, scanned; then what it has is there."""
        program = self.new_program()
        cloud = self.enterContext(LiveCloud())
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        token = self.sign_in(service)
        document = cloud.environment("own")
        name = document["name"]
        path = f"/api/v1/environments/{name}"
        added = service.ask("POST", "/api/v1/environments", document, token)
        self.assertEqual(added.status, 201, added)
        self.assertNotIn("pwd", json.dumps([target for target in added.json["configuration"]
                                            if target.get("pwd", "***") != "***"]))
        program.run("env", "trust", "-e", name, "--yes")
        answer = service.ask("POST", f"{path}/scans", {}, token)
        self.assertEqual(answer.status, 202, answer)
        self.assertEqual(answer.headers["Location"], f"/api/v1/scans/{answer.json['_id']}")
        done = self.wait(service, token, answer.json["_id"])
        self.assertEqual(done["status"], "completed", done)
        self.assertGreater(service.ask("GET", f"{path}/counts", token=token)
                           .json["objects"]["instance"], 0)
        environment = service.ask("GET", path, token=token)
        self.assertTrue(environment.json["scanned"])

        # What was shown can be given back; a password does not follow to another address.
        answer = service.ask("PUT", path, environment.json, token,
                             {"If-Match": environment.headers["ETag"]})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(service.ask("PUT", path, environment.json, token,
                                     {"If-Match": '"0"'}).status, 412)
        moved = environment.json
        next(target for target in moved["configuration"]
             if target["name"] == "OpenStack")["host"] = "198.51.100.1"
        answer = service.ask("PUT", path, moved, token)
        self.assertEqual(answer.status, 400, answer)
        self.assertIn("password", answer.json["detail"])

    def test_what_cannot_be_scanned_fails(self):
        """With a reason."""
        program = self.new_program()
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        token = self.sign_in(service)
        answer = service.ask("POST", "/api/v1/environments/ovs/scans", {}, token)
        done = self.wait(service, token, answer.json["_id"])
        self.assertEqual(done["status"], "failed")
        self.assertTrue(done["reason"])
        again = service.ask("POST", f"/api/v1/scans/{done['_id']}/cancel", {}, token)
        self.assertEqual(again.status, 409, again)
        for body in ({"scan_only_links": True, "scan_only_cliques": True}, {"clear": 1},
                     {"frob": 1}, [], {"inventory": 3}):
            self.assertEqual(service.ask("POST", "/api/v1/environments/ovs/scans", body,
                                         token).status, 400, body)

    def test_links_only_needs_no_cloud(self):
        """A scan of what is there."""
        program = self.new_program()
        cloud = self.enterContext(LiveCloud())
        name = cloud.add(program, "own")["name"]
        program.run("scan", "-e", name)
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        token = self.sign_in(service)
        answer = service.ask("POST", f"/api/v1/environments/{name}/scans",
                             {"scan_only_links": True}, token)
        self.assertEqual(self.wait(service, token, answer.json["_id"])["status"], "completed")

    def test_killed_while_scanning(self):
        """The request fails, and the queue goes on."""
        program = self.new_program()
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        service = self.serve(program)
        token = self.sign_in(service)
        service.stop(signal.SIGKILL)
        cut = "c0" * 12
        program.change_rows(
            "INSERT INTO document (collection, id, rev_from, status, body)"
            " VALUES ('scans', ?, 0, 'running', ?)",
            cut, json.dumps({"_id": cut, "environment": "ovs", "status": "running",
                        "owner": f"{os.uname().nodename}:4194304",
                        "start_timestamp": "2026-03-04T10:00:00.000+0000",
                        "submit_timestamp": "2026-03-04T10:00:00.000+0000"}))
        service = self.serve(program)
        done = self.wait(service, token, cut)
        self.assertEqual((done["status"], done["reason"]),
                         ("failed", "the process that scanned has ended"))

    def test_schedules(self):
        """Their next run is shown from the beginning."""
        program = self.new_program()
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        service = self.serve(program, "--no-scans")
        token = self.sign_in(service)
        path = "/api/v1/environments/ovs/schedules"
        made = service.ask("POST", path, {"recurrence": "HOURLY", "clear": True}, token)
        self.assertEqual(made.status, 201, made)
        self.assertIn("scheduled_timestamp", made.json)
        listed = service.ask("GET", "/api/v1/schedules", token=token).json["schedules"]
        self.assertEqual(listed, [made.json])
        one = f"/api/v1/schedules/{made.json['_id']}"
        self.assertEqual(service.ask("DELETE", one, token=token).status, 204)
        self.assertEqual(service.ask("GET", one, token=token).status, 404)
        self.assertEqual(service.ask("POST", path, {"recurrence": "SOMETIMES"}, token).status, 400)


if __name__ == "__main__":
    unittest.main()
