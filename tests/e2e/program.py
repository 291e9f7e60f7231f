# SPDX-License-Identifier: Apache-2.0
"""The program under test, with a store of its own, and copies of recordings that may be spoilt.

CALIPSO names the program, CLOUDS the folder of recordings, TEST_SEED replays a random choice,
TEST_TIMEOUT is the time in seconds that no call of the program may exceed.
"""

import contextlib
import hashlib
import json
import os
import random
import re
import resource
import shutil
import sqlite3
import subprocess
import tempfile
import unittest
from urllib.parse import parse_qsl, urlsplit

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CALIPSO = os.path.abspath(os.environ.get("CALIPSO") or os.path.join(ROOT, "build", "calipso"))
CLOUDS = os.environ.get("CLOUDS") or os.path.join(ROOT, "tests", "clouds")
TIMEOUT = float(os.environ.get("TEST_TIMEOUT", "60"))
MEMORY_KB = 1 << 20     # more than any scan of a lab needs
SEED = int(os.environ.get("TEST_SEED") or random.SystemRandom().randrange(1 << 32))

RECORDINGS = ("ovs", "lxb", "ovs-busy", "ovs-direct")
ENVIRONMENT = "lab"
COLLECTIONS = ("inventory", "links", "cliques")
COMPLETED, FAILED, USAGE, WITH_ERRORS = 0, 1, 2, 3

SANITIZER = re.compile("Sanitizer|runtime error:")

# Requests that ask for the same facts; {} stands for the word of a loop.
FORMS = (
    ("neutron.agents", "neutron:/agents"),
    ("neutron.routers", "neutron:/routers"),
    ("nova.compute_nodes", "nova:/os-hypervisors/detail", "nova:/os-hypervisors"),
    ("nova_api.aggregates", "nova_api.aggregate_hosts", "nova:/os-aggregates"),
    ("nova.instance_info_caches", "neutron:/ports"),
    ("uname -m", "arch", "uname -a"),
    ("ip -j -d link", "ip -d -j link", "ip -d link show", "ip -d link", "brctl show"),
    ("ip -j address", "ip address show", "ip address"),
    ("ip netns list", "ip netns"),
    ("ip netns exec {} ip -j address", "ip netns exec {} ip address show",
     "ip netns exec {} ip address"),
    ("ovs-vsctl --format=json --columns=_uuid,name,ports,datapath_type list Bridge",
     "ovs-vsctl --format=json --columns=_uuid,name,tag,interfaces list Port",
     "ovs-vsctl --format=json --columns=_uuid,name,type,options list Interface",
     "ovs-vsctl show"),
    ("ovs-appctl dpctl/show", "ovs-dpctl show"),
    ("bridge -j fdb show", "bridge fdb show"),
)
# Facts that another source has as well: a scan without them is complete.
DISPENSABLE = ("neutron.ml2_vxlan_endpoints", "neutron.ml2_gre_endpoints",
               "neutron.ml2_geneve_endpoints", "nova.instance_info_caches")
TIMES_OF_SCANS = ("message", "lease", "inventory", "environment", "feed", "host_scanned")
# One time that says when was looked, not what was seen.
LAST_SCANNED = re.compile(r'"last_scanned": ?(?:\{[^}]*\}|"[^"]*"|[0-9]+),? ?')


class Result:
    """What one call of the program gave back."""

    def __init__(self, words, status, out, err):
        self.words, self.status, self.out, self.err = words, status, out, err

    def messages(self, *words):
        """The lines of stderr that contain every word, whatever its case."""
        return [line for line in self.err.splitlines() if not line.startswith("debug ")
                and all(word.lower() in line.lower() for word in words)]

    def document(self):
        """The JSON document that was printed."""
        return json.loads(self.out)

    def __str__(self):
        lines = [line for line in self.err.splitlines() if not line.startswith("debug ")]
        return (f"{' '.join(self.words)}\nexit status {self.status}\n"
                + "\n".join(lines[:20]) + f"\nstdout: {self.out[:2000]}")


