#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Recordings made by the program: the same cloud is found in them, and nothing that must not be."""

import base64
import ipaddress
import json
import os
import re
import resource
import signal
import stat
import unittest
import urllib.parse
from collections import Counter

from program import (COMPLETED, CLOUDS, FAILED, RECORDINGS, USAGE, WITH_ERRORS, Case, Recording,
                     new_folder, request_of, shipped)
from test_environments import SECRETS, document, forms

# Names that every cloud has; they stay.
COMMON = {"admin", "service", "default", "nova", "internal", "RegionOne", ""}
MAC = re.compile(r"(?<![0-9A-Fa-f:])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![0-9A-Fa-f:])")
IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)")
SMALL = 6000    # bytes: less than the largest reply, more than the smallest


def is_special(text):
    """Addresses that mean the same everywhere."""
    address = ipaddress.ip_address(text)
    return (address.is_loopback or address.is_multicast or address.is_link_local
            or address.is_unspecified or address.is_reserved or text.startswith("0."))


def texts_of(folder):
    """{path: content} of all files below a folder."""
    found = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(where, name)
            with open(path, "rb") as stream:
                found[os.path.relpath(path, folder)] = stream.read().decode("utf-8", "replace")
    return found


def names_of(recording):
    """What people called things, from the lists and from what libvirt keeps of it."""
    names = set()
    for request, key, fields in (
            ("keystone:/projects", "projects", ["name"]),
            ("nova:/servers/detail?all_tenants=1", "servers",
             ["name", "OS-EXT-SRV-ATTR:host", "OS-EXT-AZ:availability_zone"]),
            ("nova:/os-aggregates", "aggregates", ["name"]),
            ("nova:/os-services", "services", ["host", "zone"]),
            ("neutron:/agents", "agents", ["host"]),
            ("neutron:/networks", "networks", ["name", "provider:physical_network"]),
            ("neutron:/subnets", "subnets", ["name"]), ("neutron:/routers", "routers", ["name"])):
        names |= {row[field] for row in recording.reply(request)[key] for field in fields}
    for entry in recording.of_kind("cli"):
        if "virsh dumpxml" in entry["command"]:
            text = recording.read(entry).decode()
            names |= set(re.findall(r"<nova:(?:user|project)[^>]*>([^<]*)<", text))
            names |= set(re.findall(r"<nova:(?:name>|flavor name=\")([^<\"]*)", text))
    return {name for name in names if name} - COMMON


def shape(program):
    """What a cloud looks like when nothing in it has a name."""
    objects = {key: Counter() for key in program.documents("inventory")}
    by_id = {row["_id"]: key for key, row in program.documents("inventory").items()
             if "_id" in row}
    links = program.documents("links").values()
    for link in links:
        for end in (link["source"], link["target"]):
            objects[by_id[end]][link["link_type"]] += 1
    cliques = program.documents("cliques")
    return (Counter((kind, tuple(sorted(ends.items()))) for (kind, _), ends in objects.items()),
            Counter(link["link_type"] for link in links),
            Counter((kind, len(row["links"])) for (kind, _), row in cliques.items()))


