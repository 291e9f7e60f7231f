# SPDX-License-Identifier: Apache-2.0
"""The synthetic cloud as plain objects: who is where, joined to what, under which id.

Nothing here knows a reply's format, so that all replies are told by one story.  The story is a
function of the options alone: one random generator, asked in a fixed order.

A zone is a group of at most ZONE computes with one network node.  A project lives within one
zone, so a host shares networks, and therefore tunnels, only with the hosts of its zone.
"""
import random
import uuid
from dataclasses import dataclass, field

ZONE = 50                  # computes of an availability zone, at most
CONTROLLED = 100           # computes per controller
PROJECT = 50               # instances of a project, about
NETWORKS = (2, 3)          # networks of a project, from and to
SECOND_NIC = 0.2           # share of the instances with ports on two networks
MAX_TUNNELS = 64           # of a host
MAX_HOSTS = 60000          # what the address plan below has room for

COMPUTE, DHCP, INTERFACE, GATEWAY, FLOATING = range(5)     # what a port is for


@dataclass(slots=True, eq=False)
class Host:
    name: str
    role: str                               # "ctl", "net" or "cmp"
    number: int                             # unique in the cloud
    zone: int                               # from 1; 0 = internal
    os_id: int = 0                          # Nova's number of the compute, from 1
    os_uuid: str = ""
    agents: list = field(default_factory=list)
    ports: list = field(default_factory=list)       # in the order in which they were plugged
    servers: list = field(default_factory=list)
    tags: dict = field(default_factory=dict)        # network -> VLAN tag inside this host

    @property
    def address(self):
        return host_address(77, self.number)

    @property
    def tunnel_address(self):
        return host_address(78, self.number)


@dataclass(slots=True, eq=False)
class Agent:
    id: str
    kind: str
    host: Host


@dataclass(slots=True, eq=False)
class Project:
    id: str
    name: str
    user: str = ""
    security_group: str = ""
    networks: list = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Network:
    id: str
    name: str
    project: Project
    subnet: str
    subnet_name: str
    cidr: str
    gateway: str
    mtu: int
    vni: int                                # 0 = the external, flat network
    created: str
    dhcp_address: str = ""                  # "" = no DHCP
    ports: list = field(default_factory=list)
    hosts: dict = field(default_factory=dict)       # that have a port of it, in a kept order


@dataclass(slots=True, eq=False)
class Router:
    id: str
    name: str
    project: Project
    host: Host
    created: str
    gateway: object = None                  # Port


@dataclass(slots=True, eq=False)
class Server:
    id: str
    number: int                             # from 1, in the order of creation
    project: Project
    host: Host
    created: str
    ports: list = field(default_factory=list)

    @property
    def name(self):
        return f"vm-{self.number}"

    @property
    def domain(self):
        return f"instance-{self.number:08x}"


@dataclass(slots=True, eq=False)
class Port:
    id: str
    use: int
    network: Network
    mac: str
    address: str
    device: str                             # id of the server, router ... it belongs to
    host: Host                              # None = bound nowhere
    created: str
    floating: str = ""                      # address under which the outside reaches it

    @property
    def tail(self):
        """What Nova and Neutron name the devices of a port after."""
        return self.id[:11]


def host_address(block, number):
    return f"10.{block}.{number // 250}.{number % 250 + 2}"


def moment(seconds):
    """A time in November 2026; the recording is from the 22nd."""
    day, rest = divmod(seconds, 86400)
    return f"2026-11-{day + 1:02d}T{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}"


def new_uuid(rng):
    h = f"{rng.getrandbits(128):032x}"
    return f"{h[:8]}-{h[8:12]}-4{h[13:16]}-{'89ab'[int(h[16], 16) & 3]}{h[17:20]}-{h[20:]}"


def new_hex(rng):
    return f"{rng.getrandbits(128):032x}"


