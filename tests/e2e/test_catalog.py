#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""API v1: catalogs, messages, the tree, changes of parts, whole lists as lines, conditional requests."""

import base64
import collections
import json
import unittest

from program import Program, new_folder, shipped
from test_serve import ADMIN, ServeCase, Service

TYPE = {"name": "mine", "focal_point_type": "vnic", "environment": "ovs",
        "link_types": ["vnic-vconnector", "vconnector-vedge"]}


class ApiCase(ServeCase):
    """One server on a recorded cloud."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = Program(new_folder(cls))
        cls.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"))
        cls.program.run("scan", "-e", "two", "--replay", shipped("ovs"))
        cls.add_user(cls.program, ADMIN, "all")
        cls.add_user(cls.program, "viewer")
        cls.program.run("user", "grant", "viewer", "-e", "ovs", "--view")
        cls.service = Service(cls.program)
        cls.addClassCleanup(cls.service.stop)
        cls.token = cls.sign_in(cls.service)
        cls.viewer = cls.sign_in(cls.service, "viewer")

    def ask(self, method, path, body=None, status=200, token=None, headers=()):
        """A request of the administrator, unless of another."""
        answer = self.service.ask(method, f"/api/v1{path}", body, token or self.token, headers)
        self.assertEqual(answer.status, status, answer)
        return answer

    def get(self, path, status=200, token=None):
        """What a GET answers."""
        return self.ask("GET", path, None, status, token).json


class Catalogs(ApiCase):
    """Clique types, constraints and link types: defaults, changes, what cannot be."""

    def test_of_environments_that_are_not_there(self):
        """They are seen, and removed, by who may see every environment, as in the original's API; none is made."""
        kind = {**TYPE, "name": "lost", "environment": "gone"}
        other = self.ask("POST", "/clique-types", TYPE, 201).json["_id"]      # beside the defaults, which are stored then
        self.program.run("import", "clique_types", "-", given=json.dumps({**kind, "_id": "e" * 24}))
        self.add_user(self.program, "watcher", "view-env")
        for token, names in ((self.token, ["lost"]), (self.sign_in(self.service, "watcher"), ["lost"]), (self.viewer, [])):
            listed = self.get("/clique-types?limit=1000", token=token)["clique_types"]
            self.assertEqual([one["name"] for one in listed if one.get("environment") == "gone"], names)
            self.get(f"/clique-types/{'e' * 24}", 200 if names else 404, token)
        self.ask("POST", "/clique-types", {**kind, "name": "other", "focal_point_type": "instance"}, 400)
        self.ask("PUT", f"/clique-types/{'e' * 24}", kind, 400)
        for made in ("e" * 24, other):
            self.ask("DELETE", f"/clique-types/{made}", None, 204)

    def test_clique_types(self):
        """The defaults stay when one is added; it is changed, and removed."""
        before = self.get("/clique-types?limit=1000")["clique_types"]
        self.assertGreater(len(before), 5)
        made = self.ask("POST", "/clique-types", TYPE, 201)
        self.assertEqual(made.headers["Location"], f"/api/v1/clique-types/{made.json['_id']}")
        path = f"/clique-types/{made.json['_id']}"
        self.assertEqual(self.get(path), made.json)
        after = self.get("/clique-types?limit=1000")["clique_types"]
        self.assertEqual(after, before + [made.json])
        self.ask("POST", "/clique-types", TYPE, 409)
        self.ask("POST", "/clique-types", {**TYPE, "name": "other"}, 409)
        for wrong in ({"focal_point_type": "frob"}, {"link_types": ["vnic-frob"]},
                      {"link_types": []}, {"name": ""}, {"frob": 1}, {"environment": "none"}):
            self.ask("PUT", path, {**TYPE, **wrong}, 400)
        changed = self.ask("PUT", path, {**TYPE, "link_types": ["vnic-vconnector"]}).json
        self.assertEqual(changed["link_types"], ["vnic-vconnector"])
        self.program.run("scan", "-e", "ovs", "--replay", shipped("ovs"), "--cliques_only")
        vnic = self.get("/environments/ovs/objects?type=vnic&limit=1")["objects"][0]
        clique = self.get(f"/environments/ovs/objects/{vnic['_id']}/clique")
        self.assertEqual({link["link_type"] for link in clique["links_detailed"]},
                         {"vnic-vconnector"})
        self.ask("DELETE", path, status=204)
        self.assertEqual(self.get("/clique-types?limit=1000")["clique_types"], before)
        self.get(path, 404)
        made = self.ask("POST", "/clique-types/", TYPE, 201)
        self.assertEqual(made.headers["Location"], f"/api/v1/clique-types/{made.json['_id']}")
        self.ask("DELETE", f"/clique-types/{made.json['_id']}", status=204)

    def test_of_an_environment_that_one_may_not_see(self):
        """There are none."""
        made = self.ask("POST", "/clique-types", {**TYPE, "environment": "two"}, 201).json
        path = f"/clique-types/{made['_id']}"
        self.assertNotIn(made, self.get("/clique-types?limit=1000", token=self.viewer)
                         ["clique_types"])
        self.get(path, 404, self.viewer)
        self.get(path, 200)
        self.ask("DELETE", path, status=204)

    def test_constraints_and_link_types(self):
        """Their own rules."""
        one = self.get("/clique-constraints")["clique_constraints"][0]
        self.ask("POST", "/clique-constraints",
                 {"focal_point_type": one["focal_point_type"], "constraints": ["network"]}, 409)
        made = self.ask("POST", "/clique-constraints",
                        {"focal_point_type": "vedge", "constraints": []}, 201).json
        self.ask("DELETE", f"/clique-constraints/{made['_id']}", status=204)
        link = {"type": "vedge-switch", "endPointA": "vedge", "endPointB": "switch"}
        self.ask("POST", "/link-types", {**link, "type": "vedge-frob"}, 400)
        made = self.ask("POST", "/link-types", link, 201).json
        self.ask("POST", "/link-types", link, 409)
        self.ask("POST", "/clique-types", link, 400)
        self.ask("DELETE", f"/link-types/{made['_id']}", status=204)

    def test_the_last_one_stays(self):
        """Else the defaults would be back."""
        while len(all_of_them := self.get("/clique-constraints")["clique_constraints"]) > 1:
            self.ask("DELETE", f"/clique-constraints/{all_of_them[0]['_id']}", status=204)
        self.ask("DELETE", f"/clique-constraints/{all_of_them[0]['_id']}", status=409)

    def test_what_is_only_read(self):
        """Constants, supported environments, attributes."""
        levels = self.get("/constants/log_levels")
        self.assertIn({"value": "error", "label": "ERROR"}, levels["data"])
        names = [constant["name"] for constant in self.get("/constants?limit=1000")["constants"]]
        self.assertIn("log_levels", names)
        self.get("/constants/frob", 404)
        self.assertTrue(self.get("/supported-environments")["supported_environments"])
        hover = self.get("/hover-attributes")["hover_attributes"]
        self.assertIn("mac_address", next(one for one in hover if one["type"] == "vnic")
                      ["attributes"])

    def test_settings_are_ones_own(self):
        """Kept for each user."""
        self.assertEqual(self.get("/settings"), {"messages_view_backward_delta": 1209600000})
        self.ask("PUT", "/settings", {"theme": "dark"})
        self.assertEqual(self.get("/settings")["theme"], "dark")
        self.assertNotIn("theme", self.get("/settings", token=self.viewer))
        self.ask("PUT", "/settings", {"theme": "pink"}, 400)

    def test_settings_go_with_their_user(self):
        """Nothing of somebody who was removed stays."""
        def kept():
            return self.program.run("export", "user_settings").out.count("\n")

        before = kept()
        self.add_user(self.program, "short")
        self.ask("PUT", "/settings", {"theme": "dark"}, token=self.sign_in(self.service, "short"))
        self.assertEqual(kept(), before + 1)
        self.program.run("user", "rm", "short")
        self.assertEqual(kept(), before)

    def test_a_cursor_whose_element_is_gone(self):
        """Is an error: an empty page would say that there is nothing more."""
        self.add_user(self.program, "brief")
        token = self.sign_in(self.service, "brief")
        for _ in range(3):
            self.ask("POST", "/tokens", {}, 201, token)
        every = [one["id"] for one in self.get("/tokens", token=token)["tokens"]]
        page = self.get("/tokens?limit=2", token=token)
        self.assertEqual([one["id"] for one in page["tokens"]], every[:2])
        rest = self.get(f"/tokens?cursor={page['next']}", token=token)
        self.assertEqual([one["id"] for one in rest["tokens"]], every[2:])
        self.ask("DELETE", f"/tokens/{every[1]}", status=204, token=token)
        token = self.sign_in(self.service, "brief")     # it may have been the one that is gone
        answer = self.get(f"/tokens?cursor={page['next']}", 400, token)
        self.assertIn("begin anew", answer["detail"])


