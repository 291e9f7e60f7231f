#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scans of the unchanged lab: right, the same again, and with as few questions as can be."""

import re
import unittest
from collections import Counter

from lab import CTL, MACHINE, requests_in, sessions_in
from live import ACCESSES, ENVIRONMENT, TARGETS, Case

SINGLE_OBJECT = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
LISTS = {("keystone", "projects"), ("nova", "servers/detail"), ("nova", "os-services"),
         ("neutron", "networks"), ("neutron", "ports"), ("neutron", "subnets")}


class Truth(Case):
    def test_every_way_in_shows_the_truth(self):
        environments = [self.new_environment(access, without) for access in ACCESSES
                        for without in ((), ("mysql",))]
        moment = self.scan_at_rest(*environments)
        for one in environments:
            with self.subTest(environment=str(one)):
                self.assertEqual(moment.problems(one), [])
        self.assert_nothing_left()

    def test_the_lab_is_not_empty(self):
        """What is compared above is there at all."""
        moment = self.scan_at_rest()
        for type_ in ("instance", "vnic", "vservice", "otep", "host_pnic", "network_agent",
                      "vconnector" if self.lab.variant != "ovs-direct" else "vedge"):
            self.assertTrue(moment.truth.objects[type_], type_)
        types = ["instance", "vnic", "vconnector", "vedge", "otep", "host_pnic", "network"]
        types = [type_ for type_ in types if (self.lab.variant, type_) not in (
            ("ovs-direct", "vconnector"), ("lxb", "vedge"))]
        for id_, chain in moment.truth.chains.items():
            self.assertEqual(list(dict.fromkeys(type_ for type_, _ in chain)), types, id_)

    def test_a_second_scan_writes_nothing(self):
        for without in ((), ("mysql",)):
            one = self.new_environment(without=without)
            with self.subTest(environment=str(one)):
                self.scan_at_rest(one)
                tables = one.tables()
                result = one.scan_live()
                self.assertIn("nothing changed", result.out, result)
                self.assertEqual(one.tables(), tables)

    def test_jobs_change_nothing(self):
        one, other = self.new_environment(), self.new_environment()
        self.scan_at_rest(one)
        other.scan_live("--jobs", "1")
        self.assertEqual(one.documents("inventory").keys(), other.documents("inventory").keys())
        self.assertEqual(one.documents("links").keys(), other.documents("links").keys())


class Questions(Case):
    def asked(self, access, without=()):
        """What a scan asks: requests of APIs, and sessions of hosts."""
        one = self.new_environment(access, without)
        requests, sessions = self.lab.request_logs(), self.lab.session_logs()
        one.scan_live()
        self.assert_nothing_left(str(one))
        return requests_in(requests), sessions_in(sessions)

    def test_each_list_is_asked_once(self):
        for without in ((), ("mysql",)):
            with self.subTest(without=without):
                requests, _ = self.asked("master", without)
                said = "\n".join(map(" ".join, requests))
                signed = [r for r in requests if r[1] == "POST"]
                self.assertEqual(signed, [("keystone", "POST", "/v3/auth/tokens")], said)
                lists = []
                for service, method, address in requests:
                    path, _, query = address.partition("?")
                    self.assertIn(method, ("GET", "HEAD", "POST"), said)
                    self.assertIsNone(SINGLE_OBJECT.search(path), said)
                    if "marker=" not in query:
                        lists.append((service, method, path))
                twice = [one for one, count in Counter(lists).items() if count > 1]
                self.assertEqual(twice, [], said)
                self.assertEqual(len(requests), len(set(requests)), said)
                for service, name in LISTS:
                    self.assertTrue([1 for one, _, path in lists
                                     if one == service and path.endswith("/" + name)], said)

    def test_one_session_and_one_command_a_host(self):
        master = self.lab.facts["hosts"][CTL]
        for access in ACCESSES:
            _, sessions = self.asked(access)
            expected = {host: [(MACHINE if access == "hosts" else master, 1)]
                        for host in self.lab.hosts}
            if access == "master":      # carries a command for each host, its own among them
                expected[CTL] = [(MACHINE, len(self.lab.hosts))]
            elif access == "direct":    # carries tunnels, one of them to itself
                expected[CTL] = [(MACHINE, 0), (master, 1)]
            with self.subTest(access=access):
                self.assertEqual(sessions, expected)


class Targets(Case):
    def test_all_targets_are_well(self):
        for access in ACCESSES:
            with self.subTest(access=access):
                result = self.new_environment(access).test()
                for target in TARGETS:
                    self.assertTrue(re.search(rf"^{target}\b", result.out, re.M), result)
        self.assert_nothing_left()

    def test_a_wrong_password_is_told(self):
        one = self.new_environment()
        for target in TARGETS:
            with self.subTest(target=target), one.wrong_password(target):
                result = one.test(expect=1)
                said = [line for line in (result.out + result.err).splitlines() if target in line]
                self.assertTrue(any("password" in line for line in said), result)
                self.assertNotIn("not-it", result.out + result.err)
                for other in set(TARGETS) - {target}:
                    one.test(other)

    def test_hosts_must_be_trusted_first(self):
        one = self.new_environment()
        one.run("env", "rm", ENVIRONMENT, "--purge")
        one.run("env", "add", "--file", one._document())
        result = one.scan_live(expect=3)
        self.assertTrue(result.messages("trust"), result)
        one.trust()
        one.scan_live()


if __name__ == "__main__":
    unittest.main(verbosity=2)
