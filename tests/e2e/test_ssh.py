#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Sessions and shells against real sshds: what works, what each fault is called, and that nothing
stays running."""

import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from ssh_server import Cloud, Relay, Talker, new_key

ASK = os.environ["ASK_SSH"]
(GOOD, OTHER, NAME, REFUSED, TIME, SSH, UNKNOWN, CHANGED, KEY, LOGIN, LOST, SIZE,
 CANCELLED) = range(-1, 12)
MODES = ("master", "direct", "own")
SEED = int(os.environ.get("TEST_SEED") or random.SystemRandom().randrange(1 << 32))
ROUNDS = int(os.environ.get("TEST_ROUNDS", "5"))    # of random tests
MARKER = str(10_000_000 + os.getpid())    # of `sleep`: nothing else sleeps so long


class Answer:
    """What one host gave."""

    def __init__(self, fault, message, text):
        self.fault, self.message, self.text = fault, message, text

    def __repr__(self):
        return f"{self.fault} {self.message} {self.text[:200]!r}"


def read_answers(output):
    """The hosts' answers, in the order of the hosts."""
    answers = {}
    while output:
        line, _, output = output.partition(b"\n")
        index, fault, size, message = line.decode().split(" ", 3)
        answers[int(index)] = Answer(int(fault), message, output[:int(size)])
        output = output[int(size):]
    return [answers[index] for index in sorted(answers)]


def settings(cloud, mode, **changes):
    """The command line for a cloud, with what differs; None leaves something out."""
    by_address = mode == "direct"
    trust = {"(master)": cloud.master.key}
    trust.update({host.address if by_address else name: host.key
                  for name, host in cloud.hosts.items()})
    values = {"user": cloud.user, "key": cloud.client_key, "master": cloud.master.address,
              "port": cloud.master.port, **changes}
    trust.update(values.pop("trust", {}))
    words = [f"{name}={value}" for name, value in values.items() if value is not None]
    words += [f"trust={name} {key}" for name, key in trust.items() if key]
    if mode == "direct":
        words.append("direct=1")
    if mode == "own":
        words += [f"host={name},{host.address},{host.port}" for name, host in cloud.hosts.items()]
    return words


def start(words, verb, hosts, **options):
    """Ask, without waiting for the answer."""
    return subprocess.Popen([ASK, *words, verb, *hosts], stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options)


def names(cloud, mode):
    """What the hosts are called in a mode."""
    return [host.address for host in cloud.hosts.values()] if mode == "direct" else list(cloud.hosts)


def running(marker=MARKER):
    """The processes that sleep so long."""
    return subprocess.run(["pgrep", "-f", f"^sleep {marker}"], check=False, capture_output=True,
                          text=True).stdout.split()


def mentioning():
    """The processes with the marker anywhere in their command line."""
    return subprocess.run(["pgrep", "-f", MARKER], check=False, capture_output=True,
                          text=True).stdout.split()


def wait_until(condition, what):
    """Look again and again; a minute is more than it ever takes."""
    end = time.monotonic() + 60
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"never: {what}")
        time.sleep(0.02)


class Case(unittest.TestCase):
    """Asking, and looking at answers."""

    def ask(self, words, hosts, script="echo there", verb="run", env=None):
        """Ask and wait for the answers; no descriptor is left open."""
        process = start(words, verb, hosts, env=env)
        out, err = process.communicate(script.encode(), timeout=120)
        self.assertEqual((process.returncode, err.decode()), (0, "0 descriptors more\n"))
        return read_answers(out)

    def ask_one(self, cloud, mode="own", script="echo there", env=None, verb="run", **changes):
        """Ask the first host."""
        return self.ask(settings(cloud, mode, **changes), names(cloud, mode)[:1], script, verb,
                        env)[0]

    def assert_fault(self, answer, fault, *words):
        """It failed in this way, and says so."""
        self.assertEqual(answer.fault, fault, answer)
        for word in words:
            self.assertIn(word, answer.message)

    def assert_there(self, answer, text=b"there\n"):
        """It worked."""
        self.assertEqual((answer.fault, answer.text), (GOOD, text), answer)

    def assert_quiet(self):
        """Nothing of ours is running any more."""
        wait_until(lambda: not running(), "the end of what was started")


