# SPDX-License-Identifier: Apache-2.0
"""A MariaDB of the tests' own, and what may stand between it and a client."""

import os
import shutil
import socket
import subprocess
import threading
import time

from ports import free_port

PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
STARTED = 60    # seconds, on a busy machine


def certificates(folder):
    """A CA and a server's certificate for 127.0.0.1 and localhost: (ca, certificate, key)."""
    name = "127.0.0.1"
    ca, ca_key, request, certificate, key, extension = (
        f"{folder}/{file}" for file in ("ca.pem", "ca.key", "request", "cert.pem", "key.pem", "ext"))
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    with open(extension, "w", encoding="ascii") as stream:
        stream.write(f"subjectAltName=IP:{name},DNS:localhost\n")
    for words in (("req", "-x509", *curve, "-days", "2", "-subj", "/CN=CA", "-keyout", ca_key,
                   "-out", ca),
                  ("req", *curve, "-subj", "/CN=server", "-keyout", key, "-out", request),
                  ("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial",
                   "-days", "2", "-extfile", extension, "-out", certificate)):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    return ca, certificate, key


def literal(value):
    """A value in an SQL statement."""
    if value is None or isinstance(value, (int, float)):
        return "NULL" if value is None else str(value)
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def insert(table, rows):
    """Statements that put rows into a table."""
    return "".join(f"INSERT INTO {table} ({', '.join(f'`{name}`' for name in row)}) VALUES "
                   f"({', '.join(map(literal, row.values()))});\n" for row in rows)


class MariaDB:
    """A server in a folder of its own, as whoever runs the tests; tls is (ca, certificate, key)."""

    def __init__(self, folder, tls):
        self.folder, self.port, self.process = folder, free_port(), None
        self.socket = f"{folder}/s"
        user = ["--user=root"] if os.geteuid() == 0 else []
        subprocess.run([shutil.which("mariadb-install-db", path=PATH), "--no-defaults",
                        f"--datadir={folder}/data", "--skip-test-db", "--skip-name-resolve",
                        "--auth-root-authentication-method=normal", *user],
                       check=True, capture_output=True)
        self.words = [
            shutil.which("mariadbd", path=PATH), "--no-defaults", f"--datadir={folder}/data",
            f"--socket={self.socket}", "--bind-address=127.0.0.1", f"--port={self.port}",
            f"--pid-file={folder}/pid", f"--tmpdir={folder}", "--skip-name-resolve",
            "--innodb-buffer-pool-size=32M", "--innodb-flush-log-at-trx-commit=0",
            f"--ssl-ca={tls[0]}", f"--ssl-cert={tls[1]}", f"--ssl-key={tls[2]}", *user]
        self.start()

    def start(self):
        """Starts it and waits until it answers."""
        with open(f"{self.folder}/log", "ab") as log:
            self.process = subprocess.Popen(self.words, stdout=log, stderr=log)
        end = time.monotonic() + STARTED
        while subprocess.run(self.client("SELECT 1"), check=False, capture_output=True).returncode:
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as log:
                    raise RuntimeError("mariadbd did not start: " + log.read()[-2000:])
            time.sleep(0.1)

    def stop(self):
        """Ends it, whatever it does."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def client(self, *statement):
        """The words of a client that signs in as root."""
        words = [shutil.which("mariadb", path=PATH), "--no-defaults", f"--socket={self.socket}",
                 "--user=root", "--default-character-set=utf8mb4", "--batch"]
        return words + [word for text in statement for word in ("-e", text)]

    def run(self, statements):
        """Runs statements as root; the output."""
        return subprocess.run(self.client(), input=statements.encode(), check=True,
                              stdout=subprocess.PIPE).stdout.decode()


class Relay:
    """Stands between clients and a server, and does ill when told; until the end of the 'with'.

    what: 'pass', 'stall' (after 'limit' bytes of the server nothing more comes), 'cut' (then both
    ends are closed), 'drip' (a byte at a time). 'edit' may change what the server says first.
    """

    def __init__(self, port, what="pass", limit=0, edit=None, address="127.0.0.1"):
        self.target, self.what, self.limit, self.edit = port, what, limit, edit
        self.heard = b""        # of clients
        self.connections, self.threads, self.n_connections = [], [], 0
        self.listener = socket.create_server((address, 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        self._run(self._accept)
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.threads[0].join()
        self.cut()
        for thread in self.threads:
            thread.join()
        for end in (self.listener, *self.connections):
            end.close()

    def _run(self, work, *ends):
        self.threads.append(threading.Thread(target=work, args=ends, daemon=True))
        self.threads[-1].start()

    def cut(self):
        """Ends all connections there are."""
        for end in self.connections:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            self.connections += [client, server]
            self.n_connections += 1
            for work in (self._from_client, self._from_server):
                self._run(work, client, server)

    def _from_client(self, client, server):
        try:
            while data := client.recv(65536):
                self.heard += data
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def _from_server(self, client, server):
        passed = 0
        try:
            while data := server.recv(65536):
                if passed == 0 and self.edit:
                    data = self.edit(data)
                room = max(self.limit - passed, 0)
                passed += len(data)
                if self.what in ("stall", "cut") and len(data) > room:
                    client.sendall(data[:room])
                    if self.what == "stall":
                        continue
                    break
                if self.what == "drip":
                    for byte in data:
                        client.sendall(bytes((byte,)))
                        time.sleep(0.05)
                else:
                    client.sendall(data)
            client.shutdown(socket.SHUT_RDWR)
            server.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


class Fake:
    """Says what a list holds, item by item, each after something was heard; then waits."""

    def __init__(self, *says):
        self.says, self.heard, self.thread = says, b"", None
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.listener.close()

    def _serve(self):
        try:
            while True:
                client, _ = self.listener.accept()
                with client:
                    for text in self.says:
                        client.sendall(text)
                        self.heard += client.recv(65536)
                    while data := client.recv(65536):
                        self.heard += data
        except OSError:
            pass


def packet(number, body):
    """A packet of MariaDB's protocol."""
    return len(body).to_bytes(3, "little") + bytes((number,)) + body


# MariaDB's greeting with protocol 4.1, plugins and local files.
GREETING = packet(0, b"\x0a5.5.5-10.11.6-MariaDB\0" + b"\1\0\0\0" + b"a" * 8 + b"\0"
                  + b"\xfe\xf7" + b"\x2d\2\0" + b"\xff\x81" + b"\x15" + b"\0" * 10
                  + b"b" * 12 + b"\0" + b"mysql_native_password\0")
OK = b"\0\0\0\2\0\0\0"
