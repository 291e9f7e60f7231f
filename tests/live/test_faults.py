#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Parts of the lab do not work: a scan says which, keeps what it knew, and leaves nothing behind.

Each fault is made and mended within its test, also if that fails.
"""

import os
import signal
import subprocess
import unittest

import requests

from lab import CTL, wait
from labapi import KEYSTONE, NEUTRON, NOVA, Api
from live import Case

OF_HOSTS = {"vnic", "vconnector", "vedge", "otep", "host_pnic"}     # only hosts tell of them
OF_ROOT = {"vnic", "vedge", "otep"}     # Linux bridges and devices anybody may look at
OF_NEUTRON = {"network", "port"}
FAILED, WITH_ERRORS = 1, 3
SICK = "cmp2"


class Faults(Case):
    def setUp(self):
        super().setUp()
        self.one = self.new_environment()
        self.one.scan_live()
        self.known = self.one.keys()

    def tearDown(self):
        """Afterwards all is as before."""
        self.assert_nothing_left()
        self.one.scan_live()
        self.assertEqual(self.one.stale(), {})
        self.assertEqual(self.one.keys(), self.known)
        super().tearDown()

    def check(self, status, *words):
        """A scan with that exit status and a message with these words; nothing is forgotten."""
        result = self.one.scan_live(expect=status)
        self.assertTrue(result.messages(*words), f"no message with {words}: {result}")
        self.assertEqual(self.one.keys(), self.known, result)
        self.assert_nothing_left(str(result))
        return result

    def check_host(self, host, *words, types=OF_HOSTS):
        """A host cannot be asked: what only it tells is stale, and nothing of other hosts."""
        result = self.check(WITH_ERRORS, host, *words)
        stale = self.one.stale()
        expected = {key for key, document in self.one.documents("inventory").items()
                    if document.get("host") == host and document["type"] in types}
        self.assertTrue(expected)
        self.assertEqual(expected - stale.keys(), set(), result)
        self.assertEqual({key: other for key, other in stale.items() if other != host}, {}, result)

    # ---- passwords

    def test_wrong_password_of_openstack(self):
        with self.one.wrong_password("OpenStack"):
            result = self.check((FAILED, WITH_ERRORS), ":5000", "password")
            expected = {key for key in self.known if key[0] in OF_NEUTRON}
            if result.status == FAILED:
                expected = set()
            self.assertEqual(expected - self.one.stale().keys(), set(), result)

    def test_wrong_password_of_mysql(self):
        with self.one.wrong_password("mysql"):
            self.check(WITH_ERRORS, ":3306", "password")

    def test_wrong_password_of_the_hosts(self):
        with self.one.wrong_password("CLI"):
            self.check(WITH_ERRORS, "password")
            stale = self.one.stale().keys()
            expected = {key for key in self.known if key[0] in OF_HOSTS}
            self.assertEqual(expected - stale, set())

    # ---- services

    def test_neutron_stopped(self):
        with self.lab.stopped(CTL, "neutron-server",
                              lambda: answers(NEUTRON + "/networks", "networks")):
            self.check(WITH_ERRORS, "neutron", ":9696")
            stale = self.one.stale().keys()
            self.assertEqual({key for key in self.known if key[0] in OF_NEUTRON} - stale, set())

    def test_database_stopped(self):
        def is_back():
            return (answers(NEUTRON + "/agents", "agents")
                    and answers(NOVA + "/servers/detail", "servers")
                    and answers(KEYSTONE + "/projects", "projects"))
        with self.lab.stopped(CTL, "mariadb", is_back):
            result = self.check((FAILED, WITH_ERRORS))
            self.assertTrue(result.messages("10.77.0.10"), result)

    # ---- hosts

    def test_host_that_accepts_and_never_answers(self):
        with self.lab.frozen(SICK, "sshd"):
            self.check_host(SICK)

    def test_sudo_wants_a_password(self):
        with self.lab.changed_file("cmp1", "/etc/sudoers.d/calipso", "calipso ALL=(ALL) ALL\n"):
            ovs = self.lab.variant != "lxb"
            self.check_host("cmp1", "sudo", types=OF_ROOT if ovs else {"vnic"})

    def test_changed_host_key(self):
        with self.lab.changed_host_key(SICK):
            result = self.check(WITH_ERRORS, SICK, "key")
            self.assertTrue(result.messages("trust"), result)
            self.check_host(SICK, "key")

    # ---- scans

    def started(self):
        """A scan that waits for a sick host."""
        return self.one.start("scan", "-e", "lab")

    def end(self, scan):
        """Waits for its end; (status, what it said)."""
        try:
            _, err = scan.communicate(timeout=120)
        except subprocess.TimeoutExpired:
            scan.kill()
            _, err = scan.communicate()
            self.fail(f"the scan does not end: {err.decode()}")
        return scan.returncode, err.decode()

    def wait_for_lease(self):
        wait("the first scan to hold the environment", 30,
             lambda: self.one.rows("SELECT count(*) FROM lease")[0][0], pause=0.1)

    def test_a_second_scan_at_the_same_time(self):
        with self.lab.frozen(SICK, "sshd"):
            first = self.started()
            try:
                self.wait_for_lease()
                result = self.one.scan_live(expect=FAILED)
                self.assertTrue(result.messages(str(first.pid)), result)
                self.assertIsNone(first.poll(), "the first scan ended too early to tell")
            finally:
                status, said = self.end(first)
            self.assertEqual(status, WITH_ERRORS, said)

    def test_an_interrupted_scan_leaves_nothing(self):
        with self.lab.frozen(SICK, "sshd"):
            scan = self.started()
            try:
                self.wait_for_lease()
                wait("the scan to reach the hosts", 30, self.lab.strangers, pause=0.1)
                os.kill(scan.pid, signal.SIGINT)
            finally:
                status, said = self.end(scan)
            self.assertNotEqual(status, 0, said)
            self.assert_nothing_left(said)
            self.assertEqual(self.one.keys(), self.known)
            self.assertEqual(self.one.stale(), {})


def answers(url, member):
    """Does a service give its list again?"""
    try:
        return member in Api().get(url)
    except (requests.RequestException, RuntimeError):
        return False


if __name__ == "__main__":
    unittest.main(verbosity=2)
