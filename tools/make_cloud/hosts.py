# SPDX-License-Identifier: Apache-2.0
"""The cloud as the commands on one host show it: the sections of the host probe, first forms.

The devices of a host are made once; `ip -j -d link`, `ip -j address`, /sys/class/net and
`bridge fdb` are views of them, so they cannot disagree.
"""
from . import cloud as c
from . import texts

UP = '"BROADCAST","MULTICAST","UP","LOWER_UP"'
PROMISC = '"BROADCAST","MULTICAST","PROMISC","UP","LOWER_UP"'
DOWN = '"BROADCAST","MULTICAST","PROMISC"'
ALL_NODES = ("33:33:00:00:00:01", "01:00:5e:00:00:01")      # multicast that every device listens to
FOREVER = '"valid_life_time":4294967295,"preferred_life_time":4294967295}'

OVS_COLUMNS = {
    "Bridge": ("_uuid", "name", "ports", "datapath_type"),
    "Port": ("_uuid", "name", "tag", "interfaces"),
    "Interface": ("_uuid", "name", "type", "options"),
}


def write(cloud, recording):
    for host in cloud.hosts:
        recording.host(host.name, sections(cloud, host))


def sections(cloud, host):
    rng = cloud.host_rng(host)
    devices = Devices(rng, with_fdb=cloud.driver == "lxb")
    namespaces = Namespaces(cloud, host)
    switch = None
    devices.add_nics(host, cloud.driver)
    if host.role != "ctl" and cloud.driver == "ovs":
        switch = Switch(cloud, host, devices)
    elif host.role != "ctl":
        add_linux_bridges(host, devices, namespaces)

    yield "cat /etc/os-release", texts.OS_RELEASE
    yield "uname -m", "x86_64\n"
    yield "ip -j -d link", devices.link_text()
    yield "ip -j address", devices.address_text()
    yield "ip netns list", namespaces.list_text(rng)
    yield from namespaces.address_texts(devices)
    yield "ls -l /sys/class/net", devices.sysfs_text()
    for nic in devices.nics:
        yield f"ethtool {nic}", texts.ETHTOOL.format(nic)
    if switch:
        for table, columns in OVS_COLUMNS.items():
            yield (f"ovs-vsctl --format=json --columns={','.join(columns)} list {table}",
                   switch.table_text(table))
        yield "ovs-appctl dpctl/show", switch.datapath_text()
    if cloud.driver == "lxb":
        yield "bridge -j fdb show", devices.fdb_text()
    if host.role == "cmp":
        yield "virsh list --all", domain_list(host)
        for number, server in enumerate(host.servers, start=1):
            yield f"virsh dumpxml {server.domain}", domain_xml(cloud, server, number)


# Network devices

class Kind:
    """What all devices of a kind have in common in `ip -j -d link`."""

    def __init__(self, info, max_mtu=65535, queues=1, tso=65536):
        self.limits = f'"min_mtu":{68 if max_mtu else 0},"max_mtu":{max_mtu},'
        self.info = info
        self.rest = (f'"inet6_addr_gen_mode":"eui64","num_tx_queues":{queues},'
                     f'"num_rx_queues":{queues},"gso_max_size":65536,"gso_max_segs":65535,'
                     f'"tso_max_size":{tso},"tso_max_segs":65535,"gro_max_size":65536}}')


def _tun(vnet_hdr, persist):
    return (f'"info_kind":"tun","info_data":{{"type":"tap","pi":false,"vnet_hdr":{vnet_hdr},'
            f'"multi_queue":false,"persist":{persist}}}')


LOOPBACK = Kind("", max_mtu=0, tso=524280)
VETH = Kind('"info_kind":"veth"', queues=2, tso=524280)
SWITCH_TAP = Kind(_tun("false", "true"), max_mtu=65521)     # an internal port of a userspace switch
GUEST_TAP = Kind(_tun("true", "false"), max_mtu=65521)


