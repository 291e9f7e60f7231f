#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Ask `calipso serve` on the store of a synthetic cloud: one line per figure.

    server.py SIZE RECORDING PROGRAM BARE_HTTP

The rate of objects by "_id" is compared with that of a bare handler on libmicrohttpd that sends a body of
the same size; both are asked by wrk, in turn, several times, and the middle one counts. The other
figures are times of single requests on one connection, one after the other: of pages, of a search
while it is typed, of graphs; and of objects at 200 requests a second, alone and while a scan commits.
Between them 1,000 clients listen to the feed.

A machine that others share is late by tens of milliseconds at times, whatever runs on it. Times are
taken in several rounds: medians are of all of them, 99 % are those of the calmest round. Of the scans,
each compared with the calm before it, the middle one counts.
"""

import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

SIZE = sys.argv[1]
RECORDING, PROGRAM, BARE = (os.path.abspath(word) for word in sys.argv[2:])
PASSWORD = "correct horse"
THREADS = 2             # of either server
ROUNDS = 5
SECONDS = 2             # of each round of wrk
SCANS = 3
FEED_CLIENTS = 1000
CONNECTIONS = 16
PACE = 200              # requests a second while a scan commits

is_over = False         # pylint: disable=invalid-name


def figure(name, value, unit="", budget=None, reference=None, least=None):
    """One line, as bench.c prints it. A budget must not be exceeded, the least ratio be reached."""
    global is_over      # pylint: disable=global-statement
    ratio = value / reference if reference else None
    over = (budget is not None and value > budget) or (least is not None and ratio < least)
    is_over |= over
    limit = f"{budget:g}" if budget is not None else f">={least:g}" if least else "-"
    print(f"{name:36s} {value:10.3f} {unit:5s} {limit:>8s} "
          f"{'-' if ratio is None else f'{ratio:.2f}':>8s} {'OVER' if over else 'ok'}", flush=True)


def quantile(values, part):
    """The value below which that part lies."""
    values = sorted(values)
    return values[int((len(values) - 1) * part)]


def quantiles(name, measure, budget=None, reference=None):
    """Median and 99 % of the times in seconds of each round; the second has a budget in milliseconds."""
    rounds = [measure() for _ in range(ROUNDS)]
    calmest = min(quantile(times, 0.99) for times in rounds) * 1e3
    figure(f"{name}_p50", quantile([time for times in rounds for time in times], 0.5) * 1e3, "ms")
    figure(f"{name}_p99", calmest, "ms", budget, reference)
    return calmest


class Server:
    """`calipso serve` on a store, and an administrator's token."""

    def __init__(self, store):
        self.environ = {**os.environ, "CALIPSO_STORE": f"sqlite:{store}"}
        subprocess.run([PROGRAM, "user", "add", "bench", "--password-file", "-", "--roles", "all"],
                       input=PASSWORD.encode(), env=self.environ, check=True, stdout=subprocess.DEVNULL)
        self.log = open(f"{store}.log", "w+", encoding="utf-8")     # pylint: disable=R1732
        self.process = subprocess.Popen([PROGRAM, "serve", "-b", "127.0.0.1:0"], env=self.environ,
                                        stdout=self.log, stderr=self.log)
        self.address = self.wait_for_address()
        answer = self.connect()
        answer.request("POST", "/api/v1/session", json.dumps({"name": "bench", "password": PASSWORD}))
        cookie = answer.getresponse().getheader("Set-Cookie")
        self.token = re.search("=([0-9a-f]+)", cookie)[1]

    def wait_for_address(self):
        """Where it listens."""
        while True:
            text = pathlib.Path(self.log.name).read_text(encoding="utf-8")
            if found := re.search(r"msg=listening address=(\S+)", text):
                return found[1]
            if self.process.poll() is not None:
                raise RuntimeError(text)
            time.sleep(0.02)

    def connect(self):
        """A connection that stays."""
        return http.client.HTTPConnection(self.address, timeout=60)

    def get(self, connection, path):
        """(seconds, body)"""
        began = time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:200]}")
        return time.perf_counter() - began, body

    def post(self, connection, path, body):
        """What came of it."""
        connection.request("POST", path, json.dumps(body), {"Authorization": f"Bearer {self.token}"})
        answer = connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201, 202):
            raise RuntimeError(f"{path}: {answer.status} {text[:200]}")

    def times(self, paths, count, pace=0, until=None):
        """Times of requests, one after the other, for paths taken by chance; at a pace each is due at
        its time, from which it is counted. 'until' ends it early."""
        chance, connection, found = random.Random(1), self.connect(), []
        for path in chance.sample(paths, min(len(paths), 20)):
            self.get(connection, path)
        began = time.perf_counter()
        for i in range(count):
            if until and until.is_set():
                break
            due = began + i / pace if pace else time.perf_counter()
            time.sleep(max(0, due - time.perf_counter()))
            self.get(connection, chance.choice(paths))
            found.append(time.perf_counter() - due)
        return found

    def stop(self):
        """End it."""
        self.process.terminate()
        self.process.wait(60)
        self.log.close()


