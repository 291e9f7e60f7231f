#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What runs beside the requests of people: scans of the command line among the others, connection
tests; and keys of hosts."""

import json
import os
import signal
import subprocess
import sys
import time
import unittest

from cloud_server import PASSWORD as CLOUD_PASSWORD
from cloud_server import Server
from live_cloud import LiveCloud
from program import CALIPSO, COMPLETED, TIMEOUT, shipped
from test_serve import ADMIN, PASSWORD, ServeCase

CANCELLED = 130


def nowhere(name):
    """An environment where nobody answers."""
    return {"name": name, "distribution": "Debian", "distribution_version": "12",
            "mechanism_drivers": ["OVS"], "type_drivers": "vxlan", "configuration": [
                {"name": "OpenStack", "host": "127.0.0.1", "port": 1, "user": "u", "pwd": "p"},
                {"name": "CLI", "host": "127.0.0.1", "user": "u", "key": "/etc/key"}]}


class QueueCase(ServeCase):
    """A server with an administrator."""

    def server(self, program, *options):
        """Returns ask(method, path, body) of the administrator."""
        if not self.has_admin(program):
            self.add_user(program, ADMIN, "all")
        self.service = self.serve(program, *options)
        token = self.sign_in(self.service)
        return lambda method, path, body=None: self.service.ask(method, f"/api/v1{path}", body,
                                                                token)

    @staticmethod
    def has_admin(program):
        """Is there one already?"""
        return os.path.exists(program.file) and ADMIN in program.run("user", "list").out

    @staticmethod
    def wait(ask, path, *statuses):
        """The document once it has one of these statuses."""
        until = time.monotonic() + TIMEOUT
        while (document := ask("GET", path).json)["status"] not in statuses:
            assert time.monotonic() < until, f"never {' or '.join(statuses)}: {document}"
            time.sleep(0.05)
        return document


class CommandLine(QueueCase):
    """`calipso scan` among the scans of the server."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()

    def slow_scan(self, *options):
        """A scan whose hosts do not answer, and who asks the server with these options."""
        cloud = self.enterContext(LiveCloud(forced="sleep 600"))
        cloud.add(self.program, "own", name="lab")
        ask = self.server(self.program, *options)
        process = self.program.start("scan", "-e", "lab")
        self.addCleanup(self.end, process)
        while not (running := ask("GET", "/scans?status=running").json["scans"]):
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        self.assertEqual(len(running), 1)
        self.assertEqual((running[0]["environment"], running[0]["requested_by"]),
                         ("lab", "calipso scan"))
        self.assertEqual(running[0]["owner"].partition(":")[2], str(process.pid))
        return ask, process, running[0]["_id"]

    @staticmethod
    def end(process):
        """Whatever became of it."""
        process.kill()
        process.communicate()

    def test_is_seen_and_ended(self):
        """The server shows it; who cancels it there ends it."""
        ask, process, scan = self.slow_scan()
        self.assertEqual(ask("POST", f"/scans/{scan}/cancel").status, 202)
        process.communicate(timeout=TIMEOUT)
        self.assertEqual(process.returncode, CANCELLED)
        done = ask("GET", f"/scans/{scan}").json
        self.assertEqual(done["status"], "aborted", done)
        self.assertIn("end_timestamp", done)
        self.assertEqual(ask("GET", "/environments/lab").json["operational"], "stopped")

    def test_others_go_on(self):
        """Who waits behind it neither keeps others waiting nor fills the feed; then comes their turn."""
        ask, process, scan = self.slow_scan("--scans", "1")
        behind = ask("POST", "/environments/lab/scans", {}).json["_id"]
        self.program.run("env", "add", "--file", "-", given=json.dumps(nowhere("other")))
        before = self.program.rows("SELECT count(*) FROM feed")[0][0]
        other = ask("POST", "/environments/other/scans", {}).json["_id"]
        self.wait(ask, f"/scans/{other}", "failed")
        time.sleep(2.5)     # some looks for work
        self.assertEqual(ask("GET", f"/scans/{behind}").json["status"], "pending")
        self.assertLess(self.program.rows("SELECT count(*) FROM feed")[0][0] - before, 10)
        ask("POST", f"/scans/{scan}/cancel")
        process.communicate(timeout=TIMEOUT)
        self.wait(ask, f"/scans/{behind}", "running")

    def test_is_not_pulled_away(self):
        """An environment is not removed while it is scanned: what the scan finds would have no owner."""
        ask, process, scan = self.slow_scan()
        for path in ("/environments/lab", "/environments/lab?purge=true"):
            refused = ask("DELETE", path)
            self.assertEqual(refused.status, 409, refused)
            self.assertIn("is being scanned by calipso scan", refused.json["detail"])
        self.assertIn("is being scanned", self.program.run("env", "rm", "lab", "--purge", expect=1).err)
        ask("POST", f"/scans/{scan}/cancel")
        process.communicate(timeout=TIMEOUT)
        self.assertEqual(ask("DELETE", "/environments/lab?purge=true").status, 204)
        self.assertEqual(self.program.rows("SELECT count(*) FROM object"), [(0,)])

    def test_of_our_own_number(self):
        """After a crash in a container the next server may have the number of the one before."""
        self.program.scan(shipped("ovs"))
        self.add_user(self.program, ADMIN, "all")
        self.program.change_rows("""UPDATE document SET status = 'running', body = json_remove(json_set(body, '$.status',
            'running', '$.owner', ?), '$.end_timestamp', '$.owner_began') WHERE collection = 'scans'""",
                                 f"{os.uname().nodename}:PID")
        become = ("import os, sqlite3, sys; store = sqlite3.connect(sys.argv[1]); store.execute(\"UPDATE document"
                  " SET body = replace(body, ':PID', ':' || ?)\", [os.getpid()]); store.commit(); store.close();"
                  " os.execv(sys.argv[2], sys.argv[2:])")
        with open(os.path.join(self.program.folder, "log"), "w+b") as log:
            process = subprocess.Popen([sys.executable, "-c", become, self.program.file, CALIPSO, "serve", "-b",
                                        "127.0.0.1:0"], env=self.program.environ, stderr=log, stdout=log)
            self.addCleanup(self.end, process)
            until = time.monotonic() + TIMEOUT
            while (status := self.program.rows("SELECT body ->> '$.status' FROM document WHERE"
                                               " collection = 'scans'")) != [("failed",)]:
                self.assertLess(time.monotonic(), until, status)
                time.sleep(0.1)

    def test_killed(self):
        """It is found to have failed; the environment can be scanned again."""
        ask, process, scan = self.slow_scan()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.assertEqual(ask("GET", f"/scans/{scan}").json["status"], "running")
        self.service.stop(signal.SIGKILL)
        done = self.wait(self.server(self.program), f"/scans/{scan}", "failed")
        self.assertEqual(done["reason"], "the process that scanned has ended")

    def test_every_kind_is_kept(self):
        """Of a recording, of links alone, and one that failed; messages name their scan."""
        self.program.scan(shipped("ovs"))
        self.program.run("scan", "-e", "lab", "--links_only")
        self.program.run("scan", "-e", "lab", expect=1)    # its document has no way in
        failing = self.new_program()
        failing.run("env", "add", "--file", "-", given=json.dumps(nowhere("lab")))
        failing.run("scan", "-e", "lab", expect=1)
        scans = self.server(self.program, "--no-scans")("GET", "/scans").json["scans"]
        self.assertEqual([(scan["status"], scan["scan_only_links"]) for scan in scans],
                         [("completed", True), ("completed", False)])
        origins = [message["origin_id"] for message in
                   self.program.run("messages", "-e", "lab", "-o", "json").document()]
        self.assertEqual(set(origins), {scan["_id"] for scan in scans})
        ask = self.server(failing, "--no-scans")
        scan, = ask("GET", "/scans").json["scans"]
        self.assertEqual(scan["status"], "failed")
        self.assertIn("127.0.0.1", scan["reason"])
        self.assertEqual(ask("GET", "/environments/lab").json["operational"], "error")

    def test_an_environment_that_is_busy(self):
        """Who is refused at once was no scan."""
        ask, _, _ = self.slow_scan()
        self.assertIn("is being scanned", self.program.run("scan", "-e", "lab", expect=1).err)
        self.assertEqual(len(ask("GET", "/scans").json["scans"]), 1)

    def test_operational(self):
        """A living cloud that answered; a recording says nothing about it."""
        with LiveCloud() as cloud:
            cloud.add(self.program, "own", name="lab")
            self.assertEqual(self.operational(), "stopped")
            self.program.run("scan", "-e", "lab", expect=COMPLETED)
        self.assertEqual(self.operational(), "running")
        scanned = self.program.run("env", "show", "lab").document()["last_scanned"]
        self.program.run("scan", "-e", "lab", expect=1)
        shown = self.program.run("env", "show", "lab").document()
        self.assertEqual((shown["operational"], shown["scanned"], shown["last_scanned"]),
                         ("error", False, scanned))
        self.program.scan(shipped("ovs"))
        self.assertEqual(self.operational(), "error")

    def operational(self):
        """As the document says."""
        return self.program.run("env", "show", "lab").document()["operational"]


