#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tables of a real MariaDB, as they are asked in a scan, and everything that goes wrong there."""

import json
import os
import socket
import subprocess
import tempfile
import unittest

from program import CLOUDS, ROOT, TIMEOUT, new_folder
from sql_server import certificates, Fake, GREETING, insert, MariaDB, OK, packet, Relay

ASK = os.environ.get("ASK_SQL") or os.path.join(ROOT, "build", "tests", "transport", "ask_sql")
PASSWORD = "op3n/sql+Passw0rd"
MANY = 200000

# As `SHOW CREATE TABLE` gives them in OpenStack Zed, without keys to other tables.
SCHEMAS = f"""
CREATE DATABASE keystone; CREATE DATABASE ovs_neutron; CREATE DATABASE nova; CREATE DATABASE nova_api;
CREATE DATABASE old_neutron; CREATE DATABASE kinds DEFAULT CHARSET utf8mb4;
CREATE USER calipso IDENTIFIED BY '{PASSWORD}';
GRANT SELECT ON ovs_neutron.* TO calipso; GRANT SELECT ON nova.* TO calipso;
GRANT SELECT ON nova_api.* TO calipso; GRANT SELECT ON kinds.* TO calipso;
CREATE USER twice IDENTIFIED BY '{PASSWORD}'; GRANT SELECT ON *.* TO twice;
CREATE USER half@'127.0.0.%' IDENTIFIED BY '{PASSWORD}';
CREATE USER stray IDENTIFIED BY '{PASSWORD}'; GRANT SELECT ON keystone.* TO stray;
CREATE USER safe IDENTIFIED BY '{PASSWORD}' REQUIRE SSL; GRANT SELECT ON *.* TO safe;
CREATE USER writer IDENTIFIED BY '{PASSWORD}'; GRANT ALL ON *.* TO writer;
USE ovs_neutron;
CREATE TABLE agents (id varchar(36) NOT NULL, agent_type varchar(255) NOT NULL,
  `binary` varchar(255) NOT NULL, topic varchar(255) NOT NULL, host varchar(255) NOT NULL,
  admin_state_up tinyint(1) NOT NULL DEFAULT 1, created_at datetime NOT NULL,
  started_at datetime NOT NULL, heartbeat_timestamp datetime NOT NULL,
  description varchar(255) DEFAULT NULL, configurations varchar(4095) NOT NULL,
  `load` int(11) NOT NULL DEFAULT 0, availability_zone varchar(255) DEFAULT NULL,
  resource_versions varchar(8191) DEFAULT NULL) DEFAULT CHARSET=utf8mb3;
CREATE TABLE routers (project_id varchar(255), id varchar(36) NOT NULL, name varchar(255),
  status varchar(16), admin_state_up tinyint(1), gw_port_id varchar(36),
  enable_snat tinyint(1) NOT NULL DEFAULT 1, flavor_id varchar(36)) DEFAULT CHARSET=utf8mb3;
USE nova;
CREATE TABLE compute_nodes (id int(11), hypervisor_hostname varchar(255), deleted int(11),
  host_ip varchar(39), host varchar(255), ram_allocation_ratio float DEFAULT NULL)
  DEFAULT CHARSET=utf8mb3;
CREATE TABLE instance_info_caches (network_info mediumtext, instance_uuid varchar(36) NOT NULL,
  deleted int(11)) DEFAULT CHARSET=utf8mb3;
CREATE TABLE services (id int(11), secret varchar(10));
CREATE TABLE many (id int, deleted int, text varchar(200));
INSERT INTO many SELECT seq, 0, repeat('x', 150) FROM mysql.numbers;
USE kinds;
CREATE TABLE texts (id int, deleted varchar(36));
INSERT INTO texts VALUES (1, ''), (2, '0'), (3, 'False'), (4, '5e0c'), (5, '1');
CREATE TABLE truths (id int, deleted tinyint(1));
INSERT INTO truths VALUES (1, 0), (2, 1), (3, 7);
CREATE TABLE `all` (tiny tinyint(1), big bigint, huge bigint unsigned, filled int(5) zerofill,
  year year, half float, double_ double, whole float, exact decimal(10,3), at datetime,
  at_us datetime(6), day date, bits bit(10), text_ text, latin varchar(20) CHARACTER SET latin1,
  raw blob, bytes blob, doc json, none int);
INSERT INTO `all` VALUES (-1, -9223372036854775807, 18446744073709551615, 42, 2026, 1.5, 1e100, 16,
  1234.500, '2026-11-22 08:19:09', '2026-11-22 08:19:09.000120', '2026-11-22', b'1000000001',
  'a "quoted" \\\\ line\\n\\t\U0001f600 \u4e2d', 'Zürich', x'ff00', 'plain', '{{"a": [1, "\u00e9"]}}',
  NULL);
CREATE TABLE empty_ (id int);
GRANT SELECT ON ovs_neutron.agents TO half@'127.0.0.%'; GRANT SELECT ON nova.services TO half@'127.0.0.%';
"""