def wrk(url, *headers):
    """Requests a second."""
    words = [word for header in headers for word in ("-H", header)]
    out = subprocess.run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}", *words, url],
                         capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out:
        raise RuntimeError(out)
    return float(re.search(r"Requests/sec:\s+([0-9.]+)", out)[1])


@contextlib.contextmanager
def bare_handler(size):
    """The address of one that sends a body of that size."""
    bare = subprocess.Popen([BARE, str(size), str(THREADS)], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, text=True)
    try:
        yield bare.stdout.readline().strip()
    finally:
        bare.communicate()


def bench_pages(server, paths, count):
    """Pages, and as many bodies of their size from the bare handler: what the machine itself is late."""
    with bare_handler(len(server.get(server.connect(), paths[0])[1])) as address:
        connection = http.client.HTTPConnection(address, timeout=60)

        def ask_bare():
            found = []
            for _ in range(count):
                began = time.perf_counter()
                connection.request("GET", "/")
                connection.getresponse().read()
                found.append(time.perf_counter() - began)
            return found

        reference = quantiles("bare_page", ask_bare)
    quantiles("page_of_1000", lambda: server.times(paths, count), budget=10, reference=reference)


def bench_object(server, path):
    """The rate of one object, beside that of the bare handler."""
    size = len(server.get(server.connect(), path)[1])
    with bare_handler(size) as address:
        pairs = [(wrk(f"http://{address}/"),
                  wrk(f"http://{server.address}{path}", f"Authorization: Bearer {server.token}"))
                 for _ in range(ROUNDS)]
    pairs.sort(key=lambda pair: pair[1] / pair[0])
    reference, ours = pairs[len(pairs) // 2]
    figure("object_body", size, "bytes")
    figure("bare_rate", reference, "1/s")
    figure("object_rate", ours, "1/s", reference=reference, least=0.35)


def in_scan(server, paths, scan):
    """Times of paced requests: alone, and while a scan commits."""
    alone = server.times(paths, 5 * PACE, PACE)
    ended, worker = threading.Event(), None

    def run():
        scan()
        ended.set()

    worker = threading.Thread(target=run)
    worker.start()
    try:
        meanwhile = server.times(paths, 600 * PACE, PACE, ended)
    finally:
        worker.join()
    return alone, meanwhile


def bench_scan(server, paths, scan):
    """The middle one of several scans."""
    pairs = [in_scan(server, paths, scan) for _ in range(SCANS)]
    pairs.sort(key=lambda pair: quantile(pair[1], 0.99) / quantile(pair[0], 0.99))
    alone, meanwhile = pairs[SCANS // 2]
    reference = quantile(alone, 0.99) * 1e3
    figure("object_paced_p99", reference, "ms")
    figure("object_paced_requests_in_scan", len(meanwhile))
    figure("object_paced_in_scan_p50", quantile(meanwhile, 0.5) * 1e3, "ms")
    figure("object_paced_in_scan_p99", quantile(meanwhile, 0.99) * 1e3, "ms", budget=5 * reference,
           reference=reference)


class FeedClient:
    """One that listens to the feed, and reads only when it is asked to."""

    def __init__(self, server):
        host, port = server.address.rsplit(":", 1)
        self.socket = socket.create_connection((host, int(port)), 60)
        self.socket.sendall(f"GET /api/v1/feed HTTP/1.1\r\nHost: {server.address}\r\n"
                            f"Authorization: Bearer {server.token}\r\n\r\n".encode())
        self.text = b""
        self.await_event(b"begin")

    def await_event(self, name):
        """Read until an event of that name has come whole."""
        while not (found := re.search(rb"event: ?%b\n(?:.+\n)*\r?\n" % name, self.text)):
            piece = self.socket.recv(65536)
            if not piece:
                raise RuntimeError(f"the feed ended: {self.text[-200:]!r}")
            self.text += piece
        self.text = self.text[found.end():]


def private_memory(process):
    """Bytes that are the process' own."""
    text = pathlib.Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(kilobytes) for kilobytes in re.findall(r"Private_\w+: +(\d+) kB", text)) * 1024


def bench_feed(server):
    """What idle feed clients cost in memory, and when the last of them has heard of a change."""
    before, clients = private_memory(server.process), []
    try:
        clients += [FeedClient(server) for _ in range(FEED_CLIENTS)]
        figure(f"feed_{FEED_CLIENTS}_clients", (private_memory(server.process) - before) / 1e6, "MB", 50)
        connection, heard = server.connect(), []
        for _ in range(ROUNDS):
            began = time.perf_counter()
            server.post(connection, "/api/v1/environments/bench/schedules", {"recurrence": "YEARLY"})
            for client in clients:
                client.await_event(b"schedule")
            heard.append(time.perf_counter() - began)
        figure("feed_change_heard_by_all_p50", quantile(heard, 0.5) * 1e3, "ms")
        figure(f"feed_{FEED_CLIENTS}_clients_after", (private_memory(server.process) - before) / 1e6,
               "MB", 50)
    finally:
        for client in clients:
            client.socket.close()


def main():
    """All figures."""
    with tempfile.TemporaryDirectory(prefix="calipso-bench-") as folder:
        store = os.path.join(folder, "bench.db")
        environ = {**os.environ, "CALIPSO_STORE": f"sqlite:{store}"}

        def scan(*options):
            subprocess.run([PROGRAM, "scan", "-e", "bench", "--replay", RECORDING, *options],
                           env=environ, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        scan()
        server = Server(store)
        try:
            print(f"{SIZE:36s} {'value':>10s} {'unit':5s} {'budget':>8s} {'ratio':>8s}")
            base = "/api/v1/environments/bench"
            found = {kind: json.loads(server.get(server.connect(), f"{base}/objects?type={kind}"
                                                 "&limit=1000&fields=_id,name")[1])["objects"]
                     for kind in ("instance", "network")}
            objects, networks = ([f"{base}/objects/{row['_id']}" for row in found[kind]]
                                 for kind in ("instance", "network"))
            typed = [f"/api/v1/search?limit=20&q={urllib.parse.quote(row['name'][:n])}"
                     for row in found["instance"][:100] for n in range(2, 10)]
            bench_object(server, objects[0])
            quantiles("object", lambda: server.times(objects, 500))
            bench_pages(server, [f"{base}/objects?type={kind}&limit=1000"
                                 for kind in ("instance", "vnic", "port")], 100)
            quantiles("search_as_you_type", lambda: server.times(typed, 200), budget=20)
            quantiles("graph_instance", lambda: server.times([f"{path}/graph" for path in objects], 300),
                      budget=5)
            quantiles("graph_network", lambda: server.times([f"{path}/graph" for path in networks], 100))
            bench_feed(server)
            # With --clear every row is written anew: the longest commit there is.
            bench_scan(server, objects, lambda: scan("--clear"))
        finally:
            server.stop()
    return 1 if is_over else 0


if __name__ == "__main__":
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, 2 * FEED_CLIENTS), limit))
    if not shutil.which("wrk"):
        sys.exit("wrk is missing")
    sys.exit(main())