def bridge_kind(bridge_id, learns, tso):
    ageing, gc_timer, snooping = (30000, "239.26", 1) if learns else (0, "0.00", 0)
    return Kind(
        '"info_kind":"bridge","info_data":{"forward_delay":0,"hello_time":200,"max_age":2000,'
        f'"ageing_time":{ageing},"stp_state":0,"priority":32768,"vlan_filtering":0,'
        f'"bridge_id":"{bridge_id}","root_id":"{bridge_id}","root_port":0,"root_path_cost":0,'
        '"topology_change":0,"topology_change_detected":0,"hello_timer":0.00,"tcn_timer":0.00,'
        f'"topology_change_timer":0.00,"gc_timer":{gc_timer},"group_fwd_mask":"0",'
        f'"group_addr":"01:80:c2:00:00:00","mcast_snooping":{snooping},"no_linklocal_learn":0,'
        '"mcast_vlan_snooping":0,"mcast_router":1,"mcast_query_use_ifaddr":0,"mcast_querier":0,'
        '"mcast_hash_elasticity":16,"mcast_hash_max":4096,"mcast_last_member_cnt":2,'
        '"mcast_startup_query_cnt":2,"mcast_last_member_intvl":100,"mcast_membership_intvl":26000,'
        '"mcast_querier_intvl":25500,"mcast_query_intvl":12500,"mcast_query_response_intvl":1000,'
        '"mcast_startup_query_intvl":3124,"mcast_stats_enabled":0,"mcast_igmp_version":2,'
        '"mcast_mld_version":1,"nf_call_iptables":0,"nf_call_ip6tables":0,"nf_call_arptables":0}',
        tso=tso)


def vxlan_kind(vni, local):
    return Kind(f'"info_kind":"vxlan","info_data":{{"id":{vni},"local":"{local}","link":"eth1",'
                '"port_range":{"low":0,"high":0},"port":8472,"learning":true,"ttl":0,"df":"unset",'
                '"ageing":300,"udp_csum":true,"udp_zero_csum6_tx":false,'
                '"udp_zero_csum6_rx":false}', tso=524280)


def bridge_id(mac):
    """iproute2 prints the bytes of a bridge id without leading zeros."""
    return "8000." + ":".join(byte.lstrip("0") or "0" for byte in mac.split(":"))


def bridge_member(bridge, number):
    return (',"info_slave_kind":"bridge","info_slave_data":{"state":"forwarding","priority":32,'
            '"cost":2,"hairpin":false,"guard":false,"root_block":false,"fastleave":false,'
            f'"learning":true,"flood":true,"id":"0x{0x8000 + number:x}","no":"0x{number:x}",'
            f'"designated_port":{0x8000 + number},"designated_cost":0,"bridge_id":"{bridge}",'
            f'"root_id":"{bridge}","hold_timer":0.00,"message_age_timer":0.00,'
            '"forward_delay_timer":0.00,"topology_change_ack":0,"config_pending":0,'
            '"proxy_arp":false,"proxy_arp_wifi":false,"multicast_router":1,"mcast_flood":true,'
            '"bcast_flood":true,"mcast_to_unicast":false,"neigh_suppress":false,'
            '"group_fwd_mask":"0","group_fwd_mask_str":"0x0","vlan_tunnel":false,"isolated":false,'
            '"locked":false}')


def inet(address, prefix, label, broadcast=""):
    broadcast = f'"broadcast":"{broadcast}",' if broadcast else ""
    return (f'{{"family":"inet","local":"{address}","prefixlen":{prefix},'
            f'{broadcast}"scope":"global","label":"{label}",{FOREVER}')


def inet6(address):
    return f'{{"family":"inet6","local":"{address}","prefixlen":64,"scope":"link",{FOREVER}'


def link_local(mac):
    a, b, x, d, e, f = (int(byte, 16) for byte in mac.split(":"))
    return inet6(f"fe80::{(a ^ 2) << 8 | b:x}:{x << 8 | 0xff:x}:{0xfe00 | d:x}:{e << 8 | f:x}")


