# SPDX-License-Identifier: Apache-2.0
"""The cloud as rows of the databases: the tables that a scan asks for, whole, in the layout of
json.dumps(rows, indent=1).
"""
from . import api
from . import cloud as c
from . import texts
from .api import escaped


def write(cloud, recording):
    endpoints = [h for h in cloud.hosts if h.role != "ctl"] if cloud.driver == "ovs" else []
    recording.tables("nova", {
        "aggregates": (0, ()),              # releases since Ocata keep them in nova_api
        "aggregate_hosts": (0, ()),
        "compute_nodes": (len(cloud.computes), (compute_node(h) for h in cloud.computes)),
        "instance_info_caches": (len(cloud.servers),
                                 (info_cache(cloud, s) for s in cloud.servers))})
    zones = sorted({h.zone for h in cloud.computes})
    recording.tables("nova_api", {
        "aggregates": (len(zones), (aggregate(cloud, zone) for zone in zones)),
        "aggregate_hosts": (len(cloud.computes), map(aggregate_host, cloud.computes))})
    agents = sorted(cloud.agents, key=lambda a: a.id)
    routers = sorted(cloud.routers, key=lambda r: r.id)
    recording.tables("neutron", {
        "agents": (len(agents), (agent(cloud, a) for a in agents)),
        "ml2_geneve_endpoints": (0, ()),
        "ml2_gre_endpoints": (0, ()),
        "ml2_vxlan_endpoints": (len(endpoints), map(endpoint, endpoints)),
        "routers": (len(routers), map(router, routers))})


def row(*columns):
    """A row from (column, JSON text of its value) pairs."""
    return " {\n" + ",\n".join(f'  "{column}": {value}' for column, value in columns) + "\n }"


def text(value):
    return f'"{value}"'


def time(moment):
    return text(moment.replace("T", " "))


def compute_node(h):
    vcpus, memory, disk = api.usage(h)
    projects = {}
    for server in h.servers:
        projects[server.project.id] = projects.get(server.project.id, 0) + 1
    number = len(h.servers)
    stats = "".join(f'"num_proj_{project}": "{n}", ' for project, n in projects.items())
    stats = (f'{{"failed_builds": "0", "num_instances": "{number}", "num_vm_active": "{number}", '
             f'"num_task_None": "{number}", "num_os_type_None": "{number}", '
             f'{stats}"io_workload": "0"}}')
    return row(
        ("created_at", time(c.moment(60))), ("updated_at", text(api.ALIVE)), ("deleted_at", "null"),
        ("id", h.os_id), ("service_id", "null"), ("vcpus", 2), ("memory_mb", 10458),
        ("local_gb", 60), ("vcpus_used", vcpus), ("memory_mb_used", memory),
        ("local_gb_used", disk), ("hypervisor_type", text("QEMU")), ("hypervisor_version", 7002022),
        ("cpu_info", text(escaped(texts.CPU_INFO))), ("disk_available_least", 30),
        ("free_ram_mb", 10458 - memory), ("free_disk_gb", 60 - disk), ("current_workload", 0),
        ("running_vms", number), ("hypervisor_hostname", text(h.name)), ("deleted", 0),
        ("host_ip", text(h.address)),
        ("supported_instances", text(escaped(texts.SUPPORTED_INSTANCES))),
        ("pci_stats", text(escaped(texts.PCI_STATS))), ("metrics", text("[]")),
        ("extra_resources", "null"), ("stats", text(escaped(stats))),
        ("numa_topology", text(escaped(texts.NUMA_TOPOLOGY))), ("host", text(h.name)),
        ("ram_allocation_ratio", 1.5), ("cpu_allocation_ratio", 16.0), ("uuid", text(h.os_uuid)),
        ("disk_allocation_ratio", 10.0), ("mapped", 1))


