#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who may ask what: every route of both tables (tests/rights/routes.c prints them) as everybody.

What the table says is compared with what happens, and with docs/rights.md, where a change is seen:
UPDATE_GOLDEN=1 writes it anew."""

import http.client
import json
import os
import subprocess
import unittest

from program import ROOT, Program, new_folder, shipped
from test_serve import ADMIN, PASSWORD, Service, ServeCase
from test_v1 import DOCUMENT

GOLDEN = os.path.join(ROOT, "docs", "rights.md")
SEEN, MISSING, NO_ID = "one", "non", "0" * 24
ROLES = ("view-env", "edit-env", "manage-users", "manage-link-types", "manage-clique-types",
         "manage-clique-constraints")
EVERYBODY = ("nobody", "signed in", "viewer", "editor", *ROLES, "administrator")
MAY, SIGN_IN, NO, HIDDEN = "yes", "sign in", "no", "hidden"
UNTOLD = ("date", "content-length")             # headers that may differ where names do

# What stands for {id}, by what is before it in the path, and other parameters of paths.
IDS = {"objects": "object", "links": "link", "scans": "scan", "schedules": "schedule", "tokens": "token",
       "messages": "message", "clique-types": "clique_type", "clique-constraints": "clique_constraint",
       "link-types": "link_type", "users": "user", "constants": "constant",
       "connection-tests": "connection_test", "host-keys": "host"}

# The right is that of the environment that a thing belongs to, if it belongs to one.
OF_AN_ENVIRONMENT = ("GET /api/v1/connection-tests/{id}",)

# What is asked about one thing looks at its body before it knows whose it is.
BODIES = {"PUT /api/v1/schedules/{id}": {"recurrence": "DAILY"}, "PATCH /api/v1/messages/{id}": {"viewed": True}}

# How the original's routes are asked about an environment.
SECTION = {"name": "CLI", "host": "127.0.0.1", "user": "root", "pwd": "secret"}
ORIGINAL = {
    "POST /auth/tokens": {}, "DELETE /auth/tokens": None,
    "GET /inventory": "env_name=ENVIRONMENT", "GET /links": "env_name=ENVIRONMENT", "GET /cliques": "env_name=ENVIRONMENT",
    "GET /messages": "env_name=ENVIRONMENT", "GET /scans": "env_name=ENVIRONMENT", "GET /scheduled_scans": "environment=ENVIRONMENT",
    "GET /connection_tests": "env_name=ENVIRONMENT", "GET /environment_configs": "name=ENVIRONMENT",
    "GET /aggregates": "type=environment&env_name=ENVIRONMENT", "GET /clique_types": "env_name=ENVIRONMENT",
    "GET /clique_constraints": "", "GET /constants": "name=object_types",
    "GET /monitoring_config_templates": "",
    "POST /clique_types": {}, "POST /environment_configs": {}, "POST /connection_tests": {},
    "POST /scans": {"environment": "ENVIRONMENT", "status": "pending"},
    "POST /scheduled_scans": {"environment": "ENVIRONMENT", "freq": "DAILY",
                              "submit_timestamp": "2099-07-24T12:45:03+0200"},
}

HEADER = """# Rights

Who may ask what, made from the tables of routes and tried with each (`tests/e2e/test_rights.py`). Requests are about one
environment where they can be; *viewer* and *editor* have rights in it and no role, *signed in* has neither, then comes who has that one role
(`docs/users.md`).

| word | what is answered |
|---|---|
| yes | the request; lists have what may be seen |
| sign in | 401 |
| no | 403 |
| hidden | the same as if the environment did not exist: 404, or the original's 400 |

