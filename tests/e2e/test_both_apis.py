#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The original's API and API v1 on one store: what both refuse, and what the one shows of what the other made."""

import re
import time
import unittest
import urllib.parse

from program import shipped
from test_serve import ADMIN, PASSWORD, ServeCase
from test_v1 import DOCUMENT, TARGETS

# Days, times of the day and zones that there are not.
NO_TIMES = ("2027-02-30T10:00:00Z", "2027-02-29T10:00:00", "2027-04-31T10:00:00Z", "2027-02-28T25:00:00Z", "2027-02-28T24:00:00Z",
            "2027-02-28T10:61:00Z", "2027-02-28T10:00:61Z", "2027-02-28T10:00:60Z", "2027-02-28T10:00:00+2500",
            "2027-02-28T10:00:00+0161", "2027-13-01T10:00:00Z", "9999-12-31T23:59:59-0100")


class Case(ServeCase):
    """A server without scans, and its administrator."""

    OPTIONS = ("--no-scans",)

    def setUp(self):
        super().setUp()
        self.program = self.new_program()
        self.program.scan(shipped("ovs"))
        self.environment = "lab"
        self.add_user(self.program, ADMIN, "all")
        self.service = self.serve(self.program, *self.OPTIONS)
        self.token = self.sign_in(self.service)

    def v1(self, status, method, path, body=None):
        """What API v1 answers, with that status."""
        answer = self.service.ask(method, f"/api/v1{path}", body, self.token)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def original(self, status, method, path, body=None, user=(ADMIN, PASSWORD), **query):
        """... and the original's API."""
        answer = self.service.ask(method, f"{path}?{urllib.parse.urlencode(query)}" if query else path, body, user=user)
        self.assertEqual(answer.status, status, answer)
        return answer.json


class Times(Case):
    """Those that there are not."""

    def test_refused(self):
        """By both APIs, in queries and bodies; nothing is stored."""
        for wrong in NO_TIMES:
            with self.subTest(time=wrong):
                self.v1(400, "POST", "/environments/lab/schedules", {"recurrence": "ONCE", "scheduled_timestamp": wrong})
                quoted = urllib.parse.quote(wrong)
                for key in ("from", "until"):
                    self.v1(400, "GET", f"/messages?{key}={quoted}")
                said = self.original(400, "POST", "/scheduled_scans", {"environment": "lab", "freq": "DAILY", "submit_timestamp": wrong})
                self.assertEqual(said["error"]["message"], "submit_timestamp must follow ISO 8610 date and time "
                                                           "format,YYYY-MM-DDThh:mm:ss.sss+hhmm")
                for key in ("start_time", "end_time"):
                    self.original(400, "GET", "/messages", env_name="lab", **{key: wrong})
        self.assertEqual(self.v1(200, "GET", "/schedules")["schedules"], [])


class Schedules(Case):
    """Those of the one API in the other."""

    WHEN = "2099-03-04T10:00:00"

    def listed(self, **query):
        """What the original's API lists."""
        return self.original(200, "GET", "/scheduled_scans", environment="lab", **query)["scheduled_scans"]

    def test_of_v1(self):
        """Have the original's name of how often, by which they are found, and its form of times."""
        made = {name: self.v1(201, "POST", "/environments/lab/schedules", {"recurrence": name, "scheduled_timestamp": self.WHEN + "Z"})
                for name in ("ONCE", "HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")}
        self.assertEqual(self.listed(), [{"id": schedule["_id"], "environment": "lab", "freq": name,
                                          "scheduled_timestamp": self.WHEN + ".000000"} for name, schedule in made.items()])
        self.assertEqual([schedule["id"] for schedule in self.listed(freq="DAILY")], [made["DAILY"]["_id"]])
        self.original(400, "GET", "/scheduled_scans", environment="lab", freq="ONCE")
        shown = self.original(200, "GET", "/scheduled_scans", environment="lab", id=made["ONCE"]["_id"])
        self.assertEqual(shown["freq"], "ONCE")
        for key in ("scheduled_timestamp", "first_timestamp"):
            self.assertEqual(shown[key], self.WHEN + ".000000")

    def test_of_the_original(self):
        """Have API v1's name too; the one that they were made with stays."""
        self.original(201, "POST", "/scheduled_scans", {"environment": "lab", "freq": "WEEKLY", "submit_timestamp": self.WHEN})
        made, = self.v1(200, "GET", "/schedules")["schedules"]
        self.assertEqual((made["recurrence"], made["freq"]), ("WEEKLY", "WEEKLY"))
        self.assertEqual(self.v1(200, "GET", f"/schedules/{made['_id']}"), made)
        self.v1(200, "PUT", f"/schedules/{made['_id']}", {"recurrence": "DAILY"})
        self.assertEqual([schedule["freq"] for schedule in self.listed()], ["DAILY"])


