#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Replies that are not what they should be.

Whatever comes: a message that says where and what, everything else is done, nothing is lost,
and the program neither crashes nor hangs (Program.run sees to these two).
"""

import json
import os
import unittest

from program import COMPLETED, FAILED, WITH_ERRORS, Case, chance, forms_of, request_of, shipped
from spoils import HOSTILE_TEXT, NOT_JSON, WRONG_JSON, spoil_file

SERVERS = "nova:/servers/detail?all_tenants=1"

# Requests whose reply must be JSON, and the host that loses something without it.
JSON_REQUESTS = (
    (SERVERS, None), ("nova:/os-services", None), ("nova:/os-availability-zone/detail", None),
    ("keystone:/projects", None), ("keystone:/auth/catalog", None), ("neutron:/networks", None),
    ("neutron:/ports", None), ("neutron:/subnets", None), ("neutron.agents", None),
    ("nova_api.aggregates", None), ("ip -j -d link", "cmp1"), ("ip -j address", "cmp1"),
)
# What does not hang on a list of the cloud.
UNTOUCHED = {
    SERVERS: {"host", "network", "port", "vconnector", "vedge", "host_pnic", "network_agent"},
    "neutron:/ports": {"host", "network", "instance", "vedge", "host_pnic", "network_agent"},
    "neutron:/networks": {"host", "instance", "vedge", "host_pnic", "network_agent", "region"},
}


class Replies(Case):
    """One reply is bad."""

    def setUp(self):
        super().setUp()
        self.recording = self.copy("ovs")
        self.good = self.scanned(self.recording).documents("inventory")

    def with_reply(self, request, host, content, expect):
        """A first scan with one reply replaced: (program, result, file of the reply)."""
        entry = self.recording.one(request, host)
        program = self.new_program()
        with self.recording.replaced(entry, content):
            result = program.scan(self.recording, expect=expect)
            return program, result, entry["file"]

    def assert_named(self, result, request, host, file):
        """Some message names the file, the request, or the host that gave the reply."""
        where = [word for word in (file, request, host) if word]
        self.assertTrue(any(result.messages(word) for word in where), result)

    def assert_rest_is_there(self, program, request, host):
        """What does not depend on the reply is as it would be with it."""
        found = program.documents("inventory")
        if host:
            lost = [key for key, document in self.good.items()
                    if document.get("host") not in (host, None) and found.get(key) != document]
        else:
            lost = [key for key in self.good
                    if key[0] in UNTOUCHED.get(request, ()) and key not in found]
        self.assertEqual(lost, [])

    def test_no_json(self):
        """Neither JSON nor the right kind of it, from each kind of source."""
        for request, host in ((SERVERS, None), ("neutron.agents", None), ("ip -j address", "cmp1")):
            for title, content in {**NOT_JSON, **WRONG_JSON}.items():
                with self.subTest(request, reply=title):
                    program, result, file = self.with_reply(request, host, content, WITH_ERRORS)
                    self.assert_named(result, request, host, file)
                    self.assert_rest_is_there(program, request, host)

    def test_truncated_json(self):
        """A reply that is empty, or ends in the middle, anywhere."""
        random = chance()
        for request, host in JSON_REQUESTS:
            content = self.recording.read(self.recording.one(request, host)).rstrip()
            for length in (0, len(content) - 1, random.randrange(1, len(content))):
                with self.subTest(request, length=length):
                    program, result, file = self.with_reply(
                        request, host, content[:length], WITH_ERRORS)
                    self.assert_named(result, request, host, file)
                    self.assert_rest_is_there(program, request, host)

    def test_wrong_types_in_rows(self):
        """A list whose rows are odd: those are left out or repaired, the others are read."""
        odd = [5, None, "x", [], {}, {"id": 7}, {"id": None}, {"id": {"a": []}}, {"id": "x" * 9999},
               {"id": "o", "name": 5, "host": [], "hosts": 9, "fixed_ips": 3, "endpoints": 1,
                "configurations": "{", "OS-EXT-SRV-ATTR:host": 4, "network_id": [], "binding": 0}]
        for request, host in JSON_REQUESTS[:10]:
            with self.subTest(request):
                document = self.recording.reply(request, host)
                rows = document if isinstance(document, list) else next(
                    value for value in document.values() if isinstance(value, list))
                rows.extend(odd)
                program, result, _ = self.with_reply(
                    request, host, json.dumps(document).encode(), (COMPLETED, WITH_ERRORS))
                self.assertTrue(result.err.strip(), "not a word about odd rows")
                missing = self.good.keys() - program.documents("inventory").keys()
                self.assertEqual(missing, set())

    def test_odd_members(self):
        """Every member of a row once with another type: no crash, whatever it costs."""
        for request, host in JSON_REQUESTS:
            with self.subTest(request):
                for value in (None, 5, True, "x", [], {}, [[]], {"a": {"b": []}}):
                    document = self.recording.reply(request, host)
                    with_all_members(document, value)
                    program, _, _ = self.with_reply(request, host, json.dumps(document).encode(),
                                                    (COMPLETED, WITH_ERRORS, FAILED))
                    program.check_integrity()

    def test_hostile_text(self):
        """Commands that print something else: the other hosts are as ever."""
        commands = sorted({request_of(e) for e in self.recording.of_kind("cli")
                           if e["host"] == "cmp1"} & {
            "cat /etc/os-release", "ip -j -d link", "ip -j address", "ip netns list", "uname -m",
            "ls -l /sys/class/net", "ethtool eth1", "brctl show", "ovs-vsctl show",
            "ovs-appctl dpctl/show", "virsh list --all", "virsh dumpxml instance-00000002"})
        self.assertGreater(len(commands), 7)
        for command in commands:
            for title, content in HOSTILE_TEXT.items():
                with self.subTest(command, reply=title):
                    program, _, _ = self.with_reply(command, "cmp1", content,
                                                    (COMPLETED, WITH_ERRORS))
                    self.assert_rest_is_there(program, command, "cmp1")

    def test_not_utf8(self):
        """Bytes that are no text inside a name: whatever is printed afterwards is UTF-8."""
        for request, host in JSON_REQUESTS[:10]:
            with self.subTest(request):
                content = self.recording.read(self.recording.one(request, host))
                spoilt = content.replace(b'name": "', b'name": "\xff\xc0\x80', 1)
                program, result, file = self.with_reply(request, host, spoilt,
                                                        (COMPLETED, WITH_ERRORS))
                if result.status == WITH_ERRORS:
                    self.assert_named(result, request, host, file)
                program.export("inventory")

    def test_huge(self):
        """A reply beyond every limit is refused before it is read."""
        for request, host in ((SERVERS, None), ("neutron.agents", None), ("ip -j address", "cmp1"),
                              ("virsh list --all", "cmp1")):
            with self.subTest(request):
                entry = self.recording.one(request, host)
                program = self.new_program()
                with self.recording.replaced(entry, b"["):
                    os.truncate(self.recording.path(entry["file"]), 2 << 30)
                    entry.pop("bytes", None)
                    result = program.scan(self.recording.save(), expect=WITH_ERRORS)
                    self.assertTrue(result.messages(entry["file"]), result)
                self.assert_rest_is_there(program, request, host)

    def test_control_characters_in_names(self):
        """A name may say what it likes: tables stay tables, and no terminal obeys it."""
        name = "evil\x1b[31m\n\t\r/../'\";--<b>\u202e\u0301"
        self.recording.change(self.recording.one(SERVERS),
                              lambda reply: reply["servers"][0].update(name=name))
        program = self.new_program()
        program.scan(self.recording.save(), expect=(COMPLETED, WITH_ERRORS))
        for words in (("list", "instance"), ("tree",), ("search", "evil"), ("types",)):
            lines = program.run(*words, "-e", "lab").out.split("\n")
            self.assertFalse(any(set(line) & set("\x1b\r\x00") for line in lines), words)
        plain = self.scanned(shipped("ovs")).run("list", "instance", "-e", "lab").out
        listed = program.run("list", "instance", "-e", "lab").out
        self.assertEqual(listed.count("\n"), plain.count("\n"))

    def test_storm(self):
        """Everything a scan asks for spoilt at once, again and again."""
        random = chance()
        spoils = [*NOT_JSON.values(), *WRONG_JSON.values(), *HOSTILE_TEXT.values()]
        files = sorted(self.new_program().asked(self.recording))
        program = self.scanned(shipped("ovs"))
        for turn in range(int(os.environ.get("TEST_STORMS", "20"))):
            recording = self.copy("ovs")
            for file in random.sample(files, random.randrange(1, len(files))):
                spoil_file(recording.path(file), random, spoils)
            with self.subTest(turn=turn):
                program.scan(recording, expect=(COMPLETED, WITH_ERRORS, FAILED))
                program.check_integrity()
        program.scan(shipped("ovs"))
        self.assertEqual(program.documents("inventory").keys(), self.good.keys())


class Failing(Case):
    """Commands and hosts that fail."""

    def fail_command(self, recording, forms, host, status, complaint):
        """All forms of a command fail on a host."""
        for entry in recording.entries:
            if entry.get("host") == host and request_of(entry) in forms:
                recording.write(entry, b"")
                entry.update(rc=status, stderr_file=f"stderr-{status}")
        with open(recording.path(f"stderr-{status}"), "w", encoding="utf-8") as stream:
            stream.write(complaint + "\n")
        recording.save()

    def test_failing_commands(self):
        """The host, the status and what the command said are in the message."""
        for host, forms, status, complaint in (
                ("cmp1", ("virsh list --all",), 127, "sh: 1: virsh: not found"),
                ("cmp1", forms_of("ip -d link"), 127, "bash: ip: command not found"),
                ("cmp1", forms_of("ovs-vsctl show"), 1,
                 "ovs-vsctl: /run/db.sock: Permission denied"),
                ("net1", forms_of("ip netns list"), 1, "mount failed: Operation not permitted")):
            with self.subTest(forms[0]):
                recording = self.copy("ovs")
                self.fail_command(recording, forms, host, status, complaint)
                program = self.new_program()
                result = program.scan(recording, expect=WITH_ERRORS)
                self.assertTrue(result.messages(host, complaint), result)
                self.assertTrue(result.messages(host, str(status)), result)
                self.assertIn(("host", "cmp2"), program.documents("inventory"))

    def test_warnings_on_stderr_are_no_failure(self):
        """The exit status decides."""
        recording = self.copy("ovs")
        plain = self.scanned(recording).picture()
        with open(recording.path("stderr"), "w", encoding="utf-8") as stream:
            stream.write("warning: this is only a warning\n")
        for entry in recording.of_kind("cli"):
            entry["stderr_file"] = "stderr"
        self.assert_same_picture(plain, self.scanned(recording.save()).picture())

    def test_old_form_after_a_failing_one(self):
        """Where the first form of a command fails the next one is taken."""
        recording = self.copy("ovs")
        plain = self.scanned(recording).picture()
        self.fail_command(recording, ("ip -j -d link", "ip -d -j link"), "cmp1", 255,
                          'Option "-j" is unknown, try "ip -help".')
        self.assert_same_picture(plain, self.scanned(recording).picture())

    def test_silent_host(self):
        """A host of the API that answers nothing is there, with what the API knows."""
        recording = self.copy("ovs")
        good = self.scanned(recording).documents("inventory")
        recording.entries = [e for e in recording.entries if e.get("host") != "cmp2"]
        program = self.new_program()
        result = program.scan(recording.save(), expect=WITH_ERRORS)
        self.assertTrue(result.messages("cmp2"), result)
        found = program.documents("inventory")
        others = {key: d for key, d in good.items() if d.get("host") in ("ctl", "net1", "cmp1")}
        self.assertEqual({key: found.get(key) for key in others}, others)
        of_api = {key for key, d in good.items()
                  if key[0] in ("host", "instance", "network_agent") and d["host"] == "cmp2"}
        self.assertLessEqual(of_api, found.keys())

    def test_host_names_that_are_no_names(self):
        """They come from an API and would end in paths and command lines."""
        for name in ("../../etc", "-oProxyCommand=x", "a b", "a;reboot", "", "x" * 300, "h\n1"):
            with self.subTest(name):
                recording = self.copy("ovs")
                zones = recording.one("nova:/os-availability-zone/detail")
                recording.change(zones, lambda reply, name=name: reply["availabilityZoneInfo"][0][
                    "hosts"].update({name: {"nova-compute": {"available": True}}}))
                program = self.new_program()
                result = program.scan(recording.save(), expect=WITH_ERRORS)
                self.assertTrue(result.messages("host"), result)
                hosts = {key[1] for key in program.documents("inventory") if key[0] == "host"}
                self.assertEqual(hosts, {"ctl", "net1", "cmp1", "cmp2"})


class Duplicates(Case):
    """Two things that claim to be one."""

    def test_nics_with_one_id(self):
        """The second gets its host in front, and a message says so."""
        recording = self.copy("ovs")
        nics = {d["host"]: d for d in self.scanned(recording).documents("inventory").values()
                if d["type"] == "host_pnic" and d["name"] == "eth1"}
        first, second = nics["cmp1"]["mac_address"], nics["cmp2"]["mac_address"]
        recording.replace(second, first, [e for e in recording.entries if e.get("host") == "cmp2"])
        program = self.new_program()
        result = program.scan(recording, expect=(COMPLETED, WITH_ERRORS))
        self.assertTrue(result.messages(f"eth1-{first}"), result)
        found = program.documents("inventory")
        self.assertEqual(found["host_pnic", f"eth1-{first}"]["host"], "cmp1")
        self.assertEqual(found["host_pnic", f"cmp2-eth1-{first}"]["host"], "cmp2")

    def test_rows_twice(self):
        """A row that comes twice is one object."""
        recording = self.copy("ovs")
        good = self.scanned(recording).documents("inventory")
        for request in (SERVERS, "neutron:/ports", "neutron:/networks", "keystone:/projects",
                        "neutron.agents", "nova_api.aggregates"):
            with self.subTest(request):
                entry = recording.one(request)
                program = self.new_program()
                twice = json.dumps(doubled(recording.reply(request))).encode()
                with recording.replaced(entry, twice):
                    program.scan(recording, expect=(COMPLETED, WITH_ERRORS))
                self.assertEqual(program.documents("inventory").keys(), good.keys())

    def test_ports_with_one_mac(self):
        """All ports are there, and every instance keeps its own."""
        recording = self.copy("ovs")
        ports = recording.reply("neutron:/ports")["ports"]
        macs = [p["mac_address"] for p in ports if p["device_owner"].startswith("compute:")]
        recording.replace(macs[1], macs[0])
        program = self.new_program()
        program.scan(recording, expect=(COMPLETED, WITH_ERRORS))
        found = {key[1] for key in program.documents("inventory") if key[0] == "port"}
        self.assertEqual(found, {p["id"] for p in ports})


def with_all_members(document, value):
    """Replaces every member of the first row of a reply by a value."""
    rows = document if isinstance(document, list) else next(
        (v for v in document.values() if isinstance(v, list)), [])
    if rows and isinstance(rows[0], dict):
        rows[0] = {name: value for name in rows[0]}


def doubled(document):
    """A reply whose rows all come twice."""
    if isinstance(document, list):
        return document + document
    return {name: value + value if isinstance(value, list) else value
            for name, value in document.items()}


if __name__ == "__main__":
    unittest.main()