LOOPBACK_ADDRESSES = (
    f'{{"family":"inet","local":"127.0.0.1","prefixlen":8,"scope":"host","label":"lo",{FOREVER},'
    f'{{"family":"inet6","local":"::1","prefixlen":128,"scope":"host",{FOREVER}')
LOOPBACK_ADDRESS_LINE = (
    '{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,"qdisc":"noqueue",'
    '"operstate":"UNKNOWN","group":"default","txqlen":1000,"link_type":"loopback",'
    '"address":"00:00:00:00:00:00","broadcast":"00:00:00:00:00:00",'
    f'"addr_info":[{LOOPBACK_ADDRESSES}]}}')


def address_line(index, name, flags, mtu, qdisc, state, mac, peer="", master="", netns="",
                 addresses=""):
    """One element of `ip -j address`."""
    return (f'{{"ifindex":{index},{peer}"ifname":"{name}","flags":[{flags}],"mtu":{mtu},'
            f'"qdisc":"{qdisc}",{master}"operstate":"{state}","group":"default","txqlen":1000,'
            f'"link_type":"ether","address":"{mac}","broadcast":"ff:ff:ff:ff:ff:ff",'
            f'{netns}"addr_info":[{addresses}]}}')


class Devices:
    """The network devices of one host, those in namespaces aside."""

    def __init__(self, rng, with_fdb):
        self.rng = rng
        self.with_fdb = with_fdb
        self.index = {"lo": 1}              # numbers of the devices, by name
        self.next = 2
        self.nics = []
        self.links = [
            '{"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP","LOWER_UP"],"mtu":65536,'
            '"qdisc":"noqueue","operstate":"UNKNOWN","linkmode":"DEFAULT","group":"default",'
            '"txqlen":1000,"link_type":"loopback","address":"00:00:00:00:00:00",'
            '"broadcast":"00:00:00:00:00:00","promiscuity":0,"allmulti":0,'
            f'{LOOPBACK.limits}{LOOPBACK.rest}']
        self.addresses = [LOOPBACK_ADDRESS_LINE]
        self.fdb = []

    def new_mac(self):
        """A locally administered MAC; the bit 0x40 keeps its link-local address in one shape."""
        text = f"{self.rng.getrandbits(48) & 0xfeffffffffff | 0x420000000000:012x}"
        return f"{text[:2]}:{text[2:4]}:{text[4:6]}:{text[6:8]}:{text[8:10]}:{text[10:]}"

    def add(self, name, kind, mac, flags=UP, mtu=1450, state="UP", qdisc="noqueue", peer="",
            netns="", promiscuity=0, member_of=None, addresses=""):
        """Appends a device; 'member_of' is (bridge, its id, number of the port in it)."""
        index = self.index[name] = self.next
        self.next += 1
        master, member, allmulti = "", "", 0
        if member_of:
            master, member = f'"master":"{member_of[0]}",', bridge_member(*member_of[1:])
            promiscuity = allmulti = 1
        self.links.append(
            f'{{"ifindex":{index},{peer}"ifname":"{name}","flags":[{flags}],"mtu":{mtu},'
            f'"qdisc":"{qdisc}",{master}"operstate":"{state}","linkmode":"DEFAULT",'
            f'"group":"default","txqlen":1000,"link_type":"ether","address":"{mac}",'
            f'"broadcast":"ff:ff:ff:ff:ff:ff",{netns}"promiscuity":{promiscuity},'
            f'"allmulti":{allmulti},{kind.limits}"linkinfo":{{{kind.info}{member}}},{kind.rest}')
        self.addresses.append(address_line(index, name, flags, mtu, qdisc, state, mac, peer, master,
                                           netns, addresses))

    def add_nics(self, host, driver):
        """eth0: management; eth1: underlay of the tunnels; network nodes, eth2: the outside."""
        mac = self.new_mac()
        self.add_nic(host, "eth0", mac, UP, 1500,
                     inet(host.address, 16, "eth0") + "," + link_local(mac))
        if host.role == "ctl":
            return
        mac = self.new_mac()
        if driver == "lxb":
            self.add_nic(host, "eth1", mac, UP, 1600,
                         inet(host.tunnel_address, 16, "eth1") + "," + link_local(mac))
            return                          # and eth2 comes with its bridge
        self.add_nic(host, "eth1", mac, PROMISC, 1600, link_local(mac))
        if host.role == "net":
            mac = self.new_mac()
            self.add_nic(host, "eth2", mac, PROMISC, 1600, link_local(mac))

    def add_nic(self, host, name, mac, flags, mtu, addresses, member_of=None):
        self.nics.append(name)
        far_end = 3 * host.number + int(name[3:])       # a device of the machine that it leads to
        self.add(name, VETH, mac, flags, mtu, peer=f'"link_index":{far_end},',
                 netns='"link_netnsid":0,', promiscuity=int(flags is PROMISC), member_of=member_of,
                 addresses=addresses)
        if member_of:
            self.add_fdb(name, mac, master=member_of[0], state="permanent")
        for group in (*ALL_NODES, f"33:33:ff:{mac[9:]}", "01:80:c2:00:00:0e", "01:80:c2:00:00:03",
                      "01:80:c2:00:00:00"):
            self.add_fdb(name, group)

    def add_fdb(self, device, mac, master="", destination="", state="permanent"):
        if not self.with_fdb:
            return
        if master:
            place = f'"flags":[],"master":"{master}"'
        elif destination:
            place = f'"dst":"{destination}","flags":["self"]'
        else:
            place = '"flags":["self"]'
        self.fdb.append(f'{{"mac":"{mac}","ifname":"{device}",{place},"state":"{state}"}}')

    def link_text(self):
        return f"[{','.join(self.links)}]\n"

    def address_text(self):
        return f"[{','.join(self.addresses)}]\n"

    def fdb_text(self):
        return f"[{','.join(self.fdb)}]\n"

    def sysfs_text(self):
        """All virtual: the lab's NICs are, so the environment says host_pnics."""
        entry = "lrwxrwxrwx 1 root root 0 Nov 22 08:20 {0} -> ../../devices/virtual/net/{0}\n"
        return "total 0\n" + "".join(map(entry.format, sorted(self.index)))


