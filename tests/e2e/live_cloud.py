# SPDX-License-Identifier: Apache-2.0
"""A living cloud on this machine: the APIs of a recording behind HTTP, its hosts behind real sshds."""

import json
import os

import recorded_hosts
import ssh_server
from program import CLOUDS, Recording
from recorded_cloud import RecordedCloud

ACCESS = ("master", "own")     # a tunnel wants names that the master resolves


class LiveCloud:
    """The cloud of a recording, from the beginning to the end of the 'with'. Its master host is the
    first controller, 'ctl' or 'ctl1'. 'forced' is what every host runs in place of a command."""

    def __init__(self, folder=os.path.join(CLOUDS, "ovs"), forced=None, **how):
        self.recording = Recording(str(folder))
        self.api = RecordedCloud(folder, **how)
        names = sorted({entry["host"] for entry in self.recording.entries
                        if entry["kind"] == "cli"})
        self.controller = next(name for name in names if name.startswith("ctl"))
        self.ssh = ssh_server.Cloud(hosts=[name for name in names if name != self.controller],
                                    forced=forced, master=self.controller)
        self.hosts = {**self.ssh.hosts, self.controller: self.ssh.master}
        recorded_hosts.play_all(self.hosts, self.recording)

    def __enter__(self):
        self.api.__enter__()
        self.ssh.__enter__()
        return self

    def __exit__(self, *_):
        self.ssh.__exit__()
        self.api.__exit__()

    def environment(self, access="master", name="lab", connect_timeout=None, **changes):
        """The document of an environment that reaches all of it in that way."""
        login = {"user": self.ssh.user, "key": str(self.ssh.client_key)}
        cli = {"name": "CLI", "port": self.ssh.master.port, **login}
        if connect_timeout:
            cli["connect_timeout"] = connect_timeout
        if access == "own":
            cli["hosts"] = {host: {"host": server.address, "port": server.port, **login}
                            for host, server in self.hosts.items()}
        else:
            cli["host"] = self.ssh.master.address
            changes["access"] = access
        return self.api.environment(cli, name=name, **changes)

    def add(self, program, access="master", **changes):
        """Makes the program know and trust this cloud."""
        document = self.environment(access, **changes)
        program.run("env", "add", "--file", "-", given=json.dumps(document))
        program.run("env", "trust", "-e", document["name"], "--yes")
        return document