def recorded(file):
    """Rows as they were recorded from a real cloud."""
    with open(os.path.join(CLOUDS, "ovs", "db", file), encoding="utf-8") as stream:
        return json.load(stream)


def load(server):
    """Schemas as a cloud has them, and a table with many rows."""
    digits = "(" + " UNION ".join(f"SELECT {d} d" for d in range(10)) + ")"
    cross = " JOIN ".join(f"{digits} d{i}" for i in range(6))
    number = " + ".join(f"{10 ** i} * d{i}.d" for i in range(6))
    server.run(
        f"CREATE TABLE mysql.numbers AS SELECT {number} AS seq FROM {cross} HAVING seq < {MANY};"
        + SCHEMAS
        + insert("ovs_neutron.agents", recorded("neutron/agents.json"))
        + insert("ovs_neutron.routers", recorded("neutron/routers.json"))
        + insert("nova.compute_nodes", recorded("nova/compute_nodes.json")
                 + [{"id": 9, "hypervisor_hostname": "gone", "deleted": 9, "host": "gone"}])
        + insert("nova.instance_info_caches", recorded("nova/instance_info_caches.json")))


def setUpModule():    # pylint: disable=invalid-name
    """One server for all tests."""
    folder = tempfile.TemporaryDirectory(prefix="calipso-sql-")
    unittest.addModuleCleanup(folder.cleanup)
    Base.tls = certificates(folder.name)
    Base.server = MariaDB(folder.name, Base.tls)
    unittest.addModuleCleanup(Base.server.stop)
    load(Base.server)


