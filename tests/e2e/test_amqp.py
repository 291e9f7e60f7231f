#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A real RabbitMQ is tried, and everything that may answer in its place."""

import json
import os
import socket
import subprocess
import tempfile
import unittest

from amqp_server import RabbitMQ
from cloud_server import Server
from program import ROOT, TIMEOUT, new_folder
from sql_server import GREETING, Fake, Relay, certificates

ASK = os.environ.get("ASK_AMQP") or os.path.join(ROOT, "build", "tests", "transport", "ask_amqp")
PASSWORD = "op3n/amqp+Passw0rd"


def setUpModule():    # pylint: disable=invalid-name
    """One server for all tests."""
    folder = tempfile.TemporaryDirectory(prefix="calipso-amqp-", ignore_cleanup_errors=True)
    unittest.addModuleCleanup(folder.cleanup)
    Base.tls = certificates(folder.name)
    Base.server = RabbitMQ(folder.name, Base.tls, PASSWORD)
    unittest.addModuleCleanup(Base.server.stop)
    Base.server.start()


class Base(unittest.TestCase):
    """A client of the server."""

    server = tls = None

    def ask(self, password=PASSWORD, **options):
        """The answer."""
        words = [ASK, *(f"{name}={value}" for name, value in
                        {"port": self.server.port, **options}.items())]
        done = subprocess.run(words, env={**os.environ, "AMQP_PASSWORD": password}, text=True,
                              capture_output=True, timeout=TIMEOUT, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertNotIn(PASSWORD, done.stdout)
        return json.loads(done.stdout)

    def fault(self, fault, *words, **options):
        """It fails so, with these words in the message."""
        answer = self.ask(**options)
        self.assertEqual(answer.get("fault"), fault, answer)
        for word in (f":{options.get('port', self.server.port)}: ", *words):
            self.assertIn(word, answer["message"])


class Login(Base):
    """What RabbitMQ says."""

    def test_good(self):
        """Product and version are what the server says of itself."""
        for vhost in ("/", "cloud"):
            self.assertRegex(self.ask(vhost=vhost)["what"],
                             rf"^RabbitMQ \d+\.\d+\.\d+, no TLS, vhost {vhost}$")

    def test_refused(self):
        """Password, user, virtual host, right."""
        self.fault("PASSWORD", "password", password="wrong")
        self.fault("PASSWORD", "password", user="nobody")
        self.fault("VHOST", "nowhere", vhost="nowhere")
        self.fault("VHOST", "other", vhost="other")

    def test_tls(self):
        """The right CA and name, and every wrong one."""
        def tls(**options):
            return {"port": self.server.tls_port, "host": "localhost", "wants_tls": 1, **options}

        self.assertRegex(self.ask(**tls(ca=self.tls[0]))["what"], r"^RabbitMQ .*, TLS, vhost /$")
        self.assertRegex(self.ask(**tls(trusts_anybody=1))["what"], r", TLS, ")
        self.fault("TLS", '"ca"', **tls())
        self.fault("TLS", '"ca"', **tls(ca=certificates(new_folder(self))[0]))
        self.fault("TLS", '"ca"', **tls(ca="/no/such/file"))
        with Relay(self.server.tls_port, address="127.0.0.2") as relay:
            self.fault("TLS", "this host", **tls(ca=self.tls[0], host="127.0.0.2", port=relay.port))
        self.fault("TLS", '"ca"', **tls(port=self.server.port))
        self.assertIn(self.ask(port=self.server.tls_port)["fault"], ("LOST", "STRANGER"))


class Network(Base):
    """Who else may answer, or nobody."""

    def test_nobody(self):
        """Nobody listens, nobody is called so."""
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.fault("REFUSED", port=unused.getsockname()[1])
        self.fault("NAME", "no-such-host.invalid", host="no-such-host.invalid")

    def test_somebody_else(self):
        """Silence, HTTP, SSH, MariaDB, an older AMQP; none learns the password."""
        with Fake(b"") as fake:
            self.fault("TIME", port=fake.port, connect_time=500)
            self.fault("TIME", port=fake.port, connect_time=500, wants_tls=1, trusts_anybody=1)
        for greeting in (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", GREETING, b"AMQP\0\0\x08\0",
                         b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"):
            with self.subTest(greeting), Fake(greeting) as fake:
                self.fault("STRANGER", "AMQP", port=fake.port, connect_time=1000)
                self.assertNotIn(PASSWORD.encode(), fake.heard)
        with Server() as http:
            self.assertIn(self.ask(port=http.port, connect_time=1000)["fault"],
                          ("STRANGER", "LOST", "TIME"))

    def test_slow(self):
        """A time is for all of a step, not for each byte; a connection may end at any byte."""
        with Relay(self.server.port, "drip") as relay:
            self.fault("TIME", port=relay.port, connect_time=1000)
        for limit in (0, 7, 100, 500):
            with self.subTest(limit), Relay(self.server.port, "stall", limit) as relay:
                self.fault("TIME", port=relay.port, connect_time=500)
            with self.subTest(limit), Relay(self.server.port, "cut", limit) as relay:
                self.fault("LOST", port=relay.port)
        with Relay(self.server.tls_port, "stall", 500) as relay:
            self.fault("TIME", port=relay.port, connect_time=500, wants_tls=1, ca=self.tls[0],
                       host="localhost")


if __name__ == "__main__":
    unittest.main()
