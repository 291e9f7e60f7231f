#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A living cloud: APIs over HTTP, hosts over SSH, and what is ill about them."""

import json
import os
import signal
import subprocess
import time
import unittest

import recorded_cloud
from live_cloud import ACCESS, LiveCloud
from program import (COMPLETED, ENVIRONMENT, FAILED, RECORDINGS, CLOUDS, WITH_ERRORS, Case,
                     differing)

CANCELLED = 130
SCAN = ("scan", "-e", ENVIRONMENT)
MARKER = "calipso-test-straggler"


class LiveCase(Case):
    """A program and a cloud that it trusts."""

    def cloud(self, name="ovs", **how):
        """A living cloud, until the test ends."""
        return self.enterContext(LiveCloud(os.path.join(CLOUDS, name), **how))

    def known(self, cloud, access="own", **changes):
        """A program that knows and trusts a cloud."""
        program = self.new_program()
        cloud.add(program, access, **changes)
        return program

    def scanned(self, cloud, access="own"):
        """... and has scanned it in good health."""
        program = self.known(cloud, access)
        program.run(*SCAN)
        return program

    def stale(self, program):
        """{(type, id)} of what is marked stale."""
        return {key for key, document in program.documents("inventory").items()
                if document.get("stale")}

    def assert_nothing_runs(self, marker=MARKER):
        """No process is left that has these words in its command line."""
        for _ in range(100):
            found = subprocess.run(["pgrep", "-af", marker], capture_output=True, text=True,
                                   check=False).stdout
            if not found:
                return
            time.sleep(0.1)
        self.fail(f"still there: {found}")


class Healthy(LiveCase):
    """Nothing is wrong."""

    def test_as_replayed(self):
        """A cloud that lives is shown as its recording is."""
        for name in RECORDINGS:
            cloud = self.cloud(name)
            ways = ACCESS if name == "ovs" else ACCESS[1:]
            replayed = self.new_program()
            document = {**cloud.environment("own"), "configuration": [
                {"name": "OpenStack", "host": "127.0.0.1", "port": 5000, "user": "admin",
                 "pwd": "x"}, {"name": "CLI", "host": "127.0.0.1", "user": "u", "pwd": "x"}]}
            replayed.run("env", "add", "--file", "-", given=json.dumps(document))
            replayed.scan(cloud.recording)
            expected = {c: replayed.documents(c) for c in ("inventory", "links", "cliques")}
            for access in ways:
                with self.subTest(name, access=access):
                    program = self.scanned(cloud, access)
                    for collection, documents in expected.items():
                        odd = differing(documents, program.documents(collection))
                        # Where the services are is what this cloud says of itself.
                        self.assertEqual(odd - {("region", "RegionOne")}, set(), collection)

    def test_asks_little(self):
        """One session and one command for each host, each list once; and again nothing is new."""
        cloud = self.cloud(page=3)
        program = self.known(cloud)
        before = {name: (h.n_sessions, h.n_commands) for name, h in cloud.hosts.items()}
        cloud.api.asked.clear()
        program.run(*SCAN)
        for name, host in cloud.hosts.items():
            self.assertEqual((host.n_sessions, host.n_commands),
                             (before[name][0] + 1, before[name][1] + 1), name)
        self.assertEqual(set(cloud.api.lists().values()), {1})
        self.assertEqual(cloud.api.count("*", "POST"), 1)
        tables, revisions = program.tables(), program.revisions()
        self.assertIn("nothing changed", program.run(*SCAN).out)
        self.assertEqual((program.tables(), program.revisions()), (tables, revisions))

    def test_through_the_master(self):
        """One session with the master, a command for each host in it, one session with each."""
        cloud = self.cloud()
        program = self.known(cloud, "master")
        before = {name: (h.n_sessions, h.n_commands) for name, h in cloud.hosts.items()}
        program.run(*SCAN)
        for name, host in cloud.hosts.items():
            more = (1, len(cloud.hosts)) if name == "ctl" else (1, 1)
            self.assertEqual((host.n_sessions, host.n_commands),
                             (before[name][0] + more[0], before[name][1] + more[1]), name)

    def test_connections(self):
        """Each way in is tried, each host told."""
        cloud = self.cloud()
        for access in ACCESS:
            program = self.known(cloud, access)
            lines = program.run("env", "test", "-e", ENVIRONMENT).out.splitlines()[1:]
            names = {" ".join(line.split()[:2]) for line in lines}
            self.assertLessEqual({"CLI cmp1", "CLI cmp2", "CLI ctl", "CLI net1"}, names)
            self.assertEqual("CLI (master)" in names, access == "master")