class Base(unittest.TestCase):
    """A client of the server."""

    server = tls = None

    def words(self, *questions, password=PASSWORD, **options):
        """The command and the environment of a call."""
        options = {"port": self.server.port, **options}
        words = [ASK, *(f"{name}={value}" for name, value in options.items()), *questions]
        self.assertNotIn(PASSWORD, str(words))
        return {"args": words, "env": {**os.environ, "SQL_PASSWORD": password}, "text": True,
                "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}

    def ask(self, *questions, **options):
        """What came of each question; the last says how much memory was used."""
        call = self.words(*questions, **options)
        done = subprocess.run(**call, timeout=TIMEOUT, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done)
        self.assertNotIn(PASSWORD, done.stdout)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def fault(self, fault, *words, question="neutron.agents", **options):
        """A question that fails so, with these words in the message."""
        answer = self.ask(question, **options)[0]
        self.assertEqual(answer.get("fault"), fault, answer)
        for word in words:
            self.assertIn(word, answer["message"])
        return answer["message"]

    def assert_rows(self, answer, rows):
        """The same rows, types of values included, in any order."""
        self.assertIn("rows", answer)
        self.assertEqual(*(sorted(json.dumps(row, sort_keys=True) for row in each)
                           for each in (answer["rows"], rows)))


class Tables(Base):
    """What is read."""

    def test_as_recorded(self):
        """Rows of a real cloud are read as they were recorded."""
        agents, routers, nodes, caches = (recorded(f) for f in (
            "neutron/agents.json", "neutron/routers.json", "nova/compute_nodes.json",
            "nova/instance_info_caches.json"))
        got = self.ask("neutron.agents", "neutron.routers", "nova.compute_nodes("
                       "id,hypervisor_hostname,host,host_ip,deleted)", "nova.instance_info_caches",
                       "neutron.agents(id, host,frob)")
        for answer, rows in zip(got, (agents, routers, nodes, caches,
                                      [{"id": a["id"], "host": a["host"]} for a in agents])):
            self.assert_rows(answer, rows)

    def test_kinds(self):
        """Every kind of value, as Python's PyMySQL and json make it for recordings."""
        self.assert_rows(self.ask("kinds.all")[0], [{
            "tiny": -1, "big": -9223372036854775807, "huge": "18446744073709551615", "filled": 42,
            "year": 2026, "half": 1.5, "double_": 1e100, "whole": 16.0, "exact": "1234.500",
            "at": "2026-11-22 08:19:09", "at_us": "2026-11-22 08:19:09.000120", "day": "2026-11-22",
            "bits": 513, "text_": 'a "quoted" \\ line\n\t\U0001f600 \u4e2d', "latin": "Zürich",
            "raw": "0xff00", "bytes": "plain", "doc": '{"a": [1, "\u00e9"]}', "none": None}])
        self.assert_rows(self.ask("kinds.empty_")[0], [])

    def test_deleted(self):
        """Rows that are marked as deleted are left out, whatever the mark is."""
        self.assert_rows(self.ask("kinds.texts(id)")[0], [{"id": 1}, {"id": 2}, {"id": 3}])
        self.assert_rows(self.ask("kinds.truths(id)")[0], [{"id": 1}])

    def test_once(self):
        """A table is one question; columns are asked once for all tables of a schema."""
        self.server.run("SET GLOBAL general_log_file = 'general'; SET GLOBAL general_log = 1")
        self.ask("neutron.agents(id)", "neutron.routers(id)", "neutron.agents(host)")
        self.server.run("SET GLOBAL general_log = 0")
        with open(f"{self.server.folder}/data/general", encoding="utf-8") as log:
            asked = [line.split("Query\t", 1)[1].strip() for line in log if "Query\t" in line]
        asked = [text for text in asked if "general_log" not in text]
        self.assertEqual(asked[0], "SET SESSION TRANSACTION READ ONLY")
        self.assertEqual(asked[1], "SHOW DATABASES")
        self.assertIn("information_schema", asked[2])
        self.assertEqual(asked[3:], ["SELECT `id` FROM `ovs_neutron`.`agents`",
                                     "SELECT `id` FROM `ovs_neutron`.`routers`",
                                     "SELECT `host` FROM `ovs_neutron`.`agents`"])

    def test_many_rows(self):
        """A large table comes whole, and one that is too large does not fill the memory first."""
        rows, usage = self.ask("nova.many(id)")
        self.assertEqual(sorted(row["id"] for row in rows["rows"]), list(range(MANY)))
        whole = self.ask("nova.many")
        self.assertEqual(len(whole[0]["rows"]), MANY)
        limited = self.ask("nova.many", "neutron.routers(name)", largest=1 << 20)
        self.assertEqual(limited[0]["fault"], "SIZE")
        self.assertIn(str(1 << 20), limited[0]["message"])
        self.assert_rows(limited[1], [{"name": "r1"}])
        self.assertLess(limited[-1]["memory_kb"], whole[-1]["memory_kb"] / 2)
        self.assertLess(usage["memory_kb"], whole[-1]["memory_kb"])

    def test_what_is_there(self):
        """The test of the connection names server, TLS and schemas."""
        what = self.ask("test")[0]["what"]
        self.assertRegex(what, r"^MariaDB \d+\.\d+\.\d+, no TLS, ovs_neutron, nova, nova_api$")
        what = self.ask("test", wants_tls=1, ca=self.tls[0])[0]["what"]
        self.assertRegex(what, r"^MariaDB \d+\.\d+\.\d+, TLSv1\.[23], ovs_neutron, nova, nova_api$")
        self.fault("TABLE", "keystone", question="test", user="stray")


class Refusals(Base):
    """What the server does not give."""

    def test_password(self):
        """Password, user, and a user who may only come with TLS."""
        self.fault("PASSWORD", "calipso", password="wrong")
        self.fault("PASSWORD", "nobody", user="nobody")
        self.fault("PASSWORD", "TLS", user="safe")

    def test_rights(self):
        """The message is the statement that helps, and the session goes on."""
        got = self.ask("nova.compute_nodes", "neutron.routers", "nova_api.aggregates",
                       "neutron.agents(host)", user="half")
        for answer, table in zip(got, ("nova.compute_nodes", "ovs_neutron.routers",
                                       "nova_api.aggregates")):
            self.assertEqual(answer["fault"], "RIGHT", answer)
            statement = f"GRANT SELECT ON {table} TO 'half'@'127.0.0.%'"
            self.assertIn(statement, answer["message"])
        self.assertEqual(len(got[3]["rows"]), len(recorded("neutron/agents.json")))

    def test_names(self):
        """Tables and columns that are not there, and names that are none."""
        self.fault("TABLE", "nova.frob", question="nova.frob")
        self.fault("TABLE", "frob", question="nova.services(frob)")
        self.fault("TABLE", "name", question="nova.a`b")
        self.fault("TABLE", "name", question="no'va.services")
        self.fault("TABLE", "neutron", "keystone", user="stray")
        self.fault("TABLE", "ovs_neutron", "old_neutron", user="twice")

    def test_read_only(self):
        """Even a user who may write cannot, in a session of ours."""
        self.server.run("DELIMITER //\nCREATE OR REPLACE FUNCTION kinds.put() RETURNS int "
                        "MODIFIES SQL DATA BEGIN INSERT INTO kinds.empty_ VALUES (1); RETURN 1; "
                        "END//\nDELIMITER ;\nCREATE OR REPLACE SQL SECURITY INVOKER VIEW "
                        "kinds.view_ AS SELECT kinds.put() AS id;")
        self.fault("OTHER", "READ ONLY", question="kinds.view_", user="writer")
        self.assertEqual(self.server.run("SELECT count(*) FROM kinds.empty_").split()[-1], "0")


class Network(Base):
    """What happens on the way."""

    def test_nobody(self):
        """Nobody there, nobody called so, nobody who answers in time."""
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))
            self.fault("REFUSED", f"127.0.0.1:{unused.getsockname()[1]}",
                       port=unused.getsockname()[1])
        self.fault("NAME", "no-such-host.invalid", host="no-such-host.invalid")
        self.fault("NAME", host="127.0.0.1,127.0.0.1")
        self.assertIn("rows", self.ask("neutron.agents", host="localhost")[0])
        with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
            port = full.getsockname()[1]
            waiting = [socket.socket() for _ in range(4)]
            for client in waiting:
                client.setblocking(False)
                client.connect_ex(("127.0.0.1", port))
            self.fault("TIME", "firewall", port=port, connect_time=500)
            for client in waiting:
                client.close()

    def test_somebody_else(self):
        """A silent server, one of SSH, one that closes, one that is full."""
        with Fake(b"") as silent:
            self.fault("TIME", "greeting", port=silent.port, connect_time=500)
            self.assertEqual(silent.heard, b"")
        with Fake(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n") as ssh:
            self.fault("OTHER", "no MariaDB", port=ssh.port)
            self.assertEqual(ssh.heard, b"")
        with Fake(packet(0, b"\xff\x10\x04Too many connections")) as full:
            self.fault("OTHER", "Too many connections", port=full.port)
        with Relay(self.server.port, "cut", 3) as cut:
            self.fault("LOST", port=cut.port)

    def test_slow(self):
        """A time is for all of it, not for each byte, and a stall ends."""
        with Relay(self.server.port, "drip") as relay:
            self.fault("TIME", port=relay.port, connect_time=1000)
        with Relay(self.server.port, "stall", 1 << 20) as relay:
            answers = self.ask("nova.many", port=relay.port, table_time=1500)
            self.assertEqual(answers[0]["fault"], "TIME")
        with Relay(self.server.port, "stall", 1 << 20) as relay:
            self.fault("TIME", question="nova.many", port=relay.port, table_time=1500, wants_tls=1,
                       ca=self.tls[0])
        self.server.run("CREATE TABLE IF NOT EXISTS kinds.locked (id int)")
        with subprocess.Popen(self.server.client(), stdin=subprocess.PIPE) as other:
            other.stdin.write(b"LOCK TABLES kinds.locked WRITE; SELECT sleep(600);\n")
            other.stdin.flush()
            try:
                while "kinds" not in self.server.run("SHOW OPEN TABLES WHERE In_use > 0"):
                    pass
                self.fault("TIME", question="kinds.locked", table_time=1000)
            finally:
                other.kill()

    def test_cancelled(self):
        """A stalled table does not hold a scan that was cancelled."""
        with Relay(self.server.port, "stall", 1 << 20) as relay:
            answers = self.ask("cancel", "nova.many", "neutron.agents", port=relay.port)
            self.assertEqual([a.get("fault") for a in answers[:2]], ["OTHER", "OTHER"])
            self.assertIn("cancelled", answers[0]["message"])

    def test_lost_in_the_middle(self):
        """The table fails, the next question connects again."""
        for options in ({}, {"wants_tls": 1, "ca": self.tls[0]}):
            with self.subTest(options), Relay(self.server.port, "cut", 1 << 20) as relay:
                answers = self.ask("nova.many", "neutron.routers(name)", port=relay.port, **options)
                self.assertEqual(answers[0]["fault"], "LOST", answers[0])
                self.assert_rows(answers[1], [{"name": "r1"}])
                self.assertEqual(relay.n_connections, 2)

    def test_idle(self):
        """A connection that was ended in between is replaced without a word, also with TLS."""
        for options in ({}, {"wants_tls": 1, "ca": self.tls[0]}):
            with self.subTest(options), Relay(self.server.port) as relay:
                call = self.words("neutron.agents(id)", "pause", "neutron.agents(id)",
                                  port=relay.port, **options)
                with subprocess.Popen(**call, stdin=subprocess.PIPE) as program:
                    seen = [program.stdout.readline(), program.stdout.readline()]
                    self.assertIn("paused", seen[1])
                    relay.cut()
                    out, err = program.communicate("\n", timeout=TIMEOUT)
                self.assertEqual((json.loads(seen[0]), err), (json.loads(out.splitlines()[0]), ""))
                self.assertEqual(relay.n_connections, 2)


class Trust(Base):
    """TLS, and what a hostile server might want."""

    def test_certificates(self):
        """The right CA and name, and every wrong one."""
        self.assertIn("rows", self.ask("neutron.agents", wants_tls=1, ca=self.tls[0])[0])
        self.assertIn("rows", self.ask("neutron.agents", wants_tls=1, ca=self.tls[0],
                                       host="localhost")[0])
        self.assertIn("rows", self.ask("neutron.agents", wants_tls=1, trusts_anybody=1)[0])
        self.fault("TLS", '"ca"', wants_tls=1)
        self.fault("TLS", '"ca"', wants_tls=1, ca=certificates(new_folder(self))[0])
        self.fault("TLS", '"ca"', wants_tls=1, ca="/no/such/file")
        with Relay(self.server.port, address="127.0.0.2") as relay:
            self.fault("TLS", '"ca"', wants_tls=1, ca=self.tls[0], host="127.0.0.2",
                       port=relay.port)

    def test_never_without(self):
        """Where TLS is wanted and not offered, not even the user's name is told."""
        def strip(greeting):
            at = greeting.index(b"\0", 5) + 14
            return greeting[:at + 1] + bytes((greeting[at + 1] & ~0x08,)) + greeting[at + 2:]

        for options in ({"ca": self.tls[0]}, {"trusts_anybody": 1}):
            with self.subTest(options), Relay(self.server.port, edit=strip) as relay:
                self.fault("TLS", "no TLS", wants_tls=1, port=relay.port, **options)
                self.assertEqual(relay.heard, b"")

    def test_stalled_handshake(self):
        """The handshake has the same deadline."""
        for limit in (200, 1200, 1500):
            with self.subTest(limit), Relay(self.server.port, "stall", limit) as relay:
                self.fault("TIME", wants_tls=1, ca=self.tls[0], port=relay.port, connect_time=700)

    def test_hostile(self):
        """Neither the password as it is nor a file is given to a server that asks for it."""
        with Fake(GREETING, packet(2, b"\xfemysql_clear_password\0")) as fake:
            self.fault("PASSWORD", port=fake.port, connect_time=2000)
            self.assertIn(b"calipso", fake.heard)
            self.assertNotIn(PASSWORD.encode(), fake.heard)
        with Fake(GREETING, packet(2, OK), packet(1, b"\xfb/etc/hostname")) as fake:
            answer = self.ask("neutron.agents", port=fake.port, connect_time=2000)[0]
            self.assertIn("fault", answer)
            with open("/etc/hostname", "rb") as file:
                self.assertNotIn(file.read().strip(), fake.heard)


if __name__ == "__main__":
    unittest.main()
