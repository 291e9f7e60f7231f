# SPDX-License-Identifier: Apache-2.0
"""A recording of a cloud, and readers for the text of the few commands the truth is read from.

Nothing here knows what the program under test makes of the same replies. Where a command was
recorded both as text and as JSON, the text is read: the program prefers the other one, so the
two seldom read the same bytes.
"""

import functools
import ipaddress
import json
import os
import re
from collections import defaultdict
from urllib.parse import parse_qsl, urlsplit

COMMANDS = ("ip ", "brctl ", "bridge ", "ovs-vsctl ", "virsh ", "ls ", "cat ", "uname ")
PAGING = ("limit", "marker", "fields")


class RecordingError(Exception):
    """The recording itself cannot be read: there is no truth to compare with."""


class Recording:
    """The replies of one folder: read on demand, each of them once."""

    def __init__(self, folder):
        self.folder = os.path.realpath(folder)
        try:
            self.index = json.loads(self._read_file("index.json"))
        except (OSError, ValueError) as error:
            raise RecordingError(f"{folder}: no usable index.json: {error}") from error
        self._rest = defaultdict(list)  # (service, path, query) -> replies in index order
        self._tables = {}               # database.table -> reply
        self.commands = defaultdict(dict)  # host -> command -> reply
        for entry in self._entries():
            self._note(entry)

    def _entries(self):
        files = self.index.get("files", [])
        if isinstance(files, str):
            with open(self._inside(files), encoding="utf-8") as lines:
                yield from (json.loads(line) for line in lines if line.strip())
        else:
            yield from files

    def _note(self, entry):
        # Without an offset the reply is the whole file; format 1 gives "bytes" as a mere fact.
        reply = (entry.get("file"), entry.get("offset"), entry.get("bytes"))
        kind = entry.get("kind")
        if kind == "cli" and entry.get("rc") == 0 and entry["command"].startswith(COMMANDS):
            self.commands[entry["host"]].setdefault(" ".join(entry["command"].split()), reply)
        elif kind == "db" and "table" in entry:
            self._tables[f"{entry['database']}.{entry['table']}"] = reply
        elif kind == "rest" and _asked_plainly(entry):
            self._rest[_rest_key(entry["service"], entry["url"])].append(reply)

    def _inside(self, name):
        path = os.path.realpath(os.path.join(self.folder, name))
        if not path.startswith(self.folder + os.sep):
            raise RecordingError(f"{name}: points outside the recording")
        return path

    @functools.lru_cache(maxsize=64)  # many replies may share one file: keep it open
    def _open(self, name):
        return open(self._inside(name), "rb")

    def _read_file(self, name, offset=None, size=None):
        if name is None:    # an empty reply needs no file
            return ""
        stream = self._open(name)
        stream.seek(offset or 0)
        content = stream.read() if offset is None or size is None else stream.read(size)
        return content.decode("utf-8", "replace")

    def rest(self, service, path, member, query=""):
        """All rows of an API list, its pages put together, or None if it was never asked."""
        replies = self._rest.get((service, path, query))
        if replies is None:
            return None
        rows = {}
        for reply in replies:
            for row in json.loads(self._read_file(*reply)).get(member) or []:
                rows.setdefault(row.get("id", row.get("zoneName")), row)
        return list(rows.values())

    def table(self, name):
        """The rows of a database table; a table without a file is an empty one."""
        return json.loads(self._read_file(*self._tables[name])) if name in self._tables else []

    def output(self, host, *forms):
        """What the first recorded form of a command printed on a host, or None."""
        for form in forms:
            if form in self.commands[host]:
                return self._read_file(*self.commands[host][form])
        return None


def _asked_plainly(entry):
    """Answered, for the administrator, at the oldest microversion: what a scan asks for."""
    headers = entry.get("request_headers") or {}
    version = headers.get("X-OpenStack-Nova-API-Version") or headers.get("OpenStack-API-Version")
    return (entry.get("method", "GET") == "GET" and entry.get("status") == 200
            and entry.get("as", "admin") == "admin"
            and (version or "2.1").split()[-1] == "2.1")


def _rest_key(service, url):
    parts = urlsplit(url)
    path = re.sub(r"^.*?/v\d[\d.]*(?=/|$)", "", parts.path)
    path = re.sub(r"^/[0-9a-f]{32}(?=/)", "", path)  # old Nova: /v2/<tenant>/servers
    query = "&".join(f"{k}={v}" for k, v in sorted(parse_qsl(parts.query)) if k not in PAGING)
    return service, path.rstrip("/"), query


class Device:
    """One network device, from `ip -d link` and `ip address` together."""

    def __init__(self):
        self.mac = self.master = self.lower = self.kind = self.bridge_id = self.local = None
        self.addresses = set()


