#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The lab is changed, and after each change a scan shows it as it is."""

import unittest

from lab import CTL, wait
from labapi import NEUTRON, NOVA
from live import Case

CIDR = "192.168.160.0/24"
AGENT = ("net1", "neutron-metadata-agent")


class Changes(Case):
    """With the database through the master host, and from the APIs alone with tunnels."""

    def setUp(self):
        super().setUp()
        self.environments = [self.new_environment(),
                             self.new_environment("direct", without=("mysql",))]
        self.demo, self.admin = self.lab.demo, self.lab.admin

    def made(self, url, kind, **attributes):
        """Makes something of Neutron; it goes with the test if it is still there."""
        made = self.demo.post(f"{NEUTRON}/{url}", {kind: attributes})[kind]["id"]
        self.addCleanup(self.demo.delete, f"{NEUTRON}/{url}/{made}")
        return made

    def see(self, step):
        """A scan shows what is there now."""
        with self.subTest(step=step):
            return self.assert_true(*self.environments)
        return None

    def active(self, **wanted):
        """Are there ports of that kind, and all of them active?"""
        query = "&".join(f"{name}={value}" for name, value in wanted.items())
        ports = self.admin.get(f"{NEUTRON}/ports?{query}")["ports"]
        return ports and all(port["status"] == "ACTIVE" for port in ports)

    def agent_is_alive(self):
        host, name = AGENT
        return next(agent["alive"] for agent in self.admin.get(NEUTRON + "/agents")["agents"]
                    if agent["host"] == host and agent["binary"] == name)

    def shown(self, type_):
        """The ids that the environments show; they must agree."""
        one, other = ({document["id"] for document in environment.ask("list", type_)}
                      for environment in self.environments)
        self.assertEqual(one, other, type_)
        return one

    def server(self, port):
        """An instance on the first compute, with that port."""
        image = self.admin.named(f"http://{self.lab.facts['hosts'][CTL]}:9292/v2/images",
                                 "images", "tiny")
        server = self.demo.post(NOVA + "/servers", {"server": {
            "name": "vm-changes", "imageRef": image["id"], "flavorRef": "1",
            "availability_zone": "az1", "networks": [{"port": port}]}})["server"]["id"]
        self.addCleanup(self.delete_server, server)
        wait("the instance to be active", 180, lambda: self.demo.get(
            f"{NOVA}/servers/{server}")["server"]["status"] == "ACTIVE")
        wait("its port to be active", 60, lambda: self.active(device_id=server))
        return server

    def delete_server(self, server):
        url = f"{NOVA}/servers/{server}"
        self.demo.delete(url)
        wait("the instance to be gone", 120,
             lambda: "server" not in self.demo.call("GET", url, ok=(200, 404)))

    def test_each_change_is_seen(self):
        self.see("before")
        # An agent counts as dead some time later: time for the other changes.
        self.lab.stop(*AGENT)
        self.addCleanup(self.lab.start, *AGENT)

        network = self.made("networks", "network", name="net-changes")
        subnet = self.made("subnets", "subnet", name="subnet-changes", network_id=network,
                           ip_version=4, cidr=CIDR)
        wait("its DHCP service", 60, lambda: self.active(network_id=network,
                                                         device_owner="network:dhcp"))
        port = self.made("ports", "port", name="port-changes", network_id=network)
        self.see("network, subnet and port created")
        self.assertIn(network, self.shown("network"))
        self.assertIn(port, self.shown("port"))
        self.assertIn(f"net1-qdhcp-{network}", self.shown("vservice"))

        router = self.demo.named(NEUTRON + "/routers", "routers", "r1")["id"]
        interface = {"subnet_id": subnet}
        url = f"{NEUTRON}/routers/{router}"
        self.demo.put(url + "/add_router_interface", interface)
        self.addCleanup(self.demo.call, "PUT", url + "/remove_router_interface", interface,
                        ok=(200, 404))
        wait("the router's interface", 60, lambda: self.active(
            network_id=network, device_owner="network:router_interface"))
        self.see("router interface added")

        server = self.server(port)
        moment = self.see("instance created")
        self.assertIn(server, self.shown("instance"))
        if moment:
            self.assertIn(("network", network), moment.truth.chains[server])

        wait("the agent to count as dead", 240, lambda: not self.agent_is_alive(), pause=3)
        self.see("agent stopped")

        self.delete_server(server)
        self.see("instance deleted")
        self.assertNotIn(server, self.shown("instance"))

        self.lab.start(*AGENT)
        wait("the agent to be alive", 90, self.agent_is_alive)
        self.demo.put(url + "/remove_router_interface", interface)
        self.demo.delete(f"{NEUTRON}/ports/{port}")
        self.demo.delete(f"{NEUTRON}/networks/{network}")
        self.see("agent started, router interface, port and network deleted")
        self.assertNotIn(network, self.shown("network"))
        self.assertNotIn(f"net1-qdhcp-{network}", self.shown("vservice"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