class OneObject(QueueCase):
    """Scans of one object ask the cloud's lists and its host, no other."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()
        self.cloud = self.enterContext(LiveCloud())
        self.cloud.add(self.program, "own", name="lab")
        self.ask = self.server(self.program)

    def scan(self, path, body, status):
        """Waits for the end of a scan; returns it, and which hosts were asked."""
        before = self.sessions()
        asked = self.ask("POST", path, body)
        self.assertEqual(asked.status, 202, asked)
        done = self.wait(self.ask, f"/scans/{asked.json['_id']}", status)
        return done, {host for host, n in self.sessions().items() if n > before[host]}

    def sessions(self):
        """How often each host was asked."""
        return {name: host.n_sessions for name, host in self.cloud.hosts.items()}

    def test_of_an_instance(self):
        """By id and type; the environment's last scan is the one of all of it."""
        whole, hosts = self.scan("/environments/lab/scans", {}, "completed")
        self.assertEqual(hosts, set(self.cloud.hosts))
        environment = self.ask("GET", "/environments/lab").json
        instance = next(o for o in self.ask("GET", "/environments/lab/objects?type=instance").json["objects"]
                        if o["host"] == "cmp1")
        done, hosts = self.scan("/environments/lab/scans",
                                {"object_id": instance["id"], "object_type": "instance"}, "completed")
        self.assertEqual(hosts, {"cmp1"})
        self.assertEqual((done["object_id"], done["object_type"]), (instance["id"], "instance"))
        after = self.ask("GET", "/environments/lab").json
        self.assertEqual((after["last_scan"]["_id"], after["last_scanned"]),
                         (whole["_id"], environment["last_scanned"]))
        seen = self.ask("GET", f"/environments/lab/objects/{instance['_id']}").json
        self.assertGreater(seen.pop("last_scanned"), instance.pop("last_scanned"))
        self.assertEqual(seen, instance)
        network = self.ask("GET", "/environments/lab/objects?type=network").json["objects"][0]
        _, hosts = self.scan("/environments/lab/scans", {"object_id": network["id"]}, "completed")
        self.assertEqual(hosts, set())

    def test_as_the_original(self):
        """POST /scans with an object_id; one that is not there fails, and says so."""
        self.scan("/environments/lab/scans", {}, "completed")
        for object_id, status in (("cmp2", "completed"), ("nobody", "failed")):
            with self.subTest(object_id):
                body = {"environment": "lab", "status": "pending", "object_id": object_id}
                self.assertEqual(self.service.ask("POST", "/scans", body, user=(ADMIN, PASSWORD)).status, 201)
                scan = self.ask("GET", "/scans").json["scans"][0]
                done = self.wait(self.ask, f"/scans/{scan['_id']}", status)
                if status == "failed":
                    self.assertIn("there is no object with the id nobody", done["reason"])
                self.assertTrue(self.ask("GET", "/environments/lab").json["scanned"])

    def test_refused(self):
        """At once, with what is wrong."""
        self.program.scan(shipped("ovs"))
        for body, said in (({"object_id": "nobody"}, "object_id: there is no object with the id nobody"),
                           ({"object_id": "cmp1", "object_type": "instance"}, "there is no instance"),
                           ({"object_type": "host"}, "object_id: is missing"),
                           ({"object_id": "cmp1", "clear": True}, "clears nothing"),
                           ({"object_id": "cmp1", "scan_only_links": True}, "does all"),
                           ({"object_id": ""}, "object_id")):
            with self.subTest(body):
                answer = self.ask("POST", "/environments/lab/scans", body)
                self.assertEqual(answer.status, 400, answer)
                self.assertIn(said, answer.json["detail"])
        self.assertEqual(self.ask("GET", "/scans?status=pending").json["scans"], [])


