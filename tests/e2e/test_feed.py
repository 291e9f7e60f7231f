#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The live feed of `calipso serve`: what it tells, to whom, and that a resume loses nothing."""

import http.client
import json
import os
import signal
import socket
import time
import unittest
from urllib.parse import urlencode

from live_cloud import LiveCloud
from program import chance, shipped
from test_serve import ADMIN, PASSWORD, ServeCase
from test_v1 import DOCUMENT

PATIENCE = 60       # seconds; only a failure waits that long
THINGS = ("object", "link", "clique")


class Event(dict):
    """What an event says; its name and its id."""

    def __init__(self, name, place, data):
        super().__init__(data)
        self.name, self.place = name, place

    def __repr__(self):
        return f"{self.name} {self.place} {super().__repr__()}"


class Feed:
    """A connection that follows the feed."""

    def __init__(self, service, token, last=None, method="GET", receive=None, **query):
        host, port = service.address.rsplit(":", 1)
        self.last, self.comments = last, 0
        self.connection = http.client.HTTPConnection(host, int(port), timeout=PATIENCE)
        self.connection.sock = socket.socket()
        self.connection.sock.settimeout(PATIENCE)
        if receive:
            self.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        self.connection.sock.connect((host, int(port)))
        headers = {"Authorization": token if " " in token else f"Bearer {token}"}
        if last:
            headers["Last-Event-ID"] = last
        self.connection.request(method, "/api/v1/feed?" + urlencode(query, doseq=True),
                                headers=headers)
        self.answer = self.connection.getresponse()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.answer.close()
        self.connection.close()

    def next(self):
        """The next event; None at the end, and when the connection breaks."""
        name, data = None, None
        deadline = time.monotonic() + PATIENCE      # also when something is heard all the time
        while True:
            assert time.monotonic() < deadline, f"nothing after {self.last}"
            try:
                line = self.answer.readline()
            except (http.client.IncompleteRead, ConnectionError):
                return None
            if not line.endswith(b"\n"):
                return None
            field, _, value = line.decode().rstrip("\n").partition(":")
            if line == b"\n" and data is not None:
                return Event(name, self.last, json.loads(data))
            if not field and value == "":
                self.comments += line == b":\n"
            elif field == "event":
                name = value.strip()
            elif field == "data":
                data = value.strip()
            elif field == "id":
                self.last = value.strip()

    def until(self, is_last):
        """Events up to the one that is waited for."""
        events = []
        while not events or not is_last(events[-1]):
            events.append(self.next())
            assert events[-1] is not None, f"the feed ended: {events[-5:]}"
        return events

    def rest(self):
        """All until it ends."""
        events = []
        while (event := self.next()) is not None:
            events.append(event)
        return events


def is_reload(event):
    """The end of a commit."""
    return event.name == "revision"


def say(program, text, environment="ovs", number=0):
    """Makes the store have a message, which marks a place in the feed."""
    program.run("import", "messages", "-", given=json.dumps(
        {"id": f"{text}-{number}", "environment": environment, "level": "warn", "message": text,
         "timestamp": "2026-03-04T10:00:00.000+0000"}))


def says(text):
    """Is it that message?"""
    return lambda event: event.name == "message" and event.get("message") == text


def change(program, count, value, environment="ovs"):
    """Gives so many objects another attribute, by an import."""
    lines = program.run("export", "inventory", "-e", environment).out.splitlines()
    documents = [{**json.loads(line), "marked": value} for line in lines[:count]]
    program.run("import", "inventory", "-", given="\n".join(map(json.dumps, documents)))


