#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scan a living cloud of many hosts, in each way and with few and many workers: one line per figure.

    live.py RECORDING PROGRAM

The hosts of the recording are real sshds with Debian's limits. Each has a round trip's delay for its
connection and its command; every twentieth is dead: one half refuses, one half accepts and is silent.
They are played on this machine, which costs more than the scan: 'simulation' is what the same probes
take here without SSH, on all processors, and 'plain_ssh' what `ssh HOST true` takes by the same number
of workers, with the same delays and the same dead hosts.
"""

import json
import os
import pathlib
import random
import re
import shlex
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "e2e"))
RECORDING, os.environ["CALIPSO"] = (os.path.abspath(word) for word in sys.argv[1:])
os.environ.setdefault("TEST_TIMEOUT", "600")

# pylint: disable=wrong-import-position
from live_cloud import ACCESS, LiveCloud  # noqa: E402
from program import ENVIRONMENT, WITH_ERRORS, Program  # noqa: E402

SEED = 1
JOBS = (16, 8, 1)
DELAY = 0.05            # seconds, for a connection and again for a command
CONNECT_TIMEOUT = 5     # seconds, as an operator would set it
STREAMS = 8             # commands in one session with the master
FORCED = f'sleep {2 * DELAY}; exec sh -c "$SSH_ORIGINAL_COMMAND"'

is_over = False         # pylint: disable=invalid-name


def figure(name, value, unit="", budget=None, reference=None):
    """One line, as bench.c prints it. A budget is what the value must not exceed."""
    global is_over      # pylint: disable=global-statement
    over = budget is not None and value > budget
    is_over |= over
    ratio = f"{value / reference:.2f}" if reference else "-"
    print(f"{name:36s} {value:10.3f} {unit:5s} {'-' if budget is None else f'{budget:g}':>8s} "
          f"{ratio:>8s} {'OVER' if over else 'ok'}", flush=True)


def median(values):
    """The middle one."""
    values = sorted(values)
    return values[len(values) // 2]


class Probes:
    """The scripts that a scan sends, caught on their way, and run here without SSH."""

    def __init__(self, cloud, living):
        self.cloud, self.living = cloud, living

    def catch(self, scan):
        """While 'scan' runs, each host keeps the script that it gets."""
        for host in self.living:
            server = self.cloud.hosts[host]
            server.program("sed", f'case $1 in /^*/q) exec /bin/sed "$@" >{server.folder}/script && '
                                  f'cat {server.folder}/script ;; esac\nexec /bin/sed "$@"')
        scan()
        for host in self.living:
            (self.cloud.hosts[host].bin / "sed").unlink()

    def run(self, host):
        """Run one here: (seconds, bytes)."""
        server, began = self.cloud.hosts[host], time.monotonic()
        path = f"{server.bin}:{os.environ['PATH']}:/usr/sbin"
        script = (server.folder / "script").read_text(encoding="utf-8").rpartition("\n")[0]
        # The last line is the mark that ends it.
        output = subprocess.run(["sh"], input=script.encode(), env={**os.environ, "PATH": path},
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
        return time.monotonic() - began, len(output)

    def run_all(self):
        """All of them, one on each processor: (seconds of all, {host: (seconds, bytes)})."""
        began = time.monotonic()
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            found = dict(zip(self.living, pool.map(self.run, self.living)))
        return time.monotonic() - began, found

    def run_over_ssh(self, host):
        """One alone, by ssh: seconds."""
        script = (self.cloud.hosts[host].folder / "script").read_bytes()
        began = time.monotonic()
        subprocess.run([*ssh(self.cloud), host, "sh"], input=script, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, check=False)
        return time.monotonic() - began


def ssh(cloud):
    """The plain program."""
    return ["ssh", "-F", str(cloud.ssh.folder / "ssh_config"), "-o", "BatchMode=yes",
            "-o", f"ConnectTimeout={CONNECT_TIMEOUT}", "-o", "StrictHostKeyChecking=no",
            "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"]


def plain_ssh(cloud, jobs):
    """`ssh HOST true` for every host: seconds."""
    # xargs gives up at a status of 255, which is what ssh ends with.
    command = f"{shlex.join(ssh(cloud))} {{}} true || :"
    began = time.monotonic()
    subprocess.run(["xargs", "-P", str(jobs), "-I", "{}", "sh", "-c", command],
                   input="\n".join(sorted(cloud.ssh.hosts)).encode(), stderr=subprocess.DEVNULL,
                   check=True)
    return time.monotonic() - began


def choose_dead(cloud):
    """Which hosts refuse, and which are silent."""
    names = sorted(cloud.ssh.hosts)
    n_each = max(1, round(len(names) / 40))
    dead = random.Random(SEED).sample(names, 2 * n_each)
    return dead[:n_each], dead[n_each:]


def kill(cloud, refusing, silent):
    """From now on they are dead."""
    for host in refusing:
        cloud.hosts[host].stop()
    for host in silent:
        cloud.hosts[host].freeze()


def introduce(cloud, program, access):
    """Makes the program know and trust the cloud. Sixteen hosts show their keys at once, and all are
    played by this machine: they get more time for it than for the scan."""
    document = cloud.environment(access, connect_timeout=60)
    program.run("env", "add", "--file", "-", given=json.dumps(document))
    program.run("env", "trust", "-e", ENVIRONMENT, "--yes")
    document = cloud.environment(access, connect_timeout=CONNECT_TIMEOUT)
    program.run("env", "edit", ENVIRONMENT, "--file", "-", given=json.dumps(document))


class Scan:
    """One scan, and what it did to the cloud."""

    def __init__(self, cloud, program, jobs):
        before = {name: (h.n_sessions, h.n_commands) for name, h in cloud.hosts.items()}
        cloud.api.asked.clear()
        with tempfile.TemporaryFile() as err:
            began = time.monotonic()
            running = program.start("scan", "-e", ENVIRONMENT, "--jobs", str(jobs), stderr=err,
                                    stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(running.pid, 0)
            self.seconds = time.monotonic() - began
            running.returncode = self.status = os.waitstatus_to_exitcode(status)
            err.seek(0)
            self.complaints = err.read().decode().splitlines()
        self.memory_mb = usage.ru_maxrss / 1024
        self.processor = usage.ru_utime + usage.ru_stime
        self.n_requests = len(cloud.api.asked)
        self.counts = {name: (h.n_sessions - before[name][0], h.n_commands - before[name][1])
                       for name, h in cloud.hosts.items()}


def report(name, cloud, scan, jobs, dead, references):
    """The figures of one scan."""
    living = [host for host in cloud.ssh.hosts if host not in dead]
    counts = [scan.counts[host] for host in living]
    told = sum(any(re.search(rf"\b{host}\b", line) for line in scan.complaints) for host in dead)
    for line in scan.complaints:
        print(f"{name}: {line}", file=sys.stderr)
    figure(name, scan.seconds, "s", None, references["plain_ssh"])
    figure(f"{name}_to_slowest_host", scan.seconds, "s", None, references["slowest"])
    figure(f"{name}_to_simulation", scan.seconds, "s", None, references["simulation"])
    figure(f"{name}_hosts_per_second", (len(living) + 1) / scan.seconds)
    figure(f"{name}_processor", scan.processor, "s")
    figure(f"{name}_peak_memory", scan.memory_mb, "MB")
    figure(f"{name}_api_requests", scan.n_requests)
    figure(f"{name}_sessions_per_host", max(n for n, _ in counts), "", 1)
    figure(f"{name}_commands_per_host", max(n for _, n in counts), "", 1)
    sessions = scan.counts[cloud.controller][0]
    figure(f"{name}_sessions_with_master", sessions, "",
           1 if name.startswith("own") else -(-jobs // STREAMS))
    figure(f"{name}_dead_not_told", len(dead) - told, "", 0)
    figure(f"{name}_wrong_exit_status", scan.status != WITH_ERRORS, "", 0)
    figure(f"{name}_living_not_asked", sum(n != (1, 1) for n in counts), "", 0)


def main():
    """All figures."""
    with tempfile.TemporaryDirectory(prefix="calipso-bench-") as folder, \
            LiveCloud(RECORDING, forced=FORCED) as cloud:
        programs = {}
        for access in ACCESS:
            home = pathlib.Path(folder, access)
            home.mkdir()
            programs[access] = Program(str(home))
            introduce(cloud, programs[access], access)
        refusing, silent = choose_dead(cloud)
        dead = [*refusing, *silent]
        living = [host for host in cloud.hosts if host not in dead]
        kill(cloud, refusing, silent)
        print(f"{'live':36s} {'value':>10s} {'unit':5s} {'budget':>8s} {'ratio':>8s}")
        figure("hosts", len(cloud.hosts))
        figure("dead", len(dead))
        probes = Probes(cloud, living)
        probes.catch(lambda: programs["own"].run("scan", "-e", ENVIRONMENT, expect=WITH_ERRORS))
        references, found = {}, {}
        references["simulation"], found = probes.run_all()
        slowest = max(found, key=lambda host: found[host][0])
        references["slowest"] = median([probes.run_over_ssh(slowest) for _ in range(3)])
        figure("probe_output_median", median(n for _, n in found.values()) / 1000, "kB")
        figure("probe_output_largest", max(n for _, n in found.values()) / 1000, "kB")
        figure("simulation", references["simulation"], "s")
        figure("slowest_host", references["slowest"], "s")
        for jobs in JOBS:
            references["plain_ssh"] = plain_ssh(cloud, jobs)
            figure(f"plain_ssh_{jobs}", references["plain_ssh"], "s")
            for access in ACCESS:
                scan = Scan(cloud, programs[access], jobs)
                report(f"{access}_{jobs}", cloud, scan, jobs, dead, references)
    return is_over


if __name__ == "__main__":
    sys.exit(main())
