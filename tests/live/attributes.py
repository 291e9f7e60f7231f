# SPDX-License-Identifier: Apache-2.0
"""What objects must say about themselves: facts of the lab beside what the program shows of them.

Each type has two functions: one makes {id: {attribute: value}} of the facts, the other the same
attributes of a document. `differences()` compares the two.
"""

import ipaddress
import json
import re
from collections import defaultdict

import raw

OVS_AGENT, LXB_AGENT = "Open vSwitch agent", "Linux bridge agent"
TUNNELS = ("vxlan", "gre", "geneve")
NETWORK = ("name", "admin_state_up", "status", "shared", "mtu", "router:external",
           "provider:network_type", "provider:physical_network", "provider:segmentation_id")
SUBNET = ("name", "cidr", "ip_version", "gateway_ip", "enable_dhcp", "allocation_pools",
          "dns_nameservers", "host_routes")
PORT = ("mac_address", "network_id", "device_id", "device_owner", "status", "admin_state_up",
        "binding:host_id", "binding:vif_type", "binding:vnic_type")
AGENT = ("agent_type", "binary", "host", "admin_state_up", "topic")
ROUTER = ("admin_state_up", "status")

def read_tags(text):
    """`ovs-vsctl show`: {port: VLAN tag or None}, the ports named as their interfaces."""
    tags, port = {}, None
    for line in text.splitlines():
        words = line.strip().replace('"', "").split()
        if line.startswith("        Port "):
            port = words[1]
            tags[port] = None
        elif line.startswith("            tag: "):
            tags[port] = words[1]
    return tags


def read_remotes(text):
    """`bridge fdb show`: {device: the other ends of its tunnel}."""
    remotes = {}
    for device, address in re.findall(r" dev (\S+) dst (\S+) ", text):
        remotes.setdefault(device, set()).add(address)
    return remotes


def read_stp(text):
    """`brctl show`: {bridge: whether it takes part in the spanning tree}."""
    return {line.split()[0]: line.split()[2] for line in text.splitlines()[1:]
            if line.strip() and not line[0].isspace()}


def routable(addresses):
    """Those that are neither of the link alone nor of the metadata service."""
    return {a for a in addresses if not ipaddress.ip_address(a).is_link_local}



class OneOf:
    """An attribute that may have any of several values."""

    def __init__(self, values):
        self.values = sorted(values, key=str)

    def __eq__(self, other):
        if isinstance(other, OneOf):
            return self.values == other.values
        return other in self.values

    def __repr__(self):
        return f"one of {self.values}"


def pick(document, names):
    return {name: document.get(name) for name in names}


