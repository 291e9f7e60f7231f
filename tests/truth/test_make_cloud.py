#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/make-cloud: as long as the lab's replies, the same every time, and of one story.

The story is checked with a seed that nobody knows beforehand; it is printed when a test fails.
lab_sizes.json holds what `make-cloud --measure --json` says of the three recordings of the lab.
"""

import functools
import hashlib
import ipaddress
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
TOOLS = os.path.join(HERE, "..", "..", "tools")
sys.dont_write_bytecode = True
sys.path.insert(0, TOOLS)

from make_cloud import measure  # noqa: E402 - found through the line above

SEED = random.SystemRandom().randrange(1 << 32)
TOLERANCE = 0.2
VARIANTS = {"ovs": [], "ovs-direct": ["--plug", "direct"], "lxb": ["--driver", "lxb"]}
with open(os.path.join(HERE, "lab_sizes.json"), encoding="utf-8") as FILE:
    LAB = json.load(FILE)
OVS = "ovs-vsctl --format=json --columns={} list {}"


def make(folder, *options):
    return subprocess.run([sys.executable, os.path.join(TOOLS, "make-cloud"), *options, folder],
                          capture_output=True, text=True, check=False)


def digest(folder):
    """One number for all files of a folder, their names included."""
    total = hashlib.sha256()
    for path, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            with open(os.path.join(path, name), "rb") as file:
                total.update(os.path.relpath(file.name, folder).encode() + b"\0" + file.read())
    return total.hexdigest()


def link_local(mac):
    """The address that a device gives itself (modified EUI-64)."""
    value = int(mac.replace(":", ""), 16) ^ 0x020000000000
    value = value >> 24 << 40 | 0xfffe << 24 | value & 0xffffff
    return str(ipaddress.ip_address((0xfe80 << 112) | value))


class Clouds(unittest.TestCase):
    """Makes one cloud of each variant: two zones of 30 computes, 1200 instances."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folders = {}
        for name, options in VARIANTS.items():
            cls.folders[name] = os.path.join(cls.temporary.name, name)
            done = make(cls.folders[name], "--hosts", "60", "--seed", str(SEED), *options)
            if done.returncode:
                raise AssertionError(f"seed {SEED}: {done.stderr}")

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()


def each_variant(test):
    """Runs a test once for each of the clouds, as a sub-test of its own."""
    @functools.wraps(test)
    def run(self):
        for name, folder in self.folders.items():
            with self.subTest(variant=name, seed=SEED):
                test(self, name, folder)
    return run


class Sizes(Clouds):
    @each_variant
    def test_bytes_per_object_are_the_labs(self, name, folder):
        sizes = measure.measure(folder)
        for kind, ratio in measure.compare(sizes, LAB[name]).items():
            self.assertIsNotNone(ratio, f"{kind}: the lab lacks one of {list(sizes[kind])}")
            self.assertLess(abs(ratio - 1), TOLERANCE, kind)

    @each_variant
    def test_every_kind_of_the_lab_is_there(self, name, folder):
        # The probe asks for the forwarding table only where bridges carry the tunnels.
        known = {kind for kind in LAB[name] if name == "lxb" or not kind.startswith("bridge ")}
        self.assertEqual(set(measure.measure(folder)), known)