class Ways(Case):
    """The three ways to a host."""

    def test_one_session_and_one_command_for_each_host(self):
        """Twenty at once, within the limits that a server has by default."""
        for mode in MODES:
            with self.subTest(mode), Cloud(hosts=20) as cloud:
                answers = self.ask(settings(cloud, mode), names(cloud, mode), "uname -n")
                self.assertEqual(sorted(a.text.decode().strip() for a in answers),
                                 sorted(cloud.hosts), answers)
                for host in cloud.hosts.values():
                    self.assertEqual((host.n_sessions, host.n_commands), (1, 1), host.log())
                sessions, commands = {"master": (3, 20), "direct": (3, 0), "own": (0, 0)}[mode]
                self.assertLessEqual(cloud.master.n_sessions, sessions)
                self.assertEqual(cloud.master.n_commands, commands)

    def test_the_master_is_asked_itself(self):
        """Without a second step, and without a key of its own name."""
        with Cloud() as cloud:
            answers = self.ask(settings(cloud, "master"), ["ctl"], "uname -n")
            self.assert_there(answers[0], b"ctl\n")
            self.assertEqual(cloud.master.n_commands, 1)

    def test_every_byte(self):
        """Of a large script's output, and nothing of the script in a list of processes."""
        filler = "# " + "x" * 70 + "\n"
        script = ("seen=$(ps -eo args | grep -c '[s]ecret-in-script')\n" + filler * 20000 +
                  ": secret-in-script\nprintf '%s\\n' \"$seen\"; head -c 3000000 /dev/zero; "
                  "cat; echo 'it'\"'\"'s \\ done!'")
        with Cloud() as cloud:
            for mode in MODES:
                with self.subTest(mode):
                    self.assert_there(self.ask_one(cloud, mode, script),
                                      b"0\n" + bytes(3000000) + b"it's \\ done!\n")

    def test_hostile_names(self):
        """Are refused before anything is sent."""
        hostile = ["$(reboot)", "-oProxyCommand=x", "a b", "", "a'b", "a\nb", "ä", "x" * 256, "."]
        with Cloud() as cloud:
            for mode in ("master", "direct"):
                for host, answer in zip(hostile, self.ask(settings(cloud, mode), hostile)):
                    with self.subTest(host):
                        self.assert_fault(answer, NAME, "is no name of a host")
            self.assertNotIn("Connection from", cloud.master.log())

    def test_status_of_the_script(self):
        """Is not a fault, not even that of ssh itself."""
        with Cloud() as cloud:
            self.assert_there(self.ask_one(cloud, "own", "echo there; exit 255"))
            self.assert_there(self.ask_one(cloud, "master", "echo there; exit 3"))

    def test_no_shell(self):
        """Somebody else speaks."""
        with Cloud(forced="echo This account is not available") as cloud:
            for mode in MODES:
                with self.subTest(mode):
                    self.assert_fault(self.ask_one(cloud, mode), OTHER, "no shell",
                                      "This account is not available")


class Login(Case):
    """Keys, agents, passwords."""

    def test_kinds_of_keys(self):
        """Each kind, with and without a passphrase."""
        with Cloud() as cloud, tempfile.TemporaryDirectory() as folder:
            host = cloud.hosts["cmp1"]
            for kind in ("ed25519", "ecdsa", "rsa"):
                for passphrase in ("", "open sesame"):
                    path = pathlib.Path(folder) / f"{kind}{len(passphrase)}"
                    with open(host.folder / "authorized", "a", encoding="ascii") as file:
                        file.write(new_key(path, kind, passphrase) + "\n")
                    with self.subTest(path.name):
                        self.assert_there(self.ask_one(cloud, key=path, passphrase=passphrase))
                    if passphrase:
                        answer = self.ask_one(cloud, key=path, passphrase="wrong-one")
                        self.assert_fault(answer, KEY, str(path), "passphrase")
                        self.assertNotIn("wrong-one", answer.message)
                        self.assert_fault(self.ask_one(cloud, key=path), KEY, "needs a passphrase")

    def test_key_files(self):
        """What is no key is told before anybody is asked."""
        with Cloud() as cloud:
            before = cloud.hosts["cmp1"].log()
            for path, words in (("/no/such/file", "No such file"), ("/etc/passwd", "no private"),
                                ("/etc", "/etc")):
                with self.subTest(path):
                    self.assert_fault(self.ask_one(cloud, key=path), KEY, path, words)
            self.assertEqual(cloud.hosts["cmp1"].log(), before)

    def test_agent(self):
        """It has the key; without it that is told."""
        with Cloud() as cloud, tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/agent"
            env = dict(os.environ, SSH_AUTH_SOCK=path)
            with subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.DEVNULL) as agent:
                try:
                    wait_until(lambda: os.path.exists(path), "the agent")
                    self.assert_fault(self.ask_one(cloud, key=None, agent=1, env=env), LOGIN, "agent")
                    subprocess.run(["ssh-add", "-q", str(cloud.client_key)], check=True, env=env)
                    self.assert_there(self.ask_one(cloud, key=None, agent=1, env=env))
                finally:
                    agent.kill()

    def test_refused(self):
        """What was tried and what the server allows; no password is shown."""
        with Cloud(lines=("PasswordAuthentication yes",)) as cloud:
            key = cloud.folder / "other"
            new_key(key)
            answer = self.ask_one(cloud, key=key, password="not-mine")
            self.assert_fault(answer, LOGIN, f"{cloud.user}@127.0.1.1:", f"key {key}", "password",
                              "the server allows: publickey, password")
            self.assertNotIn("not-mine", answer.message)
            self.assert_fault(self.ask_one(cloud, "direct", key=key), LOGIN, "master")
            (cloud.hosts["cmp1"].folder / "authorized").write_text("")
            self.assert_fault(self.ask_one(cloud, "master"), LOGIN, "cmp1, says the master",
                              "Permission denied")