class FeedCase(ServeCase):
    """Tests with a store that has users."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()
        self.add_user(self.program, ADMIN, "all")

    def follow(self, service, token, *arguments, **query):
        """A connection that ends with the test."""
        return self.enterContext(Feed(service, token, *arguments, **query))


class Told(FeedCase):
    """What is told."""

    def test_a_scan(self):
        """Everything that it found, once, as the store has it; then what it came to."""
        service = self.serve(self.program)
        feed = self.follow(service, self.sign_in(service))
        self.assertEqual(feed.answer.getheader("Content-Type"), "text/event-stream")
        self.assertEqual(feed.answer.getheader("Cache-Control"), "no-store")
        begin = feed.next()
        self.assertEqual((begin.name, begin["cursor"], begin["revision"]),
                         ("begin", begin.place, 0))
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        events = feed.until(is_reload)
        self.assertIn("environment", {event.name for event in events})
        for name, collection, key in (("object", "inventory", "_id"), ("link", "links", "_id"),
                                      ("clique", "cliques", "focal_point")):
            documents = [json.loads(line) for line in self.program.run(
                "export", collection, "-e", "ovs").out.splitlines()]
            plain = {str(document[key].get("$oid")) if isinstance(document[key], dict)
                     else document[key] for document in documents}
            told = [event[key] for event in events if event.name == name]
            self.assertEqual(sorted(told), sorted(plain))
            self.assertEqual({event["what"] for event in events if event.name == name}, {"added"})
        one = next(event for event in events if event.get("name") == "vm-a1")
        self.assertEqual((one["environment"], one["space"], one["type"], one["revision"]),
                         ("ovs", "inventory", "instance", 1))
        counts = service.ask("GET", "/api/v1/environments/ovs/counts",
                             token=self.sign_in(service)).json
        last = events[-1]
        self.assertFalse(last["reload"])
        self.assertEqual({kind: count["added"] for kind, count in last["counts"]["objects"].items()},
                         counts["objects"])
        self.assertTrue(feed.until(lambda event: event.name == "message"))

    def test_a_large_commit(self):
        """By its numbers alone."""
        service = self.serve(self.program)
        feed = self.follow(service, self.sign_in(service))
        feed.next()
        lines = "\n".join(json.dumps({"environment": "big", "type": "network", "id": str(number),
                                      "name": "n", "id_path": f"/big/{number}"})
                          for number in range(1001))
        self.program.run("import", "inventory", "-", given=lines)
        event = feed.next()
        self.assertEqual((event.name, event["reload"], event["environment"]),
                         ("revision", True, "big"))
        self.assertEqual(event["counts"]["objects"]["network"],
                         {"added": 1001, "changed": 0, "removed": 0})

    def test_filters(self):
        """By kind, environment, type and id."""
        for name in ("one", "two"):
            self.program.run("scan", "-e", name, "--replay", shipped("ovs"))
        service = self.serve(self.program)
        token = self.sign_in(service)
        start = self.follow(service, token).next()["cursor"]
        lines = self.program.run("export", "inventory", "-e", "one").out.splitlines()
        vnic = next(document for document in map(json.loads, lines) if document["type"] == "vnic")
        for name in ("one", "two"):
            change(self.program, len(lines), 1, name)
            say(self.program, "done", name)
        whole = self.follow(service, token, start).until(
            lambda event: says("done")(event) and event["environment"] == "two")
        self.assertEqual({event["environment"] for event in whole}, {"one", "two"})

        def told(**query):
            """The same with a filter."""
            with Feed(service, token, start, **query) as feed:
                say(self.program, "end", "two", told.n)
                told.n += 1
                return [event for event in feed.until(says("end")) if not says("end")(event)]

        told.n = 0
        self.assertEqual(told(), whole)
        self.assertEqual(told(environment=["two"]),
                         [event for event in whole if event["environment"] == "two"])
        self.assertEqual(told(environment=["two", "one", "none"]), whole)
        self.assertEqual(told(kind=["message", "revision"]),
                         [event for event in whole if event.name in ("message", "revision")])
        self.assertEqual(told(type="vnic"),
                         [event for event in whole
                          if event.name not in THINGS or event["type"] == "vnic"])
        of_vnic = [event for event in whole if event.name not in THINGS
                   or vnic["_id"] in event.values()]
        self.assertEqual([event.name for event in of_vnic].count("object"), 1)
        self.assertEqual(told(id=vnic["_id"]), of_vnic)
        for query in ("kind=frob", "frob=1", "cursor=x", "cursor=f1-0-1"):
            answer = service.ask("GET", f"/api/v1/feed?{query}", token=token)
            self.assertEqual(answer.status, 400, answer)
        self.assertEqual(service.ask("GET", "/api/v1/feed").status, 401)

    def test_scans_that_run(self):
        """Asked for, begun, how far, ended."""
        cloud = self.enterContext(LiveCloud())
        service = self.serve(self.program)
        token = self.sign_in(service)
        name = cloud.add(self.program, "own")["name"]
        feed = self.follow(service, token, kind="scan")
        feed.next()
        scan = service.ask("POST", f"/api/v1/environments/{name}/scans", {}, token).json["_id"]
        events = feed.until(lambda event: event.get("status") == "completed")
        self.assertEqual({(event["_id"], event["environment"]) for event in events}, {(scan, name)})
        kept = [(event["what"], event["status"]) for event in events if event["what"] != "progress"]
        self.assertEqual(kept, [("added", "pending"), ("changed", "running"),
                                ("changed", "completed")])
        going = [event for event in events if event["what"] == "progress"]
        self.assertTrue(going)
        self.assertEqual({event.place for event in going} - {event.place for event in events
                                                             if event["what"] != "progress"}, set())
        self.assertIn(going[0]["progress"]["phase"], ("cloud", "hosts", "links", "commit"))

    def test_slow_host(self):
        """Who looks on is told for whom a scan waits."""
        cloud = self.enterContext(LiveCloud())
        service = self.serve(self.program)
        token = self.sign_in(service)
        name = cloud.add(self.program, "own", name="slow")["name"]
        cloud.hosts["cmp2"].freeze()
        feed = self.follow(service, token, kind="scan")
        feed.next()
        scan = service.ask("POST", f"/api/v1/environments/{name}/scans", {}, token).json["_id"]
        told = feed.until(lambda event: event.get("progress", {}).get("host") == "cmp2")[-1]
        self.assertEqual((told["_id"], told["progress"]["phase"]), (scan, "hosts"))
        shown = service.ask("GET", f"/api/v1/scans/{scan}", token=token).json["progress"]
        self.assertEqual(shown["host"], "cmp2")
        self.assertEqual(service.ask("POST", f"/api/v1/scans/{scan}/cancel", token=token).status, 202)
        feed.until(lambda event: event.get("status") == "aborted")

    def test_nothing_happens(self):
        """Then something is heard all the same; and who hears of nothing does not fall behind."""
        service = self.serve(self.program, "--heartbeat", "1")
        token = self.sign_in(service)
        feed = self.follow(service, token, kind="link")
        feed.next()
        before = feed.last
        self.assertTrue(before)
        say(self.program, "not for a reader of links")
        while feed.last == before or not feed.comments:
            field, _, value = feed.answer.readline().decode().partition(":")
            feed.last = value.strip() if field == "id" else feed.last
            feed.comments += field == "" and value == "\n"
        self.follow(service, token, feed.last)


class Resumed(FeedCase):
    """Where somebody left off."""

    def setUp(self):
        super().setUp()
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))

    def test_nothing_is_lost(self):
        """Over disconnects and kills of the server, what was told is the history of the store."""
        rng = chance()
        service = self.serve(self.program)
        token = self.sign_in(service)
        with Feed(service, token) as feed:
            last = feed.next()["cursor"]
        events = []
        for turn in range(12):
            count = rng.randrange(1, 30)
            change(self.program, count, turn)
            if turn % 3 == 1:
                self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
            with Feed(service, token, last) as feed:
                for _ in range(rng.randrange(1, count + 2)):     # and the revision
                    events.append(feed.next())
                last = events[-1].place
                if turn % 4 == 3:
                    service.process.send_signal(signal.SIGKILL)
                    service.process.wait()
                    service = self.serve(self.program)
        say(self.program, "the end")
        events += self.follow(service, token, last).until(says("the end"))
        places = [event.place for event in events]
        self.assertEqual(len(places), len(set(places)))
        versions = {}
        for event in events:
            if event.name == "object":
                versions.setdefault(event["_id"], []).append(event["revision"])
        self.assertTrue(versions)
        for oid, told in versions.items():
            history = service.ask("GET", f"/api/v1/environments/ovs/objects/{oid}/history",
                                  token=token).json["versions"]
            kept = [version["rev_from"] for version in reversed(history)]
            self.assertEqual(told, kept[1:])        # the first is from before

        revisions = service.ask("GET", "/api/v1/environments/ovs/revisions?limit=1000",
                                token=token).json["revisions"]
        self.assertEqual([event["revision"] for event in events if event.name == "revision"],
                         sorted(row["revision"] for row in revisions)[1:])

    def test_what_is_not_kept(self):
        """410, with a reason; a place of another store, too."""
        service = self.serve(self.program)
        token = self.sign_in(service)
        with Feed(service, token) as feed:
            first = feed.next()["cursor"]
        say(self.program, "one")
        say(self.program, "two", number=1)
        self.program.change_rows("DELETE FROM feed WHERE n < (SELECT max(n) FROM feed)")
        other = self.new_program()
        self.add_user(other, ADMIN, "all")
        stranger = self.serve(other)
        with Feed(stranger, self.sign_in(stranger)) as feed:
            foreign = feed.next()["cursor"]
        form, store, _, sight = first.split("-")
        future = "-".join((form, store, "999999999", sight))
        for cursor in (first, foreign, future):
            answer = service.ask("GET", f"/api/v1/feed?cursor={cursor}", token=token)
            self.assertEqual(answer.status, 410, answer)
            self.assertIn("read everything anew", answer.json["detail"])
        for cursor in ("", "f2-0", first + "x", first[:-1] + "-", first[:-1], first + "-1",
                       "-".join((form, store, "x", sight)), "-".join((form, store, "1"))):
            answer = service.ask("GET", "/api/v1/feed", token=token,
                                 headers={"Last-Event-ID": cursor or "x"})
            self.assertEqual(answer.status, 400, answer)

    def test_a_slow_reader(self):
        """Is cut off, and comes back for the rest."""
        service = self.serve(self.program, "--idle", "1")
        token = self.sign_in(service)
        feed = self.follow(service, token, None, "GET", 4096, kind="message")
        feed.next()
        text = "x" * 290
        for turn in range(24):
            self.program.run("import", "messages", "-", given="\n".join(json.dumps(
                {"id": f"{turn}-{number}", "environment": "ovs", "level": "info",
                 "message": f"{turn} {number} {text}", "timestamp": "2026-03-04T10:00:00.000+0000"})
                for number in range(900)))
        deadline = time.monotonic() + PATIENCE
        while "path=/api/v1/feed status=200" not in service.said():
            self.assertLess(time.monotonic(), deadline, "it is not cut off")
            time.sleep(0.1)
        first = feed.rest()
        self.assertLess(len(first), 24 * 900)
        say(self.program, "the end")
        found, last = first, first[-1].place if first else feed.last
        while not found or not says("the end")(found[-1]):      # on a busy machine we are slow again
            self.assertLess(time.monotonic(), deadline + PATIENCE, "it does not come to its end")
            with self.follow(service, token, last, kind="message") as feed:
                while event := feed.next():
                    found.append(event)
                    if says("the end")(event):
                        break
            last = found[-1].place if found else last
        self.assertEqual([event["id"] for event in found[:-1]],
                         [f"{turn}-{number}" for turn in range(24) for number in range(900)])

    def test_end(self):
        """SIGTERM ends the feed whole; HEAD has no body."""
        service = self.serve(self.program)
        token = self.sign_in(service)
        head = self.follow(service, token, None, "HEAD")
        self.assertEqual((head.answer.status, head.answer.read()), (200, b""))
        self.assertEqual(head.answer.getheader("Content-Type"), "text/event-stream")
        feed = self.follow(service, token)
        feed.next()
        service.process.send_signal(signal.SIGTERM)
        self.assertEqual(feed.answer.read(), b"")       # IncompleteRead if it were cut off
        self.assertEqual(service.process.wait(PATIENCE), 0)


class Rights(FeedCase):
    """Who is told."""

    def setUp(self):
        super().setUp()
        for name in ("one", "two"):
            self.program.run("scan", "-e", name, "--replay", shipped("ovs"))
        self.add_user(self.program, "viewer")
        self.program.run("user", "grant", "viewer", "-e", "one", "--view")
        self.service = self.serve(self.program)
        self.admin, self.viewer = (self.sign_in(self.service, name) for name in (ADMIN, "viewer"))

    def test_what_one_may_see_now(self):
        """Nothing of others; what is granted appears, what is taken goes."""
        feed = self.follow(self.service, self.viewer)
        begin = feed.next()
        change(self.program, 5, 1, "two")
        change(self.program, 5, 1, "one")
        say(self.program, "first", "two")
        say(self.program, "second", "one")
        events = feed.until(says("second"))
        self.assertEqual({event["environment"] for event in events}, {"one"})

        self.program.run("user", "grant", "viewer", "-e", "two", "--view")
        events = feed.until(lambda event: event.name == "environment")
        self.assertEqual([event.name for event in events], ["begin", "environment"])
        self.assertEqual(events[-1]["environment"], "two")
        say(self.program, "third", "two")
        feed.until(says("third"))

        answer = self.service.ask("PUT", "/api/v1/users/viewer/grants/one", {"view": False},
                                  self.admin)
        self.assertEqual(answer.status, 204, answer)
        self.assertEqual(feed.next().name, "begin")
        change(self.program, 5, 2, "one")
        say(self.program, "fourth", "one", 1)
        say(self.program, "fifth", "two", 1)
        self.assertTrue(says("fifth")(feed.next()))

        # Who comes back hears what they may know now.
        for query in ({}, {"environment": ["one", "two"]}):
            again = self.follow(self.service, self.viewer, begin["cursor"], **query)
            self.assertEqual(again.next().name, "begin")
            self.assertEqual({event["environment"] for event in again.until(says("fifth"))}, {"two"})

    def test_rights_that_change_while_one_is_away(self):
        """Who comes back to see something else than before begins anew, once; nobody else does."""
        with Feed(self.service, self.viewer) as feed:
            last = feed.next()["cursor"]
        for number, change_rights in enumerate((
                lambda: self.program.run("user", "roles", "viewer", "view-env"),
                lambda: self.program.run("user", "roles", "viewer", "none"),
                lambda: self.program.run("user", "grant", "viewer", "-e", "two", "--view"),
                lambda: self.program.run("user", "grant", "viewer", "-e", "one", "--none"),
                lambda: self.program.run("env", "rm", "two"))):
            change_rights()
            if number % 2:
                self.service.stop()
                self.service = self.serve(self.program)
            with Feed(self.service, self.viewer, last) as feed:
                event = feed.next()
                self.assertEqual(event.name, "begin", number)
                last = event["cursor"]
            self.assertEqual(last, event.place)
        self.program.run("user", "grant", "viewer", "-e", "one", "--view")
        feed = self.follow(self.service, self.viewer, last)
        self.assertEqual(feed.next().name, "begin")
        with Feed(self.service, self.viewer, feed.last) as again:
            self.program.run("scan", "-e", "one", "--replay", shipped("ovs"))
            say(self.program, "sixth", "one")
            self.assertNotIn("begin", {event.name for event in again.until(says("sixth"))})

    def test_connection_tests(self):
        """Of an environment for who sees it; of what is none for who asked alone, whatever name it has."""
        self.service.ask("PATCH", "/api/v1/environments/two", {**DOCUMENT, "name": "two"}, self.admin)
        feeds = [self.follow(self.service, token, kind=["test", "message"])
                 for token in (self.admin, self.viewer)]
        for feed in feeds:
            feed.next()

        def ask(path, token, body):
            answer = self.service.ask("POST", f"/api/v1{path}", body, token)
            self.assertEqual(answer.status, 202, answer)
            test = answer.json["_id"]
            while self.service.ask("GET", f"/api/v1/connection-tests/{test}",
                                   token=token).json["status"] not in ("response", "failed"):
                time.sleep(0.05)
            return test

        saved = ask("/environments/two/tests", self.admin, {})
        own = ask("/connection-tests", self.viewer, {"environment": {**DOCUMENT, "name": "new"}})
        named = ask("/connection-tests", self.admin, {"environment": {**DOCUMENT, "name": "one"}})
        say(self.program, "the end", "one")
        steps = [("added", "request"), ("changed", "running"), ("changed", "response")]
        for feed, wanted in zip(feeds, ([(saved, "two"), (named, "one")], [(own, "new")])):
            told = [event for event in feed.until(says("the end")) if event.name == "test"]
            self.assertEqual([(event["_id"], event["environment"], event["what"], event["status"])
                              for event in told],
                             [(*test, *step) for test in wanted for step in steps])
            self.assertEqual({key for event in told for key in event}, {"what", "environment", "_id", "status"})

    def test_tokens_and_users_that_go(self):
        """End the feed."""
        feed = self.follow(self.service, self.viewer)
        feed.next()
        mine = self.service.ask("GET", "/api/v1/tokens", token=self.viewer).json["tokens"]
        for token in mine:
            self.service.ask("DELETE", f"/api/v1/tokens/{token['id']}", token=self.admin)
            self.service.ask("DELETE", f"/api/v1/tokens/{token['id']}", token=self.viewer)
        self.assertEqual(feed.rest(), [])
        self.assertEqual(self.service.ask("GET", "/api/v1/feed", token=self.viewer).status, 401)

        viewer = self.sign_in(self.service, "viewer")
        feed = self.follow(self.service, viewer)
        feed.next()
        self.program.run("user", "passwd", "viewer", "--password-file", "-",
                         given="another one\n")
        self.assertEqual(feed.rest(), [])

        viewer = self.sign_in(self.service, "viewer", "another one")
        feed = self.follow(self.service, viewer)
        feed.next()
        answer = self.service.ask("DELETE", "/api/v1/users/viewer", token=self.admin)
        self.assertEqual(answer.status, 204, answer)
        self.assertEqual(feed.rest(), [])

    def test_tokens_that_expire(self):
        """End the feed, too."""
        self.service.stop()
        service = self.serve(self.program, "--token-lifetime", "2", "--heartbeat", "1")
        session = service.ask("POST", "/api/v1/session", {"name": ADMIN, "password": PASSWORD})
        token = session.headers["Set-Cookie"].split(";")[0].split("=")[1]
        feed = self.follow(service, token)
        self.assertEqual([event.name for event in feed.rest()], ["begin"])


@unittest.skipUnless(os.path.exists("/proc/self/statm"), "it takes /proc")
class Many(FeedCase):
    """Many who only listen."""

    MANY, MOST = 1000, 50 << 20

    @staticmethod
    def memory(service):
        """Resident bytes of the server."""
        with open(f"/proc/{service.process.pid}/statm", encoding="utf-8") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGESIZE")

    def test_memory(self):
        """A thousand are told of a change, and cost at most 50 MB."""
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.program.environ.pop("MALLOC_PERTURB_", None)       # it touches memory that nobody needs
        service = self.serve(self.program)
        token = self.sign_in(service)
        with Feed(service, token) as feed:
            feed.next()
        before = self.memory(service)
        feeds = [self.follow(service, token) for _ in range(self.MANY)]
        for feed in feeds:
            self.assertEqual(feed.next().name, "begin")
        change(self.program, 20, 1)
        for feed in feeds:
            self.assertEqual([event.name for event in feed.until(is_reload)].count("object"), 20)
        grown = self.memory(service) - before
        print(f"\n{self.MANY} feeds: {before >> 10} kB before, {grown >> 10} kB more", flush=True)
        if not os.environ.get("SANITIZED"):
            self.assertLess(grown, self.MOST)


if __name__ == "__main__":
    unittest.main()