def read_devices(text, devices):
    """Adds what one answer of `ip link` or `ip address`, text or JSON, says to devices."""
    if text.lstrip().startswith("["):
        for item in json.loads(text):
            if "ifname" in item:
                _read_json_device(item, devices[item["ifname"]])
        return
    device = Device()
    for line in text.splitlines():
        words = line.split()
        heading = re.match(r"\d+: ([^:@\s]+)(?:@([^:\s]+))?: <", line)
        if heading:
            device = devices[heading[1]]
            device.lower = heading[2] or device.lower
            device.master = _after(words, "master") or device.master
        elif not words:
            continue
        elif words[0] == "link/ether":
            device.mac = words[1].lower()
        elif words[0] in ("inet", "inet6"):
            device.addresses.add(address_of(words[1]))
        elif words[0] in ("bridge", "bond", "vxlan"):
            device.kind = words[0]
            device.bridge_id = _bridge_id(_after(words, "bridge_id"))
            device.local = _after(words, "local")


def _read_json_device(item, device):
    info = item.get("linkinfo") or {}
    data = info.get("info_data") or {}
    if item.get("link_type", "ether") == "ether" and item.get("address"):
        device.mac = item["address"].lower()
    device.master = item.get("master") or device.master
    device.lower = item.get("link") or device.lower
    device.kind = info.get("info_kind") or device.kind
    device.bridge_id = _bridge_id(data.get("bridge_id")) or device.bridge_id
    device.local = data.get("local") or data.get("local6") or device.local
    device.addresses.update(address_of(a["local"]) for a in item.get("addr_info") or []
                            if "local" in a)


def _after(words, name):
    return words[words.index(name) + 1] if name in words[:-1] else None


def address_of(text):
    return str(ipaddress.ip_address(text.partition("/")[0].partition("%")[0]))


def _bridge_id(text):
    """`8000.6:e4:20:75:53:5e`, as ip prints it, in the form of brctl: `8000.06e42075535e`."""
    if not text:
        return None
    priority, _, mac = text.partition(".")
    return priority + "." + "".join(byte.zfill(2) for byte in mac.lower().split(":"))


def read_brctl(text):
    """`brctl show`: {bridge: (bridge id, [members])}."""
    bridges, current = {}, None
    for line in text.splitlines()[1:]:
        words = line.split()
        if words and not line[0].isspace():
            current = words[0]
            bridges[current] = (words[1], words[3:])
        elif words and current:
            bridges[current][1].extend(words)
    return bridges


def bridges_of(devices):
    """What `brctl show` would print, from the devices themselves."""
    return {name: (device.bridge_id, [n for n, d in devices.items() if d.master == name])
            for name, device in devices.items() if device.kind == "bridge"}


def read_ovs_show(text):
    """`ovs-vsctl show`: {bridge: {interface: options}}; its type is kept as option "type"."""
    bridges, ports, options = {}, {}, {}
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        word, _, rest = line.strip().partition(" ")
        rest = rest.strip().strip('"')
        if depth == 4 and word == "Bridge":
            ports = bridges[rest] = {}
        elif depth == 12 and word == "Interface":
            options = ports[rest] = {}
        elif depth == 16 and word == "type:":
            options["type"] = rest
        elif depth == 16 and word == "options:":
            options.update(re.findall(r'(\w+)="?([^",}]*)', rest))
    return bridges


def read_ovs_tables(bridges, ports, interfaces):
    """The same from the JSON of `ovs-vsctl list Bridge`, `list Port` and `list Interface`."""
    options = {row["_uuid"][0]: row for row in _ovs_rows(interfaces)}
    members = {row["_uuid"][0]: row["interfaces"] for row in _ovs_rows(ports)}
    result = {}
    for bridge in _ovs_rows(bridges):
        result[bridge["name"][0]] = found = {}
        for port in bridge["ports"]:
            for row in (options[uuid] for uuid in members.get(port, []) if uuid in options):
                found[row["name"][0]] = dict(row["options"], type=(row["type"] or [""])[0])
    return result


def _ovs_rows(text):
    table = json.loads(text)
    return [{name: _ovs_value(value) for name, value in zip(table["headings"], row)}
            for row in table["data"]]


def _ovs_value(value):
    """OVSDB's notation: a map as a dict, everything else as a list of plain values."""
    if isinstance(value, list) and value and value[0] == "map":
        return dict(value[1])
    if isinstance(value, list) and value and value[0] == "set":
        return [item for part in value[1] for item in _ovs_value(part)]
    if isinstance(value, list) and value and value[0] == "uuid":
        return [value[1]]
    return [value]


def read_namespaces(text):
    """`ip netns`: the DHCP and router namespaces, without ` (id: 7)`."""
    names = (line.split()[0] for line in text.splitlines() if line.strip())
    return [name for name in names if re.match(r"q(dhcp|router)-", name)]


def read_domain(text):
    """Domain XML: (uuid, [(tap, mac, bridge or None)]) of its network interfaces."""
    uuid = re.search(r"<uuid>\s*([^<\s]+)", text)
    interfaces = []
    for part in re.findall(r"<interface\b.*?</interface>", text, re.S):
        target, mac, bridge = (re.search(pattern, part) for pattern in (
            r"<target\b[^>]*\bdev=['\"]([^'\"]+)", r"<mac\b[^>]*\baddress=['\"]([^'\"]+)",
            r"<source\b[^>]*\bbridge=['\"]([^'\"]+)"))
        if target:
            interfaces.append((target[1], mac and mac[1].lower(), bridge and bridge[1]))
    return uuid and uuid[1], interfaces
