# SPDX-License-Identifier: Apache-2.0
"""The cloud as Keystone, Nova and Neutron tell it: one text per object, in the attribute order,
spacing and paging of the real services.  (Networks, subnets and ports come without blanks, the
rest with; agents, services, hypervisors, aggregates, zones and projects are never paged.)
"""
import hashlib

from . import cloud as c
from . import texts

API = "10.77.0.10"
KEYSTONE = f"http://{API}:5000/v3"
NOVA = f"http://{API}:8774/v2.1"
NEUTRON = f"http://{API}:9696/v2.0"
PAGE = 1000                                 # what a service returns at once
ALIVE = "2026-11-22 08:20:24"               # the last sign of life of all agents and services

OWNERS = {c.DHCP: "network:dhcp", c.INTERFACE: "network:router_interface",
          c.GATEWAY: "network:router_gateway", c.FLOATING: "network:floatingip"}
TRUTH = {True: "true", False: "false"}


def write(cloud, recording):
    def whole(service, url, name, items, after=""):
        recording.rest(service, url, _list(name, items, after))

    whole("keystone", f"{KEYSTONE}/auth/catalog", "catalog", catalog(cloud),
          f', "links": {{"self": "{KEYSTONE}/auth/catalog"}}')
    whole("keystone", f"{KEYSTONE}/projects", "projects", map(project, cloud.projects),
          f', "links": {{"next": null, "self": "{KEYSTONE}/projects", "previous": null}}')

    whole("nova", f"{NOVA}/os-availability-zone/detail", "availabilityZoneInfo", zones(cloud))
    whole("nova", f"{NOVA}/os-services", "services", services(cloud))
    whole("nova", f"{NOVA}/os-hypervisors/detail", "hypervisors",
          (hypervisor(cloud, h) for h in cloud.computes))
    whole("nova", f"{NOVA}/os-aggregates", "aggregates", aggregates(cloud))
    for page, url, chunks in nova_pages(f"{NOVA}/servers/detail?all_tenants=1", cloud):
        recording.rest("nova", url, chunks, page)

    for name, items, text, blank in (
            ("networks", cloud.networks, network, ""), ("subnets", cloud.networks, subnet, ""),
            ("ports", cloud.ports, lambda p: port(cloud, p), ""),
            ("routers", cloud.routers, router, " ")):
        key = (lambda n: n.subnet) if name == "subnets" else (lambda o: o.id)
        for page, url, chunks in neutron_pages(name, sorted(items, key=key), key, text, blank):
            recording.rest("neutron", url, chunks, page)
    whole("neutron", f"{NEUTRON}/agents", "agents",
          (agent(cloud, a) for a in sorted(cloud.agents, key=lambda a: a.id)))


def _list(name, items, after="", blank=" "):
    """{"name": [item, item]after} in pieces."""
    yield f'{{"{name}":{blank}['
    separator = ""
    for item in items:
        yield separator + item
        separator = "," + blank
    yield f"]{after}}}"


def nova_pages(url, cloud):
    """Nova: the newest first; a full page names the next one, even when that one will be empty."""
    servers = cloud.servers[::-1]
    marker = ""
    for start in range(0, len(servers) + 1, PAGE):
        part = servers[start:start + PAGE]
        here = f"{url}&limit={PAGE}{marker}"
        after = ""
        if len(part) == PAGE:
            marker = f"&marker={part[-1].id}"
            after = f', "servers_links": [{{"rel": "next", "href": "{url}&limit={PAGE}{marker}"}}]'
        yield start // PAGE + 1, here, _list("servers", (server(cloud, s) for s in part), after)


def neutron_pages(name, items, key, text, blank):
    """Neutron: sorted by id; every page but an empty one also names the previous."""
    marker = ""
    for start in range(0, len(items) + 1, PAGE):
        part = items[start:start + PAGE]
        url = f"{NEUTRON}/{name}?limit={PAGE}"
        here = url + marker
        links = []
        if len(part) == PAGE:
            marker = f"&marker={key(part[-1])}"
            links.append(("next", url + marker))
        if part:
            links.append(("previous", f"{url}&marker={key(part[0])}&page_reverse=True"))
        after = f",{blank}".join(f'{{"rel":{blank}"{rel}",{blank}"href":{blank}"{href}"}}'
                                 for rel, href in links)
        if links:
            after = f',{blank}"{name}_links":{blank}[{after}]'
        yield start // PAGE + 1, here, _list(name, map(text, part), after, blank)


