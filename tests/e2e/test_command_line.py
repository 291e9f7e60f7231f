#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The commands: what they print, what they refuse, and how they end."""

import json
import os
import pty
import re
import subprocess
import unittest

from program import (CALIPSO, COLLECTIONS, COMPLETED, FAILED, TIMEOUT, USAGE, Case, Program,
                     new_folder, shipped)

COMMANDS = ("scan", "env", "user", "list", "show", "tree", "search", "links", "clique", "types",
            "messages", "import", "export")
SIGPIPE = -13


class Scanned(Case):
    """Tests that only read: they share one store."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = Program(new_folder(cls))
        cls.program.scan(shipped("ovs"))
        cls.inventory = cls.program.documents("inventory")

    def of_type(self, type_):
        """The exported documents of a type, in order of their ids."""
        return [d for key, d in sorted(self.inventory.items()) if key[0] == type_]

    def listed(self, *words):
        """What a command lists, without the time it was looked at."""
        documents = self.program.ask(*words)
        for document in documents:
            document.pop("last_scanned", None)
        return documents


class Help(Case):
    """Help that teaches, and refusals that help."""

    def test_of_the_program(self):
        """It names every command."""
        text = self.new_program().run("--help").out
        for command in COMMANDS:
            self.assertRegex(text, rf"(?m)^\s+{command}\b")

    def test_of_commands(self):
        """Each has an example."""
        for command in COMMANDS:
            with self.subTest(command):
                text = self.new_program().run(command, "--help").out
                self.assertIn("xample", text)
                self.assertIn(f"calipso {command}", text)

    def test_short_option(self):
        """-h is --help, before any argument is missed."""
        program = self.new_program()
        for command in COMMANDS:
            with self.subTest(command):
                self.assertEqual(program.run(command, "-h").out,
                                 program.run(command, "--help").out)
        self.assertEqual(program.run("-h").out, program.run("--help").out)

    def test_version(self):
        """A number."""
        self.assertRegex(self.new_program().run("--version").out, r"\d+\.\d+")

    def test_usage_errors(self):
        """Exit status 2 and a hint on stderr, nothing on stdout, and no store is made."""
        for line in ("", "frobnicate", "list", "list host network -e lab", "list --frob",
                     "list nonsense -e lab", "list host -e lab -o xml", "list host -e lab -o dot",
                     "list host -e lab --where nothing", "show", "show a b c -e lab", "search",
                     "clique", "env", "env frob", "env show", "env rm", "export", "import",
                     "scan -e lab --jobs 0", "scan -e lab --jobs many", "scan -e lab --policy odd",
                     "scan -e lab -l LOUD", "scan -e lab --frob", "scan -e lab extra",
                     f"scan -e lab --replay {shipped('ovs')} --inventory_only --links_only",
                     f"scan -e lab --replay {shipped('ovs')} --links_only --cliques_only"):
            with self.subTest(line):
                program = self.new_program()
                result = program.run(*line.split(), expect=USAGE)
                self.assertEqual(result.out, "")
                self.assertTrue(result.err.strip())
                self.assertFalse(os.path.exists(program.file))

    def test_did_you_mean(self):
        """A name that is nearly one that there is: that one is named; the exit status stays."""
        program = self.scanned(shipped("ovs"))
        for line, status, meant in (("lst", USAGE, "list"), ("serach vm-a1", USAGE, "search"),
                                    ("list instnce", USAGE, "instance"),
                                    ("list ports", USAGE, "port"),
                                    ("list vcon", USAGE, "vconnector"),
                                    ("show hst cmp1 -e lab", FAILED, "host"),
                                    ("list host -e lba", FAILED, "lab"),
                                    ("tree -e la", FAILED, "lab"),
                                    ("env show Lab", FAILED, "lab"),
                                    ("env rm labb", FAILED, "lab"),
                                    ("env edit labb --file -", FAILED, "lab"),
                                    ("scan -e lbb --links_only", FAILED, "lab"),
                                    ("links -e lab --type instance-vnc", COMPLETED,
                                     "instance-vnic")):
            with self.subTest(line):
                result = program.run(*line.split(), expect=status)
                self.assertEqual(result.out, "")
                self.assertIn(f"; did you mean '{meant}'?", result.err)
        for line, status in (("frobnicate", USAGE), ("list nonsense", USAGE),
                             ("list host -e nowhere", FAILED), ("show nonsense x -e lab", FAILED),
                             ("scan -e nowhere --links_only", FAILED),
                             ("links -e lab --type no-type", COMPLETED),
                             ("links -e lab --type instance-vnic --host nowhere", COMPLETED)):
            with self.subTest(line):
                result = program.run(*line.split(), expect=status)
                self.assertNotIn("did you mean", result.err)
                self.assertTrue(result.err.strip())

    def test_environment_names(self):
        """1-64 characters that fit into paths and command lines."""
        for name in ("", "x" * 65, "a/b", "../x", "-x", "a\nb"):
            with self.subTest(name):
                program = self.new_program()
                result = program.run("scan", f"--env={name}", "--replay", shipped("ovs"),
                                     expect=(FAILED, USAGE))
                self.assertTrue(result.err.strip())

    def test_unknown_things(self):
        """An environment, an object, a store that is not there: exit status 1, and named."""
        program = self.scanned(shipped("ovs"))
        for words in (("list", "host", "-e", "nowhere"), ("types", "-e", "nowhere"),
                      ("tree", "-e", "nowhere"), ("env", "show", "nowhere"),
                      ("env", "rm", "nowhere"), ("show", "nowhere", "-e", "lab"),
                      ("show", "host", "nowhere", "-e", "lab"), ("tree", "nowhere", "-e", "lab"),
                      ("clique", "nowhere", "-e", "lab"),
                      ("links", "--of", "nowhere", "-e", "lab")):
            with self.subTest(words):
                result = program.run(*words, expect=FAILED)
                self.assertTrue(result.messages("nowhere"), result)
        result = self.new_program().run("list", "host", "-e", "lab", expect=FAILED)
        self.assertTrue(result.err.strip())


class Lists(Scanned):
    """list, search, links, types."""

    def test_every_type(self):
        """The same documents as exported, one a line, in order of their ids."""
        for type_ in sorted({key[0] for key in self.inventory}):
            with self.subTest(type_):
                self.assertEqual(self.listed("list", type_), self.of_type(type_))
                lines = self.program.run("list", type_, "-e", "lab", "-o", "json").out.split("\n")
                self.assertEqual((lines[0], lines[-2:]), ("[", ["]", ""]))
                self.assertEqual(len(lines), len(self.of_type(type_)) + 3)

    def test_nothing(self):
        """A type without objects is an empty array, an empty table, and no failure."""
        self.assertEqual(self.program.ask("list", "switch"), [])
        self.program.run("list", "switch", "-e", "lab")

    def test_table(self):
        """One line per object, with its name and id."""
        text = self.program.run("list", "instance", "-e", "lab").out
        for document in self.of_type("instance"):
            line, = [l for l in text.splitlines() if document["id"] in l]
            self.assertIn(document["name"], line)
            self.assertIn(document["host"], line)

    def test_hosts_of_ports(self):
        """A port has none of its own: the table shows the one it is bound to."""
        text = self.program.run("list", "port", "-e", "lab").out
        ports = self.of_type("port")
        self.assertTrue({"cmp1", "cmp2"} <= {d["binding:host_id"] for d in ports})
        for document in ports:
            line, = [l for l in text.splitlines() if document["id"] in l]
            self.assertEqual(line.split()[2:-1], document["binding:host_id"].split())
            self.assertNotIn("host", document)

    def test_host(self):
        """Only what lives on a host."""
        self.assertEqual(self.listed("list", "vnic", "--host", "cmp1"),
                         [d for d in self.of_type("vnic") if d["host"] == "cmp1"])
        self.assertEqual(self.listed("list", "vnic", "--host", "nowhere"), [])

    def test_where(self):
        """Attributes as text: strings, numbers, booleans, elements of lists, nested ones."""
        nic = next(d for d in self.of_type("host_pnic") if d.get("IP Address"))
        for type_, key, value, holds in (
                ("host_pnic", "IP Address", nic["IP Address"],
                 lambda d: d.get("IP Address") == nic["IP Address"]),
                ("network", "router:external", "true", lambda d: d["router:external"]),
                ("network", "mtu", "1450", lambda d: d["mtu"] == 1450),
                ("host", "host_type", "Compute", lambda d: "Compute" in d["host_type"]),
                ("host", "OS.ID", "debian", lambda d: d["OS"]["ID"] == "debian"),
                ("instance", "name", "a=b", lambda d: False)):
            with self.subTest(key):
                found = self.listed("list", type_, "--where", f"{key}={value}")
                self.assertEqual(found, [d for d in self.of_type(type_) if holds(d)])
                self.assertEqual(bool(found), value != "a=b")

    def test_where_twice(self):
        """All conditions must hold; with --host too."""
        vnic = self.of_type("vnic")[0]
        words = ["--where", f"name={vnic['name']}", "--host", vnic["host"]]
        self.assertEqual(self.listed("list", "vnic", *words), [vnic])
        self.assertEqual(self.listed("list", "vnic", *words, "--where", "name=x"), [])

    def test_search(self):
        """By name, id, MAC or address, whole or the beginning of a part."""
        instance = next(d for d in self.of_type("instance") if d["name"] == "vm-a1")
        port = next(d for d in self.of_type("port") if d["device_id"] == instance["id"])
        for text, key in (("vm-a1", ("instance", instance["id"])),
                          ("VM-A1", ("instance", instance["id"])),
                          (instance["id"], ("instance", instance["id"])),
                          (instance["id"][:8], ("instance", instance["id"])),
                          (port["mac_address"], ("port", port["id"])),
                          (port["mac_address"].upper(), ("port", port["id"])),
                          (port["fixed_ips"][0]["ip_address"], ("port", port["id"]))):
            with self.subTest(text):
                found = [(d["type"], d["id"]) for d in self.listed("search", text)]
                self.assertIn(key, found)
        self.assertEqual(self.listed("search", "no-such-thing"), [])
        self.assertEqual(self.listed("search", "vm-a1")[0]["id"], instance["id"])

    def test_search_says_why(self):
        """The table names an attribute that has what was searched, and shows what it has."""
        instance = next(d for d in self.of_type("instance") if d["name"] == "vm-a1")
        port = next(d for d in self.of_type("port") if d["device_id"] == instance["id"])
        address = port["fixed_ips"][0]["ip_address"]
        for text, id_, why in (("VM-A", instance["id"], "name: vm-a1"),
                               (instance["id"][:8], instance["id"], f"id: {instance['id']}"),
                               (port["mac_address"].upper(), instance["id"],
                                f"mac_address: {port['mac_address']}"),
                               (port["mac_address"], port["id"], f"name: {port['mac_address']}"),
                               (address, port["id"], f"fixed_ips: {address}")):
            with self.subTest(text):
                table = self.program.run("search", text, "-e", "lab").out.splitlines()
                self.assertEqual(table[0].split(), ["TYPE", "NAME", "HOST", "ID", "MATCH"])
                line, = [l for l in table if f"  {id_}  " in l]
                self.assertIn(f"  {why}  ", line)

    def test_search_always_says_why(self):
        """Whatever is found has an attribute that was searched, and its value contains the word."""
        for text in ("192.168", "fa:16:3e", "cmp1", "net", "qbr", "10.78.0", "a", "1"):
            with self.subTest(text):
                found = self.listed("search", text)
                table = self.program.run("search", text, "-e", "lab").out.splitlines()
                at = table[0].index("MATCH")
                self.assertEqual(len(table), len(found) + 1)
                for line, document in zip(table[1:], found):
                    key, _, value = line[at:].partition(": ")
                    self.assertIn(text, json.dumps(document[key]).lower(), line)
                    self.assertIn(text, value.lower())
                    self.assertNotIn("MATCH", document)

    def test_search_takes_any_text(self):
        """Whatever is typed is text, no query language."""
        for text in ('"', "'", "*", "a AND", "NEAR(", "name:x", "(", "%", "\\", "", " ", "ü",
                     "x" * 5000, "a" + "*" * 100, "-", "--", "^", "{}", "NOT"):
            with self.subTest(text):
                self.program.run("search", "-e", "lab", "--", text, expect=(COMPLETED, USAGE))

    def test_search_on_a_host(self):
        """The filters of the other lists hold here, too."""
        found = self.listed("search", "eth1", "--host", "cmp1")
        self.assertTrue(found)
        self.assertEqual({d["host"] for d in found}, {"cmp1"})

    def test_links(self):
        """All, those of a type, those of an object."""
        links = [json.loads(line) for line in self.program.export("links").splitlines()]
        self.assertEqual(by_id(self.listed("links")), by_id(links))
        self.assertEqual(by_id(self.listed("links", "--type", "instance-vnic")),
                         by_id(l for l in links if l["link_type"] == "instance-vnic"))
        instance = self.of_type("instance")[0]
        of_it = by_id(l for l in links if instance["_id"] in (l["source"], l["target"]))
        self.assertTrue(of_it)
        self.assertEqual(by_id(self.listed("links", "--of", instance["id"])), of_it)
        self.assertEqual(by_id(self.listed("links", "--of", instance["id"],
                                           "--type", "instance-vnic")), of_it)
        self.assertEqual(by_id(self.listed("links", "--host", "cmp1")),
                         by_id(l for l in links if l.get("host") == "cmp1"))
        self.assertEqual(self.listed("links", "--type", "no-type"), [])

    def test_types(self):
        """How many there are of each."""
        text = self.program.run("types", "-e", "lab").out
        for type_ in ("host", "instance", "host_pnic"):
            line, = [l for l in text.splitlines() if l.split()[:1] == [type_]]
            self.assertIn(str(len(self.of_type(type_))), line.split())
        self.program.ask("types")

    def test_order_is_stable(self):
        """Twice the same, in each output."""
        for words in (("list", "vnic"), ("search", "net1"), ("links",), ("types",), ("tree",),
                      ("messages",)):
            for output in ("table", "json"):
                with self.subTest(words, output=output):
                    texts = {self.program.run(*words, "-e", "lab", "-o", output).out
                             for _ in range(2)}
                    self.assertEqual(len(texts), 1)


class Documents(Scanned):
    """show, tree, clique, messages."""

    def test_show(self):
        """By id, by type and id; complete as exported."""
        for type_ in ("instance", "host", "vedge", "network", "host_pnic"):
            document = self.of_type(type_)[0]
            for words in (("show", type_, document["id"]), ("show", document["id"])):
                with self.subTest(words):
                    shown = self.program.ask(*words)
                    shown.pop("last_scanned", None)
                    self.assertEqual(shown, document)
            text = self.program.run("show", type_, document["id"], "-e", "lab").out
            self.assertIn(document["id"], text)

    def test_show_nested(self):
        """What is nested stands below its name, lists of plain values in lines of some length."""
        names = [f"name-{n}" for n in range(12)]
        deep = 5
        for _ in range(100):
            deep = {"x": deep}
        document = {"environment": "lab", "type": "host", "id": "h", "name": "h",
                    "OS": {"ID": "debian", "version": {"id": 12, "codename": "bookworm"}},
                    "empty": {"list": [], "object": {}, "null": None}, "few": ["a", 5, True],
                    "many": names, "ips": [{"ip": "10.0.0.5", "of": {"net": "a"}}, [["x"], "y"]],
                    "lines": "one\ntwo\n", "evil": {"\x1b[31m": "\x1b[0m"}, "deep": deep, "very_long_name": 1}
        program = self.new_program()
        program.run("import", "inventory", "-", given=lines_of([document]))
        text = program.run("show", "h", "-e", "lab").out
        self.assertRegex(text, r"\AATTRIBUTE +VALUE\n")
        for lines in ("OS\n  ID  debian\n  version\n    codename  bookworm\n    id        12\n",
                      "empty\n  list    []\n  null\n  object  {}\n",
                      "few             a, 5, true\n",
                      "ips\n  - ip  10.0.0.5\n    of\n      net  a\n  -\n    - x\n    - y\n",
                      "lines           one\n                two\n",
                      "evil\n  ?[31m  ?[0m\n", "\nvery_long_name  1\n",
                      "many            name-0, name-1, name-2, name-3, name-4, name-5, name-6,\n"
                      "                name-7, name-8, name-9, name-10, name-11\n",
                      " x  {\"x\":{\"x\":"):
            self.assertIn(lines, text)
        self.assertNotIn("\x1b", text)

    def test_show_everything(self):
        """Each value of a document stands behind its name; none is shown as JSON."""
        for document in self.inventory.values():
            text = self.program.run("show", document["type"], document["id"], "-e", "lab").out
            lines = [line.strip() for line in text.splitlines()]
            for key, value in members_of(document):
                value = value.split("\n", maxsplit=1)[0]
                self.assertTrue(any(re.fullmatch(rf"(- )?{re.escape(key)} +{re.escape(value)}", line)
                                    for line in lines), (key, value, text))

    def test_ambiguous(self):
        """An id of several types: they are listed, with exit status 2."""
        program = self.new_program()
        documents = [{"environment": "lab", "type": type_, "id": "twin", "name": "Twin"}
                     for type_ in ("instance", "network")]
        program.run("import", "inventory", "-", given=lines_of(documents))
        result = program.run("show", "twin", "-e", "lab", expect=USAGE)
        self.assertTrue(result.messages("instance"), result)
        self.assertTrue(result.messages("network"), result)
        self.assertEqual(program.ask("show", "network", "twin")["type"], "network")

    def test_tree(self):
        """Everything by name, below its parent; or what is below one object."""
        whole = self.program.run("tree", "-e", "lab").out
        for type_ in ("region", "host", "instance", "network", "vnic"):
            for document in self.of_type(type_):
                self.assertIn(document["object_name"], whole)
        host = self.program.run("tree", "cmp1", "-e", "lab").out
        self.assertIn("cmp1", host.splitlines()[0])
        for document in self.of_type("vnic"):
            self.assertEqual(document["name"] in host, document["host"] == "cmp1", document["id"])

    def test_clique(self):
        """What hangs on an instance, in each output."""
        instance = next(d for d in self.of_type("instance") if d["name"] == "vm-a1")
        clique = self.program.ask("clique", instance["id"])
        types = {node["type"] for node in clique["nodes_detailed"]}
        self.assertEqual(types, {"instance", "vnic", "vconnector", "vedge", "otep", "host_pnic",
                                 "network"})
        self.assertEqual(clique["focal_point"], instance["_id"])
        self.assertEqual([l["_id"] for l in clique["links_detailed"]], clique["links"])
        self.assertEqual(len(self.program.ask("clique", "vm-a1")["links"]), len(clique["links"]))
        dot = self.program.run("clique", instance["id"], "-e", "lab", "-o", "dot").out
        self.assertRegex(dot, r"\A(di)?graph ")
        self.assertEqual(dot.count("{"), dot.count("}"))
        self.assertEqual(dot.count(" -- ") + dot.count(" -> "), len(clique["links"]))
        table = self.program.run("clique", instance["id"], "-e", "lab").out
        for node in clique["nodes_detailed"]:
            self.assertIn(node["name"], table)

    def test_what_hangs_on_an_object(self):
        """The focal points of the cliques that hold it."""
        cliques = self.program.documents("cliques").values()
        for nic in self.of_type("host_pnic"):
            expected = {c["focal_point"] for c in cliques if nic["_id"] in c["nodes"]}
            listed = self.program.ask("clique", "--holding", nic["id"])
            self.assertEqual({row["_id"] for row in listed}, expected)
            table = self.program.run("clique", "--holding", nic["id"], "-e", "lab")
            self.assertEqual(len(table.out.splitlines()), len(expected) + bool(expected))
            self.assertEqual("nothing hangs on host_pnic" in table.err, not expected)
            for row in listed:
                self.assertIn(row["name"], table.out)

    def test_every_clique(self):
        """Whatever is marked as having a clique has the one that is exported."""
        focal = {d["_id"]: d for d in self.inventory.values() if d.get("clique")}
        cliques = {d["focal_point"]: d for d in self.program.documents("cliques").values()}
        self.assertEqual(focal.keys(), cliques.keys())
        for key, clique in cliques.items():
            asked = self.program.ask("clique", focal[key]["id"])
            self.assertEqual(asked["links"], clique["links"])

    def test_no_clique(self):
        """Saying so is enough."""
        region = self.of_type("region")[0]
        result = self.program.run("clique", region["id"], "-e", "lab", expect=FAILED)
        self.assertTrue(result.messages("clique"), result)

    def test_messages(self):
        """The start and the end of a scan."""
        messages = self.program.ask("messages")
        texts = " ".join(json.dumps(m).lower() for m in messages)
        self.assertIn("start", texts)
        self.assertIn("completed", texts)
        self.assertTrue(self.program.run("messages", "-e", "lab").out.strip())


class Scans(Case):
    """What the options of scan do."""

    def test_phases(self):
        """Inventory, links and cliques one after the other are one scan."""
        whole = self.scanned(shipped("ovs"))
        program = self.scanned(shipped("ovs"), "--inventory_only")
        self.assertEqual([program.export(name) for name in COLLECTIONS[1:]], ["", ""])
        program.run("scan", "-e", "lab", "--links_only")
        self.assertNotEqual(program.export("links"), "")
        self.assertEqual(program.export("cliques"), "")
        program.run("scan", "-e", "lab", "--cliques_only")
        self.assert_same_picture(whole.picture(), program.picture())

    def test_clear(self):
        """The result is that of a first scan, in one revision; no reader sees it empty."""
        recording = self.copy("ovs")
        program = self.scanned(recording)
        recording.change(recording.one("neutron:/ports"),
                         lambda reply: {"ports": reply["ports"][1:]})
        program.scan(recording, "--clear")
        self.assert_same_picture(self.scanned(recording).picture(), program.picture())
        self.assertEqual(program.revisions(), 2)

    def test_clear_all(self):
        """The other environments' inventories go, too."""
        program = self.new_program()
        program.run("scan", "-e", "other", "--replay", shipped("lxb"))
        program.scan(shipped("ovs"), "--clear_all")
        self.assertEqual(program.run("export", "inventory", "-e", "other").out, "")
        self.assert_same_picture(self.scanned(shipped("ovs")).picture(), program.picture())

    def test_policies(self):
        """All of them complete; they differ in what they link."""
        links = {policy: self.scanned(shipped("ovs"), "--policy", policy).documents("links").keys()
                 for policy in ("full", "extended", "classic")}
        self.assertLess(links["classic"] - links["full"], links["classic"])
        self.assertIn("otep-host_pnic", {key[0] for key in links["full"]})
        self.assert_same_picture(self.scanned(shipped("ovs"), "--policy", "full").picture(),
                                 self.scanned(shipped("ovs")).picture())

    def test_implicit_links(self):
        """They come on request, on top of the explicit ones, and go with the next scan."""
        program = self.scanned(shipped("ovs"))
        plain = program.documents("links")
        program.scan(shipped("ovs"), "--implicit_links")
        links = program.documents("links")
        self.assertLess(plain.keys(), links.keys())
        self.assertEqual({l["implicit"] for key, l in links.items() if key not in plain}, {True})
        program.scan(shipped("ovs"))
        self.assertEqual(program.documents("links"), plain)

    def test_another_collection(self):
        """-y keeps a second inventory beside the first, under the names of the guide."""
        program = self.scanned(shipped("ovs"))
        before = program.picture()
        program.scan(shipped("ovs"), "-y", "RDO")
        self.assert_same_picture(before, program.picture())
        renamed = {"inventory": "RDO", "links": "RDO_links", "cliques": "RDO_cliques"}
        for name, other in renamed.items():
            self.assertEqual(len(program.export(other).splitlines()),
                             len(before[name].splitlines()), other)
        self.assertTrue(program.ask("list", "host", "-y", "RDO"))

    def test_another_cloud(self):
        """An environment does not turn into another cloud by a wrong path."""
        program = self.scanned(shipped("ovs"))
        result = program.scan(shipped("lxb"), expect=FAILED)
        self.assertTrue(result.messages("lab"), result)
        self.assert_same_picture(self.scanned(shipped("ovs")).picture(), program.picture())

    def test_two_environments(self):
        """Two clouds in one store do not see each other."""
        program = self.scanned(shipped("ovs"))
        before = program.picture()
        program.run("scan", "-e", "other", "--replay", shipped("lxb"))
        self.assert_same_picture(before, program.picture())
        self.assertEqual([e["name"] for e in program.run("env", "list", "-o", "json").document()],
                         ["lab", "other"])
        result = program.run("list", "host", expect=USAGE)
        self.assertTrue(result.messages("other"), result)

    def test_summary(self):
        """Counts on stdout, nothing of progress when it is no terminal."""
        result = self.new_program().scan(shipped("ovs"))
        self.assertRegex(result.out, r"revision 1: \d+ added, 0 changed, 0 deleted")
        self.assertNotIn("\r", result.out + result.err)


