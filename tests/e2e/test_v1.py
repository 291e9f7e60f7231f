#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""API v1, what test_serve.py does not ask: users, passwords, environments that change and go, scans that
wait, whole lists as lines, what has not changed."""

import base64
import http.client
import json
import socket
import time
import unittest
from concurrent.futures import ThreadPoolExecutor

import exchanges
from program import shipped
from test_serve import ADMIN, PASSWORD, Answer, ServeCase

TARGETS = [{"name": "OpenStack", "host": "127.0.0.1", "port": 1, "user": "admin", "pwd": "secret"},
           {"name": "CLI", "host": "127.0.0.1", "port": 1, "user": "root", "pwd": "secret"}]     # nobody answers
DOCUMENT = {"name": "lab", "distribution": "Debian", "distribution_version": "12",
            "mechanism_drivers": ["OVS"], "type_drivers": "vxlan", "configuration": TARGETS}


class Case(ServeCase):
    """A server without scans, and its administrator."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()
        self.add_user(self.program, ADMIN, "all")

    def begin(self):
        """Starts it."""
        self.service = self.serve(self.program, "--no-scans")
        self.token = self.sign_in(self.service)

    def ask(self, status, method, path, body=None, token=None, **headers):
        """What is answered with that status."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.service.ask(method, f"/api/v1{path}", body, token or self.token, headers)
        self.assertEqual(answer.status, status, answer)
        return answer


class Users(Case):
    """Who there is."""

    def test_users(self):
        """Added, shown, changed, removed."""
        self.begin()
        made = self.ask(201, "POST", "/users", {"name": "ann", "password": PASSWORD, "roles": ["view-env"]})
        self.assertEqual(self.ask(200, "GET", "/users/ann").json, made.json)
        self.assertEqual(self.ask(200, "GET", f"/users/{made.json['_id']}").json, made.json)
        names = [user["name"] for user in self.ask(200, "GET", "/users").json["users"]]
        self.assertEqual(names, [ADMIN, "ann"])
        changed = self.ask(200, "PATCH", "/users/ann", {"roles": []})
        self.assertEqual(changed.json, {**made.json, "roles": []})
        self.ask(204, "DELETE", "/users/ann")
        self.ask(404, "GET", "/users/ann")

    def test_grants(self):
        """Are shown with each user; of environments that one may not see nothing is."""
        for name in ("one", "two"):
            self.program.run("scan", "-e", name, "--replay", shipped("ovs"))
        self.add_user(self.program, "ann")
        self.add_user(self.program, "manager", "manage-users")
        self.begin()
        self.assertEqual(self.ask(200, "GET", "/users/ann").json["grants"], [])
        self.ask(204, "PUT", "/users/ann/grants/one", {"view": True})
        self.ask(204, "PUT", "/users/ann/grants/two", {"edit": True})
        one, two = ({"environment": "one", "view": True, "edit": False},
                    {"environment": "two", "view": True, "edit": True})
        ann = self.ask(200, "GET", "/users/ann").json
        self.assertEqual(ann["grants"], [one, two])
        self.assertIn(ann, self.ask(200, "GET", "/users").json["users"])
        self.assertNotIn("grants", self.ask(200, "GET", "/session").json["user"])
        manager = self.sign_in(self.service, "manager")
        for seen, grant in (([], False), ([two], True)):
            self.ask(204, "PUT", "/users/manager/grants/two", {"view": grant})
            self.assertEqual(self.ask(200, "GET", "/users/ann", token=manager).json["grants"], seen)
            listed = self.ask(200, "GET", "/users", token=manager).json["users"]
            self.assertEqual([user["grants"] for user in listed if user["name"] == "ann"], [seen])
        self.ask(204, "PUT", "/users/ann/grants/two", {"view": False})
        self.assertEqual(self.ask(200, "GET", "/users/ann").json["grants"], [one])

    def test_grants_by_name(self):
        """As people write them into a document."""
        document = {**DOCUMENT, "auth": {"edit-env": ["bob"], "view-env": ["ann"]}}
        self.program.run("env", "add", "--file", "-", given=json.dumps(document))
        for name in ("ann", "bob"):
            self.add_user(self.program, name)
        self.begin()
        for name, edit in (("ann", False), ("bob", True)):
            self.assertEqual(self.ask(200, "GET", f"/users/{name}").json["grants"],
                             [{"environment": "lab", "view": True, "edit": edit}])

    def test_a_change_that_is_half_wrong(self):
        """Changes nothing."""
        self.add_user(self.program, "ann")
        self.begin()
        before = self.ask(200, "GET", "/users/ann").json
        too_long = "\u00e9" * 1000      # characters, of two bytes each
        self.ask(400, "PATCH", "/users/ann", {"roles": ["view-env"], "password": too_long})
        self.assertEqual(self.ask(200, "GET", "/users/ann").json, before)
        new = PASSWORD[::-1]
        self.ask(400, "PATCH", f"/users/{ADMIN}", {"roles": [], "password": new})      # the last one
        self.ask(200, "GET", "/session")
        self.ask(200, "PATCH", "/users/ann", {"roles": ["view-env"], "password": new})
        self.assertEqual(self.service.ask("GET", "/api/v1/session", user=("ann", new)).json["user"]["roles"],
                         ["view-env"])

    def test_names_that_are_taken(self):
        """Whatever the case of their letters; as with environments."""
        self.begin()
        for name in (ADMIN, ADMIN.upper()):
            answer = self.ask(409, "POST", "/users", {"name": name, "password": PASSWORD})
            self.assertIn("already", answer.json["detail"])

    def test_tokens(self):
        """The one with which they are asked for is marked, and no other."""
        self.begin()
        made = self.ask(201, "POST", "/tokens", {"note": "other"}).json
        for token in (self.token, made["token"]):
            listed = self.ask(200, "GET", "/tokens", token=token).json["tokens"]
            self.assertEqual({one["note"] for one in listed if one["current"]},
                             {"tests" if token == self.token else "other"})
            self.assertEqual(len(listed), 3)
        listed = self.service.ask("GET", "/api/v1/tokens", user=(ADMIN, PASSWORD)).json["tokens"]
        self.assertEqual([one["current"] for one in listed], [False] * 3)

    def test_own_password(self):
        """The old one is asked for; all tokens end."""
        self.begin()
        new = PASSWORD[::-1]
        self.ask(401, "PUT", "/session/password", {"old": "wrong one", "new": new})
        self.ask(204, "PUT", "/session/password", {"old": PASSWORD, "new": new})
        self.ask(401, "GET", "/session")
        self.assertEqual(self.service.ask("GET", "/api/v1/session", user=(ADMIN, new)).status, 200)


class Environments(Case):
    """What is written down of clouds."""

    def test_what_the_server_knows_stays(self):
        """A document cannot say who may see it, who made it, or that it was scanned."""
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.begin()
        lies = {"_id": "f" * 24, "auth": {"view-env": ["somebody"]}, "user": "somebody", "scanned": True,
                "last_scanned": "2026-03-04T10:00:00.000+0000", "operational": "running", "cloud": ["a"]}
        shown = self.ask(201, "POST", "/environments", {**DOCUMENT, **lies}).json
        self.assertEqual({name: shown[name] for name in lies if shown.get(name) == lies[name]}, {})
        self.assertEqual(shown["user"], ADMIN)
        before = self.ask(200, "GET", "/environments/ovs").json
        self.assertTrue(before["scanned"])
        before.setdefault("operational", "stopped")     # as in every new document
        for changes in (lies, {name: None for name in lies}):
            new = {**DOCUMENT, **changes, "name": "ovs"}
            for method in ("PUT", "PATCH"):
                after = self.ask(200, method, "/environments/ovs", new).json
                self.assertEqual({name: after.get(name) for name in lies}, {name: before.get(name) for name in lies})

    def test_last_scan(self):
        """Stands in the environment, and is none of a new one."""
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.begin()
        self.assertIsNone(self.ask(201, "POST", "/environments", DOCUMENT).json["last_scan"])
        scan = self.ask(200, "GET", "/scans").json["scans"][0]
        short = {name: scan[name] for name in ("_id", "status", "submit_timestamp", "start_timestamp",
                                               "end_timestamp")}
        self.assertEqual(short["status"], "completed")
        self.assertEqual(self.ask(200, "GET", "/environments/ovs").json["last_scan"], short)
        self.assertEqual(self.ask(200, "PATCH", "/environments/ovs", {**DOCUMENT, "name": "ovs", "last_scan": None})
                         .json["last_scan"], short)
        self.assertNotIn("last_scan", self.program.rows("SELECT body FROM environment WHERE name = 'ovs'")[0][0])
        asked = self.ask(202, "POST", "/environments/ovs/scans", {}).json
        for of in ("", "running", "pending"):     # asked for last; the one that runs goes before it; not twice
            if of:
                self.program.change_rows(f"UPDATE document SET status = '{of}', body = "
                                         f"json_set(body, '$.status', '{of}') WHERE id = '{scan['_id']}'")
            listed = self.ask(200, "GET", "/environments?fields=name,last_scan").json["environments"]
            self.assertEqual([(one["name"], (one["last_scan"] or {}).get("_id")) for one in listed],
                             [("lab", None), ("ovs", (scan if of == "running" else asked)["_id"])])

    def test_nobody_says_that_it_was_scanned(self):
        """Over the original's API: a new scan waits or is a draft, which says nothing of the environment."""
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.begin()
        before = self.ask(200, "GET", "/environments/ovs").json["last_scan"]
        for status, answered in (("running", 400), ("completed", 400), ("completed_with_errors", 400), ("failed", 400),
                                 ("aborted", 400), ("draft", 201), ("pending", 201)):
            answer = self.service.ask("POST", "/scans", {"environment": "ovs", "status": status},
                                      headers={"X-Auth-Token": self.token})
            self.assertEqual(answer.status, answered, answer)
            shown = self.ask(200, "GET", "/environments/ovs").json["last_scan"]
            self.assertEqual(shown["status"], "pending" if status == "pending" else "completed")
            if status != "pending":
                self.assertEqual(shown, before)

    def test_scan_while_it_is_edited(self):
        """A scan is seen, and refuses nobody's change; that of another editor does."""
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.begin()
        path = "/environments/ovs"
        self.ask(200, "PATCH", path, {**DOCUMENT, "name": "ovs"})
        before = self.ask(200, "GET", path)
        tag = before.headers["ETag"]
        self.ask(304, "GET", path, If_None_Match=tag)
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        after = self.ask(200, "GET", path, If_None_Match=tag)
        self.assertNotEqual(after.json["last_scan"], before.json["last_scan"])
        self.assertNotEqual(after.json["last_scanned"], before.json["last_scanned"])
        self.assertEqual(self.ask(200, "PATCH", path, {"app_path": "/opt"}, If_Match=tag).json["last_scan"],
                         after.json["last_scan"])
        self.ask(412, "PATCH", path, {"app_path": "/srv"}, If_Match=tag)
        self.ask(412, "DELETE", path, If_Match=tag)
        self.ask(204, "DELETE", path, If_Match=self.ask(200, "GET", path).headers["ETag"])

    def test_secrets_that_are_none_yet(self):
        """A new environment needs its own, and so does a new target."""
        self.begin()
        masked = {**TARGETS[1], "pwd": "***"}
        answer = self.ask(400, "POST", "/environments", {**DOCUMENT, "configuration": [TARGETS[0], masked]})
        self.assertIn("CLI: the password is missing", answer.json["detail"])
        self.ask(201, "POST", "/environments", DOCUMENT)
        answer = self.ask(400, "PATCH", "/environments/lab",
                          {"configuration": [*TARGETS, {**masked, "name": "AMQP"}]})
        self.assertIn("AMQP: the password is missing", answer.json["detail"])
        moved = {**masked, "port": 2}
        answer = self.ask(400, "PATCH", "/environments/lab", {"configuration": [TARGETS[0], moved]})
        self.assertIn("CLI: with another port", answer.json["detail"])

    def test_editors_at_once(self):
        """Each changes another member, and both changes stay."""
        self.begin()
        path = "/environments/lab"
        self.ask(201, "POST", "/environments", DOCUMENT)
        with ThreadPoolExecutor(2) as editors:
            for number in range(40):
                changes = {"app_path": f"/opt/{number}", "type": f"kind {number}"}
                done = [editors.submit(self.ask, 200, "PATCH", path, {name: value})
                        for name, value in changes.items()]
                for one in done:
                    one.result()
                after = self.ask(200, "GET", path).json
                self.assertEqual({name: after[name] for name in changes}, changes)

    def test_where_it_is(self):
        """The path that is told can be asked as it is, whatever the name."""
        self.begin()
        made = self.ask(201, "POST", "/environments", {**DOCUMENT, "name": "my lab 1"})
        path = made.headers["Location"]
        self.assertEqual(path, "/api/v1/environments/my%20lab%201")
        self.assertEqual(self.ask(200, "GET", path.removeprefix("/api/v1")).json["name"], "my lab 1")

    def test_forgotten(self):
        """With all it has, or without."""
        for name in ("one", "two"):
            self.program.run("scan", "-e", name, "--replay", shipped("ovs"))
        self.begin()
        self.ask(204, "DELETE", "/environments/one")
        self.ask(204, "DELETE", "/environments/two?purge=true")
        for name in ("one", "two"):
            self.ask(404, "GET", f"/environments/{name}")
        self.assertEqual({environment for environment, in self.program.rows("SELECT environment FROM inventory")},
                         {"one"})


    def test_a_name_is_used_again(self):
        """By whom the data of the environment before would be hidden from: not before it is gone."""
        self.program.run("scan", "-e", "old", "--replay", shipped("ovs"))
        self.add_user(self.program, "eve")
        self.add_user(self.program, "editor", "edit-env")
        self.begin()
        eve, editor = self.sign_in(self.service, "eve"), self.sign_in(self.service, "editor")
        new = {**DOCUMENT, "name": "old"}
        ways = {"host": "127.0.0.1", "user": "admin", "pwd": "secret"}
        targets = [{**ways, "name": "OpenStack", "port": "1", "admin_token": "x"}, {**ways, "name": "CLI"},
                   {**ways, "name": "mysql", "port": "1"}]
        original = {**new, "app_path": "/", "listen": False, "operational": "stopped", "type": "environment",
                    "distribution": "Apex", "distribution_version": "Euphrates", "configuration": targets}

        def post_original():
            return self.service.ask("POST", "/environment_configs", original, headers={"X-Auth-Token": eve})

        self.assertEqual(post_original().json["error"]["message"], "The key value ('old',) already exists")
        self.ask(202, "POST", "/environments/old/scans", {})
        self.ask(201, "POST", "/environments/old/schedules", {"recurrence": "DAILY"})
        self.ask(204, "DELETE", "/environments/old")
        self.assertEqual(self.program.rows("SELECT body ->> '$.status' FROM document WHERE collection = 'scans' ORDER BY n"),
                         [("completed",), ("aborted",)])
        self.assertEqual(self.program.rows("SELECT id FROM document WHERE collection = 'scheduled_scans'"), [])
        self.assertIn("has left something", self.ask(409, "POST", "/environments", new, eve).json["detail"])
        refused = post_original()
        self.assertEqual(refused.status, 409)
        self.assertIn("has left something", refused.json["error"]["message"])

        # Nor is a test of what was no environment shown to whoever makes one.
        test = {"environment": "other", "test_targets": ["CLI"], "targets_configuration": [targets[1]]}
        self.assertEqual(self.service.ask("POST", "/connection_tests", test, headers={"X-Auth-Token": editor}).status, 201)
        self.ask(201, "POST", "/environments", {**new, "name": "other"}, eve)
        self.assertEqual([self.service.ask("GET", "/connection_tests?env_name=other", headers={"X-Auth-Token": token}).status
                          for token in (editor, eve)], [200, 404])

        # Who may see it all anyway takes it up.
        self.ask(201, "POST", "/environments", new, editor)
        self.assertTrue(self.ask(200, "GET", "/environments/old/counts", token=editor).json["objects"])
        self.ask(204, "DELETE", "/environments/old?purge=true", token=editor)

        # Then there is nothing, also in what has happened before.
        self.ask(201, "POST", "/environments", new, eve)
        self.assertIsNone(self.ask(200, "GET", "/environments/old", token=eve).json["last_scan"])
        for path in ("objects", "links", "cliques", "revisions"):
            self.assertEqual(self.ask(200, "GET", f"/environments/old/{path}", token=eve).json[path], [])
        for path in ("messages", "scans", "schedules"):
            self.assertEqual(self.ask(200, "GET", f"/{path}?environment=old", token=eve).json[path], [])
        told = self.program.rows("SELECT DISTINCT kind FROM feed WHERE environment = 'old'")
        self.assertEqual(told, self.program.rows("SELECT DISTINCT kind FROM feed WHERE environment = 'other'"))
        self.ask(204, "DELETE", "/environments/old?purge=true", token=eve)
        self.assertEqual(post_original().status, 201)


