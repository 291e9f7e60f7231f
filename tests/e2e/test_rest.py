#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""REST lists of a cloud that is well, slow, busy, half away, or answers nonsense.

ASK_REST names the program that asks (tests/transport/ask_rest.c).
"""

import http.server
import json
import os
import subprocess
import threading
import time
import unittest

from cloud_server import PASSWORD, QuietServer, certificate
from program import ROOT, SANITIZER, SEED, TIMEOUT, Case, Recording, new_folder, request_of, shipped
from recorded_cloud import (RecordedCloud, cut, drip, endless, expire, huge, linked, lost, raw,
                            redirected, same_page, silent, slow, status)

ASK_REST = os.environ.get("ASK_REST") or os.path.join(ROOT, "build", "tests", "transport",
                                                      "ask_rest")
LISTS = ("keystone:/projects", "keystone:/auth/catalog", "nova:/os-services", "nova:/os-aggregates",
         "nova:/os-availability-zone/detail", "nova:/os-hypervisors/detail",
         "nova:/servers/detail?all_tenants=1", "neutron:/networks", "neutron:/subnets",
         "neutron:/ports", "neutron:/routers", "neutron:/agents")
SERVERS, PORTS, SERVICES = "nova:/servers/detail?all_tenants=1", "neutron:/ports", "nova:/os-services"

# enum http_fault
OTHER, REFUSED, TIME, SIZE, LOST, CANCELLED = 0, 2, 3, 6, 7, 8


class Elsewhere:
    """Another server, which nobody must send a token to."""

    def __init__(self):
        self.seen = seen = []

        class Handler(http.server.BaseHTTPRequestHandler):
            """Notes that it was asked."""

            def do_GET(self):    # pylint: disable=invalid-name
                """An empty list."""
                seen.append(self.path)
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_):
                """Nothing."""

        self.http = QuietServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()


class Rest(Case):    # pylint: disable=too-many-public-methods
    """What comes of questions to a recorded cloud."""

    def cloud(self, **how):
        """A cloud until the end of the test."""
        return self.enterContext(RecordedCloud(shipped("ovs"), **how))

    def ask(self, cloud, *forms, together=None, **options):
        """(the answers, how often the cloud was asked); a request with several forms is a tuple."""
        given = {"environment": cloud.environment(**(options.pop("environment", {}))),
                 "ask": [[form] if isinstance(form, str) else form for form in forms],
                 "jobs": together or 1, **options}
        begin = len(cloud.asked)
        environ = {name: value for name, value in os.environ.items()
                   if not name.lower().endswith("_proxy")}
        done = subprocess.run([ASK_REST], input=json.dumps(given).encode(), capture_output=True,
                              timeout=TIMEOUT, check=False, env=environ)
        said = done.stderr.decode("utf-8", "replace")
        self.assertEqual((done.returncode, SANITIZER.search(said)), (0, None), said)
        result = json.loads(done.stdout)
        for answer in result["answers"]:
            for secret in cloud.secrets():
                self.assertNotIn(secret, answer["message"])
        lists = [asked for asked in cloud.asked[begin:]
                 if asked.method == "GET" and asked.request != "keystone:/"]
        return result["answers"], {"requests": len(lists), "sign_ins": result["sign_ins"]}

    def ask_one(self, cloud, *forms, **options):
        """The answer to one request with these forms, and the counts."""
        answers, counts = self.ask(cloud, forms, **options)
        return answers[0], counts

    def assert_good(self, answer):
        """The list came; returns its pages as documents."""
        self.assertEqual(answer["kind"], "good", answer["message"])
        self.assertEqual(answer["message"], "")
        return [json.loads(page["text"]) for page in answer["pages"]]

    def assert_failed(self, answer, code, *words):
        """There is no list, and why."""
        self.assertEqual((answer["kind"], answer["pages"]), ("failed", []), answer["message"])
        for word in words:
            self.assertIn(word, answer["message"])
        self.assertEqual(answer["code"], code, answer["message"])

    def recorded(self, request):
        """The elements of a recorded list, by id."""
        recording = Recording(shipped("ovs"))
        entry = next(e for e in recording.entries if request_of(e) == request)
        document = json.loads(recording.read(entry))
        return self.elements([document])

    @staticmethod
    def elements(pages):
        """The elements of all pages, in an order of their own."""
        return sorted((item for page in pages for name, items in page.items()
                       if isinstance(items, list) and not name.endswith("_links")
                       for item in items), key=str)

    # --- a cloud that is well ---

    def test_each_list_is_asked_once(self):
        """The replies are as recorded; one token does."""
        cloud = self.cloud()
        answers, counts = self.ask(cloud, *LISTS)
        for request, answer in zip(LISTS, answers):
            pages = self.assert_good(answer)
            self.assertEqual(len(pages), 1, request)
            if request != "keystone:/auth/catalog":
                self.assertEqual(self.elements(pages), self.recorded(request), request)
        self.assertEqual(cloud.lists(), {"keystone:/": 1, **{r.split("?")[0]: 1 for r in LISTS}})
        self.assertEqual(cloud.count("keystone:/auth/tokens", "POST"), 1)
        self.assertEqual(counts, {"requests": len(LISTS), "sign_ins": 1})
        self.assertEqual(len(cloud.servers["nova"].connections), 1, "connections are kept")
        self.assertTrue(answers[2]["pages"][0]["origin"].endswith("/v2.1/os-services"))

    def test_many_ask_at_the_same_time(self):
        """One of them signs in."""
        cloud = self.cloud(page=2)
        cloud.ill("keystone:/auth/tokens", slow(0.3))
        requests = LISTS * 4
        answers, counts = self.ask(cloud, *requests, together=8)
        for request, answer in zip(requests, answers):
            pages = self.assert_good(answer)
            if request != "keystone:/auth/catalog":
                self.assertEqual(self.elements(pages), self.recorded(request), request)
        self.assertEqual(counts["sign_ins"], 1)
        self.assertLessEqual(len(cloud.servers["nova"].connections), 8)

    def test_pages(self):
        """Lists that have pages come whole, whatever the size of pages; the others ask for none."""
        for size in (1, 2, 3, 1000):
            cloud = self.cloud(page=size)
            for request in (SERVERS, PORTS, "neutron:/networks", "neutron:/routers"):
                with self.subTest(request, size=size):
                    expected = self.recorded(request)
                    pages = self.assert_good(self.ask_one(cloud, request)[0])
                    self.assertEqual(self.elements(pages), expected)
                    # A link stands behind each full page.
                    self.assertEqual(len(pages), len(expected) // size + 1)
        limits = {asked.request: asked.query.get("limit") for asked in cloud.asked}
        self.assertEqual(limits, {"keystone:/": None, "keystone:/auth/tokens": None,
                                  "nova:/servers/detail": "1000", PORTS: "1000",
                                  "neutron:/networks": "1000", "neutron:/routers": "1000"})
        self.assertTrue(all(asked.query["all_tenants"] == "1" for asked in cloud.asked
                            if asked.request == "nova:/servers/detail"))

    def test_addresses(self):
        """As catalogs have them: with prefix, project, no version, a slash."""
        project = "0123456789abcdef0123456789abcdef"
        for paths in ({"nova": "/compute/v2.1", "neutron": "/networking", "keystone": "/v3/"},
                      {"nova": f"/v2.1/{project}", "neutron": "/v2.0"}):
            with self.subTest(paths):
                cloud = self.cloud(paths=paths)
                for answer in self.ask(cloud, *LISTS, together=2)[0]:
                    self.assert_good(answer)

    def test_tls(self):
        """Trusted by its certificate, and not without."""
        cloud = self.cloud(pem=certificate(self.folder))
        self.assert_good(self.ask_one(cloud, SERVICES)[0])
        stranger = certificate(new_folder(self))[0]
        answer, _ = self.ask_one(cloud, SERVICES, environment={"ca": stranger})
        self.assert_failed(answer, 5, "certificate is not trusted")

    def test_microversion(self):
        """Said in both ways, or not at all."""
        cloud = self.cloud()
        self.assert_good(self.ask_one(cloud, SERVICES)[0])
        self.assertFalse(any("API-Version" in name for name in cloud.asked[-1].headers))
        self.assert_good(self.ask_one(cloud, SERVICES, microversion="2.53")[0])
        headers = cloud.asked[-1].headers
        self.assertEqual((headers["OpenStack-API-Version"], headers["X-OpenStack-Nova-API-Version"]),
                         ("compute 2.53", "2.53"))
        self.assert_failed(self.ask_one(cloud, SERVICES, microversion="2.999")[0], 406,
                           "Version is not supported")

    def test_places(self):
        """A region that there is, one that there is not, a service that there is not."""
        cloud = self.cloud(services=("keystone", "nova"))
        self.assert_good(self.ask_one(cloud, SERVICES, region="RegionOne")[0])
        self.assert_failed(self.ask_one(cloud, SERVICES, region="Mars")[0], OTHER, "nova", "Mars")
        self.assert_failed(self.ask_one(cloud, PORTS)[0], OTHER, "no address of neutron")
        self.assertEqual(cloud.count("neutron:*"), 0)

    # --- forms and statuses ---

    def test_forms(self):
        """The next one is asked when one fails; the failure that tells most is told."""
        cloud = self.cloud()
        answer, counts = self.ask_one(cloud, "nova:/no-such", SERVICES, "nova:/os-aggregates")
        self.assert_good(answer)
        self.assertEqual((answer["form"], counts["requests"]), (1, 2))
        cloud.ill(SERVICES, status(403, "Policy doesn't allow it"))
        answer, counts = self.ask_one(cloud, "nova:/no-such", SERVICES)
        self.assert_failed(answer, 403, "nova:/os-services", "Policy doesn't allow it")
        answer, counts = self.ask_one(cloud, "nova:/no-such")
        self.assert_failed(answer, 404, "nova:/no-such", "404")
        self.assertEqual(counts["requests"], 1)

    def test_no_right(self):
        """Which role is needed."""
        cloud = self.cloud()
        cloud.ill(SERVICES, status(403, "Policy doesn't allow os_compute_api:os-services:list"))
        answer, counts = self.ask_one(cloud, SERVICES)
        self.assert_failed(answer, 403, "admin", "reader", "os_compute_api:os-services:list")
        self.assertEqual(counts["requests"], 1)

    def test_redirections(self):
        """Are not followed, and nobody else gets the token."""
        cloud = self.cloud()
        with Elsewhere() as other:
            for code in (300, 301, 302, 307, 308):
                with self.subTest(code):
                    cloud.cure()
                    cloud.ill(SERVICES, redirected(other.url + "/v2.1/os-services?t=1", code))
                    self.assert_failed(self.ask_one(cloud, SERVICES)[0], code, other.url,
                                       "not followed")
            self.assertEqual(other.seen, [])

    # --- servers that are busy or away ---

    def test_busy_for_a_while(self):
        """Asked again until it answers."""
        illnesses = (status(429), status(502), status(503), status(504), status(500), cut, lost)
        cloud = self.cloud()
        for request, illness in zip(LISTS, illnesses):
            cloud.ill(request.split("?", maxsplit=1)[0], illness, times=1)
        answers, counts = self.ask(cloud, *LISTS, together=8)
        for request, answer in zip(LISTS, answers):
            with self.subTest(request):
                pages = self.assert_good(answer)
                if request != "keystone:/auth/catalog":
                    self.assertEqual(self.elements(pages), self.recorded(request))
        self.assertEqual(counts["requests"], len(LISTS) + len(illnesses))

    def test_busy_for_ever(self):
        """Until the tries are used up; 500 sooner."""
        cases = ((503, 3), (429, 3), (502, 3), (504, 3), (500, 2), (501, 1), (418, 1))
        cloud = self.cloud()
        for request, (code, _) in zip(LISTS, cases):
            cloud.ill(request.split("?", maxsplit=1)[0], status(code, "the database is away"))
        answers, _ = self.ask(cloud, *LISTS[:len(cases)], together=8, tries=3)
        for request, answer, (code, n) in zip(LISTS, answers, cases):
            with self.subTest(request, code=code):
                self.assert_failed(answer, code, str(code), "the database is away",
                                   *([f"tried {n} times"] if n > 1 else []))
                self.assertEqual(cloud.count(request.split("?", maxsplit=1)[0]), n)

    def test_cut_for_ever(self):
        """Half a list is none."""
        for illness, words in ((cut, "broke off"), (lost, "without an answer")):
            with self.subTest(words):
                cloud = self.cloud()
                cloud.ill(SERVICES, illness)
                self.assert_failed(self.ask_one(cloud, SERVICES, tries=2)[0], LOST, words)

    def test_retry_after(self):
        """It is waited as long as the server asks, but no longer than the list may take."""
        cloud = self.cloud()
        cloud.ill(SERVICES, status(429, Retry_After="2"), times=1)
        begin = time.monotonic()
        self.assert_good(self.ask_one(cloud, SERVICES)[0])
        self.assertGreaterEqual(time.monotonic() - begin, 2)
        cloud.ill(SERVICES, status(503, Retry_After="3600"))
        answer, counts = self.ask_one(cloud, SERVICES, list_time=20000)
        self.assert_failed(answer, 503, "no time is left")
        self.assertEqual(counts["requests"], 1)

    def test_a_service_is_down(self):
        """The others answer."""
        cloud = self.cloud()
        cloud.stop("nova")
        answers, _ = self.ask(cloud, *LISTS, together=6, tries=2)
        for request, answer in zip(LISTS, answers):
            with self.subTest(request):
                if request.startswith("nova"):
                    self.assert_failed(answer, REFUSED, "nobody answers there", "tried 2 times")
                else:
                    self.assert_good(answer)
        cloud.start("nova")
        self.assert_good(self.ask_one(cloud, SERVICES)[0])

    def test_slow(self):
        """No answer, or one without an end."""
        for illness in (silent, drip):
            with self.subTest(illness):
                cloud = self.cloud()
                cloud.ill(SERVICES, illness)
                answer, _ = self.ask_one(cloud, SERVICES, total_time=400)
                self.assert_failed(answer, TIME, "in time", "tried 2 times")
                answer, _ = self.ask_one(cloud, SERVICES, list_time=600)
                self.assert_failed(answer, TIME, "in time", "no time is left for another try")

    def test_cancelled(self):
        """While nothing comes, while it waits for another try, while a list is long."""
        for illness in (silent, drip, status(503, Retry_After="30"), endless()):
            with self.subTest(illness):
                cloud = self.cloud()
                cloud.ill(SERVICES, illness)
                answer, _ = self.ask_one(cloud, SERVICES, PORTS, cancel_after=400)
                self.assert_failed(answer, CANCELLED, "cancelled")
                self.assertEqual(cloud.count(PORTS), 0)

    # --- tokens ---

    def test_token_expires_between_pages(self):
        """A new one is fetched, and nothing is asked twice."""
        cloud = self.cloud(page=2)
        cloud.ill(PORTS, slow(0), times=2)
        cloud.ill(PORTS, expire, times=1)
        answer, counts = self.ask_one(cloud, PORTS)
        self.assertEqual(self.elements(self.assert_good(answer)), self.recorded(PORTS))
        self.assertEqual(counts["sign_ins"], 2)
        self.assertEqual([a.status for a in cloud.asked if a.request == PORTS].count(401), 1)
        self.assertEqual(cloud.lists()[PORTS], 1)

    def test_token_expires_for_many(self):
        """One of them fetches a new one."""
        cloud = self.cloud(page=1)
        cloud.ill(PORTS, slow(0), times=20)
        cloud.ill(PORTS, expire, times=1)
        answers, counts = self.ask(cloud, *[PORTS] * 8, together=8)
        for answer in answers:
            self.assertEqual(self.elements(self.assert_good(answer)), self.recorded(PORTS))
        self.assertEqual(counts["sign_ins"], 2)

    def test_token_is_about_to_expire(self):
        """It is renewed before somebody says 401."""
        cloud = self.cloud(lifetime=64)
        cloud.ill("keystone:/projects", slow(4.5))
        answers, counts = self.ask(cloud, "keystone:/projects", SERVICES, PORTS)
        for answer in answers:
            self.assert_good(answer)
        self.assertEqual(counts["sign_ins"], 2)
        self.assertNotIn(401, [asked.status for asked in cloud.asked])

    def test_clocks_differ(self):
        """A token that looks old when it is new is used."""
        answers, counts = self.ask(self.cloud(lifetime=30), SERVICES, PORTS, SERVERS)
        for answer in answers:
            self.assert_good(answer)
        self.assertEqual(counts["sign_ins"], 1)

    def test_token_is_never_taken(self):
        """One new token is tried."""
        cloud = self.cloud()
        cloud.ill(SERVICES, status(401, "go away"))
        answer, counts = self.ask_one(cloud, SERVICES)
        self.assert_failed(answer, 401, "does not take a new token", "go away")
        self.assertEqual((counts["requests"], counts["sign_ins"]), (2, 2))

    def test_wrong_password(self):
        """It is tried once, however many ask: accounts are locked."""
        cloud = self.cloud()
        targets = cloud.environment()["configuration"]
        targets[0]["pwd"] = "wrong"
        answers, counts = self.ask(cloud, *LISTS, together=4,
                                   environment={"configuration": targets})
        for answer in answers:
            self.assert_failed(answer, OTHER, "password is wrong")
        self.assertEqual(cloud.count("keystone:/auth/tokens", "POST"), 1)
        self.assertEqual((counts["requests"], counts["sign_ins"]), (0, 1))

    def test_keystone_is_ill(self):
        """For a while, or for ever; then it is not tried again by each list."""
        cloud = self.cloud()
        cloud.ill("keystone:/auth/tokens", status(503), times=1)
        self.assert_good(self.ask_one(cloud, SERVICES)[0])
        cloud = self.cloud()
        cloud.ill("keystone:/auth/tokens", status(503, "the database is away"))
        answers, counts = self.ask(cloud, *LISTS, tries=2)
        for answer in answers:
            self.assert_failed(answer, 503, "the database is away")
        self.assertEqual((counts["requests"], counts["sign_ins"]), (0, 2))
        cloud.stop("keystone")
        answers, counts = self.ask(cloud, *LISTS, tries=2)
        for answer in answers:
            self.assert_failed(answer, REFUSED, "nobody answers there")
        self.assertEqual(counts["sign_ins"], 2)

    # --- nonsense ---

    def test_answers_that_are_no_lists(self):
        """With status 200; none of them is an empty list, and none is asked again."""
        for body, words in (
                (b"<html><body>It works!</body></html>", ("no JSON", "It works!")),
                (b"", ("empty body",)),
                (b'{"servers": [{"id":', ("no JSON", "line 1")),
                (b'{"servers": []} trailing', ("no JSON",)),
                (b"[]", ("no JSON object",)),
                (b'{"error": {"code": 500, "message": "away"}}', ("status 200", "away")),
                (b'{"message": "busy", "code": "503"}', ("busy",)),
                (b'{"computeFault": {"code": 500, "message": "oops"}}', ("oops",)),
                (b"\x00\x1b[31mred\xff" * 100, ("[31mred?",))):
            with self.subTest(body):
                cloud = self.cloud()
                cloud.ill("nova:/servers/detail", raw(body))
                answer, counts = self.ask_one(cloud, SERVERS)
                self.assert_failed(answer, OTHER, SERVERS, *words)
                self.assertNotIn("\x1b", answer["message"])
                self.assertEqual(counts["requests"], 1)

    def test_the_token_is_not_repeated(self):
        """Also when a server does so."""
        cloud = self.cloud()

        def echo(handler):
            handler.send(500, handler.headers["X-Auth-Token"].encode())
            return True

        cloud.ill(SERVICES, echo)
        self.assert_failed(self.ask_one(cloud, SERVICES, tries=1)[0], 500, "repeats a secret")

    def test_lists_without_an_end(self):
        """By a circle, by the number of pages, by the size."""
        for illness, options, code, words in (
                (same_page(), {}, OTHER, ("in a circle", "page 2")),
                (endless(), {"most_pages": 20}, SIZE, ("no end", "page 20")),
                (endless(), {"most_bytes": 20000}, SIZE, ("larger than 20000",))):
            with self.subTest(words):
                cloud = self.cloud()
                cloud.ill(SERVICES, illness)
                answer, counts = self.ask_one(cloud, SERVICES, **options)
                self.assert_failed(answer, code, *words)
                self.assertEqual(counts["requests"], options.get("most_pages", counts["requests"]))
        cloud = self.cloud()
        cloud.ill(SERVICES, endless())
        answer, _ = self.ask_one(cloud, SERVICES, list_time=1000)
        self.assert_failed(answer, TIME)
        self.assertRegex(answer["message"], "in 1 s; [0-9]+ pages|page [0-9]+: no time is left")

    def test_links_that_lead_elsewhere(self):
        """Of another server the query is taken; another list is refused."""
        with Elsewhere() as other:
            cloud = self.cloud()
            cloud.ill(SERVERS.split("?", maxsplit=1)[0], linked(
                lambda handler: f"{other.url}/v2.1/servers/detail?all_tenants=1&limit=7"), times=1)
            answer, _ = self.ask_one(cloud, SERVERS)
            self.assertEqual(len(self.assert_good(answer)), 2)
            self.assertEqual(cloud.asked[-1].query, {"all_tenants": "1", "limit": "7"})
            cloud.ill(PORTS, linked(lambda handler: f"{other.url}/v2.0/networks?limit=1"))
            self.assert_failed(self.ask_one(cloud, PORTS)[0], OTHER, "no page of this list")
            self.assertEqual(other.seen, [])

    def test_a_marker_is_gone(self):
        """The list is asked from its beginning, but not for ever."""
        cloud = self.cloud(page=5)
        cloud.ill(PORTS, slow(0), times=1)
        cloud.ill(PORTS, status(404, "Port could not be found."), times=1)
        answer, _ = self.ask_one(cloud, PORTS)
        self.assertEqual(self.elements(self.assert_good(answer)), self.recorded(PORTS))
        self.assertEqual(cloud.lists()[PORTS], 2)
        cloud = self.cloud(page=5)
        for _ in range(3):
            cloud.ill(PORTS, slow(0), times=1)
            cloud.ill(PORTS, status(404, "Port could not be found."), times=1)
        self.assert_failed(self.ask_one(cloud, PORTS)[0], 404, "page 2")
        self.assertEqual(cloud.lists()[PORTS], 3)

    def test_too_large(self):
        """A page, and a list."""
        cloud = self.cloud(page=1)
        self.assert_failed(self.ask_one(cloud, SERVERS, most_bytes=4000)[0], SIZE,
                           "larger than 4000 bytes")
        cloud.ill("nova:/servers/detail", huge(200000))
        answer, counts = self.ask_one(cloud, SERVERS, largest=100000)
        self.assert_failed(answer, SIZE, "larger than 100000 bytes")
        self.assertEqual(counts["requests"], 1)
        self.assert_good(self.ask_one(cloud, SERVERS, largest=300000)[0])


if __name__ == "__main__":
    unittest.main()