class Environments(Case):
    """env list, show, rm."""

    def test_show(self):
        """What was derived from the recording, and no secret of it."""
        program = self.scanned(shipped("ovs"))
        listed = program.run("env", "list", "-o", "json").document()
        self.assertEqual([e["name"] for e in listed], ["lab"])
        text = program.run("env", "show", "lab", "-o", "json").out
        shown = json.loads(text)
        self.assertEqual(shown["mechanism_drivers"], ["OVS"])
        self.assertIs(shown["scanned"], True)
        for secret in ("lab-admin", "lab-ro", "lab-ssh", "lab-rabbit"):
            self.assertNotIn(secret, text)
        self.assertIn("lab", program.run("env", "list").out)
        self.assertIn("OVS", program.run("env", "show", "lab").out)

    def test_no_secret_anywhere(self):
        """Neither in the store nor in what is printed at any level."""
        program = self.new_program()
        result = program.scan(shipped("ovs"), "-l", "DEBUG")
        with open(program.file, "rb") as stream:
            content = stream.read()
        for secret in ("lab-admin", "lab-ro\"", "lab-ssh", "lab-rabbit"):
            self.assertNotIn(secret, result.out + result.err)
            self.assertNotIn(secret.encode(), content)

    def test_remove(self):
        """The inventory stays; with --purge it goes, with its history and messages."""
        program = self.scanned(shipped("ovs"))
        inventory = program.export("inventory")
        program.run("env", "rm", "lab")
        self.assertEqual(program.run("env", "list", "-o", "json").document(), [])
        self.assertEqual(program.export("inventory"), inventory)
        for words in (("list", "host"), ("tree",), ("clique", "vm-a1"), ("links",), ("types",)):
            program.run(*words, "-e", "lab")
        program.scan(shipped("ovs"))
        program.run("env", "rm", "lab", "--purge")
        for name in (*COLLECTIONS, "messages"):
            self.assertEqual(program.run("export", name, "-e", "lab").out, "", name)