"""


class Route:
    """A row of a table."""

    def __init__(self, line):
        self.method, self.path, self.right, words = line.split("\t")
        self.is_original, self.checks = "original" in words.split(), "checks" in words.split()
        self.has_body = "body" in words.split()
        self.parameters = [word[1:] for word in words.split() if word.startswith("?")]

    def __str__(self):
        return f"{self.method} {self.path}"

    def names_environment(self):
        """Is it asked about one environment?"""
        if self.is_original:
            return "ENVIRONMENT" in json.dumps(ORIGINAL[str(self)])
        return "{environment}" in self.path or self.checks or str(self) in OF_AN_ENVIRONMENT

    def expected(self, who):
        """What the table says of somebody."""
        right = "view-env" if self.right == "to be signed in" and self.names_environment() else self.right
        may_view = who in ("viewer", "editor", "view-env", "edit-env", "administrator")
        may_edit = who in ("editor", "edit-env", "administrator")
        if right == "nothing":
            return MAY
        if who == "nobody":
            return SIGN_IN
        if right == "view-env":
            return MAY if may_view else HIDDEN
        if right == "edit-env" and not may_edit:
            return NO if may_view and not self.is_original else HIDDEN
        if right in ROLES and not right.endswith("-env"):
            return MAY if who in (right, "administrator") else NO
        return MAY if right != "every role" or who == "administrator" else NO


class World:
    """A server with an environment, and somebody of each kind."""

    def __init__(self, case):
        self.program = Program(new_folder(case))
        self.program.run("scan", "-e", SEEN, "--replay", shipped("ovs"))
        self.program.run("env", "edit", SEEN, "--file", "-", given=json.dumps({**DOCUMENT, "name": SEEN}))
        for who in EVERYBODY[1:]:
            roles = "all" if who == "administrator" else who if who in ROLES else "none"
            self.add_user(self.name(who), roles)
        self.add_user("other", "none")
        for who, right in (("viewer", "--view"), ("editor", "--edit")):
            self.program.run("user", "grant", self.name(who), "-e", SEEN, right)
        self.service = Service(self.program, "--no-scans")
        case.addClassCleanup(self.service.stop)
        self.tokens = {who: ServeCase.sign_in(self.service, self.name(who)) for who in EVERYBODY[1:]}
        self.tokens["nobody"] = None
        self.ids = {kind: self.get(f"/api/v1/environments/{SEEN}/{kind}s?limit=1{more}")[f"{kind}s"][0]["_id"]
                    for kind, more in (("object", "&type=instance"), ("link", ""))}
        self.ids.update(scan=self.make("scans", {}), user="other", constant="log_levels",
                        message=self.get(f"/api/v1/messages?environment={SEEN}")["messages"][0]["id"])
        self.ids["connection_test"] = self.make("tests", {})
        for kind in ("clique_type", "clique_constraint", "link_type"):
            self.ids[kind] = self.get(f"/api/v1/{kind.replace('_', '-')}s")[f"{kind}s"][0]["_id"]
        self.make("schedules", {"recurrence": "DAILY"})
        test = {"environment": SEEN, "test_targets": ["CLI"], "targets_configuration": [SECTION]}
        assert self.ask("administrator", "POST", "/connection_tests", test)[0] == 201

    @staticmethod
    def name(who):
        """Of the user."""
        return ADMIN if who == "administrator" else who.replace(" ", "-")

    def add_user(self, name, roles):
        """By the command line."""
        self.program.run("user", "add", name, "--password-file", "-", "--roles", roles, given=PASSWORD + "\n")

    def ask(self, who, method, path, body=None, headers=()):
        """Status, headers, text; of a stream only that it began."""
        headers = {"X-Request-Id": "same", **dict(headers)}
        if self.tokens[who]:
            headers.setdefault("X-Auth-Token", self.tokens[who])
        connection = http.client.HTTPConnection(self.service.address, timeout=60)
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        is_stream = (answer.headers["Content-Type"] or "").startswith("text/event-stream")
        text = "" if is_stream else answer.read().decode()
        connection.close()
        seen = [(name, value) for name, value in answer.headers.items() if name.lower() not in UNTOLD]
        return answer.status, seen, text

    def get(self, path):
        """As the administrator."""
        status, _, text = self.ask("administrator", "GET", path)
        assert status == 200, text
        return json.loads(text)

    def make(self, kind, body):
        """The id of a new document of the environment."""
        status, _, text = self.ask("administrator", "POST", f"/api/v1/environments/{SEEN}/{kind}", body)
        assert status < 300, text
        return json.loads(text)["_id"]

    def new_token(self, who):
        """Another token, that may be lost."""
        status, _, text = self.ask(who, "POST", "/api/v1/tokens", {})
        assert status == 201, text
        return json.loads(text)

    def new_id(self, kind, who):
        """An id for a path; what may go is made anew."""
        if kind == "schedule":
            return self.make("schedules", {"recurrence": "DAILY"})
        if kind == "host":
            self.program.run("import", "host_keys", "-", given=json.dumps(
                {"_id": f"{SEEN}/cmp1", "environment": SEEN, "host": "cmp1", "key": "ssh-ed25519 AAAA"}))
            return "cmp1"
        if kind == "token":
            return self.new_token(who)["id"] if who != "nobody" else NO_ID
        return self.ids[kind]

    def request(self, route, who, exists):
        """(path, body, headers) about the environment, or about what does not exist."""
        environment = SEEN if exists else MISSING
        if route.is_original:
            how = ORIGINAL[str(route)]
            if isinstance(how, dict):
                return route.path, json.loads(json.dumps(how).replace("ENVIRONMENT", environment)), {}
            return f"{route.path}?{how.replace('ENVIRONMENT', environment)}" if how else route.path, None, {}
        if route.path == "/{page}":
            return "/environments", None, {"Accept": "text/html"}
        segments = route.path.split("/")
        for i, segment in enumerate(segments):
            if segment == "{environment}":
                segments[i] = environment
            elif segment == "{of}":
                segments[i] = SEEN
            elif segment in ("{id}", "{name}", "{host}"):
                is_own = "{environment}" in route.path     # then it is the environment that is missing
                segments[i] = self.new_id(IDS[segments[i - 1]], who) if exists or is_own else NO_ID
            else:
                assert not segment.startswith("{"), f"what is {segment} in {route}?"
        path = "/".join(segments)
        if "q" in route.parameters:
            path += "?q=vm"
        # A body that is refused, and a condition that does not hold, come behind the rights.
        if route.method == "DELETE" and not route.checks:
            return path, None, {"If-Match": '"none"'}
        body = [] if route.has_body and not route.checks else None
        return path, BODIES[str(route)] if route.checks and route.has_body else body, {}

    def answer(self, route, who):
        """What somebody is answered: a word."""
        path, body, headers = self.request(route, who, True)
        if str(route) in ("DELETE /api/v1/session", "DELETE /auth/tokens") and who != "nobody":
            headers = {"X-Auth-Token": self.new_token(who)["token"]}
        found = self.ask(who, route.method, path, body, headers)
        if found[0] in (401, 403):
            return SIGN_IN if found[0] == 401 else NO
        if not route.names_environment() or found[0] not in ((400, 404) if route.is_original else (404,)):
            return MAY
        other, body, headers = self.request(route, who, False)
        missing = self.ask(who, route.method, other, body, headers)
        if self.is_same(found, missing, path, other):
            return HIDDEN
        return MAY if route.is_original else f"{found} and not {missing}"      # it has empty lists as 404

    @staticmethod
    def is_same(found, missing, path, other):
        """Is nothing told but what was asked?"""
        names = {SEEN: MISSING, **dict(zip(path.split("/"), other.split("/")))}

        def told(text):
            for name, instead in names.items():
                text = text.replace(name, instead) if len(name) > 20 else text.replace(f" {name}", f" {instead}")
            return text

        return (found[0], found[1], told(found[2])) == (missing[0], missing[1], missing[2])


class Matrix(ServeCase):
    """Every route as everybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.world = World(cls)
        text = subprocess.run([os.environ["ROUTES"]], check=True, capture_output=True, text=True).stdout
        cls.routes = [Route(line) for line in text.splitlines()]

    def row(self, route):
        """What happens; as the table says."""
        found = {who: self.world.answer(route, who) for who in EVERYBODY}
        if str(route) != "DELETE /auth/tokens":     # asks who it is by itself, as the original's clients expect
            for who in EVERYBODY:
                with self.subTest(route=str(route), who=who):
                    self.assertEqual(found[who], route.expected(who))
        return f"| {' | '.join((f'`{route}`', *found.values()))} |\n"

    def test_matrix(self):
        """As docs/rights.md has it."""
        columns = ("request", *EVERYBODY)
        text = HEADER + f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}\n"
        text += "".join(map(self.row, self.routes))
        if os.environ.get("UPDATE_GOLDEN"):
            with open(GOLDEN, "w", encoding="utf-8") as stream:
                stream.write(text)
        with open(GOLDEN, encoding="utf-8") as stream:
            self.assertEqual(stream.read(), text)

    def test_lists_hide_environments(self):
        """A list that is asked for one environment is as that of one that does not exist."""
        asked = [(f"{route.path}?environment=ENVIRONMENT" + ("&q=vm" if "q" in route.parameters else ""))
                 for route in self.routes if route.method == "GET" and "environment" in route.parameters
                 and not route.path.endswith("/feed")]      # no list; test_feed.py asks it
        asked += [f"{request.split()[1]}?{how}" for request, how in ORIGINAL.items()
                  if isinstance(how, str) and "ENVIRONMENT" in how]
        for path in asked:
            with self.subTest(path=path):
                seen, missing = (self.world.ask("signed in", "GET", path.replace("ENVIRONMENT", name))
                                 for name in (SEEN, MISSING))
                self.assertTrue(World.is_same(seen, missing, "", ""), f"{seen}\n{missing}")
                self.assertNotEqual(self.world.ask("viewer", "GET", path.replace("ENVIRONMENT", SEEN))[2], missing[2])