class Bytes(unittest.TestCase):
    def test_same_arguments_same_bytes(self):
        for name, options in VARIANTS.items():
            with self.subTest(variant=name), tempfile.TemporaryDirectory() as folder:
                digests = []
                for i, seed in enumerate((7, 7, 8)):
                    made = os.path.join(folder, str(i))
                    self.assertEqual(make(made, "--hosts", "4", "--instances-per-host", "3",
                                          "--seed", str(seed), *options).returncode, 0)
                    digests.append(digest(made))
                self.assertEqual(digests[0], digests[1])
                self.assertNotEqual(digests[0], digests[2])

    def test_wrong_arguments(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(make(folder, "--hosts", "0").returncode, 2)
            self.assertEqual(make(folder, "--hosts", "1", "--driver", "lxb", "--plug",
                                  "direct").returncode, 2)
            self.assertEqual(os.listdir(folder), [])
            self.assertEqual(make(folder, "--hosts", "1").returncode, 0)
            again = make(folder, "--hosts", "1")
            self.assertEqual(again.returncode, 1)
            self.assertIn("not empty", again.stderr)

    def test_edges(self):
        for hosts, instances in ((1, 0), (1, 1), (1, 300), (2, 1)):
            for options in VARIANTS.values():
                with tempfile.TemporaryDirectory() as folder:
                    done = make(folder, "--hosts", str(hosts), "--instances-per-host",
                                str(instances), "--seed", str(SEED), *options)
                    self.assertEqual(done.returncode, 0, done.stderr)
                    Story(self, folder).check()


class Index(Clouds):
    @each_variant
    def test_entries_cover_the_files(self, _name, folder):
        reading = measure.Reading(folder)
        self.assertEqual(reading.head["format"], 2)
        covered, seen = {"index.json": None, "index.jsonl": None}, set()
        for entry in reading.entries:
            self.assertRegex(entry["file"], r"^(api|db|cli)/[^/].*\.(json|txt)$")
            self.assertNotIn("..", entry["file"])
            if entry["kind"] == "cli":
                self.assertEqual(entry["offset"], covered.get(entry["file"], 0))
                covered[entry["file"]] = entry["offset"] + entry["bytes"]
                self.assertNotIn((entry["host"], entry["command"]), seen)
                seen.add((entry["host"], entry["command"]))
                if " -j " in entry["command"] or "json" in entry["command"]:
                    json.loads(reading.text(entry))
            else:
                self.assertNotIn(entry["file"], covered)
                covered[entry["file"]] = None
                rows = json.loads(reading.text(entry))
                if "rows" in entry:
                    self.assertEqual(len(rows), entry["rows"])
        files = {os.path.relpath(os.path.join(path, name), folder)
                 for path, _, names in os.walk(folder) for name in names}
        self.assertEqual(files, set(covered))
        for file, size in covered.items():
            if size is not None:
                self.assertEqual(os.path.getsize(os.path.join(folder, file)), size)

    @each_variant
    def test_counts_of_tables(self, _name, folder):
        reading = measure.Reading(folder)
        for entry in reading.entries:
            if entry["file"].endswith("_counts.json"):
                for table, count in json.loads(reading.text(entry)).items():
                    self.assertEqual(len(reading.table(entry["database"], table)), count)

    @each_variant
    def test_environment_has_no_secrets(self, name, folder):
        environment = measure.Reading(folder).head["environment"]
        self.assertEqual(environment["mechanism_drivers"], [name[:3].upper()])
        self.assertEqual([target["name"] for target in environment["configuration"]],
                         ["OpenStack", "mysql", "CLI"])
        for target in environment["configuration"]:
            self.assertFalse({"pwd", "password", "key", "admin_token"} & set(target))

    def test_no_db(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(make(folder, "--hosts", "2", "--no-db").returncode, 0)
            reading = measure.Reading(folder)
            self.assertFalse([entry for entry in reading.entries if entry["kind"] == "db"])
            self.assertNotIn("mysql", [target["name"] for target in
                                       reading.head["environment"]["configuration"]])

    def test_pages(self):
        """Full pages name the next one; 50 hosts have 1000 servers, so their last page is empty."""
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(make(folder, "--hosts", "50").returncode, 0)
            reading = measure.Reading(folder)
            for kind, name in (("nova:/servers/detail?all_tenants=1", "servers"),
                               ("neutron:/ports", "ports"), ("neutron:/routers", "routers")):
                entries = [e for e in reading.entries if measure.rest_kind(e) == kind]
                expected = entries[0]["url"]
                self.assertNotIn("marker", expected)
                ids = []
                for entry in entries:
                    page = json.loads(reading.text(entry))
                    self.assertEqual(entry["url"], expected)
                    ids += [item["id"] for item in page[name]]
                    links = {link["rel"]: link["href"] for link in page.get(f"{name}_links", ())}
                    expected = links.get("next")
                    self.assertEqual(bool(expected), len(page[name]) == 1000)
                self.assertIsNone(expected)
                self.assertEqual(len(ids), len(set(ids)))
                if name == "servers":
                    self.assertEqual([len(ids), len(page[name])], [1000, 0])


class Story:
    """All replies of one recording, held against each other."""

    def __init__(self, test, folder):
        self.test = test
        self.reading = reading = measure.Reading(folder)
        self.lxb = reading.head["driver"] == "lxb"

        def rows(path, name):
            return [row for page in reading.rest(path) for row in page[name]]

        self.servers = {s["id"]: s for s in rows("nova:/servers/detail?all_tenants=1", "servers")}
        self.networks = {n["id"]: n for n in rows("neutron:/networks", "networks")}
        self.subnets = {s["id"]: s for s in rows("neutron:/subnets", "subnets")}
        self.ports = {p["id"]: p for p in rows("neutron:/ports", "ports")}
        self.routers = {r["id"]: r for r in rows("neutron:/routers", "routers")}
        self.agents = rows("neutron:/agents", "agents")
        self.zones = rows("nova:/os-availability-zone/detail", "availabilityZoneInfo")
        self.hypervisors = rows("nova:/os-hypervisors/detail", "hypervisors")
        self.services = rows("nova:/os-services", "services")
        self.aggregates = rows("nova:/os-aggregates", "aggregates")
        self.projects = {p["id"]: p for p in rows("keystone:/projects", "projects")}
        self.commands = reading.commands()
        self.ports_of = {host: [] for host in self.commands}
        for port in self.ports.values():
            if port["binding:host_id"]:
                self.ports_of[port["binding:host_id"]].append(port)
        self.tunnel_ip = {agent["host"]: agent["configurations"]["tunneling_ip"]
                          for agent in self.agents if "tunneling_ip" in agent["configurations"]}
        self.host_of = {address: host for host, address in self.tunnel_ip.items()}
        self.members = {}                   # network -> hosts with a port of it
        for port in self.ports.values():
            if port["binding:host_id"]:
                self.members.setdefault(port["network_id"], set()).add(port["binding:host_id"])

    def output(self, host, command):
        return self.reading.text(self.commands[host][command])

    def check(self):
        self.check_apis()
        self.check_tables()
        roles = {"ctl": set(), "net": set(), "cmp": set()}
        for host in self.commands:
            roles[host[:3]].add(host)
            self.check_devices(host)
            self.check_tunnels(host)
        self.test.assertEqual(roles["cmp"], {h["hypervisor_hostname"] for h in self.hypervisors})
        self.test.assertEqual(roles["net"] | roles["cmp"], set(self.tunnel_ip))
        for host in sorted(roles["cmp"]):
            self.check_compute(host)
        for host in sorted(roles["net"]):
            self.check_network_node(host)

    def check_apis(self):
        test = self.test
        macs = [port["mac_address"] for port in self.ports.values()]
        test.assertEqual(len(macs), len(set(macs)))
        for port in self.ports.values():
            network = self.networks[port["network_id"]]
            (fixed,) = port["fixed_ips"]
            test.assertEqual([fixed["subnet_id"]], network["subnets"])
            prefix = self.subnets[fixed["subnet_id"]]["cidr"].rsplit(".", 1)[0]
            if network["provider:network_type"] == "vxlan":
                test.assertTrue(fixed["ip_address"].startswith(prefix + "."))
                test.assertEqual(port["project_id"], network["project_id"])
                test.assertIn(port["project_id"], self.projects)
        addresses = [(port["network_id"], port["fixed_ips"][0]["ip_address"])
                     for port in self.ports.values()]
        test.assertEqual(len(addresses), len(set(addresses)))
        vnis = [n["provider:segmentation_id"] for n in self.networks.values()]
        test.assertEqual(len(vnis), len(set(vnis)))

        of_server = {}
        for port in self.ports.values():
            if port["device_owner"].startswith("compute:"):
                of_server.setdefault(port["device_id"], []).append(port)
        test.assertEqual(set(of_server), set(self.servers))
        zone_of = {host: zone["zoneName"] for zone in self.zones for host in zone["hosts"]}
        for server in self.servers.values():
            host = server["OS-EXT-SRV-ATTR:host"]
            test.assertEqual(server["OS-EXT-AZ:availability_zone"], zone_of[host])
            said = {(name, a["OS-EXT-IPS-MAC:mac_addr"], a["addr"])
                    for name, addresses in server["addresses"].items() for a in addresses
                    if a["OS-EXT-IPS:type"] == "fixed"}
            test.assertEqual(said, {
                (self.networks[p["network_id"]]["name"], p["mac_address"],
                 p["fixed_ips"][0]["ip_address"]) for p in of_server[server["id"]]})
            for port in of_server[server["id"]]:
                test.assertEqual(port["binding:host_id"], host)
                test.assertEqual(port["device_owner"], f"compute:{zone_of[host]}")
                test.assertEqual(port["project_id"], server["tenant_id"])
        for router in self.routers.values():
            (outside,) = router["external_gateway_info"]["external_fixed_ips"]
            test.assertIn((router["id"], outside["ip_address"]),
                          {(p["device_id"], p["fixed_ips"][0]["ip_address"])
                           for p in self.ports.values()
                           if p["device_owner"] == "network:router_gateway"})
        test.assertEqual({s["host"]: s["zone"] for s in self.services}, zone_of)
        for aggregate in self.aggregates:
            for host in aggregate["hosts"]:
                test.assertEqual(zone_of[host], aggregate["metadata"]["availability_zone"])

    def check_tables(self):
        test, table = self.test, self.reading.table
        agents = {row["id"]: row for row in table("neutron", "agents")}
        test.assertEqual(set(agents), {agent["id"] for agent in self.agents})
        for agent in self.agents:
            row = agents[agent["id"]]
            test.assertEqual(json.loads(row["configurations"]), agent["configurations"])
            for column in ("agent_type", "binary", "host", "topic", "availability_zone"):
                test.assertEqual(row[column], agent[column])
        endpoints = {row["host"]: row["ip_address"] for row in
                     table("neutron", "ml2_vxlan_endpoints")}
        test.assertEqual(endpoints, {} if self.lxb else self.tunnel_ip)
        test.assertEqual({row["id"]: row["name"] for row in table("neutron", "routers")},
                         {router["id"]: router["name"] for router in self.routers.values()})
        for row in table("neutron", "routers"):
            test.assertEqual(self.ports[row["gw_port_id"]]["device_id"], row["id"])
        test.assertEqual({(row["id"], row["host"], row["host_ip"]) for row in
                          table("nova", "compute_nodes")},
                         {(h["id"], h["hypervisor_hostname"], h["host_ip"])
                          for h in self.hypervisors})
        members = {(row["aggregate_id"], row["host"]) for row in
                   table("nova_api", "aggregate_hosts")}
        test.assertEqual(members, {(a["id"], host) for a in self.aggregates for host in a["hosts"]})
        test.assertEqual({(row["id"], row["name"]) for row in table("nova_api", "aggregates")},
                         {(a["id"], a["name"]) for a in self.aggregates})
        caches = {row["instance_uuid"]: json.loads(row["network_info"])
                  for row in table("nova", "instance_info_caches")}
        test.assertEqual(set(caches), set(self.servers))
        for server, vifs in caches.items():
            for vif in vifs:
                port = self.ports[vif["id"]]
                test.assertEqual(
                    [port["device_id"], port["mac_address"], port["network_id"],
                     port["binding:vif_type"], port["binding:vif_details"],
                     port["fixed_ips"][0]["ip_address"]],
                    [server, vif["address"], vif["network"]["id"], vif["type"], vif["details"],
                     vif["network"]["subnets"][0]["ips"][0]["address"]])
                test.assertEqual(vif["devname"], "tap" + vif["id"][:11])

    def devices(self, host):
        return {link["ifname"]: link for link in json.loads(self.output(host, "ip -j -d link"))}

    def check_devices(self, host):
        """The views of one host's devices."""
        test = self.test
        links = json.loads(self.output(host, "ip -j -d link"))
        addresses = json.loads(self.output(host, "ip -j address"))
        for link, address in zip(links, addresses, strict=True):
            for key in set(address) - {"addr_info"}:
                test.assertEqual(link[key], address[key])
            for info in address["addr_info"]:
                if info["scope"] == "link" and not link["ifname"].startswith("brq"):
                    test.assertEqual(info["local"], link_local(link["address"]))
        names = [link["ifname"] for link in links]
        test.assertEqual(len(names), len(set(names)))
        test.assertEqual([link["ifindex"] for link in links], list(range(1, len(links) + 1)))
        listed = re.findall(r" (\S+) -> ", self.output(host, "ls -l /sys/class/net"))
        test.assertEqual(sorted(names), listed)
        nics = {name for name in names if name.startswith("eth")}
        test.assertEqual(nics, {c[8:] for c in self.commands[host] if c.startswith("ethtool ")})
        test.assertEqual(nics, {"ctl": {"eth0"}, "net": {"eth0", "eth1", "eth2"},
                                "cmp": {"eth0", "eth1"}}[host[:3]])
        bridges = {}
        for link in links:
            info = link.get("linkinfo", {})
            if info.get("info_kind") == "bridge":
                bridges[link["ifname"]] = info["info_data"]["bridge_id"]
                test.assertEqual([int(byte, 16) for byte in link["address"].split(":")],
                                 [int(byte, 16) for byte in bridges[link["ifname"]][5:].split(":")])
            if "link" in link:
                peer = next(other for other in links if other["ifname"] == link["link"])
                test.assertEqual(peer["link"], link["ifname"])
        for link in links:
            if "master" in link:
                test.assertEqual(link["linkinfo"]["info_slave_data"]["bridge_id"],
                                 bridges[link["master"]])
        own = {info["local"] for address in addresses for info in address["addr_info"]}
        if host in self.tunnel_ip:
            test.assertIn(self.tunnel_ip[host], own)
        for hypervisor in self.hypervisors:
            if hypervisor["hypervisor_hostname"] == host:
                test.assertIn(hypervisor["host_ip"], own)

    def ovs(self, host):
        """{bridge: {port: (tag, type, options)}} of a host."""
        tables = {}
        for name, columns in (("Bridge", "_uuid,name,ports,datapath_type"),
                              ("Port", "_uuid,name,tag,interfaces"),
                              ("Interface", "_uuid,name,type,options")):
            table = json.loads(self.output(host, OVS.format(columns, name)))
            self.test.assertEqual(table["headings"], columns.split(","))
            tables[name] = {row[0][1]: row[1:] for row in table["data"]}
        bridges, interfaces = {}, set()
        for name, (_, ports), datapath in tables["Bridge"].values():
            self.test.assertEqual(datapath, "netdev")
            bridges[name] = {}
            for _, uuid in ports:
                port, tag, (_, interface) = tables["Port"].pop(uuid)
                interfaces.add(interface)
                name_there, kind, (_, options) = tables["Interface"][interface]
                self.test.assertEqual(name_there, port)
                bridges[name][port] = None if tag == ["set", []] else tag, kind, dict(options)
        self.test.assertEqual(tables["Port"], {})
        self.test.assertEqual(interfaces, set(tables["Interface"]))
        return bridges

    def check_tunnels(self, host):
        """A tunnel to every host that an overlay network is shared with, and to no other."""
        test = self.test
        expected = set()
        for network, hosts in self.members.items():
            if host in hosts and self.networks[network]["provider:network_type"] == "vxlan":
                expected |= hosts
        expected.discard(host)
        test.assertLessEqual(len(expected), 64)
        if host not in self.tunnel_ip:
            test.assertEqual(expected, set())
        elif self.lxb:
            found = {entry["dst"] for entry in json.loads(self.output(host, "bridge -j fdb show"))
                     if "dst" in entry}
            test.assertEqual({self.host_of[address] for address in found}, expected)
        else:
            found = set()
            for port, (_, kind, options) in self.ovs(host)["br-tun"].items():
                if kind == "vxlan":
                    test.assertEqual(options["local_ip"], self.tunnel_ip[host])
                    numbers = (int(byte) for byte in options["remote_ip"].split("."))
                    test.assertEqual(port, "vxlan-" + "".join(f"{n:02x}" for n in numbers))
                    found.add(self.host_of[options["remote_ip"]])
            test.assertEqual(found, expected)

    def check_tags(self, host, tags):
        """tags: (network, tag) of every port."""
        self.test.assertEqual(len(set(tags)), len({network for network, _ in tags}))
        self.test.assertEqual(len(set(tags)), len({tag for _, tag in tags}))
        self.test.assertNotIn(None, {tag for _, tag in tags})

    def datapath(self, host):
        text = self.output(host, "ovs-appctl dpctl/show")
        return dict(re.findall(r"^  port \d+: (\S+)(.*)$", text, re.M))

    def check_compute(self, host):
        test, devices = self.test, self.devices(host)
        ports = {port["id"][:11]: port for port in self.ports_of[host]}
        listed = re.findall(r"(instance-\S+) +running", self.output(host, "virsh list --all"))
        servers = {s["OS-EXT-SRV-ATTR:instance_name"]: s for s in self.servers.values()
                   if s["OS-EXT-SRV-ATTR:host"] == host}
        test.assertEqual(sorted(listed), sorted(servers))
        test.assertEqual({c for c in self.commands[host] if c.startswith("virsh dumpxml ")},
                         {f"virsh dumpxml {name}" for name in servers})
        plugged, kinds = set(), set()
        for name, server in servers.items():
            xml = self.output(host, f"virsh dumpxml {name}")
            test.assertIn(f"<name>{name}</name>", xml)
            test.assertIn(f"<uuid>{server['id']}</uuid>", xml)
            for interface in re.findall(r"<interface.*?</interface>", xml, re.S):
                tail = re.search(r"<target dev='tap(.{11})'/>", interface)[1]
                port = ports[tail]
                test.assertEqual(port["device_id"], server["id"])
                test.assertIn(f"<mac address='{port['mac_address']}'/>", interface)
                test.assertIn(f"tap{tail}", devices)
                test.assertEqual(devices[f"tap{tail}"]["address"][3:], port["mac_address"][3:])
                bridge = re.search(r"<source bridge='(.*)'/>", interface)
                test.assertEqual(devices[f"tap{tail}"].get("master"), bridge and bridge[1])
                kinds.add("direct" if not bridge else bridge[1][:3])
                plugged.add(tail)
        test.assertEqual(plugged, set(ports))
        if self.lxb:
            test.assertLessEqual(kinds, {"brq"})
            self.check_linux_bridges(host, devices)
            return
        hybrid = {p["binding:vif_details"]["ovs_hybrid_plug"] for p in ports.values()}
        test.assertEqual(kinds, {"qbr" if value else "direct" for value in hybrid})
        tags, bridge, datapath = [], self.ovs(host)["br-int"], self.datapath(host)
        for tail, port in ports.items():
            name = f"tap{tail}"
            if hybrid == {True}:
                name = f"qvo{tail}"
                test.assertEqual(devices[name]["link"], f"qvb{tail}")
                test.assertEqual(devices[f"qvb{tail}"]["master"], f"qbr{tail}")
                test.assertEqual(devices[f"tap{tail}"]["master"], f"qbr{tail}")
            tags.append((port["network_id"], bridge[name][0]))
            test.assertEqual(datapath[name], "")
            test.assertIn(name, devices)
        self.check_tags(host, tags)
        test.assertEqual({name for name in bridge if bridge[name][0]},
                         {name for name in bridge if name[:3] in ("qvo", "tap")})
        test.assertEqual(len(tags), len([name for name in bridge if bridge[name][0]]))

    def check_linux_bridges(self, host, devices):
        """Every port of the host in its network's bridge, and the network's way out with it."""
        test, expected = self.test, {}
        for port in self.ports_of[host]:
            network = self.networks[port["network_id"]]
            bridge = f"brq{network['id'][:11]}"
            vni = network["provider:segmentation_id"]
            members = expected.setdefault(bridge, {f"vxlan-{vni}" if vni else "eth2"})
            members.add(f"tap{port['id'][:11]}")
            if vni:
                data = devices[f"vxlan-{vni}"]["linkinfo"]["info_data"]
                test.assertEqual([data["id"], data["local"]], [vni, self.tunnel_ip[host]])
        found = {}
        for name, link in devices.items():
            if "master" in link:
                found.setdefault(link["master"], set()).add(name)
        test.assertEqual(found, expected)
        for bridge, members in found.items():
            test.assertEqual(devices[bridge]["address"],
                             min(devices[name]["address"] for name in members))
        where = {port["mac_address"]: port for port in self.ports.values()}
        for entry in json.loads(self.output(host, "bridge -j fdb show")):
            test.assertIn(entry["ifname"], devices)
            if "master" in entry:
                test.assertEqual(entry["master"], devices[entry["ifname"]]["master"])
            if "dst" in entry and entry["mac"] != "00:00:00:00:00:00":
                port = where[entry["mac"]]
                vni = self.networks[port["network_id"]]["provider:segmentation_id"]
                test.assertEqual(entry["ifname"], f"vxlan-{vni}")
                test.assertEqual(entry["dst"], self.tunnel_ip[port["binding:host_id"]])

    def check_network_node(self, host):
        test = self.test
        namespaces = re.findall(r"^(\S+) \(id: \d+\)$", self.output(host, "ip netns list"), re.M)
        expected = {}                       # namespace -> {interface: port}
        for port in self.ports_of[host]:
            tail = port["id"][:11]
            if port["device_owner"] == "network:dhcp":
                prefix, name = "ns-" if self.lxb else "tap", f"qdhcp-{port['network_id']}"
                test.assertTrue(port["device_id"].endswith(port["network_id"]))
            else:
                gateway = port["device_owner"] == "network:router_gateway"
                prefix, name = "qg-" if gateway else "qr-", f"qrouter-{port['device_id']}"
                test.assertIn(port["device_id"], self.routers)
            expected.setdefault(name, {})[prefix + tail] = port
        test.assertEqual(sorted(namespaces), sorted(expected))
        devices, tags = self.devices(host), []
        bridges, datapath = ({}, {}) if self.lxb else (self.ovs(host), self.datapath(host))
        for name, interfaces in expected.items():
            found = {link["ifname"]: link for link in json.loads(
                self.output(host, f"ip netns exec {name} ip -j address"))}
            test.assertEqual(set(found), set(interfaces) | {"lo"})
            for interface, port in interfaces.items():
                link = found[interface]
                test.assertEqual(link["address"], port["mac_address"])
                test.assertEqual(link["mtu"], self.networks[port["network_id"]]["mtu"])
                test.assertIn(port["fixed_ips"][0]["ip_address"],
                              {info["local"] for info in link["addr_info"]})
                if self.lxb:
                    outside = devices[f"tap{port['id'][:11]}"]
                    test.assertEqual(outside["ifindex"], link["link_index"])
                    test.assertEqual(outside["link_index"], link["ifindex"])
                else:
                    tag, kind, _ = bridges["br-int"][interface]
                    test.assertEqual(kind, "internal")
                    tags.append((port["network_id"], tag))
                    test.assertEqual(datapath[interface], " (tap)")
        if self.lxb:
            self.check_linux_bridges(host, devices)
        else:
            self.check_tags(host, tags)
            test.assertIn("eth2", bridges["br-ex"])


class Consistency(Clouds):
    @each_variant
    def test_all_replies_tell_one_story(self, _name, folder):
        Story(self, folder).check()

    @each_variant
    def test_spread(self, _name, folder):
        """60 computes, 20 instances each, most hosts near the limit of tunnels."""
        story = Story(self, folder)
        self.assertEqual(len(story.hypervisors), 60)
        counts = {}
        for server in story.servers.values():
            host = server["OS-EXT-SRV-ATTR:host"]
            counts[host] = counts.get(host, 0) + 1
        self.assertEqual(set(counts.values()), {20})
        self.assertEqual(len(counts), 60)
        self.assertEqual(len(story.projects), 2 + 1200 // 50)


if __name__ == "__main__":
    unittest.main()