class Exchange(Case):
    """import and export."""

    def test_round_trip(self):
        """Exported, imported into an empty store, exported again: the same bytes."""
        program, other = self.scanned(shipped("ovs")), self.new_program()
        texts = {name: program.run("export", name, "-e", "lab").out
                 for name in ("environments_config", *COLLECTIONS, "messages")}
        for name, text in texts.items():
            self.assertTrue(text, name)
            other.run("import", name, "-", given=text)
        for name, text in texts.items():
            self.assertEqual(other.run("export", name, "-e", "lab").out, text, name)

    def test_from_a_file(self):
        """The same from a file; a second import changes nothing."""
        program = self.scanned(shipped("ovs"), "--inventory_only")
        other = self.new_program()
        text = program.run("export", "inventory", "-e", "lab").out
        file = os.path.join(self.folder, "inventory.json")
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(text)
        for _ in range(2):
            other.run("import", "inventory", file)
            self.assertEqual(other.run("export", "inventory", "-e", "lab").out, text)

    def test_imported_cliques(self):
        """The links and cliques of an imported inventory can be asked for."""
        program, other = self.scanned(shipped("ovs")), self.new_program()
        for name in ("environments_config", *COLLECTIONS):
            other.run("import", name, "-", given=program.run("export", name, "-e", "lab").out)
        clique = program.ask("clique", "vm-a1")
        self.assertEqual(other.ask("clique", "vm-a1")["links"], clique["links"])

    def test_mongoexport(self):
        """{"$oid"} and {"$date"} are understood, dots in keys are kept."""
        document = {"_id": {"$oid": "5f0000000000000000000001"}, "environment": "lab",
                    "type": "vconnector", "id": "v", "name": "v",
                    "interfaces": {"eth1[dot]103": {"name": "eth1.103"}},
                    "last_scanned": {"$date": "2018-01-02T03:04:05.678Z"}}
        program = self.new_program()
        program.run("import", "inventory", "-", given=lines_of([document]))
        found = program.ask("list", "vconnector")[0]
        self.assertEqual(found["_id"], "5f0000000000000000000001")
        self.assertEqual([i["name"] for i in found["interfaces"].values()], ["eth1.103"])
        self.assertTrue(found["last_scanned"].startswith("2018-01-02T03:04:05.678"))

    def test_small_collections(self):
        """Any other collection is kept as it is."""
        document = {"_id": "5f0000000000000000000002", "environment": "lab",
                    "focal_point_type": "instance", "link_types": ["instance-vnic"], "name": "x"}
        program = self.new_program()
        program.run("import", "clique_types", "-", given=lines_of([document]))
        exported = program.run("export", "clique_types").out.splitlines()
        self.assertIn(document, [json.loads(line) for line in exported])

    def test_bad_lines(self):
        """The line is named, and nothing of the file is imported."""
        good = json.dumps({"environment": "lab", "type": "host", "id": "h", "name": "h"})
        for bad in ("{", "5", "null", "[]", '"x"', "{}", '{"environment": "lab"}',
                    '{"environment": 5, "type": "host", "id": "x"}', "[" * 100000,
                    '{"environment": "lab", "type": "nonsense", "id": "x"}'):
            with self.subTest(bad[:60]):
                program = self.new_program()
                result = program.run("import", "inventory", "-", given=f"{good}\n{bad}\n",
                                     expect=FAILED)
                self.assertTrue(result.messages("2"), result)
                self.assertEqual(program.run("export", "inventory", "-e", "lab",
                                             expect=(COMPLETED, FAILED)).out, "")

    def test_no_file(self):
        """A file that is not there."""
        result = self.new_program().run("import", "inventory", "/nowhere/x", expect=FAILED)
        self.assertTrue(result.messages("/nowhere/x"), result)