# Keystone

def catalog(cloud):
    ids = iter(cloud.catalog_ids)
    for kind, name, url in (("image", "glance", f"http://{API}:9292"),
                            ("placement", "placement", f"http://{API}:8778"),
                            ("compute", "nova", NOVA), ("identity", "keystone", f"{KEYSTONE}/"),
                            ("network", "neutron", f"http://{API}:9696")):
        endpoints = ", ".join(
            f'{{"id": "{next(ids)}", "interface": "{interface}", "region_id": "RegionOne", '
            f'"url": "{url}", "region": "RegionOne"}}'
            for interface in ("internal", "public", "admin"))
        yield (f'{{"endpoints": [{endpoints}], "id": "{next(ids)}", "type": "{kind}", '
               f'"name": "{name}"}}')


def project(p):
    description = "Bootstrap project for initializing the cloud." if p.name == "admin" else ""
    return (f'{{"id": "{p.id}", "name": "{p.name}", "domain_id": "default", '
            f'"description": "{description}", "enabled": true, "parent_id": "default", '
            '"is_domain": false, "tags": [], "options": {}, '
            f'"links": {{"self": "{KEYSTONE}/projects/{p.id}"}}}}')


# Nova

def _alive():
    return ALIVE.replace(" ", "T") + ".000000"


def zones(cloud):
    state = f'{{"available": true, "active": true, "updated_at": "{_alive()}"}}'
    members = {}
    for host in cloud.computes:
        hosts = members.setdefault(f"az{host.zone}", [])
        hosts.append(f'"{host.name}": {{"nova-compute": {state}}}')
    members["internal"] = [f'"{h.name}": {{"nova-scheduler": {state}, "nova-conductor": {state}}}'
                           for h in cloud.controllers]
    for name, hosts in members.items():
        yield (f'{{"zoneName": "{name}", "zoneState": {{"available": true}}, '
               f'"hosts": {{{", ".join(hosts)}}}}}')


def service_id(cloud, compute):
    return 2 * len(cloud.controllers) + compute.os_id


def services(cloud):
    def text(binary, host, number, zone):
        return (f'{{"binary": "{binary}", "host": "{host.name}", "id": {number}, "zone": "{zone}", '
                f'"status": "enabled", "state": "up", "updated_at": "{_alive()}", '
                '"disabled_reason": null}')

    for i, host in enumerate(cloud.controllers):
        yield text("nova-scheduler", host, 2 * i + 1, "internal")
        yield text("nova-conductor", host, 2 * i + 2, "internal")
    for host in cloud.computes:
        yield text("nova-compute", host, service_id(cloud, host), f"az{host.zone}")


def usage(host):
    """(vcpus, memory, disk) in use: a server has 1 vCPU, 64 MB, 1 GB; 512 MB are the host's."""
    n = len(host.servers)
    return n, 512 + 64 * n, n


def hypervisor(cloud, h):
    vcpus, memory, disk = usage(h)
    cpu_info = escaped(texts.CPU_INFO)
    return (f'{{"id": {h.os_id}, "hypervisor_hostname": "{h.name}", "state": "up", '
            '"status": "enabled", "hypervisor_type": "QEMU", "hypervisor_version": 7002022, '
            f'"host_ip": "{h.address}", "service": {{"id": {service_id(cloud, h)}, '
            f'"host": "{h.name}", "disabled_reason": null}}, "vcpus": 2, "memory_mb": 10458, '
            f'"local_gb": 60, "vcpus_used": {vcpus}, "memory_mb_used": {memory}, '
            f'"local_gb_used": {disk}, "free_ram_mb": {10458 - memory}, '
            f'"free_disk_gb": {60 - disk}, "current_workload": 0, "running_vms": {vcpus}, '
            f'"disk_available_least": 30, "cpu_info": "{cpu_info}"}}')