class Lists(Case):
    """How lists are sent."""

    def setUp(self):
        super().setUp()
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.begin()

    def test_lines(self):
        """The whole list, one element a line, is what the pages say."""
        path = "/environments/ovs/objects"
        whole = self.ask(200, "GET", f"{path}?limit=1000").json["objects"]
        lines = self.ask(200, "GET", path, Accept="application/x-ndjson")
        self.assertEqual(lines.headers["Content-Type"], "application/x-ndjson")
        self.assertEqual([json.loads(line) for line in lines.text.splitlines()], whole)
        some = self.ask(200, "GET", f"{path}?fields=id&type=host", Accept="application/x-ndjson").text
        self.assertEqual({line[:6] for line in some.splitlines()}, {'{"id":'})
        self.ask(400, "GET", f"{path}?limit=5", Accept="application/x-ndjson")

    def test_unchanged(self):
        """304 as long as it is the same."""
        seen = self.ask(200, "GET", "/environments/ovs/counts")
        again = self.service.ask("GET", "/api/v1/environments/ovs/counts", token=self.token,
                                 headers={"If-None-Match": seen.headers["ETag"]})
        self.assertEqual((again.status, again.text), (304, ""))
        self.ask(200, "GET", "/environments/ovs/counts", If_None_Match='"other"')

    def test_unchanged_and_packed(self):
        """304 has the headers of 200; what is packed has a weak tag, which all conditions take."""
        path = "/api/v1/environments/ovs/objects?limit=50"

        def get(**headers):
            return self.service.ask("GET", path, token=self.token,
                                    headers={name.replace("_", "-"): text for name, text in headers.items()})

        plain, packed = get(), get(Accept_Encoding="gzip")
        tag = plain.headers["ETag"]
        self.assertRegex(tag, r'\A"[0-9a-f]{32}"\Z')
        self.assertEqual((packed.headers["Content-Encoding"], packed.headers["ETag"]), ("gzip", f"W/{tag}"))
        for known in (tag, f"W/{tag}"):
            for whole, how in ((plain, {}), (packed, {"Accept_Encoding": "gzip"})):
                again = get(If_None_Match=known, **how)
                self.assertEqual(again.status, 304)
                for name in ("ETag", "Vary", "Content-Encoding", "Content-Length", "Content-Type"):
                    self.assertEqual(again.headers[name], whole.headers[name], name)

    def test_limits(self):
        """From 1 to 1000, in all that is like a list."""
        for path in ("/environments/ovs/objects?", "/search?q=vm&", "/environments/ovs/changes?"):
            for limit in ("0", "1001", "-1", "many", "99999999999999999999", ""):
                answer = self.ask(400, "GET", f"{path}limit={limit}")
                self.assertEqual(answer.json["detail"], "limit: a number from 1 to 1000 was expected")


