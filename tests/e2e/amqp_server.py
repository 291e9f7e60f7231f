# SPDX-License-Identifier: Apache-2.0
"""A RabbitMQ of the tests' own."""

import base64
import glob
import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time

from ports import free_port
from sql_server import PATH

STARTED = 120    # seconds, on a busy machine


def hashed(password):
    """As RabbitMQ keeps a password: salt and SHA-256 of salt and password."""
    salt = b"salt"
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


class RabbitMQ:
    """A node in a folder of its own, as whoever runs the tests; tls is (ca, certificate, key).

    User 'calipso' may use the virtual hosts '/' and 'cloud', not 'other'.
    """

    def __init__(self, folder, tls, password):
        self.folder, self.processes = folder, []
        self.port, self.tls_port, distribution, self.names = (free_port() for _ in range(4))
        with open(f"{folder}/definitions.json", "w", encoding="utf-8") as stream:
            json.dump({
                "users": [{"name": "calipso", "password_hash": hashed(password), "tags": ""}],
                "vhosts": [{"name": name} for name in ("/", "cloud", "other")],
                "permissions": [{"user": "calipso", "vhost": name, "configure": "", "write": "",
                                 "read": ".*"} for name in ("/", "cloud")]}, stream)
        with open(f"{folder}/rabbit.config", "w", encoding="utf-8") as stream:
            stream.write(f"""[{{rabbit, [
                {{tcp_listeners, [{{"127.0.0.1", {self.port}}}]}},
                {{ssl_listeners, [{{"127.0.0.1", {self.tls_port}}}]}},
                {{ssl_options, [{{cacertfile, "{tls[0]}"}}, {{certfile, "{tls[1]}"}},
                                {{keyfile, "{tls[2]}"}}, {{versions, ['tlsv1.3', 'tlsv1.2']}}]}},
                {{load_definitions, "{folder}/definitions.json"}}]}}].""")
        self.environment = {
            **os.environ, "PATH": PATH, "HOME": folder, "ERL_EPMD_PORT": str(self.names),
            "ERL_EPMD_ADDRESS": "127.0.0.1", "RABBITMQ_NODENAME": "calipso-test@localhost",
            "RABBITMQ_DIST_PORT": str(distribution), "RABBITMQ_MNESIA_BASE": f"{folder}/data",
            "RABBITMQ_LOG_BASE": f"{folder}/logs", "RABBITMQ_LOGS": "-",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/rabbit.config",
            "RABBITMQ_CONFIG_FILE": f"{folder}/none",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/none",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none"}

    def start(self):
        """Starts it and waits until it takes connections."""
        # The node would leave a name server behind that is nobody's child.
        self._run(shutil.which("epmd", path=PATH), "-port", str(self.names), "-address",
                  "127.0.0.1")
        server, = glob.glob("/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin/rabbitmq-server")
        node = self._run(server)
        end = time.monotonic() + STARTED
        for port in (self.port, self.tls_port):
            while not self._is_open(port):
                if node.poll() is not None or time.monotonic() > end:
                    self.stop()
                    with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as log:
                        raise RuntimeError("RabbitMQ did not start: " + log.read()[-2000:])
                time.sleep(0.2)

    def _run(self, *words):
        with open(f"{self.folder}/log", "ab") as log:
            self.processes.append(subprocess.Popen(
                words, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                cwd=self.folder, start_new_session=True))
        return self.processes[-1]

    @staticmethod
    def _is_open(port):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def stop(self):
        """Ends it with all its children."""
        for process in reversed(self.processes):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        self.processes = []
