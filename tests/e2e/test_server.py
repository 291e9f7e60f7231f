#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The HTTP server: requests, replies, limits, deadlines, streams and its end."""

import contextlib
import gzip
import itertools
import os
import random
import re
import socket
import ssl
import subprocess
import threading
import time
import unittest
from email.utils import parsedate_to_datetime

from echo import ECHO_SERVER, Client, EchoCase, trusting
from program import SEED, TIMEOUT, new_folder
from sql_server import certificates

WORKER_QUEUE = 16       # slow requests that wait for each worker
IGNORED = 1 << 20       # bytes of a body that is refused, after which the connection is closed


def letters(size):
    """What a piece of a stream is made of."""
    return bytes(ord("a") + i % 26 for i in range(size))


def parallel(work, items):
    """Runs work(item) on a thread for each; the results in order."""
    results = [None] * len(items)

    def run(index):
        results[index] = work(items[index])
    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(items))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class Requests(EchoCase):
    """What reaches the handler, and what comes back."""

    def test_request(self):
        """All that the handler may see."""
        server = self.server()
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            body = b"" if method == "GET" else b"some \"body\""
            said = self.get(server, "/a%2Fb/%c3%a4?c=%20&d", method=method, body=body,
                            headers=("x-ASK:  what?  ", "X-Ask: again")).json()
            said.pop("id")
            self.assertEqual(said, {"method": method, "path": "/a%2Fb/%c3%a4", "query": "c=%20&d",
                                    "body": body.decode(), "address": "127.0.0.1",
                                    "asked": "what?", "encrypted": "no"})
        said = self.get(server, "http://elsewhere:1/x?y", method="TRACE").json()
        self.assertEqual((said["method"], said["path"], said["query"]), ("another", "/x", "y"))
        self.assertEqual(self.get(server, "*", method="OPTIONS").json()["path"], "*")

    def test_headers(self):
        """Of every reply."""
        server = self.server()
        reply = self.get(server, "/echo")
        self.assertEqual(reply.status, 200)
        self.assertLess(abs(parsedate_to_datetime(reply.header("Date")).timestamp() - time.time()),
                        TIMEOUT)
        self.assertEqual(reply.header("Content-Type"), "application/json; charset=UTF-8")
        self.assertEqual(int(reply.header("Content-Length")), len(reply.body))
        self.assertIsNone(reply.header("Server"))
        self.assertIsNone(reply.header("Connection"))
        self.assertEqual(self.get(server, "/status?n=204").header("Content-Type"), None)
        self.assertEqual(self.get(server, "/status?n=418").status, 418)

    def test_ids(self):
        """The client's if it is harmless, else a new one; the same in the reply and in the log."""
        server = self.server()
        seen = set()
        for given, is_kept in (("a-B_9.", True), ("x" * 64, True), ("x" * 65, False), ("", False),
                               ("a b", False), ("<a>", False), ("\xe4", False)):
            reply = self.get(server, "/echo", headers=(f"X-Request-Id: {given}",))
            used = reply.header("X-Request-Id")
            self.assertEqual(used, reply.json()["id"])
            self.assertEqual(used == given, is_kept, given)
            self.assertRegex(used, r"\A[A-Za-z0-9._-]{1,64}\Z")
            seen.add(used)
        self.assertEqual(len(seen), 7)
        self.until(lambda: all(any(used in line for line in server.requests) for used in seen))

    def test_keep_alive(self):
        """Many requests on one connection, unless somebody wants to close it."""
        server = self.server()
        client = self.client(server)
        for number in range(50):
            self.assertEqual(client.get(f"/echo?{number}").json()["query"], str(number))
        self.assertEqual(self.counts(server)["connections"], 2)
        self.assertEqual(client.get("/", headers=("Connection: close",)).header("Connection"),
                         "close")
        self.assertTrue(client.is_closed())
        old = self.client(server)
        self.assertEqual(old.get("/", version="1.0").status, 200)
        self.assertTrue(old.is_closed())
        old = self.client(server)
        for _ in range(3):
            reply = old.get("/", version="1.0", headers=("Connection: Keep-Alive",))
            self.assertEqual((reply.status, reply.header("Connection").lower()),
                             (200, "keep-alive"))

    def test_pipeline(self):
        """Requests that are sent before the replies to others have come, in any portions."""
        server = self.server()
        client = self.client(server)
        kinds = ("GET /echo?{0} HTTP/1.1\r\nHost: h\r\n\r\n",
                 "GET /slow?ms=1&{0} HTTP/1.1\r\nHost: h\r\n\r\n",
                 "POST /echo?{0} HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
                 "PUT /slow?ms=0&{0} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
        text = "".join(kinds[i % 4].format(i) for i in range(40))
        chance = random.Random(SEED)
        while text:
            n = chance.randrange(1, 200)
            client.send(text[:n])
            text = text[n:]
        for number in range(40):
            said = client.reply().json()
            self.assertEqual(said["query"].split("&")[-1], str(number))
            self.assertEqual(said["body"], "abc" if number % 4 > 1 else "")

    def test_head(self):
        """The same headers as those of GET, and nothing else."""
        server = self.server()
        client = self.client(server)
        for target in ("/big?size=5000", "/big?size=0", "/stream?n=3&size=5",
                       "/stream?n=3&size=5&ms=1"):
            for headers in ((), ("Accept-Encoding: gzip",)):
                one = client.get(target, headers=("X-Request-Id: 1", *headers))
                two = client.get(target, "HEAD", headers=("X-Request-Id: 1", *headers))
                self.assertEqual(one.status, two.status)
                ours, others = ({name: "" if name == "Date" else value
                                 for name, value in reply.headers} for reply in (one, two))
                if "stream" in target:      # its length is not known: the connection ends with it
                    self.assertEqual(ours.pop("Transfer-Encoding"), "chunked")
                    self.assertEqual(others.pop("Connection"), "close")
                    self.assertTrue(client.is_closed())
                    client = self.client(server)
                self.assertEqual(ours, others)
        for _ in range(2):
            self.assertEqual(client.get("/big?size=5000", "HEAD").header("Content-Length"), "5000")
        self.assertEqual(len(client.get("/big?size=5000").body), 5000)

    def test_header_injection(self):
        """No value of a reply header begins another one."""
        server = self.server()
        evil = "a\r\nX-Evil: b\n\r\n\r\0\x01\x7f<body>\t."
        reply = self.get(server, "/header?" + evil.encode().hex())
        self.assertEqual(reply.header("X-Value"), "aX-Evil: b<body>.")
        self.assertIsNone(reply.header("X-Evil"))
        self.assertEqual(reply.body, b"{}")
        self.assertIsNone(self.get(server, "/header?0d0a").header("X-Value"))

    def test_addresses(self):
        """Several, of both kinds."""
        server = self.server("bind=127.0.0.1:0,[::1]:0,127.0.0.2:0")
        self.assertEqual([a.rpartition(":")[0] for a in server.addresses],
                         ["127.0.0.1", "[::1]", "127.0.0.2"])
        for address, peer in zip(server.addresses, ("127.0.0.1", "::1", "127.0.0.1")):
            said = self.client(server, address=address, source=peer).get("/").json()
            self.assertEqual(said["address"], peer)

    def test_no_start(self):
        """What is wrong is said."""
        taken = self.server().addresses[0]
        folder = new_folder(self)
        _, certificate, key = certificates(folder)
        for words, said in (((f"bind={taken}",), f"cannot listen at {taken}: Address already"),
                            (("bind=here:80",), "'here:80' is no address to listen at"),
                            ((f"certificate={certificate}",), "a certificate and a key"),
                            ((f"certificate={certificate}", "key=/nowhere"), "/nowhere"),
                            ((f"certificate={key}", f"key={certificate}"), "does not start")):
            done = subprocess.run([ECHO_SERVER, *words], capture_output=True, timeout=TIMEOUT,
                                  check=False)
            self.assertEqual((done.returncode, done.stdout), (1, b""))
            self.assertIn(said, done.stderr.decode())


class Bodies(EchoCase):
    """Bodies of requests."""

    def test_lengths(self):
        """As much as the handler allows, and one byte more; the connection goes on."""
        server = self.server(body=1000)
        client = self.client(server)
        for target in ("/echo", "/slow"):
            for size in (1, 999, 1000):
                self.assertEqual(client.get(target, "POST", body=b"x" * size).json()["body"],
                                 "x" * size)
            reply = client.get(target, "POST", body=b"x" * 1001)
            self.assertEqual((reply.status, reply.json()["planned"]), (413, True))
        self.assertEqual(client.get("/", body=b"x").status, 413)
        self.assertEqual(client.get("/", "POST", body=b"x" * IGNORED).status, 413)
        self.assertEqual(client.get("/").status, 200)

    def test_far_too_long(self):
        """A body that is much too long is not awaited."""
        server = self.server(body=1000)
        client = self.client(server)
        client.send(f"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: {IGNORED * 50}\r\n\r\n")
        self.assertEqual(client.reply().status, 413)
        self.assertTrue(client.is_closed())

    def test_chunked(self):
        """The same limits hold for bodies whose length is not known."""
        server = self.server(body=1000)
        client = self.client(server)
        head = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.send(head + "a\r\n0123456789\r\n3de;ext=1\r\n" + "x" * 990 + "\r\n0\r\nT: u\r\n\r\n")
        self.assertEqual(client.reply().json()["body"], "0123456789" + "x" * 990)
        client.send(head + "a\r\n0123456789\r\n3df\r\n" + "x" * 991 + "\r\n0\r\n\r\n")
        reply = client.reply()
        self.assertEqual((reply.status, reply.json()["refused"]), (413, 413))
        self.assertEqual(client.get("/").status, 200)
        client.send(head.replace("POST", "GET") + "1\r\n0\r\n0\r\n\r\n")
        self.assertEqual(client.reply().status, 413)

    def test_endless(self):
        """A body without end is not read without end."""
        server = self.server(body=1000)
        client = self.client(server)
        client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n")
        with self.assertRaises(ConnectionError):
            for _ in range(10000):
                client.send(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        self.assertEqual(self.get(server, "/").status, 200)

    def test_slices(self):
        """A body that comes in slices, and at once with the head."""
        client = self.client(self.server())
        body = letters(60000)
        client.send(f"PUT /echo HTTP/1.1\r\nHost: h\r\nContent-Length: {len(body)}\r\n\r\n")
        for start in range(0, len(body), 7000):
            client.send(body[start:start + 7000])
        self.assertEqual(client.reply().json()["body"], body.decode())
        self.assertEqual(client.get("/echo", "PUT", body=body).json()["body"], body.decode())

    def test_expect(self):
        """The body is asked for, unless it is refused."""
        server = self.server(body=1000)
        client = self.client(server)
        head = "POST /{0} HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: {1}\r\n\r\n"
        for path in ("echo", "slow"):
            client.send(head.format(path, 3))
            self.assertEqual(client.reply().status, 100)
            client.send("abc")
            self.assertEqual(client.reply().json()["body"], "abc")
        client.send(head.format("echo", 1001))
        self.assertEqual(client.reply().status, 413)
        self.assertTrue(client.is_closed())


class Malformed(EchoCase):
    """What is no request, or too large."""

    def first(self, server, text):
        """The status of the answer, after which the connection is closed; None: there was none."""
        with Client(server) as client:
            try:
                client.send(text)
                reply = client.reply()
                rest = client.file.read()
            except ConnectionError:
                return None, None
            if reply and "refused" in reply.body.decode():
                self.assertEqual(rest, b"")
            return (reply.status, reply) if reply else (None, None)

    def test_malformed(self):
        """Is told so by the handler, which was not asked for a plan."""
        server = self.server()
        for text in ("GET x HTTP/1.1\r\nHost: h\r\n\r\n", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n",
                     "GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n", "GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n",
                     "GET /\x01 HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
                     "GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n",
                     "GET / HTTP/1.1\r\nHost : h\r\n\r\n", "GET / HTTP/1.1\r\nHost: h\r\nX\xe4: y\r\n\r\n",
                     "GET / HTTP/1.1\r\nHost: h\r\nX: a\rb\r\n\r\n",
                     "GET / HTTP/1.1\r\nHost: h\r\nX: a\x01\r\n\r\n",
                     "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
                     "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked"
                     "\r\n\r\n0\r\n\r\n",
                     "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                     "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: x\r\n\r\n",
                     "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"):
            status, reply = self.first(server, text)
            self.assertEqual(status, 400, text)
            self.assertEqual(reply.json(), {"refused": 400, "planned": False}, text)
            self.assertTrue(reply.header("X-Request-Id"))
        # These libmicrohttpd refuses by itself; they are in the log all the same.
        for length in ("-1", "x", "+2", "0x2", "2, 2", "", "9" * 23):
            path = f"/length{len(length)}{length[:1] or '-'}"
            status, _ = self.first(server, f"POST {path} HTTP/1.1\r\nHost: h\r\nContent-Length: {length}\r\n\r\nab")
            self.assertIn(status, (400, 413), length)
            self.until(lambda: any(path in line for line in server.requests))
        for text in ("GET / HTTP/1.1\r\nnothing\r\n\r\n", "GET / HTTP/3.7\r\nHost: h\r\n\r\n",
                     "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                     "GET /\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\r\n\r\n"):
            self.assertIn(self.first(server, text)[0], (None, 400, 505), text)
        self.assertEqual(self.get(server, "/").status, 200)

    def test_sizes(self):
        """Addresses of 8 kB and heads of 32 kB are taken, larger ones are not."""
        server = self.server()
        self.assertEqual(len(self.get(server, "/" + "x" * 8191).json()["path"]), 8192)
        status, reply = self.first(server, f"GET /{'x' * 8192} HTTP/1.1\r\nHost: h\r\n\r\n")
        self.assertEqual((status, reply.json()["refused"]), (414, 414))
        lines = "".join(f"X-{i}: {'x' * 900}\r\n" for i in range(35))
        self.assertEqual(self.first(server, f"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                                            f"{lines}\r\n")[0], 200)
        lines = "".join(f"X-{i}: {'x' * 900}\r\n" for i in range(37))
        status, reply = self.first(server, f"GET / HTTP/1.1\r\nHost: h\r\n{lines}\r\n")
        self.assertEqual((status, reply.json()["refused"]), (431, 431))
        self.assertIn(self.first(server, "GET / HTTP/1.1\r\nX: " + "x" * (2 << 20))[0], (431, None))
        self.assertIn(self.first(server, "GET /" + "x" * (2 << 20))[0], (414, None))
        self.assertIn(self.first(server, "GET / HTTP/1.1\r\n" + "X: y\r\n" * (1 << 18))[0],
                      (431, None))
        self.assertEqual(self.get(server, "/").status, 200)

    def test_noise(self):
        """Requests with bytes changed, left out or put in: the server lives."""
        server = self.server(body=1000)
        chance = random.Random(SEED)
        print(f"\nTEST_SEED={SEED}", flush=True)
        whole = (b"POST /echo?a=b HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nX: y\r\n\r\nabcde"
                 b"PUT /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                 b"2\r\nab\r\n0\r\n\r\nGET /stream?n=3&size=9&ms=0 HTTP/1.1\r\nHost: h\r\n\r\n")
        for _ in range(300):
            text = bytearray(whole)
            for _ in range(chance.randrange(1, 4)):
                at, what = chance.randrange(len(text)), chance.randrange(3)
                text[at:at + (what != 1)] = bytes((chance.randrange(256),)) if what else b""
            with Client(server) as client:
                with contextlib.suppress(OSError):      # it may be closed at once
                    client.send(text)
                    client.socket.shutdown(socket.SHUT_WR)
                if chance.random() < 0.5:
                    try:
                        client.file.read(300000)    # it may have become a stream without end
                    except ConnectionError:
                        pass
        self.assertEqual(self.get(server, "/").status, 200)


class Compression(EchoCase):
    """What is sent smaller."""

    ZIP = ("Accept-Encoding: gzip, deflate",)

    def test_gzip(self):
        """Is the same when it is read, and shorter on the way."""
        server = self.server()
        for size in (1025, 2000, 40000, 2000000):
            plain = self.get(server, f"/big?size={size}")
            small = self.get(server, f"/big?size={size}", headers=self.ZIP)
            self.assertEqual(len(plain.body), size)
            self.assertIsNone(plain.header("Content-Encoding"))
            self.assertEqual(small.header("Content-Encoding"), "gzip")
            self.assertEqual(gzip.decompress(small.body), plain.body)
            self.assertLess(len(small.body), size)
            for reply in (plain, small):
                self.assertEqual(reply.header("Vary"), "Accept-Encoding")
            head = self.get(server, f"/big?size={size}", method="HEAD", headers=self.ZIP)
            self.assertEqual(head.header("Content-Length"), str(len(small.body)))

    def test_not(self):
        """What is small, no text, compressed already, or not asked for, stays as it is."""
        server = self.server()
        for target, headers in (("/big?size=1024", self.ZIP),
                                ("/big?size=5000&type=image/png", self.ZIP),
                                ("/big?size=5000&static=1", self.ZIP),
                                ("/stream?n=1&size=5000", self.ZIP),
                                ("/big?size=5000", ("Accept-Encoding: br, gzip;q=0",))):
            reply = self.get(server, target, headers=headers)
            self.assertIsNone(reply.header("Content-Encoding"), target)
            self.assertGreater(len(reply.body), 1000)
        reply = self.get(server, "/big?size=5000&type=text/plain", headers=self.ZIP)
        self.assertEqual(reply.header("Content-Encoding"), "gzip")


class Slow(EchoCase):
    """What workers answer."""

    def test_others_go_on(self):
        """However many slow answers there are, short ones do not wait for them."""
        server = self.server(workers=2, threads=1)
        slow = [self.client(server) for _ in range(6)]
        for client in slow:
            client.ask("/slow?ms=400")
        self.until(lambda: self.counts(server)["queued"] == 4)
        for _ in range(20):
            self.assertEqual(self.get(server, "/echo").status, 200)
        self.assertGreater(self.counts(server)["running"] + self.counts(server)["queued"], 0)
        self.assertEqual([client.reply().status for client in slow], [200] * 6)
        self.assertEqual(self.counts(server)["at_once"], 2)

    def test_too_many(self):
        """When the queue is full the rest is told to come again; nobody is forgotten."""
        server = self.server(workers=1)
        n = 3 * WORKER_QUEUE
        clients = [self.client(server) for _ in range(n)]
        for client in clients:
            client.ask("/slow?ms=60", "POST", body=b"abc")
        replies = [client.reply() for client in clients]
        refused = [reply for reply in replies if reply.status == 503]
        good = [reply for reply in replies if reply.status == 200]
        self.assertEqual(len(refused) + len(good), n)
        self.assertGreaterEqual(len(good), WORKER_QUEUE)
        self.assertGreater(len(refused), 0)
        for reply in refused:
            self.assertGreater(int(reply.header("Retry-After")), 0)
            self.assertEqual(reply.json(), {"refused": 503, "planned": True})
        self.assertEqual(self.counts(server)["limited"], len(refused))
        for client in clients:
            self.assertEqual(client.get("/echo").status, 200)

    def test_gone(self):
        """Clients that do not wait for their answers."""
        server = self.server(workers=2)
        for _ in range(10):
            with Client(server) as client:
                client.ask("/slow?ms=30")
        self.until(lambda: self.counts(server)["connections"] == 1)
        self.assertEqual(self.get(server, "/slow").status, 200)


class Streams(EchoCase):
    """Replies that are made while they are sent."""

    def test_pieces(self):
        """Come whole, whether they sleep or not, however large they are."""
        server = self.server()
        client = self.client(server)
        for n, size, more in ((1, 1, ""), (1000, 3, ""), (3, 65536, ""), (2, 1000000, ""),
                              (5, 10, "&ms=5"), (100, 100, "&ms=0"), (3, 200000, "&ms=1"),
                              (2, 0, "&ms=1")):
            reply = client.get(f"/stream?n={n}&size={size}{more}")
            self.assertEqual((reply.status, reply.is_whole), (200, True))
            self.assertTrue(reply.body == letters(size) * n, (n, size, more))
            self.assertEqual(reply.header("Transfer-Encoding"), "chunked")
            self.assertEqual(reply.header("Content-Type"), "text/plain")
        self.until(lambda: len(server.log()) == 8)
        self.assertEqual(server.log()[1][1], 3000)
        old = self.client(server)
        reply = old.get("/stream?n=3&size=100000&ms=1", version="1.0")
        self.assertTrue(reply.body == letters(100000) * 3)
        self.assertIsNone(reply.header("Transfer-Encoding"))
        self.assertTrue(old.is_closed())

    def test_many(self):
        """Sleepers that are woken as often as can be, on few threads."""
        server = self.server()
        replies = parallel(lambda _: self.get(server, "/stream?n=200&size=50&ms=0"), range(20))
        self.assertTrue(all(reply.body == letters(50) * 200 for reply in replies))

    def test_break(self):
        """What breaks off is not taken for the whole."""
        server = self.server()
        for more in ("", "&ms=1"):
            client = self.client(server)
            reply = client.get(f"/abort?n=3&size=5{more}")
            self.assertEqual((reply.body, reply.is_whole), (letters(5) * 2, False))
            self.assertTrue(client.is_closed())

    def test_disconnect(self):
        """A client that goes away in the middle: the stream is closed, once."""
        server = self.server()
        for target in ("/stream?size=50000", "/stream?size=5&ms=0&endless=1",
                       "/stream?size=5&ms=20", "/stream?n=5&size=5&ms=1&deaf=1&endless=1",
                       "/stream?n=5&size=5&ms=600000&endless=1"):
            with Client(server) as client:
                client.ask(target)
                self.assertEqual(client.file.readline(), b"HTTP/1.1 200 OK\r\n")
        self.until(lambda: self.counts(server)["closed"] == 5)
        self.assertEqual(self.counts(server)["opened"], 5)
        self.until(lambda: len([1 for _, _, path in server.log() if path == "/stream"]) == 5)

    def test_sleeps_too_long(self):
        """Streams that sleep too long are cut off, but not those that may."""
        server = self.server(idle_seconds=1)
        cut, kept = (self.client(server) for _ in range(2))
        cut.ask("/stream?n=5&size=5&ms=600000")
        kept.ask("/stream?n=1&size=5&ms=2500&endless=1")
        self.assertFalse(cut.reply().is_whole)
        self.assertEqual(self.counts(server)["late"], 1)
        self.assertTrue(kept.reply().is_whole)


class Deadlines(EchoCase):
    """Clients that are too slow."""

    def drip(self, clients, text, pause):
        """Sends a byte to each until all are closed; which were closed by whom does not matter."""
        for byte in itertools.cycle(text):
            left = []
            for client in clients:
                try:
                    client.send(bytes((byte,)))
                    client.socket.setblocking(False)
                    if client.socket.recv(1) != b"":
                        self.fail("an answer to no request")
                except BlockingIOError:
                    left.append(client)
                except ConnectionError:
                    pass
                else:
                    continue
                if client in left:
                    client.socket.settimeout(TIMEOUT)
            clients = left
            if not clients:
                return
            time.sleep(pause)

    def test_dripping_heads(self):
        """Hundreds of clients that send a byte now and then; others do not notice them."""
        server = self.server(head_seconds=1, idle_seconds=60)
        clients = [self.client(server) for _ in range(300)]
        for client in clients[:100]:
            client.send("GET / HTTP/1.1\r\nHost: h\r\nX-")
        for client in clients[100:150]:
            self.assertEqual(client.get("/").status, 200)   # slow only with its second request
        dripping = threading.Thread(target=self.drip, args=(clients, b"xyz", 0.4))
        dripping.start()
        n = 0
        while dripping.is_alive():
            self.assertEqual(self.get(server, "/echo").status, 200)
            n += 1
            time.sleep(0.05)
        dripping.join()
        self.assertGreater(n, 0)
        self.until(lambda: self.counts(server)["connections"] == 1)
        self.assertEqual(self.counts(server)["late"], 300)

    def test_dripping_bodies(self):
        """The whole request has a deadline, that of the head does not save it."""
        server = self.server(head_seconds=1, request_seconds=2)
        clients = [self.client(server) for _ in range(20)]
        for client in clients[:10]:
            client.send("POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n")
        for client in clients[10:]:
            client.send("POST /slow HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n")
        self.drip(clients, b"x", 0.2)
        self.until(lambda: len(server.log()) >= 20)
        self.assertEqual({status for status, _, path in server.log()}, {408})
        self.assertEqual(self.counts(server)["late"], 20)

    def test_not_too_slow(self):
        """A slow answer, and a slow request that comes within its time, are no fault."""
        server = self.server(head_seconds=1, request_seconds=1, idle_seconds=1)
        client = self.client(server)
        self.assertEqual(client.get("/slow?ms=1600").status, 200)
        self.assertTrue(client.get("/stream?n=16&size=10&ms=100").is_whole)
        client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n")
        for _ in range(4):
            time.sleep(0.1)
            client.send("x")
        self.assertEqual(client.reply().json()["body"], "xxxx")
        self.assertEqual(self.counts(server)["late"], 0)

    def test_idle(self):
        """Connections that do nothing end, whether they ever asked or not."""
        server = self.server(idle_seconds=1)
        clients = [self.client(server) for _ in range(4)]
        for client in clients[:2]:
            self.assertEqual(client.get("/").status, 200)
        for client in clients:
            self.assertTrue(client.is_closed())
        self.until(lambda: self.counts(server)["connections"] == 1)

    def test_finished(self):
        """Clients that say with their last request that they send no more: nothing is awaited."""
        server = self.server()
        for text in ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "GET / HT",
                     "POST /slow?ms=50 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
                     "GET /stream?n=3&size=9&ms=50 HTTP/1.1\r\nHost: h\r\n\r\n",
                     "GET /slow?ms=50 HTTP/1.1\r\nHost: h\r\n\r\n", ""):
            clients = [self.client(server) for _ in range(30)]
            for client in clients:
                client.send(text)
                client.socket.shutdown(socket.SHUT_WR)
            for client in clients:
                if "Host" in text:
                    reply = client.reply()
                    self.assertEqual((reply.status, reply.is_whole), (200, True))
                self.assertTrue(client.is_closed())
        self.assertEqual(self.counts(server)["late"], 0)

    def test_reader_that_does_not_read(self):
        """Loses its connection; others are served meanwhile."""
        server = self.server(idle_seconds=2)
        lazy = [self.client(server, receive=4096) for _ in range(10)]
        for client, target in zip(lazy, itertools.cycle(("/big?size=9000000",
                                                         "/stream?size=50000"))):
            client.ask(target)
        for client in lazy[:2]:
            self.assertEqual(client.file.peek(1)[:1], b"H")
        self.assertEqual(self.get(server, "/").status, 200)
        self.until(lambda: self.counts(server)["late"] == 10)
        self.until(lambda: len([1 for _, _, path in server.log()
                                if path in ("/big", "/stream")]) == 10)
        for client in lazy:
            try:
                reply = client.reply()
            except (ConnectionError, AssertionError):
                continue
            self.assertFalse(reply.is_whole)


class Limits(EchoCase):
    """How much one client, or all, may have."""

    def test_connections_of_an_address(self):
        """No more than so many; others are not concerned."""
        server = self.server(most_of_address=5)
        clients = [self.client(server) for _ in range(5)]
        for client in clients:
            self.assertEqual(client.get("/").status, 200)
        for _ in range(3):
            with Client(server) as client:
                self.assertTrue(client.is_closed())
        self.assertEqual(self.get(server, "/", source="127.0.0.9").status, 200)
        clients[0].close()
        self.until(lambda: self.counts(server, source="127.0.0.9")["connections"] == 5)
        self.assertEqual(self.get(server, "/").status, 200)

    def test_connections(self):
        """When there are enough, the next one waits until another ends."""
        server = self.server(most_connections=5)
        clients = [self.client(server) for _ in range(5)]
        for client in clients:
            self.assertEqual(client.get("/").status, 200)
        waiting = self.client(server)
        waiting.ask("/echo")
        waiting.socket.settimeout(0.5)
        with self.assertRaises(TimeoutError):
            waiting.socket.recv(1)
        waiting.socket.settimeout(TIMEOUT)
        self.assertEqual(clients[1].get("/").status, 200)
        clients[0].close()
        with waiting.socket.makefile("rb") as stream:
            self.assertEqual(stream.readline(), b"HTTP/1.1 200 OK\r\n")

    def test_rate(self):
        """Who asks too often is told when to come again; the connection stays."""
        server = self.server(requests_a_second=1, burst=3)
        client = self.client(server)
        for _ in range(3):
            self.assertEqual(client.get("/").status, 200)
        for method, body in (("GET", b""), ("POST", b"abc")):
            reply = client.get("/", method, body=body)
            self.assertEqual((reply.status, reply.header("Retry-After")), (429, "1"))
            self.assertEqual(reply.json(), {"refused": 429, "planned": False})
        self.assertEqual(self.get(server, "/", source="127.0.0.9").status, 200)
        self.assertEqual(self.counts(server, source="127.0.0.9")["limited"], 2)
        time.sleep(1.1)
        self.assertEqual(client.get("/").status, 200)


class Encrypted(EchoCase):
    """The same over TLS."""

    @classmethod
    def setUpClass(cls):
        cls.ca, cls.certificate, cls.key = certificates(new_folder(cls))
        cls.tls = trusting(cls.ca)

    def tls_server(self, **numbers):
        """A server with the certificate."""
        return self.server(f"certificate={self.certificate}", f"key={self.key}", **numbers)

    def test_requests(self):
        """Of all kinds."""
        server = self.tls_server()
        client = self.client(server, tls=self.tls)
        self.assertEqual(client.get("/echo").json()["encrypted"], "yes")
        self.assertEqual(client.get("/echo", "POST", body=letters(60000)).json()["body"],
                         letters(60000).decode())
        self.assertEqual(len(client.get("/big?size=3000000").body), 3000000)
        self.assertEqual(client.get("/slow?ms=10").status, 200)
        for more in ("", "&ms=1"):
            self.assertTrue(client.get(f"/stream?n=50&size=10000{more}").body
                            == letters(10000) * 50)
        replies = parallel(lambda _: self.get(server, "/big?size=100000", tls=self.tls), range(20))
        self.assertEqual({len(reply.body) for reply in replies}, {100000})

    def test_versions(self):
        """1.2 and 1.3, nothing older."""
        server = self.tls_server()
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            tls = trusting(self.ca, minimum_version=version, maximum_version=version)
            self.assertEqual(self.get(server, "/", tls=tls).status, 200)
        old = trusting(self.ca)
        old.set_ciphers("ALL:@SECLEVEL=0")
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.get(server, "/", tls=old)

    def test_no_tls(self):
        """Who does not speak it is not answered, and does not disturb; nor who says nothing."""
        server = self.tls_server(head_seconds=1, idle_seconds=60)
        silent, halting = self.client(server), self.client(server)
        halting.send(b"\x16\x03\x01\x02\x00\x01")
        for text in ("GET / HTTP/1.1\r\nHost: h\r\n\r\n", "\x16\x03\x01\x00\x05hello", "\0" * 100):
            with Client(server) as client:
                with contextlib.suppress(OSError):      # it may be closed at once
                    client.send(text)
                    client.socket.shutdown(socket.SHUT_WR)
                    self.assertNotIn(b"HTTP", client.file.read())
        self.assertTrue(halting.is_closed())
        self.assertEqual(self.counts(server, tls=self.tls)["late"], 1)
        silent.close()

    def test_gone(self):
        """Clients that go in the middle of things."""
        server = self.tls_server()
        for target in ("/stream?size=50000", "/stream?size=5&ms=600000&endless=1", "/slow?ms=50"):
            with Client(server, tls=self.tls) as client:
                client.ask(target)
        self.until(lambda: self.counts(server, tls=self.tls)["connections"] == 1)
        counts = self.counts(server, tls=self.tls)
        self.assertEqual(counts["opened"], counts["closed"])


class Stop(EchoCase):
    """The end of the server."""

    def test_running_requests_end(self):
        """And get their answers; nobody else gets in."""
        server = self.server(workers=2)
        slow = [self.client(server) for _ in range(4)]
        for client in slow:
            client.ask("/slow?ms=500")
        stream = self.client(server)
        stream.ask("/stream?n=10&size=10&ms=100")
        idle = self.client(server)
        self.assertEqual(idle.get("/").status, 200)
        self.until(lambda: self.counts(server)["queued"] == 2)
        server.terminate()
        self.assertTrue(idle.is_closed())
        with self.assertRaises(ConnectionError):
            while True:
                with Client(server) as late:
                    self.assertIsNone(late.get("/"))
        for client in slow:
            reply = client.reply()
            self.assertEqual((reply.status, reply.header("Connection")), (200, "close"))
            self.assertTrue(client.is_closed())
        self.assertTrue(stream.reply().body == letters(10) * 10)
        self.assertEqual(server.wait(), (0, 1, 1))

    def test_feeds_end(self):
        """Streams without end are ended, and are whole; the server does not wait for them."""
        server = self.server(stop=600)
        feeds = [self.client(server) for _ in range(20)]
        for client, ms in zip(feeds, itertools.cycle((0, 20, 600000))):
            client.ask(f"/stream?size=5&ms={ms}&endless=1")
            self.assertEqual(client.file.readline(), b"HTTP/1.1 200 OK\r\n")
        server.terminate()
        for client in feeds:
            while client.file.readline() != b"\r\n":
                pass
            body, is_whole = client.chunks()
            self.assertTrue(is_whole)
            self.assertEqual(body, letters(5) * (len(body) // 5))
        self.assertEqual(server.wait(), (0, 20, 20))

    def test_deadline(self):
        """What has not ended by then is cut off: streams, requests, and what waits for a worker."""
        server = self.server(workers=1, stop=1)
        clients = [self.client(server) for _ in range(6)]
        clients[0].ask("/stream?size=5&ms=10")
        clients[1].ask("/stream?n=5&size=5&ms=600000")
        clients[2].ask("/big?size=30000000")
        clients[3].send("GET / HTTP/1.1\r\nHos")
        clients[4].ask("/slow?ms=3000")
        self.until(lambda: self.counts(server)["running"] == 1)
        clients[5].ask("/slow?ms=10")
        self.until(lambda: self.counts(server)["queued"] == 1)
        server.terminate()
        self.assertEqual(server.wait(), (0, 2, 2))
        self.assertFalse(clients[0].reply().is_whole)
        self.assertFalse(clients[1].reply().is_whole)
        self.assertIsNone(clients[3].reply())
        self.assertIsNone(clients[5].reply())
        self.assertEqual([status for status, _, path in server.log() if path == "/slow"].count(0), 1)

    def test_at_once(self):
        """Without any patience, and before anything was asked."""
        server = self.server(stop=0)
        client = self.client(server)
        client.ask("/stream?size=100&ms=0")
        self.assertEqual(client.file.readline(), b"HTTP/1.1 200 OK\r\n")
        server.terminate()
        self.assertEqual(server.wait(), (0, 1, 1))
        server = self.server(stop=0)
        server.terminate()
        self.assertEqual(server.wait(), (0, 0, 0))

    def test_busy(self):
        """In the middle of all there is, with clients that come and go."""
        print(f"\nTEST_SEED={SEED}", flush=True)
        for turn in range(4):
            server = self.server(workers=2, stop=turn % 2)
            ends = threading.Event()

            def act(chance, server=server, ends=ends):
                while not ends.is_set():
                    try:
                        with Client(server) as client:
                            for _ in range(chance.randrange(1, 5)):
                                client.ask(chance.choice((
                                    "/echo", "/big?size=300000", "/slow?ms=3",
                                    "/stream?n=50&size=5000", "/stream?n=5&size=50&ms=2",
                                    "/stream?size=50&ms=0&endless=1", "/abort?n=3&size=5&ms=1")))
                                if chance.random() < 0.7:
                                    client.file.read1(chance.randrange(1, 100000))
                    except OSError:
                        pass
            threads = [threading.Thread(target=act, args=(random.Random(SEED + 100 * turn + i),))
                       for i in range(8)]
            for thread in threads:
                thread.start()
            time.sleep(0.8)
            server.terminate()
            status, opened, closed = server.wait()
            ends.set()
            for thread in threads:
                thread.join()
            self.assertEqual((status, opened), (0, closed), server.said())
            self.assertGreater(opened, 0)
            self.assertNotIn("Sanitizer", server.said())

    def test_signals(self):
        """Threads of the server do not take signals that the program waits for."""
        server = self.server(threads=4, workers=8)
        names = set()
        for task in os.listdir(f"/proc/{server.process.pid}/task"):
            with open(f"/proc/{server.process.pid}/task/{task}/status", encoding="ascii") as stream:
                text = stream.read()
            if task != str(server.process.pid):
                names.add(task)
                mask = int(re.search(r"SigBlk:\s*(\w+)", text).group(1), 16)
                self.assertTrue(mask >> (15 - 1) & 1, text)
        self.assertGreaterEqual(len(names), 4 + 8 + 1)


if __name__ == "__main__":
    unittest.main()