def aggregates(cloud):
    members = {}
    for host in cloud.computes:
        members.setdefault(host.zone, []).append(f'"{host.name}"')
    for zone, hosts in members.items():
        yield (f'{{"id": {zone}, "name": "agg-{zone}", "hosts": [{", ".join(hosts)}], '
               f'"metadata": {{"availability_zone": "az{zone}"}}, '
               f'"created_at": "{c.moment(120)}.000000", "updated_at": null, "deleted_at": null, '
               f'"deleted": false, "availability_zone": "az{zone}"}}')


def server(cloud, s):
    host, tenant = s.host.name, s.project.id
    host_id = hashlib.sha224((tenant + host).encode()).hexdigest()
    networks = {}
    for p in s.ports:
        addresses = networks.setdefault(p.network.name, [])
        for kind, address in (("fixed", p.address), ("floating", p.floating)):
            if address:
                addresses.append(
                    f'{{"version": 4, "addr": "{address}", "OS-EXT-IPS:type": "{kind}", '
                    f'"OS-EXT-IPS-MAC:mac_addr": "{p.mac}"}}')
    addresses = ", ".join(f'"{name}": [{", ".join(parts)}]' for name, parts in networks.items())
    groups = ", ".join('{"name": "default"}' for _ in s.ports)
    return (f'{{"id": "{s.id}", "name": "{s.name}", "status": "ACTIVE", "tenant_id": "{tenant}", '
            f'"user_id": "{s.project.user}", "metadata": {{}}, "hostId": "{host_id}", '
            f'"image": {{"id": "{cloud.image}", "links": [{{"rel": "bookmark", '
            f'"href": "http://{API}:8774/images/{cloud.image}"}}]}}, "flavor": {{"id": "1", '
            f'"links": [{{"rel": "bookmark", "href": "http://{API}:8774/flavors/1"}}]}}, '
            f'"created": "{s.created}Z", "updated": "{s.created}Z", "addresses": {{{addresses}}}, '
            '"accessIPv4": "", "accessIPv6": "", "links": [{"rel": "self", '
            f'"href": "{NOVA}/servers/{s.id}"}}, {{"rel": "bookmark", '
            f'"href": "http://{API}:8774/servers/{s.id}"}}], "OS-DCF:diskConfig": "MANUAL", '
            f'"progress": 0, "OS-EXT-AZ:availability_zone": "az{s.host.zone}", "config_drive": "", '
            f'"key_name": null, "OS-SRV-USG:launched_at": "{s.created}.000000", '
            f'"OS-SRV-USG:terminated_at": null, "OS-EXT-SRV-ATTR:host": "{host}", '
            f'"OS-EXT-SRV-ATTR:instance_name": "{s.domain}", '
            f'"OS-EXT-SRV-ATTR:hypervisor_hostname": "{host}", "OS-EXT-STS:task_state": null, '
            '"OS-EXT-STS:vm_state": "active", "OS-EXT-STS:power_state": 1, '
            f'"os-extended-volumes:volumes_attached": [], "security_groups": [{groups}]}}')


# Neutron

def network(n):
    external = not n.vni
    default = '"is_default":false,' if external else ""
    kind, physical, vni = ("flat", '"physnet1"', "null") if external else ("vxlan", "null", n.vni)
    return (f'{{"id":"{n.id}","name":"{n.name}","tenant_id":"{n.project.id}","admin_state_up":true,'
            f'"mtu":{n.mtu},"status":"ACTIVE","subnets":["{n.subnet}"],"shared":false,'
            '"availability_zone_hints":[],"availability_zones":["nova"],"ipv4_address_scope":null,'
            f'"ipv6_address_scope":null,"router:external":{TRUTH[external]},"description":"",'
            f'"port_security_enabled":true,{default}"tags":[],"created_at":"{n.created}Z",'
            f'"updated_at":"{n.created}Z","revision_number":2,"project_id":"{n.project.id}",'
            f'"provider:network_type":"{kind}","provider:physical_network":{physical},'
            f'"provider:segmentation_id":{vni}}}')


