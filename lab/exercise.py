#!/usr/bin/python3
"""Create, change and delete one of everything, slowly, so that the notification bus carries every kind of event.
usage: exercise.py [FILE]    (FILE: where the name of the current step is written)"""
import sys
import time

from labapi import GLANCE, KEYSTONE, NEUTRON, NOVA, Api, say

ADMIN, DEMO = Api(), Api("demo", "demo")


def step(name, pause=2.0):
    """After a pause, in which the events of the step before arrive, the next step begins."""
    time.sleep(pause)
    if len(sys.argv) > 1:
        with open(sys.argv[1], "w", encoding="utf-8") as file:
            file.write(name)
    say(name)


def until(url, test, seconds=180):
    end = time.time() + seconds
    while not test(DEMO.call("GET", url, ok=(200, 404))):
        if time.time() > end:
            raise RuntimeError("not within %d s: %s" % (seconds, url))
        time.sleep(1.5)


def has_status(*wanted):
    return lambda reply: reply["server"]["status"] in wanted


def is_gone(reply):
    return not isinstance(reply, dict) or "server" not in reply


def exercise_project():
    step("project.create")
    url = KEYSTONE + "/projects/" + ADMIN.post(KEYSTONE + "/projects", {"project": {
        "name": "tmp-project", "domain_id": "default"}})["project"]["id"]
    step("project.update")
    ADMIN.patch(url, {"project": {"description": "changed"}})
    step("project.delete")
    ADMIN.delete(url)


def exercise_aggregate():
    step("aggregate.create")
    made = ADMIN.post(NOVA + "/os-aggregates", {"aggregate": {"name": "agg-x"}})["aggregate"]
    url = f"{NOVA}/os-aggregates/{made['id']}"
    step("aggregate.add_host")
    ADMIN.post(url + "/action", {"add_host": {"host": "cmp1"}})
    step("aggregate.remove_host")
    ADMIN.post(url + "/action", {"remove_host": {"host": "cmp1"}})
    step("aggregate.delete")
    ADMIN.delete(url)


class Network:
    """A network with a subnet, behind a router with a gateway, and a port in it."""

    def __init__(self, external):
        step("network.create")
        self.network = DEMO.post(NEUTRON + "/networks", {"network": {"name": "net-x"}})["network"]["id"]
        step("network.update")
        DEMO.put(f"{NEUTRON}/networks/{self.network}", {"network": {"name": "net-x2"}})
        step("subnet.create")
        self.subnet = DEMO.post(NEUTRON + "/subnets", {"subnet": {
            "name": "subnet-x", "network_id": self.network, "ip_version": 4,
            "cidr": "192.168.150.0/24"}})["subnet"]["id"]
        for name, change in (("subnet.update", {"dns_nameservers": ["192.0.2.54"]}),
                             ("subnet.update.dhcp-off", {"enable_dhcp": False}),
                             ("subnet.update.dhcp-on", {"enable_dhcp": True})):
            step(name, 5)
            DEMO.put(f"{NEUTRON}/subnets/{self.subnet}", {"subnet": change})
        step("router.create", 5)
        made = DEMO.post(NEUTRON + "/routers", {"router": {"name": "r-x"}})["router"]
        self.router = f"{NEUTRON}/routers/{made['id']}"
        step("router.update.name")
        DEMO.put(self.router, {"router": {"name": "r-x2"}})
        step("router.update.gateway-set")
        DEMO.put(self.router, {"router": {"external_gateway_info": {"network_id": external}}})
        step("router.interface.create", 4)
        DEMO.put(self.router + "/add_router_interface", {"subnet_id": self.subnet})
        step("port.create", 4)
        made = DEMO.post(NEUTRON + "/ports", {"port": {"name": "port-x", "network_id": self.network}})["port"]
        self.port = made["id"]
        step("port.update")
        DEMO.put(f"{NEUTRON}/ports/{self.port}", {"port": {"name": "port-x2"}})
        step("security_group.create")
        made = DEMO.post(NEUTRON + "/security-groups", {"security_group": {"name": "sg-x"}})["security_group"]
        self.group = made["id"]
        step("security_group_rule.create")
        DEMO.post(NEUTRON + "/security-group-rules", {"security_group_rule": {
            "security_group_id": self.group, "direction": "ingress", "protocol": "tcp",
            "port_range_min": 80, "port_range_max": 80}})

    def exercise_floating_ip(self, external):
        step("floatingip.create", 4)
        url = NEUTRON + "/floatingips/" + DEMO.post(NEUTRON + "/floatingips", {"floatingip": {
            "floating_network_id": external}})["floatingip"]["id"]
        step("floatingip.update.associate")
        DEMO.put(url, {"floatingip": {"port_id": self.port}})
        step("floatingip.update.disassociate", 4)
        DEMO.put(url, {"floatingip": {"port_id": None}})
        step("floatingip.delete")
        DEMO.delete(url)

    def delete(self):
        step("port.delete", 4)
        DEMO.delete(f"{NEUTRON}/ports/{self.port}")
        step("security_group.delete")
        DEMO.delete(f"{NEUTRON}/security-groups/{self.group}")
        step("router.interface.delete")
        DEMO.put(self.router + "/remove_router_interface", {"subnet_id": self.subnet})
        step("router.update.gateway-clear", 4)
        DEMO.put(self.router, {"router": {"external_gateway_info": {}}})
        step("router.delete", 4)
        DEMO.delete(self.router)
        step("subnet.delete", 4)
        DEMO.delete(f"{NEUTRON}/subnets/{self.subnet}")
        step("network.delete", 4)
        DEMO.delete(f"{NEUTRON}/networks/{self.network}")