class Facts:
    """The facts of one moment: what truth.Truth made of a Cloud, and the rest of the Cloud."""

    def __init__(self, truth, cloud, with_sql):
        self.truth, self.cloud, self.with_sql = truth, cloud, with_sql
        self.subnets = cloud.rest("neutron", "/subnets", "subnets")
        self.projects = {row["id"]: row["name"]
                         for row in cloud.rest("keystone", "/projects", "projects")}
        self.ports_of = defaultdict(list)
        for port in truth.ports:
            self.ports_of[port["device_id"]].append(port)
        self.port_by_mac = {port["mac_address"].lower(): port for port in truth.ports}

    def devices(self, host, prefix=""):
        """{name: raw.Device} of a host, or of a namespace on it."""
        found = defaultdict(raw.Device)
        for form in ("ip -d link", "ip address"):
            raw.read_devices(self.cloud.output(host, prefix + form) or "", found)
        return found

    def ovs(self, host):
        return raw.read_ovs_show(self.cloud.output(host, "ovs-vsctl show") or "")

    def agents(self, type_):
        return [agent for agent in self.truth.agents if agent["agent_type"] == type_]

    # ---- one function a type

    def instance(self):
        addresses = {row["hypervisor_hostname"]: row["host_ip"] for row in
                     self.cloud.rest("nova", "/os-hypervisors/detail", "hypervisors")}
        for server in self.truth.servers:
            ports = self.ports_of[server["id"]]
            host = server["OS-EXT-SRV-ATTR:host"]
            # Without the database nobody tells of floating addresses: the ports do not know them.
            floating = [(ip["OS-EXT-IPS-MAC:mac_addr"], ip["addr"])
                        for ips in server["addresses"].values() for ip in ips
                        if ip["OS-EXT-IPS:type"] == "floating"]
            yield server["id"], {
                "name": server["name"], "uuid": server["id"], "ip_address": addresses.get(host),
                "vm_state": server["OS-EXT-STS:vm_state"],
                "power_state": server["OS-EXT-STS:power_state"],
                "local_name": server["OS-EXT-SRV-ATTR:instance_name"],
                "availability_zone": server["OS-EXT-AZ:availability_zone"],
                "project_id": server["tenant_id"],
                "projects": [self.projects[server["tenant_id"]]],
                "network": sorted({port["network_id"] for port in ports}),
                "fixed": sorted((port["mac_address"], ip["ip_address"])
                                for port in ports for ip in port["fixed_ips"]),
                "floating": sorted(floating) if self.with_sql else []}

    def network(self):
        for network in self.truth.networks.values():
            mine = [subnet for subnet in self.subnets if subnet["network_id"] == network["id"]]
            yield network["id"], {
                **pick(network, NETWORK), "project": self.projects.get(network["project_id"]),
                "subnet_ids": sorted(subnet["id"] for subnet in mine),
                "cidrs": sorted(subnet["cidr"] for subnet in mine),
                "subnets": {subnet["id"]: pick(subnet, SUBNET) for subnet in mine}}

    def port(self):
        for port in self.truth.ports:
            yield port["id"], {**pick(port, PORT), "fixed_ips": _addresses(port),
                               "name": port["mac_address"]}

    def vservice(self):
        for id_, (_, host) in self.truth.objects["vservice"].items():
            namespace = id_.removeprefix(host + "-")
            kind, _, uuid = namespace.partition("-")
            common = {"local_service_id": namespace, "host": host}
            if kind == "qdhcp":
                name = self.truth.networks.get(uuid, {}).get("name", uuid)
                yield id_, {**common, "name": f"qdhcp-{name}", "service_type": "dhcp",
                            "network": [uuid]}
            else:
                router = next(row for row in self.truth.routers if row["id"] == uuid)
                yield id_, {**common, **pick(router, ROUTER), "name": f"qrouter-{router['name']}",
                            "service_type": "router", "gateway": self._gateway(router),
                            "network": sorted(port["network_id"] for port in self.ports_of[uuid])}

    def _gateway(self, router):
        """A router of the database has the id of its gateway's port, of the API all the rest."""
        gateway = router["external_gateway_info"]
        if not gateway:
            return None
        if not self.with_sql:
            return gateway
        port = next(port["id"] for port in self.ports_of[router["id"]]
                    if port["device_owner"] == "network:router_gateway")
        return port, gateway["enable_snat"]

    def vnic(self):
        for server in self.truth.servers:
            host = server["OS-EXT-SRV-ATTR:host"]
            for command in self.cloud.commands.get(host, ()):
                if command.startswith("virsh dumpxml "):
                    uuid, interfaces = raw.read_domain(self.cloud.output(host, command))
                    for tap, mac, bridge in interfaces if uuid == server["id"] else ():
                        yield f"{host}-{tap}", {
                            "mac": mac, "vnic_type": "instance_vnic", "instance": uuid,
                            "bridge": bridge, "address": None,
                            "network": self.port_by_mac[mac]["network_id"]}
        for id_, (_, host) in self.truth.objects["vservice"].items():
            namespace = f"ip netns exec {id_.removeprefix(host + '-')} "
            for name, device in self.devices(host, namespace).items():
                if name == "lo":
                    continue
                port = self.port_by_mac.get(device.mac, {})
                own = {ip["ip_address"] for ip in port.get("fixed_ips", [])} & device.addresses
                yield f"{host}-{name}", {
                    "mac": device.mac, "vnic_type": "vservice_vnic", "instance": None,
                    "bridge": None, "address": OneOf(own or {None}),
                    "network": port.get("network_id")}

    def network_agent(self):
        for agent in self.truth.agents:
            yield f"{agent['binary']}-{agent['id']}", self._agent(agent)

    def _agent(self, agent):
        """A dead agent's last sign of life never changes: there database and API agree."""
        beat = agent["heartbeat_timestamp"].replace("T", " ").partition(".")[0]
        return {**pick(agent, AGENT), "tunnel": _tunnel(agent["configurations"]),
                "alive": agent["alive"],
                "last beat": None if agent["alive"] else beat}

    def vedge(self):
        for agent in self.agents(OVS_AGENT):
            host, bridges = agent["host"], self.ovs(agent["host"])
            tags = read_tags(self.cloud.output(host, "ovs-vsctl show"))
            yield agent["id"], {
                **self._agent(agent), "name": f"{host}-OVS",
                "ports": {name: (bridge, tags.get(name), options.get("type") == "internal")
                          for bridge, interfaces in bridges.items()
                          for name, options in interfaces.items()
                          if options.get("type") not in ("patch", *TUNNELS)},
                "tunnels": {name: pick(options, ("type", "local_ip", "remote_ip"))
                            for interfaces in bridges.values()
                            for name, options in interfaces.items()
                            if options.get("type") in TUNNELS}}

    def otep(self):
        for agent in self.agents(OVS_AGENT):
            id_ = f"{agent['host']}-otep"
            if id_ in self.truth.objects["otep"]:
                address = agent["configurations"]["tunneling_ip"]
                device = next(name for name, device in self.devices(agent["host"]).items()
                              if address in device.addresses)
                yield id_, {
                    "address": address, "type": agent["configurations"]["tunnel_types"][0],
                    "port": 4789, "vconnector": f"{agent['host']}-{device}", "remote": None,
                    "tunnels": {name: pick(options, ("type", "local_ip", "remote_ip"))
                                for interfaces in self.ovs(agent["host"]).values()
                                for name, options in interfaces.items()
                                if options.get("type") in TUNNELS}}
        for agent in self.agents(LXB_AGENT):
            host = agent["host"]
            devices, links = self.devices(host), self.cloud.output(host, "ip -d link")
            remotes = read_remotes(self.cloud.output(host, "bridge fdb show"))
            for id_, (_, at) in self.truth.objects["otep"].items():
                name = id_.removeprefix(f"{host}-otep-")
                if at == host:
                    port = re.search(rf"^\d+: {name}: .*\n.*\n +vxlan .*? dstport (\d+)", links,
                                     re.M)
                    yield id_, {
                        "address": devices[name].local, "type": "vxlan", "port": int(port[1]),
                        "vconnector": f"{host}-{devices[name].master}", "tunnels": {},
                        "remote": OneOf(remotes.get(name) or {None})}

    def vconnector(self):
        for id_, (_, host) in self.truth.objects["vconnector"].items():
            text = self.cloud.output(host, "brctl show")
            for name, (number, members) in raw.read_brctl(text).items():
                if id_ == f"{host}-{name}-{number}":
                    yield id_, {"bridge_name": name, "connector_type": "bridge",
                                "members": sorted(members), "stp_enabled": read_stp(text)[name],
                                "network": self._network_of_bridge(name)}

    def _network_of_bridge(self, name):
        """Neutron names its bridges: qbr and a port's id, brq and a network's, both cut off."""
        if name.startswith("brq"):
            return next((id_ for id_ in self.truth.networks if id_.startswith(name[3:])), None)
        return next((port["network_id"] for port in self.truth.ports
                     if port["id"].startswith(name.removeprefix("qbr"))), None)

    def host_pnic(self):
        for id_, (_, host) in self.truth.objects["host_pnic"].items():
            name = id_.removeprefix(host + "-").partition("-")[0]
            device = self.devices(host)[name]
            up = re.search(rf"^\d+: {name}(?:@\S+)?: .* state (\w+)",
                           self.cloud.output(host, "ip address"), re.M)
            shown = routable(device.addresses)
            yield id_, {"name": name, "local_name": name, "mac_address": device.mac,
                        "state": up[1], "addresses": sorted(device.addresses),
                        "address": OneOf(shown or {None})}

    def host(self):
        addresses = {row["service"]["host"]: row["host_ip"] for row in
                     self.cloud.rest("nova", "/os-hypervisors/detail", "hypervisors")}
        controllers = {row["host"] for row in self.cloud.rest("nova", "/os-services", "services")
                       if row["binary"] in ("nova-conductor", "nova-scheduler")}
        for name, zone in self.truth.zone_of.items():
            release = dict(re.findall(r'^(\w+)="?([^"\n]*)', self.cloud.output(
                name, "cat /etc/os-release"), re.M))
            yield name, {
                "name": name, "zone": zone, "ip_address": addresses.get(name),
                "roles": sorted(self.truth.roles[name]
                                | ({"Controller"} if name in controllers else set())),
                "OS": {"ID": release["ID"], "version": release["VERSION"],
                       "name": release["NAME"],
                       "architecure": self.cloud.output(name, "uname -a").split()[-2]},
                "services": {binary: pick(state, ("active", "available"))
                             for row in self.truth.zones
                             for binary, state in ((row["hosts"] or {}).get(name) or {}).items()}}

    def availability_zone(self):
        for row in self.truth.zones:
            yield row["zoneName"], {"name": row["zoneName"],
                                    "available": row["zoneState"]["available"],
                                    "services": _services(row["hosts"])}

    def project(self):
        for id_, name in self.projects.items():
            if id_ in self.truth.objects["project"]:
                yield id_, {"name": name}

    def aggregate(self):
        for row in self.cloud.rest("nova", "/os-aggregates", "aggregates"):
            yield str(row["id"]), {"name": row["name"]}

    def all(self):
        """{type: {id: {attribute: value}}}"""
        return {type_: dict(getattr(self, type_)()) for type_ in SHOWN}