def subnet(n):
    if n.vni:
        first, last, names = n.cidr[:-4] + "2", n.cidr[:-4] + "254", '"192.0.2.53"'
    else:
        first, last, names = "198.18.0.2", "198.19.255.254", ""
    return (f'{{"id":"{n.subnet}","name":"{n.subnet_name}","tenant_id":"{n.project.id}",'
            f'"network_id":"{n.id}","ip_version":4,"subnetpool_id":null,'
            f'"enable_dhcp":{TRUTH[bool(n.dhcp_address)]},"ipv6_ra_mode":null,'
            f'"ipv6_address_mode":null,"gateway_ip":"{n.gateway}","cidr":"{n.cidr}",'
            f'"allocation_pools":[{{"start":"{first}","end":"{last}"}}],"host_routes":[],'
            f'"dns_nameservers":[{names}],"description":"","service_types":[],"tags":[],'
            f'"created_at":"{n.created}Z","updated_at":"{n.created}Z","revision_number":0,'
            f'"project_id":"{n.project.id}"}}')


def vif(cloud):
    """(type, details) of every bound port."""
    if cloud.driver == "lxb":
        return "bridge", ('{"connectivity":"l2","port_filter":true,'
                          '"bound_drivers":{"0":"linuxbridge"}}')
    hybrid = TRUTH[cloud.hybrid]
    return "ovs", (f'{{"connectivity":"l2","port_filter":true,"ovs_hybrid_plug":{hybrid},'
                   '"datapath_type":"netdev","bridge_name":"br-int",'
                   '"bound_drivers":{"0":"openvswitch"}}')


def port(cloud, p):
    # Ports of the external network belong to nobody.
    tenant = p.network.project.id if p.network.vni else ""
    vif_type, details = vif(cloud) if p.host else ("unbound", "{}")
    host, status = (p.host.name, "ACTIVE") if p.host else ("", "N/A")
    if p.use == c.COMPUTE:
        owner, secure = f"compute:az{p.host.zone}", "true"
        groups = f'"{p.network.project.security_group}"'
    else:
        owner, groups, secure = OWNERS[p.use], "", "false"
    return (f'{{"id":"{p.id}","name":"","network_id":"{p.network.id}","tenant_id":"{tenant}",'
            f'"mac_address":"{p.mac}","admin_state_up":true,"status":"{status}",'
            f'"device_id":"{p.device}","device_owner":"{owner}",'
            f'"fixed_ips":[{{"subnet_id":"{p.network.subnet}","ip_address":"{p.address}"}}],'
            f'"allowed_address_pairs":[],"extra_dhcp_opts":[],"security_groups":[{groups}],'
            '"description":"","binding:vnic_type":"normal","binding:profile":{},'
            f'"binding:host_id":"{host}","binding:vif_type":"{vif_type}",'
            f'"binding:vif_details":{details},"port_security_enabled":{secure},"tags":[],'
            f'"created_at":"{p.created}Z","updated_at":"{p.created}Z","revision_number":4,'
            f'"project_id":"{tenant}"}}')


def router(r):
    tenant, gateway = r.project.id, r.gateway
    return (f'{{"id": "{r.id}", "name": "{r.name}", "tenant_id": "{tenant}", '
            '"admin_state_up": true, "status": "ACTIVE", '
            f'"external_gateway_info": {{"network_id": "{gateway.network.id}", '
            f'"external_fixed_ips": [{{"subnet_id": "{gateway.network.subnet}", '
            f'"ip_address": "{gateway.address}"}}], "enable_snat": true}}, "description": "", '
            '"availability_zones": ["nova"], "distributed": false, "ha": false, '
            '"availability_zone_hints": [], "routes": [], "flavor_id": null, "tags": [], '
            f'"created_at": "{r.created}Z", "updated_at": "{r.created}Z", "revision_number": 5, '
            f'"project_id": "{tenant}"}}')


BINARIES = {                                # and topics
    "Open vSwitch agent": ("neutron-openvswitch-agent", "N/A"),
    "Linux bridge agent": ("neutron-linuxbridge-agent", "N/A"),
    "DHCP agent": ("neutron-dhcp-agent", "dhcp_agent"),
    "L3 agent": ("neutron-l3-agent", "l3_agent"),
    "Metadata agent": ("neutron-metadata-agent", "N/A"),
}
ZONED = ("DHCP agent", "L3 agent")          # the kinds that say an availability zone