# Open vSwitch

class Switch:
    """The bridges of one host and the devices that are their ports; adds those devices."""

    def __init__(self, cloud, host, devices):
        self.rng = devices.rng
        self.bridges = {}                   # name -> uuids of its ports
        self.ports, self.interfaces = [], []            # rows of OVSDB
        self.datapath = ["ovs-netdev (tap)"]

        def internal(name, mac, **device):
            devices.add(name, SWITCH_TAP, mac, promiscuity=1, **device)
            self.add_port(name, name, "internal", datapath=f"{name} (tap)")

        down = {"flags": DOWN, "state": "DOWN", "qdisc": "noop"}
        up = {"flags": PROMISC, "state": "UNKNOWN", "qdisc": "pfifo_fast", "mtu": 1600}
        devices.add("ovs-netdev", SWITCH_TAP, devices.new_mac(), mtu=1500, promiscuity=1, **down)
        self.add_port("br-data", "eth1", datapath="eth1")
        mac = devices.new_mac()
        internal("br-data", mac, **up,
                 addresses=inet(host.tunnel_address, 16, "br-data") + "," + link_local(mac))
        if host.role == "net":
            mac = devices.new_mac()
            internal("br-ex", mac, **up, addresses=link_local(mac))
            self.add_port("br-ex", "eth2", datapath="eth2")
            self.add_patch("br-int", "int-br-ex", "br-ex", "phy-br-ex")
        internal("br-int", devices.new_mac(), mtu=1500 if host.role == "net" else 1450, **down)
        internal("br-tun", devices.new_mac(), mtu=1500, **down)
        self.add_patch("br-int", "patch-tun", "br-tun", "patch-int")

        for port in host.ports:
            tag = host.tags[port.network]
            if host.role == "net":
                name = inside_name(port, "tap")
                self.add_port("br-int", name, "internal", tag, datapath=f"{name} (tap)")
            elif cloud.hybrid:
                add_hybrid_plug(devices, port)
                self.add_port("br-int", f"qvo{port.tail}", tag=tag, datapath=f"qvo{port.tail}")
            else:
                name, mac = f"tap{port.tail}", f"fe{port.mac[2:]}"
                devices.add(name, GUEST_TAP, mac, PROMISC, state="UNKNOWN", promiscuity=1,
                            addresses=link_local(mac))
                self.add_port("br-int", name, tag=tag, datapath=name)

        local = host.tunnel_address
        for peer in cloud.tunnels(host):
            remote = peer.tunnel_address
            name = "vxlan-" + "".join(f"{int(byte):02x}" for byte in remote.split("."))
            self.add_port("br-tun", name, "vxlan", options=(
                ("df_default", "true"), ("egress_pkt_mark", "0"), ("in_key", "flow"),
                ("local_ip", local), ("out_key", "flow"), ("remote_ip", remote)))
        if len(self.bridges["br-tun"]) > 2:
            self.datapath.append("vxlan_sys_4789 (vxlan: packet_type=ptap)")

    def add_port(self, bridge, name, kind="", tag=None, options=(), datapath=None):
        port, interface = c.new_uuid(self.rng), c.new_uuid(self.rng)
        self.bridges.setdefault(bridge, []).append(port)
        tag = tag or _ovsdb_many("set", ())
        self.ports.append(f'[["uuid","{port}"],"{name}",{tag},["uuid","{interface}"]]')
        options = _ovsdb_many("map", [f'["{key}","{value}"]' for key, value in options])
        self.interfaces.append(f'[["uuid","{interface}"],"{name}","{kind}",{options}]')
        if datapath:
            self.datapath.append(datapath)

    def add_patch(self, bridge, name, other_bridge, other_name):
        self.add_port(bridge, name, "patch", options=(("peer", other_name),))
        self.add_port(other_bridge, other_name, "patch", options=(("peer", name),))

    def table_text(self, table):
        if table == "Bridge":
            rows = []
            for name, uuids in self.bridges.items():
                ports = _ovsdb_many("set", [f'["uuid","{uuid}"]' for uuid in sorted(uuids)])
                rows.append(f'[["uuid","{c.new_uuid(self.rng)}"],"{name}",{ports},"netdev"]')
        else:
            rows = self.ports if table == "Port" else self.interfaces
        self.rng.shuffle(rows)              # OVSDB keeps no order
        headings = ",".join(f'"{column}"' for column in OVS_COLUMNS[table])
        return f'{{"data":[{",".join(rows)}],"headings":[{headings}]}}\n'

    def datapath_text(self):
        ports = "".join(f"  port {number}: {port}\n" for number, port in enumerate(self.datapath))
        hits = 138 + len(self.ports)
        return (f"netdev@ovs-netdev:\n  lookups: hit:{hits} missed:71 lost:0\n  flows: 2\n"
                f"{ports}")


