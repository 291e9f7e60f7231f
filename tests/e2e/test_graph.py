#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The graphs that `calipso serve` gives to be drawn are the cliques that `calipso clique` shows."""

import json
import unittest

from program import RECORDINGS, Program, new_folder, shipped
from test_serve import ADMIN, ServeCase, Service

LINK_MEMBERS = ("link_type", "link_name", "state", "implicit", "link_weight", "source", "target",
                "attributes")


class Graphs(ServeCase):
    """Of all recordings."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = Program(new_folder(cls))
        for name in RECORDINGS:
            cls.program.run("scan", "-e", name, "--replay", shipped(name))
        cls.add_user(cls.program, ADMIN, "all")
        cls.service = Service(cls.program)
        cls.addClassCleanup(cls.service.stop)
        cls.token = cls.sign_in(cls.service)

    def get(self, path, status=200):
        """An answer to the administrator."""
        answer = self.service.ask("GET", path, token=self.token)
        self.assertEqual(answer.status, status, answer)
        return answer.json

    def graph(self, environment, oid, query="", status=200):
        """One graph."""
        return self.get(f"/api/v1/environments/{environment}/objects/{oid}/graph{query}", status)

    def clique(self, environment, *words):
        """As the command line shows it."""
        return json.loads(self.program.run("clique", *words, "-e", environment, "-o", "json").out)

    def export(self, environment, collection):
        """A collection, by "_id"."""
        text = self.program.run("export", collection, "-e", environment).out
        return {document["_id"]: document for document in map(json.loads, text.splitlines())}

    def whole(self, environment, oid, marks):
        """A graph with every stack opened, until there is none."""
        opened = []
        while True:
            found = self.graph(environment, oid, f"?marks={marks}" + "".join(f"&open={stack}" for stack in opened))
            if not found["stacks"]:
                return found
            stacks = [stack["_id"] for stack in found["stacks"]]
            self.assertFalse(set(stacks) & set(opened))
            opened += stacks

    def check_clique(self, found, clique):
        """Nodes, links and totals are those of a clique."""
        self.assertTrue(found["is_clique"])
        self.assertEqual(found["focal_point"], clique["focal_point"])
        self.assertEqual(found["nodes"][0]["_id"], clique["focal_point"])
        self.assertEqual([node["_id"] for node in found["nodes"] if node["is_focal"]],
                         [clique["focal_point"]])
        self.assertEqual(
            sorted(({key: node[key] for key in ("_id", "host", "id", "name", "type")}
                    for node in found["nodes"]), key=lambda node: node["_id"]),
            clique["nodes_detailed"])
        by_id = {link["_id"]: link for link in clique["links_detailed"]}
        self.assertEqual({link["_id"] for link in found["links"]}, set(by_id))
        for link in found["links"]:
            for key in LINK_MEMBERS:
                self.assertEqual(link[key], by_id[link["_id"]][key])
        self.check_totals(found, clique)

    def check_totals(self, found, clique):
        """Totals are those of the clique, also when not all of it is shown."""
        self.assertEqual((found["n_nodes"], found["n_links"]),
                         (len(clique["nodes"]), len(clique["links"])))
        self.assertEqual(sum(found["types"].values()), found["n_nodes"])
        self.assertEqual(len(found["nodes"]) + len(found["stacks"]), found["n_marks"])
        self.assertEqual(len(found["nodes"]) + sum(stack["count"] for stack in found["stacks"]),
                         found["n_nodes"])
        self.assertEqual(len(found["links"]) + sum(line["count"] for line in found["bundles"]) +
                         sum(stack["n_links"] for stack in found["stacks"]), found["n_links"])
        for stack in found["stacks"]:
            self.assertEqual(sum(stack["states"].values()), stack["count"])

    def test_every_focal_point(self):
        """Whole, and rolled up to few marks and opened again."""
        for name in RECORDINGS:
            cliques = self.export(name, "cliques")
            self.assertTrue(cliques)
            for clique in cliques.values():
                focal = clique["focal_point"]
                with self.subTest(recording=name, focal_point=focal):
                    shown = self.clique(name, clique["focal_point_object_id"])
                    self.assertEqual(shown["focal_point"], focal)
                    self.check_clique(self.graph(name, focal), shown)
                    for marks in (1, 4, 8):
                        rolled = self.graph(name, focal, f"?marks={marks}")
                        self.assertLessEqual(rolled["n_marks"], marks)
                        self.check_totals(rolled, shown)
                    self.check_clique(self.whole(name, focal, 1 + len(shown["nodes"]) // 2), shown)

    def test_layers(self):
        """From the instance to the network, as the links of its clique type lead."""
        listed = json.loads(self.program.run("list", "instance", "-e", "ovs", "-o", "json").out)
        nodes = self.graph("ovs", listed[0]["_id"])["nodes"]
        layers = {node["type"]: node["layer"] for node in nodes}
        kinds = sorted(layers, key=layers.get)
        self.assertEqual(kinds[0], "instance")
        self.assertEqual(kinds[1], "vnic")
        self.assertEqual(kinds[-2:], ["host_pnic", "network"])
        self.assertEqual(sorted(layers.values()), list(range(len(layers))))

    def test_any_object(self):
        """What is the focal point of no clique is shown with its links."""
        objects, links = (self.export("ovs", name) for name in ("inventory", "links"))
        for kind in ("vedge", "vnic", "host_pnic", "host"):
            oid = next(key for key, value in objects.items() if value["type"] == kind)
            direct = {key for key, link in links.items() if oid in (link["source"], link["target"])}
            found = self.graph("ovs", oid)
            self.assertFalse(found["is_clique"])
            self.assertEqual({link["_id"] for link in found["links"]}, direct)
            self.assertEqual({node["_id"] for node in found["nodes"]},
                             {oid} | {links[key][end] for key in direct
                                      for end in ("source", "target")})
            self.assertEqual(found["nodes"][0]["_id"], oid)

    def focal_points(self, environment, oid, query="", status=200):
        """What hangs on an object."""
        return self.get(f"/api/v1/environments/{environment}/objects/{oid}/focal-points{query}", status)

    def test_what_hangs_on_an_object(self):
        """The focal points of the cliques that hold it: of each object in each recording."""
        for name in RECORDINGS:
            objects, cliques = self.export(name, "inventory"), self.export(name, "cliques")
            holding = {oid: set() for oid in objects}
            for clique in cliques.values():
                for oid in set(clique["nodes"]) - {clique["focal_point"]}:
                    holding[oid].add(clique["focal_point"])
            self.assertTrue(any(holding.values()))
            for oid, expected in holding.items():
                with self.subTest(recording=name, object=oid):
                    found = self.focal_points(name, oid)
                    points = found["focal_points"]
                    self.assertEqual({point["_id"] for point in points}, expected)
                    self.assertEqual(len(points), len(expected))
                    self.assertTrue(found["is_complete"])
                    self.assertEqual(sum(found["types"].values()), len(points))
                    for point in points:
                        self.assertIn(point["type"], found["types"])
                        for key in ("id", "name", "type", "host"):
                            self.assertEqual(point[key], objects[point["_id"]].get(key) or "")

    def test_what_hangs_on_an_object_in_part(self):
        """Some of it; and what is no object, or wrong in the query."""
        cliques = self.export("ovs", "cliques").values()
        oid = max(self.export("ovs", "inventory"),
                  key=lambda oid: sum(oid in clique["nodes"] for clique in cliques))
        whole = self.focal_points("ovs", oid)["focal_points"]
        self.assertGreater(len(whole), 2)
        some = self.focal_points("ovs", oid, "?limit=2")
        self.assertFalse(some["is_complete"])
        self.assertEqual(len(some["focal_points"]), 2)
        self.assertTrue(all(point in whole for point in some["focal_points"]))
        self.assertTrue(self.focal_points("ovs", oid, f"?limit={len(whole)}")["is_complete"])
        for query in ("limit=0", "limit=10001", "policy=frob", "frob=1"):
            self.focal_points("ovs", oid, f"?{query}", 400)
        self.focal_points("ovs", "0" * 24, "", 404)
        self.focal_points("ovs", "eth1", "", 404)
        self.focal_points("lxb", oid, "", 404)

    def test_states(self):
        """An instance that Nova gave up is in error, those that run are not."""
        listed = json.loads(self.program.run("list", "instance", "-e", "ovs-busy", "-o", "json").out)
        states = {row["name"]: self.graph("ovs-busy", row["_id"])["nodes"][0]["state"] for row in listed}
        self.assertEqual({name for name, state in states.items() if state == "error"}, {"vm-error"})

    def test_policy(self):
        """As the command line walks."""
        listed = json.loads(self.program.run("list", "instance", "-e", "ovs", "-o", "json").out)
        for policy in ("classic", "extended", "full"):
            shown = self.clique("ovs", listed[0]["id"], "--policy", policy)
            self.check_clique(self.graph("ovs", listed[0]["_id"], f"?policy={policy}"), shown)

    def test_refused(self):
        """What is wrong with a request is said; what is not there is not found."""
        listed = json.loads(self.program.run("list", "instance", "-e", "ovs", "-o", "json").out)
        focal = listed[0]["_id"]
        for query in ("marks=0", "marks=5001", "marks=x", "policy=frob", "open=x", "frob=1"):
            self.graph("ovs", focal, f"?{query}", 400)
        self.graph("ovs", "0" * 24, "", 404)
        self.graph("ovs", "vm-a1", "", 404)
        self.graph("lxb", focal, "", 404)
        self.graph("ovs", focal, "?space=other", 404)
        self.graph("ovs", focal, f"?open={'0' * 24}")

    def test_imported(self):
        """A clique that was imported is shown as it came, its missing ends as missing."""
        listed = json.loads(self.program.run("list", "instance", "-e", "ovs", "-o", "json").out)
        focal, other = listed[0]["_id"], "a" * 24
        program = Program(new_folder(self))
        program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        self.add_user(program, ADMIN, "all")
        link = {"_id": "b" * 24, "source": focal, "target": other, "link_type": "instance-vnic",
                "source_id": listed[0]["id"], "target_id": "gone", "state": "up"}
        program.run("import", "cliques", "-", given=json.dumps({
            "_id": "c" * 24, "environment": "ovs", "focal_point": focal, "links": ["b" * 24],
            "focal_point_type": "instance", "links_detailed": [link], "nodes": [focal, other]}))
        service = self.serve(program)
        path = f"/api/v1/environments/ovs/objects/{focal}/graph"
        found = service.ask("GET", path, token=self.sign_in(service)).json
        self.assertTrue(found["is_clique"])
        self.assertEqual([(node["_id"], node["type"], node["id"], node["state"])
                          for node in found["nodes"]],
                         [(focal, "instance", listed[0]["id"], "ok"),
                          (other, "vnic", "gone", "missing")])
        self.assertEqual([found["links"][0][key] for key in ("_id", "link_weight", "state")],
                         ["b" * 24, None, "up"])

        # Its nodes are those that it names, whatever a walk would find.
        vnic, network = (json.loads(program.run("list", kind, "-e", "ovs", "-o", "json").out)[0]["_id"]
                         for kind in ("vnic", "network"))
        path = "/api/v1/environments/ovs/objects/{}/focal-points"
        for oid in (vnic, network):
            hanging = service.ask("GET", path.format(oid), token=self.sign_in(service)).json
            self.assertNotIn(focal, [point["_id"] for point in hanging["focal_points"]])
        program.run("import", "cliques", "-", given=json.dumps({
            "_id": "c" * 24, "environment": "ovs", "focal_point": focal, "links": [],
            "focal_point_type": "instance", "links_detailed": [], "nodes": [focal, network]}))
        hanging = service.ask("GET", path.format(network), token=self.sign_in(service)).json
        self.assertIn(focal, [point["_id"] for point in hanging["focal_points"]])


if __name__ == "__main__":
    unittest.main()