class IllApis(LiveCase):
    """Something is wrong with the APIs."""

    def test_wrong_password(self):
        """Nothing is scanned, nothing is lost, and it is tried once: accounts get locked."""
        cloud = self.cloud()
        program = self.scanned(cloud)
        picture = program.picture()
        document = json.loads(program.run("env", "show", ENVIRONMENT).out)
        document["configuration"][0]["pwd"] = "not-it"
        program.run("env", "edit", ENVIRONMENT, "--file", "-", given=json.dumps(document))
        cloud.api.asked.clear()
        result = program.run(*SCAN, expect=FAILED)
        self.assertTrue(result.messages("password is wrong"), result)
        self.assertNotIn("not-it", result.err)
        self.assertEqual(cloud.api.count("*", "POST"), 1)
        self.assert_same_picture(picture, program.picture(), "after a wrong password")

    def test_token_expires(self):
        """A token that ends in the middle is renewed."""
        cloud = self.cloud(page=2)
        program = self.known(cloud)
        cloud.api.ill("neutron:/ports", recorded_cloud.expire, times=1)
        cloud.api.asked.clear()
        program.run(*SCAN)
        self.assertEqual(cloud.api.count("*", "POST"), 2)

    def test_half_of_the_services(self):
        """Neutron is down: what it knew stays, the rest is fresh, and it is said once."""
        cloud = self.cloud()
        program = self.scanned(cloud)
        before = program.documents("inventory")
        cloud.api.stop("neutron")
        result = program.run(*SCAN, expect=WITH_ERRORS)
        self.assertTrue(result.messages("neutron"), result)
        after = program.documents("inventory")
        self.assertEqual(before.keys(), after.keys())
        stale = {key[0] for key in self.stale(program)}
        self.assertLessEqual({"network", "port"}, stale)
        self.assertNotIn("availability_zone", stale)

    def test_somebody_else_answers(self):
        """HTML, and errors that call themselves success."""
        for illness in (recorded_cloud.raw(b"<html>It works!</html>"),
                        recorded_cloud.raw(b'{"error": {"code": 500, "message": "boo"}}',
                                           kind="application/json")):
            cloud = self.cloud()
            program = self.scanned(cloud)
            before = program.documents("inventory")
            cloud.api.ill("nova:/servers/*", illness)
            result = program.run(*SCAN, expect=WITH_ERRORS)
            self.assertTrue(result.messages("servers/detail"), result)
            self.assertEqual(before.keys(), program.documents("inventory").keys())
            self.assertIn("instance", {key[0] for key in self.stale(program)})

    def test_endless_pages(self):
        """The same page for ever."""
        cloud = self.cloud(page=2)
        program = self.known(cloud)
        cloud.api.ill("neutron:/ports", recorded_cloud.same_page())
        result = program.run(*SCAN, expect=WITH_ERRORS)
        self.assertTrue(result.messages("neutron:/ports"), result)

    def test_hostile_host_names(self):
        """Names that a shell or ssh would take for something else are refused, not run."""
        for name in ("$(touch /tmp/calipso-was-here)", "-oProxyCommand=touch${IFS}x", "a b;reboot"):
            cloud = self.cloud()
            program = self.known(cloud, "master")
            for service in cloud.api.replies["nova:/os-services"]["services"]:
                if service["host"] == "cmp2":
                    service["host"] = name
            result = program.run(*SCAN, expect=WITH_ERRORS)
            self.assertTrue(result.messages("no host has such a name"), result)
            self.assertFalse(os.path.exists("/tmp/calipso-was-here"))


