#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the truth itself, on snippets short enough to be checked by eye."""

import json
import os
import tempfile
import unittest
from collections import defaultdict

import raw
import truth

LINK_TEXT = """\
2: eth1@if8: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP mode DEFAULT group default qlen 1000
    link/ether 6A:42:78:03:78:3a brd ff:ff:ff:ff:ff:ff link-netnsid 0 promiscuity 0
    veth addrgenmode eui64
5: brq6e03372e-dc: <BROADCAST,UP> mtu 1450 qdisc noqueue state UP mode DEFAULT group default
    link/ether 06:e4:20:75:53:5e brd ff:ff:ff:ff:ff:ff promiscuity 0
    bridge forward_delay 0 bridge_id 8000.6:e4:20:75:53:5e designated_root 8000.6:e4:20:75:53:5e
9: vxlan-1355: <BROADCAST,UP> mtu 1450 qdisc noqueue master brq6e03372e-dc state UNKNOWN
    link/ether 06:e4:20:75:53:5e brd ff:ff:ff:ff:ff:ff promiscuity 1
    vxlan id 1355 local 10.78.0.21 dev eth1 srcport 0 0 dstport 8472
    bridge_slave state forwarding designated_bridge 8000.6:e4:20:75:53:5e
"""
LINK_JSON = json.dumps([
    {"ifname": "eth1", "link_index": 8, "link_type": "ether", "address": "6a:42:78:03:78:3a",
     "linkinfo": {"info_kind": "veth"}},
    {}, {"ifname": "brq6e03372e-dc", "link_type": "ether", "address": "06:e4:20:75:53:5e",
         "linkinfo": {"info_kind": "bridge",
                      "info_data": {"bridge_id": "8000.6:e4:20:75:53:5e"}}},
    {"ifname": "vxlan-1355", "master": "brq6e03372e-dc", "link_type": "ether",
     "address": "06:e4:20:75:53:5e",
     "linkinfo": {"info_kind": "vxlan", "info_data": {"id": 1355, "local": "10.78.0.21"},
                  "info_slave_kind": "bridge"}}])
BRCTL = """\
bridge name\tbridge id\t\tSTP enabled\tinterfaces
brq1\t\t8000.06e42075535e\tno\t\ttapaa
\t\t\t\t\t\t\tvxlan-1355
virbr0\t\t8000.000000000000\tyes\t\t
"""
OVS_SHOW = """\
69abe9eb-9d2e-4d42-9d62-183563bbce06
    Bridge br-int
        Port tapaa
            tag: 1
            Interface tapaa
        Port patch-tun
            Interface patch-tun
                type: patch
                options: {peer=patch-int}
    Bridge "br-tun"
        Port "vxlan-0a4e000b"
            Interface "vxlan-0a4e000b"
                type: vxlan
                options: {df_default="true", local_ip="10.78.0.21", remote_ip="10.78.0.11"}
        Port patch-int
            Interface patch-int
                type: patch
                options: {peer=patch-tun}
    Bridge br-ex
        Port eth2
            Interface eth2
    ovs_version: "3.1.0"
"""
DOMAIN = """<domain><uuid>u1</uuid><devices>
<interface type='%s'><mac address='fa:16:3e:00:00:01'/>%s<target dev='tapaa'/></interface>
</devices></domain>"""


def ovs_table(names, *rows):
    """The JSON that ovs-vsctl prints."""
    return json.dumps({"headings": names, "data": rows})


def wired(names):
    """`ip -d link` and `ip address` of a host: {device: (address or None, lower or None)}."""
    return "".join(
        f"{n}: {name}{'@' + lower if lower else ''}: <UP> mtu 1500 qdisc noqueue state UP\n"
        f"    link/ether 02:00:00:00:00:{n:02x} brd ff:ff:ff:ff:ff:ff\n"
        + (f"    inet {address}/24 scope global {name}\n" if address else "")
        for n, (name, (address, lower)) in enumerate(names.items(), 1))


