# SPDX-License-Identifier: Apache-2.0
"""A whole OpenStack cloud on this machine, served from a recording: Keystone, Nova and Neutron.

    with RecordedCloud(shipped("ovs")) as cloud:
        cloud.ill("nova:/servers/*", status(503), times=2)
        program.run("env", "add", "--file", "-", given=json.dumps(cloud.environment()))
        ...
        cloud.count("nova:/servers/detail")

Each service listens on a port of its own. Pages, links, error bodies and rights are those of the
real services (Keystone 22, Nova 26, Neutron 21). A Keystone that is ill when somebody signs in, and
nothing else, is in cloud_server.py.
"""

import collections
import dataclasses
import datetime
import fnmatch
import http.server
import itertools
import json
import ssl
import threading
import time
from urllib.parse import parse_qsl, urlencode, urlsplit

from cloud_server import PASSWORD, PROJECT, USER, QuietServer
from program import Recording, request_of

SERVICES = ("keystone", "nova", "neutron")
VERSIONS = {"keystone": "/v3", "nova": "/v2.1", "neutron": "/v2.0"}
PAGED = ("nova:/servers", "nova:/servers/detail", "neutron:/networks", "neutron:/subnets",
         "neutron:/ports", "neutron:/routers")
NEWEST = (2, 93)    # microversion of Nova 26


@dataclasses.dataclass
class Asked:
    """A request as it came: "nova:/servers/detail", the query as {name: value}."""

    method: str
    request: str
    query: dict
    headers: dict
    status: int = None    # of the answer; None: there is none yet


# --- illnesses: functions that get a Handler, and return True when they have answered ---

def status(code, message="it is ill", **headers):
    """An error as the service tells it: status(429, Retry_After="1")."""
    def illness(handler):
        handler.fail(code, message, **headers)
        return True
    return illness


def raw(body, code=200, kind="text/html"):
    """Any answer: raw(b"<html>It works!</html>")."""
    def illness(handler):
        handler.send(code, body, Content_Type=kind)
        return True
    return illness


def cut(handler):
    """The connection ends in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"servers": [')
    handler.close_connection = True
    return True


def lost(handler):
    """The connection ends without an answer."""
    handler.close_connection = True
    return True


def silent(handler):
    """No answer at all, until the cloud ends."""
    handler.cloud.ended.wait(60)
    handler.close_connection = True
    return True


def drip(handler):
    """An answer that comes byte by byte, and has no end."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.cloud.ended.wait(0.05):
        handler.wfile.write(b" ")
    return True


def slow(seconds):
    """A right answer, late."""
    def illness(handler):
        handler.cloud.ended.wait(seconds)
        return False
    return illness


def expire(handler):
    """From this request on, no token that was given before is good."""
    handler.cloud.expire()
    return False


def huge(size):
    """A list with one large element."""
    return raw(b'{"servers": [{"id": "' + b"x" * size + b'"}]}', kind="application/json")


def linked(link):
    """The first page, whose link to the next one is what the function makes of the handler."""
    def illness(handler):
        document = handler.cloud.page(handler, {**handler.query, "marker": None})[1]
        key = next(name for name, value in document.items() if isinstance(value, list))
        document[f"{key}_links"] = [{"rel": "next", "href": link(handler)}]
        handler.send_json(200, document)
        return True
    return illness


def endless():
    """Always another page, with a marker of its own."""
    numbers = itertools.count()
    return linked(lambda handler: f"{handler.own_url}?marker={next(numbers)}")


def same_page():
    """A service that does not know of markers, but links to the next page."""
    return linked(lambda handler: f"{handler.own_url}?marker=1")


def redirected(url, code=302):
    """Go elsewhere."""
    def illness(handler):
        handler.send(code, b"", Location=url)
        return True
    return illness


# --- the cloud ---

