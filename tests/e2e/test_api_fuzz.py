#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Requests made of the API's own description, good ones and bad ones (tests/openapi/fuzz.mjs).

The same each time, unless TEST_SEED says which; FUZZ_SECONDS goes on for that long with others, FUZZ_RUNS is the number of requests of each
operation in one go."""

import json
import os
import unittest

import node
from program import SANITIZER, Program, chance, new_folder, shipped
from test_serve import ADMIN, Service, ServeCase
from test_v1 import DOCUMENT


class Fuzz(ServeCase):
    """All operations."""

    def test_requests(self):
        """None is answered wrongly, and the server is as before."""
        program = Program(new_folder(self))
        for name in ("one", "two"):
            program.run("scan", "-e", name, "--replay", shipped("ovs"))
            program.run("env", "edit", name, "--file", "-", given=json.dumps({**DOCUMENT, "name": name}))
        for name, roles in ((ADMIN, ("all",)), ("viewer", ()), ("victim", ())):
            self.add_user(program, name, *roles)
        program.run("user", "grant", "viewer", "-e", "one", "--view")
        service = Service(program, "--no-scans")
        self.addCleanup(service.stop)
        tokens = {"admin": self.sign_in(service), "viewer": self.sign_in(service, "viewer"), "nobody": None}

        def first(kind, path, method="GET", body=None):
            found = service.ask(method, f"/api/v1/environments/one/{path}", body, tokens["admin"]).json
            return [row["_id"] for row in (found[kind] if kind else [found])]

        def catalog(name):
            return [row["_id"] for row in service.ask("GET", f"/api/v1/{name}?limit=3", token=tokens["admin"])
                    .json[name.replace("-", "_")]]

        known = {"environment": ["one", "one", "one", "two", "scratch"], "environment to change": ["scratch"], "environment to reach": ["one", "two"],
                 "of": ["one"], "host": ["cmp1"],
                 "users": [ADMIN, "viewer", "victim"], "users to change": ["victim"],
                 "objects": first("objects", "objects?type=instance") + first("objects", "objects?limit=3"),
                 "links": first("links", "links?limit=3"), "scans": first(None, "scans", "POST", {}),
                 "schedules": first(None, "schedules", "POST", {"recurrence": "DAILY"}),
                 "tokens": [service.ask("POST", "/api/v1/tokens", {}, tokens["admin"]).json["id"]],
                 "messages": [row["id"] for row in service.ask("GET", "/api/v1/messages?limit=3", token=tokens["admin"])
                              .json["messages"]],
                 "constants": ["log_levels"], "words": ["instance", "vnic", "cmp1", "vm-a1", "inventory"],
                 **{name: catalog(name) for name in ("clique-types", "clique-constraints", "link-types")}}
        examples = {"EnvironmentDocument": {**DOCUMENT, "name": "scratch"},
                    "EnvironmentPatch": {"name": "scratch", "configuration": DOCUMENT["configuration"]},
                    "NewCliqueType": {"environment": "one", "link_types": ["vnic-vconnector"]},
                    "NewLinkType": {"type": "vnic-port", "endPointA": "vnic", "endPointB": "port"}}
        reaching = ["get_shown_keys", "post_host_keys"]     # these ask the cloud: only one that nobody answers for
        # What is asked before a change must be what is asked behind it; who looks for more says so.
        seconds = float(os.environ.get("FUZZ_SECONDS", "0"))
        seed = chance().randrange(1 << 31) if seconds or "TEST_SEED" in os.environ else 1
        world = {"address": service.address, "tokens": tokens, "known": known, "examples": examples, "reaching": reaching, "seed": seed,
                 "runs": int(os.environ.get("FUZZ_RUNS", "20")), "seconds": seconds}
        done = node.run("fuzz.mjs", given=json.dumps(world), timeout=world["seconds"] + 500)
        print("\n".join(done.stdout.splitlines()[-2:]), flush=True)
        self.assertIsNone(service.process.poll(), f"it ended: {service.said()[-4000:]}\n{done.stdout[:4000]}")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(service.stop(), 0)
        self.assertIsNone(SANITIZER.search(service.said()), service.said()[-4000:])


if __name__ == "__main__":
    unittest.main()
