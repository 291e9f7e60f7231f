#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What must be in the inventory of a recorded cloud, and whether the program says the same.

Everything expected is read from the raw replies of one recording; the program's own output is
only ever compared with it. See README.md for what is checked and how to call it.
"""

import argparse
import fnmatch
import json
import os
import random
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor

import raw

TYPES = ("region", "project", "availability_zone", "aggregate", "host_ref", "host", "network",
         "port", "instance", "vnic", "vservice", "vconnector", "vedge", "otep", "host_pnic",
         "network_agent")
OVERLAYS = ("vxlan", "gre", "geneve")
OVS_AGENT, LXB_AGENT = "Open vSwitch agent", "Linux bridge agent"
NETWORK_AGENTS = ("DHCP agent", "L3 agent", "Metadata agent")
FACTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "facts.json")
SHOWN = 10       # differences printed of one check
TIMEOUT = 600    # seconds for one call of the program


class Host:
    """What the commands of one host say, in the names its own text uses."""

    def __init__(self, name):
        self.name = name
        self.devices = defaultdict(raw.Device)
        self.bridges = {}   # Linux bridge -> (bridge id, members)
        self.ovs = {}       # Open vSwitch bridge -> {interface: options}
        self.nics = {}      # physical NIC -> host_pnic id
        self.agents = {}    # agent type -> agent
        self.domains = {}   # instance uuid -> [(tap, mac, bridge)]

    def read(self, recording):
        """Reads the wiring of the host."""
        def output(*forms):
            return recording.output(self.name, *forms) or ""
        for text in (output("ip -d link", "ip -d link show", "ip -d -j link", "ip -j -d link"),
                     output("ip address", "ip address show", "ip -j address")):
            raw.read_devices(text, self.devices)
        self.bridges = raw.read_brctl(output("brctl show")) or raw.bridges_of(self.devices)
        self.ovs = raw.read_ovs_show(output("ovs-vsctl show")) or self._ovs_tables(recording)
        for command in recording.commands[self.name]:
            if command.startswith("virsh dumpxml ") and len(command.split()) == 3:
                uuid, interfaces = raw.read_domain(output(command))
                self.domains[uuid] = interfaces
        self.devices = dict(self.devices)  # from here on a device that is not there is an error

    def _ovs_tables(self, recording):
        found = {command.split()[-1]: command for command in recording.commands[self.name]
                 if command.startswith("ovs-vsctl ") and "json" in command}
        if not {"Bridge", "Port", "Interface"} <= set(found):
            return {}
        return raw.read_ovs_tables(*(recording.output(self.name, found[table])
                                     for table in ("Bridge", "Port", "Interface")))

    def vconnector(self, bridge):
        """The id of a Linux bridge."""
        return f"{self.name}-{bridge}-{self.bridges[bridge][0]}"

    def bridge_of(self, tap, source):
        """The Linux bridge a tap is in; for a stopped instance the one its XML names."""
        for bridge, (_, members) in self.bridges.items():
            if tap in members:
                return bridge
        return source if source in self.bridges else None

    def patched(self, bridge):
        """An Open vSwitch bridge and those its patch ports lead to, nearest first."""
        owner = {name: b for b, interfaces in self.ovs.items() for name in interfaces}
        reached = [bridge]
        for current in reached:
            for options in self.ovs[current].values():
                peer = owner.get(options.get("peer"))
                if peer and peer not in reached:
                    reached.append(peer)
        return reached

    def below(self, name, seen=()):
        """The Linux bridges and physical NICs that a device of the host stands on."""
        if name in seen:
            return []
        seen = (*seen, name)
        if name in self.bridges:
            members, nodes = self.bridges[name][1], [("vconnector", self.vconnector(name))]
        else:
            members, nodes = list(self.ovs.get(name, ())), []
            lower = self.devices[name].lower if name in self.devices else None
            if lower in self.nics:
                members = [lower]  # eth1.100@eth1
            elif name in self.nics:
                return [("host_pnic", self.nics[name])]
        return nodes + [node for member in members for node in self.below(member, seen)]

    def carriers(self, address):
        """What the device that has an address stands on."""
        address = raw.address_of(address)
        return [node for name, device in self.devices.items() if address in device.addresses
                for node in self.below(name)]


class Truth:
    """The expected objects, and the expected chain of every instance with a host."""

    def __init__(self, recording, environment):
        self.recording, self.environment = recording, environment
        self.objects = {type_: {} for type_ in TYPES}  # id -> (parent id or None, host or None)
        self.chains = {}       # instance id -> [(type, id)]
        self.servers = self._rows("nova", "/servers/detail", "servers", query="all_tenants=1")
        self.networks = {n["id"]: n for n in self._rows("neutron", "/networks", "networks")}
        self.ports = self._rows("neutron", "/ports", "ports")
        self.agents = self._rows("neutron", "/agents", "agents", table="neutron.agents")
        self.routers = self._rows("neutron", "/routers", "routers", table="neutron.routers")
        self.zone_of, self.roles = {}, defaultdict(set)
        self._expect_cloud()
        self._find_hosts()
        self._by_host = defaultdict(list)
        for server in self.servers:
            self._by_host[server.get("OS-EXT-SRV-ATTR:host")].append(server)
        self._port_of = {(p["device_id"], p["mac_address"].lower()): p for p in self.ports}
        self._agents_of = defaultdict(list)
        for agent in self.agents:
            self._agents_of[agent["host"]].append(agent)
        for server in self.servers:
            if server.get("OS-EXT-SRV-ATTR:host") not in self.zone_of:  # never scheduled
                self._expect("instance", server["id"], server["tenant_id"])
        for name in sorted(self.zone_of):
            self._expect_host(Host(name))

    def _rows(self, service, path, member, query="", table=None):
        rows = self.recording.rest(service, path, member, query)
        if rows is None and not table:
            raise raw.RecordingError(f"{service}:{path} was not recorded")
        return rows if rows is not None else self.recording.table(table)

    def _expect(self, type_, id_, parent, host=None):
        """Notes an object; of two with one id the later host's has the host in front."""
        if id_ in self.objects[type_] and self.objects[type_][id_][1] != host:
            id_ = f"{host}-{id_}"
        self.objects[type_][id_] = (parent, host)
        return id_

    def _expect_cloud(self):
        """Everything that only the APIs tell."""
        environment = self.environment
        regions = {endpoint.get("region") or endpoint.get("region_id") or "No-Region"
                   for service in self._rows("keystone", "/auth/catalog", "catalog")
                   for endpoint in service.get("endpoints", [])}
        for region in regions:
            self._expect("region", region, f"{environment}-regions")
        # Which of several regions an object is in the recording does not tell: not checked.
        region = regions.pop() if len(regions) == 1 else None
        projects = {p["id"]: p["name"] for p in self._rows("keystone", "/projects", "projects")
                    if p["name"] != "services"}
        for id_ in projects:
            self._expect("project", id_, f"{environment}-projects")
        self.zones = self._rows("nova", "/os-availability-zone/detail", "availabilityZoneInfo")
        for zone in self.zones:
            self._expect("availability_zone", zone["zoneName"],
                         region and f"{region}-availability_zones")
        for id_, name, hosts in self._aggregates():
            self._expect("aggregate", str(id_), region and f"{region}-aggregates")
            for host in hosts:
                self._expect("host_ref", f"aggregate-{name}-{host}", str(id_))
        admin = next((id_ for id_, name in projects.items() if name == self._admin()), None)
        for id_, network in self.networks.items():
            self._expect("network", id_, f"{network.get('tenant_id') or admin}-networks")
        for port in self.ports:
            self._expect("port", port["id"], f"{port['network_id']}-ports")

    def _admin(self):
        """The name of the administrator's project."""
        environment = self.recording.index.get("environment") or {}
        return next((target["admin_project"] for target in environment.get("configuration", [])
                     if target.get("admin_project")), "admin")

    def _aggregates(self):
        rows = self.recording.rest("nova", "/os-aggregates", "aggregates")
        if rows is not None:
            return [(row["id"], row["name"], row["hosts"]) for row in rows]
        hosts = self.recording.table("nova_api.aggregate_hosts")
        return [(row["id"], row["name"],
                 [h["host"] for h in hosts if h["aggregate_id"] == row["id"]])
                for row in self.recording.table("nova_api.aggregates")]

    def _find_hosts(self):
        """Hosts are what Nova's zones, Nova's services or a Neutron agent name."""
        named = [(host, binary, zone["zoneName"]) for zone in self.zones
                 for host, services in (zone.get("hosts") or {}).items() for binary in services]
        named += [(row["host"], row["binary"], row["zone"])
                  for row in self.recording.rest("nova", "/os-services", "services") or []]
        for host, binary, zone in named:
            if host == "0.0.0.0":  # the API services, which are not bound to a host
                continue
            self.zone_of.setdefault(host, zone)
            if binary == "nova-compute" and "Compute" not in self.roles[host]:
                self.zone_of[host] = zone
                self.roles[host].add("Compute")  # a dead one hides nothing either
        for agent in self.agents:
            if agent["host"] not in self.zone_of or agent["agent_type"] in NETWORK_AGENTS:
                self.roles[agent["host"]].add("Network")
        for agent in self.agents:
            self.zone_of.setdefault(agent["host"], "internal")

    def _expect_host(self, host):
        """Everything on one host; its text is forgotten afterwards."""
        host.read(self.recording)
        name, roles = host.name, self.roles[host.name]
        self._expect("host", name, self.zone_of[name], name)
        for agent in self._agents_of[name]:
            host.agents[agent["agent_type"]] = agent
            if isinstance(agent["configurations"], str):
                agent["configurations"] = json.loads(agent["configurations"])
            self._expect("network_agent", f"{agent['binary']}-{agent['id']}",
                         f"{name}-network_agents", name)
        for bridge in host.bridges:
            self._expect("vconnector", host.vconnector(bridge), f"{name}-vconnectors", name)
        if roles & {"Network", "Compute"}:
            self._expect_nics(host)
            if OVS_AGENT in host.agents:
                self._expect("vedge", host.agents[OVS_AGENT]["id"], f"{name}-vedges", name)
        if "Network" in roles:
            self._expect_services(host)
        self._expect_tunnels(host)
        for server in self._by_host[name]:
            self._expect("instance", server["id"], f"{name}-instances", name)
            for tap, _, _ in host.domains.get(server["id"], ()):
                self._expect("vnic", f"{name}-{tap}", f"{server['id']}-vnics", name)
            self.chains[server["id"]] = self._chain(host, server)

    def _expect_nics(self, host):
        environment = self.recording.index.get("environment")
        patterns = ["eth*"] if environment is None else environment.get("host_pnics")
        text = self.recording.output(host.name, "ls -l /sys/class/net") or ""
        hardware = {line.split("/")[-1] for line in text.splitlines()
                    if line.startswith("l") and "/virtual/" not in line}
        for name, device in host.devices.items():
            if (any(fnmatch.fnmatchcase(name, p) for p in patterns) if patterns
                    else name in hardware) or device.kind == "bond":
                host.nics[name] = self._expect("host_pnic", f"{name}-{device.mac or 'unknown_mac'}",
                                               f"{host.name}-host_pnics", host.name)

    def _expect_services(self, host):
        text = self.recording.output(host.name, "ip netns list", "ip netns") or ""
        for namespace in raw.read_namespaces(text):
            folder = "dhcps" if namespace.startswith("qdhcp-") else "routers"
            service = self._expect("vservice", f"{host.name}-{namespace}",
                                   f"{host.name}-vservices-{folder}", host.name)
            inside = defaultdict(raw.Device)
            raw.read_devices(self.recording.output(host.name, *(
                f"ip netns exec {namespace} {form}"
                for form in ("ip address", "ip address show", "ip -j address"))) or "", inside)
            for name in inside:
                if name != "lo":
                    self._expect("vnic", f"{host.name}-{name}", f"{service}-vnics", host.name)

    def _expect_tunnels(self, host):
        agent = host.agents.get(OVS_AGENT)
        if agent and agent["id"] in self.objects["vedge"] and _tunnels(agent):
            self._expect("otep", f"{host.name}-otep", agent["id"], host.name)
        agent = host.agents.get(LXB_AGENT)
        for bridge, (_, members) in host.bridges.items() if agent and _tunnels(agent) else ():
            for member in members:
                if member.startswith(_tunnels(agent)[0] + "-"):
                    self._expect("otep", f"{host.name}-otep-{member}", host.vconnector(bridge),
                                 host.name)

    def _chain(self, host, server):
        """The objects between an instance and its networks, found from device to device."""
        chain = [("instance", server["id"])]
        for tap, mac, source in host.domains.get(server["id"], ()):
            chain.append(("vnic", f"{host.name}-{tap}"))
            network = self.networks.get(
                self._port_of.get((server["id"], mac), {}).get("network_id"), {})
            bridge, switch = host.bridge_of(tap, source), None
            plugs = {tap}
            if bridge:
                chain.append(("vconnector", host.vconnector(bridge)))
                # qvb in the bridge, qvo in Open vSwitch: the two ends of one veth.
                plugs |= {host.devices[member].lower for member in host.bridges[bridge][1]
                          if member in host.devices}
            for name, interfaces in host.ovs.items():
                if plugs & set(interfaces) and OVS_AGENT in host.agents:
                    switch = name
                    chain.append(("vedge", host.agents[OVS_AGENT]["id"]))
            way = self._way_out(host, network, bridge, switch)
            chain += way
            if any(type_ == "host_pnic" for type_, _ in way):
                chain.append(("network", network["id"]))
        return list(dict.fromkeys(chain))

    def _way_out(self, host, network, bridge, switch):
        """From the switch or bridge of a port to the NIC that its network leaves by."""
        kind = network.get("provider:network_type")
        if kind in OVERLAYS and switch:
            agent = host.agents[OVS_AGENT]
            local = {options["local_ip"] for reached in host.patched(switch)
                     for options in host.ovs[reached].values() if "local_ip" in options}
            address = min(local, default=agent["configurations"].get("tunneling_ip"))
            if f"{host.name}-otep" in self.objects["otep"]:
                return [("otep", f"{host.name}-otep"), *host.carriers(address)]
        elif kind in OVERLAYS and bridge:
            for member in host.bridges[bridge][1]:
                otep = f"{host.name}-otep-{member}"
                if otep in self.objects["otep"]:
                    address = (host.devices[member].local
                               or host.agents[LXB_AGENT]["configurations"]["tunneling_ip"])
                    return [("otep", otep), *host.carriers(address)]
        elif kind in ("flat", "vlan") and switch:
            mappings = host.agents[OVS_AGENT]["configurations"].get("bridge_mappings") or {}
            return host.below(mappings.get(network["provider:physical_network"]))
        elif kind in ("flat", "vlan") and bridge:
            return host.below(bridge)
        return []

    def facts(self):
        """The counts that facts.json gives for the recordings shipped."""
        services = Counter(id_.removeprefix(host)[1:].split("-")[0]
                           for id_, (_, host) in self.objects["vservice"].items())
        return {"hosts": len(self.objects["host"]), "instances": len(self.servers),
                "instances_without_host": len(self.servers) - len(self.chains),
                "ports": len(self.ports), "networks": len(self.networks),
                "routers": len(self.routers), "router_services": services["qrouter"],
                "dhcp_services": services["qdhcp"], "agents": len(self.agents)}