class HostKeys(Case):
    """Who is trusted."""

    def test_changed_and_unknown(self):
        """Of a host and of the master, in each way."""
        with Cloud() as cloud:
            kind, other = "ssh-ed25519", new_key(cloud.folder / "other")
            rsa = new_key(cloud.folder / "rsa", "rsa")
            self.assertTrue(other.startswith(kind))
            for mode in MODES:
                name = names(cloud, mode)[0]
                for key in (other, rsa):
                    with self.subTest(mode, key=key[:12]):
                        # The second is of another kind than the server has.
                        answer = self.ask_one(cloud, mode, trust={name: key})
                        self.assert_fault(answer, CHANGED, "calipso env trust", "reinstalled",
                                          self.fingerprint(cloud, key),
                                          self.fingerprint(cloud, cloud.hosts["cmp1"].key))
                self.assert_fault(self.ask_one(cloud, mode, trust={name: None}), UNKNOWN, name,
                                  "never trusted")
            for mode in ("master", "direct"):
                self.assert_fault(self.ask_one(cloud, mode, trust={"(master)": other}), CHANGED,
                                  "master")
                self.assert_fault(self.ask_one(cloud, mode, trust={"(master)": None}), UNKNOWN)
            self.assertEqual(cloud.hosts["cmp1"].n_sessions, 0)
            self.assertGreater(os.stat(cloud.master.temporary).st_mtime,
                               os.stat(cloud.master.bin).st_mtime, "no file was there")
            self.assertEqual(os.listdir(cloud.master.temporary), [])

    @staticmethod
    def fingerprint(cloud, key):
        """As ssh-keygen shows it."""
        file = cloud.folder / "line"
        file.write_text(key + "\n", encoding="ascii")
        return subprocess.run(["ssh-keygen", "-l", "-f", str(file)], check=True,
                              capture_output=True, text=True).stdout.split()[1]

    def test_shown_keys(self):
        """What `calipso env trust` would show."""
        with Cloud() as cloud:
            for mode in MODES:
                with self.subTest(mode):
                    answer = self.ask_one(cloud, mode, verb="key")
                    self.assert_there(answer, cloud.hosts["cmp1"].key.encode())
            answers = self.ask(settings(cloud, "master"), ["ctl", "(master)"], verb="key")
            self.assertEqual([a.text.decode() for a in answers], [cloud.master.key] * 2)

    def test_kinds_of_host_keys(self):
        """The trusted kind is asked for, even when the server has others."""
        with Cloud() as cloud:
            host = cloud.hosts["cmp1"]
            host.stop()
            keys = [host.key] + [new_key(host.folder / kind, kind) for kind in ("rsa", "ecdsa")]
            host.lines += [f"HostKey {host.folder}/{kind}" for kind in ("rsa", "ecdsa")]
            (host.folder / "log").unlink()
            host.start()
            for key in keys:
                for mode in MODES:
                    with self.subTest(mode, key=key[:12]):
                        self.assert_there(self.ask_one(cloud, mode,
                                                       trust={names(cloud, mode)[0]: key}))