def _ovsdb_many(kind, members):
    return f'["{kind}",[{",".join(members)}]]'


def add_hybrid_plug(devices, port):
    """guest - tap - qbr (Linux bridge, where the security groups are) - qvb/qvo (veth) - br-int"""
    tap, qbr, qvb, qvo = (prefix + port.tail for prefix in ("tap", "qbr", "qvb", "qvo"))
    qvo_mac, qvb_mac, tap_mac = devices.new_mac(), devices.new_mac(), f"fe{port.mac[2:]}"
    bridge = bridge_id(qvb_mac)
    devices.add(qbr, bridge_kind(bridge, learns=False, tso=65536), qvb_mac)
    devices.add(qvo, VETH, qvo_mac, PROMISC, peer=f'"link":"{qvb}",', promiscuity=1,
                addresses=link_local(qvo_mac))
    devices.add(qvb, VETH, qvb_mac, peer=f'"link":"{qvo}",', member_of=(qbr, bridge, 1),
                addresses=link_local(qvb_mac))
    devices.add(tap, GUEST_TAP, tap_mac, state="UNKNOWN", member_of=(qbr, bridge, 2),
                addresses=link_local(tap_mac))


# Linux bridge

def add_linux_bridges(host, devices, namespaces):
    """One bridge a network: its taps, and what leads out of the host (vxlan device, or eth2)."""
    ports = {network: [] for network in host.tags}
    for port in host.ports:
        ports[port.network].append(port)
    # A bridge has the lowest MAC of its members, so all of these come before the first device.
    macs = {network: [devices.new_mac() for _ in range(len(members) + 1)]
            for network, members in ports.items()}
    if host.role == "net" and not any(network.vni == 0 for network in ports):
        mac = devices.new_mac()
        devices.add_nic(host, "eth2", mac, UP, 1600, link_local(mac))

    for network, members in sorted(ports.items(), key=lambda item: item[0].vni):
        name = f"brq{network.id[:11]}"
        uplink_mac, *tap_macs = macs[network]
        guests = host.role == "cmp"
        if guests:
            tap_macs = [f"fe{port.mac[2:]}" for port in members]
        low = min([uplink_mac] + tap_macs)
        bridge = bridge_id(low)
        if not network.vni:
            devices.add_nic(host, "eth2", uplink_mac, UP, 1600, link_local(uplink_mac),
                            member_of=(name, bridge, 1))
        own = "" if guests else link_local(devices.new_mac())
        kind = bridge_kind(bridge, learns=True, tso=65536 if guests else 524280)
        devices.add(name, kind, low, mtu=network.mtu, addresses=own)
        for group in ALL_NODES:
            devices.add_fdb(name, group)
        for number, (port, mac) in enumerate(zip(members, tap_macs), start=2):
            tap = f"tap{port.tail}"
            if guests:
                devices.add(tap, GUEST_TAP, mac, state="UNKNOWN", member_of=(name, bridge, number),
                            addresses=link_local(mac))
            else:
                namespace, inside = namespaces.place[port]
                devices.add(tap, VETH, mac, mtu=network.mtu, peer=f'"link_index":{inside},',
                            netns=f'"link_netnsid":{namespace},', member_of=(name, bridge, number))
            devices.add_fdb(tap, port.mac, master=name, state="")
            devices.add_fdb(tap, mac, master=name)
            for group in ALL_NODES:
                devices.add_fdb(tap, group)
            if guests:
                devices.add_fdb(tap, f"33:33:ff:{mac[9:]}")
        if network.vni:
            _add_vxlan(host, devices, network, uplink_mac, (name, bridge, 1))


