#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The original's API and API v1 on one store: what both refuse, and what the one shows of what the other made."""

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
        for time in NO_TIMES:
            with self.subTest(time=time):
                self.v1(400, "POST", "/environments/lab/schedules", {"recurrence": "ONCE", "scheduled_timestamp": time})
                quoted = urllib.parse.quote(time)
                for key in ("from", "until"):
                    self.v1(400, "GET", f"/messages?{key}={quoted}")
                said = self.original(400, "POST", "/scheduled_scans", {"environment": "lab", "freq": "DAILY", "submit_timestamp": time})
                self.assertEqual(said["error"]["message"], "submit_timestamp must follow ISO 8610 date and time "
                                                           "format,YYYY-MM-DDThh:mm:ss.sss+hhmm")
                for key in ("start_time", "end_time"):
                    self.original(400, "GET", "/messages", env_name="lab", **{key: time})
        self.assertEqual(self.v1(200, "GET", "/schedules")["schedules"], [])


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
