# SPDX-License-Identifier: Apache-2.0
"""A host that answers as one of a recorded cloud did, to whoever opens a shell on it.

Stand-ins for the commands that a scan asks (ip, ovs-vsctl, virsh ...) come first in its PATH: what
the recording has of a command is printed, the rest goes to the real program or fails as an unknown
command does.
"""

import os
import re
import shlex

NOT_FOUND = 127
LISTED = re.compile(r"^l.* (\S+) -> ", re.M)    # a line of `ls -l /sys/class/net`
REAL = ("cat", "ls", "uname", "arch")           # what a shell script needs itself
TOOLS = ("ip", "ovs-vsctl", "ovs-appctl", "ovs-dpctl", "virsh", "ethtool", "brctl", "bridge")


def play(server, recording, host):
    """Makes an ssh_server.Server that host of a program.Recording, with a user who is not root."""
    cases = {tool: [] for tool in (*TOOLS, *REAL)}
    for entry in recording.entries:
        if entry["kind"] != "cli" or entry["host"] != host:
            continue
        tool, _, rest = " ".join(shlex.split(entry["command"])).partition(" ")
        reply = _reply(server, recording, entry, len(cases[tool]))
        cases[tool].append(f"{shlex.quote(rest)}) /bin/cat {reply}; "
                           f"/bin/cat {_complaint(recording, entry)} >&2; exit {entry['rc']} ;;")
        if (tool, rest) == ("ls", "-l /sys/class/net"):
            names = "\\n".join(LISTED.findall(recording.read(entry).decode()))
            cases["ls"].append(f"/sys/class/net) printf '{names}\\n'; exit ;;")
    cases["ls"].append("/proc/net/bonding) exit 2 ;;")
    cases["uname"].append(f"-n) echo {host}; exit ;;")
    for tool, lines in cases.items():
        otherwise = (f'exec /bin/{tool} "$@"' if tool in REAL else
                     f'echo "{tool}: not found" >&2\nexit {NOT_FOUND}')
        server.program(tool, "\n".join(['case "$*" in', *lines, "esac", otherwise]))
    server.program("id", '[ "$*" = -u ] && echo 1000 && exit\nexec /usr/bin/id "$@"')
    server.program("sudo", '[ "$1" = -n ] && shift\nexec "$@"')


def _complaint(recording, entry):
    file = entry.get("stderr_file")
    return shlex.quote(recording.path(file)) if file else "/dev/null"


def _reply(server, recording, entry, number):
    """The file with what a command printed; slices of shared files become files."""
    if not entry.get("file"):
        return "/dev/null"
    if "offset" not in entry:
        return shlex.quote(os.path.abspath(recording.path(entry["file"])))
    path = server.folder / f"reply-{entry['command'].split()[0]}-{number}"
    path.write_bytes(recording.read(entry))
    return shlex.quote(str(path))