def _add_vxlan(host, devices, network, mac, member_of):
    """A network's vxlan device, and what l2population tells it: where each MAC is."""
    name = f"vxlan-{network.vni}"
    devices.add(name, vxlan_kind(network.vni, host.tunnel_address), mac, state="UNKNOWN",
                member_of=member_of)
    remote = [port for port in network.ports if port.host is not host]
    for port in remote:
        if port.use != c.INTERFACE:         # routers that nobody asked anything are not learned
            devices.add_fdb(name, port.mac, master=member_of[0], state="")
    devices.add_fdb(name, mac, master=member_of[0])
    for port in remote:
        devices.add_fdb(name, port.mac, destination=port.host.tunnel_address)
    for peer in sorted(network.hosts, key=lambda peer: peer.number):
        if peer is not host:
            devices.add_fdb(name, "00:00:00:00:00:00", destination=peer.tunnel_address)


# Namespaces of a network node

def inside_name(port, dhcp):
    return {c.DHCP: dhcp, c.INTERFACE: "qr-", c.GATEWAY: "qg-"}[port.use] + port.tail


class Namespaces:
    """qdhcp- and qrouter- namespaces with the ports in them."""

    def __init__(self, cloud, host):
        self.driver = cloud.driver
        self.ports = {}                     # namespace -> ports
        self.place = {}                     # port -> number of its namespace, of its device in it
        for port in host.ports if host.role == "net" else ():
            name = f"qdhcp-{port.network.id}" if port.use == c.DHCP else f"qrouter-{port.device}"
            members = self.ports.setdefault(name, [])
            members.insert(0 if port.use == c.GATEWAY else len(members), port)
        self.ids = {name: number for number, name in enumerate(self.ports, start=1)}
        for name, members in self.ports.items():
            for inside, port in enumerate(members, start=2):
                self.place[port] = self.ids[name], inside

    def list_text(self, rng):
        names = list(self.ports)
        rng.shuffle(names)
        return "".join(f"{name} (id: {self.ids[name]})\n" for name in names)

    def address_texts(self, devices):
        for name, members in self.ports.items():
            lines = [LOOPBACK_ADDRESS_LINE]
            for port in members:
                if self.driver == "ovs":    # a port of the switch, moved here with its number
                    inside = inside_name(port, "tap")
                    lines.append(address_line(
                        devices.next, inside, PROMISC, port.network.mtu, "pfifo_fast", "UNKNOWN",
                        port.mac, addresses=namespace_addresses(port, inside)))
                    devices.next += 1
                else:                       # the inner end of a veth
                    inside = inside_name(port, "ns-")
                    outside = devices.index[f"tap{port.tail}"]
                    lines.append(address_line(
                        self.place[port][1], inside, UP, port.network.mtu, "noqueue", "UP",
                        port.mac, f'"link_index":{outside},', netns='"link_netnsid":0,',
                        addresses=namespace_addresses(port, inside)))
            yield f"ip netns exec {name} ip -j address", f"[{','.join(lines)}]\n"


