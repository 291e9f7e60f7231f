# SPDX-License-Identifier: Apache-2.0
"""Bytes per object of a recording, by kind of reply.

A reply is taken apart into the objects it tells of, by class where their sizes differ: the vxlan
rows of OVSDB's Interface table are three times as long as the others, and a large host has more of
them.  Two recordings are compared kind by kind as

    bytes of all objects / (sum over the classes: objects here * bytes per object there)

so that a cloud of another mixture is not taken for a cloud of longer replies.  What an object says
about others (the ports of a bridge, the projects on a host) counts by these; the host names in an
aggregate are left out.

A recording of the lab has each command in all its forms; the one that a scan asks for first is
measured, made from a richer form where it is missing: fewer columns, only the interfaces of a
domain.
"""
import json
import os
import re
from urllib.parse import parse_qsl, urlsplit

DECODER = json.JSONDecoder()


class Reading:
    """A recording, of format 1 or 2, for reading."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "index.json"), encoding="utf-8") as file:
            self.head = json.load(file)
        self.entries = self.head["files"]
        if isinstance(self.entries, str):
            with open(os.path.join(folder, self.entries), encoding="utf-8") as file:
                self.entries = [json.loads(line) for line in file]
        self.kept = None, b""               # the file read last: the entries of a host share one

    def text(self, entry):
        path = os.path.join(self.folder, entry["file"])
        if self.kept[0] != path:
            with open(path, "rb") as file:
                self.kept = path, file.read()
        content = self.kept[1]
        if "offset" in entry:
            content = content[entry["offset"]:entry["offset"] + entry["bytes"]]
        return content.decode()

    def rest(self, path):
        """The pages of an API list that was asked as the administrator, as decoded replies."""
        return [json.loads(self.text(entry)) for entry in self.entries if rest_kind(entry) == path]

    def table(self, database, table):
        return [row for entry in self.entries
                if entry["kind"] == "db" and entry["database"] == database
                and entry.get("table") == table
                for row in json.loads(self.text(entry))]

    def commands(self):
        """{host: {command: entry}} of all commands that succeeded."""
        hosts = {}
        for entry in self.entries:
            if entry["kind"] == "cli" and entry["rc"] == 0:
                hosts.setdefault(entry["host"], {})[entry["command"]] = entry
        return hosts


def rest_kind(entry):
    """service:/path?query without version and paging; "" for what a scan does not ask for."""
    if entry["kind"] != "rest" or entry["status"] != 200 or entry.get("as", "admin") != "admin":
        return ""
    if any("version" in header.lower() for header in entry.get("request_headers", {})):
        return ""
    url = urlsplit(entry["url"])
    path = re.sub(r"^/v[0-9.]+", "", url.path)
    query = "&".join(f"{key}={value}" for key, value in parse_qsl(url.query)
                     if key not in ("limit", "marker"))
    return f"{entry['service']}:{path}{'?' + query if query else ''}"


# Taking replies apart: each function yields (class, bytes) for every object in the reply.

def elements(text, opening):
    """The elements of the array after 'opening', each with its bytes up to the next one."""
    position = re.search(opening + r"\s*\[\s*", text).end()
    while text[position] != "]":
        value, end = DECODER.raw_decode(text, position)
        start, position = position, end
        while text[position] in ", \n":
            position += 1
        yield value, position - start


def listed(name, classify=lambda value: "object"):
    def split(text):
        for value, size in elements(text, f'^{{"{name}":'):
            yield classify(value), size
    return split


def zones(text):
    for zone, size in elements(text, '^{"availabilityZoneInfo":'):
        for host, services in zone["hosts"].items():
            part = len(json.dumps({host: services}))
            size -= part
            yield f"host with {len(services)} services", part
        yield "zone", size


def aggregates(text):
    for aggregate, size in elements(text, '^{"aggregates":'):
        yield "aggregate", size - len(json.dumps(aggregate["hosts"]))


def rows(text):
    for _, size in elements(text, "^"):
        yield "row", size


def compute_nodes(text):
    projects = re.findall(r'\\"num_proj_[0-9a-f]+\\": \\"[0-9]+\\", ', text)
    for project in projects:
        yield "project on a host", len(project)
    objects = list(rows(text))
    for name, size in objects:
        yield name, size - sum(map(len, projects)) / len(objects)


def agent_rows(text):
    for row, size in elements(text, "^"):
        yield row["agent_type"], size


def info_caches(text):
    for row, size in elements(text, "^"):
        for vif in json.loads(row["network_info"]):
            part = len(json.dumps(json.dumps(vif)))
            size -= part
            yield "vif", part
        yield "row", size


def whole(text):
    yield "reply", len(text)


def lines(pattern, name):
    def split(text):
        for line in text.splitlines(keepends=True):
            if re.match(pattern, line):
                yield name, len(line)
    return split


def links(text):
    for link, size in elements(text, "^"):
        info = link.get("linkinfo", {})
        member = " in a bridge" if "info_slave_kind" in info else ""
        yield info.get("info_kind", "plain") + member, size


def addresses(text):
    for link, size in elements(text, "^"):
        families = [address["family"] for address in link["addr_info"]]
        yield f"with {families.count('inet')} IPv4, {families.count('inet6')} IPv6", size


def ovs_bridges(text):
    for row, size in elements(text, '^{"data":'):
        ports = row[2][1] if row[2][0] == "set" else [row[2]]
        for port in ports:
            part = len(json.dumps(port, separators=(",", ":"))) + 1
            size -= part
            yield "port of a bridge", part
        yield "bridge", size


def ovs_ports(text):
    for row, size in elements(text, '^{"data":'):
        yield "tagged" if isinstance(row[2], int) else "untagged", size


def ovs_interfaces(text):
    for row, size in elements(text, '^{"data":'):
        yield row[2] or "system", size


def forwarding(text):
    for entry, size in elements(text, "^"):
        if "dst" in entry:
            yield "to a tunnel", size
        else:
            yield "in a bridge" if "master" in entry else "own", size


def domain(text):
    size = len(text)
    for interface in re.findall(r" *<interface .*?</interface>\n", text, re.S):
        yield "interface", len(interface)
        size -= len(interface)
    yield "domain", size


def port_class(port):
    owner = port["device_owner"]
    return "compute" if owner.startswith("compute:") else owner


REPLIES = {
    "keystone:/auth/catalog": listed("catalog"),
    "keystone:/projects": listed("projects"),
    "nova:/os-availability-zone/detail": zones,
    "nova:/os-services": listed("services"),
    "nova:/os-hypervisors/detail": listed("hypervisors"),
    "nova:/os-aggregates": aggregates,
    "nova:/servers/detail?all_tenants=1": listed("servers"),
    "neutron:/networks": listed("networks"),
    "neutron:/subnets": listed("subnets"),
    "neutron:/ports": listed("ports", port_class),
    "neutron:/routers": listed("routers"),
    "neutron:/agents": listed("agents", lambda agent: agent["agent_type"]),
    "nova.compute_nodes": compute_nodes,
    "nova.instance_info_caches": info_caches,
    "nova_api.aggregates": rows,
    "nova_api.aggregate_hosts": rows,
    "neutron.agents": agent_rows,
    "neutron.routers": rows,
    "neutron.ml2_vxlan_endpoints": rows,
    "cat /etc/os-release": whole,
    "uname -m": whole,
    "ip -j -d link": links,
    "ip -j address": addresses,
    "ip netns list": lines("q", "namespace"),
    "ip netns exec {} ip -j address": addresses,
    "ls -l /sys/class/net": lines("l", "device"),
    "ethtool {}": whole,
    "ovs-vsctl list Bridge": ovs_bridges,
    "ovs-vsctl list Port": ovs_ports,
    "ovs-vsctl list Interface": ovs_interfaces,
    "ovs-appctl dpctl/show": lines("  port", "port"),
    "bridge -j fdb show": forwarding,
    "virsh list --all": lines(" +[0-9]", "domain"),
    "virsh dumpxml {}": domain,
}


# Making the form that a scan asks for out of a richer one

def ovs_table(data, headings):
    return json.dumps({"data": data, "headings": headings}, separators=(",", ":")) + "\n"


def table_reducer(*columns):
    """`ovs-vsctl -f json list TABLE` with these columns only."""
    def reduce(text):
        table = json.loads(text)
        places = [table["headings"].index(column) for column in columns]
        return ovs_table([[row[place] for place in places] for row in table["data"]], columns)
    return reduce


def bridges_from_text(text):
    """The lab has `list Bridge` for people only."""
    data = []
    for block in text.strip().split("\n\n"):
        fields = dict(re.findall(r"^(\S+?)\s*: (.*)$", block, re.M))
        ports = [["uuid", uuid] for uuid in fields["ports"].strip("[]").split(", ")]
        data.append([["uuid", fields["_uuid"]], fields["name"], ["set", ports],
                     fields["datapath_type"]])
    return ovs_table(data, ["_uuid", "name", "ports", "datapath_type"])


def interfaces_of_domain(text):
    kept = [re.search(r"^<domain .*\n", text)[0]]
    kept += re.findall(r"^  <(?:name|uuid)>.*\n", text, re.M)
    interfaces = re.findall(r"^    <interface .*?</interface>\n", text, re.S | re.M)
    return "".join([*kept, "  <devices>\n", *interfaces, "  </devices>\n</domain>\n\n"])


def as_it_is(text):
    return text


# (kind, pattern of the command, what makes the kind's form of it), best first
COMMANDS = [
    ("cat /etc/os-release", r"cat /etc/os-release", as_it_is),
    ("uname -m", r"uname -m", as_it_is),
    ("uname -m", r"uname -a", lambda text: text.split()[-2] + "\n"),
    ("ip -j -d link", r"ip (-j -d|-d -j) link", as_it_is),
    ("ip -j address", r"ip -j address", as_it_is),
    ("ip netns list", r"ip netns list", as_it_is),
    ("ip netns exec {} ip -j address", r"ip netns exec (q\S+) ip -j address", as_it_is),
    ("ls -l /sys/class/net", r"ls -l /sys/class/net", as_it_is),
    ("ethtool {}", r"ethtool (eth[0-9]+)", as_it_is),
    ("ovs-vsctl list Bridge", r"ovs-vsctl --format=json --columns=\S+ list Bridge", as_it_is),
    ("ovs-vsctl list Bridge", r"ovs-vsctl list Bridge", bridges_from_text),
    ("ovs-vsctl list Port", r"ovs-vsctl --format=json --columns=\S+ list Port", as_it_is),
    ("ovs-vsctl list Port", r"ovs-vsctl -f json list Port",
     table_reducer("_uuid", "name", "tag", "interfaces")),
    ("ovs-vsctl list Interface", r"ovs-vsctl --format=json --columns=\S+ list Interface", as_it_is),
    ("ovs-vsctl list Interface", r"ovs-vsctl -f json list Interface",
     table_reducer("_uuid", "name", "type", "options")),
    ("ovs-appctl dpctl/show", r"ovs-appctl dpctl/show", as_it_is),
    ("bridge -j fdb show", r"bridge -j fdb show", as_it_is),
    ("virsh list --all", r"virsh list --all", as_it_is),
    ("virsh dumpxml {}", r"virsh dumpxml (instance-[0-9a-f]+)", interfaces_of_domain),
]
PATTERNS = [(kind, re.compile(pattern), reduce) for kind, pattern, reduce in COMMANDS]


def host_replies(reading):
    """(kind, text) of the first form of every request on every host that the services name."""
    names = {service["host"] for page in reading.rest("nova:/os-services")
             for service in page["services"]}
    names |= {agent["host"] for page in reading.rest("neutron:/agents") for agent in page["agents"]}
    for host, commands in reading.commands().items():
        if host not in names:
            continue                        # the lab's switch
        best = {}                           # (kind, loop word) -> (rank, entry, reduce)
        for command, entry in commands.items():
            for rank, (kind, pattern, reduce) in enumerate(PATTERNS):
                match = pattern.fullmatch(command)
                if match:
                    key = kind, match.group(match.lastindex) if "{}" in kind else ""
                    if key not in best or rank < best[key][0]:
                        best[key] = rank, entry, reduce
                    break
        for (kind, _), (_, entry, reduce) in best.items():
            yield kind, reduce(reading.text(entry))


def cloud_replies(reading):
    for entry in reading.entries:
        kind = rest_kind(entry)
        if entry["kind"] == "db":
            kind = f"{entry.get('database')}.{entry.get('table')}"
        if kind in REPLIES:
            yield kind, reading.text(entry)


def measure(folder):
    """{kind: {class: [objects, bytes]}} of a recording."""
    reading = Reading(folder)
    sizes = {kind: {} for kind in REPLIES}
    for replies in (cloud_replies, host_replies):
        for kind, text in replies(reading):
            for name, size in REPLIES[kind](text):
                figures = sizes[kind].setdefault(name, [0, 0])
                figures[0] += 1
                figures[1] += size
    return {kind: classes for kind, classes in sizes.items() if classes}


def compare(sizes, other):
    """{kind: ratio}: our bytes to those that the other's bytes per object would give.

    None where the other has no such object.
    """
    ratios = {}
    for kind, classes in sizes.items():
        known = other.get(kind, {})
        if all(name in known for name in classes):
            expected = sum(objects * known[name][1] / known[name][0]
                           for name, (objects, _) in classes.items())
            ratios[kind] = sum(size for _, size in classes.values()) / expected
        else:
            ratios[kind] = None
    return ratios


def report(folder, other_folder, as_json):
    sizes = measure(folder)
    if as_json:
        print(json.dumps(sizes, indent=1))
        return
    other = measure(other_folder) if other_folder else {}
    ratios = compare(sizes, other)

    def line(name, objects, size, other_each="", ratio=""):
        if ratio:
            ratio = f"{ratio:6.2f}"
        if other_each:
            other_each = f"{other_each:8.1f}"
        print(f"{name:40}{objects:9}{size:12.0f}{size / objects:9.1f} "
              f"{other_each:>8} {ratio}".rstrip())

    print(f"{'kind of reply, class of object':40}{'objects':>9}{'bytes':>12}{'each':>9}" +
          (f" {'other':>8} {'ratio':>6}" if other else ""))
    for kind, classes in sizes.items():
        line(kind, *(sum(column) for column in zip(*classes.values())), ratio=ratios[kind] or "")
        for name, (objects, size) in classes.items() if len(classes) > 1 else ():
            figures = other.get(kind, {}).get(name)
            each = figures[1] / figures[0] if figures else ""
            line(f"    {name}", objects, size, each, size / objects / each if each else "")