class Records(Case):
    """calipso record."""

    def setUp(self):
        super().setUp()
        self.program = self.new_program()
        self.target = os.path.join(new_folder(self), "made")

    def record(self, recording, *options, **how):
        """Records from a recording."""
        return self.program.run("record", "-e", "lab", "-o", self.target, "--replay",
                                str(recording), *options, **how)

    def picture(self, recording):
        """All that a scan of a recording finds, in a store of its own."""
        return self.scanned(recording).picture()

    def test_record_is_scanned_like_the_original(self):
        """The same inventory, byte for byte; readable for its owner alone."""
        for name in RECORDINGS:
            with self.subTest(recording=name):
                self.target = os.path.join(new_folder(self), "made")
                self.record(shipped(name))
                self.assert_same_picture(self.picture(shipped(name)), self.picture(self.target))
                made = Recording(self.target)
                self.assertEqual(made.index["format"], 2)
                self.assertEqual(made.index["recorded"], Recording(shipped(name)).index["recorded"])
                for where, folders, files in os.walk(self.target):
                    for entry in folders + files:
                        mode = stat.S_IMODE(os.stat(os.path.join(where, entry)).st_mode)
                        self.assertEqual(mode & 0o077, 0, entry)
                self.assertEqual(stat.S_IMODE(os.stat(self.target).st_mode), 0o700)

    def test_record_keeps_the_replies_as_they_came(self):
        """Every file is a reply of the original, byte for byte."""
        self.record(shipped("ovs"))
        original, made = Recording(shipped("ovs")), Recording(self.target)
        self.assertGreater(len(made.entries), 50)
        for entry in made.entries:
            twin = original.one(request_of(entry), entry.get("host"))
            self.assertEqual(made.read(entry), original.read(twin), entry)

    def test_pages_stay_pages(self):
        """A list in two pages is one again, without an address of a page, too."""
        paged = self.copy("ovs")
        entry = paged.one("nova:/servers/detail?all_tenants=1")
        servers = json.loads(paged.read(entry))["servers"]
        paged.entries.remove(entry)
        for number, part in enumerate((servers[:1], servers[1:])):
            page = {**entry, "url": entry["url"] + f"&limit=1&marker={number}",
                    "file": f"page{number}"}
            paged.entries.append(page)
            with open(paged.path(page["file"]), "w", encoding="utf-8") as stream:
                json.dump({"servers": part}, stream)
        paged.save()
        self.record(paged)
        self.assertEqual(len(Recording(self.target).find(request_of(entry))), 2)
        self.assert_same_picture(self.picture(shipped("ovs")), self.picture(self.target))

    def test_failed_forms_are_kept_with_their_status(self):
        """A command that failed before another form answered, an API that is not there."""
        spoilt = self.copy("ovs")
        command = spoilt.one("ip -j -d link", "cmp1")
        with open(spoilt.path("why.txt"), "w", encoding="utf-8") as stream:
            stream.write('Option "-j" is unknown, try "ip -help".\n')
        command.update(rc=255, stderr_file="why.txt")
        spoilt.one("nova:/os-hypervisors/detail")["status"] = 404
        spoilt.index["environment"]["configuration"] = [
            target for target in spoilt.index["environment"]["configuration"]
            if target["name"] != "mysql"]
        self.record(spoilt.save())
        made = Recording(self.target)
        kept = made.one("ip -j -d link", "cmp1")
        self.assertEqual(kept["rc"], 255)
        with open(made.path(kept["stderr_file"]), encoding="utf-8") as stream:
            self.assertIn('Option "-j" is unknown', stream.read())
        self.assertEqual([entry["status"] for entry in made.entries
                          if entry.get("url", "").endswith("/os-hypervisors/detail")], [404])
        self.assertEqual(made.one("nova:/os-hypervisors")["status"], 200)
        self.assert_same_picture(self.picture(spoilt), self.picture(self.target))

    def test_what_is_missing_is_told(self):
        """Exit status 3, and the recording is usable."""
        spoilt = self.copy("ovs")
        spoilt.forget("neutron:/subnets")
        result = self.record(spoilt.save(), expect=WITH_ERRORS)
        self.assertTrue(result.messages("neutron:/subnets", "not recorded"))
        self.new_program().scan(self.target, expect=WITH_ERRORS)

    # --- folders ---

    def test_folder_must_be_new_or_empty(self):
        """What is in a folder is left alone."""
        os.mkdir(self.target)
        self.record(shipped("ovs"))
        before = texts_of(self.target)
        result = self.record(shipped("lxb"), expect=USAGE)
        self.assertTrue(result.messages("is not empty"))
        self.assertEqual(texts_of(self.target), before)
        self.target = os.path.join(self.target, "index.json")
        self.record(shipped("ovs"), expect=FAILED)
        self.target = "/no/such/folder/at/all"
        self.assertTrue(self.record(shipped("ovs"), expect=FAILED).messages("cannot make"))

    def test_wrong_usage(self):
        """Each option that is needed is asked for."""
        for words in (["-o", "x", "--replay", "y"], ["-e", "lab", "--replay", "y"],
                      ["-e", "la/b", "-o", "x", "--replay", "y"]):
            self.program.run("record", *words, expect=USAGE)
        self.program.run("record", "-e", "lab", "-o", self.target, "--replay", "/no/such",
                         expect=FAILED)
        self.assertFalse(os.path.exists(self.target))

    def limited(self, restore_signals):
        """A recording by a program that can write no large file; the finished process."""
        def limit():
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL))
        process = self.program.start("record", "-e", "lab", "-o", self.target, "--replay",
                                     shipped("ovs"), preexec_fn=limit,
                                     restore_signals=restore_signals)
        _, complaint = process.communicate(timeout=60)
        return process.returncode, complaint.decode()

    def test_full_disk_fails(self):
        """A file that cannot be written whole: no recording, and it is said why."""
        status, complaint = self.limited(restore_signals=False)
        self.assertEqual(status, FAILED, complaint)
        self.assertIn("cannot write", complaint)
        self.assertIn("File too large", complaint)
        self.check_incomplete()

    def test_killed_recording_is_none(self):
        """Whatever was written, nobody takes it for a recording."""
        status, complaint = self.limited(restore_signals=True)
        self.assertEqual(status, -signal.SIGXFSZ, complaint)
        self.check_incomplete()

    def check_incomplete(self):
        self.assertTrue(os.listdir(self.target))
        self.assertNotIn("index.json", os.listdir(self.target))
        self.assertTrue(self.program.scan(self.target, expect=FAILED).messages("index.json"))

    def test_hostile_names_stay_inside(self):
        """A host that is called like a path out of the folder."""
        evil = self.copy("ovs")
        for name in ("../../../x", "/etc", "..", ".hidden", "a\\nb", "c" * 300):
            evil.replace('"host": "cmp1"', f'"host": "{name}"', evil.of_kind("rest"))
            evil.change(evil.one("nova:/os-services"), lambda reply, name=name: reply[
                "services"].append({**reply["services"][0], "id": len(reply["services"]) + 100,
                                    "host": name.replace("\\n", "\n"),
                                    "binary": "nova-compute"}))
        parent = os.path.dirname(self.target)
        self.record(evil.save(), expect=(COMPLETED, WITH_ERRORS))
        self.assertEqual(os.listdir(parent), ["made"])
        for path in texts_of(self.target):
            self.assertRegex(path, r"\A(?:[\w=][\w.=-]*/)*[\w=][\w.=-]*\Z")

    # --- secrets ---

    def test_secrets_are_taken_out(self):
        """Those of the environment in every spelling, and what looks like one."""
        env = document("lab")
        source = self.program.file + ".json"
        with open(source, "w", encoding="utf-8") as stream:
            json.dump(env, stream)
        self.program.run("env", "add", "--file", source)
        planted = self.copy("ovs")
        spellings = [text for secret in SECRETS.values() for text in (
            secret, json.dumps(secret)[1:-1], json.dumps(json.dumps(secret))[3:-3],
            urllib.parse.quote(secret, safe=""), urllib.parse.quote_plus(secret),
            *(base64.b64encode(b"me:"[:n] + secret.encode()).decode() for n in range(3)))]
        planted.change(planted.one("nova:/servers/detail?all_tenants=1"), lambda reply: reply[
            "servers"][0].update({
                "metadata": {str(i): text for i, text in enumerate(spellings)},
                "adminPass": "MyAdminPass9", "OS-EXT-SRV-ATTR:user_data": "I2Nsb3VkLWNvbmZpZw=="}))
        planted.replace("</domain>", "<graphics type='vnc' passwd='VncPass1'/>"
                        + "".join(f"<x>{text.replace('<', '')}</x>" for text in spellings)
                        + "<y>mysql://root:RootPw77@db gAAAAABnAAAAAAAAAAAAAAAAAAAAAAAA-_x= "
                        + "-----BEGIN RSA PRIVATE KEY-----\nMIIabcdef\n"
                        + "-----END RSA PRIVATE KEY-----</y></domain>")
        result = self.record(planted.save())
        taken = int(re.search(r"secrets taken out\s+(\d+)", result.out)[1])
        self.assertGreaterEqual(taken, len(spellings))
        everything = "\n".join(f"{path}\n{text}" for path, text in texts_of(self.target).items())
        parts = [form.decode() for secret in SECRETS.values() for form in forms(secret)]
        for text in [*parts, "MyAdminPass9", "I2Nsb3VkLWNvbmZpZw", "VncPass1", "RootPw77",
                     "gAAAAABn", "MIIabcdef", "reader", "/etc/key"]:
            self.assertFalse(text in everything, text)
        self.assertIn("passwd='***'", everything)
        self.new_program().scan(self.target)

    def test_short_secrets_are_told(self):
        """They would tear every reply to pieces."""
        env = document("lab")
        env["configuration"][1]["pwd"] = "abc"
        source = self.program.file + ".json"
        with open(source, "w", encoding="utf-8") as stream:
            json.dump(env, stream)
        self.program.run("env", "add", "--file", source)
        result = self.record(shipped("ovs"))
        self.assertTrue(result.messages("1 secrets", "shorter than"))

    # --- other names ---

    def test_pseudonyms_keep_the_cloud(self):
        """The same counts, links and cliques, under names that are not the cloud's."""
        for name in RECORDINGS:
            with self.subTest(recording=name):
                self.target = os.path.join(new_folder(self), "made")
                self.record(shipped(name), "--pseudonymise")
                original = Recording(shipped(name))
                self.assertEqual(shape(self.scanned(self.target)),
                                 shape(self.scanned(shipped(name))))
                self.check_names(original)
                self.check_addresses(original)

    def check_names(self, original):
        """No name and no MAC address of the original is anywhere."""
        names = names_of(original)
        self.assertGreater(len(names), 15)
        macs = {mac for text in texts_of(original.folder).values() for mac in MAC.findall(text)
                if not mac.startswith(("01:", "33:33:00", "00:00:00:00", "ff:ff"))}
        self.assertGreater(len(macs), 20)
        words = re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, names)) + r")(?![\w-])")
        for path, text in texts_of(self.target).items():
            self.assertIsNone(words.search(text), path)
            self.assertIsNone(words.search(path.replace("_", " ")), path)
            self.assertFalse(macs & set(MAC.findall(text)), path)
            for mac in macs:
                self.assertFalse(mac.replace(":", "") in text, path)

    def check_addresses(self, original):
        """One address for one, with as many first bits in common, never the lab's own networks."""
        made = Recording(self.target)
        before = {row["id"]: row for row in original.reply("neutron:/ports")["ports"]}
        other = {}
        for row in made.reply("neutron:/ports")["ports"]:
            for old, new in zip(before[row["id"]]["fixed_ips"], row["fixed_ips"]):
                self.assertEqual(other.setdefault(old["ip_address"], new["ip_address"]),
                                 new["ip_address"])
        rows = made.reply("neutron:/subnets")["subnets"]
        for old, new in zip(original.reply("neutron:/subnets")["subnets"], rows):
            self.assertEqual(old["id"], new["id"])
            network = ipaddress.ip_network(new["cidr"])
            self.assertIn(ipaddress.ip_address(new["gateway_ip"]), network)
            for pool in new["allocation_pools"]:
                self.assertLess(ipaddress.ip_address(pool["start"]),
                                ipaddress.ip_address(pool["end"]))
                self.assertIn(ipaddress.ip_address(pool["end"]), network)
            other[old["gateway_ip"]] = new["gateway_ip"]
        self.assertEqual(len(set(other.values())), len(other))
        for first, one in other.items():
            for second, two in other.items():
                self.assertEqual(common_bits(first, second), common_bits(one, two))
        self.assertNotEqual(other, {address: address for address in other})
        for path, text in texts_of(self.target).items():
            for address in IPV4.findall(text):
                if not is_special(address):
                    self.assertFalse(address.startswith(("10.77.0.", "10.78.0.", "203.0.113.")),
                                     path)
            self.assertIsNone(re.search(r"vxlan-0a4[de]00", text), path)


def common_bits(first, second):
    """How many bits two addresses begin with in common."""
    return 32 - (int(ipaddress.ip_address(first)) ^ int(ipaddress.ip_address(second))).bit_length()


if __name__ == "__main__":
    assert os.path.isdir(CLOUDS)
    unittest.main(verbosity=2)
