# SPDX-License-Identifier: Apache-2.0
"""Real SSH servers on this machine's loopback, as the present user, and a small cloud of them.

    with Cloud(hosts=3) as cloud:
        cloud.master.port, cloud.hosts["cmp1"].key, cloud.user, cloud.client_key

Every server has a host key, a port and a log of its own, and Debian's limits. They end with the
'with', and all that they started does."""

import getpass
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

from ports import free_port

SSHD = "/usr/sbin/sshd"


def new_key(path, kind="ed25519", passphrase=""):
    """A new key pair; returns the public line without its comment."""
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "", "-f", str(path)],
                   check=True, stdin=subprocess.DEVNULL)
    return " ".join(pathlib.Path(f"{path}.pub").read_text(encoding="ascii").split()[:2])


class Server:
    """One sshd. 'names' gives it a PATH of its own in which `uname -n` prints its name, and
    programs can be put with program(). 'forced' replaces every command. 'lines' are lines of
    sshd_config(5)."""

    def __init__(self, folder, name, authorized, address="127.0.0.1", port=None, kind="ed25519",
                 forced=None, lines=()):
        self.folder, self.name, self.address = pathlib.Path(folder), name, address
        self.folder.mkdir()
        self.bin = self.folder / "bin"
        self.bin.mkdir()
        self.temporary = self.folder / "temporary"  # files of its sessions
        self.temporary.mkdir()
        self.port, self.process = port or free_port(), None
        self.key_file = self.folder / "host_key"
        self.key = new_key(self.key_file, kind)
        (self.folder / "authorized").write_text("".join(f"{k}\n" for k in authorized),
                                                encoding="ascii")
        self.program("uname", f'[ "$1" = -n ] && echo {name} || exec /usr/bin/uname "$@"')
        self.lines = [
            f"ListenAddress {address}", f"Port {self.port}", f"HostKey {self.key_file}",
            f"AuthorizedKeysFile {self.folder}/authorized", f"PidFile {self.folder}/pid",
            f"SetEnv PATH={self.bin}:{os.environ['PATH']}:/usr/sbin TMPDIR={self.temporary}", "UsePAM no",
            "StrictModes no", "PermitRootLogin yes", "LogLevel VERBOSE",
            *([f"ForceCommand {forced}"] if forced else []), *lines]

    def renew_key(self, kind="ed25519"):
        """Another host key, from the next start on."""
        self.key_file.unlink()
        self.key = new_key(self.key_file, kind)

    def program(self, name, text):
        """Put a shell script into the server's PATH."""
        file = self.bin / name
        file.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        file.chmod(0o755)

    def start(self):
        """Start it, and wait until it listens."""
        if os.geteuid() == 0:
            os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        config = self.folder / "config"
        config.write_text("\n".join(self.lines) + "\n", encoding="utf-8")
        self.process = subprocess.Popen(  # pylint: disable=consider-using-with
            [SSHD, "-D", "-f", str(config), "-E", str(self.folder / "log")],
            stdin=subprocess.DEVNULL, start_new_session=True)
        while "Server listening" not in self.log():
            if self.process.poll() is not None:
                raise RuntimeError(self.log())
            time.sleep(0.01)
        return self

    def log(self):
        """All that it has logged."""
        file = self.folder / "log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def count(self, words):
        """How many lines of the log have these words."""
        return sum(words in line for line in self.log().splitlines())

    @property
    def n_sessions(self):
        """How many signed in."""
        return sum(line.startswith("Accepted ") and " for " in line
                   for line in self.log().splitlines())

    @property
    def n_commands(self):
        """How many commands were run."""
        return self.count("Starting session: ")

    def children(self):
        """The processes of its connections."""
        found = subprocess.run(["ps", "-eo", "pid=,ppid="], check=True, capture_output=True,
                               text=True).stdout
        parents = [tuple(map(int, line.split())) for line in found.splitlines()]
        family = {self.process.pid}
        for _ in range(8):
            family |= {pid for pid, parent in parents if parent in family}
        return family - {self.process.pid}

    def cut(self):
        """End all connections at once, as if the network had."""
        for pid in self.children():
            try:
                if b"sshd" in pathlib.Path(f"/proc/{pid}/cmdline").read_bytes():
                    os.kill(pid, signal.SIGKILL)
            except (FileNotFoundError, ProcessLookupError):
                pass

    def freeze(self):
        """From now on it accepts connections, and says nothing."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def stop(self):
        """End it and what it started."""
        if not self.process:
            return
        for pid in self.children():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.kill()
        self.process.wait()
        self.process = None


class Cloud:
    """A master and hosts behind it: cmp1, cmp2 ..., or those that are named. The master's ssh knows where they are and how to
    sign in there. All have the same port on addresses of their own, so that their addresses can be
    named to a tunnel of the master. 'forced' and 'lines' are those of the hosts."""

    def __init__(self, hosts=1, forced=None, lines=(), master_lines=(), master="ctl"):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="calipso-ssh-"))
        self.folder.chmod(0o755)
        self.user = getpass.getuser()
        self.client_key = self.folder / "client"
        authorized = [new_key(self.client_key)]
        port = free_port()
        self.master = Server(self.folder / "master", master, authorized, port=port,
                             lines=master_lines)
        names = [f"cmp{i}" for i in range(1, hosts + 1)] if isinstance(hosts, int) else hosts
        self.hosts = {
            name: Server(self.folder / name, name, authorized, port=port,
                         address=f"127.0.{1 + i // 250}.{1 + i % 250}", forced=forced, lines=lines)
            for i, name in enumerate(names)}
        self.write_ways()

    def write_ways(self):
        """What the master's ssh and ssh-keyscan know."""
        config = self.folder / "ssh_config"
        config.write_text("".join(
            f"Host {name}\n HostName {host.address}\n Port {host.port}\n"
            for name, host in self.hosts.items()) +
            f"Host *\n User {self.user}\n IdentityFile {self.client_key}\n IdentitiesOnly yes\n",
            encoding="utf-8")
        self.master.program("ssh", f'exec /usr/bin/ssh -F {config} "$@"')
        cases = "".join(f"{name}) set -- \"$@\" -p {host.port} -- {host.address} ;; "
                        for name, host in self.hosts.items())
        self.master.program("ssh-keyscan", 'for name; do :; done; '
                            'set -- "$1" "$2" "$3" "$4"; '
                            f'case $name in {cases} *) set -- "$@" -- "$name" ;; esac; '
                            'exec /usr/bin/ssh-keyscan "$@"')

    def __enter__(self):
        try:
            for server in (self.master, *self.hosts.values()):
                server.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in (self.master, *self.hosts.values()):
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Talker:
    """A server that is none of SSH: it says 'greeting' to everybody, and then nothing."""

    def __init__(self, greeting=b""):
        self.greeting = greeting
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.peers = []

    def __enter__(self):
        import threading  # pylint: disable=import-outside-toplevel
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def serve(self):
        """Until it is closed."""
        while True:
            try:
                peer, _ = self.listener.accept()
                self.peers.append(peer)
                peer.sendall(self.greeting)
            except OSError:
                return

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for peer in self.peers:
            peer.close()


class Relay(Talker):
    """In front of a server: what the connections of these numbers (the first one is 0) say is passed on,
    the others are closed at once."""

    def __init__(self, port, passed):
        super().__init__()
        self.target, self.passed, self.n_accepted = port, passed, 0

    def serve(self):
        """Until it is closed."""
        while True:
            try:
                peer, _ = self.listener.accept()
                number, self.n_accepted = self.n_accepted, self.n_accepted + 1
                if number not in self.passed:
                    peer.close()
                    continue
                self.join(peer, socket.create_connection(("127.0.0.1", self.target)))
            except OSError:
                return

    def join(self, one, other):
        """Each says what the other one hears."""
        import threading  # pylint: disable=import-outside-toplevel
        self.peers += [one, other]
        for source, target in ((one, other), (other, one)):
            threading.Thread(target=self.carry, args=(source, target), daemon=True).start()

    @staticmethod
    def carry(source, target):
        """One direction, to its end."""
        try:
            while data := source.recv(1 << 16):
                target.sendall(data)
            target.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def cut(self):
        """End what is passed on now."""
        for peer in list(self.peers):
            try:
                peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass    # the other direction has ended it