class Catalogs(Case):
    """What links and cliques are made of, and what was said: one of each."""

    def test_changed(self):
        """Shown as it was given."""
        self.begin()
        for path, new, change in (
                ("/clique-constraints", {"focal_point_type": "vnic", "constraints": ["network"]},
                 {"constraints": ["network", "physical_network"]}),
                ("/link-types", {"type": "vnic-port", "endPointA": "vnic", "endPointB": "port"},
                 {"description": "By their addresses"})):
            made = self.ask(201, "POST", path, new).json
            one = f"{path}/{made['_id']}"
            self.assertEqual(made, {**new, "_id": made["_id"]})
            changed = self.ask(200, "PUT", one, {**made, **change}).json
            self.assertEqual(changed, {**made, **change})
            self.assertEqual(self.ask(200, "GET", one).json, changed)
            self.assertIn(changed, self.ask(200, "GET", f"{path}?limit=1000").json[path[1:].replace("-", "_")])

    def test_message(self):
        """By its id."""
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.begin()
        said = self.ask(200, "GET", "/messages?environment=ovs").json["messages"][0]
        self.assertEqual(self.ask(200, "GET", f"/messages/{said['id']}").json, said)


class Follow(Case):
    """The feed, as the description has it; what it tells is tested elsewhere."""

    def test_feed(self):
        """A stream that begins."""
        self.begin()
        host, port = self.service.address.rsplit(":", 1)
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        self.addCleanup(connection.close)
        connection.request("GET", "/api/v1/feed", headers={"Authorization": f"Bearer {self.token}"})
        answer = connection.getresponse()
        found = Answer(answer.status, answer.headers, answer.readline())
        exchanges.keep("GET", "/api/v1/feed", None, found)
        self.assertEqual((found.status, found.type), (200, "text/event-stream"))