class IllHosts(LiveCase):
    """Something is wrong with a host: it costs its own data, and a message."""

    def check(self, program, *words, host="cmp2", env=None):
        """A scan ends with errors, names the host and what is wrong; its objects stay, stale."""
        before = program.documents("inventory")
        result = program.run(*SCAN, expect=WITH_ERRORS, environ=env)
        self.assertTrue(result.messages(host, *words), result)
        after = program.documents("inventory")
        self.assertEqual(before.keys(), after.keys())
        stale = self.stale(program)
        self.assertIn(("host", host), stale)
        self.assertEqual({after[key].get("host", host) for key in stale}, {host})
        return result

    def test_down(self):
        """Nobody listens."""
        cloud = self.cloud()
        for access in ACCESS:
            program = self.scanned(cloud, access)
            cloud.hosts["cmp2"].stop()
            self.check(program)
            cloud.hosts["cmp2"].start()
            program.run(*SCAN)
            self.assertEqual(self.stale(program), set())

    def test_silent(self):
        """It accepts, and says nothing."""
        cloud = self.cloud()
        for access in ACCESS:
            program = self.known(cloud, access)
            document = json.loads(program.run("env", "show", ENVIRONMENT).out)
            document["configuration"][-1]["connect_timeout"] = 5
            program.run("env", "edit", ENVIRONMENT, "--file", "-", given=json.dumps(document))
            program.run(*SCAN)
            os.kill(cloud.hosts["cmp2"].process.pid, signal.SIGSTOP)
            try:
                self.check(program)
            finally:
                os.kill(cloud.hosts["cmp2"].process.pid, signal.SIGCONT)

    def test_changed_key(self):
        """Another key is another host, until somebody says otherwise."""
        cloud = self.cloud()
        for access in ACCESS:
            program = self.scanned(cloud, access)
            cloud.hosts["cmp2"].stop()
            cloud.hosts["cmp2"].renew_key()
            cloud.hosts["cmp2"].start()
            self.check(program, "key", "env trust")
            result = program.run("env", "trust", "-e", ENVIRONMENT, "--yes", expect=WITH_ERRORS)
            self.assertIn("CHANGED", result.out)
            self.check(program, "key")
            program.run("env", "trust", "-e", ENVIRONMENT, "--yes", "--replace")
            program.run(*SCAN)
            self.assertEqual(self.stale(program), set())

    def test_never_trusted(self):
        """A host that nobody has looked at is not talked to."""
        cloud = self.cloud()
        program = self.new_program()
        document = cloud.environment("own")
        program.run("env", "add", "--file", "-", given=json.dumps(document))
        names = ["cmp1", "net1", "ctl"] * 10    # as many as one likes, named twice or not
        program.run("env", "trust", "-e", ENVIRONMENT, "--yes", *names)
        result = program.run(*SCAN, expect=WITH_ERRORS)
        self.assertTrue(result.messages("cmp2", "env trust"), result)
        self.assertEqual(cloud.hosts["cmp2"].n_sessions, 0)

    def test_flood(self):
        """A command that never stops talking."""
        cloud = self.cloud()
        program = self.scanned(cloud)
        yes = cloud.hosts["cmp2"].folder / MARKER
        yes.symlink_to("/usr/bin/yes")
        cloud.hosts["cmp2"].program("virsh", f"exec {yes}")
        result = program.run(*SCAN, expect=WITH_ERRORS)
        self.assertTrue(result.messages("cmp2", "longer than"), result)
        self.assertTrue(result.messages("cmp2", "virsh"), result)
        self.assert_nothing_runs()

    def test_sudo_asks(self):
        """sudo wants a password that nobody can type."""
        cloud = self.cloud()
        program = self.scanned(cloud)
        cloud.hosts["cmp2"].program("sudo", "echo 'sudo: a password is required' >&2; exit 1")
        result = program.run(*SCAN, expect=WITH_ERRORS)
        self.assertTrue(result.messages("cmp2", "password is required"), result)
        self.assertTrue(self.stale(program))
        lines = program.run("env", "test", "-e", ENVIRONMENT, "CLI", expect=FAILED).out
        self.assertIn("sudo must not ask for a password", lines)

    def test_cut_off(self):
        """The connection ends in the middle: what came before counts."""
        cloud = self.cloud()
        program = self.scanned(cloud)
        cloud.hosts["cmp2"].program("virsh", f"touch {cloud.ssh.folder}/now; sleep 60")
        with program.start(*SCAN) as running:
            while not (cloud.ssh.folder / "now").exists():
                time.sleep(0.05)
            cloud.hosts["cmp2"].cut()
            _, err = running.communicate(timeout=60)
        self.assertEqual(running.returncode, WITH_ERRORS)
        self.assertIn("cmp2", err.decode())
        self.assertIn("vnic", {key[0] for key in self.stale(program)})

    def test_missing_tool(self):
        """A tool that is not there is told, and what it would have shown stays."""
        cloud = self.cloud()
        program = self.scanned(cloud)
        for tool in ("ovs-vsctl", "ovs-appctl", "ovs-dpctl"):
            cloud.hosts["cmp2"].program(tool, f"echo {tool}: not found >&2; exit 127")
        result = program.run(*SCAN, expect=WITH_ERRORS)
        self.assertTrue(result.messages("cmp2", "ovs-vsctl"), result)
        self.assertIn("vedge", {key[0] for key in self.stale(program)})


    def test_gone_meanwhile(self):
        """A namespace that goes while the host is asked is gone, and nothing is wrong."""
        cloud = self.cloud()
        program = self.scanned(cloud)
        net1 = cloud.hosts["net1"]
        listed = (net1.bin / "ip").rename(net1.bin / "ip-as-recorded")
        once = net1.folder / "once"
        gone = "qdhcp-87f90f45-769d-4545-8e70-2c7e797a8402"
        net1.program("ip", f"""\
            if [ "$*" = "netns list" ] && [ ! -e {once} ]; then touch {once}; echo {gone}; fi
            case "$*" in "netns exec {gone}"*) echo "Cannot open network namespace" >&2; exit 255 ;; esac
            exec {listed} "$@" """)
        result = program.run(*SCAN)
        self.assertTrue(once.exists())
        self.assertIn("nothing changed", result.out)
        self.assertEqual(self.stale(program), set())

    def test_still_there(self):
        """A namespace that is listed and cannot be entered is a fault, and it is kept."""
        cloud = self.cloud()
        program = self.scanned(cloud)
        net1 = cloud.hosts["net1"]
        entered = (net1.bin / "ip").rename(net1.bin / "ip-as-recorded")
        net1.program("ip", f"""\
            case "$*" in "netns exec"*) echo "Cannot open network namespace" >&2; exit 255 ;; esac
            exec {entered} "$@" """)
        result = program.run(*SCAN, expect=WITH_ERRORS)
        self.assertTrue(result.messages("net1", "Cannot open network namespace"), result)
        self.assertIn("vnic", {key[0] for key in self.stale(program)})