def _tunnels(agent):
    """The tunnel types of an agent that has an address for its tunnels."""
    configuration = agent["configurations"]
    return configuration.get("tunneling_ip") and configuration.get("tunnel_types") or []


class Report:
    """One line per check, with the differences below, and the sums at the end."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, title, problems):
        """Prints a check; it passed when there is no problem to print."""
        print("FAIL" if problems else "ok  ", title)
        for problem in problems[:SHOWN]:
            print("      ", problem)
        if len(problems) > SHOWN:
            print(f"       ... and {len(problems) - SHOWN} more")
        self.failed += bool(problems)
        self.passed += not problems


class Program:
    """The program under test, asked for JSON."""

    def __init__(self, path, store, environment):
        self.path = path
        self.options = ["-e", environment, "-o", "json"] + (["--store", store] if store else [])

    def ask(self, *words):
        """(document, None), or (None, what went wrong); "crashed" if it was no plain refusal."""
        try:
            run = subprocess.run([self.path, *words, *self.options], capture_output=True,
                                 timeout=TIMEOUT, check=False)
            if run.returncode:
                said = run.stderr.decode("utf-8", "replace").strip().splitlines()
                crash = "crashed: " if run.returncode < 0 else ""
                return None, f"{crash}exit status {run.returncode}: {said[-1] if said else ''}"
            return json.loads(run.stdout or b"null"), None
        except ValueError as error:
            return None, f"crashed: the answer is no JSON: {error}"
        except (OSError, subprocess.TimeoutExpired) as error:
            return None, f"crashed: {error}"


def compare_type(truth, type_, documents, error):
    """Compares one list with the expectation, both ways: (title, problems)."""
    if error:
        return f"{type_}: no list", [error]
    if not (isinstance(documents, list) and all(
            isinstance(d, dict) and isinstance(d.get("id"), str) for d in documents)):
        return f"{type_}: no list", ["not an array of documents with an id"]
    expected = truth.objects[type_]
    found = Counter(document["id"] for document in documents)
    missing, surplus = expected.keys() - found.keys(), found.keys() - expected.keys()
    problems = [f"missing {id_}" for id_ in sorted(missing)]
    problems += [f"surplus {id_}" for id_ in sorted(surplus)]
    problems += [f"{count} times {id_}" for id_, count in sorted(found.items()) if count > 1]
    for document in documents:
        parent, host = expected.get(document["id"], (None, None))
        for field, value in (("parent_id", parent), ("host", host)):
            if value is not None and document.get(field) != value:
                problems.append(f"{document['id']}: {field} {document.get(field)}, not {value}")
    return (f"{type_:18}{len(expected):8} expected{sum(found.values()):8} found"
            f"{len(missing):6} missing{len(surplus):6} surplus"), problems


def compare_clique(chain, clique, error):
    """The differences between an expected chain and what `clique` printed."""
    if len(chain) == 1:  # nothing hangs on it: no clique, and saying so is no failure
        if not clique:
            return [error] if error and error.startswith("crashed") else []
        chain = chain if clique.get("nodes_detailed") else []
    elif error:
        return [error]
    expected = set(chain)
    found = {(node["type"], node["id"]) for node in clique.get("nodes_detailed") or []}
    problems = [f"missing {type_} {id_}" for type_, id_ in sorted(expected - found)]
    problems += [f"surplus {type_} {id_}" for type_, id_ in sorted(found - expected)]
    ids = {id_ for _, id_ in expected}
    reached, links = {id_ for _, id_ in chain[:1]}, []
    for link in clique.get("links_detailed") or []:
        ends = {link["source_id"], link["target_id"]}
        links.append(ends)
        if not ends <= ids:
            problems.append(f"link {link.get('link_type')} leaves the chain: {sorted(ends)}")
    for _ in links:  # as many rounds as there are links reach everything that can be reached
        reached.update(*(ends for ends in links if ends & reached))
    problems += [f"no link leads to {id_}" for id_ in sorted(ids - reached)]
    return problems


def compare(truth, program, report, sample, seed, jobs):
    """Asks the program for every type and every (or some) clique."""
    chains = dict(truth.chains)
    chains.update((id_, [("instance", id_)]) for id_ in truth.objects["instance"]
                  if id_ not in chains)
    instances = sorted(chains)
    if sample is not None and sample < len(instances):
        instances = sorted(random.Random(seed).sample(instances, sample))
    with ThreadPoolExecutor(jobs) as pool:
        lists = pool.map(lambda type_: program.ask("list", type_), TYPES)
        for type_, answer in zip(TYPES, lists):
            report.check(*compare_type(truth, type_, *answer))
        cliques = pool.map(lambda id_: program.ask("clique", id_), instances)
        for id_, answer in zip(instances, cliques):
            try:
                problems = compare_clique(chains[id_], *answer)
            except (AttributeError, KeyError, TypeError) as error:
                problems = [f"not a clique document: {error!r}"]
            size = len(chains[id_])
            report.check(f"clique of instance {id_}, "
                         + (f"{size} nodes" if size > 1 else "none expected"), problems)


def print_facts(truth, sample, seed):
    """The expectation as a table for the eye."""
    for name, count in truth.facts().items():
        print(f"{name:24}{count:8}")
    print()
    for type_ in TYPES:
        print(f"{type_:24}{len(truth.objects[type_]):8}")
    names = {server["id"]: server.get("name", "") for server in truth.servers}
    shown = sorted(truth.objects["instance"], key=lambda id_: (names[id_], id_))
    if sample is not None and sample < len(shown):
        shown = random.Random(seed).sample(shown, sample)
    for id_ in shown:
        print(f"\n{names[id_]}")
        for type_, node in truth.chains.get(id_, [("instance", f"{id_} (no host, no clique)")]):
            print(f"    {type_:14}{node}")


def main():
    """Reads the command line; the exit status tells whether everything holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recording", help="folder with index.json and the raw replies")
    parser.add_argument("--facts", action="store_true", help="print what is expected")
    parser.add_argument("--check-facts", metavar="NAME", help="compare with facts.json")
    parser.add_argument("--calipso", metavar="PROGRAM", help="compare with what it lists")
    parser.add_argument("--store", metavar="URI", help="the store that it reads")
    parser.add_argument("-e", "--environment", metavar="NAME", default="lab")
    parser.add_argument("--sample", type=int, metavar="N", help="only N cliques")
    parser.add_argument("--seed", type=int, default=0, help="which cliques (default 0)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="calls at a time")
    args = parser.parse_args()
    if not (args.facts or args.check_facts or args.calipso):
        parser.error("nothing to do: give --facts, --check-facts or --calipso")
    report = Report()
    try:
        truth = Truth(raw.Recording(args.recording), args.environment)
    except (raw.RecordingError, OSError) as error:
        print(f"truth: {error}", file=sys.stderr)
        return 2
    if args.facts:
        print_facts(truth, args.sample, args.seed)
    if args.check_facts:
        with open(FACTS, encoding="utf-8") as stream:
            known = json.load(stream).get(args.check_facts)
        if known is None:
            parser.error(f"facts.json has no entry {args.check_facts}")
        counted = truth.facts()
        for name, count in known.items():
            report.check(f"fact {name}: {count} expected, {counted[name]} found",
                         [] if counted[name] == count else [f"{counted[name]}, not {count}"])
    if args.calipso:
        program = Program(args.calipso, args.store, args.environment)
        compare(truth, program, report, args.sample, args.seed, args.jobs)
    if args.check_facts or args.calipso:
        print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())