def shares(total, parts):
    """Splits a number into parts that differ by one at most."""
    return [total // parts + (i < total % parts) for i in range(parts)]


class Cloud:
    def __init__(self, computes, instances_per_host, driver, hybrid, seed):
        self.driver = driver                # "ovs" or "lxb"
        self.hybrid = hybrid                # ovs: instances hang on a Linux bridge of their own
        self.seed = seed
        self.rng = random.Random(f"{seed}/cloud")
        self.hosts, self.projects, self.networks = [], [], []
        self.routers, self.servers, self.ports, self.agents = [], [], [], []
        self.total_servers = computes * instances_per_host

        # Neutron draws a MAC at random; an odd factor makes it a permutation, so none comes twice.
        self.mac_factor = self.rng.getrandbits(23) * 2 + 1
        self.mac_start = self.rng.getrandbits(24)

        self.image = new_uuid(self.rng)
        self.catalog_ids = [new_hex(self.rng) for _ in range(20)]
        self._make_hosts(computes)
        self._make_external_network()
        self._fill_zones(instances_per_host)
        self._check()

    def host_rng(self, host):
        """What only one host knows (its MACs, its OVSDB ids) needs no place in the shared story."""
        return random.Random(f"{self.seed}/{host.name}")

    def tunnels(self, host):
        """The hosts that a host has a tunnel to: those that share an overlay network with it."""
        peers = {}
        for network in host.tags:
            if network.vni:
                peers.update(network.hosts)
        peers.pop(host, None)
        return sorted(peers, key=lambda peer: peer.number)

    # hosts and agents

    def _make_hosts(self, computes):
        zones = max(1, -(-computes // ZONE))
        plan = [("ctl", 0)] * max(1, round(computes / CONTROLLED))
        plan += [("net", zone + 1) for zone in range(zones)]
        for zone, size in enumerate(shares(computes, zones)):
            plan += [("cmp", zone + 1)] * size
        if len(plan) > MAX_HOSTS:
            raise ValueError(f"{len(plan)} hosts: the address plan has room for {MAX_HOSTS}")

        counts = {"ctl": 0, "net": 0, "cmp": 0}
        for number, (role, zone) in enumerate(plan, start=8):       # the first host is 10.77.0.10
            counts[role] += 1
            host = Host(f"{role}{counts[role]}", role, number, zone)
            if role == "cmp":
                host.os_id = counts[role]
                host.os_uuid = new_uuid(self.rng)
            self.hosts.append(host)
            self._make_agents(host)
        self.zones = zones
        self.zone_ids = [new_uuid(self.rng) for _ in range(zones + 1)]
        self.controllers = [h for h in self.hosts if h.role == "ctl"]
        self.network_nodes = [h for h in self.hosts if h.role == "net"]
        self.computes = [h for h in self.hosts if h.role == "cmp"]

    def _make_agents(self, host):
        kinds = []
        if host.role != "ctl":
            kinds.append("Open vSwitch agent" if self.driver == "ovs" else "Linux bridge agent")
        if host.role == "net":
            kinds += ["DHCP agent", "L3 agent", "Metadata agent"]
        for kind in kinds:
            agent = Agent(new_uuid(self.rng), kind, host)
            host.agents.append(agent)
            self.agents.append(agent)

    # projects, networks, servers, ports

    def _new_project(self, name):
        project = Project(new_hex(self.rng), name, new_hex(self.rng), new_uuid(self.rng))
        self.projects.append(project)
        return project

    def _new_port(self, use, network, address, device, host, created):
        mac = (self.mac_start + self.mac_factor * len(self.ports)) & 0xffffff
        text = f"{mac:06x}"
        port = Port(new_uuid(self.rng), use, network, f"fa:16:3e:{text[:2]}:{text[2:4]}:{text[4:]}",
                    address, device, host, created)
        self.ports.append(port)
        network.ports.append(port)
        if host:
            host.ports.append(port)
            host.tags.setdefault(network, len(host.tags) + 1)
            network.hosts[host] = True
        return port

    def _make_external_network(self):
        admin = self._new_project("admin")
        self._new_project("service")
        self.external = Network(new_uuid(self.rng), "ext-net", admin, new_uuid(self.rng),
                                "ext-subnet", "198.18.0.0/15", "198.18.0.1", 1500, 0, moment(60))
        self.networks.append(self.external)
        self.outside = 100                  # addresses given away so far

    def _outside_address(self):
        self.outside += 1
        if self.outside >= 510 * 256:
            raise ValueError("the external network has no addresses left")
        return f"198.{18 + self.outside // 65536}.{self.outside // 256 % 256}.{self.outside % 256}"

    def _fill_zones(self, instances_per_host):
        plan = []                           # (zone, instances) of every project
        sizes = [0] * (self.zones + 1)
        for host in self.computes:
            sizes[host.zone] += instances_per_host
        for zone, size in enumerate(sizes):
            if size:
                plan += [(zone, part) for part in shares(size, max(1, round(size / PROJECT)))]

        # VNIs are unique in the cloud and look as if networks had come and gone.
        networks = len(plan) * NETWORKS[1]
        self.vnis = iter(self.rng.sample(range(1001, 1001 + 5 * networks), networks))
        self.project_seconds = 1_000_000 // (len(plan) + 1)

        slots = {zone: [] for zone in range(1, self.zones + 1)}
        for host in self.computes:
            slots[host.zone] += [host] * instances_per_host
        for zone in slots:
            self.rng.shuffle(slots[zone])

        for number, (zone, size) in enumerate(plan, start=1):
            project = self._new_project(f"project-{number}")
            router = self._make_networks(project, number, self.network_nodes[zone - 1])
            for _ in range(size):
                self._make_server(project, slots[zone].pop())
            self._make_floating_address(project, router)

    def _make_networks(self, project, number, node):
        created = moment(3600 + number * self.project_seconds)
        router = Router(new_uuid(self.rng), f"r-{number}", project, node, created)
        self.routers.append(router)
        for i in range(self.rng.randint(*NETWORKS)):
            letter = "abc"[i]
            prefix = f"192.168.{101 + i}"   # the same in every project, as projects choose alike
            network = Network(new_uuid(self.rng), f"net-{number}-{letter}", project,
                              new_uuid(self.rng), f"subnet-{number}-{letter}", f"{prefix}.0/24",
                              f"{prefix}.1", 1450, next(self.vnis), created, f"{prefix}.2")
            project.networks.append(network)
            self.networks.append(network)
            agent = uuid.uuid5(uuid.NAMESPACE_DNS, node.name)
            self._new_port(DHCP, network, network.dhcp_address, f"dhcp{agent}-{network.id}", node,
                           created)
            self._new_port(INTERFACE, network, network.gateway, router.id, node, created)
        router.gateway = self._new_port(GATEWAY, self.external, self._outside_address(), router.id,
                                        node, created)
        return router

    def _make_server(self, project, host):
        number = len(self.servers) + 1
        created = moment(7200 + number * 1_600_000 // (self.total_servers + 1))
        server = Server(new_uuid(self.rng), number, project, host, created)
        self.servers.append(server)
        host.servers.append(server)
        nics = 2 if self.rng.random() < SECOND_NIC else 1
        for network in self.rng.sample(project.networks, nics):
            address = self._free_address(network)
            port = self._new_port(COMPUTE, network, address, server.id, host, created)
            server.ports.append(port)

    def _free_address(self, network):
        """The addresses of a network in a scattered order: 97 has no common factor with 251."""
        n = len(network.ports)              # the first two are the DHCP port and the router
        if n > 252:
            raise ValueError(f"{network.name} has no addresses left")
        return f"{network.cidr[:-4]}{3 + n * 97 % 251}"

    def _make_floating_address(self, project, router):
        """The project's last instance is reachable from outside, as one of the lab's is."""
        if not self.servers or self.servers[-1].project is not project:
            return
        inside = self.servers[-1].ports[0]
        port = self._new_port(FLOATING, self.external, self._outside_address(),
                              new_uuid(self.rng), None, inside.created)
        inside.floating = router.gateway.floating = port.address

    def _check(self):
        for host in self.hosts:
            if len(self.tunnels(host)) > MAX_TUNNELS:
                raise ValueError(f"{host.name} would have more than {MAX_TUNNELS} tunnels")
