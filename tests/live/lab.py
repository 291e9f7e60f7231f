# SPDX-License-Identifier: Apache-2.0
"""The lab from outside: its APIs, its hosts as root, its services and what its logs gain.

Nothing here knows the program under test. A host is entered through its namespaces (lab/exec), so
that looking leaves no trace in the logs of sshd and works while sshd does not.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
STATE = os.environ.get("LAB_STATE") or "/var/lib/calipso-lab"
sys.path.insert(0, os.path.join(ROOT, "lab"))

import labapi  # noqa: E402 - found through the line above

MACHINE = labapi.SETTINGS["LAB_MGMT"] + ".1"
CTL = "ctl"


class LabError(Exception):
    """The lab does not do what is asked of it: nothing can be said about the program."""


class Lab:
    """A lab that is up."""

    def __init__(self):
        try:
            with open(os.path.join(STATE, "lab.json"), encoding="utf-8") as stream:
                self.facts = json.load(stream)
        except OSError as error:
            raise LabError(f"the lab is not up (sudo lab/up): {error}") from error
        self.hosts = [name for name in self.facts["hosts"] if name != "tor1"]
        self.admin, self.demo = labapi.Api(), labapi.Api("demo", "demo")
        self.ssh_config = os.path.join(STATE, "ssh_config")

    @property
    def variant(self):
        """As lab/up calls it."""
        if self.facts["driver"] == "lxb":
            return "lxb"
        return "ovs" if self.facts["firewall"] == "hybrid" else "ovs-direct"

    def on(self, host, script, *words, given=""):
        """Runs a script of bash as root inside a host; what it printed."""
        done = subprocess.run([os.path.join(ROOT, "lab", "exec"), host, "bash", "-ec", script,
                               *words], input=given, capture_output=True, text=True, timeout=120,
                              check=False)
        if done.returncode:
            raise LabError(f"{host}: {script}: exit status {done.returncode}: {done.stderr}")
        return done.stdout

    def ssh(self, host, *command, given=""):
        """The same as an administrator would, over SSH."""
        done = subprocess.run(["ssh", "-F", self.ssh_config, host, "--", *command], input=given,
                              capture_output=True, text=True, timeout=120, check=False)
        if done.returncode:
            raise LabError(f"ssh {host}: exit status {done.returncode}: {done.stderr}")
        return done.stdout

    def strangers(self):
        """{host: processes} of what the scan's user left running, by its own or with sudo."""
        script = r"""
            pgrep -a -u calipso || true
            for process in /proc/[0-9]*; do
                if tr '\0' '\n' <$process/environ 2>/dev/null | grep -qx SUDO_USER=calipso; then
                    echo "$(basename $process) $(tr '\0' ' ' <$process/cmdline) (sudo)"
                fi
            done"""
        found = {host: self.on(host, script).splitlines() for host in self.hosts}
        return {host: lines for host, lines in found.items() if lines}

    # ---- services

    def process_of(self, host, service):
        """The process id of a service."""
        return self.on(host, 'cat "/run/lab/$0.pid"', service).strip()

    def stop(self, host, service):
        """Ends a service with all its children."""
        self.on(host, """
            pid=$(cat "/run/lab/$0.pid")
            kill "$pid"
            for i in $(seq 50); do pgrep -s "$pid" >/dev/null || exit 0; sleep 0.2; done
            pkill -KILL -s "$pid"
            for i in $(seq 50); do pgrep -s "$pid" >/dev/null || exit 0; sleep 0.2; done
            exit 1""", service)

    def start(self, host, service):
        """Starts a service as it was started before."""
        self.on(host, 'lab-service "$0"', service)

    @contextlib.contextmanager
    def stopped(self, host, service, is_back):
        """For a while a service does not run; afterwards is_back() tells when it does again."""
        self.stop(host, service)
        try:
            yield
        finally:
            self.start(host, service)
            wait(f"{service} on {host} to be back", 120, is_back)

    @contextlib.contextmanager
    def frozen(self, host, service):
        """For a while a service exists, but does nothing: the kernel accepts connections for it."""
        pid = self.process_of(host, service)
        self.on(host, 'kill -STOP "$0"', pid)
        try:
            yield
        finally:
            self.on(host, 'kill -CONT "$0"', pid)

    @contextlib.contextmanager
    def changed_file(self, host, path, content):
        """For a while a file of a host has another content."""
        before = self.on(host, 'cat "$0"', path)
        self.on(host, 'cat >"$0"', path, given=content)
        try:
            yield
        finally:
            self.on(host, 'cat >"$0"', path, given=before)

    @contextlib.contextmanager
    def changed_host_key(self, host):
        """For a while a host shows other keys."""
        pid = self.process_of(host, "sshd")
        self.on(host, """mkdir /run/lab/keys && mv /etc/ssh/ssh_host_* /run/lab/keys/
                         ssh-keygen -A >/dev/null && kill -HUP "$0" """, pid)
        try:
            yield
        finally:
            self.on(host, """mv /run/lab/keys/* /etc/ssh/ && rmdir /run/lab/keys
                             kill -HUP "$0" """, pid)

    # ---- what is asked of it

    def log(self, host, path):
        """A log of a host, from now on."""
        return Log(self, host, path)

    def request_logs(self):
        """The access logs of the services, from now on: read by requests_in()."""
        return {service: self.log(CTL, path) for service, path in (
            ("keystone", "/var/log/lab/keystone.log"), ("nova", "/var/log/nova/nova-api.log"),
            ("neutron", "/var/log/neutron/neutron-server.log"),
            ("placement", "/var/log/lab/placement.log"),
            ("glance", "/var/log/glance/glance-api.log"))}

    def session_logs(self):
        """The logs of sshd, from now on: read by sessions_in()."""
        return {host: self.log(host, "/var/log/lab/sshd.log") for host in self.hosts}


class Log:
    """What a log gained since it was looked at first."""

    def __init__(self, lab, host, path):
        self.lab, self.host, self.path = lab, host, path
        self.size = int(lab.on(host, 'stat -c %s "$0"', path))

    def text(self):
        return self.lab.on(self.host, 'tail -c +"$1" "$0"', self.path, str(self.size + 1))


def requests_in(logs):
    """[(service, method, address)] of the requests that came from this machine."""
    uwsgi = re.compile(rf" {re.escape(MACHINE)} \(\) .* (GET|HEAD|POST|PUT|PATCH|DELETE) (\S+) =>")
    eventlet = re.compile(rf' {re.escape(MACHINE)} .*"([A-Z]+) (\S+) HTTP/')
    return [(service, *found.groups()) for service, log in logs.items()
            for line in log.text().splitlines()
            for found in [uwsgi.search(line) or eventlet.search(line)] if found]


def sessions_in(logs):
    """{host: [(where from, commands)]} of the sessions of the user calipso."""
    sessions = {}
    for host, log in logs.items():
        text = log.text()
        found = re.findall(r"^Accepted \w+ for calipso from (\S+) port (\d+) ", text, re.M)
        sessions[host] = [(address, len(re.findall(
            rf"^Starting session: (?:command|shell|subsystem\b.*?) for calipso from "
            rf"{re.escape(address)} port {port} ", text, re.M))) for address, port in found]
    return sessions


def wait(what, seconds, test, pause=1.0):
    """Waits until test() is true."""
    end = time.monotonic() + seconds
    while not test():
        if time.monotonic() > end:
            raise LabError(f"waited {seconds} s for {what}")
        time.sleep(pause)