class Handler(http.server.BaseHTTPRequestHandler):
    """One connection of one service."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True    # answers are written in pieces
    cloud = service = request = query = own_url = asked = None

    def setup(self):
        """Connections are known, so that a service can be stopped."""
        super().setup()
        self.cloud, self.service = self.server.cloud, self.server.service
        self.server.connections.append(self.connection)

    def log_message(self, *_):
        """What was asked is kept in cloud.asked."""

    def send(self, code, body, **headers):
        """An answer."""
        self.send_response(code)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def send_response(self, code, message=None):
        """As the base, and noted."""
        self.asked.status = code
        super().send_response(code, message)

    def send_json(self, code, document, **headers):
        """A JSON answer."""
        self.send(code, json.dumps(document).encode(), Content_Type="application/json", **headers)

    def fail(self, code, message, **headers):
        """An error in the form that the service gives it."""
        if self.service == "keystone" or code == 401:
            document = {"error": {"code": code, "message": message, "title": "Error"}}
        elif self.service == "neutron":
            document = {"NeutronError": {"type": "Error", "message": message, "detail": ""}}
        else:
            name = {400: "badRequest", 403: "forbidden", 429: "overLimit"}.get(code, "computeFault")
            document = {name: {"code": code, "message": message}}
        self.send_json(code, document, **headers)

    def answer(self, healthy):
        """Notes the request, and answers it in the way of an illness or as a healthy service."""
        parts = urlsplit(self.path)
        self.query = dict(parse_qsl(parts.query, keep_blank_values=True))
        path = parts.path.removeprefix(self.cloud.roots[self.service])
        self.own_url = self.cloud.urls[self.service] + path
        self.request = f"{self.service}:{path}"
        self.asked = Asked(self.command, self.request, self.query, dict(self.headers))
        self.cloud.asked.append(self.asked)
        illness = self.cloud.illness_of(self.request)
        if not (illness and illness(self)):
            healthy()

    def do_GET(self):    # pylint: disable=invalid-name
        """A list, or the versions of Keystone."""
        self.answer(self.give_list)

    def do_POST(self):    # pylint: disable=invalid-name
        """A token."""
        given = self.rfile.read(int(self.headers["Content-Length"]))
        self.answer(lambda: self.give_token(json.loads(given)))

    def give_list(self):
        """Whatever a GET asks for."""
        if self.service == "keystone" and self.path == "/":
            self.send_json(300, {"versions": {"values": [{"id": "v3.14", "status": "stable"}]}})
        elif not self.cloud.is_valid(self.headers.get("X-Auth-Token")):
            self.fail(401, "The request you have made requires authentication.")
        elif self.microversion() > NEWEST:
            self.fail(406, "Version is not supported by the API. Minimum is 2.1 and maximum is "
                           "2.93.")
        else:
            code, document = self.cloud.page(self, self.query)
            if code == 200:
                self.send_json(code, document)
            elif code == 404 and self.service != "neutron":
                self.send(404, b"<html>\n <head>\n  <title>404 Not Found</title>\n </head>",
                          Content_Type="text/html; charset=UTF-8")
            else:
                self.fail(code, document)

    def microversion(self):
        """As (2, 1); only Nova has them."""
        said = self.headers.get("X-OpenStack-Nova-API-Version", "2.1")
        return tuple(map(int, said.split("."))) if self.service == "nova" else (2, 1)

    def give_token(self, asked):
        """A token for the one user."""
        user = asked["auth"]["identity"]["password"]["user"]
        project = asked["auth"]["scope"]["project"]
        if self.request != "keystone:/auth/tokens":
            self.fail(404, "not found")
        elif (user["name"], user["password"], project["name"]) != (USER, PASSWORD, PROJECT):
            self.fail(401, "The request you have made requires authentication.")
        else:
            token, expires = self.cloud.new_token()
            text = datetime.datetime.fromtimestamp(expires, datetime.timezone.utc)
            self.send_json(201, {"token": {
                "expires_at": text.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                "project": {"id": self.cloud.project, "name": PROJECT},
                "catalog": self.cloud.catalog()}}, X_Subject_Token=token)


class RecordedCloud:    # pylint: disable=too-many-instance-attributes
    """The cloud of a recording, from the beginning to the end of the 'with'.

    page: how many elements Nova and Neutron give at most in a page
    lifetime: of tokens, in seconds
    paths: what stands in the catalog behind host and port: {"nova": "/compute/v2.1"}
    services: those that are in the catalog
    pem: certificate and key, for TLS (cloud_server.certificate())
    """

    def __init__(self, folder, page=1000, lifetime=3600, paths=None, services=SERVICES, pem=None):
        self.recording = Recording(str(folder))
        self.most, self.lifetime, self.services, self.pem = page, lifetime, services, pem
        self.project = "0123456789abcdef0123456789abcdef"
        self.asked, self.ended, self.lock = [], threading.Event(), threading.Lock()
        self.servers, self.illnesses, self.tokens = {}, [], {}
        self.paths = {"keystone": "/v3", "nova": "/v2.1", "neutron": "", **(paths or {})}
        # What stands before the path of a request: neutron's catalog has no version, asking needs it.
        self.roots = {name: (path if VERSIONS[name] in path else path + VERSIONS[name]).rstrip("/")
                      for name, path in self.paths.items()}
        self.urls, self.replies = {}, {}
        for entry in self.recording.entries:
            request = request_of(entry)
            if entry["kind"] == "rest" and request:
                self.replies.setdefault(request, json.loads(self.recording.read(entry)))

    def __enter__(self):
        for service in SERVICES:
            self.start(service)
        return self

    def __exit__(self, *_):
        self.ended.set()
        for service in list(self.servers):
            self.stop(service)

    # --- what is done to it ---

    def start(self, service):
        """A service listens, on the port that it had before."""
        before = urlsplit(self.urls.get(service, "")).port or 0
        server = QuietServer(("127.0.0.1", before), Handler)
        server.cloud, server.service, server.connections = self, service, []
        scheme = "http"
        if self.pem:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*self.pem)
            server.socket = context.wrap_socket(server.socket, server_side=True)
            scheme = "https"
        self.urls[service] = (f"{scheme}://127.0.0.1:{server.server_address[1]}"
                              + self.roots[service])
        self.servers[service] = server
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self, service):
        """A service is down: its connections end, and new ones are refused."""
        server = self.servers.pop(service)
        server.shutdown()
        server.server_close()
        for connection in server.connections:
            try:
                connection.shutdown(2)
            except OSError:
                pass

    def ill(self, request, illness, times=None):
        """Requests whose name matches ("nova:/servers/*", "neutron:*", "*") are answered in the way
        of an illness from now on, or that many times."""
        with self.lock:
            self.illnesses.append([request, illness, times])

    def cure(self):
        """No more illnesses."""
        with self.lock:
            self.illnesses.clear()

    def expire(self):
        """The tokens that were given so far are good no more."""
        with self.lock:
            self.tokens.clear()

    # --- what tests ask of it ---

    def environment(self, *targets, name="cloud", **changes):
        """The document of an environment that reaches it. Targets are those besides OpenStack; without
        any there is a CLI that leads nowhere."""
        document = {**self.recording.index["environment"], "name": name}
        document["configuration"] = [
            {"name": "OpenStack", "host": "127.0.0.1",
             "port": urlsplit(self.urls["keystone"]).port, "user": USER, "pwd": PASSWORD},
            *(targets or [{"name": "CLI"}])]
        if self.pem:
            document["ca"] = self.pem[0]
        return {**document, **changes}

    def count(self, request="*", method="GET"):
        """How many requests came whose name matches."""
        return sum(1 for asked in self.asked
                   if asked.method == method and fnmatch.fnmatchcase(asked.request, request))

    def lists(self):
        """{"nova:/servers/detail": how often it was asked from its beginning}."""
        return collections.Counter(asked.request for asked in self.asked
                                   if asked.method == "GET" and "marker" not in asked.query)

    def secrets(self):
        """What no message may repeat."""
        return [PASSWORD, "secret-token"]

    # --- what its services ask of it ---

    def illness_of(self, request):
        """The first illness of a request that is not over."""
        with self.lock:
            for ill in self.illnesses:
                if fnmatch.fnmatchcase(request, ill[0]) and ill[2] != 0:
                    ill[2] = ill[2] and ill[2] - 1
                    return ill[1]
        return None

    def new_token(self):
        """A token and its expiry."""
        with self.lock:
            token = f"secret-token-{len(self.asked)}-{time.monotonic_ns()}"
            self.tokens[token] = time.time() + self.lifetime
            return token, self.tokens[token]

    def is_valid(self, token):
        """Is it a token that was given, and has not expired?"""
        with self.lock:
            return self.tokens.get(token, 0) > time.time()

    def catalog(self):
        """The recorded one, with the addresses of here."""
        catalog = [dict(service) for service in self.replies["keystone:/auth/catalog"]["catalog"]
                   if service["name"] in self.services]
        for service in catalog:
            url = self.urls[service["name"]].removesuffix(self.roots[service["name"]])
            service["endpoints"] = [{**endpoint, "url": url + self.paths[service["name"]]}
                                    for endpoint in service["endpoints"]]
        return catalog

    def page(self, handler, query):
        """(status, document or message) of a request."""
        filters = sorted((name, value) for name, value in query.items()
                         if name not in ("limit", "marker"))
        name = handler.request + (f"?{urlencode(filters)}" if filters else "")
        if name == "keystone:/auth/catalog":
            return 200, {"catalog": self.catalog(), "links": {"next": None}}
        if name not in self.replies:
            return 404, "The resource could not be found."
        document = dict(self.replies[name])
        return (self.cut_page(handler, query, document) if handler.request in PAGED
                else (200, document))

    def cut_page(self, handler, query, document):
        """The page of a list that a query asks for, with its links."""
        key = next(name for name in document if not name.endswith("_links"))
        items, marker = document[key], query.get("marker")
        is_asked = handler.service == "nova" or "limit" in query
        limit = min(int(query.get("limit", self.most)), self.most)
        if handler.service == "neutron" and is_asked:
            items = sorted(items, key=lambda item: item["id"])
        first = 0
        if marker:
            places = [i for i, item in enumerate(items) if item["id"] == marker]
            if not places:
                return (400 if handler.service == "nova" else 404,
                        f"marker [{marker}] not found")
            first = places[0] + 1
        if not is_asked and limit >= len(items):
            return 200, {key: items}
        items = items[first:first + limit]
        answer = {key: items}
        # Both give a link behind each full page, also when nothing is behind it.
        if len(items) == limit:
            following = urlencode({**query, "limit": limit, "marker": items[-1]["id"]})
            answer[f"{key}_links"] = [{"rel": "next", "href": f"{handler.own_url}?{following}"}]
        if handler.service == "neutron" and (items or marker):
            back = urlencode({**query, "limit": limit, "page_reverse": "True",
                              "marker": items[0]["id"] if items else marker})
            answer.setdefault(f"{key}_links", []).append(
                {"rel": "previous", "href": f"{handler.own_url}?{back}"})
        return 200, answer