def exercise_server(image, network, networks):
    """Everything that happens to an instance but its end; returns its URL."""
    step("instance.create")
    url = NOVA + "/servers/" + DEMO.post(NOVA + "/servers", {"server": {
        "name": "vm-x", "imageRef": image, "flavorRef": "1", "networks": [{"port": network.port}],
        "metadata": {"k": "v"}}})["server"]["id"]
    until(url, has_status("ACTIVE", "ERROR"))
    step("instance.update.rename", 4)
    DEMO.put(url, {"server": {"name": "vm-x2"}})
    step("interface.attach")
    attached = DEMO.post(url + "/os-interface", {"interfaceAttachment": {
        "net_id": networks["net-a"]}})["interfaceAttachment"]
    network.exercise_floating_ip(networks["ext-net"])
    step("instance.stop", 6)
    DEMO.post(url + "/action", {"os-stop": None})
    until(url, has_status("SHUTOFF"))
    # A running guest without an operating system never lets a device go: Nova would report an error after its retries.
    step("interface.detach")
    DEMO.delete(f"{url}/os-interface/{attached['port_id']}")
    for name, action, pause, status in (("start", {"os-start": None}, 6, "ACTIVE"),
                                        ("reboot.hard", {"reboot": {"type": "HARD"}}, 2, "ACTIVE"),
                                        ("pause", {"pause": None}, 2, "PAUSED"),
                                        ("unpause", {"unpause": None}, 2, "ACTIVE")):
        step("instance." + name, pause)
        DEMO.post(url + "/action", action)
        time.sleep(3)
        until(url, has_status(status))
    return url


def exercise_error(image, networks):
    """An instance that finds no host."""
    step("instance.create.no-valid-host")
    flavor = ADMIN.ensure(NOVA + "/flavors", "flavors", "huge", ram=40960, vcpus=1, disk=1)["id"]
    url = NOVA + "/servers/" + DEMO.post(NOVA + "/servers", {"server": {
        "name": "vm-error", "imageRef": image, "flavorRef": flavor,
        "networks": [{"uuid": networks["net-a"]}]}})["server"]["id"]
    until(url, has_status("ERROR"))
    step("instance.delete.error-one")
    DEMO.delete(url)
    until(url, is_gone)
    ADMIN.delete(f"{NOVA}/flavors/{flavor}")


def main():
    image = ADMIN.named(GLANCE + "/images", "images", "tiny")["id"]
    networks = {network["name"]: network["id"] for network in ADMIN.get(NEUTRON + "/networks")["networks"]}
    exercise_project()
    network = Network(networks["ext-net"])
    server = exercise_server(image, network, networks)
    exercise_error(image, networks)
    exercise_aggregate()
    step("instance.delete")
    DEMO.delete(server)
    until(server, is_gone)
    network.delete()
    step("done", 4)


if __name__ == "__main__":
    main()
