#!/usr/bin/python3
"""Small client of the lab's REST APIs, for provision.py and exercise.py. Run as a program: a summary of the cloud."""
import os
import subprocess
import sys
import time

import requests

HERE = os.path.dirname(os.path.abspath(__file__))


def settings():
    """What lab/settings says, as the lab's scripts see it."""
    out = subprocess.run(["bash", "-c", "set -a; . \"$0\"; env -0", HERE + "/settings"],
                         stdout=subprocess.PIPE, text=True, check=True).stdout
    pairs = (item.partition("=") for item in out.split("\0"))
    return {name: value for name, _, value in pairs if name.startswith("LAB_")}


SETTINGS = settings()
CTL = SETTINGS["LAB_CTL"]
KEYSTONE = f"http://{CTL}:5000/v3"
NOVA = f"http://{CTL}:8774/v2.1"
NEUTRON = f"http://{CTL}:9696/v2.0"
GLANCE = f"http://{CTL}:9292/v2"
PLACEMENT = f"http://{CTL}:8778"
START = time.time()


def say(message):
    print("[%4ds]   %s" % (time.time() - START, message), flush=True)


class Api:
    """A session of one user in one project."""

    def __init__(self, user="admin", project="admin"):
        self.session = requests.Session()
        self.session.trust_env = False
        domain = {"name": "Default"}
        password = {"user": {"name": user, "domain": domain, "password": SETTINGS["LAB_ADMIN_PASSWORD"]}}
        reply = self.session.post(KEYSTONE + "/auth/tokens", timeout=30, json={"auth": {
            "identity": {"methods": ["password"], "password": password},
            "scope": {"project": {"name": project, "domain": domain}}}})
        reply.raise_for_status()
        self.project_id = reply.json()["token"]["project"]["id"]
        self.session.headers["X-Auth-Token"] = reply.headers["X-Subject-Token"]

    def call(self, method, url, body=None, ok=(200, 201, 202, 204), tries=1, **options):
        """Ask; a failure is asked again up to `tries` times. The reply's JSON, else the reply."""
        for left in reversed(range(tries)):
            try:
                reply = self.session.request(method, url, json=body, timeout=120, **options)
                if reply.status_code in ok or not left:
                    break
            except requests.RequestException:
                if not left:
                    raise
            time.sleep(2)
        if reply.status_code not in ok:
            raise RuntimeError("%s %s -> %s %s" % (method, url, reply.status_code, reply.text[:400]))
        return reply.json() if reply.text and "json" in reply.headers.get("Content-Type", "") else reply

    def get(self, url, **options):
        return self.call("GET", url, **options)

    def post(self, url, body, **options):
        return self.call("POST", url, body, **options)

    def put(self, url, body=None, **options):
        return self.call("PUT", url, body, **options)

    def patch(self, url, body, **options):
        return self.call("PATCH", url, body, **options)

    def delete(self, url, **options):
        return self.call("DELETE", url, ok=(200, 202, 204, 404), **options)

    def named(self, url, key, name, **options):
        """First object of that name in a list, or None."""
        return next((item for item in self.get(url, **options)[key] if item.get("name") == name), None)

    def ensure(self, url, key, name, tries=1, **attributes):
        """The object of that name, made when it is not there. `key` is the plural of what a new one is called."""
        found = self.named(url, key, name, tries=tries)
        if not found:
            one = key.rstrip("s")
            found = self.post(url, {one: dict(attributes, name=name)}, tries=tries)[one]
            say("created %s %s" % (one, name))
        return found


def summary():
    api = Api()
    dead = 0
    for agent in api.get(NEUTRON + "/agents")["agents"]:
        dead += not agent["alive"]
        print("  agent %-20s %-5s %s" % (agent["agent_type"], agent["host"], "alive" if agent["alive"] else "DEAD"))
    for service in api.get(NOVA + "/os-services")["services"]:
        dead += service["state"] != "up"
        print("  service %-18s %-5s %s" % (service["binary"], service["host"], service["state"]))
    for server in api.get(NOVA + "/servers/detail?all_tenants=1")["servers"]:
        addresses = {name: [one["addr"] for one in some] for name, some in server["addresses"].items()}
        print("  server %-8s %-7s on %-5s %s" % (server["name"], server["status"], server["OS-EXT-SRV-ATTR:host"],
                                                 addresses))
    return 1 if dead else 0


if __name__ == "__main__":
    sys.exit(summary())
