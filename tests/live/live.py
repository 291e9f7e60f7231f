# SPDX-License-Identifier: Apache-2.0
"""What the tests of the living lab share: environments, scans, comparison with the facts."""

import contextlib
import json
import os
import sys
import unittest
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.dont_write_bytecode = True
for folder in ("e2e", "truth"):
    sys.path.insert(0, os.path.join(HERE, "..", folder))
os.environ.setdefault("TEST_TIMEOUT", "300")    # a scan may wait for what does not answer
os.environ.update(no_proxy="*", NO_PROXY="*")

import program                                                              # noqa: E402
import truth                                                                # noqa: E402
from attributes import Facts, differences                                   # noqa: E402
from cloud import Cloud                                                     # noqa: E402
from lab import CTL, Lab, LabError, wait                                    # noqa: E402

ENVIRONMENT = program.ENVIRONMENT
ACCESSES = ("master", "direct", "hosts")
TARGETS = ("OpenStack", "mysql", "CLI", "AMQP")
REST = 10       # attempts to look at the lab before and after scans and to see the same


def environment(lab, access="master", without=(), **passwords):
    """The document of an environment for the lab; passwords: {target: a wrong one}."""
    facts, address = lab.facts, lab.facts["hosts"][CTL]
    login = {"user": facts["ssh"]["user"], "key": facts["ssh"]["key"]}
    if "CLI" in passwords:
        login = {"user": login["user"], "pwd": passwords["CLI"]}
    targets = [
        {"name": "OpenStack", "host": address, "port": 5000, "user": facts["admin"]["user"],
         "pwd": passwords.get("OpenStack", facts["admin"]["password"]),
         "admin_project": facts["admin"]["project"]},
        {"name": "mysql", "host": address, "port": facts["mysql"]["port"],
         "user": facts["mysql"]["user"],
         "pwd": passwords.get("mysql", facts["mysql"]["password"])},
        {"name": "CLI", "host": address, **login},
        {"name": "AMQP", "host": address, "port": facts["amqp"]["port"],
         "user": facts["amqp"]["user"], "pwd": passwords.get("AMQP", facts["amqp"]["password"])}]
    document = {"name": ENVIRONMENT, "type": "environment", "environment_type": "OpenStack",
                "distribution": "Debian", "distribution_version": "12",
                "mechanism_drivers": ["LXB" if facts["driver"] == "lxb" else "OVS"],
                "type_drivers": "vxlan", "host_pnics": ["eth*"],
                "configuration": [target for target in targets if target["name"] not in without]}
    if access == "direct":
        document["access"] = "direct"
    elif access == "hosts":
        targets[2]["hosts"] = {host: {"host": facts["hosts"][host], **login}
                               for host in lab.hosts}
    return document


class Environment(program.Program):
    """The program with a store of its own and the lab as an environment in it."""

    def __init__(self, lab, folder, access="master", without=()):
        super().__init__(folder)
        self.lab, self.access, self.without = lab, access, without
        self.run("env", "add", "--file", self._document())
        self.trust()

    def __str__(self):
        return self.access + "".join(f", without {target}" for target in self.without)

    @property
    def has_sql(self):
        return "mysql" not in self.without

    def _document(self, **passwords):
        path = os.path.join(self.folder, "environment.json")
        with open(path, "w", encoding="utf-8") as stream:
            json.dump(environment(self.lab, self.access, self.without, **passwords), stream)
        os.chmod(path, 0o600)
        return path

    def trust(self, **how):
        """Accepts the keys that the hosts show now."""
        return self.run("env", "trust", "-e", ENVIRONMENT, "--yes", **how)

    def test(self, *targets, **how):
        """Tries the ways into the cloud."""
        return self.run("env", "test", "-e", ENVIRONMENT, *targets, **how)

    def scan_live(self, *options, **how):
        """Scans the lab itself."""
        return self.run("scan", "-e", ENVIRONMENT, *options, **how)

    @contextlib.contextmanager
    def wrong_password(self, target):
        """For a while the environment has a wrong password for a target."""
        self.run("env", "edit", ENVIRONMENT, "--file", self._document(**{target: "not-it"}))
        try:
            yield
        finally:
            self.run("env", "edit", ENVIRONMENT, "--file", self._document())

    def stale(self):
        """{(type, id): host} of what is shown as not seen by the last scan."""
        return {(document["type"], document["id"]): document.get("host")
                for document in self.documents("inventory").values() if document.get("stale")}

    def keys(self):
        """What the inventory has."""
        return set(self.documents("inventory"))


class Moment:
    """What the lab is at a moment, without knowing the program."""

    def __init__(self, lab):
        self.truth = truth.Truth(cloud := Cloud(lab, environment(lab)), ENVIRONMENT)
        self.attributes = {has_sql: Facts(self.truth, cloud, has_sql).all()
                           for has_sql in (True, False)}

    def __eq__(self, other):
        return ((self.truth.objects, self.truth.chains, self.attributes)
                == (other.truth.objects, other.truth.chains, other.attributes))

    def problems(self, one):
        """Everything that an environment shows otherwise."""
        asked = truth.Program(program.CALIPSO, f"sqlite:{one.file}", ENVIRONMENT)
        report = Collection()
        truth.compare(self.truth, asked, report, None, 0, os.cpu_count())
        facts = self.attributes[one.has_sql]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            answers = pool.map(lambda type_: asked.ask("list", type_), facts)
        for (type_, expected), (documents, error) in zip(facts.items(), answers):
            report.problems += [error] if error else differences(type_, expected, documents)
        return report.problems


class Collection(truth.Report):
    """Keeps what is wrong instead of printing it."""

    def __init__(self):
        super().__init__()
        self.problems = []

    def check(self, title, problems):
        self.problems += [f"{' '.join(title.split())}: {problem}" for problem in problems]


class Case(unittest.TestCase):
    """A test of the living lab."""

    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()

    def new_environment(self, access="master", without=()):
        """An environment in a store of its own."""
        return Environment(self.lab, program.new_folder(self), access, without)

    def scan_at_rest(self, *environments):
        """Scans while the lab stays as it is; what it is."""
        before = Moment(self.lab)
        for _ in range(REST):
            for one in environments:
                one.scan_live()
            after = Moment(self.lab)
            if after == before:
                return after
            before = after
        raise LabError("the lab does not come to rest")

    def assert_true(self, *environments):
        """Scans, and all that is shown is as in the lab."""
        moment = self.scan_at_rest(*environments)
        for one in environments:
            problems = moment.problems(one)
            self.assertFalse(problems, f"{one}: {len(problems)} differences:\n"
                             + "\n".join(problems[:40]))
            self.assertFalse(one.stale(), f"{one}: stale after a scan without errors")
        return moment

    def assert_nothing_left(self, said=""):
        """No process of a scan is left on any host."""
        with contextlib.suppress(LabError):
            wait("processes to end", 10, lambda: not self.lab.strangers())
        self.assertEqual(self.lab.strangers(), {}, f"left running: {said}")