def info_cache(cloud, s):
    network_info = ", ".join(network_info_element(cloud, port) for port in s.ports)
    return row(
        ("created_at", time(s.created)), ("updated_at", time(s.created)), ("deleted_at", "null"),
        ("id", s.number), ("network_info", text(escaped(f"[{network_info}]"))),
        ("instance_uuid", text(s.id)), ("deleted", 0))


def network_info_element(cloud, p):
    n = p.network
    vif_type, details = api.vif(cloud)
    details = details.replace(":", ": ").replace(",", ", ")
    if cloud.driver == "ovs":
        bridge, create, interface = "br-int", "", text(p.id)
    else:
        bridge, create, interface = f"brq{n.id[:11]}", ', "should_create_bridge": true', "null"
    floating = ""
    if p.floating:
        floating = f'{{"address": "{p.floating}", "type": "floating", "version": 4, "meta": {{}}}}'
    return (f'{{"id": "{p.id}", "address": "{p.mac}", "network": {{"id": "{n.id}", '
            f'"bridge": "{bridge}", "label": "{n.name}", "subnets": [{{"cidr": "{n.cidr}", '
            '"dns": [{"address": "192.0.2.53", "type": "dns", "version": 4, "meta": {}}], '
            f'"gateway": {{"address": "{n.gateway}", "type": "gateway", "version": 4, '
            f'"meta": {{}}}}, "ips": [{{"address": "{p.address}", "type": "fixed", "version": 4, '
            f'"meta": {{}}, "floating_ips": [{floating}]}}], "routes": [], "version": 4, '
            f'"meta": {{"dhcp_server": "{n.dhcp_address}"}}}}], "meta": {{"injected": false, '
            f'"tenant_id": "{n.project.id}", "mtu": {n.mtu}, "physical_network": null, '
            f'"tunneled": true{create}}}}}, "type": "{vif_type}", "details": {details}, '
            f'"devname": "tap{p.tail}", "ovs_interfaceid": {interface}, "qbh_params": null, '
            '"qbg_params": null, "active": true, "vnic_type": "normal", "profile": {}, '
            '"preserve_on_delete": false, "delegate_create": true, "meta": {}}')


def aggregate(cloud, zone):
    return row(("created_at", time(c.moment(120))), ("updated_at", "null"), ("id", zone),
               ("uuid", text(cloud.zone_ids[zone])), ("name", text(f"agg-{zone}")))


def aggregate_host(h):
    return row(("created_at", time(c.moment(120))), ("updated_at", "null"), ("id", h.os_id),
               ("host", text(h.name)), ("aggregate_id", h.zone))


def agent(cloud, a):
    binary, topic = api.BINARIES[a.kind]
    layer2 = a.kind in ("Open vSwitch agent", "Linux bridge agent")
    load = sum(p.use == c.DHCP for p in a.host.ports) if a.kind == "DHCP agent" else 0
    started = time(c.moment(60))
    return row(
        ("id", text(a.id)), ("agent_type", text(a.kind)), ("binary", text(binary)),
        ("topic", text(topic)), ("host", text(a.host.name)), ("admin_state_up", 1),
        ("created_at", started), ("started_at", started), ("heartbeat_timestamp", text(api.ALIVE)),
        ("description", "null"),
        ("configurations", text(escaped(api.agent_configuration(cloud, a)))), ("load", load),
        ("availability_zone", text("nova") if a.kind in api.ZONED else "null"),
        ("resource_versions", text(escaped(texts.RESOURCE_VERSIONS)) if layer2 else "null"),
        ("resources_synced", "null"))


def endpoint(h):
    return row(("ip_address", text(h.tunnel_address)), ("udp_port", 4789), ("host", text(h.name)))


def router(r):
    number = 20 + int(r.name[2:])           # any number that is the router's alone
    return row(
        ("project_id", text(r.project.id)), ("id", text(r.id)), ("name", text(r.name)),
        ("status", text("ACTIVE")), ("admin_state_up", 1), ("gw_port_id", text(r.gateway.id)),
        ("enable_snat", 1), ("standard_attr_id", number), ("flavor_id", "null"))