class Messages(ApiCase):
    """What was said, by level and environment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = [{"id": f"17350.{n}.0", "environment": ("ovs", "two", None)[n % 3],
                 "level": ("info", "warn", "error", "debug")[n % 4], "message": f"Said {n}",
                 "source_system": "Calipso", "viewed": False,
                 "timestamp": f"2017-07-03T09:{n:02}:00.000+0000"} for n in range(48)]
        cls.say(rows)
        cls.said = sorted(rows, key=lambda row: row["timestamp"], reverse=True)

    @classmethod
    def say(cls, rows):
        """These, which nobody has seen."""
        cls.program.run("import", "messages", "-", given="".join(json.dumps(row) + "\n" for row in rows))

    def everything(self, query="", token=None):
        """All pages; those of the scans, which came later, left out."""
        found, cursor = [], ""
        while cursor is not None:
            until = "" if "until" in query else "&until=2018-01-01T00:00:00Z"
            page = self.get(f"/messages?limit=5{until}{query}"
                            f"{'&cursor=' + cursor if cursor else ''}", token=token)
            found += [message["id"] for message in page["messages"]]
            cursor = page["next"]
        return found

    def test_lists(self):
        """The latest first, filtered, page by page; only what one may see."""
        self.assertEqual(self.everything(), [row["id"] for row in self.said])
        self.assertEqual(self.everything("&sort=time"), [row["id"] for row in self.said[::-1]])
        for query, keeps in (("&level=info", lambda row: row["level"] == "info"),
                             ("&least=warn", lambda row: row["level"] in ("warn", "error")),
                             ("&environment=two", lambda row: row["environment"] == "two"),
                             ("&text=SAID%204", lambda row: "Said 4" in row["message"]),
                             ("&from=2017-07-03T09:10:00Z",
                              lambda row: row["timestamp"] >= "2017-07-03T09:10")):
            self.assertEqual(self.everything(query),
                             [row["id"] for row in self.said if keeps(row)], query)
        mine = [row["id"] for row in self.said if row["environment"] == "ovs"]
        self.assertEqual(self.everything(token=self.viewer), mine)
        self.assertEqual(self.everything("&environment=two", self.viewer), [])
        self.get("/messages?level=frob", 400)
        self.get("/messages?from=yesterday", 400)

    def test_counts(self):
        """Per level and environment, of what one may see."""
        counts = self.get("/messages/counts?environment=two&from=2017-01-01T00:00:00Z")
        self.assertEqual(list(counts["environments"]), ["two"])
        mine = self.get("/messages/counts", token=self.viewer)
        self.assertEqual(list(mine["environments"]), ["ovs"])
        wanted = sum(row["environment"] == "ovs" and row["level"] == "error" for row in self.said)
        self.assertEqual(mine["environments"]["ovs"]["error"], wanted)
        self.assertEqual(mine["levels"], mine["environments"]["ovs"])

    def test_many_seen(self):
        """By their ids, or by what they are; only those that one may see."""
        self.addCleanup(self.say, self.said)
        until = "2017-07-03T09:47:00Z"

        def see(body, token=None, status=200):
            return self.ask("POST", "/messages/seen", body, status, token).json

        def unseen():
            return self.everything("&viewed=false")

        def rest(keeps):
            return [row["id"] for row in self.said if keeps(row)]

        def seen(n):
            return {"seen": n, "more": False}

        ids = rest(lambda row: True)
        self.assertEqual(see({"ids": ids + ["17350.99.0", ids[0]]}, self.viewer), seen(16))
        self.assertEqual(unseen(), rest(lambda row: row["environment"] != "ovs"))
        self.assertEqual(see({"ids": ids}, self.viewer), seen(0))
        self.say(self.said)
        self.assertEqual(see({"environment": "two", "until": until}, self.viewer), seen(0))
        self.assertEqual(see({"until": until}, self.viewer), seen(16))
        self.assertEqual(unseen(), rest(lambda row: row["environment"] != "ovs"))
        self.say(self.said)
        self.assertEqual(see({"least": "warn", "environment": "two", "until": until}), seen(8))
        self.assertEqual(see({"level": "debug", "until": "2017-07-03T09:07:00Z"}), seen(2))
        self.assertEqual(unseen(), rest(lambda row: not (
            row["environment"] == "two" and row["level"] in ("warn", "error") or
            row["level"] == "debug" and row["timestamp"] < "2017-07-03T09:08")))
        self.assertEqual(see({"until": "1970-01-01T00:00:00Z"}), seen(0))
        for wrong in ({"ids": []}, {"ids": ids[:1], "level": "info"}, {"until": "yesterday-"}, {"level": "x"}):
            see(wrong, status=400)

    def test_more_than_at_once(self):
        """Is told, and goes on."""
        self.say([{**self.said[0], "id": f"17900.{n}.0", "environment": "two", "level": "debug",
                   "timestamp": "2019-01-01T00:00:00.000+0000"} for n in range(10001)])
        self.ask("POST", "/messages/seen", {"environment": "two", "until": "2018-01-01T00:00:00Z"})
        wanted = {"environment": "two", "until": "2019-01-01T00:00:00Z"}
        for seen, more in ((10000, True), (1, False)):
            self.assertEqual(self.ask("POST", "/messages/seen", wanted).json, {"seen": seen, "more": more})
        self.say(self.said)

    def test_seen_and_removed(self):
        """Who sees one says so; who may edit removes them."""
        mine, other = (next(row["id"] for row in self.said if row["environment"] == name)
                       for name in ("ovs", "two"))
        shown = self.ask("PATCH", f"/messages/{mine}", {"viewed": True}, token=self.viewer).json
        self.assertTrue(shown["viewed"])
        self.assertNotIn(mine, self.everything("&viewed=false"))
        self.ask("PATCH", f"/messages/{other}", {"viewed": True}, 404, self.viewer)
        self.ask("DELETE", "/environments/ovs/messages", status=403, token=self.viewer)
        self.ask("DELETE", "/environments/two/messages", status=404, token=self.viewer)
        gone = self.ask("DELETE", "/environments/ovs/messages?before=1970-01-01T00:00:00Z").json
        self.assertEqual(gone, {"removed": 0})
        self.assertEqual(self.everything("&until=1970-01-01T00:00:00Z"), [])
        first = self.said[-1]
        if first["environment"] is None:
            first = self.said[-2]
        gone = self.ask("DELETE", f"/environments/{first['environment']}/messages"
                        f"?before=2017-07-03T09:02:00Z").json
        self.assertEqual(gone, {"removed": 1})
        self.get(f"/messages/{first['id']}", 404)
        self.program.run("import", "messages", "-", given=json.dumps(first) + "\n")


class Tree(ApiCase):
    """Level by level, and back up."""

    def test_all_of_it(self):
        """Walking down finds every object once, as the command line counts them."""
        seen, waiting = [], [None]
        while waiting:
            of = waiting.pop()
            cursor = ""
            names = []
            while cursor is not None:
                page = self.get(f"/environments/ovs/tree?limit=3{'&of=' + of if of else ''}"
                                f"{'&cursor=' + cursor if cursor else ''}")
                for node in page["nodes"]:
                    names.append(node["name"])
                    seen.append(node)
                    if node["n_children"]:
                        waiting.append(node["_id"])
                cursor = page["next"]
        counts = self.get("/environments/ovs/counts")["objects"]
        self.assertEqual(len(seen), sum(counts.values()))
        self.assertEqual(len({node["_id"] for node in seen}), len(seen))
        leaf = next(node for node in seen if node["type"] == "vnic")
        above = self.get(f"/environments/ovs/objects/{leaf['_id']}/ancestors")["ancestors"]
        whole = self.get(f"/environments/ovs/objects/{leaf['_id']}")
        self.assertEqual("/".join(["", "ovs"] + [node["id"] for node in above] + [leaf["id"]]),
                         whole["id_path"])
        self.get(f"/environments/ovs/tree?of={'0' * 24}", 404)
        self.get("/environments/ovs/tree?of=frob", 400)


    def test_counts_below(self):
        """Of each object what one finds by following parents."""
        objects = self.get("/environments/ovs/objects?limit=1000")["objects"]
        below = {}
        for one in objects:
            below.setdefault((one["parent_type"], one["parent_id"]), []).append(one)

        def count(one):
            types = collections.Counter()
            for child in below.get((one["type"], one["id"]), []):
                types[child["type"]] += 1
                types.update(count(child))
            return types

        for one in objects:
            path = f"/environments/ovs/objects/{one['_id']}/counts"
            self.assertEqual(self.get(path), {"objects": dict(count(one))}, one["id"])
        self.get(f"/environments/ovs/objects/{'0' * 24}/counts", 404)
        self.get("/environments/ovs/objects/frob/counts", 404)

    def test_states(self):
        """As the graph has them."""
        self.program.run("scan", "-e", "busy", "--replay", shipped("ovs-busy"))
        ill = self.get("/environments/busy/objects?type=instance&where.vm_state=error")["objects"]
        self.assertTrue(ill)
        for one in self.get("/environments/busy/objects?type=instance")["objects"]:
            above = self.get(f"/environments/busy/objects/{one['_id']}/ancestors")["ancestors"][-1]
            level = self.get(f"/environments/busy/tree?of={above['_id']}")["nodes"]
            node = next(node for node in level if node["_id"] == one["_id"])
            graph = self.get(f"/environments/busy/objects/{one['_id']}/graph")["nodes"]
            self.assertEqual([node["state"]], [mark["state"] for mark in graph if mark["is_focal"]])
            self.assertEqual(node["state"], "error" if one in ill else "ok")


class Lists(ApiCase):
    """Order, lines, ETags."""

    def pages(self, query):
        """All pages of objects."""
        found, cursor = [], ""
        while cursor is not None:
            page = self.get(f"/environments/ovs/objects?limit=7&{query}"
                            f"{'&cursor=' + cursor if cursor else ''}")
            found += page["objects"]
            cursor = page["next"]
        return found

    def test_order(self):
        """By name, host and id, both ways, over pages."""
        plain = self.pages("type=port")
        for key in ("name", "host", "id"):
            there, back = (self.pages(f"type=port&sort={sign}{key}") for sign in ("", "-"))
            self.assertEqual([row["_id"] for row in there], [row["_id"] for row in back[::-1]])
            self.assertEqual([row.get(key, "") for row in there],
                             sorted((row.get(key, "") for row in there), key=str.encode))
            self.assertEqual({row["_id"] for row in there}, {row["_id"] for row in plain})
        self.get("/environments/ovs/objects?sort=frob", 400)

    def test_cursors_of_another_order(self):
        """Are none of this one; nor are those that somebody made up."""
        for path, orders in (("/environments/ovs/objects", ("", "name", "-name", "host", "id")),
                             ("/messages", ("", "time")), ("/scans", ("", "time"))):
            for order in orders:
                cursor = self.get(f"{path}?limit=1{'&sort=' + order if order else ''}")["next"]
                self.assertTrue(cursor)
                for other in orders:
                    self.get(f"{path}?cursor={cursor}{'&sort=' + other if other else ''}",
                             200 if other == order else 400)
        self.get(f"/messages?sort=-time&cursor={self.get('/messages?limit=1')['next']}")

        def made_up(*pieces):
            return base64.urlsafe_b64encode("\n".join(pieces).encode()).decode().rstrip("=")

        for path, *pieces in (("/messages", "messages ", "abc", "def"), ("/messages", "messages ", "1", ""),
                              ("/messages", "messages ", "", "\t1"), ("/messages", "messages ", "1", "0"),
                              ("/messages", "messages ", "1x", "1"), ("/messages", "messages", "1", "1"),
                              ("/users", "users ", "", ""), ("/environments", "environments ", "", "x"),
                              ("/environments/ovs/objects?sort=name", "objects name", "x", ""),
                              ("/environments/ovs/objects?sort=name", "objects name", "", ""),
                              ("/environments/ovs/links", "links ", "x", "y"),
                              ("/environments/ovs/revisions", "revisions ", "1x", "")):
            self.get(f"{path}{'&' if '?' in path else '?'}cursor={made_up(*pieces)}", 400)

    def test_revisions(self):
        """The latest first, over pages."""
        for name in ("ovs-busy", "ovs", "ovs-busy"):
            self.program.run("scan", "-e", "third", "--replay", shipped(name))
        whole = self.get("/environments/third/revisions")
        self.assertEqual(len(whole["revisions"]), 3)
        self.assertIsNone(whole["next"])
        found, cursor = [], ""
        while cursor is not None:
            page = self.get(f"/environments/third/revisions?limit=1{'&cursor=' + cursor if cursor else ''}")
            found += page["revisions"]
            cursor = page["next"]
        self.assertEqual(found, whole["revisions"])
        numbers = [row["revision"] for row in found]
        self.assertEqual(numbers, sorted(numbers, reverse=True))

    def test_whole_lists_as_lines(self):
        """All of it, one a line; an error before the first is one."""
        lines = {"Accept": "application/x-ndjson"}
        answer = self.ask("GET", "/environments/ovs/objects", headers=lines)
        self.assertEqual(answer.headers["Content-Type"], "application/x-ndjson")
        rows = [json.loads(line) for line in answer.text.splitlines()]
        self.assertGreater(len(rows), 100)
        self.assertEqual(rows, self.pages(""))
        ports = self.ask("GET", "/environments/ovs/objects?type=port&fields=id", headers=lines)
        self.assertEqual([json.loads(line) for line in ports.text.splitlines()],
                         [{"id": row["id"]} for row in self.pages("type=port")])
        self.assertEqual(self.ask("GET", "/environments/ovs/objects?type=frob",
                                  headers=lines).text, "")
        self.ask("GET", "/environments/ovs/objects?limit=3", None, 400, headers=lines)
        self.ask("GET", "/environments/none/objects", None, 404, headers=lines)

    def test_conditions(self):
        """What one has is not sent again; what somebody else changed is not changed."""
        answer = self.ask("GET", "/environments/ovs/counts")
        tag = answer.headers["ETag"]
        again = self.ask("GET", "/environments/ovs/counts", None, 304,
                         headers={"If-None-Match": tag})
        self.assertEqual((again.text, again.headers["ETag"]), ("", tag))
        made = self.ask("POST", "/environments/ovs/schedules", {"recurrence": "DAILY"}, 201).json
        path = f"/schedules/{made['_id']}"
        tag = self.ask("GET", path).headers["ETag"]
        self.ask("PUT", path, {"recurrence": "WEEKLY"}, 412, headers={"If-Match": '"frob"'})
        self.ask("PUT", path, {"recurrence": "WEEKLY"}, 200, headers={"If-Match": tag})
        self.assertEqual(self.get(path)["recurrence"], "WEEKLY")
        self.ask("PUT", path, {"recurrence": "YEARLY"}, 412, headers={"If-Match": tag})
        self.ask("DELETE", path, None, 412, headers={"If-Match": tag})
        self.ask("DELETE", path, None, 204, headers={"If-Match": "*"})
        self.ask("DELETE", path, None, 404, headers={"If-Match": "*"})


if __name__ == "__main__":
    unittest.main()
