# SPDX-License-Identifier: Apache-2.0
"""Hosts that answer as those of a recorded cloud did, to whoever opens a shell on them.

Each host is a folder of stand-ins for the commands that a scan asks (ip, ovs-vsctl, virsh ...),
to be put first in PATH: what the recording has of a command is printed, anything else is handed to
the real program or fails as an unknown command would.
"""

import json
import os
import re
import shlex

# What the probe itself runs, besides the commands that are recorded.
LISTING = re.compile(r"^l.* (\S+) -> ", re.M)
NOT_THERE = 127


def entries(folder):
    """The entries of a recording's index."""
    with open(os.path.join(folder, "index.json"), encoding="utf-8") as f:
        files = json.load(f)["files"]
    if isinstance(files, str):
        with open(os.path.join(folder, files), encoding="utf-8") as f:
            files = [json.loads(line) for line in f if line.strip()]
    return files


class RecordedHosts:
    """The hosts of a recording, as folders of stand-ins below 'place'."""

    def __init__(self, recording, place):
        self.recording, self.place, self.n_slices = os.path.abspath(recording), place, 0
        self.commands = {}      # host -> {command: its entry}
        for entry in entries(self.recording):
            if entry["kind"] == "cli":
                commands = self.commands.setdefault(entry["host"], {})
                commands[" ".join(shlex.split(entry["command"]))] = entry
        self.names = sorted(self.commands)
        for host in self.names:
            self._make_host(host)

    def folder(self, host):
        """What has to come first in PATH on that host."""
        return os.path.join(self.place, host)

    def environment(self, host):
        """Shell words that make a shell that host: env $(...) sh -c ..."""
        return f"PATH={self.folder(host)}:/usr/bin:/bin"

    def replace(self, host, tool, text):
        """Another stand-in for one tool: a sh script, for hosts that are ill."""
        path = os.path.join(self.folder(host), tool)
        with open(path, "w", encoding="utf-8") as f:
            f.write("#!/bin/sh\n" + text)
        os.chmod(path, 0o755)

    def _path(self, name):
        return shlex.quote(os.path.join(self.recording, name)) if name else "/dev/null"

    def _reply(self, entry):
        """The file with what the command printed; slices of shared files become files."""
        if "file" not in entry or "offset" not in entry:
            return self._path(entry.get("file"))
        self.n_slices += 1
        path = os.path.join(self.place, f"reply-{self.n_slices}")
        with open(os.path.join(self.recording, entry["file"]), "rb") as f:
            f.seek(entry["offset"])
            text = f.read(entry["bytes"])
        with open(path, "wb") as f:
            f.write(text)
        return shlex.quote(path)

    def _make_host(self, host):
        os.makedirs(self.folder(host))
        cases = {}
        for command, entry in self.commands[host].items():
            tool, _, rest = command.partition(" ")
            reply = self._reply(entry)
            cases.setdefault(tool, []).append(
                f"{shlex.quote(rest)}) /bin/cat {reply}; "
                f"/bin/cat {self._path(entry.get('stderr_file'))} >&2; exit {entry['rc']} ;;\n")
            if command == "ls -l /sys/class/net":
                with open(shlex.split(reply)[0], encoding="utf-8") as f:
                    names = "\\n".join(LISTING.findall(f.read()))
                cases["ls"].append(f"/sys/class/net) printf '{names}\\n'; exit ;;\n")
        cases.setdefault("ls", []).append("/proc/net/bonding) exit 2 ;;\n")
        cases.setdefault("uname", []).append(f"-n) echo {host}; exit ;;\n")
        for tool, lines in cases.items():
            real = f"/bin/{tool}" if tool in ("cat", "ls", "uname", "arch") else None
            otherwise = f'exec {real} "$@"' if real else (
                f"echo {tool}: not recorded: \"$*\" >&2\nexit {NOT_THERE}")
            self.replace(host, tool, 'case "$*" in\n' + "".join(lines) + "esac\n" + otherwise + "\n")
        # A user who is not root, and whom sudo lets do everything.
        self.replace(host, "id", '[ "$*" = -u ] && echo 1000 && exit\nexec /usr/bin/id "$@"\n')
        self.replace(host, "sudo", '[ "$1" = -n ] && shift\nexec "$@"\n')
        # Commands that this host did not have are not to be found on this machine either.
        for tool in ("ip", "ovs-vsctl", "ovs-appctl", "ovs-dpctl", "virsh", "ethtool", "brctl", "bridge"):
            if tool not in cases:
                self.replace(host, tool, f"echo {tool}: not found >&2\nexit {NOT_THERE}\n")