class Interrupted(LiveCase):
    """Somebody stops it, or is there already."""

    def begin(self, cloud, program):
        """A scan that hangs on one host."""
        sleep = cloud.hosts["cmp2"].folder / MARKER
        if not sleep.exists():
            sleep.symlink_to("/usr/bin/sleep")
        cloud.hosts["cmp2"].program("virsh", f"touch {cloud.ssh.folder}/now\nexec {sleep} 600")
        running = program.start(*SCAN)
        while not (cloud.ssh.folder / "now").exists():
            time.sleep(0.05)
        return running

    def test_interrupt(self):
        """Ctrl-C: nothing is committed, nothing runs on."""
        for access in ACCESS:
            cloud = self.cloud()
            program = self.known(cloud, access)
            running = self.begin(cloud, program)
            running.send_signal(signal.SIGINT)
            _, err = running.communicate(timeout=30)
            self.assertEqual(running.returncode, CANCELLED, err)
            self.assertIn("cancelled", err.decode())
            self.assertEqual(program.revisions(), 0)
            self.assert_nothing_runs()

    def test_killed(self):
        """kill -9: nothing runs on, and the next scan goes on at once."""
        cloud = self.cloud()
        program = self.known(cloud)
        running = self.begin(cloud, program)
        running.kill()
        running.communicate(timeout=30)
        self.assert_nothing_runs()
        cloud.hosts["cmp2"].program("virsh", "exit 1")
        program.run(*SCAN, expect=WITH_ERRORS)

    def test_second_scan(self):
        """One at a time; the other is told who."""
        cloud = self.cloud()
        program = self.known(cloud)
        running = self.begin(cloud, program)
        result = program.run(*SCAN, expect=FAILED)
        self.assertTrue(result.messages("calipso scan"), result)
        running.send_signal(signal.SIGTERM)
        running.communicate(timeout=30)
        self.assertEqual(running.returncode, CANCELLED)


if __name__ == "__main__":
    unittest.main()