def _addresses(port):
    return sorted((ip["ip_address"], ip["subnet_id"]) for ip in port.get("fixed_ips") or [])


def _tunnel(configuration):
    if isinstance(configuration, str):
        configuration = json.loads(configuration)
    return pick(configuration, ("tunneling_ip", "tunnel_types", "bridge_mappings"))


def _services(hosts):
    return {host: {binary: pick(state, ("active", "available"))
                   for binary, state in services.items()}
            for host, services in (hosts or {}).items()}


# ---- the same of documents

def show_instance(document):
    fixed, floating = [], []
    for port in document.get("network_info") or []:
        for subnet in port["network"]["subnets"]:
            for ip in subnet["ips"]:
                fixed.append((port["address"], ip["address"]))
                floating += [(port["address"], other["address"])
                             for other in ip.get("floating_ips") or []]
    return {**pick(document, ("name", "uuid", "ip_address", "vm_state", "power_state", "local_name",
                              "availability_zone", "project_id", "projects")),
            "network": sorted(document.get("network") or []), "fixed": sorted(fixed),
            "floating": sorted(floating)}


def show_network(document):
    return {**pick(document, (*NETWORK, "project")),
            "subnet_ids": sorted(document.get("subnet_ids") or []),
            "cidrs": sorted(document.get("cidrs") or []),
            "subnets": {subnet["id"]: pick(subnet, SUBNET)
                        for subnet in (document.get("subnets") or {}).values()}}