def agent_configuration(cloud, a):
    """What an agent reports about itself; the API shows it as it is, the table as a text."""
    host = a.host
    gateway = host.role == "net"
    if a.kind == "Open vSwitch agent":
        mappings, hypervisors = "", ""
        if gateway:
            mappings, hypervisors = '"physnet1": "br-ex"', f'"br-ex": "{host.name}"'
        return ('{"arp_responder_enabled": true, "baremetal_smartnic": false, '
                f'"bridge_mappings": {{{mappings}}}, "datapath_type": "netdev", '
                f'"devices": {len(host.ports)}, "enable_distributed_routing": false, '
                '"extensions": [], "in_distributed_mode": false, "integration_bridge": "br-int", '
                '"l2_population": true, "log_agent_heartbeats": false, '
                f'"ovs_capabilities": {texts.OVS_CAPABILITIES}, '
                f'"ovs_hybrid_plug": {TRUTH[cloud.hybrid]}, "resource_provider_bandwidths": {{}}, '
                f'"resource_provider_hypervisors": {{{hypervisors}}}, {texts.RESOURCE_PROVIDER}, '
                f'"tunnel_types": ["vxlan"], "tunneling_ip": "{host.tunnel_address}", '
                '"vhostuser_socket_dir": "/var/run/openvswitch"}')
    if a.kind == "Linux bridge agent":
        mappings = '"physnet1": "eth2"' if gateway else ""
        return (f'{{"bridge_mappings": {{}}, "devices": {len(host.ports)}, "extensions": [], '
                f'"interface_mappings": {{{mappings}}}, "l2_population": true, '
                f'"tunnel_types": ["vxlan"], "tunneling_ip": "{host.tunnel_address}"}}')
    if a.kind == "DHCP agent":
        networks = [p.network for p in host.ports if p.use == c.DHCP]
        return ('{"dhcp_driver": "neutron.agent.linux.dhcp.Dnsmasq", "dhcp_lease_duration": 86400, '
                f'"log_agent_heartbeats": false, "networks": {len(networks)}, '
                f'"ports": {sum(len(n.ports) for n in networks)}, "subnets": {len(networks)}}}')
    if a.kind == "L3 agent":
        gateways = [p for p in host.ports if p.use == c.GATEWAY]
        interfaces = sum(p.use == c.INTERFACE for p in host.ports)
        driver = "openvswitch" if cloud.driver == "ovs" else "linuxbridge"
        return (f'{{"agent_mode": "legacy", "ex_gw_ports": {len(gateways)}, "extensions": [], '
                f'"floating_ips": {sum(bool(p.floating) for p in gateways)}, '
                f'"handle_internal_only_routers": true, "interface_driver": "{driver}", '
                f'"interfaces": {interfaces}, "log_agent_heartbeats": false, '
                f'"routers": {len(gateways)}}}')
    return ('{"log_agent_heartbeats": false, '
            '"metadata_proxy_socket": "/var/lib/neutron/metadata_proxy", '
            f'"nova_metadata_host": "{API}", "nova_metadata_port": 8775}}')


def agent(cloud, a):
    binary, topic = BINARIES[a.kind]
    zone = '"nova"' if a.kind in ZONED else "null"
    started = c.moment(60).replace("T", " ")
    return (f'{{"id": "{a.id}", "agent_type": "{a.kind}", "binary": "{binary}", '
            f'"topic": "{topic}", "host": "{a.host.name}", "admin_state_up": true, '
            f'"created_at": "{started}", "started_at": "{started}", '
            f'"heartbeat_timestamp": "{ALIVE}", "description": null, "resources_synced": null, '
            f'"availability_zone": {zone}, "alive": true, '
            f'"configurations": {agent_configuration(cloud, a)}}}')


def escaped(text):
    """JSON text without backslashes as the inside of a JSON string."""
    return text.replace('"', '\\"')