class ConnectionTests(QueueCase):
    """Of environments, and of documents that are none yet."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()

    @staticmethod
    def document(port, **changes):
        """An environment whose Keystone is here, and nothing else."""
        return {"name": "lab", "distribution": "Debian", "distribution_version": "12",
                "mechanism_drivers": ["OVS"], "type_drivers": "vxlan", "configuration": [
                    {"name": "OpenStack", "host": "127.0.0.1", "port": port, "user": "admin",
                     "pwd": CLOUD_PASSWORD},
                    {"name": "CLI", "host": "127.0.0.1", "port": 1, "user": "u",
                     "key": "/etc/key"}], **changes}

    def outcome(self, ask, path, body=None):
        """What came of a test; nobody is told a secret."""
        asked = ask("POST", path, body)
        self.assertEqual(asked.status, 202, asked)
        self.assertEqual(asked.headers["Location"], f"/api/v1/connection-tests/{asked.json['_id']}")
        done = self.wait(ask, f"/connection-tests/{asked.json['_id']}", "response", "failed")
        self.assertNotIn(CLOUD_PASSWORD, json.dumps(done))
        self.assertNotIn("targets_configuration", done)
        return done

    def test_a_living_cloud(self):
        """All targets and every host; it is operational when all are well."""
        cloud = self.enterContext(LiveCloud())
        ask = self.server(self.program)
        document = cloud.environment("own", name="lab")
        self.assertEqual(ask("POST", "/environments", document).status, 201)
        done = self.outcome(ask, "/environments/lab/tests", {"targets": ["CLI"]})
        self.assertEqual(done["test_results"], {"CLI": False})
        self.assertIn("never trusted", done["errors"]["CLI"])
        self.assertEqual(ask("GET", "/environments/lab").json["operational"], "error")
        self.program.run("env", "trust", "-e", "lab", "--yes")
        done = self.outcome(ask, "/environments/lab/tests")
        self.assertEqual((done["status"], done["errors"]), ("response", {}), done)
        self.assertEqual(set(done["test_results"].values()), {True})
        self.assertLessEqual({"OpenStack", "CLI"}, set(done["test_results"]))
        self.assertEqual({row["part"] for row in done["results"] if row["target"] == "CLI"},
                         set(cloud.hosts))
        environment = ask("GET", "/environments/lab").json
        self.assertEqual(environment["operational"], "running")
        self.assertEqual(ask("PUT", "/environments/lab", {**environment, "operational": "error"})
                         .json["operational"], "running")
        listed = ask("GET", "/connection-tests?environment=lab&status=response").json
        self.assertEqual(listed["connection_tests"][0], done)

    def test_before_it_is_an_environment(self):
        """Nothing is kept of it; the causes can be acted on."""
        ask = self.server(self.program)
        with Server() as server:
            wanted = {"environment": self.document(server.port)}
            done = self.outcome(ask, "/connection-tests", wanted)
            self.assertEqual(done["test_results"], {"OpenStack": True, "CLI": False})
            self.assertIn("127.0.0.1", done["errors"]["CLI"])
            wanted["environment"]["configuration"][0]["pwd"] = "wrong"
            done = self.outcome(ask, "/connection-tests", {**wanted, "targets": ["OpenStack"]})
            self.assertIn("password is wrong", done["errors"]["OpenStack"])
        self.assertEqual(ask("GET", "/environments").json["environments"], [])
        for body in ({}, {"environment": {"name": "x", "configuration": []}},
                     {**wanted, "targets": ["mysql"]}, {**wanted, "targets": ["frob"]},
                     {**wanted, "targets": []}, {**wanted, "x": 1},
                     {"environment": self.document("port")}):
            self.assertEqual(ask("POST", "/connection-tests", body).status, 400, body)

    def test_masked_secrets(self):
        """They stand for what is there, for who may edit it, at the same address."""
        ask = self.server(self.program)
        self.add_user(self.program, "stranger")
        stranger = self.sign_in(self.service, "stranger")
        with Server() as server, Server() as other:
            self.assertEqual(ask("POST", "/environments", self.document(server.port)).status, 201)
            shown = ask("GET", "/environments/lab").json
            wanted = {"environment": shown, "targets": ["OpenStack"]}
            del shown["may_edit"]
            self.assertEqual(shown["configuration"][0]["pwd"], "***")
            self.assertEqual(self.outcome(ask, "/connection-tests", wanted)["test_results"],
                             {"OpenStack": True})
            refused = self.service.ask("POST", "/api/v1/connection-tests", wanted, stranger)
            missing = self.service.ask("POST", "/api/v1/connection-tests",
                                       {**wanted, "environment": {**shown, "name": "non"}},
                                       stranger)
            self.assertEqual((refused.status, refused.json["detail"]),
                             (400, missing.json["detail"]))
            shown["configuration"][0]["port"] = other.port
            answer = ask("POST", "/connection-tests", wanted)
            self.assertEqual(answer.status, 400, answer)
            self.assertEqual(other.seen, [])

    def test_whose_it_is(self):
        """One's own, and those of environments that one may see."""
        ask = self.server(self.program)
        self.add_user(self.program, "stranger")
        self.add_user(self.program, "viewer", "view-env")
        with Server() as server:
            self.assertEqual(ask("POST", "/environments", self.document(server.port)).status, 201)
            kept = self.outcome(ask, "/environments/lab/tests", {"targets": ["OpenStack"]})
            wanted = {"environment": self.document(server.port), "targets": ["OpenStack"]}
            own = self.outcome(ask, "/connection-tests", wanted)
        for name, seen in (("stranger", []), ("viewer", [kept["_id"]]),
                           (ADMIN, [own["_id"], kept["_id"]])):
            token = self.sign_in(self.service, name)
            listed = self.service.ask("GET", "/api/v1/connection-tests", token=token)
            self.assertEqual([test["_id"] for test in listed.json["connection_tests"]], seen)
            for test in (kept, own):
                answer = self.service.ask("GET", f"/api/v1/connection-tests/{test['_id']}",
                                          token=token)
                self.assertEqual(answer.status, 200 if test["_id"] in seen else 404)
        for name, status in (("stranger", 404), ("viewer", 403)):
            answer = self.service.ask("POST", "/api/v1/environments/lab/tests", {},
                                      self.sign_in(self.service, name))
            self.assertEqual(answer.status, status)

    def test_beside_a_scan(self):
        """A test does not wait for it; killed while it runs, it fails, and the queue goes on."""
        cloud = self.enterContext(LiveCloud(forced="sleep 600"))
        cloud.add(self.program, "own", name="lab")
        ask = self.server(self.program, "--scans", "1")
        scan = ask("POST", "/environments/lab/scans", {}).json["_id"]
        self.wait(ask, f"/scans/{scan}", "running")
        done = self.outcome(ask, "/environments/lab/tests", {"targets": ["OpenStack"]})
        self.assertEqual(done["test_results"], {"OpenStack": True})
        self.assertEqual(ask("GET", f"/scans/{scan}").json["status"], "running")
        cut = ask("POST", "/environments/lab/tests", {"targets": ["CLI"]}).json["_id"]
        self.wait(ask, f"/connection-tests/{cut}", "running")
        self.service.stop(signal.SIGKILL)
        ask = self.server(self.program)
        done = self.wait(ask, f"/connection-tests/{cut}", "failed")
        self.assertEqual(done["reason"], "the process that tested has ended")

    def test_the_original_way(self):
        """A request in the original's API is answered there."""
        self.server(self.program)
        with Server() as server:
            sections = [{**self.document(server.port)["configuration"][0], "admin_token": "t"}]
            asked = self.service.ask(
                "POST", "/connection_tests", {"environment": "new", "test_targets": ["OpenStack"],
                                              "targets_configuration": sections},
                user=(ADMIN, PASSWORD))
            self.assertEqual(asked.status, 201, asked)
            path = f"/connection_tests?env_name=new&id={asked.json['id']}"
            while (done := self.service.ask("GET", path, user=(ADMIN, PASSWORD)).json
                   )["status"] != "response":
                time.sleep(0.05)
        self.assertEqual(done["test_results"], {"OpenStack": True}, done)
        self.assertIn("response_timestamp", done)