class Faults(Case):
    """Servers that are not there, or not well."""

    def test_nobody_answers(self):
        """A closed port, a name without an address, by each way."""
        with Cloud() as cloud:
            cloud.hosts["cmp1"].stop()
            for mode in MODES:
                with self.subTest(mode):
                    self.assert_fault(self.ask_one(cloud, mode), REFUSED, names(cloud, mode)[0])
            self.assert_fault(self.ask(settings(cloud, "master", trust={"nowhere": cloud.master.key}),
                                       ["nowhere"])[0], NAME, "nowhere", "says the master")
            self.assert_fault(self.ask_one(cloud, "master", master="no-such-host.invalid"), NAME,
                              "not resolved")
            cloud.master.stop()
            self.assert_fault(self.ask_one(cloud, "master"), REFUSED, "nobody answers there")

    def test_somebody_else(self):
        """A silent server, and one that speaks of something else."""
        with Cloud() as cloud:
            for greeting, fault in ((b"", TIME), (b"SSH-2.0-x\r\n", TIME),
                                    # Lines before the greeting are allowed.
                                    (b"220 mail ready\r\n", TIME), (b"\0\xff" * 9000, SSH)):
                with self.subTest(greeting[:10]), Talker(greeting) as talker:
                    self.assert_fault(self.ask_one(cloud, "master", port=talker.port,
                                                   connect_time=500), fault, "127.0.0.1")

    def test_cancel(self):
        """While a silent server is waited for, and while a script runs."""
        with Cloud() as cloud, Talker() as talker:
            process = start(settings(cloud, "master", port=talker.port, connect_time=100000), "key",
                            ["(master)"])
            wait_until(lambda: talker.peers, "the connection")
            self.assert_cancelled(process)
            for mode in MODES:
                with self.subTest(mode):
                    process = start(settings(cloud, mode), "run", names(cloud, mode))
                    process.stdin.write(f"sleep {MARKER}".encode())
                    process.stdin.close()
                    wait_until(running, "the script")
                    self.assert_cancelled(process)
                    self.assert_quiet()

    def assert_cancelled(self, process):
        """It ends when it is told to."""
        process.send_signal(signal.SIGINT)
        with process:
            self.assert_fault(read_answers(process.stdout.read())[0], CANCELLED)

    def test_limits(self):
        """Of output, of time; what came until then is there."""
        with Cloud() as cloud:
            for mode in MODES:
                with self.subTest(mode):
                    answer = self.ask_one(cloud, mode, f"yes | head -c 99999999; sleep {MARKER}",
                                          largest=100001)
                    self.assert_fault(answer, SIZE, "100001 bytes")
                    self.assertEqual(answer.text, b"y\n" * 50000 + b"y")
                    answer = self.ask_one(cloud, mode, f"echo there; sleep {MARKER}", host_time=1500)
                    self.assert_fault(answer, TIME)
                    self.assert_quiet()

    def test_stderr_does_not_block(self):
        """Far more than is kept of it."""
        with Cloud() as cloud:
            for mode in MODES:
                with self.subTest(mode):
                    self.assert_there(self.ask_one(
                        cloud, mode, "head -c 9000000 /dev/zero >&2; echo there"))