class Run(Case):
    """What is run leaves more members behind."""

    OPTIONS = ()
    OURS = re.compile(r"\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d)")

    def ended(self, path, *statuses):
        """The document of API v1 when it is at its end."""
        while (found := self.v1(200, "GET", path))["status"] not in statuses:
            time.sleep(0.05)
        return found

    def one(self, path, key="env_name", **query):
        """A document in the original's API; all its times have the original's form."""
        found = self.original(200, "GET", path, **{key: "lab"}, **query)
        self.assertIsNone(self.OURS.search(str(found)), found)
        return found

    def test_members(self):
        """A schedule of the original runs; scans, tests, schedules and messages have times in the original's form."""
        self.v1(200, "PUT", "/environments/lab", {**DOCUMENT, "name": "lab"})
        self.original(201, "POST", "/scheduled_scans", {"environment": "lab", "freq": "DAILY", "submit_timestamp": "2026-03-04T10:00:00"})
        while "last_scan" not in (schedule := self.v1(200, "GET", "/schedules")["schedules"][0]):
            time.sleep(0.05)
        scan = self.ended(f"/scans/{schedule['last_scan']}", "failed")      # nobody answers
        self.assertEqual((scan["interval"], scan["schedule"]), ("DAILY", schedule["_id"]))
        shown = self.one("/scheduled_scans", "environment", id=schedule["_id"])
        self.assertIn("last_timestamp", shown)
        self.assertNotIn("recurrence", shown)
        self.assertIn("end_timestamp", self.one("/scans", id=scan["_id"]))
        asked = self.v1(202, "POST", "/environments/lab/tests", {})
        self.ended(f"/connection-tests/{asked['_id']}", "response")
        test = self.one("/connection_tests", id=asked["_id"])
        self.assertIn("response_timestamp", test)
        for key in ("settings", "is_saved", "owner"):
            self.assertNotIn(key, test)
        for message in self.one("/messages")["messages"]:
            self.one("/messages", id=message["id"])
        self.one("/environment_configs", "name")


class ConnectionTests(Case):
    """Those that wait."""

    ONE = {"environment": "new", "test_targets": ["OpenStack"], "targets_configuration": [{**TARGETS[0], "admin_token": "t"}]}
    NEW = {"environment": DOCUMENT, "targets": ["OpenStack"]}

    def test_most(self):
        """20 of one user, in both APIs together; others may ask all the same."""
        self.add_user(self.program, "ann")
        ann = ("ann", PASSWORD)
        for _ in range(19):
            self.original(201, "POST", "/connection_tests", self.ONE, ann)
        token = self.sign_in(self.service, "ann")

        def ask_v1():
            return self.service.ask("POST", "/api/v1/connection-tests", self.NEW, token)

        self.assertEqual(ask_v1().status, 202)
        message = "20 of your connection tests are waiting already"
        said = self.original(429, "POST", "/connection_tests", self.ONE, ann)
        self.assertEqual(said, {"error": {"message": message, "code": "429", "title": "Too Many Requests"}})
        refused = ask_v1()
        self.assertEqual((refused.status, refused.json["detail"]), (429, message))
        self.original(201, "POST", "/connection_tests", self.ONE)
        self.v1(202, "POST", "/connection-tests", self.NEW)


if __name__ == "__main__":
    unittest.main()