class Cloud:
    """A recording of format 2 with one compute host h1, every reply a slice of one file."""

    def __init__(self, folder, network, agent, commands):
        self.folder, self.blob, self.lines = folder, b"", []
        admin = {"id": "p1", "name": "admin"}
        self.rest("keystone", "/v3/auth/catalog", "catalog", {"endpoints": [{"region": "R"}]})
        self.rest("keystone", "/v3/projects", "projects", admin, {"id": "p2", "name": "services"})
        self.rest("nova", "/v2.1/os-availability-zone/detail", "availabilityZoneInfo",
                  {"zoneName": "internal", "hosts": {"h1": {"nova-consoleauth": {}}}},
                  {"zoneName": "down", "hosts": None},
                  {"zoneName": "z1", "hosts": {"h1": {"nova-compute": {}}}})
        self.rest("nova", "/v2.1/os-aggregates", "aggregates",
                  {"id": 7, "name": "a", "hosts": ["h1"]})
        self.rest("nova", "/v2.1/servers/detail?all_tenants=1&limit=1", "servers",
                  {"id": "u1", "tenant_id": "p1", "OS-EXT-SRV-ATTR:host": "h1"})
        self.rest("nova", "/v2.1/servers/detail?all_tenants=1&limit=1&marker=u1", "servers",
                  {"id": "u2", "tenant_id": "p1", "OS-EXT-SRV-ATTR:host": None})
        self.rest("neutron", "/v2.0/networks", "networks", dict(network, id="n1", tenant_id=""))
        self.rest("neutron", "/v2.0/ports", "ports",
                  {"id": "aa", "network_id": "n1", "device_id": "u1",
                   "mac_address": "FA:16:3e:00:00:01"})
        self.rest("neutron", "/v2.0/routers", "routers")
        self.rest("neutron", "/v2.0/agents", "agents", dict(
            agent, id="agent1", host="h1", binary="neutron-agent"))
        for command, output in commands.items():
            self.add(output, kind="cli", host="h1", command=command, rc=0)

    def rest(self, service, path, member, *rows):
        """One API reply."""
        self.add(json.dumps({member: rows}), kind="rest", service=service, method="GET",
                 status=200, url="http://api" + path)

    def add(self, content, **entry):
        """One reply of any kind, appended to the file that all share."""
        content = content.encode()
        self.lines.append(json.dumps(dict(
            entry, file="all", offset=len(self.blob), bytes=len(content))))
        self.blob += content

    def truth(self):
        """Writes the recording and reads it."""
        for name, content in (("all", self.blob), ("files.jsonl", "\n".join(self.lines).encode()),
                              ("index.json", b'{"format": 2, "files": "files.jsonl",'
                               b' "environment": {"host_pnics": ["eth*"]}}')):
            with open(os.path.join(self.folder, name), "wb") as stream:
                stream.write(content)
        return truth.Truth(raw.Recording(self.folder), "E")


VXLAN = {"provider:network_type": "vxlan"}
FLAT = {"provider:network_type": "flat", "provider:physical_network": "phys"}
OVS = {"agent_type": truth.OVS_AGENT, "configurations": {
    "tunnel_types": ["vxlan"], "tunneling_ip": "10.78.0.21", "bridge_mappings": {"phys": "br-ex"}}}
LXB = dict(OVS, agent_type=truth.LXB_AGENT)
DIRECT = DOMAIN % ("ethernet", "")
NICS = {"eth1": ("10.78.0.21", "if8"), "eth2": (None, "if9")}


class Readers(unittest.TestCase):
    """The readers of command output."""

    def test_devices_are_the_same_from_text_and_json(self):
        """Text and JSON of `ip` say the same."""
        seen = []
        for text in (LINK_TEXT, LINK_JSON):
            devices = defaultdict(raw.Device)
            raw.read_devices(text, devices)
            self.assertEqual(devices["eth1"].mac, "6a:42:78:03:78:3a")
            self.assertEqual(devices["vxlan-1355"].local, "10.78.0.21")
            seen.append(raw.bridges_of(devices))
        self.assertEqual(seen[0], {"brq6e03372e-dc": ("8000.06e42075535e", ["vxlan-1355"])})
        self.assertEqual(seen[0], seen[1])

    def test_brctl(self):
        """Continuation lines and a bridge without members."""
        self.assertEqual(raw.read_brctl(BRCTL), {
            "brq1": ("8000.06e42075535e", ["tapaa", "vxlan-1355"]),
            "virbr0": ("8000.000000000000", [])})

    def test_ovs_tables_say_what_show_says(self):
        """The three JSON tables give what `ovs-vsctl show` gives."""
        tables = raw.read_ovs_tables(
            ovs_table(["_uuid", "name", "ports"],
                      [["uuid", "b"], "br-tun", ["set", [["uuid", "p"], ["uuid", "q"]]]],
                      [["uuid", "c"], "br-ex", ["uuid", "r"]]),
            ovs_table(["_uuid", "name", "interfaces"],
                      [["uuid", "p"], "patch-int", ["uuid", "i"]],
                      [["uuid", "q"], "vxlan-0a4e000b", ["uuid", "j"]],
                      [["uuid", "r"], "eth2", ["uuid", "k"]]),
            ovs_table(["_uuid", "name", "type", "options"],
                      [["uuid", "i"], "patch-int", "patch", ["map", [["peer", "patch-tun"]]]],
                      [["uuid", "j"], "vxlan-0a4e000b", "vxlan",
                       ["map", [["local_ip", "10.78.0.21"]]]],
                      [["uuid", "k"], "eth2", "", ["map", []]]))
        show = raw.read_ovs_show(OVS_SHOW)
        self.assertEqual(tables["br-tun"]["patch-int"], show["br-tun"]["patch-int"])
        self.assertEqual(tables["br-tun"]["vxlan-0a4e000b"]["local_ip"],
                         show["br-tun"]["vxlan-0a4e000b"]["local_ip"])
        self.assertEqual(set(tables["br-ex"]), set(show["br-ex"]))

    def test_namespaces_and_domains(self):
        """Numbers behind namespaces; an interface without a source."""
        self.assertEqual(raw.read_namespaces("qdhcp-1 (id: 3)\nhaproxy\nqrouter-2\n\n"),
                         ["qdhcp-1", "qrouter-2"])
        self.assertEqual(raw.read_domain(DIRECT), ("u1", [("tapaa", "fa:16:3e:00:00:01", None)]))


