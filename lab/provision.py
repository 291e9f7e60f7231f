#!/usr/bin/python3
"""Fill the lab. usage: provision.py identity|cloud
identity: services, endpoints, users; cloud: image, flavor, networks, router, servers. Makes only what is not there."""
import os
import sys
import time

from labapi import CTL, GLANCE, KEYSTONE, NEUTRON, NOVA, PLACEMENT, SETTINGS, Api, say

IPXE = "/usr/lib/ipxe/ipxe.iso"
IMAGE_BYTES = 10 << 20
NETWORKS = {"net-a": "192.168.101.0/24", "net-b": "192.168.102.0/24"}
SERVERS = [("vm-a1", "az1", ["net-a"]), ("vm-a2", "az2", ["net-a"]), ("vm-b1", "az1", ["net-b"]),
           ("vm-ab", "az2", ["net-a", "net-b"])]


def wait(what, seconds, test):
    end = time.time() + seconds
    while not test():
        if time.time() > end:
            raise RuntimeError("not within %d s: %s" % (seconds, what))
        time.sleep(2)
    say(what)


# ---- identity

def make_endpoints(admin):
    services = [("nova", "compute", NOVA), ("neutron", "network", f"http://{CTL}:9696"),
                ("placement", "placement", PLACEMENT), ("glance", "image", f"http://{CTL}:9292")]
    have = {(endpoint["service_id"], endpoint["interface"])
            for endpoint in admin.get(KEYSTONE + "/endpoints")["endpoints"]}
    for name, kind, url in services:
        service = admin.ensure(KEYSTONE + "/services", "services", name, type=kind, enabled=True)
        for interface in ("public", "internal", "admin"):
            if (service["id"], interface) not in have:
                admin.post(KEYSTONE + "/endpoints", {"endpoint": {
                    "service_id": service["id"], "interface": interface, "url": url,
                    "region_id": SETTINGS["LAB_REGION"], "enabled": True}})


def identity():
    admin = Api()
    make_endpoints(admin)
    projects = {name: admin.ensure(KEYSTONE + "/projects", "projects", name, domain_id="default")["id"]
                for name in ("service", "demo")}
    roles = {name: admin.ensure(KEYSTONE + "/roles", "roles", name)["id"] for name in ("admin", "member", "service")}

    def grant(user, project, role):
        admin.put(f"{KEYSTONE}/projects/{projects[project]}/users/{user}/roles/{roles[role]}")

    for name in ("nova", "neutron", "placement", "glance"):
        user = admin.ensure(KEYSTONE + "/users", "users", name, domain_id="default",
                            password=SETTINGS["LAB_SERVICE_PASSWORD"])["id"]
        grant(user, "service", "admin")
        grant(user, "service", "service")
    demo = admin.ensure(KEYSTONE + "/users", "users", "demo", domain_id="default",
                        password=SETTINGS["LAB_ADMIN_PASSWORD"])["id"]
    grant(demo, "demo", "member")
    grant(admin.named(KEYSTONE + "/users", "users", "admin")["id"], "demo", "admin")


# ---- cloud

def make_image(admin):
    """A disk that boots iPXE: the guest asks for DHCP on every NIC, then halts. Zeros where there is no iPXE."""
    image = admin.named(GLANCE + "/images", "images", "tiny", tries=10)
    if not image:
        image = admin.post(GLANCE + "/images", {"name": "tiny", "disk_format": "raw", "container_format": "bare",
                                                "visibility": "public"}, tries=5)
    if image["status"] == "queued":
        disk = bytearray(IMAGE_BYTES)
        if os.path.exists(IPXE):
            with open(IPXE, "rb") as file:
                boot = file.read()
            disk[:len(boot)] = boot
            # Nova refuses a raw image in which it sees an ISO 9660 file system.
            disk[32769:32774] = bytes(5)
        admin.session.put(f"{GLANCE}/images/{image['id']}/file", data=bytes(disk), timeout=120,
                          headers={"Content-Type": "application/octet-stream"}).raise_for_status()
        say("image tiny uploaded")
    return image


def make_aggregates(admin, computes):
    have = {aggregate["name"] for aggregate in admin.get(NOVA + "/os-aggregates")["aggregates"]}
    for number, host in enumerate(computes, 1):
        name = "agg-%d" % number
        if name not in have:
            made = admin.post(NOVA + "/os-aggregates", {"aggregate": {
                "name": name, "availability_zone": "az%d" % number}})["aggregate"]
            admin.post(f"{NOVA}/os-aggregates/{made['id']}/action", {"add_host": {"host": host}}, tries=10)
            say("aggregate %s (az%d): %s" % (name, number, host))