class Ends(Case):
    """Nothing stays running, however it ends."""

    def start_one(self, cloud, mode):
        """Start a script that sleeps, in the background and in a group of its own, too."""
        words = settings(cloud, mode)
        process = start(words, "run", names(cloud, mode)[:1])
        process.stdin.write(f"echo there; sleep {MARKER} & timeout 9000 sleep {MARKER} & "
                            f"sleep {MARKER}".encode())
        process.stdin.close()
        wait_until(lambda: len(running()) >= 3, "the script's processes")
        return process

    def end(self, process):
        """What it said."""
        with process:
            out, _ = process.stdout.read(), process.stderr.read()
        return read_answers(out)

    def test_killed(self):
        """The asking program by SIGKILL."""
        for mode in MODES:
            with self.subTest(mode), Cloud() as cloud:
                process = self.start_one(cloud, mode)
                process.kill()
                self.end(process)
                self.assert_quiet()

    def test_cut(self):
        """The connection of host or master, in the middle."""
        for mode in MODES:
            for place in ("host", "master"):
                with self.subTest(mode, place=place), Cloud() as cloud:
                    process = self.start_one(cloud, mode)
                    if place == "host":
                        cloud.hosts["cmp1"].cut()
                    elif mode != "own":
                        cloud.master.cut()
                    else:
                        process.kill()
                    answers = self.end(process)
                    if answers:
                        self.assert_fault(answers[0], LOST)
                        self.assertEqual(answers[0].text, b"there\n")
                    self.assert_quiet()

    def test_cancelled_at_any_moment(self):
        """Scripts that start processes all the time, some in groups of their own and deaf to SIGTERM;
        one chain of them has another number at every look. (It ends by itself, should nobody end it.)"""
        chance = random.Random(SEED)
        script = (f"trap '' TERM; export n=0\n"
                  f"export hop='n=$((n + 1)); [ $n -gt 20000 ] || sh -c \"$hop\" {MARKER} &'\n"
                  f"sh -c \"$hop\" {MARKER}\n"
                  f"i=0; while [ $i -lt 60 ]; do i=$((i + 1)); timeout 9000 sleep {MARKER} &\n"
                  f"(trap - TERM; exec sleep {MARKER}) & sleep 0.01; done; wait")
        with Cloud() as cloud:
            for mode in MODES:
                for i in range(ROUNDS):
                    with self.subTest(mode, round=i, seed=SEED):
                        process = start(settings(cloud, mode), "run", names(cloud, mode),
                                        start_new_session=True)
                        process.stdin.write(script.encode())
                        process.stdin.close()
                        time.sleep(chance.uniform(0, 1.2))
                        process.send_signal(chance.choice((signal.SIGINT, signal.SIGKILL)))
                        self.end(process)
                        wait_until(lambda: not mentioning(), "the end of what was started")

    def test_leftovers(self):
        """A watchdog does not outlive its script, nor keep the channel open."""
        with Cloud() as cloud:
            for mode in MODES:
                self.assert_there(self.ask_one(cloud, mode))
            for server in (cloud.master, *cloud.hosts.values()):
                wait_until(lambda s=server: not s.children(), "the end of sessions")

    def test_an_idle_session_is_lost(self):
        """Between two hosts: there is another one, or the master is told to be down."""
        for is_down in (False, True):
            with self.subTest(is_down=is_down), Cloud() as cloud:
                process = start(settings(cloud, "master", turns=1), "run", ["ctl"] * 3)
                process.stdin.write(b"echo there")
                process.stdin.close()
                said = self.next_turn(process)
                cloud.master.cut()
                if is_down:
                    cloud.master.stop()
                time.sleep(1)   # until it knows: a command that is on its way then is lost
                said += self.next_turn(process) + self.next_turn(process)
                with process:
                    process.wait(60)
                answers = read_answers(said)
                self.assertEqual([a.fault for a in answers],
                                 [GOOD, *[REFUSED if is_down else GOOD] * 2], answers)

    @staticmethod
    def next_turn(process):
        """What the next host gives: a line, and one more if it says something."""
        assert process.stderr.readline() == b"waiting\n"
        process.send_signal(signal.SIGUSR1)
        line = process.stdout.readline()
        return line + (process.stdout.readline() if line.split()[2] != b"0" else b"")

    def test_a_lost_session_is_replaced(self):
        """For those who wait; those who were carried fail."""
        with Cloud(hosts=1) as cloud:
            names_ = ["ctl"] * 70      # more than eight sessions carry
            process = start(settings(cloud, "master"), "run", names_)
            process.stdin.write(b"echo there; sleep 1")
            process.stdin.close()
            wait_until(lambda: cloud.master.n_commands >= 8, "the first session's commands")
            cloud.master.cut()
            faults = [answer.fault for answer in self.end(process)]
            self.assertEqual(len(faults), 70)
            self.assertIn(LOST, faults)
            self.assertIn(GOOD, faults)

    def test_a_failed_second_session_is_nobodys_failure(self):
        """While the first one carries; when that is lost, too, it is replaced for those who wait."""
        with Cloud(hosts=1) as cloud, Relay(cloud.master.port, passed={0, 2, 3}) as relay:
            process = start(settings(cloud, "master", port=relay.port), "run", ["ctl"] * 12)
            process.stdin.write(b"echo there; sleep 2")
            process.stdin.close()
            wait_until(lambda: cloud.master.n_commands >= 8, "the first session's commands")
            wait_until(lambda: relay.n_accepted >= 2, "a second session's attempt")
            time.sleep(0.3)     # until it has failed
            relay.cut()
            faults = sorted(answer.fault for answer in self.end(process))
            self.assertEqual(faults, [GOOD] * 4 + [LOST] * 8)


if __name__ == "__main__":
    unittest.main(argv=sys.argv)