class WaysIn(ServeCase):
    """How people show who they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = Program(new_folder(cls))
        cls.add_user(cls.program, ADMIN, "all")
        cls.service = Service(cls.program, "--no-scans")
        cls.addClassCleanup(cls.service.stop)

    def test_ways(self):
        """Each reads and changes; what is wrong does neither, a cookie alone only reads."""
        session = self.service.ask("POST", "/api/v1/session", {"name": ADMIN, "password": PASSWORD})
        cookie = session.headers["Set-Cookie"].split(";")[0]
        token = self.sign_in(self.service)
        basic = {"user": (ADMIN, PASSWORD)}
        ways = (
            ("nothing", {}, 401, 401, 401),
            ("bearer", {"token": token}, 200, 201, 401),
            ("a wrong bearer", {"token": "0" * 64}, 401, 401, 401),
            ("basic", basic, 200, 201, 200),
            ("a wrong password", {"user": (ADMIN, "something")}, 401, 401, 401),
            ("X-Auth-Token", {"headers": {"X-Auth-Token": token}}, 200, 201, 200),
            ("a wrong X-Auth-Token", {"headers": {"X-Auth-Token": "0" * 64}}, 401, 401, 401),
            ("a cookie", {"headers": {"Cookie": cookie}}, 200, 403, 401),
            ("a cookie with another's token",
             {"headers": {"Cookie": cookie, "X-CSRF-Token": "0" * 32}}, 200, 403, 401),
            ("a cookie with its token",
             {"headers": {"Cookie": cookie, "X-CSRF-Token": session.json["csrf"]}}, 200, 201, 401),
            ("a wrong cookie", {"headers": {"Cookie": "calipso_session=" + "0" * 64}}, 401, 401, 401),
        )
        for name, how, read, change, original in ways:
            with self.subTest(way=name):
                self.assertEqual(self.service.ask("GET", "/api/v1/tokens", **how).status, read)
                self.assertEqual(self.service.ask("POST", "/api/v1/tokens", {}, **how).status, change)
                self.assertEqual(self.service.ask("GET", "/constants?name=object_types", **how).status, original)


if __name__ == "__main__":
    unittest.main()