def make_networks(admin, demo):
    """The external network, the tenant's networks, a router between them all. Returns the tenant's and the external."""
    prefix = SETTINGS["LAB_EXT"]
    external = admin.ensure(NEUTRON + "/networks", "networks", "ext-net", shared=False, **{
        "router:external": True, "provider:network_type": "flat", "provider:physical_network": "physnet1"})
    admin.ensure(NEUTRON + "/subnets", "subnets", "ext-subnet", network_id=external["id"], ip_version=4,
                 cidr=prefix + ".0/24", gateway_ip=prefix + ".1", enable_dhcp=False,
                 allocation_pools=[{"start": prefix + ".100", "end": prefix + ".199"}])
    router = demo.ensure(NEUTRON + "/routers", "routers", "r1")
    if not router.get("external_gateway_info"):
        demo.put(f"{NEUTRON}/routers/{router['id']}", {"router": {
            "external_gateway_info": {"network_id": external["id"]}}})
        say("router r1: gateway set")
    ports = admin.get(f"{NEUTRON}/ports?device_id={router['id']}")["ports"]
    have = {address["subnet_id"] for port in ports for address in port["fixed_ips"]}
    networks = {}
    for name, cidr in NETWORKS.items():
        networks[name] = demo.ensure(NEUTRON + "/networks", "networks", name)
        subnet = demo.ensure(NEUTRON + "/subnets", "subnets", name.replace("net", "subnet"), ip_version=4, cidr=cidr,
                             network_id=networks[name]["id"], dns_nameservers=["192.0.2.53"])
        if subnet["id"] not in have:
            demo.put(f"{NEUTRON}/routers/{router['id']}/add_router_interface", {"subnet_id": subnet["id"]})
            say("router r1: interface on %s" % name)
    return networks, external


def open_security_group(demo):
    """Ping and SSH from anywhere."""
    group = next(group for group in demo.get(NEUTRON + "/security-groups")["security_groups"]
                 if group["name"] == "default" and group["project_id"] == demo.project_id)
    if any(rule["protocol"] == "icmp" for rule in group["security_group_rules"]):
        return
    common = {"security_group_id": group["id"], "direction": "ingress", "remote_ip_prefix": "0.0.0.0/0"}
    for rule in ({"protocol": "icmp"}, {"protocol": "tcp", "port_range_min": 22, "port_range_max": 22}):
        demo.post(NEUTRON + "/security-group-rules", {"security_group_rule": dict(common, **rule)})


def make_servers(demo, image, flavor, networks):
    def servers():
        return {server["name"]: server for server in demo.get(NOVA + "/servers/detail")["servers"]}

    have = servers()
    for name, zone, names in SERVERS:
        if name not in have:
            demo.post(NOVA + "/servers", tries=3, body={"server": {
                "name": name, "imageRef": image["id"], "flavorRef": flavor["id"], "availability_zone": zone,
                "networks": [{"uuid": networks[network]["id"]} for network in names]}})
            say("server %s asked for in %s" % (name, zone))

    def all_active():
        now = servers()
        for server in now.values():
            if server["status"] == "ERROR":
                raise RuntimeError("server in ERROR: %s %s" % (server["name"], server.get("fault")))
        return all(now[name]["status"] == "ACTIVE" for name, _, _ in SERVERS)

    wait("servers active", 300, all_active)
    return servers()


def cloud():
    admin, demo = Api(), Api("demo", "demo")
    computes = SETTINGS["LAB_COMPUTES"].split()
    image = make_image(admin)
    flavor = admin.ensure(NOVA + "/flavors", "flavors", "tiny", tries=10, ram=64, vcpus=1, disk=1, id="1")
    agents = len(computes) + 1 + 3      # one for switching on each host, and DHCP, L3, metadata
    wait("agents of Neutron alive", 180,
         lambda: sum(agent["alive"] for agent in admin.get(NEUTRON + "/agents")["agents"]) >= agents)
    wait("hypervisors known to Nova", 180,
         lambda: len(admin.get(NOVA + "/os-hypervisors")["hypervisors"]) >= len(computes))
    make_aggregates(admin, computes)
    networks, external = make_networks(admin, demo)
    open_security_group(demo)
    servers = make_servers(demo, image, flavor, networks)
    if not demo.get(NEUTRON + "/floatingips")["floatingips"]:
        port = demo.get(f"{NEUTRON}/ports?device_id={servers['vm-a1']['id']}")["ports"][0]
        demo.post(NEUTRON + "/floatingips", {"floatingip": {
            "floating_network_id": external["id"], "port_id": port["id"]}})
        say("floating IP for vm-a1")
    owners = ("compute:", "network:dhcp", "network:router_interface")
    wait("ports active", 120, lambda: all(port["status"] == "ACTIVE" for port in admin.get(NEUTRON + "/ports")["ports"]
                                          if port["device_owner"].startswith(owners)))


if __name__ == "__main__":
    {"identity": identity, "cloud": cloud}[sys.argv[1]]()