class Program:
    """Calls of the program on one store."""

    def __init__(self, folder):
        self.folder = folder
        self.file = os.path.join(folder, "calipso.db")
        self.environ = {name: value for name, value in os.environ.items()
                        if not name.startswith(("CALIPSO", "XDG_"))}
        self.environ.update(CALIPSO_STORE=f"sqlite:{self.file}", HOME=folder, LC_ALL="C.UTF-8",
                            XDG_STATE_HOME=os.path.join(folder, "state"))

    def start(self, *words, **options):
        """Starts the program; the caller waits for it."""
        environ = {**self.environ, **options.pop("environ", {})}
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE,
                   "stderr": subprocess.PIPE, **options}
        return subprocess.Popen([CALIPSO, *words], env=environ, **options)

    def run(self, *words, expect=(COMPLETED,), given=None, environ=None):
        """Runs the program to its end: it may fail, but neither crash, hang nor eat the memory."""
        options = {"stdin": subprocess.DEVNULL} if given is None else {"input": given.encode()}
        try:
            done = subprocess.run([CALIPSO, *words], env={**self.environ, **(environ or {})},
                                  capture_output=True, timeout=TIMEOUT, check=False, **options)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"{' '.join(words)}: hangs") from error
        result = Result(words, done.returncode, done.stdout.decode("utf-8", "strict"),
                        done.stderr.decode("utf-8", "replace"))
        assert done.returncode >= 0 and not SANITIZER.search(result.err), f"crashed: {result}"
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        assert used < MEMORY_KB, f"{used} kB of memory used: {result}"
        allowed = (expect,) if isinstance(expect, int) else expect
        assert done.returncode in allowed, f"{allowed} expected: {result}"
        return result

    def scan(self, recording, *options, **how):
        """Scans a recording."""
        return self.run("scan", "-e", ENVIRONMENT, "--replay", str(recording), *options, **how)

    def ask(self, *words, **how):
        """Asks about the environment, for JSON."""
        return self.run(*words, "-e", ENVIRONMENT, "-o", "json", **how).document()

    def export(self, collection):
        """A collection as it is exported, without the time it was looked at."""
        text = self.run("export", collection, "-e", ENVIRONMENT).out
        return LAST_SCANNED.sub("", text)

    def picture(self):
        """Everything a scan finds, as exported."""
        return {name: self.export(name) for name in COLLECTIONS}

    def documents(self, collection):
        """A collection as {key: document}."""
        return {key_of(collection, document): document
                for document in map(json.loads, self.export(collection).splitlines())}

    def asked(self, recording):
        """What a scan asks a recording for, as {file: request}; the scan is done on the store."""
        result = self.scan(recording, "-l", "DEBUG")
        found = dict(re.findall(r"^debug replay: (.+?): (.+)$", result.err, re.M))
        assert found, f"no request was reported: {result}"
        return found

    def rows(self, query, *parameters):
        """Asks the SQLite file itself."""
        connection = sqlite3.connect(self.file)
        try:
            return connection.execute(query, parameters).fetchall()
        finally:
            connection.close()

    def change_rows(self, statement, *parameters):
        """Changes the SQLite file behind the program's back."""
        connection = sqlite3.connect(self.file)
        try:
            connection.execute(statement, parameters)
            connection.commit()
        finally:
            connection.close()

    def tables(self):
        """{table: (rows, digest of the rows)} of all that a scan without news must not touch.

        It may say that it was there: in messages, in its lease, in the time of the last scan, and
        among the scans.
        """
        names = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'"
                          " AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name")
        result = {}
        for (name,) in names:
            if not name.startswith("sqlite_") and name not in TIMES_OF_SCANS:
                but = " WHERE collection <> 'scans'" if name == "document" else ""
                rows = sorted(map(repr, self.rows(f'SELECT * FROM "{name}"{but}')))
                result[name] = len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest()
        return result

    def revisions(self):
        """How many revisions the store has."""
        return self.rows("SELECT count(*) FROM revision")[0][0]

    def check_integrity(self):
        """The file is whole, as SQLite understands it."""
        answer = self.rows("PRAGMA integrity_check")
        assert answer == [("ok",)], answer


def key_of(collection, document):
    """What identifies a document to a reader."""
    if collection == "links":
        return document["link_type"], document["source_id"], document["target_id"]
    if collection == "cliques":
        return document["focal_point_type"], document["focal_point"]
    return document["type"], document["id"]


def differing(before, after):
    """The keys of documents that are not the same in both."""
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