class HostKeys(QueueCase):
    """Looked at, then trusted by fingerprint."""

    PATH = "/environments/lab/host-keys"

    def setUp(self):
        super().setUp()
        self.program = self.new_program()
        self.cloud = self.enterContext(LiveCloud())
        self.ask = self.server(self.program)

    def add(self, access):
        """Makes it an environment; the hosts that it has there."""
        document = self.cloud.environment(access, name="lab")
        self.assertEqual(self.ask("POST", "/environments", document).status, 201)

    def states(self):
        """What hosts show now."""
        answer = self.ask("GET", f"{self.PATH}/shown")
        self.assertEqual(answer.status, 200, answer)
        return {row["host"]: row["state"] for row in answer.json["host_keys"]}

    def wanted(self, *hosts, **more):
        """A body that trusts what these hosts have."""
        return {"host_keys": [{"host": host, "fingerprint": self.fingerprint(server)}
                              for host, server in hosts], **more}

    @staticmethod
    def fingerprint(server):
        """As ssh-keygen knows it."""
        return subprocess.run(["ssh-keygen", "-l", "-f", f"{server.key_file}.pub"], check=True,
                              capture_output=True, text=True).stdout.split()[1]

    def trusted(self):
        """Host and fingerprint of what is trusted."""
        return {row["host"]: row["fingerprint"]
                for row in self.ask("GET", self.PATH).json["host_keys"]}

    def test_own_ways(self):
        """All hosts at once; another fingerprint is refused, and nothing is trusted then."""
        self.add("own")
        self.assertEqual(self.states(), {host: "new" for host in self.cloud.hosts})
        hosts = list(self.cloud.hosts.items())
        wrong = self.wanted(*hosts)
        wrong["host_keys"][-1]["fingerprint"] = wrong["host_keys"][0]["fingerprint"]
        answer = self.ask("POST", self.PATH, wrong)
        self.assertEqual(answer.status, 409, answer)
        self.assertIn(hosts[-1][0], answer.json["detail"])
        self.assertEqual(self.trusted(), {})
        answer = self.ask("POST", self.PATH, self.wanted(*hosts))
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.trusted(), {host: self.fingerprint(server) for host, server in hosts})
        self.assertEqual(set(self.states().values()), {"trusted"})
        self.program.run("env", "test", "-e", "lab", "CLI")

        # Installed anew.
        name, server = hosts[0]
        server.stop()
        (server.folder / "log").unlink()
        server.renew_key()
        server.start()
        self.assertEqual(self.states()[name], "changed")
        self.assertEqual(self.ask("POST", self.PATH, self.wanted(hosts[0])).status, 409)
        self.assertEqual(self.ask("POST", self.PATH, self.wanted(hosts[0], replace=True)).status,
                         200)
        self.assertEqual(self.states()[name], "trusted")
        self.assertEqual(self.ask("DELETE", f"{self.PATH}/{name}").status, 204)
        self.assertEqual(self.ask("DELETE", f"{self.PATH}/{name}").status, 404)
        self.assertEqual(self.states()[name], "new")
        server.stop()
        self.assertEqual(self.states()[name], "none")
        self.assertEqual(self.ask("POST", self.PATH, self.wanted(hosts[0])).status, 409)
        self.assertEqual(self.ask("DELETE", "/environments/lab").status, 204)
        self.add("own")
        self.assertEqual(self.trusted(), {})

    def test_through_the_master(self):
        """It comes first."""
        self.add("master")
        states = self.states()
        self.assertEqual(states.pop("(master)"), "new")
        self.assertEqual(set(states.values()), {"none"})
        answer = self.ask("POST", self.PATH, self.wanted(("(master)", self.cloud.ssh.master)))
        self.assertEqual(answer.status, 200, answer)
        states = self.states()
        self.assertEqual(states["(master)"], "trusted")
        self.assertEqual({states[host] for host in self.cloud.ssh.hosts}, {"new"})
        answer = self.ask("POST", self.PATH, self.wanted(*self.cloud.ssh.hosts.items()))
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.ask("DELETE", f"{self.PATH}/%28master%29").status, 204)

    def test_who_may(self):
        """Those who may edit it; nobody else sees that there is anything."""
        self.add("own")
        self.add_user(self.program, "stranger")
        self.add_user(self.program, "viewer", "view-env")
        for name, status in (("stranger", 404), ("viewer", 403)):
            token = self.sign_in(self.service, name)
            for method, path, body in (("GET", "", None), ("GET", "/shown", None),
                                       ("POST", "", self.wanted(*self.cloud.hosts.items())),
                                       ("DELETE", "/cmp1", None)):
                answer = self.service.ask(method, f"/api/v1{self.PATH}{path}", body, token)
                self.assertEqual(answer.status, status, (method, path))
        for body in ({}, {"host_keys": []}, {"host_keys": [{"host": "cmp1"}]},
                     {**self.wanted(*self.cloud.hosts.items()), "yes": True}):
            self.assertEqual(self.ask("POST", self.PATH, body).status, 400, body)


if __name__ == "__main__":
    unittest.main()
