# SPDX-License-Identifier: Apache-2.0
"""A host that answers as one of a recorded cloud did, to whoever opens a shell on it.

Stand-ins for the commands that a scan asks (ip, ovs-vsctl, virsh ...) come first in its PATH: what
the recording has of a command is printed, the rest goes to the real program or fails as an unknown
command does.
"""

import collections
import os
import shlex

NOT_FOUND = 127
REAL = ("cat", "ls", "uname", "arch")           # what a shell script needs itself
TOOLS = ("ip", "ovs-vsctl", "ovs-appctl", "ovs-dpctl", "virsh", "ethtool", "brctl", "bridge")


def play_all(servers, recording):
    """Makes each ssh_server.Server the host of a program.Recording that has its name, with a user who
    is not root."""
    entries = collections.defaultdict(list)
    for entry in recording.entries:
        if entry["kind"] == "cli":
            entries[entry["host"]].append(entry)
    for host, server in servers.items():
        _play(server, recording, host, entries[host])


def _play(server, recording, host, entries):
    cases = {tool: [] for tool in (*TOOLS, *REAL)}
    for entry in entries:
        tool, _, rest = " ".join(shlex.split(entry["command"])).partition(" ")
        output = _reply(server, recording, entry, len(cases[tool]))
        complaint = _complaint(recording, entry)
        cases[tool].append(f"{shlex.quote(rest)}) {output}{complaint}exit {entry['rc']} ;;")
    cases["ls"].append("'-1 /proc/net/bonding') exit 2 ;;")
    cases["uname"].append(f"-n) echo {host}; exit ;;")
    for tool, lines in cases.items():
        otherwise = (f'exec /bin/{tool} "$@"' if tool in REAL else
                     f'echo "{tool}: not found" >&2\nexit {NOT_FOUND}')
        server.program(tool, "\n".join(['case "$*" in', *lines, "esac", otherwise]))
    server.program("id", '[ "$*" = -u ] && echo 1000 && exit\nexec /usr/bin/id "$@"')
    server.program("sudo", '[ "$1" = -n ] && shift\nexec "$@"')


def _complaint(recording, entry):
    """What prints the recorded stderr: most commands have none, and no process then."""
    file = entry.get("stderr_file")
    return f"/bin/cat {shlex.quote(os.path.abspath(recording.path(file)))} >&2; " if file else ""


def _reply(server, recording, entry, number):
    """What prints the recorded stdout; slices of shared files become files."""
    if not entry.get("file"):
        return ""
    if "offset" not in entry:
        return f"/bin/cat {shlex.quote(os.path.abspath(recording.path(entry['file'])))}; "
    path = server.folder / f"reply-{entry['command'].split()[0]}-{number}"
    path.write_bytes(recording.read(entry))
    return f"/bin/cat {shlex.quote(str(path))}; "