class Refused(Case):
    """What no route is asked for."""

    def test_problems(self):
        """Is a problem as others, when it was about this API."""
        self.begin()
        for path, status in (("/api/v1/users/%zz", 400), ("/api/v1/users?" + "a" * 9000, 414),
                             ("/healthz?" + "a" * 9000, 414), ("/api/v1/frob", 404)):
            answer = self.service.ask("GET", path, token=self.token)
            self.assertEqual((answer.status, answer.type), (status, "application/problem+json"), path[:40])
            self.assertEqual(answer.json["status"], status)
        answer = self.service.ask("GET", "/inventory?" + "a" * 9000, token=self.token)
        self.assertEqual((answer.status, answer.type), (414, "application/json"))

    def test_log(self):
        """Is readable whatever was asked, and has no query."""
        self.begin()
        for path in ("/api/v1/\xff\xfe", "/api/v1/\"%22", "/api/v1/" + 3000 * "\xff", "/api/v1/secret-%zz?secret"):
            host, port = self.service.address.rsplit(":", 1)
            with socket.create_connection((host, int(port)), timeout=60) as connection:
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1"))
                self.assertRegex(connection.makefile("rb").read(), b"^HTTP/1.1 40[014] ")
        deadline = time.monotonic() + 60
        while "path=/api/v1/secret" not in (said := self.service.said()):
            self.assertLess(time.monotonic(), deadline, said)
            time.sleep(0.05)
        for path in ('path="/api/v1/\\xff\\xfe"', 'path="/api/v1/\\"%22"', "path=/api/v1/secret-%zz "):
            self.assertIn(path, said)
        self.assertNotIn("?secret", said)
        for line in said.splitlines():          # one for each request, however long it is
            self.assertLessEqual(line.count("msg=request"), 1, line)