class Terminal(Scanned):
    """Output that goes to programs, terminals and closed pipes."""

    def test_no_escapes_in_pipes(self):
        """Whoever reads a pipe gets plain text."""
        for words in (("list", "vnic"), ("tree",), ("clique", "vm-a1"), ("show", "cmp1"),
                      ("types",), ("messages",), ("links",), ("search", "vm-a1")):
            with self.subTest(words):
                self.assertNotIn("\x1b", self.program.run(*words, "-e", "lab").out)

    def test_no_color(self):
        """On a terminal NO_COLOR switches colours off."""
        for words in (("list", "vnic"), ("tree",), ("clique", "vm-a1")):
            with self.subTest(words):
                self.assertNotIn("\x1b[", self.on_terminal(*words, "-e", "lab"))

    def test_progress_on_a_terminal(self):
        """A scan on a terminal ends with the same summary."""
        program = self.new_program()
        text = self.on_terminal("scan", "-e", "lab", "--replay", shipped("ovs"), program=program)
        self.assertIn("revision 1:", text)

    def on_terminal(self, *words, program=None):
        """What a command writes to a terminal, with NO_COLOR."""
        ours, theirs = pty.openpty()
        process = (program or self.program).start(
            *words, stdout=theirs, stderr=theirs,
            environ={"NO_COLOR": "1", "TERM": "xterm-256color"})
        os.close(theirs)
        text = b""
        try:
            while chunk := os.read(ours, 1 << 16):
                text += chunk
        except OSError:
            pass    # the terminal is closed with the program
        os.close(ours)
        self.assertEqual(process.wait(TIMEOUT), COMPLETED)
        return text.decode()

    def test_closed_pipe(self):
        """A reader that has enough ends the program quietly."""
        for words in (("export", "inventory"), ("links", "-o", "json"), ("list", "port"),
                      ("tree",)):
            with self.subTest(words):
                process = self.program.start(*words, "-e", "lab")
                process.stdout.read(1)
                process.stdout.close()
                said = process.stderr.read().decode()
                process.stderr.close()
                self.assertIn(process.wait(TIMEOUT), (COMPLETED, FAILED, SIGPIPE))
                self.assertNotIn("anitizer", said)
                self.assertLess(said.count("\n"), 2, said)

    def test_full_output(self):
        """Output that cannot be written is a failure."""
        with open("/dev/full", "wb") as full:
            done = subprocess.run([CALIPSO, "list", "port", "-e", "lab"], stdout=full,
                                  stderr=subprocess.PIPE, env=self.program.environ,
                                  timeout=TIMEOUT, check=False)
        self.assertEqual(done.returncode, FAILED)
        self.assertTrue(done.stderr.strip())


def lines_of(documents):
    """Documents one a line, as they are imported."""
    return "".join(json.dumps(document) + "\n" for document in documents)


def members_of(document):
    """The strings and whole numbers of a document at any depth, with their names."""
    for key, value in document.items():
        for element in value if isinstance(value, list) else [value]:
            if isinstance(element, dict):
                yield from members_of(element)
        if isinstance(value, (str, int)) and not isinstance(value, bool) and value != "":
            yield key, str(value)


def by_id(documents):
    """{_id: document}."""
    return {document["_id"]: document for document in documents}


if __name__ == "__main__":
    unittest.main()