class Recording:
    """The copy of a recording; save() writes the index after changes of 'entries'."""

    def __init__(self, folder):
        self.folder = folder
        with open(self.path("index.json"), encoding="utf-8") as stream:
            self.index = json.load(stream)
        self.entries = self.index["files"]
        if isinstance(self.entries, str):
            with open(self.path(self.entries), encoding="utf-8") as lines:
                self.entries = [json.loads(line) for line in lines if line.strip()]

    def __str__(self):
        return self.folder

    def path(self, name):
        """A file of the recording."""
        return os.path.join(self.folder, name)

    def save(self):
        """Writes the index in the format it has."""
        files = self.index["files"]
        if isinstance(files, str):
            with open(self.path(files), "w", encoding="utf-8") as stream:
                stream.writelines(json.dumps(entry) + "\n" for entry in self.entries)
        else:
            self.index["files"] = self.entries
        with open(self.path("index.json"), "w", encoding="utf-8") as stream:
            json.dump(self.index, stream)
        return self

    def read(self, entry):
        """The reply of an entry; an empty one needs no file."""
        if "file" not in entry:
            return b""
        with open(self.path(entry["file"]), "rb") as stream:
            if "offset" not in entry:
                return stream.read()
            stream.seek(entry["offset"])
            return stream.read(entry["bytes"])

    def write(self, entry, content):
        """Gives an entry another reply, in a file of its own."""
        if "offset" in entry or "file" not in entry:
            entry.pop("offset", None)
            entry["file"] = f"changed-{len(os.listdir(self.folder))}"
        if "bytes" in entry:
            entry["bytes"] = len(content)
        with open(self.path(entry["file"]), "wb") as stream:
            stream.write(content)

    @contextlib.contextmanager
    def replaced(self, entry, content):
        """For a while the recording has another reply for an entry."""
        kept, reply = dict(entry), self.read(entry)
        self.write(entry, content)
        try:
            yield self.save()
        finally:
            entry.clear()
            entry.update(kept)
            if "offset" not in entry:
                self.write(entry, reply)
            self.save()

    @contextlib.contextmanager
    def without(self, file):
        """For a while the recording lacks a file."""
        os.rename(self.path(file), self.path("aside"))
        try:
            yield self
        finally:
            os.rename(self.path("aside"), self.path(file))

    def change(self, entry, function):
        """Changes a reply that is JSON: function gets the document and returns it or None."""
        document = json.loads(self.read(entry))
        changed = function(document)
        self.write(entry, json.dumps(document if changed is None else changed).encode())

    def replace(self, old, new, entries=None):
        """Replaces text in all replies, or in those of some entries."""
        for entry in self.entries if entries is None else entries:
            content = self.read(entry)
            if old.encode() in content:
                self.write(entry, content.replace(old.encode(), new.encode()))

    def find(self, request, host=None):
        """The entries of one form of a request."""
        return [entry for entry in self.entries if request_of(entry) == request
                and (host is None or entry.get("host") == host)]

    def one(self, request, host=None):
        """The only entry of a request."""
        found = self.find(request, host)
        assert len(found) == 1, f"{request}: {len(found)} times in the index"
        return found[0]

    def reply(self, request, host=None):
        """The JSON document that answers a request."""
        return json.loads(self.read(self.one(request, host)))

    def forget(self, *requests, host=None):
        """Takes the entries of requests out of the index."""
        self.entries = [entry for entry in self.entries if request_of(entry) not in requests
                        or (host is not None and entry.get("host") != host)]

    def of_kind(self, *kinds):
        """The entries that answer requests of these kinds."""
        return [entry for entry in self.entries if entry["kind"] in kinds and request_of(entry)]


def request_of(entry):
    """The request an entry answers, as text; None for what no scan asks."""
    kind = entry.get("kind")
    if kind == "cli":
        return " ".join(entry["command"].split())
    if kind == "db" and entry.get("table"):
        return f"{entry['database']}.{entry['table']}"
    if kind == "rest" and entry.get("method", "GET") == "GET" and _asked_plainly(entry):
        parts = urlsplit(entry["url"])
        path = re.sub(r"^.*?/v\d[\d.]*(?=/|$)", "", parts.path).rstrip("/")
        query = "&".join(f"{name}={value}" for name, value in sorted(parse_qsl(parts.query))
                         if name not in ("limit", "marker", "fields"))
        return f"{entry['service']}:{path}" + (f"?{query}" if query else "")
    return None


def _asked_plainly(entry):
    headers = entry.get("request_headers") or {}
    return (entry.get("as", "admin") == "admin" and entry.get("status") == 200
            and headers.get("X-OpenStack-Nova-API-Version", "2.1") == "2.1")


def forms_of(request):
    """All forms of a request, this one among them."""
    for forms in FORMS:
        for form in forms:
            before, _, after = form.partition("{}")
            if "{}" not in form and form == request:
                return forms
            if "{}" in form and request.startswith(before) and request.endswith(after):
                word = request[len(before):len(request) - len(after)]
                if " " not in word:
                    return tuple(f.replace("{}", word) for f in forms)
    return (request,)


class Case(unittest.TestCase):
    """A test with a temporary folder."""

    def setUp(self):
        self.folder = new_folder(self)

    def new_program(self):
        """The program on a new, empty store."""
        return Program(new_folder(self))

    def copy(self, name):
        """A copy of a shipped recording."""
        target = os.path.join(new_folder(self), name)
        shutil.copytree(os.path.join(CLOUDS, name), target,
                        ignore=shutil.ignore_patterns("amqp"))
        return Recording(target)

    def scanned(self, recording, *options):
        """The program on a new store with one complete scan."""
        program = self.new_program()
        program.scan(recording, *options)
        return program

    def assert_same_picture(self, first, second, said=""):
        """Both exports are the same, byte for byte; if not, the first difference is shown."""
        for name in COLLECTIONS:
            if first[name] == second[name]:
                continue
            one, two = first[name].splitlines(), second[name].splitlines()
            odd = sorted(set(one) ^ set(two)) or ["the order only"]
            self.fail(f"{said}: {name} differs: {len(one)} and {len(two)} lines, "
                      f"{len(odd)} of them in one only:\n" + "\n".join(odd[:4]))


def new_folder(case):
    """A folder that goes with the test; case is a test or a class of tests."""
    folder = tempfile.TemporaryDirectory(prefix="calipso-e2e-")
    add_cleanup = case.addClassCleanup if isinstance(case, type) else case.addCleanup
    add_cleanup(folder.cleanup)
    return folder.name


def shipped(name):
    """The folder of a shipped recording, to be read only."""
    return os.path.join(CLOUDS, name)


def chance():
    """A random generator whose seed is printed."""
    print(f"\nTEST_SEED={SEED}", flush=True)
    return random.Random(SEED)
