# SPDX-License-Identifier: Apache-2.0
"""The living lab, read as tests/truth reads a recording.

The lists come from the APIs and the wiring from the hosts, over SSH, with commands that people
type: as text, of which the program prefers other forms. `Cloud` answers as raw.Recording does, so
that truth.Truth expects ids, parents, hosts and chains of it; attributes.py adds what the objects
must say about themselves.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "truth"))

import raw  # noqa: E402 - found through the line above
from lab import labapi  # noqa: E402

URLS = {"keystone": labapi.KEYSTONE, "nova": labapi.NOVA, "neutron": labapi.NEUTRON}

# Runs on each host, as root: {command: what it printed} of those that succeeded.
LOOK = r"""
import json, subprocess
found = {}
def run(command):
    try:
        done = subprocess.run(command.split(), capture_output=True, text=True, timeout=60)
    except OSError:
        return ""
    if done.returncode == 0:
        found[command] = done.stdout
    return found.get(command, "")
for command in ("ip -d link", "ip address", "brctl show", "bridge fdb show", "ovs-vsctl show",
                "ls -l /sys/class/net", "cat /etc/os-release", "uname -a"):
    run(command)
for line in run("ip netns list").splitlines():
    run(f"ip netns exec {line.split()[0]} ip address")
for name in run("virsh list --all --name").split():
    run(f"virsh dumpxml {name}")
print(json.dumps(found))
"""


class Cloud:
    """The lab at this moment."""

    def __init__(self, lab, environment):
        self.lab, self.index = lab, {"environment": environment}
        self._lists = {}
        with ThreadPoolExecutor() as pool:
            looks = pool.map(lambda host: lab.ssh(host, "sudo", "-n", "/usr/bin/python3", "-",
                                                  given=LOOK), lab.hosts)
            self.commands = dict(zip(lab.hosts, map(json.loads, looks)))

    def rest(self, service, path, member, query=""):
        """All rows of an API list."""
        url = URLS[service] + path + (f"?{query}" if query else "")
        if url not in self._lists:
            self._lists[url] = self.lab.admin.get(url)[member]
        return self._lists[url]

    def table(self, name):
        """The APIs tell all: no table is needed."""
        raise raw.RecordingError(f"{name}: the lab's database is not asked")

    def output(self, host, *forms):
        """What a command printed on a host, or None."""
        return next((self.commands[host][form] for form in forms if form in self.commands[host]),
                    None)
