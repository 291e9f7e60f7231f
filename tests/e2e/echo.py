# SPDX-License-Identifier: Apache-2.0
"""The server of tests/server/echo.c, and clients that see every byte.

ECHO_SERVER names the program.
"""

import json
import os
import signal
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

from program import ROOT, SANITIZER, TIMEOUT

ECHO_SERVER = os.environ.get("ECHO_SERVER") or os.path.join(ROOT, "build", "tests", "server",
                                                            "echo_server")


class Reply:
    """What came as an answer."""

    def __init__(self, status, headers, body, is_whole=True):
        self.status, self.headers, self.body, self.is_whole = status, headers, body, is_whole

    def header(self, name):
        """The only header of that name, or None."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        assert len(values) < 2, values
        return values[0] if values else None

    def json(self):
        """The body, read."""
        return json.loads(self.body)


class Client:
    """One connection."""

    def __init__(self, server, address=None, source=None, tls=None, receive=None):
        host, _, port = (address or server.addresses[0]).rpartition(":")
        host = host.strip("[]")
        self.socket = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        if receive:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        self.socket.settimeout(TIMEOUT)
        try:
            if source:
                self.socket.bind((source, 0))
            self.socket.connect((host, int(port)))
            if tls:
                self.socket = tls.wrap_socket(self.socket, server_hostname=host)
        except OSError:
            self.socket.close()
            raise
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Goes away."""
        self.file.close()
        self.socket.close()

    def send(self, text):
        """Sends bytes, or text."""
        self.socket.sendall(text.encode("latin-1") if isinstance(text, str) else text)

    def ask(self, target, method="GET", headers=(), body=b"", version="1.1"):
        """Sends a request."""
        lines = [f"{method} {target} HTTP/{version}", "Host: here", *headers]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        self.send("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)

    def get(self, target, method="GET", headers=(), body=b"", version="1.1"):
        """Sends a request and reads its answer."""
        self.ask(target, method, headers, body, version)
        return self.reply(method)

    def chunks(self):
        """A chunked body, and whether it is whole."""
        body = b""
        while True:
            size = self.file.readline()
            if not size.endswith(b"\r\n"):
                return body, False
            piece = self.file.read(int(size, 16) + 2)
            if len(piece) < int(size, 16) + 2:
                return body, False
            if size == b"0\r\n":
                return body, True
            body += piece[:-2]

    def reply(self, method="GET"):
        """The next answer; None when the connection is closed instead."""
        try:
            first = self.file.readline()
        except ConnectionError:
            return None
        if not first:
            return None
        headers = []
        while (line := self.file.readline()) != b"\r\n":
            assert line.endswith(b"\r\n"), (first, headers, line)
            name, _, value = line.decode("latin-1").rstrip("\r\n").partition(": ")
            headers.append((name, value))
        found = {name.lower(): value for name, value in headers}
        status = int(first.split()[1])
        assert first.startswith(b"HTTP/1.1 "), first
        if method == "HEAD" or status in (100, 204, 304):
            return Reply(status, headers, b"")
        try:
            if found.get("transfer-encoding") == "chunked":
                return Reply(status, headers, *self.chunks())
            if "content-length" not in found:
                return Reply(status, headers, self.file.read())
            body = self.file.read(int(found["content-length"]))
        except ConnectionError:
            return Reply(status, headers, b"", False)
        return Reply(status, headers, body, len(body) == int(found["content-length"]))

    def is_closed(self):
        """Waits for the end of the connection; what else comes is an error."""
        try:
            return self.file.read(1) == b""
        except ConnectionError:
            return True


class EchoServer:
    """The program, until it is stopped, which must end well."""

    def __init__(self, *options, **numbers):
        words = [*options, *(f"{name}={value}" for name, value in numbers.items())]
        self.errors = tempfile.TemporaryFile()
        self.process = subprocess.Popen([ECHO_SERVER, *words], stdout=subprocess.PIPE,
                                        stderr=self.errors)
        self.addresses = self.process.stdout.readline().decode().strip().split(",")
        self.requests, self.reader = [], threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        """Keeps what it logs, so that it never waits for us."""
        for line in self.process.stdout:
            self.requests.append(line.decode("utf-8", "replace").rstrip("\n"))

    def said(self):
        """What it wrote as errors."""
        self.errors.seek(0)
        return self.errors.read().decode("utf-8", "replace")

    def terminate(self):
        """Asks it to end."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self):
        """Waits for its end: (status, the streams that were opened, and closed)."""
        status = self.process.wait(TIMEOUT)
        self.reader.join(TIMEOUT)
        self.process.stdout.close()
        words = self.requests[-1].split() if self.requests else []
        opened, closed = (int(words[1]), int(words[3])) if words[:1] == ["opened"] else (0, 0)
        return status, opened, closed

    def kill(self):
        """Ends it, whatever it does."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.reader.join(TIMEOUT)
        self.process.stdout.close()
        self.errors.close()

    def log(self):
        """(status, bytes, path) of each request."""
        lines = [line.split(" ") for line in self.requests]
        return [(int(w[0]), int(w[1]), w[6]) for w in lines if len(w) == 7 and w[0].isdigit()]


class EchoCase(unittest.TestCase):
    """Tests with servers that all must end well."""

    def server(self, *options, **numbers):
        """A server until the end of the test."""
        server = EchoServer(*options, **numbers)
        self.addCleanup(server.kill)
        self.addCleanup(self.finish, server)
        return server

    def finish(self, server):
        """Ends it, and sees that nothing was left behind."""
        if server.process.returncode is None:
            server.terminate()
            status, opened, closed = server.wait()
            self.assertEqual((status, opened, SANITIZER.search(server.said())), (0, closed, None),
                             server.said())

    def client(self, server, **how):
        """A connection until the end of the test."""
        client = Client(server, **how)
        self.addCleanup(client.close)
        return client

    def get(self, server, target, **how):
        """The answer to one request on a connection of its own."""
        with Client(server, tls=how.pop("tls", None), source=how.pop("source", None)) as client:
            return client.get(target, **how)

    def counts(self, server, **how):
        """What the server counts."""
        return self.get(server, "/counts", **how).json()

    def until(self, condition):
        """Waits until it holds."""
        end = time.monotonic() + TIMEOUT
        while not condition():
            self.assertLess(time.monotonic(), end, "it never came to be")
            time.sleep(0.02)


def trusting(ca, **how):
    """A TLS context that trusts a CA."""
    context = ssl.create_default_context(cafile=ca)
    for name, value in how.items():
        setattr(context, name, value)
    return context