class Waiting(Case):
    """Scans that nobody takes up."""

    def test_cancelled(self):
        """Before it began."""
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.begin()
        asked = self.ask(202, "POST", "/environments/ovs/scans", {"clear": True}).json
        self.assertEqual(self.ask(200, "GET", "/scans?status=pending").json["scans"], [asked])
        self.assertEqual(self.ask(202, "POST", f"/scans/{asked['_id']}/cancel").json["status"], "aborted")
        self.assertEqual(self.ask(200, "GET", "/scans?status=pending").json["scans"], [])
        self.ask(409, "POST", f"/scans/{asked['_id']}/cancel")

    def test_log_level(self):
        """One of the constants."""
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.begin()
        levels = [one["value"] for one in self.ask(200, "GET", "/constants/log_levels").json["data"]]
        for level in levels + ["foo", "", 1]:
            for path, body, status in (("scans", {}, 202), ("schedules", {"recurrence": "DAILY"}, 201)):
                answer = self.ask(status if level in levels else 400, "POST", f"/environments/ovs/{path}",
                                  {**body, "log_level": level}).json
                if level in levels:
                    self.assertEqual(answer["log_level"], level)
                if level in levels and path == "scans":
                    self.ask(202, "POST", f"/scans/{answer['_id']}/cancel")

    def test_latest_first(self):
        """Unless they are wanted in the order of time; pages go on where the one before ended."""
        for name in ("one", "two"):
            self.program.run("scan", "-e", name, "--replay", shipped("ovs"))
        self.add_user(self.program, "nobody")
        self.begin()
        made = [self.ask(200, "GET", "/scans?sort=time").json["scans"][i]["_id"] for i in range(2)]
        made += [self.ask(202, "POST", f"/environments/{name}/scans", {}).json["_id"] for name in ("two", "one")]

        def ids(query):
            found, cursor = [], ""
            while cursor is not None:
                page = self.ask(200, "GET", f"/scans?limit=1{query}{cursor}").json
                found += [scan["_id"] for scan in page["scans"]]
                cursor = page["next"] and f"&cursor={page['next']}"
            return found

        self.assertEqual(ids("&sort=time"), made)
        for query in ("", "&sort=-time"):
            self.assertEqual(ids(query), made[::-1])
        self.assertEqual(ids("&environment=one"), [made[3], made[0]])
        self.assertEqual(ids("&environment=one&sort=time"), [made[0], made[3]])
        self.assertEqual(ids("&status=pending"), [made[3], made[2]])
        stranger = self.sign_in(self.service, "nobody")
        for query in ("", "?environment=one", "?sort=time"):
            self.assertEqual(self.ask(200, "GET", f"/scans{query}", token=stranger).json["scans"], [])
        self.ask(400, "GET", "/scans?sort=status")

    def test_cursors_tell_nothing(self):
        """One at what somebody may not see is answered as one at what is not there."""
        for name in ("one", "two"):
            self.program.run("scan", "-e", name, "--replay", shipped("ovs"))
        self.add_user(self.program, "viewer")
        self.program.run("user", "grant", "viewer", "-e", "one", "--view")
        self.begin()
        viewer = self.sign_in(self.service, "viewer")
        self.ask(200, "PATCH", "/environments/two", {**DOCUMENT, "name": "two"})
        for kind, made, body in (("scans", "scans", {}), ("schedules", "schedules", {"recurrence": "DAILY"}),
                                 ("connection_tests", "tests", {})):
            foreign = self.ask((201, 202)[kind != "schedules"], "POST", f"/environments/two/{made}", body).json["_id"]
            path = f"/{kind.replace('_', '-')}?limit=1&cursor="
            answers = []
            for place in (foreign, "0" * 24):
                cursor = base64.urlsafe_b64encode(f"{kind} \n{place}\n".encode()).decode().rstrip("=")
                answer = self.service.ask("GET", f"/api/v1{path}{cursor}", token=viewer)
                answers.append((answer.status, answer.json.get("detail")))
                self.ask(200 if place == foreign else 400, "GET", path + cursor)
            self.assertEqual(answers[0], answers[1], kind)
            self.assertEqual(answers[0][0], 400)

    def test_cursors_count_what_is_seen(self):
        """How many clique types of hidden environments there are is not told by where a page ends."""
        self.program.run("scan", "-e", "hidden", "--replay", shipped("ovs"))
        self.add_user(self.program, "viewer")
        self.begin()
        viewer = self.sign_in(self.service, "viewer")
        new = {"name": "mine", "link_types": ["vnic-vconnector"]}
        listed = self.ask(200, "GET", "/clique-types").json["clique_types"]
        self.ask(201, "POST", "/clique-types", {**new, "environment": "hidden", "focal_point_type": "vnic"})
        for one in listed:      # those that everybody sees come behind it
            self.ask(204, "DELETE", f"/clique-types/{one['_id']}")
        for kind in ("vnic", "instance"):
            self.ask(201, "POST", "/clique-types", {**new, "name": kind, "focal_point_type": kind, "type_drivers": "vlan"})
        names, cursor = [], ""
        while cursor is not None:
            page = self.ask(200, "GET", f"/clique-types?limit=1{cursor}", token=viewer).json
            names += [one["name"] for one in page["clique_types"]]
            cursor = page["next"] and f"&cursor={page['next']}"
            if cursor:
                place = base64.urlsafe_b64decode(page["next"] + "==").decode()
                self.assertEqual(place, f"clique_types \n{len(names) - 1}\n")
        self.assertEqual(names, ["vnic", "instance"])

    def test_schedule(self):
        """One, by its id."""
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.begin()
        made = self.ask(201, "POST", "/environments/ovs/schedules", {"recurrence": "DAILY"}).json
        self.assertEqual(self.ask(200, "GET", f"/schedules/{made['_id']}").json, made)


if __name__ == "__main__":
    unittest.main()