def namespace_addresses(port, name):
    addresses = []
    if port.use == c.DHCP:
        addresses.append(inet("169.254.169.254", 32, name, "169.254.169.254"))
    if port.network.vni:
        addresses.append(inet(port.address, 24, name, port.network.cidr[:-4] + "255"))
    else:
        addresses.append(inet(port.address, 15, name, "198.19.255.255"))
    if port.floating:
        addresses.append(inet(port.floating, 32, name, port.floating))
    if port.use == c.DHCP:
        addresses.append(inet6("fe80::a9fe:a9fe"))
    addresses.append(link_local(port.mac))
    return ",".join(addresses)


# libvirt

def domain_list(host):
    """virsh makes each column as wide as its longest cell."""
    rows = [("Id", "Name", "State")]
    rows += [(str(number), server.domain, "running")
             for number, server in enumerate(host.servers, start=1)]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [f" {row[0]:{widths[0]}}   {row[1]:{widths[1]}}   {row[2]}\n" for row in rows]
    lines.insert(1, "-" * (sum(widths) + 9) + "\n")
    return "".join(lines) + "\n"


def domain_xml(cloud, server, number):
    """What the probe keeps of a domain: name, uuid, interfaces."""
    interfaces = []
    for i, port in enumerate(server.ports):
        if cloud.driver == "ovs" and not cloud.hybrid:
            kind, source = "ethernet", ""
        else:
            bridge = f"qbr{port.tail}" if cloud.driver == "ovs" else f"brq{port.network.id[:11]}"
            kind, source = "bridge", f"      <source bridge='{bridge}'/>\n"
        interfaces.append(
            f"    <interface type='{kind}'>\n"
            f"      <mac address='{port.mac}'/>\n{source}"
            f"      <target dev='tap{port.tail}'/>\n"
            "      <model type='virtio'/>\n"
            "      <driver name='qemu'/>\n"
            f"      <mtu size='{port.network.mtu}'/>\n"
            f"      <alias name='net{i}'/>\n"
            "      <address type='pci' domain='0x0000' bus='0x00' "
            f"slot='0x{i + 2:02x}' function='0x0'/>\n"
            "    </interface>\n")
    return (f"<domain type='qemu' id='{number}'>\n"
            f"  <name>{server.domain}</name>\n"
            f"  <uuid>{server.id}</uuid>\n"
            f"  <devices>\n{''.join(interfaces)}  </devices>\n"
            "</domain>\n\n")