class Chains(unittest.TestCase):
    """The way of an instance through a host."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def truth(self, network, agent, devices, **commands):
        """The truth of a cloud with one host."""
        commands = {"ip address": wired(devices), "virsh dumpxml 1": DIRECT} | {
            name.replace("_", " "): text for name, text in commands.items()}
        if "ovs" in commands:
            commands["ovs-vsctl show"] = commands.pop("ovs")
        return Cloud(self.folder.name, network, agent, commands).truth()

    def chain(self, *args, **commands):
        """The chain of instance u1 without the instance itself, as `type id` words."""
        return [" ".join(node) for node in self.truth(*args, **commands).chains["u1"][1:]]

    def test_direct_plug_with_the_tunnel_address_on_a_nic(self):
        """No bridge anywhere."""
        self.assertEqual(self.chain(VXLAN, OVS, NICS, ovs=OVS_SHOW), [
            "vnic h1-tapaa", "vedge agent1", "otep h1-otep", "host_pnic eth1-02:00:00:00:00:01",
            "network n1"])

    def test_tunnel_address_on_an_ovs_bridge(self):
        """The NIC is a physical port of the bridge whose internal port has the address."""
        show = OVS_SHOW + "    Bridge br-data\n        Port x\n" + "".join(
            f"            Interface {name}\n" for name in ("br-data", "eth1"))
        devices = {"br-data": ("10.78.0.21", None), "eth1": (None, "if8"), "eth2": (None, None)}
        self.assertIn("host_pnic eth1-02:00:00:00:00:02",
                      self.chain(VXLAN, OVS, devices, ovs=show))

    def test_tunnel_address_on_a_vlan_of_a_nic_in_a_linux_bridge(self):
        """The bridge is passed, and the NIC is the device below the VLAN."""
        devices = {"br-mesh": ("10.78.0.21", None), "nic.5": (None, "eth1"),
                   "eth1": (None, None)}
        brctl = "head\nbr-mesh\t8000.01\tno\tnic.5\n"
        self.assertEqual(self.chain(VXLAN, OVS, devices, ovs=OVS_SHOW, brctl_show=brctl)[2:], [
            "otep h1-otep", "vconnector h1-br-mesh-8000.01", "host_pnic eth1-02:00:00:00:00:03",
            "network n1"])

    def test_hybrid_plug_on_a_provider_network(self):
        """Through qbr, qvb and qvo to the NIC of the mapped bridge; no tunnel end."""
        devices = NICS | {"qvbaa": (None, "qvoaa"), "qvoaa": (None, "qvbaa")}
        chain = self.chain(FLAT, OVS, devices, ovs=OVS_SHOW.replace("tapaa", "qvoaa"),
                           brctl_show="head\nqbraa\t8000.02\tno\tqvbaa\n\t\t\ttapaa\n")
        self.assertEqual(chain, [
            "vnic h1-tapaa", "vconnector h1-qbraa-8000.02", "vedge agent1",
            "host_pnic eth2-02:00:00:00:00:02", "network n1"])

    def test_linux_bridge(self):
        """Overlay by the vxlan device in the bridge, flat by the NIC in it."""
        devices = NICS | {"vxlan-1355": (None, None)}
        self.assertEqual(self.chain(VXLAN, LXB, devices, brctl_show=BRCTL), [
            "vnic h1-tapaa", "vconnector h1-brq1-8000.06e42075535e", "otep h1-otep-vxlan-1355",
            "host_pnic eth1-02:00:00:00:00:01", "network n1"])
        self.assertEqual(
            self.chain(FLAT, LXB, devices, brctl_show=BRCTL.replace("vxlan-1355", "eth2"))[2:],
            ["host_pnic eth2-02:00:00:00:00:02", "network n1"])

    def test_a_stopped_instance_without_its_tap(self):
        """The bridge that the XML names is still its bridge."""
        self.assertIn("vconnector h1-virbr0-8000.000000000000", self.chain(
            VXLAN, LXB, NICS, brctl_show=BRCTL.replace("tapaa", "x"),
            virsh_dumpxml_1=DOMAIN % ("bridge", "<source bridge='virbr0'/>")))

    def test_objects_of_the_cloud(self):
        """Pages, a zone without hosts, an instance without a host, an empty tenant."""
        objects = self.truth(VXLAN, OVS, NICS, ovs=OVS_SHOW).objects
        self.assertEqual(objects["instance"], {"u1": ("h1-instances", "h1"), "u2": ("p1", None)})
        self.assertEqual(objects["host"], {"h1": ("z1", "h1")})
        self.assertEqual(set(objects["availability_zone"]), {"internal", "down", "z1"})
        self.assertEqual(objects["network"], {"n1": ("p1-networks", None)})
        self.assertEqual(set(objects["project"]), {"p1"})
        self.assertEqual(objects["host_ref"], {"aggregate-a-h1": ("7", None)})

    def test_a_path_out_of_the_recording_is_refused(self):
        """Whatever the index says."""
        recording = raw.Recording(self.truth(VXLAN, OVS, NICS).recording.folder)
        for name in ("../x", "/etc/passwd"):
            with self.assertRaises(raw.RecordingError):
                recording._inside(name)  # pylint: disable=protected-access


class Comparison(unittest.TestCase):
    """What counts as a difference."""

    CHAIN = [("instance", "u"), ("vnic", "v"), ("network", "n")]

    @staticmethod
    def clique(*links, nodes=CHAIN):
        """A clique document."""
        return {"nodes_detailed": [{"type": t, "id": i} for t, i in nodes],
                "links_detailed": [{"source_id": a, "target_id": b} for a, b in links]}

    def problems(self, clique, error=None):
        """The differences from CHAIN."""
        return truth.compare_clique(self.CHAIN, clique, error)

    def test_cliques(self):
        """Nodes must be equal, links must join them all and nothing else."""
        self.assertEqual(self.problems(self.clique("nv", "uv")), [])
        self.assertEqual(self.problems(self.clique("uv")), ["no link leads to n"])
        self.assertEqual(self.problems(self.clique("uv", "vn", "vx")),
                         ["link None leaves the chain: ['v', 'x']"])
        self.assertEqual(self.problems(self.clique("uv", "vn", nodes=self.CHAIN[:2])),
                         ["missing network n"])
        self.assertEqual(self.problems(None, "exit status 1"), ["exit status 1"])

    def test_no_clique(self):
        """A plain refusal and an empty one are fine, a crash is not."""
        def alone(*answer):
            return truth.compare_clique(self.CHAIN[:1], *answer)
        self.assertEqual(alone(None, "exit status 1: no clique"), [])
        self.assertEqual(alone(None, None), [])
        self.assertEqual(alone(self.clique(nodes=()), None), [])
        self.assertEqual(alone(self.clique(nodes=self.CHAIN[:1]), None), [])
        self.assertTrue(alone(None, "crashed: exit status -11"))
        self.assertTrue(alone(self.clique("uv"), None))

    def test_lists(self):
        """Missing, surplus, twice, and with a wrong parent."""
        expected = truth.Truth.__new__(truth.Truth)
        expected.objects = {"port": {"a": ("p", None), "b": ("p", None)}}

        def problems(*ids):
            documents = [{"id": id_, "parent_id": "p" if id_ != "b" else "q"} for id_ in ids]
            return truth.compare_type(expected, "port", documents, None)[1]
        self.assertEqual(problems("a", "c", "c"), ["missing b", "surplus c", "2 times c"])
        self.assertEqual(problems("a", "b"), ["b: parent_id q, not p"])
        self.assertTrue(truth.compare_type(expected, "port", [1], None)[1])


if __name__ == "__main__":
    unittest.main()