def show_port(document):
    return {**pick(document, (*PORT, "name")), "fixed_ips": _addresses(document)}


def show_vservice(document):
    shown = pick(document, ("local_service_id", "host", "name", "service_type"))
    shown["network"] = sorted(document.get("network") or [])
    if document.get("service_type") == "router":
        port = document.get("gw_port_id")
        shown.update(pick(document, ROUTER), gateway=(
            (port, document.get("enable_snat")) if port else document.get("external_gateway_info")))
    return shown


def show_vnic(document):
    return {"mac": document.get("mac_address"), "vnic_type": document.get("vnic_type"),
            "instance": document.get("instance_id"), "bridge": document.get("source_bridge"),
            "address": document.get("IP Address"), "network": document.get("network")}


def show_agent(document):
    return {**pick(document, (*AGENT, "alive")), "tunnel": _tunnel(document["configurations"]),
            "last beat": document.get("heartbeat_timestamp", "").replace("T", " ")}


def show_vedge(document):
    return {**show_agent(document), "name": document.get("name"),
            "ports": {name: (port.get("bridge"), port.get("tag"), port.get("internal"))
                      for name, port in (document.get("ports") or {}).items()
                      if name != "ovs-netdev"},  # the datapath itself: in no bridge
            "tunnels": show_tunnels(document.get("tunnel_ports"))}


def show_tunnels(ports):
    return {name: {"type": port["type"], **pick(port["options"], ("local_ip", "remote_ip"))}
            for name, port in (ports or {}).items() if port.get("type") in TUNNELS}


def show_otep(document):
    return {"address": document.get("ip_address"), "type": document.get("overlay_type"),
            "port": document.get("udp_port"), "vconnector": document.get("vconnector"),
            "remote": (document.get("bridge dst") or "").partition(" ")[0] or None,
            "tunnels": show_tunnels(document.get("ports"))}


def show_vconnector(document):
    return {**pick(document, ("bridge_name", "connector_type", "stp_enabled", "network")),
            "members": sorted(document.get("interfaces_names") or [])}


def show_pnic(document):
    addresses = re.findall(r"^inet6? ([^/\s]+)", document.get("data") or "", re.M)
    return {**pick(document, ("name", "local_name", "mac_address", "state")),
            "addresses": sorted(map(raw.address_of, addresses)),
            "address": document.get("IP Address")}


def show_host(document):
    return {**pick(document, ("name", "zone", "ip_address", "OS")),
            "roles": sorted(document.get("host_type") or []),
            "services": {binary: pick(state, ("active", "available"))
                         for binary, state in (document.get("services") or {}).items()}}


def show_zone(document):
    return {**pick(document, ("name", "available")), "services": _services(document.get("hosts"))}


def show_name(document):
    return pick(document, ("name",))


SHOWN = {"instance": show_instance, "network": show_network, "port": show_port,
         "vservice": show_vservice, "vnic": show_vnic, "network_agent": show_agent,
         "vedge": show_vedge, "otep": show_otep, "vconnector": show_vconnector,
         "host_pnic": show_pnic, "host": show_host, "availability_zone": show_zone,
         "project": show_name, "aggregate": show_name}


def differences(type_, expected, documents):
    """What documents of a type say otherwise than the facts; ids are compared elsewhere."""
    problems = []
    for document in documents:
        facts, shown = expected.get(document["id"]), SHOWN[type_](document)
        for name, value in (facts or {}).items():
            if name == "last beat" and value is None:
                continue  # alive: it may have beaten since
            if not value == shown[name]:
                problems.append(f"{type_} {document['id']}: {name} is {shown[name]!r}, "
                                f"not {value!r}")
    return problems
